package faults

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

// One console's clock is an hour ahead, another's an hour behind; they jump back and forth, and change their zone, while all
// write. Order and state do not hang on clocks; a receipt is a receipt.
func TestClocksWrong(t *testing.T) {
	t.Parallel()
	s := start(t)
	bus := alone(t, "")
	all := s.cellOf("nats://" + bus.addr())
	all[1].must(asked{Op: "clock", Seconds: hour})
	all[2].must(asked{Op: "clock", Seconds: -hour})
	zones := []string{"Europe/Paris", "America/New_York", "Asia/Kolkata", "Pacific/Chatham", "UTC"}
	var took []time.Duration
	rounds := s.rounds(2, 50)
	for range rounds {
		all.write(3 * time.Millisecond)
		for range 5 {
			pause(s.upTo(40 * time.Millisecond))
			p := all[s.rng.IntN(len(all))]
			if s.rng.IntN(2) == 0 {
				p.must(asked{Op: "clock", Seconds: s.rng.Int64N(4*hour) - 2*hour})
			} else {
				p.must(asked{Op: "zone", Zone: zones[s.rng.IntN(len(zones))]})
			}
		}
		if s.rng.IntN(3) == 0 {
			p := all[s.rng.IntN(len(all))]
			p.kill() // and opened with the clock of the machine: the names of its files go back in time
			p.open()
			p.write(3 * time.Millisecond)
		}
		all.stop()
		took = append(took, all.converge(t))
		all.good(t)
	}
	all.intact(t)
	s.figures(fmt.Sprintf("clocks wrong by hours, jumping, zones changing, %d rounds", rounds), all.check(), took)
	all.close()
}

// The clocks of an incident go through the hours at which summer time begins and ends as through any other: two hours are two
// hours.
func TestSummerTimeBeginsAndEndsInMidIncident(t *testing.T) {
	t.Parallel()
	s := start(t)
	for what, at := range map[string]time.Time{
		"begins": time.Date(2027, 3, 28, 0, 15, 0, 0, time.UTC), // in Paris 02:00 becomes 03:00 at 01:00 UTC
		"ends":   time.Date(2027, 10, 31, 0, 15, 0, 0, time.UTC),
	} {
		alice := s.person("Alice", t.TempDir(), "")
		alice.env = []string{"FAULTS_AHEAD=" + time.Until(at).String()}
		alice.declare()
		alice.must(asked{Op: "zone", Zone: "Europe/Paris"})
		before := running(t, alice)
		alice.word()
		alice.must(asked{Op: "clock", Seconds: 2 * hour})
		alice.word()
		after := running(t, alice)
		looked := 0
		for name, d := range before {
			if !strings.HasPrefix(name, "rto") && !strings.HasPrefix(name, "mtpd") {
				continue // the others stop, or count from one another
			}
			looked++
			if grown := after[name] - d; grown < 2*time.Hour || grown > 2*time.Hour+time.Minute {
				t.Errorf("summer time %s: %s counted %s in two hours", what, name, grown)
			}
		}
		if looked == 0 {
			t.Fatalf("no clock runs: %v", before)
		}
		s.figures("summer time "+what+" in mid-incident", people{alice}.check(), nil)
		alice.close()
	}
}

// running are the clocks that run, with what they have counted.
func running(t *testing.T, p *person) map[string]time.Duration {
	t.Helper()
	out := make(map[string]time.Duration)
	for _, k := range p.look().Clocks {
		i := strings.LastIndexByte(k, ' ')
		d, err := time.ParseDuration(k[i+1:])
		if err != nil {
			t.Fatal(err)
		}
		out[k[:i]] = d
	}
	return out
}
