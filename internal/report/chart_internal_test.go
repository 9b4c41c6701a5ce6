package report

import (
	"sangfroid/internal/incident"
	"sangfroid/internal/status"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"pgregory.net/rapid"
)

func TestHalves(t *testing.T) {
	for _, k := range []struct {
		in, one, two string
	}{
		{"", "", ""},
		{"short", "short", ""},
		{"exactly ten", "exactly", "ten"},
		{"a name of several words", "a name of", "several w…"},
		{"onewordthatislong", "onewordtha", "tislong"},
		{"été à la mer du nord", "été à la", "mer du no…"},
	} {
		if one, two := halves(k.in, 10); one != k.one || two != k.two {
			t.Errorf("%q: %q, %q", k.in, one, two)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		words := rapid.SliceOfN(rapid.StringMatching(`[a-zé]{1,9}`), 0, 12).Draw(t, "words")
		s := strings.Join(words, " ")
		one, two := halves(s, 20)
		if utf8.RuneCountInString(one) > 20 || utf8.RuneCountInString(two) > 20 {
			t.Fatalf("%q, %q", one, two)
		}
		whole := strings.ReplaceAll(one+two, " ", "")
		if all := strings.ReplaceAll(s, " ", ""); whole != all && !strings.HasSuffix(two, "…") {
			t.Fatalf("%q became %q, %q", s, one, two)
		}
		if rest, cutOff := strings.CutSuffix(whole, "…"); cutOff && !strings.HasPrefix(strings.ReplaceAll(s, " ", ""), rest) {
			t.Fatalf("%q became %q", s, whole)
		}
	})
}

// TestNamesOfDeadlinesHaveRoom: no name lies on another, and no line cuts one.
func TestNamesOfDeadlinesHaveRoom(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		xs := rapid.SliceOfN(rapid.Float64Range(gutter, figureWide-margin), 1, 12).Draw(t, "x")
		slices.Sort(xs)
		var lines []deadline
		for _, x := range xs {
			d := deadline{x: x, name: rapid.StringMatching(`[A-Za-z ]{3,50}`).Draw(t, "name")}
			d.level = lowest(lines, &d)
			lines = append(lines, d)
		}
		for i := range lines {
			for k := range i {
				a, b := &lines[k], &lines[i] // a is left of b
				af, at := a.span()
				bf, bt := b.span()
				if a.level == b.level && af < bt && bf < at {
					t.Fatalf("%q lies on %q", b.name, a.name)
				}
				if b.level <= a.level && af < b.x && b.x < at {
					t.Fatalf("the line of %q cuts %q", b.name, a.name)
				}
			}
			if f, to := lines[i].span(); to > figureWide+1 || (f < 0 && !lines[i].left()) {
				t.Fatalf("%q reaches %v", lines[i].name, to)
			}
		}
	})
}

// TestTheScale: some ticks, on round hours of the zone, none outside, also over a change of the clocks.
func TestTheScale(t *testing.T) {
	paris, err := time.LoadLocation("Europe/Paris")
	if err != nil {
		t.Fatal(err)
	}
	rapid.Check(t, func(t *rapid.T) {
		from := time.Date(2026, 3, 28, 0, 0, 0, 0, time.UTC).Add(time.Duration(rapid.IntRange(0, 4*24*60).Draw(t, "from")) * time.Minute)
		a := axis{from: from, to: from.Add(time.Duration(rapid.IntRange(1, 400*24*60).Draw(t, "minutes")) * time.Minute), zone: paris}
		at, days := a.ticks()
		if len(at) > 12 {
			t.Fatalf("%d ticks", len(at))
		}
		for i, x := range at {
			if x.Before(a.from) || x.After(a.to) || (i > 0 && !x.After(at[i-1])) {
				t.Fatalf("%v of %v", x, at)
			}
			if l := x.In(paris); l.Second() != 0 || (days && l.Minute() != 0) {
				t.Fatalf("%v is no round time", l)
			}
		}
		for _, at := range []time.Time{a.from, a.to, a.from.Add(-time.Hour), a.to.Add(time.Hour), {}} {
			if x := a.x(at); x < gutter || x > figureWide-margin {
				t.Fatalf("%v stands at %v", at, x)
			}
		}
		r := a.bar(a.from, a.to, 3, barHigh, "bar", "")
		if r.X < gutter || r.X+r.W > figureWide-margin+1 || r.W <= 0 {
			t.Fatalf("%+v", r)
		}
	})
}

