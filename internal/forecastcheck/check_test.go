package forecastcheck

import (
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"sangfroid/internal/incident"
	"sangfroid/playbooks"
	"strconv"
	"strings"
	"testing"
	"time"
)

// tally counts how forecasts turned out.
type tally struct {
	n, p10, p50, p90 int
	off, wide        float64 // sums: |verified − P50| and P90 − P10, as shares of the time that was still to come
	bins             [10]bin // of P(RTO)
	brier            float64
	chances          int
}

// bin is one stretch of stated chances.
type bin struct {
	n, met int
	stated float64
}

func (k *tally) add(h *incident.Hindsight) {
	band, ok := h.Band()
	left := h.Real.Sub(h.At).Seconds()
	if !ok || left < 60 {
		return
	}
	k.n++
	for level, count := range []*int{&k.p10, &k.p50, &k.p90} {
		if band <= level {
			*count++
		}
	}
	k.off += math.Abs(h.Off().Seconds()) / left
	k.wide += h.Then.Verified.P90.Sub(h.Then.Verified.P10).Seconds() / left
	if p := h.Then.MeetRTO; !math.IsNaN(p) {
		met := 0.0
		b := &k.bins[min(int(p*10), 9)]
		b.n++
		b.stated += p
		if !h.Real.After(h.RTO) {
			b.met++
			met = 1
		}
		k.brier += (p - met) * (p - met)
		k.chances++
	}
}

func (k *tally) share(n int) float64 { return float64(n) / float64(max(k.n, 1)) }

// gap is the mean difference between stated chances and what came of them, bin by bin.
func (k *tally) gap() float64 {
	sum := 0.0
	for _, b := range k.bins {
		sum += math.Abs(b.stated - float64(b.met))
	}
	return sum / float64(max(k.chances, 1))
}

func (k *tally) row(name string) string {
	return fmt.Sprintf("| %s | %d | %.0f %% | %.0f %% | %.0f %% | %.0f %% | %.0f %% | %.3f |", name, k.n, 100*k.share(k.p10), 100*k.share(k.p50), 100*k.share(k.p90),
		100*k.off/float64(max(k.n, 1)), 100*k.wide/float64(max(k.n, 1)), k.brier/float64(max(k.chances, 1)))
}

const heading = "| cell | forecasts | ≤ P10 | ≤ P50 | ≤ P90 | off by | P10–P90 wide | Brier, RTO |\n|---|---|---|---|---|---|---|---|"

// run plays one incident: planned is the book the cell works by, truth the one durations are drawn from.
func run(t *testing.T, rng *rand.Rand, planned, truth incident.Playbook, w world) *cell {
	t.Helper()
	c := open(t, rng, planned)
	c.draw(failover(&truth), w)
	f := incident.Predict(c.s, c.now, 2000)
	wait, whole := time.Duration(0), time.Duration(0)
	for i := range f.Services {
		v := &f.Services[i]
		whole = max(whole, v.Go.Verified.P50.Sub(c.now))
		if by := v.DecideBy.P50; !by.IsZero() && (wait == 0 || by.Sub(c.now) < wait) {
			wait = by.Sub(c.now)
		}
	}
	if wait == 0 {
		wait = whole / 4 // nothing is late: no RTO
	}
	c.play(time.Duration(float64(wait)*(0.2+rng.Float64())), max(whole/8, time.Minute))
	return c
}

func (c *cell) into(k *tally) {
	for _, at := range c.seen {
		for _, h := range incident.LookBack(at.then, at.at, c.s, samples) {
			k.add(&h)
		}
	}
}

// samples of each forecast: fewer than the console's, enough to tell the levels.
const samples = 800

// played runs every playbook of the program a number of times in a world, by the plans given.
func played(t *testing.T, rng *rand.Rand, runs int, plans func(incident.Playbook) incident.Playbook, w world) *tally {
	t.Helper()
	k := &tally{}
	for _, book := range playbooks.All() {
		for range runs {
			run(t, rng, plans(book), book, w).into(k)
		}
	}
	return k
}

func asPlanned(b incident.Playbook) incident.Playbook { return b }

// calibratedBy gives the plans after a number of drills in a world, other ones each time.
func calibratedBy(t *testing.T, rng *rand.Rand, drills int, w world) func(incident.Playbook) incident.Playbook {
	return func(b incident.Playbook) incident.Playbook {
		var states []*incident.State
		for range drills {
			states = append(states, run(t, rng, b, b, w).s)
		}
		seen, unused := incident.Observe(&b, states...)
		if len(seen) == 0 || len(unused) > 0 {
			t.Fatalf("%s: %d observations, not used: %+v", b.ID, len(seen), unused)
		}
		want := make(map[incident.StepRef]incident.Estimate)
		for _, c := range incident.Calibrate(&b, seen) {
			want[c.StepRef] = c.After
		}
		yaml, err := playbooks.Read(b.ID)
		if err != nil {
			t.Fatal(err)
		}
		if yaml, err = playbooks.SetEstimates(b.ID, yaml, want); err != nil {
			t.Fatal(err)
		}
		after, findings := playbooks.Parse(b.ID, yaml)
		if playbooks.Failed(findings) {
			t.Fatalf("%s: %+v", b.ID, findings)
		}
		return after
	}
}

