package e2e

import (
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/nats-io/nats.go"
)

// natsServer runs a real nats-server, built from its module, with every write synced, until the test ends.
func natsServer(t *testing.T) (url string) {
	t.Helper()
	return natsServerThat(t, "always")
}

// natsServerThat is one that syncs its writes as told: "always", or after so long.
func natsServerThat(t *testing.T, syncs string) (url string) {
	t.Helper()
	dir := t.TempDir()
	bin := filepath.Join(dir, "nats-server")
	build := exec.Command("go", "build", "-o", bin, "github.com/nats-io/nats-server/v2")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	port := l.Addr().(*net.TCPAddr).Port
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	config := filepath.Join(dir, "nats.conf")
	text := fmt.Sprintf("listen: 127.0.0.1:%d\njetstream { store_dir: %q, sync_interval: %s }\n", port, filepath.Join(dir, "store"), syncs)
	if err := os.WriteFile(config, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	c := exec.Command(bin, "-c", config)
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = c.Process.Kill()
		_ = c.Wait()
	})
	url = fmt.Sprintf("nats://127.0.0.1:%d", port)
	waitFor(t, func() bool {
		nc, err := nats.Connect(url)
		if err != nil {
			return false
		}
		nc.Close()
		return true
	})
	return url
}

// TestTwoConsolesOnARealServer: two machines (two data directories) on one nats-server, and events published by a plain
// NATS client in between: good ones, hostile ones, oversized ones, and a signal that waits in the inbox.
func TestTwoConsolesOnARealServer(t *testing.T) {
	url := natsServer(t)
	paris := newPlace(t, "NATS_URL="+url)
	lyon := newPlace(t, "NATS_URL="+url, "SANGFROID_AS=Bob", "SANGFROID_ROLE=it-lead")
	id := declare(paris)
	first := paris.open(120, 40, "console", id)
	first.sees("Loss of Paris-North", "bus remote")
	second := lyon.open(120, 40, "console", id, "--as", "Bob", "--role", "it-lead")
	second.sees("Loss of Paris-North", "Bob")
	first.sees("cell 2")

	nc, err := nats.Connect(url)
	if err != nil {
		t.Fatal(err)
	}
	defer nc.Close()
	publish := func(author, category, entity, payload string) {
		t.Helper()
		if _, err := nc.Request("sangfroid.live."+id+"."+author+"."+category+"."+entity, []byte(payload), patience); err != nil {
			t.Fatal(err)
		}
	}
	event := func(n, text string) string {
		return `{"specversion":"1.0","id":"` + n + `","source":"/automation/backup","type":"sangfroid.note.added","subject":"note/main","time":"2026-11-23T14:02:00Z","recorded":"2026-11-23T14:02:00Z","incident":"` + id + `","realm":"live","actor":"backup","role":"automation","data":{"kind":"finding","text":"` + text + `"}}`
	}
	publish("backup", "note", "main", event("p1", "restore job 12 finished"))
	first.sees("restore job 12 finished")
	second.sees("restore job 12 finished")
	publish("evil", "note", "main", event("p2", `\u001b]0;owned\u0007\u001b[2Jstill here`))
	first.sees("still here", "unsafe characters hidden")
	publish("evil", "note", "main", "this is no event at all")
	publish("evil", "note", "main", event("p3", strings.Repeat("x", 900_000)))
	publish("future", "weather", "main", `{"specversion":"1.0","id":"p4","source":"/f","type":"sangfroid.weather.reported","time":"2026-11-23T14:02:00Z","incident":"`+id+`","realm":"live","actor":"f","data":{"rain":true}}`)
	if _, err := nc.Request("sangfroid.signal.monitoring", []byte(`{"specversion":"1.0","id":"s1","source":"/mon","type":"host.down","time":"2026-11-23T14:02:00Z","data":{"host":"db1"}}`), patience); err != nil {
		t.Fatal(err)
	}
	first.sees("signal waits")
	first.keys("i")
	first.sees("Signals that wait", "db1")
	first.keys(enter)
	first.sees("Attach the signal")
	first.keys(save)
	second.sees("signal from monitoring")
	first.gone("Attach the signal") // the receipt may come after the other console has the entry

	first.keys("d")
	first.sees("because")
	first.keys(tab + "the repair takes a day" + save)
	second.sees("DECIDED")
	second.keys("n")
	second.sees("Note something")
	second.keys("seen in Lyon" + save)
	first.sees("seen in Lyon")
	first.kill()
	second.kill()

	a, b := paris.entries(id), lyon.entries(id)
	if len(a) != len(b) {
		t.Fatalf("%d and %d entries", len(a), len(b))
	}
	for i := range a {
		if a[i] != b[i] {
			t.Fatalf("entry %d differs: %+v %+v", i+1, a[i], b[i])
		}
	}
	for _, p := range []*place{paris, lyon} {
		if out := p.run("timeline", "verify", id); !strings.Contains(out, "intact") {
			t.Error(out)
		}
	}
	// Both machines have the same root, whoever wrote.
	if x, y := root(paris, id), root(lyon, id); x != y || x == "" {
		t.Errorf("roots %s and %s", x, y)
	}
}

