package bus

import (
	"context"
	"encoding/json"
	"strings"
	"time"

	"github.com/nats-io/nats.go/jetstream"
)

// Presence is somebody at a console of an incident. It is told to others as they say it: not proven.
type Presence struct {
	Name    string `json:"name"`
	Role    string `json:"role"`
	Console string `json:"console"`
	Seq     int    `json:"seq"`             // the newest entry their console has
	Root    string `json:"root"`            // their record's root at Seq
	Relay   bool   `json:"relay,omitempty"` // their console writes what the plan's rules make of signals
	Marks   []Mark `json:"marks,omitempty"` // roots of smaller sizes, where records differ: they narrow down since which entry
}

// Mark is the root of a record's first entries.
type Mark struct {
	Size int    `json:"n"`
	Root string `json:"r"`
}

// MostMarks is how many a presence carries at most; what others send beyond is left out.
const MostMarks = 64

const (
	presenceTokens = 4 // of a key: realm, incident, author, console

	presenceTTL   = 15 * time.Second
	presenceEvery = 5 * time.Second
	markerTTL     = time.Minute // without it watchers are never told that somebody's time ran out
)

func (b *Bus) bucket(ctx context.Context, s *session) (jetstream.KeyValue, error) {
	kv, err := s.js.KeyValue(ctx, BucketPresence)
	if err == nil || !s.rights.MayPublish("$JS.API.STREAM.CREATE.KV_"+BucketPresence) {
		return kv, err
	}
	return s.js.CreateKeyValue(ctx, jetstream.KeyValueConfig{
		Bucket: BucketPresence, TTL: presenceTTL, LimitMarkerTTL: markerTTL, History: 1, Storage: jetstream.MemoryStorage,
	})
}

// presenceKey has the author in it, so that nobody can say that somebody else is here.
func presenceKey(realm, incident, author, console string) string {
	return realm + "." + incident + "." + author + "." + console
}

// mayPresence tells whether the account may say that somebody is here, and may look who is.
func (s *session) mayPresence(key string) (tell, look bool) {
	return s.rights.MayPublish("$KV." + BucketPresence + "." + key), s.rights.mayFollow("KV_"+BucketPresence, "$KV."+BucketPresence+".>")
}

// Present tells everybody that somebody is here, again and again until ctx ends; then takes it back.
func (b *Bus) Present(ctx context.Context, realm, incident string, who func() Presence) error {
	return b.each(ctx, func(ctx context.Context, s *session) error {
		me := who()
		key := presenceKey(realm, incident, AuthorToken(me.Name), consoleToken(me.Console))
		if tell, _ := s.mayPresence(key); !tell {
			<-ctx.Done() // an account that only reads
			return ctx.Err()
		}
		kv, err := b.bucket(ctx, s)
		if err != nil {
			return b.noPresence(ctx, err)
		}
		defer func() {
			bye, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Second)
			defer cancel()
			_ = kv.Delete(bye, key) // the time to live does it otherwise
		}()
		tick := time.NewTicker(presenceEvery)
		defer tick.Stop()
		for {
			v, err := json.Marshal(who())
			if err != nil {
				return finalError{err}
			}
			if _, err := kv.Put(ctx, key, v); err != nil {
				return b.noPresence(ctx, err)
			}
			select {
			case <-ctx.Done():
				return ctx.Err()
			case <-tick.C:
			}
		}
	})
}

// noPresence warns, and waits before the next try: presence is a help, not the record.
func (b *Bus) noPresence(ctx context.Context, err error) error {
	if ctx.Err() == nil {
		b.hub.warn(Warning{WarnPresence, []string{"why", err.Error()}})
	}
	select {
	case <-ctx.Done():
	case <-time.After(presenceEvery):
	}
	return err
}

// WatchPresence gives everybody who is present, at each change, until ctx ends. Without a link nobody is known to be.
func (b *Bus) WatchPresence(ctx context.Context, realm, incident string, tell func([]Presence)) error {
	return b.each(ctx, func(ctx context.Context, s *session) error {
		if _, look := s.mayPresence(""); !look {
			<-ctx.Done()
			return ctx.Err()
		}
		kv, err := b.bucket(ctx, s)
		if err != nil {
			return b.noPresence(ctx, err)
		}
		w, err := kv.Watch(ctx, presenceKey(realm, incident, "*", "*"))
		if err != nil {
			return b.noPresence(ctx, err)
		}
		defer func() { _ = w.Stop() }() // ends with the session anyway
		defer tell(nil)
		here := make(map[string]Presence)
		for {
			select {
			case <-ctx.Done():
				return ctx.Err()
			case e, ok := <-w.Updates():
				if !ok {
					return ErrAway
				}
				if e != nil {
					note(here, e)
				}
				tell(values(here))
			}
		}
	})
}

func note(here map[string]Presence, e jetstream.KeyValueEntry) {
	key := e.Key()
	if e.Operation() != jetstream.KeyValuePut {
		delete(here, key)
		return
	}
	var p Presence
	author := strings.Split(key, ".")
	if json.Unmarshal(e.Value(), &p) == nil && len(author) == presenceTokens && author[2] == AuthorToken(p.Name) {
		p.Marks = p.Marks[:min(len(p.Marks), MostMarks)]
		here[key] = p
	}
}

func values(here map[string]Presence) []Presence {
	out := make([]Presence, 0, len(here))
	for _, p := range here {
		out = append(out, p)
	}
	return out
}
