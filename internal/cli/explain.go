package cli

import (
	"context"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"sangfroid/internal/bus/access"
	"sangfroid/internal/cell"
	"sangfroid/internal/exercise"
	"sangfroid/internal/incident"
	"sangfroid/internal/room"
	"sangfroid/internal/timeline"
	"sangfroid/playbooks"
	"syscall"
	"time"
)

// explain makes any error a sentence and a hint in the person's language.
func (a *app) explain(err error) *failure {
	var f *failure
	if errors.As(err, &f) {
		out := *f
		out.sentence = f.Error()
		if out.code == 0 {
			out.code = exitFailed
		}
		return &out
	}
	var refusal *incident.Refusal
	if errors.As(err, &refusal) {
		sentence, hint := a.lang.Refuse(refusal)
		return &failure{sentence: sentence, hint: hint, code: exitFailed, err: err}
	}
	if key, hint, ok := room.Explain(err); ok {
		if errors.Is(err, syscall.ENOSPC) && key == "bus.err.dir" { // which directory does not matter
			key, hint = "bus.err.disk-full", "bus.hint.disk-full"
		}
		return &failure{sentence: a.lang.T(key, "why", room.Cause(err, plain(err))), hint: a.lang.T(hint), code: exitFailed, err: err}
	}
	var denied *access.Error
	if errors.As(err, &denied) {
		return &failure{sentence: a.lang.T("access.err."+denied.Code, pairs(denied.Args)...), hint: a.lang.T("access.hint." + denied.Code), code: exitFailed, err: err}
	}
	var long *room.ScratchTooLongError
	if errors.As(err, &long) {
		return &failure{sentence: a.lang.T("cli.err.scratch", "limit", long.Limit>>10), hint: a.lang.T("cli.hint.editor.kept", "file", long.Path), code: exitFailed, err: err}
	}
	if f := a.explainFile(err); f != nil {
		return f
	}
	if errors.Is(err, context.Canceled) {
		return &failure{sentence: a.lang.T("cli.err.interrupted"), code: exitFailed, err: err}
	}
	return &failure{sentence: plain(err), code: exitFailed, err: err}
}

// explainFile explains what can be wrong with files: timelines, playbooks, the disk; nil for anything else.
func (a *app) explainFile(err error) *failure {
	say := func(key, hint string) *failure {
		return &failure{sentence: a.lang.T(key, "why", plain(err)), hint: a.lang.T(hint), code: exitFailed, err: err}
	}
	var bad *playbooks.InvalidError
	var unknown *exercise.UnknownError
	switch {
	case errors.As(err, &unknown):
		return &failure{sentence: a.lang.T("cli.err.scenario", "name", unknown.Name), hint: a.lang.T("cli.hint.scenarios"), code: exitFailed, err: err}
	case errors.As(err, &bad):
		return &failure{sentence: a.finding(bad.Findings[0]), hint: a.lang.T("cli.hint.lint", "file", bad.File), code: exitFailed, err: err}
	case errors.Is(err, syscall.ENOSPC):
		return say("cli.err.full", "bus.hint.disk-full")
	case errors.Is(err, timeline.ErrNotTimeline):
		return say("tl.err.not", "tl.hint.not")
	case errors.Is(err, timeline.ErrLocked):
		return say("tl.err.locked", "tl.hint.locked")
	case errors.Is(err, timeline.ErrNoEntry):
		return say("tl.err.noentry", "tl.hint.none")
	case errors.Is(err, timeline.ErrKey):
		return say("tl.err.key", "tl.hint.key")
	case errors.Is(err, fs.ErrNotExist):
		return say("cli.err.nofile.plain", "cli.hint.file")
	}
	return nil
}

// plain says the operating system's reasons without paths and calls around them.
func plain(err error) string {
	var path *fs.PathError
	if errors.As(err, &path) {
		return path.Path + ": " + path.Err.Error()
	}
	var link *os.LinkError
	if errors.As(err, &link) {
		return link.New + ": " + link.Err.Error()
	}
	var no syscall.Errno
	if errors.As(err, &no) {
		return no.Error()
	}
	return err.Error()
}

// refusedIn explains a refusal with the entry that stands in the way.
func (a *app) refusedIn(r *room.Room, err error) error {
	var refusal *incident.Refusal
	if !errors.As(err, &refusal) {
		return err
	}
	sentence, hint := a.lang.RefuseIn(r.Frame().State, refusal, true)
	if refusal.Entry > 0 {
		if e, readErr := r.Log().At(refusal.Entry); readErr == nil {
			sentence += " [" + a.lang.T("cli.entry", "n", refusal.Entry) + a.lang.Colon() + a.lang.Line(r.Frame().State, e).Text + "]"
		}
	}
	return &failure{sentence: sentence, hint: hint, code: exitFailed, err: err}
}

// receipt is what a writing command prints with -o json.
type receipt struct {
	ID      incident.EventID    `json:"id"`
	Type    incident.Type       `json:"type"`
	Entry   int                 `json:"entry,omitempty"`
	Pending bool                `json:"pending"`
	In      incident.IncidentID `json:"incident"`
}

func (a *app) printReceipt(r *room.Room, rc cell.Receipt) error {
	if a.flags.output == "json" {
		return a.printJSON(receipt{ID: rc.Event.ID, Type: rc.Event.Type, Entry: rc.Seq, Pending: rc.Pending, In: rc.Event.Incident})
	}
	e := incident.Entry{Seq: rc.Seq, Event: rc.Event}
	line := a.lang.Line(r.Frame().State, e).Text
	written := r.Frame().State.ExerciseTime(rc.Event.Recorded)
	if gap := written.Sub(rc.Event.Time); gap >= time.Second || gap <= -time.Second {
		// A time that was typed is read back: in the zone of the screens, whatever this machine's is.
		line += "  (" + a.lang.T("tui.fact") + " " + a.lang.Moment(rc.Event.Time, a.zoneOf(r.Frame().State), written) + ")"
	}
	if rc.Pending {
		a.say("cli.pending", "line", line)
		return nil
	}
	a.say("cli.saved", "n", rc.Seq, "line", line)
	return nil
}

func (a *app) printJSON(v any) error {
	enc := json.NewEncoder(a.out)
	enc.SetIndent("", "  ")
	enc.SetEscapeHTML(false)
	return enc.Encode(v)
}
