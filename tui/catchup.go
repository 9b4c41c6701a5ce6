package tui

import (
	"sangfroid/internal/incident"
	"sangfroid/tui/theme"
	"strconv"
	"time"
)

// ledger is what the counts of the catch-up lines tell now: read once for each frame and second, drawn often.
type ledger struct {
	gen     uint64    // the frame it was read from
	at      time.Time // as of when
	flows   []flowNow // beside State.Flows
	resumes map[incident.ServiceID]incident.ResumeOutlook
}

// flowNow is how a line goes now.
type flowNow struct {
	account incident.Account
	pace    incident.Pace
	eta     incident.ETA
}

// ledgerAge is how long a reading holds while nothing is entered: estimates are told in minutes.
const ledgerAge = 10 * time.Second

// stale tells whether the ledger must be read again.
func (l *ledger) stale(gen uint64, now time.Time) bool {
	return l.resumes == nil || l.gen != gen || now.Before(l.at) || now.Sub(l.at) >= ledgerAge
}

func readLedger(s *incident.State, gen uint64, now time.Time) ledger {
	l := ledger{gen: gen, at: now, flows: make([]flowNow, len(s.Flows)), resumes: make(map[incident.ServiceID]incident.ResumeOutlook)}
	for i := range s.Flows {
		f := &s.Flows[i]
		l.flows[i].account = f.Account()
		if f.Open() {
			l.flows[i].pace, l.flows[i].eta = f.Pace(), f.ETA(now)
		}
		if _, done := l.resumes[f.Service]; f.Open() && f.Blocks && !done {
			l.resumes[f.Service] = incident.CatchupOutlook(s, f.Service, now)
		}
	}
	return l
}

// flow is the line of the ledger selected; nil when there is none.
func (m *model) flow() *incident.Flow {
	if n := len(m.frame.State.Flows); n > 0 {
		return &m.frame.State.Flows[min(m.cursor[paneCatchup], n-1)]
	}
	return nil
}

func (m *model) catchupTitle() (string, string) {
	open, closed := 0, 0
	for i := range m.frame.State.Flows {
		switch f := &m.frame.State.Flows[i]; {
		case f.Open():
			open++
		case f.Status == incident.FlowSigned || f.Status == incident.FlowAccepted:
			closed++
		}
	}
	note := ""
	if open+closed > 0 {
		note = strconv.Itoa(closed) + "/" + strconv.Itoa(open+closed)
	}
	return m.t("tui.pane.catchup"), note
}

// catchupPane shows the ledger: a table with the selected line told whole where it is wide, else a card for each line.
func (m *model) catchupPane(w, h int, focused bool) []string {
	flows := m.frame.State.Flows
	if len(flows) == 0 {
		return m.paragraph(m.t(m.orReplay("tui.nocatchup")), m.theme.Muted, w)
	}
	if w >= tableWidth {
		return m.flowTable(w, h, focused)
	}
	at := min(m.cursor[paneCatchup], len(flows)-1)
	rows, where := m.flowCards(w, focused, at, true, true)
	for _, fuller := range [][2]bool{{true, false}, {false, false}} {
		if len(rows) > h {
			rows, where = m.flowCards(w, focused, at, fuller[0], fuller[1])
		}
	}
	top := m.window(paneCatchup, where[at], len(rows), h, focused)
	return rows[top:min(top+h, len(rows))]
}

// flowCards draws all lines one below the other, and tells on which row each begins. full tells every open line whole, not
// the selected one alone; airy puts a blank between.
func (m *model) flowCards(w int, focused bool, at int, full, airy bool) (rows []string, where []int) {
	for i := range m.frame.State.Flows {
		f, now := &m.frame.State.Flows[i], &m.ledger.flows[i]
		where = append(where, len(rows))
		rows = append(rows, m.flowHead(f, now, w, focused && i == at))
		switch {
		case f.Open() && (full || i == at):
			rows = append(rows, m.flowCount(f, now, w), m.flowRate(now, w))
			if now.eta.State != incident.ETAUnknown || now.pace.Known {
				rows = append(rows, m.flowEnd(now, w))
			}
			rows = append(rows, m.flowAdds(f, now, w))
			if f.Targets.Len() > 0 {
				rows = append(rows, m.targetsLine(incident.FlowSet(f.ID), w))
			}
		case f.Open():
			rows = append(rows, m.flowShort(now, w))
		case f.Status != incident.FlowPlanned && (full || i == at):
			rows = append(rows, m.flowClosed(f, now, w))
		}
		if airy && f.Status != incident.FlowPlanned {
			rows = append(rows, blanks(w))
		}
	}
	return rows, where
}

