// Package text is the one choke point for text from outside: bus, files, paste, environment. Whatever is decoded into
// the state passes [Clean] first; the record keeps the raw bytes.
//
// The order matters: invalid UTF-8 goes first, because an escape hidden behind a bad lead byte survives a stripper that
// reads UTF-8; then escape sequences; then the single characters that move the cursor, hide text or turn its direction.
package text

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/charmbracelet/x/ansi"
)

// Limits of one cleaned text, in bytes. The record has the whole.
const (
	MaxLine  = 4 << 10  // a title, a name, a value
	MaxBlock = 32 << 10 // a brief, a report, instructions
)

// maxMarks is how many combining marks may stand on one character; more is no language, but a way to cover other rows.
const maxMarks = 4

// Clean makes s safe to show on one line: valid UTF-8, no escape sequences, no control, bidirectional or invisible
// characters; line breaks and tabs become spaces. It is idempotent. changed tells that something was removed.
func Clean(s string) (clean string, changed bool) { return clean1(s, false) }

// CleanBlock is Clean for a text of several lines: line feeds stay, tabs become spaces.
func CleanBlock(s string) (clean string, changed bool) { return clean1(s, true) }

// OneLine puts a text of several lines on one: every run of blanks and line breaks becomes one space.
func OneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

func clean1(s string, block bool) (string, bool) {
	if plainASCII(s) {
		return s, false
	}
	t := strings.ToValidUTF8(s, "\uFFFD")
	t = ansi.Strip(t)
	var b strings.Builder
	b.Grow(len(t))
	marks := 0
	removed := t != s
	for _, r := range t {
		switch {
		case r == '\n' && block:
			b.WriteRune(r)
			continue
		case r == '\n' || r == '\r' || r == '\t' || r == '\u2028' || r == '\u2029':
			if r == '\r' && block {
				continue
			}
			b.WriteByte(' ')
			continue
		case hidden(r):
			removed = true
			continue
		}
		if unicode.In(r, unicode.Mn, unicode.Me) {
			if marks++; marks > maxMarks {
				removed = true
				continue
			}
		} else {
			marks = 0
		}
		b.WriteRune(r)
	}
	return b.String(), removed
}

// hidden tells the characters that are not shown but act: C0, DEL, C1, bidirectional controls, zero-width and tag
// characters, variation selectors (terminals disagree on their width), and the byte order mark.
func hidden(r rune) bool {
	switch {
	case r < 0x20, r >= 0x7f && r <= 0x9f,
		r == 0x061c, r >= 0x200b && r <= 0x200f, r >= 0x202a && r <= 0x202e,
		r >= 0x2060 && r <= 0x206f, r == 0xfeff, r == 0x00ad, r == 0x034f, r == 0x180e,
		r >= 0xfe00 && r <= 0xfe0f, r >= 0xfff9 && r <= 0xfffb,
		r >= 0xe0000 && r <= 0xe0fff:
		return true
	case r < 0x0600:
		return false
	}
	// What else has no glyph: controls of musical and other notations, fillers. The number signs of Arabic are seen.
	return unicode.In(r, unicode.Cf, unicode.Other_Default_Ignorable_Code_Point) && !unicode.Is(unicode.Prepended_Concatenation_Mark, r)
}

func plainASCII(s string) bool {
	for i := range len(s) {
		if s[i] < 0x20 || s[i] > 0x7e {
			return false
		}
	}
	return true
}

// Cut shortens s to at most n bytes at a character's border, with an ellipsis when something was cut.
func Cut(s string, n int) (short string, cut bool) {
	if len(s) <= n {
		return s, false
	}
	const ellipsis = "…"
	n = max(n-len(ellipsis), 0)
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n] + ellipsis, true
}

// Head is the start of a text, at most n bytes, cut at a character's border: the first digits of a hash, or of what somebody
// wrote where a hash should stand.
func Head(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n]
}
