package timeline

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"sangfroid/internal/incident"
	"testing"
	"time"
)

// busy is a log in which much changes: declared, steps, decisions, notes, repeats, nonsense.
func busy(t testing.TB, n int, seed uint64) []Line {
	t.Helper()
	rng := rand.New(rand.NewPCG(seed, 1))
	at := zero()
	detected := zero().Add(-5 * time.Minute)
	add := func(i int, d incident.Data, subject string) Line {
		dr := incident.Draft{
			ID: incident.EventID(fmt.Sprintf("b%06d", i)), Source: "/t", Subject: subject, Recorded: at, Actor: "Alice", Role: incident.RoleDirector, Data: d,
		}
		if subject == "" {
			dr.Subject = incident.DefaultSubject(d)
		}
		raw, err := incident.Encode(incident.Event{
			ID: dr.ID, Source: dr.Source, Type: d.Type(), Subject: dr.Subject, Time: at, Recorded: at, Incident: "inc-1", Realm: incident.Live,
			Actor: dr.Actor, Role: dr.Role, Data: d,
		})
		if err != nil {
			t.Fatal(err)
		}
		return Line{Bus: uint64(i), Received: at, Raw: raw}
	}
	out := []Line{add(0, incident.IncidentDeclared{Title: "Loss", Detected: &detected, Services: []incident.ServiceDef{
		{ID: "all", RTO: incident.Duration(4 * time.Hour), MTPD: incident.Duration(24 * time.Hour), From: incident.FromDetection},
	}}, "")}
	for i := 1; i < n; i++ {
		at = at.Add(time.Duration(rng.IntN(20)) * time.Second)
		switch rng.IntN(9) {
		case 0:
			out = append(out, add(i, incident.PlanStepAdded{Step: incident.StepDef{ID: fmt.Sprint("s", rng.IntN(40)), Title: incident.Text{EN: fmt.Sprint("step ", i)}}}, ""))
		case 1:
			out = append(out, add(i, incident.StepStarted{}, fmt.Sprintf("step/adhoc/s%d", rng.IntN(40))))
		case 2:
			out = append(out, add(i, incident.StepDone{}, fmt.Sprintf("step/adhoc/s%d", rng.IntN(40))))
		case 3:
			out = append(out, out[rng.IntN(len(out))]) // told twice
		case 4:
			out = append(out, Line{Bus: uint64(i), Received: at.Add(-time.Minute), Raw: []byte("no event")})
		case 5:
			out = append(out, add(i, incident.ServiceVerified{}, "incident/all"))
		default:
			out = append(out, add(i, incident.NoteAdded{Text: fmt.Sprint("note ", i)}, ""))
		}
	}
	return out
}

func busyFile(t testing.TB, n int, seed uint64) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "busy.jsonl")
	r, err := Create(path, header(), signer(t))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := r.Append(busy(t, n, seed)...); err != nil {
		t.Fatal(err)
	}
	if err := r.Close(); err != nil {
		t.Fatal(err)
	}
	return path
}

// same compares states as they are told: of a view nothing is known of the events seen.
func same(t testing.TB, n int, got, want *incident.State) {
	t.Helper()
	a, err := json.Marshal(got)
	if err != nil {
		t.Fatal(err)
	}
	b, err := json.Marshal(want.View())
	if err != nil {
		t.Fatal(err)
	}
	if string(a) != string(b) {
		t.Fatalf("the state after %d entries is not the fold's:\n%s\n%s", n, a, b)
	}
}

