package bus

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"runtime"
	"slices"
	"strconv"
	"testing"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go/jetstream"
)

// flood stores events faster than one by one: n of them, named prefix-0 …
func flood(t testing.TB, js jetstream.JetStream, prefix string, n int) []string {
	t.Helper()
	ids := make([]string, n)
	for i := range ids {
		ids[i] = prefix + "-" + strconv.Itoa(i)
		if _, err := js.PublishAsync("sangfroid.live."+inc+".alice.note.n1", eventRaw(ids[i]), jetstream.WithStallWait(within)); err != nil {
			t.Fatal(err)
		}
	}
	take(t, js.PublishAsyncComplete(), "the flood")
	return ids
}

func TestFollowOrder(t *testing.T) {
	b := upBus(t, Config{DataDir: t.TempDir()})
	ids := fill(t, b, "e", 30)
	other := outgo("elsewhere")
	other.Incident = "inc-2"
	put(t, b, other)
	drill := outgo("drill")
	drill.Realm = realmDrill
	put(t, b, drill)
	all := follow(t, b, Cursor{})
	at := all.expect(t, ids[:11])
	all.expect(t, ids[11:])
	tail := follow(t, b, at)
	tail.expect(t, ids[11:])
	if n := take(t, tail.ends, "the end"); n != 19 {
		t.Errorf("the end came after %d messages", n)
	}
	more := fill(t, b, "more", 10)
	all.expect(t, more)
	tail.expect(t, more)
	all.stop()
	if err := take(t, all.err, "the end of following"); !errors.Is(err, context.Canceled) {
		t.Errorf("follow ended with %v", err)
	}
}

func TestFollowEnd(t *testing.T) {
	b := upBus(t, Config{DataDir: t.TempDir()})
	empty := follow(t, b, Cursor{})
	if n := take(t, empty.ends, "the end of an empty log"); n != 0 {
		t.Errorf("the end of an empty log came after %d messages", n)
	}
	ids := fill(t, b, "e", 3)
	at := empty.expect(t, ids)
	caught := follow(t, b, at)
	if n := take(t, caught.ends, "the end for who has all"); n != 0 {
		t.Errorf("the end came after %d messages", n)
	}
	if _, err := streamOf("prod"); err == nil {
		t.Error("a realm without a stream")
	}
	for _, bad := range []string{"", "a.b", ">"} {
		if err := b.Follow(ctxFor(t), realmLive, bad, Cursor{}, nil); !errors.Is(err, ErrName) {
			t.Errorf("following %q: %v", bad, err)
		}
	}
}

// A long log comes in batches, complete and in order, also for a reader so slow that the server has dropped its consumer.
func TestFollowBatchesAndSlowSink(t *testing.T) {
	const n = 12_000
	s := remote(t, func(o *server.Options) { o.SyncAlways = false })
	b, js := upBus(t, Config{URL: s.ClientURL()}), admin(t, s.ClientURL())
	ids := flood(t, js, "e", n)
	batches, ends := 0, 0
	got := make([]string, 0, n)
	stop := errors.New("stop")
	err := b.Follow(ctxFor(t), realmLive, inc, Cursor{}, func(batch []Message, end bool) error {
		if batches++; batches == 2 {
			ids = append(ids, flood(t, js, "late", 1000)...)
			dropConsumers(t, js)
		}
		if len(batch) > batchMost {
			t.Errorf("a batch of %d", len(batch))
		}
		for _, m := range batch {
			got = append(got, idOf(m.Raw))
		}
		if end {
			ends++
		}
		if len(got) < n+1000 {
			return nil
		}
		return stop
	})
	if !errors.Is(err, stop) {
		t.Fatal(err)
	}
	if !slices.Equal(got, ids) {
		t.Errorf("%d messages that are not the %d stored, in order", len(got), len(ids))
	}
	if batches > n/20 || ends == 0 {
		t.Errorf("%d batches, the end told %d times", batches, ends)
	}
}

func dropConsumers(t *testing.T, js jetstream.JetStream) {
	t.Helper()
	ctx := ctxFor(t)
	s, err := js.Stream(ctx, StreamLive)
	if err != nil {
		t.Fatal(err)
	}
	for name := range s.ConsumerNames(ctx).Name() {
		if err := s.DeleteConsumer(ctx, name); err != nil {
			t.Fatal(err)
		}
	}
}

// A sink that fails ends the following with its error, even with much behind it.
func TestFollowSinkError(t *testing.T) {
	s := remote(t, func(o *server.Options) { o.SyncAlways = false })
	b := upBus(t, Config{URL: s.ClientURL()})
	broken := errors.New("the record cannot be written")
	fails := func([]Message, bool) error { return broken }
	if err := b.Follow(ctxFor(t), realmLive, inc, Cursor{}, fails); err != broken { //nolint:errorlint // this very error
		t.Errorf("on an empty log: %v", err)
	}
	flood(t, admin(t, s.ClientURL()), "e", 3*bufferMost)
	if err := b.Follow(ctxFor(t), realmLive, inc, Cursor{}, fails); err != broken { //nolint:errorlint // this very error
		t.Errorf("with much behind it: %v", err)
	}
}

