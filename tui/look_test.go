package tui

import (
	"sangfroid/internal/cell"
	"sangfroid/internal/incident"
	"sangfroid/internal/locale"
	"strings"
	"testing"
)

// TestTheListBeginsAtWhatIsReal: whatever the order rows come in, until somebody moves.
func TestTheListBeginsAtWhatIsReal(t *testing.T) {
	drill := cell.Listing{ID: "ex-1", Realm: incident.Drill}
	shut := cell.Listing{ID: "inc-0", Realm: incident.Live, Closed: true}
	live := cell.Listing{ID: "inc-1", Realm: incident.Live}
	for want, list := range map[int][]cell.Listing{0: {live, drill}, 1: {drill, live}, 2: {drill, shut, live}} {
		if got := firstLive(list); got != want {
			t.Errorf("%d, not %d: %+v", got, want, list)
		}
	}
	if firstLive(nil) != 0 || firstLive([]cell.Listing{drill, shut}) != 0 {
		t.Error("a list without one begins at its head")
	}
}

// TestNamesOfServicesAreWhole: the bar gives up room for them, and no column runs into the next.
func TestNamesOfServicesAreWhole(t *testing.T) {
	for _, w := range []int{120, 140, 200} {
		c := newConsole(t, newFake(t, "warm"), w, 40, Options{Lang: locale.French})
		if s := c.plain(); !strings.Contains(s, "Facturation et encaissement  ") {
			t.Errorf("cut at %d:\n%s", w, s)
		}
		col := c.m.serviceColumns()
		for i := 1; i < len(col); i++ {
			if col[i] <= col[i-1] {
				t.Errorf("%d: %v", w, col)
			}
		}
	}
}

// TestAShortFormLeavesThePaneInSight: what a form is about stays below it where there is room, without a second focus.
func TestAShortFormLeavesThePaneInSight(t *testing.T) {
	c := newConsole(t, newFake(t, "warm"), 120, 40, Options{}).press("n")
	if s := c.plain(); !strings.Contains(s, "Note something") || !strings.Contains(s, "4 Timeline") {
		t.Errorf("the timeline is hidden:\n%s", s)
	}
	if c.m.focus == paneCount {
		t.Error("drawing it changed the focus")
	}
	c = newConsole(t, newFake(t, "warm"), 80, 24, Options{}).press("n")
	if strings.Contains(c.plain(), "4 Timeline") {
		t.Error("there is no room for it")
	}
}

// TestNoKeyIsNamedWhereItDoesNothing: criteria in a form, hand-overs that nobody gave, reports that were never issued,
// steps that would refuse.
func TestNoKeyIsNamedWhereItDoesNothing(t *testing.T) {
	c := newConsole(t, newFake(t, "warm"), 120, 40, Options{})
	if !strings.Contains(c.plain(), "(e gives a value)") && !strings.Contains(strings.Join(c.m.criteria(c.m.decision(), 60), ""), "(e gives a value)") {
		t.Error("the key of criteria is nowhere")
	}
	if s := c.press("d").plain(); strings.Contains(s, "(e gives a value)") {
		t.Errorf("in a form e is a letter:\n%s", s)
	}
	c.press("esc", "p")
	if s := c.plain(); strings.Contains(s, "take the role") || !strings.Contains(s, "hand over") {
		t.Errorf("nobody hands over:\n%s", s)
	}
	c.press("esc", "R")
	if s := c.plain(); strings.Contains(s, "y copy") || !strings.Contains(s, "n new report") {
		t.Errorf("there is no report:\n%s", s)
	}
	c.press("esc", "2", "s")
	if !c.m.stepKeyOff("r") || c.m.stepKeyOff("esc") {
		t.Error("a step that never began is not reopened")
	}
}
