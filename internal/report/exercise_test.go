package report_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"sangfroid/internal/incident"
	"sangfroid/internal/locale"
	"sangfroid/internal/report"
	"sangfroid/internal/timeline"
	"strings"
	"testing"
	"time"
)

// scenario is a short exercise on the small plan.
func scenario(word func(string) string) incident.Scenario {
	text := func(en, fr string) incident.Text { return incident.Text{EN: word(en), FR: word(fr)} }
	at := func(s string) *incident.Offset {
		o, err := incident.ParseOffset(s)
		if err != nil {
			panic(err)
		}
		return &o
	}
	return incident.Scenario{
		Schema: incident.ScenarioSchema, ID: "short", Title: text("Loss of the north site", "Perte du site nord"), Playbook: "small", Lasts: minutes(180),
		Plays: []incident.Role{incident.RoleDirector, incident.RoleITLead},
		Objectives: []incident.ObjectiveDef{
			{ID: "decide", Text: text("Decide within the hour", "Décider dans l’heure"), Target: &incident.TargetDef{Kind: incident.TargetDecision, Of: "go", By: at("+01:00")}},
			{ID: "back", Text: text("Have the portal back in time", "Rétablir le portail à temps"), Target: &incident.TargetDef{Kind: incident.TargetRTO, Of: "portal"}},
			{ID: "press", Text: text("Answer the press", "Répondre à la presse")},
		},
		Injects: []incident.InjectDef{
			{No: "1", At: at("+00:02"), From: text("Monitoring", "Supervision"), To: []incident.Role{incident.RoleITLead}, Channel: "monitoring", Text: text("34 hosts down", "34 serveurs en panne"), Expected: text("Confirm the outage in two places", "Confirmer la panne en deux endroits"), Objective: "decide"},
			{No: "2", At: at("+00:20"), From: text("A journalist", "Un journaliste"), Channel: "phone", Text: text("What is going on?", "Que se passe-t-il ?"), Expected: text("One voice, prepared words", "Une seule voix, des mots préparés"), Objective: "press"},
			{No: "3", When: &incident.Condition{Decision: "go", Is: incident.IsNotTaken, By: at("+01:00")}, Contingency: true, From: text("The board", "La direction"), To: []incident.Role{incident.RoleDirector}, Channel: "phone", Text: text("What have you decided?", "Qu’avez-vous décidé ?")},
			{No: "4", At: at("+00:30"), From: text("Insurer", "Assureur"), Channel: "mail", Text: text("Send your file number", "Envoyez votre numéro de dossier")},
			{No: "5", Contingency: true, From: text("The provider", "L’hébergeur"), Channel: "mail", Text: text("We were wrong", "Nous nous sommes trompés")},
		},
	}
}

