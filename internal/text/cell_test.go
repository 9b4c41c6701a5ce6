package text

import (
	"strings"
	"testing"
)

func TestCellsAreNoFormulas(t *testing.T) {
	for in, want := range map[string]string{
		"":               "",
		"calm words - a": "calm words - a",
		"=1+1":           "'=1+1",
		" =1+1":          " '=1+1",
		"-5":             "'-5",
		"@SUM(1)":        "'@SUM(1)",
		"＝1":             "'＝1",
		"a;=1+1":         "a;'=1+1",
		"a\"; \"=1":      "a\"; \"'=1",
		"a\n+1\r\n|x":    "a\n'+1\r\n'|x",
		"\t=1":           "'\t'=1",
	} {
		if got := Cell(in); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}

func FuzzCell(f *testing.F) {
	f.Add("a;=1+1")
	f.Add("\t|\u00a0-")
	f.Fuzz(func(t *testing.T, s string) {
		s, _ = Clean(s)
		for part := range strings.FieldsFuncSeq(Cell(s), func(r rune) bool { return strings.ContainsRune(";\t\n\r", r) }) {
			if part = strings.TrimLeft(part, " \"\u00a0\u202f\u3000"); part != "" && strings.ContainsRune(formula, []rune(part)[0]) {
				t.Fatalf("%q begins a formula, of %q", part, s)
			}
		}
	})
}

func TestHead(t *testing.T) {
	for _, c := range []struct {
		in   string
		n    int
		want string
	}{{"9f3a41c2ff", 8, "9f3a41c2"}, {"9f", 8, "9f"}, {"zqx�x", 4, "zqx"}, {"é", 1, ""}, {"", 3, ""}} {
		if got := Head(c.in, c.n); got != c.want {
			t.Errorf("%q %d: %q", c.in, c.n, got)
		}
	}
}
