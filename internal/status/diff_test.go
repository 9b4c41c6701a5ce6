package status

import (
	"encoding/json"
	"sangfroid/internal/incident"
	"strings"
	"testing"
	"time"
)

func began() time.Time { return time.Date(2026, 11, 23, 13, 0, 0, 0, time.UTC) }

func secs(d time.Duration) *int64 {
	n := int64(d.Seconds())
	return &n
}

// run is a view of a run whose RTO counts from began(): a go, a verified service, two phases, two steps.
func run(goAfter, verifiedAfter time.Duration) Status {
	at := func(d time.Duration) Time { return Time{began().Add(d)} }
	goes := incident.OptionGo
	s := Status{At: at(10 * time.Hour), Incident: Incident{ID: "inc-1", Realm: incident.Drill, State: "closed"}}
	s.Services = []Service{{ID: "portal", Name: incident.T("Portal")}}
	s.Clocks = []Clock{
		{Service: "portal", Kind: incident.ClockRTO, Origin: at(0), ObjectiveS: secs(4 * time.Hour), ElapsedS: secs(verifiedAfter), Stopped: at(verifiedAfter), State: incident.ClockMet},
		{Service: "portal", Kind: incident.ClockMTPD, Origin: at(0), ObjectiveS: secs(24 * time.Hour), ElapsedS: secs(10 * time.Hour), State: incident.ClockRunning},
		{Service: "portal", Kind: incident.ClockDecideBy, Origin: at(0), ObjectiveS: secs(time.Hour)},
	}
	s.Phases = []Phase{
		{Phase: incident.PhaseAnalysis, From: at(0), Seconds: 600},
		{Phase: incident.PhaseDecision, From: at(10 * time.Minute), Seconds: 300},
		{Phase: incident.PhaseAnalysis, From: at(15 * time.Minute), Seconds: 60},
	}
	s.Decisions = []Decision{{ID: "failover/go", Question: incident.T("Fail over?"), State: incident.DecisionIsTaken, Option: &goes, Time: at(goAfter), Because: "why"}}
	s.StepList = []Step{
		{ID: "failover/confirm", Title: incident.T("Confirm"), State: incident.StepIsDone, Started: at(time.Minute), Ended: at(6 * time.Minute)},
		{ID: "adhoc/s1", Title: incident.T("Call the plumber"), State: incident.StepRunning, Started: at(time.Hour)},
	}
	return s
}

func TestTwoRunsSideBySide(t *testing.T) {
	a, b := run(62*time.Minute, 3*time.Hour), run(54*time.Minute, 200*time.Minute)
	b.Incident.Realm = incident.Live
	b.Clocks[0].State = incident.ClockMissed
	b.StepList[1].Title = incident.T("Call the electrician") // another unplanned step under the same id
	b.Decisions = append(b.Decisions, Decision{ID: "d1", Question: incident.T("Tell the press?"), State: incident.DecisionIsAsked})
	b.Phases = append([]Phase{{Phase: incident.PhaseEscalation, From: Time{began()}, Seconds: 30}}, b.Phases...)
	d := Compare(a, b)
	if d.Schema != "sangfroid.diff/1" || d.A.Realm != incident.Drill || !d.A.Origin.Equal(began()) || *d.A.Seconds != 36000 || !d.A.Closed {
		t.Errorf("%+v", d.A)
	}
	if len(d.Objectives) != 2 || *d.Objectives[0].DeltaS != 1200 || d.Objectives[0].B.State != incident.ClockMissed || d.Objectives[0].Name.EN != "Portal" {
		t.Errorf("%+v", d.Objectives)
	}
	if m := d.Objectives[1]; m.A.AchievedS != nil || m.DeltaS != nil {
		t.Errorf("an MTPD that still runs was achieved: %+v", m)
	}
	if len(d.Phases) != 3 || d.Phases[0].What != "escalation" || d.Phases[0].AS != nil || *d.Phases[1].AS != 660 || *d.Phases[2].AStartS != 600 {
		t.Errorf("%+v", d.Phases)
	}
	if k := d.Kinds[0]; *k.DeltaS != -480 || *k.AOption != incident.OptionGo || k.BBecause != "why" {
		t.Errorf("%+v", k)
	}
	if k := d.Kinds[1]; k.AState != "" || k.BState != incident.DecisionIsAsked || k.BS != nil {
		t.Errorf("%+v", k)
	}
	if len(d.Steps) != 3 || *d.Steps[0].DeltaS != 0 || *d.Steps[0].AStartS != 60 || d.Steps[1].BState != "" || d.Steps[2].AState != "" {
		t.Errorf("%+v", d.Steps)
	}
}

// TestWhatIsNotToldStaysUnknown: a timeline without stamps, clocks and phases compares with anything, and invents nothing.
func TestWhatIsNotToldStaysUnknown(t *testing.T) {
	empty := Status{Incident: Incident{ID: "imp-1"}}
	for _, d := range []Diff{Compare(empty, empty), Compare(empty, run(time.Hour, time.Hour)), Compare(run(time.Hour, time.Hour), empty)} {
		b, err := json.Marshal(d)
		if err != nil {
			t.Fatal(err)
		}
		for _, list := range []string{"objectives", "phases", "decisions", "steps"} {
			if strings.Contains(string(b), `"`+list+`":null`) {
				t.Errorf("%s is null: %s", list, b)
			}
		}
		for _, o := range d.Objectives {
			if (o.A == nil) == (o.B == nil) || o.DeltaS != nil {
				t.Errorf("%+v", o)
			}
		}
	}
	if d := Compare(empty, empty); d.A.Seconds != nil || !d.A.Origin.IsZero() {
		t.Errorf("%+v", d.A)
	}
}
