package tui

import (
	"sangfroid/internal/cell"
	"sangfroid/internal/incident"
	"slices"

	tea "charm.land/bubbletea/v2"
)

// exerciseKeys are the keys of the screen of an exercise, for who sits here.
func (m *model) exerciseKeys() string {
	x := m.exercise()
	if x == nil {
		return m.t("tui.keys.esc")
	}
	pause, full := m.t("tui.ex.pause"), ""
	if x.Speed() == 0 {
		pause = m.t("tui.ex.resume")
	}
	if len(m.listedRows()) > 0 {
		full = m.t("tui.ex.full")
	}
	return m.t("tui.keys.ex."+m.exerciseKeysOf(x, m.viewer()), "pause", pause, "full", full)
}

// exerciseKeysOf names the line of keys.
func (m *model) exerciseKeysOf(x *incident.Exercise, role incident.Role) string {
	switch {
	case m.ex.whole:
		return "whole"
	case m.replaying() || role == incident.RoleObserver && x.Ended != nil:
		return "closing"
	case role == incident.RoleObserver:
		return "look"
	case x.Ended != nil && (role == incident.RoleEvaluator || x.Facilitates(role)):
		return "after"
	case role == incident.RoleEvaluator:
		return "eval"
	case x.Ended != nil:
		return "closing"
	case role == incident.RoleFacilitator && m.exView() == exGoals:
		return "goals"
	case role == incident.RoleFacilitator && m.exView() == exRoles:
		return "roles"
	case role == incident.RoleFacilitator:
		return "agenda"
	case x.Solo:
		return "solo"
	}
	return "play"
}

// exerciseKey is what a key does on the screen of an exercise. One that may not act says why.
func (m *model) exerciseKey(key string) tea.Cmd {
	if m.exercise() == nil || key == "q" || key == "E" {
		m.overlay = overNone
		return nil
	}
	switch key {
	case "up", "down", "pgup", "pgdown", "home", "end":
		return m.exMove(key)
	case "f":
		m.ex.whole, m.ex.top = !m.ex.whole && len(m.listedRows()) > 0, 0
		return nil
	case "tab", "shift+tab":
		m.ex.whole = false
		n := len(m.exViews())
		m.ex.view = (m.ex.view + map[string]int{"tab": 1, "shift+tab": n - 1}[key]) % n
		m.ex.top = 0
		return nil
	}
	if m.replaying() {
		return nil
	}
	if key != "s" {
		m.armed = ""
	}
	switch key {
	case "s", "d", "D", "k", "i", "space", "+", "=", "-", "j", "x":
		return m.conductKey(key)
	case "a", "enter":
		return m.answerKey(key)
	case "o", "c":
		return m.evaluateKey(key)
	case "!":
		return m.runID("emergency")
	}
	return nil
}

func (m *model) runID(id string) tea.Cmd {
	for _, a := range actions() {
		if a.id == id {
			return m.run(&a)
		}
	}
	return nil
}

// exMove moves the selection: an inject, an objective, or the lines.
func (m *model) exMove(key string) tea.Cmd {
	n := map[string]int{"up": -1, "down": 1, "pgup": -8, "pgdown": 8, "home": -1 << 20, "end": 1 << 20}[key]
	switch v := m.exView(); {
	case m.ex.whole:
		m.ex.top = max(m.ex.top+n, 0)
	case v == exGoals:
		m.ex.goal = min(max(m.ex.goal+n, 0), max(len(m.exercise().Scenario.Objectives)-1, 0))
	case v == exRoles:
		m.ex.top = max(m.ex.top+n, 0)
	default:
		if rows := m.listedRows(); len(rows) > 0 {
			m.ex.pick = rows[min(max(m.picked(rows)+n, 0), len(rows)-1)].no
			return m.markRead()
		}
	}
	return nil
}

// mayConduct tells why whoever sits here cannot conduct; "" when they can. Solo, only the clock is theirs.
func (m *model) mayConduct(clock bool) string {
	x := m.exercise()
	role := m.me().Role
	switch {
	case role == incident.RoleObserver:
		return "why.ex.observer"
	case x.Ended != nil:
		return "why.ex.over"
	case role == incident.RoleFacilitator || clock && x.Facilitates(role):
		return ""
	case role == incident.RoleEvaluator:
		return "why.ex.facilitator"
	}
	return "why.ex.player"
}

