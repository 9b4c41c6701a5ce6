package bus

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/nats-io/nats.go/jetstream"
)

func TestEmbeddedStreams(t *testing.T) {
	dir := t.TempDir()
	b := upBus(t, Config{DataDir: dir})
	l := b.Link()
	if !l.Embedded || !l.Owner || l.Replicas != 1 || len(l.Warnings) != 0 || l.Problem != "" || l.Name != "sangfroid" || l.Since.IsZero() {
		t.Errorf("link %+v", l)
	}
	js, ctx := adminOf(t, dir), ctxFor(t)
	for name, subject := range map[string]string{
		StreamLive: "sangfroid.live.>", StreamDrill: "sangfroid.drill.>", StreamSignal: "sangfroid.signal.>",
	} {
		s, err := js.Stream(ctx, name)
		if err != nil {
			t.Fatal(err)
		}
		c := s.CachedInfo().Config
		if !c.DenyDelete || !c.DenyPurge || c.AllowRollup || c.Storage != jetstream.FileStorage || c.Retention != jetstream.LimitsPolicy ||
			c.PersistMode == jetstream.AsyncPersistMode || c.Duplicates != dedupe || !slices.Equal(c.Subjects, []string{subject}) {
			t.Errorf("%s does not protect its entries: %+v", name, c)
		}
		if name == StreamSignal {
			if c.Discard != jetstream.DiscardOld || c.MaxAge != signalsKept || c.MaxBytes != signalBytes {
				t.Errorf("%s keeps %+v", name, c)
			}
		} else if c.Discard != jetstream.DiscardNew || c.MaxAge != 0 || c.MaxMsgs != -1 || c.MaxBytes != -1 || c.MaxMsgsPerSubject != -1 {
			t.Errorf("%s forgets: %+v", name, c)
		}
	}
	seq := put(t, b, outgo("kept"))
	s, err := js.Stream(ctx, StreamLive)
	if err != nil {
		t.Fatal(err)
	}
	if s.DeleteMsg(ctx, seq) == nil || s.Purge(ctx) == nil {
		t.Error("an entry can be deleted")
	}
}

// The bus directory and its secrets are this account's only.
func TestEmbeddedRights(t *testing.T) {
	dir := t.TempDir()
	upBus(t, Config{DataDir: dir})
	for path, want := range map[string]os.FileMode{"": 0o700, endpointFile: 0o600, versionFile: 0o600} {
		st, err := os.Stat(filepath.Join(dir, "bus", path))
		if err != nil || st.Mode().Perm() != want {
			t.Errorf("%q has %v, %v", path, st.Mode(), err)
		}
	}
	end, err := readEndpoint(filepath.Join(dir, "bus"))
	if err != nil || !strings.HasPrefix(end.URL, "nats://127.0.0.1:") || len(end.Token) < 20 || end.PID != os.Getpid() {
		t.Errorf("endpoint %+v, %v", end, err)
	}
}

// A second console of one directory works with the first, and takes over when it goes, without gap or repeat.
func TestTakeOver(t *testing.T) {
	dir := t.TempDir()
	first := upBus(t, Config{DataDir: dir})
	second := upBus(t, Config{DataDir: dir})
	if l := second.Link(); l.Owner || !l.Embedded {
		t.Fatalf("the second link is %+v", l)
	}
	r := follow(t, second, Cursor{})
	before := append(fill(t, first, "first", 20), fill(t, second, "second", 20)...)
	r.expect(t, before)
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}
	linked(t, second, "the owner", func(l Link) bool { return l.State == LinkUp && l.Owner })
	after := fill(t, second, "after", 20)
	r.expect(t, after)
	third := upBus(t, Config{DataDir: dir})
	follow(t, third, Cursor{}).expect(t, append(before, after...))
	more := fill(t, third, "third", 5)
	r.expect(t, more)
	if len(r.msgs) != 0 {
		t.Errorf("%d messages too many", len(r.msgs))
	}
}

