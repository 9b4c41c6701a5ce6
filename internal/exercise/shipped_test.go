package exercise

import (
	"reflect"
	"regexp"
	"sangfroid/internal/incident"
	"slices"
	"strings"
	"testing"
	"time"
)

// texts gives every text of a value that has words for people in two languages.
func texts(v reflect.Value, path string, each func(path string, t incident.Text)) {
	if t, ok := v.Interface().(incident.Text); ok {
		each(path, t)
		return
	}
	switch v.Kind() {
	case reflect.Pointer:
		if !v.IsNil() {
			texts(v.Elem(), path, each)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			texts(v.Field(i), path+"."+v.Type().Field(i).Name, each)
		}
	case reflect.Slice:
		for i := range v.Len() {
			texts(v.Index(i), at(path, i), each)
		}
	default:
	}
}

// plainFrench are the marks of French typed without its typography. Command names and hours with a colon are left alone.
var plainFrench = regexp.MustCompile(`[\pL]'[\pL]|"|\S[;?!»](\s|$)|[^\s\d]:\s|«\S|[^\s\d]:$`)

func TestShippedScenariosReadWellInBothLanguages(t *testing.T) {
	for _, l := range All() {
		texts(reflect.ValueOf(l.Scenario), l.Scenario.ID, func(path string, x incident.Text) {
			if (x.EN == "") != (x.FR == "") {
				t.Errorf("%s: only one language: %q %q", path, x.EN, x.FR)
			}
			code := regexp.MustCompile("`[^`]*`").ReplaceAllString(x.FR, "")
			code = strings.NewReplacer("\u00a0", " ", "\u202f", " ").Replace(code) // set so when it was read
			code = strings.NewReplacer(" ; ", " ", " : ", " ", " ? ", " ", " ! ", " ", " » ", " ").Replace(code)
			if m := plainFrench.FindString(code); m != "" {
				t.Errorf("%s: %q in %q", path, m, x.FR)
			}
			if strings.Contains(x.EN, "’") || strings.Contains(x.EN+x.FR, "  ") || strings.Contains(x.EN+x.FR, "{{") {
				t.Errorf("%s: %q %q", path, x.EN, x.FR)
			}
		})
	}
}

// TestShippedScenariosAreExercises holds what the format allows and a good exercise does not.
func TestShippedScenariosAreExercises(t *testing.T) {
	want := []string{"cold", "demo", "github-2018", "ha", "hot", "vital", "warm"}
	var have []string
	for _, l := range All() {
		sc := l.Scenario
		have = append(have, sc.ID)
		if n := len(sc.Injects); n < 14 || n > 25 {
			t.Errorf("%s: %d injects", sc.ID, n)
		}
		if n := len(sc.Objectives); n < 3 || n > 4 {
			t.Errorf("%s: %d objectives", sc.ID, n)
		}
		if n := len(sc.Moves); n < 2 || n > 5 || sc.Moves[0].At != 0 {
			t.Errorf("%s: %d moves, the first at %s", sc.ID, n, sc.Moves[0].At)
		}
		if d := sc.Lasts.Std(); sc.Source == "" && (d < time.Hour || d > 2*time.Hour) {
			t.Errorf("%s lasts %s", sc.ID, d)
		}
		if sc.Briefing.IsZero() || len(sc.Players) == 0 || len(l.Raw) > 120<<10 {
			t.Errorf("%s: no briefing, nobody plays, or %d bytes", sc.ID, len(l.Raw))
		}
		var spare, conditional, random int
		for i := range sc.Injects {
			d := &sc.Injects[i]
			if d.Contingency {
				spare++
			}
			if d.When != nil {
				conditional++
			}
			if d.Within != nil {
				random++
			}
			if d.Expected.IsZero() && sc.ID != "demo" {
				t.Errorf("%s, inject %s: nothing is expected of anybody", sc.ID, d.No)
			}
		}
		if spare == 0 || conditional == 0 || (random == 0 && sc.ID != "demo") {
			t.Errorf("%s: %d contingency, %d conditional, %d random injects", sc.ID, spare, conditional, random)
		}
	}
	slices.Sort(have)
	if !slices.Equal(have, want) {
		t.Errorf("%v, want %v", have, want)
	}
}

// TestEveryObjectiveIsPutToTheTest: more than one inject works on each objective.
func TestEveryObjectiveIsPutToTheTest(t *testing.T) {
	for _, l := range All() {
		for _, o := range l.Scenario.Objectives {
			n := 0
			for i := range l.Scenario.Injects {
				if l.Scenario.Injects[i].Objective == o.ID {
					n++
				}
			}
			if n < 2 {
				t.Errorf("%s: %d injects for the objective %s", l.Scenario.ID, n, o.ID)
			}
		}
	}
}

// TestShippedScenariosPlayToTheirEnd: their own players take each to FINEX, every act is possible, what was not sent is a
// contingency or hangs on an option that was not taken, and the same seed gives the same bytes.
func TestShippedScenariosPlayToTheirEnd(t *testing.T) {
	for _, l := range All() {
		begin := time.Date(2026, time.November, 24, 9, 10, 0, 0, time.UTC)
		run := func() *Result {
			res, err := Headless(&l, Start{At: &begin, Seed: 7})
			if err != nil {
				t.Fatalf("%s: %v", l.Scenario.ID, err)
			}
			return res
		}
		a, b := run(), run()
		for _, r := range a.Refused {
			t.Errorf("%s at %v: %s: %v", l.Scenario.ID, r.At, r.Do, r.Err)
		}
		for _, m := range a.Missed {
			t.Errorf("%s: never done: %v", l.Scenario.ID, m)
		}
		x := a.State.Exercise
		if x.Ended == nil || !x.Ended.At.Equal(x.Start.Add(l.Scenario.Lasts.Std())) {
			t.Errorf("%s ended %v", l.Scenario.ID, x.Ended)
		}
		for i := range l.Scenario.Injects {
			d := &l.Scenario.Injects[i]
			if x.SentOf(d.No) == nil && !d.Contingency && (d.When == nil || (d.When.Option == "" && d.When.RateBelow == 0)) {
				t.Errorf("%s: inject %s was never sent", l.Scenario.ID, d.No)
			}
		}
		if len(a.Events) != len(b.Events) {
			t.Fatalf("%s: %d and %d entries", l.Scenario.ID, len(a.Events), len(b.Events))
		}
		for i := range a.Events {
			if !slices.Equal(a.Events[i].Raw, b.Events[i].Raw) {
				t.Fatalf("%s: entry %d differs", l.Scenario.ID, i)
			}
		}
	}
}
