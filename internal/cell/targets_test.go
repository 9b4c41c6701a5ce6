package cell

import (
	"encoding/json"
	"fmt"
	"sangfroid/internal/incident"
	"strings"
	"testing"
	"time"
)

// planned is an incident with two steps that take signals of one source, one of another, and a line of the ledger.
func planned(t testing.TB) *incident.State {
	t.Helper()
	at := time.Date(2026, 11, 23, 13, 0, 0, 0, time.UTC)
	step := func(id, signal string, targets incident.TargetsDef) incident.StepDef {
		return incident.StepDef{ID: id, Title: incident.T(id), Phase: incident.PhaseFailover, Signal: signal, Targets: targets}
	}
	book := incident.Playbook{
		Schema: incident.PlaybookSchema, ID: "t", Title: incident.T("T"), Services: []incident.ServiceDef{{ID: "web", Name: incident.T("web")}},
		Plans: []incident.PlanDef{{
			ID: "failover", Kind: incident.PlanFailover, Title: incident.T("F"),
			Steps: []incident.StepDef{
				step("copy", "backup:copied", incident.TargetsDef{Pattern: "vm-%02d", Count: 3}),
				step("start", "backup", incident.TargetsDef{Count: 3}),
				step("move", "network:moved", incident.TargetsDef{Count: 5}),
				step("said", "mail:done", incident.TargetsDef{}),
			},
			Catchup: []incident.FlowDef{{ID: "orders", Title: incident.T("Orders"), Service: "web", Unit: incident.T("order"), Signal: "shop-portal"}},
		}},
	}
	raw, err := json.Marshal(book)
	if err != nil {
		t.Fatal(err)
	}
	s := incident.NewState()
	for i, d := range []incident.Data{
		incident.IncidentDeclared{Title: "T", Services: book.Services, Detected: &at}, incident.PlanLaunched{Playbook: raw, Plan: "failover"},
	} {
		subject := incident.SubjectIncident
		if i == 1 {
			subject = "plan/failover"
		}
		incident.Apply(s, incident.Entry{Seq: i + 1, Received: at, Event: incident.Event{
			ID: incident.EventID(fmt.Sprint(i)), Source: "/t", Type: d.Type(), Subject: subject, Time: at, Recorded: at, Incident: "inc-1", Realm: incident.Live, Actor: "A", Data: d,
		}})
	}
	if len(s.Steps) != 4 || len(s.Flows) != 1 {
		t.Fatalf("%d steps", len(s.Steps))
	}
	return s
}

func TestARuleIsFoundForASignal(t *testing.T) {
	s := planned(t)
	for _, c := range []struct {
		source, step, line string
		want               incident.SetID
	}{
		{"network", "", "", "step/failover/move"},
		{"network", "move", "", "step/failover/move"},
		{"network", "failover/move", "", "step/failover/move"},
		{"network", "copy", "", ""},
		{"backup", "", "", ""}, // two steps take its signals: it must say which
		{"backup", "copy", "", "step/failover/copy"},
		{"backup", "start", "", "step/failover/start"},
		{"shop-portal", "", "", "catchup/failover/orders"},
		{"shop-portal", "", "orders", "catchup/failover/orders"},
		{"shop-portal", "orders", "", ""},
		{"mail", "", "", ""}, // a step without targets
		{"", "", "", ""},
		{"unknown", "copy", "", ""},
	} {
		if got := SetFor(s, c.source, Progress{Step: c.step, Line: c.line}); got != c.want {
			t.Errorf("%+v: %s", c, got)
		}
	}
	if got := SetNamed(s, Progress{Step: "move"}); got != "step/failover/move" {
		t.Error(got)
	}
}

func TestProgressIsRead(t *testing.T) {
	p, ok := ReadProgress([]byte(`{"id":"7","type":"sangfroid.targets.progress","time":"2026-11-23T14:02:00Z","data":{"step":"copy","note":"a \u001b[2Jword",
		"changes":[{"state":"done","ids":["vm-01","v\u202em-02"]},{"state":"asleep","ids":["x"]},{"state":"failed","ids":[]},{"state":"running","ids":["vm-03"],"group":"h\u0007ost","at":"2026-11-23T14:01:00Z"}]}}`))
	if !ok || len(p.Changes) != 2 || p.Note != "a word" || p.Changes[0].IDs[1] != "vm-02" || p.Changes[1].Group != "host" || p.Time.Hour() != 14 {
		t.Errorf("%v %+v", ok, p)
	}
	if got := p.Summary(); got != "copy: 1 running, 2 done – a word" {
		t.Error(got)
	}
	for _, raw := range []string{"", "null", "[]", "a word", `{"type":"other","data":{"changes":[{"state":"done","ids":["a"]}]}}`, `{"type":"sangfroid.targets.progress","data":{"changes":"all"}}`, `{"type":"sangfroid.targets.progress"}`} {
		if _, ok := ReadProgress([]byte(raw)); ok {
			t.Errorf("%q is read as progress", raw)
		}
	}
}

func TestASetTakesItsNames(t *testing.T) {
	s := planned(t)
	closed, _ := s.Targets("step/failover/copy")
	open, _ := s.Targets("step/failover/move")
	for ids, want := range map[string]bool{"vm-01..vm-03": true, "vm-04": false, "vm-01,vm-09": false, "..": false} {
		p := Progress{Changes: []incident.TargetChange{{State: incident.TargetDone, IDs: strings.Split(ids, ",")}}}
		if Takes(closed, p) != want || !Takes(open, p) {
			t.Errorf("%s", ids)
		}
	}
}

func FuzzProgress(f *testing.F) {
	f.Add([]byte(`{"id":"7","type":"sangfroid.targets.progress","data":{"step":"copy","changes":[{"state":"done","ids":["vm-01..vm-03"]}]}}`))
	s := planned(f)
	f.Fuzz(func(t *testing.T, raw []byte) {
		p, ok := ReadProgress(raw)
		if !ok {
			return
		}
		for _, c := range p.Changes {
			for _, id := range c.IDs {
				for _, r := range id {
					if r < ' ' || (r >= 0x7f && r < 0xa0) || r == '\u202e' {
						t.Fatalf("%U in %q", r, id)
					}
				}
			}
		}
		SetFor(s, "backup", p)
		set, _ := s.Targets("step/failover/copy")
		Takes(set, p)
		_ = p.Summary()
	})
}
