package incident

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// anyTargets draws a batch: lawful names, new ones, runs, nonsense, times in any order.
func anyTargets(t *rapid.T, own string, when time.Time, word string) told {
	items := []string{"app-01", "app-02..app-05", "db-1", "new-1", "new-1..new-300", "..", "a,b", "app-09..app-01", "x\x1b[2J", " blank ", strings.Repeat("z", 80), "app-0..app-99999999"}
	var d TargetsChanged
	for range rapid.IntRange(0, 3).Draw(t, "changes") {
		c := TargetChange{
			State: rapid.SampledFrom([]TargetState{TargetWaiting, TargetRunning, TargetDone, TargetFailed, TargetSkipped, "asleep", ""}).Draw(t, "state"),
			IDs:   rapid.SliceOfN(rapid.SampledFrom(items), 0, 4).Draw(t, "ids"),
			Group: rapid.SampledFrom([]string{"", "north", "west", "a,b"}).Draw(t, "group"),
		}
		if rapid.Bool().Draw(t, "timed") {
			c.At = &when
		}
		d.Changes = append(d.Changes, c)
	}
	d.Add, d.Note = rapid.Bool().Draw(t, "add"), word
	if rapid.Bool().Draw(t, "signals") {
		d.Signals = &SignalSpan{From: "orchestrator", Upto: when}
	}
	subject := rapid.SampledFrom([]string{"targets/step/failover/" + own, "targets/catchup/failover/orders", "targets/main", "targets/step"}).Draw(t, "set")
	return told{subject, d}
}

const appsSet = SetID("step/failover/apps")

// atApps is an incident whose step "apps", with eight named targets, may start.
func atApps(t teller) *cellRoom {
	c := declared(t).done("rebuild").decideGo()
	c.must(step("network"), StepStarted{}).must(step("network"), StepDone{})
	return c.by("Bob", RoleITLead).must(step("network"), StepChecked{})
}

func (c *cellRoom) batch(state TargetState, ids ...string) *cellRoom {
	c.t.Helper()
	return c.must(TargetsSubject(appsSet), TargetsChanged{Changes: []TargetChange{{State: state, IDs: ids}}})
}

func TestTargetsDefinition(t *testing.T) {
	for _, c := range []struct {
		name, json string
		want       []string // name or name@group
		total      int
	}{
		{"a count", `35`, nil, 35},
		{"a pattern", `{"pattern":"vm-%02d","count":3}`, []string{"vm-01", "vm-02", "vm-03"}, 3},
		{"names and a pattern", `{"names":["db"],"pattern":"vm-%d","count":3}`, []string{"db", "vm-1", "vm-2"}, 3},
		{"groups of one pattern", `{"pattern":"s-%03d","groups":[{"name":"a","count":2},{"name":"b","count":1}]}`, []string{"s-001@a", "s-002@a", "s-003@b"}, 3},
		{"groups of their own", `{"groups":[{"name":"a","pattern":"a%d","count":2},{"name":"b","names":["x","y"]}]}`, []string{"a1@a", "a2@a", "x@b", "y@b"}, 4},
		{"twice is once", `{"names":["x","x","y"]}`, []string{"x", "y"}, 3},
		{"more than named", `{"names":["x"],"count":9}`, []string{"x"}, 9},
		{"a hostile count", `{"pattern":"a%d","count":9000000000000000000}`, nil, 9000000000000000000},
		{"nothing", `0`, nil, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			var d TargetsDef
			if err := json.Unmarshal([]byte(c.json), &d); err != nil {
				t.Fatal(err)
			}
			if d.Total() != c.total {
				t.Errorf("total %d, want %d", d.Total(), c.total)
			}
			s := newTargets(d, nil)
			var got []string
			for i := range min(s.Len(), 20) {
				at := s.At(i)
				name := at.ID
				if at.Group != "" {
					name += "@" + at.Group
				}
				got = append(got, name)
			}
			if c.want != nil && !slices.Equal(got, c.want) {
				t.Errorf("%v, want %v", got, c.want)
			}
			if s.Len() > MaxTargets {
				t.Errorf("%d names", s.Len())
			}
			again, err := json.Marshal(d)
			var back TargetsDef
			if err != nil || json.Unmarshal(again, &back) != nil || !back.same(d) {
				t.Errorf("written as %s", again)
			}
		})
	}
}

func TestPatterns(t *testing.T) {
	for s, want := range map[string]bool{
		"vm-%d": true, "vm-%02d": true, "%4d-x": true, "vm": false, "%s": false, "%d-%d": false, "%012d": false, "%%d": false, "a,%d": false,
		strings.Repeat("x", 70) + "%d": false,
	} {
		if ValidPattern(s) != want {
			t.Errorf("%q: %v", s, !want)
		}
	}
}

