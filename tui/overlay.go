package tui

import (
	"sangfroid/internal/cell"
	"sangfroid/internal/incident"
	"sangfroid/tui/theme"
	"strings"

	tea "charm.land/bubbletea/v2"
)

// palette is the list of every action, narrowed by typing.
type palette struct {
	words  string
	cursor int
}

func (m *model) openKeys() tea.Cmd    { m.overlay, m.overTop = overKeys, 0; return nil }
func (m *model) openInbox() tea.Cmd   { m.overlay, m.overTop, m.overAt = overInbox, 0, 0; return nil }
func (m *model) openPeople() tea.Cmd  { m.overlay, m.overTop = overPeople, 0; return nil }
func (m *model) openPalette() tea.Cmd { m.overlay, m.palette = overPalette, palette{}; return nil }

// openStep shows the step selected, with what can be done.
func (m *model) openStep() tea.Cmd {
	if m.focus != panePlan {
		m.focusOn(panePlan)
	}
	m.overlay, m.overTop = overStep, 0
	return nil
}

// paletteActions are those that can be meant by the words typed.
func (m *model) paletteActions() []action {
	var out []action
	words := strings.Fields(strings.ToLower(m.palette.words))
	for _, a := range actions() {
		if a.at&m.here() == 0 || a.do == nil || a.id == "palette" {
			continue
		}
		hay := strings.ToLower(m.t("act."+a.id) + " " + a.id)
		fits := true
		for _, w := range words {
			fits = fits && strings.Contains(hay, w)
		}
		if fits {
			out = append(out, a)
		}
	}
	return out
}

func (m *model) overlayKey(k tea.KeyPressMsg) tea.Cmd {
	key := k.String()
	if key == "esc" || (key == "ctrl+c") {
		m.overlay = overNone
		return nil
	}
	switch m.overlay {
	case overPalette:
		return m.paletteKey(k)
	case overStep:
		return m.stepKey(key)
	case overInbox:
		return m.inboxKey(key)
	case overEntry:
		return m.entryKey(key)
	case overKeys, overPeople, overNone:
		m.scrollOver(key)
		if key == "q" || key == "?" || key == "enter" {
			m.overlay = overNone
		}
	}
	return nil
}

func (m *model) scrollOver(key string) {
	page := max(m.layout.body.h-4, 1)
	switch key {
	case "up", "k":
		m.overTop--
	case "down", "j":
		m.overTop++
	case "pgup":
		m.overTop -= page
	case "pgdown", "space":
		m.overTop += page
	case "home":
		m.overTop = 0
	}
	m.overTop = max(m.overTop, 0)
}

func (m *model) paletteKey(k tea.KeyPressMsg) tea.Cmd {
	list := m.paletteActions()
	switch k.String() {
	case "up":
		m.palette.cursor--
	case "down", "tab":
		m.palette.cursor++
	case "pgup":
		m.palette.cursor -= 10
	case "pgdown":
		m.palette.cursor += 10
	case "backspace":
		if r := []rune(m.palette.words); len(r) > 0 {
			m.palette.words = string(r[:len(r)-1])
		}
	case "enter":
		if m.palette.cursor < len(list) {
			m.overlay = overNone
			a := list[m.palette.cursor]
			return m.run(&a)
		}
	default:
		if k.Text != "" {
			m.palette.words += k.Text
			m.palette.cursor = 0
		}
	}
	m.palette.cursor = min(max(m.palette.cursor, 0), max(len(m.paletteActions())-1, 0))
	return nil
}

// stepVerbs are what can be done to a step, by key.
func stepVerbs() []struct{ key, verb string } {
	return []struct{ key, verb string }{
		{"s", "start"},
		{"d", "done"},
		{"p", "progress"},
		{"c", "check"},
		{"b", "block"},
		{"f", "fail"},
		{"k", "skip"},
		{"r", "reopen"},
		{"a", "assign"},
		{"e", "estimate"},
	}
}

func (m *model) stepKey(key string) tea.Cmd {
	if m.replaying() {
		m.scrollOver(key)
		return nil
	}
	if key == "enter" {
		return m.openVerb(m.likelyVerb())
	}
	for _, v := range stepVerbs() {
		if v.key == key {
			return m.openVerb(v.verb)
		}
	}
	switch key {
	case "left":
		m.cursor[panePlan]--
	case "right":
		m.cursor[panePlan]++
	default:
		m.scrollOver(key)
	}
	m.clampCursors()
	return nil
}

// likelyVerb is what is usually done next to the step selected.
func (m *model) likelyVerb() string {
	st := m.step()
	switch m.frame.State.StepStatus(st) {
	case incident.StepRunning:
		if st.Total > 0 && st.Done < st.Total {
			return "progress"
		}
		return "done"
	case incident.StepIsDone:
		if st.Def.FourEyes {
			return "check"
		}
		return "reopen"
	case incident.StepIsCheck, incident.StepIsFail, incident.StepIsSkip:
		return "reopen"
	case incident.StepToDo, incident.StepReady, incident.StepIsBlock:
	}
	return "start"
}

func (m *model) inboxKey(key string) tea.Cmd {
	n := len(m.frame.Inbox)
	switch key {
	case "up", "k":
		m.overAt--
	case "down", "j":
		m.overAt++
	case "enter", "a":
		at := n - 1 - m.overAt
		if at < 0 || at >= n {
			return nil
		}
		if m.frame.Inbox[at].Attached {
			m.say(m.t("tui.inbox.attached"), "", true)
			return nil
		}
		return m.openAttach(m.frame.Inbox[at])
	}
	m.overAt = min(max(m.overAt, 0), max(n-1, 0))
	return nil
}

