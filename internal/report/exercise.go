package report

import (
	"sangfroid/internal/incident"
	"sangfroid/internal/status"
	"time"
)

// Training is the exercise of a drill as it went: the scenario, every inject with what was expected and what was done, the
// objectives with what was measured and how it was rated, what evaluators saw, how the clock was set, and what was said
// after the end.
type Training struct {
	status.Exercise
	Lasts    int64       `json:"planned_s"`  // length by the scenario, exercise time
	Lasted   *int64      `json:"lasted_s"`   // start to end, exercise time; null while it runs
	Begun    status.Time `json:"begun_wall"` // DEBEX, by the clock on the wall
	Over     status.Time `json:"ended_wall"` // FINEX, by the clock on the wall; null while it runs
	Pauses   int         `json:"pauses"`
	Jumps    int         `json:"jumps"`
	JumpedS  int64       `json:"jumped_s"` // exercise time passed over
	Strength int         `json:"strengths"`
	Improve  int         `json:"areas_for_improvement"`
	HotWash  []Note      `json:"hot_wash"` // notes written after the end
}

// trained is the exercise as of now; nil for a real incident, and for a drill without a scenario.
func trained(s *incident.State, now time.Time) *Training {
	v := status.ExerciseOf(s, now)
	if v == nil {
		return nil
	}
	x := s.Exercise
	t := &Training{Exercise: *v, Lasts: x.Planned.Seconds(), Begun: status.Time{Time: x.Clock[0].Wall}, HotWash: []Note{}}
	if x.Ended != nil {
		t.Lasted = seconds(max(x.Ended.At.Sub(x.Start), 0))
		if wall, ok := x.Wall(x.Ended.At); ok {
			t.Over = status.Time{Time: wall}
		}
	}
	for i := range x.Settings {
		c := &x.Settings[i]
		if c.Paused {
			t.Pauses++
		}
		if c.To.After(c.From) {
			t.Jumps++
			t.JumpedS += int64(c.To.Sub(c.From) / time.Second)
		}
	}
	for i := range x.Observed {
		switch x.Observed[i].Kind {
		case incident.Strength:
			t.Strength++
		case incident.Improvement:
			t.Improve++
		}
	}
	return t
}

// lateS is how long after its planned time an inject went out; nil where it had none, or did not go out.
func lateS(in *status.Inject) *int64 {
	if in.Sent.IsZero() || in.Planned.IsZero() {
		return nil
	}
	return seconds(in.Sent.Sub(in.Planned.Time))
}

// washed keeps a note that was written after the end of the exercise: its clock stands then, so the place in the log says.
func (r *Report) washed(n Note) {
	x := r.state.Exercise
	if x != nil && x.Ended != nil && n.Entry > x.Ended.Seq {
		r.Training.HotWash = append(r.Training.HotWash, n)
	}
}
