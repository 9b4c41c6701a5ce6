package locale

import (
	"sangfroid/internal/incident"
	"slices"
	"strings"
	"time"
)

// RegimeTitle is the short name of a regime, else its id.
func (l Lang) RegimeTitle(s *incident.State, id incident.RegimeID) string {
	if r := s.Regime(id); r != nil && !r.Def.Title.IsZero() {
		return l.Text(r.Def.Title)
	}
	return string(id)
}

// DutyTitle names a row of a regime: "DORA · Initial notification".
func (l Lang) DutyTitle(s *incident.State, id incident.ObligationID) string {
	regime, _, ok := strings.Cut(string(id), "/")
	if !ok {
		return l.RegimeTitle(s, incident.RegimeID(id))
	}
	def := s.ObligationDef(id)
	if def == nil {
		return string(id)
	}
	return l.RegimeTitle(s, incident.RegimeID(regime)) + " · " + l.Text(def.Title)
}

// StampTitle names a stamp, a regime's own too: "aware (DORA)".
func (l Lang) StampTitle(s *incident.State, st incident.Stamp) string {
	word, regime, own := st.Split()
	if !own {
		return l.Stamp(st)
	}
	title := l.RegimeTitle(s, regime)
	if r := s.Regime(regime); r != nil {
		i := slices.IndexFunc(r.Def.Stamps, func(d incident.StampDef) bool { return d.ID == word })
		if i >= 0 && !r.Def.Stamps[i].Title.IsZero() {
			return l.Text(r.Def.Stamps[i].Title) + " (" + title + ")"
		}
	}
	return l.ownStamp(word, title)
}

func (l Lang) ownStamp(word, regime string) string {
	if word == "aware" {
		return l.T("stamp.aware", "regime", regime)
	}
	return word + " (" + regime + ")"
}

// OriginTitle names what a legal clock counts from: a stamp, or the report of another row.
func (l Lang) OriginTitle(s *incident.State, o incident.Origin) string {
	if o.Report == "" {
		return l.StampTitle(s, o.Stamp)
	}
	title := string(o.Report)
	if def := s.ObligationDef(o.Report); def != nil {
		title = l.Text(def.Title)
	}
	return l.T("legal.submitted", "what", title)
}

// DutyState is the word for where a row stands.
func (l Lang) DutyState(d *incident.Duty) string {
	switch {
	case d.Dismissed != nil:
		return l.T("legal.state.dismissed")
	case d.Flag() && d.Clock.State == incident.ClockRunning:
		return l.T("legal.state.flag")
	case d.Flag() && d.Clock.State == incident.ClockNotStarted:
		return l.T("legal.state.flag.off")
	}
	return l.T("legal.state." + string(d.Clock.State))
}

// DutyWhen says how a flag is due: "without undue delay".
func (l Lang) DutyWhen(d *incident.Duty) string { return l.term("legal.", string(d.Def.When)) }

// Article writes where a law is quoted as this language quotes it; the number stays beside its word.
func (l Lang) Article(s string) string {
	if l == French {
		return frenchArticle.Replace(s)
	}
	return strings.ReplaceAll(s, "Art. ", "Art.\u00a0")
}

//nolint:gochecknoglobals // built once
var frenchArticle = strings.NewReplacer(
	"clause to be filled in", "clause à compléter", "Reg. (EEC, Euratom)", "Règl. (CEE, Euratom)", "Impl. Reg. (EU)", "Règl. d’exéc. (UE)", "Reg. (EU)", "Règl. (UE)", "Dir. (EU)", "Dir. (UE)", "Art. ", "art.\u00a0", "recital ", "cons.\u00a0",
)

// Term writes a legal period: "72 h", "1 month", "4 working days".
func (l Lang) Term(t incident.Term) string {
	switch {
	case t.Months > 0:
		return l.T("legal.term.months", "n", t.Months)
	case t.Days > 0:
		return l.T("legal.term.days", "n", t.Days)
	case t.Length%incident.Duration(time.Hour) == 0:
		return l.T("legal.term.hours", "n", int64(t.Length/incident.Duration(time.Hour)))
	}
	return l.Span(t.Length.Std())
}

// DutyNotes say of a row what it counts from or waits for, what the law allows beside, and what was done: short pieces, the
// most useful first. at writes a time.
func (l Lang) DutyNotes(s *incident.State, d *incident.Duty, at func(time.Time) string) []string {
	var out []string
	add := func(key string, args ...any) { out = append(out, l.T(key, args...)) }
	if d.Dismissed != nil {
		add("legal.dismissed", "reason", d.Dismissed.Reason)
		return out
	}
	if r := d.Report(); r != nil {
		text := l.T("legal.sent", "at", at(r.Mark.At))
		if r.Reference != "" {
			text += ", " + l.T("legal.reference", "reference", r.Reference)
		}
		out = append(out, text)
	}
	if d.InExtension() {
		add("legal.inextension")
	}
	if !d.From.IsZero() {
		text := l.T("legal.from", "what", l.OriginTitle(s, d.From), "at", at(d.From.At))
		if !d.Flag() {
			text = l.Term(d.Limit.Within) + " " + text
		}
		out = append(out, text)
	}
	if waits := l.waits(s, d); waits != "" {
		out = append(out, waits)
	}
	if d.Told != nil {
		key := "legal.told"
		if !d.Clock.Deadline.IsZero() && !d.ToldInTime() {
			key = "legal.told.late"
		}
		add(key, "at", at(d.Told.Mark.At), "reason", d.Told.Reason)
	}
	return out
}

