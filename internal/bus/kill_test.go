package bus

import (
	"math/rand/v2"
	"testing"
	"time"
)

// A process that owns the bus is killed at any moment; another one takes the bus over, and all that the first one was told
// is stored is in the log, once.
func TestOwnerKilled(t *testing.T) {
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	rng := rand.New(rand.NewPCG(seed, 2))
	dir, total := t.TempDir(), 0
	var want []string
	for round := range 20 {
		p := spawn(t, childPublish, dir)
		ids := p.first(t, 1)
		b := upBus(t, Config{DataDir: dir})
		if b.Link().Owner {
			t.Fatal("two processes own the bus")
		}
		r := follow(t, b, Cursor{})
		ids = append(ids, p.killAfter(t, time.Duration(rng.IntN(60_000))*time.Microsecond)...)
		total += len(ids)
		want = append(want, ids...)
		linked(t, b, "the owner", func(l Link) bool { return l.State == LinkUp && l.Owner })
		last := fill(t, b, p.name()+"-parent", 1)[0]
		want = append(want, last)
		for _, reader := range []*reader{r, follow(t, b, Cursor{})} {
			times := make(map[string]int)
			for n := uint64(0); times[last] == 0; {
				m := take(t, reader.msgs, "the log up to "+last)
				if m.Bus != n+1 {
					t.Fatalf("round %d: %d after %d", round, m.Bus, n)
				}
				n = m.Bus
				times[idOf(m.Raw)]++
			}
			for _, id := range want {
				if times[id] != 1 {
					t.Fatalf("round %d: %s was stored and is %d times in the log", round, id, times[id])
				}
			}
			reader.stop()
		}
		if err := b.Close(); err != nil {
			t.Fatal(err)
		}
	}
	t.Logf("20 kills, %d events acknowledged, 0 lost, 0 twice", total)
}
