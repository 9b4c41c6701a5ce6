package incident

import (
	"crypto/sha256"
	"encoding/json"
	"sort"
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

// idSet is a set that only grows and is cheap to copy: a copy shares the frozen generations and both go on with a fresh
// one. Generations are merged as they pile up, so a look-up reads a few maps at most.
type idSet struct {
	frozen []map[idKey]struct{}
	fresh  map[idKey]struct{}
}

// add tells whether the key is new.
func (s *idSet) add(k idKey) bool {
	if s.has(k) {
		return false
	}
	if s.fresh == nil {
		s.fresh = make(map[idKey]struct{})
	}
	s.fresh[k] = struct{}{}
	return true
}

func (s *idSet) has(k idKey) bool {
	if _, ok := s.fresh[k]; ok {
		return true
	}
	for _, g := range s.frozen {
		if _, ok := g[k]; ok {
			return true
		}
	}
	return false
}

// clone freezes the fresh generation and gives a set that shares it.
func (s *idSet) clone() idSet {
	if len(s.fresh) > 0 {
		gens := append(s.frozen[:len(s.frozen):len(s.frozen)], s.fresh)
		for n := len(gens); n > 1 && len(gens[n-2]) <= 2*len(gens[n-1]); n = len(gens) {
			merged := make(map[idKey]struct{}, len(gens[n-2])+len(gens[n-1]))
			for _, g := range gens[n-2:] {
				for k := range g {
					merged[k] = struct{}{}
				}
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
