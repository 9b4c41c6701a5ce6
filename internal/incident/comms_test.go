package incident

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

// reporting is an incident that owes a report every half hour.
func reporting(t teller) *cellRoom {
	return declared(t).must("", CadenceSet{Every: Duration(30 * time.Minute), Reason: "the director asks for it"})
}

func (c *cellRoom) missed() int { return MissedSitreps(c.s, c.now) }

func (c *cellRoom) due(t *testing.T) time.Duration {
	t.Helper()
	k := ClockOf(Clocks(c.s, c.now), "", ClockSitrep)
	if k == nil {
		return 0
	}
	return k.Deadline.Sub(zero())
}

func TestACadenceCountsWhatWasPromised(t *testing.T) {
	c := reporting(t)
	if c.due(t) != 30*time.Minute {
		t.Errorf("due %v after the declaration", c.due(t))
	}
	if c.after(30*time.Minute + 59*time.Second); c.missed() != 0 {
		t.Error("a report of the announced minute is a miss")
	}
	if c.after(2 * time.Second); c.missed() != 1 {
		t.Error("a report that is not out is no miss")
	}
	if c.after(61 * time.Minute); c.missed() != 3 {
		t.Errorf("an hour of silence more makes %d misses", c.missed())
	}
	c.must("", SitrepIssued{Text: "late, with an announced time", Next: at(c.now.Add(10 * time.Minute))})
	if c.missed() != 3 {
		t.Errorf("issuing changed what was missed: %d", c.missed())
	}
	if c.due(t) != c.now.Add(10*time.Minute).Sub(zero()) {
		t.Error("the announced time does not rule")
	}
	c.after(10*time.Minute).must("", SitrepIssued{Text: "in time"})
	if c.missed() != 3 || c.due(t) != c.now.Add(30*time.Minute).Sub(zero()) {
		t.Errorf("%d missed, due %v", c.missed(), c.due(t))
	}
}

func at(t time.Time) *time.Time { return &t }

func TestTheCadenceChangesInMidIncident(t *testing.T) {
	c := reporting(t).after(10*time.Minute).must("", SitrepIssued{Text: "first"}).after(10 * time.Minute)
	c.must("", CadenceSet{Every: Duration(15 * time.Minute), Reason: "the ministry is on the line"})
	if c.due(t) != 25*time.Minute {
		t.Errorf("due %v: it counts from the last report", c.due(t))
	}
	c.must("", CadenceSet{Every: Duration(5 * time.Minute), Reason: "every five minutes"})
	if c.due(t) != 25*time.Minute { // 10 + 5 is over already
		t.Errorf("due %v: it counts from the change when the rest is over", c.due(t))
	}
	c.after(20*time.Minute).must("", CadenceSet{Every: Duration(time.Hour), Reason: "calmer"})
	missed := c.missed()
	if missed != 3 { // 25, 30 and 35 min
		t.Errorf("%d missed: a longer cadence does not wipe out what was owed", missed)
	}
	c.must("", CadenceSet{Reason: "the review begins"})
	if c.after(24 * time.Hour); c.missed() != missed || c.due(t) != 0 {
		t.Error("a cadence of none still counts")
	}
	if n := len(c.s.Cadences); n != 5 || c.s.Cadences[3].Before != Duration(5*time.Minute) {
		t.Errorf("%d changes: %+v", n, c.s.Cadences)
	}
}

func TestACadenceStandsWhileTheIncidentIsClosed(t *testing.T) {
	c := reporting(t).after(10 * time.Minute)
	c.must("", IncidentClosed{Reason: "all is back"}).after(100 * time.Hour)
	if c.missed() != 0 {
		t.Errorf("%d missed by nobody", c.missed())
	}
	c.must("", IncidentReopened{Reason: "it fell again"})
	if c.missed() != 0 || c.due(t) != c.now.Add(30*time.Minute).Sub(zero()) {
		t.Errorf("%d missed, due %v", c.missed(), c.due(t))
	}
	if c.after(2 * time.Hour); c.missed() != 3 {
		t.Errorf("%d missed after two hours of silence", c.missed())
	}
}

