package incident

import (
	"sort"
	"time"
)

// Bounds of an exercise's clock.
const (
	MaxSpeed  = 60                   // exercise seconds a second
	maxPieces = 10000                // settings of a clock; further ones are flagged
	longest   = 366 * 24 * time.Hour // of wall time that a setting counts on; then the clock stands
)

// ClockPiece is a setting of an exercise's clock: from Wall on it is Sim, and goes at Speed; 0 is paused.
type ClockPiece struct {
	Wall  time.Time
	Sim   time.Time
	Speed int
}

func (p ClockPiece) at(wall time.Time) time.Time {
	gone := min(max(wall.Sub(p.Wall), 0), longest)
	sim := p.Sim.Add(gone * time.Duration(p.Speed))
	if !Plausible(sim) && sim.After(p.Sim) {
		return time.Date(lastYear, time.December, 31, 0, 0, 0, 0, time.UTC) // at the end of the years there are
	}
	return sim
}

// ExerciseTime gives the time of the incident at an instant of the wall's clock: exercise time in a drill with an exercise,
// else the wall's. Everything that asks "now", and every new entry, goes through it. It never goes backward, whatever the
// log says. Before its start an exercise's clock goes with the wall's; after its end it stands.
//
// The wall is each console's own. One whose clock is wrong by a second shows an exercise time that is wrong by a second
// times the speed; internal/room corrects it by the bus's time.
func (s *State) ExerciseTime(wall time.Time) time.Time {
	if s.Exercise == nil {
		return wall
	}
	return s.Exercise.Time(wall)
}

// WallTime is the inverse of [State.ExerciseTime]: the first instant at which it is sim, or later. ok is false when it will
// not be as things stand: the clock is paused or over.
func (s *State) WallTime(sim time.Time) (wall time.Time, ok bool) {
	if s.Exercise == nil {
		return sim, true
	}
	return s.Exercise.Wall(sim)
}

// Time is the exercise's time at an instant of the wall's clock.
func (x *Exercise) Time(wall time.Time) time.Time {
	wall = wall.Round(0)
	i := sort.Search(len(x.Clock), func(i int) bool { return x.Clock[i].Wall.After(wall) }) - 1
	if i < 0 {
		first := x.Clock[0]
		return first.Sim.Add(-min(first.Wall.Sub(wall), longest))
	}
	return x.Clock[i].at(wall)
}

// Wall is the first instant at which the exercise's clock shows sim or later; see [State.WallTime].
func (x *Exercise) Wall(sim time.Time) (time.Time, bool) {
	first := x.Clock[0]
	if sim.Before(first.Sim) {
		return first.Wall.Add(-min(first.Sim.Sub(sim), longest)), true
	}
	for i, p := range x.Clock {
		if !sim.After(p.Sim) {
			return p.Wall, true
		}
		last := i+1 == len(x.Clock)
		if p.Speed == 0 {
			continue
		}
		need := sim.Sub(p.Sim)
		if need > longest*time.Duration(p.Speed) { // the setting does not reach it, or the subtraction has met its limits
			continue
		}
		wall := p.Wall.Add((need + time.Duration(p.Speed) - 1) / time.Duration(p.Speed))
		if last || wall.Before(x.Clock[i+1].Wall) {
			return wall, true
		}
	}
	return time.Time{}, false
}

// Until is the last instant at which the exercise's clock shows sim or earlier: what happened up to then happened up to
// sim. ok is false when that instant has no end, because the clock stands.
func (x *Exercise) Until(sim time.Time) (time.Time, bool) {
	next, ok := x.Wall(sim.Add(1))
	if !ok {
		return time.Time{}, false
	}
	return next.Add(-1), true
}

// Speed is how fast the clock goes; 0 while it is paused, and after the end.
func (x *Exercise) Speed() int { return x.Clock[len(x.Clock)-1].Speed }

// Running tells whether the exercise's clock goes.
func (x *Exercise) Running() bool { return x.Ended == nil && x.Speed() > 0 }

// PlannedEnd is when the exercise should end, with the delays of all that is left.
func (x *Exercise) PlannedEnd() time.Time { return x.Start.Add(x.Planned.Std() + x.shift) }

// set adds a setting of the clock. Its wall never precedes the former setting's, and its time never what the clock showed:
// the clock only jumps forward. ok is false when the setting had to be bent so, or there are too many.
func (x *Exercise) set(p ClockPiece) (ok bool) {
	if len(x.Clock) >= maxPieces {
		return false
	}
	ok = true
	last := x.Clock[len(x.Clock)-1]
	if p.Wall.Before(last.Wall) {
		p.Wall, ok = last.Wall, false
	}
	if have := last.at(p.Wall); p.Sim.Before(have) {
		p.Sim, ok = have, false
	}
	x.Clock = append(x.Clock[:len(x.Clock):len(x.Clock)], p)
	return ok
}

// Late is [Event.Late] for an entry of this incident: in an exercise the writing is read as exercise time too.
func (s *State) Late(ev Event) (time.Duration, bool) {
	if s.Exercise == nil {
		return ev.Late()
	}
	if !ev.Recorded.IsZero() {
		ev.Recorded = s.Exercise.Time(ev.Recorded)
	}
	return ev.Late()
}

// The settings a person may ask for. They have no anchor yet: [Decide] takes the instant they are written at, and for those
// that do not jump the time the clock shows then.

// Pause stops the exercise's clock.
func (x *Exercise) Pause(reason string) ExerciseClock {
	return ExerciseClock{Speed: x.pace, Paused: true, Reason: reason}
}

// Resume lets the clock go on at the speed it had.
func (x *Exercise) Resume(reason string) ExerciseClock {
	return ExerciseClock{Speed: x.pace, Reason: reason}
}

// SetSpeed changes how fast it goes; a paused clock stays paused.
func (x *Exercise) SetSpeed(speed int, reason string) ExerciseClock {
	return ExerciseClock{Speed: speed, Paused: x.Speed() == 0, Reason: reason}
}

// Jump goes forward to a time of the exercise. Injects it passes over are due at once.
func (x *Exercise) Jump(to time.Time, reason string) ExerciseClock {
	return ExerciseClock{At: to.UTC(), Speed: x.pace, Paused: x.Speed() == 0, Reason: reason}
}

// anchored gives a setting its anchor, where it has none.
func (x *Exercise) anchored(c ExerciseClock, wall time.Time) ExerciseClock {
	if c.Wall.IsZero() {
		c.Wall = wall.Round(0).UTC()
	}
	if c.At.IsZero() {
		c.At = x.Time(c.Wall).UTC()
	}
	return c
}

// DeclaredWall is when the incident was declared by the wall's clock.
func (s *State) DeclaredWall() time.Time {
	if wall, ok := s.WallTime(s.Declared.At); ok {
		return wall
	}
	return s.Declared.At
}
