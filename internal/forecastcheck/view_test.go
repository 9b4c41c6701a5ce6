package forecastcheck

import (
	"encoding/json"
	"math/rand/v2"
	"sangfroid/internal/incident"
	"sangfroid/internal/status"
	"sangfroid/playbooks"
	"testing"
	"time"
)

// TestTheViewsOfAWholeRun: what forecast and forecast --track print, along an incident of each playbook.
func TestTheViewsOfAWholeRun(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 1))
	for _, book := range playbooks.All() {
		c := run(t, rng, book, book, world{slower: 1})
		for _, at := range c.seen {
			f := incident.Predict(at.then, at.at, 300)
			v := status.MakeForecast(at.then, f)
			b, err := json.Marshal(v)
			var back status.Foretold
			if err != nil || json.Unmarshal(b, &back) != nil || len(back.Services) != len(f.Services) || back.Schema != status.ForecastSchema {
				t.Fatalf("%s at %s: %v\n%s", book.ID, at.at, err, b)
			}
			for _, s := range back.Services {
				if g := s.Go; g != nil && !g.VerifiedP50.IsZero() && (g.VerifiedP10.After(g.VerifiedP50.Time) || g.VerifiedP50.After(g.VerifiedP90.Time)) {
					t.Errorf("%s: %+v", book.ID, g)
				}
				if by := s.DecideBy90; !by.IsZero() && by.After(s.DecideBy50.Time) {
					t.Errorf("%s: decide by %s at P90, %s at P50", book.ID, by, s.DecideBy50)
				}
			}
			if len(back.Steps) > 0 && back.Matters == nil {
				t.Errorf("%s at %s: nothing matters of %d steps", book.ID, at.at, len(back.Steps))
			}
		}
		k := status.MakeTrack(c.course, 300)
		bands := k.Bands()
		if len(k.Rows) < 3 || bands[0]+bands[1]+bands[2]+bands[3] != len(k.Rows) {
			t.Errorf("%s: %d rows, %v", book.ID, len(k.Rows), bands)
		}
		for _, r := range k.Rows {
			if r.Verified.IsZero() || r.OffS == nil || r.At.After(r.Verified.Time) {
				t.Errorf("%s: %+v", book.ID, r)
				continue
			}
			if off := r.Verified.Sub(r.VerifiedP50.Time) - time.Duration(*r.OffS)*time.Second; off.Abs() > time.Second {
				t.Errorf("%s: off by %s more than told: %+v", book.ID, off, r)
			}
			if (r.MeetRTO == nil) != (r.Met == nil) {
				t.Errorf("%s: chance %v, met %v", book.ID, r.MeetRTO, r.Met)
			}
		}
	}
}
