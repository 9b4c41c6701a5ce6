package room

import (
	"context"
	"errors"
	"sangfroid/internal/bus"
	"sangfroid/internal/cell"
	"sangfroid/internal/incident"
	"time"
)

// How long a person waits for the bus before the receipt says "pending", and how often a lost race is run again.
const (
	waitReceipt = 3 * time.Second
	maxRaces    = 8
)

// Do checks a command, saves its event, and sends it. Two people who write about one entity at once cannot both win: the
// bus refuses the second, which is then decided again on what the first one wrote.
//
// The bus counts what was published on the entity's subject, the fold what it understood as being about the entity. They
// differ where somebody published there what is no such event. So the number the bus told with its refusal is what the
// next try expects, once everything up to it has been folded here.
//
// In an exercise a note with the phrase for a real emergency ends it.
func (r *Room) Do(ctx context.Context, c cell.Command) (cell.Receipt, error) {
	receipt, err := r.once(ctx, c)
	if err != nil {
		return receipt, err
	}
	return receipt, r.stopWord(ctx, c)
}

// once writes one command.
func (r *Room) once(ctx context.Context, c cell.Command) (cell.Receipt, error) {
	seen := uint64(0)
	for range maxRaces {
		w, expect, err := r.decide(c, seen)
		if err != nil {
			return cell.Receipt{}, err
		}
		receipt, err := r.send(ctx, w, expect)
		w.sent()
		var conflict *bus.ConflictError
		if !errors.As(err, &conflict) {
			return receipt, err
		}
		seen = max(seen, conflict.Last)
	}
	return cell.Receipt{}, &incident.Refusal{Code: incident.RefuseConflict}
}

// decide applies the rules to what is known here and puts the event into the outbox: from here on it is safe. seen is the
// newest message the bus is known to hold about the entity, 0 when it told none.
func (r *Room) decide(c cell.Command, seen uint64) (waiting, *uint64, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	me := r.desk.Me()
	id, source := r.desk.newID(), r.desk.source
	if d, sends := c.Data.(incident.ExerciseInjected); sends { // by whoever's hand, or by itself: the log has it once
		id, source = incident.AutoID(r.id, d.Inject), incident.AutoSource
	}
	return r.put(incident.Draft{
		ID: id, Source: source, Subject: c.Subject, Time: c.Time, Approx: c.Approx,
		Recorded: r.wall(r.shown), Actor: me.Name, Role: me.Role, Data: c.Data,
	}, seen)
}

// put is decide for a draft; the lock is held.
func (r *Room) put(d incident.Draft, seen uint64) (waiting, *uint64, error) {
	ev, err := incident.Decide(r.shown, d)
	if err != nil {
		return waiting{}, nil, err
	}
	if ev.Incident == "" {
		ev.Incident, ev.Realm = r.id, r.realm
	}
	if err := r.barred(ev); err != nil {
		return waiting{}, nil, err
	}
	raw, err := r.desk.encode(ev)
	if err != nil {
		return waiting{}, nil, err
	}
	ev = incident.Decode(raw) // what is shown of it is what everybody will be shown: cleaned
	w := waiting{event: ev, raw: raw, sent: r.desk.sending(string(ev.ID))}
	var expect *uint64
	if incident.Guarded(ev) && len(r.pending) == 0 {
		head, _ := r.state.Head(ev.Subject)
		last := head.On(ev)
		if last < seen && seen <= r.record.LastBus() {
			last = seen
		}
		expect = &last
	}
	if err := r.desk.outbox.Put(r.item(w)); err != nil {
		w.sent()
		return waiting{}, nil, err
	}
	r.pending = append(r.pending, w)
	return w, expect, nil
}

func (r *Room) item(w waiting) bus.Item {
	author, category, entity := route(w.via, w.event)
	return bus.Item{
		ID: string(w.event.ID), Source: w.event.Source, Realm: string(r.realm), Incident: string(r.id), Author: author, Category: category, Entity: entity, Raw: w.raw, PutAt: r.now(),
	}
}

