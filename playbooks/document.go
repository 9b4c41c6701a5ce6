package playbooks

import (
	"bytes"
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"reflect"

	"go.yaml.in/yaml/v4"
)

// A Document is a YAML file of any of this program's forms, read with positions: the reader of playbooks, for what is
// prepared elsewhere (scenarios). Paths name a place as "injects[3].when.step".
type Document struct{ r *reader }

// ReadDocument reads YAML into a struct with json tags. What does not fit is among the findings.
func ReadDocument(file string, b []byte, into any) *Document {
	d := &Document{r: &reader{file: file, places: make(map[string]place)}}
	d.r.read(b, into)
	return d
}

// read reads the one document of a file into what a pointer points at. A second one is refused: whoever glued two files
// together would else believe that both count.
func (r *reader) read(b []byte, into any) {
	var doc, more yaml.Node
	dec := yaml.NewDecoder(bytes.NewReader(b))
	err := dec.Decode(&doc)
	if err != nil && !errors.Is(err, io.EOF) {
		r.fail(syntaxPlace(err), "lint.syntax", "why", oneLine(err.Error()))
		return
	}
	if len(doc.Content) == 0 {
		r.fail(place{1, 1}, "lint.empty")
		return
	}
	r.value("", doc.Content[0], reflect.ValueOf(into).Elem())
	switch err := dec.Decode(&more); {
	case errors.Is(err, io.EOF):
	case err != nil:
		r.fail(syntaxPlace(err), "lint.syntax", "why", oneLine(err.Error()))
	case len(more.Content) > 0 && more.Content[0].Tag != "!!null":
		r.fail(place{max(more.Content[0].Line, 1), max(more.Content[0].Column, 1)}, "lint.second")
	}
}

// OK tells whether nothing is wrong so far, warnings apart.
func (d *Document) OK() bool { return !Failed(d.r.found) }

// Findings are what is wrong, in the order of the file.
func (d *Document) Findings() []Finding {
	d.r.sort()
	return d.r.found
}

// Fail notes an error at a path, or at the nearest thing around it that stands in the file. args are name, value pairs.
func (d *Document) Fail(path, code string, args ...string) { d.r.failAt(path, code, args...) }

// ID wants a valid id that was not used before.
func (d *Document) ID(path, id string, seen map[string]bool) { d.r.unique(path, id, seen) }

// OneOf wants one of a few words.
func (d *Document) OneOf(path, value string, have ...string) { d.r.oneOf(path, value, have...) }

// Zone wants a time zone.
func (d *Document) Zone(path, name string) { d.r.zone(path, name) }

// SchemaOf is the JSON Schema (2020-12) of a type with json tags, for editors.
func SchemaOf(t reflect.Type, title string, words map[reflect.Type][]string, required ...string) ([]byte, error) {
	s := schemer{words: vocabulary()}
	for k, v := range words {
		s.words[k] = v
	}
	root := s.object(t)
	root["$schema"] = "https://json-schema.org/draft/2020-12/schema"
	root["title"] = title
	root["required"] = required
	b, err := json.MarshalIndent(root, "", "  ")
	return append(b, '\n'), err
}

//go:embed scenarios
var scenarioFiles embed.FS

// ScenarioFiles are the exercises in the program, as YAML: "name.yaml".
func ScenarioFiles() (fs.FS, error) {
	sub, err := fs.Sub(scenarioFiles, "scenarios")
	if err != nil {
		return nil, fmt.Errorf("scenarios: %w", err)
	}
	return sub, nil
}

// ReadFile reads a file of a playbook's or a scenario's size, no larger.
func ReadFile(name string) ([]byte, error) { return readFile(name) }
