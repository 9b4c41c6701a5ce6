package incident

import (
	"errors"
	"testing"
	"time"
)

func TestWhatTheRulesRefuse(t *testing.T) {
	c := declared(t)
	later, earlier := c.now.Add(time.Hour), c.now.Add(-time.Hour)
	c.refused(RefuseDeclared, "", IncidentDeclared{Title: "again"})
	c.refused(RefuseEmpty, "", NoteAdded{Text: "  "})
	c.refused(RefuseUnknown, step("nothing"), StepStarted{})
	c.refused(RefuseStepWaits, step("apps"), StepStarted{})
	c.refused(RefuseInvalid, step("rebuild"), StepProgressed{Done: 11})
	c.refused(RefuseEmpty, step("rebuild"), StepFailed{})
	c.refused(RefuseOption, theGo, DecisionVoted{Option: "maybe"})
	c.refused(RefuseQuorum, theGo, DecisionTaken{Option: OptionGo, Because: "alone"})
	c.refused(RefuseEmpty, theGo, DecisionTaken{Option: OptionGo})
	c.refused(RefuseNoUntil, theGo, DecisionTaken{Option: OptionWait, Because: "x"})
	c.refused(RefusePast, theGo, DecisionTaken{Option: OptionWait, Because: "x", Until: &earlier})
	c.refused(RefuseNotTaken, theGo, DecisionRevised{Option: OptionGo, Because: "x"})
	c.refused(RefuseFuture, "", IncidentOrigin{Stamp: StampReported, At: later, Reason: "x"})
	c.refused(RefuseEmpty, "", IncidentOrigin{Stamp: StampReported, At: earlier})
	c.refused(RefuseMilestone, ServiceSubject("portal"), ServiceVerified{})
	c.refused(RefuseUnknown, ServiceSubject("nothing"), ServiceRestored{})
	c.refused(RefuseFlowState, FlowSubject("failover/orders"), CatchupCounted{Replayed: 1})
	c.refused(RefuseNotClosed, "", IncidentReopened{Reason: "x"})
	c.refused(RefuseEstimate, "", RepairEstimated{Likely: Duration(time.Hour), Max: Duration(time.Minute)})
	c.refused(RefuseHandover, "", HandoverAcknowledged{Handover: "nothing"})
	c.refused(RefuseSelf, "", RoleHandedOver{Role: RoleDirector, To: "Alice", Brief: "x"})
	c.by("", RoleDirector).refused(RefuseNoActor, "", NoteAdded{Text: "x"})
	c.by("Bob", RoleITLead).refused(RefuseRole, theGo, DecisionTaken{Option: OptionGo, Because: "x"})
	c.by("Bob", RoleITLead).refused(RefuseRole, "", IncidentClosed{Reason: "x"})
	c.by("Eve", RoleObserver).refused(RefuseRole, "", NoteAdded{Text: "x"})
	c.by("robot", RoleAutomation).refused(RefuseNotPermitted, step("confirm"), StepDone{})
}

func TestNothingBeforeTheDeclaration(t *testing.T) {
	s := NewState()
	_, err := Decide(s, Draft{ID: "1", Source: "/x", Recorded: zero(), Actor: "Alice", Role: RoleDirector, Data: NoteAdded{Text: "x"}})
	var r *Refusal
	if !errors.As(err, &r) || r.Code != RefuseNotDeclared {
		t.Errorf("%v", err)
	}
	_, err = Declare("Bad Id", Live, Draft{ID: "1", Source: "/x", Recorded: zero(), Actor: "Alice", Role: RoleDirector, Data: IncidentDeclared{Title: "x"}})
	if !errors.As(err, &r) || r.Code != RefuseInvalid {
		t.Errorf("%v", err)
	}
}

func TestAnEarlyStepStartsBeforeTheDecision(t *testing.T) {
	c := declared(t).must(step("rebuild"), StepStarted{}).must(step("rebuild"), StepProgressed{Done: 4})
	if st := c.s.Step("failover/rebuild"); st.Done != 4 || st.Total != 10 || st.Status != StepRunning {
		t.Errorf("%+v", st)
	}
	c.must(step("rebuild"), StepDone{})
	c.refused(RefuseStepGate, step("network"), StepStarted{})
	c.decideGo().must(step("network"), StepStarted{})
}

