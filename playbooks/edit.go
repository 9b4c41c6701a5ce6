package playbooks

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"reflect"
	"sangfroid/internal/incident"
	"slices"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v4"
)

// ErrLayout is given for a file whose estimates stand in a form that cannot be changed in place.
var ErrLayout = errors.New("the estimates stand in a form that cannot be changed in place")

// SetEstimates gives a playbook's bytes with other estimates for some steps. Only the values change, where the file has
// them; comments, order, quotes and line ends stay. An end the file does not give is put beside the likely duration. The
// result was read again and says nothing else than before. Errors: *[InvalidError], [ErrLayout] (wrapped).
func SetEstimates(file string, b []byte, want map[incident.StepRef]incident.Estimate) ([]byte, error) {
	before, findings := Parse(file, b)
	if Failed(findings) {
		return nil, &InvalidError{File: file, Findings: findings}
	}
	var doc yaml.Node
	if err := yaml.Unmarshal(b, &doc); err != nil || len(doc.Content) == 0 {
		return nil, fmt.Errorf("%s: %w", file, ErrLayout)
	}
	e := editor{text: b, starts: lineStarts(b)}
	for _, plan := range items(child(doc.Content[0], "plans")) {
		for _, step := range items(child(plan, "steps")) {
			ref := incident.StepRef{Plan: scalarOf(child(plan, "id")), Step: scalarOf(child(step, "id"))}
			if est, ok := want[ref]; ok {
				e.estimate(child(step, "estimate"), est)
			}
		}
	}
	out := e.apply()
	for i := range before.Plans {
		for j := range before.Plans[i].Steps {
			st := &before.Plans[i].Steps[j]
			if est, ok := want[incident.StepRef{Plan: before.Plans[i].ID, Step: st.ID}]; ok {
				st.Estimate = est
			}
		}
	}
	after, findings := Parse(file, out)
	if e.lost || Failed(findings) || !reflect.DeepEqual(before, after) {
		return nil, fmt.Errorf("%s: %w", file, ErrLayout)
	}
	return out, nil
}

func child(n *yaml.Node, key string) *yaml.Node {
	_, v := pair(n, key)
	return v
}

// pair finds a key of a mapping; nil when it is not there.
func pair(n *yaml.Node, key string) (k, v *yaml.Node) {
	if n == nil || n.Kind != yaml.MappingNode {
		return nil, nil
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		if n.Content[i].Value == key {
			return n.Content[i], n.Content[i+1]
		}
	}
	return nil, nil
}

func items(n *yaml.Node) []*yaml.Node {
	if n == nil || n.Kind != yaml.SequenceNode {
		return nil
	}
	return n.Content
}

func scalarOf(n *yaml.Node) string {
	if n == nil {
		return ""
	}
	return n.Value
}

// splice puts a text into the place of bytes from…to.
type splice struct {
	from, to int
	text     string
}

type editor struct {
	text    []byte
	starts  []int // where each line begins
	splices []splice
	lost    bool // something was not where the library says
}

func lineStarts(b []byte) []int {
	out := []int{0}
	for i, c := range b {
		if c == '\n' {
			out = append(out, i+1)
		}
	}
	return out
}

// offset is where a node begins, in bytes; the library counts columns in characters.
func (e *editor) offset(n *yaml.Node) int {
	if n.Line < 1 || n.Line > len(e.starts) {
		e.lost = true
		return 0
	}
	at := e.starts[n.Line-1]
	for range n.Column - 1 {
		_, size := utf8.DecodeRune(e.text[at:])
		at += size
	}
	if at > len(e.text) {
		e.lost = true
		return 0
	}
	return at
}

// span is where a scalar's own text stands, quotes included.
func (e *editor) span(n *yaml.Node) (from, to int) {
	from = e.offset(n)
	raw := n.Value
	switch n.Style {
	case yaml.DoubleQuotedStyle:
		raw = `"` + n.Value + `"`
	case yaml.SingleQuotedStyle:
		raw = "'" + n.Value + "'"
	default: // plain; anything else does not stand there as it reads
	}
	if !bytes.HasPrefix(e.text[from:], []byte(raw)) {
		e.lost = true
		return 0, 0
	}
	return from, from + len(raw)
}

func (e *editor) put(from, to int, text string) {
	e.splices = append(e.splices, splice{from, to, text})
}

// estimate changes one estimate's values.
func (e *editor) estimate(n *yaml.Node, want incident.Estimate) {
	likelyKey, likely := pair(n, "likely")
	if likely == nil {
		e.lost = true
		return
	}
	for _, end := range []struct {
		key  string
		want incident.Duration
	}{{"min", want.Min}, {"likely", want.Likely}, {"max", want.Max}} {
		v := child(n, end.key)
		switch {
		case v != nil:
			e.value(v, end.want)
		case end.want > 0:
			e.insert(n, likelyKey, likely, end.key, end.want)
		}
	}
}

// value changes one duration, unless it says the same already.
func (e *editor) value(n *yaml.Node, want incident.Duration) {
	if d, err := incident.ParseDuration(n.Value); err == nil && d == want {
		return
	}
	from, to := e.span(n)
	quote := ""
	if n.Style == yaml.DoubleQuotedStyle || n.Style == yaml.SingleQuotedStyle {
		quote = string(e.text[from])
	}
	e.put(from, to, quote+want.String()+quote)
}

// insert puts an end beside the likely duration: the least before it, the most behind it.
func (e *editor) insert(n, key, likely *yaml.Node, name string, want incident.Duration) {
	_, end := e.span(likely)
	begin := e.offset(key)
	if n.Style&yaml.FlowStyle != 0 {
		if name == "min" {
			e.put(begin, begin, name+": "+want.String()+", ")
		} else {
			e.put(end, end, ", "+name+": "+want.String())
		}
		return
	}
	indent := strings.Repeat(" ", key.Column-1)
	line := "\n"
	if i := bytes.IndexByte(e.text[end:], '\n'); i < 0 {
		end = len(e.text)
	} else {
		end += i
		if i > 0 && e.text[end-1] == '\r' {
			end, line = end-1, "\r\n"
		}
	}
	if name == "min" {
		e.put(begin, begin, name+": "+want.String()+line+indent)
	} else {
		e.put(end, end, line+indent+name+": "+want.String())
	}
}

func (e *editor) apply() []byte {
	slices.SortStableFunc(e.splices, func(a, b splice) int { return cmp.Compare(a.from, b.from) })
	var out []byte
	at := 0
	for _, s := range e.splices {
		if s.from < at {
			e.lost = true
			return nil
		}
		out = append(append(out, e.text[at:s.from]...), s.text...)
		at = s.to
	}
	return append(out, e.text[at:]...)
}
