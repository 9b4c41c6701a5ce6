package incident

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"reflect"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// told is a payload and what it is about.
type told struct {
	subject string
	data    Data
}

// anyPayload draws a payload that may or may not make sense.
func anyPayload(t *rapid.T) (string, Data) {
	pairs := anyPayloads(t)
	p := pairs[rapid.IntRange(0, len(pairs)-1).Draw(t, "payload")]
	return p.subject, p.data
}

// anyPayloads draws one or more payloads of each type.
func anyPayloads(t *rapid.T) []told {
	when := zero().Add(time.Duration(rapid.IntRange(-600, 600).Draw(t, "minutes")) * time.Minute)
	id := rapid.SampledFrom([]string{"confirm", "rebuild", "network", "apps", "verify", "nothing"}).Draw(t, "step")
	word := rapid.SampledFrom([]string{"", "a word", "x\x1b[31m", strings.Repeat("long ", 2000)}).Draw(t, "word")
	n := rapid.Int64Range(-5, 50).Draw(t, "n")
	early := n%2 == 0
	many := rapid.SampledFrom([]int64{0, 60, 4000, MaxCount, MaxCount + 1, math.MaxInt64}).Draw(t, "many")
	option := rapid.SampledFrom([]Option{OptionGo, OptionNoGo, OptionWait, OptionAbandon, "other", ""}).Draw(t, "option")
	role := rapid.SampledFrom([]Role{RoleDirector, RoleITLead, RoleObserver, "own-role"}).Draw(t, "role")
	flow := "catchup/" + rapid.SampledFrom([]string{"failover/orders", "own", "Bad Id"}).Draw(t, "flow")
	service := "incident/" + rapid.SampledFrom([]string{"portal", "main", "unknown"}).Draw(t, "service")
	launch := book()
	launch.Plans[0].Steps[0].After = rapid.SampledFrom([][]string{nil, {"verify"}, {"confirm"}, {"nothing"}}).Draw(t, "after")
	playbook, err := json.Marshal(launch)
	if err != nil {
		t.Fatal(err)
	}
	plan := "plan/" + rapid.SampledFrom([]string{"failover", "failover-2", "adhoc", "Bad Id"}).Draw(t, "plan")
	return append(anyExercise(t, when, word, n), []told{
		{plan, PlanLaunched{Playbook: playbook, Plan: rapid.SampledFrom([]string{"failover", "none"}).Draw(t, "of"), Services: []ServiceID{"portal"}}},
		{plan, PlanLaunched{Playbook: []byte("[]"), Plan: "failover"}},
		{"", IncidentDeclared{Title: word, Detected: &when, Services: launch.Services}},
		{"", IncidentSeverity{Severity: word}},
		{"", IncidentEscalated{To: word}},
		{"", ObligationMet{Obligation: word}},
		{step(id), StepStarted{Note: word}},
		{step(id), StepProgressed{Done: int(n), Total: int(n) * 2}},
		{step(id), StepDone{Note: word}},
		{step(id), StepChecked{}},
		{step(id), StepFailed{Reason: word}},
		{step(id), StepBlocked{Reason: word}},
		{step(id), StepSkipped{Reason: word}},
		{step(id), StepReopened{}},
		{step(id), StepAssigned{To: word}},
		{"plan/failover", PlanStepAdded{Step: StepDef{ID: id, Title: T(word), Phase: PhaseChecks, After: []string{id, "apps"}}}},
		{"plan/failover", PlanStepEstimated{Step: id, Estimate: Estimate{Likely: Duration(n) * Duration(time.Minute)}}},
		{theGo, DecisionAsked{Review: &when}},
		{theGo, DecisionCriterion{Criterion: word, Value: word}},
		{theGo, DecisionVoted{Option: option}},
		{theGo, DecisionTaken{Option: option, Because: word, Until: &when}},
		{theGo, DecisionTaken{Option: option, Because: word, Despite: word}},
		{theGo, DecisionRevised{Option: option, Because: word}},
		{theGo, DecisionAbandoned{Reason: word}},
		{"decision/own", DecisionAsked{Question: T(word), Quorum: int(n)}},
		{flow, CatchupOpened{Title: T(word), Service: "portal", Expected: &n, Blocks: &early}},
		{flow, CatchupCounted{Replayed: n, Rejected: n, Expected: &n}},
		{flow, CatchupCounted{Replayed: n, Rejected: many, Reentered: n, Approx: early, Expected: &many}},
		{flow, CatchupSigned{Because: word}},
		{flow, CatchupLost{Lost: n, Reason: word, Decision: "failover/go"}},
		{flow, CatchupAccepted{Lost: n, Reason: word}},
		{service, ServiceRestored{}},
		{service, ServiceVerified{}},
		{service, ServiceResumed{}},
		{service, ServiceFailedBack{}},
		{"", IncidentOrigin{Stamp: StampReported, At: when, Reason: word}},
		{"", IncidentBasis{From: FromDetection, Reason: word}},
		{"", IncidentScoped{Out: []ServiceID{"portal"}, In: []ServiceDef{{ID: "extra", RTO: Duration(time.Hour)}}}},
		{"", IncidentPhase{Phase: PhaseReview}},
		{"", IncidentClosed{Reason: word}},
		{"", IncidentReopened{Reason: word}},
		{"", NoteAdded{Text: word}},
		{"", NoteCorrected{Entry: "e00001", Text: word}},
		{"", NotePinned{Entry: "e00001", Pinned: n%2 == 0}},
		{"", RosterJoined{}},
		{"", RosterLeft{}},
		{"", RoleTaken{Role: role}},
		{"", RoleHandedOver{Role: role, To: "Bob", Brief: word}},
		{"", HandoverAcknowledged{Handover: "e00009"}},
		{"", SitrepIssued{Text: word, Next: &when}},
		{"", CadenceSet{Every: Duration(n) * Duration(time.Minute), Reason: word}},
		{"", ContactReached{Contact: rapid.SampledFrom([]string{"desk", "Desk", "Bureau", word}).Draw(t, "contact"), Reached: n%2 == 0, Note: word}},
		{"", ContactAdded{ID: rapid.SampledFrom([]string{"desk", "power", "Bad Id"}).Draw(t, "contact id"), Name: word, Call: word}},
		{"", HandoverRefused{Handover: "e00009", Reason: word}},
		{"", NoteAdded{Text: word, Kind: NoteCommunication, Check: CheckToVerify}},
		{"", NoteChecked{Entry: "e00010", Check: rapid.SampledFrom([]Check{CheckToVerify, CheckVerified}).Draw(t, "check"), Text: word}},
		{"", RepairEstimated{Likely: Duration(n)}},
		{"", RepairEstimated{Min: Duration(n) * Duration(time.Minute), Likely: Duration(2*n) * Duration(time.Minute), Max: Duration(n*n) * Duration(time.Hour)}},
		{SubjectForecast("portal"), ForecastLapsed{Service: ServiceID(strings.TrimPrefix(service, "incident/")), Decision: "failover/go", RTO: when, DecideBy: when}},
		{"", SignalAttached{Source: "monitoring", External: word, Raw: []byte(word)}},
		{"", ActionAdded{Text: word, For: word, Owner: word, Due: &when}},
		{"", ActionFollowed{Action: rapid.SampledFrom([]EventID{"e00001", "e00005", "e00012"}).Draw(t, "action"), State: rapid.SampledFrom([]ActionStatus{"", ActionOpen, ActionDone, ActionDropped, "other"}).Draw(t, "action state"), Owner: word, Due: &when, Note: word}},
		anyTargets(t, id, when, word),
		anyLegal(t, when, word),
	}...)
}

