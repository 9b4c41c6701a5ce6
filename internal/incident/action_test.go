package incident

import (
	"testing"
	"time"
)

// added adds an action and gives its id.
func (c *cellRoom) added(a ActionAdded) EventID {
	c.t.Helper()
	c.must("", a)
	return c.log[len(c.log)-1].Event.ID
}

func TestAnActionIsFollowedToItsEnd(t *testing.T) {
	c := declared(t)
	due, later := zero().Add(20*24*time.Hour), zero().Add(40*24*time.Hour)
	id := c.added(ActionAdded{Text: "Raise the quota", For: "quota reached", Owner: "Bob", Due: &due})
	second := c.added(ActionAdded{Text: "Rehearse"})
	a := c.s.Action(id)
	if a == nil || a.No != 1 || a.Status != ActionOpen || a.Owner != "Bob" || a.For != "quota reached" || a.Overdue(due) || !a.Overdue(due.Add(time.Second)) {
		t.Fatalf("%+v", a)
	}
	if b := c.s.Action(second); b.No != 2 || b.Owner != "" || b.Due != nil || b.Overdue(later) {
		t.Errorf("without owner and date: %+v", b)
	}
	before := c.s.View()
	c.must("", ActionFollowed{Action: id, Due: &later, Note: "a contract is needed"})
	c.must("", ActionFollowed{Action: id, Owner: "Carla"})
	if a := c.s.Action(id); a.Moved != 1 || !a.Due.Equal(later) || a.Owner != "Carla" || a.Status != ActionOpen || a.Last == nil || a.Last.Note != "" {
		t.Errorf("put off: %+v", a)
	}
	c.must("", ActionFollowed{Action: id, State: ActionDone, Note: "tested"})
	if a := c.s.Action(id); a.Ended == nil || a.Ended.Note != "tested" || a.Overdue(later.Add(time.Hour)) {
		t.Errorf("done: %+v", a)
	}
	c.must("", ActionFollowed{Action: id, State: ActionOpen, Note: "the quota was lowered again"})
	if a := c.s.Action(id); a.Ended != nil || a.Status != ActionOpen {
		t.Errorf("open again: %+v", a)
	}
	if a := before.Action(id); a.Moved != 0 || a.Owner != "Bob" || a.Last != nil {
		t.Errorf("a view changed: %+v", a)
	}
}

// TestActionsAreForAfterwards: the cell has stood down, and that is when they are written.
func TestActionsAreForAfterwards(t *testing.T) {
	c := declared(t)
	c.must("", IncidentClosed{Reason: "over"})
	id := c.added(ActionAdded{Text: "Raise the quota"})
	c.after(90*24*time.Hour).by("Bob", RoleITLead).must("", ActionFollowed{Action: id, State: ActionDropped, Note: "the site is sold"})
	if a := c.s.Action(id); a.Status != ActionDropped || a.Ended.By != "Bob" {
		t.Errorf("%+v", a)
	}
}

func TestWhatIsNoAction(t *testing.T) {
	c := declared(t)
	past := zero().Add(-time.Hour)
	id := c.added(ActionAdded{Text: "Raise the quota", Owner: "Bob"})
	c.refused(RefuseEmpty, "", ActionAdded{Text: "  "})
	c.refused(RefusePast, "", ActionAdded{Text: "x", Due: &past})
	c.refused(RefuseTooLong, "", ActionAdded{Text: "x", Owner: string(make([]byte, 200))})
	c.refused(RefuseEntry, "", ActionFollowed{Action: "none", State: ActionDone})
	c.refused(RefuseInvalid, "", ActionFollowed{Action: id, State: "half"})
	c.refused(RefuseEmpty, "", ActionFollowed{Action: id, State: ActionDropped})
	c.refused(RefuseScope, "", ActionFollowed{Action: id, State: ActionOpen, Owner: "Bob"})
	c.by("Eve", RoleObserver).refused(RefuseRole, "", ActionAdded{Text: "x"})

	// What a foreign hand writes past the rules is kept and flagged, and changes nothing.
	for _, d := range []Data{ActionAdded{Text: " "}, ActionFollowed{Action: "none"}, ActionFollowed{Action: id, State: "half"}} {
		flagged := c.s.Count.Flagged
		c.n++
		c.append(Event{ID: EventID("x" + itoa(c.n)), Source: "/other", Type: d.Type(), Subject: SubjectAction, Time: c.now, Recorded: c.now, Incident: c.s.ID, Realm: c.s.Realm, Actor: "Eve", Data: d})
		if c.s.Count.Flagged != flagged+1 || len(c.s.Actions) != 1 || c.s.Actions[0].Last != nil {
			t.Errorf("%+v: %+v", d, c.s.Actions)
		}
	}
}

// TestTwoWhoAddAtOnceBothHaveTheirAction: an action is known by its event, so nothing collides offline.
func TestTwoWhoAddAtOnceBothHaveTheirAction(t *testing.T) {
	c := declared(t)
	one, _ := c.try("", ActionAdded{Text: "one"})
	two, _ := c.try("", ActionAdded{Text: "two"})
	c.append(one)
	c.append(two)
	c.append(one) // told twice
	if len(c.s.Actions) != 2 || c.s.Actions[1].No != 2 || c.s.Count.Duplicates != 1 {
		t.Errorf("%+v", c.s.Actions)
	}
}

// TestActionsOfAnExerciseGoByTheCalendar: its clock stands after the end, and what is done about it is done in real life.
func TestActionsOfAnExerciseGoByTheCalendar(t *testing.T) {
	c := exercised(t, 60, false)
	c.after(time.Minute).by("Fay", RoleFacilitator).must("", ExerciseEnded{Reason: "time is up"})
	due := c.now.Add(24 * time.Hour)
	id := c.by("Alice", RoleDirector).added(ActionAdded{Text: "Train a second spokesperson", Due: &due})
	c.after(30*24*time.Hour).must("", ActionFollowed{Action: id, State: ActionDone})
	a := c.s.Action(id)
	if a.Ended == nil || !a.Ended.At.Equal(c.now) || !a.Added.At.Equal(zero().Add(time.Minute)) {
		t.Errorf("%+v", a)
	}
	past := c.now.Add(-time.Hour) // after the exercise's own end, and still over
	c.refused(RefusePast, "", ActionFollowed{Action: id, Due: &past})
}
