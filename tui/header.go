package tui

import (
	"sangfroid/internal/cell"
	"sangfroid/internal/incident"
	"sangfroid/internal/locale"
	"sangfroid/internal/text"
	"sangfroid/tui/theme"
	"strconv"
	"strings"
	"time"
)

// header is the two first lines: which incident, who, what time; then how safe the words are.
func (m *model) header() []string {
	out := []string{m.headLine()}
	if m.layout.header > 1 {
		out = append(out, m.stateLine().line(m.w, false))
	}
	return out
}

func (m *model) headLine() string {
	t := m.theme
	s := m.frame.State
	ground, strong := t.Header, t.HeaderStrong
	badge := t.Live
	if m.looksDrill() {
		ground, strong, badge = t.DrillGround, t.DrillGround, t.Drill
	}
	left := row{}
	if m.replaying() {
		// What is replayed is over: only a drill keeps its badge.
		left = left.add(" "+m.t("tui.replay")+" ", t.Alert)
	}
	if !m.replaying() || s.Realm == incident.Drill {
		left = left.add(" "+m.exerciseTitle()+" ", badge)
	}
	left = left.add(" ", ground)
	if m.w >= fullWidth {
		left = left.add(string(s.ID)+"  ", ground)
	}
	clock := locale.Hour(m.now, m.zone())
	if m.replaying() || !sameDay(m.now, m.wall(), m.zone()) {
		clock = m.lang.Day(m.now, m.zone()) + " " + clock
	}
	right := row{}
	if me := m.me(); me.Name != "" && !m.replaying() && m.w >= 90 {
		right = right.add(me.Name+" · "+m.roleName(me.Role)+"   ", ground)
	}
	right = right.add(clock+" ", strong)
	room := m.w - left.width() - right.width() - 1
	title := cut(m.lang.Title(s), room)
	left = left.add(title, strong).add(blanks(room-width(title)+1), ground)
	if m.looksDrill() {
		return append(m.repeatDrill(left, room, title, ground, strong), right...).over(m.w, ground)
	}
	return append(left, right...).over(m.w, ground)
}

// repeatDrill fills what is free in a drill's header with the word, so that a photograph of any corner tells it.
func (m *model) repeatDrill(left row, room int, title string, ground, strong theme.Ink) row {
	word := " · " + m.lang.Realm(incident.Drill)
	free := room - width(title)
	n := free / width(word)
	if n <= 0 {
		return left
	}
	left = left[:len(left)-1]
	left = left.add(strings.Repeat(word, n), strong)
	return left.add(blanks(free-n*width(word)+1), ground)
}

func sameDay(a, b time.Time, loc *time.Location) bool {
	x, y := a.In(loc), b.In(loc)
	return x.Year() == y.Year() && x.YearDay() == y.YearDay()
}

// stateLine tells the cell, the bus, the record, what waits, what is contested; and the next situation report.
func (m *model) stateLine() row {
	t := m.theme
	f := m.frame
	r := row{}.add(" ", t.Text)
	dot := t.Symbol(theme.Running())
	if !m.replaying() {
		ink := t.Holds
		if m.apart() > 0 {
			ink = t.Broken
		}
		r = r.add(dot, ink).add(" "+m.t("tui.cell", "n", max(len(f.Present), 1)), t.Text).space(2)
		r = append(r, m.linkSpans(f.Link)...).space(2)
	} else {
		if f.Link.Server != "" {
			r = r.add(dot, t.Muted).add(" "+cut(f.Link.Server, 30), t.Text).space(2)
		}
	}
	root := ""
	if f.Root != "" {
		root = " · " + text.Head(f.Root, 6)
	}
	r = r.add(t.Symbol(theme.Done()), t.Holds).add(" "+m.t("tui.entries", "n", f.Len)+root, t.Text)
	if n := m.apart(); n > 0 {
		r = r.space(2).add(t.Symbol(theme.Alert())+" "+m.apartWords(n), t.Broken)
	}
	if n := len(f.Pending); n > 0 {
		r = r.space(2).add(t.Symbol(theme.Pending())+" "+m.t("tui.pending", "n", n), t.Soon)
	}
	if n := f.Refused; n > 0 {
		r = r.space(2).add(t.Symbol(theme.Alert())+" "+m.t("tui.refused.short", "n", n), t.Broken)
	}
	if n := f.State.Contested(); n > 0 {
		r = r.space(2).add(t.Symbol(theme.Alert())+" "+m.t("tui.contested", "n", n), t.Broken)
	}
	if n := m.waiting(); n > 0 {
		r = r.space(2).add(t.Symbol(theme.Alert())+" "+m.t("tui.inbox", "n", n), t.Soon)
	}
	if f.Err != nil {
		r = r.space(2).add(t.Symbol(theme.Alert())+" "+m.t("tui.fault"), t.Broken)
	}
	return m.withSitrep(m.withHandover(r))
}

// apart counts consoles whose record is not the same as this one.
func (m *model) apart() int {
	n := 0
	for _, p := range m.frame.Present {
		if m.frame.Differs(p) {
			n++
		}
	}
	return n
}

// waiting counts the signals nobody attached that came since the declaration.
func (m *model) waiting() int {
	n := 0
	for _, g := range m.frame.Inbox {
		if !g.Attached && !g.Received.Before(m.frame.State.DeclaredWall()) {
			n++
		}
	}
	return n
}

// short writes minutes and seconds, with hours when there are some.
func short(d time.Duration) string {
	if d < 0 {
		return "-" + short(-d)
	}
	s := int(d / time.Second)
	if s >= 3600 {
		return two(s/3600) + ":" + two(s/60%60) + ":" + two(s%60)
	}
	return two(s/60) + ":" + two(s%60)
}

func two(n int) string {
	if n < 10 {
		return "0" + strconv.Itoa(n)
	}
	return strconv.Itoa(n)
}

func (m *model) linkSpans(l cell.Link) row {
	t := m.theme
	dot, ink := t.Symbol(theme.Running()), t.Holds
	what := m.t("tui.bus.remote")
	switch {
	case l.Embedded && l.Owner:
		what = m.t("tui.bus.here")
	case l.Embedded:
		what = m.t("tui.bus.machine")
	case l.Replicas > 1:
		what = "R" + strconv.Itoa(l.Replicas)
	}
	r := row{}
	switch l.State {
	case cell.LinkUp:
		if len(l.Warnings) > 0 {
			ink, dot = t.Soon, t.Symbol(theme.Alert())
		}
		return r.add(dot, ink).add(" "+m.t("tui.bus")+" "+what, t.Text)
	case cell.LinkConnecting:
		return r.add(dot, t.Soon).add(" "+m.t("tui.bus")+" "+m.t("link.connecting"), t.Soon)
	case cell.LinkDown, cell.LinkDenied, cell.LinkFile:
	}
	since := ""
	if !l.Since.IsZero() {
		since = " " + short(m.wall().Sub(l.Since))
	}
	return r.add(t.Symbol(theme.Failed()), t.Broken).add(" "+m.t("tui.bus")+" "+m.t("link."+string(l.State))+since, t.Broken)
}
