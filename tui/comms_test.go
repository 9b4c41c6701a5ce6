package tui

import (
	"errors"
	"fmt"
	"os/exec"
	"sangfroid/internal/cell"
	"sangfroid/internal/incident"
	"sangfroid/internal/locale"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
)

func (r *fakeRoom) PutScratch(form, text string) (string, error) {
	if r.scratch == nil {
		r.scratch = make(map[string]string)
	}
	r.scratch[form] = text
	return "/data/" + form + ".txt", nil
}

func (r *fakeRoom) Scratch(form string) (text string, found, newer bool, err error) {
	text, found = r.scratch[form]
	return text, found, r.late, nil
}

func (r *fakeRoom) DropScratch(form string) { delete(r.scratch, form) }

// last is the newest entry's payload.
func (r *fakeRoom) last(t *testing.T) incident.Data {
	t.Helper()
	e, err := r.log.At(r.log.Len())
	if err != nil {
		t.Fatal(err)
	}
	return e.Event.Data
}

func TestASitrepIsIssuedWithTheCheckpoint(t *testing.T) {
	r := decided(t)
	c := newConsole(t, r, 120, 40, Options{Lang: locale.French})
	size, root := r.log.Root()
	c.press("r").typed("En bref : rien n’est perdu. ").press("ctrl+s")
	d, ok := r.last(t).(incident.SitrepIssued)
	if !ok {
		t.Fatalf("%T\n%s", r.last(t), c.plain())
	}
	if !strings.HasPrefix(d.Text, "En bref : rien n’est perdu. SITUATION") || d.Lang != "fr" || d.Size != size || d.Root != root {
		t.Errorf("%+v", d)
	}
	if d.Next == nil || d.Next.Sub(r.now) != 30*time.Minute {
		t.Errorf("the cadence of the playbook is not taken: %v", d.Next)
	}
	if s := c.plain(); !strings.Contains(s, "R le relit") {
		t.Errorf("nothing says how to copy it:\n%s", s)
	}
}

func TestADraftFollowsItsLanguageUntilSomebodyWroteInIt(t *testing.T) {
	r := decided(t)
	c := newConsole(t, r, 120, 40, Options{})
	c.press("r", "shift+tab") // from the text nothing is before it
	text := func() string { return c.m.form.Values()["report"] }
	english := text()
	c.press("tab", "tab", "tab", "right")
	if !strings.Contains(text(), "SITUATION\n") || strings.Contains(text(), "STATUS") {
		t.Fatalf("not in French:\n%s", text())
	}
	c.press("right")
	if !strings.Contains(text(), "— English —\nSTATUS") || !strings.Contains(text(), "— Français —\nSITUATION") {
		t.Fatalf("not in both:\n%s", text())
	}
	c.press("right")
	if text() != english {
		t.Errorf("back in English it differs:\n%s", text())
	}
	c.press("shift+tab", "shift+tab").typed("mine ").press("tab", "tab", "right")
	if !strings.HasPrefix(text(), "mine STATUS") || !strings.Contains(c.plain(), "Your text stays") {
		t.Errorf("somebody's words went:\n%s", c.plain())
	}
	c.press("f6")
	if !strings.HasPrefix(text(), "SITUATION") {
		t.Errorf("F6 does not draft anew:\n%s", text())
	}
	c.press("f6")
	if !strings.HasPrefix(text(), "mine STATUS") {
		t.Errorf("F6 lost what it replaced:\n%s", text())
	}
	if got := r.Draft("sitrep")["report"]; c.m.send != nil && got != "" && !strings.HasPrefix(got, "mine") {
		t.Errorf("the draft kept is %q", got)
	}
}

