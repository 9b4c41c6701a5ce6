package exercise

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"reflect"
	"sangfroid/internal/incident"
	"strings"
)

// WriteYAML writes a scenario as a person would have: the keys in the order of the form, short things on one line, a comment
// for editors at the top. Reading it back gives the same scenario.
func WriteYAML(w io.Writer, sc *incident.Scenario) error {
	var b bytes.Buffer
	b.WriteString("# yaml-language-server: $schema=scenario.schema.json\n")
	if err := writeFields(&b, reflect.ValueOf(sc).Elem(), ""); err != nil {
		return err
	}
	_, err := w.Write(b.Bytes())
	return err
}

func writeFields(b *bytes.Buffer, v reflect.Value, indent string) error {
	for i := range v.NumField() {
		name, opts, _ := strings.Cut(v.Type().Field(i).Tag.Get("json"), ",")
		f := v.Field(i)
		if name == "" || f.IsZero() && (strings.Contains(opts, "omit") || f.Kind() == reflect.Slice) {
			continue
		}
		if f.Kind() == reflect.Slice && f.Type().Elem().Kind() == reflect.Struct {
			fmt.Fprintf(b, "%s%s:\n", indent, name)
			for j := range f.Len() {
				var item bytes.Buffer
				if err := writeFields(&item, f.Index(j), indent+"    "); err != nil {
					return err
				}
				b.WriteString(indent + "  - " + strings.TrimPrefix(item.String(), indent+"    "))
			}
			continue
		}
		s, err := flow(f)
		if err != nil {
			return err
		}
		fmt.Fprintf(b, "%s%s: %s\n", indent, name, s)
	}
	return nil
}

// flow writes a value on one line.
func flow(v reflect.Value) (string, error) {
	if v.Kind() == reflect.Pointer {
		return flow(v.Elem())
	}
	switch x := v.Interface().(type) {
	case incident.Text:
		return flowText(x)
	case incident.Duration:
		return x.String(), nil
	case incident.Offset:
		return quoted(x.String())
	}
	switch v.Kind() { //nolint:exhaustive // the kinds a scenario has
	case reflect.Struct:
		var parts []string
		for i := range v.NumField() {
			name, _, _ := strings.Cut(v.Type().Field(i).Tag.Get("json"), ",")
			if v.Field(i).IsZero() {
				continue
			}
			s, err := flow(v.Field(i))
			if err != nil {
				return "", err
			}
			parts = append(parts, name+": "+s)
		}
		return "{" + strings.Join(parts, ", ") + "}", nil
	case reflect.Slice:
		parts := make([]string, v.Len())
		for i := range parts {
			s, err := flow(v.Index(i))
			if err != nil {
				return "", err
			}
			parts[i] = s
		}
		return "[" + strings.Join(parts, ", ") + "]", nil
	case reflect.String:
		if incident.ValidID(v.String()) || v.String() == incident.ScenarioSchema {
			return v.String(), nil
		}
		return quoted(v.String())
	}
	return fmt.Sprint(v.Interface()), nil
}

func flowText(t incident.Text) (string, error) {
	if t.FR == "" {
		return quoted(t.EN)
	}
	en, err := quoted(t.EN)
	if err != nil {
		return "", err
	}
	fr, err := quoted(t.FR)
	return "{en: " + en + ", fr: " + fr + "}", err
}

// quoted is a JSON string, which is one of YAML too.
func quoted(s string) (string, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	err := enc.Encode(s)
	return strings.TrimSpace(b.String()), err
}

// flowCondition is a condition on one line, as the scenario has it.
func flowCondition(c *incident.Condition) string {
	s, err := flow(reflect.ValueOf(c))
	if err != nil { // no value of a condition fails
		return "{}"
	}
	return s
}
