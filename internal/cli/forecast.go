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

// forecastView is what forecast -o json prints; see docs/forecast.md.
type forecastView struct {
	Schema   string                `json:"schema"`
	At       status.Time           `json:"at"`
	Incident incident.IncidentID   `json:"incident"`
	Title    string                `json:"title"`
	Realm    incident.Realm        `json:"realm"`
	Samples  int                   `json:"samples"`
	Services []serviceForecast     `json:"services"`
	Steps    []stepForecast        `json:"steps"`
	Matters  *incident.StepID      `json:"matters"`
	Assumed  []incident.StepID     `json:"assumed"`
	Overdue  []incident.StepID     `json:"overdue"`
	Blocked  []incident.StepID     `json:"blocked"`
	Later    []incident.DecisionID `json:"later_decisions"`
}

type serviceForecast struct {
	Service  incident.ServiceID  `json:"service"`
	Name     incident.Text       `json:"name"`
	RTO      status.Time         `json:"rto_deadline"`
	MTPD     status.Time         `json:"mtpd_deadline"`
	Decision incident.DecisionID `json:"decision,omitempty"`
	Gated    bool                `json:"gated"` // the go was not said: "go" is what it leads to when said now
	Go       *outlook            `json:"go"`
	Repair   *outlook            `json:"repair"`
	DecideBy levels              `json:"decide_by"`
}

type outlook struct {
	Verified moments  `json:"verified"`
	Resumed  moments  `json:"resumed"`
	MeetRTO  *float64 `json:"p_rto"`
	MeetMTPD *float64 `json:"p_mtpd"`
}

type moments struct {
	P10  status.Time `json:"p10"`
	P50  status.Time `json:"p50"`
	P90  status.Time `json:"p90"`
	Mean status.Time `json:"mean"`
}

type levels struct {
	P50 status.Time `json:"p50"`
	P90 status.Time `json:"p90"`
}

type stepForecast struct {
	Step     incident.StepID `json:"step"`
	Title    incident.Text   `json:"title"`
	MeanS    int64           `json:"mean_s"`
	P90S     int64           `json:"p90_s"`
	Critical float64         `json:"critical"`
	HoldsS   int64           `json:"holds_s"`
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
		return a.printJSON(viewOf(s, f))
	}
	return a.printForecast(s, f)
}

func viewOf(s *incident.State, f *incident.Forecast) forecastView {
	v := forecastView{
		Schema: "sangfroid.forecast/1", At: status.Time{Time: f.At}, Incident: s.ID, Title: s.Title, Realm: s.Realm, Samples: f.Samples,
		Services: []serviceForecast{}, Steps: []stepForecast{},
		Assumed: list(f.Assumed), Overdue: list(f.Overdue), Blocked: list(f.Blocked), Later: list(f.Later),
	}
	for i := range f.Services {
		sv := &f.Services[i]
		v.Services = append(v.Services, serviceForecast{
			Service: sv.Service, Name: s.Service(sv.Service).Def.Name, RTO: status.Time{Time: sv.RTO}, MTPD: status.Time{Time: sv.MTPD},
			Decision: sv.Decision, Gated: sv.Gated, Go: outlookOf(sv.Go), Repair: outlookOf(sv.Repair),
			DecideBy: levels{status.Time{Time: sv.DecideBy.P50}, status.Time{Time: sv.DecideBy.P90}},
		})
	}
	for _, st := range f.Steps {
		v.Steps = append(v.Steps, stepForecast{
			Step: st.Step, Title: s.Step(st.Step).Def.Title, MeanS: int64(st.Mean.Seconds()), P90S: int64(st.P90.Seconds()),
			Critical: st.Critical, HoldsS: int64(st.Holds.Seconds()),
		})
	}
	if m := f.Matters(); m != nil {
		v.Matters = &m.Step
	}
	return v
}

func list[T any](in []T) []T {
	if in == nil {
		return []T{}
	}
	return in
}

func outlookOf(o incident.Outlook) *outlook {
	if !o.Known {
		return nil
	}
	share := func(p float64) *float64 {
		if math.IsNaN(p) {
			return nil
		}
		return &p
	}
	return &outlook{Verified: momentsOf(o.Verified), Resumed: momentsOf(o.Resumed), MeetRTO: share(o.MeetRTO), MeetMTPD: share(o.MeetMTPD)}
}

func momentsOf(r incident.Range) moments {
	t := func(t time.Time) status.Time { return status.Time{Time: t} }
	return moments{P10: t(r.P10), P50: t(r.P50), P90: t(r.P90), Mean: t(r.Mean)}
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

func (h hours) levels(r incident.Range) string {
	return h.a.lang.T("forecast.levels", "p10", h.of(r.P10), "p50", h.of(r.P50), "p90", h.of(r.P90))
}

func (a *app) printForecast(s *incident.State, f *incident.Forecast) error {
	loc, err := a.location()
	if err != nil {
		return err
	}
	h := hours{a, loc, f.At}
	a.printf("%s  %s  %s\n", a.lang.Realm(s.Realm), s.ID, s.Title)
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
		chance = a.lang.T("forecast.chance", "objective", objective, "deadline", h.of(deadline), "p", a.lang.Percent(meets))
	}
	a.printf("  %-18s %-48s %s\n", a.lang.T(key), when, chance)
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
		a.printf("%-46s %10s %10s %10s\n", clip(a.lang.StepTitle(s, st.Step), 46), a.lang.Span(st.Mean), a.lang.Span(st.P90), a.lang.Percent(st.Critical))
	}
}
