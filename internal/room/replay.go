package room

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"sangfroid/internal/cell"
	"sangfroid/internal/incident"
	"sangfroid/internal/timeline"
	"sync"
	"sync/atomic"
	"time"
)

// Replay is a timeline shown as it came in, read-only: the same frames as a live room's, with a player. It is safe for
// concurrent use. A file is shown from its first entries on while the rest is still being read.
type Replay struct {
	log    timeline.Log
	index  *timeline.Index
	close  func() error
	wall   func() time.Time
	cancel context.CancelFunc
	done   sync.WaitGroup
	built  chan struct{} // closed once the whole timeline is known, or cannot be

	gc      atomic.Int64 // what the garbage collector is to be set back to; 0: nothing
	frame   atomic.Pointer[cell.Frame]
	changed chan struct{}

	mu     sync.Mutex // guards what follows
	player *timeline.Player
	state  *incident.State
	whole  *incident.State // of a drill once all of it was read: how its time went
	root   string
	shown  int
	gen    uint64
	loop   bool
	ended  time.Time // since when it stands at its end, by the wall's clock, to begin again
	broken error     // why the rest of the timeline cannot be read
}

var (
	_ cell.Room     = (*Replay)(nil)
	_ cell.Searcher = (*Replay)(nil)
	_ cell.Player   = (*Replay)(nil)
)

const (
	// frameEvery is how often a running replay draws: ten times a second of the wall's clock, whatever its speed.
	frameEvery = 100 * time.Millisecond
	// loopPause is how long the end of a loop stands before it begins again.
	loopPause = 8 * time.Second
	// manyEntries is a timeline whose reading takes memory worth giving back.
	manyEntries = 50_000
	// manyGC is how much of what is kept may be garbage while a long timeline is looked at, in percent: searching reads it all.
	manyGC = 40
	// buildGC is how much of what is kept may be garbage while a timeline is read, in percent.
	buildGC = 30
)

// OpenReplay opens a timeline file to be replayed. It stands at its first entry, paused; the rest is read in the background.
func OpenReplay(path string, wall func() time.Time) (*Replay, error) {
	r, err := timeline.OpenGrowing(path)
	if err != nil {
		return nil, err
	}
	return startReplay(r, r.Close, wall, true)
}

// StillReplay is a replay that draws only when it is told to ([Replay.Draw]): for recordings, whose clock is their own. The
// whole timeline is read when it returns.
func StillReplay(ctx context.Context, path string, wall func() time.Time) (*Replay, error) {
	r, err := timeline.OpenGrowing(path)
	if err != nil {
		return nil, err
	}
	p, err := startReplay(r, r.Close, wall, false)
	if err != nil {
		return nil, err
	}
	if err := p.Whole(ctx); err != nil {
		return nil, errors.Join(err, p.Close())
	}
	p.JumpEntry(1)
	return p, nil
}

func startReplay(log timeline.Log, end func() error, wall func() time.Time, runs bool) (*Replay, error) {
	run, cancel := context.WithCancel(context.Background())
	r := &Replay{
		log: log, index: timeline.NewIndex(log), close: end, wall: wall, cancel: cancel,
		built: make(chan struct{}), changed: make(chan struct{}, 1), shown: -1,
	}
	r.player = timeline.NewPlayer(r.index)
	r.done.Add(1)
	go r.build(run)
	<-r.index.Begun() // there is something to show: that takes one block of the file
	r.refresh()
	if runs {
		r.done.Add(1)
		go r.run(run)
	}
	return r, nil
}

func (r *Replay) build(ctx context.Context) {
	defer r.done.Done()
	defer close(r.built)
	defer r.index.Begin() // whatever happens, nobody waits for it for ever
	defer func() {
		if p := recover(); p != nil {
			r.fault(fmt.Errorf("the timeline could not be read on: %v", p))
		}
	}()
	if r.index.Len() > manyEntries { // it was opened with its index
		r.gc.Store(int64(debug.SetGCPercent(manyGC)))
	} else {
		defer debug.SetGCPercent(debug.SetGCPercent(buildGC)) // the pass makes much and keeps little
	}
	if err := r.index.Build(ctx); err != nil && ctx.Err() == nil {
		r.fault(err)
	}
	if r.index.Len() > manyEntries {
		debug.FreeOSMemory() // the pass needs three times what is kept of it, and a wall screen stays for days
	}
}

