package hostile

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"reflect"
	"sangfroid/internal/incident"
	"time"
)

// Incident is the incident of the logs made here.
const Incident = "inc-zqx"

// blank stands where the string comes, until the JSON is made: so that bytes which are no text stand in the log as they are.
const blank = "\u2603BLANK\u2603"

// Log is the bytes of events of every kind, one after the other, with hostile text in all their text fields: each kind with
// ids that the fold knows, so that its texts come onto the screen, with hostile ids, and with numbers at their limits. The
// n-th string that is put in is give(n). Book and scenario are a playbook's and a scenario's JSON (nil: none is launched).
func Log(book, scenario json.RawMessage, give func(n int) string) [][]byte {
	m := maker{give: give, known: make(map[reflect.Type]string), at: time.Date(2026, 11, 23, 13, 0, 0, 0, time.UTC), realm: incident.Live}
	if scenario != nil {
		m.realm = incident.Drill
	}
	m.book, m.scenario = texts[incident.Playbook](book), texts[incident.Scenario](scenario)
	m.begin()
	var last []incident.Data
	for _, d := range incident.Payloads() {
		switch d.(type) {
		case incident.IncidentDeclared, incident.ExerciseStarted:
			continue // they begin it
		case incident.IncidentClosed, incident.ExerciseEnded, incident.PlanLaunched:
			last = append(last, d)
			continue
		}
		for _, h := range []how{{}, {ids: true}, {most: true}} {
			m.add(d, h)
		}
	}
	for _, d := range last {
		m.add(d, how{ids: true})
	}
	return m.out
}

// how a payload is filled.
type how struct {
	ids  bool // hostile names, too, which the fold then knows nothing of
	most bool // numbers at their limits
}

type maker struct {
	give           func(int) string
	n, id          int
	known          map[reflect.Type]string // a name the fold knows, of each type of name
	at             time.Time
	realm          incident.Realm
	book, scenario json.RawMessage
	state          *incident.State
	out            [][]byte
}

// begin declares an incident and launches the playbook, with hostile words in it; its names are then known.
func (m *maker) begin() {
	m.state = incident.NewState()
	if m.scenario != nil {
		m.add(incident.ExerciseStarted{}, how{})
	}
	m.add(incident.IncidentDeclared{}, how{})
	if m.book != nil {
		m.add(incident.PlanLaunched{}, how{})
	}
	know := func(v any, s string) { m.known[reflect.TypeOf(v)] = s }
	know(incident.Role(""), string(incident.RoleDirector))
	know(incident.Option(""), string(incident.OptionGo))
	know(incident.Phase(""), string(incident.PhaseFailover))
	know(incident.NoteKind(""), string(incident.NoteFinding))
	know(incident.Check(""), string(incident.CheckToVerify))
	know(incident.Verdict(""), string(incident.VerdictFor))
	know(incident.Stamp(""), string(incident.StampDetected))
	know(incident.TargetState(""), string(incident.TargetDone))
	know(incident.InjectID(""), "1")
	if len(m.state.Services) > 0 {
		know(incident.ServiceID(""), string(m.state.Services[0].Def.ID))
	}
	if len(m.state.Steps) > 0 {
		know(incident.StepID(""), string(m.state.Steps[0].ID))
	}
	if len(m.state.Decided) > 0 {
		know(incident.DecisionID(""), string(m.state.Decided[0].ID))
	}
	if len(m.state.Flows) > 0 {
		know(incident.FlowID(""), string(m.state.Flows[0].ID))
	}
}

func (m *maker) subject(d incident.Data, h how) string {
	if h.ids {
		return d.Type().Category() + "/" + blank
	}
	switch d.Type().Category() {
	case "step":
		return "step/" + m.known[reflect.TypeOf(incident.StepID(""))]
	case "decision":
		return "decision/" + m.known[reflect.TypeOf(incident.DecisionID(""))]
	case "catchup":
		return "catchup/" + m.known[reflect.TypeOf(incident.FlowID(""))]
	case "targets":
		return "targets/step/" + m.known[reflect.TypeOf(incident.StepID(""))]
	case "plan":
		return "plan/failover"
	}
	switch d.(type) {
	case incident.ServiceRestored, incident.ServiceVerified, incident.ServiceResumed, incident.ServiceFailedBack:
		return "incident/" + m.known[reflect.TypeOf(incident.ServiceID(""))]
	}
	return incident.DefaultSubject(d)
}

// add makes one event of a payload's kind.
func (m *maker) add(d incident.Data, h how) {
	m.id++
	m.at = m.at.Add(time.Minute)
	v := reflect.New(reflect.TypeOf(d)).Elem()
	m.fill(v, h, 0)
	data, _ := v.Interface().(incident.Data)
	e := incident.Event{
		ID: incident.EventID(fmt.Sprintf("z%05d", m.id)), Source: "/test/" + blank, Type: d.Type(), Subject: m.subject(d, h), Time: m.at, Recorded: m.at,
		Incident: Incident, Realm: m.realm, Actor: blank, Role: incident.RoleDirector, Prev: incident.NoPrev, Data: data,
	}
	if h.ids {
		e.Role, e.ID = blank, incident.EventID(blank+fmt.Sprint(m.id))
	}
	raw, err := incident.Encode(e)
	if err != nil {
		panic(err) // of a payload made here
	}
	for bytes.Contains(raw, []byte(blank)) {
		raw = bytes.Replace(raw, []byte(blank), inJSON(m.give(m.n)), 1)
		m.n++
	}
	m.out = append(m.out, raw)
	incident.Apply(m.state, incident.Entry{Seq: len(m.out), Received: m.at, Raw: raw, Event: incident.Decode(raw)})
}

