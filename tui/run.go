package tui

import (
	"context"
	"log/slog"
	"time"

	"sangfroid/internal/cell"
	"sangfroid/internal/locale"
)

// Options of the console.
type Options struct {
	Desk        cell.Desk // nil for a replay of a file
	Room        cell.Room // the room to begin with; nil begins on the list
	Lang        locale.Lang
	Zone        *time.Location // nil: the incident's
	NoColor     bool
	ASCII       bool
	Light, Dark bool // the ground, when the terminal should not be asked
	Log         *slog.Logger
}

// Run x.
func Run(ctx context.Context, o Options) error { return nil }
