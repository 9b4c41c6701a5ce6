package incident

import (
	"slices"
	"strings"
	"time"
)

func (c decider) decision() *Refusal {
	id := DecisionID(c.id())
	d := c.Decision(id)
	if d == nil {
		return c.newDecision(id)
	}
	switch data := c.d.Data.(type) {
	case DecisionAsked:
		if d.Status == DecisionIsAsked || d.Status == DecisionContested {
			return refuse(RefuseAsked, "decision", string(id)).at(markSeq(d.Asked))
		}
		// A no-go or a wait comes back and is asked again; an answer that is being carried out is revised, with a reason.
		if o := d.Outcome(); o != nil && o.Option != OptionNoGo && o.Option != OptionWait && o.Option != OptionAbandon {
			return refuse(RefuseTaken, "decision", string(id), "option", string(o.Option), "by", o.Mark.By).at(o.Mark.Seq)
		}
		return first(quorum(data.Quorum), c.review(data.Review))
	case DecisionCriterion:
		return first(field("criterion", data.Criterion), field("value", data.Value), limit("source", data.Source), verdict(data.Verdict))
	case DecisionVoted:
		return first(d.option(data.Option), limit("reason", data.Reason))
	case DecisionTaken:
		return c.take(d, data)
	case DecisionRevised:
		if len(d.Outcomes) == 0 {
			return refuse(RefuseNotTaken, "decision", string(id))
		}
		return c.outcome(d, Outcome{Option: data.Option, Because: data.Because, Dissent: data.Dissent, Despite: data.Despite, Until: data.Until}, data.Review)
	case DecisionAbandoned:
		return first(c.need(d.Deciders...), field("reason", data.Reason))
	}
	return refuse(RefuseKind)
}

func markSeq(m *Mark) int {
	if m == nil {
		return 0
	}
	return m.Seq
}

// newDecision lets a question nobody planned be asked, or told as taken.
func (c decider) newDecision(id DecisionID) *Refusal {
	if !validPath(string(id)) {
		return refuse(RefuseInvalid, "field", "decision", "value", string(id))
	}
	switch data := c.d.Data.(type) {
	case DecisionAsked:
		for _, o := range data.Options {
			if !ValidID(string(o.ID)) {
				return refuse(RefuseInvalid, "field", "option", "value", string(o.ID))
			}
		}
		return first(field("question", data.Question.EN+data.Question.FR), quorum(data.Quorum), c.review(data.Review))
	case DecisionTaken:
		if data.Question == "" {
			break
		}
		d := Decision{}.defaults()
		return c.outcome(&d, Outcome{Option: data.Option, Because: data.Because, Dissent: data.Dissent, Despite: data.Despite, Until: data.Until}, data.Review)
	}
	return refuse(RefuseUnknown, "what", "decision", "id", string(id))
}

func (c decider) take(d *Decision, t DecisionTaken) *Refusal {
	if d.Status == DecisionIsTaken || d.Status == DecisionContested {
		o := d.Outcomes[len(d.Outcomes)-1]
		return refuse(RefuseTaken, "decision", string(d.ID), "option", string(o.Option), "by", o.Mark.By).at(o.Mark.Seq)
	}
	if r := c.outcome(d, Outcome{Option: t.Option, Because: t.Because, Dissent: t.Dissent, Despite: t.Despite, Until: t.Until}, t.Review); r != nil {
		return r
	}
	// The one who takes it has said what they think: they count for the quorum.
	voices := map[string]bool{c.d.Actor: true}
	for _, v := range d.Votes {
		voices[v.Mark.By] = true
	}
	if len(voices) < d.Quorum {
		return refuse(RefuseQuorum, "have", itoa(len(voices)), "need", itoa(d.Quorum))
	}
	return nil
}

func (c decider) outcome(d *Decision, o Outcome, review *time.Time) *Refusal {
	if r := first(c.need(d.Deciders...), d.option(o.Option), field("because", o.Because), limit("dissent", o.Dissent), limit("despite", o.Despite)); r != nil {
		return r
	}
	if o.Option == OptionWait && o.Until == nil {
		return refuse(RefuseNoUntil)
	}
	if k := d.Forbidding(); len(k) > 0 && o.Option == OptionGo && strings.TrimSpace(o.Despite) == "" {
		v := k[0].Values[len(k[0].Values)-1]
		return refuse(RefuseDespite, "criterion", k[0].Def.ID, "value", v.Value).at(v.Mark.Seq)
	}
	for _, t := range []*time.Time{o.Until, review} {
		if t != nil && !t.After(c.d.Time) {
			return refuse(RefusePast, "time", t.UTC().Format(time.RFC3339))
		}
	}
	return nil
}

