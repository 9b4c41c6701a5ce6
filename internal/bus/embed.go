package bus

import (
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/gofrs/flock"
	"github.com/nats-io/nats-server/v2/server"
)

// Limits of the embedded server.
const (
	storeMost   = 8 << 30
	memoryMost  = 64 << 20
	serverReady = 10 * time.Second
	serverLook  = 100 * time.Millisecond // a server that failed to start never gets ready
)

const (
	lockFile    = "lock"
	versionFile = "sangfroid-bus"
	dirVersion  = "1\n"
	tokenFile   = "token"
	storeDir    = "store"
)

// embedded is the server this process runs, and the lock that says so. NATS itself takes no lock: a second server on one
// store would destroy acknowledged entries.
type embedded struct {
	nats  *server.Server
	lock  *flock.Flock
	token string
	dir   string
	sick  chan struct{} // has a value once the server could not store something: it stores nothing more until it is started anew

	quit chan struct{} // ends the watch for a new configuration
	done sync.WaitGroup
}

// own takes the bus directory and starts its server. [ErrHeld] when another process has it.
func (b *Bus) own() (*embedded, error) {
	dir := b.cfg.dir()
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fail(ErrDirUnusable, err)
	}
	if err := checkDir(dir); err != nil {
		return nil, err
	}
	lock := flock.New(filepath.Join(dir, lockFile))
	ok, err := lock.TryLock()
	if err != nil {
		return nil, fail(ErrDirUnusable, err)
	}
	if !ok {
		return nil, ErrHeld
	}
	e := &embedded{lock: lock, dir: dir, quit: make(chan struct{}), sick: make(chan struct{}, 1)}
	if err := e.start(b.cfg); err != nil {
		e.stop()
		return nil, err
	}
	return e, nil
}

// checkDir takes an empty directory or one of ours. Files of something else are left alone.
func checkDir(dir string) error {
	found, err := versionOf(dir)
	if err != nil || found {
		return err
	}
	files, err := os.ReadDir(dir)
	if err != nil {
		return fail(ErrDirUnusable, err)
	}
	for _, f := range files {
		if f.Name() == lockFile || strings.HasPrefix(f.Name(), "."+versionFile) {
			continue // another process is just here
		}
		if found, err := versionOf(dir); err != nil || found {
			return err // it was faster
		}
		return failf(ErrDirForeign, "%s", filepath.Join(dir, f.Name()))
	}
	// It appears whole: a process that starts beside this one must not read half of it.
	tmp, err := os.CreateTemp(dir, "."+versionFile)
	if err != nil {
		return fail(ErrDirUnusable, err)
	}
	_, err = tmp.WriteString(dirVersion)
	if err = errors.Join(err, tmp.Sync(), tmp.Close()); err == nil {
		err = os.Rename(tmp.Name(), filepath.Join(dir, versionFile))
	}
	if err != nil {
		_ = os.Remove(tmp.Name()) // it is passed over when it stays
		return fail(ErrDirUnusable, err)
	}
	return nil
}

// versionOf tells whether the directory is one of ours. [ErrDirVersion] when another version's.
func versionOf(dir string) (bool, error) {
	got, err := os.ReadFile(filepath.Join(dir, versionFile))
	switch {
	case errors.Is(err, os.ErrNotExist):
		return false, nil
	case err != nil:
		return false, fail(ErrDirUnusable, err)
	case string(got) != dirVersion:
		return false, failf(ErrDirVersion, "%s says %q", dir, strings.TrimSpace(string(got)))
	}
	return true, nil
}

func (e *embedded) start(cfg Config) error {
	opts, err := e.settings(cfg)
	if err != nil {
		return err
	}
	e.nats, err = server.NewServer(opts)
	if err != nil {
		return fail(ErrServer, err)
	}
	log := &serverLog{log: cfg.Log, sick: e.sick}
	e.nats.SetLoggerV2(log, false, false, false)
	e.nats.Start()
	ready := false
	for end := time.Now().Add(serverReady); !ready && log.failure() == nil && time.Now().Before(end); {
		ready = e.nats.ReadyForConnections(serverLook)
	}
	if err := log.failure(); err != nil || !ready {
		return fail(ErrServer, err)
	}
	if cfg.ServerConfig != "" {
		if len(cfg.Watch) > 0 {
			e.done.Go(func() { e.watch(cfg, fingerprint(cfg.Watch)) })
		}
		return nil // who may connect is that file's matter
	}
	end := endpoint{URL: e.nats.ClientURL(), Token: e.token, PID: os.Getpid()}
	if err := end.write(e.dir); err != nil {
		return fail(ErrDirUnusable, err)
	}
	return nil
}

