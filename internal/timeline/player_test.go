package timeline

import (
	"context"
	"math/rand/v2"
	"testing"
	"time"
)

// whole is the index of a log, built.
func whole(t testing.TB, l Log) *Index {
	t.Helper()
	x := NewIndex(l)
	if err := x.Build(context.Background()); err != nil {
		t.Fatal(err)
	}
	return x
}

func memory(t testing.TB, ls ...Line) *Memory {
	t.Helper()
	m := NewMemory(header())
	if _, err := m.Append(ls...); err != nil {
		t.Fatal(err)
	}
	return m
}

func TestPlayer(t *testing.T) {
	p := NewPlayer(whole(t, memory(t, notes(1, 2000)...)))
	first := noted(1).Received
	wall := zero().Add(48 * time.Hour)
	p.JumpEntry(1, wall)
	if p.Upto(wall) != 1 {
		t.Errorf("%d entries at the first", p.Upto(wall))
	}
	p.SetSpeed(600, wall)
	p.Play(wall)
	if got := p.Now(wall.Add(time.Second)).Sub(first); got != 600*time.Second {
		t.Errorf("a second at 600 times is %v", got)
	}
	if n := p.Upto(wall.Add(time.Second)); n != 601 {
		t.Errorf("%d entries", n)
	}
	p.Pause(wall.Add(time.Second))
	if n := p.Upto(wall.Add(time.Hour)); n != 601 {
		t.Errorf("%d entries though paused", n)
	}
	p.Step(-3, wall)
	if n := p.Upto(wall); n != 598 {
		t.Errorf("three back is %d", n)
	}
	p.Step(2, wall)
	if n := p.Upto(wall); n != 600 {
		t.Errorf("two on is %d", n)
	}
	p.JumpEntry(1<<30, wall)
	if n := p.Upto(wall); n != 2000 {
		t.Errorf("beyond the last is %d", n)
	}
	p.Step(-5000, wall)
	if n := p.Upto(wall); n != 1 {
		t.Errorf("far back is %d", n)
	}
	p.Play(wall)
	if !p.Ended(wall.Add(time.Hour)) || p.Upto(wall.Add(time.Hour)) != 2000 {
		t.Error("it does not end")
	}
	p.SetSpeed(1e9, wall)
	if _, x := p.Playing(); x != MaxSpeed {
		t.Errorf("speed %v", x)
	}
}

// gaps is a timeline of bursts: ten entries a second apart, then an hour of nothing, five times.
func gaps(t testing.TB) *Index {
	var ls []Line
	for b := range 5 {
		for i := range 10 {
			l := noted(b*10 + i + 1)
			l.Received = zero().Add(time.Duration(b) * time.Hour).Add(time.Duration(i) * time.Second)
			ls = append(ls, l)
		}
	}
	return whole(t, memory(t, ls...))
}

func TestSilencesAreSkipped(t *testing.T) {
	p := NewPlayer(gaps(t))
	wall := zero()
	length := 5*9*time.Second + 4*2*time.Second
	p.SkipSilences(true, wall)
	p.SetSpeed(1, wall)
	p.Play(wall)
	if n := p.Upto(wall.Add(9 * time.Second)); n != 10 {
		t.Fatalf("%d entries of the first burst", n)
	}
	if _, just := p.Skipping(wall.Add(9 * time.Second)); just != 0 {
		t.Errorf("%v skipped before the silence", just)
	}
	// One second on the silence is left, and the player is one second before the next burst.
	at := p.Now(wall.Add(10 * time.Second))
	if want := zero().Add(time.Hour - time.Second); !at.Equal(want) {
		t.Errorf("after the silence it is %v, want %v", at, want)
	}
	_, just := p.Skipping(wall.Add(10 * time.Second))
	if want := time.Hour - 11*time.Second; just != want {
		t.Errorf("it says %v was skipped, want %v", just, want)
	}
	if n := p.Upto(wall.Add(11 * time.Second)); n != 11 {
		t.Errorf("%d entries where the second burst begins", n)
	}
	if !p.Ended(wall.Add(length)) {
		t.Error("it plays longer than it says")
	}
	p.Play(wall)
	if got := p.Left(wall); got != length {
		t.Errorf("it plays %v, want %v", got, length)
	}
	if p.Ended(wall.Add(length - time.Second)) {
		t.Error("it plays shorter than it says")
	}
	// Into a silence somebody jumped: they see some of it before it goes on.
	p.JumpTime(zero().Add(30*time.Minute), wall)
	if at := p.Now(wall.Add(500 * time.Millisecond)); at.Sub(zero()) != 30*time.Minute+500*time.Millisecond {
		t.Errorf("half a second after the jump it is %v", at)
	}
}

// TestSkippingLosesNothing: whenever one looks, silences or not, time only goes on, and every entry is passed in order.
func TestSkippingLosesNothing(t *testing.T) {
	x := gaps(t)
	rng := rand.New(rand.NewPCG(7, 7))
	for range 200 {
		p := NewPlayer(x)
		wall := zero()
		p.SkipSilences(rng.IntN(2) == 0, wall)
		p.SetSpeed(float64(1+rng.IntN(3600)), wall)
		p.Play(wall)
		last, seen := time.Time{}, 0
		for i := 0; i < 400 && !p.Ended(wall); i++ {
			wall = wall.Add(time.Duration(rng.IntN(int(3 * time.Second))))
			if rng.IntN(10) == 0 {
				p.SkipSilences(rng.IntN(2) == 0, wall)
			}
			at, n := p.Now(wall), p.Upto(wall)
			if at.Before(last) || n < seen {
				t.Fatalf("the replay went back: %v after %v, %d after %d", at, last, n, seen)
			}
			last, seen = at, n
		}
	}
}

// TestPlayingWhileReading: before all was read a replay waits at what is known, and a jump arrives when it can.
func TestPlayingWhileReading(t *testing.T) {
	x := NewIndex(memory(t, notes(1, 3)...))
	p := NewPlayer(x)
	wall := zero()
	p.Play(wall)
	p.SetSpeed(1000, wall)
	if p.Ended(wall.Add(time.Hour)) || p.Upto(wall.Add(time.Hour)) != 0 {
		t.Error("it ended before it began")
	}
	p.JumpEntry(3, wall)
	if got := p.Arrive(wall); got.Seq != 3 {
		t.Errorf("it goes to %+v", got)
	}
	if err := x.Build(context.Background()); err != nil {
		t.Fatal(err)
	}
	if got := p.Arrive(wall); !got.IsZero() || p.Upto(wall) != 3 {
		t.Errorf("it stands at %d, and goes to %+v", p.Upto(wall), got)
	}
}