// TestTheGeneratorDrawsEveryType keeps the properties of the fold about the whole catalogue.
func TestTheGeneratorDrawsEveryType(t *testing.T) {
	drawn := make(map[Type]bool)
	rapid.Check(t, func(t *rapid.T) {
		for _, p := range anyPayloads(t) {
			drawn[p.data.Type()] = true
		}
	})
	for _, typ := range Types() {
		if !drawn[typ] {
			t.Errorf("no log of the properties has a %s", typ)
		}
	}
}

// anyLog draws a log of lawful, unlawful, repeated and hostile entries.
func anyLog(t *rapid.T) []Entry {
	c := &cellRoom{t: t, s: NewState(), now: zero(), who: "Alice", as: RoleDirector}
	switch begin := rapid.IntRange(0, 9).Draw(t, "begin"); {
	case begin > 6:
		c = exercised(t, rapid.IntRange(1, MaxSpeed).Draw(t, "speed"), rapid.Bool().Draw(t, "solo"))
	case begin > 0:
		c = declared(t)
	}
	for range rapid.IntRange(0, 40).Draw(t, "entries") {
		c.after(time.Duration(rapid.IntRange(0, 20).Draw(t, "pause")) * time.Minute)
		c.by(rapid.SampledFrom([]string{"Alice", "Bob", ""}).Draw(t, "who"), rapid.SampledFrom([]Role{RoleDirector, RoleITLead, RoleObserver, RoleFacilitator, RoleEvaluator}).Draw(t, "as"))
		switch kind := rapid.IntRange(0, 9).Draw(t, "kind"); {
		case kind < 5: // through the rules
			subject, d := anyPayload(t)
			if ev, err := c.try(subject, d); err == nil {
				c.append(ev)
			}
		case kind < 7: // past the rules: somebody else's program
			subject, d := anyPayload(t)
			if subject == "" {
				subject = DefaultSubject(d)
			}
			dr := c.draft(subject, d)
			realm := rapid.SampledFrom([]Realm{Live, Drill}).Draw(t, "realm")
			inc := rapid.SampledFrom([]IncidentID{"inc-1", "inc-2"}).Draw(t, "incident")
			c.append(Event{ID: dr.ID, Source: "/other", Type: d.Type(), Subject: subject, Time: c.now, Recorded: c.now, Incident: inc, Realm: realm, Actor: c.who, Role: c.as, Prev: NoPrev, Data: d})
		case kind < 8 && len(c.log) > 0: // twice
			raw := c.log[rapid.IntRange(0, len(c.log)-1).Draw(t, "again")].Raw
			if rapid.Bool().Draw(t, "rewritten") { // under its id, with other bytes
				raw = bytes.Replace(raw, []byte(`"actor":"`), []byte(`"actor":"Not `), 1)
			}
			c.raw(raw)
		default:
			c.raw(rapid.SliceOfN(rapid.Byte(), 0, 80).Draw(t, "bytes"))
		}
	}
	return c.log
}

