package incident

import (
	"math"
	"math/rand/v2"
	"testing"
	"time"
)

// counted is a line with a count every step, from nothing. expected may change with the counts; the last one stays.
func counted(expected []int64, step time.Duration, through ...int64) *Flow {
	f := &Flow{ID: "line", Status: FlowOpen}
	for i, n := range through {
		f.Expected, f.Replayed = number(expected[min(i, len(expected)-1)]), n
		f.Counts = append(f.Counts, FlowCount{At: zero().Add(time.Duration(i) * step), Replayed: n, Expected: f.Expected})
	}
	return f
}

// every is n counts at an even rate.
func every(n int, each int64) []int64 {
	out := make([]int64, n)
	for i := range out {
		out[i] = int64(i) * each
	}
	return out
}

func TestTrend(t *testing.T) {
	const m = time.Minute
	for name, c := range map[string]struct {
		f    *Flow
		want Trend
		now  float64
	}{
		"no count":                 {counted([]int64{1000}, m), TrendUnknown, 0},
		"one count":                {counted([]int64{1000}, m, 5), TrendUnknown, 0},
		"two counts":               {counted([]int64{1000}, 10*m, 0, 100), TrendUnknown, 10},
		"even":                     {counted([]int64{1000}, 10*m, every(8, 100)...), TrendSteady, 10},
		"a little less":            {counted([]int64{1000}, 10*m, 0, 100, 200, 294), TrendSteady, 9.4},
		"halved twice":             {counted([]int64{1000}, 10*m, 0, 40, 60, 65), TrendSlowing, 0.5},
		"slowly dying":             {counted([]int64{2000}, 10*m, 0, 100, 195, 285, 370, 450, 525, 595, 660), TrendSlowing, 6.5},
		"suddenly a fifth":         {counted([]int64{1000}, 10*m, 0, 100, 200, 300, 320), TrendSlowing, 2},
		"twice as fast":            {counted([]int64{2000}, 10*m, 0, 100, 200, 300, 400, 600, 800), TrendAccelerating, 20},
		"a hiccup of few":          {counted([]int64{50}, 10*m, 0, 2, 3, 5, 6, 8, 9), TrendSteady, 0.1},
		"nothing any more":         {counted([]int64{1000}, 10*m, 0, 100, 200, 300, 300, 300), TrendStalled, 0},
		"nothing ever":             {counted([]int64{1000}, 10*m, 0, 0, 0), TrendStalled, 0},
		"nothing of very slow":     {counted([]int64{10}, 10*m, 0, 1, 1, 2, 2), TrendSteady, 0},
		"a pause in the middle":    {counted([]int64{1000}, 10*m, 0, 100, 200, 200, 200, 300, 400), TrendSteady, 10},
		"corrected downwards":      {counted([]int64{1000}, 10*m, 0, 100, 200, 900, 300, 400), TrendSteady, 10},
		"started anew from nought": {counted([]int64{1000}, 10*m, 0, 100, 200, 0), TrendStalled, 0},
	} {
		p := c.f.Pace()
		if p.Trend != c.want || math.Abs(p.Now-c.now) > 1e-9 {
			t.Errorf("%s: %s at %v, want %s at %v (z %.2f)", name, p.Trend, p.Now, c.want, c.now, p.fit.z)
		}
	}
}

func TestWindows(t *testing.T) {
	f := counted([]int64{10000}, 4*time.Minute, every(41, 40)...)
	p := f.Pace()
	want := []time.Duration{8 * time.Minute, 16 * time.Minute, time.Hour, 96 * time.Minute} // the memory is 24 stretches
	if len(p.Windows) != len(want) || p.Usual != 4*time.Minute || p.Counted != zero().Add(160*time.Minute) {
		t.Fatalf("%+v", p)
	}
	for i, w := range want {
		if p.Windows[i].Span != w || p.Windows[i].PerMinute != 10 {
			t.Errorf("window %d: %+v, want %v", i, p.Windows[i], w)
		}
	}
}

func TestCountsOutOfOrderAreOneSeries(t *testing.T) {
	f := counted([]int64{1000}, 10*time.Minute, every(6, 100)...)
	want := f.Pace()
	mixed := *f
	mixed.Counts = []FlowCount{f.Counts[3], f.Counts[0], f.Counts[5], f.Counts[1], f.Counts[4], f.Counts[2]}
	if got := mixed.Pace(); got.Now != want.Now || got.Counted != want.Counted || got.Trend != want.Trend {
		t.Errorf("%+v, want %+v", got, want)
	}
	// Two counts of one instant: the last word.
	twice := *f
	twice.Counts = append(append([]FlowCount{}, f.Counts...), f.Counts[5])
	twice.Counts[5].Replayed = 9000
	if got := twice.Pace(); got.Now != want.Now {
		t.Errorf("%+v", got)
	}
}

func TestArrivals(t *testing.T) {
	const m = time.Minute
	for name, c := range map[string]struct {
		expected []int64
		want     float64
	}{
		"fixed":          {[]int64{1000}, 0},
		"one correction": {[]int64{1000, 1000, 1300}, 0},
		"a flow":         {[]int64{1000, 1050, 1100, 1150, 1200}, 5},
		"fewer":          {[]int64{1000, 900, 800}, 0},
	} {
		if p := counted(c.expected, 10*m, every(5, 100)...).Pace(); p.Arrivals != c.want {
			t.Errorf("%s: %v a minute, want %v", name, p.Arrivals, c.want)
		}
	}
	// An estimate that becomes a count is a correction, however often.
	f := counted([]int64{1000, 1100, 1200, 1300}, 10*m, every(4, 100)...)
	for i := range f.Counts {
		f.Counts[i].Approx = i%2 == 0
	}
	if p := f.Pace(); p.Arrivals != 0 {
		t.Errorf("%v a minute", p.Arrivals)
	}
}

// TestTrendAgainstNoise: of even lines that scatter by 10 % and by chance, few are said to change; of lines that lose a
// tenth at each count most are seen to slow.
func TestTrendAgainstNoise(t *testing.T) {
	rng := rand.New(rand.NewPCG(6, 1851))
	line := func(keep float64) *Flow {
		through, rate, sum := []int64{0}, 400.0, 0.0
		for range 9 {
			sum += math.Max(rate*(1+0.1*rng.NormFloat64())+math.Sqrt(rate)*rng.NormFloat64(), 0)
			through = append(through, int64(sum))
			rate *= keep
		}
		return counted([]int64{100000}, 10*time.Minute, through...)
	}
	const runs = 1000
	false1, seen := 0, 0
	for range runs {
		if line(1).Pace().Trend != TrendSteady {
			false1++
		}
		if line(0.9).Pace().Trend == TrendSlowing {
			seen++
		}
	}
	t.Logf("false alarms %d, seen %d of %d", false1, seen, runs)
	if false1 > runs/10 || seen < runs*85/100 {
		t.Errorf("false alarms %d, seen %d of %d", false1, seen, runs)
	}
}
