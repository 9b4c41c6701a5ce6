package access

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"sangfroid/internal/bus"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
)

const within = 20 * time.Second

func at() time.Time { return time.Now() }

// cell makes a directory with one account of each kind, and the server that "serve --auth" runs.
func cell(t *testing.T, noTLS bool) *Directory {
	t.Helper()
	dir := t.TempDir() + "/access"
	d, err := Init(dir, Options{Cell: "north", Listen: "127.0.0.1:-1", Hosts: []string{"127.0.0.1"}, NoTLS: noTLS}, at())
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range []Spec{
		{Name: "Diane", Role: "director"},
		{Name: "Boris", Role: "business-lead", Decides: true},
		{Name: "Ingrid", Role: "it-lead"},
		{Name: "A. Martin", Role: "scribe"},
		{Name: "Oscar", Role: "observer"},
		{Name: "Fatou", Role: "facilitator"},
		{Name: "Audrey", Role: "audit"},
		{Name: "Dorian", Role: "it-lead", Drill: true},
		{Name: "monitoring", Role: "signals"},
		{Name: "orchestrator", Role: "targets"},
	} {
		if d, _, err = Add(dir, s, at()); err != nil {
			t.Fatal(err)
		}
	}
	return d
}

// run starts the server of a directory and gives its address.
func run(t *testing.T, d *Directory) (b *bus.Bus, url string, reloaded <-chan error) {
	t.Helper()
	keeper, err := d.Keeper()
	if err != nil {
		t.Fatal(err)
	}
	told := make(chan error, 16)
	b, err = bus.Open(context.Background(), bus.Config{
		DataDir: t.TempDir(), ServerConfig: d.ServerConfig(), Pass: keeper, Watch: d.Watched(), Reloaded: func(err error) { told <- err },
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = b.Close() })
	changes, stop := b.LinkChanged()
	defer stop()
	for end := time.After(within); b.Link().State != bus.LinkUp; {
		select {
		case <-changes:
		case <-end:
			t.Fatalf("the bus is %+v", b.Link())
		}
	}
	if w := b.Link().Warnings; len(w) > 0 {
		t.Errorf("warnings %v", w)
	}
	return b, b.Link().Server, told
}

// client is a plain client of NATS with somebody's key: what an attacker who has it would use.
type client struct {
	*nats.Conn
	js     jetstream.JetStream
	token  string
	closed chan struct{}

	mu      sync.Mutex
	refused []string
	news    chan struct{}
}

func connect(t *testing.T, d *Directory, url, name string) *client {
	t.Helper()
	c, err := dial(t, d, url, name)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return c
}

func dial(t *testing.T, d *Directory, url, name string) (*client, error) {
	t.Helper()
	m := d.Find(name)
	file := d.PassFile(m)
	if m.Kind == KindKeeper {
		file = d.KeeperFile()
	}
	c := &client{token: m.Token, closed: make(chan struct{}), news: make(chan struct{}, 1)}
	key, err := nats.NkeyOptionFromSeed(file) // the tools of NATS read the file, too
	if err != nil {
		t.Fatal(err)
	}
	opts := []nats.Option{
		key, nats.CustomInboxPrefix("_INBOX_" + m.Token), nats.NoReconnect(), nats.ClosedHandler(func(*nats.Conn) { close(c.closed) }),
		nats.ErrorHandler(func(_ *nats.Conn, _ *nats.Subscription, err error) { c.refusal(err) }),
	}
	if ca, err := os.ReadFile(d.Dir() + "/ca.pem"); err == nil {
		pool := x509.NewCertPool()
		pool.AppendCertsFromPEM(ca)
		opts = append(opts, nats.Secure(&tls.Config{RootCAs: pool, MinVersion: tls.VersionTLS12}))
	}
	if c.Conn, err = nats.Connect(url, opts...); err != nil {
		return nil, err
	}
	t.Cleanup(c.Close)
	c.js, err = jetstream.New(c.Conn)
	return c, err
}

