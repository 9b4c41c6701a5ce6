package cli

import (
	"context"
	"errors"
	"sangfroid/internal/cell"
	"sangfroid/internal/exercise"
	"sangfroid/internal/incident"
	"sangfroid/internal/room"
	"sangfroid/internal/text"
	"sangfroid/playbooks"
	"sangfroid/tui"
	"strings"

	"github.com/spf13/cobra"
)

func (a *app) exerciseCmd() *cobra.Command {
	c := a.group("exercise", "cli.exercise",
		a.exerciseRunCmd(), a.exerciseListCmd(), a.exerciseShowCmd(), a.exerciseLintCmd(), a.exerciseSchemaCmd(), a.exerciseStatusCmd(),
		a.exercisePauseCmd(), a.exerciseResumeCmd(), a.exerciseSpeedCmd(), a.exerciseJumpCmd(),
		a.exerciseSendCmd(), a.exerciseDelayCmd(), a.exerciseSkipCmd(), a.exerciseImproviseCmd(), a.exerciseAnswerCmd(),
		a.exerciseObserveCmd(), a.exerciseScoreCmd(), a.exerciseEndCmd(),
		a.exerciseFromTimelineCmd(), a.exerciseExportCmd(), a.exerciseImportCmd(),
	)
	c.Example = a.lang.T("cli.exercise.example")
	return c
}

// runFlags are those of exercise run.
type runFlags struct {
	start           string
	seed            int64
	speed           int
	solo, headless  bool
	noConsole, line bool
	out             string
}

func (a *app) exerciseRunCmd() *cobra.Command {
	var f runFlags
	c := &cobra.Command{
		Use: "run SCENARIO", Short: a.lang.T("cli.exercise.run"), Long: a.lang.T("cli.exercise.run.long"), Example: a.lang.T("cli.exercise.run.example"),
		Args: a.exact("SCENARIO"), ValidArgsFunction: a.completeScenarios,
		RunE: func(c *cobra.Command, args []string) error {
			if (c.Flags().Changed("speed") && f.speed < 1) || f.speed > incident.MaxSpeed {
				return a.usagef("cli.err.exercise.speed", "value", itoa(f.speed), "most", itoa(incident.MaxSpeed))
			}
			if f.seed < 0 {
				return a.usagef("cli.err.count", "value", itoa(int(f.seed)))
			}
			if f.headless {
				return a.headless(args[0], f)
			}
			return a.runExercise(c.Context(), args[0], f)
		},
	}
	fl := c.Flags()
	fl.BoolVar(&f.solo, "solo", false, a.lang.T("cli.flag.solo"))
	fl.BoolVar(&f.headless, "headless", false, a.lang.T("cli.flag.headless"))
	fl.Int64Var(&f.seed, "seed", 0, a.lang.T("cli.flag.seed"))
	fl.IntVar(&f.speed, "speed", 0, a.lang.T("cli.flag.exercise.speed"))
	fl.StringVar(&f.start, "start", "", a.lang.T("cli.flag.exercise.start"))
	fl.StringVar(&f.out, "out", "", a.lang.T("cli.flag.exercise.out"))
	fl.BoolVar(&f.noConsole, "no-console", false, a.lang.T("cli.flag.noconsole"))
	fl.BoolVar(&f.line, "plain", false, a.lang.T("cli.flag.plain"))
	return a.output(c)
}

// asRole makes the role of a command that nobody gave one for.
func (a *app) asRole(r incident.Role) {
	if a.flags.role == "" && a.getenv("SANGFROID_ROLE") == "" {
		a.flags.role = string(r)
	}
}

// runExercise starts an exercise and opens its console, or prints its id.
func (a *app) runExercise(ctx context.Context, scenario string, f runFlags) (err error) {
	start, err := a.newTimeFlag(f.start)
	if err != nil {
		return err
	}
	if f.solo {
		a.asRole(incident.RoleDirector)
	} else {
		a.asRole(incident.RoleFacilitator)
	}
	d, err := a.desk(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, d.Close()) }()
	wait, cancel := context.WithTimeout(ctx, waitBus)
	defer cancel()
	d.Settle(wait)
	id, err := d.Exercise(ctx, cell.ExerciseRun{
		Scenario: scenario, Start: start, Speed: f.speed, Seed: f.seed, Solo: f.solo, Zone: a.flags.zone, Lang: string(a.lang),
	})
	if err != nil && id != "" {
		a.printf("%s\n", id)
		e := a.explain(err)
		return &failure{sentence: a.lang.T("cli.err.declaredpart", "id", id, "why", e.sentence), hint: e.hint, code: exitFailed, err: err}
	}
	if err != nil {
		return a.invalid(err)
	}
	if f.noConsole || a.flags.output == "json" {
		return a.exerciseStarted(ctx, d, id)
	}
	r, err := d.Open(ctx, id)
	if err != nil {
		return err
	}
	if f.line || !a.isTerminal() {
		return a.plain(ctx, r)
	}
	return a.screen(ctx, tui.Options{Desk: d, Room: r})
}