// Following for long keeps nothing for each batch.
func TestFollowKeepsNoGoroutines(t *testing.T) {
	b := upBus(t, Config{DataDir: t.TempDir()})
	r := follow(t, b, Cursor{})
	r.expect(t, fill(t, b, "warm", 5))
	before := runtime.NumGoroutine()
	for i := range 200 {
		r.expect(t, fill(t, b, fmt.Sprint("e", i), 1))
	}
	if after := runtime.NumGoroutine(); after > before+20 {
		t.Errorf("%d goroutines before, %d after 200 batches", before, after)
	}
}

// restart stops a server and starts it on the same port and store.
func restart(t *testing.T, s *server.Server, store string) *server.Server {
	t.Helper()
	addr, ok := s.Addr().(*net.TCPAddr)
	if !ok {
		t.Fatal("no port")
	}
	halt(s)
	return remote(t, func(o *server.Options) { o.Port, o.StoreDir = addr.Port, store })
}

func TestFollowServerRestart(t *testing.T) {
	store := t.TempDir()
	s := remote(t, func(o *server.Options) { o.StoreDir = store })
	b := upBus(t, Config{URL: s.ClientURL()})
	r := follow(t, b, Cursor{})
	for round := range 3 {
		r.expect(t, fill(t, b, fmt.Sprint("round", round), 20))
		down := make(chan struct{})
		go func() { defer close(down); linked(t, b, "down", func(l Link) bool { return l.State != LinkUp }) }()
		s = restart(t, s, store)
		take(t, down, "the loss")
		linked(t, b, "up again", func(l Link) bool { return l.State == LinkUp })
	}
	r.expect(t, fill(t, b, "last", 5))
	if len(r.msgs) != 0 {
		t.Errorf("%d messages too many", len(r.msgs))
	}
}

// What is not ours is delivered as it is: the reader decides.
func TestFollowForeign(t *testing.T) {
	dir := t.TempDir()
	b := upBus(t, Config{DataDir: dir})
	r := follow(t, b, Cursor{})
	js := adminOf(t, dir)
	raws := [][]byte{
		{}, []byte("not json"), {0, 0xff, 0xfe}, []byte(`{"id":7}`), []byte(`[]`), bytes.Repeat([]byte("A"), 900_000), []byte(`{"id":"ok"}`),
	}
	for _, raw := range raws {
		if _, err := js.Publish(ctxFor(t), "sangfroid.live."+inc+".stranger", raw); err != nil {
			t.Fatal(err)
		}
	}
	var at Cursor
	for i, raw := range raws {
		m := take(t, r.msgs, "a foreign message")
		if !bytes.Equal(m.Raw, raw) || m.Subject != "sangfroid.live."+inc+".stranger" {
			t.Fatalf("message %d is %.20q on %s", i, m.Raw, m.Subject)
		}
		at = Cursor{LastBus: m.Bus, LastID: idOf(m.Raw)}
		tail := follow(t, b, at) // each can be stood on
		if n := take(t, tail.ends, "the end"); n != len(raws)-1-i {
			t.Errorf("behind message %d there are %d", i, n)
		}
	}
}

func wantRewound(t *testing.T, err error, how Rewind, local uint64) *RewoundError {
	t.Helper()
	var r *RewoundError
	if !errors.As(err, &r) || !errors.Is(err, ErrRewound) {
		t.Fatalf("follow ended with %v, want a rewound log", err)
	}
	if r.How != how || r.Local != local || r.Stream != StreamLive {
		t.Errorf("rewound %+v, want %s at %d", r, how, local)
	}
	return r
}

func TestFollowRewoundCursor(t *testing.T) {
	dir := t.TempDir()
	b := upBus(t, Config{DataDir: dir})
	fill(t, b, "e", 6)
	js := adminOf(t, dir)
	ask := func(c Cursor) error {
		return b.Follow(ctxFor(t), realmLive, inc, c, func([]Message, bool) error { return nil })
	}
	if r := wantRewound(t, ask(Cursor{LastBus: 9, LastID: "e-8"}), RewindShorter, 9); r.Last != 6 || r.LocalID != "e-8" || r.Created.IsZero() {
		t.Errorf("%+v", r)
	}
	if r := wantRewound(t, ask(Cursor{LastBus: 3, LastID: "mine"}), RewindOther, 3); r.FoundID != "e-2" {
		t.Errorf("%+v", r)
	}
	cfg := logStream(StreamLive, realmLive, 1)
	cfg.MaxMsgs, cfg.Discard = 2, jetstream.DiscardOld
	if _, err := js.UpdateStream(ctxFor(t), cfg); err != nil { // the only thing a stream that denies deletes lets happen
		t.Fatal(err)
	}
	wantRewound(t, ask(Cursor{LastBus: 3, LastID: "e-2"}), RewindMissing, 3)
	follow(t, b, Cursor{LastBus: 5, LastID: "e-4"}).expect(t, []string{"e-5"})
}

