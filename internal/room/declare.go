package room

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"os"
	"sangfroid/internal/bus"
	"sangfroid/internal/cell"
	"sangfroid/internal/incident"
	"sangfroid/playbooks"
	"slices"
	"strconv"
)

// ErrNoIncident is given for an incident nobody here knows.
var ErrNoIncident = errors.New("no such incident")

// Declare opens an incident: the declaration, then the launch of the playbook's failover plan on the scope, then the one
// who declares in the roster. It works without the bus; everything then waits in the outbox. An id beside an error tells
// that the incident is declared, and what follows is not whole.
func (d *Desk) Declare(ctx context.Context, dec cell.Declaration) (incident.IncidentID, error) {
	id := incident.IncidentID("inc-" + random(6))
	if dec.Realm == "" {
		dec.Realm = incident.Live
	}
	data := incident.IncidentDeclared{
		Title: dec.Title, Zone: dec.Zone, Severity: dec.Severity,
		Occurred: dec.Occurred, Detected: dec.Detected, Reported: dec.Reported, LastGood: dec.LastGood,
	}
	var book incident.Playbook
	if dec.Playbook != "" {
		var err error
		if book, _, err = playbooks.Load(dec.Playbook); err != nil {
			return "", err
		}
		data.Playbook, data.Sitrep = book.ID, book.Sitrep
		if data.Zone == "" {
			data.Zone = book.Zone
		}
		if data.Services, err = scope(book, dec.Services); err != nil {
			return "", err
		}
	}
	if data.Zone == "" {
		data.Zone = d.opts.Zone
	}
	me := d.Me()
	ev, err := incident.Declare(id, dec.Realm, incident.Draft{
		ID: d.newID(), Source: d.source, Recorded: d.opts.Now(), Actor: me.Name, Role: me.Role, Data: data,
	})
	if err != nil {
		return "", err
	}
	r, err := d.admit(ctx, id, dec.Realm, dec.Title)
	if err != nil {
		return "", err
	}
	if err := r.open(ctx, ev); err != nil {
		return "", errors.Join(err, r.discard())
	}
	if dec.Playbook != "" {
		c, err := r.Launch(dec.Playbook, "", nil, "")
		if err != nil {
			return id, err
		}
		if _, err := r.Do(ctx, c); err != nil {
			return id, err
		}
	}
	return id, r.signIn(ctx)
}

// open saves and sends the declaration itself.
func (r *Room) open(ctx context.Context, ev incident.Event) error {
	raw, err := r.desk.encode(ev)
	if err != nil {
		return err
	}
	if err := r.barred(ev); err != nil {
		return err
	}
	w := waiting{event: ev, raw: raw, sent: r.desk.sending(string(ev.ID))}
	defer w.sent()
	r.mu.Lock()
	err = r.desk.outbox.Put(r.item(w))
	if err == nil {
		r.pending = append(r.pending, w)
	}
	r.mu.Unlock()
	if err != nil {
		return err
	}
	_, err = r.send(ctx, w, nil)
	return err
}

// discard closes a room whose declaration was not saved, and leaves no trace of it.
func (r *Room) discard() error {
	path, empty := r.record.Path(), r.record.Len() == 0
	if err := r.Close(); err != nil || !empty {
		return err
	}
	_ = os.Remove(path + ".lock") // a stray lock file harms nobody
	return os.Remove(path)
}

// scope takes the playbook's services, or those named; each counts from what the playbook says unless it says so itself.
func scope(book incident.Playbook, only []incident.ServiceID) ([]incident.ServiceDef, error) {
	var out []incident.ServiceDef
	for _, def := range book.Services {
		if len(only) > 0 && !slices.Contains(only, def.ID) {
			continue
		}
		if def.From == "" {
			def.From = book.RTOFrom
		}
		if def.Level == "" {
			def.Level = book.Level
		}
		out = append(out, def)
	}
	for _, id := range only {
		if !slices.ContainsFunc(book.Services, func(s incident.ServiceDef) bool { return s.ID == id }) {
			return nil, &incident.Refusal{Code: incident.RefuseUnknown, Args: []string{"what", "service", "id", string(id)}}
		}
	}
	return out, nil
}

// Launch makes the command that launches a plan of a playbook on a scope. plan "" is the first failover plan not yet
// launched; a plan launched before gets a number behind its name.
func (r *Room) Launch(playbook, plan string, services []incident.ServiceID, reason string) (cell.Command, error) {
	book, raw, err := playbooks.Load(playbook)
	if err != nil {
		return cell.Command{}, err
	}
	i := slices.IndexFunc(book.Plans, func(p incident.PlanDef) bool {
		return p.ID == plan || (plan == "" && p.Kind == incident.PlanFailover)
	})
	if i < 0 {
		return cell.Command{}, &incident.Refusal{Code: incident.RefuseUnknown, Args: []string{"what", "plan", "id", plan}}
	}
	s := r.Frame().State
	id := incident.PlanID(book.Plans[i].ID)
	for n := 2; s.Plan(id) != nil; n++ {
		id = incident.PlanID(book.Plans[i].ID + "-" + strconv.Itoa(n))
	}
	sum := sha256.Sum256(raw)
	return cell.Command{Subject: incident.PlanSubject(id), Data: incident.PlanLaunched{
		Playbook: raw, Hash: incident.Hash(hex.EncodeToString(sum[:])), Plan: book.Plans[i].ID, Services: services, Reason: reason,
	}}, nil
}

// Explain gives the catalogue's message and hint for what can go wrong below the commands; ok is false for other errors.
func Explain(err error) (key, hint string, ok bool) {
	var unknown *playbooks.UnknownError
	if errors.As(err, &unknown) {
		return "cli.err.playbook", "cli.hint.playbooks", true
	}
	var damaged *DamagedError
	if errors.As(err, &damaged) {
		return "room.err.damaged", "room.hint.damaged", true
	}
	return bus.Explain(err)
}

// Cause takes off why what the sentence of [Explain] says already.
func Cause(err error, why string) string { return bus.Cause(err, why) }
