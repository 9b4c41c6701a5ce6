package cli

import (
	"errors"
	"os/exec"
	"runtime"
	"strings"
)

var errNoEditor = errors.New("no editor is set")

// editor is the command that edits a file: VISUAL, else EDITOR. The value may hold arguments, and is read by the shell as
// other programs read it.
func (a *app) editor(path string) (*exec.Cmd, error) {
	value := strings.TrimSpace(a.getenv("VISUAL"))
	if value == "" {
		value = strings.TrimSpace(a.getenv("EDITOR"))
	}
	switch {
	case value == "":
		return nil, a.hintf(a.failf(errNoEditor, "cli.err.editor"), "cli.hint.editor")
	case runtime.GOOS == "windows":
		words := strings.Fields(value)
		return exec.Command(words[0], append(words[1:], path)...), nil
	}
	return exec.Command("sh", "-c", value+` "$1"`, "sh", path), nil
}

// edit lets the person edit a file in the terminal this program has.
func (a *app) edit(path string) error {
	c, err := a.editor(path)
	if err != nil {
		return err
	}
	c.Stdin, c.Stdout, c.Stderr = a.in, a.out, a.err
	if err := c.Run(); err != nil {
		return a.hintf(a.failf(err, "cli.err.editor.failed", "why", err.Error()), "cli.hint.editor.kept", "file", path)
	}
	return nil
}
