package bus

import (
	"context"
	"errors"
	"maps"
	"reflect"
	"slices"
	"sync"
	"testing"
)

// watch tells who is present, each time it changes.
func watch(t *testing.T, b *Bus) <-chan []string {
	t.Helper()
	told := make(chan []string, 256)
	ctx, cancel := context.WithCancel(context.Background())
	var done sync.WaitGroup
	done.Go(func() {
		_ = b.WatchPresence(ctx, realmLive, inc, func(all []Presence) {
			names := make(map[string]bool)
			for _, p := range all {
				names[p.Name] = true
			}
			told <- slices.Sorted(maps.Keys(names))
		})
	})
	t.Cleanup(func() { cancel(); done.Wait() })
	return told
}

func wantPresent(t *testing.T, told <-chan []string, names ...string) {
	t.Helper()
	for {
		if got := take(t, told, "the present"); slices.Equal(got, names) {
			return
		}
	}
}

// present sits at a console until leave is called.
func present(t *testing.T, b *Bus, incident, name string) (leave func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() {
		ended <- b.Present(ctx, realmLive, incident, func() Presence {
			return Presence{Name: name, Role: "it-lead", Console: "/console/" + name, Seq: 7, Root: "r"}
		})
	}()
	leave = sync.OnceFunc(func() {
		cancel()
		if err := take(t, ended, "leaving"); !errors.Is(err, context.Canceled) {
			t.Errorf("presence ended with %v", err)
		}
	})
	t.Cleanup(leave)
	return leave
}

func TestPresence(t *testing.T) {
	dir := t.TempDir()
	first := upBus(t, Config{DataDir: dir})
	second := upBus(t, Config{DataDir: dir})
	seenByFirst, seenBySecond := watch(t, first), watch(t, second)
	wantPresent(t, seenByFirst)
	leaveAlice := present(t, first, inc, "Alice")
	present(t, second, inc, "Böb. 1>")
	present(t, second, "inc-2", "Elsewhere")
	wantPresent(t, seenByFirst, "Alice", "Böb. 1>")
	wantPresent(t, seenBySecond, "Alice", "Böb. 1>")
	leaveAlice()
	wantPresent(t, seenBySecond, "Böb. 1>")
	wantPresent(t, seenByFirst, "Böb. 1>")
}

// Who is there is told again after a take-over; while the link is away nobody is known to be.
func TestPresenceTakeOver(t *testing.T) {
	dir := t.TempDir()
	first := upBus(t, Config{DataDir: dir})
	second := upBus(t, Config{DataDir: dir})
	told := watch(t, second)
	present(t, second, inc, "Bob")
	wantPresent(t, told, "Bob")
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}
	wantPresent(t, told)
	wantPresent(t, told, "Bob")
	if w := second.Link().Warnings; len(w) != 0 {
		t.Errorf("warnings %+v", w)
	}
}

func TestPresenceCarries(t *testing.T) {
	b := upBus(t, Config{DataDir: t.TempDir()})
	present(t, b, inc, "Alice")
	got := make(chan Presence, 16)
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() {
		done <- b.WatchPresence(ctx, realmLive, inc, func(all []Presence) {
			if len(all) == 1 {
				got <- all[0]
			}
		})
	}()
	want := Presence{Name: "Alice", Role: "it-lead", Console: "/console/Alice", Seq: 7, Root: "r"}
	if p := take(t, got, "Alice"); !reflect.DeepEqual(p, want) {
		t.Errorf("seen as %+v", p)
	}
	cancel()
	if err := take(t, done, "the watch's end"); !errors.Is(err, context.Canceled) {
		t.Errorf("the watch ended with %v", err)
	}
}
