package room

import (
	"bytes"
	"errors"
	"math/rand/v2"
	"os"
	"path/filepath"
	"sangfroid/internal/bus"
	"sangfroid/internal/cell"
	"sangfroid/internal/incident"
	"sangfroid/internal/timeline"
	"slices"
	"strings"
	"testing"
	"time"
)

// One flipped bit in the record of a console that is not running: what it opens next is found damaged, named, and made anew
// from the bus; nothing else changes.
func TestADamagedRecordIsMadeAnewFromTheBus(t *testing.T) {
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	rng := rand.New(rand.NewPCG(seed, 5))
	dir := t.TempDir()
	d := deskAt(t, dir)
	r := declared(t, d)
	for range 20 {
		do(t, r, "", incident.NoteAdded{Text: "one of twenty"})
	}
	id, n, root := r.id, r.Frame().Len, r.Frame().Root
	if err := d.Close(); err != nil {
		t.Fatal(err)
	}
	path := recordPath(dir, incident.Live, id, 1)
	for round := range 8 {
		b, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		at := bytes.IndexByte(b, '\n') + 1 // behind the first line
		at += rng.IntN(len(b) - at)
		b[at] ^= 1 << rng.IntN(8)
		if err := os.WriteFile(path, b, 0o600); err != nil {
			t.Fatal(err)
		}
		rep, err := timeline.Verify(path)
		if err != nil || (rep.Verdict == timeline.Intact && len(rep.Findings) == 0) {
			t.Fatalf("round %d, byte %d: verify says %v, %v", round, at, rep, err)
		}
		d := deskAt(t, dir)
		until(t, "the bus is up", func() bool { return d.Link().State == cell.LinkUp })
		if r, err = d.Enter(ctxFor(t), id); err != nil {
			t.Fatal(err)
		}
		until(t, "the record is whole", func() bool { f := r.Frame(); return f.Len == n && f.Root == root && f.Err == nil })
		if d.Waiting() != 0 || len(r.Frame().Pending) != 0 {
			t.Errorf("%d wait to be sent that the bus has", d.Waiting())
		}
		if err := d.Close(); err != nil {
			t.Fatal(err)
		}
		if rep, err := timeline.Verify(path); err != nil || rep.Verdict != timeline.Intact || len(rep.Findings) > 0 {
			t.Fatalf("round %d: %v %v", round, rep, err)
		}
	}
	if aside, err := filepath.Glob(filepath.Join(filepath.Dir(path), "*.damaged-*.jsonl")); err != nil || len(aside) == 0 {
		t.Errorf("the damaged ones are not kept: %v", err)
	}
}

// Without a bus the damaged record is shown as it is, and the damage named; what only it has goes to the bus that lost it.
func TestADamagedRecordWithoutABus(t *testing.T) {
	dir := t.TempDir()
	d := deskAt(t, dir)
	r := declared(t, d)
	do(t, r, "", incident.NoteAdded{Text: "plugh first"})
	do(t, r, "", incident.NoteAdded{Text: "the second"})
	id, n := r.id, r.Frame().Len
	if err := d.Close(); err != nil {
		t.Fatal(err)
	}
	path := recordPath(dir, incident.Live, id, 1)
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, bytes.Replace(b, []byte("plugh first"), []byte("plugh worst"), 1), 0o600); err != nil {
		t.Fatal(err)
	}
	away, err := NewDesk(ctxFor(t), Options{
		Bus: bus.Config{URL: "nats://127.0.0.1:1", DataDir: dir}, DataDir: dir, Me: d.Me(), Now: time.Now, Log: d.opts.Log,
	})
	if err != nil {
		t.Fatal(err)
	}
	if r, err = away.Enter(ctxFor(t), id); err != nil {
		t.Fatal(err)
	}
	var damaged *DamagedError
	if f := r.Frame(); !errors.As(f.Err, &damaged) || len(damaged.Entries) != 1 || damaged.Entries[0] != n-1 || f.Len != n {
		t.Errorf("%d entries, %v", f.Len, f.Err)
	}
	if key, hint, ok := Explain(r.Frame().Err); !ok || key != "room.err.damaged" || hint == "" {
		t.Error(key, hint, ok)
	}
	if _, err := r.Do(ctxFor(t), cell.Command{Data: incident.NoteAdded{Text: "meanwhile"}}); err != nil {
		t.Error(err)
	}
	if err := away.Close(); err != nil {
		t.Fatal(err)
	}
	if err := os.RemoveAll(filepath.Join(dir, "store")); err != nil { // the bus loses everything
		t.Fatal(err)
	}
	d = deskAt(t, dir)
	until(t, "the bus is up", func() bool { return d.Link().State == cell.LinkUp })
	if r, err = d.Enter(ctxFor(t), id); err != nil {
		t.Fatal(err)
	}
	aside := asidePath(path, "damaged", 1)
	until(t, "all that is whole is back", func() bool {
		_, err := os.Stat(aside)
		return err == nil && r.Frame().Len == n && d.Waiting() == 0
	})
	var have []string
	if err := r.Log().Range(1, n, func(e incident.Entry) bool {
		if n, ok := e.Event.Data.(incident.NoteAdded); ok {
			have = append(have, n.Text)
		}
		return true
	}); err != nil {
		t.Error(err)
	}
	slices.Sort(have)
	if strings.Join(have, ", ") != "meanwhile, the second" {
		t.Errorf("%q", have)
	}
}
