package report

import (
	"strconv"
	"time"
)

// Mark is a point of a figure. A drill's is a square, a real incident's a circle; what it measures is in Class: "rtopoint",
// "gopoint".
type Mark struct {
	X, Y   float64
	Class  string
	Square bool
	Title  string
}

// Box of a square mark.
const markHalf = 6.0

// Left and Top are a square's corner, Size its side.
func (m Mark) Left() float64 { return round(m.X - markHalf) }

// Top is a square's upper side.
func (m Mark) Top() float64 { return round(m.Y - markHalf) }

// Size is a square's side.
func (Mark) Size() float64 { return 2 * markHalf }

// Radius is a circle's.
func (Mark) Radius() float64 { return markHalf }

// Sizes of a trend's figure.
const (
	trendLeft  = 90.0
	trendTop   = 24.0
	trendHigh  = 220.0
	trendRight = 40.0
	trendFoot  = 44
)

// figure draws a service through the runs: the RTO reached and the time to the decision, the objective as a line. Runs stand
// at equal distances, in the order of time; what is not told is not drawn.
func (c comparer) figure(i int) *Figure {
	v := &c.t.Series[i]
	top := int64(0)
	told := 0
	for _, p := range v.Points {
		for _, s := range []*int64{p.ObjectiveS, p.AchievedS, p.DecisionS} {
			if s != nil {
				top = max(top, *s)
			}
		}
		if p.AchievedS != nil || p.DecisionS != nil {
			told++
		}
	}
	if told == 0 || top <= 0 {
		return nil
	}
	f := &Figure{ID: "trend-" + strconv.Itoa(i+1), Title: c.T("trend.fig", "service", c.name(v)), W: figureWide, H: int(trendTop+trendHigh) + trendFoot}
	f.Desc = c.T("trend.fig.desc", "n", len(v.Points), "told", told)
	step := trendStep(time.Duration(top) * time.Second)
	steps := top/int64(step/time.Second) + 1
	most := float64(steps) * step.Seconds()
	y := func(s int64) float64 { return round(trendTop + trendHigh*(1-max(float64(s), 0)/most)) }
	x := func(k int) float64 {
		return round(trendLeft + (figureWide-trendLeft-trendRight)*(float64(k)+0.5)/float64(len(v.Points)))
	}
	for k := range steps + 1 {
		s := k * int64(step/time.Second)
		f.Lines = append(f.Lines, Stroke{trendLeft, y(s), figureWide - trendRight, y(s), "grid"})
		f.Texts = append(f.Texts, Label{trendLeft - 8, y(s) + 4, "tick", "end", c.Span(length(s))})
	}
	c.plot(f, v, x, y)
	f.Key = []Legend{{"rtopoint", c.T("trend.key.rto")}, {"gopoint", c.T("trend.key.go")}, {"rto", c.T("trend.key.objective")}, {"", c.T("trend.key.kinds")}}
	return f
}

// trendStep is a round step of the scale: about five of them.
func trendStep(top time.Duration) time.Duration {
	const few = 6
	for _, s := range []time.Duration{
		time.Minute, 5 * time.Minute, 10 * time.Minute, 15 * time.Minute, 30 * time.Minute, time.Hour, 2 * time.Hour, 4 * time.Hour, 6 * time.Hour, 12 * time.Hour,
	} {
		if top/s < few {
			return s
		}
	}
	s := 24 * time.Hour
	for top/s >= few && s < 1<<61 {
		s *= 2
	}
	return s
}

// plot adds the points, joined to the one before of the same kind, and the names of the runs.
func (c comparer) plot(f *Figure, v *Series, x func(int) float64, y func(int64) float64) {
	half := (figureWide - trendLeft - trendRight) / float64(len(v.Points)) / 2
	last := map[string]Mark{}
	every := max(1, (len(v.Points)+7)/8) // names of dates that have room
	for k, p := range v.Points {
		r := &c.t.Runs[p.Run-1]
		if p.ObjectiveS != nil {
			f.Lines = append(f.Lines, Stroke{round(x(k) - half), y(*p.ObjectiveS), round(x(k) + half), y(*p.ObjectiveS), "rto"})
		}
		for _, m := range []struct {
			s     *int64
			class string
			word  string
		}{{p.AchievedS, "rtopoint", "trend.key.rto"}, {p.DecisionS, "gopoint", "trend.key.go"}} {
			if m.s == nil {
				continue
			}
			at := Mark{X: x(k), Y: y(*m.s), Class: m.class, Square: r.Exercise, Title: strconv.Itoa(r.No) + " " + c.realm(r) + " " + c.when(r) + c.Colon() + c.T(m.word) + " " + c.Span(length(*m.s))}
			kind := m.class + strconv.FormatBool(r.Exercise)
			if before, ok := last[kind]; ok {
				f.Lines = append(f.Lines, Stroke{before.X, before.Y, at.X, at.Y, m.class})
			}
			last[kind] = at
			f.Marks = append(f.Marks, at)
		}
		low := trendTop + trendHigh
		f.Texts = append(f.Texts, Label{x(k), low + 16, "tick", "middle", strconv.Itoa(r.No)})
		if k%every == 0 && !r.Start.IsZero() {
			f.Texts = append(f.Texts, Label{x(k), low + 30, "tick", "middle", c.Day(r.Start.Time, c.t.zone)})
		}
		if p.AchievedS == nil && p.DecisionS == nil {
			f.Texts = append(f.Texts, Label{x(k), low - 6, "tick", "middle", "?"})
		}
	}
}
