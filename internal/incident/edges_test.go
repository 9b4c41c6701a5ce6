package incident

import (
	"fmt"
	"testing"
	"time"
)

// both makes two events from one state, as two people do who do not see each other, and puts between them what else
// happened; the log then has first, between, second.
func (c *cellRoom) both(subject string, first, second Data, between func()) {
	c.t.Helper()
	a, err := c.try(subject, first)
	if err != nil {
		c.t.Fatal(err)
	}
	b, err := c.try(subject, second)
	if err != nil {
		c.t.Fatal(err)
	}
	c.append(a)
	between()
	c.append(b)
}

// TestWhatHadNotSeenTheOutcomeIsContested: whatever was said about the decision in between, an answer made without having
// seen the one that stands does not replace it.
func TestWhatHadNotSeenTheOutcomeIsContested(t *testing.T) {
	vote := func(c *cellRoom) func() {
		return func() {
			c.by("Bob", RoleITLead).must(theGo, DecisionVoted{Option: OptionGo})
			c.must(theGo, DecisionCriterion{Criterion: "power", Value: "off"}).by("Alice", RoleDirector)
		}
	}
	outcome := func(c *cellRoom) Option {
		if d := c.s.Decision("failover/go"); d.Status == DecisionContested {
			return "contested"
		} else if o := d.Outcome(); o != nil {
			return o.Option
		}
		return ""
	}
	go1, no := DecisionTaken{Option: OptionGo, Because: "a"}, DecisionTaken{Option: OptionNoGo, Because: "b"}
	for name, x := range map[string]struct {
		first, second Data
		decided       bool
		want          Option
	}{
		"two revisions":             {DecisionRevised{Option: OptionNoGo, Because: "a"}, DecisionRevised{Option: OptionWait, Because: "b", Until: timeAt(zero().Add(time.Hour))}, true, "contested"},
		"two that agree":            {DecisionRevised{Option: OptionNoGo, Because: "a"}, DecisionRevised{Option: OptionNoGo, Because: "b"}, true, OptionNoGo},
		"two takings":               {go1, no, false, "contested"},
		"abandoned behind a go":     {go1, DecisionAbandoned{Reason: "b"}, false, "contested"},
		"a go behind an abandoning": {DecisionAbandoned{Reason: "b"}, go1, false, "contested"},
		"abandoned by both":         {DecisionAbandoned{Reason: "a"}, DecisionAbandoned{Reason: "b"}, false, ""},
	} {
		t.Run(name, func(t *testing.T) {
			c := declared(t).must(theGo, DecisionAsked{})
			c.by("Bob", RoleITLead).must(theGo, DecisionVoted{Option: OptionGo}).by("Alice", RoleDirector)
			if x.decided {
				c.must(theGo, go1)
			}
			c.both(theGo, x.first, x.second, vote(c))
			if got := outcome(c); got != x.want {
				t.Errorf("%q, want %q", got, x.want)
			}
			if x.want == "contested" {
				c.refused(RefuseTaken, theGo, DecisionTaken{Option: OptionGo, Because: "x"})
				c.must(theGo, DecisionRevised{Option: OptionGo, Because: "settled"})
				if got := outcome(c); got != OptionGo {
					t.Errorf("%q after it was settled", got)
				}
			}
		})
	}
}

func timeAt(t time.Time) *time.Time { return &t }

// TestAStandingAnswerIsNotTakenBackByAsking: neither by somebody who asks again, nor by a question that was on its way
// while the answer was given. A no-go may be asked again: it comes back.
func TestAStandingAnswerIsNotTakenBackByAsking(t *testing.T) {
	c := declared(t)
	late, err := c.try(theGo, DecisionAsked{})
	if err != nil {
		t.Fatal(err)
	}
	c.decideGo()
	c.by("Bob", RoleITLead).refused(RefuseTaken, theGo, DecisionAsked{})
	c.append(late)
	if o := c.s.Decision("failover/go").Outcome(); o == nil || o.Option != OptionGo {
		t.Errorf("the go is gone: %+v", c.s.Decision("failover/go"))
	}
	c.by("Alice", RoleDirector).must(theGo, DecisionRevised{Option: OptionNoGo, Because: "power is back"})
	c.must(theGo, DecisionAsked{})
	if d := c.s.Decision("failover/go"); d.Status != DecisionIsAsked {
		t.Errorf("%+v", d)
	}
}

