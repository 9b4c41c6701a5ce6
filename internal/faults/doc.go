// Package faults has the tests that break things under consoles at work, and what they share: the invariants as code
// ([Check], [SameEverywhere]), and a link that is cut, frozen or slowed at will ([Link]).
//
// Consoles are processes of their own: the test binary run again, with the room, the record, the outbox and the bus of the
// program in it, driven over a pipe. So is each node of a cluster: the nats-server of the module the program is built with.
//
// Every test is seeded and bounded. RESILIENCE_SEED gives the seed, RESILIENCE_ROUNDS how often it goes round; without
// them the tests are short. docs/RESILIENCE.md has the invariants in words, and the figures of the long runs (make resilience).
package faults
