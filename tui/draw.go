package tui

import (
	"sangfroid/internal/incident"
	"sangfroid/internal/text"
	"sangfroid/tui/theme"
	"strings"

	"github.com/charmbracelet/x/ansi"
)

// width is how many cells a clean text takes. The renderer counts runes as wcwidth does until the terminal says that it
// counts graphemes; both agree on what is left after cleaning, so the simpler one is used.
func width(s string) int {
	for i := range len(s) {
		if s[i] >= 0x80 {
			return ansi.StringWidthWc(s)
		}
	}
	return len(s)
}

// cut shortens a clean text to w cells, with an ellipsis.
func cut(s string, w int) string {
	if w <= 0 {
		return ""
	}
	if width(s) <= w {
		return s
	}
	return ansi.TruncateWc(s, w, "…")
}

// span is a piece of a row in one ink.
type span struct {
	text string
	ink  theme.Ink
}

// row is a line of the screen before it is cut to its width.
type row []span

func (r row) width() int {
	n := 0
	for _, s := range r {
		n += width(s.text)
	}
	return n
}

// add appends a piece.
func (r row) add(s string, ink theme.Ink) row { return append(r, span{s, ink}) }

// space appends n empty cells.
func (r row) space(n int) row {
	if n <= 0 {
		return r
	}
	return append(r, span{blanks(n), theme.Ink{}})
}

// to fills up to column n.
func (r row) to(n int) row { return r.space(n - r.width()) }

// line writes the row exactly w cells wide. A selected row is one bar from end to end, whatever its pieces are.
func (r row) line(w int, selected bool) string {
	if selected {
		return r.bar(w)
	}
	var b strings.Builder
	left := w
	for _, s := range r {
		if left <= 0 {
			break
		}
		t := s.text
		if n := width(t); n > left {
			t = cut(t, left)
			left -= width(t)
		} else {
			left -= n
		}
		b.WriteString(s.ink.On(t))
	}
	if left > 0 {
		b.WriteString(blanks(left))
	}
	return b.String()
}

// bar writes a selected row.
func (r row) bar(w int) string {
	var b strings.Builder
	ink := theme.Ink{}
	for _, s := range r {
		b.WriteString(s.text)
		if ink.IsZero() {
			ink = s.ink
		}
	}
	text := cut(b.String(), w)
	return ink.Selected(text + blanks(w-width(text)))
}

// over writes the row on a ground that fills the whole width.
func (r row) over(w int, ground theme.Ink) string {
	for i := range r {
		if r[i].ink.Pre == "" {
			r[i].ink = ground
		}
	}
	if n := r.width(); n < w {
		r = append(r, span{blanks(w - n), ground})
	}
	return r.line(w, false)
}

const spaces = "                                                                                                                                "

func blanks(n int) string {
	if n <= 0 {
		return ""
	}
	if n <= len(spaces) {
		return spaces[:n]
	}
	return strings.Repeat(" ", n)
}

// border has the pieces of a pane's frame.
type border struct{ h, v, tl, tr, bl, br string }

func borders(t theme.Theme) border {
	switch {
	case t.ASCII && t.Twin:
		return border{"=", "#", "#", "#", "#", "#"}
	case t.ASCII:
		return border{"-", "|", "+", "+", "+", "+"}
	case t.Twin:
		return border{"═", "║", "╔", "╗", "╚", "╝"}
	}
	return border{"─", "│", "╭", "╮", "╰", "╯"}
}

// box frames lines into a pane of exactly w×h cells, with a title on the left and a note on the right of the top edge.
func box(t theme.Theme, w, h int, title, note string, focused bool, lines []string) []string {
	if w < 4 || h < 2 {
		return fill(lines, w, h)
	}
	edge, head := t.Border, t.Strong
	if focused {
		edge, head = t.Focus, t.Focus
	}
	bd := borders(t)
	title = cut(title, w-6)
	note = cut(note, w-8-width(title))
	top := row{}.add(bd.tl+bd.h, edge).add(" "+title+" ", head)
	tail := row{}
	if note != "" {
		tail = tail.add(" "+note+" ", t.Muted)
	}
	tail = tail.add(bd.h+bd.tr, edge)
	gap := w - top.width() - tail.width()
	if gap < 0 {
		tail, gap = row{}.add(bd.h+bd.tr, edge), w-top.width()-2
	}
	top = append(top.add(strings.Repeat(bd.h, max(gap, 0)), edge), tail...)
	out := make([]string, 0, h)
	out = append(out, top.line(w, false))
	side := edge.On(bd.v)
	for i := range h - 2 {
		inner := blanks(w - 4)
		if i < len(lines) {
			inner = lines[i]
		}
		out = append(out, side+" "+inner+" "+side)
	}
	return append(out, lowerEdge(t, bd, w, edge))
}

