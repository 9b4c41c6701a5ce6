package playbooks

import (
	"embed"
	"encoding/json"
	"fmt"
	"os"
	"reflect"
	"sangfroid/internal/incident"
	"slices"
	"strings"
	"sync"
	"time"
)

//go:generate sh -c "go run .. obligation schema > obligations/obligations.schema.json"

//go:embed obligations/obligations.yaml
var rulesFile embed.FS

const rulesPath = "obligations/obligations.yaml"

// Rules are legal clocks as data: calendars, and regimes with their rows.
type Rules struct {
	Schema    string               `json:"schema"`
	Note      incident.Text        `json:"note,omitzero"`
	Calendars []CalendarDef        `json:"calendars,omitempty"`
	Regimes   []incident.RegimeDef `json:"regimes"`
}

// CalendarDef says which days are holidays somewhere; weekends are never working days.
type CalendarDef struct {
	ID       string          `json:"id"`
	Title    incident.Text   `json:"title"`
	Zone     string          `json:"zone"`
	Holidays []incident.Date `json:"holidays,omitempty"`
}

// ShippedRules are the legal clocks in the program.
func ShippedRules() Rules { return shippedRules() }

//nolint:gochecknoglobals // parsed once; nobody changes it
var shippedRules = sync.OnceValue(func() Rules {
	b, err := rulesFile.ReadFile(rulesPath)
	if err != nil {
		return Rules{}
	}
	rules, findings := parseRules(rulesPath, b, nil)
	if Failed(findings) { // a test holds them clean
		return Rules{}
	}
	return rules
})

// RulesSource is the YAML of the legal clocks in the program, to start one's own from.
func RulesSource() ([]byte, error) { return rulesFile.ReadFile(rulesPath) }

// ParseRules reads legal clocks and checks all of them. They may be used when no finding is an error. The calendars in the
// program may be named too.
func ParseRules(file string, b []byte) (Rules, []Finding) {
	return parseRules(file, b, ShippedRules().Calendars)
}

func parseRules(file string, b []byte, more []CalendarDef) (Rules, []Finding) {
	r := &reader{file: file, places: make(map[string]place)}
	var rules Rules
	if r.read(b, &rules); !Failed(r.found) {
		r.rules(&rules, more)
	}
	r.sort()
	return rules, r.found
}

// LoadRules gives the legal clocks of a file, or those in the program for "". Errors: *[InvalidError], the file's.
func LoadRules(file string) (Rules, error) {
	if file == "" {
		return ShippedRules(), nil
	}
	info, err := os.Stat(file)
	if err != nil {
		return Rules{}, err
	}
	if info.IsDir() || info.Size() > maxFile {
		return Rules{}, &os.PathError{Op: "read", Path: file, Err: fmt.Errorf("no file of legal clocks (a directory, or larger than %d KiB)", maxFile>>10)}
	}
	b, err := os.ReadFile(file)
	if err != nil {
		return Rules{}, err
	}
	rules, findings := ParseRules(file, b)
	if Failed(findings) {
		return Rules{}, &InvalidError{File: file, Findings: findings}
	}
	return rules, nil
}

// Regime gives a regime as it is to travel in the log: with its calendar written out, and what the entity is. ok is false
// when the rules have none of that id.
func (x Rules) Regime(id incident.RegimeID, entity incident.EntityDef) (incident.RegimeDef, bool) {
	i := slices.IndexFunc(x.Regimes, func(r incident.RegimeDef) bool { return r.ID == id })
	if i < 0 {
		return incident.RegimeDef{}, false
	}
	return x.resolve(x.Regimes[i], entity), true
}

// Regimes are the regimes in the program, as they are to travel for an entity.
func Regimes(entity incident.EntityDef) []incident.RegimeDef {
	x := ShippedRules()
	out := make([]incident.RegimeDef, len(x.Regimes))
	for i, r := range x.Regimes {
		out[i] = x.resolve(r, entity)
	}
	return out
}

// Calendar finds a calendar.
func (x Rules) Calendar(id string) (CalendarDef, bool) {
	if i := slices.IndexFunc(x.Calendars, func(c CalendarDef) bool { return c.ID == id }); i >= 0 {
		return x.Calendars[i], true
	}
	return CalendarDef{}, false
}

// resolve writes the calendar out. A regime that names one counts by it wherever the entity is.
func (x Rules) resolve(r incident.RegimeDef, entity incident.EntityDef) incident.RegimeDef {
	name, zone, more := entity.Calendar, entity.Zone, entity.Holidays
	if r.Calendar != "" {
		name, zone, more = r.Calendar, "", nil
	}
	if c, ok := x.Calendar(name); ok && r.Zone == "" {
		r.Zone, r.Holidays = c.Zone, slices.Concat(c.Holidays, r.Holidays)
	}
	if zone != "" {
		r.Zone = zone
	}
	r.Holidays = slices.Concat(r.Holidays, more)
	slices.Sort(r.Holidays)
	r.Holidays = slices.Compact(r.Holidays)
	if len(r.Holidays) == 0 {
		r.Holidays = nil
	}
	r.Facts = slices.Concat(r.Facts, entity.Facts)
	if len(r.Facts) == 0 {
		r.Facts = nil
	}
	return r
}

