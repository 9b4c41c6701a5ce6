package e2e

import (
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"sangfroid/internal/incident"
	"sangfroid/internal/timeline"
	"time"
)

// needle is in one entry of every timeline made here, seven eighths of the way through.
const needle = "RARE-Needle-7f3a"

// begins is when the timelines made here do.
func begins() time.Time { return time.Date(2026, 3, 2, 6, 0, 0, 0, time.UTC) }

// makeTimeline writes a live incident of n entries of some 330 bytes: nine of ten are notes people and machines wrote, the rest
// steps, counts, votes, signals and what is told twice.
func makeTimeline(dir string, n int) (string, error) {
	path := filepath.Join(dir, fmt.Sprintf("inc-bench-%d.jsonl", n))
	r, err := timeline.Create(path, timeline.Header{Incident: "inc-bench", Realm: incident.Live, Title: "Loss of a region", Axis: timeline.AxisReceived}, nil)
	if err != nil {
		return "", err
	}
	g := generator{rng: rand.New(rand.NewPCG(uint64(n), 7)), n: n}
	const some = 4096
	for i := 0; i < n; {
		var ls []timeline.Line
		for ; i < n && len(ls) < some; i++ {
			l, err := g.line(i)
			if err != nil {
				return "", err
			}
			ls = append(ls, l)
		}
		if _, err := r.Append(ls...); err != nil {
			return "", err
		}
	}
	return path, r.Close()
}

type generator struct {
	rng  *rand.Rand
	n    int
	last timeline.Line
}

const filler = "nothing new"

func (g *generator) line(i int) (timeline.Line, error) {
	at := begins().Add(time.Duration(i) * 100 * time.Millisecond)
	d, subject := g.data(i)
	if d == nil {
		l := g.last
		l.Bus, l.Received = uint64(i+1), at //nolint:gosec // not negative
		return l, nil
	}
	if subject == "" {
		subject = incident.DefaultSubject(d)
	}
	names := []string{"A. Martin", "B. Lopez", "C. Weber", "automation", "D. Rossi", "E. Novak"}
	raw, err := incident.Encode(incident.Event{
		ID: incident.EventID(fmt.Sprintf("bench%09d", i)), Source: "/bench", Type: d.Type(), Subject: subject, Time: at, Recorded: at,
		Incident: "inc-bench", Realm: incident.Live, Actor: names[g.rng.IntN(len(names))], Role: incident.RoleITLead, Data: d,
	})
	g.last = timeline.Line{Bus: uint64(i + 1), Received: at, Raw: raw} //nolint:gosec // not negative
	return g.last, err
}

func (g *generator) data(i int) (incident.Data, string) {
	detected := begins().Add(-5 * time.Minute)
	switch {
	case i == 0:
		return incident.IncidentDeclared{Title: "Loss of a region", Detected: &detected, Services: []incident.ServiceDef{
			{ID: "portal", RTO: incident.Duration(4 * time.Hour), MTPD: incident.Duration(24 * time.Hour), From: incident.FromDetection},
			{ID: "payments", RTO: incident.Duration(8 * time.Hour), MTPD: incident.Duration(48 * time.Hour), From: incident.FromDetection},
		}}, ""
	case i <= 40:
		return incident.PlanStepAdded{Step: incident.StepDef{ID: fmt.Sprint("s", i), Title: incident.Text{EN: fmt.Sprint("Rebuild group ", i)}}}, ""
	case i == g.n*7/8:
		return incident.NoteAdded{Kind: incident.NoteFinding, Text: "the cable tray " + needle + " was found cut"}, ""
	}
	step := fmt.Sprintf("step/adhoc/s%d", 1+g.rng.IntN(40))
	switch k := g.rng.IntN(100); {
	case k < 2:
		return incident.StepStarted{}, step
	case k < 5:
		return incident.StepProgressed{Done: g.rng.IntN(500), Total: 500}, step
	case k < 6:
		return incident.StepBlocked{Reason: "waits for the network"}, step
	case k < 7:
		return incident.StepDone{}, step
	case k < 8:
		return nil, "" // told twice
	case k < 9:
		return incident.NoteAdded{Kind: incident.NoteCommunication, Text: fmt.Sprintf("told the agencies of zone %d how it stands; %s", i%97, filler)}, ""
	case k < 40:
		return incident.NoteAdded{Kind: incident.NoteAction, Text: fmt.Sprintf("switched feeder %d of room %d over; %s", i%211, i%13, filler)}, ""
	}
	return incident.NoteAdded{Kind: incident.NoteFinding, Text: fmt.Sprintf("reading %d of probe %d: %d ms; %s", i, i%1009, g.rng.IntN(900), filler)}, ""
}
