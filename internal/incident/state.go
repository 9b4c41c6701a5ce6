package incident

import "time"

// State is an incident as its log tells it. It is made by [Apply] only; everything shown or decided is read from it.
// Slices are in the order of the log, so that nothing depends on the order of a map.
type State struct {
	ID       IncidentID
	Realm    Realm
	Title    string
	Titles   Text // in each language; zero where it was written in one
	Playbook string
	Zone     string // IANA name; "" is unknown
	Severity string
	Declared Mark
	Closed   *Mark // nil while open
	Imported bool  // the whole timeline came from a file

	Stamps   []StampSet // every stamp ever set, in log order; see State.Stamp
	Services []Service
	Plans    []Plan
	Steps    []Step // of all plans, in plan order
	Decided  []Decision
	Flows    []Flow
	Repairs  []Repair
	Lapses   []Lapse // services whose RTO no go could meet any more
	Roster   []Member
	Handover []Handover
	Sitreps  []Sitrep
	Every    Duration // cadence of situation reports; 0: none asked
	Cadences []Cadence
	Added    []AddedContact // contacts the cell added, or whose call it corrected
	Met      []Obligation
	Regimes  []Regime // legal clocks in force; see Duties
	Delays   []Delay
	Rulings  []Ruling
	Contacts []ContactLog
	Signals  []Signal
	Marks    []PhaseMark // where phases began, said or implied
	Notes    NoteChanges
	Exercise *Exercise // nil unless an exercise was started; never changed in place
	Actions  []CorrectiveAction

	Last  Entered // newest entry
	Count Counts
	Flags []FlagNote // the first maxFlags of them; Count.Flagged has all

	heads map[string]Head // last event of each entity
	seen  idSet
}

// Mark tells when something happened, who recorded it, and which entry says so.
type Mark struct {
	At     time.Time // the fact
	By     string
	Role   Role
	Seq    int
	Approx bool
	Note   string
}

// Entered is the newest entry's place and times.
type Entered struct {
	Seq      int
	Bus      uint64
	ID       EventID
	Received time.Time
	Fact     time.Time
}

// Counts of the log.
type Counts struct {
	Entries    int // lines of the record, duplicates included
	Duplicates int // repeats of an event already folded
	Late       int
	Flagged    int
	Notes      int
}

// Head is the last event about an entity, and the bus's numbers of the last ones under its two subjects (see
// [Event.BusCategory]).
type Head struct {
	ID     EventID
	Bus    uint64
	Ballot uint64
}

// On is the bus's number of the last event under the subject that an event goes to.
func (h Head) On(ev Event) uint64 {
	if ev.BusCategory() == CategoryBallot {
		return h.Ballot
	}
	return h.Bus
}

// StampSet is one setting of a stamp.
type StampSet struct {
	Stamp  Stamp
	Time   time.Time
	Reason string
	Mark   Mark
}

// BasisSet is one change of what the RTO counts from.
type BasisSet struct {
	From   Basis
	Reason string
	Mark   Mark
}

// Service is a service of the incident.
type Service struct {
	Def      ServiceDef
	InScope  bool
	Basis    []BasisSet // changes; the last one holds, else Def.From
	Restored *Mark
	Verified *Mark
	Resumed  *Mark
	Back     *Mark // runs on its nominal site again
}

// Plan is a launched plan.
type Plan struct {
	ID       PlanID
	Def      string // id within its playbook
	Book     Playbook
	Hash     Hash
	Kind     PlanKind
	Title    Text
	Services []ServiceID // its scope; never empty
	Launched Mark
}

// StepStatus is where a step stands. Ready is not stored: see [State.StepStatus].
type StepStatus string

// Step states.
const (
	StepToDo    StepStatus = "to-do"
	StepReady   StepStatus = "ready"
	StepRunning StepStatus = "running"
	StepIsDone  StepStatus = "done"
	StepIsCheck StepStatus = "checked"
	StepIsFail  StepStatus = "failed"
	StepIsBlock StepStatus = "blocked"
	StepIsSkip  StepStatus = "skipped"
)

// Step is one step of a launched plan.
type Step struct {
	ID        StepID
	Plan      PlanID
	Def       StepDef // Estimate is the plan's; see Estimate below for the current one
	AdHoc     bool
	Estimate  Estimate
	Status    StepStatus // to-do, running, done, checked, failed, blocked, skipped
	Assignee  string
	Started   *Mark
	Ended     *Mark // done, failed or skipped
	Checked   *Mark
	Work      Work
	Blocked   *Mark // since when, while blocked
	Reason    string
	Evidence  string
	Done      int // targets that need nothing any more; see recount
	Total     int
	Counted   int        // the last plain count of them
	Said      int        // how many there are, as the plan or a count says
	Targets   *TargetSet // those that have names; nil for none
	Progress  []Progress // the last maxProgress
	SignalSeq int        // the entry of the attached signal that matched; 0: none
}

