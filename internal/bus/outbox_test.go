package bus

import (
	"bytes"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

func openOutbox(t testing.TB, dir string) *Outbox {
	t.Helper()
	o, err := OpenOutbox(dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = o.Close() })
	return o
}

func item(id string) Item {
	return Item{
		ID: id, Source: "/t", Realm: realmLive, Incident: inc, Author: "alice", Category: "note", Entity: "n1",
		Raw: eventRaw(id), PutAt: time.Date(2026, 11, 24, 3, 0, 0, 1e6, time.UTC),
	}
}

func putItems(t testing.TB, o *Outbox, ids ...string) {
	t.Helper()
	for _, id := range ids {
		if err := o.Put(item(id)); err != nil {
			t.Fatal(err)
		}
	}
}

func pendingIDs(o *Outbox) []string {
	var ids []string
	for _, i := range o.Pending() {
		ids = append(ids, i.ID)
	}
	return ids
}

func wantPending(t *testing.T, o *Outbox, ids ...string) {
	t.Helper()
	if got := pendingIDs(o); !slices.Equal(got, ids) {
		t.Fatalf("pending %q, want %q", got, ids)
	}
}

func files(t testing.TB, dir string) []string {
	t.Helper()
	got, err := filepath.Glob(filepath.Join(dir, "*"))
	if err != nil {
		t.Fatal(err)
	}
	return got
}

// abandon leaves the outbox as a process that died does: the system drops its lock, nothing else happens.
func abandon(t testing.TB, o *Outbox) {
	t.Helper()
	o.mu.Lock()
	defer o.mu.Unlock()
	if err := errors.Join(o.file.Close(), o.lock.Close()); err != nil {
		t.Fatal(err)
	}
	o.file = nil
}

func TestOutboxPutIsOnDisk(t *testing.T) {
	dir := t.TempDir()
	o := openOutbox(t, dir)
	putItems(t, o, "a", "b", "c", "b")
	wantPending(t, o, "a", "b", "c")
	abandon(t, o)
	next := openOutbox(t, dir)
	wantPending(t, next, "a", "b", "c")
	got, want := next.Pending()[1], item("b")
	if !bytes.Equal(got.Raw, want.Raw) || !got.PutAt.Equal(want.PutAt) || got.Entity != want.Entity || got.Source != want.Source {
		t.Errorf("found %+v, want %+v", got, want)
	}
}

func TestOutboxKeepsRawBytes(t *testing.T) {
	dir := t.TempDir()
	o := openOutbox(t, dir)
	odd := item("odd")
	odd.Raw = []byte("not json \x00\xff\n{\"done\":\"a\"}\r\n")
	huge := item("huge")
	huge.Raw = bytes.Repeat([]byte{'h'}, 12<<20)
	putItems(t, o, "a")
	if err := errors.Join(o.Put(odd), o.Put(huge)); err != nil {
		t.Fatal(err)
	}
	abandon(t, o)
	next := openOutbox(t, dir)
	wantPending(t, next, "a", "odd", "huge")
	if p := next.Pending(); !bytes.Equal(p[1].Raw, odd.Raw) || !bytes.Equal(p[2].Raw, huge.Raw) {
		t.Error("the bytes are not those put")
	}
}

func TestOutboxDone(t *testing.T) {
	dir := t.TempDir()
	o := openOutbox(t, dir)
	putItems(t, o, "a", "b", "c")
	if err := errors.Join(o.Done("/t", "b"), o.Done("/t", "b"), o.Done("/t", "never")); err != nil {
		t.Fatal(err)
	}
	wantPending(t, o, "a", "c")
	abandon(t, o)
	next := openOutbox(t, dir)
	wantPending(t, next, "a", "c")
	if err := errors.Join(next.Done("/t", "a"), next.Done("/t", "c"), next.Close()); err != nil {
		t.Fatal(err)
	}
	if left := files(t, dir); len(left) != 0 {
		t.Errorf("an empty outbox leaves %q", left)
	}
}

// The file does not grow for ever, and what comes after it shrank is kept.
func TestOutboxCompacts(t *testing.T) {
	dir := t.TempDir()
	o := openOutbox(t, dir)
	big := item("big")
	big.Raw = bytes.Repeat([]byte{'b'}, compactAt)
	if err := errors.Join(o.Put(big), o.Done("/t", "big")); err != nil {
		t.Fatal(err)
	}
	if st, err := o.file.Stat(); err != nil || st.Size() != 0 {
		t.Errorf("the file has %d bytes, %v", st.Size(), err)
	}
	putItems(t, o, "after")
	abandon(t, o)
	wantPending(t, openOutbox(t, dir), "after")
}

func TestOutboxTornLine(t *testing.T) {
	dir := t.TempDir()
	o := openOutbox(t, dir)
	putItems(t, o, "a", "b", "torn")
	path, size := o.file.Name(), o.size
	abandon(t, o)
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	second := bytes.LastIndexByte(whole[:size-1], '\n') + 1
	for _, tail := range [][]byte{whole[second : second+40], whole[second : size-2], make([]byte, 512), []byte("\x00\x00{\n")} {
		d := t.TempDir()
		if err := os.WriteFile(filepath.Join(d, filepath.Base(path)), append(slices.Clone(whole[:second]), tail...), 0o600); err != nil {
			t.Fatal(err)
		}
		wantPending(t, openOutbox(t, d), "a", "b")
	}
}

