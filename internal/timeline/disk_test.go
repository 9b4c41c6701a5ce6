package timeline

import (
	"context"
	"math/rand/v2"
	"os"
	"reflect"
	"sangfroid/internal/incident"
	"strings"
	"testing"
	"time"
)

// kept builds the index of a file and writes it, however short the file is.
func kept(t testing.TB, path string) (*Index, *Reader) {
	t.Helper()
	r, err := OpenGrowing(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = r.Close() })
	x := NewIndex(r)
	x.keep = 1
	if err := x.Build(context.Background()); err != nil {
		t.Fatal(err)
	}
	return x, r
}

// alike holds two indexes of one timeline against each other in everything they tell.
func alike(t testing.TB, a, b *Index, ra, rb *Reader) {
	t.Helper()
	if a.Len() != b.Len() || a.Len() != ra.Len() || rb.Len() != ra.Len() || ra.LastBus() != rb.LastBus() {
		t.Fatalf("%d and %d entries (%d, %d)", a.Len(), b.Len(), ra.Len(), rb.Len())
	}
	if !reflect.DeepEqual(a.Keys(), b.Keys()) || !a.Last().Equal(b.Last()) || !a.First().Equal(b.First()) {
		t.Fatalf("key moments or ends differ:\n%+v\n%+v", a.Keys(), b.Keys())
	}
	na, roota := ra.Root()
	if nb, rootb := rb.Root(); na != nb || roota != rootb {
		t.Fatalf("roots %d %s and %d %s", na, roota, nb, rootb)
	}
	rng := rand.New(rand.NewPCG(uint64(a.Len()), 9))
	for i := range 8 {
		n := rng.IntN(a.Len() + 1)
		if i == 0 {
			n = a.Len()
		}
		if !a.Time(n).Equal(b.Time(n)) || a.SeqAt(a.Time(n)) != b.SeqAt(b.Time(n)) {
			t.Fatalf("entry %d counts at %v and %v", n, a.Time(n), b.Time(n))
		}
		sa, roota, err := a.StateAt(n)
		if err != nil {
			t.Fatal(err)
		}
		sb, rootb, err := b.StateAt(n)
		if err != nil {
			t.Fatal(err)
		}
		same(t, n, sb, sa)
		if roota != rootb {
			t.Fatalf("the root at %d is %s and %s", n, roota, rootb)
		}
		if n == 0 {
			continue
		}
		ea, err := ra.At(n)
		if err != nil {
			t.Fatal(err)
		}
		if eb, err := rb.At(n); err != nil || !reflect.DeepEqual(ea, eb) {
			t.Fatalf("entry %d is another one (%v)", n, err)
		}
	}
	for _, q := range queries() {
		fa, oka := a.Search(q, a.Len())
		fb, okb := b.Search(q, b.Len())
		if !oka || !okb || !reflect.DeepEqual(fa, fb) {
			t.Fatalf("%d and %d entries fit", len(fa), len(fb))
		}
	}
}

func queries() []Query {
	return []Query{
		{},
		{Late: true},
		{Flagged: true},
		{Who: func(s string) bool { return s == "Alice" }},
		{Kind: func(s string) bool { return strings.Contains(s, "step") }},
	}
}

// fresh is an index that was read from the file alone.
func fresh(t testing.TB, path string) (*Index, *Reader) {
	t.Helper()
	if err := os.Remove(path + IndexSuffix); err != nil && !os.IsNotExist(err) {
		t.Fatal(err)
	}
	r, err := OpenGrowing(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = r.Close() })
	return whole(t, r), r
}

