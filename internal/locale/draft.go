package locale

import (
	"sangfroid/internal/incident"
	"strings"
	"time"
)

// Both says a report in two languages, the first one first.
const Both = "both"

// SitrepLangs are the languages a report is asked in: "en", "fr" or [Both], which begins with l. Anything else is l.
func (l Lang) SitrepLangs(want string) []Lang {
	switch want {
	case string(English):
		return []Lang{English}
	case string(French):
		return []Lang{French}
	case Both:
		if l == French {
			return []Lang{French, English}
		}
		return []Lang{English, French}
	}
	return []Lang{l}
}

// JoinLangs writes languages as an event has them: "fr,en".
func JoinLangs(ls []Lang) string {
	names := make([]string, len(ls))
	for i, l := range ls {
		names[i] = string(l)
	}
	return strings.Join(names, ",")
}

// splitLangs reads what JoinLangs wrote; l for a report that does not tell.
func (l Lang) splitLangs(s string) []Lang {
	var out []Lang
	for _, name := range strings.Split(s, ",") {
		if name == string(English) || name == string(French) {
			out = append(out, Lang(name))
		}
	}
	if len(out) == 0 {
		return []Lang{l}
	}
	return out
}

// SitrepDrafts is the draft in each of the languages, one below the other.
func SitrepDrafts(ls []Lang, s *incident.State, now time.Time, loc *time.Location) string {
	parts := make([]string, len(ls))
	for i, l := range ls {
		parts[i] = l.SitrepDraft(s, now, loc)
		if len(ls) > 1 {
			parts[i] = "— " + l.T("lang."+string(l)) + " —\n" + parts[i]
		}
	}
	return strings.Join(parts, "\n")
}

// drafter writes the lines of a draft.
type drafter struct {
	Lang
	s   *incident.State
	now time.Time
	loc *time.Location
	out strings.Builder
}

// Bounds of a draft: lines of one part, and characters of one line. A report is read in a minute.
const (
	draftLines = 12
	draftLine  = 300
)

// put writes a part: its heading and its lines, or "none".
func (d *drafter) put(head string, lines []string) {
	if d.out.Len() > 0 {
		d.out.WriteString("\n")
	}
	d.out.WriteString(head + "\n")
	if len(lines) == 0 {
		lines = []string{d.T("draft.none")}
	}
	more := len(lines) - draftLines
	if more > 0 {
		lines = lines[:draftLines]
	}
	for _, x := range lines {
		if r := []rune(x); len(r) > draftLine {
			x = string(r[:draftLine-1]) + "…"
		}
		d.out.WriteString("- " + x + "\n")
	}
	if more > 0 {
		d.out.WriteString("- " + d.T("draft.more", "n", more) + "\n")
	}
}

// at is a time to the minute, with its zone, and its date when that is not today's.
func (d *drafter) at(t time.Time) string { return d.Minute(t, d.loc, d.now) }

// Minute is [Lang.Moment] to the minute: "14:02 CET".
func (l Lang) Minute(t time.Time, loc *time.Location, now time.Time) string {
	a, b := t.In(loc), now.In(loc)
	hour := a.Format("15:04 ") + ZoneName(t, loc)
	if a.Year() == b.Year() && a.YearDay() == b.YearDay() {
		return hour
	}
	return l.Day(t, loc) + " " + hour
}

// SitrepDraft is a situation report drafted from the state: status, what was done since the last report, what is next, what
// is needed. Its number, its time, the record's checkpoint and the time of the next one are put around it when it goes
// out (see [Lang.SitrepText]). A person edits it before.
func (l Lang) SitrepDraft(s *incident.State, now time.Time, loc *time.Location) string {
	d := &drafter{Lang: l, s: s, now: now, loc: loc}
	d.put(l.T("draft.status"), d.status())
	d.put(l.T("draft.done", "at", d.at(incident.SinceReport(s))), d.done(incident.SinceReport(s)))
	d.put(l.T("draft.next"), d.next(""))
	d.put(l.T("draft.needs"), d.needs())
	return d.out.String()
}

// status: the phase, what counts from when, each service with its clocks and margins, the decisions, the catch-up.
func (d *drafter) status() []string {
	head := d.T("draft.phase", "phase", d.Phase(incident.PhaseAt(d.s, d.now)))
	if d.s.Severity != "" {
		head += " · " + d.T("draft.severity", "severity", d.s.Severity)
	}
	if d.s.Closed != nil {
		head += " · " + d.T("draft.closed", "at", d.at(d.s.Closed.At))
	}
	out := []string{head}
	for _, st := range []incident.Stamp{incident.StampOccurred, incident.StampDetected, incident.StampReported} {
		if set, ok := d.s.Stamp(st); ok {
			out = append(out, d.Stamp(st)+d.Colon()+d.at(set.Time)+" ("+d.T("form.ago", "gap", d.now.Sub(set.Time))+")")
		}
	}
	out = append(out, d.services()...)
	out = append(out, d.decided()...)
	out = append(out, d.flowLines(d.s, d.now, d.loc)...)
	return append(out, d.legal()...)
}

