package report_test

import (
	"encoding/json"
	"sangfroid/internal/incident"
	"sangfroid/internal/locale"
	"sangfroid/internal/report"
	"sangfroid/internal/timeline"
	"sangfroid/playbooks"
	"strings"
	"testing"
	"time"
)

// begun is an incident on the small plan, declared five minutes after it was reported.
func begun(t testing.TB, change func(*incident.Playbook, *incident.IncidentDeclared)) *cell {
	t.Helper()
	c := &cell{t: t, s: incident.NewState(), who: "A. Martin", as: incident.RoleDirector}
	c.log = timeline.NewMemory(timeline.Header{Incident: "inc-1", Realm: incident.Live, Axis: timeline.AxisReceived})
	b := plan(func(s string) string { return s })
	reported, detected, good := zero(), zero().Add(-5*time.Minute), zero().Add(-time.Hour)
	d := incident.IncidentDeclared{
		Title: "Loss of the north site", Playbook: b.ID, Zone: "Europe/Paris", Services: b.Services, Reported: &reported, Detected: &detected, Occurred: &detected, LastGood: &good,
	}
	if change != nil {
		change(&b, &d)
	}
	c.at(5).n++
	ev, err := incident.Declare("inc-1", incident.Live, incident.Draft{ID: c.id(), Source: "/test", Recorded: c.now, Actor: c.who, Role: c.as, Data: d})
	if err != nil {
		t.Fatal(err)
	}
	c.append(ev)
	raw, err := json.Marshal(b)
	if err != nil {
		t.Fatal(err)
	}
	return c.say(incident.PlanSubject("failover"), incident.PlanLaunched{Playbook: raw, Plan: "failover", Hash: "00"})
}

func stepOf(own string) string { return incident.StepSubject(incident.StepID("failover/" + own)) }

const (
	goes   = "decision/failover/go"
	orders = "catchup/failover/orders"
	portal = "incident/portal"
)

// goAt asks and says go.
func (c *cell) goAt(minutes int) *cell {
	return c.at(minutes).say(goes, incident.DecisionAsked{}).say(goes, incident.DecisionTaken{Option: incident.OptionGo, Because: "the repair slips"})
}

// foreign writes past the rules, as another program may.
func (c *cell) foreign(subject string, d incident.Data) *cell {
	c.n++
	return c.append(incident.Event{
		ID: c.id(), Source: "/other", Type: d.Type(), Subject: subject, Time: c.now, Recorded: c.now, Incident: "inc-1", Realm: incident.Live, Actor: "X", Role: incident.RoleDirector, Prev: "e99999", Data: d,
	})
}

