package timeline

import (
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"sangfroid/internal/incident"
	"sync"
	"time"

	"github.com/gofrs/flock"
)

// Log is a timeline that can be read. Entries are numbered from 1.
type Log interface {
	Header() Header
	// Len is how many entries there are.
	Len() int
	// At reads one entry; [ErrNoEntry] when it is not there.
	At(seq int) (incident.Entry, error)
	// Range reads entries from…to, both included, until yield gives false.
	Range(from, to int, yield func(incident.Entry) bool) error
	// Root is the size of the tree and its root in hexadecimal.
	Root() (size int, root string)
}

// Checkpoints are written by themselves after so many entries, or so much time of receipt.
const (
	checkpointEvery = 256
	checkpointAfter = 30 * time.Second
)

// Record is a timeline that is written. See the package comment for what may be called together.
type Record struct {
	*lines
	signer *Signer
	lock   *flock.Flock

	mu        sync.Mutex // serialises writers
	signed    int        // size of the last checkpoint
	signedAt  time.Time  // receipt of the entry it was made at
	Recovered *Torn      // what Open had to cut; nil mostly
}

// Torn is a last line that was cut by a crash.
type Torn struct {
	Path  string // where its bytes are kept
	Bytes int
}

var _ Log = (*Record)(nil)

// Create makes a record; it must not exist.
func Create(path string, h Header, s *Signer) (*Record, error) {
	lock, err := lockFile(path)
	if err != nil {
		return nil, err
	}
	h.Format = Format
	if s != nil {
		h.Key = s.vkey
	}
	head, err := json.Marshal(h)
	if err != nil {
		return nil, errors.Join(err, lock.Close())
	}
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_RDWR, 0o600)
	if err != nil {
		return nil, errors.Join(err, lock.Close())
	}
	_, err = f.Write(append(head, '\n'))
	if err = errors.Join(err, f.Sync(), syncDir(path)); err != nil {
		return nil, errors.Join(err, f.Close(), os.Remove(path), lock.Close())
	}
	l := &lines{file: f, header: h, size: int64(len(head) + 1), path: path}
	return &Record{lines: l, signer: s, lock: lock}, nil
}

// Open opens a record for writing. A torn last line is cut and told in Recovered.
func Open(path string, s *Signer) (*Record, error) {
	if _, err := os.Stat(path); err != nil {
		return nil, err
	}
	lock, err := lockFile(path)
	if err != nil {
		return nil, err
	}
	f, err := os.OpenFile(path, os.O_RDWR, 0o600)
	if err != nil {
		return nil, errors.Join(err, lock.Close())
	}
	r := &Record{lines: &lines{file: f, path: path}, signer: s, lock: lock}
	if err := r.recover(); err != nil {
		return nil, errors.Join(err, f.Close(), lock.Close())
	}
	return r, nil
}

// SetAside renames a file that is no record, so that a new one can take its name, and tells what it is called now. It is an
// error, [ErrLocked], while another process writes it.
func SetAside(path string) (aside string, err error) {
	lock, err := lockFile(path)
	if err != nil {
		return "", err
	}
	defer lock.Close() //nolint:errcheck // the process's end frees it anyway
	if _, err := ReadHeader(path); err == nil {
		return path, nil // somebody was faster
	}
	for i := 1; ; i++ {
		aside = fmt.Sprintf("%s.unreadable-%d", path, i)
		if _, err := os.Lstat(aside); errors.Is(err, os.ErrNotExist) {
			return aside, os.Rename(path, aside)
		}
	}
}

// recover reads the record and cuts a torn last line.
func (r *Record) recover() error {
	if err := r.load(); err != nil {
		return err
	}
	r.signed = r.lastCheckpoint
	info, err := r.file.Stat()
	if err != nil {
		return err
	}
	torn := info.Size() - r.size
	if torn <= 0 {
		return nil
	}
	aside, err := keepAside(r.file, r.path, r.size, torn)
	if err != nil {
		return err
	}
	if err := errors.Join(r.file.Truncate(r.size), r.file.Sync()); err != nil {
		return err
	}
	r.Recovered = &Torn{Path: aside, Bytes: int(torn)}
	return nil
}

