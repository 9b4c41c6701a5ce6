package incident

import (
	"math"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"
	"time"

	"gonum.org/v1/gonum/stat/distuv"
)

const minute = time.Minute

// oneStep is a playbook of one step "a" with this estimate.
func oneStep(e Estimate, targets int) *Playbook {
	b := book()
	d := taskOf("a", e)
	d.Targets.Count, d.Milestone = targets, MilestoneVerified
	b.Plans[0].Steps, b.Plans[0].Catchup = []StepDef{d}, nil
	return &b
}

func seenFor(took ...time.Duration) []Observation {
	var out []Observation
	for _, d := range took {
		out = append(out, Observation{StepRef: StepRef{"failover", "a"}, Took: d, Realm: Drill})
	}
	return out
}

func calibrated(t *testing.T, e Estimate, took ...time.Duration) Calibrated {
	t.Helper()
	cs := Calibrate(oneStep(e, 0), seenFor(took...))
	if len(cs) != 1 {
		t.Fatalf("%d steps", len(cs))
	}
	c := cs[0]
	a := c.After
	if a.Min > a.Likely || (a.Max > 0 && a.Likely > a.Max) || a.Likely <= 0 {
		t.Fatalf("%v of %v: not in order", a, took)
	}
	return c
}

func TestTheTimeAtAStepLeavesOutWhatWasNotWork(t *testing.T) {
	c := planned(t, 4*time.Hour, taskOf("a", est(10*minute, 20*minute, 40*minute)), taskOf("b", est(minute, minute, minute), "a"))
	work := func() *Work { return &c.s.Step("failover/a").Work }
	c.must(step("a"), StepStarted{}).after(10*minute).must(step("a"), StepBlocked{Reason: "no key"})
	c.after(time.Hour)
	if got := work().Attempt(c.now); got != 10*minute {
		t.Errorf("blocked: %s", got)
	}
	c.must(step("a"), StepStarted{}).after(5*minute).must(step("a"), StepFailed{Reason: "wrong key"})
	c.after(20*minute).must(step("a"), StepStarted{}).after(7 * minute)
	if w := work(); w.Whole(c.now) != 22*minute || w.Attempt(c.now) != 7*minute || w.Attempts != 2 {
		t.Errorf("second attempt: %+v", w)
	}
	c.must(step("a"), StepDone{}).after(time.Hour).must(step("a"), StepReopened{Reason: "not all of it"})
	c.after(minute).must(step("a"), StepStarted{}).after(3*minute).must(step("a"), StepDone{})
	if w := work(); w.Spent != 25*minute || w.Attempts != 3 || w.Gaps != 0 || w.Since != nil {
		t.Errorf("done for good: %+v", w)
	}
	seen, unused := Observe(c.s.bookOf(), c.s, c.s)
	if len(seen) != 1 || seen[0].Took != 25*minute || seen[0].Attempts != 3 || seen[0].Realm != Live {
		t.Errorf("%+v", seen)
	}
	if len(unused) != 1 || unused[0].Why != UnusedTwice {
		t.Errorf("%+v", unused)
	}
}

func (s *State) bookOf() *Playbook { return &s.Plans[0].Book }

func TestTheForecastLeavesOutTheTimeAStepIsBlocked(t *testing.T) {
	c := planned(t, 4*time.Hour, taskOf("a", est(10*minute, 20*minute, 40*minute)))
	c.must(step("a"), StepStarted{}).after(10 * minute)
	before := c.forecast().Go.Verified.P50.Sub(c.now)
	c.must(step("a"), StepBlocked{Reason: "no key"}).after(2 * time.Hour)
	if after := c.forecast().Go.Verified.P50.Sub(c.now); after != before {
		t.Errorf("%s left before, %s after two hours blocked", before, after)
	}
	if b, _ := DecideBy(c.s, "portal", c.now); b.Remaining != 10*minute {
		t.Errorf("%s of the likely duration left", b.Remaining)
	}
}

