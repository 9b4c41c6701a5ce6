// Package playbooks holds the prepared plans: five in the program itself, and any file of the same form. It reads them with
// positions, checks them, and publishes their JSON Schema.
package playbooks

import (
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"sangfroid/internal/incident"
	"slices"
	"strings"
	"sync"
)

//go:generate sh -c "go run .. playbook schema > playbook.schema.json"
//go:generate sh -c "go run .. exercise schema > scenarios/scenario.schema.json.new && mv scenarios/scenario.schema.json.new scenarios/scenario.schema.json"

//go:embed *.yaml
var files embed.FS

// ErrInvalid is given for a playbook with errors; the findings tell them.
var ErrInvalid = errors.New("the playbook has errors")

// UnknownError is given for a name that is neither a playbook here nor a file.
type UnknownError struct {
	Name string
	Have []string
}

// Error names what there is.
func (e *UnknownError) Error() string {
	return fmt.Sprintf("no playbook %q (%s, or a file)", e.Name, strings.Join(e.Have, ", "))
}

// InvalidError is a file with errors.
type InvalidError struct {
	File     string
	Findings []Finding
}

// Error tells the first finding.
func (e *InvalidError) Error() string { return fmt.Sprintf("%s: %v", e.File, ErrInvalid) }

// Unwrap makes it an [ErrInvalid].
func (e *InvalidError) Unwrap() error { return ErrInvalid }

// maxFile keeps a playbook small enough to travel in one event.
const maxFile = 512 << 10

// All are the playbooks in the program, by level.
func All() []incident.Playbook { return slices.Clone(shipped()) }

//nolint:gochecknoglobals // parsed once; nobody changes it
var shipped = sync.OnceValue(func() []incident.Playbook {
	out := parseAll(files, "*.yaml")
	order := incident.Levels()
	slices.SortFunc(out, func(a, b incident.Playbook) int {
		return slices.Index(order, a.Level) - slices.Index(order, b.Level)
	})
	return out
})

// aside are the playbooks made for one scenario: found by their name, in no list of what a cell may choose from.
//
//nolint:gochecknoglobals // parsed once; nobody changes it
var aside = sync.OnceValue(func() []incident.Playbook { return parseAll(scenarioFiles, asideDir+"/*.yaml") })

const asideDir = "scenarios/books"

// parseAll reads the playbooks of a pattern; a test holds all of them clean.
func parseAll(files embed.FS, pattern string) []incident.Playbook {
	var out []incident.Playbook
	names, err := fs.Glob(files, pattern)
	if err != nil {
		return nil
	}
	for _, name := range names {
		b, err := files.ReadFile(name)
		if err != nil {
			continue
		}
		if book, findings := Parse(name, b); !Failed(findings) {
			out = append(out, book)
		}
	}
	return out
}

// Find is a playbook of the program by id or alias.
func Find(name string) (incident.Playbook, bool) {
	for _, p := range slices.Concat(shipped(), aside()) {
		if strings.EqualFold(p.ID, name) || slices.ContainsFunc(p.Aliases, func(a string) bool { return strings.EqualFold(a, name) }) {
			return p, true
		}
	}
	return incident.Playbook{}, false
}

// Load gives a playbook by id, alias or file, with the bytes that travel in the event that launches it. Errors:
// *[UnknownError], *[InvalidError], the file's.
func Load(name string) (incident.Playbook, []byte, error) {
	book, ok := Find(name)
	if !ok {
		b, err := Read(name)
		if err != nil {
			return incident.Playbook{}, nil, err
		}
		var findings []Finding
		if book, findings = Parse(name, b); Failed(findings) {
			return incident.Playbook{}, nil, &InvalidError{File: name, Findings: findings}
		}
	}
	raw, err := json.Marshal(book)
	return book, raw, err
}

// Read gives the bytes of a playbook's YAML: one of the program's by name, else a file's.
func Read(name string) ([]byte, error) {
	if book, ok := Find(name); ok {
		if b, err := files.ReadFile(book.ID + ".yaml"); err == nil {
			return b, nil
		}
		return scenarioFiles.ReadFile(asideDir + "/" + book.ID + ".yaml")
	}
	if _, err := os.Stat(name); err != nil && !strings.ContainsAny(name, `/\.`) {
		return nil, &UnknownError{Name: name, Have: ids()}
	}
	return readFile(name)
}

func readFile(name string) ([]byte, error) {
	info, err := os.Stat(name)
	if err != nil {
		return nil, err
	}
	if info.IsDir() {
		return nil, &fs.PathError{Op: "read", Path: name, Err: errors.New("is a directory")}
	}
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close() //nolint:errcheck // only read
	// The size a file tells is not always what it gives: a device or a pipe has none.
	b, err := io.ReadAll(io.LimitReader(f, maxFile+1))
	if err == nil && len(b) > maxFile {
		err = &fs.PathError{Op: "read", Path: name, Err: fmt.Errorf("larger than %d KiB", maxFile>>10)}
	}
	return b, err
}

func ids() []string {
	var out []string
	for _, p := range shipped() {
		out = append(out, p.ID)
	}
	return out
}
