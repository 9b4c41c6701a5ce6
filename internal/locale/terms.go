package locale

import (
	"math"
	"sangfroid/internal/incident"
	"strconv"
	"strings"
	"time"
	"unicode"
)

// tables are all words.
func tables() []words {
	return []words{
		cliWords(), domainWords(), entryWords(), refusalWords(), faultWords(), playbookWords(), toolWords(), guardWords(), tuiWords(), dialogWords(),
		calibrateWords(),
		commsWords(),
		actionWords(), hintWords(), verbWords(),
		exerciseReportWords(),
		trendWords(),
		printWords(),
		accessWords(),
		forecastWords(),
		guideWords(),
		targetWords(),
		searchWords(),
		rareWords(),
		replayWords(),
		obligationWords(),
		catchupWords(),
		reportWords(),
		exerciseWords(),
		exerciseToolWords(),
		exerciseScreenWords(),
	}
}

// term looks a word of the field up; a word this version does not know (a playbook's own role, an option) is itself.
func (l Lang) term(prefix, word string) string {
	if Has(prefix + word) {
		return l.T(prefix + word)
	}
	return word
}

// Realm is "LIVE" or "EXERCISE".
func (l Lang) Realm(r incident.Realm) string { return l.term("realm.", string(r)) }

// Phase names a phase.
func (l Lang) Phase(p incident.Phase) string { return l.term("phase.", string(p)) }

// Role names a role.
func (l Lang) Role(r incident.Role) string { return l.term("role.", string(r)) }

// StepStatus names where a step stands.
func (l Lang) StepStatus(s incident.StepStatus) string { return l.term("step.", string(s)) }

// DecisionStatus names where a decision stands.
func (l Lang) DecisionStatus(s incident.DecisionStatus) string { return l.term("decision.", string(s)) }

// Option names an option that no playbook titled.
func (l Lang) Option(o incident.Option) string { return l.term("option.", string(o)) }

// FlowStatus names where a line of the ledger stands.
func (l Lang) FlowStatus(s incident.FlowStatus) string { return l.term("flow.", string(s)) }

// Clockword names a clock: RTO, MTPD (DMIA), …
func (l Lang) Clockword(k incident.ClockKind) string { return l.term("clock.", string(k)) }

// ClockState names where a clock stands.
func (l Lang) ClockState(s incident.ClockState) string { return l.term("clockstate.", string(s)) }

// Basis names what a clock counts from.
func (l Lang) Basis(b incident.Basis) string { return l.term("basis.", string(b)) }

// Stamp names a stamp.
func (l Lang) Stamp(s incident.Stamp) string { return l.term("stamp.", string(s)) }

// Verdict names which way a criterion points.
func (l Lang) Verdict(v incident.Verdict) string { return l.term("verdict.", string(v)) }

// Check names a check state.
func (l Lang) Check(c incident.Check) string { return l.term("check.", string(c)) }

// Kind names a kind of note.
func (l Lang) Kind(k incident.NoteKind) string { return l.term("kind.", string(k)) }

// Flag says why an entry was flagged.
func (l Lang) Flag(f incident.FlagCode) string { return l.term("flag.", string(f)) }

// Milestone names a milestone.
func (l Lang) Milestone(m incident.Milestone) string { return l.term("milestone.", string(m)) }

// Text gives a playbook's text in the language.
func (l Lang) Text(t incident.Text) string { return t.In(string(l)) }

// Title is what an incident is called: in this language, where what it was made from has both.
func (l Lang) Title(s *incident.State) string { return l.TitleOf(s.Title, s.Titles) }

// TitleOf chooses between a title and the same in each language.
func (l Lang) TitleOf(title string, each incident.Text) string {
	if t := l.Text(each); t != "" {
		return t
	}
	return title
}

// Percent writes a share: 0.87 is "87 %".
func (l Lang) Percent(share float64) string {
	n := int64(math.Round(share * 100))
	if l == French {
		return l.Count(n) + "\u00a0%"
	}
	return l.Count(n) + "%"
}

