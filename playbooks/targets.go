package playbooks

import (
	"fmt"
	"sangfroid/internal/incident"
	"strconv"
)

// targets holds the targets of a step or of a line of the ledger to their rules: names that can be listed, each once, as many
// as are announced.
func (r *reader) targets(path string, d incident.TargetsDef) {
	if d.IsZero() {
		return
	}
	before := len(r.found)
	seen := make(map[string]bool)
	name := func(at, s string) {
		switch {
		case !incident.ValidTarget(s):
			r.failAt(at, "lint.target", "value", s, "limit", strconv.Itoa(incident.MaxTarget))
		case seen[s]:
			r.failAt(at, "lint.target.twice", "value", s)
		}
		seen[s] = true
	}
	r.targetPattern(path+".pattern", d.Pattern)
	for i, s := range d.Names {
		name(fmt.Sprintf("%s.names[%d]", path, i), s)
	}
	groups := make(map[string]bool)
	for i, g := range d.Groups {
		at := fmt.Sprintf("%s.groups[%d]", path, i)
		r.targetGroup(at, g, d.Pattern, groups)
		for k, s := range g.Names {
			name(fmt.Sprintf("%s.names[%d]", at, k), s)
		}
	}
	if len(d.Groups) > incident.MaxGroups {
		r.failAt(path+".groups", "lint.many", "n", strconv.Itoa(len(d.Groups)), "limit", strconv.Itoa(incident.MaxGroups))
	}
	if d.Pattern != "" && d.Count == 0 && len(d.Groups) == 0 {
		r.failAt(path, "lint.target.count")
	}
	if d.Total() > incident.MaxTargets {
		r.failAt(path, "lint.many", "n", strconv.Itoa(d.Total()), "limit", strconv.Itoa(incident.MaxTargets))
	}
	if len(r.found) > before {
		return
	}
	if d.Count > 0 && len(d.Groups) > 0 && d.Count != d.GroupTotal() {
		r.failAt(path+".count", "lint.target.sum", "count", strconv.Itoa(d.Count), "sum", strconv.Itoa(d.GroupTotal()))
		return
	}
	r.targetsMade(path, d)
}

// targetsMade tells when names that are made by a pattern are not each made once.
func (r *reader) targetsMade(path string, d incident.TargetsDef) {
	made := make(map[string]bool)
	for name := range d.All() {
		if made[name] {
			r.failAt(path, "lint.target.twice", "value", name)
			return
		}
		made[name] = true
	}
}

func (r *reader) targetGroup(at string, g incident.TargetGroup, whole string, seen map[string]bool) {
	switch {
	case !incident.ValidTarget(g.Name):
		r.failAt(at+".name", "lint.target", "value", g.Name, "limit", strconv.Itoa(incident.MaxTarget))
	case seen[g.Name]:
		r.failAt(at+".name", "lint.target.twice", "value", g.Name)
	}
	seen[g.Name] = true
	r.targetPattern(at+".pattern", g.Pattern)
	if len(g.Names) == 0 && g.Count == 0 {
		r.failAt(at, "lint.target.empty", "value", g.Name)
	}
	if g.Count > len(g.Names) && g.Pattern == "" && whole == "" {
		r.failAt(at+".count", "lint.target.noname", "value", g.Name)
	}
}

func (r *reader) targetPattern(at, s string) {
	if s != "" && !incident.ValidPattern(s) {
		r.failAt(at, "lint.target.pattern", "value", s)
	}
}
