package exercise

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"sangfroid/internal/incident"
	"sangfroid/internal/locale"
	"sangfroid/playbooks"
	"strconv"
	"strings"
	"testing"
	"time"
)

func good(t *testing.T) string {
	t.Helper()
	b, err := os.ReadFile("testdata/good.yaml")
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestAScenarioIsReadWhole(t *testing.T) {
	l, found := Parse("good.yaml", []byte(good(t)))
	if len(found) > 0 {
		t.Fatalf("%+v", found)
	}
	sc := l.Scenario
	if sc.ID != "good" || l.Playbook.ID != "warm" || len(sc.Injects) != 5 || sc.Injects[1].No != "2" || sc.Injects[1].At.String() != "+00:20" ||
		sc.Start.Detected.String() != "-00:05" || sc.Injects[2].When.Is != incident.IsNotTaken || l.Hash == "" {
		t.Errorf("%+v", sc)
	}
	var back incident.Scenario
	if err := json.Unmarshal(l.Raw, &back); err != nil {
		t.Fatal(err)
	}
	again, err := json.Marshal(back)
	if err != nil || !bytes.Equal(again, l.Raw) {
		t.Errorf("what travels does not come back the same: %v", err)
	}
}

// TestFindings changes one line of a good scenario and wants one finding, at that line.
func TestFindings(t *testing.T) {
	text := good(t)
	for _, c := range []struct{ old, now, code string }{
		{"schema: sangfroid.scenario/1", "schema: other/1", "lint.schema"},
		{"playbook: warm", "playbook: nothing", "lint.sc.playbook"},
		{"zone: Europe/Paris", "zone: Europe/Nowhere", "lint.zone"},
		{"lasts: 2h", "lasts: 0m", "lint.sc.lasts"},
		{"lasts: 2h", "lasts: soon", "lint.duration"},
		{`clock: "09:40"`, `clock: "25:40"`, "lint.sc.clock"},
		{"detected: -00:05", "detected: +00:05", "lint.sc.stamps"},
		{"plays: [director, it-lead]", "plays: [director, it-lead, facilitator]", "lint.sc.runs"},
		{"plays: [director, it-lead]", "plays: [director, it-lead, pilot]", "lint.role"},
		{"of: go, by: +01:00}", "of: stay, by: +01:00}", "lint.sc.decision"},
		{"of: go, by: +01:00}", "of: go}", "lint.sc.target"},
		{"of: go, by: +01:00}", "of: go, by: +03:00}", "lint.sc.late"},
		{"{kind: decision,", "{kind: luck,", "lint.oneof"},
		{"id: recovery, at: +01:00", "id: recovery, at: +09:00", "lint.sc.late"},
		{"id: recovery, at: +01:00", "id: alarm, at: +01:00", "lint.same"},
		{"no: 2", "no: 1", "lint.same"},
		{"at: +00:02", "at: -00:02", "lint.sc.early"},
		{"at: +00:02", "at: +02:02", "lint.sc.late"},
		{"at: +00:02", "at: noon", "lint.offset"},
		{"at: +00:02", "", "lint.sc.noclock"},
		{"to: [it-lead]", "to: [comms]", "lint.sc.player"},
		{"channel: monitoring", "channel: pigeon", "lint.oneof"},
		{"within: {min: 1m, max: 10m}", "within: {min: 10m, max: 1m}", "lint.sc.bounds"},
		{"within: {min: 1m, max: 10m}", "within: {min: 1m, max: 101m}", "lint.sc.late"},
		{"within: {min: 1m, max: 10m}", "when: {phase: review}", "lint.sc.clocks"},
		{"{decision: go, is: not-taken, by: +01:00}", "{decision: go, is: not-taken}", "lint.sc.by"},
		{"{decision: go, is: not-taken, by: +01:00}", "{decision: go, is: taken, by: +01:00}", "lint.sc.noby"},
		{"{decision: go, is: not-taken, by: +01:00}", "{decision: go, is: taken, option: maybe}", "lint.sc.option"},
		{"{decision: go, is: not-taken, by: +01:00}", "{decision: go, is: done}", "lint.sc.impossible.is"},
		{"{decision: go, is: not-taken, by: +01:00}", "{step: dance, is: done}", "lint.sc.step"},
		{"{decision: go, is: not-taken, by: +01:00}", "{service: moon, is: verified}", "lint.service"},
		{"{decision: go, is: not-taken, by: +01:00}", "{catchup: moon, rate_below: 3}", "lint.sc.flow"},
		{"{decision: go, is: not-taken, by: +01:00}", "{phase: panic}", "lint.oneof"},
		{"{decision: go, is: not-taken, by: +01:00}", "{phase: failover, decision: go}", "lint.sc.one"},
		{"{decision: go, is: not-taken, by: +01:00}", "{}", "lint.sc.one"},
		{"{inject: 2, is: answered, delay: 5m}", "{inject: 9, is: answered}", "lint.sc.inject"},
		{"{inject: 2, is: answered, delay: 5m}", "{inject: 4, is: sent}", "lint.sc.cycle"},
		{"objective: press", "objective: peace", "lint.sc.objective"},
		{"objective: press", "", "lint.sc.untested"},
		{"  - no: 5\n    contingency: true", "  - no: 5\n    contingency: true\n    at: +00:30", "lint.sc.contingency"},
		{"briefing:", "briefling:", "lint.key"},
	} {
		if !strings.Contains(text, c.old) {
			t.Fatalf("%q is not in the file", c.old)
		}
		line := strings.Count(text[:strings.Index(text, c.old)], "\n") + 1
		_, found := Parse("bad.yaml", []byte(strings.Replace(text, c.old, c.now, 1)))
		if !has(found, c.code) {
			t.Errorf("%s → %s: %+v, want %s", c.old, c.now, found, c.code)
			continue
		}
		for _, f := range found {
			for _, lang := range []locale.Lang{locale.English, locale.French} {
				args := make([]any, len(f.Args))
				for i, v := range f.Args {
					args[i] = v
				}
				if s := lang.T(f.Code, args...); strings.Contains(s, "⟦") || strings.Contains(s, "{") {
					t.Errorf("%s: %s", f.Code, s)
				}
			}
			if f.Code == c.code && c.code != "lint.sc.untested" && c.code != "lint.sc.noclock" && (f.Line < line-1 || f.Line > line+2) {
				t.Errorf("%s is said of line %d, not %d", c.code, f.Line, line)
			}
		}
	}
}

func has(found []playbooks.Finding, code string) bool {
	for _, f := range found {
		if f.Code == code && f.Line > 0 && f.Column > 0 {
			return true
		}
	}
	return false
}

func TestCycles(t *testing.T) {
	text := good(t)
	text = strings.Replace(text, "    at: +00:20\n    within: {min: 1m, max: 10m}", "    when: {inject: 4, is: sent}", 1)
	_, found := Parse("bad.yaml", []byte(text))
	if len(found) != 1 || found[0].Code != "lint.sc.cycle" || !strings.Contains(strings.Join(found[0].Args, " "), "2 → 4 → 2") {
		t.Errorf("%+v", found)
	}
}

func TestLoad(t *testing.T) {
	var unknown *UnknownError
	if _, err := Load("nothing"); !errors.As(err, &unknown) {
		t.Errorf("%v", err)
	}
	var bad *playbooks.InvalidError
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "x.yaml"), []byte("id: [\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Load(filepath.Join(dir, "x.yaml")); !errors.As(err, &bad) {
		t.Errorf("%v", err)
	}
	// A playbook that is a file stands beside the scenario.
	book, err := playbooks.Read("warm")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "own.yaml"), book, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "sc.yaml"), []byte(strings.Replace(good(t), "playbook: warm", "playbook: ./own.yaml", 1)), 0o600); err != nil {
		t.Fatal(err)
	}
	if l, err := Load(filepath.Join(dir, "sc.yaml")); err != nil || l.Playbook.ID != "warm" || l.Book != filepath.Join(dir, "own.yaml") {
		t.Errorf("%v %v", l.Book, err)
	}
}

