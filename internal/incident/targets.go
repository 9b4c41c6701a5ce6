package incident

import "time"

// TargetState is where one target of a step, or of a line of the ledger, stands.
type TargetState string

// States of a target.
const (
	TargetWaiting TargetState = "waiting" // nothing was done yet
	TargetRunning TargetState = "running"
	TargetDone    TargetState = "done"
	TargetFailed  TargetState = "failed"
	TargetSkipped TargetState = "skipped" // not needed this time; counts as done
)

// TargetStates lists the states; a state's index is how a set keeps it.
func TargetStates() [5]TargetState {
	return [5]TargetState{TargetWaiting, TargetRunning, TargetDone, TargetFailed, TargetSkipped}
}

func (s TargetState) index() (uint8, bool) {
	for i, known := range TargetStates() {
		if s == known {
			return uint8(i), true
		}
	}
	return 0, false
}

// Target is one of a set, as it is read.
type Target struct {
	ID    string
	Group string // "" for none
	State TargetState
	Since time.Time // when it came into its state, to the millisecond; zero: it always was
	Entry int       // the entry that says so; 0: the plan
}

// TargetSet is the named targets of a step or of a line of the ledger. A set never changes: a batch of changes makes a new one
// that shares all it did not touch, so that copies of the state cost nothing and a screen may keep the set it draws.
// The nil set has no target and takes every name.
//
// Targets have a place, from 0, in the order they were named; a place is for ever.
type TargetSet struct {
	names  targetNames
	chunks []*targetChunk
	groups []string // place 0 is "", no group
	counts [5]int
	closed bool // names come from the plan
	each   Duration
	notes  []TargetNote // the last ones
	upto   time.Time    // signals the bus received before this were taken by the plan's rule
}

// TargetNote is what was said with a batch.
type TargetNote struct {
	Entry int
	By    string
	Text  string
}

const (
	targetsPerChunk = 256
	maxTargetNotes  = 256
)

// targetCell is one target in 24 bytes. Times are milliseconds since 1970; 0: not told.
type targetCell struct {
	since int64 // when it came into its state
	heard int64 // the newest fact about it: it was still so then
	entry int32
	group uint16
	state uint8
}

type targetChunk [targetsPerChunk]targetCell

// targetNames finds a target by its name. It only grows, by generations that are merged as they pile up (as the set of ids
// seen does), so that a copy shares all of it.
type targetNames struct {
	list []string
	gens []map[string]int32
}

func (n *targetNames) find(name []byte) (int, bool) {
	for _, g := range n.gens {
		if i, ok := g[string(name)]; ok {
			return int(i), true
		}
	}
	return 0, false
}

// grown is the names with some more, which start at place len(n.list).
func (n *targetNames) grown(list []string, fresh map[string]int32) targetNames {
	gens := append(n.gens[:len(n.gens):len(n.gens)], fresh)
	for k := len(gens); k > 1 && len(gens[k-2]) <= 2*len(gens[k-1]); k = len(gens) {
		merged := make(map[string]int32, len(gens[k-2])+len(gens[k-1]))
		for _, g := range gens[k-2:] {
			for name, i := range g {
				merged[name] = i
			}
		}
		gens = append(gens[:k-2:k-2], merged)
	}
	return targetNames{list: list, gens: gens}
}

// newTargets makes the set a plan foresees; nil when it names nobody. like is a set made from the same definition, whose
// names are shared; nil for none.
func newTargets(d TargetsDef, like *TargetSet) *TargetSet {
	if d.named() == 0 {
		if d.Each == 0 {
			return nil
		}
		return &TargetSet{each: d.Each, groups: []string{""}}
	}
	s := &TargetSet{groups: []string{""}, closed: true, each: d.Each}
	groups := map[string]uint16{"": 0}
	fresh := make(map[string]int32, d.named())
	list := make([]string, 0, min(d.named(), MaxTargets))
	for name, group := range d.All() {
		if _, twice := fresh[name]; twice || !ValidTarget(name) {
			continue
		}
		at, ok := groups[group]
		if !ok && ValidTarget(group) && len(s.groups) <= MaxGroups {
			at = uint16(len(s.groups))
			groups[group] = at
			s.groups = append(s.groups, group)
		}
		i := len(list)
		if i%targetsPerChunk == 0 {
			s.chunks = append(s.chunks, new(targetChunk))
		}
		s.chunks[i/targetsPerChunk][i%targetsPerChunk].group = at
		fresh[name] = int32(i)
		list = append(list, name)
	}
	s.counts[0] = len(list)
	s.names = targetNames{list: list, gens: []map[string]int32{fresh}}
	if like != nil && len(like.names.list) == len(list) && len(like.names.gens) == 1 {
		s.names = like.names
	}
	return s
}

// Len is how many targets have a name.
func (s *TargetSet) Len() int {
	if s == nil {
		return 0
	}
	return len(s.names.list)
}

// At is the target at a place, 0 to Len()-1.
func (s *TargetSet) At(i int) Target {
	c := &s.chunks[i/targetsPerChunk][i%targetsPerChunk]
	t := Target{ID: s.names.list[i], Group: s.groups[c.group], State: TargetStates()[c.state], Entry: int(c.entry)}
	if c.since != 0 {
		t.Since = time.UnixMilli(c.since).UTC()
	}
	return t
}

// Find is the place of a name.
func (s *TargetSet) Find(name string) (int, bool) {
	if s == nil {
		return 0, false
	}
	return s.names.find([]byte(name))
}

// Groups lists the names of the groups, in the order they came.
func (s *TargetSet) Groups() []string {
	if s == nil || len(s.groups) < 2 {
		return nil
	}
	return s.groups[1:]
}

// Group is the number of the group of the target at a place, from 1 in the order of Groups; 0 for none.
func (s *TargetSet) Group(i int) int {
	return int(s.chunks[i/targetsPerChunk][i%targetsPerChunk].group)
}

// Closed tells whether the plan named the targets: another name is a mistake, unless it is said to be added.
func (s *TargetSet) Closed() bool { return s != nil && s.closed }

// Count is how many targets are in a state.
func (s *TargetSet) Count(state TargetState) int {
	if i, ok := state.index(); ok && s != nil {
		return s.counts[i]
	}
	return 0
}

// Over is how many targets need nothing any more: done or skipped.
func (s *TargetSet) Over() int { return s.Count(TargetDone) + s.Count(TargetSkipped) }

// Upto is up to when signals were taken by the plan's rule, in the bus's time; zero for none.
func (s *TargetSet) Upto() time.Time {
	if s == nil {
		return time.Time{}
	}
	return s.upto
}

// Knows tells whether a change of the target at a place would change nothing: it is so already, or something newer is known.
func (s *TargetSet) Knows(i int, state TargetState, at time.Time) bool {
	c := &s.chunks[i/targetsPerChunk][i%targetsPerChunk]
	want, ok := state.index()
	return !ok || c.state == want || (c.heard != 0 && at.UnixMilli() < c.heard)
}

// Note is what was said with an entry, while it is among the last ones.
func (s *TargetSet) Note(entry int) (TargetNote, bool) {
	if s == nil {
		return TargetNote{}, false
	}
	for i := len(s.notes) - 1; i >= 0; i-- {
		if s.notes[i].Entry == entry {
			return s.notes[i], true
		}
	}
	return TargetNote{}, false
}
