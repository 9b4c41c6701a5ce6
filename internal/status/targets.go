package status

import (
	"sangfroid/internal/incident"
	"slices"
	"time"
)

// TargetsSchema is the version of a list of targets.
const TargetsSchema = "sangfroid.targets/1"

// Targets sums the named targets of a step or of a line of the ledger.
type Targets struct {
	Total     int           `json:"total"`
	Named     int           `json:"named"`
	Waiting   int           `json:"waiting"`
	Running   int           `json:"running"`
	Done      int           `json:"done"`
	Failed    int           `json:"failed"`
	Skipped   int           `json:"skipped"`
	Late      int           `json:"late"`
	LateIDs   []string      `json:"late_ids"`
	FailedIDs []string      `json:"failed_ids"`
	Groups    []TargetGroup `json:"groups"`
}

// TargetGroup sums the targets of one group.
type TargetGroup struct {
	Name    string `json:"name"`
	Total   int    `json:"total"`
	Done    int    `json:"done"` // with those not needed
	Running int    `json:"running"`
	Failed  int    `json:"failed"`
	Late    int    `json:"late"`
}

// TargetList is every target of a set that was asked for.
type TargetList struct {
	Schema  string         `json:"schema"`
	At      Time           `json:"at"`
	Set     incident.SetID `json:"set"`
	Targets Targets        `json:"targets"`
	List    []Target       `json:"list"`
}

// Target is one target.
type Target struct {
	ID    string               `json:"id"`
	Group string               `json:"group,omitempty"`
	State incident.TargetState `json:"state"`
	Since Time                 `json:"since"`
	Late  bool                 `json:"late,omitempty"`
	Entry int                  `json:"entry,omitempty"`
	Note  string               `json:"note,omitempty"`
}

// Asked narrows a list of targets; empty fields narrow nothing.
type Asked struct {
	State incident.TargetState
	Group string
	Late  bool
}

// ListTargets gives the targets of a set, in their order. The set may be nil.
func ListTargets(s *incident.State, id incident.SetID, a Asked, now time.Time) TargetList {
	out := TargetList{Schema: TargetsSchema, At: Time{now}, Set: id, List: []Target{}}
	set, _ := s.Targets(id)
	limits := s.TargetLimits(id)
	out.Targets = sumTargets(s, id, now)
	for i := range set.Len() {
		t := set.At(i)
		late := set.Late(i, limits, now)
		if (a.State != "" && t.State != a.State) || (a.Group != "" && t.Group != a.Group) || (a.Late && !late) {
			continue
		}
		v := Target{ID: t.ID, Group: t.Group, State: t.State, Since: Time{t.Since}, Late: late, Entry: t.Entry}
		if n, ok := set.Note(t.Entry); ok {
			v.Note = n.Text
		}
		out.List = append(out.List, v)
	}
	return out
}

// targets is nil for a step or line whose targets have no names.
func targets(s *incident.State, id incident.SetID, now time.Time) *Targets {
	if set, _ := s.Targets(id); set.Len() == 0 {
		return nil
	}
	v := sumTargets(s, id, now)
	return &v
}

func sumTargets(s *incident.State, id incident.SetID, now time.Time) Targets {
	set, _ := s.Targets(id)
	limits := s.TargetLimits(id)
	c := s.TargetSum(id, now)
	out := Targets{
		Total: c.Total, Named: c.Named, Waiting: c.Waiting, Running: c.Running, Done: c.Done, Failed: c.Failed,
		Skipped: c.Skipped, Late: c.Late, LateIDs: []string{}, FailedIDs: []string{}, Groups: []TargetGroup{},
	}
	for _, g := range set.Groups() {
		out.Groups = append(out.Groups, TargetGroup{Name: g})
	}
	var late, failed []incident.Target
	for i := range set.Len() {
		t := set.At(i)
		isLate := set.Late(i, limits, now)
		if isLate {
			late = append(late, t)
		}
		if t.State == incident.TargetFailed {
			failed = append(failed, t)
		}
		if k := set.Group(i); k > 0 {
			out.Groups[k-1].add(t.State, isLate)
		}
	}
	out.LateIDs, out.FailedIDs = longest(late), longest(failed)
	return out
}

func (g *TargetGroup) add(state incident.TargetState, late bool) {
	g.Total++
	switch state {
	case incident.TargetDone, incident.TargetSkipped:
		g.Done++
	case incident.TargetRunning:
		g.Running++
	case incident.TargetFailed:
		g.Failed++
	case incident.TargetWaiting:
	}
	if late {
		g.Late++
	}
}

// longest names those that are so for longest, at most 20.
func longest(list []incident.Target) []string {
	const most = 20
	slices.SortStableFunc(list, func(a, b incident.Target) int { return a.Since.Compare(b.Since) })
	out := make([]string, 0, most)
	for _, t := range list[:min(len(list), most)] {
		out = append(out, t.ID)
	}
	return out
}
