package forecastcheck

import (
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"sangfroid/internal/incident"
	"slices"
	"testing"
	"time"

	"gonum.org/v1/gonum/stat/distuv"
)

func start() time.Time { return time.Date(2026, 11, 23, 13, 0, 0, 0, time.UTC) }

// world is how things are in truth, whatever the plan says.
type world struct {
	slower  float64 // every step takes this many times what is drawn from the plan
	overrun bool    // one step on the way to a service takes twice its most
}

// cell runs one incident: it starts what may be started at once, says go when told to, takes later decisions when they
// are reached, and records the milestones. All of it goes through the rules and the fold.
type cell struct {
	t      *testing.T
	rng    *rand.Rand
	course *incident.Course
	s      *incident.State
	now    time.Time
	n      int
	truth  map[string]time.Duration // by the step's own id
	ends   map[incident.StepID]time.Time
	ticks  map[incident.StepID][]tick
	seen   []seen
}

// tick is a count of targets that will be told.
type tick struct {
	at   time.Time
	done int
}

// seen is the state at one instant.
type seen struct {
	at   time.Time
	then *incident.State
}

func (c *cell) write(who string, role incident.Role, subject string, d incident.Data) {
	c.t.Helper()
	c.n++
	draft := incident.Draft{ID: incident.EventID(fmt.Sprintf("e%06d", c.n)), Source: "/check", Subject: subject, Recorded: c.now, Actor: who, Role: role, Data: d}
	var ev incident.Event
	var err error
	if _, first := d.(incident.IncidentDeclared); first {
		ev, err = incident.Declare(incident.IncidentID(fmt.Sprintf("inc-%06x", c.rng.IntN(1<<24))), incident.Drill, draft)
	} else {
		ev, err = incident.Decide(c.s, draft)
	}
	if err != nil {
		c.t.Fatalf("%s %T: %v", subject, d, err)
	}
	raw, err := incident.Encode(ev)
	if err != nil {
		c.t.Fatal(err)
	}
	c.course.Add(incident.Entry{Seq: c.n, Bus: uint64(c.n), Received: c.now, Raw: raw, Event: incident.Decode(raw)}, c.now)
}

func (c *cell) say(subject string, d incident.Data) {
	c.t.Helper()
	c.write("Alice", incident.RoleDirector, subject, d)
}

// open declares the incident and launches the failover plan, as the program does.
func open(t *testing.T, rng *rand.Rand, book incident.Playbook) *cell {
	t.Helper()
	course := incident.NewCourse()
	c := &cell{
		t: t, rng: rng, course: course, s: course.State(), now: start(), truth: make(map[string]time.Duration),
		ends: make(map[incident.StepID]time.Time), ticks: make(map[incident.StepID][]tick),
	}
	var services []incident.ServiceDef
	for _, def := range book.Services {
		if def.From == "" {
			def.From = book.RTOFrom
		}
		services = append(services, def)
	}
	at := c.now
	c.say("", incident.IncidentDeclared{Title: "check", Playbook: book.ID, Services: services, Occurred: &at, Detected: &at, Reported: &at})
	raw, err := json.Marshal(book)
	if err != nil {
		t.Fatal(err)
	}
	plan := failover(&book)
	c.say(incident.PlanSubject(incident.PlanID(plan.ID)), incident.PlanLaunched{Playbook: raw, Plan: plan.ID, Hash: "00"})
	return c
}

func failover(b *incident.Playbook) *incident.PlanDef {
	for i := range b.Plans {
		if b.Plans[i].Kind == incident.PlanFailover {
			return &b.Plans[i]
		}
	}
	return nil
}

// draw fixes how long each step takes in truth.
func (c *cell) draw(plan *incident.PlanDef, w world) {
	for i := range plan.Steps {
		st := &plan.Steps[i]
		c.truth[st.ID] = time.Duration(w.slower * drawn(c.rng, st.Estimate) * float64(time.Second))
	}
	if w.overrun {
		onWay := slices.Clone(plan.Steps)
		onWay = slices.DeleteFunc(onWay, func(st incident.StepDef) bool { return st.Phase.Order() > incident.PhaseRestore.Order() })
		st := onWay[c.rng.IntN(len(onWay))]
		c.truth[st.ID] = 2 * st.Estimate.Max.Std()
	}
}

// drawn is one duration of a PERT distribution, in seconds.
func drawn(rng *rand.Rand, e incident.Estimate) float64 {
	low, likely, high := e.Min.Std().Seconds(), e.Likely.Std().Seconds(), e.Max.Std().Seconds()
	if high <= low {
		return likely
	}
	mode := (likely - low) / (high - low)
	return low + (high-low)*distuv.Beta{Alpha: 1 + 4*mode, Beta: 1 + 4*(1-mode), Src: rng}.Rand()
}

// play runs until every service is verified. The go is said after a wait; the state is kept at every step of a grid.
func (c *cell) play(wait, every time.Duration) {
	goAt, next := start().Add(wait), start()
	for range 100_000 {
		c.begin()
		c.decide(goAt)
		c.begin()
		if c.over() {
			return
		}
		if !c.now.Before(next) {
			c.seen = append(c.seen, seen{c.now, c.s.View()})
			next = next.Add(every)
		}
		c.now = c.until(goAt, next)
		c.tell()
	}
	c.t.Fatal("the incident does not end")
}

