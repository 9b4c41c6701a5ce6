package timeline

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"regexp"
	"sangfroid/internal/incident"
	"sangfroid/internal/text"
	"slices"
	"strings"
	"time"
)

// ImportOptions say what the rows of a source do not tell. NewID and Now are needed.
type ImportOptions struct {
	File               string // for the sentences and the source
	Title              string
	Incident           incident.IncidentID
	Realm              incident.Realm
	Zone               string // IANA name, kept with the incident
	Actor              string // who imports
	RTO, RPO, MTPD     incident.Duration
	Detected           *time.Time
	Restored           *time.Time
	Resumed            *time.Time
	Now                time.Time
	NewID              func() incident.EventID
	ParseTime          func(string) (t time.Time, approx bool, err error) // default RFC 3339
	WithoutDeclaration bool                                               // back-filling an incident that is there
}

// RowError is a row that cannot be read.
type RowError struct {
	File         string
	Line, Column int
	Problem      string
}

func (e RowError) Error() string {
	return fmt.Sprintf("%s:%d:%d: %s", e.File, e.Line, e.Column, e.Problem)
}

// ImportError has every bad row of a source; nothing was written.
type ImportError struct{ Rows []RowError }

func (e *ImportError) Error() string {
	const most = 20
	var b strings.Builder
	for i, r := range e.Rows {
		if i == most {
			fmt.Fprintf(&b, "\n… and %d more", len(e.Rows)-most)
			break
		}
		if i > 0 {
			b.WriteByte('\n')
		}
		b.WriteString(r.Error())
	}
	return b.String()
}

// ImportReport tells what was derived from what.
type ImportReport struct {
	Rows        int
	Encoding    string    // what the source was in, when it was not UTF-8
	Unsorted    int       // rows that were not in time order
	DetectedRow int       // the row the detection was read from; 0: none
	Detected    time.Time // zero: unknown
}

// row is one line of a source.
type row struct {
	n                 int // its number in the file, from 1, the heading being 1
	at                time.Time
	approx            bool
	actor, kind, text string
}

// ReadCSV reads a timeline with the columns time, actor, kind and text in any order; actor and kind may be absent.
// Separators are comma, semicolon or tab. Rows are put into time order, those of one time stay in the source's order.
func ReadCSV(r io.Reader, o ImportOptions) ([]incident.Event, ImportReport, error) {
	raw, err := io.ReadAll(io.LimitReader(r, maxImport+1))
	if err != nil {
		return nil, ImportReport{}, err
	}
	if len(raw) > maxImport {
		return nil, ImportReport{}, &ImportError{Rows: []RowError{{o.File, 1, 1, fmt.Sprintf("the file is larger than %d MB", maxImport>>20)}}}
	}
	raw, encoding := utf8Of(raw)
	rows, err := csvRows(raw, o)
	if err != nil {
		return nil, ImportReport{}, err
	}
	rep := ImportReport{Rows: len(rows), Encoding: encoding}
	for i := 1; i < len(rows); i++ {
		if rows[i].at.Before(rows[i-1].at) {
			rep.Unsorted++
		}
	}
	slices.SortStableFunc(rows, func(a, b row) int { return a.at.Compare(b.at) })
	return o.events(rows, &rep), rep, nil
}

const maxImport = 512 << 20

func separator(raw []byte) rune {
	head, _, _ := bytes.Cut(raw, []byte("\n"))
	best, most := ',', 0
	for _, sep := range []rune{',', ';', '\t'} {
		if n := bytes.Count(head, []byte(string(sep))); n > most {
			best, most = sep, n
		}
	}
	return best
}

