package faults

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"sync"
	"testing"
	"time"
)

const (
	// within bounds every wait of these tests. A cluster that lost its leader needs 4 to 9 s for the next one, and a console
	// that was frozen as long again.
	within = 90 * time.Second

	childEnv  = "SANGFROID_FAULTS_CHILD"
	seedEnv   = "RESILIENCE_SEED"
	roundsEnv = "RESILIENCE_ROUNDS"
)

func TestMain(m *testing.M) {
	if role := os.Getenv(childEnv); role != "" {
		os.Exit(child(role))
	}
	os.Exit(run(m))
}

func run(m *testing.M) int {
	dir, err := os.MkdirTemp("", "sangfroid-faults-*")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer os.RemoveAll(dir)
	binaries = dir
	flag.Parse()
	if f := flag.Lookup("test.parallel"); f.Value.String() == strconv.Itoa(runtime.GOMAXPROCS(0)) {
		_ = f.Value.Set("6") // these tests mostly wait, for elections and for links
	}
	return m.Run()
}

// scenario is a seeded test.
type scenario struct {
	t    *testing.T
	seed uint64
	rng  *rand.Rand
}

// start gives a test its seed: RESILIENCE_SEED, else one of the moment; it is logged.
func start(t *testing.T) *scenario {
	t.Helper()
	seed := uint64(time.Now().UnixNano())
	if v := os.Getenv(seedEnv); v != "" {
		n, err := strconv.ParseUint(v, 10, 64)
		if err != nil {
			t.Fatalf("%s=%q is no number", seedEnv, v)
		}
		seed = n
	}
	t.Logf("%s=%d", seedEnv, seed)
	return &scenario{t: t, seed: seed, rng: rand.New(rand.NewPCG(seed, 1))}
}

// long tells that the long form is asked for.
func long() bool { return os.Getenv(roundsEnv) != "" }

// rounds is how often a test goes round: RESILIENCE_ROUNDS, a number or "long".
func (s *scenario) rounds(short, most int) int {
	s.t.Helper()
	switch v := os.Getenv(roundsEnv); v {
	case "":
		return short
	case "long":
		return most
	default:
		n, err := strconv.Atoi(v)
		if err != nil || n < 1 {
			s.t.Fatalf("%s=%q is no number of rounds", roundsEnv, v)
		}
		return n
	}
}

// upTo is a random duration below d.
func (s *scenario) upTo(d time.Duration) time.Duration { return time.Duration(s.rng.Int64N(int64(d))) }

// figures is the line of the table in docs/RESILIENCE.md.
func (s *scenario) figures(what string, tally Tally, converge []time.Duration) {
	s.t.Helper()
	s.t.Logf("FIGURES %s | seed %d | %s | longest to converge %s", what, s.seed, tally, Longest(converge).Round(10*time.Millisecond))
	if !tally.Good() {
		s.t.Error("words were lost, doubled or put out of order")
	}
}

// pause is time going by under load: the fault's own length, never a wait for something to happen.
func pause(d time.Duration) { <-time.After(d) }

// until waits for something.
func until(t testing.TB, what string, is func() bool) time.Duration {
	t.Helper()
	begun := time.Now()
	for !is() {
		if time.Since(begun) > within {
			t.Fatalf("waited %s: %s", within, what)
		}
		pause(20 * time.Millisecond)
	}
	return time.Since(begun)
}

// link is a proxy that is closed with the test.
func link(t testing.TB, to string) *Link {
	t.Helper()
	x, err := NewLink(to)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = x.Close() })
	return x
}

// built are the programs these tests start, each made once.
type built struct {
	once sync.Once
	path string
	err  error
}

var (
	binaries        string // a directory that goes with the tests
	server, console built
)

// build makes a program in the directory.
func (b *built) build(t testing.TB, name string, args ...string) string {
	t.Helper()
	b.once.Do(func() {
		b.path = filepath.Join(binaries, name)
		build := exec.Command("go", append([]string{args[0], "-o", b.path}, args[1:]...)...)
		build.Env = append(os.Environ(), "CGO_ENABLED=0")
		if out, err := build.CombinedOutput(); err != nil {
			b.err = fmt.Errorf("%w: %s", err, out)
		}
	})
	if b.err != nil {
		t.Fatal(b.err)
	}
	return b.path
}

// natsServer is the real nats-server, built from the module the program is built with.
func natsServer(t testing.TB) string {
	t.Helper()
	return server.build(t, "nats-server", "build", "github.com/nats-io/nats-server/v2")
}

// consoleProgram is what runs a console's process: this binary, or its twin without the race detector, which is five times as
// heavy; the packages have that in their own tests.
func consoleProgram(t testing.TB) string {
	t.Helper()
	if raced {
		return console.build(t, "faults.test", "test", "-c", "sangfroid/internal/faults")
	}
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	return exe
}
