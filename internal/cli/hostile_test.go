package cli_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"sangfroid/internal/exercise"
	"sangfroid/internal/hostile"
	"sangfroid/internal/incident"
	"sangfroid/internal/timeline"
	"sangfroid/playbooks"
	"strconv"
	"strings"
	"testing"
	"time"
)

// hostileFile is a record with hostile text in every field of every kind of event, and a hostile title.
func hostileFile(t *testing.T, drill bool, from int) string {
	t.Helper()
	_, book, err := playbooks.Load("warm")
	if err != nil {
		t.Fatal(err)
	}
	h := timeline.Header{Incident: hostile.Incident, Realm: incident.Live, Title: hostile.Strings()[from]}
	var scenario []byte
	if drill {
		l, err := exercise.Load("warm")
		if err != nil {
			t.Fatal(err)
		}
		if scenario, err = json.Marshal(l.Scenario); err != nil {
			t.Fatal(err)
		}
		h.Realm = incident.Drill
	}
	var lines []timeline.Line
	for i, raw := range hostile.Log(book, scenario, hostile.InTurn(from)) {
		lines = append(lines, timeline.Line{Received: time.Date(2026, 11, 23, 13, i, 0, 0, time.UTC), Raw: raw})
	}
	path := filepath.Join(t.TempDir(), "hostile.jsonl")
	r, err := timeline.WriteLines(path, h, lines, nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := r.Close(); err != nil {
		t.Fatal(err)
	}
	return path
}

// runs the program; its log goes into the data directory.
func runHostile(t *testing.T, program, data string, args ...string) (out, errs string) {
	t.Helper()
	c := exec.Command(program, args...)
	c.Dir = data
	c.Env = []string{"SANGFROID_DATA_DIR=" + data, "SANGFROID_AS=Alice", "SANGFROID_ROLE=director", "TZ=UTC", "HOME=" + data, "PATH=" + os.Getenv("PATH")}
	var o, e bytes.Buffer
	c.Stdout, c.Stderr = &o, &e
	if err := c.Run(); err != nil {
		var exit *exec.ExitError
		if !errors.As(err, &exit) || exit.ExitCode() > 2 || strings.Contains(e.String(), "goroutine ") {
			t.Fatalf("%q: %v\n%s", args, err, e.String())
		}
	}
	return o.String(), e.String()
}

// acting is what no page or reader of Markdown may meet as it was typed; a page's own style and drawing are its own.
var acting = regexp.MustCompile(`(?i)</?script|<img|<svg/|onerror=alert\(1\)>|<a href="javascript|<style>\*|<details`)

var live = regexp.MustCompile(`[^\\]\]\(http|!\[|http://evil|www\.evil|x@evil`)

// Every output of a log whose every text is an attack: for people, for spreadsheets, for browsers, for programs.
func TestHostileTextInEveryOutput(t *testing.T) {
	program := built(t)
	some := len(hostile.Some())
	if os.Getenv("SANGFROID_HOSTILE") != "all" {
		some = 2
	}
	for from := range some {
		file := hostileFile(t, from%2 == 1, from*7%len(hostile.Strings()))
		for i, lang := range []string{"en", "fr"} {
			if some == 2 && i != from {
				continue
			}
			data := t.TempDir()
			for _, args := range [][]string{
				{"status"},
				{"status", "-o", "json"},
				{"timeline", "show"},
				{"timeline", "show", "-o", "json"},
				{"timeline", "verify"},
				{"timeline", "verify", "-o", "json"},
				{"forecast"},
				{"forecast", "-o", "json"},
				{"catchup", "list"},
				{"obligation", "list"},
				{"report", "-o", "md"},
				{"report", "-o", "html"},
				{"report", "-o", "json"},
				{"report", "trend"},
				{"export", "-o", "md"},
				{"export", "-o", "csv"},
				{"exercise", "export"},
				{"exercise", "from-timeline"},
				{"playbook", "calibrate", "warm"},
			} {
				out, errs := runHostile(t, program, data, append(append([]string{}, args...), file, "--lang", lang)...)
				what := strings.Join(args, " ") + " in " + lang
				if args[len(args)-1] == "json" {
					var v []any
					dec := json.NewDecoder(strings.NewReader(out))
					for dec.More() {
						var one any
						if err := dec.Decode(&one); err != nil {
							t.Fatalf("%s: %v", what, err)
						}
						v = append(v, one)
					}
					if a := hostile.In(what, v); a != "" {
						t.Error(a)
					}
					continue
				}
				if a := hostile.Acts(out + "\n" + errs); a != "" {
					t.Errorf("%s: %s", what, a)
				}
				if at := acting.FindStringIndex(out); at != nil && args[0] != "exercise" && args[0] != "status" && args[0] != "timeline" && !strings.HasPrefix(what, "export -o csv") && args[0] != "forecast" && args[0] != "catchup" && args[0] != "obligation" {
					t.Errorf("%s acts: %q", what, out[max(0, at[0]-60):min(len(out), at[1]+60)])
				}
				if at := live.FindStringIndex(out); at != nil && args[len(args)-1] == "md" {
					t.Errorf("%s acts: %q", what, out[max(0, at[0]-60):min(len(out), at[1]+60)])
				}
			}
			cast := filepath.Join(data, "x.cast")
			_, errs := runHostile(t, program, data, "replay", file, "--record", cast, "--size", "100x30", "--speed", "3600", "--skip-silences", "--lang", lang)
			checkCast(t, cast, errs)
			if log, err := os.ReadFile(filepath.Join(data, "sangfroid.log")); err == nil {
				if a := hostile.Acts(string(log)); a != "" {
					t.Errorf("the log: %s", a)
				}
			}
		}
	}
}

var styled = regexp.MustCompile("\x1b\\[[0-9;?]*[a-zA-Z]|\x1b\\[[<>=][0-9;]*[a-zA-Z]|\r")

// checkCast: what a recording sends to a terminal is what the console draws with, and text.
func checkCast(t *testing.T, path, errs string) {
	t.Helper()
	named, _ := filepath.Glob(filepath.Join(filepath.Dir(path), "*"+filepath.Base(path))) // a drill's says that it is one
	if len(named) != 1 {
		t.Fatalf("%v\n%s", named, errs)
	}
	b, err := os.ReadFile(named[0])
	if err != nil {
		t.Fatalf("%v\n%s", err, errs)
	}
	for i, line := range bytes.Split(bytes.TrimSpace(b), []byte("\n")) {
		var v any
		if err := json.Unmarshal(line, &v); err != nil {
			t.Fatal(err)
		}
		if i == 0 {
			if a := hostile.In("the recording's head", v); a != "" {
				t.Error(a)
			}
			continue
		}
		event, _ := v.([]any)
		text, _ := event[len(event)-1].(string)
		if a := hostile.Acts(styled.ReplaceAllString(text, "")); a != "" || strings.Contains(text, "\x1b[6n") || strings.Contains(text, "\x1b[c") {
			t.Fatalf("the recording, line %d: %s", i+1, a)
		}
	}
}

// What is given on the command line, in the environment and as names of files is data as well: told in one sentence that does not
// act, and no file is touched outside.
func TestHostileArguments(t *testing.T) {
	program := built(t)
	data := t.TempDir()
	outside := filepath.Join(filepath.Dir(data), "outside.jsonl")
	if err := os.WriteFile(outside, []byte("kept\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for i, s := range hostile.Some() {
		if i%3 != 0 && os.Getenv("SANGFROID_HOSTILE") != "all" {
			continue
		}
		s = strings.ReplaceAll(s, "\x00", "")
		for _, args := range [][]string{
			{"status", s},
			{"playbook", "show", s},
			{"timeline", "verify", s},
			{"exercise", "run", s},
			{"declare", s, "--playbook", s},
			{"replay", s},
			{"bus", "add", s, "--role", s},
			{"status", "--zone", s},
			{"status", "--at", s},
			{s},
			{"status", "--" + s},
			{"note", "x", "--incident", s},
			{"export", "--all", "--out", filepath.Join(data, "none", s)},
		} {
			out, errs := runHostile(t, program, data, args...)
			if a := hostile.Acts(out + errs); a != "" {
				t.Errorf("%q: %s", args, a)
			}
		}
	}
	for i, name := range []string{"../outside", "../../outside.jsonl", "inc-1/../../outside", "/" + strconv.Itoa(os.Getpid()), "..", "."} {
		for _, args := range [][]string{{"timeline", "verify", name}, {"note", "x", "--incident", name}, {"status", name}, {"report", name, "--out", filepath.Join(data, strconv.Itoa(i))}} {
			if _, errs := runHostile(t, program, data, args...); errs == "" {
				t.Errorf("%q is taken", args)
			}
		}
	}
	if b, err := os.ReadFile(outside); err != nil || string(b) != "kept\n" {
		t.Errorf("a file outside was touched: %q %v", b, err)
	}
}
