package report

import (
	"bufio"
	"io"
	"strings"

	"github.com/charmbracelet/x/ansi"
)

// Plain writes the page for a terminal: tables in columns, figures left to their tables. Every text was cleaned where it
// was read.
func (p *Page) Plain(w io.Writer) error {
	b := bufio.NewWriter(w)
	put := func(parts ...string) {
		for _, s := range parts {
			_, _ = b.WriteString(s) // the writer keeps the first error for Flush
		}
	}
	mark := p.Mark + " · "
	put(mark, p.Title, "\n")
	if p.Warning != "" {
		put(p.Warning, "\n")
	}
	p.Key.plain(put, false)
	for _, s := range p.Sections {
		if s.ID == "metrics" {
			continue // the meaning of the words is in the other forms, and in the documentation
		}
		put("\n")
		if p.Exercise {
			put(mark)
		}
		put(s.Title, "\n")
		for _, x := range s.Parts {
			switch {
			case x.Sub != "":
				put("\n", x.Sub, "\n")
			case x.Text != "":
				put(x.Text, "\n")
			case x.Note != "":
				put(x.Note, "\n")
			case x.Table != nil:
				x.Table.plain(put, true)
			case len(x.List) > 0:
				put("- ", strings.Join(x.List, "\n- "), "\n")
			}
		}
	}
	return b.Flush()
}

func (t *Table) plain(put func(...string), head bool) {
	wide := make([]int, len(t.Head))
	rows := t.Rows
	if head {
		rows = append([]Row{{Cells: t.Head}}, rows...)
	}
	for _, r := range rows {
		for i, c := range r.Cells {
			wide[i] = max(wide[i], ansi.StringWidth(c))
		}
	}
	for _, r := range rows {
		line := "  "
		for i, c := range r.Cells {
			line += c + strings.Repeat(" ", wide[i]-ansi.StringWidth(c)+2)
		}
		put(strings.TrimRight(line, " "), "\n")
	}
}
