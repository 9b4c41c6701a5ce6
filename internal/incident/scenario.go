package incident

import (
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"time"
)

// ScenarioSchema is the version of the scenario form.
const ScenarioSchema = "sangfroid.scenario/1"

// Scenario is an exercise as it was prepared: what it tests, who plays, and the master list of injects [chronogramme,
// stimuli]. Its YAML has the same keys. The whole of it travels in the event that starts the exercise.
type Scenario struct {
	Schema     string         `json:"schema"`
	ID         string         `json:"id"`
	Title      Text           `json:"title"`
	Summary    Text           `json:"summary,omitzero"`               // for whom and what for, one line
	Playbook   string         `json:"playbook"`                       // id, alias, or a file beside the scenario
	Zone       string         `json:"zone,omitempty"`                 // IANA name; default the playbook's
	Lasts      Duration       `json:"lasts"`                          // planned length, in exercise time
	Speed      int            `json:"speed,omitempty"`                // of its clock at the start, 1 to 60; default 1
	Briefing   Text           `json:"briefing,omitzero" text:"block"` // what the players are told before, Markdown
	Start      StartDef       `json:"start,omitzero"`
	StopPhrase Text           `json:"stop_phrase,omitzero"` // said for a real emergency; default see DefaultStopPhrase
	Plays      []Role         `json:"plays"`                // the roles that play
	Objectives []ObjectiveDef `json:"objectives"`
	Moves      []MoveDef      `json:"moves,omitempty"`
	Injects    []InjectDef    `json:"injects"`
	Players    []PlayDef      `json:"players,omitempty"` // scripted, for a run without people
	Source     string         `json:"source,omitempty"`  // where it was made from
}

// StartDef is how things stand at the start. Times count from DEBEX; those before it are negative.
type StartDef struct {
	Clock    string      `json:"clock,omitempty"` // "03:10": the hour the exercise begins at; empty: the hour it is
	Title    Text        `json:"title,omitzero"`  // of the incident that is declared
	Severity string      `json:"severity,omitempty"`
	Services []ServiceID `json:"services,omitempty"` // empty: all of the playbook's
	Occurred *Offset     `json:"occurred,omitempty"`
	Detected *Offset     `json:"detected,omitempty"`
	Reported *Offset     `json:"reported,omitempty"`
	LastGood *Offset     `json:"last_good,omitempty"`
}

// ObjectiveDef is something the exercise is to show.
type ObjectiveDef struct {
	ID     string     `json:"id"`
	Text   Text       `json:"text"`
	Target *TargetDef `json:"target,omitempty"`
}

// TargetKind says how an objective is measured.
type TargetKind string

// Kinds of targets: a service's RTO or MTPD held; a decision taken, a step done, an inject answered by a time.
const (
	TargetRTO      TargetKind = "rto"
	TargetMTPD     TargetKind = "mtpd"
	TargetDecision TargetKind = "decision"
	TargetStep     TargetKind = "step"
	TargetInject   TargetKind = "inject"
)

// TargetDef is what can be measured of an objective.
type TargetDef struct {
	Kind TargetKind `json:"kind"`
	Of   string     `json:"of"`           // the service, decision, step or inject
	By   *Offset    `json:"by,omitempty"` // exercise time; for rto and mtpd the service's own objective
}

// MoveDef is a named part of the exercise, from a time on.
type MoveDef struct {
	ID        string `json:"id"`
	At        Offset `json:"at"`
	Title     Text   `json:"title"`
	Situation Text   `json:"situation,omitzero" text:"block"`
}

// InjectID numbers an inject of the master list: "3", "3b"; "i1" for one that was improvised.
type InjectID string

// Channel is how an inject reaches its players.
type Channel string

// Channels lists the channels of an inject.
func Channels() []Channel {
	return []Channel{"mail", "phone", "sms", "chat", "radio", "monitoring", "ticket", "press", "social", "letter", "verbal"}
}

