package incident

import (
	"fmt"
	"math"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"
	"time"

	"gonum.org/v1/gonum/stat/distuv"
)

func est(low, likely, high time.Duration) Estimate {
	return Estimate{Min: Duration(low), Likely: Duration(likely), Max: Duration(high)}
}

func taskOf(id string, e Estimate, after ...string) StepDef {
	return StepDef{ID: id, Title: T(id), Phase: PhaseRestore, After: after, Estimate: e}
}

// planned is an incident with one plan of these steps, reported at zero; the last step verifies the service.
func planned(t teller, rto time.Duration, steps ...StepDef) *cellRoom {
	t.Helper()
	b := book()
	b.Services[0].RTO, b.Services[0].MTPD = Duration(rto), Duration(4*rto)
	steps[len(steps)-1].Milestone = MilestoneVerified
	b.Plans[0].Steps, b.Plans[0].Catchup = steps, nil
	c := &cellRoom{t: t, s: NewState(), now: zero(), who: "Alice", as: RoleDirector}
	at := zero()
	ev, err := Declare("inc-1", Live, c.draft("", IncidentDeclared{Title: "Loss", Services: b.Services, Reported: &at}))
	if err != nil {
		t.Fatal(err)
	}
	c.append(ev)
	return c.must(PlanSubject("failover"), PlanLaunched{Playbook: encoded(t, b), Plan: "failover", Hash: "00"})
}

func (c *cellRoom) forecast() *ServiceForecast {
	c.t.Helper()
	v := Predict(c.s, c.now, 0).ForecastOf("portal")
	if v == nil {
		c.t.Fatal("no forecast")
	}
	return v
}

// near wants a moment within a tolerance.
func near(t *testing.T, what string, got, want time.Time, tolerance time.Duration) {
	t.Helper()
	if d := got.Sub(want); d < -tolerance || d > tolerance {
		t.Errorf("%s: %s, want %s (off by %s)", what, got.Format("15:04:05"), want.Format("15:04:05"), d)
	}
}

func TestAStepIsAPERTDistribution(t *testing.T) {
	for _, e := range []Estimate{est(time.Hour, 2*time.Hour, 6*time.Hour), est(time.Hour, time.Hour, 3*time.Hour), est(time.Hour, 3*time.Hour, 3*time.Hour)} {
		low, likely, high, _ := e.spread()
		p := newPert(low, likely, high)
		q := make(shapes).fresh(p)
		if got, want := q.mean(), (low+4*likely+high)/6; math.Abs(got-want) > 0.003*want {
			t.Errorf("%+v: mean %.0f s, want %.0f", e, got, want)
		}
		for _, u := range []float64{0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95} {
			want := low + (high-low)*p.beta.Quantile(u)
			if got := float64(q.at(float32(u))); math.Abs(got-want) > 0.004*(high-low) {
				t.Errorf("%+v: quantile %.2f is %.0f s, want %.0f", e, u, got, want)
			}
			if got := q.below(float32(want)); math.Abs(got-u) > 0.006 {
				t.Errorf("%+v: below %.0f s is %.3f, want %.2f", e, want, got, u)
			}
		}
	}
}

func TestASerialChainAddsMeansAndVariances(t *testing.T) {
	var steps []StepDef
	mean, variance := 0.0, 0.0
	for i := range 30 {
		e := est(time.Duration(2+i%3)*time.Minute, time.Duration(6+i%4)*time.Minute, time.Duration(20+i%7)*time.Minute)
		var after []string
		if i > 0 {
			after = []string{fmt.Sprintf("s%d", i-1)}
		}
		steps = append(steps, taskOf(fmt.Sprintf("s%d", i), e, after...))
		low, likely, high, _ := e.spread()
		m := (low + 4*likely + high) / 6
		mean += m
		variance += (m - low) * (high - m) / 7 // of the scaled beta whose shapes add up to 6
	}
	c := planned(t, 8*time.Hour, steps...)
	v := c.forecast()
	at := func(sigmas float64) time.Time { return after(c.now, mean+sigmas*math.Sqrt(variance)) }
	near(t, "mean", v.Go.Verified.Mean, at(0), time.Minute)
	near(t, "P50", v.Go.Verified.P50, at(0), 2*time.Minute) // thirty steps: near the normal law, skewed a little
	near(t, "P10", v.Go.Verified.P10, at(-1.2816), 2*time.Minute)
	near(t, "P90", v.Go.Verified.P90, at(1.2816), 2*time.Minute)
}

