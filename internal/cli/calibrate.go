package cli

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sangfroid/internal/incident"
	"sangfroid/internal/timeline"
	"sangfroid/playbooks"
	"slices"
	"strings"

	"github.com/rogpeppe/go-internal/diff"
	"github.com/spf13/cobra"
)

func (a *app) playbookCalibrateCmd() *cobra.Command {
	var write bool
	var out string
	c := &cobra.Command{
		Use: "calibrate PLAYBOOK|FILE.yaml TIMELINE…", Short: a.lang.T("cli.calibrate"), Long: a.lang.T("cli.calibrate.long"),
		Example: a.lang.T("cli.calibrate.example"), Args: cobra.ArbitraryArgs,
		ValidArgsFunction: func(c *cobra.Command, args []string, word string) ([]string, cobra.ShellCompDirective) {
			if len(args) == 0 {
				return a.completePlaybooks(c, args, word)
			}
			ids, _ := a.completeIncidents(c, args, word)
			return ids, cobra.ShellCompDirectiveDefault
		},
		RunE: func(c *cobra.Command, args []string) error {
			for i, what := range []string{"PLAYBOOK", "TIMELINE"} {
				if len(args) <= i {
					return a.usagef("cli.err.missing", "what", what)
				}
			}
			return a.calibrate(c.Context(), args[0], args[1:], write, out)
		},
	}
	c.Flags().BoolVar(&write, "write", false, a.lang.T("cli.flag.write"))
	c.Flags().StringVar(&out, "out", "", a.lang.T("cli.flag.calibrate.out"))
	return a.output(c)
}

// calibration is what playbook calibrate -o json prints; see docs/forecast.md.
type calibration struct {
	Schema    string           `json:"schema"`
	Playbook  string           `json:"playbook"`
	File      string           `json:"file"`
	Timelines []calibratedFrom `json:"timelines"`
	Steps     []calibratedStep `json:"steps"`
	Unused    []unusedStep     `json:"unused"`
	Diff      string           `json:"diff"`    // "" when nothing changes
	Written   string           `json:"written"` // the file; "" when not asked for
}

type calibratedFrom struct {
	Source   string              `json:"source"`
	Incident incident.IncidentID `json:"incident"`
	Title    string              `json:"title"`
	Realm    incident.Realm      `json:"realm"`
	Used     int                 `json:"used"` // observations it gave
}

type calibratedStep struct {
	incident.StepRef
	Title        incident.Text `json:"title"`
	N            int           `json:"n"`
	Live         int           `json:"live"`
	Drills       int           `json:"drills"`
	Outside      int           `json:"outside"`
	Targets      int           `json:"targets,omitempty"`
	PerTargetS   float64       `json:"per_target_s,omitempty"`
	Before       threePoints   `json:"before"`
	After        threePoints   `json:"after"`
	Changed      bool          `json:"changed"`
	Observations []observation `json:"observations"`
}

type threePoints struct {
	MinS    int64 `json:"min_s"`
	LikelyS int64 `json:"likely_s"`
	MaxS    int64 `json:"max_s"`
}

type observation struct {
	Incident incident.IncidentID `json:"incident"`
	Realm    incident.Realm      `json:"realm"`
	TookS    int64               `json:"took_s"` // at the playbook's number of targets
	Attempts int                 `json:"attempts"`
	Targets  int                 `json:"targets,omitempty"`
}

type unusedStep struct {
	incident.StepRef
	Incident incident.IncidentID `json:"incident"`
	Why      incident.UnusedWhy  `json:"why"`
}

var errUnseen = errors.New("no step of the playbook was observed")

