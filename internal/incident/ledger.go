package incident

// StepCounts counts steps by where they stand.
type StepCounts struct {
	Total, Done, Running, Ready, Blocked, Failed, Skipped int
}

// CountSteps counts the steps of a plan, or of all when plan is "". Done has the checked ones; a step that was done but
// still wants its second pair of eyes counts as running.
func (s *State) CountSteps(plan PlanID) StepCounts {
	var c StepCounts
	for i := range s.Steps {
		st := &s.Steps[i]
		if plan != "" && st.Plan != plan {
			continue
		}
		c.Total++
		switch s.StepStatus(st) {
		case StepIsDone, StepIsCheck:
			if st.Finished() {
				c.Done++
			} else {
				c.Running++
			}
		case StepRunning:
			c.Running++
		case StepReady:
			c.Ready++
		case StepIsBlock:
			c.Blocked++
		case StepIsFail:
			c.Failed++
		case StepIsSkip:
			c.Skipped++
		case StepToDo:
		}
	}
	return c
}

// Contested counts the decisions that wait for somebody to settle them.
func (s *State) Contested() int {
	n := 0
	for i := range s.Decided {
		if s.Decided[i].Status == DecisionContested {
			n++
		}
	}
	return n
}
