package incident

import "time"

// ClockKind says what a clock counts.
type ClockKind string

// Clock kinds.
const (
	ClockRTO      ClockKind = "rto"
	ClockMTPD     ClockKind = "mtpd"
	ClockRPO      ClockKind = "rpo"
	ClockDecideBy ClockKind = "decide-by"
	ClockSitrep   ClockKind = "sitrep"
	ClockTargets  ClockKind = "targets"       // of thresholds only: targets of a step or line that are late
	ClockReview   ClockKind = "review"        // of thresholds only: a no-go or a wait that comes back
	ClockSure     ClockKind = "decide-by-p90" // of thresholds only: the decide-by with nine chances in ten
)

// ClockState is where a clock stands.
type ClockState string

// Clock states. Missed stays missed: a service restored after its deadline has missed its RTO.
const (
	ClockNotStarted ClockState = "not-started"
	ClockRunning    ClockState = "running"
	ClockMet        ClockState = "met"
	ClockMissed     ClockState = "missed"
)

// Clock is one thing that counts. Times are zero, and durations too, where they are unknown or undefined.
type Clock struct {
	Service    ServiceID // "" for the situation report
	Kind       ClockKind
	Obligation ObligationID // of a legal clock
	Origin     time.Time
	Basis      Basis // what the origin is: occurrence, detection, report; "" for others
	OriginSeq  int   // the entry that set the origin
	Objective  time.Duration
	Deadline   time.Time
	Elapsed    time.Duration // origin → stop, or now
	Remaining  time.Duration // now, or stop → deadline; negative when late
	Stopped    time.Time     // zero while running
	State      ClockState
}

// Clocks gives every clock of the incident as of now: for each service in scope RTO, MTPD, RPO and decide-by (those that
// apply), in the order of the services, then the situation report, then the legal clocks. It is the one function all clocks come from: the
// screen, status --at and replay.
//
// RTO runs from its basis to "verified", MTPD from its basis to "resumed" (ISO 22301); RPO compares occurrence minus last
// good data with the objective. A service of level cold has no RTO: its clock counts up and has no deadline. While the
// incident is closed its clocks stand where they stood then.
func Clocks(s *State, now time.Time) []Clock {
	if s.Closed != nil && s.Closed.At.Before(now) {
		now = s.Closed.At
	}
	out := make([]Clock, 0, 4*len(s.Services)+1)
	for i := range s.Services {
		svc := &s.Services[i]
		if !svc.InScope {
			continue
		}
		rto := rtoClock(s, svc, now)
		out = append(out, rto)
		if svc.Def.MTPD > 0 {
			out = append(out, mtpdClock(s, svc, now))
		}
		if c, ok := rpoClock(s, svc); ok {
			out = append(out, c)
		}
		if c, ok := decideByClock(s, svc, rto, now); ok {
			out = append(out, c)
		}
	}
	if c, ok := sitrepClock(s, now); ok {
		out = append(out, c)
	}
	for _, d := range Duties(s, now) {
		if d.Dismissed == nil {
			out = append(out, d.Clock)
		}
	}
	return out
}

// ClockOf finds a clock of Clocks' result; nil when there is none.
func ClockOf(clocks []Clock, service ServiceID, kind ClockKind) *Clock {
	for i := range clocks {
		if clocks[i].Service == service && clocks[i].Kind == kind {
			return &clocks[i]
		}
	}
	return nil
}

// originOf gives the origin a service counts from. The zero time is "not known".
func originOf(s *State, svc *Service) (at time.Time, basis Basis, seq int) {
	basis = svc.From()
	set, ok := s.Stamp(basis.Stamp())
	if !ok {
		return time.Time{}, basis, 0
	}
	return set.Time, basis, set.Mark.Seq
}

// run fills in what follows from origin, objective and stop.
func (c Clock) run(now time.Time, stop *Mark) Clock {
	if c.Origin.IsZero() {
		c.State = ClockNotStarted
		return c
	}
	end := now
	if stop != nil {
		c.Stopped, end = stop.At, stop.At
	}
	c.Elapsed = max(end.Sub(c.Origin), 0)
	c.State = ClockRunning
	if c.Objective > 0 {
		c.Deadline = c.Origin.Add(c.Objective)
		c.Remaining = c.Deadline.Sub(end)
	}
	late := c.Objective > 0 && c.Remaining < 0
	switch {
	case late:
		c.State = ClockMissed
	case stop != nil:
		c.State = ClockMet
	}
	return c
}

func rtoClock(s *State, svc *Service, now time.Time) Clock {
	c := Clock{Service: svc.Def.ID, Kind: ClockRTO, Objective: svc.Def.RTO.Std()}
	c.Origin, c.Basis, c.OriginSeq = originOf(s, svc)
	return c.run(now, svc.Verified)
}

