package incident

import (
	"slices"
	"time"
)

// maxExercise bounds each list of an exercise.
const maxExercise = 10000

// exercise folds the events of an exercise. Those of a live incident are kept and flagged: an exercise is a drill's.
func (f *fold) exercise() {
	if _, unknown := f.ev.Data.(Unknown); unknown {
		return
	}
	if f.ev.Realm != Drill {
		f.flag(FlagNotDrill)
		return
	}
	if d, starts := f.ev.Data.(ExerciseStarted); starts {
		f.exerciseStarted(d)
		return
	}
	if f.Exercise == nil {
		f.flag(FlagUnknownID)
		return
	}
	x := *f.Exercise
	if code := x.apply(f); code != "" {
		f.flag(code)
		if code != FlagBent {
			return
		}
	}
	f.Exercise = &x
}

func (f *fold) exerciseStarted(d ExerciseStarted) {
	if f.Exercise != nil {
		f.flag(FlagTwice)
		return
	}
	sc, err := decodeScenario(d.Scenario)
	if err != nil || !Plausible(d.Start) || !Plausible(d.Wall) || len(sc.Injects) > maxParts {
		f.flag(FlagBadData)
		return
	}
	if f.ID == "" {
		f.ID, f.Realm = f.ev.Incident, f.ev.Realm
	}
	if f.Declared.At.IsZero() {
		f.Title, f.Zone, f.Titles = d.Title, d.Zone, sc.IncidentTitle()
	}
	speed := min(max(d.Speed, 1), MaxSpeed)
	f.Exercise = &Exercise{
		Scenario: &sc, Hash: d.Hash, Seed: d.Seed, Start: d.Start.UTC(), Planned: max(d.Planned, 0), Solo: d.Solo, Begun: f.mark,
		Clock: []ClockPiece{{Wall: d.Wall.UTC(), Sim: d.Start.UTC(), Speed: speed}}, pace: speed,
	}
}

// with adds to a list that a copy of the exercise shares with others.
func with[T any](list []T, v T) []T { return append(list[:len(list):len(list)], v) }

// apply folds an event into a copy of the exercise. A code tells why it was not, but for FlagBent.
func (x *Exercise) apply(f *fold) FlagCode {
	m := f.mark
	_, scores := f.ev.Data.(ExerciseScored)
	_, observes := f.ev.Data.(ExerciseObserved)
	_, answers := f.ev.Data.(ExerciseAnswered)
	_, opens := f.ev.Data.(ExerciseOpened)
	if x.Ended != nil && !scores && !observes && !answers && !opens {
		return FlagNoEffect
	}
	for _, n := range []int{len(x.Settings), len(x.Sent), len(x.Skipped), len(x.Delays), len(x.Answers), len(x.Opened), len(x.Observed), len(x.Scores)} {
		if n >= maxExercise {
			return FlagOversized
		}
	}
	switch d := f.ev.Data.(type) {
	case ExerciseClock:
		return x.setClock(d, m)
	case ExerciseInjected, ExerciseImprovised, ExerciseSkipped, ExerciseDelayed, ExerciseAnswered, ExerciseOpened:
		return x.applyInject(f, m)
	case ExerciseObserved:
		m.Note = d.Text
		x.Observed = with(x.Observed, Evaluation{Kind: d.Kind, Objective: d.Objective, Rating: d.Rating, Of: d.Of, Inject: d.Inject, Mark: m})
	case ExerciseScored:
		if !slices.Contains(Ratings(), d.Rating) {
			return FlagBadData
		}
		m.Note = d.Reason
		x.Scores = with(x.Scores, Score{Objective: d.Objective, Rating: d.Rating, Mark: m})
	case ExerciseEnded:
		m.Note = d.Reason
		x.end(f, m)
		x.Emergency = d.Emergency
	}
	return ""
}

