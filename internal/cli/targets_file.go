package cli

import (
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"sangfroid/internal/incident"
	"sangfroid/internal/text"
	"strings"
	"time"
)

// targetRow is a line of a file of targets: id,state[,group[,time]].
type targetRow struct {
	id    string
	state incident.TargetState
	group string
	at    time.Time // zero: not told
}

// parseTargets reads a file of targets, with or without a heading; columns are set off by commas or, as spreadsheets write
// them in French, by semicolons. The first thing wrong is told with its line.
func (a *app) parseTargets(file string, b []byte) ([]targetRow, error) {
	b = bytes.TrimPrefix(b, []byte("\xef\xbb\xbf"))
	r := csv.NewReader(bytes.NewReader(b))
	r.FieldsPerRecord, r.TrimLeadingSpace, r.ReuseRecord, r.Comment = -1, true, true, '#'
	if first, _, _ := bytes.Cut(b, []byte("\n")); bytes.Contains(first, []byte(";")) && !bytes.Contains(first, []byte(",")) {
		r.Comma = ';'
	}
	var out []targetRow
	for n := 0; ; n++ {
		rec, err := r.Read()
		if errors.Is(err, io.EOF) {
			return out, nil
		}
		line := 0
		if err == nil {
			line, _ = r.FieldPos(0)
		}
		wrong := func(why string) error {
			return a.hintf(a.failf(err, "cli.err.targets.line", "file", file, "line", line, "why", why), "cli.hint.targets")
		}
		var bad *csv.ParseError
		if errors.As(err, &bad) {
			line = bad.Line
			return nil, wrong(bad.Err.Error())
		}
		if err != nil {
			return nil, err
		}
		if n == 0 && strings.EqualFold(rec[0], "id") {
			continue
		}
		row, why := a.targetRow(rec)
		if why != "" {
			return nil, wrong(why)
		}
		if len(out) >= incident.MaxTargets {
			return nil, wrong(a.lang.T("cli.targets.why.many", "limit", incident.MaxTargets))
		}
		out = append(out, row)
	}
}

// targetRow reads one line; why says what is wrong with it.
func (a *app) targetRow(rec []string) (row targetRow, why string) {
	if len(rec) < 2 || len(rec) > 4 {
		return row, a.lang.T("cli.targets.why.columns", "n", len(rec))
	}
	for i := range rec {
		rec[i] = strings.TrimSpace(rec[i])
	}
	row.id, row.state = rec[0], a.targetState(rec[1])
	if clean, _ := text.Clean(row.id); clean != row.id || !incident.ValidTarget(clean) {
		return row, a.lang.T("cli.targets.why.id", "value", clean)
	}
	if row.state == "" {
		clean, _ := text.Clean(rec[1])
		return row, a.lang.T("cli.targets.why.state", "value", clean, "have", strings.Join(stateNames(), ", "))
	}
	if len(rec) > 2 && rec[2] != "" {
		row.group = rec[2]
		if clean, _ := text.Clean(row.group); clean != row.group || !incident.ValidTarget(clean) {
			return row, a.lang.T("cli.targets.why.id", "value", clean)
		}
	}
	if len(rec) > 3 && rec[3] != "" {
		at, _, err := a.parseTime(rec[3])
		if err != nil {
			clean, _ := text.Clean(rec[3])
			return row, a.lang.T("cli.targets.why.time", "value", clean)
		}
		row.at = at.UTC()
	}
	return row, ""
}

// gatherTargets makes changes of rows: one for all of a state, group and time, in the order these came. Of a target that stands
// there twice the last line holds.
func gatherTargets(rows []targetRow, group string) []incident.TargetChange {
	last := make(map[string]int, len(rows))
	for i, r := range rows {
		last[r.id] = i
	}
	type key struct {
		state incident.TargetState
		group string
		at    time.Time
	}
	var order []key
	names := make(map[key][]string)
	for i, r := range rows {
		if last[r.id] != i {
			continue
		}
		if r.group == "" {
			r.group = group
		}
		k := key{r.state, r.group, r.at}
		if names[k] == nil {
			order = append(order, k)
		}
		names[k] = append(names[k], r.id)
	}
	out := make([]incident.TargetChange, 0, len(order))
	for _, k := range order {
		c := incident.TargetChange{State: k.state, Group: k.group, IDs: incident.CompactTargets(names[k])}
		if !k.at.IsZero() {
			c.At = &k.at
		}
		out = append(out, c)
	}
	return out
}
