package cli

import (
	"sangfroid/internal/cell"
	"sangfroid/internal/incident"
	"strconv"
	"strings"

	"github.com/spf13/cobra"
)

// What the console writes with a key and a script may want as well: scope, severity, phase, who was called in, who has a step,
// and what is said of an entry.

func (a *app) scopeCmd() *cobra.Command {
	var subs []*cobra.Command
	for _, verb := range []string{"in", "out"} {
		var f fact
		var because string
		c := &cobra.Command{
			Use: verb + " SERVICE", Short: a.lang.T("cli.scope." + verb), Args: a.exact("SERVICE"), ValidArgsFunction: a.completeOneService,
			RunE: func(c *cobra.Command, args []string) error {
				if because == "" {
					return a.usagef("cli.err.missing", "what", "--because")
				}
				return a.act(c.Context(), func(s *incident.State) (cell.Command, error) {
					svc, have := s.Service(incident.ServiceID(args[0])), []incident.ServiceID{}
					for i := range s.Services {
						have = append(have, s.Services[i].Def.ID)
					}
					if svc == nil {
						return cell.Command{}, unknown(a, "service", args[0], have)
					}
					d := incident.IncidentScoped{Out: []incident.ServiceID{svc.Def.ID}, Reason: because}
					if verb == "in" {
						d.In, d.Out = []incident.ServiceDef{svc.Def}, nil
					}
					return a.fill(cell.Command{Data: d}, f)
				})
			},
		}
		a.factFlag(c, &f)
		c.Flags().StringVar(&because, "because", "", a.lang.T("cli.flag.because"))
		subs = append(subs, a.output(c))
	}
	g := a.group("scope", "cli.scope", subs...)
	g.Example = a.lang.T("cli.scope.example")
	return g
}

func (a *app) completeOneService(_ *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
	if len(args) > 0 {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	return a.complete(func(s *incident.State) (out []string) {
		for i := range s.Services {
			out = append(out, string(s.Services[i].Def.ID)+"\t"+a.lang.ServiceName(s, s.Services[i].Def.ID))
		}
		return out
	})
}

func (a *app) severityCmd() *cobra.Command {
	return a.wordCmd("severity", "SEVERITY", func(word, because string) incident.Data {
		return incident.IncidentSeverity{Severity: word, Reason: because}
	})
}

func (a *app) phaseCmd() *cobra.Command {
	c := a.wordCmd("phase", "PHASE", func(word, because string) incident.Data {
		return incident.IncidentPhase{Phase: incident.Phase(word), Reason: because}
	})
	c.ValidArgsFunction = func(*cobra.Command, []string, string) (out []string, _ cobra.ShellCompDirective) {
		for _, p := range incident.Phases() {
			out = append(out, string(p)+"\t"+a.lang.Phase(p))
		}
		return out, cobra.ShellCompDirectiveNoFileComp
	}
	return c
}

// wordCmd writes one word about the incident, with a reason if there is one.
func (a *app) wordCmd(use, what string, data func(word, because string) incident.Data) *cobra.Command {
	var f fact
	var because string
	c := &cobra.Command{
		Use: use + " " + what, Short: a.lang.T("cli." + use), Long: a.lang.T("cli." + use + ".long"), Example: a.lang.T("cli." + use + ".example"), Args: a.exact(what),
		RunE: func(c *cobra.Command, args []string) error {
			return a.act(c.Context(), func(*incident.State) (cell.Command, error) {
				return a.fill(cell.Command{Data: data(args[0], because)}, f)
			})
		},
	}
	a.factFlag(c, &f)
	c.Flags().StringVar(&because, "because", "", a.lang.T("cli.flag.because"))
	return a.output(c)
}

func (a *app) escalateCmd() *cobra.Command {
	var f fact
	var note string
	c := &cobra.Command{
		Use: "escalate WHO", Short: a.lang.T("cli.escalate"), Example: a.lang.T("cli.escalate.example"), Args: cobra.ArbitraryArgs,
		RunE: func(c *cobra.Command, args []string) error {
			if len(args) == 0 {
				return a.usagef("cli.err.missing", "what", "WHO")
			}
			return a.act(c.Context(), func(*incident.State) (cell.Command, error) {
				return a.fill(cell.Command{Data: incident.IncidentEscalated{To: strings.Join(args, " "), Text: note}}, f)
			})
		},
	}
	a.factFlag(c, &f)
	c.Flags().StringVar(&note, "note", "", a.lang.T("cli.flag.note"))
	return a.output(c)
}

func (a *app) stepAssignCmd() *cobra.Command {
	var f fact
	c := &cobra.Command{
		Use: "assign STEP WHO", Short: a.lang.T("cli.step.assign"), Args: a.exact("STEP", "WHO"), ValidArgsFunction: a.completeSteps,
		RunE: func(c *cobra.Command, args []string) error {
			return a.stepAct(c, f, args[0], incident.StepAssigned{To: args[1]})
		},
	}
	a.factFlag(c, &f)
	return a.output(c)
}

// entryCmds are what may be said of an entry of the timeline: correct, check, pin, unpin.
func (a *app) entryCmds() []*cobra.Command {
	return []*cobra.Command{
		a.entryCmd("correct", "TEXT", func(id incident.EventID, text string) incident.Data {
			return incident.NoteCorrected{Entry: id, Text: text}
		}),
		a.entryCmd("check", "verified|denied|to-verify", func(id incident.EventID, text string) incident.Data {
			state, said, _ := strings.Cut(text, " ")
			return incident.NoteChecked{Entry: id, Check: incident.Check(state), Text: said}
		}),
		a.entryCmd("pin", "", func(id incident.EventID, _ string) incident.Data { return incident.NotePinned{Entry: id, Pinned: true} }),
		a.entryCmd("unpin", "", func(id incident.EventID, _ string) incident.Data { return incident.NotePinned{Entry: id} }),
	}
}

// entryCmd writes about the entry with a number, as commands and screens show it.
func (a *app) entryCmd(verb, what string, data func(incident.EventID, string) incident.Data) *cobra.Command {
	var f fact
	c := &cobra.Command{
		Use: strings.TrimSpace(verb + " ENTRY " + what), Short: a.lang.T("cli.timeline." + verb), Example: a.lang.T("cli.timeline." + verb + ".example"),
		Args: cobra.ArbitraryArgs, ValidArgsFunction: noFiles,
		RunE: func(c *cobra.Command, args []string) (err error) {
			switch {
			case len(args) == 0:
				return a.usagef("cli.err.missing", "what", "ENTRY")
			case what != "" && len(args) == 1:
				return a.usagef("cli.err.missing", "what", what)
			case what == "" && len(args) > 1:
				return a.usagef("cli.err.extra", "value", args[1])
			}
			n, err := strconv.Atoi(strings.TrimPrefix(args[0], "#"))
			if err != nil || n < 1 {
				return a.usagef("cli.err.entryno", "value", args[0])
			}
			d, r, err := a.join(c.Context())
			if err != nil {
				return err
			}
			defer a.leave(d, r, &err)
			if n > r.Frame().Len {
				return a.hintf(a.failf(nil, "cli.err.entry", "n", n), "cli.hint.entry", "n", r.Frame().Len)
			}
			e, err := r.Log().At(n)
			if err != nil {
				return err
			}
			cmd, err := a.fill(cell.Command{Data: data(e.Event.ID, strings.Join(args[1:], " "))}, f)
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
	a.factFlag(c, &f)
	return a.output(c)
}

func noFiles(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
	return nil, cobra.ShellCompDirectiveNoFileComp
}
