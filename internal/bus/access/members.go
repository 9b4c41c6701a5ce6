package access

import (
	"errors"
	"os"
	"path/filepath"
	"sangfroid/internal/bus"
	"sangfroid/internal/text"
	"strings"
	"time"
)

// validName checks a name that goes into a file of lines, a subject, and the entries.
func validName(what, name string) error {
	const longest = 120
	if clean, hidden := text.Clean(name); name == "" || hidden || clean != name || strings.TrimSpace(name) != name || len(name) > longest {
		return failf("name", "what", what, "name", clean)
	}
	return nil
}

// Spec says whom to add.
type Spec struct {
	Name    string
	Role    string // a kind of account, or the part of a member in the cell
	Decides bool
	Drill   bool // drills only
	Source  string
}

// Add takes somebody in, and writes their credentials.
func Add(dir string, s Spec, now time.Time) (*Directory, *Member, error) {
	d, err := update(dir, func(d *Directory) error {
		_, err := d.add(s, now)
		return err
	})
	return d.member(s.Name, err)
}

// member finds who was changed: the register was sorted anew meanwhile.
func (d *Directory) member(name string, err error) (*Directory, *Member, error) {
	if err != nil {
		return nil, nil, err
	}
	return d, d.Find(name), nil
}

func (d *Directory) add(s Spec, now time.Time) (*Member, error) {
	if err := validName("name", s.Name); err != nil {
		return nil, err
	}
	m, err := s.member()
	if err != nil {
		return nil, err
	}
	old := d.Find(s.Name)
	if m.Token == KeeperName || (old != nil && (old.Active() != "" || old.Name != s.Name)) {
		return nil, failf("known", "name", s.Name)
	}
	if old != nil { // back again, with what is said now
		m.Keys = old.Keys
		*old = m
	} else {
		d.Members = append(d.Members, m)
		old = &d.Members[len(d.Members)-1]
	}
	return old, d.issue(old, now)
}

// issue gives a member a new key and writes their file.
func (d *Directory) issue(m *Member, now time.Time) error {
	ca, err := d.authority()
	if err != nil {
		return err
	}
	role := string(m.Role)
	if role == "" {
		role = string(m.Kind)
	}
	p, err := bus.NewPass(d.Cell, m.Name, role, d.Server, ca)
	if err != nil {
		return err
	}
	pub, err := p.Public()
	if err != nil {
		return err
	}
	b, err := p.Bytes()
	if err != nil {
		return err
	}
	path := d.PassFile(m)
	if m.Kind == KindKeeper {
		path = filepath.Join(d.dir, keeperFile)
	}
	if err := write(path, b); err != nil {
		return err
	}
	m.end(now)
	m.Keys = append(m.Keys, Key{Public: pub, From: now.UTC()})
	return nil
}

func (m *Member) end(now time.Time) {
	if m.Active() != "" {
		t := now.UTC()
		m.Keys[len(m.Keys)-1].Until = &t
	}
}

// Remove takes somebody out. Their entries stay; their key no longer counts once the server took the new configuration.
func Remove(dir, name string, now time.Time) (*Directory, *Member, error) {
	d, err := update(dir, func(d *Directory) error {
		m := d.Find(name)
		if m == nil || m.Active() == "" || m.Kind == KindKeeper {
			return failf("unknown", "name", name, "have", d.names())
		}
		m.end(now)
		if err := os.Remove(d.PassFile(m)); err != nil && !errors.Is(err, os.ErrNotExist) {
			return err
		}
		return nil
	})
	return d.member(name, err)
}

// Rotate gives somebody a new key; the old one no longer counts.
func Rotate(dir, name string, now time.Time) (*Directory, *Member, error) {
	d, err := update(dir, func(d *Directory) error {
		m := d.Find(name)
		if m == nil || m.Active() == "" {
			return failf("unknown", "name", name, "have", d.names())
		}
		return d.issue(m, now)
	})
	return d.member(name, err)
}

func (d *Directory) names() string {
	var out []string
	for i := range d.Members {
		if d.Members[i].Active() != "" {
			out = append(out, d.Members[i].Name)
		}
	}
	return strings.Join(out, ", ")
}