func foldAll(log []Entry) *State {
	s := NewState()
	for _, e := range log {
		Apply(s, e)
	}
	return s
}

// same compares what two states say; the set of ids seen is compared by folding on.
func same(a, b *State) bool {
	x, y := a.Clone(), b.Clone()
	return reflect.DeepEqual(x.View(), y.View())
}

func TestFoldIsDeterministicAndAssociative(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		log := anyLog(t)
		whole := foldAll(log)
		if again := foldAll(log); !same(whole, again) {
			t.Fatal("the same log gave two states")
		}
		cut := rapid.IntRange(0, len(log)).Draw(t, "cut")
		prefix := foldAll(log[:cut])
		before := prefix.Clone()
		rest := prefix.Clone()
		for _, e := range log[cut:] {
			Apply(rest, e)
		}
		if !same(prefix, before) {
			t.Fatal("folding on a copy changed what it was copied from")
		}
		for _, e := range log[cut:] {
			Apply(prefix, e)
		}
		if !same(whole, prefix) {
			t.Fatal("folding a prefix and then the rest is not folding all")
		}
	})
}

func TestFoldCountsAnEventOnce(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		log := anyLog(t)
		once := foldAll(log)
		twice := foldAll(log)
		for i, e := range log {
			if e.Event.ID == "" || e.Event.Source == "" {
				continue // nothing to recognise it by
			}
			e.Seq = len(log) + i + 1
			Apply(twice, e)
		}
		a, b := once.Clone(), twice.Clone()
		a.Count, b.Count = Counts{}, Counts{}
		a.Last, b.Last = Entered{}, Entered{}
		if !reflect.DeepEqual(a.View(), b.View()) {
			t.Fatal("an event counted twice")
		}
	})
}

