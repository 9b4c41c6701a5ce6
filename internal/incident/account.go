package incident

import "time"

// MaxCount is the most a count may say: above it is a typing error, and below it no sum of counts overflows.
const MaxCount = 1_000_000_000_000_000

// Account is how a line of the ledger adds up:
//
//	expected = replayed + re-entered + lost + rejected without a fate + left − over
//
// Rejected is what the replay refused, in all; each of these needs a fate: re-entered by hand, or lost. A loss is taken
// of the rejected first, then of what was never found. An account that is not Known has no expected number: only what
// was counted is told.
type Account struct {
	Known       bool
	Approx      bool // Expected is an estimate
	Expected    int64
	Replayed    int64
	Reentered   int64
	Lost        int64
	Rejected    int64
	OpenRejects int64 // rejected, without a fate yet
	Left        int64 // neither replayed nor rejected nor given up
	Over        int64 // counted beyond the expected number
}

// Account tells how the line stands.
func (f *Flow) Account() Account {
	a := Account{Replayed: sane(f.Replayed), Reentered: sane(f.Reentered), Lost: sane(f.Lost), Rejected: sane(f.Rejected), Approx: f.Approx}
	a.OpenRejects = max(a.Rejected-a.Reentered-a.Lost, 0)
	if f.Expected != nil {
		a.Known, a.Expected = true, sane(*f.Expected)
		rest := a.Expected - a.Through()
		a.Left, a.Over = max(rest, 0), max(-rest, 0)
	}
	return a
}

// Through is what no longer waits: replayed, rejected, re-entered, given up.
func (a Account) Through() int64 { return a.Replayed + max(a.Rejected, a.Reentered+a.Lost) }

// Missing is what nothing explains yet: left, and rejected without a fate.
func (a Account) Missing() int64 { return a.Left + a.OpenRejects }

// Balanced tells whether the account adds up: nothing missing, nothing too many.
func (a Account) Balanced() bool { return a.Known && a.Missing() == 0 && a.Over == 0 }

// FlowLoss is a loss that was accepted: how many in all so far, why, and by which decision, if by one.
type FlowLoss struct {
	Lost     int64
	Reason   string
	Decision DecisionID
	Option   Option // the decision's answer when the loss was accepted under it
	Mark     Mark
}

// FlowCount is one count of a line: totals as of At, and the expected number as it stood.
type FlowCount struct {
	At        time.Time
	Replayed  int64
	Rejected  int64
	Reentered int64
	Lost      int64
	Expected  *int64 // nil: not known then
	Approx    bool
}

func (c FlowCount) through() int64 {
	return sane(c.Replayed) + max(sane(c.Rejected), sane(c.Reentered)+sane(c.Lost))
}

// sane keeps a count among those that can be: no sum of such overflows.
func sane(n int64) int64 { return min(max(n, 0), MaxCount) }

// DecisionLoss is a loss accepted under a decision.
type DecisionLoss struct {
	Flow *Flow
	Loss FlowLoss
}

// LossesUnder lists the losses accepted under a decision, one a line: the last word on each.
func (s *State) LossesUnder(id DecisionID) []DecisionLoss {
	var out []DecisionLoss
	for i := range s.Flows {
		f := &s.Flows[i]
		if n := len(f.Losses); n > 0 && id != "" && f.Losses[n-1].Decision == id {
			out = append(out, DecisionLoss{Flow: f, Loss: f.Losses[n-1]})
		}
	}
	return out
}

// Blocking lists the lines that keep the business of a service from resuming: those that block it and are not closed.
func (s *State) Blocking(id ServiceID) []*Flow {
	var out []*Flow
	for i := range s.Flows {
		if f := &s.Flows[i]; f.Blocks && f.Service == id && (f.Open() || f.Status == FlowPlanned) {
			out = append(out, f)
		}
	}
	return out
}

// openBlocking names those of Blocking that were opened: there is something to catch up.
func (s *State) openBlocking(id ServiceID) []string {
	var out []string
	for _, f := range s.Blocking(id) {
		if f.Open() {
			out = append(out, string(f.ID))
		}
	}
	return out
}
