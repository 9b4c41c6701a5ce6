package tui

import (
	"sangfroid/internal/cell"
	"sangfroid/internal/incident"
	"sangfroid/tui/form"
	"sangfroid/tui/theme"
	"strconv"
	"strings"

	tea "charm.land/bubbletea/v2"
)

// openDecide opens what the decision selected needs now: to be asked, decided, settled or decided again.
func (m *model) openDecide() tea.Cmd {
	d := m.decision()
	if d == nil {
		return m.openAsk()
	}
	var options []form.Option
	for _, o := range d.Options {
		options = append(options, form.Option{Value: string(o.ID), Label: m.lang.OptionTitle(d, o.ID)})
	}
	again := d.Status == incident.DecisionIsTaken || d.Status == incident.DecisionContested
	fields := []form.Field{m.words(m.lang.Text(d.Question))}
	switch {
	case d.Status == incident.DecisionContested:
		fields = append(fields, m.words(m.t("form.settle")))
	case again:
		fields = append(fields, m.words(m.t("form.again")))
	}
	pick := m.choice("option", "", options)
	pick.Echo = func(id string) string {
		for _, o := range d.Options {
			if string(o.ID) == id {
				return m.lang.Text(o.Means)
			}
		}
		return ""
	}
	fields = append(fields, pick, m.line("because", "", true))
	for _, k := range d.Forbidding() {
		warning := m.t("tui.forecast.forbidden", "criterion", m.lang.Text(k.Def.Title), "value", k.Values[len(k.Values)-1].Value)
		fields = append(fields, m.words(m.theme.Symbol(theme.Alert())+" "+warning))
	}
	if len(d.Forbidding()) > 0 {
		fields = append(fields, m.line("despite", "", false))
	}
	fields = append(fields, m.line("dissent", "", false), m.future("until", "", false), m.future("review", m.reviewDefault(d), false), m.at())
	id, after := d.ID, d.After
	return m.show("decide", m.t("act.decide"), "save.decide", fields, func(v form.Values) ([]cell.Command, error) {
		option := incident.Option(v["option"])
		until, review := m.futurePtr(v["until"]), m.futurePtr(v["review"])
		if option != incident.OptionWait {
			until = nil
		}
		if option == incident.OptionGo || option == incident.OptionAbandon {
			review = nil
		} else if review == nil && after > 0 {
			t := m.now.Add(after.Std())
			review = &t
		}
		if again {
			return m.command(v, incident.DecisionSubject(id), incident.DecisionRevised{Option: option, Because: v["because"], Dissent: v["dissent"], Despite: v["despite"], Until: until, Review: review})
		}
		return m.command(v, incident.DecisionSubject(id), incident.DecisionTaken{Option: option, Because: v["because"], Dissent: v["dissent"], Despite: v["despite"], Until: until, Review: review})
	})
}

func (m *model) reviewDefault(d *incident.Decision) string {
	if d.After > 0 {
		return "+" + d.After.String()
	}
	return "+30m"
}

// openAskPlanned puts a planned question on the table.
func (m *model) openAskPlanned(id incident.DecisionID) tea.Cmd {
	d := m.frame.State.Decision(id)
	return m.show("askplanned", m.t("act.ask"), "save.ask", []form.Field{
		m.words(m.lang.Text(d.Question)), m.future("answerby", "", false), m.line("note", "", false), m.at(),
	}, func(v form.Values) ([]cell.Command, error) {
		return m.command(v, incident.DecisionSubject(id), incident.DecisionAsked{Review: m.futurePtr(v["answerby"]), Note: v["note"]})
	})
}

// openAsk asks a question: the planned one selected, or a new one.
func (m *model) openAsk() tea.Cmd {
	if d := m.decision(); m.focus == paneDecision && d != nil && d.Status == incident.DecisionPlanned {
		return m.openAskPlanned(d.ID)
	}
	return m.show("ask", m.t("act.ask"), "save.ask", []form.Field{
		m.line("question", "", true), m.line("options", "go, no-go", true), m.whole("quorum", "", false), m.future("answerby", "", false), m.at(),
	}, func(v form.Values) ([]cell.Command, error) {
		d := incident.DecisionAsked{Question: incident.T(v["question"]), Quorum: int(countOf(v["quorum"])), Review: m.futurePtr(v["answerby"])}
		for _, o := range strings.FieldsFunc(v["options"], func(r rune) bool { return r == ',' || r == ';' || r == '/' }) {
			o = strings.TrimSpace(o)
			d.Options = append(d.Options, incident.OptionDef{ID: incident.Option(slug(o)), Title: incident.T(o)})
		}
		return m.command(v, incident.DecisionSubject(incident.DecisionID(m.freeID(slug(v["question"])))), d)
	})
}

