package incident

import (
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

const orders = "catchup/failover/orders"

func number(n int64) *int64 { return &n }

func TestAccountAddsUp(t *testing.T) {
	for name, c := range map[string]struct {
		f                         Flow
		left, open, over, missing int64
		balanced                  bool
	}{
		"nothing counted":       {Flow{Expected: number(10)}, 10, 0, 0, 10, false},
		"unknown":               {Flow{Replayed: 3, Rejected: 1}, 0, 1, 0, 1, false},
		"all replayed":          {Flow{Expected: number(10), Replayed: 10}, 0, 0, 0, 0, true},
		"rejected, no fate":     {Flow{Expected: number(10), Replayed: 7, Rejected: 3}, 0, 3, 0, 3, false},
		"re-entered":            {Flow{Expected: number(10), Replayed: 7, Rejected: 3, Reentered: 3}, 0, 0, 0, 0, true},
		"re-entered and lost":   {Flow{Expected: number(10), Replayed: 7, Rejected: 3, Reentered: 1, Lost: 2}, 0, 0, 0, 0, true},
		"lost of never found":   {Flow{Expected: number(10), Replayed: 7, Lost: 3}, 0, 0, 0, 0, true},
		"lost of both":          {Flow{Expected: number(10), Replayed: 5, Rejected: 2, Lost: 4}, 1, 0, 0, 1, false},
		"too many":              {Flow{Expected: number(10), Replayed: 12}, 0, 0, 2, 0, false},
		"too many and rejected": {Flow{Expected: number(10), Replayed: 10, Rejected: 1}, 0, 1, 1, 1, false},
		"nothing expected":      {Flow{Expected: number(0)}, 0, 0, 0, 0, true},
	} {
		a := c.f.Account()
		if a.Left != c.left || a.OpenRejects != c.open || a.Over != c.over || a.Missing() != c.missing || a.Balanced() != c.balanced {
			t.Errorf("%s: %+v", name, a)
		}
	}
}

// TestAccountEquation: whatever was counted, expected = replayed + re-entered + lost + rejected without a fate + left − over.
func TestAccountEquation(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.Int64Range(0, MaxCount)
		expected := n.Draw(t, "expected")
		a := (&Flow{Expected: &expected, Replayed: n.Draw(t, "replayed"), Rejected: n.Draw(t, "rejected"), Reentered: n.Draw(t, "reentered"), Lost: n.Draw(t, "lost")}).Account()
		if got := a.Replayed + a.Reentered + a.Lost + a.OpenRejects + a.Left - a.Over; got != expected {
			t.Fatalf("%+v gives %d", a, got)
		}
	})
}

func TestCatchUpLedger(t *testing.T) {
	c := declared(t)
	c.must(orders, CatchupOpened{Expected: number(100)}).after(10*time.Minute).must(orders, CatchupCounted{Replayed: 40})
	c.refused(RefuseNotBalanced, orders, CatchupSigned{})
	c.refused(RefuseNotBalanced, orders, CatchupSigned{Note: "a note is no reason"})
	c.after(10*time.Minute).must(orders, CatchupCounted{Replayed: 60})
	if p := c.s.Flow("failover/orders").Pace(); !p.Known || p.Now != 2 || p.Trend != TrendUnknown {
		t.Errorf("%+v", p)
	}
	c.after(10*time.Minute).must(orders, CatchupCounted{Replayed: 65})
	if p := c.s.Flow("failover/orders").Pace(); p.Trend != TrendSlowing {
		t.Errorf("a rate that fell by three quarters: %+v", p)
	}
	c.refused(RefuseOpenFlows, "", IncidentClosed{Reason: "done"})
	c.must(orders, CatchupCounted{Replayed: 97, Rejected: 3})
	c.refused(RefuseNoFate, orders, CatchupSigned{})
	c.must(orders, CatchupCounted{Replayed: 97, Rejected: 3, Reentered: 2}).must(orders, CatchupLost{Lost: 1, Reason: "illegible"})
	c.must(orders, CatchupSigned{Note: "checked against the mail"})
	c.refused(RefuseFlowState, orders, CatchupCounted{Replayed: 98})
	if f := c.s.Flow("failover/orders"); f.Unexplained != 0 || f.Status != FlowSigned || !f.Account().Balanced() {
		t.Errorf("%+v", f)
	}
}

func TestCountsThatCannotBe(t *testing.T) {
	c := declared(t).must(orders, CatchupOpened{Expected: number(100)})
	c.refused(RefuseNegative, orders, CatchupCounted{Replayed: -1})
	c.refused(RefuseNegative, orders, CatchupCounted{Rejected: -1})
	c.refused(RefuseNegative, orders, CatchupCounted{Reentered: -1})
	c.refused(RefuseNegative, orders, CatchupCounted{Expected: number(-1)})
	c.refused(RefuseInvalid, orders, CatchupCounted{Replayed: MaxCount + 1})
	c.refused(RefuseReentered, orders, CatchupCounted{Replayed: 1, Rejected: 1, Reentered: 2})
	c.refused(RefuseTooMany, orders, CatchupCounted{Replayed: 101})
	c.refused(RefuseTooMany, orders, CatchupCounted{Replayed: 98, Rejected: 3})
	c.refused(RefuseTooMany, orders, CatchupCounted{Replayed: 60, Expected: number(50)})
	c.must(orders, CatchupCounted{Replayed: 101, Expected: number(101)})
	c.must(orders, CatchupCounted{Replayed: 120, Expected: number(110), Approx: true})
	c.refused(RefuseTooMany, orders, CatchupSigned{})
	c.refused(RefuseNegative, FlowSubject("own"), CatchupOpened{Expected: number(-3), Title: T("x")})
}