func (c decider) review(at *time.Time) *Refusal {
	if at != nil && !at.After(c.d.Time) {
		return refuse(RefusePast, "time", at.UTC().Format(time.RFC3339))
	}
	return nil
}

func (d *Decision) option(o Option) *Refusal {
	if slices.ContainsFunc(d.Options, func(def OptionDef) bool { return def.ID == o }) {
		return nil
	}
	var names []string
	for _, def := range d.Options {
		names = append(names, string(def.ID))
	}
	return refuse(RefuseOption, "option", string(o), "options", strings.Join(names, ", "))
}

func quorum(n int) *Refusal {
	const most = 1000 // no cell has more voices
	if n < 0 || n > most {
		return refuse(RefuseInvalid, "field", "quorum", "value", itoa(n))
	}
	return nil
}

func verdict(v Verdict) *Refusal {
	if v == "" || slices.Contains([]Verdict{VerdictFor, VerdictAgainst, VerdictForbids, VerdictNeutral}, v) {
		return nil
	}
	return refuse(RefuseInvalid, "field", "verdict", "value", string(v))
}

func (c decider) others() *Refusal {
	switch d := c.d.Data.(type) {
	case NoteAdded:
		return first(field("text", d.Text), limit("kind", string(d.Kind)), check(d.Check))
	case NoteCorrected:
		return first(entryRef(d.Entry), field("text", d.Text))
	case NoteChecked:
		return first(entryRef(d.Entry), check(d.Check))
	case NotePinned:
		if slices.Contains(c.Notes.Pinned, d.Entry) == d.Pinned {
			return refuse(RefuseScope)
		}
		return entryRef(d.Entry)
	case RepairEstimated:
		if d.Likely <= 0 {
			return refuse(RefuseEmpty, "field", "likely")
		}
		return first(ordered(Estimate{Min: d.Min, Likely: d.Likely, Max: d.Max}), limit("note", d.Note))
	case ForecastLapsed:
		return c.lapse(d)
	case SitrepIssued:
		return first(block("text", d.Text), langs(d.Lang), c.review(d.Next))
	case ContactReached:
		return first(field("contact", d.Contact), limit("note", d.Note))
	case SignalAttached:
		return c.attach(d)
	}
	if r, mine := c.obligation(); mine {
		return r
	}
	return c.rosterRules()
}

func entryRef(id EventID) *Refusal {
	if id == "" {
		return refuse(RefuseEntry, "id", string(id))
	}
	return nil
}

func check(k Check) *Refusal {
	if slices.Contains([]Check{CheckNone, CheckToVerify, CheckVerified, CheckDenied}, k) {
		return nil
	}
	return refuse(RefuseInvalid, "field", "check", "value", string(k))
}

func (c decider) attach(d SignalAttached) *Refusal {
	for i := range c.Signals {
		if g := &c.Signals[i]; g.Source == d.Source && g.External == d.External {
			return refuse(RefuseAttached).at(g.Mark.Seq)
		}
	}
	if len(d.Raw) > MaxBlock {
		return refuse(RefuseTooLong, "field", "signal", "limit", itoa(MaxBlock))
	}
	return nil
}

func (c decider) rosterRules() *Refusal {
	switch d := c.d.Data.(type) {
	case RoleTaken:
		if !ValidID(string(d.Role)) {
			return refuse(RefuseInvalid, "field", "role", "value", string(d.Role))
		}
		holder, held := c.Holder(d.Role)
		if held && holder != c.d.Actor && !d.Role.shared() && strings.TrimSpace(d.Reason) == "" {
			return refuse(RefuseHeld, "role", string(d.Role), "holder", holder)
		}
		return limit("reason", d.Reason)
	case RoleHandedOver:
		if !ValidID(string(d.Role)) {
			return refuse(RefuseInvalid, "field", "role", "value", string(d.Role))
		}
		if d.To == c.d.Actor {
			return refuse(RefuseSelf)
		}
		if holder, held := c.Holder(d.Role); held && holder != c.d.Actor {
			return refuse(RefuseNotHolder, "role", string(d.Role), "holder", holder)
		}
		if h := c.PendingHandover(d.Role); h != nil {
			return refuse(RefuseHandoverWaits, "role", string(d.Role), "to", h.To).at(h.Given.Seq)
		}
		return first(field("to", d.To), block("brief", d.Brief))
	case HandoverAcknowledged:
		for i := range c.Handover {
			if h := &c.Handover[i]; h.ID == d.Handover && h.Pending() && h.To == c.d.Actor {
				return nil
			}
		}
		return refuse(RefuseHandover)
	}
	return c.comms()
}
