package incident

import (
	"math"
	"slices"
	"time"

	"gonum.org/v1/gonum/stat/distuv"
)

// How much the plan's own three points weigh against what was seen.
const (
	// planCounts is how many observations the plan's likely duration counts for: what was thought at a desk is worth one
	// time that it was done.
	planCounts = 1
	// planSpread is the same for its width, which a few observations tell little of.
	planSpread = 4
	// narrowFrom is how many observations it takes before a range may become narrower than the plan's.
	narrowFrom = 3
	// beyond bounds a maximum nobody has seen: this many times the longest that was planned or seen.
	beyond = 1.5
)

// Calibrated is what was seen of a step, and the estimate it leads to.
type Calibrated struct {
	StepRef
	Title   Text
	Seen    []Observation // in the order given
	Before  Estimate      // the playbook's
	After   Estimate
	Outside int           // observations outside of the playbook's least and most
	Targets int           // of the playbook's step; 0 for none
	Each    time.Duration // likely time a target, by the proposal; 0 without targets
}

// Changed tells whether the proposal differs from the playbook.
func (c *Calibrated) Changed() bool { return c.Before != c.After }

// Realms counts the observations by realm.
func (c *Calibrated) Realms() (live, drill int) {
	for i := range c.Seen {
		if c.Seen[i].Realm == Drill {
			drill++
		} else {
			live++
		}
	}
	return live, drill
}

// Calibrate proposes estimates for the steps that were seen: those whose observations lie outside the playbook's range
// first, the more of them the sooner, then in the playbook's order.
//
// The rule. Durations are compared by their ratio, so all of it happens on their logarithms, taken as normal. The
// playbook's three points are the prior knowledge, worth one observation of the middle and four of the width; the
// observations update it by the conjugate normal model with unknown mean and variance (Gelman, Carlin, Stern, Dunson,
// Vehtari and Rubin, "Bayesian Data Analysis", 3rd edition, section 3.3). The three points are then shifted and
// stretched so that the range from P5 to P95 of what is foreseen next becomes that of the update: with no observation
// nothing changes, and the shape the playbook gave stays. Beside that, the range always holds everything seen; it never
// becomes narrower on fewer than three observations; its least is never below what was planned or seen, and its most
// never above one and a half times the longest of them.
func Calibrate(book *Playbook, seen []Observation) []Calibrated {
	var out []Calibrated
	for i := range book.Plans {
		p := &book.Plans[i]
		for j := range p.Steps {
			c := Calibrated{StepRef: StepRef{Plan: p.ID, Step: p.Steps[j].ID}, Title: p.Steps[j].Title, Before: p.Steps[j].Estimate}
			for _, o := range seen {
				if o.StepRef == c.StepRef {
					c.Seen = append(c.Seen, o)
				}
			}
			if len(c.Seen) == 0 {
				continue
			}
			c.propose()
			if c.Targets = p.Steps[j].Targets.Total(); c.Targets > 0 {
				c.Each = c.After.Likely.Std() / time.Duration(c.Targets)
			}
			out = append(out, c)
		}
	}
	slices.SortStableFunc(out, func(a, b Calibrated) int { return b.Outside - a.Outside })
	return out
}

func (c *Calibrated) propose() {
	low, likely, high, _ := c.Before.spread()
	least, most := math.Inf(1), 0.0
	logs := make([]float64, len(c.Seen))
	for i := range c.Seen {
		took := min(max(c.Seen[i].Took, time.Second), maxForecast).Seconds()
		if took < math.Floor(low) || took > math.Ceil(high) {
			c.Outside++
		}
		logs[i] = math.Log(took)
		least, most = min(least, took), max(most, took)
	}
	move := learn(low, likely, high, logs)
	after := [3]float64{move(low), move(likely), move(high)}
	after[0] = min(max(after[0], min(low, least)), least)
	after[2] = max(min(after[2], beyond*max(high, most)), most)
	if len(c.Seen) < narrowFrom {
		after[0], after[2] = min(after[0], low), max(after[2], high)
	}
	after[1] = min(max(after[1], after[0]), after[2])
	c.After = Estimate{Min: grid(after[0], math.Floor), Likely: grid(after[1], math.Round), Max: grid(after[2], math.Ceil)}
	c.After.Likely = min(max(c.After.Likely, c.After.Min), c.After.Max)
	if c.Before == c.After.asGiven(c.Before) {
		c.After = c.Before // what is given says the same
	}
}

// asGiven leaves out the ends another estimate does not give and that are no news.
func (e Estimate) asGiven(before Estimate) Estimate {
	low, _, high, _ := before.spread()
	if before.Min == 0 && e.Min == grid(low, math.Floor) {
		e.Min = 0
	}
	if before.Max == 0 && e.Max == grid(high, math.Ceil) {
		e.Max = 0
	}
	return e
}

// learn updates a plan's three points, in seconds, with the logarithms of what was seen; it gives where each duration of
// the plan moves to.
func learn(low, likely, high float64, logs []float64) func(float64) float64 {
	low, high = max(min(low, 0.95*likely), 1), max(high, 1.05*likely) // a plan that knows to the minute knows too much
	p := newPert(low, likely, high)
	quantile := func(u float64) float64 { return math.Log(low + (high-low)*p.beta.Quantile(u)) }
	half := (quantile(0.95) - quantile(0.05)) / 2
	center := quantile(0.5)
	reach := func(counts, spread float64) float64 {
		return distuv.StudentsT{Mu: 0, Sigma: 1, Nu: spread}.Quantile(0.95) * math.Sqrt(1+1/counts)
	}
	planned := half / reach(planCounts, planSpread) // the scale that foresees the plan's own range

	n := float64(len(logs))
	mean, square := 0.0, 0.0
	for _, v := range logs {
		mean += v / n
	}
	for _, v := range logs {
		square += (v - mean) * (v - mean)
	}
	counts, spread := planCounts+n, planSpread+n
	moved := (planCounts*center + n*mean) / counts
	variance := (planSpread*planned*planned + square + planCounts*n/counts*(mean-center)*(mean-center)) / spread
	stretch := math.Sqrt(variance) * reach(counts, spread) / half
	return func(x float64) float64 { return math.Exp(moved + stretch*(math.Log(max(x, 1))-center)) }
}

// grid rounds seconds to what people plan in: half a minute from one minute on, minutes from ten, five from an hour.
func grid(seconds float64, round func(float64) float64) Duration {
	unit := 30.0
	switch {
	case seconds < 10:
		unit = 1
	case seconds < 60:
		unit = 5
	case seconds >= 3600:
		unit = 300
	case seconds >= 600:
		unit = 60
	}
	return Duration(max(round(seconds/unit), 1) * unit * float64(time.Second))
}
