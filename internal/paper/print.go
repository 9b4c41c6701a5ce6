// Package paper makes the grab pack: a playbook on paper, for the hour when no screen is left. It is pure: a playbook, a
// language and a date in, one Markdown file or one self-contained HTML page out. Both are made from the same document, so
// that neither says what the other does not.
package paper

import (
	"sangfroid/internal/incident"
	"sangfroid/internal/locale"
	"sangfroid/internal/text"
	"strconv"
	"strings"
	"time"
)

// Options are what the playbook itself does not tell.
type Options struct {
	Lang locale.Lang
	Hash string    // SHA-256 of the playbook's JSON, in hexadecimal: which version the paper is of
	At   time.Time // when it was printed
	Zone *time.Location
}

// document is a grab pack before it is Markdown or HTML.
type document struct {
	Lang   string
	Title  string
	Blocks []block
}

// block is one part of the document: exactly one of its kinds is set.
type block struct {
	Heading string
	Level   int  // of the heading, 1 to 4
	Break   bool // the heading begins a page
	Text    string
	Fields  []field
	Table   *table
}

// field is a label with its value, or with a line to write on.
type field struct {
	Label, Value string
	Tall         bool // room for several lines of handwriting
}

type table struct {
	Caption string
	Head    []column
	Groups  []group
	Tall    bool // rows high enough to write in
}

type column struct{ Title, Class string }

// group is a part of a table under a heading of its own; the heading may be empty.
type group struct {
	Title string
	Rows  []row
}

// row is one line of a table, and what stands under it in its whole width.
type row struct {
	Cells []cell
	Under []line
}

// cell is what stands in a table: text with notes below it, a box to tick, or nothing: room to write.
type cell struct {
	Text  string
	Notes []string
	Box   bool
	Head  bool // names its row
}

// line is a line of instructions: a list item or a paragraph, in spans.
type line struct {
	Item  bool
	Spans []span
}

// span is a piece of a line; Style is "", "strong", "em" or "code".
type span struct{ Text, Style string }

// maker puts the document together.
type maker struct {
	locale.Lang
	b   *incident.Playbook
	o   Options
	doc document
}

func build(b *incident.Playbook, o Options) document {
	if o.Zone == nil {
		o.Zone = time.UTC
	}
	m := &maker{Lang: o.Lang, b: b, o: o}
	m.doc = document{Lang: string(o.Lang), Title: m.say(b.Title)}
	m.cover()
	m.clocks()
	m.roles()
	m.contacts()
	for i := range b.Plans {
		m.plan(&b.Plans[i])
	}
	m.legal()
	m.log()
	return m.doc
}

// say is a text of the playbook in the language, safe to print.
func (m *maker) say(t incident.Text) string { return clean(m.Text(t)) }

func clean(s string) string {
	s, _ = text.Clean(s)
	return strings.TrimSpace(s)
}

func (m *maker) add(b block) { m.doc.Blocks = append(m.doc.Blocks, b) }

func (m *maker) heading(level int, title string) {
	m.add(block{Heading: title, Level: level})
}

// sheet is a heading that begins a page: what is handed to somebody by itself.
func (m *maker) sheet(title string) { m.add(block{Heading: title, Level: 2, Break: true}) }

func (m *maker) cover() {
	b := m.b
	m.heading(1, m.doc.Title)
	if s := m.say(b.Summary); s != "" {
		m.add(block{Text: s})
	}
	m.add(block{Fields: []field{
		{Label: m.T("print.playbook"), Value: clean(b.ID)},
		{Label: m.T("print.level"), Value: m.Level(b.Level)},
		{Label: m.T("print.printed"), Value: m.Day(m.o.At, m.o.Zone) + " " + m.o.At.In(m.o.Zone).Format("15:04 ") + locale.ZoneName(m.o.At, m.o.Zone)},
		{Label: m.T("print.hash"), Value: clean(m.o.Hash)},
	}})
	m.add(block{Text: m.T("print.use")})
	m.add(block{Fields: []field{
		{Label: m.T("print.what")},
		{Label: m.T("print.where")},
		{Label: m.T("print.declared")},
		{Label: m.Stamp(incident.StampOccurred)},
		{Label: m.Stamp(incident.StampDetected)},
		{Label: m.Stamp(incident.StampReported)},
		{Label: m.Stamp(incident.StampLastGood)},
	}})
}

func (m *maker) roles() {
	t := &table{Head: []column{{m.T("print.role"), "mid"}, {m.T("print.duties"), "wide"}, {m.T("print.name"), "mid"}, {m.T("print.relief"), "mid"}}}
	var rows []row
	for _, r := range m.b.Roles {
		title := m.say(r.Title)
		if title == "" {
			title = m.role(r.ID)
		}
		rows = append(rows, row{Cells: []cell{{Text: title, Head: true}, {Text: m.say(r.Duties)}, {}, {}}})
	}
	t.Groups, t.Tall = []group{{Rows: rows}}, true
	m.sheet(m.T("print.roles"))
	m.add(block{Table: t})
}

// role is a role's title in the playbook, else the word for it.
func (m *maker) role(id incident.Role) string {
	for _, r := range m.b.Roles {
		if r.ID == id && !r.Title.IsZero() {
			return m.say(r.Title)
		}
	}
	return clean(m.Role(id))
}

func (m *maker) contacts() {
	if len(m.b.Contacts) == 0 {
		return
	}
	t := &table{Tall: true, Head: []column{
		{m.T("print.contact"), "mid"}, {m.T("print.call"), "wide"}, {m.T("print.reached"), "short"}, {m.T("print.by"), "short"}, {m.T("print.said"), "mid"},
	}}
	var rows []row
	for _, c := range m.b.Contacts {
		rows = append(rows, row{Cells: []cell{{Text: m.say(c.Name), Head: true}, {Text: m.say(c.Call)}, {}, {}, {}}})
	}
	t.Groups = []group{{Rows: rows}}
	m.heading(2, m.T("print.contacts"))
	m.add(block{Table: t})
}

// logRows are the lines of the log sheet: as many as fit a page.
const logRows = 25

func (m *maker) log() {
	t := &table{Tall: true, Head: []column{
		{m.T("print.no"), "tiny"},
		{m.T("print.fact"), "short"},
		{m.T("print.written"), "short"},
		{m.T("print.who"), "short"},
		{m.T("print.source"), "short"},
		{m.T("print.kind"), "short"},
		{m.T("print.check"), "short"},
		{m.T("print.text"), "wide"},
	}}
	var rows []row
	for n := range logRows {
		rows = append(rows, row{Cells: []cell{{Text: strconv.Itoa(n + 1), Head: true}, {}, {}, {}, {}, {}, {}, {}}})
	}
	t.Groups = []group{{Rows: rows}}
	m.sheet(m.T("print.log"))
	var kinds, checks []string
	for _, k := range []incident.NoteKind{incident.NoteFinding, incident.NoteAction, incident.NoteCommunication, incident.NotePlain} {
		kinds = append(kinds, m.Kind(k))
	}
	for _, c := range []incident.Check{incident.CheckToVerify, incident.CheckVerified, incident.CheckDenied} {
		checks = append(checks, m.Check(c))
	}
	m.add(block{Text: m.T("print.log.how", "kinds", strings.Join(kinds, ", "), "checks", strings.Join(checks, ", "))})
	m.add(block{Table: t})
}
