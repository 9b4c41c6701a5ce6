package locale

import (
	"sangfroid/internal/incident"
	"strings"
	"time"
)

// RefuseIn is [Lang.Refuse] with the titles of this incident instead of its ids, as people know them. withID puts the id
// behind the title, for whoever has to type it.
func (l Lang) RefuseIn(s *incident.State, r *incident.Refusal, withID bool) (sentence, hint string) {
	named := *r
	named.Args = make([]string, len(r.Args))
	copy(named.Args, r.Args)
	var d *incident.Decision
	for i := 0; i+1 < len(named.Args); i += 2 {
		id := named.Args[i+1]
		title := ""
		switch named.Args[i] {
		case "step", "for":
			title = l.StepTitle(s, incident.StepID(id))
		case "decision":
			d = s.Decision(incident.DecisionID(id))
			title = l.Question(s, incident.DecisionID(id))
		case "flow":
			title = l.FlowTitle(s, incident.FlowID(id))
		case "flows":
			named.Args[i+1] = l.flowTitles(s, id)
			continue
		case "service":
			title = l.ServiceName(s, incident.ServiceID(id))
		case "option":
			if d != nil {
				title = l.OptionTitle(d, incident.Option(id))
			}
		}
		if title == "" || title == id {
			continue
		}
		named.Args[i+1] = l.Quote(title)
		if withID {
			named.Args[i+1] += " (" + id + ")"
		}
	}
	return l.refuse(&named, zoneOf(s))
}

// zoneOf is the zone an incident's times are shown and typed in; this machine's where it names none that is known here.
func zoneOf(s *incident.State) *time.Location {
	if s != nil && s.Zone != "" {
		if loc, err := time.LoadLocation(s.Zone); err == nil {
			return loc
		}
	}
	return time.Local
}

// Refuse says a refusal as a sentence, with a hint. Its arguments become the words of the field where they are such.
func (l Lang) Refuse(r *incident.Refusal) (sentence, hint string) { return l.refuse(r, time.Local) }

// refuse looks for the words that fit best: those of a role that may write nothing, and the hint for this very field.
func (l Lang) refuse(r *incident.Refusal, loc *time.Location) (sentence, hint string) {
	args := make([]any, 0, len(r.Args))
	key := "refuse." + string(r.Code)
	hintKey := key + ".hint"
	for i := 0; i+1 < len(r.Args); i += 2 {
		name, value := r.Args[i], r.Args[i+1]
		switch {
		case name == "need" && value == "":
			key, hintKey = key+".none", key+".none.hint"
		case (name == "field" || name == "state") && Has(hintKey+"."+value):
			hintKey += "." + value
		}
		if t, err := time.Parse(time.RFC3339, value); err == nil && (name == "time" || name == "to" || name == "now") {
			args = append(args, name, l.Day(t, loc)+" "+Hour(t, loc))
			continue
		}
		args = append(args, name, l.refusalValue(name, value))
	}
	return l.T(key, args...), l.T(hintKey)
}

func (l Lang) flowTitles(s *incident.State, ids string) string {
	parts := strings.Split(ids, ", ")
	for i, id := range parts {
		parts[i] = l.FlowTitle(s, incident.FlowID(id))
	}
	return strings.Join(parts, ", ")
}

// Quote puts a text between the language's quotation marks.
func (l Lang) Quote(s string) string {
	if l == French {
		return "«\u00a0" + s + "\u00a0»"
	}
	return "“" + s + "”"
}

// Level is the name of a level of recovery; one the catalogue does not have is shown as it is.
func (l Lang) Level(v incident.Level) string { return l.term("level.", string(v)) }
