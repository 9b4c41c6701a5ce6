package incident

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// ObligationSchema is the version of the form legal clocks are written in.
const ObligationSchema = "sangfroid.obligations/1"

// Names of legal clocks.
type (
	// RegimeID names a regime: "dora", "nis2", or one's own.
	RegimeID string
	// ObligationID names a row of a regime: "dora/initial".
	ObligationID string
	// Date is a calendar day, "2026-12-25".
	Date string
)

// Stamps that start legal clocks, of the incident as a whole. Those of one regime carry its name behind: "aware/nis2".
const (
	StampClassified  Stamp = "classified-major"
	StampSignificant Stamp = "significant-assessed"
	StampMateriality Stamp = "materiality-determined"
	StampContinuity  Stamp = "bcp-activated"
	StampPersonal    Stamp = "personal-data" // reasonably certain that personal data are concerned
	StampHighRisk    Stamp = "high-risk"
	StampRecovered   Stamp = "regular-activities-recovered"
	StampHandled     Stamp = "incident-handled"
)

// LegalStamps lists the stamps of the incident as a whole that legal clocks may count from.
func LegalStamps() []Stamp {
	return []Stamp{
		StampClassified, StampSignificant, StampMateriality, StampContinuity, StampPersonal, StampHighRisk, StampRecovered, StampHandled,
	}
}

// stampAware is the stamp every regime has: when the entity became aware, as that regime understands it.
const stampAware = "aware"

// StampOf is a stamp of one regime: StampOf("dora", "aware") is "aware/dora".
func StampOf(r RegimeID, word string) Stamp { return Stamp(word + "/" + string(r)) }

// Split gives the word and the regime of a regime's own stamp; ok is false for a stamp of the incident as a whole.
func (st Stamp) Split() (word string, regime RegimeID, ok bool) {
	word, r, ok := strings.Cut(string(st), "/")
	return word, RegimeID(r), ok && ValidID(word) && ValidID(r)
}

// Legal tells whether the stamp is one of the legal clocks': it may still be set when the incident is closed.
func (st Stamp) Legal() bool {
	_, _, own := st.Split()
	return own || slices.Contains(LegalStamps(), st)
}

// known tells whether the stamp may stand in a log.
func (st Stamp) known() bool {
	return st.Legal() || slices.Contains([]Stamp{StampOccurred, StampDetected, StampReported, StampLastGood}, st)
}

// RegimeDef is a law, a rule or a contract that asks for reports, with one row a report. It travels whole in the log: in
// the playbook of a launch, or in the event that brings it in.
type RegimeDef struct {
	ID       RegimeID        `json:"id"`
	Title    Text            `json:"title"`              // short: "DORA"
	Act      Text            `json:"act,omitzero"`       // the act it stands in
	To       Text            `json:"to,omitzero"`        // who is told
	Note     Text            `json:"note,omitzero"`      // what is uncertain
	Calendar string          `json:"calendar,omitempty"` // of the rules; "" is the entity's own
	Zone     string          `json:"zone,omitempty"`     // IANA name: where months, working days and noon are counted
	Holidays []Date          `json:"holidays,omitempty"`
	Facts    []string        `json:"facts,omitempty"` // what the entity is: "credit-institution"
	Stamps   []StampDef      `json:"stamps,omitempty"`
	Rows     []ObligationDef `json:"rows"`
}

// StampDef names a stamp the regime asks for. One that is not of the incident as a whole is the regime's own.
type StampDef struct {
	ID    string `json:"id"`
	Title Text   `json:"title,omitzero"`
	After string `json:"after,omitempty"` // the stamp it cannot come before
}

// ObligationWhen says how a row is due.
type ObligationWhen string

// How a row is due. Only the first is a countdown; the others are flags.
const (
	WhenDeadline   ObligationWhen = "deadline"
	WhenUndueDelay ObligationWhen = "undue-delay"
	WhenRequested  ObligationWhen = "on-request"
)

// ObligationDef is one report a regime asks for.
//
// Names in Needs, From, If, Unless and LimitDef are: a stamp ("classified-major"), a stamp of the regime ("aware"),
// "submitted/<row>" for the report of another row, and in If and Unless also a fact of the entity.
type ObligationDef struct {
	ID      string         `json:"id"`
	Title   Text           `json:"title"`
	Article string         `json:"article"`
	When    ObligationWhen `json:"when,omitempty"`
	Needs   []string       `json:"needs,omitempty"` // not started before all of these are known
	From    []string       `json:"from,omitempty"`  // what raises a flag
	Since   string         `json:"since,omitempty"` // a flag is raised only by what comes after this
	Due     []LimitDef     `json:"due,omitempty"`   // the earliest of those that apply governs
	Roll    *RollDef       `json:"roll,omitempty"`
	If      []string       `json:"if,omitempty"`     // the row stands only while all hold
	Unless  []string       `json:"unless,omitempty"` // … and none of these
	Repeats bool           `json:"repeats,omitempty"`
	Note    Text           `json:"note,omitzero"`
	Source  string         `json:"source,omitempty"`
}

// LimitDef is one limit of a row: a term that runs from the first of From that is known.
type LimitDef struct {
	From         []string `json:"from"`
	Within       Term     `json:"within"`
	At           string   `json:"at,omitempty"` // time of the last day, for terms in working days: "17:30"
	If           []string `json:"if,omitempty"`
	Unless       []string `json:"unless,omitempty"`
	LapsesBefore string   `json:"lapses_before,omitempty"` // counts no more when this came after it
}

