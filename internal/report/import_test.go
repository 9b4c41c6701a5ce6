package report_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"sangfroid/internal/incident"
	"sangfroid/internal/locale"
	"sangfroid/internal/report"
	"sangfroid/internal/timeline"
	"strings"
	"testing"
	"time"
)

// imported reads a published timeline as the command does.
func imported(t *testing.T, name string, with func(*timeline.ImportOptions)) *report.Report {
	t.Helper()
	f, err := os.Open(filepath.Join("../timeline/testdata", name+".csv"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	n := 0
	o := timeline.ImportOptions{
		File: name + ".csv", Title: name, Incident: "imp-1", Realm: incident.Live, Now: zero(), Actor: "import", RTO: minutes(240),
		NewID: func() incident.EventID { n++; return incident.EventID(fmt.Sprintf("e%05d", n)) },
	}
	if with != nil {
		with(&o)
	}
	events, _, err := timeline.ReadCSV(f, o)
	if err != nil {
		t.Fatal(err)
	}
	log := timeline.NewMemory(timeline.Header{Incident: "imp-1", Realm: incident.Live, Title: name, Source: name + ".csv", Axis: timeline.AxisFact})
	var last time.Time
	for _, ev := range events {
		raw, err := incident.Encode(ev)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := log.Append(timeline.Line{Received: zero(), Raw: raw}); err != nil {
			t.Fatal(err)
		}
		last = ev.Time
	}
	op := options(locale.English, log, last)
	op.Zone = time.UTC
	r, err := report.Make(context.Background(), log, op)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func objective(t *testing.T, r *report.Report, kind incident.ClockKind) report.Objective {
	t.Helper()
	for _, o := range r.Objectives {
		if o.Kind == kind {
			return o
		}
	}
	t.Fatalf("no %s", kind)
	return report.Objective{}
}

func TestGitHub2018(t *testing.T) {
	r := imported(t, "github-2018-10-21", nil)
	rto := objective(t, r, incident.ClockRTO)
	if got := rto.Origin.UTC().Format("15:04"); got != "22:54" || rto.OriginKind != incident.FromDetection {
		t.Errorf("the RTO counts from %s, %s", got, rto.OriginKind)
	}
	if rto.Verdict != report.VerdictUnknown || rto.Why != report.WhyNotTold || rto.AchievedS != nil {
		t.Errorf("the RTO is %s, %s: the source does not tell when it was over", rto.Verdict, rto.Why)
	}
	found := false
	for _, d := range r.Decisions {
		for _, o := range d.Outcomes {
			found = found || (o.Option == incident.OptionNoGo && o.At.UTC().Format("15:04") == "23:13" && strings.HasPrefix(o.Because, "NO-GO on failing back"))
		}
		if len(d.Options)+len(d.Deciders) > 0 {
			t.Errorf("the source tells no options and no deciders: %v", d)
		}
	}
	if !found {
		t.Error("the no-go of 23:13 is not there")
	}
	back := time.Date(2018, 10, 22, 16, 24, 0, 0, time.UTC)
	rto = objective(t, imported(t, "github-2018-10-21", func(o *timeline.ImportOptions) { o.Restored = &back }), incident.ClockRTO)
	if rto.Verdict != report.VerdictMissed || *rto.AchievedS != int64(17*3600+30*60) || *rto.MarginS != -int64(13*3600+30*60) {
		t.Errorf("with the restoration given: %s, %d s, margin %d s", rto.Verdict, *rto.AchievedS, *rto.MarginS)
	}
}

// TestPublishedTimelines: nothing is invented that a source does not tell.
func TestPublishedTimelines(t *testing.T) {
	files, err := filepath.Glob("../timeline/testdata/*.csv")
	if err != nil || len(files) < 5 {
		t.Fatal(files, err)
	}
	for _, f := range files {
		name := strings.TrimSuffix(filepath.Base(f), ".csv")
		r := imported(t, name, nil)
		_, page, _ := forms(t, r)
		wellFormed(t, page, locale.English)
		for _, o := range r.Objectives {
			if o.Verdict == report.VerdictMet || o.Verdict == report.VerdictMissed {
				t.Errorf("%s: %s is %s", name, o.Kind, o.Verdict)
			}
		}
		if len(r.Steps)+len(r.Causes)+len(r.Gaps)+len(r.Actions)+len(r.Findings)+len(r.People)+len(r.Catchup) > 0 {
			t.Errorf("%s: something was made up", name)
		}
	}
}

func TestMeasured(t *testing.T) {
	r := made(t, evening(t, incident.Live, nil), locale.English)
	for kind, want := range map[incident.ClockKind]struct {
		verdict  report.Verdict
		achieved int64
		margin   int64
	}{
		incident.ClockRTO:      {report.VerdictMissed, 205 * 60, -55 * 60},
		incident.ClockMTPD:     {report.VerdictMet, 320 * 60, 280 * 60},
		incident.ClockRPO:      {report.VerdictMet, 580 * 60, 140 * 60},
		incident.ClockDecideBy: {report.VerdictMissed, 100 * 60, -10 * 60},
	} {
		o := objective(t, r, kind)
		if o.Verdict != want.verdict || *o.AchievedS != want.achieved || *o.MarginS != want.margin {
			t.Errorf("%s: %s, %d s, margin %d s", kind, o.Verdict, *o.AchievedS, *o.MarginS)
		}
	}
	st := r.Steps[1]
	if st.ID != "failover/rebuild" || *st.TakenS != 84*60 || st.BlockedS != 25*60 || *st.OverS != 44*60 || !st.Critical {
		t.Errorf("rebuild: %+v", st)
	}
	if r.Steps[0].Critical {
		t.Error("confirming the outage held nobody up")
	}
	for _, g := range r.Causes {
		if !g.Proposed {
			t.Errorf("%s is not marked as proposed", g.Text)
		}
	}
	if a := r.Actions; len(a) != 4 || a[0].Owner != "B. Durand" || a[0].Moved != 1 || a[1].Owner != "" || !a[1].Due.IsZero() || a[2].State != incident.ActionDone ||
		a[3].State != report.ActionNoted || a[3].Text != "Ask for a higher quota" || len(r.Findings) != 1 {
		t.Errorf("the review: %v, %v", r.Actions, r.Findings)
	}
}

// TestOpen: what is not over yet is neither met nor unknown.
func TestOpen(t *testing.T) {
	c := evening(t, incident.Live, nil)
	op := options(locale.English, c.log, zero().Add(40*time.Minute))
	op.Entries = 13
	r, err := report.Make(context.Background(), c.log, op)
	if err != nil {
		t.Fatal(err)
	}
	if o := objective(t, r, incident.ClockRTO); o.Verdict != report.VerdictOpen || o.AchievedS != nil {
		t.Errorf("%+v", o)
	}
	if r.Made.Entries != 13 || len(r.Timeline) != 13 {
		t.Errorf("%d entries", len(r.Timeline))
	}
	gone, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := report.Make(gone, c.log, op); err == nil {
		t.Error("a report nobody waits for any more was made")
	}
}
