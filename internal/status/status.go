// Package status makes the stable JSON view of an incident at an instant: `status -o json`, schema "sangfroid.status/1".
//
// The schema is only ever extended. Times are RFC 3339 in UTC, durations whole seconds; what is unknown is null or left
// out, never guessed.
package status

import (
	"sangfroid/internal/incident"
	"time"
)

// Schema names the form and its version.
const Schema = "sangfroid.status/1"

// Status is the whole view.
type Status struct {
	Schema    string     `json:"schema"`
	At        Time       `json:"at"`
	Incident  Incident   `json:"incident"`
	Services  []Service  `json:"services"`
	Clocks    []Clock    `json:"clocks"`
	Phases    []Phase    `json:"phases"`
	Decisions []Decision `json:"decisions"`
	Steps     Steps      `json:"steps"`
	StepList  []Step     `json:"step_list"`
	Catchup   []Flow     `json:"catchup"`
	Resume    []Resume   `json:"catchup_outlook"`
	Forecast  []Forecast `json:"forecast"`
	Repair    *Repair    `json:"repair"`
	Repairs   []Turn     `json:"repairs"`
	Sitreps   Sitreps    `json:"sitreps"`
	Roster    []Member   `json:"roster"`
	Handovers []Handover `json:"handovers"`
	Contacts  []Contact  `json:"contacts"`
	Actions   []Action   `json:"actions"`
	Next      []Next     `json:"next"`
	Timeline  Timeline   `json:"timeline"`

	Regimes     []Regime     `json:"regimes"`
	Obligations []Obligation `json:"obligations"`

	Exercise *Exercise `json:"exercise"` // null without one

	Console *Console `json:"console,omitempty"` // only of an incident on a bus, as of now
}

// Time writes as RFC 3339 in UTC, and as null when zero.
type Time struct{ time.Time }

// MarshalJSON writes the time in UTC, or null.
func (t Time) MarshalJSON() ([]byte, error) {
	if t.IsZero() {
		return []byte("null"), nil
	}
	return []byte(`"` + t.UTC().Format(time.RFC3339Nano) + `"`), nil
}

// UnmarshalJSON reads what MarshalJSON wrote.
func (t *Time) UnmarshalJSON(b []byte) error {
	if string(b) == "null" {
		*t = Time{}
		return nil
	}
	return t.Time.UnmarshalJSON(b)
}

// Incident is the head of the view. State is "open" or "closed".
type Incident struct {
	ID       incident.IncidentID `json:"id"`
	Title    string              `json:"title"`
	Realm    incident.Realm      `json:"realm"`
	State    string              `json:"state"`
	Phase    incident.Phase      `json:"phase"`
	Severity string              `json:"severity,omitempty"`
	Playbook string              `json:"playbook,omitempty"`
	Zone     string              `json:"zone,omitempty"`
	Declared Time                `json:"declared"`
	Occurred Time                `json:"occurred"`
	Detected Time                `json:"detected"`
	Reported Time                `json:"reported"`
	LastGood Time                `json:"last_good_data"`
	Closed   Time                `json:"closed"`
	Imported bool                `json:"imported,omitempty"`
	Origins  []Origin            `json:"origins"` // every setting of a stamp, earlier ones too
}

// Origin is one setting of a stamp, and the entry that made it.
type Origin struct {
	Stamp  incident.Stamp `json:"stamp"`
	At     Time           `json:"at"`
	Reason string         `json:"reason,omitempty"`
	By     string         `json:"by"`
	Entry  int            `json:"entry"`
	Holds  bool           `json:"holds"`
}

// Service tells the milestones of a service.
type Service struct {
	ID       incident.ServiceID `json:"id"`
	Name     incident.Text      `json:"name"`
	Level    incident.Level     `json:"level,omitempty"`
	InScope  bool               `json:"in_scope"`
	RTOFrom  incident.Basis     `json:"rto_from"`
	Restored Time               `json:"restored"`
	Verified Time               `json:"verified"`
	Resumed  Time               `json:"resumed"`
	Back     Time               `json:"failed_back"`
}

