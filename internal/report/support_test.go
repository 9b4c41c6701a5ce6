package report_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"sangfroid/internal/incident"
	"sangfroid/internal/locale"
	"sangfroid/internal/report"
	"sangfroid/internal/timeline"
	"testing"
	"time"
)

func zero() time.Time { return time.Date(2026, 11, 23, 13, 0, 0, 0, time.UTC) }

// cell writes an incident by the rules, at the times it is told.
type cell struct {
	t   testing.TB
	log *timeline.Memory
	s   *incident.State
	now time.Time
	who string
	as  incident.Role
	n   int
}

// id is the id of the last event.
func (c *cell) id() incident.EventID { return incident.EventID(fmt.Sprintf("e%05d", c.n)) }

func (c *cell) at(minutes int) *cell {
	c.now = zero().Add(time.Duration(minutes) * time.Minute)
	return c
}

func (c *cell) by(who string, as incident.Role) *cell {
	c.who, c.as = who, as
	return c
}

func (c *cell) say(subject string, d incident.Data) *cell { return c.past(subject, time.Time{}, d) }

// past says a fact of an earlier time.
func (c *cell) past(subject string, at time.Time, d incident.Data) *cell {
	c.t.Helper()
	c.n++
	draft := incident.Draft{ID: c.id(), Source: "/test", Subject: subject, Time: at, Recorded: c.now, Actor: c.who, Role: c.as, Data: d}
	ev, err := incident.Decide(c.s, draft)
	if err != nil {
		c.t.Fatalf("%s %T: %v", subject, d, err)
	}
	return c.append(ev)
}

func (c *cell) append(ev incident.Event) *cell {
	c.t.Helper()
	raw, err := incident.Encode(ev)
	if err != nil {
		c.t.Fatal(err)
	}
	seq, err := c.log.Append(timeline.Line{Bus: uint64(c.n), Received: c.now, Raw: raw})
	if err != nil {
		c.t.Fatal(err)
	}
	e, err := c.log.At(seq)
	if err != nil {
		c.t.Fatal(err)
	}
	incident.Apply(c.s, e)
	return c
}

func minutes(n int) incident.Duration { return incident.Duration(time.Duration(n) * time.Minute) }

// plan is a small playbook with a gate, an early step, four eyes and one legal regime.
func plan(word func(string) string) incident.Playbook {
	text := func(s string) incident.Text { return incident.T(word(s)) }
	step := func(id, title string, phase incident.Phase, likely, most int, after ...string) incident.StepDef {
		return incident.StepDef{
			ID: id, Title: text(title), Phase: phase, Owner: incident.RoleITLead, After: after,
			Estimate: incident.Estimate{Min: minutes(likely / 2), Likely: minutes(likely), Max: minutes(most)},
		}
	}
	rebuild := step("rebuild", "Rebuild the machines", incident.PhaseFailover, 40, 60)
	rebuild.Early = true
	network := step("network", "Switch the network over", incident.PhaseFailover, 20, 30, "rebuild")
	network.Gate, network.FourEyes = &incident.Gate{Decision: "go", Option: incident.OptionGo}, true
	apps := step("apps", "Start the applications", incident.PhaseRestore, 30, 40, "network")
	verify := step("verify", "Check the applications", incident.PhaseChecks, 10, 15, "apps")
	verify.Milestone = incident.MilestoneVerified
	return incident.Playbook{
		Schema: incident.PlaybookSchema, ID: "small", Title: text("A small plan"), Level: incident.LevelWarm, RTOFrom: incident.FromReport,
		Services: []incident.ServiceDef{{
			ID: "portal", Name: text("Customer portal"), Level: incident.LevelWarm, RTO: minutes(150), RPO: minutes(720), MTPD: minutes(600), From: incident.FromReport,
		}},
		Roles:    []incident.RoleDef{{ID: incident.RoleDirector, Title: text("director")}, {ID: incident.RoleITLead, Title: text("IT lead")}},
		Contacts: []incident.ContactDef{{ID: "desk", Name: text("Provider desk"), Call: text("contract sheet")}},
		Plans: []incident.PlanDef{{
			ID: "failover", Kind: incident.PlanFailover, Title: text("Fail over"),
			Steps: []incident.StepDef{step("confirm", "Confirm the outage", incident.PhaseAnalysis, 10, 15), rebuild, network, apps, verify},
			Decisions: []incident.DecisionDef{{
				ID: "go", Question: text("Fail over to the second site?"), Quorum: 1,
				Criteria: []incident.CriterionDef{{ID: "power", Title: text("Power at the site")}, {ID: "copy", Title: text("Age of the last copy")}},
			}},
			Catchup: []incident.FlowDef{{ID: "orders", Title: text("Orders on paper"), Service: "portal", Source: text("order books"), Unit: text("orders")}},
		}},
	}
}

