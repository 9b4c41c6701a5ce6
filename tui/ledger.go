package tui

import (
	"sangfroid/internal/incident"
	"strings"
	"time"
)

// The ledger where it is wide: a table, and below it the selected line told whole.
const (
	tableWidth  = 70
	detailLabel = 12
	barColumn   = 12
	tallyColumn = 18
	rateColumn  = 11
	endColumn   = 26
)

// titleColumn is how wide a line's title may be.
func (m *model) titleColumn(w int) int {
	if w >= 100 {
		return min(w-barColumn-tallyColumn-rateColumn-endColumn-4, 60)
	}
	return w - tallyColumn - rateColumn - endColumn + 4
}

// flowColumns names the columns of the table.
func (m *model) flowColumns(w int) string {
	t := m.theme
	at := m.titleColumn(w) + 3
	if w >= 100 {
		at += barColumn
	}
	word := m.t("tui.col.through")
	r := row{}.to(2).add(m.t("tui.col.line"), t.Muted).to(at+tallyColumn-2-width(word)).add(word, t.Muted)
	return r.to(at+tallyColumn).add(m.t("catchup.rates"), t.Muted).to(at+tallyColumn+rateColumn+1).add(m.t("tui.col.caughtup"), t.Muted).line(w, false)
}

func (m *model) flowTable(w, h int, focused bool) []string {
	flows := m.frame.State.Flows
	at := min(m.cursor[paneCatchup], len(flows)-1)
	detail := m.flowDetail(&flows[at], &m.ledger.flows[at], w)
	listed := max(min(len(flows), h-len(detail)-2), min(len(flows), 2))
	rows := make([]string, len(flows))
	for i := range flows {
		rows[i] = m.flowRow(&flows[i], &m.ledger.flows[i], w, i == at && (focused || m.zoom))
	}
	top := m.window(paneCatchup, at, len(rows), listed, focused)
	out := append([]string{m.flowColumns(w)}, rows[top:min(top+listed, len(rows))]...)
	out = append(out, row{}.add(strings.Repeat(borders(m.theme).h, w), m.theme.Border).line(w, false))
	return append(out, detail...)
}

// flowRow is a line of the table: mark, title, numbers, rate, end, or its state.
func (m *model) flowRow(f *incident.Flow, now *flowNow, w int, selected bool) string {
	t := m.theme
	mark, ink, state := m.flowMark(f, now)
	name := t.Strong
	if f.Status == incident.FlowPlanned {
		name = t.Muted
	}
	title := m.titleColumn(w)
	r := row{}.add(mark+" ", ink).add(cut(m.flowTitle(f), title), name).to(title + 3)
	if f.Status == incident.FlowPlanned {
		return r.add(state, t.Muted).line(w, selected)
	}
	text, share := m.flowTally(now)
	if w >= 100 {
		r = append(r, chosenBar(bar(t, 10, share, t.Progress), selected)...).space(2)
	}
	r = r.space(max(tallyColumn-2-width(text), 0)).add(text, t.Text).space(2)
	if !f.Open() {
		return append(r, row{}.add(state, ink).add("  "+m.closing(f, now), t.Muted)...).line(w, selected)
	}
	from := r.width()
	if now.pace.Known {
		arrow, tone := m.trendMark(now.pace.Trend)
		r = r.add(m.lang.PerMinute(now.pace.Now)+" ", t.Text).add(arrow, tone)
	}
	r = r.to(from + rateColumn).space(1)
	if now.account.Balanced() {
		return r.add(state, ink).line(w, selected)
	}
	return r.add(m.lang.ETAShort(now.eta, m.now, m.hourDay), m.endInk(now.eta)).line(w, selected)
}

// closing tells how a closed line ended.
func (m *model) closing(f *incident.Flow, now *flowNow) string {
	s := ""
	if f.Closed != nil {
		s = f.Closed.At.In(m.zone()).Format("15:04") + " " + f.Closed.By
	}
	switch {
	case f.Unexplained != 0:
		s += ", " + m.t("catchup.signedgap", "n", f.Unexplained)
	case now.account.Lost > 0:
		s += ", " + m.t("catchup.lost", "n", now.account.Lost)
	}
	return s
}

// flowDetail tells the selected line whole: where its data come from, its account, its rates, its end, what it blocks.
func (m *model) flowDetail(f *incident.Flow, now *flowNow, w int) []string {
	t := m.theme
	var out []string
	add := func(key string, what row) {
		if what.width() == 0 {
			return
		}
		label := row{}
		if key != "" {
			label = label.add(m.t(key), t.Muted)
		}
		out = append(out, append(label.to(detailLabel), what...).line(w, false))
	}
	out = append(out, row{}.add(m.flowTitle(f), t.Strong).add("  "+m.lang.ServiceName(m.frame.State, f.Service), t.Muted).line(w, false))
	label := "catchup.gap"
	if m.gap(f) == "" {
		label = "catchup.source"
	}
	add(label, m.gapSpans(f))
	if f.Status == incident.FlowPlanned {
		return append(out, m.paragraph(m.t("tui.catchup.planned"), t.Muted, w)...)
	}
	for i, l := range wrap(m.lang.ReckoningOf(now.account, m.lang.Text(f.Unit)), max(w-detailLabel, 20)) {
		if i == 0 {
			add("catchup.account", row{}.add(l, t.Text))
		} else {
			out = append(out, row{}.space(detailLabel).add(l, t.Text).line(w, false))
		}
	}
	add("", m.addsSpans(now))
	if f.Open() {
		add("catchup.rates", m.ratesSpans(now, w-detailLabel))
		end := row{}
		if now.pace.Known {
			end = end.add(m.lang.ETA(now.eta, now.pace, m.now, m.hourDay), m.endInk(now.eta))
			if age := m.now.Sub(now.pace.Counted); age >= time.Minute {
				end = end.add("  "+m.t("catchup.ago", "gap", age), t.Muted)
			}
		}
		add("catchup.end", end)
	}
	add("catchup.blocking", m.blockSpans(f))
	if f.Open() && f.Targets.Len() > 0 {
		out = append(out, m.targetsLine(incident.FlowSet(f.ID), w))
	}
	add("catchup.loss", m.lossSpans(f))
	if f.Reason != "" && len(f.Losses) == 0 {
		add("form.reason", row{}.add(f.Reason, t.Text))
	}
	return out
}

