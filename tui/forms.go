package tui

import (
	"context"
	"sangfroid/internal/cell"
	"sangfroid/internal/incident"
	"sangfroid/internal/text"
	"sangfroid/tui/form"

	tea "charm.land/bubbletea/v2"
)

func (m *model) openNote() tea.Cmd {
	kinds := []form.Option{}
	for _, k := range []incident.NoteKind{incident.NoteFinding, incident.NoteAction, incident.NoteCommunication, incident.NoteAnalysis, incident.NotePlain} {
		kinds = append(kinds, form.Option{Value: string(k), Label: m.lang.Kind(k)})
	}
	said := m.line("text", "", true)
	said.Echo = m.stopping
	return m.show("note", m.t("act.note"), "save.note", []form.Field{
		said, m.choice("kind", "", kinds), m.line("from", "", false), m.choice("check", "", m.checks()), m.at(),
	}, func(v form.Values) ([]cell.Command, error) {
		return m.command(v, "", incident.NoteAdded{
			Kind: incident.NoteKind(v["kind"]), Text: v["text"], Source: v["from"], Check: incident.Check(v["check"]),
		})
	})
}

// stopping warns while a note says the phrase that stops an exercise for a real emergency.
func (m *model) stopping(s string) string {
	if x := m.exercise(); x != nil && x.Ended == nil && x.Scenario.Stops(s) {
		return m.t("form.ex.stops")
	}
	return ""
}

func (m *model) checks() []form.Option {
	var out []form.Option
	for _, c := range []incident.Check{incident.CheckNone, incident.CheckToVerify, incident.CheckVerified, incident.CheckDenied} {
		out = append(out, form.Option{Value: string(c), Label: m.lang.Check(c)})
	}
	return out
}

func (m *model) openCorrect(e *incident.Entry) tea.Cmd {
	id := e.Event.ID
	return m.show("correct", m.t("act.correct"), "save.correct", []form.Field{
		m.words(m.lang.Line(m.frame.State, *e).Text), m.line("correction", "", true),
	}, func(v form.Values) ([]cell.Command, error) {
		return m.command(v, "", incident.NoteCorrected{Entry: id, Text: v["correction"]})
	})
}

func (m *model) openCheckState(e *incident.Entry) tea.Cmd {
	id := e.Event.ID
	return m.show("checkstate", m.t("act.checkstate"), "save.note", []form.Field{
		m.words(m.lang.Line(m.frame.State, *e).Text), m.choice("check", string(incident.CheckVerified), m.checks()[1:]), m.line("text", "", false),
	}, func(v form.Values) ([]cell.Command, error) {
		return m.command(v, "", incident.NoteChecked{Entry: id, Check: incident.Check(v["check"]), Text: v["text"]})
	})
}

// pin pins or unpins an entry: it changes nothing else, so one key is enough.
func (m *model) pin(e *incident.Entry) tea.Cmd {
	pinned := contains(m.frame.State.Notes.Pinned, e.Event.ID)
	return m.write(0, cell.Command{Data: incident.NotePinned{Entry: e.Event.ID, Pinned: !pinned}})
}

func (m *model) openOrigin() tea.Cmd {
	stamps := []form.Option{}
	wanted := ""
	if missing := m.frame.State.MissingOrigins(); len(missing) > 0 {
		wanted = string(missing[0])
	}
	for _, s := range []incident.Stamp{incident.StampDetected, incident.StampOccurred, incident.StampReported, incident.StampLastGood} {
		label := m.lang.Stamp(s)
		if set, ok := m.frame.State.Stamp(s); ok {
			label += " " + set.Time.In(m.zone()).Format("15:04")
		}
		stamps = append(stamps, form.Option{Value: string(s), Label: label})
	}
	cmd := m.show("origin", m.t("act.origin"), "save.origin", []form.Field{
		m.choice("stamp", wanted, stamps), m.moment("time", "", true), m.line("why", "", false), m.words(m.t("form.origin.note")),
	}, func(v form.Values) ([]cell.Command, error) {
		t, approx := m.timeOf(v["time"])
		return []cell.Command{{Approx: approx, Data: incident.IncidentOrigin{Stamp: incident.Stamp(v["stamp"]), At: t, Reason: v["why"]}}}, nil
	})
	if wanted != "" && m.form != nil {
		m.form.Start("time")
	}
	return cmd
}

func (m *model) openEscalate() tea.Cmd {
	return m.show("escalate", m.t("act.escalate"), "save.note", []form.Field{
		m.line("to", "", true), m.line("text", "", false), m.at(),
	}, func(v form.Values) ([]cell.Command, error) {
		return m.command(v, "", incident.IncidentEscalated{To: v["to"], Text: v["text"]})
	})
}