// begin starts all that may be started.
func (c *cell) begin() {
	for again := true; again; {
		again = false
		for i := range c.s.Steps {
			st := &c.s.Steps[i]
			if c.s.StepStatus(st) != incident.StepReady {
				continue
			}
			took := c.truth[incident.Own(st.ID)]
			c.ends[st.ID] = c.now.Add(took)
			c.count(st, took)
			c.say(incident.StepSubject(st.ID), incident.StepStarted{})
			again = true
			break
		}
	}
}

// count foresees when targets will be counted: eight times, at a pace that is a little uneven.
func (c *cell) count(st *incident.Step, took time.Duration) {
	if st.Total < 4 {
		return
	}
	bend := 0.85 + 0.3*c.rng.Float64()
	for i := 1; i <= 8; i++ {
		share := float64(i) / 9
		done := int(float64(st.Total) * math.Pow(share, bend))
		c.ticks[st.ID] = append(c.ticks[st.ID], tick{c.now.Add(time.Duration(share * float64(took))), done})
	}
}

// decide says go at its time, and passes the other gates as soon as nothing else holds a step back.
func (c *cell) decide(goAt time.Time) {
	for i := range c.s.Steps {
		st := &c.s.Steps[i]
		waits := c.s.WaitsFor(st)
		if st.Status != incident.StepToDo || len(waits) == 0 || waits[0].Decision == "" {
			continue
		}
		id, option := waits[0].Decision, waits[0].Option
		if d := c.s.Decision(id); d == nil || d.Outcome() != nil || (c.isGo(id) && c.now.Before(goAt)) {
			continue
		}
		c.take(id, option)
	}
	for i := range c.s.Services {
		if d := incident.GateOf(c.s, c.s.Services[i].Def.ID); d != nil && d.Outcome() == nil && !c.now.Before(goAt) {
			c.take(d.ID, incident.OptionGo)
		}
	}
}

func (c *cell) isGo(id incident.DecisionID) bool {
	return slices.ContainsFunc(c.s.Services, func(svc incident.Service) bool {
		d := incident.GateOf(c.s, svc.Def.ID)
		return d != nil && d.ID == id
	})
}

func (c *cell) take(id incident.DecisionID, option incident.Option) {
	subject := incident.DecisionSubject(id)
	c.say(subject, incident.DecisionAsked{})
	for _, who := range []string{"Bob", "Carol", "Dave"} {
		c.write(who, incident.RoleITLead, subject, incident.DecisionVoted{Option: option})
	}
	role := incident.RoleDirector
	if d := c.s.Decision(id); len(d.Deciders) > 0 && !slices.Contains(d.Deciders, role) {
		role = d.Deciders[0]
	}
	c.write("Alice", role, subject, incident.DecisionTaken{Option: option, Because: "as scripted"})
}

// until is the next moment at which something happens.
func (c *cell) until(goAt, next time.Time) time.Time {
	best := next
	sooner := func(t time.Time) {
		if t.After(c.now) && t.Before(best) {
			best = t
		}
	}
	sooner(goAt)
	for id, end := range c.ends {
		sooner(end)
		for _, k := range c.ticks[id] {
			sooner(k.at)
		}
	}
	return best
}

// tell records the counts and ends that are due, in the order of the plan, and the milestones they lead to.
func (c *cell) tell() {
	for i := range c.s.Steps {
		st := &c.s.Steps[i]
		end, running := c.ends[st.ID]
		if !running {
			continue
		}
		for len(c.ticks[st.ID]) > 0 && !c.ticks[st.ID][0].at.After(c.now) {
			c.targets(st, c.ticks[st.ID][0].done)
			c.ticks[st.ID] = c.ticks[st.ID][1:]
		}
		if end.After(c.now) {
			continue
		}
		delete(c.ends, st.ID)
		if st.Targets != nil {
			c.targets(st, st.Total)
		}
		c.say(incident.StepSubject(st.ID), incident.StepDone{})
		if st.Def.FourEyes {
			c.write("Bob", incident.RoleITLead, incident.StepSubject(st.ID), incident.StepChecked{})
		}
	}
	for i := range c.s.Services {
		c.milestone(&c.s.Services[i])
	}
}

// targets tells that so many of a step's targets are done, by name where they have names.
func (c *cell) targets(st *incident.Step, done int) {
	if st.Targets == nil {
		c.say(incident.StepSubject(st.ID), incident.StepProgressed{Done: done})
		return
	}
	var ids []string
	for i := st.Done; i < min(done, st.Targets.Len()); i++ {
		ids = append(ids, st.Targets.At(i).ID)
	}
	if len(ids) > 0 {
		c.say(incident.TargetsSubject(incident.StepSet(st.ID)), incident.TargetsChanged{Changes: []incident.TargetChange{{State: incident.TargetDone, IDs: ids}}})
	}
}

// milestone records a service as verified when all steps that make it so are over.
func (c *cell) milestone(svc *incident.Service) {
	steps := 0
	for i := range c.s.Steps {
		st := &c.s.Steps[i]
		if st.Def.Milestone != incident.MilestoneVerified || !c.s.Serves(st, svc.Def.ID) {
			continue
		}
		steps++
		if !st.Finished() {
			return
		}
	}
	if steps == 0 || svc.Verified != nil {
		return
	}
	if svc.Restored == nil {
		c.say(incident.ServiceSubject(svc.Def.ID), incident.ServiceRestored{})
	}
	c.say(incident.ServiceSubject(svc.Def.ID), incident.ServiceVerified{})
}

func (c *cell) over() bool {
	return !slices.ContainsFunc(c.s.Services, func(svc incident.Service) bool { return svc.Verified == nil })
}