// TestEveryGapIsFound: one small story for each kind of gap and cause, and what is said of it in both languages.
func TestEveryGapIsFound(t *testing.T) {
	for name, k := range map[string]struct {
		tell   func(c *cell)
		code   report.GapCode
		cause  bool
		count  int64
		by     int64 // minutes
		en, fr string
	}{
		"an RTO missed": {func(c *cell) {
			c.at(200).say(portal, incident.ServiceRestored{}).say(portal, incident.ServiceVerified{})
		}, report.GapObjective, false, 0, 50, "50 min", "50 min"},
		"an RTO nobody ended": {func(c *cell) { c.at(400).say("", incident.NoteAdded{Text: "still dark"}) }, report.GapObjective, false, 0, 0, "Customer portal", "Customer portal"},
		"a situation report late": {func(c *cell) {
			c.say("", incident.CadenceSet{Every: minutes(30), Reason: "the board asks"}).at(120).say("", incident.NoteAdded{Text: "busy"})
		}, report.GapReports, false, 3, 0, "3", "3"},
		"data given up": {func(c *cell) {
			n := int64(100)
			c.at(60).say(orders, incident.CatchupOpened{Expected: &n}).say(orders, incident.CatchupCounted{Replayed: 93}).say(orders, incident.CatchupAccepted{Lost: 7, Reason: "pages torn"})
		}, report.GapLoss, false, 7, 0, "pages torn", "pages torn"},
		"a line left open": {func(c *cell) {
			n := int64(100)
			c.at(60).say(orders, incident.CatchupOpened{Expected: &n})
		}, report.GapLedger, false, 0, 0, "Orders on paper", "Orders on paper"},
		"four eyes that were two": {func(c *cell) {
			c.goAt(10).say(stepOf("rebuild"), incident.StepStarted{}).say(stepOf("rebuild"), incident.StepDone{})
			c.say(stepOf("network"), incident.StepStarted{}).say(stepOf("network"), incident.StepDone{})
		}, report.GapFourEyes, false, 0, 0, "Switch the network over", "Switch the network over"},
		"a decision against another": {func(c *cell) {
			c.goAt(10).foreign(goes, incident.DecisionTaken{Option: incident.OptionNoGo, Because: "not seen"})
		}, report.GapContested, false, 0, 0, "Fail over to the second site?", "Fail over to the second site?"},
		"an entry written late": {func(c *cell) {
			c.at(60).past("", zero().Add(20*time.Minute), incident.NoteAdded{Text: "the alarm rang"})
		}, report.GapLate, false, 1, 0, "1", "1"},
		"a go after its time": {func(c *cell) {
			c.goAt(130).at(140).say(portal, incident.ServiceRestored{}).say(portal, incident.ServiceVerified{})
		}, report.CauseDecide, true, 0, 40, "40 min", "40 min"},
		"the longest phase": {func(c *cell) {
			c.at(20).say(goes, incident.DecisionAsked{}).at(190).say(goes, incident.DecisionTaken{Option: incident.OptionGo, Because: "late"})
			c.at(200).say(portal, incident.ServiceRestored{}).say(portal, incident.ServiceVerified{})
		}, report.CausePhase, true, 0, 170, "decision", "décision"},
		"a step over its longest": {func(c *cell) {
			c.say(stepOf("confirm"), incident.StepStarted{}).at(45).say(stepOf("confirm"), incident.StepDone{})
		}, report.CauseOverrun, true, 0, 30, "Confirm the outage", "Confirm the outage"},
		"a step that was blocked": {func(c *cell) {
			c.say(stepOf("confirm"), incident.StepStarted{}).at(10).say(stepOf("confirm"), incident.StepBlocked{Reason: "no key"}).at(25).say(stepOf("confirm"), incident.StepStarted{})
			c.at(27).say(stepOf("confirm"), incident.StepBlocked{Reason: "no lamp"}).at(30).say(stepOf("confirm"), incident.StepStarted{})
		}, report.CauseBlocked, true, 2, 18, "no key", "no key"},
		"a step tried again": {func(c *cell) {
			c.say(stepOf("confirm"), incident.StepStarted{}).at(10).say(stepOf("confirm"), incident.StepFailed{Reason: "wrong site"}).say(stepOf("confirm"), incident.StepReopened{}).say(stepOf("confirm"), incident.StepStarted{})
		}, report.CauseRetried, true, 2, 0, "2", "2"},
		"a step that failed": {func(c *cell) {
			c.say(stepOf("confirm"), incident.StepStarted{}).at(10).say(stepOf("confirm"), incident.StepFailed{Reason: "wrong site"})
		}, report.CauseFailed, true, 0, 0, "wrong site", "wrong site"},
		"a repair that slipped": {func(c *cell) {
			c.say("", incident.RepairEstimated{Likely: minutes(60), Says: "electrician"}).at(25).say("", incident.RepairEstimated{Likely: minutes(90), Says: "electrician"})
		}, report.CauseRepair, true, 0, 50, "electrician", "electrician"},
	} {
		t.Run(name, func(t *testing.T) {
			c := begun(t, nil)
			k.tell(c)
			for lang, want := range map[locale.Lang]string{locale.English: k.en, locale.French: k.fr} {
				r := made(t, c, lang)
				sound(t, r)
				list := r.Gaps
				if k.cause {
					list = r.Causes
				}
				found := false
				for _, g := range list {
					if g.Code != k.code {
						continue
					}
					found = true
					if g.Count != k.count || (k.by > 0 && (g.Seconds == nil || *g.Seconds != 60*k.by)) || !strings.Contains(g.Text, want) {
						t.Errorf("%+v: want %d, %d min, %q", g, k.count, k.by, want)
					}
				}
				if !found {
					t.Errorf("no %s among %+v", k.code, list)
				}
			}
		})
	}
}

// TestNothingWrongHasNoGap: a run on time proposes nothing.
func TestNothingWrongHasNoGap(t *testing.T) {
	c := begun(t, nil)
	c.say(stepOf("confirm"), incident.StepStarted{}).at(14).say(stepOf("confirm"), incident.StepDone{})
	c.goAt(20).at(30).say(portal, incident.ServiceRestored{}).say(portal, incident.ServiceVerified{}).say(portal, incident.ServiceResumed{})
	r := made(t, c, locale.English)
	if len(r.Gaps)+len(r.Causes) > 0 {
		t.Errorf("%+v, %+v", r.Gaps, r.Causes)
	}
}

