package tui

import (
	"sangfroid/internal/incident"
	"sangfroid/internal/locale"
	"sangfroid/tui/theme"
	"time"
)

// rulers are the two clocks that rule the minute: decide-by while the go is open, then the RTO, then the MTPD; of each
// kind the one with the nearest deadline that still runs. A service without an RTO counts up. Either may be nil.
func rulers(clocks []incident.Clock) (first, second *incident.Clock) {
	var found []*incident.Clock
	for _, kind := range []incident.ClockKind{incident.ClockDecideBy, incident.ClockRTO, incident.ClockMTPD} {
		if c := nearest(clocks, kind); c != nil {
			found = append(found, c)
		}
	}
	if len(found) == 0 {
		for i := range clocks {
			if c := &clocks[i]; c.Kind == incident.ClockRTO && !c.Origin.IsZero() {
				return c, nil
			}
		}
		return nil, nil
	}
	if len(found) == 1 {
		return found[0], nil
	}
	return found[0], found[1]
}

// nearest is the running clock of a kind whose deadline comes first; one without a deadline only when there is no other.
func nearest(clocks []incident.Clock, kind incident.ClockKind) *incident.Clock {
	var best *incident.Clock
	for i := range clocks {
		c := &clocks[i]
		if c.Kind != kind || !c.Stopped.IsZero() || c.State == incident.ClockNotStarted {
			continue
		}
		switch {
		case best == nil,
			best.Deadline.IsZero() && !c.Deadline.IsZero(),
			!c.Deadline.IsZero() && c.Deadline.Before(best.Deadline):
			best = c
		}
	}
	return best
}

// clockInk is the colour of a running clock: amber in its last quarter or last fifteen minutes, vermilion once missed.
func (m *model) clockInk(c *incident.Clock) theme.Ink {
	t := m.theme
	switch {
	case c.State == incident.ClockMissed, c.Kind == incident.ClockDecideBy && m.sure[c.Service] == byNothing:
		return t.Broken
	case c.State == incident.ClockMet:
		return t.Holds
	case c.State == incident.ClockNotStarted || c.Deadline.IsZero():
		return t.Strong
	case c.Remaining < 15*time.Minute || c.Remaining*4 < c.Objective:
		return t.Soon
	}
	return t.Strong
}

// clockFace is what the clock shows: what is left, or how far it went.
func clockFace(l locale.Lang, c *incident.Clock) string {
	if c.Deadline.IsZero() {
		return "+" + l.Clock(c.Elapsed)
	}
	return l.Clock(c.Remaining)
}

// clockWords are the three lines beside a clock: its name and end, what it counts from, whose it is.
func (m *model) clockWords(c *incident.Clock) (name string, from, whose string) {
	whose = m.lang.ServiceName(m.frame.State, c.Service)
	switch {
	case c.Kind == incident.ClockDecideBy:
		name, from = m.decideWords(c)
		return name, from, whose
	case c.Deadline.IsZero():
		name = m.t("tui.noobjective", "clock", m.lang.Clockword(c.Kind))
	default:
		name = m.t("tui.until", "clock", m.lang.Clockword(c.Kind), "objective", c.Objective, "at", m.nearMoment(c.Deadline))
	}
	from = m.t("tui.since", "basis", m.lang.Basis(c.Basis), "at", m.hourDay(c.Origin), "elapsed", m.lang.Clock(c.Elapsed))
	if c.Kind == incident.ClockRTO && !c.Deadline.IsZero() {
		whose = m.withOdds(whose, c.Service)
	}
	return name, from, whose
}

// mtpdWord tells what is still possible once a go no longer meets the RTO.
func (m *model) mtpdWord(id incident.ServiceID) string {
	b, ok := incident.DecideBy(m.frame.State, id, m.now)
	if ok && b.MeetsMTPD {
		return m.t("tui.mtpd.ok")
	}
	return m.t("tui.mtpd.lost")
}

