package tui

import (
	"sangfroid/internal/cell"
	"sangfroid/internal/incident"
	"sangfroid/internal/when"
	"sangfroid/tui/form"
	"sangfroid/tui/theme"
	"slices"
	"strconv"
	"time"

	tea "charm.land/bubbletea/v2"
)

// replayActions are the keys of a replay.
func replayActions() []action {
	return []action{
		{id: "play", keys: []string{"space"}, at: atReplay, foot: 1, do: (*model).playPause},
		{id: "faster", keys: []string{"+", "="}, at: atReplay, foot: 4, do: func(m *model) tea.Cmd { return m.speed(1) }},
		{id: "slower", keys: []string{"-"}, at: atReplay, foot: 8, do: func(m *model) tea.Cmd { return m.speed(-1) }},
		{id: "forward", keys: []string{"right"}, at: atReplay, foot: 5, do: func(m *model) tea.Cmd { return m.stepReplay(1) }},
		{id: "back", keys: []string{"left"}, at: atReplay, do: func(m *model) tea.Cmd { return m.stepReplay(-1) }},
		{id: "nextkey", keys: []string{"]", "shift+right"}, at: atReplay, foot: 2, do: func(m *model) tea.Cmd { return m.stepMoment(1) }},
		{id: "prevkey", keys: []string{"[", "shift+left"}, at: atReplay, do: func(m *model) tea.Cmd { return m.stepMoment(-1) }},
		{id: "jump", keys: []string{"g"}, at: atReplay, foot: 3, do: (*model).openJump},
		{id: "keymoments", keys: []string{"m"}, at: atReplay, foot: 6, do: (*model).openMoments},
		{id: "silences", keys: []string{"z"}, at: atReplay, foot: 7, do: (*model).toggleSilences},
		{id: "loop", keys: []string{"L"}, at: atReplay, do: (*model).toggleLoop},
		{id: "first", keys: []string{"<"}, at: atReplay, do: func(m *model) tea.Cmd { return m.goEntry(1) }},
		{id: "last", keys: []string{">"}, at: atReplay, do: func(m *model) tea.Cmd { return m.goEntry(1 << 40) }},
	}
}

func (m *model) playPause() tea.Cmd {
	if m.frame.Replay.Playing {
		return m.drive(func(p cell.Player) { p.Pause() })
	}
	return m.drive(func(p cell.Player) { p.Play() })
}

// drive tells the player outside the loop: a jump reads the file.
func (m *model) drive(do func(cell.Player)) tea.Cmd {
	p, gen := m.room.Player(), m.roomGen
	return func() tea.Msg {
		do(p)
		return frameChangedMsg{gen: gen}
	}
}

// speeds are those the keys go through: from the wall's own time to an hour a second.
func speeds() []float64 {
	return []float64{1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1200, 1800, 3600}
}

// speed goes to the next speed of the list, up or down.
func (m *model) speed(way int) tea.Cmd {
	list, at := speeds(), m.frame.Replay.Speed
	i, exact := slices.BinarySearch(list, at)
	switch {
	case way > 0 && exact:
		i++
	case way < 0:
		i--
	}
	x := list[min(max(i, 0), len(list)-1)]
	return m.drive(func(p cell.Player) { p.SetSpeed(x) })
}

func (m *model) stepReplay(n int) tea.Cmd {
	return m.drive(func(p cell.Player) {
		p.Pause()
		p.Step(n)
	})
}

func (m *model) stepMoment(n int) tea.Cmd {
	if r := m.frame.Replay; !m.keyThatWay(r, n) {
		m.refuse(m.t("replay.nokey"), "")
		return nil
	}
	return m.drive(func(p cell.Player) {
		p.Pause()
		p.StepKey(n)
	})
}

func (m *model) keyThatWay(r *cell.Replay, n int) bool {
	if len(r.Keys) == 0 {
		return false
	}
	if n > 0 {
		return !r.Whole || r.Keys[len(r.Keys)-1].At.After(r.At)
	}
	return r.Keys[0].At.Before(r.At)
}

func (m *model) goEntry(seq int) tea.Cmd {
	return m.drive(func(p cell.Player) {
		p.Pause()
		p.JumpEntry(seq)
	})
}

