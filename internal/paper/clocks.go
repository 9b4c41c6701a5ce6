package paper

import (
	"cmp"
	"encoding/json"
	"sangfroid/internal/incident"
	"time"
)

// launched is the state of an incident in which nothing happened but that the playbook's first failover plan was
// launched: what decide-by is worked out from, by the same function as on the screen.
func launched(b *incident.Playbook, at time.Time) *incident.State {
	s := incident.NewState()
	raw, err := json.Marshal(b)
	if err != nil {
		return s
	}
	tell := func(subject string, d incident.Data) {
		seq := len(s.Plans) + 1
		incident.Apply(s, incident.Entry{Seq: seq, Received: at, Event: incident.Event{
			ID: incident.EventID(subject), Source: "/print", Type: d.Type(), Subject: subject, Time: at, Recorded: at,
			Incident: "inc-print", Realm: incident.Drill, Data: d,
		}})
	}
	tell(incident.SubjectIncident, incident.IncidentDeclared{
		Title: b.ID, Playbook: b.ID, Services: b.Services, Occurred: &at, Detected: &at, Reported: &at,
	})
	for i := range b.Plans {
		if p := &b.Plans[i]; p.Kind == incident.PlanFailover {
			tell(incident.PlanSubject(incident.PlanID(p.ID)), incident.PlanLaunched{Playbook: raw, Plan: p.ID})
			break
		}
	}
	return s
}

// clocks is the sheet on which the deadlines are written once the origin is known.
func (m *maker) clocks() {
	s := launched(m.b, m.o.At)
	t := &table{Tall: true, Head: []column{
		{m.T("print.service"), "mid"},
		{m.T("print.counts"), "short"},
		{m.T("print.origin"), "short"},
		{m.Clockword(incident.ClockRPO), "short"},
		{m.Clockword(incident.ClockRTO), "short"},
		{m.Clockword(incident.ClockDecideBy), "mid"},
		{m.Clockword(incident.ClockMTPD), "short"},
	}}
	var rows []row
	for i := range m.b.Services {
		rows = append(rows, m.clock(s, &m.b.Services[i]))
	}
	t.Groups = []group{{Rows: rows}}
	m.heading(2, m.T("print.clocks"))
	m.add(block{Text: m.T("print.clocks.how")})
	m.add(block{Table: t})
}

func (m *maker) clock(s *incident.State, def *incident.ServiceDef) row {
	name := m.say(def.Name)
	if name == "" {
		name = clean(string(def.ID))
	}
	basis := cmp.Or(def.From, m.b.RTOFrom, incident.FromDetection)
	head := cell{Text: name, Head: true}
	if def.Level != "" {
		head.Notes = []string{m.Level(def.Level)}
	}
	return row{Cells: []cell{
		head, {Text: m.Basis(basis)}, {}, {Text: m.objective(def.RPO)}, m.deadline(def.RTO), m.decideBy(s, def), m.deadline(def.MTPD),
	}}
}

func (m *maker) objective(d incident.Duration) string {
	if d == 0 {
		return m.T("print.none")
	}
	return m.Span(d.Std())
}

// deadline tells what to add to the origin, and leaves room for the hour.
func (m *maker) deadline(d incident.Duration) cell {
	if d == 0 {
		return cell{Text: m.T("print.none")}
	}
	return cell{Text: m.T("print.plus", "span", d.Std()), Notes: []string{m.T("print.hour")}}
}

// decideBy is the latest go by likely durations: the RTO less the longest path behind the go (see [incident.DecideBy]).
func (m *maker) decideBy(s *incident.State, def *incident.ServiceDef) cell {
	branch, ok := incident.DecideBy(s, def.ID, m.o.At)
	if !ok || def.RTO == 0 || incident.GateOf(s, def.ID) == nil {
		return cell{Text: m.T("print.none")}
	}
	if branch.Remaining > def.RTO.Std() {
		return cell{Text: m.T("print.late", "span", branch.Remaining), Notes: []string{m.T("print.hour")}}
	}
	return cell{
		Text:  m.T("print.plus", "span", def.RTO.Std()-branch.AfterGo),
		Notes: []string{m.T("print.after", "span", branch.AfterGo), m.T("print.hour")},
	}
}
