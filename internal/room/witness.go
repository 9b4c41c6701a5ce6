package room

import (
	"context"
	"sangfroid/internal/incident"
	"time"
)

// witnessEvery is how often a console looks whether a go still meets the RTO.
const witnessEvery = time.Second

// witness writes down the moment from which no go meets a service's RTO. Each console of the cell does; they write the same
// event, and the log has it once. An observer's console only looks.
func (r *Room) witness(ctx context.Context) {
	defer r.done.Done()
	r.every(ctx, witnessEvery, func() { r.noteLapses(ctx) })
}

func (r *Room) noteLapses(ctx context.Context) {
	me := r.desk.Me()
	s := r.Frame().State
	wall := r.wall(s)
	now := s.ExerciseTime(wall)
	due := incident.LapsesDue(s, now)
	if len(due) == 0 || me.Role == incident.RoleObserver || r.mayNot("forecast") {
		return
	}
	f := incident.Predict(s, now, 0)
	for _, l := range due {
		err := r.writeAuto(ctx, incident.Draft{
			ID: l.ID(r.id), Source: incident.LapseSource, Subject: incident.SubjectForecast(l.Service), Recorded: wall, Data: l.Foreseen(f),
		})
		if err != nil {
			r.log.Warn("forecast", "service", string(l.Service), "error", err) // another console was first, or the disk is full: it is told there
		}
	}
}
