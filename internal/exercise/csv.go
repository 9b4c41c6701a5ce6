package exercise

import (
	"encoding/csv"
	"io"
	"sangfroid/internal/incident"
	"sangfroid/internal/locale"
	"sangfroid/internal/text"
	"strings"
	"time"
)

// The master list as a table of twelve columns, as planners of exercises keep it: the last two are filled in by those who
// observe, and feed the review.
const columns = 12

// headings are the columns' names.
func headings(l locale.Lang) []string {
	out := make([]string, columns)
	for i, key := range []string{"no", "planned", "sent", "inject", "sender", "facilitator", "to", "channel", "expected", "objective", "observed", "note"} {
		out[i] = l.T("csv.exercise." + key)
	}
	return out
}

// WriteCSV writes a master list. state is a run of it, for what was sent and done; nil for a scenario alone. No cell is read as
// a formula by a spreadsheet.
func WriteCSV(w io.Writer, sc *incident.Scenario, state *incident.State, lang locale.Lang, zone *time.Location) error {
	t := table{sc: sc, s: incident.NewState(), lang: lang, zone: zone}
	if state != nil {
		t.s, t.run = state, state.Exercise
	}
	c := csv.NewWriter(w)
	if err := c.Write(headings(lang)); err != nil {
		return err
	}
	for i := range sc.Injects {
		if err := c.Write(t.row(&sc.Injects[i])); err != nil {
			return err
		}
	}
	if t.run != nil {
		for i := range t.run.Sent {
			if u := &t.run.Sent[i]; u.Improvised {
				if err := c.Write(t.improvised(u)); err != nil {
					return err
				}
			}
		}
	}
	c.Flush()
	return c.Error()
}

type table struct {
	sc   *incident.Scenario
	s    *incident.State
	run  *incident.Exercise
	lang locale.Lang
	zone *time.Location
}

func (t *table) row(d *incident.InjectDef) []string {
	objective := d.Objective
	if o := t.sc.Objective(d.Objective); o != nil {
		objective += separator + t.lang.Text(o.Text)
	}
	sent, observed, note := "", "", t.lang.Text(d.Note)
	if t.run != nil {
		observed, note = t.answers(d.No), t.observations(d.No)
		if i := t.run.SentOf(d.No); i != nil {
			sent = t.moment(i.Mark.At)
		} else if k := t.run.SkippedOf(d.No); k != nil {
			sent = t.lang.InjectStatus(incident.InjectIsSkipped) + separator + k.Mark.Note
		}
	}
	return safeCells(
		string(d.No), t.planned(d), sent, t.lang.Text(d.Text), t.lang.Text(d.From), d.Facilitator, t.to(d.To), t.lang.Channel(d.Channel),
		t.lang.Text(d.Expected), objective, observed, note,
	)
}

func (t *table) improvised(i *incident.SentInject) []string {
	return safeCells(
		string(i.No), t.lang.T("csv.exercise.improvised"), t.moment(i.Mark.At), t.lang.Text(i.Text), t.lang.Text(i.From), i.Mark.By, t.to(i.To),
		t.lang.Channel(i.Channel), t.lang.Text(i.Expected), i.Objective, t.answers(i.No), t.observations(i.No),
	)
}

// separator stands between an id and its words.
const separator = " – "

// planned is the time from the start and on the clock, or the condition as the scenario has it.
func (t *table) planned(d *incident.InjectDef) string {
	out := t.lang.InjectStatus(incident.InjectByHand)
	switch {
	case d.At != nil:
		out = "T" + d.At.String() + t.clock(*d.At)
	case d.When != nil:
		out = flowCondition(d.When)
		if d.Contingency {
			out = t.lang.InjectStatus(incident.InjectByHand) + " " + out
		}
	}
	if d.Within != nil {
		out += " ~" + d.Within.Min.String() + ".." + d.Within.Max.String()
	}
	return out
}

func (t *table) clock(o incident.Offset) string {
	if t.run != nil {
		return " (" + t.moment(t.run.Start.Add(o.Std())) + ")"
	}
	hour, err := time.Parse("15:04", t.sc.Start.Clock)
	if err != nil {
		return ""
	}
	return " (" + hour.Add(o.Std()).Format("15:04") + ")"
}

func (t *table) moment(at time.Time) string { return at.In(t.zone).Format("2006-01-02 15:04:05") }

func (t *table) to(roles []incident.Role) string {
	if len(roles) == 0 {
		return t.lang.T("exercise.all")
	}
	out := make([]string, len(roles))
	for i, r := range roles {
		out[i] = string(r)
	}
	return strings.Join(out, ", ")
}

func (t *table) answers(no incident.InjectID) string {
	var out []string
	for _, a := range t.run.AnswersTo(no) {
		out = append(out, a.Mark.At.In(t.zone).Format("15:04")+" "+a.Mark.By+": "+a.Mark.Note)
	}
	return strings.Join(out, "\n")
}

func (t *table) observations(no incident.InjectID) string {
	var out []string
	for i := range t.run.Observed {
		if o := &t.run.Observed[i]; o.Inject == no {
			out = append(out, t.lang.ObservationKind(o.Kind)+": "+o.Mark.Note)
		}
	}
	return strings.Join(out, "\n")
}

// safeCells keeps a spreadsheet from reading a text as a formula; the apostrophe goes again when the table is read.
func safeCells(all ...string) []string {
	for i, s := range all {
		if strings.HasPrefix(s, "'") {
			s = "'" + s
		}
		all[i] = text.Cell(s)
	}
	return all
}