// freeID gives an id no decision has.
func (m *model) freeID(base string) string {
	id := base
	for n := 2; m.frame.State.Decision(incident.DecisionID(id)) != nil; n++ {
		id = base + "-" + strconv.Itoa(n)
	}
	return id
}

// slug makes an id of words: lower case, hyphens, ASCII.
func slug(s string) string {
	var b strings.Builder
	const most = 32
	for _, r := range strings.ToLower(s) {
		switch {
		case (r >= 'a' && r <= 'z') || (r >= '0' && r <= '9'):
			b.WriteRune(r)
		case b.Len() > 0 && !strings.HasSuffix(b.String(), "-"):
			b.WriteByte('-')
		}
		if b.Len() >= most {
			break
		}
	}
	if out := strings.Trim(b.String(), "-"); out != "" {
		return out
	}
	return "x"
}

func (m *model) openVote() tea.Cmd {
	d := m.decision()
	var options []form.Option
	for _, o := range d.Options {
		options = append(options, form.Option{Value: string(o.ID), Label: m.lang.OptionTitle(d, o.ID)})
	}
	id := d.ID
	return m.show("vote", m.t("act.vote"), "save.vote", []form.Field{
		m.words(m.lang.Text(d.Question)), m.choice("option", "", options), m.line("why", "", false),
	}, func(v form.Values) ([]cell.Command, error) {
		return m.command(v, incident.DecisionSubject(id), incident.DecisionVoted{Option: incident.Option(v["option"]), Reason: v["why"]})
	})
}

func (m *model) openCriterion() tea.Cmd {
	d := m.decision()
	var criteria []form.Option
	first := ""
	for _, c := range d.Criteria {
		criteria = append(criteria, form.Option{Value: c.Def.ID, Label: m.lang.Text(c.Def.Title)})
		if first == "" && len(c.Values) == 0 {
			first = c.Def.ID
		}
	}
	var verdicts []form.Option
	for _, v := range []incident.Verdict{incident.VerdictNeutral, incident.VerdictFor, incident.VerdictAgainst, incident.VerdictForbids} {
		verdicts = append(verdicts, form.Option{Value: string(v), Label: m.lang.Verdict(v)})
	}
	pick := m.choice("criterion", first, criteria)
	pick.Echo = func(id string) string {
		for _, c := range d.Criteria {
			if c.Def.ID == id {
				return m.lang.Text(c.Def.Hint)
			}
		}
		return ""
	}
	id := d.ID
	return m.show("criterion", m.t("act.criterion"), "save.note", []form.Field{
		pick, m.line("value", "", true), m.choice("verdict", "", verdicts), m.line("from", "", false), m.at(),
	}, func(v form.Values) ([]cell.Command, error) {
		return m.command(v, incident.DecisionSubject(id), incident.DecisionCriterion{
			Criterion: v["criterion"], Value: v["value"], Source: v["from"], Verdict: incident.Verdict(v["verdict"]),
		})
	})
}

// openVerb opens the short form of what is done to the step selected.
func (m *model) openVerb(verb string) tea.Cmd {
	if why := m.canWrite(); why != "" {
		return m.cannot("step", why)
	}
	st := m.step()
	if n := st.Targets.Len(); verb == "progress" && n > 0 && n >= st.Total {
		verb = "targets" // a count would say less than the names do
	}
	if r := m.stepRefusal(st, verb); r != nil {
		m.fail(r)
		return nil
	}
	title := m.t("verb."+verb) + m.lang.Colon() + m.lang.Text(st.Def.Title)
	subject := incident.StepSubject(st.ID)
	var fields []form.Field
	if st.Def.Irreversible && (verb == "start" || verb == "done") {
		fields = append(fields, m.words("▲ "+m.t("form.irreversible")))
	}
	switch verb {
	case "estimate":
		return m.openEstimate(st)
	case "targets":
		return m.openStepTargets()
	}
	more, data := m.verbFields(verb, st)
	fields = append(fields, more...)
	return m.show("step-"+verb, title, "save.step", fields, func(v form.Values) ([]cell.Command, error) {
		rest, err := m.restDone(st, v)
		if err != nil {
			return nil, err
		}
		cs, err := m.command(v, subject, data(v))
		return append(rest, cs...), err
	})
}

