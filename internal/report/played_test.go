package report_test

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"sangfroid/internal/incident"
	"sangfroid/internal/timeline"
	"sangfroid/playbooks"
	"slices"
	"testing"
	"time"
)

// player runs a shipped playbook from its declaration to its review, by the rules: what may start starts, each step takes
// a share of its estimate fixed by its place, the go comes late, a step is blocked on the way, the ledger is counted down.
type player struct {
	*cell
	ends  map[incident.StepID]time.Time
	goAt  time.Time
	stuck bool
}

// played is the whole run of a shipped playbook.
func played(t testing.TB, id string, realm incident.Realm) *cell {
	t.Helper()
	book, raw, err := playbooks.Load(id)
	if err != nil {
		t.Fatal(err)
	}
	p := &player{cell: &cell{t: t, s: incident.NewState(), who: "A. Martin", as: incident.RoleDirector}, ends: map[incident.StepID]time.Time{}}
	p.log = timeline.NewMemory(timeline.Header{Incident: "inc-1", Realm: realm, Axis: timeline.AxisReceived})
	p.open(book, raw, realm)
	for range 5000 {
		p.decide()
		p.begin()
		if p.business() {
			break
		}
		p.tick()
	}
	if !p.business() {
		t.Fatalf("%s does not end: %v", id, waiting(p.s))
	}
	p.ledger()
	p.finish()
	return p.cell
}

func waiting(s *incident.State) (out []incident.StepID) {
	for i := range s.Steps {
		if !s.Steps[i].Finished() {
			out = append(out, s.Steps[i].ID)
		}
	}
	return out
}

func (p *player) open(book incident.Playbook, raw json.RawMessage, realm incident.Realm) {
	p.t.Helper()
	var services []incident.ServiceDef
	for _, def := range book.Services {
		if def.From == "" {
			def.From = book.RTOFrom
		}
		services = append(services, def)
	}
	p.at(5).n++
	p.goAt = zero().Add(50 * time.Minute)
	occurred, detected, reported, good := zero().Add(-20*time.Minute), zero().Add(-12*time.Minute), zero(), zero().Add(-10*time.Hour)
	ev, err := incident.Declare("inc-1", realm, incident.Draft{ID: p.id(), Source: "/test", Recorded: p.now, Actor: p.who, Role: p.as, Data: incident.IncidentDeclared{
		Title: "Loss of the north site", Playbook: book.ID, Zone: "Europe/Paris", Services: services,
		Occurred: &occurred, Detected: &detected, Reported: &reported, LastGood: &good, Sitrep: minutes(60),
	}})
	if err != nil {
		p.t.Fatal(err)
	}
	p.append(ev)
	for i := range book.Plans {
		if book.Plans[i].Kind == incident.PlanFailover {
			p.say(incident.PlanSubject(incident.PlanID(book.Plans[i].ID)), incident.PlanLaunched{Playbook: raw, Plan: book.Plans[i].ID, Hash: incident.Hash(fmt.Sprintf("%x", sha256.Sum256(raw)))})
			break
		}
	}
	p.say("", incident.RosterJoined{}).say("", incident.RoleTaken{Role: incident.RoleDirector})
	p.by("B. Durand", incident.RoleITLead).say("", incident.RosterJoined{}).say("", incident.RoleTaken{Role: incident.RoleITLead})
}

// begin starts all that may be started; the third long one is blocked for half an hour.
func (p *player) begin() {
	for again := true; again; {
		again = false
		for i := range p.s.Steps {
			st := &p.s.Steps[i]
			if p.s.StepStatus(st) != incident.StepReady {
				continue
			}
			share := 0.7 + 0.15*float64(i%6)
			p.ends[st.ID] = p.now.Add(time.Duration(share * float64(st.Def.Estimate.Likely)).Round(time.Second))
			p.by("B. Durand", incident.RoleITLead).say(incident.StepSubject(st.ID), incident.StepStarted{})
			if !p.stuck && i > 8 && st.Def.Estimate.Likely > minutes(20) {
				p.stuck = true
				p.say(incident.StepSubject(st.ID), incident.StepBlocked{Reason: "quota of the second site"})
				p.ends[st.ID] = p.ends[st.ID].Add(30 * time.Minute)
			}
			again = true
			break
		}
	}
}

// decide answers the questions steps wait for; the go not before its time.
func (p *player) decide() {
	for i := range p.s.Steps {
		st := &p.s.Steps[i]
		waits := p.s.WaitsFor(st)
		if st.Status != incident.StepToDo || len(waits) == 0 || waits[0].Decision == "" {
			continue
		}
		d := p.s.Decision(waits[0].Decision)
		if d == nil || d.Outcome() != nil || p.now.Before(p.goAt) {
			continue
		}
		p.answer(d.ID, waits[0].Option)
	}
}