// rehearsal is an exercise from DEBEX to the hot wash: an inject late, one skipped, one improvised, a pause, a jump, an
// objective met, one the end came before, one without a target.
func rehearsal(t testing.TB, word func(string) string) *cell {
	t.Helper()
	if word == nil {
		word = func(s string) string { return s }
	}
	c := &cell{t: t, s: incident.NewState(), now: zero(), who: word("F. Lambert"), as: incident.RoleFacilitator}
	c.log = timeline.NewMemory(timeline.Header{Incident: "inc-1", Realm: incident.Drill, Axis: timeline.AxisReceived})
	sc := scenario(word)
	raw, err := json.Marshal(sc)
	if err != nil {
		t.Fatal(err)
	}
	c.n++
	start := incident.ExerciseStarted{Scenario: raw, Hash: "5ca1ab1e", Seed: 7, Start: zero(), Wall: zero(), Speed: 1, Planned: sc.Lasts}
	ev, err := incident.StartExercise("inc-1", incident.Draft{ID: c.id(), Source: "/test", Time: zero(), Recorded: c.now, Actor: c.who, Role: c.as, Data: start})
	if err != nil {
		t.Fatal(err)
	}
	c.append(ev)
	b := plan(word)
	reported, detected := zero(), zero().Add(-12*time.Minute)
	fay := func() *cell { return c.by(word("F. Lambert"), incident.RoleFacilitator) }
	eva := func() *cell { return c.by(word("E. Blanc"), incident.RoleEvaluator) }
	boss := func() *cell { return c.by(word("A. Martin"), incident.RoleDirector) }
	it := func() *cell { return c.by(word("B. Durand"), incident.RoleITLead) }
	boss().say("", incident.IncidentDeclared{Title: word("Loss of the north site"), Playbook: b.ID, Zone: "Europe/Paris", Services: b.Services, Detected: &detected, Reported: &reported})
	book, err := json.Marshal(b)
	if err != nil {
		t.Fatal(err)
	}
	c.say(incident.PlanSubject("failover"), incident.PlanLaunched{Playbook: book, Plan: "failover", Hash: "00"})
	inject := func(no incident.InjectID, byHand bool) {
		t.Helper()
		for _, st := range incident.Due(c.s, c.s.ExerciseTime(c.now)).All {
			if st.Def.No == no {
				fay().say(incident.InjectSubject(no), st.Injection(byHand))
			}
		}
	}
	x := func() *incident.Exercise { return c.s.Exercise }
	c.at(2)
	inject("1", false)
	it().at(6).say(incident.InjectSubject("1"), incident.ExerciseAnswered{Inject: "1", Text: word("two places confirm it")})
	fay().at(10).say("", x().Pause(word("a fire alarm, a real one")))
	fay().at(25).say("", x().Resume(word("back in the room")))
	c.at(43) // 28 minutes of exercise time: the second one is late
	inject("2", true)
	eva().say("", incident.ExerciseObserved{Kind: incident.Improvement, Text: word("two people spoke to the press"), Objective: "press", Rating: incident.RatingMajor, Of: incident.RoleDirector, Inject: "2"})
	fay().say(incident.InjectSubject("4"), incident.ExerciseSkipped{Inject: "4", Reason: word("the cell has enough to do")})
	fay().say("", incident.ExerciseImprovised{From: incident.T(word("The mayor")), Channel: "phone", Text: incident.T(word("Are the schools hit?")), Expected: incident.T(word("Call back, promise nothing")), Objective: "press"})
	boss().at(50).say(incident.DecisionSubject("failover/go"), incident.DecisionAsked{})
	boss().at(60).say(incident.DecisionSubject("failover/go"), incident.DecisionTaken{Option: incident.OptionGo, Because: word("the repair slips")})
	eva().say("", incident.ExerciseObserved{Kind: incident.Strength, Text: word("the criteria were read aloud"), Objective: "decide"})
	fay().at(61).say("", x().Jump(c.s.ExerciseTime(c.now).Add(30*time.Minute), word("nothing happens while machines start")))
	eva().at(70).say("", incident.ExerciseScored{Objective: "decide", Rating: incident.RatingSome, Reason: word("in time, after two reminders")})
	eva().say("", incident.ExerciseScored{Objective: "press", Rating: incident.RatingMajor})
	fay().at(75).say("", incident.ExerciseEnded{Reason: word("time is up")})
	boss().at(80).say("", incident.NoteAdded{Kind: incident.NoteFinding, Text: word("The list of deputies is out of date")})
	due := c.now.Add(20 * 24 * time.Hour)
	boss().say("", incident.ActionAdded{Text: word("Train a second spokesperson"), For: word("two people spoke to the press"), Owner: word("C. Petit"), Due: &due})
	return c
}