// resolve puts the rows of every regime that applies into the playbook: what travels in the log needs no other file.
func resolve(b *incident.Playbook) {
	own := ownRules(b)
	var out []incident.RegimeDef
	for _, id := range b.Obligations {
		def, ok := own.Regime(id, b.Entity)
		if !ok {
			def, ok = shippedRegime(id, b.Entity)
		}
		if ok {
			out = append(out, def)
		}
	}
	b.Regimes = out
}

// ownRules are the regimes a playbook defines, with the calendars it may name.
func ownRules(b *incident.Playbook) Rules {
	return Rules{Regimes: b.Regimes, Calendars: ShippedRules().Calendars}
}

func shippedRegime(id incident.RegimeID, e incident.EntityDef) (incident.RegimeDef, bool) {
	return ShippedRules().Regime(id, e)
}

// RulesSchema is the JSON Schema of a file of legal clocks, made from the types.
func RulesSchema() ([]byte, error) {
	root := schemer{words: vocabulary()}.object(reflect.TypeFor[Rules]())
	root["$schema"] = "https://json-schema.org/draft/2020-12/schema"
	root["title"] = "sangfroid obligations"
	root["required"] = []string{"schema", "regimes"}
	b, err := json.MarshalIndent(root, "", "  ")
	return append(b, '\n'), err
}

// rules holds a file of legal clocks to its rules.
func (r *reader) rules(x *Rules, more []CalendarDef) {
	if x.Schema != incident.ObligationSchema {
		r.failAt("schema", "lint.schema", "want", incident.ObligationSchema)
	}
	ids := make(map[string]bool)
	for i, c := range x.Calendars {
		path := fmt.Sprintf("calendars[%d]", i)
		r.unique(path+".id", c.ID, ids)
		r.zone(path+".zone", c.Zone)
		r.dates(path+".holidays", c.Holidays)
	}
	if len(x.Regimes) == 0 {
		r.failAt("regimes", "lint.noregime")
	}
	for _, c := range more {
		if !ids[c.ID] {
			x.Calendars = append(x.Calendars, c)
		}
	}
	r.regimes(*x)
}

func (r *reader) zone(path, name string) {
	if _, err := time.LoadLocation(name); err != nil || name == "" {
		r.failAt(path, "lint.zone", "value", name)
	}
}

func (r *reader) dates(path string, list []incident.Date) {
	for i, d := range list {
		if !d.Valid() {
			r.failAt(fmt.Sprintf("%s[%d]", path, i), "lint.date", "value", string(d))
		}
	}
}

// obligations checks what a playbook says of legal clocks.
func (r *reader) obligations(b *incident.Playbook) {
	own := ownRules(b)
	r.regimes(own)
	for i, d := range b.Regimes {
		if !slices.Contains(b.Obligations, d.ID) {
			r.warn(fmt.Sprintf("regimes[%d].id", i), "lint.regime.unused", "value", string(d.ID))
		}
	}
	seen := make(map[incident.RegimeID]bool)
	var facts []string
	for i, id := range b.Obligations {
		path := fmt.Sprintf("obligations[%d]", i)
		def, ok := own.Regime(id, b.Entity)
		if !ok {
			def, ok = shippedRegime(id, b.Entity)
		}
		switch {
		case !ok:
			r.failAt(path, "lint.regime", "value", string(id), "have", strings.Join(regimeIDs(), ", "))
		case seen[id]:
			r.failAt(path, "lint.same", "value", string(id))
		}
		seen[id] = true
		facts = append(facts, factsOf(&def)...)
	}
	e := b.Entity
	if _, ok := own.Calendar(e.Calendar); !ok && e.Calendar != "" {
		r.failAt("entity.calendar", "lint.calendar", "value", e.Calendar, "have", strings.Join(calendarIDs(own), ", "))
	}
	if e.Zone != "" {
		r.zone("entity.zone", e.Zone)
	}
	r.dates("entity.holidays", e.Holidays)
	for i, f := range e.Facts {
		if !slices.Contains(facts, f) {
			r.warn(fmt.Sprintf("entity.facts[%d]", i), "lint.fact", "value", f, "have", strings.Join(facts, ", "))
		}
	}
}

func regimeIDs() []string {
	var out []string
	for _, r := range ShippedRules().Regimes {
		out = append(out, string(r.ID))
	}
	return out
}

func calendarIDs(x Rules) []string {
	var out []string
	for _, c := range x.Calendars {
		out = append(out, c.ID)
	}
	return out
}
