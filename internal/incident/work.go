package incident

import "time"

// Work is the time somebody was at a step: the stretches it ran, without those it was blocked, and without the wait
// between an attempt that failed and the next one.
type Work struct {
	Spent    time.Duration // all stretches that are over, of every attempt
	Earlier  time.Duration // of Spent, what belongs to attempts before the last one
	Since    *Mark         // the present stretch began here; nil while nobody is at it
	Attempts int
	Gaps     WorkGap // what the log does not tell of it
}

// WorkGap tells why the time at a step is not known from the log; several may hold.
type WorkGap uint8

// Gaps in what the log tells of the work.
const (
	GapNoStart  WorkGap = 1 << iota // its end, or a count, was the first that was told
	GapBlocked                      // done straight from blocked: when it went on was not told
	GapOrder                        // an end before its start
	GapImported                     // told by a file, not by the cell
)

// Whole is the time at the step up to now, all attempts together.
func (w *Work) Whole(now time.Time) time.Duration {
	if w.Since == nil {
		return w.Spent
	}
	return w.Spent + max(now.Sub(w.Since.At), 0)
}

// Attempt is the time of the last attempt up to now.
func (w *Work) Attempt(now time.Time) time.Duration { return w.Whole(now) - w.Earlier }

// follow notes what a move of the step from one status to the next tells of the work.
func (w *Work) follow(before, after StepStatus, f *fold) {
	m := f.mark
	if f.ev.Imported {
		w.Gaps |= GapImported
	}
	switch {
	case before == after:
		return
	case before == StepRunning && w.Since != nil:
		if m.At.Before(w.Since.At) {
			w.Gaps |= GapOrder
		}
		w.Spent, w.Since = w.Whole(m.At), nil
	case after == StepRunning:
		if before != StepIsBlock || w.Attempts == 0 {
			w.Attempts++
			w.Earlier = w.Spent
		}
		if _, told := f.ev.Data.(StepStarted); !told {
			w.Gaps |= GapNoStart
		}
		w.Since = &m
	case after == StepIsDone && before == StepIsBlock:
		w.Gaps |= GapBlocked
	case after == StepIsDone:
		w.Gaps |= GapNoStart
	}
}
