package locale

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"sangfroid/internal/incident"
	"slices"
	"strings"
	"testing"
	"time"
)

var place = regexp.MustCompile(`\{([a-z_]+)`)

func places(s string) []string {
	var out []string
	for _, m := range place.FindAllStringSubmatch(s, -1) {
		if !slices.Contains(out, m[1]) {
			out = append(out, m[1])
		}
	}
	slices.Sort(out)
	return out
}

func TestEveryMessageHasBothLanguagesAndTheSamePlaces(t *testing.T) {
	seen := make(map[string]bool)
	for _, table := range tables() {
		for key, pair := range table {
			if seen[key] {
				t.Errorf("%s stands in two tables", key)
			}
			seen[key] = true
			if strings.TrimSpace(pair[0]) == "" || strings.TrimSpace(pair[1]) == "" {
				t.Errorf("%s: a language is missing", key)
			}
			if en, fr := places(pair[0]), places(pair[1]); !slices.Equal(en, fr) {
				t.Errorf("%s: places differ: %v, %v", key, en, fr)
			}
			if strings.Count(pair[0], "{") != strings.Count(pair[0], "}") || strings.Count(pair[1], "{") != strings.Count(pair[1], "}") {
				t.Errorf("%s: a place is not closed", key)
			}
		}
	}
}

// used finds the keys in the sources: a call with a constant key.
var used = regexp.MustCompile(`(?:\.T|\.t|\.say|\.tell|usagef|\bput)\(\s*"([a-z0-9.\-]+)"|(?:failf|hintf)\([^"]*"([a-z0-9.\-]+)"|put\("([a-z.]+)"`)

