package report

import (
	_ "embed"
	"html/template"
	"io"
	"strings"
	"sync"
	"unicode/utf8"
)

//go:embed page.gohtml
var source string

//go:embed page.css
var css string

// parsed is the page's template. What it fills in is escaped for where it stands by html/template; the style sheet is ours.
//
//nolint:gochecknoglobals // a constant, made at its first use
var parsed = sync.OnceValue(func() *template.Template {
	return template.Must(template.New("page").Funcs(template.FuncMap{
		"style": func() template.CSS { return template.CSS(css) }, // embedded: nothing of it comes from outside
		"cell":  cellOf,
	}).Parse(source))
})

// labelled is a cell with the head of its column, which stands beside it where a narrow screen stacks the table.
type labelled struct {
	Head, Text string
	First      bool
	Short      bool // never broken: a duration, a number, a verdict
	Empty      bool // nothing to say: left out where a narrow screen stacks the table
}

// shortest is how many letters a cell has that is kept on one line.
const shortest = 12

func cellOf(t *Table, r Row, i int) labelled {
	c := labelled{Text: r.Cells[i], First: i == 0, Short: utf8.RuneCountInString(r.Cells[i]) <= shortest, Empty: r.Cells[i] == "–"}
	if i < len(t.Head) {
		c.Head = t.Head[i]
	}
	return c
}

// HTML writes the page as one file: style and figures are in it, it has no script and asks no network for anything.
func (p *Page) HTML(w io.Writer) error { return parsed().Execute(w, p) }

// Words of the page's own frame, in its language.

// Contents is the heading of the list of sections.
func (p *Page) Contents() string { return p.Lang.T("report.contents") }

// Legend is the heading of a figure's key.
func (p *Page) Legend() string { return p.Lang.T("report.legend") }

// KeyTable is the title block, for the template.
func (p *Page) KeyTable() *Table { return &p.Key }

// PrintFoot stands at the foot of every printed page. It has no colon: the template takes a CSS string with one for an
// address, and refuses it.
func (p *Page) PrintFoot() string { return strings.ReplaceAll(p.Stamp, ":", " ") }
