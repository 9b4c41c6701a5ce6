package access

import (
	"crypto/tls"
	"errors"
	"net"
	"os"
	"path/filepath"
	"sangfroid/internal/incident"
	"time"
)

// Options of a new directory.
type Options struct {
	Cell   string
	Listen string   // host:port of the server
	Hosts  []string // names and addresses the members reach it by; the first is in their files
	NoTLS  bool
	// Cert, Key and CA are files of certificates there are already; CA may be "" for one the members' systems know.
	Cert, Key, CA string
}

// Init makes a directory. One that is there already is left as it is.
func Init(dir string, o Options, now time.Time) (*Directory, error) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return nil, err
	}
	if err := validName("cell", o.Cell); err != nil {
		return nil, err
	}
	_, port, err := net.SplitHostPort(o.Listen)
	if err != nil {
		return nil, &Error{Code: "listen", Args: []string{"listen", o.Listen}, err: err}
	}
	if len(o.Hosts) == 0 {
		return nil, failf("hosts")
	}
	for _, h := range o.Hosts {
		if err := validHost(h); err != nil {
			return nil, err
		}
	}
	if err := os.MkdirAll(filepath.Join(dir, passesDir), 0o700); err != nil {
		return nil, err
	}
	if err := os.Chmod(dir, 0o700); err != nil {
		return nil, err
	}
	if files, err := os.ReadDir(dir); err != nil || len(files) > 1 {
		return nil, &Error{Code: "exists", Args: []string{"dir", dir}, err: err}
	}
	d := &Directory{dir: dir, Register: Register{Schema: Schema, Cell: o.Cell, Listen: o.Listen, Hosts: o.Hosts}}
	scheme := "tls://"
	if o.NoTLS {
		scheme = "nats://"
	}
	d.Server = scheme + net.JoinHostPort(o.Hosts[0], port)
	if !o.NoTLS {
		if err := d.certificates(o, now); err != nil {
			return nil, err
		}
	}
	d.Members = []Member{{Name: KeeperName, Token: KeeperName, Kind: KindKeeper, Realms: []incident.Realm{}}}
	return d, errors.Join(d.issue(&d.Members[0], now), d.save())
}

// certificates takes those that are given, or makes the cell's own.
func (d *Directory) certificates(o Options, now time.Time) error {
	if o.Cert == "" && o.Key == "" {
		d.TLS = TLS{Cert: certFile, Key: certKeyFile, CA: caFile, Own: true}
		return errors.Join(d.makeCA(now), d.makeCert(now))
	}
	for _, p := range []*string{&o.Cert, &o.Key, &o.CA} {
		if *p == "" {
			continue
		}
		abs, err := filepath.Abs(*p)
		if err != nil {
			return err
		}
		*p = abs
	}
	if _, err := tls.LoadX509KeyPair(o.Cert, o.Key); err != nil {
		return &Error{Code: "certificate", Args: []string{"file", o.Cert}, err: err}
	}
	d.TLS = TLS{Cert: o.Cert, Key: o.Key, CA: o.CA}
	_, err := d.authority()
	return err
}

// validHost takes names and addresses only: they stand in a file of lines and in URLs.
func validHost(h string) error {
	if net.ParseIP(h) != nil {
		return nil
	}
	for _, c := range h {
		if (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') && (c < '0' || c > '9') && c != '-' && c != '.' {
			return failf("host", "host", h)
		}
	}
	if h == "" || len(h) > 253 {
		return failf("host", "host", h)
	}
	return nil
}
