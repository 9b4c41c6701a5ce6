package tui

import (
	"sangfroid/internal/incident"
	"sangfroid/internal/locale"
	"sangfroid/tui/theme"
	"strconv"
	"strings"
	"time"
)

// step is the step selected; nil when there is none.
func (m *model) step() *incident.Step {
	if n := len(m.frame.State.Steps); n > 0 {
		return &m.frame.State.Steps[min(m.cursor[panePlan], n-1)]
	}
	return nil
}

// firstOpen is the first step that is not over: where the eye belongs.
func (m *model) firstOpen() int {
	for i := range m.frame.State.Steps {
		if st := &m.frame.State.Steps[i]; !st.Finished() {
			return i
		}
	}
	return 0
}

func (m *model) planTitle() (string, string) {
	s := m.frame.State
	title := m.t("tui.pane.plan")
	if len(s.Plans) > 0 {
		c := s.CountSteps("")
		title += "  " + strconv.Itoa(c.Done+c.Skipped) + "/" + strconv.Itoa(c.Total)
	}
	note := ""
	c := s.CountSteps("")
	if c.Blocked+c.Failed > 0 {
		note = m.theme.Symbol(theme.Blocked()) + " " + m.t("tui.stuck", "n", c.Blocked+c.Failed)
	} else if c.Running > 0 {
		note = m.t("tui.running", "n", c.Running)
	}
	return title, note
}

// planPane lists the steps. Focused it follows the selection; else it shows where the work is.
func (m *model) planPane(w, h int, focused bool) []string {
	s := m.frame.State
	if len(s.Steps) == 0 {
		return m.paragraph(m.t(m.orReplay("tui.noplan")), m.theme.Muted, w)
	}
	at := m.firstOpen()
	if focused {
		at = m.step0()
	}
	rows, where := m.planRows(w, focused)
	top := 0
	if at < len(where) {
		top = m.window(panePlan, where[at], len(rows), h, focused)
	}
	return rows[top:min(top+h, len(rows))]
}

func (m *model) step0() int { return min(m.cursor[panePlan], max(len(m.frame.State.Steps)-1, 0)) }

// planRows draws all steps, with a heading for each plan when there are several, and tells on which row each step is.
func (m *model) planRows(w int, focused bool) (rows []string, where []int) {
	s := m.frame.State
	plan := incident.PlanID("")
	phase := incident.Phase("")
	full := w >= 90
	for i := range s.Steps {
		st := &s.Steps[i]
		if st.Plan != plan {
			plan, phase = st.Plan, ""
			if p := s.Plan(plan); p != nil && len(s.Plans) > 1 {
				rows = append(rows, row{}.add(m.lang.Text(p.Title), m.theme.Strong).line(w, false))
			}
		}
		if full && st.Def.Phase != phase {
			phase = st.Def.Phase
			rows = append(rows, row{}.add(m.lang.Phase(phase), m.theme.Muted).line(w, false))
		}
		where = append(where, len(rows))
		rows = append(rows, m.stepRow(st, w, focused && i == m.step0(), full))
		if st.Status == incident.StepRunning && st.Targets.Len() > 0 {
			rows = append(rows, m.targetsLine(incident.StepSet(st.ID), w))
		}
	}
	return rows, where
}

// window keeps the row in view with two rows of context, and gives the first row to draw.
func (m *model) window(p pane, at, n, h int, focused bool) int {
	const context = 2
	top := 0
	if focused {
		top = m.paneTop[p]
	} else {
		top = at - context
	}
	if at < top+context {
		top = at - context
	}
	if at > top+h-1-context {
		top = at - (h - 1 - context)
	}
	top = max(min(top, n-h), 0)
	if focused {
		m.paneTop[p] = top
	}
	return top
}

