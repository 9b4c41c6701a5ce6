package incident

import (
	"hash/fnv"
	"math"
	"time"
)

// planGraph is what remains of the failover plans, as the simulation walks it: the steps that are not over, each after
// those it waits for.
type planGraph struct {
	s     *State
	now   time.Time
	nodes []planNode
	index map[StepID]int
	gates map[DecisionID]bool // the go/no-go of a service, where its gate is still closed
	memo  shapes

	assumed, overdue, blocked []StepID
	later                     []DecisionID
}

// planNode is one step that remains.
type planNode struct {
	step  *Step
	after []int32 // nodes it waits for; all of lower index
	left  remaining
	key   uint64 // of its stream of random numbers
	gate  bool   // it waits for a go/no-go that was not said
	gated bool   // it, or something it waits for, has such a gate
	kind  nodeKind
}

type nodeKind uint8

const (
	nodeOpen    nodeKind = iota // being visited: a cycle ends here
	nodeRemains                 // takes time
	nodeOver                    // done, skipped, or on a branch that was not taken: waits for the others, takes none itself
)

func newPlanGraph(s *State, now time.Time) *planGraph {
	g := &planGraph{s: s, now: now, index: make(map[StepID]int), gates: make(map[DecisionID]bool), memo: make(shapes)}
	for i := range s.Services {
		if svc := &s.Services[i]; svc.InScope {
			if d := GateOf(s, svc.Def.ID); d != nil {
				if o := d.Outcome(); o == nil || o.Option != OptionGo {
					g.gates[d.ID] = true
				}
			}
		}
	}
	return g
}

// visit puts a step and all it waits for into the graph, and gives its index; -1 for one that nothing waits for any more.
// A cycle, which the linter refuses and a foreign playbook may have, is cut where it closes.
func (g *planGraph) visit(st *Step) int {
	if i, ok := g.index[st.ID]; ok {
		return i
	}
	g.index[st.ID] = -1 // while it is open
	var deps []int32
	gated := false
	for _, own := range st.Def.After {
		dep := g.s.Step(In[StepID](st.Plan, own))
		if dep == nil {
			continue
		}
		if i := g.visit(dep); i >= 0 {
			deps = append(deps, int32(i))
			gated = gated || g.nodes[i].gated
		}
	}
	n := planNode{step: st, after: deps, key: streamKey(string(g.s.ID), string(st.ID))}
	over := g.fill(&n)
	if over && len(deps) == 0 {
		return -1
	}
	n.gated = gated || n.gate
	g.nodes = append(g.nodes, n)
	g.index[st.ID] = len(g.nodes) - 1
	return g.index[st.ID]
}

// fill gives the node its duration and gate, and tells whether the step is over.
func (g *planGraph) fill(n *planNode) (over bool) {
	st := n.step
	n.kind = nodeOver
	switch st.Status {
	case StepIsDone, StepIsCheck, StepIsSkip:
		return true
	case StepToDo, StepReady, StepIsFail:
		if !g.gateway(n) {
			return true // a later decision went another way: this step is not to be done
		}
	case StepRunning, StepIsBlock:
	}
	n.kind = nodeRemains
	low, likely, high, assumed := st.Estimate.spread()
	if assumed {
		g.assumed = append(g.assumed, st.ID)
	}
	p := newPert(low, likely, high)
	if st.Status == StepIsBlock {
		g.blocked = append(g.blocked, st.ID)
	}
	if (st.Status != StepRunning && st.Status != StepIsBlock) || st.Started == nil {
		n.left.table = g.memo.fresh(p)
		return false
	}
	if table, ok := st.atRateSeen(likely, g.now); ok {
		n.left.table = table
		return false
	}
	elapsed := st.Work.Attempt(g.now).Seconds()
	if elapsed > high && high > 0 {
		g.overdue = append(g.overdue, st.ID)
	}
	n.left = g.memo.begun(p, elapsed)
	return false
}

