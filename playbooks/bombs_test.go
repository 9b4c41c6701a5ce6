package playbooks_test

import (
	"fmt"
	"sangfroid/internal/exercise"
	"sangfroid/internal/hostile"
	"sangfroid/playbooks"
	"strings"
	"testing"
)

// bombs are files that grow, nest or count without end when they are believed.
func bombs() map[string]string {
	laughs := "a: &a [x,x,x,x,x,x,x,x,x]\n"
	for c := 'b'; c <= 'j'; c++ {
		laughs += fmt.Sprintf("%c: &%c [*%c,*%c,*%c,*%c,*%c,*%c,*%c,*%c,*%c]\n", c, c, c-1, c-1, c-1, c-1, c-1, c-1, c-1, c-1, c-1)
	}
	const deep = 200_000
	step := "schema: sangfroid.playbook/1\nid: x\ntitle: x\nlevel: warm\nservices: [{id: s, name: s, rto: 4h}]\nroles: [{id: director, title: d}]\nplans:\n  - id: p\n    kind: failover\n    title: p\n    steps:\n      - {id: s, title: s, phase: failover, targets: %s}\n"
	out := map[string]string{
		"a billion laughs":  laughs + "title: *j\n",
		"a merged anchor":   "a: &a {x: 1}\nb: &b {<<: *a}\nplans: [{<<: *b}]\n",
		"itself":            "a: &a [*a]\nplans: *a\n",
		"deep lists":        strings.Repeat("[", deep),
		"deep maps":         strings.Repeat("{a: ", deep),
		"deep blocks":       strings.Repeat("- ", deep) + "x",
		"deep and closed":   "title: " + strings.Repeat("[", 5000) + strings.Repeat("]", 5000),
		"a heap of plans":   "schema: sangfroid.playbook/1\nplans:\n" + strings.Repeat("  - {id: p}\n", 50_000),
		"a long line":       "title: " + strings.Repeat("x", 4<<20),
		"many keys":         strings.Repeat("k: 1\n", 50_000),
		"a tag":             "title: !!python/object/apply:os.system [x]\n",
		"binary":            "title: !!binary /////w==\n",
		"another version":   "%YAML 9.9\n---\ntitle: x\n",
		"many documents":    strings.Repeat("--- {title: x}\n", 20_000),
		"NUL":               "title: \x00\n",
		"UTF-16":            "\xff\xfet\x00",
		"a number too many": fmt.Sprintf(step, "{count: 99999999999999999999999}"),
	}
	for _, n := range []string{"1000000000000", "-1", "2147483648", "1e300", ".inf", ".nan", "0x7fffffffffffffff"} {
		out["count "+n] = fmt.Sprintf(step, "{count: "+n+"}")
		out["pattern "+n] = fmt.Sprintf(step, "{pattern: 'vm-%999999999d', count: "+n+"}")
		out["group "+n] = fmt.Sprintf(step, "{groups: [{name: g, count: "+n+"}]}")
	}
	for i, s := range hostile.Strings() {
		out[fmt.Sprintf("string %d", i)] = "title: " + s + "\nid: \"" + s + "\"\n" + s + ": x\n"
	}
	return out
}

// Each is told, in findings that do not act themselves, by every reader of YAML there is.
func TestBombsAreTold(t *testing.T) {
	for name, text := range bombs() {
		_, found := playbooks.Parse("x.yaml", []byte(text))
		check(t, "a playbook, "+name, found)
		_, found = playbooks.ParseRules("x.yaml", []byte(text))
		check(t, "obligations, "+name, found)
		_, found = exercise.Parse("x.yaml", []byte(text))
		check(t, "a scenario, "+name, found)
	}
}

func check(t *testing.T, what string, found []playbooks.Finding) {
	t.Helper()
	if !playbooks.Failed(found) {
		t.Errorf("%s is taken", what)
	}
	if a := hostile.In(what, found); a != "" {
		t.Error(a)
	}
}
