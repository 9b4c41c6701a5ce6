package status

import (
	"sangfroid/internal/incident"
	"time"
)

// Regime is a law, a rule or a contract in force in the incident.
type Regime struct {
	ID        incident.RegimeID `json:"id"`
	Title     incident.Text     `json:"title"`
	Act       incident.Text     `json:"act,omitzero"`
	To        incident.Text     `json:"to,omitzero"`
	Note      incident.Text     `json:"note,omitzero"`
	Facts     []string          `json:"facts"`
	Zone      string            `json:"zone,omitempty"`
	Since     Time              `json:"since"`
	By        string            `json:"by"`
	Reason    string            `json:"reason,omitempty"`
	Entry     int               `json:"entry"`
	Asks      []incident.Stamp  `json:"asks"` // the stamps its rows count from
	Applies   bool              `json:"applies"`
	Dismissal string            `json:"dismissal,omitempty"`
}

// Obligation is a legal clock; see [incident.Duty]. State is that of a clock; a flag runs without a deadline.
type Obligation struct {
	ID           incident.ObligationID   `json:"id"`
	Regime       incident.RegimeID       `json:"regime"`
	Title        incident.Text           `json:"title"`
	Article      string                  `json:"article"`
	When         incident.ObligationWhen `json:"when"`
	State        incident.ClockState     `json:"state"`
	Applies      bool                    `json:"applies"`
	Dismissal    string                  `json:"dismissal,omitempty"`
	Origin       Time                    `json:"origin"`
	OriginStamp  incident.Stamp          `json:"origin_stamp,omitempty"`
	OriginReport incident.ObligationID   `json:"origin_report,omitempty"`
	OriginEntry  int                     `json:"origin_entry,omitempty"`
	Within       string                  `json:"within,omitempty"` // the term that governs: "4h", "1mo", "4bd"
	ObjectiveS   *int64                  `json:"objective_s"`
	Deadline     Time                    `json:"deadline"` // strict
	Extended     Time                    `json:"extended"` // what the law allows beside; never the alarm
	ExtendedBy   string                  `json:"extended_by,omitempty"`
	RemainingS   *int64                  `json:"remaining_s"`
	WaitsFor     []string                `json:"waits_for,omitempty"`
	Submitted    Time                    `json:"submitted"`
	Reference    string                  `json:"reference,omitempty"`
	By           string                  `json:"by,omitempty"`
	Entry        int                     `json:"entry,omitempty"`
	Submissions  int                     `json:"submissions"`
	InExtension  bool                    `json:"in_extension,omitempty"`
	Told         Time                    `json:"told"`
	ToldReason   string                  `json:"told_reason,omitempty"`
	ToldInTime   bool                    `json:"told_in_time,omitempty"`
}

func regimes(s *incident.State) []Regime {
	out := make([]Regime, 0, len(s.Regimes))
	for i := range s.Regimes {
		r := &s.Regimes[i]
		v := Regime{
			ID: r.Def.ID, Title: r.Def.Title, Act: r.Def.Act, To: r.Def.To, Note: r.Def.Note, Facts: r.Def.Facts, Zone: r.Def.Zone,
			Since: Time{r.Mark.At}, By: r.Mark.By, Reason: r.Reason, Entry: r.Mark.Seq, Asks: r.Def.Asks(), Applies: true,
		}
		if v.Facts == nil {
			v.Facts = []string{}
		}
		if rule := s.Ruling(string(r.Def.ID)); rule != nil && !rule.Applies {
			v.Applies, v.Dismissal = false, rule.Reason
		}
		out = append(out, v)
	}
	return out
}

func obligations(s *incident.State, now time.Time) []Obligation {
	out := []Obligation{}
	duties := incident.Duties(s, now)
	for i := range duties {
		out = append(out, obligation(&duties[i]))
	}
	return out
}

func obligation(d *incident.Duty) Obligation {
	c := d.Clock
	v := Obligation{
		ID: d.ID, Regime: d.Regime, Title: d.Def.Title, Article: d.Def.Article, When: d.Def.When, State: c.State, Applies: true,
		Origin: Time{c.Origin}, OriginStamp: d.From.Stamp, OriginReport: d.From.Report, OriginEntry: c.OriginSeq,
		Deadline: Time{c.Deadline}, Extended: Time{d.Extended}, Submitted: Time{c.Stopped}, Submissions: len(d.Reports), InExtension: d.InExtension(),
	}
	if v.When == "" {
		v.When = incident.WhenDeadline
	}
	if d.Dismissed != nil {
		v.Applies, v.Dismissal = false, d.Dismissed.Reason
	}
	if !c.Deadline.IsZero() {
		v.ObjectiveS, v.RemainingS, v.Within = seconds(c.Objective), seconds(c.Remaining), d.Limit.Within.String()
	}
	if d.Def.Roll != nil && !d.Extended.IsZero() {
		v.ExtendedBy = d.Def.Roll.Article
	}
	for _, o := range d.Waits {
		if o.Report != "" {
			v.WaitsFor = append(v.WaitsFor, "submitted/"+string(o.Report))
		} else {
			v.WaitsFor = append(v.WaitsFor, string(o.Stamp))
		}
	}
	if r := d.Report(); r != nil {
		v.Reference, v.By, v.Entry = r.Reference, r.Mark.By, r.Mark.Seq
	}
	if d.Told != nil {
		v.Told, v.ToldReason, v.ToldInTime = Time{d.Told.Mark.At}, d.Told.Reason, d.ToldInTime()
	}
	return v
}