func TestReopenedTheIncidentIsWhereItWas(t *testing.T) {
	c := declared(t).after(time.Minute).decideGo().after(time.Minute)
	before := PhaseAt(c.s, c.now)
	c.must("", IncidentClosed{Reason: "x"}).after(time.Minute)
	if p := PhaseAt(c.s, c.now); p != PhaseReview {
		t.Errorf("closed in phase %s", p)
	}
	c.must("", IncidentReopened{Reason: "it fell again"}).after(time.Minute)
	if p := PhaseAt(c.s, c.now); p != before || before != PhaseFailover {
		t.Errorf("reopened in phase %s, was in %s", p, before)
	}
	c.must("", IncidentClosed{Reason: "now really"}).after(time.Minute)
	if p := PhaseAt(c.s, c.now); p != PhaseReview {
		t.Errorf("closed again in phase %s", p)
	}
}

// TestAClosedIncidentCountsNoLonger: its clocks stand where it was closed, and nothing rings.
func TestAClosedIncidentCountsNoLonger(t *testing.T) {
	c := declared(t).after(time.Hour).must("", IncidentClosed{Reason: "a false alarm"}).after(100 * time.Hour)
	if k := c.clock(ClockRTO); k.Elapsed != time.Hour || k.State != ClockRunning {
		t.Errorf("%+v", k)
	}
	if k := c.clock(ClockMTPD); k.Elapsed != time.Hour || k.State != ClockRunning {
		t.Errorf("%+v", k)
	}
	if due := Thresholds(c.s, c.now); len(due) != 0 {
		t.Errorf("%+v", due)
	}
	c.must("", IncidentReopened{Reason: "it was none"})
	if k := c.clock(ClockRTO); k.State != ClockMissed {
		t.Errorf("a reopened incident counts from its origin: %+v", k)
	}
}

// TestABlockedStepDoesNotGetShorter: nothing is done on it meanwhile, and the time it stood is no work either.
func TestABlockedStepDoesNotGetShorter(t *testing.T) {
	c := declared(t).must(step("confirm"), StepStarted{}).after(4*time.Minute).must(step("confirm"), StepBlocked{Reason: "no badge"}).after(time.Hour)
	left := func() time.Duration { return c.s.Step("failover/confirm").Remaining(c.now) }
	if got := left(); got != 6*time.Minute {
		t.Errorf("%s left while it is blocked", got)
	}
	c.must(step("confirm"), StepStarted{}).after(time.Minute)
	if got := left(); got != 5*time.Minute {
		t.Errorf("%s left a minute after it went on", got)
	}
	c.must(step("confirm"), StepFailed{Reason: "x"}).must(step("confirm"), StepReopened{}).must(step("confirm"), StepStarted{}).after(time.Minute)
	if got := left(); got != 9*time.Minute {
		t.Errorf("%s left of the second go", got)
	}
}

