package when

import (
	"errors"
	"testing"
	"time"
)

func TestParse(t *testing.T) {
	paris, err := time.LoadLocation("Europe/Paris")
	if err != nil {
		t.Fatal(err)
	}
	now := time.Date(2026, 11, 23, 14, 30, 0, 0, paris)
	for _, c := range []struct {
		in, want string
		approx   bool
	}{
		{"14:02", "2026-11-23T14:02:00+01:00", false},
		{"14:02:05", "2026-11-23T14:02:05+01:00", false},
		{"14h02", "2026-11-23T14:02:00+01:00", false},
		{"14 h 02", "2026-11-23T14:02:00+01:00", false},
		{"~14:02", "2026-11-23T14:02:00+01:00", true},
		{"-12m", "2026-11-23T14:18:00+01:00", false},
		{"-12 min", "2026-11-23T14:18:00+01:00", false},
		{"-1h30", "2026-11-23T13:00:00+01:00", false},
		{"-2d", "2026-11-21T14:30:00+01:00", false},
		{"+30m", "2026-11-23T15:00:00+01:00", false},
		{"now", "2026-11-23T14:30:00+01:00", false},
		{"yesterday 22:00", "2026-11-22T22:00:00+01:00", false},
		{"hier 22h00", "2026-11-22T22:00:00+01:00", false},
		{"2026-11-20 08:15", "2026-11-20T08:15:00+01:00", false},
		{"20/11/2026 08:15", "2026-11-20T08:15:00+01:00", false},
		{"2018-10-21T23:13:00Z", "2018-10-22T01:13:00+02:00", false},
	} {
		got, approx, err := Parse(c.in, now, paris)
		if err != nil || got.In(paris).Format(time.RFC3339) != c.want || approx != c.approx {
			t.Errorf("Parse(%q) = %v %v %v, want %s", c.in, got.In(paris), approx, err, c.want)
		}
	}
	midnight := time.Date(2026, 11, 23, 0, 10, 0, 0, paris)
	if got, _, err := Parse("23:50", midnight, paris); err != nil || got.Day() != 22 {
		t.Errorf("23:50 at 00:10 = %v %v, want yesterday's", got, err)
	}
	if got, _, err := Next("14:02", now, paris); err != nil || got.Day() != 24 {
		t.Errorf("next 14:02 = %v %v, want tomorrow's", got, err)
	}
	for _, bad := range []string{"", "25:00", "-5", "soon", "14:61", "12", "-", "yesterday", "2026-13-01 10:00", "\x1b[2J", "-999999d", "-2562047h", "--5m", "-1d-5m", "0000-01-01T00:00:00Z", "9999-12-31T23:59:59-23:59"} {
		if _, _, err := Parse(bad, now, paris); !errors.Is(err, ErrTime) {
			t.Errorf("Parse(%q) gave %v", bad, err)
		}
	}
}

func FuzzParse(f *testing.F) {
	now := time.Date(2026, 11, 23, 14, 30, 0, 0, time.UTC)
	f.Add("14:02")
	f.Add("-1d2h")
	f.Fuzz(func(t *testing.T, s string) {
		_, _, err := Parse(s, now, time.UTC)
		if err != nil && !errors.Is(err, ErrTime) {
			t.Fatal(err)
		}
	})
}

// TestDue: a date alone lasts to its end in the zone, whatever the length of the day.
func TestDue(t *testing.T) {
	paris, err := time.LoadLocation("Europe/Paris")
	if err != nil {
		t.Fatal(err)
	}
	now := time.Date(2026, 11, 23, 14, 2, 0, 0, time.UTC)
	for in, want := range map[string]string{
		"2026-12-15": "2026-12-15T22:59:59Z", "15/12/2026": "2026-12-15T22:59:59Z", " 2027-03-28 ": "2027-03-28T21:59:59Z",
		"+30d": "2026-12-23T14:02:00Z", "2026-12-15 10:00": "2026-12-15T09:00:00Z", "09:00": "2026-11-24T08:00:00Z",
	} {
		got, _, err := Due(in, now, paris)
		if err != nil || got.UTC().Format(time.RFC3339) != want {
			t.Errorf("%q: %v, %v, want %s", in, got, err, want)
		}
	}
	for _, in := range []string{"", "soon", "2026-13-40", "0001-01-01", "31/02/2027"} {
		if got, _, err := Due(in, now, paris); err == nil {
			t.Errorf("%q: %v", in, got)
		}
	}
}
