package report

import (
	"sangfroid/internal/incident"
	"sangfroid/internal/locale"
	"strconv"
	"strings"
	"time"
)

// Figure is a drawing of shapes, in units of the view box; the table below it says the same in words.
type Figure struct {
	ID    string
	Title string
	Desc  string
	W, H  int
	Rects []Rect
	Lines []Stroke
	Texts []Label
	Marks []Mark
	Key   []Legend
}

// Rect is a bar. Class says what it is: "bar", "plan", "blocked", "critical", "open".
type Rect struct {
	X, Y, W, H float64
	Class      string
	Title      string
}

// Stroke is a line: "grid", "rto", "mtpd".
type Stroke struct {
	X1, Y1, X2, Y2 float64
	Class          string
}

// Label is a text of a figure.
type Label struct {
	X, Y   float64
	Class  string
	Anchor string // start, middle, end
	Text   string
}

// Legend explains a kind of bar or line.
type Legend struct{ Class, Text string }

// Sizes of a figure.
const (
	figureWide  = 960
	gutter      = 290 // names of rows
	margin      = 16
	rowHigh     = 24
	barHigh     = 14
	bottom      = 30
	nameLetters = 44 // of one line of a name
)

// axis lays times on the width.
type axis struct {
	from, to time.Time
	zone     *time.Location
	top      int // where the rows begin: above them are the names of deadlines
}

func (a axis) x(t time.Time) float64 {
	if t.Before(a.from) {
		t = a.from
	}
	if t.After(a.to) {
		t = a.to
	}
	share := float64(t.Sub(a.from)) / float64(a.to.Sub(a.from))
	return round(gutter + share*float64(figureWide-gutter-margin))
}

func round(v float64) float64 { return float64(int(v*10+0.5)) / 10 }

// bar is a rectangle from one time to another; one of no length is a hair, so that it is seen.
func (a axis) bar(from, to time.Time, row int, high float64, class, title string) Rect {
	x := a.x(from)
	y := float64(a.top+row*rowHigh) + (rowHigh-high)/2
	return Rect{X: x, Y: round(y), W: max(round(a.x(to)-x), 1.5), H: high, Class: class, Title: title}
}

// ticks gives the times of the scale: about eight, on round hours of the zone.
func (a axis) ticks() (at []time.Time, days bool) {
	const most = 9
	span := a.to.Sub(a.from)
	step := 24 * time.Hour
	for _, s := range []time.Duration{
		time.Minute, 2 * time.Minute, 5 * time.Minute, 10 * time.Minute, 15 * time.Minute, 30 * time.Minute, time.Hour, 2 * time.Hour, 3 * time.Hour, 6 * time.Hour, 12 * time.Hour,
	} {
		if span/s < most {
			step = s
			break
		}
	}
	for span/step >= most {
		step *= 2
	}
	local := a.from.In(a.zone)
	y, m, d := local.Date()
	t := time.Date(y, m, d, 0, 0, 0, 0, a.zone)
	if n := local.Sub(t) / step; n > 0 {
		t = t.Add(n * step)
	}
	for ; !t.After(a.to); t = t.Add(step) {
		if !t.Before(a.from) {
			at = append(at, t)
		}
	}
	return at, step >= 24*time.Hour
}

func (w writer) scale(f *Figure, a axis) {
	low := float64(f.H - bottom)
	at, days := a.ticks()
	last := ""
	for _, t := range at {
		x := a.x(t)
		f.Lines = append(f.Lines, Stroke{x, float64(a.top), x, low, "grid"})
		text := t.In(a.zone).Format("15:04")
		day := t.In(a.zone).Format("02/01")
		if days {
			text = day
		}
		anchor := "middle"
		if x > figureWide-margin-24 {
			anchor = "end" // a date would be cut at the edge
		}
		f.Texts = append(f.Texts, Label{x, low + 13, "tick", anchor, text})
		if !days && day != last {
			f.Texts = append(f.Texts, Label{x, low + 25, "tick", anchor, w.Day(t, a.zone)})
		}
		last = day
	}
	f.Texts = append(f.Texts, Label{gutter - 24, low + 13, "tick", "end", locale.ZoneName(a.from, a.zone)})
}

// extent is from the first to the last of some times; ok is false where nothing has a length.
func extent(times ...time.Time) (from, to time.Time, ok bool) {
	for _, t := range times {
		if t.IsZero() {
			continue
		}
		if from.IsZero() || t.Before(from) {
			from = t
		}
		if t.After(to) {
			to = t
		}
	}
	return from, to, to.After(from)
}

