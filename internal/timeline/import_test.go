package timeline

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sangfroid/internal/incident"
	"strings"
	"testing"
	"time"
	"unicode/utf16"
)

func options(file string) ImportOptions {
	n := 0
	return ImportOptions{
		File: file, Title: "An incident", Incident: "imp-1", Realm: incident.Live, Actor: "import", RTO: incident.Duration(4 * time.Hour), Now: zero(),
		NewID: func() incident.EventID {
			n++
			return incident.EventID(fmt.Sprintf("i%05d", n))
		},
	}
}

// imported reads a CSV of testdata into a log.
func imported(t testing.TB, name string) (*Memory, ImportReport) {
	t.Helper()
	f, err := os.Open(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	events, rep, err := ReadCSV(f, options(name))
	if err != nil {
		t.Fatal(err)
	}
	h := header()
	h.Axis = AxisFact
	m := NewMemory(h)
	for _, ev := range events {
		raw, err := incident.Encode(ev)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := m.Append(Line{Received: zero(), Raw: raw}); err != nil {
			t.Fatal(err)
		}
	}
	return m, rep
}

func TestTheRecordedIncidents(t *testing.T) {
	for name, detected := range map[string]string{
		"github-2018-10-21.csv": "2018-10-21T22:54:00Z", "aws-us-east-1-2025-10-20.csv": "", "gitlab-2017-01-31.csv": "",
		"fastly-2021-06-08.csv": "2021-06-08T09:48:00Z", "salesforce-na14-2016-05-10.csv": "",
	} {
		t.Run(name, func(t *testing.T) {
			m, rep := imported(t, name)
			if rep.Rows < 5 || m.Len() < rep.Rows {
				t.Errorf("%+v, %d entries", rep, m.Len())
			}
			s, err := StateAt(m, m.Len())
			if err != nil || s.Count.Flagged != 0 {
				t.Errorf("%v, flags %v", err, s.Flags)
			}
			if s.Count.Late != 0 {
				t.Error("imported entries are told as late")
			}
			set, ok := s.Stamp(incident.StampDetected)
			if detected != "" && (!ok || set.Time.Format(time.RFC3339) != detected) {
				t.Errorf("detected %v %v", set.Time, ok)
			}
		})
	}
}

func TestGitHubAsItStoodAt2313(t *testing.T) {
	m, rep := imported(t, "github-2018-10-21.csv")
	at := time.Date(2018, 10, 21, 23, 13, 0, 0, time.UTC)
	s, err := StateAt(m, Upto(m, at))
	if err != nil {
		t.Fatal(err)
	}
	c := incident.ClockOf(incident.Clocks(s, at), "all", incident.ClockRTO)
	if c == nil || c.Elapsed != 19*time.Minute || c.Deadline != time.Date(2018, 10, 22, 2, 54, 0, 0, time.UTC) || c.State != incident.ClockRunning {
		t.Errorf("%+v", c)
	}
	found := false
	for _, d := range s.Decided {
		for _, o := range d.Outcomes {
			found = found || o.Mark.At.Equal(at)
		}
	}
	if !found || rep.DetectedRow == 0 {
		t.Errorf("the decision of that minute is not there, or nothing says where the detection comes from: %+v", rep)
	}
	if p := incident.PhaseAt(s, at); p != incident.PhaseDecision {
		t.Errorf("phase %s", p)
	}
	if _, known := s.Stamp(incident.StampOccurred); known {
		t.Error("an occurrence was invented")
	}
}

func TestImportForms(t *testing.T) {
	for name, c := range map[string]string{
		"no kind":   "time,actor,text\n2026-11-23T10:00:00Z,ops,it fell\n",
		"BOM, CRLF": "\ufefftime,actor,kind,text\r\n2026-11-23T10:00:00Z,ops,detection,it fell\r\n",
		"semicolon": "time;actor;kind;text\n2026-11-23T10:00:00Z;ops;detection;it fell\n",
		"quoted":    "time,actor,kind,text\n2026-11-23T10:00:00Z,ops,detection,\"it fell, twice\"\n",
		"no actor":  "time,text\n2026-11-23T10:00:00Z,it fell\n",
	} {
		events, rep, err := ReadCSV(strings.NewReader(c), options("x.csv"))
		if err != nil || rep.Rows != 1 || len(events) < 2 {
			t.Errorf("%s: %v %+v %d", name, err, rep, len(events))
		}
	}
	events, rep, err := ReadCSV(strings.NewReader("time,kind,text\n2026-11-23T12:00:00Z,note,second\n2026-11-23T10:00:00Z,note,first\n"), options("x.csv"))
	if err != nil || rep.Unsorted != 1 || !events[1].Time.Before(events[2].Time) {
		t.Errorf("%v %+v", err, rep)
	}
}

func TestBadSourcesAreToldWithTheirLine(t *testing.T) {
	for name, c := range map[string]struct{ content, where string }{
		"empty":       {"", "x.csv:1:"},
		"no time":     {"actor,text\nops,x\n", "x.csv:1:"},
		"no text":     {"time,actor\n2026-11-23T10:00:00Z,ops\n", "x.csv:1:"},
		"no row":      {"time,text\n", "x.csv:2:"},
		"bad time":    {"time,text\n2026-11-23T10:00:00Z,fine\nyesterday-ish,x\n", "x.csv:3:"},
		"empty text":  {"time,text\n2026-11-23T10:00:00Z,\n", "x.csv:2:"},
		"open quote":  {"time,text\n2026-11-23T10:00:00Z,\"x\n", "x.csv:"},
		"columns":     {"time,text\n2026-11-23T10:00:00Z,x,y,z\n", "x.csv:2:"},
		"not a table": {"\x00\x01\x02", "x.csv:1:"},
	} {
		_, _, err := ReadCSV(strings.NewReader(c.content), options("x.csv"))
		var bad *ImportError
		if !errors.As(err, &bad) || !strings.HasPrefix(err.Error(), c.where) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestHostileRowsAreCleaned(t *testing.T) {
	events, _, err := ReadCSV(strings.NewReader("time,actor,text\n2026-11-23T10:00:00Z,\x1b]0;evil\a,\x1b[2Jtext\xff\n"), options("x.csv"))
	if err != nil {
		t.Fatal(err)
	}
	for _, ev := range events {
		raw, err := incident.Encode(ev)
		if err != nil || bytes.ContainsAny(raw, "\x1b\a") {
			t.Errorf("%q %v", raw, err)
		}
		if d, ok := incident.Decode(raw).Data.(incident.NoteAdded); ok && strings.ContainsRune(d.Text, '\x1b') {
			t.Errorf("%q", d.Text)
		}
	}
}

func describe(e incident.Entry) Described {
	d, ok := e.Event.Data.(incident.NoteAdded)
	if !ok {
		return Described{Kind: "x", Actor: e.Event.Actor, Text: string(e.Event.Type)}
	}
	return Described{Kind: string(d.Kind), Actor: e.Event.Actor, Text: d.Text, Marks: []string{"late"}}
}

func TestExportsEscapeForWhereTheyGo(t *testing.T) {
	m := NewMemory(header())
	for i, text := range []string{"=cmd|' /C calc'!A0", "+1", "-1", "@sum", "<script>alert(1)</script> | ](javascript:x) `code` *bold*", "plain"} {
		raw, err := incident.Encode(incident.Event{
			ID: incident.EventID(fmt.Sprintf("e%d", i)), Source: "/t", Type: incident.NoteAdded{}.Type(), Subject: "note/main", Time: zero(), Recorded: zero(),
			Incident: "inc-1", Realm: incident.Live, Actor: "=Alice", Role: incident.RoleScribe, Data: incident.NoteAdded{Text: text},
		})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := m.Append(Line{Received: zero(), Raw: raw}); err != nil {
			t.Fatal(err)
		}
	}
	var csv, md bytes.Buffer
	if err := Export(&csv, m, ExportOptions{Format: "csv", Zone: time.UTC, Describe: describe, Exercise: "EXERCISE"}); err != nil {
		t.Fatal(err)
	}
	for _, bad := range []string{",=", ",+", ",@", "\n="} {
		if strings.Contains(csv.String(), bad) {
			t.Errorf("a formula begins in the CSV (%q):\n%s", bad, csv.String())
		}
	}
	if err := Export(&md, m, ExportOptions{Format: "md", Zone: time.UTC, Describe: describe, Exercise: "EXERCISE"}); err != nil {
		t.Fatal(err)
	}
	if strings.Contains(md.String(), "<script>") || strings.Count(md.String(), "EXERCISE") < 6 {
		t.Errorf("markup or a missing mark:\n%s", md.String())
	}
	if err := Export(&md, m, ExportOptions{Format: "pdf", Zone: time.UTC, Describe: describe}); !errors.Is(err, ErrFormat) {
		t.Error(err)
	}
}

func TestJSONLGoesOutAndComesBack(t *testing.T) {
	r, path := newRecord(t, 30)
	_, want := r.Root()
	var out bytes.Buffer
	if err := Export(&out, r, ExportOptions{Format: "jsonl", Zone: time.UTC, Describe: describe}); err != nil {
		t.Fatal(err)
	}
	if err := r.Close(); err != nil {
		t.Fatal(err)
	}
	copied := filepath.Join(filepath.Dir(path), "copy.jsonl")
	if err := os.WriteFile(copied, out.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	if rep, err := Verify(copied); err != nil || rep.Verdict == Damaged || rep.Root != want {
		t.Errorf("%+v %v, want root %s", rep, err, want)
	}
	lines, err := ReadJSONL(bytes.NewReader(out.Bytes()), options("x.jsonl"))
	if err != nil || len(lines) != 30 || !bytes.Equal(lines[7].Raw, noted(8).Raw) {
		t.Errorf("%d lines, %v", len(lines), err)
	}
}

func FuzzImportCSV(f *testing.F) {
	f.Add([]byte("time,actor,kind,text\n2026-11-23T10:00:00Z,ops,detection,it fell\n"))
	f.Fuzz(func(t *testing.T, b []byte) {
		events, _, err := ReadCSV(bytes.NewReader(b), options("f.csv"))
		var bad *ImportError
		if err != nil && !errors.As(err, &bad) {
			t.Fatal(err)
		}
		for _, ev := range events {
			if _, err := incident.Encode(ev); err != nil {
				t.Fatal(err)
			}
		}
	})
}

// TestSourcesOfSpreadsheets: what the spreadsheets of a French office write, byte for byte, reads with its accents.
func TestSourcesOfSpreadsheets(t *testing.T) {
	const text = "Coupure à Lyon – « l’œuvre », 3 €"
	rows := "time;actor;kind;text\r\n2026-11-23T14:02:00Z;Zoé;finding;" + text + "\r\n"
	wide := utf16.Encode([]rune(strings.ReplaceAll(rows, ";", "\t")))
	little, big := []byte("\xff\xfe"), []byte("\xfe\xff")
	for _, u := range wide {
		little = append(little, byte(u), byte(u>>8))
		big = append(big, byte(u>>8), byte(u))
	}
	latin := strings.NewReplacer("à", "\xe0", "–", "\x96", "« ", "\xab\xa0", " »", "\xa0\xbb", "’", "\x92", "œ", "\x9c", "€", "\x80", "é", "\xe9").Replace(rows)
	for name, x := range map[string]struct{ raw, encoding string }{
		"UTF-8":                {rows, ""},
		"UTF-8 with a mark":    {"\xef\xbb\xbf" + rows, ""},
		"UTF-16 little endian": {string(little), "UTF-16"},
		"UTF-16 big endian":    {string(big), "UTF-16"},
		"Windows-1252":         {latin, "Windows-1252"},
	} {
		t.Run(name, func(t *testing.T) {
			events, rep, err := ReadCSV(strings.NewReader(x.raw), options("f.csv"))
			if err != nil {
				t.Fatal(err)
			}
			last := events[len(events)-1]
			got := strings.ReplaceAll(last.Data.(incident.NoteAdded).Text, "\u00a0", " ")
			if got != text || last.Actor != "Zoé" || rep.Encoding != x.encoding {
				t.Errorf("%q by %q in %q", got, last.Actor, rep.Encoding)
			}
		})
	}
}

// TestTimesNoIncidentHas are told with their place, not read as something else.
func TestTimesNoIncidentHas(t *testing.T) {
	for _, at := range []string{"0000-01-01T00:00:00Z", "9999-12-31T23:59:59-23:00", "1202-11-23T14:02:00Z"} {
		_, _, err := ReadCSV(strings.NewReader("time,text\n"+at+",x\n"), options("f.csv"))
		var bad *ImportError
		if !errors.As(err, &bad) || len(bad.Rows) != 1 || bad.Rows[0].Line != 2 {
			t.Errorf("%s: %v", at, err)
		}
	}
}
