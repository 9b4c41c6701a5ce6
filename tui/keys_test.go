package tui

import (
	"errors"
	"math/rand/v2"
	"sangfroid/internal/incident"
	"sangfroid/internal/locale"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"
)

func TestNoKeyStandsForTwoThings(t *testing.T) {
	taken := make(map[where]map[string]string)
	for _, a := range actions() {
		for _, w := range []where{atHome, atRoom, atReplay} {
			if a.at&w == 0 {
				continue
			}
			if taken[w] == nil {
				taken[w] = make(map[string]string)
			}
			for _, k := range a.keys {
				if other, ok := taken[w][k]; ok {
					t.Errorf("%s is %s and %s", k, other, a.id)
				}
				taken[w][k] = a.id
			}
		}
	}
}

func TestEveryActionHasItsWords(t *testing.T) {
	for _, a := range actions() {
		if !locale.Has("act." + a.id) {
			t.Errorf("act.%s is missing", a.id)
		}
		if a.foot > 0 && !locale.Has("act."+a.id+".short") {
			t.Errorf("act.%s.short is missing", a.id)
		}
	}
}

// TestEveryActionActsOrSaysWhyNot: a key that does nothing leaves people guessing.
func TestEveryActionActsOrSaysWhyNot(t *testing.T) {
	for _, a := range roomActions() {
		r := decided(t)
		c := newConsole(t, r, 120, 40, Options{})
		before, length := c.plain(), r.log.Len()
		c.run(c.m.run(&a))
		if c.plain() == before && r.log.Len() == length {
			t.Errorf("%s changes nothing on the screen and says nothing", a.id)
		}
	}
}

func TestDecideFromTheKeyboard(t *testing.T) {
	r := decided(t)
	c := newConsole(t, r, 120, 40, Options{})
	c.press("d", "enter").typed("the repair takes six hours").press("ctrl+s")
	o := r.state.Decision("failover/go").Outcome()
	if o == nil || o.Option != incident.OptionGo || o.Because != "the repair takes six hours" {
		t.Fatalf("%+v\n%s", o, c.plain())
	}
	if c.m.form != nil || !strings.Contains(c.plain(), "saved, entry") {
		t.Errorf("no receipt:\n%s", c.plain())
	}
}

func TestAFormSaysWhatIsMissing(t *testing.T) {
	r := decided(t)
	c := newConsole(t, r, 120, 40, Options{})
	length := r.log.Len()
	c.press("d", "ctrl+s")
	if r.log.Len() != length || !strings.Contains(c.plain(), "this is needed") {
		t.Errorf("an empty reason was taken:\n%s", c.plain())
	}
	c.press("esc", "n").typed("x").press("tab", "tab", "tab", "tab").typed("25:99").press("ctrl+s")
	if r.log.Len() != length || !strings.Contains(c.plain(), "is not a time") {
		t.Errorf("a wrong time was taken:\n%s", c.plain())
	}
}

func TestARefusalKeepsWhatWasTyped(t *testing.T) {
	r := decided(t)
	c := newConsole(t, r, 120, 40, Options{})
	c.press("n").typed("a finding")
	r.refuse = &incident.Refusal{Code: incident.RefuseClosed}
	c.press("ctrl+s")
	s := c.plain()
	if !strings.Contains(s, "a finding") || !strings.Contains(s, "The incident is closed") {
		t.Errorf("words or reason lost:\n%s", s)
	}
	r.refuse = errors.New("the disk is full: nothing was saved")
	c.press("ctrl+s")
	if s := c.plain(); !strings.Contains(s, "a finding") || !strings.Contains(s, "disk is full") {
		t.Errorf("words or reason lost:\n%s", s)
	}
	r.refuse = nil
	c.press("ctrl+s")
	if c.m.form != nil {
		t.Error("the form is still open")
	}
}

func TestStepFromReadyToDone(t *testing.T) {
	r := decided(t)
	c := newConsole(t, r, 120, 40, Options{})
	c.press("2")
	i := 0
	for k := range r.state.Steps {
		if r.state.StepStatus(&r.state.Steps[k]) == incident.StepReady {
			i = k
			break
		}
	}
	id := r.state.Steps[i].ID
	c.m.cursor[panePlan] = i
	c.press("enter", "enter", "ctrl+s")
	if st := r.state.Step(id); st.Status != incident.StepRunning {
		t.Fatalf("%s is %s\n%s", id, st.Status, c.plain())
	}
	c.press("s", "d", "ctrl+s")
	if st := r.state.Step(id); st.Status != incident.StepIsDone {
		t.Fatalf("%s is %s\n%s", id, st.Status, c.plain())
	}
}