// InjectDef is one row of the master list. It has one time source: At, or When; a contingency inject without When is sent
// by hand only.
type InjectDef struct {
	No          InjectID   `json:"no"`
	At          *Offset    `json:"at,omitempty"`
	When        *Condition `json:"when,omitempty"`
	Within      *Bounds    `json:"within,omitempty"` // a delay more, drawn from the exercise's seed
	From        Text       `json:"from"`             // the simulated sender
	To          []Role     `json:"to,omitempty"`     // empty: all who play
	Channel     Channel    `json:"channel"`
	Text        Text       `json:"text" text:"block"`
	Expected    Text       `json:"expected,omitzero" text:"block"` // what the players should do
	Objective   string     `json:"objective,omitempty"`
	Note        Text       `json:"note,omitzero" text:"block"` // for the facilitator
	Facilitator string     `json:"facilitator,omitempty"`      // who sends it, by name or function
	Contingency bool       `json:"contingency,omitempty"`
}

// Bounds of a random delay.
type Bounds struct {
	Min Duration `json:"min,omitempty"`
	Max Duration `json:"max"`
}

// Is names what a condition waits for.
type Is string

// States a condition may name. The not- ones need By: they hold when it passes without.
const (
	IsStarted     Is = "started"
	IsDone        Is = "done"
	IsFailed      Is = "failed"
	IsBlocked     Is = "blocked"
	IsSkipped     Is = "skipped"
	IsAsked       Is = "asked"
	IsTaken       Is = "taken"
	IsSent        Is = "sent"
	IsAnswered    Is = "answered"
	IsReached     Is = "reached"
	IsRestored    Is = "restored"
	IsVerified    Is = "verified"
	IsResumed     Is = "resumed"
	IsNotStarted  Is = "not-started"
	IsNotDone     Is = "not-done"
	IsNotTaken    Is = "not-taken"
	IsNotAnswered Is = "not-answered"
)

// Negative splits "not-done" into "done" and true.
func (i Is) Negative() (Is, bool) {
	rest, not := strings.CutPrefix(string(i), "not-")
	return Is(rest), not
}

// Condition is what an inject waits for: one of Step, Decision, Phase, Service, Catchup, Inject.
type Condition struct {
	Step      string    `json:"step,omitempty"`     // "rebuild" or "failover/rebuild"
	Decision  string    `json:"decision,omitempty"` // likewise
	Phase     Phase     `json:"phase,omitempty"`    // reached, or a later one
	Service   ServiceID `json:"service,omitempty"`
	Catchup   string    `json:"catchup,omitempty"`
	Inject    InjectID  `json:"inject,omitempty"`
	Is        Is        `json:"is,omitempty"`
	Option    Option    `json:"option,omitempty"`     // of a decision taken; empty: any
	By        *Offset   `json:"by,omitempty"`         // of the not- forms
	RateBelow int       `json:"rate_below,omitempty"` // items an hour, at the last count
	RateAbove int       `json:"rate_above,omitempty"`
	Delay     Duration  `json:"delay,omitempty"` // so long after it came true
}

// PlayDef is one act of a scripted player, at an exercise time or a condition, as the command line takes it.
type PlayDef struct {
	At   *Offset    `json:"at,omitempty"`
	When *Condition `json:"when,omitempty"`
	As   string     `json:"as,omitempty"` // the person's name; default the role's
	Role Role       `json:"role"`
	Do   string     `json:"do"` // "step start rebuild", "decide go go --because '…'", "note …", "answer 3 …"
}

// Offset is a time of an exercise, counted from its start: "+00:12", "-00:20", "+26:00:30".
type Offset time.Duration

// ErrOffset is given for a text that is no offset.
var ErrOffset = errors.New("not a time from the start (examples: +00:12, +01:30:00, -00:20, 45m)")

// Std gives the standard library's form.
func (o Offset) Std() time.Duration { return time.Duration(o) }

// String writes +hh:mm, with seconds where there are some.
func (o Offset) String() string {
	sign, d := "+", time.Duration(o)
	if d < 0 {
		sign, d = "-", -d
	}
	d = d.Truncate(time.Second)
	out := fmt.Sprintf("%s%02d:%02d", sign, d/time.Hour, d%time.Hour/time.Minute)
	if s := d % time.Minute / time.Second; s != 0 {
		out += fmt.Sprintf(":%02d", s)
	}
	return out
}

