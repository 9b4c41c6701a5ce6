package timeline

import (
	"bufio"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"sangfroid/internal/incident"
	"sangfroid/internal/text"
	"strconv"
	"strings"
	"time"
)

// WriteLines makes a record of lines; it must not exist. A record that could not be written whole is removed.
func WriteLines(path string, h Header, ls []Line, s *Signer) (*Record, error) {
	r, err := Create(path, h, s)
	if err != nil {
		return nil, err
	}
	const batch = 4096
	for len(ls) > 0 && err == nil {
		n := min(batch, len(ls))
		_, err = r.Append(ls[:n]...)
		ls = ls[n:]
	}
	if err != nil {
		return nil, errors.Join(err, r.Close(), os.Remove(path))
	}
	return r, nil
}

// Described is an entry in words.
type Described struct {
	Kind, Actor, Text string
	Marks             []string
}

// ExportOptions say how an export reads.
type ExportOptions struct {
	Format   string // jsonl, csv, md
	Zone     *time.Location
	Exercise string // the word that marks every line of a drill; "" for a real incident
	Headings []string
	Describe func(incident.Entry) Described
	Late     func(incident.Event) (time.Duration, bool) // nil: the event's own
}

// ErrFormat is given for an export format there is not.
var ErrFormat = errors.New("formats are jsonl, csv and md")

// Export writes a timeline for others: jsonl as the record has it, csv for a spreadsheet, md for people. Each line has the
// time in UTC and in the zone.
func Export(w io.Writer, l Log, o ExportOptions) error {
	b := bufio.NewWriterSize(w, 1<<16)
	var err error
	switch o.Format {
	case "jsonl":
		err = exportJSONL(b, l)
	case "csv":
		err = exportCSV(b, l, o)
	case "md":
		err = exportMarkdown(b, l, o)
	default:
		return fmt.Errorf("%q: %w", o.Format, ErrFormat)
	}
	return errors.Join(err, b.Flush())
}

// exportJSONL copies the record as it stands: header, entries and checkpoints, byte for byte.
func exportJSONL(w io.Writer, l Log) error {
	src, ok := l.(interface{ bytes() io.Reader })
	if !ok {
		return ErrFormat
	}
	_, err := io.Copy(w, src.bytes())
	return err
}

// bytes reads what counts of the file.
func (l *lines) bytes() io.Reader {
	l.mu.RLock()
	defer l.mu.RUnlock()
	return io.NewSectionReader(l.file, 0, l.size)
}

func exportCSV(w io.Writer, l Log, o ExportOptions) error {
	c := csv.NewWriter(w)
	if err := c.Write([]string{"seq", "time_utc", "time_zone", "kind", "actor", "role", "text", "written_utc", "received_utc", "late_s", "marks", "realm"}); err != nil {
		return err
	}
	var failed error
	lateness := o.Late
	if lateness == nil {
		lateness = incident.Event.Late
	}
	err := l.Range(1, l.Len(), func(e incident.Entry) bool {
		d := o.Describe(e)
		at := factTime(e)
		late := ""
		if gap, is := lateness(e.Event); is {
			late = strconv.Itoa(int(gap / time.Second))
		}
		failed = c.Write([]string{
			strconv.Itoa(e.Seq), stampUTC(at), at.In(o.Zone).Format("2006-01-02 15:04:05 -07:00"), text.Cell(d.Kind), text.Cell(d.Actor),
			text.Cell(string(e.Event.Role)), text.Cell(o.prefix(d.Text)), stampUTC(e.Event.Recorded), stampUTC(e.Received), late,
			text.Cell(strings.Join(d.Marks, "; ")), text.Cell(string(l.Header().Realm)),
		})
		return failed == nil
	})
	c.Flush()
	return errors.Join(err, failed, c.Error())
}

func (o ExportOptions) prefix(s string) string {
	if o.Exercise == "" {
		return s
	}
	return o.Exercise + " · " + s
}

func factTime(e incident.Entry) time.Time {
	if e.Event.Time.IsZero() {
		return e.Received
	}
	return e.Event.Time
}

func stampUTC(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339)
}

func exportMarkdown(w io.Writer, l Log, o ExportOptions) error {
	h := l.Header()
	if _, err := fmt.Fprintf(w, "# %s%s\n\n", o.mark(), text.Markdown(h.Title+" · "+string(h.Incident))); err != nil {
		return err
	}
	head := o.Headings
	if len(head) != 6 {
		head = []string{"n°", "time", "UTC", "who", "kind", "entry"}
	}
	day := ""
	var failed error
	err := l.Range(1, l.Len(), func(e incident.Entry) bool {
		at := factTime(e)
		if d := at.In(o.Zone).Format("2006-01-02"); d != day {
			day = d
			_, failed = fmt.Fprintf(w, "\n## %s%s\n\n| %s |\n|---|---|---|---|---|---|\n", o.mark(), d, strings.Join(head, " | "))
		}
		d := o.Describe(e)
		words := o.prefix(d.Text)
		if len(d.Marks) > 0 {
			words += " (" + strings.Join(d.Marks, "; ") + ")"
		}
		if failed == nil {
			_, failed = fmt.Fprintf(w, "| %d | %s | %s | %s | %s | %s |\n", e.Seq, at.In(o.Zone).Format("15:04:05 MST"),
				at.UTC().Format("15:04:05"), text.Markdown(d.Actor), text.Markdown(d.Kind), text.Markdown(words))
		}
		return failed == nil
	})
	size, root := l.Root()
	_, last := fmt.Fprintf(w, "\n`%d %s`\n", size, root)
	return errors.Join(err, failed, last)
}

func (o ExportOptions) mark() string {
	if o.Exercise == "" {
		return ""
	}
	return o.Exercise + " · "
}
