package tui

import (
	"os"
	"path/filepath"
	"regexp"
	"sangfroid/internal/cell"
	"sangfroid/internal/incident"
	"sangfroid/internal/locale"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"
)

// unreported is an incident whose RTO counts from the report, which nobody has told yet.
func unreported(t testing.TB) *fakeRoom {
	t.Helper()
	full := newFake(t, "warm")
	d := incident.Decode(mustRaw(t, full, 1)).Data.(incident.IncidentDeclared)
	d.Reported = nil
	r := newFake(t, "warm")
	r.state = incident.NewState()
	ev, err := incident.Declare("inc-7f3k", incident.Live, r.draft(d, ""))
	if err != nil {
		t.Fatal(err)
	}
	r.append(t, ev)
	return r
}

func mustRaw(t testing.TB, r *fakeRoom, seq int) []byte {
	t.Helper()
	e, err := r.log.At(seq)
	if err != nil {
		t.Fatal(err)
	}
	return e.Raw
}

func TestTheFooterAlwaysShowsTheWayOutAndTheKeys(t *testing.T) {
	for _, lang := range []locale.Lang{locale.English, locale.French} {
		for w := minWidth; w <= 200; w += 7 {
			c := newConsole(t, decided(t), w, 24, Options{Lang: lang})
			check := func(where string) {
				t.Helper()
				foot := ansi.Strip(c.m.footer())
				for _, id := range []string{"quit", "keys"} {
					if !strings.Contains(foot, lang.T("act."+id+".short")) {
						t.Errorf("%s, %s, %d: no %s in %q", where, lang, w, id, foot)
					}
				}
			}
			check("room")
			c.run(c.m.goHome())
			check("home")
		}
	}
}

func TestWithoutAnIncidentTheFirstKeysAreTold(t *testing.T) {
	c := newConsole(t, newFake(t, "warm"), 80, 24, Options{Lang: locale.French})
	c.run(c.m.goHome())
	for _, line := range strings.Split(c.plain(), "\n") {
		if line != "" && !strings.HasPrefix(line, " ") {
			t.Errorf("a line without its margin: %q", line)
		}
	}
	for _, id := range []string{"declare", "openfile", "who", "keys", "quit"} {
		if !strings.Contains(c.plain(), c.m.t("act."+id)) {
			t.Errorf("act.%s is not told:\n%s", id, c.plain())
		}
	}
}

func TestTheSelectedIncidentIsOneBar(t *testing.T) {
	c := newConsole(t, newFake(t, "warm"), 80, 24, Options{})
	c.m.desk.(*fakeDesk).list = []cell.Listing{{ID: "inc-7f3k", Realm: incident.Live, Title: "Loss of Paris-North", Declared: start(), OnBus: true}}
	c.run(c.m.goHome())
	for _, line := range strings.Split(c.coloured(), "\n") {
		if strings.Contains(line, "Loss of Paris-North") && strings.Count(line, "\x1b[") != 2 {
			t.Errorf("the bar is in pieces: %q", line)
		}
	}
}

func TestARefusalIsCalmAndPasses(t *testing.T) {
	r := newFake(t, "warm")
	c := newConsole(t, r, 120, 40, Options{Lang: locale.French})
	c.press("v")
	if !strings.Contains(c.plain(), "Donner votre voix : la question n’est pas posée") {
		t.Errorf("no reason:\n%s", c.plain())
	}
	if row := c.m.noticeRow(); row[len(row)-2].ink == c.m.theme.Broken {
		t.Error("a refusal looks like an alarm")
	}
	r.after(noticeFor + time.Second)
	c.m.refresh()
	if strings.Contains(c.plain(), "la question n’est pas posée") {
		t.Error("it stays for ever")
	}
}

// TestNoFrenchColonIsEnglish reads every French screen there is a picture of.
func TestNoFrenchColonIsEnglish(t *testing.T) {
	english := regexp.MustCompile(`\p{L}: `)
	paths, err := filepath.Glob("testdata/*-fr-*.golden")
	if err != nil || len(paths) < 20 {
		t.Fatalf("%d pictures, %v", len(paths), err)
	}
	for _, p := range paths {
		raw, err := os.ReadFile(p)
		if err != nil {
			t.Fatal(err)
		}
		for _, line := range strings.Split(string(raw), "\n") {
			line = strings.ReplaceAll(line, "sync_interval: always", "") // a line of a server's configuration
			if english.MatchString(line) {
				t.Errorf("%s: %q", p, line)
			}
		}
	}
}

