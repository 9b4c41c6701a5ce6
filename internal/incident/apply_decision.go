package incident

import (
	"slices"
	"time"
)

// DefaultOptions are the answers every go/no-go has.
func DefaultOptions() []OptionDef {
	return []OptionDef{
		{ID: OptionGo, Title: Text{EN: "Go", FR: "Go"}},
		{ID: OptionNoGo, Title: Text{EN: "No-go", FR: "No-go"}},
		{ID: OptionWait, Title: Text{EN: "Wait until", FR: "Attendre jusqu’à"}},
		{ID: OptionAbandon, Title: Text{EN: "Abandon", FR: "Abandonner"}},
	}
}

func (f *fold) addDecision(plan PlanID, def DecisionDef) {
	id := In[DecisionID](plan, def.ID)
	if !ValidID(def.ID) || f.Decision(id) != nil {
		f.flag(FlagBadData)
		return
	}
	if len(f.Decided) >= maxParts {
		f.flag(FlagOversized)
		return
	}
	d := Decision{
		ID: id, Plan: plan, Question: def.Question, Options: def.Options, Deciders: def.Deciders,
		Quorum: def.Quorum, Status: DecisionPlanned, After: def.ReviewAfter,
	}
	for _, c := range def.Criteria {
		d.Criteria = append(d.Criteria, Criterion{Def: c})
	}
	f.Decided = append(f.Decided, d.defaults())
}

func (d Decision) defaults() Decision {
	if len(d.Options) == 0 {
		d.Options = DefaultOptions()
	}
	if len(d.Deciders) == 0 {
		d.Deciders = []Role{RoleDirector}
	}
	return d
}

func (f *fold) decision() {
	_, id := f.ev.Entity()
	d := f.Decision(DecisionID(id))
	if d == nil {
		d = f.newDecision(DecisionID(id))
	}
	if d == nil {
		f.flag(FlagUnknownID)
		return
	}
	outcomes := len(d.Outcomes)
	defer func() { d.heard(f.ev.ID, len(d.Outcomes) > outcomes) }()
	switch data := f.ev.Data.(type) {
	case DecisionAsked:
		f.asked(d, data)
	case DecisionCriterion:
		f.valued(d, data)
	case DecisionVoted:
		f.voted(d, data)
	case DecisionTaken:
		f.taken(d, data)
	case DecisionRevised:
		f.revised(d, data)
	case DecisionAbandoned:
		f.abandoned(d, data)
	}
}

// heard keeps what was said since the last outcome.
func (d *Decision) heard(id EventID, outcome bool) {
	switch {
	case outcome:
		d.since = []EventID{id}
	case len(d.since) == maxSince:
		d.since = append(slices.Clone(d.since[:1]), append(slices.Clone(d.since[2:]), id)...)
	case len(d.Outcomes) > 0:
		d.since = append(d.since, id)
	}
}

// unseen tells that the event was made without having seen the outcome that stands. An event that expects nothing was made
// by a program that does not look.
func (f *fold) unseen(d *Decision) bool {
	return len(d.Outcomes) > 0 && f.ev.Prev != "" && !slices.Contains(d.since, f.ev.Prev)
}

func (f *fold) abandoned(d *Decision, a DecisionAbandoned) {
	o := Outcome{Option: OptionAbandon, Because: a.Reason, ID: f.ev.ID, Mark: f.mark}
	switch {
	case d.Status == DecisionWithdrawn:
		f.flag(FlagNoEffect)
	case d.Status != DecisionIsAsked && f.unseen(d):
		f.contest(d, o)
	default:
		d.Outcomes = append(d.Outcomes, o)
		d.Status, d.Contest = DecisionWithdrawn, nil
	}
}

// newDecision makes a decision no plan brought: one that is asked with a question, or one that a source only tells as
// taken.
func (f *fold) newDecision(id DecisionID) *Decision {
	if !validPath(string(id)) {
		return nil
	}
	var q Text
	switch data := f.ev.Data.(type) {
	case DecisionAsked:
		q = data.Question
	case DecisionTaken:
		q = T(data.Question)
	}
	if q.IsZero() || len(f.Decided) >= maxParts {
		return nil
	}
	f.Decided = append(f.Decided, Decision{ID: id, Question: q, Status: DecisionPlanned}.defaults())
	return &f.Decided[len(f.Decided)-1]
}

