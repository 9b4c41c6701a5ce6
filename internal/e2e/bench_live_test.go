package e2e

import (
	"bufio"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"regexp"
	"sangfroid/internal/incident"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
)

// declared is an incident on a bus, and a plain client to write to it.
func (b *bench) declared(url, title string) (*place, string, *nats.Conn) {
	b.Helper()
	p := newPlace(b.T, "NATS_URL="+url)
	out := p.run("declare", title, "--playbook", "vital", "--detected", "-5m")
	id, _, _ := strings.Cut(strings.TrimSpace(out), "\n")
	nc, err := nats.Connect(url)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(nc.Close)
	return p, id, nc
}

var eventNo atomic.Int64

// noteOf is a note of an automation as it goes to the bus.
func noteOf(id, text string) (subject string, raw []byte) {
	now := time.Now().UTC().Format(time.RFC3339Nano)
	return "sangfroid.live." + id + ".probe.note.main", fmt.Appendf(nil,
		`{"specversion":"1.0","id":"p%d","source":"/probe","type":"sangfroid.note.added","subject":"note/main","time":%q,"recorded":%q,"incident":%q,"realm":"live","actor":"probe","role":"automation","data":{"kind":"finding","text":%q}}`,
		eventNo.Add(1), now, now, id, text)
}

// behind publishes so many notes a second until it is stopped; it tells how many a second there were.
func behind(nc *nats.Conn, id string, rate int) (stop func() float64) {
	done, ended := make(chan struct{}), make(chan struct{})
	var sent atomic.Int64
	begun := time.Now()
	go func() {
		defer close(ended)
		tick := time.NewTicker(2 * time.Millisecond)
		defer tick.Stop()
		for {
			select {
			case <-done:
				return
			case <-tick.C:
			}
			for int(sent.Load()) < int(time.Since(begun).Seconds()*float64(rate)) {
				subject, raw := noteOf(id, "background reading of a probe, nothing new")
				_ = nc.Publish(subject, raw)
				sent.Add(1)
			}
		}
	}()
	return func() float64 {
		close(done)
		<-ended
		return float64(sent.Load()) / time.Since(begun).Seconds()
	}
}

// keys are from a key to the letter on the screen, and from an event to its row, with events behind.
func (b *bench) keys() {
	url := natsServerThat(b.T, "2s") // what is measured is the console: one disk syncs 1,300 events a second one by one
	goals := map[int]string{80: "p99 ≤ 25 ms", 200: "p99 ≤ 30 ms"}
	for _, size := range [][2]int{{80, 24}, {200, 60}} {
		for _, rate := range []int{0, 100, 10_000} {
			p, id, nc := b.declared(url, "Keys and events")
			x := p.open(size[0], size[1], "console", id, "--dark")
			x.sees("Keys and events", "Next:")
			settles(x.cmd.Process.Pid)
			stop := func() float64 { return 0 }
			if rate > 0 {
				stop = behind(nc, id, rate)
				pause(time.Second)
			}
			at, from := time.Now(), computed(x.cmd.Process.Pid)
			events := b.events(x, nc, id)
			share := 100 * float64(computed(x.cmd.Process.Pid)-from) / float64(time.Since(at))
			keys := b.typing(x)
			real := stop()
			x.kill()
			what := fmt.Sprintf("%d×%d, %.0f events/s behind: ", size[0], size[1], real)
			b.add(what+"key to screen", "ms", goals[size[0]], keys, "half a frame", []float64{1000.0 / 120})
			b.add("… of these the 99th percentile", "ms", "", []float64{slow(keys)}, "", nil)
			b.add(what+"event to screen", "ms", "p99 ≤ 40 ms", events, "half a frame", []float64{1000.0 / 120})
			b.add("… of these the 99th percentile", "ms", "", []float64{slow(events)}, "", nil)
			b.add(what+"share of a core", "%", "≤ 25 %", []float64{share}, "", nil)
		}
	}
}

