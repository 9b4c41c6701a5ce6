package cli

import (
	"context"
	"os"
	"path/filepath"
	"sangfroid/internal/cell"
	"sangfroid/internal/incident"
	"sangfroid/internal/room"
	"sangfroid/internal/timeline"
	"strings"
	"time"

	"github.com/oklog/ulid/v2"
	"github.com/spf13/cobra"
)

// importFlags are what the rows of a source do not tell.
type importFlags struct {
	out, title, rto, rpo, mtpd, detected, restored, resumed string
}

func (a *app) timelineImportCmd() *cobra.Command {
	var f importFlags
	c := &cobra.Command{
		Use: "import FILE", Short: a.lang.T("cli.timeline.import"), Long: a.lang.T("cli.timeline.import.long"), Args: a.exact("FILE"),
		RunE: func(c *cobra.Command, args []string) error {
			if a.flags.incident != "" {
				return a.backfill(c.Context(), args[0])
			}
			return a.importFile(args[0], f)
		},
	}
	fl := c.Flags()
	fl.StringVar(&f.out, "out", "", a.lang.T("cli.flag.outfile"))
	fl.StringVar(&f.title, "title", "", a.lang.T("cli.flag.title"))
	fl.StringVar(&f.rto, "rto", "", a.lang.T("cli.flag.rto"))
	fl.StringVar(&f.rpo, "rpo", "", a.lang.T("cli.flag.rpo"))
	fl.StringVar(&f.mtpd, "mtpd", "", a.lang.T("cli.flag.mtpd"))
	fl.StringVar(&f.detected, "detected", "", a.lang.T("cli.flag.detected"))
	fl.StringVar(&f.restored, "restored", "", a.lang.T("cli.flag.restored"))
	fl.StringVar(&f.resumed, "resumed", "", a.lang.T("cli.flag.resumed"))
	return c
}

// importOptions turns the flags into what the importer wants.
func (a *app) importOptions(file string, f importFlags) (timeline.ImportOptions, error) {
	o := timeline.ImportOptions{
		File: file, Title: f.title, Zone: a.flags.zone, Now: a.now(), Actor: "import", Realm: incident.Live,
		NewID: func() incident.EventID { return incident.EventID(ulid.Make().String()) },
	}
	if o.Title == "" {
		o.Title = strings.TrimSuffix(filepath.Base(file), filepath.Ext(file))
	}
	o.Incident = incident.IncidentID("imp-" + slug(o.Title))
	for _, d := range []struct {
		to  *incident.Duration
		val string
	}{{&o.RTO, f.rto}, {&o.RPO, f.rpo}, {&o.MTPD, f.mtpd}} {
		if d.val == "" {
			continue
		}
		v, err := incident.ParseDuration(d.val)
		if err != nil {
			return o, a.hintf(a.usagef("cli.err.duration", "value", d.val), "cli.hint.duration")
		}
		*d.to = v
	}
	for _, t := range []struct {
		to  **time.Time
		val string
	}{{&o.Detected, f.detected}, {&o.Restored, f.restored}, {&o.Resumed, f.resumed}} {
		v, err := a.newTimeFlag(t.val)
		if err != nil {
			return o, err
		}
		*t.to = v
	}
	return o, nil
}

// slug makes an id of a title.
func slug(s string) string {
	var b strings.Builder
	for _, r := range strings.ToLower(s) {
		if (r >= 'a' && r <= 'z') || (r >= '0' && r <= '9') {
			b.WriteRune(r)
		} else if b.Len() > 0 && !strings.HasSuffix(b.String(), "-") {
			b.WriteByte('-')
		}
		if b.Len() >= 40 {
			break
		}
	}
	if out := strings.Trim(b.String(), "-"); out != "" {
		return out
	}
	return "timeline"
}

func (a *app) importFile(file string, f importFlags) error {
	if f.out == "" {
		return a.usagef("cli.err.missing", "what", "--out")
	}
	o, err := a.importOptions(file, f)
	if err != nil {
		return err
	}
	if _, err := os.Stat(f.out); err == nil {
		return a.hintf(a.failf(nil, "cli.err.exists", "file", f.out), "cli.hint.exists")
	}
	in, err := os.Open(file)
	if err != nil {
		return a.failf(err, "cli.err.nofile", "file", file, "why", plain(err))
	}
	defer in.Close() //nolint:errcheck // only read
	signer, err := a.signer(o.Incident)
	if err != nil {
		return err
	}
	h := timeline.Header{Incident: o.Incident, Realm: o.Realm, Title: o.Title, Source: filepath.Base(file), Axis: timeline.AxisFact}
	if strings.HasSuffix(file, ".jsonl") {
		lines, err := timeline.ReadJSONL(in, o)
		if err != nil {
			return err
		}
		r, err := timeline.WriteLines(f.out, h, lines, signer)
		if err != nil {
			return err
		}
		a.say("cli.imported", "rows", len(lines), "n", r.Len(), "file", f.out)
		return r.Close()
	}
	events, rep, err := timeline.ReadCSV(in, o)
	if err != nil {
		return err
	}
	r, err := timeline.WriteImported(f.out, h, events, o.Now, signer)
	if err != nil {
		return err
	}
	a.say("cli.imported", "rows", rep.Rows, "n", r.Len(), "file", f.out)
	a.importNotes(rep)
	return r.Close()
}

