package tui

import (
	"sangfroid/internal/incident"
	"sangfroid/tui/theme"
	"strings"

	tea "charm.land/bubbletea/v2"
)

// View draws the whole screen. It reads the model only; every field of the view is set every time.
func (m *model) View() tea.View {
	lines, cursor := m.draw()
	v := tea.NewView(strings.Join(lines, "\n"))
	v.AltScreen = true
	v.Cursor = cursor
	v.WindowTitle = m.windowTitle()
	return v
}

func (m *model) windowTitle() string {
	if m.frame == nil {
		return "sangfroid"
	}
	word := m.exerciseTitle()
	if m.replaying() && m.frame.State.Realm != incident.Drill {
		word = m.t("tui.replay") // what is replayed is over
	}
	return word + " · " + m.lang.Title(m.frame.State) + " · sangfroid"
}

// draw gives exactly h lines of w cells.
func (m *model) draw() ([]string, *tea.Cursor) {
	if m.w <= 0 || m.h <= 0 {
		return nil, nil
	}
	if m.screen == screenHome {
		return m.drawHome()
	}
	if m.layout.tiny {
		return m.drawTiny()
	}
	out := append(m.header(), m.band()...)
	if m.overlay == overExercise && m.form == nil {
		return m.drawExercise(append(out, m.nextLine())), nil
	}
	out = append(out, m.bigClocks()...)
	out = append(fill(out, m.w, len(out)+m.layout.gap), m.ribbon())
	out = append(out, m.serviceTable()...)
	if !m.layout.compact || m.layout.legal > 0 {
		out = append(out, m.legalLine())
	}
	if m.layout.replay > 0 {
		out = append(out, m.replayBar())
	}
	out = append(out, m.nextLine())
	out = fill(out, m.w, len(out)+m.layout.air)
	top := len(out)
	body, cursor := m.body(m.w, m.h-top-1)
	out = fill(append(out, body...), m.w, m.h-1)
	if cursor != nil {
		cursor.Y += top
	}
	return append(out, m.bottom()), cursor
}

// body is the form, the overlay, one pane, or all of them.
func (m *model) body(w, h int) ([]string, *tea.Cursor) {
	switch {
	case h < 3:
		return nil, nil
	case m.form != nil:
		return m.formBody(w, h)
	case m.overlay != overNone:
		return m.overlayBody(w, h), nil
	case m.zoom:
		return m.pane(m.focus, w, h), nil
	case m.layout.compact:
		return append([]string{m.tabs()}, m.pane(m.focus, w, h-1)...), nil
	}
	return m.panes(h), nil
}

func (m *model) panes(h int) []string {
	l := m.layout
	draw := func(p pane) []string { return m.pane(p, l.panes[p].w, l.panes[p].h) }
	if l.wide {
		return beside(h, append(draw(paneDecision), draw(paneCatchup)...), draw(panePlan), draw(paneLog))
	}
	upper := l.panes[paneDecision].h
	out := beside(upper, draw(paneDecision), draw(panePlan), draw(paneCatchup))
	return append(out, m.pane(paneLog, l.panes[paneLog].w, h-upper)...)
}

// pane draws one pane with its frame.
func (m *model) pane(p pane, w, h int) []string {
	focused := p == m.focus
	number := string(rune('1' + int(p)))
	var title, note string
	var lines []string
	switch p {
	default:
	case paneDecision:
		title, note = m.decisionTitle()
		var more string
		lines, more = m.decisionPage(m.decisionPane(w-4, h-2), w-4, h-2)
		note = strings.TrimSpace(note + "  " + more)
	case panePlan:
		title, note = m.planTitle()
		lines = m.planPane(w-4, h-2, focused)
	case paneCatchup:
		title, note = m.catchupTitle()
		lines = m.catchupPane(w-4, h-2, focused)
	case paneLog:
		title, note = m.logTitle()
		lines = m.logLines(w-4, h-2, focused)
	}
	return box(m.frameTheme(), w, h, number+" "+title, note, focused, lines)
}

