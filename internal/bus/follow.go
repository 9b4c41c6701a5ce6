package bus

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
)

// Message is what the bus has stored.
type Message struct {
	Bus      uint64
	Received time.Time
	Subject  string
	Raw      []byte
	// Echo tells that the server itself put the message there, as its answer to a request whose reply subject was this one:
	// the subject's author did not send it.
	Echo bool
}

// Cursor is where a reader stands: the number and the event id of the last message it has, and how many it has of the incident
// in all, 0 where it does not know. The zero value has none.
type Cursor struct {
	LastBus uint64
	LastID  string
	Count   int
}

// Sink takes a batch. end tells that the bus had nothing behind it at that moment; a batch may be empty then. An error ends
// the following.
type Sink func(batch []Message, end bool) error

const (
	pullMost   = 5000
	pullBytes  = 72 << 20 // above the largest message any server takes, 64 MiB: a message above it would never come
	batchMost  = 5000
	bufferMost = 4096
	batchWait  = 16 * time.Millisecond
)

// pulse is how often a reader hears that the server still has it, and how long one of its requests lasts. Two pulses
// missed, and the reader starts again.
type pulse struct{ beat, expiry time.Duration }

// A record misses nothing for longer than two seconds. A list may: each pulse wakes both ends, and a console that nobody
// touches should cost nothing.
func (f *follower) pulse() pulse {
	if f.list || f.newest > 0 {
		return pulse{5 * time.Second, 30 * time.Second}
	}
	return pulse{time.Second, 5 * time.Second}
}

// Follow delivers an incident's messages above the cursor, in order, each once, until ctx ends. Errors: [ErrRewound], the
// sink's, the context's.
func (b *Bus) Follow(ctx context.Context, realm, incident string, from Cursor, sink Sink) error {
	stream, err := streamOf(realm)
	if err != nil {
		return err
	}
	if _, err := token("incident", incident); err != nil {
		return err
	}
	f := follower{bus: b, stream: stream, filter: subjectRoot + realm + "." + incident + ".>", at: from, sink: sink}
	return b.each(ctx, f.run)
}

// Directory delivers the events of category "incident" of all incidents of a realm, from the first. When the log turns out to
// be another one it delivers that one too, from its first.
func (b *Bus) Directory(ctx context.Context, realm string, sink Sink) error {
	stream, err := streamOf(realm)
	if err != nil {
		return err
	}
	f := follower{bus: b, stream: stream, filter: subjectRoot + realm + ".*.*.incident.>", sink: sink, list: true}
	return b.each(ctx, f.run)
}

// Signals delivers external signals: the last ones kept, at most last of them, then those that come.
func (b *Bus) Signals(ctx context.Context, last uint64, sink Sink) error {
	f := follower{bus: b, stream: StreamSignal, filter: subjectSignal + ">", sink: sink, newest: last}
	return b.each(ctx, f.run)
}

// SignalsSince delivers the external signals the bus received from a time on, as far as it still keeps them, then those that
// come.
func (b *Bus) SignalsSince(ctx context.Context, since time.Time, sink Sink) error {
	f := follower{bus: b, stream: StreamSignal, filter: subjectSignal + ">", sink: sink, since: since}
	return b.each(ctx, f.run)
}

type follower struct {
	bus    *Bus
	stream string
	filter string
	at     Cursor
	newest uint64    // begin so many before the end
	since  time.Time // begin with what the bus received then
	list   bool      // no record: a log that turned out to be another one is read from its first message
	seen   time.Time // when the bus received the last one delivered
	sink   Sink
}

