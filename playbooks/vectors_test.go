package playbooks

import (
	"fmt"
	"sangfroid/internal/incident"
	"testing"
	"time"
)

// affair is an incident without a playbook, into which regimes are brought.
type affair struct {
	t   *testing.T
	s   *incident.State
	now time.Time
	n   int
}

func paris(t *testing.T) *time.Location { return zoneOf(t, "Europe/Paris") }

func zoneOf(t *testing.T, name string) *time.Location {
	t.Helper()
	loc, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return loc
}

// in reads "2026-11-23 08:00" in a zone.
func in(t *testing.T, loc *time.Location, s string) time.Time {
	t.Helper()
	at, err := time.ParseInLocation("2006-01-02 15:04", s, loc)
	if err != nil {
		t.Fatal(err)
	}
	return at
}

func under(t *testing.T, entity incident.EntityDef, regimes ...incident.RegimeID) *affair {
	t.Helper()
	a := &affair{t: t, s: incident.NewState(), now: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)}
	a.put(incident.IncidentDeclared{Title: "x", Zone: "Europe/Paris"})
	for _, id := range regimes {
		def, ok := ShippedRules().Regime(id, entity)
		if !ok {
			t.Fatalf("no regime %s", id)
		}
		a.put(incident.RegimeApplied{Regime: def, Reason: "it applies"})
	}
	a.now = time.Date(2028, 1, 1, 0, 0, 0, 0, time.UTC)
	return a
}

func (a *affair) put(d incident.Data) *affair { return a.putAt(a.now, d) }

func (a *affair) putAt(at time.Time, d incident.Data) *affair {
	a.t.Helper()
	a.n++
	dr := incident.Draft{
		ID: incident.EventID(fmt.Sprintf("e%04d", a.n)), Source: "/test", Time: at, Recorded: a.now, Actor: "Alice", Role: incident.RoleDirector, Data: d,
	}
	decide := func() (incident.Event, error) { return incident.Decide(a.s, dr) }
	if a.s.Declared.At.IsZero() {
		decide = func() (incident.Event, error) { return incident.Declare("inc-1", incident.Live, dr) }
	}
	ev, err := decide()
	if err != nil {
		a.t.Fatalf("%T: %v", d, err)
	}
	raw, err := incident.Encode(ev)
	if err != nil {
		a.t.Fatal(err)
	}
	incident.Apply(a.s, incident.Entry{Seq: a.n, Received: a.now, Raw: raw, Event: incident.Decode(raw)})
	return a
}

func (a *affair) stamp(st incident.Stamp, at time.Time) *affair {
	a.t.Helper()
	return a.put(incident.IncidentOrigin{Stamp: st, At: at, Reason: "told so"})
}

func (a *affair) met(id string, at time.Time) *affair {
	a.t.Helper()
	return a.putAt(at, incident.ObligationMet{Obligation: id, Reference: "REF"})
}

func (a *affair) duty(id incident.ObligationID) incident.Duty {
	a.t.Helper()
	for _, d := range incident.Duties(a.s, a.now) {
		if d.ID == id {
			return d
		}
	}
	a.t.Fatalf("no row %s", id)
	return incident.Duty{}
}

// due wants a row's strict deadline.
func (a *affair) due(id incident.ObligationID, want time.Time) *affair {
	a.t.Helper()
	if d := a.duty(id); !d.Clock.Deadline.Equal(want) {
		a.t.Errorf("%s is due %v, want %v (from %v)", id, d.Clock.Deadline, want.UTC(), d.From)
	}
	return a
}

func (a *affair) extended(id incident.ObligationID, want time.Time) *affair {
	a.t.Helper()
	if d := a.duty(id); !d.Extended.Equal(want) {
		a.t.Errorf("%s is extended to %v, want %v", id, d.Extended, want)
	}
	return a
}