func TestEveryKeyUsedIsThere(t *testing.T) {
	n := 0
	err := filepath.WalkDir("../..", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		b, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		for _, m := range used.FindAllStringSubmatch(string(b), -1) {
			key := m[1] + m[2] + m[3]
			if strings.HasSuffix(key, ".") || !strings.Contains(key, ".") {
				continue // the rest is put behind it: see TestEveryTermIsThere
			}
			n++
			if !Has(key) {
				t.Errorf("%s uses %q, which is not in the catalogue", path, key)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if n < 300 {
		t.Errorf("only %d keys found in the sources: the search is broken", n)
	}
}

// constants are the values of a type's constants in the domain's sources.
func constants(t *testing.T, typ string) []string {
	t.Helper()
	files, err := filepath.Glob("../incident/*.go")
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	find := regexp.MustCompile(`(?m)^\s+\w+\s+` + typ + ` = "([^"]+)"`)
	for _, f := range files {
		b, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range find.FindAllStringSubmatch(string(b), -1) {
			out = append(out, m[1])
		}
	}
	if len(out) < 4 {
		t.Fatalf("only %d constants of %s found", len(out), typ)
	}
	return out
}

func TestEveryTermIsThere(t *testing.T) {
	var keys []string
	add := func(prefix string, words ...string) {
		for _, w := range words {
			keys = append(keys, prefix+w)
		}
	}
	for _, p := range incident.Phases() {
		add("phase.", string(p))
		add("ribbon.", string(p))
	}
	for _, c := range constants(t, "RefusalCode") {
		add("refuse.", c, c+".hint")
	}
	add("propose.", constants(t, "ProposalCode")...)
	add("flag.", constants(t, "FlagCode")...)
	add("unused.", constants(t, "UnusedWhy")...)
	add("verify.f.", "torn", "unreadable", "hash", "sequence", "bus", "form", "held", "checkpoint", "signature", "short")
	add("step.", "to-do", "ready", "running", "done", "checked", "failed", "blocked", "skipped")
	add("decision.", "planned", "asked", "taken", "contested", "abandoned")
	add("flow.", "planned", "open", "signed", "accepted")
	add("trend.", "accelerating", "steady", "slowing", "stalled")
	add("eta.", "range", "open", "growing", "none", "through", "unknown", "due")
	add("eta.short.", "open", "growing", "none", "through", "unknown", "due")
	add("mtpd.", "held", "at-risk", "lost", "unknown")
	add("what.", "replayed", "rejected", "reentered", "expected", "lost")
	add("clock.", "rto", "mtpd", "rpo", "decide-by", "sitrep", "obligation")
	add("clockstate.", "not-started", "running", "met", "missed")
	add("basis.", "occurrence", "detection", "report")
	add("stamp.", "occurred", "detected", "reported", "last-good-data", "aware")
	for _, st := range incident.LegalStamps() {
		add("stamp.", string(st))
	}
	for _, st := range []incident.ClockState{incident.ClockNotStarted, incident.ClockRunning, incident.ClockMet, incident.ClockMissed} {
		add("legal.state.", string(st))
	}
	add("legal.", string(incident.WhenUndueDelay), string(incident.WhenRequested))
	add("link.", "up", "connecting", "down", "denied", "file")
	add("role.", "director", "it-lead", "business-lead", "scribe", "comms", "observer", "automation", "facilitator", "evaluator")
	for _, c := range incident.Channels() {
		add("channel.", string(c))
	}
	add("rating.", constants(t, "Rating")...)
	add("inject.", constants(t, "InjectStatus")...)
	add("is.", constants(t, "Is")...)
	add("observation.", string(incident.Strength), string(incident.Improvement))
	for _, v := range []string{"start", "done", "check", "fail", "block", "skip", "reopen"} {
		add("cli.step.", v)
		add("verb.", v)
	}
	for _, k := range keys {
		if !Has(k) {
			t.Errorf("%s is not in the catalogue", k)
		}
	}
}

func TestEveryTypeIsTold(t *testing.T) {
	s := incident.NewState()
	for _, typ := range incident.Types() {
		for _, lang := range []Lang{English, French} {
			ev := incident.Decode([]byte(`{"specversion":"1.0","id":"1","source":"/x","type":"` + string(typ) + `","subject":"step/a/b","time":"2026-11-23T14:02:00Z","incident":"inc-1","realm":"live","actor":"A","data":{}}`))
			line := lang.Line(s, incident.Entry{Seq: 1, Event: ev})
			if line.Category == "" || strings.Contains(line.Text+line.Category, "⟦") || strings.Contains(line.Text, "{") {
				t.Errorf("%s in %s: %+v", typ, lang, line)
			}
			if _, unknown := ev.Data.(incident.Unknown); unknown {
				t.Errorf("%s is not decoded", typ)
			}
		}
	}
}

func TestCounts(t *testing.T) {
	for _, c := range []struct {
		n      any
		en, fr string
	}{{0, "entries", "entrée"}, {1, "entry", "entrée"}, {2, "entries", "entrées"}, {int64(17000), "entries", "entrées"}} {
		if got := English.fill("{n|entry|entries}", []any{"n", c.n}); got != c.en {
			t.Errorf("en %v: %s", c.n, got)
		}
		if got := French.fill("{n|entrée|entrées}", []any{"n", c.n}); got != c.fr {
			t.Errorf("fr %v: %s", c.n, got)
		}
	}
	if English.Count(17000) != "17,000" || French.Count(-1234567) != "-1\u00a0234\u00a0567" {
		t.Error(English.Count(17000), French.Count(-1234567))
	}
}

func TestDurations(t *testing.T) {
	for _, c := range []struct {
		d           time.Duration
		span, clock string
	}{
		{0, "0 s", "00:00:00"},
		{45 * time.Second, "45 s", "00:00:45"},
		{12 * time.Minute, "12 min", "00:12:00"},
		{65 * time.Minute, "1 h 05", "01:05:00"},
		{-90 * time.Minute, "−1 h 30", "−01:30:00"},
		{51 * time.Hour, "2 d 3 h", "51:00:00"},
		{123 * time.Hour, "5 d 3 h", "5 d 03:00:00"},
	} {
		if got := English.Span(c.d); got != c.span {
			t.Errorf("Span(%v) = %q, want %q", c.d, got, c.span)
		}
		if got := English.Clock(c.d); got != c.clock {
			t.Errorf("Clock(%v) = %q, want %q", c.d, got, c.clock)
		}
	}
}

func TestPick(t *testing.T) {
	env := func(m map[string]string) func(string) string { return func(k string) string { return m[k] } }
	for _, c := range []struct {
		flag string
		env  map[string]string
		want Lang
	}{
		{"", nil, English},
		{"fr", nil, French},
		{"en", map[string]string{"LANG": "fr_FR.UTF-8"}, English},
		{"", map[string]string{"LANG": "fr_FR.UTF-8"}, French},
		{"", map[string]string{"LANG": "fr_FR.UTF-8", "LC_ALL": "C"}, French},
		{"", map[string]string{"LC_ALL": "en_GB.UTF-8", "LANG": "fr_FR.UTF-8"}, English},
		{"", map[string]string{"LANG": "de_DE.UTF-8"}, English},
	} {
		if got := Pick(c.flag, env(c.env)); got != c.want {
			t.Errorf("%+v gave %s", c, got)
		}
	}
}
