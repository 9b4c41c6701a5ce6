package incident

// PlaybookSchema is the version of the playbook form.
const PlaybookSchema = "sangfroid.playbook/1"

// Level of criticality of a recovery solution, 0 to 4.
type Level string

// Levels, from backups only to three sites.
const (
	LevelCold  Level = "cold"
	LevelWarm  Level = "warm"
	LevelHot   Level = "hot"
	LevelHA    Level = "ha"
	LevelVital Level = "vital"
)

// Levels lists the levels in order; a level's index is its number.
func Levels() []Level { return []Level{LevelCold, LevelWarm, LevelHot, LevelHA, LevelVital} }

// Estimate of a duration: least, most likely, most. Only Likely is required; 0 is "not given".
type Estimate struct {
	Min    Duration `json:"min,omitempty"`
	Likely Duration `json:"likely,omitempty"`
	Max    Duration `json:"max,omitempty"`
}

// ServiceDef defines a service and its objectives; an objective of 0 is "undefined".
type ServiceDef struct {
	ID    ServiceID `json:"id"`
	Name  Text      `json:"name"`
	Level Level     `json:"level,omitempty"`
	RTO   Duration  `json:"rto,omitempty"`
	RPO   Duration  `json:"rpo,omitempty"`
	MTPD  Duration  `json:"mtpd,omitempty"`
	From  Basis     `json:"rto_from,omitempty"` // what the RTO and the MTPD count from; default detection
}

// Playbook is what a cell prepared: services, roles, plans. Its YAML has the same keys.
type Playbook struct {
	Schema   string       `json:"schema"`
	ID       string       `json:"id"`
	Aliases  []string     `json:"aliases,omitempty"` // other names for --playbook: "chaud"
	Title    Text         `json:"title"`
	Summary  Text         `json:"summary,omitzero"`
	Level    Level        `json:"level"`
	Zone     string       `json:"zone,omitempty"` // IANA name
	RTOFrom  Basis        `json:"rto_from,omitempty"`
	Sitrep   Duration     `json:"sitrep_every,omitempty"`
	Services []ServiceDef `json:"services"`
	Roles    []RoleDef    `json:"roles"`
	Contacts []ContactDef `json:"contacts,omitempty"`
	Plans    []PlanDef    `json:"plans"`

	Obligations []RegimeID  `json:"obligations,omitempty"` // the regimes that apply, by id
	Entity      EntityDef   `json:"entity,omitzero"`
	Regimes     []RegimeDef `json:"regimes,omitempty"` // their rows: one's own, and after loading those of all that apply
}

// RoleDef defines a role of the cell.
type RoleDef struct {
	ID     Role `json:"id"`
	Title  Text `json:"title"`
	Duties Text `json:"duties,omitzero" text:"block"`
}

// ContactDef is somebody outside the cell, by function.
type ContactDef struct {
	ID   string `json:"id"`
	Name Text   `json:"name"`
	Call Text   `json:"call,omitzero"` // how to reach: number, channel, contract reference
}

// PlanKind tells what a plan is for.
type PlanKind string

// Kinds of plans. The first failover plan of a playbook is launched when the incident is declared.
const (
	PlanFailover PlanKind = "failover"
	PlanFailback PlanKind = "failback"
	PlanOther    PlanKind = "other"
)

// PlanDef is one plan of a playbook.
type PlanDef struct {
	ID        string        `json:"id"`
	Kind      PlanKind      `json:"kind"`
	Title     Text          `json:"title"`
	Steps     []StepDef     `json:"steps"`
	Decisions []DecisionDef `json:"decisions,omitempty"`
	Catchup   []FlowDef     `json:"catchup,omitempty"`
}

// Gate opens a step only after a decision came out with an option.
type Gate struct {
	Decision string `json:"decision"`
	Option   Option `json:"option"`
}

// Milestone names what a done step lets a person record of its services.
type Milestone string

