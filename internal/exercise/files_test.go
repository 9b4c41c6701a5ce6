package exercise

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"sangfroid/internal/incident"
	"sangfroid/internal/locale"
	"sangfroid/internal/text"
	"sangfroid/internal/timeline"
	"sangfroid/playbooks"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func imported(t *testing.T, path string) timeline.Log {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	evs, _, err := timeline.ReadCSV(bytes.NewReader(b), timeline.ImportOptions{
		File: filepath.Base(path), Title: "T", Incident: "imp-1", Realm: incident.Live, Now: time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC), Actor: "import",
		NewID: func() incident.EventID { n++; return incident.EventID(fmt.Sprintf("i%04d", n)) },
	})
	if err != nil {
		t.Fatal(err)
	}
	log := timeline.NewMemory(timeline.Header{Incident: "imp-1", Realm: incident.Live, Title: "T", Source: filepath.Base(path), Axis: timeline.AxisFact})
	for _, ev := range evs {
		raw, err := incident.Encode(ev)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := log.Append(timeline.Line{Received: ev.Recorded, Raw: raw}); err != nil {
			t.Fatal(err)
		}
	}
	return log
}

// TestRealTimelinesBecomeScenarios: each passes the linter, says nothing the source does not, and keeps its distances.
func TestRealTimelinesBecomeScenarios(t *testing.T) {
	files, err := filepath.Glob("../timeline/testdata/*-20*.csv")
	if err != nil || len(files) < 4 {
		t.Fatal(files, err)
	}
	book, _, err := playbooks.Load("hot")
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range files {
		log := imported(t, path)
		for _, kinds := range [][]incident.NoteKind{nil, {incident.NoteAction, incident.NoteCommunication, incident.NoteDetection, incident.NoteFinding, incident.NoteRecovery}} {
			sc, err := FromTimeline(log, FromOptions{
				ID: IDFrom(path), Playbook: "hot", Book: book, Kinds: kinds, Source: filepath.Base(path), Tell: func(e incident.Entry) string { return "?" },
				Route: map[string]incident.Role{"monitoring": incident.RoleITLead},
			})
			if err != nil {
				t.Fatal(path, err)
			}
			var b bytes.Buffer
			if err := WriteYAML(&b, &sc); err != nil {
				t.Fatal(err)
			}
			l, found := Parse("x.yaml", b.Bytes())
			if len(found) > 0 {
				t.Fatalf("%s: %+v\n%s", path, found, b.String())
			}
			source, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			rows, err := csv.NewReader(bytes.NewReader(source)).ReadAll()
			if err != nil {
				t.Fatal(err)
			}
			first := time.Time{}
			for _, d := range l.Scenario.Injects {
				row := rowOf(rows, d.Text.EN)
				if row == nil {
					t.Fatalf("%s: %q is not in the source", path, d.Text.EN)
				}
				at, err := time.Parse(time.RFC3339, row[0])
				if err != nil {
					t.Fatal(err)
				}
				if first.IsZero() {
					first = at.Add(-d.At.Std())
				}
				if !at.Equal(first.Add(d.At.Std())) || d.From.EN != row[1] || d.Channel != "verbal" || (len(d.To) > 0) != (row[1] == "monitoring") {
					t.Errorf("%s: %+v is not %v", path, d, row)
				}
			}
			if l.Scenario.Source != filepath.Base(path) {
				t.Error("the source is not kept")
			}
		}
	}
}

func rowOf(rows [][]string, text string) []string {
	for _, r := range rows {
		if r[3] == text {
			return r
		}
	}
	return nil
}

func TestATimelineWithoutStimuli(t *testing.T) {
	log := imported(t, "../timeline/testdata/github-2018-10-21.csv")
	book, _, err := playbooks.Load("hot")
	if err != nil {
		t.Fatal(err)
	}
	o := FromOptions{ID: "x", Playbook: "hot", Book: book, Kinds: []incident.NoteKind{"other"}, Tell: func(incident.Entry) string { return "" }}
	if _, err := FromTimeline(log, o); !errors.Is(err, ErrNothing) {
		t.Errorf("%v", err)
	}
	o.Kinds, o.From, o.To = nil, time.Date(2018, 10, 21, 22, 53, 0, 0, time.UTC), time.Date(2018, 10, 21, 23, 3, 0, 0, time.UTC)
	sc, err := FromTimeline(log, o)
	if err != nil || len(sc.Injects) != 2 || sc.Injects[0].At.String() != "+00:01" {
		t.Errorf("%+v %v", sc.Injects, err)
	}
}

