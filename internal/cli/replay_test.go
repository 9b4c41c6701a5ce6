package cli

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"sangfroid/internal/cell"
	"sangfroid/internal/incident"
	"sangfroid/internal/locale"
	"sangfroid/internal/room"
	"sangfroid/internal/timeline"
	"sangfroid/playbooks"
	"sangfroid/tui"
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/x/ansi"
	"github.com/charmbracelet/x/vt"
)

func storyStart() time.Time { return time.Date(2026, 11, 23, 12, 14, 20, 0, time.UTC) }

// story writes an incident as a cell lives it, from the report to the resumption, and keeps it as a record.
type story struct {
	t     testing.TB
	log   *timeline.Memory
	state *incident.State
	now   time.Time
	realm incident.Realm
	n     int
}

func (s *story) must(subject string, d incident.Data) *story {
	s.t.Helper()
	s.n++
	dr := incident.Draft{
		ID: incident.EventID(fmt.Sprintf("s%04d", s.n)), Source: "/story", Subject: subject, Recorded: s.now, Actor: "A. Martin",
		Role: incident.RoleDirector, Data: d,
	}
	var ev incident.Event
	var err error
	if _, first := d.(incident.IncidentDeclared); first {
		ev, err = incident.Declare("inc-7f3k", s.realm, dr)
	} else {
		ev, err = incident.Decide(s.state, dr)
	}
	if err != nil {
		s.t.Fatalf("%T: %v", d, err)
	}
	raw, err := incident.Encode(ev)
	if err != nil {
		s.t.Fatal(err)
	}
	if _, err := s.log.Append(timeline.Line{Bus: uint64(s.n), Received: s.now, Raw: raw}); err != nil {
		s.t.Fatal(err)
	}
	incident.Apply(s.state, incident.Entry{Seq: s.log.Len(), Bus: uint64(s.n), Received: s.now, Raw: raw, Event: incident.Decode(raw)})
	return s
}

func (s *story) after(d time.Duration) *story {
	s.now = s.now.Add(d)
	return s
}

func (s *story) step(id string, d incident.Data) *story {
	return s.must(incident.StepSubject(incident.StepID("failover/"+id)), d)
}

func told(t testing.TB, realm incident.Realm) *story {
	t.Helper()
	s := &story{t: t, log: timeline.NewMemory(timeline.Header{Incident: "inc-7f3k", Realm: realm, Title: "Loss of Paris-North", Axis: timeline.AxisReceived}), state: incident.NewState(), now: storyStart(), realm: realm}
	book, _, err := playbooks.Load("warm")
	if err != nil {
		t.Fatal(err)
	}
	_, raw, err := playbooks.Load("warm")
	if err != nil {
		t.Fatal(err)
	}
	defs := book.Services
	for i := range defs {
		defs[i].From, defs[i].Level = book.RTOFrom, book.Level
	}
	at, detected, good := storyStart(), storyStart().Add(-5*time.Minute), storyStart().Add(-12*time.Hour)
	s.must("", incident.IncidentDeclared{
		Title: "Loss of Paris-North", Playbook: book.ID, Zone: "Europe/Paris", Services: defs, Reported: &at, Detected: &detected, LastGood: &good, Sitrep: book.Sitrep,
	})
	s.must(incident.PlanSubject("failover"), incident.PlanLaunched{Playbook: raw, Hash: "00", Plan: "failover"})
	s.after(4*time.Minute).must("", incident.NoteAdded{Kind: incident.NoteFinding, Text: "A power cut on the whole site", Check: incident.CheckToVerify})
	s.step("confirm-outage", incident.StepStarted{}).after(5*time.Minute).step("confirm-outage", incident.StepDone{})
	s.step("alert-cell", incident.StepStarted{}).after(6*time.Minute).step("alert-cell", incident.StepDone{})
	gate := incident.DecisionSubject("failover/go")
	s.must(gate, incident.DecisionAsked{})
	s.step("call-recovery", incident.StepStarted{}).after(7*time.Minute).step("call-recovery", incident.StepBlocked{Reason: "nobody answers"})
	s.must("", incident.RepairEstimated{Likely: incident.Duration(6 * time.Hour), Says: "hosting provider"})
	s.after(20*time.Minute).must(gate, incident.DecisionTaken{Option: incident.OptionGo, Because: "the repair takes longer than the RTO"})
	s.after(2 * time.Hour)
	for _, d := range defs {
		s.after(15*time.Minute).must(incident.ServiceSubject(d.ID), incident.ServiceRestored{})
		s.after(40*time.Minute).must(incident.ServiceSubject(d.ID), incident.ServiceVerified{})
	}
	return s
}