func TestTheEditorTakesTheTextAndGivesItBack(t *testing.T) {
	r := decided(t)
	var asked string
	o := Options{Editor: func(path string) (*exec.Cmd, error) { asked = path; return exec.Command("true"), nil }}
	c := newConsole(t, r, 120, 40, o)
	c.press("r").typed("before ").press("f5")
	if asked != "/data/sitrep.txt" || !strings.HasPrefix(r.scratch["sitrep"], "before STATUS") {
		t.Fatalf("%q holds %q", asked, r.scratch["sitrep"])
	}
	r.scratch["sitrep"] = "as edited\n- second line"
	c.send(editorClosedMsg{form: c.m.formGen})
	if got := c.m.form.Values()["report"]; got != "as edited\n- second line" || !strings.Contains(c.plain(), "Taken from your editor") {
		t.Fatalf("%q\n%s", got, c.plain())
	}
	// An editor that crashed: what it had saved counts, and the person is told.
	r.scratch["sitrep"] = "saved before the crash"
	c.send(editorClosedMsg{form: c.m.formGen, err: errors.New("signal: killed")})
	if got := c.m.form.Values()["report"]; got != "saved before the crash" || !strings.Contains(c.plain(), "signal: killed") {
		t.Errorf("%q\n%s", got, c.plain())
	}
	// An empty file does not empty the report.
	r.scratch["sitrep"] = ""
	c.send(editorClosedMsg{form: c.m.formGen})
	if got := c.m.form.Values()["report"]; got != "saved before the crash" {
		t.Errorf("%q", got)
	}
	c.press("ctrl+s")
	if _, left := r.scratch["sitrep"]; left || r.last(t).(incident.SitrepIssued).Text != "saved before the crash" {
		t.Error("issued, and the file is still there")
	}
}

func TestWhatAnEditorSavedWithoutAConsoleComesBack(t *testing.T) {
	r := decided(t)
	r.scratch, r.late = map[string]string{"sitrep": "written while the console was dead"}, true
	c := newConsole(t, r, 120, 40, Options{}).press("r")
	if got := c.m.form.Values()["report"]; got != "written while the console was dead" || !strings.Contains(c.plain(), "taken up again") {
		t.Errorf("%q", got)
	}
	r.late = false // the draft is newer
	r.KeepDraft("sitrep", map[string]string{"report": "typed later"})
	c = newConsole(t, r, 120, 40, Options{}).press("r")
	if got := c.m.form.Values()["report"]; got != "typed later" {
		t.Errorf("%q", got)
	}
}

func TestNoEditorIsSaid(t *testing.T) {
	c := newConsole(t, decided(t), 120, 40, Options{Editor: func(string) (*exec.Cmd, error) { return nil, errors.New("no editor is set") }})
	c.press("r", "f5")
	if s := c.plain(); !strings.Contains(s, "no editor is set") {
		t.Error(s)
	}
}

// TestALongReportIsTypedWhole: the widget's own limits must not eat lines.
func TestALongReportIsTypedWhole(t *testing.T) {
	r := decided(t)
	c := newConsole(t, r, 80, 24, Options{})
	var want []string
	for i := range 300 {
		want = append(want, fmt.Sprintf("- line %d of a long report", i))
	}
	c.press("r", "f6")
	c.m.form.Restore(map[string]string{"report": ""})
	c.send(tea.PasteMsg{Content: strings.Join(want[:285], "\n")})
	for _, l := range want[285:] {
		c.press("enter").typed(l)
	}
	c.press("ctrl+s")
	if d, ok := r.last(t).(incident.SitrepIssued); !ok || d.Text != strings.Join(want, "\n") {
		t.Errorf("lines were lost: %T", r.last(t))
	}
}

// issued is an incident with two reports, one missed.
func issued(t *testing.T) *fakeRoom {
	r := decided(t)
	next := r.now.Add(30 * time.Minute)
	size, root := r.log.Root()
	r.must(t, "", incident.SitrepIssued{Text: "STATUS\n- all is dark\n\nNEXT\n- light", Lang: "en", Next: &next, Size: size, Root: root})
	r.after(45 * time.Minute)
	next = r.now.Add(20 * time.Minute)
	r.must(t, "", incident.SitrepIssued{Text: "SITUATION\n- la lumière revient", Lang: "fr", Next: &next, Size: size + 1, Root: root})
	return r.after(3 * time.Minute)
}

