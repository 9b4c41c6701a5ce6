package locale

import "testing"

func TestTheGistOfATextIsItsFirstWordsNotItsHeading(t *testing.T) {
	for in, want := range map[string]string{
		"STATUS\n- phase: analysis\n":              "phase: analysis",
		"\n\nOPEN DECISIONS, and by when\n- Go?":   "Go?",
		"SITUATION\n\nDONE since 20:06\n\n- power": "power",
		"The power is back.\nMore later.":          "The power is back.",
		"RTO lost for billing":                     "RTO lost for billing",
		"ÉTAT\n- phase : analyse":                  "phase : analyse",
		"NOTHING":                                  "NOTHING",
		"":                                         "",
	} {
		if got := gist(in); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}
