package tui

import (
	"sangfroid/internal/incident"
	"sangfroid/tui/theme"
	"strconv"
	"strings"
	"unicode/utf8"

	tea "charm.land/bubbletea/v2"
)

// openReports shows the situation reports as they went out, the last one first.
func (m *model) openReports() tea.Cmd {
	m.overlay, m.overTop, m.overAt = overReports, 0, 0
	return nil
}

// report is the one shown; nil while none was issued.
func (m *model) report() *incident.Sitrep {
	all := m.frame.State.Sitreps
	if len(all) == 0 {
		return nil
	}
	return &all[len(all)-1-min(m.overAt, len(all)-1)]
}

func (m *model) reportsKey(key string) tea.Cmd {
	n := len(m.frame.State.Sitreps)
	switch key {
	case "left", "right":
		if key == "left" {
			m.overAt++
		} else {
			m.overAt--
		}
		m.overAt, m.overTop = min(max(m.overAt, 0), max(n-1, 0)), 0
		return nil
	case "q", "enter":
		m.overlay = overNone
		return nil
	}
	if !m.replaying() {
		switch key {
		case "n", "r":
			return m.overAction("sitrep")
		case "e":
			return m.overAction("cadence")
		}
	}
	if r := m.report(); r != nil {
		switch key {
		case "y":
			text := m.lang.SitrepText(m.frame.State, r, m.zone())
			m.say(m.t("comms.copied", "n", utf8.RuneCountInString(text)), "", false)
			return tea.SetClipboard(text)
		case "w":
			return m.writeReport(r)
		}
	}
	m.scrollOver(key)
	return nil
}

// writeReport puts a report into a file of its own, for a mail.
func (m *model) writeReport(r *incident.Sitrep) tea.Cmd {
	if m.opts.Export == nil {
		m.refuse(m.t("comms.nofile"), "")
		return nil
	}
	name := "sitrep-" + string(m.frame.State.ID) + "-" + strconv.Itoa(r.No) + ".txt"
	text, write := m.lang.SitrepText(m.frame.State, r, m.zone()), m.opts.Export
	return func() tea.Msg {
		path, err := write(name, text)
		return fileWrittenMsg{path: path, err: err}
	}
}

func (m *model) fileWritten(msg fileWrittenMsg) {
	if msg.err != nil {
		m.fail(msg.err)
		return
	}
	m.say(m.t("comms.written", "file", msg.path), "", false)
}

// reportsKeys are the keys of the reports there are.
func (m *model) reportsKeys() string {
	keys := m.t(m.orReplay("comms.keys.reports"))
	switch n := len(m.frame.State.Sitreps); {
	case n == 0 && m.replaying():
		return m.t("tui.keys.esc")
	case n == 0:
		return m.t("comms.keys.noreports")
	case n == 1:
		_, keys, _ = strings.Cut(keys, "   ") // there are no others
	}
	return keys
}

// peopleKeys are those of the cell's list: taking over and giving back are told while a hand-over waits.
func (m *model) peopleKeys() string {
	if m.handover() == nil && m.given() == nil {
		return m.t("comms.keys.people.calm")
	}
	return m.t("comms.keys.people")
}

func (m *model) reportsTitle() string {
	r := m.report()
	if r == nil {
		return m.t("act.reports")
	}
	return m.t("comms.title", "no", r.No, "of", len(m.frame.State.Sitreps))
}

// reportLines is the report shown, after a line on how the cell stands with its reports.
func (m *model) reportLines(w int) []string {
	t := m.theme
	s := m.frame.State
	r := row{}
	if c := incident.ClockOf(m.clocks, "", incident.ClockSitrep); c != nil {
		ink := t.Text
		key := "comms.due"
		if c.Remaining < 0 {
			ink, key = t.Broken, "comms.late"
		} else if c.Remaining < incident.SitrepSoon {
			ink = t.Soon
		}
		r = r.add(m.t(key, "at", m.lang.Minute(c.Deadline, m.zone(), m.now), "by", max(c.Remaining, -c.Remaining)), ink)
	} else {
		r = r.add(m.t("comms.none"), t.Muted)
	}
	var head []string
	if s.Every > 0 {
		every := m.t("brief.every", "every", s.Every.Std())
		if r.width()+3+width(every) > w {
			head, r = append(head, r.line(w, false)), row{}.add(every, t.Muted)
		} else {
			r = r.add(" · "+every, t.Muted)
		}
	}
	if n := incident.MissedSitreps(s, m.now); n > 0 {
		r = r.add(" · ", t.Muted).add(t.Symbol(theme.Alert())+" "+m.t("comms.missed", "n", n), t.Broken)
	}
	out := append(head, r.line(w, false), blanks(w))
	rep := m.report()
	if rep == nil {
		return append(out, row{}.add(m.t("comms.noreports"), t.Muted).line(w, false))
	}
	return append(out, m.paragraph(m.lang.SitrepText(s, rep, m.zone()), t.Text, w)...)
}

// withSitrep puts the countdown to the next report and what was missed at the right end, as long as there is room.
func (m *model) withSitrep(r row) row {
	t := m.theme
	c := incident.ClockOf(m.clocks, "", incident.ClockSitrep)
	missed := incident.MissedSitreps(m.frame.State, m.now)
	if x := m.exercise(); c == nil && missed == 0 || x != nil && x.Ended != nil {
		return r
	}
	word, brief, least, left, ink := "", "", "", "", t.Text
	sign := ""
	if c != nil && m.frame.State.Closed == nil {
		word, brief, least, left = m.t("tui.sitrep.in"), m.t("comms.in"), m.t("comms.short"), short(c.Remaining)
		switch {
		case c.Remaining < 0:
			ink, word, brief, left = t.Broken, m.t("tui.sitrep.late"), m.t("comms.behind"), short(-c.Remaining)
			sign = "−" // where the word for late has no room
		case c.Remaining < incident.SitrepSoon:
			ink = t.Soon
		}
	}
	count := t.Symbol(theme.Alert()) + strconv.Itoa(missed)
	for _, form := range []struct{ word, left, missed string }{
		{word, left, t.Symbol(theme.Alert()) + " " + m.t("comms.missed", "n", missed)},
		{brief, left, count},
		{least, sign + left, count},
		{least, sign + left, ""},
		{"", sign + left, ""},
	} {
		tail := row{}
		if form.word != "" {
			tail = tail.add(form.word+" ", t.Muted)
		}
		tail = tail.add(form.left, ink)
		if missed > 0 && form.missed != "" {
			if left != "" {
				tail = tail.add(" · ", t.Muted)
			}
			tail = tail.add(form.missed, t.Broken)
		}
		if n := tail.width() + 1; n > 1 && r.width()+n+1 <= m.w {
			return append(r.to(m.w-n), tail...)
		}
	}
	return r
}

// withHandover tells both sides of a hand-over that it waits; in few words where there is little room.
func (m *model) withHandover(r row) row {
	if m.replaying() {
		return r
	}
	t := m.theme
	mark, key, args := "", "", []any(nil)
	if h := m.handover(); h != nil {
		mark, key, args = t.Symbol(theme.Alert()), "comms.foryou", []any{"from", h.From}
	} else if h := m.given(); h != nil {
		mark, key, args = t.Symbol(theme.Pending()), "comms.waits", []any{"to", h.To}
	} else {
		return r
	}
	const countdown = 12 // room for the time to the next report
	if words := mark + " " + m.t(key, args...); r.width()+width(words)+countdown <= m.w {
		return r.space(2).add(words, t.Soon)
	}
	return r.space(2).add(mark+" "+m.t("comms.handover"), t.Soon)
}
