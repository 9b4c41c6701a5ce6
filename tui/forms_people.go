package tui

import (
	"sangfroid/internal/cell"
	"sangfroid/internal/incident"
	"sangfroid/tui/form"
	"sangfroid/tui/theme"
	"strings"

	tea "charm.land/bubbletea/v2"
)

func (m *model) openMilestone() tea.Cmd {
	for _, p := range m.proposals() {
		if p.Code == incident.ProposeMilestone {
			return m.openMilestoneOf(p.Service, p.Data)
		}
	}
	return m.openMilestoneOf("", nil)
}

// openMilestoneOf records that a service is restored, verified, resumed or back; for one service or all in scope.
func (m *model) openMilestoneOf(service incident.ServiceID, d incident.Data) tea.Cmd {
	var marks []form.Option
	for _, k := range []incident.Milestone{incident.MilestoneRestored, incident.MilestoneVerified, incident.MilestoneResumed, incident.MilestoneFailedBack} {
		marks = append(marks, form.Option{Value: string(k), Label: m.lang.Milestone(k)})
	}
	value := ""
	switch d.(type) {
	case incident.ServiceVerified:
		value = string(incident.MilestoneVerified)
	case incident.ServiceResumed:
		value = string(incident.MilestoneResumed)
	case incident.ServiceFailedBack:
		value = string(incident.MilestoneFailedBack)
	}
	return m.show("milestone", m.t("act.milestone"), "save.milestone", []form.Field{
		m.choice("service", string(service), m.services(true)), m.choice("milestone", value, marks), m.stillBlocked(), m.line("note", "", false), m.at(),
	}, func(v form.Values) ([]cell.Command, error) {
		var out []cell.Command
		at, approx := m.timeOf(v["at"])
		for i := range m.frame.State.Services {
			svc := &m.frame.State.Services[i]
			if !svc.InScope || (v["service"] != "" && v["service"] != string(svc.Def.ID)) {
				continue
			}
			if v["service"] == "" && milestoneSet(svc, incident.Milestone(v["milestone"])) {
				continue // those that have it already need it no more
			}
			out = append(out, cell.Command{
				Subject: incident.ServiceSubject(svc.Def.ID), Time: at, Approx: approx, Data: milestoneData(incident.Milestone(v["milestone"]), v["note"]),
			})
		}
		return out, nil
	})
}

// stillBlocked warns that the business would resume before the catch-up that blocks it.
func (m *model) stillBlocked() form.Field {
	blocking := func(v form.Values) (titles []string) {
		for i := range m.frame.State.Services {
			svc := &m.frame.State.Services[i]
			if v["milestone"] != string(incident.MilestoneResumed) || !svc.InScope || svc.Resumed != nil || (v["service"] != "" && v["service"] != string(svc.Def.ID)) {
				continue
			}
			for _, f := range m.frame.State.Blocking(svc.Def.ID) {
				if f.Open() {
					titles = append(titles, m.flowTitle(f))
				}
			}
		}
		return titles
	}
	return form.Field{
		Kind: form.Note,
		When: func(v form.Values) bool { return len(blocking(v)) > 0 },
		Live: func(v form.Values) string {
			return m.theme.Symbol(theme.Alert()) + " " + m.t("form.resume.blocked", "flows", strings.Join(blocking(v), ", "))
		},
	}
}

func milestoneSet(v *incident.Service, k incident.Milestone) bool {
	switch k {
	case incident.MilestoneRestored:
		return v.Restored != nil
	case incident.MilestoneVerified:
		return v.Verified != nil
	case incident.MilestoneResumed:
		return v.Resumed != nil
	case incident.MilestoneFailedBack:
		return v.Back != nil
	}
	return false
}

func milestoneData(k incident.Milestone, note string) incident.Data {
	switch k {
	case incident.MilestoneVerified:
		return incident.ServiceVerified{Note: note}
	case incident.MilestoneResumed:
		return incident.ServiceResumed{Note: note}
	case incident.MilestoneFailedBack:
		return incident.ServiceFailedBack{Note: note}
	case incident.MilestoneRestored:
	}
	return incident.ServiceRestored{Note: note}
}

// openLaunch launches another plan of a playbook: a second failover, the failback.
func (m *model) openLaunch() tea.Cmd {
	var plans []form.Option
	for _, b := range m.desk.Playbooks() {
		for _, p := range b.Plans {
			label := b.ID + " · " + m.lang.Text(p.Title)
			if m.frame.State.Playbook == b.ID {
				plans = append([]form.Option{{Value: b.ID + " " + p.ID, Label: label}}, plans...)
			} else {
				plans = append(plans, form.Option{Value: b.ID + " " + p.ID, Label: label})
			}
		}
	}
	return m.show("launch", m.t("act.launch"), "save.launch", []form.Field{
		m.choice("plan", "", plans), m.choice("service", "", m.services(true)), m.line("why", "", false),
	}, func(v form.Values) ([]cell.Command, error) {
		book, plan, _ := cutSpace(v["plan"])
		var scope []incident.ServiceID
		if v["service"] != "" {
			scope = []incident.ServiceID{incident.ServiceID(v["service"])}
		}
		c, err := m.opts.Launch(m.room, book, plan, scope, v["why"])
		return []cell.Command{c}, err
	})
}
