package room

import (
	"context"
	"sangfroid/internal/incident"
	"time"
)

// What a console writes by itself: lapses, injects that are due, signals about targets. Consoles write the same event under
// the same id, and the log has it once.

// every calls do at each tick until the context ends.
func (r *Room) every(ctx context.Context, d time.Duration, do func()) {
	tick := time.NewTicker(d)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			do()
		}
	}
}

// writeAuto writes and sends an event in the name of automation, from the console of whoever sits here.
func (r *Room) writeAuto(ctx context.Context, d incident.Draft) error {
	d.Actor, d.Role = r.desk.Me().Name, incident.RoleAutomation
	r.mu.Lock()
	w, expect, err := r.put(d, 0)
	r.mu.Unlock()
	if err != nil {
		return err
	}
	defer w.sent()
	_, err = r.send(ctx, w, expect)
	return err
}