func csvRows(raw []byte, o ImportOptions) ([]row, error) {
	c := csv.NewReader(bytes.NewReader(raw))
	c.Comma = separator(raw)
	c.FieldsPerRecord = -1
	bad := &ImportError{}
	fail := func(line, col int, problem string, args ...any) {
		bad.Rows = append(bad.Rows, RowError{o.File, line, col, fmt.Sprintf(problem, args...)})
	}
	head, err := c.Read()
	var unread *csv.ParseError
	switch {
	case errors.As(err, &unread):
		fail(unread.Line, unread.Column, "%v", unread.Err)
		return nil, bad
	case err != nil:
		fail(1, 1, "the file is empty; the first line names the columns: time,actor,kind,text")
		return nil, bad
	}
	at := make(map[string]int)
	for i, name := range head {
		at[strings.ToLower(strings.TrimSpace(name))] = i
	}
	for _, need := range []string{"time", "text"} {
		if _, ok := at[need]; !ok {
			fail(1, 1, "there is no column %q; the columns are time,actor,kind,text (actor and kind may be absent)", need)
		}
	}
	if len(bad.Rows) > 0 {
		return nil, bad
	}
	var rows []row
	for {
		rec, err := c.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		var wrong *csv.ParseError
		if errors.As(err, &wrong) {
			fail(wrong.Line, wrong.Column, "%v", wrong.Err)
			break // what follows a broken quote cannot be told apart
		}
		if err != nil {
			return nil, err
		}
		if len(rec) > len(head) {
			line, col := c.FieldPos(len(head))
			fail(line, col, "more fields than columns; a text with a comma in it stands in quotation marks")
			continue
		}
		if r, ok := o.row(c, rec, at, fail); ok {
			rows = append(rows, r)
		}
	}
	if len(rows) == 0 && len(bad.Rows) == 0 {
		fail(2, 1, "there is no row below the heading")
	}
	if len(bad.Rows) > 0 {
		return nil, bad
	}
	return rows, nil
}

// approximate is how the text of a row says that its time is not exact.
var approximate = regexp.MustCompile(`(?i)\(approx\.?\)\s*$`)

func (o ImportOptions) row(c *csv.Reader, rec []string, at map[string]int, fail func(int, int, string, ...any)) (row, bool) {
	get := func(name string) (string, int, int) {
		i, ok := at[name]
		if !ok || i >= len(rec) {
			line, _ := c.FieldPos(0)
			return "", line, 1
		}
		line, col := c.FieldPos(i)
		return strings.TrimSpace(rec[i]), line, col
	}
	when, line, col := get("time")
	parse := o.ParseTime
	if parse == nil {
		parse = func(s string) (time.Time, bool, error) {
			t, err := time.Parse(time.RFC3339, s)
			return t, false, err
		}
	}
	t, approx, err := parse(when)
	if err != nil || !incident.Plausible(t) {
		fail(line, col, "%q is not a time (example: 2026-11-23T14:02:00Z)", shorten(when))
		return row{}, false
	}
	words, tline, tcol := get("text")
	if words == "" {
		fail(tline, tcol, "the text is empty")
		return row{}, false
	}
	actor, _, _ := get("actor")
	kind, _, _ := get("kind")
	return row{
		n: line, at: t.UTC(), approx: approx || approximate.MatchString(words), actor: actor,
		kind: strings.ToLower(kind), text: words,
	}, true
}

func shorten(s string) string {
	s, _ = text.Cut(s, 40)
	s, _ = text.Clean(s)
	return s
}

// events makes one event a row, and before them the declaration; what the options tell comes as events of their own.
func (o ImportOptions) events(rows []row, rep *ImportReport) []incident.Event {
	var out []incident.Event
	add := func(at time.Time, approx bool, actor, subject string, d incident.Data) {
		if subject == "" {
			subject = incident.DefaultSubject(d)
		}
		out = append(out, incident.Event{
			ID: o.NewID(), Source: "/sangfroid/import/" + o.File, Type: d.Type(), Subject: subject, Time: at, Approx: approx,
			Recorded: o.Now.UTC(), Imported: true, Incident: o.Incident, Realm: o.Realm, Actor: actor, Data: d,
		})
	}
	start := rows[0].at
	if !o.WithoutDeclaration {
		if o.Detected != nil && o.Detected.Before(start) {
			start = *o.Detected
		}
		add(start, false, o.Actor, "", incident.IncidentDeclared{
			Title: o.Title, Zone: o.Zone,
			Services: []incident.ServiceDef{{
				ID: "all", Name: incident.Text{EN: "All services", FR: "Tous les services"},
				RTO: o.RTO, RPO: o.RPO, MTPD: o.MTPD, From: incident.FromDetection,
			}},
		})
	}
	given := func(t *time.Time, subject string, ds ...incident.Data) {
		if t != nil {
			for _, d := range ds {
				add(t.UTC(), false, o.Actor, subject, d)
			}
		}
	}
	if o.Detected != nil {
		given(o.Detected, "", incident.IncidentOrigin{Stamp: incident.StampDetected, At: o.Detected.UTC(), Reason: "given at the import"})
		rep.Detected = *o.Detected
	}
	given(o.Restored, incident.ServiceSubject("all"), incident.ServiceRestored{}, incident.ServiceVerified{})
	given(o.Resumed, incident.ServiceSubject("all"), incident.ServiceResumed{})
	decisions := 0
	for _, r := range rows {
		subject := ""
		var d incident.Data
		switch incident.NoteKind(r.kind) {
		case incident.NoteDetection:
			d = o.detection(r, rep)
		case incident.NoteDecision:
			decisions++
			subject = incident.DecisionSubject(incident.DecisionID(fmt.Sprintf("d%d", decisions)))
			d = incident.DecisionTaken{Question: r.text, Option: statedOption(r.text), Because: r.text}
		case incident.NoteEscalation:
			d = incident.IncidentEscalated{Text: r.text} // the row tells who, not whether they called or were called in
		default:
			d = incident.NoteAdded{Kind: incident.NoteKind(r.kind), Text: r.text}
		}
		add(r.at, r.approx, r.actor, subject, d)
	}
	// Stable: the declaration stays first, what was given comes before the rows of its minute.
	slices.SortStableFunc(out, func(a, b incident.Event) int { return a.Time.Compare(b.Time) })
	return out
}

