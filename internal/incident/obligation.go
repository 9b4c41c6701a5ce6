package incident

import (
	"slices"
	"time"
)

// ClockObligation is the kind of a legal clock; see [Duties].
const (
	ClockObligation ClockKind = "obligation"
)

// Proposals of legal clocks.
const (
	ProposeObligation ProposalCode = "obligation" // record a report whose deadline is near
	ProposeStamp      ProposalCode = "stamp"      // a regime is in force and nobody stamped anything yet
)

// stampAfter is how long after the declaration a cell is asked for the stamps a regime counts from.
const stampAfter = 30 * time.Minute

// RefuseObligationMet refuses a second word on a report without a reason: obligation, reference.
const (
	RefuseObligationMet RefusalCode = "obligation-met"
)

// Regime is a regime in force in the incident.
type Regime struct {
	Def    RegimeDef
	Plan   PlanID // the launch that brought it; "" for one a person brought
	Reason string
	Mark   Mark
}

// Delay tells: the authority was told that a limit will not be met, and why.
type Delay struct {
	ID        ObligationID
	Reason    string
	Reference string
	Expected  *time.Time
	Mark      Mark
}

// Ruling tells that a row, or a whole regime, does not apply, or applies after all.
type Ruling struct {
	ID      string // of a row or a regime
	Applies bool
	Reason  string
	Mark    Mark
}

// Origin is what a legal clock counts from: a stamp, or the report of another row.
type Origin struct {
	Stamp  Stamp
	Report ObligationID
	At     time.Time
	Seq    int // the entry that says so
}

// IsZero tells whether the origin is not known.
func (o Origin) IsZero() bool { return o.At.IsZero() }

// Duty is a row of a regime as it stands: its clock, what that counts from, and what was done.
type Duty struct {
	ID        ObligationID
	Regime    RegimeID
	Def       ObligationDef
	Clock     Clock
	From      Origin
	Limit     LimitDef  // the one that governs; zero for a flag
	Extended  time.Time // what the law allows on a weekend or holiday; zero: nothing. Never the alarm
	Waits     []Origin  // what is not known yet: before the start, or what might still bring the end forward
	Reports   []Obligation
	Told      *Delay
	Dismissed *Ruling
}

// Flag tells that the row has no countdown: without undue delay, or on request.
func (d *Duty) Flag() bool { return d.Def.When == WhenUndueDelay || d.Def.When == WhenRequested }

// Open tells whether the row still waits for its report: it runs, or is late.
func (d *Duty) Open() bool {
	return d.Dismissed == nil && !d.Clock.Origin.IsZero() && d.Clock.Stopped.IsZero()
}

// InExtension tells that the report went out late by the strict time, and inside the time the law allows instead.
func (d *Duty) InExtension() bool {
	return d.Clock.State == ClockMissed && !d.Clock.Stopped.IsZero() && !d.Extended.IsZero() && !d.Clock.Stopped.After(d.Extended)
}

// ToldInTime tells that the authority heard of the delay before the limit (DORA: Reg. (EU) 2025/301 Art. 5(3)).
func (d *Duty) ToldInTime() bool {
	return d.Told != nil && !d.Clock.Deadline.IsZero() && !d.Told.Mark.At.After(d.Clock.Deadline)
}

// Report is the report as it holds; nil while none went out.
func (d *Duty) Report() *Obligation {
	if n := len(d.Reports); n > 0 {
		return &d.Reports[n-1]
	}
	return nil
}

// Duties gives every row of every regime in force as of now, in the order the regimes came in; rows whose conditions do not
// hold are left out, those a person dismissed are there and say so. Clocks takes its obligation clocks from here.
func Duties(s *State, now time.Time) []Duty {
	if len(s.Regimes) == 0 {
		return nil
	}
	var out []Duty
	all := s.files()
	for i := range s.Regimes {
		r := &s.Regimes[i]
		k := clerk{files: all, r: r, cal: calendarOf(&r.Def, s.Zone), now: now}
		for j := range r.Def.Rows {
			if d, ok := k.duty(&r.Def.Rows[j]); ok {
				out = append(out, d)
			}
		}
	}
	return out
}

