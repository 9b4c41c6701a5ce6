package tui

import (
	"sangfroid/internal/incident"
	"sangfroid/tui/theme"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"
)

// legalAhead is how far ahead a legal deadline takes a line of the situation screen; one further off is in the list.
const legalAhead = 7 * 24 * time.Hour

// readLegal takes the legal clocks that want a line of the situation screen: late, near, or a flag that is raised.
func (m *model) readLegal() {
	m.legal = m.legal[:0:0]
	for _, d := range incident.NextDuties(m.frame.State, m.now) {
		if d.Flag() || d.Clock.Remaining <= legalAhead {
			m.legal = append(m.legal, d)
		}
	}
}

// legalLine is the line of the situation screen that tells the next legal deadline. On a narrow screen its end gives way.
func (m *model) legalLine() string {
	if len(m.legal) == 0 {
		return blanks(m.w)
	}
	t := m.theme
	d := &m.legal[0]
	ink := m.dutyInk(d)
	r := row{}.space(1).add(t.Symbol(theme.Law())+" ", ink).add(m.lang.DutyTitle(m.frame.State, d.ID), t.Strong).space(2)
	from := m.t("legal.from", "what", m.lang.OriginTitle(m.frame.State, d.From), "at", m.nearMoment(d.From.At))
	if d.Flag() {
		r = r.add(m.lang.DutyWhen(d), ink)
	} else {
		r = r.add(clockFace(m.lang, &d.Clock), ink).add(" → "+m.nearMoment(d.Clock.Deadline), t.Text)
		from = m.lang.Term(d.Limit.Within) + " " + from
	}
	tail := m.legalTail()
	for _, s := range []string{from, m.lang.Article(d.Def.Article)} {
		if r.width()+2+width(s)+tail.width() <= m.w {
			r = r.space(2).add(s, t.Muted)
		}
	}
	return append(r, tail...).line(m.w, false)
}

// legalTail tells how many more there are, and the key that lists them.
func (m *model) legalTail() row {
	t := m.theme
	tail := row{}
	n := len(m.legal) - 1
	word := m.t("legal.more", "n", n)
	if m.w < fullWidth {
		word = "+" + m.lang.Count(int64(n))
	}
	if n > 0 {
		tail = tail.space(2).add(word, t.Muted)
	}
	tail = tail.space(2).add("o", t.Key)
	if m.w >= fullWidth {
		tail = tail.add(" "+m.t("act.obligation.short"), t.Muted)
	}
	return tail
}

// dutyInk is the colour of a row: vermilion when late, amber in the last quarter or hour and for a raised flag.
func (m *model) dutyInk(d *incident.Duty) theme.Ink {
	t := m.theme
	c := &d.Clock
	switch {
	case d.Dismissed != nil || c.State == incident.ClockNotStarted:
		return t.Muted
	case c.State == incident.ClockMissed:
		return t.Broken
	case c.State == incident.ClockMet:
		return t.Holds
	case d.Flag(), c.Remaining < time.Hour, c.Remaining*4 < c.Objective:
		return t.Soon
	}
	return t.Strong
}

func (m *model) dutyMark(d *incident.Duty) string {
	mark := theme.ToDo()
	switch {
	case d.Dismissed != nil:
		mark = theme.Skipped()
	case d.Clock.State == incident.ClockMet:
		mark = theme.Done()
	case d.Clock.State == incident.ClockMissed:
		mark = theme.Failed()
	case d.Clock.State == incident.ClockRunning && d.Flag():
		mark = theme.Alert()
	case d.Clock.State == incident.ClockRunning:
		mark = theme.Running()
	}
	return m.theme.Symbol(mark)
}

func (m *model) openLegal() tea.Cmd {
	m.overlay, m.overTop, m.overAt = overLegal, 0, 0
	for i, d := range incident.Duties(m.frame.State, m.now) {
		if len(m.legal) > 0 && d.ID == m.legal[0].ID {
			m.overAt = i
		}
	}
	return nil
}

// openLegalOf opens the list at a row, and a form over it.
func (m *model) openLegalOf(id incident.ObligationID, open func() tea.Cmd) tea.Cmd {
	m.overlay, m.overTop = overLegal, 0
	for i, d := range incident.Duties(m.frame.State, m.now) {
		if d.ID == id {
			m.overAt = i
		}
	}
	return open()
}

