package tui

import (
	"sangfroid/internal/incident"
	"slices"
	"strconv"

	tea "charm.land/bubbletea/v2"
)

// gridPane is the targets of a step or of a line of the ledger: as a grid of cells, or as a list. It lies over the body.
//
// The targets stand in the order of their groups. The grid is cut into bands, a group each; a zoom shows a group, then a
// part of one. What is drawn is found from an index that is made again only when the set changed.
type gridPane struct {
	set    incident.SetID
	zoom   []gridZoom
	at     int            // the target under the cursor: its place in index.order
	chosen map[int32]bool // places in the set
	back   bool           // a form lies over the grid: it comes again when the form is gone
	list   gridList
	index  gridIndex
}

// gridZoom is what a zoom shows: a group, and of it the targets from one to another (to 0: all).
type gridZoom struct {
	group    int
	from, to int
}

// gridIndex is the targets shown, by band.
type gridIndex struct {
	of     *incident.TargetSet
	zoomed int     // how deep it was made for
	order  []int32 // places in the set
	bands  []gridBand
	widest int // cells of the longest name
	total  int // targets of the whole set
}

// gridBand is a run of the order that is drawn together.
type gridBand struct {
	name     string // the group; "" where there are none
	group    int
	from, to int
}

// gridShape is how the bands are drawn in the room there is.
type gridShape struct {
	tile  int // cells of a tile with its name; 0 where a target is one cell, or part of one
	block int // targets of a cell
	label int // cells of the column with the bands' names
	count int // cells of the column with what is done of each band; 0 for none
	cols  int // cells of the grid, or tiles
	rows  []gridRow
}

// gridRow is one row of cells: of a band, from a target on.
type gridRow struct {
	band     int
	from, to int // in the order
}

func (m *model) openTargets() tea.Cmd {
	id := m.targetsHere()
	if id == "" {
		return nil
	}
	if m.grid.set != id {
		m.grid = gridPane{set: id, chosen: make(map[int32]bool)}
	}
	m.overlay = overGrid
	m.syncGrid()
	return nil
}

// targetsHere is the set of what is selected; else of the first step or line that is at work on named targets; "" for none.
func (m *model) targetsHere() incident.SetID {
	s := m.frame.State
	if f := m.flow(); m.focus == paneCatchup && f != nil && f.Targets.Len() > 0 {
		return incident.FlowSet(f.ID)
	}
	if st := m.step(); m.focus == panePlan && st != nil && st.Targets.Len() > 0 {
		return incident.StepSet(st.ID)
	}
	sets := s.Sets()
	for _, id := range sets {
		if st := s.Step(id.Step()); st != nil && s.StepStatus(st) == incident.StepRunning {
			return id
		}
	}
	for _, id := range sets {
		if st := s.Step(id.Step()); st == nil || !st.Finished() {
			return id
		}
	}
	if len(sets) > 0 {
		return sets[0]
	}
	return ""
}

// openStepTargets shows the targets of the step whose card is open.
func (m *model) openStepTargets() tea.Cmd {
	if st := m.step(); st.Targets.Len() == 0 {
		return m.cannot("targets", "why.notargets")
	}
	m.focus = panePlan
	return m.openTargets()
}

// targetsFirst tells whether the step selected is one whose targets are at work: enter shows them before its card.
func (m *model) targetsFirst() bool {
	st := m.step()
	return st != nil && st.Targets.Len() > 0 && st.Status != incident.StepToDo
}

func (m *model) canTargets() string {
	if m.targetsHere() == "" {
		return "why.notargets"
	}
	return ""
}

// gridSet is the set shown; nil when its step or line is not there any more (another room, a replay that went back).
func (m *model) gridSet() *incident.TargetSet {
	set, _ := m.frame.State.Targets(m.grid.set)
	return set
}

// syncGrid follows the newest frame.
func (m *model) syncGrid() {
	if m.overlay != overGrid && !m.grid.back {
		return
	}
	set := m.gridSet()
	if set.Len() == 0 {
		m.overlay, m.grid.back = overNone, false
		return
	}
	g := &m.grid
	if g.index.of != set || g.index.zoomed != len(g.zoom) {
		g.index = indexTargets(set, g.zoom)
	}
	if len(g.index.order) == 0 && len(g.zoom) > 0 {
		g.zoom = nil
		g.index = indexTargets(set, nil)
	}
	g.at = min(max(g.at, 0), len(g.index.order)-1)
	g.list.stale = true
}

