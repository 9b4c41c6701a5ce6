package room

import (
	"fmt"
	"sangfroid/internal/cell"
	"sangfroid/internal/incident"
	"testing"
)

// What was said while the bus was away goes out before what is said after: a word does not overtake the ones its author has
// receipts for.
func TestWordsGoOutInTheOrderTheyWereSaid(t *testing.T) {
	dir := t.TempDir()
	d := deskAt(t, dir)
	r := declared(t, d)
	var want []string
	for n := range 40 {
		want = append(want, fmt.Sprintf("word %d", n))
	}
	// Those that wait, as an outage leaves them: on disk, with a receipt, not sent.
	for _, text := range want[:30] {
		w, _, err := r.decide(cell.Command{Data: incident.NoteAdded{Text: text}}, 0)
		if err != nil {
			t.Fatal(err)
		}
		r.desk.mu.Lock()
		delete(r.desk.inFlight, string(w.event.ID)) // no kick: the sender has not noticed yet
		r.desk.mu.Unlock()
	}
	for _, text := range want[30:] {
		do(t, r, "", incident.NoteAdded{Text: text})
	}
	var got []string
	err := r.Log().Range(1, r.Log().Len(), func(e incident.Entry) bool {
		if n, ok := e.Event.Data.(incident.NoteAdded); ok {
			got = append(got, n.Text)
		}
		return true
	})
	if err != nil || fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("%v\nthe log has %q", err, got)
	}
}

// A word that another console's process left, killed before it could send it, goes out at once, and before what is said now.
func TestWhatADeadProcessLeftGoesOutFirst(t *testing.T) {
	dir := t.TempDir()
	d := deskAt(t, dir)
	r := declared(t, d)
	w, _, err := r.decide(cell.Command{Data: incident.NoteAdded{Text: "before"}}, 0)
	if err != nil {
		t.Fatal(err)
	}
	if d.outbox.Ahead(w.event.Source, string(w.event.ID)) != nil {
		t.Error("something is before it")
	}
	if err := d.Close(); err != nil { // it was in flight: nobody sent it
		t.Fatal(err)
	}
	d = deskAt(t, dir)
	until(t, "the bus is up", func() bool { return d.Link().State == cell.LinkUp })
	if r, err = d.Enter(ctxFor(t), r.id); err != nil {
		t.Fatal(err)
	}
	do(t, r, "", incident.NoteAdded{Text: "after"})
	last := func(back int) string {
		e, err := r.Log().At(r.Log().Len() - back)
		if err != nil {
			t.Fatal(err)
		}
		n, _ := e.Event.Data.(incident.NoteAdded)
		return n.Text
	}
	if last(1) != "before" || last(0) != "after" {
		t.Errorf("%q, then %q", last(1), last(0))
	}
}

// An item that the log has shown already, and that the outbox took over from a process that died when nobody looked, leaves it
// once the bus says that it has it.
func TestWhatTheLogHasLeavesTheOutbox(t *testing.T) {
	d := deskAt(t, t.TempDir())
	r := declared(t, d)
	do(t, r, "", incident.NoteAdded{Text: "seen long ago"})
	e, err := r.Log().At(r.Log().Len())
	if err != nil {
		t.Fatal(err)
	}
	if err := d.outbox.Put(r.item(waiting{event: e.Event, raw: e.Raw})); err != nil {
		t.Fatal(err)
	}
	d.kick()
	until(t, "nothing waits", func() bool { return d.Waiting() == 0 && len(r.Frame().Pending) == 0 })
}
