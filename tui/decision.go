package tui

import (
	"sangfroid/internal/incident"
	"sangfroid/tui/theme"
	"slices"
	"strconv"
	"strings"
)

// decisions lists those to show: what waits for somebody first, then planned ones, then those taken.
func (m *model) decisions() []*incident.Decision {
	var out []*incident.Decision
	rank := func(d *incident.Decision) int {
		switch d.Status {
		case incident.DecisionContested:
			return 0
		case incident.DecisionIsAsked:
			return 1
		case incident.DecisionIsTaken:
			if d.ReviewPending() {
				return 2
			}
			return 4
		case incident.DecisionPlanned:
			return 3
		case incident.DecisionWithdrawn:
		}
		return 5
	}
	for want := range 6 {
		from := len(out)
		for i := range m.frame.State.Decided {
			if d := &m.frame.State.Decided[i]; rank(d) == want {
				out = append(out, d)
			}
		}
		if want == 4 {
			slices.Reverse(out[from:]) // of those taken the newest first
		}
	}
	return out
}

// decision is the one selected; nil when there is none.
func (m *model) decision() *incident.Decision {
	all := m.decisions()
	if len(all) == 0 {
		return nil
	}
	return all[min(m.cursor[paneDecision], len(all)-1)]
}

// decisionTitle is the pane's title and note.
func (m *model) decisionTitle() (string, string) {
	all := m.decisions()
	note := ""
	if len(all) > 1 {
		note = strconv.Itoa(min(m.cursor[paneDecision]+1, len(all))) + "/" + strconv.Itoa(len(all))
	}
	return m.t("tui.pane.decision"), note
}

// decisionPane shows one decision: its question, both branches, what is known, who has said what, what was decided.
func (m *model) decisionPane(w, _ int) []string {
	t := m.theme
	d := m.decision()
	if d == nil {
		return m.paragraph(m.t(m.orReplay("tui.nodecision")), t.Muted, w)
	}
	var out []string
	head, ink := t.Symbol(theme.Alert())+" ", t.Soon
	switch d.Status {
	case incident.DecisionIsTaken:
		head, ink = t.Symbol(theme.Done())+" ", t.Strong
	case incident.DecisionContested:
		ink = t.Broken
	case incident.DecisionPlanned, incident.DecisionWithdrawn:
		head, ink = t.Symbol(theme.ToDo())+" ", t.Strong
	case incident.DecisionIsAsked:
	}
	out = append(out, m.paragraph(head+m.lang.Text(d.Question), ink, w)...)
	out = append(out, m.decisionState(d, w)...)
	out = append(out, m.lossesUnder(d, w)...)
	side := w - wideBranches - 2
	if side >= 30 && m.gates(d) {
		left := m.branches(d, wideBranches)
		right := append(m.criteria(d, side), m.votes(d, side)...)
		h := max(len(left), len(right))
		return append(out, beside(h, fill(left, wideBranches, h), fill(nil, 2, h), fill(right, side, h))...)
	}
	if o := d.Outcome(); m.gates(d) && d.Status != incident.DecisionWithdrawn {
		if o != nil && o.Option == incident.OptionGo && w < wideBranches {
			out = append(out, m.outlookLine(d, w)...)
		} else {
			out = append(out, m.branches(d, w)...)
		}
	}
	out = append(out, m.criteria(d, w)...)
	return append(out, m.votes(d, w)...)
}

func (m *model) paragraph(s string, ink theme.Ink, w int) []string {
	var out []string
	for _, l := range wrap(s, w) {
		out = append(out, row{}.add(l, ink).line(w, false))
	}
	return out
}

// decisionState says where it stands, and how to go on.
func (m *model) decisionState(d *incident.Decision, w int) []string {
	t := m.theme
	switch d.Status {
	case incident.DecisionPlanned:
		return m.paragraph(m.t("tui.decision.planned"), t.Muted, w)
	case incident.DecisionContested:
		var out []string
		for _, o := range append(d.Outcomes[max(0, len(d.Outcomes)-1):], d.Contest...) {
			out = append(out, m.outcome(d, &o, t.Broken, w)...)
		}
		return append(out, m.paragraph(m.t("tui.decision.settle"), t.Broken, w)...)
	case incident.DecisionIsTaken:
		o := d.Outcome()
		out := m.outcome(d, o, t.Holds, w)
		if d.ReviewPending() && m.frame.State.Closed == nil {
			ink := t.Text
			if !d.Review.After(m.now) {
				ink = t.Broken
			}
			out = append(out, m.paragraph(m.t("tui.decision.review", "at", m.lang.Moment(*d.Review, m.zone(), m.now)), ink, w)...)
		}
		return out
	case incident.DecisionIsAsked:
		who := make([]string, len(d.Deciders))
		for i, r := range d.Deciders {
			who[i] = m.roleName(r)
		}
		s := m.t("tui.decision.who", "who", strings.Join(who, ", "))
		if d.Review != nil {
			s += " · " + m.t("tui.decision.answer", "at", m.lang.Moment(*d.Review, m.zone(), m.now))
		}
		return m.paragraph(s, t.Muted, w)
	case incident.DecisionWithdrawn:
		return m.paragraph(m.lang.DecisionStatus(d.Status), t.Muted, w)
	}
	return nil
}

