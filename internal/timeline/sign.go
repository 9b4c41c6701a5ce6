package timeline

import (
	"cmp"
	"crypto/ed25519"
	"encoding/base32"
	"encoding/binary"
	"sangfroid/internal/incident"
	"slices"
)

// Signatures tells which entries of a log their authors signed.
type Signatures struct {
	Signed   int          `json:"signed"`   // by a key whose signature is good
	Unsigned int          `json:"unsigned"` // without one
	Bad      []int        `json:"bad"`      // entries whose signature is not good
	Keys     []SigningKey `json:"keys"`
}

// SigningKey is one of the keys, with who wrote with it, as the entries say.
type SigningKey struct {
	Key     string   `json:"key"`
	Entries int      `json:"entries"`
	Actors  []string `json:"actors"`
	Owner   string   `json:"owner,omitempty"` // as a register of members tells
	Foreign []int    `json:"foreign"`         // entries that name another actor than the owner
}

// CheckSignatures verifies every signature in a log. Owner gives the person a key belongs to, "" where it is not known; nil
// knows none. A signature proves that whoever had the key wrote these words as an entry of this incident; that a time in them
// is true it does not.
func CheckSignatures(l Log, owner func(key string) string, same func(a, b string) bool) (Signatures, error) {
	out := Signatures{Bad: []int{}, Keys: []SigningKey{}}
	at := make(map[string]int)
	err := l.Range(1, l.Len(), func(e incident.Entry) bool {
		key, is := SignatureOf(e.Raw)
		switch is {
		case NotSealed:
			out.Unsigned++
			return true
		case SealBad:
			out.Bad = append(out.Bad, e.Seq)
			return true
		case SealGood:
		}
		out.Signed++
		i, known := at[key]
		if !known {
			i = len(out.Keys)
			at[key] = i
			k := SigningKey{Key: key, Foreign: []int{}}
			if owner != nil {
				k.Owner = owner(key)
			}
			out.Keys = append(out.Keys, k)
		}
		k := &out.Keys[i]
		k.Entries++
		if !slices.Contains(k.Actors, e.Event.Actor) {
			k.Actors = append(k.Actors, e.Event.Actor)
		}
		if k.Owner != "" && !same(k.Owner, e.Event.Actor) {
			k.Foreign = append(k.Foreign, e.Seq)
		}
		return true
	})
	slices.SortFunc(out.Keys, func(a, b SigningKey) int { return cmp.Compare(a.Key, b.Key) })
	return out, err
}

// Sealed is what an entry's signature is worth.
type Sealed string

// What there is.
const (
	NotSealed Sealed = "unsigned" // its author has no key of their own, or did not use it
	SealGood  Sealed = "signed"
	SealBad   Sealed = "bad" // somebody changed it, or signed what they had no key for
)

// SignatureOf verifies one entry's signature, and gives the key it names.
func SignatureOf(raw []byte) (key string, is Sealed) {
	key, signed, signature, ok := incident.Unseal(raw)
	if !ok {
		return "", NotSealed
	}
	if pub, ok := publicKey(key); !ok || !ed25519.Verify(pub, signed, signature) {
		return key, SealBad
	}
	return key, SealGood
}

// publicKey reads a public key of a user as NATS writes it: base32 of a prefix, the Ed25519 key, and a CRC-16 (XMODEM).
func publicKey(s string) (ed25519.PublicKey, bool) {
	form := base32.StdEncoding.WithPadding(base32.NoPadding)
	b, err := form.DecodeString(s)
	const prefix, sum, user = 1, 2, 20 << 3
	if err != nil || len(b) != prefix+ed25519.PublicKeySize+sum || b[0] != user || form.EncodeToString(b) != s {
		return nil, false
	}
	body := b[:len(b)-sum]
	if crc16(body) != binary.LittleEndian.Uint16(b[len(body):]) {
		return nil, false
	}
	return ed25519.PublicKey(body[prefix:]), true
}

func crc16(b []byte) uint16 {
	var crc uint16
	for _, c := range b {
		crc ^= uint16(c) << 8
		for range 8 {
			carry := crc&0x8000 != 0
			crc <<= 1
			if carry {
				crc ^= 0x1021
			}
		}
	}
	return crc
}
