package incident

import (
	"math"
	"time"

	"gonum.org/v1/gonum/stat/distuv"
)

// A duration not known yet is held as its quantile function, sampled at equal steps of probability: entry k is the
// duration, in seconds, not exceeded with probability k/quantileSteps. Every kind of uncertainty the forecast knows (an
// estimate, a step under way, targets at the rate seen) becomes such a table, so that drawing is one look-up.
const quantileSteps = 128

type quantileTable [quantileSteps + 1]float32

// at is the duration at probability u in [0, 1], in seconds; linear between the entries.
func (q *quantileTable) at(u float32) float32 {
	x := min(u, 1) * quantileSteps
	k := min(int(x), quantileSteps-1)
	return q[k] + (q[k+1]-q[k])*(x-float32(k))
}

// below is the probability that the duration does not exceed x seconds.
func (q *quantileTable) below(x float32) float64 {
	if x < q[0] {
		return 0
	}
	lo, hi := 0, quantileSteps
	for lo < hi { // the last entry not above x
		mid := (lo + hi + 1) / 2
		if q[mid] <= x {
			lo = mid
		} else {
			hi = mid - 1
		}
	}
	if lo == quantileSteps {
		return 1
	}
	return (float64(lo) + float64(x-q[lo])/float64(q[lo+1]-q[lo])) / quantileSteps
}

// mean is the expected duration, in seconds.
func (q *quantileTable) mean() float64 {
	sum := float64(q[0]+q[quantileSteps]) / 2
	for _, v := range q[1:quantileSteps] {
		sum += float64(v)
	}
	return sum / quantileSteps
}

// maxForecast bounds every duration of the forecast: beyond ten years nothing is told apart, and no sum overflows.
const maxForecast = 10 * 365 * 24 * time.Hour

// spread is an estimate as the forecast reads it: ordered, bounded, with both ends. assumed tells that an end was not
// given: half the likely duration, and twice, are taken in its place.
func (e Estimate) spread() (low, likely, high float64, assumed bool) {
	bound := func(d Duration) float64 { return min(max(d.Std(), 0), maxForecast).Seconds() }
	low, likely, high = bound(e.Min), bound(e.Likely), bound(e.Max)
	if likely == 0 {
		likely = (low + high) / 2
	}
	if e.Min <= 0 {
		low, assumed = likely/2, likely > 0
	}
	if e.Max <= 0 {
		high, assumed = likely*2, likely > 0
	}
	low = min(low, likely)
	return low, likely, max(high, likely), assumed
}

// pert is the three-point estimate as a scaled beta distribution, with the mean (min + 4 likely + max)/6: Malcolm,
// Roseboom, Clark and Fazar, "Application of a technique for research and development program evaluation", 1959.
type pert struct {
	low, high float64 // seconds
	beta      distuv.Beta
}

func newPert(low, likely, high float64) pert {
	p := pert{low: low, high: high, beta: distuv.Beta{Alpha: 1, Beta: 1}}
	if high > low {
		mode := (likely - low) / (high - low)
		p.beta = distuv.Beta{Alpha: 1 + 4*mode, Beta: 1 + 4*(1-mode)}
	}
	return p
}

// cdf is the probability that the duration does not exceed x seconds.
func (p pert) cdf(x float64) float64 {
	switch {
	case x >= p.high:
		return 1
	case x <= p.low:
		return 0
	}
	return p.beta.CDF((x - p.low) / (p.high - p.low))
}

// shapes remembers the quantile functions of beta shapes on [0, 1]: many steps of a plan share one.
type shapes map[float64]*quantileTable

