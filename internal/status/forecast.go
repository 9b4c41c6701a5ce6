package status

import (
	"math"
	"sangfroid/internal/incident"
	"time"
)

// forecasts tells the failover branch of the services that are not back yet: by likely durations, and by the Monte Carlo.
func forecasts(s *incident.State, now time.Time) []Forecast {
	out := []Forecast{}
	var f *incident.Forecast
	for i := range s.Services {
		svc := &s.Services[i]
		if !svc.InScope || svc.Verified != nil {
			continue
		}
		if f == nil {
			f = incident.Predict(s, now, 0)
		}
		b, ok := incident.DecideBy(s, svc.Def.ID, now)
		v := f.ForecastOf(svc.Def.ID)
		if !ok && v == nil {
			continue
		}
		x := Forecast{
			Service: svc.Def.ID, RemainingS: *seconds(b.Remaining), AfterGoS: *seconds(b.AfterGo), DecideBy: Time{b.DecideBy},
			Passed: b.Passed, MeetsMTPD: b.MeetsMTPD, Critical: b.Critical, Samples: f.Samples, Criticality: criticality(f),
			Lapsed: lapsed(s, svc.Def.ID),
		}
		if ok {
			x.VerifiedAt = Time{now.Add(b.Remaining)}
		}
		if v != nil {
			x.Go, x.RepairFirst = outlook(v.Go), outlook(v.Repair)
			x.DecideBy50, x.DecideBy90 = Time{v.DecideBy.P50}, Time{v.DecideBy.P90}
		}
		if x.Critical == nil {
			x.Critical = []incident.StepID{}
		}
		out = append(out, x)
	}
	return out
}

func lapsed(s *incident.State, id incident.ServiceID) Time {
	for i := len(s.Lapses) - 1; i >= 0; i-- {
		if s.Lapses[i].Service == id {
			return Time{s.Lapses[i].Mark.At}
		}
	}
	return Time{}
}

func outlook(o incident.Outlook) *Outlook {
	if !o.Known {
		return nil
	}
	return &Outlook{
		VerifiedP10: Time{o.Verified.P10}, VerifiedP50: Time{o.Verified.P50}, VerifiedP90: Time{o.Verified.P90}, VerifiedMean: Time{o.Verified.Mean},
		ResumedP10: Time{o.Resumed.P10}, ResumedP50: Time{o.Resumed.P50}, ResumedP90: Time{o.Resumed.P90},
		MeetRTO: chance(o.MeetRTO), MeetMTPD: chance(o.MeetMTPD),
	}
}

// chance rounds to what a sample can tell; null where there is no objective.
func chance(p float64) *float64 {
	if math.IsNaN(p) {
		return nil
	}
	p = math.Round(p*1000) / 1000
	return &p
}

func criticality(f *incident.Forecast) []Criticality {
	out := []Criticality{}
	for _, st := range f.Steps {
		if st.Critical > 0 {
			out = append(out, Criticality{Step: st.Step, Index: *chance(st.Critical), HoldsS: *seconds(st.Holds)})
		}
	}
	return out
}

func repair(s *incident.State) *Repair {
	n := len(s.Repairs)
	if n == 0 {
		return nil
	}
	r := repairOf(s.Repairs[n-1])
	return &r
}

func repairOf(r incident.Repair) Repair {
	return Repair{
		LikelyS: r.Estimate.Likely.Seconds(), MinS: r.Estimate.Min.Seconds(), MaxS: r.Estimate.Max.Seconds(),
		Says: r.Says, Given: Time{r.Mark.At}, Until: Time{r.Mark.At.Add(r.Estimate.Likely.Std())},
	}
}

func turns(s *incident.State, now time.Time) []Turn {
	out := []Turn{}
	for _, t := range incident.RepairTurns(s, now) {
		v := Turn{Repair: repairOf(t.Repair), Passed: t.Passed, Holds: t.Last}
		if !t.Last {
			v.SlippedS = seconds(t.Slipped)
		}
		out = append(out, v)
	}
	return out
}
