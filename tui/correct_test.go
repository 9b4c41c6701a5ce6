package tui

import (
	"sangfroid/internal/cell"
	"sangfroid/internal/incident"
	"sangfroid/internal/locale"
	"strings"
	"testing"
	"time"
)

func TestCorrectiveActionsFromTheKeyboard(t *testing.T) {
	r := decided(t)
	c := newConsole(t, r, 120, 40, Options{})
	c.press("A")
	if s := c.plain(); !strings.Contains(s, "No corrective action yet: a adds one.") || !strings.Contains(s, "a add") {
		t.Fatalf("the empty list:\n%s", s)
	}
	c.press("a").typed("Raise the quota").press("tab").typed("B. Durand").press("tab").typed("2027-01-31").press("tab").typed("quota reached").press("ctrl+s")
	if len(r.state.Actions) != 1 {
		t.Fatalf("nothing was added:\n%s", c.plain())
	}
	a := r.state.Actions[0]
	if a.Text != "Raise the quota" || a.Owner != "B. Durand" || a.For != "quota reached" || a.Due == nil || a.Due.In(c.m.zone()).Format("2006-01-02 15:04:05") != "2027-01-31 23:59:59" {
		t.Errorf("%+v", a)
	}
	c.press("A")
	if s := c.plain(); !strings.Contains(s, "open: B. Durand, due 2027-01-31") || !strings.Contains(s, "answers: quota reached") {
		t.Errorf("the list:\n%s", s)
	}
	// Followed: only what was changed is written.
	c.press("enter", "right", "tab", "tab", "tab").typed("tested").press("ctrl+s")
	d, ok := r.last(t).(incident.ActionFollowed)
	if !ok || d.State != incident.ActionDone || d.Owner != "" || d.Due != nil || d.Note != "tested" || d.Action != a.ID {
		t.Fatalf("%+v\n%s", d, c.plain())
	}
	c.press("A")
	if s := c.plain(); !strings.Contains(s, "done 2026-11-23, ") || !strings.Contains(s, "tested") {
		t.Errorf("the list after:\n%s", s)
	}
}

func TestAnActionNobodyDidIsOverdue(t *testing.T) {
	r := decided(t)
	due := r.now.Add(24 * time.Hour)
	r.must(t, "", incident.ActionAdded{Text: "Raise the quota of the second site, which is too small for a rebuild of all machines at once", Owner: "B. Durand", Due: &due})
	r.after(48 * time.Hour)
	for _, size := range sizes() {
		c := newConsole(t, r, size[0], size[1], Options{Lang: locale.French})
		c.press("A")
		if s := c.plain(); size[0] > 40 && !strings.Contains(s, "EN RETARD") {
			t.Errorf("%v:\n%s", size, s)
		}
	}
}

func TestAnObserverSeesActionsAndAddsNone(t *testing.T) {
	r := decided(t)
	r.must(t, "", incident.ActionAdded{Text: "Raise the quota"})
	c := newConsole(t, r, 120, 40, Options{})
	c.m.desk.SetMe(cell.Person{Name: "Eve", Role: incident.RoleObserver})
	c.press("A")
	if s := c.plain(); !strings.Contains(s, "Raise the quota") {
		t.Errorf("the list:\n%s", s)
	}
	if c.press("a"); c.m.form != nil {
		t.Error("an observer has a form")
	}
}
