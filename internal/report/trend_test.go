package report_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"sangfroid/internal/incident"
	"sangfroid/internal/locale"
	"sangfroid/internal/report"
	"sangfroid/internal/status"
	"sangfroid/internal/timeline"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// reread is a report as a file of it gives it back.
func reread(t testing.TB, r *report.Report) *report.Report {
	t.Helper()
	var b bytes.Buffer
	if err := r.JSON(&b); err != nil {
		t.Fatal(err)
	}
	v, err := report.Read(&b)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// later is the evening's report as if it had been another run, some days later and some minutes slower.
func later(t testing.TB, id incident.IncidentID, realm incident.Realm, days, slower int) report.Source {
	t.Helper()
	r := reread(t, made(t, evening(t, realm, nil), locale.English))
	r.Incident.ID = id
	move := func(v *status.Time) {
		if !v.IsZero() {
			*v = status.Time{Time: v.AddDate(0, 0, days)}
		}
	}
	move(&r.Incident.Declared)
	move(&r.Incident.Occurred)
	move(&r.Incident.Detected)
	move(&r.Incident.Reported)
	for i := range r.Objectives {
		o := &r.Objectives[i]
		if o.AchievedS != nil && (o.Kind == incident.ClockRTO || o.Kind == incident.ClockDecideBy) {
			achieved, margin := *o.AchievedS+int64(60*slower), *o.MarginS-int64(60*slower)
			o.AchievedS, o.MarginS, o.Verdict = &achieved, &margin, report.VerdictMet
			if margin < 0 {
				o.Verdict = report.VerdictMissed
			}
		}
	}
	return report.Source{Report: r, File: string(id) + ".json"}
}

func trendOf(t testing.TB, l locale.Lang, sources ...report.Source) *report.Trend {
	t.Helper()
	v, err := report.MakeTrend(sources, report.Options{Author: "A. Martin", Made: zero().AddDate(1, 0, 0), Lang: l, Zone: time.UTC})
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// year is three drills and a real incident of one playbook, whose plan was changed before the last drill.
func year(t testing.TB) []report.Source {
	last := later(t, "inc-4", incident.Drill, 300, -80)
	last.Report.Plans[0].Hash = "ff"
	return []report.Source{last, later(t, "inc-1", incident.Drill, 0, 0), later(t, "inc-3", incident.Live, 200, 30), later(t, "inc-2", incident.Drill, 100, -40)}
}

func TestTrend(t *testing.T) {
	v := trendOf(t, locale.English, year(t)...)
	if len(v.Runs) != 4 || len(v.Series) != 1 || v.Series[0].Service != "portal" || v.Series[0].Playbook != "small" {
		t.Fatalf("%+v", v)
	}
	for i, id := range []incident.IncidentID{"inc-1", "inc-2", "inc-3", "inc-4"} {
		if r := v.Runs[i]; r.Incident != id || r.No != i+1 || r.Exercise != (id != "inc-3") {
			t.Errorf("run %d: %+v", i+1, r)
		}
	}
	type figures struct{ achieved, change, decision, decisionChange int64 }
	none := int64(1 << 40)
	at := func(s *int64) int64 {
		if s == nil {
			return none
		}
		return *s / 60
	}
	// Evening: verified after 205 minutes of 150, the go after 100. A real run is compared with real ones only.
	for i, want := range []figures{{205, none, 100, none}, {165, -40, 60, -40}, {235, none, 130, none}, {125, -40, 20, -40}} {
		p := v.Series[0].Points[i]
		if got := (figures{at(p.AchievedS), at(p.ChangeS), at(p.DecisionS), at(p.DecisionChangeS)}); got != want {
			t.Errorf("run %d: %v, want %v", i+1, got, want)
		}
	}
	if v.Series[0].Points[3].Verdict != report.VerdictMet || v.Series[0].Points[1].Verdict != report.VerdictMissed {
		t.Errorf("%+v", v.Series[0].Points)
	}
	if v.Runs[0].Changed != nil || v.Runs[1].Changed == nil || *v.Runs[1].Changed || v.Runs[3].Changed == nil || !*v.Runs[3].Changed {
		t.Errorf("whether the plan changed: %+v", v.Runs)
	}
}

func TestTrendForms(t *testing.T) {
	for _, lang := range []locale.Lang{locale.English, locale.French} {
		v := trendOf(t, lang, year(t)...)
		p := v.Page()
		var md, page, plain, js bytes.Buffer
		if err := errors.Join(p.Markdown(&md), p.HTML(&page), p.Plain(&plain), v.JSON(&js)); err != nil {
			t.Fatal(err)
		}
		wellFormed(t, page.String(), lang)
		if strings.Contains(md.String()+plain.String(), "⟦") {
			t.Error("a word is missing in the catalogue")
		}
		if n := strings.Count(page.String(), `<rect class="rtopoint"`); n != 3 {
			t.Errorf("%d squares for three drills", n)
		}
		if n := strings.Count(page.String(), `<circle class="rtopoint"`); n != 1 {
			t.Errorf("%d circles for one real incident", n)
		}
		if *pages != "" {
			if err := os.WriteFile(filepath.Join(*pages, "trend."+string(lang)+".html"), page.Bytes(), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		same(t, "trend-"+string(lang)+".txt", plain.String())
		same(t, "trend-"+string(lang)+".md", md.String())
		if lang == locale.English {
			same(t, "trend.json", js.String())
		}
	}
}

// TestADrillsTrendIsMarked: where all is exercise, every part of it says so.
func TestADrillsTrendIsMarked(t *testing.T) {
	p := trendOf(t, locale.English, later(t, "inc-1", incident.Drill, 0, 0), later(t, "inc-2", incident.Drill, 9, 0)).Page()
	var page, plain bytes.Buffer
	if err := errors.Join(p.HTML(&page), p.Plain(&plain)); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(page.String(), `class="exercise"`) || !strings.HasPrefix(plain.String(), "EXERCISE · ") || strings.Contains(plain.String(), "LIVE") {
		t.Errorf("%s", plain.String())
	}
}

func TestTrendOfExercises(t *testing.T) {
	r := reread(t, rehearsed(t, rehearsal(t, nil), locale.English))
	v := trendOf(t, locale.English, report.Source{Report: r})
	run := v.Runs[0]
	if run.Scenario != "short" || run.Script != "5ca1ab1e" || !run.ClockSet || run.Rated["press"] != string(incident.RatingMajor) || !run.Start.Equal(zero()) {
		t.Errorf("%+v", run)
	}
	if p := v.Series[0].Points[0]; p.AchievedS != nil || p.Verdict != report.VerdictUnknown || p.Why != report.WhyEnded || *p.DecisionS != 45*60 {
		t.Errorf("what the end came before: %+v", p)
	}
}

func TestWhatIsNoReport(t *testing.T) {
	for _, s := range []string{"", "{", "[]", "{}", `{"schema":"sangfroid.status/1"}`, `{"schema":"x\u001b[31m"}`, `{"schema":"sangfroid.report/1","objectives":"none"}`} {
		_, err := report.Read(strings.NewReader(s))
		if !errors.Is(err, report.ErrNoReport) || strings.Contains(err.Error(), "\x1b") {
			t.Errorf("%q: %v", s, err)
		}
	}
	one := later(t, "inc-1", incident.Live, 0, 0)
	if _, err := report.MakeTrend([]report.Source{one, one}, report.Options{Zone: time.UTC}); !errors.Is(err, report.ErrSameRun) {
		t.Errorf("one incident twice: %v", err)
	}
}

// TestAnyReportsGiveATrend: files come from anybody. Whatever they hold, the figures of a trend are those of its runs, their
// order is that of time, and nothing of their text acts.
func TestAnyReportsGiveATrend(t *testing.T) {
	base, err := json.Marshal(reread(t, made(t, evening(t, incident.Drill, nil), locale.English)))
	if err != nil {
		t.Fatal(err)
	}
	rapid.Check(t, func(t *rapid.T) {
		var sources []report.Source
		for i := range rapid.IntRange(1, 5).Draw(t, "runs") {
			r, err := report.Read(bytes.NewReader(base))
			if err != nil {
				t.Fatal(err)
			}
			r.Incident.ID = incident.IncidentID(rapid.SampledFrom([]string{"a", "b", "\x1b[31m"}).Draw(t, "id") + string(rune('0'+i)))
			r.Incident.Title = rapid.SampledFrom([]string{nasty, "\x1b]0;x\x07", "ok", ""}).Draw(t, "title")
			r.Exercise = rapid.Bool().Draw(t, "exercise")
			r.Incident.Occurred = status.Time{Time: zero().Add(time.Duration(rapid.IntRange(-1e6, 1e6).Draw(t, "start")) * time.Minute)}
			if rapid.Bool().Draw(t, "no plan") {
				r.Plans, r.Services = nil, nil
			}
			for k := range r.Objectives {
				o := &r.Objectives[k]
				o.Verdict = report.Verdict(rapid.SampledFrom([]string{"met", "missed", "unknown", "<b>", ""}).Draw(t, "verdict"))
				o.AchievedS = rapid.SampledFrom([]*int64{nil, new(int64), o.AchievedS, num(1 << 62), num(-1 << 62), num(7)}).Draw(t, "achieved")
				o.ObjectiveS = rapid.SampledFrom([]*int64{nil, new(int64), o.ObjectiveS, num(1 << 62), num(3e9)}).Draw(t, "objective")
			}
			sources = append(sources, report.Source{Report: r, File: nasty})
		}
		v, err := report.MakeTrend(sources, report.Options{Made: zero(), Lang: locale.French, Zone: time.UTC})
		if err != nil {
			t.Fatal(err)
		}
		points := 0
		for i, r := range v.Runs {
			if i > 0 && r.Start.Before(v.Runs[i-1].Start.Time) {
				t.Fatalf("run %d began before run %d", i+1, i)
			}
		}
		for _, s := range v.Series {
			points += len(s.Points)
			for i, p := range s.Points {
				if p.ChangeS == nil {
					continue
				}
				if p.AchievedS == nil || i == 0 {
					t.Fatalf("a change from nothing: %+v", p)
				}
			}
		}
		if points != len(v.Runs) {
			t.Fatalf("%d points of %d runs", points, len(v.Runs))
		}
		p := v.Page()
		var page, plain, md bytes.Buffer
		if err := errors.Join(p.HTML(&page), p.Plain(&plain), p.Markdown(&md)); err != nil {
			t.Fatal(err)
		}
		for _, s := range []string{page.String(), plain.String(), md.String()} {
			if strings.ContainsAny(s, "\x1b\x07") || strings.Contains(s, "NaN") || strings.Contains(s, "Inf") {
				t.Fatal("something acts, or is no number")
			}
		}
		if strings.Contains(page.String(), "<script") || strings.Contains(page.String(), "<b>") || strings.Contains(md.String(), "<script") {
			t.Fatal("a text is markup")
		}
	})
}

func num(n int64) *int64 { return &n }

// TestOnlyLikeIsComparedWithLike: services of one name in two playbooks are two services; a run that tells nothing is passed
// over, and the next one is compared with the one before it.
func TestOnlyLikeIsComparedWithLike(t *testing.T) {
	other := later(t, "inc-5", incident.Drill, 50, -10)
	other.Report.Incident.Playbook = "large"
	silent := later(t, "inc-6", incident.Drill, 60, 0)
	for i := range silent.Report.Objectives {
		o := &silent.Report.Objectives[i]
		o.AchievedS, o.MarginS, o.Verdict, o.Why = nil, nil, report.VerdictUnknown, report.WhyEnded
	}
	silent.Report.Decisions = nil
	v := trendOf(t, locale.English, later(t, "inc-1", incident.Drill, 0, 0), other, silent, later(t, "inc-7", incident.Drill, 70, 20))
	if len(v.Series) != 2 || v.Series[0].Playbook != "large" || len(v.Series[0].Points) != 1 || len(v.Series[1].Points) != 3 {
		t.Fatalf("%+v", v.Series)
	}
	if p := v.Series[0].Points[0]; p.ChangeS != nil || p.DecisionChangeS != nil {
		t.Errorf("compared with another playbook's: %+v", p)
	}
	quietOne, last := v.Series[1].Points[1], v.Series[1].Points[2]
	if quietOne.AchievedS != nil || quietOne.ChangeS != nil || quietOne.DecisionS != nil || quietOne.Why != report.WhyEnded {
		t.Errorf("what is not told is told: %+v", quietOne)
	}
	if last.ChangeS == nil || *last.ChangeS != 20*60 || *last.DecisionChangeS != 20*60 {
		t.Errorf("%+v", last)
	}
}

// TestARunThatTellsNoTime stands first, and says that it is not known when it was.
func TestARunThatTellsNoTime(t *testing.T) {
	lost := later(t, "inc-8", incident.Live, 0, 0)
	in := &lost.Report.Incident
	in.Imported, in.Occurred, in.Detected, in.Reported, in.Declared = true, status.Time{}, status.Time{}, status.Time{}, status.Time{}
	v := trendOf(t, locale.English, later(t, "inc-1", incident.Live, 0, 0), lost)
	if v.Runs[0].Incident != "inc-8" || !v.Runs[0].Start.IsZero() {
		t.Errorf("%+v", v.Runs)
	}
	p := v.Page()
	var b bytes.Buffer
	if err := p.Plain(&b); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(b.String(), "1    LIVE  unknown") || strings.Contains(b.String(), "0001") {
		t.Errorf("%s", b.String())
	}
}

// TestAnyExerciseIsSound: whatever is done with the clock and the injects, in whatever order.
func TestAnyExerciseIsSound(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := rehearsalFrom(t)
		for range rapid.IntRange(0, 25).Draw(t, "events") {
			c.now = c.now.Add(time.Duration(rapid.IntRange(0, 40).Draw(t, "pause")) * time.Minute)
			x := c.s.Exercise
			no := incident.InjectID(rapid.SampledFrom([]string{"1", "2", "3", "4", "5", "i1", "none"}).Draw(t, "inject"))
			word := rapid.SampledFrom([]string{"words", nasty}).Draw(t, "word")
			data := []incident.Data{
				x.Pause(word), x.Resume(word), x.SetSpeed(rapid.IntRange(1, 60).Draw(t, "speed"), word), x.Jump(c.s.ExerciseTime(c.now).Add(10*time.Minute), word),
				incident.ExerciseSkipped{Inject: no, Reason: word},
				incident.ExerciseDelayed{Inject: no, By: minutes(10)},
				incident.ExerciseAnswered{Inject: no, Text: word},
				incident.ExerciseImprovised{From: incident.T(word), Channel: "phone", Text: incident.T(word)},
				incident.ExerciseObserved{Kind: incident.Strength, Text: word, Inject: no},
				incident.ExerciseObserved{Kind: incident.Improvement, Text: word, Objective: "press"},
				incident.ExerciseScored{Objective: "press", Rating: incident.RatingNone},
				incident.NoteAdded{Text: word},
				incident.ActionAdded{Text: word},
				incident.ExerciseEnded{Reason: word},
			}
			for _, st := range incident.Due(c.s, c.s.ExerciseTime(c.now)).All {
				if st.Def.No == no && st.Sent == nil && st.Skipped == nil {
					data = append(data, st.Injection(true))
				}
			}
			c.may(data[rapid.IntRange(0, len(data)-1).Draw(t, "what")], no)
		}
		op := options(locale.English, c.log, c.s.ExerciseTime(c.now))
		op.Samples = 2
		r, err := report.Make(context.Background(), c.log, op)
		if err != nil {
			t.Fatal(err)
		}
		sound(t, r)
		quiet(t, r, locale.English)
		after := 0
		for _, e := range r.Timeline {
			if x := c.s.Exercise; x.Ended != nil && e.No > x.Ended.Seq && e.Type == (incident.NoteAdded{}).Type() {
				after++
			}
		}
		if len(r.Training.HotWash) != after {
			t.Fatalf("%d notes after the end, %d in the hot wash", after, len(r.Training.HotWash))
		}
	})
}

// rehearsalFrom is an exercise that has only begun.
func rehearsalFrom(t *rapid.T) *cell {
	c := &cell{s: incident.NewState(), now: zero(), who: "F. Lambert", as: incident.RoleFacilitator}
	c.log = timeline.NewMemory(timeline.Header{Incident: "inc-1", Realm: incident.Drill, Axis: timeline.AxisReceived})
	raw, err := json.Marshal(scenario(func(s string) string { return s }))
	if err != nil {
		t.Fatal(err)
	}
	c.n++
	ev, err := incident.StartExercise("inc-1", incident.Draft{ID: c.id(), Source: "/test", Time: zero(), Recorded: c.now, Actor: c.who, Role: c.as, Data: incident.ExerciseStarted{
		Scenario: raw, Hash: "00", Seed: 7, Start: zero(), Wall: zero(), Speed: 1, Planned: minutes(180),
	}})
	if err != nil {
		t.Fatal(err)
	}
	c.put(t, ev)
	return c
}

// may writes what the rules let pass.
func (c *cell) may(d incident.Data, no incident.InjectID) {
	c.n++
	subject := ""
	switch d.(type) {
	case incident.ExerciseInjected, incident.ExerciseSkipped, incident.ExerciseDelayed, incident.ExerciseAnswered:
		subject = incident.InjectSubject(no)
	}
	role := incident.RoleFacilitator
	switch d.(type) {
	case incident.ExerciseObserved, incident.ExerciseScored:
		role = incident.RoleEvaluator
	case incident.ExerciseAnswered, incident.ActionAdded:
		role = incident.RoleDirector
	}
	ev, err := incident.Decide(c.s, incident.Draft{ID: c.id(), Source: "/test", Subject: subject, Recorded: c.now, Actor: "X", Role: role, Data: d})
	if err == nil {
		c.put(nil, ev)
	}
}

// put appends an event; t may be nil.
func (c *cell) put(t *rapid.T, ev incident.Event) {
	raw, err := incident.Encode(ev)
	if err == nil {
		_, err = c.log.Append(timeline.Line{Bus: uint64(c.n), Received: c.now, Raw: raw})
	}
	e, aerr := c.log.At(c.log.Len())
	if (err != nil || aerr != nil) && t != nil {
		t.Fatal(err, aerr)
	}
	incident.Apply(c.s, e)
}
