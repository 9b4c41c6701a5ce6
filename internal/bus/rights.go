package bus

import (
	"context"
	"encoding/json"
	"strings"
	"time"
)

// Rights are what the server says this connection may do. The zero value knows nothing and allows all: the server has the
// last word anyway.
type Rights struct {
	Known bool
	User  string // the server's name for the account: a public key, a user's name; "" on a bus without accounts
	// Allow and Deny are subjects that may, and may not, be published to. An empty Allow is everything.
	Allow, Deny []string
	Expires     time.Time // of the credentials; zero for never
}

// MayPublish tells whether the server takes a message on a subject.
func (r *Rights) MayPublish(subject string) bool {
	if r == nil || !r.Known {
		return true
	}
	for _, p := range r.Deny {
		if subjectIn(subject, p) {
			return false
		}
	}
	if len(r.Allow) == 0 {
		return true
	}
	for _, p := range r.Allow {
		if subjectIn(subject, p) {
			return true
		}
	}
	return false
}

// MayWrite tells whether an author's events of a category may be published in an incident.
func (r *Rights) MayWrite(realm, incident, author, category string) bool {
	return r.MayPublish(subjectRoot + realm + "." + incident + "." + author + "." + category + ".main")
}

// MayRead tells whether a realm may be read.
func (r *Rights) MayRead(realm string) bool {
	stream, err := streamOf(realm)
	return err == nil && r.mayFollow(stream, subjectRoot+realm+".>")
}

func (r *Rights) mayFollow(stream, filter string) bool {
	return r.MayPublish("$JS.API.CONSUMER.CREATE." + stream + ".x." + filter)
}

// subjectIn tells whether a subject is one of a pattern's.
func subjectIn(subject, pattern string) bool {
	for {
		p, restP, moreP := strings.Cut(pattern, ".")
		if p == ">" {
			return true
		}
		s, restS, moreS := strings.Cut(subject, ".")
		if p != "*" && p != s {
			return false
		}
		if !moreP || !moreS {
			return moreP == moreS
		}
		pattern, subject = restP, restS
	}
}

// rightsWait is how long the server is given to tell the rights. One that may not be asked says so at once.
const rightsWait = time.Second

const userInfo = "$SYS.REQ.USER.INFO"

// clock is how this machine's clock stands to the server's.
type clock struct {
	ahead time.Duration
	known bool
}

// askRights asks the server what the account may do, and, from the same answer, what time it is there. A server that does not
// tell leaves the rights unknown.
func (s *session) askRights(ctx context.Context) (c clock) {
	s.rights = &Rights{}
	asked := time.Now()
	ctx, stop := context.WithTimeout(ctx, rightsWait)
	defer stop()
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	refusal, done := s.expectRefusal(userInfo)
	defer done()
	go func() {
		select {
		case err := <-refusal:
			cancel(err)
		case <-ctx.Done():
		}
	}()
	m, err := s.conn.RequestWithContext(ctx, userInfo, nil)
	if err != nil {
		return c
	}
	took := time.Since(asked)
	var v struct {
		Server struct {
			Time time.Time `json:"time"`
		} `json:"server"`
		Data *struct {
			User        string `json:"user"`
			Permissions *struct {
				Publish *struct {
					Allow []string `json:"allow"`
					Deny  []string `json:"deny"`
				} `json:"publish"`
			} `json:"permissions"`
			Expires time.Duration `json:"expires"`
		} `json:"data"`
	}
	if json.Unmarshal(m.Data, &v) != nil || v.Data == nil {
		return c
	}
	if !v.Server.Time.IsZero() {
		// The answer was made some time between the question and now: half the way, give or take the other half.
		c = clock{ahead: asked.Add(took / 2).Sub(v.Server.Time), known: true}
	}
	r := &Rights{Known: true, User: v.Data.User}
	if p := v.Data.Permissions; p != nil && p.Publish != nil {
		r.Allow, r.Deny = p.Publish.Allow, p.Publish.Deny
	}
	if v.Data.Expires > 0 {
		r.Expires = time.Now().Add(v.Data.Expires)
	}
	s.rights = r
	return c
}
