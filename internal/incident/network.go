package incident

import (
	"slices"
	"time"
)

// Wait is something a step waits for: another step, or a decision's outcome.
type Wait struct {
	Step     StepID     // set when it waits for a step
	Decision DecisionID // set when it waits for a gate
	Option   Option
}

// GateOpen tells whether the step's gate lets it start: the decision stands with the gate's option.
func (s *State) GateOpen(st *Step) bool {
	if st.Def.Gate == nil {
		return true
	}
	d := s.Decision(In[DecisionID](st.Plan, st.Def.Gate.Decision))
	if d == nil {
		return false
	}
	o := d.Outcome()
	return o != nil && o.Option == st.Def.Gate.Option
}

// WaitsFor lists what keeps the step from starting; empty when it may.
func (s *State) WaitsFor(st *Step) []Wait {
	var out []Wait
	for _, own := range st.Def.After {
		if dep := s.Step(In[StepID](st.Plan, own)); dep != nil && !dep.Finished() {
			out = append(out, Wait{Step: dep.ID})
		}
	}
	if !s.GateOpen(st) {
		out = append(out, Wait{Decision: In[DecisionID](st.Plan, st.Def.Gate.Decision), Option: st.Def.Gate.Option})
	}
	return out
}

// StepStatus is where the step stands, with "ready" for one that is to do and waits for nothing.
func (s *State) StepStatus(st *Step) StepStatus {
	if st.Status == StepToDo && len(s.WaitsFor(st)) == 0 {
		return StepReady
	}
	return st.Status
}

// Serves tells whether the step works for the service: one of its own, or any in its plan's scope when it names none.
func (s *State) Serves(st *Step, id ServiceID) bool {
	if len(st.Def.Services) > 0 {
		return slices.Contains(st.Def.Services, id)
	}
	p := s.Plan(st.Plan)
	return p != nil && slices.Contains(p.Services, id)
}

// Remaining is what is left of the step at now, by its likely duration: all of it before the start; after, what the
// targets done leave, or the time not yet spent; nothing when it is over.
func (st *Step) Remaining(now time.Time) time.Duration {
	likely := st.Estimate.Likely.Std()
	switch st.Status {
	case StepIsDone, StepIsCheck, StepIsSkip:
		return 0
	case StepRunning, StepIsBlock:
		if st.Total > 0 && st.Done > 0 {
			return time.Duration(float64(likely) * (float64(max(st.Total-st.Done, 0)) / float64(st.Total))).Round(time.Microsecond)
		}
		return max(likely-st.Work.Attempt(now), 0)
	case StepToDo, StepReady, StepIsFail:
	}
	return likely
}

// Branch is the failover branch of one service, by likely durations: the critical path (Kelley & Walker 1959) of the
// steps that lead to its technical verification.
type Branch struct {
	Remaining time.Duration // from now to verified, if go is said now (or was)
	AfterGo   time.Duration // from the go to verified: the part no early work can shorten
	DecideBy  time.Time     // the latest go that still meets the RTO; zero without an RTO or without a gated step
	Passed    bool          // no go can meet the RTO any more
	Critical  []StepID      // the steps of the longest path, in order
	MeetsMTPD bool          // the service would be back before its MTPD
}

// DecideBy computes the failover branch of a service as of now. ok is false when no launched failover plan leads to it.
//
// With g the time of the go, the service is verified at max(A, g+L): A is the longest path through all that remains
// starting now, L the longest path from a step behind the gate to the end. So the latest go is deadline − L, and when
// A is past the deadline, no go meets it.
func DecideBy(s *State, id ServiceID, now time.Time) (Branch, bool) {
	svc := s.Service(id)
	if svc == nil {
		return Branch{}, false
	}
	n := network{s: s, id: id, length: func(st *Step) time.Duration { return st.Remaining(now) }}
	ends := n.ends()
	if len(ends) == 0 {
		return Branch{}, false
	}
	b := Branch{}
	b.Remaining, b.Critical = n.longest(ends)
	gated := false
	b.AfterGo, gated = n.behindGate(ends)
	origin, _, _ := originOf(s, svc)
	if origin.IsZero() {
		return b, true
	}
	if svc.Def.RTO > 0 && gated {
		deadline := origin.Add(svc.Def.RTO.Std())
		b.DecideBy = deadline.Add(-b.AfterGo)
		b.Passed = now.After(b.DecideBy) || now.Add(b.Remaining).After(deadline)
		if b.Passed {
			// What remains no longer fits: it did until the deadline less all of it.
			b.DecideBy = deadline.Add(-b.Remaining)
		}
	}
	b.MeetsMTPD = svc.Def.MTPD == 0 || !now.Add(b.Remaining).After(origin.Add(svc.Def.MTPD.Std()))
	return b, true
}

