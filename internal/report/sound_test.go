package report_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"sangfroid/internal/incident"
	"sangfroid/internal/locale"
	"sangfroid/internal/report"
	"sangfroid/internal/timeline"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// checker is what a test and a property have in common.
type checker interface {
	Helper()
	Errorf(format string, args ...any)
	Fatalf(format string, args ...any)
}

// sound holds what is true of every report, whatever the log.
func sound(t checker, r *report.Report) {
	t.Helper()
	soundObjectives(t, r)
	soundWork(t, r)
	soundGaps(t, r)
	if len(r.Timeline) != r.Made.Entries || r.Counts.Entries != r.Made.Entries {
		t.Errorf("%d rows, %d counted, of %d entries", len(r.Timeline), r.Counts.Entries, r.Made.Entries)
	}
	for i, e := range r.Timeline {
		if e.No != i+1 || e.Marks == nil || e.Received.IsZero() {
			t.Errorf("row %d: %+v", i+1, e)
		}
	}
	if r.Sitreps.Issued != len(r.Sitreps.Reports) {
		t.Errorf("%d situation reports, %d listed", r.Sitreps.Issued, len(r.Sitreps.Reports))
	}
	for i, p := range r.Phases {
		if p.Seconds < 0 || (!p.To.IsZero() && p.To.Before(p.From.Time)) {
			t.Errorf("phase %+v", p)
		}
		if i > 0 && !r.Phases[i-1].To.Equal(p.From.Time) {
			t.Errorf("%s ends at %v, %s begins at %v", r.Phases[i-1].Phase, r.Phases[i-1].To, p.Phase, p.From)
		}
	}
	for _, a := range r.Actions {
		if a.Overdue && (a.State != incident.ActionOpen || a.Due.IsZero()) {
			t.Errorf("overdue: %+v", a)
		}
		if (a.No == 0) != (a.State == report.ActionNoted) {
			t.Errorf("a note is not followed: %+v", a)
		}
	}
	if r.Exercise != (r.Incident.Realm == incident.Drill) || (r.Training != nil && !r.Exercise) {
		t.Errorf("an exercise that is none: %v, %s", r.Exercise, r.Incident.Realm)
	}
	if x := r.Training; x != nil {
		soundExercise(t, x)
	}
}

func soundObjectives(t checker, r *report.Report) {
	t.Helper()
	for _, o := range r.Objectives {
		switch o.Verdict {
		case report.VerdictMet, report.VerdictMissed:
			if o.ObjectiveS == nil || (o.AchievedS == nil && o.Verdict == report.VerdictMet) {
				t.Errorf("a result from nothing: %+v", o)
			}
			if o.AchievedS == nil {
				break
			}
			if d := *o.ObjectiveS - *o.AchievedS - *o.MarginS; d < -1 || d > 1 || (o.Verdict == report.VerdictMet) != (*o.MarginS >= 0) && *o.MarginS != 0 {
				t.Errorf("%s %s: asked %d, reached %d, margin %d", o.Kind, o.Verdict, *o.ObjectiveS, *o.AchievedS, *o.MarginS)
			}
		case report.VerdictUnknown:
			if o.MarginS != nil || o.Why == "" {
				t.Errorf("unknown, and known: %+v", o)
			}
		case report.VerdictOpen, report.VerdictNone:
			if o.MarginS != nil {
				t.Errorf("%s with a margin: %+v", o.Verdict, o)
			}
		default:
			t.Errorf("%+v", o)
		}
		if o.Origin.IsZero() && o.AchievedS != nil {
			t.Errorf("measured from an unknown moment: %+v", o)
		}
	}
}

func soundWork(t checker, r *report.Report) {
	t.Helper()
	for _, st := range r.Steps {
		sum := int64(0)
		for _, b := range st.Blocks {
			end := b.To.Time
			if end.IsZero() {
				end = r.Made.AsOf.Time
			}
			sum += int64(max(end.Sub(b.From.Time), 0) / time.Second)
		}
		if d := sum - st.BlockedS; d < -int64(len(st.Blocks)) || d > int64(len(st.Blocks)) {
			t.Errorf("%s was blocked %d s, in all %d", st.ID, sum, st.BlockedS)
		}
		if st.TakenS != nil && *st.TakenS < 0 {
			t.Errorf("%s took %d s", st.ID, *st.TakenS)
		}
		if st.OverS != nil && (st.TakenS == nil || st.PlannedS == nil || *st.OverS != *st.TakenS-*st.PlannedS) {
			t.Errorf("%s: over %+v", st.ID, st)
		}
		if r.Incident.Imported && st.TakenS != nil && st.Started.IsZero() {
			t.Errorf("a length without a beginning: %+v", st)
		}
	}
	for _, f := range r.Catchup {
		if f.Expected == nil || f.Left == nil {
			continue
		}
		if in, out := *f.Expected, f.Replayed+f.Reentered+f.Lost+f.OpenRejects+*f.Left-f.Over; in != out {
			t.Errorf("%s does not add up: %d expected, %d accounted for: %+v", f.ID, in, out, f)
		}
	}
	for _, d := range r.Decisions {
		for i, o := range d.Outcomes {
			if o.Entry < 1 || o.Entry > r.Made.Entries || (i > 0 && !o.Contest && !o.Revises) {
				t.Errorf("outcome %d of %s: %+v", i, d.ID, o)
			}
		}
	}
}

