package incident

import (
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func TestETAOfAnEvenLineIsTight(t *testing.T) {
	f := counted([]int64{1000}, 10*time.Minute, every(8, 100)...)
	now := f.Pace().Counted
	e := f.ETA(now)
	for _, c := range []struct {
		name   string
		got    time.Time
		lo, hi time.Duration
	}{{"P10", e.P10, 24 * time.Minute, 29 * time.Minute}, {"P50", e.P50, 29 * time.Minute, 31 * time.Minute}, {"P90", e.P90, 31 * time.Minute, 37 * time.Minute}} {
		if in := c.got.Sub(now); in < c.lo || in > c.hi {
			t.Errorf("%s in %v, want %v to %v", c.name, in, c.lo, c.hi)
		}
	}
	if e.State != ETARange {
		t.Errorf("%s", e.State)
	}
}

func TestETAStates(t *testing.T) {
	const m = time.Minute
	approx := counted([]int64{1000}, 10*m, 0, 100, 200, 300)
	approx.Approx = true
	for name, c := range map[string]struct {
		f    *Flow
		want ETAState
	}{
		"no count":           {counted([]int64{1000}, m), ETAUnknown},
		"one count":          {counted([]int64{1000}, m, 10), ETAUnknown},
		"expected unknown":   {&Flow{Counts: counted([]int64{1}, m, 0, 10).Counts}, ETAUnknown},
		"through":            {counted([]int64{200}, 10*m, 0, 100, 200), ETAThrough},
		"even":               {counted([]int64{1000}, 10*m, every(8, 100)...), ETARange},
		"about":              {approx, ETARange},
		"stalled":            {counted([]int64{1000}, 10*m, 0, 100, 200, 300, 300, 300), ETANone},
		"nothing ever":       {counted([]int64{1000}, 10*m, 0, 0, 0), ETANone},
		"growing":            {counted([]int64{1000, 1150, 1300, 1450, 1600}, 10*m, every(5, 100)...), ETAGrowing},
		"as much as arrives": {counted([]int64{1000, 1100, 1200, 1300, 1400}, 10*m, every(5, 100)...), ETAGrowing},
		"dying":              {counted([]int64{1000}, 10*m, 0, 100, 160, 190, 205, 212), ETAOpen},
		"far":                {counted([]int64{1000000000}, 10*m, every(8, 100)...), ETANone},
	} {
		if e := c.f.ETA(c.f.Pace().Counted); e.State != c.want {
			t.Errorf("%s: %s, want %s", name, e.State, c.want)
		}
	}
}

// width is how wide a range is; what cannot be told is endless.
func width(e ETA) time.Duration {
	if e.P90.IsZero() || e.P10.IsZero() {
		return math.MaxInt64
	}
	return e.P90.Sub(e.P10)
}

func end(t time.Time) time.Duration {
	if t.IsZero() {
		return math.MaxInt64
	}
	return t.Sub(zero())
}

// TestETAWidens: the same is left; one line went evenly, the others fell, paused, were counted less, or not for a while.
func TestETAWidens(t *testing.T) {
	const m = time.Minute
	even := counted([]int64{900}, 10*m, 0, 100, 200, 300, 400, 500, 600)
	now := even.Pace().Counted
	base := even.ETA(now)
	fell := counted([]int64{900}, 10*m, 0, 140, 270, 380, 470, 540, 600)
	about := counted([]int64{900}, 10*m, 0, 100, 200, 300, 400, 500, 600)
	about.Approx = true
	for name, e := range map[string]ETA{
		"falling":        fell.ETA(now),
		"pauses":         counted([]int64{900}, 10*m, 0, 200, 200, 400, 400, 500, 600).ETA(now),
		"three counts":   counted([]int64{900}, 30*m, 0, 300, 600).ETA(now),
		"an estimate":    about.ETA(now),
		"new arrivals":   counted([]int64{840, 850, 860, 870, 880, 890, 900}, 10*m, every(7, 100)...).ETA(now),
		"not counted 1h": even.ETA(now.Add(time.Hour)),
	} {
		if width(e) <= width(base) {
			t.Errorf("%s: %v, even: %v", name, width(e), width(base))
		}
	}
	last := time.Duration(0)
	for silence := 20 * m; silence < 6*time.Hour; silence += 20 * m {
		e := even.ETA(now.Add(silence))
		if w := width(e); silence > 40*m && w < last {
			t.Errorf("after %v of silence %v, shorter than %v", silence, w, last)
		}
		last = width(e)
	}
}

// TestETANeverPromisesOneDate: wherever a range is told and something is left far off, it has two different ends.
func TestETAProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f := anyLine(t)
		now := zero().Add(time.Duration(rapid.IntRange(-100, 5000).Draw(t, "now")) * time.Minute)
		e := f.ETA(now)
		if again := f.ETA(now); again.P10 != e.P10 || again.P50 != e.P50 || again.P90 != e.P90 || again.State != e.State {
			t.Fatal("two answers to one question")
		}
		for _, x := range []time.Time{e.P10, e.P50, e.P90} {
			if !x.IsZero() && x.Before(now) {
				t.Fatalf("%v is in the past of %v", x, now)
			}
		}
		if end(e.P10) > end(e.P50) || end(e.P50) > end(e.P90) {
			t.Fatalf("%v %v %v", e.P10, e.P50, e.P90)
		}
		if (e.State == ETARange || e.State == ETAThrough) == e.P90.IsZero() {
			t.Fatalf("%s with P90 %v", e.State, e.P90)
		}
		// More left, later: the same counts of a greater whole. (Of an estimate a greater number is also less sure.)
		more := *f
		if f.Expected == nil || f.Approx || e.State == ETAUnknown {
			return
		}
		extra := rapid.Int64Range(1, 5000).Draw(t, "more")
		more.Expected = number(*f.Expected + extra)
		more.Counts = append([]FlowCount{}, f.Counts...)
		for i := range more.Counts {
			if x := more.Counts[i].Expected; x != nil {
				more.Counts[i].Expected = number(*x + extra)
			}
		}
		later := more.ETA(now)
		if later.State == ETAThrough || e.State == ETAThrough {
			return
		}
		if end(later.P10) < end(e.P10) || end(later.P50) < end(e.P50) || end(later.P90) < end(e.P90) {
			t.Fatalf("%d more are through sooner: %v %v %v, before %v %v %v", extra, later.P10, later.P50, later.P90, e.P10, e.P50, e.P90)
		}
	})
}

