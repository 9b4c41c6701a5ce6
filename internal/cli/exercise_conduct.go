package cli

import (
	"context"
	"sangfroid/internal/cell"
	"sangfroid/internal/incident"
	"sangfroid/internal/room"
	"sangfroid/internal/text"
	"sangfroid/internal/when"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"
)

// conduct writes one command of an exercise, as its facilitator unless a role is named.
func (a *app) conduct(c *cobra.Command, as incident.Role, make func(*incident.State, *incident.Exercise) (cell.Command, error)) error {
	a.asRole(as)
	return a.act(c.Context(), func(s *incident.State) (cell.Command, error) {
		if s.Exercise == nil {
			sentence, hint := a.lang.Refuse(&incident.Refusal{Code: incident.RefuseNoExercise})
			return cell.Command{}, &failure{sentence: sentence, hint: hint, code: exitFailed}
		}
		return make(s, s.Exercise)
	})
}

// clockCmd is a command that sets the clock.
func (a *app) clockCmd(use, key string, args cobra.PositionalArgs, set func(s *incident.State, x *incident.Exercise, args []string, because string) (incident.ExerciseClock, error)) *cobra.Command {
	var because string
	c := &cobra.Command{
		Use: use, Short: a.lang.T(key), Args: args,
		RunE: func(c *cobra.Command, args []string) error {
			return a.conduct(c, incident.RoleFacilitator, func(s *incident.State, x *incident.Exercise) (cell.Command, error) {
				d, err := set(s, x, args, because)
				return cell.Command{Data: d}, err
			})
		},
	}
	c.Flags().StringVar(&because, "because", "", a.lang.T("cli.flag.because"))
	return a.output(c)
}

func (a *app) exercisePauseCmd() *cobra.Command {
	return a.clockCmd("pause", "cli.exercise.pause", a.exact(), func(_ *incident.State, x *incident.Exercise, _ []string, because string) (incident.ExerciseClock, error) {
		return x.Pause(because), nil
	})
}

func (a *app) exerciseResumeCmd() *cobra.Command {
	return a.clockCmd("resume", "cli.exercise.resume", a.exact(), func(_ *incident.State, x *incident.Exercise, _ []string, because string) (incident.ExerciseClock, error) {
		return x.Resume(because), nil
	})
}

func (a *app) exerciseSpeedCmd() *cobra.Command {
	return a.clockCmd("speed N", "cli.exercise.speed", a.exact("N"), func(_ *incident.State, x *incident.Exercise, args []string, because string) (incident.ExerciseClock, error) {
		n, err := strconv.Atoi(strings.TrimPrefix(strings.TrimSuffix(args[0], "×"), "×"))
		if err != nil || n < 1 || n > incident.MaxSpeed {
			return incident.ExerciseClock{}, a.usagef("cli.err.exercise.speed", "value", args[0], "most", itoa(incident.MaxSpeed))
		}
		return x.SetSpeed(n, because), nil
	})
}

func (a *app) exerciseJumpCmd() *cobra.Command {
	c := a.clockCmd("jump TIME|MOVE|next", "cli.exercise.jump", a.exact("TIME"), func(s *incident.State, x *incident.Exercise, args []string, because string) (incident.ExerciseClock, error) {
		at, err := a.exerciseTime(s, args[0])
		if err == nil {
			a.passes(s, at)
		}
		return x.Jump(at, because), err
	})
	c.Long, c.Example = a.lang.T("cli.exercise.jump.long"), a.lang.T("cli.exercise.jump.example")
	return c
}

// passes says how many injects a jump makes due at once.
func (a *app) passes(s *incident.State, to time.Time) {
	n := 0
	for _, st := range incident.Due(s, s.ExerciseTime(a.now())).Next {
		if !st.Due.After(to) {
			n++
		}
	}
	if n > 1 {
		a.tell("cli.exercise.passes", "n", n)
	}
}

