package incident

import "time"

// Driver is a link of the chain that made a service late or early: a step, or the decision that opened a gate.
type Driver struct {
	Step     StepID     // "" for a decision
	Decision DecisionID // "" for a step
	At       time.Time  // when it was over: done, checked, skipped, or the outcome said
}

// DrivingPath is the critical path as it turned out: from the milestone of the service back, at every link the dependency
// that was over last (the driving relationship of a precedence network; Kelley & Walker 1959 give the planned form). It is
// in the order of time, and empty where no step that leads to the service is over.
func DrivingPath(s *State, id ServiceID) []Driver {
	n := network{s: s, id: id}
	var last *Step
	for _, st := range n.ends() {
		if over(st).IsZero() {
			continue
		}
		if last == nil || over(st).After(over(last)) {
			last = st
		}
	}
	var path []Driver
	for seen := make(map[StepID]bool); last != nil && !seen[last.ID]; {
		seen[last.ID] = true
		path = append([]Driver{{Step: last.ID, At: over(last)}}, path...)
		next, at := n.driver(last)
		if goes := n.opened(last); goes != nil && !goes.Mark.At.Before(at) {
			// The cell held it back, not the work: what was over before the decision had time to spare.
			path = append([]Driver{{Decision: In[DecisionID](last.Plan, last.Def.Gate.Decision), At: goes.Mark.At}}, path...)
			break
		}
		last = next
	}
	return path
}

// driver is the dependency of a step that was over last.
func (n network) driver(st *Step) (last *Step, at time.Time) {
	for _, own := range st.Def.After {
		dep := n.s.Step(In[StepID](st.Plan, own))
		if dep == nil || over(dep).IsZero() {
			continue
		}
		if last == nil || over(dep).After(at) {
			last, at = dep, over(dep)
		}
	}
	return last, at
}

// opened is the outcome that opened the step's gate; nil without a gate, or while it is closed.
func (n network) opened(st *Step) *Outcome {
	if st.Def.Gate == nil || !n.s.GateOpen(st) {
		return nil
	}
	d := n.s.Decision(In[DecisionID](st.Plan, st.Def.Gate.Decision))
	for i := range d.Outcomes {
		if d.Outcomes[i].Option == st.Def.Gate.Option {
			return &d.Outcomes[i]
		}
	}
	return nil
}

// over is when a step let others go on; zero while it does not.
func over(st *Step) time.Time {
	switch {
	case !st.Finished():
		return time.Time{}
	case st.Checked != nil:
		return st.Checked.At
	case st.Ended != nil:
		return st.Ended.At
	}
	return time.Time{}
}
