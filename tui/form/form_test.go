package form

import (
	"sangfroid/tui/theme"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"
)

func made() *Form {
	return New(theme.New(true, false, true), "A form", "save", []Field{
		{Kind: Note, Label: "read me"},
		{Key: "text", Label: "text", Kind: Line, Hint: "a hint", Check: func(s string) string {
			if s == "" {
				return "needed"
			}
			return ""
		}, Echo: func(s string) string { return strings.ToUpper(s) }},
		{Key: "pick", Label: "pick", Kind: Choice, Options: []Option{{"a", "alpha"}, {"b", "beta"}, {"g", "gamma"}}, Value: "b"},
		{Key: "long", Label: "long", Kind: Block, Value: "first\nsecond"},
	})
}

func press(f *Form, keys ...tea.KeyPressMsg) (last Result) {
	for _, k := range keys {
		last, _ = f.Update(k)
	}
	return last
}

func char(s string) tea.KeyPressMsg { return tea.KeyPressMsg{Code: []rune(s)[0], Text: s} }

func key(code rune) tea.KeyPressMsg { return tea.KeyPressMsg{Code: code} }

func ctrlS() tea.KeyPressMsg { return tea.KeyPressMsg{Code: 's', Mod: tea.ModCtrl} }

func screen(f *Form, w, h int) string {
	lines, _ := f.View(w, h)
	return ansi.Strip(strings.Join(lines, "\n"))
}

func TestFillAndSave(t *testing.T) {
	f := made()
	if press(f, ctrlS()) == Submit || !strings.Contains(screen(f, 60, 12), "needed") {
		t.Errorf("an empty field was taken:\n%s", screen(f, 60, 12))
	}
	press(f, char("h"), char("i"))
	if !strings.Contains(screen(f, 60, 12), "= HI") {
		t.Errorf("no echo:\n%s", screen(f, 60, 12))
	}
	press(f, key(tea.KeyEnter), key(tea.KeyRight))
	press(f, key(tea.KeyTab), char("!"))
	v := f.Values()
	if v["text"] != "hi" || v["pick"] != "g" || !strings.Contains(v["long"], "!") {
		t.Errorf("%v", v)
	}
	if press(f, ctrlS()) != Submit {
		t.Error("it does not save")
	}
}

func TestChoiceByLetterAndRound(t *testing.T) {
	f := made()
	press(f, char("x"), key(tea.KeyTab), char("g"))
	if f.Values()["pick"] != "g" {
		t.Error(f.Values())
	}
	press(f, key(tea.KeyRight))
	if f.Values()["pick"] != "a" {
		t.Error(f.Values())
	}
}

func TestAKeyThatFitsNoOptionTellsHowToChoose(t *testing.T) {
	f := made()
	f.Choose = "arrows choose"
	f.Start("pick")
	if !f.Choosing() || press(f, char("7")) != Open || !strings.Contains(screen(f, 60, 14), "arrows choose") {
		t.Error(screen(f, 60, 14))
	}
	if press(f, key(tea.KeyRight)) != Changed || strings.Contains(screen(f, 60, 14), "arrows choose") {
		t.Error(screen(f, 60, 14))
	}
	f.Start("nowhere")
	if !f.Choosing() {
		t.Error("an unknown field took the focus away")
	}
	f.Tell("a draft came back")
	if s := screen(f, 60, 14); !strings.Contains(s, "a draft came back") || strings.Contains(s, "▲") {
		t.Error(s)
	}
}

func TestAnEmptyFieldTellsWhetherItMayStaySo(t *testing.T) {
	f := New(theme.New(true, false, true), "One", "save", []Field{
		{Key: "a", Label: "a", Kind: Line}, {Key: "b", Label: "b", Kind: Line, Needed: true}, {Key: "c", Label: "c", Kind: Line}, {Key: "d", Label: "d", Kind: Line, Empty: "now"},
	})
	f.Empty, f.Needed = "optional", "needed"
	s := screen(f, 40, 6)
	for _, want := range []string{"b              needed", "c              optional", "d              now"} {
		if !strings.Contains(s, want) {
			t.Errorf("no %q in\n%s", want, s)
		}
	}
	if strings.Count(s, "optional") != 1 {
		t.Errorf("the field in focus is not free:\n%s", s)
	}
}

