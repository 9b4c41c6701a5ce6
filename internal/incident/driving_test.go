package incident

import (
	"testing"
	"time"
)

// TestDrivingPath: the go came after the rebuild was over, so that it, and not the rebuild, held the rest back.
func TestDrivingPath(t *testing.T) {
	c := declared(t)
	if path := DrivingPath(c.s, "portal"); len(path) != 0 {
		t.Errorf("before anything is over: %v", path)
	}
	do := func(after time.Duration, id string) {
		c.must(StepSubject(StepID("failover/"+id)), StepStarted{})
		c.now = c.now.Add(after)
		c.must(StepSubject(StepID("failover/"+id)), StepDone{})
	}
	do(40*time.Minute, "rebuild")
	c.now = c.now.Add(time.Hour)
	for _, who := range []string{"Bob", "Alice"} { // a quorum of two
		c.by(who, RoleDirector).must(DecisionSubject("failover/go"), DecisionVoted{Option: OptionGo})
	}
	c.must(DecisionSubject("failover/go"), DecisionTaken{Option: OptionGo, Because: "no repair in sight"})
	do(20*time.Minute, "network")
	if path := DrivingPath(c.s, "portal"); len(path) != 0 {
		t.Errorf("nothing that leads to the service is over: %v", path)
	}
	c.by("Bob", RoleITLead).must(StepSubject("failover/network"), StepChecked{})
	do(30*time.Minute, "apps")
	do(10*time.Minute, "verify")
	want := []Driver{{Decision: "failover/go"}, {Step: "failover/network"}, {Step: "failover/apps"}, {Step: "failover/verify"}}
	got := DrivingPath(c.s, "portal")
	if len(got) != len(want) {
		t.Fatalf("%v", got)
	}
	for i := range want {
		if got[i].Step != want[i].Step || got[i].Decision != want[i].Decision || (i > 0 && got[i].At.Before(got[i-1].At)) {
			t.Errorf("link %d: %+v, want %+v", i, got[i], want[i])
		}
	}
	if path := DrivingPath(c.s, "nobody"); len(path) != 0 {
		t.Errorf("a service that is not there: %v", path)
	}
}
