// Package tui is the console: one Bubble Tea model over a [cell.Room] and a [cell.Desk]. It knows nothing of the bus or of
// files. Update routes messages and never waits: what takes time is a command, and comes back as a message. A pane is a function
// of the model and its size.
//
// A screen that stands still (a stalled terminal) holds back nobody: rooms go on by themselves, and wakes are coalesced to
// the newest frame.
package tui

import (
	"context"
	"sangfroid/internal/cell"
	"sangfroid/internal/incident"
	"sangfroid/internal/locale"
	"sangfroid/tui/form"
	"sangfroid/tui/theme"
	"time"

	tea "charm.land/bubbletea/v2"
)

// screen is what fills the terminal.
type screen int

const (
	screenHome screen = iota
	screenRoom
)

// model is the whole console.
type model struct {
	ctx   context.Context
	opts  Options
	lang  locale.Lang
	theme theme.Theme
	wall  func() time.Time
	send  *sender

	w, h    int
	screen  screen
	quit    bool
	failure error

	desk cell.Desk
	home homePane

	room    cell.Room
	roomGen int
	frame   *cell.Frame
	clocks  []incident.Clock
	ledger  ledger // the catch-up lines, as of now
	outlook outlookPane
	sure    map[incident.ServiceID]confidence // of the decide-by shown
	now     time.Time                         // what the clocks were read at

	layout layout
	focus  pane
	zoom   bool
	cursor [paneCount]int // selected row of each pane
	log    logPane

	form     *form.Form
	formGen  int
	submit   func(form.Values) tea.Cmd
	onForm   string // the name its draft is kept under
	overlay  overlay
	back     overlay         // what comes back when the form closes
	overTop  int             // first line of what lies over the body
	overAt   int             // selected line there
	overRead bool            // the brief was seen to its end
	legal    []incident.Duty // legal clocks that want a line of the screen, the most urgent first
	palette  palette
	drafting *drafting
	grid     gridPane
	ex       exPane
	loc      *time.Location
	locOf    string // the incident's zone it was found for: reading it from disk is not for every second

	notice  notice
	raised  map[string]bool
	alert   string // the banner, until it is put away
	alertAt time.Time
	paneTop [paneCount]int
	armed   string
	armedAt time.Time
	skipped int    // proposals passed over to see another
	passed  string // the first of them
}

// overlay is what lies over the body.
type overlay int

const (
	overNone overlay = iota
	overKeys
	overPalette
	overEntry
	overInbox
	overStep
	overPeople
	overGrid
	overLegal
	overContacts
	overActions
	overReports
	overBrief
	overExercise
	overMoments
)

func newModel(ctx context.Context, o Options, send *sender) *model {
	dark := !o.Light
	m := &model{
		ctx: ctx, opts: o, lang: o.Lang, wall: time.Now, send: send, desk: o.Desk, raised: make(map[string]bool),
		theme: theme.New(dark, o.ASCII, o.NoColor), log: newLogPane(),
	}
	if o.Now != nil {
		m.wall = o.Now
	}
	m.now = m.wall()
	if o.Room != nil {
		m.enter(o.Room)
	}
	return m
}

// enter shows a room.
func (m *model) enter(r cell.Room) {
	m.room, m.screen = r, screenRoom
	m.roomGen++
	m.focus, m.zoom = paneDecision, false
	m.cursor, m.paneTop = [paneCount]int{}, [paneCount]int{}
	m.log, m.outlook = newLogPane(), outlookPane{}
	m.grid, m.ex = gridPane{}, exPane{read: make(map[incident.InjectID]bool)}
	m.raised = make(map[string]bool)
	m.ledger = ledger{}
	m.alert = ""
	m.refresh()
	m.learnAlerts()
	if x := m.exercise(); x != nil {
		m.ex.known = len(x.Sent)
	}
}

// refresh takes the newest frame and reads the clocks.
func (m *model) refresh() {
	if m.room == nil {
		m.now = m.wall()
		return
	}
	m.frame = m.room.Frame()
	m.now = m.room.Now()
	m.clocks = incident.Clocks(m.frame.State, m.now)
	m.hedge()
	m.readLegal()
	if m.ledger.stale(m.frame.Gen, m.now) {
		m.ledger = readLedger(m.frame.State, m.frame.Gen, m.now)
	}
	if m.frame.State.Zone != m.locOf {
		m.loc = nil
	}
	m.relayout()
	m.syncGrid()
}

func (m *model) relayout() {
	services := 0
	if m.frame != nil {
		for i := range m.frame.State.Services {
			if m.frame.State.Services[i].InScope {
				services++
			}
		}
	}
	m.layout = arrange(m.w, m.h, services, m.frame != nil && m.frame.Replay != nil, m.focus)
	if len(m.legal) > 0 {
		m.layout = m.layout.withLegal(m.focus)
	}
	m.layout = m.layout.withBand(m.bandHeight(), m.focus)
	m.clampCursors()
}

// zone is the zone times are shown in: the one asked for, else the incident's, else the machine's.
func (m *model) zone() *time.Location {
	if m.loc == nil {
		m.loc = m.findZone()
		if m.frame != nil {
			m.locOf = m.frame.State.Zone
		}
	}
	return m.loc
}

func (m *model) findZone() *time.Location {
	if m.opts.Zone != nil {
		return m.opts.Zone
	}
	if m.frame != nil && m.frame.State.Zone != "" {
		if loc, err := time.LoadLocation(m.frame.State.Zone); err == nil {
			return loc
		}
	}
	return time.Local
}

func (m *model) me() cell.Person {
	if m.desk == nil {
		return cell.Person{}
	}
	return m.desk.Me()
}

func (m *model) replaying() bool { return m.frame != nil && m.frame.Replay != nil }

// t is a word of the catalogue.
func (m *model) t(key string, args ...any) string { return m.lang.T(key, args...) }
