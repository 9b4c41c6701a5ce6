package timeline

import (
	"crypto/ed25519"
	"encoding/base32"
	"encoding/binary"
	"fmt"
	"sangfroid/internal/incident"
	"slices"
	"strings"
	"testing"
)

// nkey writes a public key as NATS does.
func nkey(pub ed25519.PublicKey) string {
	b := append([]byte{20 << 3}, pub...)
	b = binary.LittleEndian.AppendUint16(b, crc16(b))
	return base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(b)
}

func TestSignaturesAreChecked(t *testing.T) {
	if _, ok := publicKey("UDRVJA3A4VE6RQ4232PDA67VNPGTTLW6OEVAG4PSSFV6QDLNAXHAQGMV"); !ok {
		t.Error("a key made by the tools of NATS is not read")
	}
	var keys []ed25519.PrivateKey
	for i := range 2 {
		keys = append(keys, ed25519.NewKeyFromSeed(fmt.Appendf(nil, "%032d", i)))
	}
	name := func(i int) string { return nkey(keys[i].Public().(ed25519.PublicKey)) }
	seal := func(l Line, i int) Line {
		raw, err := incident.Seal(l.Raw, name(i), func(b []byte) ([]byte, error) { return ed25519.Sign(keys[i], b), nil })
		if err != nil {
			t.Fatal(err)
		}
		l.Raw = raw
		return l
	}
	r, path := newRecord(t, 2) // two without
	bob := noted(5)
	bob.Raw = []byte(strings.Replace(string(bob.Raw), `"Alice"`, `"Bob"`, 1))
	changed := seal(noted(6), 0)
	changed.Raw = []byte(strings.Replace(string(changed.Raw), "finding 6", "finding 7", 1))
	other := seal(noted(7), 0)
	other.Raw = []byte(strings.Replace(string(other.Raw), name(0), name(1), 1))
	odd := noted(8)
	odd.Raw = []byte(strings.Replace(string(odd.Raw), `{"specversion":"1.0"`, `{"specversion":"1.0","signkey":"U","signature":"!"`, 1))
	if _, err := r.Append(seal(noted(3), 0), seal(noted(4), 1), seal(bob, 1), changed, other, odd); err != nil {
		t.Fatal(err)
	}
	if err := r.Close(); err != nil {
		t.Fatal(err)
	}
	log, err := OpenReader(path)
	if err != nil {
		t.Fatal(err)
	}
	defer log.Close()
	got, err := CheckSignatures(log, func(key string) string {
		if key == name(1) {
			return "Bob"
		}
		return ""
	}, func(a, b string) bool { return a == b })
	if err != nil || got.Signed != 3 || got.Unsigned != 2 || !slices.Equal(got.Bad, []int{6, 7, 8}) || len(got.Keys) != 2 {
		t.Fatalf("%+v %v", got, err)
	}
	for _, k := range got.Keys {
		if k.Key == name(1) && (k.Owner != "Bob" || !slices.Equal(k.Foreign, []int{4}) || k.Entries != 2) {
			t.Errorf("%+v", k)
		}
		if k.Key == name(0) && (k.Owner != "" || len(k.Foreign) != 0 || !slices.Equal(k.Actors, []string{"Alice"})) {
			t.Errorf("%+v", k)
		}
	}
	if rep, err := Verify(path); err != nil || rep.Verdict != Intact {
		t.Errorf("%v %v", rep, err)
	}
	for _, bad := range []string{"", "U", name(0)[1:], name(0) + "A", "A" + name(0)[1:], strings.ToLower(name(0)), name(0)[:55] + "A"} {
		if _, ok := publicKey(bad); ok && bad != name(0) {
			t.Errorf("%q is a key", bad)
		}
	}
}
