package paper

import (
	"bytes"
	_ "embed"
	"html/template"
	"sangfroid/internal/incident"
)

//go:embed page.tmpl
var pageSource string

var page = template.Must(template.New("page").Parse(pageSource)) //nolint:gochecknoglobals // parsed once; nobody changes it

// HTML is the grab pack as one page that needs nothing else: no script, no network, its style inside. It is made for A4
// paper and can be read on a phone.
func HTML(b *incident.Playbook, o Options) ([]byte, error) {
	var out bytes.Buffer
	err := page.Execute(&out, build(b, o))
	return out.Bytes(), err
}

// Span is how many columns a heading over the whole table covers.
func (t *table) Span() int { return len(t.Head) }

// Grouped tells whether the part has a heading of its own.
func (g group) Grouped() bool { return g.Title != "" }
