package main

import (
	"bytes"
	"encoding/json"
	"os"
	"runtime/debug"
	"strings"
	"testing"
)

// The test binary is a program like any other: what it was linked with is listed, twice the same.
func TestListsWhatIsLinked(t *testing.T) {
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	var a, b bytes.Buffer
	if err := run(self, &a); err != nil {
		t.Fatal(err)
	}
	if err := run(self, &b); err != nil || !bytes.Equal(a.Bytes(), b.Bytes()) {
		t.Errorf("not the same twice: %v", err)
	}
	var got bom
	if err := json.Unmarshal(a.Bytes(), &got); err != nil || got.Format != "CycloneDX" || len(got.Components) == 0 || got.Components[0].Name != "stdlib" {
		t.Errorf("%+v %v", got, err)
	}
	if err := run("nothing", &a); err == nil {
		t.Error("a file that is not there")
	}
}

func TestEveryModuleHasItsHash(t *testing.T) {
	info := &debug.BuildInfo{GoVersion: "go1.26.8", Main: debug.Module{Path: "sangfroid"}, Deps: []*debug.Module{
		{Path: "example.org/a", Version: "v1.2.3", Sum: "h1:" + strings.Repeat("A", 43) + "="},
		{Path: "example.org/b", Version: "v0.1.0", Replace: &debug.Module{Path: "example.org/c", Version: "v2.0.0", Sum: "h1:" + strings.Repeat("B", 43) + "="}},
	}}
	b, err := list(info, nil)
	if err != nil || len(b.Components) != 3 || b.Components[1].PURL != "pkg:golang/example.org/a@v1.2.3" || b.Components[2].Name != "example.org/c" {
		t.Errorf("%+v %v", b, err)
	}
	for _, sum := range []string{"", "h1:no base64!"} {
		info.Deps[0].Sum = sum
		if _, err := list(info, nil); err == nil {
			t.Errorf("%q is a hash", sum)
		}
	}
}
