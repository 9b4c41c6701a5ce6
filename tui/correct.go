package tui

import (
	"sangfroid/internal/cell"
	"sangfroid/internal/incident"
	"sangfroid/internal/when"
	"sangfroid/tui/form"
	"sangfroid/tui/theme"
	"strconv"
	"time"

	tea "charm.land/bubbletea/v2"
)

// Corrective actions: what will be done so that a gap does not come again, listed, added and followed.

func (m *model) openActions() tea.Cmd {
	m.overlay, m.overTop, m.overAt = overActions, 0, 0
	return nil
}

func (m *model) actionsKey(key string) tea.Cmd {
	all := m.frame.State.Actions
	if key == "q" {
		m.overlay = overNone
	}
	m.pickRow(key, len(all), 0)
	if m.replaying() || m.overlay == overNone || (key != "a" && key != "enter") {
		return nil
	}
	if why := m.canNote(); why != "" {
		m.refuse(m.t(why), "")
		return nil
	}
	if key == "a" || len(all) == 0 {
		return m.openAddAction()
	}
	return m.openFollowAction(&all[m.overAt])
}

// due is a field for a day something is to be done by.
func (m *model) due(value string) form.Field { return m.momentBy("due", value, false, when.Due) }

// dueOf reads it; nil where it is empty.
func (m *model) dueOf(s string) *time.Time {
	t, _, err := when.Due(s, m.calendar(), m.zone())
	if s == "" || err != nil {
		return nil
	}
	return &t
}

func (m *model) openAddAction() tea.Cmd {
	return m.show("action-add", m.t("action.add"), "save.note", []form.Field{
		m.line("what", "", true), m.line("owner", "", false), m.due(""), m.line("for", "", false),
	}, func(v form.Values) ([]cell.Command, error) {
		return m.command(v, "", incident.ActionAdded{Text: v["what"], For: v["for"], Owner: v["owner"], Due: m.dueOf(v["due"])})
	})
}

// openFollowAction tells how an action stands; what is left as it was is not written again.
func (m *model) openFollowAction(a *incident.CorrectiveAction) tea.Cmd {
	var states []form.Option
	for _, s := range []incident.ActionStatus{incident.ActionOpen, incident.ActionDone, incident.ActionDropped} {
		states = append(states, form.Option{Value: string(s), Label: m.lang.ActionStatus(s)})
	}
	due := ""
	if a.Due != nil {
		due = a.Due.In(m.zone()).Format(time.DateOnly)
	}
	id, was := a.ID, *a
	return m.show("action-"+strconv.Itoa(a.No), m.t("action.follow", "n", a.No, "text", a.Text), "save.note", []form.Field{
		m.choice("state", string(a.Status), states), m.line("owner", a.Owner, false), m.due(due), m.line("note", "", false), m.at(),
	}, func(v form.Values) ([]cell.Command, error) {
		d := incident.ActionFollowed{Action: id, Note: v["note"]}
		if s := incident.ActionStatus(v["state"]); s != was.Status {
			d.State = s
		}
		if v["owner"] != was.Owner {
			d.Owner = v["owner"]
		}
		if v["due"] != due {
			d.Due = m.dueOf(v["due"])
		}
		return m.command(v, "", d)
	})
}

// actionLines lists the actions; from and to are the lines of the selected one.
func (m *model) actionLines(w int) (out []string, from, to int) {
	t, all := m.theme, m.frame.State.Actions
	if len(all) == 0 {
		return []string{row{}.add(m.t("action.keys.first"), t.Muted).line(w, false)}, 0, 1
	}
	for i := range all {
		a := &all[i]
		mark, ink := m.actionMark(a)
		on := i == m.overAt
		if on {
			from = len(out)
		}
		out = append(out, row{}.add(t.Symbol(mark)+" ", ink).add(strconv.Itoa(a.No)+"  ", t.Muted).add(cut(a.Text, max(w-8, 1)), t.Text).line(w, on))
		for _, l := range wrap(m.lang.ActionState(a, m.zone(), m.calendar()), w-5) {
			out = append(out, row{}.space(5).add(l, ink).line(w, false))
		}
		if !on {
			continue
		}
		for _, l := range m.actionDetail(a, w) {
			out = append(out, row{}.space(5).add(l, t.Muted).line(w, false))
		}
		to = len(out)
	}
	return out, from, to
}

func (m *model) actionDetail(a *incident.CorrectiveAction, w int) []string {
	var out []string
	if len([]rune(a.Text)) > w-8 {
		out = append(out, wrap(a.Text, w-5)...)
	}
	if a.For != "" {
		out = append(out, wrap(m.t("e.action.for", "for", a.For), w-5)...)
	}
	line := m.t("action.added", "at", m.lang.Minute(a.Added.At, m.zone(), m.now), "by", a.Added.By, "entry", strconv.Itoa(a.Added.Seq))
	if a.Moved > 0 {
		line += ", " + m.t("action.moved", "n", a.Moved)
	}
	return append(out, wrap(line, w-5)...)
}

func (m *model) actionMark(a *incident.CorrectiveAction) (theme.Mark, theme.Ink) {
	switch {
	case a.Status == incident.ActionDone:
		return theme.Done(), m.theme.Holds
	case a.Status == incident.ActionDropped:
		return theme.ToDo(), m.theme.Muted
	case a.Overdue(m.calendar()):
		return theme.Failed(), m.theme.Broken
	}
	return theme.Ready(), m.theme.Soon
}

// calendar is the time actions are due by: also of an exercise they are carried out in real life.
func (m *model) calendar() time.Time {
	if m.frame.State.Exercise != nil {
		return m.wall()
	}
	return m.now
}
