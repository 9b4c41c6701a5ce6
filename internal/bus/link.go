package bus

import (
	"errors"
	"slices"
	"sync"
	"time"
)

// LinkState is how this process stands with the bus.
type LinkState string

// Link states.
const (
	LinkConnecting LinkState = "connecting" // being tried, nothing has failed yet
	LinkUp         LinkState = "up"         // connected, and the streams are there
	LinkDown       LinkState = "down"       // the last try failed; the next one follows by itself
	LinkDenied     LinkState = "denied"     // the bus answers and refuses: credentials or permissions
)

// Link is a snapshot of how this process stands with the bus.
type Link struct {
	State       LinkState
	Since       time.Time     // when State was entered
	Embedded    bool          // the bus is in the data directory
	Owner       bool          // … and in this process
	Server      string        // its URL, without secrets
	Name        string        // its name
	Replicas    int           // of the live stream; 0 while unknown
	TLSUntil    time.Time     // the server's certificate lasts until then; zero without TLS
	Ahead       time.Duration // this machine's clock before the server's, as far as the way there lets it be known
	ClockKnown  bool
	Rights      *Rights // what this account may do, as the server last told; never changed in place
	Warnings    []Warning
	Problem     string // the last failure as a sentence; "" while up
	ProblemCode Code
}

// Warning is something a person should know about the bus: a key of the message catalogue, and pairs of name and value.
type Warning struct {
	Code string
	Args []string
}

// Warnings the bus gives.
const (
	WarnWeak       = "bus.warn.weak"       // stream, settings: the stream does not protect its entries as it should
	WarnLost       = "bus.warn.lost"       // stream, messages: the server says that it lost stored entries
	WarnReplicas   = "bus.warn.replicas"   // stream, have, want
	WarnUnverified = "bus.warn.unverified" // stream: the account may not look at the stream's settings
	WarnMissing    = "bus.warn.missing"    // stream: it is not there and the account may not create it
	WarnPresence   = "bus.warn.presence"   // why: who is present cannot be told
)

// hub holds the link's state and wakes its observers.
type hub struct {
	mu       sync.Mutex
	link     Link
	watchers map[chan struct{}]struct{}
}

func newHub(embedded bool) *hub {
	return &hub{
		link:     Link{State: LinkConnecting, Since: time.Now(), Embedded: embedded},
		watchers: make(map[chan struct{}]struct{}),
	}
}

func (h *hub) get() Link {
	h.mu.Lock()
	defer h.mu.Unlock()
	l := h.link
	l.Warnings = slices.Clone(l.Warnings)
	return l
}

// set changes the link and wakes the observers.
func (h *hub) set(change func(*Link)) {
	h.mu.Lock()
	defer h.mu.Unlock()
	before := h.link.State
	change(&h.link)
	if h.link.State != before {
		h.link.Since = time.Now()
	}
	for c := range h.watchers {
		select {
		case c <- struct{}{}:
		default: // it has a wake waiting
		}
	}
}

// lost records a failure: down, or denied when the bus answered and refused.
func (h *hub) lost(err error) {
	if err == nil {
		err = ErrAway
	}
	var e *Error
	code := ErrAway.Code
	if errors.As(err, &e) {
		code = e.Code
	}
	h.set(func(l *Link) {
		l.State = LinkDown
		if errors.Is(err, ErrAuth) || errors.Is(err, ErrDenied) {
			l.State = LinkDenied
		}
		l.Problem, l.ProblemCode = err.Error(), code
	})
}

// warn adds a warning, once for a code and its arguments.
func (h *hub) warn(w Warning) {
	h.set(func(l *Link) {
		if !slices.ContainsFunc(l.Warnings, func(x Warning) bool { return x.Code == w.Code && slices.Equal(x.Args, w.Args) }) {
			l.Warnings = append(slices.Clip(l.Warnings), w)
		}
	})
}

func (h *hub) watch() (<-chan struct{}, func()) {
	c := make(chan struct{}, 1)
	h.mu.Lock()
	h.watchers[c] = struct{}{}
	h.mu.Unlock()
	return c, func() {
		h.mu.Lock()
		delete(h.watchers, c)
		h.mu.Unlock()
	}
}
