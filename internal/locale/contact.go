package locale

import (
	"sangfroid/internal/incident"
	"time"
)

// ContactState tells in a line what became of calling somebody, and what for they are to be called.
func (l Lang) ContactState(s *incident.State, c *incident.Contact, loc *time.Location, now time.Time) string {
	line := l.T("contact.never")
	switch {
	case c.Missed > 0:
		line = l.T("contact.missed", "n", c.Missed, "at", l.Minute(c.Last.Mark.At, loc, now), "by", c.Last.Mark.By)
		if c.Reached != nil {
			line += ", " + l.T("contact.before", "at", l.Minute(c.Reached.Mark.At, loc, now))
		}
		line = with(line, c.Last.Mark.Note)
	case c.Reached != nil:
		line = with(l.T("contact.reached", "at", l.Minute(c.Reached.Mark.At, loc, now), "by", c.Reached.Mark.By), c.Reached.Mark.Note)
	}
	if len(c.Steps) > 0 {
		line += " · " + l.T("contact.for", "step", l.StepTitle(s, c.Steps[0]))
		if n := len(c.Steps) - 1; n > 0 {
			line += " " + l.T("contact.formore", "n", n)
		}
	}
	return line
}