// unit is the quantile function of the beta shape, by summing its density over a fine grid and turning it round.
func (s shapes) unit(b distuv.Beta) *quantileTable {
	if q, ok := s[b.Alpha]; ok {
		return q
	}
	const grid = 2 * quantileSteps
	var sum [grid + 1]float64
	density := func(k int) float64 {
		x := float64(k) / grid
		return math.Pow(x, b.Alpha-1) * math.Pow(1-x, b.Beta-1)
	}
	left := density(0)
	for k := 1; k <= grid; k++ {
		right := density(k)
		mid := math.Pow((float64(k)-0.5)/grid, b.Alpha-1) * math.Pow(1-(float64(k)-0.5)/grid, b.Beta-1)
		sum[k] = sum[k-1] + left + 4*mid + right // Simpson
		left = right
	}
	q := &quantileTable{}
	q[quantileSteps] = 1
	k := 0
	for i := 1; i < quantileSteps; i++ {
		want := sum[grid] * float64(i) / quantileSteps
		for sum[k+1] < want {
			k++
		}
		q[i] = float32((float64(k) + (want-sum[k])/(sum[k+1]-sum[k])) / grid)
	}
	s[b.Alpha] = q
	return q
}

// fresh is the table of a duration that has not begun.
func (s shapes) fresh(p pert) quantileTable {
	unit := s.unit(p.beta)
	var q quantileTable
	for k := range q {
		q[k] = float32(p.low + (p.high-p.low)*float64(unit[k]))
	}
	return q
}

// overrun is how likely a maximum is taken to be wrong, before anything is known. How long it then takes follows
// P(longer than x) = (max/x)², so that the time still to come grows with the time already gone.
const overrun = 0.005

// remaining is what is left of a duration: its table and, for one under way, the chance that its maximum was wrong.
type remaining struct {
	table   quantileTable
	out     float32 // probability of the tail; the table holds with 1 − out
	base    float32 // the tail begins here, in seconds from now
	elapsed float32
}

// at is the duration at probability u in [0, 1], in seconds.
func (r *remaining) at(u float32) float32 {
	in := 1 - r.out
	if u < in || r.out == 0 {
		return r.table.at(u / in)
	}
	v := min((u-in)/r.out, 0.999)
	return r.base + (r.base+r.elapsed)*float32(1/math.Sqrt(float64(1-v))-1) // adding to base, never below it
}

// below is the probability that the duration does not exceed x seconds.
func (r *remaining) below(x float32) float64 {
	p := float64(1-r.out) * r.table.below(x)
	if x > r.base && r.out > 0 {
		share := float64((r.base + r.elapsed) / (x + r.elapsed))
		p += float64(r.out) * (1 - share*share)
	}
	return p
}

// mean is the expected duration, in seconds.
func (r *remaining) mean() float64 {
	return float64(1-r.out)*r.table.mean() + float64(r.out)*float64(2*r.base+r.elapsed)
}

// begun is what is left of a duration after elapsed seconds. Near the maximum it is ever more likely that the maximum
// was wrong; past it that is certain, and the end moves away as time goes by instead of being always now.
func (s shapes) begun(p pert, elapsed float64) remaining {
	if elapsed <= 0 {
		return remaining{table: s.fresh(p)}
	}
	passed := p.cdf(elapsed)
	in := (1 - overrun) * (1 - passed)
	unit := s.unit(p.beta)
	r := remaining{base: float32(max(p.high-elapsed, 0)), elapsed: float32(max(elapsed, 1))}
	r.out = float32(overrun / (in + overrun))
	if in < 1e-9 {
		r.out = 1
	}
	for k := range r.table {
		v := passed + (1-passed)*float64(k)/quantileSteps
		x := p.low + (p.high-p.low)*float64(unit.at(float32(v)))
		r.table[k] = float32(max(x-elapsed, 0))
	}
	return r
}

// lognormal is a duration around a median, with sigma the standard deviation of its logarithm.
func lognormal(median, sigma float64) quantileTable {
	var q quantileTable
	for k := range q {
		u := min(max(float64(k)/quantileSteps, 0.001), 0.999)
		q[k] = float32(min(median*math.Exp(sigma*distuv.UnitNormal.Quantile(u)), maxForecast.Seconds()))
	}
	return q
}
