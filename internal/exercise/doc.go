// Package exercise prepares exercises: it reads scenarios (YAML, with positions), checks them, and publishes their JSON
// Schema. What an exercise does while it runs is in the domain: its events and clock in incident (exercise*.go), the master
// list as of a time in [incident.Due]; internal/room sends what is due.
//
// For screens: [cell.Frame].State.Exercise is nil in any incident without an exercise, else it has the clock, what was sent,
// put off, skipped, answered, observed and rated. incident.Due(state, room.Now()) is the facilitator's list,
// Exercise.Seen(role) what a player has been sent, incident.ShownTo(state, event, role) says which rows of the timeline are
// for whose eyes, State.Measure what the data say of an objective. Commands are payloads of category exercise given to
// Room.Do: ExerciseInjected (InjectState.Injection makes it), ExerciseSkipped, ExerciseDelayed, ExerciseImprovised,
// ExerciseAnswered, ExerciseObserved, ExerciseScored, ExerciseEnded; Exercise.Pause, Resume, SetSpeed and Jump make the
// settings of the clock, from Room.Wall.
package exercise
