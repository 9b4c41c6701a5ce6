package exercise

import (
	"fmt"
	"maps"
	"sangfroid/internal/incident"
	"slices"
	"strings"
	"time"
)

// mostWords is how many words a verb takes, itself too; the others end with a text.
func mostWords() map[string]int {
	return map[string]int{
		"step": 4, "ask": 2, "vote": 3, "decide": 3, "repair": 1, "catchup": 3, "service": 3, "score": 3, "skip": 2, "send": 2, "end": 1, "close": 1, "join": 1,
		"origin": 3, "obligation": 3,
	}
}

// knownFlags are the flags a verb takes. One that is not among them would be left out without a word: a stamp set "for one
// service" would be set for all.
func knownFlags() map[string][]string {
	return map[string][]string{
		"step":   {"note", "evidence", "group", "add"},
		"ask":    {},
		"vote":   {"because"},
		"decide": {"because", "until", "review", "dissent", "despite", "revise", "withdraw"}, "criterion": {"from", "verdict"}, "repair": {"min", "likely", "max", "says"},
		"catchup": {
			"expected", "replayed", "rejected", "reentered", "lost", "approx", "blocks", "note", "because", "decision",
			"group", "add",
		},
		"service": {"note"}, "origin": {"because"}, "obligation": {"because", "at", "reference"},
		"answer": {}, "observe": {"kind", "objective", "rating", "of"}, "score": {"because"}, "skip": {"because"}, "send": {}, "end": {"because"},
		"sitrep": {"next", "lang"}, "note": {"kind", "from", "check"}, "escalate": {"to"}, "severity": {}, "contact": {"missed"}, "close": {"because", "decision"}, "join": {},
	}
}

// ActError is what of a line can be seen to be wrong without an incident. It wraps [ErrAct].
type ActError struct {
	Line string
	Code string   // of the catalogue
	Args []string // name, value pairs
}

// Error names the line and what is wrong with it.
func (e *ActError) Error() string { return fmt.Sprintf("%q: %s %v", e.Line, e.Code, e.Args) }

// Unwrap gives ErrAct.
func (e *ActError) Unwrap() error { return ErrAct }

// CheckAct looks at a line without an incident: its quotes, verb and flags. An error is an *[ActError].
func CheckAct(line string) error {
	_, err := parseAct(line)
	return err
}

// fits holds an act to what its verb takes.
func (a *act) fits(line string) error {
	verb := a.word(0)
	flags, known := knownFlags()[verb]
	if !known {
		return &ActError{Line: line, Code: "lint.sc.act.verb", Args: []string{"verb", verb}}
	}
	if most, fixed := mostWords()[verb]; fixed && len(a.words) > most {
		return &ActError{Line: line, Code: "lint.sc.act.word", Args: []string{"word", a.word(most)}}
	}
	sets := verb == "step" || verb == "catchup"
	for _, name := range slices.Sorted(maps.Keys(a.flags)) {
		states := incident.TargetStates()
		ofTargets := sets && slices.Contains(states[:], incident.TargetState(name))
		if !ofTargets && !slices.Contains(flags, name) {
			return &ActError{Line: line, Code: "lint.sc.act.flag", Args: []string{"verb", verb, "flag", name}}
		}
	}
	return nil
}

// parseAct cuts a line into words and flags; quotes keep spaces.
func parseAct(line string) (*act, error) {
	words, err := splitWords(line)
	if err != nil {
		return nil, err
	}
	a := &act{flags: make(map[string]string)}
	for i := 0; i < len(words); i++ {
		name, isFlag := strings.CutPrefix(words[i], "--")
		if !isFlag {
			a.words = append(a.words, words[i])
			continue
		}
		if n, v, ok := strings.Cut(name, "="); ok {
			a.flags[n] = v
			continue
		}
		if name == "approx" || name == "revise" || name == "withdraw" || name == "add" || name == "blocks" {
			a.flags[name] = "true"
			continue
		}
		if i+1 == len(words) {
			return nil, &ActError{Line: line, Code: "lint.sc.act.value", Args: []string{"flag", name}}
		}
		i++
		a.flags[name] = words[i]
	}
	return a, a.fits(line)
}

func splitWords(line string) ([]string, error) {
	var out []string
	var b strings.Builder
	quote, in := rune(0), false
	for _, r := range line {
		switch {
		case quote != 0 && r == quote:
			quote = 0
		case quote != 0:
			b.WriteRune(r)
		case (r == '"' || r == '\'') && !in:
			quote, in = r, true
		case r == ' ' || r == '\t':
			if in {
				out = append(out, b.String())
				b.Reset()
			}
			in = false
		default:
			b.WriteRune(r)
			in = true
		}
	}
	if quote != 0 {
		return nil, &ActError{Line: line, Code: "lint.sc.act.quote"}
	}
	if in {
		out = append(out, b.String())
	}
	return out, nil
}

// time reads a flag that is a time; nil when it is not given.
func (a *act) time(flag string, read reader) (*time.Time, error) {
	v, ok := a.flags[flag]
	if !ok {
		return nil, nil
	}
	t, err := a.moment(v, read)
	if err != nil {
		return nil, err
	}
	return &t, nil
}

// reader is one of the ways a time is read: [when.Parse], or [when.Next] for one to come.
type reader func(s string, now time.Time, zone *time.Location) (time.Time, bool, error)

// moment reads a time as it is typed: +01:30 counts from the start, as everywhere in a scenario; the rest is the command
// line's: +40m and -12m from now, 15:30 on the incident's clock.
func (a *act) moment(s string, read reader) (time.Time, error) {
	if strings.Contains(s, ":") && (s[0] == '+' || s[0] == '-') {
		o, err := incident.ParseOffset(s)
		return a.s.Exercise.Start.Add(o.Std()), err
	}
	t, _, err := read(s, a.now, a.zone())
	return t, err
}

func (a *act) zone() *time.Location {
	if loc, err := time.LoadLocation(a.s.Zone); err == nil {
		return loc
	}
	return time.UTC
}
