package tui

import (
	"sangfroid/internal/incident"
	"slices"
	"time"
)

// gridMove moves the cursor by cells, and by rows in its column.
func (m *model) gridMove(cells, rows int) {
	g := &m.grid
	w, h := m.gridSpan()
	s := g.index.shape(w, h)
	if len(s.rows) == 0 {
		return
	}
	row := s.rowOf(g.at)
	col := (g.at - s.rows[row].from) / s.block
	if rows != 0 {
		row = min(max(row+rows, 0), len(s.rows)-1)
	}
	r := s.rows[row]
	at := r.from + col*s.block
	last := r.from + (r.to-r.from-1)/s.block*s.block
	at = min(at, last)
	switch {
	case cells > 0 && at+s.block < r.to:
		at += s.block
	case cells > 0 && row+1 < len(s.rows):
		at = s.rows[row+1].from
	case cells < 0 && at > r.from:
		at -= s.block
	case cells < 0 && row > 0:
		r = s.rows[row-1]
		at = r.from + (r.to-r.from-1)/s.block*s.block
	}
	g.at = at
}

// gridIn zooms into the cell under the cursor: its group first, then the part of it. A single target is chosen.
func (m *model) gridIn() {
	g := &m.grid
	w, h := m.gridSpan()
	s := g.index.shape(w, h)
	if len(s.rows) == 0 {
		return
	}
	if s.block == 1 && len(g.index.bands) == 1 {
		m.gridChoose()
		return
	}
	band := g.index.bands[s.rows[s.rowOf(g.at)].band]
	from, to := s.cell(g.at)
	z := gridZoom{group: band.group}
	at := g.at - band.from
	if len(g.index.bands) == 1 {
		// As many as can be shown by name, with the cell in their middle.
		n := max((w-s.label)/(g.index.widest+3)*h, to-from)
		z.from = max(min((from+to-n)/2, band.to-n), 0)
		z.to = min(z.from+n, band.to)
		at = g.at - z.from
	}
	g.zoom = append(g.zoom, z)
	g.at = at
	m.syncGrid()
}

// gridOut takes back one thing: the choice, the zoom, the grid.
func (m *model) gridOut() {
	g := &m.grid
	switch {
	case len(g.chosen) > 0:
		g.chosen = make(map[int32]bool)
	case len(g.zoom) > 0:
		at := g.index.order[g.at]
		g.zoom = g.zoom[:len(g.zoom)-1]
		m.syncGrid()
		g.at = max(slices.Index(g.index.order, at), 0)
	default:
		m.overlay = overNone
	}
}

// underCursor is the places of the targets under the cursor.
func (m *model) underCursor() []int32 {
	g := &m.grid
	if g.list.on {
		if rows := m.listRows(); len(rows) > 0 {
			return rows[g.list.at : g.list.at+1]
		}
		return nil
	}
	w, h := m.gridSpan()
	s := g.index.shape(w, h)
	from, to := s.cell(g.at)
	return g.index.order[from:to]
}

// gridChoose takes the targets under the cursor into the choice, or out of it.
func (m *model) gridChoose() { m.choose(m.underCursor()) }

func (m *model) choose(places []int32) {
	all := true
	for _, i := range places {
		all = all && m.grid.chosen[i]
	}
	for _, i := range places {
		if all {
			delete(m.grid.chosen, i)
		} else {
			m.grid.chosen[i] = true
		}
	}
}

// gridChosen is what an action is about: the choice, or what is under the cursor, in the order of the set.
func (m *model) gridChosen() []int32 {
	if len(m.grid.chosen) == 0 {
		return slices.Clone(m.underCursor())
	}
	out := make([]int32, 0, len(m.grid.chosen))
	for i := range m.grid.chosen {
		out = append(out, i)
	}
	slices.Sort(out)
	return out
}

// gridSum counts the targets of the zoom at now.
func (m *model) gridSum(places []int32) incident.TargetSum {
	return m.gridSet().Tally(places, m.frame.State.TargetLimits(m.grid.set), m.now)
}

// since is how long a target has been so.
func (m *model) since(t incident.Target) time.Duration { return max(m.now.Sub(t.Since), 0) }
