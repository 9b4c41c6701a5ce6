package bus

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"
)

// The roles of a child process. It prints one line for each thing that is done, after it is done.
const (
	childOutbox  = "outbox"
	childPublish = "publish"
	childHold    = "hold"
)

const childDirEnv = "SANGFROID_BUS_DIR"

// child is the other process's main.
func child(role string) int {
	dir := os.Getenv(childDirEnv)
	var err error
	switch role {
	case childOutbox:
		err = childPuts(dir, 1<<20)
	case childHold:
		if err = childPuts(dir, 3); err == nil {
			<-time.After(time.Hour) // it is killed before
		}
	case childPublish:
		err = childPublishes(dir)
	default:
		err = fmt.Errorf("no role %q", role)
	}
	fmt.Fprintln(os.Stderr, err)
	return 1
}

func childPuts(dir string, n int) error {
	o, err := OpenOutbox(dir)
	if err != nil {
		return err
	}
	for i := range n {
		id := fmt.Sprintf("%d-%d", os.Getpid(), i)
		if err := o.Put(Item{ID: id, Source: "/t", Realm: realmLive, Incident: inc, Author: "alice", Raw: eventRaw(id)}); err != nil {
			return err
		}
		fmt.Println(id)
	}
	return nil
}

func childPublishes(dir string) error {
	ctx := context.Background()
	b, err := Open(ctx, Config{DataDir: dir})
	if err != nil {
		return err
	}
	changes, stop := b.LinkChanged()
	defer stop()
	for b.Link().State != LinkUp {
		<-changes
	}
	if !b.Link().Owner {
		return fmt.Errorf("the child does not own the bus: %+v", b.Link())
	}
	for i := 0; ; i++ {
		id := fmt.Sprintf("%d-%d", os.Getpid(), i)
		if _, err := b.Publish(ctx, outgo(id)); err != nil {
			return err
		}
		fmt.Println(id)
	}
}

// process is a child under way.
type process struct {
	cmd   *exec.Cmd
	lines chan string // closed when the child has gone
	err   *strings.Builder
}

func spawn(t *testing.T, role, dir string) *process {
	t.Helper()
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	p := &process{cmd: exec.Command(exe), lines: make(chan string, 1<<16), err: &strings.Builder{}}
	p.cmd.Env = append(os.Environ(), childEnv+"="+role, childDirEnv+"="+dir)
	p.cmd.Stderr = p.err
	out, err := p.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = p.cmd.Process.Kill() }) // when the test failed halfway
	go func() {
		defer close(p.lines)
		for sc := bufio.NewScanner(out); sc.Scan(); {
			p.lines <- sc.Text()
		}
	}()
	return p
}

// first waits for the child's first n lines.
func (p *process) first(t *testing.T, n int) []string {
	t.Helper()
	ids := make([]string, 0, n)
	for len(ids) < n {
		id := take(t, p.lines, "the child's work")
		if id == "" {
			_ = p.cmd.Wait()
			t.Fatalf("the child ended: %s", p.err)
		}
		ids = append(ids, id)
	}
	return ids
}

// kill ends the child as a power cut would end the process, and gives the lines it had printed since.
func (p *process) kill(t *testing.T) []string {
	t.Helper()
	if err := p.cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	var ids []string
	for id := range p.lines {
		ids = append(ids, id)
	}
	if err := p.cmd.Wait(); err == nil || p.err.Len() > 0 {
		t.Fatalf("the child was to be killed and ended by itself: %v %s", err, p.err)
	}
	return ids
}

// killAfter lets the child work for a while.
func (p *process) killAfter(t *testing.T, d time.Duration) []string {
	t.Helper()
	timer := time.NewTimer(d)
	defer timer.Stop()
	<-timer.C
	return p.kill(t)
}

// name tells this child's work from others'.
func (p *process) name() string { return fmt.Sprint(p.cmd.Process.Pid) }
