package room

import (
	"errors"
	"fmt"
	"os"
	"sangfroid/internal/bus"
	"sangfroid/internal/incident"
	"slices"
	"strconv"
	"strings"
)

// DamagedError tells entries of this machine's own record that are not as they were written: the disk changed them, or
// somebody did. The record is made anew from the bus once that is there.
type DamagedError struct {
	Path    string
	Entries []int // none: its first line, or a checkpoint
}

// Error names the entries.
func (e *DamagedError) Error() string {
	const most = 10
	words := make([]string, 0, most)
	for _, n := range e.Entries[:min(most, len(e.Entries))] {
		words = append(words, strconv.Itoa(n))
	}
	if len(e.Entries) > most {
		words = append(words, "…")
	}
	if len(words) == 0 {
		return e.Path + " is damaged beside its entries"
	}
	return fmt.Sprintf("%s is damaged at entry %s", e.Path, strings.Join(words, ", "))
}

// unfit is why nothing may be written to the record: what the bus has is to be read from its first entry.
func (r *Room) unfit() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.damaged != nil {
		return r.damaged
	}
	return nil
}

// startOver handles a bus whose stream was made anew or lost something, and a record that is damaged: the record so far is
// set aside under another name, a new one follows the bus as it is, and what the bus does not have then goes out again
// through the outbox, byte for byte, with the ids it had. Nothing is lost; the order is the bus's new one.
func (r *Room) startOver(cause error) error {
	r.log.Error("the record starts over", "cause", cause)
	r.mu.Lock()
	defer r.mu.Unlock()
	old, title := r.record.Path(), r.record.Header().Title
	r.reading.Store(true) // before the sender sees any of it
	if err := r.resend(); err != nil {
		return err
	}
	if err := r.record.Close(); err != nil {
		return err
	}
	why := "before"
	if r.damaged != nil {
		why = "damaged"
	}
	renamed := os.Rename(old, asideName(old, why))
	record, err := r.desk.openRecord(r.id, r.realm, title)
	if err != nil {
		return errors.Join(renamed, err)
	}
	r.record = record
	r.agree.started()
	if renamed != nil {
		return renamed // the same record again; the next try sets it aside
	}
	r.state = incident.NewState()
	r.fault, r.damaged = nil, nil
	r.desk.kick()
	return nil
}

// asideName is a free name beside the record's.
func asideName(path, why string) string {
	for n := 1; ; n++ {
		name := asidePath(path, why, n)
		if _, err := os.Stat(name); errors.Is(err, os.ErrNotExist) {
			return name
		}
	}
}

func asidePath(path, why string, n int) string {
	return fmt.Sprintf("%s.%s-%d.jsonl", strings.TrimSuffix(path, ".jsonl"), why, n)
}

// resend puts every event of the record into the outbox. Those the bus still has are seen in the log and leave it again
// before anything is sent; the bus and the fold count each once.
func (r *Room) resend() error {
	var damaged []int
	if r.damaged != nil {
		damaged = r.damaged.Entries
	}
	var all []waiting
	err := r.record.Range(1, r.record.Len(), func(e incident.Entry) bool {
		if e.Event.ID == "" || e.Event.Source == "" || slices.Contains(damaged, e.Seq) {
			return true // nothing to recognise it by, or not what it was: it stays in the record set aside
		}
		w := waiting{event: e.Event, raw: e.Raw, via: e.Via, sent: func() {}}
		if e.Via != "" && bornOut(e.Via, &e.Event) {
			return true // the server's own answer to a request: sent as an entry it would be one
		}
		if r.foreign(w) {
			return true // the keeper of the bus brings it back: sangfroid bus restore
		}
		all = append(all, w)
		return true
	})
	if err != nil {
		return err
	}
	items := make([]bus.Item, len(all))
	for i, w := range all {
		items[i] = r.item(w)
	}
	if err := r.desk.outbox.Put(items...); err != nil {
		return err
	}
	before := r.pending
	for _, w := range all {
		if !slices.ContainsFunc(before, func(p waiting) bool { return p.event.ID == w.event.ID && p.event.Source == w.event.Source }) {
			r.pending = append(r.pending, w)
		}
	}
	return nil
}