func (r *Replay) fault(err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.broken = err
}

// Whole waits until the whole timeline is known.
func (r *Replay) Whole(ctx context.Context) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-r.built:
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.broken
}

// Replay opens a file, or the record of an incident on this machine.
func (d *Desk) Replay(_ context.Context, fileOrID string) (cell.Room, error) {
	if p := LocalRecord(d.opts.DataDir, incident.IncidentID(fileOrID)); incident.ValidID(fileOrID) && p != "" {
		fileOrID = p
	}
	return OpenReplay(fileOrID, d.opts.Now)
}

func (r *Replay) run(ctx context.Context) {
	defer r.done.Done()
	tick := time.NewTicker(frameEvery)
	defer tick.Stop()
	built := r.built
	for {
		select {
		case <-ctx.Done():
			return
		case <-built:
			built = nil
			r.refresh()
		case <-tick.C:
			if r.moves() || built != nil {
				r.refresh()
			}
		}
	}
}

// moves tells whether the replay plays. At its end it stops, or begins again.
func (r *Replay) moves() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	wall := r.wall()
	plays, _ := r.player.Playing()
	if !plays || !r.player.Ended(wall) {
		r.ended = time.Time{}
		return plays
	}
	switch {
	case !r.loop:
		r.player.Pause(wall)
	case r.ended.IsZero():
		r.ended = wall
	case wall.Sub(r.ended) >= loopPause:
		r.ended = time.Time{}
		r.player.Play(wall)
	}
	return true
}

func (r *Replay) refresh() {
	r.mu.Lock()
	defer r.mu.Unlock()
	now := r.wall()
	want := r.player.Arrive(now)
	n := r.player.Upto(now)
	f := &cell.Frame{Len: n, Link: cell.Link{State: cell.LinkFile, Server: r.log.Header().Source}, Err: r.broken}
	if err := r.learn(); err != nil {
		f.Err = err
	}
	if n != r.shown {
		s, root, err := r.index.StateAt(n)
		if err != nil {
			f.Err = err
		} else {
			r.state, r.root, r.shown = s, root, n
		}
	}
	if r.state == nil {
		r.state = incident.NewState()
	}
	r.gen++
	f.Gen, f.State, f.Root = r.gen, r.state, r.root
	f.Replay = r.where(now, want)
	r.frame.Store(f)
	select {
	case r.changed <- struct{}{}:
	default:
	}
}

// learn takes how a drill's time went from its end, once that was read.
func (r *Replay) learn() error {
	if _, whole := r.index.Progress(); !whole || r.whole != nil || r.log.Header().Realm != incident.Drill {
		return nil
	}
	s, _, err := r.index.StateAt(r.index.Len())
	if err == nil {
		r.whole = s
	}
	return err
}

// where tells where the replay stands.
func (r *Replay) where(wall time.Time, want timeline.Target) *cell.Replay {
	plays, speed := r.player.Playing()
	skips, just := r.player.Skipping(wall)
	share, whole := r.index.Progress()
	from, to := r.index.First(), r.index.Last()
	clock := r.state
	if r.whole != nil {
		clock = r.whole
	}
	return &cell.Replay{
		From: from, To: to, At: r.player.Now(wall), Begins: clock.ExerciseTime(from), Ends: clock.ExerciseTime(to), Speed: speed, Playing: plays, Total: r.index.Len(),
		Ended: r.player.Ended(wall), Keys: r.index.Keys(), Skips: skips, Skipped: just, Loop: r.loop,
		Read: share, Whole: whole, Going: want,
	}
}

// Draw makes a frame of now.
func (r *Replay) Draw() {
	r.moves()
	r.refresh()
}

