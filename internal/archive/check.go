package archive

import (
	"archive/tar"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// Problem is a file of an archive that is not what the manifest says.
type Problem struct {
	Name string `json:"name"` // as it stands there, whatever it is
	What What   `json:"what"`
}

// What is wrong with a file of an archive.
type What string

// What there is.
const (
	Missing  What = "missing"
	Changed  What = "changed" // other bytes than the hash was made of
	Stranger What = "added"   // the manifest does not know it
	BadName  What = "name"    // it would lie outside the archive when somebody unpacks it
	NoFile   What = "link"    // a link, a device: no archive of ours has one
	Twice    What = "twice"
	Torn     What = "torn" // the archive ends, or cannot be read, here
)

// ErrNotArchive is given for what does not begin as an archive does.
var ErrNotArchive = errors.New("no archive of timelines: it does not begin with a manifest")

// maxManifest is far above what a machine's incidents need.
const maxManifest = 64 << 20

// Check holds an archive, a folder or a .tar.gz, against its manifest, and tells every file that is not what it says. Nothing
// is written, and no more is read than the manifest tells. The order is that of the archive.
func Check(path string) (Manifest, []Problem, error) {
	c := checker{got: make(map[string]Sum)}
	info, err := os.Stat(path)
	if err != nil {
		return Manifest{}, nil, err
	}
	if info.IsDir() {
		err = c.folder(path)
	} else {
		err = c.packed(path)
	}
	if err != nil {
		return Manifest{}, nil, err
	}
	c.compare()
	return c.manifest, c.problems, nil
}

type checker struct {
	manifest Manifest
	known    map[string]Sum
	got      map[string]Sum
	problems []Problem
	cut      bool // it could not be read to its end: what is missing stands there, maybe
}

func (c *checker) problem(name string, what What) {
	c.problems = append(c.problems, Problem{name, what})
}

func (c *checker) begin(r io.Reader) error {
	b, err := io.ReadAll(io.LimitReader(r, maxManifest))
	if err != nil {
		return err
	}
	if json.Unmarshal(b, &c.manifest) != nil || c.manifest.Schema != Schema {
		return ErrNotArchive
	}
	c.known = make(map[string]Sum, len(c.manifest.Files)+2)
	for _, s := range c.manifest.Files {
		c.known[s.Name] = s
	}
	told := hashOf(manifestFile, b)
	c.known[manifestFile], c.got[manifestFile] = told, told
	c.known[sumsFile] = hashOf(sumsFile, sumsOf(c.manifest, told))
	return nil
}

// file takes one file; it is read as far as its known size goes.
func (c *checker) file(name string, r io.Reader) {
	want, known := c.known[name]
	_, twice := c.got[name]
	switch {
	case !Safe(name):
		c.problem(name, BadName)
		return
	case twice:
		c.problem(name, Twice)
		return
	case !known:
		c.problem(name, Stranger)
		return
	}
	h := sha256.New()
	n, err := io.Copy(h, io.LimitReader(r, want.Bytes+1))
	c.got[name] = Sum{name, n, hex.EncodeToString(h.Sum(nil))}
	if err != nil {
		c.problem(name, Torn)
		c.got[name] = want // told once
	}
}

func (c *checker) compare() {
	for _, name := range slices.Sorted(maps.Keys(c.known)) {
		got, there := c.got[name]
		switch {
		case !there && !c.cut:
			c.problem(name, Missing)
		case there && got != c.known[name]:
			c.problem(name, Changed)
		}
	}
}

func (c *checker) folder(root string) error {
	f, err := os.Open(filepath.Join(root, manifestFile))
	if errors.Is(err, fs.ErrNotExist) {
		return ErrNotArchive
	}
	if err != nil {
		return err
	}
	err = c.begin(f)
	if err = errors.Join(err, f.Close()); err != nil {
		return err
	}
	return filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name, err := filepath.Rel(root, path)
		name = filepath.ToSlash(name)
		switch {
		case err != nil || d.IsDir() || name == manifestFile:
			return err
		case !d.Type().IsRegular():
			c.problem(name, NoFile)
			return nil
		}
		f, err := os.Open(path)
		if err != nil {
			return err
		}
		c.file(name, f)
		return f.Close()
	})
}

func (c *checker) packed(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close() //nolint:errcheck // only read
	z, err := gzip.NewReader(f)
	if err != nil {
		return ErrNotArchive
	}
	t := tar.NewReader(z)
	h, err := t.Next()
	if err != nil {
		return ErrNotArchive
	}
	top, name, _ := strings.Cut(h.Name, "/")
	if name != manifestFile || h.Typeflag != tar.TypeReg {
		return ErrNotArchive
	}
	if err := c.begin(t); err != nil {
		return err
	}
	most := int64(maxManifest)
	for _, s := range c.known {
		most += max(s.Bytes, 0)
	}
	for {
		h, err := t.Next()
		if errors.Is(err, io.EOF) {
			// Behind the last file the compressed stream has its own checksum.
			if _, err := io.Copy(io.Discard, io.LimitReader(z, maxManifest)); err != nil {
				c.problem(filepath.Base(path), Torn)
			}
			return nil
		}
		if err == nil {
			most -= max(h.Size, 0)
		}
		if err != nil || most < 0 {
			c.problem(filepath.Base(path), Torn)
			c.cut = true
			return nil
		}
		name, inside := strings.CutPrefix(h.Name, top+"/")
		switch {
		case !inside:
			c.problem(h.Name, BadName)
		case h.Typeflag != tar.TypeReg:
			c.problem(name, NoFile)
		default:
			c.file(name, t)
		}
	}
}