// typing writes letters into the form of a note.
func (b *bench) typing(x *terminal) (took []float64) {
	x.keys("n")
	x.sees("ctrl+s")
	rng := rand.New(rand.NewPCG(3, 3))
	text := ""
	for range 60 {
		pause(time.Duration(20+rng.IntN(60)) * time.Millisecond)
		text += string(rune('a' + rng.IntN(26)))
		if len(text) > 20 {
			x.keys("\x15") // the line is emptied
			text = text[len(text)-1:]
			pause(60 * time.Millisecond)
		}
		at := time.Now()
		x.keys(text[len(text)-1:])
		took = append(took, ms(x.until(at, func(s string) bool { return strings.Contains(s, text) })))
	}
	x.keys(esc)
	return took
}

// planned is how many steps the screen counts.
var planned = regexp.MustCompile(`2 Plan\D+\d+/(\d+)`)

func steps(screen string) int {
	m := planned.FindStringSubmatch(screen)
	if m == nil {
		return -1
	}
	n, err := strconv.Atoi(m[1])
	if err != nil {
		return -1
	}
	return n
}

// events adds steps to the plan, and waits for each to be counted: rows of the timeline would pass by unseen with many behind.
func (b *bench) events(x *terminal, nc *nats.Conn, id string) (took []float64) {
	rng := rand.New(rand.NewPCG(4, 4))
	for range 60 {
		pause(time.Duration(20+rng.IntN(60)) * time.Millisecond)
		n := eventNo.Add(1)
		d := incident.PlanStepAdded{Step: incident.StepDef{ID: fmt.Sprint("x", n), Title: incident.Text{EN: "Unplanned"}}}
		now := time.Now().UTC()
		subject := incident.DefaultSubject(d)
		raw, err := incident.Encode(incident.Event{
			ID: incident.EventID(fmt.Sprint("x", n)), Source: "/probe", Type: d.Type(), Subject: subject, Time: now, Recorded: now,
			Incident: incident.IncidentID(id), Realm: incident.Live, Actor: "probe", Role: incident.RoleAutomation, Data: d,
		})
		if err != nil {
			b.Fatal(err)
		}
		before := steps(x.text())
		at := time.Now()
		if err := nc.Publish("sangfroid.live."+id+".probe."+strings.ReplaceAll(subject, "/", "."), raw); err != nil {
			b.Fatal(err)
		}
		_ = nc.Flush()
		d2, ok := x.within(at, 10*time.Second, func(s string) bool { return steps(s) > before })
		if !ok {
			b.Logf("the console is more than ten seconds behind the bus")
			return append(took, 10_000)
		}
		took = append(took, ms(d2))
	}
	return took
}

// within waits for a screen, and tells when it did not come.
func (x *terminal) within(at time.Time, most time.Duration, fits func(string) bool) (time.Duration, bool) {
	late := time.After(most)
	for {
		if fits(x.text()) {
			return time.Since(at), true
		}
		select {
		case <-x.news:
		case <-late:
			return 0, false
		}
	}
}

// clockOnly is the least a program on this screen library can be: a clock.
type clockOnly struct{ now time.Time }

func (c clockOnly) Init() tea.Cmd { return c.next() }

func (clockOnly) next() tea.Cmd {
	return tea.Every(time.Second, func(t time.Time) tea.Msg { return t })
}

func (c clockOnly) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	if t, ok := msg.(time.Time); ok {
		return clockOnly{t}, c.next()
	}
	return c, nil
}

func (c clockOnly) View() tea.View { return tea.NewView(c.now.Format(time.TimeOnly)) }

