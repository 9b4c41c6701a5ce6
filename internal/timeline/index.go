package timeline

import (
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
	maxWeight    = 120_000 // what they may copy, in [incident.State.Weight]: about 7 MB
)

// worthKeeping is from how many entries on an index is written beside its timeline: below, reading is as quick.
const worthKeeping = 20_000

// Index is what it takes to stand at any instant of a timeline at once: of each entry the columns (when it counts, what kind it
// is, who wrote it, whether it only counts), the tree in blocks, the key moments, and snapshots of the fold. It is made by one
// pass over the log, [Index.Build], and can be used while that goes on: what it tells of entries 1…Len does not change any more.
//
// Of a long file the columns and the key moments are written beside it once they are whole. When it is opened again they are
// there at once; Build then reads the file all the same, in the background: it makes the snapshots, reading only what changes
// the state, and holds every entry's hash against the index. One that does not fit is forgotten and all is built anew.
//
// One goroutine builds; any may ask.
type Index struct {
	log     Log
	ordered bool // the log's order is the tree's
	keep    int  // from how many entries on it is written beside the file

	mu      sync.RWMutex
	cols    columns
	snaps   []snapshot
	every   int
	keys    []incident.KeyMoment
	end     time.Time // of the timeline, as far as is known
	done    bool
	checked bool // the snapshots are made
	once    sync.Once
	begun   chan struct{}

	at     sync.Mutex // guards the cursor
	cursor snapshot   // where the last question left the fold
}

// snapshot is the fold after n entries.
type snapshot struct {
	n     int
	state *incident.State
}

func (s snapshot) copy() snapshot { return snapshot{s.n, s.state.View()} }

// NewIndex is an index of nothing yet, or of what lies beside the log's file; Build fills it.
func NewIndex(l Log) *Index {
	_, byFact := l.(*facts)
	x := &Index{log: l, ordered: !byFact, keep: worthKeeping, begun: make(chan struct{})}
	x.reset()
	if r, ok := l.(*Reader); ok && r.until > 0 {
		if d := r.indexed(); d != nil {
			x.adopt(d)
		} else if e, ok := r.tail(); ok {
			x.end = AxisTime(l, e)
		}
	}
	return x
}

func (x *Index) reset() {
	x.cols, x.snaps, x.every, x.keys, x.done = columns{}, []snapshot{{state: incident.NewState()}}, firstEvery, nil, false
}

