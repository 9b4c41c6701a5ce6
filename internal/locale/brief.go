package locale

import (
	"sangfroid/internal/incident"
	"time"
)

// Brief is a hand-over brief of a role, drafted from the state: the decisions open and by when, the running clocks, the
// role's steps, what is stuck, the next report, what is not verified, the last word to the outside, who outside was
// reached and who was not, and the open catch-up. The giver edits it; the receiver acknowledges having read it.
func (l Lang) Brief(s *incident.State, role incident.Role, now time.Time, loc *time.Location) string {
	d := &drafter{Lang: l, s: s, now: now, loc: loc}
	d.put(l.T("brief.open"), append(d.questions(), d.reviews()...))
	d.put(l.T("brief.clocks"), append(d.services(), d.legal()...))
	d.put(l.T("brief.work", "role", l.RoleTitle(s, role)), append(d.stuck(role), d.next(role)...))
	if stuck := d.elsewhere(role); len(stuck) > 0 {
		d.put(l.T("brief.stuck"), stuck)
	}
	d.put(l.T("brief.report"), d.report())
	d.put(l.T("brief.verify"), d.unverified())
	d.put(l.T("brief.outside"), d.outside())
	d.put(l.T("brief.contacts"), d.reached())
	if flows := d.openFlows(); len(flows) > 0 {
		d.put(l.T("brief.catchup"), flows)
	}
	return d.out.String()
}

// reviews tells the no-gos and waits that come back.
func (d *drafter) reviews() []string {
	var out []string
	for i := range d.s.Decided {
		x := &d.s.Decided[i]
		if o := x.Outcome(); o != nil && x.ReviewPending() {
			out = append(out, with(d.Text(x.Question)+" → "+d.OptionTitle(x, o.Option)+" · "+d.T("draft.review", "at", d.at(*x.Review)), o.Because))
		}
	}
	return out
}

// elsewhere tells what is stuck in other roles' hands.
func (d *drafter) elsewhere(role incident.Role) []string {
	own := d.stuck(role)
	var out []string
	for _, line := range d.stuck("") {
		mine := false
		for _, o := range own {
			mine = mine || o == line
		}
		if !mine {
			out = append(out, line)
		}
	}
	if role == "" {
		return nil
	}
	return out
}

// report tells the next situation report, the cadence, and what was missed.
func (d *drafter) report() []string {
	var out []string
	c := incident.ClockOf(incident.Clocks(d.s, d.now), "", incident.ClockSitrep)
	if c != nil {
		out = append(out, d.clock(c))
	}
	if d.s.Every > 0 {
		out = append(out, d.T("brief.every", "every", d.s.Every.Std()))
	}
	if n := incident.MissedSitreps(d.s, d.now); n > 0 {
		out = append(out, d.T("brief.missed", "n", n))
	}
	return out
}

// unverified are the open hypotheses: notes that somebody marked to verify and nobody has.
func (d *drafter) unverified() []string {
	var out []string
	for i := len(d.s.Notes.Open) - 1; i >= 0; i-- {
		n := d.s.Notes.Open[i]
		line := d.at(n.Mark.At) + " " + n.Text
		if n.Source != "" {
			line += " [" + d.T("e.note.from", "from", n.Source) + "]"
		}
		out = append(out, line)
	}
	return out
}

// outside is the last word that went out: a message, a report.
func (d *drafter) outside() []string {
	var out []string
	if m := d.s.Notes.Message; m != nil {
		out = append(out, d.at(m.Mark.At)+" "+m.Mark.By+d.Colon()+m.Text)
	}
	if n := len(d.s.Sitreps); n > 0 {
		r := d.s.Sitreps[n-1]
		out = append(out, d.T("brief.sitrep", "no", r.No, "at", d.at(r.Mark.At), "by", r.Mark.By))
	}
	return out
}

// reached tells who outside was reached, who was not, and who is still to be called for a step that may go on.
func (d *drafter) reached() []string {
	var out []string
	for _, c := range incident.Contacts(d.s) {
		name := d.Text(c.Name)
		switch {
		case c.Missed > 0:
			out = append(out, with(d.T("draft.unreached", "contact", name, "n", c.Missed, "at", d.at(c.Last.Mark.At)), c.Last.Mark.Note))
		case c.Reached != nil:
			out = append(out, with(d.T("brief.reached", "contact", name, "at", d.at(c.Reached.Mark.At), "by", c.Reached.Mark.By), c.Reached.Mark.Note))
		case c.Wanted():
			out = append(out, d.T("brief.tocall", "contact", name, "step", d.StepTitle(d.s, c.Steps[0])))
		}
	}
	return out
}

func (d *drafter) openFlows() []string {
	for i := range d.s.Flows {
		if d.s.Flows[i].Open() {
			return d.flowLines(d.s, d.now, d.loc)
		}
	}
	return nil
}
