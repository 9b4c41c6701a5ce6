package incident

import "slices"

// adhocPlan holds the steps nobody planned.
const adhocPlan PlanID = "adhoc"

func (f *fold) plan() {
	switch d := f.ev.Data.(type) {
	case PlanLaunched:
		f.launched(d)
	case PlanStepAdded:
		f.stepAdded(d)
	case PlanStepEstimated:
		_, plan := f.ev.Entity()
		if st := f.Step(In[StepID](PlanID(plan), d.Step)); st != nil {
			st.Estimate = d.Estimate
		} else {
			f.flag(FlagUnknownID)
		}
	}
}

func (f *fold) launched(d PlanLaunched) {
	_, id := f.ev.Entity()
	plan := PlanID(id)
	if f.Plan(plan) != nil {
		f.flag(FlagTwice)
		return
	}
	book, err := decodePlaybook(d.Playbook)
	i := slices.IndexFunc(book.Plans, func(p PlanDef) bool { return p.ID == d.Plan })
	if err != nil || i < 0 || !ValidID(id) {
		f.flag(FlagBadData)
		return
	}
	def := book.Plans[i]
	scope := d.Services
	if len(scope) == 0 {
		for j := range f.Services {
			scope = append(scope, f.Services[j].Def.ID)
		}
	}
	f.Plans = append(f.Plans, Plan{
		ID: plan, Def: def.ID, Book: book, Hash: d.Hash, Kind: def.Kind, Title: def.Title, Services: scope, Launched: f.mark,
	})
	f.adopt(plan, book.Regimes)
	for _, st := range def.Steps {
		f.addStep(plan, st, false)
	}
	for _, dec := range def.Decisions {
		f.addDecision(plan, dec)
	}
	for _, fl := range def.Catchup {
		f.addFlow(plan, fl)
	}
}

// addFlow foresees a line of the ledger, for a service in the plan's scope.
func (f *fold) addFlow(plan PlanID, fl FlowDef) {
	id := In[FlowID](plan, fl.ID)
	p := f.Plan(plan)
	if !ValidID(fl.ID) || f.Flow(id) != nil || (fl.Service != "" && !slices.Contains(p.Services, fl.Service)) {
		return
	}
	if len(f.Flows) >= maxParts {
		f.flag(FlagOversized)
		return
	}
	f.Flows = append(f.Flows, Flow{
		ID: id, Plan: plan, Title: fl.Title, Service: fl.Service,
		Source: fl.Source, Unit: fl.Unit, Owner: string(fl.Owner), Status: FlowPlanned, Signal: fl.Signal,
		Targets: newTargets(fl.Targets, f.alike(fl.Targets)),
		Blocks:  fl.Blocks == nil || *fl.Blocks,
	})
}

// alike is a set that was made from the same definition: the plans of a playbook often work on the same machines.
func (f *fold) alike(d TargetsDef) *TargetSet {
	for i := range f.Steps {
		if st := &f.Steps[i]; st.Targets != nil && st.Def.Targets.same(d) {
			return st.Targets
		}
	}
	return nil
}

// addStep adds a step of a plan; a step for services that are all out of the plan's scope is left out.
func (f *fold) addStep(plan PlanID, def StepDef, adhoc bool) {
	id := In[StepID](plan, def.ID)
	if !ValidID(def.ID) || f.Step(id) != nil {
		f.flag(FlagBadData)
		return
	}
	if p := f.Plan(plan); p != nil && len(def.Services) > 0 && !adhoc {
		if !slices.ContainsFunc(def.Services, func(s ServiceID) bool { return slices.Contains(p.Services, s) }) {
			return
		}
	}
	if len(f.Steps) >= maxParts {
		f.flag(FlagOversized)
		return
	}
	def.Targets.Count = max(def.Targets.Count, 0)
	f.Steps = append(f.Steps, Step{
		ID: id, Plan: plan, Def: def, AdHoc: adhoc, Estimate: def.Estimate, Status: StepToDo,
		Said: def.Targets.Total(), Total: def.Targets.Total(), Targets: newTargets(def.Targets, f.alike(def.Targets)),
	})
}

