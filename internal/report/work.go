package report

import (
	"sangfroid/internal/incident"
	"sangfroid/internal/status"
	"time"
)

// Step is a step as planned and as it went.
type Step struct {
	ID        incident.StepID     `json:"id"`
	Title     incident.Text       `json:"title"`
	Plan      incident.PlanID     `json:"plan"`
	Phase     incident.Phase      `json:"phase"`
	Owner     incident.Role       `json:"owner,omitempty"`
	Assignee  string              `json:"assignee,omitempty"`
	Added     bool                `json:"added,omitempty"` // nobody planned it
	State     incident.StepStatus `json:"state"`
	PlannedS  *int64              `json:"planned_s"` // the plan's likely estimate
	MaxS      *int64              `json:"max_s"`     // the plan's longest
	Started   status.Time         `json:"started"`
	Ended     status.Time         `json:"ended"`
	Checked   status.Time         `json:"checked"`
	TakenS    *int64              `json:"taken_s"` // time at it, without blocked times and waits between attempts
	OverS     *int64              `json:"over_s"`  // taken − planned
	BlockedS  int64               `json:"blocked_s"`
	Blocks    []Block             `json:"blocks"`
	Attempts  int                 `json:"attempts"`
	Critical  bool                `json:"critical"` // on the path that made a service as late as it was
	Reason    string              `json:"reason,omitempty"`
	Evidence  string              `json:"evidence,omitempty"`
	FourEyes  bool                `json:"four_eyes,omitempty"`
	Targets   int                 `json:"targets,omitempty"`
	Completed int                 `json:"targets_done,omitempty"`
}

func steps(s *incident.State, blocks map[incident.StepID][]Block, now time.Time) []Step {
	critical := make(map[incident.StepID]bool)
	for i := range s.Services {
		if s.Services[i].InScope {
			for _, d := range incident.DrivingPath(s, s.Services[i].Def.ID) {
				critical[d.Step] = true
			}
		}
	}
	out := make([]Step, 0, len(s.Steps))
	for i := range s.Steps {
		st := &s.Steps[i]
		v := Step{
			ID: st.ID, Title: st.Def.Title, Plan: st.Plan, Phase: st.Def.Phase, Owner: st.Def.Owner, Assignee: st.Assignee, Added: st.AdHoc,
			State: s.StepStatus(st), Started: mark(st.Started), Ended: mark(st.Ended), Checked: mark(st.Checked),
			Blocks: blocks[st.ID], BlockedS: int64(blocked(blocks[st.ID], now) / time.Second), Attempts: st.Work.Attempts,
			Critical: critical[st.ID], Reason: st.Reason, Evidence: st.Evidence, FourEyes: st.Def.FourEyes, Targets: st.Total, Completed: st.Done,
		}
		if v.Blocks == nil {
			v.Blocks = []Block{}
		}
		if e := st.Def.Estimate; e.Likely > 0 {
			v.PlannedS = seconds(e.Likely.Std())
			if e.Max > 0 {
				v.MaxS = seconds(e.Max.Std())
			}
		}
		if st.Work.Attempts > 0 && st.Work.Gaps == 0 {
			v.TakenS = seconds(st.Work.Whole(now))
			if v.PlannedS != nil && st.Work.Since == nil {
				v.OverS = seconds(length(*v.TakenS - *v.PlannedS))
			}
		}
		out = append(out, v)
	}
	return out
}

// Flow is a line of the catch-up ledger.
type Flow struct {
	status.Flow
	Source incident.Text       `json:"source"`
	Reason string              `json:"reason,omitempty"` // of an accepted loss
	Waiver incident.DecisionID `json:"decision,omitempty"`
	By     string              `json:"closed_by,omitempty"`
	Opened status.Time         `json:"opened"`
}

func flows(s *incident.State, lines []status.Flow) []Flow {
	out := make([]Flow, 0, len(lines))
	for _, v := range lines {
		f := Flow{Flow: v}
		if x := s.Flow(v.ID); x != nil {
			f.Source, f.Reason, f.Waiver, f.Opened = x.Source, x.Reason, x.Waiver, mark(x.Opened)
			if x.Closed != nil {
				f.By = x.Closed.By
			}
		}
		out = append(out, f)
	}
	return out
}

