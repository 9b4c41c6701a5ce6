package tui

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"sangfroid/internal/cell"
	"sangfroid/internal/incident"
	"sangfroid/internal/locale"
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/x/ansi"
)

var update = flag.Bool("update", false, "write the golden screens anew")

// golden compares a screen with the one that was looked at. -update writes it.
func golden(t testing.TB, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name+".golden")
	if *update {
		if err := os.MkdirAll("testdata", 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if string(want) != got {
		t.Errorf("%s differs; -update after looking at it\n%s", name, diffLines(string(want), got))
	}
}

func diffLines(want, got string) string {
	w, g := strings.Split(want, "\n"), strings.Split(got, "\n")
	var b strings.Builder
	for i := range max(len(w), len(g)) {
		x, y := "", ""
		if i < len(w) {
			x = w[i]
		}
		if i < len(g) {
			y = g[i]
		}
		if x != y {
			fmt.Fprintf(&b, "%3d want %q\n    got  %q\n", i+1, x, y)
		}
	}
	return b.String()
}

// plain is the screen without colours: what a golden file shows is what a person reads.
func (c *console) plain() string { return ansi.Strip(c.coloured()) + "\n" }

func (c *console) coloured() string {
	lines, _ := c.m.draw()
	return strings.Join(lines, "\n")
}

// decided is an incident in its second hour: early work, an answered question, a running and a blocked step.
func decided(t testing.TB) *fakeRoom {
	t.Helper()
	r := newFake(t, "warm")
	go1 := incident.DecisionSubject("failover/go")
	r.after(4*time.Minute).must(t, "", incident.NoteAdded{Kind: incident.NoteFinding, Text: "The hosting provider confirms a power cut on the whole site", Source: "provider", Check: incident.CheckToVerify})
	step := func(id string, d incident.Data) { r.must(t, incident.StepSubject(incident.StepID("failover/"+id)), d) }
	step("confirm-outage", incident.StepStarted{})
	r.after(5 * time.Minute)
	step("confirm-outage", incident.StepDone{})
	step("alert-cell", incident.StepStarted{})
	r.after(6 * time.Minute)
	step("alert-cell", incident.StepDone{})
	r.must(t, go1, incident.DecisionAsked{})
	r.must(t, go1, incident.DecisionCriterion{Criterion: r.state.Decision("failover/go").Criteria[0].Def.ID, Value: "not before 18:00", Source: "provider", Verdict: incident.VerdictFor})
	step("call-recovery", incident.StepStarted{})
	r.after(7 * time.Minute)
	step("call-recovery", incident.StepBlocked{Reason: "nobody answers the on-call number"})
	r.must(t, "", incident.RepairEstimated{Likely: incident.Duration(6 * time.Hour), Says: "hosting provider"})
	return r.after(3 * time.Minute)
}

func sizes() [][2]int { return [][2]int{{40, 12}, {80, 24}, {120, 40}, {200, 60}} }

func TestSituationScreens(t *testing.T) {
	for _, lang := range []locale.Lang{locale.English, locale.French} {
		for _, s := range sizes() {
			c := newConsole(t, decided(t), s[0], s[1], Options{Lang: lang})
			golden(t, fmt.Sprintf("situation-%s-%dx%d", lang, s[0], s[1]), c.plain())
		}
	}
	c := newConsole(t, decided(t), 80, 24, Options{ASCII: true, NoColor: true})
	golden(t, "situation-ascii-80x24", c.plain())
}

func TestColours(t *testing.T) {
	for name, o := range map[string]Options{"dark": {}, "light": {Light: true}, "mono": {NoColor: true}} {
		c := newConsole(t, decided(t), 120, 40, o)
		golden(t, "colour-"+name, c.coloured()+"\n")
	}
}

func TestOverlaysAndForms(t *testing.T) {
	for name, keys := range map[string][]string{
		"keys": {"?"}, "palette": {":", "d", "e"}, "step": {"2", "enter"}, "people": {"p"}, "decide": {"d"}, "note": {"n"},
		"full-plan": {"2", "f"}, "full-log": {"4", "f"}, "entry": {"4", "down", "enter"}, "origin": {"t"}, "sitrep": {"r"},
		"handover": {"h"}, "contacts": {"k", "down"}, "reports": {"R"}, "cadence": {":", "c", "a", "d", "e", "n", "c", "enter"},
		"filter": {"/", "p", "o", "w", "e", "r"}, "verb": {"2", "enter", "enter"}, "milestone": {"m"}, "count": {"c"},
	} {
		for _, lang := range []locale.Lang{locale.English, locale.French} {
			for _, s := range [][2]int{{80, 24}, {120, 40}} {
				c := newConsole(t, decided(t), s[0], s[1], Options{Lang: lang}).press(keys...)
				golden(t, fmt.Sprintf("%s-%s-%dx%d", name, lang, s[0], s[1]), c.plain())
			}
		}
	}
}

func TestDrillIsMarkedEverywhere(t *testing.T) {
	r := newFake(t, "warm")
	r.state.Realm = incident.Drill
	r.refresh()
	c := newConsole(t, r, 120, 40, Options{})
	screen := c.plain()
	if n := strings.Count(screen, "EXERCISE"); n < 4 {
		t.Errorf("EXERCISE stands %d times:\n%s", n, screen)
	}
	for _, line := range strings.Split(screen, "\n") {
		if strings.Contains(line, "plan launched") && !strings.Contains(line, "EX ") {
			t.Errorf("a line of the timeline without its mark: %q", line)
		}
	}
	if !strings.Contains(c.m.windowTitle(), "EXERCISE") {
		t.Error("the window's title does not tell a drill")
	}
}

func TestHomeScreens(t *testing.T) {
	for _, lang := range []locale.Lang{locale.English, locale.French} {
		for _, full := range []bool{true, false} {
			c := newConsole(t, newFake(t, "warm"), 80, 24, Options{Lang: lang})
			desk := c.m.desk.(*fakeDesk)
			if full {
				desk.list = []cell.Listing{
					{ID: "inc-7f3k", Realm: incident.Live, Title: "Loss of Paris-North", Declared: start(), OnBus: true, Local: true},
					{ID: "inc-dr1l", Realm: incident.Drill, Title: "Sandbox test", Declared: start().Add(-48 * time.Hour), OnBus: true, Closed: true},
				}
			}
			c.run(c.m.goHome())
			golden(t, fmt.Sprintf("home-%s-%v", lang, full), c.plain())
			c.press("d")
			golden(t, fmt.Sprintf("declare-%s-%v", lang, full), c.plain())
		}
	}
}

func TestLinkAndPendingAreTold(t *testing.T) {
	r := decided(t)
	r.link = cell.Link{State: cell.LinkDown, Embedded: false, Since: r.now.Add(-90 * time.Second), Problem: "no route"}
	ev, err := incident.Decide(r.state, r.draft(incident.NoteAdded{Text: "written without the bus"}, ""))
	if err != nil {
		t.Fatal(err)
	}
	r.pending = []incident.Event{ev}
	c := newConsole(t, r, 120, 40, Options{})
	s := c.plain()
	for _, want := range []string{"AWAY 01:30", "1 pending", "↑ ", "written without the bus"} {
		if !strings.Contains(s, want) {
			t.Errorf("%q is not on the screen:\n%s", want, s)
		}
	}
}