// exerciseTime reads a time of an exercise: from its start (+01:30), a move's beginning, the next inject, an hour to come.
func (a *app) exerciseTime(s *incident.State, word string) (time.Time, error) {
	x := s.Exercise
	now := s.ExerciseTime(a.now())
	if word == "next" {
		if next := incident.Due(s, now).Next; len(next) > 0 {
			return next[0].Due, nil
		}
		return time.Time{}, a.failf(nil, "cli.err.exercise.nonext")
	}
	for i := range x.Scenario.Moves {
		if m := &x.Scenario.Moves[i]; m.ID == word {
			return x.MoveStart(m), nil
		}
	}
	if o, err := incident.ParseOffset(word); err == nil && strings.HasPrefix(strings.TrimPrefix(word, "T"), "+") {
		return x.Start.Add(o.Std()), nil
	}
	at, _, err := when.Next(word, now, a.zoneOf(s))
	if err != nil {
		return time.Time{}, a.hintf(a.usagef("cli.err.exercise.time", "value", word), "cli.hint.exercise.time")
	}
	return at, nil
}

// injectCmd is a command about one inject of the master list.
func (a *app) injectCmd(use, key string, reason bool, args cobra.PositionalArgs, data func(s *incident.State, st *incident.InjectState, args []string, because string) (incident.Data, error)) *cobra.Command {
	var because string
	c := &cobra.Command{
		Use: use, Short: a.lang.T(key), Args: args, ValidArgsFunction: a.completeInjects,
		RunE: func(c *cobra.Command, args []string) error {
			if reason && because == "" {
				return a.usagef("cli.err.missing", "what", "--because")
			}
			return a.conduct(c, incident.RoleFacilitator, func(s *incident.State, _ *incident.Exercise) (cell.Command, error) {
				var st *incident.InjectState
				all := incident.Due(s, s.ExerciseTime(a.now())).All
				for i := range all {
					if string(all[i].Def.No) == args[0] {
						st = &all[i]
					}
				}
				if st == nil && args[0] != "all" {
					return cell.Command{}, a.hintf(a.failf(nil, "cli.err.exercise.inject", "no", args[0]), "cli.hint.exercise.injects")
				}
				d, err := data(s, st, args, because)
				if st == nil {
					return cell.Command{Data: d}, err
				}
				return cell.Command{Subject: incident.InjectSubject(st.Def.No), Data: d}, err
			})
		},
	}
	c.Flags().StringVar(&because, "because", "", a.lang.T("cli.flag.because"))
	return a.output(c)
}

func (a *app) exerciseSendCmd() *cobra.Command {
	return a.injectCmd("send N", "cli.exercise.send", false, a.exact("N"), func(_ *incident.State, st *incident.InjectState, _ []string, _ string) (incident.Data, error) {
		if st == nil {
			return nil, a.failf(nil, "cli.err.exercise.inject", "no", "all")
		}
		return st.Injection(true), nil
	})
}

func (a *app) exerciseDelayCmd() *cobra.Command {
	c := a.injectCmd("delay N|all DURATION", "cli.exercise.delay", false, a.exact("N", "DURATION"), func(_ *incident.State, st *incident.InjectState, args []string, because string) (incident.Data, error) {
		by, err := incident.ParseDuration(strings.TrimPrefix(args[1], "+"))
		if err != nil || by <= 0 {
			return nil, a.usagef("cli.err.duration", "value", args[1])
		}
		if st == nil {
			return incident.ExerciseDelayed{By: by, Reason: because}, nil
		}
		return incident.ExerciseDelayed{Inject: st.Def.No, By: by, Reason: because}, nil
	})
	c.Long = a.lang.T("cli.exercise.delay.long")
	return c
}

func (a *app) exerciseSkipCmd() *cobra.Command {
	return a.injectCmd("skip N", "cli.exercise.skip", true, a.exact("N"), func(_ *incident.State, st *incident.InjectState, _ []string, because string) (incident.Data, error) {
		if st == nil {
			return nil, a.failf(nil, "cli.err.exercise.inject", "no", "all")
		}
		return incident.ExerciseSkipped{Inject: st.Def.No, Reason: because}, nil
	})
}

