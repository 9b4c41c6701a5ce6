package incident

import (
	"slices"
	"time"
)

// KeyKind says what makes a moment of an incident one to stop at.
type KeyKind string

// Kinds of key moments.
const (
	KeyIncident KeyKind = "incident" // declared, closed, reopened; an exercise begins or ends
	KeyPhase    KeyKind = "phase"    // a phase began
	KeyDecision KeyKind = "decision" // taken or revised
	KeyService  KeyKind = "service"  // restored, verified, resumed, failed back
	KeyBreach   KeyKind = "breach"   // a deadline passed: RTO, MTPD, decide-by, a legal one
	KeyLapse    KeyKind = "lapse"    // no go meets the RTO any more
)

// KeyMoment is a moment of an incident that somebody who looks back stops at. What its kind has no use for is empty.
type KeyMoment struct {
	At         time.Time // when it was known; of a breach, when the deadline passed
	Time       time.Time // the same in the incident's own time: exercise time in an exercise
	Seq        int       // the entry that tells it; of a breach, the newest entry then
	Kind       KeyKind
	Type       Type // of the entry
	Phase      Phase
	Decision   DecisionID
	Option     Option
	Service    ServiceID
	Clock      ClockKind
	Obligation ObligationID
	Title      Text // of the decision, the service or the legal clock, for who stands before it was known
}

const (
	maxKeys     = 10_000      // more of them are no key moments any more
	watchEvery  = time.Second // of the timeline: the clocks are not read at every entry of a flood
	watchAtOnce = 20_000      // how many entries are worth reading the clocks for at once, however fast they come
)

// Watch finds the key moments of a log on its way through the fold: call Before and then After with each entry, and with
// the time it counts at, which never goes back. A deadline is passed when the cell, with what it knew then, saw it pass; an
// entry that came in late does not undo that.
type Watch struct {
	state  *State
	phase  Phase
	marks  int
	missed map[watched]bool
	next   time.Time // the nearest deadline
	read   time.Time // when the clocks were read last
	last   time.Time
	seq    int
	stale  bool // something about the clocks changed since
	reads  int
	keys   []KeyMoment
}

// watched is a clock, whatever its deadline.
type watched struct {
	kind       ClockKind
	service    ServiceID
	obligation ObligationID
}

// NewWatch watches a state that somebody else folds.
func NewWatch(s *State) *Watch { return &Watch{state: s, missed: make(map[watched]bool)} }

// Keys are the key moments so far, in the order of time.
func (w *Watch) Keys() []KeyMoment { return w.keys }

func (w *Watch) add(k KeyMoment) {
	if len(w.keys) >= maxKeys {
		return
	}
	k.Time = w.state.ExerciseTime(k.At)
	if svc := w.state.Service(k.Service); svc != nil {
		k.Title = svc.Def.Name
	}
	if def := w.state.ObligationDef(k.Obligation); def != nil {
		k.Title = def.Title
	}
	i := len(w.keys)
	for i > 0 && w.keys[i-1].At.After(k.At) {
		i--
	}
	w.keys = slices.Insert(w.keys, i, k)
}

// Before is told of an entry that has not been folded yet: the deadlines until then have passed.
func (w *Watch) Before(at time.Time) {
	if w.stale {
		w.clocks(w.last)
	}
	const most = 64 // a decide-by moves as time goes by, but not for ever
	for range most {
		if w.next.IsZero() || !w.next.Before(at) {
			return
		}
		w.clocks(w.next.Add(time.Nanosecond))
	}
}

// After is told of the entry once it is folded.
func (w *Watch) After(e Entry, at time.Time) {
	w.last, w.seq = at, e.Seq
	w.entry(&e, at)
	if len(w.state.Marks) != w.marks {
		w.marks = len(w.state.Marks)
		if phase := PhaseAt(w.state, w.state.ExerciseTime(at)); phase != w.phase && phase != "" {
			w.phase = phase
			w.add(KeyMoment{At: at, Seq: e.Seq, Kind: KeyPhase, Type: e.Event.Type, Phase: phase})
		}
	}
	switch e.Event.Type.Category() {
	case "incident", "plan", "decision", "comms", "exercise":
		if w.reads < watchAtOnce || at.Sub(w.read) >= watchEvery {
			w.clocks(at)
			return
		}
	case "step", "targets", "repair":
		if at.Sub(w.read) >= watchEvery {
			w.clocks(at)
			return
		}
	default:
		return
	}
	w.stale = true
}

// entry is the key moment an entry is by itself.
func (w *Watch) entry(e *Entry, at time.Time) {
	k := KeyMoment{At: at, Seq: e.Seq, Type: e.Event.Type}
	_, id := e.Event.Entity()
	switch d := e.Event.Data.(type) {
	default:
		return
	case IncidentDeclared:
		if w.state.Declared.Seq != e.Seq {
			return
		}
		k.Kind = KeyIncident
	case IncidentClosed, IncidentReopened, ExerciseEnded:
		k.Kind = KeyIncident
	case ExerciseStarted:
		if x := w.state.Exercise; x == nil || x.Begun.Seq != e.Seq {
			return
		}
		k.Kind = KeyIncident
	case DecisionTaken, DecisionRevised:
		dec := w.state.Decision(DecisionID(id))
		if dec == nil {
			return
		}
		o := dec.Outcome()
		if o == nil || o.Mark.Seq != e.Seq {
			return
		}
		k.Kind, k.Decision, k.Option, k.Title = KeyDecision, dec.ID, o.Option, dec.Question
	case ServiceRestored, ServiceVerified, ServiceResumed, ServiceFailedBack:
		if w.state.Service(ServiceID(id)) == nil {
			return
		}
		k.Kind, k.Service = KeyService, ServiceID(id)
	case ForecastLapsed:
		k.Kind, k.Service, k.Clock = KeyLapse, d.Service, ClockDecideBy
	}
	w.add(k)
}

// clocks reads the clocks as of a time: those that are missed now and were not before were breached. In an exercise they go by
// its time, and the timeline by the wall's.
func (w *Watch) clocks(now time.Time) {
	before := w.read
	w.read, w.next, w.stale = now, time.Time{}, false
	w.reads++
	for _, c := range Clocks(w.state, w.state.ExerciseTime(now)) {
		switch c.Kind {
		case ClockRTO, ClockMTPD, ClockDecideBy, ClockObligation:
		default:
			continue
		}
		id := watched{c.Kind, c.Service, c.Obligation}
		missed := c.State == ClockMissed
		if missed && !w.missed[id] && (c.Stopped.IsZero() || c.Stopped.After(c.Deadline)) {
			at, ok := w.state.WallTime(c.Deadline)
			if !ok || at.Before(before) || at.After(now) {
				at = now // it was late already when it became known
			}
			w.add(KeyMoment{At: at, Seq: w.seq, Kind: KeyBreach, Service: c.Service, Clock: c.Kind, Obligation: c.Obligation})
		}
		w.missed[id] = missed
		if c.State != ClockRunning || !c.Stopped.IsZero() || c.Deadline.IsZero() {
			continue
		}
		if at, ok := w.state.WallTime(c.Deadline); ok && !at.Before(now) && (w.next.IsZero() || at.Before(w.next)) {
			w.next = at
		}
	}
}
