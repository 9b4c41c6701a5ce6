package tui

import (
	"fmt"
	"math/rand/v2"
	"sangfroid/internal/cell"
	"sangfroid/internal/incident"
	"sangfroid/internal/locale"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"
)

// tells writes a batch as an automation does, past the rules: the step need not be ready.
func (r *fakeRoom) tells(t testing.TB, set incident.SetID, state incident.TargetState, ids ...string) {
	t.Helper()
	d := r.draft(incident.TargetsChanged{Changes: []incident.TargetChange{{State: state, IDs: ids}}}, incident.TargetsSubject(set))
	r.append(t, incident.Event{
		ID: d.ID, Source: "/orchestrator", Type: d.Data.Type(), Subject: d.Subject, Time: r.now, Recorded: r.now, Incident: "inc-7f3k", Realm: incident.Live,
		Actor: "orchestrator", Role: incident.RoleAutomation, Data: d.Data,
	})
}

const (
	machines = incident.SetID("step/failover/rebuild-vms")
	shops    = incident.SetID("step/failover/reconnect")
	contacts = incident.SetID("step/failover/open-points")
	slips    = incident.SetID("catchup/failover/orders")
)

// atWork is an incident with a step whose targets are at work, and its place in the plan.
func atWork(t testing.TB, playbook string, set incident.SetID) *fakeRoom {
	t.Helper()
	r := newFake(t, playbook)
	r.after(time.Minute)
	switch set {
	case machines:
		r.tells(t, set, incident.TargetRunning, "vm-01..vm-12", "vm-25..vm-28")
		r.after(14*time.Minute).tells(t, set, incident.TargetDone, "vm-02..vm-09", "vm-25", "vm-26")
		r.tells(t, set, incident.TargetFailed, "vm-11")
		r.after(8*time.Minute).tells(t, set, incident.TargetRunning, "vm-13..vm-20")
		r.tells(t, set, incident.TargetSkipped, "vm-35")
	case shops:
		r.tells(t, set, incident.TargetRunning, "shop-0001..shop-0700")
		r.after(6*time.Minute).tells(t, set, incident.TargetDone, "shop-0001..shop-0340", "shop-0360..shop-0600")
		r.tells(t, set, incident.TargetFailed, "shop-0342", "shop-0355", "shop-0611")
		r.after(5*time.Minute).tells(t, set, incident.TargetRunning, "shop-0701..shop-0800")
	case contacts:
		r.tells(t, set, incident.TargetRunning, "cp-00001..cp-06000")
		r.after(20*time.Minute).tells(t, set, incident.TargetDone, "cp-00001..cp-05200")
		r.tells(t, set, incident.TargetFailed, "cp-01733", "cp-05301..cp-05309")
		r.after(15*time.Minute).tells(t, set, incident.TargetRunning, "cp-06001..cp-09000")
	case slips:
		r.tells(t, set, incident.TargetDone, "shop-0001..shop-0120")
	}
	return r
}

// openGrid goes to the step in the plan and opens its targets.
func openGrid(t testing.TB, r *fakeRoom, set incident.SetID, w, h int, o Options) *console {
	t.Helper()
	c := newConsole(t, r, w, h, o)
	c.press("2")
	for i := range r.state.Steps {
		if incident.StepSet(r.state.Steps[i].ID) == set {
			c.m.cursor[panePlan] = i
		}
	}
	return c.press("enter")
}

func TestGridScreens(t *testing.T) {
	for name, set := range map[string]incident.SetID{"warm": machines, "ha": shops, "vital": contacts} {
		r := atWork(t, name, set)
		for _, lang := range []locale.Lang{locale.English, locale.French} {
			for _, s := range [][2]int{{80, 24}, {120, 40}, {200, 60}} {
				c := openGrid(t, r, set, s[0], s[1], Options{Lang: lang})
				golden(t, fmt.Sprintf("grid-%s-%s-%dx%d", name, lang, s[0], s[1]), c.plain())
				c.press("l")
				golden(t, fmt.Sprintf("gridlist-%s-%s-%dx%d", name, lang, s[0], s[1]), c.plain())
			}
		}
		golden(t, "grid-ascii-"+name, openGrid(t, r, set, 80, 24, Options{ASCII: true, NoColor: true}).plain())
		golden(t, "grid-colour-"+name, openGrid(t, r, set, 120, 40, Options{}).coloured()+"\n")
	}
}

