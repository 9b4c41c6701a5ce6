package form

import (
	"sangfroid/internal/text"
	"sangfroid/tui/theme"
	"strconv"
	"strings"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"
)

const (
	labelMost = 24
	blockMost = 36 // lines of a text: more is not read better
	narrow    = 100
)

// wrap cuts a text into lines of at most w cells, none of which begins with a sign that French sets apart.
func wrap(s string, w int) []string { return strings.Split(ansi.WrapWc(text.Unbroken(s), w, ""), "\n") }

// View draws the form into exactly w×h cells, without a frame, and tells where the cursor is (relative to its corner).
// The field in focus is always visible.
func (f *Form) View(w, h int) ([]string, *tea.Cursor) {
	label := min(labelMost, w/3)
	var lines []string
	var cursor *tea.Cursor
	from, to := 0, 0
	room := f.blockRoom(label, w, h)
	for i := range f.items {
		if f.hidden(i) {
			continue
		}
		start := len(lines)
		drawn, c := f.item(i, label, w, room)
		if i == f.at {
			from = start
			if c != nil {
				c.Y += start
				cursor = c
			}
		}
		lines = append(lines, drawn...)
		if i == f.at {
			lines = append(lines, f.below(label, w)...)
			to = len(lines)
		}
	}
	top := 0
	if to > h {
		top = to - h
	}
	if from < top {
		top = from
	}
	if cursor != nil {
		cursor.Y -= top
		if cursor.Y < 0 || cursor.Y >= h || cursor.X >= w {
			cursor = nil // the field does not fit the terminal
		}
	}
	lines = lines[min(top, len(lines)):]
	for len(lines) < h {
		lines = append(lines, strings.Repeat(" ", w))
	}
	return lines[:max(h, 0)], cursor
}

// below is what stands under the field in focus: what is wrong, else how the value was understood, else the hint.
func (f *Form) below(label, w int) []string {
	it := &f.items[f.at]
	s, ink := it.Hint, f.theme.Muted
	if it.Echo != nil {
		if echo := it.Echo(it.value()); echo != "" {
			s, ink = "= "+echo, f.theme.Holds
		}
	}
	if f.busy {
		return f.under(f.Busily, f.theme.Progress, label, w)
	}
	out := f.under(f.word, f.theme.Progress, label, w)
	if f.fault != "" {
		out = f.under(f.theme.Symbol(theme.Alert())+" "+f.fault, f.theme.Broken, label, w)
		s, ink = f.hint, f.theme.Muted
		if s != "" {
			s = "→ " + s
		}
	}
	return append(out, f.under(s, ink, label, w)...)
}

func (f *Form) under(s string, ink theme.Ink, label, w int) []string {
	if s == "" {
		return nil
	}
	var out []string
	for _, l := range wrap(s, max(w-label-2, 10)) {
		out = append(out, pad(strings.Repeat(" ", label+2)+ink.On(l), label+2+ansi.StringWidthWc(l), w))
	}
	return out
}

// blockRoom is how many lines a text of several may take, so that the other fields stay in sight.
func (f *Form) blockRoom(label, w, h int) int {
	others, blocks := len(f.below(label, w)), 0
	for i := range f.items {
		switch it := &f.items[i]; it.Kind {
		case Block:
			blocks++
			if w < narrow {
				others++ // its label stands above
			}
		case Note:
			others += len(f.note(it, w))
		case Line, Choice:
			others++
		}
	}
	const least = 3
	return min(max((h-others)/max(blocks, 1), least), blockMost)
}

func (f *Form) item(i, label, w, lines int) ([]string, *tea.Cursor) {
	it := &f.items[i]
	if it.Kind == Note {
		return f.note(it, w), nil
	}
	ink := f.theme.Muted
	if i == f.at {
		ink = f.theme.Focus
	}
	name := ansi.TruncateWc(it.Label, label, "…")
	head := ink.On(name) + strings.Repeat(" ", label-ansi.StringWidthWc(name)) + "  "
	room := w - label - 2
	switch it.Kind {
	default:
	case Line:
		if i != f.at && it.value() == "" {
			return []string{f.blank(it, head, label, room, w)}, nil
		}
		it.line.SetWidth(max(room-1, 1))
		v := it.line.View()
		return []string{pad(head+v, label+2+ansi.StringWidthWc(v), w)}, shift(it.line.Cursor(), label+2)
	case Block:
		return f.text(it, head, label, w, lines)
	}
	return f.options(it, head, label, room, w, i == f.at), nil
}

