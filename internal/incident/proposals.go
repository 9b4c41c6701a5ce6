package incident

import (
	"slices"
	"time"
)

// ProposalCode says what a proposal is about. The catalogue has a line for each.
type ProposalCode string

// Proposals, the most urgent first.
const (
	ProposeSettle    ProposalCode = "settle"    // a contested decision
	ProposeReview    ProposalCode = "review"    // a no-go or a wait comes back
	ProposeDetected  ProposalCode = "detected"  // nobody said when it was detected: the clocks stand still
	ProposeReported  ProposalCode = "reported"  // … when it was reported, and a service counts from there
	ProposeOccurred  ProposalCode = "occurred"  // … when it occurred, and a service counts from there
	ProposeAck       ProposalCode = "ack"       // a hand-over waits for this person
	ProposeMilestone ProposalCode = "milestone" // the steps are done: a person may say so of the service
	ProposeSignal    ProposalCode = "signal"    // a signal says the step is done
	ProposeCheck     ProposalCode = "check"     // a second pair of eyes
	ProposeAsk       ProposalCode = "ask"       // put the go/no-go on the table
	ProposeTake      ProposalCode = "take"      // decide
	ProposeSitrep    ProposalCode = "sitrep"    // the situation report is due
	ProposeStep      ProposalCode = "step"      // a step is ready
	ProposeFlow      ProposalCode = "flow"      // open a foreseen line of the ledger
	ProposeCount     ProposalCode = "count"     // an open line does not add up yet
	ProposeDone      ProposalCode = "done"      // a step runs: say when it is done
	ProposeSign      ProposalCode = "sign"      // a line adds up
	ProposeClose     ProposalCode = "close"     // everything is resumed and signed
)

// Proposal is something a person may want to record next. Nothing is ever recorded by itself.
type Proposal struct {
	Code       ProposalCode
	Subject    string
	Data       Data // the prefilled payload; nil where a form asks for more
	Step       StepID
	Decision   DecisionID
	Service    ServiceID
	Flow       FlowID
	Obligation ObligationID
	Handover   EventID
	Role       Role // whose it is, when it is somebody's
}

// Proposals lists what the cell may want to record next, the most urgent first. me is the person who looks.
func Proposals(s *State, now time.Time, me string) []Proposal {
	if s.Closed != nil || s.Declared.At.IsZero() {
		return nil
	}
	p := proposer{s: s, now: now, me: me}
	p.decisions()
	p.obligations()
	p.roster()
	p.milestones()
	p.steps()
	p.flows()
	p.closing()
	slices.SortStableFunc(p.out, func(a, b Proposal) int { return a.Code.rank() - b.Code.rank() })
	return p.out
}

func (c ProposalCode) rank() int {
	return slices.Index([]ProposalCode{
		ProposeSettle, ProposeReview, ProposeReported, ProposeDetected, ProposeOccurred, ProposeAck, ProposeMilestone, ProposeSignal, ProposeCheck,
		ProposeTake, ProposeAsk, ProposeObligation, ProposeSitrep, ProposeStep, ProposeStamp, ProposeSign, ProposeFlow, ProposeDone, ProposeCount, ProposeClose,
	}, c)
}

type proposer struct {
	s   *State
	now time.Time
	me  string
	out []Proposal
}

func (p *proposer) add(x Proposal) { p.out = append(p.out, x) }

func (p *proposer) decisions() {
	for _, missing := range p.s.MissingOrigins() {
		code := map[Stamp]ProposalCode{StampReported: ProposeReported, StampDetected: ProposeDetected, StampOccurred: ProposeOccurred}[missing]
		p.add(Proposal{Code: code, Subject: SubjectIncident})
	}
	for i := range p.s.Decided {
		d := &p.s.Decided[i]
		x := Proposal{Subject: DecisionSubject(d.ID), Decision: d.ID, Role: d.Deciders[0]}
		plan := p.s.Plan(d.Plan)
		switch {
		case d.Status == DecisionContested:
			x.Code = ProposeSettle
		case d.ReviewPending() && !d.Review.After(p.now):
			x.Code = ProposeReview
		case d.Status == DecisionIsAsked:
			x.Code = ProposeTake
		case d.Status == DecisionPlanned && p.wanted(d, plan):
			x.Code, x.Data = ProposeAsk, DecisionAsked{}
		default:
			continue
		}
		p.add(x)
	}
	if c, ok := sitrepClock(p.s, p.now); ok && c.Remaining <= SitrepSoon {
		p.add(Proposal{Code: ProposeSitrep, Subject: SubjectComms})
	}
}