// anyLine draws counts that may make no sense.
func anyLine(t *rapid.T) *Flow {
	f := &Flow{ID: "line", Status: FlowOpen}
	n := rapid.OneOf(rapid.Int64Range(0, 50), rapid.Int64Range(0, 100000), rapid.Int64Range(0, MaxCount))
	climb := rapid.Bool().Draw(t, "climb")
	for range rapid.IntRange(0, 40).Draw(t, "counts") {
		at := zero().Add(time.Duration(rapid.IntRange(0, 3000).Draw(t, "at")) * time.Minute)
		c := FlowCount{At: at, Replayed: n.Draw(t, "replayed"), Rejected: rapid.Int64Range(0, 20).Draw(t, "rejected"), Lost: rapid.Int64Range(0, 20).Draw(t, "lost"), Reentered: rapid.Int64Range(0, 20).Draw(t, "reentered")}
		if climb {
			c.Replayed = int64(at.Sub(zero()).Minutes()) * rapid.Int64Range(1, 20).Draw(t, "rate")
		}
		if rapid.Bool().Draw(t, "known") {
			c.Expected = number(n.Draw(t, "expected"))
			f.Expected = c.Expected
		}
		f.Counts = append(f.Counts, c)
		f.Replayed, f.Rejected, f.Lost, f.Reentered = c.Replayed, c.Rejected, c.Lost, c.Reentered
	}
	f.Approx = rapid.Bool().Draw(t, "approx")
	return f
}

// TestETACoverage: lines with a rate that scatters and wanders as assumed, asked half way: nine of ten keep within P90, and
// about one of ten is through before P10.
func TestETACoverage(t *testing.T) {
	rng := rand.New(rand.NewPCG(17, 1905))
	const runs, whole = 600, 6000
	early, within, told := 0, 0, 0
	for range runs {
		rate, sum, minute := 40.0, 0.0, 0
		var counts []int64
		f := (*Flow)(nil)
		asked := 0
		for sum < whole && minute < 100000 {
			if minute%10 == 0 {
				counts = append(counts, int64(sum))
				if f == nil && sum >= whole/2 {
					f, asked = counted([]int64{whole}, 10*time.Minute, counts...), minute
				}
			}
			rate = math.Max(rate*(1+0.015*rng.NormFloat64()), 1)
			sum += math.Max(rate+math.Sqrt(rate)*rng.NormFloat64(), 0)
			minute++
		}
		e := f.ETA(zero().Add(time.Duration(asked) * time.Minute))
		done := zero().Add(time.Duration(minute) * time.Minute)
		if done.Before(e.P10) {
			early++
		}
		if !e.P90.IsZero() {
			told++
		}
		if e.P90.IsZero() || !done.After(e.P90) {
			within++
		}
	}
	t.Logf("of %d: %d through before P10, %d by P90, a P90 told for %d", runs, early, within, told)
	if early > runs*15/100 || within < runs*85/100 || told < runs*85/100 {
		t.Errorf("of %d: %d through before P10, %d by P90, a P90 told for %d", runs, early, within, told)
	}
}

