package cli

import (
	"errors"
	"os"
	"path/filepath"
	"sangfroid/internal/exercise"
	"sangfroid/internal/incident"
	"sangfroid/internal/status"
	"sangfroid/internal/timeline"
)

// headlessResult is what a run without people prints with -o json.
type headlessResult struct {
	ID       incident.IncidentID `json:"id"`
	File     string              `json:"file"`
	Entries  int                 `json:"entries"`
	Exercise *status.Exercise    `json:"exercise"`
	Refused  []refusedAct        `json:"refused"`
	Missed   []string            `json:"never_done"`
}

type refusedAct struct {
	At  status.Time `json:"at"`
	Do  string      `json:"do"`
	Why string      `json:"why"`
}

// headless plays a scenario with its scripted players to a timeline file. It fails when a player could not do what the
// script says.
func (a *app) headless(name string, f runFlags) (err error) {
	l, err := exercise.Load(name)
	if err != nil {
		return a.invalid(err)
	}
	start, err := a.newTimeFlag(f.start)
	if err != nil {
		return err
	}
	zone := a.flags.zone
	if zone == "" {
		zone = a.machineZone()
	}
	res, err := exercise.Headless(&l, exercise.Start{Wall: a.now(), At: start, Seed: f.seed, Zone: zone, Lang: string(a.lang)})
	if err != nil {
		return err
	}
	out := f.out
	if out == "" {
		out = l.Scenario.ID + ".jsonl"
	}
	out = a.drillName(incident.Drill, out)
	if err := a.writeHeadless(out, res); err != nil {
		return err
	}
	return a.printHeadless(&l, res, out)
}

func (a *app) writeHeadless(out string, res *exercise.Result) error {
	lines := make([]timeline.Line, len(res.Events))
	for i, e := range res.Events {
		lines[i] = timeline.Line{Bus: uint64(i) + 1, Received: e.At, Raw: e.Raw}
	}
	dir, err := a.dataDir()
	if err != nil {
		return err
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	signer, err := timeline.LoadOrCreateKey(filepath.Join(dir, "key"), "sangfroid/"+string(res.ID))
	if err != nil {
		return err
	}
	r, err := timeline.WriteLines(out, timeline.Header{Incident: res.ID, Realm: incident.Drill, Title: res.State.Title, Axis: timeline.AxisReceived}, lines, signer)
	if errors.Is(err, os.ErrExist) {
		return a.hintf(a.failf(err, "cli.err.exists", "file", out), "cli.hint.exists")
	}
	if err != nil {
		return err
	}
	return r.Close()
}

func (a *app) printHeadless(l *exercise.Loaded, res *exercise.Result, out string) error {
	v := headlessResult{ID: res.ID, File: out, Entries: len(res.Events), Exercise: status.ExerciseOf(res.State, res.End), Refused: []refusedAct{}, Missed: []string{}}
	for _, r := range res.Refused {
		v.Refused = append(v.Refused, refusedAct{At: status.Time{Time: r.At}, Do: r.Do, Why: a.explain(r.Err).sentence})
	}
	for _, i := range res.Missed {
		v.Missed = append(v.Missed, l.Scenario.Players[i].Do)
	}
	if a.flags.output == "json" {
		if err := a.printJSON(v); err != nil {
			return err
		}
	} else {
		n := v.Exercise.Injects
		a.say("cli.headless.done", "file", out, "n", v.Entries, "sent", n.Sent, "total", n.Total)
		a.printExercise(res.State, res.End, a.zoneOf(res.State))
		for _, r := range v.Refused {
			a.say("cli.headless.refused", "at", incident.Offset(r.At.Sub(res.State.Exercise.Start)).String(), "do", r.Do, "why", r.Why)
		}
		for _, do := range v.Missed {
			a.say("cli.headless.missed", "do", do)
		}
	}
	if n := len(v.Refused) + len(v.Missed); n > 0 {
		return a.failf(nil, "cli.err.headless", "n", n)
	}
	return nil
}
