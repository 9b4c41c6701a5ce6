package tui

import (
	"os/exec"
	"sangfroid/internal/cell"
	"sangfroid/internal/incident"
	"sangfroid/internal/locale"
	"sangfroid/internal/text"
	"sangfroid/tui/form"
	"strings"

	tea "charm.land/bubbletea/v2"
)

// drafting is a form whose text was drafted from the state: it can be drafted anew, in another language, and edited in the
// person's own editor.
type drafting struct {
	form   *form.Form
	field  string                     // the block that holds the text
	by     string                     // the choice the draft depends on
	make   func(choice string) string // a draft for that choice
	choice string                     // as it was when the draft was made
	last   string                     // the draft as it was put into the field
	aside  string                     // what a new draft replaced, for the key that brings it back
}

// draftingForm is the drafting of the form that is open; nil for any other form.
func (m *model) draftingForm() *drafting {
	if m.form == nil || m.drafting == nil || m.drafting.form != m.form {
		return nil
	}
	return m.drafting
}

// showDraft opens a form with a drafted text. What was kept of an earlier one comes back, the editor's file too.
func (m *model) showDraft(name, title, save string, d *drafting, fields []form.Field, build func(form.Values) ([]cell.Command, error)) tea.Cmd {
	cmd := m.show(name, title, save, fields, build)
	d.form = m.form
	d.choice = m.form.Values()[d.by]
	d.last = strings.TrimSpace(d.make(d.choice))
	m.drafting = d
	return tea.Batch(cmd, m.recoverScratch(name))
}

// redraft follows a changed choice: an untouched draft is made anew, a text somebody wrote stays.
func (m *model) redraft() {
	d := m.draftingForm()
	if d == nil {
		return
	}
	v := m.form.Values()
	if v[d.by] == d.choice {
		return
	}
	if v[d.field] != d.last {
		m.form.Tell(m.t("comms.yours"))
		d.choice = v[d.by]
		return
	}
	d.choice, d.last = v[d.by], strings.TrimSpace(d.make(v[d.by]))
	m.form.Restore(form.Values{d.field: d.last})
	m.keepDraft(m.form.Draft())
}

// draftAnew puts a fresh draft in the place of the text, and back: nothing is lost by the key.
func (m *model) draftAnew() tea.Cmd {
	d := m.draftingForm()
	v := m.form.Values()
	fresh := strings.TrimSpace(d.make(v[d.by]))
	if v[d.field] == fresh && d.aside != "" {
		m.form.Restore(form.Values{d.field: d.aside})
		m.form.Tell(m.t("comms.back"))
	} else {
		d.aside, d.last = v[d.field], fresh
		m.form.Restore(form.Values{d.field: fresh})
		m.form.Tell(m.t("comms.anew"))
	}
	m.keepDraft(m.form.Draft())
	return nil
}

// draftKey takes the keys a drafted form has beside those of every form.
func (m *model) draftKey(key string) (tea.Cmd, bool) {
	if m.draftingForm() == nil {
		return nil, false
	}
	switch key {
	case "f5":
		return m.toEditor(), true
	case "f6":
		return m.draftAnew(), true
	}
	return nil, false
}

// The way to the editor and back: the text into a file, the program over the screen, the file's text into the form.

func (m *model) toEditor() tea.Cmd {
	s, ok := m.room.(cell.Scratch)
	if !ok || m.opts.Editor == nil {
		m.form.Tell(m.t("comms.noeditor"))
		return nil
	}
	name, gen, words := m.onForm, m.formGen, m.form.Values()[m.drafting.field]
	open := m.opts.Editor
	return func() tea.Msg {
		path, err := s.PutScratch(name, words)
		if err != nil {
			return editorReadyMsg{form: gen, err: err}
		}
		c, err := open(path)
		return editorReadyMsg{form: gen, cmd: c, err: err}
	}
}

func (m *model) editorReady(msg editorReadyMsg) tea.Cmd {
	if m.form == nil || msg.form != m.formGen {
		return nil
	}
	if msg.err != nil {
		m.form.Refuse(m.explain(msg.err))
		return nil
	}
	return tea.Exec(editorProcess{msg.cmd}, func(err error) tea.Msg { return editorClosedMsg{form: msg.form, err: err} })
}

// editorClosed takes the file's text back, also after an editor that ended badly: it may have saved before.
func (m *model) editorClosed(msg editorClosedMsg) tea.Cmd {
	s, ok := m.room.(cell.Scratch)
	if !ok {
		return nil
	}
	name := m.onForm
	return func() tea.Msg {
		text, found, _, err := s.Scratch(name)
		return editorReadMsg{form: msg.form, text: text, found: found, err: err, failed: msg.err}
	}
}

// recoverScratch looks for a text an editor saved while no console was there to take it.
func (m *model) recoverScratch(name string) tea.Cmd {
	s, ok := m.room.(cell.Scratch)
	if !ok {
		return nil
	}
	gen := m.formGen
	return func() tea.Msg {
		text, found, newer, err := s.Scratch(name)
		return editorReadMsg{form: gen, text: text, found: found && newer, err: err, late: true}
	}
}

