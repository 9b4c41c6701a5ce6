package incident

import (
	"reflect"
	"sangfroid/internal/text"
	"slices"
	"strings"
	"time"
)

// Limits of what a person may write, in bytes. A CloudEvents intermediary must forward 64 KiB; ours stay below.
const (
	MaxText  = 4 << 10
	MaxBlock = 24 << 10
)

// clockSkew is how far ahead of the writer's own clock a fact may lie; above it is a typing error.
const clockSkew = 2 * time.Minute

// Decide turns a draft into an event, or refuses it. The error is always a *Refusal. It looks at the state only: whether
// the log still looks so when the event arrives is checked by the bus and again by the fold, by the event's Prev.
func Decide(s *State, d Draft) (Event, error) {
	c := decider{State: s, d: &d}
	if d.Subject == "" && d.Data != nil {
		d.Subject = DefaultSubject(d.Data)
	}
	if d.Time.IsZero() {
		d.Time = s.ExerciseTime(d.Recorded)
	}
	if set, ok := d.Data.(ExerciseClock); ok && s.Exercise != nil {
		d.Data = s.Exercise.anchored(set, d.Recorded)
	}
	for _, check := range []func() *Refusal{c.common, c.permitted, c.open, c.over, c.rules} {
		if r := check(); r != nil {
			return Event{}, r
		}
	}
	ev := Event{
		ID: d.ID, Source: d.Source, Type: d.Data.Type(), Subject: d.Subject, Time: d.Time.UTC(), Approx: d.Approx,
		Recorded: d.Recorded.UTC(), Imported: d.Imported, Incident: s.ID, Realm: s.Realm, Actor: d.Actor, Role: d.Role,
		Data: d.Data,
	}
	if Guarded(ev) {
		ev.Prev = NoPrev
		if h, ok := s.Head(ev.Subject); ok {
			ev.Prev = h.ID
		}
	}
	return ev, nil
}

// Guarded tells whether two people who write about the entity at once must not both win: decisions, steps, and lines of
// the ledger. The event then names the last one its writer had seen, and the bus is asked to hold to it.
func Guarded(ev Event) bool {
	switch ev.Type.Category() {
	case "decision", "step", "catchup":
		_, vote := ev.Data.(DecisionVoted)
		return !vote
	}
	return false
}

// Declare makes the first event of an incident.
func Declare(id IncidentID, realm Realm, d Draft) (Event, error) {
	s := NewState()
	s.ID, s.Realm = id, realm
	if !ValidID(string(id)) {
		return Event{}, refuse(RefuseInvalid, "field", "incident", "value", string(id))
	}
	return Decide(s, d)
}

type decider struct {
	*State
	d *Draft
}

// common checks what every entry needs.
func (c decider) common() *Refusal {
	if c.d.Data == nil {
		return refuse(RefuseKind)
	}
	if _, known := payloads()[c.d.Data.Type()]; !known {
		return refuse(RefuseKind)
	}
	if blank(c.d.Actor) {
		return refuse(RefuseNoActor)
	}
	if !timed(reflect.ValueOf(c.d.Data)) {
		return refuse(RefuseInvalid, "field", "time", "value", "")
	}
	if len(c.d.Actor) > 120 {
		return refuse(RefuseTooLong, "field", "name", "limit", "120")
	}
	if !Plausible(c.d.Time) {
		return refuse(RefuseInvalid, "field", "time", "value", formatTime(c.d.Time))
	}
	if _, starts := c.d.Data.(ExerciseStarted); !starts && c.d.Time.After(c.latest()) {
		return refuse(RefuseFuture, "time", c.d.Time.UTC().Format(time.RFC3339))
	}
	return nil
}

// latest is the last time a fact may have: what the writer's clock shows, and a little.
func (c decider) latest() time.Time { return c.ExerciseTime(c.d.Recorded).Add(clockSkew) }

