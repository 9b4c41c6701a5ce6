package report_test

import (
	"flag"
	"os"
	"path/filepath"
	"sangfroid/internal/incident"
	"sangfroid/internal/locale"
	"testing"
)

var update = flag.Bool("update", false, "write the golden files anew")

func TestGolden(t *testing.T) {
	for name, run := range map[string]struct {
		realm incident.Realm
		lang  locale.Lang
	}{"live-en": {incident.Live, locale.English}, "drill-fr": {incident.Drill, locale.French}} {
		md, html, _ := forms(t, made(t, evening(t, run.realm, nil), run.lang))
		same(t, name+".md", md)
		same(t, name+".html", html)
	}
}

// same compares with a golden file, or writes it.
func same(t *testing.T, file, got string) {
	t.Helper()
	path := filepath.Join("testdata", file)
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if string(want) != got {
		t.Errorf("%s changed: go test ./internal/report -update, and look at the difference", path)
	}
}
