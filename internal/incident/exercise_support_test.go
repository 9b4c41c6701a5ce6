package incident

import (
	"encoding/json"
	"time"

	"pgregory.net/rapid"
)

// drill is a small scenario with one inject of every kind.
func drill() Scenario {
	at := func(s string) *Offset {
		o, err := ParseOffset(s)
		if err != nil {
			panic(err)
		}
		return &o
	}
	return Scenario{
		Schema: ScenarioSchema, ID: "test", Title: Text{EN: "Loss of a site", FR: "Perte d’un site"}, Playbook: "test",
		Lasts: Duration(2 * time.Hour), Plays: []Role{RoleDirector, RoleITLead},
		Objectives: []ObjectiveDef{
			{ID: "decide", Text: T("Decide in time"), Target: &TargetDef{Kind: TargetDecision, Of: "go", By: at("+00:45")}},
			{ID: "rto", Text: T("Hold the RTO"), Target: &TargetDef{Kind: TargetRTO, Of: "portal"}},
			{ID: "talk", Text: T("Talk to the press")},
		},
		Moves: []MoveDef{{ID: "alarm", Title: T("Alarm")}, {ID: "recovery", At: *at("+01:00"), Title: T("Recovery")}},
		Injects: []InjectDef{
			{No: "1", At: at("+00:05"), From: T("Monitoring"), Channel: "monitoring", Text: T("hosts down"), Objective: "decide"},
			{No: "2", At: at("+00:12"), From: T("A journalist"), To: []Role{RoleDirector}, Channel: "phone", Text: T("what is going on?"), Objective: "talk"},
			{No: "3", When: &Condition{Step: "rebuild", Is: IsStarted, Delay: Duration(3 * time.Minute)}, From: T("Host"), To: []Role{RoleITLead}, Channel: "mail", Text: T("one machine does not start")},
			{No: "4", When: &Condition{Decision: "go", Is: IsNotTaken, By: at("+00:50")}, From: T("Board"), Channel: "phone", Text: T("what have you decided?"), Contingency: true},
			{No: "5", Contingency: true, From: T("Provider"), Channel: "mail", Text: T("we were wrong")},
			{No: "6", At: at("+01:10"), Within: &Bounds{Min: Duration(time.Minute), Max: Duration(9 * time.Minute)}, From: T("Shops"), Channel: "phone", Text: T("when?")},
			{No: "7", When: &Condition{Inject: "2", Is: IsAnswered}, From: T("A journalist"), To: []Role{RoleDirector}, Channel: "press", Text: T("published")},
			{No: "8", When: &Condition{Catchup: "orders", RateBelow: 60}, From: T("Business"), Channel: "verbal", Text: T("too slow")},
			{No: "9", When: &Condition{Phase: PhaseFailover}, From: T("Host"), Channel: "sms", Text: T("you switch?")},
		},
	}
}

func started(sc Scenario, wall, start time.Time, speed int, solo bool) ExerciseStarted {
	raw, err := json.Marshal(sc)
	if err != nil {
		panic(err)
	}
	return ExerciseStarted{Scenario: raw, Hash: "00", Seed: 7, Start: start, Wall: wall, Speed: speed, Planned: sc.Lasts, Solo: solo, Title: sc.Title.EN, Zone: "Europe/Paris"}
}

// exercised is a drill whose exercise began at zero(), wall and exercise time alike, and whose plan is launched.
func exercised(t teller, speed int, solo bool) *cellRoom {
	t.Helper()
	c := &cellRoom{t: t, s: NewState(), now: zero(), who: "Fay", as: RoleFacilitator}
	dr := c.draft("", started(drill(), zero(), zero(), speed, solo))
	dr.Time = zero()
	ev, err := StartExercise("inc-1", dr)
	if err != nil {
		t.Fatal(err)
	}
	c.append(ev)
	b := book()
	at := zero().Add(-10 * time.Minute)
	c.must("", IncidentDeclared{Title: "Loss of a site", Playbook: b.ID, Zone: "Europe/Paris", Services: b.Services, Reported: &at, Detected: &at})
	raw, err := json.Marshal(b)
	if err != nil {
		t.Fatal(err)
	}
	return c.by("Alice", RoleDirector).must(PlanSubject("failover"), PlanLaunched{Playbook: raw, Plan: "failover", Hash: "00"})
}

