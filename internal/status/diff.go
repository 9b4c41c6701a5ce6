package status

import (
	"sangfroid/internal/incident"
	"slices"
	"strings"
	"time"
)

// DiffSchema names the form of [Diff].
const DiffSchema = "sangfroid.diff/1"

// Diff is two timelines side by side: objectives, phases, decisions, steps. A duration is null where that timeline does not
// have it. Its form is only ever extended.
type Diff struct {
	Schema     string          `json:"schema"`
	A          Side            `json:"a"`
	B          Side            `json:"b"`
	Objectives []DiffObjective `json:"objectives"`
	Phases     []DiffRow       `json:"phases"`
	Steps      []DiffRow       `json:"steps"`
	Clocks     []DiffRow       `json:"clocks"` // how long each clock ran
	Kinds      []DiffKind      `json:"decisions"`
}

// Side is one of the two.
type Side struct {
	ID       incident.IncidentID `json:"id"`
	Title    string              `json:"title"`
	Realm    incident.Realm      `json:"realm"`
	Entries  int                 `json:"entries"`
	Origin   Time                `json:"origin"`  // what its starts count from: the RTO's origin, else the first stamp or phase known
	Seconds  *int64              `json:"seconds"` // from there to its last entry
	Playbook string              `json:"playbook,omitempty"`
	Closed   bool                `json:"closed"`
}

// DiffRow compares durations, in seconds. DeltaS is B − A. The starts are counted from each side's origin.
type DiffRow struct {
	What    string              `json:"what"`
	Title   incident.Text       `json:"title,omitzero"`
	AS      *int64              `json:"a_s"`
	BS      *int64              `json:"b_s"`
	DeltaS  *int64              `json:"delta_s"`
	AStartS *int64              `json:"a_start_s"`
	BStartS *int64              `json:"b_start_s"`
	AState  incident.StepStatus `json:"a_state,omitempty"` // of a step; "" where that side has no such step
	BState  incident.StepStatus `json:"b_state,omitempty"`
}

// DiffObjective compares what became of an objective of a service: RTO, MTPD or RPO.
type DiffObjective struct {
	Service incident.ServiceID `json:"service"`
	Name    incident.Text      `json:"name,omitzero"`
	Kind    incident.ClockKind `json:"kind"`
	A       *Achieved          `json:"a"` // null where that side has no such service or objective
	B       *Achieved          `json:"b"`
	DeltaS  *int64             `json:"delta_s"` // B − A of what was achieved, where both are
}

// Achieved is an objective and what was reached. AchievedS is null while it is not, or not known; State tells which.
type Achieved struct {
	ObjectiveS *int64              `json:"objective_s"`
	AchievedS  *int64              `json:"achieved_s"`
	State      incident.ClockState `json:"state"`
}

// DiffKind compares a decision: its option, and the seconds from the RTO's origin to it.
type DiffKind struct {
	ID       incident.DecisionID     `json:"id"`
	Question incident.Text           `json:"question,omitzero"`
	AOption  *incident.Option        `json:"a_option"`
	BOption  *incident.Option        `json:"b_option"`
	AS       *int64                  `json:"a_s"`
	BS       *int64                  `json:"b_s"`
	DeltaS   *int64                  `json:"delta_s"`
	AState   incident.DecisionStatus `json:"a_state,omitempty"` // "" where that side has no such decision
	BState   incident.DecisionStatus `json:"b_state,omitempty"`
	ABecause string                  `json:"a_because,omitempty"`
	BBecause string                  `json:"b_because,omitempty"`
}

// Compare sets two views side by side.
func Compare(a, b Status) Diff {
	d := Diff{Schema: DiffSchema, A: sideOf(a), B: sideOf(b)}
	d.Objectives = compareObjectives(a, b)
	d.Phases = rows(phaseLengths(a), phaseLengths(b))
	slices.SortStableFunc(d.Phases, func(x, y DiffRow) int { return incident.Phase(x.What).Order() - incident.Phase(y.What).Order() })
	d.Steps = rows(stepLengths(a), stepLengths(b))
	d.Clocks = rows(clockLengths(a), clockLengths(b))
	d.Kinds = compareDecisions(a, b)
	return d
}

func sideOf(s Status) Side {
	out := Side{
		ID: s.Incident.ID, Title: s.Incident.Title, Realm: s.Incident.Realm, Entries: s.Timeline.Entries, Playbook: s.Incident.Playbook,
		Closed: s.Incident.State == "closed", Origin: Time{originOf(s)},
	}
	if !out.Origin.IsZero() && !s.At.Before(out.Origin.Time) {
		out.Seconds = since(s, s.At.Time)
	}
	return out
}

// originOf is what the starts of a side count from.
func originOf(s Status) time.Time {
	for _, c := range s.Clocks {
		if c.Kind == incident.ClockRTO && !c.Origin.IsZero() {
			return c.Origin.Time
		}
	}
	for _, t := range []Time{s.Incident.Detected, s.Incident.Reported, s.Incident.Occurred, s.Incident.Declared} {
		if !t.IsZero() {
			return t.Time
		}
	}
	if len(s.Phases) > 0 {
		return s.Phases[0].From.Time
	}
	return time.Time{}
}

