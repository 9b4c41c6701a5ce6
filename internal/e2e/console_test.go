package e2e

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/creack/pty"
)

// rounds is how often the tests with kill -9 go round; SANGFROID_ROUNDS makes it more.
func rounds(t *testing.T, n int) int {
	if s := os.Getenv("SANGFROID_ROUNDS"); s != "" {
		if v, err := strconv.Atoi(s); err == nil {
			return v
		}
	}
	if testing.Short() {
		return 2
	}
	return n
}

func declare(p *place, args ...string) string {
	return strings.TrimSpace(p.run(append([]string{"declare", "Loss of Paris-North", "--playbook", "warm", "--reported", "-10m", "--detected", "-15m", "--last-good", "-12h"}, args...)...))
}

func TestDeclareFromTheHomeScreen(t *testing.T) {
	p := newPlace(t)
	x := p.open(120, 40)
	x.sees("No incident.", "declare")
	x.keys("d")
	x.sees("Declare an incident")
	x.keys("Loss of the Lyon site" + tab + tab + tab + "-3m")
	x.keys(save)
	x.sees("LIVE", "Loss of the Lyon site", "DECIDE BY", "Fail over")
	x.keys("n")
	x.sees("Note something")
	x.keys("power is out in the whole district" + save)
	x.sees("saved, entry", "power is out in the whole district")
	x.keys("qq")
	x.ends()
	if err := x.cmd.Wait(); err != nil {
		t.Error(err)
	}
	s := p.run("status", "-o", "json")
	var v struct {
		Incident struct{ Title string }
		Timeline struct{ Pending int }
	}
	if err := json.Unmarshal([]byte(s), &v); err != nil || v.Incident.Title != "Loss of the Lyon site" || v.Timeline.Pending != 0 {
		t.Errorf("%v %+v", err, v)
	}
}

func TestASecondTerminalAppearsInTheFirst(t *testing.T) {
	p := newPlace(t)
	id := declare(p)
	first := p.open(120, 40, "console", id)
	first.sees("Loss of Paris-North", "Timeline")
	p.run("note", "written in a second terminal")
	first.sees("written in a second terminal")
	second := p.open(120, 40, "console", id, "--as", "Bob", "--role", "it-lead")
	second.sees("written in a second terminal", "Bob")
	first.sees("cell 2")
	first.keys("n")
	first.sees("Note something")
	first.keys("from the first console" + save)
	second.sees("from the first console")
	first.sees("quit") // the form is gone: q is no letter of it
	// The first one owns the bus. When it quits, the second goes on.
	first.keys("q")
	first.sees("again leaves")
	first.keys("q")
	first.ends()
	second.keys("n")
	second.sees("Note something")
	second.keys("the second goes on" + save)
	second.gone("Note something") // the words stand in the form, too: it closes once they are on disk
	second.sees("the second goes on")
	second.sees("bus in this console")
	second.kill()
	if got := p.entries(id); !has(got, "the second goes on") || !has(got, "from the first console") {
		t.Errorf("%+v", got)
	}
}

func has(all []entry, text string) bool {
	for _, e := range all {
		if e.Text == text {
			return true
		}
	}
	return false
}

// TestKilledBetweenTwoKeystrokes: whatever the console said was saved is there after kill -9, once; and what was half typed
// comes back as a draft.
func TestKilledBetweenTwoKeystrokes(t *testing.T) {
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	rng := rand.New(rand.NewPCG(seed, 7))
	p := newPlace(t)
	id := declare(p)
	var acknowledged []string
	for round := range rounds(t, 6) {
		x := p.open(100, 34, "console", id)
		x.sees("Timeline")
		for n := range 1 + rng.IntN(3) {
			text := fmt.Sprintf("finding %d.%d", round, n)
			x.keys("n")
			x.sees("Note something")
			x.keys(text + save)
			x.sees("saved, entry", text)
			acknowledged = append(acknowledged, text)
		}
		half := fmt.Sprintf("half typed in round %d", round)
		x.keys("n")
		x.sees("Note something")
		typed := half[:1+rng.IntN(len(half)-1)]
		for _, c := range typed {
			x.keys(string(c))
		}
		x.sees(strings.TrimSpace(typed))
		draft := filepath.Join(p.dir, "drafts", id+".note.json")
		waitFor(t, func() bool {
			b, err := os.ReadFile(draft)
			return err == nil && strings.Contains(string(b), strings.TrimSpace(typed))
		})
		if err := x.cmd.Process.Signal(syscall.SIGKILL); err != nil {
			t.Fatal(err)
		}
		x.kill()
		again := p.open(100, 34, "console", id)
		again.sees("Timeline")
		again.keys("n")
		again.sees("draft", strings.TrimSpace(typed))
		again.keys("\x15" + "typed anew" + save)
		again.sees("saved, entry", "typed anew")
		again.kill()
	}
	got := p.entries(id)
	for _, want := range acknowledged {
		n := 0
		for _, e := range got {
			if e.Text == want {
				n++
			}
		}
		if n != 1 {
			t.Errorf("%q is there %d times", want, n)
		}
	}
	t.Logf("%d acknowledged, 0 lost", len(acknowledged))
}

