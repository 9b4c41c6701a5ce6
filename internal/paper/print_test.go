package paper

import (
	"reflect"
	"regexp"
	"sangfroid/internal/incident"
	"sangfroid/internal/locale"
	"sangfroid/playbooks"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"
)

func options(l locale.Lang) Options {
	return Options{Lang: l, Hash: strings.Repeat("ab", 32), At: time.Date(2026, 11, 23, 13, 0, 0, 0, time.UTC), Zone: time.UTC}
}

// each runs a test for every playbook of the program in both languages.
func each(t *testing.T, test func(t *testing.T, b *incident.Playbook, o Options)) {
	for _, b := range playbooks.All() {
		for _, l := range []locale.Lang{locale.English, locale.French} {
			t.Run(b.ID+"/"+string(l), func(t *testing.T) { test(t, &b, options(l)) })
		}
	}
}

func pageOf(t *testing.T, b *incident.Playbook, o Options) *html.Node {
	t.Helper()
	out, err := HTML(b, o)
	if err != nil {
		t.Fatal(err)
	}
	doc, err := html.Parse(strings.NewReader(string(out)))
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

// said is the text of the page, its blanks joined.
func said(doc *html.Node) string {
	var b strings.Builder
	for n := range doc.Descendants() {
		if n.Type == html.TextNode && n.Parent.Data != "style" {
			b.WriteString(n.Data)
			b.WriteByte(' ')
		}
	}
	return joined(b.String())
}

func joined(s string) string { return strings.Join(strings.Fields(s), " ") }

func attr(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

func TestThePageIsSoundAndNeedsNothingElse(t *testing.T) {
	each(t, func(t *testing.T, b *incident.Playbook, o Options) { checkPage(t, pageOf(t, b, o), string(o.Lang)) })
}

func checkPage(t *testing.T, doc *html.Node, lang string) {
	t.Helper()
	allowed := strings.Fields("html head meta title style body main h1 h2 h3 h4 p div table thead tbody tr th td span dl dt dd ul li strong em code")
	level := 0
	for n := range doc.Descendants() {
		if n.Type != html.ElementNode {
			continue
		}
		if !slices.Contains(allowed, n.Data) {
			t.Fatalf("an element that is not ours: <%s>", n.Data)
		}
		for _, a := range n.Attr {
			if !slices.Contains([]string{"lang", "charset", "name", "content", "class", "tabindex", "scope", "colspan"}, a.Key) {
				t.Fatalf("an attribute that is not ours: %s on <%s>", a.Key, n.Data)
			}
		}
		switch {
		case n.Data == "html" && attr(n, "lang") != lang:
			t.Errorf("lang is %q", attr(n, "lang"))
		case n.Data == "th" && !slices.Contains([]string{"col", "row", "rowgroup"}, attr(n, "scope")):
			t.Errorf("a th without scope: %s", said(n))
		case n.Data == "style" && regexp.MustCompile(`url\(|@import|https?:`).MatchString(n.FirstChild.Data):
			t.Error("the style loads something")
		case len(n.Data) == 2 && n.Data[0] == 'h' && n.Data[1] >= '1' && n.Data[1] <= '6':
			at := int(n.Data[1] - '0')
			if at > level+1 {
				t.Errorf("a heading jumps from %d to %d: %s", level, at, said(n))
			}
			level = at
		}
	}
	if level == 0 {
		t.Error("no heading")
	}
}

// unescaped takes Markdown's backslashes and marks away again.
func unescaped(md []byte) string {
	s := regexp.MustCompile(`\\([[:punct:]])`).ReplaceAllString(string(md), "$1")
	return joined(strings.ReplaceAll(s, "<br>", " "))
}

func TestAllOfThePlaybookIsThere(t *testing.T) {
	each(t, func(t *testing.T, b *incident.Playbook, o Options) {
		page, md := said(pageOf(t, b, o)), unescaped(Markdown(b, o))
		want := func(texts ...incident.Text) {
			for _, x := range texts {
				if w := joined(x.In(string(o.Lang))); !strings.Contains(page, w) || !strings.Contains(md, w) {
					t.Errorf("missing: %q (page %t, text %t)", w, strings.Contains(page, w), strings.Contains(md, w))
				}
			}
		}
		want(b.Title, b.Summary, incident.T(o.Hash))
		for _, s := range b.Services {
			want(s.Name)
		}
		for _, r := range b.Roles {
			want(r.Title, r.Duties)
		}
		for _, c := range b.Contacts {
			want(c.Name, c.Call)
		}
		for _, p := range b.Plans {
			want(p.Title)
			for _, s := range p.Steps {
				want(s.Title, s.Evidence)
			}
			for _, d := range p.Decisions {
				want(d.Question)
				for _, x := range d.Options {
					want(x.Title, x.Means)
				}
				for _, c := range d.Criteria {
					want(c.Title, c.Hint)
				}
			}
			for _, f := range p.Catchup {
				want(f.Title, f.Source)
			}
		}
		for _, r := range b.Regimes {
			for _, row := range r.Rows {
				want(row.Title, incident.T(row.Article))
			}
		}
		if strings.Contains(md, "{") || strings.Contains(page, "legal.") {
			t.Error("a word was not found, or a place not filled")
		}
	})
}

// poison puts hostile text into every text of a value.
func poison(v reflect.Value, with string) {
	switch v.Kind() {
	case reflect.Struct:
		if v.Type() == reflect.TypeFor[incident.Text]() {
			v.Set(reflect.ValueOf(incident.Text{EN: with, FR: with}))
			return
		}
		for i := range v.NumField() {
			poison(v.Field(i), with)
		}
	case reflect.Slice:
		for i := range v.Len() {
			poison(v.Index(i), with)
		}
	case reflect.Pointer:
		if !v.IsNil() {
			poison(v.Elem(), with)
		}
	}
}

func TestHostileTextStaysText(t *testing.T) {
	for _, bad := range []string{
		`<script>alert(1)</script>`, `"><img src=http://x.test/y onerror=z>`, `</td></table><style>@import url(http://x.test)</style>`,
		`[a](http://x.test) | b || ![c](d)`, "a\n| b | c |\n# d", `{{.}} \| <!-- --> &lt; <https://x.test>`, "\x1b[31mred\u202e",
	} {
		each(t, func(t *testing.T, b *incident.Playbook, o Options) {
			c := *b
			c.Plans, c.Roles, c.Contacts, c.Services, c.Regimes = copied(b)
			poison(reflect.ValueOf(&c).Elem(), bad)
			checkPage(t, pageOf(t, &c, o), string(o.Lang))
			checkTables(t, Markdown(&c, o))
		})
	}
}

// copied copies what poison writes into: the playbooks of the program are shared.
func copied(b *incident.Playbook) (p []incident.PlanDef, r []incident.RoleDef, c []incident.ContactDef, s []incident.ServiceDef, g []incident.RegimeDef) {
	p = slices.Clone(b.Plans)
	for i := range p {
		p[i].Steps, p[i].Decisions, p[i].Catchup = slices.Clone(p[i].Steps), slices.Clone(p[i].Decisions), slices.Clone(p[i].Catchup)
		for j := range p[i].Decisions {
			d := &p[i].Decisions[j]
			d.Options, d.Criteria = slices.Clone(d.Options), slices.Clone(d.Criteria)
		}
	}
	g = slices.Clone(b.Regimes)
	for i := range g {
		g[i].Rows, g[i].Stamps = slices.Clone(g[i].Rows), slices.Clone(g[i].Stamps)
	}
	return p, slices.Clone(b.Roles), slices.Clone(b.Contacts), slices.Clone(b.Services), g
}

// checkTables holds that every row has as many cells as its head, and that no live mark of HTML or links is left.
func checkTables(t *testing.T, md []byte) {
	t.Helper()
	live := regexp.MustCompile(`\\.`).ReplaceAllString(string(md), "")
	if strings.ContainsAny(strings.ReplaceAll(live, "<br>", ""), "<[]!\x1b\u202e") || strings.Contains(live, "://") {
		t.Error("something in the text is alive")
	}
	cells := 0
	for _, l := range strings.Split(live, "\n") {
		n := strings.Count(l, "|")
		switch {
		case n == 0:
			cells = 0
		case cells == 0:
			cells = n
		case n != cells:
			t.Errorf("%d bars where the head has %d: %s", n, cells, l)
		}
	}
}

func TestDecideByIsWhatTheScreenWouldSay(t *testing.T) {
	b := incident.Playbook{
		ID: "x", Title: incident.T("X"), Level: incident.LevelWarm, Services: []incident.ServiceDef{{ID: "web", Name: incident.T("Web"), RTO: incident.Duration(4 * time.Hour), From: incident.FromReport}},
		Plans: []incident.PlanDef{{ID: "failover", Kind: incident.PlanFailover, Decisions: []incident.DecisionDef{{ID: "go", Question: incident.T("Go?")}}, Steps: []incident.StepDef{
			{ID: "b", Title: incident.T("B"), Phase: incident.PhaseChecks, After: []string{"a"}, Milestone: incident.MilestoneVerified, Estimate: incident.Estimate{Likely: incident.Duration(25 * time.Minute)}},
			{ID: "a", Title: incident.T("A"), Phase: incident.PhaseFailover, Gate: &incident.Gate{Decision: "go", Option: "go"}, Estimate: incident.Estimate{Likely: incident.Duration(time.Hour)}},
		}}},
	}
	if page := said(pageOf(t, &b, options(locale.English))); !strings.Contains(page, "origin + 2 h 35") || !strings.Contains(page, "after the go: 1 h 25") {
		t.Error("decide-by is not RTO less what is behind the go")
	}
	if got := ordered(b.Plans[0].Steps); got[0].ID != "a" || got[1].ID != "b" {
		t.Error("a step stands before what it waits for")
	}
	b.Services[0].RTO = incident.Duration(time.Hour)
	if page := said(pageOf(t, &b, options(locale.English))); !strings.Contains(page, "the plan takes 1 h 25 in all") {
		t.Error("a plan longer than the RTO is not told")
	}
}

func TestAServiceCountsFromWhatThePlaybookSays(t *testing.T) {
	b, ok := playbooks.Find("warm")
	if !ok || b.RTOFrom != incident.FromReport {
		t.Fatal("the warm playbook counts from the report")
	}
	b.Services = slices.Clone(b.Services)
	b.Services[1].From = incident.FromOccurrence
	md := unescaped(Markdown(&b, options(locale.English)))
	for _, want := range []string{"| User portal warm | reported |", "| Billing and payments warm | occurred |"} {
		if !strings.Contains(md, want) {
			t.Errorf("missing: %s", want)
		}
	}
}
