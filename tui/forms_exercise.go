package tui

import (
	"context"
	"sangfroid/internal/cell"
	"sangfroid/internal/incident"
	"sangfroid/internal/text"
	"sangfroid/internal/when"
	"sangfroid/tui/form"
	"strconv"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"
)

// showEx opens a form about the exercise; when it was opened from its screen, that screen comes back after it.
func (m *model) showEx(name, title, save string, fields []form.Field, build func(form.Values) ([]cell.Command, error)) tea.Cmd {
	back := m.overlay
	cmd := m.show("exercise-"+name, title, save, fields, build)
	if back == overExercise {
		m.back = back
	}
	return cmd
}

// confirm is a field that wants a yes: a key pressed twice in haste confirms nothing.
func (m *model) confirm() form.Field {
	return m.choice("ex.sure", "no", []form.Option{{Value: "no", Label: m.t("form.no")}, {Value: "yes", Label: m.t("form.yes")}})
}

func (m *model) openExAnswer(i *incident.SentInject) tea.Cmd {
	no := i.No
	told := m.tellOpened(no)
	return tea.Batch(told, m.showEx("answer-"+string(no), m.t("act.ex.answer", "no", string(no)), "save.note", []form.Field{
		m.words(m.lang.Channel(i.Channel) + " · " + m.lang.Text(i.From) + m.lang.Colon() + m.lang.Text(i.Text)), m.line("ex.answer", "", true),
	}, func(v form.Values) ([]cell.Command, error) {
		return []cell.Command{{Subject: incident.InjectSubject(no), Data: incident.ExerciseAnswered{Inject: no, Text: v["ex.answer"]}}}, nil
	}))
}

// openExDelay puts one inject off, or all (nil).
func (m *model) openExDelay(st *incident.InjectState) tea.Cmd {
	no, title, subject := incident.InjectID(""), m.t("act.ex.delayall"), ""
	fields := []form.Field{m.span("ex.by", "", true), m.line("why", "", false)}
	if st != nil {
		no = st.Def.No
		title, subject = m.t("act.ex.delay", "no", string(no)), incident.InjectSubject(no)
		fields = append([]form.Field{m.words(text.OneLine(m.lang.Text(st.Def.Text)))}, fields...)
	}
	return m.showEx("delay-"+string(no), title, "save.ex.do", fields, func(v form.Values) ([]cell.Command, error) {
		return []cell.Command{{Subject: subject, Data: incident.ExerciseDelayed{Inject: no, By: spanOf(v["ex.by"]), Reason: v["why"]}}}, nil
	})
}

func (m *model) openExSkip(st *incident.InjectState) tea.Cmd {
	no := st.Def.No
	return m.showEx("skip-"+string(no), m.t("act.ex.skip", "no", string(no)), "save.ex.do", []form.Field{
		m.words(text.OneLine(m.lang.Text(st.Def.Text))), m.line("because", "", true),
	}, func(v form.Values) ([]cell.Command, error) {
		return []cell.Command{{Subject: incident.InjectSubject(no), Data: incident.ExerciseSkipped{Inject: no, Reason: v["because"]}}}, nil
	})
}

func (m *model) openImprovise() tea.Cmd {
	to := []form.Option{{Value: "", Label: m.t("exercise.all")}}
	for _, r := range m.playing() {
		to = append(to, form.Option{Value: string(r), Label: m.lang.RoleTitle(m.frame.State, r)})
	}
	var channels []form.Option
	for _, c := range incident.Channels() {
		channels = append(channels, form.Option{Value: string(c), Label: m.lang.Channel(c)})
	}
	return m.showEx("improvise", m.t("act.ex.improvise"), "save.ex.send", []form.Field{
		m.line("ex.text", "", true), m.line("ex.from", "", true), m.choice("ex.to", "", to), m.choice("ex.channel", "phone", channels),
		m.line("ex.expected", "", false), m.choice("ex.objective", "", m.objectives(true)), m.line("why", "", false),
	}, func(v form.Values) ([]cell.Command, error) {
		d := incident.ExerciseImprovised{
			From: incident.T(v["ex.from"]), Channel: incident.Channel(v["ex.channel"]), Text: incident.T(v["ex.text"]), Expected: textOf(v["ex.expected"]),
			Objective: v["ex.objective"], Reason: v["why"],
		}
		if r := v["ex.to"]; r != "" {
			d.To = []incident.Role{incident.Role(r)}
		}
		return []cell.Command{{Data: d}}, nil
	})
}

func textOf(s string) incident.Text {
	if s == "" {
		return incident.Text{}
	}
	return incident.T(s)
}

// objectives are the options of a field that names one.
func (m *model) objectives(none bool) []form.Option {
	var out []form.Option
	if none {
		out = append(out, form.Option{Value: "", Label: "–"})
	}
	for _, o := range m.exercise().Scenario.Objectives {
		out = append(out, form.Option{Value: o.ID, Label: cut(m.lang.Text(o.Text), 60)})
	}
	return out
}

