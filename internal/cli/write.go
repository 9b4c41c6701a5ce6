package cli

import (
	"fmt"
	"sangfroid/internal/cell"
	"sangfroid/internal/incident"
	"sangfroid/internal/when"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"
)

// fact is the --at of a writing command: when what is told happened.
type fact struct{ at string }

func (a *app) factFlag(c *cobra.Command, f *fact) {
	c.Flags().StringVar(&f.at, "at", "", a.lang.T("cli.flag.at"))
}

func (a *app) fill(c cell.Command, f fact) (cell.Command, error) {
	if f.at == "" {
		return c, nil
	}
	t, approx, err := a.parseTime(f.at)
	c.Time, c.Approx = t, approx
	return c, err
}

// parseTime reads a time as people type it, in the zone of the incident meant.
func (a *app) parseTime(s string) (time.Time, bool, error) {
	loc, err := a.zoneHere()
	if err != nil {
		return time.Time{}, false, err
	}
	return a.parseTimeIn(s, loc)
}

func (a *app) parseTimeIn(s string, loc *time.Location) (time.Time, bool, error) {
	return a.parseTimeAt(s, a.nowHere(), loc)
}

func (a *app) parseTimeAt(s string, now time.Time, loc *time.Location) (time.Time, bool, error) {
	t, approx, err := when.Parse(s, now, loc)
	if err != nil {
		return time.Time{}, false, a.hintf(a.usagef("cli.err.time", "value", s), "cli.hint.time")
	}
	return t, approx, nil
}

// timeFlag reads an optional time flag; nil when it was not given.
func (a *app) timeFlag(s string) (*time.Time, error) {
	if s == "" {
		return nil, nil
	}
	t, _, err := a.parseTime(s)
	if err != nil {
		return nil, err
	}
	return &t, nil
}

// futureFlag is timeFlag for a time to come: a bare hour that is over is tomorrow's.
func (a *app) futureFlag(s string) (*time.Time, error) {
	if s == "" {
		return nil, nil
	}
	loc, err := a.zoneHere()
	if err != nil {
		return nil, err
	}
	t, _, err := when.Next(s, a.nowHere(), loc)
	if err != nil {
		return nil, a.hintf(a.usagef("cli.err.time", "value", s), "cli.hint.time")
	}
	return &t, nil
}

// newTimeFlag is timeFlag for what is not about an incident there is: in the zone asked for, else the machine's.
func (a *app) newTimeFlag(s string) (*time.Time, error) {
	if s == "" {
		return nil, nil
	}
	loc, err := a.location()
	if err != nil {
		return nil, err
	}
	t, _, err := a.parseTimeAt(s, a.now(), loc)
	if err != nil {
		return nil, err
	}
	return &t, nil
}

// exact wants n arguments, and names them when they are not there.
func (a *app) exact(what ...string) cobra.PositionalArgs {
	return func(_ *cobra.Command, args []string) error {
		if len(args) < len(what) {
			return a.usagef("cli.err.missing", "what", what[len(args)])
		}
		if len(args) > len(what) {
			return a.usagef("cli.err.extra", "value", args[len(what)])
		}
		return nil
	}
}

func (a *app) noteCmd() *cobra.Command {
	var f fact
	var kind, check, source string
	c := &cobra.Command{
		Use: "note TEXT", Short: a.lang.T("cli.note"), Example: a.lang.T("cli.note.example"), Args: cobra.ArbitraryArgs,
		RunE: func(c *cobra.Command, args []string) error {
			if len(args) == 0 {
				return a.usagef("cli.err.missing", "what", "TEXT")
			}
			d := incident.NoteAdded{
				Kind: incident.NoteKind(kind), Text: strings.Join(args, " "), Check: incident.Check(check), Source: source,
			}
			cmd, err := a.fill(cell.Command{Data: d}, f)
			if err != nil {
				return err
			}
			return a.act(c.Context(), func(*incident.State) (cell.Command, error) { return cmd, nil })
		},
	}
	a.factFlag(c, &f)
	c.Flags().StringVar(&kind, "kind", string(incident.NoteFinding), a.lang.T("cli.flag.kind"))
	c.Flags().StringVar(&check, "check", "", a.lang.T("cli.flag.check"))
	c.Flags().StringVar(&source, "from", "", a.lang.T("cli.flag.from"))
	_ = c.RegisterFlagCompletionFunc("kind", cobra.FixedCompletions([]string{"finding", "action", "communication", "analysis"}, cobra.ShellCompDirectiveNoFileComp))
	return a.output(c)
}

