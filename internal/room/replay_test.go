package room

import (
	"fmt"
	"os"
	"path/filepath"
	"sangfroid/internal/incident"
	"sangfroid/internal/timeline"
	"sync/atomic"
	"testing"
	"time"
)

// wallClock is a wall clock that tests move.
type wallClock struct{ ns atomic.Int64 }

func (w *wallClock) now() time.Time       { return time.Unix(0, w.ns.Load()).UTC() }
func (w *wallClock) pass(d time.Duration) { w.ns.Add(int64(d)) }

func began() time.Time { return time.Date(2026, 11, 23, 13, 0, 0, 0, time.UTC) }

// recorded writes a record of n notes a minute apart behind a declaration.
func recorded(t testing.TB, n int) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "inc-1.jsonl")
	key, err := timeline.LoadOrCreateKey(filepath.Join(t.TempDir(), "key"), "sangfroid/inc-1")
	if err != nil {
		t.Fatal(err)
	}
	r, err := timeline.Create(path, timeline.Header{Incident: "inc-1", Realm: incident.Live, Title: "Loss", Axis: timeline.AxisReceived}, key)
	if err != nil {
		t.Fatal(err)
	}
	detected := began()
	ls := make([]timeline.Line, 0, n)
	for i := range n {
		at := began().Add(time.Duration(i) * time.Minute)
		var d incident.Data = incident.NoteAdded{Text: fmt.Sprint("note ", i)}
		if i == 0 {
			d = incident.IncidentDeclared{Title: "Loss", Detected: &detected, Services: []incident.ServiceDef{
				{ID: "portal", RTO: incident.Duration(time.Hour), MTPD: incident.Duration(10 * time.Hour), From: incident.FromDetection},
			}}
		}
		raw, err := incident.Encode(incident.Event{
			ID: incident.EventID(fmt.Sprint("e", i)), Source: "/t", Type: d.Type(), Subject: incident.DefaultSubject(d), Time: at, Recorded: at,
			Incident: "inc-1", Realm: incident.Live, Actor: "Alice", Role: incident.RoleDirector, Data: d,
		})
		if err != nil {
			t.Fatal(err)
		}
		ls = append(ls, timeline.Line{Bus: uint64(i + 1), Received: at, Raw: raw})
	}
	if _, err := r.Append(ls...); err != nil {
		t.Fatal(err)
	}
	if err := r.Close(); err != nil {
		t.Fatal(err)
	}
	return path
}

func still(t testing.TB, path string) (*Replay, *wallClock) {
	t.Helper()
	w := &wallClock{}
	r, err := StillReplay(ctxFor(t), path, w.now)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = r.Close() })
	return r, w
}

func TestReplayPlaysJumpsAndLoops(t *testing.T) {
	r, w := still(t, recorded(t, 200))
	if f := r.Frame(); f.Len != 1 || f.Replay.Total != 200 || !f.Replay.Whole || f.Replay.Playing {
		t.Fatalf("it begins at %d of %+v", f.Len, f.Replay)
	}
	r.SetSpeed(60)
	r.Play()
	w.pass(30 * time.Second)
	r.Draw()
	if f := r.Frame(); f.Len != 31 || f.State.Count.Entries != 31 {
		t.Errorf("after thirty seconds at 60 times: %d entries", f.Len)
	}
	// The RTO passes after an hour: that is the next key moment.
	r.StepKey(1)
	if f := r.Frame(); !f.Replay.At.Equal(began().Add(time.Hour)) {
		t.Errorf("the next key moment is at %v", f.Replay.At)
	}
	var breach *incident.KeyMoment
	for i, k := range r.Frame().Replay.Keys {
		if k.Kind == incident.KeyBreach {
			breach = &r.Frame().Replay.Keys[i]
		}
	}
	if breach == nil || breach.Service != "portal" || breach.Clock != incident.ClockRTO || breach.Seq != 61 {
		t.Errorf("%+v", breach)
	}
	r.SetLoop(true)
	r.JumpEntry(200)
	r.Play() // from the end, from the beginning
	w.pass(200 * time.Second)
	r.Draw()
	if f := r.Frame(); f.Len != 200 || !f.Replay.Ended || !f.Replay.Playing {
		t.Errorf("at the end: %d, %+v", f.Len, f.Replay)
	}
	w.pass(loopPause)
	r.Draw()
	w.pass(2 * time.Second)
	r.Draw()
	if f := r.Frame(); f.Len != 3 || !f.Replay.Playing {
		t.Errorf("the loop went on to %d", f.Len)
	}
	r.SetLoop(false)
	r.JumpEntry(200)
	r.Draw()
	if f := r.Frame(); f.Replay.Playing || !f.Replay.Ended {
		t.Errorf("without a loop: %+v", f.Replay)
	}
	if _, root := r.Log().Root(); r.Frame().Root != root {
		t.Errorf("root %s, want %s", r.Frame().Root, root)
	}
}

// TestOpeningShowsSomethingAtOnce: a long file is there with its first entry, its end and its title before it was read, and what
// was asked for meanwhile comes when it can.
func TestOpeningShowsSomethingAtOnce(t *testing.T) {
	w := &wallClock{}
	r, err := OpenReplay(recorded(t, 20_000), w.now)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	f := r.Frame()
	if f.Len != 1 || f.State.Title != "Loss" || !f.Replay.To.Equal(began().Add(19_999*time.Minute)) {
		t.Errorf("the first frame: %d entries of %q, to %v", f.Len, f.State.Title, f.Replay.To)
	}
	r.JumpEntry(19_000)
	until(t, "the jump arrives", func() bool { return r.Frame().Len == 19_000 })
	until(t, "all is read", func() bool { return r.Frame().Replay.Whole })
	if f := r.Frame(); f.Replay.Total != 20_000 || f.Len != 19_000 {
		t.Errorf("%d of %d", f.Len, f.Replay.Total)
	}
}

// TestReplayOfAFileThatBreaks: what cannot be read is told, and what was read stays.
func TestReplayOfAFileThatBreaks(t *testing.T) {
	path := recorded(t, 3)
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, append(b, []byte("{\"seq\":4,\"torn")...), 0o600); err != nil {
		t.Fatal(err)
	}
	r, _ := still(t, path)
	if f := r.Frame(); f.Replay.Total != 3 || f.Err != nil {
		t.Errorf("%d entries, %v", f.Replay.Total, f.Err)
	}
	if _, err := OpenReplay(filepath.Join(t.TempDir(), "none.jsonl"), (&wallClock{}).now); err == nil {
		t.Error("a file that is not there was opened")
	}
	if err := os.WriteFile(path, []byte("nothing of the kind\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := OpenReplay(path, (&wallClock{}).now); err == nil {
		t.Error("a file that is no timeline was opened")
	}
	// An empty timeline has nothing to play, and does not hang.
	if err := os.WriteFile(path, b[:indexOf(b, '\n')+1], 0o600); err != nil {
		t.Fatal(err)
	}
	empty, w := still(t, path)
	empty.Play()
	w.pass(time.Hour)
	empty.Draw()
	empty.StepKey(1)
	empty.Step(-1)
	empty.JumpTime(began())
	if f := empty.Frame(); f.Len != 0 || f.State == nil {
		t.Errorf("%+v", f)
	}
}

func indexOf(b []byte, c byte) int {
	for i := range b {
		if b[i] == c {
			return i
		}
	}
	return -1
}
