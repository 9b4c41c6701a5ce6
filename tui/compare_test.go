package tui

import (
	"fmt"
	"math/rand/v2"
	"sangfroid/internal/incident"
	"sangfroid/internal/locale"
	"sangfroid/internal/status"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"
)

func inMinutes(n int) *int64 {
	s := int64(n) * 60
	return &s
}

// compared is a drill against the real thing: shorter here, longer there, a step that failed, one that only one side has.
func compared() status.Diff {
	goes, no := incident.OptionGo, incident.OptionNoGo
	at := func(day int) status.Time { return status.Time{Time: time.Date(2026, 11, day, 13, 14, 0, 0, time.UTC)} }
	step := func(id, title string, a, b *int64, as, bs incident.StepStatus) status.DiffRow {
		r := status.DiffRow{What: "failover/" + id, Title: incident.T(title), AS: a, BS: b, AState: as, BState: bs}
		if a != nil && b != nil {
			n := *b - *a
			r.DeltaS = &n
		}
		return r
	}
	phase := func(p incident.Phase, a, b *int64) status.DiffRow {
		r := step("", "", a, b, "", "")
		r.What, r.Title = string(p), incident.Text{}
		return r
	}
	reached := func(objective, achieved *int64, s incident.ClockState) *status.Achieved {
		return &status.Achieved{ObjectiveS: objective, AchievedS: achieved, State: s}
	}
	return status.Diff{
		Schema: status.DiffSchema,
		A:      status.Side{ID: "inc-dr1l", Title: "Sandbox test of spring", Realm: incident.Drill, Entries: 214, Origin: at(3), Seconds: inMinutes(270)},
		B:      status.Side{ID: "inc-7f3k", Title: "Loss of Paris-North", Realm: incident.Live, Entries: 1431, Origin: at(23), Seconds: inMinutes(1630)},
		Objectives: []status.DiffObjective{
			{Service: "portal", Name: incident.T("User portal"), Kind: incident.ClockRTO, DeltaS: inMinutes(75), A: reached(inMinutes(240), inMinutes(190), incident.ClockMet), B: reached(inMinutes(240), inMinutes(265), incident.ClockMissed)},
			{Service: "portal", Name: incident.T("User portal"), Kind: incident.ClockMTPD, A: reached(inMinutes(1440), nil, incident.ClockRunning), B: reached(inMinutes(1440), inMinutes(1630), incident.ClockMissed)},
			{Service: "billing", Name: incident.T("Billing and collection of payments"), Kind: incident.ClockRPO, B: reached(inMinutes(1440), inMinutes(705), incident.ClockMet)},
		},
		Phases: []status.DiffRow{
			phase(incident.PhaseEscalation, inMinutes(5), inMinutes(11)), phase(incident.PhaseAnalysis, inMinutes(25), inMinutes(25)),
			phase(incident.PhaseDecision, inMinutes(32), inMinutes(18)), phase(incident.PhaseFailover, inMinutes(95), inMinutes(150)),
			phase(incident.PhaseCatchup, nil, inMinutes(540)),
		},
		Kinds: []status.DiffKind{
			{
				ID: "failover/go", Question: incident.T("Fail over to the recovery provider?"), AOption: &goes, BOption: &goes, AS: inMinutes(62), BS: inMinutes(54), DeltaS: inMinutes(-8),
				AState: incident.DecisionIsTaken, BState: incident.DecisionIsTaken, ABecause: "the exercise asks for it", BBecause: "the hosting provider names no time for the repair",
			},
			{ID: "d1", Question: incident.T("Tell the press?"), BOption: &no, BS: inMinutes(80), BState: incident.DecisionIsTaken},
		},
		Steps: []status.DiffRow{
			step("confirm", "Confirm the outage", inMinutes(5), inMinutes(4), incident.StepIsDone, incident.StepIsDone),
			step("call", "Call the recovery provider", inMinutes(3), nil, incident.StepIsDone, incident.StepIsFail),
			step("rebuild", "Rebuild the machines from the copies", inMinutes(70), inMinutes(130), incident.StepIsCheck, incident.StepIsDone),
			step("network", "Switch the network over", inMinutes(20), inMinutes(20), incident.StepIsDone, incident.StepIsDone),
			step("press", "Inform the press", nil, nil, "", incident.StepToDo),
		},
	}
}

