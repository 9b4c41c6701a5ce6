package tui

import (
	"sangfroid/internal/incident"
	"sangfroid/internal/locale"
	"sangfroid/tui/theme"
	"strconv"
	"strings"
)

// gridBody draws the grid or the list, its head with the counts, and what is under the cursor.
func (m *model) gridBody(w, h int) []string {
	inner := w - 4
	foot := m.gridKeyLines()
	span, rows := m.gridSpan()
	rows = max(min(rows, h-2-gridHead-m.gridFoot()-len(foot)), 1)
	lines := m.gridHeadLines(inner)
	if m.grid.list.on {
		lines = append(lines, fill(m.listLines(inner, rows), inner, rows)...)
	} else {
		lines = append(lines, fill(m.gridLines(span, rows), inner, rows)...)
	}
	lines = append(lines, m.gridFootLines(inner)...)
	lines = append(lines, foot...)
	return box(m.frameTheme(), w, h, m.lang.SetTitle(m.frame.State, m.grid.set), m.gridNote(rows), true, lines)
}

// gridNote is how many are chosen, and which part of the rows is on the screen.
func (m *model) gridNote(h int) string {
	var parts []string
	if n := len(m.grid.chosen); n > 0 {
		parts = append(parts, m.t("tui.grid.chosen", "n", n))
	}
	top, n := m.grid.list.top, len(m.grid.list.rows)
	if !m.grid.list.on {
		w, _ := m.gridSpan()
		s := m.grid.index.shape(w, h)
		top, n = gridTop(&s, m.grid.at, h), len(s.rows)
	}
	if n > h {
		parts = append(parts, m.t("tui.lines", "from", top+1, "to", min(top+h, n), "of", n)+" ↑↓")
	}
	return strings.Join(parts, "  ")
}

// gridTop is the first row on the screen, so that the cursor's is in view.
func gridTop(s *gridShape, at, h int) int {
	if len(s.rows) <= h {
		return 0
	}
	return max(min(s.rowOf(at)-h/2, len(s.rows)-h), 0)
}

// gridKeys is the line of keys; gridKeyLines has it when the last line of the screen has no room for it.
func (m *model) gridKeys() string {
	key := "tui.keys.grid"
	switch {
	case m.grid.list.editing:
		return m.t("tui.keys.filter")
	case m.grid.list.on:
		key = "tui.keys.gridlist"
	}
	return m.t(m.orReplay(key))
}

func (m *model) gridKeyLines() []string {
	keys := m.gridKeys()
	if m.keyRow(keys).width() <= m.w {
		return nil
	}
	return m.keyLines(keys, max(m.layout.body.w-4, 8))
}

// gridHeadLines are the progress and the way to what is shown.
func (m *model) gridHeadLines(w int) []string {
	g := &m.grid
	c := m.frame.State.TargetSum(g.set, m.now)
	tail := m.sumRow(c, true)
	if tail.width() > w-2 { // no number is cut
		tail = m.sumRow(c, false)
	}
	room := min(w-tail.width()-1, 40)
	head := row{}
	if room >= 8 {
		head = append(bar(m.theme, room, share(c.Over(), c.Total), m.theme.Holds), row{}.space(1)...)
	}
	t := m.theme
	way := row{}.add(m.t("tui.grid.all", "n", g.index.total), t.Strong)
	if len(g.zoom) > 0 && len(g.index.bands) > 0 {
		b := g.index.bands[0]
		name := b.name
		if name == "" {
			name = m.t("tui.grid.nogroup")
		}
		way = row{}.add(m.t("tui.grid.all", "n", g.index.total), t.Muted).add(" ▸ ", t.Muted).add(name, t.Strong)
		if z := g.zoom[len(g.zoom)-1]; z.to > 0 {
			way = way.add(" ▸ ", t.Muted).add(m.firstLast(g.index.order), t.Strong)
		} else {
			way = way.add(" "+m.lang.Count(int64(len(g.index.order))), t.Muted)
		}
	}
	if t.ASCII {
		for i := range way {
			way[i].text = strings.ReplaceAll(way[i].text, "▸", ">")
		}
	}
	switch l := &g.list; {
	case l.on:
		what := "tui.grid.attention"
		if l.all {
			what = "tui.grid.every"
		}
		way = row{}.add(m.t(what, "n", len(m.listRows())), t.Strong).add("  "+m.t("tui.grid.sorted", "by", m.t(l.sort.key())), t.Muted)
		if l.filter != "" || l.editing {
			way = way.add("  / ", t.Focus).add(l.filter, t.Strong)
			if l.editing {
				way = way.add(t.Symbol(theme.Mark{Rich: "▏", Plain: "_"}), t.Strong)
			}
		}
	default:
		span, rows := m.gridSpan()
		if s := g.index.shape(span, rows); s.block > 1 {
			way = way.add("  "+m.t("tui.grid.block", "n", s.block), t.Soon)
		}
	}
	return []string{append(head, tail...).line(w, false), way.line(w, false)}
}