func (m *model) openSeverity() tea.Cmd {
	return m.show("severity", m.t("act.severity"), "save.note", []form.Field{
		m.line("severity", m.frame.State.Severity, true), m.line("why", "", false),
	}, func(v form.Values) ([]cell.Command, error) {
		return m.command(v, "", incident.IncidentSeverity{Severity: v["severity"], Reason: v["why"]})
	})
}

func (m *model) openPhase() tea.Cmd {
	var phases []form.Option
	for _, p := range incident.Phases() {
		phases = append(phases, form.Option{Value: string(p), Label: m.lang.Phase(p)})
	}
	return m.show("phase", m.t("act.phase"), "save.note", []form.Field{
		m.choice("phase", string(incident.PhaseAt(m.frame.State, m.now)), phases), m.line("why", "", false), m.at(),
	}, func(v form.Values) ([]cell.Command, error) {
		return m.command(v, "", incident.IncidentPhase{Phase: incident.Phase(v["phase"]), Reason: v["why"]})
	})
}

// openScope takes a service out of the incident or brings it back in.
func (m *model) openScope() tea.Cmd {
	var all []form.Option
	for i := range m.frame.State.Services {
		v := &m.frame.State.Services[i]
		verb := m.t("form.scope.out")
		if !v.InScope {
			verb = m.t("form.scope.in")
		}
		all = append(all, form.Option{Value: string(v.Def.ID), Label: m.lang.ServiceName(m.frame.State, v.Def.ID) + " " + verb})
	}
	return m.show("scope", m.t("act.scope"), "save.scope", []form.Field{
		m.choice("service", "", all), m.line("why", "", true),
	}, func(v form.Values) ([]cell.Command, error) {
		svc := m.frame.State.Service(incident.ServiceID(v["service"]))
		d := incident.IncidentScoped{Reason: v["why"]}
		if svc != nil && svc.InScope {
			d.Out = []incident.ServiceID{svc.Def.ID}
		} else if svc != nil {
			d.In = []incident.ServiceDef{svc.Def}
		}
		return m.command(v, "", d)
	})
}

func (m *model) openRepair() tea.Cmd {
	return m.show("repair", m.t("act.repair"), "save.note", []form.Field{
		m.span("likely", "", true), m.span("least", "", false), m.span("most", "", false), m.line("says", "", false), m.line("note", "", false), m.at(),
	}, func(v form.Values) ([]cell.Command, error) {
		return m.command(v, "", incident.RepairEstimated{
			Likely: spanOf(v["likely"]), Min: spanOf(v["least"]), Max: spanOf(v["most"]), Says: v["says"], Note: v["note"],
		})
	})
}

func (m *model) openClose() tea.Cmd {
	decisions := []form.Option{{Value: "", Label: m.t("form.none")}}
	for i := range m.frame.State.Decided {
		if d := &m.frame.State.Decided[i]; d.Status == incident.DecisionIsTaken {
			decisions = append(decisions, form.Option{Value: string(d.ID), Label: m.lang.Text(d.Question)})
		}
	}
	fields := []form.Field{m.words(m.t("form.close.note")), m.line("because", "", true)}
	if n := len(incident.NextDuties(m.frame.State, m.now)); n > 0 {
		fields = append(fields, m.words(m.t("form.legal.open", "n", n)))
	}
	if len(decisions) > 1 {
		fields = append(fields, m.choice("waiver", "", decisions))
	}
	return m.show("close", m.t("act.close"), "save.close", fields, func(v form.Values) ([]cell.Command, error) {
		return m.command(v, "", incident.IncidentClosed{Reason: v["because"], Waiver: incident.DecisionID(v["waiver"])})
	})
}

func (m *model) openReopen() tea.Cmd {
	return m.show("reopen", m.t("act.reopen"), "save.reopen", []form.Field{m.line("because", "", true)}, func(v form.Values) ([]cell.Command, error) {
		return m.command(v, "", incident.IncidentReopened{Reason: v["because"]})
	})
}

func (m *model) openAttach(g cell.Signal) tea.Cmd {
	if g.Progress != nil {
		return m.openAttachTargets(g)
	}
	d := cell.Attach(m.frame.State, g)
	fields := []form.Field{m.words(g.Source + m.lang.Colon() + g.Summary)}
	if d.Step != "" {
		fields = append(fields, m.words(m.t("form.attach.step", "step", m.lang.StepTitle(m.frame.State, d.Step))))
	}
	fields = append(fields, m.line("summary", g.Summary, true))
	at := g.Occurred
	if at.IsZero() {
		at = g.Received
	}
	at = m.frame.State.ExerciseTime(at)
	return m.show("attach", m.t("act.attach"), "save.attach", fields, func(v form.Values) ([]cell.Command, error) {
		d.Summary = v["summary"]
		return []cell.Command{{Time: at, Data: d}}, nil
	})
}

