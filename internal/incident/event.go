package incident

import (
	"strings"
	"time"
)

// Type is the CloudEvents type of an event, "sangfroid.step.done". The list is append-only: a type that was ever
// written keeps its name and its meaning.
type Type string

// TypePrefix starts every type of this program.
const TypePrefix = "sangfroid."

// Category is the first word of the type behind the prefix, "step"; "other" for a type of somebody else.
func (t Type) Category() string {
	rest, ok := strings.CutPrefix(string(t), TypePrefix)
	word, _, dotted := strings.Cut(rest, ".")
	if !ok || !dotted || !ValidID(word) {
		return "other"
	}
	return word
}

// CategoryBallot is where on the bus what everybody says about a decision goes: asked, a criterion's value, a vote. What settles
// one goes to "decision", so that an account may be given the one without the other.
const CategoryBallot = "ballot"

// BusCategory is the word of the bus's subject that the event is published under: its category, but for a decision's ballot.
func (e *Event) BusCategory() string {
	switch e.Data.(type) {
	case DecisionAsked, DecisionCriterion, DecisionVoted:
		return CategoryBallot
	}
	return e.Type.Category()
}

// Event is one fact, as CloudEvents 1.0 carries it (JSON, structured mode). The bytes on the wire are the bytes in the
// record; this is their decoded form, with every text already cleaned (see internal/text).
type Event struct {
	ID       EventID
	Source   string // "/sangfroid/console/7f3k"; source + ID identify the event
	Type     Type
	Subject  string    // the entity: "step/failover/activate", "note/main"
	Time     time.Time // when it happened (the fact), UTC
	Approx   bool      // the time of the fact is approximate
	Recorded time.Time // when it was written, UTC
	Imported bool      // came from a file: recorded says when it was imported
	Incident IncidentID
	Realm    Realm
	Actor    string  // the person, as they name themselves
	Role     Role    // the part they played then
	Prev     EventID // the last event of the entity the writer had seen; NoPrev for none; "" where nothing is expected
	Data     Data    // never nil: what is not understood is Unknown
	Flaws    []FlagCode
}

// NoPrev is the Prev of a writer who expected to be the first to write about the entity.
const NoPrev EventID = "-"

// Entry is one line of the record: an event where the bus put it.
type Entry struct {
	Seq      int       // place in the incident's timeline, from 1, the same on every console
	Bus      uint64    // sequence in the bus's stream; 0 where it never was on a bus
	Received time.Time // when the bus received it, UTC; for an import, when it was imported
	Raw      []byte    // the event's bytes, verbatim
	Event    Event     // decoded from Raw
	Via      string    // the bus's subject, where it says another author or kind than the event does; "" mostly
}

// Late tells how much later than the fact the entry was written, and whether that is above two minutes and so to be
// shown as a late entry. An import is not late: nobody wrote it in the cell.
func (e Event) Late() (time.Duration, bool) {
	if e.Imported || e.Time.IsZero() || e.Recorded.IsZero() {
		return 0, false
	}
	switch e.Data.(type) {
	case ExerciseStarted, ExerciseClock: // the fact is told in the time it begins, and a jump in the one it leaves
		return 0, false
	}
	gap := e.Recorded.Sub(e.Time)
	return gap, gap > LateAfter
}

// LateAfter is the gap between fact and writing above which an entry is shown as late.
const LateAfter = 2 * time.Minute

// Entity splits the subject into its category and the entity's id: "step/failover/activate" gives "step" and
// "failover/activate".
func (e Event) Entity() (category, id string) {
	category, id, _ = strings.Cut(e.Subject, "/")
	return category, id
}

// Draft is an event about to be written: what a person asked for, before [Decide] let it pass.
type Draft struct {
	ID       EventID
	Source   string
	Subject  string    // "" takes the default of the data's type (see [DefaultSubject])
	Time     time.Time // the fact; zero takes Recorded
	Approx   bool
	Recorded time.Time // now, as the writer's clock tells
	Imported bool
	Actor    string
	Role     Role
	Data     Data
}

// Subjects of events, by entity.
const (
	SubjectIncident = "incident/main"
	SubjectNote     = "note/main"
	SubjectRepair   = "repair/main"
	SubjectRoster   = "roster/main"
	SubjectComms    = "comms/main"
)

// ServiceSubject is the subject of events about one service.
func ServiceSubject(id ServiceID) string { return "incident/" + string(id) }

// PlanSubject is the subject of events about a plan as a whole.
func PlanSubject(id PlanID) string { return "plan/" + string(id) }

// StepSubject is the subject of events about one step.
func StepSubject(id StepID) string { return "step/" + string(id) }

// DecisionSubject is the subject of events about one decision.
func DecisionSubject(id DecisionID) string { return "decision/" + string(id) }

// FlowSubject is the subject of events about one line of the catch-up ledger.
func FlowSubject(id FlowID) string { return "catchup/" + string(id) }
