package report

import (
	"sangfroid/internal/incident"
	"sangfroid/internal/status"
	"slices"
	"time"
)

// Block is a time a step could not go on.
type Block struct {
	From   status.Time `json:"from"`
	To     status.Time `json:"to"` // null while it lasts
	Reason string      `json:"reason"`
	Entry  int         `json:"entry"`
}

// MoveKind is what somebody did to the roster.
type MoveKind string

// Kinds of moves. Append-only.
const (
	MoveJoined  MoveKind = "joined"
	MoveLeft    MoveKind = "left"
	MoveTook    MoveKind = "took"     // took a role
	MoveGave    MoveKind = "gave"     // handed a role over, not acknowledged yet
	MoveAcked   MoveKind = "received" // acknowledged the brief: the role passed
	MoveRefused MoveKind = "refused"  // refused a hand-over, or took it back
)

// RoleMove is one change of who is there, and as what.
type RoleMove struct {
	At    status.Time   `json:"at"`
	Who   string        `json:"who"`
	What  MoveKind      `json:"what"`
	Role  incident.Role `json:"role,omitempty"`
	Other string        `json:"other,omitempty"` // to or from whom
	Note  string        `json:"note,omitempty"`  // reason
	Entry int           `json:"entry"`
}

// walk keeps what the state forgets: when steps were blocked, and when roles changed hands.
type walk struct {
	blocks map[incident.StepID][]Block
	all    []RoleMove
}

func (w *walk) add(e incident.Entry, s *incident.State) {
	category, id := e.Event.Entity()
	switch category {
	case "step":
		if st := s.Step(incident.StepID(id)); st != nil {
			w.step(st, e)
		}
	case "roster":
		if m, ok := moveOf(e, s); ok {
			w.all = append(w.all, m)
		}
	}
}

func (w *walk) step(st *incident.Step, e incident.Entry) {
	list := w.blocks[st.ID]
	n := len(list)
	open := n > 0 && list[n-1].To.IsZero()
	switch {
	case st.Blocked != nil && !open:
		if w.blocks == nil {
			w.blocks = make(map[incident.StepID][]Block)
		}
		w.blocks[st.ID] = append(list, Block{From: status.Time{Time: st.Blocked.At}, Reason: st.Reason, Entry: e.Seq})
	case st.Blocked == nil && open:
		end := e.Event.Time
		if end.Before(list[n-1].From.Time) {
			end = list[n-1].From.Time
		}
		list[n-1].To = status.Time{Time: end}
	}
}

func moveOf(e incident.Entry, s *incident.State) (RoleMove, bool) {
	m := RoleMove{At: status.Time{Time: e.Event.Time}, Who: e.Event.Actor, Entry: e.Seq}
	switch d := e.Event.Data.(type) {
	case incident.RosterJoined:
		m.What = MoveJoined
	case incident.RosterLeft:
		m.What = MoveLeft
	case incident.RoleTaken:
		m.What, m.Role, m.Note = MoveTook, d.Role, d.Reason
	case incident.RoleHandedOver:
		m.What, m.Role, m.Other = MoveGave, d.Role, d.To
	case incident.HandoverAcknowledged:
		m.What = MoveAcked
		m.Role, m.Other = handover(s, d.Handover, m.Who)
	case incident.HandoverRefused:
		m.What, m.Note = MoveRefused, d.Reason
		m.Role, m.Other = handover(s, d.Handover, m.Who)
	default:
		return m, false
	}
	return m, true
}

func handover(s *incident.State, id incident.EventID, who string) (role incident.Role, other string) {
	for i := range s.Handover {
		if h := &s.Handover[i]; h.ID == id {
			if h.From == who {
				return h.Role, h.To
			}
			return h.Role, h.From
		}
	}
	return "", ""
}

// moves leaves out what the fold found to have no effect: it stands in the timeline.
func (w *walk) moves(s *incident.State) []RoleMove {
	flagged := make(map[int]bool)
	for _, f := range s.Flags {
		if f.Code == incident.FlagNoEffect || f.Code == incident.FlagUnknownID || f.Code == incident.FlagBadData {
			flagged[f.Seq] = true
		}
	}
	out := slices.DeleteFunc(w.all, func(m RoleMove) bool { return flagged[m.Entry] })
	if out == nil {
		out = []RoleMove{}
	}
	slices.SortStableFunc(out, func(a, b RoleMove) int { return a.At.Compare(b.At.Time) })
	return out
}

// blocked is how long a step was blocked up to now.
func blocked(list []Block, now time.Time) time.Duration {
	var sum time.Duration
	for _, b := range list {
		end := b.To.Time
		if end.IsZero() {
			end = now
		}
		sum += max(end.Sub(b.From.Time), 0)
	}
	return sum
}
