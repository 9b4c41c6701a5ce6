package timeline

import (
	"bytes"
	"context"
	"encoding/binary"
	"sangfroid/internal/incident"

	"golang.org/x/mod/sumdb/tlog"
)

// check reads a file whose index was found beside it: every entry's hash is held against the index, and the snapshots of the
// fold are made. What only counts is hashed and not decoded. errStale tells that the index is of another file.
func (x *Index) check(ctx context.Context, r *Reader) error {
	d := r.indexed()
	c := &checker{builder: builder{Index: x, snapshot: snapshot{state: incident.NewState()}}, disk: d}
	err := r.pass(ctx, r.begins, c.decode, c.block)
	if err != nil {
		return err
	}
	if c.all.size = c.n - c.tree.size; c.n != d.meta.Entries {
		return errStale
	}
	for _, h := range c.rest {
		c.all.add(h)
	}
	if hexRoot(&c.all) != d.meta.Root {
		return errStale
	}
	return nil
}

// checker is the state of that pass.
type checker struct {
	builder
	disk  *disk
	rest  []tlog.Hash // leaves behind the last whole block
	quiet []byte      // marks of what only counted since the state was brought up to date
	late  item        // the newest of it
}

// decode makes items of a block: what only counts keeps its line.
func (c *checker) decode(b block) []item {
	cols := columns{disk: c.disk}
	from := c.disk.seqAt(b.at)
	most := bytes.Count(b.lines, []byte{'\n'})
	marks, err := cols.marksOf(from, min(from+most, c.disk.meta.Entries))
	out := make([]item, 0, most)
	at := b.at
	for rest := b.lines; len(rest) > 0; {
		i := bytes.IndexByte(rest, '\n')
		line := rest[:i]
		n := 0
		if len(out) > 0 {
			n = out[len(out)-1].entry.Seq - from
		}
		var it item
		if p, ok := quick(line); ok && err == nil && n < len(marks) && still(marks[n]) {
			it = item{checkpoint: -1, leaf: leaf(p.Received, p.Via, p.bytes()), raw: line}
		} else {
			it = decodeItem(line)
		}
		it.at, it.end = at, at+int64(i)+1
		at, rest = it.end, rest[i+1:]
		if it.checkpoint == -1 {
			it.entry.Seq = from + n + 1
			out = append(out, it)
		}
	}
	if len(out) > 0 {
		// Where each begins: the hashes tell the rest.
		want, err := c.disk.bytes(c.disk.offsets, 8, from, min(from+len(out), c.disk.meta.Entries))
		for i := range out {
			if err != nil || 8*i >= len(want) || int64(binary.LittleEndian.Uint64(want[8*i:])) != out[i].at {
				return []item{{checkpoint: stale}}
			}
		}
	}
	return out
}

// stale marks a block that is not where the index has it.
const stale = -3

func (c *checker) block(items []item) error {
	if len(items) == 0 {
		return nil
	}
	if items[0].checkpoint == stale {
		return errStale
	}
	marks, err := (&columns{disk: c.disk}).marksOf(c.n, c.n+len(items))
	if err != nil {
		return err
	}
	var snaps []snapshot
	every := c.spacing()
	for i := range items {
		it := &items[i]
		c.n++
		if still(marks[i]) {
			c.quiet = append(c.quiet, marks[i])
			if marks[i]&markRepeat == 0 {
				c.late = *it
			}
		} else {
			c.settle()
			incident.Refold(c.state, it.entry, repeats(marks[i]))
		}
		if h, whole := c.leaf(it.leaf); whole {
			want, err := c.disk.bytes(c.disk.blocks, 32, c.n/blockSize-1, c.n/blockSize)
			if err != nil || !bytes.Equal(want, h[:]) {
				return errStale
			}
			c.all.add(h)
			c.rest = c.rest[:0]
		} else {
			c.rest = append(c.rest, it.leaf)
		}
		if c.n%every == 0 {
			c.settle()
			snaps = append(snaps, c.copy())
		}
	}
	if len(c.late.raw) > 0 {
		c.late.raw = bytes.Clone(c.late.raw) // the block goes
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.snaps = append(c.snaps, snaps...)
	if len(snaps) > 0 {
		c.thin()
	}
	return nil
}

// spacing is how many entries lie between two snapshots.
func (x *Index) spacing() int {
	x.mu.RLock()
	defer x.mu.RUnlock()
	return x.every
}

// settle brings the state up to what was only counted.
func (c *checker) settle() {
	if len(c.quiet) == 0 {
		return
	}
	p := count(c.quiet)
	if it := c.late; it.at > 0 {
		e := it.entry
		if it.raw != nil {
			e = decodeItem(it.raw).entry
			e.Seq = it.entry.Seq
		}
		p.Last = &e
	}
	incident.Pass(c.state, p)
	c.quiet, c.late = c.quiet[:0], item{}
}