// TestStateAnywhere: wherever one jumps, in whatever order, the state and the root are those of folding from the beginning.
func TestStateAnywhere(t *testing.T) {
	for seed := range uint64(3) {
		path := busyFile(t, 3000, seed)
		r, err := OpenGrowing(path)
		if err != nil {
			t.Fatal(err)
		}
		x := whole(t, r)
		rng := rand.New(rand.NewPCG(seed, 2))
		for i := range 24 {
			n := rng.IntN(3001)
			switch i % 4 {
			case 1:
				n = min(n/256*256, 3000) // at a snapshot
			case 2:
				n = min(x.cursor.n+rng.IntN(5), 3000) // a step on
			}
			got, root, err := x.StateAt(n)
			if err != nil {
				t.Fatal(err)
			}
			want, err := StateAt(r, n)
			if err != nil {
				t.Fatal(err)
			}
			same(t, n, got, want)
			if is, err := RootAt(r, n); err != nil || is != root {
				t.Fatalf("the root at %d is %s, want %s (%v)", n, root, is, err)
			}
		}
		if err := r.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

// TestSnapshotsStayBounded: the longer the timeline, the further apart they are.
func TestSnapshotsStayBounded(t *testing.T) {
	m := memory(t, notes(1, 150_000)...)
	x := whole(t, m)
	if n := len(x.snaps); n > maxSnapshots || n < maxSnapshots/2 {
		t.Errorf("%d snapshots", n)
	}
	for i, s := range x.snaps {
		if s.n != i*x.every || s.state.Count.Entries != s.n {
			t.Fatalf("snapshot %d is of %d entries", i, s.n)
		}
	}
	for _, n := range []int{0, 1, 149_999, 150_000, 50_001} {
		s, _, err := x.StateAt(n)
		if err != nil || s.Count.Entries != n {
			t.Errorf("%d entries at %d (%v)", s.Count.Entries, n, err)
		}
	}
}

// TestGrowingIsTheSame: a file read as it goes tells what a file read at once tells, torn lines, checkpoints and nonsense
// included, whatever was done to it.
func TestGrowingIsTheSame(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 3))
	for round := range 16 {
		path := busyFile(t, 300+rng.IntN(1200), uint64(round))
		b, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		head := len(b) - len(b[1+indexByte(b, '\n'):])
		for range round % 5 { // damage
			i := head + rng.IntN(len(b)-head)
			switch rng.IntN(3) {
			case 0:
				b[i] ^= 1 << rng.IntN(8)
			case 1:
				b = append(b[:i:i], b[min(i+rng.IntN(3000), len(b)):]...)
			default:
				b[i] = '\n'
			}
		}
		if err := os.WriteFile(path, b, 0o600); err != nil {
			t.Fatal(err)
		}
		at, err := OpenReader(path)
		if err != nil {
			t.Fatal(err)
		}
		grows, err := OpenGrowing(path)
		if err != nil {
			t.Fatal(err)
		}
		x := whole(t, grows)
		if !reflect.DeepEqual(at.offsets, grows.offsets) || !reflect.DeepEqual(at.tree, grows.tree) || at.lastBus != grows.lastBus || at.lastCheckpoint != grows.lastCheckpoint {
			t.Fatalf("round %d: %d and %d entries, checkpoints %d and %d", round, at.Len(), grows.Len(), at.lastCheckpoint, grows.lastCheckpoint)
		}
		want, err := StateAt(at, at.Len())
		if err != nil {
			t.Fatal(err)
		}
		got, root, err := x.StateAt(x.Len())
		if err != nil {
			t.Fatal(err)
		}
		same(t, x.Len(), got, want)
		if _, is := at.Root(); is != root {
			t.Fatalf("round %d: root %s, want %s", round, root, is)
		}
		_, _ = at.Close(), grows.Close()
	}
}

func indexByte(b []byte, c byte) int {
	for i := range b {
		if b[i] == c {
			return i
		}
	}
	return -1
}

