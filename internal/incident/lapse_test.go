package incident

import (
	"math"
	"testing"
	"time"
)

// waiting is an incident whose go takes an hour behind the gate, with an RTO of two hours.
func waiting(t teller) *cellRoom {
	gated := taskOf("gated", est(50*time.Minute, time.Hour, 80*time.Minute))
	gated.Gate = &Gate{Decision: "go", Option: OptionGo}
	return planned(t, 2*time.Hour, gated)
}

func TestTheMomentNoGoMeetsTheRTOIsTold(t *testing.T) {
	c := waiting(t).after(55 * time.Minute)
	if due := LapsesDue(c.s, c.now); len(due) != 0 {
		t.Fatalf("too early: %+v", due)
	}
	c.after(10 * time.Minute)
	due := LapsesDue(c.s, c.now)
	if len(due) != 1 || due[0].Service != "portal" || !due[0].DecideBy.Equal(zero().Add(time.Hour)) || !due[0].Expected {
		t.Fatalf("%+v", due)
	}
	l := due[0].Foreseen(Predict(c.s, c.now, 0))
	if l.MeetRTO == nil || *l.MeetRTO > 0.5 || l.MeetMTPD == nil || *l.MeetMTPD < 0.99 || l.Repair != nil {
		t.Errorf("%+v", l)
	}
	if other := due[0].ID("inc-2"); other == l.ID("inc-1") || l.ID("inc-1") != due[0].ID("inc-1") {
		t.Error("the id is the event's own, whoever writes it")
	}
	c.by("a console", RoleAutomation).must(SubjectForecast("portal"), l)
	if due := LapsesDue(c.s, c.now.Add(time.Minute)); len(due) != 0 || len(c.s.Lapses) != 1 {
		t.Errorf("told twice: %+v", due)
	}
	c.refused(RefuseScope, SubjectForecast("portal"), l)
	// An origin that moves the deadline opens the question again.
	c.by("Alice", RoleDirector).must("", IncidentOrigin{Stamp: StampReported, At: zero().Add(10 * time.Minute), Reason: "the ticket"})
	if due := LapsesDue(c.s, c.now.Add(20*time.Minute)); len(due) != 1 {
		t.Errorf("%+v", due)
	}
}

func TestAGoInTimeNeverLapses(t *testing.T) {
	c := waiting(t).after(30 * time.Minute).decideGo()
	c.must(step("gated"), StepStarted{}).after(5 * time.Hour)
	if due := LapsesDue(c.s, c.now); len(due) != 0 {
		t.Errorf("the go was said: %+v", due)
	}
}

func TestACriterionThatForbidsAsksForAReason(t *testing.T) {
	c := declared(t).after(20 * time.Minute)
	c.must(theGo, DecisionAsked{Criteria: []CriterionDef{{ID: "replica", Title: T("Replica"), Forbids: []string{"reverting", "NOT SYNCHRONIZING"}}}})
	c.by("Bob", RoleITLead).must(theGo, DecisionVoted{Option: OptionGo}).by("Alice", RoleDirector)
	for value, forbids := range map[string]bool{
		"SYNCHRONIZED": false, "REVERTING on node 3": true, "not  synchronizing": true, "unreverting": false, "": false, "Reverting.": true,
	} {
		if got := (&CriterionDef{Forbids: []string{"reverting", "NOT SYNCHRONIZING"}}).forbids(value); got != forbids {
			t.Errorf("%q: %v", value, got)
		}
	}
	c.must(theGo, DecisionCriterion{Criterion: "replica", Value: "node 3 is REVERTING", Source: "the database"})
	c.refused(RefuseDespite, theGo, DecisionTaken{Option: OptionGo, Because: "the repair takes a day"})
	taken := DecisionTaken{Option: OptionGo, Because: "the repair takes a day", Despite: "node 4 is synchronized, we start from it"}
	if ev, err := c.try(theGo, taken); err != nil || ev.Data == nil {
		t.Errorf("a reason in spite of it is enough: %v", err)
	}
	if ev, err := c.try(theGo, DecisionTaken{Option: OptionNoGo, Because: "wait for node 3"}); err != nil || ev.Data == nil {
		t.Errorf("a no-go needs none: %v", err)
	}
	c.must(theGo, taken)
	if o := c.s.Decision("failover/go").Outcome(); o == nil || o.Despite == "" {
		t.Errorf("%+v", o)
	}
}

func TestAReviewIsAnnouncedBefore(t *testing.T) {
	c := waiting(t)
	back := c.now.Add(30 * time.Minute)
	c.must(theGo, DecisionAsked{})
	c.by("Bob", RoleITLead).must(theGo, DecisionVoted{Option: OptionGo})
	c.by("Alice", RoleDirector).must(theGo, DecisionTaken{Option: OptionNoGo, Because: "the repair looks short", Review: &back})
	var at []time.Duration
	for _, th := range Thresholds(c.s, c.now) {
		if th.Kind == ClockReview {
			at = append(at, th.At.Sub(back))
		}
	}
	if len(at) != 2 || at[0] != -5*time.Minute || at[1] != 0 {
		t.Errorf("%v", at)
	}
}

func TestProbabilitiesAreProbabilities(t *testing.T) {
	c := waiting(t)
	for range 40 {
		c.after(10 * time.Minute)
		v := c.forecast()
		for _, p := range []float64{v.Go.MeetRTO, v.Go.MeetMTPD} {
			if math.IsNaN(p) || p < 0 || p > 1 {
				t.Fatalf("%s: %v", c.now.Sub(zero()), p)
			}
		}
		if v.Go.MeetRTO > v.Go.MeetMTPD {
			t.Errorf("RTO likelier than MTPD: %+v", v.Go)
		}
	}
}