func FuzzETA(f *testing.F) {
	f.Add(int64(100), int64(0), int64(40), int64(60), 10, 10, 0)
	f.Add(int64(-1), int64(math.MaxInt64), int64(math.MinInt64), int64(3), 0, -10, 100000)
	f.Fuzz(func(t *testing.T, expected, a, b, c int64, i, j, wait int) {
		line := &Flow{Expected: &expected, Replayed: c, Status: FlowOpen}
		at := zero()
		for k, n := range []int64{a, b, c} {
			line.Counts = append(line.Counts, FlowCount{At: at, Replayed: n, Expected: &expected})
			at = at.Add(time.Duration([]int{i, j, 0}[k]) * time.Second)
		}
		now := at.Add(time.Duration(wait) * time.Second)
		e := line.ETA(now)
		for _, x := range []time.Time{e.P10, e.P50, e.P90} {
			if !x.IsZero() && x.Before(now) {
				t.Fatalf("%v before %v", x, now)
			}
		}
	})
}

func TestCatchupOutlook(t *testing.T) {
	c := declared(t)
	portal := ServiceSubject("portal")
	if o := CatchupOutlook(c.s, "nothing", c.now); !o.Known || o.MTPD != MTPDNone || o.P90 != c.now {
		t.Errorf("an unknown service: %+v", o)
	}
	if o := CatchupOutlook(c.s, "portal", c.now); o.Known || o.MTPD != MTPDNone || len(o.Waits) != 1 {
		t.Errorf("before the service is back: %+v", o)
	}
	c.must(portal, ServiceRestored{}).must(portal, ServiceVerified{})
	if o := CatchupOutlook(c.s, "portal", c.now); o.MTPD != MTPDUnknown {
		t.Errorf("back, its line not opened: %+v", o)
	}
	c.must(orders, CatchupOpened{Expected: number(1000)}).must(orders, CatchupCounted{})
	for range 3 {
		c.after(10*time.Minute).must(orders, CatchupCounted{Replayed: c.s.Flow("failover/orders").Replayed + 100})
	}
	o := CatchupOutlook(c.s, "portal", c.now)
	if !o.Known || o.MTPD != MTPDHeld || o.Chance < 0.99 || o.Deadline != zero().Add(24*time.Hour) {
		t.Errorf("an even line: %+v", o)
	}
	e := c.s.Flow("failover/orders").ETA(c.now)
	if o.P50 != e.P50 {
		t.Errorf("%v, its only line %v", o.P50, e.P50)
	}
	// A second line that blocks: the last of the two.
	c.must(FlowSubject("mail"), CatchupOpened{Title: T("Mail"), Service: "portal", Expected: number(1000)}).must(FlowSubject("mail"), CatchupCounted{})
	if o = CatchupOutlook(c.s, "portal", c.now); o.Known || o.MTPD != MTPDUnknown || len(o.Waits) != 2 {
		t.Errorf("a line counted once: %+v", o)
	}
	c.after(10*time.Minute).must(FlowSubject("mail"), CatchupCounted{Replayed: 20})
	o = CatchupOutlook(c.s, "portal", c.now)
	if both := c.s.Flow("mail").ETA(c.now); o.P50.Before(both.P50) || o.P50.Before(e.P50) {
		t.Errorf("%v before the later of its lines, %v", o.P50, both.P50)
	}
	c.after(10*time.Minute).must(FlowSubject("mail"), CatchupCounted{Replayed: 20}).after(10*time.Minute).must(FlowSubject("mail"), CatchupCounted{Replayed: 20})
	if o = CatchupOutlook(c.s, "portal", c.now); o.MTPD != MTPDAtRisk {
		t.Errorf("a line that stands still: %+v", o)
	}
	if o = CatchupOutlook(c.s, "portal", zero().Add(25*time.Hour)); o.MTPD != MTPDLost {
		t.Errorf("past the deadline: %+v", o)
	}
	c.must(FlowSubject("mail"), CatchupAccepted{Lost: 980, Reason: "no copy"})
	c.must(orders, CatchupCounted{Replayed: 1000}).must(orders, CatchupSigned{})
	if o = CatchupOutlook(c.s, "portal", c.now); !o.Known || len(o.Waits) != 0 || o.P90 != c.now || o.MTPD != MTPDNone {
		t.Errorf("all signed: %+v", o)
	}
}

func TestMTPDThatCannotBeMet(t *testing.T) {
	c := declared(t)
	portal := ServiceSubject("portal")
	c.must(portal, ServiceRestored{}).must(portal, ServiceVerified{}).must(orders, CatchupOpened{Expected: number(100000)}).must(orders, CatchupCounted{})
	for i := range int64(6) {
		c.after(time.Hour).must(orders, CatchupCounted{Replayed: (i + 1) * 1000})
	}
	o := CatchupOutlook(c.s, "portal", c.now)
	if o.MTPD != MTPDLost || o.Chance > 0.1 {
		t.Errorf("94 hours of work in 18: %+v", o)
	}
}

func BenchmarkETA(b *testing.B) {
	f := counted([]int64{100000}, 10*time.Minute, every(200, 100)...)
	now := f.Pace().Counted.Add(time.Hour)
	for b.Loop() {
		f.ETA(now)
	}
}
