package tui

import (
	"sangfroid/internal/cell"
	"sangfroid/internal/incident"
	"sangfroid/internal/locale"
	"strings"
	"testing"
)

// What the bus would refuse from this account is told before a word is typed; what it takes still opens its form.
func TestTheAccountIsToldBeforeTyping(t *testing.T) {
	for _, l := range []locale.Lang{locale.English, locale.French} {
		r := newFake(t, "warm")
		r.link = cell.Link{State: cell.LinkUp, Bound: true, Known: true, Server: "tls://bus.example:4222"}
		r.barred, r.refused = []string{"decision"}, 2
		c := newConsole(t, r, 120, 40, Options{Lang: l})
		c.press("d")
		if c.m.form != nil || !strings.Contains(loose(c.plain()), loose(l.T("why.account.go"))) {
			t.Errorf("%s: a decision may be typed that the bus would refuse", l)
		}
		c.press("n")
		if c.m.form == nil {
			t.Errorf("%s: a note may not be typed", l)
		}
		c.press("esc", "f2")
		if c.m.form != nil || !strings.Contains(loose(c.plain()), loose(l.T("why.bound"))) {
			t.Errorf("%s: somebody else may sit down with these credentials", l)
		}
		c.press("p")
		for _, want := range []string{l.T("rights.proven", "name", "A. Martin", "role", l.Role(incident.RoleDirector)), l.T("barred.decision"), l.T("tui.refused.short", "n", 2)} {
			if !strings.Contains(loose(c.plain()), loose(want)) {
				t.Errorf("%s: %q is not told", l, want)
			}
		}
		r.barred = append([]string{incident.CategoryBallot, "decision"}, "note", "incident", "plan", "roster", "catchup", "comms", "repair")
		r.refresh()
		c = newConsole(t, r, 80, 24, Options{Lang: l})
		for _, key := range []string{"d", "v", "n", "c", "m", "r", "l", "h", "b"} {
			c.press(key)
			if c.m.form != nil || c.m.overlay != overNone {
				t.Errorf("%s: %q opens something", l, key)
			}
			if !strings.Contains(loose(c.plain()), loose(l.T("why.account"))) {
				t.Errorf("%s: %q does not say why not", l, key)
			}
		}
	}
}

// loose makes every space the same.
func loose(s string) string { return strings.NewReplacer("\u00a0", " ", "\u202f", " ").Replace(s) }

// Every action that writes says what it writes, so that none slips by: it either has a category, or writes nothing.
func TestActionsThatWriteAreKnown(t *testing.T) {
	shows := []string{"next", "others", "step", "targets", "whatif", "reports", "contact", "obligation", "inbox", "people", "actions", "exercise", "emergency"} // an emergency may be told by anybody
	for _, a := range append(roomActions(), legalActions()...) {
		category := a.writes()
		if (category == "") != contains(shows, a.id) {
			t.Errorf("%s writes %q", a.id, category)
		}
		if category != "" && !locale.Has("barred."+category) {
			t.Errorf("%s writes %s, which has no name", a.id, category)
		}
	}
}
