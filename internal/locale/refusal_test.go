package locale

import (
	"sangfroid/internal/incident"
	"sangfroid/internal/text"
	"strings"
	"testing"
)

func TestARefusalNamesThingsAsPeopleDo(t *testing.T) {
	s := incident.NewState()
	s.Steps = []incident.Step{
		{ID: "failover/open-log", Def: incident.StepDef{Title: incident.Text{EN: "Open the log", FR: "Ouvrir la main courante"}}},
		{ID: "failover/confirm", Def: incident.StepDef{Title: incident.Text{EN: "Confirm the outage", FR: "Confirmer la panne"}}},
	}
	s.Decided = []incident.Decision{{ID: "failover/go", Question: incident.T("Fail over?"), Options: []incident.OptionDef{{ID: "go", Title: incident.T("Fail over")}}}}
	s.Flows = []incident.Flow{{ID: "cards", Title: incident.T("Card payments")}, {ID: "slips", Title: incident.T("Slips")}}
	for _, c := range []struct {
		lang   Lang
		withID bool
		code   incident.RefusalCode
		args   []string
		want   string
	}{
		{English, false, incident.RefuseStepWaits, []string{"step", "failover/open-log", "for", "failover/confirm"}, "The step “Open the log” waits for: “Confirm the outage”."},
		{English, true, incident.RefuseStepWaits, []string{"step", "failover/open-log", "for", "failover/confirm"}, "The step “Open the log” (failover/open-log) waits for: “Confirm the outage” (failover/confirm)."},
		{French, false, incident.RefuseStepWaits, []string{"step", "failover/open-log", "for", "failover/confirm"}, "L’étape « Ouvrir la main courante » attend : « Confirmer la panne »."},
		{English, false, incident.RefuseStepGate, []string{"step", "failover/x", "decision", "failover/go", "option", "go"}, "The step failover/x waits for the decision “Fail over?” = “Fail over”."},
		{English, false, incident.RefuseOpenFlows, []string{"flows", "cards, slips"}, "Catch-up lines are still open: Card payments, Slips."},
	} {
		got, hint := c.lang.RefuseIn(s, &incident.Refusal{Code: c.code, Args: c.args}, c.withID)
		if c.lang == French {
			c.want = text.French(c.want)
		}
		if got != c.want || hint == "" || strings.Contains(hint, "{") {
			t.Errorf("%s\nwant %s, hint %q", got, c.want, hint)
		}
	}
	if French.Level(incident.LevelWarm) != "tiède" || English.Level("other") != "other" {
		t.Error("levels")
	}
}
