package tui

import (
	"sangfroid/internal/cell"
	"sangfroid/internal/incident"
	"sangfroid/tui/form"
	"sangfroid/tui/theme"
	"strconv"

	tea "charm.land/bubbletea/v2"
)

// openContacts lists whom to call, the next one first.
func (m *model) openContacts() tea.Cmd {
	m.overlay, m.overTop, m.overAt = overContacts, 0, 0
	return nil
}

func (m *model) contactsKey(key string) tea.Cmd {
	all := incident.Contacts(m.frame.State)
	if key == "q" {
		m.overlay = overNone
	}
	m.pickRow(key, len(all), 0)
	if m.replaying() || m.overlay == overNone {
		return nil
	}
	if why := m.canNote(); why != "" {
		m.refuse(m.t(why), "")
		return nil
	}
	if key == "a" {
		return m.openAddContact(nil)
	}
	if m.overAt >= len(all) {
		return nil
	}
	switch c := &all[m.overAt]; key {
	case "enter", "r":
		return m.openTried(c, true)
	case "m":
		return m.openTried(c, false)
	case "c":
		return m.openAddContact(c)
	}
	return nil
}

// openTried records an attempt to reach a contact.
func (m *model) openTried(c *incident.Contact, reached bool) tea.Cmd {
	value := "no"
	if reached {
		value = "yes"
	}
	id := c.ID
	head := m.lang.Text(c.Name)
	if call := m.lang.Text(c.Call); call != "" {
		head += "\n" + call
	}
	return m.show("contact-"+value, m.t("comms.tried"), "save.note", []form.Field{
		m.words(head), m.choice("reached", value, []form.Option{{Value: "yes", Label: m.t("comms.yes")}, {Value: "no", Label: m.t("comms.no")}}),
		m.line("said", "", false), m.at(),
	}, func(v form.Values) ([]cell.Command, error) {
		return m.command(v, "", incident.ContactReached{Contact: id, Reached: v["reached"] == "yes", Note: v["said"]})
	})
}

// openAddContact adds somebody no playbook lists, or corrects how a listed one is called.
func (m *model) openAddContact(c *incident.Contact) tea.Cmd {
	name, title, id := "", m.t("comms.add"), ""
	if c != nil {
		name, title, id = m.lang.Text(c.Name), m.t("comms.correct"), c.ID
	}
	draft := "contact-add"
	if !incident.ValidID(id) {
		id = "" // one that was only ever named in the log: it gets an id of its own
	}
	if id != "" {
		draft = "contact-" + id
	}
	return m.show(draft, title, "save.note", []form.Field{
		m.line("function", name, true), m.line("call", "", true), m.line("why", "", false),
	}, func(v form.Values) ([]cell.Command, error) {
		own := id
		if own == "" {
			own = m.frame.State.NewContactID(v["function"])
		}
		return m.command(v, "", incident.ContactAdded{ID: own, Name: v["function"], Call: v["call"], Reason: v["why"]})
	})
}

// contactLines lists the contacts; under the selected one: how to call, what it is for, the last attempts. from and to are
// the lines of the selected one.
func (m *model) contactLines(w int) (out []string, from, to int) {
	t := m.theme
	s := m.frame.State
	all := incident.Contacts(s)
	if len(all) == 0 {
		return []string{row{}.add(m.t("comms.nocontacts"), t.Muted).line(w, false)}, 0, 1
	}
	column := 30
	for i := range all {
		column = max(column, width(m.lang.Text(all[i].Name))+6)
	}
	column = min(column, max(w/2-4, 30))
	for i := range all {
		c := &all[i]
		mark, ink := m.contactMark(c)
		r := row{}.add(t.Symbol(mark)+" ", ink).add(cut(m.lang.Text(c.Name), column-4), t.Text).to(column).
			add(m.lang.ContactState(s, c, m.zone(), m.now), ink)
		if i == m.overAt {
			from = len(out)
		}
		out = append(out, r.line(w, i == m.overAt))
		if i == m.overAt {
			if name := m.lang.Text(c.Name); width(name) > column-4 {
				for _, l := range wrap(name, w-4) {
					out = append(out, row{}.space(4).add(l, t.Text).line(w, false))
				}
			}
			out = append(out, m.contactDetail(c, w)...)
			to = len(out)
		}
	}
	return out, from, to
}

func (m *model) contactMark(c *incident.Contact) (theme.Mark, theme.Ink) {
	switch {
	case c.Missed > 0:
		return theme.Failed(), m.theme.Broken
	case c.Wanted():
		return theme.Ready(), m.theme.Soon
	case c.Reached != nil:
		return theme.Done(), m.theme.Holds
	}
	return theme.ToDo(), m.theme.Muted
}

func (m *model) contactDetail(c *incident.Contact, w int) []string {
	t := m.theme
	var out []string
	under := func(s string, ink theme.Ink) {
		for _, l := range wrap(s, w-4) {
			out = append(out, row{}.space(4).add(l, ink).line(w, false))
		}
	}
	if call := m.lang.Text(c.Call); call != "" {
		under(m.t("comms.call", "call", call), t.Strong)
	} else {
		under(m.t("comms.nocall"), t.Soon)
	}
	for _, id := range c.Steps {
		under(m.t("contact.for", "step", m.lang.StepTitle(m.frame.State, id)), t.Soon)
	}
	if c.Added != nil {
		under(m.t("comms.added", "by", c.Added.Mark.By, "at", m.lang.Minute(c.Added.Mark.At, m.zone(), m.now), "entry", strconv.Itoa(c.Added.Mark.Seq)), t.Muted)
	}
	const shown = 3
	n := 0
	log := m.frame.State.Contacts
	for i := len(log) - 1; i >= 0 && n < shown; i-- {
		if id, _ := m.frame.State.FindContact(log[i].Contact); id != c.ID && log[i].Contact != c.ID {
			continue
		}
		n++
		word := m.t("comms.no")
		if log[i].Reached {
			word = m.t("comms.yes")
		}
		line := m.lang.Minute(log[i].Mark.At, m.zone(), m.now) + "  " + word + "  " + log[i].Mark.By
		if log[i].Mark.Note != "" {
			line += " – " + log[i].Mark.Note
		}
		under(line, t.Muted)
	}
	return out
}
