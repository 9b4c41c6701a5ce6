package incident

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// watch looks back at a log.
func watch(log []Entry) []KeyMoment {
	s := NewState()
	w := NewWatch(s)
	last := time.Time{}
	for _, e := range log {
		at := e.Received
		if at.Before(last) {
			at = last
		}
		last = at
		w.Before(at)
		repeats := s.Seen(e.Event.Source, e.Event.ID)
		if Apply(s, e); !repeats {
			w.After(e, at)
		}
	}
	return w.Keys()
}

// inShort are the key moments in short: minutes since the beginning, kind, what.
func inShort(keys []KeyMoment) []string {
	var out []string
	for _, k := range keys {
		what := string(k.Phase) + string(k.Option) + string(k.Service)
		if k.Kind == KeyBreach {
			what = string(k.Clock) + " " + what
		}
		out = append(out, fmt.Sprintf("%d %s %s", int(k.At.Sub(zero()).Minutes()), k.Kind, what))
	}
	return out
}

func TestKeyMomentsOfAnIncident(t *testing.T) {
	c := waiting(t).after(65 * time.Minute)
	l := LapsesDue(c.s, c.now)[0]
	c.by("a console", RoleAutomation).must(SubjectForecast("portal"), l).by("Alice", RoleDirector)
	c.after(10 * time.Minute).decideGo()
	c.must(step("gated"), StepStarted{}).after(time.Hour).must(step("gated"), StepDone{})
	c.must(ServiceSubject("portal"), ServiceRestored{}).must(ServiceSubject("portal"), ServiceVerified{})
	c.after(time.Hour).must(ServiceSubject("portal"), ServiceResumed{}).must("", IncidentClosed{Reason: "over"})
	got := inShort(watch(c.log))
	for _, want := range []string{
		"0 incident ", "60 breach decide-by portal", "65 lapse portal", "75 decision go", "75 phase failover", "120 breach rto portal",
		"135 service portal", "195 service portal", "195 incident ",
	} {
		if !slices.Contains(got, want) {
			t.Errorf("%q is not among the key moments:\n%q", want, got)
		}
	}
	if n := len(got); n > 16 {
		t.Errorf("%d key moments: %q", n, got)
	}
}

// TestADeadlineIsPassedOnce: what is entered late does not undo what the cell saw, and nothing is told twice.
func TestADeadlineIsPassedOnce(t *testing.T) {
	c := waiting(t).after(30 * time.Minute).decideGo().after(time.Hour)
	c.must(ServiceSubject("portal"), ServiceRestored{}).after(time.Hour)
	c.must("", NoteAdded{Text: "the deadline went by"})
	d := c.draft(ServiceSubject("portal"), ServiceVerified{})
	d.Time = zero().Add(100 * time.Minute) // before the deadline, told half an hour after it
	ev, err := Decide(c.s, d)
	if err != nil {
		t.Fatal(err)
	}
	c.append(ev)
	c.after(time.Hour).must("", NoteAdded{Text: "later"})
	n := 0
	for _, k := range watch(c.log) {
		if k.Kind == KeyBreach && k.Clock == ClockRTO {
			n++
			if !k.At.Equal(zero().Add(2 * time.Hour)) {
				t.Errorf("at %v", k.At)
			}
		}
	}
	if n != 1 {
		t.Errorf("the RTO was passed %d times", n)
	}
}

// TestNotesMoveNoKeyMoment: key moments depend on what happened, not on how often somebody wrote.
func TestNotesMoveNoKeyMoment(t *testing.T) {
	for seed := range uint64(30) {
		rng := rand.New(rand.NewPCG(seed, 9))
		minutes := func(n int) time.Duration { return time.Duration(rng.IntN(n)+1) * time.Minute }
		var gaps []time.Duration
		for range 5 {
			gaps = append(gaps, minutes(90))
		}
		play := func(chatty bool) []string {
			c := waiting(t)
			pass := func(d time.Duration) {
				end := c.now.Add(d)
				for chatty && c.now.Before(end) {
					c.now = c.now.Add(time.Duration(rng.IntN(int(20*time.Minute))) + time.Second)
					if c.now.Before(end) {
						c.must("", NoteAdded{Text: "still here"})
					}
				}
				c.now = end
			}
			pass(gaps[0])
			c.must("", RepairEstimated{Likely: Duration(time.Hour), Says: "x"})
			pass(gaps[1])
			c.decideGo().must(step("gated"), StepStarted{})
			pass(gaps[2])
			c.must(step("gated"), StepDone{}).must(ServiceSubject("portal"), ServiceRestored{}).must(ServiceSubject("portal"), ServiceVerified{})
			pass(gaps[3])
			c.must(ServiceSubject("portal"), ServiceResumed{})
			pass(gaps[4])
			c.must("", NoteAdded{Text: "the end"})
			return inShort(watch(c.log))
		}
		quiet, chatty := play(false), play(true)
		if !slices.Equal(quiet, chatty) {
			t.Fatalf("seed %d:\n%q\n%q", seed, quiet, chatty)
		}
	}
}

