package cli

import (
	"bufio"
	"context"
	"errors"
	"io"
	"os"
	"sangfroid/internal/cell"
	"sangfroid/internal/incident"
	"sangfroid/internal/locale"
	"sangfroid/internal/room"
	"sangfroid/internal/status"
	"sangfroid/internal/text"
	"sangfroid/internal/when"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"
)

// look reads the state of the incident meant, or of the file --incident names, as of now.
func (a *app) look(ctx context.Context, do func(s *incident.State, now time.Time, loc *time.Location) error) (err error) {
	if isFile(a.flags.incident) {
		src, err := a.source(ctx, a.flags.incident)
		if err != nil {
			return err
		}
		defer src.close(&err)
		s, now, err := src.state(a.now())
		if err != nil {
			return err
		}
		return do(s, now, a.zoneOf(s))
	}
	d, r, err := a.join(ctx)
	if err != nil {
		return err
	}
	defer a.leave(d, r, &err)
	s := r.Frame().State
	return do(s, s.ExerciseTime(a.now()), a.zoneOf(s))
}

func (a *app) sitrepCmd() *cobra.Command {
	g := a.group("sitrep", "cli.sitrep", a.sitrepDraftCmd(), a.sitrepIssueCmd(), a.sitrepListCmd(), a.sitrepShowCmd(), a.sitrepEveryCmd())
	g.Long, g.Example = a.lang.T("cli.sitrep.long"), a.lang.T("cli.sitrep.example")
	return g
}

// inFlag is the language of a report, which need not be the screen's.
func (a *app) inFlag(c *cobra.Command, in *string) {
	c.Flags().StringVar(in, "in", "", a.lang.T("cli.flag.in"))
	_ = c.RegisterFlagCompletionFunc("in", cobra.FixedCompletions([]string{"en", "fr", locale.Both}, cobra.ShellCompDirectiveNoFileComp))
}

func (a *app) sitrepLangs(in string) ([]locale.Lang, error) {
	if in != "" && in != "en" && in != "fr" && in != locale.Both {
		return nil, a.usagef("cli.err.in", "value", in)
	}
	return a.lang.SitrepLangs(in), nil
}

func (a *app) sitrepDraftCmd() *cobra.Command {
	var in string
	c := &cobra.Command{
		Use: "draft", Short: a.lang.T("cli.sitrep.draft"), Args: a.exact(),
		RunE: func(c *cobra.Command, _ []string) error {
			langs, err := a.sitrepLangs(in)
			if err != nil {
				return err
			}
			return a.look(c.Context(), func(s *incident.State, now time.Time, loc *time.Location) error {
				a.printf("%s", locale.SitrepDrafts(langs, s, now, loc))
				return nil
			})
		},
	}
	a.inFlag(c, &in)
	return c
}

func (a *app) sitrepIssueCmd() *cobra.Command {
	var f fact
	var file, next, in string
	c := &cobra.Command{
		Use: "issue", Short: a.lang.T("cli.sitrep.issue"), Long: a.lang.T("cli.sitrep.issue.long"), Args: a.exact(),
		RunE: func(c *cobra.Command, _ []string) (err error) {
			langs, err := a.sitrepLangs(in)
			if err != nil {
				return err
			}
			body := ""
			if file != "" {
				if body, err = a.readText(file); err != nil {
					return err
				}
			} else if a.bound != nil || !a.isTerminal() {
				return a.hintf(a.usagef("cli.err.missing", "what", "--file"), "cli.hint.sitrep.file")
			}
			d, r, err := a.join(c.Context())
			if err != nil {
				return err
			}
			defer a.leave(d, r, &err)
			if file == "" {
				if body, err = a.editSitrep(r, langs); err != nil {
					return err
				}
			}
			return a.issue(c.Context(), r, f, incident.SitrepIssued{Text: body, Lang: locale.JoinLangs(langs)}, next)
		},
	}
	a.factFlag(c, &f)
	c.Flags().StringVarP(&file, "file", "f", "", a.lang.T("cli.flag.sitrep.file"))
	c.Flags().StringVar(&next, "next", "", a.lang.T("cli.flag.next"))
	a.inFlag(c, &in)
	return a.output(c)
}

