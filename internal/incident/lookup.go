package incident

import (
	"maps"
	"slices"
	"strconv"
	"strings"
)

func itoa(n int) string { return strconv.Itoa(n) }

// NewState is the state before the first entry.
func NewState() *State { return &State{} }

// Clone gives a copy that shares no memory anybody writes to. Marks, outcomes and other values behind pointers are never
// changed in place, so they are shared.
func (s *State) Clone() *State {
	c := s.View()
	c.seen = s.seen.clone()
	return c
}

// View is a Clone that cannot be folded further: for screens and reports, without the set of the events seen.
func (s *State) View() *State {
	c := *s
	c.seen = idSet{}
	c.heads = maps.Clone(s.heads)
	c.Stamps = slices.Clip(s.Stamps)
	c.Services = slices.Clone(s.Services)
	for i := range c.Services {
		c.Services[i].Basis = slices.Clip(c.Services[i].Basis)
	}
	c.Plans = slices.Clip(s.Plans)
	c.Steps = slices.Clone(s.Steps)
	for i := range c.Steps {
		c.Steps[i].Progress = slices.Clip(c.Steps[i].Progress)
	}
	c.Decided = slices.Clone(s.Decided)
	for i := range c.Decided {
		c.Decided[i].clip()
	}
	c.Flows = slices.Clone(s.Flows)
	for i := range c.Flows {
		c.Flows[i].Counts = slices.Clip(c.Flows[i].Counts)
		c.Flows[i].Losses = slices.Clip(c.Flows[i].Losses)
	}
	c.Roster = slices.Clone(s.Roster)
	c.Handover = slices.Clone(s.Handover)
	c.Lapses = slices.Clip(s.Lapses)
	c.Repairs, c.Sitreps, c.Met = slices.Clip(s.Repairs), slices.Clip(s.Sitreps), slices.Clip(s.Met)
	c.Regimes, c.Delays, c.Rulings = slices.Clone(s.Regimes), slices.Clip(s.Delays), slices.Clip(s.Rulings)
	c.Contacts, c.Signals, c.Marks = slices.Clip(s.Contacts), slices.Clip(s.Signals), slices.Clip(s.Marks)
	c.Flags = slices.Clip(s.Flags)
	c.Actions = slices.Clone(s.Actions)
	c.Cadences, c.Added = slices.Clip(s.Cadences), slices.Clip(s.Added)
	c.Notes.Corrected = maps.Clone(s.Notes.Corrected)
	c.Notes.Checked = maps.Clone(s.Notes.Checked)
	c.Notes.Pinned = slices.Clone(s.Notes.Pinned)
	c.Notes.Open = slices.Clip(s.Notes.Open) // never changed in place
	return &c
}

// Weight is about how many values a View copies, for whoever keeps many of them.
func (s *State) Weight() int {
	n := 16*(len(s.Steps)+len(s.Decided)+len(s.Flows)+len(s.Services)) + 4*(len(s.Roster)+len(s.Handover)+len(s.Regimes))
	n += len(s.heads) + len(s.Notes.Corrected) + len(s.Notes.Checked) + len(s.Notes.Pinned)
	for i := range s.Decided {
		n += len(s.Decided[i].Votes) + len(s.Decided[i].Criteria)
	}
	return n
}

func (d *Decision) clip() {
	d.Votes = slices.Clone(d.Votes)
	d.Criteria = slices.Clone(d.Criteria)
	for i := range d.Criteria {
		d.Criteria[i].Values = slices.Clip(d.Criteria[i].Values)
	}
	d.Outcomes, d.Contest, d.since = slices.Clip(d.Outcomes), slices.Clip(d.Contest), slices.Clip(d.since)
}

// Stamp gives the stamp as it stands: its last setting. ok is false while nobody set it.
func (s *State) Stamp(st Stamp) (set StampSet, ok bool) {
	for i := len(s.Stamps) - 1; i >= 0; i-- {
		if s.Stamps[i].Stamp == st {
			return s.Stamps[i], true
		}
	}
	return StampSet{}, false
}

// Service finds a service, in scope or not; nil when there is none.
func (s *State) Service(id ServiceID) *Service {
	for i := range s.Services {
		if s.Services[i].Def.ID == id {
			return &s.Services[i]
		}
	}
	return nil
}

// MissingOrigins lists the stamps the clocks of services in scope count from that nobody set yet; detection where there is
// no service to count for.
func (s *State) MissingOrigins() []Stamp {
	var out []Stamp
	for _, o := range []struct {
		from  Basis
		stamp Stamp
	}{{FromReport, StampReported}, {FromDetection, StampDetected}, {FromOccurrence, StampOccurred}} {
		if _, set := s.Stamp(o.stamp); set {
			continue
		}
		counts := len(s.Services) == 0 && o.from == FromDetection
		for i := range s.Services {
			counts = counts || (s.Services[i].InScope && s.Services[i].From() == o.from)
		}
		if counts {
			out = append(out, o.stamp)
		}
	}
	return out
}

