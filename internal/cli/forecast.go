package cli

import (
	"cmp"
	"context"
	"math"
	"sangfroid/internal/incident"
	"sangfroid/internal/locale"
	"sangfroid/internal/status"
	"sangfroid/internal/timeline"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"
)

func (a *app) forecastCmd() *cobra.Command {
	var at string
	var track bool
	c := &cobra.Command{
		Use: "forecast [INCIDENT|FILE]", Short: a.lang.T("cli.forecast"), Long: a.lang.T("cli.forecast.long"), Example: a.lang.T("cli.forecast.example"),
		Args: cobra.MaximumNArgs(1), ValidArgsFunction: a.completeIncidents,
		RunE: func(c *cobra.Command, args []string) error {
			if track {
				if at != "" {
					return a.usagef("cli.err.forecast.both")
				}
				return a.track(c.Context(), a.named(args))
			}
			return a.forecast(c.Context(), a.named(args), at)
		},
	}
	c.Flags().StringVar(&at, "at", "", a.lang.T("cli.flag.asof"))
	c.Flags().BoolVar(&track, "track", false, a.lang.T("cli.flag.track"))
	a.factsFlag(c)
	return a.output(c)
}

// factsFlag lets a timeline be read by when things happened.
func (a *app) factsFlag(c *cobra.Command) {
	c.Flags().BoolVar(&a.flags.facts, "facts", false, a.lang.T("cli.flag.facts"))
}

// asOf opens a timeline and tells how many entries there were at a time, and the time; "" is now, or the end of an
// imported one.
func (a *app) asOf(ctx context.Context, name, at string) (*source, int, time.Time, error) {
	src, err := a.source(ctx, name)
	if err != nil {
		return nil, 0, time.Time{}, err
	}
	n, now, err := a.upto(src, at)
	if err != nil {
		src.close(&err)
		return nil, 0, time.Time{}, err
	}
	return src, n, now, nil
}

func (a *app) forecast(ctx context.Context, name, at string) (err error) {
	src, n, now, err := a.asOf(ctx, name, at)
	if err != nil {
		return err
	}
	defer src.close(&err)
	s, err := timeline.StateAt(src.log, n)
	if err != nil {
		return err
	}
	f := incident.Predict(s, now, 0)
	if a.flags.output == "json" {
		return a.printJSON(status.MakeForecast(s, f))
	}
	return a.printForecast(s, f)
}

// hours writes times of day in one zone, with the date where the day is another one.
type hours struct {
	a   *app
	loc *time.Location
	now time.Time
}

func (h hours) of(t time.Time) string {
	if t.IsZero() {
		return "–"
	}
	clock := t.In(h.loc).Format("15:04")
	if h.a.lang.Day(t, h.loc) != h.a.lang.Day(h.now, h.loc) {
		return h.a.lang.Day(t, h.loc) + " " + clock
	}
	return clock
}

// short writes a time of day in few columns: "00:12+1" is the day after.
func (h hours) short(t time.Time) string {
	if t.IsZero() {
		return "–"
	}
	day := func(t time.Time) time.Time {
		y, m, d := t.In(h.loc).Date()
		return time.Date(y, m, d, 0, 0, 0, 0, time.UTC)
	}
	clock := t.In(h.loc).Format("15:04")
	if n := int(day(t).Sub(day(h.now)).Hours() / 24); n > 0 {
		clock += "+" + itoa(n)
	}
	return clock
}

func (h hours) levels(r incident.Range) string {
	return h.a.lang.T("forecast.levels", "p10", h.of(r.P10), "p50", h.of(r.P50), "p90", h.of(r.P90))
}

