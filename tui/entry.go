package tui

import (
	"sangfroid/internal/incident"
	"sangfroid/internal/locale"
	"sangfroid/internal/timeline"
	"sangfroid/tui/theme"
	"time"

	tea "charm.land/bubbletea/v2"
)

// openEntry reads the entry under the cursor for its detail.
func (m *model) openEntry() tea.Cmd {
	i := m.cursor[paneLog] - m.paneTop[paneLog]
	if i < 0 || i >= len(m.log.rows) || m.log.rows[i].seq == 0 {
		return nil
	}
	return m.readEntry(m.log.rows[i].seq)
}

func (m *model) readEntry(seq int) tea.Cmd {
	log := m.room.Log()
	return func() tea.Msg {
		e, err := log.At(seq)
		key, is := timeline.SignatureOf(e.Raw)
		return entryReadMsg{entry: e, seal: seal{key, is}, err: err}
	}
}

// seal is what an entry's signature is worth, and the key it names.
type seal struct {
	key string
	is  timeline.Sealed
}

// sealLine tells whether the author signed the entry: that is optional, so that none is no fault.
func (m *model) sealLine(w int) string {
	t := m.theme
	s := m.log.seal
	r := row{}.add(cut(m.t("tui.seal"), 14), t.Muted).to(16)
	switch s.is {
	case timeline.SealGood:
		r = r.add(t.Symbol(theme.Done())+" "+m.t("tui.seal.good", "key", s.key[:min(len(s.key), 12)]), t.Holds)
	case timeline.SealBad:
		r = r.add(t.Symbol(theme.Failed())+" "+m.t("tui.seal.bad"), t.Broken)
	case timeline.NotSealed:
		r = r.add(m.t("tui.seal.none"), t.Muted)
	}
	return r.line(w, false)
}

// entryDetail is everything known of one entry: its sentence, its three times, who wrote it, its bytes.
func (m *model) entryDetail(e *incident.Entry, w int) []string {
	t := m.theme
	l := lineOf(m.lang, m.frame.State, *e, m.viewer())
	out := []string{row{}.add(m.t("cli.entry", "n", e.Seq)+"  ", t.Strong).add(l.Category, t.Holds).line(w, false), blanks(w)}
	out = append(out, m.paragraph(l.Text, t.Text, w)...)
	for _, mark := range l.Marks {
		out = append(out, m.paragraph(t.Symbol(theme.Alert())+" "+mark, t.Soon, w)...)
	}
	out = append(out, blanks(w))
	for _, f := range [][2]string{
		{m.t("tui.fact"), m.full(e.Event.Time)},
		{m.t("tui.written"), m.full(e.Event.Recorded)},
		{m.t("tui.received"), m.full(e.Received)},
		{m.t("tui.author"), e.Event.Actor + " · " + m.roleName(e.Event.Role)},
		{m.t("tui.type"), string(e.Event.Type) + "  " + e.Event.Subject},
		{m.t("tui.id"), string(e.Event.ID) + "  " + e.Event.Source},
	} {
		out = append(out, row{}.add(cut(f[0], 14), t.Muted).to(16).add(f[1], t.Text).line(w, false))
	}
	out = append(out, m.sealLine(w))
	out = append(out, blanks(w), row{}.add(m.t("tui.raw"), t.Muted).line(w, false))
	if !m.rawShown(e.Event) {
		return append(out, m.paragraph(m.t("tui.ex.raw.hidden"), t.Muted, w)...)
	}
	raw := incident.Unknown{Raw: e.Raw}
	return append(out, m.paragraph(raw.Preview(), t.Muted, w)...)
}

func (m *model) full(at time.Time) string {
	if at.IsZero() {
		return "–"
	}
	return m.lang.Day(at, m.zone()) + " " + locale.Hour(at, m.zone()) + "   " + at.UTC().Format("15:04:05") + " UTC"
}
