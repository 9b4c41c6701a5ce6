package bus

import (
	"archive/tar"
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"strconv"
	"time"

	"github.com/klauspost/compress/s2"
	"github.com/minio/highwayhash"
	"github.com/nats-io/nats.go/jetstream"
)

// Stored is a message as a stream had it.
type Stored struct {
	Bus      uint64
	Received time.Time
	Subject  string
	MsgID    string
	Raw      []byte
}

// blockSize is how much goes into one file of a stream; servers take any.
const blockSize = 4 << 20

// snapshot writes a stream as the server's own backups are (nats stream backup): an s2-compressed tar with the stream's
// settings and its blocks of messages, so that each message keeps its number and the time the bus received it. It is the
// first of the two forms servers restore, which they have read since 2.2.
//
// A block is a run of records, little-endian: length of the record (4 bytes, the high bit tells that there are headers), number
// (8), time in nanoseconds (8), length of the subject (2), subject, length of the headers (4), headers, content, and a
// HighwayHash-64 of number, time, subject, headers and content, keyed with the SHA-256 of "<stream>-<block>".
func snapshot(w io.Writer, config jetstream.StreamConfig, created time.Time, msgs []Stored) error {
	const meta = "meta"
	z := s2.NewWriter(w)
	t := tar.NewWriter(z)
	put := func(name string, b []byte) error {
		if err := t.WriteHeader(&tar.Header{Name: name, Mode: 0o600, Size: int64(len(b)), ModTime: created, Typeflag: tar.TypeReg}); err != nil {
			return err
		}
		_, err := t.Write(b)
		return err
	}
	info, err := json.Marshal(struct {
		Created time.Time
		jetstream.StreamConfig
	}{created.UTC(), config})
	if err != nil {
		return err
	}
	sum, err := hash64(config.Name, info)
	if err != nil {
		return err
	}
	if err := put(meta+".inf", info); err != nil {
		return err
	}
	if err := put(meta+".sum", []byte(hex.EncodeToString(sum))); err != nil {
		return err
	}
	for index := 1; len(msgs) > 0; index++ {
		var b bytes.Buffer
		n := 0
		for n < len(msgs) && (n == 0 || b.Len() < blockSize) {
			if err := record(&b, config.Name+"-"+strconv.Itoa(index), msgs[n]); err != nil {
				return err
			}
			n++
		}
		if err := put(fmt.Sprintf("msgs/%d.blk", index), b.Bytes()); err != nil {
			return err
		}
		msgs = msgs[n:]
	}
	if err := t.Close(); err != nil {
		return err
	}
	return z.Close()
}

// record writes one message of a block.
func record(b *bytes.Buffer, key string, m Stored) error {
	headers := "NATS/1.0\r\nContent-Type: " + contentType + "\r\n"
	if m.MsgID != "" {
		headers += jetstream.MsgIDHeader + ": " + m.MsgID + "\r\n"
	}
	headers += "\r\n"
	const fixed, sum, lengths, withHeaders = 22, 8, 4, 1 << 31
	if len(m.Subject) > 1<<16-1 || len(m.Raw) > 64<<20 {
		return failf(ErrTooLarge, "message %d", m.Bus)
	}
	size := uint32(fixed + len(m.Subject) + lengths + len(headers) + len(m.Raw) + sum) //nolint:gosec // bounded above
	le := binary.LittleEndian
	head := make([]byte, fixed)
	le.PutUint32(head, size|withHeaders)
	le.PutUint64(head[4:], m.Bus)
	le.PutUint64(head[12:], uint64(m.Received.UnixNano())) //nolint:gosec // as the server stores it
	le.PutUint16(head[20:], uint16(len(m.Subject)))        //nolint:gosec // bounded above
	digest, err := hash64(key, head[4:20], []byte(m.Subject), []byte(headers), m.Raw)
	if err != nil {
		return err
	}
	b.Write(head)
	b.WriteString(m.Subject)
	b.Write(le.AppendUint32(nil, uint32(len(headers)))) //nolint:gosec // a few hundred bytes
	b.WriteString(headers)
	b.Write(m.Raw)
	b.Write(digest)
	return nil
}

// hash64 is the server's checksum of parts under a name.
func hash64(name string, parts ...[]byte) ([]byte, error) {
	key := sha256.Sum256([]byte(name))
	h, err := highwayhash.New64(key[:])
	if err != nil {
		return nil, err
	}
	for _, p := range parts {
		if _, err := h.Write(p); err != nil {
			return nil, err
		}
	}
	return h.Sum(nil), nil
}
