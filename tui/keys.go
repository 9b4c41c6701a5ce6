package tui

import (
	"sangfroid/tui/form"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"
)

// key gives a key to whoever has the keyboard: the form, the filter, the overlay, else the screen.
func (m *model) key(k tea.KeyPressMsg) tea.Cmd {
	switch {
	case m.form != nil:
		return m.formKey(k)
	case m.log.editing:
		return m.filterKey(k)
	case m.overlay != overNone:
		return m.overlayKey(k)
	case m.screen == screenHome:
		return m.homeKey(k)
	}
	return m.roomKey(k)
}

func (m *model) paste(msg tea.PasteMsg) tea.Cmd {
	if m.form == nil {
		return nil // a paste outside a field types no commands
	}
	cmd := m.formResult(m.form.Update(msg))
	if n := m.form.LeftOut(); n > 0 {
		m.form.Refuse(m.t("tui.pastecut", "n", n), m.t("tui.pastecut.hint"))
	}
	return cmd
}

func (m *model) formKey(k tea.KeyPressMsg) tea.Cmd {
	if cmd, ok := m.draftKey(k.String()); ok {
		return cmd
	}
	return m.formResult(m.form.Update(k))
}

func (m *model) formResult(res form.Result, cmd tea.Cmd) tea.Cmd {
	switch res {
	case form.Changed:
		m.keepDraft(m.form.Draft())
		m.redraft()
	case form.Cancel:
		m.form = nil
		m.notice = notice{}
		m.formGone()
	case form.Submit:
		m.form.Busy(true)
		return tea.Batch(cmd, m.submit(m.form.Values()))
	case form.Open:
	}
	return cmd
}

// keepDraft saves what is half typed; nil forgets it.
func (m *model) keepDraft(v form.Values) {
	switch {
	case m.onForm == "":
	case m.room != nil:
		m.send.drafts.keep(m.room, m.onForm, v)
	case m.desk != nil:
		m.send.drafts.keep(m.desk, m.onForm, v)
	}
}

func (m *model) homeKey(k tea.KeyPressMsg) tea.Cmd {
	switch k.String() {
	case "up", "k":
		m.home.cursor, m.home.moved = max(m.home.cursor-1, 0), true
		return nil
	case "down", "j":
		m.home.cursor, m.home.moved = min(m.home.cursor+1, max(len(m.home.list)-1, 0)), true
		return nil
	case "esc":
		m.notice = notice{}
		return nil
	}
	return m.unknownKey(k)
}

// unknownKey does a key's action; a key that has none says where the keys are.
func (m *model) unknownKey(k tea.KeyPressMsg) tea.Cmd {
	cmd, ok := m.press(k.String())
	if !ok && m.replaying() {
		for _, a := range roomActions() {
			if slices.Contains(a.keys, k.String()) {
				return m.cannot(a.id, "why.replay")
			}
		}
	}
	if !ok && k.Text != "" {
		m.refuse(m.t("tui.nokey", "key", k.String()), "")
	}
	return cmd
}

func (m *model) roomKey(k tea.KeyPressMsg) tea.Cmd {
	if m.moveKey(k.String()) {
		m.armed = ""
		return nil
	}
	switch k.String() {
	case "esc":
		m.escape()
		return nil
	case "enter":
		if k.IsRepeat {
			return nil
		}
		return m.open()
	}
	return m.unknownKey(k)
}

// escape takes back one thing: the word on screen, the alert, the filter, the full screen.
func (m *model) escape() {
	switch {
	case m.noticeShown():
		m.notice = notice{}
	case m.alert != "":
		m.alert = ""
	case m.ex.arrived != "":
		m.ex.arrived = ""
	case m.log.filter != "":
		m.log.filter = ""
		m.startFilter()
	case m.zoom:
		m.zoom = false
	}
}

// moveKey moves the focus or the selection.
func (m *model) moveKey(key string) bool {
	page := max(m.paneHeight(m.focus)-1, 1)
	switch key {
	case "1", "2", "3", "4":
		m.focusOn(pane(key[0] - '1'))
	case "tab":
		m.focusOn((m.focus + 1) % paneCount)
	case "shift+tab":
		m.focusOn((m.focus + paneCount - 1) % paneCount)
	case "up":
		m.move(-1)
	case "down":
		m.move(1)
	case "pgup":
		if !m.turnDecision(-page) {
			m.move(-page)
		}
	case "pgdown":
		if !m.turnDecision(page) {
			m.move(page)
		}
	case "home":
		m.move(-1 << 30)
	case "end":
		m.move(1 << 30)
	default:
		return false
	}
	return true
}

func (m *model) focusOn(p pane) {
	if p == panePlan && m.focus != panePlan && m.cursor[panePlan] == 0 {
		m.cursor[panePlan] = m.firstOpen()
	}
	m.focus = p
	m.relayout()
}

func (m *model) move(n int) {
	if m.focus == paneDecision {
		m.paneTop[paneDecision] = 0
	}
	m.cursor[m.focus] += n
	m.clampCursors()
}

func (m *model) clampCursors() {
	if m.frame == nil {
		return
	}
	s := m.frame.State
	for p, n := range [paneCount]int{len(s.Decided), len(s.Steps), len(s.Flows), m.logCount()} {
		m.cursor[p] = min(max(m.cursor[p], 0), max(n-1, 0))
	}
}

// open does what enter means for the pane in focus.
func (m *model) open() tea.Cmd {
	if m.focus == paneLog {
		return m.openEntry()
	}
	if m.replaying() {
		if m.focus == panePlan && m.step() != nil {
			m.overlay = overStep
		}
		return nil
	}
	if m.focus == panePlan && m.targetsFirst() {
		return m.openTargets()
	}
	id := map[pane]string{paneDecision: "decide", panePlan: "step", paneCatchup: "count"}[m.focus]
	for _, a := range roomActions() {
		if a.id == id {
			return m.run(&a)
		}
	}
	return nil
}

// filterKey edits the filter of the timeline, which follows while it is typed.
func (m *model) filterKey(k tea.KeyPressMsg) tea.Cmd {
	switch k.String() {
	case "enter":
		m.log.editing = false
		return nil
	case "esc":
		m.log.editing, m.log.filter = false, ""
		return m.startFilter()
	case "backspace":
		if r := []rune(m.log.filter); len(r) > 0 {
			m.log.filter = string(r[:len(r)-1])
		}
		return m.startFilter()
	case "ctrl+u":
		m.log.filter = ""
		return m.startFilter()
	case "up", "down", "pgup", "pgdown":
		m.moveKey(k.String())
		return nil
	}
	const most = 200
	if k.Text != "" && len(m.log.filter) < most {
		m.log.filter += strings.ToLower(k.Text)
		return m.startFilter()
	}
	return nil
}
