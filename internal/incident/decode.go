package incident

import (
	"bytes"
	"encoding/json"
	"errors"
	"reflect"
	"sangfroid/internal/text"
	"strings"
	"time"
)

// wire is an event as its JSON has it.
type wire struct {
	SpecVersion string          `json:"specversion"`
	SignKey     string          `json:"signkey,omitempty"`   // see [Seal]
	Signature   string          `json:"signature,omitempty"` //
	ID          EventID         `json:"id"`
	Source      string          `json:"source"`
	Type        Type            `json:"type"`
	Subject     string          `json:"subject,omitempty"`
	Time        string          `json:"time,omitempty"`
	Approx      bool            `json:"approximate,omitempty"`
	Recorded    string          `json:"recorded,omitempty"`
	Imported    bool            `json:"imported,omitempty"`
	Incident    IncidentID      `json:"incident,omitempty"`
	Realm       Realm           `json:"realm,omitempty"`
	Actor       string          `json:"actor,omitempty"`
	Role        Role            `json:"role,omitempty"`
	Prev        EventID         `json:"prev,omitempty"`
	ContentType string          `json:"datacontenttype,omitempty"`
	Data        json.RawMessage `json:"data,omitempty"`
}

// Decode reads an event from its bytes. It is total: what cannot be understood gives an event whose Data is [Unknown] and
// whose Flaws say why. Every text in the result is clean for one line (blocks of text keep their line feeds) and bounded;
// raw itself is kept by the caller.
func Decode(raw []byte) Event {
	if w, ok := quickWire(raw); ok {
		if ev := (Event{}); ev.read(w) {
			return ev.cleaned(raw)
		}
	}
	return decodeAny(raw)
}

// decodeAny is Decode of any bytes.
func decodeAny(raw []byte) Event {
	var w wire
	var ev Event
	if err := json.Unmarshal(raw, &w); err != nil {
		ev.flaw(FlagMalformed)
		var wrong *json.UnmarshalTypeError
		if !errors.As(err, &wrong) {
			ev.Data = Unknown{Raw: bytes.Clone(raw)}
			return ev
		}
	}
	if !ev.read(w) {
		ev.Data = Unknown{Of: w.Type, Raw: bytes.Clone(w.Data)}
	}
	return ev.cleaned(raw)
}

// read takes what was decoded. ok is false when the payload is not one of the catalogue; why is among the flaws.
func (ev *Event) read(w wire) (ok bool) {
	if w.SpecVersion != "1.0" || w.ID == "" || w.Source == "" || w.Type == "" {
		ev.flaw(FlagMalformed)
	}
	ev.ID, ev.Source, ev.Type, ev.Subject = w.ID, w.Source, w.Type, w.Subject
	ev.Approx, ev.Imported, ev.Incident, ev.Realm = w.Approx, w.Imported, w.Incident, w.Realm
	ev.Actor, ev.Role, ev.Prev = w.Actor, w.Role, w.Prev
	ev.Time = ev.parseTime(w.Time)
	ev.Recorded = ev.parseTime(w.Recorded)
	return ev.decodeData(w)
}

// cleaned is the event with every text safe to show.
func (ev Event) cleaned(raw []byte) Event {
	if !trusted(raw) {
		c := cleaner{}
		ev.Data = c.data(ev.Data)
		for _, p := range []*string{
			(*string)(&ev.ID), &ev.Source, (*string)(&ev.Type), &ev.Subject, (*string)(&ev.Incident),
			(*string)(&ev.Realm), &ev.Actor, (*string)(&ev.Role), (*string)(&ev.Prev),
		} {
			c.line(p)
		}
		if c.removed {
			ev.flaw(FlagCleaned)
		}
		if c.cut {
			ev.flaw(FlagOversized)
		}
	}
	if ev.Subject == "" {
		ev.Subject = DefaultSubject(ev.Data)
	}
	return ev
}

// Encode writes an event as CloudEvents JSON on one line: the bytes for the wire, the record and the hash.
func Encode(ev Event) ([]byte, error) {
	w := wire{
		SpecVersion: "1.0", ID: ev.ID, Source: ev.Source, Type: ev.Type, Subject: ev.Subject, Approx: ev.Approx,
		Imported: ev.Imported, Incident: ev.Incident, Realm: ev.Realm, Actor: ev.Actor, Role: ev.Role, Prev: ev.Prev,
		Time: formatTime(ev.Time), Recorded: formatTime(ev.Recorded), ContentType: "application/json",
	}
	if u, ok := ev.Data.(Unknown); ok {
		w.Data, w.Type = u.Raw, u.Of
	} else {
		b, err := marshal(ev.Data)
		if err != nil {
			return nil, err
		}
		w.Data, w.Type = b, ev.Data.Type()
	}
	return marshal(w)
}

// marshal is json.Marshal without the escapes for HTML, so that the record reads and searches as it was typed.
func marshal(v any) ([]byte, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return nil, err
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), nil
}

func formatTime(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339Nano)
}

func (ev *Event) flaw(code FlagCode) {
	for _, f := range ev.Flaws {
		if f == code {
			return
		}
	}
	ev.Flaws = append(ev.Flaws, code)
}

