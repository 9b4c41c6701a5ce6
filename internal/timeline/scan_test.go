package timeline

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

func TestLowerIsThatOfASCII(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 1))
	for range 2000 {
		b := make([]byte, rng.IntN(40))
		for i := range b {
			b[i] = byte(rng.IntN(256))
		}
		want := make([]byte, len(b))
		for i, c := range b {
			if want[i] = c; 'A' <= c && c <= 'Z' {
				want[i] = c + 32
			}
		}
		if lower(b); !bytes.Equal(b, want) {
			t.Fatalf("%q, want %q", b, want)
		}
	}
}

// TestScanFindsWhatTheLinesHold: everywhere in a file of several blocks, with an index's file and without, whatever its case.
func TestScanFindsWhatTheLinesHold(t *testing.T) {
	const n = 6_000
	path := bigFile(t, n)
	for range 2 {
		r, err := OpenGrowing(path)
		if err != nil {
			t.Fatal(err)
		}
		x := NewIndex(r)
		x.keep = 1
		if err := x.Build(context.Background()); err != nil {
			t.Fatal(err)
		}
		for _, needle := range []string{"note 599", "note 6000", "note 1,", "\"note 77\"", "note-nowhere", "alice"} {
			var want, got []int
			err := r.raw(1, n, func(seq int, b []byte) bool {
				if strings.Contains(strings.ToLower(string(b)), needle) {
					want = append(want, seq)
				}
				return true
			})
			if err != nil {
				t.Fatal(err)
			}
			slices.Reverse(want)
			for next := n; next > 0; {
				var found []int
				if found, next, err = r.Scan(context.Background(), needle, next); err != nil {
					t.Fatal(err)
				}
				got = append(got, found...)
			}
			if got = slices.Compact(got); !slices.Equal(got, want) {
				t.Errorf("%q: %d found, want %d", needle, len(got), len(want))
			}
		}
		if err := r.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

// BenchmarkScan: a string that is nowhere, in entries of 330 bytes.
func BenchmarkScan(b *testing.B) {
	for _, size := range sizes() {
		b.Run(fmt.Sprint(size), func(b *testing.B) {
			r, err := OpenReader(bigFile(b, size))
			if err != nil {
				b.Fatal(err)
			}
			defer r.Close()
			b.SetBytes(r.size)
			for b.Loop() {
				for next := size; next > 0; {
					if _, next, err = r.Scan(context.Background(), "rare-needle-7f3a", next); err != nil {
						b.Fatal(err)
					}
				}
			}
		})
	}
}
