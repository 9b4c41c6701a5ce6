package report

import (
	"sangfroid/internal/incident"
	"sangfroid/internal/text"
	"strings"
	"time"
)

func (w writer) catchup() Section {
	s := w.section("catchup")
	if len(w.r.Catchup) == 0 {
		s.text(w.T("report.noflow"))
		return s
	}
	t := Table{Caption: w.T("report.t.catchup"), Head: w.head("flow", "service", "window", "source", "expected", "replayed", "rejected", "lost", "state"), Wide: true}
	for i := range w.r.Catchup {
		f := &w.r.Catchup[i]
		expected := w.unknown()
		if f.Expected != nil {
			if expected = w.Count(*f.Expected); f.Approx {
				expected = "≈ " + expected
			}
			if unit := w.Text(f.Unit); unit != "" {
				expected += " " + unit
			}
		}
		state := w.FlowStatus(f.State)
		if !f.Closed.IsZero() {
			state += w.Colon() + w.at(f.Closed.Time) + ", " + dash(f.By)
		}
		if f.Reason != "" {
			state += " – " + f.Reason
		}
		class := ""
		if f.State == incident.FlowOpen {
			class = "missed"
		}
		window := w.unknown()
		if !f.From.IsZero() || !f.To.IsZero() {
			window = w.at(f.From.Time) + " → " + w.at(f.To.Time)
		}
		t.row(class, w.FlowTitle(w.s, f.ID), dash(w.ServiceName(w.s, f.Service)), window, dash(w.Text(f.Source)), expected, w.Count(f.Replayed), w.Count(f.Rejected), w.Count(f.Lost), state)
	}
	s.table(t)
	w.accounts(&s)
	return s
}

// accounts write each line's account as a sum, and each loss with who accepted it.
func (w writer) accounts(s *Section) {
	var sums []string
	l := Table{Caption: w.T("report.t.losses"), Head: w.head("flow", "lost", "reason", "question", "by", "at", "entry")}
	for i := range w.r.Catchup {
		f := &w.r.Catchup[i]
		x := w.s.Flow(f.ID)
		if x == nil || f.State == incident.FlowPlanned {
			continue
		}
		a := x.Account()
		sums = append(sums, w.FlowTitle(w.s, f.ID)+w.Colon()+w.Reckoning(a)+" – "+w.Adds(a))
		for _, loss := range f.Losses {
			under := "–"
			if loss.Decision != "" {
				under = w.Question(w.s, loss.Decision)
			}
			l.row("missed", w.FlowTitle(w.s, f.ID), w.Count(loss.Lost), dash(loss.Reason), under, dash(loss.By), w.at(loss.Time.Time), w.no(loss.Entry))
		}
	}
	if len(sums) > 0 {
		s.sub(w.T("report.t.accounts"))
		s.add(Part{List: sums})
	}
	if len(l.Rows) > 0 {
		s.sub(w.T("report.t.losses"))
		s.table(l)
	}
}

func (w writer) legal() Section {
	s := w.section("legal")
	if len(w.r.duties) == 0 {
		s.text(w.T("report.noregime"))
		return s
	}
	t := Table{Caption: w.T("report.t.legal"), Head: w.head("report", "article", "due", "sent", "state", "remark")}
	for i := range w.r.duties {
		d := &w.r.duties[i]
		class, sent := "", w.ifAt(d.Clock.Stopped)
		if r := d.Report(); r != nil {
			sent = w.at(r.Mark.At)
		}
		due := w.ifAt(d.Clock.Deadline)
		if d.Flag() {
			due = w.DutyWhen(d)
		}
		remarks := w.DutyNotes(w.s, d, w.at)
		if x := w.Extension(d, w.at); x != "" {
			remarks = append(remarks, x)
		}
		if d.Dismissed == nil && d.Clock.State != incident.ClockNotStarted {
			class = string(d.Clock.State)
		}
		title := w.DutyTitle(w.s, d.ID)
		if reg := w.RegimeTitle(w.s, d.Regime); !strings.Contains(title, reg) {
			title = reg + " – " + title
		}
		t.row(class, title, dash(w.Article(d.Def.Article)), due, sent, w.DutyState(d), dash(strings.Join(remarks, "; ")))
	}
	s.table(t)
	return s
}

