package faults

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// Ack is an entry a person was given a receipt for: from then on it may not be lost.
type Ack struct {
	Author string
	N      int    // the author's own count, growing
	ID     string // of the event
}

// Entry is an entry of a log as a console has it. N is 0 for what is none of the counted ones.
type Entry struct {
	Author string
	N      int
	ID     string
	Source string
}

// Tally is what became of what was acknowledged.
type Tally struct {
	Acknowledged int
	Lost         []string // acknowledged and not in the log
	Doubled      []string // more than once in the log
	Disordered   []string // in the log behind a later word of the same author
}

// Check holds a log against what was acknowledged. Entries nobody got a receipt for may be there, once and in their order.
func Check(acks []Ack, log []Entry) Tally {
	t := Tally{Acknowledged: len(acks)}
	times := make(map[string]int, len(log))
	have := make(map[string]bool, len(log))
	last := make(map[string]int)
	for _, e := range log {
		have[e.ID] = true
		key := e.Source + "#" + e.ID
		if times[key]++; times[key] == 2 {
			t.Doubled = append(t.Doubled, key)
		}
		if e.N == 0 || times[key] > 1 {
			continue
		}
		if e.N <= last[e.Author] {
			t.Disordered = append(t.Disordered, fmt.Sprintf("%s %d behind %d", e.Author, e.N, last[e.Author]))
		}
		last[e.Author] = max(last[e.Author], e.N)
	}
	for _, a := range acks {
		if !have[a.ID] {
			t.Lost = append(t.Lost, fmt.Sprintf("%s %d (%s)", a.Author, a.N, a.ID))
		}
	}
	return t
}

// Good tells that nothing was lost, doubled or put out of order.
func (t Tally) Good() bool { return len(t.Lost)+len(t.Doubled)+len(t.Disordered) == 0 }

// String is the tally in one line, with the first few of what went wrong.
func (t Tally) String() string {
	some := func(what []string) string {
		const most = 5
		if len(what) == 0 {
			return ""
		}
		return " [" + strings.Join(what[:min(most, len(what))], "; ") + "]"
	}
	return fmt.Sprintf("acknowledged %d, lost %d%s, duplicated %d%s, out of order %d%s",
		t.Acknowledged, len(t.Lost), some(t.Lost), len(t.Doubled), some(t.Doubled), len(t.Disordered), some(t.Disordered))
}

// View is what one console makes of the log: how many entries, their root, and a digest of the state they fold to.
type View struct {
	Console string
	Len     int
	Root    string
	State   string
	Pending int // entered there and not in the log
}

// SameEverywhere tells in a sentence what differs between consoles; "" when nothing does, and nothing waits.
func SameEverywhere(views []View) string {
	for _, v := range views {
		first := views[0]
		switch {
		case v.Pending > 0:
			return fmt.Sprintf("%s has %d pending", v.Console, v.Pending)
		case v.Len != first.Len:
			return fmt.Sprintf("%s has %d entries, %s %d", first.Console, first.Len, v.Console, v.Len)
		case v.Root != first.Root:
			return fmt.Sprintf("%s has root %s, %s %s", first.Console, first.Root, v.Console, v.Root)
		case v.State != first.State:
			return fmt.Sprintf("%s and %s have one root and two states", first.Console, v.Console)
		}
	}
	return ""
}

// Longest is the longest of some durations; 0 for none.
func Longest(ds []time.Duration) time.Duration {
	if len(ds) == 0 {
		return 0
	}
	return slices.Max(ds)
}
