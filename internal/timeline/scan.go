package timeline

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"io"
	"runtime"
	"slices"
	"sort"
	"sync"
)

// scanBlock is how much of a file is looked through at once.
const scanBlock = 1 << 20

// Scan looks for a needle in the bytes of entries from `to` down to 1, whatever their letters' case: a needle is lower case,
// and other letters than those of ASCII are held as they are. It gives those that hold it, newest first, of as many blocks of
// the file as it took to find any, and the entry to go on from; 0 when all were looked through.
//
// It is quick because nothing is decoded, and for the same reason not the last word: a text may be written in JSON otherwise than
// it reads, and names and words of the screen are not in the file.
func (l *lines) Scan(ctx context.Context, needle string, to int) (found []int, next int, err error) {
	if to < 1 || needle == "" {
		return nil, 0, nil
	}
	first, err := l.offset(1)
	if err != nil {
		return nil, 0, err
	}
	end, err := l.endOf(to)
	if err != nil {
		return nil, 0, err
	}
	workers := runtime.GOMAXPROCS(0)
	scans := make([]scan, workers)
	for end > first && ctx.Err() == nil {
		var wg sync.WaitGroup
		for i := range scans {
			s := &scans[i]
			s.to = end
			s.from = max(first, end-scanBlock)
			end = s.from
			if s.from >= s.to {
				s.hits = s.hits[:0]
				continue
			}
			wg.Add(1)
			go func() {
				defer wg.Done()
				s.look(l, []byte(needle))
			}()
		}
		wg.Wait()
		for i := range scans {
			if scans[i].err != nil {
				return nil, 0, scans[i].err
			}
			for _, at := range scans[i].hits {
				if n := l.seqAt(at); n <= to && (len(found) == 0 || found[len(found)-1] != n) {
					found = append(found, n)
				}
			}
		}
		if len(found) > 0 {
			break
		}
	}
	if end <= first {
		return found, 0, ctx.Err()
	}
	return found, l.seqAt(end), ctx.Err()
}

// scan is one block of a search.
type scan struct {
	from, to int64
	buf      []byte
	hits     []int64 // where lines that hold it have it, the last one first; of each line once
	err      error
}

func (s *scan) look(l *lines, needle []byte) {
	s.hits, s.err = s.hits[:0], nil
	size := int(s.to-s.from) + len(needle) - 1 // one that begins in this block may end in the next
	if cap(s.buf) < size+8 {
		s.buf = make([]byte, scanBlock+len(needle)+8)
	}
	b := s.buf[:size]
	n, err := l.file.ReadAt(b, s.from)
	if err != nil && !errors.Is(err, io.EOF) {
		s.err = err
		return
	}
	b = b[:n]
	lower(b)
	for at := 0; ; {
		i := bytes.Index(b[at:], needle)
		if i < 0 {
			break
		}
		s.hits = append(s.hits, s.from+int64(at+i))
		j := bytes.IndexByte(b[at+i:], '\n')
		if j < 0 {
			break
		}
		at += i + j + 1
	}
	slices.Reverse(s.hits)
}

// lower makes the capitals of ASCII small, eight bytes at a time.
func lower(b []byte) {
	const ones, tops = 0x0101010101010101, 0x8080808080808080
	for len(b) >= 8 {
		x := binary.LittleEndian.Uint64(b)
		low := x &^ tops
		capital := ^x & tops & ((low + (0x80-'A')*ones) ^ (low + (0x7f-'Z')*ones))
		binary.LittleEndian.PutUint64(b, x|capital>>2)
		b = b[8:]
	}
	for i, c := range b {
		if 'A' <= c && c <= 'Z' {
			b[i] = c + 'a' - 'A'
		}
	}
}

// endOf is where the entry behind one begins, or what counts of the file ends.
func (l *lines) endOf(seq int) (int64, error) {
	l.mu.RLock()
	n, size := l.len(), l.size
	l.mu.RUnlock()
	if seq >= n {
		return size, nil
	}
	return l.offset(seq + 1)
}

// seqAt is the entry a place of the file belongs to.
func (l *lines) seqAt(at int64) int {
	l.mu.RLock()
	defer l.mu.RUnlock()
	if l.disk != nil {
		return l.disk.seqAt(at + 1)
	}
	return sort.Search(len(l.offsets), func(i int) bool { return l.offsets[i] > at })
}
