package incident

import (
	"slices"
	"time"
)

// TargetLimits say when a target is late.
//
//   - A running target is late when it has run longer than Each: what the plan gives one target, else the longest estimate of the
//     step (its likely one, when no longest is given).
//   - A waiting target is late once End has passed: of a step, its start and its likely estimate; of a line of the ledger,
//     the end of its service's MTPD.
//
// Nothing is late before the step was started or the line opened, nor after it is over; and a limit that nobody gave (zero)
// makes nothing late. Failed targets are told as failed, not as late.
type TargetLimits struct {
	Each time.Duration
	End  time.Time
}

// Late tells whether the target at a place is late at now.
func (s *TargetSet) Late(i int, l TargetLimits, now time.Time) bool {
	c := &s.chunks[i/targetsPerChunk][i%targetsPerChunk]
	return l.late(c, now.UnixMilli(), l.End.UnixMilli())
}

func (l TargetLimits) late(c *targetCell, now, end int64) bool {
	switch c.state {
	case 1: // running
		return l.Each > 0 && c.since != 0 && now-c.since > l.Each.Milliseconds()
	case 0: // waiting
		return !l.End.IsZero() && now > end
	}
	return false
}

// TargetSum counts targets by state. Waiting has those without a name, too.
type TargetSum struct {
	Total, Named                             int
	Waiting, Running, Done, Failed, Skipped  int
	Late                                     int
	LateWaiting, LateRunning                 int
	OldestRunning, OldestWaiting, OldestFail time.Time // since when the longest one is so; zero for none
}

// Over is how many need nothing any more.
func (c TargetSum) Over() int { return c.Done + c.Skipped }

// Sum counts the targets at now.
func (s *TargetSet) Sum(l TargetLimits, now time.Time) TargetSum {
	var c TargetSum
	if s == nil {
		return c
	}
	c.Named, c.Total = s.Len(), s.Len()
	c.Waiting, c.Running, c.Done, c.Failed, c.Skipped = s.counts[0], s.counts[1], s.counts[2], s.counts[3], s.counts[4]
	ms, end := now.UnixMilli(), l.End.UnixMilli()
	left := s.Len()
	var oldest [5]int64
	for _, chunk := range s.chunks {
		for i := range chunk[:min(left, targetsPerChunk)] {
			cell := &chunk[i]
			if cell.since != 0 && (oldest[cell.state] == 0 || cell.since < oldest[cell.state]) {
				oldest[cell.state] = cell.since
			}
			if !l.late(cell, ms, end) {
				continue
			}
			if cell.state == 0 {
				c.LateWaiting++
			} else {
				c.LateRunning++
			}
		}
		left -= targetsPerChunk
	}
	c.Late = c.LateWaiting + c.LateRunning
	for i, to := range []*time.Time{&c.OldestWaiting, &c.OldestRunning, nil, &c.OldestFail} {
		if to != nil && oldest[i] != 0 {
			*to = time.UnixMilli(oldest[i]).UTC()
		}
	}
	return c
}

// SetID names a set of targets by what it belongs to: "step/failover/rebuild", "catchup/failover/orders".
type SetID string

// StepSet is the set of a step.
func StepSet(id StepID) SetID { return SetID("step/" + string(id)) }

// FlowSet is the set of a line of the ledger.
func FlowSet(id FlowID) SetID { return SetID("catchup/" + string(id)) }

// TargetsSubject is the subject of events about a set of targets.
func TargetsSubject(id SetID) string { return "targets/" + string(id) }

// SetOf is the set an event is about; "" for an event about no targets.
func SetOf(ev Event) SetID {
	if cat, id := ev.Entity(); cat == "targets" {
		return SetID(id)
	}
	return ""
}

// Step is the step a set belongs to, or "".
func (id SetID) Step() StepID {
	if len(id) > 5 && id[:5] == "step/" {
		return StepID(id[5:])
	}
	return ""
}

// Flow is the line of the ledger a set belongs to, or "".
func (id SetID) Flow() FlowID {
	if len(id) > 8 && id[:8] == "catchup/" {
		return FlowID(id[8:])
	}
	return ""
}

// Targets finds the set; ok is false when there is no such step or line. The set may be nil: no target has a name yet.
func (s *State) Targets(id SetID) (set *TargetSet, ok bool) {
	if st := s.Step(id.Step()); st != nil {
		return st.Targets, true
	}
	if fl := s.Flow(id.Flow()); fl != nil {
		return fl.Targets, true
	}
	return nil, false
}

