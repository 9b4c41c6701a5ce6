package plain

import (
	"errors"
	"slices"
	"testing"
)

func TestSplit(t *testing.T) {
	for in, want := range map[string][]string{
		``:                             nil,
		`  `:                           nil,
		`status`:                       {"status"},
		`note "two words"`:             {"note", "two words"},
		`note 'two words' x`:           {"note", "two words", "x"},
		`note ""`:                      {"note", ""},
		`note l'hébergeur`:             {"note", "l'hébergeur"},
		`decide go go --because "a b"`: {"decide", "go", "go", "--because", "a b"},
		`--because="a b"`:              {"--because=a b"},
	} {
		got, err := Split(in)
		if err != nil || !slices.Equal(got, want) {
			t.Errorf("%q: %q %v", in, got, err)
		}
	}
	for _, bad := range []string{`note "x`, `'x`} {
		if _, err := Split(bad); !errors.Is(err, ErrQuotes) {
			t.Errorf("%q: %v", bad, err)
		}
	}
}

func FuzzSplit(f *testing.F) {
	f.Add(`note "a b" 'c'`)
	f.Fuzz(func(t *testing.T, s string) {
		if _, err := Split(s); err != nil && !errors.Is(err, ErrQuotes) {
			t.Fatal(err)
		}
	})
}
