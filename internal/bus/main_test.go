package bus

import (
	"context"
	"fmt"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
	"go.uber.org/goleak"
)

// within bounds every wait of these tests.
const within = 20 * time.Second

// childEnv makes the test binary play another process: see child_test.go.
const childEnv = "SANGFROID_BUS_CHILD"

func TestMain(m *testing.M) {
	if role := os.Getenv(childEnv); role != "" {
		os.Exit(child(role))
	}
	goleak.VerifyTestMain(m,
		// The server's, for the life of the process.
		goleak.IgnoreTopFunction("github.com/nats-io/nats-server/v2/server.(*Server).startGoRoutine"),
		goleak.IgnoreTopFunction("github.com/nats-io/nats-server/v2/server/ats.init.0.func1"),
		// The library deletes an ordered consumer it has replaced in the background, for 10 s at most.
		goleak.IgnoreAnyFunction("github.com/nats-io/nats.go/jetstream.(*orderedConsumer).reset.func1"),
	)
}

func ctxFor(t testing.TB) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 3*within)
	t.Cleanup(cancel)
	return ctx
}

// take waits for a value, and fails the test when it does not come.
func take[T any](t testing.TB, c <-chan T, what string) T {
	t.Helper()
	timer := time.NewTimer(within)
	defer timer.Stop()
	select {
	case v := <-c:
		return v
	case <-timer.C:
		t.Fatalf("waited %s for %s", within, what)
		panic("unreachable")
	}
}

// openBus opens a bus that is closed with the test.
func openBus(t testing.TB, cfg Config) *Bus {
	t.Helper()
	b, err := Open(context.Background(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = b.Close() })
	return b
}

// upBus opens a bus and waits for its link.
func upBus(t testing.TB, cfg Config) *Bus {
	t.Helper()
	b := openBus(t, cfg)
	linked(t, b, "up", func(l Link) bool { return l.State == LinkUp })
	return b
}

// linked waits until the link is as told.
func linked(t testing.TB, b *Bus, what string, ok func(Link) bool) Link {
	t.Helper()
	changes, stop := b.LinkChanged()
	defer stop()
	timer := time.NewTimer(within)
	defer timer.Stop()
	for {
		l := b.Link()
		if ok(l) {
			return l
		}
		select {
		case <-changes:
		case <-timer.C:
			t.Fatalf("link is %+v after %s, wanted %s", b.Link(), within, what)
		}
	}
}

const inc = "inc-1"

func eventRaw(id string) []byte {
	return fmt.Appendf(nil, `{"specversion":"1.0","id":%q,"source":"/t","type":"sangfroid.note.added","data":{"text":"%s"}}`, id, strings.Repeat("x", 200))
}

func outgo(id string) Outgoing {
	return Outgoing{Realm: realmLive, Incident: inc, Author: "alice", Category: "note", Entity: "n1", MsgID: "/t#" + id, Raw: eventRaw(id)}
}

// put publishes, trying again while there is no link.
func put(t testing.TB, b *Bus, o Outgoing) uint64 {
	t.Helper()
	seq, err := b.Publish(ctxFor(t), o)
	if err != nil {
		t.Fatalf("publish %s: %v", o.MsgID, err)
	}
	return seq
}

// fill publishes events named prefix-0 … and gives their ids.
func fill(t testing.TB, b *Bus, prefix string, n int) []string {
	t.Helper()
	ids := make([]string, n)
	for i := range ids {
		ids[i] = fmt.Sprintf("%s-%d", prefix, i)
		put(t, b, outgo(ids[i]))
	}
	return ids
}

// reader is a Follow under way.
type reader struct {
	msgs chan Message
	ends chan int // how many messages had come when the bus said that it has no more
	err  chan error
	stop context.CancelFunc
}

// follow reads an incident until the test ends.
func follow(t testing.TB, b *Bus, from Cursor) *reader {
	t.Helper()
	return reading(t, func(ctx context.Context, sink Sink) error { return b.Follow(ctx, realmLive, inc, from, sink) })
}

func reading(t testing.TB, run func(context.Context, Sink) error) *reader {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	r := &reader{msgs: make(chan Message, 1<<17), ends: make(chan int, 1<<12), err: make(chan error, 1), stop: cancel}
	var done sync.WaitGroup
	done.Go(func() {
		n := 0
		r.err <- run(ctx, func(batch []Message, end bool) error {
			for _, m := range batch {
				r.msgs <- m
			}
			if n += len(batch); end {
				r.ends <- n
			}
			return nil
		})
	})
	t.Cleanup(func() { cancel(); done.Wait() })
	return r
}

// expect takes exactly these events, in this order, with growing numbers, and gives the cursor behind them.
func (r *reader) expect(t testing.TB, ids []string) Cursor {
	t.Helper()
	var at Cursor
	for i, id := range ids {
		select {
		case err := <-r.err:
			t.Fatalf("follow ended before %s: %v", id, err)
		default:
		}
		m := take(t, r.msgs, "event "+id)
		if got := idOf(m.Raw); got != id {
			t.Fatalf("message %d of %d is %q, want %q", i, len(ids), got, id)
		}
		if m.Bus <= at.LastBus || m.Received.IsZero() {
			t.Fatalf("message %s has number %d after %d, received %s", id, m.Bus, at.LastBus, m.Received)
		}
		at = Cursor{LastBus: m.Bus, LastID: id}
	}
	return at
}

// remote starts a server of the test's own on a store and gives what stops it.
func remote(t testing.TB, change func(*server.Options)) *server.Server {
	t.Helper()
	o := &server.Options{
		ServerName: "test", Host: "127.0.0.1", Port: -1, JetStream: true, StoreDir: t.TempDir(), NoSigs: true, NoLog: true, SyncAlways: true,
	}
	if change != nil {
		change(o)
	}
	s, err := server.NewServer(o)
	if err != nil {
		t.Fatal(err)
	}
	s.Start()
	if !s.ReadyForConnections(within) {
		t.Fatal("the test's server does not start")
	}
	t.Cleanup(func() { halt(s) })
	return s
}

func halt(s *server.Server) {
	s.Shutdown()
	s.WaitForShutdown()
}

// admin is a connection beside the bus's own, for what no console does.
func admin(t testing.TB, url string, opts ...nats.Option) jetstream.JetStream {
	t.Helper()
	nc, err := nats.Connect(url, opts...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(nc.Close)
	js, err := jetstream.New(nc)
	if err != nil {
		t.Fatal(err)
	}
	return js
}

// adminOf connects to the embedded bus of a directory.
func adminOf(t testing.TB, dataDir string) jetstream.JetStream {
	t.Helper()
	end, err := readEndpoint(Config{DataDir: dataDir}.dir())
	if err != nil {
		t.Fatal(err)
	}
	return admin(t, end.URL, nats.Token(end.Token))
}
