package tui

import (
	"sangfroid/internal/incident"
	"sangfroid/tui/theme"
	"time"
)

// serviceTable lists the services with what is left of their RTO.
func (m *model) serviceTable() []string {
	n := m.layout.services
	if n == 0 {
		return nil
	}
	t := m.theme
	col := m.serviceColumns()
	head := row{}.to(col[0]).add(m.t("tui.col.service"), t.Muted).to(col[1]).add(m.t("tui.col.level"), t.Muted).to(col[2]).add("RTO", t.Muted).to(col[3])
	if m.someOut() { // else nothing stands in these columns
		head = head.add(m.t("tui.col.left"), t.Muted).to(col[5]).add(m.t("clock.decide-by"), t.Muted).to(col[6]).add(m.t("tui.col.back"), t.Muted).
			to(col[7]).add(m.t("tui.col.chance"), t.Muted)
	}
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

// serviceColumns is where the columns of the table begin: names are whole where the bar can give up room for them.
func (m *model) serviceColumns() []int {
	col := []int{2, 30, 38, 48, 60, 79, 96, 109}
	const least, spare = 118, 6 // cells the table takes, and those the bar can do without
	slack, need := m.w-least, 0
	for i := range m.frame.State.Services {
		need = max(need, width(m.lang.ServiceName(m.frame.State, m.frame.State.Services[i].Def.ID))+4-col[1])
	}
	if slack < 0 || need <= 0 {
		return col
	}
	more := min(need, slack+spare)
	for i := 1; i <= 4; i++ {
		col[i] += more
	}
	for i := 5; i < len(col); i++ {
		col[i] += min(more, slack)
	}
	return col
}

// someOut tells whether any service is not back yet.
func (m *model) someOut() bool {
	for i := range m.frame.State.Services {
		if v := &m.frame.State.Services[i]; v.InScope && v.Verified == nil {
			return true
		}
	}
	return false
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
		r = r.add(m.lang.Level(v.Def.Level), t.Text)
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
		r = append(r, bar(t, col[5]-col[4]-3, share, m.barInk(c))...)
	}
	r = r.to(col[5])
	if d := incident.ClockOf(m.clocks, v.Def.ID, incident.ClockDecideBy); d != nil {
		r = r.add(m.decideCell(d), m.decideCellInk(d))
	} else {
		r = r.add("–", t.Muted)
	}
	r = r.to(col[6])
	f := m.forecastOf(v.Def.ID)
	if f == nil || !f.Go.Known {
		return r
	}
	r = r.add("~"+m.backAt(f.Go.Verified.P50), t.Text).to(col[7])
	odds := m.chanceSpan(f.Go.MeetRTO)
	return r.add(odds.text, odds.ink)
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
	case d.State == incident.ClockMissed, m.sure[d.Service] == byNothing && d.Stopped.IsZero():
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
	r = r.to(col[4] + 7)
	switch {
	case v.Resumed != nil:
		return r.add(m.t("milestone.resumed")+" "+v.Resumed.At.In(m.zone()).Format("15:04"), t.Holds)
	case mtpd != nil:
		r = r.add(m.lang.Clockword(incident.ClockMTPD)+" "+clockFace(m.lang, mtpd), m.clockInk(mtpd))
		if o, some := m.ledger.resumes[v.Def.ID]; some && o.MTPD != incident.MTPDNone {
			r = r.to(col[6]-8).add(m.lang.MTPD(o.MTPD), m.mtpdInk(o.MTPD))
		}
		return r
	}
	return r.add(m.t("milestone.verified"), t.Holds)
}
