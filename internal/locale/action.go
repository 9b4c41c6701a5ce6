package locale

import (
	"sangfroid/internal/incident"
	"time"
)

func (n narrator) action() Line {
	switch d := n.e.Data.(type) {
	case incident.ActionAdded:
		text := n.T("e.action.added", "text", d.Text)
		if d.Owner != "" {
			text += ", " + n.T("e.action.owner", "owner", d.Owner)
		}
		if d.Due != nil {
			text += ", " + n.T("e.action.due", "due", n.day(*d.Due))
		}
		if d.For != "" {
			text += " [" + n.T("e.action.for", "for", d.For) + "]"
		}
		return Line{Text: text, Tone: ToneStrong}
	case incident.ActionFollowed:
		what := string(d.Action)
		if a := n.s.Action(d.Action); a != nil {
			what = n.T("e.action.no", "n", a.No, "text", a.Text)
		}
		text := what
		if d.State != "" {
			text = n.ActionStatus(d.State) + n.Colon() + what
		}
		if d.Owner != "" {
			text += ", " + n.T("e.action.owner", "owner", d.Owner)
		}
		if d.Due != nil {
			text += ", " + n.T("e.action.due", "due", n.day(*d.Due))
		}
		return Line{Text: with(text, d.Note)}
	}
	return n.unknown()
}

// day is a date in the incident's zone, else in UTC.
func (n narrator) day(t time.Time) string {
	loc, err := time.LoadLocation(n.s.Zone)
	if err != nil || n.s.Zone == "" {
		loc = time.UTC
	}
	return n.Day(t, loc)
}

// ActionStatus is how a corrective action stands, in a word.
func (l Lang) ActionStatus(s incident.ActionStatus) string { return l.term("action.is.", string(s)) }

// ActionState tells in one line who has a corrective action, until when, and how it stands.
func (l Lang) ActionState(a *incident.CorrectiveAction, loc *time.Location, now time.Time) string {
	if a.Ended != nil {
		return with(l.ActionStatus(a.Status)+" "+l.Day(a.Ended.At, loc)+", "+a.Ended.By, a.Ended.Note)
	}
	who, until := l.T("action.nobody"), l.T("action.nodate")
	if a.Owner != "" {
		who = a.Owner
	}
	if a.Due != nil {
		until = l.T("e.action.due", "due", l.Day(*a.Due, loc))
	}
	line := l.ActionStatus(a.Status) + l.Colon() + who + ", " + until
	if a.Overdue(now) {
		line += " – " + l.T("action.overdue")
	}
	if a.Last != nil && a.Last.Note != "" {
		line = with(line, a.Last.Note)
	}
	return line
}
