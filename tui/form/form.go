// Package form is the console's forms: labelled fields in one column, each with a hint and a check, filled with the
// keyboard. A form knows nothing of incidents; whoever opens it gives the fields and takes the values.
//
// Keys: tab and down go to the next field, shift+tab and up to the one before, left and right choose among options,
// enter goes on and saves on the last field, ctrl+s saves from anywhere, esc leaves.
package form

import (
	"sangfroid/internal/text"
	"sangfroid/tui/theme"
	"slices"
	"strings"
	"unicode/utf8"

	"charm.land/bubbles/v2/textarea"
	"charm.land/bubbles/v2/textinput"
	tea "charm.land/bubbletea/v2"
)

// Kind is how a field is filled.
type Kind int

// Kinds of fields.
const (
	Line   Kind = iota // one line of text
	Block              // several lines
	Choice             // one of the options
	Note               // not filled: a text to read
)

// Option is one answer of a choice.
type Option struct{ Value, Label string }

// Field describes one field.
type Field struct {
	Key     string
	Label   string
	Hint    string
	Kind    Kind
	Value   string
	Options []Option
	Needed  bool   // told while it is empty
	Empty   string // what stands in it while it is empty, when that means something
	// Check tells in a sentence what is wrong with a value; "" when nothing is.
	Check func(string) string
	// Echo reads a value back as it was understood: "14:02" as "14:02:00 CET, 12 min ago".
	Echo func(string) string
	// Keep is a value as a draft keeps it: a time that counts from now as the hour it means. nil: as it is.
	Keep func(string) string
	// Live is the text of a note that follows what the fields hold: a running sum.
	Live func(Values) string
	// When tells whether the field is there, by what the others hold; nil: always.
	When func(Values) bool
}

// Values are what the fields hold, by key.
type Values map[string]string

// Result is what a key led to.
type Result int

// Results of a key.
const (
	Open    Result = iota // still being filled
	Changed               // a value changed: worth keeping as a draft
	Submit                // save
	Cancel                // leave
)

// Form is a form being filled.
type Form struct {
	Title  string
	Save   string // what saving is called: "declare", "note"
	Busily string // what is shown while it is being saved
	Choose string // how to choose, for somebody who types where there is nothing to type
	Empty  string // what stands in an empty field that may stay so, and in one that may not
	Needed string
	theme  theme.Theme
	items  []item
	at     int
	fault  string // what is wrong, at the field in focus or as a whole
	hint   string
	word   string // something good to know, at the field in focus
	busy   bool
	left   int // characters of the last paste that did not fit
}

// LeftOut is how many characters of a paste that was just made did not fit into its field.
func (f *Form) LeftOut() int { return f.left }

// item is a field with its state.
type item struct {
	Field
	line  textinput.Model
	block textarea.Model
	pick  int
}

// New makes a form with its first field in focus.
func New(t theme.Theme, title, save string, fields []Field) *Form {
	f := &Form{Title: title, Save: save, theme: t}
	for _, d := range fields {
		f.items = append(f.items, newItem(t, d))
	}
	for i := range f.items {
		if f.items[i].Kind != Note {
			f.at = i
			break
		}
	}
	f.focus()
	return f
}

func newItem(t theme.Theme, d Field) item {
	it := item{Field: d}
	switch d.Kind {
	case Line:
		it.line = textinput.New()
		it.line.Prompt = ""
		it.line.CharLimit = text.MaxLine
		it.line.SetVirtualCursor(false)
		s := it.line.Styles()
		s.Focused.Placeholder, s.Blurred.Placeholder = t.Placeholder, t.Placeholder
		s.Focused.Text, s.Blurred.Text = t.Input, t.Input
		it.line.SetStyles(s)
		it.line.SetValue(d.Value)
		it.line.CursorEnd()
	case Block:
		it.block = textarea.New()
		it.block.Prompt = ""
		it.block.ShowLineNumbers = false
		it.block.CharLimit = text.MaxBlock
		it.block.MaxHeight = 0 // it would also bound the lines that can be typed
		it.block.SetVirtualCursor(false)
		s := textarea.DefaultStyles(t.Dark)
		s.Focused.Text, s.Blurred.Text = t.Input, t.Input
		s.Focused.CursorLine, s.Blurred.CursorLine = t.Input, t.Input
		it.block.SetStyles(s)
		it.block.SetValue(d.Value)
		it.block.MoveToBegin() // a draft is read from its first line
	case Choice:
		it.choose(d.Value)
	case Note:
	}
	return it
}

func (it *item) choose(value string) {
	for i, o := range it.Options {
		if o.Value == value {
			it.pick = i
		}
	}
}

// typed is how many characters stand in the field, blanks at its ends too.
func (it *item) typed() int {
	if it.Kind == Block {
		return utf8.RuneCountInString(it.block.Value())
	}
	return utf8.RuneCountInString(it.line.Value())
}

