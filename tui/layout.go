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
	wide     bool // 160 and more: the timeline as a column of its own
	header   int  // lines of the header: 2, or 1 when tiny
	clocks   int  // lines of the two ruling clocks
	ribbon   int
	gap      int // empty lines between clocks and ribbon, and above the panes
	services int // lines of the table of services; 0 when there is no room
	next     int // the line with the alert or the next thing to do
	replay   int // lines of the replay's bar
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
	logShare            = 40 // percent of a wide screen for the timeline
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
			l.gap = 1
		}
		l.services = min(services, 6) + 1
		if h < 40 {
			l.services = min(l.services, 4)
		}
	}
	top := l.header + l.clocks + l.ribbon + l.services + l.next + l.replay
	if !l.compact {
		top += 1 + 2*l.gap // air above and below the line with what is next
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
	left := b.w
	if l.wide {
		right := b.w * logShare / 100
		left = b.w - right
		l.panes[paneLog] = rect{left, b.y, right, b.h}
	}
	upper := b.h
	if !l.wide {
		upper = max(10, (b.h*54+50)/100)
		l.panes[paneLog] = rect{0, b.y + upper, b.w, b.h - upper}
	}
	third := left / 3
	plan := left - 2*third
	if left >= 110 {
		third = left * 32 / 100
		plan = left * 38 / 100
	}
	l.panes[paneDecision] = rect{0, b.y, third, upper}
	l.panes[panePlan] = rect{third, b.y, plan, upper}
	l.panes[paneCatchup] = rect{third + plan, b.y, left - third - plan, upper}
}
