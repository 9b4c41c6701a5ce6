package cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"sangfroid/internal/archive"
	"sangfroid/internal/incident"
	"sangfroid/internal/room"
	"sangfroid/internal/timeline"
	"strings"
)

// exportAll writes everything this machine has of its incidents into one archive. No key and no credentials are in it.
func (a *app) exportAll(ctx context.Context, out string) error {
	dir, err := a.dataDir()
	if err != nil {
		return err
	}
	if out == "" {
		out = "sangfroid-" + a.now().UTC().Format("20060102T150405Z") + ".tar.gz"
	}
	m := archive.Manifest{Made: a.now().UTC(), By: a.name(), Version: version, Problems: []string{}, Incidents: []archive.Incident{}}
	var items []archive.Item
	for _, realm := range []incident.Realm{incident.Live, incident.Drill} {
		more, err := a.archiveRealm(ctx, dir, realm, &m)
		if err != nil {
			return err
		}
		items = append(items, more...)
	}
	if len(items) == 0 {
		return a.hintf(a.failf(errNoIncident, "cli.err.restore.none", "dir", dir), "cli.hint.record")
	}
	waiting, err := a.waiting()
	if err != nil {
		return err
	}
	if len(waiting) > 0 {
		items = append(items, archive.Item{Name: "outbox.jsonl", Write: func(w io.Writer) error {
			enc := json.NewEncoder(w)
			for _, i := range waiting {
				if err := enc.Encode(i); err != nil {
					return err
				}
			}
			return nil
		}})
	}
	err = archive.Write(out, items, m)
	if errors.Is(err, fs.ErrExist) {
		return a.hintf(a.failf(err, "cli.err.exists", "file", out), "cli.hint.exists")
	}
	if err != nil {
		return err
	}
	for _, p := range m.Problems {
		a.printf("▲ %s\n", safe(p))
	}
	a.say("cli.archived", "n", len(m.Incidents), "files", len(items), "out", out)
	return nil
}

// folderOf is where an incident lies in the archive: a drill's name says that it is one.
func folderOf(realm incident.Realm, id string) string {
	if realm == incident.Drill {
		return "drill/EXERCISE-" + id
	}
	return "live/" + id
}

// archiveRealm lists what there is of a realm: every record, whole or set aside, and what is made of the longest of each incident.
func (a *app) archiveRealm(ctx context.Context, dir string, realm incident.Realm, m *archive.Manifest) ([]archive.Item, error) {
	records := filepath.Join(dir, "records", string(realm))
	files, err := os.ReadDir(records)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var items []archive.Item
	for _, f := range files {
		id, rest, _ := strings.Cut(f.Name(), ".")
		if f.IsDir() || !incident.ValidID(id) || strings.HasSuffix(rest, "lock") || !archive.Safe("record."+rest) {
			continue
		}
		items = append(items, archive.Item{Name: folderOf(realm, id) + "/record." + rest, Write: copyOf(filepath.Join(records, f.Name()))})
	}
	for _, l := range room.LocalRecords(dir) {
		if l.Realm == realm && incident.ValidID(string(l.ID)) {
			items = append(items, a.archiveIncident(ctx, dir, realm, l.ID, m)...)
		}
	}
	return items, nil
}

// copyOf copies a record as far as its lines are whole, another file as it is.
func copyOf(path string) func(io.Writer) error {
	return func(w io.Writer) error {
		if r, err := timeline.OpenReader(path); err == nil {
			defer r.Close() //nolint:errcheck // only read
			return timeline.Export(w, r, timeline.ExportOptions{Format: "jsonl"})
		}
		f, err := os.Open(path)
		if err != nil {
			return err
		}
		defer f.Close() //nolint:errcheck // only read
		_, err = io.Copy(w, f)
		return err
	}
}

// archiveIncident makes what people read of an incident. What cannot be made is told, and stops nothing: the record is what counts.
func (a *app) archiveIncident(ctx context.Context, dir string, realm incident.Realm, id incident.IncidentID, m *archive.Manifest) []archive.Item {
	folder := folderOf(realm, string(id))
	path := room.LongestRecord(dir, id)
	entry := archive.Incident{ID: string(id), Realm: string(realm), Folder: folder, Record: folder + "/record" + strings.TrimPrefix(filepath.Base(path), string(id))}
	problem := func(what string, err error) {
		m.Problems = append(m.Problems, fmt.Sprintf("%s: %s: %v", id, what, err))
	}
	rep, err := timeline.Verify(path)
	if err != nil {
		problem("verify", err)
		return nil
	}
	entry.Entries, entry.Root, entry.Verdict, entry.Covered = rep.Entries, rep.Root, string(rep.Verdict), rep.Covered
	if rep.Verdict == timeline.Damaged {
		problem("verify", errors.New(rep.String()))
	}
	var items []archive.Item
	if entry.Checkpoint, err = timeline.LastCheckpoint(path); err != nil {
		problem("checkpoint", err)
	} else if entry.Checkpoint != "" {
		items = append(items, archive.Bytes(folder+"/checkpoint.txt", []byte(entry.Checkpoint)))
	}
	more, title, err := a.readings(ctx, path, folder)
	if err != nil {
		problem("report", err)
	}
	entry.Title = title
	m.Incidents = append(m.Incidents, entry)
	return append(items, more...)
}

// readings are the status, the report and the playbooks of a record.
func (a *app) readings(ctx context.Context, path, folder string) (items []archive.Item, title string, err error) {
	r, err := timeline.OpenReader(path)
	if err != nil {
		return nil, "", err
	}
	defer r.Close() //nolint:errcheck // only read
	title = r.Header().Title
	err = r.Range(1, r.Len(), func(e incident.Entry) bool {
		if p, ok := e.Event.Data.(incident.PlanLaunched); ok && e.Via == "" && len(p.Playbook) > 0 {
			name := fmt.Sprintf("%s/playbook-%d-%s.json", folder, e.Seq, plainName(p.Plan))
			items = append(items, archive.Bytes(name, append([]byte(nil), p.Playbook...)))
		}
		return true
	})
	if err != nil {
		return items, title, err
	}
	v, err := a.view(ctx, path, "")
	if err != nil {
		return items, title, err
	}
	b, err := json.MarshalIndent(v, "", "  ")
	if err != nil {
		return items, title, err
	}
	made, err := a.makeReport(ctx, path, "", 0)
	if err != nil {
		return items, title, err
	}
	page := made.Page()
	return append(items, archive.Bytes(folder+"/status.json", append(b, '\n')), archive.Item{Name: folder + "/report.md", Write: page.Markdown},
		archive.Item{Name: folder + "/report.html", Write: page.HTML}), title, nil
}

// plainName keeps letters, digits and hyphens of a name that goes into a file's.
func plainName(s string) string {
	if incident.ValidID(s) {
		return s
	}
	return "plan"
}
