package tui

// pane is a part of the situation screen that can be focused and opened full screen.
type pane int

// Panes, by the number that focuses them.
const (
	paneDecision pane = iota
	panePlan
	paneCatchup
	paneLog
	paneCount
)

// rect is a place on the screen, in cells.
type rect struct{ x, y, w, h int }

// layout says where everything is. It is a pure function of the size and of what there is to show.
type layout struct {
	w, h     int
	tiny     bool // too small for panes: the clocks only
	compact  bool // below 100×32: clocks in one line each, one pane at a time
	wide     bool // 160 and more: three columns, the timeline as one of its own
	header   int  // lines of the header: 2, or 1 when tiny
	clocks   int  // lines of the two ruling clocks
	ribbon   int
	gap      int // empty lines between clocks and ribbon
	air      int // … and above the panes
	services int // lines of the table of services; 0 when there is no room
	legal    int // the line of the next legal deadline, where there is no air for it
	next     int // the line with the alert or the next thing to do
	replay   int // lines of the replay's bar
	band     int // lines of an exercise's band
	body     rect
	panes    [paneCount]rect
	footer   int
}

// Sizes at which the screen changes its shape.
const (
	minWidth, minHeight = 60, 16
	fullWidth           = 100
	fullHeight          = 32
	airyHeight          = 40
	wideWidth           = 160
	logShare            = 46 // percent of a wide screen for the timeline
)

// arrange computes the layout. services is how many there are; replaying adds the bar.
func arrange(w, h, services int, replaying bool, focus pane) layout {
	l := layout{w: w, h: h, header: 2, footer: 1, ribbon: 1, next: 1}
	if w < minWidth || h < minHeight {
		l.tiny = true
		return l
	}
	l.compact = w < fullWidth || h < fullHeight
	l.wide = w >= wideWidth && !l.compact
	if replaying {
		l.replay = 1
	}
	if l.compact {
		l.clocks = 2
	} else {
		l.clocks = 4
		if h >= airyHeight {
			l.gap, l.air = 1, 1
		}
		l.services = min(services, 6) + 1
		if h < 40 {
			l.services = min(l.services, 4)
		}
	}
	if replaying {
		l.air = 0 // the line with what is next is empty then
	}
	top := l.header + l.clocks + l.ribbon + l.services + l.next + l.replay
	if !l.compact {
		top += 1 + l.gap + l.air
	}
	l.body = rect{0, top, w, h - top - l.footer}
	l.place(focus)
	return l
}

// place puts the panes into the body.
func (l *layout) place(focus pane) {
	b := l.body
	if l.compact {
		// One line of tabs, then the pane in focus.
		l.panes[focus] = rect{b.x, b.y + 1, b.w, b.h - 1}
		return
	}
	if l.wide {
		l.placeWide()
		return
	}
	upper := max(10, (b.h*54+50)/100)
	third := b.w / 3
	plan := b.w - 2*third
	if b.w >= 110 {
		third = b.w * 32 / 100
		plan = b.w * 38 / 100
	}
	l.panes[paneDecision] = rect{0, b.y, third, upper}
	l.panes[panePlan] = rect{third, b.y, plan, upper}
	l.panes[paneCatchup] = rect{third + plan, b.y, b.w - third - plan, upper}
	l.panes[paneLog] = rect{0, b.y + upper, b.w, b.h - upper}
}

// placeWide puts the panes into three columns, each wide enough for whole sentences: what must be decided above what
// must be caught up, the plan, the timeline.
func (l *layout) placeWide() {
	b := l.body
	right := b.w * logShare / 100
	left := (b.w - right) * 48 / 100
	upper := (b.h*58 + 50) / 100
	l.panes[paneDecision] = rect{0, b.y, left, upper}
	l.panes[paneCatchup] = rect{0, b.y + upper, left, b.h - upper}
	l.panes[panePlan] = rect{left, b.y, b.w - right - left, b.h}
	l.panes[paneLog] = rect{b.w - right, b.y, right, b.h}
}

// withLegal makes room for the line of the next legal deadline. A large screen has it in the air above the line with what is
// next.
func (l layout) withLegal(focus pane) layout {
	if l.tiny || !l.compact || l.body.h < 8 {
		return l
	}
	l.legal = 1
	l.body.y++
	l.body.h--
	l.place(focus)
	return l
}

// withBand makes room for the band of an exercise.
func (l layout) withBand(n int, focus pane) layout {
	if l.tiny || n == 0 {
		return l
	}
	l.band = n
	l.body.y += n
	l.body.h = max(l.body.h-n, 0)
	l.place(focus)
	return l
}