// Clock is one clock; see [incident.Clock].
type Clock struct {
	Service     incident.ServiceID  `json:"service"`
	Kind        incident.ClockKind  `json:"kind"`
	Origin      Time                `json:"origin"`
	OriginKind  incident.Basis      `json:"origin_kind,omitempty"`
	OriginEntry int                 `json:"origin_entry,omitempty"`
	ObjectiveS  *int64              `json:"objective_s"`
	Deadline    Time                `json:"deadline"`
	ElapsedS    *int64              `json:"elapsed_s"`
	RemainingS  *int64              `json:"remaining_s"`
	State       incident.ClockState `json:"state"`
	Stopped     Time                `json:"stopped"`
}

// Phase is a phase and the time it took.
type Phase struct {
	Phase      incident.Phase `json:"phase"`
	From       Time           `json:"from"`
	To         Time           `json:"to"`
	Seconds    int64          `json:"seconds"`
	ShareOfRTO *float64       `json:"share_of_rto"`
	Noted      bool           `json:"noted"` // by a person; else implied by the entry
	Entry      int            `json:"entry"`
}

// Decision is a question and where it stands.
type Decision struct {
	ID       incident.DecisionID     `json:"id"`
	Question incident.Text           `json:"question"`
	State    incident.DecisionStatus `json:"state"`
	Option   *incident.Option        `json:"option"`
	Because  string                  `json:"because,omitempty"`
	By       string                  `json:"by,omitempty"`
	Role     incident.Role           `json:"role,omitempty"`
	Time     Time                    `json:"time"`
	Dissent  string                  `json:"dissent,omitempty"`
	Despite  string                  `json:"despite,omitempty"` // why go, with a criterion that forbade it
	Until    Time                    `json:"until"`
	Review   Time                    `json:"review"`
	Asked    Time                    `json:"asked"`
	Votes    []Vote                  `json:"votes"`
	Criteria []Criterion             `json:"criteria"`
	Entry    int                     `json:"entry,omitempty"`
	Losses   []Loss                  `json:"losses,omitempty"` // accepted under it
}

// Vote is one person's advice.
type Vote struct {
	By     string          `json:"by"`
	Role   incident.Role   `json:"role"`
	Option incident.Option `json:"option"`
	Reason string          `json:"reason,omitempty"`
	Time   Time            `json:"time"`
}

// Criterion is what is known of a criterion: its last value.
type Criterion struct {
	ID      string           `json:"id"`
	Title   incident.Text    `json:"title"`
	Value   string           `json:"value,omitempty"`
	Source  string           `json:"source,omitempty"`
	Verdict incident.Verdict `json:"verdict,omitempty"`
	Forbids bool             `json:"forbids,omitempty"` // somebody said so, or the playbook does of such a value
	Time    Time             `json:"time"`
}

// Steps counts the steps of all plans.
type Steps struct {
	Total   int `json:"total"`
	Done    int `json:"done"`
	Running int `json:"running"`
	Ready   int `json:"ready"`
	Blocked int `json:"blocked"`
	Failed  int `json:"failed"`
	Skipped int `json:"skipped"`
}

// Step is one step.
type Step struct {
	ID       incident.StepID     `json:"id"`
	Title    incident.Text       `json:"title"`
	State    incident.StepStatus `json:"state"`
	Phase    incident.Phase      `json:"phase"`
	Owner    incident.Role       `json:"owner,omitempty"`
	Assignee string              `json:"assignee,omitempty"`
	Started  Time                `json:"started"`
	Ended    Time                `json:"ended"`
	Done     int                 `json:"done,omitempty"`
	Total    int                 `json:"total,omitempty"`
	Targets  *Targets            `json:"targets,omitempty"`
	Reason   string              `json:"reason,omitempty"`
	WaitsFor []string            `json:"waits_for,omitempty"`
}

// Forecast is the failover branch of a service by likely durations.
type Forecast struct {
	Service    incident.ServiceID `json:"service"`
	RemainingS int64              `json:"remaining_s"`
	AfterGoS   int64              `json:"after_go_s"`
	VerifiedAt Time               `json:"verified_at"` // if a go were said now, or as it goes on
	DecideBy   Time               `json:"decide_by"`
	Passed     bool               `json:"decide_by_passed"`
	MeetsMTPD  bool               `json:"meets_mtpd"`
	Critical   []incident.StepID  `json:"critical"`

	// What follows is the Monte Carlo of the remaining plan; null where nothing is known.
	Samples     int           `json:"samples"`
	Go          *Outlook      `json:"go"`     // go said now, or as it goes on
	RepairFirst *Outlook      `json:"repair"` // stay and repair
	DecideBy50  Time          `json:"decide_by_p50"`
	DecideBy90  Time          `json:"decide_by_p90"`
	Lapsed      Time          `json:"lapsed"` // when it was written down that no go meets the RTO any more
	Criticality []Criticality `json:"criticality"`
}

