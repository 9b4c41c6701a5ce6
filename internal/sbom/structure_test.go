package main

import (
	"bytes"
	"encoding/json"
	"os"
	"regexp"
	"testing"
)

// The bill has the structure CycloneDX 1.5 asks for: what is required is there, nothing the specification does not know, every
// reference is one, every package URL is well formed.
func TestTheBillHasTheStructureOfItsSpecification(t *testing.T) {
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := run(self, &b); err != nil {
		t.Fatal(err)
	}
	var doc map[string]any
	if err := json.Unmarshal(b.Bytes(), &doc); err != nil {
		t.Fatal(err)
	}
	keys(t, "the bill", doc, []string{"bomFormat", "specVersion", "version", "metadata", "components"})
	if doc["bomFormat"] != "CycloneDX" || doc["specVersion"] != "1.5" || doc["version"] != float64(1) {
		t.Errorf("%v %v %v", doc["bomFormat"], doc["specVersion"], doc["version"])
	}
	meta, _ := doc["metadata"].(map[string]any)
	keys(t, "metadata", meta, []string{"component"})
	refs := make(map[any]bool)
	main, _ := meta["component"].(map[string]any)
	part(t, main, refs, false)
	list, _ := doc["components"].([]any)
	if len(list) == 0 {
		t.Fatal("no components")
	}
	for _, c := range list {
		c, _ := c.(map[string]any)
		part(t, c, refs, true)
	}
}

// purl is a Go module's package URL: type, name with slashes, version.
var purl = regexp.MustCompile(`^pkg:golang/[A-Za-z0-9._~/!-]+@[A-Za-z0-9.+~_-]+$`)

func part(t *testing.T, c map[string]any, refs map[any]bool, library bool) {
	t.Helper()
	keys(t, "a component", c, []string{"type", "bom-ref", "name", "version"}, "purl", "hashes", "properties")
	if refs[c["bom-ref"]] || c["bom-ref"] == "" {
		t.Errorf("the reference %v is there twice, or empty", c["bom-ref"])
	}
	refs[c["bom-ref"]] = true
	kind := "application"
	if library {
		kind = "library"
		if s, _ := c["purl"].(string); !purl.MatchString(s) {
			t.Errorf("%v is no package URL", c["purl"])
		}
	}
	if c["type"] != kind {
		t.Errorf("%v is a %v", c["name"], c["type"])
	}
	hashes, _ := c["hashes"].([]any)
	for _, h := range hashes {
		h, _ := h.(map[string]any)
		keys(t, "a hash", h, []string{"alg", "content"})
		if s, _ := h["content"].(string); h["alg"] != "SHA-256" || !regexp.MustCompile(`^[0-9a-f]{64}$`).MatchString(s) {
			t.Errorf("%v", h)
		}
	}
	props, _ := c["properties"].([]any)
	for _, p := range props {
		p, _ := p.(map[string]any)
		keys(t, "a property", p, []string{"name", "value"})
	}
}

func keys(t *testing.T, what string, m map[string]any, required []string, may ...string) {
	t.Helper()
	known := make(map[string]bool)
	for _, k := range append(required, may...) {
		known[k] = true
	}
	for _, k := range required {
		if _, ok := m[k]; !ok {
			t.Errorf("%s has no %s", what, k)
		}
	}
	for k := range m {
		if !known[k] {
			t.Errorf("%s has a %s", what, k)
		}
	}
}
