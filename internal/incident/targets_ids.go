package incident

import (
	"slices"
	"strconv"
	"strings"
)

// A list of targets is compact: a name, or a run of them, "shop-0001..shop-0040" (or "shop-0001..0040"): names that differ in
// one number only, written with as many digits, from the first to the last.

// splitName cuts a name into what stands before its last number, the digits, and what stands behind.
func splitName(s string) (before, digits, after string) {
	end := len(s)
	for end > 0 && (s[end-1] < '0' || s[end-1] > '9') {
		end--
	}
	start := end
	for start > 0 && s[start-1] >= '0' && s[start-1] <= '9' {
		start--
	}
	return s[:start], s[start:end], s[end:]
}

// run is a list's item: one name, or the names from one number to another.
type run struct {
	before, after string
	digits        int
	from, to      int // of a run; both 0 for a single name
	single        string
}

func (r run) len() int {
	if r.single != "" {
		return 1
	}
	return r.to - r.from + 1
}

// parseRun reads an item of a list; ok is false for what is neither a name nor a run.
func parseRun(s string) (run, bool) {
	s = strings.TrimSpace(s)
	first, last, ranged := strings.Cut(s, rangeMark)
	if !ranged {
		return run{single: s}, ValidTarget(s)
	}
	first, last = strings.TrimSpace(first), strings.TrimSpace(last)
	before, low, after := splitName(first)
	before2, high, after2 := splitName(last)
	if before2 == "" && after2 == "" {
		before2, after2 = before, after // "shop-0001..0040"
	}
	if !ValidTarget(first) || before != before2 || after != after2 || low == "" || high == "" || len(low) > 9 || len(high) > 9 {
		return run{}, false
	}
	from, err1 := strconv.Atoi(low)
	to, err2 := strconv.Atoi(high)
	// Without leading zeros the number of digits may grow.
	grows := low[0] != '0' && len(high) > len(low)
	if err1 != nil || err2 != nil || from > to || to-from >= MaxTargets || (len(low) != len(high) && !grows) {
		return run{}, false
	}
	return run{before: before, after: after, digits: len(low), from: from, to: to}, true
}

// names calls yield with every name of the run. The bytes are only good during the call.
func (r run) names(buf []byte, yield func([]byte)) []byte {
	if r.single != "" {
		yield(append(buf[:0], r.single...))
		return buf
	}
	for n := r.from; n <= r.to; n++ {
		buf = append(buf[:0], r.before...)
		at := len(buf)
		buf = strconv.AppendInt(buf, int64(n), 10)
		if missing := r.digits - (len(buf) - at); missing > 0 {
			buf = slices.Insert(buf, at, []byte("000000000")[:missing]...)
		}
		buf = append(buf, r.after...)
		yield(buf)
	}
	return buf
}

// CompactTargets writes names as a list, runs of three and more as one item. The order is kept.
func CompactTargets(names []string) []string {
	out := make([]string, 0, min(len(names), 64))
	for i := 0; i < len(names); {
		n := runLength(names[i:])
		if n < 3 {
			out = append(out, names[i])
			i++
			continue
		}
		out = append(out, names[i]+rangeMark+names[i+n-1])
		i += n
	}
	return out
}

// runLength is how many names from the first on make a run.
func runLength(names []string) int {
	before, digits, after := splitName(names[0])
	if digits == "" || len(digits) > 9 {
		return 1
	}
	first, err := strconv.Atoi(digits)
	if err != nil {
		return 1
	}
	n := 1
	for n < len(names) {
		b, d, a := splitName(names[n])
		v, err := strconv.Atoi(d)
		if err != nil || b != before || a != after || v != first+n || len(d) != len(digits) {
			break
		}
		n++
	}
	return n
}

// ExpandTargets gives the names of a list, at most MaxTargets; ok is false when an item is neither a name nor a run, or
// when there are more.
func ExpandTargets(list []string) (names []string, ok bool) {
	ok = true
	var buf []byte
	for _, item := range list {
		r, good := parseRun(item)
		if !good || len(names)+r.len() > MaxTargets {
			ok = false
			continue
		}
		buf = r.names(buf, func(b []byte) { names = append(names, string(b)) })
	}
	return names, ok
}

// maxBatch is how many bytes of names one event carries. With the rest it stays below what an intermediary must forward
// (CloudEvents 1.0, size limits: 64 KiB).
const maxBatch = 40 << 10

// size is how many bytes the change takes, roughly as JSON writes it.
func (c *TargetChange) size() int {
	n := 80 + len(c.Group)
	for _, id := range c.IDs {
		n += len(id) + 4
	}
	return n
}

// SplitTargets cuts changes into as many events as their size needs, in order.
func SplitTargets(changes []TargetChange, note string) []TargetsChanged {
	var out []TargetsChanged
	batch := TargetsChanged{Note: note}
	room := maxBatch
	flush := func() {
		if len(batch.Changes) > 0 {
			out = append(out, batch)
		}
		batch, room = TargetsChanged{Note: note}, maxBatch
	}
	for _, c := range changes {
		for len(c.IDs) > 0 {
			part := c
			part.IDs = nil
			cost := part.size()
			n := 0
			for n < len(c.IDs) && cost+len(c.IDs[n])+4 <= room {
				cost += len(c.IDs[n]) + 4
				n++
			}
			if n == 0 && len(batch.Changes) > 0 {
				flush()
				continue
			}
			n = max(n, 1)
			part.IDs, c.IDs = c.IDs[:n:n], c.IDs[n:]
			batch.Changes = append(batch.Changes, part)
			room -= cost
		}
	}
	flush()
	return out
}

// Count is how many names of the batch came into a state.
func (d TargetsChanged) Count(state TargetState) int {
	n := 0
	for i := range d.Changes {
		if d.Changes[i].State != state {
			continue
		}
		for _, item := range d.Changes[i].IDs {
			if r, ok := parseRun(item); ok {
				n += r.len()
			}
		}
	}
	return n
}
