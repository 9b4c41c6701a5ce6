package tui

import (
	"sangfroid/internal/cell"
	"sangfroid/internal/incident"
	"sangfroid/tui/form"
	"strings"

	tea "charm.land/bubbletea/v2"
)

// openHandOver gives a role to somebody else, with a brief drafted from where things stand.
func (m *model) openHandOver() tea.Cmd {
	me := m.me()
	var roles []form.Option
	if mem := m.frame.State.Member(me.Name); mem != nil {
		for _, r := range mem.Roles {
			roles = append(roles, form.Option{Value: string(r), Label: m.lang.RoleTitle(m.frame.State, r)})
		}
	}
	if len(roles) == 0 {
		roles = []form.Option{{Value: string(me.Role), Label: m.lang.RoleTitle(m.frame.State, me.Role)}}
	}
	d := &drafting{field: "brief", by: "role", make: func(role string) string {
		return m.lang.Brief(m.frame.State, incident.Role(role), m.now, m.zone())
	}}
	to := m.line("to", "", true)
	to.Hint = strings.Join(m.others(), " · ")
	fields := []form.Field{to, m.choice("role", string(me.Role), roles), m.block("brief", "")}
	fields[2].Value = d.make(roleChosen(fields[1]))
	return m.showDraft("handover", m.t("act.handover"), "save.handover", d, fields, func(v form.Values) ([]cell.Command, error) {
		return m.command(v, "", incident.RoleHandedOver{Role: incident.Role(v["role"]), To: v["to"], Brief: v["brief"]})
	})
}

// roleChosen is the option a choice begins with.
func roleChosen(f form.Field) string {
	for _, o := range f.Options {
		if o.Value == f.Value {
			return o.Value
		}
	}
	return f.Options[0].Value
}

// others are the names of those who are in the cell beside the one who looks.
func (m *model) others() []string {
	var out []string
	me := m.me().Name
	for i := range m.frame.State.Roster {
		if p := &m.frame.State.Roster[i]; p.Left == nil && p.Name != me {
			out = append(out, p.Name)
		}
	}
	for _, p := range m.frame.Present {
		if p.Name != me && !contains(out, p.Name) {
			out = append(out, p.Name)
		}
	}
	return out
}

// handover is the one that waits for this person; nil when none does.
func (m *model) handover() *incident.Handover {
	for i := range m.frame.State.Handover {
		if h := &m.frame.State.Handover[i]; h.Pending() && h.To == m.me().Name {
			return h
		}
	}
	return nil
}

// given is the one this person gave and nobody answered; nil when there is none.
func (m *model) given() *incident.Handover {
	for i := range m.frame.State.Handover {
		if h := &m.frame.State.Handover[i]; h.Pending() && h.From == m.me().Name {
			return h
		}
	}
	return nil
}

// openAck shows the brief that waits for this person, to be read to its end.
func (m *model) openAck() tea.Cmd {
	if m.handover() != nil {
		m.overlay, m.overTop, m.overRead = overBrief, 0, false
	}
	return nil
}

// takeOver asks once more before the role changes hands.
func (m *model) takeOver(h *incident.Handover) tea.Cmd {
	id, role := h.ID, h.Role
	return m.show("ack", m.t("act.ack"), "save.ack", []form.Field{
		m.words(h.From + " → " + h.To + " · " + m.lang.RoleTitle(m.frame.State, h.Role)),
		m.choice("read", "yes", []form.Option{{Value: "yes", Label: m.t("form.read")}}),
	}, func(v form.Values) ([]cell.Command, error) {
		p := m.me()
		p.Role = role
		m.desk.SetMe(p)
		return m.command(v, "", incident.HandoverAcknowledged{Handover: id})
	})
}

// refuseHandover gives a hand-over back, or takes one's own back.
func (m *model) refuseHandover(h *incident.Handover) tea.Cmd {
	id, title := h.ID, m.t("comms.refuse")
	if h.From == m.me().Name {
		title = m.t("comms.withdraw")
	}
	return m.show("refuse", title, "save.note", []form.Field{
		m.words(h.From + " → " + h.To + " · " + m.lang.RoleTitle(m.frame.State, h.Role)), m.line("because", "", true),
	}, func(v form.Values) ([]cell.Command, error) {
		return m.command(v, "", incident.HandoverRefused{Handover: id, Reason: v["because"]})
	})
}

// briefKey: a takes the role once the brief was seen to its end, x gives it back.
func (m *model) briefKey(key string) tea.Cmd {
	h := m.handover()
	switch {
	case h == nil:
		m.overlay = overNone
	case key == "a" && !m.overRead:
		m.refuse(m.t("comms.readfirst"), "")
	case key == "a":
		return m.takeOver(h)
	case key == "x":
		return m.refuseHandover(h)
	default:
		m.scrollOver(key)
	}
	return nil
}

// peopleKey: h hands over, a reads the brief that waits, x gives or takes one back, k shows the contacts.
func (m *model) peopleKey(key string) tea.Cmd {
	if !m.replaying() {
		switch key {
		case "h":
			return m.overAction("handover")
		case "a":
			return m.overAction("ack")
		case "k":
			return m.openContacts()
		case "x":
			h := m.handover()
			if h == nil {
				h = m.given()
			}
			if h == nil {
				m.refuse(m.t("comms.nohandover"), "")
				return nil
			}
			return m.refuseHandover(h)
		}
	}
	m.scrollOver(key)
	if key == "q" || key == "enter" {
		m.overlay = overNone
	}
	return nil
}