// TestIndexFileTellsTheSame: with the index's file everything is what it is without, before and after it was held against the
// timeline, whatever is in that.
func TestIndexFileTellsTheSame(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 5))
	for seed := range uint64(4) {
		path := busyFile(t, 1+rng.IntN(3000), seed)
		if seed%2 == 1 {
			scratch(t, path, rng)
		}
		want, rw := fresh(t, path)
		written, rr := kept(t, path)
		if rr.indexed() == nil {
			t.Fatal("no index was written")
		}
		alike(t, want, written, rw, rr)
		info, err := os.Stat(path + IndexSuffix)
		if err != nil || info.Mode().Perm() != 0o600 {
			t.Fatalf("the index's file: %v, %v", info, err)
		}
		r, err := OpenGrowing(path)
		if err != nil {
			t.Fatal(err)
		}
		x := NewIndex(r)
		if r.indexed() == nil || x.Len() != want.Len() {
			t.Fatalf("the index was not taken: %d of %d", x.Len(), want.Len())
		}
		alike(t, want, x, rw, r)
		if err := x.Build(context.Background()); err != nil {
			t.Fatal(err)
		}
		if r.indexed() == nil {
			t.Fatal("an index that fits was thrown away")
		}
		alike(t, want, x, rw, r)
		if err := r.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

// scratch damages a file somewhere behind its header.
func scratch(t testing.TB, path string, rng *rand.Rand) {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	head := indexByte(b, '\n') + 1
	for range 3 {
		b[head+rng.IntN(len(b)-head)] ^= 1 << rng.IntN(8)
	}
	if err := os.WriteFile(path, b, 0o600); err != nil {
		t.Fatal(err)
	}
}

// TestDamagedIndexIsNotUsed: whatever happens to the index's file, what is shown is what the timeline says.
func TestDamagedIndexIsNotUsed(t *testing.T) {
	path := busyFile(t, 900, 3)
	want, rw := fresh(t, path)
	kept(t, path)
	good, err := os.ReadFile(path + IndexSuffix)
	if err != nil {
		t.Fatal(err)
	}
	rng := rand.New(rand.NewPCG(8, 8))
	for round := range 16 {
		b := append([]byte(nil), good...)
		switch round % 4 {
		case 0:
			b = b[:rng.IntN(len(b))]
		case 1:
			b = append(b, make([]byte, rng.IntN(100))...)
			b[rng.IntN(len(b))]++
		default:
			b[rng.IntN(len(b))] ^= 1 << rng.IntN(8)
		}
		if err := os.WriteFile(path+IndexSuffix, b, 0o600); err != nil {
			t.Fatal(err)
		}
		x, r := kept(t, path)
		alike(t, want, x, rw, r)
	}
	again, err := os.ReadFile(path + IndexSuffix)
	if err != nil || string(again) != string(good) {
		t.Errorf("the index was not made anew (%v)", err)
	}
}

// TestStaleIndexIsFound: a timeline that grew, and one that was changed in its middle by somebody who put its time back.
func TestStaleIndexIsFound(t *testing.T) {
	path := busyFile(t, 1200, 4)
	if info, err := os.Stat(path); err != nil || info.Size() < 3*sampled {
		t.Fatalf("too short to have a middle: %v, %v", info, err)
	}
	kept(t, path)
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	at := strings.Index(string(b[len(b)/2:]), `"text":"note`) + len(b)/2 + 8
	b[at] = 'N'
	if err := os.WriteFile(path, b, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Chtimes(path, info.ModTime(), info.ModTime()); err != nil {
		t.Fatal(err)
	}
	x, r := kept(t, path)
	want, rw := fresh(t, path)
	alike(t, want, x, rw, r)

	kept(t, path)
	rec, err := Open(path, signer(t))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := rec.Append(noted(5000)); err != nil {
		t.Fatal(err)
	}
	if err := rec.Close(); err != nil {
		t.Fatal(err)
	}
	grown, err := OpenGrowing(path)
	if err != nil {
		t.Fatal(err)
	}
	defer grown.Close()
	if grown.indexed() != nil {
		t.Error("the index of a shorter timeline was taken")
	}
}

// TestJumpWaitsForFarStates: right after opening with an index a jump whose state is far from any known one arrives once it is near.
func TestJumpWaitsForFarStates(t *testing.T) {
	path := busyFile(t, 2000, 6)
	kept(t, path)
	r, err := OpenGrowing(path)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	x := NewIndex(r)
	if !x.Ready(2000) {
		t.Error("some hundred entries are far")
	}
	p := NewPlayer(x)
	p.JumpEntry(1999, time.Time{})
	if p.Upto(time.Time{}) < 1999 {
		t.Errorf("at %d", p.Upto(time.Time{}))
	}
}

// TestPassIsRefold: what is passed over leaves the state that folding it leaves.
func TestPassIsRefold(t *testing.T) {
	x := whole(t, memory(t, busy(t, 2500, 11)...))
	quiet := 0
	for _, m := range x.cols.marks {
		if m&markQuiet != 0 {
			quiet++
		}
	}
	if quiet < 500 {
		t.Fatalf("only %d entries are quiet", quiet)
	}
	a, b := incident.NewState(), snapshot{state: incident.NewState()}
	err := x.log.Range(1, 2500, func(e incident.Entry) bool {
		incident.Refold(a, e, repeats(x.cols.marks[e.Seq-1]))
		return true
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := x.refold(&b, 2500); err != nil {
		t.Fatal(err)
	}
	same(t, 2500, b.state, a)
}
