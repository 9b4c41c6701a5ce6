package timeline

import (
	"context"
	"errors"
	"sangfroid/internal/incident"
	"slices"
	"time"

	"golang.org/x/mod/sumdb/tlog"
)

// builder is the state of the pass.
type builder struct {
	*Index
	snapshot
	mine  columns // what block makes known
	tree  tree    // of the leaves since the last whole block
	all   tree    // of the blocks
	watch *incident.Watch
	last  int64
}

// Build makes the pass. The entries of a log that was opened to grow are read by it.
func (x *Index) Build(ctx context.Context) error {
	defer x.Begin()
	r, ok := x.log.(*Reader)
	if ok && r.until == 0 {
		ok = false
	}
	if ok && r.indexed() != nil {
		err := x.check(ctx, r)
		if !errors.Is(err, errStale) {
			x.mu.Lock()
			x.checked = true
			x.mu.Unlock()
			return err
		}
		r.disown()
		x.mu.Lock()
		x.reset()
		x.mu.Unlock()
		x.at.Lock()
		x.cursor = snapshot{}
		x.at.Unlock()
	}
	b := &builder{Index: x, snapshot: snapshot{state: incident.NewState()}}
	b.watch = incident.NewWatch(b.state)
	var err error
	if ok {
		err = r.stream(ctx, func(items []item) error {
			b.block(items)
			return nil
		})
	} else {
		err = b.whole(ctx)
	}
	b.finish(err)
	if ok && err == nil {
		x.persist(r)
	}
	return err
}

func (b *builder) finish(err error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.keys = b.watch.Keys()
	if err != nil {
		return
	}
	b.done, b.checked = true, true
	if n := b.cols.len(); n > 0 {
		b.end = time.Unix(0, b.cols.time(n-1)).UTC()
	}
}

// persist writes the index beside its file, and goes on with what lies there. Where nothing can be written it stays in memory.
func (x *Index) persist(r *Reader) {
	x.mu.RLock()
	keys, n := x.keys, x.cols.len()
	x.mu.RUnlock()
	if n < x.keep {
		return
	}
	info, err := r.file.Stat()
	if err != nil || info.Size() != r.until {
		return // it grew meanwhile: the next one who opens it reads all of it
	}
	is, err := ends(r.file, info.Size())
	if err != nil {
		return
	}
	_, root := r.Root()
	m := diskMeta{File: info.Size(), Modified: info.ModTime().UnixNano(), Ends: is, Size: r.size, Root: root, Bus: r.lastBus, Checkpoint: r.lastCheckpoint, Keys: keys}
	if err := writeDisk(r.path, m, r.offsets, &x.cols); err != nil {
		return
	}
	if d, err := openDisk(r.path, r.file); err == nil {
		x.adopt(d)
		r.adopt(d)
	}
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
	var snaps []snapshot
	for i := range items {
		it := &items[i]
		if it.checkpoint >= 0 {
			continue
		}
		b.entry(it)
		if b.n%b.every == 0 {
			snaps = append(snaps, b.copy())
		}
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.cols = b.mine // what readers hold of it stays as it is: it only grows
	b.snaps = append(b.snaps, snaps...)
	if keys := b.watch.Keys(); len(keys) != len(b.keys) {
		b.keys = slices.Clone(keys)
	}
	if len(snaps) > 0 {
		b.thin()
	}
	if b.cols.len() > 0 {
		b.Begin()
	}
}

// entry folds one, and keeps what is to be known of it.
func (b *builder) entry(it *item) {
	e := it.entry
	at := AxisTime(b.log, e)
	if t := at.UnixNano(); t < b.last && b.n > 0 {
		at = time.Unix(0, b.last).UTC() // a clock that jumped back does not turn the replay round
	} else {
		b.last = t
	}
	b.watch.Before(at)
	before, counts := b.state.Stillness(), b.state.Count
	_, late := b.state.Late(e.Event)
	incident.Apply(b.state, e)
	b.n++
	var marks byte
	if b.state.Count.Duplicates > counts.Duplicates {
		marks = markRepeat
		if b.state.Count.Flagged > counts.Flagged {
			marks |= markFlagged
		}
	} else {
		b.watch.After(e, at)
		if incident.Quiet(b.state, &e, before) {
			marks = markQuiet
		}
		if b.state.Count.Flagged > counts.Flagged {
			marks |= markFlagged
		}
	}
	if late {
		marks |= markLate
	}
	b.mine.add(b.last, &e, marks)
	if h, whole := b.leaf(it.leaf); whole {
		b.mine.blocks = append(b.mine.blocks, h)
	}
}

// leaf adds one to the tree; it gives the hash of a block that has become whole.
func (b *builder) leaf(h tlog.Hash) (block tlog.Hash, whole bool) {
	b.tree.add(h)
	if b.tree.size < blockSize {
		return block, false
	}
	block = b.tree.root()
	b.tree = tree{edge: b.tree.edge[:0]}
	return block, true
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