func TestTheRibbonUsesTheWidthThereIs(t *testing.T) {
	for _, lang := range []locale.Lang{locale.English, locale.French} {
		c := newConsole(t, decided(t), minWidth, 40, Options{Lang: lang})
		for w := minWidth; w <= 240; w++ {
			c.send(tea.WindowSizeMsg{Width: w, Height: 40})
			r := strings.TrimRight(ansi.Strip(c.m.ribbon()), " ")
			if width(r) > w || strings.Contains(r, "… ▸ …") {
				t.Fatalf("%d: %q", w, r)
			}
			for _, want := range []string{upper(c.m.t("ribbon.decision")), "┃RTO┃", "┃" + lang.Clockword(incident.ClockMTPD) + "┃"} {
				if !strings.Contains(r, want) {
					t.Errorf("%d, %s: no %q in %q", w, lang, want, r)
				}
			}
			if first := c.m.t("ribbon.escalation"); w >= 120 && !strings.Contains(r, first) {
				t.Errorf("%d, %s: the first phase is lost: %q", w, lang, r)
			}
		}
	}
}

func TestOtherProposalsInTurn(t *testing.T) {
	c := newConsole(t, decided(t), 120, 40, Options{})
	all := c.m.proposals()
	if len(all) < 3 {
		t.Fatalf("only %d proposals", len(all))
	}
	for i, p := range all {
		if want := c.m.lang.Proposal(c.m.frame.State, p); !strings.Contains(c.plain(), want) {
			t.Errorf("turn %d does not propose %q:\n%s", i, want, c.plain())
		}
		c.press("G")
	}
	if _, n, _ := c.m.proposal(); n != 1 {
		t.Errorf("after the last comes number %d", n)
	}
	c.press("G", "g")
	if c.m.form == nil && c.m.overlay == overNone {
		t.Errorf("g does not open what is shown:\n%s", c.plain())
	}
}

func TestWhatTheClocksWaitForIsAskedFirst(t *testing.T) {
	r := unreported(t)
	c := newConsole(t, r, 120, 40, Options{})
	if s := c.plain(); !strings.Contains(s, "give the time of “reported”") || !strings.Contains(s, "Say when it was reported") {
		t.Errorf("the missing origin is not told:\n%s", s)
	}
	c.press("g").typed("-10m").press("ctrl+s")
	if set, ok := r.state.Stamp(incident.StampReported); !ok || !set.Time.Equal(r.now.Add(-10*time.Minute)) {
		t.Errorf("%+v %v\n%s", set, ok, c.plain())
	}
}

func TestAStepThatWaitsSaysSoBeforeTheForm(t *testing.T) {
	r := decided(t)
	c := newConsole(t, r, 120, 40, Options{})
	c.press("2")
	for i := range r.state.Steps {
		if r.state.Steps[i].ID == "failover/pick-copies" {
			c.m.cursor[panePlan] = i
		}
	}
	c.press("enter", "s")
	if s := c.plain(); c.m.form != nil || !strings.Contains(s, "“Choose the copy of each machine” waits for: “") || strings.Contains(s, "failover/") {
		t.Errorf("form %v:\n%s", c.m.form != nil, s)
	}
	if c.m.notice.kind != noticeRefusal {
		t.Error("it looks like an alarm")
	}
}

func TestFourEyesAreProposedToAnother(t *testing.T) {
	r := newFake(t, "warm")
	var id incident.StepID
	for i := range r.state.Steps {
		if st := &r.state.Steps[i]; st.Def.FourEyes {
			id = st.ID
			st.Status, st.Ended = incident.StepIsDone, &incident.Mark{By: r.me.Name, At: r.now}
			break
		}
	}
	r.refresh()
	c := newConsole(t, r, 120, 40, Options{})
	at := func() int {
		for i, p := range c.m.proposals() {
			if p.Code == incident.ProposeCheck && p.Step == id {
				return i
			}
		}
		t.Fatal("the check is not proposed at all")
		return -1
	}
	mine := at()
	c.m.desk.SetMe(cell.Person{Name: "B. Leroy", Role: incident.RoleDirector})
	if theirs := at(); theirs >= mine {
		t.Errorf("place %d for the one who did it, %d for another", mine, theirs)
	}
}

func TestQuittingIsForgottenAfterAWhile(t *testing.T) {
	r := decided(t)
	c := newConsole(t, r, 120, 40, Options{})
	c.press("q")
	r.after(time.Minute)
	c.press("q")
	if c.m.quit {
		t.Error("a key of a minute ago counted")
	}
	c.press("q")
	if !c.m.quit {
		t.Error("two keys do not leave")
	}
}

