package bus

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
	"github.com/synadia-io/orbit.go/natscontext"
)

// Times of a connection: a dead link is found after three pings without an answer, 15 s.
const (
	dialTimeout  = 2 * time.Second
	pingInterval = 5 * time.Second
	pingsMissed  = 2
)

// dial makes the next session: with the server named, or with the one in the data directory, which it starts when nobody
// else runs it.
func (b *Bus) dial(ctx context.Context) (*session, error) {
	if !b.cfg.embedded() {
		return b.remote()
	}
	server, err := b.own()
	switch {
	case err == nil:
		return b.inside(server)
	case !errors.Is(err, ErrHeld) || b.cfg.serves():
		return nil, err
	}
	return b.neighbour(ctx)
}

// inside connects to the server this process runs.
func (b *Bus) inside(server *embedded) (*session, error) {
	s := newSession()
	s.server = server
	opts := append(b.options(s), nats.InProcessServer(server.nats))
	if server.token != "" {
		opts = append(opts, nats.Token(server.token))
	} else {
		more, err := b.credentials()
		if err != nil {
			server.stop()
			return nil, err
		}
		opts = append(opts, more...)
	}
	conn, err := nats.Connect("", opts...)
	if err != nil {
		server.stop()
		if errors.Is(err, io.ErrClosedPipe) || errors.Is(err, io.EOF) { // in process, the reason is lost with the pipe
			return nil, fail(ErrAuth, err)
		}
		return nil, connectError(err)
	}
	return s.with(conn)
}

// neighbour connects to the bus another process of this machine runs.
func (b *Bus) neighbour(ctx context.Context) (*session, error) {
	end, err := readEndpoint(b.cfg.dir())
	if err != nil {
		return nil, fail(ErrHeld, err)
	}
	s := newSession()
	conn, err := nats.Connect(end.URL, append(b.options(s), nats.Token(end.Token))...)
	if err != nil {
		if ctx.Err() == nil {
			b.cfg.Log.Debug("the owner of the bus does not answer", "error", err)
		}
		return nil, fail(ErrHeld, err)
	}
	return s.with(conn)
}

// remote connects to the user's NATS.
func (b *Bus) remote() (*session, error) {
	s := newSession()
	opts := b.options(s)
	if b.cfg.URL == "" {
		conn, _, err := natscontext.Connect(b.cfg.Context, opts...)
		if err != nil {
			return nil, connectError(err)
		}
		return s.with(conn)
	}
	more, err := b.credentials()
	if err != nil {
		return nil, err
	}
	urls, err := b.servers()
	if err != nil {
		return nil, err
	}
	conn, err := nats.Connect(urls, append(opts, more...)...)
	if err != nil {
		return nil, connectError(err)
	}
	return s.with(conn)
}

