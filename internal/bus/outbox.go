package bus

import (
	"bytes"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"hash/crc32"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/gofrs/flock"
)

// Item is an event that a person entered and that was not yet seen in the log.
type Item struct {
	ID       string    `json:"id"`
	Source   string    `json:"source"`
	Realm    string    `json:"realm"`
	Incident string    `json:"incident"`
	Author   string    `json:"author"`
	Category string    `json:"category"`
	Entity   string    `json:"entity"`
	Raw      []byte    `json:"raw"`
	PutAt    time.Time `json:"put"`
	// Refused is why the bus does not take it; "" while it is to be sent. It stays until somebody takes it away, or the bus
	// takes it after all.
	Refused string `json:"refused,omitempty"`
}

// Outbox keeps what a person entered until it is seen in the log. Put returns when the item is on disk. Each process writes its
// own file; what a process that died left is taken over by the next one that opens the directory. It is safe for concurrent
// use.
type Outbox struct {
	dir string

	mu      sync.Mutex
	file    *os.File
	lock    *flock.Flock
	size    int64
	pending []Item
	damaged []string
}

// outboxLine is one line of the file: an item, or the id and source of one that is done.
type outboxLine struct {
	Item   *Item  `json:"item,omitempty"`
	Done   string `json:"done,omitempty"`
	Source string `json:"source,omitempty"` // of the one done; lines of an earlier form have the id alone
}

// A line ends with the checksum of what stands before it; those of an earlier form have none.
const sumField = `,"sum":"`

func sumOf(b []byte) string {
	return fmt.Sprintf("%08x", crc32.Checksum(b, crc32.MakeTable(crc32.Castagnoli)))
}

// seal makes the line of a value, with its checksum.
func (l outboxLine) seal() ([]byte, error) {
	b, err := json.Marshal(l)
	if err != nil {
		return nil, err
	}
	b = b[:len(b)-1]
	return fmt.Appendf(b, "%s%s\"}\n", sumField, sumOf(b)), nil
}

// parseOutboxLine reads a line; ok is false for one that is not as it was written.
func parseOutboxLine(b []byte) (l outboxLine, ok bool) {
	if json.Unmarshal(b, &l) != nil {
		return l, false
	}
	if i := bytes.LastIndex(b, []byte(sumField)); i >= 0 {
		rest := string(bytes.TrimRight(b[i+len(sumField):], "\n"))
		return l, rest == sumOf(b[:i])+`"}`
	}
	return l, l.Item != nil || l.Done != ""
}

// is tells whether the item is this event: ids are one source's own.
func (i *Item) is(source, id string) bool { return i.ID == id && i.Source == source }

const (
	outboxSuffix  = ".outbox"
	damagedSuffix = ".damaged"
	compactAt     = 1 << 20
)

// OpenOutbox opens the outbox of a directory, with all that processes which are gone left in it. Errors wrap [ErrOutbox].
func OpenOutbox(dir string) (*Outbox, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, outboxError(err)
	}
	name := filepath.Join(dir, time.Now().UTC().Format("20060102T150405")+"-"+rand.Text()[:8]+outboxSuffix)
	o := &Outbox{dir: dir, lock: flock.New(name + ".lock")}
	// The lock comes first: a file without one is an orphan, which any process takes over.
	if ok, err := o.lock.TryLock(); err != nil || !ok {
		return nil, outboxError(err)
	}
	f, err := os.OpenFile(name, os.O_CREATE|os.O_EXCL|os.O_RDWR, 0o600)
	if err != nil {
		return nil, outboxError(errors.Join(err, o.lock.Close()))
	}
	o.file = f
	if d, err := os.Open(dir); err == nil {
		_ = d.Sync() // the new name; not every system can
		_ = d.Close()
	}
	return o, o.Adopt()
}

