package faults

import (
	"io"
	"net"
	"sync"
	"time"
)

// Link carries connections to an address on this machine, and can be cut, frozen and slowed. It is safe for concurrent use.
type Link struct {
	listener net.Listener
	to       string
	done     sync.WaitGroup

	mu    sync.Mutex
	conns map[net.Conn]struct{}
	cut   bool
	delay time.Duration
	hold  chan struct{} // closed while bytes may pass
	over  bool
}

// NewLink listens on a port the system chooses and carries what comes to the address. Close it.
func NewLink(to string) (*Link, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	x := &Link{listener: l, to: to, conns: make(map[net.Conn]struct{}), hold: make(chan struct{})}
	close(x.hold)
	x.done.Go(x.accept)
	return x, nil
}

// Addr is where to connect instead.
func (x *Link) Addr() string { return x.listener.Addr().String() }

// Cut ends every connection, and each new one at once, until Heal: both ends see it.
func (x *Link) Cut() {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.cut = true
	x.drop()
}

// Freeze holds every byte both ways until Heal; connections stay, and new ones are taken: neither end is told anything.
func (x *Link) Freeze() {
	x.mu.Lock()
	defer x.mu.Unlock()
	select {
	case <-x.hold:
		x.hold = make(chan struct{})
	default: // frozen already
	}
}

// Delay holds each piece back for so long.
func (x *Link) Delay(d time.Duration) {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.delay = d
}

// Heal lets everything pass again. What was held is delivered, as networks do.
func (x *Link) Heal() {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.cut, x.delay = false, 0
	x.release()
}

func (x *Link) release() {
	select {
	case <-x.hold:
	default:
		close(x.hold)
	}
}

func (x *Link) drop() {
	for c := range x.conns {
		_ = c.Close() // it is gone either way
	}
}

// Close ends the link and every connection on it.
func (x *Link) Close() error {
	err := x.listener.Close()
	x.mu.Lock()
	x.over = true
	x.release()
	x.drop()
	x.mu.Unlock()
	x.done.Wait()
	return err
}

func (x *Link) accept() {
	for {
		c, err := x.listener.Accept()
		if err != nil {
			return
		}
		x.done.Go(func() { x.carry(c) })
	}
}

// keep notes a connection, so that a cut ends it; false when there are none to be.
func (x *Link) keep(c net.Conn) bool {
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.cut || x.over {
		return false
	}
	x.conns[c] = struct{}{}
	return true
}

func (x *Link) forget(c net.Conn) {
	x.mu.Lock()
	delete(x.conns, c)
	x.mu.Unlock()
	_ = c.Close() // the other end may have done it
}

func (x *Link) carry(near net.Conn) {
	defer x.forget(near)
	if !x.keep(near) {
		return
	}
	far, err := net.Dial("tcp", x.to)
	if err != nil {
		return
	}
	defer x.forget(far)
	if !x.keep(far) {
		return
	}
	var both sync.WaitGroup
	both.Go(func() { x.pass(near, far) })
	x.pass(far, near)
	both.Wait()
}

// pass carries one way until either end is gone, then ends both.
func (x *Link) pass(from, to net.Conn) {
	defer from.Close() //nolint:errcheck // the end of a connection
	defer to.Close()   //nolint:errcheck // the end of a connection
	buf := make([]byte, 64<<10)
	for {
		n, err := from.Read(buf)
		if n > 0 && !x.forward(to, buf[:n]) {
			return
		}
		if err != nil {
			return
		}
	}
}

func (x *Link) forward(to io.Writer, b []byte) bool {
	x.mu.Lock()
	hold, delay := x.hold, x.delay
	x.mu.Unlock()
	<-hold
	if delay > 0 {
		<-time.After(delay)
	}
	_, err := to.Write(b)
	return err == nil
}