func (it *item) value() string {
	switch it.Kind {
	case Line:
		return strings.TrimSpace(it.line.Value())
	case Block:
		return strings.TrimSpace(it.block.Value())
	case Choice:
		if it.pick < len(it.Options) {
			return it.Options[it.pick].Value
		}
	case Note:
	}
	return ""
}

// Values gives what the fields hold.
func (f *Form) Values() Values {
	v := make(Values, len(f.items))
	for i := range f.items {
		if f.items[i].Key != "" && f.items[i].Kind != Note {
			v[f.items[i].Key] = f.items[i].value()
		}
	}
	return v
}

// Height is how many lines the form takes when its texts are short.
func (f *Form) Height(w int) int {
	n := 0
	for i := range f.items {
		if f.items[i].Kind == Note {
			n += len(f.note(&f.items[i], w))
		} else {
			n++
		}
	}
	return n + 2 // what stands under the field in focus
}

// Long tells a form with a text of several lines: it takes all the room there is.
func (f *Form) Long() bool {
	return slices.ContainsFunc(f.items, func(it item) bool { return it.Kind == Block })
}

// Draft is what the fields hold, in the words in which it still means the same when it is given back.
func (f *Form) Draft() Values {
	v := f.Values()
	for i := range f.items {
		if it := &f.items[i]; it.Keep != nil {
			v[it.Key] = it.Keep(v[it.Key])
		}
	}
	return v
}

// Restore puts kept values back into the fields that have them.
func (f *Form) Restore(v Values) {
	for i := range f.items {
		it := &f.items[i]
		s, ok := v[it.Key]
		if !ok {
			continue
		}
		switch it.Kind {
		case Line:
			it.line.SetValue(s)
			it.line.CursorEnd()
		case Block:
			it.block.SetValue(s)
			it.block.MoveToBegin()
		case Choice:
			it.choose(s)
		case Note:
		}
	}
}

// Choosing tells that the field in focus is a choice.
func (f *Form) Choosing() bool { return f.at < len(f.items) && f.items[f.at].Kind == Choice }

// Start puts the focus on a field.
func (f *Form) Start(key string) {
	for i := range f.items {
		if f.items[i].Key == key {
			f.at = i
			f.focus()
		}
	}
}

// Busy says that what was saved is on its way; keys wait.
func (f *Form) Busy(on bool) { f.busy = on }

// Tell shows something good to know, until the next key that changes something.
func (f *Form) Tell(sentence string) { f.word = sentence }

// Refuse shows why it could not be saved; what was typed stays.
func (f *Form) Refuse(sentence, hint string) { f.fault, f.hint, f.busy = sentence, hint, false }

func (f *Form) focus() tea.Cmd {
	var cmd tea.Cmd
	for i := range f.items {
		it := &f.items[i]
		on := i == f.at
		switch {
		case it.Kind == Line && on:
			cmd = it.line.Focus()
		case it.Kind == Line:
			it.line.Blur()
		case it.Kind == Block && on:
			cmd = it.block.Focus()
		case it.Kind == Block:
			it.block.Blur()
		}
	}
	return cmd
}

// hidden tells that a field is not there now.
func (f *Form) hidden(i int) bool { return f.items[i].When != nil && !f.items[i].When(f.Values()) }

// move goes n fields on, over those that are only read or not there.
func (f *Form) move(n int) tea.Cmd {
	for i := f.at + n; i >= 0 && i < len(f.items); i += n {
		if f.items[i].Kind != Note && !f.hidden(i) {
			f.at = i
			break
		}
	}
	f.fault, f.hint, f.word = "", "", ""
	return f.focus()
}

func (f *Form) last() bool {
	for i := f.at + 1; i < len(f.items); i++ {
		if f.items[i].Kind != Note && !f.hidden(i) {
			return false
		}
	}
	return true
}

// Update takes a key or a paste.
func (f *Form) Update(msg tea.Msg) (Result, tea.Cmd) {
	k, ok := msg.(tea.KeyPressMsg)
	if f.busy {
		if ok && k.String() == "esc" {
			return Cancel, nil
		}
		return Open, nil
	}
	if !ok {
		return f.edit(msg)
	}
	it := &f.items[f.at]
	switch k.String() {
	case "esc", "ctrl+c":
		return Cancel, nil
	case "ctrl+s":
		return f.trySubmit()
	case "tab":
		return Open, f.move(1)
	case "shift+tab":
		return Open, f.move(-1)
	case "down":
		if it.Kind != Block || it.block.Line() >= it.block.LineCount()-1 {
			return Open, f.move(1)
		}
	case "up":
		if it.Kind != Block || it.block.Line() == 0 {
			return Open, f.move(-1)
		}
	case "enter":
		if k.IsRepeat {
			return Open, nil // a key held down must not save
		}
		if it.Kind != Block {
			if !f.last() {
				return Open, f.move(1)
			}
			return f.trySubmit()
		}
	}
	if it.Kind == Choice {
		return f.choice(it, k)
	}
	return f.edit(msg)
}
