package incident

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// law is a small regime: a chain of two reports and a flag.
func law() RegimeDef {
	return RegimeDef{
		ID: "law", Title: T("Law"), Stamps: []StampDef{{ID: "own", Title: T("own stamp")}, {ID: string(StampClassified), After: "aware"}},
		Rows: []ObligationDef{
			{
				ID: "first", Title: T("First"), Article: "Art. 1",
				Due: []LimitDef{{From: []string{"aware"}, Within: Term{Length: Duration(24 * time.Hour)}}, {From: []string{"classified-major"}, Within: Term{Length: Duration(4 * time.Hour)}}},
			},
			{ID: "second", Title: T("Second"), Article: "Art. 2", Due: []LimitDef{{From: []string{"submitted/first"}, Within: Term{Months: 1}}}},
			{ID: "flag", Title: T("Flag"), Article: "Art. 3", When: WhenUndueDelay, From: []string{"own"}},
		},
	}
}

// anyRegime draws a regime that may or may not make sense.
func anyRegime(t *rapid.T) RegimeDef {
	r := law()
	r.ID = rapid.SampledFrom([]RegimeID{"law", "other", "Bad Id", ""}).Draw(t, "regime")
	names := rapid.SliceOfN(rapid.SampledFrom([]string{"aware", "own", "classified-major", "submitted/first", "submitted/nothing", "submitted/flag", "", "fact", "a/b"}), 0, 3)
	for i := range r.Rows {
		row := &r.Rows[i]
		row.Needs, row.From, row.If, row.Unless = names.Draw(t, "needs"), names.Draw(t, "from"), names.Draw(t, "if"), names.Draw(t, "unless")
		row.Repeats = rapid.Bool().Draw(t, "repeats")
		row.When = rapid.SampledFrom([]ObligationWhen{"", WhenDeadline, WhenRequested, "never"}).Draw(t, "when")
		row.Due = append(row.Due, LimitDef{
			From: names.Draw(t, "origin"), LapsesBefore: rapid.SampledFrom([]string{"", "own", "submitted/second"}).Draw(t, "lapses"),
			Within: rapid.SampledFrom([]Term{{}, {Months: 1}, {Days: 4}, {Length: 1}, {Months: -1}, {Days: 1 << 40}}).Draw(t, "within"),
			At:     rapid.SampledFrom([]string{"", "17:30", "24:00", "noon"}).Draw(t, "at"),
		})
		if rapid.Bool().Draw(t, "roll") {
			row.Roll = &RollDef{To: "12:00", Unless: names.Draw(t, "never")}
		}
	}
	r.Zone = rapid.SampledFrom([]string{"", "Europe/Paris", "Nowhere/Atall"}).Draw(t, "zone")
	r.Holidays = []Date{"2026-11-23", "never"}
	r.Facts = names.Draw(t, "facts")
	return r
}

// anyLegal draws something said of legal clocks.
func anyLegal(t *rapid.T, when time.Time, word string) told {
	row := rapid.SampledFrom([]string{"first", "second", "flag", "nothing", "law"}).Draw(t, "row")
	stamp := rapid.SampledFrom([]Stamp{StampClassified, "aware/law", "own/law", "aware/nobody", "Not A Stamp"}).Draw(t, "stamp")
	all := []told{
		{"", RegimeApplied{Regime: anyRegime(t), Reason: word}},
		{"", ObligationMet{Obligation: "law/" + row, Reference: word, Reason: word}},
		{"", ObligationDelayed{Obligation: "law/" + row, Reason: word, Expected: &when}},
		{"", ObligationDismissed{Obligation: row, Reason: word}},
		{"", ObligationDismissed{Obligation: "law/" + row, Reason: word}},
		{"", ObligationApplies{Obligation: "law/" + row, Reason: word}},
		{"", IncidentOrigin{Stamp: stamp, At: when, Reason: word}},
	}
	return all[rapid.IntRange(0, len(all)-1).Draw(t, "legal")]
}

