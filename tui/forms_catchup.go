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

// openCatchup opens what the selected line of the ledger needs: to be opened, counted, signed off or its loss accepted.
func (m *model) openCatchup() tea.Cmd {
	f := m.flow()
	if f == nil {
		return nil
	}
	if m.focus != paneCatchup {
		m.focusOn(paneCatchup)
	}
	switch {
	case f.Status == incident.FlowPlanned:
		return m.openFlow(f)
	case !f.Open():
		m.refuse(m.t("form.flow.closed"), "")
		return nil
	}
	if !f.Account().Balanced() || len(f.Counts) == 0 {
		defer func() { m.form.Start("replayed") }() // a number is what people come to type
	}
	return m.show("count", m.t("tui.pane.catchup")+m.lang.Colon()+m.flowTitle(f), "save.count", m.countFields(f), m.countSubmit(*f))
}

// is makes a field that is there only for some of the things a line may need.
func is(f form.Field, acts ...string) form.Field {
	f.When = func(v form.Values) bool { return contains(acts, v["do"]) }
	return f
}

// countFields are the fields of a line: what is done with it, and what that needs. The account as it would be is told
// while the numbers are typed.
func (m *model) countFields(f *incident.Flow) []form.Field {
	a := f.Account()
	start := "count"
	if a.Balanced() && len(f.Counts) > 0 {
		start = "sign"
	}
	line := *f
	sum := form.Field{Kind: form.Note, Live: func(v form.Values) string { return m.countSum(line, v) }}
	expected, exact := "", "yes"
	if f.Expected != nil {
		expected = strconv.FormatInt(*f.Expected, 10)
	}
	if f.Approx {
		exact = "no"
	}
	because := is(m.line("because", "", true), "accept")
	if !a.Balanced() {
		because = is(m.line("because", "", true), "accept", "sign")
	}
	under, taken := m.lossDecisions()
	return []form.Field{
		sum,
		m.choice("do", start, []form.Option{{Value: "count", Label: m.t("form.flow.count")}, {Value: "sign", Label: m.t("form.flow.sign")}, {Value: "accept", Label: m.t("form.flow.accept")}}),
		is(m.whole("replayed", strconv.FormatInt(f.Replayed, 10), true), "count"),
		is(m.whole("rejected", strconv.FormatInt(f.Rejected, 10), false), "count"),
		is(m.whole("reentered", strconv.FormatInt(f.Reentered, 10), false), "count"),
		is(m.whole("expected", expected, false), "count"),
		is(m.choice("exact", exact, []form.Option{{Value: "yes", Label: m.t("form.counted")}, {Value: "no", Label: m.t("form.estimate")}}), "count"),
		is(m.whole("lost", strconv.FormatInt(a.Lost+a.Missing(), 10), true), "accept"),
		is(m.choice("losedo", "all", []form.Option{{Value: "all", Label: m.t("form.losedo.all")}, {Value: "part", Label: m.t("form.losedo.part")}}), "accept"),
		is(m.choice("under", under, taken), "accept"),
		because,
		is(m.line("note", "", false), "count", "sign"),
		m.at(),
	}
}

// lossDecisions are the decisions a loss may be accepted under: those taken. One that accepts a loss is proposed.
func (m *model) lossDecisions() (proposed string, taken []form.Option) {
	taken = []form.Option{{Value: "", Label: m.t("form.none")}}
	for i := range m.frame.State.Decided {
		d := &m.frame.State.Decided[i]
		o := d.Outcome()
		if o == nil {
			continue
		}
		taken = append(taken, form.Option{Value: string(d.ID), Label: m.lang.Text(d.Question) + " " + m.lang.OptionTitle(d, o.Option)})
		if strings.HasPrefix(string(o.Option), "accept") {
			proposed = string(d.ID)
		}
	}
	return proposed, taken
}

// after is the line as it would stand with what is typed.
func after(f incident.Flow, v form.Values) incident.Flow {
	switch v["do"] {
	case "count":
		f.Replayed, f.Rejected, f.Reentered = countOf(v["replayed"]), countOf(v["rejected"]), countOf(v["reentered"])
		if n := countPtr(v["expected"]); n != nil {
			f.Expected, f.Approx = n, v["exact"] == "no"
		}
	case "accept":
		f.Lost = countOf(v["lost"])
	}
	return f
}

// countSum is the account as it would be, and whether it adds up.
func (m *model) countSum(f incident.Flow, v form.Values) string {
	a := func() incident.Account { f := after(f, v); return f.Account() }()
	mark := m.theme.Symbol(theme.Alert())
	if a.Balanced() {
		mark = m.theme.Symbol(theme.Done())
	}
	s := m.lang.Reckoning(a) + "\n" + mark + " " + m.lang.Adds(a)
	if a.Rejected > 0 && a.Reentered > a.Rejected {
		s += " · " + m.t("form.count.reentered", "n", a.Rejected)
	}
	if v["do"] == "sign" && !a.Balanced() {
		s += " · " + m.t("form.signgap")
	}
	return s
}