func TestListsOfNames(t *testing.T) {
	for list, want := range map[string]string{
		"a":                    "a",
		"s-01..s-03":           "s-01 s-02 s-03",
		"s-01..03":             "s-01 s-02 s-03",
		"s-8..s-11":            "s-8 s-9 s-10 s-11",
		"rack1-a..rack3-a":     "rack1-a rack2-a rack3-a",
		"s-03..s-01":           "!",
		"s-08..s-011":          "!",
		"a..b":                 "!",
		"s-1..t-2":             "!",
		"s-000001..s-999999":   "!",
		"":                     "!",
		"a,b":                  "!",
		"9999999999..19999999": "!",
	} {
		names, ok := ExpandTargets([]string{list})
		got := strings.Join(names, " ")
		if !ok {
			got = "!"
		}
		if got != want {
			t.Errorf("%q: %q, want %q", list, got, want)
		}
	}
}

// TestCompactIsExpandedAgain: a list says the same, however it is written, and however it is cut into events.
func TestCompactIsExpandedAgain(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		names := rapid.SliceOfN(rapid.StringMatching(`[a-c]{0,2}-?[0-9]{0,3}[xy]?`), 0, 60).Draw(t, "names")
		for n := rapid.IntRange(0, 400).Draw(t, "run"); n > 0; n-- {
			names = append(names, fmt.Sprintf("shop-%04d", 9900+n%250))
		}
		names = slices.DeleteFunc(names, func(s string) bool { return !ValidTarget(s) })
		list := CompactTargets(names)
		back, ok := ExpandTargets(list)
		if !ok || !slices.Equal(back, names) {
			t.Fatalf("%v became %v", names, back)
		}
		var again []string
		for _, d := range SplitTargets([]TargetChange{{State: TargetDone, IDs: names}}, "n") {
			size := 0
			for i := range d.Changes {
				size += d.Changes[i].size()
				again = append(again, d.Changes[i].IDs...)
			}
			if size > maxBatch {
				t.Fatalf("a batch of %d bytes", size)
			}
		}
		if !slices.Equal(again, names) {
			t.Fatal("splitting lost a name")
		}
	})
}

func TestTargetsDriveTheCounts(t *testing.T) {
	c := atApps(t)
	st := func() *Step { return c.s.Step("failover/apps") }
	if st().Total != 8 || st().Targets.Len() != 8 || !st().Targets.Closed() {
		t.Fatalf("%+v", st())
	}
	c.after(time.Minute).batch(TargetRunning, "app-01..app-03", "db-1")
	if st().Status != StepRunning || st().Done != 0 || st().Targets.Count(TargetRunning) != 4 {
		t.Errorf("%s %d/%d", st().Status, st().Done, st().Total)
	}
	c.after(time.Minute).batch(TargetDone, "app-01", "app-02").batch(TargetSkipped, "db-2").batch(TargetFailed, "db-1")
	if st().Done != 3 || st().Targets.Over() != 3 {
		t.Errorf("%d of %d", st().Done, st().Total)
	}
	i, _ := st().Targets.Find("db-1")
	if at := st().Targets.At(i); at.State != TargetFailed || at.Group != "south" || !at.Since.Equal(c.now) || at.Entry != len(c.log) {
		t.Errorf("%+v", at)
	}
	// A plain count cannot contradict the names; one that does not is taken.
	c.refused(RefuseNamed, step("apps"), StepProgressed{Done: 5})
	c.refused(RefuseNamed, step("apps"), StepProgressed{Done: 3, Total: 4})
	c.must(step("apps"), StepProgressed{Done: 3, Total: 10}).must(step("apps"), StepProgressed{Done: 5})
	if st().Done != 5 || st().Total != 10 {
		t.Errorf("%d of %d", st().Done, st().Total)
	}
	if sum := c.s.TargetSum(appsSet, c.now); sum.Total != 10 || sum.Named != 8 || sum.Done != 4 || sum.Skipped != 1 || sum.Waiting != 3 || sum.Failed != 1 || sum.Running != 1 {
		t.Errorf("%+v", sum)
	}
	// Done ends the step; what is not done by name is not called done.
	c.must(step("apps"), StepDone{})
	if st().Done != 5 || st().Status != StepIsDone {
		t.Errorf("%d of %d, %s", st().Done, st().Total, st().Status)
	}
	c.after(time.Minute).batch(TargetDone, "db-1")
	if st().Done != 6 || st().Status != StepIsDone {
		t.Errorf("what follows is not counted: %d", st().Done)
	}
}

