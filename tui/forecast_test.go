package tui

import (
	"sangfroid/internal/incident"
	"sangfroid/internal/locale"
	"slices"
	"strings"
	"testing"
	"time"
)

// shows wants words on the screen.
func (c *console) shows(words ...string) {
	c.t.Helper()
	screen := c.plain()
	for _, w := range words {
		if !strings.Contains(screen, w) {
			c.t.Errorf("%q is not on the screen:\n%s", w, screen)
		}
	}
}

func TestBothBranchesSideBySide(t *testing.T) {
	for _, size := range []struct{ w, h int }{{80, 24}, {120, 40}, {200, 60}} {
		for _, lang := range []locale.Lang{locale.English, locale.French} {
			r := decided(t)
			c := newConsole(t, r, size.w, size.h, Options{Lang: lang})
			c.press("f")
			golden(t, "branches-"+string(lang)+"-"+locale.English.Count(int64(size.w))+"x"+locale.English.Count(int64(size.h)), c.plain())
		}
	}
}

func TestAnotherTimeForTheGo(t *testing.T) {
	r := decided(t)
	c := newConsole(t, r, 120, 40, Options{})
	before := r.log.Len()
	c.press("w", "ctrl+u").typed("+45m").press("ctrl+s")
	at := r.now.Add(45 * time.Minute).In(time.FixedZone("", 3600)).Format("15:04")
	c.shows("at " + at)
	if r.log.Len() != before {
		t.Error("a comparison was recorded")
	}
}

func TestTheForecastFollowsWhatHappens(t *testing.T) {
	r := decided(t)
	c := newConsole(t, r, 120, 40, Options{})
	first := c.m.outlook.made
	if first == nil || c.m.outlook.of != c.m.frame.State {
		t.Fatal("no forecast of the state shown")
	}
	r.after(time.Minute).must(t, incident.StepSubject("failover/open-log"), incident.StepStarted{})
	c.send(frameChangedMsg{gen: c.m.roomGen})
	if c.m.outlook.made == first || c.m.outlook.of != c.m.frame.State {
		t.Error("the forecast is of an older state")
	}
	// What was made for a room that was left is not shown.
	made := c.m.outlook.made
	c.send(forecastMadeMsg{gen: c.m.roomGen - 1, f: &incident.Forecast{}})
	if c.m.outlook.made != made {
		t.Error("another room's forecast is shown")
	}
}

func TestDecideByLosesItsNineChancesThenItsEvenOdds(t *testing.T) {
	r := decided(t)
	c := newConsole(t, r, 120, 40, Options{})
	c.shows("DECIDE BY", "9 times in 10")
	stages := []string{"DECIDE BY", "EVEN ODDS UNTIL", "GO NOW: P(RTO)", "GO TOO LATE FOR THE RTO"}
	seen, alerts := []int{0}, 0
	for range 80 {
		r.after(2 * time.Minute)
		r.refresh()
		c.m.alert = ""
		c.send(frameChangedMsg{gen: c.m.roomGen})
		c.send(frameChangedMsg{gen: c.m.roomGen}) // once more, with the forecast of this moment
		if strings.Contains(c.m.alert, "9 times in 10") {
			alerts++
		}
		screen := c.plain()
		for i, words := range stages {
			if strings.Contains(screen, words) && seen[len(seen)-1] != i {
				seen = append(seen, i)
			}
		}
	}
	if seen[len(seen)-1] != len(stages)-1 || len(seen) < 3 || !slices.IsSorted(seen) {
		t.Errorf("stages %v", seen)
	}
	if alerts != 1 {
		t.Errorf("%d alerts", alerts)
	}
}

func TestAForbiddingCriterionIsToldAndAsksForItsReason(t *testing.T) {
	r := decided(t)
	d := incident.DecisionSubject("failover/go")
	r.must(t, d, incident.DecisionCriterion{Criterion: "repair-time", Value: "the copies are corrupt", Verdict: incident.VerdictForbids})
	c := newConsole(t, r, 120, 40, Options{})
	c.press("d").typed("").shows("forbids the go", "in spite of it")
}