// file writes the story's record.
func (s *story) file() string {
	s.t.Helper()
	path := filepath.Join(s.t.TempDir(), "inc-7f3k.jsonl")
	key, err := timeline.LoadOrCreateKey(filepath.Join(s.t.TempDir(), "key"), "sangfroid/inc-7f3k")
	if err != nil {
		s.t.Fatal(err)
	}
	r, err := timeline.Create(path, s.log.Header(), key)
	if err != nil {
		s.t.Fatal(err)
	}
	for n := 1; n <= s.log.Len(); n++ {
		e, err := s.log.At(n)
		if err != nil {
			s.t.Fatal(err)
		}
		if _, err := r.Append(timeline.Line{Bus: e.Bus, Received: e.Received, Raw: e.Raw}); err != nil {
			s.t.Fatal(err)
		}
	}
	if err := r.Close(); err != nil {
		s.t.Fatal(err)
	}
	return path
}

// lived is a live room that had only the first entries of a story, at an instant.
type lived struct {
	cell.Room
	log   timeline.Log
	frame *cell.Frame
	at    time.Time
}

func (l *lived) Frame() *cell.Frame             { return l.frame }
func (l *lived) Changed() <-chan struct{}       { return nil }
func (l *lived) Log() timeline.Log              { return l.log }
func (l *lived) Now() time.Time                 { return l.frame.State.ExerciseTime(l.at) }
func (l *lived) Player() cell.Player            { return nil }
func (l *lived) Draft(string) map[string]string { return nil }

func (s *story) livedAt(n int, at time.Time) *lived {
	s.t.Helper()
	log := timeline.NewMemory(s.log.Header())
	for i := 1; i <= n; i++ {
		e, err := s.log.At(i)
		if err != nil {
			s.t.Fatal(err)
		}
		if _, err := log.Append(timeline.Line{Bus: e.Bus, Received: e.Received, Raw: e.Raw}); err != nil {
			s.t.Fatal(err)
		}
	}
	state, err := timeline.StateAt(log, n)
	if err != nil {
		s.t.Fatal(err)
	}
	size, root := log.Root()
	return &lived{log: log, at: at, frame: &cell.Frame{Gen: 1, State: state.View(), Len: size, Root: root, Link: cell.Link{State: cell.LinkUp}}}
}

// TestReplayShowsWhatTheCellSaw: at any instant a replay shows, cell for cell, what a live console showed that had only what came
// in until then, but for its own header, bar and keys: clocks, phases, services, forecast, panes and rows.
func TestReplayShowsWhatTheCellSaw(t *testing.T) {
	s := told(t, incident.Live)
	wall := storyStart()
	r, err := room.StillReplay(t.Context(), s.file(), func() time.Time { return wall })
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	var instants []time.Time
	for n := 2; n <= s.log.Len(); n += 2 {
		e, err := s.log.At(n)
		if err != nil {
			t.Fatal(err)
		}
		instants = append(instants, e.Received, e.Received.Add(90*time.Second))
	}
	last := instants[len(instants)-2]
	for i := len(instants) - 1; i >= 0; i -= 2 { // out of order: going back must show the same as going on
		instants[i], instants[len(instants)-1-i] = instants[len(instants)-1-i], instants[i]
	}
	for _, size := range [][2]int{{80, 24}, {120, 40}} {
		for _, lang := range []locale.Lang{locale.English, locale.French} {
			for pane := range 4 {
				o := tui.Options{Lang: lang, Dark: true, Samples: 200, Now: func() time.Time { return wall }}
				for k, at := range instants {
					if at.After(last) || (k+pane)%3 != 0 {
						continue
					}
					r.JumpTime(at)
					live := s.livedAt(r.Frame().Len, at)
					a := o
					a.Room = live
					b := o
					b.Room = r
					extra := 0
					if size[1] < 40 {
						extra = 1 // the bar takes a line
					}
					x := tui.NewScreen(t.Context(), a, size[0], size[1])
					y := tui.NewScreen(t.Context(), b, size[0], size[1]+extra)
					for _, sc := range []*tui.Screen{x, y} {
						sc.Press(fmt.Sprint(pane + 1))
					}
					compareScreens(t, x.Draw(), y.Draw(), extra, fmt.Sprintf("%v %s pane %d at %v", size, lang, pane+1, at))
				}
			}
		}
	}
}

