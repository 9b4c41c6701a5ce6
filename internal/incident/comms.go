package incident

import (
	"slices"
	"strings"
	"time"
)

// What the cell says, and to whom: reports and their cadence, contacts, hand-overs. The effects of the events, the rules
// before them, and what is read from the state.

func (f *fold) comms() {
	switch d := f.ev.Data.(type) {
	case CadenceSet:
		if d.Every < 0 {
			f.flag(FlagBadData)
			return
		}
		f.Cadences = append(f.Cadences, Cadence{Every: d.Every, Before: f.Every, Reason: d.Reason, Mark: f.mark})
		f.Every = d.Every
	case ContactAdded:
		if !ValidID(d.ID) {
			f.flag(FlagBadData)
			return
		}
		f.Added = append(f.Added, AddedContact{
			Def: ContactDef{ID: d.ID, Name: T(d.Name), Call: T(d.Call)}, Reason: d.Reason, Mark: f.mark,
		})
	case HandoverRefused:
		f.refusedHandover(d)
	}
}

// stand stops the cadence while the incident is closed: nobody owes a report then.
func (f *fold) stand(every Duration, before Duration) {
	f.Cadences = append(f.Cadences, Cadence{Every: every, Before: before, Mark: f.mark, Stand: true})
}

func (f *fold) refusedHandover(d HandoverRefused) {
	for i := range f.Handover {
		h := &f.Handover[i]
		if h.ID == d.Handover && h.Pending() && (h.To == f.ev.Actor || h.From == f.ev.Actor) {
			m := f.mark
			m.Note = d.Reason
			h.Void = &m
			return
		}
	}
	f.flag(FlagNoEffect)
}

// overtake ends what else was given of a role that somebody just took over: two who handed it over offline.
func (f *fold) overtake(r Role) {
	for i := range f.Handover {
		if h := &f.Handover[i]; h.Role == r && h.Pending() {
			m := f.mark
			h.Void = &m
		}
	}
}

// noteOpen keeps a note somebody must still verify, and the last word to the outside.
func (f *fold) noteOpen(d NoteAdded) {
	if d.Kind != NoteCommunication && d.Check != CheckToVerify {
		return // most of them
	}
	n := OpenNote{ID: f.ev.ID, Text: d.Text, Source: d.Source, Mark: f.mark}
	if d.Kind == NoteCommunication {
		f.Notes.Message = &n
	}
	if d.Check == CheckToVerify {
		f.keepOpen(n)
	}
}

func (f *fold) keepOpen(n OpenNote) {
	from := max(0, len(f.Notes.Open)+1-maxOpenNotes)
	f.Notes.Open = append(slices.Clone(f.Notes.Open[from:]), n)
}

func (f *fold) openChecked(d NoteChecked) {
	i := slices.IndexFunc(f.Notes.Open, func(n OpenNote) bool { return n.ID == d.Entry })
	switch {
	case d.Check == CheckToVerify && i < 0 && d.Text != "":
		f.keepOpen(OpenNote{ID: d.Entry, Text: d.Text, Mark: f.mark})
	case d.Check != CheckToVerify && i >= 0:
		f.Notes.Open = slices.Delete(slices.Clone(f.Notes.Open), i, i+1)
	}
}

func (f *fold) openCorrected(d NoteCorrected) {
	if i := slices.IndexFunc(f.Notes.Open, func(n OpenNote) bool { return n.ID == d.Entry }); i >= 0 {
		f.Notes.Open = slices.Clone(f.Notes.Open)
		f.Notes.Open[i].Text = d.Text
	}
	if m := f.Notes.Message; m != nil && m.ID == d.Entry {
		n := *m
		n.Text = d.Text
		f.Notes.Message = &n
	}
}

// Bounds of a cadence: below the first nobody writes anything but reports, above the second it is no cadence.
const (
	minCadence = 5 * time.Minute
	maxCadence = 7 * 24 * time.Hour
)

func (c decider) comms() *Refusal {
	switch d := c.d.Data.(type) {
	case CadenceSet:
		if every := d.Every.Std(); d.Every != 0 && (every < minCadence || every > maxCadence) {
			return refuse(RefuseCadence, "value", d.Every.String())
		}
		if d.Every == c.Every {
			return refuse(RefuseScope)
		}
		return field("reason", d.Reason)
	case ContactAdded:
		if !ValidID(d.ID) {
			return refuse(RefuseInvalid, "field", "contact", "value", d.ID)
		}
		return first(field("contact", d.Name), field("call", d.Call), limit("reason", d.Reason))
	case HandoverRefused:
		for i := range c.Handover {
			if h := &c.Handover[i]; h.ID == d.Handover && h.Pending() && (h.To == c.d.Actor || h.From == c.d.Actor) {
				return field("reason", d.Reason)
			}
		}
		return refuse(RefuseHandover)
	}
	return nil
}

