package tui

import (
	"math"
	"sangfroid/internal/incident"
	"sangfroid/tui/form"
	"sangfroid/tui/theme"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"
)

// branch is one way on from here, for one service.
type branch struct {
	title string
	out   incident.Outlook
	loss  span
}

// branchesOf lists the ways on: stay and repair, go now, go at another time. A go that was said leaves one.
func (m *model) branchesOf(d *incident.Decision, v *incident.ServiceForecast, form string) []branch {
	loss := m.lossOf(v.Service)
	repair := branch{m.t("tui.branch.repair" + form), v.Repair, span{m.t("tui.branch.loss.repair"), m.theme.Holds}}
	if !v.Gated {
		return []branch{repair, {m.t("tui.branch.goes" + form), v.Go, loss}}
	}
	out := []branch{repair, {m.t("tui.branch.now" + form), v.Go, loss}}
	if at := m.goTime(d, v); !at.IsZero() {
		out = append(out, branch{m.t("tui.branch.at"+form, "at", at.In(m.zone()).Format("15:04")), m.goOutlook(v, at), loss})
	}
	return out
}

// lossOf is what a failover costs in data: from the last good data to the incident.
func (m *model) lossOf(id incident.ServiceID) span {
	c := incident.ClockOf(m.clocks, id, incident.ClockRPO)
	if c == nil || c.Origin.IsZero() {
		return span{m.t("tui.unknown"), m.theme.Muted}
	}
	return span{compact(m.lang, c.Elapsed), m.clockInk(c)}
}

// gatedBy lists the services whose failover waits for the decision, or waited for it.
func (m *model) gatedBy(d *incident.Decision) []incident.ServiceID {
	var out []incident.ServiceID
	s := m.frame.State
	for i := range s.Services {
		if v := &s.Services[i]; v.InScope && incident.GateOf(s, v.Def.ID) == d {
			out = append(out, v.Def.ID)
		}
	}
	return out
}

// ruling is the service of the decision whose clock presses most.
func (m *model) ruling(ids []incident.ServiceID) incident.ServiceID {
	for _, kind := range []incident.ClockKind{incident.ClockDecideBy, incident.ClockRTO, incident.ClockMTPD} {
		best := incident.ServiceID("")
		var at time.Time
		for _, id := range ids {
			c := incident.ClockOf(m.clocks, id, kind)
			if c == nil || !c.Stopped.IsZero() || c.Deadline.IsZero() {
				continue
			}
			if at.IsZero() || c.Deadline.Before(at) {
				best, at = id, c.Deadline
			}
		}
		if best != "" {
			return best
		}
	}
	return ids[0]
}

// branches sets the ways on side by side: for the service that presses most, or for each when there is room.
func (m *model) branches(d *incident.Decision, w int) []string {
	ids := m.gatedBy(d)
	if len(ids) == 0 || m.outlook.made == nil {
		return nil
	}
	if w < wideBranches {
		if v := m.forecastOf(m.ruling(ids)); v != nil {
			return m.branchTable(d, v, w, len(ids) > 1)
		}
		return nil
	}
	out := []string{blanks(w), m.branchHead(w)}
	for _, id := range ids {
		if v := m.forecastOf(id); v != nil {
			out = append(out, m.branchRows(d, v, w)...)
		}
	}
	out = append(out, m.repairTurns(w)...)
	return append(out, m.branchNotes(d, ids, w)...)
}

// wideBranches is the width from which every service has its table.
const wideBranches = 82

// backAt writes when a branch has a service back.
func (m *model) backAt(t time.Time) string {
	if t.IsZero() {
		return "–"
	}
	return m.hourDay(t)
}

// backIn is backAt in little room: a moment of another day that does not fit is told by how far off it is.
func (m *model) backIn(t time.Time, room int) string {
	s := m.backAt(t)
	if width(s) <= room {
		return s
	}
	return "+" + compact(m.lang, t.Sub(m.now))
}

