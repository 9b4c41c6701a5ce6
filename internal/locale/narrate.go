package locale

import (
	"sangfroid/internal/incident"
	"slices"
	"strings"
	"time"
)

// Tone tells how an entry looks. Colour never says what the words do not.
type Tone string

// Tones.
const (
	TonePlain    Tone = ""
	ToneStrong   Tone = "strong"   // a decision, a milestone
	ToneHolds    Tone = "holds"    // done, met
	ToneProgress Tone = "progress" // started, counted
	ToneSoon     Tone = "soon"     // asked, to verify
	ToneBroken   Tone = "broken"   // failed, blocked, contested
	ToneMuted    Tone = "muted"    // comings and goings
)

// Line is an entry of the log as people read it.
type Line struct {
	Category string // a short word: "step", "finding"
	Text     string
	Tone     Tone
	Marks    []string // "late entry +12 min", "to verify"
	Late     bool     // the first mark tells that it was written late
	LateBy   time.Duration
}

// String is the line's text with its marks.
func (n Line) String() string {
	if len(n.Marks) == 0 {
		return n.Text
	}
	return n.Text + " (" + strings.Join(n.Marks, "; ") + ")"
}

// Line tells an entry. The state gives titles their names, and what later entries said about this one; times are in the
// incident's zone, or UTC.
func (l Lang) Line(s *incident.State, e incident.Entry) Line {
	n := narrator{Lang: l, s: s, e: e.Event}
	out := n.tell()
	if out.Category == "" {
		out.Category = l.term("cat.", e.Event.Type.Category())
	}
	out.Marks = append(out.Marks, n.marks(e)...)
	out.LateBy, out.Late = s.Late(e.Event)
	return out
}

type narrator struct {
	Lang
	s *incident.State
	e incident.Event
}

func (n narrator) zone() *time.Location {
	if n.s.Zone != "" {
		if loc, err := time.LoadLocation(n.s.Zone); err == nil {
			return loc
		}
	}
	return time.UTC
}

func (n narrator) at(t time.Time) string { return n.Moment(t, n.zone(), n.e.Time) }

// with adds a reason or a note behind a sentence.
func with(text string, more ...string) string {
	for _, m := range more {
		if m != "" {
			text += " – " + m
		}
	}
	return text
}

func (n narrator) tell() Line {
	switch n.e.Type.Category() {
	case "incident":
		return n.incident()
	case "plan", "step":
		return n.plan()
	case "decision", "repair":
		return n.decision()
	case "forecast":
		return n.forecast()
	case "catchup":
		return n.catchup()
	case "targets":
		return n.targets()
	case "exercise":
		return n.exercise()
	case "action":
		return n.action()
	}
	return n.others()
}

func (n narrator) service() string {
	_, id := n.e.Entity()
	if id == "main" {
		return ""
	}
	return n.ServiceName(n.s, incident.ServiceID(id))
}

func (n narrator) incident() Line {
	switch d := n.e.Data.(type) {
	case incident.IncidentDeclared:
		return Line{Text: n.T("e.incident.declared", "title", d.Title), Tone: ToneStrong}
	case incident.IncidentScoped:
		var parts []string
		if len(d.In) > 0 {
			ids := make([]string, len(d.In))
			for i, v := range d.In {
				ids[i] = string(v.ID)
			}
			parts = append(parts, n.T("e.scope.in", "ids", strings.Join(ids, ", ")))
		}
		if len(d.Out) > 0 {
			ids := make([]string, len(d.Out))
			for i, v := range d.Out {
				ids[i] = string(v)
			}
			parts = append(parts, n.T("e.scope.out", "ids", strings.Join(ids, ", ")))
		}
		return Line{Text: with(n.T("e.incident.scope-changed", "change", strings.Join(parts, "; ")), d.Reason)}
	case incident.IncidentOrigin:
		key := "e.incident.origin-set"
		if d.Stamp.Legal() {
			key = "e.incident.legal-stamp"
		}
		text := with(n.T(key, "stamp", n.StampTitle(n.s, d.Stamp), "at", n.at(d.At)), d.Reason)
		if d.Text != "" {
			return Line{Category: n.Kind(d.Kind), Text: d.Text}
		}
		return Line{Text: text, Tone: ToneStrong}
	case incident.IncidentBasis:
		return Line{Text: with(n.T("e.incident.basis-set", "from", n.Basis(d.From)), d.Reason), Tone: ToneStrong}
	case incident.IncidentSeverity:
		return Line{Text: with(n.T("e.incident.severity-set", "severity", d.Severity), d.Reason)}
	case incident.IncidentEscalated:
		if d.To == "" {
			return Line{Category: n.Kind(incident.NoteEscalation), Text: d.Text}
		}
		return Line{Text: with(n.T("e.incident.escalated", "to", d.To), d.Text)}
	case incident.IncidentPhase:
		return Line{Text: with(n.T("e.incident.phase-noted", "phase", n.Phase(d.Phase)), d.Reason)}
	case incident.IncidentClosed:
		return Line{Text: with(n.T("e.incident.closed"), d.Reason), Tone: ToneStrong}
	case incident.IncidentReopened:
		return Line{Text: with(n.T("e.incident.reopened"), d.Reason), Tone: ToneSoon}
	}
	return n.milestone()
}

