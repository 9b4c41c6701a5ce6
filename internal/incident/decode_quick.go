package incident

import (
	"bytes"
	"unicode/utf8"
)

// quickWire reads the envelope of an event in the exact form [Encode] writes: each attribute once, in its order, no blanks,
// no escapes, data last. It is what nearly every event of a long record is, and a library that takes any JSON needs three
// times as long for it. ok is false for everything else; whether data is one JSON value is for its reader to find out. A
// fuzzer holds it to giving what the library gives.
func quickWire(raw []byte) (w wire, ok bool) {
	rest, found := bytes.CutPrefix(raw, []byte(`{"specversion":"1.0"`))
	if !found || len(rest) == 0 || rest[len(rest)-1] != '}' {
		return w, false
	}
	w.SpecVersion = "1.0"
	q := quick{rest: rest[:len(rest)-1]}
	q.text(`,"signkey":"`, &w.SignKey)
	q.text(`,"signature":"`, &w.Signature)
	q.text(`,"id":"`, (*string)(&w.ID))
	q.text(`,"source":"`, &w.Source)
	q.text(`,"type":"`, (*string)(&w.Type))
	q.text(`,"subject":"`, &w.Subject)
	q.text(`,"time":"`, &w.Time)
	w.Approx = q.said(`,"approximate":true`)
	q.text(`,"recorded":"`, &w.Recorded)
	w.Imported = q.said(`,"imported":true`)
	q.text(`,"incident":"`, (*string)(&w.Incident))
	q.text(`,"realm":"`, (*string)(&w.Realm))
	q.text(`,"actor":"`, &w.Actor)
	q.text(`,"role":"`, (*string)(&w.Role))
	q.text(`,"prev":"`, (*string)(&w.Prev))
	q.text(`,"datacontenttype":"`, &w.ContentType)
	data, found := bytes.CutPrefix(q.rest, []byte(`,"data":`))
	if q.bad || !found || len(data) == 0 {
		return w, false
	}
	w.Data = data
	return w, true
}

// quick takes attributes off the front, each when it is there.
type quick struct {
	rest []byte
	bad  bool
}

func (q *quick) text(key string, to *string) {
	v, found := bytes.CutPrefix(q.rest, []byte(key))
	if !found {
		return
	}
	end := bytes.IndexByte(v, '"')
	if end < 0 {
		q.bad = true
		return
	}
	for _, c := range v[:end] {
		if c < 0x20 || c == '\\' {
			q.bad = true
			return
		}
	}
	if !utf8.Valid(v[:end]) {
		q.bad = true
		return
	}
	*to, q.rest = string(v[:end]), v[end+1:]
}

func (q *quick) said(key string) bool {
	rest, found := bytes.CutPrefix(q.rest, []byte(key))
	if found {
		q.rest = rest
	}
	return found
}
