package cli

import (
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"sangfroid/internal/incident"
	"sangfroid/internal/report"
	"strings"
	"time"

	"github.com/spf13/cobra"
)

func (a *app) trendCmd() *cobra.Command {
	var format, out string
	c := &cobra.Command{
		Use: "trend FILE|INCIDENT…", Short: a.lang.T("cli.trend"), Long: a.lang.T("cli.trend.long"), Example: a.lang.T("cli.trend.example"),
		Args: cobra.ArbitraryArgs,
		RunE: func(c *cobra.Command, args []string) error {
			if len(args) == 0 {
				return a.usagef("cli.err.missing", "what", "FILE")
			}
			if format == "" {
				if format = "text"; out != "" {
					format = formatOf(out)
				}
			}
			if format != "text" && format != "md" && format != "html" && format != "json" {
				return a.usagef("cli.err.trendformat", "value", format)
			}
			if err := a.unwritten(out); err != nil {
				return err
			}
			return a.trend(c, args, format, out)
		},
	}
	c.Flags().StringVarP(&format, "output", "o", "", a.lang.T("cli.flag.trendformat"))
	c.Flags().StringVar(&out, "out", "", a.lang.T("cli.flag.out"))
	_ = c.RegisterFlagCompletionFunc("output", cobra.FixedCompletions([]string{"text", "md", "html", "json"}, cobra.ShellCompDirectiveNoFileComp))
	return c
}

// unwritten refuses a file that is there.
func (a *app) unwritten(out string) error {
	if _, err := os.Lstat(out); out != "" && err == nil {
		return a.hintf(a.failf(nil, "cli.err.exists", "file", out), "cli.hint.exists")
	}
	return nil
}

func (a *app) trend(c *cobra.Command, args []string, format, out string) error {
	zone := time.UTC // runs may be of several zones; one that is named serves all
	if a.flags.zone != "" {
		loc, err := a.location()
		if err != nil {
			return err
		}
		zone = loc
	}
	var sources []report.Source
	drills := 0
	for _, name := range args {
		r, file, err := a.readReport(c, name)
		if err != nil {
			return err
		}
		if r.Exercise {
			drills++
		}
		sources = append(sources, report.Source{Report: r, File: file})
	}
	t, err := report.MakeTrend(sources, report.Options{Author: a.name(), Version: version, Made: a.now(), Lang: a.lang, Zone: zone})
	if errors.Is(err, report.ErrSameRun) {
		return a.hintf(a.failf(err, "cli.err.samerun", "what", strings.TrimPrefix(err.Error(), report.ErrSameRun.Error()+": ")), "cli.hint.samerun")
	}
	if err != nil {
		return err
	}
	if out != "" && drills == len(args) {
		out = a.drillName(incident.Drill, out)
	}
	if err := a.unwritten(out); err != nil {
		return err
	}
	page := t.Page()
	write := map[string]func(io.Writer) error{"text": page.Plain, "md": page.Markdown, "html": page.HTML, "json": t.JSON}[format]
	if out == "" {
		return write(a.out)
	}
	if err := create(out, write); err != nil {
		return err
	}
	a.tell("cli.trended", "n", len(t.Runs), "file", out)
	return nil
}

// readReport reads a report's JSON, or makes the report of a timeline or an incident.
func (a *app) readReport(c *cobra.Command, name string) (r *report.Report, file string, err error) {
	if info, serr := os.Stat(name); serr == nil && !info.IsDir() && !strings.HasSuffix(name, ".jsonl") {
		raw, err := os.ReadFile(name)
		if err != nil {
			return nil, "", err
		}
		r, err := report.Read(bytes.NewReader(raw))
		if errors.Is(err, report.ErrNoReport) {
			return nil, "", a.hintf(a.failf(err, "cli.err.noreport", "file", name), "cli.hint.noreport")
		}
		return r, filepath.Base(name), err
	}
	if !isFile(name) && strings.HasSuffix(name, ".json") {
		return nil, "", a.hintf(a.failf(nil, "cli.err.noreport", "file", name), "cli.hint.noreport")
	}
	if r, err = a.makeReport(c.Context(), name, "", trendSamples); err != nil || !isFile(name) {
		return r, "", err
	}
	return r, filepath.Base(name), nil
}

// trendSamples is of the forecasts of a report of which a trend reads none.
const trendSamples = 1
