package cli

import (
	"fmt"
	"sangfroid/internal/incident"
	"sangfroid/internal/locale"
	"sangfroid/internal/timeline"
	"time"

	"github.com/spf13/cobra"
)

func (a *app) timelineCmd() *cobra.Command {
	subs := []*cobra.Command{a.timelineShowCmd(), a.timelineFollowCmd(), a.timelineImportCmd(), a.timelineVerifyCmd(), a.timelineDiffCmd()}
	g := a.group("timeline", "cli.timeline", append(subs, a.entryCmds()...)...)
	g.Example = a.lang.T("cli.timeline.example")
	return g
}

// line is an entry as "timeline show -o json" prints it.
type entryLine struct {
	Entry    int              `json:"entry"`
	Time     time.Time        `json:"time"`
	Recorded time.Time        `json:"recorded"`
	Received time.Time        `json:"received"`
	ID       incident.EventID `json:"id"`
	Type     incident.Type    `json:"type"`
	Actor    string           `json:"actor"`
	Role     incident.Role    `json:"role,omitempty"`
	Category string           `json:"category"`
	Text     string           `json:"text"`
	Marks    []string         `json:"marks,omitempty"`
}

// entryPrinter prints entries one by one, as text or as JSON lines.
func (a *app) entryPrinter() (func(*incident.State, incident.Entry), error) {
	loc, err := a.location()
	if err != nil {
		return nil, err
	}
	return func(s *incident.State, e incident.Entry) {
		l := a.lang.Line(s, e)
		if a.flags.output == "json" {
			_ = a.printCompact(entryLine{
				Entry: e.Seq, Time: e.Event.Time, Recorded: e.Event.Recorded, Received: e.Received, ID: e.Event.ID, Type: e.Event.Type,
				Actor: e.Event.Actor, Role: e.Event.Role, Category: l.Category, Text: l.Text, Marks: l.Marks,
			})
			return
		}
		drill := ""
		if s.Realm == incident.Drill {
			drill = a.lang.Realm(s.Realm) + "  "
		}
		at := e.Event.Time
		if at.IsZero() {
			at = e.Received
		}
		a.printf("%s%5d  %s %s  %-14s %-13s %s\n", drill, e.Seq, a.lang.Day(at, loc), locale.Hour(at, loc), clip(e.Event.Actor, 14), clip(l.Category, 13), l)
	}, nil
}

func clip(s string, n int) string {
	r := []rune(s)
	if len(r) > n {
		return string(r[:n-1]) + "…"
	}
	return s
}

func (a *app) timelineShowCmd() *cobra.Command {
	var last int
	c := &cobra.Command{
		Use: "show [INCIDENT|FILE]", Short: a.lang.T("cli.timeline.show"), Args: cobra.MaximumNArgs(1), ValidArgsFunction: a.completeIncidents,
		RunE: func(c *cobra.Command, args []string) (err error) {
			src, err := a.source(c.Context(), a.named(args))
			if err != nil {
				return err
			}
			defer src.close(&err)
			show, err := a.entryPrinter()
			if err != nil {
				return err
			}
			s, err := timeline.StateAt(src.log, src.log.Len())
			if err != nil {
				return err
			}
			from := 1
			if last > 0 {
				from = max(1, src.log.Len()-last+1)
			}
			return src.log.Range(from, src.log.Len(), func(e incident.Entry) bool {
				show(s, e)
				return c.Context().Err() == nil
			})
		},
	}
	c.Flags().IntVar(&last, "last", 0, a.lang.T("cli.flag.lines"))
	return a.output(c)
}

// named is the incident or file of a command's argument, else of --incident.
func (a *app) named(args []string) string {
	if len(args) > 0 {
		return args[0]
	}
	return a.flags.incident
}

func (a *app) timelineFollowCmd() *cobra.Command {
	c := &cobra.Command{
		Use: "follow [INCIDENT]", Short: a.lang.T("cli.timeline.follow"), Args: cobra.MaximumNArgs(1), ValidArgsFunction: a.completeIncidents,
		RunE: func(c *cobra.Command, args []string) (err error) {
			a.flags.incident = a.named(args)
			d, r, err := a.join(c.Context())
			if err != nil {
				return err
			}
			defer a.leave(d, r, &err)
			show, err := a.entryPrinter()
			if err != nil {
				return err
			}
			shown := 0
			for {
				f := r.Frame()
				if f.Len > shown {
					err := r.Log().Range(shown+1, f.Len, func(e incident.Entry) bool {
						show(f.State, e)
						return true
					})
					if err != nil {
						return err
					}
					shown = f.Len
				}
				select {
				case <-c.Context().Done():
					return nil
				case <-r.Changed():
				}
			}
		},
	}
	return a.output(c)
}

// printCompact prints one JSON line.
func (a *app) printCompact(v any) error {
	b, err := jsonLine(v)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(a.out, "%s\n", b)
	return err
}
