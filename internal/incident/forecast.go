package incident

import (
	"math"
	"slices"
	"time"
)

// ForecastSamples is how many times the remaining plan is played through: the median is then within about one
// percentile of its limit.
const ForecastSamples = 10_000

// Forecast is when each service is back, as the remaining plan and what was seen of it so far tell, at At. It is a
// Monte Carlo of the project network (Van Slyke, "Monte Carlo methods and the PERT problem", 1963): estimates are PERT
// distributions, steps under way are conditioned on the time they already took, targets go on at the rate seen. Every
// step has a stream of random numbers of its own, made from the incident's and the step's names: the same log and time
// give the same forecast, and a change in it comes from the facts and not from the draw.
//
// It knows no limit to what a person can do at once, and takes a decision later than the go/no-go as taken when it is
// reached.
type Forecast struct {
	At       time.Time
	Samples  int
	Services []ServiceForecast // in scope and not resumed, in the order of the incident
	Steps    []StepForecast    // what remains on the way to a service, in plan order
	Assumed  []StepID          // estimates with an end missing: half and twice the likely duration were taken
	Overdue  []StepID          // under way for longer than their maximum
	Blocked  []StepID          // taken as going on from now
	Later    []DecisionID      // decisions behind the go/no-go that were taken as passed
}

// ServiceForecast is the forecast of one service.
type ServiceForecast struct {
	Service  ServiceID
	RTO      time.Time // deadlines; zero where there is none
	MTPD     time.Time
	Decision DecisionID // the go/no-go it waits or waited for; "" for none
	Gated    bool       // that gate is still closed: the outlook then depends on when go is said
	Go       Outlook    // go said now; or, once it was said, as things go on
	Repair   Outlook    // stay and repair, by the last repair estimate
	DecideBy Confidence // the latest go that still meets the RTO

	verified, resumed sampled
	at                time.Time
}

// StepForecast is what remains of one step.
type StepForecast struct {
	Step     StepID
	Mean     time.Duration // expected time still to be spent on it
	P90      time.Duration
	Critical float64       // criticality index: the share of samples in which it lies on the longest path to some service
	Holds    time.Duration // expected time by which it holds a service back: mean over all samples, 0 where not critical
}

// Range is a moment with its uncertainty. It is zero where the moment is not known.
type Range struct {
	P10, P50, P90 time.Time
	Mean          time.Time
}

// Outlook is what a choice leads to.
type Outlook struct {
	Known    bool
	Verified Range   // the service restored and verified: where the RTO stops
	Resumed  Range   // business resumed: where the MTPD stops; zero where no step of the plan leads to it
	MeetRTO  float64 // probability, 0 to 1; NaN where there is no objective
	MeetMTPD float64 // by the resumption, or by the verification where no step leads to the resumption
}

// Confidence is a moment at two levels of confidence: after P50 it is more likely than not too late; up to P90 nine
// times of ten in time. Zero means that no moment, not even now, gives that confidence.
type Confidence struct {
	P50, P90 time.Time
}

// ForecastOf finds a service's forecast; nil when there is none.
func (f *Forecast) ForecastOf(id ServiceID) *ServiceForecast {
	if f == nil {
		return nil
	}
	for i := range f.Services {
		if f.Services[i].Service == id {
			return &f.Services[i]
		}
	}
	return nil
}

// Matters is the step that holds the services back most, by expected time; nil when nothing remains.
func (f *Forecast) Matters() *StepForecast {
	var best *StepForecast
	for i := range f.Steps {
		if st := &f.Steps[i]; st.Holds > 0 && (best == nil || st.Holds > best.Holds) {
			best = st
		}
	}
	return best
}

// GoAt is the outlook when go is said at t, now or later. Once go was said it is as Go.
func (v *ServiceForecast) GoAt(t time.Time) Outlook {
	return v.outlook(float32(max(t.Sub(v.at), 0).Seconds()))
}

// Predict makes the forecast of an incident as of now, from n samples (0 takes [ForecastSamples]). It reads the state
// only, and takes some ten milliseconds for a plan of two hundred steps: off the event loop, please.
func Predict(s *State, now time.Time, n int) *Forecast {
	if n <= 0 {
		n = ForecastSamples
	}
	g := newPlanGraph(s, now)
	run := newSimulation(g, n)
	for i := range s.Services {
		if svc := &s.Services[i]; svc.InScope && svc.Resumed == nil {
			run.aim(svc)
		}
	}
	run.play()
	f := &Forecast{At: now, Samples: n, Assumed: g.assumed, Overdue: g.overdue, Blocked: g.blocked, Later: g.later}
	repair := repairLeft(s, now)
	for i := range run.targets {
		if v, ok := run.targets[i].forecast(s, now, repair); ok {
			f.Services = append(f.Services, v)
		}
	}
	f.Steps = run.steps()
	return f
}

