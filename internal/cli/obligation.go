package cli

import (
	"errors"
	"os"
	"sangfroid/internal/cell"
	"sangfroid/internal/incident"
	"sangfroid/internal/status"
	"sangfroid/playbooks"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"
)

func (a *app) obligationCmd() *cobra.Command {
	g := a.group("obligation", "cli.obligation", a.obligationListCmd(), a.obligationStampCmd(), a.obligationMetCmd(), a.obligationToldCmd(),
		a.obligationAppliesCmd(), a.obligationDismissCmd(), a.obligationRulesCmd(), a.obligationLintCmd(), a.obligationSchemaCmd())
	g.Long, g.Example = a.lang.T("cli.obligation.long"), a.lang.T("cli.obligation.example")
	return g
}

func (a *app) obligationListCmd() *cobra.Command {
	c := &cobra.Command{
		Use: "list [INCIDENT|FILE]", Short: a.lang.T("cli.obligation.list"), Args: cobra.MaximumNArgs(1), ValidArgsFunction: a.completeIncidents,
	}
	var at string
	c.Flags().StringVar(&at, "at", "", a.lang.T("cli.flag.asof"))
	c.RunE = func(c *cobra.Command, args []string) (err error) {
		name := a.flags.incident
		if len(args) > 0 {
			name = args[0]
		}
		p, err := a.momentOf(c.Context(), name, at)
		if err != nil {
			return err
		}
		if a.flags.output == "json" {
			return a.printJSON(status.Make(p.state, p.record, p.now).Obligations)
		}
		if len(p.state.Regimes) == 0 {
			a.say("cli.obligation.none")
			return nil
		}
		return a.printDuties(p.state, incident.Duties(p.state, p.now), p.now)
	}
	return a.output(c)
}

func (a *app) obligationStampCmd() *cobra.Command {
	var at, because string
	c := &cobra.Command{
		Use: "stamp STAMP", Short: a.lang.T("cli.obligation.stamp"), Args: a.exact("STAMP"), ValidArgsFunction: a.completeStamps,
		RunE: func(c *cobra.Command, args []string) error {
			if because == "" {
				return a.usagef("cli.err.missing", "what", "--because")
			}
			var t time.Time
			approx := false
			if at != "" {
				var err error
				if t, approx, err = a.parseTime(at); err != nil {
					return err
				}
			}
			return a.act(c.Context(), func(s *incident.State) (cell.Command, error) {
				st, err := a.findStamp(s, args[0])
				if err != nil {
					return cell.Command{}, err
				}
				if t.IsZero() {
					t = s.ExerciseTime(a.now())
				}
				return cell.Command{Approx: approx, Data: incident.IncidentOrigin{Stamp: st, At: t, Reason: because}}, nil
			})
		},
	}
	c.Flags().StringVar(&at, "at", "", a.lang.T("cli.flag.stampat"))
	c.Flags().StringVar(&because, "because", "", a.lang.T("cli.flag.because"))
	return a.output(c)
}

// findStamp takes a stamp by its name; "aware" alone is enough while one regime asks for it.
func (a *app) findStamp(s *incident.State, name string) (incident.Stamp, error) {
	have := stampsAsked(s)
	if st := incident.Stamp(name); slices.Contains(have, st) || (st.Legal() && !strings.Contains(name, "/")) {
		return st, nil
	}
	var fits []incident.Stamp
	for _, st := range have {
		if word, _, own := st.Split(); own && word == name {
			fits = append(fits, st)
		}
	}
	if len(fits) == 1 {
		return fits[0], nil
	}
	if len(fits) > 1 {
		have = fits
	}
	if len(have) == 0 {
		return "", a.hintf(a.failf(nil, "cli.err.unknown.stamp", "name", name), "cli.hint.noregime")
	}
	return "", unknown(a, "stamp", name, have)
}

// stampsAsked lists the stamps the regimes in force count from.
func stampsAsked(s *incident.State) []incident.Stamp {
	var out []incident.Stamp
	for i := range s.Regimes {
		for _, st := range s.Regimes[i].Def.Asks() {
			if !slices.Contains(out, st) {
				out = append(out, st)
			}
		}
	}
	return out
}

