package hostile_test

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"sangfroid/internal/hostile"
	"sangfroid/internal/incident"
	"sangfroid/internal/locale"
	"sangfroid/internal/status"
	"sangfroid/internal/timeline"
	"sangfroid/playbooks"
	"strings"
	"testing"
	"time"
)

func book(t testing.TB) []byte {
	t.Helper()
	_, raw, err := playbooks.Load("warm")
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

// recorded is the log in a file, as anybody may send one.
func recorded(t testing.TB, raws [][]byte, title string) *timeline.Reader {
	t.Helper()
	path := filepath.Join(t.TempDir(), hostile.Incident+".jsonl")
	lines := make([]timeline.Line, len(raws))
	for i, raw := range raws {
		lines[i] = timeline.Line{Received: time.Date(2026, 11, 23, 13, i, 0, 0, time.UTC), Raw: raw}
	}
	r, err := timeline.WriteLines(path, timeline.Header{Incident: hostile.Incident, Realm: incident.Live, Title: title}, lines, nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := r.Close(); err != nil {
		t.Fatal(err)
	}
	read, err := timeline.OpenReader(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = read.Close() })
	return read
}

// Every string in every text field of every kind of event: nothing of what the fold or a screen may see acts.
func TestNothingComesThroughTheDecoder(t *testing.T) {
	kinds := make(map[incident.Type]int)
	for i, s := range hostile.Some() {
		raws := hostile.Log(book(t), nil, func(int) string { return s })
		for _, raw := range raws {
			ev := incident.Decode(raw)
			if a := hostile.In(string(ev.Type), ev); a != "" {
				t.Fatalf("string %d %q: %s", i, s, a)
			}
			if ev.Type != "" {
				kinds[ev.Type]++
			}
		}
		state := incident.NewState()
		for n, raw := range raws {
			incident.Apply(state, incident.Entry{Seq: n + 1, Received: time.Date(2026, 11, 23, 13, n, 0, 0, time.UTC), Raw: raw, Event: incident.Decode(raw)})
		}
		if a := hostile.In("state", state); a != "" {
			t.Fatalf("string %d %q: %s", i, s, a)
		}
		view, err := json.Marshal(status.Make(state, status.Record{}, time.Date(2026, 11, 23, 20, 0, 0, 0, time.UTC)))
		if err != nil {
			t.Fatal(err)
		}
		var back any
		if err := json.Unmarshal(view, &back); err != nil {
			t.Fatal(err)
		}
		if a := hostile.In("status", back); a != "" {
			t.Fatalf("string %d %q: %s", i, s, a)
		}
	}
	for _, kind := range incident.Types() {
		if kinds[kind] < len(hostile.Some()) && kind != (incident.ExerciseStarted{}).Type() {
			t.Errorf("%s stands in %d logs", kind, kinds[kind])
		}
	}
}

// lively is what no page or reader of Markdown may meet as it was typed.
var lively = regexp.MustCompile(`[^\\]\]\(|!\[|(?i:</?(script|img|svg|style|details))|<a href="javascript|http://evil|www\.evil|x@evil`)

func TestExportsOfAHostileLog(t *testing.T) {
	for from := range len(hostile.Some()) {
		if from%3 != 0 && os.Getenv("SANGFROID_HOSTILE") != "all" {
			continue
		}
		m := recorded(t, hostile.Log(book(t), nil, hostile.InTurn(from)), hostile.Strings()[from])
		for _, lang := range []locale.Lang{locale.English, locale.French} {
			state, err := timeline.StateAt(m, m.Len())
			if err != nil {
				t.Fatal(err)
			}
			describe := func(e incident.Entry) timeline.Described {
				l := lang.Line(state, e)
				if a := hostile.In(string(e.Event.Type), l); a != "" {
					t.Fatalf("in words: %s", a)
				}
				return timeline.Described{Kind: l.Category, Actor: e.Event.Actor, Text: l.Text, Marks: l.Marks}
			}
			var out bytes.Buffer
			if err := timeline.Export(&out, m, timeline.ExportOptions{Format: "csv", Zone: time.UTC, Describe: describe}); err != nil {
				t.Fatal(err)
			}
			checkCSV(t, out.Bytes())
			out.Reset()
			if err := timeline.Export(&out, m, timeline.ExportOptions{Format: "md", Zone: time.UTC, Describe: describe, Headings: []string{"a", "b", "c", "d"}}); err != nil {
				t.Fatal(err)
			}
			checkText(t, "Markdown", out.String(), lively)
		}
	}
}

func checkText(t *testing.T, what, s string, never *regexp.Regexp) {
	t.Helper()
	if a := hostile.Acts(s); a != "" {
		t.Fatalf("%s: %s", what, a)
	}
	if !strings.Contains(s, hostile.Mark) {
		t.Fatalf("%s: the texts are not there at all", what)
	}
	if at := never.FindStringIndex(s); at != nil {
		t.Fatalf("%s: it acts: %q", what, s[max(0, at[0]-80):min(len(s), at[1]+80)])
	}
}

var number = regexp.MustCompile(`^-?[0-9.]+$`)

func checkCSV(t *testing.T, b []byte) {
	t.Helper()
	rows, err := csv.NewReader(bytes.NewReader(b)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range rows {
		for _, c := range row {
			if a := hostile.Acts(c); a != "" {
				t.Fatalf("CSV: %s", a)
			}
			if c != "" && strings.ContainsRune("=+-@\t\r\n|＝＋－＠", rune(c[0])) && !number.MatchString(c) {
				t.Fatalf("CSV: a cell begins as a formula does: %q", c)
			}
		}
	}
}

func ExampleActs() {
	fmt.Println(hostile.Acts("calm") == "", hostile.Acts("\x1b[2J"))
	// Output: true U+001B in "\x1b[2J"
}
