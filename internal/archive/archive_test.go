package archive

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

func items() []Item {
	return []Item{
		Bytes("live/inc-1/record.jsonl", []byte(strings.Repeat("an entry\n", 2000))),
		Bytes("live/inc-1/report.md", []byte("# A report\n")),
		Bytes("drill/EXERCISE-inc-2/record.jsonl", []byte("another\n")),
		Bytes("outbox.jsonl", nil),
	}
}

func manifest() Manifest {
	return Manifest{
		Made: time.Date(2026, 11, 23, 14, 2, 0, 0, time.UTC), By: "Alice", Version: "v1", Problems: []string{},
		Incidents: []Incident{{ID: "inc-1", Realm: "live", Folder: "live/inc-1", Record: "live/inc-1/record.jsonl", Entries: 3, Root: "00ff"}},
	}
}

func written(t testing.TB, name string) string {
	t.Helper()
	out := filepath.Join(t.TempDir(), name)
	if err := Write(out, items(), manifest()); err != nil {
		t.Fatal(err)
	}
	return out
}

func TestWhatIsWrittenIsFoundWhole(t *testing.T) {
	for _, name := range []string{"kept", "kept.tar.gz", "kept.tgz", "été 2026.tar.gz"} {
		m, problems, err := Check(written(t, name))
		if err != nil || len(problems) > 0 || len(m.Files) != 4 || m.Incidents[0].Root != "00ff" {
			t.Errorf("%s: %v %v %+v", name, err, problems, m)
		}
	}
	a, err1 := os.ReadFile(written(t, "kept.tar.gz"))
	b, err2 := os.ReadFile(written(t, "kept.tar.gz"))
	if err1 != nil || err2 != nil || !bytes.Equal(a, b) {
		t.Error("the same files give other bytes")
	}
	if sums, err := exec.LookPath("sha256sum"); err == nil {
		c := exec.Command(sums, "-c", sumsFile)
		c.Dir = written(t, "kept")
		if out, err := c.CombinedOutput(); err != nil {
			t.Errorf("sha256sum does not agree: %v\n%s", err, out)
		}
	}
}

func TestOnlyThisAccountReadsIt(t *testing.T) {
	dir := written(t, "kept")
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if info, ierr := d.Info(); ierr == nil && info.Mode().Perm()&0o077 != 0 {
			t.Errorf("%s is %v", path, info.Mode())
		}
		return err
	})
	if info, serr := os.Stat(written(t, "kept.tar.gz")); err != nil || serr != nil || info.Mode().Perm() != 0o600 {
		t.Error(err, serr, info.Mode())
	}
}

// badNames would lie elsewhere, hide, or be another file on another system.
func badNames() []string {
	return []string{
		"", ".", "..", "../x", "a/../../x", "/etc/passwd", "a//b", "a/", "./a", "a/./b", ".hidden", "a/.git/config", "C:\\x", "c:x", "a\\b", "a\x00b", "a\nb",
		"a\u202eb", "é", "a b", "a*", "a./b", "a/..", "~/x", "$HOME", strings.Repeat("a/", 200) + "b",
	}
}

func TestNothingGetsOutOfTheFolder(t *testing.T) {
	for _, name := range append(badNames(), manifestFile, sumsFile) {
		parent := t.TempDir()
		for _, out := range []string{"kept", "kept.tar.gz"} {
			err := Write(filepath.Join(parent, out), []Item{Bytes(name, []byte("x"))}, manifest())
			if !errors.Is(err, ErrName) {
				t.Errorf("%q: %v", name, err)
			}
		}
		if left, _ := os.ReadDir(parent); len(left) != 0 {
			t.Errorf("%q left %v", name, left)
		}
	}
	two := []Item{Bytes("a", []byte("1")), Bytes("a", []byte("2"))}
	if err := Write(filepath.Join(t.TempDir(), "kept"), two, manifest()); !errors.Is(err, ErrName) {
		t.Errorf("two files of one name: %v", err)
	}
	for _, good := range []string{"a", "live/inc-1/record.2.jsonl", "A-b_c.9"} {
		if !Safe(good) {
			t.Errorf("%q cannot be in an archive", good)
		}
	}
}

