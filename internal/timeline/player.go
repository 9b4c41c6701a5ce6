package timeline

import (
	"math"
	"sangfroid/internal/incident"
	"sort"
	"time"
)

// Limits of the replay's speed.
const (
	MinSpeed = 1
	MaxSpeed = 3600
)

// Silences that are skipped: of a stretch without entries and key moments, this much of the wall's time is played at either
// end, and the rest is passed over.
const silenceEdge = time.Second

// Player replays a timeline. It has no clock of its own: the wall's time enters with each call. It is used by one
// goroutine.
//
// It can play while the index behind it is still being built: it waits at the last entry that is known, and a jump beyond
// that is kept until it is reached.
type Player struct {
	x       *Index
	anchor  time.Time // timeline time …
	since   time.Time // … at this wall time
	from    time.Time // where playing was taken up: what somebody jumped into is not skipped at once
	speed   float64
	plays   bool
	skips   bool
	skipped time.Duration // the silence passed over last …
	passed  time.Time     // … at this wall time
	want    Target
}

// Target is where a replay is to go: an entry, or a time. The zero value is nowhere.
type Target struct {
	Seq int
	At  time.Time
}

// IsZero tells a target that is nowhere.
func (t Target) IsZero() bool { return t.Seq == 0 && t.At.IsZero() }

// NewPlayer stands at the first entry of an index, paused.
func NewPlayer(x *Index) *Player {
	return &Player{x: x, speed: MinSpeed, anchor: x.First(), from: x.First()}
}

// Now is the timeline's time at a wall time. It stops at the last entry that is known.
func (p *Player) Now(wall time.Time) time.Time {
	if p.anchor.IsZero() {
		p.anchor, p.since = p.x.First(), wall
	}
	if !p.plays || !p.want.IsZero() {
		return p.anchor // who wants to go elsewhere sees nothing else go by until then
	}
	if p.skips {
		p.pass(wall)
	}
	t := p.anchor.Add(span(float64(wall.Sub(p.since)) * p.speed))
	if end := p.x.Horizon(); t.After(end) {
		if _, whole := p.x.Progress(); !whole {
			p.anchor, p.since = end, wall
		}
		return end
	}
	return t
}

// span keeps a replay of many years at full speed within what a duration holds.
func span(ns float64) time.Duration {
	return time.Duration(min(max(ns, 0), math.MaxInt64/2))
}

// pass moves the anchor over the entries and the silences there are until a wall time.
func (p *Player) pass(wall time.Time) {
	lead := span(float64(silenceEdge) * p.speed)
	for {
		before, next := p.x.around(p.anchor)
		if next.IsZero() || !wall.After(p.since) {
			return
		}
		if before.Before(p.from) {
			before = p.from
		}
		leave, land := before.Add(lead), next.Add(-lead)
		if leave.Before(p.anchor) {
			leave = p.anchor
		}
		if p.x.silent(leave, land, lead) {
			at := p.since.Add(p.takes(leave.Sub(p.anchor)))
			if at.After(wall) {
				return
			}
			p.anchor, p.since = land, at
			p.skipped, p.passed = land.Sub(leave), at
			continue
		}
		at := p.since.Add(p.takes(next.Sub(p.anchor)))
		if at.After(wall) {
			return
		}
		p.anchor, p.since = next, at
	}
}

// takes is how long a stretch of the timeline plays, by the wall's clock.
func (p *Player) takes(d time.Duration) time.Duration { return time.Duration(float64(d) / p.speed) }

// silent tells whether what lies between is worth skipping.
func (x *Index) silent(leave, land time.Time, least time.Duration) bool {
	return land.Sub(leave) > least
}

// around is the time of the last entry or key moment up to t, and of the first after it; zero for none.
func (x *Index) around(t time.Time) (before, next time.Time) {
	x.mu.RLock()
	defer x.mu.RUnlock()
	at := t.UnixNano()
	i := x.cols.after(at)
	if i > 0 {
		before = time.Unix(0, x.cols.time(i-1)).UTC()
	}
	if i == x.cols.len() {
		return before, next
	}
	next = time.Unix(0, x.cols.time(i)).UTC()
	k := sort.Search(len(x.keys), func(k int) bool { return x.keys[k].At.After(t) })
	if k > 0 && x.keys[k-1].At.After(before) {
		before = x.keys[k-1].At
	}
	if k < len(x.keys) && x.keys[k].At.Before(next) {
		next = x.keys[k].At
	}
	return before, next
}

// Left is how long the timeline still plays from here at this speed, by the wall's clock: a little more at most where it stands
// in a silence.
func (p *Player) Left(wall time.Time) time.Duration {
	from := p.Now(wall)
	if !p.skips {
		return p.takes(p.x.Last().Sub(from))
	}
	lead := span(float64(silenceEdge) * p.speed)
	total := time.Duration(0)
	for t := from; ; {
		before, next := p.x.around(t)
		if next.IsZero() {
			return total
		}
		if before.Before(from) {
			before = from
		}
		gap := next.Sub(before)
		if gap > 3*lead {
			gap = 2 * lead
		}
		total += p.takes(gap)
		t = next
	}
}

