package status

import "sangfroid/internal/incident"

// Schemas of the forecast by itself, and of forecasts beside what happened.
const (
	ForecastSchema = "sangfroid.forecast/1"
	TrackSchema    = "sangfroid.forecast-track/1"
)

// Foretold is the whole forecast of an incident: `forecast -o json`. What it has in common with [Forecast] is the same.
type Foretold struct {
	Schema   string                `json:"schema"`
	At       Time                  `json:"at"`
	Incident incident.IncidentID   `json:"incident"`
	Title    string                `json:"title"`
	Realm    incident.Realm        `json:"realm"`
	Samples  int                   `json:"samples"`
	Services []ForetoldService     `json:"services"`
	Steps    []ForetoldStep        `json:"steps"`
	Matters  *incident.StepID      `json:"matters"` // what holds the services back most
	Assumed  []incident.StepID     `json:"assumed"`
	Overdue  []incident.StepID     `json:"overdue"`
	Blocked  []incident.StepID     `json:"blocked"`
	Later    []incident.DecisionID `json:"later_decisions"`
}

// ForetoldService is the forecast of one service.
type ForetoldService struct {
	Service    incident.ServiceID  `json:"service"`
	Name       incident.Text       `json:"name"`
	RTO        Time                `json:"rto_deadline"`
	MTPD       Time                `json:"mtpd_deadline"`
	Decision   incident.DecisionID `json:"decision,omitempty"`
	Gated      bool                `json:"gated"` // the go was not said: "go" is what it leads to when said now
	Go         *Outlook            `json:"go"`
	Repair     *Outlook            `json:"repair"`
	DecideBy50 Time                `json:"decide_by_p50"`
	DecideBy90 Time                `json:"decide_by_p90"`
}

// ForetoldStep is what remains of a step.
type ForetoldStep struct {
	Step     incident.StepID `json:"step"`
	Title    incident.Text   `json:"title"`
	MeanS    int64           `json:"mean_s"`
	P90S     int64           `json:"p90_s"`
	Critical float64         `json:"critical"`
	HoldsS   int64           `json:"holds_s"`
}

// MakeForecast builds the view of a forecast.
func MakeForecast(s *incident.State, f *incident.Forecast) Foretold {
	v := Foretold{
		Schema: ForecastSchema, At: Time{f.At}, Incident: s.ID, Title: s.Title, Realm: s.Realm, Samples: f.Samples,
		Services: []ForetoldService{}, Steps: []ForetoldStep{},
		Assumed: list(f.Assumed), Overdue: list(f.Overdue), Blocked: list(f.Blocked), Later: list(f.Later),
	}
	for i := range f.Services {
		sv := &f.Services[i]
		v.Services = append(v.Services, ForetoldService{
			Service: sv.Service, Name: s.Service(sv.Service).Def.Name, RTO: Time{sv.RTO}, MTPD: Time{sv.MTPD},
			Decision: sv.Decision, Gated: sv.Gated, Go: outlook(sv.Go), Repair: outlook(sv.Repair),
			DecideBy50: Time{sv.DecideBy.P50}, DecideBy90: Time{sv.DecideBy.P90},
		})
	}
	for _, st := range f.Steps {
		v.Steps = append(v.Steps, ForetoldStep{
			Step: st.Step, Title: s.Step(st.Step).Def.Title, MeanS: *seconds(st.Mean), P90S: *seconds(st.P90),
			Critical: *chance(st.Critical), HoldsS: *seconds(st.Holds),
		})
	}
	if m := f.Matters(); m != nil {
		v.Matters = &m.Step
	}
	return v
}

func list[T any](in []T) []T {
	if in == nil {
		return []T{}
	}
	return in
}

// Track sets the forecast of each turning point of an incident beside what then happened: `forecast --track -o json`.
type Track struct {
	Schema   string              `json:"schema"`
	Incident incident.IncidentID `json:"incident"`
	Title    string              `json:"title"`
	Realm    incident.Realm      `json:"realm"`
	Samples  int                 `json:"samples"`
	Rows     []TrackRow          `json:"rows"`
}

// TrackRow is the forecast of one service at one turning point.
type TrackRow struct {
	At          Time                `json:"at"`
	Entry       int                 `json:"entry"`
	Phase       incident.Phase      `json:"phase,omitempty"`    // it began
	Decision    incident.DecisionID `json:"decision,omitempty"` // it was taken
	Option      incident.Option     `json:"option,omitempty"`
	Service     incident.ServiceID  `json:"service"`
	GoAt        Time                `json:"go_at"` // the forecast is of a go said then; null: it was said, or none was needed
	Repair      bool                `json:"repair"`
	VerifiedP10 Time                `json:"verified_p10"`
	VerifiedP50 Time                `json:"verified_p50"`
	VerifiedP90 Time                `json:"verified_p90"`
	MeetRTO     *float64            `json:"p_rto"`
	Verified    Time                `json:"verified"`
	OffS        *int64              `json:"off_s"` // verified − P50
	Band        *int                `json:"band"`  // 0 up to P10, 1 up to P50, 2 up to P90, 3 later
	Met         *bool               `json:"rto_met"`
}

// MakeTrack compares the forecasts along a course, each from n samples (0 takes the usual number).
func MakeTrack(c *incident.Course, n int) Track {
	s := c.State()
	if n <= 0 {
		n = incident.ForecastSamples
	}
	v := Track{Schema: TrackSchema, Incident: s.ID, Title: s.Title, Realm: s.Realm, Samples: n, Rows: []TrackRow{}}
	for i := range c.Moments {
		m := &c.Moments[i]
		for _, h := range incident.LookBack(m.Then, m.At, s, n) {
			v.Rows = append(v.Rows, trackRow(m, &h))
		}
	}
	return v
}

func trackRow(m *incident.Moment, h *incident.Hindsight) TrackRow {
	r := TrackRow{
		At: Time{m.At}, Entry: m.Entry, Phase: m.Phase, Decision: m.Decision, Option: m.Option, Service: h.Service,
		GoAt: Time{h.GoAt}, Repair: h.Repair, Verified: Time{h.Real}, MeetRTO: chance(h.Then.MeetRTO),
		VerifiedP10: Time{h.Then.Verified.P10}, VerifiedP50: Time{h.Then.Verified.P50}, VerifiedP90: Time{h.Then.Verified.P90},
	}
	if band, ok := h.Band(); ok {
		r.Band, r.OffS = &band, seconds(h.Off())
		if !h.RTO.IsZero() {
			met := !h.Real.After(h.RTO)
			r.Met = &met
		}
	}
	return r
}

// Bands counts the outcomes by where they fell.
func (v *Track) Bands() (n [4]int) {
	for _, r := range v.Rows {
		if r.Band != nil {
			n[*r.Band]++
		}
	}
	return n
}
