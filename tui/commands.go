package tui

import (
	"context"
	"sangfroid/internal/cell"
	"sangfroid/internal/incident"
	"sangfroid/internal/locale"
	"sangfroid/tui/form"
	"sangfroid/tui/theme"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"
)

// patience is how long a command waits before the person is told that it did not work.
const patience = 15 * time.Second

// write sends commands to the room, one after the other, and comes back with their receipts.
func (m *model) write(formGen int, cs ...cell.Command) tea.Cmd {
	room, parent, kept, name := m.room, m.ctx, m.send.drafts, ""
	if m.form != nil && formGen == m.formGen {
		name = m.onForm
	}
	return func() tea.Msg {
		ctx, cancel := context.WithTimeout(parent, patience)
		defer cancel()
		var done []cell.Receipt
		for _, c := range cs {
			r, err := room.Do(ctx, c)
			if err != nil {
				return commandDoneMsg{receipts: done, err: err, form: formGen}
			}
			done = append(done, r)
		}
		if name != "" {
			kept.forget(room, name) // before the person is told: what is saved is not half typed any more
		}
		return commandDoneMsg{receipts: done, form: formGen}
	}
}

// show opens a form in the room. build turns its values into commands; its error is shown at the form, which stays.
func (m *model) show(name, title, save string, fields []form.Field, build func(form.Values) ([]cell.Command, error)) tea.Cmd {
	m.formGen++
	gen := m.formGen
	m.form = m.newForm(title, save, fields)
	m.onForm = name
	m.overlay, m.back, m.grid.back = overNone, overNone, false
	m.restore(m.room.Draft(name))
	m.submit = func(v form.Values) tea.Cmd {
		cs, err := build(v)
		if err != nil {
			return func() tea.Msg { return commandDoneMsg{err: err, form: gen} }
		}
		return m.write(gen, cs...)
	}
	return nil
}

// restore puts what was half typed back into the form, and says so.
func (m *model) restore(kept form.Values) {
	if kept != nil {
		m.form.Restore(kept)
		m.form.Tell(m.t("tui.draft"))
	}
}

// newForm makes a form with the words every form needs.
func (m *model) newForm(title, save string, fields []form.Field) *form.Form {
	f := form.New(m.theme, title, save, fields)
	f.Busily, f.Choose, f.Empty, f.Needed = m.t("form.saving"), m.t("form.choose"), m.t("form.optional"), m.t("form.required")
	return f
}

func (m *model) openRoom(id incident.IncidentID) tea.Cmd {
	desk, parent := m.desk, m.ctx
	return func() tea.Msg {
		ctx, cancel := context.WithTimeout(parent, patience)
		defer cancel()
		r, err := desk.Open(ctx, id)
		return roomOpenedMsg{room: r, err: err}
	}
}

func (m *model) join() tea.Cmd {
	if m.home.busy {
		return nil
	}
	m.home.busy = true
	l := m.listed()
	m.say(m.t("tui.joining", "id", string(l.ID)), "", false)
	return m.openRoom(l.ID)
}

func (m *model) openReplay() tea.Cmd { return m.replay(string(m.listed().ID)) }

func (m *model) replay(name string) tea.Cmd {
	desk, ctx := m.desk, m.ctx
	return func() tea.Msg {
		r, err := desk.Replay(ctx, name)
		return roomOpenedMsg{room: r, err: err}
	}
}

// declared opens the incident that was just declared.
func (m *model) declared(msg incidentDeclaredMsg) tea.Cmd {
	if msg.err != nil && msg.id == "" {
		sentence, hint := m.explain(msg.err)
		if m.form != nil {
			m.form.Refuse(sentence, hint)
		}
		return nil
	}
	m.form = nil
	if msg.err != nil { // declared, and what follows is not whole: into the room, and told there
		m.fail(msg.err)
		return m.openRoom(msg.id)
	}
	m.say(m.t("tui.joining", "id", string(msg.id)), "", false)
	return m.openRoom(msg.id)
}

// goHome leaves the room for the list.
func (m *model) goHome() tea.Cmd {
	if m.desk == nil {
		return nil
	}
	room := m.room
	m.room, m.frame, m.screen = nil, nil, screenHome
	m.roomGen++
	m.overlay, m.form = overNone, nil
	m.deskChanged()
	return func() tea.Msg {
		_ = room.Close() // what was written is safe; the list does not depend on it
		return deskChangedMsg{}
	}
}

// askQuit wants the key twice: leaving by a slip of the finger costs minutes.
func (m *model) askQuit() tea.Cmd {
	if m.armed == "quit" && m.wall().Sub(m.armedAt) < noticeFor {
		m.quit = true
		return nil
	}
	m.armed, m.armedAt = "quit", m.wall()
	key := "tui.quit"
	if m.frame != nil && len(m.frame.Pending) > 0 {
		key = "tui.quit.pending"
	}
	m.refuse(m.t(key), "")
	return nil
}

// switchLang changes the language of this console; texts of people stay as they wrote them.
func (m *model) switchLang() tea.Cmd {
	if m.lang == locale.French {
		m.lang = locale.English
	} else {
		m.lang = locale.French
	}
	return nil
}

// switchGround changes between a light and a dark ground.
func (m *model) switchGround() tea.Cmd {
	m.theme = theme.New(!m.theme.Dark, m.opts.ASCII, m.opts.NoColor)
	return nil
}

func (m *model) toggleFull() tea.Cmd {
	m.zoom = !m.zoom
	m.relayout()
	return nil
}

func (m *model) openFilter() tea.Cmd {
	m.focusOn(paneLog)
	m.log.editing = true
	return nil
}

// doNext opens what is proposed first.
func (m *model) doNext() tea.Cmd {
	p, _, _ := m.proposal()
	s := m.frame.State
	switch p.Code {
	case incident.ProposeSettle, incident.ProposeReview, incident.ProposeTake, incident.ProposeAsk:
		for i, d := range m.decisions() {
			if d.ID == p.Decision {
				m.cursor[paneDecision] = i
			}
		}
		m.focusOn(paneDecision)
		if p.Code == incident.ProposeAsk {
			return m.openAskPlanned(p.Decision)
		}
		return m.openDecide()
	case incident.ProposeDetected, incident.ProposeReported, incident.ProposeOccurred:
		return m.openOrigin()
	case incident.ProposeAck:
		return m.openAck()
	case incident.ProposeMilestone:
		return m.openMilestoneOf(p.Service, p.Data)
	case incident.ProposeSignal, incident.ProposeCheck, incident.ProposeStep, incident.ProposeDone:
		for i := range s.Steps {
			if s.Steps[i].ID == p.Step {
				m.focusOn(panePlan)
				m.cursor[panePlan] = i
			}
		}
		return m.openStep()
	case incident.ProposeSitrep:
		return m.openSitrep()
	case incident.ProposeObligation:
		return m.openLegalOf(p.Obligation, m.openReportSent)
	case incident.ProposeStamp:
		return m.openLegalOf(p.Obligation, m.openLegalStamp)
	case incident.ProposeFlow, incident.ProposeSign, incident.ProposeCount:
		for i := range s.Flows {
			if s.Flows[i].ID == p.Flow {
				m.focusOn(paneCatchup)
				m.cursor[paneCatchup] = i
			}
		}
		return m.openCatchup()
	case incident.ProposeClose:
		if m.me().Role != incident.RoleDirector {
			return m.cannot("close", "why.director")
		}
		return m.openClose()
	}
	return nil
}

func upper(s string) string { return strings.ToUpper(s) }
