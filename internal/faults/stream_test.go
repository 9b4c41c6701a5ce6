package faults

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
)

// harm is something that takes entries away from the bus.
type harm struct {
	name string
	do   func(s *scenario, n *node)
}

// admin does what no console does to the live stream.
func (n *node) admin(do func(ctx context.Context, js jetstream.JetStream) error) {
	n.t.Helper()
	nc, err := nats.Connect("nats://" + n.addr())
	if err != nil {
		n.t.Fatal(err)
	}
	defer nc.Close()
	js, err := jetstream.New(nc)
	if err != nil {
		n.t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), within)
	defer cancel()
	if err := do(ctx, js); err != nil {
		n.t.Fatal(err)
	}
}

// stopped does something while the server is away.
func (n *node) stopped(do func()) {
	n.t.Helper()
	n.kill()
	do()
	n.start()
	n.answers()
}

const liveStream = "SANGFROID_LIVE"

func harms() []harm {
	return []harm{
		{"stream deleted", func(_ *scenario, n *node) {
			n.admin(func(ctx context.Context, js jetstream.JetStream) error { return js.DeleteStream(ctx, liveStream) })
		}},
		{"stream rewound to a copy of before", func(s *scenario, n *node) {
			earlier := filepath.Join(s.t.TempDir(), "store")
			n.stopped(func() { copyTree(s.t, n.store, earlier) })
			pause(300*time.Millisecond + s.upTo(300*time.Millisecond))
			n.stopped(func() {
				remove(s.t, n.store)
				copyTree(s.t, earlier, n.store)
			})
		}},
		{"stream without its beginning", func(s *scenario, n *node) {
			n.admin(func(ctx context.Context, js jetstream.JetStream) error {
				stream, err := js.Stream(ctx, liveStream)
				if err != nil {
					return err
				}
				whole := stream.CachedInfo().Config
				short := whole
				short.MaxMsgs, short.Discard = 1+s.rng.Int64N(5), jetstream.DiscardOld
				cut, err := js.UpdateStream(ctx, short)
				if err != nil {
					return err
				}
				s.t.Logf("%d of %d messages left", cut.CachedInfo().State.Msgs, stream.CachedInfo().State.Msgs)
				_, err = js.UpdateStream(ctx, whole)
				return err
			})
			// Its readers look again when they come back, else within 15 s. A killed server would have the beginning again: what
			// is taken away is synced later.
			n.signal(syscall.SIGTERM)
			_ = n.cmd.Wait()
			n.start()
			n.answers()
		}},
		{"store of the bus gone", func(s *scenario, n *node) { n.stopped(func() { remove(s.t, n.store) }) }},
		{"a bit flipped in the store of the bus", func(s *scenario, n *node) {
			n.stopped(func() { s.flip(blocks(s.t, n.store)) })
		}},
	}
}

// blocks are the files of the live stream's messages.
func blocks(t testing.TB, store string) []string {
	t.Helper()
	var out []string
	err := filepath.WalkDir(store, func(path string, _ os.DirEntry, err error) error {
		if strings.Contains(path, liveStream) && strings.HasSuffix(path, ".blk") {
			out = append(out, path)
		}
		return err
	})
	if err != nil || len(out) == 0 {
		t.Fatalf("no blocks in %s: %v", store, err)
	}
	return out
}

// flip changes one bit of one of the files.
func (s *scenario) flip(files []string) {
	s.t.Helper()
	files = slices.DeleteFunc(files, func(f string) bool { info, err := os.Stat(f); return err != nil || info.Size() == 0 })
	if len(files) == 0 {
		s.t.Fatal("nothing to flip a bit of")
	}
	file := files[s.rng.IntN(len(files))]
	b, err := os.ReadFile(file)
	if err != nil {
		s.t.Fatal(err)
	}
	at := s.rng.IntN(len(b))
	b[at] ^= 1 << s.rng.IntN(8)
	s.t.Logf("a bit of byte %d of %d flipped in %s", at, len(b), filepath.Base(file))
	if err := os.WriteFile(file, b, 0o600); err != nil {
		s.t.Fatal(err)
	}
}

func copyTree(t testing.TB, from, to string) {
	t.Helper()
	if err := os.CopyFS(to, os.DirFS(from)); err != nil {
		t.Fatal(err)
	}
}

func remove(t testing.TB, dir string) {
	t.Helper()
	if err := os.RemoveAll(dir); err != nil {
		t.Fatal(err)
	}
}

// The bus loses what it had acknowledged, under three consoles that write. They notice, and send what is missing again from
// their records: nothing is lost, nothing counts twice. The order is the bus's new one where it lost entries; the records set
// aside keep the old one.
func TestTheBusLosesEntries(t *testing.T) {
	t.Parallel()
	s := start(t)
	bus := alone(t, "")
	var all people
	for i, name := range []string{"Alice", "Bob", "Chloe"} {
		p := s.person(name, t.TempDir(), "nats://"+bus.addr())
		if i == 0 {
			p.declare()
		} else {
			p.inc = all[0].inc
			p.open()
		}
		all = append(all, p)
	}
	var took []time.Duration
	moved := 0
	list := harms()
	rounds := s.rounds(len(list), 8*len(list))
	for n := range rounds {
		h := list[n%len(list)]
		all.write(5 * time.Millisecond)
		pause(100*time.Millisecond + s.upTo(300*time.Millisecond))
		h.do(s, bus)
		begun := time.Now()
		pause(s.upTo(300 * time.Millisecond))
		all.stop()
		// Somebody who has nothing sees what the bus has, and not what a record has.
		fresh := s.person("Fresh", t.TempDir(), all[0].url)
		fresh.role, fresh.inc = "observer", all[0].inc
		fresh.open()
		everybody := append(people{fresh}, all...)
		until(t, h.name+": everything is back", func() bool { return len(everybody.check().Lost) == 0 })
		everybody.converge(t)
		fresh.close()
		took = append(took, time.Since(begun))
		got := all.check()
		t.Logf("%s: %s, whole after %s", h.name, got, took[n].Round(10*time.Millisecond))
		moved += len(got.Disordered)
		if len(got.Lost)+len(got.Doubled) > 0 {
			t.Fatal("words were lost or doubled")
		}
	}
	all.intact(t)
	last := all.check()
	last.Disordered = nil
	s.figures(fmt.Sprintf("bus loses entries, %d times in %d ways", rounds, len(list)), last, took)
	t.Logf("%d words stand in another order than they were said, summed over the rounds: the bus had lost what was before them", moved)
	all.close()
}
