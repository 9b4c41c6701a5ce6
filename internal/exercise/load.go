package exercise

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"sangfroid/internal/incident"
	"sangfroid/playbooks"
	"slices"
	"strings"
	"sync"
)

// Loaded is a scenario ready to run, with the playbook it is played on.
type Loaded struct {
	Scenario incident.Scenario
	Playbook incident.Playbook
	Book     string        // the playbook's name or path, to load it by
	Raw      []byte        // the scenario as it travels in the log
	Hash     incident.Hash // of Raw
}

// UnknownError is given for a name that is neither a scenario here nor a file.
type UnknownError struct {
	Name string
	Have []string
}

// Error names what there is.
func (e *UnknownError) Error() string {
	return fmt.Sprintf("no scenario %q (%s, or a file)", e.Name, strings.Join(e.Have, ", "))
}

// Parse reads a scenario and checks all of it, its playbook too. It may be used when no finding is an error. A playbook that
// is a file is looked for beside the scenario's.
func Parse(file string, b []byte) (Loaded, []playbooks.Finding) {
	var out Loaded
	doc := playbooks.ReadDocument(file, b, &out.Scenario)
	if doc.OK() {
		c := checker{Document: doc, sc: &out.Scenario, file: file}
		c.check()
		out.Playbook, out.Book = c.book, c.name
	}
	found := doc.Findings()
	if playbooks.Failed(found) {
		return Loaded{}, found
	}
	raw, err := json.Marshal(out.Scenario)
	if err != nil { // no value of a scenario fails
		doc.Fail("", "lint.syntax", "why", err.Error())
		return Loaded{}, doc.Findings()
	}
	sum := sha256.Sum256(raw)
	out.Raw, out.Hash = raw, incident.Hash(hex.EncodeToString(sum[:]))
	return out, found
}

// All are the scenarios in the program, by id.
func All() []Loaded { return slices.Clone(shipped()) }

//nolint:gochecknoglobals // parsed once; nobody changes it
var shipped = sync.OnceValue(func() []Loaded {
	var out []Loaded
	for _, name := range shippedNames() {
		b, err := readShipped(name)
		if err != nil {
			continue
		}
		if l, found := Parse(name, b); !playbooks.Failed(found) { // a test holds all of them clean
			out = append(out, l)
		}
	}
	slices.SortFunc(out, func(a, b Loaded) int { return strings.Compare(a.Scenario.ID, b.Scenario.ID) })
	return out
})

func shippedNames() []string {
	files, err := playbooks.ScenarioFiles()
	if err != nil {
		return nil
	}
	names, err := fs.Glob(files, "*.yaml")
	if err != nil {
		return nil
	}
	return names
}

func readShipped(name string) ([]byte, error) {
	files, err := playbooks.ScenarioFiles()
	if err != nil {
		return nil, err
	}
	return fs.ReadFile(files, name)
}

// Read gives the bytes of a scenario: one of the program's by id, else a file's. Errors: *[UnknownError], the file's.
func Read(name string) ([]byte, error) {
	if slices.Contains(shippedNames(), name+".yaml") {
		return readShipped(name + ".yaml")
	}
	if _, err := os.Stat(name); err != nil && !strings.ContainsAny(name, `/\.`) {
		var have []string
		for _, n := range shippedNames() {
			have = append(have, strings.TrimSuffix(n, ".yaml"))
		}
		return nil, &UnknownError{Name: name, Have: have}
	}
	return playbooks.ReadFile(name)
}

// Load gives a scenario by id or file, ready to run. Errors: *[UnknownError], *[playbooks.InvalidError], the file's.
func Load(name string) (Loaded, error) {
	b, err := Read(name)
	if err != nil {
		return Loaded{}, err
	}
	l, found := Parse(name, b)
	if playbooks.Failed(found) {
		return Loaded{}, &playbooks.InvalidError{File: name, Findings: found}
	}
	return l, nil
}

// loadBook finds the playbook a scenario names: one of the program's, or a file beside the scenario's.
func loadBook(file, name string) (incident.Playbook, string, error) {
	if _, ok := playbooks.Find(name); !ok && !filepath.IsAbs(name) && strings.ContainsAny(name, `/\.`) {
		name = filepath.Join(filepath.Dir(file), name)
	}
	book, _, err := playbooks.Load(name)
	return book, name, err
}

// Schema is the JSON Schema (2020-12) of a scenario, for editors, made from the types.
func Schema() ([]byte, error) {
	var channels, is []string
	for _, c := range incident.Channels() {
		channels = append(channels, string(c))
	}
	forms := allForms()
	for _, kind := range []string{"step", "decision", "phase", "service", "inject"} {
		for _, f := range forms[kind] {
			if !slices.Contains(is, string(f)) {
				is = append(is, string(f))
			}
		}
	}
	words := map[reflect.Type][]string{
		reflect.TypeFor[incident.Channel]():    channels,
		reflect.TypeFor[incident.Is]():         is,
		reflect.TypeFor[incident.TargetKind](): targetKinds(),
	}
	return playbooks.SchemaOf(reflect.TypeFor[incident.Scenario](), "sangfroid scenario", words,
		"schema", "id", "title", "playbook", "lasts", "plays", "objectives", "injects")
}
