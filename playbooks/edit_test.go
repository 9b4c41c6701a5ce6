package playbooks

import (
	"errors"
	"math/rand/v2"
	"os"
	"path/filepath"
	"sangfroid/internal/incident"
	"strings"
	"testing"
	"time"
)

func minutes(low, likely, high int) incident.Estimate {
	d := func(n int) incident.Duration { return incident.Duration(time.Duration(n) * time.Minute) }
	return incident.Estimate{Min: d(low), Likely: d(likely), Max: d(high)}
}

// small is a playbook around the lines of one estimate.
func small(estimate string) string {
	return `# ours
schema: sangfroid.playbook/1
id: small
level: warm
title: Small # é, with a word of ours
services:
  - {id: portal, name: Portal, rto: 4h, mtpd: 1d}
roles:
  - {id: director, title: Director}
plans:
  - id: failover
    kind: failover
    title: Fail over
    decisions:
      - {id: go, question: "Go?"}
    steps:
      - id: restore
        title: Rétablir
        phase: restore
        gate: {decision: go, option: go}
        milestone: verified
` + estimate + `
        # the end
`
}

func TestOnlyTheValuesOfEstimatesChange(t *testing.T) {
	ref := incident.StepRef{Plan: "failover", Step: "restore"}
	for name, c := range map[string]struct{ before, after string }{
		"flow":              {`        estimate: {min: 5m, likely: 10m, max: 20m} # measured`, `        estimate: {min: 6m, likely: 15m, max: 1h} # measured`},
		"quotes":            {`        estimate: {min: "5m", likely: '10m', max: 20m}`, `        estimate: {min: "6m", likely: '15m', max: 1h}`},
		"the same duration": {`        estimate: {min: 0h06m, likely: 10m, max: 60m}`, `        estimate: {min: 0h06m, likely: 15m, max: 60m}`},
		"another order":     {`        estimate: {max: 20m, likely: 10m,   min: 5m}`, `        estimate: {max: 1h, likely: 15m,   min: 6m}`},
		"likely alone":      {`        estimate: {likely: 10m}`, `        estimate: {min: 6m, likely: 15m, max: 1h}`},
		"no max":            {`        estimate: { min: 5m, likely: 10m }`, `        estimate: { min: 6m, likely: 15m, max: 1h }`},
		"block":             {"        estimate:\n          min: 5m # é least\n          likely: 10m\n          max: 20m", "        estimate:\n          min: 6m # é least\n          likely: 15m\n          max: 1h"},
		"block, likely":     {"        estimate:\n          likely: 10m # so far\n        owner: director", "        estimate:\n          min: 6m\n          likely: 15m # so far\n          max: 1h\n        owner: director"},
		"several lines":     {"        estimate: {\n          likely: 10m, # so far\n          max: 20m }", "        estimate: {\n          min: 6m, likely: 15m, # so far\n          max: 1h }"},
		"Windows":           {"        estimate:\r\n          likely: 10m\r", "        estimate:\r\n          min: 6m\r\n          likely: 15m\r\n          max: 1h\r"},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := SetEstimates("small.yaml", []byte(small(c.before)), map[incident.StepRef]incident.Estimate{ref: minutes(6, 15, 60)})
			if err != nil || string(got) != small(c.after) {
				t.Errorf("%v\n%s", err, got)
			}
		})
	}
	_, err := SetEstimates("small.yaml", []byte(small("        estimate: {likely: >-\n          10m\n          }")), map[incident.StepRef]incident.Estimate{ref: minutes(6, 15, 60)})
	var bad *InvalidError
	if !errors.Is(err, ErrLayout) && !errors.As(err, &bad) {
		t.Errorf("a folded duration: %v", err)
	}
	_, err = SetEstimates("small.yaml", []byte(small(`        estimate: {likely: "1\x30m"}`)), map[incident.StepRef]incident.Estimate{ref: minutes(6, 15, 60)})
	if !errors.Is(err, ErrLayout) {
		t.Errorf("an escaped digit: %v", err)
	}
	if _, err = SetEstimates("x.yaml", []byte("id: ["), nil); !errors.As(err, &bad) {
		t.Errorf("%v", err)
	}
}

// TestShippedPlaybooksTakeAnyEstimates: every line but those with estimates stays, and the linter accepts the result.
func TestShippedPlaybooksTakeAnyEstimates(t *testing.T) {
	names, err := filepath.Glob("*.yaml")
	if err != nil || len(names) == 0 {
		t.Fatal(err)
	}
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	rng := rand.New(rand.NewPCG(seed, 1))
	for _, name := range names {
		b, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		book, _ := Parse(name, b)
		want := make(map[incident.StepRef]incident.Estimate)
		for _, p := range book.Plans {
			for _, s := range p.Steps {
				if rng.IntN(3) > 0 {
					low := 1 + rng.IntN(90)
					want[incident.StepRef{Plan: p.ID, Step: s.ID}] = minutes(low, low+rng.IntN(60), low+60+rng.IntN(3000))
				}
			}
		}
		got, err := SetEstimates(name, b, want)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		old, changed := strings.Split(string(b), "\n"), strings.Split(string(got), "\n")
		if len(old) != len(changed) {
			t.Errorf("%s: %d lines became %d", name, len(old), len(changed))
			continue
		}
		for i := range old {
			if old[i] != changed[i] && !strings.Contains(old[i], "estimate:") {
				t.Errorf("%s:%d: %q became %q", name, i+1, old[i], changed[i])
			}
		}
		if same, err := SetEstimates(name, b, nil); err != nil || string(same) != string(b) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func FuzzSetEstimates(f *testing.F) {
	for _, e := range []string{"        estimate: {likely: 10m}", "        estimate:\n          likely: 10m", "        estimate: {min: \"5m\", likely: '10m', max: 20m}"} {
		f.Add(small(e))
	}
	ref := incident.StepRef{Plan: "failover", Step: "restore"}
	f.Fuzz(func(t *testing.T, s string) {
		out, err := SetEstimates("f.yaml", []byte(s), map[incident.StepRef]incident.Estimate{ref: minutes(6, 15, 60)})
		if err != nil {
			return
		}
		if _, found := Parse("f.yaml", out); Failed(found) {
			t.Errorf("%q became %q", s, out)
		}
	})
}