// openExJump sets the clock forward; the form tells what is passed over.
func (m *model) openExJump() tea.Cmd {
	to := m.future("ex.jumpto", "", true)
	read := func(s string) (time.Time, bool) {
		t, _, err := when.Next(s, m.now, m.zone())
		return t, err == nil && s != ""
	}
	said := to.Echo
	to.Echo = func(s string) string {
		t, ok := read(s)
		if !ok {
			return ""
		}
		n := 0
		for _, st := range incident.Due(m.frame.State, m.now).Next {
			if !st.Due.After(t) {
				n++
			}
		}
		parts := []string{m.t("form.ex.passed", "n", n)}
		if said != nil {
			parts = append([]string{said(s)}, parts...)
		}
		return joined(parts)
	}
	return m.showEx("jump", m.t("act.ex.jump"), "save.ex.do", []form.Field{to, m.line("why", "", false), m.confirm()}, func(v form.Values) ([]cell.Command, error) {
		t, ok := read(v["ex.jumpto"])
		if v["ex.sure"] != "yes" || !ok {
			return nil, nil
		}
		return []cell.Command{{Data: m.exercise().Jump(t, v["why"])}}, nil
	})
}

func (m *model) openExEnd() tea.Cmd {
	return m.showEx("end", m.t("act.ex.end"), "save.ex.do", []form.Field{
		m.words(m.t("form.ex.endnote")), m.line("why", "", false), m.confirm(),
	}, func(v form.Values) ([]cell.Command, error) {
		if v["ex.sure"] != "yes" {
			return nil, nil
		}
		return []cell.Command{{Data: incident.ExerciseEnded{Reason: v["why"]}}}, nil
	})
}

// openEmergency stops the exercise for something real; once it is stopped, it opens the declaration of a live incident.
func (m *model) openEmergency() tea.Cmd {
	if m.emergency() {
		return m.declareLive()
	}
	return m.showEx("emergency", m.t("act.emergency"), "save.ex.emergency", []form.Field{
		m.words(m.t("form.ex.real")), m.line("why", "", false), m.confirm(),
	}, func(v form.Values) ([]cell.Command, error) {
		if v["ex.sure"] != "yes" {
			return nil, nil
		}
		return []cell.Command{{Data: incident.ExerciseEnded{Emergency: true, Reason: v["why"]}}}, nil
	})
}

// declareLive leaves the drill, and opens an empty declaration by the real clock: nothing of the drill is in it.
func (m *model) declareLive() tea.Cmd {
	if m.desk == nil {
		return m.cannot("emergency", "why.nodesk")
	}
	leave := m.goHome()
	m.loc, m.locOf = nil, ""
	m.refresh()
	if l := m.justDeclared(); l != nil { // two consoles heard the same phrase
		for i := range m.home.list {
			if m.home.list[i].ID == l.ID {
				m.home.cursor = i
			}
		}
		m.refuse(m.t("tui.declared.already", "by", l.By, "title", m.lang.TitleOf(l.Title, l.Titles), "id", string(l.ID)), m.t("tui.declared.join"))
		return leave
	}
	return tea.Batch(leave, m.openDeclare())
}

// sameEvent is how long after a live declaration a second one is taken to be about the same: it is asked back.
const sameEvent = 30 * time.Minute

// justDeclared is the newest live incident that was declared a short while ago; nil when there is none.
func (m *model) justDeclared() *cell.Listing {
	var out *cell.Listing
	list := m.desk.Listings()
	for i := range list {
		l := &list[i]
		if l.Realm == incident.Live && !l.Closed && m.wall().Sub(l.SinceWall()) < sameEvent && (out == nil || l.SinceWall().After(out.SinceWall())) {
			out = l
		}
	}
	return out
}

// declaresTwice asks back, once, before a second live incident is declared right after another.
func (m *model) declaresTwice(realm incident.Realm) bool {
	if realm != incident.Live {
		return false
	}
	l := m.justDeclared()
	if l == nil || m.armed == "declare:"+string(l.ID) {
		return false
	}
	m.armed = "declare:" + string(l.ID)
	m.form.Refuse(m.t("tui.declared.already", "by", l.By, "title", m.lang.TitleOf(l.Title, l.Titles), "id", string(l.ID)), m.t("tui.declared.again"))
	return true
}

