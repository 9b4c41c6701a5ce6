package incident

import (
	"bytes"
	"testing"
)

// An event under the id of another, with other words, is kept and flagged once, and changes nothing.
func TestAnIDWithOtherBytesIsFlaggedAndChangesNothing(t *testing.T) {
	c := declared(t)
	c.must("", NoteAdded{Text: "the breaker is open"})
	first := c.log[len(c.log)-1]
	before := c.s.Clone()
	other := first
	other.Raw = bytes.Replace(first.Raw, []byte("open"), []byte("shut"), 1)
	other.Event, other.Seq = Decode(other.Raw), first.Seq+1
	if c.s.Meets(first) != RepeatSame || c.s.Meets(other) != RepeatOther {
		t.Fatal(c.s.Meets(first), c.s.Meets(other))
	}
	Apply(c.s, other)
	flags := c.s.Flags
	if len(flags) != len(before.Flags)+1 || flags[len(flags)-1].Code != FlagRewritten || flags[len(flags)-1].Seq != other.Seq {
		t.Errorf("%+v", flags)
	}
	if n := c.s.Count; n.Flagged != before.Count.Flagged+1 || n.Duplicates != before.Count.Duplicates+1 || n.Notes != before.Count.Notes {
		t.Errorf("%+v", n)
	}
	// the same other bytes once more, and the first once more, are repeats and nothing else
	again := c.s.Clone()
	for _, e := range []Entry{other, first, other} {
		if got := c.s.Meets(e); got != RepeatSame {
			t.Error(got)
		}
		Apply(again, e)
	}
	if len(again.Flags) != len(flags) || again.Count.Duplicates != c.s.Count.Duplicates+3 {
		t.Errorf("%+v %+v", again.Flags, again.Count)
	}
	// a third version is another one
	third := other
	third.Raw = bytes.Replace(first.Raw, []byte("open"), []byte("gone"), 1)
	third.Event = Decode(third.Raw)
	if got := again.Meets(third); got != RepeatOther {
		t.Error(got)
	}
	// what consoles write by themselves is one event by its id, whoever was first
	auto := first
	auto.Raw = bytes.Replace(first.Raw, []byte(`"role":"director"`), []byte(`"role":"automation"`), 1)
	auto.Event = Decode(auto.Raw)
	auto.Event.Source, auto.Event.ID = LapseSource, "lapse-1"
	Apply(again, auto)
	auto.Raw = bytes.Replace(auto.Raw, []byte("Alice"), []byte("Bob"), 1)
	if got := again.Meets(auto); got != RepeatSame {
		t.Error(got)
	}
	if keys, err := again.seen.MarshalJSON(); err != nil || len(keys) == 0 || again.seen.len() < c.s.seen.len() {
		t.Error(err)
	}
}