// compareScreens leaves out the header, the bar with the line below it, and the keys.
func compareScreens(t *testing.T, live, replay []string, extra int, where string) {
	t.Helper()
	bar := -1
	for i, l := range replay {
		if strings.Contains(ansi.Strip(l), "1× ") {
			bar = i
			break
		}
	}
	if bar < 3 {
		t.Fatalf("%s: no bar:\n%s", where, ansi.Strip(strings.Join(replay, "\n")))
	}
	// A live console offers a key where a replay has none.
	offer := strings.NewReplacer(" (e gives a value)", "", " (e donne une valeur)", "")
	same := func(i, j int) {
		if plain := offer.Replace(live[i]); plain != live[i] {
			if strings.Join(strings.Fields(ansi.Strip(plain)), " ") != strings.Join(strings.Fields(ansi.Strip(replay[j])), " ") {
				t.Errorf("%s: line %d\nlive   %s\nreplay %s", where, i, ansi.Strip(live[i]), ansi.Strip(replay[j]))
			}
			return
		}
		if live[i] != replay[j] {
			t.Errorf("%s: line %d\nlive   %s\nreplay %s", where, i, ansi.Strip(live[i]), ansi.Strip(replay[j]))
		}
	}
	for i := 2; i < bar; i++ {
		same(i, i)
	}
	for j := bar + 2; j < len(replay)-1; j++ {
		same(j-extra, j)
	}
}

// TestRecordingOfAReplay: a recording is asciicast v2, tells a drill in its title, and ends with the screen the replay ends with.
func TestRecordingOfAReplay(t *testing.T) {
	path := told(t, incident.Drill).file()
	cast := filepath.Join(t.TempDir(), "run.cast")
	var out, errs bytes.Buffer
	a := &app{in: strings.NewReader(""), out: &out, err: &errs, getenv: func(string) string { return "" }, now: storyStart, lang: locale.English}
	f := replayFlags{speed: 1200, skips: true, record: cast, size: "90x28"}
	if err := a.record(context.Background(), path, f); err != nil {
		t.Fatal(err)
	}
	b, err := os.ReadFile(filepath.Join(filepath.Dir(cast), "EXERCISE-run.cast"))
	if err != nil {
		t.Fatal(err)
	}
	var head struct {
		Version, Width, Height int
		Title                  string
	}
	sc := bufio.NewScanner(bytes.NewReader(b))
	sc.Buffer(nil, 1<<24)
	sc.Scan()
	if err := json.Unmarshal(sc.Bytes(), &head); err != nil || head.Version != 2 || head.Width != 90 || head.Height != 28 || !strings.Contains(head.Title, "EXERCISE") {
		t.Fatalf("header %s: %v", sc.Text(), err)
	}
	emu := vt.NewEmulator(90, 28) // nobody reads its answers: a recording asks a terminal nothing
	last, events := -1.0, 0
	for sc.Scan() {
		var ev []any
		if err := json.Unmarshal(sc.Bytes(), &ev); err != nil || len(ev) != 3 || ev[1] != "o" || ev[0].(float64) < last {
			t.Fatalf("event %s: %v", sc.Text(), err)
		}
		last, events = ev[0].(float64), events+1
		_, _ = emu.WriteString(ev[2].(string))
		if s := emu.String(); !strings.Contains(s, "EXERCISE") {
			t.Fatalf("a frame that does not tell it is an exercise:\n%s", s)
		}
	}
	if events < 20 || last > 120 {
		t.Errorf("%d events in %v s", events, last)
	}
	wall := storyStart()
	r, err := room.StillReplay(t.Context(), path, func() time.Time { return wall })
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	r.SetSpeed(1200)
	r.SkipSilences(true)
	r.JumpEntry(1 << 30)
	r.Draw()
	o, err := a.screenOptions(tui.Options{Room: r, Now: func() time.Time { return wall }, Samples: castSamples})
	if err != nil {
		t.Fatal(err)
	}
	o.Dark = true
	want := vt.NewEmulator(90, 28)
	for y, l := range tui.NewScreen(t.Context(), o, 90, 28).Draw() {
		_, _ = fmt.Fprintf(want, "\x1b[%d;1H\x1b[m%s", y+1, l)
	}
	if got := emu.String(); got != want.String() {
		t.Errorf("the recording ends with\n%s\nthe replay with\n%s", got, want.String())
	}
}
