package incident

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"maps"
	"sort"
	"strings"
)

// idKey identifies an event: the first half of the SHA-256 of its source and id, so that a million of them fit in memory
// and nobody can make two collide.
type idKey [16]byte

func keyOf(source string, id EventID) idKey {
	var buf [128]byte
	b := append(buf[:0], source...)
	b = append(append(b, 0), id...)
	sum := sha256.Sum256(b)
	return idKey(sum[:16])
}

// Repeat tells whether an entry repeats an event of the log.
type Repeat uint8

// What an entry may be to the log before it.
const (
	RepeatNone  Repeat = iota // it is new
	RepeatSame                // the same event, or another version of it that was met before
	RepeatOther               // its source and id, with other bytes than the first: somebody wrote twice under one name
)

// digest is the beginning of the SHA-256 of an event's bytes; 0 where they are not known, or need not be the same.
type digest uint64

// digestOf is the digest of an entry. What consoles write by themselves has an id made from what it tells, and each of them
// writes it in its own name: those differ, and are one event all the same.
func digestOf(e *Entry) digest {
	if len(e.Raw) == 0 || (e.Event.Role == RoleAutomation && strings.HasPrefix(e.Event.Source, "/sangfroid/")) {
		return 0
	}
	sum := sha256.Sum256(e.Raw)
	return digest(binary.BigEndian.Uint64(sum[:8]) | 1)
}

// idSet is the set of events seen, with the digest of each. It only grows and is cheap to copy: a copy shares the frozen
// generations and both go on with a fresh one. Generations are merged as they pile up, so a look-up reads a few maps at most.
type idSet struct {
	frozen []map[idKey]digest
	fresh  map[idKey]digest
}

// Meets tells what an entry is to the log so far, without folding it.
func (s *State) Meets(e Entry) Repeat {
	r, _, _ := s.seen.find(&e)
	return r
}

// meet is find, and remembers.
func (s *idSet) meet(e *Entry) Repeat {
	r, k, p := s.find(e)
	if e.Event.ID == "" || r == RepeatSame {
		return r
	}
	if s.fresh == nil {
		s.fresh = make(map[idKey]digest)
	}
	s.fresh[k] = p
	return r
}

// find tells what an entry is, and under which key it is to be remembered: a version with other bytes has a key of its own,
// so that the same one again is only a repeat.
func (s *idSet) find(e *Entry) (Repeat, idKey, digest) {
	if e.Event.ID == "" {
		return RepeatNone, idKey{}, 0
	}
	source := SourceVia(e.Event.Source, e.Via)
	k, p := keyOf(source, e.Event.ID), digestOf(e)
	had, known := s.get(k)
	switch {
	case !known:
		return RepeatNone, k, p
	case had == p || had == 0 || p == 0:
		return RepeatSame, k, p
	}
	k = keyOf(fmt.Sprintf("%s\x00%x", source, uint64(p)), e.Event.ID)
	if _, known := s.get(k); known {
		return RepeatSame, k, p
	}
	return RepeatOther, k, p
}

func (s *idSet) has(k idKey) bool {
	_, ok := s.get(k)
	return ok
}

func (s *idSet) get(k idKey) (digest, bool) {
	if p, ok := s.fresh[k]; ok {
		return p, true
	}
	for _, g := range s.frozen {
		if p, ok := g[k]; ok {
			return p, true
		}
	}
	return 0, false
}

// clone freezes the fresh generation and gives a set that shares it.
func (s *idSet) clone() idSet {
	if len(s.fresh) > 0 {
		gens := append(s.frozen[:len(s.frozen):len(s.frozen)], s.fresh)
		for n := len(gens); n > 1 && len(gens[n-2]) <= 2*len(gens[n-1]); n = len(gens) {
			merged := make(map[idKey]digest, len(gens[n-2])+len(gens[n-1]))
			for _, g := range gens[n-2:] {
				maps.Copy(merged, g)
			}
			gens = append(gens[:n-2:n-2], merged)
		}
		s.frozen, s.fresh = gens, nil
	}
	return idSet{frozen: s.frozen}
}

func (s *idSet) len() int {
	n := len(s.fresh)
	for _, g := range s.frozen {
		n += len(g)
	}
	return n
}

// MarshalJSON writes the keys in order, so that equal sets compare equal in tests and snapshots.
func (s *idSet) MarshalJSON() ([]byte, error) {
	keys := make([]string, 0, s.len())
	for _, g := range append(s.frozen[:len(s.frozen):len(s.frozen)], s.fresh) {
		for k := range g {
			keys = append(keys, string(k[:]))
		}
	}
	sort.Strings(keys)
	out := make([][]byte, len(keys))
	for i, k := range keys {
		out[i] = []byte(k)
	}
	return json.Marshal(out)
}
