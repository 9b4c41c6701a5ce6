package report

import (
	"sangfroid/internal/incident"
	"sangfroid/internal/status"
	"slices"
	"strings"
)

// exercise is the chapter of an exercise: from DEBEX to what was said after FINEX.
func (w writer) exercise() Section {
	s := w.section("exercise")
	if !w.r.Exercise {
		return s
	}
	x := w.r.Training
	if x == nil {
		s.text(w.T("report.x.none"))
		return s
	}
	s.table(w.course(x))
	if x.Emergency {
		s.text("✗ " + w.T("report.x.emergency"))
	}
	w.results(&s, x)
	w.observed(&s, x)
	w.masterList(&s, x)
	w.clockSettings(&s, x)
	t := Table{Caption: w.T("report.x.hotwash"), Head: w.head("finding", "by", "entry")}
	for _, n := range x.HotWash {
		t.row("", n.Text, dash(n.By), w.no(n.Entry))
	}
	s.sub(w.T("report.x.hotwash"))
	if len(t.Rows) == 0 {
		s.text(w.T("report.x.nohotwash"))
	} else {
		s.table(t)
	}
	return s
}

// course is the exercise in facts: scenario, beginning, end.
func (w writer) course(x *Training) Table {
	t := Table{Caption: w.T("report.x.course"), Head: w.head("what", "value")}
	t.row("", w.T("report.x.scenario"), w.Text(x.Title)+" ("+x.Scenario+")")
	t.row("", w.T("report.x.hash"), string(x.Hash))
	run := w.T("report.x.facilitated")
	if x.Solo {
		run = w.T("report.x.solo")
	}
	t.row("", w.T("report.x.run"), run+", "+w.T("report.x.seed", "n", x.Seed))
	t.row("", w.T("report.x.debex"), w.at(x.Start.Time)+" – "+w.T("report.x.wall", "at", w.full(x.Begun.Time)))
	end := w.T("report.x.runs")
	if !x.Ended.IsZero() {
		end = w.at(x.Ended.Time)
		if !x.Over.IsZero() {
			end += " – " + w.T("report.x.wall", "at", w.full(x.Over.Time))
		}
		if x.EndReason != "" {
			end += " – " + x.EndReason
		}
	}
	t.row("", w.T("report.x.finex"), end)
	t.row("", w.T("report.x.lasted"), w.T("report.x.of", "took", w.span(x.Lasted), "planned", w.span(&x.Lasts)))
	n := x.Injects
	t.row("", w.T("report.x.injects"), w.T("report.x.counts", "n", n.Total, "sent", n.Sent, "skipped", n.Skipped, "left", n.Total-n.Sent-n.Skipped, "own", n.Improvised))
	return t
}

// results are the objectives: what was measured of each, and how it was rated.
func (w writer) results(s *Section, x *Training) {
	t := Table{Caption: w.T("report.x.results"), Head: w.head("goal", "tests", "due", "at", "rating", "because", "by", "measured")}
	for i := range x.Objectives {
		o := &x.Objectives[i]
		due, reached, result, class := "–", "–", w.T("report.x.notarget"), ""
		if m := o.Measured; m != nil {
			due, reached = w.at(m.Deadline.Time), w.ifAt(m.At.Time)
			v := Verdict(m.State)
			if m.State != incident.ClockMet && m.State != incident.ClockMissed {
				v = VerdictOpen
				if w.s.Exercise.Ended != nil {
					v = VerdictUnknown // it ended before it could be told
				}
			}
			result, class = w.verdict(v), string(v)
			if v == VerdictUnknown {
				result += w.Colon() + w.T("report.x.before")
			}
		}
		rating := w.T("report.x.unrated")
		if o.Rating != "" {
			rating = w.Rating(o.Rating)
		}
		var tests []string
		for _, no := range o.Injects {
			tests = append(tests, string(no))
		}
		t.row(class, w.Objective(w.s, o.ID), dash(strings.Join(tests, ", ")), due, reached, rating, dash(o.Reason), dash(o.By), result)
	}
	s.sub(w.T("report.x.results"))
	if len(t.Rows) == 0 {
		s.text(w.T("report.x.noobjective"))
		return
	}
	s.table(t)
}