func root(p *place, id string) string {
	s := p.run("status", id, "-o", "json")
	_, after, _ := strings.Cut(s, `"root": "`)
	before, _, _ := strings.Cut(after, `"`)
	return before
}

// TestABusThatLostEverything: the stream is deleted behind everybody's back. The record is set aside, and what the bus lost
// goes back to it from there, byte for byte.
func TestABusThatLostEverything(t *testing.T) {
	url := natsServer(t)
	p := newPlace(t, "NATS_URL="+url)
	id := declare(p)
	for _, text := range []string{"one", "two", "three"} {
		p.run("note", text)
	}
	before := p.entries(id)
	nc, err := nats.Connect(url)
	if err != nil {
		t.Fatal(err)
	}
	defer nc.Close()
	if _, err := nc.Request("$JS.API.STREAM.DELETE.SANGFROID_LIVE", nil, patience); err != nil {
		t.Fatal(err)
	}
	x := p.open(120, 40, "console", id)
	x.sees("Loss of Paris-North", "three")
	x.keys("n")
	x.sees("Note something")
	x.keys("after the loss" + save)
	x.sees("saved", "after the loss")
	x.gone("pending")
	x.kill()
	// A machine that never had it gets everything from the bus again.
	other := newPlace(t, "NATS_URL="+url)
	after := other.entries(id)
	for _, want := range append(before, entry{Text: "after the loss"}) {
		n := 0
		for _, e := range after {
			if e.Text == want.Text && (want.ID == "" || e.ID == want.ID) {
				n++
			}
		}
		if n != 1 {
			t.Errorf("%q is there %d times", want.Text, n)
		}
	}
	if aside, err := filepath.Glob(filepath.Join(p.dir, "records", "live", id+".before-*.jsonl")); err != nil || len(aside) == 0 {
		t.Errorf("the record was not set aside: %v", err)
	}
}

// TestTheBusGoesAwayAndComesBack: what is entered without a bus is kept, shown as pending, and sent when it is back.
func TestTheBusGoesAwayAndComesBack(t *testing.T) {
	p := newPlace(t)
	id := strings.TrimSpace(p.run("declare", "Far away", "--playbook", "warm", "--reported", "-1m", "--server", "nats://127.0.0.1:1"))
	if p.run("note", "written without a bus", "--server", "nats://127.0.0.1:1", "--incident", id) == "" {
		t.Error("no receipt")
	}
	x := p.open(120, 40, "console", id)
	x.sees("Far away", "written without a bus")
	x.gone("pending")
	x.kill()
	if got := p.entries(id); !has(got, "written without a bus") {
		t.Errorf("%+v", got)
	}
}