// parseTime reads RFC 3339; a wrong time is a flaw and the zero time.
func (ev *Event) parseTime(s string) time.Time {
	if s == "" {
		return time.Time{}
	}
	t, err := time.Parse(time.RFC3339Nano, s)
	if err != nil || !Plausible(t) {
		ev.flaw(FlagMalformed)
		return time.Time{}
	}
	return t.UTC()
}

// The years an incident's times lie in. Outside them a time is an error, an attack, or a clock that was never set; and
// what is computed from those within never leaves the four digits RFC 3339 has for a year.
const (
	firstYear = 1970
	lastYear  = 8999
)

// Plausible tells whether a time lies in the years an incident can have, 1970 to 8999.
func Plausible(t time.Time) bool {
	y := t.UTC().Year()
	return y >= firstYear && y <= lastYear
}

// timed tells whether every time in a payload can be meant; one that was left out is zero, and can.
func timed(v reflect.Value) bool {
	switch v.Kind() {
	case reflect.Struct:
		if v.Type() == reflect.TypeFor[time.Time]() {
			t, ok := v.Interface().(time.Time)
			return ok && (t.IsZero() || Plausible(t))
		}
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() && !timed(v.Field(i)) {
				return false
			}
		}
	case reflect.Pointer:
		if v.IsNil() {
			return true
		}
		if t, ok := v.Interface().(*time.Time); ok {
			return Plausible(*t)
		}
		return timed(v.Elem())
	default: // no payload has times in a list
	}
	return true
}

func (ev *Event) decodeData(w wire) (ok bool) {
	zero, known := payloads()[w.Type]
	if !known {
		ev.flaw(FlagUnknownType)
		return false
	}
	p := reflect.New(reflect.TypeOf(zero))
	if len(w.Data) > 0 {
		if err := json.Unmarshal(w.Data, p.Interface()); err != nil {
			ev.flaw(FlagBadData)
			return false
		}
	}
	if !timed(p.Elem()) {
		ev.flaw(FlagBadData)
		return false
	}
	ev.Data, ok = p.Elem().Interface().(Data)
	return ok
}

// trusted tells that raw needs no cleaning: short, and printable ASCII with no escapes, so its texts are too.
func trusted(raw []byte) bool {
	if len(raw) > text.MaxLine {
		return false
	}
	for _, b := range raw {
		if b < 0x20 || b > 0x7e || b == '\\' {
			return false
		}
	}
	return true
}

// cleaner makes every text below a value safe to show. Fields tagged text:"block" keep their line feeds.
type cleaner struct{ removed, cut bool }

func (c *cleaner) data(d Data) Data {
	if u, ok := d.(Unknown); ok {
		c.line((*string)(&u.Of))
		return u
	}
	p := reflect.New(reflect.TypeOf(d))
	p.Elem().Set(reflect.ValueOf(d))
	c.value(p.Elem(), false)
	out, ok := p.Elem().Interface().(Data)
	if !ok {
		return d
	}
	return out
}

func (c *cleaner) line(p *string) { *p = c.text(*p, false) }

func (c *cleaner) text(s string, block bool) string {
	limit, clean := text.MaxLine, text.Clean
	if block {
		limit, clean = text.MaxBlock, text.CleanBlock
	}
	// Cut before cleaning, so that a megabyte costs no more than the limit.
	short, cut := text.Cut(s, limit)
	out, removed := clean(short)
	c.cut = c.cut || cut
	c.removed = c.removed || removed
	return out
}

func (c *cleaner) value(v reflect.Value, block bool) {
	switch v.Kind() {
	case reflect.String:
		v.SetString(c.text(v.String(), block))
	case reflect.Struct:
		if v.Type() == reflect.TypeFor[time.Time]() {
			return
		}
		for i := range v.NumField() {
			if f := v.Type().Field(i); f.IsExported() {
				c.value(v.Field(i), block || f.Tag.Get("text") == "block")
			}
		}
	case reflect.Slice:
		if v.Type().Elem().Kind() == reflect.Uint8 {
			return // raw bytes stay raw
		}
		for i := range v.Len() {
			c.value(v.Index(i), block)
		}
	case reflect.Pointer:
		if !v.IsNil() {
			c.value(v.Elem(), block)
		}
	default: // numbers and flags carry no text
	}
}

// decodePlaybook reads the playbook that travels in a launch, cleaned.
func decodePlaybook(raw []byte) (Playbook, error) {
	var p Playbook
	if err := json.Unmarshal(raw, &p); err != nil {
		return Playbook{}, err
	}
	c := cleaner{}
	c.value(reflect.ValueOf(&p).Elem(), false)
	return p, nil
}

// DefaultSubject is the subject of a payload that is about no particular entity.
func DefaultSubject(d Data) string {
	switch d.Type().Category() {
	case "incident":
		return SubjectIncident
	case "note":
		return SubjectNote
	case "comms":
		return SubjectComms
	case "roster":
		return SubjectRoster
	case "repair":
		return SubjectRepair
	case "signal":
		return "signal/main"
	case "plan":
		return "plan/adhoc"
	}
	cat := d.Type().Category()
	return strings.TrimSuffix(cat, "/") + "/main"
}
