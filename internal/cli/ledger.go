package cli

import (
	"sangfroid/internal/incident"
	"sangfroid/internal/status"
	"strings"
	"time"

	"github.com/spf13/cobra"
)

// catchupListCmd lists the lines of the ledger, and what they leave of the MTPD.
func (a *app) catchupListCmd() *cobra.Command {
	c := &cobra.Command{
		Use: "list [INCIDENT|FILE]", Short: a.lang.T("cli.catchup.list"), Args: cobra.MaximumNArgs(1), ValidArgsFunction: a.completeIncidents,
		RunE: func(c *cobra.Command, args []string) error {
			name := a.flags.incident
			if len(args) > 0 {
				name = args[0]
			}
			v, err := a.view(c.Context(), name, "")
			if err != nil {
				return err
			}
			if a.flags.output == "json" {
				return a.printJSON(v.Catchup)
			}
			for _, f := range v.Catchup {
				a.printf("%-34s ", f.ID)
				if err := a.printFlow(v, f); err != nil {
					return err
				}
			}
			return a.printResumes(v)
		},
	}
	return a.output(c)
}

// account is the line's account as the view tells it.
func account(f status.Flow) incident.Account {
	x := incident.Account{
		Approx: f.Approx, Replayed: f.Replayed, Reentered: f.Reentered, Lost: f.Lost, Rejected: f.Rejected, OpenRejects: f.OpenRejects, Over: f.Over,
	}
	if f.Expected != nil {
		x.Known, x.Expected = true, *f.Expected
	}
	if f.Left != nil {
		x.Left = *f.Left
	}
	return x
}

// printFlow writes a line: its account and whether that adds up, then how fast it goes and when it is caught up.
func (a *app) printFlow(v status.Status, f status.Flow) error {
	hour, err := a.hours(v)
	if err != nil {
		return err
	}
	l := a.lang
	x := account(f)
	a.printf("%s%s%s  %s", l.T("cli.flow"), l.Colon(), f.Title.In(string(l)), l.FlowStatus(f.State))
	if f.State == incident.FlowPlanned {
		a.printf("\n")
		return nil
	}
	mark := "▲"
	if x.Balanced() {
		mark = "✓"
	}
	a.printf("  %s  %s %s\n", l.ReckoningOf(x, f.Unit.In(string(l))), mark, l.Adds(x))
	var parts []string
	if f.PerMinute != nil && f.State == incident.FlowOpen {
		rate := l.PerMinute(*f.PerMinute)
		if word := l.Trend(f.TrendWord); word != "" {
			rate += " " + word
		}
		parts = append(parts, rate)
	}
	if f.State == incident.FlowOpen {
		eta := incident.ETA{State: f.ETAState, P10: f.Soonest.Time, P50: f.Likely.Time, P90: f.Latest.Time}
		pace := incident.Pace{Known: f.PerMinute != nil, Arrivals: f.Arrivals}
		parts = append(parts, l.ETA(eta, pace, v.At.Time, hour))
		if !f.Counted.IsZero() {
			parts = append(parts, l.T("catchup.counted", "at", hour(f.Counted.Time)))
		}
		if f.Blocks {
			parts = append(parts, l.T("catchup.blocks"))
		}
	}
	if f.Unexplained != 0 {
		parts = append(parts, l.T("catchup.signedgap", "n", f.Unexplained))
	}
	if n := len(f.Losses); n > 0 && f.Lost > 0 {
		last := f.Losses[n-1]
		if last.Decision != "" {
			parts = append(parts, l.T("catchup.lostunder", "n", f.Lost, "option", string(last.Decision)+" = "+l.Option(last.Option)))
		} else {
			parts = append(parts, l.T("catchup.lostby", "n", f.Lost, "by", last.By))
		}
	}
	if f.Reason != "" {
		parts = append(parts, f.Reason)
	}
	if len(parts) > 0 {
		a.printf("    %s\n", strings.Join(parts, "; "))
	}
	return nil
}

// hours writes times as of the view's own: with the date where it is another day.
func (a *app) hours(v status.Status) (func(time.Time) string, error) {
	loc, err := a.location()
	if err != nil {
		return nil, err
	}
	return func(t time.Time) string { return a.lang.Minute(t, loc, v.At.Time) }, nil
}

// printResumes tells what the catch-up leaves of each service's MTPD, where it leaves anything to say.
func (a *app) printResumes(v status.Status) error {
	hour, err := a.hours(v)
	if err != nil {
		return err
	}
	for _, r := range v.Resume {
		if r.MTPD == incident.MTPDNone && !r.Known {
			continue
		}
		o := incident.ResumeOutlook{P10: r.P10.Time, P50: r.P50.Time, P90: r.P90.Time, Known: r.Known}
		parts := []string{a.lang.T("catchup.waits", "service", string(r.Service), "when", a.lang.Outlook(o, v.At.Time, hour))}
		if word := a.lang.MTPD(r.MTPD); word != "" {
			parts = append(parts, word+" ("+hour(r.Deadline.Time)+")")
		}
		a.printf("  %s\n", strings.Join(parts, "; "))
	}
	return nil
}
