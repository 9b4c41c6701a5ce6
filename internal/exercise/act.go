package exercise

import (
	"errors"
	"fmt"
	"sangfroid/internal/incident"
	"sangfroid/internal/locale"
	"sangfroid/internal/when"
	"slices"
	"strconv"
	"strings"
	"time"
)

// ErrAct is given for an act of a scripted player that cannot be read.
var ErrAct = errors.New("not something a scripted player can do")

// act is one line of a player: words, and the flags among them.
type act struct {
	words []string
	flags map[string]string
	s     *incident.State
	now   time.Time
}

func (a *act) word(i int) string {
	if i < len(a.words) {
		return a.words[i]
	}
	return ""
}

func (a *act) rest(i int) string {
	if i < len(a.words) {
		return strings.Join(a.words[i:], " ")
	}
	return ""
}

// Act reads what a scripted player does, in the words of the command line: "step start rebuild", "decide go go --because
// 'the repair takes a day'", "note …", "answer 3 called back". It gives the payload and what it is about. A name that fits
// nothing here is left to the rules to refuse. Errors wrap [ErrAct].
func Act(s *incident.State, line string, now time.Time) (subject string, d incident.Data, err error) {
	a, err := parseAct(line)
	if err != nil {
		return "", nil, err
	}
	a.s, a.now = s, now
	for _, read := range []func(*act) (string, incident.Data, error){step, decision, catchup, service, legal, exercise, other} {
		subject, d, err = read(a)
		if d != nil || err != nil {
			return subject, d, err
		}
	}
	return "", nil, fmt.Errorf("%q: %w", line, ErrAct)
}

func (a *act) stepSubject(name string) string {
	if id, _ := a.s.FindStep(name); id != "" {
		return incident.StepSubject(id)
	}
	return "step/" + name
}

func step(a *act) (string, incident.Data, error) {
	if a.word(0) != "step" {
		return "", nil, nil
	}
	note := a.flags["note"]
	data := map[string]incident.Data{
		"start": incident.StepStarted{Note: note}, "done": incident.StepDone{Note: note, Evidence: a.flags["evidence"]}, "check": incident.StepChecked{Note: note},
		"fail": incident.StepFailed{Reason: note}, "block": incident.StepBlocked{Reason: note}, "skip": incident.StepSkipped{Reason: note},
		"reopen": incident.StepReopened{Reason: note},
	}[a.word(1)]
	if a.word(1) == "targets" {
		id, _ := a.s.FindStep(a.word(2))
		return a.targets(incident.StepSet(id))
	}
	if a.word(1) == "progress" {
		done, total, _ := strings.Cut(a.word(3), "/")
		n, err := strconv.Atoi(done)
		of := 0
		if err == nil && total != "" {
			of, err = strconv.Atoi(total)
		}
		if err != nil {
			return "", nil, fmt.Errorf("%q: %w", a.word(3), ErrAct)
		}
		data = incident.StepProgressed{Done: n, Total: of, Note: note}
	}
	return a.stepSubject(a.word(2)), data, nil
}

func (a *act) decisionSubject(name string) string {
	if id, _ := a.s.FindDecision(name); id != "" {
		return incident.DecisionSubject(id)
	}
	return "decision/" + name
}

func decision(a *act) (string, incident.Data, error) {
	subject := a.decisionSubject(a.word(1))
	option, because := incident.Option(a.word(2)), a.flags["because"]
	switch a.word(0) {
	case "ask":
		return subject, incident.DecisionAsked{}, nil
	case "vote":
		return subject, incident.DecisionVoted{Option: option, Reason: because}, nil
	case "criterion":
		return subject, incident.DecisionCriterion{Criterion: a.word(2), Value: a.rest(3), Source: a.flags["from"], Verdict: incident.Verdict(a.flags["verdict"])}, nil
	case "decide":
		until, err := a.time("until", when.Next)
		if err != nil {
			return "", nil, err
		}
		review, err := a.time("review", when.Next)
		if err != nil {
			return "", nil, err
		}
		switch {
		case a.flags["withdraw"] == "true":
			return subject, incident.DecisionAbandoned{Reason: because}, nil
		case a.flags["revise"] == "true":
			return subject, incident.DecisionRevised{Option: option, Because: because, Dissent: a.flags["dissent"], Despite: a.flags["despite"], Until: until, Review: review}, nil
		}
		return subject, incident.DecisionTaken{Option: option, Because: because, Dissent: a.flags["dissent"], Despite: a.flags["despite"], Until: until, Review: review}, nil
	case "repair":
		e, err := a.durations("min", "likely", "max")
		return "", incident.RepairEstimated{Min: e[0], Likely: e[1], Max: e[2], Says: a.flags["says"]}, err
	}
	return "", nil, nil
}