// since is how long after the origin, in seconds; nil where either is unknown.
func since(s Status, t time.Time) *int64 {
	from := originOf(s)
	if t.IsZero() || from.IsZero() {
		return nil
	}
	n := int64(t.Sub(from).Seconds())
	return &n
}

func delta(a, b *int64) *int64 {
	if a == nil || b == nil {
		return nil
	}
	n := *b - *a
	return &n
}

func compareObjectives(a, b Status) []DiffObjective {
	out := make([]DiffObjective, 0, len(a.Clocks))
	for side, s := range []Status{a, b} {
		for _, c := range s.Clocks {
			switch c.Kind {
			default:
				continue
			case incident.ClockRTO, incident.ClockMTPD, incident.ClockRPO:
			}
			i := slices.IndexFunc(out, func(o DiffObjective) bool { return o.Service == c.Service && o.Kind == c.Kind })
			if i < 0 {
				out = append(out, DiffObjective{Service: c.Service, Kind: c.Kind, Name: nameOf(s, c.Service)})
				i = len(out) - 1
			}
			got := &Achieved{ObjectiveS: c.ObjectiveS, State: c.State}
			if !c.Stopped.IsZero() || c.Kind == incident.ClockRPO {
				got.AchievedS = c.ElapsedS
			}
			if side == 0 {
				out[i].A = got
			} else {
				out[i].B = got
			}
		}
	}
	for i := range out {
		if o := &out[i]; o.A != nil && o.B != nil {
			o.DeltaS = delta(o.A.AchievedS, o.B.AchievedS)
		}
	}
	return out
}

func nameOf(s Status, id incident.ServiceID) incident.Text {
	for _, v := range s.Services {
		if v.ID == id {
			return v.Name
		}
	}
	return incident.Text{}
}

// measured is a duration with its name.
type measured struct {
	what    string
	title   incident.Text
	seconds *int64
	start   *int64
	state   incident.StepStatus
}

// planned tells the id of a plan's part, which means the same in two incidents, from one that was made up on the way.
func planned(id string) bool { return strings.Contains(id, "/") && !strings.HasPrefix(id, "adhoc/") }

func rows(a, b []measured) []DiffRow {
	out := make([]DiffRow, 0, len(a))
	for _, m := range a {
		out = append(out, DiffRow{What: m.what, Title: m.title, AS: m.seconds, AStartS: m.start, AState: m.state})
	}
	for _, m := range b {
		i := slices.IndexFunc(out, func(r DiffRow) bool { return r.What == m.what && (planned(m.what) || r.Title == m.title) })
		if i < 0 {
			out = append(out, DiffRow{What: m.what, Title: m.title})
			i = len(out) - 1
		}
		r := &out[i]
		r.BS, r.BStartS, r.BState = m.seconds, m.start, m.state
		r.DeltaS = delta(r.AS, r.BS)
	}
	return out
}

// phaseLengths sums each phase: one may have been come back to.
func phaseLengths(s Status) []measured {
	var out []measured
	for _, p := range s.Phases {
		i := slices.IndexFunc(out, func(m measured) bool { return m.what == string(p.Phase) })
		if i < 0 {
			out = append(out, measured{what: string(p.Phase), seconds: new(int64), start: since(s, p.From.Time)})
			i = len(out) - 1
		}
		*out[i].seconds += p.Seconds
	}
	return out
}

func stepLengths(s Status) []measured {
	var out []measured
	for _, st := range s.StepList {
		m := measured{what: string(st.ID), title: st.Title, start: since(s, st.Started.Time), state: st.State}
		if !st.Started.IsZero() && !st.Ended.IsZero() {
			n := int64(st.Ended.Sub(st.Started.Time).Seconds())
			m.seconds = &n
		}
		out = append(out, m)
	}
	return out
}

func clockLengths(s Status) []measured {
	var out []measured
	for _, c := range s.Clocks {
		out = append(out, measured{what: string(c.Kind) + " " + string(c.Service), seconds: c.ElapsedS})
	}
	return out
}

func compareDecisions(a, b Status) []DiffKind {
	out := make([]DiffKind, 0, len(a.Decisions))
	for _, d := range a.Decisions {
		out = append(out, DiffKind{ID: d.ID, Question: d.Question, AOption: d.Option, AS: decidedAt(a, d), AState: d.State, ABecause: d.Because})
	}
	for _, d := range b.Decisions {
		i := slices.IndexFunc(out, func(k DiffKind) bool {
			return k.ID == d.ID && (planned(string(d.ID)) || k.Question == d.Question)
		})
		if i < 0 {
			out = append(out, DiffKind{ID: d.ID, Question: d.Question})
			i = len(out) - 1
		}
		k := &out[i]
		k.BOption, k.BS, k.BState, k.BBecause = d.Option, decidedAt(b, d), d.State, d.Because
		k.DeltaS = delta(k.AS, k.BS)
	}
	return out
}

// decidedAt is how long after the first RTO's origin a decision was taken; nil where either is unknown.
func decidedAt(s Status, d Decision) *int64 {
	if d.State != incident.DecisionIsTaken || !slices.ContainsFunc(s.Clocks, func(c Clock) bool { return c.Kind == incident.ClockRTO && !c.Origin.IsZero() }) {
		return nil
	}
	return since(s, d.Time.Time)
}
