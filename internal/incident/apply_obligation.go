package incident

// adopt brings the regimes of a playbook into force. One that is in force already stays as it is: a second plan of the same
// playbook changes nothing that a person said in between.
func (f *fold) adopt(plan PlanID, defs []RegimeDef) {
	for _, def := range defs {
		if f.Regime(def.ID) != nil {
			continue
		}
		if def.fault() != "" || len(f.Regimes) >= maxRegimes {
			f.flag(FlagBadData)
			continue
		}
		f.Regimes = append(f.Regimes, Regime{Def: def, Plan: plan, Mark: f.mark})
	}
}

const maxRegimes = 32

// obligation folds what is said of legal clocks; ok is false for other payloads.
func (f *fold) obligation() bool {
	switch d := f.ev.Data.(type) {
	case ObligationMet:
		f.Met = append(f.Met, Obligation{ID: d.Obligation, Reference: d.Reference, Reason: d.Reason, Mark: f.mark})
	case RegimeApplied:
		f.regimeApplied(d)
	case ObligationDelayed:
		f.Delays = append(f.Delays, Delay{
			ID: ObligationID(d.Obligation), Reason: d.Reason, Reference: d.Reference, Expected: d.Expected, Mark: f.mark,
		})
		if f.ObligationDef(ObligationID(d.Obligation)) == nil {
			f.flag(FlagUnknownID)
		}
	case ObligationDismissed:
		f.ruled(d.Obligation, d.Reason, false)
	case ObligationApplies:
		f.ruled(d.Obligation, d.Reason, true)
	default:
		return false
	}
	return true
}

// regimeApplied brings a regime in, or changes it: what its rows say from now on. The earlier form stays in the log.
func (f *fold) regimeApplied(d RegimeApplied) {
	if d.Regime.fault() != "" {
		f.flag(FlagBadData)
		return
	}
	now := Regime{Def: d.Regime, Reason: d.Reason, Mark: f.mark}
	if r := f.Regime(d.Regime.ID); r != nil {
		*r = now
	} else if len(f.Regimes) < maxRegimes {
		f.Regimes = append(f.Regimes, now)
	} else {
		f.flag(FlagBadData)
		return
	}
	if rule := f.Ruling(string(d.Regime.ID)); rule != nil && !rule.Applies {
		f.ruled(string(d.Regime.ID), d.Reason, true)
	}
}

// ruled keeps the word on a row or a regime that is in force.
func (f *fold) ruled(id, reason string, applies bool) {
	if f.ObligationDef(ObligationID(id)) == nil && f.Regime(RegimeID(id)) == nil {
		f.flag(FlagUnknownID)
		return
	}
	f.Rulings = append(f.Rulings, Ruling{ID: id, Applies: applies, Reason: reason, Mark: f.mark})
}