func (m *model) openObserve() tea.Cmd {
	x := m.exercise()
	var kinds, ratings, roles, injects []form.Option
	for _, k := range []incident.ObservationKind{incident.Strength, incident.Improvement} {
		kinds = append(kinds, form.Option{Value: string(k), Label: m.lang.ObservationKind(k)})
	}
	none := form.Option{Value: "", Label: "–"}
	ratings, roles, injects = append(ratings, none), append(roles, none), append(injects, none)
	for _, r := range incident.Ratings() {
		ratings = append(ratings, form.Option{Value: string(r), Label: m.lang.Rating(r)})
	}
	for _, r := range m.playing() {
		roles = append(roles, form.Option{Value: string(r), Label: m.lang.RoleTitle(m.frame.State, r)})
	}
	for i := len(x.Sent) - 1; i >= 0; i-- {
		injects = append(injects, form.Option{Value: string(x.Sent[i].No), Label: string(x.Sent[i].No) + " " + cut(text.OneLine(m.lang.Text(x.Sent[i].Text)), 30)})
	}
	objective, inject := "", ""
	switch m.exView() {
	case exGoals:
		if m.ex.goal < len(x.Scenario.Objectives) {
			objective = x.Scenario.Objectives[m.ex.goal].ID
		}
	case exAgenda:
		if x.SentOf(m.ex.pick) != nil {
			inject = string(m.ex.pick)
			objective = x.SentOf(m.ex.pick).Objective
		}
	case exRoles, exInbox:
	}
	return m.showEx("observe", m.t("act.ex.observe"), "save.note", []form.Field{
		m.line("text", "", true), m.choice("ex.kind", "", kinds), m.choice("ex.objective", objective, m.objectives(true)), m.choice("ex.rating", "", ratings),
		m.choice("ex.role", "", roles), m.choice("ex.inject", inject, injects),
	}, func(v form.Values) ([]cell.Command, error) {
		return []cell.Command{{Data: incident.ExerciseObserved{
			Kind: incident.ObservationKind(v["ex.kind"]), Text: v["text"], Objective: v["ex.objective"], Rating: incident.Rating(v["ex.rating"]),
			Of: incident.Role(v["ex.role"]), Inject: incident.InjectID(v["ex.inject"]),
		}}}, nil
	})
}

func (m *model) openScore() tea.Cmd {
	x := m.exercise()
	var ratings []form.Option
	for _, r := range incident.Ratings() {
		ratings = append(ratings, form.Option{Value: string(r), Label: m.lang.Rating(r)})
	}
	goal := x.Scenario.Objectives[min(m.ex.goal, len(x.Scenario.Objectives)-1)].ID
	had := ""
	if sc := x.ScoreOf(goal); sc != nil {
		had = string(sc.Rating)
	}
	objective := m.choice("ex.objective", goal, m.objectives(false))
	objective.Echo = func(id string) string {
		if o := m.exercise().Scenario.Objective(id); o != nil {
			word, _, _ := m.measured(o)
			return word
		}
		return ""
	}
	return m.showEx("score", m.t("act.ex.score"), "save.note", []form.Field{objective, m.choice("ex.rating", had, ratings), m.line("why", "", false)},
		func(v form.Values) ([]cell.Command, error) {
			return []cell.Command{{Data: incident.ExerciseScored{Objective: v["ex.objective"], Rating: incident.Rating(v["ex.rating"]), Reason: v["why"]}}}, nil
		})
}

func (m *model) canTrain() string {
	if m.trainer() == nil {
		return "why.ex.notrainer"
	}
	return ""
}

// openTrain starts a prepared exercise: one of the program's, or a file's.
func (m *model) openTrain() tea.Cmd {
	all := m.trainer().Scenarios()
	var fields []form.Field
	if len(all) > 0 {
		var options []form.Option
		for i := range all {
			options = append(options, form.Option{Value: all[i].ID, Label: m.lang.Text(all[i].Title)})
		}
		pick := m.choice("ex.scenario", "", options)
		pick.Echo = func(id string) string {
			for i := range all {
				if all[i].ID == id {
					return joined([]string{m.lang.Span(all[i].Lasts.Std()), m.lang.Text(all[i].Summary)})
				}
			}
			return ""
		}
		fields = append(fields, pick)
	}
	how := "solo"
	if m.me().Role == incident.RoleFacilitator {
		how = "cell"
	}
	mode := m.choice("ex.mode", how, []form.Option{{Value: "solo", Label: m.t("form.ex.mode.solo")}, {Value: "cell", Label: m.t("form.ex.mode.cell")}})
	mode.Echo = func(v string) string {
		if v == "cell" && m.me().Role != incident.RoleFacilitator {
			return m.t("form.ex.facilitator")
		}
		return ""
	}
	var speeds []form.Option
	speeds = append(speeds, form.Option{Value: "", Label: m.t("form.ex.speed.own")})
	for _, s := range []string{"1", "2", "5", "10", "20", "60"} {
		speeds = append(speeds, form.Option{Value: s, Label: "×" + s})
	}
	fields = append(fields, m.line("ex.file", "", len(all) == 0), mode, m.choice("ex.speed", "", speeds))
	m.formGen++
	m.onForm = ""
	m.form = m.newForm(m.t("act.train"), "save.ex.start", fields)
	train, parent := m.trainer(), m.ctx
	m.submit = func(v form.Values) tea.Cmd {
		run := cell.ExerciseRun{Scenario: v["ex.scenario"], Solo: v["ex.mode"] == "solo", Seed: m.wall().Unix(), Lang: string(m.lang)}
		if f := strings.TrimSpace(v["ex.file"]); f != "" {
			run.Scenario = f
		}
		if n, err := strconv.Atoi(v["ex.speed"]); err == nil {
			run.Speed = n
		}
		if m.opts.Zone != nil {
			run.Zone = m.opts.Zone.String()
		}
		return func() tea.Msg {
			ctx, cancel := context.WithTimeout(parent, patience)
			defer cancel()
			id, err := train.Exercise(ctx, run)
			return incidentDeclaredMsg{id: id, err: err}
		}
	}
	return nil
}
