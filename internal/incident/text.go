package incident

import (
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Text is a title or a text in the languages its author gave. In JSON and YAML: one string, or {en: …, fr: …}.
type Text struct {
	EN string `json:"en,omitempty"`
	FR string `json:"fr,omitempty"`
}

// T makes a Text that reads the same in every language.
func T(s string) Text { return Text{EN: s} }

// In gives the text in lang ("fr", else English), or in the language there is.
func (t Text) In(lang string) string {
	if (lang == "fr" && t.FR != "") || t.EN == "" {
		return t.FR
	}
	return t.EN
}

// IsZero tells whether no language has a text.
func (t Text) IsZero() bool { return t == Text{} }

// MarshalJSON writes one string when there is one language, else {"en":…,"fr":…}.
func (t Text) MarshalJSON() ([]byte, error) {
	if t.FR == "" {
		return json.Marshal(t.EN)
	}
	type plain Text
	return json.Marshal(plain(t))
}

// UnmarshalJSON reads one string or {"en":…,"fr":…}.
func (t *Text) UnmarshalJSON(b []byte) error {
	if len(b) > 0 && b[0] == '"' {
		*t = Text{}
		return json.Unmarshal(b, &t.EN)
	}
	type plain Text
	return json.Unmarshal(b, (*plain)(t))
}

// Duration is a length of time that reads and writes as people say it: "4h", "1h30m", "90m", "2d", "45s".
// Never negative when parsed. Zero means "not defined".
type Duration time.Duration

// ErrDuration is given for a text that is no duration.
var ErrDuration = errors.New("not a duration (examples: 45m, 4h, 1h30m, 2d)")

// Std gives the standard library's form.
func (d Duration) Std() time.Duration { return time.Duration(d) }

// Seconds gives whole seconds, rounded towards zero.
func (d Duration) Seconds() int64 { return int64(time.Duration(d) / time.Second) }

// String writes the shortest exact form, in days, hours, minutes and seconds.
func (d Duration) String() string {
	if d == 0 {
		return "0s"
	}
	if d < 0 {
		return "-" + (-d).String()
	}
	var b strings.Builder
	rest := time.Duration(d)
	for _, u := range []struct {
		len  time.Duration
		name string
	}{{24 * time.Hour, "d"}, {time.Hour, "h"}, {time.Minute, "m"}} {
		if n := rest / u.len; n > 0 {
			fmt.Fprintf(&b, "%d%s", n, u.name)
			rest -= n * u.len
		}
	}
	if rest > 0 {
		b.WriteString(rest.String())
	}
	return b.String()
}

// ParseDuration reads "4h", "1h30", "1h30m", "90m", "2d", "45s" or whole "hh:mm". Errors wrap [ErrDuration].
func ParseDuration(s string) (Duration, error) {
	bad := fmt.Errorf("%q: %w", s, ErrDuration)
	text := strings.ToLower(strings.ReplaceAll(s, " ", ""))
	var days time.Duration
	if before, after, ok := strings.Cut(text, "d"); ok {
		n, err := strconv.ParseUint(before, 10, 16)
		if err != nil {
			return 0, bad
		}
		days, text = time.Duration(n)*24*time.Hour, after
		if text == "" {
			return Duration(days), nil
		}
	}
	if h, m, ok := strings.Cut(text, ":"); ok {
		text = h + "h" + m + "m"
	} else if text != "" && strings.Contains(text, "h") && text[len(text)-1] >= '0' && text[len(text)-1] <= '9' {
		text += "m"
	}
	d, err := time.ParseDuration(text)
	if err != nil || d < 0 || d > 10*365*24*time.Hour {
		return 0, bad
	}
	return Duration(days + d), nil
}

// MarshalText writes String's form.
func (d Duration) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText reads ParseDuration's forms.
func (d *Duration) UnmarshalText(b []byte) error {
	v, err := ParseDuration(string(b))
	*d = v
	return err
}
