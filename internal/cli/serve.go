package cli

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"sangfroid/internal/bus"
	"sangfroid/internal/incident"
	"sangfroid/internal/timeline"
	"strconv"
	"time"

	"github.com/charmbracelet/x/term"
	"github.com/spf13/cobra"
)

func itoa(n int) string { return strconv.Itoa(n) }

func ftoa(x float64) string { return strconv.FormatFloat(x, 'f', -1, 64) }

// stateOf folds a record; nil when it cannot be read.
func stateOf(path string) *incident.State {
	if path == "" {
		return nil
	}
	r, err := timeline.OpenReader(path)
	if err != nil {
		return nil
	}
	defer r.Close() //nolint:errcheck // only read
	s, err := timeline.StateAt(r, r.Len())
	if err != nil {
		return nil
	}
	return s
}

func (a *app) serveCmd() *cobra.Command {
	var listen, config, auth string
	var anew bool
	c := &cobra.Command{
		Use: "serve", Short: a.lang.T("cli.serve"), Long: a.lang.T("cli.serve.long"), Example: a.lang.T("cli.serve.example"), Args: a.exact(),
		RunE: func(c *cobra.Command, _ []string) error {
			if auth != "" {
				if c.Flags().Changed("listen") || config != "" {
					return a.usagef("cli.err.auth.alone")
				}
				return a.serveAuth(c.Context(), auth, anew)
			}
			return a.serve(c.Context(), listen, config)
		},
	}
	c.Flags().StringVar(&listen, "listen", "127.0.0.1:4222", a.lang.T("cli.flag.listen"))
	c.Flags().StringVar(&config, "config", "", a.lang.T("cli.flag.config"))
	c.Flags().StringVar(&auth, "auth", "", a.lang.T("cli.flag.auth"))
	c.Flags().BoolVar(&anew, "new", false, a.lang.T("cli.flag.serve.new"))
	return c
}

func (a *app) serve(ctx context.Context, listen, config string) error {
	dir, err := a.dataDir()
	if err != nil {
		return err
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return a.hintf(a.failf(err, "cli.err.datadir", "dir", dir, "why", plain(err)), "cli.hint.datadir")
	}
	a.openLog(dir)
	c := a.busConfig(dir)
	c.URL, c.Context = "", "" // this process is the bus
	c.Listen, c.ServerConfig = listen, config
	if config != "" {
		c.Listen = ""
	}
	b, err := a.openServer(ctx, c)
	if err != nil {
		return err
	}
	if config == "" {
		a.say("cli.serve.ready", "url", "nats://"+listen)
		a.say("cli.serve.token", "file", bus.TokenPath(dir))
	} else {
		a.say("cli.serve.config", "file", config)
	}
	<-ctx.Done()
	return b.Close()
}

// openServer starts the bus of this process and waits until it is up.
func (a *app) openServer(ctx context.Context, c bus.Config) (*bus.Bus, error) {
	b, err := bus.Open(ctx, c)
	if err != nil {
		return nil, err
	}
	changes, stop := b.LinkChanged()
	defer stop()
	for b.Link().State != bus.LinkUp && ctx.Err() == nil {
		select {
		case <-changes:
		case <-ctx.Done():
		}
		if l := b.Link(); l.State == bus.LinkDenied || l.Problem != "" {
			_ = b.Close() // the link's problem is the one to tell
			return nil, a.failf(nil, "cli.err.serve", "why", l.Problem)
		}
	}
	return b, nil
}

// finding of the doctor: what was looked at, what was found, whether it needs somebody.
type checkup struct {
	Check string `json:"check"`
	Found string `json:"found"`
	Bad   bool   `json:"attention"`
	Do    string `json:"do,omitempty"`
}

func (a *app) doctorCmd() *cobra.Command {
	c := &cobra.Command{
		Use: "doctor", Short: a.lang.T("cli.doctor"), Args: a.exact(),
		RunE: func(c *cobra.Command, _ []string) error {
			all := append(a.checkMachine(), a.checkBus(c.Context())...)
			bad := 0
			for _, k := range all {
				if k.Bad {
					bad++
				}
			}
			if a.flags.output == "json" {
				if err := a.printJSON(all); err != nil {
					return err
				}
			} else {
				a.printCheckups(all)
			}
			if bad > 0 {
				return a.failf(nil, "cli.err.doctor", "n", bad)
			}
			return nil
		},
	}
	return a.output(c)
}

func (a *app) printCheckups(all []checkup) {
	for _, k := range all {
		mark := "✓"
		if k.Bad {
			mark = "▲"
		}
		a.printf("%s %-22s %s\n", mark, k.Check, safe(k.Found))
		if k.Do != "" {
			a.printf("  → %s\n", safe(k.Do))
		}
	}
}

