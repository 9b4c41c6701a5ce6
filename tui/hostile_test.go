package tui

import (
	"encoding/json"
	"os"
	"regexp"
	"sangfroid/internal/exercise"
	"sangfroid/internal/hostile"
	"sangfroid/internal/incident"
	"sangfroid/internal/locale"
	"sangfroid/internal/timeline"
	"sangfroid/playbooks"
	"strings"
	"testing"
)

// hostileRoom is a room whose log carries hostile text in every field of every kind of event.
func hostileRoom(t testing.TB, drill bool, from int) *fakeRoom {
	t.Helper()
	_, book, err := playbooks.Load("warm")
	if err != nil {
		t.Fatal(err)
	}
	realm := incident.Live
	var scenario []byte
	if drill {
		l, err := exercise.Load("warm")
		if err != nil {
			t.Fatal(err)
		}
		if scenario, err = json.Marshal(l.Scenario); err != nil {
			t.Fatal(err)
		}
		realm = incident.Drill
	}
	r := newFake(t, "warm")
	r.state = incident.NewState()
	r.log = timeline.NewMemory(timeline.Header{Incident: hostile.Incident, Realm: realm, Title: hostile.Mark})
	for _, raw := range hostile.Log(book, scenario, hostile.InTurn(from)) {
		r.now = r.now.Add(60e9)
		if _, err := r.log.Append(timeline.Line{Received: r.now, Raw: raw}); err != nil {
			t.Fatal(err)
		}
		incident.Apply(r.state, incident.Entry{Seq: r.log.Len(), Received: r.now, Raw: raw, Event: incident.Decode(raw)})
	}
	return r
}

// styling is what the console itself puts around its texts.
var styling = regexp.MustCompile(`\x1b\[[0-9;:]*m`)

func calm(t testing.TB, c *console, where string) {
	t.Helper()
	checkScreen(t, c)
	if a := hostile.Acts(styling.ReplaceAllString(c.coloured(), "")); a != "" {
		t.Fatalf("%s at %d×%d: %s", where, c.m.w, c.m.h, a)
	}
	if a := hostile.Acts(c.m.windowTitle()); a != "" || strings.Contains(c.m.windowTitle(), "\n") {
		t.Fatalf("%s: the window's title: %s", where, a)
	}
}

// Every view, every form and every list, in both languages, of a log whose every text is an attack.
func TestHostileTextOnEveryScreen(t *testing.T) {
	sizes := [][2]int{{80, 24}, {120, 40}, {200, 60}, {40, 12}}
	for i := range hostile.Some() {
		if i%3 != 0 && os.Getenv("SANGFROID_HOSTILE") != "all" {
			continue
		}
		for k, lang := range []locale.Lang{locale.English, locale.French} {
			size := sizes[(i+k)%len(sizes)]
			r := hostileRoom(t, (i/2+k)%2 == 0, i)
			r.now = r.now.Add(60e9)
			r.facilitated = true
			seen := false
			for n, a := range roomActions() {
				c := newConsole(t, r, size[0], size[1], Options{Lang: lang, ASCII: n%5 == 4, NoColor: n%3 == 0})
				if n == 0 {
					for _, keys := range [][]string{{}, {"1", "z"}, {"2", "z"}, {"3", "z"}, {"4", "z"}, {"end"}, {"enter"}, {"up", "enter"}, {"esc", "2", "enter"}, {"esc", "3", "enter"}, {"f2"}} {
						c.press(keys...)
						calm(t, c, strings.Join(keys, " "))
						seen = seen || strings.Contains(c.plain(), hostile.Mark)
					}
				}
				c.run(c.m.run(&a))
				calm(t, c, a.id)
				c.press("enter", "down", "enter", "tab")
				calm(t, c, a.id+", further")
			}
			if !seen {
				t.Errorf("%s from %d: no text of the log came onto a screen", lang, i)
			}
		}
	}
}

// What goes out of the console without being a screen: what a report copied or written reads, and notifications.
func TestHostileTextLeavesAsText(t *testing.T) {
	r := hostileRoom(t, false, 3)
	c := newConsole(t, r, 120, 40, Options{})
	for i := range r.state.Sitreps {
		if a := hostile.Acts(r.state.Sitreps[i].Text); a != "" {
			t.Errorf("a report's text: %s", a)
		}
	}
	for _, lang := range []locale.Lang{locale.English, locale.French} {
		for _, th := range incident.Thresholds(r.state, c.m.now) {
			if a := hostile.Acts(lang.Alert(r.state, th, c.m.now)); a != "" {
				t.Errorf("a notification in %s: %s", lang, a)
			}
		}
	}
}