// gateway reads the step's gate: passed, waiting for the go/no-go, or (ok false) closed for good by another option of a
// later decision.
func (g *planGraph) gateway(n *planNode) (ok bool) {
	gate := n.step.Def.Gate
	if gate == nil || g.s.GateOpen(n.step) {
		return true
	}
	id := In[DecisionID](n.step.Plan, gate.Decision)
	if g.gates[id] && gate.Option == OptionGo {
		n.gate = true
		return true
	}
	d := g.s.Decision(id)
	if d != nil && d.Outcome() != nil && d.Outcome().Option != OptionWait {
		return false
	}
	for _, seen := range g.later {
		if seen == id {
			return true
		}
	}
	g.later = append(g.later, id)
	return true
}

// Weights of the plan's own estimate against what was seen of a step with targets.
const (
	// priorTargets is how many targets the estimate counts for.
	priorTargets = 2
	// rateSpread is the least uncertainty of a rate: work on many like things is never as even as its count is large.
	rateSpread = 0.05
)

// atRateSeen is what is left of a step by the rate its targets were done at: the rate is taken as gamma distributed
// with the targets done (and the estimate, which counts for two) as its evidence, widened by how uneven the rate was
// from one count to the next; the time is its inverse, taken as log-normal. Since the last count the work went on at
// that rate, for as long as a count is usually apart from the next; what is beyond that brought nothing. ok is false for
// a step whose targets tell nothing yet.
func (st *Step) atRateSeen(likely float64, now time.Time) (q quantileTable, ok bool) {
	elapsed := st.Work.Whole(now).Seconds()
	if st.Total <= 0 || st.Done <= 0 || elapsed <= 0 {
		return q, false
	}
	left := max(st.Total-st.Done, 0)
	if left == 0 {
		return q, true
	}
	silent := st.silent(now, elapsed)
	per := likely / float64(st.Total)
	evidence := float64(st.Done) + priorTargets
	pace := (elapsed - silent + priorTargets*per) / evidence // seconds a target
	sigma := math.Sqrt(1/evidence + st.unevenness() + rateSpread*rateSpread)
	q = lognormal(pace*float64(left), sigma)
	for k := range q {
		q[k] = max(q[k]-float32(silent), 0)
	}
	return q, true
}

// silent is the time since the last count in which the work is taken to have gone on, in seconds: up to the mean time
// from one count to the next.
func (st *Step) silent(now time.Time, elapsed float64) float64 {
	n := len(st.Progress)
	if n == 0 || st.Work.Since == nil {
		return 0
	}
	last := st.Progress[n-1].At
	if since := st.Work.Since.At; since.After(last) {
		last = since
	}
	gap := min(max(now.Sub(last).Seconds(), 0), elapsed)
	return min(gap, (elapsed-gap)/float64(n))
}

// unevenness is the squared relative spread of the pace between counts, for the mean of them; 0 with fewer than three.
func (st *Step) unevenness() float64 {
	var paces []float64
	for i := 1; i < len(st.Progress); i++ {
		a, b := st.Progress[i-1], st.Progress[i]
		if done, took := b.Done-a.Done, b.At.Sub(a.At).Seconds(); done > 0 && took > 0 {
			paces = append(paces, took/float64(done))
		}
	}
	if len(paces) < 2 {
		return 0
	}
	mean, square := 0.0, 0.0
	for _, v := range paces {
		mean += v / float64(len(paces))
	}
	for _, v := range paces {
		square += (v - mean) * (v - mean) / float64(len(paces)-1)
	}
	return min(square/(mean*mean)/float64(len(paces)), 1)
}

func streamKey(parts ...string) uint64 {
	h := fnv.New64a()
	for _, p := range parts {
		_, _ = h.Write([]byte(p)) // a hash in memory takes all
		_, _ = h.Write([]byte{0})
	}
	return h.Sum64()
}