// permitted checks the role: an observer watches, an automation only brings signals and notes, the cell is stood down by
// its director. Who may decide stands with each decision.
func (c decider) permitted() *Refusal {
	if d, ends := c.d.Data.(ExerciseEnded); ends && d.Emergency && c.d.Role != RoleAutomation {
		return nil // whoever sees that something is real says so
	}
	cat := c.d.Data.Type().Category()
	switch c.d.Role {
	default:
	case RoleObserver:
		if cat != "roster" {
			return refuse(RefuseRole, "role", string(RoleObserver), "need", "")
		}
	case RoleAutomation:
		if cat != "note" && cat != "signal" && cat != "forecast" && cat != "targets" && cat != "exercise" {
			return refuse(RefuseNotPermitted)
		}
	case RoleEvaluator:
		if cat != "roster" && cat != "exercise" {
			return refuse(RefuseRole, "role", string(RoleEvaluator), "need", "")
		}
	}
	switch c.d.Data.(type) {
	case IncidentClosed, IncidentReopened:
		return c.need(RoleDirector)
	}
	return nil
}

func (c decider) need(roles ...Role) *Refusal {
	if slices.Contains(roles, c.d.Role) {
		return nil
	}
	names := make([]string, len(roles))
	for i, r := range roles {
		names[i] = string(r)
	}
	return refuse(RefuseRole, "role", string(c.d.Role), "need", strings.Join(names, ", "))
}

// open checks that the incident takes entries: declared, and not closed but for what may follow the close.
func (c decider) open() *Refusal {
	_, declares := c.d.Data.(IncidentDeclared)
	declared := !c.Declared.At.IsZero()
	switch {
	case declares && declared:
		return refuse(RefuseDeclared).at(c.Declared.Seq)
	case declares:
		return nil
	case !declared:
		if _, starts := c.d.Data.(ExerciseStarted); starts {
			return nil
		}
		return refuse(RefuseNotDeclared)
	}
	_, reopens := c.d.Data.(IncidentReopened)
	if c.Closed == nil {
		if reopens {
			return refuse(RefuseNotClosed)
		}
		return nil
	}
	switch c.d.Data.Type().Category() {
	case "note", "roster", "comms", "exercise", "action":
		return nil
	}
	// Legal clocks run on after the cell was stood down, and so may their stamps be set.
	if o, ok := c.d.Data.(IncidentOrigin); ok && o.Stamp.Legal() {
		return nil
	}
	if reopens {
		return nil
	}
	return refuse(RefuseClosed).at(c.Closed.Seq)
}

func (c decider) rules() *Refusal {
	switch c.d.Data.Type().Category() {
	case "incident":
		return c.incident()
	case "plan":
		return c.plan()
	case "step":
		return c.step()
	case "decision":
		return c.decision()
	case "catchup":
		return c.catchup()
	case "targets":
		return c.targets()
	case "exercise":
		return c.exercise()
	case "action":
		return c.action()
	}
	return c.others()
}

// id is the entity's id, when the subject is of the payload's category.
func (c decider) id() string {
	cat, id, _ := strings.Cut(c.d.Subject, "/")
	if cat != c.d.Data.Type().Category() {
		return ""
	}
	return id
}

// field is a text that must be there, and not too long.
func field(name, value string) *Refusal {
	if blank(value) {
		return refuse(RefuseEmpty, "field", name)
	}
	return limit(name, value)
}

func limit(name, value string) *Refusal {
	if len(value) > MaxText {
		return refuse(RefuseTooLong, "field", name, "limit", itoa(MaxText))
	}
	return nil
}

// blank tells that nothing of a text is to be seen: what is invisible or acts on a terminal is no word.
func blank(s string) bool {
	clean, _ := text.CleanBlock(s)
	return strings.TrimSpace(clean) == ""
}

func block(name, value string) *Refusal {
	if blank(value) {
		return refuse(RefuseEmpty, "field", name)
	}
	if len(value) > MaxBlock {
		return refuse(RefuseTooLong, "field", name, "limit", itoa(MaxBlock))
	}
	return nil
}

// first gives the first refusal there is.
func first(rs ...*Refusal) *Refusal {
	for _, r := range rs {
		if r != nil {
			return r
		}
	}
	return nil
}

func ordered(est Estimate) *Refusal {
	switch {
	case est.Min < 0 || est.Likely < 0 || est.Max < 0,
		est.Likely > 0 && est.Min > est.Likely,
		est.Max > 0 && est.Max < max(est.Likely, est.Min):
		return refuse(RefuseEstimate)
	}
	return nil
}
