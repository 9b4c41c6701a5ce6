package report

import (
	"sangfroid/internal/incident"
	"sangfroid/internal/locale"
	"sangfroid/internal/status"
	"strconv"
	"strings"
	"time"
)

// key is the title block: what the report is of, and what it was made from.
func (w writer) key() Table {
	m, i := w.r.Made, w.r.Incident
	t := Table{Head: w.head("what", "value")}
	t.row("", w.T("report.k.incident"), string(i.ID)+" · "+w.Title(w.s))
	state := w.T("report.state." + i.State)
	if i.Imported {
		state = w.T("report.state.imported", "source", dash(m.Source))
	}
	t.row("", w.T("report.k.state"), state)
	if i.Playbook != "" {
		t.row("", w.T("report.k.playbook"), i.Playbook)
	}
	for _, p := range w.r.Plans {
		t.row("", w.T("report.k.plan"), w.T("report.plan", "title", w.Text(p.Title), "hash", string(p.Hash), "at", w.at(p.Launched.Time), "by", dash(p.By), "n", p.Entry))
	}
	if i.Severity != "" {
		t.row("", w.T("report.k.severity"), i.Severity)
	}
	t.row("", w.T("report.k.author"), dash(m.By))
	t.row("", w.T("report.k.made"), w.full(m.At.Time))
	t.row("", w.T("report.k.version"), "sangfroid "+m.Version)
	t.row("", w.T("report.k.asof"), w.full(m.AsOf.Time))
	t.row("", w.T("report.k.head"), w.T("report.head", "n", m.Entries, "root", m.Root))
	if m.Pending > 0 {
		t.row("missed", w.T("report.k.pending"), w.T("report.pending", "n", m.Pending))
	}
	t.row("", w.T("report.k.zone"), m.Zone)
	return t
}

func (w writer) summary() Section {
	s := w.section("summary")
	if ended := w.s.Exercise != nil && w.s.Exercise.Ended != nil; !w.r.Incident.Imported && w.r.Incident.State == "open" && !ended {
		s.text(w.T("report.interim"))
	}
	if w.r.Incident.Imported {
		s.text(w.T("report.imported"))
	}
	lines := w.verdicts()
	for i := range w.r.Decisions {
		d := &w.r.Decisions[i]
		for _, o := range d.Outcomes {
			if incident.Own(d.ID) == "go" || o.Option == incident.OptionGo || o.Option == incident.OptionNoGo {
				lines = append(lines, w.T("report.sum.decision", "question", w.question(d), "option", w.option(d, o.Option), "at", w.at(o.At.Time), "by", dash(o.By)))
			}
		}
	}
	if x := w.r.Training; x != nil {
		rated := 0
		for i := range x.Objectives {
			if x.Objectives[i].Rating != "" {
				rated++
			}
		}
		lines = append(lines, w.T("report.sum.exercise", "title", w.Text(x.Title), "rated", rated, "n", len(x.Objectives), "strengths", x.Strength, "areas", x.Improve))
	}
	lines = append(lines, w.T("report.sum.gaps", "gaps", len(w.r.Gaps), "causes", len(w.r.Causes)))
	unknown := 0
	for _, o := range w.r.Objectives {
		if o.Verdict == VerdictUnknown {
			unknown++
		}
	}
	if unknown > 0 {
		lines = append(lines, w.T("report.sum.unmeasured", "n", unknown))
	}
	s.add(Part{List: lines})
	return s
}

// verdicts counts how the objectives came out, by kind.
func (w writer) verdicts() (lines []string) {
	for _, kind := range []incident.ClockKind{incident.ClockRTO, incident.ClockMTPD, incident.ClockRPO} {
		n := map[Verdict]int{}
		for _, o := range w.r.Objectives {
			if o.Kind == kind {
				n[o.Verdict]++
			}
		}
		var parts []string
		for _, v := range []Verdict{VerdictMet, VerdictMissed, VerdictOpen, VerdictUnknown, VerdictNone} {
			if n[v] > 0 {
				parts = append(parts, w.T("report.sum."+string(v), "n", n[v]))
			}
		}
		if len(parts) > 0 {
			lines = append(lines, w.Clockword(kind)+w.Colon()+strings.Join(parts, ", "))
		}
	}
	return lines
}

