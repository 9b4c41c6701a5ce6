// Package timeline is the record of an incident [main courante]: an append-only file, its Merkle tree and signed
// checkpoints, import and export, and the replay.
//
// # Form
//
// A record is JSON, one value a line. Line 1 is the [Header]. Then come entries and checkpoints:
//
//	{"seq":1,"bus":4711,"received":"2026-11-23T14:05:11.2Z","hash":"9f3a41c2d0e1b2a3","event":{…}}
//	{"checkpoint":"sangfroid/inc-7f3k\n1\nq0…=\n\n— sangfroid/inc-7f3k+… …\n"}
//
// The event stands byte for byte as it was on the bus; a payload that is not one JSON object on one line stands as
// "raw":"<base64>" instead. "hash" is the start of the entry's leaf, so that a changed line can be named.
//
// The leaf of an entry is the RFC 6962 record hash (golang.org/x/mod/sumdb/tlog) of the time of receipt, a line feed, and
// the event's bytes. Sequence numbers are not in it: every console that saw the same bus has the same root. Checkpoints
// are C2SP signed notes (origin, size, root).
//
// # Writing
//
// [Record.Append] writes, syncs, and only then counts: what it returned for is on disk. A write that fails leaves the
// file as it was before. One process writes a record (a lock beside it); any number read it. Within a process, At, Len,
// Range and Root may be called while another goroutine appends.
//
// # Reading after a crash
//
// A last line that was cut is taken off, kept beside the record, and reported. A line that was changed stays: it is
// reported by [Verify], and reads as a malformed event where it does not parse.
package timeline
