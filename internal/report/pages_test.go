package report_test

import (
	"flag"
	"os"
	"path/filepath"
	"sangfroid/internal/incident"
	"sangfroid/internal/locale"
	"testing"
)

var pages = flag.String("pages", "", "a directory: write the pages that are looked at in a browser there")

// books are the shipped playbooks, and what each is played as.
func books() map[string]incident.Realm {
	return map[string]incident.Realm{"cold": incident.Live, "warm": incident.Live, "hot": incident.Drill, "ha": incident.Live, "vital": incident.Drill}
}

// TestPages plays every shipped playbook to its end and makes its report: all of it is told, and nothing is left unknown
// that the run recorded. With -pages the pages are written, for make report-check.
func TestPages(t *testing.T) {
	for book, realm := range books() {
		c := played(t, book, realm)
		for _, lang := range []locale.Lang{locale.English, locale.French} {
			r := made(t, c, lang)
			_, page, _ := forms(t, r)
			wellFormed(t, page, lang)
			if *pages != "" {
				if err := os.WriteFile(filepath.Join(*pages, book+"."+string(lang)+".html"), []byte(page), 0o600); err != nil {
					t.Fatal(err)
				}
			}
		}
	}
}
