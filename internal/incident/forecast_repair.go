package incident

import (
	"math"
	"time"
)

// repairLeft is what is left of the repair, by the last estimate of it, given that it is not over now; nil without one.
func repairLeft(s *State, now time.Time) *remaining {
	if len(s.Repairs) == 0 {
		return nil
	}
	r := s.Repairs[len(s.Repairs)-1]
	low, likely, high, _ := r.Estimate.spread()
	left := make(shapes).begun(newPert(low, likely, high), max(now.Sub(r.Mark.At), 0).Seconds())
	return &left
}

// outlook is the repair branch: the service is taken as verified when the repair ends.
func (r *remaining) outlook(at, rto, mtpd time.Time) Outlook {
	moment := func(p float32) time.Time { return after(at, float64(r.at(p))) }
	by := func(deadline time.Time) float64 {
		if deadline.IsZero() {
			return math.NaN()
		}
		return r.below(float32(deadline.Sub(at).Seconds()))
	}
	return Outlook{
		Known:    true,
		Verified: Range{P10: moment(0.1), P50: moment(0.5), P90: moment(0.9), Mean: after(at, r.mean())},
		MeetRTO:  by(rto), MeetMTPD: by(mtpd),
	}
}

// RepairTurn is how a repair estimate turned out.
type RepairTurn struct {
	Repair  Repair
	Until   time.Time     // when it said the repair would be over
	Slipped time.Duration // how much later the next one said so; negative: earlier. For the last one 0
	Passed  bool          // that time is past, and the repair was not over
	Last    bool          // the one that holds
}

// RepairTurns tells how each estimate of the repair turned out as of now, in the order they were given: a series that
// slips each time is to be believed less than its last member says.
func RepairTurns(s *State, now time.Time) []RepairTurn {
	out := make([]RepairTurn, len(s.Repairs))
	for i, r := range s.Repairs {
		until := r.Mark.At.Add(r.Estimate.Likely.Std())
		out[i] = RepairTurn{Repair: r, Until: until, Last: i == len(s.Repairs)-1, Passed: !until.After(now)}
		if i > 0 {
			out[i-1].Slipped = until.Sub(out[i-1].Until)
		}
	}
	return out
}