// targets says what became of named machines, shops or sites: --done shop-001..shop-120 --failed shop-121.
func (a *act) targets(set incident.SetID) (string, incident.Data, error) {
	var changes []incident.TargetChange
	for _, state := range incident.TargetStates() {
		ids := strings.FieldsFunc(a.flags[string(state)], func(r rune) bool { return r == ',' || r == ' ' })
		if len(ids) > 0 {
			changes = append(changes, incident.TargetChange{State: state, IDs: ids, Group: a.flags["group"]})
		}
	}
	all := incident.SplitTargets(changes, a.flags["note"])
	if len(all) != 1 {
		return "", nil, fmt.Errorf("%d batches of targets: %w", len(all), ErrAct)
	}
	all[0].Add = a.flags["add"] == "true"
	return incident.TargetsSubject(set), all[0], nil
}

// legal reads what concerns stamps and legal clocks.
func legal(a *act) (string, incident.Data, error) {
	stamp, at := "", a.flags["at"]
	switch {
	case a.word(0) == "origin":
		stamp, at = a.word(1), a.word(2)
	case a.word(0) == "obligation" && a.word(1) == "stamp":
		stamp = a.word(2)
	case a.word(0) == "obligation" && a.word(1) == "met":
		return "", incident.ObligationMet{Obligation: a.word(2), Reference: a.flags["reference"]}, nil
	default:
		return "", nil, nil
	}
	t := a.now
	if at != "" {
		var err error
		if t, err = a.moment(at, when.Parse); err != nil {
			return "", nil, err
		}
	}
	return "", incident.IncidentOrigin{Stamp: incident.Stamp(stamp), At: t, Reason: a.flags["because"]}, nil
}

func (a *act) durations(names ...string) ([]incident.Duration, error) {
	out := make([]incident.Duration, len(names))
	for i, n := range names {
		v, ok := a.flags[n]
		if !ok {
			continue
		}
		d, err := incident.ParseDuration(v)
		if err != nil {
			return out, err
		}
		out[i] = d
	}
	return out, nil
}

func catchup(a *act) (string, incident.Data, error) {
	if a.word(0) != "catchup" {
		return "", nil, nil
	}
	subject := "catchup/" + a.word(2)
	if id, _ := a.s.FindFlow(a.word(2)); id != "" {
		subject = incident.FlowSubject(id)
	}
	numbers := make(map[string]int64)
	for _, name := range []string{"expected", "replayed", "rejected", "reentered", "lost"} {
		v, ok := a.flags[name]
		if !ok {
			continue
		}
		n, err := strconv.ParseInt(v, 10, 64)
		if err != nil {
			return "", nil, fmt.Errorf("--%s %q: %w", name, v, ErrAct)
		}
		numbers[name] = n
	}
	var expected *int64
	if n, ok := numbers["expected"]; ok {
		expected = &n
	}
	approx := a.flags["approx"] == "true"
	switch a.word(1) {
	case "targets":
		id, _ := a.s.FindFlow(a.word(2))
		return a.targets(incident.FlowSet(id))
	case "open":
		d := incident.CatchupOpened{Expected: expected, Approx: approx}
		if v, ok := a.flags["blocks"]; ok {
			blocks := v == "true"
			d.Blocks = &blocks
		}
		return subject, d, nil
	case "count":
		return subject, incident.CatchupCounted{Note: a.flags["note"], Approx: approx, Expected: expected, Replayed: numbers["replayed"], Rejected: numbers["rejected"], Reentered: numbers["reentered"]}, nil
	case "sign":
		return subject, incident.CatchupSigned{Note: a.flags["note"], Because: a.flags["because"]}, nil
	case "accept":
		return subject, incident.CatchupAccepted{Lost: numbers["lost"], Reason: a.flags["because"], Decision: incident.DecisionID(a.flags["decision"])}, nil
	}
	return "", nil, nil
}