// evening is an incident from its declaration to its review: a blocked step, an over-run, a late go, a missed report, a
// late entry with a correction, a hand-over, a legal report in time.
func evening(t testing.TB, realm incident.Realm, word func(string) string) *cell {
	t.Helper()
	if word == nil {
		word = func(s string) string { return s }
	}
	c := &cell{t: t, s: incident.NewState(), who: word("A. Martin"), as: incident.RoleDirector}
	c.log = timeline.NewMemory(timeline.Header{Incident: "inc-1", Realm: realm, Axis: timeline.AxisReceived})
	b := plan(word)
	c.at(5).n++
	occurred, detected, reported, good := zero().Add(-20*time.Minute), zero().Add(-12*time.Minute), zero(), zero().Add(-10*time.Hour)
	ev, err := incident.Declare("inc-1", realm, incident.Draft{ID: c.id(), Source: "/test", Recorded: c.now, Actor: c.who, Role: c.as, Data: incident.IncidentDeclared{
		Title: word("Loss of the north site"), Playbook: b.ID, Zone: "Europe/Paris", Services: b.Services, Severity: word("major"),
		Occurred: &occurred, Detected: &detected, Reported: &reported, LastGood: &good, Sitrep: minutes(60),
	}})
	if err != nil {
		t.Fatal(err)
	}
	c.append(ev)
	raw, err := json.Marshal(b)
	if err != nil {
		t.Fatal(err)
	}
	step := func(id string) string { return incident.StepSubject(incident.StepID("failover/" + id)) }
	goes := incident.DecisionSubject("failover/go")
	c.say(incident.PlanSubject("failover"), incident.PlanLaunched{Playbook: raw, Plan: "failover", Hash: "00"})
	it, boss := func() *cell { return c.by(word("B. Durand"), incident.RoleITLead) }, func() *cell { return c.by(word("A. Martin"), incident.RoleDirector) }
	c.say("", incident.RosterJoined{}).say("", incident.RoleTaken{Role: incident.RoleDirector})
	it().at(6).say("", incident.RosterJoined{}).say("", incident.RoleTaken{Role: incident.RoleITLead})
	c.say(step("confirm"), incident.StepStarted{}).say(step("rebuild"), incident.StepStarted{})
	c.at(20).say(step("confirm"), incident.StepDone{Evidence: word("photo of the room")})
	c.say("", incident.ContactReached{Contact: "desk", Reached: true, Note: word("they open a ticket")})
	c.at(25).say("", incident.RepairEstimated{Likely: minutes(60), Says: word("electrician")})
	boss().at(30).say(goes, incident.DecisionAsked{})
	it().at(32).say(goes, incident.DecisionCriterion{Criterion: "power", Value: word("out since 13:24"), Source: word("site guard"), Verdict: incident.VerdictFor})
	c.at(40).say(step("rebuild"), incident.StepBlocked{Reason: word("quota of the second site")})
	c.at(65).say(step("rebuild"), incident.StepStarted{})
	c.at(70).say("", incident.RepairEstimated{Likely: minutes(120), Says: word("electrician")})
	c.by(word("C. Petit"), incident.RoleBusiness).at(75).say(goes, incident.DecisionVoted{Option: incident.OptionGo, Reason: word("orders pile up")})
	boss().at(100).say(goes, incident.DecisionTaken{Option: incident.OptionGo, Because: word("repair slips"), Dissent: word("C. Petit would have waited")})
	c.say("", incident.SitrepIssued{Text: word("Go was said."), Lang: "en", Size: 12, Root: "00ff"})
	it().at(115).say(step("rebuild"), incident.StepDone{}).say(step("network"), incident.StepStarted{})
	c.at(160).past(step("network"), zero().Add(150*time.Minute), incident.StepDone{})
	boss().at(161).say(step("network"), incident.StepChecked{})
	it().at(162).say(step("apps"), incident.StepStarted{})
	c.at(190).say(step("apps"), incident.StepDone{}).say(step("verify"), incident.StepStarted{})
	c.at(205).say(step("verify"), incident.StepDone{})
	c.say(incident.ServiceSubject("portal"), incident.ServiceRestored{}).say(incident.ServiceSubject("portal"), incident.ServiceVerified{})
	c.at(206).say("", incident.NoteAdded{Kind: incident.NoteFinding, Text: word("Logs of the switch kept")})
	c.say("", incident.NoteCorrected{Entry: c.id(), Text: word("Logs of both switches kept")})
	boss().at(210).say("", incident.RoleHandedOver{Role: incident.RoleDirector, To: word("D. Roux"), Brief: word("all runs")})
	handed := c.id()
	c.by(word("D. Roux"), incident.RoleDirector).at(212).say("", incident.RosterJoined{}).say("", incident.HandoverAcknowledged{Handover: handed})
	n := int64(1200)
	flow := incident.FlowSubject("failover/orders")
	c.at(215).say(flow, incident.CatchupOpened{Expected: &n, Approx: true})
	c.at(300).say(flow, incident.CatchupCounted{Replayed: 1190, Rejected: 4})
	c.at(310).say(flow, incident.CatchupAccepted{Lost: 10, Reason: word("pages torn")})
	c.at(320).say(incident.ServiceSubject("portal"), incident.ServiceResumed{})
	c.at(330).say("", incident.IncidentClosed{Reason: word("all back")})
	c.at(400).say("", incident.NoteAdded{Kind: incident.NoteAction, Text: word("Ask for a higher quota")})
	c.say("", incident.NoteAdded{Kind: incident.NoteFinding, Text: word("The quota was known and not raised")})
	due, later := c.now.Add(20*24*time.Hour), c.now.Add(60*24*time.Hour)
	c.say("", incident.ActionAdded{Text: word("Raise the quota of the second site"), For: word("quota of the second site"), Owner: word("B. Durand"), Due: &due})
	raise := c.id()
	c.say("", incident.ActionAdded{Text: word("Rehearse the go with the deputies")})
	c.say("", incident.ActionAdded{Text: word("Keep the order books dry"), Owner: word("C. Petit"), Due: &due})
	dry := c.id()
	c.at(500).say("", incident.ActionFollowed{Action: raise, Due: &later, Note: word("the provider wants a contract")})
	c.say("", incident.ActionFollowed{Action: dry, State: incident.ActionDone, Note: word("boxes bought")})
	return c
}

func options(l locale.Lang, log timeline.Log, asOf time.Time) report.Options {
	paris, err := time.LoadLocation("Europe/Paris")
	if err != nil {
		panic(err)
	}
	return report.Options{
		Author: "A. Martin", Version: "test", Made: zero().Add(48 * time.Hour), AsOf: asOf, Entries: log.Len(), Lang: l, Zone: paris, Samples: 500,
	}
}

func made(t testing.TB, c *cell, l locale.Lang) *report.Report {
	t.Helper()
	r, err := report.Make(context.Background(), c.log, options(l, c.log, c.now))
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// forms writes the three forms.
func forms(t testing.TB, r *report.Report) (md, html, js string) {
	t.Helper()
	p := r.Page()
	var b [3]bytes.Buffer
	if err := p.Markdown(&b[0]); err != nil {
		t.Fatal(err)
	}
	if err := p.HTML(&b[1]); err != nil {
		t.Fatal(err)
	}
	if err := r.JSON(&b[2]); err != nil {
		t.Fatal(err)
	}
	return b[0].String(), b[1].String(), b[2].String()
}
