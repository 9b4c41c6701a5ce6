// Package incident is the domain of the crisis cell: events, the state they fold into, the rules that refuse,
// the clocks, the plan and the decide-by.
//
// It is pure: no I/O, no clock of its own (time enters as a value), no randomness, no globals that change.
//
// The log is the only truth. [Apply] folds one [Entry] into a [State]. Its contract:
//
//   - total: any entry, in any order, gives a state; never an error, never a panic. What makes no sense is kept
//     in the log, counted and flagged (see [Flag]);
//   - deterministic: the same entries in the same order give the same state, on every machine;
//   - idempotent: an event (source + id) seen twice counts once;
//   - associative: folding a prefix and then the rest equals folding all.
//
// [Decide] is where rules refuse: it turns a [Draft] into an [Event] or gives a [Refusal]. The fold checks again,
// because two consoles may have decided at once: the log is the arbiter.
//
// A State belongs to one goroutine. [State.Clone] gives a copy that may be read elsewhere.
package incident
