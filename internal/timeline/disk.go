package timeline

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"os"
	"sangfroid/internal/incident"
	"sort"
)

// IndexSuffix is what the index's file of a timeline is called behind the timeline's own name. It can be deleted at any time:
// it is made of the timeline, and anew whenever it does not fit it.
const IndexSuffix = ".idx"

// The file: 32 bytes of head, then the columns one after the other, little-endian, then what is known of the whole as JSON.
//
//	magic 16 bytes | where the JSON begins 8 bytes | its length 4 bytes | its CRC-32C 4 bytes
//	offsets 8·n | times 8·n | kinds 2·n | who 2·n | marks n | hash of each 256 leaves, 32 each
const (
	diskMagic = "sangfroid-idx/1\n"
	diskHead  = 32
	sampled   = 64 << 10 // how much of either end of the timeline is held against the index when it is opened
)

// diskMeta is what the index says of the whole.
type diskMeta struct {
	File       int64                `json:"file"`     // how long the timeline was
	Modified   int64                `json:"modified"` // and when it was written last, in nanoseconds since 1970
	Ends       string               `json:"ends"`     // hash of its first and last bytes
	Size       int64                `json:"size"`     // bytes that count
	Entries    int                  `json:"entries"`
	Root       string               `json:"root"`
	Bus        uint64               `json:"bus"`
	Checkpoint int                  `json:"checkpoint"`
	Keys       []incident.KeyMoment `json:"keys"`
	Kinds      []string             `json:"kinds"`
	Who        []string             `json:"who"`
	Sum        uint32               `json:"sum"` // CRC-32C of the columns
}

// errStale is an index that does not fit its timeline.
var errStale = errors.New("the index is not of this timeline")

// disk is the columns in their file. What is read of it was held against its checksum when it was opened.
type disk struct {
	f    *os.File
	meta diskMeta

	offsets, times, kinds, who, marks, blocks int64 // where each column begins
	end                                       int64
}

func (d *disk) place() {
	n := int64(d.meta.Entries)
	d.offsets = diskHead
	d.times = d.offsets + 8*n
	d.kinds = d.times + 8*n
	d.who = d.kinds + 2*n
	d.marks = d.who + 2*n
	d.blocks = d.marks + n
	d.end = d.blocks + n/blockSize*32
}

// word is number i of a column of 8 bytes each; one that cannot be read is beyond all others.
func (d *disk) word(column int64, i int) uint64 {
	var b [8]byte
	if _, err := d.f.ReadAt(b[:], column+8*int64(i)); err != nil {
		return 1<<63 - 1
	}
	return binary.LittleEndian.Uint64(b[:])
}

// seqAt is how many entries begin before a place in the timeline's file.
func (d *disk) seqAt(at int64) int {
	return sort.Search(d.meta.Entries, func(i int) bool { return int64(d.word(d.offsets, i)) >= at }) //nolint:gosec // it was written from one
}

func (d *disk) bytes(column, width int64, from, to int) ([]byte, error) {
	b := make([]byte, int64(to-from)*width)
	_, err := d.f.ReadAt(b, column+int64(from)*width)
	return b, err
}

// ends is the hash of what a timeline begins and ends with.
func ends(f io.ReaderAt, size int64) (string, error) {
	h := sha256.New()
	for _, at := range []int64{0, max(size-sampled, 0)} {
		if _, err := io.Copy(h, io.NewSectionReader(f, at, min(sampled, size-at))); err != nil {
			return "", err
		}
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}

func castagnoli() *crc32.Table { return crc32.MakeTable(crc32.Castagnoli) }

// openDisk opens the index beside a timeline; it is an error when there is none, when it is damaged, and when it is of
// another timeline.
func openDisk(path string, timeline *os.File) (d *disk, err error) {
	f, err := os.Open(path + IndexSuffix)
	if err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, f.Close())
		}
	}()
	d = &disk{f: f}
	if err := d.readMeta(); err != nil {
		return nil, err
	}
	info, err := timeline.Stat()
	if err != nil {
		return nil, err
	}
	is, err := ends(timeline, info.Size())
	if err != nil {
		return nil, err
	}
	if m := d.meta; m.File != info.Size() || m.Modified != info.ModTime().UnixNano() || m.Ends != is || m.Size > m.File {
		return nil, errStale
	}
	sum := crc32.New(castagnoli())
	if _, err := io.CopyBuffer(struct{ io.Writer }{sum}, io.NewSectionReader(f, diskHead, d.end-diskHead), make([]byte, 256<<10)); err != nil {
		return nil, err
	}
	if sum.Sum32() != d.meta.Sum {
		return nil, fmt.Errorf("%s: %w", f.Name(), errStale)
	}
	return d, nil
}

