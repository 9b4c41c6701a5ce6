package cli

import (
	"context"
	"sangfroid/internal/cell"
	"sangfroid/internal/incident"
	"sangfroid/playbooks"
	"strings"

	"github.com/spf13/cobra"
)

func (a *app) declareCmd() *cobra.Command {
	var d cell.Declaration
	var occurred, detected, reported, lastGood, services string
	var drill bool
	c := &cobra.Command{
		Use: "declare TITLE", Short: a.lang.T("cli.declare"), Long: a.lang.T("cli.declare.long"), Example: a.lang.T("cli.declare.example"),
		Args: cobra.ArbitraryArgs,
		RunE: func(c *cobra.Command, args []string) error {
			if len(args) == 0 {
				return a.usagef("cli.err.missing", "what", "TITLE")
			}
			d.Title = strings.Join(args, " ")
			d.Realm = incident.Live
			if drill {
				d.Realm = incident.Drill
			}
			for _, id := range strings.FieldsFunc(services, func(r rune) bool { return r == ',' || r == ' ' }) {
				d.Services = append(d.Services, incident.ServiceID(id))
			}
			d.Zone = a.flags.zone
			return a.declare(c.Context(), d, occurred, detected, reported, lastGood)
		},
	}
	f := c.Flags()
	f.StringVar(&d.Playbook, "playbook", "", a.lang.T("cli.flag.playbook"))
	f.StringVar(&occurred, "occurred", "", a.lang.T("cli.flag.occurred"))
	f.StringVar(&detected, "detected", "", a.lang.T("cli.flag.detected"))
	f.StringVar(&reported, "reported", "", a.lang.T("cli.flag.reported"))
	f.StringVar(&lastGood, "last-good", "", a.lang.T("cli.flag.lastgood"))
	f.StringVar(&services, "service", "", a.lang.T("cli.flag.services"))
	f.StringVar(&d.Severity, "severity", "", a.lang.T("cli.flag.severity"))
	f.BoolVar(&drill, "drill", false, a.lang.T("cli.flag.drill"))
	_ = c.RegisterFlagCompletionFunc("playbook", func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
		return a.playbookNames(), cobra.ShellCompDirectiveDefault
	})
	return a.output(c)
}

func (a *app) playbookNames() []string {
	var out []string
	for _, p := range playbooks.All() {
		out = append(out, p.ID+"\t"+p.Title.In(string(a.lang)))
	}
	return out
}

// declared is what declare prints with -o json.
type declared struct {
	ID      incident.IncidentID `json:"id"`
	Title   string              `json:"title"`
	Realm   incident.Realm      `json:"realm"`
	Entries int                 `json:"entries"`
	Pending int                 `json:"pending"`
}

func (a *app) declare(ctx context.Context, d cell.Declaration, occurred, detected, reported, lastGood string) (err error) {
	if d.Occurred, err = a.newTimeFlag(occurred); err != nil {
		return err
	}
	if d.Detected, err = a.newTimeFlag(detected); err != nil {
		return err
	}
	if d.Reported, err = a.newTimeFlag(reported); err != nil {
		return err
	}
	if d.LastGood, err = a.newTimeFlag(lastGood); err != nil {
		return err
	}
	desk, err := a.desk(ctx)
	if err != nil {
		return err
	}
	defer a.leave(desk, nil, &err)
	wait, cancel := context.WithTimeout(ctx, waitBus)
	defer cancel()
	desk.Settle(wait)
	id, err := desk.Declare(ctx, d)
	if err != nil && id != "" {
		a.printf("%s\n", id)
		f := a.explain(err)
		return &failure{sentence: a.lang.T("cli.err.declaredpart", "id", id, "why", f.sentence), hint: f.hint, code: exitFailed, err: err}
	}
	if err != nil {
		return err
	}
	r, err := desk.Enter(ctx, id)
	if err != nil {
		return err
	}
	defer a.leave(desk, r, &err)
	f := r.Frame()
	if a.flags.output == "json" {
		return a.printJSON(declared{ID: id, Title: d.Title, Realm: d.Realm, Entries: f.Len, Pending: len(f.Pending)})
	}
	a.printf("%s\n", id)
	if len(f.Pending) > 0 {
		a.tell("cli.declare.pending", "n", len(f.Pending))
	}
	a.tell("cli.declare.next", "id", id)
	return nil
}

// tell says something to the person, beside the output a script reads.
func (a *app) tell(key string, args ...any) {
	_, _ = a.err.Write([]byte(a.lang.T(key, args...) + "\n")) // nothing can be said when this fails
}

