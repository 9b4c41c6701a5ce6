package tui

import (
	"errors"
	"sangfroid/internal/cell"
	"sangfroid/internal/incident"
	"sangfroid/internal/text"
	"sangfroid/tui/theme"
	"slices"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"
)

// exMark is the symbol, ink and word of where an inject stands.
func (m *model) exMark(r exRow) (mark theme.Mark, ink theme.Ink, word string) {
	t := m.theme
	if r.sent != nil {
		word = m.hourOf(r.sent.Mark.At)
		if len(m.exercise().AnswersTo(r.no)) > 0 {
			return theme.Done(), t.Holds, word
		}
		return theme.Pending(), t.Text, word
	}
	switch r.state.Status {
	case incident.InjectDue:
		if late := -r.state.In; late >= time.Second {
			return theme.Alert(), t.Soon, m.t("tui.ex.late", "in", short(late))
		}
		return theme.Alert(), t.Soon, m.lang.InjectStatus(r.state.Status)
	case incident.InjectNext:
		if r.state.In < 5*time.Minute {
			return theme.Ready(), t.Strong, m.t("tui.ex.in", "in", short(r.state.In))
		}
		return theme.Ready(), t.Text, m.t("tui.ex.in", "in", short(r.state.In))
	case incident.InjectIsSkipped:
		return theme.Skipped(), t.Muted, m.lang.InjectStatus(r.state.Status)
	case incident.InjectWaiting, incident.InjectByHand, incident.InjectOver, incident.InjectIsSent:
	}
	return theme.ToDo(), t.Muted, m.lang.InjectStatus(r.state.Status)
}

func (r *exRow) to() []incident.Role {
	if r.sent != nil {
		return r.sent.To
	}
	return r.state.Def.To
}

func (r *exRow) channel() incident.Channel {
	if r.sent != nil {
		return r.sent.Channel
	}
	return r.state.Def.Channel
}

func (r *exRow) text() incident.Text {
	if r.sent != nil {
		return r.sent.Text
	}
	return r.state.Def.Text
}

func (r *exRow) from() incident.Text {
	if r.sent != nil {
		return r.sent.From
	}
	return r.state.Def.From
}

func (m *model) agendaRow(r exRow) row {
	t := m.theme
	mark, ink, word := m.exMark(r)
	out := row{}.add(t.Symbol(mark)+" ", ink).add(string(r.no), t.Muted).to(7).add(cut(word, 16), ink).to(22)
	to := m.lang.To(m.frame.State, r.to()) + " · " + m.lang.Channel(r.channel())
	out = out.add(cut(to, 28), t.Muted).space(2)
	ink = t.Text
	if r.state != nil && r.sent == nil && r.state.Status == incident.InjectIsSkipped {
		ink = t.Muted
	}
	what := text.OneLine(m.lang.Text(r.text()))
	if r.state != nil && r.sent == nil && r.state.Status == incident.InjectWaiting {
		return out.add(m.lang.Condition(m.frame.State, r.state.Def.When), t.Progress).add("  "+what, t.Muted)
	}
	return out.add(what, ink)
}

func (m *model) inboxRow(r exRow) row {
	t := m.theme
	mark, ink := theme.Ready(), t.Soon
	switch {
	case m.answeredByMe(r.no):
		mark, ink = theme.Done(), t.Holds
	case m.opened(r.no):
		mark, ink = theme.ToDo(), t.Soon
	}
	tone := t.Text
	if !m.opened(r.no) {
		mark, tone = theme.Mail(), t.Strong
	}
	return row{}.add(t.Symbol(mark)+" ", ink).add(m.hourOf(r.sent.Mark.At), t.Muted).space(2).add(cut(m.lang.Text(r.from()), 16), t.Holds).space(2).add(cut(m.lang.Channel(r.channel()), 11), t.Muted).space(2).add(text.OneLine(m.lang.Text(r.text())), tone)
}

func (m *model) answeredByMe(no incident.InjectID) bool {
	return slices.ContainsFunc(m.exercise().AnswersTo(no), func(a incident.InjectAnswer) bool { return a.Mark.Role == m.me().Role })
}

// opened tells whether somebody of the role that sits here had an inject before their eyes.
func (m *model) opened(no incident.InjectID) bool {
	return m.ex.read[no] || m.exercise().OpenedBy(no, m.viewer()) != nil
}

// markRead tells those who run the exercise that the inject selected is before a player's eyes.
func (m *model) markRead() tea.Cmd {
	if m.exView() != exInbox {
		return nil
	}
	rows := m.exInboxRows()
	if len(rows) == 0 {
		return nil
	}
	return m.tellOpened(rows[m.picked(rows)].no)
}

// tellOpened writes it once, and in silence: it is no word of the person. Alone, and over, it is of use to nobody.
func (m *model) tellOpened(no incident.InjectID) tea.Cmd {
	x := m.exercise()
	had := m.opened(no)
	m.ex.read[no] = true
	if had || x.Solo || x.Ended != nil || m.replaying() || !x.Plays(m.me().Role) {
		return nil
	}
	write := m.write(0, cell.Command{Subject: incident.InjectSubject(no), Data: incident.ExerciseOpened{Inject: no}})
	return func() tea.Msg {
		if done, ok := write().(commandDoneMsg); ok && done.err != nil {
			var refused *incident.Refusal
			if !errors.As(done.err, &refused) {
				return done
			}
		}
		return commandDoneMsg{}
	}
}