func TestReportsAreReadCopiedAndWritten(t *testing.T) {
	r := issued(t)
	var wrote, name string
	c := newConsole(t, r, 120, 40, Options{Export: func(n, text string) (string, error) { name, wrote = n, text; return "/home/alice/" + n, nil }})
	s := c.press("R").plain()
	for _, want := range []string{"Situation report 2 of 2", "POINT DE SITUATION n° 2", "la lumière revient", "1 missed", "in 17 min"} {
		if !strings.Contains(s, want) {
			t.Errorf("%q is missing:\n%s", want, s)
		}
	}
	if s = c.press("left").plain(); !strings.Contains(s, "SITUATION REPORT no. 1") || !strings.Contains(s, "all is dark") {
		t.Error(s)
	}
	_, cmd := c.m.Update(keyMsg("y"))
	if cmd == nil || !strings.Contains(c.plain(), "OSC 52") {
		t.Errorf("nothing was copied:\n%s", c.plain())
	}
	c.press("w")
	if name != "sitrep-inc-7f3k-1.txt" || !strings.HasPrefix(wrote, "SITUATION REPORT no. 1 – Loss of Paris-North – 2026-11-23 13:39 CET\n\nSTATUS") || !strings.Contains(wrote, "Next report: 14:09 CET") {
		t.Errorf("%s: %s", name, wrote)
	}
	if s = c.plain(); !strings.Contains(s, "written to /home/alice/") {
		t.Error(s)
	}
	c.m.opts.Export = func(string, string) (string, error) { return "", errors.New("the directory is read-only") }
	if s = c.press("w").plain(); !strings.Contains(s, "read-only") {
		t.Error(s)
	}
}

func TestTheHeaderCountsDownAndTellsMisses(t *testing.T) {
	for _, c := range []struct {
		w    int
		lang locale.Lang
		want string
	}{
		{120, locale.English, "situation report in 17:00 · ▲ 1 missed"},
		{80, locale.English, "report in 17:00 · ▲1"},
		{120, locale.French, "point de situation dans 17:00 · ▲ 1 manqué"},
	} {
		x := newConsole(t, issued(t), c.w, 30, Options{Lang: c.lang})
		if line := strings.Split(x.plain(), "\n")[1]; !strings.Contains(line, c.want) {
			t.Errorf("%d: %q", c.w, line)
		}
	}
	r := issued(t).after(30 * time.Minute)
	x := newConsole(t, r, 120, 30, Options{})
	if line := strings.Split(x.plain(), "\n")[1]; !strings.Contains(line, "late by 13:00 · ▲ 2 missed") {
		t.Errorf("%q", line)
	}
}

func TestTheCadenceIsChangedWithAReason(t *testing.T) {
	r := decided(t)
	c := newConsole(t, r, 120, 40, Options{})
	c.run(c.m.openCadence())
	c.press("ctrl+s")
	if s := c.plain(); !strings.Contains(s, "this is needed") {
		t.Error(s)
	}
	c.press("shift+tab", "backspace", "backspace", "backspace").typed("15m").press("tab").typed("the press calls").press("ctrl+s")
	if d, ok := r.last(t).(incident.CadenceSet); !ok || d.Every != incident.Duration(15*time.Minute) || d.Reason != "the press calls" {
		t.Errorf("%+v\n%s", r.last(t), c.plain())
	}
}

func TestContactsAreCalledFromTheList(t *testing.T) {
	r := decided(t)
	c := newConsole(t, r, 120, 40, Options{})
	s := c.press("k").plain()
	if !strings.Contains(s, "for: Put the recovery provider on alert") || !strings.Contains(s, "activation code") {
		t.Fatalf("the step that is stuck names whom to call:\n%s", s)
	}
	c.press("m").press("tab").typed("it rings out").press("ctrl+s")
	if d, ok := r.last(t).(incident.ContactReached); !ok || d.Contact != "recovery-desk" || d.Reached || d.Note != "it rings out" {
		t.Fatalf("%+v", r.last(t))
	}
	if s = c.press("k").plain(); !strings.Contains(s, "NOT REACHED, 1 attempt") {
		t.Error(s)
	}
	c.press("r", "ctrl+s")
	if d, ok := r.last(t).(incident.ContactReached); !ok || d.Contact != "recovery-desk" || !d.Reached {
		t.Errorf("%+v", r.last(t))
	}
	c.press("k", "a").typed("Duty officer of the power grid").press("tab").typed("the red folder").press("ctrl+s")
	if d, ok := r.last(t).(incident.ContactAdded); !ok || d.ID != "duty-officer-of-the-power-grid" || d.Call != "the red folder" {
		t.Errorf("%+v", r.last(t))
	}
	c.press("k", "end")
	for range 10 {
		c.press("up")
	}
	if c.m.overAt != 0 {
		t.Error("the selection does not come back")
	}
	c.press("c").press("tab").typed("the second number").press("ctrl+s")
	if d, ok := r.last(t).(incident.ContactAdded); !ok || d.Call != "the second number" || d.Name == "" {
		t.Errorf("%+v", r.last(t))
	}
}

