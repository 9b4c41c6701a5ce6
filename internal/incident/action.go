package incident

import (
	"slices"
	"strings"
	"time"
)

// Corrective actions [actions correctives]: what will be done so that a gap does not come again, by whom and by when, and
// what became of it (ISO 22301:2019, 10.1: the need is evaluated, the action implemented, its effect reviewed). They are
// followed after the incident was closed, so a closed incident takes them.

// Payloads of category "action". An action is known by the event that added it, as a note is: two consoles that are apart
// never give two actions one name.
type (
	// ActionAdded says what will be done. Owner and Due are empty while nobody took it, or no date was agreed.
	ActionAdded struct {
		Text  string     `json:"text"`
		For   string     `json:"for,omitempty"` // the gap or cause it answers
		Owner string     `json:"owner,omitempty"`
		Due   *time.Time `json:"due,omitempty"`
	}
	// ActionFollowed tells how an action stands, who has it now, or until when it was put off. What is empty stays as it was.
	ActionFollowed struct {
		Action EventID      `json:"action"`
		State  ActionStatus `json:"state,omitempty"`
		Owner  string       `json:"owner,omitempty"`
		Due    *time.Time   `json:"due,omitempty"`
		Note   string       `json:"note,omitempty"` // what was done, or why not
	}
)

// ActionStatus is how a corrective action stands.
type ActionStatus string

// States of a corrective action. Append-only.
const (
	ActionOpen    ActionStatus = "open"
	ActionDone    ActionStatus = "done"
	ActionDropped ActionStatus = "dropped"
)

// SubjectAction is the subject of events about corrective actions.
const SubjectAction = "action/main"

// Type names the payload in the catalogue.
func (ActionAdded) Type() Type { return TypePrefix + "action.added" }

// Type names the payload in the catalogue.
func (ActionFollowed) Type() Type { return TypePrefix + "action.followed" }

func actionPayloads() []Data { return []Data{ActionAdded{}, ActionFollowed{}} }

// CorrectiveAction is an action as it stands.
type CorrectiveAction struct {
	ID     EventID // of the event that added it
	No     int     // from 1, in the order of the log
	Text   string
	For    string
	Owner  string     // "": nobody yet
	Due    *time.Time // nil: no date agreed
	Status ActionStatus
	Added  Mark
	Ended  *Mark // when it was done or dropped, with the note; nil while it is open
	Moved  int   // how often the date was changed
	Last   *Mark // the last word about it; nil before the first
}

// Overdue tells whether it is still open and its day has passed; now is the calendar's, also for an exercise.
func (a *CorrectiveAction) Overdue(now time.Time) bool {
	return a.Status == ActionOpen && a.Due != nil && now.After(*a.Due)
}

// Action finds an action by the event that added it; nil when there is none.
func (s *State) Action(id EventID) *CorrectiveAction {
	for i := range s.Actions {
		if s.Actions[i].ID == id {
			return &s.Actions[i]
		}
	}
	return nil
}

func (f *fold) action() {
	switch d := f.ev.Data.(type) {
	case ActionAdded:
		if strings.TrimSpace(d.Text) == "" {
			f.flag(FlagBadData)
			return
		}
		if len(f.Actions) >= maxParts {
			f.flag(FlagOversized)
			return
		}
		f.Actions = append(f.Actions, CorrectiveAction{
			ID: f.ev.ID, No: len(f.Actions) + 1, Text: d.Text, For: d.For, Owner: d.Owner, Due: utc(d.Due), Status: ActionOpen, Added: f.said(),
		})
	case ActionFollowed:
		f.followed(d)
	}
}

// followed changes a copy: what a view holds stays as it was.
func (f *fold) followed(d ActionFollowed) {
	i := slices.IndexFunc(f.Actions, func(a CorrectiveAction) bool { return a.ID == d.Action })
	if i < 0 {
		f.flag(FlagUnknownID)
		return
	}
	if !knownAction(d.State) {
		f.flag(FlagBadData)
		return
	}
	a, m := f.Actions[i], f.said()
	m.Note = d.Note
	a.Last = &m
	if d.Owner != "" {
		a.Owner = d.Owner
	}
	if d.Due != nil && (a.Due == nil || !a.Due.Equal(*d.Due)) {
		if a.Due != nil {
			a.Moved++
		}
		a.Due = utc(d.Due)
	}
	switch d.State {
	case ActionOpen:
		a.Status, a.Ended = ActionOpen, nil
	case ActionDone, ActionDropped:
		a.Status, a.Ended = d.State, &m
	}
	f.Actions[i] = a
}

// said is when it was said by the calendar: an action of an exercise is carried out in real life, months after its clock has
// come to stand.
func (f *fold) said() Mark {
	m := f.mark
	if f.Exercise != nil && !f.ev.Recorded.IsZero() {
		m.At = f.ev.Recorded
	}
	return m
}

func (c decider) due(at *time.Time) *Refusal {
	now := c.d.Time
	if c.Exercise != nil {
		now = c.d.Recorded
	}
	if at != nil && !at.After(now) {
		return refuse(RefusePast, "time", at.UTC().Format(time.RFC3339))
	}
	return nil
}

func knownAction(s ActionStatus) bool {
	return s == "" || s == ActionOpen || s == ActionDone || s == ActionDropped
}

func utc(t *time.Time) *time.Time {
	if t == nil {
		return nil
	}
	u := t.UTC()
	return &u
}

func (c decider) action() *Refusal {
	switch d := c.d.Data.(type) {
	case ActionAdded:
		return first(field("text", d.Text), limit("for", d.For), name("owner", d.Owner), c.due(d.Due))
	case ActionFollowed:
		a := c.Action(d.Action)
		if a == nil {
			return refuse(RefuseEntry, "id", string(d.Action))
		}
		if !knownAction(d.State) {
			return refuse(RefuseInvalid, "field", "state", "value", string(d.State))
		}
		if r := first(limit("note", d.Note), name("owner", d.Owner), c.due(d.Due)); r != nil {
			return r
		}
		if d.State == ActionDropped {
			if r := field("note", d.Note); r != nil {
				return r
			}
		}
		same := (d.State == "" || d.State == a.Status) && (d.Owner == "" || d.Owner == a.Owner) && (d.Due == nil || (a.Due != nil && a.Due.Equal(*d.Due)))
		if same && strings.TrimSpace(d.Note) == "" {
			return refuse(RefuseScope)
		}
		return nil
	}
	return refuse(RefuseKind)
}

func name(what, value string) *Refusal {
	const most = 120
	if len(value) > most {
		return refuse(RefuseTooLong, "field", what, "limit", itoa(most))
	}
	return nil
}
