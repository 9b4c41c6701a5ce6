package tui

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"sangfroid/internal/cell"
	"sangfroid/internal/incident"
	"sangfroid/internal/locale"
	"sangfroid/internal/timeline"
	"sangfroid/playbooks"
	"strings"
	"testing"
	"time"
)

// secret marks every text of the test's scenario that no player may read.
const secret = "SECRET"

func offset(d time.Duration) *incident.Offset { o := incident.Offset(d); return &o }

// drillScenario has an inject of each kind. What players may not see carries the marker.
func drillScenario() incident.Scenario {
	hidden := func(s string) incident.Text { return incident.T(secret + " " + s) }
	text := func(en, fr string) incident.Text { return incident.Text{EN: en, FR: fr} }
	return incident.Scenario{
		Schema: incident.ScenarioSchema, ID: "night", Title: text("Loss of the main site", "Perte du site principal"), Playbook: "warm", Zone: "Europe/Paris",
		Lasts: incident.Duration(2 * time.Hour), Plays: []incident.Role{incident.RoleDirector, incident.RoleITLead},
		Objectives: []incident.ObjectiveDef{
			{ID: "decide", Text: hidden("decide within the hour"), Target: &incident.TargetDef{Kind: incident.TargetDecision, Of: "go", By: offset(time.Hour)}},
			{ID: "press", Text: hidden("answer the press with one voice")},
		},
		Moves: []incident.MoveDef{{ID: "alarm", Title: text("Alarm", "Alerte")}, {ID: "later", At: incident.Offset(time.Hour), Title: hidden("recovery")}},
		Injects: []incident.InjectDef{
			{
				No: "1", At: offset(2 * time.Minute), From: text("Monitoring", "Supervision"), To: []incident.Role{incident.RoleITLead}, Channel: "monitoring",
				Text: text("34 hosts are down", "34 serveurs en panne"), Expected: hidden("confirm the outage"), Note: hidden("wait for the call"), Objective: "decide",
			},
			{
				No: "2", At: offset(4 * time.Minute), From: text("A journalist", "Un journaliste"), To: []incident.Role{incident.RoleDirector}, Channel: "phone",
				Text: text("What is going on in Paris?", "Que se passe-t-il à Paris ?"), Expected: hidden("refer to the press office"), Objective: "press",
			},
			{No: "3", At: offset(40 * time.Minute), From: hidden("provider"), Channel: "mail", Text: hidden("power is back at noon"), Expected: hidden("review the decision")},
			{
				No: "4", When: &incident.Condition{Decision: "go", Is: incident.IsNotTaken, By: offset(time.Hour)}, Contingency: true, From: hidden("board"),
				To: []incident.Role{incident.RoleDirector}, Channel: "phone", Text: hidden("decide now"),
			},
			{No: "5", Contingency: true, From: hidden("guard"), Channel: "verbal", Text: hidden("smoke in the lift"), Facilitator: secret + " Fay"},
			{No: "6", At: offset(3 * time.Minute), From: hidden("hardware"), To: []incident.Role{incident.RoleITLead}, Channel: "ticket", Text: text("Disk bay 4 has failed "+secret+"-IT", "Baie 4 en panne "+secret+"-IT")},
		},
	}
}

