package tui

import (
	"sangfroid/internal/incident"
	"slices"
)

// exView is a part of the screen of an exercise.
type exView int

const (
	exAgenda exView = iota // the master list, for who conducts
	exRoles                // who was sent what
	exGoals                // objectives, measured and rated
	exInbox                // what a player received
)

// exViews are the parts who sits here may see. A player sees what was sent to them, and objectives when all is over.
func (m *model) exViews() []exView {
	x := m.exercise()
	role := m.viewer()
	switch {
	case x == nil:
		return nil
	case x.Ended != nil && incident.SeesAll(role):
		return []exView{exGoals, exAgenda, exRoles}
	case x.Ended != nil:
		return []exView{exGoals, exInbox}
	case role == incident.RoleEvaluator:
		return []exView{exGoals, exAgenda, exRoles}
	case incident.SeesAll(role):
		return []exView{exAgenda, exRoles, exGoals}
	}
	return []exView{exInbox}
}

func (m *model) exView() exView {
	v := m.exViews()
	return v[m.ex.view%len(v)]
}

// exRow is an inject as the lists show it: of the master list, or improvised.
type exRow struct {
	no    incident.InjectID
	state *incident.InjectState // nil for one that was improvised
	sent  *incident.SentInject
}

// exRows is the master list by what there is to do: due, to come, waiting, in reserve; then what was sent, the newest first.
func (m *model) exRows() []exRow {
	x := m.exercise()
	a := incident.Due(m.frame.State, m.now)
	var out []exRow
	add := func(list []incident.InjectState) {
		for i := range list {
			out = append(out, exRow{no: list[i].Def.No, state: &list[i], sent: list[i].Sent})
		}
	}
	for _, list := range [][]incident.InjectState{a.Due, a.Next, a.Waiting, a.ByHand} {
		add(list)
	}
	for i := len(x.Sent) - 1; i >= 0; i-- {
		r := exRow{no: x.Sent[i].No, sent: &x.Sent[i]}
		if k := slices.IndexFunc(a.Sent, func(s incident.InjectState) bool { return s.Def.No == r.no }); k >= 0 {
			r.state = &a.Sent[k]
		}
		out = append(out, r)
	}
	add(a.Skipped)
	for i := range a.All {
		if a.All[i].Status == incident.InjectOver {
			out = append(out, exRow{no: a.All[i].Def.No, state: &a.All[i]})
		}
	}
	return out
}

// exInboxRows is what the role that sits here received, the newest first.
func (m *model) exInboxRows() []exRow {
	seen := m.exercise().Seen(m.viewer())
	out := make([]exRow, len(seen))
	for i := range seen {
		out[len(seen)-1-i] = exRow{no: seen[i].No, sent: &seen[i]}
	}
	return out
}

func (m *model) listedRows() []exRow {
	switch m.exView() {
	case exAgenda:
		return m.exRows()
	case exInbox:
		return m.exInboxRows()
	case exRoles, exGoals:
	}
	return nil
}

// picked is the place of the inject chosen; the first where it is gone.
func (m *model) picked(rows []exRow) int {
	return max(slices.IndexFunc(rows, func(r exRow) bool { return r.no == m.ex.pick }), 0)
}

// drawExercise is the whole screen below the header.
func (m *model) drawExercise(out []string) []string {
	h := m.h - len(out) - 1
	keys := m.exerciseKeys()
	var foot []string
	if m.keyRow(keys).width() > m.w {
		foot = m.keyLines(keys, m.w-2)
		for i := range foot {
			foot[i] = " " + foot[i] + " "
		}
		h -= len(foot) - 1
	}
	out = append(out, m.exBody(m.w, max(h, 3))...)
	if len(foot) > 0 {
		return append(fill(out, m.w, m.h-len(foot)), foot...)
	}
	return append(fill(out, m.w, m.h-1), m.keyRow(keys).line(m.w, false))
}

