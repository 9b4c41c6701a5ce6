package timeline

import (
	"crypto/ed25519"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"os"
	"strings"

	"golang.org/x/mod/sumdb/note"
)

// ErrCheckpoint is given for a text that is no checkpoint.
var ErrCheckpoint = errors.New("not a checkpoint (examples: \"214 9f3a41c2\", or a file with the signed note)")

// ErrKey is given for a key file that is not one.
var ErrKey = errors.New("not a key file of sangfroid")

// LoadOrCreateKey reads the Ed25519 key of this data directory, or makes one (mode 0600). name is the log's origin, which
// a checkpoint's key is named by.
func LoadOrCreateKey(path, name string) (*Signer, error) {
	seed, err := loadSeed(path)
	if errors.Is(err, os.ErrNotExist) {
		seed, err = makeSeed(path)
	}
	if err != nil {
		return nil, err
	}
	pub, ok := ed25519.NewKeyFromSeed(seed).Public().(ed25519.PublicKey)
	if !ok {
		return nil, ErrKey
	}
	vkey, err := note.NewEd25519VerifierKey(name, pub)
	if err != nil {
		return nil, err
	}
	// The note package reads private keys in its own text form: name, key hash, algorithm 1 and seed.
	hash := strings.Split(vkey[len(name)+1:], "+")[0]
	s, err := note.NewSigner(fmt.Sprintf("PRIVATE+KEY+%s+%s+%s", name, hash, base64.StdEncoding.EncodeToString(append([]byte{1}, seed...))))
	if err != nil {
		return nil, err
	}
	return &Signer{signer: s, vkey: vkey}, nil
}

func loadSeed(path string) ([]byte, error) {
	b, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	seed, err := base64.StdEncoding.DecodeString(strings.TrimSpace(string(b)))
	if err != nil || len(seed) != ed25519.SeedSize {
		return nil, fmt.Errorf("%s: %w", path, ErrKey)
	}
	return seed, nil
}

// makeSeed writes a new key; a process that was quicker wins, and its key is used.
func makeSeed(path string) ([]byte, error) {
	seed := make([]byte, ed25519.SeedSize)
	if _, err := rand.Read(seed); err != nil {
		return nil, err
	}
	f, err := os.CreateTemp(dirOf(path), ".key-*")
	if err != nil {
		return nil, err
	}
	defer func() { _ = os.Remove(f.Name()) }() // linked under its name by now, or of no use
	_, err = f.WriteString(base64.StdEncoding.EncodeToString(seed) + "\n")
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return nil, err
	}
	if err := os.Link(f.Name(), path); err != nil {
		if errors.Is(err, os.ErrExist) {
			return loadSeed(path)
		}
		return nil, err
	}
	return seed, nil
}