// stepCmd has one sub-command a verb.
func (a *app) stepCmd() *cobra.Command {
	verbs := []struct {
		name   string
		reason bool // needs --note
		data   func(note, evidence string) incident.Data
	}{
		{"start", false, func(n, _ string) incident.Data { return incident.StepStarted{Note: n} }},
		{"done", false, func(n, e string) incident.Data { return incident.StepDone{Note: n, Evidence: e} }},
		{"check", false, func(n, _ string) incident.Data { return incident.StepChecked{Note: n} }},
		{"fail", true, func(n, _ string) incident.Data { return incident.StepFailed{Reason: n} }},
		{"block", true, func(n, _ string) incident.Data { return incident.StepBlocked{Reason: n} }},
		{"skip", true, func(n, _ string) incident.Data { return incident.StepSkipped{Reason: n} }},
		{"reopen", false, func(n, _ string) incident.Data { return incident.StepReopened{Reason: n} }},
	}
	var subs []*cobra.Command
	for _, v := range verbs {
		var f fact
		var note, evidence string
		c := &cobra.Command{
			Use: v.name + " STEP", Short: a.lang.T("cli.step." + v.name), Args: a.exact("STEP"), ValidArgsFunction: a.completeSteps,
			RunE: func(c *cobra.Command, args []string) error {
				if v.reason && note == "" {
					return a.usagef("cli.err.missing", "what", "--note")
				}
				return a.stepAct(c, f, args[0], v.data(note, evidence))
			},
		}
		a.factFlag(c, &f)
		c.Flags().StringVar(&note, "note", "", a.lang.T("cli.flag.note"))
		if v.name == "done" {
			c.Flags().StringVar(&evidence, "evidence", "", a.lang.T("cli.flag.evidence"))
		}
		subs = append(subs, a.output(c))
	}
	g := a.group("step", "cli.step", append(subs, a.stepProgressCmd(), a.stepTargetsCmd(), a.stepAssignCmd(), a.stepListCmd())...)
	g.Example = a.lang.T("cli.step.example")
	return g
}

func (a *app) stepProgressCmd() *cobra.Command {
	var f fact
	c := &cobra.Command{
		Use: "progress STEP N[/TOTAL]", Short: a.lang.T("cli.step.progress"), Args: a.exact("STEP", "N[/TOTAL]"), ValidArgsFunction: a.completeSteps,
		RunE: func(c *cobra.Command, args []string) error {
			done, total, _ := strings.Cut(args[1], "/")
			n, err := strconv.Atoi(done)
			of := 0
			if err == nil && total != "" {
				of, err = strconv.Atoi(total)
			}
			if err != nil || n < 0 || of < 0 {
				return a.usagef("cli.err.count", "value", args[1])
			}
			return a.stepAct(c, f, args[0], incident.StepProgressed{Done: n, Total: of})
		},
	}
	a.factFlag(c, &f)
	return a.output(c)
}

func (a *app) stepAct(c *cobra.Command, f fact, name string, d incident.Data) error {
	return a.act(c.Context(), func(s *incident.State) (cell.Command, error) {
		id, others := s.FindStep(name)
		if id == "" {
			return cell.Command{}, unknown(a, "step", name, others)
		}
		return a.fill(cell.Command{Subject: incident.StepSubject(id), Data: d}, f)
	})
}