func (c *client) refusal(err error) {
	if !errors.Is(err, nats.ErrPermissionViolation) {
		return
	}
	c.mu.Lock()
	c.refused = append(c.refused, err.Error())
	c.mu.Unlock()
	select {
	case c.news <- struct{}{}:
	default:
	}
}

// denied waits for the server's refusal of a subject: its own words, not a time that ran out.
func (c *client) denied(t *testing.T, what, subject string) {
	t.Helper()
	for end := time.After(within); ; {
		c.mu.Lock()
		for _, r := range c.refused {
			if strings.Contains(r, `"`+subject+`"`) {
				c.mu.Unlock()
				return
			}
		}
		c.mu.Unlock()
		select {
		case <-c.news:
		case <-end:
			t.Errorf("%s: the server did not refuse %s %q; refused: %q", c.token, what, subject, c.refused)
			return
		}
	}
}

// mustNot publishes and expects the refusal.
func (c *client) mustNot(t *testing.T, subject, body string) {
	t.Helper()
	if err := c.PublishRequest(subject, "_INBOX_"+c.token+".x", []byte(body)); err != nil {
		t.Fatal(err)
	}
	c.denied(t, "publishing to", subject)
}

func (c *client) mustNotHear(t *testing.T, subject string) {
	t.Helper()
	if _, err := c.SubscribeSync(subject); err != nil {
		t.Fatal(err)
	}
	c.denied(t, "listening to", subject)
}

// may publishes and expects the bus's receipt.
func (c *client) may(t *testing.T, subject, body string) uint64 {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), within)
	defer cancel()
	ack, err := c.js.Publish(ctx, subject, []byte(body))
	if err != nil {
		t.Errorf("%s may not publish to %s: %v", c.token, subject, err)
		return 0
	}
	return ack.Sequence
}

// asks makes a request that must be answered.
func (c *client) asks(t *testing.T, subject, body string) string {
	t.Helper()
	m, err := c.Request(subject, []byte(body), within)
	if err != nil {
		t.Errorf("%s may not ask %s: %v", c.token, subject, err)
		return ""
	}
	var v struct {
		Error *jetstream.APIError `json:"error"`
	}
	if json.Unmarshal(m.Data, &v) == nil && v.Error != nil {
		t.Errorf("%s asks %s: %v", c.token, subject, v.Error)
	}
	return string(m.Data)
}

