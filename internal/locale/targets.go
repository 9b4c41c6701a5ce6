package locale

import (
	"sangfroid/internal/incident"
	"strings"
	"time"
)

// TargetState names where a target stands.
func (l Lang) TargetState(s incident.TargetState) string { return l.term("target.", string(s)) }

// SetTitle is the title of the step or line that a set of targets belongs to.
func (l Lang) SetTitle(s *incident.State, id incident.SetID) string {
	if step := id.Step(); step != "" {
		return l.StepTitle(s, step)
	}
	if flow := id.Flow(); flow != "" {
		return l.FlowTitle(s, flow)
	}
	return string(id)
}

// TargetCounts writes how many targets came into which state: "12 done, 3 running".
func (l Lang) TargetCounts(d incident.TargetsChanged) string {
	var parts []string
	for _, state := range incident.TargetStates() {
		if n := d.Count(state); n > 0 {
			parts = append(parts, l.T("e.targets."+string(state), "n", n))
		}
	}
	if len(parts) == 0 {
		return l.T("e.targets.none")
	}
	return strings.Join(parts, ", ")
}

// targets tells a batch: how many came into which state, and which, while they are few.
func (n narrator) targets() Line {
	d, ok := n.e.Data.(incident.TargetsChanged)
	if !ok {
		return n.unknown()
	}
	const few = 4
	what := n.TargetCounts(d)
	tone := ToneMuted
	var names []string
	for _, c := range d.Changes {
		switch c.State {
		case incident.TargetFailed:
			tone = ToneBroken
		case incident.TargetDone, incident.TargetRunning, incident.TargetSkipped:
			if tone == ToneMuted {
				tone = ToneProgress
			}
		case incident.TargetWaiting:
		}
		names = append(names, c.IDs...)
	}
	if len(names) > 0 && len(names) <= few {
		what += " (" + strings.Join(names, ", ") + ")"
	}
	said := ""
	if d.Signals != nil {
		said = n.T("e.targets.signalled", "from", d.Signals.From)
	}
	return Line{Text: with(n.T("e.targets.changed", "set", n.SetTitle(n.s, incident.SetOf(n.e)), "what", what), d.Note, said), Tone: tone}
}

// targetsAlert tells how many targets of a step or line are late.
func (l Lang) targetsAlert(s *incident.State, id incident.SetID, now time.Time) string {
	sum := s.TargetSum(id, now)
	return l.T("threshold.targets", "what", l.SetTitle(s, id), "n", sum.Late, "all", l.Count(int64(sum.Total)))
}
