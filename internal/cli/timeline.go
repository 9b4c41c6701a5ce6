package cli

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sangfroid/internal/cell"
	"sangfroid/internal/incident"
	"sangfroid/internal/locale"
	"sangfroid/internal/room"
	"sangfroid/internal/timeline"
	"strings"
	"time"

	"github.com/oklog/ulid/v2"
	"github.com/spf13/cobra"
)

func (a *app) timelineCmd() *cobra.Command {
	g := a.group("timeline", "cli.timeline", a.timelineShowCmd(), a.timelineFollowCmd(), a.timelineImportCmd(), a.timelineVerifyCmd(), a.timelineDiffCmd())
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
	fl.StringVar(&f.out, "out", "", a.lang.T("cli.flag.out"))
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
		v, err := a.timeFlag(t.val)
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
	n := 0
	for _, ev := range events {
		note, ok := noteOf(ev)
		if !ok {
			continue
		}
		if _, err := r.Do(ctx, cell.Command{Time: ev.Time, Approx: ev.Approx, Data: note}); err != nil {
			return a.refusedIn(r, err)
		}
		n++
	}
	a.say("cli.backfilled", "n", n, "id", string(o.Incident))
	rep.DetectedRow = 0 // a running incident keeps its own origin
	a.importNotes(rep)
	return nil
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

func (a *app) timelineVerifyCmd() *cobra.Command {
	var held []string
	c := &cobra.Command{
		Use: "verify FILE|INCIDENT", Short: a.lang.T("cli.timeline.verify"), Args: a.exact("FILE|INCIDENT"), ValidArgsFunction: a.completeIncidents,
		RunE: func(_ *cobra.Command, args []string) error {
			path, err := a.recordFile(args[0])
			if err != nil {
				return err
			}
			var points []timeline.Held
			for _, h := range held {
				if b, err := os.ReadFile(h); err == nil {
					h = string(b)
				}
				p, err := timeline.ParseHeld(h)
				if err != nil {
					return a.usagef("cli.err.held", "value", h)
				}
				points = append(points, p)
			}
			rep, err := timeline.Verify(path, points...)
			if err != nil {
				return err
			}
			return a.printVerify(path, rep)
		},
	}
	c.Flags().StringArrayVar(&held, "checkpoint", nil, a.lang.T("cli.flag.held"))
	return a.output(c)
}

// recordFile is the file named, or the record of the incident named on this machine.
func (a *app) recordFile(name string) (string, error) {
	if isFile(name) {
		return name, nil
	}
	dir, err := a.dataDir()
	if err != nil {
		return "", err
	}
	if p := room.LocalRecord(dir, incident.IncidentID(name)); incident.ValidID(name) && p != "" {
		return p, nil
	}
	return "", a.hintf(a.failf(errNoIncident, "cli.err.norecord", "id", name), "cli.hint.record")
}

func (a *app) printVerify(path string, rep timeline.Report) error {
	bad := rep.Verdict == timeline.Damaged
	if a.flags.output == "json" {
		if err := a.printJSON(rep); err != nil {
			return err
		}
	} else {
		a.say("verify."+string(rep.Verdict), "file", path, "n", rep.Entries, "root", short(rep.Root), "covered", rep.Covered, "signed", rep.Signed)
		for _, f := range rep.Findings {
			args := []any{"line", f.Line, "entry", f.Entry}
			for i := 0; i+1 < len(f.Args); i += 2 {
				args = append(args, f.Args[i], f.Args[i+1])
			}
			a.printf("  %s:%d: %s\n", filepath.Base(path), f.Line, a.lang.T("verify.f."+f.Code, args...))
		}
		if rep.Uncovered > 0 {
			a.say("verify.uncovered", "n", rep.Uncovered)
		}
		a.say("verify.limits")
	}
	if bad {
		return a.hintf(a.failf(errDamaged, "cli.err.verify"), "cli.hint.verify")
	}
	return nil
}

var errDamaged = errors.New("the timeline was changed or damaged")

func (a *app) exportCmd() *cobra.Command {
	var format, out string
	c := &cobra.Command{
		Use: "export INCIDENT|FILE", Short: a.lang.T("cli.export"), Example: a.lang.T("cli.export.example"), Args: cobra.MaximumNArgs(1),
		ValidArgsFunction: a.completeIncidents,
		RunE: func(c *cobra.Command, args []string) (err error) {
			if format != "jsonl" && format != "csv" && format != "md" {
				return a.usagef("cli.err.format", "value", format)
			}
			src, err := a.source(c.Context(), a.named(args))
			if err != nil {
				return err
			}
			defer src.close(&err)
			return a.export(src.log, format, out)
		},
	}
	c.Flags().StringVarP(&format, "output", "o", "md", a.lang.T("cli.flag.format"))
	c.Flags().StringVar(&out, "out", "", a.lang.T("cli.flag.out"))
	_ = c.RegisterFlagCompletionFunc("output", cobra.FixedCompletions([]string{"jsonl", "csv", "md"}, cobra.ShellCompDirectiveNoFileComp))
	return c
}

func (a *app) export(log timeline.Log, format, out string) (err error) {
	s, err := timeline.StateAt(log, log.Len())
	if err != nil {
		return err
	}
	o := timeline.ExportOptions{Format: format, Zone: a.zoneOf(s), Headings: a.headings(), Describe: func(e incident.Entry) timeline.Described {
		l := a.lang.Line(s, e)
		return timeline.Described{Kind: l.Category, Actor: e.Event.Actor, Text: l.Text, Marks: l.Marks}
	}}
	if s.Realm == incident.Drill {
		o.Exercise = a.lang.Realm(incident.Drill)
	}
	if out == "" {
		return timeline.Export(a.out, log, o)
	}
	f, err := os.OpenFile(out, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if errors.Is(err, os.ErrExist) {
		return a.hintf(a.failf(err, "cli.err.exists", "file", out), "cli.hint.exists")
	}
	if err != nil {
		return err
	}
	if err := errors.Join(timeline.Export(f, log, o), f.Sync(), f.Close()); err != nil {
		return err
	}
	a.tell("cli.exported", "n", log.Len(), "file", out)
	return nil
}

// zoneOf is the zone asked for, else the incident's, else the machine's.
func (a *app) zoneOf(s *incident.State) *time.Location {
	loc, err := a.location()
	if a.flags.zone == "" && s.Zone != "" {
		if z, zerr := time.LoadLocation(s.Zone); zerr == nil {
			return z
		}
	}
	if err != nil {
		return time.UTC
	}
	return loc
}

func (a *app) headings() []string {
	var out []string
	for _, k := range []string{"entry", "local", "utc", "actor", "kind", "text"} {
		out = append(out, a.lang.T("export."+k))
	}
	return out
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