// RollDef is what the law allows when the due time falls on a weekend or a holiday. It gives a second time, never the alarm.
type RollDef struct {
	To      string   `json:"to"` // time on the next working day: "12:00", "24:00"
	Unless  []string `json:"unless,omitempty"`
	Article string   `json:"article,omitempty"`
}

// EntityDef tells what the rules must know of the organisation.
type EntityDef struct {
	Calendar string   `json:"calendar,omitempty"` // one of the rules' calendars: "fr"
	Zone     string   `json:"zone,omitempty"`
	Holidays []Date   `json:"holidays,omitempty"` // beside the calendar's
	Facts    []string `json:"facts,omitempty"`
}

// Limits of a regime that comes in by an event: what is beyond them is no rule of anybody.
const (
	maxRows     = 64
	maxHolidays = 1000
	maxTermDays = 400
)

// fault tells what makes a definition unusable; "" for nothing. The linter says more, with positions.
func (r *RegimeDef) fault() string {
	if !ValidID(string(r.ID)) {
		return "regime"
	}
	if len(r.Rows) == 0 || len(r.Rows) > maxRows || len(r.Holidays) > maxHolidays {
		return "rows"
	}
	seen := make(map[string]bool, len(r.Rows))
	for i := range r.Rows {
		row := &r.Rows[i]
		if !ValidID(row.ID) || seen[row.ID] {
			return "rows"
		}
		seen[row.ID] = true
		for _, l := range row.Due {
			if !l.Within.valid() {
				return "within"
			}
		}
	}
	return ""
}

// Stamp resolves a name of the regime's rows; ok is false for one that names no stamp.
func (r *RegimeDef) Stamp(name string) (Stamp, bool) {
	if name == stampAware || slices.ContainsFunc(r.Stamps, func(d StampDef) bool { return d.ID == name }) && !Stamp(name).known() {
		return StampOf(r.ID, name), true
	}
	return Stamp(name), Stamp(name).known() && !strings.Contains(name, "/")
}

// Asks lists the stamps the regime's rows count from, in their order: what a person may want to set.
func (r *RegimeDef) Asks() []Stamp {
	var out []Stamp
	add := func(names ...string) {
		for _, n := range names {
			if st, ok := r.Stamp(n); ok && !slices.Contains(out, st) {
				out = append(out, st)
			}
		}
	}
	for i := range r.Rows {
		row := &r.Rows[i]
		for _, l := range row.Due {
			add(l.From...)
		}
		add(row.Needs...)
		add(row.From...)
		add(row.Unless...)
	}
	for _, st := range r.Stamps {
		add(st.ID)
	}
	return out
}

// Submitted names the report a name of the rows speaks of; ok is false for another kind of name.
func Submitted(name string) (row string, ok bool) { return strings.CutPrefix(name, "submitted/") }

// Term is a legal period: hours, calendar months, or working days.
type Term struct {
	Length Duration
	Months int
	Days   int // working days
}

// ErrTerm is given for a text that is no term.
var ErrTerm = errors.New("not a term (examples: 24h, 72h, 1mo, 4bd)")

// ParseTerm reads "72h" and the other forms of [ParseDuration], "1mo" (calendar months), "4bd" (business days). Errors
// wrap [ErrTerm].
func ParseTerm(s string) (Term, error) {
	bad := fmt.Errorf("%q: %w", s, ErrTerm)
	for unit, set := range map[string]func(int) Term{
		"mo": func(n int) Term { return Term{Months: n} }, "bd": func(n int) Term { return Term{Days: n} },
	} {
		if digits, ok := strings.CutSuffix(strings.TrimSpace(s), unit); ok {
			n, err := strconv.Atoi(strings.TrimSpace(digits))
			if t := set(n); err == nil && t.valid() {
				return t, nil
			}
			return Term{}, bad
		}
	}
	d, err := ParseDuration(s)
	if t := (Term{Length: d}); err == nil && t.valid() {
		return t, nil
	}
	return Term{}, bad
}

func (t Term) valid() bool {
	some := 0
	for _, is := range []bool{t.Length > 0, t.Months > 0, t.Days > 0} {
		if is {
			some++
		}
	}
	return some == 1 && t.Length >= 0 && t.Months >= 0 && t.Days >= 0 &&
		t.Months <= maxTermDays/28 && t.Days <= maxTermDays && t.Length <= Duration(maxTermDays*24*time.Hour)
}

// String writes what ParseTerm reads; hours stay hours: a law that says 72 hours does not say 3 days.
func (t Term) String() string {
	switch {
	case t.Months > 0:
		return strconv.Itoa(t.Months) + "mo"
	case t.Days > 0:
		return strconv.Itoa(t.Days) + "bd"
	case t.Length > 0 && t.Length%Duration(time.Hour) == 0:
		return strconv.FormatInt(int64(t.Length/Duration(time.Hour)), 10) + "h"
	}
	return t.Length.String()
}

// MarshalText writes String's form.
func (t Term) MarshalText() ([]byte, error) { return []byte(t.String()), nil }

// UnmarshalText reads ParseTerm's forms.
func (t *Term) UnmarshalText(b []byte) error {
	v, err := ParseTerm(string(b))
	*t = v
	return err
}

// Valid tells whether the date is one.
func (d Date) Valid() bool {
	_, err := time.Parse(time.DateOnly, string(d))
	return err == nil
}