// deepest is how far a payload's values are filled; a definition may hold one of its own kind.
const deepest = 8

func (m *maker) fill(v reflect.Value, h how, depth int) {
	if depth > deepest {
		return
	}
	switch v.Type() {
	case reflect.TypeFor[time.Time]():
		v.Set(reflect.ValueOf(m.at))
		return
	case reflect.TypeFor[json.RawMessage]():
		raw := m.book
		if m.scenario != nil && len(m.out) == 0 {
			raw = m.scenario
		}
		if h.ids || raw == nil {
			raw = json.RawMessage(`{"` + blank + `":"` + blank + `"}`)
		}
		v.SetBytes(raw)
		return
	}
	switch v.Kind() {
	case reflect.String:
		v.SetString(blank)
		if name, ok := m.known[v.Type()]; ok && !h.ids {
			v.SetString(name)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() && v.Type().Field(i).Tag.Get("json") != "-" {
				m.fill(v.Field(i), h, depth+1)
			}
		}
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		m.fill(v.Elem(), h, depth+1)
	case reflect.Slice:
		if v.Type().Elem().Kind() == reflect.Uint8 {
			v.SetBytes([]byte(m.give(m.n)))
			return
		}
		v.Set(reflect.MakeSlice(v.Type(), 1, 1))
		m.fill(v.Index(0), h, depth+1)
	default:
		m.number(v, h)
	}
}

func (m *maker) number(v reflect.Value, h how) {
	switch {
	case v.CanInt() && h.most:
		v.SetInt(math.MaxInt64 >> (64 - v.Type().Bits()))
	case v.CanInt():
		v.SetInt(60)
	case v.CanUint():
		v.SetUint(60)
	case v.CanFloat() && h.most:
		v.SetFloat(math.MaxFloat64)
	case v.CanFloat():
		v.SetFloat(1)
	case v.Kind() == reflect.Bool:
		v.SetBool(h.most)
	}
}

// inJSON escapes what JSON cannot be read without, and nothing else.
func inJSON(s string) []byte {
	var b bytes.Buffer
	for i := range len(s) {
		switch c := s[i]; {
		case c == '"' || c == '\\':
			b.WriteByte('\\')
			b.WriteByte(c)
		case c < 0x20:
			fmt.Fprintf(&b, `\u%04x`, c)
		default:
			b.WriteByte(c)
		}
	}
	return b.Bytes()
}

// texts puts a blank behind every text people read of a document, and leaves its names, which the rest of it goes by.
func texts[T any](raw json.RawMessage) json.RawMessage {
	if raw == nil {
		return nil
	}
	var doc T
	if err := json.Unmarshal(raw, &doc); err != nil {
		panic(err)
	}
	mark(reflect.ValueOf(&doc).Elem())
	out, err := json.Marshal(doc)
	if err != nil {
		panic(err)
	}
	return out
}

func mark(v reflect.Value) {
	if v.Type() == reflect.TypeFor[incident.Text]() {
		for i := range v.NumField() {
			v.Field(i).SetString(v.Field(i).String() + " " + blank)
		}
		return
	}
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Field(i).CanSet() {
				mark(v.Field(i))
			}
		}
	case reflect.Pointer:
		if !v.IsNil() {
			mark(v.Elem())
		}
	case reflect.Slice:
		for i := range v.Len() {
			mark(v.Index(i))
		}
	default:
	}
}

// In walks every string of a value that people may come to see, and tells the first that acts, with its path; bytes and raw
// JSON are what was written, kept as it was.
func In(what string, v any) string { return in(what, reflect.ValueOf(v), 0) }

func in(path string, v reflect.Value, depth int) string {
	if !v.IsValid() || depth > 40 {
		return ""
	}
	switch v.Kind() {
	case reflect.String:
		if a := Acts(v.String()); a != "" {
			return path + ": " + a
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if a := in(path+"."+v.Type().Field(i).Name, v.Field(i), depth+1); a != "" {
				return a
			}
		}
	case reflect.Pointer, reflect.Interface:
		return in(path, v.Elem(), depth+1)
	case reflect.Slice, reflect.Array:
		if v.Type().Elem().Kind() == reflect.Uint8 {
			return ""
		}
		for i := range v.Len() {
			if a := in(fmt.Sprintf("%s[%d]", path, i), v.Index(i), depth+1); a != "" {
				return a
			}
		}
	case reflect.Map:
		for it := v.MapRange(); it.Next(); {
			if a := in(path+"[]", it.Key(), depth+1); a != "" {
				return a
			}
			if a := in(path+"[]", it.Value(), depth+1); a != "" {
				return a
			}
		}
	default:
	}
	return ""
}
