package paper

import (
	"sangfroid/internal/incident"
	"strings"
)

// Markdown is the grab pack as a text (CommonMark with the tables of GFM). What the playbook says is escaped: it is
// text, whatever it looks like.
func Markdown(b *incident.Playbook, o Options) []byte {
	doc := build(b, o)
	var out strings.Builder
	for i := range doc.Blocks {
		block := &doc.Blocks[i]
		switch {
		case block.Heading != "":
			out.WriteString(strings.Repeat("#", block.Level) + " " + escape(block.Heading) + "\n\n")
		case block.Table != nil:
			writeTable(&out, block.Table)
		case len(block.Fields) > 0:
			for _, f := range block.Fields {
				out.WriteString("- **" + escape(f.Label) + "**" + o.Lang.Colon() + filled(f) + "\n")
			}
			out.WriteByte('\n')
		default:
			out.WriteString(escapeStart(block.Text) + "\n\n")
		}
	}
	return []byte(strings.TrimRight(out.String(), "\n") + "\n")
}

func filled(f field) string {
	const ruled = `\_\_\_\_\_\_\_\_\_\_\_\_\_\_\_\_\_\_\_\_\_\_\_\_`
	switch {
	case f.Value != "":
		return escape(f.Value)
	case f.Tall:
		return ruled + "  \n  " + ruled
	}
	return ruled
}

func writeTable(out *strings.Builder, t *table) {
	for _, c := range t.Head {
		out.WriteString("| " + escape(c.Title) + " ")
	}
	out.WriteString("|\n" + strings.Repeat("| --- ", len(t.Head)) + "|\n")
	for _, g := range t.Groups {
		if g.Title != "" {
			blank := strings.Repeat("| ", len(t.Head)-1)
			out.WriteString("| **" + escape(g.Title) + "** " + blank + "|\n")
		}
		for _, r := range g.Rows {
			for _, c := range r.Cells {
				out.WriteString("| " + cellText(c, r.Under) + " ")
			}
			out.WriteString("|\n")
		}
	}
	out.WriteByte('\n')
}

// cellText is a cell on one line; a row's instructions stand in the cell that names it.
func cellText(c cell, under []line) string {
	if c.Box {
		return "☐"
	}
	var parts []string
	if c.Text != "" {
		parts = append(parts, escape(c.Text))
	}
	for _, n := range c.Notes {
		if n != "" {
			parts = append(parts, escape(n))
		}
	}
	if c.Head {
		for _, l := range under {
			parts = append(parts, lineText(l))
		}
	}
	return strings.Join(parts, "<br>")
}

func lineText(l line) string {
	var b strings.Builder
	if l.Item {
		b.WriteString("• ")
	}
	for _, s := range l.Spans {
		switch s.Style {
		case "strong":
			b.WriteString("**" + escape(s.Text) + "**")
		case "em":
			b.WriteString("*" + escape(s.Text) + "*")
		default:
			b.WriteString(escape(s.Text))
		}
	}
	return b.String()
}

// escape makes s text in any place of a line: a backslash before every character that Markdown acts on, in a table too,
// and inside what GFM makes a link by itself.
func escape(s string) string {
	var b strings.Builder
	for _, r := range s {
		if strings.ContainsRune("\\`*_{}[]<>#|~!&@$^", r) {
			b.WriteByte('\\')
		}
		b.WriteRune(r)
	}
	return strings.NewReplacer("://", `\://`, "www.", `www\.`, "WWW.", `WWW\.`).Replace(b.String())
}

// escapeStart is escape for the beginning of a line, where a number, a dash or a plus would begin a list.
func escapeStart(s string) string {
	e := escape(s)
	if e == "" {
		return e
	}
	if strings.ContainsRune("-+=", rune(e[0])) {
		return `\` + e
	}
	digits := len(e) - len(strings.TrimLeft(e, "0123456789"))
	if digits > 0 && digits < len(e) && (e[digits] == '.' || e[digits] == ')') {
		return e[:digits] + `\` + e[digits:]
	}
	return e
}
