package faults

import (
	"fmt"
	"slices"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/nats-io/nats.go"
)

// A console stands still (its machine sleeps, its disk hangs) while the others write: nobody waits for it, and it catches up.
func TestSlowReader(t *testing.T) {
	t.Parallel()
	s := start(t)
	bus := alone(t, "")
	all := s.cellOf("nats://" + bus.addr())
	slow := all[4]
	still := 3 * time.Second
	if long() {
		still = 75 * time.Second // longer than the bus keeps a reader's place
	}
	var took []time.Duration
	rounds := s.rounds(1, 4)
	for range rounds {
		all.write(0)
		pause(s.upTo(200 * time.Millisecond))
		if err := slow.p.cmd.Process.Signal(syscall.SIGSTOP); err != nil {
			t.Fatal(err)
		}
		before := all.said()
		pause(still)
		after := all.said()
		for i := range all[:4] {
			if after[i] <= before[i] {
				t.Errorf("%s waits for somebody who stands still", all[i].name)
			}
		}
		if err := slow.p.cmd.Process.Signal(syscall.SIGCONT); err != nil {
			t.Fatal(err)
		}
		begun := time.Now()
		all.stop()
		all.converge(t)
		took = append(took, time.Since(begun))
		all.good(t)
	}
	all.intact(t)
	s.figures(fmt.Sprintf("a console stands still for %s, %d times", still, rounds), all.check(), took)
	all.close()
}

// offered is how many events a second come from outside.
const offered = 10_000

// flood sends signals at a steady pace until quit, as monitoring does in a storm: without waiting for anything.
func flood(t *testing.T, url string, quit <-chan struct{}) *atomic.Int64 {
	t.Helper()
	nc, err := nats.Connect(url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(nc.Close)
	var sent atomic.Int64
	begun := time.Now()
	go func() {
		tick := time.NewTicker(2 * time.Millisecond)
		defer tick.Stop()
		for {
			select {
			case <-quit:
				return
			case <-tick.C:
			}
			for due := int64(time.Since(begun).Seconds() * offered); sent.Load() < due; {
				n := sent.Add(1)
				raw := fmt.Appendf(nil, `{"specversion":"1.0","id":"s%d","source":"/monitoring","type":"host.down","time":"2026-11-23T14:02:00Z","data":{"host":"db%d","text":"no answer for 30 s"}}`, n, n%500)
				if nc.Publish("sangfroid.signal.monitoring", raw) != nil {
					return
				}
			}
		}
	}()
	return &sent
}

// 10,000 events a second come from outside while a person types: each word has its receipt, and how long that takes is measured.
func TestFloodWhileAPersonTypes(t *testing.T) {
	t.Parallel()
	s := start(t)
	bus := alone(t, "")
	url := "nats://" + bus.addr()
	alice, bob := s.person("Alice", t.TempDir(), url), s.person("Bob", t.TempDir(), url)
	alice.declare()
	bob.inc = alice.inc
	bob.open()
	typed := func(words int) (took []time.Duration, pending int) {
		for range words {
			v := alice.word()
			took = append(took, v.Took)
			if v.Pending {
				pending++
			}
			pause(20*time.Millisecond + s.upTo(60*time.Millisecond))
		}
		slices.Sort(took)
		return took, pending
	}
	at := func(took []time.Duration, q float64) time.Duration {
		return took[int(q*float64(len(took)-1)+0.5)].Round(100 * time.Microsecond)
	}
	words := s.rounds(25, 1000)
	quiet, _ := typed(min(words, 200))
	quit := make(chan struct{})
	sent := flood(t, url, quit)
	begun := time.Now()
	took, pending := typed(words)
	rate := float64(sent.Load()) / time.Since(begun).Seconds()
	close(quit)
	all := people{alice, bob}
	settled := all.converge(t)
	t.Logf("FIGURES word to receipt, quiet: p50 %s p99 %s worst %s; with %.0f signals/s offered: p50 %s p90 %s p99 %s worst %s, %d of %d receipts said pending",
		at(quiet, 0.5), at(quiet, 0.99), at(quiet, 1), rate, at(took, 0.5), at(took, 0.9), at(took, 0.99), at(took, 1), pending, words)
	all.intact(t)
	s.figures(fmt.Sprintf("%.0f signals a second offered while a person types %d words", rate, words), all.check(), []time.Duration{settled})
	all.close()
}
