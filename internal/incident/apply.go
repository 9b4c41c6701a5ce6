package incident

import (
	"slices"
	"time"
)

// Apply folds one entry into the state. See the package comment for its contract: total, deterministic, idempotent,
// associative. An entry that makes no sense is counted and flagged, and changes nothing else.
func Apply(s *State, e Entry) { s.fold(&e, s.seen.meet(&e)) }

// Refold is Apply for a [State.View], which has no set of the events seen: who folds a log a second time knows from the
// first ([State.Meets]) whether an entry repeats an event.
func Refold(s *State, e Entry, r Repeat) { s.fold(&e, r) }

func (s *State) fold(entry *Entry, r Repeat) {
	e, ev := *entry, &entry.Event
	s.Count.Entries++
	if r != RepeatNone {
		s.Count.Duplicates++
		if r == RepeatOther {
			(&fold{State: s, e: e, ev: e.Event}).flag(FlagRewritten)
		}
		return
	}
	s.Last = Entered{Seq: e.Seq, Bus: e.Bus, ID: ev.ID, Received: e.Received, Fact: ev.Time}
	if _, late := s.Late(*ev); late {
		s.Count.Late++
	}
	f := fold{State: s, e: e, ev: e.Event, mark: Mark{At: ev.Time, By: ev.Actor, Role: ev.Role, Seq: e.Seq, Approx: ev.Approx}}
	if f.mark.At.IsZero() {
		f.mark.At = s.ExerciseTime(e.Received)
	}
	for _, code := range ev.Flaws {
		f.flag(code)
	}
	if e.Via != "" {
		f.flag(FlagAuthor)
		return
	}
	if (s.ID != "" && ev.Incident != "" && ev.Incident != s.ID) || (s.Realm != "" && ev.Realm != "" && ev.Realm != s.Realm) {
		f.flag(FlagForeign)
		return
	}
	f.apply()
	if category, _ := ev.Entity(); category == "decision" || category == "step" || category == "catchup" || category == "incident" {
		if s.heads == nil {
			s.heads = make(map[string]Head)
		}
		h := s.heads[ev.Subject]
		if h.ID = ev.ID; ev.BusCategory() == CategoryBallot {
			h.Ballot = e.Bus
		} else {
			h.Bus = e.Bus
		}
		s.heads[ev.Subject] = h
	}
}

// SourceVia is what [State.Seen] knows an event by, with its id: its source, and the subject of one that came by another than
// its own. What was written in another's name must not take the place of their own word.
func SourceVia(source, via string) string {
	if via == "" {
		return source
	}
	return via + "\x00" + source
}

// Fold applies entries in order to a fresh state.
func Fold(entries ...Entry) *State {
	s := NewState()
	for _, e := range entries {
		Apply(s, e)
	}
	return s
}

// fold is one entry on its way into the state.
type fold struct {
	*State
	e    Entry
	ev   Event
	mark Mark
}

func (f *fold) flag(code FlagCode) {
	for i := len(f.Flags) - 1; i >= 0 && f.Flags[i].Seq == f.e.Seq; i-- {
		if f.Flags[i].Code == code {
			return
		}
	}
	f.Count.Flagged++
	if len(f.Flags) < maxFlags {
		f.Flags = append(f.Flags, FlagNote{Seq: f.e.Seq, ID: f.ev.ID, Code: code})
	}
}

func (f *fold) apply() {
	switch f.ev.Type.Category() {
	case "incident":
		f.incident()
	case "plan":
		f.plan()
	case "step":
		f.step()
	case "decision":
		f.decision()
	case "catchup":
		f.catchup()
	case "targets":
		f.targets()
	case "exercise":
		f.exercise()
	case "action":
		f.action()
	default:
		f.others()
	}
}

func (f *fold) incident() {
	switch d := f.ev.Data.(type) {
	case IncidentDeclared:
		f.declared(d)
	case IncidentScoped:
		f.scoped(d)
	case IncidentOrigin:
		f.origin(d.Stamp, d.At, d.Reason)
	case IncidentBasis:
		f.basis(d)
	case IncidentSeverity:
		f.Severity = d.Severity
	case IncidentEscalated:
		f.begins(PhaseEscalation)
	case IncidentPhase:
		if d.Phase.Order() < 0 {
			f.flag(FlagBadData)
			return
		}
		f.Marks = append(f.Marks, PhaseMark{Phase: d.Phase, At: f.mark.At, Seq: f.e.Seq, Said: true})
	case IncidentClosed:
		f.closed()
	case IncidentReopened:
		f.reopened()
	default:
		f.milestone()
	}
}

func (f *fold) declared(d IncidentDeclared) {
	if !f.Declared.At.IsZero() {
		f.flag(FlagTwice)
		return
	}
	if f.Count.Entries > 1 && !f.ev.Imported && (f.Exercise == nil || f.Count.Entries > 2) {
		f.flag(FlagNotDeclared) // something came before its own declaration
	}
	f.ID, f.Realm = f.ev.Incident, f.ev.Realm
	f.Titles = d.Titles
	f.Title, f.Playbook, f.Zone, f.Severity, f.Every = d.Title, d.Playbook, d.Zone, d.Severity, d.Sitrep
	f.Declared, f.Imported = f.mark, f.ev.Imported
	for _, def := range d.Services {
		f.addService(def)
	}
	for _, st := range []struct {
		stamp Stamp
		at    *time.Time
	}{{StampOccurred, d.Occurred}, {StampDetected, d.Detected}, {StampReported, d.Reported}, {StampLastGood, d.LastGood}} {
		if st.at != nil {
			f.origin(st.stamp, *st.at, "")
		}
	}
	if !f.ev.Imported {
		f.begins(PhaseAnalysis) // the cell sits
	}
}

