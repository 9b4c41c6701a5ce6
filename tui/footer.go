package tui

import (
	"strings"
	"unicode/utf8"
)

// footer is the keys of the moment. Those that cannot act now recede and stay. On a small screen the last ones give way,
// but never those that show all keys and that leave.
func (m *model) footer() string {
	all := m.footerActions()
	tail := row{}
	for i := range all {
		if lasting(&all[i]) {
			tail = append(tail, m.footPart(&all[i])...)
		}
	}
	r := row{}.space(1)
	for i := range all {
		if lasting(&all[i]) {
			continue
		}
		p := m.footPart(&all[i])
		if r.width()+p.width()+tail.width() > m.w {
			break
		}
		r = append(r, p...)
	}
	return append(r, tail...).line(m.w, false)
}

// lasting are the two a person who knows nothing needs: every key, and the way out.
func lasting(a *action) bool { return a.id == "keys" || a.id == "quit" }

// footPart is one key with its word. A small screen does without the air around the key.
func (m *model) footPart(a *action) row {
	t := m.theme
	key, label := t.Key, t.Text
	if a.why(m) != "" {
		key, label = t.KeyOff, t.KeyOff
	}
	name, word := a.keyName(m.lang), m.t("act."+a.id+".short")
	if m.w < fullWidth {
		return row{}.add(name, key).add(" "+word+"  ", label)
	}
	return row{}.add(" "+name+" ", key).add(" "+word+"  ", label)
}

// bottom is the keys: of the form, the filter or the overlay while one has the keyboard.
func (m *model) bottom() string {
	switch {
	case m.form != nil:
		return m.formKeys().line(m.w, false)
	case m.log.editing:
		return m.keyRow(m.t("tui.keys.filter")).line(m.w, false)
	case m.overlay != overNone:
		if r := m.keyRow(m.overlayKeys()); r.width() <= m.w {
			return r.line(m.w, false)
		}
		return blanks(m.w) // they stand in the overlay, on several lines
	}
	return m.footer()
}

// formKeys are the keys of the form that is open. Where they do not all fit, saving and leaving stay.
func (m *model) formKeys() row {
	last := m.t("tui.keys.save", "save", m.t(m.form.Save)) + "   " + m.t("tui.keys.leave")
	draft := last
	if m.onForm != "" {
		draft += m.t("tui.keys.draft")
	}
	next := m.t("tui.keys.next") + "   "
	choose := ""
	if m.form.Choosing() {
		choose = m.t("tui.keys.choose") + "   "
	}
	own := ""
	if m.draftingForm() != nil {
		own = m.t("comms.keys.form") + "   "
	}
	var r row
	for _, s := range []string{choose + own + next + draft, choose + own + next + last, own + next + last, own + last, choose + last, last} {
		if r = m.keyRow(s); r.width() <= m.w {
			break
		}
	}
	return r
}

// keyRow writes a line of keys and their words: pieces are set apart by two spaces or more, and a piece may begin with
// a key.
func (m *model) keyRow(s string) row {
	r := row{}.space(1)
	for i, p := range keyPieces(s) {
		if i > 0 {
			r = r.space(3)
		}
		r = append(r, m.keyPiece(p)...)
	}
	return r
}

// keyLines is the same on as many lines of w cells as it takes.
func (m *model) keyLines(s string, w int) []string {
	var out []string
	r := row{}
	for _, p := range keyPieces(s) {
		next := m.keyPiece(p)
		switch {
		case len(r) > 0 && r.width()+3+next.width() > w:
			out, r = append(out, r.line(w, false)), row{}
		case len(r) > 0:
			r = r.space(3)
		}
		r = append(r, next...)
	}
	return append(out, r.line(w, false))
}

func keyPieces(s string) []string {
	var out []string
	for _, p := range strings.Split(s, "  ") {
		if p = strings.TrimSpace(p); p != "" {
			out = append(out, p)
		}
	}
	return out
}

func (m *model) keyPiece(s string) row {
	key, word, _ := strings.Cut(s, " ")
	if !m.isKey(key) {
		return row{}.add(s, m.theme.Muted)
	}
	if m.overlay == overStep && m.form == nil && m.stepKeyOff(key) {
		return row{}.add(key+" "+word, m.theme.KeyOff)
	}
	r := row{}.add(key, m.theme.Key)
	if word != "" {
		r = r.add(" "+word, m.theme.Text)
	}
	return r
}

// isKey tells a key from the first word of a sentence.
func (m *model) isKey(s string) bool {
	switch s {
	case "esc", "tab", "ctrl+s", "F5", "F6", "↑↓", "←→", "↑↓←→", m.t("key.enter"), m.t("key.space"):
		return true
	}
	return utf8.RuneCountInString(s) == 1
}
