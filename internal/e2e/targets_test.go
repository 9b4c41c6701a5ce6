package e2e

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/nats-io/nats.go"
)

// manyPoints is a playbook whose step works on 17,000 contact points, with a rule for their signals.
const manyPoints = `schema: sangfroid.playbook/1
id: points
title: Points
level: vital
services: [{id: portal, name: Portal, rto: 4h, mtpd: 8h}]
roles: [{id: director, title: Director}, {id: it-lead, title: IT lead}]
plans:
  - id: failover
    kind: failover
    title: Fail over
    steps:
      - {id: verify, title: Verify, phase: checks, milestone: verified, estimate: {likely: 5m}}
      - id: points
        title: Reopen the contact points
        phase: catch-up
        estimate: {likely: 2h}
        signal: "branches:all open"
        targets: {pattern: "cp-%05d", count: 17000}
`

// atPoints declares an incident with that playbook and opens its console.
func atPoints(t *testing.T, url string) (*place, string, *terminal) {
	t.Helper()
	p := newPlace(t, "NATS_URL="+url)
	book := filepath.Join(t.TempDir(), "points.yaml")
	if err := os.WriteFile(book, []byte(manyPoints), 0o600); err != nil {
		t.Fatal(err)
	}
	out := p.run("declare", "Many points", "--playbook", book, "--detected", "-5m")
	id, _, _ := strings.Cut(strings.TrimSpace(out), "\n")
	x := p.open(120, 40, "console", id)
	x.sees("Many points", "Next:")
	return p, id, x
}

// TestTargetsFromAPlainClient: an automation writes a batch in its own name, hostile ones change nothing but are kept, and a
// signal that no rule takes is attached by a person.
func TestTargetsFromAPlainClient(t *testing.T) {
	url := natsServer(t)
	p, id, x := atPoints(t, url)
	nc, err := nats.Connect(url)
	if err != nil {
		t.Fatal(err)
	}
	defer nc.Close()
	write := func(n, data string) {
		t.Helper()
		now := time.Now().UTC().Format(time.RFC3339Nano)
		raw := fmt.Sprintf(`{"specversion":"1.0","id":%q,"source":"/orchestrator","type":"sangfroid.targets.changed","subject":"targets/step/failover/points","time":%q,"recorded":%q,"incident":%q,"realm":"live","actor":"orchestrator","role":"automation","data":%s}`, n, now, now, id, data)
		if _, err := nc.Request("sangfroid.live."+id+".orchestrator.targets.step_failover_points", []byte(raw), patience); err != nil {
			t.Fatal(err)
		}
	}
	x.keys("T")
	write("a", `{"changes":[{"state":"done","ids":["cp-00001..cp-00100"]},{"state":"failed","ids":["cp-00150"]}],"note":"no \u001b[2Janswer"}`)
	x.sees("100/17,000", "1 failed")
	write("b", `{"changes":[{"state":"done","ids":["cp-1..cp-99999999","nobody","\u202e..","a,b"]},{"state":"asleep","ids":["cp-00200"]}]}`)
	write("c", `{"changes":"all of them"}`)
	write("d", `{"changes":[{"state":"running","ids":["cp-00101..cp-00110"],"at":"2999-01-01T00:00:00Z"}]}`)
	x.sees("100/17,000", "10 running")
	if _, err := nc.Request("sangfroid.signal.somebody", []byte(`{"specversion":"1.0","id":"s1","source":"/x","type":"sangfroid.targets.progress","time":"2026-11-23T14:02:00Z","data":{"step":"points","changes":[{"state":"running","ids":["cp-00300"]}]}}`), patience); err != nil {
		t.Fatal(err)
	}
	x.keys(esc)
	x.sees("signal waits")
	x.keys("i")
	x.sees("points: 1 running")
	x.keys(enter)
	x.sees("Attach the signal", "Reopen the contact points")
	x.keys(save)
	x.sees("1 running (cp-00300)", "signal from somebody")
	x.kill()
	if out := p.run("step", "targets", "points", "--state", "failed"); !strings.Contains(out, "cp-00150") || !strings.Contains(out, "no answer") {
		t.Error(out)
	}
	if out := p.run("timeline", "verify", id); !strings.Contains(out, "intact") {
		t.Error(out)
	}
}