func TestAllAnswersAreSeenWhereThereIsRoom(t *testing.T) {
	options := []Option{{"1", "Fail over"}, {"2", "Stay and repair"}, {"3", "Wait until a stated time"}, {"4", "Abandon the failover"}}
	f := New(theme.New(true, false, true), "One", "save", []Field{{Key: "a", Label: "a", Kind: Choice, Options: options}, {Key: "b", Label: "b", Kind: Line}})
	for _, w := range []int{60, 76, 120} {
		s := screen(f, w, 8)
		for _, o := range options {
			if !strings.Contains(s, o.Label) {
				t.Errorf("%d: no %s in\n%s", w, o.Label, s)
			}
		}
	}
	press(f, key(tea.KeyTab))
	if s := screen(f, 60, 8); !strings.Contains(s, "Fail over ▸ 1/4") {
		t.Errorf("without the focus it is one line:\n%s", s)
	}
	many := make([]Option, 40)
	for i := range many {
		many[i] = Option{Value: string(rune('a' + i)), Label: "a rather long answer"}
	}
	f = New(theme.New(true, false, true), "One", "save", []Field{{Key: "a", Label: "a", Kind: Choice, Options: many}})
	if s := screen(f, 60, 8); !strings.Contains(s, "1/40") {
		t.Errorf("too many for a list:\n%s", s)
	}
}

func TestAHeldKeyDoesNotSave(t *testing.T) {
	f := New(theme.New(true, false, true), "One", "save", []Field{{Key: "a", Label: "a", Kind: Line, Value: "x"}})
	if press(f, tea.KeyPressMsg{Code: tea.KeyEnter, IsRepeat: true}) == Submit {
		t.Error("a repeated enter saved")
	}
	if press(f, key(tea.KeyEnter)) != Submit {
		t.Error("enter on the last field does not save")
	}
}

func TestPasteIsCleaned(t *testing.T) {
	f := made()
	if _, cmd := f.Update(tea.PasteMsg{Content: "safe\x1b]0;evil\a\u202etext"}); cmd != nil {
		_ = cmd
	}
	if v := f.Values()["text"]; strings.ContainsAny(v, "\x1b\a\u202e") || !strings.Contains(v, "safe") {
		t.Errorf("%q", v)
	}
}

func TestDraftComesBack(t *testing.T) {
	f := made()
	f.Restore(Values{"text": "kept", "pick": "a", "long": "kept too", "unknown": "x"})
	if v := f.Values(); v["text"] != "kept" || v["pick"] != "a" || v["long"] != "kept too" {
		t.Errorf("%v", v)
	}
	f.Busy(true)
	if press(f, char("x")) != Open || f.Values()["text"] != "kept" {
		t.Error("a key changed a form that is being saved")
	}
	f.Refuse("no", "because")
	if s := screen(f, 60, 14); !strings.Contains(s, "no") || !strings.Contains(s, "→ because") {
		t.Error(s)
	}
	if press(f, key(tea.KeyEscape)) != Cancel {
		t.Error("esc does not leave")
	}
}

func TestTheFieldInFocusIsAlwaysSeen(t *testing.T) {
	f := made()
	press(f, char("x"), key(tea.KeyTab), key(tea.KeyTab))
	for h := 1; h < 20; h++ {
		for _, w := range []int{12, 24, 60, 120} {
			lines, cursor := f.View(w, h)
			if len(lines) != h {
				t.Fatalf("%d lines of %d", len(lines), h)
			}
			for _, l := range lines {
				if ansi.StringWidthWc(l) != w {
					t.Fatalf("%d wide of %d: %q", ansi.StringWidthWc(l), w, l)
				}
			}
			if cursor != nil && (cursor.Y < 0 || cursor.Y >= h) {
				t.Fatalf("cursor at line %d of %d", cursor.Y, h)
			}
		}
	}
}
