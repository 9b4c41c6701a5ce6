package report

import (
	"sangfroid/internal/incident"
	"sangfroid/internal/locale"
	"sangfroid/internal/text"
	"slices"
	"strconv"
	"strings"
)

// comparer puts a trend into words.
type comparer struct {
	locale.Lang
	t *Trend
}

// Page is the trend in words of its language.
func (t *Trend) Page() Page {
	c := comparer{t.Lang, t}
	drills := 0
	for _, r := range t.Runs {
		if r.Exercise {
			drills++
		}
	}
	p := Page{Lang: t.Lang, Title: c.T("trend.title"), Mark: c.kinds(drills), Exercise: drills > 0 && drills == len(t.Runs), Key: c.key(drills)}
	if p.Exercise {
		p.Warning = c.T("trend.exercise")
	}
	p.Foot = c.T("trend.foot", "n", len(t.Runs), "at", c.Day(t.At.Time, t.zone))
	p.Stamp = p.Title + " · " + c.Day(t.At.Time, t.zone)
	p.Sections = append(p.Sections, c.runs())
	for i := range t.Series {
		p.Sections = append(p.Sections, c.service(i))
	}
	p.Sections = append(p.Sections, c.proof(), c.terms())
	p.label()
	return p
}

// kinds says whether the runs were real.
func (c comparer) kinds(drills int) string {
	switch drills {
	case 0:
		return c.Realm(incident.Live)
	case len(c.t.Runs):
		return c.Realm(incident.Drill)
	}
	return c.Realm(incident.Live) + " + " + c.Realm(incident.Drill)
}

func (c comparer) head(keys ...string) []string {
	out := make([]string, len(keys))
	for i, k := range keys {
		out[i] = c.T("report.c." + k)
	}
	return out
}

func (c comparer) key(drills int) Table {
	t := Table{Head: c.head("what", "value")}
	t.row("", c.T("report.k.author"), dash(c.t.By))
	t.row("", c.T("report.k.made"), c.when(&Run{Start: c.t.At}))
	t.row("", c.T("trend.k.runs"), c.T("trend.runs", "n", len(c.t.Runs), "drills", drills, "live", len(c.t.Runs)-drills))
	t.row("", c.T("report.k.zone"), c.t.Zone)
	return t
}

func (c comparer) when(r *Run) string {
	if r.Start.IsZero() {
		return c.T("report.unknown")
	}
	return c.Day(r.Start.Time, c.t.zone) + " " + r.Start.In(c.t.zone).Format("15:04 ") + locale.ZoneName(r.Start.Time, c.t.zone)
}

// realm is the word a run's row begins with: a drill is never mistaken for the real thing.
func (c comparer) realm(r *Run) string {
	if r.Exercise {
		return c.Realm(incident.Drill)
	}
	return c.Realm(incident.Live)
}

func (c comparer) span(s *int64) string {
	if s == nil {
		return c.T("report.unknown")
	}
	return c.Span(length(*s))
}

// change is a difference with its sign and, in words, which way it goes.
func (c comparer) change(s *int64) string {
	switch {
	case s == nil:
		return "–"
	case *s < 0:
		return "▼ " + c.Span(length(*s))
	case *s > 0:
		return "▲ +" + c.Span(length(*s))
	}
	return "= " + c.Span(0)
}

func (c comparer) runs() Section {
	s := Section{ID: "runs", Title: c.T("trend.h.runs")}
	t := Table{Caption: c.T("trend.t.runs"), Head: c.head("no", "kind", "begin", "title", "playbook", "plan", "scenario")}
	for i := range c.t.Runs {
		r := &c.t.Runs[i]
		title := r.Title
		if r.Imported {
			title += " (" + c.T("trend.imported") + ")"
		}
		t.row("", strconv.Itoa(r.No), c.realm(r), c.when(r), title, dash(r.Playbook), c.plans(r), c.script(r))
	}
	s.table(t)
	if len(c.t.Runs) < 2 {
		s.note(c.T("trend.one"))
	}
	s.note(c.T("trend.plans.how"))
	return s
}

