package locale

import "sangfroid/internal/incident"

// KeyMoment tells a key moment in a few words. A name the state does not know yet is the moment's own.
func (l Lang) KeyMoment(s *incident.State, k incident.KeyMoment) string {
	named := func(name, id string) string {
		if own := l.Text(k.Title); name == id && own != "" {
			return own
		}
		return name
	}
	service := named(l.ServiceName(s, k.Service), string(k.Service))
	switch k.Kind {
	case incident.KeyIncident:
		return l.turn(k.Type)
	case incident.KeyPhase:
		return l.T("key.phase", "phase", l.Phase(k.Phase))
	case incident.KeyDecision:
		question := named(l.Question(s, k.Decision), string(k.Decision))
		if k.Option == "" {
			return l.T("key.decided", "question", question)
		}
		option := l.Option(k.Option)
		if d := s.Decision(k.Decision); d != nil {
			option = l.OptionTitle(d, k.Option)
		}
		return l.T("key.decision", "option", option, "question", question)
	case incident.KeyLapse:
		return l.T("key.lapse", "service", service)
	case incident.KeyService:
		return l.T("key.service", "state", l.Milestone(milestoneType(k.Type)), "service", service)
	case incident.KeyBreach:
		switch k.Clock {
		case incident.ClockObligation:
			return l.T("key.breach.law", "what", named(l.DutyTitle(s, k.Obligation), string(k.Obligation)))
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

// turn is where an incident or an exercise begins, ends, or begins again.
func (l Lang) turn(t incident.Type) string {
	switch t {
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
