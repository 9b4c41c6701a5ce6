package bus

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
)

// dedupe is how long the bus itself remembers message ids. The fold drops repeats whenever they come.
const dedupe = time.Hour

// Limits of the stream of signals: what waits for a person is not the record.
const (
	signalsKept = 90 * 24 * time.Hour
	signalBytes = 1 << 30
)

const clusterReplicas = 3

// settings of a stream of incidents: nothing is ever deleted, and what is too large for us is kept all the same.
func logStream(name, realm string, replicas int) jetstream.StreamConfig {
	return jetstream.StreamConfig{
		Name: name, Subjects: []string{subjectRoot + realm + ".>"}, Storage: jetstream.FileStorage,
		Retention: jetstream.LimitsPolicy, Discard: jetstream.DiscardNew, MaxMsgs: -1, MaxBytes: -1, MaxMsgsPerSubject: -1,
		DenyDelete: true, DenyPurge: true, AllowDirect: true, Duplicates: dedupe, Replicas: replicas,
	}
}

func signalStream(replicas int) jetstream.StreamConfig {
	return jetstream.StreamConfig{
		Name: StreamSignal, Subjects: []string{subjectSignal + ">"}, Storage: jetstream.FileStorage,
		Retention: jetstream.LimitsPolicy, Discard: jetstream.DiscardOld, MaxMsgs: -1, MaxBytes: signalBytes, MaxAge: signalsKept,
		DenyDelete: true, DenyPurge: true, AllowDirect: true, Duplicates: dedupe, Replicas: replicas,
	}
}

// prepare makes the streams that are not there, and looks at those that are.
func (b *Bus) prepare(ctx context.Context, s *session) error {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	if b.cfg.Bare {
		return nil
	}
	replicas := b.replicas(s)
	b.hub.set(func(l *Link) { l.Warnings = nil })
	for _, want := range []jetstream.StreamConfig{
		logStream(StreamLive, realmLive, replicas), logStream(StreamDrill, realmDrill, replicas), signalStream(replicas),
	} {
		if !s.rights.MayPublish("$JS.API.STREAM.INFO." + want.Name) {
			continue // the account has nothing to do with it
		}
		if err := b.ensure(ctx, s, want); err != nil {
			return err
		}
	}
	if s.rights.Known && s.rights.MayPublish("$JS.API.STREAM.CREATE.KV_"+BucketPresence) {
		if _, err := b.bucket(ctx, s); err != nil {
			b.hub.warn(Warning{WarnPresence, []string{"why", err.Error()}}) // the others of the cell may not make it
		}
	}
	return nil
}

// message reads one message of a stream. It asks the stream's leader and not any replica: the answer is as new as can be,
// and an account that may ask so cannot have the server put a message's bytes on a subject of somebody else, as with a
// direct get (whose answer goes where the request says).
func (s *session) message(ctx context.Context, stream string, seq uint64) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	m, err := s.conn.RequestWithContext(ctx, "$JS.API.STREAM.MSG.GET."+stream, fmt.Appendf(nil, `{"seq":%d}`, seq))
	if err != nil {
		return nil, err
	}
	var v struct {
		Error   *jetstream.APIError `json:"error"`
		Message struct {
			Data []byte `json:"data"`
		} `json:"message"`
	}
	if err := json.Unmarshal(m.Data, &v); err != nil {
		return nil, err
	}
	if v.Error != nil {
		if v.Error.ErrorCode == jetstream.JSErrCodeMessageNotFound {
			return nil, jetstream.ErrMsgNotFound
		}
		return nil, v.Error
	}
	return v.Message.Data, nil
}

func (b *Bus) replicas(s *session) int {
	if b.cfg.Replicas > 0 {
		return b.cfg.Replicas
	}
	if s.server == nil && s.conn.ConnectedClusterName() != "" {
		return clusterReplicas
	}
	return 1
}

