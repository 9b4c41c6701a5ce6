package tui

import (
	"fmt"
	"sangfroid/internal/incident"
	"sangfroid/internal/locale"
	"sangfroid/tui/theme"
	"strings"
	"testing"
	"time"
)

// catching is an incident whose services are back and whose data are being caught up: one line goes evenly, one dies away,
// one stands still, one is planned.
func catching(t testing.TB) *fakeRoom {
	t.Helper()
	r := decided(t)
	r.after(2 * time.Hour)
	for _, v := range []string{"portal", "billing", "records"} {
		r.must(t, incident.ServiceSubject(incident.ServiceID(v)), incident.ServiceRestored{})
		r.must(t, incident.ServiceSubject(incident.ServiceID(v)), incident.ServiceVerified{})
	}
	flow := func(id string) string { return incident.FlowSubject(incident.FlowID("failover/" + id)) }
	from, to := start().Add(-12*time.Hour), r.now
	open := func(id string, n int64, about bool) {
		r.must(t, flow(id), incident.CatchupOpened{From: &from, To: &to, Expected: &n, Approx: about, Owner: "business-lead"})
	}
	count := func(id string, n, rejected int64) {
		r.must(t, flow(id), incident.CatchupCounted{Replayed: n, Rejected: rejected})
	}
	open("online-requests", 1200, false)
	open("card-payments", 3900, true)
	open("counter-slips", 240, false)
	for i := range int64(7) {
		count("online-requests", i*100, i/2)
		count("card-payments", []int64{0, 640, 1010, 1230, 1350, 1410, 1440}[i], 0)
		count("counter-slips", []int64{0, 30, 61, 90, 90, 90, 90}[i], 0)
		r.after(10 * time.Minute)
	}
	return r.after(-6 * time.Minute)
}

func TestCatchupScreens(t *testing.T) {
	for name, keys := range map[string][]string{
		"ledger": {"3"}, "ledger-second": {"3", "down"}, "ledger-full": {"3", "down", "f"}, "ledger-count": {"3", "c"},
	} {
		for _, lang := range []locale.Lang{locale.English, locale.French} {
			for _, s := range sizes() {
				if name != "ledger" && s[0] != 80 && s[0] != 120 {
					continue
				}
				c := newConsole(t, catching(t), s[0], s[1], Options{Lang: lang}).press(keys...)
				golden(t, fmt.Sprintf("%s-%s-%dx%d", name, lang, s[0], s[1]), c.plain())
			}
		}
	}
	c := newConsole(t, catching(t), 80, 24, Options{ASCII: true, NoColor: true}).press("3", "f")
	golden(t, "ledger-ascii-80x24", c.plain())
}

// TestTheFormTellsTheSumWhileItIsTyped: the account as it would be stands in the form before it is saved, and what is saved
// is what it told.
func TestTheFormTellsTheSumWhileItIsTyped(t *testing.T) {
	r := catching(t)
	c := newConsole(t, r, 100, 36, Options{}).press("3", "c")
	want := func(s string) {
		t.Helper()
		if screen := c.plain(); !strings.Contains(screen, s) {
			t.Fatalf("%q is not on the screen:\n%s", s, screen)
		}
	}
	want("600 replayed + 3 rejected, no fate + 597 left")
	want("▲ 600 missing")
	c.press("ctrl+u").typed("1190").press("tab", "ctrl+u").typed("10").press("tab", "ctrl+u").typed("7")
	want("1,200 = 1,190 replayed + 7 re-entered + 3 rejected, no fate")
	c.press("ctrl+s")
	f := r.state.Flow("failover/online-requests")
	if f.Replayed != 1190 || f.Rejected != 10 || f.Reentered != 7 {
		t.Fatalf("%+v", f.Account())
	}
	// Signing three without a fate needs the reason; the loss of three does not add any other number.
	c.press("c", "shift+tab", "right")
	want("signing needs the reason")
	c.press("ctrl+s")
	if !strings.Contains(c.plain(), c.m.t("form.needed")) || r.state.Flow("failover/online-requests").Status != incident.FlowOpen {
		t.Error("signed without a reason")
	}
	c.press("esc", "c", "shift+tab", "left", "tab")
	want("✓ adds up")
	c.press("tab", "tab", "tab").typed("they were test requests").press("ctrl+s")
	if f := r.state.Flow("failover/online-requests"); f.Status != incident.FlowAccepted || f.Lost != 3 {
		t.Errorf("%s, %+v\n%s", f.Status, f.Account(), c.plain())
	}
	want("loss accepted")
}

func TestAPartIsGivenUpAndTheLineGoesOn(t *testing.T) {
	r := catching(t)
	newConsole(t, r, 100, 36, Options{}).press("3", "c", "shift+tab", "left", "tab", "ctrl+u").typed("2").
		press("tab", "right", "tab", "tab").typed("two were withdrawn").press("ctrl+s")
	if f := r.state.Flow("failover/online-requests"); !f.Open() || f.Lost != 2 || len(f.Losses) != 1 {
		t.Errorf("%s, %+v", f.Status, f.Account())
	}
}

// TestResumingBeforeTheCatchUpWarns: the form of the milestone names what is still open, and needs the reason.
func TestResumingBeforeTheCatchUpWarns(t *testing.T) {
	r := catching(t)
	c := newConsole(t, r, 100, 36, Options{}).press("m", "tab", "right", "right")
	if !strings.Contains(c.plain(), "Still open and blocking: Online requests") {
		t.Fatalf("%s", c.plain())
	}
	c.press("ctrl+s")
	if r.state.Service("portal").Resumed != nil {
		t.Error("resumed without a reason")
	}
	if !strings.Contains(c.plain(), "blocks the resumption is still open") {
		t.Errorf("%s", c.plain())
	}
}

func TestSpark(t *testing.T) {
	rich, plain := theme.Theme{}, theme.Theme{ASCII: true}
	for _, x := range []struct {
		values      []float64
		rich, ascii string
	}{
		{[]float64{0, 1, 2, 4, 8}, "▁▁▂▄█", "__.-#"},
		{[]float64{0, 0}, "▁▁", "__"},
		{[]float64{5}, "█", "#"},
		{[]float64{9, 8, 7, 6, 5, 4, 3, 2, 1}, "██▇▆▅▄▃▂", ""},
		{nil, "", ""},
	} {
		w := 8
		if got := spark(rich, x.values, w); x.ascii != "" && got != x.rich {
			t.Errorf("%v: %q, want %q", x.values, got, x.rich)
		}
		if got := spark(plain, x.values, w); x.ascii != "" && got != x.ascii {
			t.Errorf("%v: %q, want %q", x.values, got, x.ascii)
		}
		if got := []rune(spark(rich, x.values, w)); len(got) > w {
			t.Errorf("%v: %d cells", x.values, len(got))
		}
	}
}