func (a *app) printForecast(s *incident.State, f *incident.Forecast) error {
	loc, err := a.location()
	if err != nil {
		return err
	}
	h := hours{a, loc, f.At}
	a.printf("%s  %s  %s\n", a.lang.Realm(s.Realm), s.ID, a.lang.Title(s))
	a.say("forecast.head", "at", a.lang.Day(f.At, loc)+" "+locale.Hour(f.At, loc), "n", f.Samples)
	if len(f.Services) == 0 {
		a.say("forecast.none")
		return nil
	}
	for i := range f.Services {
		a.printService(s, &f.Services[i], h)
	}
	a.printRemaining(s, f)
	for _, note := range []struct {
		key string
		ids []string
	}{
		{"forecast.assumed", owns(f.Assumed)}, {"forecast.overdue", owns(f.Overdue)}, {"forecast.blocked", owns(f.Blocked)}, {"forecast.later", owns(f.Later)},
	} {
		if len(note.ids) > 0 {
			a.say(note.key, "n", len(note.ids), "ids", strings.Join(note.ids, ", "))
		}
	}
	return nil
}

func owns[T ~string](ids []T) []string {
	out := make([]string, len(ids))
	for i, id := range ids {
		out[i] = string(id)
	}
	return out
}

func (a *app) printService(s *incident.State, v *incident.ServiceForecast, h hours) {
	l := a.lang
	state := ""
	if v.Gated {
		state = "  " + l.T("forecast.gated")
	}
	a.printf("\n%s (%s)%s\n", l.ServiceName(s, v.Service), v.Service, state)
	if v.Go.Known {
		a.printOutlook("forecast.verified", h.levels(v.Go.Verified), "RTO", v.RTO, v.Go.MeetRTO, h)
		resumed := "–"
		if !v.Go.Resumed.P50.IsZero() {
			resumed = h.levels(v.Go.Resumed)
		}
		a.printOutlook("forecast.resumed", resumed, l.T("forecast.mtpd"), v.MTPD, v.Go.MeetMTPD, h)
	}
	switch {
	case v.Gated && !v.RTO.IsZero() && v.DecideBy.P50.IsZero():
		a.printf("  %s\n", l.T("forecast.toolate"))
	case v.Gated && !v.RTO.IsZero():
		p90 := l.T("forecast.decideby.none")
		if !v.DecideBy.P90.IsZero() {
			p90 = h.of(v.DecideBy.P90)
		}
		a.printf("  %s\n", l.T("forecast.decideby", "p50", h.of(v.DecideBy.P50), "p90", p90))
	}
	if v.Repair.Known {
		a.printOutlook("forecast.repair", h.levels(v.Repair.Verified), "RTO", v.RTO, v.Repair.MeetRTO, h)
	}
}

// printOutlook is one line: what, when, and how likely that is by its deadline.
func (a *app) printOutlook(key, when, objective string, deadline time.Time, meets float64, h hours) {
	chance := ""
	if !deadline.IsZero() && !math.IsNaN(meets) {
		chance = a.lang.T("forecast.chance", "objective", objective, "deadline", h.of(deadline), "p", a.lang.Chance(meets))
	}
	a.printf("  %-18s %-34s %s\n", a.lang.T(key), when, chance)
}

// printRemaining lists the steps that hold the services back most.
func (a *app) printRemaining(s *incident.State, f *incident.Forecast) {
	steps := slices.DeleteFunc(slices.Clone(f.Steps), func(st incident.StepForecast) bool { return st.Critical < 0.01 })
	slices.SortStableFunc(steps, func(x, y incident.StepForecast) int { return cmp.Compare(y.Holds, x.Holds) })
	if len(steps) == 0 {
		return
	}
	const most = 12
	a.printf("\n%-46s %10s %10s %10s\n", a.lang.T("forecast.steps"), a.lang.T("forecast.left"), "P90", a.lang.T("forecast.critical"))
	for i, st := range steps {
		if i == most {
			a.say("forecast.more", "n", len(steps)-most)
			break
		}
		a.printf("%-46s %10s %10s %10s\n", clip(a.lang.StepTitle(s, st.Step), 46), a.lang.Span(st.Mean), a.lang.Span(st.P90), a.lang.Chance(st.Critical))
	}
}
