package cli

import (
	"sangfroid/internal/cell"
	"sangfroid/internal/incident"
	"sangfroid/internal/status"
	"sangfroid/internal/when"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"
)

func (a *app) actionCmd() *cobra.Command {
	g := a.group("action", "cli.action", a.actionAddCmd(), a.actionListCmd(), a.actionEndCmd("done", incident.ActionDone), a.actionEndCmd("drop", incident.ActionDropped),
		a.actionEndCmd("reopen", incident.ActionOpen), a.actionChangeCmd())
	g.Long, g.Example = a.lang.T("cli.action.long"), a.lang.T("cli.action.example")
	return g
}

// dueFlag reads a date, which lasts to its end, or a time to come; nil when it was not given.
func (a *app) dueFlag(s string) (*time.Time, error) {
	if s == "" {
		return nil, nil
	}
	loc, err := a.zoneHere()
	if err != nil {
		return nil, err
	}
	t, _, err := when.Due(s, a.now(), loc)
	if err != nil {
		return nil, a.hintf(a.usagef("cli.err.time", "value", s), "cli.hint.time")
	}
	return &t, nil
}

func (a *app) actionAddCmd() *cobra.Command {
	var owner, due, answers string
	c := &cobra.Command{
		Use: "add TEXT", Short: a.lang.T("cli.action.add"), Args: cobra.ArbitraryArgs,
		RunE: func(c *cobra.Command, args []string) error {
			if len(args) == 0 {
				return a.usagef("cli.err.missing", "what", "TEXT")
			}
			until, err := a.dueFlag(due)
			if err != nil {
				return err
			}
			return a.act(c.Context(), func(*incident.State) (cell.Command, error) {
				return cell.Command{Data: incident.ActionAdded{Text: strings.Join(args, " "), For: answers, Owner: owner, Due: until}}, nil
			})
		},
	}
	c.Flags().StringVar(&owner, "owner", "", a.lang.T("cli.flag.action.owner"))
	c.Flags().StringVar(&due, "due", "", a.lang.T("cli.flag.due"))
	c.Flags().StringVar(&answers, "for", "", a.lang.T("cli.flag.for"))
	return a.output(c)
}

func (a *app) actionListCmd() *cobra.Command {
	c := &cobra.Command{
		Use: "list", Short: a.lang.T("cli.action.list"), Args: a.exact(),
		RunE: func(c *cobra.Command, _ []string) error {
			return a.look(c.Context(), func(s *incident.State, now time.Time, loc *time.Location) error {
				if s.Exercise != nil {
					now = a.now() // what is done about it is done in real life
				}
				if a.flags.output == "json" {
					return a.printJSON(status.ActionsOf(s, now))
				}
				if len(s.Actions) == 0 {
					a.printf("%s\n", a.lang.T("action.none"))
				}
				for i := range s.Actions {
					k := &s.Actions[i]
					a.printf("%3d  %s\n     %s\n", k.No, k.Text, a.lang.ActionState(k, loc, now))
				}
				return nil
			})
		},
	}
	return a.output(c)
}

// follow writes what became of the action with this number.
func (a *app) follow(c *cobra.Command, f fact, number string, d incident.ActionFollowed) error {
	return a.act(c.Context(), func(s *incident.State) (cell.Command, error) {
		n, err := strconv.Atoi(number)
		if err != nil || n < 1 || n > len(s.Actions) {
			return cell.Command{}, a.hintf(a.failf(nil, "cli.err.unknown.action", "name", number), "cli.hint.unknown.action")
		}
		d.Action = s.Actions[n-1].ID
		return a.fill(cell.Command{Data: d}, f)
	})
}

func (a *app) actionEndCmd(verb string, state incident.ActionStatus) *cobra.Command {
	var f fact
	var note string
	flag, words := "note", "cli.flag.action.note"
	if state == incident.ActionDropped {
		flag, words = "because", "cli.flag.because"
	}
	c := &cobra.Command{
		Use: verb + " NUMBER", Short: a.lang.T("cli.action." + verb), Args: a.exact("NUMBER"), ValidArgsFunction: a.completeActions,
		RunE: func(c *cobra.Command, args []string) error {
			if state == incident.ActionDropped && note == "" {
				return a.usagef("cli.err.missing", "what", "--because")
			}
			return a.follow(c, f, args[0], incident.ActionFollowed{State: state, Note: note})
		},
	}
	a.factFlag(c, &f)
	c.Flags().StringVar(&note, flag, "", a.lang.T(words))
	return a.output(c)
}

func (a *app) actionChangeCmd() *cobra.Command {
	var f fact
	var owner, due, note string
	c := &cobra.Command{
		Use: "change NUMBER", Short: a.lang.T("cli.action.change"), Args: a.exact("NUMBER"), ValidArgsFunction: a.completeActions,
		RunE: func(c *cobra.Command, args []string) error {
			until, err := a.dueFlag(due)
			if err != nil {
				return err
			}
			return a.follow(c, f, args[0], incident.ActionFollowed{Owner: owner, Due: until, Note: note})
		},
	}
	a.factFlag(c, &f)
	c.Flags().StringVar(&owner, "owner", "", a.lang.T("cli.flag.action.owner"))
	c.Flags().StringVar(&due, "due", "", a.lang.T("cli.flag.due"))
	c.Flags().StringVar(&note, "note", "", a.lang.T("cli.flag.action.note"))
	return a.output(c)
}

func (a *app) completeActions(_ *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
	if len(args) > 0 {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	return a.complete(func(s *incident.State) (out []string) {
		for i := range s.Actions {
			out = append(out, strconv.Itoa(s.Actions[i].No)+"\t"+s.Actions[i].Text)
		}
		return out
	})
}