func TestZoomIntoABlockAndBack(t *testing.T) {
	r := atWork(t, "vital", contacts)
	c := openGrid(t, r, contacts, 120, 40, Options{})
	if c.m.overlay != overGrid || !strings.Contains(c.plain(), "1 cell = ") {
		t.Fatalf("no blocks:\n%s", c.plain())
	}
	c.press("down", "down", "right", "enter")
	golden(t, "grid-zoom-group", c.plain())
	c.press("enter")
	if s := c.plain(); strings.Contains(s, "1 cell = ") || !strings.Contains(s, "Île-de-France") {
		t.Errorf("no single targets in the second zoom:\n%s", s)
	}
	golden(t, "grid-zoom-block", c.plain())
	before := c.m.grid.index.order[c.m.grid.at]
	c.press("esc", "esc")
	if c.m.overlay != overGrid || len(c.m.grid.zoom) != 0 || c.m.grid.index.order[c.m.grid.at] != before {
		t.Error("the way back lost the place")
	}
	c.press("esc")
	if c.m.overlay != overNone {
		t.Error("esc does not leave the grid")
	}
}

func TestMarkTargetsFromTheGrid(t *testing.T) {
	r := newFake(t, "warm")
	for again := true; again; {
		again = false
		for i := range r.state.Steps {
			st := &r.state.Steps[i]
			if r.state.StepStatus(st) == incident.StepReady && incident.StepSet(st.ID) != machines {
				r.must(t, incident.StepSubject(st.ID), incident.StepDone{})
				again = true
			}
		}
	}
	r.after(time.Minute).must(t, incident.StepSubject("failover/rebuild-vms"), incident.StepStarted{})
	c := openGrid(t, r, machines, 120, 40, Options{})
	c.press("space", "space", "space", "r").typed("first wave").press("ctrl+s")
	st := r.state.Step("failover/rebuild-vms")
	if st.Targets.Count(incident.TargetRunning) != 3 || c.m.overlay != overGrid || len(c.m.grid.chosen) != 0 {
		t.Fatalf("%d running\n%s", st.Targets.Count(incident.TargetRunning), c.plain())
	}
	r.after(time.Minute)
	// Without a choice it is the target under the cursor. A failure needs its reason.
	c.press("home", "f", "ctrl+s")
	if !strings.Contains(c.plain(), "this is needed") {
		t.Errorf("failed without a reason:\n%s", c.plain())
	}
	c.typed("copy unreadable").press("ctrl+s")
	st = r.state.Step("failover/rebuild-vms")
	if st.Targets.At(0).State != incident.TargetFailed || !strings.Contains(c.plain(), "copy unreadable (A. Martin)") {
		t.Errorf("%+v\n%s", st.Targets.At(0), c.plain())
	}
	c.press("d", "esc")
	if c.m.overlay != overGrid || c.m.form != nil {
		t.Error("a form put away does not give the grid back")
	}
	// All that is shown at once.
	r.after(time.Minute)
	c.press("*", "d", "ctrl+s")
	if st = r.state.Step("failover/rebuild-vms"); st.Done != 35 {
		t.Errorf("%d of %d", st.Done, st.Total)
	}
}