// stepMark is the symbol and ink of a step's state.
func (m *model) stepMark(status incident.StepStatus) (string, theme.Ink) {
	t := m.theme
	switch status {
	case incident.StepIsDone, incident.StepIsCheck:
		return t.Symbol(theme.Done()), t.Holds
	case incident.StepRunning:
		return t.Symbol(theme.Running()), t.Progress
	case incident.StepReady:
		return t.Symbol(theme.Ready()), t.Strong
	case incident.StepIsBlock:
		return t.Symbol(theme.Blocked()), t.Broken
	case incident.StepIsFail:
		return t.Symbol(theme.Failed()), t.Broken
	case incident.StepIsSkip:
		return t.Symbol(theme.Skipped()), t.Muted
	case incident.StepToDo:
	}
	return t.Symbol(theme.ToDo()), t.Muted
}

func (m *model) stepRow(st *incident.Step, w int, selected, full bool) string {
	t, whole := m.theme, w
	status := m.frame.State.StepStatus(st)
	mark, ink := m.stepMark(status)
	title := t.Muted
	switch status {
	case incident.StepReady, incident.StepRunning, incident.StepIsBlock, incident.StepIsFail:
		title = t.Text
	case incident.StepToDo, incident.StepIsDone, incident.StepIsCheck, incident.StepIsSkip:
	}
	if m.theme.Mono && status == incident.StepReady {
		title = t.Strong
	}
	tail := m.stepTail(st, status)
	if full {
		w = min(w, planMost) // what belongs together is not read across an empty screen
		owner := m.roleName(st.Def.Owner)
		if st.Assignee != "" {
			owner = st.Assignee
		}
		tail = append(row{}.add(cut(owner, 15), t.Muted).to(16).add(m.lang.StepStatus(status), ink).to(27).add("~"+m.lang.Span(st.Estimate.Likely.Std()), t.Muted).to(37), tail...)
		tail = tail.to(60)
	}
	room := w - 2 - tail.width() - 1
	name := m.lang.Text(st.Def.Title)
	if room < 14 && !full {
		tail = tail[:min(len(tail), 1)]
		room = w - 2 - tail.width() - 1
	}
	return append(row{}.add(mark+" ", ink).add(cut(name, room), title).to(w-tail.width()), tail...).line(whole, selected)
}

// planMost is the widest row of the plan.
const planMost = 140

// stepTail says what matters about the step now.
func (m *model) stepTail(st *incident.Step, status incident.StepStatus) row {
	t := m.theme
	r := row{}
	early := func(r row) row {
		if st.Def.Early && m.earlyMatters(st) {
			return r.add(" "+m.t("tui.early"), t.Progress)
		}
		return r
	}
	switch status {
	case incident.StepRunning:
		if st.Total > 0 && st.Targets.Len() == 0 { // those with names have a line of their own
			r = r.add(m.lang.Count(int64(st.Done))+"/"+m.lang.Count(int64(st.Total)), t.Strong)
		} else if st.Started != nil {
			r = r.add(m.lang.Span(max(m.now.Sub(st.Started.At), 0)), t.Progress)
		}
		return early(m.overdue(r, st))
	case incident.StepReady:
		return early(r.add(m.t("tui.ready"), t.Holds))
	case incident.StepIsBlock:
		if st.Blocked != nil {
			r = r.add(m.t("tui.blocked.since", "for", max(m.now.Sub(st.Blocked.At), 0)), t.Broken)
		}
		return r
	case incident.StepIsFail:
		return r.add(m.lang.StepStatus(status), t.Broken)
	case incident.StepIsDone:
		if st.Def.FourEyes {
			return r.add(m.t("tui.tocheck"), t.Soon)
		}
		return r.add(endedAt(st, m.zone()), t.Muted)
	case incident.StepIsCheck, incident.StepIsSkip:
		return r.add(endedAt(st, m.zone()), t.Muted)
	case incident.StepToDo:
		for _, w := range m.frame.State.WaitsFor(st) {
			if w.Decision != "" {
				return r.add(m.t("tui.waitsfor", "option", upper(m.lang.OptionTitle(m.frame.State.Decision(w.Decision), w.Option))), t.Soon)
			}
		}
	}
	return r
}