// Outlook is what a choice leads to; probabilities go from 0 to 1.
type Outlook struct {
	VerifiedP10  Time     `json:"verified_p10"`
	VerifiedP50  Time     `json:"verified_p50"`
	VerifiedP90  Time     `json:"verified_p90"`
	VerifiedMean Time     `json:"verified_mean"`
	ResumedP10   Time     `json:"resumed_p10"`
	ResumedP50   Time     `json:"resumed_p50"`
	ResumedP90   Time     `json:"resumed_p90"`
	MeetRTO      *float64 `json:"p_rto"`
	MeetMTPD     *float64 `json:"p_mtpd"`
}

// Criticality is how much a step holds the services back: the share of samples in which it lies on a longest path, and the
// expected time it adds there.
type Criticality struct {
	Step   incident.StepID `json:"step"`
	Index  float64         `json:"index"`
	HoldsS int64           `json:"holds_s"`
}

// Repair is the last estimate of the stay-and-repair branch.
type Repair struct {
	LikelyS int64  `json:"likely_s"`
	MinS    int64  `json:"min_s,omitempty"`
	MaxS    int64  `json:"max_s,omitempty"`
	Says    string `json:"says,omitempty"`
	Given   Time   `json:"given"`
	Until   Time   `json:"until"` // given + likely
}

// Turn is an estimate of the repair and how it turned out: how much later the next one said, and whether its time passed.
type Turn struct {
	Repair
	SlippedS *int64 `json:"slipped_s"` // null for the last one
	Passed   bool   `json:"passed"`
	Holds    bool   `json:"holds"`
}

// Member is somebody of the cell.
type Member struct {
	Name   string          `json:"name"`
	Roles  []incident.Role `json:"roles"`
	Joined Time            `json:"joined"`
	Left   Time            `json:"left"`
}

// Next is what a person may want to record next.
type Next struct {
	What    incident.ProposalCode `json:"what"`
	Subject string                `json:"subject"`
	Role    incident.Role         `json:"role,omitempty"`
}

// Timeline tells the record the view was made from.
type Timeline struct {
	Entries    int    `json:"entries"`
	Pending    int    `json:"pending"`
	Contested  int    `json:"contested"`
	Late       int    `json:"late"`
	Flagged    int    `json:"flagged"`
	Duplicates int    `json:"duplicates"`
	Root       string `json:"root"`
}

// Record is what the state does not know of the record it was folded from.
type Record struct {
	Entries int
	Pending int
	Root    string

	Calendar time.Time // the day actions are due by, also of an exercise they are carried out in real life; zero: as now
}

func (r Record) calendar(now time.Time) time.Time {
	if r.Calendar.IsZero() {
		return now
	}
	return r.Calendar
}

// Make builds the view of a state as of now.
func Make(s *incident.State, rec Record, now time.Time) Status {
	v := Status{
		Schema: Schema, At: Time{now},
		Incident:  head(s, now),
		Clocks:    clocks(s, now),
		Phases:    phases(s, now),
		Decisions: decisions(s),
		StepList:  steps(s, now),
		Catchup:   flows(s, now),
		Resume:    resumes(s, now),
		Forecast:  forecasts(s, now),
		Repair:    repair(s),
		Repairs:   turns(s, now),
		Services:  services(s),
		Roster:    roster(s),
		Handovers: HandoversOf(s),
		Contacts:  ContactsOf(s),
		Actions:   ActionsOf(s, rec.calendar(now)),
		Next:      next(s, now),
		Regimes:   regimes(s), Obligations: obligations(s, now),
		Exercise: ExerciseOf(s, now),
		Timeline: Timeline{
			Entries: rec.Entries, Pending: rec.Pending, Contested: s.Contested(), Late: s.Count.Late,
			Flagged: s.Count.Flagged, Duplicates: s.Count.Duplicates, Root: rec.Root,
		},
	}
	v.Steps = Steps(s.CountSteps(""))
	v.Sitreps = ReportsOf(s, now)
	for i := range v.Sitreps.Reports {
		v.Sitreps.Reports[i].Text = "" // sitrep show has it
	}
	return v
}
