package form

import (
	"sangfroid/internal/text"
	"strings"
	"unicode/utf8"

	tea "charm.land/bubbletea/v2"
)

// choice moves among the options, by arrows or by their first letter.
func (f *Form) choice(it *item, k tea.KeyPressMsg) (Result, tea.Cmd) {
	n := len(it.Options)
	if n == 0 {
		return Open, nil
	}
	switch k.String() {
	case "left":
		it.pick = (it.pick + n - 1) % n
	case "right", "space":
		it.pick = (it.pick + 1) % n
	case "home":
		it.pick = 0
	case "end":
		it.pick = n - 1
	default:
		if k.Text == "" {
			return Open, nil
		}
		if !it.pickByLetter(k.Text) {
			f.word = f.Choose
			return Open, nil
		}
	}
	f.fault, f.word = "", ""
	return Changed, nil
}

// Visible leaves of a key what is text people see: an input method, or somebody's keyboard firmware, is as little to be
// trusted as a paste. ok is false when nothing is left of what it typed.
func Visible(k tea.KeyPressMsg) (seen tea.KeyPressMsg, ok bool) {
	if k.Text == "" {
		return k, true
	}
	k.Text, _ = text.Clean(k.Text)
	return k, k.Text != ""
}

// pickByLetter goes to the next option that begins with what was typed.
func (it *item) pickByLetter(typed string) bool {
	n := len(it.Options)
	for i := 1; i <= n; i++ {
		o := it.Options[(it.pick+i)%n]
		if strings.HasPrefix(strings.ToLower(o.Label), strings.ToLower(typed)) {
			it.pick = (it.pick + i) % n
			return true
		}
	}
	return false
}

func (f *Form) edit(msg tea.Msg) (Result, tea.Cmd) {
	if p, ok := msg.(tea.PasteMsg); ok {
		p.Content, _ = text.CleanBlock(p.Content) // a paste is somebody's data
		msg = p
	}
	it := &f.items[f.at]
	before, typed := it.value(), it.typed()
	f.left = 0
	var cmd tea.Cmd
	switch it.Kind {
	case Line:
		it.line, cmd = it.line.Update(msg)
	case Block:
		it.block, cmd = it.block.Update(msg)
	case Choice, Note:
	}
	if p, ok := msg.(tea.PasteMsg); ok && it.Kind != Choice {
		f.left = max(typed+utf8.RuneCountInString(p.Content)-it.typed(), 0)
	}
	if it.value() != before {
		f.fault, f.word = "", ""
		return Changed, cmd
	}
	return Open, cmd
}

// trySubmit checks every field; the first that is wrong gets the focus and says why.
func (f *Form) trySubmit() (Result, tea.Cmd) {
	for i := range f.items {
		it := &f.items[i]
		if it.Check == nil || f.hidden(i) {
			continue
		}
		if wrong := it.Check(it.value()); wrong != "" {
			f.at = i
			cmd := f.focus()
			f.fault, f.hint = wrong, it.Hint
			return Open, cmd
		}
	}
	f.fault, f.hint = "", ""
	return Submit, nil
}
