package room

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"sangfroid/internal/bus"
	"sangfroid/internal/cell"
	"sangfroid/internal/incident"
	"sangfroid/internal/text"
	"sangfroid/internal/timeline"
	"slices"
	"strings"
	"sync"
	"time"
)

// list follows the incident-category events of a realm's incidents, for the home screen.
func (d *Desk) list(ctx context.Context, realm incident.Realm) {
	defer d.done.Done()
	settled := false
	err := d.bus.Directory(ctx, string(realm), func(batch []bus.Message, end bool) error {
		d.mu.Lock()
		for _, m := range batch {
			d.summarise(m)
		}
		if end && !settled {
			settled = true
			if d.lists--; d.lists == 0 {
				close(d.settled)
			}
		}
		d.mu.Unlock()
		d.poke()
		return nil
	})
	if err != nil && ctx.Err() == nil {
		d.opts.Log.Error("list of incidents", "error", err)
	}
}

// summarise folds one event into the list. Only events of this category are seen here, which is enough for title and
// state.
func (d *Desk) summarise(m bus.Message) {
	ev := incident.Decode(m.Raw)
	parts := strings.Split(m.Subject, ".")
	if len(parts) < 4 || !incident.ValidID(parts[2]) {
		return
	}
	if via(m, &ev) != "" {
		return // in another's name: it declares and closes nothing
	}
	id := incident.IncidentID(parts[2])
	s := d.seen[id]
	if s == nil {
		if _, declares := ev.Data.(incident.IncidentDeclared); !declares {
			return
		}
		s = incident.NewState()
		d.seen[id] = s
		d.since[id] = m.Received
	}
	incident.Apply(s, incident.Entry{Seq: s.Count.Entries + 1, Bus: m.Bus, Received: m.Received, Raw: m.Raw, Event: ev})
}

// Settle waits until the list is as complete as the bus makes it, or ctx ends.
func (d *Desk) Settle(ctx context.Context) {
	select {
	case <-d.settled:
	case <-ctx.Done():
	}
}

// Listings are the incidents known, open ones first, then the newest.
func (d *Desk) Listings() []cell.Listing {
	d.mu.Lock()
	byID := make(map[incident.IncidentID]cell.Listing, len(d.seen))
	for id, s := range d.seen {
		byID[id] = cell.Listing{
			ID: id, Realm: s.Realm, Title: s.Title, Titles: s.Titles, Declared: s.Declared.At, Since: d.since[id], By: s.Declared.By, Closed: s.Closed != nil,
			Severity: s.Severity, OnBus: true,
		}
	}
	for id, r := range d.rooms {
		if l, ok := byID[id]; !ok {
			s := r.Frame().State
			byID[id] = cell.Listing{ID: id, Realm: r.realm, Title: s.Title, Titles: s.Titles, Declared: s.Declared.At, By: s.Declared.By, Closed: s.Closed != nil, Local: true}
		} else {
			l.Local = true
			byID[id] = l
		}
	}
	d.mu.Unlock()
	for _, l := range LocalRecords(d.opts.DataDir) {
		have, ok := byID[l.ID]
		if ok {
			have.Local = true
			l = have
		}
		byID[l.ID] = l
	}
	out := make([]cell.Listing, 0, len(byID))
	for _, l := range byID {
		out = append(out, l)
	}
	slices.SortFunc(out, func(a, b cell.Listing) int {
		if a.Closed != b.Closed {
			if a.Closed {
				return 1
			}
			return -1
		}
		if c := b.Declared.Compare(a.Declared); c != 0 {
			return c
		}
		return strings.Compare(string(a.ID), string(b.ID))
	})
	return out
}

// maxInbox is how many signals the inbox shows; the bus keeps more. Those about targets are kept apart, so that they do not
// push out an alarm; at the start as many are looked through as may hide one.
const (
	maxInbox    = 200
	maxProgress = 20
	signalsRead = 5000
)

