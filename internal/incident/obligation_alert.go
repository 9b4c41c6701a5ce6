package incident

import (
	"slices"
	"strings"
	"time"
)

// legalThresholds are the moments a legal clock alerts at: half of its time, a day before the end of a long one, an hour
// before, and the end. They are of the strict deadline, and come again when that moves.
func (c Clock) legalThresholds() []Threshold {
	base := "obligation/" + string(c.Obligation) + "/" + c.Deadline.UTC().Format(time.RFC3339) + "/"
	one := Threshold{Kind: c.Kind, Obligation: c.Obligation}
	half := one
	half.Key, half.Percent, half.At = base+"50", 50, c.Origin.Add(c.Objective/2)
	out := []Threshold{half}
	for _, before := range []time.Duration{24 * time.Hour, time.Hour, 0} {
		if before*2 >= c.Objective && before > 0 {
			continue // it would come before half of the time is over
		}
		t := one
		t.Key, t.Before, t.At = base+before.String(), before, c.Deadline.Add(-before)
		out = append(out, t)
	}
	return out
}

// obligations proposes to record a report whose deadline is within the hour. One that is late stays in red on the screen, and
// leaves this line to the work.
func (p *proposer) obligations() {
	for _, d := range NextDuties(p.s, p.now) {
		if left := d.Clock.Remaining; !d.Clock.Deadline.IsZero() && left >= 0 && left <= time.Hour {
			p.add(Proposal{Code: ProposeObligation, Subject: SubjectComms, Obligation: d.ID})
		}
	}
	if p.now.Sub(p.s.Declared.At) < stampAfter {
		return
	}
	for i := range p.s.Regimes {
		if def := &p.s.Regimes[i].Def; p.s.untouched(def) {
			p.add(Proposal{Code: ProposeStamp, Subject: SubjectIncident, Obligation: obligationID(def.ID, def.Rows[0].ID)})
			return
		}
	}
}

// untouched tells that nobody said anything of a regime yet: no stamp it counts from, no report, no ruling. A clock that
// waits for a stamp nobody thinks of is the one that is missed.
func (s *State) untouched(def *RegimeDef) bool {
	for _, st := range def.Asks() {
		if _, ok := s.Stamp(st); ok {
			return false
		}
	}
	about := func(id string) bool { return id == string(def.ID) || strings.HasPrefix(id, string(def.ID)+"/") }
	return !slices.ContainsFunc(s.Met, func(m Obligation) bool { return about(m.ID) }) &&
		!slices.ContainsFunc(s.Rulings, func(r Ruling) bool { return about(r.ID) })
}
