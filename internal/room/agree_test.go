package room

import (
	"fmt"
	"math/rand/v2"
	"sangfroid/internal/bus"
	"testing"
	"time"
)

// ledger is a record of n entries that is another one from entry other on.
type ledger struct {
	agree
	n, other int
	now      time.Time
}

func (l *ledger) root(n int) string {
	if l.other > 0 && n >= l.other {
		return fmt.Sprintf("other-%d", n)
	}
	return fmt.Sprintf("root-%d", n)
}

func (l *ledger) tells(name string) bus.Presence {
	return bus.Presence{Console: name, Seq: l.n, Root: l.root(l.n), Marks: l.marks()}
}

func (l *ledger) hears(p bus.Presence) peer {
	l.now = l.now.Add(time.Minute)
	l.note(l.n, l.root(l.n))
	return l.compare([]bus.Presence{p}, l.n, l.now, func(sizes []int) map[int]string {
		out := make(map[int]string)
		for _, n := range sizes {
			if n > 0 && n <= l.n {
				out[n] = l.root(n)
			}
		}
		return out
	})[p.Console]
}

// Two records that differ from some entry on: both consoles find that entry, in few rounds, whoever is ahead.
func TestTheFirstEntryThatDiffersIsFound(t *testing.T) {
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	rng := rand.New(rand.NewPCG(seed, 1))
	for range 300 {
		most := 1 + rng.IntN(1_000_000)
		if rng.IntN(3) == 0 {
			most = 1 + rng.IntN(40)
		}
		other := 1 + rng.IntN(most)
		a := &ledger{n: other + rng.IntN(most), now: time.Unix(0, 0)}
		b := &ledger{n: other + rng.IntN(most), other: other, now: time.Unix(0, 0)}
		var x, y peer
		rounds := 0
		for ; rounds < 14 && (x.apart != other || x.same != other-1 || y.apart != other || y.same != other-1); rounds++ {
			toB, toA := a.tells("a"), b.tells("b")
			x, y = a.hears(toA), b.hears(toB)
		}
		if x.apart != other || x.same != other-1 || y.apart != other || y.same != other-1 {
			t.Fatalf("they part at %d of %d and %d; found %+v and %+v", other, a.n, b.n, x, y)
		}
	}
}

// Records that are the same are never said to differ, however far one is behind and in whatever order they tell.
func TestTheSameRecordIsNeverAnother(t *testing.T) {
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	rng := rand.New(rand.NewPCG(seed, 1))
	a, b := &ledger{n: 1, now: time.Unix(0, 0)}, &ledger{n: 1, now: time.Unix(0, 0)}
	for range 2000 {
		a.n += rng.IntN(5)
		if rng.IntN(2) == 0 {
			b.n = max(b.n, a.n-rng.IntN(300))
		}
		if k := a.hears(b.tells("b")); k.apart != 0 || k.same > b.n {
			t.Fatalf("%+v at %d and %d", k, a.n, b.n)
		}
		if k := b.hears(a.tells("a")); k.apart != 0 || k.same > min(a.n, b.n) {
			t.Fatalf("%+v at %d and %d", k, a.n, b.n)
		}
	}
	b.n = a.n
	if k := a.hears(b.tells("b")); k.same != a.n {
		t.Errorf("both have %d entries, known to be the same up to %d", a.n, k.same)
	}
	if m := a.marks(); len(m) != 0 {
		t.Errorf("nothing differs, and %v are told", m)
	}
}

// A record that was set aside and made anew agrees again; somebody who left is forgotten.
func TestADifferenceEnds(t *testing.T) {
	a, b := &ledger{n: 50, now: time.Unix(0, 0)}, &ledger{n: 60, other: 40, now: time.Unix(0, 0)}
	for range 8 {
		toB, toA := a.tells("a"), b.tells("b")
		a.hears(toA)
		b.hears(toB)
	}
	if k := a.peers["b"]; k.apart != 40 || k.same != 39 {
		t.Fatalf("%+v", k)
	}
	b.other, a.n, b.n = 0, 70, 70
	b.started()
	if k := a.hears(b.tells("b")); k.apart != 0 || k.same != 70 {
		t.Errorf("%+v", k)
	}
	a.compare(nil, a.n, a.now, nil)
	if len(a.peers) != 0 {
		t.Error("somebody who left is kept")
	}
}

// What somebody tells is theirs: no root, size or heap of marks does harm.
func TestHostilePresence(t *testing.T) {
	a := &ledger{n: 10, now: time.Unix(0, 0)}
	var many []bus.Mark
	for i := range 10_000 {
		many = append(many, bus.Mark{Size: i - 5000, Root: "x"})
	}
	for _, p := range []bus.Presence{
		{Console: "b", Seq: -1, Root: "x"},
		{Console: "b", Seq: 1 << 62, Root: "x"},
		{Console: "b", Marks: many},
		{Console: "b", Seq: 10},
		{Console: "b", Seq: 10, Root: a.root(10), Marks: []bus.Mark{{Size: 1 << 62, Root: "x"}}},
	} {
		a.hears(p)
		if k := a.peers["b"]; len(k.later) > laterKept || len(a.marks()) > bus.MostMarks {
			t.Errorf("%+v: %d kept", p.Seq, len(k.later))
		}
	}
}
