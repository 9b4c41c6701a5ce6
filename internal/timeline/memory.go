package timeline

import (
	"fmt"
	"sangfroid/internal/incident"
	"sangfroid/internal/text"
	"sync"
	"time"

	"golang.org/x/mod/sumdb/tlog"
)

// Memory is a timeline that lives in memory only: the twin of [Record] for tests and for what is not worth a file.
type Memory struct {
	header  Header
	mu      sync.RWMutex
	entries []incident.Entry
	tree    tree
}

var _ Log = (*Memory)(nil)

// NewMemory makes an empty one.
func NewMemory(h Header) *Memory {
	h.Format = Format
	return &Memory{header: h}
}

// Append adds entries and gives the number of the first.
func (m *Memory) Append(ls ...Line) (int, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	first := len(m.entries) + 1
	for _, l := range ls {
		p := parsed{Bus: l.Bus, Received: l.Received, Raw: l.Raw, Via: l.Via}
		m.entries = append(m.entries, p.entry(len(m.entries)+1))
		m.tree.add(leaf(l.Received, l.Via, l.Raw))
	}
	return first, nil
}

// Header is what it was made with.
func (m *Memory) Header() Header { return m.header }

// Len is how many entries there are.
func (m *Memory) Len() int {
	m.mu.RLock()
	defer m.mu.RUnlock()
	return len(m.entries)
}

// At gives one entry.
func (m *Memory) At(seq int) (incident.Entry, error) {
	m.mu.RLock()
	defer m.mu.RUnlock()
	if seq < 1 || seq > len(m.entries) {
		return incident.Entry{}, fmt.Errorf("%d: %w", seq, ErrNoEntry)
	}
	return m.entries[seq-1], nil
}

// Range gives entries from…to until yield gives false.
func (m *Memory) Range(from, to int, yield func(incident.Entry) bool) error {
	for seq := from; seq <= to; seq++ {
		e, err := m.At(seq)
		if err != nil {
			return err
		}
		if !yield(e) {
			return nil
		}
	}
	return nil
}

// Root is the size of the tree and its root in hexadecimal.
func (m *Memory) Root() (int, string) {
	m.mu.RLock()
	defer m.mu.RUnlock()
	return m.tree.size, hexRoot(&m.tree)
}

// clean makes the header's texts safe to show: the file may be anybody's.
func (h *Header) clean() {
	for _, p := range []*string{&h.Title, &h.Source, (*string)(&h.Incident), (*string)(&h.Realm), (*string)(&h.Axis)} {
		*p, _ = text.Cut(*p, text.MaxLine)
		*p, _ = text.Clean(*p)
	}
	if h.Axis != AxisFact {
		h.Axis = AxisReceived
	}
}

// AxisTime is when an entry counts on its timeline: when it was received, or, for an import, when the fact happened.
func AxisTime(l Log, e incident.Entry) time.Time {
	if f, ok := l.(*facts); ok {
		return f.axisTime(e)
	}
	if l.Header().Axis == AxisFact && !e.Event.Time.IsZero() {
		return e.Event.Time
	}
	return e.Received
}

// Upto is how many entries there were at t, t included. Entries are in the order of the axis; one that is out of it
// (a clock that jumped) counts from the one before.
func Upto(l Log, t time.Time) int {
	n := 0
	err := l.Range(1, l.Len(), func(e incident.Entry) bool {
		if AxisTime(l, e).After(t) {
			return false
		}
		n++
		return true
	})
	if err != nil {
		return n
	}
	return n
}

// StateAt folds the first n entries.
func StateAt(l Log, n int) (*incident.State, error) {
	s := incident.NewState()
	err := l.Range(1, n, func(e incident.Entry) bool {
		incident.Apply(s, e)
		return true
	})
	return s, err
}

// Follow folds the first n entries, with the turning points they make. each, where there is one, is called after every
// entry with the state as it then stands, and ends the walk with false.
func Follow(l Log, n int, each func(incident.Entry, *incident.State) bool) (*incident.Course, error) {
	c := incident.NewCourse()
	err := l.Range(1, n, func(e incident.Entry) bool {
		c.Add(e, AxisTime(l, e))
		return each == nil || each(e, c.State())
	})
	return c, err
}

// RootAt is the root of the first n entries, in hexadecimal; of all of them for a timeline read [ByFact].
func RootAt(l Log, n int) (string, error) {
	if f, ok := l.(*facts); ok { // the order of facts has no tree of its own
		l, n = f.Log, f.Log.Len()
	}
	if size, root := l.Root(); size == n {
		return root, nil
	}
	var t tree
	err := withLeaves(l, 1, n, func(_ incident.Entry, h tlog.Hash) bool {
		t.add(h)
		return true
	})
	return hexRoot(&t), err
}

// RootsAt gives the roots of the first n entries for several n, in one pass over the log; sizes it has not are left out.
func RootsAt(l Log, sizes []int) (map[int]string, error) {
	out := make(map[int]string, len(sizes))
	last := 0
	for _, n := range sizes {
		if n > 0 && n <= l.Len() {
			out[n] = ""
			last = max(last, n)
		}
	}
	if last == 0 {
		return out, nil
	}
	var t tree
	err := withLeaves(l, 1, last, func(_ incident.Entry, h tlog.Hash) bool {
		t.add(h)
		if _, asked := out[t.size]; asked {
			out[t.size] = hexRoot(&t)
		}
		return true
	})
	return out, err
}
