package incident

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"reflect"
	"testing"
)

func fakeSign(b []byte) ([]byte, error) {
	sum := sha256.Sum256(b)
	return sum[:], nil
}

// A sealed event says what it said, to readers that know of seals and to those that do not; the seal covers every byte.
func TestASealedEventSaysTheSame(t *testing.T) {
	c := declared(t)
	for _, e := range c.log {
		sealed, err := Seal(e.Raw, "UABC234", fakeSign)
		if err != nil {
			t.Fatal(err)
		}
		key, signed, signature, ok := Unseal(sealed)
		want, _ := fakeSign(signed)
		if !ok || key != "UABC234" || !bytes.Equal(signature, want) || !bytes.HasSuffix(signed, e.Raw) {
			t.Fatalf("%v %s", ok, key)
		}
		if got := Decode(sealed); !reflect.DeepEqual(got, e.Event) {
			t.Errorf("%+v\n%+v", got, e.Event)
		}
		if got := decodeAny(sealed); !reflect.DeepEqual(got, e.Event) {
			t.Errorf("by the library: %+v", got)
		}
		if _, ok := quickWire(sealed); !ok {
			t.Error("it takes the long way")
		}
		if _, err := Seal(sealed, "UABC234", fakeSign); !errors.Is(err, ErrSeal) {
			t.Error("sealed twice")
		}
	}
	for _, bad := range []string{"", "{}", `{"id":"1"}`, sealOpen + sealKey, sealOpen + sealKey + "U" + sealSign} {
		if _, _, _, ok := Unseal([]byte(bad)); ok {
			t.Errorf("%q is sealed", bad)
		}
	}
	if _, err := Seal(c.log[0].Raw, `U"x`, fakeSign); !errors.Is(err, ErrSeal) {
		t.Error("a key that breaks out is written")
	}
}

func FuzzUnseal(f *testing.F) {
	f.Add([]byte(sealOpen + sealKey + "UAB" + sealSign + `AAAA","id":"1"}`))
	f.Fuzz(func(t *testing.T, raw []byte) {
		key, signed, signature, ok := Unseal(raw)
		if !ok || signature == nil {
			return
		}
		again, err := Seal(bytes.TrimPrefix(signed, []byte(sealLine)), key, func([]byte) ([]byte, error) { return signature, nil })
		if errors.Is(err, ErrSeal) {
			return // a seal within the seal: the outer one is checked
		}
		if err != nil || !bytes.Equal(again, raw) {
			t.Fatalf("%q becomes %q, %v", raw, again, err)
		}
	})
}