func (m *model) toggleSilences() tea.Cmd {
	on := !m.frame.Replay.Skips
	return m.drive(func(p cell.Player) { p.SkipSilences(on) })
}

func (m *model) toggleLoop() tea.Cmd {
	on := !m.frame.Replay.Loop
	return m.drive(func(p cell.Player) { p.SetLoop(on) })
}

// openJump goes to a time or an entry of the replay.
func (m *model) openJump() tea.Cmd {
	m.formGen++
	gen := m.formGen
	m.onForm = ""
	now, from, to := m.now, m.frame.Replay.Begins, m.frame.Replay.Ends
	read := func(s string) (int, time.Time, error) { return when.Jump(s, now, from, to, m.zone()) }
	f := m.line("where", "", true)
	f.Check = func(s string) string {
		if s == "" {
			return m.t("form.needed")
		}
		if _, _, err := read(s); err != nil {
			return m.t("replay.jump.bad", "value", s)
		}
		return ""
	}
	f.Echo = func(s string) string {
		seq, at, err := read(s)
		switch {
		case s == "" || err != nil:
			return ""
		case seq > 0:
			return m.t("replay.entry", "n", seq)
		case at.Before(from):
			return m.t("replay.outside", "end", 1)
		case at.After(to):
			return m.t("replay.outside", "end", 2)
		}
		return m.lang.Moment(at, m.zone(), now)
	}
	m.form = m.newForm(m.t("act.jump"), "save.jump", []form.Field{f})
	m.submit = func(v form.Values) tea.Cmd {
		seq, at, _ := read(v["where"]) // it was checked
		p := m.room.Player()
		return func() tea.Msg {
			p.Pause() // whoever goes to an instant wants to see it
			if seq > 0 {
				p.JumpEntry(seq)
			} else {
				p.JumpTime(at)
			}
			return commandDoneMsg{form: gen}
		}
	}
	return nil
}

// replayBar is the scrub bar: playing or not, how fast, the key moments, where the replay stands.
func (m *model) replayBar() string {
	t := m.theme
	r := m.frame.Replay
	state := theme.Mark{Rich: "‖", Plain: "="}
	if r.Playing {
		state = theme.Ready()
	}
	head := row{}.space(1).add(t.Symbol(state)+" ", t.Strong).add(strconv.FormatFloat(r.Speed, 'f', -1, 64)+t.Symbol(theme.Mark{Rich: "×", Plain: "x"})+" ", t.Progress)
	total := m.lang.Count(int64(r.Total))
	if !r.Whole {
		total += "…"
		if t.ASCII {
			total = m.lang.Count(int64(r.Total)) + ".."
		}
	}
	tail := row{}.add(" "+m.lang.Count(int64(m.frame.Len))+"/"+total, t.Text).
		add("  "+m.lang.Span(r.At.Sub(r.From))+" / "+m.lang.Span(r.To.Sub(r.From))+" ", t.Muted)
	w := m.w - head.width() - tail.width()
	if w < 10 {
		return append(head, tail...).line(m.w, false)
	}
	return append(append(head, m.scrub(w)...), tail...).line(m.w, false)
}

// keyMark is how a key moment is drawn. Where several fall on one cell the one that weighs most is.
func (m *model) keyMark(k incident.KeyMoment) (mark theme.Mark, ink theme.Ink, weight int) {
	t := m.theme
	switch k.Kind {
	case incident.KeyBreach:
		return theme.Failed(), t.Broken, 6
	case incident.KeyLapse:
		return theme.Alert(), t.Broken, 5
	case incident.KeyDecision:
		return theme.Mark{Rich: "◆", Plain: "D"}, t.Soon, 4
	case incident.KeyService:
		return theme.Done(), t.Holds, 3
	case incident.KeyIncident:
		return theme.Running(), t.Strong, 2
	case incident.KeyPhase:
	}
	return theme.Mark{Rich: "┃", Plain: "|"}, t.Text, 1
}

