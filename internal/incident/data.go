package incident

import (
	"encoding/json"
	"time"
)

// Data is the payload of an event, one struct per type. Which entity it is about stands in the event's subject.
type Data interface{ Type() Type }

// Stamp names a moment an origin may be taken from.
type Stamp string

// The stamps of an incident.
const (
	StampOccurred Stamp = "occurred"
	StampDetected Stamp = "detected"
	StampReported Stamp = "reported"
	StampLastGood Stamp = "last-good-data"
)

// Basis names what a service's RTO is counted from.
type Basis string

// What starts an RTO.
const (
	FromOccurrence Basis = "occurrence"
	FromDetection  Basis = "detection"
	FromReport     Basis = "report"
)

// Stamp is the stamp the basis reads.
func (b Basis) Stamp() Stamp {
	switch b {
	case FromOccurrence:
		return StampOccurred
	case FromReport:
		return StampReported
	case FromDetection:
	}
	return StampDetected
}

// Payloads of category "incident".
type (
	// IncidentDeclared opens the incident. Stamps that are unknown stay nil.
	IncidentDeclared struct {
		Title    string       `json:"title"`
		Playbook string       `json:"playbook,omitempty"`
		Zone     string       `json:"zone,omitempty"` // IANA name, the incident's zone
		Services []ServiceDef `json:"services,omitempty"`
		Severity string       `json:"severity,omitempty"`
		Occurred *time.Time   `json:"occurred,omitempty"`
		Detected *time.Time   `json:"detected,omitempty"`
		Reported *time.Time   `json:"reported,omitempty"`
		LastGood *time.Time   `json:"last_good,omitempty"`
		Sitrep   Duration     `json:"sitrep_every,omitempty"` // cadence of situation reports
		Titles   Text         `json:"titles,omitzero"`        // the title in each language, where what it was made from has both
	}
	// IncidentScoped takes services in or out of the incident.
	IncidentScoped struct {
		In     []ServiceDef `json:"in,omitempty"`
		Out    []ServiceID  `json:"out,omitempty"`
		Reason string       `json:"reason,omitempty"`
	}
	// IncidentOrigin sets a stamp; the earlier one is kept. Text and Kind are set when the stamp was read from a row
	// of a source, which then is this entry.
	IncidentOrigin struct {
		Stamp  Stamp     `json:"stamp"`
		At     time.Time `json:"at"`
		Reason string    `json:"reason,omitempty"`
		Kind   NoteKind  `json:"kind,omitempty"`
		Text   string    `json:"text,omitempty"`
	}
	// IncidentBasis changes what the RTO counts from, for one service (its subject) or all ("incident/main").
	IncidentBasis struct {
		From   Basis  `json:"from"`
		Reason string `json:"reason"`
	}
	// IncidentSeverity sets the severity, in the cell's own words.
	IncidentSeverity struct {
		Severity string `json:"severity"`
		Reason   string `json:"reason,omitempty"`
	}
	// IncidentEscalated tells who was called in.
	IncidentEscalated struct {
		To   string `json:"to,omitempty"`
		Text string `json:"text,omitempty"`
	}
	// IncidentPhase notes a phase by hand.
	IncidentPhase struct {
		Phase  Phase  `json:"phase"`
		Reason string `json:"reason,omitempty"`
	}
	// ServiceRestored tells: the application runs again at its place.
	ServiceRestored struct {
		Note string `json:"note,omitempty"`
	}
	// ServiceVerified tells: checked technically; the RTO stops here.
	ServiceVerified struct {
		Note string `json:"note,omitempty"`
	}
	// ServiceResumed tells: the business works again; the MTPD stops here.
	ServiceResumed struct {
		Note string `json:"note,omitempty"`
	}
	// ServiceFailedBack tells: the service runs on its nominal site again.
	ServiceFailedBack struct {
		Note string `json:"note,omitempty"`
	}
	// IncidentClosed stands the cell down. Waiver names the decision that allows open catch-up lines, if any.
	IncidentClosed struct {
		Reason string     `json:"reason"`
		Waiver DecisionID `json:"waiver,omitempty"`
	}
	// IncidentReopened opens a closed incident again.
	IncidentReopened struct {
		Reason string `json:"reason"`
	}
)

