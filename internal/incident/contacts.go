package incident

import (
	"cmp"
	"sangfroid/internal/text"
	"slices"
	"strings"
	"time"
)

// Contact is somebody outside the cell, with what became of calling them.
type Contact struct {
	ID      string
	Name    Text // the function; the id for one that was only ever named in the log
	Call    Text // how to reach; zero when nobody said
	Plan    PlanID
	Added   *AddedContact // set when the cell entered it, or corrected how to call
	Steps   []StepID      // steps that may go on now and name this contact, those begun first
	Begun   bool          // one of them has begun
	Tries   int           // attempts, reached or not
	Missed  int           // attempts in vain since it was last reached
	Last    *ContactLog   // the last attempt
	Reached *ContactLog   // the last one that reached somebody
}

// Wanted tells whether the plan asks for a call now: a ready, running or blocked step names the contact, and nobody was
// reached since that step began, or at all.
func (c *Contact) Wanted() bool { return len(c.Steps) > 0 && (c.Reached == nil || c.Missed > 0) }

// Contacts lists everybody to reach, the next to call first: those a begun step names and who were not reached, those a
// ready step names, then those tried in vain, then the others; each group in the order of the plans.
func Contacts(s *State) []Contact {
	var out []Contact
	at := make(map[string]int)
	add := func(c Contact) *Contact {
		if i, ok := at[c.ID]; ok {
			return &out[i]
		}
		at[c.ID] = len(out)
		out = append(out, c)
		return &out[len(out)-1]
	}
	for i := range s.Plans {
		for _, def := range s.Plans[i].Book.Contacts {
			add(Contact{ID: def.ID, Name: def.Name, Call: def.Call, Plan: s.Plans[i].ID})
		}
	}
	for i := range s.Added {
		a := &s.Added[i]
		c := add(Contact{ID: a.Def.ID})
		c.Name, c.Call, c.Added = a.Def.Name, a.Def.Call, a
	}
	for i := range s.Contacts {
		l := &s.Contacts[i]
		id := l.Contact
		if known := s.contactID(l.Contact); known != "" {
			id = known
		}
		c := add(Contact{ID: id, Name: T(l.Contact)})
		c.Tries++
		c.Missed++
		c.Last = l
		if l.Reached {
			c.Missed, c.Reached = 0, l
		}
	}
	s.wantedBy(out, at)
	slices.SortStableFunc(out, func(a, b Contact) int { return cmp.Compare(a.rank(), b.rank()) })
	return out
}

// wantedBy notes which steps that may go on name each contact, of its own playbook.
func (s *State) wantedBy(out []Contact, at map[string]int) {
	for i := range s.Steps {
		st := &s.Steps[i]
		k, ok := at[st.Def.Contact]
		if st.Def.Contact == "" || !ok {
			continue
		}
		switch s.StepStatus(st) {
		case StepReady:
			out[k].Steps = append(out[k].Steps, st.ID)
		case StepRunning, StepIsBlock:
			out[k].Steps = append([]StepID{st.ID}, out[k].Steps...)
			out[k].Begun = true
		case StepToDo, StepIsDone, StepIsCheck, StepIsFail, StepIsSkip:
		}
	}
}

func (c *Contact) rank() int {
	switch {
	case c.Wanted() && c.Begun:
		return 0
	case c.Wanted():
		return 1
	case c.Missed > 0:
		return 2
	case len(c.Steps) > 0:
		return 3
	case c.Reached == nil:
		return 4
	}
	return 5
}

// contactID is the id of the contact that has this id or, in any language, this name; "" when none is called so.
func (s *State) contactID(name string) string {
	if name == "" {
		return ""
	}
	want := text.Fold(name) // accents and apostrophes as a keyboard has them
	fits := func(def ContactDef) bool {
		return def.ID == name || text.Fold(def.Name.EN) == want || (def.Name.FR != "" && text.Fold(def.Name.FR) == want)
	}
	for i := len(s.Added) - 1; i >= 0; i-- {
		if fits(s.Added[i].Def) {
			return s.Added[i].Def.ID
		}
	}
	for i := range s.Plans {
		for _, def := range s.Plans[i].Book.Contacts {
			if fits(def) {
				return def.ID
			}
		}
	}
	return ""
}

// FindContact is FindStep for contacts; a name in full, in any language, fits too.
func (s *State) FindContact(name string) (string, []string) {
	if id := s.contactID(name); id != "" {
		return id, nil
	}
	all := Contacts(s)
	ids := make([]string, len(all))
	for i := range all {
		ids[i] = all[i].ID
	}
	return match(ids, name)
}

// ContactName is the contact's function, else the name itself.
func (s *State) ContactName(name string) Text {
	id := s.contactID(name)
	for i := len(s.Added) - 1; i >= 0; i-- {
		if s.Added[i].Def.ID == id {
			return s.Added[i].Def.Name
		}
	}
	for i := range s.Plans {
		for _, def := range s.Plans[i].Book.Contacts {
			if def.ID == id {
				return def.Name
			}
		}
	}
	return T(name)
}

// NewContactID makes an id of a contact's name that no other contact has.
func (s *State) NewContactID(name string) string {
	base := slug(name)
	id := base
	for n := 2; s.contactID(id) != ""; n++ {
		id = base + "-" + itoa(n)
	}
	return id
}

// slug makes an id of a name: letters without their accents and digits, the rest hyphens; "contact" when nothing is left.
func slug(name string) string {
	const most = 40
	plain := strings.NewReplacer(
		"à", "a", "â", "a", "ä", "a", "ç", "c", "é", "e", "è", "e", "ê", "e", "ë", "e", "î", "i", "ï", "i", "ô", "o", "ö", "o",
		"ù", "u", "û", "u", "ü", "u", "œ", "oe", "’", "-", "'", "-",
	).Replace(strings.ToLower(name))
	var b strings.Builder
	for _, r := range plain {
		switch {
		case b.Len() >= most:
		case (r >= 'a' && r <= 'z') || (r >= '0' && r <= '9'):
			b.WriteRune(r)
		case b.Len() > 0 && !strings.HasSuffix(b.String(), "-"):
			b.WriteByte('-')
		}
	}
	if id := strings.Trim(b.String(), "-"); id != "" {
		return id
	}
	return "contact"
}

// SinceReport is when the last situation report went out; else the declaration.
func SinceReport(s *State) time.Time {
	if n := len(s.Sitreps); n > 0 {
		return s.Sitreps[n-1].Mark.At
	}
	return s.Declared.At
}
