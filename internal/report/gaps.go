package report

import (
	"cmp"
	"sangfroid/internal/incident"
	"slices"
)

// GapCode says what kind of gap or proposed cause it is. Append-only.
type GapCode string

// Gaps are measured; the others are causes proposed from the data.
const (
	GapObjective GapCode = "objective" // an objective missed
	GapReports   GapCode = "sitreps"   // situation reports not out when due
	GapLegal     GapCode = "legal"     // a legal report late
	GapLoss      GapCode = "loss"      // data given up
	GapLedger    GapCode = "ledger"    // a catch-up line still open
	GapFourEyes  GapCode = "four-eyes" // done, never checked by a second person
	GapContested GapCode = "contested" // a contested decision nobody settled
	GapLate      GapCode = "late"      // entries written late

	CausePhase   GapCode = "phase"   // the longest phase
	CauseDecide  GapCode = "decide"  // the go came after the decide-by, or never
	CauseOverrun GapCode = "overrun" // a step took longer than the plan's longest
	CauseBlocked GapCode = "blocked" // a step could not go on
	CauseRetried GapCode = "retried" // a step took several attempts
	CauseFailed  GapCode = "failed"  // a step failed
	CauseRepair  GapCode = "repair"  // a repair estimate did not hold
)

// Gap is a gap between what was asked and what was, or a cause proposed for one. Text says it in the report's language.
type Gap struct {
	Code     GapCode               `json:"code"`
	Proposed bool                  `json:"proposed"`
	Service  incident.ServiceID    `json:"service,omitempty"`
	Kind     incident.ClockKind    `json:"kind,omitempty"`
	Phase    incident.Phase        `json:"phase,omitempty"`
	Step     incident.StepID       `json:"step,omitempty"`
	Decision incident.DecisionID   `json:"decision,omitempty"`
	Flow     incident.FlowID       `json:"flow,omitempty"`
	Duty     incident.ObligationID `json:"obligation,omitempty"`
	Seconds  *int64                `json:"seconds"`
	Count    int64                 `json:"count,omitempty"`
	Critical bool                  `json:"critical,omitempty"` // the step lies on the path that ruled
	Entry    int                   `json:"entry,omitempty"`
	Reason   string                `json:"reason,omitempty"` // as recorded
	Text     string                `json:"text"`
}

// mostCauses is how many steps of one kind are proposed: the longest ones.
const mostCauses = 5

// gaps are measured; nobody has to judge.
func (r *Report) gaps() []Gap {
	out := []Gap{}
	add := func(g Gap) {
		g.Text = r.sentence(&g)
		out = append(out, g)
	}
	for _, o := range r.Objectives {
		if o.Verdict != VerdictMissed || o.Kind == incident.ClockDecideBy {
			continue
		}
		g := Gap{Code: GapObjective, Service: o.Service, Kind: o.Kind}
		if o.MarginS != nil {
			g.Seconds = seconds(length(-*o.MarginS))
		}
		add(g)
	}
	if n := r.Sitreps.Missed; n > 0 {
		add(Gap{Code: GapReports, Count: int64(n)})
	}
	for i := range r.duties {
		if d := &r.duties[i]; d.Dismissed == nil && d.Clock.State == incident.ClockMissed {
			g := Gap{Code: GapLegal, Duty: d.ID, Seconds: seconds(-d.Clock.Remaining)}
			if d.Told != nil {
				g.Reason = d.Told.Reason
			}
			add(g)
		}
	}
	r.ledgerGaps(add)
	for _, st := range r.Steps {
		if st.FourEyes && st.State == incident.StepIsDone {
			add(Gap{Code: GapFourEyes, Step: st.ID})
		}
	}
	for _, d := range r.Decisions {
		if d.State == incident.DecisionContested {
			add(Gap{Code: GapContested, Decision: d.ID})
		}
	}
	if r.Counts.Late > 0 {
		add(Gap{Code: GapLate, Count: int64(r.Counts.Late)})
	}
	return out
}

func (r *Report) ledgerGaps(add func(Gap)) {
	for _, f := range r.Catchup {
		switch {
		case f.State == incident.FlowOpen:
			add(Gap{Code: GapLedger, Flow: f.ID, Service: f.Service})
		case f.Lost > 0:
			add(Gap{Code: GapLoss, Flow: f.ID, Service: f.Service, Count: f.Lost, Reason: f.Reason})
		}
	}
}

