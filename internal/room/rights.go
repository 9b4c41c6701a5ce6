package room

import (
	"sangfroid/internal/bus"
	"sangfroid/internal/incident"
	"slices"
	"strings"
)

// barred lists the categories of entries that the bus would refuse from this account in an incident. Nothing while the bus is
// away, or does not tell what the account may do: it has the last word anyway.
func (d *Desk) barred(realm incident.Realm, id incident.IncidentID) []string {
	l := d.bus.Link()
	if l.State != bus.LinkUp || l.Rights == nil || !l.Rights.Known {
		return nil
	}
	author := bus.AuthorToken(d.Me().Name)
	var out []string
	for _, c := range append([]string{incident.CategoryBallot}, Categories()...) {
		if c == "exercise" && realm == incident.Live {
			continue // it has no place there
		}
		if !l.Rights.MayWrite(string(realm), string(id), author, c) {
			out = append(out, c)
		}
	}
	return out
}

// Categories lists the categories of the catalogue.
func Categories() []string {
	var out []string
	for _, t := range incident.Types() {
		if c := t.Category(); !slices.Contains(out, c) {
			out = append(out, c)
		}
	}
	return out
}

// mayNot tells whether the account may not write a category here.
func (r *Room) mayNot(category string) bool {
	return slices.Contains(r.desk.barred(r.realm, r.id), category)
}

// barred is the refusal of what the bus would refuse: told before it is sent, so that nothing has to be taken back.
func (r *Room) barred(ev incident.Event) error {
	category := ev.BusCategory()
	if !r.mayNot(category) {
		return nil
	}
	if category == "decision" {
		return &incident.Refusal{Code: incident.RefuseAccountGo}
	}
	return &incident.Refusal{Code: incident.RefuseAccount, Args: []string{"kind", category}}
}

// foreign tells somebody else's entry that this account may not bring back in their name.
func (r *Room) foreign(w waiting) bool {
	author, category, _ := route(w.via, w.event)
	return !r.desk.bus.Link().Rights.MayWrite(string(r.realm), string(r.id), author, category)
}

// encode gives an event's bytes, signed where the person has a key of their own.
func (d *Desk) encode(ev incident.Event) ([]byte, error) {
	raw, err := incident.Encode(ev)
	if p := d.opts.Bus.Pass; err == nil && p != nil {
		key, err := p.Public()
		if err != nil {
			return nil, err
		}
		return incident.Seal(raw, key, p.Sign)
	}
	return raw, err
}

// refuse keeps an item that the bus does not take: it is not sent any more, and it is not lost.
func (d *Desk) refuse(item bus.Item, why error) {
	if err := d.outbox.Refuse(item.Source, item.ID, why.Error()); err != nil {
		d.opts.Log.Error("outbox", "error", err) // it is tried again, and refused again
		return
	}
	d.mu.Lock()
	r := d.rooms[incident.IncidentID(item.Incident)]
	d.mu.Unlock()
	if r == nil {
		return
	}
	r.mu.Lock()
	r.pending = slices.DeleteFunc(r.pending, func(w waiting) bool {
		return string(w.event.ID) == item.ID && w.event.Source == item.Source
	})
	r.mu.Unlock()
	r.refresh()
}

// reconsider sends what was refused once the account may write it.
func (d *Desk) reconsider() {
	l := d.bus.Link()
	if l.State != bus.LinkUp || l.Rights == nil || !l.Rights.Known {
		return
	}
	for _, it := range d.outbox.Refused() {
		if l.Rights.MayWrite(it.Realm, it.Incident, it.Author, it.Category) && strings.HasPrefix(it.Refused, bus.ErrDenied.Text) {
			if err := d.outbox.Refuse(it.Source, it.ID, ""); err != nil {
				d.opts.Log.Error("outbox", "error", err)
			}
		}
	}
	for _, r := range d.open() {
		r.adopt(d.outbox.Pending())
	}
}

func (d *Desk) refusedIn(id incident.IncidentID) (n int) {
	for _, it := range d.outbox.Refused() {
		if it.Incident == string(id) {
			n++
		}
	}
	return n
}

// Refused lists the entries that the bus does not take.
func (d *Desk) Refused() []bus.Item { return d.outbox.Refused() }

// Discard takes an entry that the bus does not take out of the outbox, for good; ok is false when there is none.
func (d *Desk) Discard(id string) (ok bool, err error) {
	for _, it := range d.outbox.Refused() {
		if it.ID == id {
			return true, d.outbox.Done(it.Source, it.ID)
		}
	}
	return false, nil
}
