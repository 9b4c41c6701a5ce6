package exercise

import (
	"errors"
	"fmt"
	"path/filepath"
	"regexp"
	"sangfroid/internal/incident"
	"sangfroid/internal/timeline"
	"slices"
	"strings"
	"time"
)

// FromOptions say how a timeline becomes a scenario. What the timeline does not tell is not made up: who is to get an inject
// is all who play, unless Route says so.
type FromOptions struct {
	ID       string
	Title    string // "": the timeline's
	Playbook string // as it will stand in the file
	Book     incident.Playbook
	Plays    []incident.Role             // who plays; empty: the director and the IT lead, where the playbook has them
	Kinds    []incident.NoteKind         // of entries that become injects; empty: what came from outside, see Stimuli
	Route    map[string]incident.Role    // by author, as the timeline names them
	Channels map[string]incident.Channel // by author
	From, To time.Time                   // the part of the timeline; zero: all of it
	Tell     func(incident.Entry) string // an entry as a sentence
	Source   string                      // where the timeline is from
	Zone     string
}

// ErrNothing is given for a timeline that has no entry to make an inject of.
var ErrNothing = errors.New("the timeline has no entry that could be an inject")

// Stimuli are the kinds of entries that come to a cell from outside; the others are what the cell of the source did itself,
// and go with the inject before them as what was done then.
func Stimuli() []incident.NoteKind {
	return []incident.NoteKind{incident.NoteDetection, incident.NoteFinding, incident.NoteAnalysis, incident.NotePlain}
}

// piece is an entry that says something.
type piece struct {
	at    time.Time
	kind  incident.NoteKind
	actor string
	text  string
}

// FromTimeline makes a scenario of a timeline that was lived: its entries come at the same distance from one another, in the
// words they had. Beside an inject stands what the cell of the source did next.
func FromTimeline(l timeline.Log, o FromOptions) (incident.Scenario, error) {
	state, err := timeline.StateAt(l, l.Len())
	if err != nil {
		return incident.Scenario{}, err
	}
	kinds := o.Kinds
	if len(kinds) == 0 {
		kinds = Stimuli()
	}
	var all []piece
	err = l.Range(1, l.Len(), func(e incident.Entry) bool {
		if p, ok := pieceOf(state, e, o.Tell); ok && !p.at.Before(o.From) && (o.To.IsZero() || !p.at.After(o.To)) {
			all = append(all, p)
		}
		return true
	})
	if err != nil {
		return incident.Scenario{}, err
	}
	slices.SortStableFunc(all, func(a, b piece) int { return a.at.Compare(b.at) })
	sc := incident.Scenario{
		Schema: incident.ScenarioSchema, ID: o.ID, Title: incident.T(firstText(o.Title, state.Title, o.ID)), Playbook: o.Playbook,
		Zone: firstText(o.Zone, state.Zone), Plays: o.Plays, Source: o.Source,
	}
	if len(sc.Plays) == 0 {
		sc.Plays = usualPlayers(&o.Book)
	}
	sc.Objectives = objectivesOf(&o.Book)
	start := o.From
	if start.IsZero() && len(all) > 0 {
		start = all[0].at
	}
	start = start.Truncate(time.Second)
	o.injects(&sc, all, kinds, start)
	if len(sc.Injects) == 0 {
		return incident.Scenario{}, ErrNothing
	}
	if sc.Objectives[0].Target == nil {
		sc.Injects[0].Objective = sc.Objectives[0].ID
	}
	startOf(&sc, state, start)
	last := all[len(all)-1].at.Sub(start)
	sc.Lasts = incident.Duration(max(last.Truncate(time.Minute)+time.Minute, 10*time.Minute))
	return sc, nil
}

func firstText(all ...string) string {
	for _, s := range all {
		if s != "" {
			return s
		}
	}
	return ""
}

// injects makes the master list; what is no inject is put beside the one before it, or the first.
func (o FromOptions) injects(sc *incident.Scenario, all []piece, kinds []incident.NoteKind, start time.Time) {
	var before []string
	for _, p := range all {
		after := incident.Offset(p.at.Sub(start).Truncate(time.Second))
		if !slices.Contains(kinds, p.kind) {
			did := after.String() + " " + withActor(p)
			if n := len(sc.Injects); n > 0 {
				sc.Injects[n-1].Expected = incident.T(joined(sc.Injects[n-1].Expected.EN, did))
			} else {
				before = append(before, did)
			}
			continue
		}
		d := incident.InjectDef{
			No: incident.InjectID(fmt.Sprint(len(sc.Injects) + 1)), At: &after, From: incident.T(firstText(p.actor, o.Source, "?")),
			Channel: "verbal", Text: incident.T(p.text),
		}
		if c, ok := o.Channels[p.actor]; ok {
			d.Channel = c
		}
		if r, ok := o.Route[p.actor]; ok {
			d.To = []incident.Role{r}
		}
		sc.Injects = append(sc.Injects, d)
	}
	if len(before) > 0 && len(sc.Injects) > 0 {
		sc.Injects[0].Note = incident.T(strings.Join(before, "\n"))
	}
}

