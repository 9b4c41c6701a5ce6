package incident

import (
	"slices"
	"time"
)

// StepRef names a step of a playbook: the plan's id within it, and the step's own.
type StepRef struct {
	Plan string `json:"plan"`
	Step string `json:"step"`
}

// Observation is how long a step of a playbook took once: the time it was worked on, all attempts together, without the
// time it was blocked or waited for its next attempt.
type Observation struct {
	StepRef
	Incident IncidentID
	Realm    Realm
	Took     time.Duration // at as many targets as the playbook has
	Attempts int
	Targets  int // how many it was seen on; 0 for a step without
}

// UnusedWhy tells why a step that was done tells nothing of its duration. Append-only.
type UnusedWhy string

// Reasons.
const (
	UnusedBook     UnusedWhy = "other-playbook" // the plan came from a playbook of another name
	UnusedUnknown  UnusedWhy = "unknown-step"   // the playbook has no such step (any more)
	UnusedTwice    UnusedWhy = "given-twice"    // the same incident was given before
	UnusedNoStart  UnusedWhy = "no-start"       // only its end, or a count, was told
	UnusedBlocked  UnusedWhy = "blocked"        // done while blocked: when it went on was not told
	UnusedOrder    UnusedWhy = "order"          // an end before its start
	UnusedImported UnusedWhy = "imported"       // told by a file, not by the cell
	UnusedTicked   UnusedWhy = "ticked"         // start and end told in one go: a tick, not a duration
	UnusedNoPlan   UnusedWhy = "no-estimate"    // the playbook has no estimate to start from
)

// Unused is a step that was done and is not counted.
type Unused struct {
	StepRef
	Incident IncidentID
	Why      UnusedWhy
}

// A duration below both is a tick: nobody was seen working.
const (
	tickShare = 20 // of the plan's least: a twentieth
	tickMost  = time.Minute
)

// Observe collects how long the steps of a playbook took in the incidents given, finished or not: of each step that was
// done. What tells nothing is listed with the reason. Steps that were not done, or skipped, are neither.
func Observe(book *Playbook, states ...*State) ([]Observation, []Unused) {
	var seen []Observation
	var unused []Unused
	var before []IncidentID
	for _, s := range states {
		twice := slices.Contains(before, s.ID)
		before = append(before, s.ID)
		for i := range s.Steps {
			st := &s.Steps[i]
			plan := s.Plan(st.Plan)
			if (st.Status != StepIsDone && st.Status != StepIsCheck) || plan == nil || st.AdHoc {
				continue
			}
			ref := StepRef{Plan: plan.Def, Step: Own(st.ID)}
			def := book.step(ref)
			why := st.unusable(def)
			switch {
			case plan.Book.ID != book.ID:
				why = UnusedBook
			case twice:
				why = UnusedTwice
			}
			if why != "" {
				unused = append(unused, Unused{StepRef: ref, Incident: s.ID, Why: why})
				continue
			}
			seen = append(seen, st.observation(def, ref, s))
		}
	}
	return seen, unused
}

// step finds a step's definition; nil when there is none.
func (b *Playbook) step(ref StepRef) *StepDef {
	for i := range b.Plans {
		if b.Plans[i].ID != ref.Plan {
			continue
		}
		for j := range b.Plans[i].Steps {
			if def := &b.Plans[i].Steps[j]; def.ID == ref.Step {
				return def
			}
		}
	}
	return nil
}

// unusable tells why a done step is no observation; "" when it is one.
func (st *Step) unusable(def *StepDef) UnusedWhy {
	if def == nil {
		return UnusedUnknown
	}
	low, likely, _, _ := def.Estimate.spread()
	took := st.Work.Spent
	switch gaps := st.Work.Gaps; {
	case likely <= 0:
		return UnusedNoPlan
	case gaps&GapImported != 0:
		return UnusedImported
	case gaps&GapOrder != 0:
		return UnusedOrder
	case gaps&GapBlocked != 0:
		return UnusedBlocked
	case gaps&GapNoStart != 0 && !st.paced():
		return UnusedNoStart
	case gaps&GapNoStart == 0 && took < tickMost && took.Seconds() < low/tickShare:
		return UnusedTicked
	}
	return ""
}

// paced tells that the counts of a step whose start was not told show at least half of its targets being done.
func (st *Step) paced() bool {
	if len(st.Progress) == 0 || len(st.Progress) >= maxProgress || st.Ended == nil || st.Work.Attempts != 1 {
		return false
	}
	first := st.Progress[0]
	return st.Total > 0 && 2*first.Done <= st.Total && st.Ended.At.After(first.At)
}

func (st *Step) observation(def *StepDef, ref StepRef, s *State) Observation {
	o := Observation{StepRef: ref, Incident: s.ID, Realm: s.Realm, Took: st.Work.Spent, Attempts: st.Work.Attempts}
	planned := def.Targets.Total()
	if planned == 0 || st.Total <= 0 {
		return o
	}
	done := st.Total
	if st.Work.Gaps&GapNoStart != 0 {
		done -= st.Progress[0].Done // from the first count on
	}
	o.Targets = st.Total
	o.Took = time.Duration(float64(o.Took) / float64(done) * float64(planned))
	return o
}