// drilling is an exercise ten minutes in: two injects sent, one skipped, one answered, one observation.
func drilling(t testing.TB, solo bool) *fakeRoom {
	t.Helper()
	r := &fakeRoom{
		me: cell.Person{Name: "Fay", Role: incident.RoleFacilitator}, now: start(),
		log:   timeline.NewMemory(timeline.Header{Incident: "ex-1", Realm: incident.Drill, Title: "Loss of Paris-North"}),
		state: incident.NewState(), changed: make(chan struct{}, 1), facilitated: true,
		link: cell.Link{State: cell.LinkUp, Embedded: true, Owner: true, Server: "nats://127.0.0.1:4222"},
	}
	raw, err := json.Marshal(drillScenario())
	if err != nil {
		t.Fatal(err)
	}
	at := time.Date(2026, 11, 23, 2, 10, 0, 0, time.UTC)
	d := r.draft(incident.ExerciseStarted{Scenario: raw, Hash: "00", Start: at, Wall: r.now, Speed: 5, Planned: incident.Duration(2 * time.Hour), Solo: solo}, "")
	d.Time = at
	ev, err := incident.StartExercise("ex-1", d)
	if err != nil {
		t.Fatal(err)
	}
	r.append(t, ev)
	book, _, err := playbooks.Load("warm")
	if err != nil {
		t.Fatal(err)
	}
	for i := range book.Services { // as newFake does: what Load gives is shared, and either may come first
		book.Services[i].From, book.Services[i].Level = book.RTOFrom, book.Level
	}
	_, pb, err := playbooks.Load("warm")
	if err != nil {
		t.Fatal(err)
	}
	r.must(t, "", incident.IncidentDeclared{Title: "Loss of Paris-North", Playbook: book.ID, Zone: "Europe/Paris", Services: book.Services, Reported: &at, Detected: &at, Sitrep: book.Sitrep})
	r.must(t, "", incident.RosterJoined{})
	r.must(t, incident.PlanSubject("failover"), incident.PlanLaunched{Playbook: pb, Hash: "00", Plan: "failover"})
	r.after(time.Minute) // five of the exercise
	for _, no := range []incident.InjectID{"1", "2"} {
		r.must(t, incident.InjectSubject(no), r.injection(no))
	}
	r.must(t, incident.InjectSubject("6"), incident.ExerciseSkipped{Inject: "6", Reason: secret + " too much at once"})
	r.must(t, "", incident.ExerciseDelayed{By: incident.Duration(5 * time.Minute), Reason: secret + " slow start"})
	r.must(t, "", incident.ExerciseObserved{Kind: incident.Strength, Text: secret + " calm voices", Objective: "press"})
	r.me = cell.Person{Name: "I. Petit", Role: incident.RoleITLead}
	r.must(t, incident.InjectSubject("1"), incident.ExerciseAnswered{Inject: "1", Text: "on it, calling the provider"})
	r.after(time.Minute)
	r.me = cell.Person{Name: "Fay", Role: incident.RoleFacilitator}
	return r
}

func (r *fakeRoom) injection(no incident.InjectID) incident.ExerciseInjected {
	for _, st := range incident.Due(r.state, r.Now()).All {
		if st.Def.No == no {
			return st.Injection(false)
		}
	}
	return incident.ExerciseInjected{}
}

// as seats somebody else at the console.
func (r *fakeRoom) as(role incident.Role) *fakeRoom {
	r.me = cell.Person{Name: "A. Martin", Role: role}
	return r
}

func TestExerciseScreens(t *testing.T) {
	for name, role := range map[string]incident.Role{"facilitator": incident.RoleFacilitator, "player": incident.RoleDirector, "evaluator": incident.RoleEvaluator} {
		for _, lang := range []locale.Lang{locale.English, locale.French} {
			for _, s := range [][2]int{{80, 24}, {120, 40}, {200, 60}} {
				c := newConsole(t, drilling(t, false).as(role), s[0], s[1], Options{Lang: lang}).press("E")
				golden(t, fmt.Sprintf("exercise-%s-%s-%dx%d", name, lang, s[0], s[1]), c.plain())
			}
		}
	}
}