// send publishes one event and waits until it is back as an entry. While the link is down, or slow, the receipt says
// pending: the desk's sender goes on with it.
func (r *Room) send(ctx context.Context, w waiting, expect *uint64) (cell.Receipt, error) {
	r.refresh()
	pending := cell.Receipt{Event: w.event, Pending: true}
	if r.desk.Link().State != cell.LinkUp {
		return pending, nil
	}
	ctx, cancel := context.WithTimeout(ctx, waitReceipt)
	defer cancel()
	if r.desk.queued(w.event.Source, w.event.ID) {
		w.sent() // the sender has it, behind the others
		if seq := r.await(ctx, w); seq > 0 {
			return cell.Receipt{Event: w.event, Seq: seq}, nil
		}
		return pending, nil
	}
	out := outgoing(r.item(w))
	out.Expect = expect
	sent := r.now()
	_, err := r.desk.bus.Publish(ctx, out)
	switch {
	case errors.Is(err, bus.ErrConflict):
		return r.lost(ctx, w, err)
	case errors.Is(err, bus.ErrDenied), errors.Is(err, bus.ErrTooLarge):
		r.desk.refuse(r.item(w), err) // the words stay here
		return cell.Receipt{}, err
	case err != nil:
		r.desk.kick()
		return pending, nil
	}
	if seq := r.await(ctx, w); seq > 0 {
		r.learn(seq, sent)
		return cell.Receipt{Event: w.event, Seq: seq}, nil
	}
	return pending, nil
}

// learn compares clocks by an entry of one's own that has just come back.
func (r *Room) learn(seq int, sent time.Time) {
	seen := r.now()
	r.mu.Lock()
	e, err := r.record.At(seq)
	r.mu.Unlock()
	if err == nil {
		r.desk.clock.compare(sent, seen, e.Received)
	}
}

// lost handles a conflict: somebody wrote about the entity since. The event itself may be what is there already, when an
// acknowledgement was lost; then it is accepted. Else it is taken back, and the caller decides again.
func (r *Room) lost(ctx context.Context, w waiting, conflict error) (cell.Receipt, error) {
	var c *bus.ConflictError
	want := uint64(0)
	if errors.As(conflict, &c) {
		want = c.Last
	}
	r.reach(ctx, want)
	if seq := r.seqOf(w); seq > 0 {
		return cell.Receipt{Event: w.event, Seq: seq}, nil
	}
	r.withdraw(w)
	return cell.Receipt{}, conflict
}

// withdraw takes back an event that no receipt was given for.
func (r *Room) withdraw(w waiting) {
	r.mu.Lock()
	r.settle(w.event, w.via)
	r.mu.Unlock()
	r.refresh()
}

// reach waits until the record has the bus's sequence seq, or the next entry when it is not known.
func (r *Room) reach(ctx context.Context, seq uint64) {
	for {
		r.mu.Lock()
		moved, have := r.moved, r.record.LastBus()
		r.mu.Unlock()
		if seq > 0 && have >= seq {
			return
		}
		select {
		case <-moved:
			if seq == 0 {
				return
			}
		case <-ctx.Done():
			return
		}
	}
}

// await waits until the event is in the log and gives its place; 0 when it did not come in time.
func (r *Room) await(ctx context.Context, w waiting) int {
	for {
		r.mu.Lock()
		moved := r.moved
		r.mu.Unlock()
		if seq := r.seqOf(w); seq > 0 {
			return seq
		}
		select {
		case <-moved:
		case <-ctx.Done():
			return 0
		}
	}
}

// seqOf is the place of an event that was pending; 0 while it is. It looks back from the end: the event is near it.
func (r *Room) seqOf(w waiting) int {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, p := range r.pending {
		if p.event.ID == w.event.ID {
			return 0
		}
	}
	const near = 20000
	for seq := r.record.Len(); seq > max(0, r.record.Len()-near); seq-- {
		if e, err := r.record.At(seq); err == nil && e.Event.ID == w.event.ID && e.Event.Source == w.event.Source && e.Via == w.via {
			return seq
		}
	}
	return 0
}
