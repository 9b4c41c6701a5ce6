package form

import (
	"sangfroid/tui/theme"
	"strconv"
	"strings"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"
)

const (
	labelMost  = 24
	blockLines = 14
)

// View draws the form into exactly w×h cells, without a frame, and tells where the cursor is (relative to its corner).
// The field in focus is always visible.
func (f *Form) View(w, h int) ([]string, *tea.Cursor) {
	label := min(labelMost, w/3)
	var lines []string
	var cursor *tea.Cursor
	from, to := 0, 0
	for i := range f.items {
		start := len(lines)
		drawn, c := f.item(i, label, w, h)
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
	for _, l := range strings.Split(ansi.WrapWc(s, max(w-label-2, 10), ""), "\n") {
		out = append(out, pad(strings.Repeat(" ", label+2)+ink.On(l), label+2+ansi.StringWidthWc(l), w))
	}
	return out
}

func (f *Form) item(i, label, w, h int) ([]string, *tea.Cursor) {
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
		it.line.SetWidth(max(room-1, 1))
		v := it.line.View()
		return []string{pad(head+v, label+2+ansi.StringWidthWc(v), w)}, shift(it.line.Cursor(), label+2)
	case Block:
		it.block.SetWidth(max(room, 4))
		it.block.SetHeight(min(max(h-5, 2), blockLines))
		var out []string
		for k, l := range strings.Split(it.block.View(), "\n") {
			if k > 0 {
				head = strings.Repeat(" ", label+2)
			}
			out = append(out, pad(head+l, label+2+ansi.StringWidthWc(l), w))
		}
		return out, shift(it.block.Cursor(), label+2)
	}
	return f.options(it, head, label, room, w, i == f.at), nil
}

func shift(c *tea.Cursor, dx int) *tea.Cursor {
	if c != nil {
		c.X += dx
	}
	return c
}

func (f *Form) note(it *item, w int) []string {
	var out []string
	for _, l := range strings.Split(ansi.WrapWc(it.Label, w, ""), "\n") {
		out = append(out, pad(f.theme.Text.On(l), ansi.StringWidthWc(l), w))
	}
	return out
}

// options shows all answers when they fit on one line, else the one chosen with its neighbours' count.
func (f *Form) options(it *item, head string, label, room, w int, focused bool) []string {
	all := 0
	for _, o := range it.Options {
		all += ansi.StringWidthWc(o.Label) + 3
	}
	var b strings.Builder
	used := 0
	put := func(s string, ink theme.Ink, on bool) {
		if on {
			b.WriteString(ink.Selected(s))
		} else {
			b.WriteString(ink.On(s))
		}
		used += ansi.StringWidthWc(s)
	}
	if all <= room {
		for i, o := range it.Options {
			if i > 0 {
				put(" ", f.theme.Muted, false)
			}
			if i == it.pick {
				put("["+o.Label+"]", f.theme.Strong, focused)
			} else {
				put(" "+o.Label+" ", f.theme.Muted, false)
			}
		}
	} else if len(it.Options) > 0 {
		put("◂ ", f.theme.Focus, false)
		put(ansi.TruncateWc(it.Options[it.pick].Label, max(room-14, 4), "…"), f.theme.Strong, focused)
		put(" ▸", f.theme.Focus, false)
		put(" "+count(it.pick+1, len(it.Options)), f.theme.Muted, false)
	}
	return []string{pad(head+b.String(), label+2+used, w)}
}

// pad fills a styled line of known width up to w, or cuts it.
func pad(s string, have, w int) string {
	if have > w {
		return ansi.TruncateWc(s, w, "")
	}
	return s + strings.Repeat(" ", w-have)
}

func count(n, of int) string { return strconv.Itoa(n) + "/" + strconv.Itoa(of) }