// observed are the evaluators' observations, by objective; those of none last.
func (w writer) observed(s *Section, x *Training) {
	s.sub(w.T("report.x.observed"))
	if len(x.Notes) == 0 {
		s.text(w.T("report.x.noobservation"))
		return
	}
	s.text(w.T("report.x.sum", "strengths", x.Strength, "areas", x.Improve))
	t := Table{Caption: w.T("report.x.observed"), Head: w.head("goal", "kind", "observation", "rating", "of", "at", "by", "entry")}
	put := func(id string) {
		for i := range x.Notes {
			o := &x.Notes[i]
			if o.Objective != id {
				continue
			}
			goal, rating, of, sign := "–", "–", "–", "+ "
			if id != "" {
				goal = w.Objective(w.s, id)
			}
			if o.Rating != "" {
				rating = w.Rating(o.Rating)
			}
			if o.Of != "" {
				of = w.RoleTitle(w.s, o.Of)
			}
			if o.Kind == incident.Improvement {
				sign = "△ "
			}
			text := o.Text
			if o.Inject != "" {
				text += " (" + w.T("report.x.inject", "no", string(o.Inject)) + ")"
			}
			t.row("", goal, sign+w.ObservationKind(o.Kind), text, rating, of, w.at(o.At.Time), dash(o.By), w.no(o.Entry))
		}
	}
	var ids []string
	for i := range x.Objectives {
		ids = append(ids, x.Objectives[i].ID)
	}
	for i := range x.Notes {
		if id := x.Notes[i].Objective; id != "" && !slices.Contains(ids, id) {
			ids = append(ids, id)
		}
	}
	for _, id := range append(ids, "") {
		put(id)
	}
	s.table(t)
}

// masterList are the injects: planned and sent, expected and done.
func (w writer) masterList(s *Section, x *Training) {
	t := Table{Caption: w.T("report.x.list"), Head: w.head("no", "planned", "out", "to", "inject", "expected", "done"), Wide: true}
	for i := range x.List {
		in := &x.List[i]
		class := ""
		if in.State == incident.InjectIsSkipped || in.State == incident.InjectOver {
			class = "unknown"
		}
		to := w.To(w.s, in.To) + ", " + w.Channel(in.Channel)
		t.row(class, string(in.No), w.planned(in), w.sent(in), w.Text(in.From)+" → "+to, w.Text(in.Text), dash(w.Text(in.Expected)), w.done(x, in))
	}
	s.sub(w.T("report.x.list"))
	if len(t.Rows) == 0 {
		s.text(w.T("report.x.noinject"))
		return
	}
	s.table(t)
}

func (w writer) planned(in *status.Inject) string {
	def := w.s.Exercise.Scenario.Inject(in.No)
	switch {
	case def == nil:
		return w.T("report.x.improvised")
	case def.When != nil && in.Planned.IsZero():
		return w.Condition(w.s, def.When)
	case def.When != nil:
		return w.at(in.Planned.Time) + " (" + w.Condition(w.s, def.When) + ")"
	case in.Planned.IsZero():
		return w.T("report.x.byhand")
	}
	return w.at(in.Planned.Time)
}

func (w writer) sent(in *status.Inject) string {
	if in.Sent.IsZero() {
		text := w.InjectStatus(in.State)
		if in.Reason != "" {
			text += w.Colon() + in.Reason
		}
		return text
	}
	text := w.at(in.Sent.Time)
	const shown = 60 // a minute late is on time
	if s := lateS(in); s != nil && (*s >= shown || *s <= -shown) {
		text += " (" + w.signed(s) + ")"
	}
	if in.ByHand && w.s.Exercise.Scenario.Inject(in.No) != nil {
		text += ", " + w.T("report.x.hand")
	}
	return text
}

// done is what the players did with an inject, and what evaluators saw of it.
func (w writer) done(x *Training, in *status.Inject) string {
	var out []string
	for _, a := range in.Answers {
		line := w.at(a.At.Time) + " " + w.named(a.By, a.Role)
		if a.Text != "" {
			line += w.Colon() + a.Text
		}
		out = append(out, line)
	}
	for i := range x.Notes {
		if o := &x.Notes[i]; o.Inject == in.No {
			out = append(out, w.ObservationKind(o.Kind)+w.Colon()+o.Text)
		}
	}
	switch {
	case len(out) > 0:
		return strings.Join(out, "; ")
	case in.Sent.IsZero():
		return "–"
	}
	return w.T("report.x.unanswered")
}

// clockSettings states how the clock was set: durations of an exercise that was paused or jumped are no real ones.
func (w writer) clockSettings(s *Section, x *Training) {
	s.sub(w.T("report.x.clock"))
	if len(x.Settings) == 0 {
		s.text(w.T("report.x.steady"))
		return
	}
	s.text(w.T("report.x.set", "pauses", x.Pauses, "jumps", x.Jumps, "by", w.span(&x.JumpedS)))
	t := Table{Caption: w.T("report.x.clock"), Head: w.head("at", "setting", "reason", "by", "entry")}
	for _, c := range x.Settings {
		what := w.T("report.x.speed", "n", c.Speed)
		switch {
		case c.To.After(c.At.Time):
			what = w.T("report.x.jump", "to", w.at(c.To.Time)) + ", " + what
		case c.Paused:
			what = w.T("report.x.pause")
		}
		t.row("", w.at(c.At.Time), what, dash(c.Reason), dash(c.By), w.no(c.Entry))
	}
	s.table(t)
}
