package cli

import (
	"context"
	"sangfroid/internal/incident"
	"sangfroid/internal/status"
	"sangfroid/internal/timeline"
	"sangfroid/tui"
	"strings"
	"time"

	"github.com/spf13/cobra"
)

func (a *app) timelineDiffCmd() *cobra.Command {
	var screen bool
	c := &cobra.Command{
		Use: "diff A B", Short: a.lang.T("cli.timeline.diff"), Long: a.lang.T("cli.diff.long"), Example: a.lang.T("cli.diff.example"),
		Args: a.exact("A", "B"), ValidArgsFunction: a.completeIncidents,
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
			switch {
			case a.flags.output == "json":
				return a.printJSON(d)
			case screen && a.isTerminal():
				o, err := a.screenOptions(tui.Options{})
				if err != nil {
					return err
				}
				return tui.Compare(c.Context(), o, d)
			}
			a.printDiff(d)
			return nil
		},
	}
	c.Flags().BoolVar(&screen, "screen", false, a.lang.T("cli.flag.diffscreen"))
	return a.output(c)
}

// whole is the view of a timeline as of its last entry.
func (a *app) whole(ctx context.Context, name string) (v status.Status, err error) {
	src, err := a.source(ctx, name)
	if err != nil {
		return v, err
	}
	defer src.close(&err)
	n := src.log.Len()
	s, err := timeline.StateAt(src.log, n)
	if err != nil {
		return v, err
	}
	return status.Make(s, status.Record{Entries: n, Pending: src.pending}, s.ExerciseTime(src.last())), nil
}

// Columns of a comparison in text.
const (
	diffName = 44
	diffForm = "%-44s %20s %20s %14s\n"
)

func (a *app) printDiff(d status.Diff) {
	a.printSide("A", d.A)
	a.printSide("B", d.B)
	a.printObjectives(d.Objectives)
	a.printRows("diff.phases", d.Phases)
	a.printDecisions(d.Kinds)
	a.printRows("diff.steps", d.Steps)
	a.printRows("diff.clocks", d.Clocks)
}

func (a *app) printSide(name string, s status.Side) {
	word := a.lang.T("diff.real")
	if s.Realm == incident.Drill {
		word = a.lang.Realm(s.Realm)
	}
	a.printf("%s  %s  %s  %s\n", name, word, s.ID, s.Title)
}

func (a *app) diffHead(key string) {
	a.printf("\n"+diffForm, a.lang.T(key), "A", "B", "B − A")
}

func (a *app) printObjectives(list []status.DiffObjective) {
	if len(list) == 0 {
		return
	}
	a.diffHead("diff.objectives")
	reached := func(x *status.Achieved) string {
		if x == nil {
			return "–"
		}
		mark := map[incident.ClockState]string{incident.ClockMet: "✓ ", incident.ClockMissed: "✗ "}[x.State]
		if x.AchievedS == nil {
			return mark + a.lang.ClockState(x.State)
		}
		return mark + a.span(x.AchievedS)
	}
	for _, o := range list {
		name := a.lang.Clockword(o.Kind) + " "
		if o.A != nil && o.B != nil && o.A.ObjectiveS != nil && o.B.ObjectiveS != nil {
			name += a.span(o.A.ObjectiveS)
			if *o.A.ObjectiveS != *o.B.ObjectiveS {
				name += " / " + a.span(o.B.ObjectiveS)
			}
			name += " "
		}
		service := o.Name.In(string(a.lang))
		if service == "" {
			service = string(o.Service)
		}
		a.printf(diffForm, clip(name+service, diffName), reached(o.A), reached(o.B), a.delta(o.DeltaS))
	}
}

func (a *app) printRows(key string, rows []status.DiffRow) {
	if len(rows) == 0 {
		return
	}
	a.diffHead(key)
	for _, r := range rows {
		name := r.Title.In(string(a.lang))
		if name == "" {
			name = a.termOf(key, r.What)
		}
		a.printf(diffForm, clip(name, diffName), a.span(r.AS), a.span(r.BS), a.delta(r.DeltaS))
	}
}

func (a *app) printDecisions(list []status.DiffKind) {
	if len(list) == 0 {
		return
	}
	a.diffHead("diff.decisions")
	answer := func(o *incident.Option, state incident.DecisionStatus, s *int64) string {
		word := "–"
		switch {
		case o != nil:
			word = a.lang.Option(*o)
		case state != "":
			word = a.lang.DecisionStatus(state)
		}
		if s != nil {
			word += " +" + a.span(s)
		}
		return word
	}
	for _, d := range list {
		name := d.Question.In(string(a.lang))
		if name == "" {
			name = string(d.ID)
		}
		a.printf(diffForm, clip(name, diffName), answer(d.AOption, d.AState, d.AS), answer(d.BOption, d.BState, d.BS), a.delta(d.DeltaS))
	}
}

func (a *app) delta(s *int64) string {
	if s != nil && *s > 0 {
		return "+" + a.span(s)
	}
	return a.span(s)
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
