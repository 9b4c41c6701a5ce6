package timeline

import (
	"context"
	"sangfroid/internal/incident"
	"slices"
	"sort"
	"sync"
	"time"

	"golang.org/x/mod/sumdb/tlog"
)

// Bounds of the snapshots an Index keeps: when one is reached every other snapshot goes, so that what they take stays the
// same however long the timeline is. With 512 of them, and the fold at some microseconds an entry, the state of any instant
// of a million entries is some ten milliseconds away.
const (
	firstEvery   = 256     // entries between two snapshots at first
	maxSnapshots = 512     // … and how many there may be
	maxWeight    = 400_000 // what they may copy, in [incident.State.Weight]: about 25 MB
)

// Index is what it takes to stand at any instant of a timeline at once: when each entry counts, snapshots of the fold and
// of the tree, and the key moments. It is made by one pass over the log, [Index.Build], and can be used while that goes on:
// what it tells of entries 1…Len does not change any more. It is made of the log and of nothing else, and kept nowhere.
//
// One goroutine builds; any may ask.
type Index struct {
	log     Log
	ordered bool // the log's order is the tree's

	mu      sync.RWMutex
	times   []int64 // the axis, growing, in nanoseconds since 1970
	repeats []int   // entries that repeat an event
	snaps   []snapshot
	every   int
	keys    []incident.KeyMoment
	end     time.Time // of the timeline, as far as is known
	done    bool
	once    sync.Once
	begun   chan struct{}

	at     sync.Mutex // guards the cursor
	cursor snapshot   // where the last question left the fold
}

// snapshot is the fold after n entries.
type snapshot struct {
	n     int
	state *incident.State
	tree  tree
}

func (s snapshot) copy() snapshot {
	return snapshot{s.n, s.state.View(), tree{s.tree.size, slices.Clone(s.tree.edge)}}
}

// NewIndex is an index of nothing yet; Build fills it.
func NewIndex(l Log) *Index {
	_, byFact := l.(*facts)
	x := &Index{log: l, ordered: !byFact, every: firstEvery, begun: make(chan struct{}), snaps: []snapshot{{state: incident.NewState()}}}
	if r, ok := l.(*Reader); ok && r.until > 0 {
		if e, ok := r.tail(); ok {
			x.end = AxisTime(l, e)
		}
	}
	return x
}

// builder is the state of the pass.
type builder struct {
	*Index
	snapshot
	watch *incident.Watch
	last  int64
}

// Build makes the pass. The entries of a log that was opened to grow are read by it.
func (x *Index) Build(ctx context.Context) error {
	b := &builder{Index: x, snapshot: snapshot{state: incident.NewState()}}
	b.watch = incident.NewWatch(b.state)
	var err error
	if r, ok := x.log.(*Reader); ok && r.until > 0 {
		err = r.stream(ctx, func(items []item) error {
			b.block(items)
			return nil
		})
	} else {
		err = b.whole(ctx)
	}
	defer x.Begin()
	x.mu.Lock()
	defer x.mu.Unlock()
	x.keys = b.watch.Keys()
	if err == nil {
		x.done = true
		x.times = slices.Clone(x.times) // no room for more: there is none
		if n := len(x.times); n > 0 {
			x.end = time.Unix(0, x.times[n-1]).UTC()
		}
	}
	return err
}

// whole reads a log that is whole already.
func (b *builder) whole(ctx context.Context) error {
	const some = 1024
	items := make([]item, 0, some)
	err := withLeaves(b.log, 1, b.log.Len(), func(e incident.Entry, h tlog.Hash) bool {
		if items = append(items, item{checkpoint: -1, entry: e, leaf: h}); len(items) == some {
			b.block(items)
			items = items[:0]
		}
		return ctx.Err() == nil
	})
	b.block(items)
	if err == nil {
		err = ctx.Err()
	}
	return err
}