// bareClock runs it at so many frames a second.
func bareClock(fps string) {
	n, err := strconv.Atoi(fps)
	if err == nil {
		_, err = tea.NewProgram(clockOnly{}, tea.WithFPS(n)).Run()
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// bareIdle is its share of a core.
func (b *bench) bareIdle(fps int) (share []float64) {
	self, err := os.Executable()
	if err != nil {
		b.Fatal(err)
	}
	x := newPlace(b.T, fmt.Sprint("BENCH_BARE=", fps)).with(80, 24, self)
	defer x.kill()
	x.sees(":")
	pause(time.Second)
	for range b.runs {
		from := computed(x.cmd.Process.Pid)
		const ticks = 5
		pause(ticks * time.Second)
		share = append(share, 100*float64(computed(x.cmd.Process.Pid)-from)/float64(ticks*time.Second))
	}
	return share
}

// idle is what a console costs that nobody touches.
func (b *bench) idle() {
	url := natsServer(b.T)
	bare60, bare30 := b.bareIdle(60), b.bareIdle(30)
	for _, size := range [][2]int{{80, 24}, {200, 60}} {
		p, id, _ := b.declared(url, "Idle")
		x := p.open(size[0], size[1], "console", id, "--dark")
		x.sees("Idle", "Next:")
		settles(x.cmd.Process.Pid)
		var share, tick []float64
		for range b.runs {
			from, got := computed(x.cmd.Process.Pid), x.received()
			const ticks = 10
			pause(ticks * time.Second)
			share = append(share, 100*float64(computed(x.cmd.Process.Pid)-from)/float64(ticks*time.Second))
			tick = append(tick, float64(x.received()-got)/ticks)
		}
		x.kill()
		b.add(fmt.Sprintf("%d×%d, idle, an open incident (vital): share of a core", size[0], size[1]), "%", "≤ 1 %", share, "the same library, a clock alone, 60 frames a second", bare60)
		b.add("", "%", "", share, "… 30 frames a second", bare30)
		b.add(fmt.Sprintf("%d×%d, idle: bytes to the terminal a second", size[0], size[1]), "B", "≤ 120 B", tick, "", nil)
	}
}

// join is from nothing to the newest entry on the screen, of an incident that is long.
func (b *bench) join() {
	url := natsServerThat(b.T, "2s")
	for n := 1000; n <= min(b.most, 100_000); n *= 10 {
		_, id, nc := b.declared(url, "A long one")
		for i := range n {
			subject, raw := noteOf(id, fmt.Sprint("reading ", i))
			if err := nc.Publish(subject, raw); err != nil {
				b.Fatal(err)
			}
			if i%1000 == 999 {
				_ = nc.Flush()
			}
		}
		subject, raw := noteOf(id, "the newest of all")
		if _, err := nc.Request(subject, raw, patience); err != nil {
			b.Fatal(err)
		}
		var cold, local, bare []float64
		for range b.runs {
			p := newPlace(b.T, "NATS_URL="+url)
			for _, into := range []*[]float64{&cold, &local} {
				at := time.Now()
				x := p.open(120, 40, "console", id)
				d, ok := x.maybe(at, func(s string) bool { return strings.Contains(s, "the newest of all") })
				if ok {
					*into = append(*into, ms(d))
				}
				x.kill()
			}
			bare = append(bare, b.bareConsumer(nc, id, n))
		}
		what := "join an incident of " + commas(n) + " entries "
		b.add(what+"from the bus, to the newest on the screen", "ms", "≥ 70 % of the bare rate", cold, "bare ordered consumer", bare)
		b.add(what+"with a local record", "ms", "only the tail", local, "bare ordered consumer, all of it", bare)
		b.point("join-ms-by-entries", float64(n), cold)
	}
}

func (b *bench) bareConsumer(nc *nats.Conn, id string, n int) float64 {
	js, err := jetstream.New(nc)
	if err != nil {
		b.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	at := time.Now()
	stream := ""
	for name := range js.StreamNames(ctx, jetstream.WithStreamListSubject("sangfroid.live."+id+".probe.note.main")).Name() {
		stream = name
	}
	c, err := js.OrderedConsumer(ctx, stream, jetstream.OrderedConsumerConfig{FilterSubjects: []string{"sangfroid.live." + id + ".>"}})
	if err != nil {
		b.Fatal(err)
	}
	got := make(chan struct{})
	seen := 0
	cc, err := c.Consume(func(jetstream.Msg) {
		if seen++; seen == n {
			close(got)
		}
	}, jetstream.PullMaxMessages(5000))
	if err != nil {
		b.Fatal(err)
	}
	<-got
	cc.Stop()
	return ms(time.Since(at))
}

// consoles are many on one bus, every write synced: from the publish to the last of them.
func (b *bench) consoles() {
	url := natsServer(b.T)
	for _, n := range []int{1, 10, 50} {
		_, id, nc := b.declared(url, "Many consoles")
		var mu sync.Mutex
		seen := make(map[string][]time.Time)
		ready := make(chan struct{}, n)
		news := make(chan struct{}, n*100)
		for range n {
			p := newPlace(b.T, "NATS_URL="+url)
			c := p.command("console", id, "--plain")
			in, err := c.StdinPipe()
			if err != nil {
				b.Fatal(err)
			}
			out, err := c.StdoutPipe()
			if err != nil {
				b.Fatal(err)
			}
			if err := c.Start(); err != nil {
				b.Fatal(err)
			}
			b.Cleanup(func() { _ = in.Close(); _ = c.Process.Kill(); _ = c.Wait() })
			go func() {
				lines, first := bufio.NewScanner(out), true
				for lines.Scan() {
					if first {
						first = false
						ready <- struct{}{}
					}
					if i := strings.Index(lines.Text(), "mark"); i >= 0 {
						mu.Lock()
						seen[lines.Text()[i:i+7]] = append(seen[lines.Text()[i:i+7]], time.Now())
						mu.Unlock()
						news <- struct{}{}
					}
				}
			}()
		}
		for range n {
			<-ready
		}
		pause(2 * time.Second)
		var each, last []float64
		for k := range 40 {
			mark := fmt.Sprintf("mark%03d", k)
			subject, raw := noteOf(id, mark)
			at := time.Now()
			if err := nc.Publish(subject, raw); err != nil {
				b.Fatal(err)
			}
			_ = nc.Flush()
			for range n {
				<-news
			}
			mu.Lock()
			worst := 0.0
			for _, t := range seen[mark] {
				each = append(each, ms(t.Sub(at)))
				worst = max(worst, ms(t.Sub(at)))
			}
			mu.Unlock()
			last = append(last, worst)
			pause(20 * time.Millisecond)
		}
		b.add(fmt.Sprintf("%d consoles on one bus, every write and every record synced: publish to each", n), "ms", "p99 ≤ 10 ms", each, "", nil)
		b.add("… the 99th percentile; the last of them", "ms", "", []float64{slow(each), middle(last)}, "", nil)
		b.point("consoles-ms-to-the-last", float64(n), last)
	}
}

// incidents are many on one bus: the list of them on the screen.
func (b *bench) incidents() {
	url := natsServerThat(b.T, "2s")
	p := newPlace(b.T, "NATS_URL="+url)
	made := 0
	for _, n := range []int{1, 10, 1000} {
		nc, err := nats.Connect(url)
		if err != nil {
			b.Fatal(err)
		}
		if made == 0 {
			p.run("declare", "The first one", "--playbook", "warm", "--detected", "-5m")
			made++
		}
		for ; made < n; made++ {
			id := fmt.Sprintf("inc-b%05d", made)
			now := time.Now().UTC().Format(time.RFC3339Nano)
			raw := fmt.Sprintf(`{"specversion":"1.0","id":"d%d","source":"/bench","type":"sangfroid.incident.declared","subject":"incident/main","time":%q,"recorded":%q,"incident":%q,"realm":"live","actor":"bench","role":"director","data":{"title":"Incident %d"}}`, made, now, now, id, made)
			if _, err := nc.Request("sangfroid.live."+id+".bench.incident.main", []byte(raw), patience); err != nil {
				b.Fatal(err)
			}
		}
		nc.Close()
		var took []float64
		for range b.runs {
			at := time.Now()
			x := p.open(120, 40)
			d, ok := x.maybe(at, func(s string) bool { return strings.Contains(s, "The first one") || strings.Contains(s, "Incident ") })
			if ok {
				took = append(took, ms(d))
			}
			x.kill()
		}
		b.add(fmt.Sprintf("%d incidents on one bus: start to the list", n), "ms", "", took, "", nil)
		b.point("list-ms-by-incidents", float64(n), took)
	}
}
