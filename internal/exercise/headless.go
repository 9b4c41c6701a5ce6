package exercise

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"sangfroid/internal/incident"
	"slices"
	"strconv"
	"time"
)

// Event is one event of a run without people, as it would have been written and received.
type Event struct {
	At  time.Time // wall's clock and exercise time alike: such a run goes at speed 1
	Raw []byte
	Of  incident.Event
}

// Refused is an act of a scripted player that a rule refused.
type Refused struct {
	At    time.Time
	Index int // in the scenario's players
	Do    string
	Err   error
}

// Result is a run without people.
type Result struct {
	ID      incident.IncidentID
	Events  []Event
	State   *incident.State
	End     time.Time
	Refused []Refused
	Missed  []int // acts whose condition never came true, by index
}

// headless is a run under way.
type headless struct {
	l     *Loaded
	id    incident.IncidentID
	state *incident.State
	now   time.Time
	out   Result
	done  []bool // acts that were tried
}

// Headless plays a scenario with its scripted players, without waiting and without a screen: from its start to its planned
// end. The same scenario, seed and start give the same events, byte for byte. What a player does at an instant comes
// after what is sent at it, in the order of the file.
func Headless(l *Loaded, s Start) (*Result, error) {
	if s.At == nil {
		t, err := startTime(&l.Scenario, s, firstZone(l, s.Zone))
		if err != nil {
			return nil, err
		}
		s.At = &t
	}
	at := s.At.UTC().Truncate(time.Second)
	s.Wall, s.Speed = at, 1
	started, declared, err := Begin(l, s)
	if err != nil {
		return nil, err
	}
	sum := sha256.Sum256([]byte(l.Scenario.ID + "\x00" + strconv.FormatInt(s.Seed, 10) + "\x00" + at.Format(time.RFC3339)))
	h := &headless{
		l: l, id: incident.IncidentID("ex-" + hex.EncodeToString(sum[:3])), state: incident.NewState(), now: at,
		done: make([]bool, len(l.Scenario.Players)),
	}
	if err := h.begin(started, declared); err != nil {
		return nil, err
	}
	for h.step() {
	}
	if err := h.write(facilitator(), "", incident.ExerciseEnded{}); err != nil && h.state.Exercise.Ended == nil {
		return nil, err
	}
	for i, done := range h.done {
		if !done {
			h.out.Missed = append(h.out.Missed, i)
		}
	}
	h.out.ID, h.out.State, h.out.End = h.id, h.state, h.now
	return &h.out, nil
}

func firstZone(l *Loaded, zone string) string {
	for _, z := range []string{l.Scenario.Zone, l.Playbook.Zone, zone, "UTC"} {
		if z != "" {
			return z
		}
	}
	return ""
}

// player is who writes.
type player struct {
	name string
	role incident.Role
}

func facilitator() player { return player{"facilitator", incident.RoleFacilitator} }

func (h *headless) begin(started incident.ExerciseStarted, declared incident.IncidentDeclared) error {
	ev, err := incident.StartExercise(h.id, h.draft(facilitator(), "", started))
	if err != nil {
		return err
	}
	if err := h.append(ev); err != nil {
		return err
	}
	if err := h.write(facilitator(), "", declared); err != nil {
		return err
	}
	raw, err := json.Marshal(h.l.Playbook)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(h.l.Playbook.Plans, func(p incident.PlanDef) bool { return p.Kind == incident.PlanFailover })
	if i >= 0 {
		sum := sha256.Sum256(raw)
		id := incident.PlanID(h.l.Playbook.Plans[i].ID)
		err = h.write(facilitator(), incident.PlanSubject(id), incident.PlanLaunched{Playbook: raw, Hash: incident.Hash(hex.EncodeToString(sum[:])), Plan: string(id)})
	}
	for _, r := range h.l.Scenario.Plays {
		if err == nil {
			err = h.join(player{string(r), r})
		}
	}
	return err
}

// join enters a player in the roster, with their role.
func (h *headless) join(p player) error {
	m := h.state.Member(p.name)
	if m == nil {
		if err := h.write(p, "", incident.RosterJoined{}); err != nil {
			return err
		}
		m = h.state.Member(p.name)
	}
	if m != nil && slices.Contains(m.Roles, p.role) {
		return nil
	}
	return h.write(p, "", incident.RoleTaken{Role: p.role, Reason: "exercise"})
}