// TestEveryViewIsTotal: whatever the log, no view of it panics, at any time.
func TestEveryViewIsTotal(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := foldAll(anyLog(t))
		for _, at := range []time.Time{{}, zero(), zero().Add(time.Hour), zero().Add(1000 * time.Hour)} {
			Clocks(s, at)
			viewsOfExercise(t, s, at)
			Predict(s, at, 40)
			LapsesDue(s, at)
			RepairTurns(s, at)
			PhaseSpans(s, at)
			Thresholds(s, at)
			Proposals(s, at, "Alice")
			if n := MissedSitreps(s, at); n < 0 {
				t.Fatalf("%d reports missed", n)
			}
			for i := range s.Services {
				DecideBy(s, s.Services[i].Def.ID, at)
				GateOf(s, s.Services[i].Def.ID)
				CatchupOutlook(s, s.Services[i].Def.ID, at)
			}
			for _, id := range append(s.Sets(), "step/failover/rebuild", "catchup/nothing", "other") {
				c := s.TargetSum(id, at)
				if c.Waiting+c.Running+c.Done+c.Failed+c.Skipped != c.Total || c.Late > c.Waiting+c.Running {
					t.Fatalf("%s does not add up: %+v", id, c)
				}
			}
			for i := range s.Steps {
				if st := &s.Steps[i]; st.Targets.Len() > 0 && (st.Total < st.Targets.Len() || st.Done < st.Targets.Over() || st.Done > st.Total-st.Targets.Len()+st.Targets.Over()) {
					t.Fatalf("%s: %d of %d, by name %d of %d", st.ID, st.Done, st.Total, st.Targets.Over(), st.Targets.Len())
				}
			}
			for i := range s.Flows {
				s.Flows[i].Pace()
				s.Flows[i].ETA(at)
				s.Flows[i].Account()
			}
		}
		s.CountSteps("")
		for _, c := range Contacts(s) {
			if id, _ := s.FindContact(c.ID); c.ID != "" && id != c.ID {
				t.Fatalf("the contact %q is found as %q", c.ID, id)
			}
		}
		if id := s.NewContactID("Desk"); !ValidID(id) || s.contactID(id) != "" {
			t.Fatalf("%q is not a new id", id)
		}
	})
}

// TestOrderOfArrivalNeverPanics: entries in any order give a state.
func TestOrderOfArrivalNeverPanics(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		log := rapid.Permutation(anyLog(t)).Draw(t, "order")
		for i := range log {
			log[i].Seq = i + 1
		}
		if s := foldAll(log); s.Count.Entries != len(log) {
			t.Fatalf("%d entries of %d counted", s.Count.Entries, len(log))
		}
	})
}

