package incident

import (
	"math"
	"time"
)

// ETAState says what can be told of the end of a line.
type ETAState string

// States of an estimate. Append-only: status JSON shows them.
const (
	ETAUnknown ETAState = "unknown" // no expected number, or fewer than two counts
	ETAThrough ETAState = "through" // nothing waits any more
	ETARange   ETAState = "range"   // between P10 and P90
	ETAOpen    ETAState = "open"    // not before P10; no latest time can be told
	ETANone    ETAState = "none"    // no end in sight at this rate
	ETAGrowing ETAState = "growing" // more comes in than goes through
)

// ETA is when a line is through, as a range: never one date. A time that cannot be told is zero.
type ETA struct {
	State         ETAState
	P10, P50, P90 time.Time

	curve *endCurve
}

// What the estimate assumes.
const (
	driftOverSpan = 0.15            // how far a rate wanders, as a share, in as long as it was watched
	approxShare   = 0.10            // how wrong a number marked as an estimate is, one standard deviation
	slowFrom      = 0.5             // standard errors from which a fall is believed a little
	slowMost      = 0.5             // how far it is believed at most to go on
	stillMost     = 0.5             // how far it is believed at most that it stands still since a count is overdue
	silenceFactor = 1.5             // usual pauses between counts after which a silence counts
	leastPause    = 5 * time.Minute // … and the shortest pause that is usual
	horizon       = 366 * 24 * 60   // minutes; what takes longer has no end in sight
	gridFirst     = 0.05            // minutes
	gridStep      = 1.06            // each point of the grid to the next
	gridPoints    = 280             // gridFirst × gridStep^279 is beyond the horizon
)

// ETA estimates when nothing of the line waits any more, as of now. What was rejected still needs its fate then.
//
// What is left drains as a Brownian motion with a drift that is known only roughly and wanders: after s minutes it has
// gone down by m(s) with the variance V(s) = σ²s + Ps² + qs³/3, and the end is its first passage through zero. With σ²
// alone that is the inverse Gaussian (Schrödinger 1915), near its end the fatigue life of Birnbaum & Saunders (1969), with
// P alone the Bernstein life; the chance to be through by s is taken as the highest Φ((m−left)/√V) up to s, so that a
// rate watched for a short time tells nothing of a far end.
//
// Three stories are mixed: it goes on at this rate; it goes on slowing as it did, by harmonic decline (Arps 1945: backlogs
// drain like wells, fast first); and it stands still since a count is overdue, and will for about as long again (what
// stood for t goes on for x with the chance t/(t+x): Gott 1993, Nature 363:315). The second is believed as far as the fall
// of the rate stands out of the noise, the third as far as the count is overdue. So the range widens when the rate falls,
// when it scatters, when the end is far, and when nobody counts.
func (f *Flow) ETA(now time.Time) ETA {
	a, p := f.Account(), f.Pace()
	switch {
	case a.Known && a.Left == 0 && len(f.Counts) > 0:
		return ETA{State: ETAThrough, P10: now, P50: now, P90: now}
	case !a.Known || !p.Known:
		return ETA{State: ETAUnknown}
	case p.Trend == TrendStalled:
		return ETA{State: ETANone}
	}
	c := newEndCurve(a, p, now)
	if c == nil {
		if p.Arrivals > 0 {
			return ETA{State: ETAGrowing}
		}
		return ETA{State: ETANone}
	}
	e := ETA{State: ETARange, curve: c}
	e.P10, e.P50, e.P90 = quantile(c.at, now, 0.1), quantile(c.at, now, 0.5), quantile(c.at, now, 0.9)
	switch {
	case e.P10.IsZero():
		e.State = ETANone
	case e.P90.IsZero():
		e.State = ETAOpen
	}
	return e
}

// chance that the line is through at t.
func (e *ETA) chance(t time.Time) float64 {
	switch {
	case e.State == ETAThrough:
		return 1
	case e.curve != nil:
		return e.curve.at(t)
	}
	return 0
}

// endCurve is the chance that a line is through, by time.
type endCurve struct {
	from   time.Time // the last count
	idle   float64   // minutes it may have stood still since
	still  float64   // how far that is believed
	chance [gridPoints]float64
}

// drain is one story of how what is left goes down, minutes after the last count.
type drain struct {
	left, leftVar  float64
	rate, decline  float64 // a minute, and how fast that declines
	arrivals       float64
	chance, spread float64 // σ² and P
	wander         float64 // q
}