// TestAPlanThatWasGivenUpHoldsNobodyBack: another plan was launched for the service, and the first one's decision is
// abandoned. Decide-by and the go/no-go are the second one's.
func TestAPlanThatWasGivenUpHoldsNobodyBack(t *testing.T) {
	b := book()
	for i := range b.Plans[0].Steps {
		if b.Plans[0].Steps[i].ID == "apps" {
			b.Plans[0].Steps[i].Estimate = Estimate{Likely: Duration(5 * time.Minute)}
		}
	}
	for name, give := range map[string]Data{
		"withdrawn":          DecisionAbandoned{Reason: "the provider is down too"},
		"decided to abandon": DecisionTaken{Option: OptionAbandon, Because: "the provider is down too"},
	} {
		t.Run(name, func(t *testing.T) {
			c := declared(t).by("Bob", RoleITLead).must(theGo, DecisionVoted{Option: OptionAbandon}).by("Alice", RoleDirector)
			c.must(theGo, give)
			if _, ok := DecideBy(c.s, "portal", c.now); ok {
				t.Error("there is a decide-by without a plan")
			}
			c.must(PlanSubject("failover-2"), PlanLaunched{Playbook: encoded(t, b), Plan: "failover", Hash: "2"})
			got, ok := DecideBy(c.s, "portal", c.now)
			if !ok || got.AfterGo != 35*time.Minute {
				t.Errorf("%+v", got)
			}
			if d := GateOf(c.s, "portal"); d == nil || d.ID != "failover-2/go" {
				t.Errorf("%+v", d)
			}
		})
	}
}

// TestMilestonesStayInOrder: a correction of a time cannot put an earlier milestone behind a later one.
func TestMilestonesStayInOrder(t *testing.T) {
	c := declared(t).after(time.Hour)
	portal := ServiceSubject("portal")
	c.must(portal, ServiceRestored{}).after(time.Minute).must(portal, ServiceVerified{}).after(time.Minute).must(portal, ServiceResumed{}).after(time.Minute)
	c.refused(RefuseOrder, portal, ServiceRestored{Note: "it was later"})
	c.refused(RefuseOrder, portal, ServiceVerified{Note: "it was later"})
	c.must(portal, ServiceResumed{Note: "it was later"})
}

// TestTimesNobodyCanMean: a time outside the years an incident can have is no time. It must not become an origin, nor
// leave as something no reader of RFC 3339 takes.
func TestTimesNobodyCanMean(t *testing.T) {
	for _, bad := range []string{"0000-01-01T00:00:00Z", "0000-01-01T00:00:00+23:59", "0001-01-01T00:00:00Z", "1200-05-05T00:00:00Z", "9999-12-31T23:59:59-23:59", "9999-12-31T23:59:59Z"} {
		c := declared(t)
		event := func(n int, typ Type, fact, data string) Entry {
			return c.raw(fmt.Appendf(nil, `{"specversion":"1.0","id":"bad%d","source":"/m","type":%q,"subject":"incident/portal","time":%q,"incident":"inc-1","realm":"live","actor":"m","data":%s}`, n, typ, fact, data))
		}
		before := c.clock(ClockRTO)
		event(1, IncidentOrigin{}.Type(), "2026-11-23T13:00:00Z", `{"stamp":"reported","at":"`+bad+`","reason":"x"}`)
		if k := c.clock(ClockRTO); k.Origin != before.Origin {
			t.Errorf("%s became an origin", bad)
		}
		event(2, ServiceVerified{}.Type(), bad, `{}`)
		if svc := c.s.Service("portal"); svc.Verified == nil || svc.Verified.At != c.now {
			t.Errorf("%s: verified at %+v, want the time of receipt", bad, svc.Verified)
		}
		event(3, SitrepIssued{}.Type(), "2026-11-23T13:00:00Z", `{"text":"x","next":"`+bad+`"}`)
		if n := len(c.s.Sitreps); n != 0 {
			t.Errorf("%s: a report that announces the next one for then", bad)
		}
		if c.s.Count.Flagged < 3 {
			t.Errorf("%s: %d entries flagged", bad, c.s.Count.Flagged)
		}
	}
}