func TestNamesAppearWithTheFirstBatch(t *testing.T) {
	c := declared(t)
	set := StepSet("failover/rebuild") // ten machines, no names
	c.must(step("rebuild"), StepProgressed{Done: 4})
	tell := func(state TargetState, ids ...string) {
		c.after(time.Second).must(TargetsSubject(set), TargetsChanged{Changes: []TargetChange{{State: state, IDs: ids, Group: "host-1"}}})
	}
	tell(TargetDone, "vm-01..vm-03")
	st := func() *Step { return c.s.Step("failover/rebuild") }
	if st().Done != 4 || st().Total != 10 || st().Targets.Len() != 3 {
		t.Errorf("%d of %d", st().Done, st().Total)
	}
	tell(TargetWaiting, "vm-04..vm-12") // two more than were planned
	if st().Total != 12 || st().Done != 3 || st().Targets.Groups()[0] != "host-1" {
		t.Errorf("%d of %d: the names are what there is", st().Done, st().Total)
	}
	// The old version of a set is what it was.
	before := st().Targets
	tell(TargetFailed, "vm-01")
	if i, _ := before.Find("vm-01"); before.At(i).State != TargetDone || st().Targets.At(i).State != TargetFailed {
		t.Error("a set changed under its reader")
	}
}

// TestTheNewestFactHolds: batches may come in any order.
func TestTheNewestFactHolds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		base := zero()
		type change struct {
			at    int
			state TargetState
		}
		n := rapid.IntRange(1, 12).Draw(t, "n")
		changes := make([]change, n)
		for i, at := range rapid.Permutation(seq(n)).Draw(t, "times") {
			changes[i] = change{at, TargetStates()[rapid.IntRange(0, 4).Draw(t, "state")]}
		}
		fold := func(order []int) Target {
			var s *TargetSet
			for _, k := range order {
				at := base.Add(time.Duration(changes[k].at) * time.Second)
				s, _ = s.with(TargetsChanged{Changes: []TargetChange{{State: changes[k].state, IDs: []string{"x"}, At: &at}}}, base, time.Time{}, Mark{Seq: 1})
			}
			return s.At(0)
		}
		newest := slices.MaxFunc(changes, func(a, b change) int { return a.at - b.at })
		got := fold(rapid.Permutation(seq(n)).Draw(t, "order"))
		if got.State != newest.state {
			t.Fatalf("%s, but the newest says %s", got.State, newest.state)
		}
	})
}

func seq(n int) []int {
	out := make([]int, n)
	for i := range out {
		out[i] = i
	}
	return out
}

func TestTargetRules(t *testing.T) {
	c := declared(t)
	subject := TargetsSubject(appsSet)
	one := func(state TargetState, ids ...string) TargetsChanged {
		return TargetsChanged{Changes: []TargetChange{{State: state, IDs: ids}}}
	}
	c.refused(RefuseStepWaits, subject, one(TargetRunning, "app-01"))
	c.must(subject, one(TargetWaiting, "app-01")) // nothing begins by it
	c = atApps(t)
	c.refused(RefuseUnknown, "targets/step/failover/none", one(TargetDone, "app-01"))
	c.refused(RefuseTarget, subject, one(TargetDone, "app-01", "app-77"))
	c.refused(RefuseInvalid, subject, one("asleep", "app-01"))
	c.refused(RefuseInvalid, subject, one(TargetDone, "a,b"))
	c.refused(RefuseEmpty, subject, one(TargetDone))
	c.refused(RefuseEmpty, subject, TargetsChanged{})
	future := c.now.Add(time.Hour)
	c.refused(RefuseFuture, subject, TargetsChanged{Changes: []TargetChange{{State: TargetDone, IDs: []string{"app-01"}, At: &future}}})
	many := make([]string, 6000)
	for i := range many {
		many[i] = fmt.Sprintf("shop-%04d", i*7%9000)
	}
	c.refused(RefuseBatch, subject, one(TargetDone, many...))
	add := one(TargetDone, "app-77")
	add.Add = true
	c.must(subject, add)
	if st := c.s.Step("failover/apps"); st.Total != 9 || st.Done != 1 {
		t.Errorf("%d of %d", st.Done, st.Total)
	}
	c.after(time.Minute).batch(TargetFailed, "app-77")
	old := c.now.Add(-30 * time.Second)
	c.refused(RefuseStale, subject, TargetsChanged{Changes: []TargetChange{{State: TargetDone, IDs: []string{"app-77"}, At: &old}}})
	c.by("Eve", RoleObserver).refused(RefuseRole, subject, one(TargetDone, "app-01"))
	c.by("orchestrator", RoleAutomation).must(subject, one(TargetDone, "app-01"))
	c.refused(RefuseNotPermitted, step("apps"), StepDone{})
	c.by("Alice", RoleDirector).must(step("apps"), StepSkipped{Reason: "not needed"})
	c.refused(RefuseStepState, subject, one(TargetDone, "app-02"))
}

