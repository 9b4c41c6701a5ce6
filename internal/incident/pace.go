package incident

import (
	"math"
	"slices"
	"time"
)

// Trend is how the speed of a line changes.
type Trend string

// Trends. The empty one is "too few counts to tell".
const (
	TrendUnknown      Trend = ""
	TrendAccelerating Trend = "accelerating"
	TrendSteady       Trend = "steady"
	TrendSlowing      Trend = "slowing"
	TrendStalled      Trend = "stalled"
)

// Sign is −1 for slowing and stalled, 1 for accelerating, else 0.
func (t Trend) Sign() int {
	switch t {
	case TrendSlowing, TrendStalled:
		return -1
	case TrendAccelerating:
		return 1
	case TrendUnknown, TrendSteady:
	}
	return 0
}

// WindowRate is the rate over a window that ends at the last count. Span is what the counts really cover.
type WindowRate struct {
	Span      time.Duration
	PerMinute float64
}

// Pace is how fast a line goes, as its counts tell.
type Pace struct {
	Known    bool         // two counts, at two times
	Now      float64      // items a minute over the shortest window
	Windows  []WindowRate // last count (5 minutes at least), 15 minutes, an hour, the whole; those that differ, shortest first
	Arrivals float64      // new ones a minute, where the expected number grows as a flow
	Trend    Trend
	Counted  time.Time     // the last count
	Usual    time.Duration // from one count to the next, as it was (median)
	Rates    []float64     // items a minute from each count to the next, oldest first; the last paceMemory

	fit fit
}

// The judgement of the trend, and of how much rates scatter.
const (
	paceMemory   = 24   // intervals between counts that are looked at
	priorScatter = 0.10 // how much the rate of an interval varies by itself, as a share, before the counts tell
	priorWeight  = 4    // intervals that assumption is worth
	trendSure    = 2.24 // standard errors of a change that is no chance: 5 %, two sided, at two scales (Bonferroni)
	trendMatters = 0.10 // a smaller change is steady, however sure
	stalledAfter = 3    // items that should have come: none of 3 expected is below 5 % (the rule of three)
)

// shortWindow is the least a rate "now" looks back: two counts of one minute tell nothing.
const shortWindow = 5 * time.Minute

// tick is a count as the rates see it.
type tick struct {
	at      time.Time
	through float64
	arrived float64 // new ones since the first tick
}

// stretch is what happened between two ticks.
type stretch struct{ minutes, through, arrived float64 }

// ticks puts the counts in the order of their facts. Of two at one instant the last word holds. A count that a later one
// undercuts was too high, a correction says: it is left out, and the stretch around it becomes longer. One change of the
// expected number is a correction of an estimate; from the second rise on it is a flow of new arrivals.
func (f *Flow) ticks() []tick {
	counts := slices.Clone(f.Counts)
	slices.SortStableFunc(counts, func(a, b FlowCount) int { return a.At.Compare(b.At) })
	kept := counts[:0]
	for _, c := range counts {
		for len(kept) > 0 && (!kept[len(kept)-1].At.Before(c.At) || kept[len(kept)-1].through() > c.through()) {
			kept = kept[:len(kept)-1]
		}
		kept = append(kept, c)
	}
	if len(kept) > paceMemory+1 {
		kept = kept[len(kept)-paceMemory-1:]
	}
	out := make([]tick, len(kept))
	rises, arrived := 0, 0.0
	for i, c := range kept {
		if i > 0 {
			if b := kept[i-1]; b.Expected != nil && c.Expected != nil && b.Approx == c.Approx && *c.Expected > *b.Expected {
				rises++
				arrived += float64(*c.Expected - *b.Expected)
			}
		}
		out[i] = tick{at: c.At, through: float64(c.through()), arrived: arrived}
	}
	if rises < 2 {
		for i := range out {
			out[i].arrived = 0
		}
	}
	return out
}

// Pace reads the rates and the trend from the counts.
func (f *Flow) Pace() Pace {
	ticks := f.ticks()
	n := len(ticks)
	if n == 0 {
		return Pace{}
	}
	p := Pace{Counted: ticks[n-1].at}
	if n < 2 {
		return p
	}
	p.Known = true
	parts := make([]stretch, n-1)
	gaps := make([]float64, n-1)
	for i := range parts {
		a, b := ticks[i], ticks[i+1]
		parts[i] = stretch{b.at.Sub(a.at).Minutes(), b.through - a.through, b.arrived - a.arrived}
		gaps[i] = parts[i].minutes
		p.Rates = append(p.Rates, parts[i].rate())
	}
	slices.Sort(gaps)
	p.Usual = minutes(gaps[len(gaps)/2])
	for _, span := range []time.Duration{shortWindow, 15 * time.Minute, time.Hour, math.MaxInt64} {
		w := pool(suffix(parts, span.Minutes()))
		if k := len(p.Windows); k == 0 || p.Windows[k-1].Span != minutes(w.minutes) {
			p.Windows = append(p.Windows, WindowRate{minutes(w.minutes), w.rate()})
		}
	}
	p.Now = p.Windows[0].PerMinute
	whole := pool(parts)
	p.Arrivals = whole.arrived / whole.minutes
	p.fit = fitted(parts)
	p.Trend = p.fit.trend
	if stalled(parts) {
		p.Trend = TrendStalled
	}
	return p
}

