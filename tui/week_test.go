package tui

import (
	"runtime"
	"testing"
	"time"
)

// TestAWeekOpen: a console that is left open for a week, whose clocks tick and whose screen is drawn all along, takes no more memory at
// its end than after its first hours.
func TestAWeekOpen(t *testing.T) {
	r := decided(t)
	c := newConsole(t, r, 120, 40, Options{Samples: 50})
	const step = 2 * time.Minute
	used := func() uint64 {
		var s runtime.MemStats
		runtime.GC()
		runtime.GC()
		runtime.ReadMemStats(&s)
		return s.HeapAlloc
	}
	var early uint64
	begun := r.now
	for i := 0; r.now.Sub(begun) < 7*24*time.Hour; i++ {
		r.now = r.now.Add(step)
		c.m.Update(secondPassedMsg(r.now))
		if i%16 == 0 {
			c.m.View()
		}
		if i == 400 {
			early = used()
		}
	}
	if late := used(); late > early+early/2+1<<20 {
		t.Errorf("%d kB after some hours, %d kB after a week", early/1024, late/1024)
	}
	runtime.KeepAlive(c)
}
