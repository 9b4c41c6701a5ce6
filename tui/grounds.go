package tui

import (
	"sangfroid/internal/incident"
	"strings"

	tea "charm.land/bubbletea/v2"
)

// leastGrounds is how many lines of grounds beside a form are worth their frame.
const leastGrounds = 8

// formBody is the form; with one about a decision, what it is decided on stays in sight where there is room: beside the
// form on a wide screen, else below it.
func (m *model) formBody(w, h int) ([]string, *tea.Cursor) {
	if m.weighs() {
		if m.layout.wide {
			left := w / 2
			lines, cursor := m.formBox(left, h)
			right := m.decisionPane(w-left-4, h-2)
			return beside(h, lines, box(m.frameTheme(), w-left, h, m.t("tui.pane.decision"), "", false, right)), cursor
		}
		const form = 14 // enough for the form of a decision; it must not jump while it is filled
		if rest := h - form; rest >= leastGrounds+2 && m.form.Height(w-4) <= form-2 {
			lines, cursor := m.formBox(w, form)
			return append(lines, box(m.frameTheme(), w, rest, m.t("tui.pane.decision"), "", false, m.grounds(w-4))...), cursor
		}
	}
	return m.formBox(w, h)
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
	return false
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