// ParseOffset reads "+00:12", "-00:20", "+01:30:15", or a duration as of [ParseDuration] with a sign or without. Errors
// wrap [ErrOffset].
func ParseOffset(s string) (Offset, error) {
	rest := strings.TrimPrefix(strings.TrimSpace(s), "T") // T+00:12, as it is written on paper
	sign := Offset(1)
	if r, ok := strings.CutPrefix(rest, "-"); ok {
		sign, rest = -1, r
	} else {
		rest = strings.TrimPrefix(rest, "+")
	}
	var seconds Duration
	if parts := strings.Split(rest, ":"); len(parts) == 3 {
		d, err := ParseDuration(parts[2] + "s")
		if err != nil || len(parts[2]) != 2 || d >= Duration(time.Minute) {
			return 0, fmt.Errorf("%q: %w", s, ErrOffset)
		}
		seconds, rest = d, parts[0]+":"+parts[1]
	}
	d, err := ParseDuration(rest)
	if err != nil || rest == "" || strings.ContainsAny(rest, "+-") {
		return 0, fmt.Errorf("%q: %w", s, ErrOffset)
	}
	return sign * Offset(d+seconds), nil
}

// MarshalText writes String's form.
func (o Offset) MarshalText() ([]byte, error) { return []byte(o.String()), nil }

// UnmarshalText reads ParseOffset's forms.
func (o *Offset) UnmarshalText(b []byte) error {
	v, err := ParseOffset(string(b))
	*o = v
	return err
}

// decodeScenario reads the scenario that travels in a start, cleaned.
func decodeScenario(raw []byte) (Scenario, error) {
	var s Scenario
	if err := json.Unmarshal(raw, &s); err != nil {
		return Scenario{}, err
	}
	c := cleaner{}
	c.value(reflect.ValueOf(&s).Elem(), false)
	return s, nil
}

// Inject finds a row of the master list; nil when there is none.
func (s *Scenario) Inject(no InjectID) *InjectDef {
	for i := range s.Injects {
		if s.Injects[i].No == no {
			return &s.Injects[i]
		}
	}
	return nil
}

// Objective finds an objective; nil when there is none.
func (s *Scenario) Objective(id string) *ObjectiveDef {
	for i := range s.Objectives {
		if s.Objectives[i].ID == id {
			return &s.Objectives[i]
		}
	}
	return nil
}

// IncidentTitle is what the incident of the exercise is called, in the languages the scenario has.
func (s *Scenario) IncidentTitle() Text {
	if s.Start.Title.IsZero() {
		return s.Title
	}
	return s.Start.Title
}

// DefaultStopPhrase stops an exercise whose scenario names none.
func DefaultStopPhrase() Text {
	return Text{EN: "real emergency, stop the exercise", FR: "urgence réelle, arrêt de l’exercice"}
}

// StopPhrases are the words that stop the exercise for a real emergency, in both languages.
func (s *Scenario) StopPhrases() Text {
	if s.StopPhrase.IsZero() {
		return DefaultStopPhrase()
	}
	return s.StopPhrase
}

// Stops tells whether a text has the phrase for a real emergency in it, whatever its case, accents and punctuation.
func (s *Scenario) Stops(text string) bool {
	said := plainWords(text)
	p := s.StopPhrases()
	for _, phrase := range []string{p.EN, p.FR} {
		if w := plainWords(phrase); w != "" && strings.Contains(" "+said+" ", " "+w+" ") {
			return true
		}
	}
	return false
}

// plainWords are the words of a text in lower case, without accents, one space between them.
func plainWords(s string) string {
	letters := strings.NewReplacer("à", "a", "â", "a", "ä", "a", "ç", "c", "é", "e", "è", "e", "ê", "e", "ë", "e", "î", "i", "ï", "i", "ô", "o", "ö", "o",
		"ù", "u", "û", "u", "ü", "u", "œ", "oe", "e\u0301", "e", "e\u0300", "e", "e\u0302", "e", "a\u0300", "a")
	return strings.Join(strings.FieldsFunc(letters.Replace(strings.ToLower(s)), func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < '0' || r > '9')
	}), " ")
}