func TestAHandOverIsReadBeforeItIsTaken(t *testing.T) {
	r := decided(t)
	c := newConsole(t, r, 80, 24, Options{})
	c.press("h").typed("Carla").press("ctrl+s")
	d, ok := r.last(t).(incident.RoleHandedOver)
	if !ok || d.To != "Carla" || d.Role != incident.RoleDirector || !strings.Contains(d.Brief, "OPEN DECISIONS") {
		t.Fatalf("%+v\n%s", r.last(t), c.plain())
	}
	if s := c.plain(); !strings.Contains(s, "hand-over (p)") {
		t.Errorf("the giver is not told that it waits:\n%s", s)
	}
	c.press("h")
	if c.m.form != nil {
		t.Error("handed over twice")
	}
	// The receiver's console.
	r.me = cell.Person{Name: "Carla", Role: incident.RoleObserver}
	c = newConsole(t, r, 80, 24, Options{})
	c.press("g")
	if s := c.plain(); !strings.Contains(s, "hands the role over to you") {
		t.Fatalf("%s", s)
	}
	c.press("a")
	if c.m.form != nil || !strings.Contains(c.plain(), "to its end first") {
		t.Fatalf("taken unread:\n%s", c.plain())
	}
	for range 20 {
		c.press("space")
		_ = c.plain()
	}
	c.press("a", "ctrl+s")
	if who, _ := r.state.Holder(incident.RoleDirector); who != "Carla" {
		t.Errorf("%s holds the role\n%s", who, c.plain())
	}
}

func TestAHandOverIsRefusedWithItsReason(t *testing.T) {
	r := decided(t)
	newConsole(t, r, 120, 40, Options{}).press("h").typed("Carla").press("ctrl+s")
	r.me = cell.Person{Name: "Carla", Role: incident.RoleITLead}
	c := newConsole(t, r, 120, 40, Options{}).press("p", "x").typed("the loss is missing").press("ctrl+s")
	if d, ok := r.last(t).(incident.HandoverRefused); !ok || d.Reason != "the loss is missing" {
		t.Fatalf("%+v\n%s", r.last(t), c.plain())
	}
	if s := c.press("p").plain(); !strings.Contains(s, "ended by Carla") || !strings.Contains(s, "the loss is missing") {
		t.Error(s)
	}
}

func TestCommsScreens(t *testing.T) {
	for _, lang := range []locale.Lang{locale.English, locale.French} {
		for _, s := range [][2]int{{80, 24}, {120, 40}} {
			r := issued(t)
			r.must(t, "", incident.ContactReached{Contact: "host-desk", Reached: true, Note: "an engineer calls back"})
			r.must(t, "", incident.ContactReached{Contact: "recovery-desk", Note: "it rings out"})
			name := func(what string) string { return fmt.Sprintf("comms-%s-%s-%dx%d", what, lang, s[0], s[1]) }
			golden(t, name("reports"), newConsole(t, r, s[0], s[1], Options{Lang: lang}).press("R").plain())
			golden(t, name("contacts"), newConsole(t, r, s[0], s[1], Options{Lang: lang}).press("k").plain())
			r.must(t, "", incident.RoleHandedOver{Role: incident.RoleDirector, To: "Carla", Brief: lang.Brief(r.state, incident.RoleDirector, r.now, time.UTC)})
			golden(t, name("given"), newConsole(t, r, s[0], s[1], Options{Lang: lang}).press("p").plain())
			r.me = cell.Person{Name: "Carla", Role: incident.RoleITLead}
			golden(t, name("brief"), newConsole(t, r, s[0], s[1], Options{Lang: lang}).press("g").plain())
		}
	}
}
