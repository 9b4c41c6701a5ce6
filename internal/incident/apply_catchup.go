package incident

import "slices"

func (f *fold) catchup() {
	_, id := f.ev.Entity()
	fl := f.Flow(FlowID(id))
	if opened, ok := f.ev.Data.(CatchupOpened); ok {
		f.flowOpened(FlowID(id), fl, opened)
		return
	}
	if fl == nil {
		f.flag(FlagUnknownID)
		return
	}
	ok := false
	switch d := f.ev.Data.(type) {
	case CatchupCounted:
		ok = f.counted(fl, d)
	case CatchupSigned:
		ok = f.signed(fl, d)
	case CatchupLost:
		ok = fl.Open() && f.lose(fl, d.Lost, d.Reason, d.Decision)
		if ok {
			f.tally(fl)
		}
	case CatchupAccepted:
		ok = fl.Status != FlowAccepted && f.lose(fl, d.Lost, d.Reason, d.Decision)
		if ok {
			m := f.mark
			fl.Status, fl.Closed, fl.Reason, fl.Waiver = FlowAccepted, &m, d.Reason, d.Decision
		}
	}
	if !ok {
		f.flag(FlagNoEffect)
	}
}

// signed closes the line. What did not add up then is kept: a signature with a reason does not make it go away.
func (f *fold) signed(fl *Flow, d CatchupSigned) bool {
	if !fl.Open() {
		return false
	}
	m := f.mark
	a := fl.Account()
	fl.Status, fl.Closed, fl.Unexplained, fl.Reason = FlowSigned, &m, a.Missing()-a.Over, d.Because
	if fl.Reason == "" {
		fl.Reason = d.Note
	}
	return true
}

// maxLosses is how many acceptances of a line are kept in the state; the record has them all.
const maxLosses = 64

// lose sets what is given up, in all so far.
func (f *fold) lose(fl *Flow, lost int64, reason string, by DecisionID) bool {
	if lost < 0 || lost > MaxCount {
		return false
	}
	l := FlowLoss{Lost: lost, Reason: reason, Decision: by, Mark: f.mark}
	if dec := f.Decision(by); dec != nil {
		if o := dec.Outcome(); o != nil {
			l.Option = o.Option
		}
	}
	fl.Lost = lost
	fl.Losses = append(slices.Clip(fl.Losses), l)
	if len(fl.Losses) > maxLosses {
		fl.Losses = slices.Clone(fl.Losses[len(fl.Losses)-maxLosses:])
	}
	return true
}

func (f *fold) flowOpened(id FlowID, fl *Flow, o CatchupOpened) {
	if fl == nil {
		if !validPath(string(id)) || len(f.Flows) >= maxParts {
			f.flag(FlagBadData)
			return
		}
		f.Flows = append(f.Flows, Flow{ID: id, Title: T(string(id)), Status: FlowPlanned, Blocks: true})
		fl = &f.Flows[len(f.Flows)-1]
	}
	if fl.Status == FlowOpen {
		f.flag(FlagNoEffect)
		return
	}
	m := f.mark
	fl.Status, fl.Opened, fl.Closed, fl.Unexplained = FlowOpen, &m, nil, 0
	fl.From, fl.To, fl.Approx = o.From, o.To, o.Approx
	if o.Expected != nil && *o.Expected >= 0 && *o.Expected <= MaxCount {
		fl.Expected = o.Expected
	}
	for _, t := range []struct {
		to *Text
		v  Text
	}{{&fl.Title, o.Title}, {&fl.Source, o.Source}, {&fl.Unit, o.Unit}} {
		if !t.v.IsZero() {
			*t.to = t.v
		}
	}
	if o.Service != "" {
		fl.Service = o.Service
	}
	if o.Owner != "" {
		fl.Owner = o.Owner
	}
	if o.Blocks != nil {
		fl.Blocks = *o.Blocks
	}
	f.begins(PhaseCatchup)
}

// counted takes a count. One whose fact is older than the newest count is history: it tells how fast it went, not where
// the line stands.
func (f *fold) counted(fl *Flow, c CatchupCounted) bool {
	for _, n := range []int64{c.Replayed, c.Rejected, c.Reentered} {
		if n < 0 || n > MaxCount {
			return false
		}
	}
	if (c.Expected != nil && (*c.Expected < 0 || *c.Expected > MaxCount)) || fl.Status == FlowPlanned {
		return false
	}
	newest := true
	for _, old := range fl.Counts {
		newest = newest && !old.At.After(f.mark.At)
	}
	if !newest {
		fl.keep(FlowCount{
			At: f.mark.At, Replayed: c.Replayed, Rejected: c.Rejected, Reentered: c.Reentered, Lost: fl.Lost, Expected: c.Expected, Approx: c.Approx,
		})
		return true
	}
	if c.Expected != nil {
		fl.Expected, fl.Approx = c.Expected, c.Approx
	}
	fl.Replayed, fl.Rejected, fl.Reentered = c.Replayed, c.Rejected, c.Reentered
	f.tally(fl)
	return true
}

// tally notes where the line stands now as a count.
func (f *fold) tally(fl *Flow) {
	fl.keep(FlowCount{
		At: f.mark.At, Replayed: fl.Replayed, Rejected: fl.Rejected, Reentered: fl.Reentered, Lost: fl.Lost, Expected: fl.Expected, Approx: fl.Approx,
	})
}

func (fl *Flow) keep(c FlowCount) {
	fl.Counts = append(fl.Counts, c)
	if len(fl.Counts) > maxCounts {
		fl.Counts = fl.Counts[len(fl.Counts)-maxCounts:] // copies share what stays; growing makes it anew now and then
	}
}
