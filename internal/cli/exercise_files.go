package cli

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"sangfroid/internal/exercise"
	"sangfroid/internal/incident"
	"sangfroid/internal/room"
	"sangfroid/internal/timeline"
	"sangfroid/playbooks"
	"strings"
	"time"

	"github.com/spf13/cobra"
)

// madeFlags are those of commands that make a scenario.
type madeFlags struct {
	playbook, title, plays, lasts, out string
	kinds, from, to                    string
	routes, channels                   []string
}

func (a *app) madeFlags(c *cobra.Command, f *madeFlags) {
	fl := c.Flags()
	fl.StringVar(&f.playbook, "playbook", "", a.lang.T("cli.flag.playbook"))
	fl.StringVar(&f.title, "title", "", a.lang.T("cli.flag.title"))
	fl.StringVar(&f.plays, "plays", "", a.lang.T("cli.flag.plays"))
	fl.StringVar(&f.out, "out", "", a.lang.T("cli.flag.out"))
	_ = c.RegisterFlagCompletionFunc("playbook", func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
		return a.playbookNames(), cobra.ShellCompDirectiveDefault
	})
}

func (a *app) exerciseFromTimelineCmd() *cobra.Command {
	var f madeFlags
	c := &cobra.Command{
		Use: "from-timeline FILE|INCIDENT", Short: a.lang.T("cli.exercise.fromtimeline"), Long: a.lang.T("cli.exercise.fromtimeline.long"),
		Example: a.lang.T("cli.exercise.fromtimeline.example"), Args: a.exact("FILE|INCIDENT"), ValidArgsFunction: a.completeIncidents,
		RunE: func(c *cobra.Command, args []string) error { return a.fromTimeline(c.Context(), args[0], f) },
	}
	a.madeFlags(c, &f)
	fl := c.Flags()
	fl.StringVar(&f.kinds, "kinds", "", a.lang.T("cli.flag.kinds"))
	fl.StringVar(&f.from, "from", "", a.lang.T("cli.flag.part.from"))
	fl.StringVar(&f.to, "to", "", a.lang.T("cli.flag.part.to"))
	fl.StringArrayVar(&f.routes, "route", nil, a.lang.T("cli.flag.route"))
	fl.StringArrayVar(&f.channels, "channel", nil, a.lang.T("cli.flag.route.channel"))
	return c
}

func (a *app) fromTimeline(ctx context.Context, name string, f madeFlags) (err error) {
	src, err := a.source(ctx, name)
	if err != nil {
		return err
	}
	defer src.close(&err)
	s, err := timeline.StateAt(src.log, src.log.Len())
	if err != nil {
		return err
	}
	if f.playbook == "" {
		if _, ok := playbooks.Find(s.Playbook); !ok {
			return a.hintf(a.usagef("cli.err.exercise.book"), "cli.hint.exercise.book")
		}
		f.playbook = s.Playbook
	}
	book, _, err := playbooks.Load(f.playbook)
	if err != nil {
		return a.invalid(err)
	}
	o := exercise.FromOptions{
		ID: exercise.IDFrom(firstWord(f.out, f.title, s.Title, name)), Title: f.title, Playbook: f.playbook, Book: book, Plays: rolesOf(f.plays),
		Kinds: kindsOf(f.kinds), Zone: a.flags.zone, Source: firstWord(src.log.Header().Source, filepath.Base(name)),
		Tell: func(e incident.Entry) string { return a.lang.Line(s, e).Text },
	}
	if o.From, o.To, err = a.part(f, a.zoneOf(s)); err != nil {
		return err
	}
	if o.Route, o.Channels, err = a.routes(f); err != nil {
		return err
	}
	sc, err := exercise.FromTimeline(src.log, o)
	if errors.Is(err, exercise.ErrNothing) {
		return a.hintf(a.failf(err, "cli.err.exercise.nothing", "file", name), "cli.hint.kinds")
	}
	if err != nil {
		return err
	}
	return a.writeScenario(&sc, f.out)
}