func (a *app) exerciseStarted(ctx context.Context, d *room.Desk, id incident.IncidentID) (err error) {
	r, err := d.Enter(ctx, id)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, r.Close()) }()
	f := r.Frame()
	if a.flags.output == "json" {
		return a.printJSON(declared{ID: id, Title: f.State.Title, Realm: f.State.Realm, Entries: f.Len, Pending: len(f.Pending)})
	}
	a.printf("%s\n", id)
	a.tell("cli.exercise.next", "id", id)
	return nil
}

func (a *app) completeScenarios(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
	var out []string
	for _, l := range exercise.All() {
		out = append(out, l.Scenario.ID+"\t"+l.Scenario.Title.In(string(a.lang)))
	}
	return out, cobra.ShellCompDirectiveDefault
}

func (a *app) exerciseListCmd() *cobra.Command {
	c := &cobra.Command{
		Use: "list", Short: a.lang.T("cli.exercise.list"), Args: a.exact(),
		RunE: func(*cobra.Command, []string) error {
			all := exercise.All()
			if a.flags.output == "json" {
				out := make([]incident.Scenario, len(all))
				for i := range all {
					out[i] = all[i].Scenario
				}
				return a.printJSON(out)
			}
			for _, l := range all {
				sc := &l.Scenario
				a.printf("%-20s %-8s %-7s %s\n", sc.ID, l.Playbook.ID, sc.Lasts, sc.Title.In(string(a.lang)))
				if !sc.Summary.IsZero() {
					a.printf("%-20s %s\n", "", sc.Summary.In(string(a.lang)))
				}
			}
			return nil
		},
	}
	return a.output(c)
}

func (a *app) exerciseShowCmd() *cobra.Command {
	var source bool
	c := &cobra.Command{
		Use: "show SCENARIO", Short: a.lang.T("cli.exercise.show"), Args: a.exact("SCENARIO"), ValidArgsFunction: a.completeScenarios,
		RunE: func(_ *cobra.Command, args []string) error {
			if source {
				b, err := exercise.Read(args[0])
				if err != nil {
					return err
				}
				a.printf("%s", whole(b))
				return nil
			}
			l, err := exercise.Load(args[0])
			if err != nil {
				return a.invalid(err)
			}
			if a.flags.output == "json" {
				return a.printJSON(l.Scenario)
			}
			a.printScenario(&l)
			return nil
		},
	}
	c.Flags().BoolVar(&source, "source", false, a.lang.T("cli.flag.source.yaml"))
	return a.output(c)
}

// printScenario is a scenario for those who run it: it tells everything.
func (a *app) printScenario(l *exercise.Loaded) {
	sc, t := &l.Scenario, func(x incident.Text) string { return x.In(string(a.lang)) }
	a.printf("%s  %s\n%s\n", sc.ID, t(sc.Title), a.lang.T("cli.exercise.head", "playbook", l.Playbook.ID, "lasts", a.lang.Span(sc.Lasts.Std()), "roles", a.lang.To(incident.NewState(), sc.Plays)))
	if !sc.Briefing.IsZero() {
		a.printf("\n%s\n", strings.TrimSpace(t(sc.Briefing)))
	}
	a.printf("\n%s\n", a.lang.T("cli.exercise.objectives"))
	for _, o := range sc.Objectives {
		a.printf("  %-14s %s\n", o.ID, t(o.Text))
	}
	phrases := sc.StopPhrases()
	a.printf("\n%s\n", a.lang.T("cli.exercise.phrase", "phrase", phrases.In(string(a.lang))))
	move := 0
	a.printf("\n%s\n", a.lang.T("cli.exercise.injects"))
	for i := range sc.Injects {
		d := &sc.Injects[i]
		for d.At != nil && move < len(sc.Moves) && sc.Moves[move].At <= *d.At {
			a.printf("  %s  %s\n", sc.Moves[move].At, t(sc.Moves[move].Title))
			move++
		}
		a.printf("  %-4s %-8s %s\n", d.No, a.timeOf(d), a.lang.T("cli.exercise.inject", "channel", a.lang.Channel(d.Channel), "from", t(d.From), "to", a.lang.To(incident.NewState(), d.To), "text", text.OneLine(t(d.Text))))
		if d.When != nil {
			a.printf("       %s\n", a.lang.Condition(incident.NewState(), d.When))
		}
		if !d.Expected.IsZero() {
			a.printf("       → %s\n", text.OneLine(t(d.Expected)))
		}
	}
}

// timeOf is when an inject of a scenario goes out, as far as the scenario alone tells.
func (a *app) timeOf(d *incident.InjectDef) string {
	out := a.lang.T("inject." + string(incident.InjectByHand))
	switch {
	case d.At != nil:
		out = d.At.String()
	case d.When != nil:
		out = "…"
	}
	if d.Within != nil {
		out += "~"
	}
	return out
}

func (a *app) exerciseLintCmd() *cobra.Command {
	return a.lintCmd(a.lang.T("cli.exercise.lint"), a.completeScenarios, exercise.Read, func(name string, b []byte) []playbooks.Finding {
		_, found := exercise.Parse(name, b)
		return found
	})
}

func (a *app) exerciseSchemaCmd() *cobra.Command {
	return &cobra.Command{
		Use: "schema", Short: a.lang.T("cli.exercise.schema"), Args: a.exact(),
		RunE: func(*cobra.Command, []string) error {
			b, err := exercise.Schema()
			if err != nil {
				return err
			}
			a.printf("%s", b)
			return nil
		},
	}
}
