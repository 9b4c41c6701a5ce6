package locale

import (
	"sangfroid/internal/incident"
	"testing"
)

func TestKeyMoments(t *testing.T) {
	s := incident.NewState()
	portal := incident.Text{EN: "Portal", FR: "Portail"}
	for _, c := range []struct {
		k      incident.KeyMoment
		en, fr string
	}{
		{incident.KeyMoment{Kind: incident.KeyIncident, Type: incident.IncidentDeclared{}.Type()}, "declared", "déclaré"},
		{incident.KeyMoment{Kind: incident.KeyIncident, Type: incident.IncidentClosed{}.Type()}, "closed", "clos"},
		{incident.KeyMoment{Kind: incident.KeyIncident, Type: incident.IncidentReopened{}.Type()}, "reopened", "rouvert"},
		{incident.KeyMoment{Kind: incident.KeyIncident, Type: incident.ExerciseStarted{}.Type()}, "exercise begins", "début de l’exercice (DEBEX)"},
		{incident.KeyMoment{Kind: incident.KeyIncident, Type: incident.ExerciseEnded{}.Type()}, "exercise ends", "fin de l’exercice (FINEX)"},
		{incident.KeyMoment{Kind: incident.KeyPhase, Phase: incident.PhaseFailover}, "phase failover begins", "début de la phase bascule"},
		{incident.KeyMoment{Kind: incident.KeyDecision, Decision: "d1", Option: incident.OptionNoGo, Title: incident.T("Fail back?")}, "decided: no-go – Fail back?", "décidé\u00a0: no-go – Fail back?"},
		{incident.KeyMoment{Kind: incident.KeyDecision, Decision: "d1", Title: incident.T("Status red")}, "decided: Status red", "décidé\u00a0: Status red"},
		{incident.KeyMoment{Kind: incident.KeyDecision, Decision: "d1"}, "decided: d1", "décidé\u00a0: d1"},
		{incident.KeyMoment{Kind: incident.KeyBreach, Clock: incident.ClockRTO, Service: "portal", Title: portal}, "RTO missed: Portal", "RTO dépassé\u00a0: Portail"},
		{incident.KeyMoment{Kind: incident.KeyBreach, Clock: incident.ClockMTPD, Service: "portal", Title: portal}, "MTPD passed: Portal", "DMIA dépassée\u00a0: Portail"},
		{incident.KeyMoment{Kind: incident.KeyBreach, Clock: incident.ClockDecideBy, Service: "portal"}, "time to decide passed: portal", "heure limite de décision passée\u00a0: portal"},
		{incident.KeyMoment{Kind: incident.KeyBreach, Clock: incident.ClockObligation, Obligation: "dora/initial", Title: incident.T("Initial notification")}, "deadline passed: Initial notification", "échéance passée\u00a0: Initial notification"},
		{incident.KeyMoment{Kind: incident.KeyLapse, Service: "portal", Title: portal}, "no go meets the RTO any more: Portal", "plus aucun go ne tient le RTO\u00a0: Portail"},
		{incident.KeyMoment{Kind: incident.KeyService, Type: incident.ServiceResumed{}.Type(), Service: "portal", Title: portal}, "business resumed: Portal", "métier repris\u00a0: Portail"},
	} {
		if got := English.KeyMoment(s, c.k); got != c.en {
			t.Errorf("%q, want %q", got, c.en)
		}
		if got := French.KeyMoment(s, c.k); got != c.fr {
			t.Errorf("%q, want %q", got, c.fr)
		}
	}
}
