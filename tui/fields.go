package tui

import (
	"sangfroid/internal/cell"
	"sangfroid/internal/incident"
	"sangfroid/internal/locale"
	"sangfroid/internal/when"
	"sangfroid/tui/form"
	"strconv"
	"strings"
	"time"
)

// line is a field of one line; needed ones say so when they are empty.
func (m *model) line(key, value string, needed bool) form.Field {
	f := form.Field{Key: key, Label: m.t("form." + key), Value: value, Kind: form.Line}
	if locale.Has("form." + key + ".hint") {
		f.Hint = m.t("form." + key + ".hint")
	}
	if needed {
		f.Check, f.Needed = m.needed, true
	}
	return f
}

// titled is the field for the title of something new; its hint says of what.
func (m *model) titled(what string) form.Field {
	f := m.line("title", "", true)
	f.Hint = m.t("form.title." + what)
	return f
}

func (m *model) needed(s string) string {
	if strings.TrimSpace(s) == "" {
		return m.t("form.needed")
	}
	return ""
}

func (m *model) block(key, value string) form.Field {
	f := m.line(key, value, true)
	f.Kind = form.Block
	return f
}

func (m *model) choice(key, value string, options []form.Option) form.Field {
	f := m.line(key, value, false)
	f.Kind, f.Options = form.Choice, options
	return f
}

func (m *model) words(s string) form.Field { return form.Field{Kind: form.Note, Label: s} }

// at is when the fact happened; empty is now.
func (m *model) at() form.Field {
	f := m.moment("at", "", false)
	f.Empty = m.t("form.now")
	return f
}

// moment is a field for a time: read back as it was understood.
func (m *model) moment(key, value string, needed bool) form.Field {
	return m.momentBy(key, value, needed, when.Parse)
}

// future is a field for a time to come.
func (m *model) future(key, value string, needed bool) form.Field {
	return m.momentBy(key, value, needed, when.Next)
}

type timeReader func(string, time.Time, *time.Location) (time.Time, bool, error)

func (m *model) momentBy(key, value string, needed bool, read timeReader) form.Field {
	f := m.line(key, value, needed)
	zone := m.zone()
	f.Check = func(s string) string {
		if s == "" {
			if needed {
				return m.t("form.needed")
			}
			return ""
		}
		if _, _, err := read(s, m.now, zone); err != nil {
			return m.t("form.time.bad", "value", s)
		}
		return ""
	}
	f.Echo = func(s string) string {
		now := m.now // as it will be recorded, not as it was when the form opened
		t, approx, err := read(s, now, zone)
		if s == "" || err != nil {
			return ""
		}
		echo := m.lang.Moment(t, zone, now)
		if gap := now.Sub(t); gap > time.Minute {
			echo += ", " + m.t("form.ago", "gap", gap)
		} else if gap < -time.Minute {
			echo += ", " + m.t("form.in", "gap", -gap)
		}
		if approx {
			echo += ", " + m.t("mark.approx")
		}
		return echo
	}
	f.Keep = func(s string) string {
		t, approx, err := read(s, m.now, zone)
		if s == "" || err != nil {
			return s
		}
		kept := t.In(zone).Format("2006-01-02 15:04:05Z07:00")
		if approx {
			kept = "~" + kept
		}
		return kept
	}
	return f
}

// whole is a field for a count.
func (m *model) whole(key, value string, needed bool) form.Field {
	f := m.line(key, value, needed)
	f.Check = func(s string) string {
		if s == "" && !needed {
			return ""
		}
		if _, err := parseCount(s); err != nil {
			return m.t("form.count.bad")
		}
		return ""
	}
	return f
}

func parseCount(s string) (int64, error) {
	s = strings.NewReplacer(" ", "", ",", "", "\u00a0", "", "\u202f", "").Replace(s)
	n, err := strconv.ParseInt(s, 10, 64)
	if err == nil && n < 0 {
		return 0, strconv.ErrRange
	}
	return n, err
}

