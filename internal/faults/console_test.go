package faults

import (
	"bufio"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"sangfroid/internal/timeline"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// person is somebody at a console that may be killed and opened again; what they were given receipts for is kept.
type person struct {
	s    *scenario
	name string
	role string
	dir  string
	url  string
	inc  string
	env  []string

	n    int // words said so far, with a receipt or without
	acks []Ack
	errs []string // words that were refused, with the reason
	p    *process

	mu   sync.Mutex
	slow time.Duration // the longest wait for a receipt
}

func (s *scenario) person(name, dir, url string) *person {
	return &person{s: s, name: name, role: "director", dir: dir, url: url}
}

// process is one console of theirs under way.
type process struct {
	cmd     *exec.Cmd
	in      *json.Encoder
	answers chan told
	ended   chan struct{} // closed when all it said has been read
	errText strings.Builder
}

// open starts the console, and waits until it is in the incident where one is set.
func (p *person) open() {
	p.s.t.Helper()
	p.launch()
	p.answer("opening the console")
}

// launch starts the console and does not wait for it.
func (p *person) launch() {
	p.s.t.Helper()
	c := exec.Command(consoleProgram(p.s.t))
	c.Env = append(os.Environ(), childEnv+"=console", dirEnv+"="+p.dir, urlEnv+"="+p.url, nameEnv+"="+p.name, roleEnv+"="+p.role, incEnv+"="+p.inc)
	c.Env = append(c.Env, p.env...)
	x := &process{cmd: c, answers: make(chan told, 1<<16), ended: make(chan struct{})}
	c.Stderr = &x.errText
	in, err := c.StdinPipe()
	if err != nil {
		p.s.t.Fatal(err)
	}
	out, err := c.StdoutPipe()
	if err != nil {
		p.s.t.Fatal(err)
	}
	if err := c.Start(); err != nil {
		p.s.t.Fatal(err)
	}
	x.in = json.NewEncoder(in)
	p.p = x
	p.s.t.Cleanup(func() { _ = x.cmd.Process.Kill() }) // when the test failed halfway
	go p.read(x, bufio.NewReaderSize(out, 1<<16))
}

// read keeps receipts and passes answers on. What was printed whole was told; a torn line was not.
func (p *person) read(x *process, r *bufio.Reader) {
	defer close(x.ended)
	for {
		line, err := r.ReadBytes('\n')
		if err != nil {
			return
		}
		var v told
		if json.Unmarshal(line, &v) != nil {
			continue
		}
		if v.Wrote == 0 {
			x.answers <- v
			continue
		}
		p.mu.Lock()
		p.n = max(p.n, v.Wrote)
		p.slow = max(p.slow, v.Took)
		if v.Error == "" {
			p.acks = append(p.acks, Ack{Author: p.name, N: v.Wrote, ID: v.ID})
		} else {
			p.errs = append(p.errs, v.Error)
		}
		p.mu.Unlock()
	}
}

// answer waits for what the console answers.
func (p *person) answer(what string) told {
	p.s.t.Helper()
	timer := time.NewTimer(within)
	defer timer.Stop()
	select {
	case v := <-p.p.answers:
		return v
	case <-p.p.ended:
		select {
		case v := <-p.p.answers:
			return v
		default:
		}
		_ = p.p.cmd.Wait()
		p.s.t.Fatalf("%s: %s's console ended: %s", what, p.name, p.p.errText.String())
	case <-timer.C:
		p.s.t.Fatalf("%s: %s's console does not answer", what, p.name)
	}
	panic("unreachable")
}

// ask makes the console do something; failures of the console's own are in the answer.
func (p *person) ask(a asked) told {
	p.s.t.Helper()
	p.send(a)
	return p.answer(a.Op)
}

func (p *person) send(a asked) {
	p.s.t.Helper()
	if err := p.p.in.Encode(a); err != nil {
		_ = p.p.cmd.Wait()
		p.s.t.Fatalf("%s: %s's console is gone: %v %s", a.Op, p.name, err, p.p.errText.String())
	}
}

// each has all of them do the same at once.
func (all people) each(a asked) []told {
	var out []told
	for _, p := range all {
		p.send(a)
	}
	for _, p := range all {
		v := p.answer(a.Op)
		if v.Error != "" {
			p.s.t.Fatalf("%s: %s: %s", p.name, a.Op, v.Error)
		}
		out = append(out, v)
	}
	return out
}

// word has each say one word at once.
func (all people) word() {
	for _, p := range all {
		p.send(asked{Op: "note", Text: counted(p.next())})
	}
	for _, p := range all {
		p.heard(p.answer("note"))
	}
}

// heard keeps a receipt.
func (p *person) heard(v told) {
	p.s.t.Helper()
	if v.Error != "" {
		p.s.t.Fatalf("%s: %s", p.name, v.Error)
	}
	p.mu.Lock()
	p.acks = append(p.acks, Ack{Author: p.name, N: p.n, ID: v.ID})
	p.mu.Unlock()
}

// must is ask for what has to succeed.
func (p *person) must(a asked) told {
	p.s.t.Helper()
	v := p.ask(a)
	if v.Error != "" {
		p.s.t.Fatalf("%s: %s: %s", p.name, a.Op, v.Error)
	}
	return v
}

// declare opens the console and the incident.
func (p *person) declare() string {
	p.s.t.Helper()
	p.open()
	p.inc = p.must(asked{Op: "declare"}).Incident
	return p.inc
}

// said is how many receipts they have.
func (p *person) said() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return len(p.acks)
}

