package incident

import (
	"bytes"
	"encoding/json"
	"iter"
	"sangfroid/internal/text"
	"slices"
	"strconv"
	"strings"
)

// Limits of targets. A bank with 17,000 contact points fits several times over; what is above is a mistake or an attack.
const (
	MaxTargets = 100_000 // named targets of one set
	MaxGroups  = 1_000   // groups of one set
	MaxTarget  = 64      // bytes of a target's or a group's name
)

// TargetsDef says on what a step or a line of the ledger works: how many, and, where they are known, which. In JSON and
// YAML it is a number, or {count, pattern, names, groups, each}.
//
// Names come from Names, from Pattern (a name with one %d, %4d or %04d for the number, counted from 1 through all groups), or from
// Groups, each with its own names, or its count of the pattern's. A set with names is closed: a name that is not in it
// is refused, unless a change says that it adds it.
type TargetsDef struct {
	Count   int           `json:"count,omitempty"`
	Pattern string        `json:"pattern,omitempty"`
	Names   []string      `json:"names,omitempty"`
	Groups  []TargetGroup `json:"groups,omitempty"`
	Each    Duration      `json:"each,omitempty"` // the longest one target should take; 0: the step's longest estimate
}

// TargetGroup is a part of the targets: a region, a hypervisor, an agency.
type TargetGroup struct {
	Name    string   `json:"name"`
	Count   int      `json:"count,omitempty"`
	Pattern string   `json:"pattern,omitempty"` // counted from 1 within the group; else the set's, counted on
	Names   []string `json:"names,omitempty"`
}

// IsZero tells whether nothing is said of targets.
func (d TargetsDef) IsZero() bool {
	return d.Count == 0 && d.Pattern == "" && len(d.Names) == 0 && len(d.Groups) == 0 && d.Each == 0
}

// Total is how many targets there are: the names there are, or more when Count says more. Never negative.
func (d TargetsDef) Total() int {
	return max(d.Count, d.named(), 0)
}

// named is how many of them have names.
func (d TargetsDef) named() int {
	n := len(d.Names)
	made := func(count, names int) {
		n = min(n+min(max(count-names, 0), MaxTargets), MaxTargets)
	}
	if len(d.Groups) == 0 && d.Pattern != "" {
		made(d.Count, len(d.Names))
	}
	for _, g := range d.Groups {
		n += len(g.Names)
		if g.Pattern != "" || d.Pattern != "" {
			made(g.Count, len(g.Names))
		}
	}
	return min(n, MaxTargets)
}

// MarshalJSON writes a number when there is only a count.
func (d TargetsDef) MarshalJSON() ([]byte, error) {
	if d.Pattern == "" && len(d.Names) == 0 && len(d.Groups) == 0 && d.Each == 0 {
		return json.Marshal(d.Count)
	}
	type plain TargetsDef
	return json.Marshal(plain(d))
}

// UnmarshalJSON reads a number or the object.
func (d *TargetsDef) UnmarshalJSON(b []byte) error {
	*d = TargetsDef{}
	if b = bytes.TrimSpace(b); len(b) > 0 && b[0] != '{' {
		return json.Unmarshal(b, &d.Count)
	}
	type plain TargetsDef
	return json.Unmarshal(b, (*plain)(d))
}

func (d TargetsDef) same(o TargetsDef) bool {
	return d.Count == o.Count && d.Pattern == o.Pattern && slices.Equal(d.Names, o.Names) &&
		slices.EqualFunc(d.Groups, o.Groups, func(a, b TargetGroup) bool {
			return a.Name == b.Name && a.Count == b.Count && a.Pattern == b.Pattern && slices.Equal(a.Names, b.Names)
		})
}

// GroupTotal is how many targets the groups and the names without a group are.
func (d TargetsDef) GroupTotal() int {
	n := len(d.Names)
	for _, g := range d.Groups {
		n += max(len(g.Names), g.Count)
	}
	return n
}

// All gives every name with its group ("" for none), in order, at most MaxTargets of them.
func (d TargetsDef) All() iter.Seq2[string, string] {
	return func(yield func(name, group string) bool) {
		left := MaxTargets
		give := func(name, group string) bool {
			left--
			return left >= 0 && yield(name, group)
		}
		shared, _ := parsePattern(d.Pattern)
		number := 0
		parts := append([]TargetGroup{{Names: d.Names}}, d.Groups...)
		if len(d.Groups) == 0 {
			parts[0].Count = d.Count
		}
		for _, g := range parts {
			for _, name := range g.Names {
				if !give(name, g.Name) {
					return
				}
			}
			made, first := shared, number
			if own, ok := parsePattern(g.Pattern); ok {
				made, first = own, 0
			} else if d.Pattern == "" {
				continue
			}
			n := min(max(g.Count-len(g.Names), 0), MaxTargets)
			for i := range n {
				if !give(made.name(first+i+1), g.Name) {
					return
				}
			}
			if made == shared {
				number += n
			}
		}
	}
}

// pattern is a name with a number in it: what stands before and behind, and how many digits at least.
type pattern struct {
	before, after string
	digits        int
}

// ValidPattern tells whether s makes names: one %d, %Nd or %0Nd (N from 1 to 9), and no other %.
func ValidPattern(s string) bool {
	p, ok := parsePattern(s)
	return ok && ValidTarget(p.name(1))
}

func parsePattern(s string) (pattern, bool) {
	before, rest, ok := strings.Cut(s, "%")
	if !ok {
		return pattern{before: s}, false
	}
	width, after, ok := strings.Cut(rest, "d")
	if !ok || len(width) > 2 || strings.Contains(after, "%") {
		return pattern{before: before}, false
	}
	p := pattern{before: before, after: after, digits: 1}
	if width == "" {
		return p, true
	}
	n, err := strconv.Atoi(width)
	if err != nil || n < 1 || n > 9 {
		return p, false
	}
	if width[0] == '0' {
		p.digits = n
	}
	return p, true
}

func (p pattern) name(n int) string {
	digits := strconv.Itoa(n)
	return p.before + strings.Repeat("0", max(p.digits-len(digits), 0)) + digits + p.after
}

// rangeMark stands between the first and the last name of a run of them.
const rangeMark = ".."

// ValidTarget tells whether s may name a target or a group: 1 to 64 bytes of printable text, with no blanks at its ends, no comma
// and no two dots in a row, which join names in lists.
func ValidTarget(s string) bool {
	if _, dirty := text.Clean(s); dirty { // the fold would clean it: another name than the one the rules looked up
		return false
	}
	return s != "" && len(s) <= MaxTarget && s == strings.TrimSpace(s) && !strings.Contains(s, ",") && !strings.Contains(s, rangeMark)
}
