package incident

import (
	"slices"
	"time"
)

// PhaseSpans gives the phases with the time each took, in order, up to now, and the share of the shortest RTO in scope.
// Marks are read by (time, sequence). An implied mark only moves forward along the anatomy; one a person noted moves
// anywhere.
func PhaseSpans(s *State, now time.Time) []PhaseSpan {
	marks := slices.Clone(s.Marks)
	slices.SortStableFunc(marks, func(a, b PhaseMark) int {
		if c := a.At.Compare(b.At); c != 0 {
			return c
		}
		return abs(a.Seq) - abs(b.Seq)
	})
	var spans []PhaseSpan
	for _, m := range marks {
		if m.At.After(now) {
			break
		}
		if n := len(spans); n > 0 {
			last := &spans[n-1]
			if last.Phase == m.Phase || (!m.Said && m.Phase.Order() < last.Phase.Order()) {
				continue
			}
			last.To = m.At
		}
		spans = append(spans, PhaseSpan{Phase: m.Phase, From: m.At, Said: m.Said, Seq: abs(m.Seq)})
	}
	rto := shortestRTO(s)
	for i := range spans {
		end := spans[i].To
		if end.IsZero() {
			end = now
			if s.Closed != nil && spans[i].Phase == PhaseReview {
				end = spans[i].From
			}
		}
		spans[i].Length = end.Sub(spans[i].From)
		if rto > 0 {
			spans[i].ShareOfRTO = float64(spans[i].Length) / float64(rto)
		}
	}
	return spans
}

func shortestRTO(s *State) time.Duration {
	var rto time.Duration
	for i := range s.Services {
		if d := s.Services[i].Def.RTO.Std(); s.Services[i].InScope && d > 0 && (rto == 0 || d < rto) {
			rto = d
		}
	}
	return rto
}

// PhaseAt is the phase the incident is in at now; "" before the first.
func PhaseAt(s *State, now time.Time) Phase {
	spans := PhaseSpans(s, now)
	if len(spans) == 0 {
		return ""
	}
	return spans[len(spans)-1].Phase
}

func abs(n int) int { return max(n, -n) }