// Adopt takes over what processes that are gone left. It is called by OpenOutbox, and may be called again: a process may
// die while this one runs.
func (o *Outbox) Adopt() error {
	// Not by a pattern: the directory's own name may have characters that mean something in one.
	files, err := os.ReadDir(o.dir)
	if err != nil {
		return outboxError(err)
	}
	for _, f := range files {
		p := filepath.Join(o.dir, f.Name())
		if !strings.HasSuffix(p, outboxSuffix) || p == o.file.Name() {
			continue
		}
		if err := o.adopt(p); err != nil {
			return err
		}
	}
	return nil
}

func (o *Outbox) adopt(path string) error {
	lock := flock.New(path + ".lock")
	ok, err := lock.TryLock()
	if err != nil {
		return outboxError(err)
	}
	if !ok {
		return nil // its process lives
	}
	defer lock.Close() //nolint:errcheck // the file is gone by then
	items, damaged, err := readOutbox(path)
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if err != nil {
		return outboxError(err)
	}
	if err := o.Put(items...); err != nil {
		return err
	}
	if damaged { // a word may stand in it that nobody can read any more: it is kept for people
		err = os.Rename(path, path+damagedSuffix)
		o.mu.Lock()
		o.damaged = append(o.damaged, path+damagedSuffix)
		o.mu.Unlock()
	} else {
		err = os.Remove(path)
	}
	if err != nil {
		return outboxError(err)
	}
	_ = os.Remove(path + ".lock") // a stray lock file harms nobody
	return nil
}

// readOutbox gives what is not done, and whether a line is not as it was written. A torn last line was never acknowledged.
func readOutbox(path string) (items []Item, damaged bool, err error) {
	b, err := os.ReadFile(path)
	if err != nil {
		return nil, false, err
	}
	for line := range bytes.Lines(b) {
		l, ok := parseOutboxLine(line)
		if torn := line[len(line)-1] != '\n'; !ok && torn && bytes.Contains(line, []byte(sumField)) {
			damaged = true // it was whole, and its end is not what it was
			l, ok = parseOutboxLine(line[:len(line)-1])
		} else if !ok {
			damaged = damaged || !torn
		}
		if !ok {
			continue
		}
		if l.Item != nil {
			items = slices.DeleteFunc(items, func(i Item) bool { return i.is(l.Item.Source, l.Item.ID) }) // said again, with what became of it
			items = append(items, *l.Item)
		}
		if l.Done != "" {
			items = slices.DeleteFunc(items, func(i Item) bool { return i.ID == l.Done && (l.Source == "" || l.Source == i.Source) })
		}
	}
	return items, damaged, nil
}

// Damaged lists the files of processes that are gone in which a line was not as it had been written. The other lines were
// taken over.
func (o *Outbox) Damaged() []string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return slices.Clone(o.damaged)
}

// Put saves items, those that are not in it yet. When it returns without an error they are on disk, else none is. Errors:
// [ErrOutboxFull], [ErrOutbox], [ErrClosed].
func (o *Outbox) Put(items ...Item) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	var lines []outboxLine
	fresh, have := o.pending, o.known(len(items))
	for _, it := range items {
		if have(it) {
			continue
		}
		lines = append(lines, outboxLine{Item: &it})
		fresh = append(fresh, it)
	}
	if len(lines) == 0 {
		return nil
	}
	if err := o.write(true, lines...); err != nil {
		return err
	}
	o.pending = fresh
	return nil
}

// known tells which items are in the outbox, or were asked for before: by looking through it for a few, by a table for many.
func (o *Outbox) known(asked int) func(Item) bool {
	const few = 4
	if asked < few {
		return func(it Item) bool {
			return slices.ContainsFunc(o.pending, func(i Item) bool { return i.is(it.Source, it.ID) })
		}
	}
	type name struct{ source, id string }
	have := make(map[name]bool, len(o.pending)+asked)
	for _, i := range o.pending {
		have[name{i.Source, i.ID}] = true
	}
	return func(it Item) bool {
		n := name{it.Source, it.ID}
		was := have[n]
		have[n] = true
		return was
	}
}

