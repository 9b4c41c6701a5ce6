package faults

import (
	"fmt"
	"sangfroid/internal/incident"
	"slices"
	"testing"
	"time"
)

// hour is what goes by on every console's clock while they are apart.
const hour = 3600

// apart is a time in which some cannot reach the others: both sides write, both sides decide, differently.
func (s *scenario) apart(all, cut people, wait time.Duration) {
	s.t.Helper()
	rest := slices.DeleteFunc(slices.Clone(all), func(p *person) bool { return slices.Contains(cut, p) })
	if len(rest) == 0 {
		rest = all[:1] // everybody is alone; the first one speaks for one side
	}
	near, far := rest[s.rng.IntN(len(rest))], cut[len(cut)-1]
	if near == far {
		far = cut[0]
	}
	options := []string{string(incident.OptionGo), string(incident.OptionNoGo)}
	s.rng.Shuffle(2, func(i, j int) { options[i], options[j] = options[j], options[i] })
	pause(wait)
	all.stop()
	for i, p := range []*person{near, far} {
		op := "take"
		if p.look().Decision == incident.DecisionIsTaken {
			op = "revise"
		}
		v := p.must(asked{Op: op, Option: options[i], Text: fmt.Sprintf("as %s sees it", p.name)})
		p.mu.Lock()
		p.acks = append(p.acks, Ack{Author: p.name, ID: v.ID})
		p.mu.Unlock()
	}
	all.each(asked{Op: "clock", Seconds: hour})
	all.word()
}

// together is what has to hold once everybody can reach the others again.
func (s *scenario) together(all people, what string) time.Duration {
	s.t.Helper()
	took := all.converge(s.t)
	for _, p := range all {
		if r := p.look(); r.Decision != incident.DecisionContested || r.Contest == 0 {
			s.t.Fatalf("%s: two sides decided differently, and for %s the decision is %s: %+v", what, p.name, r.Decision, r)
		}
	}
	settler := all[s.rng.IntN(len(all))]
	settler.must(asked{Op: "revise", Option: string(incident.OptionGo), Text: "settled between the two"})
	all.converge(s.t)
	for _, p := range all {
		if r := p.look(); r.Decision != incident.DecisionIsTaken || r.Option != incident.OptionGo || r.Contest != 0 {
			s.t.Fatalf("%s: settled, and for %s the decision is %s %s", what, p.name, r.Decision, r.Option)
		}
	}
	if got := all.check(); !got.Good() {
		s.t.Fatalf("%s: %s", what, got)
	}
	return took
}

// Consoles are cut off from the bus, and so from one another: connections end, or stand still without a word, or are slow.
func TestConsolesCutOff(t *testing.T) {
	t.Parallel()
	s := start(t)
	bus := alone(t, "")
	var links []*Link
	var urls []string
	for range 5 {
		links = append(links, link(t, bus.addr()))
		urls = append(urls, "nats://"+links[len(links)-1].Addr())
	}
	all := s.cellOf(urls...)
	var took []time.Duration
	rounds := s.rounds(2, 30)
	for n := range rounds {
		for _, l := range links {
			l.Delay(s.upTo(20 * time.Millisecond))
		}
		all.write(10 * time.Millisecond)
		pause(s.upTo(200 * time.Millisecond))
		order := s.rng.Perm(len(all))[:1+s.rng.IntN(len(all))]
		var cut people
		how := [](func(*Link)){(*Link).Cut, (*Link).Freeze, (*Link).Cut}[n%3]
		for _, i := range order {
			how(links[i])
			cut = append(cut, all[i])
		}
		wait := s.upTo(time.Second)
		if long() {
			wait = s.upTo(20 * time.Second) // longer than a dead connection takes to be found
		}
		s.apart(all, cut, wait)
		for _, l := range links {
			l.Heal()
		}
		what := fmt.Sprintf("round %d, %d of 5 apart", n, len(cut))
		took = append(took, s.together(all, what))
		t.Logf("%s: together after %s", what, took[len(took)-1].Round(10*time.Millisecond))
	}
	all.intact(t)
	all.kept(t)
	s.figures(fmt.Sprintf("consoles cut off %d times, an hour each on their clocks, deciding on both sides", rounds), all.check(), took)
	all.close()
}

// A cluster is split: two consoles are with the node that is alone, three with the majority. The minority takes nothing; its
// consoles keep what is written.
func TestClusterSplit(t *testing.T) {
	t.Parallel()
	s := start(t)
	c := newCluster(t)
	minority, majority := "nats://"+c.nodes[0].addr(), "nats://"+c.nodes[1].addr()+",nats://"+c.nodes[2].addr()
	all := s.cellOf(majority, majority, majority, minority, minority)
	var took []time.Duration
	rounds := s.rounds(1, 8)
	for n := range rounds {
		all.write(20 * time.Millisecond)
		pause(s.upTo(500 * time.Millisecond))
		how := [](func(*Link)){(*Link).Cut, (*Link).Freeze}[n%2]
		c.split(0, how)
		wait := time.Second + s.upTo(time.Second)
		if long() {
			wait = s.upTo(30 * time.Second)
		}
		s.apart(all, all[3:], wait)
		c.split(0, (*Link).Heal)
		what := fmt.Sprintf("split %d", n)
		took = append(took, s.together(all, what))
		t.Logf("%s: together after %s", what, took[len(took)-1].Round(10*time.Millisecond))
	}
	all.intact(t)
	all.kept(t)
	s.figures(fmt.Sprintf("cluster split %d times, an hour each on their clocks, deciding on both sides", rounds), all.check(), took)
	all.close()
}
