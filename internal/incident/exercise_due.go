package incident

import (
	"crypto/sha256"
	"encoding/binary"
	"slices"
	"strconv"
	"time"
)

// InjectStatus is where an inject of the master list stands.
type InjectStatus string

// Where an inject stands.
const (
	InjectDue       InjectStatus = "due"      // to be sent now
	InjectNext      InjectStatus = "next"     // its time is known and to come
	InjectWaiting   InjectStatus = "waiting"  // its condition did not come true yet
	InjectByHand    InjectStatus = "by-hand"  // contingency: only when a facilitator sends it
	InjectIsSent    InjectStatus = "sent"     //
	InjectIsSkipped InjectStatus = "skipped"  //
	InjectOver      InjectStatus = "not-sent" // the exercise ended without it
)

// InjectState is an inject of the master list as of a time.
type InjectState struct {
	Def     *InjectDef
	Status  InjectStatus
	Planned time.Time     // by the master list alone, exercise time; zero while that is not known
	Due     time.Time     // with what it was put off by; zero while not known
	In      time.Duration // until due; negative when overdue
	Delayed time.Duration // put off by, in all
	Move    *MoveDef      // the part of the exercise it falls into
	Sent    *SentInject
	Skipped *SkippedInject
}

// Agenda is the master list as of a time, sorted by what there is to do. Each list is in the order of time, then of the
// master list.
type Agenda struct {
	All      []InjectState // in the order of the master list
	Due      []InjectState
	Next     []InjectState
	Waiting  []InjectState // Def.When tells for what
	ByHand   []InjectState
	Sent     []InjectState // of the master list; what was improvised is in Exercise.Sent
	Skipped  []InjectState
	PlannedN int // injects of the master list
}

// Due gives the master list as of now (exercise time). It is a function of the log and the time alone: every console has the
// same. Times count from the start in exercise time, so a pause holds all of them back and a jump brings all of them
// nearer; what a jump passed over is due at once. Without an exercise it is empty.
func Due(s *State, now time.Time) Agenda {
	x := s.Exercise
	if x == nil {
		return Agenda{}
	}
	a := Agenda{All: make([]InjectState, len(x.Scenario.Injects)), PlannedN: len(x.Scenario.Injects)}
	for i := range x.Scenario.Injects {
		st := s.injectState(&x.Scenario.Injects[i], now)
		a.All[i] = st
		switch st.Status {
		case InjectDue:
			a.Due = append(a.Due, st)
		case InjectNext:
			a.Next = append(a.Next, st)
		case InjectWaiting:
			a.Waiting = append(a.Waiting, st)
		case InjectByHand:
			a.ByHand = append(a.ByHand, st)
		case InjectIsSent:
			a.Sent = append(a.Sent, st)
		case InjectIsSkipped:
			a.Skipped = append(a.Skipped, st)
		case InjectOver:
		}
	}
	for _, list := range [][]InjectState{a.Due, a.Next, a.Sent} {
		slices.SortStableFunc(list, func(p, q InjectState) int { return p.time().Compare(q.time()) })
	}
	return a
}

func (i *InjectState) time() time.Time {
	if i.Sent != nil {
		return i.Sent.Mark.At
	}
	return i.Due
}

func (s *State) injectState(def *InjectDef, now time.Time) InjectState {
	x := s.Exercise
	st := InjectState{Def: def, Sent: x.SentOf(def.No), Skipped: x.SkippedOf(def.No)}
	for _, d := range x.Delays {
		if d.No == def.No || (d.No == "" && (st.Sent == nil || st.Sent.Mark.Seq > d.Mark.Seq) && def.When == nil) {
			st.Delayed += d.By
		}
	}
	known := true
	switch {
	case def.At != nil:
		st.Planned = x.Start.Add(def.At.Std())
	case def.When != nil:
		st.Planned, known = s.ConditionMet(def.When, now)
	default:
		known = false
	}
	if known {
		st.Planned = st.Planned.Add(x.chance(def))
		st.Due = st.Planned.Add(st.Delayed)
		st.In = st.Due.Sub(now)
		st.Move = x.MoveAt(st.Due)
	}
	switch {
	case st.Sent != nil:
		st.Status = InjectIsSent
		st.Move = x.MoveAt(st.Sent.Mark.At)
	case st.Skipped != nil:
		st.Status = InjectIsSkipped
	case x.Ended != nil:
		st.Status = InjectOver
	case known && st.Due.After(now):
		st.Status = InjectNext
	case known:
		st.Status = InjectDue
	case def.When != nil:
		st.Status = InjectWaiting
	default:
		st.Status = InjectByHand
	}
	return st
}

// chance is the random part of an inject's time, whole seconds, drawn from the exercise's seed and the inject's number: the
// same on every console, and whatever happened before.
func (x *Exercise) chance(def *InjectDef) time.Duration {
	if def.Within == nil {
		return 0
	}
	low, high := def.Within.Min.Std(), def.Within.Max.Std()
	seconds := uint64(max(high-low, 0) / time.Second)
	sum := sha256.Sum256([]byte(strconv.FormatInt(x.Seed, 10) + "\x00" + string(def.No)))
	return low + time.Duration(binary.BigEndian.Uint64(sum[:8])%(seconds+1))*time.Second
}

