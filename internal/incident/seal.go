package incident

import (
	"bytes"
	"encoding/base64"
	"errors"
)

// A sealed event carries its author's signature in itself, as two extension attributes behind the first one, so that the file
// alone can be checked, for ever, and readers that know nothing of it read the rest:
//
//	{"specversion":"1.0","signkey":"U…","signature":"…","id":"01J…", …}
//
// Signed is the event without the two, behind a line that names what is signed. The realm, the incident, the actor and the id
// are in the event: a signature fits no other.
const (
	sealOpen = `{"specversion":"1.0"`
	sealKey  = `,"signkey":"`
	sealSign = `","signature":"`
	sealLine = "sangfroid entry 1\n"
)

// ErrSeal is given for bytes that cannot be sealed: not in the form [Encode] writes.
var ErrSeal = errors.New("not an event that can be signed")

// Seal puts a signature into an encoded event. key is the public key, of letters and digits.
func Seal(raw []byte, key string, sign func([]byte) ([]byte, error)) ([]byte, error) {
	rest, ok := bytes.CutPrefix(raw, []byte(sealOpen))
	if !ok || bytes.HasPrefix(rest, []byte(sealKey)) || !plainKey(key) {
		return nil, ErrSeal
	}
	s, err := sign(append([]byte(sealLine), raw...))
	if err != nil {
		return nil, err
	}
	out := append([]byte(sealOpen+sealKey), key...)
	out = append(out, sealSign...)
	out = base64.RawURLEncoding.AppendEncode(out, s)
	return append(append(out, '"'), rest...), nil
}

// Unseal gives the key, what is signed, and the signature, unchecked; ok is false for an event without.
func Unseal(raw []byte) (key string, signed, signature []byte, ok bool) {
	rest, ok := bytes.CutPrefix(raw, []byte(sealOpen+sealKey))
	if !ok {
		return "", nil, nil, false
	}
	k, rest, ok := bytes.Cut(rest, []byte(sealSign))
	if !ok || !plainKey(string(k)) {
		return "", nil, nil, false
	}
	s, rest, ok := bytes.Cut(rest, []byte{'"'})
	if !ok {
		return "", nil, nil, false
	}
	signature, err := base64.RawURLEncoding.Strict().DecodeString(string(s))
	if err != nil {
		signature = nil // it is there, and fits nothing
	}
	signed = append([]byte(sealLine+sealOpen), rest...)
	return string(k), signed, signature, true
}

func plainKey(key string) bool {
	for i := range len(key) {
		if c := key[i]; (c < 'A' || c > 'Z') && (c < '0' || c > '9') {
			return false
		}
	}
	return key != "" && len(key) <= 100
}
