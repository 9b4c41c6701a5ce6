package incident

import (
	"encoding/json"
	"testing"
	"time"
)

func encoded(t teller, b Playbook) json.RawMessage {
	t.Helper()
	raw, err := json.Marshal(b)
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

func (c *cellRoom) clock(kind ClockKind) Clock {
	c.t.Helper()
	k := ClockOf(Clocks(c.s, c.now), "portal", kind)
	if k == nil {
		c.t.Fatalf("no %s", kind)
	}
	return *k
}

func TestRTOFromReportToVerified(t *testing.T) {
	c := declared(t).after(90 * time.Minute)
	k := c.clock(ClockRTO)
	if k.State != ClockRunning || k.Origin != zero() || k.Basis != FromReport || k.Elapsed != 90*time.Minute || k.Remaining != 150*time.Minute {
		t.Errorf("%+v", k)
	}
	portal := ServiceSubject("portal")
	c.must(portal, ServiceRestored{}).after(10*time.Minute).must(portal, ServiceVerified{}).after(10 * time.Hour)
	if k = c.clock(ClockRTO); k.State != ClockMet || k.Elapsed != 100*time.Minute {
		t.Errorf("%+v", k)
	}
	if k = c.clock(ClockMTPD); k.State != ClockRunning {
		t.Errorf("%+v", k)
	}
	c.after(20*time.Hour).must(portal, ServiceResumed{})
	if k = c.clock(ClockMTPD); k.State != ClockMissed {
		t.Errorf("a missed clock that stops stays missed: %+v", k)
	}
}

func TestAChangedOriginKeepsTheEarlierOne(t *testing.T) {
	c := declared(t).after(time.Hour)
	earlier := zero().Add(-20 * time.Minute)
	c.must("", IncidentOrigin{Stamp: StampReported, At: earlier, Reason: "the ticket says so"})
	if k := c.clock(ClockRTO); k.Origin != earlier || k.Elapsed != 80*time.Minute {
		t.Errorf("%+v", k)
	}
	n := 0
	for _, s := range c.s.Stamps {
		if s.Stamp == StampReported {
			n++
		}
	}
	if n != 2 {
		t.Errorf("%d settings of the stamp are kept", n)
	}
	c.must("", IncidentBasis{From: FromDetection, Reason: "the contract says detection"})
	if k := c.clock(ClockRTO); k.Basis != FromDetection || k.Origin != zero().Add(-5*time.Minute) {
		t.Errorf("%+v", k)
	}
	c.must("", IncidentBasis{From: FromOccurrence, Reason: "no, occurrence"})
	if k := c.clock(ClockRTO); k.State != ClockNotStarted {
		t.Errorf("nobody said when it occurred: %+v", k)
	}
}

func TestNoRTOCountsUp(t *testing.T) {
	c := declared(t)
	c.must("", IncidentScoped{In: []ServiceDef{{ID: "archive", Level: LevelCold, From: FromReport}}, Reason: "x"}).after(50 * time.Hour)
	k := ClockOf(Clocks(c.s, c.now), "archive", ClockRTO)
	if k == nil || k.State != ClockRunning || !k.Deadline.IsZero() || k.Elapsed != 50*time.Hour {
		t.Errorf("%+v", k)
	}
}

func TestRPOMeasuresTheLoss(t *testing.T) {
	k := declared(t).clock(ClockRPO)
	if k.Elapsed != 12*time.Hour-5*time.Minute || k.State != ClockMet {
		t.Errorf("%+v", k)
	}
}

// TestDecideBy: with the go, network (20 m), apps (30 m) and verify (10 m) remain: the latest go is an hour before the
// deadline. The rebuild (60 m) runs before it.
func TestDecideBy(t *testing.T) {
	c := declared(t)
	want := zero().Add(3 * time.Hour)
	b, ok := DecideBy(c.s, "portal", c.now)
	if !ok || b.DecideBy != want || b.AfterGo != time.Hour || b.Remaining != 2*time.Hour || b.Passed {
		t.Fatalf("%+v", b)
	}
	if k := c.clock(ClockDecideBy); k.Deadline != want || k.State != ClockRunning {
		t.Errorf("%+v", k)
	}
	// Half of the rebuild is done: half of it remains.
	c.must(step("rebuild"), StepStarted{}).after(10*time.Minute).must(step("rebuild"), StepProgressed{Done: 5})
	if b, _ = DecideBy(c.s, "portal", c.now); b.Remaining != 90*time.Minute {
		t.Errorf("%+v", b)
	}
	// Nobody rebuilt in time: no go meets the RTO any more, although the gate's own hour still fits.
	late := declared(t).after(2*time.Hour + time.Minute)
	if b, _ = DecideBy(late.s, "portal", late.now); !b.Passed || !b.MeetsMTPD {
		t.Errorf("%+v", b)
	}
	if k := late.clock(ClockDecideBy); k.State != ClockMissed {
		t.Errorf("%+v", k)
	}
}

func TestDecideByAfterTheGo(t *testing.T) {
	c := declared(t).done("rebuild").after(2 * time.Hour).decideGo().after(5 * time.Hour)
	if k := c.clock(ClockDecideBy); k.State != ClockMet {
		t.Errorf("a go in time stays in time: %+v", k)
	}
	slow := declared(t).done("rebuild").after(3*time.Hour + time.Minute).decideGo()
	if k := slow.clock(ClockDecideBy); k.State != ClockMissed {
		t.Errorf("%+v", k)
	}
}

func TestTheLongerOfTwoPathsRules(t *testing.T) {
	b := book()
	side := StepDef{ID: "data", Title: T("data"), Phase: PhaseRestore, Gate: &Gate{Decision: "go", Option: OptionGo}, Estimate: Estimate{Likely: Duration(2 * time.Hour)}}
	b.Plans[0].Steps = append(b.Plans[0].Steps, side)
	for i := range b.Plans[0].Steps {
		if b.Plans[0].Steps[i].ID == "verify" {
			b.Plans[0].Steps[i].After = []string{"apps", "data"}
		}
	}
	c := declared(t).must(PlanSubject("failover-2"), PlanLaunched{Playbook: encoded(t, b), Plan: "failover", Hash: "2"})
	got, _ := DecideBy(c.s, "portal", c.now)
	if got.AfterGo != 130*time.Minute || got.Critical[0] != "failover-2/data" {
		t.Errorf("%+v", got)
	}
}

func TestACycleDoesNotHang(t *testing.T) {
	b := book()
	b.Plans[0].Steps[1].After = []string{"verify"}
	c := declared(t)
	ev := Event{ID: "x", Source: "/o", Type: PlanLaunched{}.Type(), Subject: PlanSubject("failover-2"), Time: c.now, Recorded: c.now, Incident: "inc-1", Realm: Live, Actor: "x", Data: PlanLaunched{Playbook: encoded(t, b), Plan: "failover", Hash: "3"}}
	c.append(ev)
	DecideBy(c.s, "portal", c.now)
	Clocks(c.s, c.now)
}

func TestThresholdsComeOnce(t *testing.T) {
	c := declared(t)
	due := func() (n int) {
		for _, x := range Thresholds(c.s, c.now) {
			if !x.At.After(c.now) {
				n++
			}
		}
		return n
	}
	if due() != 0 {
		t.Error("something is due at the start")
	}
	c.after(2*time.Hour + time.Second)
	half := due()
	c.after(70 * time.Minute)
	if half == 0 || due() <= half {
		t.Errorf("%d, then %d", half, due())
	}
	keys := make(map[string]bool)
	for _, x := range Thresholds(c.s, c.now) {
		if keys[x.Key] {
			t.Errorf("%s twice", x.Key)
		}
		keys[x.Key] = true
	}
}

func TestSituationReports(t *testing.T) {
	c := declared(t)
	next := c.now.Add(30 * time.Minute)
	c.must("", SitrepIssued{Text: "first", Next: &next}).after(40 * time.Minute)
	if n := MissedSitreps(c.s, c.now); n != 1 {
		t.Errorf("%d missed", n)
	}
	c.must("", SitrepIssued{Text: "late"})
	if n := MissedSitreps(c.s, c.now); n != 1 {
		t.Errorf("%d missed", n)
	}
}

func TestPhasesAndTheirShare(t *testing.T) {
	c := declared(t).after(24*time.Minute).must(theGo, DecisionAsked{}).after(24 * time.Minute)
	c.by("Bob", RoleITLead).must(theGo, DecisionVoted{Option: OptionGo}).by("Alice", RoleDirector).must(theGo, DecisionTaken{Option: OptionGo, Because: "x"})
	spans := PhaseSpans(c.s, c.now)
	var decision *PhaseSpan
	for i := range spans {
		if spans[i].Phase == PhaseDecision {
			decision = &spans[i]
		}
	}
	if decision == nil || decision.Length != 24*time.Minute || decision.ShareOfRTO != 0.1 {
		t.Errorf("%+v", spans)
	}
	c.must("", IncidentPhase{Phase: PhaseAnalysis, Reason: "we were wrong"})
	if p := PhaseAt(c.s, c.now); p != PhaseAnalysis {
		t.Errorf("a phase said by a person holds: %s", p)
	}
}

func TestProposals(t *testing.T) {
	c := declared(t)
	first := func() ProposalCode {
		if p := Proposals(c.s, c.now, "Alice"); len(p) > 0 {
			return p[0].Code
		}
		return ""
	}
	if first() != ProposeAsk {
		t.Errorf("%s", first())
	}
	c.must(theGo, DecisionAsked{})
	if first() != ProposeTake {
		t.Errorf("%s", first())
	}
	c.by("Bob", RoleITLead).must(theGo, DecisionVoted{Option: OptionGo}).by("Alice", RoleDirector).must(theGo, DecisionTaken{Option: OptionGo, Because: "x"})
	c.done("rebuild").done("network")
	if first() != ProposeCheck {
		t.Errorf("%s", first())
	}
	c.by("Bob", RoleITLead).must(step("network"), StepChecked{}).by("Alice", RoleDirector).done("apps").done("verify").must(ServiceSubject("portal"), ServiceRestored{})
	if first() != ProposeMilestone {
		t.Errorf("%s", first())
	}
	c.must(ServiceSubject("portal"), ServiceVerified{}).must(ServiceSubject("portal"), ServiceResumed{}).done("confirm")
	n := int64(0)
	c.must(FlowSubject("failover/orders"), CatchupOpened{Expected: &n}).must(FlowSubject("failover/orders"), CatchupCounted{})
	if first() != ProposeSign {
		t.Errorf("%s", first())
	}
	c.must(FlowSubject("failover/orders"), CatchupSigned{})
	if first() != ProposeClose {
		t.Errorf("%s", first())
	}
}

func TestLate(t *testing.T) {
	for _, x := range []struct {
		gap  time.Duration
		late bool
	}{{0, false}, {2 * time.Minute, false}, {2*time.Minute + time.Second, true}, {-time.Minute, false}} {
		if _, late := (Event{Time: zero(), Recorded: zero().Add(x.gap)}).Late(); late != x.late {
			t.Errorf("%v: %v", x.gap, late)
		}
	}
}

func TestParseDuration(t *testing.T) {
	for in, want := range map[string]time.Duration{
		"4h": 4 * time.Hour, "90m": 90 * time.Minute, "1h30": 90 * time.Minute, "1h30m": 90 * time.Minute, "2d": 48 * time.Hour,
		"1d12h": 36 * time.Hour, "45s": 45 * time.Second, "1:30": 90 * time.Minute, "4 h": 4 * time.Hour,
	} {
		if got, err := ParseDuration(in); err != nil || got.Std() != want {
			t.Errorf("%q: %v %v", in, got, err)
		}
	}
	for _, bad := range []string{"", "4", "-4h", "soon", "99999d99999d", "4x"} {
		if d, err := ParseDuration(bad); err == nil {
			t.Errorf("%q gave %v", bad, d)
		}
	}
	for _, d := range []Duration{0, Duration(time.Minute), Duration(25 * time.Hour), Duration(90 * time.Second)} {
		if d == 0 {
			continue
		}
		if back, err := ParseDuration(d.String()); err != nil || back != d {
			t.Errorf("%v → %q → %v %v", d, d.String(), back, err)
		}
	}
}