// anyExercise draws events of exercises, lawful or not.
func anyExercise(t *rapid.T, when time.Time, word string, n int64) []told {
	no := rapid.SampledFrom([]InjectID{"1", "2", "3", "4", "5", "i1", "none", ""}).Draw(t, "inject")
	speed := rapid.SampledFrom([]int{1, 5, 60, 0, -1, 1000}).Draw(t, "speed")
	wall := when.Add(time.Duration(rapid.IntRange(-90, 90).Draw(t, "wall")) * time.Minute)
	far := rapid.SampledFrom([]time.Time{when, time.Date(8990, 1, 1, 0, 0, 0, 0, time.UTC), time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC), {}}).Draw(t, "far")
	role := rapid.SampledFrom([][]Role{nil, {RoleDirector}, {RoleITLead, "own-role"}}).Draw(t, "to")
	objective := rapid.SampledFrom([]string{"", "decide", "none"}).Draw(t, "objective")
	at := InjectSubject(no)
	return []told{
		{"", started(drill(), wall, when, speed, n%2 == 0)},
		{"", ExerciseStarted{Scenario: []byte(`[]`), Wall: wall, Start: far}},
		{"", ExerciseClock{Wall: wall, At: when, Speed: speed, Paused: n%2 == 0, Reason: word}},
		{"", ExerciseClock{Wall: when, At: far, Speed: speed}},
		{at, ExerciseInjected{Inject: no, To: role, Text: T(word), Planned: &when}},
		{at, ExerciseImprovised{To: role, Text: T(word), Objective: objective}},
		{at, ExerciseSkipped{Inject: no, Reason: word}},
		{at, ExerciseDelayed{Inject: no, By: Duration(n) * Duration(time.Minute), Reason: word}},
		{at, ExerciseDelayed{By: Duration(n) * Duration(time.Hour) * 2000}},
		{at, ExerciseAnswered{Inject: no, Text: word}},
		{at, ExerciseOpened{Inject: no}},
		{"", ExerciseObserved{Kind: Strength, Text: word, Objective: objective, Rating: Rating(word)}},
		{"", ExerciseScored{Objective: objective, Rating: RatingMajor, Reason: word}},
		{"", ExerciseEnded{Reason: word, Emergency: n%2 == 0}},
	}
}

// viewsOfExercise draws every view of an exercise, and holds the clock to its promise.
func viewsOfExercise(t *rapid.T, s *State, at time.Time) {
	Due(s, at)
	x := s.Exercise
	if x == nil {
		return
	}
	x.Seen(RoleDirector)
	x.Unanswered(RoleITLead)
	x.Unopened(RoleDirector)
	for i := range x.Scenario.Objectives {
		s.Measure(&x.Scenario.Objectives[i], at)
	}
	last := time.Time{}
	for _, step := range []time.Duration{-1000 * time.Hour, -time.Hour, 0, time.Minute, time.Hour, 24 * time.Hour, 1 << 62} {
		wall := zero().Add(step)
		sim := s.ExerciseTime(wall)
		if sim.Before(last) {
			t.Fatalf("the exercise went backward: %v after %v at %v", sim, last, wall)
		}
		last = sim
		back, ok := s.WallTime(sim)
		if ok && (s.ExerciseTime(back).Before(sim) || back.After(wall)) {
			t.Fatalf("%v shows %v, which is said to be first shown at %v (%v)", wall, sim, back, s.ExerciseTime(back))
		}
		if until, ok := x.Until(sim); ok && s.ExerciseTime(until).After(sim) {
			t.Fatalf("until %v it is said not to be later than %v", until, sim)
		}
	}
	for i := 1; i < len(x.Clock); i++ {
		if p := x.Clock[i-1]; x.Clock[i].Wall.Before(p.Wall) || x.Clock[i].Sim.Before(p.at(x.Clock[i].Wall)) {
			t.Fatalf("setting %d goes backward: %+v", i, x.Clock)
		}
	}
}
