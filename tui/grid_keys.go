package tui

import (
	"sangfroid/internal/incident"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"
)

// gridKey is a key while the targets lie over the body.
func (m *model) gridKey(k tea.KeyPressMsg) tea.Cmd {
	l := &m.grid.list
	if l.editing {
		m.gridFilterKey(k)
		return nil
	}
	key := k.String()
	if key == "esc" {
		m.gridEscape()
		return nil
	}
	if l.on {
		if m.listMove(key) {
			return nil
		}
	} else if m.gridMoveKey(key) {
		return nil
	}
	switch key {
	case "enter":
		m.gridEnter()
	case "space":
		m.gridChoose()
		if l.on {
			m.listMove("down")
		} else {
			m.gridMove(1, 0)
		}
	case "*":
		m.gridChooseAll()
	case "l":
		m.gridSwitch()
	case "/":
		l.on, l.editing, l.stale = true, true, true
	case "a":
		l.on, l.all, l.stale = true, !l.all, true
	case "o":
		l.on, l.sort, l.stale = true, (l.sort+1)%sortCount, true
	case "s":
		return m.gridCard()
	default:
		for _, v := range targetVerbs() {
			if v.key == key {
				return m.openMark(v.state)
			}
		}
	}
	return nil
}

func (m *model) gridMoveKey(key string) bool {
	_, h := m.gridSpan()
	switch key {
	case "left":
		m.gridMove(-1, 0)
	case "right":
		m.gridMove(1, 0)
	case "up":
		m.gridMove(0, -1)
	case "down", "j":
		m.gridMove(0, 1)
	case "pgup":
		m.gridMove(0, -h)
	case "pgdown":
		m.gridMove(0, h)
	case "home":
		m.grid.at = 0
	case "end":
		m.grid.at = len(m.grid.index.order) - 1
	default:
		return false
	}
	return true
}

func (m *model) listMove(key string) bool {
	l := &m.grid.list
	_, h := m.gridSpan()
	switch key {
	case "up":
		l.at--
	case "down", "j":
		l.at++
	case "pgup":
		l.at -= h
	case "pgdown":
		l.at += h
	case "home":
		l.at = 0
	case "end":
		l.at = 1 << 30
	default:
		return false
	}
	l.at = min(max(l.at, 0), max(len(m.listRows())-1, 0))
	return true
}

// gridEnter zooms in, or shows a target of the list in the grid.
func (m *model) gridEnter() {
	g := &m.grid
	if !g.list.on {
		m.gridIn()
		return
	}
	rows := m.listRows()
	if len(rows) == 0 {
		return
	}
	g.at = max(slices.Index(g.index.order, rows[g.list.at]), 0)
	g.list.on = false
}

// gridSwitch changes between grid and list.
func (m *model) gridSwitch() {
	l := &m.grid.list
	l.on, l.stale = !l.on, true
	// Where nothing is late or failed, an empty list would say little.
	if l.on && !l.all && l.filter == "" && len(m.listRows()) == 0 {
		l.all, l.stale = true, true
	}
}

// gridChooseAll takes all that is shown into the choice, or empties it.
func (m *model) gridChooseAll() {
	g := &m.grid
	if len(g.chosen) > 0 {
		g.chosen = make(map[int32]bool)
		return
	}
	if g.list.on {
		m.choose(m.listRows())
		return
	}
	m.choose(g.index.order)
}

// gridFilterKey edits the filter of the list, which follows while it is typed.
func (m *model) gridFilterKey(k tea.KeyPressMsg) {
	l := &m.grid.list
	const most = 64
	switch k.String() {
	case "enter":
		l.editing = false
	case "esc":
		l.editing, l.filter = false, ""
	case "backspace":
		if r := []rune(l.filter); len(r) > 0 {
			l.filter = string(r[:len(r)-1])
		}
	case "ctrl+u":
		l.filter = ""
	case "up", "down", "pgup", "pgdown":
		m.listMove(k.String())
		return
	default:
		if k.Text != "" && len(l.filter) < most {
			l.filter += strings.ToLower(k.Text)
		}
	}
	l.at, l.stale = 0, true
}

// gridEscape takes back one thing: what is typed, the list, then what the grid has.
func (m *model) gridEscape() {
	l := &m.grid.list
	switch {
	case l.editing || (l.on && l.filter != ""):
		l.editing, l.filter, l.stale = false, "", true
	case l.on && len(m.grid.chosen) == 0:
		l.on = false
	default:
		m.gridOut()
	}
}

// gridCard leaves for what is done to the step or line as a whole.
func (m *model) gridCard() tea.Cmd {
	s := m.frame.State
	for i := range s.Steps {
		if incident.StepSet(s.Steps[i].ID) == m.grid.set {
			m.focusOn(panePlan)
			m.cursor[panePlan] = i
			m.overlay, m.overTop = overStep, 0
			return nil
		}
	}
	if m.replaying() {
		return nil
	}
	for i := range s.Flows {
		if incident.FlowSet(s.Flows[i].ID) == m.grid.set {
			m.focusOn(paneCatchup)
			m.cursor[paneCatchup] = i
			return m.openCatchup()
		}
	}
	return nil
}