func (w writer) objectives() Section {
	s := w.section("objectives")
	t := Table{Caption: w.T("report.t.objectives"), Head: w.head("service", "objective", "asked", "from", "due", "achieved", "over", "margin", "verdict")}
	for _, o := range w.r.Objectives {
		from := w.at(o.Origin.Time)
		switch {
		case o.Kind == incident.ClockRPO && !o.Origin.IsZero():
			from = w.Stamp(incident.StampLastGood) + w.Colon() + from
		case o.Origin.IsZero() && o.Kind == incident.ClockRPO:
			from = w.Stamp(incident.StampLastGood) + w.Colon() + w.unknown()
		case o.OriginKind != "":
			from = w.Basis(o.OriginKind) + w.Colon() + from
		}
		asked, due, margin := w.T("report.noobjective"), "–", "–"
		if o.ObjectiveS != nil {
			asked, due, margin = w.span(o.ObjectiveS), w.at(o.Deadline.Time), w.signed(o.MarginS)
		}
		verdict := w.verdict(o.Verdict)
		if o.Why != "" {
			verdict += w.Colon() + w.T("report.why."+string(o.Why))
		}
		t.row(string(o.Verdict), w.ServiceName(w.s, o.Service), w.Clockword(o.Kind), asked, from, due, w.span(o.AchievedS), w.at(o.Achieved.Time), margin, verdict)
	}
	if len(t.Rows) == 0 {
		s.text(w.T("report.noservice"))
	} else {
		s.table(t)
	}
	m := Table{Caption: w.T("report.t.services"), Head: w.head("service", "level", "scope", "restored", "verified", "resumed", "back")}
	for _, v := range w.r.Services {
		scope := w.T("report.in")
		if !v.InScope {
			scope = w.T("report.out")
		}
		level := "–"
		if v.Level != "" {
			level = w.Level(v.Level)
		}
		m.row("", w.ServiceName(w.s, v.ID), level, scope, w.at(v.Restored.Time), w.at(v.Verified.Time), w.at(v.Resumed.Time), w.at(v.Back.Time))
	}
	if len(m.Rows) > 0 {
		s.table(m)
	}
	return s
}

// verdict is a sign and a word: colour never says it alone.
func (w writer) verdict(v Verdict) string {
	sign := map[Verdict]string{VerdictMet: "✓ ", VerdictMissed: "✗ ", VerdictUnknown: "? ", VerdictOpen: "… "}[v]
	return sign + w.T("report.v."+string(v))
}

// origins are the stamps with every time they were set.
func (w writer) origins() Section {
	s := w.section("origins")
	t := Table{Caption: w.T("report.t.origins"), Head: w.head("stamp", "at", "holds", "reason", "by", "entry")}
	seen := map[incident.Stamp]bool{}
	for _, o := range w.r.Incident.Origins {
		seen[o.Stamp] = true
		holds := w.T("report.yes")
		if !o.Holds {
			holds = w.T("report.replaced")
		}
		t.row("", w.StampTitle(w.s, o.Stamp), w.full(o.At.Time), holds, dash(w.origin(o.Entry, o.Reason)), dash(o.By), w.no(o.Entry))
	}
	for _, st := range []incident.Stamp{incident.StampOccurred, incident.StampDetected, incident.StampReported, incident.StampLastGood} {
		if !seen[st] {
			t.row("unknown", w.Stamp(st), w.unknown(), "–", "–", "–", "–")
		}
	}
	s.table(t)
	if n, first := w.earlier(); n > 0 {
		s.note("△ " + w.T("report.earlier", "n", n, "first", w.full(first)))
	}
	return s
}

// earlier counts the rows of a source that tell of times before its clocks begin to count: the source then knew of a fault
// that nobody, it says, had detected, or speaks of another detection than the first.
func (w writer) earlier() (n int, first time.Time) {
	if !w.r.Incident.Imported {
		return 0, first
	}
	var from time.Time
	for _, o := range w.r.Objectives {
		if o.Kind == incident.ClockRTO && !o.Origin.IsZero() && (from.IsZero() || o.Origin.Before(from)) {
			from = o.Origin.Time
		}
	}
	for _, e := range w.r.Timeline {
		if e.Type == (incident.IncidentDeclared{}).Type() || e.Time.IsZero() || !e.Time.Before(from) {
			continue
		}
		if n++; first.IsZero() || e.Time.Before(first) {
			first = e.Time.Time
		}
	}
	return n, first
}