func TestWholeOrNotAtAll(t *testing.T) {
	parent := t.TempDir()
	broken := append(items(), Item{"zz", func(w io.Writer) error {
		_, _ = w.Write([]byte("half"))
		return io.ErrUnexpectedEOF
	}})
	for _, out := range []string{"kept", "kept.tar.gz"} {
		if err := Write(filepath.Join(parent, out), broken, manifest()); !errors.Is(err, io.ErrUnexpectedEOF) || !strings.Contains(err.Error(), "zz") {
			t.Error(err)
		}
	}
	if left, _ := os.ReadDir(parent); len(left) != 0 {
		t.Errorf("left %v", left)
	}
	out := written(t, "kept.tar.gz")
	before, _ := os.ReadFile(out)
	if err := Write(out, items(), manifest()); !errors.Is(err, fs.ErrExist) {
		t.Errorf("it writes over another one: %v", err)
	}
	if after, _ := os.ReadFile(out); !bytes.Equal(before, after) {
		t.Error("the one that was there is another now")
	}
	if err := Write(filepath.Join(parent, "no", "kept"), items(), manifest()); err == nil {
		t.Error("a folder that is not there")
	}
}

func TestAFolderThatWasChanged(t *testing.T) {
	for name, c := range map[string]struct {
		do   func(dir string) error
		want Problem
	}{
		"a byte":    {func(d string) error { return flip(filepath.Join(d, "live/inc-1/report.md")) }, Problem{"live/inc-1/report.md", Changed}},
		"removed":   {func(d string) error { return os.Remove(filepath.Join(d, "outbox.jsonl")) }, Problem{"outbox.jsonl", Missing}},
		"shortened": {func(d string) error { return os.Truncate(filepath.Join(d, "live/inc-1/record.jsonl"), 7) }, Problem{"live/inc-1/record.jsonl", Changed}},
		"added":     {func(d string) error { return os.WriteFile(filepath.Join(d, "more"), nil, 0o600) }, Problem{"more", Stranger}},
		"hidden":    {func(d string) error { return os.WriteFile(filepath.Join(d, ".more"), nil, 0o600) }, Problem{".more", BadName}},
		"the sums":  {func(d string) error { return flip(filepath.Join(d, sumsFile)) }, Problem{sumsFile, Changed}},
		"a link":    {func(d string) error { return os.Symlink("/etc/passwd", filepath.Join(d, "x")) }, Problem{"x", NoFile}},
	} {
		dir := written(t, "kept")
		if err := c.do(dir); err != nil {
			t.Fatal(err)
		}
		_, problems, err := Check(dir)
		if err != nil || !slices.Equal(problems, []Problem{c.want}) {
			t.Errorf("%s: %v %v, want %v", name, err, problems, c.want)
		}
	}
	dir := written(t, "kept")
	if err := os.WriteFile(filepath.Join(dir, manifestFile), []byte(`{"schema":"sangfroid.archive/1","files":null}`), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, problems, err := Check(dir); err != nil || len(problems) < 4 {
		t.Errorf("a manifest that tells nothing: %v %v", err, problems)
	}
}

func flip(path string) error {
	b, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	b[len(b)/2] ^= 1
	return os.WriteFile(path, b, 0o600)
}

func TestWhatIsNoArchive(t *testing.T) {
	dir := t.TempDir()
	for name, b := range map[string][]byte{
		"empty.tar.gz": nil, "words.tar.gz": []byte("words"), "tar.tar.gz": packedOf(t, tar.Header{Name: "a/b", Typeflag: tar.TypeReg}),
		"link.tar.gz": packedOf(t, tar.Header{Name: "a/MANIFEST.json", Typeflag: tar.TypeSymlink, Linkname: "/etc/passwd"}),
	} {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, b, 0o600); err != nil {
			t.Fatal(err)
		}
		if _, _, err := Check(path); !errors.Is(err, ErrNotArchive) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, _, err := Check(dir); !errors.Is(err, ErrNotArchive) {
		t.Errorf("a folder of other things: %v", err)
	}
	if _, _, err := Check(filepath.Join(dir, "nothing")); !errors.Is(err, fs.ErrNotExist) {
		t.Error(err)
	}
}

// packedOf is a .tar.gz of these members, each with a byte a regular file.
func packedOf(t testing.TB, members ...tar.Header) []byte {
	t.Helper()
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	w := tar.NewWriter(z)
	for _, h := range members {
		body := []byte("x")
		if h.PAXRecords != nil {
			body = []byte(h.PAXRecords["comment"])
			h.PAXRecords = nil
		}
		if h.Typeflag != tar.TypeReg {
			body = nil
		}
		h.Size, h.Mode = int64(len(body)), 0o600
		if err := w.WriteHeader(&h); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write(body); err != nil {
			t.Fatal(err)
		}
	}
	if err := errors.Join(w.Close(), z.Close()); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// A packed archive somebody made to do harm where it is unpacked: each member is named.
func TestMembersThatWouldLieElsewhere(t *testing.T) {
	const empty = `{"schema":"sangfroid.archive/1","files":[]}`
	members := []tar.Header{{Name: "kept/MANIFEST.json", Typeflag: tar.TypeReg, PAXRecords: map[string]string{"comment": empty}}}
	var want []Problem
	add := func(name string, flag byte, p Problem) {
		members = append(members, tar.Header{Name: name, Typeflag: flag, Linkname: "/etc/passwd"})
		want = append(want, p)
	}
	add("../evil", tar.TypeReg, Problem{"../evil", BadName})
	add("/etc/evil", tar.TypeReg, Problem{"/etc/evil", BadName})
	add("kept/../../evil", tar.TypeReg, Problem{"../../evil", BadName})
	add("kept/a\\..\\evil", tar.TypeReg, Problem{"a\\..\\evil", BadName})
	add("kept/link", tar.TypeSymlink, Problem{"link", NoFile})
	add("kept/hard", tar.TypeLink, Problem{"hard", NoFile})
	add("kept/pipe", tar.TypeFifo, Problem{"pipe", NoFile})
	add("kept/stranger", tar.TypeReg, Problem{"stranger", Stranger})
	want = append(want, Problem{sumsFile, Missing})
	path := filepath.Join(t.TempDir(), "evil.tar.gz")
	if err := os.WriteFile(path, packedOf(t, members...), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, problems, err := Check(path); err != nil || !slices.Equal(problems, want) {
		t.Errorf("%v\n%v\nwant\n%v", err, problems, want)
	}
}

// Cut at any byte, it is no archive, or it is told to be torn: never whole. And whatever bit is flipped.
func TestATruncatedArchiveIsNeverWhole(t *testing.T) {
	whole, err := os.ReadFile(written(t, "kept.tar.gz"))
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "kept.tar.gz")
	holds := func(b []byte) bool {
		if err := os.WriteFile(path, b, 0o600); err != nil {
			t.Fatal(err)
		}
		_, problems, err := Check(path)
		return err == nil && len(problems) == 0
	}
	for n := range whole {
		if holds(whole[:n]) {
			t.Fatalf("cut at %d of %d it is taken as whole", n, len(whole))
		}
	}
	for n := 10; n < len(whole); n++ { // the head of gzip tells a time and a system
		b := bytes.Clone(whole)
		b[n] ^= 1 << (n % 8)
		if holds(b) && !bytes.Equal(unpacked(b), unpacked(whole)) { // what was packed may be written in several ways
			t.Fatalf("a bit flipped in byte %d of %d is not found", n, len(whole))
		}
	}
}

func unpacked(b []byte) []byte {
	z, err := gzip.NewReader(bytes.NewReader(b))
	if err != nil {
		return nil
	}
	out, _ := io.ReadAll(z)
	return out
}

// FuzzCheck: whatever an archive is, it is looked at without a panic.
func FuzzCheck(f *testing.F) {
	b, err := os.ReadFile(written(f, "kept.tar.gz"))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(b)
	path := filepath.Join(f.TempDir(), "x.tar.gz")
	f.Fuzz(func(t *testing.T, b []byte) {
		if err := os.WriteFile(path, b, 0o600); err != nil {
			t.Fatal(err)
		}
		_, _, _ = Check(path) // told or not
	})
}
