package room

import (
	"context"
	"sangfroid/internal/cell"
	"sangfroid/internal/incident"
	"slices"
	"time"
)

// facilitateEvery is how often a facilitator's console looks what is due. At the highest speed it is twelve seconds of the
// exercise.
const facilitateEvery = 200 * time.Millisecond

// injectAgain is how long an inject that could not be sent is left alone: the bus refuses this account, or the disk is full.
const injectAgain = 10 * time.Second

// facilitated tells whether somebody who is here sends what is due. Its caller holds the lock.
func (r *Room) facilitated() bool {
	x := r.shown.Exercise
	return x != nil && slices.ContainsFunc(r.present, func(p cell.Presence) bool { return x.Facilitates(p.Role) })
}

// facilitate sends the injects that are due, while this console is a facilitator's, or somebody plays solo. Several consoles
// write the same event, and the log has it once. Without a facilitator nothing is sent: the frame says so.
func (r *Room) facilitate(ctx context.Context) {
	defer r.done.Done()
	if r.realm != incident.Drill {
		return
	}
	failed := make(map[incident.InjectID]time.Time)
	r.every(ctx, facilitateEvery, func() { r.sendDue(ctx, failed) })
}

// sendDue sends what is due; failed holds when the ones that could not be sent were last tried.
func (r *Room) sendDue(ctx context.Context, failed map[incident.InjectID]time.Time) {
	s := r.Frame().State
	me := r.desk.Me()
	if s.Exercise == nil || !s.Exercise.Running() || s.Closed != nil || !s.Exercise.Facilitates(me.Role) {
		return
	}
	wall := r.wall(s)
	for _, st := range incident.Due(s, s.ExerciseTime(wall)).Due {
		if at, ok := failed[st.Def.No]; ok && wall.Sub(at) < injectAgain {
			continue
		}
		err := r.writeAuto(ctx, incident.Draft{
			ID: incident.AutoID(r.id, st.Def.No), Source: incident.AutoSource, Subject: incident.InjectSubject(st.Def.No), Recorded: wall,
			Data: st.Injection(false),
		})
		if err != nil {
			r.log.Warn("inject", "no", string(st.Def.No), "error", err) // another console was first, or the disk is full: it is told there
			failed[st.Def.No] = wall
		}
	}
}
