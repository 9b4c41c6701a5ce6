// Package theme gives the console its styles, by meaning. Colour has four meanings: blue holds, amber needs you soon,
// vermilion is broken, teal is in progress; grey recedes. Each also has a symbol or a word, so that nothing is told by
// colour alone. The pairs were chosen for a contrast of at least 4.5:1 on their ground.
package theme

import (
	"image/color"

	"charm.land/lipgloss/v2"
)

// Theme is one value of styles; it is built once and read only.
type Theme struct {
	Dark  bool
	ASCII bool // borders and symbols in plain ASCII
	Mono  bool // no colour: weight and symbols only

	Text, Strong, Muted           lipgloss.Style
	Holds, Soon, Broken, Progress lipgloss.Style // blue, amber, vermilion, teal
	Focus                         lipgloss.Style // border and title of the focused pane
	Border                        lipgloss.Style
	Selected                      lipgloss.Style // the selected row (reverse, never colour alone)
	Key                           lipgloss.Style // a key in the footer
	KeyOff                        lipgloss.Style // a key that cannot act now
	Header                        lipgloss.Style // the first line
	Live, Drill                   lipgloss.Style // the realm's badge
	DrillGround                   lipgloss.Style // the header of a drill
	Input, InputFocus             lipgloss.Style
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
	t.Text = paint("#1c2126", "#d8dee4")
	t.Strong = paint("#0b0e11", "#ffffff").Bold(true)
	t.Muted = paint("#5a636d", "#8b96a1")
	t.Holds = paint("#0f5fa8", "#5fb0f5")
	t.Soon = paint("#8a5300", "#f5b942").Bold(true)
	t.Broken = paint("#b3260b", "#ff6b4a").Bold(true)
	t.Progress = paint("#0b6b61", "#7fd1c4")
	t.Focus = paint("#0b6b61", "#7fd1c4").Bold(true)
	t.Border = paint("#8a949e", "#56616c")
	t.Selected = lipgloss.NewStyle().Reverse(true)
	t.Key = ground(paint("#0b0e11", "#ffffff").Bold(true), "#dfe5ea", "#222c36")
	t.KeyOff = paint("#6b747d", "#7b8691").Faint(mono)
	t.Header = ground(paint("#1c2126", "#d8dee4"), "#dfe5ea", "#1a242d")
	t.Live = ground(paint("#ffffff", "#ffffff").Bold(true), "#b3260b", "#b3260b")
	t.Drill = ground(paint("#ffffff", "#ffffff").Bold(true), "#6a2c91", "#7a3aa3")
	t.DrillGround = ground(paint("#ffffff", "#ffffff"), "#6a2c91", "#4a2468")
	t.Input = paint("#1c2126", "#d8dee4").Underline(true)
	t.InputFocus = paint("#0b0e11", "#ffffff").Bold(true).Underline(true)
	return t
}

// Mark is a symbol with its plain form.
type Mark struct{ Rich, Plain string }

// Symbols, one cell wide each (the plain form too).
func (t Theme) Symbol(m Mark) string {
	if t.ASCII {
		return m.Plain
	}
	return m.Rich
}

// Marks by meaning.
func Done() Mark    { return Mark{"✓", "x"} }
func Running() Mark { return Mark{"●", "*"} }
func ToDo() Mark    { return Mark{"○", "o"} }
func Ready() Mark   { return Mark{"▸", ">"} }
func Blocked() Mark { return Mark{"■", "#"} }
func Failed() Mark  { return Mark{"✗", "!"} }
func Skipped() Mark { return Mark{"–", "-"} }
func Alert() Mark   { return Mark{"▲", "^"} }
func Pending() Mark { return Mark{"↑", "^"} }
func Full() Mark    { return Mark{"█", "#"} }
func Empty() Mark   { return Mark{"░", "."} }
