// Package plain is the console without screen control: entries are printed as they come, and a line typed is a command. It is
// for pipes, for terminals that cannot be drawn on, and for people who listen to their screen.
package plain

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"sangfroid/internal/cell"
	"sangfroid/internal/incident"
	"sangfroid/internal/locale"
	"slices"
	"strings"
	"time"
)

// Options of the line mode.
type Options struct {
	Room cell.Room
	Me   string
	Role incident.Role // what is shown of an exercise is for this role
	Lang locale.Lang
	Zone *time.Location
	In   io.Reader
	Out  io.Writer
	// Commands runs one line as a command of the program, in this room.
	Commands func(ctx context.Context, r cell.Room, words []string) error
}

// lastShown is how many entries are printed at the start.
const lastShown = 20

// console is one run of the line mode.
type console struct {
	Options
	lonely bool // it was said that nobody facilitates
	shown  int
	raised map[string]bool
}

// Run prints and reads until the input ends, "quit" is typed, or ctx ends. A replay ends with its last entry.
func Run(ctx context.Context, o Options) error {
	c := &console{Options: o, raised: make(map[string]bool)}
	f := o.Room.Frame()
	c.shown = max(0, f.Len-lastShown)
	c.head()
	if err := c.entries(ctx); err != nil {
		return err
	}
	c.status()
	c.say("plain.help")
	lines := make(chan string)
	ended := make(chan error, 1)
	go read(ctx, o.In, lines, ended)
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case err := <-ended:
			if o.Room.Player() == nil || err != nil {
				return err
			}
			ended = nil // a replay goes on without a keyboard
		case <-o.Room.Changed():
			if err := c.entries(ctx); err != nil {
				return err
			}
			if r := o.Room.Frame().Replay; r != nil && r.Ended && !r.Playing {
				c.status()
				return nil
			}
		case <-tick.C:
			c.alerts()
			c.facilitated()
		case line := <-lines:
			if c.command(ctx, line) {
				return nil
			}
		}
	}
}

// read brings typed lines; it ends with the input.
func read(ctx context.Context, in io.Reader, lines chan<- string, ended chan<- error) {
	sc := bufio.NewScanner(in)
	sc.Buffer(nil, 1<<20)
	for sc.Scan() {
		select {
		case lines <- sc.Text():
		case <-ctx.Done():
			return
		}
	}
	ended <- sc.Err()
}

func (c *console) say(key string, args ...any) { c.put(c.Lang.T(key, args...)) }

// put writes a line. An output that is gone ends the console with its input.
func (c *console) put(line string) { _, _ = io.WriteString(c.Out, line+"\n") }

func (c *console) head() {
	s := c.Room.Frame().State
	c.put(fmt.Sprintf("%s  %s  %s", c.Lang.Realm(s.Realm), s.ID, c.Lang.Title(s)))
}

// mark is before every line of a drill, so that no line is ever taken for the real thing.
func (c *console) mark() string {
	if s := c.Room.Frame().State; s.Realm == incident.Drill {
		return c.Lang.Realm(s.Realm) + " "
	}
	return ""
}

// entries prints those not printed yet.
func (c *console) entries(ctx context.Context) error {
	f := c.Room.Frame()
	var printed []incident.EventID
	if f.Len < c.shown {
		c.shown = 0 // a replay went back
	}
	err := c.Room.Log().Range(c.shown+1, f.Len, func(e incident.Entry) bool {
		if !incident.ShownTo(f.State, e.Event, c.Role) {
			return true
		}
		printed = append(printed, e.Event.ID)
		l := c.Lang.Line(f.State, e)
		at := e.Event.Time
		if at.IsZero() {
			at = e.Received
		}
		c.put(fmt.Sprintf("%s%s  %s (%s)  %s%s%s", c.mark(), locale.Hour(at, c.Zone), e.Event.Actor, c.Lang.RoleTitle(f.State, e.Event.Role), l.Category, c.Lang.Colon(), l))
		return true
	})
	c.shown = f.Len
	c.opened(ctx, f.State, printed)
	return err
}

// opened tells those who run the exercise that the injects printed are before their player's eyes.
func (c *console) opened(ctx context.Context, s *incident.State, printed []incident.EventID) {
	x := s.Exercise
	if x == nil || x.Solo || x.Ended != nil || c.Room.Player() != nil || !x.Plays(c.Role) {
		return
	}
	for i := range x.Sent {
		if no := x.Sent[i].No; slices.Contains(printed, x.Sent[i].ID) && x.Sent[i].For(c.Role) && x.OpenedBy(no, c.Role) == nil {
			if _, err := c.Room.Do(ctx, cell.Command{Subject: incident.InjectSubject(no), Data: incident.ExerciseOpened{Inject: no}}); err != nil {
				return // a read receipt: what keeps it from being written is told at the person's next word
			}
		}
	}
}