func (f *fold) addService(def ServiceDef) {
	if svc := f.Service(def.ID); svc != nil {
		svc.InScope = true
		return
	}
	if !ValidID(string(def.ID)) {
		f.flag(FlagBadData)
		return
	}
	if len(f.Services) >= maxServices {
		f.flag(FlagOversized)
		return
	}
	f.Services = append(f.Services, Service{Def: def, InScope: true})
}

func (f *fold) scoped(d IncidentScoped) {
	for _, def := range d.In {
		f.addService(def)
	}
	for _, id := range d.Out {
		if svc := f.Service(id); svc != nil {
			svc.InScope = false
		} else {
			f.flag(FlagUnknownID)
		}
	}
}

// origin sets a stamp. The implied phases: detection lasts from occurrence to detection, escalation follows.
func (f *fold) origin(st Stamp, at time.Time, reason string) {
	phase := Phase("")
	switch st {
	case StampOccurred:
		phase = PhaseDetection
	case StampDetected:
		phase = PhaseEscalation
	case StampReported, StampLastGood:
	default:
		if !st.Legal() {
			f.flag(FlagBadData)
			return
		}
	}
	if at.IsZero() {
		f.flag(FlagBadData)
		return
	}
	at = at.UTC()
	f.Stamps = append(f.Stamps, StampSet{Stamp: st, Time: at, Reason: reason, Mark: f.mark})
	if phase == "" {
		return
	}
	// The stamp as it stands is the one that counts: an earlier setting's mark goes.
	f.Marks = slices.DeleteFunc(slices.Clone(f.Marks), func(m PhaseMark) bool { return m.Phase == phase && !m.Said && m.Seq < 0 })
	f.Marks = append(f.Marks, PhaseMark{Phase: phase, At: at, Seq: -f.e.Seq})
}

func (f *fold) basis(d IncidentBasis) {
	if d.From != FromOccurrence && d.From != FromDetection && d.From != FromReport {
		f.flag(FlagBadData)
		return
	}
	_, id := f.ev.Entity()
	hit := false
	for i := range f.Services {
		if id == "main" || f.Services[i].Def.ID == ServiceID(id) {
			f.Services[i].Basis = append(f.Services[i].Basis, BasisSet{From: d.From, Reason: d.Reason, Mark: f.mark})
			hit = true
		}
	}
	if !hit {
		f.flag(FlagUnknownID)
	}
}

func (f *fold) closed() {
	if f.Closed != nil {
		f.flag(FlagNoEffect)
		return
	}
	m := f.mark
	f.Closed = &m
	f.stand(0, f.Every)
	f.Marks = append(f.Marks, PhaseMark{Phase: PhaseReview, At: f.mark.At, Seq: f.e.Seq})
}

// reopened takes the incident back to the phase it was closed in: the review is over before it began.
func (f *fold) reopened() {
	if f.Closed == nil {
		f.flag(FlagNoEffect)
		return
	}
	f.Closed = nil
	f.stand(f.Every, 0)
	spans := PhaseSpans(f.State, f.mark.At)
	for i := len(spans) - 1; i >= 0; i-- {
		if p := spans[i].Phase; p != PhaseReview {
			f.Marks = append(f.Marks, PhaseMark{Phase: p, At: f.mark.At, Seq: f.e.Seq, Said: true})
			return
		}
	}
}

// milestone marks a service restored, verified, resumed or failed back. Said again, the last word holds: a person
// corrects the time by saying it again.
func (f *fold) milestone() {
	_, id := f.ev.Entity()
	svc := f.Service(ServiceID(id))
	if svc == nil {
		if _, known := payloads()[f.ev.Type]; known {
			f.flag(FlagUnknownID)
		}
		return
	}
	m := f.mark
	switch d := f.ev.Data.(type) {
	case ServiceRestored:
		m.Note = d.Note
		svc.Restored = &m
		f.begins(PhaseRestore)
	case ServiceVerified:
		m.Note = d.Note
		svc.Verified = &m
		if svc.Restored == nil {
			svc.Restored = &m
		}
		if f.all(func(v *Service) bool { return v.Verified != nil }) {
			f.begins(PhaseChecks)
		}
	case ServiceResumed:
		m.Note = d.Note
		svc.Resumed = &m
		if f.all(func(v *Service) bool { return v.Resumed != nil }) {
			f.begins(PhaseResumed)
		}
	case ServiceFailedBack:
		m.Note = d.Note
		svc.Back = &m
	}
}

func (s *State) all(is func(*Service) bool) bool {
	for i := range s.Services {
		if s.Services[i].InScope && !is(&s.Services[i]) {
			return false
		}
	}
	return true
}

// begins notes that an event implies the start of a phase. Only the first of each phase and only forward moves count when
// the spans are made.
func (f *fold) begins(p Phase) {
	for _, m := range f.Marks {
		if m.Phase == p && !m.Said && !m.At.After(f.mark.At) {
			return
		}
	}
	f.Marks = append(f.Marks, PhaseMark{Phase: p, At: f.mark.At, Seq: f.e.Seq})
}

// rowPhase tells the phase a row of a source's timeline belongs to, when its kind tells one.
func rowPhase(k NoteKind) (Phase, bool) {
	switch k {
	case NoteEscalation:
		return PhaseEscalation, true
	case NoteAnalysis:
		return PhaseAnalysis, true
	case NoteDecision:
		return PhaseDecision, true
	case NoteRecovery:
		return PhaseRestore, true
	case NoteCheck:
		return PhaseChecks, true
	case NoteCatchup:
		return PhaseCatchup, true
	case NoteFinding, NoteAction, NoteCommunication, NoteDetection, NotePlain:
	}
	return "", false
}