func (f *fold) asked(d *Decision, a DecisionAsked) {
	// A question that was on its way while it was answered does not take the answer back.
	if d.Status == DecisionIsAsked || d.Status == DecisionContested || f.unseen(d) {
		f.flag(FlagNoEffect)
		return
	}
	m := f.mark
	m.Note = a.Note
	d.Status, d.Asked, d.Review = DecisionIsAsked, &m, a.Review
	if !a.Question.IsZero() {
		d.Question = a.Question
	}
	if len(a.Options) > 0 {
		d.Options = a.Options
	}
	if len(a.Deciders) > 0 {
		d.Deciders = a.Deciders
	}
	if a.Quorum > 0 {
		d.Quorum = a.Quorum
	}
	for _, c := range a.Criteria {
		if !slices.ContainsFunc(d.Criteria, func(k Criterion) bool { return k.Def.ID == c.ID }) {
			d.Criteria = append(d.Criteria, Criterion{Def: c})
		}
	}
	if f.Plan(d.Plan) == nil || f.Plan(d.Plan).Kind == PlanFailover {
		f.begins(PhaseDecision)
	}
}

func (f *fold) valued(d *Decision, c DecisionCriterion) {
	v := CriterionValue{Value: c.Value, Source: c.Source, Verdict: c.Verdict, Mark: f.mark}
	for i := range d.Criteria {
		if d.Criteria[i].Def.ID == c.Criterion {
			d.Criteria[i].Values = append(d.Criteria[i].Values, v)
			return
		}
	}
	def := CriterionDef{ID: c.Criterion, Title: T(c.Criterion)}
	d.Criteria = append(d.Criteria, Criterion{Def: def, Values: []CriterionValue{v}})
}

func (f *fold) voted(d *Decision, v DecisionVoted) {
	vote := Vote{Option: v.Option, Reason: v.Reason, Mark: f.mark}
	votes := slices.Clone(d.Votes)
	if i := slices.IndexFunc(votes, func(o Vote) bool { return o.Mark.By == vote.Mark.By }); i >= 0 {
		votes[i] = vote
	} else {
		votes = append(votes, vote)
	}
	d.Votes = votes
}

// taken: the first in the log stands. A later one with another answer was made without having seen it: contested.
func (f *fold) taken(d *Decision, t DecisionTaken) {
	o := Outcome{Option: t.Option, Because: t.Because, Dissent: t.Dissent, Despite: t.Despite, Until: t.Until, ID: f.ev.ID, Mark: f.mark}
	switch {
	case d.Status == DecisionIsTaken, d.Status == DecisionContested, d.Status == DecisionWithdrawn && f.unseen(d):
		f.contest(d, o)
	default:
		d.Outcomes = append(d.Outcomes, o)
		d.Status = DecisionIsTaken
		f.settled(d, o, t.Review)
	}
}

func (f *fold) contest(d *Decision, o Outcome) {
	if last := d.Outcomes[len(d.Outcomes)-1]; last.Option == o.Option {
		f.flag(FlagNoEffect)
		return
	}
	d.Contest = append(d.Contest, o)
	d.Status = DecisionContested
	f.flag(FlagContested)
}

// revised decides again and settles what was contested, unless it was itself made without having seen the outcome that
// stands.
func (f *fold) revised(d *Decision, r DecisionRevised) {
	o := Outcome{Option: r.Option, Because: r.Because, Dissent: r.Dissent, Despite: r.Despite, Until: r.Until, ID: f.ev.ID, Mark: f.mark}
	if len(d.Outcomes) == 0 {
		f.flag(FlagNoEffect)
		return
	}
	if f.unseen(d) {
		f.contest(d, o)
		return
	}
	d.Outcomes = append(d.Outcomes, o)
	d.Status, d.Contest = DecisionIsTaken, nil
	f.settled(d, o, r.Review)
}

// settled sets when the decision comes back, and the phase it implies.
func (f *fold) settled(d *Decision, o Outcome, review *time.Time) {
	d.Review = review
	if review == nil && o.Option == OptionWait {
		d.Review = o.Until
	}
	if d.Review == nil && d.After > 0 && (o.Option == OptionNoGo || o.Option == OptionWait) {
		at := f.mark.At.Add(d.After.Std())
		d.Review = &at
	}
	plan := f.Plan(d.Plan)
	switch {
	case o.Option == OptionGo && plan != nil && plan.Kind == PlanFailover:
		f.begins(PhaseFailover)
	case o.Option == OptionGo && plan != nil && plan.Kind == PlanFailback:
		f.begins(PhaseFailback)
	case plan == nil || plan.Kind == PlanFailover:
		f.begins(PhaseDecision)
	}
}