func share(n, of int) float64 {
	if of <= 0 {
		return 0
	}
	return float64(n) / float64(of)
}

// sumRow is how many are done of how many, and what is under way, failed or late.
func (m *model) sumRow(c incident.TargetSum, worded bool) row {
	t := m.theme
	r := row{}.add(m.lang.Count(int64(c.Over()))+"/"+m.lang.Count(int64(c.Total)), t.Strong)
	for _, p := range []struct {
		n    int
		mark theme.Mark
		ink  theme.Ink
		word string
	}{
		{c.Running, theme.Running(), t.Progress, "tui.grid.n.running"},
		{c.Failed, theme.Failed(), t.Broken, "tui.grid.n.failed"},
		{c.Late, theme.Alert(), t.Soon, "tui.grid.n.late"},
	} {
		if p.n > 0 {
			word := m.lang.Count(int64(p.n))
			if worded {
				word = m.t(p.word, "n", p.n)
			}
			r = r.add("  "+t.Symbol(p.mark)+" "+word, p.ink)
		}
	}
	return r
}

func (m *model) firstLast(order []int32) string {
	set := m.gridSet()
	if len(order) == 0 {
		return ""
	}
	return set.At(int(order[0])).ID + "–" + set.At(int(order[len(order)-1])).ID
}

// gridLines draws the rows of cells that are on the screen: the row of the cursor is kept in view.
func (m *model) gridLines(w, h int) []string {
	g := &m.grid
	s := g.index.shape(w, h)
	top := gridTop(&s, g.at, h)
	out := make([]string, 0, h)
	for i := top; i < min(top+h, len(s.rows)); i++ {
		out = append(out, m.gridRow(&s, i, w))
	}
	return out
}

func (m *model) gridRow(s *gridShape, i, w int) string {
	t := m.theme
	r := s.rows[i]
	band := m.grid.index.bands[r.band]
	name := ""
	switch {
	case len(m.grid.zoom) > 0, len(m.grid.index.bands) == 1 && band.name == "":
		name = m.gridSet().At(int(m.grid.index.order[r.from])).ID
	case r.from == band.from:
		name = band.name
	}
	out := row{}.add(cut(name, s.label-1), t.Text).to(s.label)
	if s.count > 0 && r.from == band.from {
		c := m.gridSum(m.grid.index.order[band.from:band.to])
		n := m.lang.Count(int64(c.Over())) + "/" + m.lang.Count(int64(c.Total))
		out = out.space(s.count-1-width(n)).add(n, t.Muted)
	}
	out = out.to(s.label + s.count)
	if s.tile > 0 {
		return m.tileRow(out, s, r).line(w, false)
	}
	return m.cellRow(out, s, r).line(w, false)
}

// tileRow draws targets with their names.
func (m *model) tileRow(out row, s *gridShape, r gridRow) row {
	g := &m.grid
	set, limits := m.gridSet(), m.frame.State.TargetLimits(g.set)
	for at := r.from; at < r.to; at++ {
		i := g.index.order[at]
		target := set.At(int(i))
		mark, ink := m.targetMark(target.State, set.Late(int(i), limits, m.now))
		if g.chosen[i] {
			mark, ink = m.chosenMark()
		}
		text := mark + " " + target.ID
		name := m.theme.Text
		if target.State == incident.TargetWaiting {
			name = m.theme.Muted
		}
		if at == g.at {
			out = append(out, span{text, cursorInk(ink)}).space(s.tile - width(text))
			continue
		}
		out = out.add(mark+" ", ink).add(target.ID, name).space(s.tile - width(text))
	}
	return out
}

// cursorInk is an ink with ground and letter exchanged.
func cursorInk(ink theme.Ink) theme.Ink { return theme.Ink{Pre: ink.Pre + "\x1b[7m", Post: "\x1b[m"} }

// cellRow draws cells of one target, or of a block of them. Cells of one ink that stand side by side are one piece.
func (m *model) cellRow(out row, s *gridShape, r gridRow) row {
	g := &m.grid
	set, limits := m.gridSet(), m.frame.State.TargetLimits(g.set)
	var text strings.Builder
	last := theme.Ink{}
	flush := func() {
		if text.Len() > 0 {
			out = out.add(text.String(), last)
			text.Reset()
		}
	}
	for from := r.from; from < r.to; from += s.block {
		to := min(from+s.block, r.to)
		places := g.index.order[from:to]
		mark, ink := m.blockMark(set.Tally(places, limits, m.now))
		if len(g.chosen) > 0 && m.allChosen(places) {
			mark, ink = m.chosenMark()
		}
		if g.at >= from && g.at < to {
			ink = cursorInk(ink)
		}
		if ink != last {
			flush()
			last = ink
		}
		text.WriteString(mark)
	}
	flush()
	return out
}

func (m *model) allChosen(places []int32) bool {
	for _, i := range places {
		if !m.grid.chosen[i] {
			return false
		}
	}
	return true
}

