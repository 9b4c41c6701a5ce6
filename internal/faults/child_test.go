package faults

import (
	"bufio"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"sangfroid/internal/bus"
	"sangfroid/internal/cell"
	"sangfroid/internal/incident"
	"sangfroid/internal/room"
	"sangfroid/internal/status"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// asked is what a console's process is told to do, one line of JSON each.
type asked struct {
	Op      string        `json:"op"`
	Text    string        `json:"text,omitempty"`
	Option  string        `json:"option,omitempty"`
	From    int           `json:"from,omitempty"`
	Every   time.Duration `json:"every,omitempty"`
	Upto    time.Duration `json:"upto,omitempty"`
	Seconds int64         `json:"seconds,omitempty"`
	Zone    string        `json:"zone,omitempty"`
}

// told is what it answers. Wrote is set in the lines of the writer, which come by themselves.
type told struct {
	Wrote    int           `json:"wrote,omitempty"`
	ID       string        `json:"id,omitempty"`
	Pending  bool          `json:"pending,omitempty"`
	Took     time.Duration `json:"took,omitempty"`
	Error    string        `json:"error,omitempty"`
	Incident string        `json:"incident,omitempty"`
	View     *report       `json:"view,omitempty"`
	Log      []Entry       `json:"log,omitempty"`
}

// report is how a console stands.
type report struct {
	View
	Link      bus.Link
	Refused   int
	Decision  incident.DecisionStatus
	Option    incident.Option
	Contest   int
	Flagged   int
	Duplicate int
	Late      int
	Problem   string // Frame.Err
	Present   []cell.Presence
	Inbox     int
	Clocks    []string
	Last      string // the text of the newest note
}

// goNoGo is the decision of the playbook these consoles argue about.
const goNoGo = "failover/go"

// clerk is a console as a process of its own.
type clerk struct {
	desk  *room.Desk
	room  *room.Room
	ahead atomic.Int64 // what its clock is ahead
	zone  atomic.Pointer[time.Location]

	out  sync.Mutex
	quit chan struct{} // ends the writer
	done sync.WaitGroup
}

func (c *clerk) now() time.Time {
	return time.Now().Add(time.Duration(c.ahead.Load())).In(c.zone.Load())
}

func (c *clerk) say(v told) {
	c.out.Lock()
	defer c.out.Unlock()
	b, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	fmt.Println(string(b))
}

// child is the main of the other processes.
func child(role string) int {
	if role != "console" {
		fmt.Fprintf(os.Stderr, "no role %q\n", role)
		return 2
	}
	if err := runClerk(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return 0
}

// Settings of a console's process.
const (
	dirEnv  = "FAULTS_DIR"
	urlEnv  = "FAULTS_URL"
	nameEnv = "FAULTS_NAME"
	roleEnv = "FAULTS_ROLE"
	incEnv  = "FAULTS_INCIDENT"
	logEnv  = "FAULTS_LOG"
)

func runClerk() error {
	ctx := context.Background()
	c := &clerk{}
	c.zone.Store(time.UTC)
	dir := os.Getenv(dirEnv)
	if s := os.Getenv("FAULTS_AHEAD"); s != "" {
		d, err := time.ParseDuration(s)
		if err != nil {
			return err
		}
		c.ahead.Store(int64(d))
	}
	log := slog.New(slog.DiscardHandler)
	if path := os.Getenv(logEnv); path != "" {
		f, err := os.OpenFile(path, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
		if err != nil {
			return err
		}
		log = slog.New(slog.NewTextHandler(f, nil))
	}
	name, role := os.Getenv(nameEnv), incident.Role(os.Getenv(roleEnv))
	d, err := room.NewDesk(ctx, room.Options{
		Bus: bus.Config{URL: os.Getenv(urlEnv), DataDir: dir, Name: bus.AuthorToken(name), Log: log}, DataDir: dir,
		Me: cell.Person{Name: name, Role: role}, Zone: "Europe/Paris", Now: c.now, Log: log,
	})
	if err != nil {
		return err
	}
	c.desk = d
	if id := os.Getenv(incEnv); id != "" {
		if err := c.join(ctx, incident.IncidentID(id)); err != nil {
			return err
		}
	}
	c.say(told{Incident: os.Getenv(incEnv)})
	for sc := bufio.NewScanner(os.Stdin); sc.Scan(); {
		var a asked
		if err := json.Unmarshal(sc.Bytes(), &a); err != nil {
			return err
		}
		v := c.do(ctx, a)
		if a.Op == "close" {
			c.say(v)
			return nil
		}
		c.say(v)
	}
	return errors.New("the test ended")
}

// join waits for the incident as a command does: on the bus, or here.
func (c *clerk) join(ctx context.Context, id incident.IncidentID) error {
	for deadline := time.Now().Add(within); ; {
		r, err := c.desk.Open(ctx, id)
		if err == nil {
			var ok bool
			if c.room, ok = r.(*room.Room); !ok {
				return errors.New("no live room")
			}
			return nil
		}
		if !errors.Is(err, room.ErrNoIncident) || time.Now().After(deadline) {
			return err
		}
		pause(10 * time.Millisecond)
	}
}

func (c *clerk) do(ctx context.Context, a asked) told {
	switch a.Op {
	case "declare":
		reported := c.now().Add(-10 * time.Minute)
		until := time.Now().Add(within)
		for c.desk.Link().State != cell.LinkUp && time.Now().Before(until) {
			pause(5 * time.Millisecond)
		}
		id, err := c.desk.Declare(ctx, cell.Declaration{Title: "Loss of a site", Playbook: "warm", Reported: &reported, Zone: "Europe/Paris"})
		if err == nil {
			err = c.join(ctx, id)
		}
		return told{Incident: string(id), Error: errText(err)}
	case "note":
		return c.write(ctx, "", incident.NoteAdded{Text: a.Text})
	case "take":
		return c.write(ctx, incident.DecisionSubject(goNoGo), incident.DecisionTaken{Option: incident.Option(a.Option), Because: a.Text})
	case "revise":
		return c.write(ctx, incident.DecisionSubject(goNoGo), incident.DecisionRevised{Option: incident.Option(a.Option), Because: a.Text})
	case "write":
		c.quit = make(chan struct{})
		c.done.Go(func() { c.writer(ctx, a, c.quit) })
		return told{}
	case "stop":
		close(c.quit)
		c.done.Wait()
		return told{}
	case "clock":
		c.ahead.Add(int64(time.Duration(a.Seconds) * time.Second))
		return told{}
	case "zone":
		z, err := time.LoadLocation(a.Zone)
		if err == nil {
			c.zone.Store(z)
		}
		return told{Error: errText(err)}
	case "break-sync":
		return told{Error: errText(breakSync())}
	case "limit-files":
		return told{Error: errText(limitFiles(a.Seconds))}
	case "look":
		return told{View: c.look()}
	case "log":
		return c.log()
	case "close":
		return told{Error: errText(c.desk.Close())}
	}
	return told{Error: "no such operation: " + a.Op}
}

func errText(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}

func (c *clerk) write(ctx context.Context, subject string, data incident.Data) told {
	begun := time.Now()
	receipt, err := c.room.Do(ctx, cell.Command{Subject: subject, Data: data})
	return told{ID: string(receipt.Event.ID), Pending: receipt.Pending, Took: time.Since(begun), Error: errText(err)}
}

// counted is the text of a note the checker counts.
func counted(n int) string { return "word " + strconv.Itoa(n) }

// countOf is its number; 0 of other texts.
func countOf(s string) int {
	n, err := strconv.Atoi(strings.TrimPrefix(s, "word "))
	if err != nil || !strings.HasPrefix(s, "word ") {
		return 0
	}
	return n
}

// writer is a person who goes on writing; each receipt is told before the next word.
func (c *clerk) writer(ctx context.Context, a asked, quit chan struct{}) {
	for n := a.From; ; n++ {
		v := c.write(ctx, "", incident.NoteAdded{Text: counted(n)})
		v.Wrote = n
		c.say(v)
		select {
		case <-quit:
			return
		case <-time.After(a.Every):
		}
	}
}

// moment is when every console's clocks are read for the comparison.
func moment() time.Time { return time.Date(2100, 1, 1, 0, 0, 0, 0, time.UTC) }

func (c *clerk) look() *report {
	f := c.room.Frame()
	s := f.State
	v, err := json.Marshal(status.Make(s, status.Record{Entries: f.Len, Root: f.Root}, moment()))
	if err != nil {
		panic(err)
	}
	sum := sha256.Sum256(v)
	out := &report{
		View: View{Console: c.desk.Me().Name, Len: f.Len, Root: f.Root, State: hex.EncodeToString(sum[:8]), Pending: len(f.Pending) + c.desk.Waiting()},
		Link: c.desk.BusLink(), Refused: f.Refused, Flagged: s.Count.Flagged, Duplicate: s.Count.Duplicates, Late: s.Count.Late, Present: f.Present, Inbox: len(f.Inbox),
	}
	out.Link.Rights = nil
	if f.Err != nil {
		out.Problem = f.Err.Error()
	}
	if d := s.Decision(goNoGo); d != nil {
		out.Decision, out.Contest = d.Status, len(d.Contest)
		if o := d.Outcome(); o != nil {
			out.Option = o.Option
		}
	}
	for _, k := range incident.Clocks(s, c.now()) {
		if k.State == incident.ClockRunning {
			out.Clocks = append(out.Clocks, fmt.Sprintf("%s %s %s", k.Kind, k.Service, k.Elapsed.Round(time.Second)))
		}
	}
	return out
}

func (c *clerk) log() told {
	l := c.room.Log()
	out := told{Log: []Entry{}}
	err := l.Range(1, l.Len(), func(e incident.Entry) bool {
		x := Entry{Author: e.Event.Actor, ID: string(e.Event.ID), Source: e.Event.Source}
		if n, ok := e.Event.Data.(incident.NoteAdded); ok {
			x.N = countOf(n.Text)
		}
		out.Log = append(out.Log, x)
		return true
	})
	out.Error = errText(err)
	return out
}
