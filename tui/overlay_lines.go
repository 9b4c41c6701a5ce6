package tui

import (
	"sangfroid/internal/cell"
	"sangfroid/internal/incident"
	"sangfroid/tui/theme"
	"strings"
	"time"
)

// keySheet lists every key of this screen, from the same table that the keys work from.
func (m *model) keySheet(w int) []string {
	t := m.theme
	var out []string
	column := max(w/2, 48)
	var cells []row
	add := func(key, what string, off bool) {
		ink := t.Text
		if off {
			ink = t.Muted
		}
		cells = append(cells, row{}.add(" "+key+" ", t.Key).to(16).add(what, ink))
	}
	for _, a := range actions() {
		if a.at&m.here() == 0 || len(a.keys) == 0 {
			continue
		}
		names := make([]string, len(a.keys))
		for i, k := range a.keys {
			names[i] = keyLabel(m.lang, k)
		}
		add(strings.Join(names, " "), m.t("act."+a.id), a.why(m) != "")
	}
	add("↑↓", m.t("tui.keys.move"), false)
	add(m.t("key.enter"), m.t("tui.keys.open"), false)
	add("esc", m.t("tui.keys.back"), false)
	if column*2 > w+1 {
		for _, c := range cells {
			out = append(out, c.line(w, false))
		}
		return out
	}
	half := (len(cells) + 1) / 2
	for i := range half {
		line := cells[i].line(column, false)
		if i+half < len(cells) {
			line += cells[i+half].line(w-column, false)
		} else {
			line += blanks(w - column)
		}
		out = append(out, line)
	}
	return out
}

func (m *model) paletteLines(w, h int) []string {
	t := m.theme
	out := []string{row{}.add(": ", t.Focus).add(m.palette.words+"▏", t.Strong).line(w, false)}
	list := m.paletteActions()
	if len(list) == 0 {
		return append(out, m.paragraph(m.t("tui.palette.none"), t.Muted, w)...)
	}
	top := max(0, min(m.palette.cursor-(h-2), len(list)-(h-1)))
	for i := max(top, 0); i < len(list) && len(out) < h; i++ {
		a := list[i]
		r := row{}.space(2)
		label := t.Text
		why := a.why(m)
		if why != "" {
			label = t.Muted
		}
		r = r.add(m.t("act."+a.id), label)
		if why != "" {
			r = r.add("  "+m.t(why), t.Muted)
		}
		if key := a.keyName(m.lang); key != "" {
			const near = 76 // a key far from its words is not read
			r = r.to(min(w, near)-width(key)-4).space(2).add(key, t.Muted)
		}
		out = append(out, r.line(w, i == m.palette.cursor))
	}
	return out
}

func (m *model) inboxLines(w int) []string {
	t := m.theme
	var out []string
	for i := len(m.frame.Inbox) - 1; i >= 0; i-- {
		g := m.frame.Inbox[i]
		r := row{}.add(g.Received.In(m.zone()).Format("15:04:05"), t.Muted).space(2).add(cut(g.Source, 18), t.Holds).to(30)
		ink := t.Text
		if g.Attached {
			ink = t.Muted
			r = r.add(t.Symbol(theme.Done())+" ", t.Holds)
		} else if step := cell.StepFor(m.frame.State, g); step != "" {
			r = r.add(t.Symbol(theme.Ready())+" "+m.lang.StepTitle(m.frame.State, step)+"  ", t.Soon)
		}
		out = append(out, r.add(g.Summary, ink).line(w, len(m.frame.Inbox)-1-i == m.overAt))
	}
	return out
}