func TestWhatTellsNothingIsNamed(t *testing.T) {
	e := est(10*minute, 20*minute, 40*minute)
	cases := map[UnusedWhy]func(c *cellRoom){
		UnusedNoStart: func(c *cellRoom) { c.must(step("a"), StepDone{}) },
		UnusedTicked:  func(c *cellRoom) { c.must(step("a"), StepStarted{}).after(2*time.Second).must(step("a"), StepDone{}) },
		UnusedBlocked: func(c *cellRoom) {
			c.must(step("a"), StepStarted{}).after(9*minute).must(step("a"), StepBlocked{Reason: "x"}).after(minute).must(step("a"), StepDone{})
		},
		UnusedOrder: func(c *cellRoom) {
			c.must(step("a"), StepStarted{}).after(-5*minute).must(step("a"), StepDone{})
		},
		UnusedImported: func(c *cellRoom) {
			for _, d := range []Data{StepStarted{}, StepDone{}} {
				draft := c.draft(step("a"), d)
				draft.Imported = true
				ev, err := Decide(c.s, draft)
				if err != nil {
					t.Fatal(err)
				}
				c.append(ev)
				c.after(20 * minute)
			}
		},
	}
	for why, tell := range cases {
		c := planned(t, 4*time.Hour, taskOf("a", e))
		tell(c)
		seen, unused := Observe(c.s.bookOf(), c.s)
		if len(seen) != 0 || len(unused) != 1 || unused[0].Why != why {
			t.Errorf("%s: seen %+v, unused %+v", why, seen, unused)
		}
	}
	c := planned(t, 4*time.Hour, taskOf("a", e)).done("a")
	other := *c.s.bookOf()
	other.ID = "other"
	if _, unused := Observe(&other, c.s); len(unused) != 1 || unused[0].Why != UnusedBook {
		t.Errorf("%+v", unused)
	}
	renamed := oneStep(e, 0)
	renamed.Plans[0].Steps[0].ID = "b"
	if _, unused := Observe(renamed, c.s); len(unused) != 1 || unused[0].Why != UnusedUnknown {
		t.Errorf("%+v", unused)
	}
	bare := oneStep(Estimate{}, 0)
	if _, unused := Observe(bare, c.s); len(unused) != 1 || unused[0].Why != UnusedNoPlan {
		t.Errorf("%+v", unused)
	}
	open := planned(t, 4*time.Hour, taskOf("a", e)).must(step("a"), StepStarted{})
	if seen, unused := Observe(open.s.bookOf(), open.s); len(seen)+len(unused) != 0 {
		t.Errorf("under way: %+v %+v", seen, unused)
	}
}

func TestAStepWithTargetsIsComparedByTheTarget(t *testing.T) {
	e := est(60*minute, 120*minute, 240*minute)
	d := taskOf("a", e)
	d.Targets.Count = 120
	c := planned(t, 8*time.Hour, d)
	// A partial test: 30 of the 120, in 60 minutes.
	c.must(step("a"), StepProgressed{Done: 0, Total: 30}).after(60*minute).must(step("a"), StepDone{})
	seen, unused := Observe(oneStep(e, 120), c.s)
	if len(seen) != 1 || seen[0].Took != 240*minute || seen[0].Targets != 30 {
		t.Fatalf("%+v %+v", seen, unused)
	}
	if got := Calibrate(oneStep(e, 120), seen)[0]; got.Targets != 120 || got.Each != got.After.Likely.Std()/120 {
		t.Errorf("%+v", got)
	}
	// The first count came late: the pace from there on counts; from beyond the middle nothing does.
	for first, want := range map[int]time.Duration{20: 240 * minute, 29: 0} {
		c = planned(t, 8*time.Hour, d)
		c.must(step("a"), StepProgressed{Done: first, Total: 30}).after(20*minute).must(step("a"), StepDone{})
		seen, _ = Observe(oneStep(e, 120), c.s)
		if first > 15 {
			want = 0
		}
		if (len(seen) == 0) != (want == 0) {
			t.Errorf("from %d of 30: %+v", first, seen)
		}
	}
	c = planned(t, 8*time.Hour, d)
	c.must(step("a"), StepProgressed{Done: 10, Total: 30}).after(20*minute).must(step("a"), StepDone{})
	if seen, _ = Observe(oneStep(e, 120), c.s); len(seen) != 1 || seen[0].Took != 120*minute {
		t.Errorf("%+v", seen)
	}
}

