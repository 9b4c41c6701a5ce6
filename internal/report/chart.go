package report

import (
	"sangfroid/internal/incident"
	"sangfroid/internal/locale"
	"strconv"
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
	gutter      = 224 // names of rows
	margin      = 16
	rowHigh     = 24
	barHigh     = 14
	top         = 34
	bottom      = 30
	nameLetters = 32
)

// axis lays times on the width.
type axis struct {
	from, to time.Time
	zone     *time.Location
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
	y := float64(top+row*rowHigh) + (rowHigh-high)/2
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
		f.Lines = append(f.Lines, Stroke{x, top, x, low, "grid"})
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
	f.Texts = append(f.Texts, Label{gutter - 8, low + 13, "tick", "end", locale.ZoneName(a.from, a.zone)})
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

// reach takes a deadline into the drawing where it does not make all else too small to see.
func (a *axis) reach(t time.Time) {
	const wider = 2
	if !t.IsZero() && t.After(a.to) && t.Sub(a.from) <= wider*a.to.Sub(a.from) {
		a.to = t
	}
}

// deadlines draws the RTO and MTPD lines: each time once, with the services it is for.
func (w writer) deadlines(f *Figure, a axis) (beyond []string) {
	seen := map[string]bool{}
	level := 0
	for _, o := range w.r.Objectives {
		if (o.Kind != incident.ClockRTO && o.Kind != incident.ClockMTPD) || o.Deadline.IsZero() {
			continue
		}
		key := string(o.Kind) + o.Deadline.UTC().String()
		if seen[key] {
			continue
		}
		seen[key] = true
		name := w.Clockword(o.Kind)
		if len(w.r.Services) > 1 {
			name += " " + w.ServiceName(w.s, o.Service)
		}
		if o.Deadline.After(a.to) {
			beyond = append(beyond, name+w.Colon()+w.at(o.Deadline.Time))
			continue
		}
		x := a.x(o.Deadline.Time)
		anchor, dx := "start", 4.0
		if x > figureWide*0.7 {
			anchor, dx = "end", -4
		}
		f.Lines = append(f.Lines, Stroke{x, 6, x, float64(f.H - bottom), string(o.Kind)})
		f.Texts = append(f.Texts, Label{x + dx, float64(14 + level%2*13), "line", anchor, clip(name+" "+o.Deadline.In(a.zone).Format("15:04"), 40)})
		level++
	}
	return beyond
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
	f := &Figure{ID: "waterfall", Title: w.T("report.fig.phases"), W: figureWide, H: top + len(w.r.Phases)*rowHigh + bottom}
	w.scale(f, a)
	for i, p := range w.r.Phases {
		to, class := p.To.Time, "bar"
		if to.IsZero() {
			to, class = end, "open"
		}
		took := w.Span(length(p.Seconds))
		name := w.Phase(p.Phase)
		bar := a.bar(p.From.Time, to, i, barHigh, class, name+w.Colon()+took)
		f.Rects = append(f.Rects, bar)
		y := float64(top+i*rowHigh) + rowHigh/2 + 4
		f.Texts = append(f.Texts, Label{gutter - 8, y, "name", "end", clip(name+" · "+took, nameLetters)})
	}
	f.Key = []Legend{{"bar", w.T("report.key.phase")}, {"open", w.T("report.key.open")}, {"rto", w.Clockword(incident.ClockRTO)}, {"mtpd", w.Clockword(incident.ClockMTPD)}}
	f.Desc = w.T("report.fig.phases.desc", "n", len(w.r.Phases))
	for _, b := range w.deadlines(f, a) {
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
	f := &Figure{ID: "gantt", Title: w.T("report.fig.steps"), W: figureWide, H: top + len(rows)*rowHigh + bottom}
	f.Desc = w.T("report.fig.steps.desc", "n", len(rows))
	if left > 0 {
		f.Desc += " " + w.T("report.fig.more", "n", left)
	}
	w.scale(f, a)
	for i, st := range rows {
		w.bars(f, a, st, i, now)
	}
	w.deadlines(f, a)
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
	f.Texts = append(f.Texts, Label{gutter - 8, float64(top+row*rowHigh) + rowHigh/2 + 4, "name", "end", clip(name, nameLetters)})
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