// verbFields are the fields of a verb's form, and what they mean.
func (m *model) verbFields(verb string, st *incident.Step) ([]form.Field, func(v form.Values) incident.Data) {
	note, reason := m.line("note", "", false), m.line("reason", "", true)
	switch verb {
	case "start":
		return []form.Field{note, m.at()}, func(v form.Values) incident.Data { return incident.StepStarted{Note: v["note"]} }
	case "done":
		evidence := m.line("evidence", "", false)
		if e := m.lang.Text(st.Def.Evidence); e != "" {
			evidence.Hint = e
		}
		return append(m.doneFields(st), evidence, note, m.at()), func(v form.Values) incident.Data {
			return incident.StepDone{Note: v["note"], Evidence: v["evidence"]}
		}
	case "check":
		return []form.Field{note, m.at()}, func(v form.Values) incident.Data { return incident.StepChecked{Note: v["note"]} }
	case "fail":
		return []form.Field{reason, m.at()}, func(v form.Values) incident.Data { return incident.StepFailed{Reason: v["reason"]} }
	case "block":
		return []form.Field{reason, m.at()}, func(v form.Values) incident.Data { return incident.StepBlocked{Reason: v["reason"]} }
	case "skip":
		return []form.Field{reason, m.at()}, func(v form.Values) incident.Data { return incident.StepSkipped{Reason: v["reason"]} }
	case "reopen":
		reason.Check = nil
		return []form.Field{reason}, func(v form.Values) incident.Data { return incident.StepReopened{Reason: v["reason"]} }
	case "assign":
		return []form.Field{m.line("who", st.Assignee, true)}, func(v form.Values) incident.Data { return incident.StepAssigned{To: v["who"]} }
	}
	return []form.Field{m.whole("done", "", true), m.whole("total", strconv.Itoa(st.Total), false), note, m.at()}, func(v form.Values) incident.Data {
		return incident.StepProgressed{Done: int(countOf(v["done"])), Total: int(countOf(v["total"])), Note: v["note"]}
	}
}

func (m *model) openEstimate(st *incident.Step) tea.Cmd {
	plan, own := st.Plan, incident.Own(st.ID)
	return m.show("estimate", m.t("verb.estimate")+m.lang.Colon()+m.lang.Text(st.Def.Title), "save.step", []form.Field{
		m.span("likely", st.Estimate.Likely.String(), true), m.span("least", "", false), m.span("most", "", false), m.line("why", "", false),
	}, func(v form.Values) ([]cell.Command, error) {
		e := incident.Estimate{Min: spanOf(v["least"]), Likely: spanOf(v["likely"]), Max: spanOf(v["most"])}
		return m.command(v, incident.PlanSubject(plan), incident.PlanStepEstimated{Step: own, Estimate: e, Reason: v["why"]})
	})
}

// openAddStep adds what nobody planned.
func (m *model) openAddStep() tea.Cmd {
	plan := incident.PlanID("adhoc")
	if st := m.step(); st != nil {
		plan = st.Plan
	}
	var phases []form.Option
	for _, p := range incident.Phases() {
		phases = append(phases, form.Option{Value: string(p), Label: m.lang.Phase(p)})
	}
	return m.show("addstep", m.t("act.addstep"), "save.step", []form.Field{
		m.titled("step"), m.choice("owner", string(incident.RoleITLead), m.roles()), m.span("likely", "15m", true),
		m.choice("phase", string(incident.PhaseAt(m.frame.State, m.now)), phases), m.line("after", "", false), m.whole("targets", "", false), m.line("why", "", false),
	}, func(v form.Values) ([]cell.Command, error) {
		id := slug(v["title"])
		for n := 2; m.frame.State.Step(incident.In[incident.StepID](plan, id)) != nil; n++ {
			id = slug(v["title"]) + "-" + strconv.Itoa(n)
		}
		def := incident.StepDef{
			ID: id, Title: incident.T(v["title"]), Phase: incident.Phase(v["phase"]), Owner: incident.Role(v["owner"]),
			Estimate: incident.Estimate{Likely: spanOf(v["likely"])}, Targets: incident.TargetsDef{Count: int(countOf(v["targets"]))},
		}
		for _, name := range strings.FieldsFunc(v["after"], func(r rune) bool { return r == ',' || r == ' ' }) {
			found, _ := m.frame.State.FindStep(name)
			if found == "" {
				return nil, &incident.Refusal{Code: incident.RefuseUnknown, Args: []string{"what", "step", "id", name}}
			}
			def.After = append(def.After, incident.Own(found))
		}
		return m.command(v, incident.PlanSubject(plan), incident.PlanStepAdded{Step: def, Reason: v["why"]})
	})
}
