// Package access keeps who may come onto a cell's bus and what the bus lets them do: a directory with the register of members,
// the accounts and permissions as NATS configuration, the certificates, and one file of credentials for each person or program.
//
// Accounts are NKey users in one included file. The server knows public keys only; a person's key is in their own file and
// nowhere else. Adding, removing and replacing is a new file and a reload of the server: nobody else is disturbed, and
// whoever is gone is cut off. The directory has mode 0700, its files 0600; a lock keeps two commands apart.
package access

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sangfroid/internal/bus"
	"sangfroid/internal/incident"
	"slices"
	"strings"
	"time"

	"github.com/gofrs/flock"
)

// Schema names the form of the register.
const Schema = "sangfroid.access/1"

// Files of the directory.
const (
	registerFile = "cell.json"
	MembersFile  = "members.conf" // the account's users: what changes with each member
	ServerFile   = "server.conf"  // a whole server's configuration
	ClusterFile  = "cluster.conf.example"
	keeperFile   = "keeper.creds"
	passesDir    = "passes"
	lockFile     = ".lock"
	caFile       = "ca.pem"
	caKeyFile    = "ca.key"
	certFile     = "server.pem"
	certKeyFile  = "server.key"
	appliedFile  = "applied" // what the server last took
)

// Account is the name of the NATS account that has the cell's streams.
const Account = "SANGFROID"

// KeeperName is who makes the streams and restores a lost bus; it takes no part in an incident.
const KeeperName = "keeper"

// Member is one person or program.
type Member struct {
	Name    string           `json:"name"`
	Token   string           `json:"token"` // their part of the subjects
	Kind    Kind             `json:"kind"`
	Role    incident.Role    `json:"role,omitempty"` // the part in the cell, for a person
	Decides bool             `json:"decides,omitempty"`
	Realms  []incident.Realm `json:"realms"`
	Source  string           `json:"source,omitempty"` // of the signals of an automation
	Keys    []Key            `json:"keys"`             // the last one counts while it has no end
}

// Key is the public half of a key, and when it counted.
type Key struct {
	Public string     `json:"public"`
	From   time.Time  `json:"from"`
	Until  *time.Time `json:"until,omitempty"`
}

// Active is the key that counts now; "" for a member who was removed.
func (m *Member) Active() string {
	if n := len(m.Keys); n > 0 && m.Keys[n-1].Until == nil {
		return m.Keys[n-1].Public
	}
	return ""
}

// Register is who is on the bus, and who was.
type Register struct {
	Schema  string   `json:"schema"`
	Cell    string   `json:"cell"`
	Server  string   `json:"server"` // URL for the members
	Listen  string   `json:"listen"`
	Hosts   []string `json:"hosts,omitempty"` // in the server's certificate
	TLS     TLS      `json:"tls"`
	Members []Member `json:"members"`
}

// Directory is a register on disk.
type Directory struct {
	dir string
	Register
}

// Error is what can go wrong here; the catalogue has the sentences under "access.err.…".
type Error struct {
	Code string
	Args []string
	err  error
}

// Error is for logs.
func (e *Error) Error() string {
	s := "access: " + e.Code + " " + strings.Join(e.Args, " ")
	if e.err != nil {
		s += ": " + e.err.Error()
	}
	return s
}

// Unwrap gives the cause.
func (e *Error) Unwrap() error { return e.err }

func failf(code string, args ...string) error { return &Error{Code: code, Args: args} }

// Load reads a directory that [Init] made.
func Load(dir string) (*Directory, error) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return nil, err
	}
	b, err := os.ReadFile(filepath.Join(dir, registerFile))
	if errors.Is(err, os.ErrNotExist) {
		return nil, &Error{Code: "none", Args: []string{"dir", dir}, err: err}
	}
	if err != nil {
		return nil, err
	}
	d := &Directory{dir: dir}
	if err := json.Unmarshal(b, &d.Register); err != nil || d.Schema != Schema {
		return nil, &Error{Code: "register", Args: []string{"file", filepath.Join(dir, registerFile)}, err: err}
	}
	return d, nil
}

// Dir is where it lies.
func (d *Directory) Dir() string { return d.dir }

// ServerConfig is the configuration for [bus.Config].
func (d *Directory) ServerConfig() string { return filepath.Join(d.dir, ServerFile) }

// Watched are the files whose change the server is to take.
func (d *Directory) Watched() []string {
	out := []string{filepath.Join(d.dir, MembersFile), d.ServerConfig()}
	if d.TLS.Cert != "" {
		out = append(out, d.certPath())
	}
	return out
}

