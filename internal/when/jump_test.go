package when

import (
	"testing"
	"time"
)

func TestJump(t *testing.T) {
	paris, err := time.LoadLocation("Europe/Paris")
	if err != nil {
		t.Fatal(err)
	}
	from := time.Date(2026, 11, 23, 22, 0, 0, 0, paris)
	to := time.Date(2026, 11, 24, 22, 0, 0, 0, paris)
	now := time.Date(2026, 11, 24, 1, 0, 0, 0, paris)
	for _, c := range []struct {
		in   string
		seq  int
		want string
	}{
		{"#214", 214, ""},
		{" 7 ", 7, ""},
		{"# 7", 7, ""},
		{"50%", 0, "2026-11-24T10:00"},
		{"12,5 %", 0, "2026-11-24T01:00"},
		{"start", 0, "2026-11-23T22:00"},
		{"Fin", 0, "2026-11-24T22:00"},
		{"+1h", 0, "2026-11-24T02:00"},
		{"-12m", 0, "2026-11-24T00:48"},
		{"02:30", 0, "2026-11-24T02:30"},
		{"23h30", 0, "2026-11-23T23:30"}, // the evening before: today's is not over yet, and not in the timeline
		{"21:00", 0, "2026-11-24T21:00"}, // only the evening to come has it
		{"2026-11-24 03:00", 0, "2026-11-24T03:00"},
	} {
		seq, at, err := Jump(c.in, now, from, to, paris)
		got := ""
		if !at.IsZero() {
			got = at.In(paris).Format("2006-01-02T15:04")
		}
		if err != nil || seq != c.seq || got != c.want {
			t.Errorf("Jump(%q) = %d %s %v, want %d %s", c.in, seq, got, err, c.seq, c.want)
		}
	}
	for _, bad := range []string{"", "#", "soon", "-5", "0", "140%", "NaN%", "25:00"} {
		if seq, at, err := Jump(bad, now, from, to, paris); err == nil {
			t.Errorf("Jump(%q) = %d %v", bad, seq, at)
		}
	}
}