func (m *model) chanceSpan(p float64) span {
	if math.IsNaN(p) {
		return span{"–", m.theme.Muted}
	}
	mark := theme.Done()
	switch {
	case p < 0.5:
		mark = theme.Failed()
	case p < 0.9:
		mark = theme.Alert()
	}
	return span{m.theme.Symbol(mark) + " " + m.lang.Chance(p), m.chanceInk(p)}
}

// branchTable is the narrow form: a column a branch.
func (m *model) branchTable(d *incident.Decision, v *incident.ServiceForecast, w int, named bool) []string {
	t := m.theme
	ways := m.branchesOf(d, v, "")
	label := min(max(8, w-11*len(ways)), 16)
	col := (w - label) / len(ways)
	line := func(name string, cell func(b branch) span) string {
		r := row{}.add(cut(name, label-1), t.Muted).to(label)
		for i, b := range ways {
			c, room := cell(b), col-1
			if i == len(ways)-1 {
				room = w - label - i*col
			}
			r = r.add(cut(c.text, room), c.ink).to(label + (i+1)*col)
		}
		return r.line(w, false)
	}
	out := []string{blanks(w)}
	if named {
		out = append(out, m.paragraph(m.lang.ServiceName(m.frame.State, v.Service), t.Text, w)...)
	}
	known := func(b branch, s func() span) span {
		if !b.out.Known {
			return span{"?", t.Soon}
		}
		return s()
	}
	mtpd := m.lang.Clockword(incident.ClockMTPD)
	out = append(out,
		line("", func(b branch) span { return span{b.title, t.Strong} }),
		line(m.t("tui.branch.p50"), func(b branch) span {
			return known(b, func() span { return span{"~" + m.backIn(b.out.Verified.P50, col-2), t.Strong} })
		}),
		line(m.t("tui.branch.p90"), func(b branch) span {
			return known(b, func() span { return span{m.backIn(b.out.Verified.P90, col-1), t.Text} })
		}),
		line("P(RTO)", func(b branch) span { return known(b, func() span { return m.chanceSpan(b.out.MeetRTO) }) }),
		line("P("+mtpd+")", func(b branch) span { return known(b, func() span { return m.chanceSpan(b.out.MeetMTPD) }) }),
		line(m.t("tui.branch.loss"), func(b branch) span { return b.loss }))
	return append(out, m.branchHints(w)...)
}

// branchHints say what the outlook hangs on.
func (m *model) branchHints(w int) []string {
	t := m.theme
	var out []string
	if st := m.outlook.made.Matters(); st != nil {
		out = append(out, m.paragraph(m.t("tui.forecast.matters", "step", m.lang.StepTitle(m.frame.State, st.Step)), t.Muted, w)...)
	}
	return out
}

// branchColumns are where the columns of the wide form begin.
func branchColumns() []int { return []int{2, 18, 31, 43, 55, 65, 75} }

func (m *model) branchHead(w int) string {
	col := branchColumns()
	r := row{}
	for i, key := range []string{"tui.branch.p50", "tui.branch.mean", "tui.branch.p90"} {
		r = r.to(col[i+1]).add(m.t(key), m.theme.Muted)
	}
	return r.to(col[4]).add("P(RTO)", m.theme.Muted).to(col[5]).add("P("+m.lang.Clockword(incident.ClockMTPD)+")", m.theme.Muted).
		to(col[6]).add(m.t("tui.branch.loss"), m.theme.Muted).line(w, false)
}

