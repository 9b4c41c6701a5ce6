package e2e

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const (
	f5    = "\x1b[15~"
	space = " "
)

// editor writes a script that stands for a person's editor; $1 is the file.
func editor(t *testing.T, body string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "editor")
	if err := os.WriteFile(path, []byte("#!/bin/sh\n"+body+"\n"), 0o700); err != nil {
		t.Fatal(err)
	}
	return path
}

// TestASitrepThroughTheEditor: the draft goes to the editor, comes back, is issued with what was edited, and the file goes.
func TestASitrepThroughTheEditor(t *testing.T) {
	ed := editor(t, `grep -q '^STATUS' "$1" || exit 3; ls -l "$1" | grep -q '^-rw-------' || exit 4; printf 'edited outside\n- second line\n' > "$1"`)
	p := newPlace(t, "VISUAL="+ed)
	id := declare(p)
	x := p.open(100, 30, "console", id)
	x.sees("Loss of Paris-North", "report in")
	x.keys("r")
	x.sees("Issue a situation report", "STATUS")
	x.keys(f5)
	x.sees("Taken from your editor", "edited outside")
	x.keys(save)
	x.sees("saved, entry")
	x.keys("R")
	x.sees("SITUATION REPORT no. 1", "edited outside", "- second line")
	if files, _ := filepath.Glob(filepath.Join(p.dir, "drafts", "*.txt")); len(files) != 0 {
		t.Errorf("left behind: %v", files)
	}
	if s := p.run("sitrep", "show", "1"); !strings.Contains(s, "edited outside\n- second line") || !strings.Contains(s, "record: ") {
		t.Error(s)
	}
}

// TestAConsoleKilledUnderTheEditor: what the editor had saved is in the form of the next console.
func TestAConsoleKilledUnderTheEditor(t *testing.T) {
	ed := editor(t, `printf 'kept by the editor\n' > "$1"; echo EDITING; while :; do sleep 1; done`)
	p := newPlace(t, "EDITOR="+ed)
	id := declare(p)
	x := p.open(100, 30, "console", id)
	x.sees("Loss of Paris-North")
	x.keys("r")
	x.sees("Issue a situation report")
	x.keys("half typed ")
	x.sees("half typed")
	x.keys(f5)
	x.sees("EDITING")
	x.kill()
	y := p.open(100, 30, "console", id)
	y.sees("Loss of Paris-North", "report in")
	y.keys("r")
	y.sees("taken up again", "kept by the editor")
	y.keys(save)
	y.sees("saved, entry")
	if s := p.run("sitrep", "show"); !strings.Contains(s, "kept by the editor") {
		t.Error(s)
	}
}

// TestARoleChangesHandsBetweenTwoConsoles: given with a brief, read and acknowledged by the other one.
func TestARoleChangesHandsBetweenTwoConsoles(t *testing.T) {
	p := newPlace(t)
	id := declare(p)
	first := p.open(120, 40, "console", id)
	first.sees("Loss of Paris-North")
	second := p.open(120, 40, "console", id, "--as", "Carla", "--role", "it-lead")
	second.sees("Carla")
	first.sees("cell 2")
	first.keys("h")
	first.sees("Hand a role over", "OPEN DECISIONS")
	first.keys("Carla" + save)
	first.sees("Carla has not answered")
	second.sees("Alice hands a role over to you")
	second.keys("g")
	second.sees("hands the role over to you", "OPEN DECISIONS")
	for range 4 {
		second.keys(space)
	}
	second.keys("a")
	second.sees("I have read the brief")
	second.keys(save)
	second.sees("Carla acknowledged the brief")
	first.sees("Carla acknowledged the brief")
	first.gone("has not answered")
	if s := p.run("role", "list"); !strings.Contains(s, "Carla") {
		t.Error(s)
	}
}