// gapSpans is the window of the missing data, where they come from and who answers for them.
func (m *model) gapSpans(f *incident.Flow) row {
	var parts []string
	if gap := m.gap(f); gap != "" {
		parts = append(parts, gap)
	}
	if s := m.lang.Text(f.Source); s != "" {
		parts = append(parts, s)
	}
	if f.Owner != "" {
		parts = append(parts, m.ownerName(f))
	}
	return row{}.add(strings.Join(parts, " · "), m.theme.Text)
}

// ownerName is who answers for the line: a name as it was typed, a role by its title.
func (m *model) ownerName(f *incident.Flow) string {
	for i := range m.frame.State.Plans {
		for _, r := range m.frame.State.Plans[i].Book.Roles {
			if string(r.ID) == f.Owner && !r.Title.IsZero() {
				return m.lang.RoleName(r.Title)
			}
		}
	}
	return m.roleName(incident.Role(f.Owner))
}

// ratesSpans is the trend, the rates by window, and the rates so far as a row of blocks.
func (m *model) ratesSpans(now *flowNow, w int) row {
	t := m.theme
	r := m.rateSpans(now)
	if !now.pace.Known {
		return r
	}
	if n := len(now.pace.Rates); n > 1 && r.width()+min(n, 16)+2 < w {
		r = r.space(2).add(spark(t, now.pace.Rates, 16), t.Progress)
	}
	for i, win := range now.pace.Windows[min(1, len(now.pace.Windows)):] {
		word := m.lang.Span(win.Span)
		if i == len(now.pace.Windows)-2 {
			word = m.t("catchup.whole")
		}
		piece := "  " + word + m.lang.Colon() + m.lang.PerMinute(win.PerMinute)
		if r.width()+width(piece) > w {
			break
		}
		r = r.add(piece, t.Muted)
	}
	return r
}

// blockSpans tells what the line holds back: when the business of its service can resume, and what is left of the MTPD.
func (m *model) blockSpans(f *incident.Flow) row {
	t := m.theme
	if !f.Blocks {
		return row{}.add(m.t("catchup.free"), t.Muted)
	}
	o, some := m.ledger.resumes[f.Service]
	if !some || !f.Open() {
		return nil
	}
	r := row{}.add(m.lang.Outlook(o, m.now, m.hourDay), t.Text)
	if !o.Told {
		r = row{}.add(m.t("tui.waits", "what", m.flowTitles(o.Waits)), t.Text)
	}
	if word := m.lang.MTPD(o.MTPD); word != "" {
		r = append(row{}.add(word, m.mtpdInk(o.MTPD)).add(" ("+m.hourDay(o.Deadline)+")  ", t.Muted), r...)
		if o.Told && o.MTPD == incident.MTPDAtRisk {
			r = r.add("  "+m.t("catchup.chance", "percent", m.lang.Percent(o.Chance)), m.theme.Soon)
		}
	}
	return r
}

// flowTitles names lines.
func (m *model) flowTitles(ids []incident.FlowID) string {
	names := make([]string, len(ids))
	for i, id := range ids {
		names[i] = m.lang.FlowTitle(m.frame.State, id)
	}
	return strings.Join(names, ", ")
}

// lossesUnder tells in a decision what was given up by it.
func (m *model) lossesUnder(d *incident.Decision, w int) []string {
	var out []string
	for _, l := range m.frame.State.LossesUnder(d.ID) {
		out = append(out, m.paragraph(m.t("catchup.losses", "n", l.Loss.Lost, "flow", m.flowTitle(l.Flow)), m.theme.Soon, w)...)
	}
	return out
}

// lossSpans tells the loss that was accepted, and the decision it was accepted under.
func (m *model) lossSpans(f *incident.Flow) row {
	n := len(f.Losses)
	if n == 0 {
		return nil
	}
	l := f.Losses[n-1]
	word := m.t("catchup.lostby", "n", l.Lost, "by", l.Mark.By)
	if d := m.frame.State.Decision(l.Decision); d != nil {
		word = m.t("catchup.lostunder", "n", l.Lost, "option", m.lang.Text(d.Question)+" "+m.lang.OptionTitle(d, l.Option))
	}
	return row{}.add(word, m.theme.Soon).add("  "+l.Reason, m.theme.Text)
}
