package locale

import (
	"sangfroid/internal/incident"
	"strings"
	"time"
)

// SitrepDraft is a situation report drafted from the state: where we are, what is done, what is next, what is stuck. A
// person edits it before it goes out.
func (l Lang) SitrepDraft(s *incident.State, now time.Time, loc *time.Location) string {
	var b strings.Builder
	put := func(key string, lines ...string) {
		if len(lines) == 0 {
			return
		}
		b.WriteString(l.T(key) + "\n")
		for _, x := range lines {
			b.WriteString("- " + x + "\n")
		}
	}
	b.WriteString(l.T("draft.head", "title", s.Title, "at", l.Moment(now, loc, now), "phase", l.Phase(incident.PhaseAt(s, now))) + "\n")
	put("draft.clocks", l.clockLines(s, now, loc)...)
	var done, next, stuck []string
	for i := range s.Steps {
		st := &s.Steps[i]
		title := l.Text(st.Def.Title)
		switch s.StepStatus(st) {
		case incident.StepIsDone, incident.StepIsCheck:
			if st.Ended != nil && now.Sub(st.Ended.At) < time.Hour {
				done = append(done, title+" ("+st.Ended.At.In(loc).Format("15:04")+")")
			}
		case incident.StepRunning, incident.StepReady:
			next = append(next, title)
		case incident.StepIsBlock, incident.StepIsFail:
			stuck = append(stuck, title+l.Colon()+st.Reason)
		case incident.StepToDo, incident.StepIsSkip:
		}
	}
	put("draft.decisions", l.decisionLines(s, now, loc)...)
	put("draft.done", last(done, 6)...)
	put("draft.next", first(next, 6)...)
	put("draft.stuck", stuck...)
	put("draft.catchup", l.flowLines(s)...)
	return b.String()
}

// Brief is a hand-over brief drafted from the state: open decisions, running clocks, stuck steps, the next report.
func (l Lang) Brief(s *incident.State, now time.Time, loc *time.Location) string {
	var b strings.Builder
	put := func(key string, lines []string) {
		b.WriteString(l.T(key) + "\n")
		if len(lines) == 0 {
			lines = []string{l.T("draft.none")}
		}
		for _, x := range lines {
			b.WriteString("- " + x + "\n")
		}
	}
	var open, stuck []string
	for i := range s.Decided {
		d := &s.Decided[i]
		if d.Status == incident.DecisionIsAsked || d.Status == incident.DecisionContested || d.ReviewPending() {
			open = append(open, l.Text(d.Question)+" ("+l.DecisionStatus(d.Status)+")")
		}
	}
	for i := range s.Steps {
		if st := &s.Steps[i]; st.Status == incident.StepIsBlock || st.Status == incident.StepIsFail || st.Status == incident.StepRunning {
			line := l.Text(st.Def.Title) + " (" + l.StepStatus(st.Status) + ")"
			if st.Reason != "" {
				line += l.Colon() + st.Reason
			}
			stuck = append(stuck, line)
		}
	}
	put("draft.open", open)
	put("draft.clocks", l.clockLines(s, now, loc))
	put("draft.work", first(stuck, 8))
	for _, c := range incident.Clocks(s, now) {
		if c.Kind == incident.ClockSitrep {
			put("draft.report", []string{l.Moment(c.Deadline, loc, now)})
		}
	}
	return b.String()
}

func (l Lang) clockLines(s *incident.State, now time.Time, loc *time.Location) []string {
	var out []string
	for _, c := range incident.Clocks(s, now) {
		if c.Kind == incident.ClockSitrep || c.Kind == incident.ClockRPO || c.State == incident.ClockNotStarted {
			continue
		}
		line := l.Clockword(c.Kind) + " " + l.ServiceName(s, c.Service) + l.Colon()
		switch {
		case !c.Stopped.IsZero():
			line += l.ClockState(c.State)
		case c.Deadline.IsZero():
			line += "+" + l.Clock(c.Elapsed)
		default:
			line += l.Moment(c.Deadline, loc, now) + " (" + l.Span(c.Remaining) + ")"
		}
		out = append(out, line)
	}
	return first(out, 8)
}

func (l Lang) decisionLines(s *incident.State, now time.Time, loc *time.Location) []string {
	var out []string
	for i := range s.Decided {
		d := &s.Decided[i]
		line := l.Text(d.Question) + l.Colon()
		switch o := d.Outcome(); {
		case o != nil:
			line += l.OptionTitle(d, o.Option) + " (" + l.Moment(o.Mark.At, loc, now) + ", " + o.Mark.By + ")"
		case d.Status == incident.DecisionIsAsked || d.Status == incident.DecisionContested:
			line += l.DecisionStatus(d.Status)
		default:
			continue
		}
		out = append(out, line)
	}
	return out
}

func (l Lang) flowLines(s *incident.State) []string {
	var out []string
	for i := range s.Flows {
		f := &s.Flows[i]
		if f.Status == incident.FlowPlanned {
			continue
		}
		of := "?"
		if f.Expected != nil {
			of = l.Count(*f.Expected)
		}
		out = append(out, l.FlowTitle(s, f.ID)+l.Colon()+l.Count(f.Replayed)+" / "+of+" "+l.Text(f.Unit)+" ("+l.FlowStatus(f.Status)+")")
	}
	return out
}

func first(list []string, n int) []string { return list[:min(n, len(list))] }

func last(list []string, n int) []string { return list[max(0, len(list)-n):] }

// Colon is the colon with its space: French has one before it too.
func (l Lang) Colon() string {
	if l == French {
		return " : "
	}
	return ": "
}