// run follows on one session. A list of what the account may not read is empty, and stays so until the rights change, with
// the next session.
func (f *follower) run(ctx context.Context, s *session) error {
	if !s.rights.mayFollow(f.stream, f.filter) {
		denied := &DeniedError{What: "reading " + f.stream}
		if !f.list && f.stream != StreamSignal {
			return finalError{denied}
		}
		if err := f.sink(nil, true); err != nil {
			return finalError{err}
		}
		<-ctx.Done()
		return denied
	}
	if err := f.check(ctx, s); err != nil {
		if !f.list || !errors.Is(err, ErrRewound) {
			return err
		}
		f.at = Cursor{}
	}
	config := jetstream.OrderedConsumerConfig{
		FilterSubjects: []string{f.filter}, DeliverPolicy: jetstream.DeliverByStartSequencePolicy, OptStartSeq: f.at.LastBus + 1,
		InactiveThreshold: time.Minute,
	}
	if f.at.LastBus == 0 && !f.since.IsZero() {
		config.DeliverPolicy, config.OptStartSeq, config.OptStartTime = jetstream.DeliverByStartTimePolicy, 0, &f.since
	}
	consumer, err := s.js.OrderedConsumer(ctx, f.stream, config)
	if err != nil {
		return err
	}
	if info := consumer.CachedInfo(); info != nil && info.NumPending == 0 {
		if err := f.sink(nil, true); err != nil {
			return finalError{err}
		}
	}
	return f.consume(ctx, s, consumer)
}

// delivered is a message with what the bus had behind it.
type delivered struct {
	Message
	left uint64
}

// consume takes messages from the library's callback into a bounded buffer, and from it in batches to the sink.
// Now and then it looks whether the log still is the one it reads: nobody tells a reader that its beginning went away.
func (f *follower) consume(ctx context.Context, s *session, consumer jetstream.Consumer) error {
	buffer := make(chan delivered, bufferMost)
	failed := make(chan error, 1)
	run, err := consumer.Consume(func(m jetstream.Msg) {
		md, err := m.Metadata()
		if err != nil {
			f.bus.cfg.Log.Error("bus", "metadata", err)
			return
		}
		d := delivered{Message{
			Bus: md.Sequence.Stream, Received: md.Timestamp.UTC(), Subject: m.Subject(), Raw: m.Data(), Echo: echoed(m.Headers()),
		}, md.NumPending}
		select {
		case buffer <- d:
		case <-ctx.Done():
		}
	}, jetstream.PullMaxMessagesWithBytesLimit(pullMost, pullBytes), jetstream.PullHeartbeat(f.pulse().beat), jetstream.PullExpiry(f.pulse().expiry),
		jetstream.ConsumeErrHandler(func(_ jetstream.ConsumeContext, err error) {
			f.bus.cfg.Log.Warn("bus", "consumer", err)
			if errors.Is(err, jetstream.ErrConsumerDeleted) || errors.Is(err, jetstream.ErrConsumerNotFound) {
				select {
				case failed <- err:
				default:
				}
			}
		}))
	if err != nil {
		return err
	}
	defer run.Stop()
	closed := run.Closed() // once: each call costs a goroutine until the end
	look := time.NewTicker(f.bus.cfg.lookEvery)
	defer look.Stop()
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-closed:
			return ErrAway
		case err := <-failed:
			return err
		case <-look.C:
			if err := f.check(ctx, s); err != nil {
				return err
			}
		case first := <-buffer:
			if err := f.deliver(gather(first, buffer)); err != nil {
				return finalError{err}
			}
		}
	}
}

// echoed tells the server's answer to a direct get: it carries where its content came from.
func echoed(h nats.Header) bool {
	return h.Get(jetstream.StreamHeader) != "" && h.Get(jetstream.SequenceHeader) != ""
}

// gather takes what is there, or comes within a frame's time, into one batch.
func gather(first delivered, buffer <-chan delivered) []delivered {
	batch := []delivered{first}
	var timer <-chan time.Time
	if first.left > 0 {
		timer = time.After(batchWait)
	}
	for len(batch) < batchMost {
		select {
		case d := <-buffer:
			batch = append(batch, d)
			continue
		default:
		}
		if timer == nil || batch[len(batch)-1].left == 0 {
			return batch
		}
		select {
		case d := <-buffer:
			batch = append(batch, d)
		case <-timer:
			return batch
		}
	}
	return batch
}

