// Package theme gives the console its styles, by meaning. Colour has four meanings: blue holds, amber needs you soon,
// vermilion is broken, teal is in progress; grey recedes. Each also has a symbol or a word, so that nothing is told by
// colour alone. The pairs were chosen for a contrast of at least 4.5:1 on their ground.
package theme

import (
	"image/color"
	"strings"

	"charm.land/lipgloss/v2"
)

// Ink is a style as what is written before and after a text: styles are computed once, rows only concatenate.
type Ink struct {
	Pre, Post string
	bar       string // what is written before a selected row of this theme
}

// inkOf computes an ink; bar is that of the theme.
func inkOf(s lipgloss.Style, bar string) Ink {
	pre, post, _ := strings.Cut(s.Render("x"), "x")
	return Ink{pre, post, bar}
}

// On writes a text in the ink.
func (i Ink) On(s string) string {
	if s == "" || i.Pre == "" {
		return s
	}
	return i.Pre + s + i.Post
}

// Selected writes a text as part of the selected row: the same in every ink of a theme, so that the row is one bar. It
// exchanges letter and ground, which a terminal of sixteen colours or none shows as well.
func (i Ink) Selected(s string) string {
	if s == "" {
		return s
	}
	bar := i.bar
	if bar == "" {
		bar = "\x1b[7m"
	}
	return bar + s + "\x1b[m"
}

// IsZero tells an ink that was never made by a theme.
func (i Ink) IsZero() bool { return i.bar == "" }

// Theme is one value of styles; it is built once and read only.
type Theme struct {
	Dark  bool
	ASCII bool // borders and symbols in plain ASCII
	Mono  bool // no colour: weight and symbols only

	Twin  bool   // frames have double lines: those of a drill where no colour tells it
	Stamp string // a word in the lower edge of every frame, for the same reason

	Text, Strong, Muted           Ink
	Holds, Soon, Broken, Progress Ink // blue, amber, vermilion, teal
	Focus                         Ink // border and title of the focused pane
	Border                        Ink
	Key                           Ink // a key in the footer
	KeyOff                        Ink // a key that cannot act now
	KeyOn                         Ink // a key on a ground of its own: the band of an exercise
	Header, HeaderStrong          Ink // the first line
	Live, Drill                   Ink // the realm's badge
	DrillGround                   Ink // the header of a drill
	DrillEdge                     Ink // the frames of its panes
	Alert                         Ink // the banner
	Match                         Ink // what a search found
	Input, Placeholder, Cursor    lipgloss.Style
}

// New builds the theme for a dark or light ground.
func New(dark, ascii, mono bool) Theme {
	t := Theme{Dark: dark, ASCII: ascii, Mono: mono}
	pick := func(light, darkHex string) color.Color {
		return lipgloss.LightDark(dark)(lipgloss.Color(light), lipgloss.Color(darkHex))
	}
	paint := func(light, darkHex string) lipgloss.Style {
		if mono {
			return lipgloss.NewStyle()
		}
		return lipgloss.NewStyle().Foreground(pick(light, darkHex))
	}
	ground := func(s lipgloss.Style, light, darkHex string) lipgloss.Style {
		if mono {
			return s.Reverse(true)
		}
		return s.Background(pick(light, darkHex))
	}
	bar, _, _ := strings.Cut(paint("#0b6b61", "#7fd1c4").Bold(true).Reverse(true).Render("x"), "x")
	ink := func(s lipgloss.Style) Ink { return inkOf(s, bar) }
	t.Text = ink(paint("#1c2126", "#d8dee4"))
	t.Strong = ink(paint("#0b0e11", "#ffffff").Bold(true))
	t.Muted = ink(paint("#5a636d", "#8b96a1"))
	t.Holds = ink(paint("#0f5fa8", "#5fb0f5"))
	t.Soon = ink(paint("#8a5300", "#f5b942").Bold(true))
	t.Broken = ink(paint("#b3260b", "#ff6b4a").Bold(true))
	t.Progress = ink(paint("#0b6b61", "#7fd1c4"))
	t.Focus = ink(paint("#0b6b61", "#7fd1c4").Bold(true))
	t.Border = ink(paint("#6f7a85", "#66727e"))
	t.Key = ink(ground(paint("#0b0e11", "#ffffff").Bold(true), "#dfe5ea", "#2a3540"))
	t.KeyOn = t.Key
	if mono {
		t.KeyOn = ink(lipgloss.NewStyle().Bold(true)) // a hole in the ground that is exchanged
	}
	t.KeyOff = ink(paint("#6b747d", "#7b8691").Faint(mono))
	t.Header = ink(ground(paint("#1c2126", "#d8dee4"), "#dfe5ea", "#1a242d"))
	t.HeaderStrong = ink(ground(paint("#0b0e11", "#ffffff").Bold(true), "#dfe5ea", "#1a242d"))
	t.Live = ink(ground(paint("#ffffff", "#ffffff").Bold(true), "#b3260b", "#b3260b"))
	t.Drill = ink(ground(paint("#ffffff", "#ffffff").Bold(true), "#6a2c91", "#7a3aa3"))
	t.DrillGround = ink(ground(paint("#ffffff", "#ffffff"), "#6a2c91", "#4a2468"))
	t.DrillEdge = ink(paint("#7a3aa3", "#a970d0"))
	t.Alert = ink(ground(paint("#0b0e11", "#0b0e11").Bold(true), "#f5b942", "#f5b942"))
	t.Match = ink(paint("#8a5300", "#f5b942").Underline(true))
	t.Input = paint("#1c2126", "#d8dee4")
	t.Placeholder = paint("#5a636d", "#8b96a1")
	t.Cursor = paint("#0b6b61", "#7fd1c4")
	return t
}

// Mark is a symbol with its plain form.
type Mark struct{ Rich, Plain string }

// Symbol is a mark in one cell, in ASCII where that is asked for.
func (t Theme) Symbol(m Mark) string {
	if t.ASCII {
		return m.Plain
	}
	return m.Rich
}

// Done and the others are the marks, by meaning; their names tell it.
func Done() Mark { return Mark{"✓", "x"} }

// Running is a mark.
func Running() Mark { return Mark{"●", "*"} }

// ToDo is a mark.
func ToDo() Mark { return Mark{"○", "o"} }

// Ready is a mark.
func Ready() Mark { return Mark{"▸", ">"} }

// Blocked is a mark.
func Blocked() Mark { return Mark{"■", "#"} }

// Failed is a mark.
func Failed() Mark { return Mark{"✗", "!"} }

// Skipped is a mark.
func Skipped() Mark { return Mark{"–", "-"} }

// Alert is a mark.
func Alert() Mark { return Mark{"▲", "^"} }

// Pending is a mark.
func Pending() Mark { return Mark{"↑", "^"} }

// Mail is a mark.
func Mail() Mark { return Mark{"▼", "v"} }

// Law is a mark.
func Law() Mark { return Mark{"§", "$"} }

// Full is a mark.
func Full() Mark { return Mark{"█", "#"} }

// Empty is a mark.
func Empty() Mark { return Mark{"░", "."} }