func (m *model) outcome(d *incident.Decision, o *incident.Outcome, ink theme.Ink, w int) []string {
	whole := func(s string) string { return strings.ReplaceAll(s, " ", "\u00a0") } // a time and its zone are not parted
	s := upper(m.lang.OptionTitle(d, o.Option)) + "  " + whole(m.lang.Moment(o.Mark.At, m.zone(), m.now)) + "  " + o.Mark.By
	if o.Until != nil {
		s += "  " + whole(m.t("e.decision.until", "until", m.lang.Moment(*o.Until, m.zone(), m.now)))
	}
	out := m.paragraph(s, ink, w)
	if o.Because != "" && o.Because != m.lang.Text(d.Question) {
		out = append(out, m.paragraph(o.Because, m.theme.Text, w)...)
	}
	if o.Despite != "" {
		out = append(out, m.paragraph(m.t("e.decision.despite", "despite", o.Despite), m.theme.Soon, w)...)
	}
	if o.Dissent != "" {
		out = append(out, m.paragraph(m.t("e.decision.dissent", "dissent", o.Dissent), m.theme.Soon, w)...)
	}
	return out
}

// gates tells whether steps wait for this decision: then the branches are worth comparing.
func (m *model) gates(d *incident.Decision) bool { return len(m.gatedBy(d)) > 0 }

func (m *model) criteria(d *incident.Decision, w int) []string {
	if len(d.Criteria) == 0 {
		return nil
	}
	t := m.theme
	head := m.orReplay("tui.criteria")
	if m.form != nil || m.canCriterion() != "" {
		head = "tui.criteria.replay" // no key that would be a letter, or refused
	}
	out := []string{blanks(w), row{}.add(m.t(head), t.Muted).line(w, false)}
	for _, c := range d.Criteria {
		title := m.lang.Text(c.Def.Title)
		if title == "" {
			title = c.Def.ID
		}
		if len(c.Values) == 0 {
			out = append(out, m.item(row{}.add(t.Symbol(theme.ToDo())+" ", t.Muted).add(title, t.Text), row{}.add("?", t.Soon), w)...)
			continue
		}
		if c.Forbids() {
			v := c.Values[len(c.Values)-1]
			out = append(out, m.paragraph(t.Symbol(theme.Failed())+" "+m.t("tui.forecast.forbidden", "criterion", title, "value", v.Value), t.Broken, w)...)
			continue
		}
		v := c.Values[len(c.Values)-1]
		ink, mark := t.Text, "= "
		switch v.Verdict {
		case incident.VerdictFor:
			ink, mark = t.Holds, "+ "
		case incident.VerdictAgainst:
			ink, mark = t.Soon, "− "
		case incident.VerdictForbids:
			ink, mark = t.Broken, t.Symbol(theme.Failed())+" "
		case incident.VerdictNeutral:
		}
		out = append(out, m.item(row{}.add(mark, ink).add(title, t.Text), row{}.add(v.Value, ink), w)...)
	}
	return out
}

func (m *model) votes(d *incident.Decision, w int) []string {
	t := m.theme
	if len(d.Votes) == 0 && d.Quorum == 0 {
		return nil
	}
	out := []string{blanks(w)}
	if d.Quorum > 0 {
		ink := t.Soon
		if len(d.Votes) >= d.Quorum {
			ink = t.Holds
		}
		out = append(out, row{}.add(m.t("tui.quorum", "have", len(d.Votes), "need", d.Quorum), ink).line(w, false))
	}
	for _, v := range d.Votes {
		r := row{}.add(t.Symbol(theme.Running())+" ", t.Holds).add(v.Mark.By+m.lang.Colon(), t.Text).add(m.lang.OptionTitle(d, v.Option), t.Strong)
		reason := row{}
		if v.Reason != "" {
			reason = reason.add(v.Reason, t.Muted)
		}
		out = append(out, m.item(r, reason, w)...)
	}
	return out
}

// item is a line of a list with what belongs to it: beside it, or on the lines below where that does not fit. Nothing a
// decision stands on is cut.
func (m *model) item(head, tail row, w int) []string {
	const indent = 2
	if len(tail) == 0 || head.width()+2+tail.width() <= w {
		if len(tail) > 0 {
			head = append(head.space(2), tail...)
		}
		return []string{head.line(w, false)}
	}
	last := head[len(head)-1]
	lead := head[:len(head)-1]
	var out []string
	lines := wrap(last.text, max(w-lead.width(), 10))
	for i, l := range lines {
		r := append(row{}, lead...)
		if i > 0 {
			r = row{}.space(indent)
		}
		r = r.add(l, last.ink)
		if i == len(lines)-1 && r.width()+2+tail.width() <= w {
			r, tail = append(r.space(2), tail...), nil
		}
		out = append(out, r.line(w, false))
	}
	for _, s := range tail {
		for _, l := range wrap(s.text, max(w-indent, 10)) {
			out = append(out, row{}.space(indent).add(l, s.ink).line(w, false))
		}
	}
	return out
}