// blank is an empty field that does not have the focus: it tells whether it may stay so.
func (f *Form) blank(it *item, head string, label, room, w int) string {
	word := f.Empty
	switch {
	case it.Needed:
		word = f.Needed
	case it.Empty != "":
		word = it.Empty
	}
	word = ansi.TruncateWc(word, max(room, 1), "…")
	return pad(head+f.theme.Muted.On(word), label+2+ansi.StringWidthWc(word), w)
}

// text draws a text of several lines beside its label; on a narrow screen below it, over the whole width.
func (f *Form) text(it *item, head string, label, w, lines int) ([]string, *tea.Cursor) {
	it.block.SetHeight(lines)
	if w < narrow {
		it.block.SetWidth(max(w, 4))
		out := []string{pad(head, label+2, w)}
		for _, l := range strings.Split(it.block.View(), "\n") {
			out = append(out, pad(l, ansi.StringWidthWc(l), w))
		}
		c := it.block.Cursor()
		if c != nil {
			c.Y++
		}
		return out, c
	}
	it.block.SetWidth(max(w-label-2, 4))
	var out []string
	for k, l := range strings.Split(it.block.View(), "\n") {
		if k > 0 {
			head = strings.Repeat(" ", label+2)
		}
		out = append(out, pad(head+l, label+2+ansi.StringWidthWc(l), w))
	}
	return out, shift(it.block.Cursor(), label+2)
}

func shift(c *tea.Cursor, dx int) *tea.Cursor {
	if c != nil {
		c.X += dx
	}
	return c
}

func (f *Form) note(it *item, w int) []string {
	var out []string
	text := it.Label
	if it.Live != nil {
		text = it.Live(f.Values())
	}
	for _, l := range wrap(text, w) {
		out = append(out, pad(f.theme.Text.On(l), ansi.StringWidthWc(l), w))
	}
	return out
}

// optionLines is how many lines the answers of a choice may take while it has the focus.
const optionLines = 4

// options shows all answers when they fit on one line, or on a few while the choice has the focus; else the one chosen
// with its place.
func (f *Form) options(it *item, head string, label, room, w int, focused bool) []string {
	lines := f.flow(it, room, focused)
	if len(lines) > 1 && (!focused || len(lines) > optionLines) {
		lines = []optionLine{f.chosen(it, room, focused)}
	}
	out := make([]string, len(lines))
	for i, l := range lines {
		if i > 0 {
			head = strings.Repeat(" ", label+2)
		}
		out[i] = pad(head+l.text, label+2+l.width, w)
	}
	return out
}

// optionLine is a line of answers, with its width in cells.
type optionLine struct {
	text  string
	width int
}

func (l *optionLine) put(s string, ink theme.Ink, selected bool) {
	l.width += ansi.StringWidthWc(s)
	if selected {
		l.text += ink.Selected(s)
		return
	}
	l.text += ink.On(s)
}

// flow writes all answers on as many lines as they take.
func (f *Form) flow(it *item, room int, focused bool) []optionLine {
	lines := []optionLine{{}}
	for i, o := range it.Options {
		word, ink := " "+o.Label+" ", f.theme.Muted
		if i == it.pick {
			word, ink = "["+o.Label+"]", f.theme.Strong
		}
		l := &lines[len(lines)-1]
		if l.width > 0 && l.width+1+ansi.StringWidthWc(word) > room {
			lines = append(lines, optionLine{})
			l = &lines[len(lines)-1]
		} else if l.width > 0 {
			l.put(" ", f.theme.Muted, false)
		}
		if l.width+ansi.StringWidthWc(word) > room {
			word = ansi.TruncateWc(word, max(room, 1), "…")
		}
		l.put(word, ink, focused && i == it.pick)
	}
	return lines
}

// chosen writes the answer chosen, and which of how many it is.
func (f *Form) chosen(it *item, room int, focused bool) optionLine {
	var l optionLine
	place := " " + count(it.pick+1, len(it.Options))
	l.put("◂ ", f.theme.Focus, false)
	l.put(ansi.TruncateWc(it.Options[it.pick].Label, max(room-4-len(place), 4), "…"), f.theme.Strong, focused)
	l.put(" ▸", f.theme.Focus, false)
	l.put(place, f.theme.Muted, false)
	return l
}

// pad fills a styled line of known width up to w, or cuts it.
func pad(s string, have, w int) string {
	if have > w {
		return ansi.TruncateWc(s, w, "")
	}
	return s + strings.Repeat(" ", w-have)
}

func count(n, of int) string { return strconv.Itoa(n) + "/" + strconv.Itoa(of) }
