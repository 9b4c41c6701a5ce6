package e2e

import (
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"time"
)

// start is from nothing to the first frame, the embedded bus included.
func (b *bench) start() {
	var took, bare []float64
	for range 2 * b.runs {
		p := newPlace(b.T)
		at := time.Now()
		x := p.open(120, 40)
		took = append(took, ms(x.until(at, func(s string) bool { return strings.Contains(s, "SANGFROID") })))
		x.kill()
		at = time.Now()
		y := p.open(120, 40, "--version")
		y.ends()
		bare = append(bare, ms(time.Since(at)))
		y.kill()
	}
	b.add("start in an empty directory, to the first frame, bus included", "ms", "≤ 60 ms", took, "the program to its version line", bare)
	info, err := os.Stat(program)
	if err != nil {
		b.Fatal(err)
	}
	b.add("the program's file", "MB", "≤ 30 MB", []float64{float64(info.Size()) / 1e6}, "", nil)
}

// files are long timelines, and the programs people read long files with.
func (b *bench) files() {
	for n := 1000; n <= b.most; n *= 10 {
		dir := b.TempDir()
		path, err := makeTimeline(dir, n)
		if err != nil {
			b.Fatal(err)
		}
		f := b.file(path, n)
		x := float64(n)
		b.point("open-ms-by-entries", x, f.open)
		b.point("jump-ms-by-entries", x, f.jump)
		b.point("search-ms-by-entries", x, f.search)
		b.point("filter-ms-by-entries", x, f.filter)
		b.point("memory-mb-by-entries", x, f.memory)
		if n == b.most {
			b.beside(path, n, f)
		}
		if err := os.RemoveAll(dir); err != nil {
			b.Fatal(err)
		}
	}
}

// opened is what was measured of one file.
type opened struct {
	first, index, firstMemory, open, jump, end, search, filter, memory []float64
}

var tenth = regexp.MustCompile(`kind:blocked +([\d,]+) found *│?`)

func (b *bench) file(path string, n int) (f opened) {
	p := newPlace(b.T)
	args := []string{"replay", path, "--paused", "--zone", "UTC", "--dark"}
	total := "/" + commas(n)
	shown := func(s string) bool { return strings.Contains(s, "Loss of a region") && strings.Contains(s, "declared") }
	for range b.runs {
		_ = os.Remove(path + ".idx")
		at := time.Now()
		x := p.open(120, 40, args...)
		f.first = append(f.first, ms(x.until(at, shown)))
		x.long(func(s string) bool { return strings.Contains(s, total+" ") })
		for range 100 {
			if _, err := os.Stat(path + ".idx"); err == nil || n < 20_000 {
				break
			}
			pause(50 * time.Millisecond)
		}
		f.index = append(f.index, ms(time.Since(at)))
		f.firstMemory = append(f.firstMemory, peakMB(x.cmd.Process.Pid))
		x.kill()

		at = time.Now()
		x = p.open(120, 40, args...)
		f.open = append(f.open, ms(x.until(at, func(s string) bool { return shown(s) && strings.Contains(s, total) })))
		settles(x.cmd.Process.Pid)
		rng := rand.New(rand.NewPCG(1, uint64(n)))
		for range 20 {
			x.keys("g")
			x.sees("time or entry")
			to := 2 + rng.IntN(n-2)
			x.keys(fmt.Sprint(to))
			x.sees(fmt.Sprint(to))
			at := time.Now()
			x.keys(enter)
			f.jump = append(f.jump, ms(x.until(at, func(s string) bool { return strings.Contains(s, " "+commas(to)+total) })))
		}
		at = time.Now()
		x.keys(">")
		f.end = append(f.end, ms(x.until(at, func(s string) bool { return strings.Contains(s, " "+commas(n)+total) })))
		settles(x.cmd.Process.Pid)
		at = time.Now()
		x.keys("/" + needle)
		f.search = append(f.search, ms(x.until(at, func(s string) bool { return strings.Contains(s, "cable tray") })))
		x.keys(esc)
		x.gone("cable tray")
		settles(x.cmd.Process.Pid)
		at = time.Now()
		x.keys("/kind:blocked" + enter)
		f.filter = append(f.filter, ms(x.until(at, tenth.MatchString)))
		f.memory = append(f.memory, peakMB(x.cmd.Process.Pid))
		x.kill()
	}
	return f
}

// long waits longer than a person would.
func (x *terminal) long(fits func(string) bool) {
	x.t.Helper()
	for range 30 {
		if fits(x.text()) {
			return
		}
		pause(time.Second / 5)
		for range 25 {
			if fits(x.text()) {
				return
			}
			pause(time.Second / 5)
		}
	}
	x.t.Fatalf("not seen:\n%s", x.text())
}