// flowMark is the symbol, ink and word of where a line stands.
func (m *model) flowMark(f *incident.Flow, now *flowNow) (string, theme.Ink, string) {
	t := m.theme
	state := m.lang.FlowStatus(f.Status)
	switch f.Status {
	case incident.FlowOpen:
		switch {
		case now.account.Balanced():
			return t.Symbol(theme.Ready()), t.Holds, m.t("tui.flow.tosign")
		case now.eta.State == incident.ETANone || now.eta.State == incident.ETAGrowing:
			return t.Symbol(theme.Blocked()), t.Broken, state
		}
		return t.Symbol(theme.Running()), t.Progress, state
	case incident.FlowSigned:
		if f.Unexplained != 0 {
			return t.Symbol(theme.Done()), t.Soon, state
		}
		return t.Symbol(theme.Done()), t.Holds, state
	case incident.FlowAccepted:
		return t.Symbol(theme.Done()), t.Soon, state
	case incident.FlowPlanned:
	}
	return t.Symbol(theme.ToDo()), t.Muted, state
}

func (m *model) flowTitle(f *incident.Flow) string {
	if title := m.lang.Text(f.Title); title != "" {
		return title
	}
	return string(f.ID)
}

// gap is the window of the data that are missing: last good to cut-over.
func (m *model) gap(f *incident.Flow) string {
	if f.From == nil || f.To == nil {
		return ""
	}
	return m.hourDay(*f.From) + "–" + m.hourDay(*f.To)
}

func (m *model) flowHead(f *incident.Flow, now *flowNow, w int, selected bool) string {
	t := m.theme
	mark, ink, state := m.flowMark(f, now)
	tail := row{}.add(state, ink)
	room := w - 2 - tail.width() - 1
	title := m.flowTitle(f)
	name := t.Strong
	if f.Status == incident.FlowPlanned {
		name = t.Muted
	}
	r := row{}.add(mark+" ", ink).add(cut(title, room), name)
	if gap := m.gap(f); gap != "" && room-width(title) > width(gap)+2 {
		r = r.add("  "+gap, t.Muted)
	}
	return append(r.to(w-tail.width()), tail...).line(w, selected)
}

// flowTally is the numbers: through of expected, "~" where the expectation is an estimate.
func (m *model) flowTally(now *flowNow) (text string, share float64) {
	a := now.account
	of := "?"
	if a.Known {
		of = m.lang.Count(a.Expected)
		if a.Approx {
			of = "~" + of
		}
		if a.Expected > 0 {
			share = min(float64(a.Through())/float64(a.Expected), 1)
		}
	}
	return m.lang.Count(a.Through()) + " / " + of, share
}

// flowCount is the bar and the numbers.
func (m *model) flowCount(f *incident.Flow, now *flowNow, w int) string {
	t := m.theme
	text, share := m.flowTally(now)
	tail := row{}.add(" "+text+" "+m.lang.Text(f.Unit), t.Text)
	if room := w - 2 - 6; tail.width() > room {
		tail = row{}.add(" "+text, t.Text)
	}
	return append(append(row{}.space(2), bar(t, max(w-2-tail.width(), 0), share, t.Progress)...), tail...).line(w, false)
}

// flowRate is how fast it goes, whether that changes, and the rates so far as a row of blocks.
func (m *model) flowRate(now *flowNow, w int) string {
	r := append(row{}.space(2), m.rateSpans(now)...)
	if room := w - r.width() - 2; room >= 4 && len(now.pace.Rates) > 1 {
		r = r.space(2).add(spark(m.theme, now.pace.Rates, min(room, 12)), m.theme.Muted)
	}
	return r.line(w, false)
}

// rateSpans is the rate with its arrow and word.
func (m *model) rateSpans(now *flowNow) row {
	t := m.theme
	p := now.pace
	if !p.Known {
		return row{}.add(m.t("eta.unknown"), t.Muted)
	}
	r := row{}.add(m.lang.PerMinute(p.Now), t.Strong)
	arrow, ink := m.trendMark(p.Trend)
	if word := m.lang.Trend(p.Trend); word != "" {
		r = r.add(" "+arrow+" "+word, ink)
	}
	if p.Arrivals > 0 {
		r = r.add("  "+m.t("catchup.arrivals", "rate", m.lang.PerMinute(p.Arrivals)), t.Soon)
	}
	return r
}

func (m *model) trendMark(trend incident.Trend) (string, theme.Ink) {
	t := m.theme
	switch trend {
	case incident.TrendAccelerating:
		return t.Symbol(theme.Mark{Rich: "↗", Plain: "/"}), t.Holds
	case incident.TrendSlowing:
		return t.Symbol(theme.Mark{Rich: "↘", Plain: "\\"}), t.Soon
	case incident.TrendStalled:
		return t.Symbol(theme.Blocked()), t.Broken
	case incident.TrendSteady, incident.TrendUnknown:
	}
	return t.Symbol(theme.Mark{Rich: "→", Plain: "="}), t.Text
}

