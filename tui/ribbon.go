package tui

import (
	"sangfroid/internal/incident"
	"sangfroid/internal/locale"
	"sangfroid/tui/theme"
	"slices"
	"strings"
	"time"
)

// ribbon draws the phases: what each took, where we are, what the plan's estimates still ask for, and where RTO and MTPD
// stop. Where the width does not do for all of it, what tells least about the minute goes first.
func (m *model) ribbon() string {
	cells := m.ribbonCells()
	var r row
	for _, fewer := range ribbonSteps() {
		cells = fewer(cells)
		if r = m.ribbonRow(cells); r.width() <= m.w {
			return r.line(m.w, false)
		}
	}
	return r.line(m.w, false)
}

// ribbonSteps make the ribbon shorter, one after the other.
func ribbonSteps() []func([]ribbonCell) []ribbonCell {
	drop := func(is func(c ribbonCell) bool) func([]ribbonCell) []ribbonCell {
		return func(cells []ribbonCell) []ribbonCell {
			return slices.DeleteFunc(slices.Clone(cells), is)
		}
	}
	change := func(do func(c *ribbonCell)) func([]ribbonCell) []ribbonCell {
		return func(cells []ribbonCell) []ribbonCell {
			out := slices.Clone(cells)
			for i := range out {
				do(&out[i])
			}
			return out
		}
	}
	return []func([]ribbonCell) []ribbonCell{
		func(c []ribbonCell) []ribbonCell { return c },
		drop(func(c ribbonCell) bool { return c.phase == incident.PhaseResumed && !c.now && !c.past }),
		change(func(c *ribbonCell) { c.close = true }),
		change(func(c *ribbonCell) { // what is estimated behind the RTO
			if !c.past && !c.now && c.phase.Order() > incident.PhaseRestore.Order() {
				c.took = ""
			}
		}),
		change(func(c *ribbonCell) { // every estimate
			if !c.past && !c.now {
				c.took = ""
			}
		}),
		change(func(c *ribbonCell) { // what was, by its mark
			if c.past {
				c.name, c.took = "", ""
			}
		}),
		drop(func(c ribbonCell) bool { return c.past && c.stop == "" }),
		drop(func(c ribbonCell) bool { return !c.now && c.stop == "" }),
	}
}

// ribbonCell is one phase of the ribbon.
type ribbonCell struct {
	phase incident.Phase
	name  string
	took  string
	now   bool
	past  bool
	stop  string // the clock that stops behind it
	close bool   // without the air around the arrows
}

func (m *model) ribbonCells() []ribbonCell {
	spans := incident.PhaseSpans(m.frame.State, m.now)
	took := make(map[incident.Phase]time.Duration)
	reached := -1
	var current incident.Phase
	for _, s := range spans {
		took[s.Phase] += s.Length
		reached = max(reached, s.Phase.Order())
		current = s.Phase
	}
	ahead := m.estimates()
	var out []ribbonCell
	for _, p := range incident.Phases() {
		c := ribbonCell{phase: p, name: m.t("ribbon." + string(p)), now: p == current, past: p.Order() <= reached && p != current}
		d, done := took[p]
		switch {
		case done:
			c.took = compact(m.lang, d)
		case c.past:
			continue // nothing ever said that it began
		case ahead[p] > 0:
			c.took = "~" + compact(m.lang, ahead[p])
		}
		switch p {
		case incident.PhaseRestore:
			c.stop = m.lang.Clockword(incident.ClockRTO)
		case incident.PhaseCatchup:
			c.stop = m.lang.Clockword(incident.ClockMTPD)
		default:
		}
		if p.Order() > incident.PhaseResumed.Order() && !done {
			continue
		}
		out = append(out, c)
	}
	return out
}

// estimates is the longest likely step of each phase still to come: a hint of its length, not a promise.
func (m *model) estimates() map[incident.Phase]time.Duration {
	out := make(map[incident.Phase]time.Duration)
	for i := range m.frame.State.Steps {
		st := &m.frame.State.Steps[i]
		if p := m.frame.State.Plan(st.Plan); p == nil || p.Kind != incident.PlanFailover {
			continue
		}
		out[st.Def.Phase] = max(out[st.Def.Phase], st.Remaining(m.now))
	}
	return out
}

// compact writes a duration without spaces: the ribbon is one line.
func compact(l locale.Lang, d time.Duration) string {
	return strings.ReplaceAll(strings.Replace(l.Span(d), " min", "m", 1), " ", "")
}

func (m *model) ribbonRow(cells []ribbonCell) row {
	t := m.theme
	r := row{}.space(1)
	for i, c := range cells {
		arrow := " " + t.Symbol(theme.Ready()) + " "
		switch {
		case i == 0 || (c.close && cells[i-1].stop != ""):
			arrow = "" // the bar of the clock sets them apart
		case c.close && c.name == "" && cells[i-1].name == "":
			arrow = " "
		}
		r = r.add(arrow, t.Muted)
		r = append(r, m.ribbonPiece(c)...)
		if c.stop != "" {
			bar := " ┃" + c.stop + "┃"
			if t.ASCII {
				bar = " |" + c.stop + "|"
			}
			r = r.add(bar, t.Strong)
		}
	}
	return r
}

func (m *model) ribbonPiece(c ribbonCell) row {
	t := m.theme
	words := strings.TrimSpace(c.name + " " + c.took)
	switch {
	case c.now:
		return row{}.add(strings.TrimSpace(upper(c.name)+" "+c.took)+"…", t.Soon)
	case c.past:
		return row{}.add(words+t.Symbol(theme.Done()), t.Holds)
	}
	return row{}.add(words, t.Muted)
}
