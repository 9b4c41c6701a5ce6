package incident

import (
	"strings"
	"time"
)

// Payloads of category "targets". A set's subject is "targets/step/<plan>/<step>" or "targets/catchup/<line>". These events
// expect nothing of one another, and have a category of their own on the bus: batches of an automation are in
// nobody's way who decides about the step, and an account may be given them alone.
type (
	// TargetsChanged is a batch of changes to the targets of a step or of a line of the ledger.
	TargetsChanged struct {
		Changes []TargetChange `json:"changes"`
		Add     bool           `json:"add,omitempty"` // names the plan does not have are new, not mistaken
		Note    string         `json:"note,omitempty"`
		Signals *SignalSpan    `json:"signals,omitempty"` // what the plan's rule made it of
	}
	// TargetChange is one state with all the targets that came into it.
	TargetChange struct {
		State TargetState `json:"state"`
		IDs   []string    `json:"ids"`             // names, and runs of them: "shop-0001..shop-0040"
		Group string      `json:"group,omitempty"` // they belong to; "" keeps it
		At    *time.Time  `json:"at,omitempty"`    // since when; else the event's time
	}
	// SignalSpan tells which signals a batch was made of: all of a source that the bus received before Upto.
	SignalSpan struct {
		From string    `json:"from"`
		Upto time.Time `json:"upto,omitzero"` // zero: more of the same signals follow
	}
)

// Type names the payload in the catalogue.
func (TargetsChanged) Type() Type { return TypePrefix + "targets.changed" }

func (f *fold) targets() {
	d, ok := f.ev.Data.(TargetsChanged)
	if !ok {
		return // flagged where it was decoded
	}
	id := SetOf(f.ev)
	if st := f.Step(id.Step()); st != nil {
		f.stepTargets(st, d)
		return
	}
	fl := f.Flow(id.Flow())
	if fl == nil {
		f.flag(FlagUnknownID)
		return
	}
	if fl.Status == FlowAccepted {
		f.flag(FlagNoEffect)
		return
	}
	next, out := fl.Targets.with(d, f.mark.At, f.ExerciseTime(f.e.Received), f.mark)
	if f.judged(out) {
		fl.Targets = next
	}
}

func (f *fold) stepTargets(st *Step, d TargetsChanged) {
	if st.Status == StepIsSkip {
		f.flag(FlagNoEffect)
		return
	}
	next, out := st.Targets.with(d, f.mark.At, f.ExerciseTime(f.e.Received), f.mark)
	if !f.judged(out) {
		return
	}
	st.Targets = next
	if out.begun > 0 && st.Status == StepToDo {
		st.start(f, f.mark)
		st.Work.follow(StepToDo, st.Status, f)
	}
	st.recount()
	if out.changed > 0 {
		st.pace(f.mark.At, true)
	}
}

// judged flags what is wrong with a batch and tells whether the rest of it counts.
func (f *fold) judged(out targetOutcome) bool {
	if out.bad > 0 {
		f.flag(FlagBadData)
	}
	if out.unknown > 0 {
		f.flag(FlagUnknownID)
	}
	if out.stale > 0 && out.changed == 0 {
		f.flag(FlagNoEffect)
	}
	d, ok := f.ev.Data.(TargetsChanged)
	return out.changed+out.still > 0 || (ok && d.Signals != nil && out.bad+out.unknown == 0)
}

// targets checks a batch: the set is there and not over, the names are names, the times are not in the future, and something
// comes of it.
func (c decider) targets() *Refusal {
	d, ok := c.d.Data.(TargetsChanged)
	if !ok {
		return refuse(RefuseKind)
	}
	id := SetID(c.id())
	set, ok := c.Targets(id)
	if !ok {
		return refuse(RefuseUnknown, "what", "targets", "id", string(id))
	}
	if r := first(c.targetBatch(&d), limit("note", d.Note)); r != nil {
		return r
	}
	next, out := set.with(d, c.d.Time, c.ExerciseTime(c.d.Recorded), Mark{})
	switch {
	case out.bad > 0:
		return refuse(RefuseTargets, "limit", itoa(MaxTargets))
	case out.unknown > 0:
		return refuse(RefuseTarget, "target", out.firstly, "n", itoa(out.unknown), "near", next.nearest(out.firstly))
	case out.stale > 0 && out.changed == 0:
		return refuse(RefuseStale, "n", itoa(out.stale))
	}
	if fl := c.Flow(id.Flow()); fl != nil {
		if fl.Status == FlowAccepted || fl.Status == FlowSigned {
			return refuse(RefuseFlowState, "flow", string(fl.ID), "state", string(fl.Status))
		}
		return nil
	}
	st := c.Step(id.Step())
	if st.Status == StepIsSkip {
		return refuse(RefuseStepState, "step", string(st.ID), "state", string(st.Status)).at(st.lastSeq())
	}
	if out.begun > 0 && st.Status == StepToDo {
		return c.mayStart(st)
	}
	return nil
}

// targetBatch checks what a batch says by itself.
func (c decider) targetBatch(d *TargetsChanged) *Refusal {
	if len(d.Changes) == 0 {
		return refuse(RefuseEmpty, "field", "targets")
	}
	size := 0
	for i := range d.Changes {
		ch := &d.Changes[i]
		size += ch.size()
		if _, ok := ch.State.index(); !ok {
			return refuse(RefuseInvalid, "field", "state", "value", string(ch.State))
		}
		if ch.Group != "" && !ValidTarget(ch.Group) {
			return refuse(RefuseInvalid, "field", "group", "value", ch.Group)
		}
		if ch.At != nil && ch.At.After(c.latest()) {
			return refuse(RefuseFuture, "time", ch.At.UTC().Format(time.RFC3339))
		}
		for _, item := range ch.IDs {
			if _, ok := parseRun(item); !ok {
				return refuse(RefuseInvalid, "field", "target", "value", item)
			}
		}
		if len(ch.IDs) == 0 {
			return refuse(RefuseEmpty, "field", "targets")
		}
	}
	if size > maxBatch+1024 {
		return refuse(RefuseBatch, "have", itoa(size), "limit", itoa(maxBatch))
	}
	return nil
}

// nearest is a name of the set that looks like s: the longest common beginning.
func (s *TargetSet) nearest(s2 string) string {
	best, length := "", 0
	for _, name := range s.names.list {
		n := 0
		for n < len(name) && n < len(s2) && name[n] == s2[n] {
			n++
		}
		if n > length || best == "" {
			best, length = name, n
		}
	}
	return strings.TrimSpace(best)
}

// Refusals about targets.
const (
	RefuseTarget  RefusalCode = "target"  // target, n, near: not among those of the plan
	RefuseTargets RefusalCode = "targets" // limit: names that are none, or too many
	RefuseBatch   RefusalCode = "batch"   // have, limit: too large for one event
	RefuseStale   RefusalCode = "stale"   // n: something newer is known of all of them
	RefuseNamed   RefusalCode = "named"   // step, done, named: a count that contradicts the names
)