// What nobody of the cell may do, whatever their part.
func TestNobodyTouchesTheStreams(t *testing.T) {
	d := cell(t, false)
	_, url, _ := run(t, d)
	for _, name := range []string{"Diane", "Boris", "Ingrid", "A. Martin", "Oscar", "Fatou", "Audrey", "Dorian", "monitoring", "orchestrator"} {
		t.Run(name, func(t *testing.T) {
			c := connect(t, d, url, name)
			for _, stream := range []string{bus.StreamLive, bus.StreamDrill, bus.StreamSignal, "KV_" + bus.BucketPresence} {
				for _, verb := range []string{"CREATE", "UPDATE", "DELETE", "PURGE", "RESTORE", "SNAPSHOT", "MSG.DELETE", "PEER.REMOVE", "LEADER.STEPDOWN"} {
					c.mustNot(t, "$JS.API.STREAM."+verb+"."+stream, `{"seq":1,"name":"`+stream+`","subjects":["sangfroid.live.>"],"max_msgs":1}`)
				}
				for _, verb := range []string{"NAMES", "LIST"} {
					c.mustNot(t, "$JS.API.CONSUMER."+verb+"."+stream, "{}")
				}
				if !strings.HasPrefix(stream, "KV_") {
					c.mustNot(t, "$JS.API.CONSUMER.DELETE."+stream+".theirs", "")
				}
				c.mustNot(t, "$JS.API.CONSUMER.INFO."+stream+".theirs", "")
				c.mustNot(t, "$JS.API.CONSUMER.PAUSE."+stream+".theirs", "{}")
				c.mustNot(t, "$JS.API.CONSUMER.CREATE."+stream+".unfiltered", "{}")
				c.mustNot(t, "$JS.API.CONSUMER.CREATE."+stream, "{}")
				c.mustNot(t, "$JS.API.CONSUMER.DURABLE.CREATE."+stream+".mine", "{}")
				c.mustNot(t, "$JS.API.CONSUMER.CREATE."+stream+".wide.>", "{}")
				c.mustNot(t, "$JS.API.DIRECT.GET."+stream, `{"seq":1}`) // its answer goes to any subject
				c.mustNot(t, "$JS.API.DIRECT.GET."+stream+".sangfroid.live.x.diane.note.main", "")
			}
			for _, s := range []string{
				"$JS.API.INFO", "$JS.API.STREAM.NAMES", "$JS.API.STREAM.LIST", "$JS.API.META.LEADER.STEPDOWN", "$JS.API.ACCOUNT.PURGE.SANGFROID",
				"$SYS.REQ.SERVER.PING", "$SYS.REQ.ACCOUNT.SANGFROID.INFO", "$JS.ACK.x", "_INBOX_diane2.x", "sangfroid.other", "anything",
				"sangfroid.live.inc-1.keeper.note.main", "sangfroid.live.inc-1.diane2.note.main", "sangfroid.live.inc-1.diane2.decision.go", "sangfroid.signal.other",
				"$KV." + bus.BucketPresence + ".live.inc-1.diane2.0001", "$KV." + bus.BucketPresence + ".drill.inc-1.diane2.0001",
			} {
				c.mustNot(t, s, "{}")
			}
			for _, s := range []string{">", "sangfroid.>", "sangfroid.live.>", "sangfroid.drill.inc-1.diane.note.main", "_INBOX.>", "_INBOX_keeper.>", "$JS.>", "$SYS.>", "$KV.>", "$JS.EVENT.ADVISORY.>"} {
				c.mustNotHear(t, s)
			}
		})
	}
}

// row is what one kind of account may write, and what the server refuses it.
type row struct {
	name string
	can  []string // category tokens under sangfroid.<realm>.inc-1.<me>
	not  []string
	// realms it works in, and those it must not touch
	in, out []string
	reads   bool
}

func rows() []row {
	daily := []string{"incident", "plan", "step", "ballot", "repair", "forecast", "catchup", "targets", "note", "comms", "roster", "signal"}
	return []row{
		{name: "Diane", can: append([]string{"decision"}, daily...), in: []string{"live", "drill"}, reads: true},
		{name: "Boris", can: append([]string{"decision"}, daily...), in: []string{"live", "drill"}, reads: true},
		{name: "Ingrid", can: daily, not: []string{"decision"}, in: []string{"live", "drill"}, reads: true},
		{name: "A. Martin", can: daily, not: []string{"decision"}, in: []string{"live", "drill"}, reads: true},
		{name: "Dorian", can: daily, not: []string{"decision"}, in: []string{"drill"}, out: []string{"live"}, reads: true},
		{name: "Fatou", can: append([]string{"decision", "exercise"}, daily...), in: []string{"drill"}, out: []string{"live"}, reads: true},
		{name: "Oscar", can: []string{"roster"}, not: []string{"note", "decision", "ballot", "step", "incident"}, in: []string{"live", "drill"}, reads: true},
		{name: "Audrey", not: append([]string{"decision"}, daily...), in: []string{"live", "drill"}, reads: true},
		{name: "monitoring", out: []string{"live", "drill"}},
		{name: "orchestrator", can: []string{"targets"}, not: []string{"step", "note", "decision"}, in: []string{"live", "drill"}},
	}
}