// TestDutiesAreTotalDeterministicAndMonotone: any log, any time: the same answer twice; and as time goes by alone, no clock
// goes back, and what is met or missed stays so.
func TestDutiesAreTotalDeterministicAndMonotone(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := foldAll(anyLog(t))
		now := zero().Add(time.Duration(rapid.IntRange(-1000, 100000).Draw(t, "minutes")) * time.Minute)
		later := now.Add(time.Duration(rapid.IntRange(0, 100000).Draw(t, "later")) * time.Minute)
		one, two, then := Duties(s, now), Duties(s, now), Duties(s, later)
		a, err := json.Marshal(one)
		if err != nil {
			t.Fatal(err)
		}
		b, _ := json.Marshal(two)
		if string(a) != string(b) || len(one) != len(then) {
			t.Fatal("two answers")
		}
		rank := map[ClockState]int{ClockNotStarted: 0, ClockRunning: 1, ClockMet: 2, ClockMissed: 2}
		for i := range one {
			x, y := one[i].Clock, then[i].Clock
			if x.Deadline != y.Deadline || rank[y.State] < rank[x.State] || (rank[x.State] == 2 && x.State != y.State) || y.Remaining > x.Remaining {
				t.Fatalf("%+v\n%+v", x, y)
			}
			if x.State == ClockMissed && x.Deadline.IsZero() {
				t.Fatalf("missed without a deadline: %+v", x)
			}
			if e := one[i].Extended; !e.IsZero() && e.Before(x.Deadline) {
				t.Fatalf("the law allows less than the strict time: %v, %v", e, x.Deadline)
			}
		}
		n := 0
		for _, c := range Clocks(s, now) {
			if c.Kind == ClockObligation {
				n++
			}
		}
		dismissed := 0
		for i := range one {
			if one[i].Dismissed != nil {
				dismissed++
			}
		}
		if n != len(one)-dismissed {
			t.Fatalf("%d clocks of %d duties", n, len(one))
		}
		NextDuties(s, now)
	})
}

func (c *cellRoom) duty(id ObligationID) Duty {
	c.t.Helper()
	for _, d := range Duties(c.s, c.now) {
		if d.ID == id {
			return d
		}
	}
	c.t.Fatalf("no duty %s", id)
	return Duty{}
}

func lawful(t teller) *cellRoom {
	return declared(t).must("", RegimeApplied{Regime: law(), Reason: "counsel says so"})
}

func TestARegimeTravelsInThePlaybook(t *testing.T) {
	b := book()
	b.Obligations, b.Regimes = []RegimeID{"law"}, []RegimeDef{law()}
	launch := PlanLaunched{Playbook: encoded(t, b), Plan: "failover", Hash: "9"}
	c := declared(t).must(PlanSubject("failover-2"), launch)
	if r := c.s.Regime("law"); r == nil || r.Plan != "failover-2" || len(Duties(c.s, c.now)) != 3 {
		t.Fatalf("%+v", r)
	}
	// A person's change survives a second launch of the same playbook.
	changed := law()
	changed.Facts = []string{"trust-service-provider"}
	c.must("", RegimeApplied{Regime: changed, Reason: "we are one"}).must(PlanSubject("failover-3"), launch)
	if r := c.s.Regime("law"); len(r.Def.Facts) != 1 || r.Plan != "" || len(c.s.Regimes) != 1 {
		t.Errorf("%+v", r)
	}
}

func TestStampsAreSetByPeopleWithAReason(t *testing.T) {
	c := lawful(t)
	at := c.now.Add(-time.Minute)
	c.refused(RefuseEmpty, "", IncidentOrigin{Stamp: "aware/law", At: at})
	c.refused(RefuseUnknown, "", IncidentOrigin{Stamp: "aware/other", At: at, Reason: "x"})
	c.refused(RefuseInvalid, "", IncidentOrigin{Stamp: "nothing/law", At: at, Reason: "x"})
	c.refused(RefuseInvalid, "", IncidentOrigin{Stamp: "no stamp", At: at, Reason: "x"})
	c.refused(RefuseFuture, "", IncidentOrigin{Stamp: "aware/law", At: c.now.Add(time.Hour), Reason: "x"})
	c.must("", IncidentOrigin{Stamp: "aware/law", At: at, Reason: "the lead was certain"})
	c.refused(RefuseOrder, "", IncidentOrigin{Stamp: StampClassified, At: at.Add(-time.Hour), Reason: "x"})
	c.must("", IncidentOrigin{Stamp: StampClassified, At: at, Reason: "x"})
	c.refused(RefuseOrder, "", IncidentOrigin{Stamp: "aware/law", At: at.Add(30 * time.Second), Reason: "x"})
	c.must("", IncidentOrigin{Stamp: StampOccurred, At: at.Add(-time.Hour), Reason: "x"})
	c.refused(RefuseOrder, "", IncidentOrigin{Stamp: StampPersonal, At: at.Add(-2 * time.Hour), Reason: "x"})
	if d := c.duty("law/first"); d.From.Stamp != StampClassified || d.Clock.Deadline != at.Add(4*time.Hour) {
		t.Errorf("%+v", d)
	}
	// Changed: the earlier one is kept, the clock goes by the last.
	c.must("", IncidentOrigin{Stamp: StampClassified, At: at.Add(10 * time.Second), Reason: "the minutes of the meeting say so"})
	if d := c.duty("law/first"); d.Clock.Deadline != at.Add(4*time.Hour+10*time.Second) {
		t.Errorf("%+v", d.Clock)
	}
	if n := len(slices.DeleteFunc(slices.Clone(c.s.Stamps), func(x StampSet) bool { return x.Stamp != StampClassified })); n != 2 {
		t.Errorf("%d settings kept", n)
	}
}

