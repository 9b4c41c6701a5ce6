package timeline

import (
	"math/rand/v2"
	"sangfroid/internal/incident"
	"testing"
	"time"
)

// told is one entry: written at minute `written` about minute `fact`.
type told struct {
	written, fact int
	subject       string
	data          incident.Data
}

func paper(t *testing.T, es ...told) *Memory {
	t.Helper()
	at := func(n int) time.Time {
		return time.Date(2026, 11, 23, 13, 0, 0, 0, time.UTC).Add(time.Duration(n) * time.Minute)
	}
	m := NewMemory(Header{Incident: "inc-1", Realm: incident.Live})
	for i, e := range es {
		ev := incident.Event{
			ID: incident.EventID(rune('a' + i)), Source: "/x", Type: e.data.Type(), Subject: e.subject, Time: at(e.fact), Recorded: at(e.written),
			Incident: "inc-1", Realm: incident.Live, Actor: "Alice", Data: e.data,
		}
		if d, ok := e.data.(incident.IncidentDeclared); ok {
			detected := at(-30)
			d.Detected = &detected
			ev.Data = d
		}
		raw, err := incident.Encode(ev)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := m.Append(Line{Received: at(e.written), Raw: raw}); err != nil {
			t.Fatal(err)
		}
	}
	return m
}

func order(t *testing.T, l Log) []int {
	t.Helper()
	var out []int
	if err := l.Range(1, l.Len(), func(e incident.Entry) bool {
		out = append(out, e.Seq)
		return true
	}); err != nil {
		t.Fatal(err)
	}
	return out
}

func TestByFactPutsThingsWhereTheyHappened(t *testing.T) {
	note := func(s string) incident.Data { return incident.NoteAdded{Text: s} }
	m := paper(t,
		told{0, 0, "incident/main", incident.IncidentDeclared{Title: "Loss"}},
		told{0, 0, "plan/failover", incident.PlanLaunched{Plan: "failover", Playbook: []byte("{}")}},
		told{1, 1, "note/main", note("now")},
		told{2, -20, "step/failover/a", incident.StepStarted{}},
		told{3, -25, "step/failover/a", incident.StepDone{}}, // cannot end before its start: stays behind it
		told{4, -10, "note/main", note("from paper")},
	)
	l, err := ByFact(m)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := order(t, l), []int{1, 2, 4, 5, 6, 3}; !equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
	zero := time.Date(2026, 11, 23, 13, 0, 0, 0, time.UTC)
	for minutes, want := range map[int]int{-31: 0, -30: 2, -21: 2, -20: 4, -10: 5, 0: 5, 1: 6, 99: 6} {
		if got := Upto(l, zero.Add(time.Duration(minutes)*time.Minute)); got != want {
			t.Errorf("%d entries %d minutes from the declaration, want %d", got, minutes, want)
		}
	}
	if got := Upto(m, zero.Add(-time.Minute)); got != 0 {
		t.Errorf("by receipt: %d", got)
	}
	_, whole := m.Root()
	if root, err := RootAt(l, 3); err != nil || root != whole {
		t.Errorf("%s %v", root, err)
	}
	if _, err := l.At(0); err == nil {
		t.Error("entry 0")
	}
	if l.Header().Axis != AxisFact || l.Len() != 6 {
		t.Errorf("%+v", l.Header())
	}
}

func equal(a, b []int) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i] != b[i] {
			return false
		}
	}
	return true
}

// TestByFactIsInOrderAndWhole whatever was written when.
func TestByFactIsInOrderAndWhole(t *testing.T) {
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	rng := rand.New(rand.NewPCG(seed, 1))
	for range 200 {
		es := []told{{0, 0, "incident/main", incident.IncidentDeclared{Title: "Loss"}}}
		for i := range rng.IntN(20) {
			e := told{i, i - rng.IntN(60), "note/main", incident.NoteAdded{Text: "x"}}
			if rng.IntN(2) == 0 {
				e.subject, e.data = "step/failover/"+string(rune('a'+rng.IntN(3))), incident.StepStarted{}
			}
			es = append(es, e)
		}
		m := paper(t, es...)
		l, err := ByFact(m)
		if err != nil {
			t.Fatal(err)
		}
		seen := make(map[int]bool)
		last, about := time.Time{}, make(map[string]int)
		for place := 1; place <= l.Len(); place++ {
			e, err := l.At(place)
			if err != nil {
				t.Fatal(err)
			}
			at := AxisTime(l, e)
			if at.Before(last) || seen[e.Seq] {
				t.Fatalf("%v: entry %d at %s after %s", es, e.Seq, at, last)
			}
			if incident.Guarded(e.Event) && about[e.Event.Subject] > e.Seq {
				t.Fatalf("%v: %s turned round", es, e.Event.Subject)
			}
			seen[e.Seq], last, about[e.Event.Subject] = true, at, e.Seq
		}
		if len(seen) != m.Len() {
			t.Fatalf("%d of %d", len(seen), m.Len())
		}
	}
}
