package incident

import (
	"slices"
	"sync"
)

// The catalogue: every type this version writes, with its payload. Append-only.

// payloads maps a type to the zero value of its payload.
func payloads() map[Type]Data { return payloadTable() }

// Payloads gives the zero payload of every type, in the catalogue's order.
func Payloads() []Data { return allPayloads() }

func allPayloads() []Data {
	return slices.Concat(firstPayloads(), commsPayloads(), exercisePayloads(), actionPayloads())
}

func firstPayloads() []Data {
	return []Data{
		IncidentDeclared{},
		IncidentScoped{},
		IncidentOrigin{},
		IncidentBasis{},
		IncidentSeverity{},
		IncidentEscalated{},
		IncidentPhase{},
		ServiceRestored{},
		ServiceVerified{},
		ServiceResumed{},
		ServiceFailedBack{},
		IncidentClosed{},
		IncidentReopened{},
		PlanLaunched{},
		PlanStepAdded{},
		PlanStepEstimated{},
		StepAssigned{},
		StepStarted{},
		StepProgressed{},
		StepDone{},
		StepChecked{},
		StepFailed{},
		StepBlocked{},
		StepSkipped{},
		StepReopened{},
		DecisionAsked{},
		DecisionCriterion{},
		DecisionVoted{},
		DecisionTaken{},
		DecisionRevised{},
		DecisionAbandoned{},
		RepairEstimated{},
		ForecastLapsed{},
		CatchupOpened{},
		CatchupCounted{},
		CatchupSigned{},
		CatchupLost{},
		CatchupAccepted{},
		NoteAdded{},
		NoteCorrected{},
		NoteChecked{},
		NotePinned{},
		SitrepIssued{},
		ObligationMet{},
		RegimeApplied{},
		ObligationDelayed{},
		ObligationDismissed{},
		ObligationApplies{},
		ContactReached{},
		RosterJoined{},
		RosterLeft{},
		RoleTaken{},
		RoleHandedOver{},
		HandoverAcknowledged{},
		SignalAttached{},
		TargetsChanged{},
	}
}

// payloadTable is built once; nobody changes it.
//
//nolint:gochecknoglobals // a constant table, built at its first use
var payloadTable = sync.OnceValue(func() map[Type]Data {
	m := make(map[Type]Data)
	for _, d := range allPayloads() {
		m[d.Type()] = d
	}
	return m
})

// Types lists every type of the catalogue, in its order.
func Types() []Type {
	all := allPayloads()
	out := make([]Type, len(all))
	for i, d := range all {
		out[i] = d.Type()
	}
	return out
}

// Type names the payload in the catalogue.
func (IncidentDeclared) Type() Type { return TypePrefix + "incident.declared" }

// Type names the payload in the catalogue.
func (IncidentScoped) Type() Type { return TypePrefix + "incident.scoped" }

// Type names the payload in the catalogue.
func (IncidentOrigin) Type() Type { return TypePrefix + "incident.origin" }

// Type names the payload in the catalogue.
func (IncidentBasis) Type() Type { return TypePrefix + "incident.basis" }

// Type names the payload in the catalogue.
func (IncidentSeverity) Type() Type { return TypePrefix + "incident.severity" }

// Type names the payload in the catalogue.
func (IncidentEscalated) Type() Type { return TypePrefix + "incident.escalated" }

// Type names the payload in the catalogue.
func (IncidentPhase) Type() Type { return TypePrefix + "incident.phase" }

// Type names the payload in the catalogue.
func (ServiceRestored) Type() Type { return TypePrefix + "incident.restored" }

// Type names the payload in the catalogue.
func (ServiceVerified) Type() Type { return TypePrefix + "incident.verified" }

// Type names the payload in the catalogue.
func (ServiceResumed) Type() Type { return TypePrefix + "incident.resumed" }

// Type names the payload in the catalogue.
func (ServiceFailedBack) Type() Type { return TypePrefix + "incident.failed-back" }

// Type names the payload in the catalogue.
func (IncidentClosed) Type() Type { return TypePrefix + "incident.closed" }

// Type names the payload in the catalogue.
func (IncidentReopened) Type() Type { return TypePrefix + "incident.reopened" }

// Type names the payload in the catalogue.
func (PlanLaunched) Type() Type { return TypePrefix + "plan.launched" }

