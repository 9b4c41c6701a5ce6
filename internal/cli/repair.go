package cli

import (
	"sangfroid/internal/cell"
	"sangfroid/internal/incident"
	"time"

	"github.com/spf13/cobra"
)

// repairCmd records an estimate of the repair; its list tells how each one turned out.
func (a *app) repairCmd() *cobra.Command {
	var f fact
	var likely, least, most, says, note string
	c := &cobra.Command{
		Use: "repair", Short: a.lang.T("cli.repair"), Example: a.lang.T("cli.repair.example"), Args: a.exact(),
		RunE: func(c *cobra.Command, _ []string) error {
			if likely == "" {
				return a.usagef("cli.err.missing", "what", "--likely")
			}
			d := incident.RepairEstimated{Says: says, Note: note}
			for _, v := range []struct {
				text string
				to   *incident.Duration
			}{{likely, &d.Likely}, {least, &d.Min}, {most, &d.Max}} {
				if v.text == "" {
					continue
				}
				length, err := incident.ParseDuration(v.text)
				if err != nil {
					return a.hintf(a.usagef("cli.err.duration", "value", v.text), "cli.hint.duration")
				}
				*v.to = length
			}
			cmd, err := a.fill(cell.Command{Data: d}, f)
			if err != nil {
				return err
			}
			return a.act(c.Context(), func(*incident.State) (cell.Command, error) { return cmd, nil })
		},
	}
	a.factFlag(c, &f)
	c.Flags().StringVar(&likely, "likely", "", a.lang.T("cli.flag.likely"))
	c.Flags().StringVar(&least, "min", "", a.lang.T("cli.flag.least"))
	c.Flags().StringVar(&most, "max", "", a.lang.T("cli.flag.most"))
	c.Flags().StringVar(&says, "says", "", a.lang.T("cli.flag.says"))
	c.Flags().StringVar(&note, "note", "", a.lang.T("cli.flag.note"))
	c.AddCommand(a.repairListCmd())
	return a.output(c)
}

func (a *app) repairListCmd() *cobra.Command {
	var at string
	c := &cobra.Command{
		Use: "list [INCIDENT|FILE]", Short: a.lang.T("cli.repair.list"), Args: cobra.MaximumNArgs(1), ValidArgsFunction: a.completeIncidents,
		RunE: func(c *cobra.Command, args []string) error {
			v, err := a.view(c.Context(), a.named(args), at)
			if err != nil {
				return err
			}
			if a.flags.output == "json" {
				return a.printJSON(v.Repairs)
			}
			if len(v.Repairs) == 0 {
				a.say("cli.repair.none")
				return nil
			}
			loc := a.shown
			for _, r := range v.Repairs {
				a.printf("%s", a.lang.T("tui.repair.turn", "at", a.lang.Moment(r.Given.Time, loc, v.At.Time), "says", r.Says, "until", a.lang.Moment(r.Until.Time, loc, v.At.Time)))
				a.printf("%s\n", a.turn(r.SlippedS, r.Passed, r.Holds))
			}
			return nil
		},
	}
	c.Flags().StringVar(&at, "at", "", a.lang.T("cli.flag.asof"))
	return a.output(c)
}

// turn says how an estimate turned out.
func (a *app) turn(slipped *int64, passed, holds bool) string {
	switch {
	case slipped != nil && *slipped < 0:
		return ", " + a.lang.T("tui.repair.sooner", "by", time.Duration(-*slipped)*time.Second)
	case slipped != nil && *slipped > 0:
		return ", " + a.lang.T("tui.repair.slip", "by", time.Duration(*slipped)*time.Second)
	case holds && passed:
		return ", " + a.lang.T("tui.repair.passed")
	case holds:
		return ", " + a.lang.T("tui.repair.holds")
	}
	return ""
}