func TestOneObservationNeverNarrowsTheRange(t *testing.T) {
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	rng := rand.New(rand.NewPCG(seed, 3))
	for range 2000 {
		low := time.Duration(1+rng.IntN(240)) * minute
		likely := low + time.Duration(rng.IntN(240))*minute
		high := likely + time.Duration(rng.IntN(480))*minute
		e := est(low, likely, high)
		took := time.Duration(math.Exp(rng.Float64()*10)) * time.Second
		c := calibrated(t, e, took)
		if c.After.Min.Std() > low || c.After.Max.Std() < high || c.After.Min.Std() > took || c.After.Max.Std() < took {
			t.Fatalf("%v saw %s: %v", e, took, c.After)
		}
		if c.After.Max.Std() > time.Duration(beyond*float64(max(took, high)))+5*minute {
			t.Fatalf("%v saw %s: %v, a maximum out of the air", e, took, c.After)
		}
	}
}

func TestCalibrationHoldsWhatWasSeenAndKnowsNoOrder(t *testing.T) {
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	rng := rand.New(rand.NewPCG(seed, 4))
	for range 300 {
		e := est(10*minute, time.Duration(10+rng.IntN(20))*minute, time.Duration(30+rng.IntN(60))*minute)
		took := make([]time.Duration, 1+rng.IntN(12))
		for i := range took {
			took[i] = time.Duration(300+rng.IntN(7200)) * time.Second
		}
		a := calibrated(t, e, took...)
		if a.After.Min.Std() > slices.Min(took) || a.After.Max.Std() < slices.Max(took) {
			t.Fatalf("%v saw %v: %v", e, took, a.After)
		}
		rng.Shuffle(len(took), func(i, j int) { took[i], took[j] = took[j], took[i] })
		if b := calibrated(t, e, took...); a.After != b.After || a.Outside != b.Outside {
			t.Fatalf("%v saw %v: %v or %v", e, took, a.After, b.After)
		}
	}
}

// TestManyObservationsReplaceThePlan: whatever was planned, the range from P10 to P90 becomes that of what happens.
func TestManyObservationsReplaceThePlan(t *testing.T) {
	rng := rand.New(rand.NewPCG(7, 5))
	truth := newPert(1800, 3600, 7200)
	truth.beta.Src = rng
	took := make([]time.Duration, 400)
	for i := range took {
		took[i] = time.Duration((truth.low + (truth.high-truth.low)*truth.beta.Rand()) * float64(time.Second))
	}
	for _, e := range []Estimate{est(30*minute, 60*minute, 120*minute), est(5*minute, 10*minute, 20*minute), est(50*minute, 60*minute, 61*minute)} {
		c := calibrated(t, e, took...)
		low, likely, high, _ := c.After.spread()
		p := newPert(low, likely, high)
		for _, u := range []float64{0.1, 0.5, 0.9} {
			got, want := low+(high-low)*p.beta.Quantile(u), truth.low+(truth.high-truth.low)*truth.beta.Quantile(u)
			if math.Abs(got/want-1) > 0.15 {
				t.Errorf("planned %v, became %v: P%.0f is %.0f s, want %.0f", e, c.After, u*100, got, want)
			}
		}
	}
}

