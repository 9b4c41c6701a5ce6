package faults

import (
	"fmt"
	"syscall"
	"testing"
	"time"
)

// cellOf opens five consoles, each on a machine of its own, on a bus; more URLs are theirs, one each.
func (s *scenario) cellOf(urls ...string) people {
	s.t.Helper()
	var all people
	for i, name := range []string{"Alice", "Bob", "Chloe", "David", "Emma"} {
		all = append(all, s.person(name, s.t.TempDir(), urls[min(i, len(urls)-1)]))
	}
	id := all[0].declare()
	for _, p := range all[1:] {
		p.inc = id
		p.launch()
	}
	for _, p := range all[1:] {
		p.answer("opening the console")
	}
	return all
}

func (all people) write(every time.Duration) {
	for _, p := range all {
		p.write(every)
	}
}

func (all people) stop() { all.each(asked{Op: "stop"}) }

func (all people) close() {
	for _, p := range all {
		p.close()
	}
}

// said is how many receipts each has.
func (all people) said() []int {
	out := make([]int, len(all))
	for i, p := range all {
		out[i] = p.said()
	}
	return out
}

// The nodes of a cluster are killed while five consoles write: one after the other, the one that leads, all at once. The one
// that leads comes back with a bit flipped in what it had stored, and is mended by the others.
func TestClusterNodesKilled(t *testing.T) {
	t.Parallel()
	s := start(t)
	c := newCluster(t)
	all := s.cellOf(c.url())
	if r := all[0].look(); r.Link.Replicas != 3 {
		t.Fatalf("the stream has %d replicas", r.Link.Replicas)
	}
	var took []time.Duration
	round := func(what string, flip bool, victims ...*node) {
		t.Helper()
		all.write(20 * time.Millisecond)
		pause(300*time.Millisecond + s.upTo(700*time.Millisecond))
		for _, n := range victims {
			n.kill()
		}
		pause(s.upTo(time.Second))
		before := all.said()
		for _, n := range victims {
			if flip {
				s.flip(blocks(t, n.store))
			}
			n.start()
		}
		until(t, "all go on", func() bool {
			for i, n := range all.said() {
				if n < before[i]+1 {
					return false
				}
			}
			return true
		})
		all.stop()
		begun := time.Now()
		all.converge(t)
		took = append(took, time.Since(begun))
		got := all.check()
		t.Logf("%s: %s, together again after %s", what, got, time.Since(begun).Round(10*time.Millisecond))
		if !got.Good() {
			t.Fatal("words were lost, doubled or put out of order")
		}
	}
	for range s.rounds(1, 6) {
		if long() {
			for _, n := range c.nodes {
				round("node "+n.name+" killed", false, n)
			}
		}
		if n := c.leader(); n != nil {
			round("leader "+n.name+" killed, a bit flipped in its store", true, n)
		}
		round("all nodes killed", false, c.nodes[:]...)
	}
	all.intact(t)
	all.kept(t)
	s.figures(fmt.Sprintf("nodes of the cluster killed, %d rounds, five consoles", len(took)), all.check(), took)
	all.close()
}

// The node that leads stands still for 20 s: it answers nothing, and no connection ends.
func TestLeaderFrozen(t *testing.T) {
	t.Parallel()
	s := start(t)
	c := newCluster(t)
	all := s.cellOf(c.url())
	still := 4 * time.Second
	if long() {
		still = 20 * time.Second
	}
	var took []time.Duration
	rounds := s.rounds(1, 5)
	for range rounds {
		all.write(20 * time.Millisecond)
		pause(s.upTo(500 * time.Millisecond))
		var n *node
		until(t, "somebody leads", func() bool { n = c.leader(); return n != nil })
		n.signal(syscall.SIGSTOP)
		pause(still)
		n.signal(syscall.SIGCONT)
		begun := time.Now()
		all.stop()
		all.converge(t)
		took = append(took, time.Since(begun))
		all.good(t)
	}
	all.intact(t)
	all.kept(t)
	s.figures(fmt.Sprintf("leader frozen for %s, %d times, five consoles", still, rounds), all.check(), took)
	all.close()
}
