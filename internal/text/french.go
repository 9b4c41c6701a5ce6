package text

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// apart are the signs that French sets off by a space, with the space that never ends a line.
//
//nolint:gochecknoglobals // built once
var apart = strings.NewReplacer(
	"  ", "  ", // two blanks part things: what follows them is a sign of its own, a key
	" ?", "\u00a0?", " !", "\u00a0!", " :", "\u00a0:", " ;", "\u00a0;", " »", "\u00a0»", "« ", "«\u00a0", " %", "\u00a0%",
)

// Unbroken keeps a line from beginning with a sign that French sets off by a space, in whatever language a text is.
func Unbroken(s string) string { return apart.Replace(s) }

// French sets a French text as it is printed: ’ between letters, and no-break spaces where they belong. What stands between
// backquotes is code and stays. It is idempotent.
func French(s string) string {
	if !strings.Contains(s, "`") {
		return french(s)
	}
	parts := strings.Split(s, "`")
	for i := 0; i < len(parts); i += 2 {
		parts[i] = french(parts[i])
	}
	return strings.Join(parts, "`")
}

func french(s string) string {
	s = Unbroken(s)
	if !strings.Contains(s, "'") {
		return s
	}
	var b strings.Builder
	before := rune(0)
	for i, r := range s {
		if r == '\'' && unicode.IsLetter(before) {
			if after, _ := utf8.DecodeRuneInString(s[i+1:]); unicode.IsLetter(after) || after == '«' {
				b.WriteRune('’')
				before = r
				continue
			}
		}
		b.WriteRune(r)
		before = r
	}
	return b.String()
}

// folds are letters that are looked for without their accents, and signs that have a plain form on every keyboard.
//
//nolint:gochecknoglobals // built once
var folds = strings.NewReplacer(
	"à", "a", "â", "a", "ä", "a", "ç", "c", "é", "e", "è", "e", "ê", "e", "ë", "e", "î", "i", "ï", "i", "ô", "o", "ö", "o",
	"ù", "u", "û", "u", "ü", "u", "œ", "oe", "æ", "ae", "’", "'", "\u00a0", " ", "\u202f", " ",
)

// Fold is a text as it is looked for: lower case, without accents, with the signs of a keyboard. "L’État" is found by "l'etat".
func Fold(s string) string { return folds.Replace(strings.ToLower(s)) }