func TestPausedAndRealScreens(t *testing.T) {
	for _, s := range [][2]int{{40, 12}, {80, 24}, {120, 40}} {
		r := drilling(t, false)
		r.must(t, "", r.state.Exercise.Pause("a question in the room"))
		golden(t, fmt.Sprintf("exercise-paused-%dx%d", s[0], s[1]), newConsole(t, r, s[0], s[1], Options{}).plain())
		r = drilling(t, false)
		r.must(t, "", incident.ExerciseEnded{Emergency: true, Reason: "smoke in the lift, for real"})
		golden(t, fmt.Sprintf("exercise-real-%dx%d", s[0], s[1]), newConsole(t, r, s[0], s[1], Options{}).plain())
		r = drilling(t, false).as(incident.RoleFacilitator)
		r.must(t, "", incident.ExerciseScored{Objective: "press", Rating: incident.RatingSome, Reason: "one voice, late"})
		r.must(t, "", incident.ExerciseEnded{Reason: "as planned"})
		golden(t, fmt.Sprintf("exercise-over-%dx%d", s[0], s[1]), newConsole(t, r.as(incident.RoleDirector), s[0], s[1], Options{}).press("E").plain())
	}
}

// TestEveryScreenOfADrillSaysSo: whatever is open, at whatever size, the word is there, and in the window's title.
func TestEveryScreenOfADrillSaysSo(t *testing.T) {
	views := [][]string{{}, {"E"}, {"n"}, {"d"}, {"?"}, {":"}, {"2", "enter"}, {"4", "f"}, {"4", "enter"}, {"p"}, {"o"}, {"R"}, {"k"}, {"r"}, {"A"}, {"!"}, {"f2"}}
	for lang, word := range map[locale.Lang]string{locale.English: "EXERCISE", locale.French: "EXERCICE"} {
		for _, s := range sizes() {
			for _, role := range []incident.Role{incident.RoleFacilitator, incident.RoleDirector} {
				for _, keys := range views {
					c := newConsole(t, drilling(t, false).as(role), s[0], s[1], Options{Lang: lang}).press(keys...)
					if !strings.Contains(c.plain(), word) || !strings.Contains(c.m.windowTitle(), word) {
						t.Errorf("%v at %v as %s does not say %s:\n%s", keys, s, role, word, c.plain())
					}
				}
			}
		}
	}
}

// TestAPlayerSeesNothingOfTheMasterList walks a player's console by random keys: no text that is for those who conduct is
// ever on it.
func TestAPlayerSeesNothingOfTheMasterList(t *testing.T) {
	keys := []string{
		"E", "tab", "down", "up", "enter", "esc", "esc", "1", "2", "3", "4", "f", "n", "d", "a", "s", "p", "o", "R", "k", "r", "h", "?", ":", "A", "T", "i", "/", "right", "left",
		"c", "m", "g", "G", "l", "b", "w", "u", "t", "pgdown", "S", "E", "C", "R", "E", "T", "end", "home", "f3", "space", "x", "+", "-", "j", "D", "v", "!", "v",
	}
	for seed := range uint64(12) {
		rnd := rand.New(rand.NewPCG(seed, 7))
		r := drilling(t, false).as(incident.RoleDirector)
		size := sizes()[rnd.IntN(len(sizes()))]
		c := newConsole(t, r, size[0], size[1], Options{})
		var done []string
		for range 60 {
			k := keys[rnd.IntN(len(keys))]
			done = append(done, k)
			c.press(k)
			// What the player types is theirs: only the field and the filter may hold it, in small letters or alone.
			if s := c.plain(); strings.Contains(s, secret) {
				t.Fatalf("seed %d: after %v:\n%s", seed, done, s)
			}
		}
	}
}

