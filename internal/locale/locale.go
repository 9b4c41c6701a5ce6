// Package locale holds every word people read, in English and in French, and the forms of times, durations and counts.
// It also tells an entry of the log as a sentence ([Narrator]).
//
// The words stand in tables, both languages side by side, one file per area (words_*.go). A message may have named
// places, "{name}", and counted words, "{n|entry|entries}": English takes the plural unless n is 1, French from 2 on.
package locale

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Lang is a language of the console.
type Lang string

// The languages.
const (
	English Lang = "en"
	French  Lang = "fr"
)

// words is a table: key → English, French.
type words map[string][2]string

// Pick chooses the language: the flag if it names one ("fr", "fr_FR.UTF-8"), else the environment's LC_ALL, LC_MESSAGES,
// LANG, else English.
func Pick(flag string, getenv func(string) string) Lang {
	for _, s := range []string{flag, getenv("LC_ALL"), getenv("LC_MESSAGES"), getenv("LANG")} {
		if s != "" && s != "C" && s != "POSIX" && !strings.HasPrefix(s, "C.") {
			if strings.HasPrefix(strings.ToLower(s), "fr") {
				return French
			}
			return English
		}
	}
	return English
}

// Has tells whether the catalogue knows the key.
func Has(key string) bool {
	_, ok := find(key)
	return ok
}

// T gives the message of a key; args are name, value pairs for its places. A key that is missing shows itself in
// brackets, and a test finds it.
func (l Lang) T(key string, args ...any) string {
	pair, ok := find(key)
	if !ok {
		return "⟦" + key + "⟧"
	}
	msg := pair[0]
	if l == French {
		msg = pair[1]
	}
	if !strings.Contains(msg, "{") {
		return msg
	}
	return l.fill(msg, args)
}

// fill puts the values into their places.
func (l Lang) fill(msg string, args []any) string {
	var b strings.Builder
	for {
		before, rest, ok := strings.Cut(msg, "{")
		b.WriteString(before)
		if !ok {
			return b.String()
		}
		place, after, ok := strings.Cut(rest, "}")
		if !ok {
			b.WriteString("{" + rest)
			return b.String()
		}
		b.WriteString(l.place(place, args))
		msg = after
	}
}

func (l Lang) place(place string, args []any) string {
	name, forms, counted := strings.Cut(place, "|")
	for i := 0; i+1 < len(args); i += 2 {
		if args[i] != name {
			continue
		}
		if !counted {
			return l.value(args[i+1])
		}
		one, many, _ := strings.Cut(forms, "|")
		if l.plural(args[i+1]) {
			return many
		}
		return one
	}
	return "{" + place + "}"
}

func (l Lang) plural(v any) bool {
	n, err := strconv.ParseInt(fmt.Sprint(v), 10, 64)
	if err != nil {
		return true
	}
	if n < 0 {
		n = -n
	}
	if l == French {
		return n >= 2
	}
	return n != 1
}

func (l Lang) value(v any) string {
	switch v := v.(type) {
	case string:
		return v
	case int:
		return l.Count(int64(v))
	case int64:
		return l.Count(v)
	case time.Duration:
		return l.Span(v)
	}
	return fmt.Sprint(v)
}

// Count writes a whole number with its groups of thousands: 17,000 or 17 000 (with a no-break space).
func (l Lang) Count(n int64) string {
	s := strconv.FormatInt(n, 10)
	sep := ","
	if l == French {
		sep = "\u00a0"
	}
	sign := ""
	if s[0] == '-' {
		sign, s = "-", s[1:]
	}
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + sep + s[i:]
	}
	return sign + s
}

// Span writes a duration for reading: "45 s", "12 min", "1 h 05", "2 d 3 h" ("2 j 3 h"). The sign is kept.
func (l Lang) Span(d time.Duration) string {
	if d < 0 {
		return "−" + l.Span(-d)
	}
	day := "d"
	if l == French {
		day = "j"
	}
	switch s := int64(d.Round(time.Second) / time.Second); {
	case s < 60:
		return fmt.Sprintf("%d s", s)
	case s < 3600:
		return fmt.Sprintf("%d min", s/60)
	case s < 48*3600:
		if m := s / 60 % 60; m != 0 {
			return fmt.Sprintf("%d h %02d", s/3600, m)
		}
		return fmt.Sprintf("%d h", s/3600)
	default:
		if h := s / 3600 % 24; h != 0 {
			return fmt.Sprintf("%d %s %d h", s/86400, day, h)
		}
		return fmt.Sprintf("%d %s", s/86400, day)
	}
}

// Clock writes a duration as a clock counts it, "02:37:08", or "3 d 02:37:08" above 100 hours. The sign is kept.
func (l Lang) Clock(d time.Duration) string {
	if d < 0 {
		return "−" + l.Clock(-d)
	}
	s := int64(d / time.Second)
	h, m, sec := s/3600, s/60%60, s%60
	if h >= 100 {
		day := "d"
		if l == French {
			day = "j"
		}
		return fmt.Sprintf("%d %s %02d:%02d:%02d", h/24, day, h%24, m, sec)
	}
	return fmt.Sprintf("%02d:%02d:%02d", h, m, sec)
}