// TestOnlyTheWorstStepsAreProposed: five of a kind, those that ruled first.
func TestOnlyTheWorstStepsAreProposed(t *testing.T) {
	c := begun(t, func(b *incident.Playbook, _ *incident.IncidentDeclared) {
		for _, id := range []string{"a", "b", "c", "d", "e", "f", "g"} {
			b.Plans[0].Steps = append(b.Plans[0].Steps, incident.StepDef{ID: id, Title: incident.T("step " + id), Phase: incident.PhaseAnalysis, Owner: incident.RoleITLead, Estimate: incident.Estimate{Likely: minutes(1)}})
		}
	})
	for i, id := range []string{"a", "b", "c", "d", "e", "f", "g"} {
		c.at(10).say(stepOf(id), incident.StepStarted{})
		_ = i
	}
	for i, id := range []string{"a", "b", "c", "d", "e", "f", "g"} {
		c.at(20+5*i).say(stepOf(id), incident.StepDone{})
	}
	var over []string
	for _, g := range made(t, c, locale.English).Causes {
		if g.Code == report.CauseOverrun {
			over = append(over, string(incident.Own(g.Step)))
		}
	}
	if got := strings.Join(over, ""); got != "gfedc" {
		t.Errorf("proposed: %s", got)
	}
}

// TestEveryVerdict: how each objective comes out, and why it is not known.
func TestEveryVerdict(t *testing.T) {
	without := func(stamps ...string) func(*incident.Playbook, *incident.IncidentDeclared) {
		return func(b *incident.Playbook, d *incident.IncidentDeclared) {
			for _, s := range stamps {
				switch s {
				case "reported":
					d.Reported = nil
				case "lastgood":
					d.LastGood = nil
				case "occurred":
					d.Occurred = nil
				case "rto":
					b.Services[0].RTO, d.Services[0].RTO = 0, 0
				}
			}
		}
	}
	back := func(c *cell) {
		c.at(60).say(portal, incident.ServiceRestored{}).say(portal, incident.ServiceVerified{}).say(portal, incident.ServiceResumed{})
	}
	for name, k := range map[string]struct {
		change  func(*incident.Playbook, *incident.IncidentDeclared)
		tell    func(*cell)
		kind    incident.ClockKind
		verdict report.Verdict
		why     report.Why
	}{
		"met":                    {nil, back, incident.ClockRTO, report.VerdictMet, ""},
		"resumed in time":        {nil, back, incident.ClockMTPD, report.VerdictMet, ""},
		"under way":              {nil, nil, incident.ClockRTO, report.VerdictOpen, ""},
		"passed":                 {nil, func(c *cell) { c.at(200).say("", incident.NoteAdded{Text: "dark"}) }, incident.ClockRTO, report.VerdictMissed, report.WhyPassed},
		"closed and not told":    {nil, func(c *cell) { c.at(60).say("", incident.IncidentClosed{Reason: "elsewhere"}) }, incident.ClockRTO, report.VerdictUnknown, report.WhyNotClosed},
		"counts from nothing":    {without("reported"), back, incident.ClockRTO, report.VerdictUnknown, report.WhyNoOrigin},
		"how old nobody said":    {without("lastgood"), nil, incident.ClockRPO, report.VerdictUnknown, report.WhyNoLastGood},
		"no objective":           {without("rto"), back, incident.ClockRTO, report.VerdictNone, ""},
		"data an hour old":       {nil, nil, incident.ClockRPO, report.VerdictMet, ""},
		"about when":             {nil, func(c *cell) { c.approx(60) }, incident.ClockRTO, report.VerdictMet, report.WhyApprox},
		"came back without a go": {nil, back, incident.ClockDecideBy, "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			c := begun(t, k.change)
			if k.tell != nil {
				k.tell(c)
			}
			r := made(t, c, locale.French)
			sound(t, r)
			quiet(t, r, locale.French)
			found := false
			for _, o := range r.Objectives {
				if o.Kind == k.kind {
					found = true
					if o.Verdict != k.verdict || o.Why != k.why {
						t.Errorf("%s, %s: want %s, %s", o.Verdict, o.Why, k.verdict, k.why)
					}
				}
			}
			if found != (k.verdict != "") {
				t.Errorf("%+v", r.Objectives)
			}
		})
	}
}

// approx records the return at a time that is said to be approximate.
func (c *cell) approx(minutes int) {
	c.at(minutes)
	for _, d := range []incident.Data{incident.ServiceRestored{}, incident.ServiceVerified{}} {
		c.n++
		ev, err := incident.Decide(c.s, incident.Draft{ID: c.id(), Source: "/test", Subject: portal, Time: c.now, Approx: true, Recorded: c.now, Actor: c.who, Role: c.as, Data: d})
		if err != nil {
			c.t.Fatal(err)
		}
		c.append(ev)
	}
}

