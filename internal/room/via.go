package room

import (
	"sangfroid/internal/bus"
	"sangfroid/internal/incident"
	"strings"
)

// via is the subject a message came by, where that does not bear out what the event says: another author than its actor,
// another kind than its type, or a message that the bus itself put there in answer to a request. "" where it does.
//
// The bus enforces the subject: who may write as whom, and who may decide. What an event says beyond that is a claim, so an
// entry whose event says more than its subject is kept, flagged, and changes nothing.
func via(m bus.Message, ev *incident.Event) string {
	if m.Echo || !bornOut(m.Subject, ev) {
		return m.Subject
	}
	return ""
}

// bornOut tells whether a subject bears out what an event says of its author and kind.
func bornOut(subject string, ev *incident.Event) bool {
	parts := strings.Split(subject, ".")
	if len(parts) < subjectTokens {
		return false
	}
	author, category := parts[3], parts[4]
	claims := ev.Type.Category()
	return author == bus.AuthorToken(ev.Actor) && (claims == "other" || category == claims || category == ev.BusCategory())
}

// viaOf is the subject of an item that goes out again, where it says another author or kind than its event.
func viaOf(i bus.Item, ev *incident.Event) string {
	subject := strings.Join([]string{"sangfroid", i.Realm, i.Incident, i.Author, i.Category, i.Entity}, ".")
	if bornOut(subject, ev) {
		return ""
	}
	return subject
}

// subjectTokens are sangfroid.<realm>.<incident>.<author>.<category>.<entity>.
const subjectTokens = 6

// route is where an entry goes when it is sent again: by the subject it came by.
func route(via string, ev incident.Event) (author, category, entity string) {
	if parts := strings.Split(via, "."); len(parts) == subjectTokens {
		return parts[3], parts[4], parts[5]
	}
	category, entity = address(ev)
	return bus.AuthorToken(ev.Actor), category, entity
}

// address is the category and the entity of the subject that an event goes to.
func address(ev incident.Event) (category, entity string) {
	category, entity = ev.Entity()
	if c := ev.Type.Category(); c != category {
		category, entity = c, "main"
	}
	if !bus.ValidEntity(entity) {
		entity = "main" // somebody else's event, which goes out again after a bus lost it
	}
	if ev.BusCategory() == incident.CategoryBallot {
		category = incident.CategoryBallot
	}
	return category, entity
}
