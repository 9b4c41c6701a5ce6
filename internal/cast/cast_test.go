package cast

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/x/vt"
)

func wide() Bounds { return Bounds{Length: time.Hour, Bytes: 1 << 30} }

// played is a recording, read back as a player does: the header, and a terminal after each event.
type played struct {
	header Header
	times  []float64
	data   []string
	term   *vt.Emulator
}

func play(t testing.TB, b []byte) *played {
	t.Helper()
	p := &played{}
	sc := bufio.NewScanner(bytes.NewReader(b))
	sc.Buffer(nil, 1<<24)
	if !sc.Scan() {
		t.Fatal("no header")
	}
	if err := json.Unmarshal(sc.Bytes(), &p.header); err != nil || p.header.Version != 2 || p.header.Width < 1 || p.header.Height < 1 {
		t.Fatalf("header %s: %v", sc.Text(), err)
	}
	p.term = vt.NewEmulator(p.header.Width, p.header.Height) // nobody reads its answers: a recording asks a terminal nothing
	for sc.Scan() {
		var ev []any
		if err := json.Unmarshal(sc.Bytes(), &ev); err != nil || len(ev) != 3 || ev[1] != "o" {
			t.Fatalf("event %s: %v", sc.Text(), err)
		}
		at, data := ev[0].(float64), ev[2].(string)
		if n := len(p.times); n > 0 && at < p.times[n-1] {
			t.Fatalf("time goes back: %v after %v", at, p.times[n-1])
		}
		p.times, p.data = append(p.times, at), append(p.data, data)
		if _, err := p.term.WriteString(data); err != nil {
			t.Fatal(err)
		}
	}
	return p
}

// styledLine draws a line of w cells in pieces of style, with wide and combining letters.
func styledLine(rng *rand.Rand, w int) string {
	var b strings.Builder
	for left := w; left > 0; {
		style := []string{"", "\x1b[1m", "\x1b[38;2;255;107;74m", "\x1b[7m", "\x1b[1;48;2;1;2;3m"}[rng.IntN(5)]
		b.WriteString(style)
		for range 1 + rng.IntN(6) {
			letter, n := []string{"a", "é", "─", "█", "e\u0301", " ", "漢", "z"}[rng.IntN(8)], 1
			if letter == "漢" {
				n = 2
			}
			if n > left {
				break
			}
			b.WriteString(letter)
			left -= n
		}
		if style != "" {
			b.WriteString("\x1b[m")
		}
	}
	return b.String()
}

// TestPlayedBackItIsTheFrame: whatever changes from one frame to the next, a terminal that plays the recording shows the frame
// a terminal that is sent the frame whole shows, styles included.
func TestPlayedBackItIsTheFrame(t *testing.T) {
	for seed := range uint64(40) {
		rng := rand.New(rand.NewPCG(seed, 4))
		w, h := 2+rng.IntN(50), 1+rng.IntN(12)
		var out bytes.Buffer
		rec, err := NewWriter(&out, Header{Width: w, Height: h}, wide())
		if err != nil {
			t.Fatal(err)
		}
		lines := make([]string, h)
		for i := range lines {
			lines[i] = styledLine(rng, w)
		}
		for f := range 20 {
			for range rng.IntN(3) {
				lines[rng.IntN(h)] = styledLine(rng, w)
			}
			if err := rec.Frame(time.Duration(f)*100*time.Millisecond, lines); err != nil {
				t.Fatal(err)
			}
		}
		if err := rec.Close(3 * time.Second); err != nil {
			t.Fatal(err)
		}
		got := play(t, out.Bytes()).term
		want := vt.NewEmulator(w, h)
		for y, l := range lines {
			_, _ = fmt.Fprintf(want, "\x1b[%d;1H\x1b[m%s", y+1, l)
		}
		if got.Render() != want.Render() {
			t.Fatalf("seed %d:\n%q\n%q", seed, got.Render(), want.Render())
		}
		_ = want.Close()
	}
}

func TestOnlyChangesAreWritten(t *testing.T) {
	var out bytes.Buffer
	rec, err := NewWriter(&out, Header{Width: 40, Height: 2, Title: "EXERCISE · <loss>"}, wide())
	if err != nil {
		t.Fatal(err)
	}
	pad := strings.Repeat(" ", 31)
	for i, line := range []string{"14:02:07" + pad + ".", "14:02:07" + pad + ".", "14:02:08" + pad + "."} {
		if err := rec.Frame(time.Duration(i)*time.Second, []string{line, strings.Repeat("x", 40)}); err != nil {
			t.Fatal(err)
		}
	}
	if err := rec.Close(9 * time.Second); err != nil {
		t.Fatal(err)
	}
	p := play(t, out.Bytes())
	if len(p.data) != 3 || p.data[1] != "\x1b[1;8H8" || p.times[1] != 2 || p.times[2] != 9 {
		t.Errorf("%q at %v", p.data, p.times)
	}
	if p.header.Title != "EXERCISE · <loss>" || !strings.Contains(out.String(), "<loss>") {
		t.Errorf("title %q", p.header.Title)
	}
}

func TestRecordingIsBounded(t *testing.T) {
	rec, err := NewWriter(io.Discard, Header{Width: 10, Height: 1}, Bounds{Length: time.Second, Bytes: 300})
	if err != nil {
		t.Fatal(err)
	}
	if err := rec.Frame(2*time.Second, []string{"late"}); !errors.Is(err, ErrTooLong) {
		t.Errorf("%v", err)
	}
	for i := 0; err == nil && i < 100; i++ {
		err = rec.Frame(0, []string{fmt.Sprintf("%-10d", i*7919)})
	}
	if !errors.Is(err, ErrTooLarge) {
		t.Errorf("%v", err)
	}
}

func FuzzGlyphs(f *testing.F) {
	f.Add("a\x1b[1mb\x1b[m漢é\x1b[", 7)
	f.Fuzz(func(t *testing.T, s string, w int) {
		w = w & 0xff
		if got := glyphs(s, w); len(got) != w {
			t.Fatalf("%d cells, want %d", len(got), w)
		}
	})
}
