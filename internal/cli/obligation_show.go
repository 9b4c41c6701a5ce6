package cli

import (
	"context"
	"sangfroid/internal/incident"
	"sangfroid/internal/status"
	"sangfroid/internal/timeline"
	"sangfroid/playbooks"
	"strings"
	"time"

	"github.com/spf13/cobra"
)

// instant is an incident as of a time.
type instant struct {
	state  *incident.State
	record status.Record
	now    time.Time
}

// printDuties lists legal clocks: the strict time, then in a second line what it counts from, what the law allows beside,
// and the article.
func (a *app) printDuties(s *incident.State, duties []incident.Duty, now time.Time) error {
	loc, err := a.location()
	if err != nil {
		return err
	}
	l := a.lang
	at := func(t time.Time) string { return l.Moment(t, loc, now) }
	for i := range duties {
		d := &duties[i]
		a.printf("  %-26s %-14s %-44s %s\n", d.ID, l.DutyState(d), clip(l.DutyTitle(s, d.ID), 44), a.dutyDue(d, at))
		notes := l.DutyNotes(s, d, at)
		if x := l.Extension(d, at); x != "" {
			notes = append(notes, x)
		}
		a.printf("  %-26s %s\n", "", strings.Join(append(notes, l.Article(d.Def.Article)), " · "))
	}
	a.printf("  %s\n", l.T("legal.confirm"))
	return nil
}

// dutyDue is the strict deadline with what is left; of a flag how it is due.
func (a *app) dutyDue(d *incident.Duty, at func(time.Time) string) string {
	l := a.lang
	switch {
	case d.Dismissed != nil:
		return ""
	case d.Flag():
		return l.DutyWhen(d)
	case d.Clock.Deadline.IsZero():
		return ""
	}
	text := l.T("legal.due", "at", at(d.Clock.Deadline))
	switch {
	case !d.Clock.Stopped.IsZero():
		return text
	case d.Clock.Remaining < 0:
		return text + ", " + l.T("legal.late", "left", l.Span(-d.Clock.Remaining))
	}
	return text + ", " + l.T("legal.left", "left", l.Span(d.Clock.Remaining))
}

// completeDuties completes the rows of the regimes in force here.
func (a *app) completeDuties(_ *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
	if len(args) > 0 {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	return a.complete(a.dutyWords)
}

func (a *app) dutyWords(s *incident.State) (out []string) {
	for i := range s.Regimes {
		for _, row := range s.Regimes[i].Def.Rows {
			id := incident.ObligationID(string(s.Regimes[i].Def.ID) + "/" + row.ID)
			out = append(out, string(id)+"\t"+a.lang.DutyTitle(s, id))
		}
	}
	return out
}

// completeRulings completes rows and whole regimes.
func (a *app) completeRulings(_ *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
	if len(args) > 0 {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	return a.complete(func(s *incident.State) (out []string) {
		for i := range s.Regimes {
			out = append(out, string(s.Regimes[i].Def.ID)+"\t"+a.lang.Text(s.Regimes[i].Def.Title))
		}
		return append(out, a.dutyWords(s)...)
	})
}

func (a *app) completeStamps(_ *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
	if len(args) > 0 {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	return a.complete(func(s *incident.State) (out []string) {
		for _, st := range stampsAsked(s) {
			out = append(out, string(st)+"\t"+a.lang.StampTitle(s, st))
		}
		return out
	})
}

// completeRegimes completes the regimes of the program.
func (a *app) completeRegimes(_ *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
	var out []string
	if len(args) == 0 {
		for _, r := range playbooks.ShippedRules().Regimes {
			out = append(out, string(r.ID)+"\t"+a.lang.Text(r.Act))
		}
	}
	return out, cobra.ShellCompDirectiveNoFileComp
}

// momentOf is the state of an incident or a file as of a time, as the status has it.
func (a *app) momentOf(ctx context.Context, name, at string) (p instant, err error) {
	src, err := a.source(ctx, name)
	if err != nil {
		return p, err
	}
	defer src.close(&err)
	n, now, err := a.upto(src, at)
	if err != nil {
		return p, err
	}
	s, err := timeline.StateAt(src.log, n)
	return instant{state: s, record: status.Record{Entries: n, Pending: src.pending}, now: now}, err
}

// printObligations tells the legal clocks that run or are over, in the status for people.
func (a *app) printObligations(v status.Status, moment func(status.Time) string) {
	l := a.lang
	titles := make(map[incident.RegimeID]string)
	for _, r := range v.Regimes {
		titles[r.ID] = r.Title.In(string(l))
	}
	for _, o := range v.Obligations {
		if !o.Applies || o.State == incident.ClockNotStarted {
			continue
		}
		a.printf("  %-12s %-34s %s", l.T("legal.state."+string(o.State)), titles[o.Regime]+" · "+o.Title.In(string(l)), l.Article(o.Article))
		switch {
		case !o.Submitted.IsZero():
			a.printf("%s%s", l.Semicolon(), l.T("legal.sent", "at", moment(o.Submitted)))
			if o.Reference != "" {
				a.printf(", %s", l.T("legal.reference", "reference", o.Reference))
			}
		case o.RemainingS != nil && *o.RemainingS < 0:
			a.printf("%s%s, %s", l.Semicolon(), l.T("legal.due", "at", moment(o.Deadline)), l.T("legal.late", "left", l.Span(-time.Duration(*o.RemainingS)*time.Second)))
		case o.RemainingS != nil:
			a.printf("%s%s, %s", l.Semicolon(), l.T("legal.due", "at", moment(o.Deadline)), l.T("legal.left", "left", l.Span(time.Duration(*o.RemainingS)*time.Second)))
		}
		a.printf("\n")
	}
}
