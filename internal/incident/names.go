package incident

import (
	"slices"
	"strings"
)

// Typed names. All ids that become a token of a bus subject match [a-z0-9-]+ (see [ValidID]).
type (
	// IncidentID names an incident, "inc-7f3k".
	IncidentID string
	// EventID is a ULID in text form; with the source it identifies an event for ever.
	EventID string
	// ServiceID names a service of the incident, "core-banking".
	ServiceID string
	// PlanID names a launched plan, "failover"; a second launch of the same plan is "failover-2".
	PlanID string
	// StepID names a step of a launched plan, "failover/activate" (plan, slash, the step's own id).
	StepID string
	// DecisionID names a decision: "failover/go" when a plan brought it, or a plain id.
	DecisionID string
	// FlowID names a line of the catch-up ledger: "failover/card-payments" or a plain id.
	FlowID string
	// Role is the part a person plays in the cell: "director", "it-lead", "scribe", …
	Role string
	// Hash is a lower-case hexadecimal SHA-256.
	Hash string
)

// Roles every cell knows. A playbook may add its own.
const (
	RoleDirector   Role = "director"
	RoleITLead     Role = "it-lead"
	RoleBusiness   Role = "business-lead"
	RoleScribe     Role = "scribe"
	RoleComms      Role = "comms"
	RoleObserver   Role = "observer"
	RoleAutomation Role = "automation"

	RoleFacilitator Role = "facilitator" // runs an exercise
	RoleEvaluator   Role = "evaluator"   // notes what an exercise shows
)

// Realm keeps drills and real incidents apart: two streams, two folders, two headers.
type Realm string

// The two realms.
const (
	Live  Realm = "live"
	Drill Realm = "drill"
)

// Phase of an interruption, in the order of its anatomy.
type Phase string

// Phases, in order.
const (
	PhaseDetection  Phase = "detection"
	PhaseEscalation Phase = "escalation"
	PhaseAnalysis   Phase = "analysis"
	PhaseDecision   Phase = "decision"
	PhaseFailover   Phase = "failover"
	PhaseRestore    Phase = "restore"
	PhaseChecks     Phase = "checks"
	PhaseCatchup    Phase = "catch-up"
	PhaseResumed    Phase = "resumed"
	PhaseFailback   Phase = "failback"
	PhaseReview     Phase = "review"
)

// Phases lists the phases in order.
func Phases() []Phase {
	return []Phase{
		PhaseDetection, PhaseEscalation, PhaseAnalysis, PhaseDecision, PhaseFailover, PhaseRestore,
		PhaseChecks, PhaseCatchup, PhaseResumed, PhaseFailback, PhaseReview,
	}
}

// Order is the phase's place in the anatomy, from 0; -1 for a phase this version does not know.
func (p Phase) Order() int { return slices.Index(Phases(), p) }

// ValidID tells whether s may name an incident, a service, a plan, a step's own id and the like:
// 1 to 48 characters of a-z, 0-9 and hyphen, not starting or ending with a hyphen.
func ValidID(s string) bool {
	if s == "" || len(s) > 48 || s[0] == '-' || s[len(s)-1] == '-' {
		return false
	}
	for _, r := range s {
		if (r < 'a' || r > 'z') && (r < '0' || r > '9') && r != '-' {
			return false
		}
	}
	return true
}

// validPath tells whether s is one valid id, or two joined by a slash.
func validPath(s string) bool {
	plan, own, two := strings.Cut(s, "/")
	return ValidID(plan) && (!two || ValidID(own))
}

// In makes the id of a plan's part: In("failover", "activate") is "failover/activate".
func In[T ~string](p PlanID, own string) T { return T(string(p) + "/" + own) }

// Own is the part of a step, decision or flow id behind the plan: Own("failover/activate") is "activate".
func Own[T ~string](id T) string {
	if _, own, ok := strings.Cut(string(id), "/"); ok {
		return own
	}
	return string(id)
}
