// Package archive writes many files as one thing to keep: a folder, or a .tar.gz, with a manifest and the SHA-256 of each file
// (MANIFEST.json, and SHA256SUMS as the tool sha256sum checks it). The same files give the same bytes. It exists whole or not
// at all: it is made beside its place and renamed. Names are checked: nothing gets out of the archive's own folder.
package archive

import (
	"archive/tar"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// Schema names the form of the manifest.
const Schema = "sangfroid.archive/1"

// Item is a file to keep: where it lies in the archive, with slashes, and what writes it.
type Item struct {
	Name  string
	Write func(io.Writer) error
}

// Manifest tells what an archive holds.
type Manifest struct {
	Schema    string     `json:"schema"`
	Made      time.Time  `json:"made"`
	By        string     `json:"by"`
	Version   string     `json:"version"`
	Incidents []Incident `json:"incidents"`
	Files     []Sum      `json:"files"`
	Problems  []string   `json:"problems"` // what could not be made, and why
}

// Incident is one of those kept.
type Incident struct {
	ID         string `json:"id"`
	Realm      string `json:"realm"`
	Title      string `json:"title"`
	Folder     string `json:"folder"`
	Record     string `json:"record"`
	Entries    int    `json:"entries"`
	Root       string `json:"root"`
	Verdict    string `json:"verdict"`
	Covered    int    `json:"covered"`
	Checkpoint string `json:"checkpoint,omitempty"` // the last signed one
}

// Sum is a file's size and hash.
type Sum struct {
	Name   string `json:"name"`
	Bytes  int64  `json:"bytes"`
	SHA256 string `json:"sha256"`
}

// ErrName is given for a file that would lie outside the archive, or whose name some system cannot have.
var ErrName = errors.New("a name that cannot be in an archive")

// Safe tells whether a name can be in an archive: relative, of letters, digits, dot, hyphen and underscore, nothing hidden.
func Safe(name string) bool {
	if !fs.ValidPath(name) || name == "." || len(name) > 240 {
		return false
	}
	for part := range strings.SplitSeq(name, "/") {
		if strings.HasPrefix(part, ".") || strings.HasSuffix(part, ".") {
			return false
		}
	}
	return !strings.ContainsFunc(name, func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9') && !strings.ContainsRune("._-/", r)
	})
}

// Write makes the archive at a place where nothing is: a .tar.gz when the name ends so, else a folder. An error is
// fs.ErrExist where something is.
func Write(out string, items []Item, m Manifest) error {
	if _, err := os.Lstat(out); err == nil {
		return &fs.PathError{Op: "create", Path: out, Err: fs.ErrExist}
	}
	parent := filepath.Dir(out)
	work, err := os.MkdirTemp(parent, ".archive-*")
	if err != nil {
		return err
	}
	defer os.RemoveAll(work) //nolint:errcheck // renamed by now, or of no use
	root := filepath.Join(work, "files")
	if err := fill(root, items, &m); err != nil {
		return err
	}
	if !Packed(out) {
		return os.Rename(root, out)
	}
	packed := filepath.Join(work, "packed")
	if err := pack(packed, root, strings.TrimSuffix(strings.TrimSuffix(filepath.Base(out), ".tgz"), ".tar.gz"), m); err != nil {
		return err
	}
	return os.Rename(packed, out)
}

// Packed tells whether a name asks for one file.
func Packed(out string) bool {
	return strings.HasSuffix(out, ".tar.gz") || strings.HasSuffix(out, ".tgz")
}

const (
	manifestFile = "MANIFEST.json"
	sumsFile     = "SHA256SUMS"
)

// fill writes the files and what tells of them.
func fill(root string, items []Item, m *Manifest) error {
	m.Schema = Schema
	m.Files = []Sum{}
	slices.SortFunc(items, func(a, b Item) int { return strings.Compare(a.Name, b.Name) })
	for i, it := range items {
		if !Safe(it.Name) || (i > 0 && items[i-1].Name == it.Name) || it.Name == manifestFile || it.Name == sumsFile {
			return fmt.Errorf("%q: %w", it.Name, ErrName)
		}
		s, err := put(root, it)
		if err != nil {
			return fmt.Errorf("%s: %w", it.Name, err)
		}
		m.Files = append(m.Files, s)
	}
	b, err := json.MarshalIndent(m, "", "  ")
	if err != nil {
		return err
	}
	told, err := put(root, Item{manifestFile, literally(append(b, '\n'))})
	if err != nil {
		return err
	}
	_, err = put(root, Item{sumsFile, literally(sumsOf(*m, told))})
	return err
}

// sumsOf is what stands in SHA256SUMS: the files and, last, the manifest.
func sumsOf(m Manifest, manifest Sum) []byte {
	var b []byte
	for _, s := range append(slices.Clone(m.Files), manifest) {
		b = fmt.Appendf(b, "%s  %s\n", s.SHA256, s.Name)
	}
	return b
}

func hashOf(name string, b []byte) Sum {
	h := sha256.Sum256(b)
	return Sum{name, int64(len(b)), hex.EncodeToString(h[:])}
}

func literally(b []byte) func(io.Writer) error {
	return func(w io.Writer) error {
		_, err := w.Write(b)
		return err
	}
}

// Bytes is an item of bytes there already.
func Bytes(name string, b []byte) Item { return Item{name, literally(b)} }

// put writes one file, synced.
func put(root string, it Item) (Sum, error) {
	path := filepath.Join(root, filepath.FromSlash(it.Name))
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return Sum{}, err
	}
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return Sum{}, err
	}
	h := sha256.New()
	n := &counter{}
	err = it.Write(io.MultiWriter(f, h, n))
	return Sum{it.Name, n.n, hex.EncodeToString(h.Sum(nil))}, errors.Join(err, f.Sync(), f.Close())
}

type counter struct{ n int64 }

func (c *counter) Write(b []byte) (int, error) {
	c.n += int64(len(b))
	return len(b), nil
}

// pack writes the files as one, in the order of their names, with the time of the manifest.
func pack(path, root, top string, m Manifest) error {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	z := gzip.NewWriter(f)
	t := tar.NewWriter(z)
	names := []string{manifestFile, sumsFile}
	for _, s := range m.Files {
		names = append(names, s.Name)
	}
	slices.Sort(names)
	for _, name := range names {
		if err = add(t, root, top, name, m.Made); err != nil {
			break
		}
	}
	return errors.Join(err, t.Close(), z.Close(), f.Sync(), f.Close())
}

func add(t *tar.Writer, root, top, name string, at time.Time) error {
	f, err := os.Open(filepath.Join(root, filepath.FromSlash(name)))
	if err != nil {
		return err
	}
	defer f.Close() //nolint:errcheck // only read
	info, err := f.Stat()
	if err != nil {
		return err
	}
	if !Safe(top) {
		top = "archive"
	}
	if err := t.WriteHeader(&tar.Header{Name: top + "/" + name, Mode: 0o600, Size: info.Size(), ModTime: at.UTC().Truncate(time.Second), Typeflag: tar.TypeReg, Format: tar.FormatPAX}); err != nil {
		return err
	}
	_, err = io.Copy(t, f)
	return err
}
