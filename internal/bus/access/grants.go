package access

import (
	"sangfroid/internal/bus"
	"sangfroid/internal/incident"
	"slices"
	"strings"
)

// Kind is what sort of account somebody has.
type Kind string

// Kinds of accounts. A person of the cell is a member; their part in it is their role.
const (
	KindMember      Kind = "member"
	KindObserver    Kind = "observer"    // reads, and is in the roster
	KindAudit       Kind = "audit"       // reads, and leaves no trace
	KindFacilitator Kind = "facilitator" // runs drills, and cannot touch the live
	KindSignals     Kind = "signals"     // a program that publishes the signals of one source
	KindTargets     Kind = "targets"     // a program that writes how far targets are, and nothing else
	KindKeeper      Kind = "keeper"      // makes the streams, restores a lost bus
)

// Kinds lists those that may be given to somebody, with the roles every cell knows.
func Kinds() []string {
	return []string{
		string(incident.RoleDirector), string(incident.RoleITLead), string(incident.RoleBusiness), string(incident.RoleScribe), string(incident.RoleComms),
		string(KindObserver), string(KindFacilitator), string(KindAudit), string(KindSignals), string(KindTargets),
	}
}

// member makes a member of what was asked for.
func (s Spec) member() (Member, error) {
	m := Member{Name: s.Name, Token: bus.AuthorToken(s.Name), Realms: []incident.Realm{incident.Live, incident.Drill}}
	switch kind := Kind(s.Role); kind {
	case KindObserver:
		m.Kind, m.Role = kind, incident.RoleObserver
	case KindAudit:
		m.Kind, m.Role = kind, incident.RoleObserver
	case KindFacilitator:
		m.Kind, m.Role, m.Realms = kind, "facilitator", []incident.Realm{incident.Drill}
	case KindTargets:
		m.Kind, m.Role = kind, incident.RoleAutomation
	case KindSignals:
		m.Kind, m.Role, m.Source, m.Realms = kind, incident.RoleAutomation, s.Source, []incident.Realm{}
		if m.Source == "" {
			m.Source = m.Token
		}
		if bus.AuthorToken(m.Source) != m.Source {
			return m, failf("source", "source", m.Source)
		}
	default:
		if !incident.ValidID(s.Role) || kind == KindKeeper || kind == KindMember || s.Role == string(incident.RoleAutomation) {
			return m, failf("role", "role", s.Role, "have", strings.Join(Kinds(), ", "))
		}
		m.Kind, m.Role = KindMember, incident.Role(s.Role)
		m.Decides = s.Decides || m.Role == incident.RoleDirector
	}
	if s.Decides && !m.Decides {
		return m, failf("decides", "role", s.Role)
	}
	if s.Source != "" && m.Kind != KindSignals {
		return m, failf("sourceless", "role", s.Role)
	}
	if s.Drill {
		m.Realms = slices.DeleteFunc(m.Realms, func(r incident.Realm) bool { return r != incident.Drill })
	}
	return m, nil
}

// grants are the subjects a member may publish to; what is not here is refused.
func (m *Member) grants() []string {
	out := []string{"$SYS.REQ.USER.INFO"} // to be told what it may do
	for _, r := range m.Realms {
		out = append(out, m.realmGrants(r)...)
	}
	switch m.Kind {
	case KindMember, KindObserver, KindAudit, KindFacilitator:
		out = append(out, reading(bus.StreamSignal, "sangfroid.signal.>")...)
		out = append(out, presenceRead()...)
	case KindSignals:
		out = append(out, "sangfroid.signal."+m.Source)
	case KindKeeper:
		out = append(out, keeperGrants()...)
	case KindTargets:
	}
	return out
}

func (m *Member) realmGrants(r incident.Realm) []string {
	realm := string(r)
	write := "sangfroid." + realm + ".*." + m.Token + "."
	present := "$KV." + bus.BucketPresence + "." + realm + ".*." + m.Token + ".*"
	read := reading(streamOf(r), "sangfroid."+realm+".>")
	switch m.Kind {
	case KindMember:
		out := append(read, present)
		for _, c := range categories(r, m.Decides) {
			out = append(out, write+c+".>")
		}
		return out
	case KindFacilitator:
		return append(read, present, write+">")
	case KindObserver:
		return append(read, present, write+"roster.>")
	case KindAudit:
		return read
	case KindTargets:
		return []string{write + "targets.>"}
	case KindSignals, KindKeeper:
	}
	return nil
}

// categories are those of the entries a member writes. What settles a decision is a right of its own; how a drill is run
// has no place in a live incident.
func categories(r incident.Realm, decides bool) []string {
	out := []string{incident.CategoryBallot}
	for _, t := range incident.Types() {
		c := t.Category()
		if slices.Contains(out, c) || (c == "decision" && !decides) || (c == "exercise" && r != incident.Drill) {
			continue
		}
		out = append(out, c)
	}
	return out
}

func streamOf(r incident.Realm) string {
	if r == incident.Drill {
		return bus.StreamDrill
	}
	return bus.StreamLive
}

// reading is what following a stream needs: an ordered consumer with a filter, and the look at one message that tells whether
// the stream still is the one that was read. No direct get: its answer is a message's bytes on a subject of the asker's
// choice, which the server does not check, so that whoever may ask could write in anybody's name.
func reading(stream, filter string) []string {
	return []string{
		"$JS.API.STREAM.INFO." + stream, "$JS.API.STREAM.MSG.GET." + stream,
		"$JS.API.CONSUMER.CREATE." + stream + ".*." + filter, "$JS.API.CONSUMER.MSG.NEXT." + stream + ".*",
	}
}

// presenceRead is what looking who is here needs. The library takes its reader of the list away when it leaves, and waits for
// it; readers have names nobody guesses, and nobody may list them.
func presenceRead() []string {
	const stream = "KV_" + bus.BucketPresence
	return []string{
		"$JS.API.CONSUMER.DELETE." + stream + ".*",
		"$JS.API.STREAM.INFO." + stream, "$JS.API.CONSUMER.CREATE." + stream + ".*.$KV." + bus.BucketPresence + ".>",
		"$JS.FC." + stream + ".>",
	}
}

// keeperGrants make streams and bring back what was lost: everything in every name. It is for emergencies, and for the
// process that is the bus.
func keeperGrants() []string {
	out := []string{"sangfroid.>", "$KV." + bus.BucketPresence + ".>", "$JS.FC.>", "$JS.API.INFO", "$JS.SNAPSHOT.RESTORE.>"}
	for _, stream := range []string{bus.StreamLive, bus.StreamDrill, bus.StreamSignal, "KV_" + bus.BucketPresence} {
		for _, verb := range []string{"INFO", "CREATE", "UPDATE", "MSG.GET", "DELETE", "RESTORE"} {
			out = append(out, "$JS.API.STREAM."+verb+"."+stream)
		}
		out = append(out, "$JS.API.CONSUMER.CREATE."+stream+".>", "$JS.API.CONSUMER.MSG.NEXT."+stream+".>", "$JS.API.CONSUMER.DELETE."+stream+".>")
	}
	return out
}
