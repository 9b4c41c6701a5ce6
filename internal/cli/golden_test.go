package cli_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"sangfroid/internal/cli"
	"strings"
	"testing"
)

// Every log that an earlier version wrote reads as it did then: intact, with the same root, and each field that the status of
// that version had is there with the same value. Forecasts may become better; what happened may not change. The files are
// kept from each version (testdata/golden/vN-*.jsonl, with the status it printed as of the time in it) and never rewritten.
func TestOlderLogsReadTheSame(t *testing.T) {
	logs, err := filepath.Glob("testdata/golden/*.jsonl")
	if err != nil || len(logs) == 0 {
		t.Fatal(logs, err)
	}
	t.Setenv("SANGFROID_DATA_DIR", t.TempDir())
	t.Setenv("TZ", "UTC")
	for _, log := range logs {
		t.Run(filepath.Base(log), func(t *testing.T) {
			b, err := os.ReadFile(strings.TrimSuffix(log, ".jsonl") + ".status.json")
			if err != nil {
				t.Fatal(err)
			}
			var then, now any
			if err := json.Unmarshal(b, &then); err != nil {
				t.Fatal(err)
			}
			at := fmt.Sprint(member(then, "at"))
			if err := json.Unmarshal(said(t, "status", log, "--at", at, "-o", "json", "--lang", "en"), &now); err != nil {
				t.Fatal(err)
			}
			for _, d := range differences("", then, now) {
				t.Error(d)
			}
			var verified struct{ Verdict, Root string }
			if err := json.Unmarshal(said(t, "timeline", "verify", log, "-o", "json"), &verified); err != nil {
				t.Fatal(err)
			}
			if verified.Verdict != "intact" || verified.Root == "" || !strings.HasPrefix(verified.Root, fmt.Sprint(member(then, "timeline", "root"))) {
				t.Errorf("%+v", verified)
			}
		})
	}
}

// said runs a command in this process.
func said(t *testing.T, args ...string) []byte {
	t.Helper()
	var out, errs bytes.Buffer
	if code := cli.Main(args, strings.NewReader(""), &out, &errs); code != 0 {
		t.Fatalf("%q: exit code %d: %s", args, code, errs.String())
	}
	return out.Bytes()
}

func member(v any, path ...string) any {
	for _, key := range path {
		m, ok := v.(map[string]any)
		if !ok {
			return nil
		}
		v = m[key]
	}
	return v
}

// differences lists what stood in a status and does not stand in another. What is new there is no difference.
func differences(path string, then, now any) (out []string) {
	switch a := then.(type) {
	case map[string]any:
		b, ok := now.(map[string]any)
		if !ok {
			return []string{fmt.Sprintf("%s is %v", path, now)}
		}
		for key, v := range a {
			if path == "" && key == "forecast" {
				continue
			}
			if w, there := b[key]; there || v == nil {
				out = append(out, differences(path+"/"+key, v, w)...)
			} else {
				out = append(out, fmt.Sprintf("%s/%s is gone", path, key))
			}
		}
	case []any:
		b, ok := now.([]any)
		if !ok || len(a) != len(b) {
			return []string{fmt.Sprintf("%s was %v, is %v", path, then, now)}
		}
		for i := range a {
			out = append(out, differences(fmt.Sprintf("%s/%d", path, i), a[i], b[i])...)
		}
	default:
		if then != now {
			out = append(out, fmt.Sprintf("%s was %v, is %v", path, then, now))
		}
	}
	return out
}