// services tells each service in scope with its clocks and what is left of them.
func (d *drafter) services() []string {
	clocks := incident.Clocks(d.s, d.now)
	var out []string
	for i := range d.s.Services {
		v := &d.s.Services[i]
		if !v.InScope {
			continue
		}
		var parts []string
		for _, m := range []struct {
			is   incident.Milestone
			mark *incident.Mark
		}{{incident.MilestoneRestored, v.Restored}, {incident.MilestoneVerified, v.Verified}, {incident.MilestoneResumed, v.Resumed}} {
			if m.mark != nil {
				parts = append(parts, d.Milestone(m.is)+" "+d.at(m.mark.At))
			}
		}
		for _, k := range []incident.ClockKind{incident.ClockRTO, incident.ClockDecideBy, incident.ClockMTPD} {
			if c := incident.ClockOf(clocks, v.Def.ID, k); c != nil && c.State != incident.ClockNotStarted && (k != incident.ClockDecideBy || c.Stopped.IsZero()) {
				parts = append(parts, d.clock(c))
			}
		}
		if len(parts) == 0 {
			parts = []string{d.ClockState(incident.ClockNotStarted)}
		}
		out = append(out, d.ServiceName(d.s, v.Def.ID)+d.Colon()+strings.Join(parts, " · "))
	}
	return out
}

// clock is one clock with its margin: "RTO 17:14 CET (2 h 37 left)".
func (d *drafter) clock(c *incident.Clock) string {
	word := d.Clockword(c.Kind) + " "
	switch {
	case c.Deadline.IsZero():
		return d.T("draft.up", "clock", d.Clockword(c.Kind), "for", c.Elapsed)
	case !c.Stopped.IsZero() && c.Remaining < 0:
		return word + d.T("draft.missed", "by", -c.Remaining)
	case !c.Stopped.IsZero():
		return word + d.T("draft.met", "by", c.Remaining)
	case c.Remaining < 0:
		return word + d.at(c.Deadline) + " (" + d.T("draft.over", "by", -c.Remaining) + ")"
	}
	return word + d.at(c.Deadline) + " (" + d.T("draft.left", "by", c.Remaining) + ")"
}

// decided tells what was decided, with its reason, and what is asked.
func (d *drafter) decided() []string {
	var out []string
	for i := range d.s.Decided {
		x := &d.s.Decided[i]
		switch o := x.Outcome(); {
		case o != nil:
			line := d.Text(x.Question) + " → " + strings.ToUpper(d.OptionTitle(x, o.Option)) + " (" + d.at(o.Mark.At) + ", " + o.Mark.By + ")"
			if o.Because != "" {
				line += " – " + o.Because
			}
			if x.ReviewPending() {
				line += " · " + d.T("draft.review", "at", d.at(*x.Review))
			}
			out = append(out, line)
		case x.Status == incident.DecisionIsAsked, x.Status == incident.DecisionContested:
			out = append(out, d.Text(x.Question)+" → "+d.DecisionStatus(x.Status))
		}
	}
	return out
}

// done tells what ended since a time: steps, decisions, contacts.
func (d *drafter) done(since time.Time) []string {
	var out []string
	for i := range d.s.Steps {
		st := &d.s.Steps[i]
		switch d.s.StepStatus(st) { //nolint:exhaustive // the states of a step that is over
		case incident.StepIsDone, incident.StepIsCheck, incident.StepIsSkip:
			if st.Ended != nil && !st.Ended.At.Before(since) {
				line := d.Text(st.Def.Title) + " (" + d.at(st.Ended.At) + ")"
				if st.Status == incident.StepIsSkip {
					line += d.Colon() + d.StepStatus(st.Status)
				}
				out = append(out, line)
			}
		}
	}
	for _, c := range incident.Contacts(d.s) {
		if c.Reached != nil && !c.Reached.Mark.At.Before(since) {
			line := d.T("e.comms.contact.reached", "contact", d.Text(c.Name)) + " (" + d.at(c.Reached.Mark.At) + ")"
			out = append(out, with(line, c.Reached.Mark.Note))
		}
	}
	return out
}