func (f *fold) stepAdded(d PlanStepAdded) {
	_, id := f.ev.Entity()
	plan := PlanID(id)
	if f.Plan(plan) == nil {
		if plan != adhocPlan {
			f.flag(FlagUnknownID)
			return
		}
		var scope []ServiceID
		for i := range f.Services {
			scope = append(scope, f.Services[i].Def.ID)
		}
		f.Plans = append(f.Plans, Plan{
			ID: adhocPlan, Kind: PlanOther, Services: scope, Launched: f.mark,
			Title: Text{EN: "Unplanned steps", FR: "Étapes non prévues"},
		})
	}
	f.addStep(plan, d.Step, true)
}

// step moves a step. A move that makes no sense from where the step stands is flagged and changes nothing.
func (f *fold) step() {
	_, id := f.ev.Entity()
	st := f.Step(StepID(id))
	if st == nil {
		f.flag(FlagUnknownID)
		return
	}
	before := st.Status
	if !st.move(f) {
		f.flag(FlagNoEffect)
		return
	}
	st.Work.follow(before, st.Status, f)
}

func (st *Step) move(f *fold) bool {
	m := f.mark
	ended := st.Status == StepIsDone || st.Status == StepIsCheck || st.Status == StepIsSkip
	switch d := f.ev.Data.(type) {
	case StepAssigned:
		st.Assignee = d.To
	case StepStarted:
		if ended || st.Status == StepRunning {
			return false
		}
		st.start(f, m)
	case StepProgressed:
		return !ended && st.progress(f, d)
	case StepDone:
		if ended {
			return false
		}
		st.end(f, StepIsDone, "")
		st.Evidence = d.Evidence
		if st.Total > 0 {
			st.Counted = st.Total
			st.recount()
		}
	case StepChecked:
		if st.Status != StepIsDone || (st.Def.FourEyes && st.Ended != nil && st.Ended.By == m.By) {
			return false
		}
		st.Status, st.Checked = StepIsCheck, &m
	case StepFailed:
		if ended || st.Status == StepIsFail {
			return false
		}
		st.end(f, StepIsFail, d.Reason)
	case StepBlocked:
		if ended || st.Status == StepIsBlock {
			return false
		}
		st.Status, st.Blocked, st.Reason = StepIsBlock, &m, d.Reason
	case StepSkipped:
		if ended {
			return false
		}
		st.end(f, StepIsSkip, d.Reason)
	case StepReopened:
		if !ended && st.Status != StepIsFail {
			return false
		}
		st.Status, st.Ended, st.Checked, st.Started, st.Reason = StepToDo, nil, nil, nil, d.Reason
	}
	return true
}

func (st *Step) start(f *fold, m Mark) {
	st.Status, st.Blocked, st.Reason, st.Ended = StepRunning, nil, "", nil
	if st.Started == nil {
		st.Started = &m
	}
	if !st.Def.Early {
		f.stepPhase(st.Def.Phase)
	}
}

func (st *Step) end(f *fold, status StepStatus, reason string) {
	m := f.mark
	st.Status, st.Ended, st.Reason, st.Blocked = status, &m, reason, nil
	if status == StepIsDone && !st.Def.Early {
		f.stepPhase(st.Def.Phase)
	}
}

// stepPhase: work on a step of a phase implies that phase, from failover on. What comes before is told by stamps and
// decisions, and the review by the close.
func (f *fold) stepPhase(p Phase) {
	if o := p.Order(); o >= PhaseFailover.Order() && o < PhaseReview.Order() && p != PhaseResumed {
		f.begins(p)
	}
}

func (st *Step) progress(f *fold, d StepProgressed) bool {
	if d.Done < 0 || d.Total < 0 {
		return false
	}
	if d.Total > 0 {
		st.Said = d.Total
	}
	if st.Status == StepToDo || st.Status == StepIsFail || st.Status == StepIsBlock {
		st.start(f, f.mark)
	}
	st.Counted = d.Done
	st.recount()
	st.pace(f.mark.At, false)
	return true
}
