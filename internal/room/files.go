package room

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"sangfroid/internal/cell"
	"sangfroid/internal/incident"
	"sangfroid/internal/text"
	"sangfroid/internal/timeline"
	"strconv"
	"strings"
)

// maxCopies is how many processes of one data directory may have the same incident open, each with its own record.
const maxCopies = 64

// recordPath is where the n-th copy of an incident's record lies; the first has no number.
func recordPath(dir string, realm incident.Realm, id incident.IncidentID, n int) string {
	name := string(id)
	if n > 1 {
		name += "." + strconv.Itoa(n)
	}
	return filepath.Join(dir, "records", string(realm), name+".jsonl")
}

// openRecord opens the first record of the incident that no other process writes, or makes one.
func (d *Desk) openRecord(id incident.IncidentID, realm incident.Realm, title string) (*timeline.Record, error) {
	signer, err := timeline.LoadOrCreateKey(filepath.Join(d.opts.DataDir, "key"), "sangfroid/"+string(id))
	if err != nil {
		return nil, err
	}
	if err := os.MkdirAll(filepath.Join(d.opts.DataDir, "records", string(realm)), 0o700); err != nil {
		return nil, err
	}
	for n := 1; n <= maxCopies; n++ {
		path := recordPath(d.opts.DataDir, realm, id, n)
		r, err := timeline.Open(path, signer)
		if errors.Is(err, os.ErrNotExist) {
			r, err = timeline.Create(path, timeline.Header{Incident: id, Realm: realm, Title: title, Axis: timeline.AxisReceived}, signer)
		}
		if errors.Is(err, timeline.ErrNotTimeline) {
			// A power cut at its birth, or somebody else's file. The bus has what it had; nobody stands before a closed door.
			aside, gone := timeline.SetAside(path)
			if gone != nil {
				return nil, errors.Join(err, gone)
			}
			d.opts.Log.Error("a record that cannot be read was set aside", "path", path, "as", aside, "error", err)
			n--
			continue
		}
		if errors.Is(err, timeline.ErrLocked) || errors.Is(err, os.ErrExist) {
			continue
		}
		return r, err
	}
	return nil, timeline.ErrLocked
}

// LocalRecords lists the incidents that have a record in a data directory.
func LocalRecords(dir string) []cell.Listing {
	var out []cell.Listing
	for _, realm := range []incident.Realm{incident.Live, incident.Drill} {
		// Not by a pattern: the directory's own name may have characters that mean something in one.
		records := filepath.Join(dir, "records", string(realm))
		files, err := os.ReadDir(records)
		if err != nil {
			continue
		}
		for _, f := range files {
			name, ours := strings.CutSuffix(f.Name(), ".jsonl")
			if !ours || strings.Contains(name, ".") {
				continue // another process's copy
			}
			h, err := timeline.ReadHeader(filepath.Join(records, f.Name()))
			if err != nil {
				continue
			}
			out = append(out, cell.Listing{ID: incident.IncidentID(name), Realm: realm, Title: h.Title, Local: true})
		}
	}
	return out
}

// LocalRecord is the path of an incident's record in a data directory; "" when there is none.
func LocalRecord(dir string, id incident.IncidentID) string {
	for _, realm := range []incident.Realm{incident.Live, incident.Drill} {
		p := recordPath(dir, realm, id, 1)
		if _, err := os.Stat(p); err == nil {
			return p
		}
	}
	return ""
}

// LongestRecord is the path of the incident's record that has most, of those the processes of a data directory wrote; ""
// when there is none.
func LongestRecord(dir string, id incident.IncidentID) string {
	best, size := "", int64(-1)
	for _, realm := range []incident.Realm{incident.Live, incident.Drill} {
		for n := 1; n <= maxCopies; n++ {
			p := recordPath(dir, realm, id, n)
			if info, err := os.Stat(p); err == nil && info.Size() > size {
				best, size = p, info.Size()
			}
		}
	}
	return best
}

const identityFile = "identity.json"

// Identity is who last used the console of a data directory; ok is false when nobody did.
func Identity(dir string) (p cell.Person, ok bool) {
	b, err := os.ReadFile(filepath.Join(dir, identityFile))
	if err != nil {
		return cell.Person{}, false
	}
	var v struct {
		Name string        `json:"name"`
		Role incident.Role `json:"role"`
	}
	if json.Unmarshal(b, &v) != nil || !incident.ValidID(string(v.Role)) {
		return cell.Person{}, false
	}
	v.Name, _ = text.Clean(v.Name)
	return cell.Person{Name: v.Name, Role: v.Role}, v.Name != ""
}

func saveIdentity(dir string, p cell.Person) error {
	b, err := json.Marshal(map[string]string{"name": p.Name, "role": string(p.Role)})
	if err != nil {
		return err
	}
	return writeFile(filepath.Join(dir, identityFile), b)
}

// writeFile replaces a small file as a whole: written aside, synced, renamed.
func writeFile(path string, b []byte) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	f, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+"-*")
	if err != nil {
		return err
	}
	_, err = f.Write(b)
	err = errors.Join(err, f.Sync(), f.Close())
	if err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		_ = os.Remove(f.Name()) // nothing is left aside
	}
	return err
}

// KeepDraft saves half-typed fields, so that a killed terminal loses none; nil forgets them.
func (r *Room) KeepDraft(form string, fields map[string]string) {
	r.desk.keepDraft(string(r.id), form, fields)
}

// Draft gives saved fields back; nil when there are none.
func (r *Room) Draft(form string) map[string]string { return r.desk.draft(string(r.id), form) }

// deskDrafts is where forms that belong to no incident yet are kept. No incident has this id: theirs begin with "inc-".
const deskDrafts = "desk"

// KeepDraft saves half-typed fields of a form that belongs to no incident yet; nil forgets them.
func (d *Desk) KeepDraft(form string, fields map[string]string) {
	d.keepDraft(deskDrafts, form, fields)
}

// Draft gives such fields back; nil when there are none.
func (d *Desk) Draft(form string) map[string]string { return d.draft(deskDrafts, form) }

func (d *Desk) keepDraft(id, form string, fields map[string]string) {
	path := d.draftPath(id, form)
	if len(fields) == 0 {
		_ = os.Remove(path) // there may be none
		return
	}
	b, err := json.Marshal(fields)
	if err == nil {
		err = writeFile(path, b)
	}
	if err != nil {
		d.opts.Log.Error("draft", "error", err)
	}
}

func (d *Desk) draft(id, form string) map[string]string {
	b, err := os.ReadFile(d.draftPath(id, form))
	if err != nil {
		return nil
	}
	var fields map[string]string
	if json.Unmarshal(b, &fields) != nil {
		return nil
	}
	for k, v := range fields {
		fields[k], _ = text.CleanBlock(v)
	}
	return fields
}

// draftPath keeps to letters, digits and hyphens, whatever a form is called.
func (d *Desk) draftPath(id, form string) string {
	safe := strings.Map(func(c rune) rune {
		if (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' {
			return c
		}
		return '_'
	}, form)
	return filepath.Join(d.draftDir, id+"."+safe+".json")
}

// ExercisePrefix marks the name of a file that is made from a drill: word, the realm's name, and a hyphen. It is empty for
// what is real.
func ExercisePrefix(realm incident.Realm, word string) string {
	if realm != incident.Drill {
		return ""
	}
	return word + "-"
}
