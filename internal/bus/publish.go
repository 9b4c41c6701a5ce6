package bus

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
)

// Outgoing is an event to publish.
type Outgoing struct {
	Realm, Incident, Author, Category, Entity string
	MsgID                                     string // source + "#" + id: the bus stores it once
	Raw                                       []byte
	// Expect is the bus's number of the entity's newest event as the writer knows it, 0 for none. nil expects nothing.
	Expect *uint64
}

const (
	contentType = "application/cloudevents+json"
	// inProcess is the server's code for "this message id is being stored right now", which nats.go has no name for.
	inProcess jetstream.ErrorCode = 10158
	// tooLong is the server's code for a message above the stream's own limit.
	tooLong jetstream.ErrorCode = 10054
)

// Publish stores one event and gives its number. Errors: [ErrAway] (it may be stored or not), [ErrConflict], [ErrDenied], [ErrTooLarge],
// [ErrRefused], [ErrName].
func (b *Bus) Publish(ctx context.Context, o Outgoing) (uint64, error) {
	to, err := locate(o.Realm, o.Incident, o.Author, o.Category, o.Entity)
	if err != nil {
		return 0, err
	}
	opts := []jetstream.PublishOpt{jetstream.WithExpectStream(to.stream)}
	if o.Expect != nil {
		opts = append(opts, jetstream.WithExpectLastSequenceForSubject(*o.Expect, to.entity))
	}
	id := o.MsgID
	for n := 1; ; n++ {
		ack, err := b.publish(ctx, to.subject, o.Raw, append(slices.Clip(opts), jetstream.WithMsgID(id)))
		if err != nil || !ack.Duplicate || n > mostAgain {
			return ack.Sequence, err
		}
		gone, err := b.gone(ctx, to.stream, ack.Sequence, idOf(o.Raw))
		if err != nil || !gone {
			return ack.Sequence, err
		}
		id = fmt.Sprintf("%s#%d", o.MsgID, n+1) // the same for every console that brings it back
	}
}

// mostAgain is how often the bus may lose one message and be given it again within the time it remembers ids.
const mostAgain = 20

// gone tells that the bus remembers a message's id and has lost the message: its beginning was cut off, or a disk changed it.
// It would take the words for stored for ever.
func (b *Bus) gone(ctx context.Context, stream string, seq uint64, id string) (bool, error) {
	s, _ := b.current()
	if s == nil {
		return false, ErrAway
	}
	raw, err := s.message(ctx, stream, seq)
	switch {
	case err == nil:
		return id != "" && idOf(raw) != id, nil
	case !errors.Is(err, jetstream.ErrMsgNotFound):
		return false, nil // the account may not look, or nobody answers: the log tells
	}
	info, err := s.js.Stream(ctx, stream)
	if err != nil || info.CachedInfo().State.LastSeq < seq {
		return false, fail(ErrAway, err) // it has not caught up with what it stored
	}
	return true, nil
}

// PublishSignal stores an external signal, for tests and for commands that bring one in.
func (b *Bus) PublishSignal(ctx context.Context, source string, raw []byte) error {
	if _, err := token("source", source); err != nil {
		return err
	}
	_, err := b.publish(ctx, subjectSignal+source, raw, nil)
	return err
}

func (b *Bus) publish(ctx context.Context, subject string, raw []byte, opts []jetstream.PublishOpt) (jetstream.PubAck, error) {
	var none jetstream.PubAck
	s, _ := b.current()
	if s == nil {
		return none, ErrAway
	}
	if int64(len(raw))+1024 > s.conn.MaxPayload() {
		return none, failf(ErrTooLarge, "%d bytes, the bus takes %d", len(raw), s.conn.MaxPayload())
	}
	refusal, done := s.expectRefusal(subject)
	defer done()
	type answer struct {
		ack jetstream.PubAck
		err error
	}
	c := make(chan answer, 1)
	go func() {
		ack, err := s.store(ctx, subject, raw, opts)
		c <- answer{ack, err}
	}()
	select {
	case a := <-c:
		return a.ack, a.err
	case err := <-refusal:
		return none, err
	}
}

func (s *session) store(ctx context.Context, subject string, raw []byte, opts []jetstream.PublishOpt) (jetstream.PubAck, error) {
	for {
		msg := &nats.Msg{Subject: subject, Data: raw, Header: nats.Header{"Content-Type": []string{contentType}}}
		ack, err := s.js.PublishMsg(ctx, msg, opts...)
		if err == nil {
			return *ack, nil
		}
		var api *jetstream.APIError
		if errors.As(err, &api) && api.ErrorCode == inProcess {
			select {
			case <-ctx.Done():
				return jetstream.PubAck{}, fail(ErrAway, ctx.Err())
			case <-time.After(retryFirst):
				continue
			}
		}
		return jetstream.PubAck{}, publishError(err)
	}
}

var lastSequence = regexp.MustCompile(`wrong last sequence: (\d+)`)

func publishError(err error) error {
	var api *jetstream.APIError
	if !errors.As(err, &api) {
		if errors.Is(err, nats.ErrMaxPayload) {
			return fail(ErrTooLarge, err)
		}
		return fail(ErrAway, err)
	}
	switch api.ErrorCode { //nolint:exhaustive // the rest is a refusal
	case jetstream.JSErrCodeStreamWrongLastSequence, jetstream.JSErrCodeStreamWrongLastSequenceConstant:
		c := &ConflictError{}
		if m := lastSequence.FindStringSubmatch(api.Description); m != nil {
			if n, err := strconv.ParseUint(m[1], 10, 64); err == nil {
				c.Last = n
			}
		}
		return c
	case tooLong:
		return fail(ErrTooLarge, err)
	}
	return fmt.Errorf("%w: %s", ErrRefused, api.Description)
}

// expectRefusal registers a request: the server tells a missing permission beside the reply, not in it.
func (s *session) expectRefusal(subject string) (<-chan error, func()) {
	c := make(chan error, 1)
	s.mu.Lock()
	s.waiting[c] = subject
	s.mu.Unlock()
	return c, func() {
		s.mu.Lock()
		delete(s.waiting, c)
		s.mu.Unlock()
	}
}

// ask makes a request of the server's interface, and ends it with a [DeniedError] when the account may not make it.
func (s *session) ask(ctx context.Context, what, stream string, request func(context.Context) error) error {
	refusal, done := s.expectRefusal("$JS.API." + what + "." + stream)
	defer done()
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	go func() {
		select {
		case err := <-refusal:
			cancel(err)
		case <-ctx.Done():
		}
	}()
	err := request(ctx)
	if err != nil && errors.Is(context.Cause(ctx), ErrDenied) {
		return context.Cause(ctx)
	}
	return err
}
