package cli

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"sangfroid/internal/bus"
	"sangfroid/internal/incident"
	"time"

	"github.com/spf13/cobra"
)

// outboxLine is an entry of the outbox as "outbox list -o json" prints it.
type outboxLine struct {
	ID       string          `json:"id"`
	Incident string          `json:"incident"`
	Realm    string          `json:"realm"`
	Entered  time.Time       `json:"entered"`
	Refused  string          `json:"refused,omitempty"`
	Event    json.RawMessage `json:"event"`
}

func (a *app) outboxCmd() *cobra.Command {
	g := a.group("outbox", "cli.outbox", a.outboxListCmd(), a.outboxExportCmd(), a.outboxDiscardCmd())
	g.Long = a.lang.T("cli.outbox.long")
	return g
}

// waiting reads the outboxes of all processes of the data directory.
func (a *app) waiting() ([]bus.Item, error) {
	dir, err := a.dataDir()
	if err != nil {
		return nil, err
	}
	return bus.ReadOutbox(filepath.Join(dir, "outbox"))
}

func (a *app) outboxListCmd() *cobra.Command {
	c := &cobra.Command{
		Use: "list", Short: a.lang.T("cli.outbox.list"), Args: a.exact(),
		RunE: func(*cobra.Command, []string) error {
			items, err := a.waiting()
			if err != nil {
				return err
			}
			if a.flags.output == "json" {
				out := []outboxLine{}
				for _, i := range items {
					out = append(out, outboxLine{ID: i.ID, Incident: i.Incident, Realm: i.Realm, Entered: i.PutAt, Refused: i.Refused, Event: i.Raw})
				}
				return a.printJSON(out)
			}
			for _, i := range items {
				ev := incident.Decode(i.Raw)
				state := a.lang.T("outbox.waits")
				if i.Refused != "" {
					state = a.lang.T("outbox.refused", "why", safe(i.Refused))
				}
				a.printf("%s  %s  %s  %s\n    %s\n", i.ID, i.Incident, ev.Type, a.lang.Line(incident.NewState(), incident.Entry{Event: ev}).Text, state)
			}
			if len(items) == 0 {
				a.say("outbox.empty")
			}
			return nil
		},
	}
	return a.output(c)
}

// outboxExportCmd writes the events themselves, one a line: what somebody else may enter, or an archive keep.
func (a *app) outboxExportCmd() *cobra.Command {
	var out string
	c := &cobra.Command{
		Use: "export", Short: a.lang.T("cli.outbox.export"), Args: a.exact(),
		RunE: func(*cobra.Command, []string) error {
			items, err := a.waiting()
			if err != nil {
				return err
			}
			var b []byte
			for _, i := range items {
				b = append(append(b, i.Raw...), '\n')
			}
			if out == "" {
				a.printf("%s", b)
				return nil
			}
			f, err := os.OpenFile(out, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
			if errors.Is(err, os.ErrExist) {
				return a.hintf(a.failf(err, "cli.err.exists", "file", out), "cli.hint.exists")
			}
			if err != nil {
				return err
			}
			_, err = f.Write(b)
			if err := errors.Join(err, f.Sync(), f.Close()); err != nil {
				return err
			}
			a.tell("cli.exported", "n", len(items), "file", out)
			return nil
		},
	}
	c.Flags().StringVar(&out, "out", "", a.lang.T("cli.flag.out"))
	return c
}

func (a *app) outboxDiscardCmd() *cobra.Command {
	c := &cobra.Command{
		Use: "discard ID", Short: a.lang.T("cli.outbox.discard"), Long: a.lang.T("cli.outbox.discard.long"), Args: a.exact("ID"),
		RunE: func(c *cobra.Command, args []string) (err error) {
			d, err := a.desk(c.Context())
			if err != nil {
				return err
			}
			defer func() { err = errors.Join(err, d.Close()) }()
			ok, err := d.Discard(args[0])
			if err == nil && !ok {
				err = a.hintf(a.failf(nil, "cli.err.outbox.discard", "id", args[0]), "cli.hint.outbox.discard")
			}
			if err != nil {
				return err
			}
			a.say("outbox.discarded", "id", args[0])
			return nil
		},
	}
	return c
}