func keepAside(f *os.File, path string, from, n int64) (string, error) {
	for i := 1; ; i++ {
		aside := fmt.Sprintf("%s.torn-%d", path, i)
		out, err := os.OpenFile(aside, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
		if errors.Is(err, os.ErrExist) {
			continue
		}
		if err != nil {
			return "", err
		}
		_, err = io.Copy(out, io.NewSectionReader(f, from, n))
		return aside, errors.Join(err, out.Sync(), out.Close())
	}
}

// Append writes entries, syncs once, and gives the number of the first. On an error the record is as it was.
func (r *Record) Append(ls ...Line) (first int, err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(ls) == 0 {
		return r.Len() + 1, nil
	}
	next := r.stage()
	var buf []byte
	for _, l := range ls {
		if len(l.Raw) > MaxLine*2/3 {
			return 0, fmt.Errorf("%d bytes: %w", len(l.Raw), ErrTooLong)
		}
		h := leaf(l.Received, l.Via, l.Raw)
		from := len(buf)
		buf = appendLine(buf, next.len()+1, l, h)
		next.add(int64(from), h, l.Bus)
	}
	first = r.Len() + 1
	last, signed := ls[len(ls)-1].Received, false
	if r.signer != nil && (next.tree.size-r.signed >= checkpointEvery || (next.tree.size > r.signed && last.Sub(r.signedAt) >= checkpointAfter)) {
		if line, err := r.checkpointLine(&next.tree); err == nil {
			buf, signed = append(buf, line...), true
		}
	}
	if err := r.write(buf); err != nil {
		return 0, err
	}
	if signed { // not before it is on disk
		r.signed, r.signedAt = next.tree.size, last
	}
	r.commit(next, int64(len(buf)))
	return first, nil
}

func (r *Record) checkpointLine(t *tree) ([]byte, error) {
	n, err := r.signer.checkpoint(r.header, t)
	if err != nil {
		return nil, err
	}
	return checkpointLine(n)
}

// checkpointLine is the line of a signed note.
func checkpointLine(note string) ([]byte, error) {
	b, err := json.Marshal(map[string]string{"checkpoint": note})
	return append(b, '\n'), err
}

// write puts bytes at the end and syncs; on any error the file is cut back to where it was.
func (r *Record) write(b []byte) error {
	if r.file == nil {
		return ErrClosed
	}
	n, err := r.file.WriteAt(b, r.size)
	if err == nil {
		err = r.file.Sync()
	}
	if err == nil {
		return nil
	}
	err = fmt.Errorf("the timeline could not be written (%d of %d bytes): %w", n, len(b), err)
	return errors.Join(err, r.file.Truncate(r.size))
}

// Checkpoint writes and gives a signed checkpoint of the record as it is.
func (r *Record) Checkpoint() (signed string, err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.signer == nil {
		return "", ErrKey
	}
	t := r.stage().tree
	if signed, err = r.signer.checkpoint(r.header, &t); err != nil || t.size == r.signed {
		return signed, err
	}
	line, err := r.checkpointLine(&t)
	if err != nil {
		return "", err
	}
	if err := r.write(line); err != nil {
		return "", err
	}
	r.signed = t.size
	r.commit(r.stage(), int64(len(line)))
	return signed, nil
}

// Close writes a last checkpoint and lets others write.
func (r *Record) Close() error {
	var err error
	if r.signer != nil && r.Len() > 0 {
		_, err = r.Checkpoint()
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	return errors.Join(err, r.close(), r.lock.Close())
}

func lockFile(path string) (*flock.Flock, error) {
	l := flock.New(path + ".lock")
	ok, err := l.TryLock()
	if err != nil {
		return nil, err
	}
	if !ok {
		return nil, fmt.Errorf("%s: %w", path, ErrLocked)
	}
	return l, nil
}

func dirOf(path string) string { return filepath.Dir(path) }

// syncDir makes a new file's name durable. Systems whose directories cannot be synced do it themselves.
func syncDir(path string) error {
	d, err := os.Open(dirOf(path))
	if err != nil {
		return err
	}
	_ = d.Sync() // not supported everywhere
	return d.Close()
}

func hexRoot(t *tree) string {
	h := t.root()
	return hex.EncodeToString(h[:])
}
