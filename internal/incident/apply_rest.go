package incident

import "slices"

// others folds the categories that change little of the state: notes, repair, comms, roster, signals.
func (f *fold) others() {
	switch d := f.ev.Data.(type) {
	case NoteAdded:
		f.Count.Notes++
		f.noteOpen(d)
		if p, ok := rowPhase(d.Kind); ok && f.ev.Imported {
			f.begins(p)
		}
	case NoteCorrected:
		if f.Notes.Corrected == nil {
			f.Notes.Corrected = make(map[EventID]Correction)
		}
		f.Notes.Corrected[d.Entry] = Correction{By: f.ev.ID, Seq: f.e.Seq, Text: d.Text}
		f.openCorrected(d)
	case NoteChecked:
		if f.Notes.Checked == nil {
			f.Notes.Checked = make(map[EventID]Check)
		}
		f.Notes.Checked[d.Entry] = d.Check
		f.openChecked(d)
	case NotePinned:
		f.pin(d)
	case RepairEstimated:
		f.Repairs = append(f.Repairs, Repair{
			Estimate: Estimate{Min: d.Min, Likely: d.Likely, Max: d.Max}, Says: d.Says, Mark: f.mark,
		})
	case ForecastLapsed:
		f.lapse(d)
	case SitrepIssued:
		f.Sitreps = append(f.Sitreps, Sitrep{
			No: len(f.Sitreps) + 1, Text: d.Text, Lang: d.Lang, Next: d.Next, Size: d.Size, Root: d.Root, Mark: f.mark,
		})
	case ContactReached:
		m := f.mark
		m.Note = d.Note
		f.Contacts = append(f.Contacts, ContactLog{Contact: d.Contact, Reached: d.Reached, Mark: m})
	case SignalAttached:
		f.signal(d)
	default:
		if !f.obligation() {
			f.roster()
		}
	}
}

func (f *fold) pin(d NotePinned) {
	i := slices.Index(f.Notes.Pinned, d.Entry)
	switch {
	case d.Pinned && i < 0:
		f.Notes.Pinned = append(f.Notes.Pinned, d.Entry)
	case !d.Pinned && i >= 0:
		f.Notes.Pinned = slices.Delete(slices.Clone(f.Notes.Pinned), i, i+1)
	default:
		f.flag(FlagNoEffect)
	}
}

func (f *fold) signal(d SignalAttached) {
	if slices.ContainsFunc(f.Signals, func(g Signal) bool { return g.Source == d.Source && g.External == d.External }) {
		f.flag(FlagNoEffect)
		return
	}
	f.Signals = append(f.Signals, Signal{
		Source: d.Source, External: d.External, Summary: d.Summary, Occurred: d.Occurred, Step: d.Step, Mark: f.mark,
	})
	if st := f.Step(d.Step); st != nil {
		st.SignalSeq = f.e.Seq
	}
}

func (f *fold) roster() {
	switch d := f.ev.Data.(type) {
	case RosterJoined:
		f.member(f.ev.Actor).Left = nil
	case RosterLeft:
		m := f.mark
		who := f.member(f.ev.Actor)
		who.Left, who.Roles = &m, nil
	case RoleTaken:
		f.takeRole(f.ev.Actor, d.Role)
	case RoleHandedOver:
		f.Handover = append(f.Handover, Handover{
			ID: f.ev.ID, Role: d.Role, From: f.ev.Actor, To: d.To, Brief: d.Brief, Given: f.mark,
		})
	case HandoverAcknowledged:
		f.acknowledged(d)
	default:
		f.comms()
	}
}

// member finds or adds somebody of the cell.
func (f *fold) member(name string) *Member {
	if m := f.Member(name); m != nil {
		return m
	}
	f.Roster = append(f.Roster, Member{Name: name, Joined: f.mark})
	return &f.Roster[len(f.Roster)-1]
}

// takeRole gives the role to one person only, except those that many may hold.
func (f *fold) takeRole(name string, r Role) {
	if !r.shared() {
		for i := range f.Roster {
			f.Roster[i].Roles = slices.DeleteFunc(slices.Clone(f.Roster[i].Roles), func(have Role) bool { return have == r })
		}
	}
	m := f.member(name)
	m.Left = nil
	if !slices.Contains(m.Roles, r) {
		m.Roles = append(slices.Clone(m.Roles), r)
	}
}

func (f *fold) acknowledged(d HandoverAcknowledged) {
	for i := range f.Handover {
		h := &f.Handover[i]
		if h.ID == d.Handover && h.Pending() && h.To == f.ev.Actor {
			m := f.mark
			h.Ack = &m
			f.takeRole(h.To, h.Role)
			f.overtake(h.Role)
			return
		}
	}
	f.flag(FlagNoEffect)
}
