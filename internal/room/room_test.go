package room

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"sangfroid/internal/bus"
	"sangfroid/internal/cell"
	"sangfroid/internal/incident"
	"sangfroid/internal/timeline"
	"slices"
	"strings"
	"testing"
	"time"
)

// within bounds every wait of these tests.
const within = 20 * time.Second

func ctxFor(t testing.TB) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), within)
	t.Cleanup(cancel)
	return ctx
}

// deskAt opens a desk on a directory, closed with the test. Its bus takes messages of 16 MB, as some clusters do.
func deskAt(t testing.TB, dir string) *Desk {
	t.Helper()
	conf := filepath.Join(t.TempDir(), "nats.conf")
	text := fmt.Sprintf("listen: 127.0.0.1:-1\nmax_payload: 16MB\njetstream { store_dir: %q, sync_interval: always }\n", filepath.Join(dir, "store"))
	if err := os.WriteFile(conf, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	d, err := NewDesk(ctxFor(t), Options{
		Bus: bus.Config{DataDir: dir, ServerConfig: conf}, DataDir: dir,
		Me: cell.Person{Name: "Alice", Role: incident.RoleDirector}, Now: time.Now, Log: slog.New(slog.DiscardHandler),
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = d.Close() })
	return d
}

// declared declares an incident and gives its room.
func declared(t testing.TB, d *Desk) *Room {
	t.Helper()
	until(t, "the bus is up", func() bool { return d.Link().State == cell.LinkUp })
	reported := time.Now().Add(-10 * time.Minute)
	id, err := d.Declare(ctxFor(t), cell.Declaration{Title: "Loss of a site", Playbook: "warm", Reported: &reported})
	if err != nil {
		t.Fatal(err)
	}
	r, err := d.Enter(ctxFor(t), id)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// until waits for a condition that the room's or the desk's goroutines bring about.
func until(t testing.TB, what string, is func() bool) {
	t.Helper()
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	end := time.After(within)
	for !is() {
		select {
		case <-tick.C:
		case <-end:
			t.Fatalf("waited %s: %s", within, what)
		}
	}
}

// foreign publishes as somebody else's program does: any bytes, on a subject of the incident.
func foreign(t testing.TB, r *Room, category, entity string, raw []byte) {
	t.Helper()
	o := bus.Outgoing{Realm: string(r.realm), Incident: string(r.id), Author: "mallory", Category: category, Entity: entity, MsgID: random(8), Raw: raw}
	if _, err := r.desk.bus.Publish(ctxFor(t), o); err != nil {
		t.Fatal(err)
	}
}

func do(t testing.TB, r *Room, subject string, data incident.Data) {
	t.Helper()
	receipt, err := r.Do(ctxFor(t), cell.Command{Subject: subject, Data: data})
	if err != nil {
		t.Fatalf("%T: %v", data, err)
	}
	// A busy machine may answer "pending" first; it is in the log before long.
	ctx := ctxFor(t)
	pending := func() bool {
		return slices.ContainsFunc(r.Frame().Pending, func(ev incident.Event) bool { return ev.ID == receipt.Event.ID })
	}
	for pending() {
		select {
		case <-r.Changed():
		case <-ctx.Done():
			t.Fatalf("%T: still pending", data)
		}
	}
}

// TestNobodyLocksAnEntityByPublishingOnItsSubject: the bus counts what is no event of the decision; people still decide.
func TestNobodyLocksAnEntityByPublishingOnItsSubject(t *testing.T) {
	r := declared(t, deskAt(t, t.TempDir()))
	goes := incident.DecisionSubject("failover/go")
	foreign(t, r, "decision", "failover/go", []byte("no event at all"))
	do(t, r, goes, incident.DecisionTaken{Option: incident.OptionGo, Because: "the repair takes a day"})
	foreign(t, r, "decision", "failover/go", []byte(`{"specversion":"1.0","id":"x","source":"/m","type":"sangfroid.decision.abandoned","subject":"decision/failover/go","incident":"inc-other","realm":"live","data":{}}`))
	foreign(t, r, "step", "failover/confirm-outage", []byte("{}"))
	do(t, r, goes, incident.DecisionRevised{Option: incident.OptionNoGo, Because: "power is back"})
	do(t, r, incident.StepSubject("failover/confirm-outage"), incident.StepStarted{})
}

// TestAnEventAboveOurOwnLimitIsKept: a bus may take messages of many megabytes; the incident goes on behind one.
func TestAnEventAboveOurOwnLimitIsKept(t *testing.T) {
	r := declared(t, deskAt(t, t.TempDir()))
	before := r.Frame().Len
	foreign(t, r, "note", "main", fmt.Appendf(nil, `{"specversion":"1.0","id":"big","source":"/m","type":"sangfroid.note.added","incident":%q,"realm":"live","actor":"m","data":{"text":%q}}`, r.id, strings.Repeat("A", 6<<20)))
	foreign(t, r, "note", "main", []byte(strings.Repeat("\x1b[2J", 2<<20)))
	do(t, r, "", incident.NoteAdded{Text: "we go on"})
	if n := r.Frame().Len - before; n != 3 || r.Frame().Err != nil {
		t.Errorf("%d entries, %v", n, r.Frame().Err)
	}
	e, err := r.Log().At(before + 1)
	if err != nil || len(e.Raw) < 6<<20 {
		t.Errorf("%d bytes are kept: %v", len(e.Raw), err)
	}
}

// TestWhatCannotBeSentHoldsBackNobody: an item the bus does not take stays in the outbox; the others go out.
func TestWhatCannotBeSentHoldsBackNobody(t *testing.T) {
	d := deskAt(t, t.TempDir())
	r := declared(t, d)
	item := func(id, entity, text string) bus.Item {
		raw := fmt.Appendf(nil, `{"specversion":"1.0","id":%q,"source":"/t","type":"sangfroid.note.added","subject":"note/main","incident":%q,"realm":"live","actor":"Alice","data":{"text":%q}}`, id, r.id, text)
		return bus.Item{ID: id, Source: "/t", Realm: "live", Incident: string(r.id), Author: "alice", Category: "note", Entity: entity, Raw: raw, PutAt: time.Now()}
	}
	for _, it := range []bus.Item{item("1", "no entity é", "cannot go"), item("2", "main", strings.Repeat("A", 17<<20)), item("3", "main", "goes")} {
		if err := d.outbox.Put(it); err != nil {
			t.Fatal(err)
		}
	}
	r.adopt(d.outbox.Pending())
	d.kick()
	until(t, "the third is in the log", func() bool {
		e, err := r.Log().At(r.Log().Len())
		return err == nil && e.Event.ID == "3"
	})
	until(t, "the others are kept, and told", func() bool { return d.Waiting() == 0 && len(d.Refused()) == 2 && r.Frame().Refused == 2 })
	kept, err := bus.ReadOutbox(filepath.Join(d.opts.DataDir, "outbox"))
	if err != nil || len(kept) != 2 || kept[0].Refused == "" || string(kept[0].Raw) != string(item("1", "", "cannot go").Raw) {
		t.Errorf("%d are on disk, %v", len(kept), err)
	}
	if ok, err := d.Discard("1"); !ok || err != nil || len(d.Refused()) != 1 {
		t.Errorf("it cannot be given up: %v, %v", ok, err)
	}
}

// TestADiskThatGetsRoomAgain: entries that could not be written are asked for again, and the fault goes.
func TestADiskThatGetsRoomAgain(t *testing.T) {
	d := deskAt(t, t.TempDir())
	r := declared(t, d)
	gone, err := timeline.Create(filepath.Join(t.TempDir(), "x.jsonl"), timeline.Header{}, nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := gone.Close(); err != nil {
		t.Fatal(err)
	}
	swap := func(next *timeline.Record) (before *timeline.Record) {
		r.mu.Lock()
		defer r.mu.Unlock()
		before, r.record = r.record, next
		return before
	}
	good := swap(gone)
	foreign(t, r, "note", "main", []byte(`{"specversion":"1.0","id":"1","source":"/m","type":"sangfroid.note.added","data":{"text":"while it was full"}}`))
	until(t, "the screen says so", func() bool { return r.Frame().Err != nil })
	swap(good)
	until(t, "the entry is written", func() bool {
		e, err := r.Log().At(r.Log().Len())
		return err == nil && e.Event.Source == "/m" && r.Frame().Err == nil
	})
}

// TestAPlanIsLaunchedManyTimes: each launch has a name of its own.
func TestAPlanIsLaunchedManyTimes(t *testing.T) {
	r := declared(t, deskAt(t, t.TempDir()))
	for range 14 {
		c, err := r.Launch("warm", "failover", nil, "again")
		if err != nil {
			t.Fatal(err)
		}
		do(t, r, c.Subject, c.Data)
	}
	if n := len(r.Frame().State.Plans); n != 15 || r.Frame().State.Plan("failover-15") == nil {
		t.Errorf("%d plans", n)
	}
}

// TestABusThatLostItsEnd: the record is set aside, and what the bus lost goes out again, foreign events with names no
// subject can have too.
func TestABusThatLostItsEnd(t *testing.T) {
	dir := t.TempDir()
	d := deskAt(t, dir)
	r := declared(t, d)
	foreign(t, r, "note", "main", []byte(`{"specversion":"1.0","id":"odd","source":"/m","type":"sangfroid.note.added","subject":"note/été à Lyon","actor":"Zoé","data":{"text":"odd name"}}`))
	do(t, r, "", incident.NoteAdded{Text: "our own"})
	id, n := r.id, r.Frame().Len
	if err := d.Close(); err != nil {
		t.Fatal(err)
	}
	if err := os.RemoveAll(filepath.Join(dir, "store")); err != nil { // the bus's own disk is lost
		t.Fatal(err)
	}
	d = deskAt(t, dir)
	until(t, "the bus is up", func() bool { return d.Link().State == cell.LinkUp })
	r, err := d.Enter(ctxFor(t), id)
	if err != nil {
		t.Fatal(err)
	}
	before := filepath.Join(dir, "records", "live", string(id)+".before-1.jsonl")
	until(t, "everything is back", func() bool {
		_, err := os.Stat(before)
		return err == nil && r.Frame().Len == n && d.Waiting() == 0
	})
}

// TestWhatADeadProcessSentIsNotSentAgain: it died between seeing its event in the log and saying so. The bus would take the
// event for one it has, and it would wait for ever.
func TestWhatADeadProcessSentIsNotSentAgain(t *testing.T) {
	dir := t.TempDir()
	d := deskAt(t, dir)
	r := declared(t, d)
	do(t, r, "", incident.NoteAdded{Text: "sent and seen"})
	e, err := r.Log().At(r.Log().Len())
	if err != nil {
		t.Fatal(err)
	}
	left := r.item(waiting{event: e.Event, raw: e.Raw})
	if err := d.outbox.Put(left); err != nil {
		t.Fatal(err)
	}
	if err := d.Close(); err != nil {
		t.Fatal(err)
	}
	d = deskAt(t, dir)
	until(t, "the bus is up", func() bool { return d.Link().State == cell.LinkUp })
	if r, err = d.Enter(ctxFor(t), r.id); err != nil {
		t.Fatal(err)
	}
	until(t, "nothing waits", func() bool { return d.Waiting() == 0 && len(r.Frame().Pending) == 0 })
}

// TestARecordThatCannotBeRead is set aside: a power cut at its birth leaves it empty, and the bus has what it had.
func TestARecordThatCannotBeRead(t *testing.T) {
	for name, left := range map[string]string{"empty": "", "half a header": `{"sangfroid":"time`, "somebody else's": "Dear diary,\n"} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			d := deskAt(t, dir)
			r := declared(t, d)
			do(t, r, "", incident.NoteAdded{Text: "on the bus"})
			id, n := r.id, r.Frame().Len
			if err := d.Close(); err != nil {
				t.Fatal(err)
			}
			path := recordPath(dir, incident.Live, id, 1)
			if err := os.WriteFile(path, []byte(left), 0o600); err != nil {
				t.Fatal(err)
			}
			d = deskAt(t, dir)
			until(t, "the list has it", func() bool { return len(d.Listings()) == 1 })
			r, err := d.Enter(ctxFor(t), id)
			if err != nil {
				t.Fatal(err)
			}
			until(t, "everything is back", func() bool { return r.Frame().Len == n })
			kept, err := os.ReadFile(path + ".unreadable-1")
			if err != nil || string(kept) != left {
				t.Errorf("%q is kept: %v", kept, err)
			}
		})
	}
}

// TestADeclarationThatWasNotSaved leaves no incident behind, and one that was is told with its id.
func TestADeclarationThatWasNotSaved(t *testing.T) {
	d := deskAt(t, t.TempDir())
	until(t, "the bus is up", func() bool { return d.Link().State == cell.LinkUp })
	if err := d.outbox.Close(); err != nil {
		t.Fatal(err)
	}
	id, err := d.Declare(ctxFor(t), cell.Declaration{Title: "Not saved", Playbook: "warm"})
	if err == nil || id != "" || len(d.Listings()) != 0 {
		t.Errorf("%q %v, %d incidents", id, err, len(d.Listings()))
	}
	d = deskAt(t, t.TempDir())
	until(t, "the bus is up", func() bool { return d.Link().State == cell.LinkUp })
	d.SetMe(cell.Person{Name: "Eve", Role: incident.RoleObserver})
	if id, err = d.Declare(ctxFor(t), cell.Declaration{Title: "By an observer", Playbook: "warm"}); err == nil {
		t.Errorf("an observer declared %s", id)
	}
}
