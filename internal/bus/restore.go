package bus

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/nats-io/nats.go/jetstream"
)

// HoldsError tells that a stream to be restored is there already and holds entries.
type HoldsError struct {
	Stream      string
	Messages    uint64
	First, Last uint64
}

// Error says it.
func (e *HoldsError) Error() string {
	return fmt.Sprintf("%s: %s holds %d entries, %d to %d", ErrHolds.Text, e.Stream, e.Messages, e.First, e.Last)
}

// Unwrap makes it an [ErrHolds].
func (e *HoldsError) Unwrap() error { return ErrHolds }

// Errors of a restore.
var (
	// ErrHolds is given for a stream that holds entries: it is not replaced.
	ErrHolds = &Error{"holds", "the bus holds entries", "sangfroid bus restore --append adds what is missing behind them, with new numbers and times"}
	// ErrUnlike is given when a restored stream does not read back as what was sent.
	ErrUnlike = &Error{"unlike", "the restored stream is not what was sent", "do not use this bus; keep the records, and tell what server it is"}
)

const (
	restoreChunk = 128 << 10
	restoreWait  = 30 * time.Second
)

// Restore makes the stream of a realm of messages that once were in it, in order, each with the number and the time it had, then
// reads it back and compares every byte. A stream that is there and empty is replaced; one that holds something is not.
// Errors: [ErrHolds], [ErrDenied], [ErrAway], [ErrRefused], [ErrUnlike].
func (b *Bus) Restore(ctx context.Context, realm string, msgs []Stored) error {
	name, err := streamOf(realm)
	if err != nil {
		return err
	}
	s, err := b.ready(ctx)
	if err != nil {
		return err
	}
	if !s.rights.MayPublish("$JS.API.STREAM.RESTORE." + name) {
		return &DeniedError{What: "restoring " + name}
	}
	if err := b.makeRoom(ctx, s, name); err != nil {
		return err
	}
	config := logStream(name, realm, b.replicas(s))
	state := map[string]any{"messages": len(msgs), "first_seq": msgs[0].Bus, "last_seq": msgs[len(msgs)-1].Bus}
	request, err := json.Marshal(map[string]any{"config": config, "state": state})
	if err != nil {
		return err
	}
	var started struct {
		Error   *jetstream.APIError `json:"error"`
		Deliver string              `json:"deliver_subject"`
	}
	if err := s.request(ctx, "$JS.API.STREAM.RESTORE."+name, request, &started); err != nil {
		return err
	}
	if started.Error != nil {
		return fmt.Errorf("%w: %s", ErrRefused, started.Error.Description)
	}
	pr, pw := io.Pipe()
	go func() { pw.CloseWithError(snapshot(pw, config, msgs[0].Received, msgs)) }()
	defer pr.Close() //nolint:errcheck // ends the writer when the sending failed
	if err := s.sendChunks(ctx, started.Deliver, pr); err != nil {
		return err
	}
	return b.settled(ctx, name, realm, msgs)
}

// settled compares once the stream is whole: a cluster copies it to its other servers first.
func (b *Bus) settled(ctx context.Context, name, realm string, msgs []Stored) error {
	for end := time.Now().Add(restoreWait); ; {
		err := b.compare(ctx, name, realm, msgs)
		if err == nil || ctx.Err() != nil || time.Now().After(end) {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(4 * retryFirst):
		}
	}
}

// makeRoom takes an empty stream away.
func (b *Bus) makeRoom(ctx context.Context, s *session, name string) error {
	stream, err := s.lookup(ctx, name)
	if err != nil || stream == nil {
		return err
	}
	if st := stream.CachedInfo().State; st.Msgs > 0 || st.LastSeq > 0 {
		return &HoldsError{Stream: name, Messages: st.Msgs, First: st.FirstSeq, Last: st.LastSeq}
	}
	if err := s.js.DeleteStream(ctx, name); err != nil {
		return fail(ErrRefused, err)
	}
	return nil
}

// lookup finds a stream; nil when it is not there. A cluster that has no leader yet does not answer: it is asked again.
func (s *session) lookup(ctx context.Context, name string) (jetstream.Stream, error) {
	ctx, cancel := context.WithTimeout(ctx, restoreWait)
	defer cancel()
	for {
		try, stop := context.WithTimeout(ctx, dialTimeout)
		stream, err := s.js.Stream(try, name)
		stop()
		switch {
		case err == nil:
			return stream, nil
		case errors.Is(err, jetstream.ErrStreamNotFound):
			return nil, nil //nolint:nilnil // that it is not there is the answer
		case ctx.Err() != nil || !errors.Is(err, context.DeadlineExceeded):
			return nil, fail(ErrAway, err)
		}
	}
}

func (s *session) request(ctx context.Context, subject string, body []byte, into any) error {
	ctx, cancel := context.WithTimeout(ctx, restoreWait)
	defer cancel()
	m, err := s.conn.RequestWithContext(ctx, subject, body)
	if err != nil {
		return fail(ErrAway, err)
	}
	if len(m.Data) == 0 {
		return nil
	}
	return json.Unmarshal(m.Data, into)
}

// sendChunks sends what is read, piece by piece, each acknowledged, and an empty one at the end.
func (s *session) sendChunks(ctx context.Context, to string, r io.Reader) error {
	buf := make([]byte, restoreChunk)
	for {
		n, err := io.ReadFull(r, buf)
		if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
			return err
		}
		var answer struct {
			Error *jetstream.APIError `json:"error"`
		}
		if err := s.request(ctx, to, buf[:n], &answer); err != nil {
			return err
		}
		if answer.Error != nil {
			return fmt.Errorf("%w: %s", ErrRefused, answer.Error.Description)
		}
		if n == 0 {
			return nil
		}
	}
}

// compare reads the stream back.
func (b *Bus) compare(ctx context.Context, name, realm string, want []Stored) error {
	i := 0
	err := b.ReadAll(ctx, realm, func(m Message) error {
		if i >= len(want) {
			return failf(ErrUnlike, "%s: message %d was not sent", name, m.Bus)
		}
		w := want[i]
		if m.Bus != w.Bus || !m.Received.Equal(w.Received) || m.Subject != w.Subject || !bytes.Equal(m.Raw, w.Raw) {
			return failf(ErrUnlike, "%s: message %d", name, w.Bus)
		}
		i++
		return nil
	})
	if err == nil && i != len(want) {
		err = failf(ErrUnlike, "%s: %d of %d messages", name, i, len(want))
	}
	return err
}

// errEnd ends a reading at the stream's end.
var errEnd = errors.New("end")

// ReadAll gives every message of a realm's stream, in order, once, up to what the bus has now.
func (b *Bus) ReadAll(ctx context.Context, realm string, each func(Message) error) error {
	stream, err := streamOf(realm)
	if err != nil {
		return err
	}
	f := follower{bus: b, stream: stream, filter: subjectRoot + realm + ".>", sink: func(batch []Message, end bool) error {
		for _, m := range batch {
			if err := each(m); err != nil {
				return err
			}
		}
		if end {
			return errEnd
		}
		return nil
	}}
	if err := b.each(ctx, f.run); !errors.Is(err, errEnd) {
		return err
	}
	return nil
}

// Missing lists the streams of incidents that are not there.
func (b *Bus) Missing(ctx context.Context) ([]string, error) {
	s, err := b.ready(ctx)
	if err != nil {
		return nil, err
	}
	var out []string
	for _, name := range []string{StreamLive, StreamDrill} {
		stream, err := s.lookup(ctx, name)
		if err != nil {
			return nil, err
		}
		if stream == nil {
			out = append(out, name)
		}
	}
	return out, nil
}
