package tui

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"os/signal"
	"sangfroid/internal/cell"
	"sangfroid/internal/incident"
	"sangfroid/internal/locale"
	"sync"
	"syscall"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"
	"github.com/charmbracelet/x/ansi"
	"github.com/charmbracelet/x/term"
)

// Options of the console.
type Options struct {
	Desk        cell.Desk // nil for a replay of a file
	Room        cell.Room // the room to begin with; nil begins on the list
	Lang        locale.Lang
	Zone        *time.Location // nil: the incident's
	NoColor     bool
	ASCII       bool
	Light, Dark bool // the ground, when the terminal should not be asked
	Log         *slog.Logger
	Now         func() time.Time // nil: the wall clock
	Samples     int              // of the forecast; 0: as many as it takes for a smooth one
	// Explain gives the sentence and the hint of an error that is no refusal.
	Explain func(error) (sentence, hint string)
	// Regimes gives the legal regimes this console knows, as they read for an entity; nil knows none.
	Regimes func(incident.EntityDef) []incident.RegimeDef
	// Editor is the command that edits a file in the person's own editor.
	Editor func(path string) (*exec.Cmd, error)
	// Export writes a text to a new file for the person, and gives its path.
	Export func(name, text string) (path string, err error)
	// Launch makes the command that launches a plan of a playbook in a room.
	Launch func(r cell.Room, playbook, plan string, services []incident.ServiceID, reason string) (cell.Command, error)
}

// framesPerSecond is what a key waits for: half a frame in the middle. The renderer looks at nothing when nothing changed.
const framesPerSecond = 60

// Run shows the console until the person leaves, ctx ends, or the terminal goes away. The terminal is left usable in every
// case; what was entered is on disk by then.
func Run(ctx context.Context, o Options) (err error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	send := newSender(ctx)
	m := newModel(ctx, o, send)
	opts := []tea.ProgramOption{tea.WithContext(ctx), tea.WithFPS(framesPerSecond)}
	if o.NoColor {
		opts = append(opts, tea.WithColorProfile(colorprofile.ASCII))
	}
	p := tea.NewProgram(m, opts...)
	send.start(p, o.Desk)
	if o.Room != nil {
		send.follow(o.Room, m.roomGen)
	}
	stop := hangUp(p)
	_, err = p.Run()
	stop()
	cancel()
	send.wait()
	if m.room != nil && m.room != o.Room {
		err = errors.Join(err, m.room.Close())
	}
	if errors.Is(err, tea.ErrInterrupted) || errors.Is(err, tea.ErrProgramKilled) && ctx.Err() != nil {
		err = nil
	}
	return errors.Join(err, m.failure)
}

// hangUp ends the console in good order when its terminal goes away. A terminal that does not take output any more would
// hold the end back for ever: after two seconds the program ends as it is. Everything entered is on disk.
func hangUp(p *tea.Program) (stop func()) {
	c := make(chan os.Signal, 1)
	done := make(chan struct{})
	signal.Notify(c, syscall.SIGHUP, syscall.SIGTERM, syscall.SIGQUIT)
	state, stateErr := term.GetState(os.Stdin.Fd())
	go func() {
		select {
		case <-done:
			return
		case <-c:
		}
		go p.Quit()
		select {
		case <-done:
		case <-time.After(2 * time.Second):
			if stateErr == nil {
				_ = term.Restore(os.Stdin.Fd(), state) // the last thing that can be done for it
			}
			os.Exit(1)
		}
	}()
	return func() {
		signal.Stop(c)
		close(done)
	}
}

// sender brings wakes from rooms and the desk to the screen, coalesced, and keeps drafts. It owns its goroutines.
type sender struct {
	ctx  context.Context
	done sync.WaitGroup

	mu     sync.Mutex
	p      *tea.Program
	stop   context.CancelFunc // of the room followed
	drafts *drafts
}

func newSender(ctx context.Context) *sender {
	return &sender{ctx: ctx, drafts: newDrafts()}
}

// wakeEvery is the least time between two wakes of the screen: what comes faster is shown together.
const wakeEvery = 16 * time.Millisecond

func (s *sender) start(p *tea.Program, desk cell.Desk) {
	s.mu.Lock()
	s.p = p
	s.mu.Unlock()
	s.spawn(s.ctx, s.drafts.run)
	if desk != nil {
		s.spawn(s.ctx, func(ctx context.Context) {
			p.Send(deskChangedMsg{})
			s.relay(ctx, desk.Changed(), func() tea.Msg { return deskChangedMsg{} })
		})
	}
}

// follow wakes the screen for a room, and no longer for the one before.
func (s *sender) follow(r cell.Room, gen int) {
	ctx, cancel := context.WithCancel(s.ctx)
	s.mu.Lock()
	if s.stop != nil {
		s.stop()
	}
	s.stop = cancel
	s.mu.Unlock()
	s.spawn(ctx, func(ctx context.Context) {
		s.relay(ctx, r.Changed(), func() tea.Msg { return frameChangedMsg{gen: gen} })
	})
}

func (s *sender) relay(ctx context.Context, changed <-chan struct{}, msg func() tea.Msg) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-changed:
		}
		s.program().Send(msg())
		select {
		case <-ctx.Done():
			return
		case <-time.After(wakeEvery):
		}
	}
}

func (s *sender) program() *tea.Program {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.p
}

// spawn runs a goroutine that ends the console in good order when it panics.
func (s *sender) spawn(ctx context.Context, work func(context.Context)) {
	s.done.Add(1)
	go func() {
		defer s.done.Done()
		defer func() {
			if r := recover(); r != nil {
				go s.program().Send(brokeMsg{fmt.Errorf("the console broke: %v", r)})
			}
		}()
		work(ctx)
	}()
}

func (s *sender) wait() { s.done.Wait() }

// notify rings the bell and asks the terminal for a notification. Its text was cleaned where it was decoded.
func notify(s string) tea.Cmd {
	return tea.Batch(tea.Raw("\a"), tea.Raw(ansi.Notify(s)))
}
