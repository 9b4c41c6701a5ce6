package timeline

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"sangfroid/internal/incident"
	"strconv"
	"time"

	"golang.org/x/mod/sumdb/tlog"
)

// Axis is the time a timeline is read and replayed by.
type Axis string

// Axes: a live record is known as it was received, an import as its facts happened.
const (
	AxisReceived Axis = "received"
	AxisFact     Axis = "fact"
)

// Format names the form of the record and its version.
const Format = "timeline/1"

// Header is the first line of a record.
type Header struct {
	Format   string              `json:"sangfroid"`
	Incident incident.IncidentID `json:"incident"`
	Realm    incident.Realm      `json:"realm"`
	Title    string              `json:"title,omitempty"`
	Axis     Axis                `json:"axis"`
	Source   string              `json:"source,omitempty"` // the file an import came from
	Key      string              `json:"key,omitempty"`    // verifier key of the checkpoints
}

// Line is an entry about to be written.
type Line struct {
	Bus      uint64
	Received time.Time
	Raw      []byte
	Via      string // see [incident.Entry]; no space or control character
}

// MaxLine is the longest line that is written or read, in bytes. NATS takes no message above 64 MiB, so that every event a
// bus can hold fits, written in base64.
const MaxLine = 96 << 20

// Errors of records. Each is told to people with a hint by the commands.
var (
	// ErrNotTimeline is given for a file that is no record.
	ErrNotTimeline = errors.New("not a timeline")
	// ErrLocked is given when another process writes the record.
	ErrLocked = errors.New("another process has this timeline open for writing")
	// ErrTooLong is given for an event longer than a line may be.
	ErrTooLong = errors.New("the event is longer than a timeline can hold")
	// ErrNoEntry is given for an entry that is not there.
	ErrNoEntry = errors.New("no such entry")
	// ErrClosed is given for a record that was closed.
	ErrClosed = errors.New("the timeline is closed")
)

func formatTime(t time.Time) string { return t.UTC().Format(time.RFC3339Nano) }

// leaf is the hash of an entry in the tree.
func leaf(received time.Time, via string, raw []byte) tlog.Hash {
	b := make([]byte, 0, len(raw)+len(via)+40)
	b = received.UTC().AppendFormat(b, time.RFC3339Nano)
	if via != "" {
		b = append(append(b, ' '), via...)
	}
	b = append(b, '\n')
	return tlog.RecordHash(append(b, raw...))
}

const hashDigits = 16

func mark(h tlog.Hash) string { return hex.EncodeToString(h[:hashDigits/2]) }

// appendLine writes the line of an entry.
func appendLine(b []byte, seq int, l Line, h tlog.Hash) []byte {
	b = fmt.Appendf(b, `{"seq":%d,"bus":%d,"received":"%s","hash":"%s",`, seq, l.Bus, formatTime(l.Received), mark(h))
	if l.Via != "" {
		b = fmt.Appendf(b, `"via":%s,`, quoted(l.Via))
	}
	if verbatim(l.Raw) {
		b = append(b, `"event":`...)
		b = append(b, l.Raw...)
	} else {
		b = append(b, `"raw":"`...)
		b = base64.StdEncoding.AppendEncode(b, l.Raw)
		b = append(b, '"')
	}
	return append(b, "}\n"...)
}

// quoted is a text as JSON.
func quoted(s string) []byte {
	b, err := json.Marshal(s)
	if err != nil {
		return []byte(`""`) // a string always has a form
	}
	return b
}

// verbatim tells whether the event can stand in the line as it is.
func verbatim(raw []byte) bool {
	return len(raw) > 1 && raw[0] == '{' && raw[len(raw)-1] == '}' && !bytes.ContainsAny(raw, "\n\r") && json.Valid(raw)
}

// parsed is a line of the file.
type parsed struct {
	Seq        int             `json:"seq"`
	Bus        uint64          `json:"bus"`
	Received   time.Time       `json:"received"`
	Hash       string          `json:"hash"`
	Via        string          `json:"via"`
	Event      json.RawMessage `json:"event"`
	Raw        []byte          `json:"raw"`
	Checkpoint string          `json:"checkpoint"`
}

func (p *parsed) bytes() []byte {
	if p.Event != nil {
		return p.Event
	}
	return p.Raw
}

// parseLine reads a line: by hand in the form this package writes, else as any JSON.
func parseLine(b []byte) (parsed, error) {
	if p, ok := quick(b); ok {
		return p, nil
	}
	var p parsed
	if err := json.Unmarshal(b, &p); err != nil {
		return parsed{}, fmt.Errorf("%w: %w", ErrNotTimeline, err)
	}
	if p.Checkpoint == "" && p.bytes() == nil {
		return parsed{}, ErrNotTimeline
	}
	return p, nil
}

// quick reads the exact form appendLine writes for a verbatim event. It does not look into the event.
func quick(b []byte) (p parsed, ok bool) {
	field := func(name string, end byte) []byte {
		if !bytes.HasPrefix(b, []byte(name)) {
			return nil
		}
		b = b[len(name):]
		i := bytes.IndexByte(b, end)
		if i < 0 {
			return nil
		}
		v := b[:i]
		b = b[i+1:]
		return v
	}
	var err error
	if p.Seq, err = strconv.Atoi(string(field(`{"seq":`, ','))); err != nil {
		return p, false
	}
	if p.Bus, err = strconv.ParseUint(string(field(`"bus":`, ',')), 10, 64); err != nil {
		return p, false
	}
	if p.Received, err = time.Parse(time.RFC3339Nano, string(field(`"received":"`, '"'))); err != nil {
		return p, false
	}
	hash := field(`,"hash":"`, '"')
	p.Hash = string(hash)
	const open = `,"event":{`
	if len(hash) != hashDigits || !bytes.HasPrefix(b, []byte(open)) || !bytes.HasSuffix(b, []byte("}}")) {
		return p, false
	}
	p.Event = json.RawMessage(b[len(open)-1 : len(b)-1])
	return p, true
}

// entry decodes a line; seq is its place, whatever the line says.
func (p *parsed) entry(seq int) incident.Entry {
	raw := bytes.Clone(p.bytes())
	return incident.Entry{Seq: seq, Bus: p.Bus, Received: p.Received.UTC(), Raw: raw, Event: incident.Decode(raw), Via: p.Via}
}
