package bus

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/nats-io/nats-server/v2/server"
)

// readAll gives what a realm's stream holds.
func readAll(t testing.TB, b *Bus, realm string) []Stored {
	t.Helper()
	var out []Stored
	if err := b.ReadAll(ctxFor(t), realm, func(m Message) error {
		out = append(out, Stored{Bus: m.Bus, Received: m.Received, Subject: m.Subject, Raw: m.Raw})
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	return out
}

func same(a, b []Stored) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i].Bus != b[i].Bus || !a[i].Received.Equal(b[i].Received) || a[i].Subject != b[i].Subject || !bytes.Equal(a[i].Raw, b[i].Raw) {
			return false
		}
	}
	return true
}

// A stream of which one incident's record is left: its messages are back under their numbers, with the holes of the others
// between them, after a restart as well, and the bus goes on behind them.
func TestRestoreIsExact(t *testing.T) {
	first := t.TempDir()
	b := upBus(t, Config{DataDir: first})
	for i := range 60 {
		o := outgo(fmt.Sprint("m", i))
		if i%3 == 1 {
			o.Incident = "inc-2"
		}
		if i%7 == 0 {
			o.Raw = []byte("not JSON\x00\xff\r\n" + strings.Repeat("é", i))
		}
		put(t, b, o)
	}
	whole := readAll(t, b, realmLive)
	var kept []Stored
	for i, m := range whole[1:] { // the first is somebody else's, too
		if strings.HasPrefix(m.Subject, "sangfroid.live."+inc+".") {
			m.MsgID = fmt.Sprint("/t#m", i+1)
			kept = append(kept, m)
		}
	}
	if err := b.Close(); err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	bare := upBus(t, Config{DataDir: dir, Bare: true})
	if missing, err := bare.Missing(ctxFor(t)); err != nil || len(missing) != 2 {
		t.Errorf("%v %v", missing, err)
	}
	if err := bare.Restore(ctxFor(t), realmLive, kept); err != nil {
		t.Fatal(err)
	}
	if err := bare.Close(); err != nil {
		t.Fatal(err)
	}
	again := upBus(t, Config{DataDir: dir})
	if got := readAll(t, again, realmLive); !same(got, kept) {
		t.Fatalf("%d messages after a restart, %d sent", len(got), len(kept))
	}
	if l := again.Link(); len(l.Warnings) > 0 {
		t.Errorf("%+v", l.Warnings)
	}
	last := kept[len(kept)-1]
	if seq := put(t, again, outgo("new")); seq != last.Bus+1 {
		t.Errorf("the next one has number %d behind %d", seq, last.Bus)
	}
	follow(t, again, Cursor{LastBus: last.Bus, LastID: idOf(last.Raw)}).expect(t, []string{"new"}) // a console goes on as if nothing was
	expect := uint64(0)
	o := outgo("conflict")
	o.Expect = &expect
	if _, err := again.Publish(ctxFor(t), o); !errors.Is(err, ErrConflict) {
		t.Errorf("the bus does not know what was written about the entity: %v", err)
	}
	o = outgo("m59") // what was sent and not yet seen is not taken twice
	if seq := put(t, again, o); seq != last.Bus {
		t.Errorf("%d, and the restored one is %d", seq, last.Bus)
	}
	err := again.Restore(ctxFor(t), realmLive, kept)
	var holds *HoldsError
	if !errors.As(err, &holds) || holds.Messages != uint64(len(kept)+1) {
		t.Errorf("a stream that holds entries is replaced: %v", err)
	}
	if err := again.Restore(ctxFor(t), realmDrill, drilled(kept)); err != nil {
		t.Errorf("an empty stream is not replaced: %v", err)
	}
}

func drilled(in []Stored) []Stored {
	out := make([]Stored, len(in))
	for i, m := range in {
		m.Subject = strings.Replace(m.Subject, "live", "drill", 1)
		out[i] = m
	}
	return out
}

