package playbooks

import (
	"fmt"
	"reflect"
	"sangfroid/internal/incident"
	"sangfroid/internal/text"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v4"
)

// Finding is something wrong with a playbook, and where. The catalogue has a sentence for each code.
type Finding struct {
	File   string   `json:"file"`
	Line   int      `json:"line"`
	Column int      `json:"column"`
	Code   string   `json:"code"`
	Args   []string `json:"args,omitempty"` // name, value pairs
	Warn   bool     `json:"warning,omitempty"`
}

// Failed tells whether any of the findings is an error.
func Failed(fs []Finding) bool {
	return slices.ContainsFunc(fs, func(f Finding) bool { return !f.Warn })
}

// place is a position in the file.
type place struct{ line, column int }

// reader turns YAML nodes into a playbook, remembers where everything stands, and collects what is wrong.
type reader struct {
	file   string
	places map[string]place
	found  []Finding
}

func (r *reader) fail(at place, code string, args ...string) {
	r.found = append(r.found, Finding{File: r.file, Line: at.line, Column: at.column, Code: code, Args: args})
}

func (r *reader) warn(path, code string, args ...string) {
	at := r.at(path)
	r.found = append(r.found, Finding{File: r.file, Line: at.line, Column: at.column, Code: code, Args: args, Warn: true})
}

func (r *reader) failAt(path, code string, args ...string) { r.fail(r.at(path), code, args...) }

// at is the place of a path, or of the nearest thing around it that stands in the file.
func (r *reader) at(path string) place {
	for {
		if p, ok := r.places[path]; ok {
			return p
		}
		i := strings.LastIndexAny(path, ".[")
		if i < 0 {
			return place{1, 1}
		}
		path = path[:i]
	}
}

// Parse reads a playbook and checks all of it. The playbook may be used when no finding is an error.
func Parse(file string, b []byte) (incident.Playbook, []Finding) {
	r := &reader{file: file, places: make(map[string]place)}
	var book incident.Playbook
	if r.read(b, &book); !Failed(r.found) {
		r.check(&book)
		resolve(&book)
	}
	r.sort()
	return book, r.found
}

// sort puts the findings in the order of the file.
func (r *reader) sort() {
	slices.SortStableFunc(r.found, func(a, b Finding) int {
		if a.Line != b.Line {
			return a.Line - b.Line
		}
		return a.Column - b.Column
	})
}

func oneLine(s string) string {
	s, _ = text.Clean(text.OneLine(s))
	return strings.TrimPrefix(s, "yaml: ")
}

// syntaxPlace reads the line out of the library's message.
func syntaxPlace(err error) place {
	_, rest, ok := strings.Cut(err.Error(), "line ")
	if !ok {
		return place{1, 1}
	}
	digits := rest[:len(rest)-len(strings.TrimLeft(rest, "0123456789"))]
	n, convErr := strconv.Atoi(digits)
	if convErr != nil || n < 1 {
		return place{1, 1}
	}
	p := place{n, 1}
	if _, rest, ok := strings.Cut(rest, "column "); ok {
		digits = rest[:len(rest)-len(strings.TrimLeft(rest, "0123456789"))]
		if c, err := strconv.Atoi(digits); err == nil && c > 0 {
			p.column = c
		}
	}
	return p
}

func where(n *yaml.Node) place { return place{max(n.Line, 1), max(n.Column, 1)} }

// value reads a node into a field, by the field's type.
func (r *reader) value(path string, n *yaml.Node, to reflect.Value) {
	at := where(n)
	r.places[path] = at
	if n.Kind == yaml.AliasNode || n.Anchor != "" {
		r.fail(at, "lint.alias")
		return
	}
	switch p := to.Addr().Interface().(type) {
	case *incident.Text:
		r.text(path, n, p)
		return
	case *incident.Duration:
		r.duration(n, p)
		return
	case *incident.TargetsDef:
		if n.Kind == yaml.ScalarNode { // only how many there are
			r.scalar(n, reflect.ValueOf(&p.Count).Elem())
			return
		}
	case *incident.Offset:
		r.offset(n, p)
		return
	case *incident.Term:
		r.term(n, p)
		return
	}
	switch to.Kind() {
	case reflect.Pointer:
		to.Set(reflect.New(to.Type().Elem()))
		r.value(path, n, to.Elem())
	case reflect.Struct:
		r.mapping(path, n, to)
	case reflect.Slice:
		r.sequence(path, n, to)
	default:
		r.scalar(n, to)
	}
}

func (r *reader) mapping(path string, n *yaml.Node, to reflect.Value) {
	if n.Kind != yaml.MappingNode {
		r.fail(where(n), "lint.want", "what", "a mapping", "got", kind(n))
		return
	}
	fields := fieldsOf(to.Type())
	seen := make(map[string]bool)
	for i := 0; i+1 < len(n.Content); i += 2 {
		key := n.Content[i]
		name := key.Value
		index, known := fields[name]
		switch {
		case !known:
			r.fail(where(key), "lint.key", "key", oneLine(name), "have", nearest(name, fields))
		case seen[name]:
			r.fail(where(key), "lint.twice", "key", name)
		default:
			r.value(join(path, name), n.Content[i+1], to.Field(index))
		}
		seen[name] = true
	}
}