// earlyMatters: early is worth a word while the decision is open.
func (m *model) earlyMatters(st *incident.Step) bool {
	for i := range m.frame.State.Decided {
		if d := &m.frame.State.Decided[i]; d.Plan == st.Plan && d.Outcome() == nil {
			return true
		}
	}
	return false
}

// overdue marks a running step that takes longer than its longest estimate.
func (m *model) overdue(r row, st *incident.Step) row {
	most := max(st.Estimate.Max.Std(), st.Estimate.Likely.Std())
	if st.Started == nil || most == 0 || m.now.Sub(st.Started.At) <= most {
		return r
	}
	return r.add(" "+m.theme.Symbol(theme.Alert()), m.theme.Soon)
}

func endedAt(st *incident.Step, loc *time.Location) string {
	if st.Ended == nil {
		return ""
	}
	return st.Ended.At.In(loc).Format("15:04")
}

// stepDetail is the step's card: what it is, what to do, what it waits for, what was said.
func (m *model) stepDetail(st *incident.Step, w int) []string {
	t := m.theme
	status := m.frame.State.StepStatus(st)
	mark, ink := m.stepMark(status)
	out := m.paragraph(mark+" "+m.lang.Text(st.Def.Title), ink, w)
	facts := m.lang.Phase(st.Def.Phase) + " · " + m.roleName(st.Def.Owner) + " · " + m.lang.StepStatus(status) + " · ~" + m.lang.Span(st.Estimate.Likely.Std())
	if st.Assignee != "" {
		facts += " · " + st.Assignee
	}
	if st.Total > 0 {
		facts += " · " + m.lang.Count(int64(st.Done)) + "/" + m.lang.Count(int64(st.Total)) + " " + m.lang.Text(st.Def.Unit)
	}
	if st.Def.FourEyes {
		facts += " · " + m.t("tui.foureyes")
	}
	if st.Def.Irreversible {
		facts += " · " + m.t("tui.irreversible")
	}
	out = append(out, m.paragraph(facts, t.Muted, w)...)
	if st.Started != nil {
		when := m.t("tui.started", "at", locale.Hour(st.Started.At, m.zone()), "by", st.Started.By)
		if st.Ended != nil {
			when += " · " + m.t("tui.ended", "at", locale.Hour(st.Ended.At, m.zone()), "by", st.Ended.By)
		}
		out = append(out, m.paragraph(when, t.Muted, w)...)
	}
	for _, wait := range m.frame.State.WaitsFor(st) {
		what := m.lang.StepTitle(m.frame.State, wait.Step)
		if wait.Decision != "" {
			what = m.lang.Question(m.frame.State, wait.Decision) + " = " + m.lang.OptionTitle(m.frame.State.Decision(wait.Decision), wait.Option)
		}
		out = append(out, m.paragraph(m.t("tui.waits", "what", what), t.Soon, w)...)
	}
	for _, p := range []struct{ label, text string }{
		{"", st.Reason},
		{"", unmark(m.lang.Text(st.Def.Instructions))},
		{m.t("tui.evidence"), m.lang.Text(st.Def.Evidence)},
		{m.t("tui.contact"), m.contact(st)},
	} {
		if p.text != "" {
			out = append(out, blanks(w))
			out = append(out, m.paragraph(p.label+p.text, t.Text, w)...)
		}
	}
	return out
}

// contact is who to call for the step, from its playbook.
func (m *model) contact(st *incident.Step) string {
	p := m.frame.State.Plan(st.Plan)
	if p == nil || st.Def.Contact == "" {
		return ""
	}
	for _, c := range p.Book.Contacts {
		if c.ID == st.Def.Contact {
			return m.lang.Text(c.Name) + " – " + m.lang.Text(c.Call)
		}
	}
	return ""
}

// unmark takes the marks of Markdown out of instructions: a terminal's line shows words.
func unmark(s string) string { return strings.NewReplacer("**", "", "`", "").Replace(s) }