// rolesOf reads roles with commas between them; "all" is nobody in particular.
func rolesOf(s string) []incident.Role {
	var out []incident.Role
	for _, r := range strings.FieldsFunc(s, func(r rune) bool { return r == ',' || r == ' ' }) {
		if r != "all" {
			out = append(out, incident.Role(r))
		}
	}
	return out
}

func (a *app) exerciseImproviseCmd() *cobra.Command {
	var from, to, channel, expected, objective, because string
	c := &cobra.Command{
		Use: "improvise TEXT", Short: a.lang.T("cli.exercise.improvise"), Example: a.lang.T("cli.exercise.improvise.example"), Args: cobra.ArbitraryArgs,
		RunE: func(c *cobra.Command, args []string) error {
			switch {
			case len(args) == 0:
				return a.usagef("cli.err.missing", "what", "TEXT")
			case from == "":
				return a.usagef("cli.err.missing", "what", "--from")
			}
			return a.conduct(c, incident.RoleFacilitator, func(*incident.State, *incident.Exercise) (cell.Command, error) {
				return cell.Command{Data: incident.ExerciseImprovised{
					From: incident.T(from), To: rolesOf(to), Channel: incident.Channel(channel), Text: incident.T(strings.Join(args, " ")),
					Expected: incident.T(expected), Objective: objective, Reason: because,
				}}, nil
			})
		},
	}
	f := c.Flags()
	f.StringVar(&from, "from", "", a.lang.T("cli.flag.inject.from"))
	f.StringVar(&to, "to", "all", a.lang.T("cli.flag.inject.to"))
	f.StringVar(&channel, "channel", "phone", a.lang.T("cli.flag.inject.channel"))
	f.StringVar(&expected, "expected", "", a.lang.T("cli.flag.inject.expected"))
	f.StringVar(&objective, "objective", "", a.lang.T("cli.flag.objective"))
	f.StringVar(&because, "because", "", a.lang.T("cli.flag.because"))
	var channels []string
	for _, ch := range incident.Channels() {
		channels = append(channels, string(ch))
	}
	_ = c.RegisterFlagCompletionFunc("channel", cobra.FixedCompletions(channels, cobra.ShellCompDirectiveNoFileComp))
	_ = c.RegisterFlagCompletionFunc("objective", a.completeObjectives)
	return a.output(c)
}

func (a *app) exerciseAnswerCmd() *cobra.Command {
	var f fact
	c := &cobra.Command{
		Use: "answer N [TEXT]", Short: a.lang.T("cli.exercise.answer"), Example: a.lang.T("cli.exercise.answer.example"), Args: cobra.ArbitraryArgs, ValidArgsFunction: a.completeInjects,
		RunE: func(c *cobra.Command, args []string) error {
			if len(args) == 0 {
				return a.usagef("cli.err.missing", "what", "N")
			}
			no := incident.InjectID(args[0])
			return a.act(c.Context(), func(*incident.State) (cell.Command, error) {
				return a.fill(cell.Command{Subject: incident.InjectSubject(no), Data: incident.ExerciseAnswered{Inject: no, Text: strings.Join(args[1:], " ")}}, f)
			})
		},
	}
	a.factFlag(c, &f)
	return a.output(c)
}

// answerCmd is exercise answer in one word: players type it in the line mode.
func (a *app) answerCmd() *cobra.Command {
	c := a.exerciseAnswerCmd()
	c.Hidden = true
	return c
}