func soundGaps(t checker, r *report.Report) {
	t.Helper()
	missed := 0
	for _, o := range r.Objectives {
		if o.Verdict == report.VerdictMissed && o.Kind != incident.ClockDecideBy {
			missed++
		}
	}
	for _, g := range r.Gaps {
		if g.Code == report.GapObjective {
			missed--
		}
		if g.Proposed || g.Text == "" {
			t.Errorf("a measured gap: %+v", g)
		}
	}
	if missed != 0 {
		t.Errorf("%d objectives missed and not among the gaps", missed)
	}
	for _, g := range r.Causes {
		if !g.Proposed || g.Text == "" {
			t.Errorf("a cause nobody entered must be a proposal: %+v", g)
		}
	}
	if len(r.Roles) > 0 && !slices.IsSortedFunc(r.Roles, func(a, b report.RoleMove) int { return a.At.Compare(b.At.Time) }) {
		t.Errorf("roles out of order")
	}
}

func soundExercise(t checker, x *report.Training) {
	t.Helper()
	n := x.Injects
	if sum := n.Due + n.Next + n.Waiting + n.ByHand + n.Sent + n.Skipped; x.Ended.IsZero() && sum != n.Total {
		t.Errorf("%d injects sorted of %d", sum, n.Total)
	}
	if len(x.List) != n.Total+n.Improvised || x.Strength+x.Improve != len(x.Notes) {
		t.Errorf("%d listed of %d and %d, %d observations of %d", len(x.List), n.Total, n.Improvised, x.Strength+x.Improve, len(x.Notes))
	}
	if x.JumpedS < 0 || (x.Jumps == 0) != (x.JumpedS == 0) || (x.Lasted == nil) != x.Ended.IsZero() {
		t.Errorf("the clock: %+v", x)
	}
}

// quiet holds what is true of every form: nothing unsaid is a number, no word is missing, nothing acts.
func quiet(t checker, r *report.Report, lang locale.Lang) {
	t.Helper()
	p := r.Page()
	var md, page, js bytes.Buffer
	for _, write := range []func() error{func() error { return p.Markdown(&md) }, func() error { return p.HTML(&page) }, func() error { return r.JSON(&js) }} {
		if err := write(); err != nil {
			t.Fatalf("%v", err)
		}
	}
	if !json.Valid(js.Bytes()) || bytes.Contains(js.Bytes(), []byte("0001-01-01")) {
		t.Errorf("the JSON is none, or tells of a time there is not")
	}
	for _, s := range []string{md.String(), page.String()} {
		for _, bad := range []string{"NaN", "Inf", "⟦", "%!", "<nil>", "0001-01-01", "01/01/0001", "\x1b", "\x00", "<script", "ZgotmplZ"} {
			if strings.Contains(s, bad) {
				i := strings.Index(s, bad)
				t.Errorf("%s has %q: %s", lang, bad, s[max(0, i-80):min(len(s), i+80)])
			}
		}
	}
	for _, n := range regexp.MustCompile(` (?:x|y|width|height|x1|y1|x2|y2)="(-[0-9.]+)"`).FindAllStringSubmatch(page.String(), -1) {
		t.Errorf("a shape lies outside its drawing: %s", n[0])
	}
}

// TestEveryPrefixIsSound: a report may be made at any moment, and the one of a moment is the same whenever it is made.
func TestEveryPrefixIsSound(t *testing.T) {
	for name, c := range map[string]*cell{"live": evening(t, incident.Live, nil), "drill": evening(t, incident.Drill, nil), "exercise": rehearsal(t, nil)} {
		for n := 1; n <= c.log.Len(); n++ {
			e, err := c.log.At(n)
			if err != nil {
				t.Fatal(err)
			}
			op := options(locale.French, c.log, e.Event.Time)
			op.Entries, op.Samples = n, 20
			r, err := report.Make(context.Background(), c.log, op)
			if err != nil {
				t.Fatal(err)
			}
			sound(t, r)
			quiet(t, r, locale.French)
			if t.Failed() {
				t.Fatalf("%s, the first %d entries", name, n)
			}
			short, err := report.Make(context.Background(), upto(t, c.log, n), op)
			if err != nil {
				t.Fatal(err)
			}
			var a, b bytes.Buffer
			if err := r.JSON(&a); err != nil {
				t.Fatal(err)
			}
			if err := short.JSON(&b); err != nil {
				t.Fatal(err)
			}
			if a.String() != b.String() {
				t.Fatalf("%s: what came after entry %d changed the report of it", name, n)
			}
		}
	}
}

