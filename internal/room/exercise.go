package room

import (
	"context"
	"errors"
	"sangfroid/internal/cell"
	"sangfroid/internal/exercise"
	"sangfroid/internal/incident"
	"strings"
)

var _ cell.Trainer = (*Desk)(nil)

// Scenarios are the exercises in the program.
func (d *Desk) Scenarios() []incident.Scenario {
	all := exercise.All()
	out := make([]incident.Scenario, len(all))
	for i := range all {
		out[i] = all[i].Scenario
	}
	return out
}

// Exercise starts an exercise: a drill whose first entry is the start (DEBEX), then the declaration as the scenario has it,
// the launch of the playbook's plan, and whoever starts it in the roster. An id beside an error tells that the exercise has
// begun, and what follows is not whole.
func (d *Desk) Exercise(ctx context.Context, run cell.ExerciseRun) (incident.IncidentID, error) {
	l, err := exercise.Load(run.Scenario)
	if err != nil {
		return "", err
	}
	id := incident.IncidentID("ex-" + random(6))
	d.readClock(ctx)
	wall := d.clock.read(d.opts.Now()).UTC().Round(0)
	data, dec, err := exercise.Begin(&l, exercise.Start{
		Wall: wall, At: run.Start, Speed: run.Speed, Seed: run.Seed, Solo: run.Solo, Zone: firstOf(run.Zone, d.opts.Zone), Lang: run.Lang,
	})
	if err != nil {
		return "", err
	}
	me := d.Me()
	ev, err := incident.StartExercise(id, incident.Draft{
		ID: d.newID(), Source: d.source, Time: data.Start, Recorded: wall, Actor: me.Name, Role: me.Role, Data: data,
	})
	if err != nil {
		return "", err
	}
	r, err := d.admit(ctx, id, incident.Drill, dec.Title)
	if err != nil {
		return "", err
	}
	if err := r.open(ctx, ev); err != nil {
		return "", errors.Join(err, r.discard())
	}
	if _, err := r.Do(ctx, cell.Command{Data: dec}); err != nil {
		return id, err
	}
	c, err := r.Launch(l.Book, "", nil, "")
	if err != nil {
		return id, err
	}
	if _, err := r.Do(ctx, c); err != nil {
		return id, err
	}
	return id, r.signIn(ctx)
}

func firstOf(all ...string) string {
	for _, s := range all {
		if s != "" {
			return s
		}
	}
	return ""
}

// stopWord ends the exercise when a note says the phrase for a real emergency: whoever wrote it, from wherever. It is written
// after the note, which says why.
func (r *Room) stopWord(ctx context.Context, c cell.Command) error {
	note, ok := c.Data.(incident.NoteAdded)
	x := r.Frame().State.Exercise
	if !ok || x == nil || x.Ended != nil || !x.Scenario.Stops(note.Text) {
		return nil
	}
	short := note.Text
	if i := strings.IndexByte(short, '\n'); i >= 0 {
		short = short[:i]
	}
	if len(short) > incident.MaxText {
		short = ""
	}
	_, err := r.once(ctx, cell.Command{Data: incident.ExerciseEnded{Reason: short, Emergency: true}})
	return err
}