func FuzzDecode(f *testing.F) {
	c := declared(f)
	for _, e := range c.log {
		f.Add(e.Raw)
	}
	f.Add([]byte(`{"specversion":"1.0","id":"1","source":"s","type":"sangfroid.note.added","time":"2026-11-23T14:02:00Z","data":{"text":"\u001b]0;x\u0007"}}`))
	f.Fuzz(func(t *testing.T, raw []byte) {
		ev := Decode(raw)
		if ev.Data == nil {
			t.Fatal("no data")
		}
		for _, s := range []string{string(ev.ID), ev.Source, string(ev.Type), ev.Subject, ev.Actor, string(ev.Role)} {
			for _, r := range s {
				if r < ' ' || (r >= 0x7f && r < 0xa0) || r == '\u202e' {
					t.Fatalf("%U in %q", r, s)
				}
			}
		}
		if n, ok := ev.Data.(NoteAdded); ok && strings.ContainsAny(n.Text, "\x1b\x07\x00") {
			t.Fatalf("%q", n.Text)
		}
	})
}

// FuzzDecodeQuick: the quick reader gives what the library gives, or leaves it to it.
func FuzzDecodeQuick(f *testing.F) {
	c := declared(f).decideGo()
	for _, e := range c.log {
		f.Add(e.Raw)
	}
	head := `{"specversion":"1.0","id":"1","source":"s","type":"sangfroid.note.added"`
	for _, more := range []string{
		`,"data":{"text":"é"}}`, `,"data":{"text":"x"},"id":"2"}`, `,"data":{"text":"x"}} `, `,"data":{"text":"\u00e9"}}`, `,"data":null}`, `,"data":}`, `}`,
		`,"id":"2","data":{"text":"x"}}`, `,"time":"2026-11-23T14:02:00Z","approximate":true,"imported":true,"data":{"text":"x"}}`,
		`,"subject":"a\\b","data":{"text":"x"}}`, `,"subject":"note/main","data":{"text":"x"},"Data":{"text":"y"}}`, `,"data":{"text":"x"}}}`, `,"actor":"` + "\xff" + `","data":{}}`,
	} {
		f.Add([]byte(head + more))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		if got, want := Decode(raw), decodeAny(raw); !reflect.DeepEqual(got, want) {
			t.Fatalf("%q\n%+v\n%+v", raw, got, want)
		}
	})
}

func FuzzFold(f *testing.F) {
	c := declared(f).decideGo().done("confirm")
	var all [][]byte
	for _, e := range c.log {
		all = append(all, e.Raw)
	}
	f.Add(bytes.Join(all, []byte("\n")))
	f.Fuzz(func(t *testing.T, data []byte) {
		var log []Entry
		for i, raw := range bytes.Split(data, []byte("\n")) {
			log = append(log, Entry{Seq: i + 1, Bus: uint64(i + 1), Received: zero().Add(time.Duration(i) * time.Second), Raw: raw, Event: Decode(raw)})
		}
		a, b := foldAll(log), foldAll(log)
		if !same(a, b) {
			t.Fatal("two states of one log")
		}
		Clocks(a, zero().Add(time.Hour))
		Proposals(a, zero().Add(time.Hour), "Alice")
	})
}

func TestDecodeKeepsWhatItDoesNotUnderstand(t *testing.T) {
	for name, c := range map[string]struct {
		raw  string
		flag FlagCode
	}{
		"not JSON":        {`hello`, FlagMalformed},
		"no id":           {`{"specversion":"1.0","source":"s","type":"sangfroid.note.added","data":{"text":"x"}}`, FlagMalformed},
		"other version":   {`{"specversion":"0.3","id":"1","source":"s","type":"sangfroid.note.added","data":{"text":"x"}}`, FlagMalformed},
		"unknown type":    {`{"specversion":"1.0","id":"1","source":"s","type":"sangfroid.future.thing","time":"2026-11-23T14:02:00Z","incident":"inc-1","realm":"live","actor":"x","data":{"a":1}}`, FlagUnknownType},
		"wrong payload":   {`{"specversion":"1.0","id":"1","source":"s","type":"sangfroid.note.added","time":"2026-11-23T14:02:00Z","incident":"inc-1","realm":"live","actor":"x","data":[1,2]}`, FlagBadData},
		"other incident":  {`{"specversion":"1.0","id":"1","source":"s","type":"sangfroid.note.added","time":"2026-11-23T14:02:00Z","incident":"inc-9","realm":"live","actor":"x","data":{"text":"x"}}`, FlagForeign},
		"a megabyte":      {`{"specversion":"1.0","id":"1","source":"s","type":"sangfroid.note.added","time":"2026-11-23T14:02:00Z","incident":"inc-1","realm":"live","actor":"x","data":{"text":"` + strings.Repeat("x", 1<<20) + `"}}`, FlagOversized},
		"escape sequence": {`{"specversion":"1.0","id":"1","source":"s","type":"sangfroid.note.added","time":"2026-11-23T14:02:00Z","incident":"inc-1","realm":"live","actor":"x","data":{"text":"\u001b[2Jx"}}`, FlagCleaned},
	} {
		t.Run(name, func(t *testing.T) {
			r := declared(t)
			before := r.s.Count.Entries
			e := r.raw([]byte(c.raw))
			found := false
			for _, f := range r.s.Flags {
				found = found || (f.Seq == e.Seq && f.Code == c.flag)
			}
			if !found || r.s.Count.Entries != before+1 || string(e.Raw) != c.raw {
				t.Errorf("flags %v, want %s", r.s.Flags, c.flag)
			}
		})
	}
}