func (c *compare) at(w, h int) string {
	c.Update(tea.WindowSizeMsg{Width: w, Height: h})
	return ansi.Strip(strings.Join(c.screen(), "\n")) + "\n"
}

func TestCompareScreens(t *testing.T) {
	for _, lang := range []locale.Lang{locale.English, locale.French} {
		for _, s := range [][2]int{{80, 24}, {120, 40}, {200, 60}} {
			golden(t, fmt.Sprintf("compare-%s-%dx%d", lang, s[0], s[1]), newCompare(Options{Lang: lang, Dark: true}, compared()).at(s[0], s[1]))
		}
	}
	golden(t, "compare-ascii-80x24", newCompare(Options{Lang: locale.English, ASCII: true, NoColor: true}, compared()).at(80, 24))
	c := newCompare(Options{Lang: locale.English, Light: true}, compared())
	c.at(120, 40)
	golden(t, "compare-light-120x40", strings.Join(c.screen(), "\n")+"\n")
}

func TestCompareKeys(t *testing.T) {
	c := newCompare(Options{Lang: locale.English, Dark: true}, compared())
	press := func(keys ...string) string {
		for _, k := range keys {
			c.Update(keyMsg(k))
		}
		return ansi.Strip(strings.Join(c.screen(), "\n"))
	}
	c.at(80, 14)
	if s := press(); !strings.Contains(s, "OBJECTIVES") || strings.Contains(s, "STEPS") {
		t.Error(s)
	}
	if s := press("tab", "tab"); !strings.Contains(strings.Split(s, "\n")[compareHead], "DECISIONS") {
		t.Errorf("two parts on:\n%s", s)
	}
	if s := press("shift+tab"); !strings.Contains(strings.Split(s, "\n")[compareHead], "PHASES") {
		t.Errorf("one part back:\n%s", s)
	}
	if s := press("end"); !strings.Contains(s, "Inform the press") {
		t.Errorf("the end:\n%s", s)
	}
	if s := press("home", "f3"); !strings.Contains(s, "OBJECTIFS") {
		t.Errorf("in French:\n%s", s)
	}
	if s := press("f3"); !strings.Contains(s, "OBJECTIVES") {
		t.Errorf("back in English:\n%s", s)
	}
	if _, cmd := c.Update(keyMsg("q")); cmd == nil {
		t.Error("q does not leave")
	}
}

// TestCompareFitsAnyTerminal: whatever the size and the figures, the screen is exactly as large as the terminal.
func TestCompareFitsAnyTerminal(t *testing.T) {
	for seed := range uint64(300) {
		rng := rand.New(rand.NewPCG(seed, 5))
		d := compared()
		draw := func(s *int64) {
			if s != nil {
				*s = rng.Int64N(1<<uint(rng.IntN(32)+1)) - 5
			}
		}
		for _, list := range [][]status.DiffRow{d.Phases, d.Steps} {
			for i := range list {
				draw(list[i].AS)
				draw(list[i].BS)
				draw(list[i].DeltaS)
			}
		}
		for i := range d.Objectives {
			if a := d.Objectives[i].A; a != nil {
				draw(a.AchievedS)
			}
		}
		if rng.IntN(5) == 0 {
			d.Steps, d.Kinds = nil, nil
		}
		w, h := rng.IntN(220), rng.IntN(70)
		c := newCompare(Options{Lang: []locale.Lang{locale.English, locale.French}[rng.IntN(2)], Dark: true}, d)
		c.Update(tea.WindowSizeMsg{Width: w, Height: h})
		for range rng.IntN(6) {
			c.Update(keyMsg([]string{"down", "end", "tab", "pgup", "home", "f4"}[rng.IntN(6)]))
		}
		lines := c.screen()
		if w > 0 && h > 0 && len(lines) != h {
			t.Fatalf("seed %d: %d lines of %d", seed, len(lines), h)
		}
		for i, l := range lines {
			if width(ansi.Strip(l)) != w {
				t.Fatalf("seed %d, %d×%d: line %d has %d cells: %q", seed, w, h, i, width(ansi.Strip(l)), ansi.Strip(l))
			}
		}
	}
}
