package bus

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
)

// Bus is this process's way to the bus. It is safe for concurrent use.
type Bus struct {
	cfg    Config
	hub    *hub
	cancel context.CancelFunc
	done   chan struct{}

	mu      sync.Mutex
	session *session
	renewed chan struct{} // closed when session changes
	known   []string      // servers of the cluster, learnt while connected
}

// session is one connection, from the dial to its loss. A lost one is never used again: the supervisor makes the next.
type session struct {
	conn   *nats.Conn
	js     jetstream.JetStream
	server *embedded // when this process owns the embedded bus
	rights *Rights   // set before anybody else has the session
	lost   chan struct{}

	mu      sync.Mutex
	waiting map[chan error]string // the subjects of requests under way: a refusal arrives beside the reply
}

// Waits between two tries to connect.
const (
	retryFirst = 50 * time.Millisecond
	retryMost  = 2 * time.Second
)

// Open starts the way to the bus. A bus that is not there is no error: the link says so, and it is tried until [Bus.Close].
// Errors: [ErrConfig], [ErrDirUnusable], [ErrDirForeign], [ErrDirVersion], and for a process that must own the bus,
// [ErrHeld], [ErrServer], [ErrNoJetStream] and [ErrNotSynced].
func Open(ctx context.Context, cfg Config) (*Bus, error) {
	cfg = cfg.withDefaults()
	run, cancel := context.WithCancel(context.WithoutCancel(ctx))
	b := &Bus{cfg: cfg, hub: newHub(cfg.embedded()), cancel: cancel, done: make(chan struct{}), renewed: make(chan struct{})}
	s, err := b.dial(run)
	if err != nil && b.hopeless(err) {
		cancel()
		return nil, err
	}
	if err != nil {
		b.hub.lost(err)
	}
	go b.supervise(run, s)
	return b, nil
}

// hopeless tells the failures that no waiting mends.
func (b *Bus) hopeless(err error) bool {
	for _, kind := range []error{ErrConfig, ErrDirUnusable, ErrDirForeign, ErrDirVersion, ErrNotSynced} {
		if errors.Is(err, kind) {
			return true
		}
	}
	return b.cfg.serves() && (errors.Is(err, ErrHeld) || errors.Is(err, ErrServer) || errors.Is(err, ErrNoJetStream))
}

// supervise keeps one session alive after the other.
func (b *Bus) supervise(ctx context.Context, s *session) {
	defer close(b.done)
	defer func() {
		if r := recover(); r != nil {
			b.cfg.Log.Error("bus", "panic", r)
			b.hub.lost(fmt.Errorf("%w: %v", ErrServer, r))
		}
	}()
	wait := retryFirst
	for ctx.Err() == nil {
		if s != nil {
			b.enter(ctx, s)
			wait = retryFirst
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(wait):
		}
		wait = min(2*wait, retryMost)
		var err error
		if s, err = b.dial(ctx); err != nil {
			b.hub.lost(err)
			s = nil
		}
	}
	if s != nil {
		s.close()
	}
}

// enter prepares a session, offers it to everybody, and waits for its end.
func (b *Bus) enter(ctx context.Context, s *session) {
	defer s.close()
	clock := s.askRights(ctx)
	b.hub.set(func(l *Link) {
		l.Rights, l.Ahead, l.ClockKnown, l.TLSUntil = s.rights, clock.ahead, clock.known, time.Time{}
		if state, err := s.conn.TLSConnectionState(); err == nil && len(state.PeerCertificates) > 0 {
			l.TLSUntil = state.PeerCertificates[0].NotAfter
		}
	})
	if err := b.prepare(ctx, s); err != nil {
		b.hub.lost(err)
		return
	}
	b.swap(s)
	b.hub.set(func(l *Link) {
		l.State, l.Problem, l.ProblemCode = LinkUp, "", ""
		l.Server, l.Name, l.Owner = s.conn.ConnectedUrlRedacted(), s.conn.ConnectedServerName(), s.server != nil
		if s.server != nil {
			l.Server = s.server.nats.ClientURL() // the connection itself stays in the process
		}
	})
	b.attend(ctx, s)
	b.mu.Lock()
	b.known = s.conn.DiscoveredServers()
	b.mu.Unlock()
	b.swap(nil)
}

// attend waits for the end of a session. A server of our own that could not write is started anew once the disk takes writes
// again: NATS itself stores nothing more in a stream after one failed write. Until then it can still be read from.
func (b *Bus) attend(ctx context.Context, s *session) {
	var sick chan struct{}
	var probe <-chan time.Time
	if s.server != nil {
		sick = s.server.sick
	}
	for {
		select {
		case <-ctx.Done():
			return
		case <-s.lost:
			b.hub.lost(ErrAway)
			return
		case <-sick:
			b.hub.lost(ErrUnwritten)
			sick, probe = nil, time.After(probeEvery)
		case <-probe:
			if err := s.server.probe(); err != nil {
				b.cfg.Log.Warn("the bus's disk", "error", err)
				probe = time.After(probeEvery)
				continue
			}
			return
		}
	}
}

func (b *Bus) swap(s *session) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.session = s
	close(b.renewed)
	b.renewed = make(chan struct{})
}

func (b *Bus) current() (*session, <-chan struct{}) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.session, b.renewed
}

// ready waits for a session; the error is the context's.
func (b *Bus) ready(ctx context.Context) (*session, error) {
	for {
		s, renewed := b.current()
		if s != nil {
			return s, nil
		}
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-b.done:
			return nil, ErrClosed
		case <-renewed:
		}
	}
}

// each runs work on one session after the other until ctx ends or work fails for good. Work gets a context that ends
// with its session; errors while the session is lost are the loss, and the next session goes on. A stream that somebody
// deleted meanwhile is made again.
func (b *Bus) each(ctx context.Context, work func(context.Context, *session) error) error {
	wait := retryFirst
	for {
		s, err := b.ready(ctx)
		if err != nil {
			return err
		}
		run, cancel := context.WithCancel(ctx)
		go func() {
			select {
			case <-s.lost:
				cancel()
			case <-run.Done():
			}
		}()
		began := time.Now()
		err = work(run, s)
		if errors.Is(err, jetstream.ErrStreamNotFound) && run.Err() == nil {
			if again := b.prepare(run, s); again != nil {
				b.cfg.Log.Warn("streams", "error", again)
			}
		}
		cancel()
		if ctx.Err() != nil {
			return ctx.Err()
		}
		var away interface{ final() bool }
		if err != nil && errors.As(err, &away) && away.final() {
			return errors.Unwrap(err)
		}
		if err != nil {
			b.cfg.Log.Warn("bus work starts again", "error", err)
		}
		if time.Since(began) > retryMost {
			wait = retryFirst
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(wait):
		}
		wait = min(2*wait, retryMost)
	}
}

// finalError marks an error that another try does not mend.
type finalError struct{ err error }

func (f finalError) Error() string { return f.err.Error() }
func (f finalError) Unwrap() error { return f.err }
func (f finalError) final() bool   { return true }

func (s *session) close() {
	s.conn.Close()
	if s.server != nil {
		s.server.stop()
	}
}

// Link tells how the bus is.
func (b *Bus) Link() Link { return b.hub.get() }

// LinkChanged wakes its reader when the link changed: a wake, not a count. Call stop when done.
func (b *Bus) LinkChanged() (changes <-chan struct{}, stop func()) { return b.hub.watch() }

// Close leaves the bus, and stops the embedded server when this process owns it; other processes take it over.
func (b *Bus) Close() error {
	b.cancel()
	<-b.done
	return nil
}