func TestAlertsAreRaisedOnceAndTakeNoKey(t *testing.T) {
	r := decided(t)
	c := newConsole(t, r, 120, 40, Options{})
	c.press("n").typed("half a ")
	r.after(95 * time.Minute)
	c.m.refresh()
	if cmd := c.m.raise(); cmd == nil || c.m.alert == "" {
		t.Fatal("50 % of the RTO passed and nothing was raised")
	}
	if c.m.raise() != nil {
		t.Error("raised twice")
	}
	c.typed("word").press("ctrl+s")
	var last incident.Entry
	last, err := r.log.At(r.log.Len())
	if err != nil || last.Event.Data.(incident.NoteAdded).Text != "half a word" {
		t.Errorf("the alert took a key: %+v", last.Event.Data)
	}
	c.press("esc", "esc")
	if c.m.alert != "" {
		t.Error("esc does not put the alert away")
	}
}

func TestQuitWantsTheKeyTwice(t *testing.T) {
	c := newConsole(t, decided(t), 120, 40, Options{})
	c.press("q", "2", "q")
	if c.m.quit {
		t.Error("another key between did not disarm it")
	}
	c.press("q")
	if !c.m.quit {
		t.Error("two keys do not leave")
	}
}

func TestHostileTextStaysText(t *testing.T) {
	r := decided(t)
	hostile := "\x1b]52;c;QQ==\a\x1b[2J\x1bPq\u009b31m\u202eevil\u0000\xc2\x1b]0;x\a\nsecond line"
	r.append(t, incident.Decode([]byte(`{"specversion":"1.0","id":"h1","source":"/x","type":"sangfroid.note.added","subject":"note/main","time":"2026-11-23T12:30:00Z","recorded":"2026-11-23T12:30:00Z","incident":"inc-7f3k","realm":"live","actor":"`+jsonString("evil\x1b[31m")+`","data":{"text":"`+jsonString(hostile)+`"}}`)))
	for _, keys := range [][]string{{}, {"4", "f"}, {"4", "enter"}} {
		c := newConsole(t, r, 120, 40, Options{NoColor: true}).press(keys...)
		for _, line := range strings.Split(ansi.Strip(c.coloured()), "\n") {
			for _, ch := range line {
				if ch < ' ' || (ch >= 0x7f && ch < 0xa0) || ch == 0x202e {
					t.Fatalf("%U on the screen: %q", ch, line)
				}
			}
		}
		if strings.Contains(c.coloured(), "\x1b]") || strings.Contains(c.coloured(), "\x1bP") {
			t.Error("an escape sequence of an entry reaches the terminal")
		}
	}
}

func jsonString(s string) string {
	var b strings.Builder
	for _, r := range s {
		const hex = "0123456789abcdef"
		if r < ' ' || r == '"' || r == '\\' || (r >= 0x7f && r < 0xa0) {
			b.WriteString(`\u00` + string(hex[r>>4&15]) + string(hex[r&15]))
			continue
		}
		b.WriteRune(r)
	}
	return b.String()
}

// TestAnySizeAnyKeys: whatever the size and whatever is typed, the screen is exactly as large as the terminal.
func TestAnySizeAnyKeys(t *testing.T) {
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	rng := rand.New(rand.NewPCG(seed, 1))
	keys := []string{
		"1", "2", "3", "4", "tab", "shift+tab", "up", "down", "pgup", "pgdown", "home", "end", "enter", "esc", "f", "g", "d", "a", "v", "e", "s", "n", "c",
		"C", "m", "r", "t", "b", "u", "l", "k", "h", "i", "p", "x", "/", ":", "?", "f2", "f3", "f4", "ctrl+s", "left", "right", "space", "backspace", "+", "z", "é",
	}
	for range 12 {
		c := newConsole(t, decided(t), 80, 24, Options{ASCII: rng.IntN(4) == 0})
		for range 60 {
			if rng.IntN(4) == 0 {
				c.send(tea.WindowSizeMsg{Width: rng.IntN(250), Height: rng.IntN(80)})
			} else {
				c.press(keys[rng.IntN(len(keys))])
			}
			checkScreen(t, c)
		}
	}
}

func checkScreen(t testing.TB, c *console) {
	t.Helper()
	lines, cursor := c.m.draw()
	if c.m.w <= 0 || c.m.h <= 0 {
		return
	}
	if len(lines) != c.m.h {
		t.Fatalf("%d lines at %dx%d", len(lines), c.m.w, c.m.h)
	}
	for i, l := range lines {
		if !utf8.ValidString(l) {
			t.Fatalf("line %d is not UTF-8: %q", i, l)
		}
		if n := ansi.StringWidthWc(l); n != c.m.w {
			t.Fatalf("line %d is %d wide at %dx%d: %q", i, n, c.m.w, c.m.h, ansi.Strip(l))
		}
	}
	if cursor != nil && (cursor.X < 0 || cursor.X > c.m.w || cursor.Y < 0 || cursor.Y >= c.m.h) {
		t.Fatalf("the cursor is at %d,%d of %dx%d", cursor.X, cursor.Y, c.m.w, c.m.h)
	}
}

