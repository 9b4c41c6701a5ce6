package incident

import (
	"strings"
	"unicode"
)

// Forbids tells whether the criterion, as it was last valued, forbids the go: somebody said so, or its value has a word
// the playbook names as forbidding. The comparison knows no case, and takes whole words only.
func (c *Criterion) Forbids() bool {
	if len(c.Values) == 0 {
		return false
	}
	v := c.Values[len(c.Values)-1]
	return v.Verdict == VerdictForbids || c.Def.forbids(v.Value)
}

// forbids finds a forbidding word in a value.
func (d *CriterionDef) forbids(value string) bool {
	padded := " " + strings.Join(strings.FieldsFunc(strings.ToUpper(value), notWord), " ") + " "
	for _, w := range d.Forbids {
		word := strings.Join(strings.FieldsFunc(strings.ToUpper(w), notWord), " ")
		if word != "" && strings.Contains(padded, " "+word+" ") {
			return true
		}
	}
	return false
}

func notWord(r rune) bool { return r != '_' && !unicode.IsLetter(r) && !unicode.IsDigit(r) }

// Forbidding lists the criteria that forbid the go. They warn, and a go then gives its reason in spite of them.
func (d *Decision) Forbidding() []*Criterion {
	var out []*Criterion
	for i := range d.Criteria {
		if d.Criteria[i].Forbids() {
			out = append(out, &d.Criteria[i])
		}
	}
	return out
}