// MoveStart is when a move begins, exercise time.
func (x *Exercise) MoveStart(m *MoveDef) time.Time { return x.Start.Add(m.At.Std() + x.shift) }

// MoveAt is the move a time of the exercise falls into; nil before the first.
func (x *Exercise) MoveAt(at time.Time) *MoveDef {
	var out *MoveDef
	for i := range x.Scenario.Moves {
		m := &x.Scenario.Moves[i]
		if !x.MoveStart(m).After(at) {
			out = m
		}
	}
	return out
}

// ConditionMet tells since when a condition holds, its delay included, as of now. A condition that a deadline passed without
// something holds from the deadline on, until that something happens after all.
func (s *State) ConditionMet(c *Condition, now time.Time) (at time.Time, ok bool) {
	if s.Exercise == nil {
		return time.Time{}, false
	}
	positive, negative := c.Is.Negative()
	if !negative {
		at, ok = s.cameTrue(c, now)
		return at.Add(c.Delay.Std()), ok
	}
	if c.By == nil {
		return time.Time{}, false
	}
	pos := *c
	pos.Is = positive
	deadline := s.Exercise.Start.Add(c.By.Std() + s.Exercise.shift)
	if _, happened := s.cameTrue(&pos, now); happened || now.Before(deadline) {
		return time.Time{}, false
	}
	return deadline.Add(c.Delay.Std()), true
}

// cameTrue tells when what a condition names happened; ok is false while it did not, or was undone.
func (s *State) cameTrue(c *Condition, now time.Time) (time.Time, bool) {
	switch {
	case c.Step != "":
		return s.stepCameTrue(c)
	case c.Decision != "":
		return s.decisionCameTrue(c)
	case c.Inject != "":
		return s.Exercise.injectCameTrue(c)
	case c.Phase != "":
		for _, span := range PhaseSpans(s, now) {
			if span.Phase.Order() >= c.Phase.Order() && !span.From.After(now) {
				return span.From, true
			}
		}
	case c.Service != "":
		return s.serviceCameTrue(c)
	case c.Catchup != "":
		return s.paceCameTrue(c)
	}
	return time.Time{}, false
}

func (s *State) stepCameTrue(c *Condition) (time.Time, bool) {
	i := slices.IndexFunc(s.Steps, func(st Step) bool { return string(st.ID) == c.Step || Own(st.ID) == c.Step })
	if i < 0 {
		return time.Time{}, false
	}
	st := &s.Steps[i]
	var m *Mark
	switch c.Is { //nolint:exhaustive // the linter of scenarios refuses the rest
	case IsStarted:
		m = st.Started
	case IsDone:
		if st.Status == StepIsDone || st.Status == StepIsCheck {
			m = st.Ended
		}
	case IsFailed:
		if st.Status == StepIsFail {
			m = st.Ended
		}
	case IsSkipped:
		if st.Status == StepIsSkip {
			m = st.Ended
		}
	case IsBlocked:
		if st.Status == StepIsBlock {
			m = st.Blocked
		}
	}
	return when(m)
}

func when(m *Mark) (time.Time, bool) {
	if m == nil {
		return time.Time{}, false
	}
	return m.At, true
}

func (s *State) decisionCameTrue(c *Condition) (time.Time, bool) {
	i := slices.IndexFunc(s.Decided, func(d Decision) bool { return string(d.ID) == c.Decision || Own(d.ID) == c.Decision })
	if i < 0 {
		return time.Time{}, false
	}
	d := &s.Decided[i]
	if c.Is == IsAsked {
		return when(d.Asked)
	}
	if o := d.Outcome(); o != nil && (c.Option == "" || o.Option == c.Option) {
		return o.Mark.At, true
	}
	return time.Time{}, false
}

func (x *Exercise) injectCameTrue(c *Condition) (time.Time, bool) {
	if c.Is == IsAnswered {
		if all := x.AnswersTo(c.Inject); len(all) > 0 {
			return all[0].Mark.At, true
		}
		return time.Time{}, false
	}
	if sent := x.SentOf(c.Inject); sent != nil {
		return sent.Mark.At, true
	}
	return time.Time{}, false
}

func (s *State) serviceCameTrue(c *Condition) (time.Time, bool) {
	svc := s.Service(c.Service)
	if svc == nil {
		return time.Time{}, false
	}
	switch c.Is { //nolint:exhaustive // the linter of scenarios refuses the rest
	case IsRestored:
		return when(svc.Restored)
	case IsVerified:
		return when(svc.Verified)
	case IsResumed:
		return when(svc.Resumed)
	}
	return time.Time{}, false
}

// paceCameTrue reads the rate at the last count: it is what everybody knew then.
func (s *State) paceCameTrue(c *Condition) (time.Time, bool) {
	i := slices.IndexFunc(s.Flows, func(f Flow) bool { return string(f.ID) == c.Catchup || Own(f.ID) == c.Catchup })
	if i < 0 || !s.Flows[i].Open() {
		return time.Time{}, false
	}
	p := s.Flows[i].Pace()
	hourly := p.Now * 60
	ok := p.Known && (c.RateBelow == 0 || hourly < float64(c.RateBelow)) && (c.RateAbove == 0 || hourly > float64(c.RateAbove))
	return p.Counted, ok
}
