package cli

import (
	"context"
	"errors"
	"sangfroid/internal/incident"
	"sangfroid/internal/room"
	"sangfroid/internal/when"
	"sangfroid/tui"
	"strings"

	"github.com/spf13/cobra"
)

// replayFlags are how a replay begins.
type replayFlags struct {
	speed             float64
	at                string
	line, loop, skips bool
	paused            bool
	record, size      string
}

func (a *app) replayCmd() *cobra.Command {
	var f replayFlags
	c := &cobra.Command{
		Use: "replay FILE|INCIDENT", Short: a.lang.T("cli.replay"), Long: a.lang.T("cli.replay.long"), Example: a.lang.T("cli.replay.example"),
		Args: a.exact("FILE|INCIDENT"), ValidArgsFunction: a.completeIncidents,
		RunE: func(c *cobra.Command, args []string) error { return a.replay(c.Context(), args[0], f) },
	}
	c.Flags().Float64Var(&f.speed, "speed", 60, a.lang.T("cli.flag.speed"))
	c.Flags().StringVar(&f.at, "at", "", a.lang.T("cli.flag.replayat"))
	c.Flags().BoolVar(&f.skips, "skip-silences", false, a.lang.T("cli.flag.silences"))
	c.Flags().BoolVar(&f.loop, "loop", false, a.lang.T("cli.flag.loop"))
	c.Flags().BoolVar(&f.paused, "paused", false, a.lang.T("cli.flag.paused"))
	c.Flags().StringVar(&f.record, "record", "", a.lang.T("cli.flag.record"))
	c.Flags().StringVar(&f.size, "size", "120x40", a.lang.T("cli.flag.size"))
	c.Flags().BoolVar(&f.line, "plain", false, a.lang.T("cli.flag.plain"))
	return c
}

func (a *app) replay(ctx context.Context, name string, f replayFlags) (err error) {
	if !(f.speed >= 1 && f.speed <= 3600) {
		return a.usagef("cli.err.speed", "value", strings.TrimSuffix(ftoa(f.speed), ".0"))
	}
	if f.record != "" && (f.line || f.loop || f.paused) {
		return a.usagef("cast.alone")
	}
	path, err := a.replayFile(ctx, name)
	if err != nil {
		return err
	}
	if f.record != "" {
		return a.record(ctx, path, f)
	}
	r, err := room.OpenReplay(path, a.now)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, r.Close()) }()
	line := f.line || !a.isTerminal()
	if line {
		if err := r.Whole(ctx); err != nil {
			return err
		}
	}
	r.SetLoop(f.loop && !line) // what is printed ends
	if err := a.begin(r, f); err != nil {
		return err
	}
	if !f.paused || line {
		r.Play()
	}
	if line {
		return a.plain(ctx, r)
	}
	return a.screen(ctx, tui.Options{Room: r})
}

// begin sets a replay up as the flags ask for.
func (a *app) begin(r *room.Replay, f replayFlags) error {
	r.SetSpeed(f.speed)
	r.SkipSilences(f.skips)
	if f.at == "" {
		return nil
	}
	return a.jump(r, f.at)
}

// jump begins a replay elsewhere than at its first entry.
func (a *app) jump(r *room.Replay, where string) error {
	loc, err := a.location()
	if err != nil {
		return err
	}
	if zone := zoneOfState(r.Frame().State); zone != nil && a.flags.zone == "" {
		loc = zone
	}
	at := r.Frame().Replay
	seq, t, err := when.Jump(where, at.Begins, at.Begins, at.Ends, loc)
	switch {
	case err != nil:
		return a.usagef("replay.jump.bad", "value", where)
	case seq > 0:
		r.JumpEntry(seq)
	default:
		r.JumpTime(t)
	}
	return nil
}

// replayFile is the file of a timeline to replay. An incident this machine has no record of is read from the bus first.
func (a *app) replayFile(ctx context.Context, name string) (string, error) {
	path, missing := a.recordFile(name)
	if missing == nil || isFile(name) || !incident.ValidID(name) {
		return path, missing
	}
	d, err := a.desk(ctx)
	if err != nil {
		return "", missing
	}
	r, err := a.roomOf(ctx, d, name)
	if err != nil {
		return "", errors.Join(missing, d.Close())
	}
	id := r.ID()
	if err := errors.Join(r.Close(), d.Close()); err != nil {
		return "", err
	}
	return a.recordFile(string(id))
}
