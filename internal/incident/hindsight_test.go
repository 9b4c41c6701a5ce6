package incident

import (
	"testing"
	"time"
)

func TestLookingBackSetsForecastsBesideWhatHappened(t *testing.T) {
	early := taskOf("early", est(20*minute, 30*minute, 40*minute))
	gated := taskOf("gated", est(50*minute, time.Hour, 80*minute), "early")
	gated.Gate = &Gate{Decision: "go", Option: OptionGo}
	c := planned(t, 4*time.Hour, early, gated)
	until := c.now.Add(time.Hour)
	c.must(theGo, DecisionAsked{})
	c.by("Bob", RoleITLead).must(theGo, DecisionVoted{Option: OptionGo})
	c.by("Alice", RoleDirector).must(theGo, DecisionTaken{Option: OptionWait, Until: &until, Because: "the operator calls back"})
	c.must(step("early"), StepStarted{}).after(30*minute).must(step("early"), StepDone{})
	c.after(30*minute).must(theGo, DecisionRevised{Option: OptionGo, Because: "no news"})
	c.must(step("gated"), StepStarted{}).after(time.Hour).must(step("gated"), StepDone{})
	c.must(ServiceSubject("portal"), ServiceRestored{}).must(ServiceSubject("portal"), ServiceVerified{})

	course := NewCourse()
	for _, e := range c.log {
		course.Add(e, e.Received)
	}
	var decisions []Option
	for _, m := range course.Moments {
		if m.Decision != "" {
			decisions = append(decisions, m.Option)
		}
	}
	if len(decisions) != 2 || decisions[0] != OptionWait || decisions[1] != OptionGo || len(course.Moments) < 4 {
		t.Fatalf("%+v", course.Moments)
	}
	looked := 0
	for _, m := range course.Moments {
		for _, h := range LookBack(m.Then, m.At, course.State(), 2000) {
			looked++
			band, ok := h.Band()
			if !ok || h.Real != c.now || band < 1 || band > 2 || h.Off() > 5*minute || h.Off() < -5*minute {
				t.Errorf("at %s: %+v, band %d, off by %s", m.At, h, band, h.Off())
			}
			if before := m.At.Before(zero().Add(time.Hour)); before == h.GoAt.IsZero() {
				t.Errorf("at %s: the go of %s", m.At, h.GoAt)
			}
		}
	}
	if looked < 3 {
		t.Errorf("%d forecasts", looked)
	}
	if left := LookBack(c.s, c.now, c.s, 100); len(left) != 0 {
		t.Errorf("a verified service is forecast: %+v", left)
	}
}

func TestWithoutAGoTheRepairIsLookedBackAt(t *testing.T) {
	gated := taskOf("gated", est(50*minute, time.Hour, 80*minute))
	gated.Gate = &Gate{Decision: "go", Option: OptionGo}
	c := planned(t, 4*time.Hour, gated)
	if h := LookBack(c.s, c.now, c.s, 100); len(h) != 0 {
		t.Errorf("nobody estimated the repair: %+v", h)
	}
	c.must("", RepairEstimated{Likely: Duration(2 * time.Hour)})
	then := c.s.View()
	at := c.now
	c.after(3*time.Hour).must(ServiceSubject("portal"), ServiceRestored{}).must(ServiceSubject("portal"), ServiceVerified{})
	h := LookBack(then, at, c.s, 100)
	if len(h) != 1 || !h[0].Repair {
		t.Fatalf("%+v", h)
	}
	if band, ok := h[0].Band(); !ok || band != 2 && band != 3 {
		t.Errorf("%+v in band %d", h[0], band)
	}
	if band, ok := (&Hindsight{}).Band(); ok {
		t.Errorf("band %d of nothing", band)
	}
}