// langs are the languages a report may be in.
func langs(s string) *Refusal {
	for _, l := range strings.Split(s, ",") {
		if s != "" && l != "en" && l != "fr" {
			return refuse(RefuseInvalid, "field", "lang", "value", s)
		}
	}
	return nil
}

// Pending tells whether the hand-over still waits: the giver keeps the role.
func (h *Handover) Pending() bool { return h.Ack == nil && h.Void == nil }

// PendingHandover is the hand-over of a role that waits for its receiver; nil when none does.
func (s *State) PendingHandover(r Role) *Handover {
	for i := range s.Handover {
		if h := &s.Handover[i]; h.Role == r && h.Pending() {
			return h
		}
	}
	return nil
}

// SitrepGrace is how late a report may be without being a miss: times are announced to the minute.
const SitrepGrace = time.Minute

// SitrepSoon is how long before it is due the cell is told that a report is to be written.
const SitrepSoon = 5 * time.Minute

// reportDue walks the reports and the changes of cadence in the order of the facts, up to now, and gives what the next
// report is due from and at (zero: none is asked for), and how many were not out in time.
//
// A report announces the next one, else the cadence does. A change of cadence counts from the last report, or from the
// change where that is over already. What was due before a change and not out is a miss all the same. While nothing
// comes, every further period of the cadence is one more miss: the cell was promised each of them.
func reportDue(s *State, now time.Time) (from, due time.Time, seq, missed int) {
	every := s.Every
	if len(s.Cadences) > 0 {
		every = s.Cadences[0].Before
	}
	from, seq = s.Declared.At, s.Declared.Seq
	if every > 0 && !from.IsZero() {
		due = from.Add(every.Std())
	}
	reports, cadences := s.Sitreps, s.Cadences
	for len(reports)+len(cadences) > 0 {
		if len(reports) == 0 || (len(cadences) > 0 && cadences[0].Mark.Seq < reports[0].Mark.Seq) {
			c := cadences[0]
			cadences = cadences[1:]
			if c.Mark.At.After(now) {
				continue
			}
			missed += overdue(due, c.Mark.At, every)
			every, due = c.Every, time.Time{}
			if every > 0 {
				if due = from.Add(every.Std()); !due.After(c.Mark.At) {
					due = c.Mark.At.Add(every.Std())
				}
			}
			continue
		}
		r := reports[0]
		reports = reports[1:]
		if r.Mark.At.After(now) {
			continue
		}
		missed += overdue(due, r.Mark.At, every)
		from, seq, due = r.Mark.At, r.Mark.Seq, time.Time{}
		switch {
		case r.Next != nil:
			due = *r.Next
		case every > 0:
			due = from.Add(every.Std())
		}
	}
	return from, due, seq, missed + overdue(due, now, every)
}

// overdue counts the reports that should have been out between due and at.
func overdue(due, at time.Time, every Duration) int {
	if due.IsZero() || !at.After(due.Add(SitrepGrace)) {
		return 0
	}
	if every <= 0 {
		return 1
	}
	const most = 1 << 20 // a clock that is years off
	return 1 + int(min((at.Sub(due)-SitrepGrace)/every.Std(), most))
}

// MissedSitreps counts the situation reports that were not out when they were due, up to now.
func MissedSitreps(s *State, now time.Time) int {
	_, _, _, missed := reportDue(s, now)
	return missed
}

// sitrepClock counts down to the next situation report.
func sitrepClock(s *State, now time.Time) (Clock, bool) {
	from, due, seq, _ := reportDue(s, now)
	if due.IsZero() || from.IsZero() || s.Closed != nil {
		return Clock{}, false
	}
	c := Clock{Kind: ClockSitrep, Origin: from, OriginSeq: seq, Objective: due.Sub(from)}
	if c.Objective <= 0 {
		return Clock{}, false
	}
	return c.run(now, nil), true
}

// RolesOf lists the roles of the playbooks launched, in their order, each once.
func RolesOf(s *State) []Role {
	var out []Role
	for i := range s.Plans {
		for _, r := range s.Plans[i].Book.Roles {
			if !slices.Contains(out, r.ID) {
				out = append(out, r.ID)
			}
		}
	}
	return out
}

// shared tells the roles that many may hold at once.
func (r Role) shared() bool {
	return r == RoleObserver || r == RoleAutomation || r == RoleFacilitator || r == RoleEvaluator
}