// TargetLimits gives when targets of the set are late.
func (s *State) TargetLimits(id SetID) TargetLimits {
	if st := s.Step(id.Step()); st != nil {
		return st.targetLimits()
	}
	fl := s.Flow(id.Flow())
	if fl == nil || !fl.Open() {
		return TargetLimits{}
	}
	var l TargetLimits
	if fl.Targets != nil {
		l.Each = fl.Targets.each.Std()
	}
	if svc := s.Service(fl.Service); svc != nil && svc.Def.MTPD > 0 {
		if origin, _, _ := originOf(s, svc); !origin.IsZero() {
			l.End = origin.Add(svc.Def.MTPD.Std())
		}
	}
	return l
}

func (st *Step) targetLimits() TargetLimits {
	if st.Started == nil || (st.Status != StepRunning && st.Status != StepIsBlock && st.Status != StepIsFail) {
		return TargetLimits{}
	}
	l := TargetLimits{Each: st.Estimate.Max.Std()}
	if l.Each == 0 {
		l.Each = st.Estimate.Likely.Std()
	}
	if st.Targets != nil && st.Targets.each > 0 {
		l.Each = st.Targets.each.Std()
	}
	if likely := st.Estimate.Likely.Std(); likely > 0 {
		l.End = st.Started.At.Add(likely)
	}
	return l
}

// TargetSum counts the targets of a set at now, with those that have no name.
func (s *State) TargetSum(id SetID, now time.Time) TargetSum {
	set, ok := s.Targets(id)
	if !ok {
		return TargetSum{}
	}
	c := set.Sum(s.TargetLimits(id), now)
	if st := s.Step(id.Step()); st != nil {
		c.addUnnamed(st.Total, st.Done)
	}
	return c
}

// addUnnamed adds the targets that have no name: counted ones are done, the rest waits.
func (c *TargetSum) addUnnamed(total, done int) {
	without := max(total-c.Named, 0)
	counted := min(max(done-c.Over(), 0), without)
	c.Done += counted
	c.Waiting += without - counted
	c.Total += without
}

// Sets lists the steps and lines that have targets with names, steps first, in their order.
func (s *State) Sets() []SetID {
	var out []SetID
	for i := range s.Steps {
		if s.Steps[i].Targets.Len() > 0 {
			out = append(out, StepSet(s.Steps[i].ID))
		}
	}
	for i := range s.Flows {
		if s.Flows[i].Targets.Len() > 0 {
			out = append(out, FlowSet(s.Flows[i].ID))
		}
	}
	return out
}

// recount makes Done and Total agree with the names. The last plain count is believed as far as the names allow: at least
// those that are done by name, at most all but those that are not.
func (st *Step) recount() {
	named := st.Targets.Len()
	st.Total = max(st.Said, named)
	if st.Total == 0 {
		st.Done = st.Counted
		return
	}
	over := st.Targets.Over()
	st.Done = min(max(st.Counted, over), st.Total-(named-over))
}

// targetsEvery is how far apart the counts lie that batches of targets leave in a step's progress: a rate wants a span to be
// read over, and batches come twice a second.
const targetsEvery = 15 * time.Second

// pace adds a point to the step's progress. The points of batches are thinned.
func (st *Step) pace(at time.Time, batch bool) {
	p := Progress{At: at, Done: st.Done, Batch: batch}
	n := len(st.Progress)
	if batch && n > 0 && st.Progress[n-1].Batch {
		if st.Progress[n-1].Done == p.Done {
			return
		}
		if n > 1 && at.Sub(st.Progress[n-2].At) < targetsEvery {
			kept := slices.Clone(st.Progress) // a view may have the old ones
			kept[n-1] = p
			st.Progress = kept
			return
		}
	}
	st.Progress = append(st.Progress, p)
	if len(st.Progress) > maxProgress {
		st.Progress = st.Progress[len(st.Progress)-maxProgress:]
	}
}

// Tally counts the targets at some places at now.
func (s *TargetSet) Tally(places []int32, l TargetLimits, now time.Time) TargetSum {
	c := TargetSum{Total: len(places), Named: len(places)}
	ms, end := now.UnixMilli(), l.End.UnixMilli()
	var states [5]int
	for _, i := range places {
		cell := &s.chunks[i/targetsPerChunk][i%targetsPerChunk]
		states[cell.state]++
		if l.late(cell, ms, end) {
			c.Late++
		}
	}
	c.Waiting, c.Running, c.Done, c.Failed, c.Skipped = states[0], states[1], states[2], states[3], states[4]
	return c
}
