package cli

import (
	"context"
	"math"
	"sangfroid/internal/incident"
	"sangfroid/internal/locale"
	"sangfroid/internal/status"
	"sangfroid/internal/timeline"
	"time"
)

// trackView is what forecast --track -o json prints; see docs/forecast.md.
type trackView struct {
	Schema   string              `json:"schema"`
	Incident incident.IncidentID `json:"incident"`
	Title    string              `json:"title"`
	Realm    incident.Realm      `json:"realm"`
	Samples  int                 `json:"samples"`
	Rows     []trackRow          `json:"rows"`
}

type trackRow struct {
	At       status.Time         `json:"at"`
	Entry    int                 `json:"entry"`
	Phase    incident.Phase      `json:"phase,omitempty"`
	Decision incident.DecisionID `json:"decision,omitempty"`
	Option   incident.Option     `json:"option,omitempty"`
	Service  incident.ServiceID  `json:"service"`
	GoAt     status.Time         `json:"go_at"` // the forecast is of a go said then; null: it was said, or none was needed
	Repair   bool                `json:"repair"`
	P10      status.Time         `json:"p10"`
	P50      status.Time         `json:"p50"`
	P90      status.Time         `json:"p90"`
	MeetRTO  *float64            `json:"p_rto"`
	Verified status.Time         `json:"verified"`
	OffS     *int64              `json:"off_s"` // verified − P50
	Band     *int                `json:"band"`  // 0 up to P10, 1 up to P50, 2 up to P90, 3 later
	Met      *bool               `json:"rto_met"`
}

// track sets the forecast of each turning point beside what then happened.
func (a *app) track(ctx context.Context, name string) (err error) {
	src, n, _, err := a.asOf(ctx, name, "")
	if err != nil {
		return err
	}
	defer src.close(&err)
	course := incident.NewCourse()
	if err := src.log.Range(1, n, func(e incident.Entry) bool {
		course.Add(e, timeline.AxisTime(src.log, e))
		return ctx.Err() == nil
	}); err != nil {
		return err
	}
	s := course.State()
	v := trackView{Schema: "sangfroid.forecast-track/1", Incident: s.ID, Title: s.Title, Realm: s.Realm, Samples: incident.ForecastSamples, Rows: []trackRow{}}
	for i := range course.Moments {
		m := &course.Moments[i]
		for _, h := range incident.LookBack(m.Then, m.At, s, 0) {
			v.Rows = append(v.Rows, rowOf(m, &h))
		}
	}
	if a.flags.output == "json" {
		return a.printJSON(v)
	}
	return a.printTrack(s, v)
}

func rowOf(m *incident.Moment, h *incident.Hindsight) trackRow {
	r := trackRow{
		At: status.Time{Time: m.At}, Entry: m.Entry, Phase: m.Phase, Decision: m.Decision, Option: m.Option, Service: h.Service,
		GoAt: status.Time{Time: h.GoAt}, Repair: h.Repair, Verified: status.Time{Time: h.Real},
		P10: status.Time{Time: h.Then.Verified.P10}, P50: status.Time{Time: h.Then.Verified.P50}, P90: status.Time{Time: h.Then.Verified.P90},
	}
	if !math.IsNaN(h.Then.MeetRTO) {
		r.MeetRTO = &h.Then.MeetRTO
	}
	if band, ok := h.Band(); ok {
		off := int64(h.Off().Seconds())
		r.Band, r.OffS = &band, &off
		if !h.RTO.IsZero() {
			met := !h.Real.After(h.RTO)
			r.Met = &met
		}
	}
	return r
}

func (a *app) printTrack(s *incident.State, v trackView) error {
	loc, err := a.location()
	if err != nil {
		return err
	}
	l := a.lang
	a.printf("%s  %s  %s\n", l.Realm(s.Realm), s.ID, s.Title)
	if len(v.Rows) == 0 {
		a.say("track.none")
		return nil
	}
	start := v.Rows[0].At.Time
	a.say("track.head", "day", l.Day(start, loc), "zone", locale.ZoneName(start, loc))
	h := hours{a, loc, start}
	for i := range s.Services {
		a.printTracked(s, &s.Services[i], v.Rows, h)
	}
	if gone := v.bands(); gone[0]+gone[1]+gone[2]+gone[3] > 0 {
		a.printf("\n")
		a.say("track.sum", "n", gone[0]+gone[1]+gone[2]+gone[3], "p10", gone[0], "p50", gone[0]+gone[1], "p90", gone[0]+gone[1]+gone[2])
	}
	return nil
}

// bands counts the outcomes by where they fell.
func (v *trackView) bands() (n [4]int) {
	for _, r := range v.Rows {
		if r.Band != nil {
			n[*r.Band]++
		}
	}
	return n
}

func (a *app) printTracked(s *incident.State, svc *incident.Service, rows []trackRow, h hours) {
	l := a.lang
	first, given, repair := true, false, false
	for _, r := range rows {
		if r.Service != svc.Def.ID {
			continue
		}
		if first {
			first = false
			end := l.T("track.open")
			if svc.Verified != nil {
				end = l.T("track.verified", "at", h.of(svc.Verified.At))
			}
			a.printf("\n%s (%s)  %s\n", l.ServiceName(s, svc.Def.ID), svc.Def.ID, end)
		}
		what := l.T("track.phase", "phase", l.Phase(r.Phase))
		if r.Decision != "" {
			d := s.Decision(r.Decision)
			what = l.T("track.decision", "decision", incident.Own(r.Decision), "option", l.OptionTitle(d, r.Option))
		}
		mark := " "
		if !r.GoAt.IsZero() {
			mark, given = "*", true
		}
		if r.Repair {
			mark, repair = "r", true
		}
		chance := ""
		if r.MeetRTO != nil {
			chance = "P(RTO) " + l.Percent(*r.MeetRTO)
		}
		a.printf("  %s %s %-34s %-44s %-12s %s\n", h.of(r.At.Time), mark, clip(what, 34),
			l.T("forecast.levels", "p10", h.of(r.P10.Time), "p50", h.of(r.P50.Time), "p90", h.of(r.P90.Time)), chance, a.turned(r))
	}
	if given {
		a.printf("    %s\n", l.T("track.given"))
	}
	if repair {
		a.printf("    %s\n", l.T("track.repair"))
	}
}

// turned says how a forecast turned out.
func (a *app) turned(r trackRow) string {
	if r.Band == nil {
		return ""
	}
	off := time.Duration(*r.OffS) * time.Second
	key := "track.later"
	if off < 0 {
		key, off = "track.earlier", -off
	}
	where := [4]string{"track.below", "track.inside", "track.inside", "track.beyond"}[*r.Band]
	return a.lang.T(key, "by", a.lang.Span(off)) + ", " + a.lang.T(where)
}