// Payloads of categories "plan" and "step".
type (
	// PlanLaunched starts a prepared plan on a scope. The whole playbook travels with it.
	PlanLaunched struct {
		Playbook json.RawMessage `json:"playbook"` // a Playbook
		Hash     Hash            `json:"hash"`     // SHA-256 of Playbook's bytes
		Plan     string          `json:"plan"`     // the plan's id within the playbook
		Services []ServiceID     `json:"services,omitempty"`
		Reason   string          `json:"reason,omitempty"`
	}
	// PlanStepAdded adds a step nobody planned. Its subject is the plan it joins.
	PlanStepAdded struct {
		Step   StepDef `json:"step"`
		Reason string  `json:"reason,omitempty"`
	}
	// PlanStepEstimated re-estimates a step.
	PlanStepEstimated struct {
		Step     string   `json:"step"` // the step's own id
		Estimate Estimate `json:"estimate"`
		Reason   string   `json:"reason,omitempty"`
	}
	// StepAssigned gives the step to a person or team.
	StepAssigned struct {
		To string `json:"to"`
	}
	// StepStarted begins the work.
	StepStarted struct {
		Note string `json:"note,omitempty"`
	}
	// StepProgressed counts targets done, Done of Total (Total 0 keeps the plan's).
	StepProgressed struct {
		Done  int    `json:"done"`
		Total int    `json:"total,omitempty"`
		Note  string `json:"note,omitempty"`
	}
	// StepDone ends the work.
	StepDone struct {
		Note     string `json:"note,omitempty"`
		Evidence string `json:"evidence,omitempty"`
	}
	// StepChecked is the second person's word on a four-eyes step.
	StepChecked struct {
		Note string `json:"note,omitempty"`
	}
	// StepFailed ends the work without its result.
	StepFailed struct {
		Reason string `json:"reason"`
	}
	// StepBlocked tells: cannot go on until something outside changes. Starting it again unblocks.
	StepBlocked struct {
		Reason string `json:"reason"`
	}
	// StepSkipped tells: not needed this time; what waits for it may go on.
	StepSkipped struct {
		Reason string `json:"reason"`
	}
	// StepReopened undoes done, checked, failed or skipped.
	StepReopened struct {
		Reason string `json:"reason,omitempty"`
	}
)

// Payloads of categories "decision" and "repair".
type (
	// DecisionAsked puts a question on the table. For a decision the plan brought, empty fields keep the plan's.
	DecisionAsked struct {
		Question Text           `json:"question,omitzero"`
		Options  []OptionDef    `json:"options,omitempty"`
		Criteria []CriterionDef `json:"criteria,omitempty"`
		Deciders []Role         `json:"deciders,omitempty"`
		Quorum   int            `json:"quorum,omitempty"`
		Review   *time.Time     `json:"review,omitempty"`
		Note     string         `json:"note,omitempty"`
	}
	// DecisionCriterion gives a criterion's value, from whom, and when it was true.
	DecisionCriterion struct {
		Criterion string  `json:"criterion"`
		Value     string  `json:"value"`
		Source    string  `json:"source,omitempty"`
		Verdict   Verdict `json:"verdict,omitempty"`
	}
	// DecisionVoted is one person's advice.
	DecisionVoted struct {
		Option Option `json:"option"`
		Reason string `json:"reason,omitempty"`
	}
	// DecisionTaken decides. Until is the T of "wait until T"; Review when it comes back.
	DecisionTaken struct {
		Option   Option     `json:"option,omitempty"` // "" where a source does not tell
		Because  string     `json:"because"`
		Dissent  string     `json:"dissent,omitempty"`
		Despite  string     `json:"despite,omitempty"` // why go, with a criterion that forbids it
		Until    *time.Time `json:"until,omitempty"`
		Review   *time.Time `json:"review,omitempty"`
		Question string     `json:"question,omitempty"` // for a decision nobody asked first
	}
	// DecisionRevised decides again, or settles a contested decision.
	DecisionRevised struct {
		Option  Option     `json:"option"`
		Because string     `json:"because"`
		Dissent string     `json:"dissent,omitempty"`
		Despite string     `json:"despite,omitempty"`
		Until   *time.Time `json:"until,omitempty"`
		Review  *time.Time `json:"review,omitempty"`
	}
	// DecisionAbandoned withdraws the question.
	DecisionAbandoned struct {
		Reason string `json:"reason"`
	}
	// RepairEstimated is somebody's word on how long the repair of the nominal site takes, from the fact's time.
	RepairEstimated struct {
		Min    Duration `json:"min,omitempty"`
		Likely Duration `json:"likely"`
		Max    Duration `json:"max,omitempty"`
		Says   string   `json:"says,omitempty"`
		Note   string   `json:"note,omitempty"`
	}
)