// Several consoles that start at once on a new directory all come up, one of them as the owner.
func TestOpenTogether(t *testing.T) {
	for range 5 {
		dir := filepath.Join(t.TempDir(), "new", "deep")
		all, errs := make([]*Bus, 6), make([]error, 6)
		var wg sync.WaitGroup
		start := make(chan struct{})
		for i := range all {
			wg.Go(func() {
				<-start
				all[i], errs[i] = Open(context.Background(), Config{DataDir: dir})
			})
		}
		close(start)
		wg.Wait()
		if err := errors.Join(errs...); err != nil {
			t.Fatal(err)
		}
		owners := 0
		for _, b := range all {
			if l := linked(t, b, "up", func(l Link) bool { return l.State == LinkUp }); l.Owner {
				owners++
			}
		}
		if owners != 1 {
			t.Errorf("%d owners", owners)
		}
		for i, b := range all {
			put(t, b, outgo(fmt.Sprint("from-", i)))
		}
		r := follow(t, all[0], Cursor{})
		for range all {
			take(t, r.msgs, "the others' events")
		}
		r.stop()
		for _, b := range slices.Backward(all) {
			if err := b.Close(); err != nil {
				t.Error(err)
			}
		}
	}
}

func write(t testing.TB, path, text string) string {
	t.Helper()
	if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o700), os.WriteFile(path, []byte(text), 0o600)); err != nil {
		t.Fatal(err)
	}
	return path
}

func refuses(t *testing.T, cfg Config, want error) {
	t.Helper()
	b, err := Open(context.Background(), cfg)
	if err == nil {
		_ = b.Close()
		t.Errorf("opened, link %+v; want %v", b.Link(), want)
		return
	}
	if !errors.Is(err, want) {
		t.Errorf("refused with %v, want %v", err, want)
	}
	if key, hint, ok := Explain(err); !ok || key == "" || hint == "" {
		t.Errorf("no words for %v", err)
	}
}

func TestOpenRefusesDirectory(t *testing.T) {
	t.Run("foreign", func(t *testing.T) {
		dir := t.TempDir()
		write(t, filepath.Join(dir, "bus", "jetstream", "x"), "somebody's")
		refuses(t, Config{DataDir: dir}, ErrDirForeign)
		if got := files(t, filepath.Join(dir, "bus")); len(got) != 1 {
			t.Errorf("files were put beside somebody's: %q", got)
		}
	})
	t.Run("version", func(t *testing.T) {
		dir := t.TempDir()
		write(t, filepath.Join(dir, "bus", versionFile), "2\n")
		refuses(t, Config{DataDir: dir}, ErrDirVersion)
	})
	t.Run("a file in its place", func(t *testing.T) {
		dir := t.TempDir()
		refuses(t, Config{DataDir: write(t, filepath.Join(dir, "file"), "")}, ErrDirUnusable)
	})
	t.Run("the version file is a directory", func(t *testing.T) {
		dir := t.TempDir()
		write(t, filepath.Join(dir, "bus", versionFile, "x"), "")
		refuses(t, Config{DataDir: dir}, ErrDirUnusable)
	})
	t.Run("read-only", func(t *testing.T) {
		if os.Geteuid() == 0 {
			t.Skip("root writes everywhere")
		}
		dir := t.TempDir()
		if err := os.Chmod(dir, 0o500); err != nil {
			t.Fatal(err)
		}
		refuses(t, Config{DataDir: dir}, ErrDirUnusable)
	})
	t.Run("made read-only later", func(t *testing.T) {
		if os.Geteuid() == 0 {
			t.Skip("root writes everywhere")
		}
		dir := t.TempDir()
		if err := upBus(t, Config{DataDir: dir}).Close(); err != nil {
			t.Fatal(err)
		}
		inner := filepath.Join(dir, "bus")
		if err := os.Chmod(inner, 0o500); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = os.Chmod(inner, 0o700) })
		refuses(t, Config{DataDir: dir}, ErrDirUnusable)
	})
}

// freePort is one that nobody listens on just now.
func freePort(t testing.TB) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