func (n narrator) milestone() Line {
	key, note := "", ""
	switch d := n.e.Data.(type) {
	case incident.ServiceRestored:
		key, note = "e.service.restored", d.Note
	case incident.ServiceVerified:
		key, note = "e.service.verified", d.Note
	case incident.ServiceResumed:
		key, note = "e.service.resumed", d.Note
	case incident.ServiceFailedBack:
		key, note = "e.service.failed-back", d.Note
	default:
		return n.unknown()
	}
	return Line{Text: with(n.T(key, "service", n.service()), note), Tone: ToneHolds}
}

func (n narrator) step() string {
	_, id := n.e.Entity()
	return n.StepTitle(n.s, incident.StepID(id))
}

func (n narrator) plan() Line {
	step := n.step()
	say := func(key string, tone Tone, more ...string) Line {
		return Line{Text: with(n.T(key, "step", step), more...), Tone: tone}
	}
	switch d := n.e.Data.(type) {
	case incident.PlanLaunched:
		_, id := n.e.Entity()
		title := d.Plan
		if p := n.s.Plan(incident.PlanID(id)); p != nil {
			title = n.Text(p.Title)
		}
		return Line{Text: with(n.T("e.plan.launched", "plan", title), d.Reason), Tone: ToneStrong}
	case incident.PlanStepAdded:
		return Line{Text: with(n.T("e.plan.step-added", "step", n.Text(d.Step.Title)), d.Reason)}
	case incident.PlanStepEstimated:
		_, plan := n.e.Entity()
		title := n.StepTitle(n.s, incident.In[incident.StepID](incident.PlanID(plan), d.Step))
		return Line{Text: with(n.T("e.plan.step-estimated", "step", title, "likely", d.Estimate.Likely.Std()), d.Reason)}
	case incident.StepAssigned:
		return Line{Text: n.T("e.step.assigned", "step", step, "to", d.To)}
	case incident.StepStarted:
		return say("e.step.started", ToneProgress, d.Note)
	case incident.StepProgressed:
		total := d.Total
		_, id := n.e.Entity()
		if st := n.s.Step(incident.StepID(id)); total == 0 && st != nil {
			total = st.Total
		}
		return Line{Text: with(n.T("e.step.progressed", "step", step, "done", d.Done, "total", total), d.Note), Tone: ToneProgress}
	case incident.StepDone:
		return say("e.step.done", ToneHolds, d.Note, d.Evidence)
	case incident.StepChecked:
		return say("e.step.checked", ToneHolds, d.Note)
	case incident.StepFailed:
		return say("e.step.failed", ToneBroken, d.Reason)
	case incident.StepBlocked:
		return say("e.step.blocked", ToneBroken, d.Reason)
	case incident.StepSkipped:
		return say("e.step.skipped", ToneMuted, d.Reason)
	case incident.StepReopened:
		return say("e.step.reopened", ToneSoon, d.Reason)
	}
	return n.unknown()
}

func (n narrator) decision() Line {
	_, raw := n.e.Entity()
	id := incident.DecisionID(raw)
	known := n.s.Decision(id)
	question := n.Question(n.s, id)
	switch d := n.e.Data.(type) {
	case incident.DecisionAsked:
		return Line{Text: with(n.T("e.decision.asked", "question", question), d.Note), Tone: ToneSoon}
	case incident.DecisionCriterion:
		title := d.Criterion
		if known != nil {
			i := slices.IndexFunc(known.Criteria, func(c incident.Criterion) bool { return c.Def.ID == d.Criterion })
			if i >= 0 && !known.Criteria[i].Def.Title.IsZero() {
				title = n.Text(known.Criteria[i].Def.Title)
			}
		}
		return Line{Text: with(n.T("e.decision.criterion", "criterion", title, "value", d.Value, "verdict", n.Verdict(d.Verdict)), d.Source)}
	case incident.DecisionVoted:
		return Line{Text: with(n.T("e.decision.voted", "decision", question, "by", n.e.Actor, "option", n.OptionTitle(known, d.Option)), d.Reason)}
	case incident.DecisionTaken:
		if n.e.Imported && d.Option == "" {
			return Line{Category: n.Kind(incident.NoteDecision), Text: d.Because, Tone: ToneStrong}
		}
		return n.outcome("e.decision.taken", known, question, incident.Outcome{Option: d.Option, Because: d.Because, Dissent: d.Dissent, Despite: d.Despite, Until: d.Until})
	case incident.DecisionRevised:
		return n.outcome("e.decision.revised", known, question, incident.Outcome{Option: d.Option, Because: d.Because, Dissent: d.Dissent, Despite: d.Despite, Until: d.Until})
	case incident.DecisionAbandoned:
		return Line{Text: with(n.T("e.decision.abandoned", "question", question), d.Reason), Tone: ToneMuted}
	case incident.RepairEstimated:
		text := n.T("e.repair.estimated", "likely", d.Likely.Std())
		if d.Says != "" {
			text += " " + n.T("e.repair.says", "says", d.Says)
		}
		return Line{Text: with(text, d.Note)}
	}
	return n.unknown()
}

func (n narrator) outcome(key string, d *incident.Decision, question string, o incident.Outcome) Line {
	text := n.T(key, "option", strings.ToUpper(n.OptionTitle(d, o.Option)), "question", question)
	if o.Until != nil {
		text += " " + n.T("e.decision.until", "until", n.at(*o.Until))
	}
	if o.Because != question { // an imported row is both
		text = with(text, o.Because)
	}
	if o.Despite != "" {
		text += " [" + n.T("e.decision.despite", "despite", o.Despite) + "]"
	}
	if o.Dissent != "" {
		text += " [" + n.T("e.decision.dissent", "dissent", o.Dissent) + "]"
	}
	return Line{Text: text, Tone: ToneStrong}
}