func TestTheListFiltersAndSorts(t *testing.T) {
	r := atWork(t, "ha", shops)
	c := openGrid(t, r, shops, 120, 40, Options{}).press("l")
	n := len(c.m.listRows())
	if n == 0 || n == 1400 || !strings.Contains(c.plain(), "late or failed") {
		t.Fatalf("%d rows\n%s", n, c.plain())
	}
	for _, i := range c.m.listRows() {
		if at := c.m.gridSet().At(int(i)); at.State == incident.TargetDone {
			t.Errorf("%s is done", at.ID)
		}
	}
	c.press("/").typed("failed").press("enter")
	if len(c.m.listRows()) != 3 {
		t.Errorf("%d failed ones\n%s", len(c.m.listRows()), c.plain())
	}
	c.press("esc", "a", "o")
	rows := c.m.listRows()
	if len(rows) != 1400 || c.m.gridSet().At(int(rows[0])).ID != "shop-0001" {
		t.Errorf("%d rows, first %v", len(rows), rows[:1])
	}
	c.press("/").typed("sud-est 13").press("enter")
	for _, i := range c.m.listRows() {
		if at := c.m.gridSet().At(int(i)); at.Group != "Sud-Est" || !strings.Contains(at.ID, "13") {
			t.Errorf("%+v", at)
		}
	}
	c.press("end")
	if !strings.Contains(c.plain(), "shop-1320") {
		t.Errorf("the end of the list is not shown:\n%s", c.plain())
	}
	want := c.m.listRows()[c.m.grid.list.at]
	c.press("enter")
	if c.m.grid.list.on || c.m.grid.index.order[c.m.grid.at] != want {
		t.Error("enter does not show the target in the grid")
	}
}

// TestCursorMovesOverCells walks the whole grid, at every form it has, and never leaves it.
func TestCursorMovesOverCells(t *testing.T) {
	for name, set := range map[string]incident.SetID{"warm": machines, "ha": shops, "vital": contacts} {
		r := atWork(t, name, set)
		for _, s := range [][2]int{{60, 16}, {80, 24}, {120, 40}, {200, 60}} {
			c := openGrid(t, r, set, s[0], s[1], Options{})
			c.press("home")
			seen := 0
			for last := -1; c.m.grid.at != last && seen < 20000; seen++ {
				last = c.m.grid.at
				c.m.gridMove(1, 0)
			}
			w, h := c.m.gridSpan()
			shape := c.m.grid.index.shape(w, h)
			from, to := shape.cell(c.m.grid.at)
			if to != len(c.m.grid.index.order) || from > c.m.grid.at {
				t.Errorf("%s %v: ends at %d–%d of %d", name, s, from, to, len(c.m.grid.index.order))
			}
			for range 60 {
				c.m.gridMove(0, -1)
			}
			if row := shape.rowOf(c.m.grid.at); row != 0 {
				t.Errorf("%s %v: up ends at row %d", name, s, row)
			}
			lines, _ := c.m.draw()
			if len(lines) != s[1] {
				t.Errorf("%s %v: %d lines", name, s, len(lines))
			}
			for i, l := range lines {
				if width(ansi.Strip(l)) != s[0] {
					t.Errorf("%s %v line %d: %d cells: %q", name, s, i, width(ansi.Strip(l)), ansi.Strip(l))
				}
			}
		}
	}
}

func TestGridOfALineOfTheLedger(t *testing.T) {
	r := atWork(t, "ha", slips)
	c := newConsole(t, r, 120, 40, Options{})
	c.press("3")
	for i := range r.state.Flows {
		if incident.FlowSet(r.state.Flows[i].ID) == slips {
			c.m.cursor[paneCatchup] = i
		}
	}
	c.press("T")
	if s := c.plain(); c.m.overlay != overGrid || !strings.Contains(s, "Shop orders on paper") || !strings.Contains(s, "120/1,400") {
		t.Errorf("no grid of the line:\n%s", s)
	}
}

func TestGridFollowsTheFrames(t *testing.T) {
	r := atWork(t, "warm", machines)
	c := openGrid(t, r, machines, 120, 40, Options{})
	r.after(time.Minute).tells(t, machines, incident.TargetFailed, "vm-03")
	c.send(frameChangedMsg{gen: c.m.roomGen})
	if !strings.Contains(c.plain(), "2 failed") {
		t.Errorf("the grid stands still:\n%s", c.plain())
	}
	// The step goes away with a replay that jumps back: so does the grid.
	r.state = incident.NewState()
	r.refresh()
	c.send(frameChangedMsg{gen: c.m.roomGen})
	if c.m.overlay == overGrid {
		t.Error("a grid of nothing")
	}
	c.plain()
}