func TestWhatCommsRulesRefuse(t *testing.T) {
	c := declared(t)
	c.refused(RefuseCadence, "", CadenceSet{Every: Duration(time.Minute), Reason: "x"})
	c.refused(RefuseCadence, "", CadenceSet{Every: Duration(30 * 24 * time.Hour), Reason: "x"})
	c.refused(RefuseEmpty, "", CadenceSet{Every: Duration(time.Hour)})
	c.refused(RefuseScope, "", CadenceSet{Reason: "there is none anyway"})
	c.refused(RefuseInvalid, "", SitrepIssued{Text: "x", Lang: "fr,de"})
	c.refused(RefuseEmpty, "", SitrepIssued{Text: " \n "})
	c.refused(RefuseTooLong, "", SitrepIssued{Text: strings.Repeat("x", MaxBlock+1)})
	c.refused(RefusePast, "", SitrepIssued{Text: "x", Next: at(c.now.Add(-time.Hour))})
	c.refused(RefuseInvalid, "", ContactAdded{ID: "Bad Id", Name: "x", Call: "x"})
	c.refused(RefuseEmpty, "", ContactAdded{ID: "x", Call: "x"})
	c.refused(RefuseEmpty, "", ContactAdded{ID: "x", Name: "x"})
	c.refused(RefuseHandover, "", HandoverRefused{Handover: "nothing", Reason: "x"})
	c.by("Eve", RoleObserver).refused(RefuseRole, "", CadenceSet{Every: Duration(time.Hour), Reason: "x"})
}

func TestThresholdsOfTheReport(t *testing.T) {
	c := reporting(t)
	var keys []string
	for _, k := range Thresholds(c.s, c.now) {
		if k.Kind == ClockSitrep {
			keys = append(keys, fmt.Sprint(k.At.Sub(zero()), k.Before))
		}
	}
	if got := strings.Join(keys, ","); got != "25m0s 5m0s,30m0s 0s" {
		t.Errorf("%s", got)
	}
}

func handed(t *testing.T) (*cellRoom, EventID) {
	c := declared(t).must("", RosterJoined{}).must("", RoleTaken{Role: RoleDirector})
	c.must("", RoleHandedOver{Role: RoleDirector, To: "Carla", Brief: "where we stand"})
	return c, c.s.Handover[0].ID
}

func holds(t *testing.T, c *cellRoom, who string) {
	t.Helper()
	if got, _ := c.s.Holder(RoleDirector); got != who {
		t.Errorf("%q holds the role, not %q", got, who)
	}
}

func TestARefusedHandOverGoesBack(t *testing.T) {
	c, id := handed(t)
	c.refused(RefuseHandoverWaits, "", RoleHandedOver{Role: RoleDirector, To: "Dan", Brief: "x"})
	c.by("Dan", RoleITLead).refused(RefuseHandover, "", HandoverRefused{Handover: id, Reason: "not mine"})
	c.by("Carla", RoleDirector).refused(RefuseEmpty, "", HandoverRefused{Handover: id})
	c.must("", HandoverRefused{Handover: id, Reason: "the loss is not in the brief"})
	holds(t, c, "Alice")
	if h := c.s.Handover[0]; h.Pending() || h.Void == nil || h.Void.Note != "the loss is not in the brief" {
		t.Errorf("%+v", h)
	}
	c.refused(RefuseHandover, "", HandoverAcknowledged{Handover: id})
	c.by("Alice", RoleDirector).must("", RoleHandedOver{Role: RoleDirector, To: "Carla", Brief: "with the loss"})
	c.by("Carla", RoleDirector).must("", HandoverAcknowledged{Handover: c.s.Handover[1].ID})
	holds(t, c, "Carla")
}

func TestTheGiverTakesAHandOverBack(t *testing.T) {
	c, id := handed(t)
	c.must("", HandoverRefused{Handover: id, Reason: "I stay"})
	holds(t, c, "Alice")
	if c.s.PendingHandover(RoleDirector) != nil {
		t.Error("it still waits")
	}
}

// TestTwoHandOversOfOneRole: given twice offline, acknowledged once; the other one is over.
func TestTwoHandOversOfOneRole(t *testing.T) {
	c := declared(t).must("", RoleTaken{Role: RoleDirector})
	a, _ := c.try("", RoleHandedOver{Role: RoleDirector, To: "Bob", Brief: "x"})
	b, _ := c.try("", RoleHandedOver{Role: RoleDirector, To: "Carla", Brief: "x"})
	c.append(a)
	c.append(b)
	c.by("Carla", RoleDirector).must("", HandoverAcknowledged{Handover: b.ID})
	c.by("Bob", RoleDirector).refused(RefuseHandover, "", HandoverAcknowledged{Handover: a.ID})
	holds(t, c, "Carla")
}

