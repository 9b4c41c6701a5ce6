package incident

import (
	"slices"
	"testing"
	"time"
)

// The first target that runs too long is alerted of once, whoever follows; and those that should have begun.
func TestLateTargetsRaiseOneAlert(t *testing.T) {
	c := atApps(t)
	due := func() (keys []string) {
		for _, th := range Thresholds(c.s, c.now) {
			if th.Kind == ClockTargets && !th.At.After(c.now) {
				keys = append(keys, th.Key)
				if th.Set != appsSet {
					t.Errorf("%+v", th)
				}
			}
		}
		return keys
	}
	c.batch(TargetRunning, "app-01", "app-02")
	limits := c.s.TargetLimits(appsSet)
	if got := due(); len(got) != 0 || limits.Each == 0 || limits.End.IsZero() {
		t.Fatalf("%v %+v", got, limits)
	}
	running, waiting := "targets/"+string(appsSet)+"/running", "targets/"+string(appsSet)+"/waiting"
	c.after(limits.Each + time.Second)
	if got := due(); !slices.Contains(got, running) {
		t.Errorf("%v", got)
	}
	if sum := c.s.TargetSum(appsSet, c.now); sum.LateRunning != 2 {
		t.Errorf("%+v", sum)
	}
	c.after(max(limits.End.Sub(c.now), 0) + time.Second)
	if got := due(); !slices.Contains(got, waiting) || len(got) != 2 {
		t.Errorf("%v", got)
	}
	// a step that is over has nothing late
	c.must(step("apps"), StepDone{})
	if got := due(); len(got) != 0 {
		t.Errorf("%v", got)
	}
}