// Progress is one count of a step's targets.
type Progress struct {
	At    time.Time
	Done  int
	Batch bool // left by a batch of targets: these are thinned
}

// DecisionStatus is where a decision stands.
type DecisionStatus string

// Decision states. Planned is a decision of a launched plan nobody put on the table yet.
const (
	DecisionPlanned   DecisionStatus = "planned"
	DecisionIsAsked   DecisionStatus = "asked"
	DecisionIsTaken   DecisionStatus = "taken"
	DecisionContested DecisionStatus = "contested"
	DecisionWithdrawn DecisionStatus = "abandoned"
)

// Decision is a question with its answers.
type Decision struct {
	ID       DecisionID
	Plan     PlanID // "" for one no plan brought
	Question Text
	Options  []OptionDef
	Deciders []Role
	Quorum   int
	Status   DecisionStatus
	Asked    *Mark
	Review   *time.Time // when it comes back
	After    Duration   // the plan's review_after
	Criteria []Criterion
	Votes    []Vote    // the last one of each person
	Outcomes []Outcome // taken and revised, in log order; the last valid one holds
	Contest  []Outcome // outcomes that lost, until somebody settles

	since []EventID // what was said about it since the last outcome, that one first: who has seen one of them has seen it
}

// Criterion is something to know before deciding, with every value it was given.
type Criterion struct {
	Def    CriterionDef
	Values []CriterionValue
}

// CriterionValue is what somebody said of a criterion.
type CriterionValue struct {
	Value   string
	Source  string
	Verdict Verdict
	Mark    Mark
}

// Vote is one person's advice.
type Vote struct {
	Option Option
	Reason string
	Mark   Mark
}

// Outcome is a decision as taken.
type Outcome struct {
	Option  Option
	Because string
	Dissent string
	Despite string // why go, with a criterion that forbade it
	Until   *time.Time
	ID      EventID
	Mark    Mark
}

// FlowStatus is where a line of the ledger stands.
type FlowStatus string

// Flow states. Planned is a line of a launched plan nobody opened yet.
const (
	FlowPlanned  FlowStatus = "planned"
	FlowOpen     FlowStatus = "open"
	FlowSigned   FlowStatus = "signed"
	FlowAccepted FlowStatus = "accepted"
)

// Flow is a line of the catch-up ledger.
type Flow struct {
	ID       FlowID
	Plan     PlanID
	Title    Text
	Service  ServiceID
	From, To *time.Time
	Source   Text
	Unit     Text
	Owner    string
	Status   FlowStatus
	Opened   *Mark
	Closed   *Mark
	Expected *int64
	Approx   bool
	Replayed int64
	Rejected int64
	Counts   []FlowCount // the last maxCounts, in log order; see Flow.Pace
	Lost     int64
	Reason   string
	Waiver   DecisionID
	Targets  *TargetSet // who has to deliver or to redo: shops, agencies; nil for none
	Signal   string     // the external signal that tells of them, as a step's

	Reentered   int64
	Blocks      bool       // the business of its service does not resume before it is closed
	Losses      []FlowLoss // the last maxLosses acceptances; the last one holds
	Unexplained int64      // what did not add up when it was signed: missing, or with − too many
}

// Repair is one estimate of how long the repair takes, from Mark.At.
type Repair struct {
	Estimate Estimate
	Says     string
	Mark     Mark
}

// Member is somebody of the cell.
type Member struct {
	Name   string
	Roles  []Role // the roles they hold now
	Joined Mark
	Left   *Mark
}

// Handover of a role; it counts once acknowledged.
type Handover struct {
	ID    EventID
	Role  Role
	From  string
	To    string
	Brief string
	Given Mark
	Ack   *Mark
	Void  *Mark // refused, taken back, or overtaken by another one; its Note is the reason
}

// Sitrep is a situation report that went out.
type Sitrep struct {
	No   int
	Text string
	Lang string // "", "en", "fr", "fr,en"
	Next *time.Time
	Size int
	Root string
	Mark Mark
}

// Obligation is a legal notification that was made.
type Obligation struct {
	ID        string
	Reference string
	Reason    string // of a correction
	Mark      Mark
}

// Cadence is a change of how often a situation report is due.
type Cadence struct {
	Every  Duration
	Before Duration // what held until then
	Reason string
	Mark   Mark
	Stand  bool // not a change: the cell stood down, or was called again
}

// AddedContact is somebody to reach whom the cell itself entered.
type AddedContact struct {
	Def    ContactDef
	Reason string
	Mark   Mark
}

// ContactLog is one attempt to reach somebody outside; what was said is the mark's note.
type ContactLog struct {
	Contact string
	Reached bool
	Mark    Mark
}
