package room

import (
	"fmt"
	"log/slog"
	"sangfroid/internal/bus"
	"sangfroid/internal/cell"
	"sangfroid/internal/incident"
	"strings"
	"testing"
	"time"
)

const vms = incident.SetID("step/failover/rebuild-vms")

// other is a second console, on a machine of its own, of the same bus.
func other(t testing.TB, d *Desk, name string) *Desk {
	t.Helper()
	dir := t.TempDir()
	o, err := NewDesk(ctxFor(t), Options{
		Bus: bus.Config{URL: d.Link().Server, DataDir: dir}, DataDir: dir,
		Me: cell.Person{Name: name, Role: incident.RoleITLead}, Now: time.Now, Log: slog.New(slog.DiscardHandler),
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = o.Close() })
	until(t, "the second bus is up", func() bool { return o.Link().State == cell.LinkUp })
	return o
}

// console opens the incident as a member of the cell, whose console relays.
func console(t testing.TB, d *Desk, id incident.IncidentID) *Room {
	t.Helper()
	until(t, "the incident is known", func() bool {
		for _, l := range d.Listings() {
			if l.ID == id {
				return true
			}
		}
		return false
	})
	opened, err := d.Open(ctxFor(t), id)
	if err != nil {
		t.Fatal(err)
	}
	r, ok := opened.(*Room)
	if !ok {
		t.Fatal("no live room")
	}
	return r
}

// workUpTo does every step that may be done, but the one whose targets are tested.
func workUpTo(t testing.TB, r *Room) {
	t.Helper()
	for again := true; again; {
		again = false
		s := r.Frame().State
		for i := range s.Steps {
			if st := &s.Steps[i]; s.StepStatus(st) == incident.StepReady && incident.StepSet(st.ID) != vms {
				do(t, r, incident.StepSubject(st.ID), incident.StepDone{})
				again = true
			}
		}
	}
}

func (r *Room) sum(id incident.SetID) incident.TargetSum {
	return r.Frame().State.TargetSum(id, time.Now())
}

// batches counts the entries that a rule made of signals.
func batches(t testing.TB, r *Room) (n int, ids map[incident.EventID]int) {
	t.Helper()
	ids = make(map[incident.EventID]int)
	for seq := 1; seq <= r.Frame().Len; seq++ {
		e, err := r.Log().At(seq)
		if err != nil {
			t.Fatal(err)
		}
		if d, ok := e.Event.Data.(incident.TargetsChanged); ok && d.Signals != nil {
			n++
			ids[e.Event.ID]++
		}
	}
	return n, ids
}

func tell(t testing.TB, d *Desk, source, step, state string, ids ...string) {
	t.Helper()
	raw := fmt.Sprintf(`{"specversion":"1.0","id":"p-%d","source":"/orchestrator","type":"sangfroid.targets.progress","time":%q,"data":{"step":%q,"changes":[{"state":%q,"ids":["%s"]}]}}`,
		time.Now().UnixNano(), time.Now().UTC().Format(time.RFC3339Nano), step, state, strings.Join(ids, `","`))
	if err := d.bus.PublishSignal(ctxFor(t), source, []byte(raw)); err != nil {
		t.Fatal(err)
	}
}

func TestARuleTurnsSignalsIntoFewEntries(t *testing.T) {
	d := deskAt(t, t.TempDir())
	id := declared(t, d).ID()
	r := console(t, d, id)
	// What is said before the step's turn waits.
	tell(t, d, "backup-provider", "rebuild-vms", "running", "vm-01..vm-10")
	workUpTo(t, r)
	until(t, "what waited is written", func() bool { return r.sum(vms).Running == 10 })
	for i := 1; i <= 35; i++ {
		name := fmt.Sprintf("vm-%02d", i)
		for _, state := range []string{"running", "failed", "running", "done"} {
			tell(t, d, "backup-provider", "", state, name)
		}
	}
	until(t, "the last state of each is there", func() bool { return r.sum(vms).Done == 35 })
	s := r.Frame().State
	if st := s.Step("failover/rebuild-vms"); st.Done != 35 || st.Status != incident.StepRunning || st.Targets.Upto().IsZero() {
		t.Errorf("%+v", st)
	}
	if n, _ := batches(t, r); n > 25 {
		t.Errorf("141 signals became %d entries", n)
	}
	if s.Count.Flagged > 0 {
		t.Errorf("flags: %v", s.Flags)
	}
	for _, g := range r.Frame().Inbox {
		t.Errorf("the inbox has %s", g.Summary)
	}
}

func TestSignalsThatFitNoRuleWaitForAPerson(t *testing.T) {
	d := deskAt(t, t.TempDir())
	r := console(t, d, declared(t, d).ID())
	workUpTo(t, r)
	tell(t, d, "somebody", "rebuild-vms", "done", "vm-01")
	tell(t, d, "backup-provider", "rebuild-vms", "done", "prod-17")
	if err := d.bus.PublishSignal(ctxFor(t), "monitoring", []byte("a plain word")); err != nil {
		t.Fatal(err)
	}
	until(t, "the inbox has them", func() bool { return len(r.Frame().Inbox) == 3 })
	if g := r.Frame().Inbox[0]; g.Summary != "rebuild-vms: 1 done" || g.Progress == nil {
		t.Errorf("%+v", g)
	}
	if n, _ := batches(t, r); n != 0 || r.sum(vms).Done != 0 {
		t.Errorf("%d entries of signals without a rule", n)
	}
}

