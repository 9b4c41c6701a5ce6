package bus

import (
	"context"
	"errors"
	"time"

	"github.com/nats-io/nats.go/jetstream"
)

// Time asks the bus what time it is by its clock, the one that stamps what is received. Errors: [ErrAway], [ErrDenied], and
// [ErrRefused] from a server that does not tell.
func (b *Bus) Time(ctx context.Context) (time.Time, error) {
	s, _ := b.current()
	if s == nil {
		return time.Time{}, ErrAway
	}
	var stream jetstream.Stream
	err := s.ask(ctx, "STREAM.INFO", StreamDrill, func(ctx context.Context) (err error) {
		stream, err = s.js.Stream(ctx, StreamDrill)
		return err
	})
	if errors.Is(err, ErrDenied) {
		return time.Time{}, err
	}
	if err != nil {
		return time.Time{}, fail(ErrAway, err)
	}
	at := stream.CachedInfo().TimeStamp
	if at.IsZero() {
		return time.Time{}, ErrRefused
	}
	return at.UTC(), nil
}
