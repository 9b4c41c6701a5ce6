package locale

import (
	"encoding/json"
	"sangfroid/internal/incident"
	"sangfroid/internal/text"
	"strings"
	"testing"
	"time"
)

// exercised is the state of a drill whose exercise has begun.
func exercised(t *testing.T) (*incident.State, time.Time) {
	t.Helper()
	at := time.Date(2026, 11, 23, 8, 0, 0, 0, time.UTC)
	sc := incident.Scenario{ID: "x", Title: incident.Text{EN: "Loss of a site", FR: "Perte d’un site"}, Objectives: []incident.ObjectiveDef{{ID: "o", Text: incident.T("Decide")}}}
	raw, err := json.Marshal(sc)
	if err != nil {
		t.Fatal(err)
	}
	s := incident.NewState()
	for i, d := range []incident.Data{
		incident.ExerciseStarted{Scenario: raw, Start: at, Wall: at, Speed: 1, Planned: incident.Duration(2 * time.Hour)},
		incident.IncidentDeclared{Title: "x", Zone: "Europe/Paris"},
		incident.ExerciseClock{Wall: at, At: at, Speed: 1, Paused: true},
		incident.ExerciseClock{Wall: at.Add(time.Minute), At: at, Speed: 1},
	} {
		incident.Apply(s, incident.Entry{Seq: i + 1, Received: at, Event: incident.Event{
			ID: incident.EventID("e" + string(rune('0'+i))), Source: "/x", Type: d.Type(), Subject: incident.DefaultSubject(d), Time: at, Recorded: at,
			Incident: "ex-1", Realm: incident.Drill, Actor: "Fay", Role: incident.RoleFacilitator, Data: d,
		}})
	}
	return s, at
}

func TestEntriesOfAnExercise(t *testing.T) {
	s, at := exercised(t)
	for _, c := range []struct {
		d      incident.Data
		en, fr string
	}{
		{incident.ExerciseStarted{Planned: incident.Duration(2 * time.Hour), Speed: 10, Solo: true}, "start of the exercise (DEBEX): Loss of a site, planned for 2 h", "début d’exercice (DEBEX) : Perte d’un site"},
		{incident.ExerciseClock{At: at, Speed: 1, Paused: true, Reason: "lunch"}, "exercise paused – lunch", "exercice en pause – lunch"},
		{incident.ExerciseClock{At: at, Speed: 1}, "exercise goes on", "reprise de l’exercice"},
		{incident.ExerciseClock{At: at.Add(time.Hour), Speed: 1, Paused: true}, "set forward to 10:00:00", "avancée à 10:00:00"},
		{incident.ExerciseClock{At: at, Speed: 10}, "at 10 times the speed", "vitesse ×10"},
		{incident.ExerciseInjected{Inject: "3", From: incident.T("Host"), Channel: "phone", Text: incident.Text{EN: "a\n\nb", FR: "c"}}, "inject 3, phone, Host to all: a b", "stimulus 3, téléphone, Host à tous : c"},
		{incident.ExerciseImprovised{From: incident.T("Guard"), To: []incident.Role{incident.RoleITLead}, Channel: "verbal", Text: incident.T("dark")}, "Guard to IT lead: dark", "Guard à resp. IT : dark"},
		{incident.ExerciseSkipped{Inject: "3", Reason: "late"}, "inject 3 will not be sent – late", "stimulus 3 annulé – late"},
		{incident.ExerciseDelayed{Inject: "3", By: incident.Duration(10 * time.Minute)}, "inject 3 put off by 10 min", "stimulus 3 retardé de 10 min"},
		{incident.ExerciseDelayed{By: incident.Duration(10 * time.Minute)}, "all further injects", "tous les stimuli"},
		{incident.ExerciseOpened{Inject: "3"}, "inject 3 opened", "stimulus 3 ouvert"},
		{incident.ExerciseAnswered{Inject: "3", Text: "called"}, "inject 3 dealt with – called", "stimulus 3 traité – called"},
		{incident.ExerciseObserved{Kind: incident.Strength, Text: "calm", Objective: "o", Rating: incident.RatingFull}, "strength: calm – objective Decide – performed", "point fort : calm"},
		{incident.ExerciseScored{Objective: "o", Rating: incident.RatingNone}, "objective Decide: unable", "objectif Decide : non réalisé"},
		{incident.ExerciseEnded{Reason: "as planned"}, "(FINEX) – as planned", "(FINEX) – as planned"},
		{incident.ExerciseEnded{Emergency: true, Reason: "smoke"}, "REAL EMERGENCY", "URGENCE RÉELLE"},
	} {
		e := incident.Entry{Seq: 9, Event: incident.Event{Type: c.d.Type(), Subject: "exercise/3", Time: at, Actor: "Fay", Data: c.d}}
		if got := English.Line(s, e).Text; !strings.Contains(got, c.en) {
			t.Errorf("%T: %s, want %s", c.d, got, c.en)
		}
		if got := French.Line(s, e).Text; !strings.Contains(got, text.French(c.fr)) {
			t.Errorf("%T: %s, want %s", c.d, got, c.fr)
		}
	}
}

func TestConditionsInWords(t *testing.T) {
	s, _ := exercised(t)
	by := incident.Offset(time.Hour)
	for _, c := range []struct {
		w      incident.Condition
		en, fr string
	}{
		{incident.Condition{Step: "rebuild", Is: incident.IsDone, Delay: incident.Duration(3 * time.Minute)}, "step rebuild: done, 3 min later", "étape rebuild : fait, 3 min après"},
		{incident.Condition{Decision: "go", Is: incident.IsNotTaken, By: &by}, "decision go: not taken by +01:00", "décision go : non prise à +01:00"},
		{incident.Condition{Phase: incident.PhaseFailover}, "reached", "atteinte"},
		{incident.Condition{Service: "portal", Is: incident.IsVerified}, "portal: verified", "portal : vérifié"},
		{incident.Condition{Inject: "2", Is: incident.IsAnswered}, "inject 2: answered", "stimulus 2 : traité"},
		{incident.Condition{Catchup: "orders", RateBelow: 60}, "below 60 an hour", "sous 60 par heure"},
		{incident.Condition{Catchup: "orders", RateAbove: 60}, "above 60 an hour", "plus de 60 par heure"},
	} {
		en, fr := English.Condition(s, &c.w), French.Condition(s, &c.w)
		if !strings.Contains(en, c.en) || !strings.Contains(strings.ReplaceAll(fr, "\u00a0", " "), c.fr) {
			t.Errorf("%s / %s, want %s / %s", en, fr, c.en, c.fr)
		}
	}
}
