package access

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"time"
)

// TLS says which certificates the server has. Empty names are those of the directory.
type TLS struct {
	Cert string `json:"cert,omitempty"` // "" for a bus without TLS
	Key  string `json:"key,omitempty"`
	CA   string `json:"ca,omitempty"` // for the members; "" leaves it to their systems
	Own  bool   `json:"own"`          // made here
}

// How long certificates last. The authority outlives the server's many times over, so that a new one of those is no new file
// for anybody.
const (
	caYears   = 10
	certYears = 2
)

func (d *Directory) certPath() string { return d.in(d.TLS.Cert) }
func (d *Directory) keyPath() string  { return d.in(d.TLS.Key) }

func (d *Directory) in(name string) string {
	if name == "" || filepath.IsAbs(name) {
		return name
	}
	return filepath.Join(d.dir, name)
}

// authority is what vouches for the server, for the members' files; nil without one.
func (d *Directory) authority() ([]byte, error) {
	if d.TLS.CA == "" {
		return nil, nil
	}
	b, err := os.ReadFile(d.in(d.TLS.CA))
	if err != nil {
		return nil, err
	}
	if !x509.NewCertPool().AppendCertsFromPEM(b) {
		return nil, failf("certificate", "file", d.in(d.TLS.CA))
	}
	return b, nil
}

// makeCA makes an authority of the cell's own.
func (d *Directory) makeCA(now time.Time) error {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return err
	}
	t := &x509.Certificate{
		SerialNumber: serial(), Subject: pkix.Name{CommonName: "sangfroid " + d.Cell},
		NotBefore: now.Add(-time.Hour), NotAfter: now.AddDate(caYears, 0, 0),
		IsCA: true, BasicConstraintsValid: true, MaxPathLenZero: true, KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageCRLSign,
	}
	der, err := x509.CreateCertificate(rand.Reader, t, t, &key.PublicKey, key)
	if err != nil {
		return err
	}
	return errors.Join(writeKey(filepath.Join(d.dir, caKeyFile), key), writeCert(filepath.Join(d.dir, caFile), der))
}

// makeCert makes the server's certificate, signed by the authority of the directory.
func (d *Directory) makeCert(now time.Time) error {
	ca, err := tls.LoadX509KeyPair(filepath.Join(d.dir, caFile), filepath.Join(d.dir, caKeyFile))
	if err != nil {
		return err
	}
	parent, err := x509.ParseCertificate(ca.Certificate[0])
	if err != nil {
		return err
	}
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return err
	}
	t := &x509.Certificate{
		SerialNumber: serial(), Subject: pkix.Name{CommonName: d.Hosts[0]},
		NotBefore: now.Add(-time.Hour), NotAfter: now.AddDate(certYears, 0, 0),
		KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}
	for _, h := range d.Hosts {
		if ip := net.ParseIP(h); ip != nil {
			t.IPAddresses = append(t.IPAddresses, ip)
		} else {
			t.DNSNames = append(t.DNSNames, h)
		}
	}
	der, err := x509.CreateCertificate(rand.Reader, t, parent, &key.PublicKey, ca.PrivateKey)
	if err != nil {
		return err
	}
	return errors.Join(writeKey(d.keyPath(), key), writeCert(d.certPath(), der))
}

// RotateCert makes a new certificate for the server. The members' files stay good: the authority is the same.
func RotateCert(dir string, now time.Time) (*Directory, error) {
	return update(dir, func(d *Directory) error {
		if !d.TLS.Own {
			return failf("foreign-certificate")
		}
		return d.makeCert(now)
	})
}

// Expires tells until when the server's certificate lasts; zero without one that can be read.
func (d *Directory) Expires() time.Time {
	b, err := os.ReadFile(d.certPath())
	if err != nil {
		return time.Time{}
	}
	block, _ := pem.Decode(b)
	if block == nil {
		return time.Time{}
	}
	c, err := x509.ParseCertificate(block.Bytes)
	if err != nil {
		return time.Time{}
	}
	return c.NotAfter
}

func serial() *big.Int {
	b := make([]byte, 16)
	_, _ = rand.Read(b) // never fails: crypto/rand ends the program instead
	b[0] &= 0x7f
	return new(big.Int).SetBytes(b)
}

func writeCert(path string, der []byte) error {
	return write(path, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}))
}

func writeKey(path string, key *ecdsa.PrivateKey) error {
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return err
	}
	return write(path, pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}))
}