// branchRows is the wide form: a line a branch.
func (m *model) branchRows(d *incident.Decision, v *incident.ServiceForecast, w int) []string {
	t := m.theme
	col := branchColumns()
	out := []string{row{}.add(m.lang.ServiceName(m.frame.State, v.Service), t.Strong).line(w, false)}
	for _, b := range m.branchesOf(d, v, ".wide") {
		r := row{}.to(col[0]).add(cut(b.title, col[1]-col[0]-1), t.Text).to(col[1])
		if !b.out.Known {
			out = append(out, r.add(m.t("tui.branch.no"), t.Soon).line(w, false))
			continue
		}
		r = r.add("~"+m.backAt(b.out.Verified.P50), t.Strong).to(col[2]).add(m.backAt(b.out.Verified.Mean), t.Text).to(col[3]).
			add(m.backAt(b.out.Verified.P90), t.Text).to(col[4])
		for i, p := range []float64{b.out.MeetRTO, b.out.MeetMTPD} {
			c := m.chanceSpan(p)
			r = r.add(c.text, c.ink).to(col[5+i])
		}
		out = append(out, r.add(b.loss.text, b.loss.ink).line(w, false))
	}
	return out
}

// branchNotes say what is irreversible, what holds back, and what the forecast took for granted.
func (m *model) branchNotes(d *incident.Decision, ids []incident.ServiceID, w int) []string {
	t := m.theme
	f := m.outlook.made
	s := m.frame.State
	out := []string{blanks(w)}
	if st := m.firstIrreversible(d, ids); st != nil {
		out = append(out, m.paragraph(m.t("tui.forecast.first", "step", m.lang.Text(st.Def.Title)), t.Soon, w)...)
	} else {
		out = append(out, m.paragraph(m.t("tui.forecast.noirrev"), t.Muted, w)...)
	}
	out = append(out, m.criticalSteps(w)...)
	titles := func(ids []incident.StepID) string {
		names := make([]string, len(ids))
		for i, id := range ids {
			names[i] = m.lang.StepTitle(s, id)
		}
		return strings.Join(names, ", ")
	}
	if len(f.Overdue) > 0 {
		out = append(out, m.paragraph(m.t("tui.forecast.overdue", "steps", titles(f.Overdue)), t.Soon, w)...)
	}
	if len(f.Blocked) > 0 {
		out = append(out, m.paragraph(m.t("tui.forecast.blocked", "steps", titles(f.Blocked)), t.Broken, w)...)
	}
	if n := len(f.Assumed); n > 0 {
		out = append(out, m.paragraph(m.t("tui.forecast.assumed", "n", n), t.Muted, w)...)
	}
	if len(f.Later) > 0 {
		names := make([]string, len(f.Later))
		for i, id := range f.Later {
			names[i] = m.lang.Question(s, id)
		}
		out = append(out, m.paragraph(m.t("tui.forecast.later", "decisions", strings.Join(names, " ")), t.Muted, w)...)
	}
	if m.form != nil {
		return out
	}
	return append(out, m.paragraph(m.t("tui.forecast.whatif"), t.Muted, w)...)
}

// firstIrreversible is the first step left behind the gate that cannot be undone.
func (m *model) firstIrreversible(d *incident.Decision, ids []incident.ServiceID) *incident.Step {
	s := m.frame.State
	for i := range s.Steps {
		st := &s.Steps[i]
		if st.Plan != d.Plan || !st.Def.Irreversible || st.Finished() {
			continue
		}
		for _, id := range ids {
			if s.Serves(st, id) {
				return st
			}
		}
	}
	return nil
}

// criticalSteps lists the steps that hold back most, with their criticality.
func (m *model) criticalSteps(w int) []string {
	t := m.theme
	const most = 4
	var out []string
	for _, st := range topHolds(m.outlook.made.Steps, most) {
		r := row{}.space(2).add(cut(m.lang.StepTitle(m.frame.State, st.Step), 34), t.Text).to(38).
			add(m.t("tui.forecast.holds", "by", st.Holds), t.Text).to(57).add(m.lang.Chance(st.Critical)+" ", t.Strong).add(m.t("tui.forecast.critical"), t.Muted)
		out = append(out, r.line(w, false))
	}
	if len(out) == 0 {
		return nil
	}
	return append([]string{row{}.add(m.t("tui.forecast.steps"), t.Muted).line(w, false)}, out...)
}