// bigClocks draws the two ruling clocks: three lines of digits each with their words; one line each when compact.
func (m *model) bigClocks() []string {
	a, b := rulers(m.clocks)
	if a == nil {
		return fill([]string{m.unstarted().line(m.w, false)}, m.w, m.layout.clocks)
	}
	if m.layout.compact || m.theme.ASCII {
		out := []string{m.clockLine(a).line(m.w, false)}
		if b != nil {
			out = append(out, m.clockLine(b).line(m.w, false))
		}
		return fill(out, m.w, m.layout.clocks)
	}
	half := m.w / 2
	if b == nil {
		return append([]string{blanks(m.w)}, m.bigClock(a, m.w)...)
	}
	cols := [][]string{m.bigClock(a, half), m.bigClock(b, m.w-half)}
	return append([]string{blanks(m.w)}, beside(3, cols...)...)
}

// unstarted tells why no clock runs.
func (m *model) unstarted() row {
	t := m.theme
	if m.frame.State.Closed != nil {
		return row{}.add(" "+m.t("tui.closed", "at", m.lang.Moment(m.frame.State.Closed.At, m.zone(), m.now)), t.Strong)
	}
	if m.frame.State.Declared.At.IsZero() {
		return row{}.add(" "+m.t("tui.empty"), t.Muted)
	}
	missing := m.frame.State.MissingOrigins()
	if len(missing) == 0 {
		return row{}.add(" "+t.Symbol(theme.Done())+" "+m.t("tui.allstopped"), t.Holds)
	}
	return row{}.add(" "+t.Symbol(theme.Alert())+" "+m.t(m.orReplay("tui.noclock"), "stamp", m.lang.Stamp(missing[0])), t.Soon)
}

func (m *model) bigClock(c *incident.Clock, w int) []string {
	t := m.theme
	ink := m.clockInk(c)
	digits := big(clockFace(m.lang, c))
	name, from, whose := m.clockWords(c)
	out := make([]string, 3)
	words := [3]span{{name, t.Strong}, {from, t.Muted}, {whose, t.Text}}
	if c.Kind == incident.ClockDecideBy {
		words[0] = span{t.Symbol(theme.Alert()) + " " + name, m.decideInk(c)}
	}
	if s := m.sinceShort(c); s != "" && 4+width(digits[1])+width(from) > w {
		words[1].text = s
	}
	for i := range 3 {
		out[i] = row{}.space(2).add(digits[i], ink).space(2).add(words[i].text, words[i].ink).line(w, false)
	}
	return out
}

func (m *model) decideInk(c *incident.Clock) theme.Ink {
	if c.State == incident.ClockMissed || m.sure[c.Service] == byNothing {
		return m.theme.Broken
	}
	return m.theme.Soon
}

func (m *model) clockLine(c *incident.Clock) row {
	name, from, whose := m.clockWords(c)
	if c.Kind == incident.ClockDecideBy && c.State != incident.ClockMissed && m.sure[c.Service] != byLikely {
		from = "" // the odds stand on the next line
	}
	r := row{}.space(1).add(clockFace(m.lang, c), m.clockInk(c)).space(2)
	if c.Kind == incident.ClockDecideBy {
		r = r.add(m.theme.Symbol(theme.Alert())+" "+name, m.decideInk(c))
	} else {
		r = r.add(name, m.theme.Strong)
	}
	r = r.space(2).add(whose, m.theme.Text)
	// What does not fit is left out whole: half a time says something else.
	for _, s := range []string{from, m.sinceShort(c)} {
		if s != "" && r.width()+2+width(s) <= m.w {
			return r.space(2).add(s, m.theme.Muted)
		}
	}
	return r
}

// sinceShort is what the clock counts from, without how long ago.
func (m *model) sinceShort(c *incident.Clock) string {
	if c.Kind == incident.ClockDecideBy {
		return ""
	}
	return m.t("tui.since.short", "basis", m.lang.Basis(c.Basis), "at", m.hourDay(c.Origin))
}

// nearMoment is an hour with its zone; with day and month when it is another day's.
func (m *model) nearMoment(t time.Time) string {
	if sameDay(t, m.now, m.zone()) {
		return locale.Hour(t, m.zone())
	}
	return t.In(m.zone()).Format("02/01 15:04 ") + locale.ZoneName(t, m.zone())
}

// orReplay takes the form of a message that offers no key, where nothing can be written.
func (m *model) orReplay(key string) string {
	if m.replaying() {
		return key + ".replay"
	}
	return key
}
