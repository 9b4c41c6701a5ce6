package report

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"sangfroid/internal/incident"
	"sangfroid/internal/locale"
	"sangfroid/internal/status"
	"sangfroid/internal/text"
	"slices"
	"time"
)

// TrendSchema names the JSON form of a trend; fields are only ever added.
const TrendSchema = "sangfroid.trend/1"

// Errors of what a trend is made of.
var (
	ErrNoReport = errors.New("no report of schema " + Schema) // the JSON is something else
	ErrSameRun  = errors.New("two reports of one incident")   // which one counts?
)

// Trend compares several incidents and exercises, service by service, in the order of time (ISO 22301:2019, 8.6: plans are
// evaluated by their exercises and tests, and after incidents). What a run does not tell is null.
type Trend struct {
	Schema string      `json:"schema"`
	By     string      `json:"by"`
	At     status.Time `json:"at"`
	Lang   locale.Lang `json:"lang"`
	Zone   string      `json:"zone"`
	Runs   []Run       `json:"runs"`
	Series []Series    `json:"series"`

	zone *time.Location
}

// Run is one incident or exercise of the trend.
type Run struct {
	No       int                 `json:"no"` // from 1, in the order of time
	Incident incident.IncidentID `json:"incident"`
	Title    string              `json:"title"`
	Exercise bool                `json:"exercise"`
	Imported bool                `json:"imported"`
	Start    status.Time         `json:"start"` // by the clock on the wall; null where nothing tells it
	Playbook string              `json:"playbook,omitempty"`
	Plans    []LaunchedPlan      `json:"plans"`
	Changed  *bool               `json:"plans_changed"` // against the run before with this playbook; null: none, or not told
	Scenario string              `json:"scenario,omitempty"`
	Script   incident.Hash       `json:"scenario_hash,omitempty"`
	ClockSet bool                `json:"clock_set"` // its clock jumped or ran fast: lengths are not those of the wall
	Rated    map[string]string   `json:"ratings,omitempty"`
	Entries  int                 `json:"entries"`
	Root     string              `json:"root"`
	File     string              `json:"file,omitempty"` // what it was read from
}

// LaunchedPlan is a plan as it was launched: by its hash one knows that two runs followed the same words.
type LaunchedPlan struct {
	ID       incident.PlanID `json:"id"`
	Title    incident.Text   `json:"title"`
	Playbook string          `json:"playbook"`
	Hash     incident.Hash   `json:"hash"` // SHA-256 of the playbook as it travelled
	Launched status.Time     `json:"launched"`
	By       string          `json:"by"`
	Entry    int             `json:"entry"`
}

// Series is one service through the runs. Services of different playbooks are not compared, whatever they are called.
type Series struct {
	Service  incident.ServiceID `json:"service"`
	Name     incident.Text      `json:"name"`
	Playbook string             `json:"playbook,omitempty"`
	Points   []Point            `json:"points"`
}

// Point is what one run tells of a service. Changes are against the run before of the same kind, exercise or real, that
// tells the figure: negative is faster.
type Point struct {
	Run             int     `json:"run"`
	ObjectiveS      *int64  `json:"rto_s"`
	AchievedS       *int64  `json:"achieved_s"`
	MarginS         *int64  `json:"margin_s"`
	Verdict         Verdict `json:"verdict"`
	Why             Why     `json:"why,omitempty"`
	ChangeS         *int64  `json:"change_s"`
	DecisionS       *int64  `json:"decision_s"` // from what the RTO counts from to the go
	DecisionChangeS *int64  `json:"decision_change_s"`
}

func launched(s *incident.State) []LaunchedPlan {
	out := []LaunchedPlan{}
	for i := range s.Plans {
		p := &s.Plans[i]
		out = append(out, LaunchedPlan{
			ID: p.ID, Title: p.Title, Playbook: p.Book.ID, Hash: p.Hash, Launched: status.Time{Time: p.Launched.At}, By: p.Launched.By, Entry: p.Launched.Seq,
		})
	}
	return out
}

