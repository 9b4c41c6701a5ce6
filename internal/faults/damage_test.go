package faults

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// A console is killed, and its disk keeps less, or something else, than was written: the last lines of its record are torn off
// or cut in the middle, or a bit is flipped anywhere behind the first line. It comes back whole from the bus.
func TestTornTailsAndFlippedBits(t *testing.T) {
	t.Parallel()
	s := start(t)
	bus := alone(t, "")
	alice, bob := s.person("Alice", t.TempDir(), "nats://"+bus.addr()), s.person("Bob", t.TempDir(), "nats://"+bus.addr())
	bob.declare()
	alice.inc = bob.inc
	alice.open()
	all := people{bob, alice}
	record := filepath.Join(alice.dir, "records", "live", alice.inc+".jsonl")
	var took []time.Duration
	torn, flipped := 0, 0
	rounds := s.rounds(4, 200)
	for range rounds {
		all.write(time.Millisecond)
		pause(s.upTo(60 * time.Millisecond))
		alice.kill()
		b, err := os.ReadFile(record)
		if err != nil {
			t.Fatal(err)
		}
		head := len(firstLine(b))
		if s.rng.IntN(2) == 0 {
			torn++
			if err := os.Truncate(record, int64(len(b)-s.rng.IntN(min(3000, len(b)-head)))); err != nil {
				t.Fatal(err)
			}
		} else {
			flipped++
			b[head+s.rng.IntN(len(b)-head)] ^= 1 << s.rng.IntN(8)
			if err := os.WriteFile(record, b, 0o600); err != nil {
				t.Fatal(err)
			}
		}
		bob.stop()
		begun := time.Now()
		alice.open()
		all.converge(t)
		took = append(took, time.Since(begun))
		all.good(t)
	}
	aside, err := filepath.Glob(filepath.Join(filepath.Dir(record), "*.damaged-*.jsonl"))
	if err != nil || (flipped > 3 && len(aside) == 0) {
		t.Errorf("%d bits were flipped, and no record was set aside: %v", flipped, err)
	}
	for _, f := range aside {
		if err := os.Remove(f); err != nil { // it is damaged, and kept for people
			t.Fatal(err)
		}
	}
	all.intact(t)
	s.figures(fmt.Sprintf("record torn %d times, a bit of it flipped %d times (%d mended from the bus)", torn, flipped, len(aside)), all.check(), took)
	all.close()
}

func firstLine(b []byte) []byte {
	for i, c := range b {
		if c == '\n' {
			return b[:i+1]
		}
	}
	return b
}