func (f *follower) deliver(batch []delivered) error {
	out := make([]Message, 0, len(batch))
	for _, d := range batch {
		if d.Bus > f.at.LastBus {
			out = append(out, d.Message)
			f.at.LastBus, f.at.LastID, f.seen = d.Bus, "", d.Received
			f.at.Count++
		}
	}
	if len(out) > 0 {
		f.at.LastID = idOf(out[len(out)-1].Raw)
	}
	return f.sink(out, batch[len(batch)-1].left == 0)
}

// A cluster's new leader may answer before it has caught up with what was stored: what it seems to have lost is looked for
// again before it counts.
const (
	lookAgain  = 10
	lookPause  = time.Second
	lookMostly = 15 * time.Second
)

// check makes sure that the log is the one that was read before.
func (f *follower) check(ctx context.Context, s *session) error {
	for n := 1; ; n++ {
		err := f.compare(ctx, s)
		if !errors.Is(err, ErrRewound) || n == lookAgain || s.conn.ConnectedClusterName() == "" {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(lookPause):
		}
	}
}

// compare looks at the stream once: its end, the last message read, and that none of those read went away.
func (f *follower) compare(ctx context.Context, s *session) error {
	if f.at.LastBus == 0 && f.newest == 0 {
		return nil
	}
	stream, err := s.js.Stream(ctx, f.stream)
	if err != nil {
		return err
	}
	info := stream.CachedInfo()
	if f.newest > 0 || !f.since.IsZero() {
		if info.State.LastSeq < f.at.LastBus || f.anew(info) {
			f.at = Cursor{}
		}
		if f.newest > 0 && f.at.LastBus == 0 && info.State.LastSeq > f.newest {
			f.at.LastBus = info.State.LastSeq - f.newest
		}
		return nil // signals expire: nothing to compare
	}
	rewound := &RewoundError{Stream: f.stream, Local: f.at.LastBus, LocalID: f.at.LastID, Last: info.State.LastSeq, Created: info.Created}
	ended := func(how Rewind) error {
		if rewound.How = how; f.anew(info) {
			rewound.How = RewindAnew
		}
		return finalError{rewound}
	}
	if info.State.LastSeq < f.at.LastBus {
		return ended(RewindShorter)
	}
	raw, err := s.message(ctx, f.stream, f.at.LastBus)
	switch {
	case errors.Is(err, jetstream.ErrMsgNotFound):
		return ended(RewindMissing)
	case err != nil:
		return err
	}
	if id := idOf(raw); f.at.LastID != "" && id != f.at.LastID {
		rewound.FoundID = id
		return ended(RewindOther)
	}
	if f.list || f.at.Count == 0 {
		return nil
	}
	whole, err := stream.Info(ctx, jetstream.WithSubjectFilter(f.filter))
	if err != nil {
		return err
	}
	have := 0
	for _, n := range whole.State.Subjects {
		have += int(n) //nolint:gosec // no stream holds as many
	}
	if have < f.at.Count {
		return ended(RewindFewer)
	}
	return nil
}

// anew tells a stream that was created after it was read from. The clocks of a cluster differ: it tells how a log that lost
// something did so, not that it did.
func (f *follower) anew(info *jetstream.StreamInfo) bool {
	return !f.seen.IsZero() && info.Created.After(f.seen)
}

// EventID is the id a [Cursor] goes by: that of a CloudEvent; "" for anything else.
func EventID(raw []byte) string { return idOf(raw) }

// idOf reads the id of a CloudEvent; "" of anything else.
func idOf(raw []byte) string {
	var v struct {
		ID string `json:"id"`
	}
	if json.Unmarshal(raw, &v) != nil {
		return ""
	}
	return v.ID
}