// TestYAMLComesBack: a scenario that is written and read again is the same, whatever is in its texts.
func TestYAMLComesBack(t *testing.T) {
	l, _ := Parse("good.yaml", mustRead(t))
	rapid.Check(t, func(t *rapid.T) {
		sc := l.Scenario
		sc.Injects = append([]incident.InjectDef{}, sc.Injects...)
		word := rapid.StringMatching(`[ -~éàœ«»–\n]{0,40}x`).Draw(t, "text")
		sc.Injects[0].Text = incident.Text{EN: word, FR: text.French(rapid.StringMatching(`[ -~é]{1,20}y`).Draw(t, "fr"))}
		sc.Injects[0].Expected = incident.T(word)
		sc.Title = incident.T(strings.ReplaceAll(word, "\n", " "))
		var b bytes.Buffer
		if err := WriteYAML(&b, &sc); err != nil {
			t.Fatal(err)
		}
		back, found := Parse("x.yaml", b.Bytes())
		if playbooks.Failed(found) || !reflect.DeepEqual(back.Scenario, sc) {
			t.Fatalf("%+v\n%s\n%+v\n%+v", found, b.String(), back.Scenario.Injects[0], sc.Injects[0])
		}
	})
}

// TestCSVComesBack: a master list that goes out and comes in again has the same injects, in either language, with commas or
// semicolons.
func TestCSVComesBack(t *testing.T) {
	l, _ := Parse("good.yaml", mustRead(t))
	for _, lang := range []locale.Lang{locale.English, locale.French} {
		for _, semicolons := range []bool{false, true} {
			var b bytes.Buffer
			if err := WriteCSV(&b, &l.Scenario, nil, lang, time.UTC); err != nil {
				t.Fatal(err)
			}
			text := b.String()
			if semicolons {
				text = "\ufeff" + withSemicolons(t, text)
			}
			sc, found, err := ReadCSV(strings.NewReader(text), ImportOptions{File: "x.csv", ID: "good", Title: "T", Playbook: "warm", Book: l.Playbook, Lasts: l.Scenario.Lasts})
			if err != nil || len(found) > 0 {
				t.Fatalf("%v %+v\n%s", err, found, text)
			}
			for i, d := range l.Scenario.Injects {
				got := sc.Injects[i]
				want := d
				want.Text, want.From, want.Expected, want.Note = incident.T(lang.Text(d.Text)), incident.T(lang.Text(d.From)), incident.T(lang.Text(d.Expected)), incident.T(lang.Text(d.Note))
				if !reflect.DeepEqual(got, want) {
					t.Errorf("%s: %+v, want %+v", lang, got, want)
				}
			}
			var out bytes.Buffer
			if err := WriteYAML(&out, &sc); err != nil {
				t.Fatal(err)
			}
			if _, found := Parse("x.yaml", out.Bytes()); playbooks.Failed(found) {
				t.Errorf("%+v", found)
			}
		}
	}
}