// upto is a log of the first n entries.
func upto(t *testing.T, l timeline.Log, n int) timeline.Log {
	t.Helper()
	out := timeline.NewMemory(l.Header())
	if err := l.Range(1, n, func(e incident.Entry) bool {
		_, err := out.Append(timeline.Line{Bus: e.Bus, Received: e.Received, Raw: e.Raw})
		return err == nil
	}); err != nil {
		t.Fatal(err)
	}
	return out
}

// TestPlayedRunsAreSound: the shipped playbooks, from declaration to review.
func TestPlayedRunsAreSound(t *testing.T) {
	for book, realm := range books() {
		r := made(t, played(t, book, realm), locale.English)
		sound(t, r)
		quiet(t, r, locale.English)
		for _, o := range r.Objectives {
			if o.Verdict == report.VerdictUnknown || o.Verdict == report.VerdictOpen {
				t.Errorf("%s: %s of %s is %s: all of it was recorded", book, o.Kind, o.Service, o.Verdict)
			}
		}
		if len(r.Plans) != 1 || len(r.Plans[0].Hash) != 64 || r.Plans[0].Playbook != book {
			t.Errorf("%s: which plan was followed: %+v", book, r.Plans)
		}
		critical := 0
		for _, st := range r.Steps {
			if st.Critical {
				critical++
			}
		}
		if critical == 0 {
			t.Errorf("%s has no critical path", book)
		}
	}
}

// TestImportedTimelinesAreSound: also with all that may be given at the import.
func TestImportedTimelinesAreSound(t *testing.T) {
	files, err := filepath.Glob("../timeline/testdata/*.csv")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		name := strings.TrimSuffix(filepath.Base(f), ".csv")
		for _, with := range []func(*timeline.ImportOptions){nil, func(o *timeline.ImportOptions) {
			at := time.Date(2030, 1, 1, 0, 0, 0, 0, time.UTC)
			o.MTPD, o.RPO, o.Restored, o.Resumed = minutes(24*60), minutes(60), &at, &at
		}} {
			r := imported(t, name, with)
			sound(t, r)
			quiet(t, r, locale.English)
		}
	}
}

// TestAnyLogGivesAReport: entries of any kind in any order, lawful or not, signed by anybody.
func TestAnyLogGivesAReport(t *testing.T) {
	book, err := json.Marshal(plan(func(s string) string { return s }))
	if err != nil {
		t.Fatal(err)
	}
	rapid.Check(t, func(t *rapid.T) {
		log := timeline.NewMemory(timeline.Header{Incident: "inc-1", Realm: incident.Live, Axis: timeline.AxisReceived})
		s, now := incident.NewState(), zero()
		for i := range rapid.IntRange(1, 30).Draw(t, "entries") {
			now = now.Add(time.Duration(rapid.IntRange(0, 90).Draw(t, "pause")) * time.Minute)
			subject, d := anything(t, book, now)
			draft := incident.Draft{
				ID: incident.EventID(fmt.Sprintf("e%03d", i)), Source: "/test", Subject: subject, Recorded: now, Data: d,
				Actor: rapid.SampledFrom([]string{"Alice", nasty, "B\x1b[31m"}).Draw(t, "who"), Role: incident.RoleDirector,
			}
			ev, err := incident.Decide(s, draft)
			if err != nil { // past the rules, as a foreign hand may write
				ev = incident.Event{
					ID: draft.ID, Source: draft.Source, Type: d.Type(), Subject: subject, Time: now, Recorded: now, Incident: "inc-1", Realm: incident.Live, Actor: draft.Actor, Role: draft.Role, Data: d,
				}
				if subject == "" {
					ev.Subject = incident.DefaultSubject(d)
				}
			}
			raw, err := incident.Encode(ev)
			if err != nil {
				t.Fatal(err)
			}
			if rapid.IntRange(0, 14).Draw(t, "garbage") == 0 {
				raw = []byte(rapid.SampledFrom([]string{"{}", "no JSON", `{"specversion":"1.0","id":"x","type":"other.kind","source":"/x","data":"<script>"}`}).Draw(t, "raw"))
			}
			if _, err := log.Append(timeline.Line{Bus: uint64(i + 1), Received: now, Raw: raw}); err != nil {
				t.Fatal(err)
			}
			e, err := log.At(log.Len())
			if err != nil {
				t.Fatal(err)
			}
			incident.Apply(s, e)
		}
		op := options(locale.French, log, now)
		op.Samples = 5
		r, err := report.Make(context.Background(), log, op)
		if err != nil {
			t.Fatal(err)
		}
		sound(t, r)
		quiet(t, r, locale.French)
	})
}

