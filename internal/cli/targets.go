package cli

import (
	"context"
	"io"
	"os"
	"sangfroid/internal/cell"
	"sangfroid/internal/incident"
	"sangfroid/internal/locale"
	"sangfroid/internal/status"
	"slices"
	"strings"

	"github.com/spf13/cobra"
)

// targetFlags are the flags of "step targets" and "catchup targets".
type targetFlags struct {
	fact  fact
	lists map[incident.TargetState]*string
	file  string
	group string
	note  string
	add   bool
	late  bool
	state string
}

func (a *app) stepTargetsCmd() *cobra.Command {
	c := a.targetsCmd("STEP", "cli.step.targets", func(s *incident.State, name string) (incident.SetID, error) {
		id, others := s.FindStep(name)
		if id == "" {
			return "", unknown(a, "step", name, others)
		}
		return incident.StepSet(id), nil
	})
	c.ValidArgsFunction = a.completeSteps
	return c
}

func (a *app) catchupTargetsCmd() *cobra.Command {
	c := a.targetsCmd("LINE", "cli.catchup.targets", func(s *incident.State, name string) (incident.SetID, error) {
		id, others := s.FindFlow(name)
		if id == "" {
			return "", unknown(a, "flow", name, others)
		}
		return incident.FlowSet(id), nil
	})
	c.ValidArgsFunction = a.completeFlows
	return c
}

// targetsCmd writes what is given of the targets of a step or line; with nothing given it lists them.
func (a *app) targetsCmd(what, key string, find func(*incident.State, string) (incident.SetID, error)) *cobra.Command {
	f := targetFlags{lists: make(map[incident.TargetState]*string)}
	c := &cobra.Command{
		Use: "targets " + what, Short: a.lang.T(key), Long: a.lang.T("cli.targets.long"), Example: a.lang.T(key + ".example"), Args: a.exact(what),
		RunE: func(c *cobra.Command, args []string) error {
			changes, err := a.targetChanges(&f, c.Flags().Changed)
			if err != nil {
				return err
			}
			if changes == nil {
				return a.listTargets(c.Context(), f, func(s *incident.State) (incident.SetID, error) { return find(s, args[0]) })
			}
			if f.late || f.state != "" {
				return a.usagef("cli.err.targets.both")
			}
			return a.writeTargets(c.Context(), f, changes, func(s *incident.State) (incident.SetID, error) { return find(s, args[0]) })
		},
	}
	a.factFlag(c, &f.fact)
	fl := c.Flags()
	for _, state := range incident.TargetStates() {
		f.lists[state] = fl.String(string(state), "", a.lang.T("cli.flag.targets", "state", a.lang.TargetState(state)))
	}
	fl.StringVar(&f.file, "file", "", a.lang.T("cli.flag.targets.file"))
	fl.StringVar(&f.group, "group", "", a.lang.T("cli.flag.targets.group"))
	fl.StringVar(&f.note, "note", "", a.lang.T("cli.flag.note"))
	fl.BoolVar(&f.add, "add", false, a.lang.T("cli.flag.targets.add"))
	fl.BoolVar(&f.late, "late", false, a.lang.T("cli.flag.targets.late"))
	fl.StringVar(&f.state, "state", "", a.lang.T("cli.flag.targets.state"))
	_ = c.RegisterFlagCompletionFunc("state", cobra.FixedCompletions(stateNames(), cobra.ShellCompDirectiveNoFileComp))
	return a.output(c)
}

func stateNames() []string {
	var out []string
	for _, s := range incident.TargetStates() {
		out = append(out, string(s))
	}
	return out
}

// targetChanges gathers what the flags and the file say; nil when they say nothing.
func (a *app) targetChanges(f *targetFlags, given func(flag string) bool) ([]incident.TargetChange, error) {
	var out []incident.TargetChange
	for _, state := range incident.TargetStates() {
		var ids []string
		for _, id := range strings.Split(*f.lists[state], ",") {
			if id = strings.TrimSpace(id); id != "" {
				ids = append(ids, id)
			}
		}
		if len(ids) == 0 && given(string(state)) {
			return nil, a.hintf(a.usagef("cli.err.targets.none", "name", string(state)), "cli.err.targets.none.how")
		}
		if len(ids) > 0 {
			out = append(out, incident.TargetChange{State: state, IDs: ids, Group: f.group})
		}
	}
	if f.file == "" {
		return out, nil
	}
	b, err := a.readTargets(f.file)
	if err != nil {
		return nil, err
	}
	rows, err := a.parseTargets(f.file, b)
	if err != nil {
		return nil, err
	}
	if len(rows) == 0 {
		return nil, a.hintf(a.failf(nil, "cli.err.targets.empty", "file", f.file), "cli.hint.targets")
	}
	return append(out, gatherTargets(rows, f.group)...), nil
}

