package cli

import (
	"context"
	"sangfroid/internal/incident"
	"sangfroid/internal/status"
	"strings"
	"time"

	"github.com/spf13/cobra"
)

func (a *app) timelineDiffCmd() *cobra.Command {
	c := &cobra.Command{
		Use: "diff A B", Short: a.lang.T("cli.timeline.diff"), Args: a.exact("A", "B"), ValidArgsFunction: a.completeIncidents,
		RunE: func(c *cobra.Command, args []string) error {
			x, err := a.whole(c.Context(), args[0])
			if err != nil {
				return err
			}
			y, err := a.whole(c.Context(), args[1])
			if err != nil {
				return err
			}
			d := status.Compare(x, y)
			if a.flags.output == "json" {
				return a.printJSON(d)
			}
			a.printDiff(d)
			return nil
		},
	}
	return a.output(c)
}

// whole is the view of a timeline as of its last entry.
func (a *app) whole(ctx context.Context, name string) (v status.Status, err error) {
	src, err := a.source(ctx, name)
	if err != nil {
		return v, err
	}
	defer src.close(&err)
	return a.viewAt(src, src.log.Len(), src.last())
}

func (a *app) printDiff(d status.Diff) {
	a.printf("A  %s  %s\nB  %s  %s\n", d.A.ID, d.A.Title, d.B.ID, d.B.Title)
	for _, part := range []struct {
		key  string
		rows []status.DiffRow
	}{{"diff.phases", d.Phases}, {"diff.steps", d.Steps}, {"diff.clocks", d.Clocks}} {
		if len(part.rows) == 0 {
			continue
		}
		a.printf("\n%-44s %12s %12s %12s\n", a.lang.T(part.key), "A", "B", "B − A")
		for _, r := range part.rows {
			name := r.Title.In(string(a.lang))
			if name == "" {
				name = a.termOf(part.key, r.What)
			}
			delta := "–"
			if r.DeltaS != nil {
				delta = a.span(r.DeltaS)
				if *r.DeltaS > 0 {
					delta = "+" + delta
				}
			}
			a.printf("%-44s %12s %12s %12s\n", clip(name, 44), a.span(r.AS), a.span(r.BS), delta)
		}
	}
}

func (a *app) span(s *int64) string {
	if s == nil {
		return "–"
	}
	return a.lang.Span(time.Duration(*s) * time.Second)
}

// termOf names a phase or a clock in the person's language; a step without a title is its id.
func (a *app) termOf(part, what string) string {
	switch part {
	case "diff.phases":
		return a.lang.Phase(incident.Phase(what))
	case "diff.clocks":
		kind, service, _ := strings.Cut(what, " ")
		return a.lang.Clockword(incident.ClockKind(kind)) + " " + service
	}
	return what
}
