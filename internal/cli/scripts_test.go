package cli_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"sangfroid/internal/bus"
	"sangfroid/internal/cli"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

// built is the program under test: SANGFROID_BIN, or built once for this run.
func built(t *testing.T) string {
	t.Helper()
	if p := os.Getenv("SANGFROID_BIN"); p != "" {
		return p
	}
	p := filepath.Join(t.TempDir(), "sangfroid")
	c := exec.Command("go", "build", "-o", p, "sangfroid")
	c.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := c.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return p
}

// TestScripts runs the command line as people and programs do, in testdata/script.
func TestScripts(t *testing.T) {
	program := built(t)
	timelines, err := filepath.Abs("../timeline/testdata")
	if err != nil {
		t.Fatal(err)
	}
	testscript.Run(t, testscript.Params{
		Dir: "testdata/script",
		Setup: func(e *testscript.Env) error {
			bin := filepath.Join(e.WorkDir, "bin")
			if err := os.Mkdir(bin, 0o755); err != nil {
				return err
			}
			if err := os.Symlink(program, filepath.Join(bin, "sangfroid")); err != nil {
				return err
			}
			e.Setenv("PATH", bin+string(os.PathListSeparator)+os.Getenv("PATH"))
			e.Setenv("SANGFROID_DATA_DIR", filepath.Join(e.WorkDir, "data"))
			e.Setenv("SANGFROID_AS", "Alice")
			e.Setenv("SANGFROID_ROLE", "director")
			e.Setenv("LANG", "C")
			e.Setenv("TZ", "UTC")
			e.Setenv("TIMELINES", timelines)
			l, err := net.Listen("tcp", "127.0.0.1:0")
			if err != nil {
				return err
			}
			e.Setenv("ADDR", l.Addr().String()) // free a moment ago
			return l.Close()
		},
		Cmds: map[string]func(ts *testscript.TestScript, neg bool, args []string){
			"json": jsonHas, "between": between, "work": workSteps, "keep": keep, "flip": flip, "patient": patient, "signal": signalFrom,
		},
	})
}

// jsonHas: json PATH VALUE, on the last command's output. PATH is keys and indexes with dots; "kind=rto,service=all" picks
// the first item of a list that has these values.
func jsonHas(ts *testscript.TestScript, neg bool, args []string) {
	if len(args) != 2 {
		ts.Fatalf("usage: json PATH VALUE")
	}
	if got := jsonAt(ts, args[0]); (got == args[1]) == neg {
		ts.Fatalf("%s is %s, want %s", args[0], got, args[1])
	}
}

// between: between PATH LOW HIGH wants a number of the last command's output within bounds.
func between(ts *testscript.TestScript, neg bool, args []string) {
	if len(args) != 3 {
		ts.Fatalf("usage: between PATH LOW HIGH")
	}
	var n [3]float64
	for i, text := range []string{jsonAt(ts, args[0]), args[1], args[2]} {
		v, err := strconv.ParseFloat(text, 64)
		if err != nil {
			ts.Fatalf("%s: %q is no number", args[0], text)
		}
		n[i] = v
	}
	if (n[0] >= n[1] && n[0] <= n[2]) == neg {
		ts.Fatalf("%s is %v, want %s to %s", args[0], n[0], args[1], args[2])
	}
}

func jsonAt(ts *testscript.TestScript, path string) string {
	var v any
	ts.Check(json.Unmarshal([]byte(ts.ReadFile("stdout")), &v))
	for _, key := range strings.Split(path, ".") {
		switch x := v.(type) {
		case map[string]any:
			v = x[key]
		case []any:
			n, err := strconv.Atoi(key)
			if strings.Contains(key, "=") {
				n, err = slices.IndexFunc(x, func(item any) bool { return jsonFits(item, key) }), nil
			}
			if err != nil || n < 0 || n >= len(x) {
				ts.Fatalf("no %s in %s", key, path)
			}
			v = x[n]
		default:
			v = nil
		}
	}
	if f, ok := v.(float64); ok {
		return strconv.FormatFloat(f, 'f', -1, 64)
	}
	return fmt.Sprint(v)
}

