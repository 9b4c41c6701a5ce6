package room

import (
	"errors"
	"fmt"
	"os"
	"sangfroid/internal/incident"
	"strings"
)

// startOver handles a bus whose stream was made anew or lost its end: the record so far is set aside under another name, a
// new one follows the bus as it is, and what the bus lost goes out again through the outbox, byte for byte, with the ids it
// had. Nothing is lost; the order is the bus's new one.
func (r *Room) startOver(cause error) error {
	r.log.Error("the bus lost entries; the record starts over", "cause", cause)
	r.mu.Lock()
	defer r.mu.Unlock()
	old := r.record.Path()
	header := r.record.Header()
	if err := r.resend(); err != nil {
		return err
	}
	if err := r.record.Close(); err != nil {
		return err
	}
	renamed := os.Rename(old, asideName(old))
	record, err := r.desk.openRecord(header.Incident, header.Realm, header.Title)
	if err != nil {
		return errors.Join(renamed, err)
	}
	r.record = record
	if renamed != nil {
		return renamed // the same record again; the next try sets it aside
	}
	r.state = incident.NewState()
	r.fault = nil
	r.desk.kick()
	return nil
}

// asideName is a free name beside the record's.
func asideName(path string) string {
	base := strings.TrimSuffix(path, ".jsonl")
	for n := 1; ; n++ {
		name := fmt.Sprintf("%s.before-%d.jsonl", base, n)
		if _, err := os.Stat(name); errors.Is(err, os.ErrNotExist) {
			return name
		}
	}
}

// resend puts every event of the record into the outbox. Those the bus still has are seen in the log and leave it again;
// the bus and the fold count each once.
func (r *Room) resend() error {
	var failed error
	err := r.record.Range(1, r.record.Len(), func(e incident.Entry) bool {
		if e.Event.ID == "" || e.Event.Source == "" {
			return true // nothing to recognise it by: it stays in the record set aside
		}
		w := waiting{event: e.Event, raw: e.Raw, via: e.Via, sent: func() {}}
		if e.Via != "" && bornOut(e.Via, &e.Event) {
			return true // the server's own answer to a request: sent as an entry it would be one
		}
		if r.foreign(w) {
			return true // the keeper of the bus brings it back: sangfroid bus restore
		}
		if failed = r.desk.outbox.Put(r.item(w)); failed != nil {
			return false
		}
		r.pending = append(r.pending, w)
		return true
	})
	return errors.Join(failed, err)
}
