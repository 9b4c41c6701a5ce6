package report

import (
	"sangfroid/internal/incident"
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

// deadline is a vertical line with its name, which stands on a level of its own where names would lie on one another.
type deadline struct {
	kind     incident.ClockKind
	at       time.Time
	services []string
	x        float64
	name     string
	level    int
}

// Sizes of the names of deadlines. Widths of letters differ from one machine to the next: this is a wide one's.
const (
	letterWide = 6.9
	levelHigh  = 13
	lineGap    = 4
	emptyTop   = 10
)

// deadlines lays out the RTO and MTPD lines, each time once with the services it is for, and makes room above the rows for
// their names. beyond tells the ones that lie outside the drawing.
func (w writer) deadlines(a *axis) (lines []deadline, beyond []string) {
	a.top = emptyTop
	for _, d := range w.collect() {
		if d.at.Before(a.from) || d.at.After(a.to) {
			beyond = append(beyond, w.called(d)+w.Colon()+w.at(d.at))
			continue
		}
		d.x, d.name = a.x(d.at), clip(w.called(d)+" "+d.at.In(a.zone).Format("15:04"), nameLetters+8)
		lines = append(lines, d)
	}
	for i := range lines {
		lines[i].level = lowest(lines[:i], &lines[i])
		a.top = max(a.top, emptyTop+levelHigh*(lines[i].level+1)+8)
	}
	return lines, beyond
}

// collect gives the deadlines in the order of time.
func (w writer) collect() []deadline {
	var all []deadline
	for _, o := range w.r.Objectives {
		if (o.Kind != incident.ClockRTO && o.Kind != incident.ClockMTPD) || o.Deadline.IsZero() {
			continue
		}
		i := slices.IndexFunc(all, func(d deadline) bool { return d.kind == o.Kind && d.at.Equal(o.Deadline.Time) })
		if i < 0 {
			i = len(all)
			all = append(all, deadline{kind: o.Kind, at: o.Deadline.Time})
		}
		all[i].services = append(all[i].services, w.ServiceName(w.s, o.Service))
	}
	slices.SortStableFunc(all, func(a, b deadline) int { return a.at.Compare(b.at) })
	return all
}

// called is what a deadline is named: its kind, and for whom, unless it is for all.
func (w writer) called(d deadline) string {
	in := 0
	for _, v := range w.r.Services {
		if v.InScope {
			in++
		}
	}
	if len(d.services) >= in {
		return w.Clockword(d.kind)
	}
	return w.Clockword(d.kind) + " " + strings.Join(d.services, ", ")
}

// span is where the name lies: to the right of its line, to the left of one near the edge.
func (d *deadline) span() (from, to float64) {
	wide := letterWide*float64(utf8.RuneCountInString(d.name)) + lineGap
	if d.left() {
		return d.x - wide, d.x
	}
	return d.x, d.x + wide
}

func (d *deadline) left() bool {
	return d.x+letterWide*float64(utf8.RuneCountInString(d.name))+lineGap > figureWide
}

// lowest is the first level on which a name lies on no other and its line crosses none: a line begins at its name's level,
// so one that comes later stands below the names it would cut.
func lowest(earlier []deadline, d *deadline) int {
	from, to := d.span()
	level := 0
	for again := true; again; {
		again = false
		for i := range earlier {
			e := &earlier[i]
			a, b := e.span()
			lies := e.level == level && from < b && a < to
			cuts := e.level >= level && a < d.x && d.x < b
			if lies || cuts {
				level++
				again = true
			}
		}
	}
	return level
}

// draw adds the lines and their names.
func (f *Figure) draw(lines []deadline) {
	for _, d := range lines {
		y := float64(emptyTop + 4 + d.level*levelHigh)
		f.Lines = append(f.Lines, Stroke{d.x, y - 9, d.x, float64(f.H - bottom), string(d.kind)})
		anchor, dx := "start", float64(lineGap)
		if d.left() {
			anchor, dx = "end", -lineGap
		}
		f.Texts = append(f.Texts, Label{d.x + dx, y, "line", anchor, d.name})
	}
}

// reach takes a deadline into the drawing where it does not make all else too small to see.
func (a *axis) reach(t time.Time) {
	const wider = 2
	if !t.IsZero() && t.After(a.to) && t.Sub(a.from) <= wider*a.to.Sub(a.from) {
		a.to = t
	}
}