// checkMachine looks at the data directory, the clock and the terminal.
func (a *app) checkMachine() []checkup {
	l := a.lang
	var out []checkup
	dir, err := a.dataDir()
	if err == nil {
		err = os.MkdirAll(dir, 0o700)
	}
	if err == nil {
		err = probe(dir)
	}
	k := checkup{Check: l.T("doctor.dir"), Found: dir}
	if err != nil {
		k.Bad, k.Found, k.Do = true, dir+l.Colon()+plain(err), l.T("cli.hint.datadir")
	} else if info, err := os.Stat(dir); err == nil && info.Mode().Perm()&0o077 != 0 {
		k.Bad, k.Found, k.Do = true, l.T("doctor.dir.open", "dir", dir, "mode", fmt.Sprintf("%04o", info.Mode().Perm())), "chmod 700 "+dir
	}
	out = append(out, k)
	now := a.now()
	loc, err := a.location()
	if err != nil {
		loc = time.UTC
	}
	clock := checkup{Check: l.T("doctor.clock"), Found: now.In(loc).Format("2006-01-02 15:04:05 MST -07:00")}
	if now.Year() < 2026 {
		clock.Bad, clock.Do = true, l.T("doctor.clock.do")
	}
	out = append(out, clock)
	t := checkup{Check: l.T("doctor.terminal"), Found: l.T("doctor.terminal.none")}
	if f, ok := a.out.(*os.File); ok && term.IsTerminal(f.Fd()) {
		if w, h, err := term.GetSize(f.Fd()); err == nil {
			t.Found = fmt.Sprintf("%s  %d×%d  COLORTERM=%s  LANG=%s", a.getenv("TERM"), w, h, a.getenv("COLORTERM"), a.getenv("LANG"))
			if w < 80 || h < 24 {
				t.Bad, t.Do = true, l.T("doctor.terminal.small")
			}
		}
	}
	return append(out, t)
}

// probe writes, syncs and removes a small file.
func probe(dir string) error {
	f, err := os.CreateTemp(dir, ".probe-*")
	if err != nil {
		return err
	}
	defer os.Remove(f.Name()) //nolint:errcheck // a probe left behind harms nobody
	if _, err := f.WriteString("sangfroid\n"); err != nil {
		_ = f.Close() // the write's error is the one to tell
		return err
	}
	if err := f.Sync(); err != nil {
		_ = f.Close() // the sync's error is the one to tell
		return err
	}
	return f.Close()
}

// checkBus connects, and looks at the link, the bus's warnings and what waits here.
func (a *app) checkBus(ctx context.Context) []checkup {
	l := a.lang
	d, err := a.desk(ctx)
	if err != nil {
		f := a.explain(err)
		return []checkup{{Check: l.T("doctor.bus"), Found: f.sentence, Bad: true, Do: f.hint}}
	}
	defer d.Close() //nolint:errcheck // only looked at
	wait, cancel := context.WithTimeout(ctx, waitBus)
	defer cancel()
	d.Settle(wait)
	link := d.Link()
	k := checkup{Check: l.T("doctor.bus"), Found: l.T("link."+string(link.State)) + "  " + link.Server}
	if link.State != "up" {
		k.Bad, k.Found, k.Do = true, link.Problem, l.T("bus.hint.away")
	} else if link.Embedded {
		k.Found = l.T("doctor.embedded", "server", link.Server)
	} else {
		k.Found = l.T("doctor.remote", "server", link.Server, "replicas", link.Replicas)
		k.Do = l.T("doctor.sync")
	}
	out := append([]checkup{k}, a.checkAccount(d.BusLink())...)
	for _, w := range link.Warnings {
		args := make([]any, len(w.Args))
		for i, v := range w.Args {
			args[i] = v
		}
		out = append(out, checkup{Check: l.T("doctor.bus"), Found: l.T(w.Code, args...), Bad: true, Do: l.T(w.Code+".do", args...)})
	}
	box := checkup{Check: l.T("doctor.outbox"), Found: l.T("doctor.outbox.n", "n", d.Waiting())}
	if d.Waiting() > 0 && link.State != "up" {
		box.Bad = true
	}
	if n := len(d.Refused()); n > 0 {
		box.Bad, box.Found, box.Do = true, l.T("tui.refused", "n", n), l.T("doctor.outbox.refused")
	}
	out = append(out, box)
	out = append(out, a.checkRoots(ctx, d)...)
	for _, rec := range d.Listings() {
		if rec.Local {
			out = append(out, a.checkRecord(rec.ID))
		}
	}
	return out
}

func (a *app) checkRecord(id incident.IncidentID) checkup {
	k := checkup{Check: a.lang.T("doctor.record"), Found: string(id)}
	path, err := a.recordFile(string(id))
	if err != nil {
		k.Bad, k.Found = true, err.Error()
		return k
	}
	rep, err := timeline.Verify(path)
	if err != nil {
		k.Bad, k.Found = true, plain(err)
		return k
	}
	k.Found = a.lang.T("verify."+string(rep.Verdict), "file", filepath.Base(path), "n", rep.Entries, "root", short(rep.Root), "covered", rep.Covered, "signed", rep.Signed)
	if rep.Verdict == timeline.Damaged {
		k.Bad, k.Do = true, a.lang.T("cli.hint.verify")
	}
	return k
}
