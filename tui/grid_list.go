package tui

import (
	"sangfroid/internal/incident"
	"slices"
	"strings"
)

// gridList is the targets as a list: what is late or failed, or all of them, filtered by typing, sorted.
type gridList struct {
	on      bool
	all     bool // not only what is late or failed
	filter  string
	editing bool
	sort    gridSort
	at, top int
	stale   bool // to be made again before it is read
	rows    []int32
}

// gridSort is what a list is sorted by.
type gridSort int

const (
	sortSince gridSort = iota // the longest first
	sortName
	sortGroup
	sortState
	sortCount
)

func (s gridSort) key() string {
	return [...]string{"tui.grid.by.since", "tui.grid.by.name", "tui.grid.by.group", "tui.grid.by.state"}[s%sortCount]
}

// listRows is the places of the targets listed. It is made when it is asked for, once for each frame and second.
func (m *model) listRows() []int32 {
	l := &m.grid.list
	if !l.stale {
		return l.rows
	}
	l.stale = false
	set := m.gridSet()
	limits := m.frame.State.TargetLimits(m.grid.set)
	words := strings.Fields(l.filter)
	l.rows = l.rows[:0]
	for _, i := range m.grid.index.order {
		t := set.At(int(i))
		if !l.all && t.State != incident.TargetFailed && !set.Late(int(i), limits, m.now) {
			continue
		}
		if m.targetFits(set, t, words) {
			l.rows = append(l.rows, i)
		}
	}
	if l.sort != sortGroup { // the index has the order of the groups
		slices.SortStableFunc(l.rows, func(a, b int32) int { return m.compareTargets(set.At(int(a)), set.At(int(b))) })
	}
	l.at = min(max(l.at, 0), max(len(l.rows)-1, 0))
	return l.rows
}

// targetFits tells whether every word typed is in the target's name, group, state or note.
func (m *model) targetFits(set *incident.TargetSet, t incident.Target, words []string) bool {
	for _, w := range words {
		if containsFold(t.ID, w) || containsFold(t.Group, w) || strings.HasPrefix(strings.ToLower(m.lang.TargetState(t.State)), w) {
			continue
		}
		if n, ok := set.Note(t.Entry); !ok || !containsFold(n.Text, w) {
			return false
		}
	}
	return true
}

// containsFold looks for a lower-case word.
func containsFold(s, word string) bool {
	return strings.Contains(s, word) || strings.Contains(strings.ToLower(s), word)
}

func (m *model) compareTargets(a, b incident.Target) int {
	switch m.grid.list.sort {
	case sortName:
		return strings.Compare(a.ID, b.ID)
	case sortState:
		return stateRank(a.State) - stateRank(b.State)
	case sortSince, sortGroup, sortCount:
	}
	// What failed or ran for longest first; what never moved after it.
	switch {
	case a.Since.IsZero() != b.Since.IsZero():
		if a.Since.IsZero() {
			return 1
		}
		return -1
	default:
		return a.Since.Compare(b.Since)
	}
}

// stateRank puts what needs somebody first.
func stateRank(s incident.TargetState) int {
	return slices.Index([]incident.TargetState{
		incident.TargetFailed, incident.TargetRunning, incident.TargetWaiting, incident.TargetSkipped, incident.TargetDone,
	}, s)
}

// stateCells is the room of a state in the list, with its lateness.
const stateCells = 22

// listLines are the rows of the list on the screen; they are drawn from an index.
func (m *model) listLines(w, h int) []string {
	l := &m.grid.list
	rows := m.listRows()
	t := m.theme
	if len(rows) == 0 {
		return m.paragraph(m.t("tui.grid.empty"), t.Muted, w)
	}
	l.at = min(l.at, len(rows)-1)
	l.top = min(l.top, l.at)
	l.top = max(l.top, l.at-h+1)
	l.top = max(min(l.top, len(rows)-h), 0)
	set, limits := m.gridSet(), m.frame.State.TargetLimits(m.grid.set)
	name := min(max(m.grid.index.widest, 8), 30) + 2
	group := 0
	for _, b := range m.grid.index.bands {
		group = max(group, width(b.name)+2)
	}
	group = min(group, max(w/4, 8))
	state0 := 4 + name + group
	out := make([]string, 0, h)
	for k := l.top; k < min(l.top+h, len(rows)); k++ {
		i := int(rows[k])
		target := set.At(i)
		late := set.Late(i, limits, m.now)
		mark, ink := m.targetMark(target.State, late)
		r := row{}
		if m.grid.chosen[rows[k]] {
			sign, focus := m.chosenMark()
			r = r.add(sign, focus)
		} else {
			r = r.space(1)
		}
		state := m.lang.TargetState(target.State)
		if late {
			state += ", " + m.t("target.late")
		}
		r = r.space(1).add(mark+" ", ink).add(cut(target.ID, name-2), t.Strong).to(4+name).add(cut(target.Group, group-2), t.Muted).to(state0).add(state, ink).to(state0 + stateCells)
		if !target.Since.IsZero() {
			r = r.add(m.lang.Span(m.since(target)), t.Text).to(state0+stateCells+10).add(target.Since.In(m.zone()).Format("15:04:05"), t.Muted)
		}
		if n, ok := set.Note(target.Entry); ok && w > state0+stateCells+30 {
			r = r.to(state0+stateCells+20).add(n.Text, t.Muted)
		}
		out = append(out, r.line(w, k == l.at))
	}
	return out
}