// unknown says that a name fits nothing, or several, and lists what there is.
func unknown[T ~string](a *app, what, name string, others []T) error {
	have := make([]string, 0, len(others))
	fit := name != ""
	for _, o := range others {
		have = append(have, string(o))
		fit = fit && strings.HasPrefix(incident.Own(string(o)), name)
	}
	if fit && len(others) > 1 {
		return a.hintf(a.failf(nil, "cli.err.unknown.several", "name", name), "cli.hint.have", "have", some(name, have))
	}
	return a.hintf(a.failf(nil, "cli.err.unknown."+what, "name", name), "cli.hint.have", "have", some(name, have))
}

// some lists what there is, those that look like the name first; a long list is cut and says so.
func some(name string, have []string) string {
	const most = 8
	alike := func(s string) int { return -common(strings.ToLower(name), strings.ToLower(s)) }
	slices.SortStableFunc(have, func(x, y string) int { return alike(x) - alike(y) })
	if len(have) > most {
		have = append(have[:most:most], "…")
	}
	return strings.Join(have, ", ")
}

// common counts the pairs of letters two names share.
func common(a, b string) int {
	n := 0
	for i := 0; i+2 <= len(a); i++ {
		if strings.Contains(b, a[i:i+2]) {
			n++
		}
	}
	return n
}

func (a *app) decideCmd() *cobra.Command {
	var f fact
	var because, dissent, despite, until, review string
	var revise, withdraw bool
	c := &cobra.Command{
		Use: "decide DECISION OPTION", Short: a.lang.T("cli.decide"), Long: a.lang.T("cli.decide.long"), Example: a.lang.T("cli.decide.example"),
		Args: func(c *cobra.Command, args []string) error {
			if withdraw {
				return a.exact("DECISION")(c, args)
			}
			return a.exact("DECISION", "OPTION")(c, args)
		}, ValidArgsFunction: a.completeDecisions,
		RunE: func(c *cobra.Command, args []string) error {
			if because == "" {
				return a.usagef("cli.err.missing", "what", "--because")
			}
			if withdraw {
				return a.decisionAct(c, f, args[0], func(incident.DecisionID) incident.Data { return incident.DecisionAbandoned{Reason: because} })
			}
			untilAt, err := a.futureFlag(until)
			if err != nil {
				return err
			}
			reviewAt, err := a.futureFlag(review)
			if err != nil {
				return err
			}
			option := incident.Option(args[1])
			return a.decisionAct(c, f, args[0], func(incident.DecisionID) incident.Data {
				if revise {
					return incident.DecisionRevised{Option: option, Because: because, Dissent: dissent, Despite: despite, Until: untilAt, Review: reviewAt}
				}
				return incident.DecisionTaken{Option: option, Because: because, Dissent: dissent, Despite: despite, Until: untilAt, Review: reviewAt}
			})
		},
	}
	a.factFlag(c, &f)
	c.Flags().StringVar(&because, "because", "", a.lang.T("cli.flag.because"))
	c.Flags().StringVar(&dissent, "dissent", "", a.lang.T("cli.flag.dissent"))
	c.Flags().StringVar(&despite, "despite", "", a.lang.T("cli.flag.despite"))
	c.Flags().StringVar(&until, "until", "", a.lang.T("cli.flag.until"))
	c.Flags().StringVar(&review, "review", "", a.lang.T("cli.flag.review"))
	c.Flags().BoolVar(&revise, "revise", false, a.lang.T("cli.flag.revise"))
	c.Flags().BoolVar(&withdraw, "withdraw", false, a.lang.T("cli.flag.withdraw"))
	return a.output(c)
}

func (a *app) decisionAct(c *cobra.Command, f fact, name string, data func(incident.DecisionID) incident.Data) error {
	return a.act(c.Context(), func(s *incident.State) (cell.Command, error) {
		id, others := s.FindDecision(name)
		if id == "" {
			return cell.Command{}, unknown(a, "decision", name, others)
		}
		return a.fill(cell.Command{Subject: incident.DecisionSubject(id), Data: data(id)}, f)
	})
}