// scrub draws the timeline w cells wide: what was played, what is to come, the key moments, and where it stands.
func (m *model) scrub(w int) row {
	t := m.theme
	r := m.frame.Replay
	total := r.To.Sub(r.From)
	pos := func(at time.Time) int {
		if total <= 0 {
			return 0
		}
		return min(max(int(float64(w-1)*float64(at.Sub(r.From))/float64(total)+0.5), 0), w-1)
	}
	type cellMark struct {
		mark   theme.Mark
		ink    theme.Ink
		weight int
	}
	marks := make([]cellMark, w)
	for _, k := range r.Keys {
		if mark, ink, weight := m.keyMark(k); weight > marks[pos(k.At)].weight {
			marks[pos(k.At)] = cellMark{mark, ink, weight}
		}
	}
	at := pos(r.At)
	out := row{}
	for i := range w {
		mark, ink := theme.Mark{Rich: "─", Plain: "-"}, t.Muted
		if i < at {
			mark, ink = theme.Mark{Rich: "━", Plain: "="}, t.Progress
		}
		if marks[i].weight > 0 {
			mark, ink = marks[i].mark, marks[i].ink
		}
		if i == at {
			ink = t.Key // a mark under the head stays to be read
			if marks[i].weight == 0 {
				mark, ink = theme.Full(), t.Strong
			}
		}
		out = out.add(t.Symbol(mark), ink)
	}
	return out
}

// replayRow tells where a replay stands in words: the key moment it is at or behind, what is going on with the playing, and the
// next key moment.
func (m *model) replayRow() row {
	r := m.frame.Replay
	out := row{}.space(1)
	i, _ := slices.BinarySearchFunc(r.Keys, r.At, func(k incident.KeyMoment, at time.Time) int {
		if k.At.After(at) {
			return 1
		}
		return -1
	})
	doing := m.playingRow(r)
	free := m.w - 2 - doing.width()
	if i > 0 {
		out = append(out, m.momentRow(r.Keys[i-1], free)...)
	}
	if i < len(r.Keys) {
		next := append(row{}.space(3).add("]", m.theme.Key).add(" "+m.t("replay.next")+" ", m.theme.Muted), m.momentRow(r.Keys[i], free)...)
		if out.width()+next.width() <= free {
			out = append(out, next...)
		}
	}
	if len(doing) == 0 {
		return out
	}
	return append(out.to(m.w-1-doing.width()), doing...)
}

// momentRow is a key moment in at most w cells.
func (m *model) momentRow(k incident.KeyMoment, w int) row {
	mark, ink, _ := m.keyMark(k)
	r := row{}.add(m.theme.Symbol(mark)+" ", ink).add(m.when(k.Time)+"  ", m.theme.Muted)
	return r.add(cut(m.lang.KeyMoment(m.frame.State, k), max(w-r.width()-1, 8)), m.theme.Text)
}

// when is an hour to the second; the day with the hour where that is another one than today.
func (m *model) when(at time.Time) string {
	if sameDay(at, m.now, m.zone()) {
		return at.In(m.zone()).Format("15:04:05")
	}
	return at.In(m.zone()).Format("02/01 15:04")
}

// playingRow tells what is not plain playing: a silence that was passed over, reading that goes on, the end.
func (m *model) playingRow(r *cell.Replay) row {
	t := m.theme
	share := m.lang.Percent(r.Read)
	out := row{}
	switch {
	case !r.Going.IsZero():
		where := m.t("replay.entry", "n", r.Going.Seq)
		if r.Going.Seq == 0 {
			where = m.lang.Moment(r.Going.At, m.zone(), m.now)
		} else if r.Going.Seq >= 1<<40 {
			where = m.t("replay.ended")
		}
		out = out.add(m.t("replay.going", "where", where, "share", share), t.Soon)
	case r.Skipped > 0:
		out = out.add("» "+m.t("replay.skipped", "span", r.Skipped), t.Soon)
	case r.Ended && r.Loop && r.Playing:
		out = out.add(m.t("replay.again"), t.Muted)
	case r.Ended:
		out = out.add(m.t("replay.ended"), t.Muted)
	case !r.Whole:
		out = out.add(m.t("replay.reading", "share", share), t.Muted)
	case r.Skips:
		out = out.add(m.t("replay.skips"), t.Muted)
	}
	if r.Loop && (!r.Ended || !r.Playing) {
		if len(out) > 0 {
			out = out.add(" · ", t.Muted)
		}
		out = out.add(m.t("replay.loop"), t.Muted)
	}
	return out
}