// A stream that is deleted and made anew under a reader that follows it ends the following.
func TestFollowRewoundLive(t *testing.T) {
	for name, again := range map[string]int{"shorter": 2, "as long with others": 5, "longer": 9} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			b := upBus(t, Config{DataDir: dir})
			r := follow(t, b, Cursor{})
			r.expect(t, fill(t, b, "old", 5))
			js := adminOf(t, dir)
			if err := js.DeleteStream(ctxFor(t), StreamLive); err != nil {
				t.Fatal(err)
			}
			if _, err := js.CreateStream(ctxFor(t), logStream(StreamLive, realmLive, 1)); err != nil {
				t.Fatal(err)
			}
			fill(t, b, "new", again)
			err := take(t, r.err, "the end of following")
			var rew *RewoundError
			if !errors.As(err, &rew) || rew.Local != 5 || rew.LocalID != "old-4" {
				t.Fatalf("follow ended with %v", err)
			}
			if rew.How != RewindAnew {
				t.Errorf("told as %s", rew.How)
			}
		})
	}
}

// A stream that is deleted under its readers is made again by whoever misses it: words go out, and the reader is told that
// its log is another one.
func TestFollowStreamDeleted(t *testing.T) {
	dir := t.TempDir()
	b := upBus(t, Config{DataDir: dir})
	r := follow(t, b, Cursor{})
	list := reading(t, func(ctx context.Context, s Sink) error { return b.Directory(ctx, realmLive, s) })
	declare := func(id string) {
		o := outgo(id)
		o.Category = "incident"
		for ctx := ctxFor(t); ; {
			if _, err := b.Publish(ctx, o); err == nil || ctx.Err() != nil {
				return
			}
		}
	}
	declare("old-0")
	old := append([]string{"old-0"}, fill(t, b, "old-n", 4)...)
	r.expect(t, old)
	list.expect(t, old[:1])
	if err := adminOf(t, dir).DeleteStream(ctxFor(t), StreamLive); err != nil {
		t.Fatal(err)
	}
	declare("new-0")
	var rew *RewoundError
	if err := take(t, r.err, "the end of following"); !errors.As(err, &rew) || rew.Local != 5 {
		t.Fatalf("follow ended with %v", err)
	}
	list.expect(t, []string{"new-0"}) // a list is no record: it begins again
}

// The same while the link was away.
func TestFollowRewoundAcrossRestart(t *testing.T) {
	s := remote(t, nil)
	b := upBus(t, Config{URL: s.ClientURL()})
	r := follow(t, b, Cursor{})
	r.expect(t, fill(t, b, "old", 5))
	restart(t, s, t.TempDir()) // the disk was lost
	err := take(t, r.err, "the end of following")
	var rew *RewoundError
	if !errors.As(err, &rew) || rew.How != RewindAnew || rew.Local != 5 {
		t.Fatalf("follow ended with %v", err)
	}
}

func TestDirectory(t *testing.T) {
	b := upBus(t, Config{DataDir: t.TempDir()})
	want := make([]string, 0, 4)
	for i := range 4 {
		o := outgo(fmt.Sprint("declared-", i))
		o.Incident, o.Category, o.Entity = fmt.Sprint("inc-", i), "incident", "incident"
		put(t, b, o)
		put(t, b, outgo(fmt.Sprint("note-", i)))
		want = append(want, fmt.Sprint("declared-", i))
	}
	r := reading(t, func(ctx context.Context, s Sink) error { return b.Directory(ctx, realmLive, s) })
	r.expect(t, want)
	if n := take(t, r.ends, "the end"); n != 4 {
		t.Errorf("the end came after %d", n)
	}
	if err := b.Directory(ctxFor(t), "prod", nil); !errors.Is(err, ErrName) {
		t.Error(err)
	}
}

func TestSignals(t *testing.T) {
	dir := t.TempDir()
	b := upBus(t, Config{DataDir: dir})
	signal := func(id string) {
		if err := b.PublishSignal(ctxFor(t), "zabbix", eventRaw(id)); err != nil {
			t.Fatal(err)
		}
	}
	for i := range 8 {
		signal(fmt.Sprint("s", i))
	}
	newest := func(n uint64) *reader {
		return reading(t, func(ctx context.Context, s Sink) error { return b.Signals(ctx, n, s) })
	}
	three, all := newest(3), newest(100)
	three.expect(t, []string{"s5", "s6", "s7"})
	all.expect(t, []string{"s0", "s1", "s2", "s3", "s4", "s5", "s6", "s7"})
	js := adminOf(t, dir)
	if err := js.DeleteStream(ctxFor(t), StreamSignal); err != nil {
		t.Fatal(err)
	}
	if _, err := js.CreateStream(ctxFor(t), signalStream(1)); err != nil {
		t.Fatal(err)
	}
	signal("anew") // signals are no record: a stream made anew is followed, not refused
	three.expect(t, []string{"anew"})
	all.expect(t, []string{"anew"})
}