func (a *app) importNotes(rep timeline.ImportReport) {
	if rep.Encoding != "" {
		a.say("cli.import.encoding", "encoding", rep.Encoding)
	}
	if rep.DetectedRow > 0 {
		a.say("cli.import.detected", "at", rep.Detected.UTC().Format(time.RFC3339), "row", rep.DetectedRow)
	}
	if rep.Unsorted > 0 {
		a.say("cli.import.unsorted", "n", rep.Unsorted)
	}
}

// signer is this machine's key, for checkpoints in the files it writes.
func (a *app) signer(id incident.IncidentID) (*timeline.Signer, error) {
	dir, err := a.dataDir()
	if err != nil {
		return nil, err
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, a.hintf(a.failf(err, "cli.err.datadir", "dir", dir, "why", plain(err)), "cli.hint.datadir")
	}
	return timeline.LoadOrCreateKey(filepath.Join(dir, "key"), "sangfroid/"+string(id))
}

// backfill adds the rows of a source to a running incident, as notes with their own times.
func (a *app) backfill(ctx context.Context, file string) (err error) {
	in, err := os.Open(file)
	if err != nil {
		return a.failf(err, "cli.err.nofile", "file", file, "why", plain(err))
	}
	defer in.Close() //nolint:errcheck // only read
	d, r, err := a.join(ctx)
	if err != nil {
		return err
	}
	defer a.leave(d, r, &err)
	o, err := a.importOptions(file, importFlags{})
	if err != nil {
		return err
	}
	o.Incident, o.WithoutDeclaration = r.Frame().State.ID, true
	events, rep, err := timeline.ReadCSV(in, o)
	if err != nil {
		return err
	}
	rows, err := a.rows(r, events)
	if err != nil {
		return a.refusedIn(r, err)
	}
	for _, c := range rows {
		if _, err := r.Do(ctx, c); err != nil {
			return a.refusedIn(r, err)
		}
	}
	a.say("cli.backfilled", "n", len(rows), "id", string(o.Incident))
	rep.DetectedRow = 0 // a running incident keeps its own origin
	a.importNotes(rep)
	return nil
}

// rows makes the commands of a back-fill, all of which the rules let pass: half a file in the record would be worse than
// none, for it would come twice when the file is mended.
func (a *app) rows(r *room.Room, events []incident.Event) ([]cell.Command, error) {
	me := a.me("")
	if d, err := a.dataDir(); err == nil {
		me = a.me(d)
	}
	var out []cell.Command
	for _, ev := range events {
		note, ok := noteOf(ev)
		if !ok {
			continue
		}
		c := cell.Command{Time: ev.Time, Approx: ev.Approx, Data: note}
		_, err := incident.Decide(r.Frame().State, incident.Draft{
			ID: "row", Source: "/row", Time: c.Time, Recorded: a.now(), Actor: me.Name, Role: me.Role, Data: c.Data,
		})
		if err != nil {
			return nil, err
		}
		out = append(out, c)
	}
	return out, nil
}

// noteOf brings an imported row into a running incident as a note: what the cell decides and stamps there is its own.
func noteOf(ev incident.Event) (incident.NoteAdded, bool) {
	from := ev.Actor
	switch d := ev.Data.(type) {
	case incident.NoteAdded:
		d.Source = from
		return d, true
	case incident.IncidentOrigin:
		return incident.NoteAdded{Kind: d.Kind, Text: d.Text, Source: from}, d.Text != ""
	case incident.IncidentEscalated:
		return incident.NoteAdded{Kind: incident.NoteEscalation, Text: d.Text, Source: from}, d.Text != ""
	case incident.DecisionTaken:
		return incident.NoteAdded{Kind: incident.NoteDecision, Text: d.Because, Source: from}, true
	}
	return incident.NoteAdded{}, false
}
