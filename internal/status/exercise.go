package status

import (
	"sangfroid/internal/incident"
	"time"
)

// Exercise is the exercise of a drill, in exercise time.
type Exercise struct {
	Scenario   string        `json:"scenario"`
	Title      incident.Text `json:"title"`
	Hash       incident.Hash `json:"hash"`
	Seed       int64         `json:"seed"`
	Solo       bool          `json:"solo"`
	State      string        `json:"state"` // running, paused, ended
	Now        Time          `json:"now"`
	Speed      int           `json:"speed"` // 0 while paused, and after the end
	Start      Time          `json:"start"`
	PlannedEnd Time          `json:"planned_end"`
	Ended      Time          `json:"ended"`
	EndReason  string        `json:"end_reason,omitempty"`
	Emergency  bool          `json:"real_emergency"`
	Move       string        `json:"move,omitempty"`
	Injects    Injects       `json:"injects"`
	List       []Inject      `json:"inject_list"`
	Objectives []Objective   `json:"objectives"`
	Notes      []Evaluation  `json:"observations"`
	Settings   []Setting     `json:"clock_settings"`
}

// Injects counts the master list.
type Injects struct {
	Total      int `json:"total"`
	Due        int `json:"due"`
	Next       int `json:"next"`
	Waiting    int `json:"waiting"`
	ByHand     int `json:"by_hand"`
	Sent       int `json:"sent"`
	Skipped    int `json:"skipped"`
	Improvised int `json:"improvised"`
}

// Inject is a row of the master list, or one that was improvised.
type Inject struct {
	No        incident.InjectID     `json:"no"`
	State     incident.InjectStatus `json:"state"`
	Planned   Time                  `json:"planned"` // by the master list
	Due       Time                  `json:"due"`     // with what it was put off by
	InS       *int64                `json:"in_s"`    // until due; negative: overdue
	DelayedS  int64                 `json:"delayed_s"`
	WaitsFor  *incident.Condition   `json:"waits_for,omitempty"`
	Sent      Time                  `json:"sent"`
	Entry     int                   `json:"entry,omitempty"`
	From      incident.Text         `json:"from"`
	To        []incident.Role       `json:"to"` // empty: all who play
	Channel   incident.Channel      `json:"channel"`
	Text      incident.Text         `json:"text"`
	Expected  incident.Text         `json:"expected,omitzero"`
	Objective string                `json:"objective,omitempty"`
	Reason    string                `json:"reason,omitempty"` // why it was skipped
	ByHand    bool                  `json:"sent_by_hand"`
	Answers   []InjectAnswer        `json:"answers"`
	Opened    []InjectOpened        `json:"opened"` // who had it before their eyes on a console, and when first
}

// InjectOpened is who had an inject before their eyes.
type InjectOpened struct {
	At    Time          `json:"at"`
	By    string        `json:"by"`
	Role  incident.Role `json:"role"`
	Entry int           `json:"entry"`
}

// InjectAnswer is what a player did with an inject.
type InjectAnswer struct {
	At    Time          `json:"at"`
	By    string        `json:"by"`
	Role  incident.Role `json:"role"`
	Text  string        `json:"text,omitempty"`
	Entry int           `json:"entry"`
}

// Objective is an objective of the exercise, what was measured of it and how it was rated.
type Objective struct {
	ID       string              `json:"id"`
	Text     incident.Text       `json:"text"`
	Measured *Measured           `json:"measured"` // null without a target
	Rating   incident.Rating     `json:"rating,omitempty"`
	Reason   string              `json:"reason,omitempty"`
	By       string              `json:"by,omitempty"`
	Entry    int                 `json:"entry,omitempty"`
	Injects  []incident.InjectID `json:"injects"` // those that test it
}

// Measured is what the data say of an objective's target.
type Measured struct {
	Kind     incident.TargetKind `json:"kind"`
	Of       string              `json:"of"`
	Deadline Time                `json:"deadline"`
	At       Time                `json:"at"`
	State    incident.ClockState `json:"state"`
}

// Evaluation is an evaluator's observation.
type Evaluation struct {
	At        Time                     `json:"at"`
	By        string                   `json:"by"`
	Kind      incident.ObservationKind `json:"kind"`
	Text      string                   `json:"text"`
	Objective string                   `json:"objective,omitempty"`
	Rating    incident.Rating          `json:"rating,omitempty"`
	Of        incident.Role            `json:"of,omitempty"`
	Inject    incident.InjectID        `json:"inject,omitempty"`
	Entry     int                      `json:"entry"`
}

// Setting is who set the clock, and why.
type Setting struct {
	At     Time   `json:"at"`
	To     Time   `json:"to"` // later than at when it jumped
	Speed  int    `json:"speed"`
	Paused bool   `json:"paused"`
	By     string `json:"by"`
	Reason string `json:"reason,omitempty"`
	Entry  int    `json:"entry"`
}

