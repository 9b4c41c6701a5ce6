package timeline

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sangfroid/internal/incident"
	"strings"
	"sync"
	"testing"
	"time"
)

func zero() time.Time { return time.Date(2026, 11, 23, 13, 0, 0, 0, time.UTC) }

func header() Header {
	return Header{Incident: "inc-1", Realm: incident.Live, Title: "Loss of a site", Axis: AxisReceived}
}

func signer(t testing.TB) *Signer {
	t.Helper()
	s, err := LoadOrCreateKey(filepath.Join(t.TempDir(), "key"), "sangfroid/inc-1")
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// note is a line with an event; n makes it unlike the others.
func noted(n int) Line {
	raw := fmt.Sprintf(`{"specversion":"1.0","id":"e%06d","source":"/t","type":"sangfroid.note.added","subject":"note/main","time":%q,"recorded":%q,"incident":"inc-1","realm":"live","actor":"Alice","role":"scribe","data":{"kind":"finding","text":"finding %d"}}`,
		n, zero().Add(time.Duration(n)*time.Second).Format(time.RFC3339), zero().Add(time.Duration(n)*time.Second).Format(time.RFC3339), n)
	return Line{Bus: uint64(n), Received: zero().Add(time.Duration(n) * time.Second), Raw: []byte(raw)}
}

func notes(from, to int) []Line {
	var out []Line
	for n := from; n <= to; n++ {
		out = append(out, noted(n))
	}
	return out
}

func newRecord(t testing.TB, n int) (*Record, string) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "inc-1.jsonl")
	r, err := Create(path, header(), signer(t))
	if err != nil {
		t.Fatal(err)
	}
	if n > 0 {
		if _, err := r.Append(notes(1, n)...); err != nil {
			t.Fatal(err)
		}
	}
	return r, path
}

// writable is what both kinds of log can do.
type writable interface {
	Log
	Append(ls ...Line) (int, error)
}

// TestConformance: the twin in memory and the file behave alike.
func TestConformance(t *testing.T) {
	record, _ := newRecord(t, 0)
	defer record.Close()
	memory := NewMemory(header())
	for name, l := range map[string]writable{"record": record, "memory": memory} {
		t.Run(name, func(t *testing.T) {
			if l.Len() != 0 {
				t.Fatal("not empty")
			}
			if first, err := l.Append(notes(1, 3)...); err != nil || first != 1 {
				t.Fatal(first, err)
			}
			if first, err := l.Append(notes(4, 250)...); err != nil || first != 4 {
				t.Fatal(first, err)
			}
			if l.Len() != 250 || l.Header().Incident != "inc-1" {
				t.Fatal(l.Len(), l.Header())
			}
			e, err := l.At(200)
			if err != nil || e.Seq != 200 || e.Bus != 200 || e.Event.ID != "e000200" || string(e.Raw) != string(noted(200).Raw) {
				t.Fatalf("%+v %v", e, err)
			}
			n := 0
			err = l.Range(10, 20, func(e incident.Entry) bool {
				n++
				return e.Seq < 15
			})
			if err != nil || n != 6 {
				t.Fatal(n, err)
			}
			for _, wrong := range []int{0, -1, 251} {
				if _, err := l.At(wrong); !errors.Is(err, ErrNoEntry) {
					t.Errorf("entry %d: %v", wrong, err)
				}
			}
			if s, err := StateAt(l, 250); err != nil || s.Count.Entries != 250 {
				t.Error(err)
			}
			if n := Upto(l, zero().Add(100*time.Second)); n != 100 {
				t.Errorf("%d entries at that time", n)
			}
		})
	}
	n1, a := record.Root()
	n2, b := memory.Root()
	if a != b || n1 != n2 {
		t.Errorf("roots differ: %s %s", a, b)
	}
	part, err := RootAt(record, 100)
	if err != nil || part == a {
		t.Error(part, err)
	}
}

func TestReadersWhileAppending(t *testing.T) {
	r, _ := newRecord(t, 10)
	defer r.Close()
	var wg sync.WaitGroup
	stop := make(chan struct{})
	for range 4 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for {
				select {
				case <-stop:
					return
				default:
				}
				n := r.Len()
				if e, err := r.At(n); err != nil || e.Seq != n {
					t.Errorf("%d: %v", n, err)
					return
				}
			}
		}()
	}
	for n := 11; n < 80; n++ {
		if _, err := r.Append(noted(n)); err != nil {
			t.Fatal(err)
		}
	}
	close(stop)
	wg.Wait()
}

