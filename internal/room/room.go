// Package room is the crisis cell's work as one process has it: it joins the rules (incident), the record (timeline), the
// bus and the outbox into a [cell.Room], one for each incident joined, and a [cell.Desk] for all of them.
//
// Order: entries come from the bus in its order, are written to the local record and synced, then folded, then shown. One
// goroutine of the bus delivers them; a lock keeps the fold and the rules apart. What a person enters goes the other
// way: rules, outbox (synced), receipt on screen, bus, and back as an entry. While it has not come back it is pending: it
// is shown, and it stands in the outbox whatever happens to this process.
package room

import (
	"context"
	"errors"
	"log/slog"
	"sangfroid/internal/bus"
	"sangfroid/internal/cell"
	"sangfroid/internal/incident"
	"sangfroid/internal/timeline"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// Room is a live incident. It is safe for concurrent use.
type Room struct {
	id     incident.IncidentID
	realm  incident.Realm
	desk   *Desk
	now    func() time.Time
	log    *slog.Logger
	run    context.Context // ends with the room
	cancel context.CancelFunc
	done   sync.WaitGroup
	watch  sync.Once
	relay  relay

	frame    atomic.Pointer[cell.Frame]
	changed  chan struct{}
	agree    agree
	relaying atomic.Bool // it writes what the plan's rules make of signals
	reading  atomic.Bool // the bus's end was not reached yet: what may be there already is not sent

	mu          sync.Mutex // guards what follows
	record      *timeline.Record
	state       *incident.State // the log, folded
	shown       *incident.State // the log and what is pending
	pending     []waiting       // in the order entered
	present     []cell.Presence // others and self
	fault       error           // what is wrong behind the screen
	damaged     *DamagedError   // what is wrong with the record's file, until it is made anew
	caughtUp    chan struct{}   // closed once the bus's end was reached
	settledOnce sync.Once
	moved       chan struct{} // closed and renewed at each change of the log
	gen         uint64
}

// waiting is an event that is on disk here and not yet seen in the log.
type waiting struct {
	event incident.Event
	raw   []byte
	via   string // of one that goes out again: the subject it came by, where that says another author or kind
	sent  func() // tells the desk's sender that its author no longer waits for the receipt
}

var _ cell.Room = (*Room)(nil)

// ID is the incident's.
func (r *Room) ID() incident.IncidentID { return r.id }

// Desk is the one the room was entered from.
func (r *Room) Desk() *Desk { return r.desk }

// Frame is the newest frame.
func (r *Room) Frame() *cell.Frame { return r.frame.Load() }

// Changed wakes when there is a newer frame.
func (r *Room) Changed() <-chan struct{} { return r.changed }

// Log gives the record's rows.
func (r *Room) Log() timeline.Log {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.record
}

// Now is the time of the incident: exercise time in an exercise, else the wall clock.
func (r *Room) Now() time.Time {
	s := r.Frame().State
	return s.ExerciseTime(r.wall(s))
}

// Player is nil: this is no replay.
func (r *Room) Player() cell.Player { return nil }

// Settle waits until everything the bus had is here, or ctx ends.
func (r *Room) Settle(ctx context.Context) error {
	select {
	case <-r.caughtUp:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// enter opens the room of an incident: its record, then the bus.
func (d *Desk) enter(ctx context.Context, id incident.IncidentID, realm incident.Realm, title string) (*Room, error) {
	record, err := d.openRecord(id, realm, title)
	if err != nil {
		return nil, err
	}
	run, cancel := context.WithCancel(context.WithoutCancel(ctx))
	r := &Room{
		id: id, realm: realm, desk: d, now: d.opts.Now, log: d.opts.Log.With("incident", string(id)), run: run, cancel: cancel,
		changed: make(chan struct{}, 1), record: record, caughtUp: make(chan struct{}), moved: make(chan struct{}),
	}
	if bad, ok := record.Damaged(); !ok || record.Header().Incident != id || record.Header().Realm != realm {
		r.damaged = &DamagedError{Path: record.Path(), Entries: bad}
		r.fault = r.damaged
		r.log.Error("record", "error", r.fault)
	}
	r.state, err = timeline.StateAt(record, record.Len())
	if err != nil {
		cancel()
		return nil, errors.Join(err, record.Close())
	}
	r.reading.Store(true)
	r.adopt(d.outbox.Pending())
	r.done.Add(3)
	go r.follow(run)
	go r.watchPresence(run)
	go r.announce(run)
	d.poke()
	return r, nil
}

// adopt shows what waits in the outbox for this incident and was not entered here: a process that died had left it. What
// the log has already is done: that process died between seeing it and saying so.
func (r *Room) adopt(items []bus.Item) {
	r.mu.Lock()
	for _, item := range items {
		ev := incident.Decode(item.Raw)
		via := viaOf(item, &ev)
		if item.Incident == string(r.id) && r.state.Seen(incident.SourceVia(item.Source, via), incident.EventID(item.ID)) {
			if err := r.desk.outbox.Done(item.Source, item.ID); err != nil {
				r.log.Error("outbox", "error", err)
			}
			continue
		}
		if item.Incident != string(r.id) || slices.ContainsFunc(r.pending, func(w waiting) bool { return string(w.event.ID) == item.ID && w.event.Source == item.Source }) {
			continue
		}
		r.pending = append(r.pending, waiting{event: ev, raw: item.Raw, via: via, sent: func() {}})
	}
	r.mu.Unlock()
	r.refresh()
}

// claim looks after an item that the bus has. The log may have shown it long ago, before the outbox took it over from a process
// that died: then nothing else would ever take it out.
func (r *Room) claim(item bus.Item) error {
	ev := incident.Decode(item.Raw)
	via := viaOf(item, &ev)
	r.mu.Lock()
	seen := r.state.Seen(incident.SourceVia(item.Source, via), incident.EventID(item.ID))
	if seen {
		r.pending = slices.DeleteFunc(r.pending, func(w waiting) bool {
			return string(w.event.ID) == item.ID && w.event.Source == item.Source && w.via == via
		})
	}
	r.mu.Unlock()
	if !seen {
		return nil
	}
	r.refresh()
	return r.desk.outbox.Done(item.Source, item.ID)
}

// follow takes entries from the bus until the room is closed.
func (r *Room) follow(ctx context.Context) {
	defer r.done.Done()
	for ctx.Err() == nil {
		err := r.desk.bus.Follow(ctx, string(r.realm), string(r.id), r.cursor(), r.take)
		if ctx.Err() != nil {
			return
		}
		r.log.Error("following the bus stopped", "error", err)
		r.mu.Lock()
		r.fault = err
		r.mu.Unlock()
		r.refresh()
		var damaged *DamagedError
		if (errors.Is(err, bus.ErrRewound) || errors.As(err, &damaged)) && r.startOver(err) == nil {
			continue
		}
		r.reading.Store(false) // an account may write that may not read
		r.desk.kick()
		// The record stays readable, what is entered stays in the outbox. A full disk gets room again.
		select {
		case <-ctx.Done():
		case <-time.After(followAgain):
		}
	}
}

// followAgain is how long a room waits before it asks again for the entries it could not write.
const followAgain = 2 * time.Second

// cursor is where the local record stands.
func (r *Room) cursor() bus.Cursor {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.damaged != nil {
		return bus.Cursor{} // its end may be what is damaged
	}
	c := bus.Cursor{LastBus: r.record.LastBus(), Count: r.record.Len()}
	if e, err := r.record.At(r.record.Len()); err == nil {
		c.LastID = bus.EventID(e.Raw)
	}
	return c
}

// take is one batch of the bus: write, sync, fold, show.
func (r *Room) take(batch []bus.Message, end bool) error {
	if err := r.unfit(); err != nil {
		return err
	}
	lines, events := make([]timeline.Line, len(batch)), make([]incident.Event, len(batch))
	for i, m := range batch {
		events[i] = incident.Decode(m.Raw)
		lines[i] = timeline.Line{Bus: m.Bus, Received: m.Received, Raw: m.Raw, Via: via(m, &events[i])}
	}
	r.mu.Lock()
	err := r.append(lines, events)
	r.draw()
	close(r.moved) // whoever waits finds the new frame
	r.moved = make(chan struct{})
	r.mu.Unlock()
	r.wake()
	if end && r.reading.Swap(false) {
		r.desk.kick()
	}
	if end {
		r.settledOnce.Do(func() { close(r.caughtUp) })
	}
	return err
}

// append writes the lines to the record and folds them. A record that cannot be written is told on screen; the bus has
// the entries, and they are asked for again.
func (r *Room) append(lines []timeline.Line, events []incident.Event) error {
	if len(lines) == 0 {
		return nil
	}
	first, err := r.record.Append(lines...)
	if err != nil {
		r.fault = err
		return err
	}
	r.fault = nil
	for i, l := range lines {
		e := incident.Entry{Seq: first + i, Bus: l.Bus, Received: l.Received, Raw: l.Raw, Event: events[i], Via: l.Via}
		incident.Apply(r.state, e)
		r.settle(e.Event, e.Via)
	}
	return nil
}

// settle takes an event that was seen in the log out of what is pending.
func (r *Room) settle(ev incident.Event, via string) {
	for i, w := range r.pending {
		if w.event.ID == ev.ID && w.event.Source == ev.Source && w.via == via {
			r.pending = append(r.pending[:i:i], r.pending[i+1:]...)
			if err := r.desk.outbox.Done(ev.Source, string(ev.ID)); err != nil {
				r.log.Error("outbox", "error", err) // it will be sent again, and counted once
			}
			return
		}
	}
}

// refresh makes a new frame and wakes the screen.
func (r *Room) refresh() {
	r.mu.Lock()
	r.draw()
	r.mu.Unlock()
	r.wake()
}

func (r *Room) wake() {
	select {
	case r.changed <- struct{}{}:
	default:
	}
}

// draw makes a new frame. Its caller holds the lock.
func (r *Room) draw() {
	r.shown = r.state
	events := make([]incident.Event, len(r.pending))
	if len(r.pending) > 0 {
		r.shown = r.state.Clone()
		for i, w := range r.pending {
			events[i] = w.event
			incident.Apply(r.shown, incident.Entry{Seq: r.record.Len() + i + 1, Received: r.now(), Raw: w.raw, Event: w.event})
		}
	}
	size, root := r.record.Root()
	r.agree.note(size, root)
	r.gen++
	f := &cell.Frame{
		Gen: r.gen, State: r.shown.View(), Len: size, Root: root, Pending: events, Present: r.present,
		Inbox: r.desk.inbox(r.state), Link: r.desk.Link(), Barred: r.desk.barred(r.realm, r.id), Refused: r.desk.refusedIn(r.id), Err: r.fault, Facilitated: r.facilitated(),
	}
	r.frame.Store(f)
}

// Close leaves the room. What was entered and not sent stays in the outbox.
func (r *Room) Close() error {
	r.cancel()
	r.done.Wait()
	r.desk.forget(r)
	return r.record.Close()
}