// exBody puts the parts side by side where there is room, else list above detail.
func (m *model) exBody(w, h int) []string {
	if rows := m.listedRows(); m.ex.whole && len(rows) > 0 {
		return m.exScroll(m.t("tui.ex.detail"), m.exDetail(rows[m.picked(rows)], w-4), w, h)
	}
	switch v := m.exView(); v {
	case exRoles:
		return m.exScroll(m.t("tui.ex.roles"), m.rolesLines(w-4, true), w, h)
	case exGoals:
		return m.exGoalsBox(w, h)
	case exInbox:
		return m.exSplit(m.t("tui.ex.inbox"), "", m.exInboxRows(), w, h, nil)
	case exAgenda:
	}
	x := m.exercise()
	note := m.t("tui.ex.agenda.note", "sent", len(x.Sent), "of", len(x.Scenario.Injects))
	return m.exSplit(m.t("tui.ex.agenda"), note, m.exRows(), w, h, m.rolesLines)
}

// exSplit draws a list and the one selected; roles, where given, have a place of their own on a large screen.
func (m *model) exSplit(title, note string, rows []exRow, w, h int, roles func(w int, whole bool) []string) []string {
	t := m.frameTheme()
	at := m.picked(rows)
	list := func(w, h int) []string {
		return box(t, w, h, title, note, true, m.exList(rows, at, w-4, h-2))
	}
	detail := func(w, h int) []string {
		var lines []string
		if at < len(rows) {
			lines = m.exDetail(rows[at], w-4)
		}
		return box(t, w, h, m.t("tui.ex.detail"), "", false, fit(m, lines, w-4, h-2, "tui.ex.morefull"))
	}
	switch {
	case w >= wideWidth && roles != nil:
		a, b := w*38/100, w*32/100
		c := w - a - b
		return beside(h, list(a, h), detail(b, h), box(t, c, h, m.t("tui.ex.roles"), "", false, fit(m, roles(c-4, true), c-4, h-2, "tui.more")))
	case w >= fullWidth && h >= 20 && roles != nil:
		a := w * 52 / 100
		up := h * 55 / 100
		told := roles(w-a-4, true)
		if len(told) > h-up-2 {
			told = roles(w-a-4, false) // what nobody answered comes first
		}
		right := append(detail(w-a, up), box(t, w-a, h-up, m.t("tui.ex.roles"), "", false, fit(m, told, w-a-4, h-up-2, "tui.more"))...)
		return beside(h, list(a, h), right)
	case w >= fullWidth:
		a := w * 45 / 100
		return beside(h, list(a, h), detail(w-a, h))
	}
	up := max(min(len(rows)+2, h/2), 4)
	return append(list(w, up), detail(w, h-up)...)
}

// fit tells when lines go on below what there is room for, in the words of key.
func fit(m *model, lines []string, w, h int, key string) []string {
	if len(lines) <= h || h < 1 {
		return lines
	}
	out := append([]string{}, lines[:h-1]...)
	return append(out, row{}.add(m.t(key, "n", len(lines)-h+1), m.theme.Muted).line(w, false))
}

func (m *model) exScroll(title string, lines []string, w, h int) []string {
	room := max(h-2, 1)
	m.ex.top = max(min(m.ex.top, len(lines)-room), 0)
	note := ""
	if len(lines) > room {
		note = m.t("tui.lines", "from", m.ex.top+1, "to", min(m.ex.top+room, len(lines)), "of", len(lines)) + " ↑↓"
	}
	return box(m.frameTheme(), w, h, title, note, true, lines[m.ex.top:min(m.ex.top+room, len(lines))])
}

func (m *model) exList(rows []exRow, at, w, h int) []string {
	if len(rows) == 0 {
		key := "tui.ex.agenda.none"
		if m.exView() == exInbox {
			key = "tui.ex.inbox.none"
		}
		return m.paragraph(m.t(key), m.theme.Muted, w)
	}
	top := max(0, min(at-h/2, len(rows)-h))
	var out []string
	for i := top; i < min(top+h, len(rows)); i++ {
		r := m.agendaRow(rows[i])
		if m.exView() == exInbox {
			r = m.inboxRow(rows[i])
		}
		out = append(out, r.line(w, i == at))
	}
	return out
}
