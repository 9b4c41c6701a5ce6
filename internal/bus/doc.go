// Package bus carries events between consoles over NATS JetStream: it embeds a server or connects to one, keeps the
// streams, publishes, follows, tells who is present, and holds the outbox. No type of NATS leaves it.
//
// Order. Within a stream (one for live incidents, one for drills, one for signals) the bus gives every message a growing
// number, [Message.Bus]. [Bus.Follow] delivers one incident's messages in that order, each once, above the caller's
// [Cursor]. Between streams there is no order.
//
// Buffering. A follower has one goroutine's worth of buffer, at most 4096 messages here and one pull of 5000 messages or
// 32 MiB behind it. Batches given to the caller hold what has gathered, at most 5000 messages or 16 ms.
//
// A slow reader holds back its own pulls: the server keeps the rest, nothing is dropped, nobody else waits. A reader that
// stalls for long loses its server-side consumer, and a new one is made behind its cursor.
//
// After a reconnect a follower goes on behind the last message it delivered. First it reads that message again: when it
// is not there any more or is another one, or there are fewer messages of the incident than it has read, the log was rewound,
// cut or made anew, and Follow ends with [ErrRewound]. It looks every 15 s as well: nobody tells a reader that a beginning
// went away. A cluster's new leader is asked again before that counts.
//
// After a take-over (the process that owned the embedded bus has gone and another one opened the same files) the same
// holds. Presence lives in memory and starts anew. A publish that was under way ends with [ErrAway]: it may or may not
// be stored, which the log tells; the outbox keeps it until it is seen there.
//
// Nothing is buffered for sending: a publish without a link fails at once. What must not be lost goes to the [Outbox]
// first, which does not need the bus.
package bus
