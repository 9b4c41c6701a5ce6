package tui

import (
	"sangfroid/internal/incident"
	"sangfroid/internal/text"
	"sangfroid/tui/theme"
	"slices"
	"strconv"
	"strings"
	"time"
)

// playing are the roles that play: the scenario's, or whoever is here.
func (m *model) playing() []incident.Role {
	x := m.exercise()
	if len(x.Scenario.Plays) > 0 {
		return x.Scenario.Plays
	}
	var out []incident.Role
	add := func(r incident.Role) {
		if r != "" && x.Plays(r) && !contains(out, r) {
			out = append(out, r)
		}
	}
	for i := range x.Sent {
		for _, r := range x.Sent[i].To {
			add(r)
		}
	}
	for _, p := range m.frame.Present {
		add(p.Role)
	}
	return out
}

// rolesLines tells of each role what it was sent and what it answered; whole tells every inject, else those without an answer.
func (m *model) rolesLines(w int, whole bool) []string {
	x, t := m.exercise(), m.theme
	var out []string
	for _, role := range m.playing() {
		seen, left := x.Seen(role), x.Unanswered(role)
		unopened := x.Unopened(role)
		sum, ink := m.roleSum(len(seen), len(unopened), len(left)), t.Muted
		if len(seen) == 0 {
			sum = m.t("tui.ex.rolenone")
		} else if len(left) > 0 {
			ink = t.Soon
		}
		out = append(out, row{}.add(m.lang.RoleTitle(m.frame.State, role), t.Strong).add(" ("+m.holders(role)+")  ", t.Muted).add(sum, ink).line(w, false))
		for i := len(seen) - 1; i >= 0; i-- {
			open := slices.ContainsFunc(left, func(u incident.SentInject) bool { return u.No == seen[i].No })
			if !whole && !open {
				continue
			}
			mark, ink := theme.Done(), t.Holds
			word := ""
			if open {
				mark, ink = theme.ToDo(), t.Soon
				if word = m.t("tui.ex.notopened"); x.OpenedBy(seen[i].No, role) != nil {
					word = m.t("tui.ex.openedat", "at", m.hourOf(x.OpenedBy(seen[i].No, role).At))
				} else {
					mark = theme.Mail()
				}
				word += "  "
			}
			out = append(out, row{}.space(2).add(t.Symbol(mark)+" ", ink).add(string(seen[i].No), t.Muted).to(9).add(m.hourOf(seen[i].Mark.At), t.Muted).space(2).add(word, ink).
				add(text.OneLine(m.lang.Text(seen[i].Text)), t.Text).line(w, false))
			if whole && !open {
				for _, l := range m.answerLines(seen[i].No, role, max(w-9, 10)) {
					out = append(out, row{}.space(9).line(9, false)+l)
				}
			}
		}
	}
	return out
}

// roleSum counts what a role was sent: what nobody opened is not answered either, and is counted once.
func (m *model) roleSum(sent, unopened, left int) string {
	parts := []string{m.t("tui.ex.rolesent", "n", sent)}
	if unopened > 0 {
		parts = append(parts, m.t("tui.ex.roleunopened", "n", unopened))
	}
	if left != unopened || left == 0 {
		parts = append(parts, m.t("tui.ex.roleleft", "n", left))
	}
	return strings.Join(parts, ", ")
}

// exGoalsBox is the objectives: measured, rated, observed. At the end it is the closing screen.
func (m *model) exGoalsBox(w, h int) []string {
	lines, from, to := m.goalLines(w - 4)
	m.ex.top = follow(m.ex.top, from, to, max(h-2, 1))
	return m.exScroll(m.t("tui.ex.goals"), lines, w, h)
}

func (m *model) goalLines(w int) (out []string, from, to int) {
	x, t := m.exercise(), m.theme
	out = m.closingLines(w)
	for i := range x.Scenario.Objectives {
		o := &x.Scenario.Objectives[i]
		on := i == m.ex.goal
		if on {
			from = len(out)
		}
		word, mark, ink := m.measured(o)
		for k, l := range wrap(m.lang.Text(o.Text), max(w-4, 8)) {
			head := row{}.space(2)
			if k == 0 {
				head = row{}.add(t.Symbol(mark)+" ", ink)
			}
			out = append(out, head.add(l, t.Strong).line(w, on && k == 0))
		}
		out = append(out, row{}.space(4).add(word, ink).line(w, false))
		rating, ink := m.t("tui.ex.unscored"), t.Muted
		if sc := x.ScoreOf(o.ID); sc != nil {
			rating, ink = joined([]string{m.lang.Rating(sc.Rating), sc.Mark.By, sc.Mark.Note}), m.ratingInk(sc.Rating)
		}
		for _, l := range wrap(rating, max(w-6, 8)) {
			out = append(out, row{}.space(4).add(l, ink).line(w, false))
		}
		out = append(out, m.observations(o.ID, w)...)
		if on {
			to = len(out)
		}
	}
	rest := m.observations("", w)
	if len(rest) == 0 && len(x.Observed) == 0 {
		rest = m.paragraph(m.t("tui.ex.obs.none"), t.Muted, w)
	}
	return append(append(out, blanks(w)), rest...), from, to
}