func TestForeignBatchesAreKeptAndFlagged(t *testing.T) {
	c := atApps(t)
	tell := func(d TargetsChanged) []FlagCode {
		n := len(c.s.Flags)
		dr := c.draft(TargetsSubject(appsSet), d)
		c.append(Event{ID: dr.ID, Source: "/other", Type: d.Type(), Subject: dr.Subject, Time: c.now, Recorded: c.now, Incident: "inc-1", Realm: Live, Actor: "x", Role: RoleAutomation, Data: d})
		var out []FlagCode
		for _, f := range c.s.Flags[n:] {
			out = append(out, f.Code)
		}
		return out
	}
	got := tell(TargetsChanged{Changes: []TargetChange{{State: TargetDone, IDs: []string{"app-01", "nobody", "bad..bad"}}}})
	if !slices.Equal(got, []FlagCode{FlagBadData, FlagUnknownID}) || c.s.Step("failover/apps").Done != 1 {
		t.Errorf("%v", got)
	}
	future := c.now.Add(24 * time.Hour)
	tell(TargetsChanged{Changes: []TargetChange{{State: TargetRunning, IDs: []string{"app-02"}, At: &future}}})
	set, _ := c.s.Targets(appsSet)
	if i, _ := set.Find("app-02"); set.At(i).Since.After(c.now) {
		t.Error("a target is so since the future")
	}
}

func TestLateTargets(t *testing.T) {
	c := atApps(t) // apps: likely 30 min, 5 min a target
	c.after(time.Minute).batch(TargetRunning, "app-01").batch(TargetDone, "app-02")
	began := c.now
	for _, k := range []struct {
		after         time.Duration
		late, running int
	}{{time.Minute, 0, 0}, {5 * time.Minute, 0, 0}, {5*time.Minute + time.Second, 1, 1}, {30 * time.Minute, 1, 1}, {30*time.Minute + time.Second, 7, 1}} {
		sum := c.s.TargetSum(appsSet, began.Add(k.after))
		if sum.Late != k.late || sum.LateRunning != k.running {
			t.Errorf("after %s: %+v", k.after, sum)
		}
	}
	set, _ := c.s.Targets(appsSet)
	i, _ := set.Find("app-02")
	if set.Late(i, c.s.TargetLimits(appsSet), began.Add(10*time.Hour)) {
		t.Error("what is done is late")
	}
	c.must("plan/failover", PlanStepEstimated{Step: "apps", Estimate: Estimate{Likely: Duration(2 * time.Hour)}})
	if sum := c.s.TargetSum(appsSet, began.Add(time.Hour)); sum.LateWaiting != 0 {
		t.Errorf("a new estimate does not count: %+v", sum)
	}
	c.must(step("apps"), StepDone{})
	if sum := c.s.TargetSum(appsSet, began.Add(10*time.Hour)); sum.Late != 0 {
		t.Errorf("late after the end: %+v", sum)
	}
	// A line of the ledger is late with its service's MTPD, 24 h from the report.
	set2 := FlowSet("failover/orders")
	c.must("catchup/failover/orders", CatchupOpened{})
	c.must(TargetsSubject(set2), TargetsChanged{Changes: []TargetChange{{State: TargetWaiting, IDs: []string{"agency-1"}}}})
	if a, b := c.s.TargetSum(set2, zero().Add(24*time.Hour)), c.s.TargetSum(set2, zero().Add(25*time.Hour)); a.Late != 0 || b.Late != 1 {
		t.Errorf("%+v %+v", a, b)
	}
}

func TestProgressOfBatchesIsThinned(t *testing.T) {
	c := declared(t)
	set := TargetsSubject(StepSet("failover/rebuild"))
	for i := range 400 {
		c.after(500*time.Millisecond).must(set, TargetsChanged{Changes: []TargetChange{{State: TargetDone, IDs: []string{fmt.Sprintf("m-%d", i)}}}})
	}
	p := c.s.Step("failover/rebuild").Progress
	if span := p[len(p)-1].At.Sub(p[0].At); span < 3*time.Minute || p[len(p)-1].Done != 400 {
		t.Errorf("%d points over %s, last %+v", len(p), span, p[len(p)-1])
	}
	view := c.s.View().Step("failover/rebuild").Progress
	last := view[len(view)-1]
	c.after(time.Second).must(set, TargetsChanged{Changes: []TargetChange{{State: TargetDone, IDs: []string{"one-more"}}}})
	if view[len(view)-1] != last {
		t.Error("a view changed under its reader")
	}
}

