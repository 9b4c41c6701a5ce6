package locale

import (
	"sangfroid/internal/incident"
	"strconv"
	"strings"
	"time"
)

// Trend names how the speed of a catch-up line changes; "" while it cannot be told.
func (l Lang) Trend(t incident.Trend) string {
	if t == incident.TrendUnknown {
		return ""
	}
	return l.T("trend." + string(t))
}

// PerMinute writes a rate: as many digits as say something.
func (l Lang) PerMinute(rate float64) string {
	digits := 0
	if rate < 10 && rate > -10 && rate != 0 {
		digits = 1
	}
	s := strconv.FormatFloat(rate, 'f', digits, 64)
	if l == French {
		s = strings.Replace(s, ".", ",", 1)
	}
	if digits == 0 {
		if n, err := strconv.ParseInt(s, 10, 64); err == nil {
			s = l.Count(n)
		}
	}
	return l.T("catchup.rate", "rate", s)
}

// Adds says in a few words whether an account adds up.
func (l Lang) Adds(a incident.Account) string {
	switch {
	case !a.Known:
		return l.T("catchup.noexpected")
	case a.Over > 0:
		return l.T("catchup.over", "n", a.Over)
	case a.Left > 0:
		return l.T("catchup.missing", "n", a.Missing())
	case a.OpenRejects > 0:
		return l.T("catchup.nofate", "n", a.OpenRejects)
	}
	return l.T("catchup.adds")
}

// Reckoning writes an account as a sum: "3,900 = 3,850 replayed + 30 re-entered + 7 lost + 13 left".
func (l Lang) Reckoning(a incident.Account) string { return l.ReckoningOf(a, "") }

// ReckoningOf is the same with the name of what is counted.
func (l Lang) ReckoningOf(a incident.Account, unit string) string {
	of := "?"
	if a.Known {
		of = l.Count(a.Expected)
		if a.Approx {
			of = "~" + of
		}
	}
	if unit != "" {
		of += " " + unit
	}
	parts := []string{l.T("catchup.replayed", "n", a.Replayed)}
	for _, p := range []struct {
		n   int64
		key string
	}{{a.Reentered, "catchup.reentered"}, {a.Lost, "catchup.lost"}, {a.OpenRejects, "catchup.nofate"}, {a.Left, "catchup.left"}} {
		if p.n > 0 {
			parts = append(parts, l.T(p.key, "n", p.n))
		}
	}
	s := of + " = " + strings.Join(parts, " + ")
	if a.Over > 0 {
		s += " − " + l.T("catchup.over", "n", a.Over)
	}
	return s
}

// ETA says when a line is caught up: a range, or why none can be told. hour writes a time.
func (l Lang) ETA(e incident.ETA, p incident.Pace, now time.Time, hour func(time.Time) string) string {
	switch e.State {
	case incident.ETARange:
		if !e.P90.After(now.Add(time.Minute)) {
			return l.T("eta.due")
		}
		from := hour(e.P10)
		if !e.P10.After(now) {
			from = l.T("eta.now")
		}
		return l.T("eta.range", "from", from, "to", hour(e.P90))
	case incident.ETAOpen:
		return l.T("eta.open", "from", hour(e.P10))
	case incident.ETAGrowing:
		return l.T("eta.growing", "in", l.PerMinute(p.Arrivals))
	case incident.ETANone:
		return l.T("eta.none")
	case incident.ETAThrough:
		return l.T("eta.through")
	case incident.ETAUnknown:
	}
	if p.Known {
		return l.T("catchup.noexpected")
	}
	return l.T("eta.unknown")
}

// ETAShort is ETA for a column that has its heading.
func (l Lang) ETAShort(e incident.ETA, now time.Time, hour func(time.Time) string) string {
	switch e.State {
	case incident.ETARange:
		if !e.P90.After(now.Add(time.Minute)) {
			return l.T("eta.short.due")
		}
		from := hour(e.P10)
		if !e.P10.After(now) {
			from = l.T("eta.now")
		}
		return from + "–" + hour(e.P90)
	case incident.ETAOpen:
		return l.T("eta.short.open", "from", hour(e.P10))
	case incident.ETAThrough, incident.ETANone, incident.ETAGrowing, incident.ETAUnknown:
	}
	return l.T("eta.short." + string(e.State))
}