// NextDuties are the open duties, the most urgent first: by their strict deadline, flags behind.
func NextDuties(s *State, now time.Time) []Duty {
	open := slices.DeleteFunc(Duties(s, now), func(d Duty) bool { return !d.Open() })
	slices.SortStableFunc(open, func(a, b Duty) int {
		x, y := a.Clock.Deadline, b.Clock.Deadline
		switch {
		case x.IsZero() && y.IsZero():
			return 0
		case x.IsZero():
			return 1
		case y.IsZero():
			return -1
		}
		return x.Compare(y)
	})
	return open
}

// Regime finds a regime in force; nil when there is none.
func (s *State) Regime(id RegimeID) *Regime {
	for i := range s.Regimes {
		if s.Regimes[i].Def.ID == id {
			return &s.Regimes[i]
		}
	}
	return nil
}

// Ruling is the last word on whether a row or a regime applies; nil when nobody ruled.
func (s *State) Ruling(id string) *Ruling {
	for i := len(s.Rulings) - 1; i >= 0; i-- {
		if s.Rulings[i].ID == id {
			return &s.Rulings[i]
		}
	}
	return nil
}

// ObligationDef finds the definition of a row of a regime in force; nil when there is none.
func (s *State) ObligationDef(id ObligationID) *ObligationDef {
	for i := range s.Regimes {
		def := &s.Regimes[i].Def
		for j := range def.Rows {
			if obligationID(def.ID, def.Rows[j].ID) == id {
				return &def.Rows[j]
			}
		}
	}
	return nil
}

// FindObligation is FindStep for the rows of the regimes in force.
func (s *State) FindObligation(name string) (ObligationID, []ObligationID) {
	var ids []ObligationID
	for i := range s.Regimes {
		for _, row := range s.Regimes[i].Def.Rows {
			ids = append(ids, obligationID(s.Regimes[i].Def.ID, row.ID))
		}
	}
	return match(ids, name)
}

func obligationID(r RegimeID, row string) ObligationID { return ObligationID(string(r) + "/" + row) }

// clerk works out the rows of one regime. What was stamped and sent is sorted once: a log may hold very many of both.
type clerk struct {
	*files
	r   *Regime
	cal calendar
	now time.Time
}

// files are what people said of legal clocks, by what it is about.
type files struct {
	s      *State
	stamps map[Stamp]*StampSet
	met    map[ObligationID][]int // indexes into State.Met, in log order
	told   map[ObligationID]*Delay
	rules  map[string]*Ruling
}

func (s *State) files() *files {
	f := &files{
		s: s, stamps: make(map[Stamp]*StampSet), met: make(map[ObligationID][]int), told: make(map[ObligationID]*Delay), rules: make(map[string]*Ruling),
	}
	for i := range s.Stamps {
		f.stamps[s.Stamps[i].Stamp] = &s.Stamps[i]
	}
	for i := range s.Met {
		id := ObligationID(s.Met[i].ID)
		f.met[id] = append(f.met[id], i)
	}
	for i := range s.Delays {
		f.told[s.Delays[i].ID] = &s.Delays[i]
	}
	for i := range s.Rulings {
		f.rules[s.Rulings[i].ID] = &s.Rulings[i]
	}
	return f
}

// origin is what a name of the rows stands for. A zero At is "not known yet".
func (k clerk) origin(name string) Origin {
	if row, ok := Submitted(name); ok {
		o := Origin{Report: obligationID(k.r.Def.ID, row)}
		if m := k.submission(o.Report); m != nil {
			o.At, o.Seq = m.Mark.At, m.Mark.Seq
		}
		return o
	}
	st, ok := k.r.Def.Stamp(name)
	o := Origin{Stamp: st}
	if set := k.stamps[st]; ok && set != nil {
		o.At, o.Seq = set.Time, set.Mark.Seq
	}
	return o
}

// submission is the report of a row that counts: of one that repeats the latest, else the last word on it.
func (k clerk) submission(id ObligationID) *Obligation {
	list := k.met[id]
	if len(list) == 0 {
		return nil
	}
	best := &k.s.Met[list[len(list)-1]]
	if def := k.s.ObligationDef(id); def == nil || !def.Repeats {
		return best
	}
	for _, i := range list {
		if m := &k.s.Met[i]; m.Mark.At.After(best.Mark.At) {
			best = m
		}
	}
	return best
}

// firstOf is the first of the names that is known. While none is, it is the one to wait for: the first stamp, or the last
// report, since the ones before it follow it.
func (k clerk) firstOf(names []string) Origin {
	wait := Origin{}
	for _, n := range names {
		o := k.origin(n)
		if !o.IsZero() {
			return o
		}
		if wait == (Origin{}) || o.Report != "" {
			wait = o
		}
	}
	return wait
}