func (x *Exercise) setClock(d ExerciseClock, m Mark) FlagCode {
	if !Plausible(d.Wall) || !Plausible(d.At) || d.Speed < 1 || d.Speed > MaxSpeed {
		return FlagBadData
	}
	from := x.Time(maxTime(d.Wall.UTC(), x.Clock[len(x.Clock)-1].Wall))
	p := ClockPiece{Wall: d.Wall.UTC(), Sim: d.At.UTC(), Speed: d.Speed}
	if d.Paused {
		p.Speed = 0
	}
	if len(x.Clock) >= maxPieces {
		return FlagOversized
	}
	ok := x.set(p)
	x.pace = d.Speed
	m.Note = d.Reason
	x.Settings = with(x.Settings, ClockSetting{Speed: d.Speed, Paused: d.Paused, From: from, To: x.Clock[len(x.Clock)-1].Sim, Mark: m})
	if !ok {
		return FlagBent
	}
	return ""
}

func maxTime(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// end stops the clock where it stood when the end was written.
func (x *Exercise) end(f *fold, m Mark) {
	wall := f.ev.Recorded
	if wall.IsZero() || wall.Before(x.Clock[len(x.Clock)-1].Wall) {
		wall = x.Clock[len(x.Clock)-1].Wall
	}
	sim := x.Time(wall)
	last := &ClockPiece{Wall: wall, Sim: sim}
	x.Clock = with(x.Clock, *last)
	x.Ended = &m
}

func (x *Exercise) applyInject(f *fold, m Mark) FlagCode {
	switch d := f.ev.Data.(type) {
	case ExerciseInjected:
		if x.SentOf(d.Inject) != nil {
			return FlagNoEffect
		}
		s := SentInject{No: d.Inject, From: d.From, To: d.To, Channel: d.Channel, Text: d.Text, Objective: d.Objective, ByHand: d.ByHand, ID: f.ev.ID, Mark: m}
		if d.Planned != nil {
			s.Planned = d.Planned.UTC()
		}
		if def := x.Scenario.Inject(d.Inject); def != nil {
			s.Expected = def.Expected
		}
		x.Sent = with(x.Sent, s)
	case ExerciseImprovised:
		n := 1
		for i := range x.Sent {
			if x.Sent[i].Improvised {
				n++
			}
		}
		x.Sent = with(x.Sent, SentInject{
			No: InjectID("i" + itoa(n)), From: d.From, To: d.To, Channel: d.Channel, Text: d.Text, Expected: d.Expected, Objective: d.Objective,
			Improvised: true, ByHand: true, ID: f.ev.ID, Mark: m,
		})
	case ExerciseSkipped:
		if x.Scenario.Inject(d.Inject) == nil {
			return FlagUnknownID
		}
		if x.SentOf(d.Inject) != nil || x.SkippedOf(d.Inject) != nil {
			return FlagNoEffect
		}
		m.Note = d.Reason
		x.Skipped = with(x.Skipped, SkippedInject{No: d.Inject, Mark: m})
	case ExerciseDelayed:
		return x.delay(d, m)
	case ExerciseAnswered:
		if x.SentOf(d.Inject) == nil {
			return FlagUnknownID
		}
		m.Note = d.Text
		x.Answers = with(x.Answers, InjectAnswer{No: d.Inject, Mark: m})
	case ExerciseOpened:
		if x.SentOf(d.Inject) == nil {
			return FlagUnknownID
		}
		if !slices.ContainsFunc(x.Opened, func(o InjectOpened) bool { return o.No == d.Inject && o.Mark.By == m.By && o.Mark.Role == m.Role }) {
			x.Opened = with(x.Opened, InjectOpened{No: d.Inject, Mark: m})
		}
	}
	return ""
}

// maxDelay bounds what injects are put off by, in all, so that times stay times.
const maxDelay = 366 * 24 * time.Hour

func (x *Exercise) delay(d ExerciseDelayed, m Mark) FlagCode {
	sum := d.By.Std()
	for _, had := range x.Delays {
		sum += had.By
	}
	if d.By <= 0 || d.By > Duration(maxDelay) || sum > maxDelay {
		return FlagBadData
	}
	m.Note = d.Reason
	if d.Inject == "" {
		x.shift += d.By.Std()
	} else if x.Scenario.Inject(d.Inject) == nil {
		return FlagUnknownID
	}
	x.Delays = with(x.Delays, InjectDelay{No: d.Inject, By: d.By.Std(), Mark: m})
	return ""
}