// TestEndIsKnownBeforeTheMiddle: the scrub bar has its length before the file was read.
func TestEndIsKnownBeforeTheMiddle(t *testing.T) {
	r, path := newRecord(t, 700)
	if err := r.Close(); err != nil {
		t.Fatal(err)
	}
	g, err := OpenGrowing(path)
	if err != nil {
		t.Fatal(err)
	}
	defer g.Close()
	x := NewIndex(g)
	if got := x.Last(); !got.Equal(noted(700).Received) {
		t.Errorf("it ends at %v", got)
	}
	if share, done := x.Progress(); share > 0.1 || done {
		t.Errorf("%v read", share)
	}
	if err := x.Build(context.Background()); err != nil {
		t.Fatal(err)
	}
	if share, done := x.Progress(); share != 1 || !done {
		t.Errorf("%v read", share)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	again, err := OpenGrowing(path)
	if err != nil {
		t.Fatal(err)
	}
	defer again.Close()
	if err := NewIndex(again).Build(ctx); err == nil {
		t.Error("a build that was ended says it is whole")
	}
}

func TestKeysOfAnIndex(t *testing.T) {
	x := whole(t, memory(t, busy(t, 3000, 1)...))
	keys := x.Keys()
	kinds := make(map[incident.KeyKind]int)
	for i, k := range keys {
		kinds[k.Kind]++
		if i > 0 && k.At.Before(keys[i-1].At) {
			t.Errorf("key %d is before the one before it", i)
		}
	}
	if kinds[incident.KeyIncident] != 1 || kinds[incident.KeyService] == 0 {
		t.Errorf("%v", kinds)
	}
	p := NewPlayer(x)
	wall := zero()
	var there []time.Time
	for p.StepKey(1, wall) {
		there = append(there, p.Now(wall))
	}
	for i := len(there) - 2; i >= 0; i-- {
		if !p.StepKey(-1, wall) || !p.Now(wall).Equal(there[i]) {
			t.Fatalf("back at %v, want %v", p.Now(wall), there[i])
		}
	}
}

func sizes() []int { return []int{1_000, 10_000, 100_000, 1_000_000} }

// BenchmarkJump: the state and the root at an instant anywhere in a timeline, in no order.
func BenchmarkJump(b *testing.B) {
	for _, size := range sizes() {
		b.Run(fmt.Sprint(size), func(b *testing.B) {
			g, err := OpenGrowing(bigFile(b, size))
			if err != nil {
				b.Fatal(err)
			}
			defer g.Close()
			x := whole(b, g)
			n, worst := 1, time.Duration(0)
			for b.Loop() {
				n = (n*7919+13)%size + 1
				from := time.Now()
				if _, _, err := x.StateAt(n); err != nil {
					b.Fatal(err)
				}
				worst = max(worst, time.Since(from))
			}
			b.ReportMetric(float64(worst.Microseconds())/1000, "worst-ms")
			b.ReportMetric(float64(x.every), "entries/snapshot")
		})
	}
}

// BenchmarkFirst: from nothing to the first entry's state and the end's time, while the rest is still to be read.
func BenchmarkFirst(b *testing.B) {
	for _, size := range sizes() {
		path := ""
		b.Run(fmt.Sprint(size), func(b *testing.B) {
			if path == "" {
				path = bigFile(b, size)
			}
			for b.Loop() {
				g, err := OpenGrowing(path)
				if err != nil {
					b.Fatal(err)
				}
				x := NewIndex(g)
				ctx, cancel := context.WithCancel(context.Background())
				ended := make(chan error, 1)
				go func() { ended <- x.Build(ctx) }()
				<-x.Begun()
				if _, _, err := x.StateAt(1); err != nil {
					b.Fatal(err)
				}
				b.StopTimer()
				cancel()
				<-ended
				g.Close()
				b.StartTimer()
			}
		})
	}
}

// BenchmarkBuild: reading a timeline whole, with hashes, decoding, fold, key moments and snapshots.
func BenchmarkBuild(b *testing.B) {
	for _, size := range sizes() {
		b.Run(fmt.Sprint(size), func(b *testing.B) {
			path := bigFile(b, size)
			for b.Loop() {
				g, err := OpenGrowing(path)
				if err != nil {
					b.Fatal(err)
				}
				whole(b, g)
				g.Close()
			}
			b.ReportMetric(float64(b.N*size)/b.Elapsed().Seconds(), "entries/s")
		})
	}
}
