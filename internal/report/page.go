package report

import (
	"sangfroid/internal/incident"
	"sangfroid/internal/locale"
	"sangfroid/internal/text"
	"strconv"
	"strings"
	"time"
)

// Page is a report in words: what its Markdown and its HTML form have in common. Every text of it is plain text.
type Page struct {
	Lang     locale.Lang
	Title    string
	Mark     string // "EXERCISE", "LIVE"
	Exercise bool
	Warning  string // what an exercise is not; "" for a real incident
	Foot     string // incident and head of the log
	Stamp    string // the same, short, for printed pages
	Key      Table  // the facts of the title block
	Sections []Section
}

// Section is one heading of the page with what stands below it.
type Section struct {
	ID    string
	Title string
	Parts []Part
}

// Part is one thing of a section; one of its fields is set.
type Part struct {
	Sub    string // a heading one level down
	Text   string // a paragraph
	Note   string // a paragraph in smaller print
	List   []string
	Table  *Table
	Figure *Figure
}

// Table is a table whose first column heads its rows.
type Table struct {
	Caption string
	Label   string // the caption with what it is of: no two tables of a page have the same
	Head    []string
	Rows    []Row
	Quiet   bool // the heading above says what the caption says: it is not shown twice
	Wide    bool // scrolls on a narrow screen rather than stacking
}

// Row is a row of a table. Class says how it looks: "met", "missed", "unknown", "late"; the words say it too.
type Row struct {
	Cells []string
	Class string
}

func (s *Section) add(b ...Part)                   { s.Parts = append(s.Parts, b...) }
func (s *Section) text(t string)                   { s.add(Part{Text: t}) }
func (s *Section) note(t string)                   { s.add(Part{Note: t}) }
func (s *Section) sub(t string)                    { s.add(Part{Sub: t}) }
func (s *Section) table(t Table)                   { s.add(Part{Table: &t}) }
func (t *Table) row(class string, cells ...string) { t.Rows = append(t.Rows, Row{cells, class}) }

// writer puts a report into words.
type writer struct {
	locale.Lang
	r *Report
	s *incident.State
}

// Page is the report in words of its language.
func (r *Report) Page() Page {
	w := writer{r.lang, r, r.state}
	p := Page{
		Lang: r.lang, Title: w.T("report.title", "title", w.Title(r.state)), Mark: w.Realm(r.Incident.Realm), Exercise: r.Exercise,
		Foot: w.T("report.foot", "id", string(r.Incident.ID), "n", r.Made.Entries, "root", text.Head(r.Made.Root, 16)), Key: w.key(),
		Stamp: string(r.Incident.ID) + " · " + w.Count(int64(r.Made.Entries)) + " · " + text.Head(r.Made.Root, 16),
	}
	if r.Exercise {
		p.Warning = w.T("report.exercise")
	}
	for _, make := range []func() Section{
		w.summary, w.exercise, w.objectives, w.origins, w.phases, w.steps, w.decisions, w.forecast, w.gaps, w.actions, w.catchup, w.legal, w.sitreps, w.people, w.timeline, w.proof, w.metrics,
	} {
		if s := make(); len(s.Parts) > 0 {
			p.Sections = append(p.Sections, s)
		}
	}
	p.label()
	return p
}

// label gives every table a name of its own, by which a reader who does not see the page finds it.
func (p *Page) label() {
	used := map[string]int{}
	for i := range p.Sections {
		sub := ""
		for _, x := range p.Sections[i].Parts {
			if x.Sub != "" {
				sub = x.Sub
			}
			if x.Table == nil {
				continue
			}
			t := x.Table
			t.Label, t.Quiet = t.Caption, sub == t.Caption
			if sub != "" && sub != t.Caption {
				t.Label += " – " + sub
			}
			if used[t.Label]++; used[t.Label] > 1 {
				t.Label += " (" + strconv.Itoa(used[t.Label]) + ")"
			}
		}
	}
}

func (w writer) section(id string) Section { return Section{ID: id, Title: w.T("report.h." + id)} }

// head are the words of a table's columns.
func (w writer) head(keys ...string) []string {
	out := make([]string, len(keys))
	for i, k := range keys {
		out[i] = w.T("report.c." + k)
	}
	return out
}

func (w writer) unknown() string { return w.T("report.unknown") }

// at writes a time in the report's zone, with its date where that is not the day of the first entry.
func (w writer) at(t time.Time) string {
	if t.IsZero() {
		return w.unknown()
	}
	return w.Moment(t, w.r.zone, w.start())
}

// ifAt is at, or a dash where there is none and nobody expects one.
func (w writer) ifAt(t time.Time) string {
	if t.IsZero() {
		return "–"
	}
	return w.at(t)
}

// full writes a time with its date, in the report's zone and in UTC.
func (w writer) full(t time.Time) string {
	if t.IsZero() {
		return w.unknown()
	}
	text := w.Day(t, w.r.zone) + " " + locale.Hour(t, w.r.zone)
	if _, off := t.In(w.r.zone).Zone(); off != 0 || locale.ZoneName(t, w.r.zone) != "UTC" {
		text += " (" + t.UTC().Format("2006-01-02T15:04:05Z") + ")"
	}
	return text
}

// start is the time of the first thing that happened.
func (w writer) start() time.Time {
	first := w.r.Incident.Declared.Time
	for _, t := range []time.Time{w.r.Incident.Occurred.Time, w.r.Incident.Detected.Time, w.r.Incident.Reported.Time} {
		if !t.IsZero() && (first.IsZero() || t.Before(first)) {
			first = t
		}
	}
	return first
}

// span writes a duration to the second where it is short, or the word for unknown.
func (w writer) span(s *int64) string {
	if s == nil {
		return w.unknown()
	}
	return w.Span(length(*s))
}

// signed is span with a plus.
func (w writer) signed(s *int64) string {
	if s != nil && *s > 0 {
		return "+" + w.span(s)
	}
	return w.span(s)
}

func (w writer) optional(s *int64) string {
	if s == nil {
		return "–"
	}
	return w.span(s)
}

func dash(s string) string {
	if strings.TrimSpace(s) == "" {
		return "–"
	}
	return s
}

func (w writer) named(who string, role incident.Role) string {
	if role == "" {
		return dash(who)
	}
	return dash(who) + " (" + w.RoleTitle(w.s, role) + ")"
}