// TestWatchIsBounded: a flood of decisions is neither slow for ever nor without end.
func TestWatchIsBounded(t *testing.T) {
	c := declared(t)
	c.must(theGo, DecisionAsked{})
	log := c.log
	for i := range maxKeys + 50 {
		raw, err := Encode(Event{
			ID: EventID(fmt.Sprint("x", i)), Source: "/flood", Type: DecisionRevised{}.Type(), Subject: theGo, Time: c.now, Recorded: c.now,
			Incident: "inc-1", Realm: Live, Actor: "A", Role: RoleDirector, Data: DecisionRevised{Option: OptionGo, Because: "again"},
		})
		if err != nil {
			t.Fatal(err)
		}
		log = append(log, Entry{Seq: len(log) + 1, Received: c.now, Raw: raw, Event: Decode(raw)})
	}
	if n := len(watch(log)); n > maxKeys {
		t.Errorf("%d key moments", n)
	}
}

// TestRefoldingIsFolding: a view folded on, with what the first pass knew of repeats, is the fold; and watching any log never
// panics, and keeps the order of time.
func TestRefoldingIsFolding(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		log := anyLog(t)
		cut := rapid.IntRange(0, len(log)).Draw(t, "cut")
		s, repeats := NewState(), make([]Repeat, len(log))
		var view *State
		for i, e := range log {
			if i == cut {
				view = s.View()
			}
			repeats[i] = s.Meets(e)
			Apply(s, e)
		}
		if view == nil {
			view = s.View()
		}
		for i := cut; i < len(log); i++ {
			Refold(view, log[i], repeats[i])
		}
		if !same(view.View(), s.View()) {
			t.Fatalf("cut at %d of %d", cut, len(log))
		}
		keys := watch(log)
		for i := 1; i < len(keys); i++ {
			if keys[i].At.Before(keys[i-1].At) {
				t.Fatalf("key %d comes before the one before it", i)
			}
		}
	})
}

// TestKeyMomentsOfADrill: deadlines pass in exercise time, and stand on the timeline where the wall's clock was then.
func TestKeyMomentsOfADrill(t *testing.T) {
	c := exercised(t, 1, false)
	c.by("Fay", RoleFacilitator).after(10 * time.Minute)
	c.set(c.s.Exercise.Pause("lunch")).after(5 * time.Hour) // nothing passes while the clock stands
	c.set(c.s.Exercise.SetSpeed(60, "")).set(c.s.Exercise.Resume("")).after(20 * time.Minute)
	c.must("", ExerciseEnded{Reason: "as planned"})
	rto := c.s.Service("portal").Def.RTO.Std()
	var found bool
	for _, k := range watch(c.log) {
		if k.Kind == KeyBreach && k.Clock == ClockRTO {
			found = true
			deadline := zero().Add(rto - 10*time.Minute) // it was reported ten minutes before the start
			if !k.Time.Equal(deadline) {
				t.Errorf("the RTO passed at %v, want %v", k.Time, deadline)
			}
			if wall, _ := c.s.WallTime(deadline); !k.At.Equal(wall) {
				t.Errorf("on the timeline at %v, want %v", k.At, wall)
			}
		}
	}
	got := inShort(watch(c.log))
	if !found || len(got) < 3 || watch(c.log)[0].Type != (ExerciseStarted{}).Type() || watch(c.log)[len(got)-1].Type != (ExerciseEnded{}).Type() {
		t.Errorf("%q", got)
	}
}