// TestCrashAtEveryByte: whatever part of the last line reached the disk, the entries before it are there, the root is theirs,
// the torn bytes are kept aside, and the record can be written again.
func TestCrashAtEveryByte(t *testing.T) {
	r, path := newRecord(t, 5)
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	_, want := r.Root()
	if _, err := r.Append(noted(6)); err != nil {
		t.Fatal(err)
	}
	longer, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := r.Close(); err != nil {
		t.Fatal(err)
	}
	for n := len(whole); n < len(longer); n++ {
		torn := filepath.Join(t.TempDir(), "torn.jsonl")
		if err := os.WriteFile(torn, longer[:n], 0o600); err != nil {
			t.Fatal(err)
		}
		got, err := Open(torn, signer(t))
		if err != nil {
			t.Fatalf("cut at %d: %v", n, err)
		}
		if _, root := got.Root(); got.Len() != 5 || root != want {
			t.Fatalf("cut at %d: %d entries, root %s", n, got.Len(), root)
		}
		if n > len(whole) {
			if got.Recovered == nil || got.Recovered.Bytes != n-len(whole) {
				t.Fatalf("cut at %d: %+v", n, got.Recovered)
			}
			if b, err := os.ReadFile(got.Recovered.Path); err != nil || !bytes.Equal(b, longer[len(whole):n]) {
				t.Fatalf("cut at %d: the torn bytes are not kept: %v", n, err)
			}
		}
		if _, err := got.Append(noted(6)); err != nil {
			t.Fatal(err)
		}
		if err := got.Close(); err != nil {
			t.Fatal(err)
		}
		if rep, err := Verify(torn); err != nil || rep.Verdict != Intact || rep.Entries != 6 {
			t.Fatalf("cut at %d: %+v %v", n, rep, err)
		}
	}
}

func TestOneWriter(t *testing.T) {
	r, path := newRecord(t, 1)
	defer r.Close()
	if _, err := Open(path, nil); !errors.Is(err, ErrLocked) {
		t.Errorf("a second writer: %v", err)
	}
	if _, err := Create(path, header(), nil); err == nil {
		t.Error("created over an old one")
	}
	reader, err := OpenReader(path)
	if err != nil || reader.Len() != 1 {
		t.Fatal(err)
	}
	if err := reader.Close(); err != nil {
		t.Error(err)
	}
}

func TestNotATimeline(t *testing.T) {
	for name, content := range map[string]string{
		"empty": "", "text": "hello\n", "json": "{}\n", "other": `{"format":"other/1"}` + "\n", "binary": "\x00\x01\x02\n", "no end": `{"format":"`,
	} {
		path := filepath.Join(t.TempDir(), "x.jsonl")
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := OpenReader(path); !errors.Is(err, ErrNotTimeline) {
			t.Errorf("%s: %v", name, err)
		}
		if _, err := Open(path, nil); !errors.Is(err, ErrNotTimeline) {
			t.Errorf("%s: %v", name, err)
		}
		if b, err := os.ReadFile(path); err != nil || string(b) != content {
			t.Errorf("%s: somebody else's file was changed", name)
		}
	}
}

func TestVerifyNamesWhatWasChanged(t *testing.T) {
	build := func(t *testing.T) (string, []string) {
		r, path := newRecord(t, 20)
		if err := r.Close(); err != nil {
			t.Fatal(err)
		}
		b, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		return path, strings.SplitAfter(strings.TrimSuffix(string(b), "\n"), "\n")
	}
	for name, c := range map[string]struct {
		change func(lines []string) []string
		code   string
	}{
		"a word":          {func(l []string) []string { l[8] = strings.Replace(l[8], "finding 8", "finding 9", 1); return l }, "hash"},
		"a time received": {func(l []string) []string { l[8] = strings.Replace(l[8], "13:00:08", "13:00:09", 1); return l }, "hash"},
		"a line removed":  {func(l []string) []string { return append(l[:8:8], l[9:]...) }, "sequence"},
		"two exchanged":   {func(l []string) []string { l[8], l[9] = l[9], l[8]; return l }, "sequence"},
		"a line twice":    {func(l []string) []string { return append(l[:9:9], l[8:]...) }, "sequence"},
		"not JSON":        {func(l []string) []string { l[8] = "garbage\n"; return l }, "unreadable"},
	} {
		t.Run(name, func(t *testing.T) {
			path, lines := build(t)
			if rep, err := Verify(path); err != nil || rep.Verdict != Intact || rep.Covered != 20 {
				t.Fatalf("%+v %v", rep, err)
			}
			if err := os.WriteFile(path, []byte(strings.Join(c.change(lines), "")), 0o600); err != nil {
				t.Fatal(err)
			}
			rep, err := Verify(path)
			if err != nil || rep.Verdict != Damaged || len(rep.Findings) == 0 || rep.Findings[0].Code != c.code {
				t.Errorf("%+v %v", rep, err)
			}
		})
	}
}

