package cli

import (
	"context"
	"errors"
	"os"
	"sangfroid/internal/cell"
	"sangfroid/internal/incident"
	"sangfroid/internal/room"
	"sangfroid/playbooks"
	"sangfroid/tui"
	"strings"
	"time"

	"github.com/spf13/cobra"

	lines "sangfroid/tui/plain"
)

func (a *app) consoleCmd() *cobra.Command {
	var line bool
	c := &cobra.Command{
		Use: "console [INCIDENT]", Short: a.lang.T("cli.console"), Example: a.lang.T("cli.console.example"), Args: cobra.MaximumNArgs(1),
		ValidArgsFunction: a.completeIncidents,
		RunE: func(c *cobra.Command, args []string) error {
			return a.console(c.Context(), a.named(args), line)
		},
	}
	c.Flags().BoolVar(&line, "plain", false, a.lang.T("cli.flag.plain"))
	return c
}

// console opens the screen, or the line mode where there is no terminal.
func (a *app) console(ctx context.Context, id string, line bool) (err error) {
	line = line || !a.isTerminal()
	d, err := a.desk(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, d.Close()) }()
	var r cell.Room
	if id != "" || line {
		live, err := a.roomOf(ctx, d, id)
		if err != nil {
			return err
		}
		if r, err = d.Open(ctx, live.ID()); err != nil {
			return err
		}
	}
	if line {
		return a.plain(ctx, r)
	}
	return a.screen(ctx, tui.Options{Desk: d, Room: r})
}

// screen runs the full-screen console.
func (a *app) screen(ctx context.Context, o tui.Options) error {
	o, err := a.screenOptions(o)
	if err != nil {
		return err
	}
	return tui.Run(ctx, o)
}

// screenOptions are the options of a screen, as flags and environment ask for.
func (a *app) screenOptions(o tui.Options) (tui.Options, error) {
	loc, err := a.location()
	if err != nil {
		return o, err
	}
	o.Lang, o.Zone, o.ASCII = a.lang, loc, a.flags.ascii
	if a.flags.zone == "" {
		o.Zone = nil // the incident's own
	}
	o.NoColor = a.flags.noColor || a.getenv("NO_COLOR") != ""
	o.Light, o.Dark = a.flags.light, a.flags.dark
	o.Log = a.log
	o.Explain = func(err error) (string, string) {
		f := a.explain(err)
		return f.sentence, f.hint
	}
	o.Regimes = playbooks.Regimes
	o.Editor, o.Export = a.editor, a.exportText
	o.Launch = func(r cell.Room, playbook, plan string, services []incident.ServiceID, reason string) (cell.Command, error) {
		live, ok := r.(*room.Room)
		if !ok {
			return cell.Command{}, &incident.Refusal{Code: incident.RefuseReadOnly}
		}
		return live.Launch(playbook, plan, services, reason)
	}
	return o, nil
}

func (a *app) plain(ctx context.Context, r cell.Room) error {
	loc, err := a.location()
	if err != nil {
		return err
	}
	if a.flags.zone == "" {
		loc = a.zoneOf(r.Frame().State)
	}
	return lines.Run(ctx, lines.Options{Room: r, Me: a.name(), Role: a.roleHere(), Lang: a.lang, Zone: loc, In: a.in, Out: a.out, Commands: a.plainCommand})
}

// roleHere is the role of who writes from here.
func (a *app) roleHere() incident.Role {
	dir, err := a.dataDir()
	if err != nil {
		return incident.RoleDirector
	}
	return a.me(dir).Role
}

// plainCommand runs one line of the line mode as a command of the program, on the room that is open.
func (a *app) plainCommand(ctx context.Context, r cell.Room, words []string) error {
	live, ok := r.(*room.Room)
	if !ok {
		return a.explain(&incident.Refusal{Code: incident.RefuseReadOnly})
	}
	inner := &app{in: a.in, out: a.out, err: a.err, getenv: a.getenv, now: a.now, lang: a.lang, log: a.log, bound: live, pass: a.pass}
	inner.flags.dataDir, inner.flags.zone = a.flags.dataDir, a.flags.zone
	root := inner.root()
	for _, name := range []string{"console", "serve", "replay", "declare"} {
		if c, _, err := root.Find([]string{name}); err == nil && c != root {
			root.RemoveCommand(c) // they are not for inside a console
		}
	}
	root.SetArgs(typed(words))
	root.SetOut(a.out)
	root.SetErr(a.err)
	root.SilenceErrors, root.SilenceUsage = true, true
	if err := root.ExecuteContext(ctx); err != nil {
		inner.report(err)
	}
	return nil
}

// localState folds the newest local record of the incident meant, for completion: no bus, no lock.
func (a *app) localState() *incident.State {
	dir, err := a.dataDir()
	if err != nil {
		return nil
	}
	var best string
	var newest time.Time
	for _, l := range room.LocalRecords(dir) {
		if a.flags.incident != "" && !strings.HasPrefix(string(l.ID), a.flags.incident) {
			continue
		}
		p := room.LocalRecord(dir, l.ID)
		if info, err := os.Stat(p); err == nil && info.ModTime().After(newest) {
			best, newest = p, info.ModTime()
		}
	}
	return stateOf(best)
}