func firstWord(all ...string) string {
	for _, s := range all {
		if s != "" {
			return s
		}
	}
	return ""
}

func kindsOf(s string) []incident.NoteKind {
	if s == "all" {
		return []incident.NoteKind{
			incident.NoteFinding, incident.NoteAction, incident.NoteCommunication, incident.NoteDetection, incident.NoteEscalation, incident.NoteAnalysis,
			incident.NoteDecision, incident.NoteRecovery, incident.NoteCheck, incident.NoteCatchup, incident.NotePlain,
		}
	}
	var out []incident.NoteKind
	for _, k := range strings.FieldsFunc(s, func(r rune) bool { return r == ',' || r == ' ' }) {
		out = append(out, incident.NoteKind(k))
	}
	return out
}

// part reads which part of a timeline is meant.
func (a *app) part(f madeFlags, loc *time.Location) (from, to time.Time, err error) {
	for _, p := range []struct {
		to  *time.Time
		val string
	}{{&from, f.from}, {&to, f.to}} {
		if p.val == "" {
			continue
		}
		if *p.to, _, err = a.parseTimeAt(p.val, a.now(), loc); err != nil {
			return from, to, err
		}
	}
	return from, to, nil
}

func (a *app) routes(f madeFlags) (map[string]incident.Role, map[string]incident.Channel, error) {
	roles, channels := make(map[string]incident.Role), make(map[string]incident.Channel)
	for _, r := range f.routes {
		who, role, ok := strings.Cut(r, "=")
		if !ok || !incident.ValidID(role) {
			return nil, nil, a.usagef("cli.err.route", "value", r, "what", "ROLE")
		}
		roles[who] = incident.Role(role)
	}
	for _, r := range f.channels {
		who, channel, ok := strings.Cut(r, "=")
		if !ok {
			return nil, nil, a.usagef("cli.err.route", "value", r, "what", "CHANNEL")
		}
		channels[who] = incident.Channel(channel)
	}
	return roles, channels, nil
}

// writeScenario writes a scenario's YAML, to a file or to the output, and says what its linter finds.
func (a *app) writeScenario(sc *incident.Scenario, out string) error {
	var b bytes.Buffer
	if err := exercise.WriteYAML(&b, sc); err != nil {
		return err
	}
	name := out
	if out == "" {
		name = sc.ID + ".yaml"
		a.printf("%s", b.String())
	} else {
		err := create(out, func(w io.Writer) error {
			_, err := w.Write(b.Bytes())
			return err
		})
		if errors.Is(err, os.ErrExist) {
			return a.hintf(a.failf(err, "cli.err.exists", "file", out), "cli.hint.exists")
		}
		if err != nil {
			return err
		}
		a.tell("cli.exercise.written", "file", out, "n", len(sc.Injects))
	}
	_, found := exercise.Parse(name, b.Bytes())
	for _, f := range found {
		_, _ = a.err.Write([]byte(a.finding(f) + "\n")) // nothing can be said when this fails
	}
	return a.lintResult(found)
}

func (a *app) exerciseExportCmd() *cobra.Command {
	var out string
	c := &cobra.Command{
		Use: "export SCENARIO|INCIDENT|FILE", Short: a.lang.T("cli.exercise.export"), Example: a.lang.T("cli.exercise.export.example"), Args: a.exact("SCENARIO"),
		ValidArgsFunction: a.completeScenarios,
		RunE:              func(c *cobra.Command, args []string) error { return a.exportExercise(c.Context(), args[0], out) },
	}
	c.Flags().StringVar(&out, "out", "", a.lang.T("cli.flag.out"))
	return c
}

