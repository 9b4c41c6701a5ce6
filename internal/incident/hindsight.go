package incident

import "time"

// Hindsight is what was forecast of a service once, beside what then happened.
type Hindsight struct {
	Service ServiceID
	At      time.Time // when it was forecast
	Then    Outlook   // given the go when it came, where it had not been said yet
	GoAt    time.Time // that go; zero where it was said already, or nothing waited for it
	Repair  bool      // no go ever came: the forecast of the repair
	RTO     time.Time
	MTPD    time.Time
	Real    time.Time // verified; zero while it is not
}

// Band tells between which of the forecast's levels the outcome fell: 0 up to P10, 1 up to P50, 2 up to P90, 3 beyond.
// ok is false while there is no outcome.
func (h *Hindsight) Band() (band int, ok bool) {
	if h.Real.IsZero() || h.Then.Verified.P50.IsZero() {
		return 0, false
	}
	for _, level := range []time.Time{h.Then.Verified.P10, h.Then.Verified.P50, h.Then.Verified.P90} {
		if !h.Real.After(level) {
			return band, true
		}
		band++
	}
	return band, true
}

// Off is how much later than the median it came; negative: earlier.
func (h *Hindsight) Off() time.Duration { return h.Real.Sub(h.Then.Verified.P50) }

// LookBack makes the forecast of a state as of a time, from n samples, and sets it beside how the incident went on in a
// later state of the same log. A service that was verified already has none.
//
// A forecast that waits for a go is asked for the go that came: how long the cell waited is its decision, and nothing a
// forecast of the plan could know.
func LookBack(then *State, at time.Time, final *State, n int) []Hindsight {
	var out []Hindsight
	f := Predict(then, at, n)
	for i := range f.Services {
		v := &f.Services[i]
		svc := final.Service(v.Service)
		if svc == nil || then.Service(v.Service).Verified != nil {
			continue
		}
		h := Hindsight{Service: v.Service, At: at, Then: v.Go, RTO: v.RTO, MTPD: v.MTPD}
		if v.Gated {
			goes := lastingGo(final, v.Decision)
			switch {
			case goes != nil:
				h.GoAt = goes.Mark.At
				h.Then = v.GoAt(h.GoAt)
			case v.Repair.Known:
				h.Then, h.Repair = v.Repair, true
			default:
				continue
			}
		}
		if svc.Verified != nil {
			h.Real = svc.Verified.At
		}
		if h.Then.Known && !h.Then.Verified.P50.IsZero() {
			out = append(out, h)
		}
	}
	return out
}

// lastingGo is the go of a decision that came out with one, when it was first said; nil when it did not.
func lastingGo(s *State, id DecisionID) *Outcome {
	if d := s.Decision(id); d != nil {
		return firstGo(d)
	}
	return nil
}

// Moment is a turning point of an incident: a phase begins, or a decision is taken.
type Moment struct {
	At       time.Time
	Entry    int
	Phase    Phase      // it began; "" for a decision
	Decision DecisionID // it was taken
	Option   Option
	Then     *State // as it stood; not to be folded further
}

// Course follows a log and keeps its turning points.
type Course struct {
	state   *State
	phase   Phase
	Moments []Moment
}

// NewCourse is a course before the first entry.
func NewCourse() *Course { return &Course{state: NewState()} }

// State is the incident so far.
func (c *Course) State() *State { return c.state }

// Add folds an entry that counts at a time.
func (c *Course) Add(e Entry, at time.Time) {
	Apply(c.state, e)
	before := len(c.Moments)
	if phase := PhaseAt(c.state, at); phase != c.phase && phase != "" {
		c.phase = phase
		c.Moments = append(c.Moments, Moment{At: at, Entry: e.Seq, Phase: phase})
	}
	_, id := e.Event.Entity()
	switch e.Event.Data.(type) {
	case DecisionTaken, DecisionRevised:
		if d := c.state.Decision(DecisionID(id)); d != nil {
			if o := d.Outcome(); o != nil && o.Mark.Seq == e.Seq {
				c.Moments = append(c.Moments, Moment{At: at, Entry: e.Seq, Decision: d.ID, Option: o.Option})
			}
		}
	}
	if len(c.Moments) > before {
		view := c.state.View()
		for i := before; i < len(c.Moments); i++ {
			c.Moments[i].Then = view
		}
	}
}
