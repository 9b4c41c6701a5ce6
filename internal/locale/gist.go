package locale

import (
	"strings"
	"unicode"
)

// gist is what stands for a text of several lines on one: its first line that says something. A draft begins with a heading, in
// capitals, which is the same in every report.
func gist(s string) string {
	first := ""
	for line := range strings.Lines(s) {
		line = strings.TrimSpace(line)
		switch {
		case line == "":
		case !heading(line):
			return strings.TrimSpace(strings.TrimPrefix(line, "- "))
		case first == "":
			first = line
		}
	}
	return first
}

// heading tells a line whose first word is in capitals and longer than an abbreviation.
func heading(line string) bool {
	const least = 4
	word, _, _ := strings.Cut(line, " ")
	letters := 0
	for _, r := range word {
		if unicode.IsLower(r) {
			return false
		}
		if unicode.IsUpper(r) {
			letters++
		}
	}
	return letters >= least && !strings.HasPrefix(line, "- ")
}
