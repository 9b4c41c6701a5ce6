package tui

import (
	"context"
	"sangfroid/internal/incident"
	"sangfroid/internal/locale"
	"sangfroid/internal/timeline"
	"sangfroid/tui/theme"
	"slices"
	"time"

	tea "charm.land/bubbletea/v2"
)

// logRow is a line of the timeline, ready to be drawn.
type logRow struct {
	seq     int // 0 for what is pending
	at      time.Time
	who     string
	role    incident.Role
	line    locale.Line
	pending bool
}

// logPane is what the timeline remembers. Rows are the window that was read last; everything else stays in the record.
type logPane struct {
	rows    []logRow
	asked   window // the window that was asked for last
	gen     int
	filter  string
	editing bool    // the filter is being typed
	found   []int32 // those that fit, newest first
	sure    int     // … of which so many were found by reading every entry down to scanned; the others were seen ahead
	early   []int32 // all that were seen ahead
	scanGen int
	ctx     context.Context    // of the search: the next letter ends it
	stop    context.CancelFunc // ends it
	scanned int                // the next entry to look at, from the newest down; -1: all were
	upto    int                // how many entries the filter has seen
	entry   *incident.Entry
	seal    seal // of it
	top     int  // first line of the entry's detail
}

// window is what part of the timeline the screen needs. Two equal windows need no second read.
type window struct {
	room, length, pending, top, height, filter, found, sure, entries int
	lang                                                             locale.Lang
	eyes                                                             incident.Role
}

func newLogPane() logPane { return logPane{} }

// logCount is how many rows there are to scroll over.
func (m *model) logCount() int {
	if m.log.filter != "" {
		return len(m.log.found)
	}
	return m.frame.Len + len(m.frame.Pending)
}

// logHeight is how many rows of the timeline are on screen.
func (m *model) logHeight() int {
	if m.zoom && m.focus == paneLog {
		return max(m.layout.body.h-2, 1)
	}
	if m.layout.compact {
		return max(m.layout.body.h-1, 1)
	}
	return max(m.layout.panes[paneLog].h-2, 1)
}

// readRows asks for the rows of the window when it is another one than before.
func (m *model) readRows() tea.Cmd {
	if m.room == nil || m.layout.tiny {
		return nil
	}
	h := m.logHeight()
	m.window(paneLog, m.cursor[paneLog], m.logCount(), h, true)
	w := window{
		room: m.roomGen, length: m.frame.Len, pending: len(m.frame.Pending), top: m.paneTop[paneLog], height: h,
		filter: m.log.scanGen, found: len(m.log.found), sure: m.log.sure, entries: m.frame.State.Count.Entries, lang: m.lang, eyes: m.viewer(),
	}
	if w == m.log.asked {
		return nil
	}
	m.log.asked = w
	m.log.gen++
	gen, lang, state, log, eyes := m.log.gen, m.lang, m.frame.State, m.room.Log(), m.viewer()
	var rows []logRow
	seqs := m.visible(w.top, h, &rows)
	return func() tea.Msg {
		more, err := readRows(log, lang, state, eyes, seqs)
		return rowsReadMsg{gen: gen, rows: append(rows, more...), err: err}
	}
}

// visible lists the entries of the window, newest first. What is pending stands above them and needs no reading.
func (m *model) visible(top, h int, rows *[]logRow) []int {
	var seqs []int
	n := m.logCount()
	pending := m.frame.Pending
	for i := top; i < min(top+h, n); i++ {
		switch {
		case m.log.filter != "":
			seqs = append(seqs, int(m.log.found[i]))
		case i < len(pending):
			ev := pending[len(pending)-1-i]
			*rows = append(*rows, logRow{at: ev.Time, who: ev.Actor, role: ev.Role, line: m.lang.Line(m.frame.State, incident.Entry{Event: ev}), pending: true})
		default:
			seqs = append(seqs, m.frame.Len-(i-len(pending)))
		}
	}
	return seqs
}

// readRows reads entries and tells them. Runs of the record are read at once.
func readRows(log timeline.Log, lang locale.Lang, s *incident.State, eyes incident.Role, seqs []int) ([]logRow, error) {
	out := make([]logRow, 0, len(seqs))
	for i := 0; i < len(seqs); {
		j := i
		for j+1 < len(seqs) && seqs[j+1] == seqs[j]-1 {
			j++
		}
		var run []logRow
		err := log.Range(seqs[j], seqs[i], func(e incident.Entry) bool {
			run = append(run, rowOf(lang, s, eyes, e))
			return true
		})
		if err != nil {
			return out, err
		}
		slices.Reverse(run)
		out = append(out, run...)
		i = j + 1
	}
	return out, nil
}