// Decision is a question with everything that was said of it.
type Decision struct {
	ID       incident.DecisionID     `json:"id"`
	Question incident.Text           `json:"question"`
	State    incident.DecisionStatus `json:"state"`
	Asked    status.Time             `json:"asked"`
	AskedBy  string                  `json:"asked_by,omitempty"`
	Deciders []incident.Role         `json:"deciders"`
	Quorum   int                     `json:"quorum"`
	Options  []Choice                `json:"options"`
	Criteria []Criterion             `json:"criteria"`
	Votes    []status.Vote           `json:"votes"`
	Outcomes []Outcome               `json:"outcomes"` // in the order of the log; the last valid one holds
	Review   status.Time             `json:"review"`
}

// Choice is one answer to a question.
type Choice struct {
	ID    incident.Option `json:"id"`
	Title incident.Text   `json:"title"`
}

// Criterion is something to know before deciding, with every value it was given.
type Criterion struct {
	ID     string        `json:"id"`
	Title  incident.Text `json:"title"`
	Values []Value       `json:"values"`
}

// Value is what somebody said of a criterion.
type Value struct {
	Value   string           `json:"value"`
	Source  string           `json:"source,omitempty"`
	Verdict incident.Verdict `json:"verdict,omitempty"`
	By      string           `json:"by"`
	At      status.Time      `json:"at"`
	Entry   int              `json:"entry"`
}

// Outcome is a decision as taken.
type Outcome struct {
	Option  incident.Option `json:"option"` // "": the source does not tell
	Because string          `json:"because"`
	Dissent string          `json:"dissent,omitempty"`
	Despite string          `json:"despite,omitempty"`
	Until   status.Time     `json:"until"`
	By      string          `json:"by"`
	Role    incident.Role   `json:"role,omitempty"`
	At      status.Time     `json:"at"`
	Entry   int             `json:"entry"`
	Revises bool            `json:"revises,omitempty"`   // an earlier outcome
	Contest bool            `json:"contested,omitempty"` // it contradicted one its writer had not seen
}

func decisions(s *incident.State) []Decision {
	out := make([]Decision, 0, len(s.Decided))
	for i := range s.Decided {
		d := &s.Decided[i]
		v := Decision{
			ID: d.ID, Question: d.Question, State: d.Status, Asked: mark(d.Asked), Deciders: d.Deciders, Quorum: d.Quorum,
			Options: []Choice{}, Criteria: []Criterion{}, Votes: []status.Vote{}, Outcomes: []Outcome{}, Review: optional(d.Review),
		}
		if d.Asked != nil {
			v.AskedBy = d.Asked.By
		}
		if v.Deciders == nil {
			v.Deciders = []incident.Role{}
		}
		if d.Plan == "" && d.Asked == nil {
			// Nobody put it on the table: options and deciders would be the program's usual ones, not the record's.
			v.Deciders, v.Quorum = []incident.Role{}, 0
			d = &incident.Decision{Criteria: d.Criteria, Votes: d.Votes, Outcomes: d.Outcomes, Contest: d.Contest}
		}
		for _, o := range d.Options {
			v.Options = append(v.Options, Choice{o.ID, o.Title})
		}
		for _, c := range d.Criteria {
			v.Criteria = append(v.Criteria, criterion(&c))
		}
		for _, w := range d.Votes {
			v.Votes = append(v.Votes, status.Vote{By: w.Mark.By, Role: w.Mark.Role, Option: w.Option, Reason: w.Reason, Time: status.Time{Time: w.Mark.At}})
		}
		for j := range d.Outcomes {
			v.Outcomes = append(v.Outcomes, outcome(&d.Outcomes[j], j > 0, false))
		}
		for j := range d.Contest {
			v.Outcomes = append(v.Outcomes, outcome(&d.Contest[j], false, true))
		}
		out = append(out, v)
	}
	return out
}

func criterion(c *incident.Criterion) Criterion {
	k := Criterion{ID: c.Def.ID, Title: c.Def.Title, Values: []Value{}}
	for _, x := range c.Values {
		k.Values = append(k.Values, Value{x.Value, x.Source, x.Verdict, x.Mark.By, status.Time{Time: x.Mark.At}, x.Mark.Seq})
	}
	return k
}

func outcome(o *incident.Outcome, revises, contest bool) Outcome {
	return Outcome{
		Option: o.Option, Because: o.Because, Dissent: o.Dissent, Despite: o.Despite, Until: optional(o.Until), By: o.Mark.By, Role: o.Mark.Role,
		At: status.Time{Time: o.Mark.At}, Entry: o.Mark.Seq, Revises: revises, Contest: contest,
	}
}
