// Package cast writes recordings of a terminal in the form of asciinema, asciicast v2
// (https://docs.asciinema.org/manual/asciicast/v2/): a header in JSON, then one line a change: its time in seconds, "o", and
// what a terminal is sent. Frames are given whole; written is only what changed, cell by cell.
package cast

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/charmbracelet/x/ansi"
)

// Errors of a recording that grows too large.
var (
	ErrTooLong  = errors.New("the recording is longer than it may be")
	ErrTooLarge = errors.New("the recording is larger than it may be")
)

// Header tells what was recorded.
type Header struct {
	Version   int               `json:"version"` // 2
	Width     int               `json:"width"`
	Height    int               `json:"height"`
	Timestamp int64             `json:"timestamp,omitempty"` // when it was recorded, in seconds since 1970
	Title     string            `json:"title,omitempty"`
	Env       map[string]string `json:"env,omitempty"`
	Theme     *Theme            `json:"theme,omitempty"`
}

// Theme is the ground a recording is made for.
type Theme struct {
	FG      string `json:"fg"`
	BG      string `json:"bg"`
	Palette string `json:"palette"` // sixteen colours, set apart by colons
}

// Bounds of a recording.
type Bounds struct {
	Length time.Duration // of playing
	Bytes  int64
}

// Writer writes a recording. It is used by one goroutine.
type Writer struct {
	out     *bufio.Writer
	bounds  Bounds
	written int64
	last    time.Duration
	w, h    int
	screen  [][]glyph // what the terminal shows; nil before the first frame
}

// NewWriter writes the header. The version is filled in.
func NewWriter(out io.Writer, h Header, b Bounds) (*Writer, error) {
	h.Version = 2
	w := &Writer{out: bufio.NewWriter(out), bounds: b, w: h.Width, h: h.Height}
	return w, w.line(h)
}

// Frame shows the lines at a time from the beginning of the recording. A frame that changes nothing writes nothing. Errors
// are [ErrTooLong], [ErrTooLarge], or the writer's.
func (w *Writer) Frame(at time.Duration, lines []string) error {
	if at > w.bounds.Length {
		return ErrTooLong
	}
	var b strings.Builder
	if w.screen == nil {
		b.WriteString("\x1b[?25l\x1b[m\x1b[2J")
		w.screen = make([][]glyph, w.h)
	}
	for y := range min(len(lines), w.h) {
		next := glyphs(lines[y], w.w)
		change(&b, y, w.screen[y], next)
		w.screen[y] = next
	}
	if b.Len() == 0 {
		return nil
	}
	return w.event(at, b.String())
}

// Close ends the recording at a time: the last frame stands until then.
func (w *Writer) Close(at time.Duration) error {
	if err := w.event(at, "\x1b[?25h"); err != nil {
		return err
	}
	return w.out.Flush()
}

func (w *Writer) event(at time.Duration, data string) error {
	at = max(at, w.last) // time does not go back
	w.last = at
	return w.line([]any{json.Number(fmt.Sprintf("%.6f", at.Seconds())), "o", data})
}

func (w *Writer) line(v any) error {
	var b strings.Builder
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return err
	}
	if w.written += int64(b.Len()); w.written > w.bounds.Bytes {
		return ErrTooLarge
	}
	_, err := w.out.WriteString(b.String())
	return err
}

// glyph is one cell of the screen: its text with what combines with it, and how it is styled. The second cell of a wide
// letter is empty.
type glyph struct{ text, style string }

// glyphs reads a line of text and styles into w cells.
func glyphs(s string, w int) []glyph {
	out := make([]glyph, 0, w)
	style := ""
	for len(s) > 0 {
		if strings.HasPrefix(s, "\x1b[") {
			end := strings.IndexFunc(s[2:], func(r rune) bool { return r >= 0x40 && r <= 0x7e })
			if end < 0 {
				break
			}
			seq := s[:end+3]
			s = s[end+3:]
			switch {
			case seq == "\x1b[m" || seq == "\x1b[0m":
				style = ""
			case seq[len(seq)-1] == 'm':
				style += seq
			}
			continue
		}
		_, n := utf8.DecodeRuneInString(s)
		text := s[:n]
		s = s[n:]
		switch width := ansi.StringWidthWc(text); {
		case width == 0 && len(out) > 0:
			out[len(out)-1].text += text
		case width == 2:
			out = append(out, glyph{text, style}, glyph{"", style})
		case width == 1:
			out = append(out, glyph{text, style})
		}
	}
	for len(out) < w {
		out = append(out, glyph{" ", ""})
	}
	return out[:w]
}

// near is how many unchanged cells are written again rather than leapt over.
const near = 4

// change writes what leads from one row to another.
func change(b *strings.Builder, y int, from, to []glyph) {
	for x := 0; x < len(to); {
		if x < len(from) && from[x] == to[x] {
			x++
			continue
		}
		end, same := x+1, 0
		for i := end; i < len(to) && same <= near; i++ {
			if i < len(from) && from[i] == to[i] {
				same++
				continue
			}
			end, same = i+1, 0
		}
		for x > 0 && to[x].text == "" { // not into the middle of a wide letter
			x--
		}
		for end < len(to) && to[end].text == "" {
			end++
		}
		run(b, y, x, to[x:end])
		x = end
	}
}

func run(b *strings.Builder, y, x int, cells []glyph) {
	fmt.Fprintf(b, "\x1b[%d;%dH", y+1, x+1)
	style := ""
	for _, c := range cells {
		if c.style != style {
			b.WriteString("\x1b[m" + c.style)
			style = c.style
		}
		b.WriteString(c.text)
	}
	if style != "" {
		b.WriteString("\x1b[m")
	}
}
