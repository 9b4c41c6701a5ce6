package cli

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sangfroid/internal/cast"
	"sangfroid/internal/room"
	"sangfroid/internal/timeline"
	"sangfroid/tui"
	"strconv"
	"strings"
	"time"
)

const (
	castStep    = 100 * time.Millisecond // between two frames of a recording, as a replay draws
	castHold    = 3 * time.Second        // how long its last frame stands
	castLength  = time.Hour
	castBytes   = 100 << 20
	castSamples = 4000 // of the forecasts: a recording makes many
)

// record plays a timeline into a file, as fast as it can be drawn.
func (a *app) record(ctx context.Context, path string, f replayFlags) (err error) {
	w, h, err := a.castSize(f.size)
	if err != nil {
		return err
	}
	head, err := timeline.ReadHeader(path)
	if err != nil {
		return err
	}
	f.record = a.drillName(head.Realm, f.record)
	if _, err := os.Lstat(f.record); err == nil {
		return a.hintf(a.failf(nil, "cli.err.exists", "file", f.record), "cast.exists.hint")
	}
	began := a.now()
	wall := began
	r, err := room.StillReplay(ctx, path, func() time.Time { return wall })
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, r.Close()) }()
	if err := a.begin(r, f); err != nil {
		return err
	}
	if length := r.Left(); length > castLength {
		return a.hintf(a.failf(nil, "cast.toolong", "length", length.Round(time.Minute), "most", time.Duration(castLength)), "cast.toolong.hint")
	}
	temp, err := os.CreateTemp(filepath.Dir(f.record), ".cast-*")
	if err != nil {
		return err
	}
	defer os.Remove(temp.Name()) //nolint:errcheck // it was renamed, or is of no use
	o, err := a.screenOptions(tui.Options{Room: r, Now: func() time.Time { return wall }, Samples: castSamples})
	if err != nil {
		return errors.Join(err, temp.Close())
	}
	o.Dark = !o.Light
	took, err := playInto(ctx, temp, castOf{screen: tui.NewScreen(ctx, o, w, h), r: r, wall: &wall, w: w, h: h, light: o.Light, began: began})
	if err := errors.Join(err, temp.Close()); err != nil {
		if errors.Is(err, cast.ErrTooLarge) || errors.Is(err, cast.ErrTooLong) {
			return a.hintf(a.failf(err, "cast.toolarge", "most", fmt.Sprint(castBytes>>20)), "cast.toolong.hint")
		}
		return err
	}
	if err := os.Rename(temp.Name(), f.record); err != nil {
		return err
	}
	a.say("cast.done", "file", f.record, "length", took, "w", w, "h", h)
	return nil
}

// castOf is what is recorded, and the wall's clock it is played by.
type castOf struct {
	screen *tui.Screen
	r      *room.Replay
	wall   *time.Time
	w, h   int
	light  bool
	began  time.Time
}

// playInto plays to the end, and tells how long the recording is.
func playInto(ctx context.Context, out *os.File, c castOf) (time.Duration, error) {
	c.r.Play()
	first := c.screen.Draw()
	rec, err := cast.NewWriter(out, cast.Header{
		Width: c.w, Height: c.h, Timestamp: c.began.Unix(), Title: c.screen.Title(), Env: map[string]string{"TERM": "xterm-256color"}, Theme: castTheme(c.light),
	}, cast.Bounds{Length: castLength + castHold, Bytes: castBytes})
	if err != nil {
		return 0, err
	}
	lines := first
	for at := time.Duration(0); ; at += castStep {
		if err := errors.Join(ctx.Err(), rec.Frame(at, lines)); err != nil {
			return at, err
		}
		if f := c.r.Frame(); f.Err != nil {
			return at, f.Err
		} else if f.Replay.Ended && !f.Replay.Playing {
			return at + castHold, rec.Close(at + castHold)
		}
		*c.wall = c.wall.Add(castStep)
		c.r.Draw()
		lines = c.screen.Draw()
	}
}

func castTheme(light bool) *cast.Theme {
	if light {
		return &cast.Theme{FG: "#1c2126", BG: "#ffffff", Palette: "#0b0e11:#b3260b:#0b6b61:#8a5300:#0f5fa8:#6a2c91:#0b6b61:#5a636d:#5a636d:#b3260b:#0b6b61:#8a5300:#0f5fa8:#6a2c91:#0b6b61:#1c2126"}
	}
	return &cast.Theme{FG: "#d8dee4", BG: "#0f1419", Palette: "#0b0e11:#ff6b4a:#7fd1c4:#f5b942:#5fb0f5:#7a3aa3:#7fd1c4:#d8dee4:#66727e:#ff6b4a:#7fd1c4:#f5b942:#5fb0f5:#7a3aa3:#7fd1c4:#ffffff"}
}

// castSize reads "120x40".
func (a *app) castSize(s string) (w, h int, err error) {
	x, y, ok := strings.Cut(strings.ToLower(strings.ReplaceAll(s, "×", "x")), "x")
	w, errW := strconv.Atoi(x)
	h, errH := strconv.Atoi(y)
	if !ok || errW != nil || errH != nil || w < 40 || h < 12 || w > 400 || h > 200 {
		return 0, 0, a.usagef("cast.size", "value", s)
	}
	return w, h, nil
}