// maxTargetFile is several times the largest list there may be.
const maxTargetFile = 16 << 20

func (a *app) readTargets(name string) ([]byte, error) {
	in := a.in
	if name != "-" {
		file, err := os.Open(name)
		if err != nil {
			return nil, err
		}
		defer file.Close() //nolint:errcheck // it was only read
		in = file
	}
	b, err := io.ReadAll(io.LimitReader(in, maxTargetFile+1))
	if err == nil && len(b) > maxTargetFile {
		err = a.failf(nil, "cli.err.targets.large", "file", name, "limit", maxTargetFile>>20)
	}
	return b, err
}

// writeTargets writes the changes, in as many entries as their size needs.
func (a *app) writeTargets(ctx context.Context, f targetFlags, changes []incident.TargetChange, find func(*incident.State) (incident.SetID, error)) (err error) {
	d, r, err := a.join(ctx)
	if err != nil {
		return err
	}
	defer a.leave(d, r, &err)
	id, err := find(r.Frame().State)
	if err != nil {
		return err
	}
	for _, data := range incident.SplitTargets(changes, f.note) {
		data.Add = f.add
		cmd, err := a.fill(cell.Command{Subject: incident.TargetsSubject(id), Data: data}, f.fact)
		if err != nil {
			return err
		}
		receipt, err := r.Do(ctx, cmd)
		if err != nil {
			return a.refusedIn(r, err)
		}
		if err := a.printReceipt(r, receipt); err != nil {
			return err
		}
	}
	return nil
}

// listTargets prints the targets asked for.
func (a *app) listTargets(ctx context.Context, f targetFlags, find func(*incident.State) (incident.SetID, error)) (err error) {
	asked := status.Asked{Group: f.group, Late: f.late, State: a.targetState(f.state)}
	if f.state != "" && asked.State == "" {
		return a.usagef("cli.err.targets.state", "value", f.state, "have", strings.Join(stateNames(), ", "))
	}
	src, err := a.source(ctx, a.flags.incident)
	if err != nil {
		return err
	}
	defer src.close(&err)
	s, now, err := src.state(a.now())
	if err != nil {
		return err
	}
	id, err := find(s)
	if err != nil {
		return err
	}
	if set, _ := s.Targets(id); asked.Group != "" && !slices.Contains(set.Groups(), asked.Group) {
		return a.hintf(a.failf(nil, "cli.err.targets.group", "value", asked.Group), "cli.hint.have", "have", strings.Join(set.Groups(), ", "))
	}
	list := status.ListTargets(s, id, asked, now)
	if a.flags.output == "json" {
		return a.printJSON(list)
	}
	loc, err := a.location()
	if err != nil {
		return err
	}
	c := list.Targets
	a.say("cli.targets.sum", "set", a.lang.SetTitle(s, id), "done", c.Done+c.Skipped, "total", c.Total, "running", c.Running, "failed", c.Failed, "late", c.Late)
	for _, t := range list.List {
		since := ""
		if !t.Since.IsZero() {
			since = locale.Hour(t.Since.Time, loc)
		}
		state := a.lang.TargetState(t.State)
		if t.Late {
			state += ", " + a.lang.T("target.late")
		}
		a.printf("%-24s %-26s %-22s %-8s %s\n", t.ID, t.Group, state, since, t.Note)
	}
	return nil
}

// targetState reads a state in either language; "" for what is none.
func (a *app) targetState(s string) incident.TargetState {
	s = strings.TrimSpace(s)
	for _, state := range incident.TargetStates() {
		if strings.EqualFold(s, string(state)) || strings.EqualFold(s, locale.English.TargetState(state)) || strings.EqualFold(s, locale.French.TargetState(state)) {
			return state
		}
	}
	return ""
}
