package status

import (
	"encoding/json"
	"fmt"
	"sangfroid/internal/incident"
	"strings"
	"testing"
	"time"
)

// TestObligationsInTheView: what the view says of legal clocks, and that the list of clocks stays what it was.
func TestObligationsInTheView(t *testing.T) {
	s := incident.NewState()
	for i, e := range []string{
		`"sangfroid.incident.declared","data":{"title":"x","services":[{"id":"web","name":"Web","rto":"4h"}],"detected":"2026-11-23T08:00:00Z"}`,
		`"sangfroid.comms.regime","data":{"reason":"r","regime":{"id":"law","title":"Law","rows":[{"id":"a","title":"A","article":"1","due":[{"from":["detected"],"within":"2h"}]},{"id":"b","title":"B","article":"2","due":[{"from":["submitted/a"],"within":"1mo"}]},{"id":"c","title":"C","article":"3","when":"on-request","from":["aware"]}]}}`,
		`"sangfroid.comms.obligation","data":{"obligation":"law/a","reference":"N-1"}`,
		`"sangfroid.comms.obligation-dismissed","data":{"obligation":"law/c","reason":"nobody asks"}`,
	} {
		raw := fmt.Sprintf(`{"specversion":"1.0","id":"%d","source":"/t","time":"2026-11-23T09:0%d:00Z","incident":"inc-1","realm":"live","actor":"A","type":%s}`, i, i, e)
		incident.Apply(s, incident.Entry{Seq: i + 1, Raw: []byte(raw), Event: incident.Decode([]byte(raw))})
	}
	v := Make(s, Record{}, time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC))
	if len(v.Obligations) != 3 || len(v.Regimes) != 1 || len(v.Regimes[0].Asks) == 0 {
		t.Fatalf("%+v %+v", v.Obligations, v.Regimes)
	}
	a, b, c := v.Obligations[0], v.Obligations[1], v.Obligations[2]
	if a.State != incident.ClockMet || a.Reference != "N-1" || a.Within != "2h" || a.OriginStamp != incident.StampDetected || a.Entry != 3 {
		t.Errorf("%+v", a)
	}
	if b.State != incident.ClockRunning || b.OriginReport != "law/a" || b.Deadline.Format(time.RFC3339) != "2026-12-23T09:02:00Z" || *b.RemainingS <= 0 {
		t.Errorf("%+v", b)
	}
	if c.Applies || c.Dismissal != "nobody asks" || c.When != incident.WhenRequested || !c.Deadline.IsZero() {
		t.Errorf("%+v", c)
	}
	for _, k := range v.Clocks {
		if k.Kind == incident.ClockObligation {
			t.Error("legal clocks have their own part")
		}
	}
	out, err := json.Marshal(v)
	if err != nil || strings.Contains(string(out), `"waits_for":null`) {
		t.Errorf("%v %s", err, out)
	}
}
