package timeline

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime"
	"sangfroid/internal/incident"
	"sync"

	"golang.org/x/mod/sumdb/tlog"
)

// How much of a file is decoded at once, in bytes: little at first, so that there is something to show at once.
const (
	firstBlock = 16 << 10
	mostBlock  = 256 << 10
)

// item is a line of a file, decoded.
type item struct {
	at         int64 // where it begins
	end        int64
	checkpoint int // size of a checkpoint; -1 for an entry
	entry      incident.Entry
	leaf       tlog.Hash
	raw        []byte // the line of an entry that only counts, which was not decoded
}

// block is a run of whole lines on its way through the decoders.
type block struct {
	at    int64
	lines []byte
	items chan []item
}

// OpenGrowing opens a record whose entries are read while it is looked at: Len grows as an [Index] is built of it. Of the
// file only the header has been read when it returns. With an index beside the file that fits it, all entries are there at once.
func OpenGrowing(path string) (*Reader, error) {
	h, end, err := readHead(path)
	if err != nil {
		return nil, err
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	info, err := f.Stat()
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	r := &Reader{&lines{file: f, path: path, header: h, size: end, until: info.Size(), begins: end}}
	if d, err := openDisk(path, f); err == nil {
		r.adopt(d)
	}
	return r, nil
}

// adopt takes an index from its file for what the file of the timeline holds.
func (l *lines) adopt(d *disk) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.opened = append(l.opened, d)
	l.disk, l.offsets, l.tree = d, nil, tree{}
	l.size, l.lastBus, l.lastCheckpoint = d.meta.Size, d.meta.Bus, d.meta.Checkpoint
}

// disown goes back to a file of which only the header was read.
func (l *lines) disown() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.disk, l.offsets, l.tree = nil, nil, tree{}
	l.size, l.lastBus, l.lastCheckpoint = l.begins, 0, 0
}

func (l *lines) indexed() *disk {
	l.mu.RLock()
	defer l.mu.RUnlock()
	return l.disk
}

// stream reads what OpenGrowing left, decodes it on every core, and gives it in order. The lines are known to the log
// before they are given.
func (l *lines) stream(ctx context.Context, see func([]item) error) error {
	return l.pass(ctx, l.begins, decodeBlock, func(items []item) error {
		l.take(items)
		return see(items)
	})
}

// pass reads the file in blocks, has them decoded on every core, and gives them in order.
func (l *lines) pass(ctx context.Context, from int64, decode func(block) []item, see func([]item) error) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	workers := runtime.GOMAXPROCS(0)
	work, order := make(chan block, workers), make(chan block, 2*workers)
	var wg sync.WaitGroup
	defer wg.Wait()
	defer cancel()
	for range workers {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for b := range work {
				b.items <- decode(b)
			}
		}()
	}
	var readErr error
	wg.Add(1)
	go func() {
		defer wg.Done()
		defer close(order)
		defer close(work)
		readErr = l.blocks(ctx, from, func(b block) bool {
			select {
			case work <- b:
			case <-ctx.Done():
				return false
			}
			select {
			case order <- b:
			case <-ctx.Done():
				return false
			}
			return true
		})
	}()
	for b := range order {
		items := <-b.items
		if err := see(items); err != nil {
			return err
		}
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	return readErr
}

// take makes the lines part of the log.
func (l *lines) take(items []item) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for i := range items {
		it := &items[i]
		l.size = it.end
		if it.checkpoint >= 0 {
			l.lastCheckpoint = it.checkpoint
			continue
		}
		l.offsets = append(l.offsets, it.at)
		l.tree.add(it.leaf)
		l.lastBus = max(l.lastBus, it.entry.Bus)
		it.entry.Seq = len(l.offsets)
	}
}

// blocks cuts the file into runs of whole lines. What lies behind the last line feed is torn, and left out.
func (l *lines) blocks(ctx context.Context, at int64, give func(block) bool) error {
	var rest []byte
	for size := firstBlock; ctx.Err() == nil; size = min(2*size, mostBlock) {
		buf := make([]byte, len(rest)+size)
		n := copy(buf, rest)
		got, err := l.file.ReadAt(buf[n:], at+int64(n))
		buf = buf[:n+got]
		cut := bytes.LastIndexByte(buf, '\n') + 1
		if cut > 0 && !give(block{at, buf[:cut:cut], make(chan []item, 1)}) {
			return ctx.Err()
		}
		at, rest = at+int64(cut), buf[cut:]
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return fmt.Errorf("%s: %w", l.path, err)
		case len(rest) > MaxLine:
			return fmt.Errorf("%s: %w", l.path, ErrTooLong)
		}
	}
	return ctx.Err()
}

func decodeBlock(b block) []item {
	out := make([]item, 0, len(b.lines)/300)
	at := b.at
	for rest := b.lines; len(rest) > 0; {
		i := bytes.IndexByte(rest, '\n')
		it := decodeItem(rest[:i])
		it.at, it.end = at, at+int64(i)+1
		at, rest = it.end, rest[i+1:]
		if it.checkpoint != skipped {
			out = append(out, it)
		}
	}
	return out
}

// skipped marks a line that is a checkpoint nobody can read: neither an entry nor a checkpoint.
const skipped = -2

func decodeItem(line []byte) item {
	p, err := parseLine(line)
	switch {
	case err != nil: // something stood there
		p = parsed{Raw: line}
		return item{checkpoint: -1, entry: p.entry(0), leaf: tlog.RecordHash(line)}
	case p.Checkpoint != "":
		size, _, err := parseCheckpoint(p.Checkpoint)
		if err != nil {
			size = skipped
		}
		return item{checkpoint: size}
	}
	return item{checkpoint: -1, entry: p.entry(0), leaf: leaf(p.Received, p.Via, p.bytes())}
}

// share is how much of the file has been read, 0 to 1.
func (l *lines) share() float64 {
	l.mu.RLock()
	defer l.mu.RUnlock()
	if l.until <= 0 || l.disk != nil {
		return 1
	}
	return min(float64(l.size)/float64(l.until), 1)
}

// tail is the last entry of the file, found from its end; ok is false when the end holds none. Where it stands in the log is not
// known yet.
func (l *lines) tail() (e incident.Entry, ok bool) {
	for _, reach := range []int64{64 << 10, 4 << 20} {
		if e, ok = l.tailWithin(reach); ok {
			return e, true
		}
	}
	return e, false
}

func (l *lines) tailWithin(reach int64) (e incident.Entry, ok bool) {
	from := max(l.until-reach, l.size)
	if l.until <= from {
		return e, false
	}
	buf := make([]byte, l.until-from)
	n, err := l.file.ReadAt(buf, from)
	if err != nil && !errors.Is(err, io.EOF) {
		return e, false
	}
	buf = buf[:bytes.LastIndexByte(buf[:n], '\n')+1]
	for len(buf) > 0 {
		i := bytes.LastIndexByte(buf[:len(buf)-1], '\n') + 1
		line := buf[i : len(buf)-1]
		whole := i > 0 || from == l.size
		if p, err := parseLine(line); whole && err == nil && p.Checkpoint == "" {
			return p.entry(0), true
		}
		buf = buf[:i]
	}
	return e, false
}