// Keeper are the credentials of the bus's keeper.
func (d *Directory) Keeper() (*bus.Pass, error) {
	p, ok, err := bus.ReadPass(filepath.Join(d.dir, keeperFile))
	if err == nil && !ok {
		err = bus.ErrPass
	}
	return p, err
}

// KeeperFile is where they are.
func (d *Directory) KeeperFile() string { return filepath.Join(d.dir, keeperFile) }

// PassFile is where the credentials of a member are put.
func (d *Directory) PassFile(m *Member) string {
	return filepath.Join(d.dir, passesDir, m.Token+".creds")
}

// Find is the member of a name or token; nil when there is none.
func (d *Directory) Find(name string) *Member {
	token := bus.AuthorToken(name)
	for i := range d.Members {
		if m := &d.Members[i]; m.Name == name || m.Token == token || m.Token == name {
			return m
		}
	}
	return nil
}

// update runs change on the register under the lock, then writes the register and the configuration.
func update(dir string, change func(*Directory) error) (*Directory, error) {
	lock := flock.New(filepath.Join(dir, lockFile))
	if err := lock.Lock(); err != nil {
		return nil, err
	}
	defer lock.Close() //nolint:errcheck // the process's end frees it anyway
	d, err := Load(dir)
	if err != nil {
		return nil, err
	}
	if err := change(d); err != nil {
		return nil, err
	}
	return d, d.save()
}

// save writes what follows from the register; the file the server watches comes last.
func (d *Directory) save() error {
	slices.SortFunc(d.Members, func(a, b Member) int { return strings.Compare(a.Token, b.Token) })
	b, err := json.MarshalIndent(d.Register, "", "  ")
	if err != nil {
		return err
	}
	return errors.Join(
		write(filepath.Join(d.dir, registerFile), append(b, '\n')),
		write(filepath.Join(d.dir, ClusterFile), d.clusterConf()),
		write(filepath.Join(d.dir, ServerFile), d.serverConf()),
		write(filepath.Join(d.dir, MembersFile), d.membersConf()),
	)
}

// write replaces a file as a whole, readable by this account only.
func write(path string, b []byte) error {
	f, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+"-*")
	if err != nil {
		return err
	}
	_, err = f.Write(b)
	if err = errors.Join(err, f.Sync(), f.Close()); err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		_ = os.Remove(f.Name()) // nothing is left aside
	}
	return err
}

// String names the directory, without what is in it.
func (d *Directory) String() string { return fmt.Sprintf("access of %s in %s", d.Cell, d.dir) }

// Fingerprint names what the server is to run by.
func (d *Directory) Fingerprint() (string, error) {
	h := sha256.New()
	for _, f := range d.Watched() {
		b, err := os.ReadFile(f)
		if err != nil {
			return "", err
		}
		_, _ = h.Write(b) // a hash takes everything
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}

// NoteApplied notes that the server of this machine runs by what is here now.
func (d *Directory) NoteApplied() error {
	sum, err := d.Fingerprint()
	if err != nil {
		return err
	}
	return write(filepath.Join(d.dir, appliedFile), []byte(sum))
}

// Applied is what the server of this machine last took; running is false when none runs by this directory here.
func (d *Directory) Applied() (sum string, running bool) {
	b, err := os.ReadFile(filepath.Join(d.dir, appliedFile))
	return string(b), err == nil
}

// Stopped notes that no server runs by this directory any more.
func (d *Directory) Stopped() {
	_ = os.Remove(filepath.Join(d.dir, appliedFile)) // a server that was killed leaves it, too: then a command waits in vain, and says so
}

// streamsFile tells that the streams were made once: when they are gone, the bus was lost.
const streamsFile = "streams"

// NoteStreams notes that the bus's streams are there.
func (d *Directory) NoteStreams() error {
	if d.HadStreams() {
		return nil
	}
	return write(filepath.Join(d.dir, streamsFile), []byte("made\n"))
}

// HadStreams tells whether they once were.
func (d *Directory) HadStreams() bool {
	_, err := os.Stat(filepath.Join(d.dir, streamsFile))
	return err == nil
}

// ReadRegister reads the register of members alone (cell.json), wherever it lies: it holds no secret.
func ReadRegister(path string) (*Register, error) {
	b, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	r := &Register{}
	if err := json.Unmarshal(b, r); err != nil || r.Schema != Schema {
		return nil, &Error{Code: "register", Args: []string{"file", path}, err: err}
	}
	return r, nil
}

// Owner is whose a key is or once was; "" for one the register does not know.
func (r *Register) Owner(key string) string {
	for i := range r.Members {
		for _, k := range r.Members[i].Keys {
			if k.Public == key {
				return r.Members[i].Name
			}
		}
	}
	return ""
}