func TestEachKindHasItsRights(t *testing.T) {
	d := cell(t, true)
	_, url, _ := run(t, d)
	for _, r := range rows() {
		t.Run(r.name, func(t *testing.T) {
			c := connect(t, d, url, r.name)
			for _, realm := range r.in {
				mine := fmt.Sprintf("sangfroid.%s.inc-1.%s.", realm, c.token)
				for _, category := range r.can {
					c.may(t, mine+category+".main", `{"id":"x"}`)
				}
				for _, category := range r.not {
					c.mustNot(t, mine+category+".main", "{}")
				}
				for _, other := range []string{"diane", "boris", "ingrid", "oscar"} {
					if other != c.token {
						c.mustNot(t, fmt.Sprintf("sangfroid.%s.inc-1.%s.decision.go", realm, other), "{}")
						c.mustNot(t, fmt.Sprintf("sangfroid.%s.inc-1.%s.note.main", realm, other), "{}")
						c.mustNot(t, fmt.Sprintf("$KV.%s.%s.inc-1.%s.0001", bus.BucketPresence, realm, other), "{}")
					}
				}
				stream := "SANGFROID_" + strings.ToUpper(realm)
				create := "$JS.API.CONSUMER.CREATE." + stream + "." + c.token + "1.sangfroid." + realm + ".inc-1.>"
				body := fmt.Sprintf(`{"stream_name":%q,"config":{"name":%q,"filter_subject":"sangfroid.%s.inc-1.>","ack_policy":"none","mem_storage":true,"inactive_threshold":60000000000}}`, stream, c.token+"1", realm)
				if !r.reads {
					c.mustNot(t, create, body)
					c.mustNot(t, "$JS.API.STREAM.INFO."+stream, "")
					continue
				}
				c.asks(t, create, body)
				c.asks(t, "$JS.API.STREAM.INFO."+stream, "")
			}
			for _, realm := range r.out {
				stream := "SANGFROID_" + strings.ToUpper(realm)
				c.mustNot(t, fmt.Sprintf("sangfroid.%s.inc-1.%s.note.main", realm, c.token), "{}")
				c.mustNot(t, "$JS.API.STREAM.INFO."+stream, "")
				c.mustNot(t, "$JS.API.STREAM.MSG.GET."+stream, `{"seq":1}`)
				c.mustNot(t, "$JS.API.CONSUMER.CREATE."+stream+".c.sangfroid."+realm+".>", "{}")
				c.mustNot(t, "$JS.API.CONSUMER.MSG.NEXT."+stream+".c", "")
				c.mustNot(t, fmt.Sprintf("$KV.%s.%s.inc-1.%s.0001", bus.BucketPresence, realm, c.token), "{}")
			}
			if r.name == "monitoring" {
				c.may(t, "sangfroid.signal.monitoring", "alarm")
				c.mustNot(t, "sangfroid.signal.monitoring.deeper", "alarm")
				c.mustNot(t, "$JS.API.STREAM.INFO."+bus.StreamSignal, "")
			}
		})
	}
}