// TestWhoWasThere: every change of roles, with whom; what had no effect stands in the timeline only.
func TestWhoWasThere(t *testing.T) {
	c := begun(t, nil)
	c.say("", incident.RosterJoined{}).say("", incident.RoleTaken{Role: incident.RoleDirector})
	c.by("B. Durand", incident.RoleITLead).say("", incident.RosterJoined{}).say("", incident.RoleTaken{Role: incident.RoleITLead})
	c.by("A. Martin", incident.RoleDirector).at(20).say("", incident.RoleHandedOver{Role: incident.RoleDirector, To: "D. Roux", Brief: "all runs"})
	first := c.id()
	c.by("D. Roux", incident.RoleDirector).at(22).say("", incident.HandoverRefused{Handover: first, Reason: "ill"})
	c.by("A. Martin", incident.RoleDirector).at(25).say("", incident.RoleHandedOver{Role: incident.RoleDirector, To: "E. Simon", Brief: "all runs"})
	second := c.id()
	c.by("E. Simon", incident.RoleDirector).at(26).say("", incident.HandoverAcknowledged{Handover: second})
	c.foreign("", incident.HandoverAcknowledged{Handover: second}) // once is enough
	c.by("A. Martin", incident.RoleObserver).at(30).say("", incident.RosterLeft{})
	r := made(t, c, locale.English)
	var got []string
	for _, m := range r.Roles {
		got = append(got, strings.TrimSpace(m.Who+" "+string(m.What)+" "+string(m.Role)+" "+m.Other+" "+m.Note))
	}
	want := []string{
		"A. Martin joined", "A. Martin took director", "B. Durand joined", "B. Durand took it-lead", "A. Martin gave director D. Roux",
		"D. Roux refused director A. Martin ill", "A. Martin gave director E. Simon", "E. Simon received director A. Martin", "A. Martin left",
	}
	if a, b := strings.Join(got, "\n"), strings.Join(want, "\n"); a != b {
		t.Errorf("%s\n\nwant\n%s", a, b)
	}
	md, _, _ := forms(t, r)
	for _, s := range []string{"E. Simon", "left"} {
		if !strings.Contains(md, s) {
			t.Errorf("the page does not name %s", s)
		}
	}
}

// TestLegalClocks: what was due to whom, sent, late or dismissed.
func TestLegalClocks(t *testing.T) {
	for name, told := range map[string]bool{"told": true, "forgotten": false} {
		t.Run(name, func(t *testing.T) { legal(t, told) })
	}
}

func legal(t *testing.T, told bool) {
	t.Helper()
	book, _, err := playbooks.Load("warm")
	if err != nil {
		t.Fatal(err)
	}
	c := begun(t, func(b *incident.Playbook, _ *incident.IncidentDeclared) { b.Regimes = book.Regimes })
	c.at(60).say("", incident.IncidentOrigin{Stamp: incident.StampOf("nis2", "aware"), At: zero(), Reason: "the supervisor was told"})
	ids := []incident.ObligationID{}
	for _, d := range incident.Duties(c.s, c.now) {
		if d.Regime == "nis2" && !d.Clock.Deadline.IsZero() {
			ids = append(ids, d.ID)
		}
	}
	if len(ids) < 2 {
		t.Fatalf("the legal clocks that run from awareness: %v", ids)
	}
	if told {
		c.at(120).say("", incident.ObligationMet{Obligation: string(ids[0]), Reference: "DOS-42"})
		c.at(130).say("", incident.ObligationDismissed{Obligation: string(ids[1]), Reason: "no personal data"})
	}
	c.at(40*24*60).say("", incident.NoteAdded{Text: "weeks later"})
	r := made(t, c, locale.English)
	sound(t, r)
	states := map[incident.ObligationID]string{}
	for _, o := range r.Obligations {
		states[incident.ObligationID(o.ID)] = string(o.State)
	}
	late := 0
	for _, g := range r.Gaps {
		if g.Code == report.GapLegal {
			late++
			if g.Seconds == nil || *g.Seconds <= 0 {
				t.Errorf("late by nothing: %+v", g)
			}
		}
	}
	md, _, _ := forms(t, r)
	switch {
	case !told && (late != len(ids) || states[ids[0]] != "missed"):
		t.Errorf("%v, %d late of %v", states, late, ids)
	case told && (states[ids[0]] != "met" || late != 0 || !strings.Contains(md, "DOS-42") || !strings.Contains(md, "no personal data")):
		t.Errorf("%v, %d late", states, late)
	}
}