// exportExercise writes the master list of a scenario, or of an exercise that was run.
func (a *app) exportExercise(ctx context.Context, name, out string) (err error) {
	sc, s, loc, err := a.masterList(ctx, name)
	if err != nil {
		return err
	}
	write := func(w io.Writer) error { return exercise.WriteCSV(w, sc, s, a.lang, loc) }
	if out == "" {
		return write(a.out)
	}
	if s != nil {
		out = a.drillName(incident.Drill, out)
	}
	if err := create(out, write); err != nil {
		if errors.Is(err, os.ErrExist) {
			return a.hintf(a.failf(err, "cli.err.exists", "file", out), "cli.hint.exists")
		}
		return err
	}
	a.tell("cli.exercise.written", "file", out, "n", len(sc.Injects))
	return nil
}

// masterList is a scenario's, or that of an exercise with what became of it.
func (a *app) masterList(ctx context.Context, name string) (sc *incident.Scenario, s *incident.State, loc *time.Location, err error) {
	loc, err = a.location()
	if err != nil {
		return nil, nil, nil, err
	}
	l, err := exercise.Load(name)
	if err == nil {
		return &l.Scenario, nil, loc, nil
	}
	var unknown *exercise.UnknownError
	if !errors.As(err, &unknown) && !strings.HasSuffix(name, ".jsonl") {
		return nil, nil, nil, a.invalid(err)
	}
	p, missing := a.momentOf(ctx, name, "")
	if missing != nil {
		return nil, nil, nil, err // no scenario of that name, and no incident
	}
	if p.state.Exercise == nil {
		sentence, hint := a.lang.Refuse(&incident.Refusal{Code: incident.RefuseNoExercise})
		return nil, nil, nil, &failure{sentence: sentence, hint: hint, code: exitFailed}
	}
	return p.state.Exercise.Scenario, p.state, a.zoneOf(p.state), nil
}

func (a *app) exerciseImportCmd() *cobra.Command {
	var f madeFlags
	c := &cobra.Command{
		Use: "import FILE.csv", Short: a.lang.T("cli.exercise.import"), Example: a.lang.T("cli.exercise.import.example"), Args: a.exact("FILE.csv"),
		RunE: func(_ *cobra.Command, args []string) error { return a.importExercise(args[0], f) },
	}
	a.madeFlags(c, &f)
	c.Flags().StringVar(&f.lasts, "lasts", "", a.lang.T("cli.flag.lasts"))
	return c
}

func (a *app) importExercise(name string, f madeFlags) error {
	if f.playbook == "" {
		return a.usagef("cli.err.missing", "what", "--playbook")
	}
	book, _, err := playbooks.Load(f.playbook)
	if err != nil {
		return a.invalid(err)
	}
	o := exercise.ImportOptions{
		File: name, ID: exercise.IDFrom(firstWord(f.out, f.title, name)), Title: firstWord(f.title, strings.TrimSuffix(filepath.Base(name), filepath.Ext(name))),
		Playbook: f.playbook, Book: book, Plays: rolesOf(f.plays),
	}
	if f.lasts != "" {
		if o.Lasts, err = incident.ParseDuration(f.lasts); err != nil {
			return a.usagef("cli.err.duration", "value", f.lasts)
		}
	}
	in, err := os.Open(name)
	if err != nil {
		return err
	}
	defer func() { _ = in.Close() }() // only read
	sc, found, err := exercise.ReadCSV(in, o)
	if err != nil {
		return err
	}
	if playbooks.Failed(found) {
		for _, x := range found {
			_, _ = a.err.Write([]byte(a.finding(x) + "\n")) // nothing can be said when this fails
		}
		return a.lintResult(found)
	}
	return a.writeScenario(&sc, f.out)
}

// drillName marks the name of a file that is made from a drill, unless it says so itself: a drill's file is never taken for a
// real incident's.
func (a *app) drillName(realm incident.Realm, path string) string {
	dir, file := filepath.Split(path)
	low := strings.ToLower(file)
	for _, word := range []string{"exercise", "exercice", "drill"} {
		if strings.Contains(low, word) {
			return path
		}
	}
	return dir + room.ExercisePrefix(realm, a.lang.Realm(incident.Drill)) + file
}