func TestReach(t *testing.T) {
	from := time.Date(2026, 11, 23, 13, 0, 0, 0, time.UTC)
	for minutes, want := range map[int]int{0: 100, 50: 100, 150: 150, 200: 200, 201: 100, 9000: 100} {
		a := axis{from: from, to: from.Add(100 * time.Minute)}
		a.reach(from.Add(time.Duration(minutes) * time.Minute))
		if got := int(a.to.Sub(a.from) / time.Minute); got != want {
			t.Errorf("a deadline after %d minutes: the drawing has %d, want %d", minutes, got, want)
		}
	}
	a := axis{from: from, to: from.Add(time.Hour)}
	if a.reach(time.Time{}); !a.to.Equal(from.Add(time.Hour)) {
		t.Error("a deadline there is not moved the end")
	}
}

func TestExtent(t *testing.T) {
	one := time.Date(2026, 11, 23, 13, 0, 0, 0, time.UTC)
	for _, k := range []struct {
		times []time.Time
		ok    bool
	}{{nil, false}, {[]time.Time{{}}, false}, {[]time.Time{one, one}, false}, {[]time.Time{one.Add(time.Hour), {}, one}, true}} {
		from, to, ok := extent(k.times...)
		if ok != k.ok || (ok && (!from.Equal(one) || to.Sub(from) != time.Hour)) {
			t.Errorf("%v: %v, %v, %v", k.times, from, to, ok)
		}
	}
}

// TestTrendStep: the scale of a trend has some steps, whatever the longest length.
func TestTrendStep(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		top := time.Duration(rapid.Int64Range(1, 100*366*24*3600).Draw(t, "top")) * time.Second
		step := trendStep(top)
		if n := top / step; step <= 0 || n >= 6 || (top > 10*time.Minute && n < 1) {
			t.Fatalf("steps of %v up to %v", step, top)
		}
	})
}

func TestSane(t *testing.T) {
	n := func(v int64) *int64 { return &v }
	for _, k := range []struct {
		in   *int64
		kept bool
	}{{nil, false}, {n(0), true}, {n(-5), true}, {n(1 << 31), true}, {n(1 << 40), false}, {n(-1 << 62), false}} {
		if got := sane(k.in); (got != nil) != k.kept {
			t.Errorf("%v: %v", k.in, got)
		}
	}
}

func TestBlocked(t *testing.T) {
	at := time.Date(2026, 11, 23, 13, 0, 0, 0, time.UTC)
	block := func(from, to int) Block {
		b := Block{}
		b.From.Time = at.Add(time.Duration(from) * time.Minute)
		if to != 0 {
			b.To.Time = at.Add(time.Duration(to) * time.Minute)
		}
		return b
	}
	for _, k := range []struct {
		list []Block
		want int
	}{{nil, 0}, {[]Block{block(0, 10)}, 10}, {[]Block{block(0, 10), block(20, 25)}, 15}, {[]Block{block(50, 0)}, 10}, {[]Block{block(70, 0)}, 0}} {
		if got := blocked(k.list, at.Add(time.Hour)); got != time.Duration(k.want)*time.Minute {
			t.Errorf("%v: %v", k.list, got)
		}
	}
}

func TestRanksOfCauses(t *testing.T) {
	s := int64(90)
	if weight(&Gap{Seconds: &s}) != 90 || weight(&Gap{Count: 3}) != 3 || rank(true) <= rank(false) {
		t.Error("what weighs more comes first")
	}
	if (&Report{}).longestPhase() != nil {
		t.Error("a phase is proposed for nothing missed")
	}
	day := func(h int) status.Time { return status.Time{Time: time.Date(2026, 11, 23, h, 0, 0, 0, time.UTC)} }
	r := &Report{Phases: []status.Phase{
		{Phase: incident.PhaseAnalysis, From: day(1), To: day(2), Seconds: 3600},
		{Phase: incident.PhaseDecision, From: day(2), To: day(5), Seconds: 3 * 3600},
		{Phase: incident.PhaseCatchup, From: day(5), To: day(15), Seconds: 10 * 3600},
		{Phase: incident.PhaseReview, From: day(15)},
	}}
	for kind, want := range map[incident.ClockKind]incident.Phase{incident.ClockRTO: incident.PhaseDecision, incident.ClockMTPD: incident.PhaseCatchup} {
		r.Objectives = []Objective{{Kind: kind, Verdict: VerdictMissed}}
		if g := r.longestPhase(); g == nil || g.Phase != want {
			t.Errorf("%s missed: %+v, want %s", kind, g, want)
		}
	}
}