func TestReportsSent(t *testing.T) {
	c := lawful(t).must("", IncidentOrigin{Stamp: "aware/law", At: zero(), Reason: "x"}).after(time.Hour)
	c.refused(RefuseUnknown, "", ObligationMet{Obligation: "law/nothing"})
	c.refused(RefuseEmpty, "", ObligationMet{})
	c.must("", ObligationMet{Obligation: "law/first", Reference: "A-1"})
	c.refused(RefuseObligationMet, "", ObligationMet{Obligation: "law/first", Reference: "A-2"})
	c.must("", ObligationMet{Obligation: "law/first", Reference: "A-2", Reason: "typed wrongly"})
	d := c.duty("law/first")
	if d.Report().Reference != "A-2" || len(d.Reports) != 2 || d.Clock.State != ClockMet {
		t.Errorf("%+v", d)
	}
	// A report cannot go out before the one it follows.
	dr := c.draft("", ObligationMet{Obligation: "law/second"})
	dr.Time = zero()
	if _, err := Decide(c.s, dr); err == nil || !strings.Contains(err.Error(), string(RefuseOrder)) {
		t.Errorf("%v", err)
	}
	if d := declared(t).must("", ObligationMet{Obligation: "the regulator, by phone"}); len(d.s.Met) != 1 {
		t.Error("without a regime a report has any name")
	}
}

func TestLegalClocksRunOnAfterTheClose(t *testing.T) {
	c := lawful(t).must("", IncidentOrigin{Stamp: "aware/law", At: zero(), Reason: "x"}).must("", IncidentClosed{Reason: "a test"}).after(25 * time.Hour)
	if d := c.duty("law/first"); d.Clock.State != ClockMissed {
		t.Errorf("%+v", d)
	}
	c.must("", ObligationMet{Obligation: "law/first"}).must("", IncidentOrigin{Stamp: StampHandled, At: c.now, Reason: "x"})
	c.refused(RefuseClosed, "", IncidentOrigin{Stamp: StampDetected, At: c.now, Reason: "x"})
}

func TestNotApplicable(t *testing.T) {
	c := lawful(t).must("", IncidentOrigin{Stamp: "aware/law", At: zero(), Reason: "x"})
	c.refused(RefuseUnknown, "", ObligationDismissed{Obligation: "law/nothing", Reason: "x"})
	c.refused(RefuseEmpty, "", ObligationDismissed{Obligation: "law/first"})
	c.refused(RefuseScope, "", ObligationApplies{Obligation: "law/first", Reason: "x"})
	c.must("", ObligationDismissed{Obligation: "law", Reason: "not our sector"})
	c.refused(RefuseScope, "", ObligationDismissed{Obligation: "law", Reason: "x"})
	if d := c.duty("law/first"); d.Dismissed == nil || d.Open() || len(NextDuties(c.s, c.now)) != 0 {
		t.Errorf("%+v", d)
	}
	for _, k := range Clocks(c.s, c.now) {
		if k.Kind == ClockObligation {
			t.Errorf("a clock of a regime that does not apply: %+v", k)
		}
	}
	c.must("", ObligationApplies{Obligation: "law", Reason: "it is"})
	if d := c.duty("law/first"); !d.Open() {
		t.Errorf("%+v", d)
	}
	c.refused(RefuseScope, "", RegimeApplied{Regime: law(), Reason: "again"})
	c.must("", ObligationDismissed{Obligation: "law", Reason: "x"}).must("", RegimeApplied{Regime: law(), Reason: "again"})
	if d := c.duty("law/first"); !d.Open() {
		t.Errorf("brought in again it applies: %+v", d)
	}
	bad := law()
	bad.Rows = append(bad.Rows, bad.Rows[0])
	c.refused(RefuseInvalid, "", RegimeApplied{Regime: bad, Reason: "x"})
}

// TestAReportEveryFourHours: a row of one's own that counts from its own last report.
func TestAReportEveryFourHours(t *testing.T) {
	r := law()
	r.Rows = []ObligationDef{{
		ID: "update", Title: T("Update"), Article: "clause 7", Repeats: true,
		Due: []LimitDef{{From: []string{"submitted/update", "aware"}, Within: Term{Length: Duration(4 * time.Hour)}}},
	}}
	c := declared(t).must("", RegimeApplied{Regime: r, Reason: "x"}).must("", IncidentOrigin{Stamp: "aware/law", At: zero(), Reason: "x"})
	for i := range 3 {
		d := c.duty("law/update")
		if d.Clock.State != ClockRunning || d.Clock.Deadline != zero().Add(time.Duration(i)*3*time.Hour+4*time.Hour) {
			t.Fatalf("round %d: %+v", i, d.Clock)
		}
		c.after(3*time.Hour).must("", ObligationMet{Obligation: "law/update"})
	}
	if c.after(5 * time.Hour); c.duty("law/update").Clock.State != ClockMissed {
		t.Errorf("%+v", c.duty("law/update").Clock)
	}
}

