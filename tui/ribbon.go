package tui

import (
	"sangfroid/internal/incident"
	"sangfroid/internal/locale"
	"sangfroid/tui/theme"
	"strings"
	"time"
)

// ribbon draws the phases: what each took, where we are, what the plan's estimates still ask for, and where RTO and MTPD
// stop.
func (m *model) ribbon() string {
	t := m.theme
	cells := m.ribbonCells()
	at := 0
	for i, c := range cells {
		if c.now {
			at = i
		}
	}
	// When it is too long, what is farthest behind us goes first.
	from, to := 0, len(cells)
	for from < at && m.ribbonRow(cells[from:to]).width() > m.w {
		from++
	}
	for to > at+1 && m.ribbonRow(cells[from:to]).width() > m.w {
		to--
	}
	r := m.ribbonRow(cells[from:to])
	if from > 0 {
		r = append(row{}.add("…", t.Muted), r...)
	}
	return r.line(m.w, false)
}

// ribbonCell is one phase of the ribbon.
type ribbonCell struct {
	phase incident.Phase
	took  string
	now   bool
	past  bool
	stop  string // the clock that stops behind it
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
		c := ribbonCell{phase: p, now: p == current, past: p.Order() <= reached && p != current}
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
		if i > 0 {
			r = r.add(" "+t.Symbol(theme.Ready())+" ", t.Muted)
		}
		name := m.t("ribbon." + string(c.phase))
		switch {
		case c.now:
			r = r.add(upper(name), t.Soon).add(" "+c.took+"…", t.Soon)
		case c.past:
			r = r.add(name+" "+c.took+t.Symbol(theme.Done()), t.Holds)
		case c.took != "":
			r = r.add(name+" "+c.took, t.Muted)
		default:
			r = r.add(name, t.Muted)
		}
		if c.stop != "" {
			r = r.add(" ┃"+c.stop+"┃", t.Strong)
		}
	}
	return r
}
