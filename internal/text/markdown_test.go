package text

import "testing"

func TestMarkdownStaysText(t *testing.T) {
	for in, want := range map[string]string{
		"plain text":                "plain text",
		"<script>alert(1)</script>": "&lt;script&gt;alert(1)&lt;/script&gt;",
		"a|b":                       "a\\|b",
		"# not a heading":           "\\# not a heading",
		"- no list":                 "\\- no list",
		"12. no list":               "12\\. no list",
		"12.5 % left":               "12\\.5 % left",
		"2026 was the year":         "2026 was the year",
		"![x](https://evil.test)":   "!\\[x\\](https&#58;//evil.test)",
		"two\nlines":                "two lines",
		"  ":                        "",
		"---":                       "\\---",
		"$x$ ~~gone~~":              "\\$x\\$ \\~\\~gone\\~\\~",
	} {
		if got := Markdown(in); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}
