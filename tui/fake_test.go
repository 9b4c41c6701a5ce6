package tui

import (
	"context"
	"fmt"
	"sangfroid/internal/cell"
	"sangfroid/internal/incident"
	"sangfroid/internal/locale"
	"sangfroid/internal/timeline"
	"sangfroid/playbooks"
	"sync"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
)

// start is when every test's incident is reported: no test depends on the wall's clock.
func start() time.Time { return time.Date(2026, 11, 23, 12, 14, 20, 0, time.UTC) }

// fakeRoom is a room in memory: the rules, the fold and a log, no bus and no file.
type fakeRoom struct {
	mu    sync.Mutex
	log   *timeline.Memory
	state *incident.State
	me    cell.Person
	now   time.Time
	n     int
	fakeDrafts
	changed chan struct{}
	frame   *cell.Frame
	link    cell.Link
	pending []incident.Event
	inbox   []cell.Signal
	refuse  error
	barred  []string
	refused int
	replay  *cell.Replay
	played  []string
	scratch map[string]string // files of the editor, by form
	late    bool              // they are newer than the drafts

	facilitated bool // a facilitator is here
	others      []cell.Presence
}

func newFake(t testing.TB, playbook string) *fakeRoom {
	t.Helper()
	r := &fakeRoom{
		me: cell.Person{Name: "A. Martin", Role: incident.RoleDirector}, now: start(),
		log:   timeline.NewMemory(timeline.Header{Incident: "inc-7f3k", Realm: incident.Live, Title: "Loss of Paris-North"}),
		state: incident.NewState(), changed: make(chan struct{}, 1),
		link: cell.Link{State: cell.LinkUp, Embedded: true, Owner: true, Server: "nats://127.0.0.1:4222"},
	}
	book, _, err := playbooks.Load(playbook)
	if err != nil {
		t.Fatal(err)
	}
	defs := book.Services
	for i := range defs {
		defs[i].From, defs[i].Level = book.RTOFrom, book.Level
	}
	// What Load gives is shared: the playbook launched is read after its services were set, whichever test comes first.
	_, raw, err := playbooks.Load(playbook)
	if err != nil {
		t.Fatal(err)
	}
	at, detected := start(), start().Add(-5*time.Minute)
	good := start().Add(-12 * time.Hour)
	ev, err := incident.Declare("inc-7f3k", incident.Live, r.draft(incident.IncidentDeclared{
		Title: "Loss of Paris-North", Playbook: book.ID, Zone: "Europe/Paris", Services: defs, Reported: &at, Detected: &detected, LastGood: &good, Sitrep: book.Sitrep,
	}, ""))
	if err != nil {
		t.Fatal(err)
	}
	r.append(t, ev)
	r.must(t, "", incident.RosterJoined{})
	r.must(t, "", incident.RoleTaken{Role: incident.RoleDirector})
	r.must(t, incident.PlanSubject("failover"), incident.PlanLaunched{Playbook: raw, Hash: "00", Plan: "failover"})
	return r
}

func (r *fakeRoom) draft(d incident.Data, subject string) incident.Draft {
	r.n++
	return incident.Draft{
		ID: incident.EventID(fmt.Sprintf("e%04d", r.n)), Source: "/test", Subject: subject, Recorded: r.now,
		Actor: r.me.Name, Role: r.me.Role, Data: d,
	}
}

func (r *fakeRoom) append(t testing.TB, ev incident.Event) {
	raw, err := incident.Encode(ev)
	if err != nil {
		if t == nil {
			panic(err)
		}
		t.Fatal(err)
	}
	if _, err := r.log.Append(timeline.Line{Received: r.now, Raw: raw}); err != nil {
		panic(err)
	}
	incident.Apply(r.state, incident.Entry{Seq: r.log.Len(), Received: r.now, Raw: raw, Event: incident.Decode(raw)})
	r.refresh()
}

func (r *fakeRoom) refresh() {
	size, root := r.log.Root()
	r.frame = &cell.Frame{
		Gen: uint64(r.n), State: r.state.Clone().View(), Len: size, Root: root, Link: r.link, Pending: r.pending, Inbox: r.inbox, Replay: r.replay, Facilitated: r.facilitated, Barred: r.barred, Refused: r.refused,
		Present: append([]cell.Presence{{Name: r.me.Name, Role: r.me.Role, Seen: size, Root: root, Self: true}}, r.others...),
	}
	select {
	case r.changed <- struct{}{}:
	default:
	}
}