// legalKey is what a key does while the list is open.
func (m *model) legalKey(key string) tea.Cmd {
	duties := incident.Duties(m.frame.State, m.now)
	if key == "q" || key == "o" {
		m.overlay = overNone
		return nil
	}
	m.pickRow(key, len(duties), 5)
	if key == "enter" { // what comes next for the row
		key = "s"
		if d := m.selectedDuty(); d != nil && d.Open() {
			key = "m"
		}
	}
	for _, a := range legalActions() {
		if key != a.keys[0] || m.replaying() {
			continue
		}
		if why := a.why(m); why != "" {
			return m.cannot(a.id, why)
		}
		return a.do(m)
	}
	return nil
}

// legalActions are what can be done about legal clocks: in the palette, and by these keys in the list.
func legalActions() []action {
	return []action{
		{id: "obligation.stamp", keys: []string{"s"}, at: atRoom, can: (*model).canStamp, do: (*model).openLegalStamp},
		{id: "obligation.met", keys: []string{"m"}, at: atRoom, can: (*model).canDuty, do: (*model).openReportSent},
		{id: "obligation.told", keys: []string{"t"}, at: atRoom, can: (*model).canDuty, do: (*model).openAuthorityTold},
		{id: "obligation.dismiss", keys: []string{"x"}, at: atRoom, can: (*model).canDuty, do: (*model).openRuling},
		{id: "obligation.apply", keys: []string{"a"}, at: atRoom, can: (*model).canApply, do: (*model).openApply},
	}
}

// paletteLegal are the same without keys: on the situation screen these keys mean other things.
func paletteLegal() []action {
	out := legalActions()
	for i := range out {
		out[i].keys = nil
	}
	return out
}

func (m *model) canStamp() string { return m.canDuty() }

func (m *model) canDuty() string {
	if why := m.canNote(); why != "" {
		return why
	}
	if len(m.frame.State.Regimes) == 0 {
		return "why.noobligation"
	}
	return ""
}

func (m *model) canApply() string {
	if why := m.canNote(); why != "" {
		return why
	}
	if len(m.regimesAhead()) == 0 {
		return "why.noregime"
	}
	return ""
}

// selectedDuty is the row the list stands on; nil when there is none.
func (m *model) selectedDuty() *incident.Duty {
	duties := incident.Duties(m.frame.State, m.now)
	if m.overlay != overLegal && m.back != overLegal && len(m.legal) > 0 {
		return &m.legal[0]
	}
	if m.overAt < len(duties) {
		return &duties[m.overAt]
	}
	return nil
}

// legalLines draw the list: each regime, its rows in two lines or more, then its stamps. at is the line of the row selected
// and to the one behind it.
func (m *model) legalLines(w int) (lines []string, at, to int) {
	s, t := m.frame.State, m.theme
	if len(s.Regimes) == 0 {
		return m.paragraph(m.t(m.orReplay("legal.none")), t.Muted, w), 0, 0
	}
	duties := incident.Duties(s, m.now)
	n, chosen := 0, incident.RegimeID("")
	for i := range s.Regimes {
		r := &s.Regimes[i]
		if i > 0 {
			lines = append(lines, blanks(w))
		}
		lines = append(lines, m.regimeHead(r, w)...)
		for n < len(duties) && duties[n].Regime == r.Def.ID {
			if n == m.overAt {
				at = len(lines)
			}
			lines = append(lines, m.dutyLines(&duties[n], w, n == m.overAt)...)
			if n == m.overAt {
				to, chosen = len(lines), r.Def.ID
			}
			n++
		}
		lines = append(lines, m.stampLines(r, w)...)
		if chosen == r.Def.ID && !r.Def.Note.IsZero() {
			lines = append(lines, m.indented(m.lang.Text(r.Def.Note), w)...)
		}
	}
	return append(lines, m.paragraph(m.t("legal.confirm"), t.Muted, w)...), at, to
}

