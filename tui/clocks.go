package tui

import (
	"sangfroid/internal/incident"
	"sangfroid/internal/locale"
	"sangfroid/tui/theme"
	"slices"
	"strings"
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
	case c.State == incident.ClockMissed:
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
	at := m.nearMoment
	switch {
	case c.Kind == incident.ClockDecideBy && c.State == incident.ClockMissed:
		name = m.t("tui.decide.passed")
	case c.Kind == incident.ClockDecideBy:
		name = m.t("tui.decide.by", "at", at(c.Deadline))
	case c.Deadline.IsZero():
		name = m.t("tui.noobjective", "clock", m.lang.Clockword(c.Kind))
	default:
		name = m.t("tui.until", "clock", m.lang.Clockword(c.Kind), "objective", c.Objective, "at", at(c.Deadline))
	}
	if c.Kind == incident.ClockDecideBy {
		from = m.t("tui.decide.why")
		if c.State == incident.ClockMissed {
			from = m.t("tui.decide.late", "at", c.Deadline.In(m.zone()).Format("15:04"), "mtpd", m.mtpdWord(c.Service))
		}
	} else {
		from = m.t("tui.since", "basis", m.lang.Basis(c.Basis), "at", m.hourDay(c.Origin), "elapsed", m.lang.Clock(c.Elapsed))
	}
	return name, from, m.lang.ServiceName(m.frame.State, c.Service)
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
	cols := [][]string{m.bigClock(a, half)}
	if b != nil {
		cols = append(cols, m.bigClock(b, m.w-half))
	} else {
		cols = append(cols, fill(nil, m.w-half, 3))
	}
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
	return row{}.add(" "+t.Symbol(theme.Alert())+" "+m.t("tui.noclock"), t.Soon)
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
	for i := range 3 {
		out[i] = row{}.space(2).add(digits[i], ink).space(2).add(words[i].text, words[i].ink).line(w, false)
	}
	return out
}

func (m *model) decideInk(c *incident.Clock) theme.Ink {
	if c.State == incident.ClockMissed {
		return m.theme.Broken
	}
	return m.theme.Soon
}

func (m *model) clockLine(c *incident.Clock) row {
	name, from, whose := m.clockWords(c)
	r := row{}.space(1).add(clockFace(m.lang, c), m.clockInk(c)).space(2)
	if c.Kind == incident.ClockDecideBy {
		r = r.add(m.theme.Symbol(theme.Alert())+" "+name, m.decideInk(c))
	} else {
		r = r.add(name, m.theme.Strong)
	}
	return r.space(2).add(whose, m.theme.Text).space(2).add(from, m.theme.Muted)
}

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

// serviceTable lists the services with what is left of their RTO.
func (m *model) serviceTable() []string {
	n := m.layout.services
	if n == 0 {
		return nil
	}
	t := m.theme
	col := []int{2, 30, 40, 51, 63, 86, 102}
	head := row{}.to(col[0]).add(m.t("tui.col.service"), t.Muted).to(col[1]).add(m.t("tui.col.level"), t.Muted).to(col[2]).add("RTO", t.Muted).
		to(col[3]).add(m.t("tui.col.left"), t.Muted).to(col[5]).add(m.t("clock.decide-by"), t.Muted).to(col[6]).add(m.t("tui.col.back"), t.Muted)
	out := []string{head.line(m.w, false)}
	for i := range m.frame.State.Services {
		v := &m.frame.State.Services[i]
		if !v.InScope {
			continue
		}
		if len(out) == n-1 && m.inScope() > n-1 {
			out = append(out, row{}.to(col[0]).add(m.t("tui.more", "n", m.inScope()-(n-2)), t.Muted).line(m.w, false))
			break
		}
		out = append(out, m.serviceRow(v, col).line(m.w, false))
	}
	return fill(out, m.w, n)
}

func (m *model) inScope() int {
	n := 0
	for i := range m.frame.State.Services {
		if m.frame.State.Services[i].InScope {
			n++
		}
	}
	return n
}

func (m *model) serviceRow(v *incident.Service, col []int) row {
	t := m.theme
	r := row{}.to(col[0]).add(cut(m.lang.ServiceName(m.frame.State, v.Def.ID), col[1]-col[0]-2), t.Strong).to(col[1])
	if v.Def.Level != "" {
		r = r.add(string(v.Def.Level), t.Text)
	}
	r = r.to(col[2])
	c := incident.ClockOf(m.clocks, v.Def.ID, incident.ClockRTO)
	if v.Verified != nil {
		c2 := incident.ClockOf(m.clocks, v.Def.ID, incident.ClockMTPD)
		return m.backRow(r, v, c, c2, col)
	}
	if c == nil {
		return r
	}
	if c.Objective > 0 {
		r = r.add(m.lang.Span(c.Objective), t.Text)
	} else {
		r = r.add("–", t.Muted)
	}
	r = r.to(col[3])
	if c.State == incident.ClockNotStarted {
		return r.add(m.lang.ClockState(c.State), t.Muted)
	}
	r = r.add(clockFace(m.lang, c), m.clockInk(c)).to(col[4])
	if c.Objective > 0 {
		share := float64(c.Elapsed) / float64(c.Objective)
		r = append(r, bar(t, 20, share, m.barInk(c))...)
	}
	r = r.to(col[5])
	if d := incident.ClockOf(m.clocks, v.Def.ID, incident.ClockDecideBy); d != nil {
		r = r.add(m.decideCell(d), m.decideCellInk(d))
	} else {
		r = r.add("–", t.Muted)
	}
	r = r.to(col[6])
	if b, ok := incident.DecideBy(m.frame.State, v.Def.ID, m.now); ok && b.Remaining > 0 {
		r = r.add("~"+m.now.Add(b.Remaining).In(m.zone()).Format("15:04"), t.Text)
	}
	return r
}

