package cli

import (
	"encoding/json"
	"errors"
	"sangfroid/internal/incident"
	"sangfroid/playbooks"
	"strings"

	"github.com/spf13/cobra"
)

func jsonLine(v any) ([]byte, error) { return json.Marshal(v) }

func (a *app) playbookCmd() *cobra.Command {
	return a.group("playbook", "cli.playbook", a.playbookListCmd(), a.playbookShowCmd(), a.playbookLintCmd(), a.playbookSchemaCmd(), a.playbookGraphCmd(), a.playbookPrintCmd(), a.playbookCalibrateCmd())
}

func (a *app) playbookListCmd() *cobra.Command {
	c := &cobra.Command{
		Use: "list", Short: a.lang.T("cli.playbook.list"), Args: a.exact(),
		RunE: func(*cobra.Command, []string) error {
			if a.flags.output == "json" {
				return a.printJSON(playbooks.All())
			}
			for _, p := range playbooks.All() {
				steps := 0
				for _, plan := range p.Plans {
					steps += len(plan.Steps)
				}
				name := p.ID
				if len(p.Aliases) > 0 {
					name += " (" + strings.Join(p.Aliases, ", ") + ")"
				}
				a.printf("%-30s %s  %s\n", name, a.lang.T("playbook.steps", "n", steps), p.Title.In(string(a.lang)))
			}
			return nil
		},
	}
	return a.output(c)
}

func (a *app) completePlaybooks(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
	return a.playbookNames(), cobra.ShellCompDirectiveDefault
}

func (a *app) playbookShowCmd() *cobra.Command {
	c := &cobra.Command{
		Use: "show PLAYBOOK", Short: a.lang.T("cli.playbook.show"), Args: a.exact("PLAYBOOK"), ValidArgsFunction: a.completePlaybooks,
		RunE: func(_ *cobra.Command, args []string) error {
			if a.flags.output == "json" {
				book, _, err := playbooks.Load(args[0])
				if err != nil {
					return a.invalid(err)
				}
				return a.printJSON(book)
			}
			b, err := playbooks.Read(args[0])
			if err != nil {
				return err
			}
			a.printf("%s", whole(b))
			return nil
		},
	}
	return a.output(c)
}

func (a *app) playbookLintCmd() *cobra.Command {
	return a.lintCmd(a.lang.T("cli.playbook.lint"), a.completePlaybooks, playbooks.Read, func(name string, b []byte) []playbooks.Finding {
		_, found := playbooks.Parse(name, b)
		return found
	})
}

// lintCmd tells what is wrong with files of a kind: read gives one's bytes, lint what is found in them.
func (a *app) lintCmd(short string, complete cobra.CompletionFunc, read func(string) ([]byte, error), lint func(string, []byte) []playbooks.Finding) *cobra.Command {
	c := &cobra.Command{
		Use: "lint FILE…", Short: short, Args: cobra.ArbitraryArgs, ValidArgsFunction: complete,
		RunE: func(_ *cobra.Command, args []string) error {
			if len(args) == 0 {
				return a.usagef("cli.err.missing", "what", "FILE")
			}
			all := []playbooks.Finding{}
			for _, name := range args {
				b, err := read(name)
				if err != nil {
					return err
				}
				found := lint(name, b)
				all = append(all, found...)
				if len(found) == 0 && a.flags.output != "json" {
					a.say("cli.lint.clean", "file", name)
				}
			}
			if a.flags.output == "json" {
				if err := a.printJSON(all); err != nil {
					return err
				}
			} else {
				a.printFindings(all)
			}
			return a.lintResult(all)
		},
	}
	return a.output(c)
}

func (a *app) printFindings(all []playbooks.Finding) {
	for _, f := range all {
		a.printf("%s\n", a.finding(f))
	}
}

// finding is one line, file:line:column: sentence.
func (a *app) finding(f playbooks.Finding) string {
	args := make([]any, len(f.Args))
	for i, v := range f.Args {
		args[i] = v
	}
	sentence := a.lang.T(f.Code, args...)
	if f.Warn {
		sentence = a.lang.T("lint.warning") + a.lang.Colon() + sentence
	}
	return a.lang.T("lint.line", "file", f.File, "line", itoa(f.Line), "column", itoa(f.Column), "text", sentence)
}

var errLint = errors.New("the playbook has errors")

func (a *app) lintResult(all []playbooks.Finding) error {
	n := 0
	for _, f := range all {
		if !f.Warn {
			n++
		}
	}
	if n == 0 {
		return nil
	}
	return a.failf(errLint, "cli.err.lint", "n", n)
}

// invalid tells every finding of a playbook that cannot be used.
func (a *app) invalid(err error) error {
	var bad *playbooks.InvalidError
	if !errors.As(err, &bad) {
		return err
	}
	for _, f := range bad.Findings {
		_, _ = a.err.Write([]byte(a.finding(f) + "\n")) // nothing can be said when this fails
	}
	return a.lintResult(bad.Findings)
}

func (a *app) playbookSchemaCmd() *cobra.Command {
	return &cobra.Command{
		Use: "schema", Short: a.lang.T("cli.playbook.schema"), Args: a.exact(),
		RunE: func(*cobra.Command, []string) error {
			b, err := playbooks.Schema()
			if err != nil {
				return err
			}
			a.printf("%s", b)
			return nil
		},
	}
}

func (a *app) playbookGraphCmd() *cobra.Command {
	var plan string
	var dot bool
	c := &cobra.Command{
		Use: "graph PLAYBOOK", Short: a.lang.T("cli.playbook.graph"), Args: a.exact("PLAYBOOK"), ValidArgsFunction: a.completePlaybooks,
		RunE: func(_ *cobra.Command, args []string) error {
			book, _, err := playbooks.Load(args[0])
			if err != nil {
				return a.invalid(err)
			}
			if dot {
				a.printf("%s", playbooks.DOT(&book, plan, string(a.lang)))
				return nil
			}
			for i := range book.Plans {
				if p := &book.Plans[i]; plan == "" || p.ID == plan {
					a.printPlan(p)
				}
			}
			return nil
		},
	}
	c.Flags().StringVar(&plan, "plan", "", a.lang.T("cli.flag.plan"))
	c.Flags().BoolVar(&dot, "dot", false, a.lang.T("cli.flag.dot"))
	return c
}

// printPlan lists a plan's steps by phase, with what each waits for.
func (a *app) printPlan(p *incident.PlanDef) {
	a.printf("\n%s\n", p.Title.In(string(a.lang)))
	phase := incident.Phase("")
	for i := range p.Steps {
		s := &p.Steps[i]
		if s.Phase != phase {
			phase = s.Phase
			a.printf("  %s\n", a.lang.Phase(phase))
		}
		var waits []string
		waits = append(waits, s.After...)
		if s.Gate != nil {
			waits = append(waits, s.Gate.Decision+" = "+string(s.Gate.Option))
		}
		after := ""
		if len(waits) > 0 {
			after = "  ← " + strings.Join(waits, ", ")
		}
		early := ""
		if s.Early {
			early = " (" + a.lang.T("playbook.early") + ")"
		}
		a.printf("    %-22s %-44s %-14s %7s%s%s\n", s.ID, clip(s.Title.In(string(a.lang)), 44), a.lang.Role(s.Owner), s.Estimate.Likely, early, after)
	}
}