func TestOutboxOfLiveProcessIsNotAdopted(t *testing.T) {
	dir := t.TempDir()
	p := spawn(t, childHold, dir)
	ids := p.first(t, 3)
	o := openOutbox(t, dir)
	wantPending(t, o)
	other := openOutbox(t, dir) // two of one process do not take each other's either
	putItems(t, other, "mine")
	if err := o.Adopt(); err != nil {
		t.Fatal(err)
	}
	wantPending(t, o)
	p.kill(t)
	if err := o.Adopt(); err != nil {
		t.Fatal(err)
	}
	wantPending(t, o, ids...)
}

// Several that open at once share what was left: nothing is lost.
func TestOutboxAdoptedOnce(t *testing.T) {
	dir := t.TempDir()
	var want []string
	for i := range 6 {
		o := openOutbox(t, dir)
		id := fmt.Sprint("left-", i)
		putItems(t, o, id)
		want = append(want, id)
		defer abandon(t, o)
	}
	for _, o := range files(t, dir) {
		if filepath.Ext(o) != ".lock" {
			copyTo(t, o, filepath.Join(dir, "copy"))
		}
	}
	shared := filepath.Join(dir, "copy")
	all := make([]*Outbox, 4)
	var wg sync.WaitGroup
	for i := range all {
		wg.Go(func() { all[i], _ = OpenOutbox(shared) })
	}
	wg.Wait()
	var got []string
	for _, o := range all {
		if o == nil {
			t.Fatal("an outbox did not open")
		}
		got = append(got, pendingIDs(o)...)
		defer o.Close()
	}
	slices.Sort(got)
	if !slices.Equal(got, want) {
		t.Errorf("adopted %q, want %q", got, want)
	}
}

func copyTo(t testing.TB, path, dir string) {
	t.Helper()
	b, err := os.ReadFile(path)
	if err == nil {
		err = errors.Join(os.MkdirAll(dir, 0o700), os.WriteFile(filepath.Join(dir, filepath.Base(path)), b, 0o600))
	}
	if err != nil {
		t.Fatal(err)
	}
}

// Whatever the moment a process is killed, what Put said is saved is found by the next.
func TestOutboxKilled(t *testing.T) {
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	rng := rand.New(rand.NewPCG(seed, 1))
	dir, total := t.TempDir(), 0
	var want []string
	for round := range 30 {
		p := spawn(t, childOutbox, dir)
		ids := append(p.first(t, 1), p.killAfter(t, time.Duration(rng.IntN(20_000))*time.Microsecond)...)
		total += len(ids)
		want = append(want, ids...)
		o := openOutbox(t, dir)
		got := make(map[string]bool)
		for _, id := range pendingIDs(o) {
			if got[id] {
				t.Fatalf("round %d: %s twice", round, id)
			}
			got[id] = true
		}
		for _, id := range want {
			if !got[id] {
				t.Fatalf("round %d: %s was saved and is not there", round, id)
			}
		}
		if round%3 == 2 { // some rounds start empty, others with what earlier ones left
			for id := range got {
				if err := o.Done("/t", id); err != nil {
					t.Fatal(err)
				}
			}
			want = nil
		}
		if err := o.Close(); err != nil {
			t.Fatal(err)
		}
	}
	t.Logf("30 kills, %d items saved, 0 lost", total)
}

func TestOutboxClosed(t *testing.T) {
	o := openOutbox(t, t.TempDir())
	if err := errors.Join(o.Close(), o.Close()); err != nil {
		t.Fatal(err)
	}
	if err := o.Put(item("late")); !errors.Is(err, ErrClosed) {
		t.Errorf("put after close: %v", err)
	}
}

func TestOutboxDiskFull(t *testing.T) {
	for _, errno := range []error{syscall.ENOSPC, syscall.EDQUOT} {
		err := outboxError(&os.PathError{Op: "write", Path: "x", Err: errno})
		if !errors.Is(err, ErrOutboxFull) || errors.Is(err, ErrOutbox) {
			t.Errorf("%v is told as %v", errno, err)
		}
	}
	o := openOutbox(t, t.TempDir())
	full, err := os.OpenFile("/dev/full", os.O_RDWR, 0)
	if err != nil {
		t.Skip(err)
	}
	real := o.file
	o.file = full
	err = o.Put(item("a"))
	o.file = real
	if !errors.Is(err, ErrOutboxFull) {
		t.Errorf("put on a full disk: %v", err)
	}
	wantPending(t, o)
	putItems(t, o, "b")
	if err := full.Close(); err != nil {
		t.Fatal(err)
	}
}

func TestOutboxUnusable(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := OpenOutbox(filepath.Join(file, "outbox")); !errors.Is(err, ErrOutbox) {
		t.Errorf("in a file's place: %v", err)
	}
}

// Ids are one source's own: two programs may both call their first event "1".
func TestOutboxKnowsItemsBySourceAndID(t *testing.T) {
	dir := t.TempDir()
	o := openOutbox(t, dir)
	mine, theirs := item("1"), item("1")
	theirs.Source = "/other"
	if err := errors.Join(o.Put(mine), o.Put(theirs), o.Done(mine.Source, "1")); err != nil {
		t.Fatal(err)
	}
	abandon(t, o)
	next := openOutbox(t, dir)
	if p := next.Pending(); len(p) != 1 || p[0].Source != "/other" {
		t.Errorf("%+v", p)
	}
}

// A directory's name may have characters that mean something in a pattern.
func TestOutboxInADirectoryOfAnyName(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "crisis [2026] *?\\x", strings.Repeat("long ", 20))
	o := openOutbox(t, dir)
	putItems(t, o, "a")
	abandon(t, o)
	wantPending(t, openOutbox(t, dir), "a")
}