// Ended tells whether the last entry was reached.
func (p *Player) Ended(wall time.Time) bool {
	_, whole := p.x.Progress()
	return whole && !p.Now(wall).Before(p.x.Last())
}

// Upto is how many entries there were at the timeline's time.
func (p *Player) Upto(wall time.Time) int { return p.x.SeqAt(p.Now(wall)) }

// Play goes on; from the end it begins again.
func (p *Player) Play(wall time.Time) {
	at := p.Now(wall)
	if p.Ended(wall) {
		at = p.x.First()
	}
	p.stand(at, wall)
	p.plays = true
}

// Pause stands still.
func (p *Player) Pause(wall time.Time) {
	p.anchor, p.plays = p.Now(wall), false
}

// Playing tells whether it plays, and how fast.
func (p *Player) Playing() (plays bool, speed float64) { return p.plays, p.speed }

// SetSpeed changes the speed, within the limits.
func (p *Player) SetSpeed(x float64, wall time.Time) {
	if math.IsNaN(x) {
		return
	}
	p.anchor, p.since = p.Now(wall), wall
	p.speed = min(max(x, MinSpeed), MaxSpeed)
}

// SkipSilences passes over long stretches in which nothing happened.
func (p *Player) SkipSilences(on bool, wall time.Time) {
	p.stand(p.Now(wall), wall)
	p.skips, p.skipped = on, 0
}

// Skipping tells whether silences are skipped, and which one was within the last seconds; 0 for none.
func (p *Player) Skipping(wall time.Time) (on bool, just time.Duration) {
	if p.skipped > 0 && p.plays && wall.Sub(p.passed) < 2*silenceEdge {
		return p.skips, p.skipped
	}
	return p.skips, 0
}

func (p *Player) stand(at, wall time.Time) {
	p.anchor, p.since, p.from, p.skipped = at, wall, at, 0
}

// JumpTime goes to a time of the timeline.
func (p *Player) JumpTime(t, wall time.Time) {
	if first := p.x.First(); t.Before(first) {
		t = first
	}
	end := p.x.Horizon()
	if _, whole := p.x.Progress(); !whole && t.After(end) || !p.x.Ready(p.x.SeqAt(t)) {
		p.want = Target{At: t}
		return
	}
	if t.After(end) {
		t = end
	}
	p.want = Target{}
	p.stand(t, wall)
}

// JumpEntry goes to the time of an entry; beyond the last, to the last.
func (p *Player) JumpEntry(seq int, wall time.Time) {
	n := p.x.Len()
	if _, whole := p.x.Progress(); !whole && seq > n || !p.x.Ready(seq) {
		p.want = Target{Seq: seq}
		return
	}
	p.want = Target{}
	if n > 0 {
		p.stand(p.x.Time(min(max(seq, 1), n)), wall)
	}
}

// Arrive goes where a jump wanted to that was further than what was known. It gives what is still waited for.
func (p *Player) Arrive(wall time.Time) Target {
	switch want := p.want; {
	case want.Seq > 0:
		p.JumpEntry(want.Seq, wall)
	case !want.At.IsZero():
		p.JumpTime(want.At, wall)
	}
	return p.want
}

// Step goes by n entries. It looks at times: entries of one instant are passed together.
func (p *Player) Step(n int, wall time.Time) {
	at := p.Upto(wall)
	if n > 0 {
		p.JumpEntry(at+n, wall)
		return
	}
	for ; n < 0 && at > 0; n++ {
		at = p.x.SeqAt(p.x.Time(at).Add(-1))
	}
	p.JumpEntry(max(at, 1), wall)
}

// StepKey goes by n key moments. ok is false when there is none that way.
func (p *Player) StepKey(n int, wall time.Time) (ok bool) {
	keys, now := p.x.Keys(), p.Now(wall)
	i := sort.Search(len(keys), func(i int) bool { return keys[i].At.After(now) }) // the first after now
	for ; n > 1 && i < len(keys); n-- {
		at := keys[i].At
		for i < len(keys) && keys[i].At.Equal(at) {
			i++
		}
	}
	if n < 0 {
		for i > 0 && !keys[i-1].At.Before(now) {
			i--
		}
		i += n
	}
	if i < 0 || i >= len(keys) {
		return false
	}
	p.JumpTime(keys[i].At, wall)
	return true
}

// State is the state at the player's time, after how many entries, and the root of the record then.
func (p *Player) State(wall time.Time) (s *incident.State, n int, root string, err error) {
	n = p.Upto(wall)
	s, root, err = p.x.StateAt(n)
	return s, n, root, err
}