func waitFor(t *testing.T, ok func() bool) {
	t.Helper()
	deadline := time.After(patience)
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for !ok() {
		select {
		case <-tick.C:
		case <-deadline:
			t.Fatal("it did not come")
		}
	}
}

// TestOwnerOfTheBusKilled: the console that owns the embedded bus is killed while another one and commands write. What was
// acknowledged to anybody is in the timeline, once, and the other console goes on.
func TestOwnerOfTheBusKilled(t *testing.T) {
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	rng := rand.New(rand.NewPCG(seed, 11))
	p := newPlace(t)
	id := declare(p)
	var acknowledged []string
	for round := range rounds(t, 5) {
		owner := p.open(100, 34, "console", id)
		owner.sees("bus in this console")
		other := p.open(100, 34, "console", id, "--as", "Bob", "--role", "it-lead")
		other.sees("bus on this machine")
		for n := range rng.IntN(3) {
			text := fmt.Sprintf("before %d.%d", round, n)
			other.keys("n")
			other.sees("Note something")
			other.keys(text + save)
			other.sees("saved, entry", text)
			acknowledged = append(acknowledged, text)
		}
		if err := owner.cmd.Process.Signal(syscall.SIGKILL); err != nil {
			t.Fatal(err)
		}
		text := fmt.Sprintf("after the kill %d", round)
		other.keys("n")
		other.sees("Note something")
		other.keys(text + save)
		other.sees("saved", text) // "saved, entry" or "saved on this machine": both are promises
		acknowledged = append(acknowledged, text)
		other.sees("bus in this console")
		command := fmt.Sprintf("by a command %d", round)
		p.run("note", command)
		acknowledged = append(acknowledged, command)
		owner.kill()
		other.kill()
	}
	got := p.entries(id)
	for _, want := range acknowledged {
		n := 0
		for _, e := range got {
			if strings.HasPrefix(e.Text, want) && len(e.Text) == len(want) {
				n++
			}
		}
		if n != 1 {
			t.Errorf("%q is there %d times", want, n)
		}
	}
	t.Logf("%d acknowledged, 0 lost", len(acknowledged))
	if out := p.run("timeline", "verify", id); !strings.Contains(out, "intact") {
		t.Error(out)
	}
}

func TestResizeAtAnyMoment(t *testing.T) {
	p := newPlace(t)
	id := declare(p)
	x := p.open(120, 40, "console", id)
	x.sees("Timeline")
	x.keys("n")
	x.sees("Note something")
	for _, s := range [][2]uint16{{40, 10}, {200, 60}, {1, 1}, {80, 24}, {20, 5}, {160, 20}, {120, 40}} {
		x.mu.Lock()
		x.screen.Resize(int(s[0]), int(s[1]))
		x.mu.Unlock()
		if err := pty.Setsize(x.tty, &pty.Winsize{Cols: s[0], Rows: s[1]}); err != nil {
			t.Fatal(err)
		}
		x.keys("x")
	}
	x.sees("Note something", "xxxxxxx")
	x.keys(save)
	x.sees("saved, entry")
}

func TestHangUpLeavesTheTerminalUsable(t *testing.T) {
	p := newPlace(t)
	id := declare(p)
	x := p.open(100, 34, "console", id)
	x.sees("Timeline")
	if err := x.cmd.Process.Signal(syscall.SIGHUP); err != nil {
		t.Fatal(err)
	}
	x.ends()
	if x.screen.IsAltScreen() {
		t.Error("the alternate screen was left on")
	}
	if out := p.run("note", "after the hang-up"); !strings.Contains(out, "saved, entry") {
		t.Error(out)
	}
}

func TestReplayInTheConsole(t *testing.T) {
	p := newPlace(t)
	file := filepath.Join(p.dir, "github.jsonl")
	p.run("timeline", "import", "../timeline/testdata/github-2018-10-21.csv", "--out", file, "--rto", "4h")
	x := p.open(120, 40, "replay", file, "--speed", "600", "--zone", "UTC")
	x.sees("REPLAY", "600×", "RTO 4 h")
	x.keys(" ")
	x.keys("g")
	x.sees("Go to a time")
	x.keys("2018-10-21T23:13:00Z" + save)
	x.sees("23:13:00 UTC", "+00:19:00", "DECIDE")
	x.keys("n")
	x.sees("this is a replay")
	x.keys("]")
	x.sees("2018-10-2")
	x.keys("q")
	x.sees("again leaves")
	x.keys("q")
	x.ends()
}

