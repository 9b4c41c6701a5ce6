package cli

import (
	"cmp"
	"context"
	"errors"
	"os"
	"path/filepath"
	"sangfroid/internal/bus"
	"sangfroid/internal/bus/access"
	"strings"
	"time"

	"github.com/spf13/cobra"
)

func (a *app) busCmd() *cobra.Command {
	g := a.group("bus", "cli.bus", a.busInitCmd(), a.busAddCmd(), a.busRemoveCmd(), a.busRotateCmd(), a.busListCmd(), a.busSetupCmd(), a.busRightsCmd(), a.busRestoreCmd())
	g.Long, g.Example = a.lang.T("cli.bus.long"), a.lang.T("cli.bus.example")
	return g
}

// accessDir is the directory of accounts a command is about.
func (a *app) accessDir(c *cobra.Command, dir *string) {
	c.Flags().StringVar(dir, "dir", "", a.lang.T("cli.flag.bus.dir"))
	_ = c.MarkFlagDirname("dir")
}

// accessIn is the one named, else the one in the data directory.
func (a *app) accessIn(dir string) (string, error) {
	if dir != "" {
		return filepath.Abs(dir)
	}
	data, err := a.dataDir()
	return filepath.Join(data, "access"), err
}

func (a *app) busInitCmd() *cobra.Command {
	var dir string
	var o access.Options
	c := &cobra.Command{
		Use: "init", Short: a.lang.T("cli.bus.init"), Long: a.lang.T("cli.bus.init.long"), Example: a.lang.T("cli.bus.init.example"), Args: a.exact(),
		RunE: func(*cobra.Command, []string) error {
			where, err := a.accessIn(dir)
			if err != nil {
				return err
			}
			if len(o.Hosts) == 0 {
				name, err := os.Hostname()
				if err != nil {
					name = "localhost"
				}
				o.Hosts = []string{name, "localhost", "127.0.0.1"}
			}
			o.Cert, o.Key, o.CA = a.flags.tlsCert, a.flags.tlsKey, a.flags.tlsCA
			d, err := access.Init(where, o, a.now())
			if err != nil {
				return err
			}
			a.say("cli.bus.init.done", "dir", d.Dir(), "server", d.Server)
			if o.NoTLS {
				a.say("cli.bus.init.notls")
			}
			a.say("cli.bus.init.next", "dir", d.Dir())
			return nil
		},
	}
	a.accessDir(c, &dir)
	c.Flags().StringVar(&o.Cell, "cell", "cell", a.lang.T("cli.flag.bus.cell"))
	c.Flags().StringVar(&o.Listen, "listen", "0.0.0.0:4222", a.lang.T("cli.flag.bus.listen"))
	c.Flags().StringSliceVar(&o.Hosts, "host", nil, a.lang.T("cli.flag.bus.host"))
	c.Flags().BoolVar(&o.NoTLS, "no-tls", false, a.lang.T("cli.flag.bus.notls"))
	return c
}

func (a *app) busAddCmd() *cobra.Command {
	var dir string
	var s access.Spec
	c := &cobra.Command{
		Use: "add NAME", Short: a.lang.T("cli.bus.add"), Long: a.lang.T("cli.bus.add.long"), Example: a.lang.T("cli.bus.add.example"), Args: a.exact("NAME"),
		RunE: func(c *cobra.Command, args []string) error {
			where, err := a.accessIn(dir)
			if err != nil {
				return err
			}
			if s.Role = a.flags.role; s.Role == "" {
				return a.usagef("cli.err.missing", "what", "--role ("+strings.Join(access.Kinds(), ", ")+")")
			}
			s.Name = args[0]
			d, m, err := access.Add(where, s, a.now())
			if err != nil {
				return err
			}
			a.say("cli.bus.add.done", "name", m.Name, "file", d.PassFile(m))
			return a.settled(c.Context(), d)
		},
	}
	a.accessDir(c, &dir)
	c.Flags().BoolVar(&s.Decides, "decides", false, a.lang.T("cli.flag.bus.decides"))
	c.Flags().BoolVar(&s.Drill, "drill-only", false, a.lang.T("cli.flag.bus.drill"))
	c.Flags().StringVar(&s.Source, "source", "", a.lang.T("cli.flag.bus.source"))
	return c
}

