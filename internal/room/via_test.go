package room

import (
	"fmt"
	"sangfroid/internal/bus"
	"sangfroid/internal/incident"
	"sangfroid/internal/timeline"
	"testing"
)

// Somebody who may write notes writes a note's subject and a decision's content: the log keeps it, the cell sees who did it, and
// nothing is decided.
func TestWhatIsSaidInAnothersNameIsFlagged(t *testing.T) {
	dir := t.TempDir()
	d := deskAt(t, dir)
	r := declared(t, d)
	forged := fmt.Appendf(nil, `{"specversion":"1.0","id":"f1","source":"/m","type":"sangfroid.decision.taken","subject":"decision/failover/go","incident":%q,"realm":"live","actor":"Alice","role":"director","data":{"option":"go","because":"said somebody else"}}`, r.id)
	foreign(t, r, "note", "main", forged)
	own := fmt.Appendf(nil, `{"specversion":"1.0","id":"f2","source":"/m","type":"sangfroid.decision.taken","subject":"decision/failover/go","incident":%q,"realm":"live","actor":"Mallory","role":"director","data":{"option":"go","because":"in my own name, as a note"}}`, r.id)
	foreign(t, r, "note", "main", own)
	closed := fmt.Appendf(nil, `{"specversion":"1.0","id":"f3","source":"/m","type":"sangfroid.incident.closed","subject":"incident/main","incident":%q,"realm":"live","actor":"Alice","role":"director","data":{"summary":"over"}}`, r.id)
	foreign(t, r, "incident", "main", closed)
	until(t, "all three are in the log", func() bool {
		e, err := r.Log().At(r.Log().Len())
		return err == nil && e.Event.ID == "f3"
	})
	s := r.Frame().State
	if s.Decision("failover/go").Status == incident.DecisionIsTaken || s.Closed != nil {
		t.Error("it took effect")
	}
	flagged := 0
	for _, f := range s.Flags {
		if f.Code == incident.FlagAuthor {
			flagged++
		}
	}
	if flagged != 3 {
		t.Errorf("%d are flagged: %+v", flagged, s.Flags)
	}
	for _, l := range d.Listings() {
		if l.ID == r.id && l.Closed {
			t.Error("the list believes it")
		}
	}
	_, root := r.record.Root()
	path := r.record.Path()
	if err := d.Close(); err != nil {
		t.Fatal(err)
	}
	if rep, err := timeline.Verify(path); err != nil || rep.Verdict != timeline.Intact || rep.Root != root {
		t.Errorf("%v %v", rep, err)
	}
	again, err := timeline.OpenReader(path)
	if err != nil {
		t.Fatal(err)
	}
	defer again.Close()
	after, err := timeline.StateAt(again, again.Len())
	if err != nil || after.Count != s.Count || after.Decision("failover/go").Status != s.Decision("failover/go").Status {
		t.Errorf("the file alone tells something else: %+v, %+v", after.Count, s.Count)
	}
}

func TestWhatASubjectBearsOut(t *testing.T) {
	ev := func(typ, actor string) *incident.Event {
		e := incident.Decode(fmt.Appendf(nil, `{"specversion":"1.0","id":"1","source":"/t","type":%q,"subject":"decision/go","actor":%q,"data":{"option":"go","because":"x"}}`, typ, actor))
		return &e
	}
	for _, c := range []struct {
		subject, typ, actor string
		want                bool
	}{
		{"sangfroid.live.inc-1.alice.decision.go", "sangfroid.decision.taken", "Alice", true},
		{"sangfroid.live.inc-1.alice.ballot.go", "sangfroid.decision.taken", "Alice", false},
		{"sangfroid.live.inc-1.alice.note.go", "sangfroid.decision.taken", "Alice", false},
		{"sangfroid.live.inc-1.bob.decision.go", "sangfroid.decision.taken", "Alice", false},
		{"sangfroid.live.inc-1.alice.ballot.go", "sangfroid.decision.voted", "Alice", true},
		{"sangfroid.live.inc-1.alice.decision.go", "sangfroid.decision.voted", "Alice", true}, // as earlier versions wrote it
		{"sangfroid.live.inc-1.alice.note.main", "org.example.alarm", "Alice", true},          // nothing of ours is claimed
		{"sangfroid.live.inc-1.alice.note.main", "org.example.alarm", "", false},
		{"sangfroid.live.inc-1." + bus.AuthorToken("A. Martin") + ".note.main", "sangfroid.note.added", "A. Martin", true},
		{"sangfroid.live.inc-1.a-martin.note.main", "sangfroid.note.added", "A. Martin", false},
		{"sangfroid.live.inc-1.alice.note", "sangfroid.note.added", "Alice", false},
	} {
		if got := via(bus.Message{Subject: c.subject}, ev(c.typ, c.actor)) == ""; got != c.want {
			t.Errorf("%+v: %v", c, got)
		}
	}
	if via(bus.Message{Subject: "sangfroid.live.inc-1.alice.decision.go", Echo: true}, ev("sangfroid.decision.taken", "Alice")) == "" {
		t.Error("the server's own answer counts as somebody's word")
	}
}
