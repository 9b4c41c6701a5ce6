package cli

import (
	"sangfroid/internal/cell"
	"sangfroid/internal/incident"
	"strconv"

	"github.com/spf13/cobra"
)

func (a *app) catchupCmd() *cobra.Command {
	g := a.group("catchup", "cli.catchup", a.catchupOpenCmd(), a.catchupCountCmd(), a.catchupSignCmd(), a.catchupAcceptCmd(), a.catchupTargetsCmd(), a.catchupListCmd())
	g.Long, g.Example = a.lang.T("cli.catchup.long"), a.lang.T("cli.catchup.example")
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
	return a.flowActOn(c, f, name, func(*incident.Flow) (incident.Data, error) { return d, nil })
}

// flowActOn makes the payload from the line as it stands; nil for one that is not there yet, which only opening takes.
func (a *app) flowActOn(c *cobra.Command, f fact, name string, data func(*incident.Flow) (incident.Data, error)) error {
	return a.act(c.Context(), func(s *incident.State) (cell.Command, error) {
		id, others := s.FindFlow(name)
		d, err := data(s.Flow(id))
		if err != nil {
			return cell.Command{}, err
		}
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
	var approx, blocks bool
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
			if c.Flags().Changed("blocks") {
				d.Blocks = &blocks
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
	fl.BoolVar(&blocks, "blocks", true, a.lang.T("cli.flag.blocks"))
	return a.output(c)
}

func (a *app) catchupCountCmd() *cobra.Command {
	var f fact
	var expected, replayed, rejected, reentered, note string
	var approx bool
	c := &cobra.Command{
		Use: "count LINE", Short: a.lang.T("cli.catchup.count"), Args: a.exact("LINE"), ValidArgsFunction: a.completeFlows,
		RunE: func(c *cobra.Command, args []string) error {
			if replayed == "" {
				return a.usagef("cli.err.missing", "what", "--replayed")
			}
			d := incident.CatchupCounted{Note: note, Approx: approx}
			var err error
			if d.Expected, err = a.quantity(expected); err != nil {
				return err
			}
			for _, q := range []struct {
				to   *int64
				flag string
			}{{&d.Replayed, replayed}, {&d.Rejected, rejected}, {&d.Reentered, reentered}} {
				n, err := a.quantity(q.flag)
				if err != nil {
					return err
				}
				if n != nil {
					*q.to = *n
				}
			}
			return a.flowActOn(c, f, args[0], func(fl *incident.Flow) (incident.Data, error) {
				if fl != nil { // totals so far: what is not said stands as it was
					if rejected == "" {
						d.Rejected = fl.Rejected
					}
					if reentered == "" {
						d.Reentered = min(fl.Reentered, d.Rejected)
					}
				}
				return d, nil
			})
		},
	}
	a.factFlag(c, &f)
	c.Flags().StringVar(&replayed, "replayed", "", a.lang.T("cli.flag.replayed"))
	c.Flags().StringVar(&rejected, "rejected", "", a.lang.T("cli.flag.rejected"))
	c.Flags().StringVar(&reentered, "reentered", "", a.lang.T("cli.flag.reentered"))
	c.Flags().StringVar(&expected, "expected", "", a.lang.T("cli.flag.expected"))
	c.Flags().BoolVar(&approx, "approx", false, a.lang.T("cli.flag.approx"))
	c.Flags().StringVar(&note, "note", "", a.lang.T("cli.flag.note"))
	return a.output(c)
}

func (a *app) catchupSignCmd() *cobra.Command {
	var f fact
	var note, because string
	c := &cobra.Command{
		Use: "sign LINE", Short: a.lang.T("cli.catchup.sign"), Args: a.exact("LINE"), ValidArgsFunction: a.completeFlows,
		RunE: func(c *cobra.Command, args []string) error {
			return a.flowActOn(c, f, args[0], func(fl *incident.Flow) (incident.Data, error) {
				d := incident.CatchupSigned{Note: note, Because: because}
				if fl != nil && fl.Account().Balanced() {
					d.Note, d.Because = joined(note, because), "" // nothing to explain
				}
				return d, nil
			})
		},
	}
	a.factFlag(c, &f)
	c.Flags().StringVar(&note, "note", "", a.lang.T("cli.flag.note"))
	c.Flags().StringVar(&because, "because", "", a.lang.T("cli.flag.signbecause"))
	return a.output(c)
}

func joined(a, b string) string {
	if a != "" && b != "" {
		return a + "; " + b
	}
	return a + b
}

func (a *app) catchupAcceptCmd() *cobra.Command {
	var f fact
	var lost, because, decision string
	var keepOpen bool
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
			return a.act(c.Context(), func(s *incident.State) (cell.Command, error) {
				d, err := a.acceptance(s, args[0], n, because, decision)
				if err != nil {
					return cell.Command{}, err
				}
				id, _ := s.FindFlow(args[0])
				cmd := cell.Command{Subject: incident.FlowSubject(id), Data: d}
				if keepOpen {
					cmd.Data = incident.CatchupLost(d)
				}
				return a.fill(cmd, f)
			})
		},
	}
	a.factFlag(c, &f)
	c.Flags().StringVar(&lost, "lost", "", a.lang.T("cli.flag.lost"))
	c.Flags().StringVar(&because, "because", "", a.lang.T("cli.flag.because"))
	c.Flags().StringVar(&decision, "decision", "", a.lang.T("cli.flag.decision"))
	c.Flags().BoolVar(&keepOpen, "keep-open", false, a.lang.T("cli.flag.keepopen"))
	_ = c.RegisterFlagCompletionFunc("decision", func(c *cobra.Command, _ []string, word string) ([]string, cobra.ShellCompDirective) {
		return a.completeDecisions(c, nil, word)
	})
	return a.output(c)
}

// acceptance is the loss of a line: what was said, else all that is missing.
func (a *app) acceptance(s *incident.State, name string, lost *int64, because, decision string) (d incident.CatchupAccepted, err error) {
	id, others := s.FindFlow(name)
	if id == "" {
		return d, unknown(a, "flow", name, others)
	}
	d.Reason = because
	if decision != "" {
		var have []incident.DecisionID
		if d.Decision, have = s.FindDecision(decision); d.Decision == "" {
			return d, unknown(a, "decision", decision, have)
		}
	}
	fl := s.Flow(id)
	account := fl.Account()
	switch {
	case lost != nil:
		d.Lost = *lost
	case account.Known && account.Missing() > 0:
		d.Lost = account.Lost + account.Missing()
	default:
		return d, a.hintf(a.failf(nil, "cli.err.nothinglost", "flow", string(id)), "cli.err.nothinglost.do")
	}
	return d, nil
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
