package bus

import (
	"errors"
	"testing"
	"time"
)

func TestTheBusTellsTheTime(t *testing.T) {
	b := upBus(t, Config{DataDir: t.TempDir()})
	before := time.Now()
	at, err := b.Time(ctxFor(t))
	if err != nil || at.Before(before.Add(-time.Second)) || at.After(time.Now().Add(time.Second)) {
		t.Errorf("%v %v, asked at %v", at, err, before)
	}
	if err := b.Close(); err != nil {
		t.Fatal(err)
	}
	if at, err := b.Time(ctxFor(t)); !errors.Is(err, ErrAway) || !at.IsZero() {
		t.Errorf("a bus that is closed tells %v %v", at, err)
	}
}
