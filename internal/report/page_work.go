package report

import (
	"sangfroid/internal/incident"
	"slices"
	"strings"
)

func (w writer) steps() Section {
	s := w.section("steps")
	if len(w.r.Steps) == 0 {
		s.text(w.T("report.nosteps"))
		return s
	}
	t := Table{Caption: w.T("report.t.steps"), Head: w.head("step", "state", "began", "ended", "planned", "taken", "gap", "blocked", "critical"), Wide: true}
	for i := range w.r.Steps {
		st := &w.r.Steps[i]
		critical, class, blockedFor := "–", "", "–"
		if st.Critical {
			critical = "◆ " + w.T("report.yes")
			class = "critical"
		}
		if st.BlockedS > 0 {
			seconds := st.BlockedS
			var why []string
			for _, b := range st.Blocks {
				why = append(why, b.Reason)
			}
			blockedFor = w.span(&seconds) + w.Colon() + strings.Join(why, "; ")
		}
		title := w.StepTitle(w.s, st.ID)
		if st.Added {
			title += " (" + w.T("report.added") + ")"
		}
		taken, gap := "–", "–"
		if !st.Started.IsZero() || !st.Ended.IsZero() {
			taken, gap = w.span(st.TakenS), w.signed(st.OverS)
		}
		ended := st.Ended.Time
		if st.Checked.After(ended) {
			ended = st.Checked.Time
		}
		state := w.StepStatus(st.State)
		if st.Reason != "" && (st.State == incident.StepIsSkip || st.State == incident.StepIsFail) {
			state += w.Colon() + st.Reason
		}
		t.row(class, title, state, w.ifAt(st.Started.Time), w.ifAt(ended), w.optional(st.PlannedS), taken, gap, blockedFor, critical)
	}
	if f := w.gantt(); f != nil {
		s.add(Part{Figure: f})
	}
	s.table(t)
	return s
}

func (w writer) question(d *Decision) string { return w.Question(w.s, d.ID) }

func (w writer) option(d *Decision, o incident.Option) string {
	if o == "" {
		return w.T("report.nooption")
	}
	return w.OptionTitle(w.s.Decision(d.ID), o)
}

func (w writer) decisions() Section {
	s := w.section("decisions")
	var planned []string
	for i := range w.r.Decisions {
		d := &w.r.Decisions[i]
		if d.State == incident.DecisionPlanned {
			planned = append(planned, w.question(d))
			continue
		}
		w.decision(&s, d)
	}
	if len(planned) > 0 {
		s.note(w.T("report.notasked", "list", strings.Join(planned, " · ")))
	}
	if len(s.Parts) == 0 {
		s.text(w.T("report.nodecision"))
	}
	w.repairs(&s)
	return s
}

func (w writer) decision(s *Section, d *Decision) {
	s.sub(w.question(d))
	var facts []string
	fact := func(key string, args ...any) { facts = append(facts, w.T(key, args...)) }
	fact("report.d.state", "state", w.DecisionStatus(d.State))
	if d.Asked.IsZero() {
		fact("report.d.notasked")
	} else {
		fact("report.d.asked", "at", w.at(d.Asked.Time), "by", dash(d.AskedBy))
	}
	var options []string
	for _, o := range d.Options {
		options = append(options, w.option(d, o.ID))
	}
	if len(options) > 0 {
		fact("report.d.options", "list", strings.Join(options, " · "))
	}
	if len(d.Deciders) > 0 {
		var names []string
		for _, r := range d.Deciders {
			names = append(names, w.RoleTitle(w.s, r))
		}
		fact("report.d.deciders", "list", strings.Join(names, ", "))
	}
	if d.Quorum > 0 {
		fact("report.d.quorum", "n", d.Quorum)
	}
	if !d.Review.IsZero() {
		fact("report.d.review", "at", w.at(d.Review.Time))
	}
	s.add(Part{List: facts})
	t := Table{Caption: w.T("report.t.outcomes"), Head: w.head("at", "option", "by", "because", "dissent", "despite", "remark")}
	for _, o := range d.Outcomes {
		var remarks []string
		if o.Revises {
			remarks = append(remarks, w.T("report.d.revises"))
		}
		if o.Contest {
			remarks = append(remarks, w.T("report.d.contested"))
		}
		if !o.Until.IsZero() {
			remarks = append(remarks, w.T("report.d.until", "at", w.at(o.Until.Time)))
		}
		remarks = append(remarks, w.T("report.entry", "n", o.Entry))
		t.row("", w.at(o.At.Time), w.option(d, o.Option), w.named(o.By, o.Role), dash(o.Because), dash(o.Dissent), dash(o.Despite), strings.Join(remarks, ", "))
	}
	if len(t.Rows) > 0 {
		s.table(t)
	}
	w.advice(s, d)
}