// status prints the clocks, and what may be next.
func (c *console) status() {
	f := c.Room.Frame()
	now := c.Room.Now()
	if f.State.Declared.At.IsZero() {
		return
	}
	c.say("plain.now", "at", locale.Hour(now, c.Zone), "phase", c.Lang.Phase(incident.PhaseAt(f.State, now)), "n", f.Len, "pending", len(f.Pending), "link", c.Lang.T("link."+string(f.Link.State)))
	for _, k := range incident.Clocks(f.State, now) {
		name := c.Lang.Clockword(k.Kind)
		if k.Service != "" {
			name += " " + c.Lang.ServiceName(f.State, k.Service)
		}
		if k.Kind == incident.ClockObligation {
			if k.State == incident.ClockNotStarted {
				continue
			}
			name = c.Lang.DutyTitle(f.State, k.Obligation)
		}
		line := name + c.Lang.Colon() + c.Lang.ClockState(k.State)
		switch {
		case k.State == incident.ClockRunning && !k.Deadline.IsZero():
			line += ", " + c.Lang.T("plain.left", "left", c.Lang.Clock(k.Remaining), "at", c.Lang.Moment(k.Deadline, c.Zone, now))
		case k.State != incident.ClockNotStarted:
			line += ", +" + c.Lang.Clock(k.Elapsed)
		}
		c.put(c.mark() + line)
	}
	if c.Room.Player() != nil {
		return
	}
	for i, p := range incident.Proposals(f.State, now, c.Me) {
		if i == 3 {
			break
		}
		c.say("plain.next", "what", c.Lang.Proposal(f.State, p))
	}
}

// alerts prints each threshold once, when it is reached.
func (c *console) alerts() {
	f := c.Room.Frame()
	now := c.Room.Now()
	const fresh = time.Minute
	for _, t := range incident.Thresholds(f.State, now) {
		if t.At.After(now) || c.raised[t.Key] {
			continue
		}
		c.raised[t.Key] = true
		if now.Sub(t.At) < fresh {
			c.put(c.mark() + "▲ " + c.Lang.Alert(f.State, t, now))
		}
	}
}

// facilitated says once that a running exercise has nobody who sends what is due, and when it has again.
func (c *console) facilitated() {
	f := c.Room.Frame()
	lonely := f.State.Exercise != nil && f.State.Exercise.Running() && !f.Facilitated && f.Replay == nil
	if lonely == c.lonely {
		return
	}
	c.lonely = lonely
	key := "exercise.facilitated"
	if lonely {
		key = "exercise.alone"
	}
	c.put(c.mark() + c.Lang.T(key))
}

// command runs a typed line; true ends the console.
func (c *console) command(ctx context.Context, line string) (quit bool) {
	words, err := Split(line)
	if err != nil {
		c.say("plain.quotes")
		return false
	}
	if len(words) == 0 {
		return false
	}
	switch words[0] {
	case "quit", "exit", "q":
		return true
	case "status", "s":
		c.status()
		return false
	case "help", "?":
		c.say("plain.help")
		return false
	}
	if err := c.Commands(ctx, c.Room, words); err != nil && !errors.Is(err, context.Canceled) {
		c.put(err.Error())
	}
	return false
}

// ErrQuotes is given for a line whose quotation mark is not closed.
var ErrQuotes = errors.New("a quotation mark is not closed")

// Split cuts a line into words; double and single quotes keep spaces.
func Split(line string) ([]string, error) {
	var out []string
	var word strings.Builder
	open, some := rune(0), false
	for _, r := range line {
		switch {
		case open != 0 && r == open:
			open = 0
		case open != 0:
			word.WriteRune(r)
		case r == '"' || (r == '\'' && word.Len() == 0):
			open, some = r, true
		case r == ' ' || r == '\t':
			if word.Len() > 0 || some {
				out = append(out, word.String())
			}
			word.Reset()
			some = false
		default:
			word.WriteRune(r)
		}
	}
	if open != 0 {
		return nil, ErrQuotes
	}
	if word.Len() > 0 || some {
		out = append(out, word.String())
	}
	return out, nil
}
