package cli

import (
	"context"
	"errors"
	"io/fs"
	"sangfroid/internal/bus"
	"sangfroid/internal/cell"
	"sangfroid/internal/incident"
	"sangfroid/internal/room"
	"sangfroid/internal/status"
	"sangfroid/internal/text"
	"sangfroid/internal/timeline"
	"strings"
	"syscall"
	"time"

	"github.com/spf13/cobra"
)

func (a *app) statusCmd() *cobra.Command {
	var at string
	c := &cobra.Command{
		Use: "status [INCIDENT|FILE]", Short: a.lang.T("cli.status"), Long: a.lang.T("cli.status.long"), Example: a.lang.T("cli.status.example"),
		Args: cobra.MaximumNArgs(1), ValidArgsFunction: a.completeIncidents,
		RunE: func(c *cobra.Command, args []string) error {
			name := a.flags.incident
			if len(args) > 0 {
				name = args[0]
			}
			v, err := a.view(c.Context(), name, at)
			if err != nil {
				return err
			}
			if a.flags.output == "json" {
				return a.printJSON(v)
			}
			return a.printStatus(v)
		},
	}
	c.Flags().StringVar(&at, "at", "", a.lang.T("cli.flag.asof"))
	a.factsFlag(c)
	return a.output(c)
}

// view makes the status of an incident or a file as of a time; "" is now, or the end of an imported timeline.
func (a *app) view(ctx context.Context, name, at string) (v status.Status, err error) {
	src, n, now, err := a.asOf(ctx, name, at)
	if err != nil {
		return v, err
	}
	defer src.close(&err)
	if v, err = a.viewAt(src, n, now); at == "" && src.frame != nil {
		v.Console = status.ConsoleOf(src.frame())
	}
	return v, err
}

// upto tells how many entries there were at a time, and which time that is: "" is now, or the end of an imported timeline.
func (a *app) upto(src *source, at string) (n int, now time.Time, err error) {
	imported := src.log.Header().Axis == timeline.AxisFact
	if a.flags.facts {
		if src.log, err = timeline.ByFact(src.log); err != nil {
			return 0, now, err
		}
	}
	if a.shown, err = a.zoneOfLog(src.log); err != nil {
		return 0, now, err
	}
	now, n = a.now(), src.log.Len()
	var whole *incident.State // of a drill, whose time is perhaps its own
	if src.log.Header().Realm == incident.Drill {
		if whole, err = timeline.StateAt(src.log, n); err != nil {
			return 0, now, err
		}
		now = whole.ExerciseTime(now)
	}
	switch {
	case at != "":
		if now, _, err = a.parseTimeAt(at, now, a.shown); err != nil {
			return 0, now, err
		}
		if n = uptoTime(src.log, whole, now); n == 0 {
			return 0, now, a.hintf(a.failf(nil, "cli.err.before", "at", a.lang.Moment(now, a.shown, a.now())), "cli.hint.first", "first", a.lang.Moment(src.first(), a.shown, a.now()))
		}
	case imported:
		now = src.last()
	}
	return n, now, nil
}

// uptoTime counts the entries there were at a time. In an exercise the time is the exercise's, and the log goes by what the
// bus received.
func uptoTime(log timeline.Log, s *incident.State, t time.Time) int {
	if s == nil || s.Exercise == nil || log.Header().Axis == timeline.AxisFact {
		return timeline.Upto(log, t)
	}
	wall, ok := s.Exercise.Until(t)
	if !ok {
		return log.Len()
	}
	return timeline.Upto(log, wall)
}

// calendar is the day it is in real life when the incident's clock shows now: an exercise's clock that stands shows the same
// hour for ever, the actions that came of it are due all the same.
func (a *app) calendar(s *incident.State, now time.Time) time.Time {
	if s.Exercise == nil {
		return now
	}
	if wall, ok := s.Exercise.Until(now); ok {
		return wall
	}
	return a.now()
}

// viewAt is the view of the first n entries as of now.
func (a *app) viewAt(src *source, n int, now time.Time) (v status.Status, err error) {
	s, err := timeline.StateAt(src.log, n)
	if err != nil {
		return v, err
	}
	root, err := timeline.RootAt(src.log, n)
	if err != nil {
		return v, err
	}
	return status.Make(s, status.Record{Entries: n, Pending: src.pending, Root: root, Calendar: a.calendar(s, now)}, now), nil
}

// source is a timeline to read: a file, or an incident's record.
type source struct {
	log     timeline.Log
	pending int
	frame   func() *cell.Frame // of an incident on the bus
	closers []func() error
}

func (s *source) close(err *error) {
	for _, c := range s.closers {
		if e := c(); *err == nil {
			*err = e
		}
	}
}