// advice is what was known, and what was advised.
func (w writer) advice(s *Section, d *Decision) {
	c := Table{Caption: w.T("report.t.criteria"), Head: w.head("criterion", "value", "source", "points", "by", "at")}
	for _, k := range d.Criteria {
		title := w.Text(k.Title)
		if title == "" {
			title = k.ID
		}
		if len(k.Values) == 0 {
			c.row("unknown", title, w.unknown(), "–", "–", "–", "–")
		}
		for _, v := range k.Values {
			points := "–"
			if v.Verdict != "" {
				points = w.Verdict(v.Verdict)
			}
			c.row("", title, v.Value, dash(v.Source), points, dash(v.By), w.at(v.At.Time))
		}
	}
	if len(c.Rows) > 0 {
		s.table(c)
	}
	v := Table{Caption: w.T("report.t.votes"), Head: w.head("who", "option", "reason", "at")}
	for _, x := range d.Votes {
		v.row("", w.named(x.By, x.Role), w.option(d, x.Option), dash(x.Reason), w.at(x.Time.Time))
	}
	if len(v.Rows) > 0 {
		s.table(v)
	}
}

func (w writer) repairs(s *Section) {
	if len(w.r.Repairs) == 0 {
		return
	}
	t := Table{Caption: w.T("report.t.repairs"), Head: w.head("at", "says", "likely", "until", "outcome")}
	for _, x := range w.r.Repairs {
		how := w.T("report.repair.last")
		switch {
		case x.SlippedS != nil && *x.SlippedS > 0:
			how = w.T("report.repair.later", "by", w.span(x.SlippedS))
		case x.SlippedS != nil:
			how = w.T("report.repair.held")
		}
		if x.Passed {
			how += ", " + w.T("report.repair.passed")
		}
		t.row("", w.at(x.Given.Time), dash(x.Says), w.span(&x.LikelyS), w.at(x.Until.Time), how)
	}
	s.sub(w.T("report.t.repairs"))
	s.table(t)
}

func (w writer) forecast() Section {
	s := w.section("forecast")
	t := Table{Caption: w.T("report.t.forecast"), Head: w.head("moment", "service", "p10", "p50", "p90", "chance", "real", "off", "band"), Wide: true}
	for _, x := range w.r.Forecast.Rows {
		what := w.T("track.phase", "phase", w.Phase(x.Phase))
		if x.Decision != "" {
			what = w.T("track.decision", "decision", incident.Own(x.Decision), "option", w.OptionTitle(w.s.Decision(x.Decision), x.Option))
		}
		switch {
		case x.Repair:
			what += " " + w.T("report.f.repair")
		case !x.GoAt.IsZero():
			what += " " + w.T("report.f.go", "at", w.at(x.GoAt.Time))
		}
		chance := "–"
		if x.MeetRTO != nil {
			chance = w.Chance(*x.MeetRTO)
		}
		band := "–"
		if x.Band != nil {
			band = w.T("report.band." + w.no(*x.Band+1))
		}
		t.row("", w.at(x.At.Time)+" "+what, w.ServiceName(w.s, x.Service), w.at(x.VerifiedP10.Time), w.at(x.VerifiedP50.Time), w.at(x.VerifiedP90.Time),
			chance, w.at(x.Verified.Time), w.signed(x.OffS), band)
	}
	if len(t.Rows) == 0 {
		s.text(w.T("track.none"))
		return s
	}
	s.table(t)
	if n := w.r.Forecast.Bands(); n[0]+n[1]+n[2]+n[3] > 0 {
		s.note(w.T("track.sum", "n", n[0]+n[1]+n[2]+n[3], "p10", n[0], "p50", n[0]+n[1], "p90", n[0]+n[1]+n[2]))
	}
	return s
}

