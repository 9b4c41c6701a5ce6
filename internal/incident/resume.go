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
	var ends []ETA
	untold, stuck, opened := 0, 0, 0
	for _, f := range s.Blocking(id) {
		o.Waits = append(o.Waits, f.ID)
		if f.Open() {
			opened++
		}
		e := f.ETA(now)
		ends = append(ends, e)
		switch {
		case e.curve == nil && (e.State == ETANone || e.State == ETAGrowing):
			stuck++
		case e.State == ETAUnknown:
			untold++
		}
	}
	if len(o.Waits) == 0 {
		return o
	}
	all := func(t time.Time) float64 {
		p := 1.0
		for i := range ends {
			p *= ends[i].chance(t)
		}
		return p
	}
	o.P10, o.P50, o.P90 = time.Time{}, time.Time{}, time.Time{}
	if o.Told = untold+stuck == 0; o.Told {
		o.P10, o.P50, o.P90 = quantile(all, now, 0.1), quantile(all, now, 0.5), quantile(all, now, 0.9)
		o.Known = !o.P90.IsZero()
		if !o.Deadline.IsZero() {
			o.Chance = all(o.Deadline)
		}
	} else {
		o.Known = false
	}
	o.MTPD = o.mtpd(now, svc, opened > 0, untold, stuck)
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
