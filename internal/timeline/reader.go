package timeline

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"sangfroid/internal/incident"
	"slices"
	"sync"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// lines is the file with where each entry begins: 8 bytes an entry in memory, the rest stays on disk.
type lines struct {
	file   *os.File
	path   string
	header Header

	mu             sync.RWMutex
	offsets        []int64
	disk           *disk // where the offsets lie instead: an index beside the file was opened
	size           int64 // bytes that count; a torn line lies behind
	begins         int64 // where the first line behind the header lies
	until          int64 // how long the file was when it was opened to be read as it goes; 0: all was read
	tree           tree
	lastBus        uint64
	lastCheckpoint int
	damaged        []int // entries that are not as they were written
	marred         bool  // … or something else is
	known          note.Verifiers
	opened         []*disk // to be closed with the file
}

// staged is what an append would make of the lines; nothing of it counts before the write is synced.
type staged struct {
	base    *lines
	offsets []int64
	tree    tree
	lastBus uint64
}

func (l *lines) stage() *staged {
	l.mu.RLock()
	defer l.mu.RUnlock()
	t := tree{size: l.tree.size, edge: append([]tlog.Hash(nil), l.tree.edge...)}
	return &staged{base: l, tree: t, lastBus: l.lastBus}
}

func (s *staged) len() int { return s.tree.size }

func (s *staged) add(from int64, h tlog.Hash, bus uint64) {
	s.offsets = append(s.offsets, s.base.size+from)
	s.tree.add(h)
	s.lastBus = max(s.lastBus, bus)
}

func (l *lines) commit(s *staged, written int64) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.offsets = append(l.offsets, s.offsets...)
	l.tree, l.lastBus = s.tree, s.lastBus
	l.size += written
}

// load reads the whole file once: the header, where entries begin, the tree.
func (l *lines) load() error {
	r := bufio.NewReaderSize(io.NewSectionReader(l.file, 0, 1<<62), 1<<20)
	head, err := readLine(r)
	if err != nil {
		return fmt.Errorf("%s: %w", l.path, ErrNotTimeline)
	}
	if err := json.Unmarshal(head, &l.header); err != nil || l.header.Format != Format {
		return fmt.Errorf("%s: %w", l.path, ErrNotTimeline)
	}
	l.header.clean()
	l.size = int64(len(head)) + 1
	for {
		b, err := readLine(r)
		if errors.Is(err, errTorn) || errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("%s: %w", l.path, err)
		}
		l.note(b)
		l.size += int64(len(b)) + 1
	}
}

// note takes one whole line into the index. A line that does not parse counts as an entry: something stood there.
func (l *lines) note(b []byte) {
	p, exact := quick(b)
	var err error
	if !exact {
		p, err = parseLine(b)
	}
	if err == nil && p.Checkpoint != "" {
		l.noteCheckpoint(p.Checkpoint, b)
		return
	}
	l.offsets = append(l.offsets, l.size)
	if err != nil {
		l.tree.add(tlog.RecordHash(b))
		l.damaged = append(l.damaged, len(l.offsets))
		return
	}
	h := leaf(p.Received, p.Via, p.bytes())
	l.tree.add(h)
	if !exact {
		line := appendLine(nil, p.Seq, Line{Bus: p.Bus, Received: p.Received, Raw: p.bytes(), Via: p.Via}, h)
		exact = bytes.Equal(line[:len(line)-1], b)
	}
	if !exact || p.Seq != len(l.offsets) || p.Hash != mark(h) || (p.Bus != 0 && p.Bus <= l.lastBus) {
		l.damaged = append(l.damaged, len(l.offsets))
	}
	l.lastBus = max(l.lastBus, p.Bus)
}

// noteCheckpoint takes a checkpoint, and looks whether it is what stands before it that was signed, as [Verify] does.
func (l *lines) noteCheckpoint(signed string, b []byte) {
	size, root, err := parseCheckpoint(signed)
	if err != nil {
		l.marred = true
		return
	}
	l.lastCheckpoint = size
	if l.known == nil {
		l.known = verifiersOf(l.header)
	}
	line, err := checkpointLine(signed)
	fits := err == nil && bytes.Equal(line[:len(line)-1], b) && size == l.tree.size && root == hexRoot(&l.tree)
	if l.known != nil && fits {
		_, err = note.Open([]byte(signed), l.known)
		var other *note.UnverifiedNoteError // signed by another key: this machine's was replaced since
		fits = err == nil || errors.As(err, &other)
	}
	l.marred = l.marred || !fits
}

// Damaged lists the entries that were not as they had been written when the file was opened: the line does not fit its own
// hash, or its place. ok is false when there are such, or a checkpoint is damaged. [Verify] tells more.
func (l *lines) Damaged() (entries []int, ok bool) {
	l.mu.RLock()
	defer l.mu.RUnlock()
	return slices.Clone(l.damaged), len(l.damaged) == 0 && !l.marred
}

var errTorn = errors.New("the last line is cut")

// readLine gives a line without its end; errTorn for a last one that has none.
func readLine(r *bufio.Reader) ([]byte, error) {
	b, err := r.ReadSlice('\n')
	for errors.Is(err, bufio.ErrBufferFull) {
		long := bytes.Clone(b)
		for errors.Is(err, bufio.ErrBufferFull) && len(long) <= MaxLine {
			b, err = r.ReadSlice('\n')
			long = append(long, b...)
		}
		b = long
	}
	if errors.Is(err, io.EOF) && len(b) > 0 {
		return nil, errTorn
	}
	if err != nil {
		return nil, err
	}
	return b[:len(b)-1], nil
}

