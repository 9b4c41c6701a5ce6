package timeline

import (
	"fmt"
	"sangfroid/internal/incident"
	"slices"
	"time"
)

// facts is a timeline in the order its facts happened.
type facts struct {
	Log
	order []int       // record's number of each entry
	times []time.Time // when each counts
	place map[int]int // the way back: place by the record's number
}

// ByFact reads a timeline by when things happened instead of when they were entered: what was kept on paper for an hour
// and typed in afterwards stands where it belongs. Entries keep the numbers of the record; the tree is the record's.
//
// The declaration counts from the earliest stamp it names, and a plan launched with it from there too: they are where the
// cell's own time begins. Entries about one step, decision or line of the ledger stay in the order they were written.
func ByFact(l Log) (Log, error) {
	f := &facts{Log: l, place: make(map[int]int)}
	type placed struct {
		seq int
		at  time.Time
	}
	var all []placed
	var declared, written time.Time
	last := make(map[string]time.Time) // by entity
	err := l.Range(1, l.Len(), func(e incident.Entry) bool {
		ev := &e.Event
		at := ev.Time
		if at.IsZero() {
			at = e.Received
		}
		switch d := ev.Data.(type) {
		case incident.IncidentDeclared:
			at = earliest(at, d.Occurred, d.Detected, d.Reported)
			declared, written = at, ev.Recorded
		case incident.PlanLaunched:
			if !written.IsZero() && ev.Time.Equal(ev.Recorded) && ev.Recorded.Sub(written) < time.Minute {
				at = declared
			}
		}
		if incident.Guarded(*ev) {
			if before := last[ev.Subject]; before.After(at) {
				at = before
			}
			last[ev.Subject] = at
		}
		all = append(all, placed{e.Seq, at})
		return true
	})
	if err != nil {
		return nil, err
	}
	slices.SortStableFunc(all, func(a, b placed) int { return a.at.Compare(b.at) })
	for i, p := range all {
		f.order, f.times = append(f.order, p.seq), append(f.times, p.at)
		f.place[p.seq] = i
	}
	return f, nil
}

func earliest(at time.Time, others ...*time.Time) time.Time {
	for _, t := range others {
		if t != nil && t.Before(at) {
			at = *t
		}
	}
	return at
}

// Header tells the axis that holds.
func (f *facts) Header() Header {
	h := f.Log.Header()
	h.Axis = AxisFact
	return h
}

// Len is how many entries there were when the order was made.
func (f *facts) Len() int { return len(f.order) }

// At gives the entry at a place in the order of facts.
func (f *facts) At(place int) (incident.Entry, error) {
	if place < 1 || place > len(f.order) {
		return incident.Entry{}, fmt.Errorf("%d: %w", place, ErrNoEntry)
	}
	return f.Log.At(f.order[place-1])
}

// Range reads places from…to until yield gives false.
func (f *facts) Range(from, to int, yield func(incident.Entry) bool) error {
	for place := from; place <= to; place++ {
		e, err := f.At(place)
		if err != nil {
			return err
		}
		if !yield(e) {
			return nil
		}
	}
	return nil
}

// axisTime is when an entry counts.
func (f *facts) axisTime(e incident.Entry) time.Time { return f.times[f.place[e.Seq]] }