// dutyAct writes about a row, found by its name or the start of it.
func (a *app) dutyAct(c *cobra.Command, f fact, name string, data func(id string) incident.Data) error {
	return a.act(c.Context(), func(s *incident.State) (cell.Command, error) {
		id, err := a.findDuty(s, name)
		if err != nil {
			return cell.Command{}, err
		}
		return a.fill(cell.Command{Data: data(string(id))}, f)
	})
}

func (a *app) findDuty(s *incident.State, name string) (incident.ObligationID, error) {
	id, others := s.FindObligation(name)
	switch {
	case id != "":
		return id, nil
	case len(s.Regimes) == 0:
		return "", a.hintf(a.failf(nil, "cli.err.unknown.obligation", "name", name), "cli.hint.noregime")
	}
	return "", unknown(a, "obligation", name, others)
}

func (a *app) obligationMetCmd() *cobra.Command {
	var f fact
	var reference, because string
	c := &cobra.Command{
		Use: "met OBLIGATION", Short: a.lang.T("cli.obligation.met"), Args: a.exact("OBLIGATION"), ValidArgsFunction: a.completeDuties,
		RunE: func(c *cobra.Command, args []string) error {
			return a.dutyAct(c, f, args[0], func(id string) incident.Data {
				return incident.ObligationMet{Obligation: id, Reference: reference, Reason: because}
			})
		},
	}
	c.Flags().StringVar(&f.at, "at", "", a.lang.T("cli.flag.sentat"))
	c.Flags().StringVar(&reference, "reference", "", a.lang.T("cli.flag.reference"))
	c.Flags().StringVar(&because, "because", "", a.lang.T("cli.flag.correction"))
	return a.output(c)
}

func (a *app) obligationToldCmd() *cobra.Command {
	var f fact
	var reference, because, expected string
	c := &cobra.Command{
		Use: "told OBLIGATION", Short: a.lang.T("cli.obligation.told"), Args: a.exact("OBLIGATION"), ValidArgsFunction: a.completeDuties,
		RunE: func(c *cobra.Command, args []string) error {
			if because == "" {
				return a.usagef("cli.err.missing", "what", "--because")
			}
			until, err := a.timeFlag(expected)
			if err != nil {
				return err
			}
			return a.dutyAct(c, f, args[0], func(id string) incident.Data {
				return incident.ObligationDelayed{Obligation: id, Reason: because, Reference: reference, Expected: until}
			})
		},
	}
	a.factFlag(c, &f)
	c.Flags().StringVar(&because, "because", "", a.lang.T("cli.flag.because"))
	c.Flags().StringVar(&reference, "reference", "", a.lang.T("cli.flag.reference"))
	c.Flags().StringVar(&expected, "expected", "", a.lang.T("cli.flag.expected.at"))
	return a.output(c)
}

func (a *app) obligationDismissCmd() *cobra.Command {
	var f fact
	var because string
	c := &cobra.Command{
		Use: "dismiss OBLIGATION|REGIME", Short: a.lang.T("cli.obligation.dismiss"), Args: a.exact("OBLIGATION"), ValidArgsFunction: a.completeRulings,
		RunE: func(c *cobra.Command, args []string) error {
			if because == "" {
				return a.usagef("cli.err.missing", "what", "--because")
			}
			return a.act(c.Context(), func(s *incident.State) (cell.Command, error) {
				id := args[0]
				if s.Regime(incident.RegimeID(id)) == nil {
					found, err := a.findDuty(s, id)
					if err != nil {
						return cell.Command{}, err
					}
					id = string(found)
				}
				return a.fill(cell.Command{Data: incident.ObligationDismissed{Obligation: id, Reason: because}}, f)
			})
		},
	}
	a.factFlag(c, &f)
	c.Flags().StringVar(&because, "because", "", a.lang.T("cli.flag.because"))
	return a.output(c)
}

// applies gathers what brings a regime in.
type applies struct {
	file, because, calendar string
	facts                   []string
}

