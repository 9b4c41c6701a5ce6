package incident

import "time"

// Signal is an external signal that was attached.
type Signal struct {
	Source   string
	External string
	Summary  string
	Occurred time.Time
	Step     StepID
	Mark     Mark
}

// PhaseMark is where a phase began. Said marks were noted by a person; the others are implied by an event and only
// move forward.
type PhaseMark struct {
	Phase Phase
	At    time.Time
	Seq   int
	Said  bool
}

// NoteChanges holds what later entries changed about earlier ones. Unchanged notes live in the record only, so that a
// long timeline does not grow the state.
type NoteChanges struct {
	Corrected map[EventID]Correction
	Checked   map[EventID]Check
	Pinned    []EventID
	Open      []OpenNote // those marked to verify, the last maxOpenNotes
	Message   *OpenNote  // the last note of kind communication: the last word to the outside
}

// OpenNote is a note that is kept in the state because somebody still has to act on it.
type OpenNote struct {
	ID     EventID
	Text   string
	Source string
	Mark   Mark
}

// Correction tells which entry corrects another, and how.
type Correction struct {
	By   EventID
	Seq  int
	Text string
}

// FlagCode says why an entry was flagged. Append-only.
type FlagCode string

// Flags.
const (
	FlagMalformed   FlagCode = "malformed"    // not a CloudEvent, or attributes missing or wrong
	FlagUnknownType FlagCode = "unknown-type" // a type this version does not know
	FlagBadData     FlagCode = "bad-data"     // the payload does not fit its type
	FlagForeign     FlagCode = "foreign"      // names another incident or realm
	FlagOversized   FlagCode = "oversized"    // texts were cut on screen; the record has them whole
	FlagCleaned     FlagCode = "cleaned"      // control characters were taken out for display
	FlagUnknownID   FlagCode = "unknown-id"   // speaks of something that does not exist
	FlagNoEffect    FlagCode = "no-effect"    // contradicts what stood in the log before it
	FlagContested   FlagCode = "contested"    // a decision made against one it had not seen
	FlagTwice       FlagCode = "twice"        // declared or launched a second time
	FlagNotDeclared FlagCode = "not-declared" // came before the declaration
	FlagNotDrill    FlagCode = "not-drill"    // of an exercise, in a live incident
	FlagBent        FlagCode = "bent"         // a setting of the exercise's clock that would have gone backward: it takes effect as far as it can
	FlagRewritten   FlagCode = "rewritten"    // the source and id of an event that is in the log, with other bytes: it changes nothing
	FlagAuthor      FlagCode = "author"       // the bus had it from another account than the actor's, or under another kind
)

// FlagNote is a flagged entry.
type FlagNote struct {
	Seq  int
	ID   EventID
	Code FlagCode
}

const (
	maxFlags    = 1000
	maxSince    = 256
	maxParts    = 2000 // steps, decisions, lines of the ledger: ten times the largest plan anybody worked through
	maxServices = 200
	maxProgress = 64
	maxCounts   = 256

	maxOpenNotes = 100
)