// origin is the reason of a stamp, else the row of the source it was read from.
func (w writer) origin(entry int, reason string) string {
	if reason != "" || !w.r.Incident.Imported || entry < 1 || entry > len(w.r.Timeline) {
		return reason
	}
	return w.T("report.fromrow", "text", w.r.Timeline[entry-1].Text)
}

func (w writer) no(entry int) string {
	if entry == 0 {
		return "–"
	}
	return strconv.Itoa(max(entry, -entry))
}

func (w writer) phases() Section {
	s := w.section("phases")
	if len(w.r.Phases) == 0 {
		return s
	}
	t := Table{Caption: w.T("report.t.phases"), Head: w.head("phase", "begin", "end", "length", "share", "origin")}
	for _, p := range w.r.Phases {
		share := "–"
		if p.ShareOfRTO != nil {
			share = w.Percent(*p.ShareOfRTO)
		}
		end, kind := w.ifAt(p.To.Time), w.T("report.implied", "n", p.Entry)
		if p.To.IsZero() && (p.Phase != incident.PhaseReview || w.r.Incident.State != "closed") {
			end = w.T("report.goeson")
		}
		if p.Noted {
			kind = w.T("report.noted", "n", p.Entry)
		}
		took := w.took(&p)
		if p.To.IsZero() {
			share = "–" // of a length that is not one yet
		}
		t.row("", w.Phase(p.Phase), w.at(p.From.Time), end, took, share, kind)
	}
	if f := w.waterfall(); f != nil {
		s.add(Part{Figure: f})
	}
	s.table(t)
	s.note(w.T("report.phases.how"))
	return s
}

// took is how long a phase took; one that a source does not end has no length.
func (w writer) took(p *status.Phase) string {
	if p.To.IsZero() && w.r.Incident.Imported {
		return w.unknown()
	}
	return w.Span(length(p.Seconds))
}

// proof tells how the report can be checked against the log.
func (w writer) proof() Section {
	s := w.section("proof")
	m := w.r.Made
	s.text(w.T("report.proof", "n", m.Entries, "root", m.Root))
	s.add(Part{List: []string{
		w.T("report.proof.file", "command", "sangfroid timeline verify "+string(w.r.Incident.ID)),
		w.T("report.proof.held", "n", m.Entries, "root", m.Root),
	}})
	t := Table{Caption: w.T("report.t.counts"), Head: w.head("what", "value")}
	c := w.r.Counts
	for _, x := range []struct {
		key string
		n   int
	}{{"entries", c.Entries}, {"late", c.Late}, {"flagged", c.Flagged}, {"duplicates", c.Duplicates}, {"contested", c.Contested}, {"pending", c.Pending}} {
		t.row("", w.T("report.n."+x.key), w.Count(int64(x.n)))
	}
	s.table(t)
	s.note(w.T("verify.limits"))
	return s
}

func (w writer) metrics() Section {
	s := w.section("metrics")
	t := Table{Caption: w.T("report.t.metrics"), Head: w.head("term", "meaning")}
	for _, d := range w.r.Definitions {
		t.row("", d.Term, d.Text)
	}
	s.table(t)
	return s
}

func (w writer) timeline() Section {
	s := w.section("timeline")
	t := Table{Caption: w.T("report.t.timeline"), Head: w.head("no", "local", "utc", "who", "kind", "text"), Wide: true}
	for _, e := range w.r.Timeline {
		at := e.Time.Time
		if at.IsZero() {
			at = e.Received.Time
		}
		class, text := "", e.Text
		if w.r.Exercise {
			text = w.Realm(incident.Drill) + " · " + text
		}
		if len(e.Marks) > 0 {
			text += " (" + strings.Join(e.Marks, "; ") + ")"
		}
		if e.LateS != nil || e.Fixed > 0 {
			class = "late"
		}
		if e.Fixed > 0 {
			text += " " + w.T("report.fixed", "n", e.Fixed)
		}
		t.row(class, strconv.Itoa(e.No), w.Day(at, w.r.zone)+" "+locale.Hour(at, w.r.zone), at.UTC().Format("2006-01-02 15:04:05"), w.named(e.Actor, e.Role), e.Kind, text)
	}
	s.note(w.T("report.timeline.how"))
	s.table(t)
	return s
}
