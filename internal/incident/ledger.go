package incident

import (
	"math"
	"time"
)

// Rate is how fast a line of the ledger goes, with its trend: a straight line promises too much.
type Rate struct {
	PerMinute float64
	Trend     int // -1 slower than before, 0 steady (within 10 %), 1 faster
	Known     bool
}

// Rate is the rate between the last two counts, and its trend against the two before. It is unknown before the second
// count, and two counts of one instant tell nothing.
func (f *Flow) Rate() Rate {
	last, ok := f.slope(len(f.Counts) - 1)
	if !ok {
		return Rate{}
	}
	r := Rate{PerMinute: last, Known: true}
	before, ok := f.slope(len(f.Counts) - 2)
	switch {
	case !ok:
	case last < before*0.9:
		r.Trend = -1
	case last > before*1.1:
		r.Trend = 1
	}
	return r
}

// slope is the rate per minute between count i-1 and count i, replayed and rejected together.
func (f *Flow) slope(i int) (float64, bool) {
	if i < 1 {
		return 0, false
	}
	a, b := f.Counts[i-1], f.Counts[i]
	minutes := b.At.Sub(a.At).Minutes()
	if minutes <= 0 {
		return 0, false
	}
	return (float64(b.Replayed) + float64(b.Rejected) - float64(a.Replayed) - float64(a.Rejected)) / minutes, true
}

// Left is what is still to be replayed; ok is false while the expected number is unknown.
func (f *Flow) Left() (n int64, ok bool) {
	if f.Expected == nil {
		return 0, false
	}
	return max(*f.Expected-f.Handled(), 0), true
}

// ETA is when the line would be empty at the last rate, and at half of it: a range, because backlogs do not drain in a
// straight line. ok is false while nothing can be told.
func (f *Flow) ETA() (soonest, latest time.Time, ok bool) {
	left, known := f.Left()
	r := f.Rate()
	if !known || !r.Known || r.PerMinute <= 0 {
		return time.Time{}, time.Time{}, false
	}
	at := f.Counts[len(f.Counts)-1].At
	const century = 100 * 365 * 24 * 60 // minutes; a slower line has no date
	minutes := float64(left) / r.PerMinute
	if minutes > century {
		return time.Time{}, time.Time{}, false
	}
	span := time.Duration(minutes * float64(time.Minute))
	return at.Add(span), at.Add(2 * span), true
}

// Balance is how the counts stand to the expected number: replayed + rejected − expected. ok is false while the expected
// number is unknown.
func (f *Flow) Balance() (n int64, ok bool) {
	if f.Expected == nil {
		return 0, false
	}
	return f.Handled() - *f.Expected, true
}

// Handled is replayed and rejected together, or the largest number there is. Neither is ever negative.
func (f *Flow) Handled() int64 {
	if f.Replayed > math.MaxInt64-f.Rejected {
		return math.MaxInt64
	}
	return f.Replayed + f.Rejected
}

// StepCounts counts steps by where they stand.
type StepCounts struct {
	Total, Done, Running, Ready, Blocked, Failed, Skipped int
}

// CountSteps counts the steps of a plan, or of all when plan is "". Done has the checked ones; a step that was done but
// still wants its second pair of eyes counts as running.
func (s *State) CountSteps(plan PlanID) StepCounts {
	var c StepCounts
	for i := range s.Steps {
		st := &s.Steps[i]
		if plan != "" && st.Plan != plan {
			continue
		}
		c.Total++
		switch s.StepStatus(st) {
		case StepIsDone, StepIsCheck:
			if st.Finished() {
				c.Done++
			} else {
				c.Running++
			}
		case StepRunning:
			c.Running++
		case StepReady:
			c.Ready++
		case StepIsBlock:
			c.Blocked++
		case StepIsFail:
			c.Failed++
		case StepIsSkip:
			c.Skipped++
		case StepToDo:
		}
	}
	return c
}

// Contested counts the decisions that wait for somebody to settle them.
func (s *State) Contested() int {
	n := 0
	for i := range s.Decided {
		if s.Decided[i].Status == DecisionContested {
			n++
		}
	}
	return n
}
