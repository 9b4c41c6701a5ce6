package report_test

import (
	"bytes"
	"html"
	"sangfroid/internal/incident"
	"sangfroid/internal/locale"
	"sangfroid/internal/report"
	"slices"
	"strings"
	"testing"
)

// pagesOf are pages of every kind, in a language.
func pagesOf(t *testing.T, lang locale.Lang) map[string]report.Page {
	t.Helper()
	out := map[string]report.Page{
		"live":                        made(t, evening(t, incident.Live, nil), lang).Page(),
		"drill":                       made(t, evening(t, incident.Drill, nil), lang).Page(),
		"exercise":                    rehearsed(t, rehearsal(t, nil), lang).Page(),
		"trend":                       trendOf(t, lang, year(t)...).Page(),
		"hostile":                     made(t, evening(t, incident.Live, func(s string) string { return nasty + s }), lang).Page(),
		"rehearsed by a hostile hand": rehearsed(t, rehearsal(t, func(s string) string { return nasty + s }), lang).Page(),
	}
	for book, realm := range books() {
		out[book] = made(t, played(t, book, realm), lang).Page()
	}
	return out
}

// words are all texts of a page.
func words(p *report.Page) (out []string) {
	table := func(t *report.Table) {
		out = append(out, t.Head...)
		for _, r := range t.Rows {
			out = append(out, r.Cells...)
		}
	}
	out = append(out, p.Title, p.Mark, p.Foot)
	table(&p.Key)
	for _, s := range p.Sections {
		out = append(out, s.Title)
		for _, x := range s.Parts {
			out = append(out, x.Sub, x.Text, x.Note)
			out = append(out, x.List...)
			if x.Table != nil {
				table(x.Table)
			}
		}
	}
	return slices.DeleteFunc(out, func(s string) bool { return strings.TrimSpace(s) == "" })
}

// plainly takes out what stands for a line break or a blank somewhere.
func plainly(s string) string { return strings.Join(strings.Fields(s), " ") }

// unescaped is Markdown as it is read.
func unescaped(s string) string { return html.UnescapeString(strings.ReplaceAll(s, "\\", "")) }

// TestBothFormsSayTheSame: every text of a page is in its HTML and in its Markdown, as it was written, hostile ones too.
func TestBothFormsSayTheSame(t *testing.T) {
	for _, lang := range []locale.Lang{locale.English, locale.French} {
		for name, p := range pagesOf(t, lang) {
			var md, page bytes.Buffer
			if err := p.Markdown(&md); err != nil {
				t.Fatal(err)
			}
			if err := p.HTML(&page); err != nil {
				t.Fatal(err)
			}
			wellFormed(t, page.String(), lang)
			shown, read := plainly(inner(parse(t, page.String()))), plainly(unescaped(md.String()))
			for _, s := range words(&p) {
				s = plainly(s)
				if !strings.Contains(shown, s) {
					t.Errorf("%s, %s: the HTML does not say %q", name, lang, s)
				}
				if s = strings.ReplaceAll(s, "\\", ""); !strings.Contains(read, s) {
					t.Errorf("%s, %s: the Markdown does not say %q", name, lang, s)
				}
			}
		}
	}
}

// TestPagesAreWhole: rows as long as their heads, names of tables and sections once, no empty section.
func TestPagesAreWhole(t *testing.T) {
	for name, p := range pagesOf(t, locale.French) {
		ids, labels := map[string]bool{}, map[string]bool{}
		for _, s := range p.Sections {
			if ids[s.ID] || s.ID == "" || s.Title == "" || len(s.Parts) == 0 {
				t.Errorf("%s: section %q, %q of %d parts", name, s.ID, s.Title, len(s.Parts))
			}
			ids[s.ID] = true
			for _, x := range s.Parts {
				if x.Table == nil {
					continue
				}
				if x.Table.Caption == "" || labels[x.Table.Label] {
					t.Errorf("%s: two tables are called %q", name, x.Table.Label)
				}
				labels[x.Table.Label] = true
				for _, r := range x.Table.Rows {
					if len(r.Cells) != len(x.Table.Head) {
						t.Errorf("%s: %d cells under %d heads: %v", name, len(r.Cells), len(x.Table.Head), r.Cells)
					}
				}
			}
		}
		if name != "trend" && (!ids["proof"] || !ids["metrics"] || !ids["timeline"] || !ids["actions"]) {
			t.Errorf("%s has no %v", name, ids)
		}
		if want := name == "drill" || name == "exercise"; want != (ids["exercise"] && p.Exercise) && strings.HasPrefix(name, "live") {
			t.Errorf("%s: exercise chapter %v", name, ids["exercise"])
		}
	}
}

// TestFiguresStayInside: shapes lie in their drawing, and each says what it is.
func TestFiguresStayInside(t *testing.T) {
	for name, p := range pagesOf(t, locale.English) {
		for _, s := range p.Sections {
			for _, x := range s.Parts {
				f := x.Figure
				if f == nil {
					continue
				}
				if f.Title == "" || f.Desc == "" || len(f.Key) == 0 {
					t.Errorf("%s: a drawing that says nothing: %+v", name, f)
				}
				inside := func(x, y float64) bool { return x >= 0 && y >= 0 && x <= float64(f.W)+1 && y <= float64(f.H)+1 }
				for _, r := range f.Rects {
					if !inside(r.X, r.Y) || !inside(r.X+r.W, r.Y+r.H) || r.Title == "" || r.W <= 0 {
						t.Errorf("%s, %s: %+v", name, f.ID, r)
					}
				}
				for _, l := range f.Lines {
					if !inside(l.X1, l.Y1) || !inside(l.X2, l.Y2) {
						t.Errorf("%s, %s: %+v", name, f.ID, l)
					}
				}
				for _, m := range f.Marks {
					if !inside(m.X, m.Y) || m.Title == "" || m.Size() != 2*m.Radius() || m.Left() >= m.X || m.Top() >= m.Y {
						t.Errorf("%s, %s: %+v", name, f.ID, m)
					}
				}
				for _, l := range f.Texts {
					if !inside(l.X, l.Y) || l.Text == "" {
						t.Errorf("%s, %s: %+v", name, f.ID, l)
					}
				}
			}
		}
	}
}

// TestEveryLineOfADrillSaysSo: a page or a line taken out of its context is not taken for a real one.
func TestEveryLineOfADrillSaysSo(t *testing.T) {
	for lang, word := range map[locale.Lang]string{locale.English: "EXERCISE", locale.French: "EXERCICE"} {
		p := rehearsed(t, rehearsal(t, nil), lang).Page()
		var md, page bytes.Buffer
		if err := p.Markdown(&md); err != nil {
			t.Fatal(err)
		}
		if err := p.HTML(&page); err != nil {
			t.Fatal(err)
		}
		for _, s := range p.Sections {
			if s.ID != "timeline" {
				continue
			}
			for _, x := range s.Parts {
				for i := 0; x.Table != nil && i < len(x.Table.Rows); i++ {
					if c := x.Table.Rows[i].Cells; !strings.Contains(c[len(c)-1], word) {
						t.Errorf("%v", c)
					}
				}
			}
		}
		for _, line := range strings.Split(md.String(), "\n") {
			if strings.HasPrefix(line, "## ") && !strings.Contains(line, word) {
				t.Errorf("%s", line)
			}
		}
		if !strings.Contains(page.String(), `@top-center { content: "`+word+`"`) || !strings.Contains(page.String(), "<title>"+word) {
			t.Error("a printed page, or the window, does not say it")
		}
	}
}