func TestListenKeepsItsToken(t *testing.T) {
	dir, addr := t.TempDir(), freePort(t)
	b := upBus(t, Config{DataDir: dir, Listen: addr})
	secret, err := os.ReadFile(TokenPath(dir))
	if err != nil {
		t.Fatal(err)
	}
	seq := put(t, b, outgo("a"))
	if err := b.Close(); err != nil {
		t.Fatal(err)
	}
	upBus(t, Config{DataDir: dir, Listen: addr})
	again, err := os.ReadFile(TokenPath(dir))
	if err != nil || string(again) != string(secret) {
		t.Fatalf("the token changed: %v", err)
	}
	member := upBus(t, Config{URL: addr, Token: strings.TrimSpace(string(secret))})
	if l := member.Link(); l.Owner || l.Embedded || strings.Contains(l.Server, strings.TrimSpace(string(secret))) {
		t.Errorf("a member's link is %+v", l)
	}
	if at := follow(t, member, Cursor{}).expect(t, []string{"a"}); at.LastBus != seq {
		t.Errorf("found at %d, stored at %d", at.LastBus, seq)
	}
	refuses(t, Config{DataDir: dir, Listen: addr}, ErrHeld)
}

func TestServeRefuses(t *testing.T) {
	conf := func(t *testing.T, text string) string { return write(t, filepath.Join(t.TempDir(), "nats.conf"), text) }
	t.Run("not synced", func(t *testing.T) {
		dir := t.TempDir()
		file := conf(t, fmt.Sprintf("listen: 127.0.0.1:-1\njetstream { store_dir: %q }\n", dir))
		refuses(t, Config{DataDir: dir, ServerConfig: file}, ErrNotSynced)
	})
	t.Run("no JetStream", func(t *testing.T) {
		refuses(t, Config{DataDir: t.TempDir(), ServerConfig: conf(t, "listen: 127.0.0.1:-1\n")}, ErrNoJetStream)
	})
	t.Run("not a configuration", func(t *testing.T) {
		refuses(t, Config{DataDir: t.TempDir(), ServerConfig: conf(t, "listen: {")}, ErrConfig)
	})
	t.Run("no file", func(t *testing.T) {
		refuses(t, Config{DataDir: t.TempDir(), ServerConfig: filepath.Join(t.TempDir(), "none")}, ErrConfig)
	})
	t.Run("no port", func(t *testing.T) {
		for _, l := range []string{"host", "host:", "host:x", "127.0.0.1:70000", "127.0.0.1:0"} {
			refuses(t, Config{DataDir: t.TempDir(), Listen: l}, ErrConfig)
		}
	})
	t.Run("port in use", func(t *testing.T) {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		defer l.Close()
		refuses(t, Config{DataDir: t.TempDir(), Listen: l.Addr().String()}, ErrServer)
	})
}

// A configuration of the user's own: its accounts count, and its store is in the data directory unless it says otherwise.
func TestServeConfigured(t *testing.T) {
	dir := t.TempDir()
	file := write(t, filepath.Join(t.TempDir(), "nats.conf"), `
listen: 127.0.0.1:-1
write_deadline: "500ms" # a refusal in process waits for it: the pipe has no buffer
jetstream { sync_interval: always }
authorization { users: [ { user: alice, password: secret } ] }
`)
	b := upBus(t, Config{DataDir: dir, ServerConfig: file, User: "alice", Password: "secret"})
	if !b.Link().Owner {
		t.Errorf("link %+v", b.Link())
	}
	put(t, b, outgo("a"))
	if _, err := os.Stat(filepath.Join(dir, "bus", storeDir, "jetstream")); err != nil {
		t.Errorf("the entries are not in the data directory: %v", err)
	}
	if err := b.Close(); err != nil {
		t.Fatal(err)
	}
	denied := openBus(t, Config{DataDir: dir, ServerConfig: file, User: "alice", Password: "wrong"})
	linked(t, denied, "denied", func(l Link) bool { return l.State == LinkDenied && l.ProblemCode == ErrAuth.Code })
}
