package room

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"sangfroid/internal/bus"
	"sangfroid/internal/incident"
	"sangfroid/internal/timeline"
	"slices"
	"strings"
)

// Recovery is what the records of one or more consoles can bring back of a bus: the messages of each realm under the numbers and
// with the times the bus gave them, and where each record's came from.
type Recovery struct {
	Records []Recovered
	Streams map[incident.Realm][]bus.Stored
}

// Recovered is one record's part.
type Recovered struct {
	Path     string              `json:"record"`
	Incident incident.IncidentID `json:"incident"`
	Realm    incident.Realm      `json:"realm"`
	Title    string              `json:"title"`
	Entries  int                 `json:"entries"`
	Root     string              `json:"root"`
	Covered  int                 `json:"covered"` // by a signed checkpoint
	Restored string              `json:"restored_root,omitempty"`
}

// UnfitError tells a record that cannot bring anything back, or two that contradict one another.
type UnfitError struct {
	Why  string // damaged, imported, differ
	Path string
	Args []string
}

// Error is for logs.
func (e *UnfitError) Error() string {
	return fmt.Sprintf("%s is unfit to restore from: %s %s", e.Path, e.Why, strings.Join(e.Args, " "))
}

// Recover reads records. The same entry in several of them must be the same.
func Recover(paths []string) (*Recovery, error) {
	rec := &Recovery{Streams: make(map[incident.Realm][]bus.Stored)}
	from := make(map[incident.Realm]map[uint64]found)
	for _, path := range paths {
		if err := rec.take(path, from); err != nil {
			return nil, err
		}
	}
	for realm, all := range from {
		for _, f := range all {
			rec.Streams[realm] = append(rec.Streams[realm], f.Stored)
		}
		slices.SortFunc(rec.Streams[realm], func(a, b bus.Stored) int { return cmp.Compare(a.Bus, b.Bus) })
	}
	return rec, nil
}

// found is a message and the record it is from.
type found struct {
	bus.Stored
	path string
}

func (rec *Recovery) take(path string, from map[incident.Realm]map[uint64]found) error {
	rep, err := timeline.Verify(path)
	if err != nil {
		return err
	}
	if rep.Verdict == timeline.Damaged {
		f := rep.Findings[0]
		return &UnfitError{Why: "damaged", Path: path, Args: append([]string{"line", fmt.Sprint(f.Line), "entry", fmt.Sprint(f.Entry)}, f.Args...)}
	}
	r, err := timeline.OpenReader(path)
	if err != nil {
		return err
	}
	defer r.Close() //nolint:errcheck // only read
	h := r.Header()
	if from[h.Realm] == nil {
		from[h.Realm] = make(map[uint64]found)
	}
	var failed error
	err = r.Range(1, r.Len(), func(e incident.Entry) bool {
		m := stored(h, e)
		have, known := from[h.Realm][e.Bus]
		switch {
		case e.Bus == 0:
			failed = &UnfitError{Why: "imported", Path: path, Args: []string{"entry", fmt.Sprint(e.Seq)}}
		case known && (have.Subject != m.Subject || !have.Received.Equal(m.Received) || !bytes.Equal(have.Raw, m.Raw)):
			failed = &UnfitError{Why: "differ", Path: path, Args: []string{"entry", fmt.Sprint(e.Seq), "other", have.path}}
		}
		from[h.Realm][e.Bus] = found{m, path}
		return failed == nil
	})
	if err = errors.Join(failed, err); err != nil {
		return err
	}
	rec.Records = append(rec.Records, Recovered{
		Path: path, Incident: h.Incident, Realm: h.Realm, Title: h.Title, Entries: rep.Entries, Root: rep.Root, Covered: rep.Covered,
	})
	return nil
}