func (a *app) originCmd() *cobra.Command {
	var f fact
	var reason, service string
	c := &cobra.Command{
		Use: "origin occurred|detected|reported|last-good-data|rto-from TIME|BASIS", Short: a.lang.T("cli.origin"), Long: a.lang.T("cli.origin.long"),
		Example: a.lang.T("cli.origin.example"), Args: a.exact("STAMP", "TIME"),
		ValidArgs: []string{"occurred", "detected", "reported", "last-good-data", "rto-from"},
		RunE: func(c *cobra.Command, args []string) error {
			cmd := cell.Command{}
			if args[0] == "rto-from" {
				if service != "" {
					cmd.Subject = incident.ServiceSubject(incident.ServiceID(service))
				}
				cmd.Data = incident.IncidentBasis{From: incident.Basis(args[1]), Reason: reason}
			} else {
				at, approx, err := a.parseTime(args[1])
				if err != nil {
					return err
				}
				cmd.Approx = approx
				cmd.Data = incident.IncidentOrigin{Stamp: incident.Stamp(args[0]), At: at, Reason: reason}
			}
			cmd, err := a.fill(cmd, f)
			if err != nil {
				return err
			}
			return a.act(c.Context(), func(*incident.State) (cell.Command, error) { return cmd, nil })
		},
	}
	a.factFlag(c, &f)
	c.Flags().StringVar(&reason, "because", "", a.lang.T("cli.flag.because"))
	c.Flags().StringVar(&service, "service", "", a.lang.T("cli.flag.service"))
	return a.output(c)
}

func (a *app) launchCmd() *cobra.Command {
	var plan, services, reason string
	c := &cobra.Command{
		Use: "launch PLAYBOOK", Short: a.lang.T("cli.launch"), Long: a.lang.T("cli.launch.long"), Example: a.lang.T("cli.launch.example"), Args: a.exact("PLAYBOOK"),
		ValidArgsFunction: func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
			return a.playbookNames(), cobra.ShellCompDirectiveDefault
		},
		RunE: func(c *cobra.Command, args []string) (err error) {
			d, r, err := a.join(c.Context())
			if err != nil {
				return err
			}
			defer a.leave(d, r, &err)
			var scope []incident.ServiceID
			for _, id := range strings.FieldsFunc(services, func(r rune) bool { return r == ',' || r == ' ' }) {
				scope = append(scope, incident.ServiceID(id))
			}
			cmd, err := r.Launch(args[0], plan, scope, reason)
			if err != nil {
				return err
			}
			rc, err := r.Do(c.Context(), cmd)
			if err != nil {
				return a.refusedIn(r, err)
			}
			return a.printReceipt(r, rc)
		},
	}
	c.Flags().StringVar(&plan, "plan", "", a.lang.T("cli.flag.plan"))
	c.Flags().StringVar(&services, "service", "", a.lang.T("cli.flag.services"))
	c.Flags().StringVar(&reason, "because", "", a.lang.T("cli.flag.because"))
	return a.output(c)
}

func (a *app) closeCmd() *cobra.Command {
	var f fact
	var because, waiver string
	c := &cobra.Command{
		Use: "close", Short: a.lang.T("cli.close"), Long: a.lang.T("cli.close.long"), Example: a.lang.T("cli.close.example"), Args: a.exact(),
		RunE: func(c *cobra.Command, _ []string) error {
			if because == "" {
				return a.usagef("cli.err.missing", "what", "--because")
			}
			return a.act(c.Context(), func(s *incident.State) (cell.Command, error) {
				d := incident.IncidentClosed{Reason: because}
				if waiver != "" {
					id, others := s.FindDecision(waiver)
					if id == "" {
						return cell.Command{}, unknown(a, "decision", waiver, others)
					}
					d.Waiver = id
				}
				return a.fill(cell.Command{Data: d}, f)
			})
		},
	}
	a.factFlag(c, &f)
	c.Flags().StringVar(&because, "because", "", a.lang.T("cli.flag.because"))
	c.Flags().StringVar(&waiver, "decision", "", a.lang.T("cli.flag.decision"))
	return a.output(c)
}

func (a *app) reopenCmd() *cobra.Command {
	var f fact
	var because string
	c := &cobra.Command{
		Use: "reopen", Short: a.lang.T("cli.reopen"), Args: a.exact(),
		RunE: func(c *cobra.Command, _ []string) error {
			if because == "" {
				return a.usagef("cli.err.missing", "what", "--because")
			}
			if a.flags.incident == "" {
				return a.usagef("cli.err.missing", "what", "--incident")
			}
			return a.act(c.Context(), func(*incident.State) (cell.Command, error) {
				return a.fill(cell.Command{Data: incident.IncidentReopened{Reason: because}}, f)
			})
		},
	}
	a.factFlag(c, &f)
	c.Flags().StringVar(&because, "because", "", a.lang.T("cli.flag.because"))
	return a.output(c)
}
