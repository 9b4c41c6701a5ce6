package room

import (
	"context"
	"crypto/rand"
	"encoding/base32"
	"errors"
	"log/slog"
	"path/filepath"
	"sangfroid/internal/bus"
	"sangfroid/internal/cell"
	"sangfroid/internal/incident"
	"sangfroid/playbooks"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/oklog/ulid/v2"
)

// Options of a desk.
type Options struct {
	Bus     bus.Config
	DataDir string
	Me      cell.Person
	Bound   bool   // the credentials say who writes from here
	Zone    string // of this machine: an incident's that names none
	Now     func() time.Time
	Log     *slog.Logger
}

// Desk is the way to all incidents from this process: one bus, one outbox, the list, the rooms that are open.
type Desk struct {
	opts   Options
	bus    *bus.Bus
	outbox *bus.Outbox
	source string
	cancel context.CancelFunc
	done   sync.WaitGroup

	changed chan struct{}
	wake    chan struct{} // for the sender
	clock   busClock      // has its own lock

	mu       sync.Mutex // guards what follows
	me       cell.Person
	entropy  *ulid.MonotonicEntropy
	rooms    map[incident.IncidentID]*Room
	seen     map[incident.IncidentID]*incident.State // of the list, from incident-category events only
	since    map[incident.IncidentID]time.Time       // when the declaration of those reached the bus
	signals  []cell.Signal
	progress []cell.Signal // those about targets
	shown    time.Time     // when these last made a frame
	settled  chan struct{}
	heard    chan struct{} // closed when the inbox has what the bus keeps
	inFlight map[string]bool
	lists    int // that have not reached the bus's end yet
	draftDir string
}

var _ cell.Desk = (*Desk)(nil)

// NewDesk opens the data directory's outbox and the bus. A bus that is not there is no error: the desk works on what is
// here, and sends when it comes.
func NewDesk(ctx context.Context, o Options) (*Desk, error) {
	b, err := bus.Open(ctx, o.Bus)
	if err != nil {
		return nil, err
	}
	out, err := bus.OpenOutbox(filepath.Join(o.DataDir, "outbox"))
	if err != nil {
		return nil, errors.Join(err, b.Close())
	}
	run, cancel := context.WithCancel(context.WithoutCancel(ctx))
	d := &Desk{
		opts: o, bus: b, outbox: out, source: "/sangfroid/console/" + random(8), cancel: cancel, me: o.Me,
		changed: make(chan struct{}, 1), wake: make(chan struct{}, 1), entropy: ulid.Monotonic(rand.Reader, 0),
		rooms: make(map[incident.IncidentID]*Room), seen: make(map[incident.IncidentID]*incident.State), since: make(map[incident.IncidentID]time.Time),
		settled: make(chan struct{}), heard: make(chan struct{}), inFlight: make(map[string]bool), draftDir: filepath.Join(o.DataDir, "drafts"),
	}
	realms := []incident.Realm{incident.Live, incident.Drill}
	d.lists = len(realms)
	d.done.Add(3 + len(realms))
	go d.send(run)
	for _, realm := range realms {
		go d.list(run, realm)
	}
	go d.listen(run)
	go d.watchLink(run)
	return d, nil
}

// random gives n letters and digits nobody guesses, lower case.
func random(n int) string {
	b := make([]byte, n)
	_, _ = rand.Read(b) // never fails: crypto/rand ends the program instead
	return strings.ToLower(base32.StdEncoding.EncodeToString(b))[:n]
}

// newID makes the next event id: a ULID, growing within this process.
func (d *Desk) newID() incident.EventID {
	d.mu.Lock()
	defer d.mu.Unlock()
	id, err := ulid.New(ulid.Timestamp(d.opts.Now()), d.entropy)
	if err != nil { // the monotonic part ran over within one millisecond
		id = ulid.Make()
	}
	return incident.EventID(id.String())
}

// Me is who writes from here.
func (d *Desk) Me() cell.Person {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.me
}

// SetMe changes who writes from here, and remembers it for the next time.
func (d *Desk) SetMe(p cell.Person) {
	if d.opts.Bound {
		return // nobody else's entries would be taken from here
	}
	d.mu.Lock()
	d.me = p
	d.mu.Unlock()
	if err := saveIdentity(d.opts.DataDir, p); err != nil {
		d.opts.Log.Error("identity", "error", err) // asked again next time
	}
}

// Link tells how the bus is.
func (d *Desk) Link() cell.Link {
	l := d.bus.Link()
	out := cell.Link{
		State: cell.LinkState(l.State), Since: l.Since, Embedded: l.Embedded, Owner: l.Owner, Server: l.Server,
		Replicas: l.Replicas, Problem: l.Problem, Bound: d.opts.Bound,
	}
	if l.Rights != nil {
		out.Account, out.Known = l.Rights.User, l.Rights.Known
	}
	for _, w := range l.Warnings {
		out.Warnings = append(out.Warnings, cell.Warning{Code: w.Code, Args: w.Args})
	}
	return out
}