// drive changes the player and draws at once.
func (r *Replay) drive(do func(p *timeline.Player, wall time.Time)) {
	r.mu.Lock()
	do(r.player, r.wall())
	r.mu.Unlock()
	r.refresh()
}

// Frame is the newest frame.
func (r *Replay) Frame() *cell.Frame { return r.frame.Load() }

// Changed wakes when there is a newer frame.
func (r *Replay) Changed() <-chan struct{} { return r.changed }

// Log gives the timeline's rows.
func (r *Replay) Log() timeline.Log { return r.log }

// Search finds entries without reading them.
func (r *Replay) Search(q timeline.Query, n int) ([]int32, bool) { return r.index.Search(q, n) }

// Now is the replay's time.
func (r *Replay) Now() time.Time {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.state.ExerciseTime(r.player.Now(r.wall()))
}

// Do refuses: nothing is written into the past.
func (r *Replay) Do(context.Context, cell.Command) (cell.Receipt, error) {
	return cell.Receipt{}, &incident.Refusal{Code: incident.RefuseReadOnly}
}

// KeepDraft keeps nothing: a replay has no forms.
func (r *Replay) KeepDraft(string, map[string]string) {}

// Draft gives nothing.
func (r *Replay) Draft(string) map[string]string { return nil }

// Player is the replay itself.
func (r *Replay) Player() cell.Player { return r }

// Play goes on, from the beginning when it had ended.
func (r *Replay) Play() { r.drive(func(p *timeline.Player, wall time.Time) { p.Play(wall) }) }

// Pause stands still.
func (r *Replay) Pause() { r.drive(func(p *timeline.Player, wall time.Time) { p.Pause(wall) }) }

// SetSpeed sets how many times faster than the wall's clock it plays.
func (r *Replay) SetSpeed(x float64) {
	r.drive(func(p *timeline.Player, wall time.Time) { p.SetSpeed(x, wall) })
}

// SkipSilences passes over long stretches in which nothing happened, or plays them.
func (r *Replay) SkipSilences(on bool) {
	r.drive(func(p *timeline.Player, wall time.Time) { p.SkipSilences(on, wall) })
}

// SetLoop makes it begin again after its end.
func (r *Replay) SetLoop(on bool) {
	r.drive(func(*timeline.Player, time.Time) { r.loop = on })
}

// JumpTime goes to a time of the incident. In an exercise that is the exercise's, and of a time its clock stood at the end.
func (r *Replay) JumpTime(t time.Time) {
	r.drive(func(p *timeline.Player, wall time.Time) {
		clock := r.state
		if r.whole != nil {
			clock = r.whole
		}
		if x := clock.Exercise; x != nil {
			at, ok := x.Until(t)
			if !ok {
				at = r.index.Last()
			}
			t = at
		}
		p.JumpTime(t, wall)
	})
}

// JumpMoment goes to a key moment.
func (r *Replay) JumpMoment(k incident.KeyMoment) {
	r.drive(func(p *timeline.Player, wall time.Time) { p.JumpTime(k.At, wall) })
}

// JumpEntry goes to an entry.
func (r *Replay) JumpEntry(seq int) {
	r.drive(func(p *timeline.Player, wall time.Time) { p.JumpEntry(seq, wall) })
}

// Step goes by n entries. It looks at times: entries of one instant are passed together.
func (r *Replay) Step(n int) {
	r.drive(func(p *timeline.Player, wall time.Time) { p.Step(n, wall) })
}

// StepKey goes by n key moments.
func (r *Replay) StepKey(n int) {
	r.drive(func(p *timeline.Player, wall time.Time) { p.StepKey(n, wall) })
}

// Left is how long the timeline still plays from here, by the wall's clock.
func (r *Replay) Left() time.Duration {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.player.Left(r.wall())
}

// Close leaves the replay.
func (r *Replay) Close() error {
	r.cancel()
	r.done.Wait()
	if p := r.gc.Load(); p != 0 {
		debug.SetGCPercent(int(p))
	}
	return r.close()
}
