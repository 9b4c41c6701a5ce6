package locale

import (
	"fmt"
	"sangfroid/internal/incident"
	"sangfroid/internal/text"
	"strings"
	"testing"
	"time"
)

// legalCase is an incident under one small law, folded from raw events.
func legalCase(t *testing.T, events ...string) *incident.State {
	t.Helper()
	s := incident.NewState()
	const law = `{"id":"law","title":{"en":"Law","fr":"Loi"},"zone":"Europe/Paris","stamps":[{"id":"outage","title":{"en":"outage","fr":"arrêt"}}],"rows":[` +
		`{"id":"first","title":{"en":"First notice","fr":"Premier avis"},"article":"Art. 1","due":[{"from":["aware"],"within":"24h"},{"from":["outage"],"within":"1mo"}],"roll":{"to":"12:00","article":"Art. 9"}},` +
		`{"id":"second","title":{"en":"Second","fr":"Second"},"article":"Art. 2","due":[{"from":["submitted/first"],"within":"4bd","at":"17:30"}]},` +
		`{"id":"flag","title":{"en":"Word","fr":"Mot"},"article":"Art. 3","when":"undue-delay","from":["outage"]}]}`
	all := append([]string{
		`"sangfroid.incident.declared","data":{"title":"x","zone":"Europe/Paris"}`,
		`"sangfroid.comms.regime","data":{"reason":"counsel","regime":` + law + `}`,
	}, events...)
	for i, e := range all {
		raw := fmt.Sprintf(`{"specversion":"1.0","id":"%d","source":"/t","time":"2026-11-28T%02d:00:00Z","incident":"inc-1","realm":"live","actor":"A","type":%s}`, i, 8+i, e)
		incident.Apply(s, incident.Entry{Seq: i + 1, Raw: []byte(raw), Event: incident.Decode([]byte(raw))})
	}
	if s.Count.Flagged > 0 {
		t.Fatalf("%+v", s.Flags)
	}
	return s
}

func at(t time.Time) string { return t.UTC().Format("02 15:04") }

func TestLegalClocksAreTold(t *testing.T) {
	aware := `"sangfroid.incident.origin","data":{"stamp":"aware/law","at":"2026-11-27T14:00:00Z","reason":"r"}`
	sent := `"sangfroid.comms.obligation","data":{"obligation":"law/first","reference":"N-7"}`
	told := `"sangfroid.comms.obligation-delayed","data":{"obligation":"law/first","reason":"under review"}`
	gone := `"sangfroid.comms.obligation-dismissed","data":{"obligation":"law/first","reason":"not ours"}`
	for name, c := range map[string]struct {
		events []string
		en, fr string
	}{
		"waits":     {nil, "waits for: aware (Law), outage (Law)", "attend : prise de connaissance (Loi), arrêt (Loi)"},
		"runs":      {[]string{aware}, "24 h from: aware (Law) 27 14:00|may come earlier with: outage (Law)", "24 h à compter de : prise de connaissance (Loi) 27 14:00|peut être avancée par : arrêt (Loi)"},
		"sent":      {[]string{aware, sent}, "sent 28 11:00, ref. N-7|24 h from: aware (Law) 27 14:00", "envoyé 28 11:00, réf. N-7|24 h à compter de : prise de connaissance (Loi) 27 14:00"},
		"told":      {[]string{aware, told}, "authority told 28 11:00: under review", "autorité prévenue 28 11:00 : under review"},
		"dismissed": {[]string{aware, gone}, "does not apply: not ours", "sans objet : not ours"},
	} {
		t.Run(name, func(t *testing.T) {
			s := legalCase(t, c.events...)
			d := incident.Duties(s, time.Date(2026, 11, 28, 12, 0, 0, 0, time.UTC))[0]
			for lang, want := range map[Lang]string{English: c.en, French: text.French(c.fr)} {
				if got := strings.Join(lang.DutyNotes(s, &d, at), "|"); !strings.Contains(got, want) {
					t.Errorf("%s: %q, want %q", lang, got, want)
				}
			}
		})
	}
	s := legalCase(t, aware, sent)
	now := time.Date(2026, 11, 28, 15, 0, 0, 0, time.UTC)
	duties := incident.Duties(s, now)
	if x := English.Extension(&duties[0], at); x != "the law allows 30 11:00 (Art.\u00a09)" {
		t.Errorf("%q", x)
	}
	if w := French.DutyNotes(s, &duties[1], at)[0]; w != "4 jours ouvrés à compter de\u00a0: l’envoi de «\u00a0Premier avis\u00a0» 28 11:00" {
		t.Errorf("%q", w)
	}
	if French.DutyState(&duties[2]) != "non requise" || English.DutyWhen(&duties[2]) != "without undue delay" {
		t.Errorf("%q %q", French.DutyState(&duties[2]), English.DutyWhen(&duties[2]))
	}
	for _, lang := range []Lang{English, French} {
		for _, x := range incident.Thresholds(s, now) {
			if text := lang.Alert(s, x, now); strings.Contains(text, "⟦") || !strings.Contains(text, "Second") {
				t.Errorf("%q", text)
			}
		}
		draft := lang.SitrepDraft(s, now, time.UTC)
		if !strings.Contains(draft, "N-7") || !strings.Contains(draft, "Second") {
			t.Errorf("a situation report does not tell the legal clocks:\n%s", draft)
		}
	}
}