func (w writer) gaps() Section {
	s := w.section("gaps")
	t := Table{Caption: w.T("report.t.gaps"), Head: w.head("no", "gap")}
	for i, g := range w.r.Gaps {
		t.row("missed", w.no(i+1), g.Text)
	}
	if len(t.Rows) == 0 {
		s.text(w.T("report.nogap"))
	} else {
		s.table(t)
	}
	if slices.ContainsFunc(w.r.Objectives, func(o Objective) bool { return o.Verdict == VerdictUnknown }) {
		s.note(w.T("report.gap.unknown"))
	}
	c := Table{Caption: w.T("report.t.causes"), Head: w.head("no", "cause", "status", "judged")}
	for i, g := range w.r.Causes {
		c.row("proposed", w.no(i+1), g.Text, "◇ "+w.T("report.proposed"), "")
	}
	s.sub(w.T("report.t.causes"))
	if len(c.Rows) == 0 {
		s.text(w.T("report.nocause"))
	} else {
		s.note(w.T("report.causes.how"))
		s.table(c)
	}
	f := Table{Caption: w.T("report.t.findings"), Head: w.head("at", "finding", "by", "entry")}
	for _, n := range w.r.Findings {
		f.row("", w.at(n.At.Time), n.Text, dash(n.By), w.no(n.Entry))
	}
	if len(f.Rows) > 0 {
		s.sub(w.T("report.t.findings"))
		s.table(f)
	}
	return s
}

// blankRows is how many empty lines there are to fill in by hand where nobody recorded an action yet.
const blankRows = 5

func (w writer) actions() Section {
	s := w.section("actions")
	t := Table{Caption: w.T("report.t.actions"), Head: w.head("no", "action", "for", "owner", "date", "state", "by")}
	var late, noted int
	for i := range w.r.Actions {
		a := &w.r.Actions[i]
		no, state, class := w.no(a.No), w.actionState(a), ""
		switch {
		case a.Overdue:
			late++
			class = "missed"
		case a.State == ActionNoted:
			noted++
		}
		owner, due := a.Owner, ""
		if !a.Due.IsZero() {
			due = w.Day(a.Due.Time, w.r.zone)
		}
		t.row(class, no, a.Text, dash(a.For), owner, due, state, w.T("report.noteby", "by", dash(a.By), "n", a.Entry))
	}
	if len(t.Rows) == 0 {
		s.note(w.T("report.actions.none"))
		for i := range blankRows {
			t.row("blank", w.no(i+1), "", "", "", "", "", "")
		}
	} else {
		if n := len(t.Rows) - noted; n > 0 {
			s.text(w.T("report.actions.sum", "n", n, "late", late))
		}
		if noted > 0 {
			s.note(w.T("report.actions.noted", "n", noted))
		}
	}
	s.table(t)
	return s
}

// actionState is how an action stands, with the last word about it.
func (w writer) actionState(a *Action) string {
	if a.State == ActionNoted {
		return w.T("report.action.noted")
	}
	text := w.ActionStatus(a.State)
	switch {
	case a.Overdue:
		text = "✗ " + text + ", " + w.T("action.overdue")
	case a.State == incident.ActionDone:
		text = "✓ " + text
	}
	if !a.Ended.IsZero() {
		text += " " + w.Day(a.Ended.Time, w.r.zone) + ", " + dash(a.EndedBy)
	}
	if a.Moved > 0 {
		text += ", " + w.T("action.moved", "n", a.Moved)
	}
	if a.Last != "" {
		text += " – " + a.Last
	}
	return text
}
