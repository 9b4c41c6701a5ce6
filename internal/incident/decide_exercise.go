package incident

import (
	"slices"
	"strings"
	"time"
)

// StartExercise makes the first event of an exercise, DEBEX. The declaration of its incident follows it.
func StartExercise(id IncidentID, d Draft) (Event, error) {
	s := NewState()
	s.ID, s.Realm = id, Drill
	if !ValidID(string(id)) {
		return Event{}, refuse(RefuseInvalid, "field", "incident", "value", string(id))
	}
	return Decide(s, d)
}

// exercise holds an event of an exercise to its rules.
func (c decider) exercise() *Refusal {
	if c.Realm != Drill {
		return refuse(RefuseNotDrill)
	}
	if d, starts := c.d.Data.(ExerciseStarted); starts {
		return c.startExercise(d)
	}
	x := c.Exercise
	if x == nil {
		return refuse(RefuseNoExercise)
	}
	switch d := c.d.Data.(type) {
	case ExerciseAnswered:
		if x.SentOf(d.Inject) == nil {
			return refuse(RefuseUnknown, "what", "inject", "id", string(d.Inject))
		}
		return limit("text", d.Text)
	case ExerciseOpened:
		sent := x.SentOf(d.Inject)
		if sent == nil || !x.Plays(c.d.Role) || !sent.For(c.d.Role) {
			return refuse(RefuseUnknown, "what", "inject", "id", string(d.Inject))
		}
		return nil
	case ExerciseObserved:
		return first(c.evaluates(), oneOfObservation(d.Kind), field("text", d.Text), x.objective(d.Objective, true), rating(d.Rating, true))
	case ExerciseScored:
		return first(c.evaluates(), x.objective(d.Objective, false), rating(d.Rating, false), limit("reason", d.Reason))
	case ExerciseEnded:
		if x.Ended != nil {
			return refuse(RefuseExerciseOver).at(x.Ended.Seq)
		}
		if d.Emergency { // anybody who plays may stop it
			return limit("reason", d.Reason)
		}
		return first(c.facilitates(), limit("reason", d.Reason))
	}
	if x.Ended != nil {
		return refuse(RefuseExerciseOver).at(x.Ended.Seq)
	}
	if r := c.facilitates(); r != nil {
		return r
	}
	return c.conduct(x)
}

func (c decider) startExercise(d ExerciseStarted) *Refusal {
	if c.Exercise != nil {
		return refuse(RefuseExercise).at(c.Exercise.Begun.Seq)
	}
	sc, err := decodeScenario(d.Scenario)
	switch {
	case err != nil || len(sc.Injects) > maxParts:
		return refuse(RefuseInvalid, "field", "scenario", "value", "")
	case d.Seed < 0:
		return refuse(RefuseInvalid, "field", "seed", "value", "-")
	case d.Speed < 1 || d.Speed > MaxSpeed:
		return refuse(RefuseSpeed, "value", itoa(d.Speed), "most", itoa(MaxSpeed))
	case c.d.Role == RoleEvaluator || c.d.Role == RoleAutomation: // the declaration that follows is not theirs to make
		return c.need(RoleFacilitator)
	case !d.Start.Equal(c.d.Time):
		return refuse(RefuseInvalid, "field", "time", "value", formatTime(d.Start))
	case !c.Declared.At.IsZero() && d.Start.Before(c.Last.Fact):
		return refuse(RefuseBackward, "to", clockTime(d.Start), "now", clockTime(c.Last.Fact))
	}
	return nil
}

// conduct checks what a facilitator does while the exercise goes on.
func (c decider) conduct(x *Exercise) *Refusal {
	switch d := c.d.Data.(type) {
	case ExerciseClock:
		return c.clock(x, d)
	case ExerciseInjected:
		return first(c.inject(x, d.Inject), block("text", d.Text.In("en")))
	case ExerciseImprovised:
		return first(block("text", d.Text.In("en")), sender(d), x.objective(d.Objective, true), limit("reason", d.Reason))
	case ExerciseSkipped:
		return first(c.inject(x, d.Inject), field("reason", d.Reason))
	case ExerciseDelayed:
		sum := d.By.Std()
		for _, had := range x.Delays {
			sum += had.By
		}
		if d.By <= 0 || sum > maxDelay {
			return refuse(RefuseInvalid, "field", "by", "value", d.By.String())
		}
		if d.Inject == "" {
			return limit("reason", d.Reason)
		}
		return first(c.inject(x, d.Inject), limit("reason", d.Reason))
	}
	return refuse(RefuseKind)
}

func clockTime(t time.Time) string { return t.UTC().Format(time.RFC3339) }