// TestAnAlertThatLiesAheadAgainRingsAgain: the decide-by came, then an estimate moved it; when it comes again it is said
// again.
func TestAnAlertThatLiesAheadAgainRingsAgain(t *testing.T) {
	r := newFake(t, "warm")
	c := newConsole(t, r, 120, 40, Options{})
	svc := r.state.Services[0].Def.ID
	due := func() (at time.Time) {
		for _, x := range incident.Thresholds(r.state, r.now) {
			if x.Kind == incident.ClockDecideBy && x.Service == svc && x.Before == 5*time.Minute {
				at = x.At
			}
		}
		return at
	}
	rings := func() bool {
		c.m.alert = ""
		c.m.refresh()
		return c.m.raise() != nil && c.m.alert != ""
	}
	r.after(due().Sub(r.now) + time.Second)
	if !rings() || rings() {
		t.Fatal("five minutes before the decide-by it is said once")
	}
	for i := range r.state.Steps {
		if st := r.state.Steps[i]; st.Def.Gate != nil || st.Estimate.Likely > incident.Duration(10*time.Minute) {
			r.must(t, incident.PlanSubject(st.Plan), incident.PlanStepEstimated{Step: incident.Own(string(st.ID)), Estimate: incident.Estimate{Likely: incident.Duration(5 * time.Minute)}})
		}
	}
	if rings() || !due().After(r.now.Add(time.Minute)) {
		t.Fatalf("shorter estimates leave time: due %s, now %s", due(), r.now)
	}
	r.after(due().Sub(r.now) + time.Second)
	if !rings() {
		t.Error("the second time it is not said")
	}
}

// TestAPasteThatDoesNotFit: what a field cannot hold is told, not dropped in silence; nothing of it acts on the terminal.
func TestAPasteThatDoesNotFit(t *testing.T) {
	c := newConsole(t, newFake(t, "warm"), 120, 40, Options{})
	c.press("n")
	c.m.Update(tea.PasteMsg{Content: "short\r\nand safe \x1b[2J\x1b]52;c;AAAA\a"})
	if n := c.m.form.LeftOut(); n != 0 || strings.Contains(c.plain(), "did not fit") {
		t.Errorf("%d characters of a short paste are left out", n)
	}
	c.m.Update(tea.PasteMsg{Content: strings.Repeat("mémoire \n", 12000)})
	if n := c.m.form.LeftOut(); n < 90_000 || !strings.Contains(c.plain(), "did not fit") {
		t.Errorf("%d characters are left out\n%s", n, c.plain())
	}
	if v := c.m.form.Values()["text"]; !strings.HasPrefix(v, "short") || strings.ContainsAny(v, "\x1b\a\n") {
		t.Errorf("%q", v[:min(len(v), 80)])
	}
}

// TestRareFormsWriteTheirEvents: what the RTO counts from, and a question that is withdrawn, from the palette.
func TestRareFormsWriteTheirEvents(t *testing.T) {
	r := newFake(t, "warm")
	c := newConsole(t, r, 120, 40, Options{})
	act := func(words string) {
		c.press(":").typed(words).press("enter")
		if c.m.form == nil {
			t.Fatalf("%q opens no form\n%s", words, c.plain())
		}
	}
	act("counts from")
	c.press("tab", "left", "tab").typed("the contract says so").press("ctrl+s")
	if b := r.state.Services[0].Basis; len(b) != 1 || b[0].From != incident.FromDetection || b[0].Reason != "the contract says so" {
		t.Errorf("%+v\n%s", b, c.plain())
	}
	act("Withdraw")
	c.typed("nobody wants to know any more").press("ctrl+s")
	if d := r.state.Decided[0]; d.Status != incident.DecisionWithdrawn {
		t.Errorf("%s\n%s", d.Status, c.plain())
	}
}

// TestWhatIsSavedIsNoDraftAnyMore: at the moment the person is told, the draft is gone, and none that was on its way comes
// back after it.
func TestWhatIsSavedIsNoDraftAnyMore(t *testing.T) {
	r := decided(t)
	d := newDrafts()
	d.keep(r, "note", map[string]string{"text": "half"})
	late := <-d.next // its writer has taken it, and is slow
	d.forget(r, "note")
	d.write(late)
	if r.Draft("note") != nil {
		t.Error("a draft of saved words came back")
	}
	d.keep(r, "note", map[string]string{"text": "the next one"})
	d.write(<-d.next)
	if r.Draft("note")["text"] != "the next one" {
		t.Error("a newer draft was not kept")
	}
	c := newConsole(t, r, 100, 34, Options{})
	r.KeepDraft("note", map[string]string{"text": "half"})
	c.press("n").typed("x").press("ctrl+s")
	if c.m.form != nil || r.Draft("note") != nil {
		t.Errorf("form %v, draft %v", c.m.form != nil, r.Draft("note"))
	}
}
