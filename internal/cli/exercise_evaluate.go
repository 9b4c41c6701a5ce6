package cli

import (
	"sangfroid/internal/cell"
	"sangfroid/internal/incident"
	"strings"

	"github.com/spf13/cobra"
)

// ratingOf reads a rating by its word or by its letter.
func (a *app) ratingOf(s string) (incident.Rating, error) {
	for _, r := range incident.Ratings() {
		if strings.EqualFold(s, string(r)) || strings.EqualFold(s, string(r[:1])) {
			return r, nil
		}
	}
	return "", a.usagef("cli.err.rating", "value", s)
}

func (a *app) exerciseObserveCmd() *cobra.Command {
	var kind, objective, rating, of, inject string
	var f fact
	c := &cobra.Command{
		Use: "observe TEXT", Short: a.lang.T("cli.exercise.observe"), Example: a.lang.T("cli.exercise.observe.example"), Args: cobra.ArbitraryArgs,
		RunE: func(c *cobra.Command, args []string) error {
			if len(args) == 0 {
				return a.usagef("cli.err.missing", "what", "TEXT")
			}
			d := incident.ExerciseObserved{
				Kind: incident.ObservationKind(kind), Text: strings.Join(args, " "), Objective: objective, Of: incident.Role(of), Inject: incident.InjectID(inject),
			}
			if rating != "" {
				var err error
				if d.Rating, err = a.ratingOf(rating); err != nil {
					return err
				}
			}
			return a.conduct(c, incident.RoleEvaluator, func(*incident.State, *incident.Exercise) (cell.Command, error) {
				return a.fill(cell.Command{Data: d}, f)
			})
		},
	}
	a.factFlag(c, &f)
	fl := c.Flags()
	fl.StringVar(&kind, "kind", string(incident.Improvement), a.lang.T("cli.flag.observation"))
	fl.StringVar(&objective, "objective", "", a.lang.T("cli.flag.objective"))
	fl.StringVar(&rating, "rating", "", a.lang.T("cli.flag.rating"))
	fl.StringVar(&of, "of", "", a.lang.T("cli.flag.of"))
	fl.StringVar(&inject, "inject", "", a.lang.T("cli.flag.inject"))
	_ = c.RegisterFlagCompletionFunc("kind", cobra.FixedCompletions([]string{string(incident.Strength), string(incident.Improvement)}, cobra.ShellCompDirectiveNoFileComp))
	_ = c.RegisterFlagCompletionFunc("rating", cobra.FixedCompletions(ratingNames(), cobra.ShellCompDirectiveNoFileComp))
	_ = c.RegisterFlagCompletionFunc("objective", a.completeObjectives)
	return a.output(c)
}

func ratingNames() []string {
	var out []string
	for _, r := range incident.Ratings() {
		out = append(out, string(r))
	}
	return out
}

func (a *app) exerciseScoreCmd() *cobra.Command {
	var because string
	c := &cobra.Command{
		Use: "score OBJECTIVE RATING", Short: a.lang.T("cli.exercise.score"), Long: a.lang.T("cli.exercise.score.long"), Args: a.exact("OBJECTIVE", "RATING"),
		ValidArgsFunction: func(c *cobra.Command, args []string, word string) ([]string, cobra.ShellCompDirective) {
			if len(args) == 1 {
				return ratingNames(), cobra.ShellCompDirectiveNoFileComp
			}
			return a.completeObjectives(c, args, word)
		},
		RunE: func(c *cobra.Command, args []string) error {
			r, err := a.ratingOf(args[1])
			if err != nil {
				return err
			}
			return a.conduct(c, incident.RoleEvaluator, func(*incident.State, *incident.Exercise) (cell.Command, error) {
				return cell.Command{Data: incident.ExerciseScored{Objective: args[0], Rating: r, Reason: because}}, nil
			})
		},
	}
	c.Flags().StringVar(&because, "because", "", a.lang.T("cli.flag.because"))
	return a.output(c)
}

func (a *app) completeObjectives(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
	s := a.localState()
	if s == nil || s.Exercise == nil {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	var out []string
	for _, o := range s.Exercise.Scenario.Objectives {
		out = append(out, o.ID+"\t"+o.Text.In(string(a.lang)))
	}
	return out, cobra.ShellCompDirectiveNoFileComp
}
