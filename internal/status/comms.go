package status

import (
	"sangfroid/internal/incident"
	"time"
)

// Sitreps tells the situation reports: how many went out, how many were not out in time, the last and the next one.
type Sitreps struct {
	Issued   int       `json:"issued"`
	Missed   int       `json:"missed"`
	Last     Time      `json:"last"`
	Due      Time      `json:"due"`
	DueS     *int64    `json:"due_s"`   // seconds until it is due; negative: late
	EveryS   *int64    `json:"every_s"` // the cadence; null: none asked
	Reports  []Report  `json:"reports"`
	Cadences []Cadence `json:"cadences"`
}

// Report is a situation report as issued, with the checkpoint of the record it was made from.
type Report struct {
	No      int           `json:"no"`
	At      Time          `json:"at"`
	By      string        `json:"by"`
	Role    incident.Role `json:"role,omitempty"`
	Lang    string        `json:"lang,omitempty"`
	Next    Time          `json:"next"`
	Entries int           `json:"entries,omitempty"`
	Root    string        `json:"root,omitempty"`
	Text    string        `json:"text,omitempty"` // of the report's own commands only
	Entry   int           `json:"entry"`
}

// Cadence is a change of how often a report is due.
type Cadence struct {
	At     Time   `json:"at"`
	EveryS int64  `json:"every_s"` // 0: none asked any more
	Reason string `json:"reason,omitempty"`
	By     string `json:"by"`
	Entry  int    `json:"entry"`
}

// Contact is somebody outside the cell, in the order to call them.
type Contact struct {
	ID      string            `json:"id"`
	Name    incident.Text     `json:"name"`
	Call    incident.Text     `json:"call,omitzero"`
	Added   bool              `json:"added,omitempty"` // by the cell, not by a playbook
	Wanted  bool              `json:"wanted"`          // a step that may go on names it, and nobody was reached
	Steps   []incident.StepID `json:"steps"`
	Tries   int               `json:"tries"`
	Missed  int               `json:"missed"` // in vain since it was last reached
	Tried   Time              `json:"last_tried"`
	Reached Time              `json:"last_reached"`
	By      string            `json:"reached_by,omitempty"`
	Note    string            `json:"note,omitempty"` // of the last attempt
}

// Handover is a role given to somebody, and what became of it.
type Handover struct {
	ID     incident.EventID `json:"id"`
	Role   incident.Role    `json:"role"`
	From   string           `json:"from"`
	To     string           `json:"to"`
	State  string           `json:"state"` // pending, acknowledged, void
	Given  Time             `json:"given"`
	Ended  Time             `json:"ended"`
	By     string           `json:"ended_by,omitempty"`
	Reason string           `json:"reason,omitempty"`
}

// ReportsOf tells the situation reports as of now.
func ReportsOf(s *incident.State, now time.Time) Sitreps {
	v := Sitreps{Issued: len(s.Sitreps), Missed: incident.MissedSitreps(s, now), Reports: []Report{}, Cadences: []Cadence{}}
	for i := range s.Sitreps {
		r := &s.Sitreps[i]
		v.Reports = append(v.Reports, Report{
			No: r.No, At: Time{r.Mark.At}, By: r.Mark.By, Role: r.Mark.Role, Lang: r.Lang, Next: when(r.Next),
			Entries: r.Size, Root: r.Root, Text: r.Text, Entry: r.Mark.Seq,
		})
		v.Last = Time{r.Mark.At}
	}
	for _, c := range s.Cadences {
		if !c.Stand {
			v.Cadences = append(v.Cadences, Cadence{At: Time{c.Mark.At}, EveryS: c.Every.Seconds(), Reason: c.Reason, By: c.Mark.By, Entry: c.Mark.Seq})
		}
	}
	if s.Every > 0 {
		v.EveryS = seconds(s.Every.Std())
	}
	if c := incident.ClockOf(incident.Clocks(s, now), "", incident.ClockSitrep); c != nil {
		v.Due, v.DueS = Time{c.Deadline}, seconds(c.Remaining)
	}
	return v
}

// ContactsOf lists everybody to reach, the next to call first.
func ContactsOf(s *incident.State) []Contact {
	out := []Contact{}
	for _, c := range incident.Contacts(s) {
		v := Contact{
			ID: c.ID, Name: c.Name, Call: c.Call, Added: c.Plan == "" && c.Added != nil, Wanted: c.Wanted(), Steps: c.Steps, Tries: c.Tries, Missed: c.Missed,
		}
		if v.Steps == nil {
			v.Steps = []incident.StepID{}
		}
		if c.Last != nil {
			v.Tried, v.Note = Time{c.Last.Mark.At}, c.Last.Mark.Note
		}
		if c.Reached != nil {
			v.Reached, v.By = Time{c.Reached.Mark.At}, c.Reached.Mark.By
		}
		out = append(out, v)
	}
	return out
}

// HandoversOf lists the hand-overs, in the order they were given.
func HandoversOf(s *incident.State) []Handover {
	out := []Handover{}
	for i := range s.Handover {
		h := &s.Handover[i]
		v := Handover{ID: h.ID, Role: h.Role, From: h.From, To: h.To, State: "pending", Given: Time{h.Given.At}}
		switch {
		case h.Ack != nil:
			v.State, v.Ended, v.By = "acknowledged", Time{h.Ack.At}, h.Ack.By
		case h.Void != nil:
			v.State, v.Ended, v.By, v.Reason = "void", Time{h.Void.At}, h.Void.By, h.Void.Note
		}
		out = append(out, v)
	}
	return out
}
