package tui

import (
	"sangfroid/internal/incident"
	"sangfroid/internal/locale"
	"strconv"
	"strings"
	"testing"
	"time"
)

// TestTheGroundsStayInSightWhileDeciding: the form of a decision leaves the ways on and the criteria on the screen, below it
// or beside it; a screen that is too small has the form alone.
func TestTheGroundsStayInSightWhileDeciding(t *testing.T) {
	for _, lang := range []locale.Lang{locale.English, locale.French} {
		for _, size := range [][2]int{{120, 40}, {200, 60}} {
			c := newConsole(t, decided(t), size[0], size[1], Options{Lang: lang})
			c.press("d")
			screen := c.plain()
			for _, want := range []string{"P(RTO)", c.m.t("tui.branch.loss"), c.m.t("tui.criteria")[:8], c.m.t("form.because")} {
				if !strings.Contains(screen, want) {
					t.Errorf("%s %v: %q is not there:\n%s", lang, size, want, screen)
				}
			}
			golden(t, "grounds-"+string(lang)+"-"+strconv.Itoa(size[0])+"x"+strconv.Itoa(size[1]), screen)
			for range 6 {
				c.press("tab")
				if lines, _ := c.m.draw(); len(lines) != size[1] {
					t.Fatalf("%d lines", len(lines))
				}
			}
		}
	}
	c := newConsole(t, decided(t), 80, 24, Options{})
	if c.press("d"); strings.Contains(c.plain(), c.m.t("tui.branch.loss")) {
		t.Error("no room, and yet")
	}
}

// TestALongDecisionIsReadToItsEnd: on a small screen the pages of a decision turn; on one with room the keys choose.
func TestALongDecisionIsReadToItsEnd(t *testing.T) {
	c := newConsole(t, decided(t), 80, 24, Options{})
	last := c.m.frame.State.Decided[0].Criteria
	want := c.m.lang.Text(last[len(last)-1].Def.Title)
	if strings.Contains(c.plain(), want) {
		t.Fatal("the case is too short")
	}
	if !strings.Contains(c.plain(), "page down") {
		t.Errorf("nothing says that there is more:\n%s", c.plain())
	}
	for range 5 {
		c.press("pgdown")
	}
	if !strings.Contains(c.plain(), want) || !strings.Contains(c.plain(), "page up") {
		t.Errorf("%q is not reached:\n%s", want, c.plain())
	}
	if top := c.m.paneTop[paneDecision]; top <= 0 {
		t.Errorf("at %d", top)
	}
	c.press("down")
	if c.m.paneTop[paneDecision] != 0 || c.m.cursor[paneDecision] != 1 {
		t.Error("another decision is not read from its first line")
	}
	c.press("up", "pgup")
	c = newConsole(t, decided(t), 200, 60, Options{})
	c.press("f", "pgdown")
	if c.m.paneTop[paneDecision] != 0 {
		t.Error("a page was turned where all is in sight")
	}
}

// TestTheDeclarationKeepsADraft: what is half typed comes back, a time as the hour it meant; what was declared does not.
func TestTheDeclarationKeepsADraft(t *testing.T) {
	r := newFake(t, "warm")
	c := newConsole(t, r, 100, 34, Options{})
	c.run(c.m.goHome())
	desk := c.m.desk.(*fakeDesk)
	c.press("d").typed("Site Nord").press("tab", "tab", "tab").typed("~-10m")
	meant := r.now.Add(-10 * time.Minute)
	kept := <-c.m.send.drafts.next
	c.m.send.drafts.write(kept)
	if got := desk.Draft("declare")["title"]; got != "Site Nord" {
		t.Fatalf("%v", desk.drafts)
	}
	c.press("esc")
	r.after(7 * time.Minute)
	c.send(secondPassedMsg{})
	c.press("d")
	if !strings.Contains(c.plain(), "Site Nord") || !strings.Contains(c.plain(), "draft") {
		t.Errorf("the draft is not there:\n%s", c.plain())
	}
	if msg, ok := c.m.submit(c.m.form.Values())().(incidentDeclaredMsg); !ok || msg.err != nil {
		t.Fatalf("%+v", msg)
	}
	if desk.decl == nil || desk.decl.Reported == nil || desk.decl.Reported.Sub(meant).Abs() > time.Second {
		t.Errorf("%+v, meant %v", desk.decl, meant)
	}
	if d := desk.Draft("declare"); d != nil {
		t.Errorf("declared, and still a draft: %v", d)
	}
}

