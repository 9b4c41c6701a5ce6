package playbooks

import (
	"encoding/json"
	"reflect"
	"sangfroid/internal/incident"
	"strings"
)

// Schema is the JSON Schema (2020-12) of a playbook, for editors. It is made from the types, so that it cannot differ from
// what is read.
func Schema() ([]byte, error) {
	root := schemer{words: vocabulary()}.object(reflect.TypeFor[incident.Playbook]())
	root["$schema"] = "https://json-schema.org/draft/2020-12/schema"
	root["title"] = "sangfroid playbook"
	root["required"] = []string{"schema", "id", "title", "level", "services", "roles", "plans"}
	b, err := json.MarshalIndent(root, "", "  ")
	return append(b, '\n'), err
}

type schema = map[string]any

// vocabulary lists the values of the types that have few.
func vocabulary() map[reflect.Type][]string {
	var phases []string
	for _, p := range incident.Phases() {
		phases = append(phases, string(p))
	}
	return map[reflect.Type][]string{
		reflect.TypeFor[incident.Phase]():          phases,
		reflect.TypeFor[incident.Level]():          levels(),
		reflect.TypeFor[incident.Basis]():          {string(incident.FromOccurrence), string(incident.FromDetection), string(incident.FromReport)},
		reflect.TypeFor[incident.ObligationWhen](): whens(),
		reflect.TypeFor[incident.PlanKind]():       {string(incident.PlanFailover), string(incident.PlanFailback), string(incident.PlanOther)},
		reflect.TypeFor[incident.Milestone]():      {string(incident.MilestoneRestored), string(incident.MilestoneVerified), string(incident.MilestoneResumed), string(incident.MilestoneFailedBack)},
	}
}

// schemer makes schemas; words are the values of types that have few.
type schemer struct{ words map[reflect.Type][]string }

func (s schemer) typed(t reflect.Type) schema {
	if values, ok := s.words[t]; ok {
		return schema{"enum": values}
	}
	switch t {
	case reflect.TypeFor[incident.Text]():
		both := schema{
			"type": "object", "additionalProperties": false,
			"properties": schema{"en": schema{"type": "string"}, "fr": schema{"type": "string"}},
		}
		return schema{"oneOf": []any{schema{"type": "string"}, both}}
	case reflect.TypeFor[incident.TargetsDef]():
		return schema{"oneOf": []any{schema{"type": "integer", "minimum": 0}, s.object(t)}}
	case reflect.TypeFor[incident.Duration]():
		return schema{"type": "string", "pattern": `^([0-9]+d)?([0-9]+h)?([0-9]+m?)?([0-9]+s)?$`, "examples": []string{"45m", "4h", "1h30m", "2d"}}
	}
	if t == reflect.TypeFor[incident.Offset]() {
		return schema{"type": "string", "pattern": `^([+-]?[0-9]{1,4}:[0-9]{2}(:[0-9]{2})?|[+-]?([0-9]+d)?([0-9]+h)?([0-9]+m?)?([0-9]+s)?)$`, "examples": []string{"+00:12", "+01:30:00", "-00:20", "45m"}}
	}
	if t == reflect.TypeFor[incident.Term]() {
		return schema{"type": "string", "pattern": `^[0-9]+(mo|bd|h|d|m)$`, "examples": []string{"24h", "72h", "1mo", "4bd"}}
	}
	if t == reflect.TypeFor[incident.Date]() {
		return schema{"type": "string", "format": "date"}
	}
	switch t.Kind() { //nolint:exhaustive // the kinds a playbook has
	case reflect.Pointer:
		return s.typed(t.Elem())
	case reflect.Struct:
		return s.object(t)
	case reflect.Slice:
		return schema{"type": "array", "items": s.typed(t.Elem())}
	case reflect.Int:
		return schema{"type": "integer", "minimum": 0}
	case reflect.Bool:
		return schema{"type": "boolean"}
	}
	return schema{"type": "string"}
}

func (s schemer) object(t reflect.Type) schema {
	props := schema{}
	var required []string
	for i := range t.NumField() {
		name, opts, _ := strings.Cut(t.Field(i).Tag.Get("json"), ",")
		props[name] = s.typed(t.Field(i).Type)
		if name == "id" || (opts == "" && (name == "title" || name == "question" || name == "phase" || name == "kind" || name == "steps")) {
			required = append(required, name)
		}
	}
	out := schema{"type": "object", "additionalProperties": false, "properties": props}
	if len(required) > 0 {
		out["required"] = required
	}
	return out
}
