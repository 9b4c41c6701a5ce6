package tui

import (
	"sangfroid/internal/incident"
	"sangfroid/tui/theme"
	"time"

	tea "charm.land/bubbletea/v2"
)

// The forecast is made off the loop: at each change of the state, and now and then as time goes by. Until a newer one is
// there the former is shown.
type outlookPane struct {
	made    *incident.Forecast
	of      *incident.State // what it was made of
	at      time.Time       // … as of
	running bool
	changed time.Time                 // when the last one that a change asked for was begun, by the wall's clock
	due     bool                      // a wake is on its way
	goes    map[goAt]incident.Outlook // a go at another time, of made: ten thousand samples are not for every draw
	whatIf  time.Time                 // the go the person asked to compare; zero: the next moment that matters
}

// goAt is a go of a service at a time.
type goAt struct {
	service incident.ServiceID
	at      time.Time
}

const (
	forecastEvery = 45 * time.Second       // as time goes by, while nothing changes; at 20 s it was a fifth of what an untouched console costs
	forecastPause = 100 * time.Millisecond // between two that changes ask for: with it the second of two changes is still on the screen within 200 ms
)

// forecastMadeMsg: a forecast was made for the room of that generation.
type forecastMadeMsg struct {
	gen int
	of  *incident.State
	f   *incident.Forecast
}

// forecastDueMsg: the pause between two forecasts is over.
type forecastDueMsg struct{ gen int }

// foresee asks for a newer forecast when the one there is is out of date. At most one is made at a time.
func (m *model) foresee() tea.Cmd {
	if m.room == nil || m.frame.State.Declared.At.IsZero() {
		return nil
	}
	p := &m.outlook
	age := m.now.Sub(p.at)
	if p.running || (p.of == m.frame.State && age < forecastEvery && age > -forecastEvery) {
		return nil
	}
	gen := m.roomGen
	changed := p.of != m.frame.State
	if wait := forecastPause - m.wall().Sub(p.changed); changed && wait > 0 && !p.changed.IsZero() {
		if p.due {
			return nil
		}
		p.due = true
		return tea.Tick(wait, func(time.Time) tea.Msg { return forecastDueMsg{gen: gen} })
	}
	p.running, p.due = true, false
	if changed { // one that time alone asked for holds back no other
		p.changed = m.wall()
	}
	s, now, samples := m.frame.State, m.now, m.opts.Samples
	return func() tea.Msg { return forecastMadeMsg{gen: gen, of: s, f: incident.Predict(s, now, samples)} }
}

// forecastDue ends the pause: the next one is made whatever the clock says.
func (m *model) forecastDue(msg forecastDueMsg) {
	if msg.gen == m.roomGen {
		m.outlook.due, m.outlook.changed = false, time.Time{}
	}
}

func (m *model) forecastMade(msg forecastMadeMsg) {
	if msg.gen != m.roomGen {
		return
	}
	first := m.outlook.made == nil
	m.outlook.running = false
	m.outlook.made, m.outlook.of, m.outlook.at = msg.f, msg.of, msg.f.At
	m.outlook.goes = make(map[goAt]incident.Outlook)
	m.refresh()
	if first {
		m.learnAlerts()
	}
}

// goOutlook is what a go at another time leads to, worked out once for each forecast.
func (m *model) goOutlook(v *incident.ServiceForecast, at time.Time) incident.Outlook {
	if m.forecastOf(v.Service) != v {
		return v.GoAt(at)
	}
	key := goAt{v.Service, at}
	o, known := m.outlook.goes[key]
	if !known {
		o = v.GoAt(at)
		m.outlook.goes[key] = o
	}
	return o
}

// forecastOf is the forecast of a service; nil while there is none.
func (m *model) forecastOf(id incident.ServiceID) *incident.ServiceForecast {
	return m.outlook.made.ForecastOf(id)
}

// confidence is how sure the shown decide-by is.
type confidence int

// Confidences of a decide-by.
const (
	byLikely  confidence = iota // by likely durations: no forecast yet
	byNineIn  confidence = 90
	byEven    confidence = 50
	byNothing confidence = -1 // no go has even odds
)

