package incident

import (
	"math"
	"testing"
	"time"
)

// The catch-up of GitHub on 22 October 2018, as far as it is published
// (https://github.blog/2018-10-30-oct21-post-incident-analysis/):
//
//	06:51  restored clusters replicate; two hours are announced, projected in a straight line
//	11:12  read replicas are still hours behind
//	13:15  the delay grows again near the peak of load
//	16:24  the replicas are in sync: 9 h 33 min after the announcement
//	16:45  the backlog is processed: over 5 million hook events; some 200,000 of them are dropped by a time limit,
//	       processing is paused and the limit raised (when is not published)
//	23:03  the backlog is empty
//
// No count is published. The delays between those points are this test's own: before 06:51 a decay whose tangent at
// 06:51 is the announced two hours (the source says "power decay"), two hours at 11:12 for "hours behind", and straight
// pieces between.
func githubAt(hhmm string) time.Time {
	t, err := time.Parse("2006-01-02 15:04", "2018-10-22 "+hhmm)
	if err != nil {
		panic(err)
	}
	return t
}

// githubDelay is how far the replicas are behind, in minutes of writes.
func githubDelay(at time.Time) float64 {
	said := githubAt("06:51")
	const then, power = 300.0, 2.0 // minutes behind at 06:51, and the decay's power: the test's
	if !at.After(said) {
		return then * math.Pow(1+at.Sub(said).Hours()/(2*power), -power)
	}
	points := []struct {
		at     string
		behind float64
	}{{"06:51", then}, {"08:51", 190}, {"11:12", 120}, {"12:15", 100}, {"13:15", 115}, {"14:15", 80}, {"15:15", 40}, {"16:24", 0}}
	for i := 1; i < len(points); i++ {
		from, to := githubAt(points[i-1].at), githubAt(points[i].at)
		if !at.After(to) {
			share := float64(at.Sub(from)) / float64(to.Sub(from))
			return points[i-1].behind + share*(points[i].behind-points[i-1].behind)
		}
	}
	return 0
}

// githubLine is the line as a cell would have counted it: one minute of writes arrives a minute.
func githubLine(upto time.Time, every time.Duration) *Flow {
	f := &Flow{ID: "replicas", Status: FlowOpen}
	first := githubAt("05:21")
	for at := first; !at.After(upto); at = at.Add(every) {
		expected := int64(math.Round(at.Sub(first).Minutes() + githubDelay(first)))
		f.Expected, f.Replayed = &expected, max(expected-int64(math.Round(githubDelay(at))), 0)
		f.Counts = append(f.Counts, FlowCount{At: at, Replayed: f.Replayed, Expected: &expected})
	}
	return f
}

func TestGitHubAStraightLinePromisesTwoHours(t *testing.T) {
	behind, before := githubDelay(githubAt("06:51")), githubDelay(githubAt("06:50"))
	if line := behind / (before - behind); math.Abs(line-120) > 3 {
		t.Fatalf("the test's own series promises %.0f min", line)
	}
}

func TestGitHubTheEstimateDoesNotPromiseTwoHours(t *testing.T) {
	said, end := githubAt("06:51"), githubAt("16:24")
	for _, every := range []time.Duration{10 * time.Minute, 15 * time.Minute, 30 * time.Minute} {
		f := githubLine(said, every)
		if p := f.Pace(); p.Arrivals < 0.9 || p.Arrivals > 1.1 {
			t.Errorf("every %v: arrivals %.2f a minute, want 1", every, p.Arrivals)
		}
		e := f.ETA(said)
		if e.State != ETAOpen && e.State != ETARange {
			t.Errorf("every %v: %s", every, e.State)
		}
		if !e.P90.IsZero() && e.P90.Before(end) {
			t.Errorf("every %v: promised by %v, it was %v", every, e.P90, end)
		}
	}
}

// TestGitHubEveryEstimateOnTheWay: whenever somebody had asked, the latest time told, if one was, would have been kept.
func TestGitHubEveryEstimateOnTheWay(t *testing.T) {
	end := githubAt("16:24")
	told := 0
	for at := githubAt("06:21"); at.Before(githubAt("16:00")); at = at.Add(15 * time.Minute) {
		e := githubLine(at, 15*time.Minute).ETA(at)
		if !e.P90.IsZero() {
			told++
			if e.P90.Before(end) {
				t.Errorf("at %s: by %s", at.Format("15:04"), e.P90.Format("15:04"))
			}
		}
		t.Logf("%s %-8s %s–%s", at.Format("15:04"), e.State, e.P10.Format("15:04"), e.P90.Format("15:04"))
	}
	if told == 0 {
		t.Error("no latest time was ever told")
	}
}

// TestGitHubTheBacklogWithALoss: 5 million events, a pause in the middle (its place is the test's), 200,000 dropped.
func TestGitHubTheBacklogWithALoss(t *testing.T) {
	begin, end := githubAt("16:45"), githubAt("23:03")
	pause, again := githubAt("18:30"), githubAt("19:00")
	expected := int64(5_000_000)
	f := &Flow{ID: "hooks", Status: FlowOpen, Expected: &expected, Approx: true}
	works := func(at time.Time) float64 {
		d := at.Sub(begin)
		if at.After(pause) {
			d -= min(at.Sub(pause), again.Sub(pause))
		}
		return d.Minutes()
	}
	for at := begin; at.Before(end); at = at.Add(20 * time.Minute) {
		f.Replayed = int64(4_800_000 * works(at) / works(end))
		if at.After(pause) {
			f.Lost = 200_000
		}
		f.Counts = append(f.Counts, FlowCount{At: at, Replayed: f.Replayed, Lost: f.Lost, Expected: &expected, Approx: true})
		if e := f.ETA(at); !e.P90.IsZero() && e.P90.Before(end.Add(-10*time.Minute)) {
			t.Errorf("at %s: by %s, it was %s", at.Format("15:04"), e.P90.Format("15:04"), end.Format("15:04"))
		}
	}
	f.Replayed = 4_800_000
	if a := f.Account(); !a.Balanced() || a.Lost != 200_000 {
		t.Errorf("%+v", a)
	}
}
