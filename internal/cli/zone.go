package cli

import (
	"os"
	"path/filepath"
	"sangfroid/internal/incident"
	"sangfroid/internal/timeline"
	"strings"
	"time"
)

// zoneHere is the zone for what is typed and read about the incident meant: the one asked for, else the incident's own, as
// its screens show it, else the machine's. Whoever reads an hour from the screen and types it gets the same instant.
func (a *app) zoneHere() (*time.Location, error) {
	if a.flags.zone != "" {
		return a.location()
	}
	if loc := zoneOfState(a.stateHere()); loc != nil {
		return loc, nil
	}
	return a.location()
}

// stateHere is the incident meant, as this machine has it; nil when there is none.
func (a *app) stateHere() *incident.State {
	if a.bound != nil {
		return a.bound.Frame().State
	}
	return a.localState()
}

// nowHere is the time of the incident meant: in an exercise its own.
func (a *app) nowHere() time.Time {
	if s := a.stateHere(); s != nil {
		return s.ExerciseTime(a.now())
	}
	return a.now()
}

// zoneOfState is an incident's zone; nil when it has none this machine knows.
func zoneOfState(s *incident.State) *time.Location {
	if s == nil || s.Zone == "" {
		return nil
	}
	loc, err := time.LoadLocation(s.Zone)
	if err != nil {
		return nil
	}
	return loc
}

// machineZone is the name of this machine's zone; "" when it has none that another machine would know.
func (a *app) machineZone() string {
	name := strings.TrimPrefix(a.getenv("TZ"), ":")
	if name == "" {
		link, err := os.Readlink("/etc/localtime")
		if err != nil {
			return ""
		}
		_, name, _ = strings.Cut(filepath.ToSlash(link), "zoneinfo/")
	}
	if _, err := time.LoadLocation(name); err != nil || name == "Local" {
		return ""
	}
	return name
}

// zoneOfLog is the zone for a timeline that was opened: the one asked for, else the incident's, else the machine's.
func (a *app) zoneOfLog(log timeline.Log) (*time.Location, error) {
	if a.flags.zone != "" {
		return a.location()
	}
	if s, err := timeline.StateAt(log, log.Len()); err == nil {
		if loc := zoneOfState(s); loc != nil {
			return loc, nil
		}
	}
	return a.location()
}