// issue writes a report with the checkpoint of the record it was made from.
func (a *app) issue(ctx context.Context, r *room.Room, f fact, d incident.SitrepIssued, next string) error {
	frame := r.Frame()
	d.Size, d.Root = frame.Len, frame.Root
	at, err := a.nextReport(frame.State, next)
	if err != nil {
		return err
	}
	d.Next = at
	cmd, err := a.fill(cell.Command{Data: d}, f)
	if err != nil {
		return err
	}
	rc, err := r.Do(ctx, cmd)
	if err != nil {
		return a.refusedIn(r, err)
	}
	r.DropScratch(sitrepForm)
	return a.printReceipt(r, rc)
}

// nextReport reads --next: a duration from now, a time, or none; without it the cadence rules.
func (a *app) nextReport(s *incident.State, next string) (*time.Time, error) {
	if next == "" && s.Every > 0 {
		next = s.Every.String()
	}
	if next == "" || next == "none" {
		return nil, nil
	}
	if d, err := incident.ParseDuration(next); err == nil && d > 0 {
		t := s.ExerciseTime(a.now()).Add(d.Std())
		return &t, nil
	}
	t, _, err := when.Next(next, s.ExerciseTime(a.now()), a.zoneOf(s))
	if err != nil {
		return nil, a.hintf(a.usagef("cli.err.next", "value", next), "cli.hint.next")
	}
	return &t, nil
}

// readText reads a text of several lines from a file, or from the input for "-".
func (a *app) readText(name string) (string, error) {
	in := io.Reader(a.in)
	if name != "-" {
		f, err := os.Open(name)
		if err != nil {
			return "", err
		}
		defer func() { _ = f.Close() }() // only read
		in = f
	}
	b, err := io.ReadAll(io.LimitReader(in, incident.MaxBlock+1))
	if err != nil {
		return "", err
	}
	if len(b) > incident.MaxBlock {
		return "", a.failf(nil, "cli.err.long", "file", name, "limit", incident.MaxBlock>>10)
	}
	clean, _ := text.CleanBlock(string(b))
	return strings.TrimSpace(clean), nil
}

// sitrepForm is the name the console keeps the report's draft under; an editor started here takes up the same text.
const sitrepForm = "sitrep"

// editSitrep opens the draft in the person's editor and asks before it goes out.
func (a *app) editSitrep(r *room.Room, langs []locale.Lang) (string, error) {
	s := r.Frame().State
	body := locale.SitrepDrafts(langs, s, s.ExerciseTime(a.now()), a.zoneOf(s))
	if kept, found, newer, err := r.Scratch(sitrepForm); err != nil {
		return "", err
	} else if found && newer && kept != "" {
		body = kept
		a.tell("cli.sitrep.kept")
	}
	path, err := r.PutScratch(sitrepForm, strings.TrimSpace(body))
	if err != nil {
		return "", err
	}
	if err := a.edit(path); err != nil {
		return "", err
	}
	body, _, _, err = r.Scratch(sitrepForm)
	if err != nil {
		return "", err
	}
	if body == "" {
		return "", a.failf(errNotIssued, "cli.sitrep.empty")
	}
	a.printf("%s\n\n%s ", body, a.lang.T("cli.sitrep.sure"))
	answer, err := bufio.NewReader(a.in).ReadString('\n')
	if err != nil && !errors.Is(err, io.EOF) {
		return "", err
	}
	if yes := strings.ToLower(strings.TrimSpace(answer)); yes != "y" && yes != "yes" && yes != "o" && yes != "oui" {
		return "", a.hintf(a.failf(errNotIssued, "cli.sitrep.not"), "cli.hint.editor.kept", "file", path)
	}
	return body, nil
}

