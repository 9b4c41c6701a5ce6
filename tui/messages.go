package tui

import (
	"sangfroid/internal/cell"
	"sangfroid/internal/incident"
	"time"
)

// Messages are facts that happened; each is handled by one line of the router.
type (
	// secondPassedMsg comes once a second, on the wall's second.
	secondPassedMsg time.Time
	// frameChangedMsg: the room of that generation has a newer frame.
	frameChangedMsg struct{ gen int }
	// deskChangedMsg: the list of incidents or the link changed.
	deskChangedMsg struct{}
	// roomOpenedMsg: a room was entered, or could not be.
	roomOpenedMsg struct {
		room cell.Room
		err  error
	}
	// incidentDeclaredMsg: a declaration was written, or refused.
	incidentDeclaredMsg struct {
		id  incident.IncidentID
		err error
	}
	// commandDoneMsg: what a form asked for was written, or refused.
	commandDoneMsg struct {
		receipts []cell.Receipt
		err      error
		form     int // which form asked; 0 for none
	}
	// rowsReadMsg: rows of the timeline were read for the view of that generation.
	rowsReadMsg struct {
		gen  int
		rows []logRow
		err  error
	}
	// logScannedMsg: a part of the timeline was searched.
	logScannedMsg struct {
		gen   int
		found []int32
		next  int  // the next entry to look at; 0: all was
		newer bool // these came since: they stand above
		err   error
	}
	// logGlancedMsg: some of the file's bytes were looked through ahead of the search.
	logGlancedMsg struct {
		gen   int
		found []int32
		next  int // the entry to go on from; 0: none is left
	}
	// entryReadMsg: an entry was read for the detail view.
	entryReadMsg struct {
		entry incident.Entry
		err   error
		seal  seal
	}
	// brokeMsg: a goroutine of the console panicked; it ends in good order.
	brokeMsg struct{ err error }
)
