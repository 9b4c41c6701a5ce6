package timeline

import (
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// tree is the right edge of an RFC 6962 tree: one hash for each one-bit of the size, the largest subtree first. It gives
// the root after every append and needs no other hash.
type tree struct {
	size int
	edge []tlog.Hash
}

// add appends a leaf.
func (t *tree) add(h tlog.Hash) {
	for n := t.size; n&1 == 1; n >>= 1 {
		h = tlog.NodeHash(t.edge[len(t.edge)-1], h)
		t.edge = t.edge[:len(t.edge)-1]
	}
	t.edge = append(t.edge, h)
	t.size++
}

// root is the hash of the whole; of no entries, that of the empty string.
func (t *tree) root() tlog.Hash {
	if t.size == 0 {
		h, err := tlog.TreeHash(0, nil)
		if err != nil {
			return tlog.Hash{}
		}
		return h
	}
	h := t.edge[len(t.edge)-1]
	for i := len(t.edge) - 2; i >= 0; i-- {
		h = tlog.NodeHash(t.edge[i], h)
	}
	return h
}

// Signer signs checkpoints with the key of this console.
type Signer struct {
	signer note.Signer
	vkey   string
}

// origin names the log in its checkpoints.
func origin(h Header) string { return "sangfroid/" + string(h.Incident) }

// checkpoint is the signed note of a size and root.
func (s *Signer) checkpoint(h Header, t *tree) (string, error) {
	root := t.root()
	text := fmt.Sprintf("%s\n%d\n%s\n", origin(h), t.size, base64.StdEncoding.EncodeToString(root[:]))
	signed, err := note.Sign(&note.Note{Text: text}, s.signer)
	return string(signed), err
}

// Held is a checkpoint a person holds: size and the first digits of the root, or a signed note.
type Held struct {
	Size int
	Root string // hexadecimal, at least 8 digits
	Note string
}

// ParseHeld reads "214 9f3a41c2", "214:9f3a41c2" or a signed note.
func ParseHeld(s string) (Held, error) {
	if strings.Contains(s, "\n") {
		size, root, err := parseCheckpoint(s)
		return Held{Size: size, Root: root, Note: s}, err
	}
	f := strings.FieldsFunc(s, func(r rune) bool { return r == ' ' || r == ':' || r == '·' })
	if len(f) == 2 {
		n, err := strconv.Atoi(f[0])
		root := strings.ToLower(f[1])
		if err == nil && n >= 0 && len(root) >= 6 && strings.Trim(root, "0123456789abcdef") == "" {
			return Held{Size: n, Root: root}, nil
		}
	}
	return Held{}, fmt.Errorf("%q: %w", s, ErrCheckpoint)
}

// parseCheckpoint reads the three lines of a checkpoint's text.
func parseCheckpoint(s string) (size int, root string, err error) {
	f := strings.SplitN(s, "\n", 4)
	if len(f) < 4 {
		return 0, "", ErrCheckpoint
	}
	size, err = strconv.Atoi(f[1])
	if err != nil || size < 0 {
		return 0, "", ErrCheckpoint
	}
	b, err := base64.StdEncoding.DecodeString(f[2])
	if err != nil || len(b) != tlog.HashSize {
		return 0, "", ErrCheckpoint
	}
	return size, hex.EncodeToString(b), nil
}
