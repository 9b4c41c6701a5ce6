package playbooks

import (
	"fmt"
	"os"
	"path/filepath"
	"sangfroid/internal/incident"
	"slices"
	"strings"
	"testing"
)

func TestShippedRulesAreClean(t *testing.T) {
	b, err := RulesSource()
	if err != nil {
		t.Fatal(err)
	}
	rules, findings := ParseRules(rulesPath, b)
	for _, f := range findings {
		t.Errorf("%s:%d:%d: %s %v", f.File, f.Line, f.Column, f.Code, f.Args)
	}
	if len(ShippedRules().Regimes) != len(rules.Regimes) || len(rules.Regimes) < 6 {
		t.Errorf("%d regimes", len(rules.Regimes))
	}
	for _, r := range rules.Regimes {
		for _, text := range []incident.Text{r.Act, r.To} {
			if text.EN == "" || text.FR == "" {
				t.Errorf("%s: %+v", r.ID, text)
			}
		}
		for _, row := range r.Rows {
			if row.Title.FR == "" {
				t.Errorf("%s/%s has no French title", r.ID, row.ID)
			}
		}
	}
	for _, p := range All() {
		if len(p.Obligations) == 0 || len(p.Regimes) != len(p.Obligations) {
			t.Errorf("%s: %v, %d regimes travel", p.ID, p.Obligations, len(p.Regimes))
		}
		for _, r := range p.Regimes {
			if r.Zone == "" {
				t.Errorf("%s: %s has no calendar", p.ID, r.ID)
			}
		}
	}
}

func TestRulesSchemaIsFresh(t *testing.T) {
	want, err := RulesSchema()
	if err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile("obligations/obligations.schema.json")
	if err != nil || string(got) != string(want) {
		t.Errorf("obligations.schema.json is stale: make generate (%v)", err)
	}
}

const someRules = `schema: sangfroid.obligations/1
calendars:
  - {id: here, title: Here, zone: Europe/Paris, holidays: [2026-12-24]}
regimes:
  - id: law
    title: Law
    stamps: [{id: mine, title: Mine}]
    rows:
      - id: first
        title: First
        article: Art. 1
        due: [{from: [aware], within: 24h}]
      - id: flag
        title: Flag
        article: Art. 2
        when: undue-delay
        from: [mine]
`

func TestRulesAreHeldToTheirForm(t *testing.T) {
	if _, found := ParseRules("f", []byte(someRules)); len(found) > 0 {
		t.Fatalf("%+v", found)
	}
	for name, c := range map[string]struct{ old, now, code, at string }{
		"other schema":       {"obligations/1", "obligations/9", "lint.schema", "1:9"},
		"no article":         {"        article: Art. 1\n", "", "lint.article", "9:9"},
		"unknown stamp":      {"from: [aware]", "from: [never]", "lint.stamp", "12:23"},
		"no such row":        {"from: [aware]", "from: [submitted/last]", "lint.report", "12:23"},
		"only itself":        {"from: [aware]", "from: [submitted/first]", "lint.self", "12:22"},
		"bad term":           {"within: 24h", "within: soon", "lint.term", "12:39"},
		"no term":            {", within: 24h", "", "lint.missing", "12:15"},
		"at without days":    {"within: 24h", "within: 24h, at: \"17:30\"", "lint.atdays", "12:48"},
		"bad hour":           {"within: 24h", "within: 4bd, at: noon", "lint.hour", "12:48"},
		"no limit":           {"        due: [{from: [aware], within: 24h}]\n", "", "lint.nodue", "9:9"},
		"flag with limit":    {"from: [mine]", "due: [{from: [mine], within: 1h}]", "lint.flagdue", "17:14"},
		"flag of nothing":    {"        from: [mine]\n", "", "lint.flagfrom", "13:9"},
		"bad date":           {"2026-12-24", "2026-13-24", "lint.date", "3:60"},
		"bad zone":           {"Europe/Paris", "Europe/Nowhere", "lint.zone", "3:35"},
		"unknown calendar":   {"    title: Law\n", "    title: Law\n    calendar: there\n", "lint.calendar", "7:15"},
		"same row":           {"id: flag", "id: first", "lint.same", "13:13"},
		"unknown key":        {"article: Art. 2", "artikel: Art. 2", "lint.key", "15:9"},
		"own stamp, no name": {", title: Mine", "", "lint.missing", "7:14"},
		"no regime":          {someRules[strings.Index(someRules, "regimes:"):], "regimes: []\n", "lint.noregime", "4:10"},
		"a fact is a word":   {"within: 24h", "within: 24h, if: [\"A Fact\"]", "lint.id", "12:49"},
	} {
		t.Run(name, func(t *testing.T) {
			changed := strings.Replace(someRules, c.old, c.now, 1)
			if changed == someRules {
				t.Fatal("nothing changed")
			}
			_, found := ParseRules("f", []byte(changed))
			var got []string
			for _, f := range found {
				got = append(got, fmt.Sprintf("%s %d:%d", f.Code, f.Line, f.Column))
			}
			if !slices.Contains(got, c.code+" "+c.at) {
				t.Errorf("%v, want %s %s", got, c.code, c.at)
			}
		})
	}
}