// watchLink wakes the screens when the link changes, and the sender when it is up.
func (d *Desk) watchLink(ctx context.Context) {
	defer d.done.Done()
	changes, stop := d.bus.LinkChanged()
	defer stop()
	d.kick() // the link may be up already: what a process that died had left does not wait for the next tick
	for {
		select {
		case <-ctx.Done():
			return
		case <-changes:
			d.reconsider()
			d.kick()
			d.poke()
			for _, r := range d.open() {
				r.refresh()
			}
		}
	}
}

func (d *Desk) open() []*Room {
	d.mu.Lock()
	defer d.mu.Unlock()
	out := make([]*Room, 0, len(d.rooms))
	for _, r := range d.rooms {
		out = append(out, r)
	}
	return out
}

// BusLink is the link as the bus tells it, with rights, certificate and clock.
func (d *Desk) BusLink() bus.Link { return d.bus.Link() }

// Changed wakes when the list or the link changed.
func (d *Desk) Changed() <-chan struct{} { return d.changed }

func (d *Desk) poke() {
	select {
	case d.changed <- struct{}{}:
	default:
	}
}

// kick wakes the sender.
func (d *Desk) kick() {
	select {
	case d.wake <- struct{}{}:
	default:
	}
}

// Enter opens the room of an incident; one that is open already is given again.
func (d *Desk) Enter(ctx context.Context, id incident.IncidentID) (*Room, error) {
	d.mu.Lock()
	if r, ok := d.rooms[id]; ok {
		d.mu.Unlock()
		return r, nil
	}
	d.mu.Unlock()
	i := slices.IndexFunc(d.Listings(), func(l cell.Listing) bool { return l.ID == id })
	if i < 0 {
		return nil, ErrNoIncident
	}
	l := d.Listings()[i]
	return d.admit(ctx, id, l.Realm, l.Title)
}

func (d *Desk) admit(ctx context.Context, id incident.IncidentID, realm incident.Realm, title string) (*Room, error) {
	r, err := d.enter(ctx, id, realm, title)
	if err != nil {
		return nil, err
	}
	d.mu.Lock()
	d.rooms[id] = r
	d.mu.Unlock()
	return r, nil
}

func (d *Desk) forget(r *Room) {
	d.mu.Lock()
	delete(d.rooms, r.id)
	d.mu.Unlock()
}

// joinWait is how long joining waits for the bus before the person is entered in the roster on what is here.
const joinWait = 2 * time.Second

// Open enters an incident as a member of the cell: the roster is told, once, and the role taken when nobody holds it.
func (d *Desk) Open(ctx context.Context, id incident.IncidentID) (cell.Room, error) {
	r, err := d.Enter(ctx, id)
	if err != nil {
		return nil, err
	}
	wait, cancel := context.WithTimeout(ctx, joinWait)
	defer cancel()
	if r.realm == incident.Drill {
		d.readClock(wait)
	}
	_ = r.Settle(wait) // joined on what is here when the bus is slow
	if err := r.signIn(ctx); err != nil {
		d.opts.Log.Warn("joining", "error", err) // a closed incident, an observer: looking is allowed
	}
	r.watch.Do(func() {
		r.done.Add(2)
		go r.witness(r.run)
		go r.facilitate(r.run)
		r.relaying.Store(true)
		r.relays()
	})
	return r, nil
}

// signIn enters the person in the roster, unless they are in it.
func (r *Room) signIn(ctx context.Context) error {
	if r.mayNot("roster") {
		return nil // an account that only reads
	}
	me := r.desk.Me()
	s := r.Frame().State
	if m := s.Member(me.Name); m == nil || m.Left != nil {
		if _, err := r.Do(ctx, cell.Command{Data: incident.RosterJoined{}}); err != nil {
			return err
		}
	}
	if m := s.Member(me.Name); m != nil && slices.Contains(m.Roles, me.Role) {
		return nil
	}
	if _, held := s.Holder(me.Role); held && me.Role != incident.RoleObserver {
		return nil // a role that somebody holds is handed over, not taken
	}
	_, err := r.Do(ctx, cell.Command{Data: incident.RoleTaken{Role: me.Role}})
	return err
}

// Playbooks are the prepared ones.
func (d *Desk) Playbooks() []incident.Playbook { return playbooks.All() }

// Close leaves the bus. What waits in the outbox stays there.
func (d *Desk) Close() error {
	var errs []error
	for _, r := range d.open() {
		errs = append(errs, r.Close())
	}
	d.cancel()
	d.done.Wait()
	return errors.Join(append(errs, d.outbox.Close(), d.bus.Close())...)
}

// Waiting is how many entries wait in the outbox.
func (d *Desk) Waiting() int { return len(d.outbox.Pending()) }
