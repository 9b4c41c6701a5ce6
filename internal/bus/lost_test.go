package bus

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/nats-io/nats.go/jetstream"
)

// shorten takes away all but the stream's last messages, the only way a stream that denies deletes lets happen.
func shorten(t *testing.T, dir string, left int64) {
	t.Helper()
	cfg := logStream(StreamLive, realmLive, 1)
	cfg.MaxMsgs, cfg.Discard = left, jetstream.DiscardOld
	if _, err := adminOf(t, dir).UpdateStream(ctxFor(t), cfg); err != nil {
		t.Fatal(err)
	}
}

// A log whose beginning went away ends as it did: how many messages there are of the incident tells.
func TestFollowALogWithoutItsBeginning(t *testing.T) {
	dir := t.TempDir()
	b := upBus(t, Config{DataDir: dir, lookEvery: 50 * time.Millisecond})
	ids := fill(t, b, "e", 6)
	other := outgo("other")
	other.Incident = "inc-2"
	put(t, b, other)
	live := follow(t, b, Cursor{})
	live.expect(t, ids)
	whole := Cursor{LastBus: 6, LastID: "e-5", Count: 6}
	follow(t, b, whole).expect(t, nil)
	shorten(t, dir, 4) // three of this incident, and the other's
	err := b.Follow(ctxFor(t), realmLive, inc, whole, func([]Message, bool) error { return nil })
	wantRewound(t, err, RewindFewer, 6)
	wantRewound(t, take(t, live.err, "the end of a reader that only listens"), RewindFewer, 6)
	follow(t, b, Cursor{LastBus: 6, LastID: "e-5", Count: 3}).expect(t, nil)
}

// One flipped bit anywhere in what a dead process left: every other word is taken over as it was, none is changed, and the file
// is kept where a word cannot be read.
func TestOutboxFlippedBit(t *testing.T) {
	dir := t.TempDir()
	o := openOutbox(t, dir)
	ids := []string{"a", "b", "c"}
	putItems(t, o, ids...)
	b, err := os.ReadFile(o.file.Name())
	if err != nil {
		t.Fatal(err)
	}
	damaged, tried := 0, 0
	for i := range b {
		if i%11 != 0 && b[i] != '\n' && i < len(b)-3 {
			continue // each costs a directory
		}
		tried++
		spot := t.TempDir()
		flipped := slices.Clone(b)
		flipped[i] ^= 1 << (i % 8)
		if err := os.WriteFile(filepath.Join(spot, "dead"+outboxSuffix), flipped, 0o600); err != nil {
			t.Fatal(err)
		}
		got, err := OpenOutbox(spot)
		if err != nil {
			t.Fatalf("byte %d: %v", i, err)
		}
		for _, it := range got.Pending() {
			if want := item(it.ID); !slices.Contains(ids, it.ID) || fmt.Sprint(it) != fmt.Sprint(want) {
				t.Fatalf("byte %d: %+v is not what was put", i, it)
			}
		}
		n := len(got.Pending())
		kept, err := filepath.Glob(filepath.Join(spot, "*"+damagedSuffix))
		if err != nil || (n < len(ids) && len(kept) == 0) || len(kept) != len(got.Damaged()) || n < len(ids)-2 {
			t.Fatalf("byte %d: %d of 3 taken over, %q kept: %v", i, n, kept, err)
		}
		damaged += len(kept)
		if err := got.Close(); err != nil {
			t.Fatal(err)
		}
	}
	if damaged < tried*9/10 {
		t.Errorf("%d of %d flips were noticed", damaged, tried)
	}
}

// An outbox of an earlier form has no checksums.
func TestOutboxWithoutChecksums(t *testing.T) {
	dir := t.TempDir()
	line := `{"item":{"id":"a","source":"/t","realm":"live","incident":"inc-1","author":"alice","category":"note","entity":"n1","raw":"e30=","put":"2026-11-24T03:00:00Z"}}` + "\n" +
		`{"item":{"id":"b","source":"/t","realm":"live","incident":"inc-1","author":"alice","category":"note","entity":"n1","raw":"e30=","put":"2026-11-24T03:00:00Z"}}` + "\n" + `{"done":"a"}` + "\n"
	if err := os.WriteFile(filepath.Join(dir, "old"+outboxSuffix), []byte(line), 0o600); err != nil {
		t.Fatal(err)
	}
	o := openOutbox(t, dir)
	wantPending(t, o, "b")
	if len(o.Damaged()) > 0 {
		t.Error(o.Damaged())
	}
}

// The bus remembers the id of a message it has lost: what is brought back is stored all the same, once, whoever brings it.
func TestPublishWhatTheBusLost(t *testing.T) {
	dir := t.TempDir()
	b := upBus(t, Config{DataDir: dir})
	fill(t, b, "e", 6)
	shorten(t, dir, 2)
	shorten(t, dir, -1)
	for range 2 { // two consoles do
		for i := range 6 {
			put(t, b, outgo(fmt.Sprintf("e-%d", i)))
		}
	}
	follow(t, b, Cursor{}).expect(t, []string{"e-4", "e-5", "e-0", "e-1", "e-2", "e-3"})
	shorten(t, dir, 1)
	shorten(t, dir, -1)
	put(t, b, outgo("e-0"))
	follow(t, b, Cursor{}).expect(t, []string{"e-3", "e-0"})
}
