package status

import (
	"sangfroid/internal/incident"
	"slices"
)

// DiffSchema names the form of [Diff].
const DiffSchema = "sangfroid.diff/1"

// Diff is two timelines side by side: phase by phase, step by step. A duration is null where that timeline does not have it.
type Diff struct {
	Schema string     `json:"schema"`
	A      Side       `json:"a"`
	B      Side       `json:"b"`
	Phases []DiffRow  `json:"phases"`
	Steps  []DiffRow  `json:"steps"`
	Clocks []DiffRow  `json:"clocks"` // how long each clock ran
	Kinds  []DiffKind `json:"decisions"`
}

// Side is one of the two.
type Side struct {
	ID      incident.IncidentID `json:"id"`
	Title   string              `json:"title"`
	Realm   incident.Realm      `json:"realm"`
	Entries int                 `json:"entries"`
}

// DiffRow compares durations, in seconds. DeltaS is B − A.
type DiffRow struct {
	What   string        `json:"what"`
	Title  incident.Text `json:"title,omitzero"`
	AS     *int64        `json:"a_s"`
	BS     *int64        `json:"b_s"`
	DeltaS *int64        `json:"delta_s"`
}

// DiffKind compares a decision: its option, and the seconds from the RTO's origin to it.
type DiffKind struct {
	ID      incident.DecisionID `json:"id"`
	AOption *incident.Option    `json:"a_option"`
	BOption *incident.Option    `json:"b_option"`
	AS      *int64              `json:"a_s"`
	BS      *int64              `json:"b_s"`
}

// Compare sets two views side by side.
func Compare(a, b Status) Diff {
	side := func(s Status) Side {
		return Side{ID: s.Incident.ID, Title: s.Incident.Title, Realm: s.Incident.Realm, Entries: s.Timeline.Entries}
	}
	d := Diff{Schema: DiffSchema, A: side(a), B: side(b)}
	d.Phases = rows(phaseLengths(a), phaseLengths(b))
	d.Steps = rows(stepLengths(a), stepLengths(b))
	d.Clocks = rows(clockLengths(a), clockLengths(b))
	d.Kinds = compareDecisions(a, b)
	return d
}

// measured is a duration with its name.
type measured struct {
	what    string
	title   incident.Text
	seconds *int64
}

func rows(a, b []measured) []DiffRow {
	var out []DiffRow
	for _, m := range a {
		out = append(out, DiffRow{What: m.what, Title: m.title, AS: m.seconds})
	}
	for _, m := range b {
		i := slices.IndexFunc(out, func(r DiffRow) bool { return r.What == m.what })
		if i < 0 {
			out = append(out, DiffRow{What: m.what, Title: m.title})
			i = len(out) - 1
		}
		out[i].BS = m.seconds
		if out[i].AS != nil && m.seconds != nil {
			delta := *m.seconds - *out[i].AS
			out[i].DeltaS = &delta
		}
	}
	return out
}

// phaseLengths sums each phase: one may have been come back to.
func phaseLengths(s Status) []measured {
	var out []measured
	for _, p := range s.Phases {
		i := slices.IndexFunc(out, func(m measured) bool { return m.what == string(p.Phase) })
		if i < 0 {
			out = append(out, measured{what: string(p.Phase), seconds: new(int64)})
			i = len(out) - 1
		}
		*out[i].seconds += p.Seconds
	}
	return out
}

func stepLengths(s Status) []measured {
	var out []measured
	for _, st := range s.StepList {
		m := measured{what: string(st.ID), title: st.Title}
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
	var out []DiffKind
	for _, d := range a.Decisions {
		out = append(out, DiffKind{ID: d.ID, AOption: d.Option, AS: sinceOrigin(a, d)})
	}
	for _, d := range b.Decisions {
		i := slices.IndexFunc(out, func(k DiffKind) bool { return k.ID == d.ID })
		if i < 0 {
			out = append(out, DiffKind{ID: d.ID})
			i = len(out) - 1
		}
		out[i].BOption, out[i].BS = d.Option, sinceOrigin(b, d)
	}
	return out
}

// sinceOrigin is how long after the first RTO's origin a decision was taken; nil where either is unknown.
func sinceOrigin(s Status, d Decision) *int64 {
	if d.Time.IsZero() || d.Option == nil {
		return nil
	}
	for _, c := range s.Clocks {
		if c.Kind == incident.ClockRTO && !c.Origin.IsZero() {
			n := int64(d.Time.Sub(c.Origin.Time).Seconds())
			return &n
		}
	}
	return nil
}