func minutes(m float64) time.Duration {
	return time.Duration(min(m*float64(time.Minute), math.MaxInt64/2))
}

// suffix is the fewest last stretches that cover so many minutes.
func suffix(parts []stretch, span float64) []stretch {
	covered := 0.0
	for i := len(parts) - 1; i >= 0; i-- {
		if covered += parts[i].minutes; covered >= span {
			return parts[i:]
		}
	}
	return parts
}

func pool(parts []stretch) (sum stretch) {
	for _, p := range parts {
		sum.minutes += p.minutes
		sum.through += p.through
		sum.arrived += p.arrived
	}
	return sum
}

func (s stretch) rate() float64 {
	if s.minutes <= 0 {
		return 0
	}
	return s.through / s.minutes
}

// stalled: nothing came through at the end, where at the rate before it at least three should have; or nothing ever did.
func stalled(parts []stretch) bool {
	idle, i := 0.0, len(parts)
	for ; i > 0 && parts[i-1].through == 0; i-- {
		idle += parts[i-1].minutes
	}
	if i == 0 {
		return true
	}
	return pool(parts[:i]).rate()*idle >= stalledAfter
}

// fit is what the estimate of the end is made from: rates a minute, and how sure they are.
type fit struct {
	trend         Trend
	z             float64 // standard errors by which the recent rate differs from the one before
	recent, whole group
	earlier       group
	scatter       float64 // variance of a stretch's rate beyond chance
	unsteady      float64 // the same of the arrivals
	interval      float64 // minutes of a usual stretch
	span          float64 // minutes the counts cover
}

// group is a run of stretches seen as one.
type group struct {
	stretch
	n float64 // stretches' worth: fewer when they differ in length
}

func grouped(parts []stretch) group {
	g := group{stretch: pool(parts)}
	squares := 0.0
	for _, p := range parts {
		squares += p.minutes * p.minutes
	}
	if squares > 0 {
		g.n = g.minutes * g.minutes / squares
	}
	return g
}

// variance of the group's rate: chance (a count scatters as its root, Poisson) and the scatter between stretches.
func (g group) variance(rate, scatter float64) float64 {
	if g.minutes <= 0 || g.n <= 0 {
		return 0
	}
	return rate/g.minutes + scatter/g.n
}

// fitted compares the recent rate with the one before, at a short and a long scale: the last stretch with three times as
// much before it, and the last third with the rest. The rates of stretches scatter by chance and by themselves, as in a
// random-effects comparison (DerSimonian & Laird 1986, Control. Clin. Trials 7:177), with an assumed scatter until the
// counts tell.
func fitted(parts []stretch) fit {
	whole := grouped(parts)
	f := fit{whole: whole, recent: whole, span: whole.minutes, interval: whole.minutes / float64(len(parts))}
	f.scatter = scatter(whole.rate(), parts)
	incoming := make([]stretch, len(parts))
	for i, p := range parts {
		incoming[i] = stretch{minutes: p.minutes, through: p.arrived}
	}
	f.unsteady = scatter(pool(incoming).rate(), incoming)
	if len(parts) < 2 {
		return f
	}
	f.trend = TrendSteady
	best := -1.0
	for _, recent := range [][]stretch{suffix(parts, shortWindow.Minutes()), suffix(parts, whole.minutes/3)} {
		if len(recent) == len(parts) {
			recent = parts[len(parts)-1:]
		}
		earlier := parts[:len(parts)-len(recent)]
		if best < 0 {
			earlier = suffix(earlier, 3*pool(recent).minutes)
		}
		a, b := grouped(earlier), grouped(recent)
		within := scatter(whole.rate(), earlier, recent)
		rate := (a.through + b.through) / (a.minutes + b.minutes)
		z := 0.0
		if v := a.variance(rate, within) + b.variance(rate, within); v > 0 {
			z = (b.rate() - a.rate()) / math.Sqrt(v)
		}
		if math.Abs(z) > best {
			best, f.z, f.recent, f.earlier = math.Abs(z), z, b, a
			f.scatter = max(f.scatter, within)
		}
	}
	if change := f.recent.rate() - f.earlier.rate(); best >= trendSure && math.Abs(change) >= trendMatters*f.earlier.rate() {
		f.trend = TrendAccelerating
		if change < 0 {
			f.trend = TrendSlowing
		}
	}
	return f
}

// scatter is the variance of stretches' rates within groups, beyond chance, drawn towards the assumed one.
func scatter(rate float64, groups ...[]stretch) float64 {
	free, squares := 0.0, 0.0
	for _, g := range groups {
		mean := pool(g).rate()
		for _, p := range g {
			d := p.rate() - mean
			squares += d * d
			if p.minutes > 0 {
				squares -= rate / p.minutes
			}
		}
		free += float64(len(g) - 1)
	}
	assumed := priorScatter * priorScatter * rate * rate
	return (priorWeight*assumed + max(squares, 0)) / (priorWeight + max(free, 0))
}