// sender checks from whom, to whom and how an improvised inject goes.
func sender(d ExerciseImprovised) *Refusal {
	if !slices.Contains(Channels(), d.Channel) {
		return refuse(RefuseInvalid, "field", "channel", "value", string(d.Channel))
	}
	for _, r := range d.To {
		if !ValidID(string(r)) {
			return refuse(RefuseInvalid, "field", "role", "value", string(r))
		}
	}
	return first(field("from", d.From.In("en")), limit("expected", d.Expected.In("en")))
}

// inject wants one of the master list that was neither sent nor skipped.
func (c decider) inject(x *Exercise, no InjectID) *Refusal {
	if x.Scenario.Inject(no) == nil {
		return refuse(RefuseUnknown, "what", "inject", "id", string(no))
	}
	if sent := x.SentOf(no); sent != nil {
		return refuse(RefuseSent, "inject", string(no)).at(sent.Mark.Seq)
	}
	if sk := x.SkippedOf(no); sk != nil {
		if _, sends := c.d.Data.(ExerciseInjected); !sends {
			return refuse(RefuseSkipped, "inject", string(no)).at(sk.Mark.Seq)
		}
	}
	return nil
}

// clock checks a setting: within bounds, forward, and anchored at about now.
func (c decider) clock(x *Exercise, d ExerciseClock) *Refusal {
	now := c.d.Recorded
	switch {
	case d.Speed < 1 || d.Speed > MaxSpeed:
		return refuse(RefuseSpeed, "value", itoa(d.Speed), "most", itoa(MaxSpeed))
	case d.Wall.After(now.Add(clockSkew)) || now.Sub(d.Wall) > clockSkew:
		return refuse(RefuseInvalid, "field", "wall", "value", formatTime(d.Wall))
	case d.At.Before(x.Time(d.Wall).Truncate(time.Second)):
		return refuse(RefuseBackward, "to", clockTime(d.At), "now", clockTime(x.Time(d.Wall)))
	case d.At.Sub(x.Time(d.Wall)) > longest:
		return refuse(RefuseInvalid, "field", "at", "value", formatTime(d.At))
	case len(x.Clock) >= maxPieces:
		return refuse(RefuseTooLong, "field", "clock", "limit", itoa(maxPieces))
	}
	return nil
}

func (c decider) facilitates() *Refusal {
	if c.Exercise.Facilitates(c.d.Role) || (c.d.Role == RoleAutomation && c.automatic()) {
		return nil
	}
	return c.need(RoleFacilitator)
}

// automatic tells what a facilitator's console does by itself: it sends what is due.
func (c decider) automatic() bool {
	_, ok := c.d.Data.(ExerciseInjected)
	return ok
}

func (c decider) evaluates() *Refusal {
	if c.d.Role == RoleEvaluator || c.Exercise.Facilitates(c.d.Role) {
		return nil
	}
	return c.need(RoleEvaluator, RoleFacilitator)
}

func (x *Exercise) objective(id string, none bool) *Refusal {
	if (id == "" && none) || x.Scenario.Objective(id) != nil {
		return nil
	}
	return refuse(RefuseUnknown, "what", "objective", "id", id)
}

func rating(r Rating, none bool) *Refusal {
	if (r == "" && none) || slices.Contains(Ratings(), r) {
		return nil
	}
	return refuse(RefuseInvalid, "field", "rating", "value", string(r))
}

func oneOfObservation(k ObservationKind) *Refusal {
	if k == Strength || k == Improvement {
		return nil
	}
	return refuse(RefuseInvalid, "field", "kind", "value", string(k))
}

// over refuses what cannot be written any more once the exercise has ended: its clock stands. Notes, reports, the roster,
// observations, corrective actions and the close are taken.
func (c decider) over() *Refusal {
	if c.Exercise == nil || c.Exercise.Ended == nil {
		return nil
	}
	switch c.d.Data.Type().Category() {
	case "note", "roster", "comms", "exercise", "action":
		return nil
	}
	switch c.d.Data.(type) {
	case IncidentClosed, IncidentReopened:
		return nil
	}
	return refuse(RefuseExerciseOver).at(c.Exercise.Ended.Seq)
}

// Injection makes the payload that sends an inject of the master list as it stands.
func (i *InjectState) Injection(byHand bool) ExerciseInjected {
	d := i.Def
	out := ExerciseInjected{
		Inject: d.No, From: d.From, To: slices.Clone(d.To), Channel: d.Channel, Text: d.Text, Objective: d.Objective, ByHand: byHand,
	}
	if !i.Due.IsZero() {
		at := i.Due.UTC()
		out.Planned = &at
	}
	return out
}

// AutoSource is the source of injects that consoles send by themselves: with the id it makes the same inject the same event,
// whoever sends it.
const AutoSource = "/sangfroid/exercise"

// AutoID is the id of an inject's event when a console sends it by itself.
func AutoID(id IncidentID, no InjectID) EventID {
	return EventID("inject-" + strings.ToLower(string(id)) + "-" + string(no))
}
