package incident

import (
	"slices"
	"time"
)

// Exercise is an exercise as the log tells it. It is never changed in place: each event makes a new one, so that views of
// the state share it.
//
// In it time is exercise time: the fact of every entry (Mark.At), what is shown, what clocks count. Recorded and received
// stay the wall's. The two are joined by Clock, pieces of straight lines made by the start and each setting: see
// [State.ExerciseTime].
type Exercise struct {
	Scenario *Scenario
	Hash     Hash
	Seed     int64
	Start    time.Time // DEBEX, exercise time
	Planned  Duration
	Solo     bool
	Begun    Mark
	Clock    []ClockPiece // never empty
	Settings []ClockSetting
	Sent     []SentInject // injected and improvised, in log order
	Skipped  []SkippedInject
	Delays   []InjectDelay
	Answers  []InjectAnswer
	Opened   []InjectOpened
	Observed []Evaluation
	Scores   []Score // every one; the last of an objective holds
	Ended    *Mark   // FINEX; its note is the reason

	Emergency bool // it was ended because something real happened

	pace  int           // speed to go on with after a pause
	shift time.Duration // delays of all
}

// ClockSetting is who set the clock, and why.
type ClockSetting struct {
	Speed  int
	Paused bool
	From   time.Time // exercise time before
	To     time.Time // … and after: later when it jumped
	Mark   Mark      // its note is the reason
}

// SentInject is an inject that went out.
type SentInject struct {
	No         InjectID
	From       Text
	To         []Role // empty: all who play
	Channel    Channel
	Text       Text
	Expected   Text
	Objective  string
	Planned    time.Time // zero for one that had no time
	Improvised bool
	ByHand     bool
	ID         EventID
	Mark       Mark // when it went out
}

// SkippedInject will not be sent; the mark's note is why.
type SkippedInject struct {
	No   InjectID
	Mark Mark
}

// InjectDelay puts one inject off, or all ("").
type InjectDelay struct {
	No   InjectID
	By   time.Duration
	Mark Mark
}

// InjectAnswer is what a player did with an inject; the mark's note is what they say.
type InjectAnswer struct {
	No   InjectID
	Mark Mark
}

// InjectOpened is who had an inject before their eyes, and when first.
type InjectOpened struct {
	No   InjectID
	Mark Mark
}

// Evaluation is what an evaluator saw; the mark's note is the text.
type Evaluation struct {
	Kind      ObservationKind
	Objective string
	Rating    Rating
	Of        Role
	Inject    InjectID
	Mark      Mark
}

// Score rates an objective; the mark's note is why.
type Score struct {
	Objective string
	Rating    Rating
	Mark      Mark
}

// Plays tells whether a role plays: the scenario says so, or says of nobody.
func (x *Exercise) Plays(r Role) bool {
	if r == RoleFacilitator || r == RoleEvaluator || r == RoleObserver || r == RoleAutomation {
		return false
	}
	return len(x.Scenario.Plays) == 0 || slices.Contains(x.Scenario.Plays, r)
}

// SentOf finds an inject that went out, by its number; nil when it did not.
func (x *Exercise) SentOf(no InjectID) *SentInject {
	for i := range x.Sent {
		if x.Sent[i].No == no {
			return &x.Sent[i]
		}
	}
	return nil
}

// SkippedOf tells whether, and how, an inject was skipped; nil when it was not.
func (x *Exercise) SkippedOf(no InjectID) *SkippedInject {
	for i := range x.Skipped {
		if x.Skipped[i].No == no {
			return &x.Skipped[i]
		}
	}
	return nil
}

// AnswersTo lists the answers to an inject, in log order.
func (x *Exercise) AnswersTo(no InjectID) []InjectAnswer {
	var out []InjectAnswer
	for _, a := range x.Answers {
		if a.No == no {
			out = append(out, a)
		}
	}
	return out
}

// OpenedBy is when a person of a role first had an inject before their eyes, or answered it; nil while nobody has.
func (x *Exercise) OpenedBy(no InjectID, r Role) *Mark {
	for i := range x.Opened {
		if x.Opened[i].No == no && x.Opened[i].Mark.Role == r {
			return &x.Opened[i].Mark
		}
	}
	for i := range x.Answers {
		if x.Answers[i].No == no && x.Answers[i].Mark.Role == r {
			return &x.Answers[i].Mark
		}
	}
	return nil
}