func TestWhatAgreesChangesLittleAndWhatLiesOutsideComesFirst(t *testing.T) {
	e := est(10*minute, 20*minute, 35*minute)
	if c := calibrated(t, e, 20*minute); c.After.Likely.Std() < 19*minute || c.After.Likely.Std() > 21*minute || c.Outside != 0 {
		t.Errorf("%+v", c)
	}
	slow := calibrated(t, e, 60*minute)
	if slow.Outside != 1 || slow.After.Likely.Std() <= 20*minute || slow.After.Likely.Std() >= 60*minute {
		t.Errorf("%+v", slow)
	}
	slower := calibrated(t, e, 60*minute, 55*minute, 62*minute, 58*minute, 61*minute)
	if slower.After.Likely <= slow.After.Likely || slower.After.Max.Std() < 62*minute {
		t.Errorf("%+v then %+v", slow.After, slower.After)
	}
	b := oneStep(e, 0)
	b.Plans[0].Steps = append([]StepDef{taskOf("z", e)}, b.Plans[0].Steps...)
	seen := append([]Observation{{StepRef: StepRef{"failover", "z"}, Took: 20 * minute}}, seenFor(90*minute)...)
	if cs := Calibrate(b, seen); len(cs) != 2 || cs[0].Step != "a" || cs[1].Step != "z" {
		t.Errorf("%+v", cs)
	}
	// An end the plan does not give stays so while nothing is new.
	if c := calibrated(t, Estimate{Likely: Duration(20 * minute)}, 20*minute); c.Changed() && c.After.Likely == c.Before.Likely {
		t.Errorf("%+v", c.After)
	}
}

// TestTheRuleIsTheBooks: against the update written down another way, one observation at a time.
func TestTheRuleIsTheBooks(t *testing.T) {
	low, likely, high := 600.0, 1200.0, 2100.0
	p := newPert(low, likely, high)
	q := func(u float64) float64 { return math.Log(low + (high-low)*p.beta.Quantile(u)) }
	reach := func(k, v float64) float64 {
		return distuv.StudentsT{Sigma: 1, Nu: v}.Quantile(0.95) * math.Sqrt(1+1/k)
	}
	k, v, mu, half := 1.0, 4.0, q(0.5), (q(0.95)-q(0.05))/2
	square := v * math.Pow(half/reach(k, v), 2)
	logs := []float64{math.Log(1500), math.Log(2500), math.Log(1900)}
	for _, y := range logs {
		square += k / (k + 1) * (y - mu) * (y - mu)
		mu = (k*mu + y) / (k + 1)
		k, v = k+1, v+1
	}
	stretch := math.Sqrt(square/v) * reach(k, v) / half
	move := learn(low, likely, high, logs)
	for _, x := range []float64{low, likely, high} {
		if want := math.Exp(mu + stretch*(math.Log(x)-q(0.5))); math.Abs(move(x)/want-1) > 1e-9 {
			t.Errorf("%v moves to %v, want %v", x, move(x), want)
		}
	}
	if unmoved := learn(low, likely, high, nil); math.Abs(unmoved(likely)/likely-1) > 1e-9 || math.Abs(unmoved(high)/high-1) > 1e-9 {
		t.Errorf("nothing seen moves %v to %v", likely, unmoved(likely))
	}
}

func TestWorkIsFoldedTheSameInTwoGoes(t *testing.T) {
	c := planned(t, 4*time.Hour, taskOf("a", est(10*minute, 20*minute, 40*minute)))
	c.must(step("a"), StepStarted{}).after(minute).must(step("a"), StepBlocked{Reason: "x"}).after(minute).must(step("a"), StepStarted{}).after(minute).must(step("a"), StepDone{})
	whole := Fold(c.log...)
	for cut := range c.log {
		s := Fold(c.log[:cut]...).Clone()
		for _, e := range c.log[cut:] {
			Apply(s, e)
			Apply(s, e)
		}
		if !reflect.DeepEqual(s.Step("failover/a").Work, whole.Step("failover/a").Work) {
			t.Errorf("cut at %d: %+v, want %+v", cut, s.Step("failover/a").Work, whole.Step("failover/a").Work)
		}
	}
}