// Header is the first line.
func (l *lines) Header() Header { return l.header }

// Path is where the record lies.
func (l *lines) Path() string { return l.path }

// Len is how many entries there are.
func (l *lines) Len() int {
	l.mu.RLock()
	defer l.mu.RUnlock()
	return l.len()
}

func (l *lines) len() int {
	if l.disk != nil {
		return l.disk.meta.Entries
	}
	return len(l.offsets)
}

// LastBus is the highest sequence of the bus among the entries.
func (l *lines) LastBus() uint64 {
	l.mu.RLock()
	defer l.mu.RUnlock()
	return l.lastBus
}

// Root is the size of the tree and its root in hexadecimal.
func (l *lines) Root() (int, string) {
	l.mu.RLock()
	defer l.mu.RUnlock()
	if l.disk != nil {
		return l.disk.meta.Entries, l.disk.meta.Root
	}
	return l.tree.size, hexRoot(&l.tree)
}

func (l *lines) offset(seq int) (int64, error) {
	l.mu.RLock()
	defer l.mu.RUnlock()
	if seq < 1 || seq > l.len() {
		return 0, fmt.Errorf("%d: %w", seq, ErrNoEntry)
	}
	if l.disk != nil {
		return int64(l.disk.word(l.disk.offsets, seq-1)), nil //nolint:gosec // it was written from one
	}
	return l.offsets[seq-1], nil
}

// At reads one entry.
func (l *lines) At(seq int) (e incident.Entry, err error) {
	err = l.Range(seq, seq, func(got incident.Entry) bool {
		e = got
		return false
	})
	return e, err
}

// Range reads entries from…to until yield gives false.
func (l *lines) Range(from, to int, yield func(incident.Entry) bool) error {
	return l.raw(from, to, func(seq int, b []byte) bool {
		p, err := parseLine(b)
		if err != nil {
			p = parsed{Raw: b}
		}
		return yield(p.entry(seq))
	})
}

// hashed reads entries from…to with their leaves of the tree.
func (l *lines) hashed(from, to int, yield func(incident.Entry, tlog.Hash) bool) error {
	return l.raw(from, to, func(seq int, b []byte) bool {
		it := decodeItem(b)
		it.entry.Seq = seq
		return yield(it.entry, it.leaf)
	})
}

// leaves gives the leaves of entries from…to; their events are not decoded.
func (l *lines) leaves(from, to int, yield func(tlog.Hash)) error {
	return l.raw(from, to, func(_ int, b []byte) bool {
		yield(leafOf(b))
		return true
	})
}

// leafOf is the leaf of an entry's line.
func leafOf(line []byte) tlog.Hash {
	p, err := parseLine(line)
	if err != nil {
		return tlog.RecordHash(line)
	}
	return leaf(p.Received, p.Via, p.bytes())
}

// withLeaves reads entries from…to of any log with their leaves.
func withLeaves(l Log, from, to int, yield func(incident.Entry, tlog.Hash) bool) error {
	if f, ok := l.(interface {
		hashed(from, to int, yield func(incident.Entry, tlog.Hash) bool) error
	}); ok {
		return f.hashed(from, to, yield)
	}
	return l.Range(from, to, func(e incident.Entry) bool { return yield(e, leaf(e.Received, e.Via, e.Raw)) })
}

// raw reads the lines of entries from…to as they stand.
func (l *lines) raw(from, to int, yield func(seq int, b []byte) bool) error {
	if to < from {
		return nil
	}
	start, err := l.offset(from)
	if err != nil {
		return err
	}
	if _, err := l.offset(to); err != nil {
		return err
	}
	buffer := 1 << 16
	if from == to {
		buffer = 1 << 12
	}
	r := bufio.NewReaderSize(io.NewSectionReader(l.file, start, 1<<62), buffer)
	for seq := from; seq <= to; {
		b, err := readLine(r)
		if err != nil {
			return err
		}
		if bytes.HasPrefix(b, []byte(`{"checkpoint":`)) {
			continue
		}
		if !yield(seq, b) {
			return nil
		}
		seq++
	}
	return nil
}

func (l *lines) close() error {
	if l.file == nil {
		return nil
	}
	err := l.file.Close()
	l.file = nil
	for _, d := range l.opened {
		err = errors.Join(err, d.f.Close())
	}
	return err
}

// Reader is a timeline opened to be read only; a process that writes it does not matter.
type Reader struct{ *lines }

var _ Log = (*Reader)(nil)

// OpenReader opens a record to be read. A torn last line is left out.
func OpenReader(path string) (*Reader, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	r := &Reader{&lines{file: f, path: path}}
	if err := r.load(); err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return r, nil
}

// Close ends reading.
func (r *Reader) Close() error { return r.close() }

// ReadHeader reads only the first line of a record.
func ReadHeader(path string) (Header, error) {
	h, _, err := readHead(path)
	return h, err
}

// readHead reads the first line, and tells where the second begins.
func readHead(path string) (h Header, end int64, err error) {
	f, err := os.Open(path)
	if err != nil {
		return h, 0, err
	}
	defer f.Close() //nolint:errcheck // nothing was written
	b, err := readLine(bufio.NewReader(f))
	if err != nil {
		return h, 0, fmt.Errorf("%s: %w", path, ErrNotTimeline)
	}
	if err := json.Unmarshal(b, &h); err != nil || h.Format != Format {
		return Header{}, 0, fmt.Errorf("%s: %w", path, ErrNotTimeline)
	}
	h.clean()
	return h, int64(len(b)) + 1, nil
}
