package incident

import (
	"strings"
	"time"
)

func (c decider) incident() *Refusal {
	switch d := c.d.Data.(type) {
	case IncidentDeclared:
		return c.declare(d)
	case IncidentScoped:
		return c.scope(d)
	case IncidentOrigin:
		return c.origin(d)
	case IncidentBasis:
		return c.basis(d)
	case IncidentSeverity:
		return field("severity", d.Severity)
	case IncidentEscalated:
		return field("to", d.To+d.Text)
	case IncidentPhase:
		if d.Phase.Order() < 0 {
			return refuse(RefuseInvalid, "field", "phase", "value", string(d.Phase))
		}
		return limit("reason", d.Reason)
	case IncidentClosed:
		return c.closing(d)
	case IncidentReopened:
		return field("reason", d.Reason)
	}
	return c.milestone()
}

func (c decider) declare(d IncidentDeclared) *Refusal {
	if r := field("title", d.Title); r != nil {
		return r
	}
	for _, def := range d.Services {
		if !ValidID(string(def.ID)) {
			return refuse(RefuseInvalid, "field", "service", "value", string(def.ID))
		}
	}
	// A stamp later than the declaration cannot be: it was not known yet.
	for _, st := range []*time.Time{d.Occurred, d.Detected, d.Reported, d.LastGood} {
		if st != nil && st.After(c.latest()) {
			return refuse(RefuseFuture, "time", st.UTC().Format(time.RFC3339))
		}
	}
	if d.Occurred != nil && d.Detected != nil && d.Detected.Before(*d.Occurred) {
		return refuse(RefuseOrder, "first", string(StampOccurred), "second", string(StampDetected))
	}
	return nil
}

func (c decider) scope(d IncidentScoped) *Refusal {
	changes := false
	for _, def := range d.In {
		if !ValidID(string(def.ID)) {
			return refuse(RefuseInvalid, "field", "service", "value", string(def.ID))
		}
		svc := c.Service(def.ID)
		changes = changes || svc == nil || !svc.InScope
	}
	for _, id := range d.Out {
		svc := c.Service(id)
		if svc == nil {
			return refuse(RefuseUnknown, "what", "service", "id", string(id))
		}
		changes = changes || svc.InScope
	}
	if !changes {
		return refuse(RefuseScope)
	}
	return limit("reason", d.Reason)
}

func (c decider) origin(d IncidentOrigin) *Refusal {
	if !d.Stamp.known() {
		return refuse(RefuseInvalid, "field", "stamp", "value", string(d.Stamp))
	}
	if d.At.IsZero() {
		return refuse(RefuseEmpty, "field", "time")
	}
	if d.At.After(c.latest()) {
		return refuse(RefuseFuture, "time", d.At.UTC().Format(time.RFC3339))
	}
	if d.Stamp.Legal() {
		return c.legalStamp(d)
	}
	if occ, ok := c.Stamp(StampOccurred); ok && d.Stamp == StampDetected && d.At.Before(occ.Time) {
		return refuse(RefuseOrder, "first", string(StampOccurred), "second", string(StampDetected)).at(occ.Mark.Seq)
	}
	if det, ok := c.Stamp(StampDetected); ok && d.Stamp == StampOccurred && det.Time.Before(d.At) {
		return refuse(RefuseOrder, "first", string(StampOccurred), "second", string(StampDetected)).at(det.Mark.Seq)
	}
	// The first setting explains itself; a change of what the clocks count from needs a reason.
	if _, again := c.Stamp(d.Stamp); again && !c.Imported {
		return field("reason", d.Reason)
	}
	return limit("reason", d.Reason)
}

func (c decider) basis(d IncidentBasis) *Refusal {
	if d.From != FromOccurrence && d.From != FromDetection && d.From != FromReport {
		return refuse(RefuseInvalid, "field", "from", "value", string(d.From))
	}
	if id := c.id(); id != "main" && c.Service(ServiceID(id)) == nil {
		return refuse(RefuseUnknown, "what", "service", "id", id)
	}
	return field("reason", d.Reason)
}

// closing refuses with open lines of the ledger, unless a taken decision says so.
func (c decider) closing(d IncidentClosed) *Refusal {
	if r := field("reason", d.Reason); r != nil {
		return r
	}
	if d.Waiver != "" {
		w := c.Decision(d.Waiver)
		if w == nil {
			return refuse(RefuseUnknown, "what", "decision", "id", string(d.Waiver))
		}
		if w.Outcome() == nil {
			return refuse(RefuseNotTaken, "decision", string(d.Waiver))
		}
		return nil
	}
	var open []string
	for i := range c.Flows {
		if c.Flows[i].Open() {
			open = append(open, string(c.Flows[i].ID))
		}
	}
	if len(open) > 0 {
		return refuse(RefuseOpenFlows, "flows", strings.Join(open, ", "))
	}
	if c.Contested() > 0 {
		return refuse(RefuseContested)
	}
	return nil
}

// milestone checks the order restored → verified → resumed of one service. Recording one again corrects its time.
func (c decider) milestone() *Refusal {
	svc := c.Service(ServiceID(c.id()))
	if svc == nil {
		return refuse(RefuseUnknown, "what", "service", "id", c.id())
	}
	var before, now *Mark
	var note string
	need := Milestone("")
	switch d := c.d.Data.(type) {
	case ServiceRestored:
		now, note = svc.Restored, d.Note
	case ServiceVerified:
		before, need, now, note = svc.Restored, MilestoneRestored, svc.Verified, d.Note
	case ServiceResumed:
		before, need, now, note = svc.Verified, MilestoneVerified, svc.Resumed, d.Note
	case ServiceFailedBack:
		before, need, now, note = svc.Verified, MilestoneVerified, svc.Back, d.Note
	}
	// A second recording is a correction: it stops a clock at another time, and says why.
	if now != nil && strings.TrimSpace(note) == "" {
		return refuse(RefuseRecorded, "service", string(svc.Def.ID)).at(now.Seq)
	}
	own := string(c.d.Data.Type())[len(TypePrefix+"incident."):]
	if next, name := svc.after(c.d.Data); next != nil && c.d.Time.After(next.At) {
		return refuse(RefuseOrder, "first", own, "second", string(name)).at(next.Seq)
	}
	if need == "" {
		return nil
	}
	if before == nil {
		return refuse(RefuseMilestone, "service", string(svc.Def.ID), "first", string(need))
	}
	if c.d.Time.Before(before.At) {
		return refuse(RefuseOrder, "first", string(need), "second", own).at(before.Seq)
	}
	if _, resumes := c.d.Data.(ServiceResumed); resumes {
		return c.resumes(svc, note)
	}
	return nil
}

// after is the first milestone that is recorded behind the one d tells; nil when there is none.
func (v *Service) after(d Data) (*Mark, Milestone) {
	names := []Milestone{MilestoneRestored, MilestoneVerified, MilestoneResumed}
	marks := []*Mark{v.Restored, v.Verified, v.Resumed}
	from := len(marks)
	switch d.(type) {
	case ServiceRestored:
		from = 1
	case ServiceVerified:
		from = 2
	}
	for i := from; i < len(marks); i++ {
		if marks[i] != nil {
			return marks[i], names[i]
		}
	}
	return nil, ""
}