func TestContactsInTheOrderToCallThem(t *testing.T) {
	c := declared(t)
	order := func() string {
		var out []string
		for _, k := range Contacts(c.s) {
			out = append(out, k.ID)
		}
		return strings.Join(out, " ")
	}
	if got := order(); got != "desk insurer" {
		t.Errorf("%s", got)
	}
	k := Contacts(c.s)[0]
	if !k.Wanted() || len(k.Steps) != 1 || k.Steps[0] != "failover/rebuild" || k.Call.EN == "" {
		t.Errorf("the rebuild is ready and names its contact: %+v", k)
	}
	c.must("", ContactReached{Contact: "desk", Note: "no answer"}).after(time.Minute)
	c.must("", ContactReached{Contact: "desk", Note: "no answer again"})
	if k = Contacts(c.s)[0]; k.Tries != 2 || k.Missed != 2 || k.Last.Mark.Note != "no answer again" || k.Reached != nil {
		t.Errorf("%+v", k)
	}
	// Old records name contacts in the language of their screen.
	c.must("", ContactReached{Contact: "bureau", Reached: true, Note: "they come"})
	if k = Contacts(c.s)[0]; k.ID != "desk" || k.Missed != 0 || k.Tries != 3 || k.Reached == nil || k.Wanted() {
		t.Errorf("%+v", k)
	}
	c.must("", ContactReached{Contact: "The mayor", Reached: false})
	if got := order(); got != "The mayor desk insurer" {
		t.Errorf("%s", got)
	}
}

func TestAContactIsAddedOnTheFly(t *testing.T) {
	c := declared(t)
	id := c.s.NewContactID("Préfecture, cellule d’astreinte")
	if id != "prefecture-cellule-d-astreinte" {
		t.Errorf("%q", id)
	}
	c.must("", ContactAdded{ID: id, Name: "Préfecture", Call: "the red telephone", Reason: "the roads are cut"})
	if got, _ := c.s.FindContact("préfecture"); got != id {
		t.Errorf("%q", got)
	}
	if got, _ := c.s.FindContact("pref"); got != id {
		t.Errorf("%q", got)
	}
	// For one that is listed it corrects how to call; the plan's word stays in the playbook.
	c.must("", ContactAdded{ID: "desk", Name: "Desk", Call: "the second number"})
	for _, k := range Contacts(c.s) {
		if k.ID == "desk" && (k.Call.EN != "the second number" || k.Added == nil || k.Plan != "failover" || !k.Wanted()) {
			t.Errorf("%+v", k)
		}
	}
	if _, others := c.s.FindContact("nobody"); len(others) != 3 {
		t.Errorf("%v", others)
	}
	if c.s.NewContactID("desk") != "desk-2" || c.s.NewContactID("???") != "contact" {
		t.Error(c.s.NewContactID("desk"), c.s.NewContactID("???"))
	}
}

func TestNotesToVerifyAreKeptUntilSomebodyDid(t *testing.T) {
	c := declared(t)
	c.must("", NoteAdded{Text: "a digger cut the fibre", Source: "a passer-by", Check: CheckToVerify})
	id := c.log[len(c.log)-1].Event.ID
	c.must("", NoteAdded{Text: "we told the press", Kind: NoteCommunication})
	c.must("", NoteCorrected{Entry: id, Text: "a digger cut the power line"})
	if open := c.s.Notes.Open; len(open) != 1 || open[0].Text != "a digger cut the power line" || open[0].Source != "a passer-by" {
		t.Errorf("%+v", open)
	}
	if m := c.s.Notes.Message; m == nil || m.Text != "we told the press" {
		t.Errorf("%+v", m)
	}
	before := c.s.Clone()
	c.must("", NoteChecked{Entry: id, Check: CheckDenied})
	if len(c.s.Notes.Open) != 0 || len(before.Notes.Open) != 1 {
		t.Error("a denied note is still open, or a copy changed")
	}
	c.must("", NoteChecked{Entry: "e00001", Check: CheckToVerify, Text: "is this still so?"})
	if len(c.s.Notes.Open) != 1 {
		t.Errorf("%+v", c.s.Notes.Open)
	}
	for i := range 2 * maxOpenNotes {
		c.must("", NoteAdded{Text: fmt.Sprint("rumour ", i), Check: CheckToVerify})
	}
	if open := c.s.Notes.Open; len(open) != maxOpenNotes || open[maxOpenNotes-1].Text != fmt.Sprint("rumour ", 2*maxOpenNotes-1) {
		t.Errorf("%d kept", len(c.s.Notes.Open))
	}
}