func (m *model) mayEvaluate() string {
	x := m.exercise()
	switch role := m.me().Role; {
	case role == incident.RoleObserver:
		return "why.ex.observer"
	case role == incident.RoleEvaluator || role == incident.RoleFacilitator || x.Solo && x.Ended != nil:
		return ""
	}
	return "why.ex.evaluator"
}

func (m *model) conductKey(key string) tea.Cmd {
	clock := slices.Contains([]string{"space", "+", "=", "-", "j", "x"}, key)
	if why := m.mayConduct(clock); why != "" {
		m.refuse(m.t(why), "")
		return nil
	}
	switch key {
	case "space":
		return m.pauseOrGo()
	case "+", "=":
		return m.exSpeed(1)
	case "-":
		return m.exSpeed(-1)
	case "j":
		return m.openExJump()
	case "x":
		return m.openExEnd()
	case "D":
		return m.openExDelay(nil)
	case "i":
		return m.openImprovise()
	}
	rows := m.exRows()
	if m.exView() != exAgenda || len(rows) == 0 {
		m.refuse(m.t("why.ex.noinject"), "")
		return nil
	}
	return m.conductOne(key, rows[m.picked(rows)])
}

// conductOne sends, puts off or skips the inject selected.
func (m *model) conductOne(key string, r exRow) tea.Cmd {
	m.ex.pick = r.no // it stays chosen, wherever the list puts it
	switch {
	case r.sent != nil:
		m.refuse(m.t("why.ex.sent"), "")
		return nil
	case r.state.Skipped != nil && key != "s":
		m.refuse(m.t("why.ex.skipped"), "")
		return nil
	}
	switch key {
	case "d":
		return m.openExDelay(r.state)
	case "k":
		return m.openExSkip(r.state)
	}
	return m.sendInject(r.state)
}

// sendInject wants the key twice: what went out cannot be taken back.
func (m *model) sendInject(st *incident.InjectState) tea.Cmd {
	what := "send:" + string(st.Def.No)
	if m.armed != what || m.wall().Sub(m.armedAt) >= noticeFor {
		m.armed, m.armedAt = what, m.wall()
		m.refuse(m.t("tui.ex.armed", "no", string(st.Def.No), "to", m.lang.To(m.frame.State, st.Def.To)), "")
		return nil
	}
	m.armed = ""
	return m.write(0, cell.Command{Subject: incident.InjectSubject(st.Def.No), Data: st.Injection(true)})
}

func (m *model) pauseOrGo() tea.Cmd {
	x := m.exercise()
	if x.Speed() == 0 {
		return m.write(0, cell.Command{Data: x.Resume("")})
	}
	return m.write(0, cell.Command{Data: x.Pause("")})
}

// exSpeed takes the next faster or slower of the usual speeds.
func (m *model) exSpeed(n int) tea.Cmd {
	x := m.exercise()
	have := x.Resume("").Speed // the speed it goes on with, paused or not
	speeds := []int{1, 2, 5, 10, 20, 30, incident.MaxSpeed}
	if n < 0 {
		slices.Reverse(speeds)
	}
	for _, s := range speeds {
		if n > 0 && s > have || n < 0 && s < have {
			return m.write(0, cell.Command{Data: x.SetSpeed(s, "")})
		}
	}
	why := "why.ex.fastest"
	if n < 0 {
		why = "why.ex.slowest"
	}
	m.refuse(m.t(why), "")
	return nil
}

func (m *model) answerKey(key string) tea.Cmd {
	x := m.exercise()
	if m.exView() != exInbox {
		if key == "a" {
			m.refuse(m.t("why.ex.player"), "")
		}
		return nil
	}
	rows := m.exInboxRows()
	switch {
	case m.me().Role == incident.RoleObserver:
		m.refuse(m.t("why.ex.observer"), "")
	case len(rows) == 0:
		m.refuse(m.t("why.ex.noinject"), "")
	case x.Ended != nil:
		m.refuse(m.t("why.ex.over"), "")
	default:
		return m.openExAnswer(rows[m.picked(rows)].sent)
	}
	return nil
}

func (m *model) evaluateKey(key string) tea.Cmd {
	if why := m.mayEvaluate(); why != "" {
		m.refuse(m.t(why), "")
		return nil
	}
	if key == "o" {
		return m.openObserve()
	}
	if len(m.exercise().Scenario.Objectives) == 0 {
		m.refuse(m.t("why.ex.noobjective"), "")
		return nil
	}
	return m.openScore()
}