// indexTargets puts the targets of a zoom in the order of their groups.
func indexTargets(set *incident.TargetSet, zoom []gridZoom) gridIndex {
	x := gridIndex{of: set, zoomed: len(zoom), total: set.Len()}
	groups := append([]string{""}, set.Groups()...)
	counts := make([]int, len(groups)+1)
	for i := range set.Len() {
		counts[set.Group(i)+1]++
	}
	// Those without a group come last.
	starts := make([]int, len(groups))
	next := 0
	for k := 1; k < len(groups); k++ {
		starts[k], next = next, next+counts[k+1]
	}
	starts[0] = next
	order := make([]int32, set.Len())
	fill := slices.Clone(starts)
	for i := range set.Len() {
		k := set.Group(i)
		order[fill[k]] = int32(i)
		fill[k]++
	}
	for k := range groups {
		g := (k + 1) % len(groups)
		if fill[g] > starts[g] {
			x.bands = append(x.bands, gridBand{name: groups[g], group: g, from: starts[g], to: fill[g]})
		}
	}
	x.order = order
	for _, z := range zoom {
		x.narrow(z)
	}
	for _, i := range x.order {
		x.widest = max(x.widest, width(set.At(int(i)).ID))
	}
	return x
}

// narrow keeps one band, or a part of it.
func (x *gridIndex) narrow(z gridZoom) {
	k := slices.IndexFunc(x.bands, func(b gridBand) bool { return b.group == z.group })
	if k < 0 {
		x.order, x.bands = nil, nil
		return
	}
	b := x.bands[k]
	from, to := b.from, b.to
	if z.to > 0 {
		from, to = min(b.from+z.from, b.to), min(b.from+z.to, b.to)
	}
	x.order = x.order[from:to]
	b.from, b.to = 0, to-from
	x.bands = []gridBand{b}
}

// gridSpan is the room of the grid: the width inside the frame, and the lines between the head and the detail.
func (m *model) gridSpan() (w, h int) {
	return max(m.layout.body.w-4, 8), max(m.layout.body.h-2-gridHead-m.gridFoot()-len(m.gridKeyLines()), 1)
}

const gridHead = 2

// gridFoot is the lines under the grid: the target or cell under the cursor, and the legend where there is room.
func (m *model) gridFoot() int {
	if m.layout.body.h < 14 {
		return 1
	}
	return 3
}

// blockSizes are how many targets a cell may stand for: numbers that are easily counted with.
func blockSizes() []int {
	return []int{1, 2, 3, 4, 5, 10, 15, 20, 25, 30, 40, 50, 100, 200, 250, 500, 1000, 2000, 5000, 10000}
}

// shape finds the largest form the targets fit in: tiles with names, one cell a target, then as few targets a cell as possible.
func (x *gridIndex) shape(w, h int) gridShape {
	var s gridShape
	for _, b := range x.bands {
		s.label = max(s.label, width(b.name))
	}
	if s.label == 0 || x.zoomed > 0 {
		s.label = x.widest // a row is told by its first target
	}
	s.label = min(s.label, w/3) + 1
	if len(x.bands) > 1 && w >= 100 {
		s.count = 2*len(strconv.Itoa(x.longest())) + 5 // "1,450/1,450 "
	}
	room := max(w-s.label-s.count, 1)
	s.tile = x.widest + 3
	s.block = 1
	if s.cols = room / s.tile; s.cols > 0 && x.rowsAt(s.cols, 1) <= h {
		s.rows = x.cut(s.cols, 1)
		return s
	}
	s.tile, s.cols = 0, room
	for _, s.block = range blockSizes() {
		if x.rowsAt(s.cols, s.block) <= h || x.rowsAt(s.cols, s.block) <= len(x.bands) {
			break
		}
	}
	s.rows = x.cut(s.cols, s.block)
	return s
}

// longest is the number of targets of the largest band.
func (x *gridIndex) longest() int {
	n := 0
	for _, b := range x.bands {
		n = max(n, b.to-b.from)
	}
	return n
}

func (x *gridIndex) rowsAt(cols, block int) int {
	n := 0
	for _, b := range x.bands {
		n += (b.to - b.from + cols*block - 1) / (cols * block)
	}
	return n
}

func (x *gridIndex) cut(cols, block int) []gridRow {
	var rows []gridRow
	for k, b := range x.bands {
		for from := b.from; from < b.to; from += cols * block {
			rows = append(rows, gridRow{band: k, from: from, to: min(from+cols*block, b.to)})
		}
	}
	return rows
}

// rowOf is the row of a target.
func (s *gridShape) rowOf(at int) int {
	for i, r := range s.rows {
		if at < r.to {
			return i
		}
	}
	return max(len(s.rows)-1, 0)
}

// cell is the targets of the cell that has the one at a place.
func (s *gridShape) cell(at int) (from, to int) {
	if len(s.rows) == 0 {
		return 0, 0
	}
	r := s.rows[s.rowOf(at)]
	from = r.from + (at-r.from)/s.block*s.block
	return from, min(from+s.block, r.to)
}