// servers are those named, and those the cluster told of when it was last there.
func (b *Bus) servers() (string, error) {
	urls := strings.Split(b.cfg.URL, ",")
	for i, u := range urls {
		u = strings.TrimSpace(u)
		if !strings.Contains(u, "://") {
			u = "nats://" + u
		}
		p, err := url.Parse(u)
		if err != nil || p.Hostname() == "" || !slices.Contains([]string{"nats", "tls", "ws", "wss"}, p.Scheme) {
			return "", failf(ErrConfig, "%q is no address of a NATS server (nats://host:4222)", urls[i])
		}
		urls[i] = u
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, u := range b.known {
		if !slices.Contains(urls, u) {
			urls = append(urls, u)
		}
	}
	return strings.Join(urls, ","), nil
}

// credentials are the options that say who connects.
func (b *Bus) credentials() ([]nats.Option, error) {
	c := b.cfg
	if c.Pass != nil {
		return c.Pass.options()
	}
	var opts []nats.Option
	for _, f := range []string{c.Creds, c.NKey, c.TLSCA, c.TLSCert, c.TLSKey} {
		if f == "" {
			continue
		}
		if _, err := os.Stat(f); err != nil {
			return nil, fail(ErrConfig, err)
		}
	}
	if c.Creds != "" {
		opts = append(opts, nats.UserCredentials(c.Creds))
	}
	if c.NKey != "" {
		o, err := nats.NkeyOptionFromSeed(c.NKey)
		if err != nil {
			return nil, fail(ErrConfig, err)
		}
		opts = append(opts, o)
	}
	if c.User != "" {
		opts = append(opts, nats.UserInfo(c.User, c.Password))
	}
	if c.Token != "" {
		opts = append(opts, nats.Token(c.Token))
	}
	if c.TLSCA != "" {
		opts = append(opts, nats.RootCAs(c.TLSCA))
	}
	if c.TLSCert != "" || c.TLSKey != "" {
		opts = append(opts, nats.ClientCert(c.TLSCert, c.TLSKey))
	}
	return opts, nil
}

// options are those of every connection. The library's own reconnection is off: a take-over by another process and a log that
// turned out to be another one need a new session anyway, and one mechanism serves both. Without it nothing is buffered:
// a publish without a link fails at once.
func (b *Bus) options(s *session) []nats.Option {
	opts := []nats.Option{
		nats.Name("sangfroid " + b.cfg.Name), nats.NoReconnect(), nats.Timeout(dialTimeout),
		nats.PingInterval(pingInterval), nats.MaxPingsOutstanding(pingsMissed),
		nats.ClosedHandler(func(*nats.Conn) { close(s.lost) }),
		nats.ErrorHandler(func(_ *nats.Conn, _ *nats.Subscription, err error) {
			s.refused(err)
			b.cfg.Log.Warn("bus", "error", err)
		}),
	}
	if b.cfg.Inbox != "" {
		opts = append(opts, nats.CustomInboxPrefix(b.cfg.Inbox))
	}
	return opts
}

func newSession() *session {
	return &session{lost: make(chan struct{}), waiting: make(map[chan error]string)}
}

func (s *session) with(conn *nats.Conn) (*session, error) {
	s.conn = conn
	js, err := jetstream.New(conn)
	if err != nil {
		s.close()
		return nil, fail(ErrConfig, err)
	}
	s.js = js
	return s, nil
}

// refused tells the requests under way on a subject that the server does not permit them.
func (s *session) refused(err error) {
	if !errors.Is(err, nats.ErrPermissionViolation) {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for c, subject := range s.waiting {
		if strings.Contains(err.Error(), `"`+subject+`"`) {
			select {
			case c <- &DeniedError{What: err.Error()}:
			default: // told already
			}
		}
	}
}

// connectError sorts what the library says.
func connectError(err error) error {
	var path *os.PathError
	switch {
	case errors.Is(err, nats.ErrAuthorization), errors.Is(err, nats.ErrAuthExpired), errors.Is(err, nats.ErrAuthRevoked),
		strings.Contains(strings.ToLower(err.Error()), "authorization violation"):
		return fail(ErrAuth, err)
	case errors.As(err, &path), strings.Contains(err.Error(), "unknown context"), strings.Contains(err.Error(), "invalid context"):
		return fail(ErrConfig, err)
	}
	return fail(ErrAway, err)
}

// endpoint is how other processes of this data directory find the bus.
type endpoint struct {
	URL   string `json:"url"`
	Token string `json:"token"`
	PID   int    `json:"pid"`
}

const endpointFile = "endpoint.json"

func readEndpoint(dir string) (endpoint, error) {
	b, err := os.ReadFile(filepath.Join(dir, endpointFile))
	if err != nil {
		return endpoint{}, err
	}
	var e endpoint
	if err := json.Unmarshal(b, &e); err != nil {
		return endpoint{}, err
	}
	if e.URL == "" {
		return endpoint{}, fmt.Errorf("%s names no server", endpointFile)
	}
	return e, nil
}

// write replaces the file as a whole, readable by this account only.
func (e endpoint) write(dir string) error {
	b, err := json.Marshal(e)
	if err != nil {
		return err
	}
	tmp := filepath.Join(dir, "."+endpointFile)
	if err := os.WriteFile(tmp, b, 0o600); err != nil {
		return err
	}
	return os.Rename(tmp, filepath.Join(dir, endpointFile))
}