// Payloads of category "catchup".
type (
	// CatchupOpened opens a line: the gap window, from where the data come, in what unit.
	CatchupOpened struct {
		Title    Text       `json:"title,omitzero"`
		Service  ServiceID  `json:"service,omitempty"`
		From     *time.Time `json:"from,omitempty"` // last good data
		To       *time.Time `json:"to,omitempty"`   // cut-over
		Source   Text       `json:"source,omitzero"`
		Unit     Text       `json:"unit,omitzero"`
		Expected *int64     `json:"expected,omitempty"`
		Approx   bool       `json:"approx,omitempty"` // Expected is an estimate
		Owner    string     `json:"owner,omitempty"`
		Blocks   *bool      `json:"blocks,omitempty"` // the business does not resume before it is done; nil keeps the plan's
	}
	// CatchupCounted gives totals so far, not differences.
	CatchupCounted struct {
		Expected  *int64 `json:"expected,omitempty"`
		Approx    bool   `json:"approx,omitempty"` // Expected is an estimate
		Replayed  int64  `json:"replayed"`
		Rejected  int64  `json:"rejected,omitempty"`  // refused by the replay, in all
		Reentered int64  `json:"reentered,omitempty"` // of those, corrected and entered by hand
		Note      string `json:"note,omitempty"`
	}
	// CatchupSigned closes the line: reconciled and accepted by its owner. Because explains what does not add up.
	CatchupSigned struct {
		Note    string `json:"note,omitempty"`
		Because string `json:"because,omitempty"`
	}
	// CatchupLost gives a part of the line up, Lost in all so far, and leaves the line open.
	CatchupLost struct {
		Lost     int64      `json:"lost"`
		Reason   string     `json:"reason"`
		Decision DecisionID `json:"decision,omitempty"`
	}
	// CatchupAccepted closes the line with a loss, by a decision.
	CatchupAccepted struct {
		Lost     int64      `json:"lost"`
		Reason   string     `json:"reason"`
		Decision DecisionID `json:"decision,omitempty"`
	}
)

// NoteKind sorts the free entries of the timeline.
type NoteKind string

// Kinds of notes. The imported forms of reference timelines use the same words.
const (
	NoteFinding       NoteKind = "finding"
	NoteAction        NoteKind = "action"
	NoteCommunication NoteKind = "communication"
	NoteDetection     NoteKind = "detection"
	NoteEscalation    NoteKind = "escalation"
	NoteAnalysis      NoteKind = "analysis"
	NoteDecision      NoteKind = "decision"
	NoteRecovery      NoteKind = "recovery"
	NoteCheck         NoteKind = "check"
	NoteCatchup       NoteKind = "catchup"
	NotePlain         NoteKind = "note"
)

// Check is the check state of a piece of information.
type Check string

// Check states.
const (
	CheckNone     Check = ""
	CheckToVerify Check = "to-verify"
	CheckVerified Check = "verified"
	CheckDenied   Check = "denied"
)

// Payloads of categories "note", "comms", "roster" and "signal".
type (
	// NoteAdded is a free entry.
	NoteAdded struct {
		Kind   NoteKind `json:"kind,omitempty"`
		Text   string   `json:"text"`
		Source string   `json:"from,omitempty"` // who told
		Check  Check    `json:"check,omitempty"`
	}
	// NoteCorrected corrects an earlier entry of any category, which stays as it was.
	NoteCorrected struct {
		Entry EventID `json:"entry"`
		Text  string  `json:"text"`
	}
	// NoteChecked changes the check state of an earlier entry.
	NoteChecked struct {
		Entry EventID `json:"entry"`
		Check Check   `json:"check"`
		Text  string  `json:"text,omitempty"`
	}
	// NotePinned pins or unpins an entry.
	NotePinned struct {
		Entry  EventID `json:"entry"`
		Pinned bool    `json:"pinned"`
	}
	// SitrepIssued is a situation report that went out, with the checkpoint of the record it was made from.
	SitrepIssued struct {
		Text string     `json:"text" text:"block"`
		Lang string     `json:"lang,omitempty"` // the languages the text is in, the first one first: "fr", "fr,en"
		Next *time.Time `json:"next,omitempty"`
		Size int        `json:"size,omitempty"`
		Root string     `json:"root,omitempty"`
	}
	// ContactReached records that somebody outside was reached, or not.
	ContactReached struct {
		Contact string `json:"contact"`
		Reached bool   `json:"reached"`
		Note    string `json:"note,omitempty"`
	}
	// RosterJoined tells: the actor joined the cell.
	RosterJoined struct{}
	// RosterLeft tells: the actor left the cell.
	RosterLeft struct{}
	// RoleTaken tells: the actor takes a role. From somebody who holds it and cannot hand it over, with the reason.
	RoleTaken struct {
		Role   Role   `json:"role"`
		Reason string `json:"reason,omitempty"`
	}
	// RoleHandedOver tells: the actor hands a role to another, with a brief. It counts once To acknowledged.
	RoleHandedOver struct {
		Role  Role   `json:"role"`
		To    string `json:"to"`
		Brief string `json:"brief" text:"block"`
	}
	// HandoverAcknowledged tells: the actor has read the brief and takes the role.
	HandoverAcknowledged struct {
		Handover EventID `json:"handover"`
	}
	// SignalAttached brings an external signal into the incident, byte for byte.
	SignalAttached struct {
		Source   string    `json:"from"`              // who sent it, as the subject said
		External string    `json:"external"`          // its own id
		Summary  string    `json:"summary,omitempty"` // one line for people
		Occurred time.Time `json:"occurred,omitzero"` // their time
		Raw      []byte    `json:"raw"`               // the payload, base64
		Step     StepID    `json:"step,omitempty"`    // the step whose signal it matches
	}
	// Unknown is a payload this version does not understand, kept as it came.
	Unknown struct {
		Of  Type            `json:"-"`
		Raw json.RawMessage `json:"-"`
	}
)