// TestEveryViewOfAPlayerIsClean looks at each view on purpose, where random keys may not come.
func TestEveryViewOfAPlayerIsClean(t *testing.T) {
	for _, keys := range [][]string{
		{}, {"E"}, {"E", "tab"}, {"E", "tab", "tab"}, {"E", "a"}, {"E", "enter"}, {"4", "f"}, {"4", "f", "/", "t", "o", "o"}, {"r"}, {"h"}, {"p"}, {"A"}, {"R"},
	} {
		for _, s := range sizes() {
			c := newConsole(t, drilling(t, false).as(incident.RoleDirector), s[0], s[1], Options{}).press(keys...)
			if strings.Contains(c.plain(), secret) {
				t.Errorf("%v at %v:\n%s", keys, s, c.plain())
			}
		}
	}
	r := drilling(t, false).as(incident.RoleDirector)
	c := newConsole(t, r, 200, 60, Options{}).press("4", "f", "end")
	for n := range r.log.Len() {
		c.press("enter")
		if strings.Contains(c.plain(), secret) {
			t.Errorf("entry %d:\n%s", n, c.plain())
		}
		c.press("esc", "up")
	}
	if c = newConsole(t, drilling(t, false), 200, 60, Options{}).press("E"); !strings.Contains(c.plain(), secret) {
		t.Error("the facilitator does not see the master list: the test shows nothing")
	}
}

func TestAnInjectArrivesCalmly(t *testing.T) {
	r := drilling(t, false).as(incident.RoleDirector)
	c := newConsole(t, r, 120, 40, Options{})
	c.press("n").typed("half a ")
	r.as(incident.RoleFacilitator)
	r.must(t, "", incident.ExerciseImprovised{From: incident.T("The mayor"), To: []incident.Role{incident.RoleDirector}, Channel: "phone", Text: incident.T("May the school stay open?")})
	r.as(incident.RoleDirector)
	c.m.refresh()
	c.run(c.m.raise())
	if s := c.plain(); !strings.Contains(s, "The mayor") || !strings.Contains(s, "half a") {
		t.Fatalf("no banner, or the field is gone:\n%s", s)
	}
	c.typed("word").press("ctrl+s")
	if d := r.last(t).(incident.NoteAdded); d.Text != "half a word" {
		t.Errorf("the banner took a key: %q", d.Text)
	}
	c.press("E", "a").typed("yes, it stays open").press("ctrl+s")
	if d, ok := r.last(t).(incident.ExerciseAnswered); !ok || d.Text != "yes, it stays open" || d.Inject != "i1" {
		t.Errorf("%+v\n%s", r.last(t), c.plain())
	}
	if c.m.overlay != overExercise {
		t.Error("the inbox did not come back")
	}
}

// TestAnotherRolesInjectRaisesNothing: a banner for somebody else's inject would tell of it.
func TestAnotherRolesInjectRaisesNothing(t *testing.T) {
	r := drilling(t, false).as(incident.RoleDirector)
	c := newConsole(t, r, 120, 40, Options{})
	r.as(incident.RoleFacilitator)
	r.must(t, "", incident.ExerciseImprovised{From: incident.T("X"), To: []incident.Role{incident.RoleITLead}, Channel: "phone", Text: incident.T(secret)})
	r.as(incident.RoleDirector)
	c.m.refresh()
	c.run(c.m.raise())
	if s := c.plain(); c.m.ex.arrived != "" || strings.Contains(s, secret) {
		t.Errorf("told of another's inject:\n%s", s)
	}
}

func TestTheFacilitatorConducts(t *testing.T) {
	r := drilling(t, false)
	c := newConsole(t, r, 120, 40, Options{}).press("E")
	n := r.log.Len()
	c.press("s")
	if r.log.Len() != n || !strings.Contains(c.plain(), "s once more") {
		t.Fatalf("one key sent, or nothing is said:\n%s", c.plain())
	}
	c.press("s")
	if d, ok := r.last(t).(incident.ExerciseInjected); !ok || !d.ByHand || d.Inject != "3" {
		t.Fatalf("%+v", r.last(t))
	}
	c.press("home", "d").typed("10m").press("ctrl+s")
	if d, ok := r.last(t).(incident.ExerciseDelayed); !ok || d.Inject != "4" || d.By.Std() != 10*time.Minute {
		t.Fatalf("%+v\n%s", r.last(t), c.plain())
	}
	c.press("D").typed("5m").press("ctrl+s")
	if d, ok := r.last(t).(incident.ExerciseDelayed); !ok || d.Inject != "" {
		t.Fatalf("%+v", r.last(t))
	}
	c.press("k", "ctrl+s")
	if c.m.form == nil {
		t.Fatal("skipped without a reason")
	}
	c.typed("they are ahead").press("ctrl+s")
	if d, ok := r.last(t).(incident.ExerciseSkipped); !ok || d.Reason != "they are ahead" {
		t.Fatalf("%+v", r.last(t))
	}
	c.press("i").typed("The lift is stuck").press("tab").typed("The guard").press("ctrl+s")
	if d, ok := r.last(t).(incident.ExerciseImprovised); !ok || d.Text.EN != "The lift is stuck" || d.From.EN != "The guard" {
		t.Fatalf("%+v\n%s", r.last(t), c.plain())
	}
}

