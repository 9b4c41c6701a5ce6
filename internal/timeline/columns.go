package timeline

import (
	"encoding/binary"
	"sangfroid/internal/incident"
	"slices"
	"sort"

	"golang.org/x/mod/sumdb/tlog"
)

// Marks of an entry in the index.
const (
	markRepeat  = 1 << iota // repeats an event that was folded before
	markQuiet               // counts, and changes nothing else: see [incident.Quiet]
	markLate                // written late
	markFlagged             // makes no sense in its place, or was cleaned
)

// blockSize is of how many leaves a hash is kept: with it, the root at any instant needs fewer leaves than that.
const blockSize = 256

// maxNames bounds the dictionaries of a timeline that names a new one in each entry; number 0 stands for those beyond.
const maxNames = 1 << 15

// still tells that an entry only counts.
func still(m byte) bool { return m&markQuiet != 0 || m&(markRepeat|markFlagged) == markRepeat }

// repeats tells what an entry is to the log before it: one with other bytes than the first is flagged.
func repeats(m byte) incident.Repeat {
	switch m & (markRepeat | markFlagged) {
	case markRepeat:
		return incident.RepeatSame
	case markRepeat | markFlagged:
		return incident.RepeatOther
	}
	return incident.RepeatNone
}

// columns are the few things the index knows of each entry, numbered from 0 here. While a timeline is read they lie in
// memory; once they are in a file beside it, in that: see [disk].
type columns struct {
	times  []int64 // the axis, growing, in nanoseconds since 1970
	kinds  []uint16
	who    []uint16
	marks  []byte
	blocks []tlog.Hash // of each blockSize leaves
	names  names

	disk *disk // where all of that lies instead
}

// names are the dictionaries of kinds and of those who wrote.
type names struct {
	kinds, who    []string
	kindNo, whoNo map[string]uint16
}

// KindOf is what sort of entry one is, finer than its type for notes: "sangfroid.step.done", "sangfroid.note.added/finding".
func KindOf(e *incident.Entry) string {
	switch d := e.Event.Data.(type) {
	case incident.NoteAdded:
		return string(e.Event.Type) + "/" + string(d.Kind)
	default:
		return string(e.Event.Type)
	}
}

func (n *names) number(list *[]string, no *map[string]uint16, name string) uint16 {
	if *no == nil {
		*no = make(map[string]uint16)
		*list = append(*list, "")
	}
	i, ok := (*no)[name]
	if !ok && len(*list) < maxNames {
		i = uint16(len(*list)) //nolint:gosec // fewer than maxNames
		*list = append(*list, name)
		(*no)[name] = i
	}
	return i
}

// add takes what is to be known of an entry.
func (c *columns) add(at int64, e *incident.Entry, marks byte) {
	c.times = append(c.times, at)
	c.kinds = append(c.kinds, c.names.number(&c.names.kinds, &c.names.kindNo, KindOf(e)))
	c.who = append(c.who, c.names.number(&c.names.who, &c.names.whoNo, e.Event.Actor))
	c.marks = append(c.marks, marks)
}

func (c *columns) len() int {
	if c.disk != nil {
		return c.disk.meta.Entries
	}
	return len(c.times)
}

// time is when entry i counts.
func (c *columns) time(i int) int64 {
	if c.disk != nil {
		return int64(c.disk.word(c.disk.times, i)) //nolint:gosec // it was written from one
	}
	return c.times[i]
}

// after is the first entry that counts later than a time.
func (c *columns) after(at int64) int {
	return sort.Search(c.len(), func(i int) bool { return c.time(i) > at })
}

// marksOf are the marks of entries from…to-1.
func (c *columns) marksOf(from, to int) ([]byte, error) {
	if c.disk != nil {
		return c.disk.bytes(c.disk.marks, 1, from, to)
	}
	return slices.Clone(c.marks[from:to]), nil
}

// edge is the tree of the first n leaves that whole blocks hold.
func (c *columns) edge(n int) (tree, error) {
	var t tree
	blocks := n / blockSize
	if c.disk != nil {
		b, err := c.disk.bytes(c.disk.blocks, tlog.HashSize, 0, blocks)
		if err != nil {
			return t, err
		}
		for ; len(b) > 0; b = b[tlog.HashSize:] {
			t.add(tlog.Hash(b[:tlog.HashSize]))
		}
	} else {
		for _, h := range c.blocks[:blocks] {
			t.add(h)
		}
	}
	t.size = blocks * blockSize // of that many leaves the edge is the same: each block is a whole subtree
	return t, nil
}

// search gives the entries among the first n that fit, oldest first.
func (c *columns) search(q Query, n int) ([]int32, error) {
	kinds, who := c.names.kinds, c.names.who
	if c.disk != nil {
		kinds, who = c.disk.meta.Kinds, c.disk.meta.Who
	}
	fits := func(list []string, ok func(string) bool) []bool {
		out := make([]bool, len(list))
		for i := 1; i < len(list); i++ {
			out[i] = ok == nil || ok(list[i])
		}
		return out
	}
	okKind, okWho := fits(kinds, q.Kind), fits(who, q.Who)
	var found []int32
	const some = 1 << 15
	for from := 0; from < n; from += some {
		to := min(from+some, n)
		k, w, marks, err := c.some(from, to)
		if err != nil {
			return nil, err
		}
		for i := range marks {
			if okKind[k[i]] && okWho[w[i]] && q.marked(marks[i]) {
				found = append(found, int32(from+i+1)) //nolint:gosec // a timeline has fewer than 2^31 entries
			}
		}
	}
	return found, nil
}

func (c *columns) some(from, to int) (kinds, who []uint16, marks []byte, err error) {
	if c.disk == nil {
		return c.kinds[from:to], c.who[from:to], c.marks[from:to], nil
	}
	marks, err = c.disk.bytes(c.disk.marks, 1, from, to)
	if err != nil {
		return nil, nil, nil, err
	}
	k, err := c.disk.bytes(c.disk.kinds, 2, from, to)
	if err != nil {
		return nil, nil, nil, err
	}
	w, err := c.disk.bytes(c.disk.who, 2, from, to)
	return halves(k), halves(w), marks, err
}

func halves(b []byte) []uint16 {
	out := make([]uint16, len(b)/2)
	for i := range out {
		out[i] = binary.LittleEndian.Uint16(b[2*i:])
	}
	return out
}

// whole tells whether the dictionaries hold every name there is.
func (c *columns) whole() bool {
	if c.disk != nil {
		return len(c.disk.meta.Kinds) < maxNames && len(c.disk.meta.Who) < maxNames
	}
	return len(c.names.kinds) < maxNames && len(c.names.who) < maxNames
}

// Query is what entries are looked for by without reading them. What is nil or zero fits all.
type Query struct {
	Kind    func(kind string) bool // of [KindOf]
	Who     func(actor string) bool
	Late    bool // only those written late
	Flagged bool // only those that were flagged
}

func (q Query) marked(m byte) bool {
	return (!q.Late || m&markLate != 0) && (!q.Flagged || m&markFlagged != 0)
}