func mtpdClock(s *State, svc *Service, now time.Time) Clock {
	c := Clock{Service: svc.Def.ID, Kind: ClockMTPD, Objective: svc.Def.MTPD.Std()}
	c.Origin, c.Basis, c.OriginSeq = originOf(s, svc)
	return c.run(now, svc.Resumed)
}

// rpoClock measures the loss: from the last good data to the incident (occurrence, else detection, says Basis).
func rpoClock(s *State, svc *Service) (Clock, bool) {
	good, known := s.Stamp(StampLastGood)
	if !known && svc.Def.RPO == 0 {
		return Clock{}, false
	}
	c := Clock{Service: svc.Def.ID, Kind: ClockRPO, Objective: svc.Def.RPO.Std(), State: ClockNotStarted}
	lost, ok := s.Stamp(StampOccurred)
	c.Basis = FromOccurrence
	if !ok {
		lost, ok = s.Stamp(StampDetected)
		c.Basis = FromDetection
	}
	if !known || !ok {
		return c, true
	}
	c.Origin, c.OriginSeq = good.Time, good.Mark.Seq
	return c.run(lost.Time, &Mark{At: lost.Time}), true
}

// PhaseSpan is a phase and the time it took.
type PhaseSpan struct {
	Phase      Phase
	From, To   time.Time // To is zero for the phase that goes on
	Length     time.Duration
	ShareOfRTO float64 // of the shortest RTO in scope; 0 where there is none
	Said       bool
	Seq        int // the entry the start follows from
}

// reviewNotice is how long before it comes back a decision is announced.
const reviewNotice = 5 * time.Minute

// Threshold is a moment at which an alert is raised once.
type Threshold struct {
	Key        string // stable, for "once": "rto/core-banking/75"
	Service    ServiceID
	Kind       ClockKind
	Obligation ObligationID
	Percent    int           // 50, 75, 90, 100 of the objective; 0 for the decide-by ones
	Before     time.Duration // 15 min, 5 min or 0 before the decide-by; 5 min or 0 before a review or a situation report
	At         time.Time
	// Decision is the one that comes back, for a review.
	Decision DecisionID
	Set      SetID // whose targets are late
}

// Thresholds lists the moments of the running clocks at which the cell is alerted: 50, 75, 90, 100 % of RTO and MTPD,
// decide-by minus 15 and 5 minutes and the time itself, the situation report and 5 minutes before, and the review
// of a no-go or a wait, announced five minutes before; and when the first targets of a step or line become late.
// Those at or before now are due; a caller remembers the keys it has raised.
func Thresholds(s *State, now time.Time) []Threshold {
	if s.Closed != nil {
		return nil
	}
	var out []Threshold
	for _, c := range Clocks(s, now) {
		out = append(out, c.thresholds()...)
	}
	for i := range s.Decided {
		d := &s.Decided[i]
		if d.Review != nil && (d.Status == DecisionIsAsked || d.Status == DecisionIsTaken) && d.ReviewPending() {
			for _, before := range []time.Duration{reviewNotice, 0} {
				key := "review/" + string(d.ID) + "/" + d.Review.UTC().Format(time.RFC3339) + "/" + before.String()
				out = append(out, Threshold{Key: key, Kind: ClockReview, Decision: d.ID, Before: before, At: d.Review.Add(-before)})
			}
		}
	}
	return append(out, s.lateTargets(now)...)
}

func (c Clock) thresholds() []Threshold {
	if c.Deadline.IsZero() || !c.Stopped.IsZero() || c.State == ClockNotStarted {
		return nil
	}
	base := string(c.Kind) + "/" + string(c.Service) + "/"
	var out []Threshold
	switch c.Kind {
	case ClockRTO, ClockMTPD:
		for _, p := range []int{50, 75, 90, 100} {
			at := c.Origin.Add(c.Objective / 100 * time.Duration(p))
			out = append(out, Threshold{Key: base + c.Deadline.UTC().Format(time.RFC3339) + "/" + itoa(p), Service: c.Service, Kind: c.Kind, Percent: p, At: at})
		}
	case ClockDecideBy:
		for _, m := range []int{15, 5, 0} {
			before := time.Duration(m) * time.Minute
			out = append(out, Threshold{Key: base + itoa(m), Service: c.Service, Kind: c.Kind, Before: before, At: c.Deadline.Add(-before)})
		}
	case ClockSitrep:
		key := base + c.Deadline.UTC().Format(time.RFC3339)
		if c.Objective > 2*SitrepSoon { // a report just issued is not followed by its own warning
			out = append(out, Threshold{Key: key + "/soon", Kind: c.Kind, Before: SitrepSoon, At: c.Deadline.Add(-SitrepSoon)})
		}
		out = append(out, Threshold{Key: key, Kind: c.Kind, At: c.Deadline})
	case ClockObligation:
		return c.legalThresholds()
	case ClockRPO, ClockReview, ClockSure, ClockTargets:
	}
	return out
}