func (m *model) chosenMark() (string, theme.Ink) {
	return m.theme.Symbol(theme.Mark{Rich: "◆", Plain: "@"}), m.theme.Focus
}

// targetMark is the sign and ink of a state; each state has its own sign, colour or not.
func (m *model) targetMark(state incident.TargetState, late bool) (string, theme.Ink) {
	t := m.theme
	if late {
		return t.Symbol(theme.Alert()), t.Soon
	}
	switch state {
	case incident.TargetRunning:
		return t.Symbol(theme.Running()), t.Progress
	case incident.TargetDone:
		return t.Symbol(theme.Mark{Rich: "■", Plain: "#"}), t.Holds
	case incident.TargetFailed:
		return t.Symbol(theme.Failed()), t.Broken
	case incident.TargetSkipped:
		return t.Symbol(theme.Skipped()), t.Muted
	case incident.TargetWaiting:
	}
	return t.Symbol(theme.Mark{Rich: "·", Plain: "."}), t.Muted
}

// blockMark is the sign of a cell: of its worst target; else how much of it is done, as a rising bar (tenths in ASCII).
func (m *model) blockMark(c incident.TargetSum) (string, theme.Ink) {
	t := m.theme
	switch over := c.Over(); {
	case c.Failed > 0:
		return m.targetMark(incident.TargetFailed, false)
	case c.Late > 0:
		return m.targetMark(incident.TargetRunning, true)
	case c.Skipped == c.Total && c.Total > 0:
		return m.targetMark(incident.TargetSkipped, false)
	case over == c.Total:
		return m.targetMark(incident.TargetDone, false)
	case over > 0:
		if t.ASCII {
			return strconv.Itoa(min(max(over*10/c.Total, 1), 9)), t.Progress
		}
		const steps = "▁▂▃▄▅▆▇"
		k := min(over*7/c.Total, 6)
		return string([]rune(steps)[k]), t.Progress
	case c.Running > 0:
		return m.targetMark(incident.TargetRunning, false)
	}
	return m.targetMark(incident.TargetWaiting, false)
}

// gridFootLines tell what is under the cursor, and what the signs mean.
func (m *model) gridFootLines(w int) []string {
	out := []string{m.gridUnder().line(w, false)}
	if m.gridFoot() == 1 {
		return out
	}
	t := m.theme
	legend := row{}
	for _, state := range []incident.TargetState{incident.TargetWaiting, incident.TargetRunning, incident.TargetDone, incident.TargetFailed, incident.TargetSkipped} {
		mark, ink := m.targetMark(state, false)
		legend = legend.add(mark+" ", ink).add(m.lang.TargetState(state)+"  ", t.Muted)
	}
	mark, ink := m.targetMark(incident.TargetRunning, true)
	legend = legend.add(mark+" ", ink).add(m.t("target.late"), t.Muted)
	return []string{blanks(w), out[0], legend.line(w, false)}
}

// gridUnder is the target or the block under the cursor, in words.
func (m *model) gridUnder() row {
	places := m.underCursor()
	set := m.gridSet()
	t := m.theme
	switch len(places) {
	case 0:
		return row{}.add(m.t("tui.grid.none"), t.Muted)
	case 1:
		return m.targetWords(set, int(places[0]))
	}
	return append(row{}.add(m.firstLast(places)+"  ", t.Strong), m.sumRow(m.gridSum(places), true)...)
}

// targetWords tell one target: name, group, state, since when, and what was said.
func (m *model) targetWords(set *incident.TargetSet, i int) row {
	t := m.theme
	target := set.At(i)
	late := set.Late(i, m.frame.State.TargetLimits(m.grid.set), m.now)
	mark, ink := m.targetMark(target.State, late)
	r := row{}.add(mark+" "+target.ID, ink)
	if target.Group != "" {
		r = r.add("  "+target.Group, t.Muted)
	}
	r = r.add("  "+m.lang.TargetState(target.State), t.Text)
	if !target.Since.IsZero() {
		r = r.add(" "+m.t("tui.grid.since", "at", locale.Hour(target.Since, m.zone()), "for", m.since(target)), t.Text)
	}
	if late {
		r = r.add("  "+upper(m.t("target.late")), t.Soon)
	}
	if n, ok := set.Note(target.Entry); ok {
		r = r.add("  "+n.Text+" ("+n.By+")", t.Muted)
	}
	return r
}

// targetsLine is the progress of a running step under its row in the plan: done of all, and what needs somebody.
func (m *model) targetsLine(id incident.SetID, w int) string {
	c := m.frame.State.TargetSum(id, m.now)
	tail := m.sumRow(c, true)
	if tail.width() > w-2 { // no number is cut
		tail = m.sumRow(c, false)
	}
	room := w - 2 - tail.width() - 1
	r := row{}.space(2)
	if room >= 6 {
		r = append(r, bar(m.theme, min(room, 30), share(c.Over(), c.Total), m.theme.Holds)...).space(1)
	}
	return append(r, tail...).line(w, false)
}