// sampled is the time of one milestone in every sample, in seconds from now: free is what it takes whenever go is said,
// gated what it takes from the go on (-1: it does not depend on it). The moment is max(free, go + gated). stood is set
// when the milestone was reached.
type sampled struct {
	free, gated []float32
	known       bool
	stood       *Mark
}

// times gives the moment in every sample, sorted, when go is said after wait seconds.
func (m *sampled) times(wait float32) []float32 {
	out := make([]float32, len(m.free))
	for i, free := range m.free {
		out[i] = free
		if g := m.gated[i]; g >= 0 {
			out[i] = max(free, wait+g)
		}
	}
	slices.Sort(out)
	return out
}

func (v *ServiceForecast) outlook(wait float32) Outlook {
	o := Outlook{MeetRTO: math.NaN(), MeetMTPD: math.NaN()}
	if !v.verified.known && v.verified.stood == nil && !v.resumed.known {
		return o
	}
	o.Known = true
	back := v.spread(&v.verified, wait, v.RTO, &o.Verified, &o.MeetRTO)
	resumed := v.spread(&v.resumed, wait, v.MTPD, &o.Resumed, &o.MeetMTPD)
	if !resumed && back {
		v.spread(&v.verified, wait, v.MTPD, &Range{}, &o.MeetMTPD)
	}
	return o
}

// spread fills in when a milestone is reached, and how likely that is by a deadline.
func (v *ServiceForecast) spread(m *sampled, wait float32, deadline time.Time, when *Range, meets *float64) bool {
	if m.stood != nil {
		*when = Range{m.stood.At, m.stood.At, m.stood.At, m.stood.At}
		if !deadline.IsZero() {
			*meets = 0
			if !m.stood.At.After(deadline) {
				*meets = 1
			}
		}
		return true
	}
	if !m.known {
		return false
	}
	times := m.times(wait)
	*when = rangeOf(times, v.at)
	if !deadline.IsZero() {
		*meets = shareUpTo(times, deadline.Sub(v.at))
	}
	return true
}

func after(at time.Time, seconds float64) time.Time {
	return at.Add(time.Duration(seconds * float64(time.Second))).Round(time.Second)
}

func rangeOf(sorted []float32, at time.Time) Range {
	sum := 0.0
	for _, v := range sorted {
		sum += float64(v)
	}
	q := func(p float64) time.Time { return after(at, float64(sorted[int(p*float64(len(sorted)-1))])) }
	return Range{P10: q(0.1), P50: q(0.5), P90: q(0.9), Mean: after(at, sum/float64(len(sorted)))}
}

// shareUpTo is the share of sorted values not above a limit.
func shareUpTo(sorted []float32, limit time.Duration) float64 {
	n, _ := slices.BinarySearchFunc(sorted, float32(limit.Seconds()), func(v, limit float32) int {
		if v <= limit {
			return -1
		}
		return 1
	})
	return float64(n) / float64(len(sorted))
}

// decideBy finds the latest go after which the milestone still comes in time, at both levels of confidence: a sample
// allows a go up to deadline − gated, and none at all when what does not wait for the go is late already.
func (v *ServiceForecast) decideBy() Confidence {
	if !v.Gated || v.RTO.IsZero() || !v.verified.known {
		return Confidence{}
	}
	limit := float32(v.RTO.Sub(v.at).Seconds())
	never := float32(math.Inf(-1))
	latest := make([]float32, len(v.verified.free))
	for i, free := range v.verified.free {
		latest[i] = never
		if g := v.verified.gated[i]; free <= limit && g >= 0 {
			latest[i] = limit - g
		}
	}
	slices.Sort(latest)
	moment := func(confidence float64) time.Time {
		x := latest[int((1-confidence)*float64(len(latest)-1))]
		if x < 0 {
			return time.Time{}
		}
		return after(v.at, float64(x))
	}
	return Confidence{P50: moment(0.5), P90: moment(0.9)}
}

// Thresholds lists the moments at which the cell is alerted because a go is about to lose its nine chances in ten of
// meeting the RTO: 15 and 5 minutes before, and then. They take the place of those of the decide-by clock before its
// time, which counts likely durations only.
func (f *Forecast) Thresholds() []Threshold {
	if f == nil {
		return nil
	}
	var out []Threshold
	for i := range f.Services {
		v := &f.Services[i]
		if !v.Gated || v.RTO.IsZero() {
			continue
		}
		if v.DecideBy.P90.IsZero() { // over already, by work that was not begun rather than by the clock
			out = append(out, Threshold{Key: string(ClockSure) + "/" + string(v.Service) + "/0", Service: v.Service, Kind: ClockSure, At: f.At})
			continue
		}
		for _, m := range []int{15, 5, 0} {
			before := time.Duration(m) * time.Minute
			key := string(ClockSure) + "/" + string(v.Service) + "/" + itoa(m)
			out = append(out, Threshold{Key: key, Service: v.Service, Kind: ClockSure, Before: before, At: v.DecideBy.P90.Add(-before)})
		}
	}
	return out
}