// From is what the service's RTO counts from.
func (v *Service) From() Basis {
	if n := len(v.Basis); n > 0 {
		return v.Basis[n-1].From
	}
	if v.Def.From != "" {
		return v.Def.From
	}
	return FromDetection
}

// Plan finds a launched plan; nil when there is none.
func (s *State) Plan(id PlanID) *Plan {
	for i := range s.Plans {
		if s.Plans[i].ID == id {
			return &s.Plans[i]
		}
	}
	return nil
}

// Step finds a step; nil when there is none.
func (s *State) Step(id StepID) *Step {
	for i := range s.Steps {
		if s.Steps[i].ID == id {
			return &s.Steps[i]
		}
	}
	return nil
}

// Decision finds a decision; nil when there is none.
func (s *State) Decision(id DecisionID) *Decision {
	for i := range s.Decided {
		if s.Decided[i].ID == id {
			return &s.Decided[i]
		}
	}
	return nil
}

// Flow finds a line of the catch-up ledger; nil when there is none.
func (s *State) Flow(id FlowID) *Flow {
	for i := range s.Flows {
		if s.Flows[i].ID == id {
			return &s.Flows[i]
		}
	}
	return nil
}

// Member finds somebody of the cell by name; nil when there is nobody.
func (s *State) Member(name string) *Member {
	for i := range s.Roster {
		if s.Roster[i].Name == name {
			return &s.Roster[i]
		}
	}
	return nil
}

// Holder tells who holds a role now.
func (s *State) Holder(r Role) (name string, ok bool) {
	for i := range s.Roster {
		if s.Roster[i].Left == nil && slices.Contains(s.Roster[i].Roles, r) {
			return s.Roster[i].Name, true
		}
	}
	return "", false
}

// FindStep finds a step by its id, its own id, or the start of one, when only one fits. Otherwise the candidates: those
// that fit, or all of them when none does.
func (s *State) FindStep(name string) (StepID, []StepID) {
	ids := make([]StepID, len(s.Steps))
	for i := range s.Steps {
		ids[i] = s.Steps[i].ID
	}
	return match(ids, name)
}

// FindDecision is FindStep for decisions.
func (s *State) FindDecision(name string) (DecisionID, []DecisionID) {
	ids := make([]DecisionID, len(s.Decided))
	for i := range s.Decided {
		ids[i] = s.Decided[i].ID
	}
	return match(ids, name)
}

// FindFlow is FindStep for the catch-up ledger.
func (s *State) FindFlow(name string) (FlowID, []FlowID) {
	ids := make([]FlowID, len(s.Flows))
	for i := range s.Flows {
		ids[i] = s.Flows[i].ID
	}
	return match(ids, name)
}

func match[T ~string](ids []T, name string) (T, []T) {
	tests := []func(T) bool{
		func(id T) bool { return string(id) == name },
		func(id T) bool { return Own(id) == name },
		func(id T) bool { return name != "" && strings.HasPrefix(Own(id), name) },
	}
	for _, fits := range tests {
		var found []T
		for _, id := range ids {
			if fits(id) {
				found = append(found, id)
			}
		}
		if len(found) == 1 {
			return found[0], nil
		}
		if len(found) > 1 {
			return "", found
		}
	}
	return "", ids
}

// Seen tells whether an event is in the log. A [State.View] does not know.
func (s *State) Seen(source string, id EventID) bool { return s.seen.has(keyOf(source, id)) }

// Head gives the last event about an entity, by the event's subject; ok is false when there was none.
func (s *State) Head(subject string) (Head, bool) {
	h, ok := s.heads[subject]
	return h, ok
}

// Outcome is the decision as it holds: the last valid outcome; nil before, and while it is contested or withdrawn.
func (d *Decision) Outcome() *Outcome {
	if d.Status != DecisionIsTaken || len(d.Outcomes) == 0 {
		return nil
	}
	return &d.Outcomes[len(d.Outcomes)-1]
}

// ReviewPending tells whether the decision has a review time it will come back at: asked with one, or a no-go or wait.
func (d *Decision) ReviewPending() bool {
	if d.Review == nil {
		return false
	}
	o := d.Outcome()
	return d.Status == DecisionIsAsked || (o != nil && (o.Option == OptionNoGo || o.Option == OptionWait))
}

// Open tells whether a line of the ledger waits for its sign-off.
func (f *Flow) Open() bool { return f.Status == FlowOpen }

// Finished tells whether what waits for the step may go on: checked, skipped, or done where no second pair of eyes is
// asked for.
func (st *Step) Finished() bool {
	return st.Status == StepIsCheck || st.Status == StepIsSkip || (st.Status == StepIsDone && !st.Def.FourEyes)
}
