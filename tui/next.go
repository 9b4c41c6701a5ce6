package tui

import (
	"sangfroid/internal/incident"
	"sangfroid/tui/theme"
	"slices"

	tea "charm.land/bubbletea/v2"
)

// nextLine is the alert while there is one; else the word on what was just done, and what is next.
func (m *model) nextLine() string {
	t := m.theme
	said := m.noticeShown()
	if m.alert != "" && !said {
		return row{}.add(" "+t.Symbol(theme.Alert())+" "+m.alert+" ", t.Alert).add("  esc", t.Muted).line(m.w, false)
	}
	if line, ok := m.arrivedLine(); ok && !said {
		return line
	}
	r := row{}
	if said {
		r = m.noticeRow()
		if m.notice.kind == noticeFault {
			return r.line(m.w, false)
		}
	}
	next := m.nextRow()
	if said && m.notice.kind == noticeRefusal && r.width()+next.width() > m.w {
		return r.line(m.w, false) // a reason is read whole, or not at all
	}
	return append(r, next...).line(m.w, false)
}

// nextRow is the proposal in turn, or that the incident is closed.
func (m *model) nextRow() row {
	t := m.theme
	r := row{}.space(1)
	if m.replaying() {
		return m.replayRow()
	}
	if c := m.frame.State.Closed; c != nil {
		return r.add(m.t("tui.closed", "at", m.nearMoment(c.At)), t.Strong).add("  sangfroid timeline verify "+string(m.frame.State.ID), t.Muted)
	}
	p, n, of := m.proposal()
	if of == 0 {
		return r
	}
	word := m.t("tui.next")
	if n > 1 {
		word = m.t("tui.nextof", "n", n, "of", of)
	}
	r = r.add(" g ", t.Key).add(" "+word+" ", t.Muted).add(m.lang.Proposal(m.frame.State, p), t.Strong)
	if p.Role != "" && p.Role != m.me().Role {
		r = r.add("  ("+m.roleName(p.Role)+")", t.Muted)
	}
	if of == 1 {
		return r
	}
	other := row{}.space(3).add("G", t.Key).add(" "+m.t("tui.others", "n", of-1), t.Muted)
	if r.width()+other.width() <= m.w {
		r = append(r, other...)
	}
	return r
}

// proposal is the proposal in turn, its place and how many there are. Those passed over stay so while the first of them is
// the first.
func (m *model) proposal() (p incident.Proposal, n, of int) {
	all := m.proposals()
	if len(all) == 0 {
		return p, 0, 0
	}
	i := 0
	if m.passed == proposalKey(all[0]) {
		i = m.skipped % len(all)
	}
	return all[i], i + 1, len(all)
}

// skipProposal shows the next of the proposals, and after the last the first again. It records nothing.
func (m *model) skipProposal() tea.Cmd {
	_, n, of := m.proposal()
	m.skipped, m.passed = n%of, proposalKey(m.proposals()[0])
	return nil
}

func proposalKey(p incident.Proposal) string { return string(p.Code) + " " + p.Subject }

// proposals are what may be recorded next: mine before those of another role, within the order of urgency.
func (m *model) proposals() []incident.Proposal {
	all := incident.Proposals(m.frame.State, m.now, m.me().Name)
	var mine, others, end []incident.Proposal
	if x := m.exercise(); x != nil && x.Ended != nil {
		// the drill's work is over: nothing of it is proposed any more, but its close
		all = slices.DeleteFunc(slices.Clone(all), func(p incident.Proposal) bool { return p.Code != incident.ProposeClose })
	}
	for _, p := range all {
		switch {
		case p.Code == incident.ProposeClose:
			end = append(end, p) // not while anybody still has something to do
		case p.Role != "" && p.Role != m.me().Role && (p.Code == incident.ProposeStep || p.Code == incident.ProposeDone), m.mineToCheck(p):
			others = append(others, p)
		default:
			mine = append(mine, p)
		}
	}
	return slices.Concat(mine, others, end)
}

// mineToCheck tells a check of what this very person did: it is for somebody else.
func (m *model) mineToCheck(p incident.Proposal) bool {
	if p.Code != incident.ProposeCheck {
		return false
	}
	st := m.frame.State.Step(p.Step)
	return st != nil && st.Ended != nil && st.Ended.By == m.me().Name
}
