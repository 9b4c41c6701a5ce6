package exercise

import (
	"bytes"
	"errors"
	"sangfroid/internal/incident"
	"strings"
	"testing"
	"time"
)

const script = `
players:
  - {at: +00:05, role: it-lead, do: "step start confirm-outage"}
  - {at: +00:08, role: it-lead, do: "step done confirm-outage --note 'all 34 are gone'"}
  - {at: +00:10, role: director, as: "A. Martin", do: "note the cell sits --kind action"}
  - {when: {inject: 2, is: sent, delay: 4m}, role: director, do: "answer 2 statement at eleven"}
  - {at: +00:40, role: it-lead, do: "repair --min 6h --likely 9h --max 1d --says 'the host'"}
  - {at: +00:50, role: director, do: "ask go"}
  - {when: {inject: 3, is: sent, delay: 2m}, role: director, do: "decide go go --because 'the repair takes a day'"}
  - {at: +01:30, role: evaluator, do: "observe decided when the board called --kind improvement --objective decide --rating some-challenges"}
`

func played(t *testing.T, text string, seed int64) *Result {
	t.Helper()
	l, found := Parse("good.yaml", []byte(text))
	if len(found) > 0 {
		t.Fatalf("%+v", found)
	}
	at := time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)
	res, err := Headless(&l, Start{Wall: time.Now(), At: &at, Seed: seed, Zone: "UTC", Lang: "en"})
	if err != nil {
		t.Fatal(err)
	}
	return res
}

func TestHeadlessPlaysToTheEnd(t *testing.T) {
	res := played(t, good(t)+script, 7)
	for _, r := range res.Refused {
		t.Errorf("%s at %v: %v", r.Do, r.At, r.Err)
	}
	x := res.State.Exercise
	if len(res.Missed) > 0 || x.Ended == nil || !x.Ended.At.Equal(x.Start.Add(2*time.Hour)) {
		t.Errorf("%d acts missed, ended %+v", len(res.Missed), x.Ended)
	}
	var sent []string
	for _, i := range x.Sent {
		sent = append(sent, string(i.No))
	}
	if got := strings.Join(sent, " "); got != "1 2 4 3" {
		t.Errorf("sent %s", got)
	}
	d := res.State.Decision("failover/go")
	if d == nil || d.Outcome() == nil || !d.Outcome().Mark.At.Equal(x.Start.Add(62*time.Minute)) {
		t.Errorf("%+v", d)
	}
	if res.State.Member("A. Martin") == nil || len(x.Observed) != 1 || res.State.Count.Late != 0 || res.State.Count.Flagged != 0 {
		t.Errorf("%+v, late %d, flagged %d", x.Observed, res.State.Count.Late, res.State.Count.Flagged)
	}
	if st := Agenda(res); st["5"] != incident.InjectOver {
		t.Errorf("%+v", st)
	}
}

// Agenda tells where each inject stood at the end.
func Agenda(res *Result) map[incident.InjectID]incident.InjectStatus {
	out := make(map[incident.InjectID]incident.InjectStatus)
	for _, st := range incident.Due(res.State, res.End).All {
		out[st.Def.No] = st.Status
	}
	return out
}

// TestHeadlessIsDeterministic: the same seed gives the same bytes, another one other times.
func TestHeadlessIsDeterministic(t *testing.T) {
	a, b, c := played(t, good(t)+script, 7), played(t, good(t)+script, 7), played(t, good(t)+script, 8)
	if len(a.Events) != len(b.Events) || a.ID != b.ID {
		t.Fatalf("%d and %d events", len(a.Events), len(b.Events))
	}
	for i := range a.Events {
		if !bytes.Equal(a.Events[i].Raw, b.Events[i].Raw) {
			t.Fatalf("event %d differs:\n%s\n%s", i, a.Events[i].Raw, b.Events[i].Raw)
		}
	}
	if a.State.Exercise.SentOf("2").Mark.At.Equal(c.State.Exercise.SentOf("2").Mark.At) {
		t.Error("two seeds gave the same time")
	}
}

func TestHeadlessTellsWhatCouldNotBeDone(t *testing.T) {
	res := played(t, good(t)+`
players:
  - {at: +00:05, role: it-lead, do: "step done verify"}
  - {at: +00:06, role: it-lead, do: "step progress rebuild-vms many"}
  - {when: {phase: review}, role: director, do: "note too late"}
`, 1)
	var refusal *incident.Refusal
	if len(res.Refused) != 2 || !errors.As(res.Refused[0].Err, &refusal) || !errors.Is(res.Refused[1].Err, ErrAct) || len(res.Missed) != 1 {
		t.Errorf("%+v, missed %v", res.Refused, res.Missed)
	}
}

func TestHeadlessStopsForARealEmergency(t *testing.T) {
	res := played(t, good(t)+`
players:
  - {at: +00:05, role: it-lead, do: "note real emergency, stop the exercise"}
  - {at: +00:50, role: it-lead, do: "note never"}
`, 1)
	if x := res.State.Exercise; !x.Emergency || !x.Ended.At.Equal(x.Start.Add(5*time.Minute)) || len(res.Missed) != 1 {
		t.Errorf("%+v", x.Ended)
	}
}

