package tui

import (
	"sangfroid/internal/incident"
	"sangfroid/internal/locale"
	"sangfroid/internal/status"
	"sangfroid/tui/theme"
	"strings"
)

// comparison draws the lines of two timelines side by side on w cells.
type comparison struct {
	lang  locale.Lang
	theme theme.Theme
	w     int
	name  int // cells of a row's name
	bar   int // … of each bar
	lines []string
	parts []int
}

// Cells of a row's pieces.
const (
	spanCells  = 12 // "✗ 12 d 13 h", and a space
	deltaCells = 12
)

// sided is one side of a row.
type sided struct {
	seconds *int64
	mark    theme.Mark // zero: none
	ink     theme.Ink
	word    string // instead of the seconds, where there are none
}

// there tells whether the side has it at all: for how long, or what became of it.
func (s sided) there() bool { return s.seconds != nil || (s.word != "–" && s.word != "") }

// compareLines gives the lines, and where each part begins.
func compareLines(d status.Diff, lang locale.Lang, t theme.Theme, w int) (lines []string, parts []int) {
	c := &comparison{lang: lang, theme: t, w: w}
	c.name = max(min((w-4-deltaCells)*3/10, 44), 12)
	if w < fullWidth { // names before bars
		const leastBar, names = 4, 28
		c.name = max(c.name, min(names, w-3-deltaCells-2*(spanCells+1+leastBar)))
	}
	c.bar = max((w-3-c.name-deltaCells)/2-spanCells-1, 0)
	c.objectives(d.Objectives)
	c.rows("diff.phases", d.Phases, func(r status.DiffRow) string { return lang.Phase(incident.Phase(r.What)) })
	c.decisions(d.Kinds)
	c.rows("diff.steps", d.Steps, func(r status.DiffRow) string {
		if s := lang.Text(r.Title); s != "" {
			return s
		}
		return r.What
	})
	return c.lines, c.parts
}

func (c *comparison) put(r row) { c.lines = append(c.lines, r.line(c.w, false)) }

// part begins a part with its title; empty tells that there is nothing in it.
func (c *comparison) part(key string, n int) {
	if len(c.lines) > 0 {
		c.put(row{})
	}
	c.parts = append(c.parts, len(c.lines))
	t := c.theme
	half := c.bar + spanCells + 1
	r := row{}.space(1).add(upper(c.lang.T(key)), t.Strong)
	if n > 0 {
		r = r.to(c.name+2).add("A", t.Holds).to(c.name+2+half).add("B", t.Progress).to(c.w-1-width("B − A")).add("B − A", t.Muted)
	}
	c.put(r)
	if n == 0 {
		c.put(row{}.space(2).add(c.lang.T("diff.none"), t.Muted))
	}
}

// line is a row: its name, a bar and a duration of each side, and the difference. Bars have the scale of their part.
func (c *comparison) line(name string, a, b sided, delta *int64, most int64) {
	t := c.theme
	r := row{}.space(1).add(cut(name, c.name), t.Text).to(c.name + 2)
	r = append(r, c.half(a, "A", most)...)
	r = append(r.to(c.name+2+c.bar+spanCells+1), c.half(b, "B", most)...)
	word, ink := c.delta(a, b, delta)
	c.put(r.to(c.w-1-width(word)).add(word, ink))
}

func (c *comparison) half(h sided, side string, most int64) row {
	t := c.theme
	ink := map[string]theme.Ink{"A": t.Holds, "B": t.Progress}[side]
	r := row{}
	if h.seconds == nil {
		word := row{}
		if h.mark.Rich != "" {
			word = word.add(t.Symbol(h.mark)+" ", h.ink)
		}
		return append(r, word.add(cut(h.word, c.bar+spanCells-2), t.Muted)...)
	}
	n := 0
	if most > 0 {
		n = int(float64(c.bar)*float64(max(*h.seconds, 0))/float64(most) + 0.5)
	}
	if *h.seconds > 0 && n == 0 && c.bar > 0 {
		n = 1
	}
	r = r.add(strings.Repeat(t.Symbol(sideMark(side)), n), ink)
	if n > 0 {
		r = r.space(1)
	}
	if h.mark.Rich != "" {
		r = r.add(t.Symbol(h.mark)+" ", h.ink)
	}
	return r.add(c.lang.Span(seconds(h.seconds)), t.Text)
}

// delta is the difference in words: shorter holds, longer asks to be looked at. What only one side has is said.
func (c *comparison) delta(a, b sided, d *int64) (string, theme.Ink) {
	t := c.theme
	switch {
	case d != nil && *d == 0:
		return c.lang.T("diff.same"), t.Muted
	case d != nil && *d < 0:
		return c.lang.Span(seconds(d)), t.Holds
	case d != nil:
		return "+" + c.lang.Span(seconds(d)), t.Soon
	case a.there() && !b.there():
		return c.lang.T("diff.only", "side", "A"), t.Muted
	case b.there() && !a.there():
		return c.lang.T("diff.only", "side", "B"), t.Muted
	}
	return "–", t.Muted
}

