package bus

import (
	"errors"
	"fmt"
	"strings"
	"time"
)

// Code names an error or warning for machines and for the catalogue of messages.
type Code string

// Error is a kind of failure: a code, a sentence, and what the person can do about it. The package's sentinels are of
// this type; a failure wraps one of them with what happened this time.
type Error struct {
	Code Code
	Text string
	Hint string
}

// Error is the sentence.
func (e *Error) Error() string { return e.Text }

// What can go wrong on the way to the bus. Test with [errors.Is].
var (
	// ErrAway: no link, no answer in time, or no stream behind the subject. Nothing is known to be stored.
	ErrAway = &Error{"away", "the bus does not answer", "what was entered stays in the outbox and is sent when the bus is back"}
	// ErrConflict: somebody wrote about the entity since. See [ConflictError].
	ErrConflict = &Error{"conflict", "somebody else wrote about this first", "look at their entry, then decide again"}
	// ErrDenied: the account may not do this. See [DeniedError].
	ErrDenied = &Error{"denied", "the bus does not permit this", "ask whoever runs the bus for the permissions of your role"}
	// ErrAuth: the bus refuses the credentials.
	ErrAuth = &Error{"auth", "the bus refuses these credentials", "check --creds, the token or the password, and whether they have expired"}
	// ErrTooLarge: the event is above the server's limit of one message.
	ErrTooLarge = &Error{"too-large", "this is larger than the bus takes in one message", "shorten it, or have max_payload raised on the server"}
	// ErrRefused: the bus answered, and did not store it.
	ErrRefused = &Error{"refused", "the bus refused to store this", "see the reason; sangfroid doctor checks the bus"}
	// ErrName: a name that cannot be part of a subject.
	ErrName = &Error{"name", "this cannot be part of a subject on the bus", "names on the bus have letters, digits, hyphen and underscore only"}
	// ErrRewound: the log is shorter than what was read from it, or another one. See [RewoundError].
	ErrRewound = &Error{"rewound", "the bus lost entries that this console has", "keep this machine's record: it has what the bus lost"}
	// ErrConfig: the way to the bus cannot be understood.
	ErrConfig = &Error{"config", "the way to the bus is not usable", "check --server, --context and the files of the credentials"}
	// ErrDirUnusable: the data directory cannot be made, read or written.
	ErrDirUnusable = &Error{"dir", "the data directory cannot be used", "choose another with --data-dir, or give this account the right to write there"}
	// ErrDirForeign: the directory belongs to something else.
	ErrDirForeign = &Error{"foreign", "the bus directory holds files of something else", "choose another with --data-dir"}
	// ErrDirVersion: another version wrote the directory, in a form this one does not know.
	ErrDirVersion = &Error{"version", "the bus directory was written by another version", "use that version, or choose another directory with --data-dir"}
	// ErrHeld: another process holds the bus of this directory and does not answer, or cannot be shared with.
	ErrHeld = &Error{"held", "another process holds the bus of this directory", "end that process, or choose another directory with --data-dir"}
	// ErrServer: the embedded server does not start or has stopped.
	ErrServer = &Error{"server", "the embedded bus does not run", "see the reason; disk space and rights are the usual ones"}
	// ErrNoJetStream: the server has no JetStream, or not for this account.
	ErrNoJetStream = &Error{"jetstream", "the bus has no JetStream", "enable jetstream in the server's configuration, for this account too"}
	// ErrNotSynced: the configuration given to serve would lose acknowledged entries in a power cut.
	ErrNotSynced = &Error{"sync", "this configuration does not sync every write", "set jetstream { sync_interval: always }"}
	// ErrOutbox: the outbox cannot be read or written. Nothing was saved.
	ErrOutbox = &Error{"outbox", "the outbox cannot be written: nothing was saved", "write it down elsewhere, then check the disk of this machine"}
	// ErrUnwritten: the embedded server could not write to its disk. It is started anew once that takes writes.
	ErrUnwritten = &Error{"unwritten", "the bus on this machine cannot write to its disk", "free space on this machine; the bus goes on by itself"}
	// ErrOutboxFull: the disk is full. Nothing was saved.
	ErrOutboxFull = &Error{"disk-full", "the disk is full: nothing was saved", "write it down elsewhere, then free space on this machine"}
	// ErrClosed: the bus or the outbox was closed in this process.
	ErrClosed = &Error{"closed", "this console has left the bus", ""}
)

// fail wraps a kind with the cause.
func fail(kind *Error, cause error) error {
	if cause == nil {
		return kind
	}
	return fmt.Errorf("%w: %w", kind, cause)
}

// failf wraps a kind with details.
func failf(kind *Error, format string, args ...any) error {
	return fmt.Errorf("%w: "+format, append([]any{kind}, args...)...)
}

// Explain gives the catalogue's keys for the sentence and the hint of an error of this package; ok is false for others.
func Explain(err error) (key, hint string, ok bool) {
	var e *Error
	if !errors.As(err, &e) {
		return "", "", false
	}
	return "bus.err." + string(e.Code), "bus.hint." + string(e.Code), true
}

// Cause takes the sentence of an error's kind off the front of its text: the catalogue says it, in the person's language.
func Cause(err error, why string) string {
	var e *Error
	if errors.As(err, &e) {
		why = strings.TrimPrefix(why, e.Text+": ")
	}
	return why
}

// ConflictError tells a publish that lost: the entity's newest entry was not the one expected. Last is that entry's
// number on the bus, 0 when the bus did not tell (another write was still under way).
type ConflictError struct{ Last uint64 }

// Error says it.
func (e *ConflictError) Error() string {
	if e.Last == 0 {
		return ErrConflict.Text
	}
	return fmt.Sprintf("%s (entry %d)", ErrConflict.Text, e.Last)
}

// Unwrap makes it an [ErrConflict].
func (e *ConflictError) Unwrap() error { return ErrConflict }

// DeniedError tells what the account may not do: the server's words, with the subject.
type DeniedError struct{ What string }

// Error says it.
func (e *DeniedError) Error() string { return ErrDenied.Text + ": " + e.What }

// Unwrap makes it an [ErrDenied].
func (e *DeniedError) Unwrap() error { return ErrDenied }

// Rewind is how a log turned out not to be the one that was read.
type Rewind string

// The ways a log can turn out to be another one.
const (
	RewindShorter Rewind = "shorter" // it ends before what was read
	RewindMissing Rewind = "missing" // the last entry read is not in it
	RewindOther   Rewind = "other"   // another entry stands where the last one read was
	RewindAnew    Rewind = "anew"    // the stream was deleted and created again
	RewindFewer   Rewind = "fewer"   // some of those read before the last one are gone
)

// RewoundError tells a log that lost what was read from it. The caller decides what to do with its own copy.
type RewoundError struct {
	Stream  string
	How     Rewind
	Local   uint64    // the last entry read
	LocalID string    // its event id
	Last    uint64    // the stream's last entry now, 0 where it was not told
	FoundID string    // the event that stands at Local now, for RewindOther
	Created time.Time // when the stream was created, zero where it was not told
}

// Error says it.
func (e *RewoundError) Error() string {
	return fmt.Sprintf("%s: %s %s, read up to %d %s, ends at %d", ErrRewound.Text, e.Stream, e.How, e.Local, e.LocalID, e.Last)
}

// Unwrap makes it an [ErrRewound].
func (e *RewoundError) Unwrap() error { return ErrRewound }
