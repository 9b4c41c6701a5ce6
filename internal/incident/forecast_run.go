package incident

import (
	"slices"
	"time"
)

// blockSize is how many samples are played through at a time: what one block of a plan of some hundred steps needs fits
// into the processor's cache.
const blockSize = 256

// simulation plays the plan graph through, in blocks: for each step in turn a whole block of samples.
type simulation struct {
	g       *planGraph
	n       int
	targets []target
	finish  [][blockSize]float32 // per node: seconds from now to its end, go said now
	behind  [][blockSize]float32 // per gated node: the longest part behind a closed gate
	took    [][blockSize]float32
	crit    [][blockSize]bool
	count   []int     // per node: samples in which it is critical for some service
	holds   []float64 // per node: seconds it held a service back, summed
}

// target is a service on its way back: the nodes whose end makes it verified, and resumed.
type target struct {
	svc               *Service
	gate              *Decision
	verified, resumed []int32
	ledger            *remaining // until the catch-up lines that block it are through; nil where that cannot be told
	v                 ServiceForecast
}

func newSimulation(g *planGraph, n int) *simulation { return &simulation{g: g, n: n} }

// aim adds a service whose return is asked for.
func (r *simulation) aim(svc *Service) {
	t := target{svc: svc, gate: GateOf(r.g.s, svc.Def.ID)}
	net := network{s: r.g.s, id: svc.Def.ID}
	if svc.Verified == nil {
		t.verified, t.v.verified.known = r.ends(net.ends())
	}
	t.v.verified.stood = svc.Verified
	t.resumed, t.v.resumed.known = r.ends(net.milestones(MilestoneResumed))
	if svc.Verified != nil { // before, nothing was counted
		t.ledger = ledgerLeft(r.g.s, svc.Def.ID, r.g.now)
	}
	t.v.resumed.known = t.v.resumed.known || t.ledger != nil
	r.targets = append(r.targets, t)
}

// ends gives the nodes of steps; known is false when there are no steps at all, and true with no nodes when they are
// over: then the milestone is due now.
func (r *simulation) ends(steps []*Step) (nodes []int32, known bool) {
	for _, st := range steps {
		if i := r.g.visit(st); i >= 0 {
			nodes = append(nodes, int32(i))
		}
	}
	return nodes, len(steps) > 0
}

// play runs all samples.
func (r *simulation) play() {
	nodes := len(r.g.nodes)
	r.finish, r.behind = make([][blockSize]float32, nodes), make([][blockSize]float32, nodes)
	r.took, r.crit = make([][blockSize]float32, nodes), make([][blockSize]bool, nodes)
	r.count, r.holds = make([]int, nodes), make([]float64, nodes)
	for i := range r.targets {
		t := &r.targets[i]
		for _, m := range []*sampled{&t.v.verified, &t.v.resumed} {
			m.free, m.gated = make([]float32, 0, r.n), make([]float32, 0, r.n)
		}
	}
	for from := 0; from < r.n; from += blockSize {
		size := min(blockSize, r.n-from)
		for i := range r.g.nodes {
			r.forward(i, from, size)
		}
		for i := range r.targets {
			t := &r.targets[i]
			r.gather(&t.v.verified, t.verified, size)
			r.gather(&t.v.resumed, t.resumed, size)
			if t.ledger != nil {
				r.await(&t.v.resumed, t, from, size)
			}
		}
		r.backward(size)
	}
}

// forward plays one step of a block: it starts when all it waits for is over.
func (r *simulation) forward(i, from, size int) {
	n := &r.g.nodes[i]
	finish := r.finish[i][:size]
	clear(finish)
	for _, dep := range n.after {
		latest(finish, r.finish[dep][:size])
	}
	took := r.took[i][:size]
	if n.kind == nodeRemains {
		draw(took, &n.left, n.key, from)
		for k := range finish {
			finish[k] += took[k]
		}
	}
	if !n.gated {
		return
	}
	behind := r.behind[i][:size]
	least := float32(-1)
	if n.gate {
		least = 0
	}
	for k := range behind {
		behind[k] = least
	}
	for _, dep := range n.after {
		if r.g.nodes[dep].gated {
			latest(behind, r.behind[dep][:size])
		}
	}
	for k := range behind {
		if behind[k] >= 0 {
			behind[k] += took[k]
		}
	}
}

// draw fills a block with durations: number k of a stream is the same whatever else is drawn (SplitMix64 of Steele, Lea
// and Flood, 2014, used as a hash of the place in the stream).
func draw(out []float32, left *remaining, key uint64, from int) {
	table := &left.table
	for k := range out {
		z := key + uint64(from+k+1)*0x9e3779b97f4a7c15
		z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
		z = (z ^ z>>27) * 0x94d049bb133111eb
		z ^= z >> 31
		u := float32(z>>40) / (1 << 24)
		if left.out > 0 {
			out[k] = left.at(u)
			continue
		}
		x := u * quantileSteps // quantileTable.at, written out: this is the innermost loop
		i := int(x) & (quantileSteps - 1)
		out[k] = table[i] + (table[i+1]-table[i])*(x-float32(i))
	}
}

