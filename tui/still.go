package tui

import (
	"context"
	"time"

	tea "charm.land/bubbletea/v2"
)

// Screen is the console drawn without a terminal and without a clock of its own: for recordings, and to compare screens. It is
// used by one goroutine.
type Screen struct{ m *model }

// NewScreen shows the room of the options on w×h cells.
func NewScreen(ctx context.Context, o Options, w, h int) *Screen {
	s := &Screen{newModel(ctx, o, newSender(ctx))}
	s.feed(tea.WindowSizeMsg{Width: w, Height: h})
	return s
}

// Press types a key by its name: "4", "tab", "f".
func (s *Screen) Press(key string) {
	s.feed(tea.KeyPressMsg{Text: key})
}

// Draw gives the lines of the screen as of now, each of its whole width, with everything there that a console would show a
// moment later: the rows it reads, the forecast it makes.
func (s *Screen) Draw() []string {
	s.feed(frameChangedMsg{gen: s.m.roomGen})
	lines, _ := s.m.draw()
	return lines
}

// Title is the title of the terminal's window.
func (s *Screen) Title() string { return s.m.windowTitle() }

// feed gives the model a message, and at once what that led to.
func (s *Screen) feed(msg tea.Msg) {
	s.m.outlook.changed = time.Time{} // nothing changes fast for somebody who has time
	_, cmd := s.m.Update(msg)
	s.run(cmd)
}

func (s *Screen) run(cmd tea.Cmd) {
	if cmd == nil {
		return
	}
	switch msg := cmd().(type) {
	case nil:
	case tea.BatchMsg:
		for _, one := range msg {
			s.run(one)
		}
	default:
		s.feed(msg)
	}
}
