package room

import (
	"context"
	"sangfroid/internal/incident"
	"sync"
	"time"
)

// The consoles' clocks differ. In an exercise the difference counts many times over, so the wall's clock is read there as
// the bus has it: from what the bus tells when it is asked, and from what this process itself wrote, between when it was sent
// and when it was seen again.
const (
	goodClock = 250 * time.Millisecond // a clock this good is left alone
	badWatch  = 2 * time.Second        // an answer that took so long tells nothing
	askClock  = time.Second            // how long the bus is asked before an exercise is started or joined
)

// busClock is how this machine's clock stands to the bus's.
type busClock struct {
	mu    sync.Mutex
	known bool
	took  time.Duration // how long the answer took that told it
	ahead time.Duration // what the bus's clock is ahead
}

// compare learns from one answer: asked and seen by this clock, stamped by the bus's. A slower answer than the best so far
// tells less, and is left out.
func (c *busClock) compare(asked, seen, stamped time.Time) {
	took := seen.Sub(asked)
	if took < 0 || took > badWatch || stamped.IsZero() {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.known && took > c.took*2 {
		return
	}
	ahead := stamped.Sub(asked.Add(took / 2))
	if ahead.Abs() <= goodClock+took/2 {
		ahead = 0
	}
	c.known, c.took, c.ahead = true, took, ahead
}

// read is an instant of this machine's clock as the bus's has it, as far as that is known.
func (c *busClock) read(now time.Time) time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return now.Add(c.ahead)
}

// readClock asks the bus for the time. A bus that is away or does not tell leaves what is known.
func (d *Desk) readClock(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, askClock)
	defer cancel()
	asked := d.opts.Now()
	at, err := d.bus.Time(ctx)
	if err != nil {
		d.opts.Log.Info("the bus does not tell the time", "error", err)
		return
	}
	d.clock.compare(asked, d.opts.Now(), at)
}

// wall is the wall's clock: in an exercise as the bus has it.
func (r *Room) wall(s *incident.State) time.Time {
	now := r.now()
	if s == nil || s.Exercise == nil {
		return now
	}
	return r.desk.clock.read(now)
}