func TestSigningWithADifferenceIsRecorded(t *testing.T) {
	c := declared(t).must(orders, CatchupOpened{})
	c.refused(RefuseNoExpected, orders, CatchupSigned{})
	c.must(orders, CatchupCounted{Replayed: 60, Rejected: 2, Expected: number(70)})
	c.must(orders, CatchupSigned{Because: "the last eight are duplicates of the mail, two were test orders"})
	f := c.s.Flow("failover/orders")
	if f.Status != FlowSigned || f.Unexplained != 10 || !strings.Contains(f.Reason, "duplicates") {
		t.Errorf("%+v", f)
	}
}

func TestAnAcceptedLossMustExplainWhatIsMissing(t *testing.T) {
	c := declared(t)
	c.must(orders, CatchupOpened{Expected: number(100)}).must(orders, CatchupCounted{Replayed: 90, Rejected: 4, Reentered: 1})
	c.refused(RefuseLossGap, orders, CatchupAccepted{Lost: 3, Reason: "x"})
	c.refused(RefuseTooMany, orders, CatchupAccepted{Lost: 10, Reason: "x"})
	c.refused(RefuseNegative, orders, CatchupAccepted{Lost: -1, Reason: "x"})
	c.refused(RefuseEmpty, orders, CatchupAccepted{Lost: 9})
	c.refused(RefuseUnknown, orders, CatchupAccepted{Lost: 9, Reason: "x", Decision: "nothing"})
	c.refused(RefuseNotTaken, orders, CatchupAccepted{Lost: 9, Reason: "x", Decision: "failover/go"})
	c.by("Bob", RoleITLead).refused(RefuseRole, orders, CatchupAccepted{Lost: 9, Reason: "x"})
	c.by("Alice", RoleDirector).must("decision/loss", DecisionTaken{Question: "Accept the loss of the orders?", Option: OptionGo, Because: "no copy exists"})
	c.refused(RefuseTooMany, orders, CatchupLost{Lost: 10, Reason: "x"})
	c.must(orders, CatchupLost{Lost: 2, Reason: "two slips were burnt", Decision: "loss"})
	f := c.s.Flow("failover/orders")
	if a := f.Account(); !f.Open() || a.Lost != 2 || a.Missing() != 7 {
		t.Errorf("a part given up leaves the line open: %+v", a)
	}
	c.must(orders, CatchupAccepted{Lost: 9, Reason: "no copy of them exists", Decision: "loss"})
	f = c.s.Flow("failover/orders")
	if f.Status != FlowAccepted || !f.Account().Balanced() || len(f.Losses) != 2 || f.Losses[1].Option != OptionGo {
		t.Errorf("%+v", f)
	}
	under := c.s.LossesUnder("loss")
	if len(under) != 1 || under[0].Flow.ID != "failover/orders" || under[0].Loss.Lost != 9 {
		t.Errorf("%+v", under)
	}
	if len(c.s.LossesUnder("")) != 0 {
		t.Error("no decision is a decision")
	}
}

func TestAcceptedLossClosesALine(t *testing.T) {
	c := declared(t)
	c.must(orders, CatchupOpened{}).must(orders, CatchupAccepted{Lost: 7, Reason: "no copy of them exists"})
	if f := c.s.Flow("failover/orders"); f.Status != FlowAccepted || f.Lost != 7 {
		t.Errorf("%+v", f)
	}
}

// TestALateCountIsHistory: a count entered late tells how fast it went; it does not undo the newer one.
func TestALateCountIsHistory(t *testing.T) {
	c := declared(t).must(orders, CatchupOpened{Expected: number(100)}).after(20*time.Minute).must(orders, CatchupCounted{Replayed: 60})
	d := c.draft(orders, CatchupCounted{Replayed: 20})
	d.Time = c.now.Add(-10 * time.Minute)
	ev, err := Decide(c.s, d)
	if err != nil {
		t.Fatal(err)
	}
	c.append(ev)
	f := c.s.Flow("failover/orders")
	if p := f.Pace(); f.Replayed != 60 || p.Now != 4 {
		t.Errorf("%d replayed, %+v", f.Replayed, p)
	}
}

func TestABusinessResumesBeforeItsCatchUpOnlyWithAReason(t *testing.T) {
	c := declared(t)
	portal := ServiceSubject("portal")
	c.must(portal, ServiceRestored{}).must(portal, ServiceVerified{}).must(orders, CatchupOpened{Expected: number(10)})
	if got := c.s.Blocking("portal"); len(got) != 1 || got[0].ID != "failover/orders" {
		t.Fatalf("%v", got)
	}
	c.refused(RefuseBlocking, portal, ServiceResumed{})
	no := false
	c.must(FlowSubject("points"), CatchupOpened{Title: T("Points"), Service: "portal", Blocks: &no})
	c.must(orders, CatchupCounted{Replayed: 10}).must(orders, CatchupSigned{}).must(portal, ServiceResumed{})
	d := declared(t)
	d.must(portal, ServiceRestored{}).must(portal, ServiceVerified{}).must(orders, CatchupOpened{})
	d.must(portal, ServiceResumed{Note: "orders are taken; the old ones follow by hand"})
}

func TestAFlowOfThePlanBlocksUnlessItSaysOtherwise(t *testing.T) {
	b := book()
	no := false
	b.Plans[0].Catchup = append(b.Plans[0].Catchup, FlowDef{ID: "points", Title: T("Points"), Service: "portal", Unit: T("account"), Blocks: &no})
	c := declared(t).must(PlanSubject("second"), PlanLaunched{Playbook: encoded(t, b), Plan: "failover", Hash: "1"})
	if !c.s.Flow("second/orders").Blocks || c.s.Flow("second/points").Blocks {
		t.Error("default and word are not kept apart")
	}
}