func withActor(p piece) string {
	if p.actor == "" {
		return p.text
	}
	return p.actor + ": " + p.text
}

func joined(a, b string) string {
	if a == "" {
		return b
	}
	return a + "\n" + b
}

// pieceOf is what an entry says, with the kind it has or corresponds to. Comings and goings, and the workings of an exercise,
// say nothing of the incident.
func pieceOf(s *incident.State, e incident.Entry, tell func(incident.Entry) string) (piece, bool) {
	p := piece{at: e.Event.Time, actor: e.Event.Actor}
	if p.at.IsZero() {
		p.at = e.Received
	}
	switch d := e.Event.Data.(type) {
	case incident.NoteAdded:
		p.kind, p.text = d.Kind, d.Text
		if p.kind == "" {
			p.kind = incident.NotePlain
		}
		if d.Source != "" {
			p.actor = d.Source
		}
		if c, ok := s.Notes.Corrected[e.Event.ID]; ok {
			p.text = c.Text
		}
	case incident.IncidentOrigin:
		if d.Text == "" {
			return p, false
		}
		p.kind, p.text = d.Kind, d.Text
	case incident.IncidentEscalated:
		p.kind, p.text = incident.NoteEscalation, firstText(d.Text, tell(e))
	case incident.DecisionTaken:
		p.kind, p.text = incident.NoteDecision, tell(e)
		if e.Event.Imported { // the row's own words
			p.text = d.Because
		}
	case incident.DecisionRevised, incident.DecisionAsked:
		p.kind, p.text = incident.NoteDecision, tell(e)
	case incident.SignalAttached:
		p.kind, p.actor, p.text = incident.NoteDetection, d.Source, d.Summary
	case incident.RepairEstimated:
		p.kind, p.text = incident.NoteFinding, tell(e)
		if d.Says != "" {
			p.actor = d.Says
		}
	case incident.StepStarted, incident.StepDone, incident.StepFailed, incident.StepBlocked, incident.StepSkipped:
		p.kind, p.text = incident.NoteAction, tell(e)
	case incident.ServiceRestored, incident.ServiceVerified, incident.ServiceResumed:
		p.kind, p.text = incident.NoteRecovery, tell(e)
	case incident.SitrepIssued:
		p.kind, p.text = incident.NoteCommunication, tell(e)
	default:
		return p, false
	}
	return p, strings.TrimSpace(p.text) != ""
}

func usualPlayers(b *incident.Playbook) []incident.Role {
	var out []incident.Role
	for _, want := range []incident.Role{incident.RoleDirector, incident.RoleITLead} {
		if slices.ContainsFunc(b.Roles, func(d incident.RoleDef) bool { return d.ID == want }) {
			out = append(out, want)
		}
	}
	return out
}

// objectivesOf takes what the playbook promises: the RTO of each of its services, else that something is done at all.
func objectivesOf(b *incident.Playbook) []incident.ObjectiveDef {
	var out []incident.ObjectiveDef
	for _, v := range b.Services {
		if v.RTO > 0 {
			out = append(out, incident.ObjectiveDef{
				ID: "rto-" + string(v.ID), Text: incident.Text{EN: "Hold the RTO of " + v.Name.In("en") + " (" + v.RTO.String() + ")", FR: "Tenir le RTO de " + v.Name.In("fr") + " (" + v.RTO.String() + ")"},
				Target: &incident.TargetDef{Kind: incident.TargetRTO, Of: string(v.ID)},
			})
		}
	}
	if len(out) == 0 {
		out = []incident.ObjectiveDef{{ID: "respond", Text: incident.Text{EN: "Respond to what happened", FR: "Répondre à ce qui est arrivé"}}}
	}
	return out
}

// startOf takes the stamps that were set at the start of the part, and what the clocks of the playbook count from.
func startOf(sc *incident.Scenario, s *incident.State, start time.Time) {
	stamp := func(st incident.Stamp) *incident.Offset {
		set, ok := s.Stamp(st)
		if !ok || set.Time.After(start) {
			return nil
		}
		o := incident.Offset(set.Time.Sub(start).Truncate(time.Second))
		return &o
	}
	sc.Start.Title = sc.Title
	sc.Start.Occurred, sc.Start.Detected = stamp(incident.StampOccurred), stamp(incident.StampDetected)
	sc.Start.Reported, sc.Start.LastGood = stamp(incident.StampReported), stamp(incident.StampLastGood)
	if loc, err := time.LoadLocation(firstText(sc.Zone, "UTC")); err == nil {
		sc.Start.Clock = start.In(loc).Format("15:04")
	}
}

var notID = regexp.MustCompile(`[^a-z0-9]+`)

// IDFrom makes an id of a title or a file's name.
func IDFrom(s string) string {
	s = strings.TrimSuffix(filepath.Base(s), filepath.Ext(s))
	id := strings.Trim(notID.ReplaceAllString(strings.ToLower(s), "-"), "-")
	if len(id) > 48 {
		id = strings.Trim(id[:48], "-")
	}
	if id == "" {
		return "scenario"
	}
	return id
}
