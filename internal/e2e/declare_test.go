package e2e

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// TestKilledWhileDeclaring: the form that declares an incident gives back what was half typed when its console was killed,
// and forgets it once the incident is declared.
func TestKilledWhileDeclaring(t *testing.T) {
	p := newPlace(t)
	draft := filepath.Join(p.dir, "drafts", "desk.declare.json")
	x := p.open(100, 34, "console")
	x.sees("No incident")
	x.keys("d")
	x.sees("Declare an incident")
	const title = "Loss of the Paris-North site"
	for _, c := range title {
		x.keys(string(c))
	}
	x.sees(title)
	waitFor(t, func() bool {
		b, err := os.ReadFile(draft)
		return err == nil && strings.Contains(string(b), title)
	})
	if err := x.cmd.Process.Signal(syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	x.kill()
	again := p.open(100, 34, "console")
	again.sees("No incident")
	again.keys("d")
	again.sees("draft", title)
	again.keys(save)
	again.sees(title, "Timeline")
	if _, err := os.Stat(draft); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the incident is declared, and the draft is still there: %v", err)
	}
}
