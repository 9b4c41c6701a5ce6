package text

import "strings"

// Markdown keeps a text from acting as Markdown or HTML on one line of a page or in a cell of a table: no emphasis, link,
// image, code, formula, heading, list or tag comes of it. Line breaks become spaces.
func Markdown(s string) string {
	s = strings.NewReplacer(
		"\\", "\\\\", "|", "\\|", "<", "&lt;", ">", "&gt;", "&", "&amp;", "`", "\\`", "*", "\\*", "_", "\\_", "[", "\\[", "]", "\\]",
		"#", "\\#", "~", "\\~", "$", "\\$", "\n", " ", "\r", " ",
		"://", "&#58;//", "www.", "www&#46;", "WWW.", "WWW&#46;", "@", "&#64;",
	).Replace(s)
	trimmed := strings.TrimLeft(s, " ")
	if trimmed == "" {
		return ""
	}
	switch lead := trimmed[0]; {
	case lead == '=', (lead == '-' || lead == '+') && (len(trimmed) == 1 || trimmed[1] == ' ' || trimmed[1] == '-'):
		return "\\" + trimmed
	}
	digits := len(trimmed) - len(strings.TrimLeft(trimmed, "0123456789"))
	if digits > 0 && digits < len(trimmed) && (trimmed[digits] == '.' || trimmed[digits] == ')') {
		return trimmed[:digits] + "\\" + trimmed[digits:]
	}
	return trimmed
}
