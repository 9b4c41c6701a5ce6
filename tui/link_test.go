package tui

import (
	"crypto/ed25519"
	"fmt"
	"sangfroid/internal/cell"
	"sangfroid/internal/incident"
	"sangfroid/internal/locale"
	"sangfroid/internal/timeline"
	"strings"
	"testing"
	"time"
)

// unsafeRoom has three others at their consoles, of whom one has another record, on a bus that is not safe.
func unsafeRoom(t testing.TB) *fakeRoom {
	t.Helper()
	r := decided(t)
	size, root := r.log.Root()
	r.others = []cell.Presence{
		{Name: "B. Durand", Role: incident.RoleITLead, Seen: size, Root: root, Same: size},
		{Name: "C. Leroy", Role: incident.RoleScribe, Seen: size - 2, Root: "00", Same: size - 2},
		{Name: "D. Petit", Role: incident.RoleComms, Seen: size, Root: "00", Same: 4, Apart: 5},
		{Name: "E. Roux", Role: incident.RoleObserver, Seen: size, Root: "00", Same: 4, Apart: 9},
	}
	r.link = cell.Link{
		State: cell.LinkUp, Since: r.now.Add(-3 * time.Minute), Server: "nats://bus.north:4222", Replicas: 1,
		Warnings: []cell.Warning{
			{Code: "bus.warn.replicas", Args: []string{"stream", "SANGFROID_LIVE", "have", "1", "want", "3"}},
			{Code: "bus.warn.weak", Args: []string{"stream", "SANGFROID_LIVE", "settings", "deny_purge, max_age"}},
		},
	}
	r.refused = 2
	return r
}

func TestWhoHasAnotherRecordIsSaidWithTheEntry(t *testing.T) {
	c := newConsole(t, unsafeRoom(t), 120, 40, Options{})
	if head := strings.Split(c.plain(), "\n")[1]; !strings.Contains(head, "2 consoles differ (p)") {
		t.Errorf("the state line does not tell: %q", head)
	}
	c.press("p")
	for _, want := range []string{
		"bus up since 13:", "1 copy of each entry", "2 refused by the bus", "has 1 of 3 replicas", "→ whoever runs the bus, on three servers: nats stream edit", "--replicas 3",
		"deny_purge, max_age", "B. Durand", "same record", "same up to", "DIFFERS since entry 5", "DIFFERS since one of 5 to 9",
	} {
		if !strings.Contains(strings.Join(strings.Fields(strings.ReplaceAll(c.plain(), "│", " ")), " "), want) {
			t.Errorf("%q is not on the screen:\n%s", want, c.plain())
		}
	}
	r := unsafeRoom(t)
	r.others = r.others[2:3]
	c = newConsole(t, r, 120, 40, Options{})
	if head := strings.Split(c.plain(), "\n")[1]; !strings.Contains(head, "record of D. Petit differs from entry 5 on") {
		t.Errorf("the state line does not tell whose: %q", head)
	}
}

func TestUnsafeBusScreens(t *testing.T) {
	for _, lang := range []locale.Lang{locale.English, locale.French} {
		for _, size := range [][2]int{{80, 24}, {120, 40}} {
			c := newConsole(t, unsafeRoom(t), size[0], size[1], Options{Lang: lang}).press("p")
			checkScreen(t, c)
			golden(t, fmt.Sprintf("link-%s-%dx%d", lang, size[0], size[1]), c.plain())
		}
	}
}

func TestALinkThatIsDownTellsSinceWhen(t *testing.T) {
	r := decided(t)
	r.link.State, r.link.Since, r.link.Problem = cell.LinkDown, r.now.Add(-90*time.Second), "the bus does not answer"
	c := newConsole(t, r, 80, 24, Options{}).press("p")
	if s := c.plain(); !strings.Contains(s, "bus AWAY since") || !strings.Contains(s, "does not answer") || !strings.Contains(s, "01:30") {
		t.Error(s)
	}
}

// The detail of an entry says whether its author signed it, and whether the signature is good.
func TestAnEntryTellsItsSignature(t *testing.T) {
	r := decided(t)
	seed := ed25519.NewKeyFromSeed(make([]byte, 32))
	raw, err := incident.Encode(incident.Event{
		ID: "s1", Source: "/test", Type: incident.NoteAdded{}.Type(), Subject: incident.SubjectNote, Time: r.now, Recorded: r.now, Incident: "inc-7f3k", Realm: incident.Live,
		Actor: "B. Durand", Prev: incident.NoPrev, Data: incident.NoteAdded{Text: "signed words"},
	})
	if err != nil {
		t.Fatal(err)
	}
	sealed, err := incident.Seal(raw, "UDRVJA3A4VE6RQ4232PDA67VNPGTTLW6OEVAG4PSSFV6QDLNAXHAQGMV", func(b []byte) ([]byte, error) { return ed25519.Sign(seed, b), nil })
	if err != nil {
		t.Fatal(err)
	}
	if _, err := r.log.Append(timeline.Line{Received: r.now, Raw: sealed}); err != nil {
		t.Fatal(err)
	}
	incident.Apply(r.state, incident.Entry{Seq: r.log.Len(), Received: r.now, Raw: sealed, Event: incident.Decode(sealed)})
	c := newConsole(t, r, 120, 40, Options{}).press("4", "home", "enter")
	if s := c.plain(); !strings.Contains(s, "signed words") || !strings.Contains(s, "NOT GOOD") {
		t.Errorf("a signature of another key is not told:\n%s", s)
	}
	c.m.log.seal.is = timeline.SealGood
	if s := c.plain(); !strings.Contains(s, "good, by the key UDRVJA3A4VE6") {
		t.Errorf("a good signature is not told:\n%s", s)
	}
}
