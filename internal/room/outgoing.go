package room

import (
	"context"
	"errors"
	"sangfroid/internal/bus"
	"sangfroid/internal/cell"
	"sangfroid/internal/incident"
	"slices"
	"time"
)

// resend is how often the outbox is tried again while something waits in it.
const resend = 2 * time.Second

// send brings what waits in the outbox to the bus, in order. An item leaves the outbox when it is seen in the log; when
// its room is not open here, when the bus has it.
func (d *Desk) send(ctx context.Context) {
	defer d.done.Done()
	tick := time.NewTicker(resend)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-d.wake:
		case <-tick.C:
			d.adopt()
		}
		if d.Link().State != cell.LinkUp {
			continue
		}
		for _, item := range d.outbox.Pending() {
			if ctx.Err() != nil || d.isSending(item.ID) || d.held(item) {
				continue // the one who entered it is still sending it, or nobody knows yet whether the bus has it
			}
			if err := d.deliver(ctx, item); err != nil {
				d.opts.Log.Warn("outbox", "item", item.ID, "error", err)
				if !itsOwnFault(err) {
					break // in order: the next ones wait behind it
				}
				d.refuse(item, err)
			}
		}
	}
}

// held tells that the item's incident is still being read from the bus: what the bus has need not be sent.
func (d *Desk) held(item bus.Item) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	r := d.rooms[incident.IncidentID(item.Incident)]
	return r != nil && r.reading.Load()
}

// itsOwnFault tells that the bus does not take this one item, whatever the link: the others need not wait behind it.
func itsOwnFault(err error) bool {
	return errors.Is(err, bus.ErrName) || errors.Is(err, bus.ErrTooLarge) || errors.Is(err, bus.ErrDenied)
}

// adopt takes over what processes of this machine that died had left to be sent.
func (d *Desk) adopt() {
	before := d.outbox.Pending()
	if err := d.outbox.Adopt(); err != nil {
		d.opts.Log.Warn("outbox", "adopt", err)
	}
	if bad := d.outbox.Damaged(); len(bad) > 0 {
		d.opts.Log.Error("outbox", "damaged", bad)
	}
	known := func(it bus.Item) bool {
		return slices.ContainsFunc(before, func(b bus.Item) bool { return b.ID == it.ID && b.Source == it.Source })
	}
	// Not by their number: others leave the outbox meanwhile.
	if items := slices.DeleteFunc(d.outbox.Pending(), known); len(items) > 0 {
		for _, r := range d.open() {
			r.adopt(items)
		}
	}
}

// sending marks an item whose author waits for its receipt right now: the sender leaves it alone until done.
func (d *Desk) sending(id string) (done func()) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.inFlight[id] = true
	return func() {
		d.mu.Lock()
		delete(d.inFlight, id)
		d.mu.Unlock()
		d.kick() // it may wait for the bus still
	}
}

// queued tells that an item has to wait behind earlier ones that a receipt was given for: what one person said goes out in
// the order it was said, also when the link comes back in between. Those whose authors still wait promised nothing.
func (d *Desk) queued(source string, id incident.EventID) bool {
	return slices.ContainsFunc(d.outbox.Ahead(source, string(id)), func(other string) bool { return !d.isSending(other) })
}

func (d *Desk) isSending(id string) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.inFlight[id]
}

// Flush waits until nothing waits in the outbox any more, or ctx ends: a command that comes after a console that died sees
// what that one had left.
func (d *Desk) Flush(ctx context.Context) {
	d.kick()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for d.Waiting() > 0 && d.Link().State == cell.LinkUp {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

func outgoing(i bus.Item) bus.Outgoing {
	return bus.Outgoing{
		Realm: i.Realm, Incident: i.Incident, Author: i.Author, Category: i.Category, Entity: i.Entity,
		MsgID: i.Source + "#" + i.ID, Raw: i.Raw,
	}
}

// deliver sends an item without an expectation: what contradicts it in the log is for the fold and the people to see.
func (d *Desk) deliver(ctx context.Context, item bus.Item) error {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	if _, err := d.bus.Publish(ctx, outgoing(item)); err != nil {
		return err
	}
	d.mu.Lock()
	r := d.rooms[incident.IncidentID(item.Incident)]
	d.mu.Unlock()
	if r != nil {
		return r.claim(item)
	}
	return d.outbox.Done(item.Source, item.ID)
}
