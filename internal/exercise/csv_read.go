package exercise

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"sangfroid/internal/incident"
	"sangfroid/internal/locale"
	"sangfroid/playbooks"
	"slices"
	"strings"
	"time"
)

// ImportOptions say what the table does not: everything of a scenario but its injects.
type ImportOptions struct {
	File     string
	ID       string
	Title    string
	Playbook string
	Book     incident.Playbook
	Plays    []incident.Role
	Lasts    incident.Duration // 0: the last inject and a quarter of an hour
}

// ReadCSV reads a master list of the twelve columns, in any order, with English or French headings, between commas or
// semicolons. Findings name the line and the column of the cell. What the table does not tell (objectives' words, a target) is
// for the planner to add.
func ReadCSV(r io.Reader, o ImportOptions) (incident.Scenario, []playbooks.Finding, error) {
	raw, err := io.ReadAll(io.LimitReader(r, maxCSV+1))
	if err != nil {
		return incident.Scenario{}, nil, err
	}
	in := &csvReader{o: o}
	if len(raw) > maxCSV {
		in.fail(1, 1, "lint.csv.large", "limit", fmt.Sprint(maxCSV>>20))
		return incident.Scenario{}, in.found, nil
	}
	in.read(strings.TrimPrefix(string(raw), "\ufeff"))
	return in.scenario(), in.found, nil
}

const maxCSV = 4 << 20

type csvReader struct {
	o          ImportOptions
	at         [columns]int // where each column is in the file; -1: not there
	injects    []incident.InjectDef
	objectives []incident.ObjectiveDef
	found      []playbooks.Finding
}

func (in *csvReader) fail(line, column int, code string, args ...string) {
	in.found = append(in.found, playbooks.Finding{File: in.o.File, Line: line, Column: column, Code: code, Args: args})
}

func (in *csvReader) read(text string) {
	first, _, _ := strings.Cut(text, "\n")
	c := csv.NewReader(strings.NewReader(text))
	if strings.Count(first, ";") > strings.Count(first, ",") {
		c.Comma = ';'
	}
	c.FieldsPerRecord = -1
	c.LazyQuotes = true
	head, err := c.Read()
	if err != nil {
		in.fail(1, 1, "lint.empty")
		return
	}
	if !in.columns(head) {
		return
	}
	for {
		row, err := c.Read()
		if errors.Is(err, io.EOF) {
			return
		}
		if err != nil {
			line, column := c.FieldPos(0)
			in.fail(max(line, 1), max(column, 1), "lint.csv.row", "why", err.Error())
			return
		}
		if strings.TrimSpace(strings.Join(row, "")) != "" {
			in.row(c, row)
		}
	}
}

// columns finds the columns by their headings, in either language.
func (in *csvReader) columns(head []string) bool {
	for i := range in.at {
		in.at[i] = -1
	}
	en, fr := headings(locale.English), headings(locale.French)
	for i, h := range head {
		h = strings.TrimSpace(h)
		for k := range columns {
			if strings.EqualFold(h, en[k]) || strings.EqualFold(h, fr[k]) || strings.EqualFold(plainHeading(h), plainHeading(fr[k])) {
				in.at[k] = i
			}
		}
	}
	for _, need := range []int{1, 3} { // planned time, inject
		if in.at[need] < 0 {
			in.fail(1, 1, "lint.csv.column", "name", en[need]+" / "+fr[need], "have", strings.Join(head, ", "))
			return false
		}
	}
	return true
}

// plainHeading is a heading whatever apostrophe and spaces it was typed with.
func plainHeading(s string) string {
	return strings.Join(strings.Fields(strings.NewReplacer("’", "'", "\u00a0", " ").Replace(s)), " ")
}

func (in *csvReader) row(c *csv.Reader, row []string) {
	get := func(k int) (string, int, int) {
		i := in.at[k]
		if i < 0 || i >= len(row) {
			line, column := c.FieldPos(0)
			return "", line, column
		}
		line, column := c.FieldPos(i)
		s := strings.TrimSpace(row[i])
		if rest, quoted := strings.CutPrefix(s, "'"); quoted {
			s = rest
		}
		return s, line, column
	}
	word := func(k int) string {
		s, _, _ := get(k)
		return s
	}
	d := incident.InjectDef{
		No: incident.InjectID(word(0)), Text: incident.T(word(3)), From: incident.T(word(4)), Facilitator: word(5), Expected: incident.T(word(8)), Note: incident.T(word(11)),
	}
	if d.No == "" {
		d.No = incident.InjectID(fmt.Sprint(len(in.injects) + 1))
	}
	planned, line, column := get(1)
	in.planned(&d, planned, line, column)
	to, line, column := get(6)
	d.To = in.roles(to, line, column)
	channel, line, column := get(7)
	d.Channel = in.channel(channel, line, column)
	d.Objective = in.objective(word(9))
	in.injects = append(in.injects, d)
}

