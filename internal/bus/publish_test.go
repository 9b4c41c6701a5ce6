package bus

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/nats-io/nats-server/v2/server"
)

func TestPublishExpectation(t *testing.T) {
	b := upBus(t, Config{DataDir: t.TempDir()})
	first := put(t, b, outgo("first"))
	for round := range 10 {
		errs, seqs := make([]error, 2), make([]uint64, 2)
		var wg sync.WaitGroup
		for i, author := range []string{"alice", "bob"} {
			wg.Go(func() {
				o := outgo(fmt.Sprintf("%d-%s", round, author))
				o.Author, o.Expect = author, &first
				seqs[i], errs[i] = b.Publish(ctxFor(t), o)
			})
		}
		wg.Wait()
		win, lose := 0, 1
		if errs[0] != nil {
			win, lose = 1, 0
		}
		var c *ConflictError
		if errs[win] != nil || !errors.As(errs[lose], &c) || !errors.Is(errs[lose], ErrConflict) {
			t.Fatalf("two writers got %v and %v", errs[0], errs[1])
		}
		if c.Last != seqs[win] {
			t.Fatalf("the loser is told %d, the winner has %d", c.Last, seqs[win])
		}
		first = seqs[win]
	}
}

// The expectation is about one entity of one incident; 0 expects that there is none yet.
func TestPublishExpectationScope(t *testing.T) {
	b := upBus(t, Config{DataDir: t.TempDir()})
	none := uint64(0)
	for i, change := range []func(*Outgoing){
		func(*Outgoing) {}, func(o *Outgoing) { o.Entity = "n2" }, func(o *Outgoing) { o.Category = "step" },
		func(o *Outgoing) { o.Incident = "inc-2" }, func(o *Outgoing) { o.Realm = realmDrill },
	} {
		o := outgo(fmt.Sprint("e", i))
		o.Expect = &none
		change(&o)
		put(t, b, o)
		again := o
		again.MsgID, again.Author = "/t#again", "bob"
		if _, err := b.Publish(ctxFor(t), again); !errors.Is(err, ErrConflict) {
			t.Errorf("a second first entry about %+v: %v", o, err)
		}
	}
}

func TestPublishOnce(t *testing.T) {
	b := upBus(t, Config{DataDir: t.TempDir()})
	a, again, other := put(t, b, outgo("a")), put(t, b, outgo("a")), put(t, b, outgo("b"))
	if a != again || other != a+1 {
		t.Errorf("stored as %d, again as %d, the next as %d", a, again, other)
	}
	follow(t, b, Cursor{}).expect(t, []string{"a", "b"})
}

func TestPublishRefuses(t *testing.T) {
	b := upBus(t, Config{DataDir: t.TempDir()})
	large := outgo("large")
	large.Raw = make([]byte, 2<<20)
	if _, err := b.Publish(ctxFor(t), large); !errors.Is(err, ErrTooLarge) {
		t.Errorf("2 MiB: %v", err)
	}
	s, _ := b.current()
	large.Raw = make([]byte, s.conn.MaxPayload()-1024)
	put(t, b, large)
	for _, change := range []func(*Outgoing){
		func(o *Outgoing) { o.Realm = "prod" }, func(o *Outgoing) { o.Incident = "a.b" }, func(o *Outgoing) { o.Author = "*" },
		func(o *Outgoing) { o.Category = "" }, func(o *Outgoing) { o.Entity = ">" },
	} {
		o := outgo("x")
		change(&o)
		if _, err := b.Publish(ctxFor(t), o); !errors.Is(err, ErrName) {
			t.Errorf("%+v: %v", o, err)
		}
	}
	if err := b.PublishSignal(ctxFor(t), "a b", nil); !errors.Is(err, ErrName) {
		t.Errorf("a signal from %q: %v", "a b", err)
	}
}

// at fails the test when work takes longer than a person would call at once.
func at(t *testing.T, once time.Duration, work func() error) error {
	t.Helper()
	start := time.Now()
	err := work()
	if d := time.Since(start); d > once {
		t.Errorf("it took %s", d)
	}
	return err
}