func (a *app) askCmd() *cobra.Command {
	var f fact
	var question, review string
	var quorum int
	c := &cobra.Command{
		Use: "ask DECISION", Short: a.lang.T("cli.ask"), Example: a.lang.T("cli.ask.example"), Args: a.exact("DECISION"), ValidArgsFunction: a.completeDecisions,
		RunE: func(c *cobra.Command, args []string) error {
			reviewAt, err := a.futureFlag(review)
			if err != nil {
				return err
			}
			d := incident.DecisionAsked{Review: reviewAt, Quorum: quorum}
			if question == "" {
				return a.decisionAct(c, f, args[0], func(incident.DecisionID) incident.Data { return d })
			}
			d.Question = incident.T(question)
			return a.act(c.Context(), func(*incident.State) (cell.Command, error) {
				return a.fill(cell.Command{Subject: "decision/" + args[0], Data: d}, f)
			})
		},
	}
	a.factFlag(c, &f)
	c.Flags().StringVar(&question, "question", "", a.lang.T("cli.flag.question"))
	c.Flags().StringVar(&review, "review", "", a.lang.T("cli.flag.review"))
	c.Flags().IntVar(&quorum, "quorum", 0, a.lang.T("cli.flag.quorum"))
	return a.output(c)
}

func (a *app) voteCmd() *cobra.Command {
	var f fact
	var reason string
	c := &cobra.Command{
		Use: "vote DECISION OPTION", Short: a.lang.T("cli.vote"), Args: a.exact("DECISION", "OPTION"), ValidArgsFunction: a.completeDecisions,
		RunE: func(c *cobra.Command, args []string) error {
			return a.decisionAct(c, f, args[0], func(incident.DecisionID) incident.Data {
				return incident.DecisionVoted{Option: incident.Option(args[1]), Reason: reason}
			})
		},
	}
	a.factFlag(c, &f)
	c.Flags().StringVar(&reason, "because", "", a.lang.T("cli.flag.because"))
	return a.output(c)
}

func (a *app) criterionCmd() *cobra.Command {
	var f fact
	var source, verdict string
	c := &cobra.Command{
		Use: "criterion DECISION CRITERION VALUE", Short: a.lang.T("cli.criterion"), Example: a.lang.T("cli.criterion.example"),
		Args: a.exact("DECISION", "CRITERION", "VALUE"), ValidArgsFunction: a.completeDecisions,
		RunE: func(c *cobra.Command, args []string) error {
			return a.act(c.Context(), func(s *incident.State) (cell.Command, error) {
				id, others := s.FindDecision(args[0])
				if id == "" {
					return cell.Command{}, unknown(a, "decision", args[0], others)
				}
				a.sayNewCriterion(s.Decision(id), args[1])
				d := incident.DecisionCriterion{Criterion: args[1], Value: args[2], Source: source, Verdict: incident.Verdict(verdict)}
				return a.fill(cell.Command{Subject: incident.DecisionSubject(id), Data: d}, f)
			})
		},
	}
	a.factFlag(c, &f)
	c.Flags().StringVar(&source, "from", "", a.lang.T("cli.flag.from"))
	c.Flags().StringVar(&verdict, "verdict", "", a.lang.T("cli.flag.verdict"))
	return a.output(c)
}

// sayNewCriterion tells that a criterion is none of those the decision has: it is taken, for nobody plans everything, but a
// mistyped one would leave the real one without its value.
func (a *app) sayNewCriterion(d *incident.Decision, id string) {
	have := make([]string, 0, len(d.Criteria))
	for i := range d.Criteria {
		if d.Criteria[i].Def.ID == id {
			return
		}
		have = append(have, d.Criteria[i].Def.ID)
	}
	if len(have) == 0 || strings.TrimSpace(id) == "" {
		return
	}
	_, _ = fmt.Fprintln(a.err, safe(a.lang.T("cli.criterion.new", "name", id, "have", strings.Join(have, ", ")))) // the entry is what counts
}
