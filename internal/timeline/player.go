package timeline

import (
	"sangfroid/internal/incident"
	"sort"
	"time"
)

// Limits of the replay's speed.
const (
	MinSpeed = 1
	MaxSpeed = 3600
)

// snapshotEvery is how many entries lie between two snapshots of the state.
const snapshotEvery = 512

// Player replays a timeline. It has no clock of its own: the wall's time enters with each call. It is used by one
// goroutine.
type Player struct {
	log    Log
	times  []int64 // the axis, growing, in nanoseconds since 1970
	snaps  []*incident.State
	anchor time.Time // timeline time …
	since  time.Time // … at this wall time
	speed  float64
	plays  bool
}

// NewPlayer reads the axis of a timeline and stands at its first entry, paused. Whoever also wants to see each entry once
// gets it on the way: reading a long timeline is what takes time.
func NewPlayer(l Log, also ...func(incident.Entry)) (*Player, error) {
	p := &Player{log: l, speed: MinSpeed, snaps: []*incident.State{incident.NewState()}}
	last := int64(0)
	err := l.Range(1, l.Len(), func(e incident.Entry) bool {
		t := AxisTime(l, e).UnixNano()
		if len(p.times) > 0 {
			t = max(t, last) // a clock that jumped back does not turn the replay round
		}
		last = t
		p.times = append(p.times, t)
		for _, see := range also {
			see(e)
		}
		return true
	})
	if len(p.times) > 0 {
		p.anchor = p.First()
	}
	return p, err
}

func (p *Player) at(i int) time.Time { return time.Unix(0, p.times[i]).UTC() }

// First is the time of the first entry; zero for an empty timeline.
func (p *Player) First() time.Time {
	if len(p.times) == 0 {
		return time.Time{}
	}
	return p.at(0)
}

// Last is the time of the last entry.
func (p *Player) Last() time.Time {
	if len(p.times) == 0 {
		return time.Time{}
	}
	return p.at(len(p.times) - 1)
}

// Now is the timeline's time at a wall time. It stops at the last entry.
func (p *Player) Now(wall time.Time) time.Time {
	t := p.anchor
	if p.plays {
		t = t.Add(time.Duration(float64(wall.Sub(p.since)) * p.speed))
	}
	if last := p.Last(); t.After(last) {
		return last
	}
	return t
}

// Ended tells whether the last entry was reached.
func (p *Player) Ended(wall time.Time) bool { return !p.Now(wall).Before(p.Last()) }

// Upto is how many entries there were at the timeline's time.
func (p *Player) Upto(wall time.Time) int {
	now := p.Now(wall).UnixNano()
	return sort.Search(len(p.times), func(i int) bool { return p.times[i] > now })
}

// Play goes on; from the end it begins again.
func (p *Player) Play(wall time.Time) {
	if p.Ended(wall) {
		p.anchor = p.First()
	}
	p.anchor, p.since, p.plays = p.Now(wall), wall, true
	p.since = wall
}

// Pause stands still.
func (p *Player) Pause(wall time.Time) { p.anchor, p.plays = p.Now(wall), false }

// Playing tells whether it plays, and how fast.
func (p *Player) Playing() (plays bool, speed float64) { return p.plays, p.speed }

// SetSpeed changes the speed, within the limits.
func (p *Player) SetSpeed(x float64, wall time.Time) {
	p.anchor, p.since = p.Now(wall), wall
	p.speed = min(max(x, MinSpeed), MaxSpeed)
}

// JumpTime goes to a time of the timeline.
func (p *Player) JumpTime(t, wall time.Time) {
	if t.Before(p.First()) {
		t = p.First()
	}
	if t.After(p.Last()) {
		t = p.Last()
	}
	p.anchor, p.since = t, wall
}

// JumpEntry goes to the time of an entry.
func (p *Player) JumpEntry(seq int, wall time.Time) {
	if len(p.times) > 0 {
		p.JumpTime(p.at(min(max(seq, 1), len(p.times))-1), wall)
	}
}

// StateAt is the state after n entries. Snapshots are made on the way, so that going back is as quick as going on.
func (p *Player) StateAt(n int) (*incident.State, error) {
	n = min(max(n, 0), p.log.Len())
	i := min(n/snapshotEvery, len(p.snaps)-1)
	s := p.snaps[i].Clone()
	from := i*snapshotEvery + 1
	err := p.log.Range(from, n, func(e incident.Entry) bool {
		incident.Apply(s, e)
		if e.Seq == len(p.snaps)*snapshotEvery {
			p.snaps = append(p.snaps, s.Clone())
		}
		return true
	})
	return s, err
}

// SeqAt is the newest entry at a time; 0 before the first.
func (p *Player) SeqAt(t time.Time) int {
	at := t.UnixNano()
	return sort.Search(len(p.times), func(i int) bool { return p.times[i] > at })
}

// Before is the time of the entries before the present ones; the first entry's when there are none.
func (p *Player) Before(wall time.Time) time.Time {
	n := p.Upto(wall)
	for i := n - 1; i > 0; i-- {
		if p.times[i-1] < p.times[n-1] {
			return p.at(i - 1)
		}
	}
	return p.First()
}