// Chance writes a probability from 0 to 1: "87%", "<1%" and ">99%" at the ends, where a sample cannot tell certainty; "–"
// where there is none.
func (l Lang) Chance(p float64) string {
	switch {
	case math.IsNaN(p):
		return "–"
	case p < 0.01:
		return "<" + l.Percent(0.01)
	case p > 0.99:
		return ">" + l.Percent(0.99)
	}
	return l.Percent(p)
}

// Hour writes a time of day with its zone: "14:02:31 CET".
func Hour(t time.Time, loc *time.Location) string {
	return t.In(loc).Format("15:04:05 ") + ZoneName(t, loc)
}

// ZoneName is the zone's abbreviation at t: "CET", or "UTC+03" where it has none.
func ZoneName(t time.Time, loc *time.Location) string {
	name := t.In(loc).Format("MST")
	if name != "" && (name[0] == '+' || name[0] == '-') {
		return "UTC" + name
	}
	return name
}

// Moment writes a time for reading, with its zone, and with its date when that is not the day of now.
func (l Lang) Moment(t time.Time, loc *time.Location, now time.Time) string {
	a, b := t.In(loc), now.In(loc)
	if a.Year() == b.Year() && a.YearDay() == b.YearDay() {
		return Hour(t, loc)
	}
	return l.Day(t, loc) + " " + Hour(t, loc)
}

// Day writes a date: "2026-11-23" in English, "23/11/2026" in French.
func (l Lang) Day(t time.Time, loc *time.Location) string {
	if l == French {
		return t.In(loc).Format("02/01/2006")
	}
	return t.In(loc).Format("2006-01-02")
}

func (l Lang) refusalValue(name, value string) string {
	switch name {
	case "role", "need":
		parts := strings.Split(value, ", ")
		for i, p := range parts {
			parts[i] = l.Role(incident.Role(p))
		}
		return strings.Join(parts, ", ")
	case "state":
		if Has("step." + value) {
			return l.T("step." + value)
		}
		return l.term("flow.", value)
	case "first", "second":
		if Has("stamp." + value) {
			return l.T("stamp." + value)
		}
		if word, regime, ok := incident.Stamp(value).Split(); ok && word == "aware" {
			return l.ownStamp(word, strings.ToUpper(string(regime)))
		}
		return l.term("milestone.", value)
	case "reference":
		if value == "" {
			return l.T("legal.noreference")
		}
	case "field":
		return l.term("field.", value)
	case "what":
		return l.term("what.", value)
	case "n", "before", "missing", "expected", "over", "through", "lost", "rejected":
		if n, err := strconv.ParseInt(value, 10, 64); err == nil {
			return l.Count(n)
		}
	}
	return value
}

// Proposal says a proposal as a sentence.
func (l Lang) Proposal(s *incident.State, p incident.Proposal) string {
	what := ""
	switch {
	case p.Step != "":
		what = l.StepTitle(s, p.Step)
	case p.Decision != "":
		what = l.Question(s, p.Decision)
	case p.Flow != "":
		what = l.FlowTitle(s, p.Flow)
	case p.Service != "" && p.Data != nil:
		what = l.ServiceName(s, p.Service) + l.Colon() + l.Milestone(milestoneOf(p.Data))
	case p.Obligation != "":
		what = l.DutyTitle(s, p.Obligation)
	case p.Role != "":
		what = l.RoleTitle(s, p.Role)
	}
	return l.T("propose."+string(p.Code), "what", what)
}

func milestoneOf(d incident.Data) incident.Milestone {
	switch d.(type) {
	case incident.ServiceVerified:
		return incident.MilestoneVerified
	case incident.ServiceResumed:
		return incident.MilestoneResumed
	case incident.ServiceFailedBack:
		return incident.MilestoneFailedBack
	}
	return incident.MilestoneRestored
}

// ServiceName is the service's name, else its id.
func (l Lang) ServiceName(s *incident.State, id incident.ServiceID) string {
	if v := s.Service(id); v != nil && !v.Def.Name.IsZero() {
		return l.Text(v.Def.Name)
	}
	return string(id)
}

// StepTitle is the step's title, else its id.
func (l Lang) StepTitle(s *incident.State, id incident.StepID) string {
	if st := s.Step(id); st != nil && !st.Def.Title.IsZero() {
		return l.Text(st.Def.Title)
	}
	return string(id)
}

