package cli

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"sangfroid/internal/incident"
	"sangfroid/internal/report"
	"sangfroid/internal/timeline"
	"strings"
	"time"

	"github.com/spf13/cobra"
)

func (a *app) reportCmd() *cobra.Command {
	var format, out, at string
	c := &cobra.Command{
		Use: "report [INCIDENT|FILE]", Short: a.lang.T("cli.report"), Long: a.lang.T("cli.report.long"), Example: a.lang.T("cli.report.example"),
		Args: cobra.MaximumNArgs(1), ValidArgsFunction: a.completeIncidents,
		RunE: func(c *cobra.Command, args []string) error {
			if format == "" {
				format = formatOf(out)
			}
			if format != "md" && format != "html" && format != "json" {
				return a.usagef("cli.err.reportformat", "value", format)
			}
			if err := a.unwritten(out); err != nil {
				return err
			}
			r, err := a.makeReport(c.Context(), a.named(args), at, 0)
			if err != nil {
				return err
			}
			if out != "" {
				out = a.drillName(r.Incident.Realm, out)
			}
			if err := a.unwritten(out); err != nil {
				return err
			}
			return a.writeReport(r, format, out)
		},
	}
	c.Flags().StringVarP(&format, "output", "o", "", a.lang.T("cli.flag.reportformat"))
	c.Flags().StringVar(&out, "out", "", a.lang.T("cli.flag.out"))
	c.Flags().StringVar(&at, "at", "", a.lang.T("cli.flag.asof"))
	_ = c.RegisterFlagCompletionFunc("output", cobra.FixedCompletions([]string{"md", "html", "json"}, cobra.ShellCompDirectiveNoFileComp))
	c.AddCommand(a.trendCmd())
	return c
}

// formatOf is the form a file's name asks for; Markdown where it asks for none.
func formatOf(file string) string {
	switch strings.ToLower(filepath.Ext(file)) {
	case ".html", ".htm":
		return "html"
	case ".json":
		return "json"
	}
	return "md"
}

// makeReport makes a report with so many samples of each forecast; 0 takes the usual number.
func (a *app) makeReport(ctx context.Context, name, at string, samples int) (r *report.Report, err error) {
	src, n, now, err := a.asOf(ctx, name, at)
	if err != nil {
		return nil, err
	}
	defer src.close(&err)
	zone := time.UTC
	if a.flags.zone != "" {
		if zone, err = a.location(); err != nil {
			return nil, err
		}
	} else if loc := declaredZone(src.log); loc != nil {
		zone = loc // a report is the same wherever it is made: the incident's zone, never the machine's
	}
	return report.Make(ctx, src.log, report.Options{
		Author: a.name(), Version: version, Made: a.now(), AsOf: now, Entries: n, Pending: src.pending, Lang: a.lang, Zone: zone, Samples: samples,
	})
}

// declaredZone is the zone the declaration names; nil when it names none. It is the first entry, or the second behind the
// start of an exercise.
func declaredZone(log timeline.Log) *time.Location {
	for seq := 1; seq <= min(2, log.Len()); seq++ {
		e, err := log.At(seq)
		if err != nil {
			return nil
		}
		if d, ok := e.Event.Data.(incident.IncidentDeclared); ok && d.Zone != "" {
			if loc, err := time.LoadLocation(d.Zone); err == nil {
				return loc
			}
		}
	}
	return nil
}

func (a *app) writeReport(r *report.Report, format, out string) error {
	page := r.Page()
	write := page.Markdown
	switch format {
	case "html":
		write = page.HTML
	case "json":
		write = r.JSON
	}
	if out == "" {
		return write(a.out)
	}
	if err := create(out, write); err != nil {
		return err
	}
	a.tell("cli.reported", "n", r.Made.Entries, "file", out)
	return nil
}

// create writes a file that must not exist; one that could not be written whole is removed.
func create(path string, write func(io.Writer) error) error {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	if err := errors.Join(write(f), f.Sync(), f.Close()); err != nil {
		return errors.Join(err, os.Remove(path))
	}
	return nil
}
