package status

import (
	"fmt"
	"sangfroid/internal/incident"
	"slices"
	"testing"
	"time"
)

// atShops is an incident whose step works on six shops in two groups.
func atShops(t *testing.T) *incident.State {
	t.Helper()
	s := incident.NewState()
	for i, e := range []string{
		`"subject":"incident/main","type":"sangfroid.incident.declared","data":{"title":"x","services":[{"id":"web","name":"Web","rto":"4h"}],"detected":"2026-11-23T08:00:00Z"}`,
		`"subject":"plan/failover","type":"sangfroid.plan.launched","data":{"hash":"00","plan":"failover","playbook":{"schema":"sangfroid.playbook/1","id":"p","title":"P","services":[{"id":"web","name":"Web"}],"plans":[{"id":"failover","kind":"failover","title":"F","steps":[{"id":"shops","title":"Shops","phase":"checks","estimate":{"likely":"1h"},"targets":{"pattern":"shop-%02d","each":"5m","groups":[{"name":"Nord","count":4},{"name":"Est","count":2}]}},{"id":"plain","title":"Plain","phase":"checks","targets":3}]}]}}`,
		`"subject":"targets/step/failover/shops","type":"sangfroid.targets.changed","data":{"changes":[{"state":"running","ids":["shop-01..shop-03"]},{"state":"skipped","ids":["shop-06"]}]}`,
		`"subject":"targets/step/failover/shops","type":"sangfroid.targets.changed","data":{"changes":[{"state":"done","ids":["shop-01"]},{"state":"failed","ids":["shop-05"]}],"note":"line down"}`,
	} {
		raw := fmt.Sprintf(`{"specversion":"1.0","id":"%d","source":"/t","time":"2026-11-23T09:0%d:00Z","incident":"inc-1","realm":"live","actor":"A",%s}`, i, i, e)
		incident.Apply(s, incident.Entry{Seq: i + 1, Raw: []byte(raw), Event: incident.Decode([]byte(raw))})
	}
	if len(s.Flags) > 0 {
		t.Fatalf("%+v", s.Flags)
	}
	return s
}

func TestTargetsInTheView(t *testing.T) {
	s := atShops(t)
	v := Make(s, Record{}, time.Date(2026, 11, 23, 9, 8, 0, 0, time.UTC))
	shops, plain := v.StepList[0], v.StepList[1]
	if plain.Targets != nil || plain.Total != 3 {
		t.Errorf("a step without names: %+v", plain)
	}
	c := shops.Targets
	if c == nil || c.Total != 6 || c.Named != 6 || c.Waiting != 1 || c.Running != 2 || c.Done != 1 || c.Failed != 1 || c.Skipped != 1 || c.Late != 2 {
		t.Fatalf("%+v", c)
	}
	if !slices.Equal(c.LateIDs, []string{"shop-02", "shop-03"}) || !slices.Equal(c.FailedIDs, []string{"shop-05"}) {
		t.Errorf("late %v, failed %v", c.LateIDs, c.FailedIDs)
	}
	want := []TargetGroup{{Name: "Nord", Total: 4, Done: 1, Running: 2, Late: 2}, {Name: "Est", Total: 2, Done: 1, Failed: 1}}
	if !slices.Equal(c.Groups, want) || shops.Done != 2 {
		t.Errorf("%+v, done %d", c.Groups, shops.Done)
	}
}

func TestListOfTargets(t *testing.T) {
	s := atShops(t)
	now := time.Date(2026, 11, 23, 9, 8, 0, 0, time.UTC)
	for _, c := range []struct {
		asked Asked
		want  []string
	}{
		{Asked{}, []string{"shop-01", "shop-02", "shop-03", "shop-04", "shop-05", "shop-06"}},
		{Asked{Late: true}, []string{"shop-02", "shop-03"}},
		{Asked{State: incident.TargetFailed}, []string{"shop-05"}},
		{Asked{Group: "Est", State: incident.TargetWaiting}, nil},
	} {
		var got []string
		for _, x := range ListTargets(s, "step/failover/shops", c.asked, now).List {
			got = append(got, x.ID)
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%+v: %v", c.asked, got)
		}
	}
	list := ListTargets(s, "step/failover/shops", Asked{State: incident.TargetFailed}, now).List
	if list[0].Note != "line down" || list[0].Entry != 4 || list[0].Since.Minute() != 3 {
		t.Errorf("%+v", list[0])
	}
	if n := len(ListTargets(s, "step/failover/plain", Asked{}, now).List); n != 0 {
		t.Errorf("%d targets without names", n)
	}
}