// exDetail tells an inject whole. What is for those who conduct is told to them alone.
func (m *model) exDetail(r exRow, w int) []string {
	t := m.theme
	s := m.frame.State
	var out []string
	add := func(label, text string, tone theme.Ink) {
		if text == "" {
			return
		}
		head := ""
		if label != "" {
			head = m.t(label) + m.lang.Colon()
		}
		out = append(out, m.paragraph(head+text, tone, w)...)
	}
	out = append(out, m.paragraph(string(r.no)+" · "+m.lang.Channel(r.channel())+" · "+m.lang.Text(r.from())+" → "+m.lang.To(s, r.to()), t.Strong, w)...)
	if !incident.SeesAll(m.viewer()) {
		word, ink := m.t("tui.ex.unanswered"), t.Soon
		if m.answeredByMe(r.no) {
			word, ink = m.t("tui.ex.answered"), t.Holds
		}
		add("", m.t("tui.ex.sentat", "at", m.hourOf(r.sent.Mark.At))+" · "+word, ink)
		out = append(append(out, blanks(w)), m.paragraph(m.lang.Text(r.text()), t.Text, w)...)
		return append(out, m.answerLines(r.no, m.viewer(), w)...)
	}
	out = append(out, m.exStanding(r, w)...)
	out = append(append(out, blanks(w)), m.paragraph(m.lang.Text(r.text()), t.Text, w)...)
	out = append(out, m.answerLines(r.no, "", w)...)
	out = append(out, blanks(w))
	if r.state == nil {
		add("tui.ex.expected", m.lang.Text(r.sent.Expected), t.Holds)
		add("tui.ex.objective", m.lang.Objective(s, r.sent.Objective), t.Text)
		return out
	}
	def := r.state.Def
	add("tui.ex.expected", m.lang.Text(def.Expected), t.Holds)
	add("tui.ex.note", m.lang.Text(def.Note), t.Progress)
	if def.Objective != "" {
		add("tui.ex.objective", m.lang.Objective(s, def.Objective), t.Text)
	}
	add("tui.ex.conducts", def.Facilitator, t.Muted)
	if r.state.Move != nil {
		add("tui.ex.move", m.lang.Text(r.state.Move.Title), t.Muted)
	}
	return out
}

// exStanding tells where an inject stands: when it goes out, what it waits for, how late it went.
func (m *model) exStanding(r exRow, w int) []string {
	_, ink, word := m.exMark(r)
	var parts []string
	switch {
	case r.sent != nil:
		parts = append(parts, m.t("tui.ex.sentat", "at", word))
		if late := r.sent.Mark.At.Sub(r.sent.Planned); !r.sent.Planned.IsZero() && late >= time.Minute {
			parts = append(parts, m.t("tui.ex.latesent", "in", late))
		}
		if r.sent.Improvised {
			parts = append(parts, m.t("tui.ex.improvised"))
		}
	case r.state.Skipped != nil:
		k := r.state.Skipped.Mark
		parts = append(parts, m.t("tui.ex.skippedby", "by", k.By, "at", m.hourOf(k.At)), k.Note)
	case r.state.Status == incident.InjectWaiting:
		parts = append(parts, m.t("tui.ex.waits", "what", m.lang.Condition(m.frame.State, r.state.Def.When)))
	case r.state.Status == incident.InjectByHand:
		parts = append(parts, m.t("tui.ex.byhand"))
	case !r.state.Due.IsZero():
		parts = append(parts, word, m.t("tui.ex.dueat", "at", m.hourOf(r.state.Due)))
	default:
		parts = append(parts, word)
	}
	if r.state != nil {
		if r.state.Delayed > 0 {
			parts = append(parts, m.t("tui.ex.delayed", "by", r.state.Delayed))
		}
		if r.state.Def.Contingency && r.state.Status != incident.InjectByHand {
			parts = append(parts, m.t("tui.ex.contingency"))
		}
		if r.state.Def.When != nil && r.state.Status != incident.InjectWaiting {
			parts = append(parts, m.t("tui.ex.holds", "what", m.lang.Condition(m.frame.State, r.state.Def.When)))
		}
	}
	return m.paragraph(joined(parts), ink, w)
}

// joined puts what there is of parts side by side.
func joined(parts []string) string {
	return strings.Join(slices.DeleteFunc(parts, func(p string) bool { return p == "" }), " · ")
}

// answerLines tells what was done with an inject, by one role or by all.
func (m *model) answerLines(no incident.InjectID, of incident.Role, w int) []string {
	var out []string
	for _, a := range m.exercise().AnswersTo(no) {
		if of != "" && a.Mark.Role != of {
			continue
		}
		text := a.Mark.Note
		if text == "" {
			text = m.t("tui.ex.answered")
		}
		line := m.t("tui.ex.answeredby", "at", m.hourOf(a.Mark.At), "by", a.Mark.By, "role", m.lang.RoleTitle(m.frame.State, a.Mark.Role), "text", text)
		out = append(out, m.paragraph(m.theme.Symbol(theme.Done())+" "+line, m.theme.Holds, w)...)
	}
	return out
}