func (a *app) calibrate(ctx context.Context, name string, from []string, write bool, out string) error {
	_, shipped := playbooks.Find(name)
	if write && shipped {
		return a.hintf(a.usagef("cli.err.calibrate.shipped", "name", name), "cli.hint.calibrate.shipped")
	}
	if write && out != "" {
		return a.usagef("cli.err.calibrate.both")
	}
	yaml, err := playbooks.Read(name)
	if err != nil {
		return err
	}
	book, findings := playbooks.Parse(name, yaml)
	if playbooks.Failed(findings) {
		return a.invalid(&playbooks.InvalidError{File: name, Findings: findings})
	}
	v := calibration{Schema: "sangfroid.calibration/1", Playbook: book.ID, File: name, Steps: []calibratedStep{}, Unused: []unusedStep{}}
	if shipped {
		v.File = book.ID + ".yaml"
	}
	states, err := a.recorded(ctx, from, &v)
	if err != nil {
		return err
	}
	seen, unused := incident.Observe(&book, states...)
	proposed := incident.Calibrate(&book, seen)
	v.fill(seen, unused, proposed)
	want := make(map[incident.StepRef]incident.Estimate)
	for i := range proposed {
		if proposed[i].Changed() {
			want[proposed[i].StepRef] = proposed[i].After
		}
	}
	changed, err := playbooks.SetEstimates(name, yaml, want)
	if err != nil {
		return a.hintf(a.failf(err, "cli.err.calibrate.layout", "file", name), "cli.hint.calibrate.layout")
	}
	if d := diff.Diff(v.File, yaml, v.File, changed); d != nil {
		_, body, _ := strings.Cut(string(d), "\n") // without the line "diff a b", which no unified diff needs
		v.Diff = body
	}
	if len(proposed) > 0 {
		if v.Written, err = a.writeCalibrated(name, out, write, changed); err != nil {
			return err
		}
	}
	return a.printCalibration(&v, proposed)
}

// recorded folds the timelines that are given, whole.
func (a *app) recorded(ctx context.Context, from []string, v *calibration) ([]*incident.State, error) {
	var states []*incident.State
	for _, name := range from {
		s, err := a.folded(ctx, name)
		if err != nil {
			return nil, err
		}
		states = append(states, s)
		v.Timelines = append(v.Timelines, calibratedFrom{Source: name, Incident: s.ID, Title: s.Title, Realm: s.Realm})
	}
	return states, nil
}

func (a *app) folded(ctx context.Context, name string) (s *incident.State, err error) {
	src, err := a.source(ctx, name)
	if err != nil {
		return nil, err
	}
	defer src.close(&err)
	return timeline.StateAt(src.log, src.log.Len())
}

func (v *calibration) fill(seen []incident.Observation, unused []incident.Unused, proposed []incident.Calibrated) {
	given := make(map[incident.IncidentID]bool)
	for i := range v.Timelines {
		t := &v.Timelines[i]
		for j := range seen {
			if seen[j].Incident == t.Incident && !given[t.Incident] {
				t.Used++
			}
		}
		given[t.Incident] = true
	}
	for _, u := range unused {
		v.Unused = append(v.Unused, unusedStep{StepRef: u.StepRef, Incident: u.Incident, Why: u.Why})
	}
	points := func(e incident.Estimate) threePoints {
		return threePoints{e.Min.Seconds(), e.Likely.Seconds(), e.Max.Seconds()}
	}
	for i := range proposed {
		c := &proposed[i]
		st := calibratedStep{
			StepRef: c.StepRef, Title: c.Title, N: len(c.Seen), Outside: c.Outside, Targets: c.Targets, PerTargetS: c.Each.Seconds(),
			Before: points(c.Before), After: points(c.After), Changed: c.Changed(),
		}
		st.Live, st.Drills = c.Realms()
		for _, o := range c.Seen {
			st.Observations = append(st.Observations, observation{o.Incident, o.Realm, int64(o.Took.Seconds()), o.Attempts, o.Targets})
		}
		v.Steps = append(v.Steps, st)
	}
}

// writeCalibrated writes the playbook where it is wanted: over the user's own file, whole or not at all, or as a new one.
func (a *app) writeCalibrated(name, out string, write bool, b []byte) (string, error) {
	switch {
	case out != "":
		f, err := os.OpenFile(out, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o644)
		if errors.Is(err, fs.ErrExist) {
			return "", a.hintf(a.failf(err, "cli.err.exists", "file", out), "cli.hint.exists")
		}
		if err != nil {
			return "", err
		}
		_, err = f.Write(b)
		return out, errors.Join(err, f.Close())
	case write:
		info, err := os.Stat(name)
		if err != nil {
			return "", err
		}
		f, err := os.CreateTemp(filepath.Dir(name), ".calibrate-*")
		if err != nil {
			return "", err
		}
		_, err = f.Write(b)
		err = errors.Join(err, f.Chmod(info.Mode().Perm()), f.Sync(), f.Close())
		if err == nil {
			err = os.Rename(f.Name(), name)
		}
		if err != nil {
			return "", errors.Join(err, os.Remove(f.Name()))
		}
		return name, nil
	}
	return "", nil
}

