package tui

import (
	"sangfroid/internal/cell"
	"sangfroid/internal/incident"
	"sangfroid/tui/theme"
	"slices"
	"time"
)

// homePane is the list of incidents.
type homePane struct {
	list   []cell.Listing
	cursor int
	busy   bool // a room is being opened
	moved  bool // the person has chosen a row
}

// firstLive is where the list begins: at the first incident that is open and no drill, wherever the list has it; it fills
// bit by bit, and what came first must not stay chosen for that.
func firstLive(list []cell.Listing) int {
	return max(slices.IndexFunc(list, func(l cell.Listing) bool { return !l.Closed && l.Realm != incident.Drill }), 0)
}

// listed is the incident selected; nil when there is none.
func (m *model) listed() *cell.Listing {
	if len(m.home.list) == 0 {
		return nil
	}
	return &m.home.list[min(m.home.cursor, len(m.home.list)-1)]
}

// homeView is the first screen: the incidents on the bus, and what to do.
func (m *model) homeView() []string {
	t := m.theme
	link := m.desk.Link()
	me := m.me()
	head := row{}.add(" SANGFROID ", t.HeaderStrong).add(" "+m.t("tui.home.title"), t.Header)
	who := row{}.add(me.Name+" · "+m.lang.Role(me.Role)+"  ", t.Header).add(m.now.In(m.zone()).Format("15:04:05 MST")+" ", t.HeaderStrong)
	gap := m.w - head.width() - who.width()
	if gap < 0 {
		who, gap = row{}, m.w-head.width()
	}
	out := []string{append(head.add(blanks(max(gap, 0)), t.Header), who...).over(m.w, t.Header)}
	state := append(row{}.space(1), m.linkSpans(link)...).add("  "+link.Server, t.Muted)
	out = append(out, state.line(m.w, false), blanks(m.w))
	for _, w := range link.Warnings {
		out = append(out, row{}.space(1).add(t.Symbol(theme.Alert())+" "+m.t(w.Code, anys(w.Args)...), t.Soon).line(m.w, false))
	}
	h := m.h - len(out) - 2
	if len(m.home.list) == 0 {
		out = append(out, row{}.space(1).add(m.t("tui.home.none"), t.Strong).line(m.w, false), blanks(m.w))
		out = append(out, m.firstKeys("declare", "train", "openfile", "who", "lang", "keys", "quit")...)
	} else {
		out = append(out, m.homeRows(h)...)
	}
	out = fill(out, m.w, m.h-2)
	return append(out, m.noticeLine(), m.footer())
}

// firstKeys tells somebody who sees the console for the first time what can be done, in whole sentences.
func (m *model) firstKeys(ids ...string) []string {
	t := m.theme
	var out []string
	for _, a := range actions() {
		if a.at&atHome == 0 || !slices.Contains(ids, a.id) {
			continue
		}
		r := row{}.space(1).add(" "+a.keyName(m.lang)+" ", t.Key).to(8).add(m.t("act."+a.id), t.Text)
		if a.id == "who" {
			r = r.add(" ("+m.me().Name+" · "+m.lang.Role(m.me().Role)+")", t.Muted)
		}
		out = append(out, r.line(m.w, false))
	}
	return out
}

func anys(args []string) []any {
	out := make([]any, len(args))
	for i, a := range args {
		out[i] = a
	}
	return out
}

func (m *model) homeRows(h int) []string {
	t := m.theme
	state, title, day := 40, 54, "15:04 MST"
	if m.w < fullWidth { // the title is what an incident is known by
		state, title, day = 32, 44, "15:04"
	}
	out := []string{row{}.add("   ", t.Muted).add(m.t("tui.col.incident"), t.Muted).to(18).add(m.t("tui.col.declared"), t.Muted).to(state).
		add(m.t("tui.col.state"), t.Muted).to(title).add(m.t("tui.col.title"), t.Muted).line(m.w, false)}
	top := max(0, min(m.home.cursor-h/2, len(m.home.list)-h+1))
	for i := top; i < len(m.home.list) && len(out) < h; i++ {
		l := m.home.list[i]
		mark := "  "
		if i == m.home.cursor {
			mark = t.Symbol(theme.Ready()) + " "
		}
		r := row{}.space(1).add(mark, t.Focus).add(string(l.ID), t.Strong).to(18)
		if !l.Declared.IsZero() {
			date := m.lang.Day(l.Declared, m.zone()) + " "
			if m.w < fullWidth {
				date = l.Declared.In(m.zone()).Format("02/01 ")
			}
			r = r.add(date+l.Declared.In(m.zone()).Format(day), t.Muted)
		}
		r = r.to(state)
		switch {
		case l.Closed:
			r = r.add(m.t("cli.state.closed"), t.Muted)
		case !l.OnBus:
			r = r.add(m.t("tui.home.local"), t.Soon)
		default:
			r = r.add(t.Symbol(theme.Running())+" "+m.t("cli.state.open"), t.Soon)
		}
		r = r.to(title)
		if l.Realm == incident.Drill {
			r = r.add(" "+m.lang.Realm(l.Realm)+" ", t.Drill).space(1)
			if gone := m.now.Sub(l.Since); !l.Closed && !l.Since.IsZero() && gone >= time.Minute { // one that nobody ended
				r = r.add(m.t("tui.home.since", "for", gone.Truncate(time.Minute))+" · ", t.Muted)
			}
		}
		ink := t.Text
		if l.Closed {
			ink = t.Muted
		}
		out = append(out, r.add(m.lang.TitleOf(l.Title, l.Titles), ink).line(m.w, i == m.home.cursor))
	}
	if rest := len(m.home.list) - top - len(out) + 1; rest > 0 {
		out = append(out, row{}.space(3).add(m.t("tui.more", "n", rest), t.Muted).line(m.w, false))
	}
	return out
}
