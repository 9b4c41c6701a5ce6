package bus

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/nats-io/nats-server/v2/server"
)

// percentiles reports the middle and the slow end of what one operation took.
func percentiles(b *testing.B, took []time.Duration) {
	slices.Sort(took)
	b.ReportMetric(float64(took[len(took)/2].Microseconds()), "p50-µs")
	b.ReportMetric(float64(took[len(took)*99/100].Microseconds()), "p99-µs")
}

// BenchmarkPublish stores one event of the embedded bus, synced, beside the same bytes appended to a file and synced.
func BenchmarkPublish(b *testing.B) {
	b.Run("append+fsync", func(b *testing.B) {
		f, err := os.Create(filepath.Join(b.TempDir(), "log"))
		if err != nil {
			b.Fatal(err)
		}
		defer f.Close()
		measure(b, func(i int) error {
			_, err := f.Write(append(eventRaw(fmt.Sprint(i)), '\n'))
			return errors.Join(err, f.Sync())
		})
	})
	bus := upBus(b, Config{DataDir: b.TempDir()})
	b.Run("bus", func(b *testing.B) {
		measure(b, func(i int) error {
			_, err := bus.Publish(context.Background(), outgo(fmt.Sprintf("%d-%d", b.N, i)))
			return err
		})
	})
	b.Run("bus expecting", func(b *testing.B) {
		last := uint64(0)
		measure(b, func(i int) (err error) {
			o := outgo(fmt.Sprintf("x%d-%d", b.N, i))
			o.Entity, o.Expect = fmt.Sprint("e", b.N), &last
			last, err = bus.Publish(context.Background(), o)
			return err
		})
	})
	b.Run("outbox put", func(b *testing.B) {
		o := openOutbox(b, b.TempDir())
		measure(b, func(i int) error {
			id := fmt.Sprint(i)
			return errors.Join(o.Put(item(id)), o.Done("/t", id))
		})
	})
}

func measure(b *testing.B, work func(i int) error) {
	took := make([]time.Duration, 0, b.N)
	b.ResetTimer()
	for i := range b.N {
		start := time.Now()
		if err := work(i); err != nil {
			b.Fatal(err)
		}
		took = append(took, time.Since(start))
	}
	percentiles(b, took)
}

// BenchmarkFollow replays an incident of 100,000 events from the first.
func BenchmarkFollow(b *testing.B) {
	const n = 100_000
	s := remote(b, func(o *server.Options) { o.SyncAlways = false })
	bus := upBus(b, Config{URL: s.ClientURL()})
	js := admin(b, s.ClientURL())
	for k := range 20 {
		flood(b, js, fmt.Sprint("e", k), n/20)
	}
	stop := errors.New("stop")
	b.ResetTimer()
	for b.Loop() {
		got := 0
		err := bus.Follow(context.Background(), realmLive, inc, Cursor{}, func(batch []Message, _ bool) error {
			if got += len(batch); got < n {
				return nil
			}
			return stop
		})
		if !errors.Is(err, stop) || got != n {
			b.Fatalf("%d events, %v", got, err)
		}
	}
	b.ReportMetric(float64(n)*float64(b.N)/b.Elapsed().Seconds(), "events/s")
}
