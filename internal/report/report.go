package report

import (
	"context"
	"sangfroid/internal/incident"
	"sangfroid/internal/locale"
	"sangfroid/internal/status"
	"sangfroid/internal/timeline"
	"time"
)

// Schema names the JSON form; fields are only ever added.
const Schema = "sangfroid.report/1"

// Options are what the timeline does not know of its report.
type Options struct {
	Author  string
	Version string    // of the program
	Made    time.Time // when the report is made
	AsOf    time.Time // up to when it looks
	Entries int       // how many entries of the log it is made from
	Pending int       // words of this machine the log does not have yet
	Lang    locale.Lang
	Zone    *time.Location
	Samples int // of each forecast; 0 takes the usual number
}

// calendar is the time by which corrective actions are late: an exercise's own clock stands after its end.
func (o *Options) calendar(s *incident.State) time.Time {
	if s.Exercise != nil {
		return o.Made
	}
	return o.AsOf
}

// Report is the after-action report; its JSON form is documented in docs/report.md. Times are UTC, durations in seconds,
// null where unknown.
type Report struct {
	Schema      string              `json:"schema"`
	Made        Made                `json:"made"`
	Exercise    bool                `json:"exercise"`
	Training    *Training           `json:"exercise_run"` // null without a scenario
	Incident    status.Incident     `json:"incident"`
	Services    []status.Service    `json:"services"`
	Objectives  []Objective         `json:"objectives"`
	Plans       []LaunchedPlan      `json:"plans"`
	Phases      []status.Phase      `json:"phases"`
	Steps       []Step              `json:"steps"`
	Decisions   []Decision          `json:"decisions"`
	Repairs     []status.Turn       `json:"repairs"`
	Forecast    status.Track        `json:"forecast"`
	Gaps        []Gap               `json:"gaps"`
	Causes      []Gap               `json:"causes"`
	Findings    []Note              `json:"findings"`
	Actions     []Action            `json:"corrective_actions"`
	Catchup     []Flow              `json:"catchup"`
	Regimes     []status.Regime     `json:"regimes"`
	Obligations []status.Obligation `json:"obligations"`
	Sitreps     status.Sitreps      `json:"sitreps"`
	Contacts    []status.Contact    `json:"contacts"`
	People      []status.Member     `json:"people"`
	Roles       []RoleMove          `json:"roles"`
	Handovers   []status.Handover   `json:"handovers"`
	Timeline    []Entry             `json:"timeline"`
	Counts      status.Timeline     `json:"counts"`
	Definitions []Definition        `json:"definitions"`

	state    *incident.State
	duties   []incident.Duty
	lang     locale.Lang
	zone     *time.Location
	reviewAt time.Time // from here on notes are looked at as the review's
}

// Made tells who made the report, when, with what, and from which head of the log.
type Made struct {
	By      string      `json:"by"`
	At      status.Time `json:"at"`
	Version string      `json:"version"`
	Lang    locale.Lang `json:"lang"`
	Zone    string      `json:"zone"`
	AsOf    status.Time `json:"as_of"`
	Entries int         `json:"entries"`
	Root    string      `json:"root"` // RFC 6962 tree head over the entries, hexadecimal
	Pending int         `json:"pending"`
	Source  string      `json:"source,omitempty"` // the file it was imported from
}

// Definition tells what a term of the report means and how its figure is worked out.
type Definition struct {
	Term string `json:"term"`
	Text string `json:"text"`
}

// Make reads the first o.Entries entries of a log. An error is the log's, or the context's.
func Make(ctx context.Context, l timeline.Log, o Options) (*Report, error) {
	w := &walk{}
	course, err := timeline.Follow(l, o.Entries, func(e incident.Entry, s *incident.State) bool {
		w.add(e, s)
		return ctx.Err() == nil
	})
	if err == nil {
		err = ctx.Err()
	}
	if err != nil {
		return nil, err
	}
	s := course.State()
	root, err := timeline.RootAt(l, o.Entries)
	if err != nil {
		return nil, err
	}
	v := status.Make(s, status.Record{Entries: o.Entries, Pending: o.Pending, Root: root}, o.AsOf)
	r := &Report{
		Schema: Schema,
		Made: Made{
			By: o.Author, At: status.Time{Time: o.Made}, Version: o.Version, Lang: o.Lang, Zone: o.Zone.String(),
			AsOf: status.Time{Time: o.AsOf}, Entries: o.Entries, Root: root, Pending: o.Pending, Source: l.Header().Source,
		},
		Exercise: s.Realm == incident.Drill,
		Incident: v.Incident, Services: v.Services, Phases: v.Phases, Repairs: v.Repairs, Regimes: v.Regimes, Obligations: v.Obligations,
		Sitreps: v.Sitreps, Contacts: v.Contacts, People: v.Roster, Handovers: v.Handovers, Counts: v.Timeline,
		Forecast: status.MakeTrack(course, o.Samples),
		Roles:    w.moves(s), Findings: []Note{}, Actions: actions(s, o.calendar(s)),
		Training: trained(s, o.AsOf), Plans: launched(s),
		state: s, duties: incident.Duties(s, o.AsOf), lang: o.Lang, zone: o.Zone,
	}
	r.Objectives = objectives(s, o.AsOf)
	r.Steps = steps(s, w.blocks, o.AsOf)
	r.Decisions = decisions(s)
	r.Catchup = flows(s, v.Catchup)
	r.reviewAt = reviewFrom(s, v.Phases)
	if err := r.readEntries(l, o.Entries); err != nil {
		return nil, err
	}
	r.Gaps, r.Causes = r.gaps(), r.causes()
	r.Definitions = definitions(o.Lang, r.Training != nil)
	return r, ctx.Err()
}

// reviewFrom is when the looking back began: the review phase, the closing, or the last service resumed, whichever came
// first; zero while none did.
func reviewFrom(s *incident.State, phases []status.Phase) time.Time {
	var from time.Time
	earlier := func(t time.Time) {
		if !t.IsZero() && (from.IsZero() || t.Before(from)) {
			from = t
		}
	}
	for _, p := range phases {
		if p.Phase == incident.PhaseReview {
			earlier(p.From.Time)
		}
	}
	if s.Closed != nil {
		earlier(s.Closed.At)
	}
	var last time.Time
	for i := range s.Services {
		v := &s.Services[i]
		if !v.InScope {
			continue
		}
		if v.Resumed == nil {
			return from
		}
		if v.Resumed.At.After(last) {
			last = v.Resumed.At
		}
	}
	earlier(last)
	return from
}

func mark(m *incident.Mark) status.Time {
	if m == nil {
		return status.Time{}
	}
	return status.Time{Time: m.At}
}

func optional(t *time.Time) status.Time {
	if t == nil {
		return status.Time{}
	}
	return status.Time{Time: *t}
}

func seconds(d time.Duration) *int64 {
	n := int64(d / time.Second)
	return &n
}

// length is the duration of so many seconds.
func length(s int64) time.Duration { return time.Duration(s) * time.Second }