func (d *disk) readMeta() error {
	var head [diskHead]byte
	if _, err := d.f.ReadAt(head[:], 0); err != nil {
		return err
	}
	info, err := d.f.Stat()
	if err != nil {
		return err
	}
	at, n := binary.LittleEndian.Uint64(head[16:]), binary.LittleEndian.Uint32(head[24:])
	if string(head[:16]) != diskMagic || at < diskHead || int64(n) > info.Size() || at != uint64(info.Size()-int64(n)) { //nolint:gosec // a size is not negative
		return errStale
	}
	b := make([]byte, n)
	if _, err := d.f.ReadAt(b, int64(at)); err != nil { //nolint:gosec // within the file
		return err
	}
	if crc32.Checksum(b, castagnoli()) != binary.LittleEndian.Uint32(head[28:]) {
		return errStale
	}
	if err := json.Unmarshal(b, &d.meta); err != nil {
		return err
	}
	if d.meta.Entries < 0 || int64(d.meta.Entries) > info.Size() {
		return errStale
	}
	if d.place(); uint64(d.end) != at { //nolint:gosec // not negative
		return errStale
	}
	return nil
}

// writeDisk writes the index beside a timeline, whole or not at all.
func writeDisk(path string, m diskMeta, offsets []int64, c *columns) (err error) {
	f, err := os.CreateTemp(dirOf(path), ".idx-*") // 0600
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, f.Close(), os.Remove(f.Name()))
		}
	}()
	if _, err := f.Write(make([]byte, diskHead)); err != nil {
		return err
	}
	sum := crc32.New(castagnoli())
	w := bufio.NewWriterSize(io.MultiWriter(f, sum), 256<<10)
	var b []byte
	flush := func() error {
		_, err := w.Write(b)
		b = b[:0]
		return err
	}
	for _, column := range [][]int64{offsets, c.times} {
		for _, v := range column {
			b = binary.LittleEndian.AppendUint64(b, uint64(v)) //nolint:gosec // read back as it is
			if len(b) >= 1<<15 {
				if err := flush(); err != nil {
					return err
				}
			}
		}
	}
	for _, column := range [][]uint16{c.kinds, c.who} {
		for _, v := range column {
			b = binary.LittleEndian.AppendUint16(b, v)
			if len(b) >= 1<<15 {
				if err := flush(); err != nil {
					return err
				}
			}
		}
	}
	b = append(b, c.marks...)
	for _, h := range c.blocks {
		b = append(b, h[:]...)
	}
	if err := errors.Join(flush(), w.Flush()); err != nil {
		return err
	}
	m.Entries, m.Sum, m.Kinds, m.Who = len(offsets), sum.Sum32(), c.names.kinds, c.names.who
	return finishDisk(f, path, m)
}

// finishDisk writes what is known of the whole, then the head, and gives the file its name. It is not synced: after a crash
// the checksums tell, and it is made anew.
func finishDisk(f *os.File, path string, m diskMeta) error {
	meta, err := json.Marshal(m)
	if err != nil {
		return err
	}
	d := disk{meta: m}
	d.place()
	head := append([]byte(diskMagic), make([]byte, diskHead-len(diskMagic))...)
	binary.LittleEndian.PutUint64(head[16:], uint64(d.end))     //nolint:gosec // not negative
	binary.LittleEndian.PutUint32(head[24:], uint32(len(meta))) //nolint:gosec // key moments and names are bounded
	binary.LittleEndian.PutUint32(head[28:], crc32.Checksum(meta, castagnoli()))
	_, err = f.WriteAt(meta, d.end)
	if err == nil {
		_, err = f.WriteAt(bytes.Clone(head), 0)
	}
	if err == nil {
		err = f.Close()
	}
	if err == nil {
		err = os.Rename(f.Name(), path+IndexSuffix)
	}
	return err
}