func (m *model) editorRead(msg editorReadMsg) {
	d := m.draftingForm()
	if d == nil || msg.form != m.formGen {
		return
	}
	switch {
	case msg.err != nil:
		m.form.Refuse(m.explain(msg.err))
	case !msg.found && msg.late:
	case msg.failed != nil:
		m.takeText(d, msg.text)
		m.form.Refuse(m.t("comms.editor.failed", "why", msg.failed.Error()), m.t("comms.editor.kept"))
	case msg.text == "":
		m.form.Refuse(m.t("comms.editor.empty"), m.t("comms.editor.kept"))
	case msg.late:
		m.takeText(d, msg.text)
		m.form.Tell(m.t("comms.editor.late"))
	default:
		m.takeText(d, msg.text)
		m.form.Tell(m.t("comms.editor.taken"))
	}
}

func (m *model) takeText(d *drafting, text string) {
	if text == "" {
		return
	}
	m.form.Restore(form.Values{d.field: text})
	m.keepDraft(m.form.Draft())
}

// dropScratch forgets the editor's file once its text is in the record.
func (m *model) dropScratch(name string) tea.Cmd {
	s, ok := m.room.(cell.Scratch)
	if !ok || name == "" {
		return nil
	}
	return func() tea.Msg {
		s.DropScratch(name)
		return nil
	}
}

// openSitrep drafts a situation report, to be edited and issued with the checkpoint of the record.
func (m *model) openSitrep() tea.Cmd {
	next := "+30m"
	if e := m.frame.State.Every; e > 0 {
		next = "+" + e.String()
	}
	d := &drafting{field: "report", by: "langs", make: func(in string) string {
		return locale.SitrepDrafts(m.lang.SitrepLangs(in), m.frame.State, m.now, m.zone())
	}}
	own := string(m.lang)
	langs := []form.Option{{Value: own, Label: m.t("lang." + own)}}
	for _, l := range []string{"en", "fr"} {
		if l != own {
			langs = append(langs, form.Option{Value: l, Label: m.t("lang." + l)})
		}
	}
	langs = append(langs, form.Option{Value: locale.Both, Label: m.t("lang.both")})
	nextAt := m.future("nextat", next, false)
	nextAt.Hint = m.t("comms.next.hint")
	fields := []form.Field{
		m.words(m.sitrepHead()), m.block("report", d.make(own)), nextAt, m.choice("langs", own, langs),
	}
	return m.showDraft("sitrep", m.t("act.sitrep"), "save.sitrep", d, fields, func(v form.Values) ([]cell.Command, error) {
		return m.command(v, "", incident.SitrepIssued{
			Text: v["report"], Lang: locale.JoinLangs(m.lang.SitrepLangs(v["langs"])), Next: m.futurePtr(v["nextat"]), Size: m.frame.Len, Root: m.frame.Root,
		})
	})
}

// sitrepHead tells which report this will be, and how the cell stands with its reports.
func (m *model) sitrepHead() string {
	s := m.frame.State
	out := m.t("comms.head", "no", len(s.Sitreps)+1)
	if n := len(s.Sitreps); n > 0 {
		out += " · " + m.t("comms.head.last", "at", m.lang.Minute(s.Sitreps[n-1].Mark.At, m.zone(), m.now))
	}
	if n := incident.MissedSitreps(s, m.now); n > 0 {
		out += " · " + m.t("comms.missed", "n", n)
	}
	if m.frame.Root != "" {
		out += " · " + m.t("comms.head.record", "n", m.frame.Len, "root", text.Head(m.frame.Root, 8))
	}
	return out
}

// openCadence changes how often a report is due.
func (m *model) openCadence() tea.Cmd {
	value := ""
	if e := m.frame.State.Every; e > 0 {
		value = e.String()
	}
	return m.show("cadence", m.t("act.cadence"), "save.note", []form.Field{
		m.span("every", value, false), m.line("because", "", true),
	}, func(v form.Values) ([]cell.Command, error) {
		return m.command(v, "", incident.CadenceSet{Every: spanOf(v["every"]), Reason: v["because"]})
	})
}

// overAction does an action of the table from an overlay: it says why when it cannot.
func (m *model) overAction(id string) tea.Cmd {
	for _, a := range roomActions() {
		if a.id == id {
			return m.run(&a)
		}
	}
	return nil
}

// Messages of the editor.
type (
	// editorReadyMsg: the text is in the file, the program may start.
	editorReadyMsg struct {
		form int
		cmd  *exec.Cmd
		err  error
	}
	// editorClosedMsg: the program ended.
	editorClosedMsg struct {
		form int
		err  error
	}
	// editorReadMsg: the file was read back.
	editorReadMsg struct {
		form   int
		text   string
		found  bool
		late   bool // saved while no console was there
		err    error
		failed error // the program ended badly
	}
	// fileWrittenMsg: a text was written to a file for the person, or could not be.
	fileWrittenMsg struct {
		path string
		err  error
	}
)
