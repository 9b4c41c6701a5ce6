package cell

import (
	"context"
	"sangfroid/internal/incident"
	"time"
)

// ExerciseRun is what starting an exercise gathers.
type ExerciseRun struct {
	Scenario string     // id or file
	Start    *time.Time // exercise time of DEBEX; nil: the scenario's hour, else now
	Speed    int        // 1 to 60; 0 is 1
	Seed     int64      // of what is random in it
	Solo     bool       // the console plays the facilitator
	Zone     string     // where neither scenario nor playbook names one
	Lang     string     // of the incident's title: "en", "fr"
}

// Trainer is a desk that starts exercises.
type Trainer interface {
	// Scenarios are the prepared ones.
	Scenarios() []incident.Scenario
	// Exercise starts one; an id beside an error tells that it has begun, and what follows is not whole.
	Exercise(ctx context.Context, r ExerciseRun) (incident.IncidentID, error)
}
