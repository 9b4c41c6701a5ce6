package status

import (
	"sangfroid/internal/cell"
	"sangfroid/internal/incident"
)

// Console is how this console stands with the bus and with the others. It is of this moment, and there only for an incident on
// a bus, not for a file or another time.
type Console struct {
	Link     string    `json:"link"` // up, connecting, down, denied
	Since    Time      `json:"since"`
	Server   string    `json:"server"`
	Embedded bool      `json:"embedded"`
	Replicas int       `json:"replicas"` // of the live stream; 0 where it is not known
	Refused  int       `json:"refused"`  // entries the bus refused, kept here
	Unsafe   []Unsafe  `json:"unsafe"`   // what makes the bus unsafe
	Present  []Present `json:"present"`  // who is at a console, as far as was told yet
}

// Unsafe is one thing that makes the bus unsafe: a code, and names with values.
type Unsafe struct {
	Code string   `json:"code"`
	Args []string `json:"args"`
}

// Present is somebody at a console.
type Present struct {
	Name   string        `json:"name"`
	Role   incident.Role `json:"role"`
	Self   bool          `json:"self"`
	Seen   int           `json:"seen"`   // the newest entry their console has
	Record string        `json:"record"` // same, differs, or unknown: they have fewer or more entries
	Same   int           `json:"same"`   // … known to be the same up to this entry
	Apart  int           `json:"apart"`  // … and not at this one; 0 where no difference is known
}

// ConsoleOf is the console a frame was made by; nil for a replay.
func ConsoleOf(f *cell.Frame) *Console {
	if f == nil || f.Replay != nil || f.Link.State == cell.LinkFile {
		return nil
	}
	l := f.Link
	c := &Console{
		Link: string(l.State), Since: Time{l.Since}, Server: l.Server, Embedded: l.Embedded, Replicas: l.Replicas, Refused: f.Refused, Unsafe: []Unsafe{}, Present: []Present{},
	}
	for _, w := range l.Warnings {
		c.Unsafe = append(c.Unsafe, Unsafe{w.Code, append([]string{}, w.Args...)})
	}
	for _, p := range f.Present {
		record := "unknown"
		switch {
		case f.Differs(p):
			record = "differs"
		case p.Self || f.Agrees(p):
			record = "same"
		}
		c.Present = append(c.Present, Present{Name: p.Name, Role: p.Role, Self: p.Self, Seen: p.Seen, Record: record, Same: p.Same, Apart: p.Apart})
	}
	return c
}