// span is a field for a duration.
func (m *model) span(key, value string, needed bool) form.Field {
	f := m.line(key, value, needed)
	f.Check = func(s string) string {
		if s == "" && !needed {
			return ""
		}
		if d, err := incident.ParseDuration(s); err != nil || (needed && d <= 0) {
			return m.t("cli.err.duration", "value", s)
		}
		return ""
	}
	f.Echo = func(s string) string {
		if d, err := incident.ParseDuration(s); err == nil && s != "" {
			return m.lang.Span(d.Std())
		}
		return ""
	}
	return f
}

// The values of fields that were checked.

func (m *model) timeOf(s string) (time.Time, bool) {
	if s == "" {
		return time.Time{}, false
	}
	t, approx, err := when.Parse(s, m.now, m.zone())
	if err != nil {
		return time.Time{}, false
	}
	return t, approx
}

func (m *model) timePtr(s string) *time.Time {
	if t, _ := m.timeOf(s); !t.IsZero() {
		return &t
	}
	return nil
}

func (m *model) futurePtr(s string) *time.Time {
	if s == "" {
		return nil
	}
	t, _, err := when.Next(s, m.now, m.zone())
	if err != nil {
		return nil
	}
	return &t
}

func countPtr(s string) *int64 {
	n, err := parseCount(s)
	if s == "" || err != nil {
		return nil
	}
	return &n
}

func countOf(s string) int64 {
	if n := countPtr(s); n != nil {
		return *n
	}
	return 0
}

func spanOf(s string) incident.Duration {
	d, err := incident.ParseDuration(s)
	if err != nil {
		return 0
	}
	return d
}

// command puts the time of the fact on a payload.
func (m *model) command(v form.Values, subject string, d incident.Data) ([]cell.Command, error) {
	at, approx := m.timeOf(v["at"])
	return []cell.Command{{Subject: subject, Time: at, Approx: approx, Data: d}}, nil
}

// services are the options of a field that names one in scope.
func (m *model) services(all bool) []form.Option {
	var out []form.Option
	for i := range m.frame.State.Services {
		if v := &m.frame.State.Services[i]; v.InScope {
			out = append(out, form.Option{Value: string(v.Def.ID), Label: m.lang.ServiceName(m.frame.State, v.Def.ID)})
		}
	}
	if all && len(out) > 1 {
		out = append([]form.Option{{Value: "", Label: m.t("form.all")}}, out...)
	}
	return out
}

func (m *model) roles() []form.Option {
	ids := []incident.Role{
		incident.RoleDirector, incident.RoleITLead, incident.RoleBusiness, incident.RoleScribe, incident.RoleComms, incident.RoleObserver,
	}
	if m.frame != nil {
		for i := range m.frame.State.Plans {
			for _, r := range m.frame.State.Plans[i].Book.Roles {
				if !contains(ids, r.ID) {
					ids = append(ids, r.ID)
				}
			}
		}
	}
	out := make([]form.Option, len(ids))
	for i, r := range ids {
		out[i] = form.Option{Value: string(r), Label: m.roleName(r)}
	}
	return out
}

// ownRoles are the roles a person may take: in an exercise, and before anything is open, also those who conduct and rate it.
func (m *model) ownRoles() []form.Option {
	out := m.roles()
	if m.frame != nil && m.frame.State.Realm != incident.Drill {
		return out
	}
	for _, r := range []incident.Role{incident.RoleFacilitator, incident.RoleEvaluator} {
		out = append(out, form.Option{Value: string(r), Label: m.lang.Role(r)})
	}
	return out
}

func contains[T comparable](list []T, x T) bool {
	for _, v := range list {
		if v == x {
			return true
		}
	}
	return false
}

func cutSpace(s string) (before, after string, ok bool) { return strings.Cut(s, " ") }
