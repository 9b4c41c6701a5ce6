package tui

import (
	"sangfroid/internal/incident"
	"strings"

	tea "charm.land/bubbletea/v2"
)

// leastGrounds is how many lines of grounds beside a form are worth their frame.
const leastGrounds = 8

// formBody is the form. What it is filled in about stays in sight where there is room, beside the form on a wide screen, else
// below it.
func (m *model) formBody(w, h int) ([]string, *tea.Cursor) {
	if m.room == nil || m.screen == screenHome {
		return m.formBox(w, h)
	}
	form := 14 // enough for most forms; it must not jump while it is filled
	if h-form < leastGrounds+2 {
		form--
	}
	switch left := w / 2; {
	case m.layout.wide && m.form.Height(left-4) <= h-2:
		lines, cursor := m.formBox(left, h)
		return beside(h, lines, m.inSight(w-left, h)), cursor
	case !m.layout.compact && !m.form.Long() && h-form >= leastGrounds+2 && m.form.Height(w-4) <= form-2:
		lines, cursor := m.formBox(w, form)
		return append(lines, m.inSight(w, h-form)...), cursor
	}
	return m.formBox(w, h)
}

// inSight is what stands beside or below a form: what a decision stands on; for every other form the pane it was opened from,
// else the timeline.
func (m *model) inSight(w, h int) []string {
	if m.weighs() {
		lines := m.grounds
		if m.layout.wide {
			lines = func(w int) []string { return m.decisionPane(w, h-2) }
		}
		return box(m.frameTheme(), w, h, m.t("tui.pane.decision"), "", false, lines(w-4))
	}
	p := m.focus
	if p == paneDecision {
		p = paneLog
	}
	was := m.focus
	m.focus = paneCount // the form has the keyboard
	lines := m.pane(p, w, h)
	m.focus = was
	return lines
}

func (m *model) formBox(w, h int) ([]string, *tea.Cursor) {
	lines, cursor := m.form.View(w-4, h-2)
	if cursor != nil {
		cursor.X += 2
		cursor.Y++
	}
	return box(m.frameTheme(), w, h, m.form.Title, "", true, lines), cursor
}

// weighs tells that the form is one a decision is weighed in.
func (m *model) weighs() bool {
	switch m.onForm {
	case "decide", "vote", "criterion":
		return m.room != nil && m.decision() != nil
	}
	return m.onForm == "" && m.room != nil && m.form.Save == "save.whatif" && m.decision() != nil
}

// grounds is what a decision stands on in few lines: the ways on for the service that presses most, beside what is known.
func (m *model) grounds(w int) []string {
	d := m.decision()
	known := func(w int) []string {
		out := append(m.criteria(d, w), m.votes(d, w)...)
		if d.Status == incident.DecisionContested { // what is settled comes first
			out = append(append([]string{blanks(w)}, m.decisionState(d, w)...), out...)
		}
		return out
	}
	left := w / 2
	var ways []string
	if ids := m.gatedBy(d); len(ids) > 0 && m.outlook.made != nil {
		if v := m.forecastOf(m.ruling(ids)); v != nil {
			ways = m.branchTable(d, v, left, len(ids) > 1)
		}
	}
	if len(ways) == 0 {
		return pastBlank(known(w))
	}
	right := pastBlank(known(w - left - 2))
	ways = pastBlank(ways)
	h := max(len(ways), len(right))
	return beside(h, fill(ways, left, h), fill(nil, 2, h), fill(right, w-left-2, h))
}

// pastBlank leaves out the blank line that sets a part off from what stands above it.
func pastBlank(lines []string) []string {
	if len(lines) > 0 {
		return lines[1:]
	}
	return nil
}

// decisionPage is the part of the decision's lines that fits w×h, and a word on where it is and how to see the rest.
func (m *model) decisionPage(lines []string, w, h int) (page []string, note string) {
	if len(lines) <= h || h <= 0 {
		return lines, ""
	}
	top := min(m.paneTop[paneDecision], len(lines)-h)
	key := "pgdown"
	if top == len(lines)-h {
		key = "pgup"
	}
	const roomy = 60
	word := keyLabel(m.lang, key)
	if w < roomy || m.theme.ASCII {
		word = ""
	}
	note = m.t("tui.page", "from", top+1, "to", top+h, "of", len(lines)) + " " + word
	return lines[top : top+h], strings.TrimSpace(note)
}

// turnDecision turns the page of a decision that is longer than its pane; false when it is not.
func (m *model) turnDecision(n int) bool {
	w, h := m.decisionSize()
	over := len(m.decisionPane(w-4, h-2)) - (h - 2)
	if m.focus != paneDecision || over <= 0 {
		return false
	}
	m.paneTop[paneDecision] = min(max(m.paneTop[paneDecision]+n, 0), over)
	return true
}

// decisionSize is the size of the decision's pane, frame included, as it is drawn now.
func (m *model) decisionSize() (w, h int) {
	b := m.layout.body
	switch {
	case m.zoom:
		return b.w, b.h
	case m.layout.compact:
		return b.w, b.h - 1
	}
	return m.layout.panes[paneDecision].w, m.layout.panes[paneDecision].h
}
