package tui

import (
	"sangfroid/internal/incident"
	"sangfroid/internal/locale"
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"
)

// TestADrillIsToldWithoutColour: where no colour tells a drill, the shape of its frames and the word in them do, on every
// view, and nothing of it is on a live screen.
func TestADrillIsToldWithoutColour(t *testing.T) {
	for _, ascii := range []bool{false, true} {
		for lang, word := range map[locale.Lang]string{locale.English: "EXERCISE", locale.French: "EXERCICE"} {
			edge := "╔"
			if ascii {
				edge = "#="
			}
			for _, keys := range [][]string{nil, {"2"}, {"n"}, {"E"}, {"?"}, {"k"}} {
				c := newConsole(t, drilling(t, false).as(incident.RoleDirector), 80, 24, Options{NoColor: true, ASCII: ascii, Lang: lang}).press(keys...)
				s := c.plain()
				if n := strings.Count(s, word); n < 5 {
					t.Errorf("%v: the word stands there %d times:\n%s", keys, n, s)
				}
				if !strings.Contains(s, edge) {
					t.Errorf("%v: its frames are those of a live incident:\n%s", keys, s)
				}
			}
			live := newConsole(t, newFake(t, "warm"), 80, 24, Options{NoColor: true, ASCII: ascii, Lang: lang}).plain()
			if strings.Contains(live, edge) || strings.Contains(live, word) {
				t.Errorf("a live incident looks like a drill:\n%s", live)
			}
		}
	}
}

// TestTheKeyOfTheBandIsSeen: on a ground that is exchanged, a key in the same ink would be a letter of the text.
func TestTheKeyOfTheBandIsSeen(t *testing.T) {
	c := newConsole(t, drilling(t, false).as(incident.RoleDirector), 80, 24, Options{NoColor: true})
	band := strings.Join(c.m.band(), "")
	if on := c.m.theme.KeyOn.On(" E "); !strings.Contains(band, on) || strings.Contains(on, "[7m") {
		t.Errorf("%q", band)
	}
}

// TestAnInjectIsReadInFull: what does not fit below the list says how it is read, and nothing of it is lost.
func TestAnInjectIsReadInFull(t *testing.T) {
	c := newConsole(t, drilling(t, false), 80, 24, Options{}).press("E")
	if s := c.plain(); strings.Contains(s, "more line") && !strings.Contains(s, ": f") {
		t.Errorf("cut, and no key:\n%s", s)
	}
	rows := c.m.listedRows()
	want := strings.Join(strings.Fields(ansi.Strip(strings.Join(c.m.exDetail(rows[c.m.picked(rows)], 76), " "))), " ")
	c.press("f")
	got := c.plain()
	for range 20 {
		c.press("down")
		got += c.plain()
	}
	for _, w := range strings.Fields(want) {
		if !strings.Contains(got, w) {
			t.Errorf("%q is nowhere:\n%s", w, got)
		}
	}
	if c.press("f"); c.m.ex.whole || !strings.Contains(c.plain(), "Injects") {
		t.Errorf("no way back:\n%s", c.plain())
	}
	if c.press("f", "tab"); c.m.ex.whole {
		t.Error("another part of the screen is still in full")
	}
}

// TestKeysOfAnExerciseTellWhatTheyDo: a clock that stands is set going again, and no key is named where it does nothing.
func TestKeysOfAnExerciseTellWhatTheyDo(t *testing.T) {
	c := newConsole(t, drilling(t, false), 120, 40, Options{}).press("E")
	if s := c.plain(); !strings.Contains(s, "space pause") || !strings.Contains(s, "f in full") {
		t.Errorf("no pause:\n%s", s)
	}
	if c.press("space"); !strings.Contains(c.plain(), "space resume") {
		t.Errorf("it stands, and the key still says pause:\n%s", c.plain())
	}
	c.press("tab")
	if s := c.plain(); strings.Contains(s, "s send") || strings.Contains(s, "f in full") || !strings.Contains(s, "i improvise") {
		t.Errorf("keys of the list where there is none:\n%s", s)
	}
}

// TestNothingIsProposedAfterTheEnd: the drill's work is over, and so are its reports.
func TestNothingIsProposedAfterTheEnd(t *testing.T) {
	r := drilling(t, false).as(incident.RoleDirector)
	c := newConsole(t, r, 120, 40, Options{})
	if len(c.m.proposals()) == 0 {
		t.Fatal("nothing is proposed while it goes on")
	}
	c.press("!", "tab", "right", "ctrl+s")
	if p := c.m.proposals(); len(p) > 0 {
		t.Errorf("%+v", p)
	}
	if s := c.plain(); strings.Contains(s, "report in") || strings.Contains(s, "report late") {
		t.Errorf("a report is still due:\n%s", s)
	}
}
