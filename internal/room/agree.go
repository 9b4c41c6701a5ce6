package room

import (
	"sangfroid/internal/bus"
	"slices"
	"sync"
	"time"
)

// agree compares this console's record with those of the others that are present, by the roots they tell: are they the same,
// and if not, since which entry. A root stands for all entries before it, so two that are the same at a size are the same up
// to there. Where two differ, both tell roots between the last size they agree at and the first they do not, so that each
// round of presence narrows it, to the very entry: a million entries take five rounds.
type agree struct {
	mu    sync.Mutex
	roots map[int]string   // of sizes this record had, or was asked for
	peers map[string]*peer // by console
	pass  time.Time        // when the record was last read through for roots
}

// peer is what is known of another console's record.
type peer struct {
	same  int        // both have the same entries up to here
	apart int        // … and not up to here; 0: no difference is known
	later []bus.Mark // of entries this console has not yet
}

const (
	rootsKept   = 8192
	laterKept   = 16
	narrowing   = 16 // roots told between the two ends of a difference
	passesApart = 20 * time.Second
	// passesNarrow is for a difference that is known and not yet found.
	passesNarrow = 2 * time.Second
)

// started forgets everything: the record is another one.
func (a *agree) started() {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.roots, a.peers = nil, nil
}

// note keeps a root of this record.
func (a *agree) note(size int, root string) {
	if size == 0 {
		return
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.roots == nil {
		a.roots, a.peers = make(map[int]string), make(map[string]*peer)
	}
	if len(a.roots) >= rootsKept {
		for n := range a.roots {
			if n < size-rootsKept/2 {
				delete(a.roots, n)
			}
		}
		if len(a.roots) >= rootsKept {
			clear(a.roots)
		}
	}
	a.roots[size] = root
}

// marks are the roots to tell the others: the ones that narrow a difference down, none while there is none.
func (a *agree) marks() []bus.Mark {
	a.mu.Lock()
	defer a.mu.Unlock()
	var out []bus.Mark
	for _, p := range a.peers {
		for _, n := range p.between() {
			if root := a.roots[n]; root != "" && len(out) < bus.MostMarks {
				out = append(out, bus.Mark{Size: n, Root: root})
			}
		}
	}
	slices.SortFunc(out, func(x, y bus.Mark) int { return x.Size - y.Size })
	return slices.Compact(out)
}

// between are sizes spread over a difference, with both its ends, so that the other side finds them as well.
func (p *peer) between() []int {
	if p.apart == 0 {
		return nil
	}
	out := []int{p.apart}
	width := p.apart - p.same
	for i := range narrowing {
		if n := p.same + width*i/narrowing; n > 0 && !slices.Contains(out, n) {
			out = append(out, n)
		}
	}
	return out
}

// compare takes what the others tell, and gives for each console how far the records are the same, and from where they are
// known not to be. read gives roots of this record of size have; it may cost a pass over the file, and is asked seldom.
func (a *agree) compare(all []bus.Presence, have int, now time.Time, read func([]int) map[int]string) map[string]peer {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.roots == nil {
		a.roots, a.peers = make(map[int]string), make(map[string]*peer)
	}
	here := make(map[string]bool, len(all))
	var wanted []int
	for _, p := range all {
		here[p.Console] = true
		k := a.peers[p.Console]
		if k == nil {
			k = &peer{}
			a.peers[p.Console] = k
		}
		for _, m := range append([]bus.Mark{{Size: p.Seq, Root: p.Root}}, p.Marks...) {
			if m.Size > 0 && m.Root != "" && !slices.Contains(k.later, m) {
				k.later = append(k.later, m)
			}
		}
		for _, n := range append(k.between(), sizes(k.later)...) {
			if n > 0 && n <= have && a.roots[n] == "" {
				wanted = append(wanted, n)
			}
		}
	}
	wait := passesApart
	if a.anyApart() {
		wait = passesNarrow
	}
	if len(wanted) > 0 && now.Sub(a.pass) >= wait {
		a.pass = now
		for n, root := range read(wanted) {
			a.roots[n] = root
		}
	}
	out := make(map[string]peer, len(all))
	for console, k := range a.peers {
		if !here[console] {
			delete(a.peers, console)
			continue
		}
		k.settle(a.roots, have)
		out[console] = peer{same: k.same, apart: k.apart}
	}
	return out
}

func (a *agree) anyApart() bool {
	for _, k := range a.peers {
		if k.apart > 0 && k.apart-k.same > 1 {
			return true
		}
	}
	return false
}

func sizes(marks []bus.Mark) (out []int) {
	for _, m := range marks {
		out = append(out, m.Size)
	}
	return out
}

// settle holds what the other told against this record's roots. The newest is looked at last: a record that was made anew, and
// agrees, ends the difference.
func (k *peer) settle(roots map[int]string, have int) {
	slices.SortFunc(k.later, func(x, y bus.Mark) int { return x.Size - y.Size })
	var left []bus.Mark
	for _, m := range k.later {
		mine := roots[m.Size]
		switch {
		case mine == "" && (m.Size > have || k.apart > 0 || len(k.later) < laterKept):
			left = append(left, m) // when this console has it, or its root was read
		case mine == "":
		case mine == m.Root:
			if k.same = max(k.same, m.Size); k.apart > 0 && k.same >= k.apart {
				k.apart = 0
			}
		case k.apart == 0 || m.Size < k.apart:
			k.apart = m.Size
			k.same = min(k.same, m.Size-1)
		}
	}
	if len(left) > laterKept {
		left = left[len(left)-laterKept:]
	}
	k.later = left
}
