package report_test

import (
	"encoding/json"
	"sangfroid/internal/incident"
	"sangfroid/internal/locale"
	"sangfroid/internal/text"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"
)

// walk visits every node of a page.
func walk(n *html.Node, visit func(*html.Node)) {
	visit(n)
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		walk(c, visit)
	}
}

func attr(n *html.Node, key string) string {
	for _, a := range n.Attr {
		if a.Key == key {
			return a.Val
		}
	}
	return ""
}

// inner is the text below a node.
func inner(n *html.Node) string {
	var b strings.Builder
	walk(n, func(c *html.Node) {
		if c.Type == html.TextNode {
			b.WriteString(c.Data)
		}
	})
	return b.String()
}

func parse(t *testing.T, page string) *html.Node {
	t.Helper()
	doc, err := html.Parse(strings.NewReader(page))
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

// wellFormed holds what every page keeps: no script, nothing from outside, headings in order, heads with a scope, figures
// with a name, ids once.
func wellFormed(t *testing.T, page string, lang locale.Lang) {
	t.Helper()
	level, ids, refs := 0, map[string]int{}, []string{}
	walk(parse(t, page), func(n *html.Node) {
		if n.Type != html.ElementNode {
			return
		}
		switch n.Data {
		case "script", "iframe", "object", "embed", "link", "img", "form", "base", "foreignobject":
			t.Errorf("<%s> in the page", n.Data)
		case "html":
			if attr(n, "lang") != string(lang) {
				t.Errorf("lang is %q", attr(n, "lang"))
			}
		case "h1", "h2", "h3", "h4":
			next := int(n.Data[1] - '0')
			if next > level+1 {
				t.Errorf("h%d follows h%d: %s", next, level, inner(n))
			}
			level = next
		case "th":
			if s := attr(n, "scope"); s != "col" && s != "row" {
				t.Errorf("a head without scope: %s", inner(n))
			}
		case "svg":
			if attr(n, "role") != "img" || attr(n, "aria-labelledby") == "" {
				t.Error("a figure without a name")
			}
		}
		for _, a := range n.Attr {
			switch {
			case strings.HasPrefix(a.Key, "on"):
				t.Errorf("%s on <%s>", a.Key, n.Data)
			case a.Key == "src" || a.Key == "srcset" || a.Key == "action":
				t.Errorf("%s=%q", a.Key, a.Val)
			case a.Key == "href":
				refs = append(refs, a.Val)
			case a.Key == "id":
				ids[a.Val]++
			case a.Key == "aria-labelledby":
				for _, id := range strings.Fields(a.Val) {
					refs = append(refs, "#"+id)
				}
			}
		}
		if n.Data == "style" && (strings.Contains(inner(n), "@import") || strings.Contains(inner(n), "url(")) {
			t.Error("the style asks for something from outside")
		}
	})
	for id, n := range ids {
		if n > 1 {
			t.Errorf("id %q stands %d times", id, n)
		}
	}
	for _, r := range refs {
		if !strings.HasPrefix(r, "#") || ids[r[1:]] != 1 {
			t.Errorf("a reference to %q", r)
		}
	}
}

func TestPageIsWellFormed(t *testing.T) {
	for _, lang := range []locale.Lang{locale.English, locale.French} {
		for _, realm := range []incident.Realm{incident.Live, incident.Drill} {
			_, page, _ := forms(t, made(t, evening(t, realm, nil), lang))
			wellFormed(t, page, lang)
			if strings.Contains(page, "ZgotmplZ") || !strings.Contains(page, `@bottom-left { content: "inc-1 · 46`) {
				t.Error("the foot of printed pages was refused by the template")
			}
			if strings.Contains(page, "⟦") {
				t.Error("a word is missing in the catalogue")
			}
			if drill := strings.Contains(page, `class="exercise"`); drill != (realm == incident.Drill) {
				t.Errorf("%s: marked as exercise: %v", realm, drill)
			}
		}
	}
}

// nasty is what a hostile hand writes into every field.
const nasty = "<script>x()</script><img src=x> [a](https://evil.test)|`code` *b* \"' </style>#"

func TestHostileTextStaysText(t *testing.T) {
	plain, _ := text.Clean(nasty)
	c := evening(t, incident.Drill, func(s string) string { return nasty + s })
	r := made(t, c, locale.English)
	md, page, js := forms(t, r)
	wellFormed(t, page, locale.English)
	shown := inner(parse(t, page))
	for what, s := range map[string]string{"title": plain + "Loss of the north site", "actor": plain + "A. Martin", "reason": plain + "repair slips", "step": plain + "Switch the network over"} {
		if !strings.Contains(shown, s) {
			t.Errorf("the page lost the %s", what)
		}
	}
	for _, bad := range []string{"<script", "<img", "[a](", "https://evil", "`code`", " *b* "} {
		if strings.Contains(strings.ReplaceAll(md, "\\[a\\](", ""), bad) {
			t.Errorf("Markdown has %q", bad)
		}
	}
	columns := 0
	for _, line := range strings.Split(md, "\n") {
		n := strings.Count(line, "|") - strings.Count(line, "\\|")
		switch {
		case !strings.HasPrefix(line, "|"):
			columns = 0
		case columns == 0:
			columns = n
		case n != columns:
			t.Fatalf("a row of %d cells in a table of %d: %s", n-1, columns-1, line)
		}
	}
	var back map[string]any
	if err := json.Unmarshal([]byte(js), &back); err != nil {
		t.Fatal(err)
	}
	in, ok := back["incident"].(map[string]any)
	if !ok || in["title"] != plain+"Loss of the north site" {
		t.Errorf("the JSON title is %v", in["title"])
	}
}

func TestFigures(t *testing.T) {
	_, page, _ := forms(t, made(t, evening(t, incident.Live, nil), locale.English))
	classes := map[string]int{}
	walk(parse(t, page), func(n *html.Node) {
		if n.Type == html.ElementNode && slices.Contains([]string{"rect", "line"}, n.Data) {
			classes[attr(n, "class")]++
		}
	})
	// One MTPD line: in the waterfall its deadline is near enough to be drawn, among the steps it is not.
	for class, want := range map[string]int{"critical": 4, "blocked": 1, "plan": 5, "rto": 2, "mtpd": 1} {
		if classes[class] != want {
			t.Errorf("%d shapes of class %s, want %d", classes[class], class, want)
		}
	}
}