func TestTwoParallelPathsTakeTheLonger(t *testing.T) {
	e := est(time.Hour, 2*time.Hour, 5*time.Hour)
	low, likely, high, _ := e.spread()
	p := newPert(low, likely, high)
	c := planned(t, 4*time.Hour, taskOf("a", e), taskOf("b", e), taskOf("end", est(1, 1, 1), "a", "b"))
	v := c.forecast()
	// Both below x has the square of one's probability.
	for _, q := range []struct {
		name string
		got  time.Time
		p    float64
	}{{"P10", v.Go.Verified.P10, 0.1}, {"P50", v.Go.Verified.P50, 0.5}, {"P90", v.Go.Verified.P90, 0.9}} {
		near(t, q.name, q.got, after(c.now, low+(high-low)*p.beta.Quantile(math.Sqrt(q.p))), 2*time.Minute)
	}
	one := p.cdf((4 * time.Hour).Seconds())
	if got, want := v.Go.MeetRTO, one*one; math.Abs(got-want) > 0.015 {
		t.Errorf("P(RTO) %.3f, want %.3f", got, want)
	}
	f := Predict(c.s, c.now, 0)
	for _, st := range f.Steps[:2] {
		if math.Abs(st.Critical-0.5) > 0.03 {
			t.Errorf("%s: criticality %.2f of two equal paths", st.Step, st.Critical)
		}
	}
	if f.Steps[2].Critical != 1 {
		t.Errorf("the only end has criticality %.2f", f.Steps[2].Critical)
	}
}

// plain is the forecast written down naively: recursion, gonum's own random numbers.
func plain(s *State, now, g time.Time, rng *rand.Rand, n int) []float64 {
	out := make([]float64, n)
	for i := range out {
		took := make(map[StepID]float64)
		end := make(map[StepID]float64)
		var finish func(st *Step) float64
		finish = func(st *Step) float64 {
			if v, ok := end[st.ID]; ok {
				return v
			}
			start := 0.0
			if st.Def.Gate != nil && !s.GateOpen(st) {
				start = g.Sub(now).Seconds()
			}
			for _, own := range st.Def.After {
				start = max(start, finish(s.Step(In[StepID](st.Plan, own))))
			}
			low, likely, high, _ := st.Estimate.spread()
			p := newPert(low, likely, high)
			p.beta.Src = rng
			switch st.Status {
			case StepIsDone, StepIsCheck, StepIsSkip:
			case StepRunning:
				elapsed := now.Sub(st.Started.At).Seconds()
				for { // by rejection: longer than what it took already
					x := low + (high-low)*p.beta.Rand()
					if rng.Float64() < overrun {
						x = high / math.Sqrt(1-rng.Float64())
					}
					if x > elapsed {
						took[st.ID] = x - elapsed
						break
					}
				}
			default:
				took[st.ID] = low + (high-low)*p.beta.Rand()
			}
			end[st.ID] = start + took[st.ID]
			return end[st.ID]
		}
		out[i] = finish(&s.Steps[len(s.Steps)-1])
	}
	slices.Sort(out)
	return out
}