func service(a *act) (string, incident.Data, error) {
	if a.word(0) != "service" {
		return "", nil, nil
	}
	note := a.flags["note"]
	return incident.ServiceSubject(incident.ServiceID(a.word(2))), map[string]incident.Data{
		"restored": incident.ServiceRestored{Note: note}, "verified": incident.ServiceVerified{Note: note},
		"resumed": incident.ServiceResumed{Note: note}, "failed-back": incident.ServiceFailedBack{Note: note},
	}[a.word(1)], nil
}

// exercise reads what players, evaluators and facilitators do about the exercise itself.
func exercise(a *act) (string, incident.Data, error) {
	no := incident.InjectID(a.word(1))
	switch a.word(0) {
	case "answer":
		return incident.InjectSubject(no), incident.ExerciseAnswered{Inject: no, Text: a.rest(2)}, nil
	case "observe":
		kind := incident.ObservationKind(a.flags["kind"])
		if kind == "" {
			kind = incident.Improvement
		}
		return "", incident.ExerciseObserved{Kind: kind, Text: a.rest(1), Objective: a.flags["objective"], Rating: incident.Rating(a.flags["rating"]), Of: incident.Role(a.flags["of"])}, nil
	case "score":
		return "", incident.ExerciseScored{Objective: a.word(1), Rating: incident.Rating(a.word(2)), Reason: a.flags["because"]}, nil
	case "skip":
		return incident.InjectSubject(no), incident.ExerciseSkipped{Inject: no, Reason: a.flags["because"]}, nil
	case "send":
		if all := incident.Due(a.s, a.now).All; slices.ContainsFunc(all, func(i incident.InjectState) bool { return i.Def.No == no }) {
			i := slices.IndexFunc(all, func(i incident.InjectState) bool { return i.Def.No == no })
			return incident.InjectSubject(no), all[i].Injection(true), nil
		}
		return "", nil, fmt.Errorf("inject %q: %w", no, ErrAct)
	case "end":
		return "", incident.ExerciseEnded{Reason: a.flags["because"]}, nil
	}
	return "", nil, nil
}

// sitrep issues what was written, or the draft as it stands.
func (a *act) sitrep() (string, incident.Data, error) {
	next, err := a.time("next", when.Next)
	if d, derr := incident.ParseDuration(a.flags["next"]); derr == nil && d > 0 { // --next 30m is in half an hour
		t := a.now.Add(d.Std())
		next, err = &t, nil
	}
	lang := firstText(a.flags["lang"], "en")
	text := a.rest(1)
	if a.word(1) == "issue" {
		text = firstText(a.rest(2), locale.Lang(lang).SitrepDraft(a.s, a.now, a.zone()))
	}
	return "", incident.SitrepIssued{Text: text, Lang: lang, Next: next}, err
}

func other(a *act) (string, incident.Data, error) {
	switch a.word(0) {
	case "note":
		kind := incident.NoteKind(a.flags["kind"])
		if kind == "" {
			kind = incident.NoteFinding
		}
		return "", incident.NoteAdded{Kind: kind, Text: a.rest(1), Source: a.flags["from"], Check: incident.Check(a.flags["check"])}, nil
	case "sitrep":
		return a.sitrep()
	case "escalate":
		return "", incident.IncidentEscalated{To: a.flags["to"], Text: a.rest(1)}, nil
	case "severity":
		return "", incident.IncidentSeverity{Severity: a.rest(1)}, nil
	case "contact":
		return "", incident.ContactReached{Contact: a.word(1), Reached: a.flags["missed"] == "", Note: a.rest(2)}, nil
	case "close":
		return "", incident.IncidentClosed{Reason: a.flags["because"], Waiver: incident.DecisionID(a.flags["decision"])}, nil
	case "join":
		return "", incident.RosterJoined{}, nil
	}
	return "", nil, nil
}
