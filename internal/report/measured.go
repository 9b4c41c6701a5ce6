package report

import (
	"sangfroid/internal/incident"
	"sangfroid/internal/status"
	"time"
)

// Verdict is how an objective came out.
type Verdict string

// Verdicts. Append-only.
const (
	VerdictMet     Verdict = "met"
	VerdictMissed  Verdict = "missed"
	VerdictOpen    Verdict = "open"    // the incident goes on, and there is still time
	VerdictUnknown Verdict = "unknown" // the timeline does not tell
	VerdictNone    Verdict = "none"    // no objective was set
)

// Why says why a verdict is unknown, or what stands behind it.
type Why string

// Reasons. Append-only.
const (
	WhyNoOrigin   Why = "no-origin"   // the moment it counts from is not recorded
	WhyNoLastGood Why = "no-lastgood" // nobody said how old the last usable data were
	WhyNotTold    Why = "not-told"    // the source does not tell when it was over
	WhyNotClosed  Why = "closed"      // the incident was closed without it being recorded
	WhyPassed     Why = "passed"      // the deadline passed and it is not over
	WhyApprox     Why = "approx"      // a time it rests on is approximate
	WhyEnded      Why = "ended"       // the exercise ended before
)

// Objective is one objective of one service against what was measured.
type Objective struct {
	Service     incident.ServiceID `json:"service"`
	Kind        incident.ClockKind `json:"kind"` // rto, mtpd, rpo, decide-by
	OriginKind  incident.Basis     `json:"origin_kind,omitempty"`
	Origin      status.Time        `json:"origin"`
	OriginEntry int                `json:"origin_entry,omitempty"`
	ObjectiveS  *int64             `json:"objective_s"`
	Deadline    status.Time        `json:"deadline"`
	AchievedS   *int64             `json:"achieved_s"`
	Achieved    status.Time        `json:"achieved"`
	MarginS     *int64             `json:"margin_s"` // negative: late
	Verdict     Verdict            `json:"verdict"`
	Why         Why                `json:"why,omitempty"`
}

// objectives are RTO, MTPD and RPO of every service in scope, whether there is one or not, and the decide-by where there
// is one.
func objectives(s *incident.State, now time.Time) []Objective {
	out := []Objective{}
	clocks := incident.Clocks(s, now)
	for i := range s.Services {
		svc := &s.Services[i]
		if !svc.InScope {
			continue
		}
		rto := incident.ClockOf(clocks, svc.Def.ID, incident.ClockRTO)
		for _, kind := range []incident.ClockKind{incident.ClockRTO, incident.ClockMTPD, incident.ClockRPO, incident.ClockDecideBy} {
			c := incident.ClockOf(clocks, svc.Def.ID, kind)
			switch {
			case c != nil && kind == incident.ClockDecideBy && needless(s, svc):
			case c != nil:
				out = append(out, judge(s, c))
			case kind == incident.ClockMTPD && rto != nil:
				out = append(out, judge(s, &incident.Clock{
					Service: svc.Def.ID, Kind: kind, Origin: rto.Origin, Basis: rto.Basis, OriginSeq: rto.OriginSeq,
					Stopped: markTime(svc.Resumed), Elapsed: max(markTime(svc.Resumed).Sub(rto.Origin), 0),
				}))
			case kind == incident.ClockRPO:
				out = append(out, judge(s, &incident.Clock{Service: svc.Def.ID, Kind: kind}))
			}
		}
	}
	return out
}

// needless tells that a service came back without a go: there was nothing to decide by any time.
func needless(s *incident.State, svc *incident.Service) bool {
	d := incident.GateOf(s, svc.Def.ID)
	if svc.Verified == nil || d == nil {
		return false
	}
	o := d.Outcome()
	return o == nil || o.Option != incident.OptionGo
}

func markTime(m *incident.Mark) time.Time {
	if m == nil {
		return time.Time{}
	}
	return m.At
}

// judge reads a clock as a result. A clock that ran on because a source fell silent is no result: unlike the console, which
// must warn, a report says that it is not known.
func judge(s *incident.State, c *incident.Clock) Objective {
	o := Objective{
		Service: c.Service, Kind: c.Kind, OriginKind: c.Basis, Origin: status.Time{Time: c.Origin}, OriginEntry: c.OriginSeq,
		Deadline: status.Time{Time: c.Deadline}, Achieved: status.Time{Time: c.Stopped},
	}
	if c.Objective > 0 {
		o.ObjectiveS = seconds(c.Objective)
	}
	known := !c.Origin.IsZero() && !c.Stopped.IsZero()
	if known {
		o.AchievedS = seconds(c.Elapsed)
	}
	switch {
	case c.Objective == 0:
		o.Verdict = VerdictNone
	case c.Origin.IsZero():
		o.Verdict, o.Why = VerdictUnknown, WhyNoOrigin
		if c.Kind == incident.ClockRPO {
			o.Why = lossUnknown(s)
		}
	case known:
		// Not what the clock had left: one that was stopped before it began to count, or data from after the loss, took no time.
		o.MarginS, o.Verdict = seconds(length(*o.ObjectiveS-*o.AchievedS)), Verdict(c.State)
		if approximate(s, c) {
			o.Why = WhyApprox
		}
	case s.Imported:
		o.Verdict, o.Why = VerdictUnknown, WhyNotTold
	case c.State == incident.ClockMissed:
		o.Verdict, o.Why = VerdictMissed, WhyPassed
	case s.Exercise != nil && s.Exercise.Ended != nil:
		o.Verdict, o.Why = VerdictUnknown, WhyEnded
	case s.Closed != nil:
		o.Verdict, o.Why = VerdictUnknown, WhyNotClosed
	default:
		o.Verdict = VerdictOpen
	}
	return o
}

func lossUnknown(s *incident.State) Why {
	if _, ok := s.Stamp(incident.StampLastGood); !ok {
		return WhyNoLastGood
	}
	return WhyNoOrigin
}

// approximate tells that a clock's origin or stop is said to be so.
func approximate(s *incident.State, c *incident.Clock) bool {
	for i := range s.Stamps {
		if s.Stamps[i].Mark.Seq == c.OriginSeq && s.Stamps[i].Mark.Approx {
			return true
		}
	}
	svc := s.Service(c.Service)
	if svc == nil {
		return false
	}
	for _, m := range []*incident.Mark{svc.Verified, svc.Resumed} {
		if m != nil && m.Approx && m.At.Equal(c.Stopped) {
			return true
		}
	}
	return false
}