func (w writer) waterfall() *Figure {
	var times []time.Time
	end := w.r.Made.AsOf.Time
	if !w.r.Incident.Closed.IsZero() && w.r.Incident.Closed.Before(end) {
		end = w.r.Incident.Closed.Time
	}
	for _, p := range w.r.Phases {
		times = append(times, p.From.Time, p.To.Time)
		if p.To.IsZero() {
			times = append(times, end)
		}
	}
	a := axis{zone: w.r.zone}
	var ok bool
	if a.from, a.to, ok = extent(times...); !ok {
		return nil
	}
	for _, o := range w.r.Objectives {
		if o.Kind == incident.ClockRTO || o.Kind == incident.ClockMTPD {
			a.reach(o.Deadline.Time)
		}
	}
	lines, beyond := w.deadlines(&a)
	f := &Figure{ID: "waterfall", Title: w.T("report.fig.phases"), W: figureWide, H: a.top + len(w.r.Phases)*rowHigh + bottom}
	w.scale(f, a)
	for i, p := range w.r.Phases {
		to, class := p.To.Time, "bar"
		if to.IsZero() {
			to, class = end, "open"
		}
		took := w.took(&p)
		name := w.Phase(p.Phase)
		bar := a.bar(p.From.Time, to, i, barHigh, class, name+w.Colon()+took)
		f.Rects = append(f.Rects, bar)
		f.name(a, i, name+" · "+took)
	}
	f.draw(lines)
	f.Key = []Legend{{"bar", w.T("report.key.phase")}, {"open", w.T("report.key.open")}, {"rto", w.Clockword(incident.ClockRTO)}, {"mtpd", w.Clockword(incident.ClockMTPD)}}
	f.Desc = w.T("report.fig.phases.desc", "n", len(w.r.Phases))
	for _, b := range beyond {
		f.Key = append(f.Key, Legend{"", w.T("report.beyond", "what", b)})
	}
	return f
}

// mostBars is how many steps a drawing has; more are in the table.
const mostBars = 80

func (w writer) gantt() *Figure {
	var times []time.Time
	var rows []*Step
	now := w.r.Made.AsOf.Time
	for i := range w.r.Steps {
		st := &w.r.Steps[i]
		if st.Started.IsZero() {
			continue
		}
		end := w.stepEnd(st, now)
		times = append(times, st.Started.Time, end)
		if st.PlannedS != nil {
			times = append(times, st.Started.Add(length(*st.PlannedS)))
		}
		rows = append(rows, st)
	}
	a := axis{zone: w.r.zone}
	var ok bool
	if a.from, a.to, ok = extent(times...); !ok {
		return nil
	}
	left := max(len(rows)-mostBars, 0)
	rows = rows[:len(rows)-left]
	lines, _ := w.deadlines(&a)
	f := &Figure{ID: "gantt", Title: w.T("report.fig.steps"), W: figureWide, H: a.top + len(rows)*rowHigh + bottom}
	f.Desc = w.T("report.fig.steps.desc", "n", len(rows))
	if left > 0 {
		f.Desc += " " + w.T("report.fig.more", "n", left)
	}
	w.scale(f, a)
	for i, st := range rows {
		w.bars(f, a, st, i, now)
	}
	f.draw(lines)
	f.Key = []Legend{
		{"plan", w.T("report.key.plan")}, {"bar", w.T("report.key.taken")}, {"critical", w.T("report.key.critical")}, {"blocked", w.T("report.key.blocked")}, {"open", w.T("report.key.open")},
	}
	return f
}

func (w writer) stepEnd(st *Step, now time.Time) time.Time {
	switch {
	case !st.Ended.IsZero():
		return st.Ended.Time
	case !w.r.Incident.Closed.IsZero() && w.r.Incident.Closed.Before(now):
		return w.r.Incident.Closed.Time
	}
	return now
}

func (w writer) bars(f *Figure, a axis, st *Step, row int, now time.Time) {
	title := w.StepTitle(w.s, st.ID)
	from, end := st.Started.Time, w.stepEnd(st, now)
	if st.PlannedS != nil {
		f.Rects = append(f.Rects, a.bar(from, from.Add(length(*st.PlannedS)), row, rowHigh-4, "plan", title+w.Colon()+w.T("report.c.planned")+" "+w.span(st.PlannedS)))
	}
	class, name := "bar", title
	if st.Critical {
		class, name = "critical", "◆ "+title
	}
	if st.Ended.IsZero() {
		class = "open"
	}
	f.Rects = append(f.Rects, a.bar(from, end, row, barHigh-2, class, title+w.Colon()+w.T("report.c.taken")+" "+w.span(st.TakenS)))
	for _, b := range st.Blocks {
		to := b.To.Time
		if to.IsZero() {
			to = end
		}
		f.Rects = append(f.Rects, a.bar(b.From.Time, to, row, barHigh-2, "blocked", title+w.Colon()+w.T("report.c.blocked")+" – "+b.Reason))
	}
	f.name(a, row, name)
}

// name writes the name of a row, on two lines where one is too short.
func (f *Figure) name(a axis, row int, name string) {
	middle := float64(a.top+row*rowHigh) + rowHigh/2
	one, two := halves(name, nameLetters)
	if two == "" {
		f.Texts = append(f.Texts, Label{gutter - 8, middle + 4, "name", "end", one})
		return
	}
	f.Texts = append(f.Texts, Label{gutter - 8, middle - 1, "small", "end", one}, Label{gutter - 8, middle + 10, "small", "end", two})
}

// halves breaks a text that is longer than a line between two words; what two lines do not hold ends with an ellipsis.
func halves(s string, line int) (one, two string) {
	r := []rune(s)
	if len(r) <= line {
		return s, ""
	}
	at := line
	for i := line; i > line/2; i-- {
		if r[i] == ' ' {
			at = i
			break
		}
	}
	return string(r[:at]), clip(strings.TrimSpace(string(r[at:])), line)
}

// clip shortens a text to so many letters; its end shows it.
func clip(s string, n int) string {
	r := []rune(s)
	if len(r) <= n {
		return s
	}
	return string(r[:n-1]) + "…"
}

// Box is the figure's view box.
func (f *Figure) Box() string { return "0 0 " + strconv.Itoa(f.W) + " " + strconv.Itoa(f.H) }
