package tui

import (
	"sangfroid/internal/incident"
	"sangfroid/tui/theme"
	"slices"
	"time"
)

// nextLine is the alert while there is one; else the word on what was just done, and what is next.
func (m *model) nextLine() string {
	t := m.theme
	if m.alert != "" && m.notice.text == "" {
		return row{}.add(" "+t.Symbol(theme.Alert())+" "+m.alert+" ", t.Alert).add("  esc", t.Muted).line(m.w, false)
	}
	const noticeFor = 8 * time.Second
	r := row{}
	if m.notice.text != "" && (m.notice.bad || m.wall().Sub(m.notice.at) < noticeFor) {
		r = m.noticeRow()
		if m.notice.bad {
			return r.line(m.w, false)
		}
	}
	if c := m.frame.State.Closed; c != nil && !m.replaying() {
		return r.space(1).add(m.t("tui.closed", "at", m.nearMoment(c.At)), t.Strong).add("  sangfroid timeline verify "+string(m.frame.State.ID), t.Muted).line(m.w, false)
	}
	if all := m.proposals(); len(all) > 0 && !m.replaying() {
		p := all[0]
		r = r.space(1).add(" g ", t.Key).add(" "+m.t("tui.next")+" ", t.Muted).add(m.lang.Proposal(m.frame.State, p), t.Strong)
		if p.Role != "" && p.Role != m.me().Role {
			r = r.add("  ("+m.lang.Role(p.Role)+")", t.Muted)
		}
	}
	return r.line(m.w, false)
}

// noticeRow is the word on what was just done, or why not.
func (m *model) noticeRow() row {
	ink, mark := m.theme.Holds, m.theme.Symbol(theme.Done())
	if m.notice.bad {
		ink, mark = m.theme.Broken, m.theme.Symbol(theme.Alert())
	}
	r := row{}.space(1).add(mark+" "+m.notice.text, ink)
	if m.notice.hint != "" {
		r = r.add("  → "+m.notice.hint, m.theme.Muted)
	}
	return r.space(1)
}

// proposals are what may be recorded next: mine before those of another role, within the order of urgency.
func (m *model) proposals() []incident.Proposal {
	all := incident.Proposals(m.frame.State, m.now, m.me().Name)
	var mine, others, end []incident.Proposal
	for _, p := range all {
		switch {
		case p.Code == incident.ProposeClose:
			end = append(end, p) // not while anybody still has something to do
		case p.Role != "" && p.Role != m.me().Role && (p.Code == incident.ProposeStep || p.Code == incident.ProposeDone):
			others = append(others, p)
		default:
			mine = append(mine, p)
		}
	}
	return slices.Concat(mine, others, end)
}
