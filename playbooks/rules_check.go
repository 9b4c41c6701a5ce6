package playbooks

import (
	"fmt"
	"sangfroid/internal/incident"
	"slices"
	"strings"
)

// regimes checks each regime of a file.
func (r *reader) regimes(x Rules) {
	ids := make(map[string]bool)
	for i := range x.Regimes {
		def := &x.Regimes[i]
		path := fmt.Sprintf("regimes[%d]", i)
		r.unique(path+".id", string(def.ID), ids)
		r.filled(path+".title", def.Title)
		if def.Zone != "" {
			r.zone(path+".zone", def.Zone)
		}
		r.dates(path+".holidays", def.Holidays)
		if _, ok := x.Calendar(def.Calendar); !ok && def.Calendar != "" {
			r.failAt(path+".calendar", "lint.calendar", "value", def.Calendar, "have", strings.Join(calendarIDs(x), ", "))
		}
		k := regimeCheck{reader: r, def: def, path: path}
		k.stamps()
		if len(def.Rows) == 0 {
			r.failAt(path+".rows", "lint.norow", "regime", string(def.ID))
		}
		rows := make(map[string]bool)
		for j := range def.Rows {
			at := fmt.Sprintf("%s.rows[%d]", path, j)
			r.unique(at+".id", def.Rows[j].ID, rows)
			k.row(at, &def.Rows[j])
		}
	}
}

type regimeCheck struct {
	*reader
	def  *incident.RegimeDef
	path string
}

func (k regimeCheck) stamps() {
	ids := make(map[string]bool)
	for i, st := range k.def.Stamps {
		at := fmt.Sprintf("%s.stamps[%d]", k.path, i)
		k.unique(at+".id", st.ID, ids)
		if own, ok := k.def.Stamp(st.ID); ok && own != incident.Stamp(st.ID) && st.ID != "aware" {
			k.filled(at+".title", st.Title)
		}
		if st.After != "" {
			k.stamp(at+".after", st.After)
		}
	}
}

// stamp wants the name of a stamp.
func (k regimeCheck) stamp(path, name string) {
	if _, ok := k.def.Stamp(name); !ok {
		var have []string
		for _, st := range incident.LegalStamps() {
			have = append(have, string(st))
		}
		k.failAt(path, "lint.stamp", "value", name, "have", "aware, "+strings.Join(have, ", "))
	}
}

// origin wants a stamp, or the report of a row of this regime.
func (k regimeCheck) origin(path, name string) {
	row, ok := incident.Submitted(name)
	if !ok {
		k.stamp(path, name)
		return
	}
	if !slices.ContainsFunc(k.def.Rows, func(d incident.ObligationDef) bool { return d.ID == row }) {
		k.failAt(path, "lint.report", "value", row, "regime", string(k.def.ID))
	}
}

func (k regimeCheck) origins(path string, names []string) {
	for i, n := range names {
		k.origin(fmt.Sprintf("%s[%d]", path, i), n)
	}
}

// conditions want an origin, or a word that may be a fact.
func (k regimeCheck) conditions(path string, names []string) {
	for i, n := range names {
		at := fmt.Sprintf("%s[%d]", path, i)
		if _, ok := incident.Submitted(n); ok {
			k.origin(at, n)
		} else if !incident.ValidID(n) {
			k.failAt(at, "lint.id", "value", n)
		}
	}
}

func (k regimeCheck) row(path string, row *incident.ObligationDef) {
	k.filled(path+".title", row.Title)
	if strings.TrimSpace(row.Article) == "" {
		k.failAt(path+".article", "lint.article", "row", row.ID)
	}
	if row.When != "" {
		k.oneOf(path+".when", string(row.When), whens()...)
	}
	k.origins(path+".needs", row.Needs)
	k.origins(path+".from", row.From)
	k.conditions(path+".if", row.If)
	k.conditions(path+".unless", row.Unless)
	if row.Since != "" {
		k.origin(path+".since", row.Since)
	}
	switch flag := row.When == incident.WhenUndueDelay || row.When == incident.WhenRequested; {
	case flag && len(row.Due) > 0:
		k.failAt(path+".due", "lint.flagdue", "row", row.ID, "when", string(row.When))
	case flag && len(row.From) == 0:
		k.failAt(path, "lint.flagfrom", "row", row.ID)
	case !flag && len(row.Due) == 0:
		k.failAt(path, "lint.nodue", "row", row.ID)
	}
	for i := range row.Due {
		k.limit(fmt.Sprintf("%s.due[%d]", path, i), row, &row.Due[i])
	}
	if row.Roll != nil {
		if !incident.ValidHour(row.Roll.To) {
			k.failAt(path+".roll.to", "lint.hour", "value", row.Roll.To)
		}
		k.conditions(path+".roll.unless", row.Roll.Unless)
	}
}

func (k regimeCheck) limit(path string, row *incident.ObligationDef, l *incident.LimitDef) {
	if len(l.From) == 0 {
		k.failAt(path, "lint.nofrom", "row", row.ID)
	}
	k.origins(path+".from", l.From)
	k.conditions(path+".if", l.If)
	k.conditions(path+".unless", l.Unless)
	if l.Within == (incident.Term{}) {
		k.failAt(path+".within", "lint.missing", "key", "within")
	}
	if l.LapsesBefore != "" {
		k.origin(path+".lapses_before", l.LapsesBefore)
	}
	if l.At != "" && !incident.ValidHour(l.At) {
		k.failAt(path+".at", "lint.hour", "value", l.At)
	}
	if l.At != "" && l.Within.Days == 0 && l.Within != (incident.Term{}) {
		k.failAt(path+".at", "lint.atdays", "within", l.Within.String())
	}
	// A row that begins with nothing but its own report never begins.
	if len(l.From) == 1 && l.From[0] == "submitted/"+row.ID {
		k.failAt(path+".from", "lint.self", "row", row.ID)
	}
}

func whens() []string {
	return []string{string(incident.WhenDeadline), string(incident.WhenUndueDelay), string(incident.WhenRequested)}
}

// factsOf lists the facts the rows of a regime ask for: conditions that are neither stamps nor reports.
func factsOf(def *incident.RegimeDef) []string {
	var out []string
	add := func(lists ...[]string) {
		for _, n := range slices.Concat(lists...) {
			_, report := incident.Submitted(n)
			_, stamp := def.Stamp(n)
			if !report && !stamp && !slices.Contains(out, n) {
				out = append(out, n)
			}
		}
	}
	for i := range def.Rows {
		row := &def.Rows[i]
		add(row.If, row.Unless)
		for _, l := range row.Due {
			add(l.If, l.Unless)
		}
		if row.Roll != nil {
			add(row.Roll.Unless)
		}
	}
	return out
}