// topHolds are the n steps that hold back most, the first one first.
func topHolds(steps []incident.StepForecast, n int) []incident.StepForecast {
	var out []incident.StepForecast
	for _, st := range steps {
		if st.Holds <= 0 {
			continue
		}
		at := len(out)
		for at > 0 && out[at-1].Holds < st.Holds {
			at--
		}
		out = append(out[:at:at], append([]incident.StepForecast{st}, out[at:]...)...)
		if len(out) > n {
			out = out[:n]
		}
	}
	return out
}

// repairTurns tells how each estimate of the repair turned out.
func (m *model) repairTurns(w int) []string {
	t := m.theme
	turns := incident.RepairTurns(m.frame.State, m.now)
	out := []string{blanks(w), row{}.add(m.t("tui.forecast.repairs"), t.Muted).line(w, false)}
	const most = 3
	turns = turns[max(0, len(turns)-most):]
	if len(turns) == 0 {
		return append(out, m.paragraph(m.t("tui.forecast.norepair"), t.Muted, w)...)
	}
	for _, r := range turns {
		says := r.Repair.Says
		if says == "" {
			says = r.Repair.Mark.By
		}
		line := row{}.space(2).add(m.t("tui.repair.turn", "at", m.backAt(r.Repair.Mark.At), "says", says, "until", m.backAt(r.Until)), t.Text).space(2)
		switch {
		case !r.Last && r.Slipped > 0:
			line = line.add(m.t("tui.repair.slip", "by", r.Slipped), t.Broken)
		case !r.Last && r.Slipped < 0:
			line = line.add(m.t("tui.repair.sooner", "by", -r.Slipped), t.Holds)
		case r.Last && r.Passed:
			line = line.add(m.t("tui.repair.passed"), t.Soon)
		case r.Last:
			line = line.add(m.t("tui.repair.holds"), t.Muted)
		}
		out = append(out, line.line(w, false))
	}
	return out
}

// outlookLine is what a go that was said leads to.
func (m *model) outlookLine(d *incident.Decision, w int) []string {
	ids := m.gatedBy(d)
	if len(ids) == 0 {
		return nil
	}
	id := m.ruling(ids)
	v := m.forecastOf(id)
	if v == nil || !v.Go.Known || m.frame.State.Service(id).Verified != nil {
		return nil
	}
	text := m.lang.ServiceName(m.frame.State, id) + m.lang.Colon() +
		m.t("tui.forecast.outlook", "at", m.backAt(v.Go.Verified.P50), "p90", m.backAt(v.Go.Verified.P90))
	out := append([]string{blanks(w)}, m.paragraph(text, m.theme.Text, w)...)
	out = append(out, m.paragraph(m.chances(id), m.chanceInk(v.Go.MeetRTO), w)...)
	return append(out, m.branchHints(w)...)
}

// openWhatIf asks for another moment to compare a go at. Nothing is recorded: it is this console's own view.
func (m *model) openWhatIf() tea.Cmd {
	m.formGen++
	gen := m.formGen
	m.onForm = ""
	value := "+30m"
	if !m.outlook.whatIf.IsZero() {
		value = m.outlook.whatIf.In(m.zone()).Format("15:04")
	}
	m.form = form.New(m.theme, m.t("act.whatif"), "save.whatif", []form.Field{m.future("goat", value, false)})
	m.submit = func(v form.Values) tea.Cmd {
		m.outlook.whatIf = time.Time{}
		if at := m.futurePtr(v["goat"]); at != nil {
			m.outlook.whatIf = *at
		}
		m.focusOn(paneDecision)
		return func() tea.Msg { return commandDoneMsg{form: gen} }
	}
	return nil
}

// canWhatIf: there must be a go that was not said.
func (m *model) canWhatIf() string {
	if m.outlook.made != nil {
		for i := range m.outlook.made.Services {
			if m.outlook.made.Services[i].Gated {
				return ""
			}
		}
	}
	return "why.nogo"
}
