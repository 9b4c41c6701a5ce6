package tui

import (
	"fmt"
	"sangfroid/internal/cell"
	"sangfroid/internal/incident"
	"sangfroid/internal/locale"
	"sangfroid/internal/timeline"
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/x/ansi"
)

// replayed is the incident of decided as a replay at its middle, with one key moment of each kind.
func replayed(t testing.TB) *fakeRoom {
	t.Helper()
	r := decided(t)
	at := func(m int) time.Time { return start().Add(time.Duration(m) * time.Minute) }
	r.replay = &cell.Replay{
		From: start(), To: at(60), At: r.now, Speed: 60, Playing: true, Total: 4000, Whole: true, Read: 1, Keys: []incident.KeyMoment{
			{At: at(0), Seq: 1, Kind: incident.KeyIncident, Type: incident.IncidentDeclared{}.Type()},
			{At: at(15), Seq: 8, Kind: incident.KeyPhase, Phase: incident.PhaseDecision},
			{At: at(30), Seq: 40, Kind: incident.KeyDecision, Decision: "failover/go", Option: incident.OptionGo},
			{At: at(40), Seq: 50, Kind: incident.KeyLapse, Service: "portal"},
			{At: at(45), Seq: 60, Kind: incident.KeyBreach, Service: "portal", Clock: incident.ClockRTO},
			{At: at(55), Seq: 70, Kind: incident.KeyService, Service: "portal", Type: incident.ServiceVerified{}.Type()},
		},
	}
	for i := range r.replay.Keys {
		r.replay.Keys[i].Time = r.replay.Keys[i].At
	}
	r.replay.Begins, r.replay.Ends = r.replay.From, r.replay.To
	r.link = cell.Link{State: cell.LinkFile, Server: "incident.jsonl"}
	r.refresh()
	return r
}

func TestReplayScreens(t *testing.T) {
	for _, lang := range []locale.Lang{locale.English, locale.French} {
		for _, s := range sizes() {
			c := newConsole(t, replayed(t), s[0], s[1], Options{Lang: lang})
			golden(t, fmt.Sprintf("replay-%s-%dx%d", lang, s[0], s[1]), c.plain())
		}
	}
	c := newConsole(t, replayed(t), 80, 24, Options{ASCII: true, NoColor: true})
	golden(t, "replay-ascii-80x24", c.plain())
	c = newConsole(t, replayed(t), 120, 40, Options{Light: true})
	golden(t, "replay-light-120x40", c.coloured()+"\n")
	c.press("m")
	golden(t, "replay-moments-120x40", c.plain())
}

func TestReplayKeys(t *testing.T) {
	r := replayed(t)
	c := newConsole(t, r, 120, 40, Options{})
	c.press("space", "+", "-", "right", "left", "]", "[", "shift+right", "z", "L", "<", ">")
	want := "pause,speed 120,speed 30,pause,step 1,pause,step -1,pause,key 1,pause,key -1,pause,key 1,silences true,loop true,pause,entry 1,pause,entry 1099511627776"
	if got := strings.Join(r.played, ","); got != want {
		t.Errorf("the player was told\n%s, want\n%s", got, want)
	}
	before := r.log.Len()
	c.press("n", "d", "s", "x")
	if c.m.form != nil || r.log.Len() != before {
		t.Error("a replay can be written to")
	}
	r.played = nil
	c.press("esc", "m", "down", "down", "enter")
	if got := strings.Join(r.played, ","); got != "pause,moment 12:54" || c.m.overlay != overNone {
		t.Errorf("from the list of key moments: %s", got)
	}
}

// TestSpeedsGoThroughTheList: whatever a replay began with, the keys lead to the next one, and not beyond.
func TestSpeedsGoThroughTheList(t *testing.T) {
	for _, k := range []struct {
		from float64
		key  string
		to   string
	}{{1, "-", "1"}, {1, "+", "2"}, {60, "+", "120"}, {61, "+", "120"}, {61, "-", "60"}, {3600, "+", "3600"}, {3599, "+", "3600"}, {3600, "-", "1800"}, {1.5, "-", "1"}} {
		r := replayed(t)
		r.replay.Speed = k.from
		c := newConsole(t, r, 120, 40, Options{})
		c.press(k.key)
		if got := strings.Join(r.played, ","); got != "speed "+k.to {
			t.Errorf("%v %s: %s, want %s", k.from, k.key, got, k.to)
		}
	}
}

func TestJumpForm(t *testing.T) {
	for typed, want := range map[string]string{
		"#12": "pause,entry 12", "7": "pause,entry 7", "+10m": "pause,jump 12:49", "13:30": "pause,jump 12:30", "12:30": "pause,jump 11:30", "50%": "pause,jump 12:44",
		"end": "pause,jump 13:14", "yesterday": "", "rubbish": "",
	} {
		r := replayed(t)
		c := newConsole(t, r, 120, 40, Options{})
		c.press("g")
		c.typed(typed)
		c.press("enter")
		if got := strings.Join(r.played, ","); got != want {
			t.Errorf("%q told the player %q, want %q", typed, got, want)
		}
		if want == "" && c.m.form == nil {
			t.Errorf("%q: the form went", typed)
		}
	}
}

// TestReplayTells: what the playing does is said in words, in both languages, and never wider than the screen.
func TestReplayTells(t *testing.T) {
	for want, set := range map[string]func(*cell.Replay){
		"silence of 47 min shortened|silence de 47 min raccourci": func(r *cell.Replay) { r.Skips, r.Skipped = true, 47*time.Minute },
		"reading 43":                           func(r *cell.Replay) { r.Whole, r.Read = false, 0.43 },
		"going to entry 9,000":                 func(r *cell.Replay) { r.Whole, r.Read, r.Going = false, 0.43, timeline.Target{Seq: 9000} },
		"end of the timeline; it begins again": func(r *cell.Replay) { r.Ended, r.Loop = true, true },
		"silences shortened · loop":            func(r *cell.Replay) { r.Skips, r.Loop = true, true },
	} {
		en, fr, _ := strings.Cut(want, "|")
		for lang, words := range map[locale.Lang]string{locale.English: en, locale.French: fr} {
			r := replayed(t)
			set(r.replay)
			for _, w := range []int{60, 80, 120} {
				c := newConsole(t, r, w, 24, Options{Lang: lang})
				line := c.m.nextLine()
				if width(ansi.Strip(line)) != w {
					t.Errorf("%d cells wide, want %d: %q", width(ansi.Strip(line)), w, ansi.Strip(line))
				}
				if !strings.Contains(ansi.Strip(line), words) {
					t.Errorf("%q is not in %q", words, ansi.Strip(line))
				}
			}
		}
	}
}
