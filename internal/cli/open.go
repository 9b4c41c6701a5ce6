package cli

import (
	"context"
	"errors"
	"os"
	"os/user"
	"sangfroid/internal/bus"
	"sangfroid/internal/cell"
	"sangfroid/internal/incident"
	"sangfroid/internal/room"
	"sangfroid/internal/text"
	"strings"
	"time"

	"github.com/spf13/cobra"
)

// desk opens the data directory, the bus, and the way to the incidents.
func (a *app) desk(ctx context.Context) (*room.Desk, error) {
	dir, err := a.dataDir()
	if err != nil {
		return nil, err
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, a.hintf(a.failf(err, "cli.err.datadir", "dir", dir, "why", plain(err)), "cli.hint.datadir")
	}
	a.openLog(dir)
	d, err := room.NewDesk(ctx, room.Options{
		Bus: a.busConfig(dir), DataDir: dir, Me: a.me(dir), Bound: a.pass != nil, Zone: a.machineZone(), Now: a.now, Log: a.log,
	})
	if err != nil {
		return nil, err
	}
	return d, nil
}

// busConfig takes flags before the environment before a context of the nats command line tool.
func (a *app) busConfig(dir string) bus.Config {
	pick := func(flag, env string) string {
		if flag != "" {
			return flag
		}
		return a.getenv(env)
	}
	c := bus.Config{
		URL: pick(a.flags.server, "NATS_URL"), Context: pick(a.flags.context, "NATS_CONTEXT"),
		Creds: pick(a.flags.creds, "NATS_CREDS"), NKey: a.getenv("NATS_NKEY"),
		User: a.getenv("NATS_USER"), Password: a.getenv("NATS_PASSWORD"), Token: a.getenv("NATS_TOKEN"),
		TLSCA: pick(a.flags.tlsCA, "NATS_CA"), TLSCert: pick(a.flags.tlsCert, "NATS_CERT"), TLSKey: pick(a.flags.tlsKey, "NATS_KEY"),
		DataDir: dir, Log: a.log,
	}
	if a.pass != nil {
		c.Pass, c.Creds, c.Context, c.Name = a.pass, "", "", bus.AuthorToken(a.pass.Name)
		if c.URL == "" {
			c.URL = a.pass.Server
		}
	}
	if a.flags.server != "" {
		c.Context = a.flags.context // a server named by hand is not to be overruled by a context of the environment
	}
	return c
}

// me is who writes: the flags, else who this machine's console was last used by, else the account's name, as director:
// somebody alone must be able to do everything.
func (a *app) me(dir string) cell.Person {
	if a.pass != nil { // the bus takes nobody else's word from here
		return cell.Person{Name: a.pass.Name, Role: incident.Role(a.pass.Role)}
	}
	p, _ := room.Identity(dir)
	if a.flags.as != "" {
		p.Name = a.flags.as
	} else if v := a.getenv("SANGFROID_AS"); v != "" {
		p.Name = v
	}
	if a.flags.role != "" {
		p.Role = incident.Role(a.flags.role)
	} else if v := a.getenv("SANGFROID_ROLE"); incident.ValidID(v) {
		p.Role = incident.Role(v)
	}
	if p.Name == "" {
		p.Name = a.account()
	}
	if p.Role == "" {
		p.Role = incident.RoleDirector
	}
	p.Name, _ = text.Clean(strings.TrimSpace(p.Name))
	return p
}

func (a *app) account() string {
	if u, err := user.Current(); err == nil {
		if u.Name != "" {
			return u.Name
		}
		return u.Username
	}
	return "operator"
}

// waitBus is how long a command waits for the bus before it says that it works on what is here.
const waitBus = 4 * time.Second

// join opens the incident a command is about: the one named, else the only open one.
func (a *app) join(ctx context.Context) (*room.Desk, *room.Room, error) {
	if a.bound != nil {
		return nil, a.bound, nil
	}
	d, err := a.desk(ctx)
	if err != nil {
		return nil, nil, err
	}
	r, err := a.roomOf(ctx, d, a.flags.incident)
	if err != nil {
		_ = d.Close() // the first error is the one to tell
		return nil, nil, err
	}
	return d, r, nil
}