func TestFourEyes(t *testing.T) {
	c := declared(t).done("rebuild").decideGo().done("network")
	c.refused(RefuseFourEyes, step("network"), StepChecked{})
	c.refused(RefuseStepUnchecked, step("apps"), StepStarted{})
	c.by("Bob", RoleITLead).must(step("network"), StepChecked{}).must(step("apps"), StepStarted{})
}

func TestSkippedStepsLetTheNextGoOn(t *testing.T) {
	c := declared(t).must(step("rebuild"), StepSkipped{Reason: "the site has spare machines"}).decideGo()
	c.must(step("network"), StepStarted{}).must(step("network"), StepBlocked{Reason: "no route"})
	if st := c.s.Step("failover/network"); st.Blocked == nil || st.Reason != "no route" {
		t.Errorf("%+v", st)
	}
	c.must(step("network"), StepStarted{})
	if st := c.s.Step("failover/network"); st.Blocked != nil || st.Status != StepRunning {
		t.Errorf("%+v", st)
	}
	c.must(step("network"), StepFailed{Reason: "no"}).must(step("network"), StepReopened{}).must(step("network"), StepStarted{})
}

func TestAStepNobodyPlanned(t *testing.T) {
	c := declared(t)
	c.must(PlanSubject("failover"), PlanStepAdded{Step: StepDef{ID: "fuel", Title: T("Fuel the generator"), Phase: PhaseAnalysis, Owner: RoleITLead, Estimate: Estimate{Likely: Duration(time.Hour)}}})
	c.must(PlanSubject("adhoc"), PlanStepAdded{Step: StepDef{ID: "bus", Title: T("Rent buses"), Phase: PhaseAnalysis}})
	c.refused(RefuseUnknown, PlanSubject("failover"), PlanStepAdded{Step: StepDef{ID: "x", Title: T("x"), Phase: PhaseAnalysis, After: []string{"nothing"}}})
	c.done("fuel").must(StepSubject("adhoc/bus"), StepStarted{})
	if st := c.s.Step("failover/fuel"); !st.AdHoc || st.Status != StepIsDone {
		t.Errorf("%+v", st)
	}
}

func TestTwoPlansOnAPartialScope(t *testing.T) {
	c := declared(t)
	c.must("", IncidentScoped{In: []ServiceDef{{ID: "archive", Name: T("Archive"), RTO: Duration(8 * time.Hour)}}, Reason: "it is down too"})
	c.must(PlanSubject("failover-2"), PlanLaunched{Playbook: encoded(t, book()), Plan: "failover", Hash: "1", Services: []ServiceID{"archive"}})
	if p := c.s.Plan("failover-2"); p == nil || len(p.Services) != 1 || p.Services[0] != "archive" {
		t.Fatalf("%+v", p)
	}
	if n := len(c.s.Steps); n != 10 {
		t.Errorf("%d steps", n)
	}
	if c.s.Serves(c.s.Step("failover-2/apps"), "portal") || !c.s.Serves(c.s.Step("failover-2/apps"), "archive") {
		t.Error("the scope of the second plan is not its own")
	}
	c.refused(RefuseLaunched, PlanSubject("failover-2"), PlanLaunched{Playbook: encoded(t, book()), Plan: "failover", Hash: "1"})
}

func TestADecisionIsTakenOnceAndRevised(t *testing.T) {
	c := declared(t).decideGo()
	c.refused(RefuseTaken, theGo, DecisionTaken{Option: OptionNoGo, Because: "x"})
	review := c.now.Add(30 * time.Minute)
	c.must(theGo, DecisionRevised{Option: OptionNoGo, Because: "power is back", Review: &review})
	d := c.s.Decision("failover/go")
	if o := d.Outcome(); o == nil || o.Option != OptionNoGo || len(d.Outcomes) != 2 || !d.ReviewPending() {
		t.Errorf("%+v", d)
	}
	if st := c.s.Step("failover/network"); c.s.GateOpen(st) {
		t.Error("the gate is still open")
	}
}

