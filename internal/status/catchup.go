package status

import (
	"math"
	"sangfroid/internal/incident"
	"time"
)

// Flow is a line of the catch-up ledger. Its account adds up: expected = replayed + reentered + lost + rejected_open +
// left − over. The range of the end is eta_soonest (P10) to eta_latest (P90); what cannot be told is null, and eta_state
// says why. See [incident.Flow.ETA].
type Flow struct {
	ID        incident.FlowID     `json:"id"`
	Title     incident.Text       `json:"title"`
	Service   incident.ServiceID  `json:"service,omitempty"`
	State     incident.FlowStatus `json:"state"`
	From      Time                `json:"from"`
	To        Time                `json:"to"`
	Unit      incident.Text       `json:"unit"`
	Owner     string              `json:"owner,omitempty"`
	Expected  *int64              `json:"expected"`
	Approx    bool                `json:"approx,omitempty"`
	Replayed  int64               `json:"replayed"`
	Rejected  int64               `json:"rejected"`
	Lost      int64               `json:"lost,omitempty"`
	PerMinute *float64            `json:"per_minute"`
	Trend     *int                `json:"trend"`
	Soonest   Time                `json:"eta_soonest"`
	Latest    Time                `json:"eta_latest"`
	Closed    Time                `json:"closed"`
	Targets   *Targets            `json:"targets,omitempty"`

	Source      incident.Text       `json:"source"`
	Blocks      bool                `json:"blocks"` // the business does not resume before it is closed
	Opened      Time                `json:"opened"`
	Reentered   int64               `json:"reentered"`
	OpenRejects int64               `json:"rejected_open"`
	Left        *int64              `json:"left"` // null while the expected number is unknown
	Over        int64               `json:"over,omitempty"`
	Missing     *int64              `json:"missing"` // left + rejected_open
	Balanced    bool                `json:"balanced"`
	Unexplained int64               `json:"unexplained,omitempty"` // what did not add up when it was signed
	Reason      string              `json:"reason,omitempty"`
	Decision    incident.DecisionID `json:"decision,omitempty"` // under which the last loss was accepted
	Option      incident.Option     `json:"decision_option,omitempty"`
	Counted     Time                `json:"counted"`
	Rates       []Rate              `json:"rates"`
	Arrivals    float64             `json:"arrivals_per_minute,omitempty"`
	TrendWord   incident.Trend      `json:"trend_word,omitempty"`
	ETAState    incident.ETAState   `json:"eta_state,omitempty"`
	Likely      Time                `json:"eta_p50"`
	Losses      []Loss              `json:"losses,omitempty"`
}

// Rate is the rate over a window that ends at the last count.
type Rate struct {
	SpanS     int64   `json:"span_s"`
	PerMinute float64 `json:"per_minute"`
}

// Loss is a loss that was accepted: how many in all so far.
type Loss struct {
	Line     incident.FlowID     `json:"line"`
	Lost     int64               `json:"lost"`
	Reason   string              `json:"reason"`
	Decision incident.DecisionID `json:"decision,omitempty"`
	Option   incident.Option     `json:"option,omitempty"`
	By       string              `json:"by"`
	Time     Time                `json:"time"`
	Entry    int                 `json:"entry"`
}

// Resume is the earliest the business of a service can resume as far as its catch-up tells; see
// [incident.CatchupOutlook].
type Resume struct {
	Service  incident.ServiceID `json:"service"`
	Known    bool               `json:"known"`
	P10      Time               `json:"p10"`
	P50      Time               `json:"p50"`
	P90      Time               `json:"p90"`
	Waits    []incident.FlowID  `json:"waits_for"`
	Deadline Time               `json:"deadline"`
	MTPD     incident.MTPDState `json:"mtpd"`
	Chance   *float64           `json:"chance"` // of all lines being through by the deadline
}

func loss(f *incident.Flow, l incident.FlowLoss) Loss {
	return Loss{
		Line: f.ID, Lost: l.Lost, Reason: l.Reason, Decision: l.Decision, Option: l.Option, By: l.Mark.By, Time: Time{l.Mark.At}, Entry: l.Mark.Seq,
	}
}

func flows(s *incident.State, now time.Time) []Flow {
	out := make([]Flow, 0, len(s.Flows))
	for i := range s.Flows {
		f := &s.Flows[i]
		a := f.Account()
		v := Flow{
			ID: f.ID, Title: f.Title, Service: f.Service, State: f.Status, From: when(f.From), To: when(f.To), Unit: f.Unit,
			Owner: f.Owner, Expected: f.Expected, Approx: f.Approx, Replayed: f.Replayed, Rejected: f.Rejected,
			Lost: f.Lost, Closed: at(f.Closed), Source: f.Source, Blocks: f.Blocks, Opened: at(f.Opened), Reentered: f.Reentered,
			OpenRejects: a.OpenRejects, Over: a.Over, Balanced: a.Balanced(), Unexplained: f.Unexplained, Reason: f.Reason, Rates: []Rate{},
			Targets: targets(s, incident.FlowSet(f.ID), now),
		}
		if a.Known {
			missing := a.Missing()
			v.Left, v.Missing = &a.Left, &missing
		}
		for _, l := range f.Losses {
			v.Losses = append(v.Losses, loss(f, l))
			v.Decision, v.Option = l.Decision, l.Option
		}
		v.pace(f, now)
		out = append(out, v)
	}
	return out
}

func (v *Flow) pace(f *incident.Flow, now time.Time) {
	p := f.Pace()
	v.Counted = Time{p.Counted}
	if p.Known {
		perMinute, trend := tidy(p.Now), p.Trend.Sign()
		v.PerMinute, v.Trend, v.TrendWord, v.Arrivals = &perMinute, &trend, p.Trend, tidy(p.Arrivals)
	}
	for _, w := range p.Windows {
		v.Rates = append(v.Rates, Rate{*seconds(w.Span), tidy(w.PerMinute)})
	}
	if !f.Open() {
		return
	}
	e := f.ETA(now)
	v.ETAState, v.Soonest, v.Likely, v.Latest = e.State, Time{e.P10}, Time{e.P50}, Time{e.P90}
}

// tidy leaves out digits that say nothing.
func tidy(x float64) float64 { return math.Round(x*1000) / 1000 }

// resumes tells what blocks the services whose business has not resumed.
func resumes(s *incident.State, now time.Time) []Resume {
	out := []Resume{}
	for i := range s.Services {
		svc := &s.Services[i]
		if !svc.InScope || svc.Resumed != nil || len(s.Blocking(svc.Def.ID)) == 0 {
			continue
		}
		o := incident.CatchupOutlook(s, svc.Def.ID, now)
		v := Resume{
			Service: svc.Def.ID, Known: o.Known, P10: Time{o.P10}, P50: Time{o.P50}, P90: Time{o.P90}, Waits: o.Waits,
			Deadline: Time{o.Deadline}, MTPD: o.MTPD,
		}
		if o.Told && !o.Deadline.IsZero() {
			chance := tidy(o.Chance)
			v.Chance = &chance
		}
		out = append(out, v)
	}
	return out
}

// accepted lists the losses under a decision.
func accepted(s *incident.State, id incident.DecisionID) []Loss {
	var out []Loss
	for _, l := range s.LossesUnder(id) {
		out = append(out, loss(l.Flow, l.Loss))
	}
	return out
}