// next tells what runs, with what is left of it, and what may start; of one role, or of all for "".
func (d *drafter) next(role incident.Role) []string {
	var running, ready []string
	for i := range d.s.Steps {
		st := &d.s.Steps[i]
		if role != "" && st.Def.Owner != role {
			continue
		}
		line := d.Text(st.Def.Title)
		switch d.s.StepStatus(st) { //nolint:exhaustive // the states of a step that goes on
		case incident.StepRunning:
			if st.Total > 0 {
				line += " " + d.Count(int64(st.Done)) + "/" + d.Count(int64(st.Total))
			}
			line += " (" + d.T("draft.running", "at", d.at(st.Started.At))
			if left := st.Remaining(d.now); left > 0 {
				line += ", " + d.T("draft.until", "at", d.at(d.now.Add(left)))
			}
			running = append(running, line+d.owner(st, role)+")")
		case incident.StepReady:
			ready = append(ready, line+" ("+d.StepStatus(incident.StepReady)+d.owner(st, role)+")")
		}
	}
	return append(running, ready...)
}

// owner names whose a step is, where that does not go without saying.
func (d *drafter) owner(st *incident.Step, role incident.Role) string {
	switch {
	case st.Assignee != "":
		return ", " + st.Assignee
	case role == "" && st.Def.Owner != "":
		return ", " + d.RoleTitle(d.s, st.Def.Owner)
	}
	return ""
}

// needs tells what the cell waits for: decisions, what is stuck, who does not answer, what nobody verified, roles that
// nobody holds.
func (d *drafter) needs() []string {
	out := d.questions()
	out = append(out, d.stuck("")...)
	for _, c := range incident.Contacts(d.s) {
		if c.Missed > 0 {
			out = append(out, d.T("draft.unreached", "contact", d.Text(c.Name), "n", c.Missed, "at", d.at(c.Last.Mark.At)))
		}
	}
	if n := len(d.s.Notes.Open); n > 0 {
		out = append(out, d.T("draft.toverify", "n", n)+d.Colon()+d.s.Notes.Open[n-1].Text)
	}
	if free := d.freeRoles(); len(free) > 0 {
		out = append(out, d.T("draft.free", "roles", strings.Join(free, ", ")))
	}
	return out
}

func (d *drafter) freeRoles() []string {
	var out []string
	for _, r := range incident.RolesOf(d.s) {
		if _, held := d.s.Holder(r); !held {
			out = append(out, d.RoleTitle(d.s, r))
		}
	}
	return out
}

// questions tells the decisions that wait for an answer, whose they are and by when.
func (d *drafter) questions() []string {
	var out []string
	for i := range d.s.Decided {
		x := &d.s.Decided[i]
		if x.Status != incident.DecisionIsAsked && x.Status != incident.DecisionContested {
			continue
		}
		line := d.Text(x.Question) + " (" + d.DecisionStatus(x.Status)
		for _, r := range x.Deciders {
			line += ", " + d.RoleTitle(d.s, r)
		}
		line += ")"
		if by, late := d.decideBy(x); !by.IsZero() {
			key := "draft.by"
			if late {
				key = "draft.passed"
			}
			line += " · " + d.T(key, "at", d.at(by))
		}
		if x.Review != nil {
			line += " · " + d.T("draft.review", "at", d.at(*x.Review))
		}
		if n := len(x.Votes); n > 0 {
			line += " · " + d.T("draft.votes", "n", n)
		}
		out = append(out, line)
	}
	return out
}

// decideBy is the soonest decide-by of the services whose go/no-go the decision is; late says that it has passed.
func (d *drafter) decideBy(x *incident.Decision) (by time.Time, late bool) {
	for _, c := range incident.Clocks(d.s, d.now) {
		if c.Kind != incident.ClockDecideBy || c.Deadline.IsZero() || incident.GateOf(d.s, c.Service) == nil || incident.GateOf(d.s, c.Service).ID != x.ID {
			continue
		}
		if by.IsZero() || c.Deadline.Before(by) {
			by, late = c.Deadline, c.Remaining < 0
		}
	}
	return by, late
}

// stuck tells the blocked and failed steps of a role, or of all.
func (d *drafter) stuck(role incident.Role) []string {
	var out []string
	for i := range d.s.Steps {
		st := &d.s.Steps[i]
		if (role != "" && st.Def.Owner != role) || (st.Status != incident.StepIsBlock && st.Status != incident.StepIsFail) {
			continue
		}
		line := d.Text(st.Def.Title) + " (" + d.StepStatus(st.Status)
		if st.Blocked != nil {
			line += " " + d.at(st.Blocked.At)
		}
		out = append(out, with(line+d.owner(st, role)+")", st.Reason))
	}
	return out
}
