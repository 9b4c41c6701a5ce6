package incident

import "time"

// MTPDState says what the catch-up leaves of a service's MTPD.
type MTPDState string

// States. The empty one: nothing blocks, or there is no MTPD, or the business has resumed.
const (
	MTPDNone    MTPDState = ""
	MTPDHeld    MTPDState = "held"    // through before the deadline, nine times of ten
	MTPDAtRisk  MTPDState = "at-risk" // it may be, it may not
	MTPDLost    MTPDState = "lost"    // not nine times of ten, or the deadline has passed
	MTPDUnknown MTPDState = "unknown" // the counts do not tell yet
)

// ResumeOutlook is the earliest the business of a service can resume, as far as its catch-up tells: not before the lines
// that block it are through. Times that cannot be told are zero; Known when all three are told.
type ResumeOutlook struct {
	P10, P50, P90 time.Time
	Known         bool
	Waits         []FlowID // the lines that block and are not closed
	Deadline      time.Time
	MTPD          MTPDState
	Told          bool    // every one of them has an estimate
	Chance        float64 // that all of them are through by the deadline, where Told
}

// ledgerLeft is how long the catch-up lines that block a service still take, as their counts tell; nil where there are none,
// or where one of them does not tell.
func ledgerLeft(s *State, id ServiceID, now time.Time) *remaining {
	b := s.blockingEnds(id, now)
	if len(b.ends) == 0 || b.untold+b.stuck > 0 {
		return nil
	}
	const every = 4 // entries of the table worked out; those between lie on a line
	r := &remaining{}
	for k := 0; k <= quantileSteps; k += every {
		p := min(max(float64(k)/quantileSteps, 0.002), 0.998)
		r.table[k] = float32(maxForecast.Seconds())
		if at := quantile(b.chance, now, p); !at.IsZero() {
			r.table[k] = float32(at.Sub(now).Seconds())
		}
		for j := 1; j < every && k > 0; j++ {
			a, z := r.table[k-every], r.table[k]
			r.table[k-every+j] = a + (z-a)*float32(j)/every
		}
	}
	return r
}

// blocking is what the lines that block a service tell of their ends.
type blocking struct {
	waits                 []FlowID
	ends                  []ETA
	untold, stuck, opened int
}

func (s *State) blockingEnds(id ServiceID, now time.Time) blocking {
	var b blocking
	for _, f := range s.Blocking(id) {
		b.waits = append(b.waits, f.ID)
		if f.Open() {
			b.opened++
		}
		e := f.ETA(now)
		b.ends = append(b.ends, e)
		switch {
		case e.curve == nil && (e.State == ETANone || e.State == ETAGrowing):
			b.stuck++
		case e.State == ETAUnknown:
			b.untold++
		}
	}
	return b
}

// chance that all of them are through at t, taken as independent.
func (b *blocking) chance(t time.Time) float64 {
	p := 1.0
	for i := range b.ends {
		p *= b.ends[i].chance(t)
	}
	return p
}

// CatchupOutlook joins the estimates of the lines that block a service: it resumes when the last of them is through. The
// lines are taken as independent. Where nothing blocks, the times are now.
func CatchupOutlook(s *State, id ServiceID, now time.Time) ResumeOutlook {
	o := ResumeOutlook{P10: now, P50: now, P90: now, Known: true}
	svc := s.Service(id)
	if svc == nil {
		return o
	}
	if c := mtpdClock(s, svc, now); svc.Def.MTPD > 0 && svc.Resumed == nil {
		o.Deadline = c.Deadline
	}
	b := s.blockingEnds(id, now)
	o.Waits = b.waits
	if len(o.Waits) == 0 {
		return o
	}
	o.P10, o.P50, o.P90 = time.Time{}, time.Time{}, time.Time{}
	if o.Told = b.untold+b.stuck == 0; o.Told {
		o.P10, o.P50, o.P90 = quantile(b.chance, now, 0.1), quantile(b.chance, now, 0.5), quantile(b.chance, now, 0.9)
		o.Known = !o.P90.IsZero()
		if !o.Deadline.IsZero() {
			o.Chance = b.chance(o.Deadline)
		}
	} else {
		o.Known = false
	}
	o.MTPD = o.mtpd(now, svc, b.opened > 0, b.untold, b.stuck)
	return o
}

func (o *ResumeOutlook) mtpd(now time.Time, svc *Service, opened bool, untold, stuck int) MTPDState {
	switch {
	case o.Deadline.IsZero():
		return MTPDNone
	case now.After(o.Deadline):
		return MTPDLost
	case !opened && svc.Verified == nil:
		return MTPDNone // nothing to catch up with yet
	case stuck > 0:
		return MTPDAtRisk
	case untold > 0:
		return MTPDUnknown
	case o.P10.IsZero() || o.P10.After(o.Deadline):
		return MTPDLost
	case o.Known && !o.P90.After(o.Deadline):
		return MTPDHeld
	}
	return MTPDAtRisk
}
