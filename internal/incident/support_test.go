package incident

import (
	"encoding/json"
	"errors"
	"fmt"
	"time"
)

// teller is what a test, a benchmark and a property have in common.
type teller interface {
	Helper()
	Fatal(args ...any)
	Fatalf(format string, args ...any)
	Errorf(format string, args ...any)
}

// zero is when the tests' incident is reported.
func zero() time.Time { return time.Date(2026, 11, 23, 13, 0, 0, 0, time.UTC) }

// book is a small playbook: two early steps, a gate, a chain behind it, one with four eyes.
func book() Playbook {
	step := func(id string, phase Phase, likely time.Duration, after ...string) StepDef {
		return StepDef{ID: id, Title: T(id), Phase: phase, Owner: RoleITLead, After: after, Estimate: Estimate{Likely: Duration(likely)}}
	}
	rebuild := step("rebuild", PhaseFailover, time.Hour)
	rebuild.Early, rebuild.Targets = true, TargetsDef{Count: 10}
	network := step("network", PhaseFailover, 20*time.Minute, "rebuild")
	network.Gate, network.FourEyes = &Gate{Decision: "go", Option: OptionGo}, true
	apps := step("apps", PhaseRestore, 30*time.Minute, "network")
	apps.Targets = TargetsDef{Pattern: "app-%02d", Groups: []TargetGroup{{Name: "north", Count: 6}, {Name: "south", Names: []string{"db-1", "db-2"}}}, Each: Duration(5 * time.Minute)}
	verify := step("verify", PhaseChecks, 10*time.Minute, "apps")
	verify.Milestone = MilestoneVerified
	rebuild.Contact, network.Contact = "desk", "insurer"
	return Playbook{
		Schema: PlaybookSchema, ID: "test", Title: T("Test"), Level: LevelWarm, RTOFrom: FromReport,
		Services: []ServiceDef{{ID: "portal", Name: T("Portal"), RTO: Duration(4 * time.Hour), RPO: Duration(24 * time.Hour), MTPD: Duration(24 * time.Hour), From: FromReport}},
		Roles:    []RoleDef{{ID: RoleDirector, Title: T("director")}, {ID: RoleITLead, Title: T("IT lead")}},
		Contacts: []ContactDef{
			{ID: "desk", Name: Text{EN: "Desk", FR: "Bureau"}, Call: T("the number in the contract sheet")},
			{ID: "insurer", Name: T("Insurer"), Call: T("by mail")},
		},
		Plans: []PlanDef{{
			ID: "failover", Kind: PlanFailover, Title: T("Fail over"),
			Steps:     []StepDef{step("confirm", PhaseAnalysis, 10*time.Minute), rebuild, network, apps, verify},
			Decisions: []DecisionDef{{ID: "go", Question: T("Fail over?"), Quorum: 2}},
			Catchup:   []FlowDef{{ID: "orders", Title: T("Orders"), Service: "portal", Source: T("mail"), Unit: T("order")}},
		}},
	}
}

// cellRoom is a log being written by people: rules, fold, time.
type cellRoom struct {
	t   teller
	s   *State
	log []Entry
	now time.Time
	who string
	as  Role
	n   int
}

func declared(t teller) *cellRoom {
	t.Helper()
	c := &cellRoom{t: t, s: NewState(), now: zero(), who: "Alice", as: RoleDirector}
	b := book()
	at, detected, good := zero(), zero().Add(-5*time.Minute), zero().Add(-12*time.Hour)
	d := IncidentDeclared{Title: "Loss of a site", Playbook: b.ID, Zone: "Europe/Paris", Services: b.Services, Reported: &at, Detected: &detected, LastGood: &good}
	ev, err := Declare("inc-1", Live, c.draft("", d))
	if err != nil {
		t.Fatal(err)
	}
	c.append(ev)
	raw, err := json.Marshal(b)
	if err != nil {
		t.Fatal(err)
	}
	c.must(PlanSubject("failover"), PlanLaunched{Playbook: raw, Plan: "failover", Hash: "00"})
	return c
}

func (c *cellRoom) draft(subject string, d Data) Draft {
	c.n++
	return Draft{ID: EventID(fmt.Sprintf("e%05d", c.n)), Source: "/test", Subject: subject, Recorded: c.now, Actor: c.who, Role: c.as, Data: d}
}

// as makes the next entries somebody else's.
func (c *cellRoom) by(who string, as Role) *cellRoom {
	c.who, c.as = who, as
	return c
}

func (c *cellRoom) after(d time.Duration) *cellRoom {
	c.now = c.now.Add(d)
	return c
}

func (c *cellRoom) append(ev Event) Entry {
	raw, err := Encode(ev)
	if err != nil {
		c.t.Fatal(err)
	}
	return c.raw(raw)
}

func (c *cellRoom) raw(raw []byte) Entry {
	e := Entry{Seq: len(c.log) + 1, Bus: uint64(len(c.log) + 1), Received: c.now, Raw: raw, Event: Decode(raw)}
	c.log = append(c.log, e)
	Apply(c.s, e)
	return e
}

func (c *cellRoom) try(subject string, d Data) (Event, error) {
	return Decide(c.s, c.draft(subject, d))
}

func (c *cellRoom) must(subject string, d Data) *cellRoom {
	c.t.Helper()
	ev, err := c.try(subject, d)
	if err != nil {
		c.t.Fatalf("%T: %v", d, err)
	}
	c.append(ev)
	return c
}

// refused wants a rule to refuse, with this code.
func (c *cellRoom) refused(code RefusalCode, subject string, d Data) {
	c.t.Helper()
	_, err := c.try(subject, d)
	var r *Refusal
	if !errors.As(err, &r) || r.Code != code {
		c.t.Errorf("%T: %v, want %s", d, err, code)
	}
}

func step(own string) string { return StepSubject(StepID("failover/" + own)) }

const theGo = "decision/failover/go"

func (c *cellRoom) done(own string) *cellRoom {
	c.t.Helper()
	return c.must(step(own), StepStarted{}).must(step(own), StepDone{})
}

// decideGo asks, votes and decides.
func (c *cellRoom) decideGo() *cellRoom {
	c.t.Helper()
	c.must(theGo, DecisionAsked{})
	c.by("Bob", RoleITLead).must(theGo, DecisionVoted{Option: OptionGo})
	return c.by("Alice", RoleDirector).must(theGo, DecisionTaken{Option: OptionGo, Because: "the repair takes a day"})
}
