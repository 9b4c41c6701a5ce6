// Package cell holds what a console or a command sees of the crisis cell's work: one incident as a [Room], all of them as
// a [Desk]. It is types and small interfaces only; internal/room makes the live ones and the replays, tests make
// their own. Nothing here knows the bus.
//
// A [Frame] is immutable: the room's own goroutine makes a new one at each change, and any goroutine may read it.
package cell

import (
	"context"
	"sangfroid/internal/incident"
	"sangfroid/internal/timeline"
	"time"
)

// Person is who sits at this console.
type Person struct {
	Name string
	Role incident.Role
}

// Frame is everything the screen is drawn from, at one instant.
type Frame struct {
	Gen     uint64          // grows with every frame
	State   *incident.State // read only
	Len     int             // entries visible now; rows 1..Len of the log
	Root    string          // hexadecimal root of the record's tree over Len entries
	Pending []incident.Event
	Present []Presence
	Inbox   []Signal
	Link    Link
	Replay  *Replay // nil in a live room
	// Facilitated tells, in an exercise, that somebody present sends what is due: a facilitator, or who plays solo. Without,
	// nothing is sent by itself.
	Facilitated bool
	Barred      []string // categories of entries that the bus would refuse from this account, here
	Refused     int      // entries the bus refused, kept in the outbox
	Err         error    // the last thing that went wrong behind the screen, until it is over
}

// LinkState is how this console stands with the bus.
type LinkState string

// Link states.
const (
	LinkUp         LinkState = "up"
	LinkConnecting LinkState = "connecting"
	LinkDown       LinkState = "down"
	LinkDenied     LinkState = "denied"
	LinkFile       LinkState = "file" // a timeline from a file: there is no bus
)

// Link tells how the console is linked to the bus.
type Link struct {
	State    LinkState
	Since    time.Time
	Embedded bool   // the bus lives in a process on this machine
	Owner    bool   // … in this one
	Bound    bool   // the credentials say who writes from here
	Known    bool   // the bus told what this account may do
	Account  string // how the bus names the account
	Server   string
	Replicas int
	Warnings []Warning
	Problem  string // the last error, as a sentence
}

// Warning is something about the bus that a person should know: a message key of the catalogue and its arguments.
type Warning struct {
	Code string
	Args []string
}

// Presence is somebody at a console of the incident.
type Presence struct {
	Name string
	Role incident.Role
	Seen int    // the newest entry their console has
	Root string // their root at Seen, to compare
	Self bool
	// Same is the newest entry up to which their record is known to be the same as this one; Apart an entry at which it is
	// known not to be, 0 where it is not. The first one that differs is behind Same and not behind Apart.
	Same, Apart int
}

// Differs tells whether somebody's record is another one than this, as far as can be known now.
func (f *Frame) Differs(p Presence) bool {
	return !p.Self && (p.Apart > 0 || (p.Seen == f.Len && p.Root != "" && f.Root != "" && p.Root != f.Root))
}

// Agrees tells whether somebody has all entries this console has, and the same.
func (f *Frame) Agrees(p Presence) bool {
	return !f.Differs(p) && f.Root != "" && (p.Same >= f.Len || (p.Seen == f.Len && p.Root == f.Root))
}

// Signal is an external event that waits to be attached.
type Signal struct {
	ID       string // theirs, or made from the payload when it has none
	Source   string
	Summary  string
	Occurred time.Time // zero when they do not tell
	Received time.Time
	Raw      []byte
	Progress *Progress // what it tells of targets; nil for anything else
	Attached bool
}

// Command is what a person asks to be written: a payload, the entity it is about, and when the fact happened.
type Command struct {
	Subject string    // "" takes the default of the payload's type
	Time    time.Time // the fact; zero is now
	Approx  bool
	Data    incident.Data
}

// Receipt tells where a command's event is. It is given only after the event is on disk.
type Receipt struct {
	Event   incident.Event
	Seq     int  // its place in the timeline; 0 while pending
	Pending bool // saved here, not yet seen on the bus
}

// Drafts are half-typed forms on this machine: a room's, and the desk's own.
type Drafts interface {
	// KeepDraft saves half-typed fields of a form under a name (nil forgets them); Draft gives them back.
	KeepDraft(form string, fields map[string]string)
	Draft(form string) map[string]string
}

