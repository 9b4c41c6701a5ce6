package tui

import (
	"sangfroid/internal/incident"
	"sangfroid/tui/theme"
	"strconv"
	"time"
)

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

// catchupPane shows the ledger: three lines each where there is room, one where there is not.
func (m *model) catchupPane(w, h int, focused bool) []string {
	flows := m.frame.State.Flows
	if len(flows) == 0 {
		return m.paragraph(m.t(m.orReplay("tui.nocatchup")), m.theme.Muted, w)
	}
	var rows []string
	where := make([]int, len(flows))
	roomy := len(flows)*4 <= h+1
	at := min(m.cursor[paneCatchup], len(flows)-1)
	for i := range flows {
		where[i] = len(rows)
		selected := focused && i == at
		rows = append(rows, m.flowHead(&flows[i], w, selected))
		if !roomy && !flows[i].Open() {
			continue
		}
		if flows[i].Status != incident.FlowPlanned {
			rows = append(rows, m.flowCount(&flows[i], w), m.flowRate(&flows[i], w))
			if flows[i].Open() && flows[i].Targets.Len() > 0 {
				rows = append(rows, m.targetsLine(incident.FlowSet(flows[i].ID), w))
			}
		}
		if roomy {
			rows = append(rows, blanks(w))
		}
	}
	top := m.window(paneCatchup, where[at], len(rows), h, focused)
	return rows[top:min(top+h, len(rows))]
}

func (m *model) flowHead(f *incident.Flow, w int, selected bool) string {
	t := m.theme
	mark, ink := t.Symbol(theme.ToDo()), t.Muted
	state := m.lang.FlowStatus(f.Status)
	switch f.Status {
	case incident.FlowOpen:
		mark, ink = t.Symbol(theme.Running()), t.Progress
		if n, ok := f.Balance(); ok && n == 0 {
			mark, ink, state = t.Symbol(theme.Ready()), t.Holds, m.t("tui.flow.tosign")
		}
	case incident.FlowSigned:
		mark, ink = t.Symbol(theme.Done()), t.Holds
	case incident.FlowAccepted:
		mark, ink = t.Symbol(theme.Done()), t.Soon
	case incident.FlowPlanned:
	}
	window := ""
	if f.From != nil && f.To != nil {
		window = "  " + f.From.In(m.zone()).Format("15:04") + "–" + f.To.In(m.zone()).Format("15:04")
	}
	tail := row{}.add(state, ink)
	room := w - 2 - tail.width() - 1
	title := m.lang.Text(f.Title)
	if title == "" {
		title = string(f.ID)
	}
	name := t.Strong
	if f.Status == incident.FlowPlanned {
		name = t.Muted
	}
	r := row{}.add(mark+" ", ink).add(cut(title, room), name)
	if left := room - width(title); left > width(window) {
		r = r.add(window, t.Muted)
	}
	return append(r.to(w-tail.width()), tail...).line(w, selected)
}

// flowCount is the bar and the numbers: done of expected, "~" where the expectation is an estimate.
func (m *model) flowCount(f *incident.Flow, w int) string {
	t := m.theme
	done := m.lang.Count(f.Handled())
	of := "?"
	share := 0.0
	if f.Expected != nil {
		of = m.lang.Count(*f.Expected)
		if f.Approx {
			of = "~" + of
		}
		if *f.Expected > 0 {
			share = float64(f.Handled()) / float64(*f.Expected)
		}
	}
	tail := row{}.add(" "+done+" / "+of+" "+m.lang.Text(f.Unit), t.Text)
	ink := t.Progress
	if !f.Open() {
		ink = t.Holds
	}
	return append(append(row{}.space(2), bar(t, max(w-2-tail.width(), 0), min(share, 1), ink)...), tail...).line(w, false)
}

// flowRate is how fast it goes, whether that gets slower, and a range for its end: a straight line promises too much.
func (m *model) flowRate(f *incident.Flow, w int) string {
	t := m.theme
	r := row{}.space(2)
	if !f.Open() {
		if f.Closed != nil {
			r = r.add(f.Closed.At.In(m.zone()).Format("15:04")+"  "+f.Closed.By, t.Muted)
		}
		return r.line(w, false)
	}
	if f.Rejected > 0 {
		r = r.add(m.t("tui.rejected", "n", f.Rejected)+"  ", t.Soon)
	}
	rate := f.Rate()
	if !rate.Known {
		return r.add(m.t("tui.norate"), t.Muted).line(w, false)
	}
	arrow, ink := "→", t.Text
	switch {
	case rate.Trend < 0:
		arrow, ink = "↘", t.Soon
	case rate.Trend > 0:
		arrow, ink = "↗", t.Holds
	}
	r = r.add(strconv.FormatFloat(rate.PerMinute, 'f', precision(rate.PerMinute), 64)+"/min "+arrow, ink)
	if soonest, latest, ok := f.ETA(); ok && latest.After(soonest) {
		r = r.add("  "+m.t("tui.eta", "from", m.hourDay(soonest), "to", m.hourDay(latest)), t.Text)
	}
	return r.line(w, false)
}

func precision(x float64) int {
	if x < 10 {
		return 1
	}
	return 0
}

// hourDay is an hour, with the day when it is not today's.
func (m *model) hourDay(t time.Time) string {
	if sameDay(t, m.now, m.zone()) {
		return t.In(m.zone()).Format("15:04")
	}
	return t.In(m.zone()).Format("02/01 15:04")
}
