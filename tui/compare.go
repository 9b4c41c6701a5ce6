package tui

import (
	"context"
	"sangfroid/internal/incident"
	"sangfroid/internal/locale"
	"sangfroid/internal/status"
	"sangfroid/tui/theme"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"
)

// compare is the screen of two timelines side by side. It reads nothing and writes nothing: the comparison is made.
type compare struct {
	d     status.Diff
	lang  locale.Lang
	theme theme.Theme
	zone  *time.Location
	opts  Options

	w, h, top int
	lines     []string
	parts     []int // where each part begins
}

// Compare shows two timelines side by side until the person leaves.
func Compare(ctx context.Context, o Options, d status.Diff) error {
	opts := []tea.ProgramOption{tea.WithContext(ctx), tea.WithFPS(framesPerSecond)}
	if o.NoColor {
		opts = append(opts, tea.WithColorProfile(colorprofile.ASCII))
	}
	_, err := tea.NewProgram(newCompare(o, d), opts...).Run()
	return err
}

func newCompare(o Options, d status.Diff) *compare {
	zone := o.Zone
	if zone == nil {
		zone = time.UTC // two incidents need not have one zone
	}
	return &compare{d: d, lang: o.Lang, theme: theme.New(!o.Light, o.ASCII, o.NoColor), zone: zone, opts: o}
}

// Init asks for the terminal's ground, unless told.
func (c *compare) Init() tea.Cmd {
	if c.opts.Light || c.opts.Dark || c.opts.NoColor {
		return nil
	}
	return tea.RequestBackgroundColor
}

// Update scrolls.
func (c *compare) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	switch msg := msg.(type) {
	case tea.WindowSizeMsg:
		c.w, c.h = msg.Width, msg.Height
	case tea.BackgroundColorMsg:
		c.theme = theme.New(msg.IsDark(), c.opts.ASCII, c.opts.NoColor)
	case tea.KeyPressMsg:
		if c.key(msg.String()) {
			return c, tea.Quit
		}
	}
	c.draw()
	return c, nil
}

// key scrolls, or tells that the person leaves.
func (c *compare) key(key string) (leave bool) {
	page := max(c.room()-1, 1)
	switch key {
	case "q", "esc", "ctrl+c":
		return true
	case "up", "k":
		c.top--
	case "down", "j", "enter":
		c.top++
	case "pgup":
		c.top -= page
	case "pgdown", "space":
		c.top += page
	case "home":
		c.top = 0
	case "end":
		c.top = len(c.lines)
	case "tab", "right":
		c.top = c.part(1)
	case "shift+tab", "left":
		c.top = c.part(-1)
	case "f3":
		c.lang = map[locale.Lang]locale.Lang{locale.French: locale.English}[c.lang]
		if c.lang == "" {
			c.lang = locale.French
		}
	case "f4":
		c.theme = theme.New(!c.theme.Dark, c.theme.ASCII, c.theme.Mono)
	}
	return false
}

// part is where the next part begins, or the one before.
func (c *compare) part(way int) int {
	to := 0
	for _, at := range c.parts {
		if way > 0 && at > c.top {
			return at
		}
		if way < 0 && at < c.top {
			to = at
		}
	}
	if way > 0 {
		return c.top
	}
	return to
}

// room is how many lines of the comparison fit between the head and the keys.
func (c *compare) room() int { return max(c.h-compareHead-1, 1) }

// compareHead is the lines that stay: the title, both sides, and an empty one.
const compareHead = 4

func (c *compare) draw() {
	if c.w < 40 || c.h < 8 {
		c.lines = nil
		return
	}
	c.lines, c.parts = compareLines(c.d, c.lang, c.theme, c.w)
	c.top = max(min(c.top, len(c.lines)-c.room()), 0)
}

// View shows the window of lines.
func (c *compare) View() tea.View {
	v := tea.NewView(strings.Join(c.screen(), "\n"))
	v.AltScreen = true
	v.WindowTitle = c.d.A.Title + " / " + c.d.B.Title + " · sangfroid"
	return v
}

func (c *compare) screen() []string {
	if c.w <= 0 || c.h <= 0 {
		return nil
	}
	t := c.theme
	if c.lines == nil {
		return fill([]string{row{}.add(c.lang.T("tui.small"), t.Muted).line(c.w, false)}, c.w, c.h)
	}
	head := row{}.add(" SANGFROID ", t.HeaderStrong).add(" "+c.lang.T("diff.title"), t.Header)
	if legend := c.lang.T("diff.legend") + " "; head.width()+width(legend) < c.w {
		head = head.add(blanks(c.w-head.width()-width(legend)), t.Header).add(legend, t.Header)
	}
	out := []string{head.over(c.w, t.Header), c.side("A", c.d.A, t.Holds), c.side("B", c.d.B, t.Progress), blanks(c.w)}
	room := c.room()
	out = append(out, fill(c.lines[min(c.top, len(c.lines)):], c.w, room)...)
	keys := row{}
	for _, p := range keyPieces(c.lang.T("diff.keys")) {
		key, word, _ := strings.Cut(p, " ")
		keys = keys.space(1).add(key, t.Key).add(" "+word, t.Text).space(1)
	}
	if len(c.lines) > room {
		keys = keys.add("   "+c.lang.T("tui.lines", "from", c.top+1, "to", min(c.top+room, len(c.lines)), "of", len(c.lines)), t.Muted)
	}
	return fill(append(out, keys.line(c.w, false)), c.w, c.h)
}

// side is one of the two timelines in a line: whether it was an exercise, what it is called, how much there is of it.
func (c *compare) side(name string, s status.Side, ink theme.Ink) string {
	t := c.theme
	badge, word := t.Live, c.lang.T("diff.real")
	if s.Realm == incident.Drill {
		badge, word = t.Drill, c.lang.Realm(incident.Drill)
	}
	r := row{}.space(1).add(name+" "+strings.Repeat(t.Symbol(sideMark(name)), 2)+" ", ink).add(" "+word+" ", badge).space(1)
	tail := c.lang.T("diff.side.unknown", "n", s.Entries)
	if s.Seconds != nil {
		origin := c.lang.Day(s.Origin.Time, c.zone) + " " + s.Origin.In(c.zone).Format("15:04 ") + locale.ZoneName(s.Origin.Time, c.zone)
		tail = c.lang.T("diff.side", "n", s.Entries, "span", seconds(s.Seconds), "origin", origin)
	}
	free := c.w - r.width() - width(tail) - 3
	if free < 12 {
		return r.add(s.Title, t.Strong).line(c.w, false)
	}
	return r.add(cut(s.Title, free), t.Strong).to(c.w-width(tail)-1).add(tail, t.Muted).line(c.w, false)
}

// sideMark is what the bars of a side are drawn with, so that they differ without colour.
func sideMark(name string) theme.Mark {
	if name == "A" {
		return theme.Full()
	}
	return theme.Mark{Rich: "▒", Plain: "="}
}

func seconds(s *int64) time.Duration { return time.Duration(*s) * time.Second }