// TestDORA: 23 November 2026 is a Monday.
func TestDORA(t *testing.T) {
	p := paris(t)
	bank := incident.EntityDef{Calendar: "fr", Facts: []string{"credit-institution"}}

	t.Run("the earlier of classified+4h and aware+24h", func(t *testing.T) {
		a := under(t, bank, "dora").stamp("aware/dora", in(t, p, "2026-11-23 08:00")).stamp(incident.StampClassified, in(t, p, "2026-11-24 06:00"))
		a.due("dora/initial", in(t, p, "2026-11-24 08:00"))
		if d := a.duty("dora/initial"); d.From.Stamp != "aware/dora" {
			t.Errorf("it counts from %v", d.From)
		}
	})
	t.Run("early classification", func(t *testing.T) {
		under(t, bank, "dora").stamp("aware/dora", in(t, p, "2026-11-23 08:00")).stamp(incident.StampClassified, in(t, p, "2026-11-23 09:30")).
			due("dora/initial", in(t, p, "2026-11-23 13:30"))
	})
	t.Run("classified on day 4", func(t *testing.T) {
		a := under(t, bank, "dora").stamp("aware/dora", in(t, p, "2026-11-23 08:00")).stamp(incident.StampClassified, in(t, p, "2026-11-26 15:00"))
		a.due("dora/initial", in(t, p, "2026-11-26 19:00"))
		if d := a.duty("dora/initial"); d.From.Stamp != incident.StampClassified {
			t.Errorf("it counts from %v", d.From)
		}
	})
	t.Run("not classified: not started", func(t *testing.T) {
		d := under(t, bank, "dora").stamp("aware/dora", in(t, p, "2026-11-23 08:00")).duty("dora/initial")
		if d.Clock.State != incident.ClockNotStarted || len(d.Waits) != 1 || d.Waits[0].Stamp != incident.StampClassified {
			t.Errorf("%+v", d)
		}
	})
	t.Run("the chain runs from submissions", func(t *testing.T) {
		a := under(t, bank, "dora").stamp("aware/dora", in(t, p, "2026-11-23 08:00")).stamp(incident.StampClassified, in(t, p, "2026-11-23 09:00"))
		if d := a.duty("dora/intermediate"); d.Clock.State != incident.ClockNotStarted || d.Waits[0].Report != "dora/initial" {
			t.Errorf("%+v", d)
		}
		a.met("dora/initial", in(t, p, "2026-11-23 11:20")).due("dora/intermediate", in(t, p, "2026-11-26 11:20"))
		a.met("dora/intermediate", in(t, p, "2026-11-25 10:00")).due("dora/final", in(t, p, "2026-12-25 10:00"))
		a.extended("dora/final", in(t, p, "2026-12-28 12:00")) // Christmas, then a weekend: Monday noon
		a.stamp(incident.StampRecovered, in(t, p, "2026-11-27 18:00"))
		if d := a.duty("dora/update"); d.Clock.State != incident.ClockRunning || !d.Clock.Deadline.IsZero() {
			t.Errorf("recovered activities ask for an update: %+v", d)
		}
		a.met("dora/update", in(t, p, "2026-11-30 09:00")).due("dora/final", in(t, p, "2026-12-30 09:00"))
		if d := a.duty("dora/update"); d.Clock.State != incident.ClockMet {
			t.Errorf("%+v", d)
		}
		a.stamp("changed/dora", in(t, p, "2026-12-02 09:00"))
		if d := a.duty("dora/update"); d.Clock.State != incident.ClockRunning {
			t.Errorf("a change after the update asks for another: %+v", d)
		}
		a.met("dora/update", in(t, p, "2026-12-03 09:00")).due("dora/final", in(t, p, "2027-01-03 09:00"))
	})
	t.Run("recovered before the intermediate report: it tells it", func(t *testing.T) {
		a := under(t, bank, "dora").stamp(incident.StampRecovered, in(t, p, "2026-11-23 18:00")).
			met("dora/intermediate", in(t, p, "2026-11-24 10:00"))
		if d := a.duty("dora/update"); d.Open() {
			t.Errorf("%+v", d)
		}
	})
	t.Run("weekend, by the kind of entity", func(t *testing.T) {
		sat := in(t, p, "2026-11-28 10:00")
		insurer := incident.EntityDef{Calendar: "fr"}
		for _, c := range []struct {
			entity incident.EntityDef
			want   time.Time
		}{{bank, time.Time{}}, {insurer, in(t, p, "2026-11-30 12:00")}, {incident.EntityDef{Facts: []string{"nis2-essential"}, Calendar: "fr"}, time.Time{}}, {incident.EntityDef{}, time.Time{}}} {
			a := under(t, c.entity, "dora").stamp("aware/dora", sat).stamp(incident.StampClassified, sat)
			a.due("dora/initial", sat.Add(4*time.Hour)).extended("dora/initial", c.want)
		}
	})
	t.Run("late, inside the extension", func(t *testing.T) {
		sat := in(t, p, "2026-11-28 10:00")
		a := under(t, incident.EntityDef{Calendar: "fr"}, "dora").stamp("aware/dora", sat).stamp(incident.StampClassified, sat).met("dora/initial", in(t, p, "2026-11-30 09:00"))
		if d := a.duty("dora/initial"); d.Clock.State != incident.ClockMissed || !d.InExtension() {
			t.Errorf("%+v", d)
		}
	})
	t.Run("told before the limit", func(t *testing.T) {
		nine := in(t, p, "2026-11-23 09:00")
		a := under(t, bank, "dora").stamp(incident.StampClassified, nine).
			putAt(nine.Add(time.Hour), incident.ObligationDelayed{Obligation: "dora/initial", Reason: "the classification is under review"})
		if d := a.duty("dora/initial"); !d.ToldInTime() || d.Clock.State != incident.ClockMissed {
			t.Errorf("telling it stops nothing: %+v", d)
		}
	})
}