func rowOf(lang locale.Lang, s *incident.State, eyes incident.Role, e incident.Entry) logRow {
	at := e.Event.Time
	if at.IsZero() {
		at = e.Received
	}
	return logRow{seq: e.Seq, at: at, who: e.Event.Actor, role: e.Event.Role, line: lineOf(lang, s, e, eyes)}
}

// scanNew looks at the entries that came since for the filter's words.
func (m *model) scanNew() tea.Cmd {
	if m.log.filter == "" || m.frame.Len <= m.log.upto {
		return nil
	}
	from, to := m.log.upto+1, m.frame.Len
	m.log.upto = to
	gen, lang, state, log, words, ctx, eyes := m.log.scanGen, m.lang, m.frame.State, m.room.Log(), terms(m.log.filter), m.log.ctx, m.viewer()
	return func() tea.Msg {
		found, err := match(ctx, log, lang, state, eyes, words, from, to)
		return logScannedMsg{gen: gen, found: found, newer: true, err: err}
	}
}

func (m *model) logTitle() (string, string) {
	note := "/ " + m.t("tui.filter")
	switch {
	case m.log.editing:
		note = "/ " + m.log.filter + "▏"
	case m.log.filter != "":
		note = "/ " + m.log.filter + "  " + m.t("tui.found", "n", len(m.log.found))
		if m.log.scanned > 0 {
			note += " …"
		}
	case m.cursor[paneLog] > 0:
		note = m.t("tui.older", "n", m.cursor[paneLog])
	}
	return m.t("tui.pane.log"), note
}

// logLines draws the rows that were read. While newer ones are on their way the former stay.
func (m *model) logLines(w, h int, focused bool) []string {
	t := m.theme
	if len(m.log.rows) == 0 {
		if m.log.filter != "" {
			return m.paragraph(m.t("tui.nothing"), t.Muted, w)
		}
		return nil
	}
	out := make([]string, 0, h)
	for i, r := range m.log.rows {
		if i >= h {
			break
		}
		selected := focused && m.paneTop[paneLog]+i == m.cursor[paneLog]
		out = append(out, m.logLine(r, w, selected))
	}
	return out
}

func (m *model) logLine(r logRow, w int, selected bool) string {
	t := m.theme
	when := m.when(r.at)
	out := row{}
	if m.looksDrill() {
		out = out.add("EX ", t.Drill)
	}
	if r.pending {
		out = out.add(t.Symbol(theme.Pending())+" ", t.Soon)
	}
	out = out.add(when, t.Muted)
	if at := out.width(); at < 11 && w >= 72 && m.severalDays() {
		out = out.space(11 - at)
	}
	out = out.space(2)
	if w >= 80 { // below, the room is the text's: who wrote it stands in the entry
		who, most := r.who, 18
		if w < 100 {
			who, most = m.roleName(r.role), 13
		}
		x := out.width()
		out = out.add(cut(who, most), t.Muted).to(x + most + 1)
	}
	x := out.width()
	ink := m.tone(r.line.Tone)
	cat := ink
	if r.line.Tone == locale.TonePlain {
		cat = t.Holds
	}
	out = out.add(cut(r.line.Category, 11), cat).to(x + 12)
	text := ink
	if r.line.Tone == locale.ToneStrong || r.line.Tone == locale.ToneBroken || r.line.Tone == locale.ToneMuted {
		out = out.add(r.line.Text, text)
	} else {
		out = out.add(r.line.Text, t.Text)
	}
	for i, mark := range r.line.Marks {
		ink := t.Soon
		if i == 0 && r.line.Late {
			ink = t.Muted
			if w < 100 {
				mark = m.t("mark.late.short", "gap", r.line.LateBy)
			}
		}
		out = out.add("  "+mark, ink)
	}
	return m.fitMarks(out, w, len(r.line.Marks)).line(w, selected)
}

// severalDays tells that some of the rows shown are of another day, whose times are longer.
func (m *model) severalDays() bool {
	for _, r := range m.log.rows {
		if !sameDay(r.at, m.now, m.zone()) {
			return true
		}
	}
	return false
}

// fitMarks cuts the text rather than the marks behind it: that an entry is late or to be verified must be seen.
func (m *model) fitMarks(r row, w, marks int) row {
	over := r.width() - w
	if over <= 0 || marks == 0 || marks > 2 {
		return r
	}
	i := len(r) - 1 - marks
	if n := width(r[i].text); n-over >= 12 {
		r[i].text = cut(r[i].text, n-over)
	}
	return r
}

func (m *model) tone(k locale.Tone) theme.Ink {
	t := m.theme
	switch k {
	case locale.ToneStrong:
		return t.Strong
	case locale.ToneHolds:
		return t.Holds
	case locale.ToneProgress:
		return t.Progress
	case locale.ToneSoon:
		return t.Soon
	case locale.ToneBroken:
		return t.Broken
	case locale.ToneMuted:
		return t.Muted
	case locale.TonePlain:
	}
	return t.Text
}