func (p *person) receipts() []Ack {
	p.mu.Lock()
	defer p.mu.Unlock()
	return append([]Ack(nil), p.acks...)
}

// write makes them go on writing until stop or the console's end.
func (p *person) write(every time.Duration) {
	p.s.t.Helper()
	p.must(asked{Op: "write", From: p.next(), Every: every})
}

// next is a number they have not used: one may have been on its way without a receipt.
func (p *person) next() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.n += 2
	return p.n
}

func (p *person) stop() {
	p.s.t.Helper()
	p.must(asked{Op: "stop"})
}

// word says one word and keeps its receipt.
func (p *person) word() told {
	p.s.t.Helper()
	v := p.ask(asked{Op: "note", Text: counted(p.next())})
	p.heard(v)
	return v
}

func (p *person) look() *report {
	p.s.t.Helper()
	return p.must(asked{Op: "look"}).View
}

// kill ends the console as a power cut ends a process, and reads what it had said.
func (p *person) kill() {
	p.s.t.Helper()
	if err := p.p.cmd.Process.Signal(syscall.SIGKILL); err != nil {
		p.s.t.Fatal(err)
	}
	<-p.p.ended
	_ = p.p.cmd.Wait()
	p.mu.Lock()
	p.n++ // one may have been on its way
	p.mu.Unlock()
	p.clean()
}

// clean fails the test where the console said something on its way: a panic, a data race.
func (p *person) clean() {
	p.s.t.Helper()
	if text := p.p.errText.String(); text != "" {
		p.s.t.Fatalf("%s's console said: %s", p.name, text)
	}
}

// close ends the console as a person does.
func (p *person) close() {
	p.s.t.Helper()
	p.must(asked{Op: "close"})
	<-p.p.ended
	_ = p.p.cmd.Wait()
	p.clean()
}

// people are those of one incident.
type people []*person

func (all people) views() []View {
	out := make([]View, len(all))
	for i, v := range all.each(asked{Op: "look"}) {
		out[i] = v.View.View
	}
	return out
}

// converge waits until every console has the same and nothing waits, and tells how long that took.
func (all people) converge(t testing.TB) time.Duration {
	t.Helper()
	begun := time.Now()
	for {
		views := all.views()
		differs := SameEverywhere(views)
		if differs == "" {
			return time.Since(begun)
		}
		if time.Since(begun) > within {
			t.Fatalf("after %s %s: %+v", within, differs, views)
		}
		pause(20 * time.Millisecond)
	}
}

// check holds the log of one of them against what all were given receipts for.
func (all people) check() Tally {
	var acks []Ack
	for _, p := range all {
		acks = append(acks, p.receipts()...)
	}
	return Check(acks, all[0].must(asked{Op: "log"}).Log)
}

// good ends the test where something acknowledged is lost, doubled or out of order.
func (all people) good(t testing.TB) {
	t.Helper()
	if got := all.check(); !got.Good() {
		t.Fatal(got)
	}
}

// kept tells who set a record aside although the bus lost nothing: a node that comes back from a cut may look for some seconds
// as if it had. It costs a reading anew, and no word.
func (all people) kept(t testing.TB) {
	t.Helper()
	for _, p := range all {
		aside, err := filepath.Glob(filepath.Join(p.dir, "records", "live", "*.before-*.jsonl"))
		if err != nil || len(aside) > 0 {
			t.Logf("%s set %d records aside and read the log anew: %v", p.name, len(aside), err)
		}
	}
}

// intact verifies the record of each, as "timeline verify" does.
func (all people) intact(t testing.TB) {
	t.Helper()
	for _, p := range all {
		files, err := filepath.Glob(filepath.Join(p.dir, "records", "live", "*.jsonl"))
		if err != nil || len(files) == 0 {
			t.Fatalf("%s has no record: %v", p.name, err)
		}
		for _, f := range files {
			if rep, err := timeline.Verify(f); err != nil || rep.Verdict == timeline.Damaged {
				t.Errorf("%s: %s: %v %v", p.name, f, rep, err)
			}
		}
	}
}