// TestTwoConsolesWriteOnce: both follow the signals, one writes; when it goes, the other one goes on, and nothing is lost.
func TestTwoConsolesWriteOnce(t *testing.T) {
	d := deskAt(t, t.TempDir())
	first := console(t, d, declared(t, d).ID())
	workUpTo(t, first)
	d2 := other(t, d, "Bob")
	second := console(t, d2, first.ID())
	both := []*Room{first, second}
	until(t, "they know of each other", func() bool {
		ranks := 0
		for _, r := range both {
			r.relay.mu.Lock()
			ranks += r.relay.rank
			r.relay.mu.Unlock()
		}
		return ranks == 1
	})
	for i := 1; i <= 20; i++ {
		tell(t, d, "backup-provider", "rebuild-vms", "done", fmt.Sprintf("vm-%02d", i))
	}
	until(t, "both have it", func() bool { return first.sum(vms).Done == 20 && second.sum(vms).Done == 20 })
	// The one whose turn it is stops relaying, as a console that is cut off does.
	for _, r := range both {
		r.relay.mu.Lock()
		if r.relay.rank == 0 {
			r.relay.held = map[incident.SetID]*heldSet{}
			r.relay.rank = 1 << 20
		}
		r.relay.mu.Unlock()
	}
	tell(t, d, "backup-provider", "rebuild-vms", "done", "vm-21..vm-35")
	until(t, "the other one takes over", func() bool { return first.sum(vms).Done == 35 && second.sum(vms).Done == 35 })
	n, ids := batches(t, first)
	for id, times := range ids {
		if times > 1 {
			t.Errorf("%s stands there %d times", id, times)
		}
	}
	if n > 12 {
		t.Errorf("35 signals became %d entries", n)
	}
	if first.Frame().Root != second.Frame().Root && first.Frame().Len == second.Frame().Len {
		t.Error("the records differ")
	}
}

// TestWhatWasSaidWhileNobodyLooked: signals that came while no console was open are taken when one opens, and those that the log
// has are not written again.
func TestWhatWasSaidWhileNobodyLooked(t *testing.T) {
	d := deskAt(t, t.TempDir())
	id := declared(t, d).ID()
	d2 := other(t, d, "Bob")
	r := console(t, d2, id)
	workUpTo(t, r)
	tell(t, d, "backup-provider", "rebuild-vms", "done", "vm-01..vm-05")
	until(t, "they are written", func() bool { return r.sum(vms).Done == 5 })
	before, _ := batches(t, r)
	if err := d2.Close(); err != nil {
		t.Fatal(err)
	}
	for i := 6; i <= 30; i++ {
		tell(t, d, "backup-provider", "rebuild-vms", "failed", fmt.Sprintf("vm-%02d", i))
	}
	again := console(t, other(t, d, "Carol"), id)
	until(t, "what came meanwhile is written", func() bool { return again.sum(vms).Failed == 25 })
	until(t, "the log has it", func() bool { return len(again.Frame().Pending) == 0 })
	if n, _ := batches(t, again); n < before+1 || n > before+3 {
		t.Errorf("%d entries, %d before", n, before)
	}
	if again.sum(vms).Done != 5 {
		t.Errorf("%+v", again.sum(vms))
	}
}

func TestHeldIsAStatePerTarget(t *testing.T) {
	k := &heldSet{source: "s", changes: make(map[string]heldChange)}
	base := time.Date(2026, 11, 23, 14, 0, 0, 0, time.UTC)
	for i := range 100_000 {
		k.keep(nil, fmt.Sprintf("m-%03d", i%500), heldChange{state: incident.TargetRunning, at: base.Add(time.Duration(i/5000) * time.Second)})
	}
	k.keep(nil, "m-000", heldChange{state: incident.TargetFailed, at: base}) // older
	if len(k.changes) != 500 || k.changes["m-000"].state != incident.TargetRunning {
		t.Errorf("%d held, m-000 %+v", len(k.changes), k.changes["m-000"])
	}
	k.upto = base.Add(time.Minute)
	ev := k.events()
	if len(ev) != 1 || ev[0].Count(incident.TargetRunning) != 500 || !ev[0].Signals.Upto.Equal(k.upto) {
		t.Errorf("%d events", len(ev))
	}
	for i := range 40 {
		k.keep(nil, fmt.Sprintf("f-%d", i), heldChange{state: incident.TargetFailed, note: fmt.Sprint("reason ", i), at: base})
	}
	if ev = k.events(); len(ev) != relayMost || !ev[relayMost-1].Signals.Upto.IsZero() {
		t.Errorf("%d events at once, the last up to %s", len(ev), ev[len(ev)-1].Signals.Upto)
	}
}
