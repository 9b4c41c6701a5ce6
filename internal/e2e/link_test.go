package e2e

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/x/vt"
	"github.com/creack/pty"
	"github.com/nats-io/nats.go"
)

// link is what lies between a person and the console: so many bytes a second, and a delay each way.
type link struct {
	rate  int // bytes a second; 0: as many as there are
	delay time.Duration
}

// modem is a link of 9,600 baud with 300 ms from a key to its echo.
func modem() link { return link{rate: 960, delay: 150 * time.Millisecond} }

// over opens the console at the other end of a link. What the link cannot take stays in the console's terminal, as with ssh.
func (p *place) over(l link, w, h int, args ...string) *terminal {
	p.t.Helper()
	c := p.command(append(args, "--dark")...)
	c.Env = append(c.Env, "SSH_TTY=/dev/pts/0", "COLORTERM=") // ssh does not carry it
	tty, err := pty.StartWithSize(c, &pty.Winsize{Cols: uint16(w), Rows: uint16(h)})
	if err != nil {
		p.t.Fatal(err)
	}
	x := &terminal{t: p.t, cmd: c, tty: tty, screen: vt.NewEmulator(w, h), done: make(chan struct{}), news: make(chan struct{}, 1), hold: make(chan struct{}, 1)}
	go func() {
		buf := make([]byte, 1024)
		for {
			n, err := x.screen.Read(buf)
			if err != nil {
				return
			}
			pause(l.delay)
			if _, err := tty.Write(buf[:n]); err != nil {
				return
			}
		}
	}()
	type packet struct {
		at time.Time
		b  []byte
	}
	way := make(chan packet, 1024)
	go func() {
		defer close(way)
		const most = 48
		for {
			x.hold <- struct{}{} // somebody who holds it stops the link
			<-x.hold
			buf := make([]byte, most)
			n, err := tty.Read(buf)
			if n > 0 {
				way <- packet{time.Now().Add(l.delay), buf[:n]}
				if l.rate > 0 {
					pause(time.Duration(n) * time.Second / time.Duration(l.rate))
				}
			}
			if err != nil {
				return
			}
		}
	}()
	go func() {
		defer close(x.done)
		for k := range way {
			pause(time.Until(k.at))
			x.mu.Lock()
			_, _ = x.screen.Write(k.b)
			x.got += len(k.b)
			x.mu.Unlock()
			select {
			case x.news <- struct{}{}:
			default:
			}
		}
	}()
	p.t.Cleanup(x.kill)
	return x
}

// received is how many bytes the terminal got.
func (x *terminal) received() int {
	x.mu.Lock()
	defer x.mu.Unlock()
	return x.got
}

// quiet waits until nothing but the clock is sent any more.
func (x *terminal) quiet() {
	x.t.Helper()
	for range 60 {
		before := x.received()
		pause(time.Second)
		if x.received()-before <= 150 {
			return
		}
	}
	x.t.Fatalf("it goes on sending:\n%s", x.text())
}

// TestOverAModem: at 9,600 baud and 300 ms typing stays usable, the clock costs few bytes, and what many events changed meanwhile does
// not pile up behind the link: the screen that comes is of now.
func TestOverAModem(t *testing.T) {
	t.Parallel() // it mostly waits
	url := natsServer(t)
	p := newPlace(t, "NATS_URL="+url)
	id := declare(p)
	x := p.over(modem(), 80, 24, "console", id)
	x.sees("Loss of Paris-North", "bus remote")
	x.keys("4")
	x.sees("4 Timeline")
	x.quiet()
	before := x.received()
	const ticks = 3
	pause(ticks * time.Second)
	tick := (x.received() - before) / ticks
	if tick > 240 { // four clocks; seconds may fall in twice, and the cell is heard of
		t.Errorf("the clock takes %d bytes a second", tick)
	}
	t.Logf("the clocks take %d bytes a second", tick)
	nc, err := nats.Connect(url)
	if err != nil {
		t.Fatal(err)
	}
	defer nc.Close()
	for i := range 300 {
		subject, raw := noteOf(id, fmt.Sprintf("flood %03d", i))
		if _, err := nc.Request(subject, raw, patience); err != nil {
			t.Fatal(err)
		}
	}
	before = x.received()
	x.sees("flood 299")
	if behind := x.received() - before; behind > 4096+4*80*24 { // what the terminal itself holds, and a few screens
		t.Errorf("%d bytes lay before the newest row", behind)
	}
	x.keys("n")
	x.sees("ctrl+s")
	x.keys("typed over a modem")
	x.sees("typed over a modem")
	x.keys(save)
	x.sees("saved")
	if all := p.entries(id); all[len(all)-1].Text != "typed over a modem" {
		t.Errorf("the last entry is %+v", all[len(all)-1])
	}
}

// TestAFrozenTerminalHoldsNobodyBack: while a terminal takes no byte its console's record goes on and so do the others; when it
// goes on it shows what is now.
func TestAFrozenTerminalHoldsNobodyBack(t *testing.T) {
	t.Parallel()
	url := natsServer(t)
	p, q := newPlace(t, "NATS_URL="+url), newPlace(t, "NATS_URL="+url, "SANGFROID_AS=Bob", "SANGFROID_ROLE=it-lead")
	id := declare(p)
	frozen := p.over(link{}, 120, 40, "console", id)
	frozen.sees("Loss of Paris-North", "bus remote")
	other := q.open(120, 40, "console", id)
	other.sees("Loss of Paris-North", "bus remote")
	frozen.hold <- struct{}{}
	nc, err := nats.Connect(url)
	if err != nil {
		t.Fatal(err)
	}
	defer nc.Close()
	for i := range 500 {
		subject, raw := noteOf(id, fmt.Sprintf("while frozen %03d", i))
		if _, err := nc.Request(subject, raw, patience); err != nil {
			t.Fatal(err)
		}
	}
	other.sees("while frozen 499")
	record := filepath.Join(p.dir, "records", "live", id+".jsonl")
	deadline := time.Now().Add(patience)
	for {
		b, err := os.ReadFile(record)
		if err == nil && strings.Contains(string(b), "while frozen 499") {
			break
		}
		if time.Now().After(deadline) {
			t.Fatalf("the record of the frozen console stands still (%v)", err)
		}
		pause(20 * time.Millisecond)
	}
	<-frozen.hold
	frozen.sees("while frozen 499")
}
