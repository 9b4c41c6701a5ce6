package cli

import (
	"sangfroid/internal/incident"
	"sangfroid/internal/status"
	"sangfroid/internal/text"
	"time"

	"github.com/spf13/cobra"
)

func (a *app) exerciseStatusCmd() *cobra.Command {
	var at string
	c := &cobra.Command{
		Use: "status [INCIDENT|FILE]", Short: a.lang.T("cli.exercise.status"), Long: a.lang.T("cli.exercise.status.long"), Args: cobra.MaximumNArgs(1), ValidArgsFunction: a.completeIncidents,
		RunE: func(c *cobra.Command, args []string) error {
			name := a.flags.incident
			if len(args) > 0 {
				name = args[0]
			}
			return a.exerciseStatus(c, name, at)
		},
	}
	c.Flags().StringVar(&at, "at", "", a.lang.T("cli.flag.asof"))
	return a.output(c)
}

func (a *app) exerciseStatus(c *cobra.Command, name, at string) (err error) {
	p, err := a.momentOf(c.Context(), name, at)
	if err != nil {
		return err
	}
	if p.state.Exercise == nil {
		sentence, hint := a.lang.Refuse(&incident.Refusal{Code: incident.RefuseNoExercise})
		return &failure{sentence: sentence, hint: hint, code: exitFailed}
	}
	if a.flags.output == "json" {
		return a.printJSON(status.ExerciseOf(p.state, p.now))
	}
	a.printExercise(p.state, p.now, a.shown)
	return nil
}

// printExercise shows the exercise to those who run or watch it, and to a player what was sent to their role.
func (a *app) printExercise(s *incident.State, now time.Time, loc *time.Location) {
	x, l := s.Exercise, a.lang
	a.printf("%s  %s  %s\n", l.Realm(s.Realm), s.ID, x.Scenario.Title.In(string(l)))
	state := l.T("exercise.state.running", "n", x.Speed())
	switch {
	case x.Emergency:
		state = l.T("e.exercise.emergency")
	case x.Ended != nil:
		state = l.T("exercise.state.ended", "at", l.Moment(x.Ended.At, loc, now))
	case x.Speed() == 0:
		state = l.T("exercise.state.paused")
	}
	a.say("cli.exercise.now", "at", l.Moment(now, loc, now), "since", offset(now.Sub(x.Start)), "state", state, "end", l.Moment(x.PlannedEnd(), loc, now))
	if m := x.MoveAt(now); m != nil {
		a.say("cli.exercise.move", "move", m.Title.In(string(l)))
	}
	dir, err := a.dataDir()
	role := incident.RoleFacilitator
	if err == nil && (a.flags.role != "" || a.getenv("SANGFROID_ROLE") != "") {
		role = a.me(dir).Role
	}
	if incident.SeesAll(role) || x.Solo || x.Ended != nil {
		a.printAgenda(s, now, loc)
	} else {
		a.printSeen(s, role, loc, now)
	}
}

func offset(d time.Duration) string { return incident.Offset(d).String() }

func (a *app) printSeen(s *incident.State, role incident.Role, loc *time.Location, now time.Time) {
	for _, i := range s.Exercise.Seen(role) {
		a.printf("  %-4s %s  %s\n", i.No, a.lang.Moment(i.Mark.At, loc, now), a.injectLine(s, i.Channel, i.From, i.To, i.Text))
	}
}

func (a *app) injectLine(s *incident.State, c incident.Channel, from incident.Text, to []incident.Role, words incident.Text) string {
	t := func(x incident.Text) string { return text.OneLine(x.In(string(a.lang))) }
	return a.lang.T("cli.exercise.inject", "channel", a.lang.Channel(c), "from", t(from), "to", a.lang.To(s, to), "text", t(words))
}

func (a *app) printAgenda(s *incident.State, now time.Time, loc *time.Location) {
	x := s.Exercise
	agenda := incident.Due(s, now)
	a.printf("\n")
	for i := range agenda.All {
		st := &agenda.All[i]
		d := st.Def
		when := ""
		switch {
		case st.Sent != nil:
			when = a.lang.Moment(st.Sent.Mark.At, loc, now)
		case !st.Due.IsZero():
			when = a.lang.Moment(st.Due, loc, now)
		}
		count := ""
		if st.Status == incident.InjectNext || st.Status == incident.InjectDue {
			count = a.lang.Clock(st.In)
		}
		a.printf("  %-4s %-10s %-9s %-10s %s\n", d.No, a.lang.InjectStatus(st.Status), when, count, a.injectLine(s, d.Channel, d.From, d.To, d.Text))
		if st.Status == incident.InjectWaiting {
			a.printf("       %s\n", a.lang.Condition(s, d.When))
		}
		for _, v := range x.AnswersTo(d.No) {
			a.printf("       ✓ %s  %s: %s\n", a.lang.Moment(v.Mark.At, loc, now), v.Mark.By, v.Mark.Note)
		}
	}
	for i := range x.Sent {
		if u := &x.Sent[i]; u.Improvised {
			a.printf("  %-4s %-10s %-9s %-10s %s\n", u.No, a.lang.InjectStatus(incident.InjectIsSent), a.lang.Moment(u.Mark.At, loc, now), "", a.injectLine(s, u.Channel, u.From, u.To, u.Text))
		}
	}
	a.printf("\n%s\n", a.lang.T("cli.exercise.objectives"))
	for i := range x.Scenario.Objectives {
		o := &x.Scenario.Objectives[i]
		a.printf("  %-14s %s\n", o.ID, o.Text.In(string(a.lang)))
		if m := s.Measure(o, now); m.Known {
			line := a.lang.ClockState(m.State)
			if !m.Deadline.IsZero() {
				line += " · " + a.lang.T("exercise.target.by", "at", a.lang.Moment(m.Deadline, loc, now))
			}
			if !m.At.IsZero() {
				line += " · " + a.lang.Moment(m.At, loc, now)
			}
			a.printf("  %-14s %s\n", "", line)
		}
		if sc := x.ScoreOf(o.ID); sc != nil {
			a.printf("  %-14s %s\n", "", withNote(a.lang.Rating(sc.Rating), sc.Mark.Note))
		}
	}
	for i := range x.Observed {
		o := &x.Observed[i]
		a.printf("  %s  %s: %s\n", a.lang.Moment(o.Mark.At, loc, now), a.lang.ObservationKind(o.Kind), o.Mark.Note)
	}
}

func withNote(s, note string) string {
	if note == "" {
		return s
	}
	return s + " – " + note
}
