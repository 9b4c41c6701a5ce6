package cli

import (
	"context"
	"fmt"
	"sangfroid/internal/incident"
	"sangfroid/internal/locale"
	"sangfroid/internal/status"
	"sangfroid/internal/timeline"
	"time"
)

// track sets the forecast of each turning point beside what then happened.
func (a *app) track(ctx context.Context, name string) (err error) {
	src, n, _, err := a.asOf(ctx, name, "")
	if err != nil {
		return err
	}
	defer src.close(&err)
	course, err := timeline.Follow(src.log, n, func(incident.Entry, *incident.State) bool { return ctx.Err() == nil })
	if err != nil {
		return err
	}
	s := course.State()
	v := status.MakeTrack(course, 0)
	if a.flags.output == "json" {
		return a.printJSON(v)
	}
	return a.printTrack(s, v)
}

func (a *app) printTrack(s *incident.State, v status.Track) error {
	loc, err := a.location()
	if err != nil {
		return err
	}
	l := a.lang
	a.printf("%s  %s  %s\n", l.Realm(s.Realm), s.ID, l.Title(s))
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
	if gone := v.Bands(); gone[0]+gone[1]+gone[2]+gone[3] > 0 {
		a.printf("\n")
		a.say("track.sum", "n", gone[0]+gone[1]+gone[2]+gone[3], "p10", gone[0], "p50", gone[0]+gone[1], "p90", gone[0]+gone[1]+gone[2])
	}
	return nil
}

func (a *app) printTracked(s *incident.State, svc *incident.Service, rows []status.TrackRow, h hours) {
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
			a.printf("%-37s %7s %7s %7s %7s %9s\n", "", "P10", "P50", "P90", "P(RTO)", l.T("track.off"))
		}
		given, repair = given || !r.GoAt.IsZero(), repair || r.Repair
		a.printf("%s\n", a.trackLine(s, r, h))
	}
	if given {
		a.printf("  %s\n", l.T("track.given"))
	}
	if repair {
		a.printf("  %s\n", l.T("track.repair"))
	}
}

// trackLine is the forecast of one moment, and how it turned out.
func (a *app) trackLine(s *incident.State, r status.TrackRow, h hours) string {
	l := a.lang
	what := l.T("track.phase", "phase", l.Phase(r.Phase))
	if r.Decision != "" {
		what = l.T("track.decision", "decision", incident.Own(r.Decision), "option", l.OptionTitle(s.Decision(r.Decision), r.Option))
	}
	mark := " "
	switch {
	case r.Repair:
		mark = "r"
	case !r.GoAt.IsZero():
		mark = "*"
	}
	chance, off := "–", ""
	if r.MeetRTO != nil {
		chance = l.Percent(*r.MeetRTO)
	}
	if r.OffS != nil {
		by := time.Duration(*r.OffS) * time.Second
		off = l.Span(by)
		if by > 0 {
			off = "+" + off
		}
	}
	line := fmt.Sprintf("  %-7s %s %-25s %7s %7s %7s %7s %9s", h.short(r.At.Time), mark, clip(what, 25),
		h.short(r.VerifiedP10.Time), h.short(r.VerifiedP50.Time), h.short(r.VerifiedP90.Time), chance, off)
	if r.Band != nil && *r.Band == 0 {
		line += "  " + l.T("track.below")
	}
	if r.Band != nil && *r.Band == 3 {
		line += "  " + l.T("track.beyond")
	}
	return line
}