// network is the part of the failover plans that leads to one service's verification.
type network struct {
	s      *State
	id     ServiceID
	length func(*Step) time.Duration
}

// ends are the steps whose end makes the service verified; without such milestones, all its steps up to restore.
func (n network) ends() []*Step {
	if marked := n.milestones(MilestoneVerified); len(marked) > 0 {
		return marked
	}
	return n.steps(func(st *Step) bool {
		o := st.Def.Phase.Order()
		return o >= 0 && o <= PhaseRestore.Order()
	})
}

// milestones are the steps of failover plans whose end lets a person record the milestone of the service.
func (n network) milestones(m Milestone) []*Step {
	return n.steps(func(st *Step) bool { return st.Def.Milestone == m })
}

// steps are those of failover plans that serve the service and fit.
func (n network) steps(fits func(*Step) bool) []*Step {
	var out []*Step
	for i := range n.s.Steps {
		st := &n.s.Steps[i]
		if p := n.s.Plan(st.Plan); p != nil && p.Kind == PlanFailover && n.s.Serves(st, n.id) && fits(st) && !n.s.givenUp(p.ID) {
			out = append(out, st)
		}
	}
	return out
}

// givenUp tells that a plan's go/no-go was abandoned: it leads nowhere any more, until somebody decides again.
func (s *State) givenUp(plan PlanID) bool {
	for i := range s.Decided {
		d := &s.Decided[i]
		if d.Plan != plan {
			continue
		}
		o := d.Outcome()
		if d.Status != DecisionWithdrawn && (o == nil || o.Option != OptionAbandon) {
			continue
		}
		for j := range s.Steps {
			st := &s.Steps[j]
			if g := st.Def.Gate; st.Plan == plan && g != nil && g.Option == OptionGo && g.Decision == Own(string(d.ID)) {
				return true
			}
		}
	}
	return false
}

// path is the longest way to the end of a step, with the step before it on that way.
type path struct {
	length time.Duration
	prev   *Step
	gated  time.Duration // the longest part behind a gate that is not open yet; -1: none
	open   bool          // being walked: a cycle ends here
}

func (n network) walk(st *Step, memo map[StepID]*path) *path {
	if p, ok := memo[st.ID]; ok {
		return p
	}
	p := &path{gated: -1, open: true}
	memo[st.ID] = p
	for _, own := range st.Def.After {
		dep := n.s.Step(In[StepID](st.Plan, own))
		if dep == nil {
			continue
		}
		d := n.walk(dep, memo)
		if d.open {
			continue // a cycle: the linter refuses it, a foreign playbook may have one
		}
		if d.length > p.length || (p.prev == nil && d.length > 0) {
			p.length, p.prev = d.length, dep
		}
		p.gated = max(p.gated, d.gated)
	}
	own := n.length(st)
	p.length += own
	if p.gated >= 0 {
		p.gated += own
	}
	if st.Def.Gate != nil && !n.passed(st) {
		p.gated = max(p.gated, own)
	}
	p.open = false
	return p
}

// passed tells that the gate no longer holds the step back: it is open, or the step was begun anyway.
func (n network) passed(st *Step) bool {
	return st.Status != StepToDo && st.Status != StepIsFail || n.s.GateOpen(st)
}

func (n network) longest(ends []*Step) (time.Duration, []StepID) {
	memo := make(map[StepID]*path, len(n.s.Steps))
	var best *Step
	for _, st := range ends {
		if p := n.walk(st, memo); best == nil || p.length > memo[best.ID].length {
			best = st
		}
	}
	var ids []StepID
	for st := best; st != nil; st = memo[st.ID].prev {
		if n.length(st) > 0 {
			ids = append(ids, st.ID)
		}
	}
	slices.Reverse(ids)
	return memo[best.ID].length, ids
}