// runs is how often each playbook is played: FORECAST_RUNS, else few.
func runs(t *testing.T) int {
	t.Helper()
	if n, err := strconv.Atoi(os.Getenv("FORECAST_RUNS")); err == nil && n > 0 {
		return n
	}
	return 8
}

func seeded(t *testing.T) *rand.Rand {
	t.Helper()
	seed := uint64(time.Now().UnixNano())
	if n, err := strconv.ParseUint(os.Getenv("FORECAST_SEED"), 10, 64); err == nil {
		seed = n
	}
	t.Logf("FORECAST_SEED=%d", seed)
	return rand.New(rand.NewPCG(seed, 1))
}

// within wants a share between bounds.
func within(t *testing.T, what string, got, low, high float64) {
	t.Helper()
	if got < low || got > high {
		t.Errorf("%s: %.3f, want %.2f to %.2f", what, got, low, high)
	}
}

// TestForecastsAgainstWhatHappens: in a world that is as the plan says, one outcome of ten falls below P10, half below
// P50, nine of ten below P90, and an RTO with a chance of p is met p of the times. The bounds leave room for
// the few runs of a test, whose forecasts are not independent of each other: make forecast-check plays many.
func TestForecastsAgainstWhatHappens(t *testing.T) {
	rng, n := seeded(t), runs(t)
	k := played(t, rng, n, asPlanned, world{slower: 1})
	within(t, "below P10", k.share(k.p10), 0, 0.30)
	within(t, "below P50", k.share(k.p50), 0.28, 0.74)
	within(t, "below P90", k.share(k.p90), 0.70, 1)
	within(t, "stated chances against RTOs met", k.gap(), 0, 0.16)
	if k.n < 50*n || k.chances < 25*n {
		t.Errorf("only %d forecasts, %d with a chance", k.n, k.chances)
	}
	t.Logf("\n%s\n%s\nstated chances differ from RTOs met by %.3f", heading, k.row("as planned"), k.gap())
}

// TestCalibrationMendsASlowPlan: where all takes 30 % longer than planned, forecasts are too early; five drills later
// they are not.
func TestCalibrationMendsASlowPlan(t *testing.T) {
	rng, n := seeded(t), runs(t)
	slow := world{slower: 1.3}
	before := played(t, rng, n, asPlanned, slow)
	after := played(t, rng, n, calibratedBy(t, rng, 5, slow), slow)
	t.Logf("\n%s\n%s\n%s", heading, before.row("30 % slower"), after.row("30 % slower, calibrated by five drills"))
	if before.share(before.p90) > 0.72 || before.share(before.p50) > 0.30 {
		t.Errorf("a plan that is 30 %% too fast is believed: %s", before.row("before"))
	}
	within(t, "calibrated, below P50", after.share(after.p50), 0.20, 0.75)
	within(t, "calibrated, below P90", after.share(after.p90), 0.68, 1)
	if after.off/float64(after.n) > 0.8*before.off/float64(before.n) {
		t.Errorf("calibration brings the median no nearer: off by %.3f, then %.3f", before.off/float64(before.n), after.off/float64(after.n))
	}
}

// TestTables prints the tables of BENCHMARKS.md when FORECAST_RUNS asks for them.
func TestTables(t *testing.T) {
	if os.Getenv("FORECAST_RUNS") == "" {
		t.Skip("make forecast-check")
	}
	rng, n := seeded(t), runs(t)
	slow := world{slower: 1.3}
	plan := played(t, rng, n, asPlanned, world{slower: 1})
	rows := []string{
		heading, plan.row("as planned"),
		played(t, rng, n, asPlanned, slow).row("30 % slower than planned"),
		played(t, rng, n, calibratedBy(t, rng, 1, slow), slow).row("the same, calibrated by one drill"),
		played(t, rng, n, calibratedBy(t, rng, 5, slow), slow).row("the same, calibrated by five drills"),
		played(t, rng, n, asPlanned, world{slower: 1, overrun: true}).row("one step takes twice its most"),
	}
	rows = append(rows, "", "| P(RTO) stated | forecasts | mean stated | RTO met |", "|---|---|---|---|")
	for i, b := range plan.bins {
		rows = append(rows, fmt.Sprintf("| %d–%d %% | %d | %.0f %% | %.0f %% |", 10*i, 10*i+10, b.n, 100*b.stated/float64(max(b.n, 1)), 100*float64(b.met)/float64(max(b.n, 1))))
	}
	fmt.Println(strings.Join(rows, "\n"))
}
