package tui

import (
	"fmt"
	"sangfroid/internal/cell"
	"sangfroid/internal/incident"
	"sangfroid/internal/locale"
	"sangfroid/playbooks"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
)

// supervised is the bank's incident in its second hour, with a running DORA clock and a GDPR flag.
func supervised(t testing.TB) *fakeRoom {
	t.Helper()
	r := newFake(t, "vital")
	stamp := func(st incident.Stamp, before time.Duration, why string) {
		r.must(t, "", incident.IncidentOrigin{Stamp: st, At: r.now.Add(-before), Reason: why})
	}
	r.after(80 * time.Minute)
	stamp("aware/dora", 75*time.Minute, "the on-call lead was certain")
	stamp(incident.StampClassified, 40*time.Minute, "two criteria are met")
	stamp(incident.StampPersonal, 20*time.Minute, "customer files were on the array")
	stamp(incident.StampHighRisk, 5*time.Minute, "account data were not encrypted")
	return r
}

// legalConsole is a console that knows the program's regimes.
func legalConsole(t testing.TB, r *fakeRoom, w, h int, o Options) *console {
	o.Regimes = playbooks.Regimes
	return newConsole(t, r, w, h, o)
}

func TestLegalScreens(t *testing.T) {
	for _, lang := range []locale.Lang{locale.English, locale.French} {
		for _, s := range sizes() {
			c := legalConsole(t, supervised(t), s[0], s[1], Options{Lang: lang})
			golden(t, fmt.Sprintf("legal-%s-%dx%d", lang, s[0], s[1]), c.plain())
			if s[0] == 40 {
				continue
			}
			golden(t, fmt.Sprintf("legal-list-%s-%dx%d", lang, s[0], s[1]), c.press("o").plain())
		}
		for name, keys := range map[string][]string{"stamp": {"s"}, "met": {"m"}, "told": {"t"}, "dismiss": {"x"}, "apply": {"a"}} {
			c := legalConsole(t, supervised(t), 80, 24, Options{Lang: lang}).press("o").press(keys...)
			golden(t, fmt.Sprintf("legal-%s-%s-80x24", name, lang), c.plain())
		}
	}
	c := legalConsole(t, supervised(t), 120, 40, Options{Light: true}).press("o")
	golden(t, "legal-colour-light", c.coloured()+"\n")
	c = legalConsole(t, supervised(t), 80, 24, Options{ASCII: true, NoColor: true}).press("o")
	golden(t, "legal-ascii-80x24", c.plain())
}

// TestTheLegalLineAppearsOnlyWhenThereIsOne, and takes nothing from the screen otherwise.
func TestTheLegalLineAppearsOnlyWhenThereIsOne(t *testing.T) {
	c := legalConsole(t, newFake(t, "vital"), 80, 24, Options{})
	if strings.Contains(c.plain(), "§") || c.m.layout.legal != 0 {
		t.Error("nothing is due, and a line tells it")
	}
	r := supervised(t)
	c = legalConsole(t, r, 80, 24, Options{})
	if !strings.Contains(c.plain(), "§ DORA · Initial notification  03:20:00 →") {
		t.Errorf("%s", c.plain())
	}
	for _, s := range [][2]int{{40, 12}, {60, 16}, {80, 24}, {100, 32}, {120, 40}, {200, 60}} {
		c.send(tea.WindowSizeMsg{Width: s[0], Height: s[1]})
		lines, _ := c.m.draw()
		if len(lines) != s[1] {
			t.Errorf("%v: %d lines", s, len(lines))
		}
	}
	// A month ahead is no business of this screen.
	r.must(t, "", incident.ObligationDismissed{Obligation: "gdpr", Reason: "x"})
	r.must(t, "", incident.ObligationMet{Obligation: "dora/initial"})
	r.must(t, "", incident.ObligationMet{Obligation: "dora/intermediate"})
	c = legalConsole(t, r, 120, 40, Options{})
	if strings.Contains(c.plain(), "§") {
		t.Errorf("%s", c.plain())
	}
	if list := c.press("o").plain(); !strings.Contains(list, "Final report") || !strings.Contains(list, "✓ met") {
		t.Errorf("%s", list)
	}
}

// TestAStampFromTheKeyboard: the list proposes the stamp the row waits for, and comes back after it.
func TestAStampFromTheKeyboard(t *testing.T) {
	r := newFake(t, "vital").after(time.Hour)
	c := legalConsole(t, r, 100, 40, Options{}).press("o", "s")
	if c.m.form == nil || c.m.form.Values()["stamp"] != string(incident.StampClassified) {
		t.Fatalf("%+v", c.m.form)
	}
	c.press("tab").typed("-10m").press("tab", "ctrl+s")
	if c.m.form == nil {
		t.Fatal("a stamp without a reason was taken")
	}
	c.typed("two criteria are met").press("ctrl+s")
	if c.m.form != nil || c.m.overlay != overLegal {
		t.Fatalf("the list does not come back: %s", c.plain())
	}
	set, ok := r.state.Stamp(incident.StampClassified)
	if !ok || !set.Time.Equal(r.now.Add(-10*time.Minute)) || set.Reason != "two criteria are met" {
		t.Errorf("%+v", set)
	}
	if s := c.plain(); !strings.Contains(s, "● running") || !strings.Contains(s, "03:50:00") {
		t.Errorf("%s", s)
	}
}

