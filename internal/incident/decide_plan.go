package incident

import (
	"slices"
)

func (c decider) plan() *Refusal {
	switch d := c.d.Data.(type) {
	case PlanLaunched:
		return c.launch(d)
	case PlanStepAdded:
		return c.addStep(d)
	case PlanStepEstimated:
		if c.Step(In[StepID](PlanID(c.id()), d.Step)) == nil {
			return refuse(RefuseUnknown, "what", "step", "id", d.Step)
		}
		if d.Estimate.Likely <= 0 {
			return refuse(RefuseEmpty, "field", "likely")
		}
		return ordered(d.Estimate)
	}
	return refuse(RefuseKind)
}

func (c decider) launch(d PlanLaunched) *Refusal {
	id := c.id()
	if !ValidID(id) {
		return refuse(RefuseInvalid, "field", "plan", "value", id)
	}
	if p := c.Plan(PlanID(id)); p != nil {
		return refuse(RefuseLaunched, "plan", id).at(p.Launched.Seq)
	}
	book, err := decodePlaybook(d.Playbook)
	if err != nil {
		return refuse(RefuseInvalid, "field", "playbook", "value", "")
	}
	if !slices.ContainsFunc(book.Plans, func(p PlanDef) bool { return p.ID == d.Plan }) {
		return refuse(RefuseUnknown, "what", "plan", "id", d.Plan)
	}
	for _, p := range book.Plans {
		if p.ID == d.Plan && (len(c.Steps)+len(p.Steps) > maxParts || len(c.Decided)+len(p.Decisions) > maxParts || len(c.Flows)+len(p.Catchup) > maxParts) {
			return refuse(RefuseInvalid, "field", "plan", "value", d.Plan+" ("+itoa(len(p.Steps))+")")
		}
	}
	for _, svc := range d.Services {
		if c.Service(svc) == nil {
			return refuse(RefuseUnknown, "what", "service", "id", string(svc))
		}
	}
	return nil
}

func (c decider) addStep(d PlanStepAdded) *Refusal {
	plan := PlanID(c.id())
	if plan != adhocPlan && c.Plan(plan) == nil {
		return refuse(RefuseUnknown, "what", "plan", "id", string(plan))
	}
	if !ValidID(d.Step.ID) {
		return refuse(RefuseInvalid, "field", "step", "value", d.Step.ID)
	}
	if c.Step(In[StepID](plan, d.Step.ID)) != nil {
		return refuse(RefuseInvalid, "field", "step", "value", d.Step.ID)
	}
	if d.Step.Phase.Order() < 0 {
		return refuse(RefuseInvalid, "field", "phase", "value", string(d.Step.Phase))
	}
	for _, own := range d.Step.After {
		if c.Step(In[StepID](plan, own)) == nil {
			return refuse(RefuseUnknown, "what", "step", "id", own)
		}
	}
	return first(field("title", d.Step.Title.EN+d.Step.Title.FR), ordered(d.Step.Estimate))
}

func (c decider) step() *Refusal {
	st := c.Step(StepID(c.id()))
	if st == nil {
		return refuse(RefuseUnknown, "what", "step", "id", c.id())
	}
	name := string(st.ID)
	state := func() *Refusal {
		return refuse(RefuseStepState, "step", name, "state", string(st.Status)).at(st.lastSeq())
	}
	over := st.Status == StepIsDone || st.Status == StepIsCheck || st.Status == StepIsSkip
	switch d := c.d.Data.(type) {
	case StepAssigned:
		return field("to", d.To)
	case StepStarted:
		if over || st.Status == StepRunning {
			return state()
		}
		return c.mayStart(st)
	case StepProgressed:
		return c.progress(st, d, over)
	case StepDone:
		if over {
			return state()
		}
		return first(c.mayStart(st), limit("note", d.Note), limit("evidence", d.Evidence))
	case StepChecked:
		if st.Status != StepIsDone {
			return state()
		}
		if st.Def.FourEyes && st.Ended != nil && st.Ended.By == c.d.Actor {
			return refuse(RefuseFourEyes, "step", name, "by", st.Ended.By).at(st.Ended.Seq)
		}
	case StepFailed:
		if over || st.Status == StepIsFail {
			return state()
		}
		return field("reason", d.Reason)
	case StepBlocked:
		if over || st.Status == StepIsBlock {
			return state()
		}
		return field("reason", d.Reason)
	case StepSkipped:
		if over {
			return state()
		}
		return field("reason", d.Reason)
	case StepReopened:
		if !over && st.Status != StepIsFail {
			return state()
		}
		return limit("reason", d.Reason)
	}
	return nil
}

// lastSeq is the entry that brought the step where it stands.
func (st *Step) lastSeq() int {
	for _, m := range []*Mark{st.Checked, st.Ended, st.Blocked, st.Started} {
		if m != nil {
			return m.Seq
		}
	}
	return 0
}

// mayStart checks dependencies and gate, for a step that was not begun before.
func (c decider) mayStart(st *Step) *Refusal {
	if st.Status != StepToDo && st.Status != StepIsFail {
		return nil
	}
	if waits := c.WaitsFor(st); len(waits) > 0 {
		w := waits[0]
		if w.Step != "" {
			if dep := c.Step(w.Step); dep != nil && dep.Status == StepIsDone {
				return refuse(RefuseStepUnchecked, "step", string(st.ID), "for", string(w.Step))
			}
			return refuse(RefuseStepWaits, "step", string(st.ID), "for", string(w.Step))
		}
		return refuse(RefuseStepGate, "step", string(st.ID), "decision", string(w.Decision), "option", string(w.Option))
	}
	return nil
}

func (c decider) progress(st *Step, d StepProgressed, over bool) *Refusal {
	if over {
		return refuse(RefuseStepState, "step", string(st.ID), "state", string(st.Status)).at(st.lastSeq())
	}
	total := st.Total
	if d.Total > 0 {
		total = d.Total
	}
	if d.Done < 0 || d.Total < 0 || (total > 0 && d.Done > total) {
		return refuse(RefuseInvalid, "field", "count", "value", itoa(d.Done)+"/"+itoa(total))
	}
	if named, over := st.Targets.Len(), st.Targets.Over(); named > 0 {
		if d.Done < over || total < named || d.Done > total-(named-over) {
			return refuse(RefuseNamed, "step", string(st.ID), "done", itoa(over), "named", itoa(named))
		}
	}
	return c.mayStart(st)
}