func TestTheFacilitatorSetsTheClock(t *testing.T) {
	r := drilling(t, false)
	c := newConsole(t, r, 120, 40, Options{}).press("E", "space")
	if r.state.Exercise.Speed() != 0 || !strings.Contains(c.plain(), "EXERCISE PAUSED") || !strings.Contains(c.m.windowTitle(), "PAUSED") {
		t.Fatalf("not paused, or not told:\n%s", c.plain())
	}
	c.press("space")
	if r.state.Exercise.Speed() != 5 {
		t.Fatalf("goes on at %d", r.state.Exercise.Speed())
	}
	c.press("+")
	if r.state.Exercise.Speed() != 10 {
		t.Errorf("+ gives %d", r.state.Exercise.Speed())
	}
	c.press("-", "-", "-", "-")
	if r.state.Exercise.Speed() != 1 || !strings.Contains(c.plain(), "real speed") && !strings.Contains(c.plain(), "wall’s") {
		t.Errorf("- gives %d\n%s", r.state.Exercise.Speed(), c.plain())
	}
	before := c.m.now
	c.press("j").typed("05:00")
	if s := c.plain(); !strings.Contains(s, "passed over") {
		t.Errorf("what a jump passes over is not told:\n%s", s)
	}
	c.press("ctrl+s")
	if n := r.Now(); n.Sub(before) > time.Minute {
		t.Fatal("it jumped without a yes")
	}
	c.press("j").typed("05:00").press("tab", "tab", "right", "ctrl+s")
	if got := r.Now().Format("15:04"); got != "04:00" { // 05:00 in Paris
		t.Errorf("jumped to %s\n%s", got, c.plain())
	}
	c.press("x", "tab", "right", "ctrl+s")
	if r.state.Exercise.Ended == nil || !strings.Contains(c.plain(), "FINEX") {
		t.Errorf("not over:\n%s", c.plain())
	}
}

func TestNobodyElseConducts(t *testing.T) {
	for _, role := range []incident.Role{incident.RoleDirector, incident.RoleEvaluator, incident.RoleObserver} {
		r := drilling(t, false).as(role)
		c := newConsole(t, r, 120, 40, Options{}).press("E")
		for _, k := range []string{"s", "d", "D", "k", "i", "space", "+", "-", "j", "x"} {
			n := r.log.Len()
			c.press(k)
			if c.m.form != nil || r.log.Len() != n || !c.m.noticeShown() {
				t.Errorf("%s as %s acts, or says nothing", k, role)
			}
			c.m.notice = notice{}
		}
	}
}

func TestAnEvaluatorObservesAndRates(t *testing.T) {
	r := drilling(t, false).as(incident.RoleEvaluator)
	c := newConsole(t, r, 120, 40, Options{}).press("E", "o").typed("the press was kept waiting").press("tab", "right", "ctrl+s")
	if d, ok := r.last(t).(incident.ExerciseObserved); !ok || d.Kind != incident.Improvement || d.Objective != "decide" {
		t.Fatalf("%+v\n%s", r.last(t), c.plain())
	}
	c.press("down", "c", "tab", "right", "ctrl+s")
	if d, ok := r.last(t).(incident.ExerciseScored); !ok || d.Objective != "press" || d.Rating != incident.RatingSome {
		t.Fatalf("%+v\n%s", r.last(t), c.plain())
	}
	if s := c.plain(); !strings.Contains(s, "some challenges") || !strings.Contains(s, "kept waiting") {
		t.Errorf("not shown:\n%s", s)
	}
}