// rehearsed is the report of a rehearsal, as of its end in exercise time.
func rehearsed(t testing.TB, c *cell, l locale.Lang) *report.Report {
	t.Helper()
	r, err := report.Make(t.Context(), c.log, options(l, c.log, c.s.ExerciseTime(c.now)))
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestTheExerciseIsTold(t *testing.T) {
	r := rehearsed(t, rehearsal(t, nil), locale.English)
	x := r.Training
	if x == nil || x.Scenario != "short" || x.Hash != "5ca1ab1e" || x.State != "ended" || x.EndReason != "time is up" {
		t.Fatalf("%+v", x)
	}
	// 75 minutes by the wall, 15 of them paused, 30 jumped over.
	if *x.Lasted != 90*60 || x.Lasts != 180*60 || x.Pauses != 1 || x.Jumps != 1 || x.JumpedS != 30*60 || !x.Over.Equal(zero().Add(75*time.Minute)) || !x.Begun.Equal(zero()) {
		t.Errorf("the clock: %+v", x)
	}
	if x.Strength != 1 || x.Improve != 1 || len(x.HotWash) != 1 || x.HotWash[0].Text != "The list of deputies is out of date" {
		t.Errorf("observations: %+v", x)
	}
	want := map[string]struct {
		state  incident.ClockState
		rating incident.Rating
	}{"decide": {incident.ClockMet, incident.RatingSome}, "back": {incident.ClockRunning, ""}, "press": {"", incident.RatingMajor}}
	for _, o := range x.Objectives {
		state := incident.ClockState("")
		if o.Measured != nil {
			state = o.Measured.State
		}
		if w := want[o.ID]; state != w.state || o.Rating != w.rating {
			t.Errorf("%s: %s, %s", o.ID, state, o.Rating)
		}
	}
	md, _, js := forms(t, r)
	for _, s := range []string{
		"| Decide within the hour | 1 | 15:00:00 CET | 14:45:00 CET | performed with some challenges | in time, after two reminders | E. Blanc | ✓ met |",
		"| Have the portal back in time | – | 16:30:00 CET | – | not rated | – | – | ? unknown: the end came first |",
		"| Answer the press | 2 | – | – | performed with major challenges | – | E. Blanc | no target to measure |",
		"| 1 | 14:02:00 CET | 14:02:00 CET | Monitoring → IT lead, monitoring",
		"| Confirm the outage in two places | 14:06:00 CET B. Durand (IT lead): two places confirm it |",
		"| 2 | 14:20:00 CET | 14:28:00 CET (+8 min), by hand |",
		"area for improvement: two people spoke to the press |",
		"skipped: the cell has enough to do",
		"| i1 | improvised |",
		"| not sent | The provider → all, e-mail",
		"1 pause, 1 jump over 30 min in all.",
		"The list of deputies is out of date",
	} {
		if !strings.Contains(strings.ReplaceAll(md, "\\", ""), s) {
			t.Errorf("the report does not say %q", s)
		}
	}
	for _, line := range strings.Split(md, "\n") {
		if strings.HasPrefix(line, "# ") || strings.HasPrefix(line, "## ") {
			if !strings.Contains(line, "EXERCISE") {
				t.Errorf("a heading that could be of a real incident: %s", line)
			}
		}
	}
	var back struct {
		Run struct {
			Objectives []struct{ ID, Rating string }
			List       []struct{ No, State string } `json:"inject_list"`
		} `json:"exercise_run"`
	}
	if err := json.Unmarshal([]byte(js), &back); err != nil || len(back.Run.Objectives) != 3 || len(back.Run.List) != 6 {
		t.Errorf("%v %+v", err, back)
	}
}

// TestNoExerciseIsNone: a real incident has no chapter, a drill without scenario says so.
func TestNoExerciseIsNone(t *testing.T) {
	live := made(t, evening(t, incident.Live, nil), locale.English)
	md, _, js := forms(t, live)
	if live.Training != nil || strings.Contains(md, "## Exercise") || !strings.Contains(js, `"exercise_run": null`) {
		t.Error("a real incident has an exercise")
	}
	md, _, _ = forms(t, made(t, evening(t, incident.Drill, nil), locale.French))
	if !strings.Contains(md, "Cet exercice n’avait pas de scénario") {
		t.Error("a drill without scenario does not say so")
	}
}

func TestGoldenExercise(t *testing.T) {
	c := rehearsal(t, nil)
	for _, lang := range []locale.Lang{locale.English, locale.French} {
		r := rehearsed(t, c, lang)
		md, page, _ := forms(t, r)
		wellFormed(t, page, lang)
		if *pages != "" {
			if err := os.WriteFile(filepath.Join(*pages, "exercise."+string(lang)+".html"), []byte(page), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		same(t, "exercise-"+string(lang)+".md", md)
	}
}