// hedge replaces the decide-by of each service by the forecast's: the latest go that meets the RTO nine times in ten, and
// once that is over the one with even odds.
func (m *model) hedge() {
	m.sure = make(map[incident.ServiceID]confidence)
	for i := range m.clocks {
		c := &m.clocks[i]
		if c.Kind != incident.ClockDecideBy || !c.Stopped.IsZero() {
			continue
		}
		v := m.forecastOf(c.Service)
		if v == nil || !v.Gated || v.RTO.IsZero() {
			continue
		}
		at := v.DecideBy.P90
		m.sure[c.Service] = byNineIn
		if !at.After(m.now) {
			at, m.sure[c.Service] = v.DecideBy.P50, byEven
		}
		if !at.After(m.now) {
			m.sure[c.Service] = byNothing // what is left of it is by likely durations
			continue
		}
		c.State, c.Deadline, c.Remaining = incident.ClockRunning, at, at.Sub(m.now)
		c.Objective = at.Sub(c.Origin)
	}
}

// decideWords are the words beside the decide-by.
func (m *model) decideWords(c *incident.Clock) (name, why string) {
	chance := ""
	if v := m.forecastOf(c.Service); v != nil {
		chance = m.t("tui.forecast.chance", "rto", m.lang.Chance(v.Go.MeetRTO))
	}
	switch level := m.sure[c.Service]; {
	case c.State == incident.ClockMissed:
		why = m.t("tui.decide.late", "at", c.Deadline.In(m.zone()).Format("15:04"), "mtpd", m.mtpdWord(c.Service))
		return m.t("tui.decide.passed"), why
	case level == byNineIn:
		return m.t("tui.decide.by.p", "at", m.nearMoment(c.Deadline)), m.t("tui.decide.p90")
	case level == byEven:
		return m.t("tui.decide.by.even", "at", m.backAt(c.Deadline)), m.t("tui.decide.p50", "chance", chance)
	case level == byNothing:
		return m.t("tui.decide.nothing", "chance", chance), m.t("tui.decide.likely", "at", m.backAt(c.Deadline))
	}
	return m.t("tui.decide.by", "at", m.nearMoment(c.Deadline)), m.t("tui.decide.why")
}

// chances are the probabilities of a service's deadlines, for beside its clock.
func (m *model) chances(id incident.ServiceID) string {
	v := m.forecastOf(id)
	if v == nil || !v.Go.Known {
		return ""
	}
	return m.t("tui.forecast.chances", "rto", m.lang.Chance(v.Go.MeetRTO), "mtpd", m.lang.Clockword(incident.ClockMTPD), "pmtpd", m.lang.Chance(v.Go.MeetMTPD))
}

// withOdds puts the odds in the place of the service's name where the name stands beside the other clock already, else
// before it: what does not fit is cut off the name.
func (m *model) withOdds(name string, id incident.ServiceID) string {
	v := m.forecastOf(id)
	if v == nil || !v.Go.Known {
		return name
	}
	if first, _ := rulers(m.clocks); first != nil && first.Kind == incident.ClockDecideBy && first.Service == id {
		return m.chances(id)
	}
	return m.t("tui.forecast.chance", "rto", m.lang.Chance(v.Go.MeetRTO)) + "  " + name
}

// chanceInk colours a probability: what holds nine times in ten holds, below even odds it is broken.
func (m *model) chanceInk(p float64) theme.Ink {
	t := m.theme
	switch {
	case p >= 0.9:
		return t.Holds
	case p >= 0.5:
		return t.Soon
	case p < 0.5:
		return t.Broken
	}
	return t.Muted
}

// goTime is the other moment a go is compared at: the one asked for; else when the wait ends, when the decision comes
// back, or the latest moment with nine chances in ten, then with even odds.
func (m *model) goTime(d *incident.Decision, v *incident.ServiceForecast) time.Time {
	candidates := []time.Time{m.outlook.whatIf}
	if o := d.Outcome(); o != nil && o.Until != nil {
		candidates = append(candidates, *o.Until)
	}
	if d.Review != nil {
		candidates = append(candidates, *d.Review)
	}
	candidates = append(candidates, v.DecideBy.P90, v.DecideBy.P50)
	for _, at := range candidates {
		if at.After(m.now.Add(time.Minute)) {
			return at
		}
	}
	return time.Time{}
}

// thresholds are the moments to be alerted at. Where the forecast tells how sure a go is, its warnings stand for those of
// the likely durations; that no go is left is told all the same.
func (m *model) thresholds() []incident.Threshold {
	out := m.outlook.made.Thresholds()
	for _, t := range incident.Thresholds(m.frame.State, m.now) {
		if t.Kind == incident.ClockDecideBy && t.Before > 0 && m.sure[t.Service] != byLikely {
			continue
		}
		out = append(out, t)
	}
	return out
}
