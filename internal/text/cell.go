package text

import "strings"

// Cell keeps a spreadsheet from reading a text as a formula: an apostrophe goes before what would begin one, at the start of
// the cell and behind whatever another spreadsheet takes for its end: a French one splits a file at semicolons, wherever the
// commas and quotes are. A text that begins no formula stays as it is.
func Cell(s string) string {
	if !strings.ContainsAny(s, formula) {
		return s
	}
	var b strings.Builder
	begins := true
	for _, r := range s {
		if begins && strings.ContainsRune(formula, r) {
			b.WriteByte('\'')
		}
		switch r {
		case ';', '\t', '\n', '\r':
			begins = true
		case ' ', '"', '\u00a0', '\u202f', '\u3000':
		default:
			begins = false
		}
		b.WriteRune(r)
	}
	return b.String()
}

// formula is what formulas begin with, the full-width forms of spreadsheets of East Asia, and DDE's bar; a tab or a carriage
// return that begins a cell is passed over by some.
const formula = "=+-@|\t\r＝＋－＠"
