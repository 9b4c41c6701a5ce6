package tui

import (
	"sangfroid/internal/cell"
	"sangfroid/internal/incident"
	"sangfroid/tui/form"

	tea "charm.land/bubbletea/v2"
)

// Forms that are needed once in a crisis: the palette has them, no key does.

// openBasis changes what the RTO counts from, of one service or of all.
func (m *model) openBasis() tea.Cmd {
	var from []form.Option
	for _, b := range []incident.Basis{incident.FromOccurrence, incident.FromDetection, incident.FromReport} {
		from = append(from, form.Option{Value: string(b), Label: m.lang.Basis(b)})
	}
	now := ""
	if all := m.frame.State.Services; len(all) > 0 {
		now = string(all[0].From())
	}
	return m.show("basis", m.t("act.basis"), "save.note", []form.Field{
		m.choice("service", "", m.services(true)), m.choice("from-basis", now, from), m.line("why", "", true),
	}, func(v form.Values) ([]cell.Command, error) {
		subject := incident.SubjectIncident
		if v["service"] != "" {
			subject = incident.ServiceSubject(incident.ServiceID(v["service"]))
		}
		return m.command(v, subject, incident.IncidentBasis{From: incident.Basis(v["from-basis"]), Reason: v["why"]})
	})
}

func (m *model) canWithdraw() string {
	if why := m.canDecide(); why != "" {
		return why
	}
	if m.decision().Status == incident.DecisionWithdrawn {
		return "why.withdrawn"
	}
	return ""
}

// openWithdraw takes the selected question off the table, for good unless it is asked again.
func (m *model) openWithdraw() tea.Cmd {
	d := m.decision()
	id := d.ID
	return m.show("withdraw", m.t("act.withdraw"), "save.note", []form.Field{
		m.words(m.lang.Text(d.Question)), m.line("why", "", true), m.at(),
	}, func(v form.Values) ([]cell.Command, error) {
		return m.command(v, incident.DecisionSubject(id), incident.DecisionAbandoned{Reason: v["why"]})
	})
}