// settings are the embedded server's: every write synced, no signal handler, this machine only unless told to listen.
func (e *embedded) settings(cfg Config) (*server.Options, error) {
	if cfg.ServerConfig != "" {
		o, err := server.ProcessConfigFile(cfg.ServerConfig)
		if err != nil {
			return nil, fail(ErrConfig, err)
		}
		if !o.JetStream {
			return nil, failf(ErrNoJetStream, "%s", cfg.ServerConfig)
		}
		if !o.SyncAlways {
			return nil, failf(ErrNotSynced, "%s", cfg.ServerConfig)
		}
		o.NoSigs = true
		o.DontListen = cfg.Quiet
		if o.StoreDir == "" { // NATS's own default is the system's temporary directory
			o.StoreDir = filepath.Join(e.dir, storeDir)
		}
		return o, nil
	}
	token, err := e.secret(cfg.Listen != "")
	if err != nil {
		return nil, err
	}
	e.token = token
	o := &server.Options{
		ServerName: "sangfroid", JetStream: true, StoreDir: filepath.Join(e.dir, storeDir), SyncAlways: true, NoSigs: true,
		Host: "127.0.0.1", Port: -1, Authorization: token, JetStreamMaxStore: storeMost, JetStreamMaxMemory: memoryMost,
	}
	if cfg.Listen != "" {
		host, port, err := net.SplitHostPort(cfg.Listen)
		if err != nil {
			return nil, failf(ErrConfig, "%q is no host:port", cfg.Listen)
		}
		if o.Port, err = strconv.Atoi(port); err != nil || o.Port < 1 || o.Port > 65535 {
			return nil, failf(ErrConfig, "%q is no port", port)
		}
		o.Host = host
	}
	return o, nil
}

// secret is the token of this bus: a new one each time, or a kept one for a team that must type it once.
func (e *embedded) secret(kept bool) (string, error) {
	if !kept {
		return rand.Text(), nil
	}
	path := filepath.Join(e.dir, tokenFile)
	if b, err := os.ReadFile(path); err == nil && len(b) >= 20 {
		return strings.TrimSpace(string(b)), nil
	}
	token := rand.Text()
	if err := os.WriteFile(path, []byte(token+"\n"), 0o600); err != nil {
		return "", fail(ErrDirUnusable, err)
	}
	return token, nil
}

// TokenPath is the file with the token of a bus that listens for a team.
func TokenPath(dataDir string) string { return filepath.Join(dataDir, "bus", tokenFile) }

// watchEvery is how soon a changed configuration counts: somebody who was removed is out within it.
const watchEvery = 300 * time.Millisecond

// watch takes a configuration that changed, without a restart.
func (e *embedded) watch(cfg Config, last [sha256.Size]byte) {
	tick := time.NewTicker(watchEvery)
	defer tick.Stop()
	for {
		select {
		case <-e.quit:
			return
		case <-tick.C:
		}
		now := fingerprint(cfg.Watch)
		if now == last {
			continue
		}
		last = now
		opts, err := e.settings(cfg)
		if err == nil {
			err = e.nats.ReloadOptions(opts)
		}
		if err != nil {
			cfg.Log.Error("the new configuration does not count", "error", err)
		}
		if cfg.Reloaded != nil {
			cfg.Reloaded(err)
		}
	}
}

// fingerprint tells whether files changed.
func fingerprint(files []string) (sum [sha256.Size]byte) {
	h := sha256.New()
	for _, f := range files {
		b, err := os.ReadFile(f)
		_, _ = fmt.Fprintf(h, "%d %v\n", len(b), err == nil)
		_, _ = h.Write(b) // a hash takes everything
	}
	h.Sum(sum[:0])
	return sum
}

// stop ends the server, then gives the directory back.
func (e *embedded) stop() {
	close(e.quit)
	e.done.Wait()
	if e.nats != nil {
		e.nats.Shutdown()
		e.nats.WaitForShutdown()
	}
	_ = e.lock.Close() // the process's end frees it anyway
}

// serverLog brings the server's notices to the program's log. A fatal one is kept: the server must not end the process.
type serverLog struct {
	log   *slog.Logger
	sick  chan<- struct{}
	fatal atomic.Pointer[error]
}

func (l *serverLog) failure() error {
	if p := l.fatal.Load(); p != nil {
		return *p
	}
	return nil
}

// Noticef notes a notice.
func (l *serverLog) Noticef(format string, v ...any) {
	l.log.Debug("server", "text", fmt.Sprintf(format, v...))
}

// Warnf notes a warning.
func (l *serverLog) Warnf(format string, v ...any) {
	l.log.Warn("server", "text", fmt.Sprintf(format, v...))
}

// Errorf notes an error.
func (l *serverLog) Errorf(format string, v ...any) {
	text := fmt.Sprintf(format, v...)
	l.log.Error("server", "text", text)
	if l.sick == nil || !strings.Contains(text, "critical write error") && !strings.Contains(text, "failed to store a msg") {
		return
	}
	select {
	case l.sick <- struct{}{}:
	default: // it is known
	}
}

// Probing of a disk that could not be written.
const (
	probeEvery = time.Second
	probeSize  = 1 << 20
)

// probe tells whether the bus's disk takes writes again.
func (e *embedded) probe() error {
	f, err := os.CreateTemp(e.dir, ".probe")
	if err != nil {
		return err
	}
	_, err = f.Write(make([]byte, probeSize))
	return errors.Join(err, f.Sync(), f.Close(), os.Remove(f.Name()))
}

// Debugf drops details.
func (l *serverLog) Debugf(string, ...any) {}

// Tracef drops traces.
func (l *serverLog) Tracef(string, ...any) {}

// Fatalf keeps what stopped the server.
func (l *serverLog) Fatalf(format string, v ...any) {
	err := fmt.Errorf(format, v...)
	l.fatal.CompareAndSwap(nil, &err)
	l.log.Error("server", "fatal", err)
}
