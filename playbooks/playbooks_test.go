package playbooks

import (
	"os"
	"path/filepath"
	"sangfroid/internal/incident"
	"strings"
	"testing"
)

// TestPlaybooksOfScenarios: those made for one scenario are clean and found, and are not among those one chooses from.
func TestPlaybooksOfScenarios(t *testing.T) {
	names, err := filepath.Glob("scenarios/books/*.yaml")
	if err != nil || len(names) == 0 {
		t.Fatalf("%v %v", names, err)
	}
	for _, name := range names {
		b, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		book, findings := Parse(name, b)
		for _, f := range findings {
			t.Errorf("%s:%d:%d: %s %v", f.File, f.Line, f.Column, f.Code, f.Args)
		}
		if _, ok := Find(book.ID); !ok || filepath.Base(name) != book.ID+".yaml" {
			t.Errorf("%s: not found as %q", name, book.ID)
		}
		if again, err := Read(book.ID); err != nil || string(again) != string(b) {
			t.Errorf("%s: %v", name, err)
		}
		for _, p := range All() {
			if p.ID == book.ID {
				t.Errorf("%s is offered with the general ones", book.ID)
			}
		}
	}
}

func TestShippedPlaybooksAreClean(t *testing.T) {
	names, err := filepath.Glob("*.yaml")
	if err != nil || len(names) != 5 {
		t.Fatalf("%v %v", names, err)
	}
	for _, name := range names {
		b, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		book, findings := Parse(name, b)
		for _, f := range findings {
			t.Errorf("%s:%d:%d: %s %v", f.File, f.Line, f.Column, f.Code, f.Args)
		}
		steps := 0
		failback := false
		for _, p := range book.Plans {
			steps += len(p.Steps)
			failback = failback || p.Kind == incident.PlanFailback
		}
		if steps < 20 || steps > 40 || !failback {
			t.Errorf("%s: %d steps, failback %v", name, steps, failback)
		}
		_, raw, err := Load(book.ID)
		if err != nil || len(raw) > 60<<10 {
			t.Errorf("%s: %d bytes, %v", name, len(raw), err)
		}
	}
	for _, alias := range []string{"froid", "tiede", "chaud", "hd", "vital", "WARM"} {
		if _, _, err := Load(alias); err != nil {
			t.Errorf("%s: %v", alias, err)
		}
	}
}

// TestSchemaIsFresh: the published schema is the one the types make. go generate writes it.
func TestSchemaIsFresh(t *testing.T) {
	want, err := Schema()
	if err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile("playbook.schema.json")
	if err != nil || string(got) != string(want) {
		t.Errorf("playbook.schema.json is stale: make generate (%v)", err)
	}
}

func FuzzParse(f *testing.F) {
	b, err := os.ReadFile("warm.yaml")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(b)
	f.Add([]byte("a: &a [*a]"))
	f.Fuzz(func(_ *testing.T, b []byte) {
		Parse("f.yaml", b)
	})
}

// TestAFileWithoutAnEnd: a device tells no size, and gives for ever.
func TestAFileWithoutAnEnd(t *testing.T) {
	if _, err := os.Stat("/dev/zero"); err != nil {
		t.Skip("no such device here")
	}
	if _, _, err := Load("/dev/zero"); err == nil || !strings.Contains(err.Error(), "larger than") {
		t.Errorf("%v", err)
	}
}