// TestKeysWhileTargetsArrive: 10,000 changes a second, in signals of ten, from a plain client, while somebody moves over the grid.
// Every key acts, every target ends as its last signal said, and the record holds a few entries. The figures are
// logged (go test -v).
func TestKeysWhileTargetsArrive(t *testing.T) {
	url := natsServer(t)
	p, id, x := atPoints(t, url)
	x.keys("T")
	x.sees("All 17,000")
	idle := moves(t, x, 60)

	nc, err := nats.Connect(url)
	if err != nil {
		t.Fatal(err)
	}
	defer nc.Close()
	// Each signal tells ten targets; every target has its turn five times, and the last word on each is done.
	const changes, perSignal = 85_000, 10
	var sent atomic.Int64
	begun := time.Now()
	go func() {
		states := []string{"running", "failed", "running", "waiting", "done"}
		tick := time.NewTicker(time.Millisecond)
		defer tick.Stop()
		for n := 0; n < changes; {
			<-tick.C
			for want := min(int(time.Since(begun).Seconds()*10_000), changes); n < want; n += perSignal {
				first := n%17_000 + 1
				_ = nc.Publish("sangfroid.signal.branches", []byte(fmt.Sprintf(`{"specversion":"1.0","id":"n%d","source":"/b","type":"sangfroid.targets.progress","time":%q,"data":{"step":"points","changes":[{"state":%q,"ids":["cp-%05d..cp-%05d"]}]}}`,
					n, time.Now().UTC().Format(time.RFC3339Nano), states[n/17_000], first, first+perSignal-1)))
				sent.Add(perSignal)
			}
		}
		_ = nc.Flush()
	}()
	busy := moves(t, x, 120)
	rate := float64(sent.Load()) / time.Since(begun).Seconds()
	x.sees("17,000/17,000")
	settled := time.Since(begun)
	x.kill()
	entries := 0
	for _, e := range p.entries(id) {
		if strings.Contains(e.Text, "by the plan’s rule") {
			entries++
		}
	}
	t.Logf("key to screen: idle p50 %s p99 %s; at %.0f changes/s p50 %s p99 %s; %d signals in %d entries; all done on screen %.1f s after the first",
		idle[len(idle)/2], idle[len(idle)*99/100], rate, busy[len(busy)/2], busy[len(busy)*99/100], changes/perSignal, entries, settled.Seconds())
	var v struct {
		StepList []struct {
			ID   string
			Done int
		} `json:"step_list"`
	}
	if err := json.Unmarshal([]byte(p.run("status", id, "-o", "json")), &v); err != nil {
		t.Fatal(err)
	}
	if i := slices.IndexFunc(v.StepList, func(s struct {
		ID   string
		Done int
	},
	) bool {
		return s.ID == "failover/points"
	}); i < 0 || v.StepList[i].Done != 17_000 {
		t.Errorf("%+v", v.StepList)
	}
	if entries == 0 || entries > changes/perSignal/10 {
		t.Errorf("%d signals became %d entries", changes/perSignal, entries)
	}
}

var underCursor = regexp.MustCompile(`cp-(\d{5})(?:–cp-(\d{5}))?`)

// moves presses a key n times and tells how long the screen took each time to follow, sorted.
func moves(t *testing.T, x *terminal, n int) []time.Duration {
	t.Helper()
	cursor := func() string {
		lines := strings.Split(x.text(), "\n")
		for i := len(lines) - 1; i >= 0; i-- {
			if m := underCursor.FindString(lines[i]); m != "" {
				return m
			}
		}
		return ""
	}
	var out []time.Duration
	for k := range n {
		before := cursor()
		key := "\x1b[C" // right
		if k%40 >= 20 {
			key = "\x1b[D" // and left again
		}
		at := time.Now()
		x.keys(key)
		deadline := time.After(patience)
		for cursor() == before {
			select {
			case <-x.news:
			case <-deadline:
				t.Fatalf("the cursor stays at %s:\n%s", before, x.text())
			}
		}
		out = append(out, time.Since(at))
	}
	slices.Sort(out)
	return out
}