// ExerciseOf is the exercise as of now (exercise time); nil without one.
func ExerciseOf(s *incident.State, now time.Time) *Exercise {
	x := s.Exercise
	if x == nil {
		return nil
	}
	v := &Exercise{
		Scenario: x.Scenario.ID, Title: x.Scenario.Title, Hash: x.Hash, Seed: x.Seed, Solo: x.Solo, State: "running",
		Now: Time{now}, Speed: x.Speed(), Start: Time{x.Start}, PlannedEnd: Time{x.PlannedEnd()}, Emergency: x.Emergency,
		Notes: []Evaluation{}, Settings: []Setting{},
	}
	switch {
	case x.Ended != nil:
		v.State, v.Ended, v.EndReason = "ended", Time{x.Ended.At}, x.Ended.Note
	case v.Speed == 0:
		v.State = "paused"
	}
	if m := x.MoveAt(now); m != nil {
		v.Move = m.ID
	}
	v.injects(s, now)
	v.objectives(s, now)
	for i := range x.Observed {
		o := &x.Observed[i]
		v.Notes = append(v.Notes, Evaluation{
			At: Time{o.Mark.At}, By: o.Mark.By, Kind: o.Kind, Text: o.Mark.Note, Objective: o.Objective, Rating: o.Rating, Of: o.Of, Inject: o.Inject, Entry: o.Mark.Seq,
		})
	}
	for i := range x.Settings {
		c := &x.Settings[i]
		v.Settings = append(v.Settings, Setting{At: Time{c.From}, To: Time{c.To}, Speed: c.Speed, Paused: c.Paused, By: c.Mark.By, Reason: c.Mark.Note, Entry: c.Mark.Seq})
	}
	return v
}

func (v *Exercise) injects(s *incident.State, now time.Time) {
	x := s.Exercise
	a := incident.Due(s, now)
	v.Injects = Injects{
		Total: a.PlannedN, Due: len(a.Due), Next: len(a.Next), Waiting: len(a.Waiting), ByHand: len(a.ByHand), Sent: len(a.Sent), Skipped: len(a.Skipped),
	}
	v.List = make([]Inject, 0, len(a.All))
	for i := range a.All {
		st := &a.All[i]
		d := st.Def
		row := Inject{
			No: d.No, State: st.Status, Planned: Time{st.Planned}, Due: Time{st.Due}, DelayedS: *seconds(st.Delayed), From: d.From, To: roles(d.To),
			Channel: d.Channel, Text: d.Text, Expected: d.Expected, Objective: d.Objective, Answers: answers(x, d.No), Opened: opened(x, d.No),
		}
		switch {
		case st.Sent != nil:
			row.Sent, row.Entry, row.ByHand = Time{st.Sent.Mark.At}, st.Sent.Mark.Seq, st.Sent.ByHand
			row.From, row.To, row.Channel, row.Text = st.Sent.From, roles(st.Sent.To), st.Sent.Channel, st.Sent.Text
		case st.Skipped != nil:
			row.Entry, row.Reason = st.Skipped.Mark.Seq, st.Skipped.Mark.Note
		case !st.Due.IsZero() && x.Ended == nil:
			row.InS = seconds(st.In)
		}
		if st.Status == incident.InjectWaiting {
			row.WaitsFor = d.When
		}
		v.List = append(v.List, row)
	}
	for i := range x.Sent {
		if u := &x.Sent[i]; u.Improvised {
			v.Injects.Improvised++
			v.List = append(v.List, Inject{
				No: u.No, State: incident.InjectIsSent, Sent: Time{u.Mark.At}, Entry: u.Mark.Seq, From: u.From, To: roles(u.To), Channel: u.Channel,
				Text: u.Text, Expected: u.Expected, Objective: u.Objective, ByHand: true, Answers: answers(x, u.No), Opened: opened(x, u.No),
			})
		}
	}
}

func roles(r []incident.Role) []incident.Role {
	if r == nil {
		return []incident.Role{}
	}
	return r
}

func answers(x *incident.Exercise, no incident.InjectID) []InjectAnswer {
	out := []InjectAnswer{}
	for _, a := range x.AnswersTo(no) {
		out = append(out, InjectAnswer{At: Time{a.Mark.At}, By: a.Mark.By, Role: a.Mark.Role, Text: a.Mark.Note, Entry: a.Mark.Seq})
	}
	return out
}

func (v *Exercise) objectives(s *incident.State, now time.Time) {
	x := s.Exercise
	v.Objectives = make([]Objective, 0, len(x.Scenario.Objectives))
	for i := range x.Scenario.Objectives {
		o := &x.Scenario.Objectives[i]
		row := Objective{ID: o.ID, Text: o.Text, Injects: []incident.InjectID{}}
		if m := s.Measure(o, now); m.Known {
			row.Measured = &Measured{Kind: o.Target.Kind, Of: o.Target.Of, Deadline: Time{m.Deadline}, At: Time{m.At}, State: m.State}
		}
		if sc := x.ScoreOf(o.ID); sc != nil {
			row.Rating, row.Reason, row.By, row.Entry = sc.Rating, sc.Mark.Note, sc.Mark.By, sc.Mark.Seq
		}
		for _, d := range x.Scenario.Injects {
			if d.Objective == o.ID {
				row.Injects = append(row.Injects, d.No)
			}
		}
		v.Objectives = append(v.Objectives, row)
	}
}

func opened(x *incident.Exercise, no incident.InjectID) []InjectOpened {
	out := []InjectOpened{}
	for i := range x.Opened {
		if m := &x.Opened[i].Mark; x.Opened[i].No == no {
			out = append(out, InjectOpened{At: Time{m.At}, By: m.By, Role: m.Role, Entry: m.Seq})
		}
	}
	return out
}
