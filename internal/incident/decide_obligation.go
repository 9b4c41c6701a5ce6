package incident

import (
	"encoding/json"
	"reflect"
	"strings"
	"time"
)

// obligation checks what is said of legal clocks; nil, false for other payloads.
func (c decider) obligation() (*Refusal, bool) {
	switch d := c.d.Data.(type) {
	case ObligationMet:
		return c.met(d), true
	case RegimeApplied:
		return c.regime(d), true
	case ObligationDelayed:
		return first(c.row(d.Obligation), field("reason", d.Reason), limit("reference", d.Reference), c.expected(d.Expected)), true
	case ObligationDismissed:
		return first(c.ruling(d.Obligation, false), field("reason", d.Reason)), true
	case ObligationApplies:
		return first(c.ruling(d.Obligation, true), field("reason", d.Reason)), true
	}
	return nil, false
}

// row wants a row of a regime in force.
func (c decider) row(id string) *Refusal {
	if r := field("obligation", id); r != nil {
		return r
	}
	if c.ObligationDef(ObligationID(id)) == nil {
		return refuse(RefuseUnknown, "what", "obligation", "id", id)
	}
	return nil
}

// met takes a report of a row in force; while no regime is, any name will do. A second word on a report that does not repeat
// corrects the first, and says why.
func (c decider) met(d ObligationMet) *Refusal {
	if len(c.Regimes) == 0 {
		return first(field("obligation", d.Obligation), limit("reference", d.Reference), limit("reason", d.Reason))
	}
	if r := first(c.row(d.Obligation), limit("reference", d.Reference), limit("reason", d.Reason)); r != nil {
		return r
	}
	if occ, ok := c.Stamp(StampOccurred); ok && c.d.Time.Before(occ.Time) {
		return refuse(RefuseOrder, "first", string(StampOccurred), "second", d.Obligation).at(occ.Mark.Seq)
	}
	id := ObligationID(d.Obligation)
	def := c.ObligationDef(id)
	regime, _, _ := strings.Cut(d.Obligation, "/")
	k := clerk{files: c.files(), r: c.Regime(RegimeID(regime))}
	if had := k.submission(id); had != nil && !def.Repeats && strings.TrimSpace(d.Reason) == "" {
		return refuse(RefuseObligationMet, "obligation", d.Obligation, "reference", had.Reference).at(had.Mark.Seq)
	}
	for _, l := range def.Due {
		for _, name := range l.From {
			row, ok := Submitted(name)
			if o := k.origin(name); ok && row != def.ID && o.At.After(c.d.Time) {
				return refuse(RefuseOrder, "first", string(o.Report), "second", d.Obligation).at(o.Seq)
			}
		}
	}
	return nil
}

func (c decider) regime(d RegimeApplied) *Refusal {
	if what := d.Regime.fault(); what != "" {
		return refuse(RefuseInvalid, "field", what, "value", string(d.Regime.ID))
	}
	rule := c.Ruling(string(d.Regime.ID))
	if r := c.Regime(d.Regime.ID); r != nil && reflect.DeepEqual(r.Def, d.Regime) && (rule == nil || rule.Applies) {
		return refuse(RefuseScope).at(r.Mark.Seq)
	}
	// The whole of it travels in one event, which every bus must carry.
	if b, err := json.Marshal(d.Regime); err != nil || len(b) > MaxBlock*2 {
		return refuse(RefuseTooLong, "field", "regime", "limit", itoa(MaxBlock*2))
	}
	return field("reason", d.Reason)
}

// ruling wants a change: a row or regime in force that is not ruled so already.
func (c decider) ruling(id string, applies bool) *Refusal {
	if r := field("obligation", id); r != nil {
		return r
	}
	if c.ObligationDef(ObligationID(id)) == nil && c.Regime(RegimeID(id)) == nil {
		return refuse(RefuseUnknown, "what", "obligation", "id", id)
	}
	if rule := c.Ruling(id); (rule == nil && applies) || (rule != nil && rule.Applies == applies) {
		return refuse(RefuseScope)
	}
	return nil
}

// expected is when the report is promised for: a time to come.
func (c decider) expected(t *time.Time) *Refusal {
	if t != nil && t.Before(c.d.Time) {
		return refuse(RefusePast, "time", t.UTC().Format(time.RFC3339))
	}
	return nil
}

// legalStamp checks a stamp a legal clock counts from: known to a regime in force, always with a reason, and not before
// what it follows.
func (c decider) legalStamp(d IncidentOrigin) *Refusal {
	if word, regime, own := d.Stamp.Split(); own {
		r := c.Regime(regime)
		if r == nil {
			return refuse(RefuseUnknown, "what", "regime", "id", string(regime))
		}
		if st, ok := r.Def.Stamp(word); !ok || st != d.Stamp {
			return refuse(RefuseInvalid, "field", "stamp", "value", string(d.Stamp))
		}
	}
	if occ, ok := c.Stamp(StampOccurred); ok && d.At.Before(occ.Time) {
		return refuse(RefuseOrder, "first", string(StampOccurred), "second", string(d.Stamp)).at(occ.Mark.Seq)
	}
	for i := range c.Regimes {
		if r := c.follows(&c.Regimes[i].Def, d); r != nil {
			return r
		}
	}
	return field("reason", d.Reason)
}

// follows holds the stamp to the order the regime says, in both directions.
func (c decider) follows(def *RegimeDef, d IncidentOrigin) *Refusal {
	for _, st := range def.Stamps {
		if st.After == "" {
			continue
		}
		one, _ := def.Stamp(st.After)
		two, _ := def.Stamp(st.ID)
		before, okBefore := c.Stamp(one)
		later, okLater := c.Stamp(two)
		switch {
		case d.Stamp == two && okBefore && d.At.Before(before.Time):
			return refuse(RefuseOrder, "first", string(one), "second", string(two)).at(before.Mark.Seq)
		case d.Stamp == one && okLater && later.Time.Before(d.At):
			return refuse(RefuseOrder, "first", string(one), "second", string(two)).at(later.Mark.Seq)
		}
	}
	return nil
}