func (m *model) barInk(c *incident.Clock) theme.Ink {
	if ink := m.clockInk(c); ink != m.theme.Strong {
		return ink
	}
	return m.theme.Holds
}

func (m *model) decideCell(d *incident.Clock) string {
	switch d.State {
	case incident.ClockMissed:
		return d.Deadline.In(m.zone()).Format("15:04") + " " + m.t("tui.passed")
	case incident.ClockMet:
		return m.t("tui.decided")
	case incident.ClockRunning, incident.ClockNotStarted:
	}
	return d.Deadline.In(m.zone()).Format("15:04") + " (" + m.lang.Span(d.Remaining) + ")"
}

func (m *model) decideCellInk(d *incident.Clock) theme.Ink {
	switch {
	case d.State == incident.ClockMissed:
		return m.theme.Broken
	case d.State == incident.ClockMet:
		return m.theme.Holds
	case d.Remaining < 15*time.Minute:
		return m.theme.Soon
	}
	return m.theme.Text
}

// backRow is a service that is back: RTO met or missed, and the MTPD until the business has resumed.
func (m *model) backRow(r row, v *incident.Service, rto, mtpd *incident.Clock, col []int) row {
	t := m.theme
	if rto != nil && rto.Objective > 0 {
		r = r.add(m.lang.Span(rto.Objective), t.Text)
	}
	r = r.to(col[3])
	if rto != nil {
		mark := t.Symbol(theme.Done()) + " "
		if rto.State == incident.ClockMissed {
			mark = t.Symbol(theme.Failed()) + " "
		}
		r = r.add(mark+m.lang.ClockState(rto.State)+" "+m.lang.Clock(rto.Elapsed), m.clockInk(rto))
	}
	r = r.to(col[4] + 8)
	switch {
	case v.Resumed != nil:
		return r.add(m.t("milestone.resumed")+" "+v.Resumed.At.In(m.zone()).Format("15:04"), t.Holds)
	case mtpd != nil:
		return r.add(m.lang.Clockword(incident.ClockMTPD)+" "+clockFace(m.lang, mtpd), m.clockInk(mtpd))
	}
	return r.add(m.t("milestone.verified"), t.Holds)
}

// nextLine is the alert while there is one; else the word on what was just done, and what is next.
func (m *model) nextLine() string {
	t := m.theme
	if m.alert != "" && m.notice.text == "" {
		return row{}.add(" "+t.Symbol(theme.Alert())+" "+m.alert+" ", t.Alert).add("  esc", t.Muted).line(m.w, false)
	}
	const noticeFor = 8 * time.Second
	r := row{}
	if m.notice.text != "" && (m.notice.bad || m.wall().Sub(m.notice.at) < noticeFor) {
		r = m.noticeRow()
		if m.notice.bad {
			return r.line(m.w, false)
		}
	}
	if c := m.frame.State.Closed; c != nil && !m.replaying() {
		return r.space(1).add(m.t("tui.closed", "at", m.nearMoment(c.At)), t.Strong).add("  sangfroid timeline verify "+string(m.frame.State.ID), t.Muted).line(m.w, false)
	}
	if all := m.proposals(); len(all) > 0 && !m.replaying() {
		p := all[0]
		r = r.space(1).add(" g ", t.Key).add(" "+m.t("tui.next")+" ", t.Muted).add(m.lang.Proposal(m.frame.State, p), t.Strong)
		if p.Role != "" && p.Role != m.me().Role {
			r = r.add("  ("+m.lang.Role(p.Role)+")", t.Muted)
		}
	}
	return r.line(m.w, false)
}

// noticeRow is the word on what was just done, or why not.
func (m *model) noticeRow() row {
	ink, mark := m.theme.Holds, m.theme.Symbol(theme.Done())
	if m.notice.bad {
		ink, mark = m.theme.Broken, m.theme.Symbol(theme.Alert())
	}
	r := row{}.space(1).add(mark+" "+m.notice.text, ink)
	if m.notice.hint != "" {
		r = r.add("  → "+m.notice.hint, m.theme.Muted)
	}
	return r.space(1)
}

// proposals are what may be recorded next: mine before those of another role, within the order of urgency.
func (m *model) proposals() []incident.Proposal {
	all := incident.Proposals(m.frame.State, m.now, m.me().Name)
	var mine, others, end []incident.Proposal
	for _, p := range all {
		switch {
		case p.Code == incident.ProposeClose:
			end = append(end, p) // not while anybody still has something to do
		case p.Role != "" && p.Role != m.me().Role && (p.Code == incident.ProposeStep || p.Code == incident.ProposeDone):
			others = append(others, p)
		default:
			mine = append(mine, p)
		}
	}
	return slices.Concat(mine, others, end)
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