func TestAStepEndsWithItsOpenTargets(t *testing.T) {
	r := atWork(t, "warm", machines)
	c := openGrid(t, r, machines, 120, 40, Options{})
	c.press("s", "d")
	if s := c.plain(); !strings.Contains(s, "24 targets are not done by name") {
		t.Fatalf("the open targets are not told:\n%s", s)
	}
	c.press("right", "ctrl+s")
	st := r.state.Step("failover/rebuild-vms")
	if st.Status != incident.StepIsDone || st.Done != 35 {
		t.Errorf("%s, %d of %d\n%s", st.Status, st.Done, st.Total, c.plain())
	}
}

// BenchmarkGrid draws 17,000 targets whole; "batch" takes a batch of 500 changes into the frame first.
func BenchmarkGrid(b *testing.B) {
	for _, s := range [][2]int{{80, 24}, {120, 40}, {200, 60}} {
		r := atWork(b, "vital", contacts)
		c := openGrid(b, r, contacts, s[0], s[1], Options{})
		b.Run(fmt.Sprintf("%dx%d", s[0], s[1]), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				c.m.View()
			}
		})
		c.press("l", "a")
		b.Run(fmt.Sprintf("list-%dx%d", s[0], s[1]), func(b *testing.B) {
			for b.Loop() {
				c.m.View()
			}
		})
		b.Run(fmt.Sprintf("list-frame-%dx%d", s[0], s[1]), func(b *testing.B) {
			for b.Loop() {
				c.m.grid.index.of = nil
				c.m.syncGrid()
				c.m.View()
			}
		})
		c.press("l")
		b.Run(fmt.Sprintf("frame-%dx%d", s[0], s[1]), func(b *testing.B) {
			for b.Loop() {
				c.m.grid.index.of = nil
				c.m.syncGrid()
				c.m.View()
			}
		})
	}
}

// TestGridAtAnySize: a terminal may be resized to anything at any moment, with the grid in any of its forms.
func TestGridAtAnySize(t *testing.T) {
	for name, set := range map[string]incident.SetID{"warm": machines, "vital": contacts} {
		c := openGrid(t, atWork(t, name, set), set, 120, 40, Options{Lang: locale.French})
		rnd := rand.New(rand.NewPCG(7, 7))
		keys := []string{"right", "down", "enter", "esc", "l", "a", "o", "pgdown", "end", "home", "space", "*", "up", "T"}
		for n := range 600 {
			w, h := rnd.IntN(220), rnd.IntN(70)
			c.send(tea.WindowSizeMsg{Width: w, Height: h})
			c.press(keys[rnd.IntN(len(keys))])
			lines, _ := c.m.draw()
			if w > 0 && h > 0 && len(lines) != h {
				t.Fatalf("%s, step %d: %d lines at %d×%d", name, n, len(lines), w, h)
			}
			if c.m.overlay != overGrid {
				c.m.form = nil
				c.run(c.m.openTargets())
			}
		}
	}
}

func TestAReplayShowsTargetsAndWritesNone(t *testing.T) {
	r := atWork(t, "warm", machines)
	r.replay = &cell.Replay{From: start(), To: start().Add(time.Hour), At: r.now, Speed: 60, Total: r.log.Len()}
	c := newConsole(t, r, 120, 40, Options{}).press("T")
	if c.m.overlay != overGrid || strings.Contains(c.plain(), "choose") {
		t.Fatalf("no grid, or one that offers to write:\n%s", c.plain())
	}
	before := r.log.Len()
	c.press("d", "f", "l", "r", "ctrl+s")
	if r.log.Len() != before || c.m.form != nil {
		t.Error("a replay can be written to")
	}
}