// state is the whole of it, and the time it is as of: now by the incident's own clock, or the end of an imported timeline.
func (s *source) state(wall time.Time) (*incident.State, time.Time, error) {
	st, err := timeline.StateAt(s.log, s.log.Len())
	if err != nil {
		return nil, wall, err
	}
	if s.log.Header().Axis == timeline.AxisFact {
		return st, s.last(), nil
	}
	return st, st.ExerciseTime(wall), nil
}

func (s *source) first() time.Time {
	e, err := s.log.At(1)
	if err != nil {
		return time.Time{}
	}
	return timeline.AxisTime(s.log, e)
}

func (s *source) last() time.Time {
	e, err := s.log.At(s.log.Len())
	if err != nil {
		return time.Time{}
	}
	return timeline.AxisTime(s.log, e)
}

// source opens a file when the name is one, else the incident.
func (a *app) source(ctx context.Context, name string) (*source, error) {
	if isFile(name) {
		r, err := timeline.OpenReader(name)
		if err != nil {
			return nil, err
		}
		return &source{log: r, closers: []func() error{r.Close}}, nil
	}
	d, err := a.desk(ctx)
	if err != nil {
		return a.fromRecord(name, err)
	}
	r, err := a.roomOf(ctx, d, name)
	if err != nil {
		_ = d.Close() // the first error is the one to tell
		return a.fromRecord(name, err)
	}
	return &source{log: r.Log(), pending: len(r.Frame().Pending), frame: r.Frame, closers: []func() error{r.Close, d.Close}}, nil
}

// fromRecord reads what this machine's record has, when all that is wrong is that nothing can be written here: a full or a
// read-only disk does not keep anybody from looking. Any other error comes back as it is.
func (a *app) fromRecord(name string, cause error) (*source, error) {
	unwritable := false
	for _, kind := range []error{bus.ErrOutbox, bus.ErrOutboxFull, bus.ErrDirUnusable, syscall.ENOSPC, syscall.EROFS, fs.ErrPermission} {
		unwritable = unwritable || errors.Is(cause, kind)
	}
	dir, err := a.dataDir()
	if !unwritable || err != nil {
		return nil, cause
	}
	id, err := a.pick(room.LocalRecords(dir), name)
	if err != nil {
		return nil, cause
	}
	path := room.LongestRecord(dir, id)
	r, err := timeline.OpenReader(path)
	if err != nil {
		return nil, cause
	}
	a.tell("cli.fromrecord", "file", path, "why", plain(cause))
	return &source{log: r, closers: []func() error{r.Close}}, nil
}