// TestAWholeIncidentFromTheKeyboard: declared, early work, decided, restored inside the RTO, caught up, resumed, closed; by one
// person, with keys only, and the record verified.
func TestAWholeIncidentFromTheKeyboard(t *testing.T) {
	p := newPlace(t)
	id := declare(p)
	x := p.open(120, 40, "console", id)
	x.sees("Timeline", "Next:")
	// g does what is proposed, until nothing is left but to close.
	for n := 0; ; n++ {
		if n > 300 {
			t.Fatalf("it does not end:\n%s", x.text())
		}
		s := settled(x)
		switch {
		case strings.Contains(s, "Incident closed"):
			x.keys("qq")
			x.ends()
			if out := p.run("timeline", "verify", id); !strings.Contains(out, "intact") {
				t.Error(out)
			}
			var v struct {
				Incident struct{ State string }
				Clocks   []struct{ Kind, State string }
			}
			if err := json.Unmarshal([]byte(p.run("status", id, "-o", "json")), &v); err != nil || v.Incident.State != "closed" {
				t.Errorf("%+v %v", v, err)
			}
			for _, c := range v.Clocks {
				if (c.Kind == "rto" || c.Kind == "mtpd") && c.State != "met" {
					t.Errorf("%+v", c)
				}
			}
			return
		case strings.Contains(s, "second pair of eyes"): // somebody else must look
			var list []struct{ ID, State string }
			if err := json.Unmarshal([]byte(p.run("step", "list", "-o", "json")), &list); err != nil {
				t.Fatal(err)
			}
			for _, st := range list {
				if st.State == "done" {
					c := p.command("step", "check", st.ID, "--as", "Bob", "--role", "it-lead")
					_ = c.Run() // those that want no second person refuse it
				}
			}
			x.gone("second pair of eyes")
		default:
			x.keys("g")
			act(t, x)
		}
	}
}

// act fills the form or the card that g opened, as its title asks.
func act(t *testing.T, x *terminal) {
	t.Helper()
	deadline := time.After(patience)
	for {
		s := x.text()
		if !strings.Contains(s, "─ Step ─") && strings.Contains(s, "quit") {
			s = "" // not drawn to its last line yet, where the keys stand
		}
		switch {
		case strings.Contains(s, "─ Step ─"):
			x.keys(enter)
			x.gone("─ Step ─")
			if either(x, "enter zoom", "ctrl+s") == "enter zoom" { // its targets have names
				x.keys("*d")
				x.sees("35 targets: done")
				x.keys(save)
				x.sees("35/35", "enter zoom")
				x.keys(esc)
				x.sees("Timeline")
				return
			}
			if strings.Contains(x.text(), "─ Progress") {
				x.keys("35")
			}
			x.sees("ctrl+s")
			x.keys(save)
			x.sees("quit") // the keys of the screen: the form is gone
			return
		case strings.Contains(s, "─ Put a question"), strings.Contains(s, "─ Record:"), strings.Contains(s, "─ Issue a situation"):
			x.keys(save)
			x.sees("quit") // the keys of the screen: the form is gone
			return
		case strings.Contains(s, "─ Decide ─"):
			x.keys(tab + "the reason of this test" + save)
			x.sees("quit") // the keys of the screen: the form is gone
			return
		case strings.Contains(s, "─ Close the incident"):
			x.keys("the reason of this test" + save)
			x.sees("quit") // the keys of the screen: the form is gone
			return
		case strings.Contains(s, "─ Catch-up: "):
			if strings.Contains(s, "[count]") {
				x.keys("\x15" + "40")
			}
			x.keys(save)
			x.sees("quit") // the keys of the screen: the form is gone
			return
		case strings.Contains(s, "─ Open the catch-up"):
			x.keys(tab + tab + "40" + save)
			x.sees("quit") // the keys of the screen: the form is gone
			return
		}
		select {
		case <-x.news:
		case <-deadline:
			t.Fatalf("g opened nothing known:\n%s", s)
		}
	}
}

// either waits until one of two words is on the screen, and tells which. A screen that is half drawn has neither.
func either(x *terminal, a, b string) string {
	x.t.Helper()
	deadline := time.After(patience)
	for {
		s := x.text()
		switch {
		case strings.Contains(s, a):
			return a
		case strings.Contains(s, b):
			return b
		}
		select {
		case <-x.news:
		case <-deadline:
			x.t.Fatalf("neither %q nor %q:\n%s", a, b, s)
		}
	}
}

// settled waits until what is proposed, or the end, is on the screen.
func settled(x *terminal) string {
	x.t.Helper()
	deadline := time.After(patience)
	for {
		s := x.text()
		if strings.Contains(s, "Next:") || strings.Contains(s, "Incident closed") {
			return s
		}
		select {
		case <-x.news:
		case <-deadline:
			x.t.Fatalf("nothing is proposed:\n%s", s)
		}
	}
}
