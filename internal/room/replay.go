package room

import (
	"context"
	"errors"
	"sangfroid/internal/cell"
	"sangfroid/internal/incident"
	"sangfroid/internal/timeline"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// Replay is a timeline shown as it came in, read-only: the same frames as a live room's, with a player. It is safe for
// concurrent use.
type Replay struct {
	log    timeline.Log
	close  func() error
	wall   func() time.Time
	cancel context.CancelFunc
	done   sync.WaitGroup
	kick   chan struct{}

	frame   atomic.Pointer[cell.Frame]
	changed chan struct{}

	mu     sync.Mutex // guards what follows
	player *timeline.Player
	keys   []cell.Moment
	state  *incident.State
	shown  int
	gen    uint64
}

var (
	_ cell.Room   = (*Replay)(nil)
	_ cell.Player = (*Replay)(nil)
)

// frameEvery is how often a running replay draws: ten times a second of the wall's clock, whatever its speed.
const frameEvery = 100 * time.Millisecond

// OpenReplay opens a timeline file to be replayed. It stands at its first entry, paused.
func OpenReplay(path string, wall func() time.Time) (*Replay, error) {
	r, err := timeline.OpenReader(path)
	if err != nil {
		return nil, err
	}
	return newReplay(r, r.Close, wall)
}

func newReplay(log timeline.Log, end func() error, wall func() time.Time) (*Replay, error) {
	look := &watcher{log: log, state: incident.NewState()}
	player, err := timeline.NewPlayer(log, look.see)
	if err != nil {
		return nil, errors.Join(err, end())
	}
	run, cancel := context.WithCancel(context.Background())
	r := &Replay{
		log: log, close: end, wall: wall, cancel: cancel, kick: make(chan struct{}, 1), changed: make(chan struct{}, 1),
		player: player, shown: -1,
	}
	r.keys = look.moments(player)
	player.JumpEntry(1, wall())
	r.refresh()
	r.done.Add(1)
	go r.run(run)
	return r, nil
}

// Replay opens a file, or the record of an incident on this machine.
func (d *Desk) Replay(_ context.Context, fileOrID string) (cell.Room, error) {
	if p := LocalRecord(d.opts.DataDir, incident.IncidentID(fileOrID)); incident.ValidID(fileOrID) && p != "" {
		fileOrID = p
	}
	return OpenReplay(fileOrID, d.opts.Now)
}

// watcher finds the key moments of a timeline on its way through: decisions, phases, milestones, and deadlines that passed.
type watcher struct {
	log   timeline.Log
	state *incident.State
	keys  []cell.Moment
}

func (w *watcher) see(e incident.Entry) {
	incident.Apply(w.state, e)
	kind := ""
	switch e.Event.Data.(type) {
	case incident.DecisionTaken, incident.DecisionRevised:
		kind = "decision"
	case incident.ServiceRestored, incident.ServiceVerified, incident.ServiceResumed, incident.ServiceFailedBack,
		incident.IncidentDeclared, incident.IncidentClosed, incident.IncidentReopened:
		kind = "milestone"
	case incident.IncidentPhase, incident.IncidentEscalated, incident.IncidentOrigin:
		kind = "phase"
	}
	if kind != "" {
		w.keys = append(w.keys, cell.Moment{Seq: e.Seq, At: timeline.AxisTime(w.log, e), Kind: kind})
	}
}

// moments are the key moments, in their order in time.
func (w *watcher) moments(p *timeline.Player) []cell.Moment {
	out := w.keys
	for _, c := range incident.Clocks(w.state, p.Last()) {
		if c.State == incident.ClockMissed && (c.Kind == incident.ClockRTO || c.Kind == incident.ClockMTPD || c.Kind == incident.ClockObligation) {
			out = append(out, cell.Moment{Seq: p.SeqAt(c.Deadline), At: c.Deadline, Kind: "breach"})
		}
	}
	slices.SortStableFunc(out, func(a, b cell.Moment) int { return a.At.Compare(b.At) })
	return out
}

func (r *Replay) run(ctx context.Context) {
	defer r.done.Done()
	tick := time.NewTicker(frameEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-r.kick:
			r.refresh()
		case <-tick.C:
			r.mu.Lock()
			plays, _ := r.player.Playing()
			if plays && r.player.Ended(r.wall()) {
				r.player.Pause(r.wall())
			}
			r.mu.Unlock()
			if plays {
				r.refresh()
			}
		}
	}
}

func (r *Replay) refresh() {
	r.mu.Lock()
	defer r.mu.Unlock()
	now := r.wall()
	n := r.player.Upto(now)
	f := &cell.Frame{Len: n, Link: cell.Link{State: cell.LinkFile, Server: r.log.Header().Source}}
	if n != r.shown {
		s, err := r.player.StateAt(n)
		f.Err = err
		if err == nil {
			r.state, r.shown = s, n
		}
	}
	plays, speed := r.player.Playing()
	if !plays {
		root, err := timeline.RootAt(r.log, n)
		if err != nil {
			f.Err = err
		}
		f.Root = root
	}
	r.gen++
	f.Gen, f.State = r.gen, r.state
	f.Replay = &cell.Replay{
		From: r.player.First(), To: r.player.Last(), At: r.player.Now(now), Speed: speed, Playing: plays, Total: r.log.Len(),
		Ended: r.player.Ended(now), Keys: r.keys,
	}
	r.frame.Store(f)
	select {
	case r.changed <- struct{}{}:
	default:
	}
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

// JumpTime goes to a time.
func (r *Replay) JumpTime(t time.Time) {
	r.drive(func(p *timeline.Player, wall time.Time) { p.JumpTime(t, wall) })
}

// JumpEntry goes to an entry.
func (r *Replay) JumpEntry(seq int) {
	r.drive(func(p *timeline.Player, wall time.Time) { p.JumpEntry(seq, wall) })
}

// Step goes by n entries. It looks at times: entries of one instant are passed together.
func (r *Replay) Step(n int) {
	r.drive(func(p *timeline.Player, wall time.Time) {
		at := p.Upto(wall)
		if n < 0 {
			p.JumpTime(p.Before(wall), wall)
			return
		}
		p.JumpEntry(at+n, wall)
	})
}

// StepKey goes by n key moments.
func (r *Replay) StepKey(n int) {
	r.drive(func(p *timeline.Player, wall time.Time) {
		now := p.Now(wall)
		var to time.Time
		for _, k := range r.keys {
			if n > 0 && k.At.After(now) {
				to = k.At
				break
			}
			if n < 0 && k.At.Before(now) {
				to = k.At
			}
		}
		if !to.IsZero() {
			p.JumpTime(to, wall)
		}
	})
}

// Close leaves the replay.
func (r *Replay) Close() error {
	r.cancel()
	r.done.Wait()
	return r.close()
}
