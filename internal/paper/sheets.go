package paper

import (
	"sangfroid/internal/incident"
	"strings"
)

// decision is the sheet a decision is taken on: what each answer means, what to know, and lines for what was decided.
func (m *maker) decision(d *incident.DecisionDef) {
	title := m.say(d.Question)
	if title == "" {
		title = clean(d.ID)
	}
	m.heading(4, title)
	var who []string
	for _, r := range d.Deciders {
		who = append(who, m.role(r))
	}
	if len(who) == 0 {
		who = []string{m.role(incident.RoleDirector)}
	}
	facts := []field{{Label: m.T("print.deciders"), Value: strings.Join(who, ", ")}}
	if d.Quorum > 0 {
		facts = append(facts, field{Label: m.T("print.quorum"), Value: m.T("print.votes", "n", d.Quorum)})
	}
	m.add(block{Fields: facts})

	t := &table{Head: []column{{m.T("print.done"), "tiny"}, {m.T("print.option"), "mid"}, {m.T("print.means"), "wide"}}}
	var rows []row
	for _, o := range m.options(d) {
		rows = append(rows, row{Cells: []cell{{Box: true}, {Text: o[0], Head: true}, {Text: o[1]}}})
	}
	t.Groups = []group{{Rows: rows}}
	m.add(block{Table: t})

	if len(d.Criteria) > 0 {
		m.criteria(d)
	}
	review := field{Label: m.T("print.review")}
	if d.ReviewAfter > 0 {
		review.Label = m.T("print.review.after", "span", d.ReviewAfter.Std())
	}
	m.add(block{Fields: []field{
		{Label: m.T("print.decided")},
		{Label: m.T("print.reasons"), Tall: true},
		{Label: m.T("print.dissent"), Tall: true},
		{Label: m.T("print.decider")},
		{Label: m.T("print.time")},
		review,
	}})
}

// options are title and meaning of each answer; a go/no-go without its own has the four that every one has.
func (m *maker) options(d *incident.DecisionDef) [][2]string {
	var out [][2]string
	for _, o := range d.Options {
		title := m.say(o.Title)
		if title == "" {
			title = clean(m.Option(o.ID))
		}
		out = append(out, [2]string{title, m.say(o.Means)})
	}
	if len(out) == 0 {
		for _, o := range []incident.Option{incident.OptionGo, incident.OptionNoGo, incident.OptionWait, incident.OptionAbandon} {
			out = append(out, [2]string{m.Option(o), ""})
		}
	}
	return out
}

func (m *maker) criteria(d *incident.DecisionDef) {
	t := &table{Tall: true, Head: []column{{m.T("print.criterion"), "wide"}, {m.T("print.value"), "mid"}, {m.T("print.verdict"), "short"}, {m.T("print.source"), "short"}}}
	var rows []row
	for _, c := range d.Criteria {
		name := cell{Text: m.say(c.Title), Head: true}
		if h := m.say(c.Hint); h != "" {
			name.Notes = append(name.Notes, h)
		}
		if len(c.Forbids) > 0 {
			name.Notes = append(name.Notes, m.T("print.forbids", "words", clean(strings.Join(c.Forbids, ", "))))
		}
		rows = append(rows, row{Cells: []cell{name, {}, {}, {}}})
	}
	t.Groups = []group{{Rows: rows}}
	m.add(block{Table: t})
}

// catchup is the ledger of what was lost and is entered again.
func (m *maker) catchup(p *incident.PlanDef) {
	if len(p.Catchup) == 0 {
		return
	}
	t := &table{Tall: true, Head: []column{
		{m.T("print.line"), "wide"},
		{m.T("print.owner"), "short"},
		{m.T("print.expected"), "short"},
		{m.T("print.replayed"), "short"},
		{m.T("print.rejected"), "short"},
		{m.T("print.signed"), "mid"},
	}}
	var rows []row
	for i := range p.Catchup {
		f := &p.Catchup[i]
		name := cell{Text: m.say(f.Title), Head: true, Notes: []string{m.T("print.for", "what", m.service(f.Service))}}
		if s := m.say(f.Source); s != "" {
			name.Notes = append(name.Notes, m.T("print.from", "what", s))
		}
		if u := m.say(f.Unit); u != "" {
			name.Notes = append(name.Notes, m.T("print.unit", "what", u))
		}
		if n := f.Targets.Total(); n > 0 {
			name.Notes = append(name.Notes, m.T("print.targets", "n", n, "unit", m.T("print.targets.unit", "n", n)))
		}
		owner := ""
		if f.Owner != "" {
			owner = m.role(f.Owner)
		}
		rows = append(rows, row{Cells: []cell{name, {Text: owner}, {}, {}, {}, {}}})
	}
	t.Groups = []group{{Rows: rows}}
	m.heading(3, m.T("print.catchup"))
	m.add(block{Table: t})
}

// legal lists the reports that laws and contracts may ask for, with what their terms count from.
func (m *maker) legal() {
	if len(m.b.Obligations) == 0 {
		return
	}
	s := launched(m.b, m.o.At)
	t := &table{Tall: true, Head: []column{
		{m.T("print.report"), "wide"}, {m.T("print.term"), "mid"}, {m.T("print.start"), "short"}, {m.T("print.due"), "short"}, {m.T("print.sent"), "short"},
	}}
	for i := range m.b.Regimes {
		r := &m.b.Regimes[i]
		g := group{Title: m.say(r.Title)}
		if to := m.say(r.To); to != "" {
			g.Title += " – " + to
		}
		for j := range r.Rows {
			d := &r.Rows[j]
			g.Rows = append(g.Rows, row{Cells: []cell{
				{Text: m.say(d.Title), Head: true, Notes: []string{clean(d.Article)}}, m.term(s, r, d), {}, {}, {},
			}})
		}
		if len(g.Rows) > 0 {
			t.Groups = append(t.Groups, g)
		}
	}
	if len(t.Groups) == 0 {
		return
	}
	m.sheet(m.T("print.legal"))
	m.add(block{Text: m.T("print.legal.how")})
	m.add(block{Table: t})
}

// term says how a row is due: its limits and what each counts from, else that it has no countdown.
func (m *maker) term(s *incident.State, r *incident.RegimeDef, d *incident.ObligationDef) cell {
	if len(d.Due) == 0 {
		return cell{Text: m.T("legal." + string(d.When))}
	}
	var c cell
	for _, l := range d.Due {
		var from []string
		for _, name := range l.From {
			from = append(from, m.origin(s, r, name))
		}
		c.Notes = append(c.Notes, m.T("print.within", "span", m.Term(l.Within), "from", strings.Join(from, ", ")))
	}
	return c
}

func (m *maker) origin(s *incident.State, r *incident.RegimeDef, name string) string {
	if id, ok := incident.Submitted(name); ok {
		for i := range r.Rows {
			if r.Rows[i].ID == id {
				return m.T("legal.submitted", "what", m.say(r.Rows[i].Title))
			}
		}
		return clean(id)
	}
	if st, ok := r.Stamp(name); ok {
		return clean(m.StampTitle(s, st))
	}
	return clean(name)
}
