package cli

import (
	"errors"
	"os"
	"path/filepath"
	"sangfroid/internal/archive"
	"time"
)

// isArchive tells whether a name is one of an archive: a folder, or a file that is packed as one.
func isArchive(name string) bool {
	info, err := os.Stat(name)
	return err == nil && (info.IsDir() || archive.Packed(name))
}

// archiveView is what "timeline verify ARCHIVE -o json" prints.
type archiveView struct {
	Schema    string             `json:"schema"`
	Whole     bool               `json:"whole"`
	Made      time.Time          `json:"made"`
	Files     int                `json:"files"`
	Problems  []archive.Problem  `json:"problems"`
	Incidents []archive.Incident `json:"incidents"`
}

var errArchive = errors.New("the archive was changed or damaged")

// verifyArchive holds an archive against its manifest.
func (a *app) verifyArchive(path string) error {
	m, problems, err := archive.Check(path)
	if errors.Is(err, archive.ErrNotArchive) {
		return a.hintf(a.failf(err, "cli.err.noarchive", "file", path), "cli.hint.noarchive")
	}
	if err != nil {
		return err
	}
	for i := range problems { // the names of whoever made it
		problems[i].Name = safe(problems[i].Name)
	}
	for i := range m.Incidents {
		k := &m.Incidents[i]
		for _, s := range []*string{&k.ID, &k.Realm, &k.Title, &k.Folder, &k.Record, &k.Root, &k.Verdict, &k.Checkpoint} {
			*s = safe(*s)
		}
	}
	made := m.Made.UTC().Format("2006-01-02 15:04 UTC")
	if a.flags.output == "json" {
		if problems == nil {
			problems = []archive.Problem{}
		}
		if err := a.printJSON(archiveView{archive.Schema, len(problems) == 0, m.Made, len(m.Files), problems, m.Incidents}); err != nil {
			return err
		}
	} else {
		key := "archive.whole"
		if len(problems) > 0 {
			key = "archive.not"
		}
		a.say(key, "file", path, "n", len(m.Files), "made", made, "incidents", len(m.Incidents))
		for _, p := range problems {
			a.printf("  %s: %s\n", safe(filepath.Base(path)), a.lang.T("archive.f."+string(p.What), "name", p.Name))
		}
		for _, i := range m.Incidents {
			a.say("archive.root", "id", i.ID, "n", i.Entries, "root", i.Root)
		}
		a.say("archive.limits")
	}
	if len(problems) > 0 {
		return a.hintf(a.failf(errArchive, "cli.err.archive"), "cli.hint.archive")
	}
	return nil
}
