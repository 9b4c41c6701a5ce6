package tui

import (
	"sangfroid/internal/cell"
	"sangfroid/tui/theme"
	"strings"
)

// apartWords is the state line's word for records that are not the same: whose, and since when, as far as there is room.
func (m *model) apartWords(n int) string {
	if n == 1 && m.w >= fullWidth {
		for _, p := range m.frame.Present {
			if m.frame.Differs(p) && p.Apart > 0 {
				return m.t("tui.apart.one", "name", cut(p.Name, 20), "n", p.Apart)
			}
		}
	}
	return m.t("tui.apart", "n", n)
}

// apartSince tells since which entry somebody's record is another one.
func (m *model) apartSince(p cell.Presence) string {
	switch {
	case p.Apart > 0 && p.Same == p.Apart-1:
		return m.t("tui.people.apart.at", "n", p.Apart)
	case p.Apart > 0:
		return m.t("tui.people.apart.between", "from", p.Same+1, "to", p.Apart)
	}
	return m.t("tui.people.apart")
}

// linkLines tell how this console stands with the bus: since when, what waits, what is contested.
func (m *model) linkLines(w int) []string {
	t := m.theme
	f := m.frame
	l := f.Link
	if m.replaying() || l.State == "" || l.State == cell.LinkFile {
		return nil
	}
	symbol, ink := t.Symbol(theme.Running()), t.Holds
	if l.State != cell.LinkUp {
		symbol, ink = t.Symbol(theme.Failed()), t.Broken
	}
	r := row{}.space(1).add(symbol+" ", ink).add(m.t("tui.bus")+" "+m.t("link."+string(l.State)), ink)
	if !l.Since.IsZero() {
		r = r.add(" "+m.t("tui.people.since", "at", m.nearMoment(l.Since)), t.Text)
	}
	if l.Server != "" {
		r = r.add(" · "+cut(l.Server, 40), t.Muted)
	}
	if l.Replicas > 0 && !l.Embedded {
		r = r.add(" · "+m.t("tui.link.replicas", "n", l.Replicas), t.Muted)
	}
	out := []string{row{}.add(m.t("tui.link.title"), t.Strong).line(w, false), r.line(w, false)}
	if l.Problem != "" && l.State != cell.LinkUp {
		out = append(out, m.paragraph("   "+l.Problem, t.Muted, w)...)
	}
	var open []string
	for _, c := range []struct {
		key string
		n   int
	}{{"tui.link.pending", len(f.Pending)}, {"tui.link.refused", f.Refused}, {"tui.contested", f.State.Contested()}} {
		if c.n > 0 {
			open = append(open, m.t(c.key, "n", c.n))
		}
	}
	if len(open) == 0 {
		out = append(out, m.paragraph("   "+m.t("tui.link.calm"), t.Muted, w)...)
	} else {
		out = append(out, m.paragraph(" "+t.Symbol(theme.Pending())+" "+strings.Join(open, " · "), t.Soon, w)...)
	}
	if !l.Embedded && l.State == cell.LinkUp {
		out = append(out, m.paragraph("   "+m.t("tui.link.sync"), t.Muted, w)...)
	}
	return append(out, blanks(w))
}

// unsafeLines tell what makes the bus unsafe, each with the sentence that mends it.
func (m *model) unsafeLines(w int) []string {
	t := m.theme
	var out []string
	for _, x := range m.frame.Link.Warnings {
		args := make([]any, len(x.Args))
		for i, v := range x.Args {
			args[i] = v
		}
		out = append(out, m.paragraph(" "+t.Symbol(theme.Alert())+" "+m.t(x.Code, args...), t.Broken, w)...)
		out = append(out, m.paragraph("   → "+m.t(x.Code+".do", args...), t.Text, w)...)
	}
	if len(out) > 0 {
		out = append([]string{blanks(w), row{}.add(m.t("tui.link.unsafe"), t.Strong).line(w, false)}, out...)
	}
	return out
}
