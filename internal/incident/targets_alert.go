package incident

import "time"

// lateTargets are the moments the cell is alerted at because of the targets of a step at work or an open line: once when the
// first one has run longer than it should, once when those that wait should have begun. One alert each, however many follow:
// the list of what is late tells the rest.
func (s *State) lateTargets(now time.Time) []Threshold {
	var out []Threshold
	for i := range s.Steps {
		if st := &s.Steps[i]; st.Targets.Len() > 0 {
			out = append(out, s.lateOf(StepSet(st.ID), st.Targets, now)...)
		}
	}
	for i := range s.Flows {
		if fl := &s.Flows[i]; fl.Targets.Len() > 0 {
			out = append(out, s.lateOf(FlowSet(fl.ID), fl.Targets, now)...)
		}
	}
	return out
}

func (s *State) lateOf(id SetID, set *TargetSet, now time.Time) []Threshold {
	limits := s.TargetLimits(id)
	if limits == (TargetLimits{}) {
		return nil
	}
	var out []Threshold
	sum := set.Sum(limits, now)
	if limits.Each > 0 && !sum.OldestRunning.IsZero() {
		out = append(out, Threshold{Key: "targets/" + string(id) + "/running", Kind: ClockTargets, Set: id, At: sum.OldestRunning.Add(limits.Each + time.Millisecond)})
	}
	if !limits.End.IsZero() && sum.Waiting > 0 {
		out = append(out, Threshold{Key: "targets/" + string(id) + "/waiting", Kind: ClockTargets, Set: id, At: limits.End.Add(time.Millisecond)})
	}
	return out
}
