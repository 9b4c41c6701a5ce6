package tui

import (
	"sangfroid/internal/incident"
	"sangfroid/internal/text"
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
	words := strings.Fields(text.Fold(m.palette.words))
	for _, a := range actions() {
		if a.at&m.here() == 0 || a.do == nil || a.id == "palette" {
			continue
		}
		hay := text.Fold(m.t("act."+a.id) + " " + a.id)
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
	if m.overlay == overGrid && key != "ctrl+c" {
		return m.gridKey(k)
	}
	if key == "esc" || (key == "ctrl+c") {
		m.overlay = overNone
		return nil
	}
	switch m.overlay {
	case overPalette:
		return m.paletteKey(k)
	case overStep:
		return m.stepKey(key)
	case overLegal:
		return m.legalKey(key)
	case overInbox:
		return m.inboxKey(key)
	case overEntry:
		return m.entryKey(key)
	case overPeople:
		return m.peopleKey(key)
	case overContacts:
		return m.contactsKey(key)
	case overActions:
		return m.actionsKey(key)
	case overReports:
		return m.reportsKey(key)
	case overMoments:
		return m.momentsKey(key)
	case overBrief:
		return m.briefKey(key)
	case overExercise:
		return m.exerciseKey(key)
	case overKeys, overNone, overGrid:
		m.scrollOver(key)
		if key == "q" || key == "?" || key == "enter" {
			m.overlay = overNone
		}
	}
	return nil
}

// pickRow moves the selection of an overlay's list of n rows; page is how far page up and down go, 0 for a list without them.
func (m *model) pickRow(key string, n, page int) {
	m.overAt = min(max(moved(key, m.overAt, page, n-1), 0), max(n-1, 0))
}

func (m *model) scrollOver(key string) {
	m.overTop = max(moved(key, m.overTop, max(m.layout.body.h-4, 1), m.overTop), 0)
}

// moved is where a key of movement leads from a row; last is the one at the end.
func moved(key string, at, page, last int) int {
	switch key {
	case "up", "k":
		return at - 1
	case "down", "j":
		return at + 1
	case "pgup":
		return at - page
	case "pgdown", "space":
		return at + page
	case "home":
		return 0
	case "end":
		return last
	}
	return at
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

// stepKeyOff tells a key that the step selected would refuse now: it recedes.
func (m *model) stepKeyOff(key string) bool {
	st := m.step()
	if key == "t" {
		return st.Targets.Len() == 0
	}
	for _, v := range stepVerbs() {
		if v.key != key {
			continue
		}
		verb := v.verb
		if n := st.Targets.Len(); verb == "progress" && n > 0 && n >= st.Total {
			verb = "targets"
		}
		return m.canWrite() != "" || m.stepRefusal(st, verb) != nil
	}
	return false
}

func (m *model) stepKey(key string) tea.Cmd {
	if key == "t" {
		return m.openStepTargets()
	}
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
		if st.Targets.Len() > st.Targets.Over() {
			return "targets"
		}
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
			m.refuse(m.t("tui.inbox.attached"), "")
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

// overlayKeys are the keys of what lies over the body.
func (m *model) overlayKeys() string {
	switch m.overlay {
	case overGrid:
		return m.gridKeys()
	case overPalette:
		return m.t("tui.keys.palette")
	case overEntry:
		return m.t(m.orReplay("tui.keys.entry"))
	case overLegal:
		return m.t(m.orReplay("tui.keys.legal"))
	case overInbox:
		return m.t("tui.keys.inbox")
	case overStep:
		if !m.replaying() {
			return m.t("tui.keys.step")
		}
	case overPeople:
		if !m.replaying() {
			return m.peopleKeys()
		}
	case overContacts:
		if !m.replaying() {
			return m.t("comms.keys.contacts")
		}
	case overActions:
		if !m.replaying() {
			return m.t("action.keys")
		}
	case overReports:
		return m.reportsKeys()
	case overBrief:
		return m.t("comms.keys.brief")
	case overExercise:
		return m.exerciseKeys()
	case overMoments:
		return m.t("tui.keys.moments")
	case overKeys, overNone:
	}
	return m.t("tui.keys.esc")
}

// overlayBody draws what lies over the body: title, lines, and the keys where the last line of the screen has no room for
// them.
func (m *model) overlayBody(w, h int) []string {
	if m.overlay == overGrid {
		return m.gridBody(w, h)
	}
	inner := w - 4
	title, lines, at, to := m.overlayLines(inner, h)
	var foot []string
	if keys := m.overlayKeys(); m.keyRow(keys).width() > m.w {
		foot = m.keyLines(keys, inner)
	}
	room := max(h-2-len(foot), 1)
	if to > 0 {
		m.overTop = follow(m.overTop, at, to, room)
	}
	m.overTop = max(min(m.overTop, len(lines)-room), 0)
	if m.overlay == overPalette {
		m.overTop = 0
	}
	m.overRead = m.overRead || m.overTop+room >= len(lines)
	shown := append(fill(lines[min(m.overTop, len(lines)):], inner, room), foot...)
	note := ""
	if len(lines) > room && m.overlay != overPalette {
		note = m.t("tui.lines", "from", m.overTop+1, "to", min(m.overTop+room, len(lines)), "of", len(lines)) + " ↑↓"
	}
	return box(m.frameTheme(), w, h, title, note, true, shown)
}

// overlayLines are the title and the lines of what lies over the body, and which of the lines must be seen: at…to, none when to
// is 0.
func (m *model) overlayLines(inner, h int) (title string, lines []string, at, to int) {
	switch m.overlay {
	case overKeys:
		title, lines = m.t("act.keys"), m.keySheet(inner)
	case overPalette:
		title, lines = m.t("act.palette"), m.paletteLines(inner, h-2)
	case overEntry:
		title, lines = m.t("tui.entry"), m.entryDetail(m.log.entry, inner)
	case overLegal:
		title = m.t("tui.legal")
		lines, at, to = m.legalLines(inner)
	case overInbox:
		title, lines = m.t("act.inbox"), m.inboxLines(inner)
	case overPeople:
		title, lines = m.t("act.people"), m.peopleLines(inner)
	case overContacts:
		title = m.t("act.contact")
		lines, at, to = m.contactLines(inner)
	case overActions:
		title = m.t("act.actions")
		lines, at, to = m.actionLines(inner)
	case overReports:
		title, lines = m.reportsTitle(), m.reportLines(inner)
	case overBrief:
		title, lines = m.t("act.ack"), m.briefLines(inner)
	case overMoments:
		title = m.t("act.keymoments")
		lines, at, to = m.momentLines(inner, h)
	case overStep:
		title, lines = m.t("tui.step"), m.stepDetail(m.step(), inner)
	case overNone, overGrid, overExercise:
	}
	return title, lines, at, to
}