func TestARealEmergencyStopsTheDrill(t *testing.T) {
	r := drilling(t, false).as(incident.RoleITLead)
	c := newConsole(t, r, 120, 40, Options{}).press("!")
	c.press("ctrl+s")
	if r.state.Exercise.Ended != nil {
		t.Fatal("stopped without a yes")
	}
	c.press("!", "tab", "right", "ctrl+s")
	if x := r.state.Exercise; x.Ended == nil || !x.Emergency {
		t.Fatalf("not stopped:\n%s", c.plain())
	}
	s := c.plain()
	if !strings.Contains(s, "REAL EMERGENCY") || strings.Contains(s, "EXERCISE ·") || strings.Contains(s, "EX 0") || !strings.Contains(c.m.windowTitle(), "REAL EMERGENCY") {
		t.Fatalf("it still looks like a drill:\n%s", s)
	}
	c.press("!")
	s = c.plain()
	if c.m.form == nil || c.m.screen != screenHome || strings.Contains(s, "Paris-North") || strings.Contains(s, secret) {
		t.Fatalf("no empty declaration:\n%s", s)
	}
	c.typed("Fire in the data centre")
	c.m.submit(c.m.form.Values())()
	if d := c.m.desk.(*fakeDesk).decl; d == nil || d.Realm != incident.Live || d.Title != "Fire in the data centre" {
		t.Errorf("%+v", d)
	}
}

func TestANoteWithThePhraseWarns(t *testing.T) {
	c := newConsole(t, drilling(t, false).as(incident.RoleITLead), 120, 40, Options{}).press("n").typed("Real emergency, stop the exercise")
	if !strings.Contains(c.plain(), "stops the exercise for everybody") {
		t.Errorf("no warning:\n%s", c.plain())
	}
}

// TestSoloDoesNotSpoil: whoever trains alone sees what arrived, has the clock, and nothing of what is to come.
func TestSoloDoesNotSpoil(t *testing.T) {
	r := drilling(t, true).as(incident.RoleDirector)
	c := newConsole(t, r, 120, 40, Options{}).press("E")
	if s := c.plain(); strings.Contains(s, secret) || !strings.Contains(s, "What is going on in Paris?") {
		t.Errorf("spoiled, or nothing received:\n%s", s)
	}
	if c.press("space"); r.state.Exercise.Speed() != 0 {
		t.Error("alone, one cannot pause")
	}
	if c.press("s"); c.m.armed != "" {
		t.Error("alone, one sends injects by hand")
	}
}

func TestWithoutAFacilitatorItIsSaid(t *testing.T) {
	r := drilling(t, false).as(incident.RoleDirector)
	r.facilitated = false
	for lang, word := range map[locale.Lang]string{locale.English: "no facilitator here", locale.French: "aucun animateur présent"} {
		for _, s := range [][2]int{{80, 24}, {120, 40}} {
			c := newConsole(t, r, s[0], s[1], Options{Lang: lang})
			if band := strings.Join(c.m.band(), ""); !strings.Contains(band, word) || strings.Contains(band, "…") {
				t.Errorf("not said, or cut:\n%s", c.plain())
			}
		}
	}
}