// openIdentity says who sits here.
func (m *model) openIdentity() tea.Cmd {
	me := m.me()
	m.formGen++
	gen := m.formGen
	m.onForm = ""
	m.form = m.newForm(m.t("act.who"), "save.who", []form.Field{
		m.line("name", me.Name, true), m.choice("role", string(me.Role), m.ownRoles()),
	})
	room, screen := m.room, m.screen
	m.submit = func(v form.Values) tea.Cmd {
		name, _ := text.Clean(v["name"])
		p := cell.Person{Name: name, Role: incident.Role(v["role"])}
		m.desk.SetMe(p)
		if screen == screenHome || room == nil || m.frame.State.Declared.At.IsZero() || m.frame.State.Closed != nil {
			return func() tea.Msg { return commandDoneMsg{form: gen} }
		}
		var cs []cell.Command
		s := m.frame.State
		if mem := s.Member(p.Name); mem == nil || mem.Left != nil {
			cs = append(cs, cell.Command{Data: incident.RosterJoined{}})
		}
		mem := s.Member(p.Name)
		if _, held := s.Holder(p.Role); (!held || incident.SeesAll(p.Role)) && (mem == nil || !contains(mem.Roles, p.Role)) {
			cs = append(cs, cell.Command{Data: incident.RoleTaken{Role: p.Role}})
		}
		return m.write(gen, cs...)
	}
	return nil
}

func (m *model) leaveCell() tea.Cmd {
	return m.show("leave", m.t("act.leave"), "save.leave", []form.Field{m.choice("sure", "no", []form.Option{
		{Value: "no", Label: m.t("form.no")}, {Value: "yes", Label: m.t("form.yes")},
	})}, func(v form.Values) ([]cell.Command, error) {
		if v["sure"] != "yes" {
			return nil, nil
		}
		return m.command(v, "", incident.RosterLeft{})
	})
}

// openFile replays a timeline from a file.
func (m *model) openFile() tea.Cmd {
	m.formGen++
	m.onForm = ""
	m.form = m.newForm(m.t("act.openfile"), "save.openfile", []form.Field{m.line("file", "", true)})
	gen := m.formGen
	m.submit = func(v form.Values) tea.Cmd {
		open := m.replay(v["file"])
		return func() tea.Msg {
			msg, ok := open().(roomOpenedMsg)
			if ok && msg.err != nil {
				return commandDoneMsg{err: msg.err, form: gen}
			}
			return msg
		}
	}
	return nil
}

// bookName is what a playbook is called in a list: by its level where that is its name.
func (m *model) bookName(p incident.Playbook) string {
	if p.ID == string(p.Level) {
		return m.lang.Level(p.Level)
	}
	return p.ID
}

// openDeclare opens the form that begins everything.
func (m *model) openDeclare() tea.Cmd {
	books := []form.Option{}
	for _, p := range m.desk.Playbooks() {
		books = append(books, form.Option{Value: p.ID, Label: m.bookName(p)})
	}
	books = append(books, form.Option{Value: "", Label: m.t("form.noplaybook")})
	realms := []form.Option{{Value: string(incident.Live), Label: m.lang.Realm(incident.Live)}, {Value: string(incident.Drill), Label: m.lang.Realm(incident.Drill)}}
	book := m.choice("playbook", "warm", books)
	book.Echo = func(id string) string {
		for _, p := range m.desk.Playbooks() {
			if p.ID == id {
				return m.lang.Text(p.Title) + " – " + m.t("form.rtofrom", "basis", m.lang.Basis(p.RTOFrom))
			}
		}
		return ""
	}
	const name = "declare"
	m.formGen++
	m.onForm = name
	m.form = m.newForm(m.t("act.declare"), "save.declare", []form.Field{
		m.line("title", "", true), book, m.moment("detected", m.t("form.now"), false), m.moment("reported", "", false), m.moment("occurred", "", false),
		m.moment("lastgood", "", false), m.choice("realm", "", realms),
	})
	m.restore(m.desk.Draft(name))
	desk, parent, kept := m.desk, m.ctx, m.send.drafts
	m.submit = func(v form.Values) tea.Cmd {
		if m.declaresTwice(incident.Realm(v["realm"])) {
			return nil
		}
		d := cell.Declaration{
			Title: v["title"], Playbook: v["playbook"], Realm: incident.Realm(v["realm"]), Detected: m.timePtr(v["detected"]),
			Reported: m.timePtr(v["reported"]), Occurred: m.timePtr(v["occurred"]), LastGood: m.timePtr(v["lastgood"]),
		}
		if m.opts.Zone != nil {
			d.Zone = m.opts.Zone.String()
		}
		return func() tea.Msg {
			ctx, cancel := context.WithTimeout(parent, patience)
			defer cancel()
			id, err := desk.Declare(ctx, d)
			if id != "" {
				kept.forget(desk, name) // the words are in the log: not half typed any more
			}
			return incidentDeclaredMsg{id: id, err: err}
		}
	}
	return nil
}