// detection makes the first detection row the origin, unless one was given.
func (o ImportOptions) detection(r row, rep *ImportReport) incident.Data {
	if !rep.Detected.IsZero() || o.WithoutDeclaration {
		return incident.NoteAdded{Kind: incident.NoteDetection, Text: r.text}
	}
	rep.Detected, rep.DetectedRow = r.at, r.n
	return incident.IncidentOrigin{Stamp: incident.StampDetected, At: r.at, Kind: incident.NoteDetection, Text: r.text}
}

// stated finds the option when the text itself begins with its name in capitals.
var stated = regexp.MustCompile(`^(NO-GO|GO|WAIT|ABANDON)\b`)

func statedOption(s string) incident.Option {
	return incident.Option(strings.ToLower(stated.FindString(s)))
}

// ReadJSONL reads lines of a record, or bare events one a line. Received is the record's, else now.
func ReadJSONL(r io.Reader, o ImportOptions) ([]Line, error) {
	in := bufio.NewReaderSize(r, 1<<20)
	bad := &ImportError{}
	var out []Line
	for n := 1; ; n++ {
		b, err := readLine(in)
		if errors.Is(err, errTorn) {
			bad.Rows = append(bad.Rows, RowError{o.File, n, 1, "the last line is cut"})
			break
		}
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, err
		}
		b = bytes.TrimSpace(b)
		if len(b) == 0 {
			continue
		}
		line, skip, err := o.jsonLine(b)
		if err != nil {
			bad.Rows = append(bad.Rows, RowError{o.File, n, 1, err.Error()})
			continue
		}
		if !skip {
			out = append(out, line)
		}
	}
	if len(bad.Rows) > 0 {
		return nil, bad
	}
	return out, nil
}

func (o ImportOptions) jsonLine(b []byte) (l Line, skip bool, err error) {
	var probe struct {
		Format      string `json:"sangfroid"`
		SpecVersion string `json:"specversion"`
	}
	if err := json.Unmarshal(b, &probe); err != nil {
		return Line{}, false, errors.New("this line is not JSON")
	}
	if probe.Format != "" {
		return Line{}, true, nil
	}
	if probe.SpecVersion != "" {
		return Line{Received: o.Now, Raw: bytes.Clone(b)}, false, nil
	}
	p, err := parseLine(b)
	if err != nil {
		return Line{}, false, errors.New("this line is neither an entry of a timeline nor an event (CloudEvents JSON)")
	}
	return Line{Bus: p.Bus, Received: p.Received, Raw: bytes.Clone(p.bytes()), Via: p.Via}, p.Checkpoint != "", nil
}

// WriteImported makes a record of events; it must not exist. A record that could not be written whole is removed.
func WriteImported(path string, h Header, events []incident.Event, now time.Time, s *Signer) (*Record, error) {
	lines := make([]Line, len(events))
	for i, ev := range events {
		raw, err := incident.Encode(ev)
		if err != nil {
			return nil, err
		}
		lines[i] = Line{Received: now, Raw: raw}
	}
	return WriteLines(path, h, lines, s)
}