// The server answers a request wherever its reply subject says, without asking whether the asker may write there. None of the
// answers an account may ask for brings that account's own bytes onto somebody else's subject.
func TestNoAnswerForgesAnEntry(t *testing.T) {
	d := cell(t, true)
	_, url, _ := run(t, d)
	keeper := connect(t, d, url, KeeperName)
	for _, name := range []string{"Ingrid", "Audrey", "Dorian"} {
		c := connect(t, d, url, name)
		realm, stream := "drill", bus.StreamDrill
		if name == "Ingrid" {
			c.may(t, "sangfroid.drill.inc-1.ingrid.note.main", `{"forged":true}`)
		}
		victim := "sangfroid.live.inc-1.diane.decision.go"
		make := fmt.Sprintf(`{"stream_name":%q,"config":{"name":"%s9","filter_subject":"sangfroid.%s.>","ack_policy":"none","mem_storage":true,"inactive_threshold":60000000000}}`, stream, c.token, realm)
		c.asks(t, "$JS.API.CONSUMER.CREATE."+stream+"."+c.token+"9.sangfroid."+realm+".>", make)
		push := strings.Replace(make, `"ack_policy"`, `"deliver_subject":"`+victim+`","ack_policy"`, 1)
		push = strings.Replace(push, c.token+"9", c.token+"8", 1)
		c.asks(t, "$JS.API.CONSUMER.CREATE."+stream+"."+c.token+"8.sangfroid."+realm+".>", push)
		for _, ask := range []string{"$JS.API.CONSUMER.MSG.NEXT." + stream + "." + c.token + "9", "$JS.API.STREAM.MSG.GET." + stream, "$JS.API.STREAM.INFO." + stream, "$SYS.REQ.USER.INFO"} {
			if err := c.PublishRequest(ask, victim, []byte(`{"seq":1,"batch":1}`)); err != nil {
				t.Fatal(err)
			}
		}
		c.asks(t, "$SYS.REQ.USER.INFO", "") // what came before it was handled
	}
	ctx, cancel := context.WithTimeout(context.Background(), within)
	defer cancel()
	s, err := keeper.js.Stream(ctx, bus.StreamLive)
	if err != nil {
		t.Fatal(err)
	}
	answers := 0
	for seq := uint64(1); seq <= s.CachedInfo().State.LastSeq; seq++ {
		var v struct {
			Message struct {
				Subject string
				Data    []byte
			} `json:"message"`
		}
		if err := json.Unmarshal([]byte(keeper.asks(t, "$JS.API.STREAM.MSG.GET."+bus.StreamLive, fmt.Sprintf(`{"seq":%d}`, seq))), &v); err != nil {
			t.Fatal(err)
		}
		if strings.HasPrefix(v.Message.Subject, "sangfroid.live.inc-1.diane.") {
			answers++
			var e map[string]any
			if json.Unmarshal(v.Message.Data, &e) != nil || e["forged"] != nil || e["actor"] != nil || e["specversion"] != nil {
				t.Errorf("an account's own bytes stand in another's name: %s", v.Message.Data)
			}
		}
	}
	t.Logf("%d answers of the server were put into the log; each is no event, and is flagged", answers)
}

// Somebody removed in mid-crisis is out at once; the others notice nothing. A new key ends the old one.
func TestRemoveAndRotateWithoutRestart(t *testing.T) {
	d := cell(t, false)
	_, url, told := run(t, d)
	reload := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		select {
		case err := <-told:
			if err != nil {
				t.Fatal(err)
			}
		case <-time.After(within):
			t.Fatal("the server did not take the new configuration")
		}
	}
	gone := func(c *client) {
		t.Helper()
		select {
		case <-c.closed:
		case <-time.After(within):
			t.Fatalf("%s is still connected", c.token)
		}
	}
	diane, ingrid, boris := connect(t, d, url, "Diane"), connect(t, d, url, "Ingrid"), connect(t, d, url, "Boris")
	old, err := os.ReadFile(d.PassFile(d.Find("Boris")))
	if err != nil {
		t.Fatal(err)
	}
	_, _, err = Remove(d.Dir(), "Ingrid", at())
	reload(err)
	gone(ingrid)
	if _, err := os.Stat(d.PassFile(d.Find("Ingrid"))); !errors.Is(err, os.ErrNotExist) {
		t.Error("the credentials of somebody removed lie about")
	}
	_, _, err = Rotate(d.Dir(), "Boris", at())
	reload(err)
	gone(boris)
	d2, _, err := Add(d.Dir(), Spec{Name: "Nadia", Role: "it-lead"}, at())
	reload(err)
	connect(t, d2, url, "Boris").may(t, "sangfroid.live.inc-1.boris.decision.go", "{}")
	connect(t, d2, url, "Nadia").may(t, "sangfroid.live.inc-1.nadia.note.main", "{}")
	stale := d.PassFile(d.Find("Boris")) + ".old"
	if err := os.WriteFile(stale, old, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(stale, d2.PassFile(d2.Find("Boris"))); err != nil {
		t.Fatal(err)
	}
	if _, err := dial(t, d2, url, "Boris"); !errors.Is(err, nats.ErrAuthorization) {
		t.Errorf("the old key comes on: %v", err)
	}
	diane.may(t, "sangfroid.live.inc-1.diane.note.main", "{}")
	select {
	case <-diane.closed:
		t.Error("somebody else was cut off")
	default:
	}
	if _, err := nats.Connect(url, nats.NoReconnect()); err == nil {
		t.Error("somebody without a key comes on")
	}
}
