package report

import (
	"bufio"
	"io"
	"sangfroid/internal/text"
	"strings"
)

// Markdown writes the page as GitHub-flavoured Markdown. Every text is escaped, so that it reads as it was written; a
// figure is left to its table.
func (p *Page) Markdown(w io.Writer) error {
	b := bufio.NewWriter(w)
	put := func(parts ...string) {
		for _, s := range parts {
			_, _ = b.WriteString(s) // the writer keeps the first error for Flush
		}
	}
	mark := ""
	if p.Exercise {
		mark = text.Markdown(p.Mark) + " · "
	}
	put("# ", mark, text.Markdown(p.Title), "\n\n")
	if p.Exercise {
		put("> **", text.Markdown(p.Mark), "** – ", text.Markdown(p.Warning), "\n\n")
	} else {
		put("**", text.Markdown(p.Mark), "**\n\n")
	}
	p.Key.markdown(put)
	for _, s := range p.Sections {
		put("\n## ", mark, text.Markdown(s.Title), "\n")
		for _, part := range s.Parts {
			part.markdown(put)
		}
	}
	put("\n---\n\n", mark, text.Markdown(p.Foot), "\n")
	return b.Flush()
}

func (x *Part) markdown(put func(...string)) {
	switch {
	case x.Sub != "":
		put("\n### ", text.Markdown(x.Sub), "\n")
	case x.Text != "":
		put("\n", text.Markdown(x.Text), "\n")
	case x.Note != "":
		put("\n*", text.Markdown(x.Note), "*\n")
	case x.Table != nil:
		put("\n")
		if x.Table.Caption != "" && !x.Table.Quiet {
			put("**", text.Markdown(x.Table.Caption), "**\n\n")
		}
		x.Table.markdown(put)
	case len(x.List) > 0:
		put("\n")
		for _, item := range x.List {
			put("- ", text.Markdown(item), "\n")
		}
	}
}

func (t *Table) markdown(put func(...string)) {
	line := func(cells []string) {
		put("|")
		for _, c := range cells {
			put(" ", text.Markdown(c), " |")
		}
		put("\n")
	}
	line(t.Head)
	put("|", strings.Repeat("---|", len(t.Head)), "\n")
	for _, r := range t.Rows {
		line(r.Cells)
	}
}