// Many messages, over several of the stream's files, onto a server of one's own.
func TestRestoreManyOntoAServer(t *testing.T) {
	s := remote(t, nil)
	b := upBus(t, Config{URL: s.ClientURL(), Bare: true})
	at := time.Date(2026, 11, 23, 13, 0, 0, 123456789, time.UTC)
	var msgs []Stored
	for i := range 9000 {
		raw := fmt.Appendf(nil, `{"id":"r%d","text":%q}`, i, strings.Repeat("x", 1000))
		if i == 4000 {
			raw = bytes.Repeat([]byte("y"), 900<<10)
		}
		msgs = append(msgs, Stored{Bus: uint64(2*i + 5), Received: at.Add(time.Duration(i) * 777 * time.Microsecond), Subject: "sangfroid.live.inc-1.alice.note.main", MsgID: fmt.Sprint("/t#r", i), Raw: raw})
	}
	if err := b.Restore(ctxFor(t), realmLive, msgs); err != nil {
		t.Fatal(err)
	}
	if got := readAll(t, b, realmLive); !same(got, msgs) {
		t.Fatal("it reads back as something else")
	}
}

// A cluster gets it on every server.
func TestRestoreOntoACluster(t *testing.T) {
	urls := cluster(t)
	b := upBus(t, Config{URL: urls, Bare: true})
	var msgs []Stored
	for i := range 50 {
		msgs = append(msgs, Stored{Bus: uint64(i + 1), Received: time.Unix(1_790_000_000, int64(i)), Subject: "sangfroid.drill.inc-1.alice.note.main", Raw: eventRaw(fmt.Sprint(i))})
	}
	if err := b.Restore(ctxFor(t), realmDrill, msgs); err != nil {
		t.Fatal(err)
	}
	c := upBus(t, Config{URL: urls})
	if l := c.Link(); l.Replicas != clusterReplicas || len(l.Warnings) > 0 {
		t.Errorf("%+v", l)
	}
	if got := readAll(t, c, realmDrill); !same(got, msgs) {
		t.Error("it reads back as something else")
	}
}

// cluster starts three servers that form one.
func cluster(t *testing.T) string {
	t.Helper()
	var routes, urls []string
	for range 3 {
		routes = append(routes, "nats-route://"+freePort(t))
	}
	for i := range 3 {
		at := strings.TrimPrefix(routes[i], "nats-route://")
		s := remote(t, func(o *server.Options) {
			o.ServerName = fmt.Sprint("n", i)
			o.Cluster = server.ClusterOpts{Name: "c", Host: "127.0.0.1"}
			_, err := fmt.Sscanf(at, "127.0.0.1:%d", &o.Cluster.Port)
			if err != nil {
				t.Fatal(err)
			}
			o.Routes = server.RoutesFromStr(strings.Join(routes, ","))
		})
		urls = append(urls, s.ClientURL())
	}
	return strings.Join(urls, ",")
}

// What the account may not restore, it is told at once; the file of a stream is not left half.
func TestRestoreNeedsTheRight(t *testing.T) {
	file := filepath.Join(t.TempDir(), "nats.conf")
	conf := fmt.Sprintf("listen: 127.0.0.1:-1\njetstream { store_dir: %q, sync_interval: always }\nauthorization { users: [ { user: a, password: b, permissions: { publish: [\"$SYS.REQ.USER.INFO\", \"$JS.API.STREAM.INFO.>\"], subscribe: \"_INBOX.>\" } } ] }\n", t.TempDir())
	if err := os.WriteFile(file, []byte(conf), 0o600); err != nil {
		t.Fatal(err)
	}
	b := upBus(t, Config{DataDir: t.TempDir(), ServerConfig: file, User: "a", Password: "b", Bare: true})
	if err := b.Restore(ctxFor(t), realmLive, []Stored{{Bus: 1, Received: time.Now(), Subject: "sangfroid.live.x.y.z.t"}}); !errors.Is(err, ErrDenied) {
		t.Error(err)
	}
}