func TestAgainstAPlainImplementation(t *testing.T) {
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	rng := rand.New(rand.NewPCG(seed, 1))
	minutes := func(n int) time.Duration { return time.Duration(1+rng.IntN(n)) * time.Minute }
	for range 4 {
		var steps []StepDef
		for i := range 25 {
			low := minutes(20)
			likely := low + minutes(20)
			d := taskOf(fmt.Sprintf("s%d", i), est(low, likely, likely+minutes(60)))
			for j := range i {
				if rng.IntN(6) == 0 || i == 24 {
					d.After = append(d.After, fmt.Sprintf("s%d", j))
				}
			}
			if i > 10 && rng.IntN(4) == 0 {
				d.Gate = &Gate{Decision: "go", Option: OptionGo}
			}
			steps = append(steps, d)
		}
		steps[24].Gate = nil
		steps[12].Gate = &Gate{Decision: "go", Option: OptionGo}
		c := planned(t, 4*time.Hour, steps...)
		for i := range c.s.Steps {
			if st := &c.s.Steps[i]; c.s.StepStatus(st) == StepReady && rng.IntN(3) > 0 {
				c.must(StepSubject(st.ID), StepStarted{})
			}
		}
		c.after(4 * time.Minute)
		v := c.forecast()
		for _, wait := range []time.Duration{0, time.Hour, 3 * time.Hour} {
			want := plain(c.s, c.now, c.now.Add(wait), rng, 20_000)
			got := v.GoAt(c.now.Add(wait))
			for _, q := range []struct {
				name string
				at   time.Time
				p    float64
			}{{"P10", got.Verified.P10, 0.1}, {"P50", got.Verified.P50, 0.5}, {"P90", got.Verified.P90, 0.9}} {
				near(t, fmt.Sprintf("%s, go in %s", q.name, wait), q.at, after(c.now, want[int(q.p*float64(len(want)-1))]), 3*time.Minute)
			}
			limit := c.clock(ClockRTO).Remaining.Seconds()
			n, _ := slices.BinarySearch(want, limit)
			if share := float64(n) / float64(len(want)); math.Abs(share-got.MeetRTO) > 0.03 {
				t.Errorf("go in %s: P(RTO) %.3f, want %.3f", wait, got.MeetRTO, share)
			}
		}
		for _, q := range []struct {
			at   time.Time
			want float64
		}{{v.DecideBy.P50, 0.5}, {v.DecideBy.P90, 0.9}} {
			if q.at.IsZero() {
				continue
			}
			if got := v.GoAt(q.at).MeetRTO; math.Abs(got-q.want) > 0.01 {
				t.Errorf("a go at decide-by P%.0f meets the RTO with %.3f", q.want*100, got)
			}
		}
	}
}

func TestTheSameLogGivesTheSameForecast(t *testing.T) {
	c := planned(t, 4*time.Hour, taskOf("a", est(time.Hour, 2*time.Hour, 5*time.Hour)), taskOf("b", est(time.Hour, 2*time.Hour, 5*time.Hour), "a"))
	a, b := Predict(c.s, c.now, 0), Predict(Fold(c.log...), c.now, 0)
	if !reflect.DeepEqual(a, b) {
		t.Error("two folds of one log give two forecasts")
	}
	// A step that has nothing to do with the service changes nothing of it.
	before := c.forecast().Go
	c.must(PlanSubject("failover"), PlanStepAdded{Step: taskOf("aside", est(time.Hour, 9*time.Hour, 10*time.Hour)), Reason: "asked"})
	if after := c.forecast().Go; after.Verified != before.Verified {
		t.Errorf("%+v became %+v", before.Verified, after.Verified)
	}
}

func TestAStepUnderWayIsConditionedOnItsTime(t *testing.T) {
	e := est(30*time.Minute, time.Hour, 2*time.Hour)
	c := planned(t, 4*time.Hour, taskOf("a", e))
	c.must(step("a"), StepStarted{})
	low, likely, high, _ := e.spread()
	p := newPert(low, likely, high)
	c.after(50 * time.Minute)
	passed := p.cdf((50 * time.Minute).Seconds())
	want := low + (high-low)*p.beta.Quantile(passed+(1-passed)*0.5) - (50 * time.Minute).Seconds()
	near(t, "P50 after 50 min", c.forecast().Go.Verified.P50, after(c.now, want), 2*time.Minute)
	// Whatever time has passed, it is never said to end now, and past its maximum the end moves away.
	last := time.Duration(0)
	for range 40 {
		c.after(10 * time.Minute)
		v := c.forecast().Go.Verified
		left := v.P50.Sub(c.now)
		if left <= 0 || v.P90.Before(v.P50) || v.P50.Before(v.P10) {
			t.Fatalf("%s after the start: %+v", c.now.Sub(zero()), v)
		}
		if c.now.Sub(zero()) > 2*time.Hour+10*time.Minute && left < last {
			t.Errorf("%s after the start of a step of at most 2 h: %s left, less than before (%s)", c.now.Sub(zero()), left, last)
		}
		last = left
	}
	if f := Predict(c.s, c.now, 0); !slices.Contains(f.Overdue, "failover/a") {
		t.Error("not told as overdue")
	}
}