// peopleLines tell who is in the cell, who is at a console, and what each has seen.
func (m *model) peopleLines(w int) []string {
	t := m.theme
	out := append(m.linkLines(w), m.rightsLines(w)...)
	out = append(out, row{}.add(m.t("tui.people.here"), t.Strong).line(w, false))
	name, role := 28, 46
	if w < 100 {
		name, role = 21, 36
	}
	for _, p := range m.frame.Present {
		r := row{}.space(1).add(t.Symbol(theme.Running())+" ", t.Holds).add(cut(p.Name, name-4), t.Text).to(name).add(cut(m.roleName(p.Role), role-name-1), t.Muted).to(role).
			add(m.t("tui.people.seen", "n", p.Seen, "of", m.frame.Len), t.Muted)
		switch {
		case p.Self:
			r = r.add("  "+m.t("tui.people.you"), t.Holds)
		case m.frame.Differs(p):
			r = r.add("  "+m.apartSince(p), t.Broken)
		case m.frame.Agrees(p):
			r = r.add("  "+m.t("tui.people.same"), t.Holds)
		case p.Same > 0:
			r = r.add("  "+m.t("tui.people.upto", "n", p.Same), t.Muted)
		}
		out = append(out, r.line(w, false))
	}
	out = append(append(out, m.unsafeLines(w)...), blanks(w), row{}.add(m.t("tui.people.roster"), t.Strong).line(w, false))
	for i := range m.frame.State.Roster {
		p := &m.frame.State.Roster[i]
		roles := make([]string, len(p.Roles))
		for k, r := range p.Roles {
			roles[k] = m.roleName(r)
		}
		since := m.t("tui.people.since", "at", m.nearMoment(p.Joined.At))
		if p.Left != nil {
			since = m.t("tui.people.left", "at", m.nearMoment(p.Left.At))
		}
		out = append(out, row{}.space(1).add(cut(p.Name, 24), t.Text).to(28).add(strings.Join(roles, ", "), t.Holds).to(60).add(since, t.Muted).line(w, false))
	}
	return append(out, m.handoverLines(w)...)
}

// handoverLines tell the hand-overs that wait, to both sides and to everybody, and the roles that nobody holds.
func (m *model) handoverLines(w int) []string {
	t := m.theme
	s := m.frame.State
	var out []string
	for i := range s.Handover {
		h := &s.Handover[i]
		at := m.lang.Minute(h.Given.At, m.zone(), m.now)
		role := m.lang.RoleTitle(s, h.Role)
		switch {
		case h.Pending() && h.To == m.me().Name:
			out = append(out, m.paragraph(t.Symbol(theme.Alert())+" "+m.t("comms.wait.you", "role", role, "from", h.From, "at", at), t.Soon, w)...)
		case h.Pending():
			out = append(out, m.paragraph(t.Symbol(theme.Pending())+" "+m.t("comms.wait", "role", role, "from", h.From, "to", h.To, "at", at), t.Soon, w)...)
		case h.Void != nil && h.Void.Note != "" && m.now.Sub(h.Void.At) < time.Hour:
			out = append(out, m.paragraph(t.Symbol(theme.Failed())+" "+m.t("comms.void", "role", role, "from", h.From, "to", h.To, "by", h.Void.By, "why", h.Void.Note), t.Muted, w)...)
		}
	}
	var free []string
	for _, r := range incident.RolesOf(s) {
		if _, held := s.Holder(r); !held {
			free = append(free, m.lang.RoleTitle(s, r))
		}
	}
	if len(free) > 0 {
		out = append(out, m.paragraph(m.t("draft.free", "roles", strings.Join(free, ", ")), t.Muted, w)...)
	}
	if len(out) > 0 {
		out = append([]string{blanks(w)}, out...)
	}
	return out
}

// briefLines are the brief that waits for this person.
func (m *model) briefLines(w int) []string {
	h := m.handover()
	if h == nil {
		return []string{row{}.add(m.t("why.noack"), m.theme.Muted).line(w, false)}
	}
	s := m.frame.State
	head := m.t("comms.wait.you", "role", m.lang.RoleTitle(s, h.Role), "from", h.From, "at", m.lang.Minute(h.Given.At, m.zone(), m.now))
	out := append(m.paragraph(head, m.theme.Strong, w), blanks(w))
	return append(out, m.paragraph(h.Brief, m.theme.Text, w)...)
}
