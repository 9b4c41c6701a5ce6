package tui

import (
	"sangfroid/internal/cell"
	"sangfroid/internal/locale"

	tea "charm.land/bubbletea/v2"
)

// openMoments lists the key moments.
func (m *model) openMoments() tea.Cmd {
	m.overlay, m.overTop = overMoments, 0
	m.overAt = max(m.momentAt(), 0)
	return nil
}

// momentAt is the key moment the replay is at or behind; -1 before the first.
func (m *model) momentAt() int {
	at := -1
	for i, k := range m.frame.Replay.Keys {
		if k.At.After(m.frame.Replay.At) {
			break
		}
		at = i
	}
	return at
}

// momentsKey moves through the list, and goes to the one selected.
func (m *model) momentsKey(key string) tea.Cmd {
	switch key {
	case "[":
		key = "up"
	case "]":
		key = "down"
	case "enter":
		return m.goMoment()
	case "q", "m":
		m.overlay = overNone
	}
	m.pickRow(key, len(m.frame.Replay.Keys), max(m.layout.body.h-4, 1))
	return nil
}

// momentLines are the rows of the list, and which of them must be seen. Only those around that one are drawn: there may be
// thousands.
func (m *model) momentLines(w, h int) (lines []string, at, to int) {
	keys := m.frame.Replay.Keys
	if len(keys) == 0 {
		return m.paragraph(m.t("keymoments.none"), m.theme.Muted, w), 0, 0
	}
	selected := min(m.overAt, len(keys)-1)
	now := m.momentAt()
	lines = make([]string, len(keys))
	for i := max(selected-h, 0); i < min(selected+h, len(keys)); i++ {
		k := keys[i]
		ink := m.theme.Text
		if i > now {
			ink = m.theme.Muted // it is still to come
		}
		mark, color, _ := m.keyMark(k)
		lines[i] = row{}.add(m.theme.Symbol(mark)+" ", color).add(m.lang.Day(k.Time, m.zone())+" "+locale.Hour(k.Time, m.zone()), m.theme.Muted).space(2).
			add(m.lang.KeyMoment(m.frame.State, k), ink).line(w, i == selected)
	}
	return lines, selected, selected + 1
}

// goMoment goes to the key moment selected.
func (m *model) goMoment() tea.Cmd {
	keys := m.frame.Replay.Keys
	if m.overAt < 0 || m.overAt >= len(keys) {
		return nil
	}
	k := keys[m.overAt]
	m.overlay = overNone
	return m.drive(func(p cell.Player) {
		p.Pause()
		p.JumpMoment(k)
	})
}
