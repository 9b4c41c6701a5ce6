package tui

import (
	"sangfroid/internal/hostile"
	"strings"
	"testing"
	"unicode"

	tea "charm.land/bubbletea/v2"
)

// keyboard is what a byte stands for in FuzzConsole; the bytes above its length paste, type or resize.
var keyboard = []string{
	"1", "2", "3", "4", "tab", "shift+tab", "up", "down", "pgup", "pgdown", "home", "end", "enter", "esc", "f", "g", "d", "a", "v", "e", "s", "n", "c",
	"C", "m", "r", "t", "b", "u", "l", "k", "h", "i", "p", "x", "/", ":", "?", "f2", "f3", "f4", "ctrl+s", "left", "right", "space", "backspace", "+", "z", "é",
	"A", "B", "D", "E", "F", "G", "H", "I", "J", "K", "L", "M", "N", "O", "P", "R", "S", "T", "U", "V", "W", "X", "Y", "Z", "w", "y", "j", "o", "ctrl+u", "ctrl+p",
}

// FuzzConsole: whatever keys, pastes and sizes come, the console neither panics nor draws what acts, and its screen is as large as
// the terminal.
func FuzzConsole(f *testing.F) {
	f.Add([]byte{16, 12, 255, 41}, "the repair takes a day")
	for i, s := range hostile.Some()[:5] {
		f.Add([]byte{21, 255, 41, 3, 254, 13}, s)
		f.Add([]byte{byte(i), 12, 255, 12, 255, 4, 254, 41}, s)
	}
	f.Fuzz(func(t *testing.T, keys []byte, words string) {
		if len(keys) > 60 {
			keys = keys[:60]
		}
		c := newConsole(t, decided(t), 80, 24, Options{})
		c.m.opts.Samples = 10 // what is played here is keys
		for i := 0; i < len(keys); i++ {
			switch k := keys[i]; {
			case int(k) < len(keyboard):
				c.press(keyboard[k])
			case k == 255:
				c.send(tea.PasteMsg{Content: words})
			case k == 254 && len(words) < 200:
				c.typed(strings.Map(func(r rune) rune { // a person who heaps marks upon marks does it to themselves
					if unicode.In(r, unicode.Mn, unicode.Me) {
						return -1
					}
					return r
				}, words))
			case i+1 < len(keys):
				i++
				c.send(tea.WindowSizeMsg{Width: int(k) - len(keyboard), Height: int(keys[i]) % 90})
			}
			calm(t, c, "after keys")
		}
	})
}
