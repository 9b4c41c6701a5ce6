package bus

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func newPass(t testing.TB) (*Pass, []byte) {
	t.Helper()
	p, err := NewPass("north", "A. Martin", "scribe", "tls://bus.example:4222", nil)
	if err != nil {
		t.Fatal(err)
	}
	b, err := p.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	return p, b
}

func TestPassIsReadAsItWasWritten(t *testing.T) {
	p, b := newPass(t)
	q, err := ParsePass(b)
	if err != nil {
		t.Fatal(err)
	}
	pub, _ := p.Public()
	again, _ := q.Public()
	if pub != again || q.Name != p.Name || q.Role != p.Role || q.Server != p.Server || q.Cell != p.Cell {
		t.Errorf("%v is read as %v", p, q)
	}
	path := filepath.Join(t.TempDir(), "x.creds")
	if err := os.WriteFile(path, b, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, ok, err := ReadPass(path); !ok || err != nil {
		t.Error(ok, err)
	}
	if err := os.WriteFile(path, []byte("-----BEGIN NATS USER JWT-----\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, ok, err := ReadPass(path); ok || err != nil {
		t.Error("credentials of the tools of NATS are taken for ours", ok, err)
	}
	if _, _, err := ReadPass(path + "none"); !errors.Is(err, ErrPass) {
		t.Error(err)
	}
}

// The key never comes out but in the file: neither in an error nor wherever the value is printed.
func TestPassKeepsItsKey(t *testing.T) {
	p, b := newPass(t)
	i := bytes.Index(b, []byte("\nSU"))
	seed := string(b[i+1 : i+20])
	for _, s := range []string{fmt.Sprint(p), fmt.Sprintf("%v", p), fmt.Sprintf("%+v", p), fmt.Sprintf("%#v", p), p.String(), fmt.Sprintf("%+v", Config{Pass: p})} {
		if strings.Contains(s, seed) {
			t.Errorf("%q", s)
		}
	}
	for name, bad := range map[string]string{
		"cut":           strings.Replace(string(b), seedHead, "-----BEGIN", 1)[:len(b)-80],
		"another key":   strings.Replace(string(b), "SU", "SA", 1),
		"no name":       strings.Replace(string(b), "name: ", "mane: ", 1),
		"a certificate": strings.Replace(string(b), seedHead, "-----BEGIN CERTIFICATE-----\nxx\n-----END CERTIFICATE-----\n"+seedHead, 1),
		"empty":         passMark,
		"too long":      string(b) + strings.Repeat("x", maxPass),
		"something":     "hello",
	} {
		_, err := ParsePass([]byte(bad))
		if !errors.Is(err, ErrPass) {
			t.Errorf("%s: %v", name, err)
		} else if strings.Contains(err.Error(), seed[:12]) {
			t.Errorf("%s: the error holds the key: %v", name, err)
		}
	}
	p.Name = "two\nlines"
	if _, err := p.Bytes(); err == nil {
		t.Error("a line break in a name is written")
	}
}

func FuzzPass(f *testing.F) {
	_, b := newPass(f)
	f.Add(b)
	f.Add([]byte(passMark + "\nname: x\nserver: y\n" + seedHead + "\nSUAB\n"))
	f.Fuzz(func(t *testing.T, b []byte) {
		p, err := ParsePass(b)
		if err != nil {
			return
		}
		if strings.ContainsAny(p.Name+p.Server+p.Role+p.Cell, "\r\n") {
			t.Fatal("a line break came through")
		}
		if _, err := p.Public(); err != nil {
			t.Fatal(err)
		}
	})
}

func TestRights(t *testing.T) {
	for _, c := range []struct {
		subject, pattern string
		want             bool
	}{
		{"a.b.c", "a.b.c", true},
		{"a.b.c", "a.*.c", true},
		{"a.b.c", "a.>", true},
		{"a.b.c", ">", true},
		{"a", "a.>", false},
		{"a.b", "a", false},
		{"a", "a.b", false},
		{"a.b.c", "a.*", false},
		{"a.b", "*.*", true},
		{"a.b", "a.b.>", false},
		{"$JS.API.CONSUMER.CREATE.S.x.a.*.>", "$JS.API.CONSUMER.CREATE.S.*.a.>", true},
	} {
		if got := subjectIn(c.subject, c.pattern); got != c.want {
			t.Errorf("%s in %s: %v", c.subject, c.pattern, got)
		}
	}
	r := &Rights{Known: true, Allow: []string{"sangfroid.live.*.alice.note.>"}, Deny: []string{"sangfroid.live.inc-2.>"}}
	if !r.MayWrite("live", "inc-1", "alice", "note") || r.MayWrite("live", "inc-2", "alice", "note") || r.MayWrite("live", "inc-1", "alice", "decision") || r.MayWrite("drill", "inc-1", "alice", "note") || r.MayRead("live") {
		t.Error("wrong rights")
	}
	for _, all := range []*Rights{nil, {}, {Known: true}} {
		if !all.MayPublish("anything") || !all.MayRead("live") {
			t.Errorf("%+v does not allow all", all)
		}
	}
}

// A bus without accounts tells that everything is allowed; one whose account may do little tells that.
func TestRightsAreTold(t *testing.T) {
	b := upBus(t, Config{DataDir: t.TempDir()})
	l := b.Link()
	if r := l.Rights; r == nil || !r.Known || len(r.Allow) != 0 {
		t.Errorf("%+v", r)
	}
	if !l.ClockKnown || l.Ahead.Abs() > 5*time.Second || !l.TLSUntil.IsZero() {
		t.Errorf("%+v", l)
	}
}