// newEndCurve tells when the line is through; nil when what is left does not go down.
func newEndCurve(a Account, p Pace, now time.Time) *endCurve {
	d := newDrain(a, p)
	if d.rate-d.arrivals <= 0 {
		return nil
	}
	slow, believed := d.slowing(p.fit)
	c := &endCurve{from: p.Counted}
	s, high, highSlow := gridFirst, 0.0, 0.0
	for i := range c.chance {
		high = max(high, d.through(s))
		if believed > 0 {
			highSlow = max(highSlow, slow.through(s))
		}
		c.chance[i] = (1-believed)*high + believed*highSlow
		s *= gridStep
	}
	pause := silenceFactor * max(p.Usual, leastPause).Minutes()
	if c.idle = max(now.Sub(p.Counted).Minutes()-pause, 0); c.idle > 0 {
		c.still = stillMost * c.idle / (c.idle + pause)
	}
	return c
}

// newDrain reads the steady story. The rate is the recent one, drawn towards the whole as far as the two agree within
// their errors (empirical Bayes: Efron & Morris 1973).
func newDrain(a Account, p Pace) drain {
	f := p.fit
	recent, whole := f.recent.rate(), f.whole.rate()
	vr, vw := f.recent.variance(max(recent, whole), f.scatter), f.whole.variance(whole, f.scatter)
	apart := (recent - whole) * (recent - whole)
	pull := 0.0
	if sum := vr + vw + max(apart-vr, 0); sum > 0 {
		pull = vr / sum
	}
	d := drain{
		left: float64(a.Left), rate: recent + pull*(whole-recent), arrivals: p.Arrivals,
		spread: (1-pull)*vr + pull*vw + pull*(1-pull)*apart,
	}
	if a.Approx {
		d.leftVar = approxShare * float64(a.Expected) * approxShare * float64(a.Expected)
	}
	d.chance = max(d.rate, 0) + d.arrivals + (f.scatter+f.unsteady)*f.interval
	if f.span > 0 {
		d.wander = driftOverSpan * driftOverSpan * (d.rate*d.rate + d.arrivals*d.arrivals) / f.span
		d.spread += f.whole.variance(d.arrivals, f.unsteady)
	}
	return d
}

// slowing is the second story, and how far it is believed.
func (d drain) slowing(f fit) (drain, float64) {
	before, recent := f.earlier.rate(), f.recent.rate()
	believed := slowMost * min(max((-f.z-slowFrom)/(trendSure-slowFrom), 0), 1)
	apart := (f.earlier.minutes + f.recent.minutes) / 2
	if believed == 0 || recent <= 0 || recent >= before || apart <= 0 {
		return d, 0
	}
	decline := (1 - recent/before) / apart
	aged := 1 + decline*f.recent.minutes/2 // from the middle of the recent stretch to its end
	d.rate, d.decline = recent/aged, decline/aged
	return d, believed
}

// through is the chance to be through after s minutes, by the normal law.
func (d drain) through(s float64) float64 {
	gone := d.rate * s
	if d.decline > 0 {
		gone = d.rate / d.decline * math.Log1p(d.decline*s)
	}
	v := d.leftVar + d.chance*s + d.spread*s*s + d.wander*s*s*s/3
	if v <= 0 {
		return 0
	}
	return math.Erfc((d.left-gone+d.arrivals*s)/math.Sqrt(2*v)) / 2
}

// after reads the grid, minutes after the last count.
func (c *endCurve) after(m float64) float64 {
	if m <= 0 {
		return 0
	}
	x := math.Log(m/gridFirst) / math.Log(gridStep)
	switch i := int(x); {
	case x <= 0:
		return c.chance[0] * m / gridFirst
	case i >= gridPoints-1:
		return c.chance[gridPoints-1]
	default:
		share := x - float64(i)
		return c.chance[i] + share*(c.chance[i+1]-c.chance[i])
	}
}

// at is the chance to be through at t.
func (c *endCurve) at(t time.Time) float64 {
	m := t.Sub(c.from).Minutes()
	if c.still == 0 {
		return c.after(m)
	}
	stood := 0.0 // the five stories in the middle of each fifth of how long it goes on to stand
	for _, odds := range [...]float64{1. / 9, 3. / 7, 1, 7. / 3, 9} {
		stood += c.after(m-c.idle*(1+odds)) / 5
	}
	return (1-c.still)*c.after(m) + c.still*stood
}

// quantile is the first second from now on at which the chance reaches p; zero when it does not within the horizon.
func quantile(chance func(time.Time) float64, now time.Time, p float64) time.Time {
	const last = horizon * 60
	at := func(s int64) time.Time { return now.Add(time.Duration(s) * time.Second) }
	if chance(at(last)) < p {
		return time.Time{}
	}
	low, high := int64(-1), int64(last) // chance(low) < p ≤ chance(high)
	for high-low > 1 {
		if mid := (low + high) / 2; chance(at(mid)) >= p {
			high = mid
		} else {
			low = mid
		}
	}
	return at(high)
}
