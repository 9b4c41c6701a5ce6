package room

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"sangfroid/internal/bus"
	"sangfroid/internal/cell"
	"sangfroid/internal/incident"
	"slices"
	"strings"
	"sync"
	"time"
)

// The relay is the rule of a running plan that turns signals about targets into entries (docs/targets.md).
//
// Every console follows the signals and holds, for each step or line with a rule, the newest state of each target that the
// log does not have yet. One of them writes: the first, in the order of their ids, of those present. The next one does when
// what it holds was not written within relayTurn, and so on: a console that is killed or cut off loses nothing. Should
// two write all the same, both say what the signals said, of the same targets and times: the fold takes the newest fact
// of a target, so the second changes nothing.
//
// What is held is a state per target, however many signals there are, and it is written at most relayEvery: the
// record grows with what happened to the targets, not with how often somebody told it.
const (
	relayEvery = 500 * time.Millisecond
	relayTurn  = 3 * time.Second
	relayMost  = 16 // events of one writing; the rest follows with the next
)

type relay struct {
	mu   sync.Mutex
	held map[incident.SetID]*heldSet
	rank int // how many consoles are before this one
}

// heldSet is what signals said of one set and the log does not have yet. It never holds more names than a set may have.
type heldSet struct {
	source  string
	changes map[string]heldChange
	upto    time.Time // the bus received no later signal that is in it
	since   time.Time // since when something waits
	refused time.Time // when a rule last refused it
}

type heldChange struct {
	state incident.TargetState
	group string
	note  string
	at    time.Time
}

// relays starts the relay of a console. It ends with the room.
func (r *Room) relays() {
	r.relay.held = make(map[incident.SetID]*heldSet)
	r.done.Add(2)
	go r.hearSignals(r.run)
	go r.writeHeld(r.run)
}

// hearSignals follows the signals from where the log stands.
func (r *Room) hearSignals(ctx context.Context) {
	defer r.done.Done()
	if r.Settle(ctx) != nil {
		return
	}
	err := r.desk.bus.SignalsSince(ctx, relayFrom(r.Frame().State), func(batch []bus.Message, _ bool) error {
		s := r.Frame().State
		now := r.now()
		r.relay.mu.Lock()
		defer r.relay.mu.Unlock()
		for _, m := range batch {
			if p, ok := cell.ReadProgress(m.Raw); ok && !m.Received.Before(s.DeclaredWall()) {
				r.relay.hold(s, strings.TrimPrefix(m.Subject, "sangfroid.signal."), p, m.Received, now)
			}
		}
		return nil
	})
	if err != nil && ctx.Err() == nil {
		r.log.Error("signals of targets", "error", err)
	}
}

// relayFrom is the time from which signals may not be in the log: since the declaration, or up to when all sets with a rule
// were written.
func relayFrom(s *incident.State) time.Time {
	from := time.Time{}
	for i := range s.Steps {
		if st := &s.Steps[i]; st.Def.Signal != "" && st.Def.Targets.Total() > 0 && !st.Finished() {
			from = earlier(from, st.Targets.Upto())
		}
	}
	for i := range s.Flows {
		if f := &s.Flows[i]; f.Signal != "" && (f.Open() || f.Status == incident.FlowPlanned) {
			from = earlier(from, f.Targets.Upto())
		}
	}
	if declared := s.DeclaredWall(); from.Before(declared) {
		return declared
	}
	return from
}

// earlier is the earlier of two times; a set that was never written (zero) counts as the first.
func earlier(have, next time.Time) time.Time {
	switch {
	case next.IsZero():
		return time.Unix(0, 0)
	case have.IsZero() || next.Before(have):
		return next
	}
	return have
}

// hold keeps what a signal says, of the newest fact of each target. Times are kept to the second: what came in one second is
// one change of many targets.
func (h *relay) hold(s *incident.State, source string, p cell.Progress, received, now time.Time) {
	id := cell.SetFor(s, source, p)
	if id == "" {
		return
	}
	set, _ := s.Targets(id)
	k := h.held[id]
	if k == nil {
		k = &heldSet{source: source, changes: make(map[string]heldChange)}
		h.held[id] = k
	}
	if len(k.changes) == 0 {
		k.since = now
	}
	if received.After(k.upto) {
		k.upto = received
	}
	for i := range p.Changes {
		c := &p.Changes[i]
		at := p.Time
		if c.At != nil {
			at = c.At.UTC()
		}
		if at.IsZero() || at.After(received) {
			at = received
		}
		names, _ := incident.ExpandTargets(c.IDs)
		for _, name := range names {
			k.keep(set, name, heldChange{state: c.State, group: c.Group, note: p.Note, at: s.ExerciseTime(at).Truncate(time.Second)})
		}
	}
}

func (k *heldSet) keep(set *incident.TargetSet, name string, c heldChange) {
	have, held := k.changes[name]
	if held && have.at.After(c.at) {
		return
	}
	if _, known := set.Find(name); !known && (set.Closed() || len(k.changes) >= incident.MaxTargets) {
		return // the signal stays in the inbox: a person sees that its names fit nothing
	}
	k.changes[name] = c
}

// writeHeld writes what is held, in turn with the other consoles.
func (r *Room) writeHeld(ctx context.Context) {
	defer r.done.Done()
	r.every(ctx, relayEvery, func() {
		if r.desk.Me().Role != incident.RoleObserver && !r.mayNot("targets") && r.desk.Link().State == cell.LinkUp {
			r.writeDue(ctx)
		}
	})
}