func TestTargetsGoOnAtTheRateSeen(t *testing.T) {
	d := taskOf("a", est(30*time.Minute, time.Hour, 2*time.Hour))
	d.Targets = TargetsDef{Count: 100}
	c := planned(t, 8*time.Hour, d)
	c.must(step("a"), StepStarted{})
	// Half as fast as planned: 10 of 100 in 12 minutes, then evenly on.
	for i := 1; i <= 4; i++ {
		c.after(12*time.Minute).must(step("a"), StepProgressed{Done: 10 * i})
	}
	v := c.forecast().Go.Verified
	near(t, "P50", v.P50, c.now.Add(72*time.Minute), 6*time.Minute)
	if wide := v.P90.Sub(v.P10); wide < 10*time.Minute || wide > 70*time.Minute {
		t.Errorf("P10 to P90 are %s apart", wide)
	}
	// Nothing for an hour: the rate seen falls, the end moves away.
	if later := c.after(time.Hour).forecast().Go.Verified; later.P50.Sub(c.now) < 2*time.Hour {
		t.Errorf("after an hour without a target: %s left", later.P50.Sub(c.now))
	}
	c.must(step("a"), StepProgressed{Done: 100})
	if left := c.forecast().Go.Verified.P90.Sub(c.now); left != 0 {
		t.Errorf("all targets done: %s left", left)
	}
}

// TestWorkGoesOnBetweenCounts: just before a count the forecast is what it is just after it, and a silence beyond the usual
// time between counts moves the end away.
func TestWorkGoesOnBetweenCounts(t *testing.T) {
	d := taskOf("a", est(30*time.Minute, time.Hour, 2*time.Hour))
	d.Targets = TargetsDef{Count: 100}
	c := planned(t, 8*time.Hour, d)
	c.must(step("a"), StepStarted{})
	for i := 1; i <= 4; i++ {
		c.after(12*time.Minute).must(step("a"), StepProgressed{Done: 10 * i})
	}
	median := func() time.Time { return c.forecast().Go.Verified.P50 }
	at := median()
	near(t, "just before the next count", func() time.Time { c.after(12*time.Minute - time.Second); return median() }(), at, 30*time.Second)
	near(t, "just after it", func() time.Time { c.after(time.Second).must(step("a"), StepProgressed{Done: 50}); return median() }(), at, time.Minute)
	c.after(12 * time.Minute)
	c.must(step("a"), StepBlocked{Reason: "no host left"}).after(3 * time.Hour)
	if left := median().Sub(c.now); left > 75*time.Minute {
		t.Errorf("blocked for three hours, half of an hour's work done: %s left", left)
	}
	c.must(step("a"), StepStarted{}).after(time.Hour)
	if later := median(); later.Sub(c.now) < 65*time.Minute {
		t.Errorf("an hour of silence: %s left", later.Sub(c.now))
	}
}

