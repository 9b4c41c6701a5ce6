package locale

import (
	"sangfroid/internal/incident"
	"sangfroid/internal/text"
	"strings"
	"time"
)

// Channel names how an inject is sent.
func (l Lang) Channel(c incident.Channel) string { return l.term("channel.", string(c)) }

// Rating names how well an objective was reached.
func (l Lang) Rating(r incident.Rating) string { return l.term("rating.", string(r)) }

// ObservationKind names which way an observation points.
func (l Lang) ObservationKind(k incident.ObservationKind) string {
	return l.term("observation.", string(k))
}

// InjectStatus names where an inject stands.
func (l Lang) InjectStatus(s incident.InjectStatus) string { return l.term("inject.", string(s)) }

// To lists the roles an inject goes to.
func (l Lang) To(s *incident.State, roles []incident.Role) string {
	if len(roles) == 0 {
		return l.T("exercise.all")
	}
	out := make([]string, len(roles))
	for i, r := range roles {
		out[i] = l.RoleTitle(s, r)
	}
	return strings.Join(out, ", ")
}

// Condition says what an inject waits for, in a few words, with the titles of this incident.
func (l Lang) Condition(s *incident.State, c *incident.Condition) string {
	is := l.term("is.", string(c.Is))
	out := ""
	switch {
	case c.Step != "":
		out = l.T("when.step", "what", l.StepTitle(s, stepID(s, c.Step)), "is", is)
	case c.Decision != "":
		id := decisionID(s, c.Decision)
		if c.Option != "" {
			is = l.OptionTitle(s.Decision(id), c.Option)
		}
		out = l.T("when.decision", "what", l.Question(s, id), "is", is)
	case c.Phase != "":
		out = l.T("when.phase", "what", l.Phase(c.Phase), "is", l.T("is.reached"))
	case c.Service != "":
		out = l.T("when.service", "what", l.ServiceName(s, c.Service), "is", is)
	case c.Inject != "":
		out = l.T("when.inject", "what", string(c.Inject), "is", is)
	case c.RateAbove > 0:
		out = l.T("when.rate.above", "what", l.FlowTitle(s, incident.FlowID(c.Catchup)), "n", c.RateAbove)
	default:
		out = l.T("when.rate.below", "what", l.FlowTitle(s, incident.FlowID(c.Catchup)), "n", c.RateBelow)
	}
	if c.By != nil {
		out += " " + l.T("when.by", "by", c.By.String())
	}
	if c.Delay > 0 {
		out += ", " + l.T("when.delay", "delay", l.Span(c.Delay.Std()))
	}
	return out
}

func stepID(s *incident.State, name string) incident.StepID {
	if id, _ := s.FindStep(name); id != "" {
		return id
	}
	return incident.StepID(name)
}

func decisionID(s *incident.State, name string) incident.DecisionID {
	if id, _ := s.FindDecision(name); id != "" {
		return id
	}
	return incident.DecisionID(name)
}

// Objective is the text of an exercise's objective, or its id.
func (l Lang) Objective(s *incident.State, id string) string {
	if s.Exercise != nil {
		if o := s.Exercise.Scenario.Objective(id); o != nil && !o.Text.IsZero() {
			return l.Text(o.Text)
		}
	}
	return id
}