// TestTwoWhoDecideAtOnce: both had seen the same log, one offline. The log keeps both, the decision is contested until a
// director settles it.
func TestTwoWhoDecideAtOnce(t *testing.T) {
	c := declared(t).must(theGo, DecisionAsked{})
	c.by("Bob", RoleITLead).must(theGo, DecisionVoted{Option: OptionNoGo})
	c.by("Alice", RoleDirector)
	first, err := c.try(theGo, DecisionTaken{Option: OptionGo, Because: "a"})
	if err != nil {
		t.Fatal(err)
	}
	second, err := c.try(theGo, DecisionTaken{Option: OptionNoGo, Because: "b"})
	if err != nil {
		t.Fatal(err)
	}
	c.append(first)
	c.append(second)
	d := c.s.Decision("failover/go")
	if d.Status != DecisionContested || d.Outcome() != nil || c.s.Contested() != 1 {
		t.Fatalf("%+v", d)
	}
	if c.s.GateOpen(c.s.Step("failover/network")) {
		t.Error("a contested go opens the gate")
	}
	c.must(theGo, DecisionRevised{Option: OptionGo, Because: "settled: the repair takes a day"})
	if d = c.s.Decision("failover/go"); d.Status != DecisionIsTaken || d.Outcome().Option != OptionGo {
		t.Errorf("%+v", d)
	}
}

func TestTheSameAnswerTwiceIsNotContested(t *testing.T) {
	c := declared(t).must(theGo, DecisionAsked{})
	c.by("Bob", RoleITLead).must(theGo, DecisionVoted{Option: OptionGo})
	c.by("Alice", RoleDirector)
	first, _ := c.try(theGo, DecisionTaken{Option: OptionGo, Because: "a"})
	second, _ := c.try(theGo, DecisionTaken{Option: OptionGo, Because: "b"})
	c.append(first)
	c.append(second)
	if d := c.s.Decision("failover/go"); d.Status != DecisionIsTaken {
		t.Errorf("%+v", d)
	}
}

func TestCloseAndReopen(t *testing.T) {
	c := declared(t)
	portal := ServiceSubject("portal")
	c.must(portal, ServiceRestored{}).must(portal, ServiceVerified{}).must(portal, ServiceResumed{})
	c.refused(RefuseRecorded, portal, ServiceResumed{})
	c.must(portal, ServiceResumed{Note: "it was ten minutes earlier"})
	c.must("", IncidentClosed{Reason: "all is back"})
	c.refused(RefuseClosed, step("confirm"), StepStarted{})
	c.must("", NoteAdded{Text: "notes are still taken"})
	c.by("Bob", RoleITLead).refused(RefuseRole, "", IncidentReopened{Reason: "x"})
	c.by("Alice", RoleDirector).must("", IncidentReopened{Reason: "it fell again"})
	if c.s.Closed != nil {
		t.Error("still closed")
	}
}

func TestADecisionAllowsClosingWithOpenLines(t *testing.T) {
	c := declared(t).must(FlowSubject("failover/orders"), CatchupOpened{})
	c.must("decision/close-open", DecisionTaken{Question: "Close with open lines?", Option: OptionGo, Because: "the rest is done by hand next week"})
	c.must("", IncidentClosed{Reason: "stood down", Waiver: "close-open"})
	if c.s.Closed == nil {
		t.Error("not closed")
	}
}

func TestHandOver(t *testing.T) {
	c := declared(t).must("", RosterJoined{}).must("", RoleTaken{Role: RoleDirector})
	c.must("", RoleHandedOver{Role: RoleDirector, To: "Carla", Brief: "go is decided, the network is switched"})
	id := c.s.Handover[0].ID
	c.by("Bob", RoleITLead).refused(RefuseHandover, "", HandoverAcknowledged{Handover: id})
	c.by("Bob", RoleITLead).refused(RefuseNotHolder, "", RoleHandedOver{Role: RoleDirector, To: "Bob2", Brief: "x"})
	if who, _ := c.s.Holder(RoleDirector); who != "Alice" {
		t.Errorf("%s holds it before it is acknowledged", who)
	}
	c.by("Carla", RoleDirector).must("", HandoverAcknowledged{Handover: id})
	if who, _ := c.s.Holder(RoleDirector); who != "Carla" {
		t.Errorf("%s holds it", who)
	}
}

func TestNotesAreCorrectedNotEdited(t *testing.T) {
	c := declared(t).must("", NoteAdded{Text: "power is out since 13:24", Check: CheckToVerify})
	id := c.log[len(c.log)-1].Event.ID
	c.must("", NoteCorrected{Entry: id, Text: "13:14, not 13:24"}).must("", NoteChecked{Entry: id, Check: CheckVerified}).must("", NotePinned{Entry: id, Pinned: true})
	if got := c.s.Notes.Corrected[id]; got.Text != "13:14, not 13:24" || c.s.Notes.Checked[id] != CheckVerified || len(c.s.Notes.Pinned) != 1 {
		t.Errorf("%+v", c.s.Notes)
	}
	c.refused(RefuseScope, "", NotePinned{Entry: id, Pinned: true})
}