// planned reads "T+00:12 (09:52) ~1m..10m", a condition between braces, or the word for "by hand".
func (in *csvReader) planned(d *incident.InjectDef, s string, line, column int) {
	if before, bounds, ok := strings.Cut(s, "~"); ok {
		low, high, _ := strings.Cut(strings.TrimSpace(bounds), "..")
		min_, err1 := incident.ParseDuration(low)
		max_, err2 := incident.ParseDuration(high)
		if err1 != nil || err2 != nil {
			in.fail(line, column, "lint.duration", "value", bounds)
		}
		d.Within, s = &incident.Bounds{Min: min_, Max: max_}, strings.TrimSpace(before)
	}
	for _, l := range []locale.Lang{locale.English, locale.French} {
		for _, hand := range []string{l.InjectStatus(incident.InjectByHand), l.T("csv.exercise.improvised")} {
			if len(s) >= len(hand) && strings.EqualFold(s[:len(hand)], hand) {
				d.Contingency, s = true, strings.TrimSpace(s[len(hand):])
			}
		}
	}
	switch {
	case s == "" && d.Contingency:
	case strings.HasPrefix(s, "{"):
		var w struct {
			When incident.Condition `json:"when"`
		}
		doc := playbooks.ReadDocument(in.o.File, []byte("when: "+s), &w)
		for _, f := range doc.Findings() {
			in.fail(line, column, f.Code, f.Args...)
		}
		d.When = &w.When
	default:
		word, _, _ := strings.Cut(s, " ")
		at, err := incident.ParseOffset(word)
		if err != nil {
			in.fail(line, column, "lint.offset", "value", s)
			return
		}
		d.At = &at
	}
}

// roles reads roles by id or title, in either language; "all" is nobody in particular.
func (in *csvReader) roles(s string, line, column int) []incident.Role {
	if s == "" || strings.EqualFold(s, locale.English.T("exercise.all")) || strings.EqualFold(s, locale.French.T("exercise.all")) {
		return nil
	}
	var out []incident.Role
	for _, word := range strings.FieldsFunc(s, func(r rune) bool { return r == ',' || r == ';' || r == '/' || r == '\n' }) {
		word = strings.TrimSpace(word)
		r, ok := in.role(word)
		if !ok {
			in.fail(line, column, "lint.role", "value", word)
			continue
		}
		out = append(out, r)
	}
	return out
}

func (in *csvReader) role(word string) (incident.Role, bool) {
	for _, d := range in.o.Book.Roles {
		for _, name := range []string{string(d.ID), d.Title.EN, d.Title.FR, locale.English.Role(d.ID), locale.French.Role(d.ID)} {
			if name != "" && strings.EqualFold(name, word) {
				return d.ID, true
			}
		}
	}
	return "", false
}

func (in *csvReader) channel(word string, line, column int) incident.Channel {
	if word == "" {
		return "verbal"
	}
	for _, c := range incident.Channels() {
		for _, name := range []string{string(c), locale.English.Channel(c), locale.French.Channel(c)} {
			if strings.EqualFold(name, word) {
				return c
			}
		}
	}
	in.fail(line, column, "lint.csv.channel", "value", word)
	return ""
}

// objective takes "id – its words", or words alone, and collects them.
func (in *csvReader) objective(s string) string {
	if s == "" {
		return ""
	}
	id, words, ok := strings.Cut(s, separator)
	if !ok || !incident.ValidID(id) {
		id, words = IDFrom(s), s
	}
	if !slices.ContainsFunc(in.objectives, func(o incident.ObjectiveDef) bool { return o.ID == id }) {
		in.objectives = append(in.objectives, incident.ObjectiveDef{ID: id, Text: incident.T(words)})
	}
	return id
}

func (in *csvReader) scenario() incident.Scenario {
	sc := incident.Scenario{
		Schema: incident.ScenarioSchema, ID: in.o.ID, Title: incident.T(in.o.Title), Playbook: in.o.Playbook, Lasts: in.o.Lasts, Plays: in.o.Plays,
		Objectives: in.objectives, Injects: in.injects, Source: in.o.File,
	}
	if len(sc.Plays) == 0 {
		for _, d := range sc.Injects {
			for _, r := range d.To {
				if !slices.Contains(sc.Plays, r) {
					sc.Plays = append(sc.Plays, r)
				}
			}
		}
	}
	if len(sc.Plays) == 0 {
		sc.Plays = usualPlayers(&in.o.Book)
	}
	if len(sc.Objectives) == 0 {
		sc.Objectives = objectivesOf(&in.o.Book)
	}
	if sc.Lasts == 0 {
		last := incident.Offset(0)
		for _, d := range sc.Injects {
			if d.At != nil {
				at := *d.At
				if d.Within != nil {
					at += incident.Offset(d.Within.Max)
				}
				last = max(last, at)
			}
			if d.When != nil && d.When.By != nil {
				last = max(last, *d.When.By)
			}
		}
		sc.Lasts = incident.Duration(last) + incident.Duration(15*time.Minute)
	}
	return sc
}
