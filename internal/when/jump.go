package when

import (
	"strconv"
	"strings"
	"time"
)

// Jump reads where to go in a timeline that lasts from…to, for somebody who stands at now: an entry ("#214", "214"), a
// share of the whole ("50 %"), "start" or "end" ("début", "fin"), or a time as in [Parse]: "+1h" and "-12m" count from now, and
// a bare hour is that of the day within the timeline nearest to now. seq is 0 for a time. Errors are [ErrTime].
func Jump(s string, now, from, to time.Time, zone *time.Location) (seq int, at time.Time, err error) {
	s = strings.TrimSpace(s)
	switch strings.ToLower(s) {
	case "start", "begin", "début", "debut":
		return 0, from, nil
	case "end", "fin":
		return 0, to, nil
	}
	if n, ok := strings.CutSuffix(s, "%"); ok {
		share, err := strconv.ParseFloat(strings.TrimSpace(strings.ReplaceAll(n, ",", ".")), 64)
		if err != nil || !(share >= 0 && share <= 100) {
			return 0, time.Time{}, ErrTime
		}
		return 0, from.Add(time.Duration(float64(to.Sub(from)) * share / 100)), nil
	}
	number := strings.TrimSpace(strings.TrimPrefix(s, "#"))
	if n, err := strconv.Atoi(number); err == nil && n > 0 && !strings.HasPrefix(number, "+") {
		return n, time.Time{}, nil
	}
	at, _, err = Parse(s, now, zone)
	if err != nil {
		return 0, at, err
	}
	if clock, bare := hour(s); bare {
		at = nearestDay(clock, now, from, to, zone)
	}
	return 0, at, nil
}

// nearestDay is an hour on the day nearest to now among those on which the timeline has it.
func nearestDay(clock, now, from, to time.Time, zone *time.Location) time.Time {
	day := now.In(zone)
	at := func(n int) time.Time {
		return time.Date(day.Year(), day.Month(), day.Day()+n, clock.Hour(), clock.Minute(), clock.Second(), 0, zone)
	}
	best := at(0)
	inside := func(t time.Time) bool { return !t.Before(from) && !t.After(to) }
	for _, n := range []int{0, -1, 1} {
		t := at(n)
		if inside(t) && (!inside(best) || t.Sub(now).Abs() < best.Sub(now).Abs()) {
			best = t
		}
	}
	return best
}
