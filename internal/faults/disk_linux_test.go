package faults

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

// notTaken waits until somebody's words are refused, and gives the first reason.
func (p *person) notTaken(seen int) string {
	p.s.t.Helper()
	until(p.s.t, "words are not taken", func() bool { return len(p.refusals()) > seen })
	return p.refusals()[seen]
}

// refusals are the words that were not taken, with the console's reason.
func (p *person) refusals() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return append([]string(nil), p.errs...)
}

// The disk of a console is full: it says so at once, gives no receipt, shows that entries of others cannot be kept, and is
// whole again when the disk is. It may be killed in between.
func TestDiskFull(t *testing.T) {
	t.Parallel()
	s := start(t)
	bus := alone(t, "")
	d := newDisk(t)
	alice, bob := s.person("Alice", d.dir, "nats://"+bus.addr()), s.person("Bob", t.TempDir(), "nats://"+bus.addr())
	bob.declare()
	alice.inc = bob.inc
	alice.open()
	all := people{bob, alice}
	var took []time.Duration
	rounds := s.rounds(3, 40)
	for n := range rounds {
		seen := len(alice.refusals())
		all.write(5 * time.Millisecond)
		pause(s.upTo(100 * time.Millisecond))
		d.fill(alice, s.rng.Int64N(3)*4096)
		if why := alice.notTaken(seen); d.real && !strings.Contains(why, "disk is full") {
			t.Fatalf("the person is told %q", why)
		}
		alice.showsTrouble()
		killed := d.real && n%3 == 2
		if killed {
			alice.kill()
		}
		d.free(alice)
		begun := time.Now()
		alice.back(killed)
		bob.stop()
		all.converge(t)
		took = append(took, time.Since(begun))
		all.good(t)
		if r := alice.look(); r.Problem != "" {
			t.Fatalf("the disk is back, and the screen still says %q", r.Problem)
		}
	}
	all.intact(t)
	s.figures(fmt.Sprintf("disk full %d times, %d words refused meanwhile", rounds, len(alice.refusals())), all.check(), took)
	all.close()
}

// back goes on where the disk is free: a console that was killed is opened, one that was not takes words again.
func (p *person) back(killed bool) {
	p.s.t.Helper()
	if killed {
		p.open()
		return
	}
	until(p.s.t, "words are taken again", func() bool { r := p.said(); pause(20 * time.Millisecond); return p.said() > r })
	p.stop()
}

// showsTrouble waits until the console shows that it cannot keep what comes.
func (p *person) showsTrouble() {
	p.s.t.Helper()
	until(p.s.t, "the console shows that it cannot keep what comes", func() bool { return p.look().Problem != "" })
}

// The bus itself is on the disk that is full: the embedded one of a console that is alone.
func TestDiskFullUnderTheBus(t *testing.T) {
	t.Parallel()
	s := start(t)
	d := newDisk(t)
	alice := s.person("Alice", d.dir, "")
	alice.declare()
	all := people{alice}
	var took []time.Duration
	rounds := s.rounds(2, 30)
	for n := range rounds {
		seen := len(alice.refusals())
		alice.write(2 * time.Millisecond)
		pause(s.upTo(100 * time.Millisecond))
		d.fill(alice, s.rng.Int64N(3)*4096)
		alice.notTaken(seen)
		killed := d.real && n%2 == 1
		if killed {
			alice.kill()
		}
		d.free(alice)
		begun := time.Now()
		alice.back(killed)
		all.converge(t)
		took = append(took, time.Since(begun))
		all.good(t)
	}
	all.intact(t)
	s.figures(fmt.Sprintf("disk full under the embedded bus %d times", rounds), all.check(), took)
	all.close()
}

// Every fsync of a console fails, as on a disk that goes: no receipt is given from then on, and what had one is there after it
// was killed and opened on the disk again.
func TestSyncFails(t *testing.T) {
	t.Parallel()
	s := start(t)
	bus := alone(t, "")
	dir := t.TempDir()
	for name, url := range map[string]string{"alone": "", "with a bus elsewhere": "nats://" + bus.addr()} {
		alice := s.person("Alice", dir+"/"+name, url)
		alice.declare()
		var took []time.Duration
		rounds := s.rounds(2, 50)
		for range rounds {
			seen := len(alice.refusals())
			alice.write(0)
			pause(s.upTo(100 * time.Millisecond))
			alice.must(asked{Op: "break-sync"})
			alice.notTaken(seen)
			n := alice.said()
			alice.notTaken(seen + 3)
			if alice.said() != n {
				t.Fatal("a receipt was given for what could not be synced")
			}
			alice.kill()
			begun := time.Now()
			alice.open()
			people{alice}.converge(t)
			took = append(took, time.Since(begun))
			if got := (people{alice}).check(); !got.Good() {
				t.Fatal(got)
			}
		}
		people{alice}.intact(t)
		s.figures(fmt.Sprintf("fsync fails %d times, %s", rounds, name), people{alice}.check(), took)
		alice.close()
	}
}
