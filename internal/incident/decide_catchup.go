package incident

import (
	"strings"
	"time"
)

func (c decider) catchup() *Refusal {
	id := c.id()
	if o, ok := c.d.Data.(CatchupOpened); ok {
		return c.openFlow(id, o)
	}
	fl := c.Flow(FlowID(id))
	if fl == nil {
		return refuse(RefuseUnknown, "what", "flow", "id", id)
	}
	if _, accepts := c.d.Data.(CatchupAccepted); !fl.Open() && (!accepts || fl.Status != FlowPlanned) {
		return refuse(RefuseFlowState, "flow", id, "state", string(fl.Status))
	}
	switch d := c.d.Data.(type) {
	case CatchupCounted:
		return c.count(fl, d)
	case CatchupSigned:
		return c.sign(fl, d)
	case CatchupLost:
		return first(c.acceptLoss(d.Lost, d.Reason, d.Decision), fl.loses(d.Lost, false))
	case CatchupAccepted:
		return first(c.acceptLoss(d.Lost, d.Reason, d.Decision), fl.loses(d.Lost, true))
	}
	return nil
}

func n64(n int64) string { return itoa(int(n)) }

// whole refuses a count no count can be.
func whole(what string, n int64) *Refusal {
	switch {
	case n < 0:
		return refuse(RefuseNegative, "what", what, "n", n64(n))
	case n > MaxCount:
		return refuse(RefuseInvalid, "field", what, "value", n64(n))
	}
	return nil
}

func (c decider) count(fl *Flow, d CatchupCounted) *Refusal {
	r := first(whole("replayed", d.Replayed), whole("rejected", d.Rejected), whole("reentered", d.Reentered))
	expected, approx := fl.Expected, fl.Approx
	if d.Expected != nil {
		r = first(r, whole("expected", *d.Expected))
		expected, approx = d.Expected, d.Approx
	}
	if r != nil {
		return r
	}
	if d.Reentered > d.Rejected {
		return refuse(RefuseReentered, "n", n64(d.Reentered), "rejected", n64(d.Rejected))
	}
	after := Flow{Expected: expected, Approx: approx, Replayed: d.Replayed, Rejected: d.Rejected, Reentered: d.Reentered, Lost: fl.Lost}
	if r := after.tooMany(fl.ID); r != nil {
		return r
	}
	if before := fl.countedBefore(c.d.Time); d.Replayed < before && blank(d.Note) {
		return refuse(RefuseFewer, "flow", string(fl.ID), "n", n64(d.Replayed), "before", n64(before))
	}
	return limit("note", d.Note)
}

// countedBefore is the replayed number of the last count made up to a time: a replay does not run backward, so that a lower
// one corrects it.
func (f *Flow) countedBefore(t time.Time) (n int64) {
	var at time.Time
	for _, k := range f.Counts {
		if !k.At.After(t) && !k.At.Before(at) {
			n, at = k.Replayed, k.At
		}
	}
	return n
}

// tooMany refuses more than a counted expectation; an estimated one may be exceeded.
func (f *Flow) tooMany(id FlowID) *Refusal {
	if a := f.Account(); a.Over > 0 && !a.Approx {
		return refuse(RefuseTooMany, "flow", string(id), "through", n64(a.Through()), "expected", n64(a.Expected), "over", n64(a.Over))
	}
	return nil
}

// sign: a line is signed when it adds up. A difference needs its reason, which is recorded with the signature.
func (c decider) sign(fl *Flow, d CatchupSigned) *Refusal {
	if strings.TrimSpace(d.Because) == "" {
		id, a := string(fl.ID), fl.Account()
		switch {
		case !a.Known:
			return refuse(RefuseNoExpected, "flow", id)
		case a.Over > 0:
			return refuse(RefuseTooMany, "flow", id, "through", n64(a.Through()), "expected", n64(a.Expected), "over", n64(a.Over))
		case a.Left > 0:
			return refuse(RefuseNotBalanced, "flow", id, "missing", n64(a.Missing()), "expected", n64(a.Expected))
		case a.OpenRejects > 0:
			return refuse(RefuseNoFate, "flow", id, "n", n64(a.OpenRejects))
		}
	}
	return first(limit("reason", d.Because), limit("note", d.Note))
}

// acceptLoss: the director or the business gives something up, with the reason, under a decision that was taken if one
// is named.
func (c decider) acceptLoss(lost int64, reason string, by DecisionID) *Refusal {
	if r := first(whole("lost", lost), c.need(RoleDirector, RoleBusiness), field("reason", reason)); r != nil {
		return r
	}
	if by == "" {
		return nil
	}
	d := c.Decision(by)
	if d == nil {
		return refuse(RefuseUnknown, "what", "decision", "id", string(by))
	}
	if d.Outcome() == nil {
		return refuse(RefuseNotTaken, "decision", string(by))
	}
	return nil
}

// loses checks the size of a loss: not more than is missing, and all of it when the loss closes the line.
func (f *Flow) loses(lost int64, closes bool) *Refusal {
	after := *f
	after.Lost = lost
	a := after.Account()
	if !a.Known {
		return nil
	}
	if r := after.tooMany(f.ID); r != nil {
		return r
	}
	if missing := a.Missing(); closes && missing > 0 {
		return refuse(RefuseLossGap, "flow", string(f.ID), "lost", n64(lost), "missing", n64(missing), "all", n64(lost+missing))
	}
	return nil
}

func (c decider) openFlow(id string, o CatchupOpened) *Refusal {
	fl := c.Flow(FlowID(id))
	if !validPath(id) {
		return refuse(RefuseInvalid, "field", "flow", "value", id)
	}
	if fl != nil && fl.Open() {
		return refuse(RefuseFlowState, "flow", id, "state", string(fl.Status))
	}
	if o.Service != "" && c.Service(o.Service) == nil {
		return refuse(RefuseUnknown, "what", "service", "id", string(o.Service))
	}
	if o.From != nil && o.From.After(c.latest()) {
		return refuse(RefuseFuture, "time", o.From.UTC().Format(time.RFC3339))
	}
	if o.From != nil && o.To != nil && o.To.Before(*o.From) {
		return refuse(RefuseOrder, "first", "from", "second", "to")
	}
	if o.Expected != nil {
		return whole("expected", *o.Expected)
	}
	return nil
}

// resumes: a business that resumes while a line that blocks it is open needs the reason, in the entry's note.
func (c decider) resumes(svc *Service, note string) *Refusal {
	if svc.Resumed != nil || strings.TrimSpace(note) != "" {
		return nil
	}
	if open := c.openBlocking(svc.Def.ID); len(open) > 0 {
		return refuse(RefuseBlocking, "service", string(svc.Def.ID), "flows", strings.Join(open, ", "))
	}
	return nil
}