func join(path, name string) string {
	if path == "" {
		return name
	}
	return path + "." + name
}

func (r *reader) sequence(path string, n *yaml.Node, to reflect.Value) {
	if n.Kind != yaml.SequenceNode {
		r.fail(where(n), "lint.want", "what", "a list", "got", kind(n))
		return
	}
	const most = 2000
	if len(n.Content) > most {
		r.fail(where(n), "lint.many", "n", strconv.Itoa(len(n.Content)), "limit", strconv.Itoa(most))
		return
	}
	list := reflect.MakeSlice(to.Type(), len(n.Content), len(n.Content))
	for i, item := range n.Content {
		r.value(fmt.Sprintf("%s[%d]", path, i), item, list.Index(i))
	}
	to.Set(list)
}

func (r *reader) scalar(n *yaml.Node, to reflect.Value) {
	if n.Kind != yaml.ScalarNode {
		r.fail(where(n), "lint.want", "what", "one value", "got", kind(n))
		return
	}
	switch to.Kind() { //nolint:exhaustive // the kinds a playbook has
	case reflect.String:
		to.SetString(r.clean(n))
	case reflect.Int:
		v, err := strconv.Atoi(n.Value)
		if err != nil || v < 0 {
			r.fail(where(n), "lint.want", "what", "a whole number", "got", oneLine(n.Value))
			return
		}
		to.SetInt(int64(v))
	case reflect.Bool:
		if n.Value != "true" && n.Value != "false" {
			r.fail(where(n), "lint.want", "what", "true or false", "got", oneLine(n.Value))
			return
		}
		to.SetBool(n.Value == "true")
	}
}

func (r *reader) clean(n *yaml.Node) string {
	s, removed := text.CleanBlock(n.Value)
	if removed {
		r.fail(where(n), "lint.control")
	}
	if len(s) > text.MaxBlock {
		r.fail(where(n), "lint.long", "limit", strconv.Itoa(text.MaxBlock))
	}
	return strings.TrimRight(s, "\n ")
}

// text reads one string, or {en: …, fr: …}.
func (r *reader) text(path string, n *yaml.Node, to *incident.Text) {
	if n.Kind == yaml.ScalarNode {
		to.EN = r.clean(n)
		return
	}
	var both struct {
		EN string `json:"en"`
		FR string `json:"fr"`
	}
	r.mapping(path, n, reflect.ValueOf(&both).Elem())
	to.EN, to.FR = both.EN, text.French(both.FR) // as it is printed, however it was typed
	if n.Kind == yaml.MappingNode && (to.EN == "") != (to.FR == "") {
		missing := "fr"
		if to.EN == "" {
			missing = "en"
		}
		r.warn(path, "lint.language", "lang", missing)
	}
}

func (r *reader) duration(n *yaml.Node, to *incident.Duration) {
	if n.Kind != yaml.ScalarNode {
		r.fail(where(n), "lint.want", "what", "a duration", "got", kind(n))
		return
	}
	d, err := incident.ParseDuration(n.Value)
	if err != nil {
		r.fail(where(n), "lint.duration", "value", oneLine(n.Value))
		return
	}
	*to = d
}

func (r *reader) offset(n *yaml.Node, to *incident.Offset) {
	o, err := incident.ParseOffset(n.Value)
	if n.Kind != yaml.ScalarNode || err != nil {
		r.fail(where(n), "lint.offset", "value", oneLine(n.Value))
		return
	}
	*to = o
}

func (r *reader) term(n *yaml.Node, to *incident.Term) {
	t, err := incident.ParseTerm(n.Value)
	if n.Kind != yaml.ScalarNode || err != nil {
		r.fail(where(n), "lint.term", "value", oneLine(n.Value))
		return
	}
	*to = t
}

func kind(n *yaml.Node) string {
	switch n.Kind { //nolint:exhaustive // the rest is said below
	case yaml.MappingNode:
		return "a mapping"
	case yaml.SequenceNode:
		return "a list"
	case yaml.ScalarNode:
		if n.Value == "" {
			return "nothing"
		}
		return `"` + oneLine(n.Value) + `"`
	}
	return "something else"
}

// fieldsOf maps the keys of a struct, from its json tags, to its fields.
func fieldsOf(t reflect.Type) map[string]int {
	out := make(map[string]int, t.NumField())
	for i := range t.NumField() {
		name, _, _ := strings.Cut(t.Field(i).Tag.Get("json"), ",")
		if name != "" && name != "-" {
			out[name] = i
		}
	}
	return out
}

// nearest is the key that shares most of its beginning, else all keys.
func nearest(word string, fields map[string]int) string {
	var all []string
	for name := range fields {
		if len(word) > 2 && strings.HasPrefix(name, word[:3]) {
			return name
		}
		all = append(all, name)
	}
	slices.Sort(all)
	return strings.Join(all, ", ")
}