// block folds a run of entries, then makes them known.
func (b *builder) block(items []item) {
	times := make([]int64, 0, len(items))
	var repeats []int
	var snaps []snapshot
	for i := range items {
		it := &items[i]
		if it.checkpoint >= 0 {
			continue
		}
		e := it.entry
		at := AxisTime(b.log, e)
		if t := at.UnixNano(); t < b.last && b.n > 0 {
			at = time.Unix(0, b.last).UTC() // a clock that jumped back does not turn the replay round
		} else {
			b.last = t
		}
		b.watch.Before(at)
		again := e.Event.ID != "" && b.state.Seen(incident.SourceVia(e.Event.Source, e.Via), e.Event.ID)
		incident.Apply(b.state, e)
		b.n++
		b.tree.add(it.leaf)
		if again {
			repeats = append(repeats, b.n)
		} else {
			b.watch.After(e, at)
		}
		times = append(times, b.last)
		if b.n%b.every == 0 {
			snaps = append(snaps, b.copy())
		}
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.times = append(b.times, times...)
	b.repeats = append(b.repeats, repeats...)
	b.snaps = append(b.snaps, snaps...)
	if keys := b.watch.Keys(); len(keys) != len(b.keys) {
		b.keys = slices.Clone(keys)
	}
	if len(snaps) > 0 {
		b.thin()
	}
	if len(b.times) > 0 {
		b.Begin()
	}
}

// thin keeps the snapshots within their bounds.
func (b *builder) thin() {
	for {
		weight := 0
		for _, s := range b.snaps {
			weight += s.state.Weight()
		}
		if len(b.snaps) < 3 || (len(b.snaps) <= maxSnapshots && weight <= maxWeight) {
			return
		}
		b.every *= 2
		b.snaps = slices.DeleteFunc(b.snaps, func(s snapshot) bool { return s.n%b.every != 0 })
	}
}

// Begun is closed once there is an entry to show, or none will come.
func (x *Index) Begun() <-chan struct{} { return x.begun }

// Begin closes Begun, for whoever gives the building up.
func (x *Index) Begin() { x.once.Do(func() { close(x.begun) }) }

// Len is how many entries are known.
func (x *Index) Len() int {
	x.mu.RLock()
	defer x.mu.RUnlock()
	return len(x.times)
}

// Progress is how much of the timeline is known, 0 to 1; whole once all of it is.
func (x *Index) Progress() (share float64, whole bool) {
	x.mu.RLock()
	whole = x.done
	x.mu.RUnlock()
	if r, ok := x.log.(*Reader); ok && !whole {
		return r.share(), false
	}
	return 1, whole
}

// Keys are the key moments known, in the order of time. They are not to be changed.
func (x *Index) Keys() []incident.KeyMoment {
	x.mu.RLock()
	defer x.mu.RUnlock()
	return x.keys
}

// First is the time of the first entry; zero while there is none.
func (x *Index) First() time.Time { return x.Time(1) }

// Last is the time of the last entry of the timeline, known from its end before the entries up to it are.
func (x *Index) Last() time.Time {
	x.mu.RLock()
	end := x.end
	x.mu.RUnlock()
	if t := x.Horizon(); t.After(end) {
		return t
	}
	return end
}

// Horizon is the time of the last entry that is known.
func (x *Index) Horizon() time.Time { return x.Time(x.Len()) }

// Time is when an entry counts; zero for one that is not known.
func (x *Index) Time(seq int) time.Time {
	x.mu.RLock()
	defer x.mu.RUnlock()
	if seq < 1 || seq > len(x.times) {
		return time.Time{}
	}
	return time.Unix(0, x.times[seq-1]).UTC()
}

// SeqAt is the newest entry at a time; 0 before the first.
func (x *Index) SeqAt(t time.Time) int {
	x.mu.RLock()
	defer x.mu.RUnlock()
	at := t.UnixNano()
	return sort.Search(len(x.times), func(i int) bool { return x.times[i] > at })
}

// StateAt is the state after n entries, and the root of the record then, in hexadecimal. The state is a view.
func (x *Index) StateAt(n int) (*incident.State, string, error) {
	x.at.Lock()
	defer x.at.Unlock()
	n = min(max(n, 0), x.Len())
	from, repeats := x.nearest(n)
	err := withLeaves(x.log, from.n+1, n, func(e incident.Entry, h tlog.Hash) bool {
		from.n++
		_, again := slices.BinarySearch(repeats, from.n)
		incident.Refold(from.state, e, again)
		from.tree.add(h)
		return true
	})
	if err != nil {
		x.cursor = snapshot{}
		return from.state, "", err
	}
	x.cursor = from
	root := hexRoot(&from.tree)
	if !x.ordered { // the order of facts has no tree of its own
		_, root = x.log.Root()
	}
	return from.state.View(), root, nil
}

// nearest is the fold at or before n to go on from: the cursor where that is nearer than a snapshot.
func (x *Index) nearest(n int) (snapshot, []int) {
	x.mu.RLock()
	defer x.mu.RUnlock()
	i := sort.Search(len(x.snaps), func(i int) bool { return x.snaps[i].n > n }) - 1
	if c := x.cursor; c.state != nil && c.n <= n && c.n >= x.snaps[i].n {
		return c, x.repeats
	}
	return x.snaps[i].copy(), x.repeats
}