func TestPublishWithoutLink(t *testing.T) {
	b := openBus(t, Config{URL: freePort(t)})
	linked(t, b, "down", func(l Link) bool { return l.State == LinkDown && l.ProblemCode == ErrAway.Code })
	err := at(t, 100*time.Millisecond, func() error { _, err := b.Publish(ctxFor(t), outgo("a")); return err })
	if !errors.Is(err, ErrAway) {
		t.Errorf("published nowhere: %v", err)
	}
	if err := b.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := b.Publish(ctxFor(t), outgo("a")); err == nil {
		t.Error("published after close")
	}
	if err := b.Follow(ctxFor(t), realmLive, inc, Cursor{}, nil); !errors.Is(err, ErrClosed) {
		t.Errorf("follow after close: %v", err)
	}
}

// The server goes away between a publish and its answer.
func TestPublishLinkLost(t *testing.T) {
	s := remote(t, nil)
	p := newProxy(t, s.Addr().String())
	b := upBus(t, Config{URL: p.addr})
	put(t, b, outgo("a"))
	p.mute()
	done := make(chan error, 1)
	go func() { _, err := b.Publish(ctxFor(t), outgo("b")); done <- err }()
	take(t, p.muted, "the publish on its way")
	err := at(t, 2*time.Second, func() error { p.cut(); return take(t, done, "the publish's end") })
	if !errors.Is(err, ErrAway) {
		t.Errorf("it ended with %v", err)
	}
	linked(t, b, "down", func(l Link) bool { return l.State != LinkUp })
}

// restricted lets a member write in their own name, read, and nothing else.
func restricted(o *server.Options) {
	o.Users = []*server.User{
		{Username: "admin", Password: "admin"},
		{Username: "alice", Password: "alice", Permissions: &server.Permissions{
			Publish: &server.SubjectPermission{Allow: []string{
				"sangfroid.live.*.alice.>", "$JS.API.STREAM.INFO.*", "$JS.API.CONSUMER.>", "$JS.API.DIRECT.GET.>", "$KV.SANGFROID_PRESENCE.>",
			}},
			Subscribe: &server.SubjectPermission{Allow: []string{"_INBOX.>"}},
		}},
	}
}

func TestPublishDenied(t *testing.T) {
	s := remote(t, restricted)
	upBus(t, Config{URL: s.ClientURL(), User: "admin", Password: "admin"}) // makes the streams
	b := upBus(t, Config{URL: s.ClientURL(), User: "alice", Password: "alice"})
	if l := b.Link(); len(l.Warnings) != 0 || l.Replicas != 1 {
		t.Errorf("link %+v", l)
	}
	put(t, b, outgo("own"))
	for _, incident := range []string{"inc-1", "INC-Upper"} {
		other := outgo("other")
		other.Author, other.Incident = "bob", incident
		err := at(t, time.Second, func() error { _, err := b.Publish(ctxFor(t), other); return err })
		var d *DeniedError
		if !errors.As(err, &d) || !errors.Is(err, ErrDenied) || !strings.Contains(d.What, "bob") {
			t.Errorf("in somebody else's name: %v", err)
		}
	}
	follow(t, b, Cursor{}).expect(t, []string{"own"})
}