func TestARefusalOfTargetsTellsTheNearest(t *testing.T) {
	c := atApps(t)
	_, err := c.try(TargetsSubject(appsSet), TargetsChanged{Changes: []TargetChange{{State: TargetDone, IDs: []string{"app-1"}}}})
	var r *Refusal
	if !errors.As(err, &r) || !strings.Contains(strings.Join(r.Args, " "), "near app-1") && !strings.Contains(strings.Join(r.Args, " "), "near app-0") {
		t.Errorf("%v", err)
	}
}

// points is an incident with a step of 17,000 contact points.
func points(t teller) (*cellRoom, SetID) {
	c := declared(t)
	var groups []TargetGroup
	for i := range 17 {
		groups = append(groups, TargetGroup{Name: fmt.Sprintf("region %d", i+1), Count: 1000})
	}
	c.must("plan/adhoc", PlanStepAdded{Step: StepDef{
		ID: "points", Title: T("Contact points"), Phase: PhaseChecks, Estimate: Estimate{Likely: Duration(time.Hour)},
		Targets: TargetsDef{Pattern: "cp-%05d", Groups: groups},
	}})
	return c, StepSet("adhoc/points")
}

// BenchmarkTargets folds a batch of 500 scattered changes among 17,000 targets and makes the view a screen gets. "decoded" has
// the decoding of the event as well.
func BenchmarkTargets(b *testing.B) {
	c, set := points(b)
	states := TargetStates()
	entries := make([]Entry, 64)
	for k := range entries {
		var d TargetsChanged
		for st := range 5 {
			ch := TargetChange{State: states[st]}
			for i := range 100 {
				ch.IDs = append(ch.IDs, fmt.Sprintf("cp-%05d", 1+(k*7919+st*3331+i*167)%17000))
			}
			d.Changes = append(d.Changes, ch)
		}
		dr := c.draft(TargetsSubject(set), d)
		at := c.now.Add(time.Duration(k) * time.Second)
		ev := Event{ID: dr.ID, Source: "/o", Type: d.Type(), Subject: dr.Subject, Time: at, Recorded: at, Incident: "inc-1", Realm: Live, Actor: "o", Role: RoleAutomation, Data: d}
		raw, err := Encode(ev)
		if err != nil {
			b.Fatal(err)
		}
		entries[k] = Entry{Received: at, Raw: raw, Event: Decode(raw)}
	}
	for _, decode := range []bool{false, true} {
		name := "folded"
		if decode {
			name = "decoded"
		}
		b.Run(name, func(b *testing.B) {
			s := c.s.Clone()
			b.ReportAllocs()
			n := 0
			for b.Loop() {
				e := entries[n%len(entries)]
				n++
				if decode {
					e.Event = Decode(e.Raw)
				}
				at := e.Received.Add(time.Duration(n) * time.Minute)
				e.Seq, e.Received, e.Event.Time = n, at, at
				e.Event.ID = EventID(fmt.Sprint("b", n))
				Apply(s, e)
				s.View()
			}
		})
	}
	b.Run("sum", func(b *testing.B) {
		for b.Loop() {
			c.s.TargetSum(set, c.now)
		}
	})
}

// TestWhatTheRulesLetPassCounts: a batch that was not refused is not flagged by the fold either, unless its text was cleaned.
func TestWhatTheRulesLetPassCounts(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := atApps(t)
		c.must("catchup/failover/orders", CatchupOpened{})
		for range rapid.IntRange(1, 8).Draw(t, "batches") {
			c.after(time.Duration(rapid.IntRange(0, 90).Draw(t, "pause")) * time.Second)
			x := anyTargets(t, "apps", c.now.Add(-time.Duration(rapid.IntRange(0, 120).Draw(t, "ago"))*time.Second), "")
			ev, err := c.try(x.subject, x.data)
			if err != nil {
				continue
			}
			n := len(c.s.Flags)
			c.append(ev)
			for _, f := range c.s.Flags[n:] {
				if f.Code != FlagCleaned && f.Code != FlagOversized {
					t.Fatalf("%s: %+v let pass, and flagged %s", x.subject, x.data, f.Code)
				}
			}
		}
	})
}
