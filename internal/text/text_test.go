package text

import (
	"strings"
	"testing"
	"unicode/utf8"
)

func TestClean(t *testing.T) {
	for _, c := range []struct {
		name, in, want string
		changed        bool
	}{
		{"plain", "site lost", "site lost", false},
		{"accents", "Décision « go »", "Décision « go »", false},
		{"colour", "a\x1b[31mred\x1b[0m", "ared", true},
		{"clipboard", "x\x1b]52;c;aGk=\ay", "xy", true},
		{"escape behind a bad lead byte", "\xc2\x1b]52;c;aGk=\a!", "\uFFFD!", true},
		{"device control string", "a\x1bPq#0\x1b\\b", "ab", true},
		{"c1 as utf-8", "a\u009b31mb", "a31mb", true},
		{"direction", "a\u202ecba", "acba", true},
		{"zero width", "pass\u200bword", "password", true},
		{"tags", "a\U000e0041b", "ab", true},
		{"line breaks become spaces", "one\ntwo\tthree", "one two three", false},
		{"carriage return cannot overwrite", "good\rbad", "good bad", false},
		{"stacked marks", "a" + strings.Repeat("\u0301", 20), "a" + strings.Repeat("\u0301", maxMarks), true},
		{"nul and bell", "a\x00b\x07c", "abc", true},
	} {
		got, changed := Clean(c.in)
		if got != c.want || changed != c.changed {
			t.Errorf("%s: Clean(%q) = %q, %v; want %q, %v", c.name, c.in, got, changed, c.want, c.changed)
		}
	}
}

func TestCleanBlockKeepsLines(t *testing.T) {
	got, changed := CleanBlock("one\r\ntwo\x1b[2J\n\tthree")
	if want := "one\ntwo\n three"; got != want || !changed {
		t.Errorf("got %q, %v; want %q", got, changed, want)
	}
}

func TestCut(t *testing.T) {
	for _, c := range []struct {
		in   string
		n    int
		want string
	}{{"short", 10, "short"}, {"éééé", 6, "é…"}, {"abcdef", 5, "ab…"}, {"é", 1, "…"}, {"", 0, ""}} {
		if got, _ := Cut(c.in, c.n); got != c.want {
			t.Errorf("Cut(%q, %d) = %q, want %q", c.in, c.n, got, c.want)
		}
	}
}

func FuzzClean(f *testing.F) {
	for _, s := range []string{"\xc2\x1b]52;c;x\a", "\x1b\x1b[[31mm", "\x1bP\x1b\\", "a\u009bb", "é\u0301"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		for _, clean := range []func(string) (string, bool){Clean, CleanBlock} {
			got, _ := clean(s)
			if !utf8.ValidString(got) {
				t.Fatalf("not UTF-8: %q", got)
			}
			for _, r := range got {
				if hidden(r) && r != '\n' {
					t.Fatalf("%q left in %q", r, got)
				}
			}
			if again, _ := clean(got); again != got {
				t.Fatalf("not idempotent: %q then %q", got, again)
			}
		}
	})
}
