package incident

import (
	"encoding/json"
	"time"
)

// Payloads of category "exercise", written in drills only. Their fact's time is exercise time, as
// that of every entry of the drill; see [Exercise].
type (
	// ExerciseStarted is DEBEX. The whole scenario travels with it. From Wall on the exercise's clock goes from Start, at
	// Speed.
	ExerciseStarted struct {
		Scenario json.RawMessage `json:"scenario"` // a Scenario
		Hash     Hash            `json:"hash"`     // SHA-256 of Scenario's bytes
		Seed     int64           `json:"seed"`     // of what is random in it; not negative
		Start    time.Time       `json:"start"`    // exercise time
		Wall     time.Time       `json:"wall"`
		Speed    int             `json:"speed"`
		Planned  Duration        `json:"planned"`         // length, exercise time
		Solo     bool            `json:"solo,omitempty"`  // the console plays the facilitator
		Title    string          `json:"title,omitempty"` // of the incident that will be declared
		Zone     string          `json:"zone,omitempty"`  // IANA name, the exercise's hours are shown in it from the first entry on
	}
	// ExerciseClock sets the clock: at the instant Wall it is At, and goes on at Speed unless paused.
	ExerciseClock struct {
		Wall   time.Time `json:"wall"`
		At     time.Time `json:"at"` // exercise time
		Speed  int       `json:"speed"`
		Paused bool      `json:"paused,omitempty"`
		Reason string    `json:"reason,omitempty"`
	}
	// ExerciseInjected tells: the inject of the master list went out, as it was then.
	ExerciseInjected struct {
		Inject    InjectID   `json:"inject"`
		From      Text       `json:"from"`
		To        []Role     `json:"to,omitempty"` // empty: all who play
		Channel   Channel    `json:"channel"`
		Text      Text       `json:"text" text:"block"`
		Objective string     `json:"objective,omitempty"`
		Planned   *time.Time `json:"planned,omitempty"` // when it was due, exercise time
		ByHand    bool       `json:"by_hand,omitempty"`
	}
	// ExerciseImprovised is an inject nobody had planned.
	ExerciseImprovised struct {
		From      Text    `json:"from"`
		To        []Role  `json:"to,omitempty"`
		Channel   Channel `json:"channel"`
		Text      Text    `json:"text" text:"block"`
		Expected  Text    `json:"expected,omitzero" text:"block"`
		Objective string  `json:"objective,omitempty"`
		Reason    string  `json:"reason,omitempty"`
	}
	// ExerciseSkipped tells: the inject will not be sent.
	ExerciseSkipped struct {
		Inject InjectID `json:"inject"`
		Reason string   `json:"reason"`
	}
	// ExerciseDelayed puts an inject off by so much exercise time, or all that were not sent yet ("").
	ExerciseDelayed struct {
		Inject InjectID `json:"inject,omitempty"`
		By     Duration `json:"by"`
		Reason string   `json:"reason,omitempty"`
	}
	// ExerciseAnswered is what a player did with an inject.
	ExerciseAnswered struct {
		Inject InjectID `json:"inject"`
		Text   string   `json:"text,omitempty"`
	}
	// ExerciseOpened tells that a player had an inject before their eyes. Their console writes it, once a person and inject.
	ExerciseOpened struct {
		Inject InjectID `json:"inject"`
	}
	// ExerciseObserved is an evaluator's observation.
	ExerciseObserved struct {
		Kind      ObservationKind `json:"kind"`
		Text      string          `json:"text"`
		Objective string          `json:"objective,omitempty"`
		Rating    Rating          `json:"rating,omitempty"`
		Of        Role            `json:"of,omitempty"` // whom it is about
		Inject    InjectID        `json:"inject,omitempty"`
	}
	// ExerciseScored rates an objective. The last word holds.
	ExerciseScored struct {
		Objective string `json:"objective"`
		Rating    Rating `json:"rating"`
		Reason    string `json:"reason,omitempty"`
	}
	// ExerciseEnded is FINEX. Emergency: something real happened, and the exercise is over for everybody.
	ExerciseEnded struct {
		Reason    string `json:"reason,omitempty"`
		Emergency bool   `json:"emergency,omitempty"`
	}
)

// ObservationKind tells which way an observation points.
type ObservationKind string

// Kinds of observations, as the evaluation of exercises (HSEEP) sorts them.
const (
	Strength    ObservationKind = "strength"
	Improvement ObservationKind = "improvement" // an area for improvement
)

// Rating is how well an objective was reached, the four steps of HSEEP.
type Rating string

// Ratings, the best first.
const (
	RatingFull  Rating = "performed"        // without challenges (P)
	RatingSome  Rating = "some-challenges"  // (S)
	RatingMajor Rating = "major-challenges" // (M)
	RatingNone  Rating = "unable"           // to be performed (U)
)

// Ratings lists the ratings, the best first.
func Ratings() []Rating { return []Rating{RatingFull, RatingSome, RatingMajor, RatingNone} }

func exercisePayloads() []Data {
	return []Data{
		ExerciseStarted{},
		ExerciseClock{},
		ExerciseInjected{},
		ExerciseImprovised{},
		ExerciseSkipped{},
		ExerciseDelayed{},
		ExerciseAnswered{},
		ExerciseObserved{},
		ExerciseScored{},
		ExerciseEnded{},
		ExerciseOpened{},
	}
}

// SubjectExercise is the subject of events about the exercise as a whole.
const SubjectExercise = "exercise/main"

// InjectSubject is the subject of events about one inject.
func InjectSubject(no InjectID) string { return "exercise/" + string(no) }

// Type names the payload in the catalogue.
func (ExerciseStarted) Type() Type { return TypePrefix + "exercise.started" }

// Type names the payload in the catalogue.
func (ExerciseClock) Type() Type { return TypePrefix + "exercise.clock" }

// Type names the payload in the catalogue.
func (ExerciseInjected) Type() Type { return TypePrefix + "exercise.injected" }

// Type names the payload in the catalogue.
func (ExerciseImprovised) Type() Type { return TypePrefix + "exercise.improvised" }

// Type names the payload in the catalogue.
func (ExerciseSkipped) Type() Type { return TypePrefix + "exercise.skipped" }

// Type names the payload in the catalogue.
func (ExerciseDelayed) Type() Type { return TypePrefix + "exercise.delayed" }

// Type names the payload in the catalogue.
func (ExerciseAnswered) Type() Type { return TypePrefix + "exercise.answered" }

// Type names the payload in the catalogue.
func (ExerciseOpened) Type() Type { return TypePrefix + "exercise.opened" }

// Type names the payload in the catalogue.
func (ExerciseObserved) Type() Type { return TypePrefix + "exercise.observed" }

// Type names the payload in the catalogue.
func (ExerciseScored) Type() Type { return TypePrefix + "exercise.scored" }

// Type names the payload in the catalogue.
func (ExerciseEnded) Type() Type { return TypePrefix + "exercise.ended" }