// shortHash is how many digits of a hash tell two apart for the eye; the whole stands in the JSON.
const shortHash = 12

func (c comparer) plans(r *Run) string {
	var out []string
	for _, p := range r.Plans {
		text := c.Text(p.Title) + " " + text.Head(string(p.Hash), shortHash)
		if !slices.Contains(out, text) {
			out = append(out, text)
		}
	}
	if len(out) == 0 {
		return c.T("trend.noplan")
	}
	text := strings.Join(out, "; ")
	switch {
	case r.Changed == nil:
	case *r.Changed:
		text += " – " + c.T("trend.changed")
	default:
		text += " – " + c.T("trend.same")
	}
	return text
}

func (c comparer) script(r *Run) string {
	if r.Scenario == "" {
		return "–"
	}
	text := r.Scenario + " " + text.Head(string(r.Script), shortHash)
	if r.ClockSet {
		text += " – " + c.T("trend.clockset")
	}
	return text
}

func (c comparer) name(s *Series) string {
	name := c.Text(s.Name)
	if s.Service == "all" || name == "" {
		name = string(s.Service)
	}
	if s.Service == "all" {
		name = c.T("trend.all")
	}
	return name
}

func (c comparer) service(i int) Section {
	v := &c.t.Series[i]
	title := c.name(v)
	if v.Playbook != "" {
		title += " (" + v.Playbook + ")"
	}
	s := Section{ID: "service-" + strconv.Itoa(i+1), Title: title}
	t := Table{Caption: c.T("trend.t.points"), Head: c.head("no", "kind", "begin", "asked", "achieved", "change", "margin", "decision", "change", "verdict")}
	for _, p := range v.Points {
		r := &c.t.Runs[p.Run-1]
		asked, margin := c.T("report.noobjective"), "–"
		if p.ObjectiveS != nil {
			asked = c.Span(length(*p.ObjectiveS))
			if p.MarginS != nil {
				margin = c.Span(length(*p.MarginS))
				if *p.MarginS > 0 {
					margin = "+" + margin
				}
			}
		}
		verdict := (writer{Lang: c.Lang}).verdict(p.Verdict)
		if p.Why != "" {
			verdict += c.Colon() + c.T("report.why."+string(p.Why))
		}
		achieved := c.span(p.AchievedS)
		if r.ClockSet {
			achieved += " *"
		}
		t.row(string(p.Verdict), strconv.Itoa(r.No), c.realm(r), c.when(r), asked, achieved, c.change(p.ChangeS), margin, c.span(p.DecisionS), c.change(p.DecisionChangeS), verdict)
	}
	if f := c.figure(i); f != nil {
		s.add(Part{Figure: f})
	}
	s.table(t)
	if slices.ContainsFunc(v.Points, func(p Point) bool { return c.t.Runs[p.Run-1].ClockSet }) {
		s.note("* " + c.T("trend.clock.how"))
	}
	return s
}

func (c comparer) proof() Section {
	s := Section{ID: "proof", Title: c.T("report.h.proof")}
	t := Table{Caption: c.T("trend.t.heads"), Head: c.head("no", "kind", "incident", "head", "file")}
	for i := range c.t.Runs {
		r := &c.t.Runs[i]
		t.row("", strconv.Itoa(r.No), c.realm(r), string(r.Incident), c.T("report.head", "n", r.Entries, "root", r.Root), dash(r.File))
	}
	s.table(t)
	s.note(c.T("verify.limits"))
	return s
}

func (c comparer) terms() Section {
	s := Section{ID: "metrics", Title: c.T("report.h.metrics")}
	t := Table{Caption: c.T("report.t.metrics"), Head: c.head("term", "meaning")}
	for _, id := range []string{"rto", "margin", "verdict"} {
		t.row("", c.T("report.def."+id), c.T("report.def."+id+".is"))
	}
	for _, id := range []string{"decision", "change", "samekind"} {
		t.row("", c.T("trend.def."+id), c.T("trend.def."+id+".is"))
	}
	s.table(t)
	return s
}