func TestNIS2(t *testing.T) {
	p := paris(t)
	aware := in(t, p, "2026-11-23 08:00")
	t.Run("24 h, 72 h, a month from the notification", func(t *testing.T) {
		a := under(t, incident.EntityDef{}, "nis2").stamp("aware/nis2", aware)
		a.due("nis2/early-warning", aware.Add(24*time.Hour)).due("nis2/notification", aware.Add(72*time.Hour))
		a.met("nis2/notification", in(t, p, "2026-11-25 17:00")).due("nis2/final", in(t, p, "2026-12-25 17:00"))
	})
	t.Run("trust service provider", func(t *testing.T) {
		under(t, incident.EntityDef{Facts: []string{"trust-service-provider"}}, "nis2").stamp("aware/nis2", aware).due("nis2/notification", aware.Add(24*time.Hour))
	})
	t.Run("assessed, and nobody said when aware", func(t *testing.T) {
		a := under(t, incident.EntityDef{}, "nis2").stamp(incident.StampSignificant, aware.Add(time.Hour))
		a.due("nis2/early-warning", aware.Add(25*time.Hour))
		a.stamp("aware/nis2", aware).due("nis2/early-warning", aware.Add(24*time.Hour))
	})
	t.Run("still going on after a month", func(t *testing.T) {
		a := under(t, incident.EntityDef{}, "nis2").stamp("aware/nis2", aware).met("nis2/notification", in(t, p, "2026-11-25 17:00"))
		a.due("nis2/progress", in(t, p, "2026-12-25 17:00")).met("nis2/progress", in(t, p, "2026-12-24 10:00"))
		if d := a.duty("nis2/final"); d.Clock.State != incident.ClockNotStarted || d.Waits[0].Stamp != incident.StampHandled {
			t.Errorf("%+v", d)
		}
		a.stamp(incident.StampHandled, in(t, p, "2027-01-10 12:00")).due("nis2/final", in(t, p, "2027-02-10 12:00"))
	})
	t.Run("on request", func(t *testing.T) {
		a := under(t, incident.EntityDef{}, "nis2").stamp("aware/nis2", aware)
		if d := a.duty("nis2/intermediate"); d.Open() {
			t.Errorf("nobody asked: %+v", d)
		}
		a.stamp("requested/nis2", aware.Add(time.Hour))
		if d := a.duty("nis2/intermediate"); !d.Open() || !d.Clock.Deadline.IsZero() {
			t.Errorf("%+v", d)
		}
	})
}

func TestGDPR(t *testing.T) {
	p := paris(t)
	for name, c := range map[string]struct{ from, due string }{
		"plain":                          {"2026-11-23 09:00", "2026-11-26 09:00"},
		"summer time ends":               {"2026-10-23 09:00", "2026-10-26 08:00"}, // 72 h of the wall clock of physics
		"summer time begins":             {"2026-03-27 09:00", "2026-03-30 10:00"},
		"over a weekend, strictly":       {"2026-11-27 18:00", "2026-11-30 18:00"},
		"due on Christmas, all the same": {"2026-12-22 10:00", "2026-12-25 10:00"},
	} {
		t.Run(name, func(t *testing.T) {
			a := under(t, incident.EntityDef{Calendar: "fr"}, "gdpr").stamp(incident.StampPersonal, in(t, p, c.from))
			a.due("gdpr/authority", in(t, p, c.due)).extended("gdpr/authority", time.Time{})
			if d := a.duty("gdpr/authority"); d.Clock.Objective != 72*time.Hour {
				t.Errorf("%v", d.Clock.Objective)
			}
		})
	}
	a := under(t, incident.EntityDef{}, "gdpr")
	if d := a.duty("gdpr/persons"); d.Open() {
		t.Errorf("%+v", d)
	}
	a.stamp(incident.StampHighRisk, in(t, p, "2026-11-23 12:00"))
	if d := a.duty("gdpr/persons"); !d.Open() || !d.Flag() || !d.Clock.Deadline.IsZero() {
		t.Errorf("a high risk raises a flag, no countdown: %+v", d)
	}
}