// causes are proposals: what the data show that may have made it late. People confirm or deny.
func (r *Report) causes() []Gap {
	out := []Gap{}
	add := func(g Gap) {
		g.Proposed = true
		g.Text = r.sentence(&g)
		out = append(out, g)
	}
	for _, o := range r.Objectives {
		if o.Kind == incident.ClockDecideBy && o.Verdict == VerdictMissed {
			g := Gap{Code: CauseDecide, Service: o.Service}
			if o.AchievedS != nil {
				g.Seconds = seconds(length(-*o.MarginS))
			}
			add(g)
		}
	}
	if longest := r.longestPhase(); longest != nil {
		add(*longest)
	}
	r.stepCauses(add)
	for _, t := range r.Repairs {
		if t.SlippedS != nil && *t.SlippedS > 0 {
			add(Gap{Code: CauseRepair, Seconds: t.SlippedS, Reason: t.Says})
		}
	}
	return out
}

// longestPhase is the one up to the restoration that took most, where a deadline was missed.
func (r *Report) longestPhase() *Gap {
	last := -1 // the phases that count towards what was missed: an RTO ends with the checks, an MTPD with the catch-up
	for _, o := range r.Objectives {
		switch {
		case o.Verdict == VerdictMissed && o.Kind == incident.ClockMTPD:
			last = max(last, incident.PhaseCatchup.Order())
		case o.Verdict == VerdictMissed && o.Kind == incident.ClockRTO:
			last = max(last, incident.PhaseChecks.Order())
		}
	}
	var best *Gap
	for _, p := range r.Phases {
		if p.Phase.Order() > last || p.Phase.Order() < 0 || p.To.IsZero() {
			continue // one that goes on, or that a source does not end, has no length yet
		}
		if best == nil || p.Seconds > *best.Seconds {
			best = &Gap{Code: CausePhase, Phase: p.Phase, Seconds: seconds(length(p.Seconds)), Entry: p.Entry}
		}
	}
	return best
}

func (r *Report) stepCauses(add func(Gap)) {
	kinds := map[GapCode][]Gap{}
	for _, st := range r.Steps {
		put := func(code GapCode, s *int64, n int, reason string) {
			kinds[code] = append(kinds[code], Gap{Code: code, Step: st.ID, Phase: st.Phase, Seconds: s, Count: int64(n), Critical: st.Critical, Reason: reason})
		}
		if st.OverS != nil && *st.OverS > 0 && (st.MaxS == nil || *st.TakenS > *st.MaxS) {
			put(CauseOverrun, st.OverS, 0, "")
		}
		if st.BlockedS > 0 {
			put(CauseBlocked, seconds(length(st.BlockedS)), len(st.Blocks), st.Blocks[0].Reason)
		}
		if st.Attempts > 1 {
			put(CauseRetried, nil, st.Attempts, "")
		}
		if st.State == incident.StepIsFail {
			put(CauseFailed, nil, 0, st.Reason)
		}
	}
	for _, code := range []GapCode{CauseOverrun, CauseBlocked, CauseRetried, CauseFailed} {
		list := kinds[code]
		slices.SortStableFunc(list, func(a, b Gap) int {
			if a.Critical != b.Critical {
				return cmp.Compare(rank(b.Critical), rank(a.Critical))
			}
			return cmp.Compare(weight(&b), weight(&a))
		})
		for _, g := range list[:min(len(list), mostCauses)] {
			add(g)
		}
	}
}

func rank(b bool) int {
	if b {
		return 1
	}
	return 0
}

func weight(g *Gap) int64 {
	if g.Seconds != nil {
		return *g.Seconds
	}
	return g.Count
}

// sentence says a gap.
func (r *Report) sentence(g *Gap) string {
	l, s := r.lang, r.state
	by := ""
	if g.Seconds != nil {
		by = l.Span(length(*g.Seconds))
	}
	what := ""
	switch {
	case g.Step != "":
		what = l.StepTitle(s, g.Step)
	case g.Decision != "":
		what = l.Question(s, g.Decision)
	case g.Flow != "":
		what = l.FlowTitle(s, g.Flow)
	case g.Duty != "":
		what = l.DutyTitle(s, g.Duty)
	case g.Service != "":
		what = l.ServiceName(s, g.Service)
	case g.Phase != "":
		what = l.Phase(g.Phase)
	}
	key := "report.gap." + string(g.Code)
	if by == "" && (g.Code == GapObjective || g.Code == CauseDecide) {
		key += ".never"
	}
	text := l.T(key, "what", what, "kind", l.Clockword(g.Kind), "by", by, "n", g.Count)
	if g.Reason != "" {
		text += " – " + g.Reason
	}
	if g.Critical {
		text += " (" + l.T("report.critical") + ")"
	}
	return text
}
