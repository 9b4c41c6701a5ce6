package e2e

import (
	"bytes"
	"fmt"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

// bench makes the table of whole-program figures and the plots of how they grow.
type bench struct {
	*testing.T
	runs int
	most int // entries of the longest timeline
	rows []benchRow
	grow map[string][]point
}

// benchRow is a figure: of ours and, in the same run, of a peer or of a bare limit.
type benchRow struct {
	what, unit string
	ours       []float64
	peer       string
	theirs     []float64
	goal       string
}

// point is one of a plot.
type point struct{ x, y float64 }

// TestBench drives the built program, and beside it less, lnav, visidata and rg, in terminals: BENCH=1, and BENCH_RUNS,
// BENCH_ENTRIES, BENCH_ONLY (a word of a part's name) to do less of it. It writes its part of BENCHMARKS.md and docs/bench-*.svg.
func TestBench(t *testing.T) {
	if os.Getenv("BENCH") == "" {
		t.Skip("BENCH is not set")
	}
	b := &bench{T: t, runs: number("BENCH_RUNS", 5), most: number("BENCH_ENTRIES", 1_000_000), grow: make(map[string][]point)}
	for _, part := range []struct {
		name string
		do   func()
	}{
		{"start", b.start}, {"keys", b.keys}, {"files", b.files}, {"idle", b.idle}, {"consoles", b.consoles}, {"join", b.join}, {"incidents", b.incidents},
	} {
		if only := os.Getenv("BENCH_ONLY"); only == "" || strings.Contains(only, part.name) {
			part.do()
			b.write()
		}
	}
}

func number(name string, otherwise int) int {
	if n, err := strconv.Atoi(os.Getenv(name)); err == nil && n > 0 {
		return n
	}
	return otherwise
}

func (b *bench) add(what, unit, goal string, ours []float64, peer string, theirs []float64) {
	b.rows = append(b.rows, benchRow{what, unit, ours, peer, theirs, goal})
	b.Logf("%s: %s %s | %s %s", what, spread(ours, unit), unit, peer, spread(theirs, unit))
}

func (b *bench) point(plot string, x float64, ys []float64) {
	b.grow[plot] = append(b.grow[plot], point{x, middle(ys)})
}

func ms(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

func middle(v []float64) float64 {
	if len(v) == 0 {
		return math.NaN()
	}
	v = slices.Sorted(slices.Values(v))
	return v[len(v)/2]
}

// slow is the 99th percentile.
func slow(v []float64) float64 {
	v = slices.Sorted(slices.Values(v))
	return v[(len(v)*99+99)/100-1]
}

// spread is the median with the least and the most.
func spread(v []float64, unit string) string {
	if len(v) == 0 {
		return "–"
	}
	f := func(x float64) string {
		switch {
		case x >= 100:
			return strconv.FormatFloat(x, 'f', 0, 64)
		case x >= 10:
			return strconv.FormatFloat(x, 'f', 1, 64)
		}
		return strconv.FormatFloat(x, 'f', 2, 64)
	}
	out := f(middle(v)) + " " + unit
	if len(v) > 1 {
		out += " (" + f(slices.Min(v)) + "–" + f(slices.Max(v)) + ")"
	}
	return out
}

const (
	benchFrom = "<!-- made by make bench: from here -->"
	benchTo   = "<!-- made by make bench: to here -->"
)

// write puts the table where it belongs.
func (b *bench) write() {
	b.Helper()
	root := "../.."
	var out bytes.Buffer
	fmt.Fprintf(&out, "%s\n\nMedian of the runs (least–most), %s, %d CPUs (%s), load %s. One entry of the long timelines is 470 bytes.\n\n", benchFrom, time.Now().UTC().Format(time.DateOnly), runtime.NumCPU(), cpuModel(), loadAverage())
	fmt.Fprintf(&out, "| what | sangfroid | beside it, same run | ratio | goal |\n|---|---|---|---|---|\n")
	for _, r := range b.rows {
		peer, ratio := "–", "–"
		if len(r.theirs) > 0 {
			peer = r.peer + " " + spread(r.theirs, r.unit)
			ratio = strconv.FormatFloat(middle(r.ours)/middle(r.theirs), 'g', 2, 64) + " ×"
		} else if r.peer != "" {
			peer = r.peer
		}
		fmt.Fprintf(&out, "| %s | %s | %s | %s | %s |\n", r.what, spread(r.ours, r.unit), peer, ratio, r.goal)
	}
	fmt.Fprintf(&out, "\n%s", benchTo)
	path := filepath.Join(root, "BENCHMARKS.md")
	if p := os.Getenv("BENCH_OUT"); p != "" {
		path = p
	}
	old, err := os.ReadFile(path)
	if err != nil && !os.IsNotExist(err) {
		b.Fatal(err)
	}
	text := string(old)
	before, rest, ok := strings.Cut(text, benchFrom)
	_, after, ok2 := strings.Cut(rest, benchTo)
	if !ok || !ok2 {
		before, after = text+"\n", "\n"
	}
	if err := os.WriteFile(path, []byte(before+out.String()+after), 0o644); err != nil {
		b.Fatal(err)
	}
	for name, points := range b.grow {
		if err := os.WriteFile(filepath.Join(root, "docs", "bench-"+name+".svg"), plot(name, points), 0o644); err != nil {
			b.Fatal(err)
		}
	}
}

func cpuModel() string {
	b, err := os.ReadFile("/proc/cpuinfo")
	if err != nil {
		return runtime.GOARCH
	}
	for line := range strings.Lines(string(b)) {
		if name, value, ok := strings.Cut(line, ":"); ok && strings.HasPrefix(name, "model name") {
			return strings.TrimSpace(value)
		}
	}
	return runtime.GOARCH
}

func loadAverage() string {
	b, err := os.ReadFile("/proc/loadavg")
	if err != nil {
		return "unknown"
	}
	return strings.Join(strings.Fields(string(b))[:3], " ")
}

// plot draws points on two logarithmic axes.
func plot(name string, points []point) []byte {
	const w, h, left, top, right, bottom = 480.0, 280.0, 60.0, 30.0, 20.0, 40.0
	lx, hx, ly, hy := math.Inf(1), math.Inf(-1), math.Inf(1), math.Inf(-1)
	for _, p := range points {
		lx, hx = min(lx, math.Log10(p.x)), max(hx, math.Log10(p.x))
		ly, hy = min(ly, math.Log10(max(p.y, 0.01))), max(hy, math.Log10(max(p.y, 0.01)))
	}
	ly, hy = math.Floor(ly), math.Floor(hy)+1
	hx = max(hx, lx+1)
	x := func(v float64) float64 { return left + (w-left-right)*(math.Log10(v)-lx)/(hx-lx) }
	y := func(v float64) float64 { return h - bottom - (h-top-bottom)*(math.Log10(max(v, 0.01))-ly)/(hy-ly) }
	var out bytes.Buffer
	fmt.Fprintf(&out, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %g %g" font-family="sans-serif" font-size="11"><rect width="100%%" height="100%%" fill="#fff"/>`+"\n", w, h)
	fmt.Fprintf(&out, `<text x="%g" y="18" font-size="13">%s</text>`+"\n", left, strings.ReplaceAll(name, "-", " "))
	for e := ly; e <= hy; e++ {
		v := math.Pow(10, e)
		fmt.Fprintf(&out, `<path d="M%g %.1fH%g" stroke="#ddd"/><text x="%g" y="%.1f" text-anchor="end">%g</text>`+"\n", left, y(v), w-right, left-6, y(v)+4, v)
	}
	line := ""
	for i, p := range points {
		op := "L"
		if i == 0 {
			op = "M"
		}
		line += fmt.Sprintf("%s%.1f %.1f", op, x(p.x), y(p.y))
		fmt.Fprintf(&out, `<circle cx="%.1f" cy="%.1f" r="3" fill="#046"/><text x="%.1f" y="%g" text-anchor="middle">%g</text><text x="%.1f" y="%.1f" text-anchor="middle">%.3g</text>`+"\n",
			x(p.x), y(p.y), x(p.x), h-bottom+16, p.x, x(p.x), y(p.y)-8, p.y)
	}
	fmt.Fprintf(&out, `<path d="%s" fill="none" stroke="#046" stroke-width="1.5"/>`+"\n</svg>\n", line)
	return out.Bytes()
}

// peakMB is the most memory a process had resident.
func peakMB(pid int) float64 {
	b, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return 0
	}
	_, rest, _ := strings.Cut(string(b), "VmHWM:")
	f := strings.Fields(rest)
	if len(f) == 0 {
		return 0
	}
	kb, err := strconv.ParseFloat(f[0], 64)
	if err != nil {
		return 0
	}
	return kb / 1024
}

// computed is how long a process has had a processor, all its threads together.
func computed(pid int) time.Duration {
	total := time.Duration(0)
	tasks, err := os.ReadDir(fmt.Sprintf("/proc/%d/task", pid))
	if err != nil {
		return 0
	}
	for _, t := range tasks {
		b, err := os.ReadFile(fmt.Sprintf("/proc/%d/task/%s/schedstat", pid, t.Name()))
		if f := strings.Fields(string(b)); err == nil && len(f) > 0 {
			if ns, err := strconv.ParseInt(f[0], 10, 64); err == nil {
				total += time.Duration(ns)
			}
		}
	}
	return total
}

// settles waits until a process computes next to nothing.
func settles(pid int) {
	for range 600 {
		before := computed(pid)
		pause(250 * time.Millisecond)
		if computed(pid)-before < 20*time.Millisecond {
			return
		}
	}
}

// with opens any program in a terminal.
func (p *place) with(w, h int, name string, args ...string) *terminal {
	p.t.Helper()
	was := program
	program = name
	defer func() { program = was }()
	return p.open(w, h, args...)
}

// missing tells of a program that is not installed.
func (b *bench) missing(name string) bool {
	if _, err := exec.LookPath(name); err != nil {
		b.Logf("%s is not installed (apt-get install less lnav ripgrep visidata): its figures are left out", name)
		return true
	}
	return false
}
