package incident

// Stillness is what a note may change in a state beside the counts and the newest entry. Of two states of one fold it is equal
// when nothing of that changed in between.
type Stillness struct {
	flagged, marks, open int
	first, message       *OpenNote
}

// Stillness is to be asked before an entry is folded; see [Quiet].
func (s *State) Stillness() Stillness {
	q := Stillness{flagged: s.Count.Flagged, marks: len(s.Marks), open: len(s.Notes.Open), message: s.Notes.Message}
	if q.open > 0 {
		q.first = &s.Notes.Open[0]
	}
	return q
}

// Quiet tells that an entry that was just folded into a state only counted: a plain note, as most of a long timeline are. What
// it did can be done again by [Pass], without reading it.
func Quiet(s *State, e *Entry, before Stillness) bool {
	_, note := e.Event.Data.(NoteAdded)
	return note && s.Stillness() == before
}

// Passed is a run of entries that are quiet or repeat an event.
type Passed struct {
	Entries, Notes, Late, Duplicates int
	Last                             *Entry // the newest that repeats nothing; nil for none
}

// Pass folds them: the state is that of [Refold] with each of them.
func Pass(s *State, p Passed) {
	s.Count.Entries += p.Entries
	s.Count.Notes += p.Notes
	s.Count.Late += p.Late
	s.Count.Duplicates += p.Duplicates
	if e := p.Last; e != nil {
		s.Last = Entered{Seq: e.Seq, Bus: e.Bus, ID: e.Event.ID, Received: e.Received, Fact: e.Event.Time}
	}
}