// Several refusals on one subject at once: each publish is told its own.
func TestPublishDeniedTogether(t *testing.T) {
	s := remote(t, restricted)
	upBus(t, Config{URL: s.ClientURL(), User: "admin", Password: "admin"})
	b := upBus(t, Config{URL: s.ClientURL(), User: "alice", Password: "alice"})
	errs := make(chan error, 8)
	for i := range cap(errs) {
		go func() {
			o := outgo(fmt.Sprint(i))
			o.Author = "bob"
			_, err := b.Publish(ctxFor(t), o)
			errs <- err
		}()
	}
	err := at(t, 2*time.Second, func() error {
		for range cap(errs) {
			if err := take(t, errs, "a refusal"); !errors.Is(err, ErrDenied) {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Errorf("refused with %v", err)
	}
}

// An account that may not look at the streams works all the same.
func TestUnverified(t *testing.T) {
	s := remote(t, func(o *server.Options) {
		restricted(o)
		o.Users[1].Permissions.Publish.Allow = []string{"sangfroid.live.*.alice.>", "$JS.API.CONSUMER.>"}
	})
	upBus(t, Config{URL: s.ClientURL(), User: "admin", Password: "admin"})
	var b *Bus
	_ = at(t, 5*time.Second, func() error {
		b = upBus(t, Config{URL: s.ClientURL(), User: "alice", Password: "alice"})
		return nil
	})
	if w := b.Link().Warnings; len(w) != 3 || w[0].Code != WarnUnverified {
		t.Errorf("warnings %+v", w)
	}
	put(t, b, outgo("own"))
	follow(t, b, Cursor{}).expect(t, []string{"own"})
}

// An account that may not make the streams is told which are missing, at once.
func TestMissing(t *testing.T) {
	s := remote(t, restricted)
	start := time.Now()
	b := upBus(t, Config{URL: s.ClientURL(), User: "alice", Password: "alice"})
	if w := b.Link().Warnings; len(w) != 3 || w[0].Code != WarnMissing || time.Since(start) > 5*time.Second {
		t.Errorf("after %s: %+v", time.Since(start), w)
	}
	if _, err := b.Publish(ctxFor(t), outgo("own")); !errors.Is(err, ErrAway) {
		t.Errorf("published to no stream: %v", err)
	}
}

func TestLinkDenied(t *testing.T) {
	s := remote(t, func(o *server.Options) { o.Authorization = "the-token" })
	for _, cfg := range []Config{{Token: "wrong"}, {}, {User: "alice", Password: "x"}} {
		cfg.URL = s.ClientURL()
		b := openBus(t, cfg)
		linked(t, b, "denied", func(l Link) bool { return l.State == LinkDenied && l.ProblemCode == ErrAuth.Code && l.Problem != "" })
		if _, err := b.Publish(ctxFor(t), outgo("a")); !errors.Is(err, ErrAway) {
			t.Errorf("published: %v", err)
		}
	}
	upBus(t, Config{URL: s.ClientURL(), Token: "the-token"})
}

func TestOpenRefusesConfig(t *testing.T) {
	for _, cfg := range []Config{
		{URL: "http://host"},
		{URL: "nats://"},
		{URL: "nats://a:4222,,"},
		{URL: "nats://h", Creds: "/none"},
		{URL: "nats://h", NKey: "/none"},
		{URL: "nats://h", TLSCA: "/none"},
		{Context: "/none/such.json"},
	} {
		refuses(t, cfg, ErrConfig)
	}
}

func TestNoJetStream(t *testing.T) {
	s := remote(t, func(o *server.Options) { o.JetStream, o.StoreDir = false, "" })
	b := openBus(t, Config{URL: s.ClientURL()})
	linked(t, b, "down", func(l Link) bool { return l.ProblemCode == ErrNoJetStream.Code })
}

// The context given to Open does not end the bus; the one given to Publish ends the publish.
func TestContexts(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	b, err := Open(ctx, Config{DataDir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	defer b.Close()
	cancel()
	linked(t, b, "up", func(l Link) bool { return l.State == LinkUp })
	put(t, b, outgo("a"))
	if _, err := b.Publish(ctx, outgo("b")); !errors.Is(err, ErrAway) {
		t.Errorf("with a context that ended: %v", err)
	}
}

// proxy stands between a bus and its server, and can fall silent or break.
type proxy struct {
	addr  string
	muted chan struct{} // a write came while silent

	mu     sync.Mutex
	silent bool
	conns  []net.Conn
}

func newProxy(t *testing.T, to string) *proxy {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	p := &proxy{addr: l.Addr().String(), muted: make(chan struct{}, 64)}
	var wg sync.WaitGroup
	wg.Go(func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			d, err := net.Dial("tcp", to)
			if err != nil {
				_ = c.Close()
				continue
			}
			p.mu.Lock()
			p.conns = append(p.conns, c, d)
			p.mu.Unlock()
			wg.Go(func() { p.copy(d, c) })
			wg.Go(func() { p.copy(c, d) })
		}
	})
	t.Cleanup(func() { _ = l.Close(); p.cut(); wg.Wait() })
	return p
}

func (p *proxy) copy(to, from net.Conn) {
	defer to.Close()
	buf := make([]byte, 64<<10)
	for {
		n, err := from.Read(buf)
		if err != nil {
			return
		}
		p.mu.Lock()
		silent := p.silent
		p.mu.Unlock()
		if silent {
			select {
			case p.muted <- struct{}{}:
			default:
			}
			continue
		}
		if _, err := to.Write(buf[:n]); err != nil {
			return
		}
	}
}

func (p *proxy) mute() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.silent = true
}

// cut breaks all connections; new ones get through.
func (p *proxy) cut() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.silent = false
	for _, c := range p.conns {
		_ = c.Close()
	}
	p.conns = nil
}