func (h *headless) draft(p player, subject string, d incident.Data) incident.Draft {
	return incident.Draft{
		ID: incident.EventID(fmt.Sprintf("x%06d", len(h.out.Events)+1)), Source: "/sangfroid/headless/" + string(h.id), Subject: subject,
		Time: h.now, Recorded: h.now, Actor: p.name, Role: p.role, Data: d,
	}
}

func (h *headless) write(p player, subject string, d incident.Data) error {
	ev, err := incident.Decide(h.state, h.draft(p, subject, d))
	if err != nil {
		return err
	}
	return h.append(ev)
}

func (h *headless) append(ev incident.Event) error {
	raw, err := incident.Encode(ev)
	if err != nil {
		return err
	}
	decoded := incident.Decode(raw)
	n := len(h.out.Events) + 1
	h.out.Events = append(h.out.Events, Event{At: h.now, Raw: raw, Of: decoded})
	incident.Apply(h.state, incident.Entry{Seq: n, Bus: uint64(n), Received: h.now, Raw: raw, Event: decoded})
	return nil
}

// mostEvents bounds a run whose injects and players would go on for ever.
const mostEvents = 20000

// step does what is to be done now, then goes to the next instant at which something is. It is false at the end.
func (h *headless) step() bool {
	for h.send() || h.act() {
		if h.state.Exercise.Ended != nil || len(h.out.Events) > mostEvents {
			return false
		}
	}
	x := h.state.Exercise // as it is now: an inject may have been put off
	end := x.PlannedEnd()
	if !h.now.Before(end) {
		return false
	}
	h.now = h.next(end)
	return true
}

// send sends the first inject that is due.
func (h *headless) send() bool {
	for _, st := range incident.Due(h.state, h.now).Due {
		if h.write(facilitator(), incident.InjectSubject(st.Def.No), st.Injection(false)) == nil {
			return true
		}
	}
	return false
}

// act does the first act whose time has come.
func (h *headless) act() bool {
	for i := range h.l.Scenario.Players {
		p := &h.l.Scenario.Players[i]
		if h.done[i] {
			continue
		}
		if at, known := h.when(p); !known || at.After(h.now) {
			continue
		}
		h.done[i] = true
		if err := h.perform(p); err != nil {
			h.out.Refused = append(h.out.Refused, Refused{At: h.now, Index: i, Do: p.Do, Err: err})
		}
		return true
	}
	return false
}

func (h *headless) perform(p *incident.PlayDef) error {
	who := player{p.As, p.Role}
	if who.name == "" {
		who.name = string(p.Role)
	}
	if err := h.join(who); err != nil {
		return err
	}
	subject, data, err := Act(h.state, p.Do, h.now)
	if err != nil {
		return err
	}
	if err := h.write(who, subject, data); err != nil {
		return err
	}
	if note, ok := data.(incident.NoteAdded); ok && h.l.Scenario.Stops(note.Text) {
		return h.write(who, "", incident.ExerciseEnded{Emergency: true, Reason: note.Text})
	}
	return nil
}

func (h *headless) when(p *incident.PlayDef) (time.Time, bool) {
	if p.At != nil {
		return h.state.Exercise.Start.Add(p.At.Std()), true
	}
	return h.state.ConditionMet(p.When, h.now)
}

// next is the first instant to come at which something may happen: an inject, an act, or a deadline some condition waits for.
// Nothing else makes a condition true: between two events the state does not change.
func (h *headless) next(end time.Time) time.Time {
	x := h.state.Exercise
	next := end
	take := func(t time.Time) {
		if t.After(h.now) && t.Before(next) {
			next = t
		}
	}
	deadline := func(c *incident.Condition) {
		if c != nil && c.By != nil {
			take(x.Start.Add(c.By.Std()))
		}
	}
	agenda := incident.Due(h.state, h.now)
	for i := range agenda.All {
		if st := &agenda.All[i]; st.Status == incident.InjectNext {
			take(st.Due)
		}
		deadline(agenda.All[i].Def.When)
	}
	for i := range h.l.Scenario.Players {
		p := &h.l.Scenario.Players[i]
		if h.done[i] {
			continue
		}
		if at, known := h.when(p); known {
			take(at)
		}
		deadline(p.When)
	}
	return next
}