func BenchmarkApply(b *testing.B) {
	log := longLog(b, 10000)
	b.ReportAllocs()
	for b.Loop() {
		foldAll(log)
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(len(log)), "ns/event")
}

// longLog is mostly notes and progress, as real ones are.
func longLog(b teller, n int) []Entry {
	c := declared(b).must(step("rebuild"), StepStarted{})
	for i := len(c.log); i < n; i++ {
		c.after(time.Second)
		if i%10 == 0 {
			c.must(step("rebuild"), StepProgressed{Done: i % 10, Total: 10})
			continue
		}
		c.must("", NoteAdded{Kind: NoteFinding, Text: fmt.Sprintf("finding %d: the operator confirms what was said before", i)})
	}
	return c.log
}

func BenchmarkDecode(b *testing.B) {
	raw := longLog(b, 20)[15].Raw
	b.ReportAllocs()
	b.SetBytes(int64(len(raw)))
	for b.Loop() {
		Decode(raw)
	}
}

// BenchmarkDecodeBare is the limit of BenchmarkDecode: the standard library alone, into the same envelope without checks or
// cleaning.
func BenchmarkDecodeBare(b *testing.B) {
	raw := longLog(b, 20)[15].Raw
	b.ReportAllocs()
	b.SetBytes(int64(len(raw)))
	for b.Loop() {
		var v struct {
			ID, Source, Type, Subject, Incident, Realm, Actor, Role string
			Time, Recorded                                          time.Time
			Data                                                    NoteAdded
		}
		if err := json.Unmarshal(raw, &v); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkClocks(b *testing.B) {
	s := foldAll(largePlan(b).log)
	for b.Loop() {
		Clocks(s, zero().Add(time.Hour))
	}
}

func BenchmarkClone(b *testing.B) {
	s := foldAll(largePlan(b).log)
	for b.Loop() {
		s.Clone()
	}
}

// largePlan has 200 steps, each behind two others.
func largePlan(t teller) *cellRoom {
	c := declared(t)
	pb := book()
	for i := range 195 {
		def := StepDef{ID: fmt.Sprintf("s%d", i), Title: T("step"), Phase: PhaseRestore, Estimate: Estimate{Likely: Duration(time.Minute)}, After: []string{"network"}}
		if i > 1 {
			def.After = []string{fmt.Sprintf("s%d", i-1), fmt.Sprintf("s%d", i-2)}
		}
		pb.Plans[0].Steps = append(pb.Plans[0].Steps, def)
	}
	raw, err := json.Marshal(pb)
	if err != nil {
		t.Fatal(err)
	}
	return c.must(PlanSubject("failover-2"), PlanLaunched{Playbook: raw, Plan: "failover", Hash: "01"})
}