// listen takes external signals into the inbox.
func (d *Desk) listen(ctx context.Context) {
	defer d.done.Done()
	var once sync.Once
	err := d.bus.Signals(ctx, signalsRead, func(batch []bus.Message, end bool) error {
		if end {
			defer once.Do(func() { close(d.heard) })
		}
		d.mu.Lock()
		plain := 0
		for _, m := range batch {
			g := signalOf(m)
			if g.Progress != nil {
				d.progress = append(d.progress, g)
				continue
			}
			plain++
			d.signals = append(d.signals, g)
		}
		if n := len(d.signals); n > maxInbox {
			d.signals = slices.Clone(d.signals[n-maxInbox:])
		}
		if n := len(d.progress); n > maxProgress {
			d.progress = slices.Clone(d.progress[n-maxProgress:])
		}
		d.mu.Unlock()
		if plain == 0 && !d.progressDue() {
			return nil // the relay has them: thousands of them must not make thousands of frames
		}
		for _, r := range d.open() {
			r.refresh()
			d.done.Add(1)
			go func() {
				defer d.done.Done()
				r.matchSignals(ctx)
			}()
		}
		return nil
	})
	if err != nil && ctx.Err() == nil {
		d.opts.Log.Error("signals", "error", err)
	}
}

// Inbox waits until the signals that the bus keeps were read, or the context ends, and gives those of an incident's inbox.
func (r *Room) Inbox(ctx context.Context) []cell.Signal {
	select {
	case <-r.desk.heard:
	case <-ctx.Done():
	}
	return r.desk.inbox(r.Frame().State)
}

// progressDue tells whether signals about targets may make a frame again: once a second.
func (d *Desk) progressDue() bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	now := d.opts.Now()
	if now.Sub(d.shown) < time.Second {
		return false
	}
	d.shown = now
	return true
}

// signalOf reads what any sender may have put in: a CloudEvent, other JSON, or plain text. The payload stays as it is.
func signalOf(m bus.Message) cell.Signal {
	sum := sha256.Sum256(m.Raw)
	s := cell.Signal{ID: hex.EncodeToString(sum[:12]), Received: m.Received, Raw: m.Raw}
	s.Source, _ = text.Clean(strings.TrimPrefix(m.Subject, "sangfroid.signal."))
	if p, ok := cell.ReadProgress(m.Raw); ok {
		s.Progress, s.ID, s.Occurred, s.Summary = &p, cmp.Or(p.ID, s.ID), p.Time, p.Summary()
		return s
	}
	var v struct {
		ID      string          `json:"id"`
		Type    string          `json:"type"`
		Time    string          `json:"time"`
		Subject string          `json:"subject"`
		Title   string          `json:"title"`
		Message string          `json:"message"`
		Data    json.RawMessage `json:"data"`
	}
	line := string(m.Raw)
	if json.Unmarshal(m.Raw, &v) == nil {
		if v.ID != "" {
			s.ID, _ = text.Cut(v.ID, 128)
			s.ID, _ = text.Clean(s.ID)
		}
		if t, err := time.Parse(time.RFC3339, v.Time); err == nil {
			s.Occurred = t
		}
		line = strings.TrimSpace(strings.Join([]string{v.Type, v.Subject, v.Title, v.Message, string(v.Data)}, " "))
	}
	line, _ = text.Cut(line, 512)
	s.Summary, _ = text.Clean(line)
	return s
}

// inbox marks what this incident has taken already.
func (d *Desk) inbox(s *incident.State) []cell.Signal {
	d.mu.Lock()
	out := slices.Clone(d.signals)
	for _, g := range d.progress {
		set := cell.SetFor(s, g.Source, *g.Progress)
		if targets, ok := s.Targets(set); !ok || !cell.Takes(targets, *g.Progress) {
			out = append(out, g) // no rule takes it, or its names fit nothing: a person looks
		}
	}
	d.mu.Unlock()
	slices.SortStableFunc(out, func(a, b cell.Signal) int { return a.Received.Compare(b.Received) })
	for i := range out {
		out[i].Attached = slices.ContainsFunc(s.Signals, func(g incident.Signal) bool {
			return g.Source == out[i].Source && g.External == out[i].ID
		})
	}
	return out
}

