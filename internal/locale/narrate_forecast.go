package locale

import "sangfroid/internal/incident"

// forecast tells that a moment passed from which something was no longer possible, and what still was.
func (n narrator) forecast() Line {
	d, ok := n.e.Data.(incident.ForecastLapsed)
	if !ok {
		return n.unknown()
	}
	var more []string
	if d.Back != nil && d.MeetRTO != nil {
		more = append(more, n.T("e.forecast.go", "at", n.at(*d.Back), "rto", n.Chance(*d.MeetRTO)))
	}
	if d.MeetMTPD != nil {
		more = append(more, n.T("e.forecast.mtpd", "mtpd", n.Clockword(incident.ClockMTPD), "p", n.Chance(*d.MeetMTPD)))
	}
	if d.Repair != nil {
		more = append(more, n.T("e.forecast.repair", "p", n.Chance(*d.Repair)))
	}
	text := n.T("e.forecast.lapsed", "service", n.ServiceName(n.s, d.Service), "by", n.at(d.DecideBy))
	return Line{Text: with(text, more...), Tone: ToneBroken}
}