var errNotIssued = errors.New("not issued")

func (a *app) sitrepListCmd() *cobra.Command {
	c := &cobra.Command{
		Use: "list", Short: a.lang.T("cli.sitrep.list"), Args: a.exact(),
		RunE: func(c *cobra.Command, _ []string) error {
			return a.look(c.Context(), func(s *incident.State, now time.Time, loc *time.Location) error {
				v := status.ReportsOf(s, now)
				if a.flags.output == "json" {
					return a.printJSON(v)
				}
				for i := range s.Sitreps {
					r := &s.Sitreps[i]
					first, _, _ := strings.Cut(strings.TrimSpace(r.Text), "\n")
					next := "–"
					if r.Next != nil {
						next = a.lang.Minute(*r.Next, loc, now)
					}
					a.printf("%3d  %-22s → %-18s %-5s %6d %-8s  %-16s %s\n", r.No, a.lang.Minute(r.Mark.At, loc, now), next, r.Lang, r.Size, short(r.Root), clip(r.Mark.By, 16), clip(first, 60))
				}
				a.say("cli.sitrep.counts", "n", len(s.Sitreps), "missed", v.Missed)
				if !v.Due.IsZero() {
					a.say("cli.sitrep.due", "at", a.lang.Minute(v.Due.Time, loc, now), "left", v.Due.Sub(now))
				}
				return nil
			})
		},
	}
	return a.output(c)
}

func (a *app) sitrepShowCmd() *cobra.Command {
	c := &cobra.Command{
		Use: "show [N]", Short: a.lang.T("cli.sitrep.show"), Args: cobra.MaximumNArgs(1), ValidArgsFunction: a.completeSitreps,
		RunE: func(c *cobra.Command, args []string) error {
			return a.look(c.Context(), func(s *incident.State, now time.Time, loc *time.Location) error {
				n := len(s.Sitreps)
				if len(args) > 0 {
					var err error
					if n, err = strconv.Atoi(args[0]); err != nil {
						return a.usagef("cli.err.count", "value", args[0])
					}
				}
				if n < 1 || n > len(s.Sitreps) {
					return a.hintf(a.failf(nil, "cli.err.nositrep", "n", n), "cli.hint.nositrep", "n", len(s.Sitreps))
				}
				if a.flags.output == "json" {
					return a.printJSON(status.ReportsOf(s, now).Reports[n-1])
				}
				a.printf("%s", a.lang.SitrepText(s, &s.Sitreps[n-1], loc))
				return nil
			})
		},
	}
	return a.output(c)
}

func (a *app) completeSitreps(_ *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
	if len(args) > 0 {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	return a.complete(func(s *incident.State) (out []string) {
		for i := range s.Sitreps {
			out = append(out, strconv.Itoa(s.Sitreps[i].No)+"\t"+s.Sitreps[i].Mark.By)
		}
		return out
	})
}

func (a *app) sitrepEveryCmd() *cobra.Command {
	var f fact
	var because string
	c := &cobra.Command{
		Use: "every DURATION|none", Short: a.lang.T("cli.sitrep.every"), Args: a.exact("DURATION"),
		RunE: func(c *cobra.Command, args []string) error {
			if because == "" {
				return a.usagef("cli.err.missing", "what", "--because")
			}
			d := incident.CadenceSet{Reason: because}
			if args[0] != "none" {
				every, err := incident.ParseDuration(args[0])
				if err != nil || every == 0 {
					return a.hintf(a.usagef("cli.err.duration", "value", args[0]), "cli.hint.duration")
				}
				d.Every = every
			}
			return a.act(c.Context(), func(*incident.State) (cell.Command, error) { return a.fill(cell.Command{Data: d}, f) })
		},
	}
	a.factFlag(c, &f)
	c.Flags().StringVar(&because, "because", "", a.lang.T("cli.flag.because"))
	return a.output(c)
}