func (a *app) roomOf(ctx context.Context, d *room.Desk, id string) (*room.Room, error) {
	wait, cancel := context.WithTimeout(ctx, waitBus)
	defer cancel()
	d.Settle(wait) // the list is as complete as the bus makes it in this time
	found, err := a.pick(d.Listings(), id)
	if err != nil {
		return nil, err
	}
	r, err := d.Enter(ctx, found)
	if err != nil {
		return nil, err
	}
	d.Flush(wait)
	if err := r.Settle(wait); err != nil && r.Frame().State.Declared.At.IsZero() {
		_ = r.Close()
		return nil, a.hintf(a.failf(err, "cli.err.nobus", "id", string(found)), "cli.hint.doctor")
	}
	return r, nil
}

// pick chooses the incident: by id or the start of one, else the only open one, live before drill.
func (a *app) pick(all []cell.Listing, id string) (incident.IncidentID, error) {
	var fits []cell.Listing
	for _, l := range all {
		if (id != "" && strings.HasPrefix(string(l.ID), id)) || (id == "" && !l.Closed) {
			if string(l.ID) == id {
				return l.ID, nil
			}
			fits = append(fits, l)
		}
	}
	if len(fits) == 1 {
		return fits[0].ID, nil
	}
	var have []string
	for _, l := range all {
		have = append(have, string(l.ID)+" ("+l.Title+")")
	}
	switch {
	case len(all) == 0:
		return "", a.hintf(a.failf(errNoIncident, "cli.err.noincident"), "cli.hint.declare")
	case id != "":
		return "", a.hintf(a.failf(errNoIncident, "cli.err.unknownincident", "id", id), "cli.hint.incidents", "have", strings.Join(have, "; "))
	case len(fits) == 0:
		return "", a.hintf(a.failf(errNoIncident, "cli.err.noopen"), "cli.hint.incidents", "have", strings.Join(have, "; "))
	}
	return "", a.hintf(a.failf(errNoIncident, "cli.err.several", "n", len(fits)), "cli.hint.incidents", "have", strings.Join(have, "; "))
}

var errNoIncident = errors.New("no such incident")

// leave closes what join opened; a failure to close is told, because it may mean that words are not safe.
func (a *app) leave(d *room.Desk, r *room.Room, err *error) {
	if d == nil {
		return // the line mode goes on in it
	}
	if r != nil {
		*err = errors.Join(*err, r.Close())
	}
	*err = errors.Join(*err, d.Close())
}

// act joins the incident, writes one command and prints its receipt.
func (a *app) act(ctx context.Context, make func(*incident.State) (cell.Command, error)) (err error) {
	d, r, err := a.join(ctx)
	if err != nil {
		return err
	}
	defer a.leave(d, r, &err)
	c, err := make(r.Frame().State)
	if err != nil {
		return err
	}
	over := isEmergency(r.Frame().State)
	receipt, err := r.Do(ctx, c)
	if err != nil {
		return a.refusedIn(r, err)
	}
	if err := a.printReceipt(r, receipt); err != nil {
		return err
	}
	if !over && isEmergency(r.Frame().State) {
		a.tell("e.exercise.emergency")
		a.tell("cli.exercise.declare.hint")
	}
	return nil
}

// isEmergency tells that an exercise was ended by something real.
func isEmergency(s *incident.State) bool { return s.Exercise != nil && s.Exercise.Emergency }

// completeIncidents completes ids from the records on this machine: completion must not start a bus.
func (a *app) completeIncidents(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
	dir, err := a.dataDir()
	if err != nil {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	var out []string
	for _, l := range room.LocalRecords(dir) {
		out = append(out, string(l.ID)+"\t"+l.Title)
	}
	return out, cobra.ShellCompDirectiveNoFileComp
}

// name is who writes from here.
func (a *app) name() string {
	dir, err := a.dataDir()
	if err != nil {
		return a.account()
	}
	return a.me(dir).Name
}