// Read reads a report's JSON. Errors wrap [ErrNoReport], or are the reader's. What it holds serves a trend: it has no words
// of its own any more.
func Read(r io.Reader) (*Report, error) {
	var v Report
	if err := json.NewDecoder(r).Decode(&v); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrNoReport, err)
	}
	if v.Schema != Schema {
		return nil, fmt.Errorf("%w: schema %q", ErrNoReport, clean(v.Schema))
	}
	return &v, nil
}

// clean is for text of a file that anybody may have written.
func clean(s string) string {
	const most = 500
	c, _ := text.Clean(s)
	return clip(c, most)
}

func cleanText(t incident.Text) incident.Text {
	return incident.Text{EN: clean(t.EN), FR: clean(t.FR)}
}

// Source is a report with the name of the file it was read from.
type Source struct {
	Report *Report
	File   string
}

// MakeTrend puts reports into the order of time and compares them. The error wraps [ErrSameRun].
func MakeTrend(sources []Source, o Options) (*Trend, error) {
	t := &Trend{Schema: TrendSchema, By: o.Author, At: status.Time{Time: o.Made}, Lang: o.Lang, Zone: o.Zone.String(), Runs: []Run{}, Series: []Series{}, zone: o.Zone}
	sources = slices.Clone(sources)
	slices.SortStableFunc(sources, func(a, b Source) int {
		return cmp.Or(began(a.Report).Compare(began(b.Report)), cmp.Compare(a.Report.Incident.ID, b.Report.Incident.ID))
	})
	for i, src := range sources {
		for _, before := range sources[:i] {
			if before.Report.Incident.ID == src.Report.Incident.ID {
				return nil, fmt.Errorf("%w: %s (%s, %s)", ErrSameRun, clean(string(src.Report.Incident.ID)), before.File, src.File)
			}
		}
		t.add(src)
	}
	slices.SortStableFunc(t.Series, func(a, b Series) int { return cmp.Compare(a.Playbook, b.Playbook) })
	return t, nil
}

// began is when a run began by the clock on the wall: the exercise's start, else the first moment told of.
func began(r *Report) time.Time {
	if x := r.Training; x != nil && !x.Begun.IsZero() {
		return x.Begun.Time
	}
	var first time.Time
	for _, t := range []status.Time{r.Incident.Occurred, r.Incident.Detected, r.Incident.Reported} {
		if !t.IsZero() && (first.IsZero() || t.Before(first)) {
			first = t.Time
		}
	}
	if first.IsZero() && !r.Incident.Imported {
		return r.Incident.Declared.Time
	}
	return first
}

func (t *Trend) add(src Source) {
	r := src.Report
	run := Run{
		No: len(t.Runs) + 1, Incident: incident.IncidentID(clean(string(r.Incident.ID))), Title: clean(r.Incident.Title), Exercise: r.Exercise,
		Imported: r.Incident.Imported, Start: status.Time{Time: began(r)}, Playbook: clean(r.Incident.Playbook), Plans: []LaunchedPlan{},
		Entries: r.Made.Entries, Root: clean(r.Made.Root), File: clean(src.File),
	}
	for _, p := range r.Plans {
		p.ID, p.Title, p.Playbook = incident.PlanID(clean(string(p.ID))), cleanText(p.Title), clean(p.Playbook)
		p.Hash, p.By = incident.Hash(clean(string(p.Hash))), clean(p.By)
		run.Plans = append(run.Plans, p)
	}
	if x := r.Training; x != nil {
		run.Scenario, run.Script, run.ClockSet = clean(x.Scenario), incident.Hash(clean(string(x.Hash))), setClock(x)
		for _, o := range x.Objectives {
			if o.Rating != "" {
				if run.Rated == nil {
					run.Rated = map[string]string{}
				}
				run.Rated[clean(o.ID)] = clean(string(o.Rating))
			}
		}
	}
	run.Changed = t.changed(&run)
	t.Runs = append(t.Runs, run)
	names := map[incident.ServiceID]incident.Text{}
	for _, s := range r.Services {
		names[s.ID] = cleanText(s.Name)
	}
	for _, o := range r.Objectives {
		if o.Kind == incident.ClockRTO {
			s := t.series(incident.ServiceID(clean(string(o.Service))), run.Playbook, names[o.Service])
			t.point(s, &run, &o, decided(r, &o))
		}
	}
}