func TestGatesByBranch(t *testing.T) {
	early := taskOf("early", est(20*time.Minute, 30*time.Minute, 40*time.Minute))
	gated := taskOf("gated", est(50*time.Minute, time.Hour, 70*time.Minute), "early")
	gated.Gate = &Gate{Decision: "go", Option: OptionGo}
	c := planned(t, 3*time.Hour, early, gated)
	v := c.forecast()
	near(t, "go now", v.Go.Verified.P50, c.now.Add(90*time.Minute), 3*time.Minute)
	near(t, "go in 2 h", v.GoAt(c.now.Add(2*time.Hour)).Verified.P50, c.now.Add(3*time.Hour), 3*time.Minute)
	if !v.Gated || !v.DecideBy.P90.Before(v.DecideBy.P50) {
		t.Errorf("gated %v, decide by %+v", v.Gated, v.DecideBy)
	}
	near(t, "decide-by P50", v.DecideBy.P50, c.now.Add(2*time.Hour), 3*time.Minute)
	// A no-go leaves the branch to be compared; a go opens it.
	c.must(theGo, DecisionAsked{})
	c.by("Bob", RoleITLead).must(theGo, DecisionVoted{Option: OptionGo})
	c.by("Alice", RoleDirector).must(theGo, DecisionTaken{Option: OptionNoGo, Because: "the repair looks short"})
	if v = c.forecast(); !v.Gated || v.DecideBy.P50.IsZero() {
		t.Errorf("after a no-go: gated %v, decide by %+v", v.Gated, v.DecideBy)
	}
	c.must(theGo, DecisionRevised{Option: OptionGo, Because: "the repair slipped"})
	if v = c.forecast(); v.Gated || !v.DecideBy.P50.IsZero() || v.GoAt(c.now.Add(2*time.Hour)).Verified != v.Go.Verified {
		t.Errorf("after the go: gated %v, decide by %+v", v.Gated, v.DecideBy)
	}
	// Too late for any go.
	late := planned(t, time.Hour, early, gated).after(50 * time.Minute)
	if v = late.forecast(); !v.DecideBy.P50.IsZero() || v.Go.MeetRTO != 0 || v.Go.MeetMTPD != 1 {
		t.Errorf("decide by %+v, P(RTO) %.2f, P(MTPD) %.2f", v.DecideBy, v.Go.MeetRTO, v.Go.MeetMTPD)
	}
}

func TestTheRepairBranchAndHowItsEstimatesTurnedOut(t *testing.T) {
	c := planned(t, 4*time.Hour, taskOf("a", est(time.Hour, 2*time.Hour, 5*time.Hour)))
	if c.forecast().Repair.Known {
		t.Error("a repair nobody estimated")
	}
	c.must("", RepairEstimated{Min: Duration(time.Hour), Likely: Duration(2 * time.Hour), Max: Duration(6 * time.Hour), Says: "operator"})
	p := newPert(3600, 7200, 6*3600)
	v := c.forecast()
	if want := p.cdf(4 * 3600); math.Abs(v.Repair.MeetRTO-want) > 0.02 {
		t.Errorf("P(RTO) %.3f, want %.3f", v.Repair.MeetRTO, want)
	}
	c.after(3*time.Hour).must("", RepairEstimated{Likely: Duration(3 * time.Hour), Says: "operator"})
	c.after(time.Hour)
	turns := RepairTurns(c.s, c.now)
	if len(turns) != 2 || !turns[0].Passed || turns[0].Slipped != 4*time.Hour || !turns[1].Last || turns[1].Passed {
		t.Errorf("%+v", turns)
	}
	if v = c.forecast(); !v.Repair.Verified.P50.After(c.now) {
		t.Errorf("%+v", v.Repair)
	}
}

func TestWhenAllStepsAreDoneTheServiceIsDueNow(t *testing.T) {
	c := planned(t, 4*time.Hour, taskOf("a", est(time.Hour, 2*time.Hour, 5*time.Hour)))
	c.done("a")
	if v := c.forecast(); v.Go.Verified.P90 != c.now || v.Go.MeetRTO != 1 {
		t.Errorf("%+v", v.Go)
	}
	c.must(ServiceSubject("portal"), ServiceRestored{}).must(ServiceSubject("portal"), ServiceVerified{}).after(9 * time.Hour)
	if v := c.forecast(); v.Go.Verified.P90 != zero() || v.Go.MeetRTO != 1 || v.Repair.Known {
		t.Errorf("%+v", v.Go)
	}
	c.must(ServiceSubject("portal"), ServiceResumed{})
	if f := Predict(c.s, c.now, 0); len(f.Services) != 0 {
		t.Errorf("a resumed service is forecast: %+v", f.Services)
	}
}

