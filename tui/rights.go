package tui

import (
	"sangfroid/internal/incident"
	"sangfroid/internal/locale"
	"slices"
	"strings"
)

// writes is the category of the entries that an action makes; "" for one that only shows.
func (a *action) writes() string {
	switch a.id {
	case "decide", "withdraw":
		return "decision"
	case "ask", "vote", "criterion":
		return incident.CategoryBallot
	case "addstep", "launch":
		return "plan"
	case "note":
		return "note"
	case "count", "addflow":
		return "catchup"
	case "repair":
		return "repair"
	case "milestone", "origin", "escalate", "basis", "severity", "phase", "scope", "close", "reopen":
		return "incident"
	case "handover", "ack", "leave":
		return "roster"
	}
	if a.id == "sitrep" || a.id == "cadence" || strings.HasPrefix(a.id, "obligation.") {
		return "comms"
	}
	return ""
}

// why tells why an action cannot act now, as a catalogue key; "" when it can. What the bus would refuse from this account is
// told before anything is typed.
func (a *action) why(m *model) string {
	if why := m.barredWhy(a.writes()); why != "" {
		return why
	}
	if a.can != nil {
		return a.can(m)
	}
	return ""
}

func (m *model) barredWhy(category string) string {
	if category == "" || m.frame == nil || m.here() != atRoom || !slices.Contains(m.frame.Barred, category) {
		return ""
	}
	if category == "decision" && !slices.Contains(m.frame.Barred, incident.CategoryBallot) {
		return "why.account.go"
	}
	return "why.account"
}

// canIdentify tells that credentials say who sits here.
func (m *model) canIdentify() string {
	if (m.frame != nil && m.frame.Link.Bound) || (m.desk != nil && m.desk.Link().Bound) {
		return "why.bound"
	}
	return ""
}

// rightsLines tell who the bus takes this console for, and what it would refuse.
func (m *model) rightsLines(w int) []string {
	f := m.frame
	if !f.Link.Known && !f.Link.Bound {
		return nil
	}
	key := "rights.said"
	if f.Link.Bound {
		key = "rights.proven"
	}
	out := m.paragraph(m.t(key, "name", m.me().Name, "role", m.lang.Role(m.me().Role)), m.theme.Text, w)
	if len(f.Barred) > 0 {
		out = append(out, m.paragraph(m.t("tui.barred", "what", m.kinds(f.Barred)), m.theme.Muted, w)...)
	}
	if f.Refused > 0 {
		out = append(out, m.paragraph(m.t("tui.refused", "n", f.Refused), m.theme.Soon, w)...)
	}
	return append(out, blanks(w))
}

// kinds are categories in words.
func (m *model) kinds(categories []string) string {
	out := make([]string, len(categories))
	for i, c := range categories {
		out[i] = c
		if key := "barred." + c; locale.Has(key) {
			out[i] = m.t(key)
		}
	}
	return strings.Join(out, ", ")
}
