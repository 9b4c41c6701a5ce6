package exercise

import (
	"cmp"
	"errors"
	"fmt"
	"sangfroid/internal/incident"
	"slices"
	"time"
)

// Start says how an exercise begins.
type Start struct {
	Wall  time.Time  // now
	At    *time.Time // exercise time; nil: the scenario's hour today, else now
	Speed int        // 0: the scenario's
	Seed  int64
	Solo  bool
	Zone  string // where the scenario and its playbook name none
	Lang  string // of the incident's title
}

// ErrStart is given for a start that cannot be.
var ErrStart = errors.New("the exercise cannot start so")

// Begin makes the first two payloads of an exercise: its start and the declaration of its incident.
func Begin(l *Loaded, s Start) (incident.ExerciseStarted, incident.IncidentDeclared, error) {
	sc := &l.Scenario
	zone := sc.Zone
	for _, z := range []string{l.Playbook.Zone, s.Zone} {
		if zone == "" {
			zone = z
		}
	}
	at, err := startTime(sc, s, zone)
	if err != nil {
		return incident.ExerciseStarted{}, incident.IncidentDeclared{}, err
	}
	title := sc.IncidentTitle()
	started := incident.ExerciseStarted{
		Title: title.In(s.Lang), Zone: zone,
		Scenario: l.Raw, Hash: l.Hash, Seed: s.Seed, Start: at, Wall: s.Wall.UTC(), Speed: cmp.Or(s.Speed, sc.Speed, 1), Planned: sc.Lasts, Solo: s.Solo,
	}
	stamp := func(o *incident.Offset) *time.Time {
		if o == nil {
			return nil
		}
		t := at.Add(o.Std())
		return &t
	}
	return started, incident.IncidentDeclared{
		Title: title.In(s.Lang), Titles: title, Playbook: l.Playbook.ID, Zone: zone, Severity: sc.Start.Severity, Sitrep: l.Playbook.Sitrep,
		Services: scope(l), Occurred: stamp(sc.Start.Occurred), Detected: stamp(sc.Start.Detected), Reported: stamp(sc.Start.Reported),
		LastGood: stamp(sc.Start.LastGood),
	}, nil
}

// startTime is the exercise time of DEBEX, a whole second.
func startTime(sc *incident.Scenario, s Start, zone string) (time.Time, error) {
	if s.At != nil {
		return s.At.UTC().Truncate(time.Second), nil
	}
	if sc.Start.Clock == "" {
		return s.Wall.UTC().Truncate(time.Second), nil
	}
	loc, err := time.LoadLocation(zone)
	if err != nil {
		return time.Time{}, fmt.Errorf("%w: %w", ErrStart, err)
	}
	hour, err := time.Parse("15:04", sc.Start.Clock)
	if err != nil {
		return time.Time{}, fmt.Errorf("%w: %w", ErrStart, err)
	}
	day := s.Wall.In(loc)
	return time.Date(day.Year(), day.Month(), day.Day(), hour.Hour(), hour.Minute(), 0, 0, loc).UTC(), nil
}

// scope takes the playbook's services, or those the scenario names; each counts from what the playbook says.
func scope(l *Loaded) []incident.ServiceDef {
	var out []incident.ServiceDef
	only := l.Scenario.Start.Services
	for _, def := range l.Playbook.Services {
		if len(only) > 0 && !slices.Contains(only, def.ID) {
			continue
		}
		if def.From == "" {
			def.From = l.Playbook.RTOFrom
		}
		if def.Level == "" {
			def.Level = l.Playbook.Level
		}
		out = append(out, def)
	}
	return out
}