// Question is the decision's question, else its id.
func (l Lang) Question(s *incident.State, id incident.DecisionID) string {
	if d := s.Decision(id); d != nil && !d.Question.IsZero() {
		return l.Text(d.Question)
	}
	return string(id)
}

// FlowTitle is the title of a line of the ledger, else its id.
func (l Lang) FlowTitle(s *incident.State, id incident.FlowID) string {
	if f := s.Flow(id); f != nil && !f.Title.IsZero() {
		return l.Text(f.Title)
	}
	return string(id)
}

// RoleTitle is the word for a role, else the title its playbook gives it, else its id.
func (l Lang) RoleTitle(s *incident.State, r incident.Role) string {
	if Has("role." + string(r)) {
		return l.Role(r)
	}
	for i := range s.Plans {
		for _, def := range s.Plans[i].Book.Roles {
			if def.ID == r && !def.Title.IsZero() {
				return l.RoleName(def.Title)
			}
		}
	}
	return string(r)
}

// RoleName is a playbook's title for a role as it stands within a line, beside the roles every cell has: no capital, but for an
// acronym.
func (l Lang) RoleName(title incident.Text) string {
	name := []rune(l.Text(title))
	if len(name) > 1 && unicode.IsLower(name[1]) {
		name[0] = unicode.ToLower(name[0])
	}
	return string(name)
}

// ContactName is the function of a contact, else the name itself.
func (l Lang) ContactName(s *incident.State, name string) string { return l.Text(s.ContactName(name)) }

// OptionTitle is the title of a decision's option, else the word for it.
func (l Lang) OptionTitle(d *incident.Decision, o incident.Option) string {
	if d != nil {
		for _, def := range d.Options {
			if def.ID == o && !def.Title.IsZero() {
				return l.Text(def.Title)
			}
		}
	}
	return l.Option(o)
}

// Alert says a threshold that was reached.
func (l Lang) Alert(s *incident.State, t incident.Threshold, now time.Time) string {
	service := l.ServiceName(s, t.Service)
	switch t.Kind { //nolint:exhaustive // the kinds that have thresholds
	case incident.ClockDecideBy:
		if t.Before > 0 {
			return l.T("threshold.decide", "service", service, "left", l.Span(max(t.At.Add(t.Before).Sub(now), 0)))
		}
		text := l.T("threshold.passed", "service", service)
		if b, ok := incident.DecideBy(s, t.Service, now); ok {
			key := "threshold.mtpd.lost"
			if b.MeetsMTPD {
				key = "threshold.mtpd.ok"
			}
			text += " – " + l.T(key)
		}
		return text
	case incident.ClockSitrep:
		if t.Before > 0 {
			return l.T("threshold.sitrep.soon", "left", l.Span(max(t.At.Add(t.Before).Sub(now), 0)))
		}
		return l.T("threshold.sitrep")
	case incident.ClockSure:
		if t.Before > 0 {
			return l.T("threshold.decide.p", "service", service, "left", l.Span(max(t.At.Add(t.Before).Sub(now), 0)))
		}
		return l.T("threshold.p90", "service", service)
	case incident.ClockReview:
		if t.Before > 0 {
			return l.T("threshold.reviewing", "left", l.Span(max(t.At.Add(t.Before).Sub(now), 0)), "question", l.Question(s, t.Decision))
		}
		return l.T("threshold.review", "question", l.Question(s, t.Decision))
	case incident.ClockObligation:
		return l.legalAlert(s, t, now)
	case incident.ClockTargets:
		return l.targetsAlert(s, t.Set, now)
	}
	word := l.Clockword(t.Kind)
	if t.Percent >= 100 {
		return l.T("threshold.over", "service", service, "clock", word)
	}
	left := time.Duration(0)
	if c := incident.ClockOf(incident.Clocks(s, now), t.Service, t.Kind); c != nil {
		left = max(c.Remaining, 0)
	}
	return l.T("threshold.used", "service", service, "clock", word, "percent", l.Percent(float64(t.Percent)/100), "left", l.Span(left))
}
