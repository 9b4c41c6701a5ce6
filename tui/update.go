package tui

import (
	"errors"
	"sangfroid/internal/incident"
	"sangfroid/tui/form"
	"sangfroid/tui/theme"
	"time"

	tea "charm.land/bubbletea/v2"
)

// Init asks for the first second and, unless told, for the terminal's ground.
func (m *model) Init() tea.Cmd {
	cmds := []tea.Cmd{everySecond()}
	if !m.opts.Light && !m.opts.Dark && !m.opts.NoColor {
		cmds = append(cmds, tea.RequestBackgroundColor)
	}
	return tea.Batch(cmds...)
}

func everySecond() tea.Cmd {
	return tea.Every(time.Second, func(t time.Time) tea.Msg { return secondPassedMsg(t) })
}

// Update routes a message. Whatever it led to, the rows the screen needs now are asked for.
func (m *model) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	cmd := m.route(msg)
	if m.quit {
		return m, tea.Quit
	}
	if m.screen == screenRoom {
		cmd = tea.Batch(cmd, m.readRows(), m.foresee())
	}
	return m, cmd
}

func (m *model) route(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case tea.WindowSizeMsg:
		m.w, m.h = msg.Width, msg.Height
		m.relayout()
	case tea.BackgroundColorMsg:
		m.theme = theme.New(msg.IsDark(), m.opts.ASCII, m.opts.NoColor)
	case tea.KeyPressMsg:
		if k, ok := form.Visible(msg); ok {
			return m.key(k)
		}
	case tea.PasteMsg:
		return m.paste(msg)
	case secondPassedMsg:
		return m.tick()
	case frameChangedMsg:
		return m.frameChanged(msg)
	case deskChangedMsg:
		m.deskChanged()
	case roomOpenedMsg:
		return m.roomOpened(msg)
	case incidentDeclaredMsg:
		return m.declared(msg)
	case commandDoneMsg:
		return m.commandDone(msg)
	case rowsReadMsg:
		m.rowsRead(msg)
	case logScannedMsg:
		return m.scanMore(msg)
	case logGlancedMsg:
		return m.glanced(msg)
	case entryReadMsg:
		m.entryRead(msg)
	case forecastMadeMsg:
		m.forecastMade(msg)
	case forecastDueMsg:
		m.forecastDue(msg)
	case editorReadyMsg:
		return m.editorReady(msg)
	case editorClosedMsg:
		return m.editorClosed(msg)
	case editorReadMsg:
		m.editorRead(msg)
	case fileWrittenMsg:
		m.fileWritten(msg)
	case brokeMsg:
		m.failure, m.quit = msg.err, true
	default:
		if m.form != nil {
			_, cmd := m.form.Update(msg) // the cursor's own messages
			return cmd
		}
	}
	return nil
}

// tick reads the clocks again, and raises what has come due.
func (m *model) tick() tea.Cmd {
	m.refresh()
	return tea.Batch(everySecond(), m.raise())
}

func (m *model) frameChanged(msg frameChangedMsg) tea.Cmd {
	if msg.gen != m.roomGen || m.room == nil {
		return nil
	}
	before := m.logCount()
	m.refresh()
	// A reader who scrolled down stays on their entry when newer ones come.
	if m.cursor[paneLog] > 0 && m.log.filter == "" && !m.replaying() {
		if grown := m.logCount() - before; grown > 0 {
			m.cursor[paneLog] += grown
			m.paneTop[paneLog] += grown
		}
	}
	m.clampCursors()
	return tea.Batch(m.raise(), m.scanNew())
}

func (m *model) deskChanged() {
	if m.desk == nil {
		return
	}
	at := m.listed()
	m.home.list = m.desk.Listings()
	if at == nil || !m.home.moved {
		m.home.cursor = firstLive(m.home.list)
		return
	}
	for i := range m.home.list {
		if m.home.list[i].ID == at.ID {
			m.home.cursor = i
		}
	}
}

func (m *model) roomOpened(msg roomOpenedMsg) tea.Cmd {
	m.home.busy = false
	if msg.err != nil {
		m.fail(msg.err)
		return nil
	}
	if m.notice.kind != noticeFault { // a declaration that was not whole says so in its room
		m.notice = notice{}
	}
	m.enter(msg.room)
	m.form = nil
	m.send.follow(msg.room, m.roomGen)
	return nil
}

func (m *model) rowsRead(msg rowsReadMsg) {
	if msg.gen != m.log.gen {
		return
	}
	if msg.err != nil {
		m.fail(msg.err)
	}
	m.log.rows = msg.rows
}

func (m *model) entryRead(msg entryReadMsg) {
	if msg.err != nil {
		m.fail(msg.err)
		return
	}
	m.log.entry, m.log.seal, m.log.top, m.overlay = &msg.entry, msg.seal, 0, overEntry
}

// commandDone tells how a write ended. A form whose command was refused stays, with all that was typed.
func (m *model) commandDone(msg commandDoneMsg) tea.Cmd {
	m.refresh()
	mine := m.form != nil && msg.form == m.formGen
	if msg.err != nil {
		if mine {
			m.form.Refuse(m.explain(msg.err))
		} else {
			m.fail(msg.err)
		}
		return nil
	}
	var cmd tea.Cmd
	if mine {
		if m.draftingForm() != nil {
			cmd = m.dropScratch(m.onForm)
		}
		m.form = nil
		m.formGone()
	}
	if n := len(msg.receipts); n > 0 {
		last := msg.receipts[n-1]
		if last.Pending {
			m.say(m.t("tui.kept"), "", false)
		} else {
			m.say(m.t("tui.saved", "n", last.Seq), "", false)
		}
		if _, ok := last.Event.Data.(incident.SitrepIssued); ok {
			m.notice.hint = m.t("comms.issued")
		}
	}
	return cmd
}

// explain makes an error a sentence and a hint.
func (m *model) explain(err error) (sentence, hint string) {
	var r *incident.Refusal
	if errors.As(err, &r) {
		if m.frame == nil {
			return m.lang.Refuse(r)
		}
		return m.lang.RefuseIn(m.frame.State, r, false)
	}
	if m.opts.Explain != nil {
		return m.opts.Explain(err)
	}
	return err.Error(), ""
}

// raise says each threshold once: banner, bell, notification. Nothing it does takes a key meant for a field.
func (m *model) raise() tea.Cmd {
	if m.room == nil || m.replaying() || m.frame.State.Declared.At.IsZero() {
		return nil
	}
	cmds := []tea.Cmd{m.arrivals()}
	for _, t := range m.thresholds() {
		// What moved into the future again, a decide-by after a new estimate, is said again when it comes.
		if t.At.Sub(m.now) > time.Minute {
			delete(m.raised, t.Key)
		}
		if t.At.After(m.now) || m.raised[t.Key] {
			continue
		}
		m.raised[t.Key] = true
		m.alert = m.lang.Alert(m.frame.State, t, m.now)
		m.alertAt = m.wall()
		cmds = append(cmds, notify(m.lang.Realm(m.frame.State.Realm)+" "+m.alert))
	}
	return tea.Batch(cmds...)
}

// learnAlerts takes what was due before this console came as known: nobody is startled by the past.
func (m *model) learnAlerts() {
	for _, t := range m.thresholds() {
		if !t.At.After(m.now) {
			m.raised[t.Key] = true
		}
	}
}