// lowerEdge closes a frame; the stamp stands in it at both ends, where it has one and there is room.
func lowerEdge(t theme.Theme, bd border, w int, edge theme.Ink) string {
	word := " " + t.Stamp + " "
	gap := w - 4 - 2*width(word)
	if t.Stamp == "" || gap < 2 {
		return edge.On(bd.bl + strings.Repeat(bd.h, w-2) + bd.br)
	}
	return edge.On(bd.bl+bd.h) + t.Drill.On(word) + edge.On(strings.Repeat(bd.h, gap)) + t.Drill.On(word) + edge.On(bd.h+bd.br)
}

// fill makes exactly h lines of w cells; lines are expected to be w wide already.
func fill(lines []string, w, h int) []string {
	out := make([]string, 0, max(h, 0))
	for i := range h {
		if i < len(lines) {
			out = append(out, lines[i])
		} else {
			out = append(out, blanks(w))
		}
	}
	return out
}

// beside joins columns of lines, each of its own width, to one of h lines.
func beside(h int, columns ...[]string) []string {
	out := make([]string, h)
	for i := range h {
		var b strings.Builder
		for _, c := range columns {
			if i < len(c) {
				b.WriteString(c[i])
			}
		}
		out[i] = b.String()
	}
	return out
}

// roleName is a role in words: the playbook's own ones by their title.
func (m *model) roleName(r incident.Role) string {
	if m.frame == nil {
		return m.lang.Role(r)
	}
	return m.lang.RoleTitle(m.frame.State, r)
}

// bar draws a progress of w cells: what is done in the ink, the rest receding.
func bar(t theme.Theme, w int, share float64, ink theme.Ink) row {
	if w <= 0 {
		return nil
	}
	n := min(max(int(share*float64(w)+0.5), 0), w)
	if share > 0 && n == 0 {
		n = 1
	}
	return row{}.add(strings.Repeat(t.Symbol(theme.Full()), n), ink).add(strings.Repeat(t.Symbol(theme.Empty()), w-n), t.Muted)
}

// chosenBar is a bar on the row of the selection: a full block there has the colour of the screen behind it, and reads as a
// hole.
func chosenBar(b row, selected bool) row {
	if !selected {
		return b
	}
	out := row{}
	for _, s := range b {
		out = out.add(strings.ReplaceAll(s.text, "█", "▓"), s.ink)
	}
	return out
}

// wrap cuts a clean text into lines of at most w cells, at spaces where there are some. Line breaks are kept.
func wrap(s string, w int) []string {
	if w <= 0 {
		return nil
	}
	var out []string
	s = text.Unbroken(s)
	for _, para := range strings.Split(s, "\n") {
		out = append(out, strings.Split(ansi.WrapWc(para, w, ""), "\n")...)
	}
	return out
}

// glyphs are the digits of the clocks that are read from two metres: 3 by 5 points, two points to a cell.
func glyph(r rune) [5]string {
	switch r {
	case '0':
		return [5]string{"###", "# #", "# #", "# #", "###"}
	case '1':
		return [5]string{" # ", "## ", " # ", " # ", "###"}
	case '2':
		return [5]string{"###", "  #", "###", "#  ", "###"}
	case '3':
		return [5]string{"###", "  #", "###", "  #", "###"}
	case '4':
		return [5]string{"# #", "# #", "###", "  #", "  #"}
	case '5':
		return [5]string{"###", "#  ", "###", "  #", "###"}
	case '6':
		return [5]string{"###", "#  ", "###", "# #", "###"}
	case '7':
		return [5]string{"###", "  #", "  #", "  #", "  #"}
	case '8':
		return [5]string{"###", "# #", "###", "# #", "###"}
	case '9':
		return [5]string{"###", "# #", "###", "  #", "###"}
	case ':':
		return [5]string{" ", "#", " ", "#", " "}
	case '−', '-':
		return [5]string{"   ", "   ", "###", "   ", "   "}
	case '+':
		return [5]string{"   ", " # ", "###", " # ", "   "}
	}
	return [5]string{" ", " ", " ", " ", " "}
}

// big writes a clock in three lines of half blocks. With ASCII there are no half blocks: the clock is one line, twice
// underlined by its size elsewhere.
func big(s string) [3]string {
	var out [3]strings.Builder
	for i, r := range []rune(s) {
		g := glyph(r)
		if i > 0 {
			for k := range out {
				out[k].WriteByte(' ')
			}
		}
		for k := range 3 {
			upper, lower := g[2*k], blanks(len(g[0]))
			if 2*k+1 < len(g) {
				lower = g[2*k+1]
			}
			for c := range len(upper) {
				out[k].WriteString(half(upper[c] == '#', lower[c] == '#'))
			}
		}
	}
	return [3]string{out[0].String(), out[1].String(), out[2].String()}
}

func half(up, down bool) string {
	switch {
	case up && down:
		return "█"
	case up:
		return "▀"
	case down:
		return "▄"
	}
	return " "
}