func TestThePaletteSaysThatNothingIsCalledSo(t *testing.T) {
	c := newConsole(t, newFake(t, "warm"), 80, 24, Options{})
	c.press(":").typed("zzz")
	if !strings.Contains(c.plain(), "No command is called so") {
		t.Error(c.plain())
	}
	c.press("enter", "esc")
	c = newConsole(t, newFake(t, "warm"), 80, 24, Options{Lang: locale.French})
	c.press(":").typed("echeances")
	if !strings.Contains(c.plain(), "Échéances légales") {
		t.Errorf("without accents nothing is found:\n%s", c.plain())
	}
}

func TestARoleOfThePlaybookHasItsTitle(t *testing.T) {
	c := newConsole(t, newFake(t, "vital"), 120, 40, Options{Lang: locale.French})
	if got := c.m.roleName("payments-lead"); got == "payments-lead" || got != c.m.lang.RoleTitle(c.m.frame.State, "payments-lead") {
		t.Error(got)
	}
	if got := c.m.roleName(incident.RoleDirector); got != "directeur" {
		t.Error(got)
	}
}

// TestNothingADecisionStandsOnIsCut: a value that does not fit beside its criterion stands below it.
func TestNothingADecisionStandsOnIsCut(t *testing.T) {
	c := newConsole(t, newFake(t, "warm"), 120, 40, Options{})
	th := c.m.theme
	for w := 20; w < 90; w++ {
		lines := c.m.item(row{}.add("+ ", th.Holds).add("Repair time given by the provider", th.Text), row{}.add("not before 18:00, and that is not certain", th.Holds), w)
		all := strings.Join(lines, " ")
		for _, word := range strings.Fields("Repair time given by the provider not before 18:00, and that is not certain") {
			if !strings.Contains(all, word) {
				t.Fatalf("%d: %q", w, lines)
			}
		}
	}
}

// contested is an incident in which two answers that had not seen one another came together.
func contested(t *testing.T) *fakeRoom {
	t.Helper()
	r := decided(t)
	subject := incident.DecisionSubject("failover/go")
	review := r.now.Add(30 * time.Minute)
	one, err := incident.Decide(r.state, r.draft(incident.DecisionTaken{Option: incident.OptionNoGo, Because: "power back soon", Review: &review}, subject))
	if err != nil {
		t.Fatal(err)
	}
	two, err := incident.Decide(r.state, r.draft(incident.DecisionTaken{Option: incident.OptionGo, Because: "the copies are good"}, subject))
	if err != nil {
		t.Fatal(err)
	}
	r.append(t, one)
	r.append(t, two)
	if d := r.state.Decision("failover/go"); d.Status != incident.DecisionContested {
		t.Fatal(d.Status)
	}
	return r
}

// TestWhatIsSettledIsInSight: who settles a contested decision reads both answers and their reasons beside the form.
func TestWhatIsSettledIsInSight(t *testing.T) {
	for _, lang := range []locale.Lang{locale.English, locale.French} {
		c := newConsole(t, contested(t), 120, 40, Options{Lang: lang})
		golden(t, "contested-"+string(lang)+"-120x40", c.plain())
		c.press("d")
		screen := c.plain()
		for _, want := range []string{"power back soon", "the copies are good", c.m.t("form.settle")} {
			if !strings.Contains(screen, want) {
				t.Errorf("%s: %q is not there:\n%s", lang, want, screen)
			}
		}
		golden(t, "settle-"+string(lang)+"-120x40", screen)
	}
}
