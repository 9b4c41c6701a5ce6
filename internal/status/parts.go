package status

import (
	"math"
	"sangfroid/internal/incident"
	"time"
)

func at(m *incident.Mark) Time {
	if m == nil {
		return Time{}
	}
	return Time{m.At}
}

func when(t *time.Time) Time {
	if t == nil {
		return Time{}
	}
	return Time{*t}
}

// seconds rounds towards zero.
func seconds(d time.Duration) *int64 {
	n := int64(d / time.Second)
	return &n
}

func head(s *incident.State, now time.Time) Incident {
	h := Incident{
		ID: s.ID, Title: s.Title, Realm: s.Realm, State: "open", Phase: incident.PhaseAt(s, now), Severity: s.Severity,
		Playbook: s.Playbook, Zone: s.Zone, Declared: Time{s.Declared.At}, Imported: s.Imported,
		Occurred: stamp(s, incident.StampOccurred), Detected: stamp(s, incident.StampDetected),
		Reported: stamp(s, incident.StampReported), LastGood: stamp(s, incident.StampLastGood),
		Origins: []Origin{},
	}
	if s.Closed != nil {
		h.State, h.Closed = "closed", at(s.Closed)
	}
	for _, set := range s.Stamps {
		holds, _ := s.Stamp(set.Stamp)
		h.Origins = append(h.Origins, Origin{
			Stamp: set.Stamp, At: Time{set.Time}, Reason: set.Reason, By: set.Mark.By, Entry: set.Mark.Seq,
			Holds: holds.Mark.Seq == set.Mark.Seq,
		})
	}
	return h
}

func stamp(s *incident.State, st incident.Stamp) Time {
	set, _ := s.Stamp(st)
	return Time{set.Time}
}

func services(s *incident.State) []Service {
	out := make([]Service, 0, len(s.Services))
	for i := range s.Services {
		v := &s.Services[i]
		out = append(out, Service{
			ID: v.Def.ID, Name: v.Def.Name, Level: v.Def.Level, InScope: v.InScope, RTOFrom: v.From(),
			Restored: at(v.Restored), Verified: at(v.Verified), Resumed: at(v.Resumed), Back: at(v.Back),
		})
	}
	return out
}

// clocks leaves the situation report and the legal clocks out: they have their own parts.
func clocks(s *incident.State, now time.Time) []Clock {
	out := []Clock{}
	for _, c := range incident.Clocks(s, now) {
		if c.Kind == incident.ClockSitrep || c.Kind == incident.ClockObligation {
			continue
		}
		v := Clock{
			Service: c.Service, Kind: c.Kind, Origin: Time{c.Origin}, OriginKind: c.Basis, OriginEntry: c.OriginSeq,
			Deadline: Time{c.Deadline}, State: c.State, Stopped: Time{c.Stopped},
		}
		if c.Objective > 0 {
			v.ObjectiveS = seconds(c.Objective)
		}
		if !c.Origin.IsZero() {
			v.ElapsedS = seconds(c.Elapsed)
		}
		if !c.Deadline.IsZero() {
			v.RemainingS = seconds(c.Remaining)
		}
		out = append(out, v)
	}
	return out
}

func phases(s *incident.State, now time.Time) []Phase {
	out := []Phase{}
	for _, p := range incident.PhaseSpans(s, now) {
		v := Phase{Phase: p.Phase, From: Time{p.From}, To: Time{p.To}, Seconds: *seconds(p.Length), Noted: p.Said, Entry: p.Seq}
		if p.ShareOfRTO > 0 {
			share := math.Round(p.ShareOfRTO*10000) / 10000
			v.ShareOfRTO = &share
		}
		out = append(out, v)
	}
	return out
}

func decisions(s *incident.State) []Decision {
	out := []Decision{}
	for i := range s.Decided {
		d := &s.Decided[i]
		v := Decision{
			ID: d.ID, Question: d.Question, State: d.Status, Review: when(d.Review), Asked: at(d.Asked),
			Votes: []Vote{}, Criteria: []Criterion{}, Losses: accepted(s, d.ID),
		}
		if n := len(d.Outcomes); n > 0 && d.Status != incident.DecisionIsAsked {
			o := d.Outcomes[n-1]
			if o.Option != "" {
				v.Option = &o.Option
			}
			v.Because, v.By, v.Role, v.Time = o.Because, o.Mark.By, o.Mark.Role, Time{o.Mark.At}
			v.Dissent, v.Despite, v.Until, v.Entry = o.Dissent, o.Despite, when(o.Until), o.Mark.Seq
		}
		for _, w := range d.Votes {
			v.Votes = append(v.Votes, Vote{By: w.Mark.By, Role: w.Mark.Role, Option: w.Option, Reason: w.Reason, Time: Time{w.Mark.At}})
		}
		for _, c := range d.Criteria {
			k := Criterion{ID: c.Def.ID, Title: c.Def.Title, Forbids: c.Forbids()}
			if n := len(c.Values); n > 0 {
				last := c.Values[n-1]
				k.Value, k.Source, k.Verdict, k.Time = last.Value, last.Source, last.Verdict, Time{last.Mark.At}
			}
			v.Criteria = append(v.Criteria, k)
		}
		out = append(out, v)
	}
	return out
}

func steps(s *incident.State, now time.Time) []Step {
	out := make([]Step, 0, len(s.Steps))
	for i := range s.Steps {
		st := &s.Steps[i]
		v := Step{
			ID: st.ID, Title: st.Def.Title, State: s.StepStatus(st), Phase: st.Def.Phase, Owner: st.Def.Owner,
			Assignee: st.Assignee, Started: at(st.Started), Ended: at(st.Ended), Done: st.Done, Total: st.Total, Reason: st.Reason,
			Targets: targets(s, incident.StepSet(st.ID), now),
		}
		if st.Status == incident.StepToDo {
			for _, w := range s.WaitsFor(st) {
				if w.Step != "" {
					v.WaitsFor = append(v.WaitsFor, string(w.Step))
				} else {
					v.WaitsFor = append(v.WaitsFor, string(w.Decision)+"="+string(w.Option))
				}
			}
		}
		out = append(out, v)
	}
	return out
}

func roster(s *incident.State) []Member {
	out := make([]Member, 0, len(s.Roster))
	for i := range s.Roster {
		m := &s.Roster[i]
		v := Member{Name: m.Name, Roles: m.Roles, Joined: Time{m.Joined.At}, Left: at(m.Left)}
		if v.Roles == nil {
			v.Roles = []incident.Role{}
		}
		out = append(out, v)
	}
	return out
}

func next(s *incident.State, now time.Time) []Next {
	out := []Next{}
	for _, p := range incident.Proposals(s, now, "") {
		out = append(out, Next{What: p.Code, Subject: p.Subject, Role: p.Role})
	}
	return out
}