// Unopened lists what a role has been sent and nobody of the role looked at.
func (x *Exercise) Unopened(r Role) []SentInject {
	return slices.DeleteFunc(x.Seen(r), func(i SentInject) bool { return x.OpenedBy(i.No, r) != nil })
}

// ScoreOf is the rating of an objective as it stands; nil before.
func (x *Exercise) ScoreOf(objective string) *Score {
	for i := len(x.Scores) - 1; i >= 0; i-- {
		if x.Scores[i].Objective == objective {
			return &x.Scores[i]
		}
	}
	return nil
}

// For tells whether an inject went to a role. Those who run or watch the exercise see all.
func (i *SentInject) For(r Role) bool {
	return SeesAll(r) || len(i.To) == 0 || slices.Contains(i.To, r)
}

// Seen lists what a role has been sent, in order. A player sees no other injects.
func (x *Exercise) Seen(r Role) []SentInject {
	var out []SentInject
	for i := range x.Sent {
		if x.Sent[i].For(r) {
			out = append(out, x.Sent[i])
		}
	}
	return out
}

// Unanswered lists what a role has been sent and nobody of the role answered.
func (x *Exercise) Unanswered(r Role) []SentInject {
	return slices.DeleteFunc(x.Seen(r), func(i SentInject) bool {
		return slices.ContainsFunc(x.Answers, func(a InjectAnswer) bool { return a.No == i.No && a.Mark.Role == r })
	})
}

// SeesAll tells the roles that see the whole exercise: those who run it and those who watch it.
func SeesAll(r Role) bool { return r == RoleFacilitator || r == RoleEvaluator || r == RoleObserver }

// ShownTo tells whether an entry is for the eyes of a role. In an exercise a player sees the injects sent to their role, the
// clock, and all that the cell itself writes; the working of the exercise (what is skipped, put off, observed, rated) is
// for those who run and watch it. Solo, everything is shown but what is still to come. The record has all of it: this
// is a rule of the game, no protection.
func ShownTo(s *State, ev Event, r Role) bool {
	if s.Exercise == nil || s.Exercise.Solo || s.Exercise.Ended != nil || SeesAll(r) {
		return true
	}
	mine := func(to []Role) bool { return len(to) == 0 || slices.Contains(to, r) }
	switch d := ev.Data.(type) {
	case ExerciseInjected:
		return mine(d.To)
	case ExerciseImprovised:
		return mine(d.To)
	case ExerciseSkipped, ExerciseDelayed, ExerciseObserved, ExerciseScored:
		return false
	case ExerciseAnswered, ExerciseOpened:
		return ev.Role == r
	}
	return true
}

// Facilitates tells whether a person with this role may run the exercise: the facilitator, and solo whoever plays.
func (x *Exercise) Facilitates(r Role) bool {
	return r == RoleFacilitator || (x.Solo && r != RoleObserver && r != RoleAutomation)
}

// Measure is how an objective's target turned out.
type Measure struct {
	Known    bool      // it has a target that can be measured
	Deadline time.Time // zero where the origin is not known yet
	At       time.Time // when it was reached; zero before
	State    ClockState
}

// Measure tells, as of now, what the data say of an objective's target.
func (s *State) Measure(o *ObjectiveDef, now time.Time) Measure {
	x := s.Exercise
	if x == nil || o == nil || o.Target == nil {
		return Measure{}
	}
	t := o.Target
	switch t.Kind {
	case TargetRTO, TargetMTPD:
		kind := ClockRTO
		if t.Kind == TargetMTPD {
			kind = ClockMTPD
		}
		c := ClockOf(Clocks(s, now), ServiceID(t.Of), kind)
		if c == nil {
			return Measure{}
		}
		return Measure{Known: true, Deadline: c.Deadline, At: c.Stopped, State: c.State}
	case TargetDecision, TargetStep, TargetInject:
		if t.By == nil {
			return Measure{}
		}
	default:
		return Measure{}
	}
	is := map[TargetKind]Condition{
		TargetDecision: {Decision: t.Of, Is: IsTaken}, TargetStep: {Step: t.Of, Is: IsDone}, TargetInject: {Inject: InjectID(t.Of), Is: IsAnswered},
	}[t.Kind]
	m := Measure{Known: true, Deadline: x.Start.Add(t.By.Std() + x.shift), State: ClockRunning}
	at, ok := s.cameTrue(&is, now)
	switch {
	case ok && at.After(m.Deadline):
		m.At, m.State = at, ClockMissed
	case ok:
		m.At, m.State = at, ClockMet
	case now.After(m.Deadline):
		m.State = ClockMissed
	}
	return m
}