// TestARewrittenFileIsFoundByAHeldCheckpoint: somebody who has the key can write a whole new file; the checkpoint a person
// holds tells.
func TestARewrittenFileIsFoundByAHeldCheckpoint(t *testing.T) {
	r, path := newRecord(t, 20)
	size, root := r.Root()
	if err := r.Close(); err != nil {
		t.Fatal(err)
	}
	good, err := ParseHeld(fmt.Sprintf("%d %s", size, root[:8]))
	if err != nil {
		t.Fatal(err)
	}
	if rep, err := Verify(path, good); err != nil || rep.Verdict != Intact || rep.HeldGood != 1 {
		t.Fatalf("%+v %v", rep, err)
	}
	other, otherPath := newRecord(t, 19)
	if _, err := other.Append(noted(99)); err != nil {
		t.Fatal(err)
	}
	if err := other.Close(); err != nil {
		t.Fatal(err)
	}
	if rep, err := Verify(otherPath, good); err != nil || rep.Verdict != Damaged || rep.Findings[0].Code != "held" {
		t.Errorf("%+v %v", rep, err)
	}
	longer := good
	longer.Size = 30
	if rep, err := Verify(path, longer); err != nil || rep.Verdict != Damaged || rep.Findings[0].Code != "short" {
		t.Errorf("%+v %v", rep, err)
	}
	for _, bad := range []string{"", "x", "12", "12 xyz", "-1 abcdef12", "12 abc"} {
		if _, err := ParseHeld(bad); err == nil {
			t.Errorf("%q was taken", bad)
		}
	}
}

func TestKeysAreKept(t *testing.T) {
	path := filepath.Join(t.TempDir(), "key")
	a, err := LoadOrCreateKey(path, "sangfroid/inc-1")
	if err != nil {
		t.Fatal(err)
	}
	b, err := LoadOrCreateKey(path, "sangfroid/inc-1")
	if err != nil || a.vkey != b.vkey {
		t.Errorf("%v %s %s", err, a.vkey, b.vkey)
	}
	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v %v", info.Mode(), err)
	}
	if err := os.WriteFile(path, []byte("nonsense"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := LoadOrCreateKey(path, "x"); err == nil {
		t.Error("a damaged key was replaced without a word")
	}
}

func FuzzReader(f *testing.F) {
	r, path := newRecord(f, 3)
	_ = r.Close()
	b, _ := os.ReadFile(path)
	f.Add(b)
	f.Add([]byte(`{"format":"sangfroid.timeline/1"}` + "\n{}\n"))
	dir := f.TempDir()
	f.Fuzz(func(t *testing.T, data []byte) {
		path := filepath.Join(dir, "f.jsonl")
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
		r, err := OpenReader(path)
		if err != nil {
			return
		}
		defer r.Close()
		if _, err := StateAt(r, r.Len()); err != nil && !errors.Is(err, ErrNoEntry) {
			t.Log(err)
		}
		if _, err := Verify(path); err != nil {
			t.Log(err)
		}
	})
}

func bigFile(b testing.TB, n int) string {
	r, path := newRecord(b, 0)
	if _, err := r.Append(notes(1, n)...); err != nil {
		b.Fatal(err)
	}
	if err := r.Close(); err != nil {
		b.Fatal(err)
	}
	return path
}

func BenchmarkOpen(b *testing.B) {
	path := bigFile(b, 100_000)
	for b.Loop() {
		r, err := OpenReader(path)
		if err != nil {
			b.Fatal(err)
		}
		if err := r.Close(); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkAppendSynced(b *testing.B) {
	r, _ := newRecord(b, 0)
	defer r.Close()
	n := 0
	for b.Loop() {
		n++
		if _, err := r.Append(noted(n)); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkAppendBare is the limit of BenchmarkAppendSynced: the same bytes, written and synced, nothing else.
func BenchmarkAppendBare(b *testing.B) {
	f, err := os.Create(filepath.Join(b.TempDir(), "bare"))
	if err != nil {
		b.Fatal(err)
	}
	defer f.Close()
	n := 0
	for b.Loop() {
		n++
		l := noted(n)
		v, err := json.Marshal(map[string]any{"seq": n, "received": l.Received, "event": json.RawMessage(l.Raw)})
		if err != nil {
			b.Fatal(err)
		}
		if _, err := f.Write(append(v, '\n')); err != nil {
			b.Fatal(err)
		}
		if err := f.Sync(); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkAt(b *testing.B) {
	r, err := OpenReader(bigFile(b, 100_000))
	if err != nil {
		b.Fatal(err)
	}
	defer r.Close()
	n := 1
	for b.Loop() {
		n = (n*7919)%100_000 + 1
		if _, err := r.At(n); err != nil {
			b.Fatal(err)
		}
	}
}