// Refuse keeps an item that the bus does not take, with the reason: it is not sent any more. With why "" it is again.
func (o *Outbox) Refuse(source, id, why string) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	i := slices.IndexFunc(o.pending, func(i Item) bool { return i.is(source, id) })
	if i < 0 || o.pending[i].Refused == why {
		return nil
	}
	it := o.pending[i]
	it.Refused = why
	if err := o.write(true, outboxLine{Item: &it}); err != nil {
		return err
	}
	o.pending[i] = it
	return nil
}

// Done takes out an item that was seen in the log. It needs no sync: an item that comes back is sent again and counted
// once.
func (o *Outbox) Done(source, id string) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	i := slices.IndexFunc(o.pending, func(i Item) bool { return i.is(source, id) })
	if i < 0 {
		return nil
	}
	o.pending = slices.Delete(o.pending, i, i+1)
	if len(o.pending) == 0 && o.size > compactAt && o.file != nil {
		if err := o.file.Truncate(0); err != nil {
			return outboxError(err)
		}
		o.size = 0
		return nil
	}
	return o.write(false, outboxLine{Done: id, Source: source})
}

func (o *Outbox) write(sync bool, lines ...outboxLine) error {
	if o.file == nil {
		return ErrClosed
	}
	var b []byte
	for _, l := range lines {
		one, err := l.seal()
		if err != nil {
			return outboxError(err)
		}
		b = append(b, one...)
	}
	if _, err := o.file.WriteAt(b, o.size); err != nil {
		return outboxError(errors.Join(err, o.file.Truncate(o.size)))
	}
	if sync {
		if err := o.file.Sync(); err != nil {
			return outboxError(errors.Join(err, o.file.Truncate(o.size)))
		}
	}
	o.size += int64(len(b))
	return nil
}

func outboxError(err error) error {
	if errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT) {
		return fail(ErrOutboxFull, err)
	}
	return fail(ErrOutbox, err)
}

// Pending lists what waits to be sent, in the order it was entered.
func (o *Outbox) Pending() []Item { return o.items(false) }

// Ahead lists the ids of what is to be sent before an item: what was entered earlier and was not seen in the log yet.
func (o *Outbox) Ahead(source, id string) []string {
	o.mu.Lock()
	defer o.mu.Unlock()
	var out []string
	for _, it := range o.pending {
		if it.is(source, id) {
			return out
		}
		if it.Refused == "" {
			out = append(out, it.ID)
		}
	}
	return nil // it was seen, or taken away
}

// Refused lists what the bus does not take.
func (o *Outbox) Refused() []Item { return o.items(true) }

func (o *Outbox) items(refused bool) []Item {
	o.mu.Lock()
	defer o.mu.Unlock()
	var out []Item
	for _, it := range o.pending {
		if (it.Refused != "") == refused {
			out = append(out, it)
		}
	}
	return out
}

// ReadOutbox lists what all processes of a directory have in their outboxes, without taking anything over.
func ReadOutbox(dir string) ([]Item, error) {
	files, err := os.ReadDir(dir)
	if errors.Is(err, os.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, outboxError(err)
	}
	var out []Item
	for _, f := range files {
		if !strings.HasSuffix(f.Name(), outboxSuffix) {
			continue
		}
		items, _, err := readOutbox(filepath.Join(dir, f.Name()))
		if err != nil && !errors.Is(err, os.ErrNotExist) {
			return nil, outboxError(err)
		}
		out = append(out, items...)
	}
	return out, nil
}

// Close leaves the outbox. What waits stays on disk for the next process.
func (o *Outbox) Close() error {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.file == nil {
		return nil
	}
	name, empty := o.file.Name(), len(o.pending) == 0
	err := o.file.Close()
	o.file = nil
	if empty {
		err = errors.Join(err, os.Remove(name))
	}
	err = errors.Join(err, o.lock.Close())
	if empty {
		_ = os.Remove(name + ".lock") // a stray lock file harms nobody
	}
	return err
}
