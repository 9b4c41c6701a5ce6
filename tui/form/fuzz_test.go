package form

import (
	"sangfroid/internal/hostile"
	"strings"
	"testing"
	"unicode"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"
)

// FuzzForm: what is typed or pasted into any field comes out as text, in lines as wide as they should be.
func FuzzForm(f *testing.F) {
	for i, s := range hostile.Strings() {
		f.Add(s, []byte{byte(i), 1, 2, byte(i * 7)}, uint8(i*5), uint8(i))
	}
	f.Fuzz(func(t *testing.T, words string, keys []byte, w, h uint8) {
		fm := made()
		special := []rune{tea.KeyEnter, tea.KeyTab, tea.KeyUp, tea.KeyDown, tea.KeyLeft, tea.KeyRight, tea.KeyHome, tea.KeyEnd, tea.KeyBackspace, tea.KeyDelete, tea.KeyPgUp, tea.KeyPgDown}
		for _, k := range keys[:min(len(keys), 60)] {
			if int(k) < len(special) {
				fm.Update(key(special[k]))
			} else if k < 128 {
				fm.Update(tea.PasteMsg{Content: words})
			} else {
				for _, r := range words[:min(len(words), 40)] {
					if k, ok := Visible(tea.KeyPressMsg{Code: r, Text: string(r)}); ok && !unicode.In(r, unicode.Mn, unicode.Me) {
						fm.Update(k)
					}
				}
			}
		}
		lines, _ := fm.View(int(w), int(h))
		if len(lines) > int(h) {
			t.Fatalf("%d lines in %d", len(lines), h)
		}
		for _, l := range lines {
			if a := hostile.Acts(unmarked(ansi.Strip(l))); a != "" || ansi.StringWidthWc(l) > int(w) {
				t.Fatalf("%s; %d wide of %d: %q", a, ansi.StringWidthWc(l), w, l)
			}
		}
		for k, v := range fm.Values() {
			if a := hostile.Acts(unmarked(v)); a != "" || (k != "long" && strings.Contains(v, "\n")) {
				t.Fatalf("%s: %s %q", k, a, v)
			}
		}
	})
}

// unmarked leaves combining marks out: two pastes add theirs up, and are cleaned as one text where it is decoded.
func unmarked(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.In(r, unicode.Mn, unicode.Me) {
			return -1
		}
		return r
	}, s)
}