// must writes what the test needs to be there.
func (r *fakeRoom) must(t testing.TB, subject string, d incident.Data) {
	t.Helper()
	ev, err := incident.Decide(r.state, r.draft(d, subject))
	if err != nil {
		t.Fatalf("%T: %v", d, err)
	}
	r.append(t, ev)
}

// after lets time pass.
func (r *fakeRoom) after(d time.Duration) *fakeRoom {
	r.now = r.now.Add(d)
	return r
}

func (r *fakeRoom) Frame() *cell.Frame       { r.mu.Lock(); defer r.mu.Unlock(); return r.frame }
func (r *fakeRoom) Changed() <-chan struct{} { return r.changed }
func (r *fakeRoom) Log() timeline.Log        { return r.log }
func (r *fakeRoom) Now() time.Time           { return r.state.ExerciseTime(r.now) }
func (r *fakeRoom) Close() error             { return nil }

// fakeDrafts keeps drafts in memory.
type fakeDrafts struct{ drafts map[string]map[string]string }

func (d *fakeDrafts) Draft(f string) map[string]string { return d.drafts[f] }

func (d *fakeDrafts) KeepDraft(f string, v map[string]string) {
	if v == nil {
		delete(d.drafts, f)
		return
	}
	if d.drafts == nil {
		d.drafts = make(map[string]map[string]string)
	}
	d.drafts[f] = v
}

func (r *fakeRoom) Player() cell.Player {
	if r.replay == nil {
		return nil
	}
	return r
}

func (r *fakeRoom) Do(_ context.Context, c cell.Command) (cell.Receipt, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.refuse != nil {
		return cell.Receipt{}, r.refuse
	}
	d := r.draft(c.Data, c.Subject)
	d.Time, d.Approx = c.Time, c.Approx
	ev, err := incident.Decide(r.state, d)
	if err != nil {
		return cell.Receipt{}, err
	}
	r.append(nil, ev)
	return cell.Receipt{Event: ev, Seq: r.log.Len()}, nil
}

func (r *fakeRoom) note(s string)        { r.played = append(r.played, s) }
func (r *fakeRoom) Play()                { r.note("play") }
func (r *fakeRoom) Pause()               { r.note("pause") }
func (r *fakeRoom) SetSpeed(x float64)   { r.note(fmt.Sprintf("speed %v", x)) }
func (r *fakeRoom) SkipSilences(on bool) { r.note(fmt.Sprintf("silences %v", on)) }
func (r *fakeRoom) SetLoop(on bool)      { r.note(fmt.Sprintf("loop %v", on)) }
func (r *fakeRoom) JumpTime(t time.Time) { r.note("jump " + t.UTC().Format("15:04")) }
func (r *fakeRoom) JumpMoment(k incident.KeyMoment) {
	r.note("moment " + k.At.UTC().Format("15:04"))
}
func (r *fakeRoom) JumpEntry(n int) { r.note(fmt.Sprintf("entry %d", n)) }
func (r *fakeRoom) Step(n int)      { r.note(fmt.Sprintf("step %d", n)) }
func (r *fakeRoom) StepKey(n int)   { r.note(fmt.Sprintf("key %d", n)) }

// fakeDesk is a desk with one room.
type fakeDesk struct {
	fakeDrafts
	me   cell.Person
	room *fakeRoom
	list []cell.Listing
	decl *cell.Declaration
}

func (d *fakeDesk) Me() cell.Person                { return d.me }
func (d *fakeDesk) SetMe(p cell.Person)            { d.me = p; d.room.me = p }
func (d *fakeDesk) Link() cell.Link                { return d.room.link }
func (d *fakeDesk) Listings() []cell.Listing       { return d.list }
func (d *fakeDesk) Changed() <-chan struct{}       { return nil }
func (d *fakeDesk) Playbooks() []incident.Playbook { return playbooks.All() }
func (d *fakeDesk) Close() error                   { return nil }

func (d *fakeDesk) Declare(_ context.Context, dec cell.Declaration) (incident.IncidentID, error) {
	d.decl = &dec
	return "inc-7f3k", nil
}