func (a *app) busRemoveCmd() *cobra.Command {
	var dir string
	c := &cobra.Command{
		Use: "remove NAME", Short: a.lang.T("cli.bus.remove"), Long: a.lang.T("cli.bus.remove.long"), Args: a.exact("NAME"),
		RunE: func(c *cobra.Command, args []string) error {
			where, err := a.accessIn(dir)
			if err != nil {
				return err
			}
			d, m, err := access.Remove(where, args[0], a.now())
			if err != nil {
				return err
			}
			a.say("cli.bus.remove.done", "name", m.Name)
			return a.settled(c.Context(), d)
		},
	}
	a.accessDir(c, &dir)
	return c
}

func (a *app) busRotateCmd() *cobra.Command {
	var dir string
	var certificate bool
	c := &cobra.Command{
		Use: "rotate [NAME]", Short: a.lang.T("cli.bus.rotate"), Long: a.lang.T("cli.bus.rotate.long"), Args: cobra.MaximumNArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			where, err := a.accessIn(dir)
			if err != nil {
				return err
			}
			if certificate == (len(args) == 1) {
				return a.usagef("cli.err.bus.rotate")
			}
			if certificate {
				d, err := access.RotateCert(where, a.now())
				if err != nil {
					return err
				}
				a.say("cli.bus.rotate.cert", "until", d.Expires().Format(time.DateOnly))
				return a.settled(c.Context(), d)
			}
			d, m, err := access.Rotate(where, args[0], a.now())
			if err != nil {
				return err
			}
			file := d.PassFile(m)
			if m.Kind == access.KindKeeper {
				file = d.KeeperFile()
			}
			a.say("cli.bus.rotate.done", "name", m.Name, "file", file)
			return a.settled(c.Context(), d)
		},
	}
	a.accessDir(c, &dir)
	c.Flags().BoolVar(&certificate, "certificate", false, a.lang.T("cli.flag.bus.certificate"))
	return c
}

func (a *app) busListCmd() *cobra.Command {
	var dir string
	c := &cobra.Command{
		Use: "list", Short: a.lang.T("cli.bus.list"), Args: a.exact(),
		RunE: func(*cobra.Command, []string) error {
			where, err := a.accessIn(dir)
			if err != nil {
				return err
			}
			d, err := access.Load(where)
			if err != nil {
				return err
			}
			if a.flags.output == "json" {
				return a.printJSON(d.Register)
			}
			a.say("cli.bus.list.head", "cell", d.Cell, "server", d.Server)
			for i := range d.Members {
				m := &d.Members[i]
				a.printf("%-24s %-14s %-14s %-12s %s\n", clip(m.Name, 24), m.Kind, cmp.Or(string(m.Role), m.Source), a.realms(m), a.keyState(m))
			}
			return nil
		},
	}
	a.accessDir(c, &dir)
	return a.output(c)
}

func (a *app) realms(m *access.Member) string {
	var out []string
	for _, r := range m.Realms {
		out = append(out, string(r))
	}
	return strings.Join(out, "+")
}

func (a *app) keyState(m *access.Member) string {
	k := m.Keys[len(m.Keys)-1]
	loc, err := a.location()
	if err != nil {
		loc = time.UTC
	}
	if k.Until != nil {
		return a.lang.T("cli.bus.list.until", "at", a.lang.Moment(*k.Until, loc, a.now()))
	}
	what := a.lang.T("cli.bus.list.since", "at", a.lang.Moment(k.From, loc, a.now()))
	if m.Decides {
		what = a.lang.T("cli.bus.list.decides") + ", " + what
	}
	return what
}

// appliedWait is how long a command waits for the bus to take a change. It takes it within a third of a second.
const appliedWait = 3 * time.Second

// settled tells whether the bus took the change. One that is not run here takes it when it is reloaded or started.
func (a *app) settled(ctx context.Context, d *access.Directory) error {
	want, err := d.Fingerprint()
	if err != nil {
		return err
	}
	if _, running := d.Applied(); !running {
		a.say("cli.bus.later", "dir", d.Dir())
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, appliedWait)
	defer cancel()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for {
		if have, _ := d.Applied(); have == want {
			a.say("cli.bus.now")
			return nil
		}
		select {
		case <-ctx.Done():
			return a.hintf(a.failf(ctx.Err(), "cli.err.bus.notyet"), "cli.hint.bus.notyet")
		case <-tick.C:
		}
	}
}