func (m *model) observations(objective string, w int) []string {
	t := m.theme
	var out []string
	for _, e := range m.exercise().Observed {
		if e.Objective != objective {
			continue
		}
		mark, ink := "+", t.Holds
		if e.Kind == incident.Improvement {
			mark, ink = "!", t.Soon
		}
		line := joined([]string{m.lang.ObservationKind(e.Kind) + m.lang.Colon() + e.Mark.Note, m.lang.Rating(e.Rating), e.Mark.By})
		if e.Of != "" {
			line += " · " + m.lang.RoleTitle(m.frame.State, e.Of)
		}
		if e.Inject != "" {
			line += " · " + m.t("tui.ex.arrived", "no", string(e.Inject))
		}
		for k, l := range wrap(line, max(w-8, 8)) {
			head := row{}.space(6)
			if k == 0 {
				head = row{}.space(4).add(mark+" ", ink)
			}
			out = append(out, head.add(l, t.Text).line(w, false))
		}
	}
	return out
}

func (m *model) ratingInk(r incident.Rating) theme.Ink {
	t := m.theme
	switch r {
	case incident.RatingFull:
		return t.Holds
	case incident.RatingNone:
		return t.Broken
	case incident.RatingSome, incident.RatingMajor:
	}
	return t.Soon
}

// measured is what the data say of an objective.
func (m *model) measured(o *incident.ObjectiveDef) (string, theme.Mark, theme.Ink) {
	t := m.theme
	got := m.frame.State.Measure(o, m.now)
	by := m.hourOf(got.Deadline)
	switch {
	case !got.Known:
		return m.t("tui.ex.nomeasure"), theme.ToDo(), t.Muted
	case got.State == incident.ClockMet:
		return m.t("tui.ex.reached", "at", m.hourOf(got.At), "by", by), theme.Done(), t.Holds
	case got.State == incident.ClockMissed && !got.At.IsZero():
		return m.t("tui.ex.missedat", "at", m.hourOf(got.At), "by", by), theme.Failed(), t.Broken
	case got.State == incident.ClockMissed:
		return m.t("tui.ex.missed", "by", by), theme.Failed(), t.Broken
	case got.State == incident.ClockRunning && m.exercise().Ended != nil:
		return m.t("tui.ex.unreached", "by", by), theme.ToDo(), t.Soon
	case got.State == incident.ClockRunning:
		return m.t("tui.ex.running", "by", by, "left", got.Deadline.Sub(m.now).Truncate(time.Minute)), theme.Running(), t.Progress
	}
	return m.t("tui.ex.notstarted"), theme.ToDo(), t.Muted
}

// closingLines head the closing screen: how long it took against the plan, what was sent, and how the report is made.
func (m *model) closingLines(w int) []string {
	x, t := m.exercise(), m.theme
	if x.Ended == nil {
		return nil
	}
	skipped, left := len(x.Skipped), 0
	for i := range x.Sent {
		if len(x.AnswersTo(x.Sent[i].No)) == 0 {
			left++
		}
	}
	var out []string
	add := func(s string, ink theme.Ink) { out = append(out, m.paragraph(s, ink, w)...) }
	add(m.t("tui.ex.lasted", "from", m.hourOf(x.Start), "to", m.hourOf(x.Ended.At), "lasted", x.Ended.At.Sub(x.Start).Truncate(time.Minute), "planned", x.Planned.Std()), t.Strong)
	if x.Ended.Note != "" {
		add(x.Ended.Note+" ("+x.Ended.By+")", t.Text)
	}
	add(m.t("tui.ex.sentsum", "sent", strconv.Itoa(len(x.Sent)), "of", strconv.Itoa(len(x.Scenario.Injects)), "skipped", skipped, "left", left), t.Text)
	add(m.t("tui.ex.report", "id", string(m.frame.State.ID)), t.Focus)
	return append(out, blanks(w))
}