func (c *comparison) objectives(list []status.DiffObjective) {
	c.part("diff.objectives", len(list))
	for _, o := range list {
		name := c.lang.Clockword(o.Kind)
		if s := objective(o); s != nil {
			name += " " + c.lang.Span(seconds(s))
		}
		service := c.lang.Text(o.Name)
		if service == "" {
			service = string(o.Service)
		}
		c.line(name+"  "+service, c.achieved(o.A), c.achieved(o.B), o.DeltaS, longest(o))
	}
}

// longest is the scale of an objective's bars: it has one of its own, for an hour and a day would not show side by side.
func longest(o status.DiffObjective) int64 {
	var most int64
	for _, x := range []*status.Achieved{o.A, o.B} {
		if x == nil {
			continue
		}
		for _, s := range []*int64{x.AchievedS, x.ObjectiveS} {
			if s != nil {
				most = max(most, *s)
			}
		}
	}
	return most
}

// objective is what both sides were held to; nil where they differ, or one is not known.
func objective(o status.DiffObjective) *int64 {
	switch {
	case o.A == nil && o.B == nil:
		return nil
	case o.A == nil:
		return o.B.ObjectiveS
	case o.B == nil:
		return o.A.ObjectiveS
	case o.A.ObjectiveS != nil && o.B.ObjectiveS != nil && *o.A.ObjectiveS == *o.B.ObjectiveS:
		return o.A.ObjectiveS
	}
	return nil
}

func (c *comparison) achieved(x *status.Achieved) sided {
	t := c.theme
	if x == nil {
		return sided{word: "–"}
	}
	h := sided{seconds: x.AchievedS}
	switch x.State {
	case incident.ClockMet:
		h.mark, h.ink, h.word = theme.Done(), t.Holds, c.lang.T("diff.unknown")
	case incident.ClockMissed:
		h.mark, h.ink, h.word = theme.Failed(), t.Broken, c.lang.T("diff.notyet")
	case incident.ClockRunning:
		h.mark, h.ink, h.word = theme.Running(), t.Soon, c.lang.T("diff.running")
	case incident.ClockNotStarted:
		h.word = c.lang.T("diff.unknown")
	}
	return h
}

func (c *comparison) rows(key string, list []status.DiffRow, name func(status.DiffRow) string) {
	c.part(key, len(list))
	var most int64
	for _, r := range list {
		for _, s := range []*int64{r.AS, r.BS} {
			if s != nil {
				most = max(most, *s)
			}
		}
	}
	for _, r := range list {
		c.line(name(r), c.worked(r.AS, r.AState), c.worked(r.BS, r.BState), r.DeltaS, most)
	}
}

// worked is a phase, or a step with what became of it.
func (c *comparison) worked(s *int64, state incident.StepStatus) sided {
	t := c.theme
	h := sided{seconds: s, word: "–"}
	if state != "" {
		h.word = c.lang.StepStatus(state)
	}
	switch state {
	case incident.StepIsFail:
		h.mark, h.ink = theme.Failed(), t.Broken
	case incident.StepIsBlock:
		h.mark, h.ink = theme.Blocked(), t.Broken
	case incident.StepIsSkip:
		h.mark, h.ink = theme.Skipped(), t.Muted
	default:
	}
	return h
}

func (c *comparison) decisions(list []status.DiffKind) {
	c.part("diff.decisions", len(list))
	t := c.theme
	half := c.bar + spanCells + 1
	answer := func(option *incident.Option, state incident.DecisionStatus, s *int64) string {
		word := "–"
		switch {
		case option != nil:
			word = c.lang.Option(*option)
		case state != "":
			word = c.lang.DecisionStatus(state)
		}
		if s != nil {
			word += " " + c.lang.T("diff.at", "span", seconds(s))
		}
		return word
	}
	for _, d := range list {
		name := c.lang.Text(d.Question)
		if name == "" {
			name = string(d.ID)
		}
		word, ink := c.delta(sided{d.AS, theme.Mark{}, theme.Ink{}, string(d.AState)}, sided{d.BS, theme.Mark{}, theme.Ink{}, string(d.BState)}, d.DeltaS)
		r := row{}.space(1).add(cut(name, c.name), t.Text).to(c.name+2).add(cut(answer(d.AOption, d.AState, d.AS), half-1), t.Strong)
		r = r.to(c.name+2+half).add(cut(answer(d.BOption, d.BState, d.BS), half-1), t.Strong)
		c.put(r.to(c.w-1-width(word)).add(word, ink))
		for _, why := range [][2]string{{"A", d.ABecause}, {"B", d.BBecause}} {
			if why[1] != "" && why[1] != name {
				c.put(row{}.space(3).add(why[0]+"  ", t.Muted).add(cut(why[1], c.w-8), t.Muted))
			}
		}
	}
}