func commas(n int) string {
	s := fmt.Sprint(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// beside opens the same file with the others.
func (b *bench) beside(path string, n int, f opened) {
	less, lnav, vd, rg := b.less(path, n), b.lnav(path, n), b.visidata(path), b.rg(path)
	size := commas(n) + " entries: "
	b.add(size+"first screen, no index yet", "ms", "≤ 500 ms", f.first, "lnav", lnav.open)
	b.add(size+"first screen with the index", "ms", "≤ 60 ms", f.open, "lnav", lnav.open)
	b.add("", "ms", "", f.open, "less (knows nothing of time)", less.open)
	b.add("", "ms", "", f.open, "visidata", vd.open)
	b.add(size+"read, folded and indexed the first time, in the background", "ms", "–", f.index, "lnav, whole file", lnav.index)
	b.add(size+"jump to any entry, with the state and root of that instant, all runs", "ms", "p99 ≤ 25 ms", f.jump, "", nil)
	b.add("… of these the 99th percentile", "ms", "≤ 25 ms", []float64{slow(f.jump)}, "", nil)
	b.add(size+"jump to the end", "ms", "≤ 25 ms", f.end, "less", less.end)
	b.add(size+"a rare string, to the first hit on the screen", "ms", "≤ 150 ms", f.search, "rg -i, to a file", rg.search)
	b.add("", "ms", "", f.search, "less -i", less.search)
	b.add("", "ms", "", f.search, "lnav", lnav.search)
	b.add(size+"filter by kind, to the count of all", "ms", "≤ 50 ms", f.filter, "rg, to a file", rg.filter)
	b.add(size+"most memory resident, with the index, all of the above", "MB", "≤ 60 MB", f.memory, "lnav", lnav.memory)
	b.add("", "MB", "", f.memory, "less", less.memory)
	b.add("", "MB", "", f.memory, "visidata", vd.memory)
	b.add(size+"the same, while the index is made", "MB", "≤ 60 MB", f.firstMemory, "lnav", lnav.memory)
}

func (b *bench) less(path string, n int) (f opened) {
	if b.missing("less") {
		return f
	}
	for range b.runs {
		p := newPlace(b.T)
		at := time.Now()
		x := p.with(120, 40, "less", "-S", "-i", path)
		f.open = append(f.open, ms(x.until(at, func(s string) bool { return strings.Contains(s, `"seq":9,`) })))
		at = time.Now()
		x.keys("G")
		f.end = append(f.end, ms(x.until(at, func(s string) bool { return strings.Contains(s, fmt.Sprintf(`"seq":%d,`, n)) })))
		x.keys("g")
		x.sees(`"seq":9,`)
		settles(x.cmd.Process.Pid)
		f.rare(x, n)
	}
	return f
}

// rare looks for what stands once in n entries, with the key pagers have for it, and ends the pager.
func (f *opened) rare(x *terminal, n int) {
	at := time.Now()
	x.keys("/" + needle + enter)
	if d, ok := x.maybe(at, func(s string) bool { return strings.Contains(s, fmt.Sprintf(`"seq":%d,`, n*7/8+1)) }); ok {
		f.search = append(f.search, ms(d))
	}
	f.memory = append(f.memory, peakMB(x.cmd.Process.Pid))
	x.kill()
}

// maybe waits half a minute; what others do not do in that is left out.
func (x *terminal) maybe(at time.Time, fits func(string) bool) (time.Duration, bool) {
	late := time.After(30 * time.Second)
	for {
		if fits(x.text()) {
			return time.Since(at), true
		}
		select {
		case <-x.news:
		case <-x.done:
			return 0, false
		case <-late:
			return 0, false
		}
	}
}

func (b *bench) lnav(path string, n int) (f opened) {
	if b.missing("lnav") {
		return f
	}
	for range min(b.runs, 3) {
		p := newPlace(b.T) // it keeps filters in its home
		at := time.Now()
		x := p.with(120, 40, "lnav", path)
		d, ok := x.maybe(at, func(s string) bool { return strings.Contains(s, `"seq":`) })
		if !ok {
			x.kill()
			return f
		}
		f.open = append(f.open, ms(d))
		settles(x.cmd.Process.Pid)
		f.index = append(f.index, ms(time.Since(at))-250)
		f.rare(x, n)
	}
	return f
}

func (b *bench) visidata(path string) (f opened) {
	if b.missing("vd") {
		return f
	}
	p := newPlace(b.T)
	at := time.Now()
	x := p.with(120, 40, "vd", "-f", "jsonl", path)
	if d, ok := x.maybe(at, func(s string) bool { return strings.Contains(s, "received") && strings.Contains(s, "2026-03-02") }); ok {
		f.open = append(f.open, ms(d))
	}
	for range 10 {
		settles(x.cmd.Process.Pid)
		pause(time.Second)
		if s := x.text(); !strings.Contains(s, "%") {
			break
		}
	}
	f.memory = append(f.memory, peakMB(x.cmd.Process.Pid))
	x.kill()
	return f
}

func (b *bench) rg(path string) (f opened) {
	if b.missing("rg") {
		return f
	}
	out := filepath.Join(b.TempDir(), "out")
	run := func(args ...string) float64 {
		w, err := os.Create(out)
		if err != nil {
			b.Fatal(err)
		}
		defer w.Close()
		c := exec.Command("rg", append(args, path)...)
		c.Stdout = w
		at := time.Now()
		if err := c.Run(); err != nil {
			b.Fatal(err)
		}
		return ms(time.Since(at))
	}
	for range b.runs {
		f.search = append(f.search, run("-i", needle))
		f.filter = append(f.filter, run("sangfroid.step.blocked"))
	}
	return f
}
