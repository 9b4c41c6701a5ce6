package incident

import (
	"slices"
	"time"
)

// targetOutcome counts what became of a batch's names.
type targetOutcome struct {
	changed int // came into another state or group, or are new
	begun   int // of these, into another state than waiting
	still   int // are so still
	stale   int // something newer is known
	unknown int // are not of a closed set
	bad     int // are no names, or too many
	firstly string
}

// with is the set after a batch. at is when the batch says it is so; nothing is so later than latest, when the bus had it.
//
// What is newest holds, by the time of the fact, so that batches of several writers may come in any order: a change older than
// the target's own time changes nothing. Of the same time, the later in the log holds.
func (s *TargetSet) with(d TargetsChanged, at, latest time.Time, e Mark) (*TargetSet, targetOutcome) {
	ed := editTargets(s, d.Add)
	var out targetOutcome
	for i := range d.Changes {
		ed.change(&d.Changes[i], at, latest, e.Seq, &out)
	}
	next := ed.finish()
	if d.Signals != nil && d.Signals.Upto.After(next.upto) {
		next.upto = d.Signals.Upto.UTC()
	}
	if d.Note != "" && out.changed > 0 {
		notes := slices.Clone(next.notes[max(len(next.notes)-maxTargetNotes+1, 0):])
		next.notes = append(notes, TargetNote{Entry: e.Seq, By: e.By, Text: d.Note})
	}
	return next, out
}

// targetEdit is a set being changed: a chunk is copied once, when it is first touched.
type targetEdit struct {
	next  TargetSet
	owned []bool
	add   bool
	fresh map[string]int32
	buf   []byte
}

func editTargets(s *TargetSet, add bool) *targetEdit {
	ed := &targetEdit{add: true}
	if s != nil {
		ed.next = *s
		ed.add = !s.closed || add
		ed.next.chunks = slices.Clone(s.chunks)
	} else {
		ed.next.groups = []string{""}
	}
	ed.owned = make([]bool, len(ed.next.chunks))
	return ed
}

func (ed *targetEdit) change(c *TargetChange, at, latest time.Time, seq int, out *targetOutcome) {
	state, ok := c.State.index()
	if !ok {
		out.bad += len(c.IDs)
		return
	}
	if c.At != nil {
		at = *c.At
	}
	if !latest.IsZero() && at.After(latest) {
		at = latest
	}
	cell := targetCell{since: at.UnixMilli(), heard: at.UnixMilli(), entry: int32(min(seq, 1<<31-1)), state: state}
	group := ed.group(c.Group)
	budget := MaxTargets
	for _, item := range c.IDs {
		r, ok := parseRun(item)
		if budget -= r.len(); !ok || budget < 0 {
			out.bad++
			continue
		}
		ed.buf = r.names(ed.buf, func(name []byte) { ed.set(name, cell, group, out) })
	}
}

// group is the number of a group, -1 to keep the one a target has.
func (ed *targetEdit) group(name string) int {
	if name == "" || !ValidTarget(name) {
		return -1
	}
	if i := slices.Index(ed.next.groups, name); i > 0 {
		return i
	}
	if len(ed.next.groups) > MaxGroups {
		return -1
	}
	ed.next.groups = append(slices.Clip(ed.next.groups), name)
	return len(ed.next.groups) - 1
}

func (ed *targetEdit) set(name []byte, to targetCell, group int, out *targetOutcome) {
	i, known := ed.find(name)
	if !known {
		if !ed.add {
			if out.unknown++; out.firstly == "" {
				out.firstly = string(name)
			}
			return
		}
		if len(ed.next.names.list) >= MaxTargets {
			out.bad++
			return
		}
		i = ed.append(name)
		ed.next.counts[0]++
	}
	have := ed.next.chunks[i/targetsPerChunk][i%targetsPerChunk]
	want := have
	if group >= 0 {
		want.group = uint16(group)
	}
	switch {
	case have.state == to.state && known:
		want.heard = max(have.heard, to.heard)
	case known && have.heard != 0 && to.heard < have.heard:
		out.stale++
	default:
		to.group = want.group
		want = to
	}
	if want == have {
		return
	}
	if known && want.state == have.state && want.group == have.group {
		out.still++
		*ed.own(i) = want
		return
	}
	out.changed++
	if want.state != have.state && want.state != 0 {
		out.begun++
	}
	ed.next.counts[have.state]--
	ed.next.counts[want.state]++
	*ed.own(i) = want
}

func (ed *targetEdit) find(name []byte) (int, bool) {
	if i, ok := ed.next.names.find(name); ok {
		return i, true
	}
	i, ok := ed.fresh[string(name)]
	return int(i), ok
}

func (ed *targetEdit) append(name []byte) int {
	if ed.fresh == nil {
		ed.fresh = make(map[string]int32)
		ed.next.names.list = slices.Clip(ed.next.names.list)
	}
	i := len(ed.next.names.list)
	if i%targetsPerChunk == 0 {
		ed.next.chunks = append(ed.next.chunks, new(targetChunk))
		ed.owned = append(ed.owned, true)
	}
	ed.fresh[string(name)] = int32(i)
	ed.next.names.list = append(ed.next.names.list, string(name))
	return i
}

func (ed *targetEdit) own(i int) *targetCell {
	k := i / targetsPerChunk
	if !ed.owned[k] {
		c := *ed.next.chunks[k]
		ed.next.chunks[k], ed.owned[k] = &c, true
	}
	return &ed.next.chunks[k][i%targetsPerChunk]
}

func (ed *targetEdit) finish() *TargetSet {
	if ed.fresh != nil {
		ed.next.names = ed.next.names.grown(ed.next.names.list, ed.fresh)
	}
	return &ed.next
}
