package bus

import (
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nkeys"
)

// Pass is what one person or program needs to come onto a cell's bus: who they are, where the bus is, which authority
// vouches for it, and their key. It is handed over as one text file of mode 0600; the tools of NATS read the key in it, too.
type Pass struct {
	Cell   string // the cell's name
	Name   string // the person's, as their entries say it
	Role   string // the part they play
	Server string // URLs of the bus, separated by commas
	CA     []byte // certificates in PEM; nil leaves it to the system's
	key    nkeys.KeyPair
}

const (
	passMark   = "# sangfroid credentials 1"
	seedHead   = "-----BEGIN USER NKEY SEED-----"
	seedFoot   = "------END USER NKEY SEED------"
	passAdvice = "# Whoever holds this file writes as this person. Keep it to yourself; when it is lost, have it replaced: sangfroid bus rotate."
)

// ErrPass is given for a file of credentials that cannot be used.
var ErrPass = &Error{"pass", "these credentials cannot be used", "ask whoever keeps the bus for a new file: sangfroid bus rotate NAME"}

// NewPass makes a pass with a new key.
func NewPass(cell, name, role, server string, ca []byte) (*Pass, error) {
	key, err := nkeys.CreateUser()
	if err != nil {
		return nil, fail(ErrPass, err)
	}
	return &Pass{Cell: cell, Name: name, Role: role, Server: server, CA: ca, key: key}, nil
}

// IsPass tells whether a file's beginning is that of a pass.
func IsPass(b []byte) bool { return bytes.HasPrefix(b, []byte(passMark)) }

// ReadPass reads a pass. ok is false, without an error, for a file that is something else, such as credentials made by the
// tools of NATS. Errors wrap [ErrPass].
func ReadPass(path string) (p *Pass, ok bool, err error) {
	b, err := os.ReadFile(path)
	if err != nil {
		return nil, false, fail(ErrPass, err)
	}
	if !IsPass(b) {
		return nil, false, nil
	}
	p, err = ParsePass(b)
	return p, err == nil, err
}

// maxPass is more than any pass needs.
const maxPass = 1 << 20

// ParsePass reads a pass's text. The error never holds any of it.
func ParsePass(b []byte) (*Pass, error) {
	if len(b) > maxPass || !IsPass(b) {
		return nil, failf(ErrPass, "not a file of credentials of sangfroid")
	}
	key, err := nkeys.ParseDecoratedUserNKey(b)
	if err != nil {
		return nil, failf(ErrPass, "it holds no key")
	}
	p := &Pass{key: key}
	head, _, _ := bytes.Cut(b, []byte("-----BEGIN"))
	for line := range strings.Lines(string(head)) {
		k, v, _ := strings.Cut(strings.TrimSpace(line), ":")
		v = strings.TrimSpace(v)
		switch k {
		case "cell":
			p.Cell = v
		case "name":
			p.Name = v
		case "role":
			p.Role = v
		case "server":
			p.Server = v
		}
	}
	if from := bytes.Index(b, []byte("-----BEGIN CERTIFICATE")); from >= 0 {
		to := bytes.LastIndex(b, []byte(seedHead))
		if to < from || !x509.NewCertPool().AppendCertsFromPEM(b[from:to]) {
			return nil, failf(ErrPass, "its certificate cannot be read")
		}
		p.CA = bytes.Clone(b[from:to])
	}
	if p.Name == "" || p.Server == "" {
		return nil, failf(ErrPass, "it names no person or no server")
	}
	return p, nil
}

// Bytes is the pass as a file. It holds the key.
func (p *Pass) Bytes() ([]byte, error) {
	for _, s := range []string{p.Cell, p.Name, p.Role, p.Server} {
		if strings.ContainsAny(s, "\r\n") {
			return nil, failf(ErrPass, "a line break in a name")
		}
	}
	seed, err := p.key.Seed()
	if err != nil {
		return nil, fail(ErrPass, err)
	}
	var b bytes.Buffer
	fmt.Fprintf(&b, "%s\n%s\ncell: %s\nname: %s\nrole: %s\nserver: %s\n", passMark, passAdvice, p.Cell, p.Name, p.Role, p.Server)
	b.Write(p.CA)
	if len(p.CA) > 0 && p.CA[len(p.CA)-1] != '\n' {
		b.WriteByte('\n')
	}
	fmt.Fprintf(&b, "%s\n%s\n%s\n", seedHead, seed, seedFoot)
	return b.Bytes(), nil
}

// Public is the public half of the key, which the server knows the person by.
func (p *Pass) Public() (string, error) {
	pub, err := p.key.PublicKey()
	if err != nil {
		return "", fail(ErrPass, err)
	}
	return pub, nil
}

// Sign signs bytes with the person's key.
func (p *Pass) Sign(b []byte) ([]byte, error) { return p.key.Sign(b) }

// String leaves the key out, wherever a pass is printed.
func (p *Pass) String() string { return "credentials of " + p.Name }

// GoString is the same.
func (p *Pass) GoString() string { return p.String() }

// InboxOf is the prefix of the reply subjects of an author: nobody else may listen there.
func InboxOf(author string) string { return "_INBOX_" + author }

// options come onto the bus with the pass.
func (p *Pass) options() ([]nats.Option, error) {
	pub, err := p.Public()
	if err != nil {
		return nil, err
	}
	opts := []nats.Option{nats.Nkey(pub, p.Sign), nats.CustomInboxPrefix(InboxOf(AuthorToken(p.Name)))}
	if len(p.CA) > 0 {
		pool := x509.NewCertPool()
		if !pool.AppendCertsFromPEM(p.CA) {
			return nil, fail(ErrPass, errors.New("its certificate cannot be read"))
		}
		opts = append(opts, nats.Secure(&tls.Config{RootCAs: pool, MinVersion: tls.VersionTLS12}))
	}
	return opts, nil
}