// exercise tells an entry of an exercise.
func (n narrator) exercise() Line {
	_, no := n.e.Entity()
	switch d := n.e.Data.(type) {
	case incident.ExerciseStarted:
		return n.exerciseStarted(d)
	case incident.ExerciseClock:
		return n.exerciseClock(d)
	case incident.ExerciseInjected:
		return Line{Text: n.T("e.exercise.injected", "no", string(d.Inject), "channel", n.Channel(d.Channel), "from", n.Text(d.From), "to", n.To(n.s, d.To), "text", text.OneLine(n.Text(d.Text))), Tone: ToneSoon}
	case incident.ExerciseImprovised:
		return Line{Text: with(n.T("e.exercise.improvise", "channel", n.Channel(d.Channel), "from", n.Text(d.From), "to", n.To(n.s, d.To), "text", text.OneLine(n.Text(d.Text))), d.Reason), Tone: ToneSoon}
	case incident.ExerciseSkipped:
		return Line{Text: with(n.T("e.exercise.skipped", "no", string(d.Inject)), d.Reason), Tone: ToneMuted}
	case incident.ExerciseDelayed:
		if d.Inject == "" {
			return Line{Text: with(n.T("e.exercise.shifted", "by", d.By.Std()), d.Reason), Tone: ToneMuted}
		}
		return Line{Text: with(n.T("e.exercise.delayed", "no", string(d.Inject), "by", d.By.Std()), d.Reason), Tone: ToneMuted}
	case incident.ExerciseAnswered:
		if d.Inject != "" {
			no = string(d.Inject)
		}
		return Line{Text: with(n.T("e.exercise.answered", "no", no), d.Text), Tone: ToneHolds}
	case incident.ExerciseOpened:
		return Line{Text: n.T("e.exercise.opened", "no", string(d.Inject)), Tone: ToneMuted}
	case incident.ExerciseObserved:
		var more []string
		if d.Objective != "" {
			more = append(more, n.T("e.exercise.about", "objective", n.Objective(n.s, d.Objective)))
		}
		if d.Rating != "" {
			more = append(more, n.Rating(d.Rating))
		}
		return Line{Text: with(n.T("e.exercise.observed", "kind", n.ObservationKind(d.Kind), "text", d.Text), more...)}
	case incident.ExerciseScored:
		return Line{Text: with(n.T("e.exercise.scored", "objective", n.Objective(n.s, d.Objective), "rating", n.Rating(d.Rating)), d.Reason), Tone: ToneStrong}
	case incident.ExerciseEnded:
		if d.Emergency {
			return Line{Text: with(n.T("e.exercise.emergency"), d.Reason), Tone: ToneBroken}
		}
		return Line{Text: with(n.T("e.exercise.ended"), d.Reason), Tone: ToneStrong}
	}
	return n.unknown()
}

func (n narrator) exerciseStarted(d incident.ExerciseStarted) Line {
	title, lasts := "", d.Planned.Std()
	if n.s.Exercise != nil {
		title = n.Text(n.s.Exercise.Scenario.Title)
	}
	var more []string
	if d.Speed > 1 {
		more = append(more, n.T("e.exercise.speed", "n", d.Speed))
	}
	if d.Solo {
		more = append(more, n.T("e.exercise.solo"))
	}
	return Line{Text: with(n.T("e.exercise.started", "title", title, "lasts", n.Span(lasts)), more...), Tone: ToneStrong}
}

// exerciseClock says what changed: the fact's time is what the clock showed before, the state has what was set before that.
func (n narrator) exerciseClock(d incident.ExerciseClock) Line {
	text := n.T("e.exercise.clock", "n", d.Speed)
	switch {
	case d.At.Sub(n.e.Time) >= jumpFrom:
		text = n.T("e.exercise.jumped", "at", n.at(d.At))
	case d.Paused:
		text = n.T("e.exercise.paused")
	case n.wasPaused(d):
		text = n.T("e.exercise.resumed")
	}
	return Line{Text: with(text, d.Reason), Tone: ToneStrong}
}

// wasPaused tells whether the clock stood before a setting.
func (n narrator) wasPaused(d incident.ExerciseClock) bool {
	x := n.s.Exercise
	if x == nil {
		return false
	}
	for i := range x.Settings {
		if set := &x.Settings[i]; set.To.Equal(d.At) && set.Mark.By == n.e.Actor && set.Mark.At.Equal(n.e.Time) && set.Speed == d.Speed && !set.Paused {
			return i > 0 && x.Settings[i-1].Paused
		}
	}
	return false
}

// jumpFrom is how far a setting must move the clock to be told as a jump.
const jumpFrom = time.Second
