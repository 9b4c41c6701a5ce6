package tui

import (
	"sangfroid/internal/cell"
	"sangfroid/internal/incident"
	"sangfroid/tui/form"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"
)

// showLegal opens a form about legal clocks; when it was opened from their list, the list comes back after it.
func (m *model) showLegal(name string, fields []form.Field, build func(form.Values) ([]cell.Command, error)) tea.Cmd {
	back := m.overlay
	cmd := m.show("obligation-"+name, m.t("act.obligation."+name), "save.legal", fields, build)
	if back == overLegal {
		m.back = back
	}
	return cmd
}

// openLegalStamp sets a stamp: the one the selected row waits for first.
func (m *model) openLegalStamp() tea.Cmd {
	s := m.frame.State
	var options []form.Option
	seen := make(map[incident.Stamp]bool)
	for i := range s.Regimes {
		for _, st := range s.Regimes[i].Def.Asks() {
			if seen[st] {
				continue
			}
			seen[st] = true
			label := m.lang.StampTitle(s, st)
			if set, ok := s.Stamp(st); ok {
				label += " " + set.Time.In(m.zone()).Format("15:04")
			}
			options = append(options, form.Option{Value: string(st), Label: label})
		}
	}
	stamp := m.choice("stamp", string(m.likelyStamp()), options)
	stamp.Echo = func(v string) string {
		if set, ok := s.Stamp(incident.Stamp(v)); ok {
			return m.t("form.legal.current", "at", m.lang.Moment(set.Time, m.zone(), m.now))
		}
		return ""
	}
	return m.showLegal("stamp", []form.Field{stamp, m.moment("time", "", true), m.line("because", "", true)}, func(v form.Values) ([]cell.Command, error) {
		at, approx := m.timeOf(v["time"])
		return []cell.Command{{Approx: approx, Data: incident.IncidentOrigin{Stamp: incident.Stamp(v["stamp"]), At: at, Reason: v["because"]}}}, nil
	})
}

// likelyStamp is a stamp the selected row waits for, else the first one its regime asks for that nobody set.
func (m *model) likelyStamp() incident.Stamp {
	s := m.frame.State
	var asked []incident.Stamp
	if d := m.selectedDuty(); d != nil {
		for _, o := range d.Waits {
			if o.Report == "" {
				return o.Stamp
			}
		}
		if r := s.Regime(d.Regime); r != nil {
			asked = r.Def.Asks()
		}
	}
	for i := range s.Regimes {
		asked = append(asked, s.Regimes[i].Def.Asks()...)
	}
	for _, st := range asked {
		if _, ok := s.Stamp(st); !ok {
			return st
		}
	}
	return ""
}

// dutyOptions are the rows that apply, or all of them.
func (m *model) dutyOptions(all bool) []form.Option {
	var out []form.Option
	for _, d := range incident.Duties(m.frame.State, m.now) {
		if all || d.Dismissed == nil {
			out = append(out, form.Option{Value: string(d.ID), Label: m.lang.DutyTitle(m.frame.State, d.ID)})
		}
	}
	return out
}

func (m *model) dutyChoice(key string) form.Field {
	id := ""
	if d := m.selectedDuty(); d != nil {
		id = string(d.ID)
	}
	return m.choice(key, id, m.dutyOptions(false))
}

// openReportSent records a report that went out, with its number.
func (m *model) openReportSent() tea.Cmd {
	sent := m.moment("sentat", "", false)
	sent.Empty = m.t("form.now")
	fields := []form.Field{m.dutyChoice("report.sent"), m.line("reference", "", false), sent}
	if d := m.selectedDuty(); d != nil && d.Report() != nil && !d.Def.Repeats {
		fields = append(fields, m.line("correction.why", "", true))
	}
	return m.showLegal("met", fields, func(v form.Values) ([]cell.Command, error) {
		at, approx := m.timeOf(v["sentat"])
		d := incident.ObligationMet{Obligation: v["report.sent"], Reference: v["reference"], Reason: v["correction.why"]}
		return []cell.Command{{Time: at, Approx: approx, Data: d}}, nil
	})
}

// openAuthorityTold records that the authority heard of a delay.
func (m *model) openAuthorityTold() tea.Cmd {
	return m.showLegal("told", []form.Field{
		m.words(m.t("form.legal.told.note")), m.dutyChoice("report.sent"), m.line("because", "", true), m.future("expected.at", "", false),
		m.line("reference", "", false), m.at(),
	}, func(v form.Values) ([]cell.Command, error) {
		return m.command(v, "", incident.ObligationDelayed{
			Obligation: v["report.sent"], Reason: v["because"], Reference: v["reference"], Expected: m.futurePtr(v["expected.at"]),
		})
	})
}

// openRuling says that a row or a whole regime does not apply, or does after all.
func (m *model) openRuling() tea.Cmd {
	s := m.frame.State
	out := func(id string) bool {
		rule := s.Ruling(id)
		return rule != nil && !rule.Applies
	}
	options := m.dutyOptions(true)
	for i := range s.Regimes {
		id := s.Regimes[i].Def.ID
		options = append(options, form.Option{Value: string(id), Label: m.t("form.scope.regime", "regime", m.lang.RegimeTitle(s, id))})
	}
	at := ""
	if d := m.selectedDuty(); d != nil {
		if at = string(d.ID); out(string(d.Regime)) {
			at = string(d.Regime)
		}
	}
	which := m.choice("report.sent", at, options)
	which.Echo = func(id string) string {
		if out(id) {
			return m.t("form.scope.applies")
		}
		return m.t("form.scope.dismiss")
	}
	return m.showLegal("dismiss", []form.Field{which, m.line("because", "", true)}, func(v form.Values) ([]cell.Command, error) {
		id := v["report.sent"]
		if out(id) {
			return m.command(v, "", incident.ObligationApplies{Obligation: id, Reason: v["because"]})
		}
		return m.command(v, "", incident.ObligationDismissed{Obligation: id, Reason: v["because"]})
	})
}

// regimesAhead are the regimes this console knows that are not in force.
func (m *model) regimesAhead() []incident.RegimeDef {
	if m.opts.Regimes == nil {
		return nil
	}
	return slices.DeleteFunc(m.opts.Regimes(m.frame.State.Entity()), func(r incident.RegimeDef) bool {
		return m.frame.State.Regime(r.ID) != nil
	})
}

// openApply brings a regime in: "NIS2 applies too".
func (m *model) openApply() tea.Cmd {
	ahead := m.regimesAhead()
	var options []form.Option
	for _, r := range ahead {
		options = append(options, form.Option{Value: string(r.ID), Label: m.lang.Text(r.Title)})
	}
	entity := m.frame.State.Entity()
	regime := m.choice("regime", "", options)
	regime.Echo = func(id string) string {
		for _, r := range ahead {
			if string(r.ID) == id {
				return m.lang.Text(r.Act)
			}
		}
		return ""
	}
	return m.showLegal("apply", []form.Field{
		regime, m.line("because", "", true), m.line("entity", strings.Join(entity.Facts, ", "), false), m.words(m.t("legal.confirm")),
	}, func(v form.Values) ([]cell.Command, error) {
		entity.Facts = strings.FieldsFunc(v["entity"], func(r rune) bool { return r == ',' || r == ' ' })
		for _, def := range m.opts.Regimes(entity) {
			if string(def.ID) == v["regime"] {
				return m.command(v, "", incident.RegimeApplied{Regime: def, Reason: v["because"]})
			}
		}
		return nil, &incident.Refusal{Code: incident.RefuseUnknown, Args: []string{"what", "regime", "id", v["regime"]}}
	})
}
