package locale

import (
	"sangfroid/internal/incident"
	"slices"
)

func (n narrator) others() Line {
	switch d := n.e.Data.(type) {
	case incident.NoteAdded:
		text := d.Text
		if d.Source != "" {
			text += " [" + n.T("e.note.from", "from", d.Source) + "]"
		}
		kind := d.Kind
		if kind == "" {
			kind = incident.NotePlain
		}
		return Line{Category: n.Kind(kind), Text: text}
	case incident.NoteCorrected:
		return Line{Text: n.T("e.note.corrected", "text", d.Text), Tone: ToneSoon}
	case incident.NoteChecked:
		return Line{Text: with(n.T("e.note.checked", "check", n.Check(d.Check)), d.Text)}
	case incident.NotePinned:
		if d.Pinned {
			return Line{Text: n.T("e.note.pinned"), Tone: ToneMuted}
		}
		return Line{Text: n.T("e.note.unpinned"), Tone: ToneMuted}
	case incident.SitrepIssued:
		return Line{Text: with(n.T("e.comms.sitrep"), gist(d.Text)), Tone: ToneStrong}
	case incident.ContactReached:
		if d.Reached {
			return Line{Text: with(n.T("e.comms.contact.reached", "contact", n.ContactName(n.s, d.Contact)), d.Note)}
		}
		return Line{Text: with(n.T("e.comms.contact.missed", "contact", n.ContactName(n.s, d.Contact)), d.Note), Tone: ToneSoon}
	case incident.SignalAttached:
		return Line{Text: n.T("e.signal.attached", "source", d.Source, "summary", d.Summary)}
	}
	if line, ok := n.obligation(); ok {
		return line
	}
	return n.roster()
}

func (n narrator) roster() Line {
	by := n.e.Actor
	switch d := n.e.Data.(type) {
	case incident.RosterJoined:
		return Line{Text: n.T("e.roster.joined", "by", by), Tone: ToneMuted}
	case incident.RosterLeft:
		return Line{Text: n.T("e.roster.left", "by", by), Tone: ToneMuted}
	case incident.RoleTaken:
		return Line{Text: with(n.T("e.roster.role-taken", "by", by, "role", n.RoleTitle(n.s, d.Role)), d.Reason), Tone: ToneMuted}
	case incident.RoleHandedOver:
		return Line{Text: with(n.T("e.roster.handed-over", "role", n.RoleTitle(n.s, d.Role), "to", d.To), gist(d.Brief)), Tone: ToneStrong}
	case incident.HandoverAcknowledged:
		return Line{Text: n.T("e.roster.handover-acknowledge", "by", by), Tone: ToneStrong}
	}
	return n.comms()
}

func (n narrator) comms() Line {
	switch d := n.e.Data.(type) {
	case incident.CadenceSet:
		text := n.T("e.comms.cadence.none")
		if d.Every > 0 {
			text = n.T("e.comms.cadence", "every", d.Every.Std())
		}
		return Line{Text: with(text, d.Reason)}
	case incident.ContactAdded:
		return Line{Text: with(n.T("e.comms.contact.added", "contact", d.Name, "call", d.Call), d.Reason)}
	case incident.HandoverRefused:
		key, role := "e.roster.refused", incident.Role("")
		for i := range n.s.Handover {
			if h := &n.s.Handover[i]; h.ID == d.Handover {
				role = h.Role
				if h.From == n.e.Actor {
					key = "e.roster.withdrawn"
				}
			}
		}
		return Line{Text: with(n.T(key, "by", n.e.Actor, "role", n.RoleTitle(n.s, role)), d.Reason), Tone: ToneSoon}
	}
	return n.unknown()
}

func (n narrator) unknown() Line {
	text := ""
	if u, ok := n.e.Data.(incident.Unknown); ok {
		text = u.Preview()
	}
	if n.e.Type == "" {
		return Line{Text: n.T("e.malformed", "text", text), Tone: ToneSoon}
	}
	return Line{Text: n.T("e.unknown", "type", string(n.e.Type), "text", text), Tone: ToneSoon}
}

// marks are what a reader must know beside the sentence.
func (n narrator) marks(e incident.Entry) []string {
	var out []string
	if gap, late := n.s.Late(e.Event); late {
		out = append(out, n.T("mark.late", "gap", gap))
	}
	if e.Event.Approx {
		out = append(out, n.T("mark.approx"))
	}
	check := incident.CheckNone
	if d, ok := e.Event.Data.(incident.NoteAdded); ok {
		check = d.Check
	}
	if c, ok := n.s.Notes.Checked[e.Event.ID]; ok {
		check = c
	}
	if check != incident.CheckNone {
		out = append(out, n.Check(check))
	}
	if c, ok := n.s.Notes.Corrected[e.Event.ID]; ok {
		out = append(out, n.T("mark.corrected", "text", c.Text))
	}
	if slices.Contains(n.s.Notes.Pinned, e.Event.ID) {
		out = append(out, n.T("mark.pinned"))
	}
	for _, f := range n.s.Flags {
		if f.Seq == e.Seq && e.Seq > 0 {
			out = append(out, n.Flag(f.Code))
		}
	}
	return out
}
