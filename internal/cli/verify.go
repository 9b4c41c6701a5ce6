package cli

import (
	"errors"
	"os"
	"path/filepath"
	"sangfroid/internal/incident"
	"sangfroid/internal/room"
	"sangfroid/internal/timeline"
	"time"

	"github.com/spf13/cobra"
)

func (a *app) timelineVerifyCmd() *cobra.Command {
	var held []string
	var members string
	c := &cobra.Command{
		Use: "verify FILE|INCIDENT|ARCHIVE", Short: a.lang.T("cli.timeline.verify"), Args: a.exact("FILE|INCIDENT|ARCHIVE"), ValidArgsFunction: a.completeIncidents,
		RunE: func(_ *cobra.Command, args []string) error {
			if isArchive(args[0]) {
				if members != "" || len(held) > 0 {
					return a.usagef("cli.err.archive.flags")
				}
				return a.verifyArchive(args[0])
			}
			path, err := a.recordFile(args[0])
			if err != nil {
				return err
			}
			var points []timeline.Held
			for _, h := range held {
				if b, err := os.ReadFile(h); err == nil {
					h = string(b)
				}
				p, err := timeline.ParseHeld(h)
				if err != nil {
					return a.usagef("cli.err.held", "value", h)
				}
				points = append(points, p)
			}
			rep, err := timeline.Verify(path, points...)
			if err != nil {
				return err
			}
			signed, err := a.signatures(path, members)
			if err != nil {
				return err
			}
			return a.printVerify(path, rep, signed)
		},
	}
	c.Flags().StringVar(&members, "members", "", a.lang.T("cli.flag.members"))
	c.Flags().StringArrayVar(&held, "checkpoint", nil, a.lang.T("cli.flag.held"))
	return a.output(c)
}

// recordFile is the file named, or the record of the incident named on this machine.
func (a *app) recordFile(name string) (string, error) {
	if isFile(name) {
		return name, nil
	}
	dir, err := a.dataDir()
	if err != nil {
		return "", err
	}
	if p := room.LocalRecord(dir, incident.IncidentID(name)); incident.ValidID(name) && p != "" {
		return p, nil
	}
	return "", a.hintf(a.failf(errNoIncident, "cli.err.norecord", "id", name), "cli.hint.record")
}

func (a *app) printVerify(path string, rep timeline.Report, signed timeline.Signatures) error {
	bad := rep.Verdict == timeline.Damaged || len(signed.Bad) > 0
	if a.flags.output == "json" {
		if err := a.printJSON(verifyView{rep, signed}); err != nil {
			return err
		}
	} else {
		a.say("verify."+string(rep.Verdict), "file", path, "n", rep.Entries, "root", short(rep.Root), "covered", rep.Covered, "signed", rep.Signed)
		for _, f := range rep.Findings {
			args := []any{"line", f.Line, "entry", f.Entry}
			for i := 0; i+1 < len(f.Args); i += 2 {
				args = append(args, f.Args[i], f.Args[i+1])
			}
			a.printf("  %s:%d: %s\n", filepath.Base(path), f.Line, a.lang.T("verify.f."+f.Code, args...))
		}
		if rep.Uncovered > 0 {
			a.say("verify.uncovered", "n", rep.Uncovered)
		}
		a.printSignatures(signed)
		a.say("verify.limits")
	}
	if bad {
		return a.hintf(a.failf(errDamaged, "cli.err.verify"), "cli.hint.verify")
	}
	return nil
}

var errDamaged = errors.New("the timeline was changed or damaged")

func (a *app) exportCmd() *cobra.Command {
	var format, out string
	var all bool
	c := &cobra.Command{
		Use: "export INCIDENT|FILE", Short: a.lang.T("cli.export"), Example: a.lang.T("cli.export.example"), Args: cobra.MaximumNArgs(1),
		ValidArgsFunction: a.completeIncidents,
		RunE: func(c *cobra.Command, args []string) (err error) {
			if all {
				if len(args) > 0 || c.Flags().Changed("output") {
					return a.usagef("cli.err.export.all")
				}
				return a.exportAll(c.Context(), out)
			}
			if format != "jsonl" && format != "csv" && format != "md" {
				return a.usagef("cli.err.format", "value", format)
			}
			src, err := a.source(c.Context(), a.named(args))
			if err != nil {
				return err
			}
			defer src.close(&err)
			return a.export(src.log, format, out)
		},
	}
	c.Flags().StringVarP(&format, "output", "o", "md", a.lang.T("cli.flag.format"))
	c.Flags().StringVar(&out, "out", "", a.lang.T("cli.flag.out"))
	c.Flags().BoolVar(&all, "all", false, a.lang.T("cli.flag.export.all"))
	_ = c.RegisterFlagCompletionFunc("output", cobra.FixedCompletions([]string{"jsonl", "csv", "md"}, cobra.ShellCompDirectiveNoFileComp))
	return c
}

func (a *app) export(log timeline.Log, format, out string) (err error) {
	s, err := timeline.StateAt(log, log.Len())
	if err != nil {
		return err
	}
	o := timeline.ExportOptions{Format: format, Zone: a.zoneOf(s), Headings: a.headings(), Late: s.Late, Describe: func(e incident.Entry) timeline.Described {
		l := a.lang.Line(s, e)
		return timeline.Described{Kind: l.Category, Actor: e.Event.Actor, Text: l.Text, Marks: l.Marks}
	}}
	if s.Realm == incident.Drill {
		o.Exercise = a.lang.Realm(incident.Drill)
	}
	if out == "" {
		return timeline.Export(a.out, log, o)
	}
	out = a.drillName(s.Realm, out)
	f, err := os.OpenFile(out, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if errors.Is(err, os.ErrExist) {
		return a.hintf(a.failf(err, "cli.err.exists", "file", out), "cli.hint.exists")
	}
	if err != nil {
		return err
	}
	if err := errors.Join(timeline.Export(f, log, o), f.Sync(), f.Close()); err != nil {
		return err
	}
	a.tell("cli.exported", "n", log.Len(), "file", out)
	return nil
}

// zoneOf is the zone asked for, else the incident's, else the machine's.
func (a *app) zoneOf(s *incident.State) *time.Location {
	loc, err := a.location()
	if a.flags.zone == "" && s.Zone != "" {
		if z, zerr := time.LoadLocation(s.Zone); zerr == nil {
			return z
		}
	}
	if err != nil {
		return time.UTC
	}
	return loc
}

func (a *app) headings() []string {
	var out []string
	for _, k := range []string{"entry", "local", "utc", "actor", "kind", "text"} {
		out = append(out, a.lang.T("export."+k))
	}
	return out
}