func (a *app) obligationAppliesCmd() *cobra.Command {
	var f fact
	var x applies
	c := &cobra.Command{
		Use: "applies REGIME|OBLIGATION", Short: a.lang.T("cli.obligation.applies"), Args: a.exact("REGIME"), ValidArgsFunction: a.completeRegimes,
		RunE: func(c *cobra.Command, args []string) error {
			if x.because == "" {
				return a.usagef("cli.err.missing", "what", "--because")
			}
			return a.act(c.Context(), func(s *incident.State) (cell.Command, error) {
				d, err := a.appliesData(s, args[0], x)
				if err != nil {
					return cell.Command{}, err
				}
				return a.fill(cell.Command{Data: d}, f)
			})
		},
	}
	a.factFlag(c, &f)
	c.Flags().StringVar(&x.because, "because", "", a.lang.T("cli.flag.because"))
	c.Flags().StringVar(&x.file, "rules", "", a.lang.T("cli.flag.rules"))
	c.Flags().StringVar(&x.calendar, "calendar", "", a.lang.T("cli.flag.calendar"))
	c.Flags().StringSliceVar(&x.facts, "fact", nil, a.lang.T("cli.flag.fact"))
	return a.output(c)
}

// appliesData takes a dismissal back where there is one, else brings the regime in from the rules.
func (a *app) appliesData(s *incident.State, name string, x applies) (incident.Data, error) {
	plain := x.file == "" && x.calendar == "" && len(x.facts) == 0
	if id, _ := s.FindObligation(name); plain && id != "" && s.Regime(incident.RegimeID(name)) == nil {
		return incident.ObligationApplies{Obligation: string(id), Reason: x.because}, nil
	}
	if rule := s.Ruling(name); plain && rule != nil && !rule.Applies {
		return incident.ObligationApplies{Obligation: name, Reason: x.because}, nil
	}
	rules, err := playbooks.LoadRules(x.file)
	if err != nil {
		return nil, a.invalid(err)
	}
	entity := s.Entity()
	if x.calendar != "" {
		if _, ok := rules.Calendar(x.calendar); !ok {
			var have []string
			for _, k := range rules.Calendars {
				have = append(have, k.ID)
			}
			return nil, unknown(a, "calendar", x.calendar, have)
		}
		entity = incident.EntityDef{Calendar: x.calendar, Facts: entity.Facts}
	}
	if len(x.facts) > 0 {
		entity.Facts = x.facts
	}
	def, ok := rules.Regime(incident.RegimeID(name), entity)
	if !ok {
		var have []string
		for _, r := range rules.Regimes {
			have = append(have, string(r.ID))
		}
		return nil, unknown(a, "regime", name, have)
	}
	return incident.RegimeApplied{Regime: def, Reason: x.because}, nil
}

func (a *app) obligationRulesCmd() *cobra.Command {
	c := &cobra.Command{
		Use: "rules", Short: a.lang.T("cli.obligation.rules"), Args: a.exact(),
		RunE: func(*cobra.Command, []string) error {
			if a.flags.output == "json" {
				return a.printJSON(playbooks.ShippedRules())
			}
			b, err := playbooks.RulesSource()
			if err != nil {
				return err
			}
			a.printf("%s", whole(b))
			return nil
		},
	}
	return a.output(c)
}

func (a *app) obligationLintCmd() *cobra.Command {
	c := &cobra.Command{
		Use: "lint FILE…", Short: a.lang.T("cli.obligation.lint"), Args: cobra.ArbitraryArgs,
		RunE: func(_ *cobra.Command, args []string) error {
			if len(args) == 0 {
				return a.usagef("cli.err.missing", "what", "FILE")
			}
			all := []playbooks.Finding{}
			for _, name := range args {
				b, err := os.ReadFile(name)
				if err != nil {
					return err
				}
				_, found := playbooks.ParseRules(name, b)
				all = append(all, found...)
				if len(found) == 0 && a.flags.output != "json" {
					a.say("cli.lint.clean", "file", name)
				}
			}
			if a.flags.output == "json" {
				return errors.Join(a.printJSON(all), a.lintResult(all))
			}
			a.printFindings(all)
			return a.lintResult(all)
		},
	}
	return a.output(c)
}

func (a *app) obligationSchemaCmd() *cobra.Command {
	return &cobra.Command{
		Use: "schema", Short: a.lang.T("cli.obligation.schema"), Args: a.exact(),
		RunE: func(*cobra.Command, []string) error {
			b, err := playbooks.RulesSchema()
			if err != nil {
				return err
			}
			a.printf("%s", b)
			return nil
		},
	}
}
