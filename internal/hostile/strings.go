// Package hostile makes what somebody would write who wants a console to do more than show it, for tests only: strings that
// act on a terminal, a spreadsheet, a page or a reader of YAML, and logs that carry them in every text field of every kind of
// event. [Acts] tells what is left of them in an output.
package hostile

import (
	"fmt"
	"os"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Mark stands in each of the strings, so that a test sees that a text came through at all.
const Mark = "zqx"

// Strings lists them. Each is to be shown as text, or not at all.
func Strings() []string {
	return []string{
		Mark + "\x1b[2J\x1b[1;1H\x1b[31mred",              // CSI: clears the screen, moves, colours
		Mark + "\x1b]52;c;cm0gLXJmIC8K\a",                 // OSC 52: the clipboard
		Mark + "\x1b]0;another title\x1b\\",               // OSC 0: the window's title
		Mark + "\x1b]8;;http://evil.example/\x1b\\go",     // OSC 8: a link
		Mark + "\x1b]777;notify;x;y\a\x1b]9;z\a",          // notifications
		Mark + "\x1bP$qm\x1b\\\x1b_Gx\x1b\\\x1b^y\x1b\\",  // DCS, APC, PM
		Mark + "\x1b[6n\x1b[c\x1b[>q",                     // questions a terminal answers as if typed
		Mark + "\x1b[?1049l\x1b[?25l\x1bc",                // leaves the other screen, hides the cursor, resets
		Mark + "\u009b31m\u009d0;title\u009c\u0085\u008e", // the same in C1, one character each
		Mark + "\xc2\x1b]0;x\a\x9b2J\xff\xfe",             // not UTF-8, an escape behind a lead byte
		Mark + "\xc0\xaf\xed\xa0\x80\xf4\x90\x80\x80",     // too long a form, half a surrogate, above the last character
		Mark + "\u202egnp.exe\u202c\u2066x\u2069\u061c\u200f",
		Mark + "\u200b\u200c\u200d\u2060\ufeff\u00ad\u034f\u180e",
		Mark + "\U000e0041\U000e0042\ufe0f\ufff9a\ufffab\ufffb",
		Mark + "\u3164\u115f\uffa0\U0001d173\U0001bca0\u2065", // fillers, controls of other notations
		Mark + "Z" + strings.Repeat("\u0301\u0489", 200),      // combining marks over the rows above
		Mark + "\a\a\b\b\b\x7f\x7f\v\f\x0e\x0f",
		Mark + "a\rb\r\nc\nd\te\u2028f\u2029g",
		Mark + "\x00nul\x00",
		"=cmd|' /C calc'!A0 " + Mark, "+1+cmd|x " + Mark, "-2+3+cmd|x " + Mark, "@SUM(1+1)*cmd|x " + Mark, "\t=1+1 " + Mark, "\r=1+1 " + Mark,
		Mark + ";=1+1;\"=2+2\"", "＝1+1 " + Mark,
		"=HYPERLINK(\"http://evil.example/\",\"" + Mark + "\")",
		"[" + Mark + "](http://evil.example/) ![" + Mark + "](http://evil.example/x.png)",
		"</script><script>alert('" + Mark + "')</script><img src=x onerror=alert(1)>",
		"\"><svg/onload=alert(1)>" + Mark + "<!-- --><style>*{display:none}</style>",
		"<a href=\"javascript:alert(1)\">" + Mark + "</a>&lt;&#x3c;",
		"# " + Mark + "\n\n---\n| a | b |\n|---|---|\n```\n<details>",
		"*" + Mark + "* _x_ `y` ~~z~~ $\\input{x}$ www.evil.example " + "http://evil.example/" + " x@evil.example",
		"&a [*a,*a] !!python/object " + Mark + ": {x: 1}\n- - -\n%YAML 9.9",
		"../../../../etc/" + Mark, "..\\..\\" + Mark, "/etc/" + Mark, "C:\\" + Mark + ":stream", "CON", "inc-1/../" + Mark,
		"%s%n%d {n} {name|a|b} ${HOME} $(id) `id` ;id " + Mark,
		"\"}],\"x\":[{\"" + Mark + "\":\"",
	}
}

// Some is every fifth of them, enough where each field is given them in turn; with SANGFROID_HOSTILE=all (make hostile) it is all.
func Some() []string {
	const step = 5
	all := Strings()
	if os.Getenv("SANGFROID_HOSTILE") == "all" {
		return all
	}
	var out []string
	for i := 0; i < len(all); i += step {
		out = append(out, all[i])
	}
	return out
}

// InTurn gives the strings one after the other, from the n-th on.
func InTurn(from int) func(int) string {
	all := Strings()
	return func(n int) string { return all[(n+from)%len(all)] }
}

// Acts tells the first thing of a text meant to be read that would act where it is shown: a control character, one that turns
// or hides text, a heap of combining marks, bytes that are no text. Line feeds are the writer's own. "" is harmless.
func Acts(s string) string {
	marks := 0
	for i, r := range s {
		if r == utf8.RuneError {
			if _, n := utf8.DecodeRuneInString(s[i:]); n == 1 {
				return fmt.Sprintf("a byte that is no text, %#x, in %s", s[i], around(s, i))
			}
		}
		if unicode.In(r, unicode.Mn, unicode.Me) {
			if marks++; marks > mostMarks {
				return "a heap of combining marks in " + around(s, i)
			}
			continue
		}
		marks = 0
		if r != '\n' && (unicode.IsControl(r) || unsafe(r)) {
			return fmt.Sprintf("%U in %s", r, around(s, i))
		}
	}
	return ""
}

const mostMarks = 4

// unsafe tells what turns, hides or joins text: by ranges of its own, so that a gap in those of the cleaner shows.
func unsafe(r rune) bool {
	switch r {
	case '\u00a0', '\u202f': // the spaces of French typography
		return false
	}
	return unicode.In(r, unicode.Cf, unicode.Cs, unicode.Zl, unicode.Zp, unicode.Variation_Selector, unicode.Other_Default_Ignorable_Code_Point) &&
		!unicode.Is(unicode.Prepended_Concatenation_Mark, r)
}

func around(s string, i int) string {
	const n = 40
	return fmt.Sprintf("%q", s[max(0, i-n):min(len(s), i+n)])
}