// tabs names the panes of a small screen; the one shown is marked.
func (m *model) tabs() string {
	t := m.theme
	r := row{}
	for p := range paneCount {
		var title string
		switch p {
		default:
		case paneDecision:
			title, _ = m.decisionTitle()
		case panePlan:
			title, _ = m.planTitle()
		case paneCatchup:
			title, _ = m.catchupTitle()
		case paneLog:
			title, _ = m.logTitle()
		}
		ink := t.Muted
		if p == m.focus {
			ink = t.Focus
		}
		r = r.space(1).add(string(rune('1'+int(p))), t.Key).add(" "+title+" ", ink)
	}
	return r.line(m.w, false)
}

func (m *model) paneHeight(p pane) int {
	if p == paneLog {
		return m.logHeight()
	}
	if m.zoom || m.layout.compact {
		return max(m.layout.body.h-2, 1)
	}
	return max(m.layout.panes[p].h-2, 1)
}

// drawHome is the list, with a form or an overlay over it.
func (m *model) drawHome() ([]string, *tea.Cursor) {
	if m.w < 20 || m.h < 5 {
		return fill([]string{row{}.add("SANGFROID", m.theme.Strong).line(m.w, false)}, m.w, m.h), nil
	}
	if m.form == nil && m.overlay == overNone {
		return m.homeView(), nil
	}
	base := m.homeView()
	top := min(2, m.h-3)
	body, cursor := m.body(m.w, m.h-top-1)
	out := fill(append(append([]string{}, base[:top]...), body...), m.w, m.h-1)
	if cursor != nil {
		cursor.Y += top
	}
	return append(out, m.bottom()), cursor
}

// drawTiny shows what fits a terminal that is too small: the clocks, the phase, whether words are safe.
func (m *model) drawTiny() ([]string, *tea.Cursor) {
	t := m.theme
	if m.form != nil && m.h >= 4 && m.w >= 24 {
		return m.tinyForm()
	}
	s := m.frame.State
	var out []string
	a, b := rulers(m.clocks)
	for _, c := range []*incident.Clock{a, b} {
		if c != nil {
			out = append(out, row{}.add(clockFace(m.lang, c), m.clockInk(c)).add(" "+m.lang.Clockword(c.Kind), t.Strong).line(m.w, false))
		}
	}
	if len(m.legal) > 0 {
		out = append(out, m.legalLine())
	}
	badge := t.Live
	if m.looksDrill() {
		badge = t.Drill
	}
	out = append([]string{row{}.add(m.exerciseTitle(), badge).add(" "+m.lang.Title(s), t.Strong).line(m.w, false)}, out...)
	out = append(out, row{}.add(upper(m.lang.Phase(incident.PhaseAt(s, m.now))), t.Soon).line(m.w, false))
	link := row{}
	if !m.replaying() {
		link = m.linkSpans(m.frame.Link)
	}
	if n := len(m.frame.Pending); n > 0 {
		link = link.add(" "+t.Symbol(theme.Pending())+m.lang.Count(int64(n)), t.Soon)
	}
	out = append(out, link.line(m.w, false), row{}.add(m.t("tui.small")+"  ", t.Muted).add("q", t.Key).add(" "+m.t("act.quit.short"), t.Muted).line(m.w, false))
	if m.noticeShown() {
		out = append(out, m.noticeRow().line(m.w, false))
	}
	return fill(out, m.w, m.h), nil
}

// tinyForm is a form on a terminal that is too small for panes. In a drill its first line says so.
func (m *model) tinyForm() ([]string, *tea.Cursor) {
	var out []string
	if m.frame != nil && m.frame.State.Realm == incident.Drill {
		badge := m.theme.Live
		if m.looksDrill() {
			badge = m.theme.Drill
		}
		out = append(out, row{}.add(" "+m.exerciseTitle()+" ", badge).over(m.w, badge))
	}
	lines, cursor := m.form.View(m.w, m.h-1-len(out))
	if cursor != nil {
		cursor.Y += len(out)
	}
	return append(append(out, lines...), m.formKeys().line(m.w, false)), cursor
}
