package incident

import (
	"testing"

	"pgregory.net/rapid"
)

// What came by another account's subject is kept and flagged, changes nothing, and does not take the place of the word of
// whoever it names.
func TestAnEntryInAnothersNameChangesNothing(t *testing.T) {
	c := declared(t)
	c.ballots()
	ev, err := c.try(theGo, DecisionTaken{Option: OptionGo, Because: "time"})
	if err != nil {
		t.Fatal(err)
	}
	raw, err := Encode(ev)
	if err != nil {
		t.Fatal(err)
	}
	forged := Entry{Seq: len(c.log) + 1, Bus: 99, Received: c.now, Raw: raw, Event: Decode(raw), Via: "sangfroid.live.inc-1.mallory.note.main"}
	before := c.s.Clone()
	Apply(c.s, forged)
	Apply(c.s, forged)
	d := c.s.Decision("failover/go")
	if d.Status == DecisionIsTaken || c.s.Count.Flagged != before.Count.Flagged+1 || c.s.Count.Duplicates != 1 || c.s.Seen(ev.Source, ev.ID) {
		t.Errorf("%v, %+v", d.Status, c.s.Count)
	}
	if h, _ := c.s.Head(theGo); h != heads(before, theGo) {
		t.Errorf("the entity's head moved to %+v", h)
	}
	if f := c.s.Flags[len(c.s.Flags)-1]; f.Code != FlagAuthor || f.Seq != forged.Seq {
		t.Errorf("%+v", f)
	}
	c.raw(raw)
	if c.s.Decision("failover/go").Status != DecisionIsTaken {
		t.Error("the person's own word does not count")
	}
}

// ballots are the two voices the decision wants.
func (c *cellRoom) ballots() {
	for _, who := range []string{"Bob", "Alice"} {
		c.by(who, RoleDirector).must(theGo, DecisionVoted{Option: OptionGo})
	}
}

func heads(s *State, subject string) Head {
	h, _ := s.Head(subject)
	return h
}

// A ballot and what settles the decision are two subjects on the bus: each is expected by its own last number.
func TestHeadsOfADecision(t *testing.T) {
	c := declared(t)
	c.must(theGo, DecisionAsked{})
	asked := c.s.Last
	c.must(theGo, DecisionCriterion{Criterion: "repair", Value: "4 h"})
	c.ballots()
	valued := c.s.Last
	if h, _ := c.s.Head(theGo); h.ID != valued.ID || h.Ballot != valued.Bus || h.Bus != 0 || asked.Bus >= valued.Bus {
		t.Errorf("%+v", h)
	}
	c.must(theGo, DecisionTaken{Option: OptionGo, Because: "time"})
	if h, _ := c.s.Head(theGo); h.ID != c.s.Last.ID || h.Bus != c.s.Last.Bus || h.Ballot != valued.Bus || h.On(Event{Data: DecisionVoted{}}) != h.Ballot {
		t.Errorf("%+v", h)
	}
}

// The fold's contract holds whatever subjects entries came by: total, idempotent, and a prefix and then the rest is all.
func TestViaKeepsTheContract(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := declared(t)
		n := rapid.IntRange(1, 25).Draw(t, "entries")
		for range n {
			subject, data := anyPayload(t)
			ev := Event{
				ID: EventID(rapid.SampledFrom([]string{"a", "b", "c", "d", "e"}).Draw(t, "id")), Source: "/test", Type: data.Type(), Subject: subject,
				Time: c.now, Recorded: c.now, Incident: "inc-1", Realm: Live, Actor: "Alice", Role: RoleDirector, Data: data,
			}
			raw, err := Encode(ev)
			if err != nil {
				continue
			}
			c.log = append(c.log, Entry{
				Seq: len(c.log) + 1, Bus: uint64(len(c.log) + 1), Received: c.now, Raw: raw, Event: Decode(raw),
				Via: rapid.SampledFrom([]string{"", "", "sangfroid.live.inc-1.mallory.note.main", "odd"}).Draw(t, "via"),
			})
		}
		whole := Fold(c.log...)
		cut := rapid.IntRange(0, len(c.log)).Draw(t, "cut")
		parts := Fold(c.log[:cut]...)
		for _, e := range c.log[cut:] {
			Apply(parts, e)
		}
		if whole.Count != parts.Count || len(whole.Flags) != len(parts.Flags) {
			t.Fatalf("%+v and %+v", whole.Count, parts.Count)
		}
		honest := NewState()
		for _, e := range c.log {
			if e.Via == "" {
				Apply(honest, e)
			}
		}
		if len(honest.Decided) != len(whole.Decided) || len(honest.Steps) != len(whole.Steps) || len(honest.Roster) != len(whole.Roster) || honest.Severity != whole.Severity {
			t.Fatal("what came in another's name changed the state")
		}
	})
}