func TestLegalAlerts(t *testing.T) {
	c := lawful(t).must("", IncidentOrigin{Stamp: "aware/law", At: zero(), Reason: "x"})
	var legal []Threshold
	for _, x := range Thresholds(c.s, c.now) {
		if x.Kind == ClockObligation {
			legal = append(legal, x)
		}
	}
	var at []time.Duration
	for _, x := range legal {
		at = append(at, x.At.Sub(zero()))
	}
	if !slices.Equal(at, []time.Duration{12 * time.Hour, 23 * time.Hour, 24 * time.Hour}) {
		t.Errorf("%v", at)
	}
	if c.after(23*time.Hour + 10*time.Minute); Proposals(c.s, c.now, "Alice")[0].Obligation == "law/first" {
		t.Error("the go/no-go comes before a report")
	}
	found := slices.ContainsFunc(Proposals(c.s, c.now, "Alice"), func(p Proposal) bool { return p.Obligation == "law/first" })
	if !found {
		t.Error("a deadline within the hour is proposed")
	}
	// A month ahead: also a day before.
	c.must("", ObligationMet{Obligation: "law/first"})
	n := 0
	for _, x := range Thresholds(c.s, c.now) {
		if x.Obligation == "law/second" {
			n++
		}
		if x.Obligation == "law/first" {
			t.Error("a report that went out still alerts")
		}
	}
	if n != 4 {
		t.Errorf("%d alerts", n)
	}
}

// TestAForgottenStampIsAskedFor: behind the work, after half an hour, once, and no more when somebody said anything.
func TestAForgottenStampIsAskedFor(t *testing.T) {
	asked := func(c *cellRoom) bool {
		return slices.ContainsFunc(Proposals(c.s, c.now, "Alice"), func(p Proposal) bool { return p.Code == ProposeStamp && p.Obligation == "law/first" })
	}
	c := lawful(t)
	if asked(c) {
		t.Error("in the first minutes there is other work")
	}
	if c.after(31 * time.Minute); !asked(c) || Proposals(c.s, c.now, "Alice")[0].Code == ProposeStamp {
		t.Errorf("%+v", Proposals(c.s, c.now, "Alice"))
	}
	for _, d := range []Data{
		IncidentOrigin{Stamp: "own/law", At: zero(), Reason: "x"},
		ObligationDismissed{Obligation: "law", Reason: "x"},
		ObligationDismissed{Obligation: "law/flag", Reason: "x"},
		ObligationMet{Obligation: "law/first"},
	} {
		if said := lawful(t).after(31*time.Minute).must("", d); asked(said) {
			t.Errorf("asked after %T", d)
		}
	}
}

func TestARegimeFitsAnEvent(t *testing.T) {
	big := law()
	big.Note = T(strings.Repeat("long ", 20000))
	declared(t).refused(RefuseTooLong, "", RegimeApplied{Regime: big, Reason: "x"})
}

func TestParseTerm(t *testing.T) {
	for in, want := range map[string]Term{
		"24h": {Length: Duration(24 * time.Hour)}, "72h": {Length: Duration(72 * time.Hour)}, "1mo": {Months: 1}, "4bd": {Days: 4}, " 4 bd": {Days: 4}, "90m": {Length: Duration(90 * time.Minute)},
	} {
		got, err := ParseTerm(in)
		if err != nil || got != want {
			t.Errorf("%q: %+v %v", in, got, err)
		}
		if back, err := ParseTerm(got.String()); err != nil || back != want {
			t.Errorf("%q → %q → %+v", in, got.String(), back)
		}
	}
	for _, bad := range []string{"", "0h", "-1mo", "4", "1mo2h", "9999mo", "9999bd", "soon", "9000d"} {
		if got, err := ParseTerm(bad); err == nil {
			t.Errorf("%q gave %+v", bad, got)
		}
	}
}

func BenchmarkDuties(b *testing.B) {
	c := lawful(b).must("", IncidentOrigin{Stamp: "aware/law", At: zero(), Reason: "x"})
	for i := range 200 {
		c.after(time.Second).must("", ObligationMet{Obligation: "law/first", Reference: itoa(i), Reason: "x"})
	}
	b.ReportAllocs()
	for b.Loop() {
		Duties(c.s, c.now)
	}
}