// matchSignals is the rule of a running plan: a signal that a step waits for is attached to the incident by itself. The
// step is not: a person says that it is done. Every console of the cell makes the same event, which counts once.
func (r *Room) matchSignals(ctx context.Context) {
	f := r.Frame()
	if f.State.Closed != nil || len(f.State.Steps) == 0 {
		return
	}
	for _, g := range f.Inbox {
		if g.Attached || g.Received.Before(f.State.DeclaredWall()) || cell.StepFor(f.State, g) == "" {
			continue
		}
		data := cell.Attach(f.State, g)
		sum := sha256.Sum256([]byte(string(r.id) + "\x00" + g.Source + "\x00" + g.ID))
		ev, err := incident.Decide(f.State, incident.Draft{
			ID: incident.EventID("sig-" + hex.EncodeToString(sum[:10])), Source: "/sangfroid/rule/" + string(r.id),
			Time: f.State.ExerciseTime(g.Received), Recorded: g.Received, Actor: r.desk.Me().Name, Role: incident.RoleAutomation, Data: data,
		})
		if err != nil {
			continue
		}
		if err := r.open(ctx, ev); err != nil {
			r.log.Error("signal", "error", err)
		}
	}
}

// word is a name others give, safe and short enough to stand in a line.
func word(s string) string {
	const most = 120
	s, _ = text.Cut(s, most)
	s, _ = text.Clean(s)
	return s
}

// watchPresence keeps who is here.
func (r *Room) watchPresence(ctx context.Context) {
	defer r.done.Done()
	err := r.desk.bus.WatchPresence(ctx, string(r.realm), string(r.id), func(all []bus.Presence) {
		known := r.compareRecords(all)
		out := make([]cell.Presence, 0, len(all))
		for _, p := range all {
			name, role, root := word(p.Name), word(p.Role), word(p.Root)
			k := known[p.Console]
			out = append(out, cell.Presence{Name: name, Role: incident.Role(role), Seen: p.Seq, Root: root, Self: p.Console == r.desk.source, Same: k.same, Apart: k.apart})
		}
		r.takeTurn(all)
		slices.SortFunc(out, func(a, b cell.Presence) int { return strings.Compare(a.Name, b.Name) })
		r.mu.Lock()
		r.present = out
		r.mu.Unlock()
		r.refresh()
	})
	if err != nil && ctx.Err() == nil {
		r.log.Error("presence", "error", err)
	}
}

// compareRecords holds the roots the others tell against those of the record here.
func (r *Room) compareRecords(all []bus.Presence) map[string]peer {
	others := slices.DeleteFunc(slices.Clone(all), func(p bus.Presence) bool { return p.Console == r.desk.source })
	r.mu.Lock()
	record := r.record
	r.mu.Unlock()
	return r.agree.compare(others, record.Len(), r.now(), func(sizes []int) map[int]string {
		roots, err := timeline.RootsAt(record, sizes)
		if err != nil {
			r.log.Error("comparing records", "error", err)
			return nil // asked again
		}
		return roots
	})
}

// announce says that this console is here, and what it has seen.
func (r *Room) announce(ctx context.Context) {
	defer r.done.Done()
	err := r.desk.bus.Present(ctx, string(r.realm), string(r.id), func() bus.Presence {
		me := r.desk.Me()
		f := r.Frame()
		return bus.Presence{Name: me.Name, Role: string(me.Role), Seq: f.Len, Root: f.Root, Console: r.desk.source, Relay: r.relaying.Load(), Marks: r.agree.marks()}
	})
	if err != nil && ctx.Err() == nil {
		r.log.Error("presence", "error", err)
	}
}