func TestFormsTellTheirKeys(t *testing.T) {
	r := newFake(t, "warm")
	c := newConsole(t, r, 80, 24, Options{})
	c.press("n")
	if foot := ansi.Strip(c.m.bottom()); !strings.Contains(foot, "a draft is kept") || strings.Contains(foot, "choose") {
		t.Errorf("%q", foot)
	}
	c.press("tab")
	if foot := ansi.Strip(c.m.bottom()); !strings.Contains(foot, "←→ choose") {
		t.Errorf("%q", foot)
	}
	c.press("7")
	if !strings.Contains(c.plain(), "tab goes on") {
		t.Errorf("a key that fits no option says nothing:\n%s", c.plain())
	}
	c.press("esc")
	c.run(c.m.goHome())
	c.press("d")
	if foot := ansi.Strip(c.m.bottom()); !strings.Contains(foot, "a draft is kept") {
		t.Errorf("the declaration does not say that it keeps a draft: %q", foot)
	}
	c.press("esc", "o")
	if foot := ansi.Strip(c.m.bottom()); strings.Contains(foot, "draft") {
		t.Errorf("a draft is promised where none is kept: %q", foot)
	}
}

func TestTheCountStartsAtTheNumber(t *testing.T) {
	r := newFake(t, "warm")
	id := r.state.Flows[0].ID
	n := int64(120)
	r.must(t, incident.FlowSubject(id), incident.CatchupOpened{Expected: &n})
	c := newConsole(t, r, 120, 40, Options{})
	c.press("3", "c").send(tea.KeyPressMsg{Code: 'u', Mod: tea.ModCtrl})
	c.typed("120").press("ctrl+s")
	if f := r.state.Flow(id); f.Replayed != 120 {
		t.Errorf("counted %d:\n%s", f.Replayed, c.plain())
	}
}

func TestTheKeysOfAFormAlwaysFit(t *testing.T) {
	for _, lang := range []locale.Lang{locale.English, locale.French} {
		for _, w := range []int{40, 60, 80, 120} {
			for _, keys := range [][]string{{"d"}, {"n"}, {"h"}, {"m"}, {"l"}} {
				c := newConsole(t, decided(t), w, 24, Options{Lang: lang}).press(keys...)
				foot := ansi.Strip(c.m.bottom())
				if strings.Contains(foot, "…") || !strings.Contains(foot, "ctrl+s") || !strings.Contains(foot, "esc") {
					t.Errorf("%s, %d, %v: %q", lang, w, keys, foot)
				}
			}
		}
	}
}

func TestTheKeySheetCutsNoWord(t *testing.T) {
	for _, lang := range []locale.Lang{locale.English, locale.French} {
		for _, s := range [][2]int{{80, 60}, {120, 40}, {200, 60}} {
			c := newConsole(t, decided(t), s[0], s[1], Options{Lang: lang}).press("?")
			for _, line := range c.m.keySheet(s[0] - 4) {
				if l := ansi.Strip(line); strings.Contains(strings.ReplaceAll(l, " …", ""), "…") {
					t.Errorf("%s, %v: %q", lang, s, l)
				}
			}
		}
	}
}

func TestWideScreensHaveThreeColumns(t *testing.T) {
	for _, size := range [][2]int{{160, 40}, {200, 60}, {300, 90}} {
		l := arrange(size[0], size[1], 3, false, paneDecision)
		d, p, c, g := l.panes[paneDecision], l.panes[panePlan], l.panes[paneCatchup], l.panes[paneLog]
		if d.w != c.w || d.h+c.h != l.body.h || c.y != d.y+d.h || p.h != l.body.h || g.h != l.body.h {
			t.Errorf("%v: %+v", size, l.panes)
		}
		if d.w+p.w+g.w != size[0] || p.x != d.w || g.x != d.w+p.w || d.w < 40 || g.w < 60 {
			t.Errorf("%v: %+v", size, l.panes)
		}
	}
}

func TestWhatWasPassedOverStaysSo(t *testing.T) {
	r := decided(t)
	c := newConsole(t, r, 120, 40, Options{})
	c.press("G", "G")
	p, at, _ := c.m.proposal()
	if p.Step == "" || at != 3 {
		t.Fatalf("number %d is %+v", at, p)
	}
	c.press("g", "enter", "ctrl+s")
	if q, n, _ := c.m.proposal(); n != at || q.Code == incident.ProposeTake {
		t.Errorf("after the step number %d is proposed, %+v", n, q)
	}
	c.press("d", "enter").typed("the repair takes a day").press("ctrl+s")
	if q, n, _ := c.m.proposal(); n != 1 {
		t.Errorf("once the decision is taken number %d is proposed, %+v", n, q)
	}
}