// endInk: what cannot be told is amber, what has no end vermilion.
func (m *model) endInk(e incident.ETA) theme.Ink {
	t := m.theme
	switch e.State {
	case incident.ETARange, incident.ETAThrough:
		return t.Text
	case incident.ETAOpen:
		return t.Soon
	case incident.ETANone, incident.ETAGrowing:
		return t.Broken
	case incident.ETAUnknown:
	}
	return t.Muted
}

func (m *model) flowEnd(now *flowNow, w int) string {
	return row{}.space(2).add(m.lang.ETA(now.eta, now.pace, m.now, m.hourDay), m.endInk(now.eta)).line(w, false)
}

// addsSpans tells whether the account adds up.
func (m *model) addsSpans(now *flowNow) row {
	t := m.theme
	switch {
	case now.account.Balanced():
		return row{}.add(t.Symbol(theme.Done())+" "+m.lang.Adds(now.account), t.Holds)
	case !now.account.Known:
		return row{}.add(m.lang.Adds(now.account), t.Muted)
	}
	return row{}.add(t.Symbol(theme.Alert())+" "+m.lang.Adds(now.account), t.Soon)
}

// flowAdds is whether the account adds up, and what the line leaves of the MTPD of the service it blocks.
func (m *model) flowAdds(f *incident.Flow, now *flowNow, w int) string {
	r := append(row{}.space(2), m.addsSpans(now)...)
	if word, ink := m.flowMTPD(f); word != "" && (ink != m.theme.Muted || r.width()+3+width(word) <= w) { // that it cannot be told is not worth half a word
		r = r.add(" · ", m.theme.Muted).add(word, ink)
	}
	return r.line(w, false)
}

// flowMTPD is what the lines that block a service leave of its MTPD.
func (m *model) flowMTPD(f *incident.Flow) (string, theme.Ink) {
	if !f.Blocks {
		return "", m.theme.Muted
	}
	state := m.ledger.resumes[f.Service].MTPD
	return m.lang.MTPD(state), m.mtpdInk(state)
}

func (m *model) mtpdInk(s incident.MTPDState) theme.Ink {
	switch s {
	case incident.MTPDHeld:
		return m.theme.Holds
	case incident.MTPDAtRisk:
		return m.theme.Soon
	case incident.MTPDLost:
		return m.theme.Broken
	case incident.MTPDNone, incident.MTPDUnknown:
	}
	return m.theme.Muted
}

// flowShort is an open line in one row: how fast, and when.
func (m *model) flowShort(now *flowNow, w int) string {
	arrow, ink := m.trendMark(now.pace.Trend)
	r := row{}.space(2)
	if now.pace.Known {
		r = r.add(m.lang.PerMinute(now.pace.Now)+" ", m.theme.Text).add(arrow+"  ", ink)
	}
	return r.add(m.lang.ETAShort(now.eta, m.now, m.hourDay), m.endInk(now.eta)).line(w, false)
}

// flowClosed tells of a closed line how it ended.
func (m *model) flowClosed(f *incident.Flow, now *flowNow, w int) string {
	r := row{}.space(2)
	if f.Closed != nil {
		r = r.add(f.Closed.At.In(m.zone()).Format("15:04")+" "+f.Closed.By, m.theme.Muted)
	}
	if f.Unexplained != 0 {
		r = r.add("  "+m.t("catchup.signedgap", "n", f.Unexplained), m.theme.Soon)
	} else if now.account.Lost > 0 {
		r = r.add("  "+m.t("catchup.lost", "n", now.account.Lost), m.theme.Soon)
	}
	return r.line(w, false)
}

// spark draws numbers as a row of blocks, the newest on the right, scaled to the greatest.
func spark(t theme.Theme, values []float64, w int) string {
	levels := []rune("▁▂▃▄▅▆▇█")
	if t.ASCII {
		levels = []rune("_.:-=+*#")
	}
	values = values[max(len(values)-w, 0):]
	top := 0.0
	for _, v := range values {
		top = max(top, v)
	}
	out := make([]rune, len(values))
	for i, v := range values {
		out[i] = levels[0]
		if top > 0 {
			out[i] = levels[min(max(int(v/top*float64(len(levels))-1e-9), 0), len(levels)-1)]
		}
	}
	return string(out)
}

// hourDay is an hour, with the day when it is not today's.
func (m *model) hourDay(t time.Time) string {
	if sameDay(t, m.now, m.zone()) {
		return t.In(m.zone()).Format("15:04")
	}
	return t.In(m.zone()).Format("02/01 15:04")
}
