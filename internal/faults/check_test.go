package faults

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

// written is a log of three authors, and the receipts for most of it.
func written(rng *rand.Rand, n int) (acks []Ack, log []Entry) {
	count := make(map[string]int)
	for i := range n {
		author := []string{"Alice", "Bob", "Chloe"}[rng.IntN(3)]
		count[author]++
		e := Entry{Author: author, N: count[author], ID: fmt.Sprintf("e%d", i), Source: "/c"}
		log = append(log, e)
		if rng.IntN(10) > 0 {
			acks = append(acks, Ack{Author: author, N: e.N, ID: e.ID})
		}
	}
	return acks, append(log, Entry{ID: "other", Source: "/automation"})
}

// Each invariant can fail: one entry lost, doubled or moved in a log of hundreds is found and named.
func TestTheCheckerFindsOneViolation(t *testing.T) {
	s := start(t)
	for range s.rounds(200, 20_000) {
		acks, log := written(s.rng, 300)
		if got := Check(acks, log); !got.Good() || got.Acknowledged != len(acks) {
			t.Fatalf("nothing was wrong: %s", got)
		}
		a := acks[s.rng.IntN(len(acks))]
		at := slices.IndexFunc(log, func(e Entry) bool { return e.ID == a.ID })
		lost := slices.Delete(slices.Clone(log), at, at+1)
		if got := Check(acks, lost); len(got.Lost) != 1 || !strings.Contains(got.Lost[0], a.ID) {
			t.Fatalf("%s is missing: %s", a.ID, got)
		}
		doubled := slices.Insert(slices.Clone(log), s.rng.IntN(len(log)), log[at])
		if got := Check(acks, doubled); len(got.Doubled) != 1 || len(got.Lost) != 0 || !strings.HasSuffix(got.Doubled[0], a.ID) {
			t.Fatalf("%s is there twice: %s", a.ID, got)
		}
		next := slices.IndexFunc(log[at+1:], func(e Entry) bool { return e.Author == a.Author })
		if next < 0 {
			continue
		}
		moved := slices.Clone(log)
		moved[at], moved[at+1+next] = moved[at+1+next], moved[at]
		if got := Check(acks, moved); len(got.Disordered) == 0 || len(got.Lost)+len(got.Doubled) != 0 {
			t.Fatalf("%s and the next of %s changed places: %s", a.ID, a.Author, got)
		}
	}
}

func TestWhatDiffersBetweenConsoles(t *testing.T) {
	same := []View{{"a", 3, "r", "s", 0}, {"b", 3, "r", "s", 0}, {"c", 3, "r", "s", 0}}
	if got := SameEverywhere(same); got != "" {
		t.Error(got)
	}
	for want, change := range map[string]func(*View){
		"pending": func(v *View) { v.Pending = 1 }, "entries": func(v *View) { v.Len = 2 },
		"root": func(v *View) { v.Root = "q" }, "two states": func(v *View) { v.State = "t" },
	} {
		views := slices.Clone(same)
		change(&views[2])
		if got := SameEverywhere(views); !strings.Contains(got, want) || !strings.Contains(got, "c") {
			t.Errorf("%s: %q", want, got)
		}
	}
}