func isFile(name string) bool {
	return strings.ContainsAny(name, `/\`) || strings.HasSuffix(name, ".jsonl") || strings.HasSuffix(name, ".csv")
}

// printStatus is the view for people: what rules the minute first.
func (a *app) printStatus(v status.Status) error {
	loc := a.shown
	l := a.lang
	moment := func(t status.Time) string {
		if t.IsZero() {
			return "–"
		}
		return l.Moment(t.Time, loc, v.At.Time)
	}
	a.printf("%s  %s  %s\n", l.Realm(v.Incident.Realm), v.Incident.ID, v.Incident.Title)
	a.say("cli.status.head", "at", l.Day(v.At.Time, loc)+" "+moment(v.At), "phase", l.Phase(v.Incident.Phase), "state", l.T("cli.state."+v.Incident.State),
		"n", v.Timeline.Entries, "root", short(v.Timeline.Root))
	a.say("cli.status.stamps", "occurred", moment(v.Incident.Occurred), "detected", moment(v.Incident.Detected), "reported", moment(v.Incident.Reported))
	for _, c := range v.Clocks {
		a.printClock(c, moment)
	}
	a.printObligations(v, moment)
	for _, p := range v.Phases {
		share := ""
		if p.ShareOfRTO != nil {
			share = "  " + l.Percent(*p.ShareOfRTO) + " RTO"
		}
		a.printf("  %-12s %-24s %s%s\n", l.Phase(p.Phase), moment(p.From), l.Span(time.Duration(p.Seconds)*time.Second), share)
	}
	for _, d := range v.Decisions {
		answer := l.DecisionStatus(d.State)
		if d.Option != nil {
			answer = l.Option(*d.Option)
		}
		a.printf("%s%s%s → %s", l.T("cli.decision"), l.Colon(), d.Question.In(string(l)), answer)
		if d.By != "" {
			a.printf("  (%s, %s)", d.By, moment(d.Time))
			if d.Because != d.Question.In(string(l)) {
				a.printf("  %s", d.Because)
			}
		}
		a.printf("\n")
	}
	st := v.Steps
	if st.Total > 0 {
		a.say("cli.status.steps", "done", st.Done, "total", st.Total, "running", st.Running, "ready", st.Ready, "blocked", st.Blocked, "failed", st.Failed)
	}
	for _, f := range v.Catchup {
		if err := a.printFlow(v, f); err != nil {
			return err
		}
	}
	if err := a.printResumes(v); err != nil {
		return err
	}
	if v.Sitreps.Issued > 0 || !v.Sitreps.Due.IsZero() {
		due := ""
		if !v.Sitreps.Due.IsZero() {
			due = ", " + l.T("cli.sitrep.due", "at", l.Minute(v.Sitreps.Due.Time, loc, v.At.Time), "left", v.Sitreps.Due.Sub(v.At.Time))
		}
		a.say("cli.status.sitrep", "n", v.Sitreps.Issued, "missed", v.Sitreps.Missed, "due", due)
	}
	return nil
}

func (a *app) printClock(c status.Clock, moment func(status.Time) string) {
	l := a.lang
	a.printf("  %-13s %-16s %-12s", l.Clockword(c.Kind), c.Service, l.ClockState(c.State))
	switch {
	case c.Kind == incident.ClockRPO && c.ElapsedS != nil: // what it measures is the loss; nothing runs
		a.printf(" %s", l.T("cli.lost", "loss", l.Clock(time.Duration(*c.ElapsedS)*time.Second)))
	case c.RemainingS != nil:
		a.printf(" %s %s, %s %s", l.T("cli.left"), l.Clock(time.Duration(*c.RemainingS)*time.Second), l.T("cli.deadline"), moment(c.Deadline))
	case c.ElapsedS != nil:
		a.printf(" +%s", l.Clock(time.Duration(*c.ElapsedS)*time.Second))
	}
	switch {
	case c.Origin.IsZero():
	case c.Kind == incident.ClockRPO:
		a.printf(" (%s %s)", l.T("cli.from"), l.Stamp(incident.StampLastGood)+" "+moment(c.Origin))
	case c.OriginKind != "":
		a.printf(" (%s %s)", l.T("cli.from"), l.Basis(c.OriginKind)+" "+moment(c.Origin))
	}
	a.printf("\n")
}

// short is the start of a root, as printed for people.
func short(root string) string {
	const digits = 8
	return text.Head(root, digits)
}

// stepListCmd lists the steps with where they stand.
func (a *app) stepListCmd() *cobra.Command {
	c := &cobra.Command{
		Use: "list", Short: a.lang.T("cli.step.list"), Args: a.exact(),
		RunE: func(c *cobra.Command, _ []string) error {
			v, err := a.view(c.Context(), a.flags.incident, "")
			if err != nil {
				return err
			}
			if a.flags.output == "json" {
				return a.printJSON(v.StepList)
			}
			for _, s := range v.StepList {
				count := ""
				if s.Total > 0 {
					count = a.lang.Count(int64(s.Done)) + "/" + a.lang.Count(int64(s.Total))
				}
				a.printf("%-34s %-10s %-10s %9s  %s\n", s.ID, a.lang.StepStatus(s.State), a.lang.Role(s.Owner), count, s.Title.In(string(a.lang)))
			}
			return nil
		},
	}
	return a.output(c)
}

// complete gives the ids of one kind of thing from the newest local record, without a bus.
func (a *app) complete(pick func(*incident.State) []string) ([]string, cobra.ShellCompDirective) {
	s := a.localState()
	if s == nil {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	return pick(s), cobra.ShellCompDirectiveNoFileComp
}

func (a *app) completeSteps(_ *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
	if len(args) > 0 {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	return a.complete(func(s *incident.State) (out []string) {
		for i := range s.Steps {
			out = append(out, incident.Own(s.Steps[i].ID)+"\t"+s.Steps[i].Def.Title.In(string(a.lang)))
		}
		return out
	})
}

func (a *app) completeDecisions(_ *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
	return a.complete(func(s *incident.State) (out []string) {
		for i := range s.Decided {
			d := &s.Decided[i]
			if len(args) == 0 {
				out = append(out, incident.Own(d.ID)+"\t"+d.Question.In(string(a.lang)))
			} else if incident.Own(d.ID) == incident.Own(incident.DecisionID(args[0])) {
				for _, o := range d.Options {
					out = append(out, string(o.ID)+"\t"+o.Title.In(string(a.lang)))
				}
			}
		}
		return out
	})
}

func (a *app) completeFlows(_ *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
	if len(args) > 0 {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	return a.complete(func(s *incident.State) (out []string) {
		for i := range s.Flows {
			out = append(out, incident.Own(s.Flows[i].ID)+"\t"+s.Flows[i].Title.In(string(a.lang)))
		}
		return out
	})
}

func (a *app) completeServices(_ *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
	if len(args) > 0 {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	return a.complete(func(s *incident.State) (out []string) {
		for i := range s.Services {
			out = append(out, string(s.Services[i].Def.ID)+"\t"+s.Services[i].Def.Name.In(string(a.lang)))
		}
		return append(out, "all")
	})
}
