package paper

import (
	"regexp"
	"sangfroid/internal/incident"
	"sangfroid/internal/text"
	"slices"
	"strconv"
	"strings"
)

func (m *maker) plan(p *incident.PlanDef) {
	title := m.say(p.Title)
	if title == "" {
		title = clean(p.ID)
	}
	m.sheet(m.T("print.plan", "title", title))
	m.steps(p)
	if len(p.Decisions) > 0 {
		m.heading(3, m.T("print.decisions"))
	}
	for i := range p.Decisions {
		m.decision(&p.Decisions[i])
	}
	m.catchup(p)
}

// steps are the plan's steps in an order that can be worked through, each behind what it waits for.
func (m *maker) steps(p *incident.PlanDef) {
	order := ordered(p.Steps)
	number := make(map[string]int, len(order))
	for i, s := range order {
		number[s.ID] = i + 1
	}
	t := &table{Head: []column{
		{m.T("print.done"), "tiny"},
		{m.T("print.no"), "tiny"},
		{m.T("print.step"), "wide"},
		{m.T("print.owner"), "short"},
		{m.T("print.waits"), "short"},
		{m.T("print.estimate"), "short"},
		{m.T("print.start"), "time"},
		{m.T("print.end"), "time"},
		{m.T("print.by"), "time"},
	}}
	for i, s := range order {
		if i == 0 || s.Phase != order[i-1].Phase {
			t.Groups = append(t.Groups, group{Title: m.Phase(s.Phase)})
		}
		g := &t.Groups[len(t.Groups)-1]
		g.Rows = append(g.Rows, row{Under: lines(m.Text(s.Instructions)), Cells: []cell{
			{Box: true}, {Text: strconv.Itoa(i + 1)}, m.step(s), {Text: m.role(s.Owner)}, m.waits(p, s, number), m.estimate(s.Estimate), {}, {}, {},
		}})
	}
	m.heading(3, m.T("print.steps"))
	m.add(block{Table: t})
}

// ordered puts no step before one it waits for, and else keeps the order of the playbook. A cycle, which the linter
// refuses, is broken at its first step.
func ordered(steps []incident.StepDef) []*incident.StepDef {
	out := make([]*incident.StepDef, 0, len(steps))
	placed := make(map[string]bool, len(steps))
	left := make([]*incident.StepDef, len(steps))
	known := make(map[string]bool, len(steps))
	for i := range steps {
		left[i] = &steps[i]
		known[steps[i].ID] = true
	}
	for len(left) > 0 {
		i := max(slices.IndexFunc(left, func(s *incident.StepDef) bool {
			return !slices.ContainsFunc(s.After, func(id string) bool { return known[id] && !placed[id] })
		}), 0)
		out, placed[left[i].ID] = append(out, left[i]), true
		left = slices.Delete(left, i, i+1)
	}
	return out
}

// step is the title with what to know before one starts.
func (m *maker) step(s *incident.StepDef) cell {
	c := cell{Text: m.say(s.Title), Head: true}
	note := func(on bool, text string) {
		if on {
			c.Notes = append(c.Notes, text)
		}
	}
	note(s.Early, m.T("print.early"))
	note(s.Irreversible, m.T("print.irreversible"))
	note(s.FourEyes, m.T("print.foureyes"))
	if n := s.Targets.Total(); n > 0 {
		unit := m.say(s.Unit)
		if unit == "" {
			unit = m.T("print.targets.unit", "n", n)
		}
		note(true, m.T("print.targets", "n", n, "unit", unit))
	}
	note(s.Contact != "", m.T("print.calls", "who", m.contact(s.Contact)))
	if s.Milestone != "" {
		note(true, m.T("print.milestone", "what", m.Milestone(s.Milestone)))
	}
	if e := m.say(s.Evidence); e != "" {
		note(true, m.T("print.evidence", "what", e))
	}
	if len(s.Services) > 0 {
		var names []string
		for _, id := range s.Services {
			names = append(names, m.service(id))
		}
		note(true, m.T("print.for", "what", strings.Join(names, ", ")))
	}
	return c
}

func (m *maker) contact(id string) string {
	for _, c := range m.b.Contacts {
		if c.ID == id && !c.Name.IsZero() {
			return m.say(c.Name)
		}
	}
	return clean(id)
}

func (m *maker) service(id incident.ServiceID) string {
	for i := range m.b.Services {
		if s := &m.b.Services[i]; s.ID == id && !s.Name.IsZero() {
			return m.say(s.Name)
		}
	}
	return clean(string(id))
}

// waits are the numbers of the steps that come first, and the decision's outcome the step needs.
func (m *maker) waits(p *incident.PlanDef, s *incident.StepDef, number map[string]int) cell {
	var after []string
	for _, id := range s.After {
		if n, ok := number[id]; ok {
			after = append(after, strconv.Itoa(n))
		}
	}
	c := cell{Text: strings.Join(after, ", ")}
	if s.Gate == nil {
		if c.Text == "" {
			c.Text = "–"
		}
		return c
	}
	what, option := clean(s.Gate.Decision), clean(m.Option(s.Gate.Option))
	for i := range p.Decisions {
		d := &p.Decisions[i]
		if d.ID != s.Gate.Decision {
			continue
		}
		what = m.say(d.Question)
		for _, o := range d.Options {
			if o.ID == s.Gate.Option && !o.Title.IsZero() {
				option = m.say(o.Title)
			}
		}
	}
	c.Notes = []string{m.T("print.gate", "what", what, "option", option)}
	return c
}

func (m *maker) estimate(e incident.Estimate) cell {
	c := cell{Text: m.Span(e.Likely.Std())}
	if e.Min > 0 || e.Max > 0 {
		low, high := e.Min, e.Max
		if low == 0 {
			low = e.Likely
		}
		if high == 0 {
			high = e.Likely
		}
		c.Notes = []string{m.T("print.range", "min", low.Std(), "max", high.Std())}
	}
	return c
}

var styled = regexp.MustCompile("\\*\\*([^*]+)\\*\\*|\\*([^*\\s][^*]*)\\*|`([^`]+)`")

// lines reads instructions: list items, paragraphs, and the words in them that are strong, stressed or code. Whatever
// else Markdown has stays as it is typed.
func lines(s string) []line {
	s, _ = text.CleanBlock(s)
	var out []line
	for _, raw := range strings.Split(s, "\n") {
		t := strings.TrimSpace(raw)
		if t == "" {
			continue
		}
		item, is := strings.CutPrefix(t, "- ")
		out = append(out, line{Item: is, Spans: spans(item)})
	}
	return out
}

func spans(s string) []span {
	var out []span
	put := func(text, style string) {
		if text != "" {
			out = append(out, span{text, style})
		}
	}
	at := 0
	for _, loc := range styled.FindAllStringSubmatchIndex(s, -1) {
		put(s[at:loc[0]], "")
		for i, style := range []string{"strong", "em", "code"} {
			if from := loc[2+2*i]; from >= 0 {
				put(s[from:loc[3+2*i]], style)
			}
		}
		at = loc[1]
	}
	put(s[at:], "")
	return out
}