// wanted: the go/no-go of a failover is wanted from the start; any other only once steps wait for nothing else.
func (p *proposer) wanted(d *Decision, plan *Plan) bool {
	if plan == nil {
		return true
	}
	for i := range p.s.Services {
		if v := &p.s.Services[i]; plan.Kind == PlanFailover && v.InScope && GateOf(p.s, v.Def.ID) == d {
			return true
		}
	}
	for i := range p.s.Steps {
		st := &p.s.Steps[i]
		if st.Plan != d.Plan || st.Status != StepToDo {
			continue
		}
		if w := p.s.WaitsFor(st); len(w) == 1 && w[0].Decision == d.ID {
			return true
		}
	}
	return false
}

func (p *proposer) roster() {
	for i := range p.s.Handover {
		if h := &p.s.Handover[i]; h.Pending() && h.To == p.me {
			p.add(Proposal{Code: ProposeAck, Handover: h.ID, Role: h.Role, Data: HandoverAcknowledged{Handover: h.ID}, Subject: SubjectRoster})
		}
	}
}

// milestones proposes what the end of steps lets a person say: when every step with that milestone for the service is
// finished.
func (p *proposer) milestones() {
	for i := range p.s.Services {
		svc := &p.s.Services[i]
		if !svc.InScope {
			continue
		}
		for _, m := range []struct {
			is   Milestone
			mark *Mark
			can  bool
			data Data
		}{
			{MilestoneRestored, svc.Restored, true, ServiceRestored{}},
			{MilestoneVerified, svc.Verified, svc.Restored != nil, ServiceVerified{}},
			{MilestoneResumed, svc.Resumed, svc.Verified != nil && len(p.s.openBlocking(svc.Def.ID)) == 0, ServiceResumed{}},
			{MilestoneFailedBack, svc.Back, svc.Verified != nil, ServiceFailedBack{}},
		} {
			if m.mark == nil && m.can && p.reached(m.is, svc.Def.ID) {
				p.add(Proposal{Code: ProposeMilestone, Service: svc.Def.ID, Data: m.data, Subject: ServiceSubject(svc.Def.ID)})
			}
		}
	}
}

func (p *proposer) reached(m Milestone, id ServiceID) bool {
	some := false
	for i := range p.s.Steps {
		st := &p.s.Steps[i]
		if st.Def.Milestone != m || !p.s.Serves(st, id) {
			continue
		}
		if !st.Finished() {
			return false
		}
		some = true
	}
	return some
}

func (p *proposer) steps() {
	for i := range p.s.Steps {
		st := &p.s.Steps[i]
		x := Proposal{Subject: StepSubject(st.ID), Step: st.ID, Role: st.Def.Owner}
		switch status := p.s.StepStatus(st); {
		case st.SignalSeq > 0 && (status == StepReady || status == StepRunning):
			x.Code, x.Data = ProposeSignal, StepDone{}
		case status == StepIsDone && st.Def.FourEyes:
			x.Code, x.Data = ProposeCheck, StepChecked{}
		case status == StepReady:
			x.Code, x.Data = ProposeStep, StepStarted{}
		case status == StepRunning:
			x.Code, x.Data = ProposeDone, StepDone{}
		default:
			continue
		}
		p.add(x)
	}
}

// flows: a foreseen line is opened once its service is back; a line that adds up may be signed.
func (p *proposer) flows() {
	for i := range p.s.Flows {
		fl := &p.s.Flows[i]
		svc := p.s.Service(fl.Service)
		switch {
		case fl.Status == FlowPlanned && svc != nil && svc.Verified != nil && svc.InScope:
			p.add(Proposal{Code: ProposeFlow, Flow: fl.ID, Subject: FlowSubject(fl.ID)})
		case fl.Open() && fl.Account().Balanced() && len(fl.Counts) > 0:
			p.add(Proposal{Code: ProposeSign, Flow: fl.ID, Subject: FlowSubject(fl.ID), Data: CatchupSigned{}})
		case fl.Open():
			p.add(Proposal{Code: ProposeCount, Flow: fl.ID, Subject: FlowSubject(fl.ID)})
		}
	}
}

func (p *proposer) closing() {
	open := slices.ContainsFunc(p.s.Flows, func(f Flow) bool { return f.Open() })
	if len(p.s.Services) > 0 && !open && p.s.all(func(v *Service) bool { return v.Resumed != nil }) {
		p.add(Proposal{Code: ProposeClose, Subject: SubjectIncident})
	}
}
