package incident

import (
	"slices"
	"sync"
	"time"
)

// zones keeps the zones that were looked up. The zone database is read, nothing else: it is part of what a rule in working
// days or months says.
//
//nolint:gochecknoglobals // a cache of constants
var zones sync.Map

// zoneNamed gives the first of the names that is a zone; UTC when none is.
func zoneNamed(names ...string) *time.Location {
	for _, name := range names {
		if name == "" {
			continue
		}
		if loc, ok := zones.Load(name); ok {
			if l, is := loc.(*time.Location); is {
				return l
			}
			continue
		}
		loc, err := time.LoadLocation(name)
		if err != nil {
			continue
		}
		zones.Store(name, loc)
		return loc
	}
	return time.UTC
}

// calendar counts terms for one regime.
type calendar struct {
	loc      *time.Location
	holidays []Date
	known    bool // an entity's calendar was given: without one nobody knows its working days
}

func calendarOf(r *RegimeDef, incidentZone string) calendar {
	return calendar{loc: zoneNamed(r.Zone, incidentZone), holidays: r.Holidays, known: r.Zone != ""}
}

// works tells whether the day of t is a working day: not a Saturday, a Sunday or a holiday.
func (c calendar) works(t time.Time) bool {
	if d := t.Weekday(); d == time.Saturday || d == time.Sunday {
		return false
	}
	return !slices.Contains(c.holidays, Date(t.Format(time.DateOnly)))
}

// add gives the end of a term that begins at t. Hours are hours of the wall clock of physics: a change to summer time does
// not move their end. A month ends at the same time of the same date; when the month has no such date, on its last day
// (Reg. (EEC, Euratom) 1182/71 Art. 3(2)(c), which would even give that whole day). Working days end at the time at of the last one, or with the day.
func (c calendar) add(t time.Time, term Term, at string) time.Time {
	switch {
	case term.Months > 0:
		return c.months(t, term.Months)
	case term.Days > 0:
		return c.days(t, term.Days, at)
	}
	return t.Add(term.Length.Std()).UTC()
}

func (c calendar) months(t time.Time, n int) time.Time {
	l := t.In(c.loc)
	last := time.Date(l.Year(), l.Month()+time.Month(n)+1, 0, 0, 0, 0, 0, c.loc).Day()
	day := min(l.Day(), last)
	return time.Date(l.Year(), l.Month()+time.Month(n), day, l.Hour(), l.Minute(), l.Second(), l.Nanosecond(), c.loc).UTC()
}

// days counts working days as the SEC does for a Form 8-K (General Instruction B.1): an event on a working day makes the
// next working day day one; an event on another day makes the next working day day one as well, for it begins the period and
// is in it.
func (c calendar) days(t time.Time, n int, at string) time.Time {
	day := t.In(c.loc)
	for ; n > 0; n-- {
		day = c.next(day)
	}
	return onDay(day, at, c.loc)
}

// next is the next working day. A calendar of nothing but holidays ends the search.
func (c calendar) next(day time.Time) time.Time {
	for range maxTermDays {
		day = time.Date(day.Year(), day.Month(), day.Day()+1, 12, 0, 0, 0, c.loc)
		if c.works(day) {
			return day
		}
	}
	return day
}

// roll gives the time the law allows instead of due, when that falls on a weekend or a holiday; the zero time otherwise.
func (c calendar) roll(due time.Time, to string) time.Time {
	day := due.In(c.loc)
	if !c.known || c.works(day) {
		return time.Time{}
	}
	return onDay(c.next(day), to, c.loc)
}

// onDay is a time of a day: "17:30"; "24:00", or nothing, is its last second.
func onDay(day time.Time, at string, loc *time.Location) time.Time {
	hour, err := time.Parse("15:04", at)
	if err != nil {
		return time.Date(day.Year(), day.Month(), day.Day(), 23, 59, 59, 0, loc).UTC()
	}
	return time.Date(day.Year(), day.Month(), day.Day(), hour.Hour(), hour.Minute(), 0, 0, loc).UTC()
}

// ValidHour tells whether s may be a time of a limit: "17:30", or "24:00" for the end of the day.
func ValidHour(s string) bool {
	_, err := time.Parse("15:04", s)
	return err == nil || s == "24:00"
}
