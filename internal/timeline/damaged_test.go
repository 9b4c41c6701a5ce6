package timeline

import (
	"os"
	"path/filepath"
	"slices"
	"testing"
)

// One flipped bit anywhere behind the first line: what opens the record knows it, as verify does, and both name the same entry.
func TestOpenKnowsAFlippedBit(t *testing.T) {
	r, path := newRecord(t, 12)
	if _, err := r.Checkpoint(); err != nil {
		t.Fatal(err)
	}
	if _, err := r.Append(Line{Bus: 13, Received: zero(), Raw: []byte("no event"), Via: "sangfroid.live.inc-1.m.note.main"}); err != nil {
		t.Fatal(err)
	}
	if err := r.Close(); err != nil {
		t.Fatal(err)
	}
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	good, err := OpenReader(path)
	if err != nil {
		t.Fatal(err)
	}
	if entries, ok := good.Damaged(); !ok || len(entries) > 0 {
		t.Fatalf("nothing was changed, and %v", entries)
	}
	if err := good.Close(); err != nil {
		t.Fatal(err)
	}
	changed := filepath.Join(t.TempDir(), "changed.jsonl")
	for i := slices.Index(whole, '\n') + 1; i < len(whole)-1; i += 29 {
		b := slices.Clone(whole)
		b[i] ^= 1 << (i % 8)
		if err := os.WriteFile(changed, b, 0o600); err != nil {
			t.Fatal(err)
		}
		got, err := OpenReader(changed)
		if err != nil {
			t.Fatalf("byte %d: %v", i, err)
		}
		entries, ok := got.Damaged()
		if err := got.Close(); err != nil {
			t.Fatal(err)
		}
		rep, err := Verify(changed)
		if err == nil && ok && len(rep.Findings) == 0 && rep.OtherKeys > 0 {
			continue // in the name of the key of a checkpoint: it still fits, as one signed by a key of before
		}
		if err != nil || len(rep.Findings) == 0 || ok {
			t.Fatalf("byte %d %q: open says %v %v, verify %v %v", i, whole[i], entries, ok, rep, err)
		}
		for _, f := range rep.Findings {
			if f.Code == "hash" && !slices.Contains(entries, f.Entry) {
				t.Fatalf("byte %d: verify names entry %d, open %v", i, f.Entry, entries)
			}
		}
	}
}