func (m *model) regimeHead(r *incident.Regime, w int) []string {
	t := m.theme
	head := row{}.add(m.lang.Text(r.Def.Title), t.Strong)
	rest := []string{m.lang.Text(r.Def.To), m.lang.Text(r.Def.Act), m.t("legal.brought", "at", m.nearMoment(r.Mark.At), "by", r.Mark.By)}
	for _, s := range rest {
		if s != "" && head.width()+3+width(s) <= w {
			head = head.add(" · "+s, t.Muted)
		}
	}
	return []string{head.line(w, false)}
}

// dutyLines are a row: its state, title, strict end and what is left; below what it counts from, what the law allows, what
// was done, and the article.
func (m *model) dutyLines(d *incident.Duty, w int, selected bool) []string {
	t := m.theme
	ink := m.dutyInk(d)
	title := t.Text
	if d.Open() {
		title = t.Strong
	}
	const state, farthest = 15, 118 // an end farther to the right is read with the wrong title
	right := m.dutyEnd(d)
	end := min(w, farthest) - right.width()
	r := row{}.add(" "+m.dutyMark(d)+" "+m.lang.DutyState(d), ink).to(state + 2)
	r = r.add(cut(m.lang.Text(d.Def.Title), end-state-4), title)
	r = append(r.to(end), right...)
	out := []string{r.line(w, selected)}
	notes := append(m.lang.DutyNotes(m.frame.State, d, m.nearMoment), m.lang.Article(d.Def.Article))
	if x := m.lang.Extension(d, m.nearMoment); x != "" {
		notes = append(notes, x)
	}
	indent := blanks(state + 2)
	for _, l := range wrap(strings.Join(notes, " · "), w-len(indent)) {
		out = append(out, row{}.add(indent+l, t.Muted).line(w, false))
	}
	if selected && !d.Def.Note.IsZero() {
		for _, l := range wrap(m.lang.Text(d.Def.Note), w-len(indent)) {
			out = append(out, row{}.add(indent+l, t.Text).line(w, false))
		}
	}
	return out
}

// dutyEnd is the right end of a row: the strict time and what is left of it.
func (m *model) dutyEnd(d *incident.Duty) row {
	t := m.theme
	switch {
	case d.Dismissed != nil, d.Clock.Deadline.IsZero() && !d.Flag():
		return row{}
	case d.Flag():
		return row{}.add(m.lang.DutyWhen(d)+" ", t.Muted)
	}
	r := row{}.add(m.nearMoment(d.Clock.Deadline), t.Text)
	if !d.Clock.Stopped.IsZero() {
		return r.space(1)
	}
	return r.space(2).add(clockFace(m.lang, &d.Clock)+" ", m.dutyInk(d))
}

// stampLines tell the stamps a regime counts from: as they stand, and as they stood before.
func (m *model) stampLines(r *incident.Regime, w int) []string {
	var parts []string
	for _, st := range r.Def.Asks() {
		text := m.lang.StampTitle(m.frame.State, st)
		set, ok := m.frame.State.Stamp(st)
		if !ok {
			continue
		}
		text += " " + m.nearMoment(set.Time) + " (" + set.Mark.By + ")"
		if before := m.stampBefore(st); before != "" {
			text += ", " + m.t("legal.stamps.was", "at", before)
		}
		parts = append(parts, text)
	}
	if len(parts) == 0 {
		return nil
	}
	return m.indented(m.t("legal.stamps")+m.lang.Colon()+strings.Join(parts, " · "), w)
}

// indented is a muted text one cell in, all its lines.
func (m *model) indented(s string, w int) []string {
	var out []string
	for _, l := range wrap(s, w-1) {
		out = append(out, row{}.space(1).add(l, m.theme.Muted).line(w, false))
	}
	return out
}

// stampBefore is the setting a stamp had before the one that holds; "" when it has one only.
func (m *model) stampBefore(st incident.Stamp) string {
	stamps := m.frame.State.Stamps
	seen := 0
	for i := len(stamps) - 1; i >= 0; i-- {
		if stamps[i].Stamp != st {
			continue
		}
		if seen++; seen == 2 {
			return m.nearMoment(stamps[i].Time)
		}
	}
	return ""
}

// follow moves the first line shown so that lines at to to-1 of a list are seen in room lines.
func follow(top, at, to, room int) int {
	if to > top+room {
		top = to - room
	}
	return min(top, at)
}