// TestShippedScenariosAreClean holds what is in the program to its own rules: no finding, both languages.
func TestShippedScenariosAreClean(t *testing.T) {
	for _, name := range shippedNames() {
		b, err := readShipped(name)
		if err != nil {
			t.Fatal(err)
		}
		l, found := Parse(name, b)
		for _, f := range found {
			t.Errorf("%s:%d:%d: %s %v", f.File, f.Line, f.Column, f.Code, f.Args)
		}
		if l.Scenario.ID+".yaml" != name {
			t.Errorf("%s has the id %s", name, l.Scenario.ID)
		}
	}
	if len(All()) != len(shippedNames()) {
		t.Error("a scenario of the program cannot be used")
	}
}

// TestSchemaIsFresh: `go generate ./playbooks` writes it.
func TestSchemaIsFresh(t *testing.T) {
	want, err := Schema()
	if err != nil {
		t.Fatal(err)
	}
	if os.Getenv("UPDATE_SCHEMA") != "" {
		if err := os.WriteFile("../../playbooks/scenarios/scenario.schema.json", want, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	have, err := os.ReadFile("../../playbooks/scenarios/scenario.schema.json")
	if err != nil || !bytes.Equal(have, want) {
		t.Errorf("scenario.schema.json is stale (%v): go generate ./playbooks", err)
	}
	if !strings.Contains(string(want), `"not-taken"`) || !strings.Contains(string(want), `"monitoring"`) {
		t.Error("the schema has no words")
	}
}

func FuzzParse(f *testing.F) {
	b, err := os.ReadFile("testdata/good.yaml")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(b)
	f.Add([]byte("injects: [{no: 1, when: {inject: 1}}]"))
	f.Fuzz(func(t *testing.T, b []byte) {
		_, found := Parse("x.yaml", b)
		for _, x := range found {
			if x.Line < 1 || x.Column < 1 || !locale.Has(x.Code) {
				t.Fatalf("%+v at %s", x, strconv.Itoa(x.Line))
			}
		}
	})
}

func mustRead(t testing.TB) []byte {
	t.Helper()
	b, err := os.ReadFile("testdata/good.yaml")
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// TestTheTitleIsInTheLanguageOfWhoLooks, whoever started the exercise.
func TestTheTitleIsInTheLanguageOfWhoLooks(t *testing.T) {
	l, err := Load("warm")
	if err != nil {
		t.Fatal(err)
	}
	for _, lang := range []string{"en", "fr"} {
		res, err := Headless(&l, Start{Wall: time.Date(2026, 11, 24, 9, 0, 0, 0, time.UTC), Lang: lang})
		if err != nil {
			t.Fatal(err)
		}
		for reader, want := range map[locale.Lang]string{locale.English: l.Scenario.Start.Title.EN, locale.French: l.Scenario.Start.Title.FR} {
			if got := reader.Title(res.State); got != want {
				t.Errorf("started in %s, read in %s: %q", lang, reader, got)
			}
		}
	}
}