// TestWhatIsTooManyToBeMeant: a plan of ten thousand steps, or as many services, is kept in the record, told, and counted
// no further than a cell could use it.
func TestWhatIsTooManyToBeMeant(t *testing.T) {
	flagged := func(c *cellRoom) bool {
		for _, f := range c.s.Flags {
			if f.Code == FlagOversized {
				return true
			}
		}
		return false
	}
	c := declared(t)
	c.now = c.now.Add(time.Minute)
	b := book()
	for i := range 12000 {
		b.Plans[0].Steps = append(b.Plans[0].Steps, StepDef{ID: fmt.Sprint("s", i), Title: T("t"), Phase: PhaseRestore, After: []string{fmt.Sprint("s", i-1)}})
		b.Plans[0].Decisions = append(b.Plans[0].Decisions, DecisionDef{ID: fmt.Sprint("d", i), Question: T("q")})
		b.Plans[0].Catchup = append(b.Plans[0].Catchup, FlowDef{ID: fmt.Sprint("f", i), Title: T("t"), Service: "portal"})
	}
	c.append(Event{ID: "many", Source: "/m", Type: PlanLaunched{}.Type(), Subject: PlanSubject("many"), Time: c.now, Recorded: c.now, Incident: "inc-1", Realm: Live, Actor: "m", Data: PlanLaunched{Playbook: encoded(t, b), Plan: "failover", Hash: "1"}})
	if len(c.s.Steps) > maxParts || len(c.s.Decided) > maxParts || len(c.s.Flows) > maxParts || !flagged(c) {
		t.Errorf("%d steps, %d decisions, %d lines", len(c.s.Steps), len(c.s.Decided), len(c.s.Flows))
	}
	c.refused(RefuseInvalid, PlanSubject("many-2"), PlanLaunched{Playbook: encoded(t, b), Plan: "failover", Hash: "1"})
	c = declared(t)
	var in []ServiceDef
	for i := range 3000 {
		in = append(in, ServiceDef{ID: ServiceID(fmt.Sprint("s", i)), Name: T("x")})
	}
	c.append(Event{ID: "services", Source: "/m", Type: IncidentScoped{}.Type(), Subject: SubjectIncident, Time: c.now, Recorded: c.now, Incident: "inc-1", Realm: Live, Actor: "m", Data: IncidentScoped{In: in}})
	if len(c.s.Services) > maxServices || !flagged(c) {
		t.Errorf("%d services", len(c.s.Services))
	}
}

// TestNumbersAtTheirEnds: what no multiplication may turn into its contrary.
func TestNumbersAtTheirEnds(t *testing.T) {
	st := Step{Estimate: Estimate{Likely: Duration(4 * time.Hour)}, Status: StepRunning, Total: 4_000_000, Done: 1_000_000}
	if got := st.Remaining(zero()); got != 3*time.Hour {
		t.Errorf("%s of four hours are left with a quarter done", got)
	}
	k := Clock{Kind: ClockRTO, Origin: zero(), Objective: 10 * 365 * 24 * time.Hour, State: ClockRunning}
	k.Deadline = k.Origin.Add(k.Objective)
	for _, x := range k.thresholds() {
		if x.At.Before(zero()) || x.At.After(k.Deadline) {
			t.Errorf("%d %% of ten years at %s", x.Percent, x.At)
		}
	}
	most := int64(1<<63 - 1)
	f := Flow{Expected: &most, Replayed: most, Rejected: most, Counts: []FlowCount{{At: zero()}, {At: zero().Add(time.Minute), Replayed: most, Rejected: most}}}
	if a := f.Account(); a.Left != 0 || a.Over <= 0 {
		t.Errorf("a line with twice what was expected lacks %d, has %d too many", a.Left, a.Over)
	}
	if p := f.Pace(); p.Now < 0 {
		t.Errorf("%+v", p)
	}
}

// TestWhatIsWrittenHereIsReadQuickly keeps the quick reader in step with Encode.
func TestWhatIsWrittenHereIsReadQuickly(t *testing.T) {
	c := declared(t).decideGo().done("rebuild")
	ev := c.log[len(c.log)-1].Event
	ev.Approx, ev.Imported, ev.Actor = true, true, "Zoé"
	c.append(ev)
	for _, e := range c.log {
		if _, ok := quickWire(e.Raw); !ok {
			t.Errorf("not read quickly: %s", e.Raw)
		}
	}
}