func withSemicolons(t *testing.T, text string) string {
	t.Helper()
	rows, err := csv.NewReader(strings.NewReader(text)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	w.Comma = ';'
	if err := w.WriteAll(rows); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// TestCSVOfARun has what was sent, answered and observed, and no formula.
func TestCSVOfARun(t *testing.T) {
	text := strings.Replace(good(t), `{en: 34 hosts down, fr: 34 serveurs en panne}`, `"=cmd|' /C calc'!A0"`, 1)
	res := played(t, text+`
players:
  - {when: {inject: 1, is: sent, delay: 2m}, role: it-lead, do: "answer 1 +33 called"}
  - {at: +00:10, role: facilitator, do: "skip 2 --because late"}
`, 7)
	if len(res.Refused) > 0 {
		t.Fatalf("%+v", res.Refused)
	}
	var b bytes.Buffer
	if err := WriteCSV(&b, res.State.Exercise.Scenario, res.State, locale.English, time.UTC); err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(&b).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	if len(rows[0]) != columns || len(rows) != 6 {
		t.Fatalf("%d rows of %d columns", len(rows), len(rows[0]))
	}
	if rows[1][2] != "2026-11-23 09:02:00" || !strings.Contains(rows[1][10], "it-lead: +33 called") || !strings.Contains(rows[2][2], "late") {
		t.Errorf("%q\n%q", rows[1], rows[2])
	}
	for _, row := range rows {
		for _, cell := range row {
			if cell != "" && strings.ContainsRune("=+-@\t\r", rune(cell[0])) {
				t.Errorf("%q is a formula", cell)
			}
		}
	}
}

func TestBadCSV(t *testing.T) {
	for text, code := range map[string]string{
		"":                              "lint.empty",
		"no.,when\n1,now\n":             "lint.csv.column",
		"planned time,inject\nsoon,x\n": "lint.offset",
		"planned time,inject,channel\nT+00:01,x,pigeon\n":           "lint.csv.channel",
		"planned time,inject,recipient\nT+00:01,x,\"it-lead, Bob\"": "lint.role",
		"planned time,inject\n{step: [},x\n":                        "lint.syntax",
		"planned time,inject\nT+00:01 ~soon,x\n":                    "lint.duration",
	} {
		_, found, err := ReadCSV(strings.NewReader(text), ImportOptions{File: "x.csv", Book: incident.Playbook{Roles: []incident.RoleDef{{ID: incident.RoleITLead}}}})
		if err != nil || !has(found, code) {
			t.Errorf("%q: %v %+v, want %s", text, err, found, code)
		}
		for _, f := range found {
			if !locale.Has(f.Code) {
				t.Errorf("%s is not in the catalogue", f.Code)
			}
		}
	}
}

func FuzzReadCSV(f *testing.F) {
	f.Add("planned time,inject\nT+00:01,x\n")
	f.Add("heure prévue;stimulus;destinataire\n{step: a, is: done} ~1m..2m;y;tous\n")
	f.Fuzz(func(t *testing.T, text string) {
		sc, found, err := ReadCSV(strings.NewReader(text), ImportOptions{File: "x.csv", ID: "x", Playbook: "warm"})
		if err != nil {
			t.Fatal(err)
		}
		if !playbooks.Failed(found) {
			var b bytes.Buffer
			if err := WriteYAML(&b, &sc); err != nil {
				t.Fatal(err)
			}
			for _, x := range ReadDocumentFindings(b.Bytes()) {
				if x.Code == "lint.syntax" || x.Code == "lint.key" {
					t.Fatalf("%+v of\n%s", x, b.String())
				}
			}
		}
	})
}

// ReadDocumentFindings is what is wrong with the form of a scenario, its rules apart.
func ReadDocumentFindings(b []byte) []playbooks.Finding {
	var sc incident.Scenario
	return playbooks.ReadDocument("x.yaml", b, &sc).Findings()
}

// TestAnExerciseBecomesAScenario: what was noted in a run is an inject of the next one; its own injects are not.
func TestAnExerciseBecomesAScenario(t *testing.T) {
	res := played(t, good(t)+script, 7)
	log := timeline.NewMemory(timeline.Header{Incident: res.ID, Realm: incident.Drill, Title: "T", Axis: timeline.AxisReceived})
	for _, e := range res.Events {
		if _, err := log.Append(timeline.Line{Received: e.At, Raw: e.Raw}); err != nil {
			t.Fatal(err)
		}
	}
	book, _, err := playbooks.Load("warm")
	if err != nil {
		t.Fatal(err)
	}
	sc, err := FromTimeline(log, FromOptions{ID: "again", Playbook: "warm", Book: book, Tell: func(e incident.Entry) string { return string(e.Event.Type) }})
	if err != nil {
		t.Fatal(err)
	}
	if len(sc.Injects) != 1 || sc.Injects[0].From.EN != "the host" || !strings.Contains(sc.Injects[0].Expected.EN, "decision.taken") || !strings.Contains(sc.Injects[0].Note.EN, "step.started") {
		t.Errorf("%+v", sc.Injects)
	}
	var b bytes.Buffer
	if err := WriteYAML(&b, &sc); err != nil {
		t.Fatal(err)
	}
	if _, found := Parse("again.yaml", b.Bytes()); len(found) > 0 {
		t.Errorf("%+v\n%s", found, b.String())
	}
}