// TestAPlaybookChoosesAndDefines: its own rows, its entity, and what travels.
func TestAPlaybookChoosesAndDefines(t *testing.T) {
	warm, err := os.ReadFile("warm.yaml")
	if err != nil {
		t.Fatal(err)
	}
	own := strings.Replace(string(warm), "obligations: [nis2, gdpr]\nentity: {calendar: fr}\n", `obligations: [nis2, licence]
entity: {calendar: fr, zone: Europe/Brussels, holidays: [2026-07-21], facts: [trust-service-provider]}
regimes:
  - id: licence
    title: Licence
    rows:
      - {id: notice, title: Notice, article: "clause 12", due: [{from: [detected], within: 2h}]}
`, 1)
	book, found := Parse("f.yaml", []byte(own))
	if len(found) > 0 {
		t.Fatalf("%+v", found)
	}
	if len(book.Regimes) != 2 || book.Regimes[1].ID != "licence" {
		t.Fatalf("%+v", book.Regimes)
	}
	nis2 := book.Regimes[0]
	if nis2.Zone != "Europe/Brussels" || !slices.Contains(nis2.Holidays, "2026-07-21") || !slices.Contains(nis2.Holidays, "2026-12-25") || nis2.Facts[0] != "trust-service-provider" {
		t.Errorf("%+v", nis2)
	}
	for bad, code := range map[string]string{
		"obligations: [nis2, licences]": "lint.regime", "obligations: [nis2, nis2, licence]": "lint.same", "obligations: [nis2]": "lint.regime.unused",
	} {
		_, found = Parse("f.yaml", []byte(strings.Replace(own, "obligations: [nis2, licence]", bad, 1)))
		if !slices.ContainsFunc(found, func(f Finding) bool { return f.Code == code && f.Line > 13 }) {
			t.Errorf("%s: %+v", bad, found)
		}
	}
	_, found = Parse("f.yaml", []byte(strings.Replace(own, "facts: [trust-service-provider]", "facts: [a-bakery]", 1)))
	if Failed(found) || len(found) != 1 || found[0].Code != "lint.fact" {
		t.Errorf("%+v", found)
	}
	_, found = Parse("f.yaml", []byte(strings.Replace(own, "calendar: fr, zone", "calendar: mars, zone", 1)))
	if !Failed(found) || found[0].Code != "lint.calendar" {
		t.Errorf("%+v", found)
	}
}

func TestLoadRules(t *testing.T) {
	dir := t.TempDir()
	good, bad := filepath.Join(dir, "good.yaml"), filepath.Join(dir, "bad.yaml")
	for path, text := range map[string]string{good: someRules, bad: "schema: x"} {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	rules, err := LoadRules(good)
	if err != nil || len(rules.Regimes) != 1 {
		t.Errorf("%v", err)
	}
	if _, ok := rules.Calendar("fr"); !ok {
		t.Error("the program's calendars may be named too")
	}
	for _, path := range []string{bad, dir, filepath.Join(dir, "none.yaml")} {
		if _, err := LoadRules(path); err == nil {
			t.Errorf("%s was read", path)
		}
	}
}

func FuzzParseRules(f *testing.F) {
	b, err := RulesSource()
	if err != nil {
		f.Fatal(err)
	}
	f.Add(b)
	f.Add([]byte(someRules))
	f.Fuzz(func(_ *testing.T, b []byte) {
		ParseRules("f.yaml", b)
	})
}