// writeDue writes what this console has the turn for.
func (r *Room) writeDue(ctx context.Context) {
	s := r.Frame().State
	now := r.now()
	type due struct {
		id     incident.SetID
		events []incident.TargetsChanged
	}
	var todo []due
	r.relay.mu.Lock()
	for id, k := range r.relay.held {
		set, _ := s.Targets(id)
		if k.prune(set) {
			k.since = now // somebody writes: no need to take over
		}
		wait := time.Duration(r.relay.rank) * relayTurn
		if len(k.changes) == 0 || !takesRule(s, id) || now.Sub(k.since) < wait || now.Sub(k.refused) < relayTurn {
			continue
		}
		todo = append(todo, due{id, k.events()})
	}
	r.relay.mu.Unlock()
	slices.SortFunc(todo, func(a, b due) int { return strings.Compare(string(a.id), string(b.id)) })
	for _, d := range todo {
		for _, data := range d.events {
			if err := r.writeRule(ctx, d.id, data); err != nil {
				r.log.Warn("signals of targets", "set", string(d.id), "error", err)
				r.relay.mu.Lock()
				r.relay.held[d.id].refused = now
				r.relay.mu.Unlock()
				break
			}
		}
	}
}

// takesRule tells whether the set's step may start or runs, or its line is open: before, what is held waits.
func takesRule(s *incident.State, id incident.SetID) bool {
	if s.Closed != nil {
		return false
	}
	if st := s.Step(id.Step()); st != nil {
		switch s.StepStatus(st) {
		case incident.StepReady, incident.StepRunning, incident.StepIsDone, incident.StepIsCheck:
			return true
		case incident.StepToDo, incident.StepIsFail, incident.StepIsBlock, incident.StepIsSkip:
		}
		return false
	}
	f := s.Flow(id.Flow())
	return f != nil && f.Open()
}

// prune forgets what the log has, or knows better, and tells whether there was any.
func (k *heldSet) prune(set *incident.TargetSet) bool {
	before := len(k.changes)
	for name, c := range k.changes {
		if i, ok := set.Find(name); ok && set.Knows(i, c.state, c.at) {
			delete(k.changes, name)
		}
	}
	return len(k.changes) < before
}

// events are the entries that say what is held, in an order every console makes the same. The last of them tells up to when
// signals were taken, when all of it is in them.
func (k *heldSet) events() []incident.TargetsChanged {
	type key struct {
		note, group string
		state       incident.TargetState
		at          time.Time
	}
	names := make(map[key][]string)
	for name, c := range k.changes {
		at := key{c.note, c.group, c.state, c.at}
		names[at] = append(names[at], name)
	}
	keys := make([]key, 0, len(names))
	for at := range names {
		keys = append(keys, at)
	}
	slices.SortFunc(keys, func(a, b key) int {
		return cmpFirst(strings.Compare(a.note, b.note), a.at.Compare(b.at), strings.Compare(string(a.state), string(b.state)), strings.Compare(a.group, b.group))
	})
	var out []incident.TargetsChanged
	for i := 0; i < len(keys); {
		note := keys[i].note
		var changes []incident.TargetChange
		for ; i < len(keys) && keys[i].note == note; i++ {
			list := names[keys[i]]
			slices.Sort(list)
			at := keys[i].at
			changes = append(changes, incident.TargetChange{State: keys[i].state, Group: keys[i].group, At: &at, IDs: incident.CompactTargets(list)})
		}
		out = append(out, incident.SplitTargets(changes, note)...)
	}
	whole := len(out) <= relayMost
	out = out[:min(len(out), relayMost)]
	for i := range out {
		out[i].Signals = &incident.SignalSpan{From: k.source}
	}
	if whole && len(out) > 0 {
		out[len(out)-1].Signals.Upto = k.upto
	}
	return out
}

func cmpFirst(all ...int) int {
	for _, n := range all {
		if n != 0 {
			return n
		}
	}
	return 0
}

// writeRule writes one batch as the plan's rule. Its id is made of what it says: the same batch of two consoles counts once.
func (r *Room) writeRule(ctx context.Context, id incident.SetID, data incident.TargetsChanged) error {
	raw, err := json.Marshal(data)
	if err != nil {
		return err
	}
	sum := sha256.Sum256([]byte(string(r.id) + "\x00" + string(id) + "\x00" + string(raw)))
	return r.writeAuto(ctx, incident.Draft{
		ID: incident.EventID("tgt-" + hex.EncodeToString(sum[:12])), Source: "/sangfroid/rule/" + string(r.id), Subject: incident.TargetsSubject(id),
		Recorded: r.wall(r.Frame().State), Data: data,
	})
}

// takeTurn finds this console's place among those that relay.
func (r *Room) takeTurn(all []bus.Presence) {
	ids := make([]string, 0, len(all))
	for _, p := range all {
		if p.Relay && p.Console != r.desk.source {
			ids = append(ids, p.Console)
		}
	}
	rank := 0
	for _, id := range ids {
		if id < r.desk.source {
			rank++
		}
	}
	r.relay.mu.Lock()
	r.relay.rank = rank
	r.relay.mu.Unlock()
}