// Milestones of a service.
const (
	MilestoneRestored   Milestone = "restored"
	MilestoneVerified   Milestone = "verified"
	MilestoneResumed    Milestone = "resumed"
	MilestoneFailedBack Milestone = "failed-back"
)

// StepDef is one step of a plan.
type StepDef struct {
	ID           string      `json:"id"`
	Title        Text        `json:"title"`
	Phase        Phase       `json:"phase"`
	Owner        Role        `json:"owner,omitempty"`
	After        []string    `json:"after,omitempty"`    // own ids of steps of the same plan
	Gate         *Gate       `json:"gate,omitempty"`     // may start only after this outcome
	Early        bool        `json:"early,omitempty"`    // reversible: meant to start before the decision
	Services     []ServiceID `json:"services,omitempty"` // empty: all services of the plan's scope
	Estimate     Estimate    `json:"estimate,omitzero"`
	Targets      TargetsDef  `json:"targets,omitzero"` // how many machines, shops, sites, or which
	Unit         Text        `json:"unit,omitzero"`    // what a target is
	Signal       string      `json:"signal,omitempty"` // "source" or "source:word": the external signal that shows it done
	FourEyes     bool        `json:"four_eyes,omitempty"`
	Irreversible bool        `json:"irreversible,omitempty"`
	Milestone    Milestone   `json:"milestone,omitempty"` // what its end lets a person record of its services
	Evidence     Text        `json:"evidence,omitzero"`
	Instructions Text        `json:"instructions,omitzero" text:"block"` // Markdown
	Contact      string      `json:"contact,omitempty"`
}

// Option is the id of an option of a decision.
type Option string

// Options every go/no-go has. A playbook may add its own.
const (
	OptionGo      Option = "go"
	OptionNoGo    Option = "no-go"
	OptionWait    Option = "wait"
	OptionAbandon Option = "abandon"
)

// OptionDef is one answer to the question.
type OptionDef struct {
	ID    Option `json:"id"`
	Title Text   `json:"title"`
	Means Text   `json:"means,omitzero"` // what it entails
}

// Verdict tells which way a criterion's value points.
type Verdict string

// Verdicts.
const (
	VerdictFor     Verdict = "for"
	VerdictAgainst Verdict = "against"
	VerdictForbids Verdict = "forbids"
	VerdictNeutral Verdict = "neutral"
)

// CriterionDef is something to know before deciding.
type CriterionDef struct {
	ID    string `json:"id"`
	Title Text   `json:"title"`
	Hint  Text   `json:"hint,omitzero"` // where to read it, what to make of it
	// Forbids lists words that, in a value, speak against the go whatever else is said: a replica in a state a forced
	// failover cannot start from. They warn and ask for a reason; they never stop anybody.
	Forbids []string `json:"forbids,omitempty"`
}

// DecisionDef is a decision a plan foresees.
type DecisionDef struct {
	ID          string         `json:"id"`
	Question    Text           `json:"question"`
	Options     []OptionDef    `json:"options,omitempty"` // empty: go, no-go, wait, abandon
	Criteria    []CriterionDef `json:"criteria,omitempty"`
	Deciders    []Role         `json:"deciders,omitempty"` // empty: the director
	Quorum      int            `json:"quorum,omitempty"`   // votes needed before it may be taken; 0: none
	ReviewAfter Duration       `json:"review_after,omitempty"`
}

// FlowDef is a line of the catch-up ledger a plan foresees.
type FlowDef struct {
	ID      string     `json:"id"`
	Title   Text       `json:"title"`
	Service ServiceID  `json:"service"`
	Source  Text       `json:"source"`
	Unit    Text       `json:"unit"`
	Owner   Role       `json:"owner,omitempty"`
	Targets TargetsDef `json:"targets,omitzero"` // who delivers or redoes: shops, agencies
	Signal  string     `json:"signal,omitempty"` // "source" or "source:word": the signal that tells of the targets
	Blocks  *bool      `json:"blocks,omitempty"` // the business does not resume before it is done; default true
}