func TestAReportSentFromTheKeyboard(t *testing.T) {
	r := supervised(t)
	c := legalConsole(t, r, 100, 40, Options{}).press("o", "m").press("tab").typed("SUP-114").press("tab").typed("-2m").press("ctrl+s")
	if len(r.state.Met) != 1 || r.state.Met[0].ID != "dora/initial" || r.state.Met[0].Reference != "SUP-114" || !r.state.Met[0].Mark.At.Equal(r.now.Add(-2*time.Minute)) {
		t.Fatalf("%+v", r.state.Met)
	}
	if !strings.Contains(c.plain(), "ref. SUP-114") {
		t.Errorf("%s", c.plain())
	}
	// To correct it the form asks for the reason.
	c.press("m")
	if _, asked := c.m.form.Values()["correction.why"]; !asked {
		t.Error("no reason is asked for a correction")
	}
	c.press("esc")
	if c.m.overlay != overLegal {
		t.Error("leaving the form leaves the list")
	}
}

func TestNotApplicableAndAnotherRegime(t *testing.T) {
	r := supervised(t)
	c := legalConsole(t, r, 120, 40, Options{}).press("o", "end", "x").press("tab").typed("no high risk").press("ctrl+s")
	if rule := r.state.Ruling("gdpr/persons"); rule == nil || rule.Applies {
		t.Fatalf("%+v", r.state.Rulings)
	}
	c.press("x").press("tab").typed("there is").press("ctrl+s")
	if rule := r.state.Ruling("gdpr/persons"); rule == nil || !rule.Applies {
		t.Fatalf("%+v", r.state.Rulings)
	}
	c.press("a").press("tab").typed("a network operator too").press("ctrl+s")
	if g := r.state.Regime("nis2"); g == nil || g.Def.Zone != "Europe/Paris" || g.Def.Facts[0] != "credit-institution" {
		t.Fatalf("%+v", g)
	}
	c.press("t").press("tab").typed("the analysis goes on").press("ctrl+s")
	if len(r.state.Delays) != 1 {
		t.Errorf("%+v", r.state.Delays)
	}
}

// TestWithoutARegime: an incident without playbook says how to bring one in.
func TestWithoutARegime(t *testing.T) {
	r := newFake(t, "vital")
	r.state.Regimes = nil
	r.refresh()
	c := legalConsole(t, r, 80, 24, Options{}).press("o")
	if !strings.Contains(c.plain(), "No legal clock is in force") {
		t.Errorf("%s", c.plain())
	}
	if c.press("m"); c.m.form != nil || !strings.Contains(c.plain(), "bring a regime in first") {
		t.Errorf("%s", c.plain())
	}
	if c.press("a"); c.m.form == nil {
		t.Error("a does not bring one in")
	}
}

func TestALegalAlertAndItsProposal(t *testing.T) {
	r := supervised(t)
	c := legalConsole(t, r, 120, 40, Options{})
	r.after(2*time.Hour + 21*time.Minute)
	c.m.tick()
	if s := c.plain(); !strings.Contains(s, "DORA · Initial notification") || !strings.Contains(c.m.alert, "left") {
		t.Errorf("%q\n%s", c.m.alert, s)
	}
	found := false
	for range len(c.m.proposals()) {
		p, _, _ := c.m.proposal()
		if p.Code == incident.ProposeObligation {
			found = true
			break
		}
		c.press("G")
	}
	if c.press("g"); !found || c.m.form == nil || c.m.form.Values()["report.sent"] != "dora/initial" {
		t.Errorf("g does not open the report: %s", c.plain())
	}
}

func TestAForgottenStampIsProposed(t *testing.T) {
	r := newFake(t, "vital").after(40 * time.Minute)
	c := legalConsole(t, r, 120, 40, Options{})
	for range len(c.m.proposals()) {
		if p, _, _ := c.m.proposal(); p.Code == incident.ProposeStamp {
			break
		}
		c.press("G")
	}
	if s := c.plain(); !strings.Contains(s, "Legal clocks wait for a stamp") {
		t.Fatalf("%s", s)
	}
	if c.press("g"); c.m.form == nil || c.m.form.Values()["stamp"] != string(incident.StampClassified) {
		t.Errorf("%s", c.plain())
	}
}

func TestALegalListInAReplayIsReadOnly(t *testing.T) {
	r := supervised(t)
	r.replay = &cell.Replay{From: start(), To: start().Add(2 * time.Hour), At: r.now, Speed: 1, Total: 10}
	c := legalConsole(t, r, 100, 40, Options{}).press("o")
	if c.m.overlay != overLegal {
		t.Fatal("a replay does not list them")
	}
	if c.press("m", "s", "x", "a", "t"); c.m.form != nil {
		t.Error("a replay can be written to")
	}
	if c.press("o"); c.m.overlay != overNone {
		t.Error("o does not close the list")
	}
}

func TestFollow(t *testing.T) {
	for _, x := range [][5]int{{0, 3, 5, 10, 0}, {0, 9, 12, 10, 2}, {8, 3, 5, 10, 3}, {0, 20, 40, 10, 20}} {
		if got := follow(x[0], x[1], x[2], x[3]); got != x[4] {
			t.Errorf("%v gave %d", x, got)
		}
	}
}
