package exercise

import (
	"errors"
	"fmt"
	"sangfroid/internal/incident"
	"sangfroid/playbooks"
	"slices"
	"strconv"
	"strings"
	"time"
)

// checker holds a scenario to its rules; the findings name places in the file.
type checker struct {
	*playbooks.Document
	sc   *incident.Scenario
	file string
	book incident.Playbook
	name string
}

func at(path string, i int) string { return fmt.Sprintf("%s[%d]", path, i) }

func (c *checker) check() {
	if c.sc.Schema != incident.ScenarioSchema {
		c.Fail("schema", "lint.schema", "want", incident.ScenarioSchema)
	}
	c.ID("id", c.sc.ID, map[string]bool{})
	c.filled("title", c.sc.Title)
	var err error
	if c.book, c.name, err = loadBook(c.file, c.sc.Playbook); err != nil {
		c.Fail("playbook", "lint.sc.playbook", "value", c.sc.Playbook, "why", err.Error())
		return // nothing else can be held against it
	}
	if c.sc.Zone != "" {
		c.Zone("zone", c.sc.Zone)
	}
	if c.sc.Lasts == 0 {
		c.Fail("lasts", "lint.sc.lasts")
		return
	}
	if c.sc.Speed < 0 || c.sc.Speed > incident.MaxSpeed {
		c.Fail("speed", "lint.sc.speed", "value", strconv.Itoa(c.sc.Speed), "most", strconv.Itoa(incident.MaxSpeed))
	}
	for _, p := range []string{c.sc.StopPhrase.EN, c.sc.StopPhrase.FR} {
		if p != "" && len(strings.Fields(p)) < 3 {
			c.Fail("stop_phrase", "lint.sc.phrase")
			break
		}
	}
	c.start()
	c.roles()
	c.objectives()
	c.moves()
	c.injects()
	c.cycles()
	c.tested()
	c.players()
}

func (c *checker) filled(path string, t incident.Text) {
	if strings.TrimSpace(t.EN+t.FR) == "" {
		c.Fail(path, "lint.missing", "key", path[strings.LastIndex(path, ".")+1:])
	}
}

func (c *checker) start() {
	s := &c.sc.Start
	if s.Clock != "" {
		if _, err := time.Parse("15:04", s.Clock); err != nil {
			c.Fail("start.clock", "lint.sc.clock", "value", s.Clock)
		}
	}
	for i, v := range s.Services {
		c.service(at("start.services", i), v)
	}
	for name, o := range map[string]*incident.Offset{"occurred": s.Occurred, "detected": s.Detected, "reported": s.Reported, "last_good": s.LastGood} {
		if o != nil && *o > 0 {
			c.Fail("start."+name, "lint.sc.stamps", "stamp", name)
		}
	}
}

func (c *checker) service(path string, id incident.ServiceID) {
	if !slices.ContainsFunc(c.book.Services, func(v incident.ServiceDef) bool { return v.ID == id }) {
		c.Fail(path, "lint.service", "value", string(id))
	}
}

func runs(r incident.Role) bool {
	return r == incident.RoleFacilitator || r == incident.RoleEvaluator || r == incident.RoleObserver || r == incident.RoleAutomation
}

func (c *checker) roles() {
	if len(c.sc.Plays) == 0 {
		c.Fail("plays", "lint.sc.plays")
	}
	seen := make(map[string]bool)
	for i, r := range c.sc.Plays {
		path := at("plays", i)
		switch {
		case runs(r):
			c.Fail(path, "lint.sc.runs", "value", string(r))
		case !slices.ContainsFunc(c.book.Roles, func(d incident.RoleDef) bool { return d.ID == r }):
			c.Fail(path, "lint.role", "value", string(r))
		default:
			c.ID(path, string(r), seen)
		}
	}
}

// plays wants a role that plays.
func (c *checker) plays(path string, r incident.Role) {
	if slices.Contains(c.sc.Plays, r) {
		return
	}
	if runs(r) {
		c.Fail(path, "lint.sc.runs", "value", string(r))
		return
	}
	var have []string
	for _, p := range c.sc.Plays {
		have = append(have, string(p))
	}
	c.Fail(path, "lint.sc.player", "value", string(r), "have", strings.Join(have, ", "))
}

func targetKinds() []string {
	return []string{
		string(incident.TargetRTO), string(incident.TargetMTPD), string(incident.TargetDecision), string(incident.TargetStep), string(incident.TargetInject),
	}
}

func (c *checker) objectives() {
	if len(c.sc.Objectives) == 0 {
		c.Fail("objectives", "lint.sc.noobjective")
	}
	seen := make(map[string]bool)
	for i, o := range c.sc.Objectives {
		path := at("objectives", i)
		c.ID(path+".id", o.ID, seen)
		c.filled(path+".text", o.Text)
		if o.Target != nil {
			c.target(path+".target", o.Target)
		}
	}
}