func (a *app) printCalibration(v *calibration, proposed []incident.Calibrated) error {
	if a.flags.output == "json" {
		if err := a.printJSON(v); err != nil {
			return err
		}
	} else {
		a.tellCalibration(v, proposed)
	}
	if len(v.Steps) == 0 {
		return a.hintf(a.failf(errUnseen, "cli.err.calibrate.unseen", "playbook", v.Playbook), "cli.hint.calibrate.unseen")
	}
	return nil
}

func (a *app) tellCalibration(v *calibration, proposed []incident.Calibrated) {
	drills, n := 0, 0
	for _, t := range v.Timelines {
		if t.Realm == incident.Drill {
			drills++
		}
		n += t.Used
	}
	a.say("calibrate.head", "playbook", v.Playbook, "timelines", len(v.Timelines), "drills", drills, "live", len(v.Timelines)-drills, "n", n, "steps", len(v.Steps))
	part := ""
	for i := range proposed {
		c := &proposed[i]
		head := "calibrate.within"
		if c.Outside > 0 {
			head = "calibrate.outside"
		}
		if head != part {
			part = head
			a.printf("\n%s\n", a.lang.T(head))
		}
		a.tellCalibrated(c)
	}
	a.tellUnused(v.Unused)
	if len(v.Steps) == 0 {
		return
	}
	if v.Diff == "" {
		a.say("calibrate.same")
	} else {
		a.printf("\n%s", safe(v.Diff))
	}
	switch {
	case v.Written != "":
		a.tell("calibrate.written", "file", v.Written)
	case v.Diff != "":
		a.tell("calibrate.unwritten")
	}
}

func (a *app) tellCalibrated(c *incident.Calibrated) {
	l := a.lang
	took := make([]incident.Observation, len(c.Seen))
	copy(took, c.Seen)
	slices.SortFunc(took, func(x, y incident.Observation) int { return int(x.Took.Seconds() - y.Took.Seconds()) })
	span := l.Span(took[0].Took)
	if last := took[len(took)-1].Took; l.Span(last) != span {
		span += " – " + l.Span(last)
	}
	live, drills := c.Realms()
	var parts []string
	for _, part := range []struct {
		key string
		n   int
	}{{"calibrate.drills", drills}, {"calibrate.live", live}, {"calibrate.out", c.Outside}} {
		if part.n > 0 {
			parts = append(parts, l.T(part.key, "n", part.n))
		}
	}
	counts := strings.Join(parts, ", ")
	if !c.Changed() {
		a.printf("  %-30s %s %s · %s · %s\n", c.Plan+"/"+c.Step, estimate(c.Before), l.T("calibrate.kept"), counts, span)
		return
	}
	each := ""
	if c.Targets > 0 {
		each = "  (" + l.T("calibrate.each", "n", c.Targets, "each", l.Span(c.Each)) + ")"
	}
	a.printf("  %-30s %s\n      %s → %s%s\n      %s · %s\n", c.Plan+"/"+c.Step, c.Title.In(string(l)), estimate(c.Before), estimate(c.After), each, counts, span)
}

// estimate writes three points as the playbook does.
func estimate(e incident.Estimate) string {
	point := func(d incident.Duration) string {
		if d == 0 {
			return "–"
		}
		return d.String()
	}
	return fmt.Sprintf("{%s, %s, %s}", point(e.Min), point(e.Likely), point(e.Max))
}

// tellUnused counts what tells nothing, by reason, with the steps.
func (a *app) tellUnused(unused []unusedStep) {
	if len(unused) == 0 {
		return
	}
	a.printf("\n%s\n", a.lang.T("calibrate.unused", "n", len(unused)))
	var whys []incident.UnusedWhy
	for _, u := range unused {
		if !slices.Contains(whys, u.Why) {
			whys = append(whys, u.Why)
		}
	}
	for _, why := range whys {
		var steps []string
		n := 0
		for _, u := range unused {
			if u.Why != why {
				continue
			}
			n++
			if name := u.Plan + "/" + u.Step; !slices.Contains(steps, name) {
				steps = append(steps, name)
			}
		}
		const most = 6
		if rest := len(steps) - most; rest > 0 {
			steps = append(steps[:most], a.lang.T("calibrate.more", "n", rest))
		}
		a.printf("  %4d  %s%s%s\n", n, a.lang.T("unused."+string(why)), a.lang.Colon(), strings.Join(steps, ", "))
	}
}
