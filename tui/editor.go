package tui

import (
	"io"
	"os/exec"
	"time"
)

// editorProcess runs a person's editor in the terminal the console gives up meanwhile.
//
// The console's renderer stops its ticker a moment after it was told to stop. A process that is over before that moment
// has the renderer started again first, and then stopped for good: the screen freezes
// (charmbracelet/bubbletea#1778). So the process is taken to last at least a moment.
type editorProcess struct{ *exec.Cmd }

// editorLeast is many times what the renderer needs, and less than a person notices.
const editorLeast = 200 * time.Millisecond

// Run runs the editor to its end.
func (e editorProcess) Run() error {
	moment := time.After(editorLeast)
	err := e.Cmd.Run()
	<-moment
	return err
}

// SetStdin gives the editor the terminal's input, where it has none of its own.
func (e editorProcess) SetStdin(r io.Reader) {
	if e.Stdin == nil {
		e.Stdin = r
	}
}

// SetStdout gives the editor the terminal's output, where it has none of its own.
func (e editorProcess) SetStdout(w io.Writer) {
	if e.Stdout == nil {
		e.Stdout = w
	}
}

// SetStderr gives the editor the terminal's error output, where it has none of its own.
func (e editorProcess) SetStderr(w io.Writer) {
	if e.Stderr == nil {
		e.Stderr = w
	}
}
