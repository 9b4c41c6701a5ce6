// Command sbom writes what a program is made of as CycloneDX 1.5 (JSON): every module the linker put into it, with the hash
// go.sum knows it by, as the program itself tells. The same program gives the same bytes: no time, no random serial number.
package main

import (
	"crypto/sha256"
	"debug/buildinfo"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime/debug"
	"strings"
)

type bom struct {
	Format     string      `json:"bomFormat"`
	Spec       string      `json:"specVersion"`
	Version    int         `json:"version"`
	Meta       meta        `json:"metadata"`
	Components []component `json:"components"`
}

type meta struct {
	Component component `json:"component"`
}

type component struct {
	Type       string     `json:"type"`
	Ref        string     `json:"bom-ref"`
	Name       string     `json:"name"`
	Version    string     `json:"version"`
	PURL       string     `json:"purl,omitempty"`
	Hashes     []hash     `json:"hashes,omitempty"`
	Properties []property `json:"properties,omitempty"`
}

type hash struct {
	Algorithm string `json:"alg"`
	Content   string `json:"content"`
}

type property struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

func main() {
	if len(os.Args) != 2 {
		_, _ = fmt.Fprintln(os.Stderr, "usage: sbom PROGRAM")
		os.Exit(2)
	}
	if err := run(os.Args[1], os.Stdout); err != nil {
		_, _ = fmt.Fprintln(os.Stderr, "sbom:", err)
		os.Exit(1)
	}
}

func run(path string, w io.Writer) error {
	info, err := buildinfo.ReadFile(path)
	if err != nil {
		return err
	}
	raw, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	b, err := list(info, raw)
	if err != nil {
		return err
	}
	enc := json.NewEncoder(w)
	enc.SetIndent("", "  ")
	return enc.Encode(b)
}

// list makes the bill of what a build tells of itself.
func list(info *debug.BuildInfo, program []byte) (bom, error) {
	sum := sha256.Sum256(program)
	b := bom{Format: "CycloneDX", Spec: "1.5", Version: 1}
	b.Meta.Component = component{
		Type: "application", Ref: info.Main.Path, Name: info.Main.Path, Version: orDevel(info.Main.Version),
		Hashes: []hash{{"SHA-256", hex.EncodeToString(sum[:])}}, Properties: []property{{"go:version", info.GoVersion}},
	}
	b.Components = append(b.Components, component{
		Type: "library", Ref: "pkg:golang/stdlib@" + strings.TrimPrefix(info.GoVersion, "go"), Name: "stdlib",
		Version: strings.TrimPrefix(info.GoVersion, "go"), PURL: "pkg:golang/stdlib@" + strings.TrimPrefix(info.GoVersion, "go"),
	})
	for _, m := range info.Deps {
		if m.Replace != nil {
			m = m.Replace
		}
		c := component{Type: "library", Name: m.Path, Version: m.Version, PURL: "pkg:golang/" + m.Path + "@" + m.Version}
		c.Ref = c.PURL
		digest, ok := strings.CutPrefix(m.Sum, "h1:")
		if !ok {
			return b, errors.New(m.Path + " has no hash: build it with modules, from go.sum")
		}
		if _, err := base64.StdEncoding.DecodeString(digest); err != nil {
			return b, fmt.Errorf("%s: %w", m.Path, err)
		}
		c.Properties = []property{{"go:sum", m.Sum}} // of the module's file list, as go.sum has it; no hash of one file
		b.Components = append(b.Components, c)
	}
	return b, nil
}

func orDevel(version string) string {
	if version == "" {
		return "(devel)"
	}
	return version
}