func (l Lang) waits(s *incident.State, d *incident.Duty) string {
	if len(d.Waits) == 0 || !d.Clock.Stopped.IsZero() {
		return ""
	}
	names := make([]string, len(d.Waits))
	for i, o := range d.Waits {
		names[i] = l.OriginTitle(s, o)
	}
	key := "legal.waits"
	if !d.Clock.Origin.IsZero() {
		key = "legal.earlier"
	}
	return l.T(key, "what", strings.Join(names, ", "))
}

// Extension says what the law allows when the strict time falls on a weekend or a holiday; "" for nothing.
func (l Lang) Extension(d *incident.Duty, at func(time.Time) string) string {
	if d.Extended.IsZero() || d.Dismissed != nil || d.Def.Roll == nil {
		return ""
	}
	if d.Def.Roll.Article == "" {
		return l.T("legal.extended", "at", at(d.Extended))
	}
	return l.T("legal.extended.by", "at", at(d.Extended), "article", l.Article(d.Def.Roll.Article))
}

// legalAlert says a threshold of a legal clock; its hour is in the incident's zone.
func (l Lang) legalAlert(s *incident.State, t incident.Threshold, now time.Time) string {
	loc := time.UTC
	if z, err := time.LoadLocation(s.Zone); err == nil && s.Zone != "" {
		loc = z
	}
	what := l.DutyTitle(s, t.Obligation)
	for _, c := range incident.Clocks(s, now) {
		if c.Obligation != t.Obligation {
			continue
		}
		args := []any{"what", what, "at", l.Moment(c.Deadline, loc, now), "left", l.Span(max(c.Remaining, 0))}
		switch {
		case t.Percent > 0:
			return l.T("threshold.legal.half", args...)
		case t.Before > 0:
			return l.T("threshold.legal.left", args...)
		}
		return l.T("threshold.legal.due", args...)
	}
	return what
}

// obligation tells an entry about legal clocks; ok is false for other payloads.
func (n narrator) obligation() (Line, bool) {
	title := func(id string) string { return n.DutyTitle(n.s, incident.ObligationID(id)) }
	switch d := n.e.Data.(type) {
	case incident.ObligationMet:
		text := with(n.T("e.comms.obligation", "obligation", title(d.Obligation)), d.Reference)
		if d.Reason != "" {
			text = with(text, n.T("e.comms.correction", "reason", d.Reason))
		}
		return Line{Text: text, Tone: ToneHolds}, true
	case incident.RegimeApplied:
		name := string(d.Regime.ID)
		if !d.Regime.Title.IsZero() {
			name = n.Text(d.Regime.Title)
		}
		return Line{Text: with(n.T("e.comms.regime", "regime", name), d.Reason), Tone: ToneStrong}, true
	case incident.ObligationDelayed:
		text := n.T("e.comms.delayed", "obligation", title(d.Obligation))
		if d.Expected != nil {
			text += ", " + n.T("e.comms.expected", "at", n.at(*d.Expected))
		}
		return Line{Text: with(text, d.Reason, d.Reference), Tone: ToneSoon}, true
	case incident.ObligationDismissed:
		return Line{Text: with(n.T("e.comms.dismissed", "obligation", title(d.Obligation)), d.Reason), Tone: ToneMuted}, true
	case incident.ObligationApplies:
		return Line{Text: with(n.T("e.comms.applies", "obligation", title(d.Obligation)), d.Reason), Tone: ToneSoon}, true
	}
	return Line{}, false
}

// legal tells the legal clocks that run, are late, or were met.
func (d *drafter) legal() []string {
	var out []string
	duties := incident.Duties(d.s, d.now)
	for i := range duties {
		x := &duties[i]
		line := d.DutyTitle(d.s, x.ID) + d.Colon()
		switch r := x.Report(); {
		case x.Dismissed != nil:
			continue
		case r != nil:
			line += d.T("legal.sent", "at", d.at(r.Mark.At))
			if r.Reference != "" {
				line += ", " + d.T("legal.reference", "reference", r.Reference)
			}
		case !x.Open():
			continue
		case x.Flag():
			line += d.DutyWhen(x)
		case x.Clock.Remaining < 0:
			line += d.T("legal.due", "at", d.at(x.Clock.Deadline)) + " (" + d.T("draft.over", "by", -x.Clock.Remaining) + ")"
		default:
			line += d.T("legal.due", "at", d.at(x.Clock.Deadline)) + " (" + d.T("draft.left", "by", x.Clock.Remaining) + ")"
		}
		out = append(out, line)
	}
	return out
}