// TestSEC: business days by General Instruction B.1.
func TestSEC(t *testing.T) {
	ny := zoneOf(t, "America/New_York")
	for name, c := range map[string]struct{ from, due string }{
		"on a Saturday: Monday is day 1":            {"2026-12-05 11:00", "2026-12-10 17:30"},
		"on a Monday: Tuesday is day 1":             {"2026-12-07 11:00", "2026-12-11 17:30"},
		"on a Thursday":                             {"2026-12-03 23:00", "2026-12-09 17:30"},
		"on Thanksgiving":                           {"2026-11-26 10:00", "2026-12-02 17:30"},
		"the day before Thanksgiving":               {"2026-11-25 10:00", "2026-12-02 17:30"},
		"over the change from summer time":          {"2026-10-30 10:00", "2026-11-05 17:30"},
		"over Independence Day, observed on Friday": {"2026-07-01 10:00", "2026-07-08 17:30"},
	} {
		t.Run(name, func(t *testing.T) {
			under(t, incident.EntityDef{Calendar: "fr"}, "sec").stamp(incident.StampMateriality, in(t, ny, c.from)).due("sec/form-8k", in(t, ny, c.due))
		})
	}
	// The day is New York's: Sunday night there is Monday morning in Paris.
	under(t, incident.EntityDef{}, "sec").stamp(incident.StampMateriality, in(t, paris(t), "2026-12-07 03:00")).due("sec/form-8k", in(t, ny, "2026-12-10 17:30"))
	d := under(t, incident.EntityDef{}, "sec").stamp(incident.StampDetected, in(t, ny, "2026-12-07 03:00")).duty("sec/form-8k")
	if d.Clock.State != incident.ClockNotStarted {
		t.Errorf("discovery starts nothing: %+v", d)
	}
}

// TestMonths: the same date and time; where the month has no such date, its last day.
func TestMonths(t *testing.T) {
	p := paris(t)
	for from, due := range map[string]string{
		"2026-01-31 10:00": "2026-02-28 10:00", "2027-01-29 10:00": "2027-02-28 10:00", "2026-03-31 10:00": "2026-04-30 10:00",
		"2026-02-28 10:00": "2026-03-28 10:00", "2026-11-30 23:59": "2026-12-30 23:59", "2026-12-15 08:00": "2027-01-15 08:00",
		"2026-02-28 02:30": "2026-03-28 02:30",
		"2026-10-01 12:00": "2026-11-01 12:00", // the same hour after the clocks went back
	} {
		a := under(t, incident.EntityDef{}, "cer").met("cer/initial", in(t, p, from)).due("cer/detailed", in(t, p, due))
		_ = a
	}
	// A February with 29 days.
	a := under(t, incident.EntityDef{}, "cer")
	a.now = in(t, p, "2029-01-01 00:00")
	a.met("cer/initial", in(t, p, "2028-01-31 10:00")).due("cer/detailed", in(t, p, "2028-02-29 10:00"))
	// Due on a Sunday: the end of Monday, in grey.
	under(t, incident.EntityDef{Calendar: "fr"}, "cer").met("cer/initial", in(t, p, "2026-10-22 10:00")).due("cer/detailed", in(t, p, "2026-11-22 10:00")).
		extended("cer/detailed", in(t, p, "2026-11-23 23:59").Add(59*time.Second))
}

func TestTheFirstDetailedReportOfCER(t *testing.T) {
	p := paris(t)
	under(t, incident.EntityDef{}, "cer").stamp("aware/cer", in(t, p, "2026-11-23 08:00")).due("cer/initial", in(t, p, "2026-11-24 08:00"))
}