// stored is an entry as the bus had it. The subject is not in the record but where it does not follow from the event.
func stored(h timeline.Header, e incident.Entry) bus.Stored {
	m := bus.Stored{Bus: e.Bus, Received: e.Received, Subject: e.Via, Raw: e.Raw}
	if m.Subject == "" {
		author, category, entity := route("", e.Event)
		m.Subject = strings.Join([]string{"sangfroid", string(h.Realm), string(h.Incident), author, category, entity}, ".")
	}
	if e.Event.ID != "" && e.Event.Source != "" && oneLine(e.Event.Source) && oneLine(string(e.Event.ID)) {
		m.MsgID = e.Event.Source + "#" + string(e.Event.ID)
	}
	return m
}

// oneLine keeps what cannot stand in a header out of it.
func oneLine(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool { return r < ' ' || r == 0x7f })
}

// Restore makes the streams, reads them back, and gives each record the root of what the bus now has: the same.
func (rec *Recovery) Restore(ctx context.Context, b *bus.Bus) error {
	for _, realm := range []incident.Realm{incident.Live, incident.Drill} {
		msgs := rec.Streams[realm]
		if len(msgs) == 0 {
			continue
		}
		if err := b.Restore(ctx, string(realm), msgs); err != nil {
			return err
		}
		if err := rec.roots(ctx, b, realm); err != nil {
			return err
		}
	}
	return nil
}

// roots reads a realm as a console would, and makes each incident's tree of it.
func (rec *Recovery) roots(ctx context.Context, b *bus.Bus, realm incident.Realm) error {
	trees := make(map[incident.IncidentID]*timeline.Memory)
	err := b.ReadAll(ctx, string(realm), func(m bus.Message) error {
		parts := strings.Split(m.Subject, ".")
		if len(parts) < subjectTokens {
			return nil
		}
		id := incident.IncidentID(parts[2])
		if trees[id] == nil {
			trees[id] = timeline.NewMemory(timeline.Header{Incident: id, Realm: realm})
		}
		ev := incident.Decode(m.Raw)
		_, err := trees[id].Append(timeline.Line{Bus: m.Bus, Received: m.Received, Raw: m.Raw, Via: via(m, &ev)})
		return err
	})
	if err != nil {
		return err
	}
	for i := range rec.Records {
		r := &rec.Records[i]
		if r.Realm != realm || trees[r.Incident] == nil {
			continue
		}
		size, root := trees[r.Incident].Root()
		r.Restored = root
		if size == r.Entries && root != r.Root {
			return fmt.Errorf("%w: %s", bus.ErrUnlike, r.Path)
		}
	}
	return nil
}

// Append sends what the bus does not have behind what it has, in the order it once had, byte for byte; the bus gives new
// numbers and times. It gives how many it sent.
func (rec *Recovery) Append(ctx context.Context, b *bus.Bus) (int, error) {
	n := 0
	for _, realm := range []incident.Realm{incident.Live, incident.Drill} {
		if len(rec.Streams[realm]) == 0 {
			continue
		}
		have := make(map[string]bool)
		err := b.ReadAll(ctx, string(realm), func(m bus.Message) error {
			have[m.Subject+"\x00"+string(m.Raw)] = true
			return nil
		})
		if err != nil {
			return n, err
		}
		for _, m := range rec.Streams[realm] {
			if have[m.Subject+"\x00"+string(m.Raw)] {
				continue
			}
			p := strings.Split(m.Subject, ".")
			if len(p) != subjectTokens {
				continue // no console would read it
			}
			if _, err := b.Publish(ctx, bus.Outgoing{Realm: p[1], Incident: p[2], Author: p[3], Category: p[4], Entity: p[5], MsgID: m.MsgID, Raw: m.Raw}); err != nil {
				return n, err
			}
			n++
		}
	}
	return n, nil
}

// AllRecords lists the records of a data directory: of each incident, the longest one of its processes.
func AllRecords(dir string) []string {
	var out []string
	for _, l := range LocalRecords(dir) {
		if p := LongestRecord(dir, l.ID); p != "" {
			out = append(out, p)
		}
	}
	return out
}