// Type names the payload in the catalogue.
func (PlanStepAdded) Type() Type { return TypePrefix + "plan.step-added" }

// Type names the payload in the catalogue.
func (PlanStepEstimated) Type() Type { return TypePrefix + "plan.step-estimated" }

// Type names the payload in the catalogue.
func (StepAssigned) Type() Type { return TypePrefix + "step.assigned" }

// Type names the payload in the catalogue.
func (StepStarted) Type() Type { return TypePrefix + "step.started" }

// Type names the payload in the catalogue.
func (StepProgressed) Type() Type { return TypePrefix + "step.progressed" }

// Type names the payload in the catalogue.
func (StepDone) Type() Type { return TypePrefix + "step.done" }

// Type names the payload in the catalogue.
func (StepChecked) Type() Type { return TypePrefix + "step.checked" }

// Type names the payload in the catalogue.
func (StepFailed) Type() Type { return TypePrefix + "step.failed" }

// Type names the payload in the catalogue.
func (StepBlocked) Type() Type { return TypePrefix + "step.blocked" }

// Type names the payload in the catalogue.
func (StepSkipped) Type() Type { return TypePrefix + "step.skipped" }

// Type names the payload in the catalogue.
func (StepReopened) Type() Type { return TypePrefix + "step.reopened" }

// Type names the payload in the catalogue.
func (DecisionAsked) Type() Type { return TypePrefix + "decision.asked" }

// Type names the payload in the catalogue.
func (DecisionCriterion) Type() Type { return TypePrefix + "decision.criterion" }

// Type names the payload in the catalogue.
func (DecisionVoted) Type() Type { return TypePrefix + "decision.voted" }

// Type names the payload in the catalogue.
func (DecisionTaken) Type() Type { return TypePrefix + "decision.taken" }

// Type names the payload in the catalogue.
func (DecisionRevised) Type() Type { return TypePrefix + "decision.revised" }

// Type names the payload in the catalogue.
func (DecisionAbandoned) Type() Type { return TypePrefix + "decision.abandoned" }

// Type names the payload in the catalogue.
func (RepairEstimated) Type() Type { return TypePrefix + "repair.estimated" }

// Type names the payload in the catalogue.
func (CatchupOpened) Type() Type { return TypePrefix + "catchup.opened" }

// Type names the payload in the catalogue.
func (CatchupCounted) Type() Type { return TypePrefix + "catchup.counted" }

// Type names the payload in the catalogue.
func (CatchupSigned) Type() Type { return TypePrefix + "catchup.signed" }

// Type names the payload in the catalogue.
func (CatchupLost) Type() Type { return TypePrefix + "catchup.lost" }

// Type names the payload.
func (CatchupAccepted) Type() Type { return TypePrefix + "catchup.accepted" }

// Type names the payload in the catalogue.
func (NoteAdded) Type() Type { return TypePrefix + "note.added" }

// Type names the payload in the catalogue.
func (NoteCorrected) Type() Type { return TypePrefix + "note.corrected" }

// Type names the payload in the catalogue.
func (NoteChecked) Type() Type { return TypePrefix + "note.checked" }

// Type names the payload in the catalogue.
func (NotePinned) Type() Type { return TypePrefix + "note.pinned" }

// Type names the payload in the catalogue.
func (SitrepIssued) Type() Type { return TypePrefix + "comms.sitrep" }

// Type names the payload in the catalogue.
func (ContactReached) Type() Type { return TypePrefix + "comms.contacted" }

// Type names the payload in the catalogue.
func (RosterJoined) Type() Type { return TypePrefix + "roster.joined" }

// Type names the payload in the catalogue.
func (RosterLeft) Type() Type { return TypePrefix + "roster.left" }

// Type names the payload in the catalogue.
func (RoleTaken) Type() Type { return TypePrefix + "roster.role-taken" }

// Type names the payload in the catalogue.
func (RoleHandedOver) Type() Type { return TypePrefix + "roster.handed-over" }

// Type names the payload in the catalogue.
func (HandoverAcknowledged) Type() Type { return TypePrefix + "roster.acknowledged" }

// Type names the payload in the catalogue.
func (SignalAttached) Type() Type { return TypePrefix + "signal.attached" }

// Type is the type as it came.
func (u Unknown) Type() Type { return u.Of }
