package faults

import (
	"fmt"
	"testing"
	"time"
)

// A console that owns the embedded bus is killed at any moment of its life, from its first instruction on. What it gave a
// receipt for is in the log, once, in the order it was said.
func TestConsoleKilled(t *testing.T) {
	t.Parallel()
	s := start(t)
	alice := s.person("Alice", t.TempDir(), "")
	alice.declare()
	alice.close()
	kills, looks := s.rounds(20, 1000), 50
	var took []time.Duration
	settle := func() {
		begun := time.Now()
		alice.open()
		people{alice}.converge(t)
		took = append(took, time.Since(begun))
		if got := (people{alice}).check(); !got.Good() {
			t.Fatal(got)
		}
		people{alice}.intact(t)
	}
	for n := range kills {
		alice.launch()
		if s.rng.IntN(4) == 0 {
			pause(s.upTo(150 * time.Millisecond)) // on its way up
		} else {
			alice.answer("opening the console")
			alice.write(0)
			pause(s.upTo(120 * time.Millisecond))
		}
		alice.kill()
		if n%looks == looks-1 {
			settle()
			alice.kill()
		}
	}
	settle()
	s.figures(fmt.Sprintf("console killed %d times", kills), people{alice}.check(), took)
	alice.close()
}

// Three consoles of one machine, one of which runs the bus; it is killed while all write, and one of the others takes the bus
// over. Who was killed comes back.
func TestOwnerKilledWithThreeConsoles(t *testing.T) {
	t.Parallel()
	s := start(t)
	dir := t.TempDir()
	all := people{s.person("Alice", dir, ""), s.person("Bob", dir, ""), s.person("Chloe", dir, "")}
	id := all[0].declare()
	for _, p := range all[1:] {
		p.inc = id
		p.open()
	}
	var took []time.Duration
	kills := s.rounds(3, 100)
	for range kills {
		for _, p := range all {
			p.write(time.Millisecond)
		}
		pause(s.upTo(300 * time.Millisecond))
		var owner *person
		until(t, "somebody owns the bus", func() bool {
			for _, p := range all {
				if p.look().Link.Owner {
					owner = p
				}
			}
			return owner != nil
		})
		before := make(map[*person]int)
		owner.kill()
		killed := time.Now()
		for _, p := range all {
			before[p] = p.said()
		}
		pause(s.upTo(100 * time.Millisecond))
		owner.open()
		until(t, "the others go on", func() bool {
			for _, p := range all {
				if p != owner && p.said() < before[p]+2 {
					return false
				}
			}
			return true
		})
		for _, p := range all {
			if p != owner {
				p.stop()
			}
		}
		all.converge(t)
		took = append(took, time.Since(killed))
		all.good(t)
	}
	all.intact(t)
	s.figures(fmt.Sprintf("owner of the bus killed %d times, three consoles", kills), all.check(), took)
	for _, p := range all {
		p.close()
	}
}