func (c *checker) target(path string, t *incident.TargetDef) {
	c.OneOf(path+".kind", string(t.Kind), targetKinds()...)
	c.within(path+".by", t.By)
	switch t.Kind {
	case incident.TargetRTO, incident.TargetMTPD:
		c.service(path+".of", incident.ServiceID(t.Of))
		for _, v := range c.book.Services {
			if string(v.ID) == t.Of && ((t.Kind == incident.TargetRTO && v.RTO == 0) || (t.Kind == incident.TargetMTPD && v.MTPD == 0)) {
				c.Fail(path+".of", "lint.sc.norule", "value", t.Of)
			}
		}
		return
	case incident.TargetDecision:
		c.decision(path+".of", t.Of)
	case incident.TargetStep:
		c.step(path+".of", t.Of)
	case incident.TargetInject:
		c.inject(path+".of", incident.InjectID(t.Of))
	}
	if t.By == nil {
		c.Fail(path, "lint.sc.target", "kind", string(t.Kind))
	}
}

// within wants a time of the exercise.
func (c *checker) within(path string, o *incident.Offset) {
	switch {
	case o == nil:
	case *o < 0:
		c.Fail(path, "lint.sc.early", "at", o.String())
	case o.Std() > c.sc.Lasts.Std():
		c.Fail(path, "lint.sc.late", "at", o.String(), "end", c.sc.Lasts.String())
	}
}

func (c *checker) moves() {
	seen := make(map[string]bool)
	for i := range c.sc.Moves {
		m := &c.sc.Moves[i]
		path := at("moves", i)
		c.ID(path+".id", m.ID, seen)
		c.filled(path+".title", m.Title)
		c.within(path+".at", &m.At)
		if i > 0 && m.At < c.sc.Moves[i-1].At {
			c.Fail(path+".at", "lint.sc.moves", "value", m.ID)
		}
	}
}

func (c *checker) injects() {
	if len(c.sc.Injects) == 0 {
		c.Fail("injects", "lint.sc.noinject")
	}
	var channels []string
	for _, ch := range incident.Channels() {
		channels = append(channels, string(ch))
	}
	seen := make(map[string]bool)
	for i := range c.sc.Injects {
		d := &c.sc.Injects[i]
		path := at("injects", i)
		c.ID(path+".no", string(d.No), seen)
		c.filled(path+".from", d.From)
		c.filled(path+".text", d.Text)
		c.OneOf(path+".channel", string(d.Channel), channels...)
		for j, r := range d.To {
			c.plays(at(path+".to", j), r)
		}
		if d.Objective != "" && c.sc.Objective(d.Objective) == nil {
			c.Fail(path+".objective", "lint.sc.objective", "value", d.Objective)
		}
		c.source(path, d)
	}
}

// source wants one time source.
func (c *checker) source(path string, d *incident.InjectDef) {
	switch {
	case d.At != nil && d.When != nil:
		c.Fail(path+".when", "lint.sc.clocks")
	case d.Contingency && d.At != nil:
		c.Fail(path+".at", "lint.sc.contingency")
	case d.At == nil && d.When == nil && !d.Contingency:
		c.Fail(path, "lint.sc.noclock")
	}
	c.within(path+".at", d.At)
	if d.When != nil {
		c.condition(path+".when", d.When)
	}
	w := d.Within
	switch {
	case w == nil:
	case d.At == nil && d.When == nil:
		c.Fail(path+".within", "lint.sc.alone")
	case w.Max < w.Min:
		c.Fail(path+".within", "lint.sc.bounds", "min", w.Min.String(), "max", w.Max.String())
	case d.At != nil && *d.At >= 0 && d.At.Std()+w.Max.Std() > c.sc.Lasts.Std():
		last := *d.At + incident.Offset(w.Max)
		c.Fail(path+".within", "lint.sc.late", "at", last.String(), "end", c.sc.Lasts.String())
	}
}

// tested wants every objective to be put to the test.
func (c *checker) tested() {
	for i, o := range c.sc.Objectives {
		if o.Target == nil && !slices.ContainsFunc(c.sc.Injects, func(d incident.InjectDef) bool { return d.Objective == o.ID }) {
			c.Fail(at("objectives", i), "lint.sc.untested", "value", o.ID)
		}
	}
}

func (c *checker) players() {
	for i := range c.sc.Players {
		p := &c.sc.Players[i]
		path := at("players", i)
		if p.Role == "" {
			c.Fail(path, "lint.missing", "key", "role")
		} else if !runs(p.Role) {
			c.plays(path+".role", p.Role)
		}
		if strings.TrimSpace(p.Do) == "" {
			c.Fail(path, "lint.sc.do")
		} else if bad := (*ActError)(nil); errors.As(CheckAct(p.Do), &bad) {
			c.Fail(path+".do", bad.Code, bad.Args...)
		}
		if (p.At == nil) == (p.When == nil) {
			c.Fail(path, "lint.sc.clocks")
		}
		c.within(path+".at", p.At)
		if p.When != nil {
			c.condition(path+".when", p.When)
		}
	}
}