// Room is one incident, as this console has it.
type Room interface {
	// Frame is the newest frame; never nil.
	Frame() *Frame
	// Changed wakes its reader when there is a newer frame: a wake, not a count.
	Changed() <-chan struct{}
	// Log gives the rows. Only 1..Frame().Len are to be shown.
	Log() timeline.Log
	// Now is the time clocks are read at and facts are told in: the wall clock, exercise time in an exercise, the replay's.
	Now() time.Time
	// Do checks the command against the rules and writes its event. The error is an *incident.Refusal when a rule
	// refused; anything else went wrong on the way, and says whether the words are safe.
	Do(ctx context.Context, c Command) (Receipt, error)
	Drafts
	// Player drives a replay; nil in a live room.
	Player() Player
	// Close leaves the incident; what was written is safe.
	Close() error
}

// Searcher is a room whose timeline has an index that finds entries without reading them.
type Searcher interface {
	// Search gives the entries among the first n that fit, newest first; ok is false when they have to be read.
	Search(q timeline.Query, n int) (found []int32, ok bool)
}

// Replay is where a replay stands.
type Replay struct {
	From, To time.Time // first and last time of the timeline
	At       time.Time
	Begins   time.Time // From and To in the incident's own time: exercise time in an exercise
	Ends     time.Time
	Speed    float64
	Playing  bool
	Total    int // entries of the timeline, as far as it was read
	Ended    bool
	Keys     []incident.KeyMoment // as far as it was read, in the order of time; read only
	Skips    bool                 // silences are skipped …
	Skipped  time.Duration        // … and this one just was; 0: none
	Loop     bool                 // it begins again at its end
	Read     float64              // how much of the timeline was read, 0 to 1
	Whole    bool                 // all of it
	Going    timeline.Target      // a jump that waits until that much was read
}

// Player drives a replay.
type Player interface {
	Play()
	Pause()
	SetSpeed(x float64) // 1 to 3600
	SkipSilences(on bool)
	SetLoop(on bool)
	JumpTime(t time.Time) // of the incident: exercise time in an exercise
	JumpEntry(seq int)
	JumpMoment(k incident.KeyMoment)
	// Step goes by n entries (negative: back), or by n key moments.
	Step(n int)
	StepKey(n int)
}

// Listing is an incident on the home screen.
type Listing struct {
	ID       incident.IncidentID
	Realm    incident.Realm
	Title    string
	Titles   incident.Text // in each language; zero where it was written in one
	Declared time.Time
	Since    time.Time // when its declaration reached the bus, by the wall's clock; zero while it did not
	By       string
	Closed   bool
	Severity string
	Local    bool // there is a record of it on this machine
	OnBus    bool
}

// SinceWall is when it was declared by the wall's clock, as well as that is known.
func (l *Listing) SinceWall() time.Time {
	if l.Since.IsZero() {
		return l.Declared
	}
	return l.Since
}

// Declaration is what the declare form or command gathers.
type Declaration struct {
	Title    string
	Playbook string // id, alias or path; "" declares without a plan
	Services []incident.ServiceID
	Realm    incident.Realm
	Zone     string
	Severity string
	Occurred *time.Time
	Detected *time.Time
	Reported *time.Time
	LastGood *time.Time
}

// Desk is the way in: the incidents there are, and their rooms.
type Desk interface {
	Me() Person
	SetMe(Person)
	Link() Link
	// Listings are the incidents known, newest first.
	Listings() []Listing
	// Changed wakes its reader when listings or the link changed.
	Changed() <-chan struct{}
	Playbooks() []incident.Playbook
	Declare(ctx context.Context, d Declaration) (incident.IncidentID, error)
	Open(ctx context.Context, id incident.IncidentID) (Room, error)
	// Replay opens a timeline, from a file or an incident's record, read-only.
	Replay(ctx context.Context, fileOrID string) (Room, error)
	Drafts
	Close() error
}

// Scratch is a room that lets another program edit a form's text in a file of the data directory. The file stays until what
// it became was written: neither a killed console nor a crashed editor loses a word.
type Scratch interface {
	// PutScratch writes the text, synced, and gives the file's path.
	PutScratch(form, text string) (path string, err error)
	// Scratch reads the file back, cleaned. newer tells that it was saved after the form's own draft was kept.
	Scratch(form string) (text string, found, newer bool, err error)
	DropScratch(form string)
}