func setClock(x *Training) bool {
	return x.Jumps > 0 || slices.ContainsFunc(x.Settings, func(c status.Setting) bool { return c.Speed > 1 }) || x.Speed > 1
}

// changed tells whether the plans are other ones than when the playbook was last followed.
func (t *Trend) changed(run *Run) *bool {
	for i := len(t.Runs) - 1; i >= 0; i-- {
		before := &t.Runs[i]
		if run.Playbook == "" || before.Playbook != run.Playbook || len(before.Plans) == 0 || len(run.Plans) == 0 {
			continue
		}
		hash := func(r *Run) (out []incident.Hash) {
			for _, p := range r.Plans {
				out = append(out, p.Hash)
			}
			slices.Sort(out)
			return slices.Compact(out)
		}
		c := !slices.Equal(hash(before), hash(run))
		return &c
	}
	return nil
}

func (t *Trend) series(id incident.ServiceID, playbook string, name incident.Text) *Series {
	i := slices.IndexFunc(t.Series, func(s Series) bool { return s.Service == id && s.Playbook == playbook })
	if i < 0 {
		i = len(t.Series)
		t.Series = append(t.Series, Series{Service: id, Playbook: playbook, Points: []Point{}})
	}
	if !name.IsZero() {
		t.Series[i].Name = name // as it is called by now
	}
	return &t.Series[i]
}

func (t *Trend) point(s *Series, run *Run, o *Objective, decision *int64) {
	p := Point{
		Run: run.No, ObjectiveS: sane(o.ObjectiveS), AchievedS: sane(o.AchievedS), MarginS: sane(o.MarginS), Verdict: known(o.Verdict), Why: knownWhy(o.Why),
		DecisionS: sane(decision),
	}
	p.ChangeS = t.change(s, run, p.AchievedS, func(p *Point) *int64 { return p.AchievedS })
	p.DecisionChangeS = t.change(s, run, p.DecisionS, func(p *Point) *int64 { return p.DecisionS })
	s.Points = append(s.Points, p)
}

// change is against the last run of the same kind that tells the figure.
func (t *Trend) change(s *Series, run *Run, now *int64, of func(*Point) *int64) *int64 {
	for i := len(s.Points) - 1; i >= 0 && now != nil; i-- {
		before := of(&s.Points[i])
		if before != nil && t.Runs[s.Points[i].Run-1].Exercise == run.Exercise {
			d := *now - *before
			return &d
		}
	}
	return nil
}

// decided is the time from what the RTO counts from to the go: the decide-by clock's, else the first go that was said.
func decided(r *Report, rto *Objective) *int64 {
	for _, o := range r.Objectives {
		if o.Kind == incident.ClockDecideBy && o.Service == rto.Service && o.AchievedS != nil {
			return o.AchievedS
		}
	}
	if rto.Origin.IsZero() {
		return nil
	}
	for _, d := range r.Decisions {
		for _, x := range d.Outcomes {
			if x.Option == incident.OptionGo && incident.Own(d.ID) == "go" && !x.At.Before(rto.Origin.Time) {
				return seconds(x.At.Sub(rto.Origin.Time))
			}
		}
	}
	return nil
}

// sane drops a length no clock of this program can have told.
func sane(s *int64) *int64 {
	const century = 100 * 366 * 24 * 3600
	if s == nil || *s > century || *s < -century {
		return nil
	}
	return s
}

// known keeps the words of this version; a file of a later one may have others.
func known(v Verdict) Verdict {
	if slices.Contains([]Verdict{VerdictMet, VerdictMissed, VerdictOpen, VerdictUnknown, VerdictNone}, v) {
		return v
	}
	return VerdictUnknown
}

func knownWhy(w Why) Why {
	if slices.Contains([]Why{WhyNoOrigin, WhyNoLastGood, WhyNotTold, WhyNotClosed, WhyPassed, WhyApprox, WhyEnded}, w) {
		return w
	}
	return ""
}

// JSON writes the trend as sangfroid.trend/1.
func (t *Trend) JSON(w io.Writer) error {
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	return e.Encode(t)
}