func (b *Bus) ensure(ctx context.Context, s *session, want jetstream.StreamConfig) error {
	var stream jetstream.Stream
	err := s.ask(ctx, "STREAM.INFO", want.Name, func(ctx context.Context) (err error) {
		stream, err = s.js.Stream(ctx, want.Name)
		return err
	})
	missing := errors.Is(err, jetstream.ErrStreamNotFound)
	if missing {
		stream, err = b.create(ctx, s, want)
	}
	var api *jetstream.APIError
	switch {
	case err == nil:
		b.inspect(stream.CachedInfo(), want)
		return nil
	case errors.Is(err, jetstream.ErrJetStreamNotEnabled), errors.Is(err, jetstream.ErrJetStreamNotEnabledForAccount),
		errors.Is(err, nats.ErrNoResponders):
		return fail(ErrNoJetStream, err)
	case missing && errors.Is(err, ErrDenied):
		b.hub.warn(Warning{WarnMissing, []string{"stream", want.Name}})
		return nil
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, ErrDenied):
		// An account that may only publish and read: the words still go out.
		b.hub.warn(Warning{WarnUnverified, []string{"stream", want.Name}})
		return nil
	case errors.As(err, &api):
		b.hub.warn(Warning{WarnMissing, []string{"stream", want.Name}})
		return nil
	}
	return fail(ErrAway, err)
}

// create makes a stream, with one copy where the cluster cannot hold as many as wanted.
func (b *Bus) create(ctx context.Context, s *session, want jetstream.StreamConfig) (stream jetstream.Stream, err error) {
	request := func(ctx context.Context) error {
		stream, err = s.js.CreateStream(ctx, want)
		return err
	}
	err = s.ask(ctx, "STREAM.CREATE", want.Name, request)
	if want.Replicas == 1 || err == nil || errors.Is(err, context.DeadlineExceeded) || errors.Is(err, ErrDenied) {
		return stream, err
	}
	asked := want.Replicas
	want.Replicas = 1
	if err = s.ask(ctx, "STREAM.CREATE", want.Name, request); err == nil {
		b.hub.warn(Warning{WarnReplicas, []string{"stream", want.Name, "have", "1", "want", strconv.Itoa(asked)}})
	}
	return stream, err
}

// inspect warns of a stream that was made by somebody else and protects less.
func (b *Bus) inspect(have *jetstream.StreamInfo, want jetstream.StreamConfig) {
	c := have.Config
	if want.Name == StreamLive {
		b.hub.set(func(l *Link) { l.Replicas = c.Replicas })
	}
	if lost := have.State.Lost; lost != nil && len(lost.Msgs) > 0 {
		b.hub.warn(Warning{WarnLost, []string{"stream", c.Name, "messages", strconv.Itoa(len(lost.Msgs))}})
	}
	var weak []string
	for _, w := range []struct {
		bad  bool
		name string
	}{
		{!c.DenyDelete, "deny_delete"},
		{!c.DenyPurge, "deny_purge"},
		{c.AllowRollup, "allow_rollup_hdrs"},
		{c.Retention != jetstream.LimitsPolicy, "retention"},
		{c.Storage != jetstream.FileStorage, "storage"},
		{want.Discard == jetstream.DiscardNew && c.Discard != jetstream.DiscardNew, "discard"},
		{want.MaxAge == 0 && c.MaxAge != 0, "max_age"},
		{want.Discard == jetstream.DiscardNew && (c.MaxMsgs > 0 || c.MaxBytes > 0), "limits"},
		{c.MaxMsgsPerSubject > 0, "max_msgs_per_subject"},
		{c.PersistMode == jetstream.AsyncPersistMode, "persist_mode"},
	} {
		if w.bad {
			weak = append(weak, w.name)
		}
	}
	if len(weak) > 0 {
		b.hub.warn(Warning{WarnWeak, []string{"stream", c.Name, "settings", strings.Join(weak, ", ")}})
	}
	if c.Replicas < want.Replicas {
		b.hub.warn(Warning{WarnReplicas, []string{"stream", c.Name, "have", strconv.Itoa(c.Replicas), "want", strconv.Itoa(want.Replicas)}})
	}
}