func TestActs(t *testing.T) {
	res := played(t, good(t), 1)
	for line, typ := range map[string]incident.Type{
		"step start rebuild-vms":                         "sangfroid.step.started",
		"step progress rebuild-vms 12/35":                "sangfroid.step.progressed",
		"step block rebuild-vms --note 'no licence'":     "sangfroid.step.blocked",
		"vote go no-go --because x":                      "sangfroid.decision.voted",
		"criterion go copies 'last night' --verdict for": "sangfroid.decision.criterion",
		"decide go wait --because x --until +01:00":      "sangfroid.decision.taken",
		"repair --likely 2h":                             "sangfroid.repair.estimated",
		"catchup open catchup-portal --expected 120":     "sangfroid.catchup.opened",
		"catchup count catchup-portal --replayed 12":     "sangfroid.catchup.counted",
		"catchup sign catchup-portal":                    "sangfroid.catchup.signed",
		"service verified portal":                        "sangfroid.incident.verified",
		"answer 1 done":                                  "sangfroid.exercise.answered",
		"score decide performed":                         "sangfroid.exercise.scored",
		"send 5":                                         "sangfroid.exercise.injected",
		"skip 5 --because x":                             "sangfroid.exercise.skipped",
		"sitrep all is well":                             "sangfroid.comms.sitrep",
		"escalate --to 'the board' now":                  "sangfroid.incident.escalated",
		"contact host-desk called":                       "sangfroid.comms.contacted",
		"step targets rebuild-vms --done vm-01..vm-12 --failed vm-13 --note x": "sangfroid.targets.changed",
		"catchup open catchup-portal --expected 120 --approx --blocks=false":   "sangfroid.catchup.opened",
		"decide go go --revise --because 'the copy is proven'":                 "sangfroid.decision.revised",
		"decide go --withdraw --because x":                                     "sangfroid.decision.abandoned",
		"decide go wait --until +40m --because x":                              "sangfroid.decision.taken",
		"origin last-good-data -32h45m --because x":                            "sangfroid.incident.origin",
		"origin detected +00:10 --because x":                                   "sangfroid.incident.origin",
		"obligation stamp aware/gdpr --because x":                              "sangfroid.incident.origin",
		"obligation met gdpr/first --reference 12":                             "sangfroid.comms.obligation",
		"sitrep issue --next 30m":                                              "sangfroid.comms.sitrep",
		"end --because enough":                                                 "sangfroid.exercise.ended",
		"note \"two words\" and more --kind action --from Bob":                 "sangfroid.note.added",
	} {
		_, d, err := Act(res.State, line, res.End)
		if err != nil || d.Type() != typ {
			t.Errorf("%s: %v %v", line, d, err)
		}
	}
	for _, bad := range []string{"", "fly", "origin reported +00:10 --service portal --because x", "step start rebuild-vms --because x", "step fly x", "note 'open", "note x --kind", "step progress x many", "repair --likely soon", "decide go go --until noon", "catchup count x --replayed few", "send 99", "repair --likely 6h --says the host", "decide go go because x"} {
		if _, d, err := Act(res.State, bad, res.End); err == nil {
			t.Errorf("%q is %T", bad, d)
		}
	}
}

func FuzzAct(f *testing.F) {
	l, found := Parse("good.yaml", mustRead(f))
	if len(found) > 0 {
		f.Fatal(found)
	}
	at := time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)
	res, err := Headless(&l, Start{At: &at, Zone: "UTC"})
	if err != nil {
		f.Fatal(err)
	}
	f.Add("step start x --note 'a b'")
	f.Add(`decide go go --because "x`)
	f.Fuzz(func(t *testing.T, line string) {
		if _, d, err := Act(res.State, line, res.End); (d == nil) == (err == nil) {
			t.Fatalf("%q: %v %v", line, d, err)
		}
	})
}

// TestTimesOfActs: a time is read as the command line reads it, and with a sign and a colon from the start.
func TestTimesOfActs(t *testing.T) {
	res := played(t, good(t), 1)
	start := res.State.Exercise.Start
	now := start.Add(30 * time.Minute)
	for typed, want := range map[string]time.Duration{"+40m": 70 * time.Minute, "+01:45": 105 * time.Minute, "11:00": time.Hour} {
		_, d, err := Act(res.State, "decide go wait --because x --until "+typed, now)
		taken, ok := d.(incident.DecisionTaken)
		if err != nil || !ok || taken.Until == nil || taken.Until.Sub(start) != want {
			t.Errorf("%s: %+v %v, want %v after the start", typed, d, err, want)
		}
	}
	_, d, err := Act(res.State, "sitrep issue --next 30m", now)
	if report, ok := d.(incident.SitrepIssued); err != nil || !ok || report.Next == nil || report.Next.Sub(now) != 30*time.Minute || !strings.Contains(report.Text, "STATUS") {
		t.Errorf("%+v %v", d, err)
	}
}
