// Package when reads times as people type them in a crisis: "14:02", "14h02", "-12m", "yesterday 22:00", "2026-11-23 14:02", RFC 3339.
package when

import (
	"errors"
	"strconv"
	"strings"
	"time"
)

// ErrTime is given for a text that is no time.
var ErrTime = errors.New("not a time (examples: 14:02, -12m, yesterday 22:00, 2026-11-23 14:02, 2026-11-23T14:02:00Z)")

// Parse reads s as a time in zone; now gives the day of a bare hour, and the base of "-12m" and "+30m". A leading "~" marks the
// time as approximate. "now" (and "maintenant") is now. Errors are [ErrTime].
//
// A bare hour is today's, and yesterday's when that would be more than twelve hours ahead: at 00:10 "23:50" was yesterday.
//
// A time before 1970 or after 8999 is a typing error, whatever form it has.
func Parse(s string, now time.Time, zone *time.Location) (t time.Time, approx bool, err error) {
	t, approx, err = parse(s, now, zone)
	const first, last = 1970, 8999
	if y := t.UTC().Year(); err == nil && (y < first || y > last) {
		return time.Time{}, false, ErrTime
	}
	return t, approx, err
}

func parse(s string, now time.Time, zone *time.Location) (t time.Time, approx bool, err error) {
	s = strings.TrimSpace(s)
	if rest, ok := strings.CutPrefix(s, "~"); ok {
		s, approx = strings.TrimSpace(rest), true
	}
	if t, ok := relative(s, now); ok {
		return t, approx, nil
	}
	local := now.In(zone)
	if t, ok := dated(s, zone); ok {
		return t, approx, nil
	}
	day, rest, named := dayWord(s, local)
	clock, ok := hour(rest)
	if !ok {
		return time.Time{}, false, ErrTime
	}
	t = time.Date(day.Year(), day.Month(), day.Day(), clock.Hour(), clock.Minute(), clock.Second(), 0, zone)
	const halfDay = 12 * time.Hour
	if !named && t.Sub(now) > halfDay {
		t = time.Date(day.Year(), day.Month(), day.Day()-1, clock.Hour(), clock.Minute(), clock.Second(), 0, zone)
	}
	return t, approx, nil
}

// Next is Parse for a time to come, a deadline or a review: a bare hour that is over is tomorrow's.
func Next(s string, now time.Time, zone *time.Location) (t time.Time, approx bool, err error) {
	t, approx, err = Parse(s, now, zone)
	if err != nil {
		return t, approx, err
	}
	if _, bare := hour(strings.TrimSpace(strings.TrimPrefix(strings.TrimSpace(s), "~"))); bare && t.Before(now) {
		l := t.In(zone)
		t = time.Date(l.Year(), l.Month(), l.Day()+1, l.Hour(), l.Minute(), l.Second(), 0, zone)
	}
	return t, approx, nil
}

// Due is Next for the day something must be done by: a date alone lasts to its last second.
func Due(s string, now time.Time, zone *time.Location) (t time.Time, approx bool, err error) {
	day := strings.TrimSpace(s)
	for _, layout := range []string{time.DateOnly, "02/01/2006"} {
		if d, derr := time.ParseInLocation(layout, day, zone); derr == nil {
			end := time.Date(d.Year(), d.Month(), d.Day(), 23, 59, 59, 0, zone)
			return Parse(end.Format(time.RFC3339), now, zone)
		}
	}
	return Next(s, now, zone)
}

func relative(s string, now time.Time) (time.Time, bool) {
	switch strings.ToLower(s) {
	case "now", "maintenant":
		return now, true
	}
	if s == "" || (s[0] != '-' && s[0] != '+') {
		return time.Time{}, false
	}
	text := strings.ToLower(strings.ReplaceAll(s[1:], " ", ""))
	text = strings.TrimSuffix(strings.ReplaceAll(text, "min", "m"), "n")
	if text == "" {
		return time.Time{}, false
	}
	if i := len(text) - 1; text[i] >= '0' && text[i] <= '9' {
		if !strings.Contains(text, "h") {
			return time.Time{}, false // "-5": of what?
		}
		text += "m"
	}
	days := time.Duration(0)
	if before, after, ok := strings.Cut(text, "d"); ok {
		n, err := strconv.ParseUint(before, 10, 16) // sixteen bits of days are no overflow
		if err != nil {
			return time.Time{}, false
		}
		days, text = time.Duration(n)*24*time.Hour, after
	}
	d := time.Duration(0)
	if text != "" {
		var err error
		if d, err = time.ParseDuration(text); err != nil || d < 0 {
			return time.Time{}, false
		}
	}
	if d += days; s[0] == '-' {
		d = -d
	}
	return now.Add(d), true
}

func dated(s string, zone *time.Location) (time.Time, bool) {
	for _, layout := range []string{time.RFC3339Nano, "2006-01-02 15:04:05Z07:00", "2006-01-02T15:04Z07:00", "2006-01-02 15:04Z07:00"} {
		if t, err := time.Parse(layout, s); err == nil {
			return t, true
		}
	}
	for _, layout := range []string{
		"2006-01-02 15:04:05", "2006-01-02 15:04", "2006-01-02T15:04:05", "2006-01-02T15:04", "02/01/2006 15:04:05", "02/01/2006 15:04",
		"2006-01-02 15h04", "02/01/2006 15h04",
	} {
		if t, err := time.ParseInLocation(layout, s, zone); err == nil {
			return t, true
		}
	}
	return time.Time{}, false
}

// dayWord takes a leading "yesterday" or "today" off.
func dayWord(s string, local time.Time) (day time.Time, rest string, named bool) {
	word, rest, _ := strings.Cut(s, " ")
	switch strings.ToLower(word) {
	case "yesterday", "hier":
		return local.AddDate(0, 0, -1), strings.TrimSpace(rest), true
	case "today", "aujourd'hui", "aujourd’hui":
		return local, strings.TrimSpace(rest), true
	case "tomorrow", "demain":
		return local.AddDate(0, 0, 1), strings.TrimSpace(rest), true
	}
	return local, s, false
}

func hour(s string) (time.Time, bool) {
	s = strings.ToLower(strings.ReplaceAll(s, " ", ""))
	for _, layout := range []string{"15:04:05", "15:04", "15h04", "15h"} {
		if t, err := time.Parse(layout, s); err == nil {
			return t, true
		}
	}
	return time.Time{}, false
}