func (a *app) completeInjects(_ *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
	s := a.localState()
	if s == nil || s.Exercise == nil || len(args) > 0 {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	var out []string
	for i := range s.Exercise.Scenario.Injects {
		d := &s.Exercise.Scenario.Injects[i]
		out = append(out, string(d.No)+"\t"+clip(text.OneLine(d.Text.In(string(a.lang))), 60))
	}
	return out, cobra.ShellCompDirectiveNoFileComp
}

// endFlags are those of exercise end.
type endFlags struct {
	because, title, playbook string
	emergency, declare       bool
}

func (a *app) exerciseEndCmd() *cobra.Command {
	var f endFlags
	c := &cobra.Command{
		Use: "end", Short: a.lang.T("cli.exercise.end"), Long: a.lang.T("cli.exercise.end.long"), Example: a.lang.T("cli.exercise.end.example"), Args: a.exact(),
		RunE: func(c *cobra.Command, _ []string) error {
			switch {
			case f.declare && !f.emergency:
				return a.usagef("cli.err.exercise.declare")
			case !f.emergency:
				return a.conduct(c, incident.RoleFacilitator, func(*incident.State, *incident.Exercise) (cell.Command, error) {
					return cell.Command{Data: incident.ExerciseEnded{Reason: f.because}}, nil
				})
			}
			return a.emergency(c.Context(), f)
		},
	}
	fl := c.Flags()
	fl.StringVar(&f.because, "because", "", a.lang.T("cli.flag.because"))
	fl.BoolVar(&f.emergency, "real-emergency", false, a.lang.T("cli.flag.emergency"))
	fl.BoolVar(&f.declare, "declare", false, a.lang.T("cli.flag.emergency.declare"))
	fl.StringVar(&f.title, "title", "", a.lang.T("cli.flag.emergency.title"))
	fl.StringVar(&f.playbook, "playbook", "", a.lang.T("cli.flag.playbook"))
	return a.output(c)
}

// emergency ends the exercise for everybody, and declares what is real when asked.
func (a *app) emergency(ctx context.Context, f endFlags) (err error) {
	d, r, err := a.join(ctx)
	if err != nil {
		return err
	}
	defer a.leave(d, r, &err)
	s := r.Frame().State
	if s.Exercise == nil || s.Exercise.Ended == nil || !f.declare {
		rc, err := r.Do(ctx, cell.Command{Data: incident.ExerciseEnded{Reason: f.because, Emergency: true}})
		if err != nil {
			return a.refusedIn(r, err)
		}
		if !f.declare {
			a.tell("cli.exercise.declare.hint")
			return a.printReceipt(r, rc)
		}
	}
	title := f.title
	if title == "" {
		title = a.lang.T("exercise.emergency.title", "title", a.lang.Title(s))
		if f.because != "" {
			title = f.because
		}
	}
	now := a.now()
	dec := cell.Declaration{Title: title, Realm: incident.Live, Playbook: f.playbook, Zone: s.Zone, Detected: &now}
	if d == nil {
		d = r.Desk()
	}
	if l := a.justDeclared(ctx, d); l != nil {
		return a.hintf(a.failf(nil, "cli.err.exercise.declared", "by", l.By, "title", l.Title, "id", string(l.ID)), "cli.hint.exercise.declared", "id", string(l.ID))
	}
	id, err := d.Declare(ctx, dec)
	if err != nil {
		return err
	}
	if a.flags.output == "json" {
		return a.printJSON(declared{ID: id, Title: title, Realm: incident.Live})
	}
	a.printf("%s\n", id)
	a.tell("cli.declare.next", "id", id)
	return nil
}

// justDeclared is a live incident that was declared in the last half hour: two people hear one phrase, and one incident is
// enough. Nil when there is none.
func (a *app) justDeclared(ctx context.Context, d *room.Desk) *cell.Listing {
	wait, cancel := context.WithTimeout(ctx, waitBus)
	defer cancel()
	d.Settle(wait)
	list := d.Listings()
	for i := range list {
		if l := &list[i]; l.Realm == incident.Live && !l.Closed && a.now().Sub(l.SinceWall()) < 30*time.Minute {
			return l
		}
	}
	return nil
}