// behindGate is the longest path from a gated step to an end; gated is false when no gate is left in the way.
func (n network) behindGate(ends []*Step) (length time.Duration, gated bool) {
	memo := make(map[StepID]*path, len(n.s.Steps))
	length = -1
	for _, st := range ends {
		length = max(length, n.walk(st, memo).gated)
	}
	return max(length, 0), length >= 0
}

// gateOf finds the go/no-go that gates the service's failover: the decision of the first gated step on its network.
func (n network) gateOf(ends []*Step) *Decision {
	seen := make(map[StepID]bool, len(n.s.Steps))
	queue := slices.Clone(ends)
	for len(queue) > 0 {
		st := queue[0]
		queue = queue[1:]
		if seen[st.ID] {
			continue
		}
		seen[st.ID] = true
		if g := st.Def.Gate; g != nil && g.Option == OptionGo {
			if d := n.s.Decision(In[DecisionID](st.Plan, g.Decision)); d != nil {
				return d
			}
		}
		for _, own := range st.Def.After {
			if dep := n.s.Step(In[StepID](st.Plan, own)); dep != nil {
				queue = append(queue, dep)
			}
		}
	}
	return nil
}

// GateOf is the go/no-go a service's failover waits for, or waited for; nil when no plan has one.
func GateOf(s *State, id ServiceID) *Decision {
	n := network{s: s, id: id}
	return n.gateOf(n.ends())
}

// decideByClock is the decide-by as a clock. It runs until the go; a go in time met it. After the go the limit is the one
// the plan's own estimates gave, so that what happened later does not change whether the decision came in time.
func decideByClock(s *State, svc *Service, rto Clock, now time.Time) (Clock, bool) {
	if svc.Def.RTO == 0 || rto.Origin.IsZero() {
		return Clock{}, false
	}
	gate := GateOf(s, svc.Def.ID)
	if gate == nil {
		return Clock{}, false
	}
	c := Clock{Service: svc.Def.ID, Kind: ClockDecideBy, Origin: rto.Origin, Basis: rto.Basis, OriginSeq: rto.OriginSeq}
	if goes := firstGo(gate); goes != nil {
		planned := network{s: s, id: svc.Def.ID, length: func(st *Step) time.Duration { return st.Def.Estimate.Likely.Std() }}
		c.Objective = max(rto.Objective-planned.afterGate(gate), 1)
		c = c.run(now, &goes.Mark)
		return c, true
	}
	b, ok := DecideBy(s, svc.Def.ID, now)
	if !ok || b.DecideBy.IsZero() {
		return Clock{}, false
	}
	c.Objective = max(b.DecideBy.Sub(rto.Origin), 1)
	c = c.run(now, nil)
	if svc.Verified != nil {
		c = c.run(now, svc.Verified)
		c.State = ClockMet
	} else if b.Passed {
		c.State = ClockMissed
	}
	return c, true
}

func firstGo(d *Decision) *Outcome {
	if o := d.Outcome(); o == nil || o.Option != OptionGo {
		return nil
	}
	for i := range d.Outcomes {
		if d.Outcomes[i].Option == OptionGo {
			return &d.Outcomes[i]
		}
	}
	return nil
}

// afterGate is the longest path behind a decision's gate, counted as if it were still closed.
func (n network) afterGate(gate *Decision) time.Duration {
	memo := make(map[StepID]time.Duration, len(n.s.Steps))
	var walk func(st *Step) time.Duration
	walk = func(st *Step) time.Duration {
		if v, ok := memo[st.ID]; ok {
			return v
		}
		memo[st.ID] = -1
		best := time.Duration(-1)
		for _, own := range st.Def.After {
			if dep := n.s.Step(In[StepID](st.Plan, own)); dep != nil {
				best = max(best, walk(dep))
			}
		}
		if g := st.Def.Gate; best < 0 && g != nil && In[DecisionID](st.Plan, g.Decision) == gate.ID {
			best = 0
		}
		if best >= 0 {
			best += n.length(st)
		}
		memo[st.ID] = best
		return best
	}
	longest := time.Duration(0)
	for _, st := range n.ends() {
		longest = max(longest, walk(st))
	}
	return longest
}
