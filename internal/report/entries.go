package report

import (
	"sangfroid/internal/incident"
	"sangfroid/internal/status"
	"sangfroid/internal/timeline"
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

// Note is what somebody wrote when looking back. Owner and due date are the reader's to fill in: the log has no field for
// them.
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
		if d, ok := ev.Data.(incident.NoteAdded); ok && !r.state.Imported && !r.reviewAt.IsZero() && !ev.Time.Before(r.reviewAt) {
			r.keep(d.Kind, Note{At: v.Time, By: ev.Actor, Text: text, Entry: e.Seq})
		}
		return true
	})
}

func (r *Report) keep(kind incident.NoteKind, n Note) {
	switch kind { //nolint:exhaustive // the kinds a review writes
	case incident.NoteAction:
		r.Actions = append(r.Actions, n)
	case incident.NoteFinding, incident.NoteAnalysis:
		r.Findings = append(r.Findings, n)
	}
}
