package status

import (
	"sangfroid/internal/incident"
	"time"
)

// Action is a corrective action as it stands.
type Action struct {
	No      int                   `json:"no"`
	ID      incident.EventID      `json:"id"`
	Text    string                `json:"text"`
	For     string                `json:"for,omitempty"` // the gap or cause it answers
	Owner   string                `json:"owner"`         // "": nobody yet
	Due     Time                  `json:"due"`
	State   incident.ActionStatus `json:"state"`
	Overdue bool                  `json:"overdue"`
	Moved   int                   `json:"moved"` // how often the date was changed
	Added   Time                  `json:"added"`
	By      string                `json:"by"`
	Entry   int                   `json:"entry"`
	Ended   Time                  `json:"ended"` // done or dropped
	EndedBy string                `json:"ended_by,omitempty"`
	Note    string                `json:"note,omitempty"` // the last word about it
}

// ActionsOf lists the corrective actions in the order of the log.
func ActionsOf(s *incident.State, now time.Time) []Action {
	out := []Action{}
	for i := range s.Actions {
		a := &s.Actions[i]
		v := Action{
			No: a.No, ID: a.ID, Text: a.Text, For: a.For, Owner: a.Owner, Due: when(a.Due), State: a.Status, Overdue: a.Overdue(now), Moved: a.Moved,
			Added: Time{a.Added.At}, By: a.Added.By, Entry: a.Added.Seq,
		}
		if a.Ended != nil {
			v.Ended, v.EndedBy = Time{a.Ended.At}, a.Ended.By
		}
		if a.Last != nil {
			v.Note = a.Last.Note
		}
		out = append(out, v)
	}
	return out
}
