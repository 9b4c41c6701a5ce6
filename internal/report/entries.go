package report

import (
	"sangfroid/internal/incident"
	"sangfroid/internal/status"
	"sangfroid/internal/timeline"
	"time"
)

// Entry is one entry of the timeline, in the report's language.
type Entry struct {
	No       int              `json:"entry"`
	ID       incident.EventID `json:"id"`
	Time     status.Time      `json:"time"` // the fact
	Recorded status.Time      `json:"recorded"`
	Received status.Time      `json:"received"`
	Approx   bool             `json:"approx,omitempty"`
	LateS    *int64           `json:"late_s"` // fact → writing, where above two minutes
	Actor    string           `json:"actor"`
	Role     incident.Role    `json:"role,omitempty"`
	Type     incident.Type    `json:"type"`
	Kind     string           `json:"kind"`
	Text     string           `json:"text"`
	Marks    []string         `json:"marks"`
	Fixed    int              `json:"corrected_by,omitempty"` // the entry that corrects it
}

// Action is a corrective action as it stands, or a note of that kind written when looking back, which has neither owner nor
// due date.
type Action struct {
	Note
	No      int                   `json:"no"` // of the log's list; 0 for a note
	For     string                `json:"for,omitempty"`
	Owner   string                `json:"owner"`
	Due     status.Time           `json:"due"`
	State   incident.ActionStatus `json:"state"` // ActionNoted for a note: nobody follows it
	Overdue bool                  `json:"overdue"`
	Moved   int                   `json:"moved"`
	Ended   status.Time           `json:"ended"`
	EndedBy string                `json:"ended_by,omitempty"`
	Last    string                `json:"note,omitempty"` // the last word about it
}

// ActionNoted is the state of an action that is only a note.
const ActionNoted incident.ActionStatus = "noted"

// actions are as of now, by the calendar.
func actions(s *incident.State, now time.Time) []Action {
	list := status.ActionsOf(s, now)
	out := make([]Action, 0, len(list))
	for _, a := range list {
		out = append(out, Action{
			Note: Note{At: a.Added, By: a.By, Text: a.Text, Entry: a.Entry}, No: a.No, For: a.For, Owner: a.Owner, Due: a.Due, State: a.State,
			Overdue: a.Overdue, Moved: a.Moved, Ended: a.Ended, EndedBy: a.EndedBy, Last: a.Note,
		})
	}
	return out
}

// Note is what somebody wrote when looking back.
type Note struct {
	At    status.Time `json:"at"`
	By    string      `json:"by"`
	Text  string      `json:"text"`
	Entry int         `json:"entry"`
}

// readEntries tells every entry as the whole log makes it read: titles of steps, corrections that came later.
func (r *Report) readEntries(l timeline.Log, n int) error {
	r.Timeline = make([]Entry, 0, n)
	return l.Range(1, n, func(e incident.Entry) bool {
		ev := &e.Event
		line := r.lang.Line(r.state, e)
		v := Entry{
			No: e.Seq, ID: ev.ID, Time: status.Time{Time: ev.Time}, Recorded: status.Time{Time: ev.Recorded}, Received: status.Time{Time: e.Received},
			Approx: ev.Approx, Actor: ev.Actor, Role: ev.Role, Type: ev.Type, Kind: line.Category, Text: line.Text, Marks: line.Marks,
		}
		if v.Marks == nil {
			v.Marks = []string{}
		}
		if gap, late := r.state.Late(*ev); late {
			v.LateS = seconds(gap)
		}
		text := ""
		if d, ok := ev.Data.(incident.NoteAdded); ok {
			text = d.Text
		}
		if c, ok := r.state.Notes.Corrected[ev.ID]; ok {
			v.Fixed, text = c.Seq, c.Text
		}
		r.Timeline = append(r.Timeline, v)
		if _, ok := ev.Data.(incident.NoteAdded); ok {
			r.washed(Note{At: v.Time, By: ev.Actor, Text: text, Entry: e.Seq})
		}
		if d, ok := ev.Data.(incident.NoteAdded); ok && !r.state.Imported && !r.reviewAt.IsZero() && !ev.Time.Before(r.reviewAt) {
			r.keep(d.Kind, Note{At: v.Time, By: ev.Actor, Text: text, Entry: e.Seq})
		}
		return true
	})
}

func (r *Report) keep(kind incident.NoteKind, n Note) {
	switch kind { //nolint:exhaustive // the kinds a review writes
	case incident.NoteAction:
		r.Actions = append(r.Actions, Action{Note: n, State: ActionNoted})
	case incident.NoteFinding, incident.NoteAnalysis:
		r.Findings = append(r.Findings, n)
	}
}