func (p *player) answer(id incident.DecisionID, option incident.Option) {
	subject := incident.DecisionSubject(id)
	p.by("A. Martin", incident.RoleDirector).say(subject, incident.DecisionAsked{})
	if k := p.s.Decision(id).Criteria; len(k) > 0 {
		p.by("B. Durand", incident.RoleITLead).say(subject, incident.DecisionCriterion{Criterion: k[0].Def.ID, Value: "no power before the evening", Source: "site guard", Verdict: incident.VerdictFor})
	}
	for _, who := range []string{"B. Durand", "C. Petit", "D. Roux"} {
		p.by(who, incident.RoleITLead).say(subject, incident.DecisionVoted{Option: option, Reason: "the repair slips"})
	}
	role := incident.RoleDirector
	if d := p.s.Decision(id); len(d.Deciders) > 0 && !slices.Contains(d.Deciders, role) {
		role = d.Deciders[0]
	}
	p.by("A. Martin", role).say(subject, incident.DecisionTaken{Option: option, Because: "the site stays dark", Dissent: "C. Petit would have waited"})
}

// tick goes to the next end and tells what is over.
func (p *player) tick() {
	next := p.now.Add(24 * time.Hour)
	if p.goAt.After(p.now) {
		next = p.goAt
	}
	for _, end := range p.ends {
		if end.Before(next) {
			next = end
		}
	}
	if next.After(p.now) {
		p.now = next
	}
	for i := range p.s.Steps {
		st := &p.s.Steps[i]
		end, running := p.ends[st.ID]
		if !running || end.After(p.now) {
			continue
		}
		delete(p.ends, st.ID)
		subject := incident.StepSubject(st.ID)
		p.by("B. Durand", incident.RoleITLead)
		if st.Blocked != nil {
			p.say(subject, incident.StepStarted{})
		}
		p.say(subject, incident.StepDone{})
		if st.Def.FourEyes {
			p.by("A. Martin", incident.RoleDirector).say(subject, incident.StepChecked{})
		}
	}
	for i := range p.s.Services {
		p.milestones(&p.s.Services[i])
	}
}

// milestones records a service as verified when the steps that make it so are over, or all there are.
func (p *player) milestones(svc *incident.Service) {
	over := func(m incident.Milestone) bool {
		n := 0
		for i := range p.s.Steps {
			st := &p.s.Steps[i]
			if st.Def.Milestone != m || !p.s.Serves(st, svc.Def.ID) {
				continue
			}
			if n++; !st.Finished() {
				return false
			}
		}
		return n > 0
	}
	subject := incident.ServiceSubject(svc.Def.ID)
	p.by("B. Durand", incident.RoleITLead)
	if svc.Verified == nil && (over(incident.MilestoneVerified) || len(waiting(p.s)) == 0) {
		p.say(subject, incident.ServiceRestored{}).say(subject, incident.ServiceVerified{})
	}
}

// business tells that every service is verified and no step is left that can be done.
func (p *player) business() bool {
	for i := range p.s.Services {
		if p.s.Services[i].Verified == nil {
			return false
		}
	}
	return len(p.ends) == 0
}

// ledger opens every line, counts it down and signs it off, one with a loss.
func (p *player) ledger() {
	p.by("E. Simon", incident.RoleBusiness)
	for i := range p.s.Flows {
		f := &p.s.Flows[i]
		n, subject := int64(400+100*i), incident.FlowSubject(f.ID)
		if !f.Open() {
			p.say(subject, incident.CatchupOpened{Expected: &n, Approx: true})
		}
		for k := int64(1); k < 4; k++ {
			p.now = p.now.Add(20 * time.Minute)
			p.say(subject, incident.CatchupCounted{Replayed: n * k / 4, Expected: &n})
		}
		p.now = p.now.Add(20 * time.Minute)
		if i == 0 {
			p.say(subject, incident.CatchupCounted{Replayed: n - 7}).say(subject, incident.CatchupAccepted{Lost: 7, Reason: "pages torn"})
			continue
		}
		p.say(subject, incident.CatchupCounted{Replayed: n}).say(subject, incident.CatchupSigned{})
	}
}

func (p *player) finish() {
	p.now = p.now.Add(15 * time.Minute)
	for i := range p.s.Services {
		if p.s.Services[i].Resumed == nil {
			p.say(incident.ServiceSubject(p.s.Services[i].Def.ID), incident.ServiceResumed{})
		}
	}
	p.by("A. Martin", incident.RoleDirector).say("", incident.SitrepIssued{Text: "All services are back.", Lang: "en", Size: p.n, Root: "00ff"})
	p.now = p.now.Add(10 * time.Minute)
	p.say("", incident.IncidentClosed{Reason: "all back"})
	p.now = p.now.Add(time.Hour)
	p.say("", incident.NoteAdded{Kind: incident.NoteFinding, Text: "The quota of the second site was known and not raised"})
	due := p.now.Add(30 * 24 * time.Hour)
	p.say("", incident.ActionAdded{Text: "Raise the quota of the second site", For: "quota of the second site", Owner: "B. Durand", Due: &due})
	p.say("", incident.ActionAdded{Text: "Rehearse the go with the deputies"})
}