func jsonFits(item any, wants string) bool {
	m, ok := item.(map[string]any)
	for _, want := range strings.Split(wants, ",") {
		name, value, _ := strings.Cut(want, "=")
		ok = ok && fmt.Sprint(m[name]) == value
	}
	return ok
}

// keep: keep NAME puts the last output's first line into a variable.
func keep(ts *testscript.TestScript, _ bool, args []string) {
	line, _, _ := strings.Cut(ts.ReadFile("stdout"), "\n")
	ts.Setenv(args[0], strings.TrimSpace(line))
}

// patient: patient COMMAND… runs it until it succeeds: a server needs a moment.
func patient(ts *testscript.TestScript, _ bool, args []string) {
	for end := time.Now().Add(30 * time.Second); ; {
		err := ts.Exec(args[0], args[1:]...)
		if err == nil {
			return
		}
		if time.Now().After(end) {
			ts.Fatalf("%v", err)
		}
	}
}

// signalFrom: signal SOURCE JSON publishes an external signal on the bus of the data directory.
func signalFrom(ts *testscript.TestScript, _ bool, args []string) {
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	b, err := bus.Open(ctx, bus.Config{DataDir: ts.Getenv("SANGFROID_DATA_DIR"), Log: slog.New(slog.DiscardHandler)})
	ts.Check(err)
	for err = errors.New("not tried"); err != nil && ctx.Err() == nil; {
		err = b.PublishSignal(ctx, args[0], []byte(args[1]))
	}
	ts.Check(errors.Join(err, b.Close()))
}

// flip: flip FILE WORD OTHER changes a word in a file, as a tamperer would.
func flip(ts *testscript.TestScript, _ bool, args []string) {
	path := ts.MkAbs(args[0])
	b, err := os.ReadFile(path)
	ts.Check(err)
	changed := strings.Replace(string(b), args[1], args[2], 1)
	if changed == string(b) {
		ts.Fatalf("%q is not in %s", args[1], args[0])
	}
	ts.Check(os.WriteFile(path, []byte(changed), 0o600))
}

// workSteps: work PHASE… does every step of these phases that may be started, again and again until none is left, as Alice;
// Bob checks what wants a second pair of eyes.
func workSteps(ts *testscript.TestScript, _ bool, args []string) {
	run := func(args ...string) error { return ts.Exec("sangfroid", args...) }
	for again := true; again; {
		again = false
		ts.Check(run("step", "list", "-o", "json"))
		var steps []struct {
			ID, State, Phase string
		}
		ts.Check(json.Unmarshal([]byte(ts.ReadFile("stdout")), &steps))
		for _, s := range steps {
			wanted := false
			for _, p := range args {
				wanted = wanted || p == s.Phase
			}
			if !wanted || s.State != "ready" {
				continue
			}
			ts.Check(run("step", "start", s.ID))
			ts.Check(run("step", "done", s.ID))
			if err := run("step", "check", s.ID, "--as", "Bob", "--role", "it-lead"); err != nil && !strings.Contains(ts.ReadFile("stderr"), "done") && !strings.Contains(ts.ReadFile("stderr"), "four") {
				ts.Logf("check: %s", ts.ReadFile("stderr"))
			}
			again = true
		}
	}
}

// full is a disk that is full.
type full struct{}

func (full) Write([]byte) (int, error) {
	return 0, &os.PathError{Op: "write", Path: "out.txt", Err: syscall.ENOSPC}
}

// TestOutputThatCannotBeWritten: a list of which half is on a full disk is no success.
func TestOutputThatCannotBeWritten(t *testing.T) {
	var said bytes.Buffer
	if code := cli.Main([]string{"playbook", "list"}, strings.NewReader(""), full{}, &said); code != 1 || !strings.Contains(said.String(), "out.txt") {
		t.Errorf("exit code %d: %s", code, said.String())
	}
}