func (d *fakeDesk) Open(context.Context, incident.IncidentID) (cell.Room, error) { return d.room, nil }

func (d *fakeDesk) Replay(context.Context, string) (cell.Room, error) { return d.room, nil }

// console is a model under test, driven by keys; commands run at once, as the program would run them.
type console struct {
	t testing.TB
	m *model
}

func newConsole(t testing.TB, r *fakeRoom, w, h int, o Options) *console {
	t.Helper()
	desk := &fakeDesk{me: r.me, room: r}
	o.Desk = desk
	if o.Lang == "" {
		o.Lang = locale.English
	}
	o.Now = func() time.Time { return r.now }
	o.Dark = !o.Light
	o.Samples = 400
	o.Room = r
	o.Launch = func(_ cell.Room, book, plan string, services []incident.ServiceID, reason string) (cell.Command, error) {
		_, raw, err := playbooks.Load(book)
		return cell.Command{Subject: "plan/" + plan + "-2", Data: incident.PlanLaunched{Playbook: raw, Hash: "00", Plan: plan, Services: services, Reason: reason}}, err
	}
	r.refresh()
	m := newModel(t.Context(), o, newSender(t.Context()))
	c := &console{t: t, m: m}
	c.send(tea.WindowSizeMsg{Width: w, Height: h})
	return c
}

// send gives a message to the model and runs what it led to; the clock's own tick is left to the test.
func (c *console) send(msg tea.Msg) {
	_, cmd := c.m.Update(msg)
	c.run(cmd)
	if c.m.outlook.running { // on a busy machine it takes longer than a test waits for a command
		s := c.m.frame.State
		c.m.Update(forecastMadeMsg{gen: c.m.roomGen, of: s, f: incident.Predict(s, c.m.now, c.m.opts.Samples)})
	}
}

func (c *console) run(cmd tea.Cmd) {
	if cmd == nil {
		return
	}
	done := make(chan tea.Msg, 1)
	go func() { done <- cmd() }()
	var msg tea.Msg
	select {
	case msg = <-done:
	case <-time.After(2 * time.Second): // the second's tick, or a busy machine: not ours to wait for
		return
	}
	switch msg := msg.(type) {
	case nil, secondPassedMsg, tea.QuitMsg:
	case tea.BatchMsg:
		for _, one := range msg {
			c.run(one)
		}
	default:
		c.send(msg)
	}
}

// press types keys by their names: "d", "enter", "ctrl+s".
func (c *console) press(keys ...string) *console {
	for _, k := range keys {
		c.send(keyMsg(k))
	}
	return c
}

// typed types words, letter by letter.
func (c *console) typed(s string) *console {
	for _, r := range s {
		c.send(tea.KeyPressMsg{Code: r, Text: string(r)})
	}
	return c
}

func keyMsg(name string) tea.KeyPressMsg {
	special := map[string]rune{
		"enter": tea.KeyEnter, "esc": tea.KeyEscape, "tab": tea.KeyTab, "up": tea.KeyUp, "down": tea.KeyDown, "left": tea.KeyLeft,
		"right": tea.KeyRight, "pgup": tea.KeyPgUp, "pgdown": tea.KeyPgDown, "home": tea.KeyHome, "end": tea.KeyEnd,
		"backspace": tea.KeyBackspace, "f1": tea.KeyF1, "f2": tea.KeyF2, "f3": tea.KeyF3, "f4": tea.KeyF4,
	}
	switch name {
	case "space":
		return tea.KeyPressMsg{Code: tea.KeySpace, Text: " "}
	case "shift+tab":
		return tea.KeyPressMsg{Code: tea.KeyTab, Mod: tea.ModShift}
	case "ctrl+s":
		return tea.KeyPressMsg{Code: 's', Mod: tea.ModCtrl}
	case "ctrl+p":
		return tea.KeyPressMsg{Code: 'p', Mod: tea.ModCtrl}
	case "ctrl+u":
		return tea.KeyPressMsg{Code: 'u', Mod: tea.ModCtrl}
	case "ctrl+c":
		return tea.KeyPressMsg{Code: 'c', Mod: tea.ModCtrl}
	}
	if code, ok := special[name]; ok {
		return tea.KeyPressMsg{Code: code}
	}
	r := []rune(name)[0]
	return tea.KeyPressMsg{Code: r, Text: name}
}
