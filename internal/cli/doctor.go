package cli

import (
	"context"
	"sangfroid/internal/bus"
	"sangfroid/internal/incident"
	"sangfroid/internal/room"
	"strings"
	"time"
)

// Bounds of what the doctor lets pass.
const (
	clockApart   = 2 * time.Second     // entries of two consoles would be told in the wrong order
	expiresSoon  = 30 * 24 * time.Hour // of a certificate
	presenceWait = 1500 * time.Millisecond
	rootsLooked  = 5 // incidents whose consoles are compared
)

// checkAccount tells who the bus takes this console for, what it may do, the certificate, and the clock.
func (a *app) checkAccount(link bus.Link) []checkup {
	l := a.lang
	if link.State != bus.LinkUp {
		return nil
	}
	v := a.rightsOf(link)
	who := checkup{Check: l.T("doctor.who"), Found: a.whoAmI(v)}
	if !v.Proven && !link.Embedded {
		who.Do = l.T("doctor.who.do")
	}
	out := []checkup{who}
	if v.Known {
		for _, realm := range []incident.Realm{incident.Live, incident.Drill} {
			out = append(out, checkup{Check: l.T("doctor.rights"), Found: a.realmLine(realm, v.Realms[string(realm)])})
		}
	} else {
		out = append(out, checkup{Check: l.T("doctor.rights"), Found: l.T("doctor.rights.unknown")})
	}
	if !link.Embedded {
		out = append(out, a.checkTLS(link))
	}
	if link.ClockKnown {
		k := checkup{Check: l.T("doctor.offset"), Found: l.T("doctor.offset.ok", "ms", link.Ahead.Abs().Milliseconds())}
		if link.Ahead.Abs() > clockApart {
			k.Bad, k.Do = true, l.T("doctor.clock.do")
			k.Found = l.T("doctor.offset.ahead", "time", l.Span(link.Ahead))
			if link.Ahead < 0 {
				k.Found = l.T("doctor.offset.behind", "time", l.Span(-link.Ahead))
			}
		}
		out = append(out, k)
	}
	return out
}

func (a *app) checkTLS(link bus.Link) checkup {
	l := a.lang
	k := checkup{Check: l.T("doctor.tls"), Found: l.T("doctor.tls.none"), Do: l.T("doctor.tls.none.do")}
	if link.TLSUntil.IsZero() {
		return k
	}
	k.Found, k.Do = l.T("doctor.tls.until", "until", link.TLSUntil.UTC().Format(time.DateOnly)), ""
	if left := link.TLSUntil.Sub(a.now()); left < expiresSoon {
		k.Bad, k.Do = true, l.T("doctor.tls.do")
	}
	return k
}

// checkRoots compares this machine's records with those of the consoles that are present.
func (a *app) checkRoots(ctx context.Context, d *room.Desk) (out []checkup) {
	looked := 0
	for _, listing := range d.Listings() {
		if listing.Closed || !listing.OnBus || looked >= rootsLooked || ctx.Err() != nil {
			continue
		}
		looked++
		if k, ok := a.compareRoots(ctx, d, listing.ID); ok {
			out = append(out, k)
		}
	}
	return out
}

func (a *app) compareRoots(ctx context.Context, d *room.Desk, id incident.IncidentID) (checkup, bool) {
	r, err := d.Enter(ctx, id)
	if err != nil {
		return checkup{}, false
	}
	defer r.Close() //nolint:errcheck // only looked at
	wait, cancel := context.WithTimeout(ctx, presenceWait)
	defer cancel()
	_ = r.Settle(wait) // compared as far as it came
	for len(r.Frame().Present) < 2 {
		select {
		case <-r.Changed():
			continue
		case <-wait.Done():
		}
		break
	}
	f := r.Frame()
	same, apart := 0, 0
	var whose []string
	for _, p := range f.Present {
		switch {
		case p.Self:
		case f.Agrees(p):
			same++
		case f.Differs(p):
			apart++
			since := p.Name
			if p.Apart > 0 {
				since = a.lang.T("doctor.roots.since", "name", p.Name, "from", p.Same+1, "to", p.Apart)
			}
			whose = append(whose, since)
		}
	}
	k := checkup{Check: a.lang.T("doctor.roots"), Found: a.lang.T("doctor.roots.n", "id", string(id), "same", same, "root", short(f.Root), "n", f.Len)}
	if apart > 0 {
		k.Bad, k.Found, k.Do = true, a.lang.T("doctor.roots.apart", "id", string(id), "n", apart)+a.lang.Colon()+strings.Join(whose, ", "), a.lang.T("doctor.roots.do")
	}
	return k, same+apart > 0
}