// MTPD says what the catch-up leaves of a service's MTPD; "" where it leaves it alone.
func (l Lang) MTPD(s incident.MTPDState) string {
	if s == incident.MTPDNone {
		return ""
	}
	return l.T("mtpd." + string(s))
}

// Outlook says when the business of a service can resume, as far as its catch-up tells.
func (l Lang) Outlook(o incident.ResumeOutlook, now time.Time, hour func(time.Time) string) string {
	switch {
	case !o.P90.IsZero() && o.P10.After(now):
		return l.T("eta.range", "from", hour(o.P10), "to", hour(o.P90))
	case !o.P90.IsZero() && o.P90.After(now):
		return l.T("eta.range", "from", l.T("eta.now"), "to", hour(o.P90))
	case !o.P90.IsZero():
		return l.T("eta.sign")
	case !o.P10.IsZero():
		return l.T("eta.open", "from", hour(o.P10))
	}
	return l.T("eta.cannot")
}

// flowLines are the lines of the ledger in a draft: how they add up, and when they are caught up.
func (l Lang) flowLines(s *incident.State, now time.Time, loc *time.Location) []string {
	var out []string
	hour := func(t time.Time) string { return l.Minute(t, loc, now) }
	for i := range s.Flows {
		f := &s.Flows[i]
		if f.Status == incident.FlowPlanned {
			continue
		}
		line := l.FlowTitle(s, f.ID) + l.Colon() + l.ReckoningOf(f.Account(), l.Text(f.Unit)) + " (" + l.FlowStatus(f.Status)
		if f.Open() {
			p := f.Pace()
			line += ", " + l.ETA(f.ETA(now), p, now, hour)
			if word := l.Trend(p.Trend); word != "" {
				line += ", " + word
			}
		}
		out = append(out, line+")")
	}
	return out
}

func (n narrator) catchup() Line {
	_, raw := n.e.Entity()
	flow := n.FlowTitle(n.s, incident.FlowID(raw))
	switch d := n.e.Data.(type) {
	case incident.CatchupOpened:
		return Line{Text: n.T("e.catchup.opened", "flow", flow), Tone: ToneProgress}
	case incident.CatchupCounted:
		text := n.T("e.catchup.counted", "flow", flow, "replayed", d.Replayed, "rejected", d.Rejected)
		if d.Reentered > 0 {
			text += " " + n.T("e.catchup.reentered", "n", d.Reentered)
		}
		if d.Expected != nil {
			about := ""
			if d.Approx {
				about = "~"
			}
			text += " " + n.T("e.catchup.expected", "expected", about+n.Count(*d.Expected))
		}
		return Line{Text: with(text, d.Note), Tone: ToneProgress}
	case incident.CatchupSigned:
		if d.Because != "" {
			text := with(n.T("e.catchup.signedanyway", "flow", flow), d.Because)
			return Line{Text: with(text, d.Note), Tone: ToneSoon}
		}
		return Line{Text: with(n.T("e.catchup.signed", "flow", flow), d.Note), Tone: ToneHolds}
	case incident.CatchupLost:
		return Line{Text: with(n.lost("e.catchup.lost", flow, d.Lost, d.Decision), d.Reason), Tone: ToneSoon}
	case incident.CatchupAccepted:
		return Line{Text: with(n.lost("e.catchup.accepted", flow, d.Lost, d.Decision), d.Reason), Tone: ToneSoon}
	}
	return n.unknown()
}

// lost names the decision a loss was accepted under.
func (n narrator) lost(key, flow string, lost int64, by incident.DecisionID) string {
	text := n.T(key, "flow", flow, "lost", lost)
	if by != "" {
		text += " " + n.T("e.catchup.under", "question", n.Question(n.s, by))
	}
	return text
}