// holds tells whether a condition is true: a fact of the entity, a stamp that is set, a report that went out.
func (k clerk) holds(name string) bool {
	return slices.Contains(k.r.Def.Facts, name) || !k.origin(name).IsZero()
}

func (k clerk) stands(when, unless []string) bool {
	for _, n := range when {
		if !k.holds(n) {
			return false
		}
	}
	return !slices.ContainsFunc(unless, k.holds)
}

func (k clerk) duty(row *ObligationDef) (Duty, bool) {
	id := obligationID(k.r.Def.ID, row.ID)
	d := Duty{ID: id, Regime: k.r.Def.ID, Def: *row, Clock: Clock{Kind: ClockObligation, Obligation: id, State: ClockNotStarted}}
	for _, i := range k.met[id] {
		d.Reports = append(d.Reports, k.s.Met[i])
	}
	if !k.stands(row.If, row.Unless) && len(d.Reports) == 0 {
		return d, false
	}
	for _, name := range []string{string(id), string(k.r.Def.ID)} {
		if rule := k.rules[name]; rule != nil && !rule.Applies {
			d.Dismissed = rule
		}
	}
	d.Told = k.told[id]
	ready := true
	for _, n := range row.Needs {
		if o := k.origin(n); o.IsZero() {
			d.Waits, ready = append(d.Waits, o), false
		}
	}
	if d.Flag() {
		k.flag(row, &d, ready)
	} else {
		k.deadline(row, &d, ready)
	}
	return d, true
}

// flag is raised by the latest of what raises it, and put down by a report that came after that.
func (k clerk) flag(row *ObligationDef, d *Duty, ready bool) {
	since := Origin{}
	if row.Since != "" {
		if since = k.origin(row.Since); since.IsZero() {
			d.Waits, ready = append(d.Waits, since), false
		}
	}
	if ready {
		for _, n := range row.From {
			if o := k.origin(n); o.At.After(d.From.At) && o.At.After(since.At) {
				d.From = o
			}
		}
		if d.From.IsZero() && len(row.From) > 0 {
			d.Waits = append(d.Waits, k.origin(row.From[0]))
		}
	}
	k.run(d, row)
}

// deadline takes the earliest of the limits that apply.
func (k clerk) deadline(row *ObligationDef, d *Duty, ready bool) {
	var due time.Time
	for _, l := range row.Due {
		if !k.stands(l.If, l.Unless) {
			continue
		}
		o := k.firstOf(l.From)
		if o.IsZero() {
			if !slices.Contains(d.Waits, o) {
				d.Waits = append(d.Waits, o)
			}
			continue
		}
		end := k.cal.add(o.At, l.Within, l.At)
		if l.LapsesBefore != "" && k.origin(l.LapsesBefore).At.After(end) {
			continue
		}
		if ready && (due.IsZero() || end.Before(due)) {
			due, d.From, d.Limit = end, o, l
		}
	}
	if !due.IsZero() {
		d.Clock.Objective = due.Sub(d.From.At)
		if row.Roll != nil && !slices.ContainsFunc(row.Roll.Unless, k.holds) {
			d.Extended = k.cal.roll(due, row.Roll.To)
		}
	}
	k.run(d, row)
}

// run starts the clock at its origin and stops it at the report.
func (k clerk) run(d *Duty, row *ObligationDef) {
	c := d.Clock
	c.Origin, c.OriginSeq = d.From.At, d.From.Seq
	var stop *Mark
	if m := k.submission(d.ID); m != nil {
		// A report that repeats ends its own round only: it counts once it came after what the round began with.
		again := row.Repeats && (m.Mark.At.Before(c.Origin) || d.From.Report == d.ID)
		if !again {
			stop = &m.Mark
		}
	}
	c = c.run(k.now, stop)
	if c.Origin.IsZero() && stop != nil {
		c.State, c.Stopped = ClockMet, stop.At // it went out, and nobody said what it counts from
	}
	d.Clock = c
}

// Entity is what the newest playbook that says so tells of the organisation; for a regime that a person brings in later.
func (s *State) Entity() EntityDef {
	for i := len(s.Plans) - 1; i >= 0; i-- {
		e := s.Plans[i].Book.Entity
		if e.Calendar != "" || e.Zone != "" || len(e.Holidays) > 0 || len(e.Facts) > 0 {
			return e
		}
	}
	return EntityDef{}
}
