package cell

import (
	"encoding/json"
	"sangfroid/internal/incident"
	"sangfroid/internal/text"
	"slices"
	"strconv"
	"strings"
	"time"
)

// ProgressType is the CloudEvents type of a signal that tells where targets stand. docs/targets.md has its form.
const ProgressType = "sangfroid.targets.progress"

// Progress is what such a signal says.
type Progress struct {
	ID      string
	Step    string // the step it is about, as the sender names it; "" leaves it to the plan's rule
	Line    string // … or the line of the ledger
	Time    time.Time
	Changes []incident.TargetChange
	Note    string
}

// ReadProgress reads a signal; ok is false for one that tells no targets. Texts come out clean, and names that are none
// are left out.
func ReadProgress(raw []byte) (p Progress, ok bool) {
	var v struct {
		ID   string `json:"id"`
		Type string `json:"type"`
		Time string `json:"time"`
		Data struct {
			Step    string                  `json:"step"`
			Line    string                  `json:"catchup"`
			Changes []incident.TargetChange `json:"changes"`
			Note    string                  `json:"note"`
		} `json:"data"`
	}
	if json.Unmarshal(raw, &v) != nil || v.Type != ProgressType || len(v.Data.Changes) == 0 {
		return Progress{}, false
	}
	p = Progress{ID: line(v.ID), Step: line(v.Data.Step), Line: line(v.Data.Line), Note: line(v.Data.Note)}
	if t, err := time.Parse(time.RFC3339Nano, v.Time); err == nil {
		p.Time = t.UTC()
	}
	for _, c := range v.Data.Changes {
		if !slices.Contains(allStates(), c.State) {
			continue
		}
		c.Group = line(c.Group)
		for i := range c.IDs {
			c.IDs[i] = line(c.IDs[i])
		}
		if len(c.IDs) > 0 {
			p.Changes = append(p.Changes, c)
		}
	}
	return p, len(p.Changes) > 0
}

func allStates() []incident.TargetState {
	all := incident.TargetStates()
	return all[:]
}

func line(s string) string {
	s, _ = text.Cut(s, incident.MaxText)
	s, _ = text.Clean(s)
	return s
}

// SetFor is the targets that a rule of the running plan gives a progress signal to: those of the step or open line whose
// signal names the source, and which the signal names where it names one. "" when no rule does, or several could. A step
// that has not come to its turn is given it, too: what is said of it waits.
func SetFor(s *incident.State, source string, p Progress) incident.SetID {
	var found []incident.SetID
	for i := range s.Steps {
		st := &s.Steps[i]
		if p.Line == "" && st.Def.Targets.Total() > 0 && rule(st.Def.Signal, source) && st.Status != incident.StepIsSkip && named(string(st.ID), p.Step) {
			found = append(found, incident.StepSet(st.ID))
		}
	}
	for i := range s.Flows {
		f := &s.Flows[i]
		if p.Step == "" && rule(f.Signal, source) && (f.Open() || f.Status == incident.FlowPlanned) && named(string(f.ID), p.Line) {
			found = append(found, incident.FlowSet(f.ID))
		}
	}
	if len(found) != 1 {
		return ""
	}
	return found[0]
}

// Summary is the signal in a line: what it is about, and how many targets are in which state.
func (p Progress) Summary() string {
	var parts []string
	for _, state := range incident.TargetStates() {
		if n := (incident.TargetsChanged{Changes: p.Changes}).Count(state); n > 0 {
			parts = append(parts, strconv.Itoa(n)+" "+string(state))
		}
	}
	s := strings.Join(parts, ", ")
	if about := p.Step + p.Line; about != "" {
		s = about + ": " + s
	}
	if p.Note != "" {
		s += " – " + p.Note
	}
	return s
}

func rule(signal, source string) bool {
	of, _, _ := strings.Cut(signal, ":")
	return of != "" && of == source
}

func named(id, name string) bool { return name == "" || name == id || name == incident.Own(id) }

// SetNamed is the step or line a signal names itself, for a person who attaches it without a rule; "" for none.
func SetNamed(s *incident.State, p Progress) incident.SetID {
	if p.Step != "" {
		if id, _ := s.FindStep(p.Step); id != "" {
			return incident.StepSet(id)
		}
	}
	if p.Line != "" {
		if id, _ := s.FindFlow(p.Line); id != "" {
			return incident.FlowSet(id)
		}
	}
	return ""
}

// Takes tells whether the set takes every name of the signal: a plan that names its targets takes no other.
func Takes(set *incident.TargetSet, p Progress) bool {
	if !set.Closed() {
		return true
	}
	for i := range p.Changes {
		names, ok := incident.ExpandTargets(p.Changes[i].IDs)
		if !ok {
			return false
		}
		for _, n := range names {
			if _, known := set.Find(n); !known {
				return false
			}
		}
	}
	return true
}