func (w writer) sitreps() Section {
	s := w.section("sitreps")
	v := w.r.Sitreps
	every := w.T("report.nocadence")
	if v.EveryS != nil {
		every = w.T("report.cadence", "every", w.span(v.EveryS))
	}
	s.text(w.T("report.sitreps", "n", v.Issued, "missed", v.Missed) + " " + every)
	t := Table{Caption: w.T("report.t.sitreps"), Head: w.head("no", "at", "by", "next", "head")}
	for _, x := range v.Reports {
		head := "–"
		if x.Root != "" {
			head = w.T("report.head", "n", x.Entries, "root", text.Head(x.Root, 16))
		}
		t.row("", w.no(x.No), w.at(x.At.Time), w.named(x.By, x.Role), w.ifAt(x.Next.Time), head)
	}
	if len(t.Rows) > 0 {
		s.table(t)
	}
	c := Table{Caption: w.T("report.t.cadences"), Head: w.head("at", "every", "reason", "by", "entry")}
	for _, x := range v.Cadences {
		every := w.T("report.none")
		if x.EveryS > 0 {
			every = w.span(&x.EveryS)
		}
		c.row("", w.at(x.At.Time), every, dash(x.Reason), dash(x.By), w.no(x.Entry))
	}
	if len(c.Rows) > 0 {
		s.table(c)
	}
	w.contacts(&s)
	return s
}

func (w writer) contacts(s *Section) {
	t := Table{Caption: w.T("report.t.contacts"), Head: w.head("contact", "tries", "reached", "by", "remark")}
	for _, c := range w.r.Contacts {
		if c.Tries > 0 {
			t.row("", w.ContactName(w.s, c.ID), w.Count(int64(c.Tries)), w.never(c.Reached.Time), dash(c.By), dash(c.Note))
		}
	}
	if len(t.Rows) > 0 {
		s.sub(w.T("report.t.contacts"))
		s.table(t)
	}
}

func (w writer) never(t time.Time) string {
	if t.IsZero() {
		return w.T("report.never")
	}
	return w.at(t)
}

func (w writer) people() Section {
	s := w.section("people")
	if len(w.r.People) == 0 && len(w.r.Roles) == 0 {
		s.text(w.T("report.nopeople"))
		w.actors(&s)
		return s
	}
	t := Table{Caption: w.T("report.t.people"), Head: w.head("who", "roles", "joined", "left")}
	for _, m := range w.r.People {
		var roles []string
		for _, r := range m.Roles {
			roles = append(roles, w.RoleTitle(w.s, r))
		}
		left := w.T("report.stayed")
		if !m.Left.IsZero() {
			left = w.at(m.Left.Time)
		}
		t.row("", m.Name, dash(strings.Join(roles, ", ")), w.at(m.Joined.Time), left)
	}
	if len(t.Rows) > 0 {
		s.table(t)
	}
	c := Table{Caption: w.T("report.t.roles"), Head: w.head("at", "who", "move", "role", "other", "reason", "entry")}
	for _, m := range w.r.Roles {
		role := "–"
		if m.Role != "" {
			role = w.RoleTitle(w.s, m.Role)
		}
		c.row("", w.at(m.At.Time), dash(m.Who), w.T("report.move."+string(m.What)), role, dash(m.Other), dash(m.Note), w.no(m.Entry))
	}
	if len(c.Rows) > 0 {
		s.table(c)
	}
	w.actors(&s)
	return s
}

// actors are those who wrote, with how many entries: a source has actors and no roster.
func (w writer) actors(s *Section) {
	n := map[string]int{}
	var order []string
	for _, e := range w.r.Timeline {
		if e.Actor == "" {
			continue
		}
		if n[e.Actor] == 0 {
			order = append(order, e.Actor)
		}
		n[e.Actor]++
	}
	t := Table{Caption: w.T("report.t.actors"), Head: w.head("who", "entries")}
	for _, who := range order {
		t.row("", who, w.Count(int64(n[who])))
	}
	if len(t.Rows) > 0 {
		s.table(t)
	}
}