// A quantile table is ordered whatever the estimate and the time gone.
func TestWhatIsLeftIsOrderedAndFinite(t *testing.T) {
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	rng := rand.New(rand.NewPCG(seed, 2))
	memo := make(shapes)
	pick := func() Duration { return Duration(rng.Int64N(int64(20*365*24*time.Hour))) >> uint(rng.IntN(50)) }
	for i := range 3000 {
		e, gone := Estimate{Min: pick(), Likely: pick(), Max: pick()}, pick()
		if i == 0 { // nine seconds before an end that is certain: the tail once began just below it
			e, gone = Estimate{Min: Duration(6833051085403), Likely: Duration(6833051085403), Max: Duration(6833051085403)}, Duration(6823985000000)
		}
		low, likely, high, _ := e.spread()
		q := memo.begun(newPert(low, likely, high), gone.Std().Seconds())
		last := float32(0)
		for k := range 1001 {
			x := q.at(float32(k) / 1000)
			if !(x >= last-last*1e-5-1e-6) || math.IsInf(float64(x), 0) {
				t.Fatalf("%+v: %v then %v at %d", e, last, x, k)
			}
			if back := q.below(x); k > 0 && k < 999 && x > last && back < float64(k)/1000-0.02 {
				t.Fatalf("%+v: below %v is %.3f, want %.3f", e, x, back, float64(k)/1000)
			}
			last = x
		}
	}
}

func TestGonumAgreesOnTheMedian(t *testing.T) {
	if got := lognormal(3600, 0.3); math.Abs(float64(got.at(0.5))-3600) > 1 || math.Abs(float64(got.at(0.9))-distuv.LogNormal{Mu: math.Log(3600), Sigma: 0.3}.Quantile(0.9)) > 30 {
		t.Errorf("median %v, P90 %v", got.at(0.5), got.at(0.9))
	}
}

// large is a plan of 200 steps in ten lanes, for the benchmark.
func large(t teller) *cellRoom {
	var steps []StepDef
	for i := range 200 {
		d := taskOf(fmt.Sprintf("s%d", i), est(time.Duration(2+i%11)*time.Minute, time.Duration(14+i%7)*time.Minute, time.Duration(30+i%23)*time.Minute))
		if i >= 10 {
			d.After = []string{fmt.Sprintf("s%d", i-10), fmt.Sprintf("s%d", i-10+(i*7)%10-i%10)}
		}
		if i >= 40 && i < 50 {
			d.Gate = &Gate{Decision: "go", Option: OptionGo}
		}
		if i == 199 {
			for j := 189; j < 199; j++ {
				d.After = append(d.After, fmt.Sprintf("s%d", j))
			}
		}
		steps = append(steps, d)
	}
	return planned(t, 12*time.Hour, steps...)
}

func BenchmarkForecast(b *testing.B) {
	c := large(b)
	b.ReportAllocs()
	for b.Loop() {
		Predict(c.s, c.now, 10_000)
	}
}

// TestTheLedgerHoldsTheResumptionBack: a service that is verified does not resume before the lines that block it are through.
func TestTheLedgerHoldsTheResumptionBack(t *testing.T) {
	open := taskOf("open", est(5*time.Minute, 10*time.Minute, 15*time.Minute), "a")
	open.Milestone = MilestoneResumed
	a := taskOf("a", est(time.Minute, 2*time.Minute, 3*time.Minute))
	c := planned(t, 2*time.Hour, open, a)
	c.done("a").must(ServiceSubject("portal"), ServiceRestored{}).must(ServiceSubject("portal"), ServiceVerified{})
	before := c.forecast().Go
	if !before.Resumed.P90.Before(c.now.Add(time.Hour)) || before.MeetMTPD < 0.99 {
		t.Fatalf("%+v", before)
	}
	expected := int64(6000)
	c.must("catchup/orders", CatchupOpened{Title: T("Orders"), Service: "portal", Expected: &expected, Unit: T("order")})
	for i := range 8 {
		c.after(10*time.Minute).must("catchup/orders", CatchupCounted{Replayed: int64(100 * (i + 1))})
	}
	o := CatchupOutlook(c.s, "portal", c.now)
	after := c.forecast().Go
	if !o.Told {
		t.Fatalf("%+v", o)
	}
	near(t, "P50 of the resumption", after.Resumed.P50, o.P50, 10*time.Minute)
	if after.Resumed.P50.Before(c.now.Add(5*time.Hour)) || after.MeetMTPD > 0.5 {
		t.Errorf("a backlog of nine hours against an MTPD of eight: %+v", after)
	}
	if math.Abs(after.MeetMTPD-o.Chance) > 0.03 {
		t.Errorf("P(MTPD) %.3f, the ledger says %.3f", after.MeetMTPD, o.Chance)
	}
}