func (m *model) entryKey(key string) tea.Cmd {
	e := m.log.entry
	switch key {
	case "left", "right":
		seq := e.Seq + 1
		if key == "left" {
			seq = e.Seq - 1
		}
		if seq >= 1 && seq <= m.frame.Len {
			return m.readEntry(seq)
		}
		return nil
	case "enter", "q":
		m.overlay = overNone
		return nil
	}
	if !m.replaying() {
		switch key {
		case "x":
			return m.openCorrect(e)
		case "v":
			return m.openCheckState(e)
		case "p":
			return m.pin(e)
		}
	}
	m.scrollOver(key)
	return nil
}

// overlayBody draws what lies over the body: title, lines, keys.
func (m *model) overlayBody(w, h int) []string {
	inner := w - 4
	var title, keys string
	var lines []string
	switch m.overlay {
	case overKeys:
		title, keys, lines = m.t("act.keys"), m.t("tui.keys.esc"), m.keySheet(inner)
	case overPalette:
		title, keys, lines = m.t("act.palette"), m.t("tui.keys.palette"), m.paletteLines(inner, h-3)
	case overEntry:
		title, lines = m.t("tui.entry"), m.entryDetail(m.log.entry, inner)
		keys = m.t("tui.keys.entry")
		if m.replaying() {
			keys = m.t("tui.keys.entry.replay")
		}
	case overInbox:
		title, keys, lines = m.t("act.inbox"), m.t("tui.keys.inbox"), m.inboxLines(inner)
	case overPeople:
		title, keys, lines = m.t("act.people"), m.t("tui.keys.esc"), m.peopleLines(inner)
	case overStep:
		title, lines = m.t("tui.step"), m.stepDetail(m.step(), inner)
		keys = m.t("tui.keys.step")
		if m.replaying() {
			keys = m.t("tui.keys.esc")
		}
	case overNone:
	}
	foot := m.paragraph(keys, m.theme.Muted, inner)
	room := max(h-2-len(foot), 1)
	m.overTop = max(min(m.overTop, len(lines)-room), 0)
	if m.overlay == overPalette {
		m.overTop = 0
	}
	shown := append(fill(lines[min(m.overTop, len(lines)):], inner, room), foot...)
	note := ""
	if len(lines) > room && m.overlay != overPalette {
		note = "↑↓"
	}
	return box(m.theme, w, h, title, note, true, shown)
}

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
		add(strings.Join(names, " "), m.t("act."+a.id), a.can != nil && a.can(m) != "")
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
	top := max(0, min(m.palette.cursor-(h-2), len(list)-(h-1)))
	for i := max(top, 0); i < len(list) && len(out) < h; i++ {
		a := list[i]
		r := row{}.space(2)
		label := t.Text
		why := ""
		if a.can != nil {
			why = a.can(m)
		}
		if why != "" {
			label = t.Muted
		}
		r = r.add(m.t("act."+a.id), label)
		if why != "" {
			r = r.add("  "+m.t(why), t.Muted)
		}
		if key := a.keyName(m.lang); key != "" {
			r = r.to(w-width(key)-2).add(key, t.Muted)
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
	out := []string{row{}.add(m.t("tui.people.here"), t.Strong).line(w, false)}
	for _, p := range m.frame.Present {
		r := row{}.space(1).add(t.Symbol(theme.Running())+" ", t.Holds).add(cut(p.Name, 24), t.Text).to(28).add(m.lang.Role(p.Role), t.Muted).to(46).
			add(m.t("tui.people.seen", "n", p.Seen, "of", m.frame.Len), t.Muted)
		switch {
		case p.Self:
			r = r.add("  "+m.t("tui.people.you"), t.Holds)
		case p.Seen == m.frame.Len && m.frame.Root != "" && p.Root != m.frame.Root:
			r = r.add("  "+m.t("tui.people.apart"), t.Broken)
		case p.Seen == m.frame.Len:
			r = r.add("  "+m.t("tui.people.same"), t.Holds)
		}
		out = append(out, r.line(w, false))
	}
	out = append(out, blanks(w), row{}.add(m.t("tui.people.roster"), t.Strong).line(w, false))
	for i := range m.frame.State.Roster {
		p := &m.frame.State.Roster[i]
		roles := make([]string, len(p.Roles))
		for k, r := range p.Roles {
			roles[k] = m.lang.Role(r)
		}
		since := m.t("tui.people.since", "at", m.lang.Moment(p.Joined.At, m.zone(), m.now))
		if p.Left != nil {
			since = m.t("tui.people.left", "at", m.lang.Moment(p.Left.At, m.zone(), m.now))
		}
		out = append(out, row{}.space(1).add(cut(p.Name, 24), t.Text).to(28).add(strings.Join(roles, ", "), t.Holds).to(60).add(since, t.Muted).line(w, false))
	}
	for i := range m.frame.State.Handover {
		h := &m.frame.State.Handover[i]
		if h.Ack == nil {
			out = append(out, m.paragraph(t.Symbol(theme.Alert())+" "+m.t("tui.people.handover", "role", m.lang.Role(h.Role), "from", h.From, "to", h.To), t.Soon, w)...)
		}
	}
	return out
}
