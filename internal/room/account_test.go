package room

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"sangfroid/internal/bus"
	"sangfroid/internal/bus/access"
	"sangfroid/internal/cell"
	"sangfroid/internal/incident"
	"sangfroid/internal/timeline"
	"testing"
	"time"
)

// served is the bus of a cell with accounts, as "serve --auth" runs it.
type served struct {
	dir  *access.Directory
	data string
	bus  *bus.Bus
}

func serve(t *testing.T) *served {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "access")
	d, err := access.Init(dir, access.Options{Cell: "north", Listen: "127.0.0.1:-1", Hosts: []string{"127.0.0.1"}, NoTLS: true}, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	for name, role := range map[string]string{"Alice": "director", "Bob": "it-lead", "Audrey": "audit"} {
		if d, _, err = access.Add(dir, access.Spec{Name: name, Role: role}, time.Now()); err != nil {
			t.Fatal(err)
		}
	}
	s := &served{dir: d, data: t.TempDir()}
	s.start(t)
	return s
}

func (s *served) start(t *testing.T) {
	t.Helper()
	keeper, err := s.dir.Keeper()
	if err != nil {
		t.Fatal(err)
	}
	if s.bus, err = bus.Open(context.Background(), bus.Config{DataDir: s.data, ServerConfig: s.dir.ServerConfig(), Pass: keeper}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.bus.Close() })
	until(t, "the bus is up", func() bool { return s.bus.Link().State == bus.LinkUp })
}

// desk is the console of a member.
func (s *served) desk(t *testing.T, name, data string) *Desk {
	t.Helper()
	p, ok, err := bus.ReadPass(s.dir.PassFile(s.dir.Find(name)))
	if err != nil || !ok {
		t.Fatal(err)
	}
	d, err := NewDesk(context.Background(), Options{
		Bus: bus.Config{URL: s.bus.Link().Server, Pass: p, DataDir: data, Name: name}, DataDir: data, Bound: true,
		Me: cell.Person{Name: p.Name, Role: incident.Role(p.Role)}, Now: time.Now, Log: slog.New(slog.DiscardHandler),
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = d.Close() })
	until(t, name+" is on the bus", func() bool { return d.Link().State == cell.LinkUp })
	return d
}

// What the bus refuses from an account is told before it is sent; what gets there all the same is kept, and holds nobody back.
func TestAnAccountIsHeldToItsRights(t *testing.T) {
	s := serve(t)
	alice := s.desk(t, "Alice", t.TempDir())
	id, err := alice.Declare(ctxFor(t), cell.Declaration{Title: "Loss", Playbook: "warm"})
	if err != nil {
		t.Fatal(err)
	}
	bob := s.desk(t, "Bob", t.TempDir())
	until(t, "Bob sees it", func() bool { return len(bob.Listings()) == 1 })
	r, err := bob.Enter(ctxFor(t), id)
	if err != nil {
		t.Fatal(err)
	}
	if err := r.Settle(ctxFor(t)); err != nil {
		t.Fatal(err)
	}
	do(t, r, "decision/failover/go", incident.DecisionAsked{})
	do(t, r, "decision/failover/go", incident.DecisionVoted{Option: incident.OptionGo})
	if bob.SetMe(cell.Person{Name: "Alice", Role: incident.RoleDirector}); bob.Me().Name != "Bob" {
		t.Error("somebody else sat down with Bob's key")
	}
	item := func(id, author, category, typ string) bus.Item {
		raw := fmt.Appendf(nil, `{"specversion":"1.0","id":%q,"source":"/t","type":%q,"subject":"decision/failover/go","incident":%q,"realm":"live","actor":"Bob","role":"director","data":{"option":"go","because":"x","text":"x"}}`, id, typ, r.id)
		return bus.Item{ID: id, Source: "/t", Realm: "live", Incident: string(r.id), Author: author, Category: category, Entity: "failover_go", Raw: raw, PutAt: time.Now()}
	}
	for _, it := range []bus.Item{
		item("1", "bob", "decision", "sangfroid.decision.taken"), item("2", "alice", "note", "sangfroid.note.added"), item("3", "bob", "note", "sangfroid.decision.taken"),
	} {
		if err := bob.outbox.Put(it); err != nil {
			t.Fatal(err)
		}
	}
	r.adopt(bob.outbox.Pending())
	bob.kick()
	until(t, "two are refused and kept, the third is in the log", func() bool {
		return len(bob.Refused()) == 2 && bob.Waiting() == 0 && r.Frame().Refused == 2
	})
	if r.Frame().State.Decision("failover/go").Status == incident.DecisionIsTaken {
		t.Error("a decision was taken by somebody who may not")
	}
	audrey := s.desk(t, "Audrey", t.TempDir())
	until(t, "Audrey sees it", func() bool { return len(audrey.Listings()) == 1 })
	look, err := audrey.Open(ctxFor(t), id)
	if err != nil {
		t.Fatal(err)
	}
	until(t, "she reads the same", func() bool { return look.Frame().Root == r.Frame().Root && look.Frame().Len > 0 })
	before := look.Frame().Len
	if _, err := look.Do(ctxFor(t), cell.Command{Data: incident.NoteAdded{Text: "x"}}); err == nil {
		t.Error("an account that only reads writes")
	}
	if audrey.Waiting() != 0 || look.Frame().Len != before {
		t.Error("she left a trace")
	}
}

