package e2e

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/nats-io/nats.go"
)

// longPlan is a playbook of n steps in chains of twenty behind a go, all of which the service waits for.
func longPlan(n int) string {
	var b strings.Builder
	b.WriteString(`schema: sangfroid.playbook/1
id: long
title: Long plan
level: warm
rto_from: detection
services: [{id: portal, name: Portal, rto: 12h, mtpd: 20h}]
roles: [{id: director, title: Director}, {id: it-lead, title: IT lead}]
plans:
  - id: failover
    kind: failover
    title: Fail over
    decisions:
      - id: go
        question: Fail over?
        deciders: [director]
        options: [{id: go, title: Go}, {id: no-go, title: No-go}]
    steps:
`)
	var ends []string
	for i := range n - 1 {
		after := ""
		if i%20 > 0 {
			after = fmt.Sprintf(", after: [s%d]", i-1)
		}
		fmt.Fprintf(&b, "      - {id: s%d, title: Step %d, phase: failover%s, gate: {decision: go, option: go}, estimate: {min: 3m, likely: 5m, max: 9m}}\n", i, i, after)
		if i%20 == 19 || i == n-2 {
			ends = append(ends, fmt.Sprintf("s%d", i))
		}
	}
	fmt.Fprintf(&b, "      - {id: verify, title: Verify, phase: checks, milestone: verified, after: [%s], estimate: {likely: 5m}}\n", strings.Join(ends, ", "))
	return b.String()
}

// backAt is when the forecast has the service back, as the table of services shows it.
var backAt = regexp.MustCompile(`Portal .*~(?:(\d\d)/\d\d )?(\d\d):(\d\d)`)

// minutes reads it off the screen; ok is false while there is none.
func minutes(screen string) (n int, ok bool) {
	m := backAt.FindStringSubmatch(screen)
	if m == nil {
		return 0, false
	}
	h, err1 := strconv.Atoi(m[2])
	min, err2 := strconv.Atoi(m[3])
	return h*60 + min, err1 == nil && err2 == nil
}

// TestForecastFollowsAnEvent: somebody else re-estimates a step of a plan of 200, over a real nats-server with every write
// synced; the console draws the new forecast. From the publish to the screen, by the terminal's emulator; the figures are
// logged (go test -v). LATENCY_EVENTS says how many; the figure of BENCHMARKS.md has 120.
func TestForecastFollowsAnEvent(t *testing.T) {
	events := 10
	if s := os.Getenv("LATENCY_EVENTS"); s != "" {
		n, err := strconv.Atoi(s)
		if err != nil || n < 1 {
			t.Fatalf("LATENCY_EVENTS: %q", s)
		}
		events = n
	}
	url := natsServer(t)
	p := newPlace(t, "NATS_URL="+url)
	book := filepath.Join(t.TempDir(), "long.yaml")
	if err := os.WriteFile(book, []byte(longPlan(200)), 0o600); err != nil {
		t.Fatal(err)
	}
	id, _, _ := strings.Cut(strings.TrimSpace(p.run("declare", "Long plan", "--playbook", book, "--detected", "-5m")), "\n")
	x := p.open(120, 40, "console", id)
	x.sees("Long plan", "Next:", "~")
	nc, err := nats.Connect(url)
	if err != nil {
		t.Fatal(err)
	}
	defer nc.Close()

	rng := rand.New(rand.NewPCG(7, 200))
	var took []time.Duration
	long := false
	for n := range events {
		before := steady(t, x)
		// Spread over the screen's frame and the forecast's own pace: an event comes when it comes.
		pause(time.Duration(300+rng.IntN(200)) * time.Millisecond)
		estimate := `{"likely":"5m"}`
		if long = !long; long {
			estimate = fmt.Sprintf(`{"likely":"%dm"}`, 90+rng.IntN(60))
		}
		now := time.Now().UTC().Format(time.RFC3339Nano)
		raw := fmt.Sprintf(`{"specversion":"1.0","id":"e%d","source":"/planner","type":"sangfroid.plan.step-estimated","subject":"plan/failover","time":%q,"recorded":%q,"incident":%q,"realm":"live","actor":"planner","role":"it-lead","data":{"step":"s5","estimate":%s}}`,
			n, now, now, id, estimate)
		sent := time.Now()
		if err := nc.Publish("sangfroid.live."+id+".planner.plan.failover", []byte(raw)); err != nil {
			t.Fatal(err)
		}
		if err := nc.Flush(); err != nil {
			t.Fatal(err)
		}
		took = append(took, x.until(sent, func(s string) bool {
			is, ok := minutes(s)
			d := (is - before + 3*24*60) % (24 * 60)
			return ok && d > 15 && d < 24*60-15 // what time itself moves is a minute or two
		}))
	}
	slices.Sort(took)
	at := func(q float64) time.Duration {
		return took[int(q*float64(len(took)-1)+0.5)].Round(100 * time.Microsecond)
	}
	t.Logf("event to forecast on the screen, %d events: p50 %v, p90 %v, p99 %v, worst %v", len(took), at(0.5), at(0.9), at(0.99), took[len(took)-1])
}

// steady waits until the forecast is on the screen, and gives it.
func steady(t *testing.T, x *terminal) int {
	t.Helper()
	x.until(time.Now(), func(s string) bool { _, ok := minutes(s); return ok })
	n, _ := minutes(x.text())
	return n
}

// pause is time going by between two events.
func pause(d time.Duration) { <-time.After(d) }

// until waits for a screen that fits, and tells how long after begun it was there.
func (x *terminal) until(begun time.Time, fits func(string) bool) time.Duration {
	x.t.Helper()
	deadline := time.After(patience)
	for {
		if fits(x.text()) {
			return time.Since(begun)
		}
		select {
		case <-x.news:
		case <-x.done:
			x.t.Fatalf("the program ended:\n%s", x.text())
		case <-deadline:
			x.t.Fatalf("not seen:\n%s", x.text())
		}
	}
}
