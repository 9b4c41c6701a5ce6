package bus

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"regexp"
	"strings"
)

// Names of the streams and of the bucket that tells who is present.
const (
	StreamLive     = "SANGFROID_LIVE"
	StreamDrill    = "SANGFROID_DRILL"
	StreamSignal   = "SANGFROID_SIGNAL"
	BucketPresence = "SANGFROID_PRESENCE"
)

const (
	subjectRoot   = "sangfroid."
	subjectSignal = "sangfroid.signal."
	realmLive     = "live"
	realmDrill    = "drill"
)

// maxToken keeps a subject of six tokens below the 255 characters servers are comfortable with.
const maxToken = 100

// token checks one part of a subject.
func token(what, s string) (string, error) {
	if s == "" || len(s) > maxToken {
		return "", failf(ErrName, "%s %q", what, s)
	}
	for i := range len(s) {
		c := s[i]
		if (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') && (c < '0' || c > '9') && c != '-' && c != '_' {
			return "", failf(ErrName, "%s %q", what, s)
		}
	}
	return s, nil
}

// streamOf is the stream of a realm.
func streamOf(realm string) (string, error) {
	switch realm {
	case realmLive:
		return StreamLive, nil
	case realmDrill:
		return StreamDrill, nil
	}
	return "", failf(ErrName, "realm %q", realm)
}

// address is where an event goes, and what its expectation is about.
type address struct{ stream, subject, entity string }

// locate builds the subject sangfroid.<realm>.<incident>.<author>.<category>.<entity>, and the entity's filter: the same
// literal for every writer, because a cluster compares expectations under way by it (reference: NATS figures, §2).
func locate(realm, incident, author, category, entity string) (address, error) {
	stream, err := streamOf(realm)
	if err != nil {
		return address{}, err
	}
	entity = strings.ReplaceAll(entity, "/", "_")
	parts := [][2]string{{"incident", incident}, {"author", author}, {"category", category}, {"entity", entity}}
	for _, p := range parts {
		if _, err := token(p[0], p[1]); err != nil {
			return address{}, err
		}
	}
	head := subjectRoot + realm + "." + incident + "."
	tail := "." + category + "." + entity
	return address{stream: stream, subject: head + author + tail, entity: head + "*" + tail}, nil
}

// ValidEntity tells whether an entity's id can be part of a subject.
func ValidEntity(id string) bool {
	_, err := token("entity", strings.ReplaceAll(id, "/", "_"))
	return err == nil
}

// AuthorToken makes the part of a subject that stands for a person. A name of letters, digits and hyphens becomes itself
// in lower case ("Alice" is "alice"), so that permissions are easy to write. Any other name is folded to ASCII and gets six
// characters of its hash, so that two people never share a token: "A. Martin" is "a-martin-" and six characters. So does a
// name that ends like such a token: nobody becomes somebody else by calling themselves so.
func AuthorToken(name string) string {
	exact := strings.ToLower(strings.TrimSpace(name))
	folded := fold(exact)
	const longest = 40
	if folded == exact && folded != "" && len(folded) <= longest && !hashed.MatchString(folded) {
		return folded
	}
	if folded == "" {
		folded = "person"
	}
	sum := sha256.Sum256([]byte(exact))
	return strings.TrimRight(folded[:min(len(folded), longest)], "-") + "-" + hex.EncodeToString(sum[:3])
}

var hashed = regexp.MustCompile(`-[0-9a-f]{6}$`)

// fold keeps a-z, 0-9 and single hyphens; letters with accents lose them, everything else separates.
func fold(lower string) string {
	var b strings.Builder
	gap := false
	for _, r := range lower {
		var s string
		switch {
		case r >= 'a' && r <= 'z' || r >= '0' && r <= '9':
			s = string(r)
		case r >= 0x300 && r <= 0x36f: // a combining accent: its letter stands before it
			continue
		default:
			s = plainLetter(r)
		}
		if s == "" {
			gap = true
			continue
		}
		if gap && b.Len() > 0 {
			b.WriteByte('-')
		}
		gap = false
		b.WriteString(s)
	}
	return b.String()
}

// plainLetter is a Latin letter without its accent; "" for what is no Latin letter.
func plainLetter(r rune) string {
	const letters = "àáâãäåāăąa çćĉċčc ďđðd èéêëēĕėęěe ĝğġģg ĥħh ìíîïĩīĭįıi ĵj ķĸk ĺļľŀłl ñńņňŋn òóôõöøōŏőo ŕŗřr śŝşšșs ţťŧțt ùúûüũūŭůűųu ŵw ýÿŷy źżžz"
	switch r {
	case 'æ':
		return "ae"
	case 'œ':
		return "oe"
	case 'ß':
		return "ss"
	case 'þ':
		return "th"
	case ' ':
		return ""
	}
	i := strings.IndexRune(letters, r)
	if i < 0 {
		return ""
	}
	group, _, _ := strings.Cut(letters[i:], " ")
	return group[len(group)-1:]
}

// consoleToken makes the part of a key that stands for a console: unique, whatever the console calls itself.
func consoleToken(console string) string {
	sum := sha256.Sum256([]byte(console))
	return fmt.Sprintf("%x", sum[:8])
}
