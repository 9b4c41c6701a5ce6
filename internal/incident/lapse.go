package incident

import (
	"crypto/sha256"
	"encoding/hex"
	"time"
)

// ForecastLapsed tells that no go meets the service's RTO any more, by the likely durations of what remained, and what was
// still possible then. The console that notices first writes it, on its own: it is the one entry no person asked for, and
// it changes nothing but the record. Its id is made from what it tells, so that consoles that notice at once write one.
type ForecastLapsed struct {
	Service  ServiceID  `json:"service"`
	Decision DecisionID `json:"decision"`            // the go/no-go that was waited for
	DecideBy time.Time  `json:"decide_by"`           // the latest go that would have met the RTO
	RTO      time.Time  `json:"rto"`                 // the deadline
	MTPD     *time.Time `json:"mtpd,omitempty"`      // the next deadline; nil without an MTPD
	MeetRTO  *float64   `json:"p_rto,omitempty"`     // probability that a go then meets it, 0 to 1
	MeetMTPD *float64   `json:"p_mtpd,omitempty"`    // … the MTPD
	Back     *time.Time `json:"back_p50,omitempty"`  // median of the service verified, go said then
	Repair   *float64   `json:"p_repair,omitempty"`  // probability that the repair meets the RTO, where it was estimated
	Expected bool       `json:"mtpd_held,omitempty"` // by likely durations the MTPD is met
}

// Type names the payload in the catalogue.
func (ForecastLapsed) Type() Type { return TypePrefix + "forecast.lapsed" }

// LapseSource is the source of lapses: with the id it makes the same lapse the same event, whoever writes it.
const LapseSource = "/sangfroid/forecast"

// SubjectForecast is the subject of what the forecast tells of a service.
func SubjectForecast(id ServiceID) string { return "forecast/" + string(id) }

// Lapse is a service whose RTO no go could meet any more.
type Lapse struct {
	ForecastLapsed
	Mark Mark
}

// ID is the event's id: made from what happened, not from when it was noticed.
func (l ForecastLapsed) ID(incident IncidentID) EventID {
	sum := sha256.Sum256([]byte(string(incident) + "\x00" + string(l.Service) + "\x00" + l.RTO.UTC().Format(time.RFC3339)))
	return EventID("lapse-" + hex.EncodeToString(sum[:10]))
}

// LapsesDue lists what has lapsed as of now and does not stand in the log yet, without its probabilities (see
// [ForecastLapsed.Foreseen]). A changed origin moves the deadline, and may make another lapse.
func LapsesDue(s *State, now time.Time) []ForecastLapsed {
	if s.Closed != nil || s.Imported {
		return nil
	}
	var out []ForecastLapsed
	for i := range s.Services {
		svc := &s.Services[i]
		if !svc.InScope || svc.Verified != nil || svc.Def.RTO == 0 {
			continue
		}
		gate := GateOf(s, svc.Def.ID)
		if gate == nil || firstGo(gate) != nil {
			continue
		}
		b, ok := DecideBy(s, svc.Def.ID, now)
		if !ok || !b.Passed {
			continue
		}
		origin, _, _ := originOf(s, svc)
		l := ForecastLapsed{
			Service: svc.Def.ID, Decision: gate.ID, DecideBy: b.DecideBy.UTC(), RTO: origin.Add(svc.Def.RTO.Std()).UTC(), Expected: b.MeetsMTPD,
		}
		if svc.Def.MTPD > 0 {
			at := origin.Add(svc.Def.MTPD.Std()).UTC()
			l.MTPD = &at
		}
		if !s.lapsed(l) {
			out = append(out, l)
		}
	}
	return out
}

// Foreseen adds what a forecast says of it.
func (l ForecastLapsed) Foreseen(f *Forecast) ForecastLapsed {
	v := f.ForecastOf(l.Service)
	if v == nil {
		return l
	}
	p := func(x float64) *float64 {
		if x != x { // no objective
			return nil
		}
		return &x
	}
	if v.Go.Known {
		l.MeetRTO, l.MeetMTPD = p(v.Go.MeetRTO), p(v.Go.MeetMTPD)
		at := v.Go.Verified.P50.UTC()
		l.Back = &at
	}
	if v.Repair.Known {
		l.Repair = p(v.Repair.MeetRTO)
	}
	return l
}

func (s *State) lapsed(l ForecastLapsed) bool {
	for i := range s.Lapses {
		if have := &s.Lapses[i]; have.Service == l.Service && have.RTO.Equal(l.RTO) {
			return true
		}
	}
	return false
}

func (f *fold) lapse(l ForecastLapsed) {
	switch {
	case f.Service(l.Service) == nil:
		f.flag(FlagUnknownID)
	case f.lapsed(l):
		f.flag(FlagNoEffect)
	default:
		f.Lapses = append(f.Lapses, Lapse{ForecastLapsed: l, Mark: f.mark})
	}
}

func (c decider) lapse(l ForecastLapsed) *Refusal {
	if c.Service(l.Service) == nil {
		return refuse(RefuseUnknown, "what", "service", "id", string(l.Service))
	}
	if c.lapsed(l) {
		return refuse(RefuseScope)
	}
	return nil
}