func (m *model) countSubmit(f incident.Flow) func(form.Values) ([]cell.Command, error) {
	subject := incident.FlowSubject(f.ID)
	return func(v form.Values) ([]cell.Command, error) {
		switch v["do"] {
		case "sign":
			if f.Account().Balanced() {
				return m.command(v, subject, incident.CatchupSigned{Note: v["note"]})
			}
			return m.command(v, subject, incident.CatchupSigned{Note: v["note"], Because: v["because"]})
		case "accept":
			loss := incident.CatchupAccepted{Lost: countOf(v["lost"]), Reason: v["because"], Decision: incident.DecisionID(v["under"])}
			if v["losedo"] == "part" {
				return m.command(v, subject, incident.CatchupLost(loss))
			}
			return m.command(v, subject, loss)
		}
		return m.command(v, subject, incident.CatchupCounted{
			Expected: countPtr(v["expected"]), Approx: v["exact"] == "no", Replayed: countOf(v["replayed"]), Rejected: countOf(v["rejected"]),
			Reentered: countOf(v["reentered"]), Note: v["note"],
		})
	}
}

func (m *model) flowWords(f *incident.Flow) string {
	s := m.flowTitle(f)
	if src := m.lang.Text(f.Source); src != "" {
		s += " – " + src
	}
	return s
}

func (m *model) yesNo(key, value string) form.Field {
	return m.choice(key, value, []form.Option{{Value: "yes", Label: m.t("form.yes")}, {Value: "no", Label: m.t("form.no")}})
}

// openFlow opens a line the plan foresaw.
func (m *model) openFlow(f *incident.Flow) tea.Cmd {
	id := f.ID
	from, to := "", ""
	if good, ok := m.frame.State.Stamp(incident.StampLastGood); ok {
		from = good.Time.In(m.zone()).Format("2006-01-02 15:04")
	}
	if v := m.frame.State.Service(f.Service); v != nil && v.Restored != nil {
		to = v.Restored.At.In(m.zone()).Format("2006-01-02 15:04")
	}
	blocks := "no"
	if f.Blocks {
		blocks = "yes"
	}
	return m.show("openflow", m.t("form.flow.open")+m.lang.Colon()+m.flowTitle(f), "save.flow", []form.Field{
		m.words(m.flowWords(f)), m.moment("gapfrom", from, false), m.moment("gapto", to, false), m.whole("expected", "", false),
		m.choice("exact", "yes", []form.Option{{Value: "yes", Label: m.t("form.counted")}, {Value: "no", Label: m.t("form.estimate")}}), m.yesNo("blocks", blocks),
		m.line("owner", m.me().Name, false),
	}, func(v form.Values) ([]cell.Command, error) {
		holds := v["blocks"] == "yes"
		return m.command(v, incident.FlowSubject(id), incident.CatchupOpened{
			From: m.timePtr(v["gapfrom"]), To: m.timePtr(v["gapto"]), Expected: countPtr(v["expected"]), Approx: v["exact"] == "no", Owner: v["owner"], Blocks: &holds,
		})
	})
}

// openNewFlow opens a line nobody foresaw.
func (m *model) openNewFlow() tea.Cmd {
	return m.show("newflow", m.t("act.addflow"), "save.flow", []form.Field{
		m.titled("flow"), m.choice("service", "", m.services(false)), m.line("source", "", false), m.line("unit", "", false),
		m.moment("gapfrom", "", false), m.moment("gapto", "", false), m.whole("expected", "", false), m.yesNo("blocks", "yes"), m.line("owner", m.me().Name, false),
	}, func(v form.Values) ([]cell.Command, error) {
		id := slug(v["title"])
		for n := 2; m.frame.State.Flow(incident.FlowID(id)) != nil; n++ {
			id = slug(v["title"]) + "-" + strconv.Itoa(n)
		}
		holds := v["blocks"] == "yes"
		return m.command(v, incident.FlowSubject(incident.FlowID(id)), incident.CatchupOpened{
			Title: incident.T(v["title"]), Service: incident.ServiceID(v["service"]), Source: incident.T(v["source"]), Unit: incident.T(v["unit"]),
			From: m.timePtr(v["gapfrom"]), To: m.timePtr(v["gapto"]), Expected: countPtr(v["expected"]), Owner: v["owner"], Blocks: &holds,
		})
	})
}
