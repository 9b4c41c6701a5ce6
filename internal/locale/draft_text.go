package locale

import (
	"sangfroid/internal/incident"
	"strconv"
	"strings"
	"time"
)

// SitrepText is a report as it goes out: its number, title and time, the text as issued, the time of the next one, and the
// checkpoint of the record it was made from, in the languages of the text.
func (l Lang) SitrepText(s *incident.State, r *incident.Sitrep, loc *time.Location) string {
	var head, foot strings.Builder
	for _, in := range l.splitLangs(r.Lang) {
		if s.Realm == incident.Drill {
			head.WriteString(in.Realm(s.Realm) + " · ")
		}
		head.WriteString(in.T("sitrep.head", "no", strconv.Itoa(r.No), "title", in.Title(s), "at", in.Day(r.Mark.At, loc)+" "+in.Minute(r.Mark.At, loc, r.Mark.At)) + "\n")
		if r.Next != nil {
			foot.WriteString(in.T("sitrep.next", "at", in.Minute(*r.Next, loc, r.Mark.At)) + "\n")
		} else {
			foot.WriteString(in.T("sitrep.nonext") + "\n")
		}
		foot.WriteString(in.T("sitrep.by", "by", r.Mark.By, "role", in.Role(r.Mark.Role)))
		if r.Root != "" {
			foot.WriteString(" · " + in.T("sitrep.checkpoint", "n", r.Size, "root", r.Root))
		}
		foot.WriteString("\n")
	}
	return head.String() + "\n" + strings.TrimSpace(r.Text) + "\n\n" + foot.String()
}

// Colon is the colon with its space: French has one before it too.
func (l Lang) Colon() string {
	if l == French {
		return " : "
	}
	return ": "
}

// Semicolon is what stands between two clauses of a line.
func (l Lang) Semicolon() string {
	if l == French {
		return "\u00a0; "
	}
	return "; "
}
