package tui

import (
	"errors"
	"sangfroid/internal/incident"
	"sangfroid/tui/theme"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"
)

// noticeKind tells a receipt from a refusal and from a fault. Only a fault is vermilion and stays until it is put away:
// a refusal is an answer, not an alarm.
type noticeKind int

const (
	noticeDone noticeKind = iota
	noticeRefusal
	noticeFault
)

// noticeFor is how long a notice stays that asks for nothing.
const noticeFor = 8 * time.Second

// notice is a short word on what was just done, or why not.
type notice struct {
	text string
	hint string
	kind noticeKind
	at   time.Time
}

// say puts a word on what was done, or on what went wrong, on the screen.
func (m *model) say(text, hint string, bad bool) {
	m.notice = notice{text: text, hint: hint, at: m.wall()}
	if bad {
		m.notice.kind = noticeFault
	}
}

// refuse says calmly why something is not done.
func (m *model) refuse(text, hint string) {
	m.notice = notice{text: text, hint: hint, kind: noticeRefusal, at: m.wall()}
}

// cannot says why an action cannot be done now; both are keys of the catalogue.
func (m *model) cannot(act, why string) tea.Cmd {
	name, _, _ := strings.Cut(m.t("act."+act), ":") // what stands behind a colon explains the name
	m.refuse(strings.TrimSpace(name)+m.lang.Colon()+m.t(why), "")
	return nil
}

// fail says what went wrong, or what a rule refused.
func (m *model) fail(err error) {
	s, h := m.explain(err)
	var r *incident.Refusal
	if errors.As(err, &r) {
		m.refuse(s, h)
		return
	}
	m.say(s, h, true)
}

// noticeShown tells whether there is a word to show: a fault stays, the rest passes.
func (m *model) noticeShown() bool {
	return m.notice.text != "" && (m.notice.kind == noticeFault || m.wall().Sub(m.notice.at) < noticeFor)
}

// noticeRow is the word on what was just done, or why not.
func (m *model) noticeRow() row {
	t := m.theme
	r := row{}.space(1)
	switch m.notice.kind {
	case noticeDone:
		r = r.add(t.Symbol(theme.Done())+" "+m.notice.text, t.Holds)
	case noticeRefusal:
		r = r.add(t.Symbol(theme.Ready())+" ", t.Focus).add(m.notice.text, t.Text)
	case noticeFault:
		r = r.add(t.Symbol(theme.Alert())+" "+m.notice.text, t.Broken)
	}
	if m.notice.hint != "" {
		r = r.add("  → "+m.notice.hint, t.Muted)
	}
	return r.space(1)
}

// noticeLine is the word on what was just done, on screens without a next line.
func (m *model) noticeLine() string {
	if !m.noticeShown() {
		return blanks(m.w)
	}
	return m.noticeRow().line(m.w, false)
}

// stepRefusal tells beforehand what a rule will refuse whatever the form says, so that nobody fills one in vain.
func (m *model) stepRefusal(st *incident.Step, verb string) *incident.Refusal {
	data := map[string]incident.Data{
		"start": incident.StepStarted{}, "done": incident.StepDone{}, "check": incident.StepChecked{}, "block": incident.StepBlocked{Reason: "?"},
		"fail": incident.StepFailed{Reason: "?"}, "skip": incident.StepSkipped{Reason: "?"}, "reopen": incident.StepReopened{Reason: "?"},
	}[verb]
	if data == nil {
		return nil
	}
	me := m.me()
	_, err := incident.Decide(m.frame.State, incident.Draft{
		ID: "?", Source: "/?", Subject: incident.StepSubject(st.ID), Recorded: m.wall(), Actor: me.Name, Role: me.Role, Data: data,
	})
	var r *incident.Refusal
	if !errors.As(err, &r) {
		return nil
	}
	switch r.Code { //nolint:exhaustive // those a form cannot change
	case incident.RefuseStepWaits, incident.RefuseStepGate, incident.RefuseStepState, incident.RefuseFourEyes, incident.RefuseRole:
		return r
	}
	return nil
}