// adopt takes the columns from their file.
func (x *Index) adopt(d *disk) {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.cols, x.keys, x.done = columns{disk: d}, d.meta.Keys, true
	if n := x.cols.len(); n > 0 {
		x.end = time.Unix(0, x.cols.time(n-1)).UTC()
		x.Begin()
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
	return x.cols.len()
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
	if seq < 1 || seq > x.cols.len() {
		return time.Time{}
	}
	return time.Unix(0, x.cols.time(seq-1)).UTC()
}

// SeqAt is the newest entry at a time; 0 before the first.
func (x *Index) SeqAt(t time.Time) int {
	x.mu.RLock()
	defer x.mu.RUnlock()
	return x.cols.after(t.UnixNano())
}

// StateAt is the state after n entries, and the root of the record then, in hexadecimal. The state is a view.
func (x *Index) StateAt(n int) (*incident.State, string, error) {
	x.at.Lock()
	defer x.at.Unlock()
	n = min(max(n, 0), x.Len())
	from := x.nearest(n)
	if err := x.refold(&from, n); err != nil {
		x.cursor = snapshot{}
		return from.state, "", err
	}
	x.cursor = from
	root, err := x.rootAt(n)
	return from.state.View(), root, err
}

// farFold is how many entries that change the state are folded while somebody waits for a frame: about a tenth of a second.
const farFold = 20_000

// Ready tells that the state after n entries is near one that is known. It always is, but for the first moments after a file
// was opened with its index, while the snapshots are made.
func (x *Index) Ready(n int) bool {
	x.mu.RLock()
	defer x.mu.RUnlock()
	n = min(n, x.cols.len())
	if x.checked || x.cols.disk == nil {
		return true
	}
	i := sort.Search(len(x.snaps), func(i int) bool { return x.snaps[i].n > n }) - 1
	marks, err := x.cols.marksOf(x.snaps[i].n, n)
	if err != nil {
		return true // whoever asks for the state is told
	}
	loud := 0
	for _, m := range marks {
		if !still(m) {
			loud++
		}
	}
	return loud <= farFold
}

// nearest is the fold at or before n to go on from: the cursor where that is nearer than a snapshot.
func (x *Index) nearest(n int) snapshot {
	x.mu.RLock()
	defer x.mu.RUnlock()
	i := sort.Search(len(x.snaps), func(i int) bool { return x.snaps[i].n > n }) - 1
	if c := x.cursor; c.state != nil && c.n <= n && c.n >= x.snaps[i].n {
		return c
	}
	return x.snaps[i].copy()
}

// refold goes on to n entries. What only counts is not read, but for the newest of it.
func (x *Index) refold(s *snapshot, n int) error {
	const some = 1 << 16
	for s.n < n {
		x.mu.RLock()
		marks, err := x.cols.marksOf(s.n, min(s.n+some, n))
		x.mu.RUnlock()
		if err != nil {
			return err
		}
		if err := x.refoldSome(s, marks); err != nil {
			return err
		}
	}
	return nil
}

// gap is how many entries that only count are read over rather than looked for behind.
const gap = 8

func (x *Index) refoldSome(s *snapshot, marks []byte) error {
	first := s.n
	loud := func(i int) bool { return !still(marks[i]) }
	for i := 0; i < len(marks); {
		if !loud(i) {
			j := i
			for j < len(marks) && !loud(j) {
				j++
			}
			if err := x.pass(s, marks[i:j]); err != nil {
				return err
			}
			i = j
			continue
		}
		j, end := i, i+1
		for ; j < len(marks) && j < end+gap; j++ {
			if loud(j) {
				end = j + 1
			}
		}
		err := x.log.Range(first+i+1, first+end, func(e incident.Entry) bool {
			incident.Refold(s.state, e, repeats(marks[s.n-first]))
			s.n++
			return true
		})
		if err != nil {
			return err
		}
		i = end
	}
	return nil
}

// pass counts entries that do no more.
func (x *Index) pass(s *snapshot, marks []byte) error {
	p := count(marks)
	for i := len(marks) - 1; i >= 0; i-- {
		if marks[i]&markRepeat == 0 {
			e, err := x.log.At(s.n + i + 1)
			if err != nil {
				return err
			}
			p.Last = &e
			break
		}
	}
	incident.Pass(s.state, p)
	s.n += len(marks)
	return nil
}

func count(marks []byte) (p incident.Passed) {
	p.Entries = len(marks)
	for _, m := range marks {
		if m&markRepeat != 0 {
			p.Duplicates++
			continue
		}
		p.Notes++
		if m&markLate != 0 {
			p.Late++
		}
	}
	return p
}

// rootAt is the root after n entries, from the blocks and the leaves behind them.
func (x *Index) rootAt(n int) (string, error) {
	if !x.ordered { // the order of facts has no tree of its own
		_, root := x.log.Root()
		return root, nil
	}
	x.mu.RLock()
	t, err := x.cols.edge(n)
	x.mu.RUnlock()
	if err != nil {
		return "", err
	}
	if r, ok := x.log.(*Reader); ok {
		err = r.leaves(t.size+1, n, t.add)
	} else {
		err = withLeaves(x.log, t.size+1, n, func(_ incident.Entry, h tlog.Hash) bool {
			t.add(h)
			return true
		})
	}
	return hexRoot(&t), err
}

// Search gives the entries among the first n that fit, newest first; ok is false when the index does not know them all yet, or
// cannot tell them apart: then they have to be read.
func (x *Index) Search(q Query, n int) (found []int32, ok bool) {
	x.mu.RLock()
	defer x.mu.RUnlock()
	if n > x.cols.len() || !x.cols.whole() {
		return nil, false
	}
	found, err := x.cols.search(q, n)
	slices.Reverse(found)
	return found, err == nil
}
