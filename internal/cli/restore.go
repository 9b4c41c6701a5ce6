package cli

import (
	"context"
	"errors"
	"sangfroid/internal/bus"
	"sangfroid/internal/bus/access"
	"sangfroid/internal/room"

	"github.com/spf13/cobra"
)

func (a *app) busRestoreCmd() *cobra.Command {
	var auth string
	var behind bool
	c := &cobra.Command{
		Use: "restore [FILE|INCIDENT]…", Short: a.lang.T("cli.bus.restore"), Long: a.lang.T("cli.bus.restore.long"), Example: a.lang.T("cli.bus.restore.example"),
		ValidArgsFunction: a.completeIncidents,
		RunE: func(c *cobra.Command, args []string) error {
			rec, err := a.recovery(args)
			if err != nil {
				return err
			}
			b, done, err := a.bareBus(c.Context(), auth)
			if err != nil {
				return err
			}
			sent := -1
			if behind {
				sent, err = rec.Append(c.Context(), b)
			} else {
				err = rec.Restore(c.Context(), b)
			}
			if err = errors.Join(err, done()); err != nil {
				return err
			}
			return a.printRecovery(rec, sent)
		},
	}
	c.Flags().StringVar(&auth, "auth", "", a.lang.T("cli.flag.restore.auth"))
	c.Flags().BoolVar(&behind, "append", false, a.lang.T("cli.flag.restore.append"))
	return a.output(c)
}

// recovery reads the records named, else all of this machine's.
func (a *app) recovery(names []string) (*room.Recovery, error) {
	dir, err := a.dataDir()
	if err != nil {
		return nil, err
	}
	paths := room.AllRecords(dir)
	if len(names) > 0 {
		paths = nil
	}
	for _, n := range names {
		p, err := a.recordFile(n)
		if err != nil {
			return nil, err
		}
		paths = append(paths, p)
	}
	if len(paths) == 0 {
		return nil, a.hintf(a.failf(errNoIncident, "cli.err.restore.none", "dir", dir), "cli.hint.restore.none")
	}
	rec, err := room.Recover(paths)
	var unfit *room.UnfitError
	if errors.As(err, &unfit) {
		return nil, a.hintf(a.failf(err, "restore.err."+unfit.Why, append([]any{"file", unfit.Path}, pairs(unfit.Args)...)...), "restore.hint."+unfit.Why)
	}
	return rec, err
}

// bareBus connects to a bus without making its streams: the user's own, the one of a directory of accounts, or the embedded one.
// No one else comes on to a bus of this machine meanwhile.
func (a *app) bareBus(ctx context.Context, auth string) (b *bus.Bus, done func() error, err error) {
	data, err := a.dataDir()
	if err != nil {
		return nil, nil, err
	}
	c := a.busConfig(data)
	var d *access.Directory
	if auth != "" {
		if d, err = access.Load(auth); err != nil {
			return nil, nil, err
		}
		keeper, err := d.Keeper()
		if err != nil {
			return nil, nil, err
		}
		c = bus.Config{DataDir: data, Log: a.log, Name: access.KeeperName, ServerConfig: d.ServerConfig(), Pass: keeper, Quiet: true}
	}
	c.Bare = true
	if b, err = a.openServer(ctx, c); err != nil {
		return nil, nil, err
	}
	done = b.Close
	if d != nil {
		done = func() error { return errors.Join(b.Close(), d.NoteStreams()) }
	}
	if l := b.Link(); l.Embedded && !l.Owner {
		return nil, nil, errors.Join(a.hintf(a.failf(nil, "cli.err.restore.shared"), "cli.hint.restore.shared"), b.Close())
	}
	return b, done, nil
}

// recoveryView is what "bus restore -o json" prints.
type recoveryView struct {
	Records  []room.Recovered `json:"records"`
	Appended *int             `json:"appended,omitempty"`
}

func (a *app) printRecovery(rec *room.Recovery, sent int) error {
	if a.flags.output == "json" {
		v := recoveryView{Records: rec.Records}
		if sent >= 0 {
			v.Appended = &sent
		}
		return a.printJSON(v)
	}
	for _, r := range rec.Records {
		key := "restore.same"
		if r.Restored != r.Root {
			key = "restore.more" // another record had more of this incident
		}
		if sent >= 0 {
			key = "restore.read"
		}
		a.say(key, "id", string(r.Incident), "title", safe(r.Title), "realm", a.lang.Realm(r.Realm), "n", r.Entries, "root", short(r.Root), "now", short(r.Restored), "covered", r.Covered, "file", r.Path)
	}
	if sent >= 0 {
		a.say("restore.appended", "n", sent)
	}
	return nil
}