// anything draws a payload and its subject.
func anything(t *rapid.T, book json.RawMessage, now time.Time) (string, incident.Data) {
	step := incident.StepSubject(incident.StepID("failover/" + rapid.SampledFrom([]string{"confirm", "rebuild", "network", "apps", "verify", "none"}).Draw(t, "step")))
	word := rapid.SampledFrom([]string{"words", nasty, "", "\u202eabc\x07"}).Draw(t, "word")
	n := rapid.Int64Range(0, 40).Draw(t, "n")
	goes, flow, portal := incident.DecisionSubject("failover/go"), incident.FlowSubject("failover/orders"), incident.ServiceSubject("portal")
	before := now.Add(-time.Duration(n) * time.Minute)
	type told struct {
		subject string
		data    incident.Data
	}
	all := []told{
		{"", incident.IncidentDeclared{Title: word, Zone: "Europe/Paris", Services: plan(func(s string) string { return s }).Services, Reported: &before, Detected: &before}},
		{"plan/failover", incident.PlanLaunched{Playbook: book, Plan: "failover", Hash: "00"}},
		{step, incident.StepStarted{}},
		{step, incident.StepDone{Note: word}},
		{step, incident.StepBlocked{Reason: word}},
		{step, incident.StepFailed{Reason: word}},
		{step, incident.StepSkipped{Reason: word}},
		{step, incident.StepChecked{}},
		{step, incident.StepReopened{}},
		{goes, incident.DecisionAsked{}},
		{goes, incident.DecisionCriterion{Criterion: "power", Value: word}},
		{goes, incident.DecisionVoted{Option: incident.OptionGo, Reason: word}},
		{goes, incident.DecisionTaken{Option: incident.OptionGo, Because: word}},
		{goes, incident.DecisionRevised{Option: incident.OptionNoGo, Because: word, Dissent: word}},
		{flow, incident.CatchupOpened{Expected: &n}},
		{flow, incident.CatchupCounted{Replayed: n, Rejected: n / 2}},
		{flow, incident.CatchupAccepted{Lost: n, Reason: word}},
		{flow, incident.CatchupSigned{Because: word}},
		{portal, incident.ServiceRestored{}},
		{portal, incident.ServiceVerified{}},
		{portal, incident.ServiceResumed{}},
		{"", incident.IncidentOrigin{Stamp: incident.StampLastGood, At: before}},
		{"", incident.IncidentOrigin{Stamp: incident.StampOccurred, At: before, Reason: word}},
		{"", incident.NoteAdded{Kind: incident.NoteFinding, Text: word}},
		{"", incident.NoteAdded{Kind: incident.NoteAction, Text: word}},
		{"", incident.NoteCorrected{Entry: "e003", Text: word}},
		{"", incident.ActionAdded{Text: word, Owner: word}},
		{"", incident.ActionFollowed{Action: "e004", State: incident.ActionDone, Note: word}},
		{"", incident.SitrepIssued{Text: word}},
		{"", incident.RepairEstimated{Likely: minutes(int(n) + 1), Says: word}},
		{"", incident.ContactReached{Contact: word, Reached: n%2 == 0}},
		{"", incident.RosterJoined{}},
		{"", incident.RosterLeft{}},
		{"", incident.RoleTaken{Role: incident.RoleDirector}},
		{"", incident.RoleHandedOver{Role: incident.RoleDirector, To: "Bob", Brief: word}},
		{"", incident.IncidentClosed{Reason: word}},
		{"", incident.IncidentReopened{Reason: word}},
	}
	k := all[rapid.IntRange(0, len(all)-1).Draw(t, "payload")]
	return k.subject, k.data
}

// TestTheFileIsTheReport: what a file holds and what was made are the same figures.
func TestTheFileIsTheReport(t *testing.T) {
	for _, r := range []*report.Report{made(t, evening(t, incident.Live, nil), locale.French), rehearsed(t, rehearsal(t, nil), locale.English), made(t, played(t, "vital", incident.Drill), locale.English)} {
		_, _, before := forms(t, r)
		var after bytes.Buffer
		if err := reread(t, r).JSON(&after); err != nil {
			t.Fatal(err)
		}
		if before != after.String() {
			_ = os.WriteFile(filepath.Join(t.TempDir(), "after.json"), after.Bytes(), 0o600)
			t.Errorf("read and written again it is another report")
		}
	}
}
