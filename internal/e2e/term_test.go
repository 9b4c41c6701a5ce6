package e2e

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/charmbracelet/x/vt"
	"github.com/creack/pty"
)

// program is the built program, made once for all tests.
var program string

func TestMain(m *testing.M) {
	if fps := os.Getenv("BENCH_BARE"); fps != "" {
		bareClock(fps)
		return
	}
	program = os.Getenv("SANGFROID_BIN")
	code := func() int {
		if program == "" {
			dir, err := os.MkdirTemp("", "sangfroid-e2e-*")
			if err != nil {
				fmt.Fprintln(os.Stderr, err)
				return 1
			}
			defer os.RemoveAll(dir)
			program = filepath.Join(dir, "sangfroid")
			build := exec.Command("go", "build", "-o", program, "sangfroid")
			build.Env = append(os.Environ(), "CGO_ENABLED=0")
			if out, err := build.CombinedOutput(); err != nil {
				fmt.Fprintln(os.Stderr, string(out), err)
				return 1
			}
		}
		return m.Run()
	}()
	os.Exit(code)
}

// place is a data directory with an environment of its own.
type place struct {
	t   testing.TB
	dir string
	env []string
}

func newPlace(t testing.TB, more ...string) *place {
	dir := t.TempDir()
	return &place{t: t, dir: dir, env: append([]string{
		"SANGFROID_DATA_DIR=" + dir, "LANG=C", "TZ=UTC", "TERM=xterm-256color", "COLORTERM=truecolor", "HOME=" + dir, "PATH=" + os.Getenv("PATH"),
		"SANGFROID_AS=Alice", "SANGFROID_ROLE=director",
	}, more...)}
}

func (p *place) command(args ...string) *exec.Cmd {
	c := exec.Command(program, args...)
	c.Env = p.env
	return c
}

// run runs a command to its end; it must succeed.
func (p *place) run(args ...string) string {
	p.t.Helper()
	var out, errs bytes.Buffer
	c := p.command(args...)
	c.Stdout, c.Stderr = &out, &errs
	if err := c.Run(); err != nil {
		p.t.Fatalf("%v: %v\n%s%s", args, err, out.String(), errs.String())
	}
	return out.String()
}

// entry is a line of "timeline show -o json".
type entry struct {
	Entry int    `json:"entry"`
	ID    string `json:"id"`
	Type  string `json:"type"`
	Text  string `json:"text"`
	Actor string `json:"actor"`
}

func (p *place) entries(id string) []entry {
	p.t.Helper()
	var all []entry
	dec := json.NewDecoder(strings.NewReader(p.run("timeline", "show", id, "-o", "json")))
	for {
		var e entry
		if err := dec.Decode(&e); err == io.EOF {
			return all
		} else if err != nil {
			p.t.Fatal(err)
		}
		all = append(all, e)
	}
}

// terminal is the program in a terminal, with what a person would see.
type terminal struct {
	t    testing.TB
	cmd  *exec.Cmd
	tty  *os.File
	done chan struct{}

	mu     sync.Mutex
	screen *vt.Emulator
	got    int           // bytes it was sent
	hold   chan struct{} // of a link: whoever puts something in stops it
	news   chan struct{}
}

func (p *place) open(w, h int, args ...string) *terminal {
	p.t.Helper()
	c := p.command(args...)
	tty, err := pty.StartWithSize(c, &pty.Winsize{Cols: uint16(w), Rows: uint16(h)})
	if err != nil {
		p.t.Fatal(err)
	}
	x := &terminal{t: p.t, cmd: c, tty: tty, screen: vt.NewEmulator(w, h), done: make(chan struct{}), news: make(chan struct{}, 1)}
	go func() { _, _ = io.Copy(tty, x.screen) }() // the terminal's answers to the program's questions
	go x.watch()
	p.t.Cleanup(x.kill)
	return x
}

func (x *terminal) watch() {
	defer close(x.done)
	buf := make([]byte, 1<<16)
	for {
		n, err := x.tty.Read(buf)
		if n > 0 {
			x.mu.Lock()
			_, _ = x.screen.Write(buf[:n])
			x.got += n
			x.mu.Unlock()
			select {
			case x.news <- struct{}{}:
			default:
			}
		}
		if err != nil {
			return
		}
	}
}

func (x *terminal) text() string {
	x.mu.Lock()
	defer x.mu.Unlock()
	return x.screen.String()
}

// patience is how long a person would wait before calling it broken.
const patience = 20 * time.Second

// sees waits until the words are on the screen.
func (x *terminal) sees(words ...string) {
	x.t.Helper()
	deadline := time.After(patience)
	for {
		s := x.text()
		all := true
		for _, w := range words {
			all = all && strings.Contains(s, w)
		}
		if all {
			return
		}
		select {
		case <-x.news:
		case <-x.done:
			if !strings.Contains(x.text(), words[0]) {
				x.t.Fatalf("the program ended before %q was seen:\n%s", words, x.text())
			}
			return
		case <-deadline:
			x.t.Fatalf("%q was not seen:\n%s", words, x.text())
		}
	}
}

// keys types.
func (x *terminal) keys(s string) {
	x.t.Helper()
	if _, err := io.WriteString(x.tty, s); err != nil {
		x.t.Fatal(err)
	}
}

// kill ends the program as a power cut would.
func (x *terminal) kill() {
	if x.cmd.ProcessState == nil {
		_ = x.cmd.Process.Kill()
		_ = x.cmd.Wait()
	}
	_ = x.tty.Close()
	x.ends()
}

// Keys by their bytes.
const (
	enter = "\r"
	tab   = "\t"
	esc   = "\x1b"
	save  = "\x13" // ctrl+s
)

// ends waits until the program has ended.
func (x *terminal) ends() {
	x.t.Helper()
	select {
	case <-x.done:
	case <-time.After(patience):
		x.t.Fatalf("it goes on:\n%s", x.text())
	}
}

// gone waits until words are no longer on the screen.
func (x *terminal) gone(words string) {
	x.t.Helper()
	deadline := time.After(patience)
	for strings.Contains(x.text(), words) {
		select {
		case <-x.news:
		case <-deadline:
			x.t.Fatalf("%q is still there:\n%s", words, x.text())
		}
	}
}