// TestOpeningAnInjectIsTold: who facilitates sees who has an inject before their eyes, from the log: another console of the
// role, and one that was started anew, know it too. It is written once, and not when one trains alone.
func TestOpeningAnInjectIsTold(t *testing.T) {
	r := drilling(t, false).as(incident.RoleDirector)
	n := r.log.Len()
	fay := func() string {
		r.me = cell.Person{Name: "Fay", Role: incident.RoleFacilitator}
		return newConsole(t, r, 200, 60, Options{}).press("E").plain()
	}
	if s := fay(); !strings.Contains(s, "not opened") {
		t.Errorf("it is not said that nobody looked:\n%s", s)
	}
	newConsole(t, r.as(incident.RoleDirector), 120, 40, Options{}).press("E", "esc", "E")
	if d, ok := r.last(t).(incident.ExerciseOpened); !ok || d.Inject != "2" || r.log.Len() != n+1 {
		t.Fatalf("%+v, %d entries more", r.last(t), r.log.Len()-n)
	}
	newConsole(t, r, 120, 40, Options{}).press("E", "a", "esc")
	if r.log.Len() != n+1 {
		t.Error("told again by another console of the role")
	}
	if s := fay(); !strings.Contains(s, "opened ") || r.state.Exercise.OpenedBy("2", incident.RoleDirector) == nil {
		t.Errorf("not shown:\n%s", s)
	}
	newConsole(t, r.as(incident.RoleObserver), 120, 40, Options{}).press("E")
	solo := drilling(t, true).as(incident.RoleDirector)
	had := solo.log.Len()
	newConsole(t, solo, 120, 40, Options{}).press("E")
	if r.log.Len() != n+1 || solo.log.Len() != had {
		t.Error("told by who only looks, or who trains alone")
	}
}

// TestAnExerciseThatNobodyEnds is told as such to whoever can end it, and how; to a player, that it goes on.
func TestAnExerciseThatNobodyEnds(t *testing.T) {
	r := drilling(t, false).as(incident.RoleFacilitator)
	r.after(time.Hour)
	if band := strings.Join(newConsole(t, r, 120, 40, Options{}).m.band(), ""); !strings.Contains(band, "passed") || !strings.Contains(band, "E, x ends it") {
		t.Errorf("not said:\n%s", band)
	}
	if band := strings.Join(newConsole(t, r.as(incident.RoleDirector), 120, 40, Options{Lang: locale.French}).m.band(), ""); !strings.Contains(band, "dépassée") || strings.Contains(band, "met fin") {
		t.Errorf("to a player:\n%s", band)
	}
}

// TestTwoConsolesHearOnePhrase: the second one that is about to declare is shown what the first declared, and joins it or
// says on purpose that it is another one.
func TestTwoConsolesHearOnePhrase(t *testing.T) {
	r := drilling(t, false).as(incident.RoleITLead)
	c := newConsole(t, r, 120, 40, Options{}).press("!", "tab", "right", "ctrl+s", "!")
	if c.m.form == nil {
		t.Fatalf("no declaration:\n%s", c.plain())
	}
	desk := c.m.desk.(*fakeDesk)
	fire := cell.Listing{ID: "inc-fire", Realm: incident.Live, Title: "Fire", By: "Dana", Since: c.m.wall(), Declared: c.m.wall(), OnBus: true}
	desk.list = append(desk.list, fire)
	c.typed("Fire in the data centre")
	if again := c.m.submit(c.m.form.Values()); again != nil {
		again()
	}
	if s := c.plain(); desk.decl != nil || !strings.Contains(s, "Dana has just declared “Fire” (inc-fire)") {
		t.Fatalf("a second live incident, without a word (%+v):\n%s", desk.decl, s)
	}
	c.m.submit(c.m.form.Values())()
	if desk.decl == nil {
		t.Fatalf("on purpose it must go:\n%s", c.plain())
	}
	late := newConsole(t, drilling(t, false).as(incident.RoleDirector), 120, 40, Options{})
	late.m.desk.(*fakeDesk).list = []cell.Listing{fire}
	late.press("!", "tab", "right", "ctrl+s", "!")
	if s := late.plain(); late.m.form != nil || late.m.listed().ID != "inc-fire" || !strings.Contains(s, "enter joins it") {
		t.Errorf("not offered to join:\n%s", s)
	}
}