// latest raises each of into to the value of from, where that is larger.
func latest(into, from []float32) {
	from = from[:len(into)]
	for k, v := range from {
		into[k] = max(into[k], v) // no branch: which one is larger cannot be foretold
	}
}

// gather notes when a milestone is reached in each sample of the block.
func (r *simulation) gather(m *sampled, ends []int32, size int) {
	if !m.known {
		return
	}
	at := len(m.free)
	m.free, m.gated = m.free[:at+size], m.gated[:at+size]
	free, gated := m.free[at:], m.gated[at:]
	for k := range gated {
		free[k], gated[k] = 0, -1
	}
	for _, e := range ends {
		latest(free, r.finish[e][:size])
		if r.g.nodes[e].gated {
			latest(gated, r.behind[e][:size])
		}
	}
}

// await holds the resumption back until the ledger's lines are through.
func (r *simulation) await(m *sampled, t *target, from, size int) {
	var left [blockSize]float32
	draw(left[:size], t.ledger, streamKey(string(r.g.s.ID), "ledger", string(t.svc.Def.ID)), from)
	latest(m.free[len(m.free)-size:], left[:size])
}

// backward follows the longest paths back from the services' ends, and counts the steps on them.
func (r *simulation) backward(size int) {
	for i := range r.crit {
		clear(r.crit[i][:size])
	}
	for i := range r.targets {
		t := &r.targets[i]
		ends, m := t.verified, &t.v.verified
		if t.svc.Verified != nil || !m.known {
			ends, m = t.resumed, &t.v.resumed
		}
		if !m.known {
			continue
		}
		last := m.free[len(m.free)-size:]
		for _, e := range ends {
			f, c := r.finish[e][:size], r.crit[e][:size]
			for k := range f {
				c[k] = c[k] || f[k] == last[k]
			}
		}
	}
	for i := len(r.g.nodes) - 1; i >= 0; i-- {
		r.trace(i, size)
	}
}

func (r *simulation) trace(i, size int) {
	n := &r.g.nodes[i]
	crit, took := r.crit[i][:size], r.took[i][:size]
	hits, held := 0, float32(0)
	for k, on := range crit {
		if on {
			hits++
			held += took[k]
		}
	}
	if hits == 0 {
		return
	}
	r.count[i] += hits
	r.holds[i] += float64(held)
	var start [blockSize]float32
	for _, dep := range n.after {
		latest(start[:size], r.finish[dep][:size])
	}
	for _, dep := range n.after {
		f, c := r.finish[dep][:size], r.crit[dep][:size]
		for k := range f {
			c[k] = c[k] || (crit[k] && f[k] == start[k])
		}
	}
}

// steps tells what remains of each step, in plan order.
func (r *simulation) steps() []StepForecast {
	var out []StepForecast
	for i := range r.g.nodes {
		n := &r.g.nodes[i]
		if n.kind != nodeRemains {
			continue
		}
		seconds := func(v float64) time.Duration { return time.Duration(v * float64(time.Second)).Round(time.Second) }
		out = append(out, StepForecast{
			Step: n.step.ID, Mean: seconds(n.left.mean()), P90: seconds(float64(n.left.at(0.9))),
			Critical: float64(r.count[i]) / float64(r.n), Holds: seconds(r.holds[i] / float64(r.n)),
		})
	}
	order := make(map[StepID]int, len(r.g.s.Steps))
	for i := range r.g.s.Steps {
		order[r.g.s.Steps[i].ID] = i
	}
	slices.SortFunc(out, func(a, b StepForecast) int { return order[a.Step] - order[b.Step] })
	return out
}

// forecast closes the account of one service; ok is false when nothing is known of its return.
func (t *target) forecast(s *State, now time.Time, repair *remaining) (ServiceForecast, bool) {
	v := t.v
	v.Service, v.at = t.svc.Def.ID, now
	if origin, _, _ := originOf(s, t.svc); !origin.IsZero() {
		if t.svc.Def.RTO > 0 {
			v.RTO = origin.Add(t.svc.Def.RTO.Std())
		}
		if t.svc.Def.MTPD > 0 {
			v.MTPD = origin.Add(t.svc.Def.MTPD.Std())
		}
	}
	if t.gate != nil {
		v.Decision = t.gate.ID
		v.Gated = t.svc.Verified == nil && slices.ContainsFunc(v.verified.gated, func(g float32) bool { return g >= 0 })
	}
	v.Go = v.outlook(0)
	v.DecideBy = v.decideBy()
	if repair != nil && t.svc.Verified == nil {
		v.Repair = repair.outlook(now, v.RTO, v.MTPD)
	}
	return v, v.Go.Known || v.Repair.Known
}
