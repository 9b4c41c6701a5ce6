package cli

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
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

// exportText writes a text to a new file in the directory the program was started in; a name that is taken gets a number.
func (a *app) exportText(name, content string) (string, error) {
	ext := filepath.Ext(name)
	for n := 1; ; n++ {
		path := name
		if n > 1 {
			path = strings.TrimSuffix(name, ext) + "-" + itoa(n) + ext
		}
		path, err := filepath.Abs(path)
		if err != nil {
			return "", err
		}
		f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
		if errors.Is(err, os.ErrExist) {
			continue
		}
		if err != nil {
			return "", err
		}
		_, err = f.WriteString(content)
		return path, errors.Join(err, f.Sync(), f.Close())
	}
}