// serveAuth runs the bus with the accounts of a directory.
func (a *app) serveAuth(ctx context.Context, dir string, anew bool) error {
	d, err := access.Load(dir)
	if err != nil {
		return err
	}
	data, err := a.dataDir()
	if err != nil {
		return err
	}
	if err := os.MkdirAll(data, 0o700); err != nil {
		return a.hintf(a.failf(err, "cli.err.datadir", "dir", data, "why", plain(err)), "cli.hint.datadir")
	}
	a.openLog(data)
	keeper, err := d.Keeper()
	if err != nil {
		return err
	}
	c := bus.Config{
		DataDir: data, Log: a.log, Name: access.KeeperName, ServerConfig: d.ServerConfig(), Pass: keeper, Watch: d.Watched(),
		Reloaded: func(err error) { a.reloaded(d, err) },
	}
	if d.HadStreams() && !anew {
		if err := a.notLost(ctx, c, dir); err != nil {
			return err
		}
	}
	b, err := a.openServer(ctx, c)
	if err != nil {
		return err
	}
	if err := d.NoteStreams(); err != nil {
		return errors.Join(err, b.Close())
	}
	a.reloaded(d, nil)
	defer d.Stopped()
	a.say("cli.serve.auth", "server", d.Server, "dir", d.Dir())
	<-ctx.Done()
	return b.Close()
}

// notLost looks for the streams before anybody may come on: a bus that lost them and makes new ones would have every console
// set its record aside.
func (a *app) notLost(ctx context.Context, c bus.Config, dir string) error {
	c.Bare, c.Quiet, c.Watch = true, true, nil
	b, err := a.openServer(ctx, c)
	if err != nil {
		return err
	}
	missing, err := b.Missing(ctx)
	if err = errors.Join(err, b.Close()); err != nil {
		return err
	}
	if len(missing) > 0 {
		return a.hintf(a.failf(nil, "cli.err.serve.lost", "streams", strings.Join(missing, ", ")), "cli.hint.serve.lost", "dir", dir)
	}
	return nil
}

// reloaded notes what the server runs by, for the commands that wait for it.
func (a *app) reloaded(d *access.Directory, err error) {
	if err == nil {
		err = d.NoteApplied()
	}
	if err != nil {
		a.log.Error("accounts", "error", err)
	}
}

func (a *app) busSetupCmd() *cobra.Command {
	c := &cobra.Command{
		Use: "setup", Short: a.lang.T("cli.bus.setup"), Long: a.lang.T("cli.bus.setup.long"), Args: a.exact(),
		RunE: func(c *cobra.Command, _ []string) error {
			return a.withBus(c.Context(), func(b *bus.Bus) error {
				l := b.Link()
				for _, w := range l.Warnings {
					a.printf("▲ %s\n", a.lang.T(w.Code, pairs(w.Args)...))
				}
				if len(l.Warnings) > 0 {
					return a.failf(nil, "cli.err.bus.setup")
				}
				a.say("cli.bus.setup.done", "server", l.Server, "replicas", l.Replicas)
				return nil
			})
		},
	}
	return c
}

// withBus connects, without an incident, and waits for the link.
func (a *app) withBus(ctx context.Context, work func(*bus.Bus) error) (err error) {
	data, err := a.dataDir()
	if err != nil {
		return err
	}
	b, err := bus.Open(ctx, a.busConfig(data))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, b.Close()) }()
	wait, cancel := context.WithTimeout(ctx, waitBus)
	defer cancel()
	changes, stop := b.LinkChanged()
	defer stop()
	for b.Link().State != bus.LinkUp {
		select {
		case <-changes:
		case <-wait.Done():
			return a.hintf(a.failf(wait.Err(), "cli.err.bus.away", "why", b.Link().Problem), "cli.hint.doctor")
		}
	}
	return work(b)
}

func pairs(args []string) []any {
	out := make([]any, len(args))
	for i, v := range args {
		out[i] = v
	}
	return out
}
