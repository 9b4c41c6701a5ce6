package cli

import (
	"sangfroid/internal/cell"
	"sangfroid/internal/incident"
	"strconv"

	"github.com/spf13/cobra"
)

func (a *app) catchupCmd() *cobra.Command {
	g := a.group("catchup", "cli.catchup", a.catchupOpenCmd(), a.catchupCountCmd(), a.catchupSignCmd(), a.catchupAcceptCmd(), a.catchupTargetsCmd(), a.catchupListCmd())
	g.Example = a.lang.T("cli.catchup.example")
	return g
}

// quantity reads a count a person typed: a whole number, not negative.
func (a *app) quantity(s string) (*int64, error) {
	if s == "" {
		return nil, nil
	}
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil || n < 0 {
		return nil, a.usagef("cli.err.count", "value", s)
	}
	return &n, nil
}

func (a *app) flowAct(c *cobra.Command, f fact, name string, d incident.Data) error {
	return a.act(c.Context(), func(s *incident.State) (cell.Command, error) {
		id, others := s.FindFlow(name)
		if id == "" {
			if _, opens := d.(incident.CatchupOpened); !opens {
				return cell.Command{}, unknown(a, "flow", name, others)
			}
			id = incident.FlowID(name) // a line nobody foresaw
		}
		return a.fill(cell.Command{Subject: incident.FlowSubject(id), Data: d}, f)
	})
}

func (a *app) catchupOpenCmd() *cobra.Command {
	var f fact
	var from, to, expected, unit, source, title, service, owner string
	var approx bool
	c := &cobra.Command{
		Use: "open LINE", Short: a.lang.T("cli.catchup.open"), Args: a.exact("LINE"), ValidArgsFunction: a.completeFlows,
		RunE: func(c *cobra.Command, args []string) error {
			d := incident.CatchupOpened{Service: incident.ServiceID(service), Owner: owner, Approx: approx}
			for _, t := range []struct {
				to  *incident.Text
				val string
			}{{&d.Title, title}, {&d.Unit, unit}, {&d.Source, source}} {
				if t.val != "" {
					*t.to = incident.T(t.val)
				}
			}
			var err error
			if d.From, err = a.timeFlag(from); err != nil {
				return err
			}
			if d.To, err = a.timeFlag(to); err != nil {
				return err
			}
			if d.Expected, err = a.quantity(expected); err != nil {
				return err
			}
			return a.flowAct(c, f, args[0], d)
		},
	}
	a.factFlag(c, &f)
	fl := c.Flags()
	fl.StringVar(&from, "from", "", a.lang.T("cli.flag.gapfrom"))
	fl.StringVar(&to, "to", "", a.lang.T("cli.flag.gapto"))
	fl.StringVar(&expected, "expected", "", a.lang.T("cli.flag.expected"))
	fl.BoolVar(&approx, "approx", false, a.lang.T("cli.flag.approx"))
	fl.StringVar(&unit, "unit", "", a.lang.T("cli.flag.unit"))
	fl.StringVar(&source, "source", "", a.lang.T("cli.flag.source"))
	fl.StringVar(&title, "title", "", a.lang.T("cli.flag.title"))
	fl.StringVar(&service, "service", "", a.lang.T("cli.flag.service"))
	fl.StringVar(&owner, "owner", "", a.lang.T("cli.flag.owner"))
	return a.output(c)
}

func (a *app) catchupCountCmd() *cobra.Command {
	var f fact
	var expected, replayed, rejected, note string
	c := &cobra.Command{
		Use: "count LINE", Short: a.lang.T("cli.catchup.count"), Args: a.exact("LINE"), ValidArgsFunction: a.completeFlows,
		RunE: func(c *cobra.Command, args []string) error {
			if replayed == "" {
				return a.usagef("cli.err.missing", "what", "--replayed")
			}
			done, err := a.quantity(replayed)
			if err != nil {
				return err
			}
			d := incident.CatchupCounted{Replayed: *done, Note: note}
			if d.Expected, err = a.quantity(expected); err != nil {
				return err
			}
			bad, err := a.quantity(rejected)
			if err != nil {
				return err
			}
			if bad != nil {
				d.Rejected = *bad
			}
			return a.flowAct(c, f, args[0], d)
		},
	}
	a.factFlag(c, &f)
	c.Flags().StringVar(&replayed, "replayed", "", a.lang.T("cli.flag.replayed"))
	c.Flags().StringVar(&rejected, "rejected", "", a.lang.T("cli.flag.rejected"))
	c.Flags().StringVar(&expected, "expected", "", a.lang.T("cli.flag.expected"))
	c.Flags().StringVar(&note, "note", "", a.lang.T("cli.flag.note"))
	return a.output(c)
}

