package room

import (
	"log/slog"
	"os"
	"path/filepath"
	"sangfroid/internal/bus"
	"sangfroid/internal/cell"
	"sangfroid/internal/incident"
	"strings"
	"testing"
	"time"
)

// fast is a scenario whose first inject is due two seconds after the start at the highest speed.
func fast(t testing.TB) string {
	t.Helper()
	b, err := os.ReadFile("../exercise/testdata/good.yaml")
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "fast.yaml")
	if err := os.WriteFile(path, []byte(strings.Replace(string(b), "at: +00:02", "at: +00:00:30", 1)), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func exercised(t testing.TB, d *Desk, solo bool) *Room {
	t.Helper()
	until(t, "the bus is up", func() bool { return d.Link().State == cell.LinkUp })
	id, err := d.Exercise(ctxFor(t), cell.ExerciseRun{Scenario: fast(t), Speed: incident.MaxSpeed, Solo: solo, Lang: "en"})
	if err != nil {
		t.Fatal(err)
	}
	return console(t, d, id)
}

func sent(r *Room) int {
	x := r.Frame().State.Exercise
	if x == nil {
		return -1
	}
	return len(x.Sent)
}

// TestFacilitatorsSendOnce: two facilitators' consoles send what is due, the log has it once; a player's sends nothing.
func TestFacilitatorsSendOnce(t *testing.T) {
	d := deskAt(t, t.TempDir())
	d.SetMe(cell.Person{Name: "Fay", Role: incident.RoleFacilitator})
	first := exercised(t, d, false)
	d2 := other(t, d, "Gus")
	d2.SetMe(cell.Person{Name: "Gus", Role: incident.RoleFacilitator})
	second := console(t, d2, first.ID())
	until(t, "the inject is out", func() bool { return sent(first) == 1 && sent(second) == 1 })
	x := second.Frame().State.Exercise
	if x.Sent[0].No != "1" || x.Sent[0].ByHand || x.Sent[0].Mark.Role != incident.RoleAutomation || !x.Sent[0].Mark.At.Before(x.Start.Add(10*time.Minute)) {
		t.Errorf("%+v", x.Sent[0])
	}
	until(t, "both are seen", func() bool { return first.Frame().Facilitated && second.Frame().Facilitated })
	if n := first.Frame().State.Count.Flagged; n != 0 {
		t.Errorf("%d entries are flagged", n)
	}
	// Both show the same time, and what is written is told in it.
	if gap := first.Now().Sub(second.Now()).Abs(); gap > time.Duration(incident.MaxSpeed)*goodClock*2 {
		t.Errorf("the consoles are %v apart", gap)
	}
	do(t, second, "", incident.NoteAdded{Text: "looking on"})
	s := first.Frame().State
	if s.Last.Fact.Before(s.Exercise.Start) || s.Count.Late != 0 {
		t.Errorf("written at %v, %d late", s.Last.Fact, s.Count.Late)
	}
}

func TestNobodySendsWithoutAFacilitator(t *testing.T) {
	d := deskAt(t, t.TempDir())
	d.SetMe(cell.Person{Name: "Fay", Role: incident.RoleFacilitator})
	r := exercised(t, d, false)
	d.SetMe(cell.Person{Name: "Fay", Role: incident.RoleDirector})
	r.refresh()
	until(t, "an inject is due", func() bool { return len(incident.Due(r.Frame().State, r.Now()).Due) > 0 })
	until(t, "the frame says that nobody facilitates", func() bool { return !r.Frame().Facilitated })
	r.sendDue(ctxFor(t), nil)
	if n := sent(r); n > 1 {
		t.Errorf("%d injects were sent", n)
	}
}

// TestSoloAndTheStopPhrase: whoever plays alone is sent the injects; a note with the phrase ends the exercise for all.
func TestSoloAndTheStopPhrase(t *testing.T) {
	d := deskAt(t, t.TempDir())
	r := exercised(t, d, true)
	until(t, "the inject is out", func() bool { return sent(r) == 1 })
	bob := console(t, other(t, d, "Bob"), r.ID())
	do(t, bob, "", incident.NoteAdded{Text: "Real emergency, stop the exercise! Smoke in the machine room."})
	until(t, "everybody knows", func() bool {
		x := r.Frame().State.Exercise
		return x.Emergency && !x.Running() && x.Ended.By == "Bob" && strings.Contains(x.Ended.Note, "Smoke")
	})
	at := r.Now()
	do(t, r, "", incident.NoteAdded{Text: "debrief"})
	if !r.Now().Equal(at) || !r.Frame().State.Last.Fact.Equal(at) {
		t.Error("the clock goes on after the end")
	}
}

// TestABadClockIsRead as the bus has it, in an exercise only.
func TestABadClockIsRead(t *testing.T) {
	dir := t.TempDir()
	d, err := NewDesk(ctxFor(t), Options{
		Bus: bus.Config{DataDir: dir}, DataDir: dir, Me: cell.Person{Name: "Fay", Role: incident.RoleFacilitator},
		Now: func() time.Time { return time.Now().Add(-40 * time.Second) }, Log: slog.New(slog.DiscardHandler),
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = d.Close() })
	r := exercised(t, d, false)
	x := r.Frame().State.Exercise
	if gap := time.Since(x.Clock[0].Wall); gap.Abs() > 20*time.Second {
		t.Errorf("the start is anchored %v ago", gap)
	}
	if got := r.Now().Sub(x.Start); got < 0 || got > 30*time.Minute {
		t.Errorf("%v of the exercise are over", got)
	}
	if got := r.wall(r.Frame().State); time.Since(got).Abs() > 2*time.Second {
		t.Errorf("read as %v ago", time.Since(got))
	}
	if got := r.wall(nil); time.Since(got).Abs() < 30*time.Second {
		t.Error("the clock is corrected where it need not be")
	}
}

func TestCompareClocks(t *testing.T) {
	var c busClock
	at := time.Date(2026, 11, 23, 13, 0, 0, 0, time.UTC)
	for _, x := range []struct {
		took, ahead, want time.Duration
	}{
		{10 * time.Millisecond, 40 * time.Second, 40 * time.Second},
		{5 * time.Second, 3 * time.Hour, 40 * time.Second},           // too slow to tell
		{100 * time.Millisecond, 50 * time.Second, 40 * time.Second}, // worse than what is known
		{8 * time.Millisecond, -20 * time.Second, -20 * time.Second},
		{8 * time.Millisecond, 100 * time.Millisecond, 0}, // good enough
	} {
		c.compare(at, at.Add(x.took), at.Add(x.took/2+x.ahead))
		if c.ahead != x.want {
			t.Errorf("%v in %v: %v, want %v", x.ahead, x.took, c.ahead, x.want)
		}
	}
}