// The disk of the bus is lost. Consoles wait: they may not make streams, and set nothing aside. From one of their records the bus
// is back exactly, and everybody goes on, with the records they had.
func TestConsolesGoOnBehindARestoredBus(t *testing.T) {
	s := serve(t)
	aliceData, bobData := t.TempDir(), t.TempDir()
	alice := s.desk(t, "Alice", aliceData)
	id, err := alice.Declare(ctxFor(t), cell.Declaration{Title: "Loss", Playbook: "warm"})
	if err != nil {
		t.Fatal(err)
	}
	bob := s.desk(t, "Bob", bobData)
	until(t, "Bob sees it", func() bool { return len(bob.Listings()) == 1 })
	r, err := bob.Enter(ctxFor(t), id)
	if err != nil {
		t.Fatal(err)
	}
	until(t, "Bob has what there is", func() bool { return !r.Frame().State.Declared.At.IsZero() })
	do(t, r, "", incident.NoteAdded{Text: "of Bob"})
	root := r.Frame().Root
	record := r.record.Path()
	if err := bob.Close(); err != nil {
		t.Fatal(err)
	}
	ra, err := alice.Enter(ctxFor(t), id)
	if err != nil {
		t.Fatal(err)
	}
	until(t, "Alice has it, too", func() bool { return ra.Frame().Root == root })
	if err := alice.Close(); err != nil {
		t.Fatal(err)
	}
	if err := s.bus.Close(); err != nil {
		t.Fatal(err)
	}
	if err := os.RemoveAll(filepath.Join(s.data, "bus", "store")); err != nil {
		t.Fatal(err)
	}
	keeper, err := s.dir.Keeper()
	if err != nil {
		t.Fatal(err)
	}
	bare, err := bus.Open(context.Background(), bus.Config{DataDir: s.data, ServerConfig: s.dir.ServerConfig(), Pass: keeper, Bare: true, Quiet: true})
	if err != nil {
		t.Fatal(err)
	}
	rec, err := Recover([]string{record})
	if err != nil {
		t.Fatal(err)
	}
	if err := rec.Restore(ctxFor(t), bare); err != nil {
		t.Fatal(err)
	}
	if got := rec.Records[0]; got.Restored != got.Root || got.Root != root {
		t.Errorf("%+v, it was %s", got, root)
	}
	if err := bare.Close(); err != nil {
		t.Fatal(err)
	}
	s.start(t)
	alice = s.desk(t, "Alice", aliceData)
	if ra, err = alice.Enter(ctxFor(t), id); err != nil {
		t.Fatal(err)
	}
	do(t, ra, "", incident.NoteAdded{Text: "goes on"})
	set, err := filepath.Glob(filepath.Join(aliceData, "records", "live", "*before*"))
	if err != nil || len(set) != 0 {
		t.Errorf("her record was set aside: %q", set)
	}
	old, err := timeline.RootAt(ra.Log(), rec.Records[0].Entries)
	if err != nil || old != root {
		t.Errorf("the root of what there was is %s, was %s (%v)", old, root, err)
	}
	signed, err := timeline.CheckSignatures(ra.Log(), nil, nil)
	if err != nil || signed.Unsigned != 0 || len(signed.Bad) != 0 || len(signed.Keys) != 2 {
		t.Errorf("%+v %v", signed, err)
	}
}

// A bus that lost its end without being restored: each console sends its own words again, and nobody in another's name.
func TestEachSendsTheirOwnAgain(t *testing.T) {
	s := serve(t)
	aliceData, bobData := t.TempDir(), t.TempDir()
	alice, bob := s.desk(t, "Alice", aliceData), s.desk(t, "Bob", bobData)
	id, err := alice.Declare(ctxFor(t), cell.Declaration{Title: "Loss", Playbook: "warm"})
	if err != nil {
		t.Fatal(err)
	}
	until(t, "Bob sees it", func() bool { return len(bob.Listings()) == 1 })
	r, err := bob.Enter(ctxFor(t), id)
	if err != nil {
		t.Fatal(err)
	}
	until(t, "Bob has what there is", func() bool { return !r.Frame().State.Declared.At.IsZero() })
	do(t, r, "", incident.NoteAdded{Text: "of Bob"})
	n := r.Frame().Len
	ra, err := alice.Enter(ctxFor(t), id)
	if err != nil {
		t.Fatal(err)
	}
	until(t, "Alice has it, too", func() bool { return ra.Frame().Len == n })
	for _, d := range []*Desk{alice, bob} {
		if err := d.Close(); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.bus.Close(); err != nil {
		t.Fatal(err)
	}
	if err := os.RemoveAll(filepath.Join(s.data, "bus", "store")); err != nil {
		t.Fatal(err)
	}
	s.start(t)
	bob = s.desk(t, "Bob", bobData)
	if r, err = bob.Enter(ctxFor(t), id); err != nil {
		t.Fatal(err)
	}
	until(t, "his own are back", func() bool { return r.Frame().Len == 1 && bob.Waiting() == 0 })
	alice = s.desk(t, "Alice", aliceData)
	if ra, err = alice.Enter(ctxFor(t), id); err != nil {
		t.Fatal(err)
	}
	until(t, "all are back", func() bool { return ra.Frame().Len == n && r.Frame().Len == n && alice.Waiting() == 0 })
	if len(alice.Refused())+len(bob.Refused()) != 0 || ra.Frame().Root != r.Frame().Root {
		t.Errorf("%d and %d refused", len(alice.Refused()), len(bob.Refused()))
	}
}
