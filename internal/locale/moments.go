package locale

import "sangfroid/internal/incident"

// KeyMoment tells a key moment in a few words. Names are those the state knows: what came later is called by its id.
func (l Lang) KeyMoment(s *incident.State, k incident.KeyMoment) string {
	service := l.ServiceName(s, k.Service)
	switch k.Kind {
	case incident.KeyIncident:
		switch k.Type {
		case incident.IncidentClosed{}.Type():
			return l.T("key.closed")
		case incident.IncidentReopened{}.Type():
			return l.T("key.reopened")
		case incident.ExerciseStarted{}.Type():
			return l.T("key.startex")
		case incident.ExerciseEnded{}.Type():
			return l.T("key.endex")
		}
		return l.T("key.declared")
	case incident.KeyPhase:
		return l.T("key.phase", "phase", l.Phase(k.Phase))
	case incident.KeyDecision:
		if k.Option == "" {
			return l.T("key.decided", "question", l.Question(s, k.Decision))
		}
		option := l.Option(k.Option)
		if d := s.Decision(k.Decision); d != nil {
			option = l.OptionTitle(d, k.Option)
		}
		return l.T("key.decision", "option", option, "question", l.Question(s, k.Decision))
	case incident.KeyLapse:
		return l.T("key.lapse", "service", service)
	case incident.KeyService:
		return l.T("key.service", "state", l.Milestone(milestoneType(k.Type)), "service", service)
	case incident.KeyBreach:
		switch k.Clock {
		case incident.ClockObligation:
			return l.T("key.breach.law", "what", l.DutyTitle(s, k.Obligation))
		case incident.ClockDecideBy:
			return l.T("key.breach.decideby", "service", service)
		case incident.ClockMTPD:
			return l.T("key.breach.mtpd", "clock", l.Clockword(k.Clock), "service", service)
		default:
			return l.T("key.breach", "clock", l.Clockword(k.Clock), "service", service)
		}
	}
	return string(k.Kind)
}

func milestoneType(t incident.Type) incident.Milestone {
	switch t {
	case incident.ServiceRestored{}.Type():
		return incident.MilestoneRestored
	case incident.ServiceVerified{}.Type():
		return incident.MilestoneVerified
	case incident.ServiceResumed{}.Type():
		return incident.MilestoneResumed
	}
	return incident.MilestoneFailedBack
}
