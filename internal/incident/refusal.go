package incident

import "strings"

// RefusalCode says why a command was refused. The catalogue has a sentence and a hint for each, in both languages.
type RefusalCode string

// Refusals.
const (
	RefuseNoActor       RefusalCode = "no-actor"       // nobody signs
	RefuseEmpty         RefusalCode = "empty"          // field
	RefuseTooLong       RefusalCode = "too-long"       // field, limit
	RefuseInvalid       RefusalCode = "invalid"        // field, value
	RefuseFuture        RefusalCode = "future"         // time
	RefuseOrder         RefusalCode = "order"          // first, second: times in the wrong order
	RefuseNotDeclared   RefusalCode = "not-declared"   //
	RefuseDeclared      RefusalCode = "declared"       //
	RefuseClosed        RefusalCode = "closed"         //
	RefuseNotClosed     RefusalCode = "not-closed"     //
	RefuseRole          RefusalCode = "role"           // role, need
	RefuseUnknown       RefusalCode = "unknown"        // what, id
	RefuseStepWaits     RefusalCode = "step-waits"     // step, for
	RefuseStepUnchecked RefusalCode = "step-unchecked" // step, for: what it waits for is done, and a second person has not checked it
	RefuseStepGate      RefusalCode = "step-gate"      // step, decision, option
	RefuseStepState     RefusalCode = "step-state"     // step, state
	RefuseFourEyes      RefusalCode = "four-eyes"      // step, by
	RefuseTaken         RefusalCode = "taken"          // decision, option, by
	RefuseNotTaken      RefusalCode = "not-taken"      // decision
	RefuseAsked         RefusalCode = "asked"          // decision
	RefuseOption        RefusalCode = "option"         // option, options
	RefuseQuorum        RefusalCode = "quorum"         // have, need
	RefuseNoUntil       RefusalCode = "no-until"       // a wait needs its time
	RefusePast          RefusalCode = "past"           // time: a review or a wait that is over already
	RefuseOpenFlows     RefusalCode = "open-flows"     // flows
	RefuseContested     RefusalCode = "contested"      // closing with a contested decision
	RefuseFlowState     RefusalCode = "flow-state"     // flow, state
	RefuseNotBalanced   RefusalCode = "not-balanced"   // flow, missing
	RefuseLaunched      RefusalCode = "launched"       // plan
	RefuseMilestone     RefusalCode = "milestone"      // service, first
	RefuseRecorded      RefusalCode = "recorded"       // service: already recorded so
	RefuseHandover      RefusalCode = "handover"       // not given to this person, or acknowledged already
	RefuseCadence       RefusalCode = "cadence"        // value: out of bounds
	RefuseHeld          RefusalCode = "held"           // role, holder: taken only with a reason
	RefuseHandoverWaits RefusalCode = "handover-waits" // role, to: the former one is neither acknowledged nor refused
	RefuseSelf          RefusalCode = "self"           // a role cannot be handed to oneself
	RefuseNotHolder     RefusalCode = "not-holder"     // role, holder
	RefuseEstimate      RefusalCode = "estimate"       // min ≤ likely ≤ max
	RefuseAttached      RefusalCode = "attached"       // the signal is in the incident already
	RefuseScope         RefusalCode = "scope"          // nothing changes
	RefuseNotPermitted  RefusalCode = "no-automation"  // automation may only publish signals and notes
	RefuseEntry         RefusalCode = "unknown-entry"  // id of the entry to correct
	RefuseReadOnly      RefusalCode = "read-only"      // a replay
	RefuseConflict      RefusalCode = "changed-since"  // somebody else wrote about it at the same moment
	RefuseKind          RefusalCode = "unknown-action" // a payload this version cannot write
	RefuseAccount       RefusalCode = "account"        // kind: the bus would refuse it from this account
	RefuseAccountGo     RefusalCode = "account-decide" // the same, of what settles a decision
)

// Refusals of the catch-up ledger.
const (
	RefuseNegative   RefusalCode = "negative"    // what, n: a count below 0
	RefuseTooMany    RefusalCode = "too-many"    // flow, through, expected, over
	RefuseReentered  RefusalCode = "reentered"   // n, rejected: more re-entered than rejected
	RefuseFewer      RefusalCode = "fewer"       // flow, n, before: fewer replayed than were counted before, without a word on why
	RefuseNoExpected RefusalCode = "no-expected" // flow: signing without an expected number
	RefuseNoFate     RefusalCode = "no-fate"     // flow, n: rejected ones nobody settled
	RefuseLossGap    RefusalCode = "loss-gap"    // flow, lost, missing, all: the loss does not close the account
	RefuseBlocking   RefusalCode = "blocking"    // service, flows: resuming before its catch-up is done
)

// Refusals of the forecast and of decisions that go against a criterion.
const (
	RefuseDespite RefusalCode = "despite" // criterion, value: it forbids a go, which then needs its own reason
)

// Refusals of exercises.
const (
	RefuseNotDrill     RefusalCode = "not-drill"     // an exercise is run in a drill
	RefuseNoExercise   RefusalCode = "no-exercise"   // none was started here
	RefuseExercise     RefusalCode = "exercise"      // one was started already
	RefuseExerciseOver RefusalCode = "exercise-over" // it has ended
	RefuseSpeed        RefusalCode = "speed"         // value, most
	RefuseBackward     RefusalCode = "backward"      // to, now: the clock only goes forward
	RefuseSent         RefusalCode = "sent"          // inject
	RefuseSkipped      RefusalCode = "skipped"       // inject
)

// Refusal is why a command did not become an event. It is an error whose text is plain English; people get the
// catalogue's sentence and hint.
type Refusal struct {
	Code  RefusalCode
	Args  []string // name, value pairs for the message
	Entry int      // the entry that stands in the way; 0: none
}

// Error gives the code and its arguments.
func (r *Refusal) Error() string {
	var b strings.Builder
	b.WriteString("refused: ")
	b.WriteString(string(r.Code))
	for i := 0; i+1 < len(r.Args); i += 2 {
		b.WriteString(" " + r.Args[i] + "=" + r.Args[i+1])
	}
	return b.String()
}

func refuse(code RefusalCode, args ...string) *Refusal { return &Refusal{Code: code, Args: args} }

func (r *Refusal) at(seq int) *Refusal {
	r.Entry = seq
	return r
}
