package cli

import (
	"context"
	"sangfroid/internal/cell"
	"sangfroid/internal/incident"
	"sangfroid/internal/room"
	"strings"
	"time"

	"github.com/spf13/cobra"
)

func (a *app) signalCmd() *cobra.Command {
	g := a.group("signal", "cli.signal", a.signalListCmd(), a.signalAttachCmd())
	g.Long, g.Example = a.lang.T("cli.signal.long"), a.lang.T("cli.signal.example")
	return g
}

// signalLine is a signal as "signal list -o json" prints it, one a line.
type signalLine struct {
	Source   string     `json:"source"`
	ID       string     `json:"id"`
	Summary  string     `json:"summary"`
	Occurred *time.Time `json:"occurred"` // null: they do not tell
	Received time.Time  `json:"received"`
	Attached bool       `json:"attached"`
	Targets  bool       `json:"targets"` // it tells of targets, and no rule of the plan takes it
}

// inbox opens the incident and reads what waits on the bus.
func (a *app) inbox(c context.Context) (*room.Desk, *room.Room, []cell.Signal, error) {
	d, r, err := a.join(c)
	if err != nil {
		return nil, nil, nil, err
	}
	wait, cancel := context.WithTimeout(c, waitBus)
	defer cancel()
	return d, r, r.Inbox(wait), nil
}

func (a *app) signalListCmd() *cobra.Command {
	var all bool
	c := &cobra.Command{
		Use: "list", Short: a.lang.T("cli.signal.list"), Args: a.exact(),
		RunE: func(c *cobra.Command, _ []string) (err error) {
			d, r, waiting, err := a.inbox(c.Context())
			if err != nil {
				return err
			}
			defer a.leave(d, r, &err)
			loc, shown := a.zoneOf(r.Frame().State), 0
			for _, g := range waiting {
				if g.Attached && !all {
					continue
				}
				shown++
				if a.flags.output == "json" {
					line := signalLine{Source: g.Source, ID: g.ID, Summary: g.Summary, Received: g.Received.UTC(), Attached: g.Attached, Targets: g.Progress != nil}
					if !g.Occurred.IsZero() {
						at := g.Occurred.UTC()
						line.Occurred = &at
					}
					if err := a.printCompact(line); err != nil {
						return err
					}
					continue
				}
				mark := ""
				if g.Attached {
					mark = "  " + a.lang.T("cli.signal.attached")
				}
				a.printf("%-18s %-26s %s  %s%s\n", g.Source, g.ID, a.lang.Moment(g.Received, loc, a.now()), g.Summary, mark)
			}
			if shown == 0 && a.flags.output != "json" {
				a.say("cli.signal.none")
			}
			return nil
		},
	}
	c.Flags().BoolVar(&all, "all", false, a.lang.T("cli.flag.signal.all"))
	return a.output(c)
}

func (a *app) signalAttachCmd() *cobra.Command {
	var summary string
	c := &cobra.Command{
		Use: "attach SOURCE ID", Short: a.lang.T("cli.signal.attach"), Long: a.lang.T("cli.signal.attach.long"), Args: a.exact("SOURCE", "ID"), ValidArgsFunction: noFiles,
		RunE: func(c *cobra.Command, args []string) (err error) {
			d, r, waiting, err := a.inbox(c.Context())
			if err != nil {
				return err
			}
			defer a.leave(d, r, &err)
			var have []string
			for _, g := range waiting {
				if g.Source == args[0] && g.ID == args[1] {
					return a.attach(c.Context(), r, g, summary)
				}
				have = append(have, g.Source+" "+g.ID)
			}
			return a.hintf(a.failf(nil, "cli.err.signal", "name", strings.Join(args, " ")), "cli.hint.signal", "n", len(have))
		},
	}
	c.Flags().StringVar(&summary, "summary", "", a.lang.T("cli.flag.summary"))
	return a.output(c)
}

// attach brings a signal into the incident. One about targets needs a person's choice of what it is about, which the console
// asks for.
func (a *app) attach(ctx context.Context, r *room.Room, g cell.Signal, summary string) error {
	if g.Progress != nil {
		return a.hintf(a.failf(nil, "cli.err.signal.targets"), "cli.hint.signal.targets")
	}
	s := r.Frame().State
	data := cell.Attach(s, g)
	if summary != "" {
		data.Summary = summary
	}
	at := g.Occurred
	if at.IsZero() {
		at = g.Received
	}
	rc, err := r.Do(ctx, cell.Command{Time: s.ExerciseTime(at), Data: incident.Data(data)})
	if err != nil {
		return a.refusedIn(r, err)
	}
	return a.printReceipt(r, rc)
}