func (a *app) catchupSignCmd() *cobra.Command {
	var f fact
	var note string
	c := &cobra.Command{
		Use: "sign LINE", Short: a.lang.T("cli.catchup.sign"), Args: a.exact("LINE"), ValidArgsFunction: a.completeFlows,
		RunE: func(c *cobra.Command, args []string) error {
			return a.flowAct(c, f, args[0], incident.CatchupSigned{Note: note})
		},
	}
	a.factFlag(c, &f)
	c.Flags().StringVar(&note, "note", "", a.lang.T("cli.flag.note"))
	return a.output(c)
}

func (a *app) catchupAcceptCmd() *cobra.Command {
	var f fact
	var lost, because, decision string
	c := &cobra.Command{
		Use: "accept LINE", Short: a.lang.T("cli.catchup.accept"), Args: a.exact("LINE"), ValidArgsFunction: a.completeFlows,
		RunE: func(c *cobra.Command, args []string) error {
			if because == "" {
				return a.usagef("cli.err.missing", "what", "--because")
			}
			n, err := a.quantity(lost)
			if err != nil {
				return err
			}
			d := incident.CatchupAccepted{Reason: because, Decision: incident.DecisionID(decision)}
			if n != nil {
				d.Lost = *n
			}
			return a.flowAct(c, f, args[0], d)
		},
	}
	a.factFlag(c, &f)
	c.Flags().StringVar(&lost, "lost", "", a.lang.T("cli.flag.lost"))
	c.Flags().StringVar(&because, "because", "", a.lang.T("cli.flag.because"))
	c.Flags().StringVar(&decision, "decision", "", a.lang.T("cli.flag.decision"))
	return a.output(c)
}

// serviceCmd records the milestones of a service.
func (a *app) serviceCmd() *cobra.Command {
	verbs := []struct {
		name string
		data func(note string) incident.Data
	}{
		{"restored", func(n string) incident.Data { return incident.ServiceRestored{Note: n} }},
		{"verified", func(n string) incident.Data { return incident.ServiceVerified{Note: n} }},
		{"resumed", func(n string) incident.Data { return incident.ServiceResumed{Note: n} }},
		{"failed-back", func(n string) incident.Data { return incident.ServiceFailedBack{Note: n} }},
	}
	var subs []*cobra.Command
	for _, v := range verbs {
		var f fact
		var note string
		c := &cobra.Command{
			Use: v.name + " SERVICE|all", Short: a.lang.T("cli.service." + v.name), Args: a.exact("SERVICE"), ValidArgsFunction: a.completeServices,
			RunE: func(c *cobra.Command, args []string) error {
				return a.serviceAct(c, f, args[0], v.data(note))
			},
		}
		a.factFlag(c, &f)
		c.Flags().StringVar(&note, "note", "", a.lang.T("cli.flag.note"))
		subs = append(subs, a.output(c))
	}
	g := a.group("service", "cli.service", subs...)
	g.Example = a.lang.T("cli.service.example")
	return g
}

// serviceAct records a milestone of one service, or of all in scope, one entry each.
func (a *app) serviceAct(c *cobra.Command, f fact, name string, data incident.Data) (err error) {
	d, r, err := a.join(c.Context())
	if err != nil {
		return err
	}
	defer a.leave(d, r, &err)
	var ids []incident.ServiceID
	var have []incident.ServiceID
	for i := range r.Frame().State.Services {
		svc := &r.Frame().State.Services[i]
		have = append(have, svc.Def.ID)
		if string(svc.Def.ID) == name || (name == "all" && svc.InScope && !recorded(svc, data)) {
			ids = append(ids, svc.Def.ID)
		}
	}
	if len(ids) == 0 {
		return unknown(a, "service", name, have)
	}
	for _, id := range ids {
		cmd, err := a.fill(cell.Command{Subject: incident.ServiceSubject(id), Data: data}, f)
		if err != nil {
			return err
		}
		rc, err := r.Do(c.Context(), cmd)
		if err != nil {
			return a.refusedIn(r, err)
		}
		if err := a.printReceipt(r, rc); err != nil {
			return err
		}
	}
	return nil
}

// recorded tells whether a service has the milestone already: "all" is for those that do not.
func recorded(svc *incident.Service, d incident.Data) bool {
	switch d.(type) {
	case incident.ServiceRestored:
		return svc.Restored != nil
	case incident.ServiceVerified:
		return svc.Verified != nil
	case incident.ServiceResumed:
		return svc.Resumed != nil
	case incident.ServiceFailedBack:
		return svc.Back != nil
	}
	return false
}
